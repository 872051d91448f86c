//! Where labels stand: on the longest piece of their flow, clear of boxes and of each other.

use crate::picture::{Point, Rect};

use super::field::flat;
use super::index::RectIndex;
use super::{Router, Wire};

/// Labels keep this far from boxes and from each other.
const AIR: f32 = 5.0;
/// Covering the end of its own line, where the arrowhead is.
const ON_ARROW: f32 = 700.0;
const ON_BOX: f32 = 100_000.0;
const ON_LABEL: f32 = 40_000.0;
const ON_SOFT: f32 = 900.0;
const ON_OTHER_LINE: f32 = 130.0;
const ON_BEND: f32 = 90.0;
/// Free spots are looked for this far from the line, in rings.
const RINGS: i32 = 40;
const RING: f32 = 14.0;

/// A label that has found its place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Anchor {
    /// Where the label's origin stands.
    pub at: Point,
    /// How far that is from the middle of the longest piece: what a person's own place is measured from.
    pub offset: (f32, f32),
}

impl Router {
    /// Where each wire's label stands, given the courses. What is kept stays where it is.
    pub fn anchors(&self, wires: &[Wire], routes: &[Vec<Point>], kept: &[Option<Anchor>]) -> Vec<Anchor> {
        let mut anchors = vec![Anchor::default(); wires.len()];
        let mut around = Around {
            boxes: RectIndex::of(self.boxes.iter().copied()),
            soft: RectIndex::of(self.soft.iter().copied()),
            taken: RectIndex::default(),
            lines: RectIndex::default(),
        };
        let mut order: Vec<usize> = Vec::new();
        for (index, (wire, route)) in wires.iter().zip(routes).enumerate() {
            for piece in flat(route) {
                around.lines.enter(piece.grown(0.1), index as u32);
            }
            let own =
                wire.label_offset.map(|(dx, dy)| Anchor { at: base(route).offset(dx, dy), offset: (dx, dy) });
            match own.or_else(|| kept.get(index).copied().flatten()) {
                Some(given) => {
                    around.taken.enter(placed(wire.label, given.at), index as u32);
                    if let Some(anchor) = anchors.get_mut(index) {
                        *anchor = given;
                    }
                }
                None => order.push(index),
            }
        }
        // Those with the least choice go first.
        let longest = |index: &usize| {
            let route = routes.get(*index).map_or(&[][..], Vec::as_slice);
            pieces(route).map(|(a, b)| a.distance(b)).fold(0.0, f32::max) as i64
        };
        order.sort_by_key(|index| (longest(index), *index));
        for index in order {
            let (Some(wire), Some(route)) = (wires.get(index), routes.get(index)) else { continue };
            let at = around.best_spot(wire.label, index as u32, route);
            around.taken.enter(placed(wire.label, at), index as u32);
            let base = base(route);
            if let Some(anchor) = anchors.get_mut(index) {
                *anchor = Anchor { at, offset: (at.x - base.x, at.y - base.y) };
            }
        }
        anchors
    }
}

/// What a label must not cover.
struct Around {
    boxes: RectIndex,
    soft: RectIndex,
    taken: RectIndex,
    /// Pieces of flows, by the wire that they belong to.
    lines: RectIndex,
}

impl Around {
    fn best_spot(&self, label: Rect, own: u32, route: &[Point]) -> Point {
        let base = base(route);
        let mut spots = spots(label, route);
        spots.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut best: Option<(f32, Point)> = None;
        for (spot, cost) in spots {
            if best.is_some_and(|(known, _)| cost >= known) {
                break;
            }
            let cost = cost + self.trouble(placed(label, spot), own, route);
            if best.is_none_or(|(known, _)| cost < known) {
                best = Some((cost, spot));
            }
        }
        match best {
            Some((cost, spot)) if cost < ON_LABEL => spot,
            _ => self.free_spot(label, own, base).or(best.map(|(_, spot)| spot)).unwrap_or(base),
        }
    }

    fn trouble(&self, rect: Rect, own: u32, route: &[Point]) -> f32 {
        let airy = rect.grown(AIR);
        let mut cost = self.boxes.count(airy) as f32 * ON_BOX + self.taken.count(airy) as f32 * ON_LABEL;
        cost += self.soft.count(rect.grown(2.0)) as f32 * ON_SOFT;
        self.lines.visit(rect.grown(3.0), |_, wire| cost += if wire == own { 0.0 } else { ON_OTHER_LINE });
        let tips = [route.first(), route.last()];
        cost += tips.into_iter().flatten().filter(|tip| rect.grown(12.0).contains(**tip)).count() as f32
            * ON_ARROW;
        let bends = route.get(1..route.len().saturating_sub(1)).unwrap_or_default();
        cost + bends.iter().filter(|bend| rect.grown(2.0).contains(**bend)).count() as f32 * ON_BEND
    }

    /// The nearest spot in the open, ring by ring.
    fn free_spot(&self, label: Rect, own: u32, base: Point) -> Option<Point> {
        for ring in 1..=RINGS {
            let mut best: Option<(f32, Point)> = None;
            for step in -ring..=ring {
                let (far, along) = (ring as f32 * RING, step as f32 * RING);
                for (dx, dy) in [(along, far), (along, -far), (far, along), (-far, along)] {
                    let spot = base.offset(dx, dy);
                    let cost = self.trouble(placed(label, spot), own, &[]) + spot.distance(base);
                    if cost < ON_SOFT && best.is_none_or(|(known, _)| cost < known) {
                        best = Some((cost, spot));
                    }
                }
            }
            if let Some((_, spot)) = best {
                return Some(spot);
            }
        }
        None
    }
}

/// Spots on a course with what each costs by itself.
fn spots(label: Rect, route: &[Point]) -> Vec<(Point, f32)> {
    let longest = pieces(route).map(|(a, b)| a.distance(b)).fold(0.0, f32::max);
    let mut spots = Vec::new();
    for (a, b) in pieces(route) {
        let length = a.distance(b);
        let level = (a.y - b.y).abs() < 0.5;
        let size = if level { label.w } else { label.h };
        let room = length - size - 8.0;
        let worse = (longest - length) * 0.25 + if room < 0.0 { 60.0 - room } else { 0.0 };
        let middle = Point::new(f32::midpoint(a.x, b.x), f32::midpoint(a.y, b.y));
        let steps = ((length / 2.0) / 8.0).floor().min(60.0) as i32;
        for step in -steps..=steps {
            let along = step as f32 * 8.0;
            let spot = if level { middle.offset(along, 0.0) } else { middle.offset(0.0, along) };
            spots.push((center_on(label, spot), worse + along.abs() * 0.35));
            // Beside the line, where on it there is no room.
            let beside = if level { label.h / 2.0 + 6.0 } else { label.w / 2.0 + 6.0 };
            for way in [-1.0, 1.0] {
                let spot =
                    if level { spot.offset(0.0, way * beside) } else { spot.offset(way * beside, 0.0) };
                spots.push((center_on(label, spot), worse + 190.0 + along.abs() * 0.35));
            }
        }
    }
    spots
}

/// Where the origin stands when the label is centred there; level lines run through the middle of the whole label.
fn center_on(label: Rect, spot: Point) -> Point {
    Point::new(spot.x.round(), (spot.y - (label.y + label.h / 2.0)).round())
}

/// The middle of the longest piece.
fn base(route: &[Point]) -> Point {
    let longest = pieces(route).max_by(|(a, b), (c, d)| a.distance(*b).total_cmp(&c.distance(*d)));
    let (a, b) = longest.unwrap_or_default();
    Point::new(f32::midpoint(a.x, b.x).round(), f32::midpoint(a.y, b.y).round())
}

fn pieces(route: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    route.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
}

pub(super) fn placed(label: Rect, at: Point) -> Rect {
    Rect { x: label.x + at.x, y: label.y + at.y, ..label }
}
