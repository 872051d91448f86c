//! Foreign formats: one file for each.
//!
//! May use: model, catalog. Never contains: silent loss. Each import returns what it could not carry, and refuses what is
//! not a model with a message that says where. Models without coordinates are laid out by whoever opened them.

mod box_tree;
mod document;
pub mod engines;
mod otm;
mod security_objects;
mod threat_dragon;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

use crate::model::Project;

/// A format that models can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// OWASP Threat Dragon, versions 1 and 2.
    ThreatDragon,
    /// Open Threat Model 0.1 and 0.2, JSON or YAML.
    OpenThreatModel,
    /// Objects of an agent platform's code: policies, threat model, performance settings.
    SecurityObjects,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::ThreatDragon, Self::OpenThreatModel, Self::SecurityObjects];

    /// The name that files and the command line use.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThreatDragon => "threat-dragon",
            Self::OpenThreatModel => "otm",
            Self::SecurityObjects => "security-objects",
        }
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::ThreatDragon => "OWASP Threat Dragon",
            Self::OpenThreatModel => "Open Threat Model",
            Self::SecurityObjects => "Agent security objects",
        }
    }

    /// How names of such files end, for file dialogs.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::ThreatDragon => &["json"],
            Self::OpenThreatModel => &["otm", "json", "yaml", "yml"],
            Self::SecurityObjects => &["json5", "js", "ts", "txt", "json"],
        }
    }

    /// The format with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let wanted = crate::model::plain_word(name);
        let same = |text: &str| crate::model::plain_word(text) == wanted;
        Self::ALL.iter().copied().find(|format| same(format.name()) || same(format.label()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Something that an import could not carry over as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// Where it stood: the name of the thing, or a path in the file.
    pub place: String,
    /// What it was.
    pub what: String,
    /// Why it could not be carried, and what became of it.
    pub why: String,
}

/// A model read from a foreign file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The model.
    pub project: Project,
    /// The format that it was read from.
    pub format: Format,
    /// What could not be carried.
    pub losses: Vec<Loss>,
}

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The text is not well-formed.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The text is well-formed but not such a model.
    #[error("this is not a model that can be imported: {0}")]
    NotAModel(String),
}

/// Reads a foreign model. Without a format the contents decide.
pub fn import(bytes: &[u8], file_name: &str, format: Option<Format>) -> Result<Imported, ImportError> {
    let text = text_of(bytes)?;
    let Some(format) = format.or_else(|| detect(text, file_name)) else {
        return Err(unknown(text));
    };
    let (project, losses) = match format {
        Format::ThreatDragon => threat_dragon::import(document::json(text)?)?,
        Format::OpenThreatModel => otm::import(json_or_yaml(text)?)?,
        Format::SecurityObjects => security_objects::import(text, file_name)?,
    };
    Ok(Imported { project, format, losses: losses.into_list() })
}

/// The format that a text is in; none when it is in no known one.
pub fn detect(text: &str, file_name: &str) -> Option<Format> {
    let name = file_name.to_lowercase();
    let has = |extensions: &[&str]| extensions.iter().any(|extension| name.ends_with(extension));
    if starts_as_json(text) {
        let Ok(value) = document::json(text) else {
            return security_objects::looks_like(text).then_some(Format::SecurityObjects);
        };
        return if value.get("otmVersion").is_some() {
            Some(Format::OpenThreatModel)
        } else if value.get("summary").is_some_and(Value::is_object) && value.get("detail").is_some() {
            Some(Format::ThreatDragon)
        } else if security_objects::looks_like(text) {
            Some(Format::SecurityObjects)
        } else {
            has(&[".otm", ".otm.json"]).then_some(Format::OpenThreatModel)
        };
    }
    if text.lines().any(|line| line.starts_with("otmVersion")) || has(&[".otm", ".yaml", ".yml"]) {
        return Some(Format::OpenThreatModel);
    }
    security_objects::looks_like(text).then_some(Format::SecurityObjects)
}

fn text_of(bytes: &[u8]) -> Result<&str, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
        ImportError::Syntax { line, column, message: "this is not text in UTF-8".to_owned() }
    })
}

fn starts_as_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn json_or_yaml(text: &str) -> Result<Value, ImportError> {
    if starts_as_json(text) { document::json(text) } else { document::yaml(text) }
}

/// Why a text of no known format is refused.
fn unknown(text: &str) -> ImportError {
    let known = Format::ALL.iter().map(|format| format.label()).collect::<Vec<_>>().join(", ");
    if !starts_as_json(text) {
        return ImportError::NotAModel(format!("it is none of {known}"));
    }
    match document::json(text) {
        Err(error) => error,
        Ok(value) => {
            let keys: Vec<&str> = value
                .as_object()
                .map(|map| map.keys().map(String::as_str).take(6).collect())
                .unwrap_or_default();
            let holds =
                if keys.is_empty() { "no keys".to_owned() } else { format!("the keys {}", keys.join(", ")) };
            ImportError::NotAModel(format!("it is JSON with {holds}, which is none of {known}"))
        }
    }
}
