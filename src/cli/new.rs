//! `new OUT`: an empty model to start from.

use std::path::{Path, PathBuf};

use super::{CliError, Exit, say};
use crate::model::Project;
use crate::storage::file;

/// The arguments of `new`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The project file to write
    out: PathBuf,
}

/// Writes a new project. A file that is there already stays as it is.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let out = &arguments.out;
    if out.exists() {
        return Err(CliError::output(format!(
            "{}: the file is there already; choose another name",
            out.display()
        )));
    }
    let project = Project::new(&system_name(out));
    file::save(out, &project).map_err(|error| CliError::output(format!("{}: {error}", out.display())))?;
    say(&format!("{} is ready: `threat-studio {0}` opens it.", out.display()));
    Ok(Exit::Done)
}

/// The system's name, from that of the file: `agent-platform.threat.ron` holds `Agent platform`.
fn system_name(path: &Path) -> String {
    let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let words = stem.split('.').next().unwrap_or_default().replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map_or_else(|| "New model".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_named_after_its_file() {
        for (path, name) in [
            ("agent-platform.threat.ron", "Agent platform"),
            ("/a/b/till_2.threat.ron", "Till 2"),
            (".threat.ron", "New model"),
            ("éclair.ron", "Éclair"),
        ] {
            assert_eq!(system_name(Path::new(path)), name);
        }
    }
}
