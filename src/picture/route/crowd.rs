//! Courses among very many flows: few shapes for each, on tracks that are slid to where nothing stands in the way.
//!
//! From each side of a box a line is cast until it meets something. Shapes of one to four bends are then put together
//! from what is free, those with fewer bends first; a shape with more is only tried where it could cost less.

use crate::picture::{Point, Rect};

use super::field::{Field, Own};
use super::index::meets;
use super::shape::{CORNER, Port, STUB, Side};
use super::{BEND, CLEARANCE, End, plain_cost, straighten};

/// From a track to the next beside it.
const LANE: f32 = 12.0;
/// In which order the lanes beside a track are tried.
const LANES: [f32; 7] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
/// A track gets past no more boxes than this.
const JUMPS: usize = 10;
/// From a box that a track had to get past.
const BESIDE: f32 = 6.0;
/// Lines are cast this far beyond what they could need.
const BEYOND: f32 = 60.0;
const SQUEEZE: f32 = 0.05;

/// How many flows end at each side of each box.
#[derive(Debug, Default)]
pub(super) struct Sides(Vec<[u8; 4]>);

impl Sides {
    pub(super) fn of(boxes: usize) -> Self {
        Self(vec![[0; 4]; boxes])
    }

    fn count(&self, end: End, side: Side) -> u8 {
        let End::Box(index) = end else { return 0 };
        self.0.get(index).and_then(|sides| sides.get(side as usize)).copied().unwrap_or(0)
    }

    /// A course has been found.
    pub(super) fn take(&mut self, ends: [(End, Rect); 2], course: &[Point]) {
        for ((end, rect), tip) in ends.into_iter().zip([course.first(), course.last()]) {
            let (End::Box(index), Some(tip)) = (end, tip) else { continue };
            let side = Side::ALL.into_iter().find(|side| match side {
                Side::Left => tip.x <= rect.x,
                Side::Right => tip.x >= rect.right(),
                Side::Top => tip.y <= rect.y,
                Side::Bottom => tip.y >= rect.bottom(),
            });
            let count = side.and_then(|side| self.0.get_mut(index)?.get_mut(side as usize));
            if let Some(count) = count {
                *count = count.saturating_add(1);
            }
        }
    }
}

/// A side of an end and how far one gets from there.
#[derive(Debug, Clone, Copy)]
struct Exit {
    at: Point,
    side: Side,
    /// The nearest place for a bend, and the furthest, along the way out.
    near: f32,
    far: f32,
}

impl Exit {
    /// Whether a bend may stand there.
    fn bends_at(self, along: f32) -> bool {
        let (low, high) = self.range();
        along >= low - SQUEEZE && along <= high + SQUEEZE
    }

    fn range(self) -> (f32, f32) {
        (self.near.min(self.far), self.near.max(self.far))
    }

    /// Where it stands on its side.
    fn across(self) -> f32 {
        if self.side.is_level() { self.at.y } else { self.at.x }
    }
}

/// Two ends that want a course.
pub(super) struct Pair<'a> {
    pub(super) field: &'a Field,
    pub(super) own: &'a Own,
    pub(super) ends: [(End, Rect); 2],
}

/// The best course so far.
#[derive(Default)]
struct Best {
    cost: f32,
    course: Vec<Point>,
}

impl Pair<'_> {
    /// A course that runs through no box, if one of the shapes has one.
    pub(super) fn course(&self, sides: &Sides) -> Option<Vec<Point>> {
        let [(_, a), (_, b)] = self.ends;
        let mut best = Best { cost: f32::INFINITY, course: Vec::new() };
        let (from, to) = (a.center(), b.center());
        let least = (from.x - to.x).abs() + (from.y - to.y).abs() - (a.w + a.h + b.w + b.h) / 2.0;
        let done = |best: &Best, bends: f32| best.cost <= least.max(0.0) + bends * BEND + 20.0;
        self.straight(true, sides, &mut best);
        self.straight(false, sides, &mut best);
        if done(&best, 1.0) {
            return Some(best.course);
        }
        let facing = |rect: Rect, other: Rect| {
            let (p, q) = (rect.center(), other.center());
            let level = if q.x >= p.x { Side::Right } else { Side::Left };
            let upright = if q.y >= p.y { Side::Bottom } else { Side::Top };
            (level, upright)
        };
        let (level, upright) = facing(a, b);
        let exits = [(0, level), (0, upright), (1, level.back()), (1, upright.back())]
            .map(|(end, side)| self.exit(end, side, sides));
        let [a_level, a_upright, b_level, b_upright] = exits;
        for (start, end) in [(a_level, b_upright), (a_upright, b_level)] {
            self.one_bend(start, end, &mut best);
        }
        if done(&best, 2.0) {
            return Some(best.course);
        }
        self.two_bends(a_level, b_level, &mut best);
        self.two_bends(a_upright, b_upright, &mut best);
        if done(&best, 2.0) {
            return Some(best.course);
        }
        for side in Side::ALL {
            // Out by one side and in by the same.
            let known =
                |end: usize| exits.iter().skip(end * 2).take(2).flatten().find(|exit| exit.side == side);
            let exit = |end: usize| known(end).copied().or_else(|| self.exit(end, side, sides));
            if self.worth(side, best.cost) {
                self.round_the_side(exit(0), exit(1), &mut best);
            }
        }
        if done(&best, 3.0) {
            return Some(best.course);
        }
        self.three_bends(a_level, b_upright, false, &mut best);
        self.three_bends(b_level, a_upright, true, &mut best);
        self.three_bends(a_upright, b_level, false, &mut best);
        self.three_bends(b_upright, a_level, true, &mut best);
        if !done(&best, 4.0) {
            self.four_bends(a_upright, b_upright, &mut best);
            self.four_bends(a_level, b_level, &mut best);
        }
        best.cost.is_finite().then_some(best.course)
    }

    /// Whether going out and in by this side could cost less than that.
    fn worth(&self, side: Side, cost: f32) -> bool {
        let [(_, a), (_, b)] = self.ends;
        let (p, q) = (a.center(), b.center());
        let (apart, over) = match side {
            Side::Right => ((p.y - q.y).abs(), (a.right() - b.right()).abs()),
            Side::Left => ((p.y - q.y).abs(), (a.x - b.x).abs()),
            Side::Bottom => ((p.x - q.x).abs(), (a.bottom() - b.bottom()).abs()),
            Side::Top => ((p.x - q.x).abs(), (a.y - b.y).abs()),
        };
        apart - 60.0 + over + 2.0 * STUB + 2.0 * BEND < cost && over < 600.0
    }

    fn rect(&self, end: usize) -> Rect {
        self.ends.get(end).map(|(_, rect)| *rect).unwrap_or_default()
    }

    /// A side of an end, with the next free place on it; none if it is walled in.
    fn exit(&self, end: usize, side: Side, sides: &Sides) -> Option<Exit> {
        let (rect, other) = (self.rect(end), self.rect(1 - end));
        let (which, _) = *self.ends.get(end)?;
        let count = sides.count(which, side);
        let (middle, length) =
            if side.is_level() { (rect.center().y, rect.h) } else { (rect.center().x, rect.w) };
        let along = middle + slot(count, length);
        let at = match side {
            Side::Left => Point::new(rect.x, along),
            Side::Right => Point::new(rect.right(), along),
            Side::Top => Point::new(along, rect.y),
            Side::Bottom => Point::new(along, rect.bottom()),
        };
        let stub = if matches!(which, End::Free(_)) { 0.0 } else { STUB };
        let (dx, dy) = side.out();
        let tips = (end == 0, end == 1);
        let both = rect.union(other);
        let reach = BEYOND
            + match side {
                Side::Right => both.right() - at.x,
                Side::Left => at.x - both.x,
                Side::Bottom => both.bottom() - at.y,
                Side::Top => at.y - both.y,
            };
        let (free, _) = self.field.solid_strips.ray(at, side, reach.max(stub), |rect, number| {
            self.field.solid_part((rect, number), self.own, tips, CLEARANCE - 1.0)
        });
        if free < stub {
            return None;
        }
        let start = if side.is_level() { at.x } else { at.y };
        let way = dx + dy;
        Some(Exit { at, side, near: start + way * stub, far: start + way * free })
    }

    /// Takes a course if it is better and free.
    fn offer(&self, points: &[Point], best: &mut Best) {
        let cost = plain_cost(points);
        if cost >= best.cost {
            return;
        }
        let cost = cost + self.field.crowding(points);
        if cost < best.cost && !self.field.is_course_blocked(points, self.own) {
            *best = Best { cost, course: straighten(points.to_vec()) };
        }
    }

    fn straight(&self, level: bool, sides: &Sides, best: &mut Best) {
        let [(_, a), (_, b)] = self.ends;
        let span = |rect: Rect| {
            let (start, length) = if level { (rect.y, rect.h) } else { (rect.x, rect.w) };
            let corner = CORNER.min(length / 2.0);
            (start + corner, start + length - corner)
        };
        let (low, high) = (span(a).0.max(span(b).0), span(a).1.min(span(b).1));
        let forward = if level { b.center().x > a.center().x } else { b.center().y > a.center().y };
        let (from, to) = match (level, forward) {
            (true, true) => (a.right(), b.x),
            (true, false) => (a.x, b.right()),
            (false, true) => (a.bottom(), b.y),
            (false, false) => (a.y, b.bottom()),
        };
        if high < low || (to > from) != forward {
            return;
        }
        let side = match (level, forward) {
            (true, true) => Side::Right,
            (true, false) => Side::Left,
            (false, true) => Side::Bottom,
            (false, false) => Side::Top,
        };
        let taken = self.ends.iter().zip([side, side.back()]).map(|((end, _), side)| sides.count(*end, side));
        let first = taken.max().unwrap_or(0);
        for count in first..first.saturating_add(3) {
            let track = (f32::midpoint(low, high) + slot(count, high - low + 2.0 * CORNER)).clamp(low, high);
            self.offer(&[place(level, from, track), place(level, to, track)], best);
            if best.cost < (to - from).abs() + 1.0 {
                return;
            }
        }
    }

    fn one_bend(&self, start: Option<Exit>, end: Option<Exit>, best: &mut Best) {
        let (Some(start), Some(end)) = (start, end) else { return };
        if start.bends_at(end.across()) && end.bends_at(start.across()) {
            let corner = place(start.side.is_level(), end.across(), start.across());
            self.offer(&[start.at, corner, end.at], best);
        }
    }

    /// Two bends between sides that face each other.
    fn two_bends(&self, start: Option<Exit>, end: Option<Exit>, best: &mut Best) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let limits = (start.range().0.max(end.range().0), start.range().1.min(end.range().1));
        self.joined(start, end, limits, f32::midpoint(limits.0, limits.1), best);
    }

    /// Two bends between the same side of both.
    fn round_the_side(&self, start: Option<Exit>, end: Option<Exit>, best: &mut Best) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let limits = (start.range().0.max(end.range().0), start.range().1.min(end.range().1));
        let outward = matches!(start.side, Side::Right | Side::Bottom);
        self.joined(start, end, limits, if outward { limits.0 } else { limits.1 }, best);
    }

    fn joined(&self, start: Exit, end: Exit, limits: (f32, f32), wanted: f32, best: &mut Best) {
        if limits.1 < limits.0 {
            return;
        }
        let level = start.side.is_level();
        let Some(turn) = self.track(!level, wanted, (start.across(), end.across()), limits) else { return };
        let points = [start.at, place(level, turn, start.across()), place(level, turn, end.across()), end.at];
        self.offer(&points, best);
    }

    /// Three bends: out of one side, along a track beside the box, and along a second one to the other's side.
    /// `turned` says that `start` is where the flow ends.
    fn three_bends(&self, start: Option<Exit>, end: Option<Exit>, turned: bool, best: &mut Best) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let level = start.side.is_level();
        // The last piece of the three comes in along the way out of the end; the first track turns beside the start.
        let Some(second) = self.track(level, end.near, (start.near, end.across()), end.range()) else {
            return;
        };
        let span = (start.across(), second);
        let Some(first) = self.track(!level, start.near, span, start.range()) else { return };
        let points = [
            start.at,
            place(level, first, start.across()),
            place(level, first, second),
            place(level, end.across(), second),
            end.at,
        ];
        self.offer_turned(points, turned, best);
    }

    fn offer_turned(&self, mut points: [Point; 5], turned: bool, best: &mut Best) {
        if turned {
            points.reverse();
        }
        self.offer(&points, best);
    }

    /// Four bends: along a track beside each box, and a third between them.
    fn four_bends(&self, start: Option<Exit>, end: Option<Exit>, best: &mut Best) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let level = start.side.is_level();
        let (near, far) = (start.across().min(end.across()), start.across().max(end.across()));
        let open = (near - 600.0, far + 600.0);
        for wanted in [start.across(), end.across(), f32::midpoint(near, far)] {
            let Some(middle) = self.track(level, wanted, (start.near, end.near), open) else { continue };
            let Some(first) = self.track(!level, start.near, (start.across(), middle), start.range()) else {
                continue;
            };
            let Some(last) = self.track(!level, end.near, (middle, end.across()), end.range()) else {
                continue;
            };
            let points = [
                start.at,
                place(level, first, start.across()),
                place(level, first, middle),
                place(level, last, middle),
                place(level, last, end.across()),
                end.at,
            ];
            self.offer(&points, best);
            if best.cost.is_finite() {
                return;
            }
        }
    }

    /// The place nearest to the wanted one for a piece along that span which runs through no box, and beside as few
    /// other lines as can be. A level piece is slid up and down.
    fn track(&self, level: bool, wanted: f32, span: (f32, f32), limits: (f32, f32)) -> Option<f32> {
        let (low, high) = (span.0.min(span.1), span.0.max(span.1));
        let piece = |at: f32| {
            if level { Rect::new(low, at, high - low, 0.0) } else { Rect::new(at, low, 0.0, high - low) }
        };
        let inside = |at: f32| at >= limits.0 - SQUEEZE && at <= limits.1 + SQUEEZE;
        let wanted = wanted.clamp(limits.0.min(limits.1), limits.1.max(limits.0));
        let nearest = [1.0f32, -1.0]
            .into_iter()
            .filter_map(|way| {
                let mut at = wanted;
                for jump in 0..JUMPS {
                    let line = piece(at);
                    let mut past: Option<f32> = None;
                    self.field.solid_strips.visit(line, |rect, number| {
                        let part =
                            self.field.solid_part((rect, number), self.own, (false, false), CLEARANCE - 1.0);
                        let Some(part) = part.filter(|part| meets(line, *part)) else { return };
                        let edge = match (level, way > 0.0) {
                            (true, true) => part.bottom(),
                            (true, false) => part.y,
                            (false, true) => part.right(),
                            (false, false) => part.x,
                        };
                        past =
                            Some(past.map_or(edge, |known| {
                                if way > 0.0 { known.max(edge) } else { known.min(edge) }
                            }));
                    });
                    let Some(edge) = past else { return Some((at, if jump > 0 { way } else { 0.0 })) };
                    at = edge + way * SQUEEZE;
                    if !inside(at) {
                        return None;
                    }
                }
                None
            })
            .min_by(|(a, _), (b, _)| (a - wanted).abs().total_cmp(&(b - wanted).abs()))?;
        let (at, pushed) = nearest;
        let mut best: Option<(f32, f32)> = None;
        for lane in LANES {
            // Past a box, only the lanes further out are free.
            let at =
                if pushed == 0.0 { at + lane * LANE } else { at + pushed * (BESIDE + lane.abs() * LANE) };
            if best.is_some() && (pushed != 0.0 && lane < 0.0 || !inside(at)) {
                continue;
            }
            let at = at.clamp(limits.0.min(limits.1), limits.1.max(limits.0));
            let shared = self.field.shared(piece(at)) + lane.abs();
            if best.is_some_and(|(known, _)| shared >= known)
                || self.field.is_blocked(piece(at), self.own, (false, false))
            {
                continue;
            }
            best = Some((shared, at));
            if shared < 8.0 {
                break;
            }
        }
        Some(best.map_or(at, |(_, at)| at))
    }

    /// Ports for a search: the next free place on each side of an end.
    pub(super) fn ports(&self, end: usize, sides: &Sides) -> Vec<Port> {
        let rect = self.rect(end);
        let Some((which, _)) = self.ends.get(end).copied() else { return Vec::new() };
        let stub = if matches!(which, End::Free(_)) { 0.0 } else { STUB };
        let port = |side: Side| {
            let count = sides.count(which, side);
            let at = match side {
                Side::Left => Point::new(rect.x, rect.center().y + slot(count, rect.h)),
                Side::Right => Point::new(rect.right(), rect.center().y + slot(count, rect.h)),
                Side::Top => Point::new(rect.center().x + slot(count, rect.w), rect.y),
                Side::Bottom => Point::new(rect.center().x + slot(count, rect.w), rect.bottom()),
            };
            Port { at, side, stub, cost: 0.0 }
        };
        Side::ALL.map(port).to_vec()
    }
}

/// From the middle of a side to the place of the flow with that number there.
fn slot(count: u8, length: f32) -> f32 {
    let room = (length / 2.0 - CORNER).max(0.0);
    let step = if length > 100.0 { 22.0 } else { 14.0f32.min(room) };
    let most = (room / step.max(1.0)).floor() as u8;
    let places = 2 * most + 1;
    // When a side is full, flows stand between those that are there.
    let (round, place) = (count / places, count % places);
    let out = place.div_ceil(2);
    let way = if place % 2 == 1 { 1.0 } else { -1.0 };
    let between = if round % 2 == 1 { step / 2.0 } else { 0.0 };
    ((f32::from(out) * step + between) * way).clamp(-room, room)
}

/// A point by how far it is along a way and across it.
fn place(level: bool, along: f32, across: f32) -> Point {
    if level { Point::new(along, across) } else { Point::new(across, along) }
}
