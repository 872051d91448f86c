//! The palette.
use egui::Context;

use crate::session::{Request, Session};

use super::canvas;

/// The palette.
#[derive(Debug, Default)]
pub struct Palette {
    open: bool,
}

impl Palette {
    /// Whether it is shown.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows or hides it.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Hides it.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// Shows it.
    pub fn show(&mut self, _ctx: &Context, _session: &Session, _canvas: &mut canvas::State) -> Vec<Request> {
        Vec::new()
    }
}
