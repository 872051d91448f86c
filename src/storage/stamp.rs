//! What a file looked like when it was last read or written, to notice when somebody else has changed it.

use std::path::Path;

use sha2::{Digest as _, Sha256};

/// A file's size, time and contents, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    len: u64,
    modified: Option<std::time::SystemTime>,
    hash: [u8; 32],
}

impl Stamp {
    /// The stamp of a file that holds these bytes.
    pub fn of(path: &Path, bytes: &[u8]) -> Self {
        let modified = std::fs::metadata(path).and_then(|data| data.modified()).ok();
        Self { len: bytes.len() as u64, modified, hash: Sha256::digest(bytes).into() }
    }

    /// When the file was written, as its disk has it.
    pub fn modified(&self) -> Option<jiff::Timestamp> {
        self.modified.and_then(|time| time.try_into().ok())
    }

    /// Whether the file now holds something else. Size and time are asked first; the contents decide, so that a file that
    /// was only touched counts as unchanged. A file that is gone counts as unchanged: a save brings it back.
    pub fn is_outdated(&self, path: &Path) -> bool {
        let Ok(data) = std::fs::metadata(path) else { return false };
        if data.len() == self.len && data.modified().ok() == self.modified {
            return false;
        }
        std::fs::read(path).is_ok_and(|bytes| <[u8; 32]>::from(Sha256::digest(&bytes)) != self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_contents_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "one").unwrap();
        let stamp = Stamp::of(&path, b"one");
        assert!(!stamp.is_outdated(&path));
        std::fs::write(&path, "one").unwrap();
        assert!(!stamp.is_outdated(&path), "touched, not changed");
        std::fs::write(&path, "two").unwrap();
        assert!(stamp.is_outdated(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(!stamp.is_outdated(&path));
    }
}
