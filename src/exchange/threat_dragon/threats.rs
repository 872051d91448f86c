//! The threats of an element, and their mitigations.

use serde_json::Value;

use super::super::document::{Fields, Losses};
use super::super::words;
use super::{DRAWING, FORMAT_NAME};
use crate::model::{Control, ControlStatus, Project, Target, Threat, ThreatStatus, Treatment, plain_word};

/// Reads the threats that stand on an element.
pub(super) fn read_threats(
    project: &mut Project,
    element: &mut Fields,
    target: Target,
    element_name: &str,
    losses: &mut Losses,
) {
    for value in element.list("threats") {
        match Fields::of(value) {
            Some(fields) => read_threat(project, fields, target, losses),
            None => losses.add(format!("element {element_name}"), "a threat", "it is not an object"),
        }
    }
}

fn read_threat(project: &mut Project, mut fields: Fields, target: Target, losses: &mut Losses) {
    let id = project.next_threat();
    project.reserve(id.into());
    let foreign_id = fields.text("id").unwrap_or_default();
    let category = fields.0.get("type").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let title = fields.word("title").unwrap_or_else(|| {
        if category.is_empty() { format!("Threat {}", id.0) } else { format!("{category} without a title") }
    });
    let stride = words::stride(&category);
    let tags = match stride {
        Some(_) => Vec::new(),
        None if category.is_empty() => Vec::new(),
        None => {
            losses.add(
                format!("threat {title}"),
                format!("its category {category}"),
                "it is none of the six of STRIDE; it is kept as a tag",
            );
            vec![category]
        }
    };
    let status_word = fields.0.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
    let status = status_of(&status_word).unwrap_or_else(|| {
        losses.add(
            format!("threat {title}"),
            format!("its status {status_word}"),
            "it is not known; it counts as open",
        );
        ThreatStatus::Open
    });
    let severity = fields.0.get("severity").and_then(Value::as_str).unwrap_or_default().to_owned();
    // While nobody has said how likely it is, the severity says how bad it is.
    let impact = words::level(&severity);
    if impact.is_none() && !is_undecided(&severity) {
        losses.add(
            format!("threat {title}"),
            format!("its severity {severity}"),
            "it is not known; the impact is not rated",
        );
    }
    let mitigation = fields.text("mitigation").unwrap_or_default();
    let threat = Threat {
        id,
        title: title.clone(),
        description: fields.text("description").unwrap_or_default(),
        stride: stride.into_iter().collect(),
        targets: vec![target],
        impact,
        status,
        treatment: treatment_of(status),
        tags,
        foreign_score: fields.text("score").unwrap_or_default(),
        ..Threat::default()
    };
    losses.unused("threat", &title, &fields, &[DRAWING, &["severity", "status"]].concat());
    let origin = Some(fields.into_origin(FORMAT_NAME, &foreign_id));
    project.threats.insert(Threat { origin, ..threat });

    if !mitigation.trim().is_empty() {
        let control = project.next_control();
        project.reserve(control.into());
        project.controls.insert(Control {
            id: control,
            name: words::short(&mitigation),
            description: mitigation.trim().to_owned(),
            status: if status == ThreatStatus::Mitigated {
                ControlStatus::Implemented
            } else {
                ControlStatus::Proposed
            },
            threats: vec![id],
            ..Control::default()
        });
    }
}

fn status_of(word: &str) -> Option<ThreatStatus> {
    match plain_word(word).as_str() {
        "" => Some(ThreatStatus::Open),
        "na" => Some(ThreatStatus::NotApplicable),
        _ => ThreatStatus::from_word(word),
    }
}

fn treatment_of(status: ThreatStatus) -> Treatment {
    match status {
        ThreatStatus::Mitigating | ThreatStatus::Mitigated => Treatment::Mitigate,
        ThreatStatus::Accepted => Treatment::Accept,
        ThreatStatus::Transferred => Treatment::Transfer,
        ThreatStatus::Avoided | ThreatStatus::Eliminated => Treatment::Avoid,
        ThreatStatus::Open | ThreatStatus::NotApplicable => Treatment::Undecided,
    }
}

/// Whether a severity is a word for "not yet".
fn is_undecided(severity: &str) -> bool {
    matches!(plain_word(severity).as_str(), "" | "tbd" | "undefined" | "unknown")
}
