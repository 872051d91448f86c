//! Where the canvas looks: a middle in the world and a zoom.

use egui::{Pos2, Rect, Vec2};

use crate::picture::{self, Point};
use crate::studio::paint::ScreenFromPicture;

/// The smallest zoom by hand, unless the whole drawing needs a smaller one.
pub const FARTHEST: f32 = 0.05;
/// The smallest zoom of a fit.
const FITTED: f32 = 0.002;
/// The largest zoom.
pub const NEAREST: f32 = 4.0;
/// How long a flight takes, in seconds.
const FLIGHT: f64 = 0.18;

/// What the canvas looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// The point of the world in the middle of the canvas.
    pub center: Point,
    /// Points of the screen to a unit of the world.
    pub zoom: f32,
    flight: Option<Flight>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Flight {
    from: (Point, f32),
    to: (Point, f32),
    start: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { center: Point::new(0.0, 0.0), zoom: 1.0, flight: None }
    }
}

impl Camera {
    /// World to screen, on a canvas that covers `rect`.
    pub fn screen_from_world(&self, rect: Rect) -> ScreenFromPicture {
        let origin = rect.center() - Vec2::new(self.center.x, self.center.y) * self.zoom;
        ScreenFromPicture { origin, scale: self.zoom }
    }

    /// Moves what is seen by that much of the screen.
    pub fn pan(&mut self, delta: Vec2) {
        self.flight = None;
        self.center = self.center.offset(-delta.x / self.zoom, -delta.y / self.zoom);
    }

    /// Zooms by a factor, so that what is under the pointer stays there.
    pub fn zoom_at(&mut self, pointer: Pos2, rect: Rect, factor: f32) {
        self.flight = None;
        let under = self.screen_from_world(rect).to_picture(pointer);
        self.zoom = by_hand(self.zoom, factor);
        let from_middle = (pointer - rect.center()) / self.zoom;
        self.center = Point::new(under.x - from_middle.x, under.y - from_middle.y);
    }

    /// The middle and zoom at which `bounds` fits into `rect` with a margin; never larger than `most`.
    pub fn fitting(bounds: picture::Rect, rect: Rect, margin: f32, most: f32) -> (Point, f32) {
        let room = (rect.size() - Vec2::splat(2.0 * margin)).max(Vec2::splat(40.0));
        let zoom = (room.x / bounds.w.max(1.0)).min(room.y / bounds.h.max(1.0)).min(most);
        (bounds.center(), zoom.clamp(FITTED, NEAREST))
    }

    /// Looks there at once.
    pub fn jump(&mut self, (center, zoom): (Point, f32)) {
        *self = Self { center, zoom, flight: None };
    }

    /// Flies there.
    pub fn fly(&mut self, to: (Point, f32), now: f64, motion: bool) {
        if motion {
            self.flight = Some(Flight { from: (self.center, self.zoom), to, start: now });
        } else {
            self.jump(to);
        }
    }

    /// The same once its flight has ended.
    pub fn landed(&self) -> Self {
        let (center, zoom) = self.flight.map_or((self.center, self.zoom), |flight| flight.to);
        Self { center, zoom, flight: None }
    }

    /// Moves on; true while the flight lasts and another frame is needed.
    pub fn advance(&mut self, now: f64) -> bool {
        let Some(flight) = self.flight else { return false };
        let share = ((now - flight.start) / FLIGHT).clamp(0.0, 1.0) as f32;
        let eased = 1.0 - (1.0 - share).powi(3);
        let mix = |a: f32, b: f32| a + (b - a) * eased;
        let ((a, zoom_a), (b, zoom_b)) = (flight.from, flight.to);
        self.center = Point::new(mix(a.x, b.x), mix(a.y, b.y));
        self.zoom = (mix(zoom_a.ln(), zoom_b.ln())).exp();
        if share >= 1.0 {
            self.jump(flight.to);
            return false;
        }
        true
    }
}

/// A zoom changed by hand. Where a fit has gone further away, hands go no further, and do not jump back.
pub fn by_hand(zoom: f32, factor: f32) -> f32 {
    (zoom * factor).clamp(FARTHEST.min(zoom), NEAREST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Rect = Rect { min: Pos2::new(100.0, 50.0), max: Pos2::new(900.0, 650.0) };

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut camera = Camera { center: Point::new(30.0, -20.0), zoom: 0.7, flight: None };
        for (pointer, factor) in
            [(Pos2::new(120.0, 90.0), 1.3), (Pos2::new(800.0, 600.0), 0.2), (Pos2::new(500.0, 350.0), 9.0)]
        {
            let before = camera.screen_from_world(CANVAS).to_picture(pointer);
            camera.zoom_at(pointer, CANVAS, factor);
            let after = camera.screen_from_world(CANVAS).to_picture(pointer);
            assert!(before.distance(after) < 0.01, "{before:?} {after:?}");
            assert!((FARTHEST..=NEAREST).contains(&camera.zoom));
        }
    }

    #[test]
    fn fitting_shows_everything() {
        let check = |w: f32, h: f32| {
            let bounds = picture::Rect::new(-500.0, 0.0, w, h);
            let mut camera = Camera::default();
            camera.jump(Camera::fitting(bounds, CANVAS, 20.0, 1.0));
            let seen = camera.screen_from_world(CANVAS).rect_to_picture(CANVAS);
            assert!(seen.contains_rect(bounds), "{w} × {h}: {seen:?}");
            // By hand nothing jumps: a step away stays or goes a little, a step nearer comes nearer.
            let fitted = camera.zoom;
            camera.zoom_at(CANVAS.center(), CANVAS, 0.9);
            assert!(camera.zoom <= fitted && camera.zoom >= FARTHEST.min(fitted), "{w} × {h}");
            camera.zoom_at(CANVAS.center(), CANVAS, 1.3);
            assert!(camera.zoom > fitted && camera.zoom < fitted * 1.4, "{w} × {h}");
        };
        for (w, h) in [(3000.0, 400.0), (100.0, 100.0), (60_000.0, 20_000.0), (20_000.0, 90_000.0)] {
            check(w, h);
        }
    }

    #[test]
    fn a_flight_ends_where_it_should() {
        let mut camera = Camera::default();
        camera.fly((Point::new(100.0, 0.0), 2.0), 10.0, true);
        assert!(camera.advance(10.05));
        assert!(camera.center.x > 0.0 && camera.center.x < 100.0);
        assert!(!camera.advance(10.5));
        assert_eq!((camera.center, camera.zoom), (Point::new(100.0, 0.0), 2.0));
    }
}
