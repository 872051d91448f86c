//! The inspector: every field of what is selected, with a suitable widget, checked while it is typed.

use egui::Ui;

use crate::studio::views::ViewContext;

/// What the inspector remembers.
#[derive(Debug, Default)]
pub struct State {
    tab: usize,
}

/// Shows the fields of what is selected.
pub fn show(_ui: &mut Ui, _cx: &mut ViewContext<'_>, state: &mut State) {
    state.tab = 0;
}
