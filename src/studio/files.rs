//! Files as the window sees them: read and written on other threads, with a sentence for whatever goes wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::exchange;
use crate::model::Project;
use crate::picture::layout;
use crate::session::Session;
use crate::storage::recovery::Leftover;
use crate::storage::{Stamp, file, recovery, text};

/// What a job brings back.
#[derive(Debug)]
pub enum Outcome {
    /// A model was read.
    Opened(Box<Session>),
    /// The model was saved.
    Saved {
        /// The state of the history that was saved.
        state: u64,
        /// Where.
        path: PathBuf,
        /// What the file looks like now.
        stamp: Stamp,
    },
    /// A drawing or a report was written there.
    Exported(PathBuf),
    /// A new order of the diagram.
    TidiedUp {
        /// The revision that it was made for.
        revision: u64,
        /// The places.
        places: std::collections::BTreeMap<crate::model::ItemId, crate::model::Place>,
    },
    /// Done, and nothing to say about it.
    Quiet,
}

/// Reads a model of any format, and puts what has no place somewhere.
pub fn read(path: &Path) -> Result<Session, String> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let failed = |reason: &dyn std::fmt::Display| {
        format!("{name} could not be opened: {reason}. What was open stays as it was.")
    };
    let bytes = file::read(path).map_err(|error| failed(&error))?;
    if file::is_project_name(path) || file::looks_like_a_project(&bytes) {
        let project = file::project_from(&bytes).map_err(|error| failed(&error))?;
        return Ok(Session::saved(placed(project), path.to_owned(), Some(Stamp::of(path, &bytes))));
    }
    let imported = exchange::import(&bytes, &name, None).map_err(|error| failed(&error))?;
    let source = format!("Imported from {}", imported.format);
    Ok(Session::unsaved(placed(imported.project)).with_source(source, imported.losses))
}

/// Reads what a crash has left.
pub fn read_leftover(leftover: &Leftover) -> Result<Session, String> {
    let lost = || format!("The unsaved work on {} could not be read.", leftover.name);
    let kept = recovery::read(leftover).ok_or_else(lost)?;
    let project = text::from_text(&kept).map_err(|error| format!("{} {error}", lost()))?;
    Ok(Session::unsaved(placed(project)).with_path(leftover.original.clone()))
}

/// A model for which everything that its views show has a place.
pub fn placed(mut project: Project) -> Project {
    let laid_out: Vec<_> = project
        .views
        .iter()
        .map(|view| (view.id, layout::places(&project, view)))
        .collect();
    for (id, places) in laid_out {
        if let Some(view) = project.views.get_mut(id) {
            view.places = places;
        }
    }
    project
}

/// Writes a model.
pub fn write(project: &Arc<Project>, state: u64, path: PathBuf) -> Result<Outcome, String> {
    match file::save(&path, project) {
        Ok(stamp) => Ok(Outcome::Saved { state, path, stamp }),
        Err(error) => Err(format!("The model was not saved. {error}")),
    }
}

/// A name for a file, from the model's.
pub fn file_name(title: &str, ending: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "model".to_owned() } else { words.join("-") };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain() {
        for (title, expected) in [
            ("Agent System Threat Model", "agent-system-threat-model.threat.ron"),
            ("  ", "model.threat.ron"),
            ("Über/All: 2", "Über-all-2.threat.ron"),
        ] {
            assert_eq!(file_name(title, ".threat.ron"), expected);
        }
    }

    #[test]
    fn a_file_that_is_no_model_says_so_and_names_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.threat.ron");
        std::fs::write(&path, "(name: \"x\", oops").unwrap();
        let message = read(&path).unwrap_err();
        assert!(message.contains("broken.threat.ron"), "{message}");
        assert!(message.contains("line"), "{message}");
    }
}
