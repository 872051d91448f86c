//! Where a label stands that finds no clear place with its middle on its line: shifted across the line, or beside it with
//! a leader.

use crate::picture::{Point, Rect};

use super::Wire;
use super::field::{Field, LABEL_AIR};
use super::index::meets;
use super::label::{
    Anchor, Care, OFF_A_LINE, ON_OTHER_LINE, ON_SOFT, Seat, Whole, base, covered, misleads, pieces, placed,
    seated,
};

/// How far a label is shifted across its line, in shares of its pill. The line still runs into the pill.
const SHIFTS: [f32; 7] = [0.0, -0.2, 0.2, -0.33, 0.33, -0.45, 0.45];
/// A level line runs through the first line of words of a pill with two.
const MOST_UP_OR_DOWN: f32 = 10.8;
/// How near labels come to boxes and to each other where there is little room.
const LITTLE_AIR: f32 = 3.0;
/// Between spots that are tried on a line.
const STEP: f32 = 2.0;
const MOST_STEPS: f32 = 120.0;
/// What a shift costs for each point.
const OFF_MIDDLE: f32 = 0.6;
/// What it costs to stand beside the line, and for each point of distance.
const LED: f32 = 60.0;
const LED_FAR: f32 = 1.5;
/// Spots beside the line are looked for this far from it, in rings.
const RINGS: i32 = 24;
const RING: f32 = 14.0;
/// A leader reaches no further than this many rings only to get a label off another line.
const RINGS_OFF_A_LINE: i32 = 9;

impl Field {
    /// Where a wire's label stands, and whether it covers nothing there that must be seen: on its line if there is a free
    /// place, else as near to it as can be.
    pub(super) fn place(&self, wire: &Wire, index: usize, route: &[Point], care: Care) -> (Point, bool) {
        let mut best = self.seat(wire.label, index, route, care == Care::All);
        if care == Care::OnTheLine && !best.is_some_and(|seat| seat.free) {
            best = self.seat(wire.label, index, route, true);
        }
        if care == Care::All {
            let shifted = |air| move || self.shifted(wire, index, route, air);
            let looks: [&dyn Fn() -> Option<Seat>; 3] =
                [&shifted(LABEL_AIR), &shifted(LITTLE_AIR), &|| self.beside(wire, index, route)];
            for look in looks {
                if best.is_some_and(|seat| seat.cost < ON_OTHER_LINE) {
                    break;
                }
                best = cheaper(best, look());
            }
        }
        best.map_or_else(|| (base(route), false), |seat| (seat.at, seat.free))
    }

    /// Labels that hide where their own lines cross borders, or that lie over borders which these do not cross, slide to
    /// where they mislead less, where they cover no more of anything else. The lines stay where they are.
    pub(super) fn show_marks(
        &mut self,
        order: &[usize],
        wires: &[Wire],
        routes: &[Vec<Point>],
        anchors: &mut [Anchor],
    ) {
        self.heeds_marks = true;
        // Who made room may have let another one out.
        for index in order.iter().chain(order).copied() {
            let (Some(wire), Some(route)) = (wires.get(index), routes.get(index)) else { continue };
            let Some(anchor) = anchors.get_mut(index) else { continue };
            let known = placed(wire.label, anchor.at);
            let hidden = |rect: Rect, field: &Self| {
                let (marks, foreign) = misleads(&Whole(field, index), rect, route);
                marks + foreign
            };
            let before = hidden(known, self);
            if wire.label_offset.is_some() || anchor.crowded_out || before == 0 {
                continue;
            }
            let lines = self.lines_under(known, index).len();
            self.lift_label(index, known);
            let seat = self.seat(wire.label, index, route, true);
            let seat = cheaper(seat, self.shifted(wire, index, route, LITTLE_AIR));
            let better = seat.filter(|seat| {
                let there = placed(wire.label, seat.at);
                seat.free && hidden(there, self) < before && self.lines_under(there, index).len() <= lines
            });
            if let Some(seat) = better {
                *anchor = Anchor::on(route, seat.at);
            }
            self.lay_label(index, placed(wire.label, anchor.at));
        }
    }

    /// Whose lines a wire's label covers or touches, standing there.
    pub(super) fn lines_under(&self, label: Rect, index: usize) -> Vec<usize> {
        let label = label.grown(OFF_A_LINE);
        let mut owners = Vec::new();
        self.laid.visit(label, |_, number| {
            let piece = self.pieces.get(number as usize);
            owners.extend(piece.filter(|(piece, _)| meets(*piece, label)).map(|(_, owner)| *owner));
        });
        owners.retain(|owner| ![index, usize::MAX].contains(owner));
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// The best place on the line for a label whose pill is not in the middle of it.
    fn shifted(&self, wire: &Wire, index: usize, route: &[Point], air: f32) -> Option<Seat> {
        let whole = Whole(self, index);
        let mut best: Option<Seat> = None;
        for (a, b) in pieces(route) {
            let level = (a.y - b.y).abs() < 0.5;
            let length = a.distance(b);
            let steps = (length / STEP).clamp(1.0, MOST_STEPS).floor();
            for step in 0..=steps as i32 {
                let along = step as f32 / steps;
                let spot = Point::new(a.x + (b.x - a.x) * along, a.y + (b.y - a.y) * along);
                let away = (along - 0.5).abs() * length * 0.35;
                for share in SHIFTS {
                    let by = if level {
                        (share * wire.pill.h).clamp(-MOST_UP_OR_DOWN, MOST_UP_OR_DOWN).round()
                    } else {
                        (share * wire.pill.w).round()
                    };
                    let own = away + by.abs() * OFF_MIDDLE;
                    if best.is_some_and(|best| own >= best.cost) {
                        continue;
                    }
                    let at = seated(wire.label, spot, level);
                    let at = if level { at.offset(0.0, by) } else { at.offset(by, 0.0) };
                    best = cheaper(
                        best,
                        Some(Seat::of(at, own, covered(&whole, placed(wire.label, at), air, route))),
                    );
                }
            }
        }
        best
    }

    /// The nearest spot in the open, ring by ring around the middle of the longest piece.
    fn beside(&self, wire: &Wire, index: usize, route: &[Point]) -> Option<Seat> {
        let base = base(route);
        let whole = Whole(self, index);
        let mut best: Option<Seat> = None;
        for ring in 1..=RINGS {
            let far = ring as f32 * RING;
            let nearest = LED + far * LED_FAR;
            if best.is_some_and(|best| best.cost <= nearest || best.free && ring > RINGS_OFF_A_LINE) {
                break;
            }
            for step in -ring..=ring {
                let along = step as f32 * RING;
                for (dx, dy) in [(along, far), (along, -far), (far, along), (-far, along)] {
                    let spot = base.offset(dx, dy);
                    let own = LED + spot.distance(base) * LED_FAR;
                    if best.is_none_or(|best| own < best.cost) {
                        best = cheaper(
                            best,
                            Some(Seat::of(
                                spot,
                                own,
                                covered(&whole, placed(wire.label, spot), LABEL_AIR, &[]),
                            )),
                        );
                    }
                }
            }
        }
        best.filter(|seat| seat.free)
    }
}

impl Seat {
    /// A spot, with what it costs by itself and for what the label would cover there.
    fn of(at: Point, own: f32, covered: f32) -> Self {
        Self { at, cost: own + covered, free: covered < ON_SOFT }
    }
}

fn cheaper(known: Option<Seat>, new: Option<Seat>) -> Option<Seat> {
    match (known, new) {
        (Some(known), Some(new)) => Some(if new.cost < known.cost { new } else { known }),
        (known, new) => known.or(new),
    }
}
