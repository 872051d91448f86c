//! Project files on disk.

use std::path::Path;

use super::text::{self, ReadError};
use crate::model::Project;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says no.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// The text is no project.
    #[error("{0}")]
    NotAProject(#[from] ReadError),
}

/// A project that was read.
#[derive(Debug)]
pub struct Opened {
    /// The project.
    pub project: Project,
}

/// Whether a file name is that of a project.
pub fn is_project_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, OpenError> {
    Ok(std::fs::read(path)?)
}

/// Reads a project.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
    let project = text::from_text(&std::fs::read_to_string(path)?)?;
    Ok(Opened { project })
}

/// Writes a file whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    std::fs::write(&temporary, bytes)?;
    std::fs::rename(&temporary, path)
}
