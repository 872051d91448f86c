//! `--pack FILE`: own threats, controls and stencils beside those that the program comes with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{CliError, say};
use crate::catalog::Catalog;
use crate::model::Project;
use crate::session::PackShelf;
use crate::session::packs::{missing, missing_words};
use crate::storage::DataFolder;

/// Which packs are read.
#[derive(Debug, Default, clap::Args)]
pub(super) struct PackArguments {
    /// A pack of own threats, controls and stencils; several may be named. Those of the data folder and of a folder
    /// "packs" beside the model are read too
    #[arg(long = "pack", value_name = "PACK")]
    packs: Vec<PathBuf>,
}

impl PackArguments {
    /// The catalogue for a model. What is wrong in packs is said, and what the model names that is in none of them.
    pub(super) fn catalog(&self, file: &Path, project: &Project) -> Result<Arc<Catalog>, CliError> {
        let shelf = PackShelf::read(DataFolder::of_user().as_ref(), Some(file), &self.packs);
        for path in &self.packs {
            let entry = shelf.packs.iter().find(|entry| entry.path == *path);
            if let Some(Err(error)) = entry.map(|entry| &entry.pack) {
                return Err(CliError::file(path, error.clone()));
            }
        }
        for complaint in shelf.complaints() {
            say(&complaint);
        }
        if let Some(words) = missing_words(&missing(project, || shelf.catalog())) {
            say(&words);
        }
        Ok(Arc::clone(shelf.catalog()))
    }
}
