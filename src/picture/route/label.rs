//! Where labels stand: on the longest piece of their flow, clear of boxes and of each other.

use crate::picture::{Point, Rect};

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
    /// Where each wire's label stands, given the courses.
    pub fn anchors(&self, wires: &[Wire], routes: &[Vec<Point>]) -> Vec<Anchor> {
        let mut anchors = vec![Anchor::default(); wires.len()];
        let mut taken: Vec<Rect> = Vec::new();
        let mut order: Vec<usize> = Vec::new();
        for (index, (wire, route)) in wires.iter().zip(routes).enumerate() {
            match wire.label_offset {
                Some((dx, dy)) => {
                    let at = base(route).offset(dx, dy);
                    taken.push(placed(wire.label, at));
                    if let Some(anchor) = anchors.get_mut(index) {
                        *anchor = Anchor { at, offset: (dx, dy) };
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
        let lines = LineIndex::new(routes);
        for index in order {
            let (Some(wire), Some(route)) = (wires.get(index), routes.get(index)) else { continue };
            let at = self.best_spot(wire.label, index, route, &lines, &taken);
            taken.push(placed(wire.label, at));
            let base = base(route);
            if let Some(anchor) = anchors.get_mut(index) {
                *anchor = Anchor { at, offset: (at.x - base.x, at.y - base.y) };
            }
        }
        anchors
    }

    fn best_spot(
        &self,
        label: Rect,
        own: usize,
        route: &[Point],
        lines: &LineIndex,
        taken: &[Rect],
    ) -> Point {
        let base = base(route);
        let reach = placed(label, base).grown(label.w + label.h + 400.0);
        let whole = route
            .iter()
            .map(|p| Rect::around(*p, *p))
            .reduce(Rect::union)
            .map_or(reach, |r| r.grown(60.0).union(reach));
        let near =
            |rects: &[Rect]| rects.iter().copied().filter(|rect| rect.overlaps(whole)).collect::<Vec<_>>();
        let around = Around {
            boxes: near(&self.boxes),
            soft: near(&self.soft),
            taken: near(taken),
            lines: lines.near(whole, own),
        };
        let mut best: Option<(f32, Point)> = None;
        for (spot, cost) in spots(label, route) {
            if best.is_some_and(|(known, _)| cost >= known) {
                continue;
            }
            let cost = cost + around.trouble(placed(label, spot), route);
            if best.is_none_or(|(known, _)| cost < known) {
                best = Some((cost, spot));
            }
        }
        match best {
            Some((cost, spot)) if cost < ON_LABEL => spot,
            _ => around.free_spot(label, base).or(best.map(|(_, spot)| spot)).unwrap_or(base),
        }
    }
}

/// What a label must not cover.
struct Around {
    boxes: Vec<Rect>,
    soft: Vec<Rect>,
    taken: Vec<Rect>,
    lines: Vec<Rect>,
}

impl Around {
    fn trouble(&self, rect: Rect, route: &[Point]) -> f32 {
        let airy = rect.grown(AIR);
        let count =
            |rects: &[Rect], area: Rect| rects.iter().filter(|other| other.overlaps(area)).count() as f32;
        let mut cost = count(&self.boxes, airy) * ON_BOX + count(&self.taken, airy) * ON_LABEL;
        cost += count(&self.soft, rect.grown(2.0)) * ON_SOFT
            + count(&self.lines, rect.grown(3.0)) * ON_OTHER_LINE;
        let tips = [route.first(), route.last()];
        cost += tips.into_iter().flatten().filter(|tip| rect.grown(12.0).contains(**tip)).count() as f32
            * ON_ARROW;
        let bends = route.get(1..route.len().saturating_sub(1)).unwrap_or_default();
        cost + bends.iter().filter(|bend| rect.grown(2.0).contains(**bend)).count() as f32 * ON_BEND
    }

    /// The nearest spot in the open, ring by ring.
    fn free_spot(&self, label: Rect, base: Point) -> Option<Point> {
        for ring in 1..=RINGS {
            let mut best: Option<(f32, Point)> = None;
            for step in -ring..=ring {
                let (far, along) = (ring as f32 * RING, step as f32 * RING);
                for (dx, dy) in [(along, far), (along, -far), (far, along), (-far, along)] {
                    let spot = base.offset(dx, dy);
                    let cost = self.trouble(placed(label, spot), &[]) + spot.distance(base);
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

/// The pieces of all courses, sorted from left to right so that a neighbourhood is found fast.
struct LineIndex {
    pieces: Vec<(Rect, usize)>,
    widest: f32,
}

impl LineIndex {
    fn new(routes: &[Vec<Point>]) -> Self {
        let mut all: Vec<(Rect, usize)> = Vec::new();
        for (owner, route) in routes.iter().enumerate() {
            all.extend(pieces(route).map(|(a, b)| (Rect::around(a, b), owner)));
        }
        all.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
        let widest = all.iter().map(|(rect, _)| rect.w).fold(0.0, f32::max);
        Self { pieces: all, widest }
    }

    fn near(&self, area: Rect, own: usize) -> Vec<Rect> {
        let first = self.pieces.partition_point(|(rect, _)| rect.x < area.x - self.widest);
        let candidates = self
            .pieces
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(|(rect, _)| rect.x <= area.right());
        let near = candidates.filter(|(rect, owner)| *owner != own && rect.grown(0.1).overlaps(area));
        near.map(|(rect, _)| rect.grown(0.1)).collect()
    }
}
