//! The folder in which the program keeps what belongs to the person and not to a project.

use std::path::{Path, PathBuf};

use super::file::SaveError;

/// Names another folder in place of the system's usual one.
pub const DATA_FOLDER_VARIABLE: &str = "THREAT_STUDIO_DATA";

/// A folder for recovery files, recent files and settings. It is made when something is first written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The person's own: what `THREAT_STUDIO_DATA` names, or the system's place for such things. None where there is none.
    pub fn of_user() -> Option<Self> {
        match std::env::var_os(DATA_FOLDER_VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Some(Self(PathBuf::from(path))),
            None => dirs::data_dir().map(|folder| Self(folder.join("threat-studio"))),
        }
    }

    /// A folder of one's own choice.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts a file that comes with the program into a folder of it, unless there is one already: what somebody has
    /// changed in their copy stays. Gives back where it is.
    pub fn provide(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<PathBuf, SaveError> {
        let path = self.0.join(folder).join(name);
        if !path.exists() {
            super::file::make_folder(&self.0.join(folder))?;
            super::file::replace(&path, bytes)?;
        }
        Ok(path)
    }

    /// A file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file in it, for writing: the folder is made if it is not there.
    pub(super) fn ready(&self, name: &str) -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(&self.0)?;
        Ok(self.file(name))
    }
}
