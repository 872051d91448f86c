//! What a crash would otherwise take: the unsaved text of each open document, kept in the person's data folder.
//!
//! A running program holds a lock on each of its recovery files. The system lets go of it when the program ends in
//! whatever way, so a recovery file whose lock is free was left by a crash.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::data_folder::DataFolder;
use super::file;

const FOLDER: &str = "recovery";

/// The recovery file of one open document. Dropping it leaves the text for [`list`] to find; [`Slot::clear`] does not.
#[derive(Debug)]
pub struct Slot {
    text: PathBuf,
    lock_path: PathBuf,
    /// Held for as long as the document is open.
    _lock: File,
}

/// Unsaved work that a crash has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The project's file; none if it was never saved.
    pub original: Option<PathBuf>,
    /// What people call the system.
    pub name: String,
    /// When the text was kept.
    pub time: Timestamp,
    file: PathBuf,
}

/// The first line of a recovery file; the project's text follows.
#[derive(Serialize, Deserialize)]
struct Heading {
    original: Option<String>,
    name: String,
    time: Timestamp,
}

impl Slot {
    /// Makes room for the unsaved text of a document.
    pub fn claim(folder: &DataFolder) -> io::Result<Self> {
        let process = std::process::id();
        for number in 0..10_000_u32 {
            let lock_path = recovery(folder).ready(&format!("{process}-{number}.lock"))?;
            let lock = open_lock(&lock_path)?;
            let text = lock_path.with_extension("ron");
            match lock.try_lock() {
                // A text without an owner was left by a process of the same number.
                Ok(()) if text.exists() => {}
                Ok(()) => return Ok(Self { text, lock_path, _lock: lock }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::other("too many documents are open"))
    }

    /// Keeps the text of the document as it is now.
    pub fn keep(&self, original: Option<&Path>, name: &str, text: &str) -> io::Result<()> {
        let heading = Heading {
            original: original.map(|path| path.to_string_lossy().into_owned()),
            name: name.to_owned(),
            time: Timestamp::now(),
        };
        let heading = ron::to_string(&heading).map_err(io::Error::other)?;
        file::replace(&self.text, format!("{heading}\n{text}").as_bytes()).map_err(|error| error.source)
    }

    /// Forgets the text: the document was saved, or its changes were given up.
    pub fn clear(&self) -> io::Result<()> {
        match fs::remove_file(&self.text) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.text.exists() {
            // An empty lock file left behind does no harm.
            let _left = fs::remove_file(&self.lock_path);
        }
    }
}

/// Unsaved work that crashes have left, the latest first. What other running programs hold is not listed.
pub fn list(folder: &DataFolder) -> Vec<Leftover> {
    let Ok(entries) = fs::read_dir(recovery(folder).path()) else { return Vec::new() };
    let mut found: Vec<Leftover> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron") && !is_held(path))
        .filter_map(|path| {
            let (heading, _) = parts(&path)?;
            let original = heading.original.map(PathBuf::from);
            Some(Leftover { original, name: heading.name, time: heading.time, file: path })
        })
        .collect();
    found.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.file.cmp(&b.file)));
    found
}

/// The text that was kept; none if it is gone.
pub fn read(leftover: &Leftover) -> Option<String> {
    parts(&leftover.file).map(|(_, text)| text)
}

/// Forgets work that a crash has left: it was restored, or is not wanted.
pub fn discard(leftover: &Leftover) -> io::Result<()> {
    fs::remove_file(&leftover.file)?;
    // An empty lock file left behind does no harm.
    let _left = fs::remove_file(leftover.file.with_extension("lock"));
    Ok(())
}

fn recovery(folder: &DataFolder) -> DataFolder {
    DataFolder::at(folder.file(FOLDER))
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

fn is_held(text: &Path) -> bool {
    let Ok(lock) = open_lock(&text.with_extension("lock")) else { return false };
    matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

fn parts(path: &Path) -> Option<(Heading, String)> {
    let text = fs::read_to_string(path).ok()?;
    let (heading, rest) = text.split_once('\n')?;
    Some((ron::from_str(heading).ok()?, rest.to_owned()))
}
