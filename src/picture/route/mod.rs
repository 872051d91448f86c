//! The courses of flows: upright and level pieces between boxes, around other boxes, with few bends and crossings.
//!
//! Each flow takes the cheapest of the simple shapes (straight, one bend, two bends) between the slots on the sides of
//! its boxes on which its label finds a seat. Where all of them run through a box, lines are cast to find a way around.
//! Flows that follow see those before them and keep their distance; a second round lets the first ones see the rest.
//! Among very many flows each has few shapes to choose from, on tracks that are slid to where nothing stands.

mod crowd;
mod elsewhere;
mod field;
mod index;
mod label;
mod search;
mod shape;
mod strips;

use std::collections::VecDeque;

use super::{Point, Rect};
pub use label::Anchor;
use label::Care;

use crowd::{Pair, Sides};
use field::Field;
pub(in crate::picture) use index::RectIndex;
use search::Search;
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
    /// What of its label stands on the line.
    pub pill: Rect,
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

/// Up to this many flows each is routed twice, the second time seeing all the others and their labels.
pub(crate) const ROUTED_TWICE: usize = 80;
/// No more simple shapes than this are looked at closely for one flow.
const MOST_TRIED: usize = 400;
/// What a bend costs, in points of length.
const BEND: f32 = 55.0;
/// A course without a free place for its label costs this, and less good places this share of what they cost.
const NO_SEAT: f32 = 420.0;
const SEAT_SHARE: f32 = 0.4;
/// From a zone's border to a line beside it, and how far around a flow borders are looked at.
const BESIDE_BORDER: f32 = 10.0;
const TRACK_REACH: f32 = 70.0;
const MOST_TRACKS: usize = 16;
const LANES: usize = 11;
/// Lines stay this far from boxes that are not theirs.
const CLEARANCE: f32 = 9.0;

impl Router {
    /// A router among boxes. `soft` is what lines had better not cross; along `borders` they had better not run.
    pub fn new(boxes: Vec<Rect>, soft: Vec<Rect>, borders: Vec<Rect>) -> Self {
        Self { boxes, soft, borders }
    }

    /// The boxes.
    pub(crate) fn boxes(&self) -> impl Iterator<Item = Rect> + '_ {
        self.boxes.iter().copied()
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
        let few = wires.len() <= ROUTED_TWICE;
        let mut field = Field::new(&self.boxes, &self.soft, &self.borders, few);
        let mut routes = vec![Vec::new(); wires.len()];
        let mut given: Vec<Option<Anchor>> = vec![None; wires.len()];
        for (index, (slot, anchor)) in routes.iter_mut().zip(&mut given).enumerate() {
            if let Some((course, at)) = kept.get(index).cloned().flatten() {
                field.lay(index, &course);
                *slot = course;
                *anchor = Some(at);
            }
        }
        let mut order: Vec<(i64, usize)> = Vec::new();
        for (index, wire) in wires.iter().enumerate() {
            if given.get(index).is_some_and(Option::is_none) {
                let ends = wire.from.zip(wire.to).map(|(a, b)| (self.middle(a), self.middle(b)));
                order.push((ends.map_or(0, |(a, b)| a.distance(b) as i64), index));
            }
        }
        order.sort_unstable();
        let order: Vec<usize> = order.into_iter().map(|(_, index)| index).collect();
        let anchors = if few {
            self.with_care(wires, &order, &given, &mut routes, &mut field)
        } else {
            self.in_a_crowd(wires, &order, &mut routes, &mut field);
            Self::seats(wires, &routes, &given, &mut field)
        };
        routes.into_iter().zip(anchors).collect()
    }

    /// Routes few flows: courses and labels together, twice, so that the first ones see the rest too.
    fn with_care(
        &self,
        wires: &[Wire],
        order: &[usize],
        given: &[Option<Anchor>],
        routes: &mut [Vec<Point>],
        field: &mut Field,
    ) -> Vec<Anchor> {
        let leanings = Self::leanings(wires);
        let mut anchors: Vec<Option<Anchor>> = given.to_vec();
        for (index, (wire, anchor)) in wires.iter().zip(given).enumerate() {
            if let Some(anchor) = anchor {
                field.lay_label(index, label::placed(wire.label, anchor.at));
            }
        }
        for _ in 0..2 {
            for index in order.iter().copied() {
                Self::lift(index, wires, routes, &mut anchors, field);
                self.lay_anew(index, wires, &leanings, routes, &mut anchors, field);
            }
        }
        self.mend(wires, order, &leanings, routes, &mut anchors, field);
        let mut anchors: Vec<Anchor> = anchors.into_iter().map(Option::unwrap_or_default).collect();
        field.show_marks(order, wires, routes, &mut anchors);
        anchors
    }

    /// Those that run under the labels of others, have no seat, or run through zones that are none of theirs look again; at
    /// last they take a place that another label has, and that one's flow looks for a new way.
    fn mend(
        &self,
        wires: &[Wire],
        order: &[usize],
        leanings: &[f32],
        routes: &mut [Vec<Point>],
        anchors: &mut [Option<Anchor>],
        field: &mut Field,
    ) {
        let unseated = |index: usize, routes: &[Vec<Point>], field: &Field| {
            wires.get(index).zip(routes.get(index)).is_some_and(|(wire, route)| {
                wire.label_offset.is_none()
                    && !field.seat(wire.label, index, route, true).is_some_and(|seat| seat.free)
            })
        };
        // With no label in the way it might have kept to its zones.
        let strays = |index: usize, routes: &[Vec<Point>], field: &Field| {
            wires.get(index).zip(routes.get(index)).is_some_and(|(wire, route)| {
                let ends = wire.from.zip(wire.to).filter(|_| wire.bends.is_empty());
                ends.is_some_and(|(from, to)| field.own(from, to).strays(route))
            })
        };
        let mut waiting: VecDeque<usize> = order.iter().copied().collect();
        let mut pushed = vec![false; wires.len()];
        let mut patience = 3 * order.len();
        while let Some(index) = waiting.pop_front() {
            if patience == 0 {
                break;
            }
            patience -= 1;
            let crosses = routes.get(index).is_some_and(|route| field.crosses_labels(route, index));
            if !crosses && !unseated(index, routes, field) && !strays(index, routes, field) {
                continue;
            }
            Self::lift(index, wires, routes, anchors, field);
            self.lay_anew(index, wires, leanings, routes, anchors, field);
            let at_rest = !unseated(index, routes, field) && !strays(index, routes, field);
            if at_rest || pushed.get(index).copied().unwrap_or(true) {
                continue;
            }
            if let Some(pushed) = pushed.get_mut(index) {
                *pushed = true;
            }
            Self::lift(index, wires, routes, anchors, field);
            field.blind = true;
            self.lay_anew(index, wires, leanings, routes, anchors, field);
            field.blind = false;
            let Some((wire, anchor)) = wires.get(index).zip(anchors.get(index).copied().flatten()) else {
                continue;
            };
            let mut others = field.labels_on(label::placed(wire.label, anchor.at), index);
            others.extend(routes.get(index).into_iter().flat_map(|route| field.labels_under(route, index)));
            others.sort_unstable();
            others.dedup();
            others.retain(|other| order.contains(other));
            for other in others {
                Self::lift(other, wires, routes, anchors, field);
                self.lay_anew(other, wires, leanings, routes, anchors, field);
                waiting.push_back(other);
            }
        }
        // Who gave way, and who stood near, may now have something better.
        if pushed.contains(&true) {
            for index in order.iter().copied() {
                Self::lift(index, wires, routes, anchors, field);
                self.lay_anew(index, wires, leanings, routes, anchors, field);
            }
        }
        self.uncover(wires, order, leanings, routes, anchors, field);
    }

    /// Lines that came after a label may run under it: the label looks for another place, and if it has none, they look
    /// for another way.
    fn uncover(
        &self,
        wires: &[Wire],
        order: &[usize],
        leanings: &[f32],
        routes: &mut [Vec<Point>],
        anchors: &mut [Option<Anchor>],
        field: &mut Field,
    ) {
        // The second time round only labels move.
        for (index, lines_move) in
            order.iter().map(|index| (*index, true)).chain(order.iter().map(|index| (*index, false)))
        {
            let reseat = |routes: &[Vec<Point>], anchors: &mut [Option<Anchor>], field: &mut Field| {
                let (wire, route) = wires.get(index).zip(routes.get(index))?;
                let anchor = anchors.get_mut(index)?.as_mut()?;
                let known = label::placed(wire.label, anchor.at);
                if wire.label_offset.is_some() || field.lines_under(known, index).is_empty() {
                    return None;
                }
                field.lift_label(index, known);
                *anchor = Self::seated(wire, index, route, field);
                Some(label::placed(wire.label, anchor.at))
            };
            let Some(seat) = reseat(routes, anchors, field).filter(|_| lines_move) else { continue };
            let mut others = field.lines_under(seat, index);
            others.retain(|other| order.contains(other));
            for other in &others {
                Self::lift(*other, wires, routes, anchors, field);
                self.lay_anew(*other, wires, leanings, routes, anchors, field);
            }
            if !others.is_empty() {
                reseat(routes, anchors, field);
            }
        }
    }

    /// Finds a place for a label, and lays it there unless it is better left out.
    fn seated(wire: &Wire, index: usize, route: &[Point], field: &mut Field) -> Anchor {
        let (at, is_clear) = field.place(wire, index, route, Care::All);
        if is_clear {
            field.lay_label(index, label::placed(wire.label, at));
        }
        Anchor { crowded_out: !is_clear, ..Anchor::on(route, at) }
    }

    /// Takes a flow and its label away.
    fn lift(
        index: usize,
        wires: &[Wire],
        routes: &[Vec<Point>],
        anchors: &mut [Option<Anchor>],
        field: &mut Field,
    ) {
        let (Some(wire), Some(route)) = (wires.get(index), routes.get(index)) else { return };
        field.lift(index, route);
        if let Some(anchor) = anchors.get_mut(index).and_then(Option::take) {
            field.lift_label(index, label::placed(wire.label, anchor.at));
        }
    }

    /// Finds a course and a place for its label.
    fn lay_anew(
        &self,
        index: usize,
        wires: &[Wire],
        leanings: &[f32],
        routes: &mut [Vec<Point>],
        anchors: &mut [Option<Anchor>],
        field: &mut Field,
    ) {
        let (Some(wire), Some(leaning)) = (wires.get(index), leanings.get(index)) else { return };
        let (Some(route), Some(anchor)) = (routes.get_mut(index), anchors.get_mut(index)) else { return };
        *route = self.course(index, wire, *leaning, field);
        field.lay(index, route);
        *anchor = Some(if let Some(offset) = wire.label_offset {
            let at = Anchor::moved(route, offset);
            field.lay_label(index, label::placed(wire.label, at.at));
            at
        } else {
            Self::seated(wire, index, route, field)
        });
    }

    /// Routes very many flows, one after the other.
    fn in_a_crowd(&self, wires: &[Wire], order: &[usize], routes: &mut [Vec<Point>], field: &mut Field) {
        let mut sides = Sides::of(self.boxes.len());
        for (wire, route) in wires.iter().zip(routes.iter()) {
            if let (Some(from), Some(to)) = (wire.from, wire.to) {
                sides.take([(from, self.rect(from)), (to, self.rect(to))], route);
            }
        }
        for index in order.iter().copied() {
            let Some((wire, from, to)) = wires.get(index).and_then(|w| Some((w, w.from?, w.to?))) else {
                continue;
            };
            let ends = [(from, self.rect(from)), (to, self.rect(to))];
            let course = if wire.bends.is_empty() && from != to {
                let own = field.own(from, to);
                let pair = Pair { field, own: &own, ends };
                pair.course(&sides).unwrap_or_else(|| {
                    let (starts, ends) = (pair.ports(0, &sides), pair.ports(1, &sides));
                    let search = Search {
                        field,
                        own: &own,
                        wire: index,
                        few: false,
                        at_last: false,
                        round_zones: false,
                    };
                    let homes = [self.rect(from), self.rect(to)];
                    let way = search.way_around(&starts, &ends, homes);
                    way.or_else(|| self.at_last(search, from, to))
                        .map_or_else(|| straighten(direct(&starts, &ends)), straighten)
                })
            } else {
                self.course(index, wire, 0.0, field)
            };
            field.lay(index, &course);
            sides.take(ends, &course);
            if let Some(route) = routes.get_mut(index) {
                *route = course;
            }
        }
    }

    fn rect(&self, end: End) -> Rect {
        match end {
            End::Box(index) => self.boxes.get(index).copied().unwrap_or_default(),
            End::Free(point) => Rect::around(point, point),
        }
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

    fn course(&self, index: usize, wire: &Wire, leaning: f32, field: &Field) -> Vec<Point> {
        let (Some(from), Some(to)) = (wire.from, wire.to) else { return Vec::new() };
        let label = wire.label_offset.is_none().then_some(wire.label);
        let leg = Leg { wire: index, leaning, label, field };
        if wire.bends.is_empty() {
            return self.leg(&leg, from, to, None);
        }
        let leg = Leg { label: None, ..leg };
        let mut points: Vec<Point> = Vec::new();
        let mut at = from;
        let stops = wire.bends.iter().map(|bend| End::Free(*bend)).chain([to]);
        for stop in stops {
            let next = self.leg(&leg, at, stop, arrival(&points));
            points.extend(next);
            at = stop;
        }
        straighten(points)
    }

    /// A way between two ends from any place on their sides, however long it takes to find.
    fn at_last(&self, search: Search<'_>, from: End, to: End) -> Option<Vec<Point>> {
        let ports = |end, other| shape::ports(end, other, &self.boxes, 0.0);
        let search = Search { at_last: true, ..search };
        search.way_around(&ports(from, to), &ports(to, from), [self.rect(from), self.rect(to)])
    }

    /// One way from an end to an end. It does not turn back to where it came from.
    fn leg(&self, leg: &Leg<'_>, from: End, to: End, came: Option<(f32, f32)>) -> Vec<Point> {
        let Leg { wire, leaning, label, field } = *leg;
        let mut starts = shape::ports(from, to, &self.boxes, leaning);
        if let Some((dx, dy)) = came {
            starts.retain(|port| port.side.out() != (-dx, -dy));
        }
        let mut ends = shape::ports(to, from, &self.boxes, leaning);
        if from == to {
            // A flow to its own box leaves by one side and comes back by another.
            starts.retain(|port| port.side.is_level());
            ends.retain(|port| !port.side.is_level());
        }
        let tracks = self.tracks(&starts, &ends);
        let candidates = shape::candidates(&starts, &ends, from == to, label.unwrap_or_default(), &tracks);
        let own = field.own(from, to);
        let mut best: Option<(f32, &Candidate)> = None;
        for candidate in candidates.iter().take(MOST_TRIED) {
            let limit = best.map_or(f32::INFINITY, |(cost, _)| cost);
            if candidate.cost >= limit {
                break;
            }
            let mut cost =
                candidate.cost + field.trouble(candidate.points(), wire, &own, limit - candidate.cost);
            if cost < limit {
                cost += label.map_or(0.0, |label| unseated(field, label, wire, candidate.points()));
            }
            if cost < limit {
                best = Some((cost, candidate));
            }
        }
        let homes = [(from, self.rect(from)), (to, self.rect(to))];
        let round = Search { field, own: &own, wire, few: true, at_last: false, round_zones: true };
        if let Some((cost, candidate)) = best
            && own.strays(candidate.points())
            && let Some(way) = round.way_around(&starts, &ends, homes.map(|(_, rect)| rect)).map(straighten)
            && came.is_none_or(|came| !turns_back(&way, came))
        {
            let seat = label.map_or(0.0, |label| unseated(field, label, wire, &way));
            if plain_cost(&way) + field.trouble(&way, wire, &own, cost) + seat < cost {
                return way;
            }
        }
        if best.is_none_or(|(cost, _)| cost >= field::BLOCKED) {
            let turned = if from == to {
                None
            } else {
                Pair { field, own: &own, ends: homes }.course(&Sides::default())
            };
            let turned = turned.filter(|course| came.is_none_or(|came| !turns_back(course, came)));
            if let Some(course) = turned {
                return course;
            }
            let careful = Search { round_zones: false, ..round };
            let hasty = Search { few: false, ..careful };
            let homes = homes.map(|(_, rect)| rect);
            let way = careful.way_around(&starts, &ends, homes);
            let way = way.or_else(|| hasty.way_around(&starts, &ends, homes));
            if let Some(way) =
                way.or_else(|| if came.is_none() { self.at_last(hasty, from, to) } else { None })
            {
                return straighten(way);
            }
        }
        match best {
            Some((_, candidate)) => straighten(candidate.points().to_vec()),
            None => straighten(direct(&starts, &ends)),
        }
    }
}

/// What is the same for all legs of a flow.
struct Leg<'a> {
    wire: usize,
    leaning: f32,
    /// The label that must find a place on it, if any.
    label: Option<Rect>,
    field: &'a Field,
}

/// Length and bends.
fn plain_cost(course: &[Point]) -> f32 {
    let length: f32 = course.iter().zip(course.iter().skip(1)).map(|(a, b)| a.distance(*b)).sum();
    length + course.len().saturating_sub(2) as f32 * BEND
}

/// Whether a course starts against the way in which one came.
fn turns_back(course: &[Point], came: (f32, f32)) -> bool {
    let first: Vec<Point> = course.iter().take(2).copied().collect();
    arrival(&first).is_some_and(|(x, y)| (x, y) == (-came.0, -came.1))
}

/// What it costs that a course has no better place for its label.
fn unseated(field: &Field, label: Rect, wire: usize, course: &[Point]) -> f32 {
    match field.seat(label, wire, course, true) {
        Some(seat) if seat.free => (seat.cost * SEAT_SHARE).min(NO_SEAT),
        _ => NO_SEAT,
    }
}

impl Router {
    /// Beside the borders of the zones around two ends.
    fn tracks(&self, starts: &[Port], ends: &[Port]) -> Tracks {
        let ports = starts.iter().chain(ends).map(|port| Rect::around(port.at, port.at));
        let Some(area) = ports.reduce(Rect::union).map(|area| area.grown(TRACK_REACH)) else {
            return Tracks { lanes: LANES, ..Tracks::default() };
        };
        let mut tracks = Tracks { lanes: LANES, ..Tracks::default() };
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
