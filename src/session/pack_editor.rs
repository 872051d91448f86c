//! A pack that is being edited: each change can be undone, and what is not in its file yet is known.

use std::path::{Path, PathBuf};

use crate::catalog::Pack;

/// More steps than this are forgotten, the oldest first.
const MOST_STEPS: usize = 200;

/// A pack that is being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct PackEditor {
    path: PathBuf,
    pack: Pack,
    past: Vec<(String, Pack)>,
    future: Vec<(String, Pack)>,
    /// What the file holds.
    kept: Pack,
    sealed: bool,
}

impl PackEditor {
    /// Begins with what the file holds.
    pub fn of(path: &Path, pack: &Pack) -> Self {
        Self {
            path: path.to_owned(),
            pack: pack.clone(),
            past: Vec::new(),
            future: Vec::new(),
            kept: pack.clone(),
            sealed: true,
        }
    }

    /// The pack as it is now.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Changes the pack as a step of that name; steps of one name without a seal between them are one.
    pub fn change(&mut self, name: &str, with: impl FnOnce(&mut Pack)) {
        let mut changed = self.pack.clone();
        with(&mut changed);
        if changed == self.pack {
            return;
        }
        let before = std::mem::replace(&mut self.pack, changed);
        let goes_on = !self.sealed && self.past.last().is_some_and(|(last, _)| last == name);
        if !goes_on {
            self.past.push((name.to_owned(), before));
            if self.past.len() > MOST_STEPS {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.sealed = false;
    }

    /// What follows is a step of its own.
    pub fn seal(&mut self) {
        self.sealed = true;
    }

    /// The step that undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.past.last().map(|(name, _)| name.as_str())
    }

    /// The step that redo would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.future.last().map(|(name, _)| name.as_str())
    }

    /// Takes the last step back.
    pub fn undo(&mut self) {
        if let Some((name, before)) = self.past.pop() {
            let after = std::mem::replace(&mut self.pack, before);
            self.future.push((name, after));
            self.sealed = true;
        }
    }

    /// Does the step again that was last taken back.
    pub fn redo(&mut self) {
        if let Some((name, after)) = self.future.pop() {
            let before = std::mem::replace(&mut self.pack, after);
            self.past.push((name, before));
            self.sealed = true;
        }
    }

    /// The pack, where its file does not hold it yet.
    pub fn to_keep(&self) -> Option<&Pack> {
        (self.pack != self.kept).then_some(&self.pack)
    }

    /// Notes that the file holds the pack as it is now.
    pub fn mark_kept(&mut self) {
        self.kept.clone_from(&self.pack);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(editor: &mut PackEditor, step: &str, name: &str) {
        editor.change(step, |pack| name.clone_into(&mut pack.name));
    }

    #[test]
    fn each_step_is_undone_and_done_again() {
        let mut editor = PackEditor::of(Path::new("a.pack.ron"), &Pack::default());
        for letters in ["A", "Ac", "Acme"] {
            name(&mut editor, "Change the name", letters);
        }
        editor.seal();
        name(&mut editor, "Change the name", "Acme Ltd");
        name(&mut editor, "Something else", "Acme GmbH");
        name(&mut editor, "Nothing", "Acme GmbH");
        assert_eq!(editor.undo_name(), Some("Something else"));
        let mut seen = Vec::new();
        while editor.undo_name().is_some() {
            editor.undo();
            seen.push(editor.pack().name.clone());
        }
        assert_eq!(seen, ["Acme Ltd", "Acme", ""]);
        assert_eq!(editor.to_keep(), None, "as the file has it");
        while editor.redo_name().is_some() {
            editor.redo();
        }
        assert_eq!(editor.pack().name, "Acme GmbH");
        assert!(editor.to_keep().is_some_and(|pack| pack.name == "Acme GmbH"));
        editor.mark_kept();
        assert_eq!(editor.to_keep(), None);
        editor.undo();
        assert!(editor.to_keep().is_some());
        name(&mut editor, "Anew", "Other");
        assert_eq!(editor.redo_name(), None);
    }
}
