//! The person's packs: read from their files, and written back while they are edited.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use egui::Context;

use crate::catalog::Pack;
use crate::catalog::pack::text_with_comments;
use crate::session::packs::{missing, missing_words};
use crate::session::{History, PackShelf, Session, Step};
use crate::storage::packs;

use super::app::App;

/// A change of a pack waits so long for the next before its file is written.
const REST: f64 = 0.4;

impl App {
    /// Reads all packs anew: those of the data folder, and those beside the model.
    pub(super) fn read_packs(&mut self) {
        let Some(session) = &mut self.session else { return };
        let shelf = PackShelf::read(self.data.as_ref(), session.path(), &[]);
        session.set_packs(Arc::new(shelf));
    }

    /// Says where the model names what no pack here holds.
    pub(super) fn say_missing_packs(&mut self) {
        let Some(session) = &self.session else { return };
        if let Some(words) = missing_words(&missing(session.project(), || session.catalog())) {
            self.toasts.note(words);
        }
    }

    /// Whether undo and redo belong to the pack that is being edited.
    pub(super) fn edits_pack(&self) -> bool {
        self.step == Step::Threats && self.views.threats.shows_packs()
    }

    /// What undo and redo would take back and do again, of the pack or of the model.
    pub(super) fn history_names(&self) -> [Option<&str>; 2] {
        if self.edits_pack() {
            let packs = &self.views.threats.packs;
            return [packs.undo_name(), packs.redo_name()];
        }
        let history = self.session.as_ref().map(Session::history);
        [history.and_then(History::undo_name), history.and_then(History::redo_name)]
    }

    /// Writes the pack that is being edited once the hands rest.
    pub(super) fn keep_pack(&mut self, ctx: &Context) {
        let time = ctx.input(|input| input.time);
        let Some((_, _, changed)) = self.views.threats.packs.to_keep() else { return };
        let rested = time - changed;
        if rested < REST {
            return ctx.request_repaint_after(Duration::from_secs_f64((REST - rested).clamp(0.01, REST)));
        }
        self.flush_pack();
    }

    /// Writes the pack that is being edited, where its file does not hold it yet.
    pub(super) fn flush_pack(&mut self) {
        let Some((path, pack, _)) = self.views.threats.packs.to_keep() else { return };
        let shelf = self.session.as_ref().map(|session| Arc::clone(session.packs()));
        let known = shelf.iter().flat_map(|shelf| &shelf.packs).find(|entry| entry.path == path);
        let known = known.and_then(|entry| entry.text.as_deref()).unwrap_or_default();
        let text = text_with_comments(&pack, known);
        let there = packs::read(&path).text;
        let to = match there {
            Ok(there) if there != known => packs::beside(&path),
            _ => path.clone(),
        };
        let failed = packs::write(&to, &text).err().map(|error| error.to_string());
        if let Some(error) = &failed {
            self.toasts.error(format!("The pack was not saved: {error}"));
        } else if to != path {
            let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (old, new) = (name(&path), name(&to));
            self.toasts.note(format!(
                "{old} was changed by another program and stays as that left it. What you changed here is now in {new}."
            ));
        }
        self.views.threats.packs.mark_kept(failed);
        if to != path {
            self.views.threats.packs.choose(&to);
        }
        self.read_packs();
    }

    /// Begins a pack.
    pub(super) fn new_pack(&mut self, name: &str) {
        let Some(data) = &self.data else {
            return self.toasts.error("There is no folder to keep packs in.");
        };
        let pack = Pack { name: name.to_owned(), ..Pack::default() };
        let path = packs::new_path(data, name);
        match packs::write(&path, &pack.text()) {
            Ok(()) => self.views.threats.packs.choose(&path),
            Err(error) => self.toasts.error(format!("The pack was not made: {error}")),
        }
        self.read_packs();
    }

    /// Writes a pack's text as it was typed, right or wrong.
    pub(super) fn save_pack(&mut self, path: &Path, text: &str) {
        if let Err(error) = packs::write(path, text) {
            self.toasts.error(format!("The pack was not saved: {error}"));
        }
        self.read_packs();
    }

    /// Throws a pack away. What models took from it stays in them.
    pub(super) fn delete_pack(&mut self, path: &Path) {
        if let Err(error) = packs::delete(path) {
            self.toasts.error(error.to_string());
        }
        self.views.threats.packs.forget(path);
        self.read_packs();
    }
}
