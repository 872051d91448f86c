//! The problems strip under the canvas, and the counts that the rail and the status bar show.

use egui::Ui;

use crate::session::Session;

use super::views::ViewContext;

/// What the strip remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Unfolded by hand although there is little room.
    pub forced_open: bool,
    /// The problem that F8 came to last.
    pub chosen: Option<usize>,
}

/// How many things wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Lint findings that are errors.
    pub errors: usize,
    /// Lint findings that are warnings.
    pub warnings: usize,
    /// Questions that the catalogue asks.
    pub questions: usize,
    /// Threats that are suggested.
    pub suggestions: usize,
}

/// The counts of a session.
pub fn counts(_session: &Session) -> Counts {
    Counts::default()
}

/// Where the problems are, in order.
pub fn places(_session: &Session) -> Vec<Option<crate::model::ItemId>> {
    Vec::new()
}

/// Shows the strip.
pub fn show(_ui: &mut Ui, _cx: &mut ViewContext<'_>, _state: &mut State, _open: bool) {}
