//! Packs: threats, controls and stencils of one's own, edited and tried on the open model while they are written.

mod control;
mod form;
mod list;
mod overview;
mod stencil;
mod threat;
mod trial;
mod trigger;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Frame, Margin, Panel, Ui};

use crate::catalog::Pack;
use crate::catalog::pack::Part;
use crate::picture::Role;
use crate::session::{PackEditor, PackEntry, PackShelf};
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The pack that is looked at, by its file.
    chosen: Option<PathBuf>,
    part: Option<Part>,
    editor: Option<PackEditor>,
    /// When the pack was last changed, by the window's clock.
    changed_at: f64,
    /// Why the last change is in no file.
    refused: Option<String>,
    /// A text that is no pack, while it is put right.
    text: Option<(PathBuf, String)>,
    /// The name of a pack that is about to be begun.
    naming: Option<String>,
    /// The pack is about to be thrown away.
    deleting: bool,
    tried: Option<trial::Made>,
    /// What of the trial is listed in full.
    unfolded: bool,
}

impl State {
    /// Chooses a pack, as it stands in its file.
    pub fn choose(&mut self, path: &Path) {
        if self.chosen.as_deref() != Some(path) {
            self.chosen = Some(path.to_owned());
            self.part = None;
            self.editor = None;
            self.text = None;
            self.deleting = false;
        }
    }

    /// Forgets a pack that was thrown away.
    pub fn forget(&mut self, path: &Path) {
        if self.chosen.as_deref() == Some(path) {
            *self = Self::default();
        }
    }

    /// What is in no file yet: the file, its text, and since when.
    pub fn to_keep(&self) -> Option<(PathBuf, Pack, f64)> {
        let editor = self.editor.as_ref().filter(|_| self.refused.is_none())?;
        Some((editor.path().to_owned(), editor.to_keep()?.clone(), self.changed_at))
    }

    /// Notes that the pack was written, or why not.
    pub fn mark_kept(&mut self, refused: Option<String>) {
        if let (Some(editor), None) = (&mut self.editor, &refused) {
            editor.mark_kept();
        }
        self.refused = refused;
    }

    /// The step that undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.editor.as_ref().and_then(PackEditor::undo_name)
    }

    /// The step that redo would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.editor.as_ref().and_then(PackEditor::redo_name)
    }

    /// Takes a step back, or does it again.
    pub fn step(&mut self, back: bool) {
        if let Some(editor) = &mut self.editor {
            if back {
                editor.undo();
            } else {
                editor.redo();
            }
            self.refused = None;
        }
    }

    /// Ends a step: the next change is one of its own.
    pub fn seal(&mut self) {
        if let Some(editor) = &mut self.editor {
            editor.seal();
        }
    }

    /// The editor follows the file as long as nothing here differs from it.
    fn follow(&mut self, shelf: &PackShelf) {
        if self.chosen.is_none() {
            self.chosen = shelf.packs.first().map(|entry| entry.path.clone());
        }
        let entry =
            self.chosen.as_ref().and_then(|path| shelf.packs.iter().find(|entry| entry.path == *path));
        let Some(entry) = entry else {
            if self.editor.as_ref().is_none_or(|editor| editor.to_keep().is_none()) {
                self.chosen = None;
                self.editor = None;
            }
            return;
        };
        let Ok(pack) = &entry.pack else { return self.editor = None };
        let stale = self.editor.as_ref().is_none_or(|editor| {
            editor.path() != entry.path || (editor.to_keep().is_none() && editor.pack() != pack)
        });
        if stale {
            self.editor = Some(PackEditor::of(&entry.path, pack));
            self.refused = None;
        }
    }
}

/// Draws the view.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let shelf = Arc::clone(ctx.session.packs());
    state.follow(&shelf);
    if ui.input(|input| input.pointer.any_pressed()) {
        state.seal();
    }
    let before = state.editor.as_ref().map(|editor| editor.pack().clone());
    let whole = ui.available_width();
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(12, 12));
    let left = if whole < 1180.0 { 260.0 } else { 312.0 };
    Panel::left("pack list").exact_size(left).resizable(false).frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "pack list", |ui| list::show(ui, ctx, state, &shelf));
    });
    let entry = state.chosen.as_ref().and_then(|path| shelf.packs.iter().find(|entry| entry.path == *path));
    if let (Some(Part::Threat(at)), true) = (state.part, state.editor.is_some()) {
        let width = (whole * 0.32).clamp(330.0, 460.0);
        Panel::right("pack trial").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "pack trial", |ui| trial::show(ui, ctx, state, at));
        });
    }
    let ground = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(24, 18));
    egui::CentralPanel::default().frame(ground).show(ui, |ui| {
        widgets::scroll(ui, ("pack entry", state.part), |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            middle(ui, ctx, state, entry);
        });
    });
    if state.editor.as_ref().map(PackEditor::pack) != before.as_ref() {
        state.changed_at = ui.input(|input| input.time);
        state.refused = None;
        ui.request_repaint();
    }
}

fn middle(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, entry: Option<&PackEntry>) {
    let Some(entry) = entry else {
        let sentence = "A pack holds threats, controls and stencils of your own, beside those that come with the program.";
        if widgets::empty_state(ui, "blocks", sentence, "New pack", "") {
            state.naming = Some("My pack".to_owned());
        }
        return;
    };
    if entry.pack.is_err() {
        return overview::broken(ui, ctx, state, entry);
    }
    match state.part {
        None => overview::show(ui, ctx, state, entry),
        Some(Part::Threat(at)) => threat::show(ui, ctx, state, entry, at),
        Some(Part::Control(at)) => control::show(ui, ctx, state, entry, at),
        Some(Part::Stencil(at)) => stencil::show(ui, ctx, state, entry, at),
    }
}
