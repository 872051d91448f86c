//! The objects of an agent platform's code: `policies.create({…})`, `createThreatModel({…})`, `configurePerformance({…})`.
//!
//! A file may be one such object alone (JSON or JSON5), a list of them, or code and prose pasted whole with the calls
//! somewhere in it.

mod performance;
mod policy;
mod quantities;
mod script;
mod threat_model;

use serde_json::Value;

use super::ImportError;
use super::document::{Fields, Losses};
use crate::model::{FORMAT, Project};

/// The name of the format in origins.
const FORMAT_NAME: &str = "security-objects";

/// What an object describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Policy,
    ThreatModel,
    Performance,
}

/// Whether a text holds such objects.
pub(super) fn looks_like(text: &str) -> bool {
    if !script::calls(text).is_empty() {
        return true;
    }
    script::objects(text).is_ok_and(|objects| objects.iter().any(|object| kind_of(&object.value).is_some()))
}

/// Reads every object in a text into one project.
pub(super) fn import(text: &str, file_name: &str) -> Result<(Project, Losses), ImportError> {
    let mut losses = Losses::default();
    let mut project = Project { format: FORMAT, version: "1".to_owned(), ..Project::default() };
    let mut rest = Fields::default();
    let mut understood = 0;
    for object in script::objects(text)? {
        let Some(kind) = object.kind.or_else(|| kind_of(&object.value)) else {
            losses.add(
                format!("line {}", object.line),
                "an object",
                "it is no policy, threat model or performance setting",
            );
            continue;
        };
        let Some(fields) = Fields::of(object.value) else {
            losses.add(format!("line {}", object.line), "the value", "it is not an object");
            continue;
        };
        understood += 1;
        let (key, unread) = match kind {
            Kind::Policy => policy::read(&mut project, fields, &mut losses),
            Kind::ThreatModel => {
                ("threat model".to_owned(), threat_model::read(&mut project, fields, &mut losses))
            }
            Kind::Performance => {
                ("performance".to_owned(), performance::read(&mut project, fields, &mut losses))
            }
        };
        if !unread.0.is_empty() {
            rest.keep(&key, unread.0);
        }
    }
    if understood == 0 {
        let what = "it holds no policy, threat model or performance settings of an agent platform";
        return Err(ImportError::NotAModel(what.to_owned()));
    }
    if project.name.is_empty() {
        project.name = match project.policies.iter().next().map(|policy| policy.name.clone()) {
            Some(name) if !name.is_empty() => name,
            _ => file_name.split('.').next().unwrap_or_default().to_owned(),
        };
    }
    project.origin = Some(rest.into_origin(FORMAT_NAME, ""));
    project.reserve_all();
    Ok((project, losses))
}

fn kind_of(value: &Value) -> Option<Kind> {
    let has = |key: &str| value.get(key).is_some();
    if has("systemComponents") {
        Some(Kind::ThreatModel)
    } else if has("settings") || has("securityTiers") {
        Some(Kind::Performance)
    } else if has("rules") {
        Some(Kind::Policy)
    } else {
        None
    }
}
