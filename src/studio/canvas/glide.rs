//! Things that were laid out anew move to their places instead of jumping there.

use std::collections::BTreeMap;

use crate::model::{ItemId, Place};
use crate::session::Session;

use super::state::State;

/// How long it takes, in seconds.
const DURATION: f64 = 0.2;
/// A drawing with more places jumps: its flows cannot be drawn anew for every frame.
const MOST: usize = 2000;

/// A move that was begun.
#[derive(Debug)]
pub(super) struct Glide {
    from: BTreeMap<ItemId, Place>,
    /// When it began, in egui's seconds; none before the first frame of it.
    began: Option<f64>,
}

impl State {
    /// Shows everything on its way from these places to where it stands now.
    pub fn glide_from(&mut self, from: BTreeMap<ItemId, Place>) {
        if !from.is_empty() && from.len() <= MOST {
            self.glide = Some(Glide { from, began: None });
        }
    }

    /// The whole drawing has been laid out anew: shows all of it, and remembers where one looked before.
    pub fn show_tidied(&mut self) {
        let before = self.camera.landed();
        self.before_tidying = Some((before.center, before.zoom));
        self.fit_wanted = Some(Vec::new());
    }

    /// The drawing is again as it was before it was laid out anew: looks where one looked then.
    pub fn look_as_before_tidying(&mut self) {
        self.look_wanted = self.before_tidying.take();
    }

    /// Where things stand at a moment on the way; none when everything has arrived or nothing may move.
    pub(super) fn gliding(
        &mut self,
        session: &Session,
        now: f64,
        motion: bool,
    ) -> Option<BTreeMap<ItemId, Place>> {
        let glide = self.glide.as_mut()?;
        let done = (now - *glide.began.get_or_insert(now)) / DURATION;
        let view = session.view().filter(|_| motion && done < 1.0 && self.gesture.is_idle());
        let Some(view) = view else {
            self.glide = None;
            return None;
        };
        // Fast at first, slow at the end.
        let share = 1.0 - (1.0 - done as f32).powi(3);
        let between = |a: f32, b: f32| a + (b - a) * share;
        let on_the_way = |(item, from): (&ItemId, &Place)| {
            let to = view.places.get(item)?;
            // Bends and courses are where they will be: they cannot be halfway.
            let (x, y) = (between(from.x, to.x), between(from.y, to.y));
            let (w, h) = (between(from.w, to.w), between(from.h, to.h));
            Some((*item, Place { x, y, w, h, ..to.clone() }))
        };
        Some(glide.from.iter().filter_map(on_the_way).collect())
    }
}
