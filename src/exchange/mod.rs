//! Foreign formats: one file for each.
//!
//! May use: model, catalog. Never contains: silent loss. Each import returns what it could not carry, and refuses what is
//! not a model with a message that says where. Models without coordinates are laid out by whoever opened them.

use std::fmt;

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
    let _ = (bytes, file_name, format);
    Err(ImportError::NotAModel("no known format".to_owned()))
}
