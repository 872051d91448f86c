//! The courses of flows: upright and level pieces between boxes, around other boxes, with few bends and crossings.
//!
//! Each flow takes the cheapest of the simple shapes (straight, one bend, two bends) between the slots on the sides of
//! its boxes. Where all of them run through a box, a search on a sparse grid finds a way around. Flows that follow see
//! those before them and keep their distance; a second round lets the first ones see the rest.

mod field;
mod index;
mod label;
mod search;
mod shape;

use super::{Point, Rect};
pub use label::Anchor;

use field::Field;
pub(in crate::picture) use index::RectIndex;
use shape::{Candidate, Port, Tracks};

/// Where a flow ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// At a box, by its number.
    Box(usize),
    /// In the open.
    Free(Point),
}

/// A flow to be routed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wire {
    /// Where it starts.
    pub from: Option<End>,
    /// Where it ends.
    pub to: Option<End>,
    /// Points that somebody wants it to pass.
    pub bends: Vec<Point>,
    /// Its label with the label's anchor at the origin.
    pub label: Rect,
    /// How far somebody moved its label from the middle of its longest piece.
    pub label_offset: Option<(f32, f32)>,
}

/// What flows go around, and what they keep away from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Router {
    boxes: Vec<Rect>,
    soft: Vec<Rect>,
    borders: Vec<Rect>,
}

/// Up to this many flows each is routed twice, the second time seeing all the others.
pub(crate) const ROUTED_TWICE: usize = 400;
/// With more flows than that, no more simple shapes than this are tried for each.
const TRIED_IN_A_CROWD: usize = 24;
/// With more flows than that, no way around boxes is searched for between boxes further apart than this.
const FAR_IN_A_CROWD: f32 = 1200.0;
/// What a bend costs, in points of length.
const BEND: f32 = 55.0;
/// From a zone's border to a line beside it, and how far around a flow borders are looked at.
const BESIDE_BORDER: f32 = 10.0;
const TRACK_REACH: f32 = 70.0;
const MOST_TRACKS: usize = 16;
const ALL_LANES: usize = 11;
/// Lines stay this far from boxes that are not theirs.
const CLEARANCE: f32 = 9.0;

impl Router {
    /// A router among boxes. `soft` is what lines had better not cross; along `borders` they had better not run.
    pub fn new(boxes: Vec<Rect>, soft: Vec<Rect>, borders: Vec<Rect>) -> Self {
        Self { boxes, soft, borders }
    }

    /// A box by its number.
    pub(crate) fn box_at(&self, index: usize) -> Option<Rect> {
        self.boxes.get(index).copied()
    }

    /// The boxes that stand where none stood for another router.
    pub(crate) fn boxes_not_in(&self, other: &Self) -> Vec<Rect> {
        let key = |rect: &Rect| [rect.x, rect.y, rect.w, rect.h].map(f32::to_bits);
        let known: std::collections::BTreeSet<[u32; 4]> = other.boxes.iter().map(key).collect();
        self.boxes.iter().filter(|rect| !known.contains(&key(rect))).copied().collect()
    }

    /// The courses, in the order of the wires. A wire without two ends has none.
    pub fn route(&self, wires: &[Wire]) -> Vec<Vec<Point>> {
        self.courses(wires, &[]).into_iter().map(|(course, _)| course).collect()
    }

    /// The courses and where their labels stand, in the order of the wires. What is kept stays as it is.
    pub fn courses(
        &self,
        wires: &[Wire],
        kept: &[Option<(Vec<Point>, Anchor)>],
    ) -> Vec<(Vec<Point>, Anchor)> {
        let mut field = Field::new(&self.boxes, &self.soft, &self.borders);
        let leanings = Self::leanings(wires);
        let mut routes = vec![Vec::new(); wires.len()];
        let mut anchors: Vec<Option<Anchor>> = vec![None; wires.len()];
        for (index, (slot, anchor)) in routes.iter_mut().zip(&mut anchors).enumerate() {
            if let Some((course, at)) = kept.get(index).cloned().flatten() {
                field.lay(index, &course);
                *slot = course;
                *anchor = Some(at);
            }
        }
        let mut order: Vec<usize> =
            (0..wires.len()).filter(|index| anchors.get(*index).is_none_or(Option::is_none)).collect();
        let length = |index: &usize| {
            let wire = wires.get(*index);
            let ends = wire.and_then(|wire| Some((self.middle(wire.from?), self.middle(wire.to?))));
            ends.map_or(0, |(a, b)| a.distance(b) as i64)
        };
        order.sort_by_key(|index| (length(index), *index));
        let again = |index: usize, field: &mut Field, routes: &mut Vec<Vec<Point>>| {
            if let (Some(wire), Some(leaning)) = (wires.get(index), leanings.get(index)) {
                if let Some(route) = routes.get(index) {
                    field.lift(index, route);
                }
                let course = self.course(index, wire, *leaning, field, wires.len());
                field.lay(index, &course);
                if let Some(route) = routes.get_mut(index) {
                    *route = course;
                }
            }
        };
        let rounds = if wires.len() <= ROUTED_TWICE { 2 } else { 1 };
        for _ in 0..rounds {
            for index in &order {
                again(*index, &mut field, &mut routes);
            }
        }
        let mut placed = self.anchors(wires, &routes, &anchors);
        if wires.len() <= ROUTED_TWICE {
            // Now that labels have their places, lines that run under those of others look for another way.
            for (index, (wire, anchor)) in wires.iter().zip(&placed).enumerate() {
                field.lay_label(index, label::placed(wire.label, anchor.at));
            }
            for index in order {
                if routes.get(index).is_some_and(|route| field.crosses_labels(route, index)) {
                    again(index, &mut field, &mut routes);
                }
            }
            placed = self.anchors(wires, &routes, &anchors);
        }
        routes.into_iter().zip(placed).collect()
    }

    fn middle(&self, end: End) -> Point {
        match end {
            End::Box(index) => self.boxes.get(index).map(|rect| rect.center()).unwrap_or_default(),
            End::Free(point) => point,
        }
    }

    /// How far from the middle of a side each wire would like to stand: wires between the same two boxes share it out.
    fn leanings(wires: &[Wire]) -> Vec<f32> {
        let pair = |wire: &Wire| match (wire.from, wire.to) {
            (Some(End::Box(a)), Some(End::Box(b))) => Some((a.min(b), a.max(b))),
            _ => None,
        };
        let mut groups: std::collections::BTreeMap<(usize, usize), Vec<usize>> =
            std::collections::BTreeMap::new();
        for (index, wire) in wires.iter().enumerate() {
            if let Some(pair) = pair(wire) {
                groups.entry(pair).or_default().push(index);
            }
        }
        let mut leanings = vec![0.0; wires.len()];
        for members in groups.values() {
            for (place, index) in members.iter().enumerate() {
                if let Some(leaning) = leanings.get_mut(*index) {
                    *leaning = place as f32 - (members.len() - 1) as f32 / 2.0;
                }
            }
        }
        leanings
    }

    fn course(&self, index: usize, wire: &Wire, leaning: f32, field: &Field, crowd: usize) -> Vec<Point> {
        let (Some(from), Some(to)) = (wire.from, wire.to) else { return Vec::new() };
        if wire.bends.is_empty() {
            return self.leg(index, from, to, leaning, field, crowd, wire.label, None);
        }
        let mut points: Vec<Point> = Vec::new();
        let mut at = from;
        let stops = wire.bends.iter().map(|bend| End::Free(*bend)).chain([to]);
        for stop in stops {
            let leg = self.leg(index, at, stop, leaning, field, crowd, Rect::default(), arrival(&points));
            points.extend(leg);
            at = stop;
        }
        straighten(points)
    }

    /// One way from an end to an end. It does not turn back to where it came from.
    fn leg(
        &self,
        index: usize,
        from: End,
        to: End,
        leaning: f32,
        field: &Field,
        crowd: usize,
        label: Rect,
        came: Option<(f32, f32)>,
    ) -> Vec<Point> {
        let few = crowd > ROUTED_TWICE;
        let mut starts = shape::ports(from, to, &self.boxes, leaning, few);
        if let Some((dx, dy)) = came {
            starts.retain(|port| port.side.out() != (-dx, -dy));
        }
        let ends = shape::ports(to, from, &self.boxes, leaning, few);
        let tracks = if few { Tracks { lanes: 3, ..Tracks::default() } } else { self.tracks(&starts, &ends) };
        let candidates = shape::candidates(&starts, &ends, from == to, label, &tracks);
        let own = [from, to].map(|end| match end {
            End::Box(index) => Some(index),
            End::Free(_) => None,
        });
        let mut best: Option<(f32, &Candidate)> = None;
        let most = if few { TRIED_IN_A_CROWD } else { candidates.len() };
        for candidate in candidates.iter().take(most) {
            if best.is_some_and(|(cost, _)| candidate.cost >= cost) {
                break;
            }
            let limit = best.map_or(f32::INFINITY, |(cost, _)| cost);
            let cost = candidate.cost + field.trouble(candidate.points(), index, own, limit - candidate.cost);
            if cost < limit {
                best = Some((cost, candidate));
            }
        }
        let far = self.middle(from).distance(self.middle(to)) > FAR_IN_A_CROWD;
        let blocked = best.is_none_or(|(cost, _)| cost >= field::BLOCKED) && !(few && far);
        if blocked && let Some(way) = search::way_around(&starts, &ends, &self.boxes, field, own, few) {
            return straighten(way);
        }
        match best {
            Some((_, candidate)) => straighten(candidate.points().to_vec()),
            None => straighten(direct(&starts, &ends)),
        }
    }
}

impl Router {
    /// Beside the borders of the zones around two ends.
    fn tracks(&self, starts: &[Port], ends: &[Port]) -> Tracks {
        let ports = starts.iter().chain(ends).map(|port| Rect::around(port.at, port.at));
        let Some(area) = ports.reduce(Rect::union).map(|area| area.grown(TRACK_REACH)) else {
            return Tracks { lanes: ALL_LANES, ..Tracks::default() };
        };
        let mut tracks = Tracks { lanes: ALL_LANES, ..Tracks::default() };
        for border in self.borders.iter().filter(|border| border.overlaps(area)) {
            let beside = |edge: f32| [edge - BESIDE_BORDER, edge + BESIDE_BORDER];
            let xs = [border.x, border.right()].into_iter().flat_map(beside);
            let ys = [border.y, border.bottom()].into_iter().flat_map(beside);
            tracks.xs.extend(xs.filter(|x| *x > area.x && *x < area.right()));
            tracks.ys.extend(ys.filter(|y| *y > area.y && *y < area.bottom()));
        }
        for list in [&mut tracks.xs, &mut tracks.ys] {
            list.sort_by(f32::total_cmp);
            list.dedup_by(|a, b| (*a - *b).abs() < 2.0);
            list.truncate(MOST_TRACKS);
        }
        tracks
    }
}

/// The way in which a course arrives at its last point.
fn arrival(course: &[Point]) -> Option<(f32, f32)> {
    let &[.., a, b] = course else { return None };
    let way = |from: f32, to: f32| if (to - from).abs() < 0.01 { 0.0 } else { (to - from).signum() };
    Some((way(a.x, b.x), way(a.y, b.y)))
}

/// A course of last resort: the two nearest ports with one bend between them.
fn direct(starts: &[Port], ends: &[Port]) -> Vec<Point> {
    let pairs = starts.iter().flat_map(|a| ends.iter().map(move |b| (a.at, b.at)));
    let nearest = pairs.min_by(|(a, b), (c, d)| a.distance(*b).total_cmp(&c.distance(*d)));
    nearest.map_or_else(Vec::new, |(a, b)| vec![a, Point::new(b.x, a.y), b])
}

/// The same course without points that lie on a straight piece, or twice in a row.
fn straighten(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if kept.last().is_some_and(|last| last.distance(point) < 0.01) {
            continue;
        }
        if let [.., before, last] = kept.as_slice() {
            let level = (before.y - last.y).abs() < 0.01 && (last.y - point.y).abs() < 0.01;
            let upright = (before.x - last.x).abs() < 0.01 && (last.x - point.x).abs() < 0.01;
            if level || upright {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}

#[cfg(test)]
mod tests;
