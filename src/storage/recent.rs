//! The files that were opened last, for the welcome screen and the file menu.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::data_folder::DataFolder;
use super::file::{self, SaveError};

const FILE: &str = "recent.ron";

/// At most so many are remembered.
pub const MOST: usize = 12;

/// A file that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Where it is.
    pub path: PathBuf,
    /// What people call the system.
    pub name: String,
    /// When it was last opened or saved.
    pub time: Timestamp,
    /// Components that it held then.
    #[serde(default)]
    pub components: usize,
    /// Threats that it held then.
    #[serde(default)]
    pub threats: usize,
    /// Threats at or above the appetite then.
    #[serde(default)]
    pub above_appetite: usize,
    /// What fell due in it then, the earliest first.
    #[serde(default)]
    pub due: Vec<Deadline>,
}

/// Something in a file that somebody has to look at by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// By when.
    pub day: Date,
    /// What.
    pub what: String,
    /// What is missing, or who is concerned.
    pub detail: String,
}

impl Recent {
    /// A file that is open now.
    pub fn now(path: &Path, name: &str) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self {
            path,
            name: name.to_owned(),
            time: Timestamp::now(),
            components: 0,
            threats: 0,
            above_appetite: 0,
            due: Vec::new(),
        }
    }
}

/// The files that were opened last, the latest first. A list that cannot be read is an empty one.
pub fn list(folder: &DataFolder) -> Vec<Recent> {
    let text = std::fs::read_to_string(folder.file(FILE)).unwrap_or_default();
    let mut recent: Vec<Recent> = ron::from_str(&text).unwrap_or_default();
    recent.truncate(MOST);
    recent
}

/// Puts a file at the head of the list.
pub fn remember(folder: &DataFolder, opened: Recent) -> Result<Vec<Recent>, SaveError> {
    let mut recent = list(folder);
    recent.retain(|known| known.path != opened.path);
    recent.insert(0, opened);
    recent.truncate(MOST);
    write(folder, &recent)?;
    Ok(recent)
}

/// Takes a file off the list.
pub fn forget(folder: &DataFolder, path: &Path) -> Result<Vec<Recent>, SaveError> {
    let mut recent = list(folder);
    recent.retain(|known| known.path != path);
    write(folder, &recent)?;
    Ok(recent)
}

fn write(folder: &DataFolder, recent: &[Recent]) -> Result<(), SaveError> {
    let text = ron::ser::to_string_pretty(recent, ron::ser::PrettyConfig::new());
    file::write_data(folder, FILE, text)
}
