//! Files on disk: read within limits, written whole or not at all.
//!
//! Writing goes through a temporary file in the same folder that is renamed over the old one once it is safely on the disk;
//! a process that dies at any moment leaves the old file or the new one. A project's previous version stays beside it as
//! `NAME.threat.ron.bak`.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::data_folder::DataFolder;
use super::stamp::Stamp;
use super::text::{self, ReadError};
use crate::model::Project;

/// How project files end.
pub const EXTENSION: &str = "threat.ron";

/// Larger files are refused: a model of 100,000 components is smaller.
pub const LARGEST: u64 = 256 << 20;

/// A temporary file older than this was left by a process that died.
const STALE: Duration = Duration::from_mins(10);

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing is there.
    #[error("there is no such file")]
    Missing,
    /// A folder is there.
    #[error("this is a folder")]
    Folder,
    /// The system says no.
    #[error("the file cannot be read: {0}")]
    Read(#[source] io::Error),
    /// The file is larger than any model.
    #[error("the file is larger than {} MB, which no model is", LARGEST >> 20)]
    TooLarge,
    /// The file is something else, which is named.
    #[error("this is not a project file: it looks like {0}")]
    Foreign(&'static str),
    /// The text has a mistake.
    #[error(transparent)]
    Text(#[from] ReadError),
}

/// Why a file could not be written. What stood there before still stands.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {}{advice}", reason(.source))]
pub struct SaveError {
    what: &'static str,
    advice: &'static str,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

impl SaveError {
    /// `what` cannot be done, and the system's reason.
    pub(super) fn new(what: &'static str, source: io::Error) -> Self {
        Self { what, advice: advice(&source), source }
    }
}

/// Makes a folder and those above it.
pub(super) fn make_folder(path: &Path) -> Result<(), SaveError> {
    fs::create_dir_all(path).map_err(|source| SaveError::new("the folder cannot be made", source))
}

/// What became of a file since it was last read or written by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is as it was.
    Same,
    /// Somebody wrote something else.
    Changed,
    /// It is no longer there.
    Gone,
}

/// A project that was read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The project.
    pub project: Project,
    /// What the file looked like.
    pub stamp: Stamp,
}

/// Whether a name is that of a project file.
pub fn is_project_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
}

/// Reads a project file.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
    let bytes = read(path)?;
    let project = project_from(&bytes)?;
    Ok(Opened { project, stamp: Stamp::of(path, &bytes) })
}

/// Whether bytes begin as a project file does, whatever it is called.
pub fn looks_like_a_project(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    start.starts_with(b"#![enable") || start.starts_with(b"(")
}

/// Reads a project from the bytes of its file.
pub fn project_from(bytes: &[u8]) -> Result<Project, OpenError> {
    if let Some(what) = looks_like(bytes) {
        return Err(OpenError::Foreign(what));
    }
    Ok(text::from_text(utf8(bytes)?)?)
}

/// Reads a file of any kind, up to the size that a model can have.
pub fn read(path: &Path) -> Result<Vec<u8>, OpenError> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing,
        io::ErrorKind::IsADirectory => OpenError::Folder,
        _ => OpenError::Read(error),
    };
    if path.is_dir() {
        return Err(OpenError::Folder);
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(refused)?;
    if bytes.len() as u64 > LARGEST {
        return Err(OpenError::TooLarge);
    }
    Ok(bytes)
}

/// Opens a file of any size, to be read piece by piece: traces are larger than models.
pub fn stream(path: &Path) -> Result<io::BufReader<File>, OpenError> {
    if path.is_dir() {
        return Err(OpenError::Folder);
    }
    let opened = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing,
        _ => OpenError::Read(error),
    })?;
    Ok(io::BufReader::with_capacity(1 << 18, opened))
}

/// How many bytes a file holds; 0 where nobody can say.
pub fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |about| about.len())
}

/// Saves a project; its previous version stays beside it as a backup.
pub fn save(path: &Path, project: &Project) -> Result<Stamp, SaveError> {
    let text = text::to_text(project);
    put(path, text.as_bytes(), true)?;
    Ok(Stamp::of(path, text.as_bytes()))
}

/// Writes a file whole or not at all, and keeps no backup. What is no plain file (a pipe, a device) is written to directly.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    put(path, bytes, false)
}

/// Like [`replace`], and makes the folder first where there is none.
pub fn replace_in_folder(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    replace(path, bytes)
}

/// Writes a file of the data folder.
pub(super) fn write_data(
    folder: &DataFolder,
    name: &str,
    text: ron::Result<String>,
) -> Result<(), SaveError> {
    let failed =
        |source: io::Error| SaveError { what: "the data folder cannot be written to", advice: "", source };
    let text = text.map_err(|error| failed(io::Error::other(error)))?;
    let path = folder.ready(name).map_err(failed)?;
    replace(&path, text.as_bytes())
}

/// Whether somebody else has written the file since.
pub fn changed_on_disk(path: &Path, stamp: &Stamp) -> Change {
    if stamp.is_outdated(path) {
        Change::Changed
    } else if path.exists() {
        Change::Same
    } else {
        Change::Gone
    }
}

/// Where the previous version of a project file is kept.
pub fn backup_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".bak");
    PathBuf::from(name)
}

fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
        ReadError {
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            message: "this is not text in UTF-8".to_owned(),
        }
    })
}

/// What a file is when it is plainly no project.
fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let has = |word: &[u8]| {
        start.get(..4096.min(start.len())).is_some_and(|head| head.windows(word.len()).any(|w| w == word))
    };
    match start {
        [] => Some("an empty file"),
        [b'{' | b'[', ..] if has(b"otmVersion") => Some("an Open Threat Model, which can be imported"),
        [b'{' | b'[', ..] => Some("JSON; models in JSON can be imported"),
        [b'P', b'K', 3 | 5, ..] => Some("a ZIP archive"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0x89, b'P', b'N', b'G', ..] => Some("a PNG picture"),
        [0x1f, 0x8b, ..] => Some("a gzip archive"),
        [b'<', ..] if has(b"ThreatModel") => Some("a model of the Microsoft Threat Modeling Tool"),
        [b'<', ..] if !has(b"<<<<<<<") => Some("XML or HTML"),
        _ if start.starts_with(b"otmVersion") => Some("an Open Threat Model, which can be imported"),
        _ if bytes.iter().take(4096).any(|byte| *byte == 0) => Some("a binary file"),
        _ => None,
    }
}

fn put(path: &Path, bytes: &[u8], keep_previous: bool) -> Result<(), SaveError> {
    let failed = |what| move |source: io::Error| SaveError { what, advice: advice(&source), source };
    let target = through_links(path).map_err(failed("the link cannot be followed"))?;
    let old = fs::symlink_metadata(&target).ok();
    if let Some(old) = &old {
        if old.is_dir() {
            return Err(failed("the file cannot be written")(io::ErrorKind::IsADirectory.into()));
        }
        if !old.is_file() {
            let mut file =
                File::options().write(true).open(&target).map_err(failed("it cannot be written to"))?;
            return file.write_all(bytes).map_err(failed("it cannot be written to"));
        }
        if old.permissions().readonly() {
            let source = io::Error::new(io::ErrorKind::PermissionDenied, "the file is write-protected");
            return Err(failed("the file cannot be written")(source));
        }
        // Saving twice must not push the version before last out of the backup.
        if old.len() == bytes.len() as u64 && fs::read(&target).is_ok_and(|standing| standing == bytes) {
            return Ok(());
        }
    }

    let temporary = Temporary::beside(&target);
    let mut file = temporary.create().map_err(failed("the folder cannot be written to"))?;
    file.write_all(bytes).map_err(failed("the file cannot be written"))?;
    if let Some(old) = &old {
        fs::set_permissions(&temporary.0, old.permissions())
            .map_err(failed("the permissions cannot be kept"))?;
    }
    file.sync_all().map_err(failed("the file cannot be written to the disk"))?;
    drop(file);
    if keep_previous && old.is_some() {
        keep_backup(&target).map_err(failed("the previous version cannot be kept as a backup"))?;
    }
    fs::rename(&temporary.0, &target).map_err(failed("the file cannot be replaced"))?;
    sync_folder(&target).map_err(failed("the folder cannot be written to the disk"))
}

/// The file that a path leads to, existing or not.
fn through_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("the links lead in a circle"))
}

/// A file with a passing name beside the target; it is removed unless it was renamed.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(target: &Path) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let prefix = Self::prefix(target);
        Self(folder_of(target).join(format!("{prefix}{}-{number}.tmp", std::process::id())))
    }

    fn prefix(target: &Path) -> String {
        format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy())
    }

    fn create(&self) -> io::Result<File> {
        match File::options().write(true).create_new(true).open(&self.0) {
            // A process of the same number died here once.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&self.0)?;
                File::options().write(true).create_new(true).open(&self.0)
            }
            other => other,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Gone already when it was renamed.
        let _gone = fs::remove_file(&self.0);
    }
}

/// The standing file under the backup's name as well, at no moment leaving the backup's name empty or half-written.
fn keep_backup(target: &Path) -> io::Result<()> {
    remove_stale(target);
    let temporary = Temporary::beside(&backup_path(target));
    if fs::hard_link(target, &temporary.0).is_err() {
        fs::copy(target, &temporary.0)?;
    }
    fs::rename(&temporary.0, backup_path(target))
}

/// Removes what saves that were killed have left beside the file.
fn remove_stale(target: &Path) {
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return };
    let prefix = Temporary::prefix(target);
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.strip_prefix(&prefix).is_some_and(|rest| rest.strip_suffix(".tmp").is_some());
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if ours && age().is_some_and(|age| age > STALE) {
            // Somebody else may have removed it first.
            let _gone = fs::remove_file(entry.path());
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A rename is on the disk once its folder is.
#[cfg(unix)]
fn sync_folder(target: &Path) -> io::Result<()> {
    match File::open(folder_of(target)).and_then(|folder| folder.sync_all()) {
        // Some file systems know no such thing.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        // A folder that may be written to but not listed.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn sync_folder(_target: &Path) -> io::Result<()> {
    Ok(())
}

/// What the system said, without its number.
fn reason(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return "the folder is not there".to_owned();
    }
    let said = error.to_string();
    said.split_once(" (os error").map_or(said.clone(), |(said, _)| said.to_owned())
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ". Save it under another name, in a folder that is yours"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ". Make room on the disk, or save it somewhere else"
        }
        io::ErrorKind::NotFound => ". Make it, or save it somewhere else",
        _ => "",
    }
}
