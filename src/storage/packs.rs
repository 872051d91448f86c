//! The files of packs: in the data folder, and in a folder `packs` beside a model.

use std::io;
use std::path::{Path, PathBuf};

use super::data_folder::DataFolder;
use super::file::{self, SaveError};

const FOLDER: &str = "packs";
const ENDING: &str = ".pack.ron";

/// A larger file is no pack.
const LARGEST: u64 = 16 << 20;

/// A pack's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds, or why it cannot be read.
    pub text: Result<String, String>,
}

/// Every pack of the person, then those beside a model, each by file name.
pub fn list(data: Option<&DataFolder>, model: Option<&Path>) -> Vec<PackFile> {
    let mut files = data.map(|data| folder(&data.file(FOLDER))).unwrap_or_default();
    if let Some(beside) = model.and_then(Path::parent).map(|parent| parent.join(FOLDER)) {
        let known: Vec<PathBuf> = files.iter().filter_map(|file| file.path.canonicalize().ok()).collect();
        let new = |file: &PackFile| file.path.canonicalize().is_ok_and(|path| !known.contains(&path));
        files.extend(folder(&beside).into_iter().filter(new));
    }
    files
}

/// One file, whatever it is called.
pub fn read(path: &Path) -> PackFile {
    let text = || {
        if std::fs::metadata(path)?.len() > LARGEST {
            return Err(io::Error::other("it is too large for a pack"));
        }
        std::fs::read_to_string(path)
    };
    PackFile { path: path.to_owned(), text: text().map_err(|error| error.to_string()) }
}

/// Writes a pack whole or not at all.
pub fn write(path: &Path, text: &str) -> Result<(), SaveError> {
    file::replace_in_folder(path, text.as_bytes())
}

/// A file of the data folder for a pack of that name, which does not exist yet.
pub fn new_path(data: &DataFolder, name: &str) -> PathBuf {
    free(&data.file(FOLDER), &super::stencils::file_name(name, "pack"), 1)
}

/// A file beside a pack's, which does not exist yet.
pub fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    free(path.parent().unwrap_or(Path::new("")), name.strip_suffix(ENDING).unwrap_or(&name), 2)
}

/// The first of `name`, `name-2`, `name-3` … from a number on that is no file of the folder yet.
fn free(folder: &Path, name: &str, from: u32) -> PathBuf {
    let numbered = |number| if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
    let mut paths = (from..1000).map(|number| folder.join(format!("{}{ENDING}", numbered(number))));
    paths.find(|path| !path.exists()).unwrap_or_else(|| folder.join(ENDING))
}

/// Throws a pack away.
pub fn delete(path: &Path) -> Result<(), SaveError> {
    std::fs::remove_file(path).map_err(|source| SaveError::new("the pack cannot be deleted", source))
}

fn folder(path: &Path) -> Vec<PackFile> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING)))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_found_in_both_places_and_written_whole() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataFolder::at(dir.path().join("data"));
        let model = dir.path().join("work/a.threat.ron");
        assert_eq!(list(Some(&data), Some(&model)), []);
        let path = new_path(&data, "Acme: our own");
        assert!(path.ends_with("packs/acme-our-own.pack.ron"), "{}", path.display());
        write(&path, "(name: \"Acme\")").unwrap();
        let second = new_path(&data, "acme our own");
        assert_ne!(second, path);
        assert!(super::beside(&path).ends_with("packs/acme-our-own-2.pack.ron"));
        let beside = dir.path().join("work/packs/team.pack.ron");
        write(&beside, "x").unwrap();
        std::fs::write(dir.path().join("work/packs/notes.txt"), "x").unwrap();
        std::fs::write(dir.path().join("work/packs/bytes.pack.ron"), [0xff, 0xfe]).unwrap();
        let found = list(Some(&data), Some(&model));
        let paths: Vec<&Path> = found.iter().map(|file| file.path.as_path()).collect();
        assert_eq!(paths, [path.as_path(), &beside.with_file_name("bytes.pack.ron"), &beside]);
        assert_eq!(found[0].text.as_deref(), Ok("(name: \"Acme\")"));
        assert!(found[1].text.is_err());
        // A model that lies in the data folder itself does not bring the same packs twice.
        assert_eq!(list(Some(&data), Some(&dir.path().join("data/b.threat.ron"))).len(), 1);
        delete(&path).unwrap();
        assert!(delete(&path).is_err());
    }
}
