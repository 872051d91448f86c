//! Packs of one's own, and the catalogue that they make together with what the program comes with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::catalog::pack::{Fault, Pack, PackError, Spot, spots};
use crate::model::Project;
use crate::storage::{DataFolder, packs};

/// A pack as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct PackEntry {
    /// Its file.
    pub path: PathBuf,
    /// What the file holds; none where it cannot be read at all.
    pub text: Option<String>,
    /// The pack, or why the text is none.
    pub pack: Result<Pack, PackError>,
    /// What is wrong in it.
    pub faults: Vec<Fault>,
}

/// All packs that are known, with the catalogue that they make.
#[derive(Debug, Clone, Default)]
pub struct PackShelf {
    /// The packs, those of the data folder first.
    pub packs: Vec<PackEntry>,
    /// The catalogue with all that is right in them; none without packs.
    pub merged: Option<Arc<Catalog>>,
}

impl PackShelf {
    /// Reads the packs of the data folder, those beside a model, and these files.
    pub fn read(data: Option<&DataFolder>, model: Option<&Path>, files: &[PathBuf]) -> Self {
        let mut found = packs::list(data, model);
        found.extend(files.iter().map(|path| packs::read(path)));
        Self::of(found.into_iter().map(|file| PackEntry::of(file.path, file.text)).collect())
    }

    /// The catalogue that packs make.
    pub fn of(mut entries: Vec<PackEntry>) -> Self {
        let whole: Vec<&Pack> = entries.iter().filter_map(|entry| entry.pack.as_ref().ok()).collect();
        if whole.is_empty() {
            return Self { packs: entries, ..Self::default() };
        }
        let (catalog, faults) = Catalog::builtin().with_packs(&whole);
        let readable = entries.iter_mut().filter(|entry| entry.pack.is_ok());
        for (entry, faults) in readable.zip(faults) {
            entry.faults = faults;
        }
        Self { packs: entries, merged: Some(Arc::new(catalog)) }
    }

    /// The catalogue that they make with what the program comes with.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.merged.as_ref().unwrap_or_else(|| Catalog::shared())
    }

    /// What is wrong, a line for each: "acme.pack.ron:7:12: no attribute is called …".
    pub fn complaints(&self) -> Vec<String> {
        self.packs.iter().flat_map(PackEntry::complaints).collect()
    }
}

impl PackEntry {
    /// A pack from the text of its file.
    pub fn of(path: PathBuf, text: Result<String, String>) -> Self {
        let pack = match &text {
            Ok(text) => Pack::read(text),
            Err(reason) => Err(PackError { line: 1, column: 1, message: reason.clone() }),
        };
        let named = pack.map(|mut pack| {
            if pack.name.trim().is_empty() {
                pack.name = stem(&path);
            }
            pack
        });
        Self { path, text: text.ok(), pack: named, faults: Vec::new() }
    }

    /// What people call it.
    pub fn name(&self) -> String {
        self.pack.as_ref().map_or_else(|_| stem(&self.path), |pack| pack.name.clone())
    }

    /// Its faults with where they stand in the file.
    pub fn placed_faults(&self) -> Vec<(Spot, &Fault)> {
        let spots = spots(self.text.as_deref().unwrap_or_default());
        self.faults.iter().map(|fault| (spots.of(fault), fault)).collect()
    }

    fn complaints(&self) -> Vec<String> {
        let file = self.path.display();
        if let Err(error) = &self.pack {
            return vec![format!("{file}:{}:{}: {}", error.line, error.column, error.message)];
        }
        let say = |(spot, fault): (Spot, &Fault)| {
            format!("{file}:{}:{}: {}", spot.line, spot.column, fault.message)
        };
        self.placed_faults().into_iter().map(say).collect()
    }
}

/// A file's name without its endings.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// What a model names that the catalogue does not hold: a pack of somebody else is not here. Nothing of the model is lost by that.
pub fn missing<'a>(project: &Project, catalog: impl Fn() -> &'a Catalog) -> Vec<String> {
    let threats = project.threats.iter().filter_map(|threat| threat.catalog.as_deref());
    let dismissed = project.dismissals.iter().map(|dismissal| dismissal.catalog.as_str());
    let unknown: BTreeSet<&str> =
        threats.chain(dismissed).filter(|id| !id.is_empty() && catalog().threat(id).is_none()).collect();
    let controls = project.controls.iter().filter_map(|control| control.catalog.as_deref());
    let unknown_controls: BTreeSet<&str> =
        controls.filter(|id| !id.is_empty() && catalog().control(id).is_none()).collect();
    unknown.into_iter().chain(unknown_controls).map(str::to_owned).collect()
}

/// The sentence that says so; none where nothing is missing.
pub fn missing_words(missing: &[String]) -> Option<String> {
    let first: Vec<&str> = missing.iter().take(3).map(String::as_str).collect();
    let more = missing.len().saturating_sub(first.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let come = if missing.len() == 1 { "comes from a pack that is" } else { "come from packs that are" };
    (!missing.is_empty()).then(|| {
        format!("{}{more} {come} not on this machine. Nothing of the model is lost.", first.join(", "))
    })
}
