//! Reading a model, whatever it was written in.

use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::{CliError, print_json, say};
use crate::exchange::{self, Format, Loss};
use crate::model::Project;
use crate::storage::file;

/// A model that was read from a file.
#[derive(Debug)]
pub struct Loaded {
    /// The model.
    pub project: Project,
    /// The foreign format that it was imported from; none for a project file.
    pub format: Option<Format>,
    /// What the import could not carry.
    pub losses: Vec<Loss>,
}

/// So many losses are told one by one.
const MOST_LOSSES: usize = 12;

/// Reads a project file, or any file that can be imported; what the import could not carry goes to standard error.
pub fn load(path: &Path) -> Result<Loaded, CliError> {
    let loaded = load_as(path, None)?;
    if !loaded.losses.is_empty() {
        say(&told(&loaded.losses));
    }
    Ok(loaded)
}

fn told(losses: &[Loss]) -> String {
    let mut lines = vec!["Not read as it was:".to_owned()];
    lines.extend(
        losses
            .iter()
            .take(MOST_LOSSES)
            .map(|Loss { place, what, why }| format!("  {place}: {what}\n      {why}")),
    );
    if losses.len() > MOST_LOSSES {
        lines.push(format!("  … and {} more; import lists them all", losses.len() - MOST_LOSSES));
    }
    lines.join("\n")
}

/// Prints one JSON document about a model, with what the import of the model could not carry as its `losses`.
pub(super) fn print_json_of(told: &impl Serialize, losses: &[Loss]) -> Result<(), CliError> {
    print_json_with(told, "losses", losses)
}

/// The same under another key, where `losses` are something else.
pub(super) fn print_json_with(told: &impl Serialize, key: &str, losses: &[Loss]) -> Result<(), CliError> {
    let mut document = serde_json::to_value(told)
        .map_err(|error| CliError::output(format!("the result cannot be written as JSON: {error}")))?;
    let lost = |loss: &Loss| json!({"where": loss.place, "what": loss.what, "why": loss.why});
    if let Some(document) = document.as_object_mut() {
        document.insert(key.to_owned(), losses.iter().map(lost).collect());
    }
    print_json(&document)
}

/// Reads a file in the format that was asked for, or in the one that it shows.
pub(super) fn load_as(path: &Path, format: Option<Format>) -> Result<Loaded, CliError> {
    let bytes = file::read(path).map_err(|error| CliError::file(path, error))?;
    if format.is_none() && (file::is_project_name(path) || file::looks_like_a_project(&bytes)) {
        let project = file::project_from(&bytes).map_err(|error| CliError::file(path, error))?;
        return Ok(Loaded { project, format: None, losses: Vec::new() });
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let imported = exchange::import(&bytes, &name, format).map_err(|error| CliError::file(path, error))?;
    Ok(Loaded { project: imported.project, format: Some(imported.format), losses: imported.losses })
}
