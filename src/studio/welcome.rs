//! The welcome screen: start anew, open, the example, templates, what was open last.

use egui::Ui;

use crate::model::Project;
use crate::session::Request;
use crate::storage::recent::Recent;
use crate::storage::recovery::Leftover;

/// What the screen remembers.
#[derive(Debug, Default)]
pub struct State {}

/// The example.
pub fn example() -> Option<Project> {
    None
}

/// A template by its name.
pub fn template(_name: &str) -> Option<Project> {
    None
}

/// Shows the screen.
pub fn show(
    _ui: &mut Ui,
    _state: &mut State,
    _recent: &[Recent],
    _leftovers: &[Leftover],
    _queue: &mut Vec<Request>,
) {
}
