//! A person's own stencils: pieces of models, each a file in the data folder, to be put into other models.

use std::path::{Path, PathBuf};

use super::data_folder::DataFolder;
use super::file::{self, SaveError};
use crate::edit::verbs::Clip;
use crate::model::record::record;

const FOLDER: &str = "stencils";
const ENDING: &str = ".stencil.ron";

/// The format that this version writes.
const FORMAT: u32 = 1;

record! {
    /// What a stencil file holds.
    pub struct UserStencil {
        /// The version of the format.
        format: u32,
        /// What its owner calls it.
        name: String,
        /// Components, interfaces, zones, with their assets, threats and controls.
        clip: Clip,
    }
}

/// A stencil in the data folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// What its owner calls it.
    pub name: String,
    /// What it holds, or why it cannot be read.
    pub clip: Result<Clip, String>,
}

/// The stencils of the person, by name. A file that cannot be read is listed with the reason.
pub fn list(folder: &DataFolder) -> Vec<Kept> {
    let Ok(entries) = std::fs::read_dir(folder.file(FOLDER)) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut kept: Vec<Kept> = paths.filter_map(|path| stem(&path).map(|stem| read(&path, &stem))).collect();
    kept.sort_by(|a, b| (a.name.to_lowercase(), &a.path).cmp(&(b.name.to_lowercase(), &b.path)));
    kept
}

/// Keeps a piece of a model under a name. A name that is taken gets a file of its own all the same.
pub fn keep(folder: &DataFolder, name: &str, clip: Clip) -> Result<PathBuf, SaveError> {
    let base = file_name(name, "stencil");
    let names = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
    let mut paths = names.map(|name| folder.file(FOLDER).join(format!("{name}{ENDING}")));
    let path = paths.find(|path| !path.exists()).unwrap_or_else(|| folder.file(FOLDER).join(ENDING));
    file::make_folder(&folder.file(FOLDER))?;
    write(&path, name, clip)?;
    Ok(path)
}

/// Gives a stencil another name; its file stays where it is.
pub fn rename(path: &Path, name: &str) -> Result<(), SaveError> {
    let stencil = read_file(path).map_err(|reason| failed("the stencil cannot be read", reason))?;
    write(path, name, stencil.clip)
}

/// Throws a stencil away.
pub fn delete(path: &Path) -> Result<(), SaveError> {
    std::fs::remove_file(path).map_err(|source| SaveError::new("the stencil cannot be deleted", source))
}

fn failed(what: &'static str, reason: String) -> SaveError {
    SaveError::new(what, std::io::Error::other(reason))
}

fn write(path: &Path, name: &str, clip: Clip) -> Result<(), SaveError> {
    let stencil =
        UserStencil { format: FORMAT, name: name.trim().to_owned(), clip, ..UserStencil::default() };
    let text = ron::ser::to_string_pretty(&stencil, ron::ser::PrettyConfig::new());
    let text = text.map_err(|error| failed("the stencil cannot be written", error.to_string()))?;
    file::replace(path, text.as_bytes())
}

fn read(path: &Path, stem: &str) -> Kept {
    let (name, clip) = match read_file(path) {
        Ok(stencil) if stencil.name.trim().is_empty() => (stem.to_owned(), Ok(stencil.clip)),
        Ok(stencil) => (stencil.name, Ok(stencil.clip)),
        Err(reason) => (stem.to_owned(), Err(reason)),
    };
    Kept { path: path.to_owned(), name, clip }
}

fn read_file(path: &Path) -> Result<UserStencil, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let stencil: UserStencil = ron::from_str(&text).map_err(|error| error.to_string())?;
    if stencil.format > FORMAT {
        return Err(format!("it is of format {}, and this version reads up to {FORMAT}", stencil.format));
    }
    Ok(stencil)
}

/// A file's name without its ending; none for a file that is no stencil.
fn stem(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.strip_suffix(ENDING).map(str::to_owned)
}

/// Letters and digits of a name, which every file system takes; another word where it has none.
pub(super) fn file_name(name: &str, nameless: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-").to_lowercase();
    match joined.chars().take(60).collect::<String>() {
        empty if empty.is_empty() => nameless.to_owned(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::verbs;
    use crate::model::{ItemId, Project, ViewId};
    use crate::storage::sample;

    fn clip(project: &Project) -> Clip {
        let all: Vec<ItemId> = project.all_ids().into_iter().collect();
        verbs::copy(project, ViewId(1), &all)
    }

    #[test]
    fn what_is_kept_is_listed_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let folder = DataFolder::at(folder.path().join("not there yet"));
        assert_eq!(list(&folder), []);
        let clip = clip(&sample::project(7, 40));
        assert!(!clip.components.is_empty() && !clip.threats.is_empty() && !clip.assets.is_empty());
        let path = keep(&folder, "Payment: card & bank", clip.clone()).unwrap();
        let second = keep(&folder, "payment card bank", Clip::default()).unwrap();
        assert_ne!(path, second);
        assert!(path.ends_with("stencils/payment-card-bank.stencil.ron"), "{}", path.display());
        let kept = list(&folder);
        let names: Vec<&str> = kept.iter().map(|kept| kept.name.as_str()).collect();
        assert_eq!(names, ["payment card bank", "Payment: card & bank"]);
        assert_eq!(kept.last().unwrap().clip.as_ref().unwrap(), &clip);
        rename(&path, "Zahlung").unwrap();
        delete(&second).unwrap();
        let kept = list(&folder);
        assert_eq!(kept, [Kept { path, name: "Zahlung".to_owned(), clip: Ok(clip) }]);
    }

    #[test]
    fn a_broken_file_is_listed_with_the_reason() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::at(dir.path());
        keep(&folder, "?", Clip::default()).unwrap();
        let path = dir.path().join("stencils/stencil.stencil.ron");
        for (text, reason) in [("(name: 3)", "string"), ("(format: 9)", "format 9"), ("", "1:1")] {
            std::fs::write(&path, text).unwrap();
            let kept = list(&folder);
            let error = kept.first().unwrap().clip.clone().unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(rename(&path, "x").is_err());
        }
        std::fs::write(dir.path().join("stencils/notes.txt"), "x").unwrap();
        assert_eq!(list(&folder).len(), 1);
    }
}
