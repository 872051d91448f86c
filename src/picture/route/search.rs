//! A way around boxes when no simple shape has one: lines are cast until they meet a box, and turn before it, beside the
//! edges of what was met, and where they are in line with where they want to go.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::picture::{Point, Rect};

use super::field::{Field, Own};
use super::shape::{Port, Side};
use super::{BEND, CLEARANCE};

/// How far beyond both ends a way may lead: this, and that share of their distance.
const REACH: f32 = 900.0;
const REACH_SHARE: f32 = 0.25;
/// No more turns than this are looked at; with very many flows fewer.
const PATIENCE: usize = 1_500;
const PATIENCE_ROUND_ZONES: usize = 8_000;
const PATIENCE_IN_A_CROWD: usize = 6_000;
/// The last search of all, for the few flows that are walled in: a line through a box says something that is not so.
const PATIENCE_AT_LAST: usize = 200_000;
/// From a box to a line beside it; with few flows there is time for the lanes further out.
const BESIDE: f32 = 18.0;
const LANES: [f32; 3] = [0.0, 14.0, 28.0];
/// Between a zone and the one around it there is less room.
const CLOSE: f32 = 0.5;
/// Where boxes stand too close for that, lines squeeze through with this much air.
const SQUEEZED: f32 = 1.5;

/// A place where a line starts to run.
struct Turn {
    at: Point,
    way: Side,
    cost: f32,
    before: Option<usize>,
    /// What it came to be beside: where to turn again.
    beside: Option<Rect>,
}

/// What a way is looked for among.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) field: &'a Field,
    pub(super) own: &'a Own,
    pub(super) wire: usize,
    pub(super) few: bool,
    /// Nothing else has led anywhere: look far and long.
    pub(super) at_last: bool,
    /// Go round zones in which the flow neither starts nor ends, as if they were boxes, and stay in those in which it does both.
    pub(super) round_zones: bool,
}

impl Search<'_> {
    /// A course from one of the starts to one of the ends that runs through no box; none if it takes too long to find.
    /// `homes` are the boxes at the two ends.
    pub(super) fn way_around(&self, starts: &[Port], ends: &[Port], homes: [Rect; 2]) -> Option<Vec<Point>> {
        [CLEARANCE - 1.0, SQUEEZED].into_iter().find_map(|clear| self.way(starts, ends, homes, clear))
    }

    fn way(&self, starts: &[Port], ends: &[Port], homes: [Rect; 2], clear: f32) -> Option<Vec<Point>> {
        let [near, target] = homes;
        let both = near.union(target);
        let reach = REACH + REACH_SHARE * both.w.max(both.h);
        let area = both.grown(if self.at_last { reach * 4.0 } else { reach });
        let home = self.own.home().filter(|_| self.round_zones);
        let area = home.map_or(area, |home| home.common(area));
        let ends: Vec<(Port, Point)> =
            ends.iter().filter_map(|port| Some((*port, self.out_of(port, (false, true), clear)?))).collect();
        if ends.is_empty() {
            return None;
        }
        let mut turns: Vec<Turn> = Vec::new();
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
        let mut known: BTreeMap<(i32, i32, u8), f32> = BTreeMap::new();
        let mut enter = |turn: Turn, turns: &mut Vec<Turn>, heap: &mut BinaryHeap<Reverse<(u64, usize)>>| {
            let place = ((turn.at.x * 2.0) as i32, (turn.at.y * 2.0) as i32, turn.way as u8);
            if known.get(&place).is_none_or(|cost| turn.cost < cost - 0.01) {
                known.insert(place, turn.cost);
                heap.push(Reverse((key(turn.cost + rest(turn.at, target)), turns.len())));
                turns.push(turn);
            }
        };
        for port in starts {
            let Some(out) = self.out_of(port, (true, false), clear) else { continue };
            let first = turns.len();
            let cost = port.cost + port.at.distance(out);
            // The port itself comes first, so that the course can be followed back to it.
            turns.push(Turn { at: port.at, way: port.side, cost, before: None, beside: None });
            for way in Side::ALL.into_iter().filter(|way| *way != port.side.back()) {
                let cost = cost + if way == port.side { 0.0 } else { BEND };
                let turn = Turn { at: out, way, cost, before: Some(first), beside: Some(near.grown(clear)) };
                enter(turn, &mut turns, &mut heap);
            }
        }
        let mut arrived: Option<(f32, usize, Point, Port)> = None;
        let mut patience = match (self.at_last, self.few) {
            (true, _) => PATIENCE_AT_LAST,
            (false, true) if self.round_zones => PATIENCE_ROUND_ZONES,
            (false, true) => PATIENCE,
            (false, false) => PATIENCE_IN_A_CROWD,
        };
        let mut stops: Vec<(f32, Option<Rect>)> = Vec::new();
        while let Some(Reverse((estimate, number))) = heap.pop() {
            patience -= 1;
            if patience == 0 || arrived.is_some_and(|(cost, ..)| estimate >= key(cost)) {
                break;
            }
            let Some(&Turn { at, way, cost, beside, .. }) = turns.get(number) else { continue };
            let (dx, dy) = way.out();
            let reach = match way {
                Side::Right => area.right() - at.x,
                Side::Left => at.x - area.x,
                Side::Bottom => area.bottom() - at.y,
                Side::Top => at.y - area.y,
            };
            if reach <= 0.0 {
                continue;
            }
            let (free, met) = self.field.ray(at, way, reach, self.own, (clear, self.round_zones));
            let along = |p: Point| (p.x - at.x) * dx + (p.y - at.y) * dy;
            stops.clear();
            for (port, out) in &ends {
                let ahead = along(*out);
                if !(-0.01..=free + 0.01).contains(&ahead) {
                    continue;
                }
                stops.push((ahead, None));
                let in_line = ((out.x - at.x) * dy).abs() < 0.01 && ((out.y - at.y) * dx).abs() < 0.01;
                if in_line && way != port.side {
                    let bend = if way == port.side.back() { 0.0 } else { BEND };
                    let total = cost
                        + ahead
                        + bend
                        + port.cost
                        + port.at.distance(*out)
                        + self.annoyance(at, *out)
                        + self.annoyance(*out, port.at);
                    if arrived.is_none_or(|(known, ..)| total < known) {
                        arrived = Some((total, number, *out, *port));
                    }
                }
            }
            if let Some(met) = met {
                stops.push(((free - (BESIDE - clear)).max(free.min(1.0)), Some(met)));
            }
            if let Some(box_beside) = beside {
                let edges = if way.is_level() {
                    [box_beside.x, box_beside.right()]
                } else {
                    [box_beside.y, box_beside.bottom()]
                };
                let lanes = LANES.iter().take(if self.few || self.at_last { LANES.len() } else { 1 });
                let close = self.round_zones.then_some(CLOSE);
                for lane in close.into_iter().chain(lanes.map(|lane| lane + BESIDE - clear)) {
                    for edge in [edges[0] - lane, edges[1] + lane] {
                        let ahead = if way.is_level() { (edge - at.x) * dx } else { (edge - at.y) * dy };
                        stops.push((ahead, None));
                    }
                }
            }
            stops.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut last = 0.0;
            for (ahead, met) in stops.iter().copied() {
                if ahead < last + 0.4 || ahead > free {
                    continue;
                }
                last = ahead;
                let to = at.offset(dx * ahead, dy * ahead);
                let cost = cost + ahead + BEND + self.annoyance(at, to);
                for way in way.across() {
                    let turn = Turn { at: to, way, cost, before: Some(number), beside: met };
                    enter(turn, &mut turns, &mut heap);
                }
            }
        }
        let (_, number, out, port) = arrived?;
        let mut course = vec![port.at, out];
        let mut next = Some(number);
        while let Some(turn) = next.and_then(|number| turns.get(number)) {
            course.push(turn.at);
            next = turn.before;
        }
        course.reverse();
        Some(course)
    }

    /// Where the way out of a port ends, if it is free.
    fn out_of(&self, port: &Port, tips: (bool, bool), clear: f32) -> Option<Point> {
        let (dx, dy) = port.side.out();
        let stub = port.stub.min(BESIDE);
        let out = port.at.offset(dx * stub, dy * stub);
        let piece = Rect::around(port.at, out);
        let part = |rect, number| self.field.solid_part((rect, number), self.own, tips, clear);
        let blocked = self.field.solid_strips.any(piece, |rect, number| {
            part(rect, number).is_some_and(|part| super::index::meets(piece, part))
        });
        (!blocked).then_some(out)
    }

    fn annoyance(&self, from: Point, to: Point) -> f32 {
        let piece = Rect::around(from, to);
        if self.few {
            self.field.annoyance(piece, self.wire, self.own)
        } else {
            self.field.shared(piece) * 0.5
        }
    }
}

/// What is left to go, at least.
fn rest(p: Point, target: Rect) -> f32 {
    let dx = (target.x - p.x).max(p.x - target.right()).max(0.0);
    let dy = (target.y - p.y).max(p.y - target.bottom()).max(0.0);
    // Where it is not in line, it has to turn.
    dx + dy + if dx > 0.0 && dy > 0.0 { BEND } else { 0.0 }
}

/// Costs as whole numbers, so that they can be ordered.
fn key(cost: f32) -> u64 {
    (cost.max(0.0) * 16.0) as u64
}
