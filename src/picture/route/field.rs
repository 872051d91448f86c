//! What is already there: boxes, soft things, zone borders, and the flows and labels laid so far.

use crate::picture::{Point, Rect};

use super::index::{RectIndex, meets};
use super::shape::Side;
use super::strips::{Lanes, NEAR, Strips};
use super::{CLEARANCE, End};

/// A course through a box costs at least this.
pub(super) const BLOCKED: f32 = 100_000.0;
const CROSSING: f32 = 38.0;
const SOFT: f32 = 300.0;
const UNDER_LABEL: f32 = 400.0;
/// Two flows nearer than this leave no room for labels on both.
const TIGHT: f32 = 64.0;
/// Flows nearer than this run on one line, which cannot be told apart when it is this long.
const ONE_LINE: f32 = 4.0;
const SEEN_AS_ONE: f32 = 8.0;
const ON_ONE_LINE: f32 = 700.0;
/// Leaving a zone and coming back.
const BORDER: f32 = 30.0;
/// In a zone in which the flow neither starts nor ends, or out of one in which it does both, and how much each point there
/// costs beyond its length: who sees it takes it for a flow that crosses that border.
const ASTRAY: f32 = 400.0;
const FAR_ASTRAY: f32 = 2.5;
/// Lines that go around such a zone stay this far from it.
const ROUND_A_ZONE: f32 = 10.0;
const BESIDE_BORDER: f32 = 7.0;
/// Labels keep this far from boxes and from each other.
pub(super) const LABEL_AIR: f32 = 5.0;
/// Lines stay this far from their own boxes where they do not start or end.
const OWN_CLEARANCE: f32 = 4.0;

/// The boxes that a flow belongs to: it may touch the first two with its ends, and run through those that hold them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Own {
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    around: Vec<u32>,
    /// The zones in which it neither starts nor ends; not looked for among very many flows.
    foreign: Vec<Rect>,
    /// The zones in which it both starts and ends, likewise.
    homes: Vec<Rect>,
}

impl Own {
    /// What a piece costs for where it runs through zones that the flow has nothing to do with, or leaves one that it
    /// does not leave.
    fn straying(&self, piece: Rect) -> f32 {
        let through = self.foreign.iter().map(|zone| within(piece, *zone));
        let out_of = self.homes.iter().map(|zone| piece.w.max(piece.h) - within(piece, *zone));
        let astray = through.chain(out_of).filter(|length| *length > 0.01);
        astray.map(|length| ASTRAY + length * FAR_ASTRAY).sum()
    }

    /// Whether a course does so.
    pub(super) fn strays(&self, course: &[Point]) -> bool {
        flat(course).any(|piece| self.straying(piece) > 0.0)
    }

    /// Where a course stays that does not: within the innermost zone that holds both ends.
    pub(super) fn home(&self) -> Option<Rect> {
        let home = self.homes.iter().min_by(|a, b| (a.w * a.h).total_cmp(&(b.w * b.h)));
        home.map(|zone| zone.grown(-ROUND_A_ZONE))
    }

    fn holds(&self, number: usize) -> bool {
        self.around.iter().any(|around| *around as usize == number)
    }
}

/// Where everything is, for asking what a piece of a line would meet.
pub(super) struct Field {
    boxes: Vec<Rect>,
    pub(super) solid: RectIndex,
    pub(super) soft: RectIndex,
    /// The same, for lines.
    pub(super) solid_strips: Strips,
    soft_strips: Strips,
    /// The flows laid so far and the borders, for lines beside them.
    lanes: Lanes,
    borders: RectIndex,
    zones: Vec<Rect>,
    /// Pieces of flows as flat rectangles, by number; the owner of a lifted one is nobody.
    pub(super) pieces: Vec<(Rect, usize)>,
    pub(super) laid: RectIndex,
    pub(super) labels: RectIndex,
    /// Labels of others are not looked at.
    pub(super) blind: bool,
    /// It matters that labels hide where their own lines cross borders.
    pub(super) heeds_marks: bool,
    /// From a line to what is still said to be beside it.
    beside: f32,
}

impl Field {
    pub(super) fn new(boxes: &[Rect], soft: &[Rect], borders: &[Rect], few: bool) -> Self {
        let sides = |r: &Rect| {
            [
                Rect::new(r.x, r.y, r.w, 0.0),
                Rect::new(r.x, r.bottom(), r.w, 0.0),
                Rect::new(r.x, r.y, 0.0, r.h),
                Rect::new(r.right(), r.y, 0.0, r.h),
            ]
        };
        let mut lanes = Lanes::default();
        for side in borders.iter().flat_map(sides) {
            lanes.enter(side, 0.7);
        }
        Self {
            solid_strips: Strips::of(boxes.iter().map(|rect| rect.grown(CLEARANCE))),
            soft_strips: Strips::of(soft.iter().copied()),
            lanes,
            boxes: boxes.to_vec(),
            solid: RectIndex::of(boxes.iter().map(|rect| rect.grown(CLEARANCE))),
            soft: RectIndex::of(soft.iter().copied()),
            borders: RectIndex::of(borders.iter().flat_map(sides).map(|side| side.grown(BESIDE_BORDER))),
            zones: if few { borders.to_vec() } else { Vec::new() },
            pieces: Vec::new(),
            laid: RectIndex::default(),
            labels: RectIndex::default(),
            blind: false,
            heeds_marks: false,
            beside: if few { TIGHT } else { NEAR },
        }
    }

    /// What belongs to a flow between two ends.
    pub(super) fn own(&self, from: End, to: End) -> Own {
        let (foreign, homes) = (self.zones.clone(), self.zones.clone());
        let mut own = Own { foreign, homes, ..Own::default() };
        for (end, slot) in [(from, &mut own.start), (to, &mut own.end)] {
            let middle = match end {
                End::Box(index) => {
                    *slot = Some(index);
                    self.boxes.get(index).map(|rect| rect.center()).unwrap_or_default()
                }
                End::Free(point) => point,
            };
            own.foreign.retain(|zone| !zone.contains(middle));
            own.homes.retain(|zone| zone.contains(middle));
            self.solid.visit(Rect::around(middle, middle).grown(0.1), |rect, number| {
                if rect.grown(-CLEARANCE).contains(middle) {
                    own.around.push(number);
                }
            });
        }
        let (start, end) = (own.start, own.end);
        own.around.retain(|number| ![start, end].contains(&Some(*number as usize)));
        own
    }

    /// Takes a flow's pieces away.
    pub(super) fn lift(&mut self, wire: usize, course: &[Point]) {
        for piece in flat(course) {
            let own = |(number, (rect, owner)): (usize, &mut (Rect, usize))| {
                (*owner == wire && *rect == piece).then(|| {
                    *owner = usize::MAX;
                    number
                })
            };
            if let Some(number) = self.pieces.iter_mut().enumerate().find_map(own) {
                self.laid.leave(piece.grown(self.beside), number as u32);
            }
        }
    }

    /// Puts a flow's pieces down.
    pub(super) fn lay(&mut self, wire: usize, course: &[Point]) {
        for piece in flat(course) {
            self.laid.enter(piece.grown(self.beside), self.pieces.len() as u32);
            self.pieces.push((piece, wire));
            if self.beside == NEAR {
                self.lanes.enter(piece, 1.0);
            }
        }
    }

    /// Puts a wire's label down; the other wires had better not cross it.
    pub(super) fn lay_label(&mut self, wire: usize, rect: Rect) {
        self.labels.enter(rect, wire as u32);
    }

    /// Takes a wire's label away.
    pub(super) fn lift_label(&mut self, wire: usize, rect: Rect) {
        self.labels.leave(rect, wire as u32);
    }

    /// Whether a wire's course crosses the label of another.
    pub(super) fn crosses_labels(&self, course: &[Point], wire: usize) -> bool {
        flat(course).any(|piece| self.labels_crossed(piece, wire) > 0)
    }

    /// Whose labels, other than its own, a wire's course crosses.
    pub(super) fn labels_under(&self, course: &[Point], wire: usize) -> Vec<usize> {
        let mut owners = Vec::new();
        for piece in flat(course) {
            self.labels.visit(piece, |_, owner| owners.push(owner as usize));
        }
        owners.retain(|owner| *owner != wire);
        owners
    }

    /// Whose labels, other than its own, a wire's label covers.
    pub(super) fn labels_on(&self, rect: Rect, wire: usize) -> Vec<usize> {
        let mut owners = Vec::new();
        self.labels.visit(rect.grown(LABEL_AIR), |_, owner| owners.push(owner as usize));
        owners.retain(|owner| *owner != wire);
        owners.sort_unstable();
        owners
    }

    fn labels_crossed(&self, piece: Rect, wire: usize) -> usize {
        let mut count = 0;
        if self.blind {
            return 0;
        }
        self.labels.visit(piece, |_, owner| count += usize::from(owner as usize != wire));
        count
    }

    /// What of a box keeps a flow's pieces away, `clear` of it at least; none if it may run there. `first` and `last`
    /// say that the piece may touch the flow's own box at that end.
    pub(super) fn solid_part(
        &self,
        (grown, number): (Rect, u32),
        own: &Own,
        (first, last): (bool, bool),
        clear: f32,
    ) -> Option<Rect> {
        let number = number as usize;
        let (start, end) = (own.start == Some(number), own.end == Some(number));
        if start || end {
            let touches = start && first || end && last;
            let room = if touches { -0.5 } else { OWN_CLEARANCE.min(clear) };
            return self.boxes.get(number).map(|rect| rect.grown(room));
        }
        (!own.holds(number)).then(|| grown.grown(clear - CLEARANCE))
    }

    /// Whether a piece runs through a box.
    pub(super) fn is_blocked(&self, piece: Rect, own: &Own, tips: (bool, bool)) -> bool {
        self.solid_strips.any(piece, |rect, number| {
            self.solid_part((rect, number), own, tips, CLEARANCE - 1.0).is_some_and(|part| meets(piece, part))
        })
    }

    /// Whether a whole course runs through a box.
    pub(super) fn is_course_blocked(&self, course: &[Point], own: &Own) -> bool {
        let last = course.len().saturating_sub(2);
        flat(course)
            .enumerate()
            .any(|(index, piece)| self.is_blocked(piece, own, (index == 0, index == last)))
    }

    /// How far a line can go, and the part of a box that stops it; or of a zone, where it shall go round those in which
    /// it neither starts nor ends.
    pub(super) fn ray(
        &self,
        from: Point,
        way: Side,
        reach: f32,
        own: &Own,
        (clear, round_zones): (f32, bool),
    ) -> (f32, Option<Rect>) {
        let met = self.solid_strips.ray(from, way, reach, |rect, number| {
            self.solid_part((rect, number), own, (false, false), clear - 0.1)
        });
        let zones = own.foreign.iter().filter(|_| round_zones).map(|zone| zone.grown(ROUND_A_ZONE));
        zones.fold(met, |met, zone| match until(from, way, zone) {
            Some(free) if free < met.0 => (free, Some(zone)),
            _ => met,
        })
    }

    /// How long a piece would run beside flows and borders already there; in a crowd.
    pub(super) fn shared(&self, piece: Rect) -> f32 {
        self.lanes.shared(piece)
    }

    /// What is wrong with a course in a crowd, where crossings cannot be helped: running beside others, and over words.
    pub(super) fn crowding(&self, course: &[Point]) -> f32 {
        flat(course)
            .map(|piece| {
                let mut words = 0.0;
                self.soft_strips.visit(piece, |_, _| words += SOFT / 4.0);
                self.shared(piece).min(400.0) * 0.6 + words
            })
            .sum()
    }

    /// What is wrong with a course, beyond its length and bends. Stops counting above the limit.
    pub(super) fn trouble(&self, course: &[Point], wire: usize, own: &Own, limit: f32) -> f32 {
        let mut cost = 0.0;
        let last = course.len().saturating_sub(2);
        for (index, piece) in flat(course).enumerate() {
            self.solid.visit(piece, |rect, number| {
                let tips = (index == 0, index == last);
                let part = self.solid_part((rect, number), own, tips, CLEARANCE - 0.1);
                if part.is_some_and(|part| meets(piece, part)) {
                    cost += BLOCKED;
                }
            });
            if cost > limit {
                return cost;
            }
            cost += self.annoyance(piece, wire, own);
            if cost > limit {
                return cost;
            }
        }
        cost
    }

    /// What a piece would run over, across and beside.
    pub(super) fn annoyance(&self, piece: Rect, wire: usize, own: &Own) -> f32 {
        let mut cost = own.straying(piece);
        self.soft.visit(piece, |_, _| cost += SOFT);
        cost += self.labels_crossed(piece, wire) as f32 * UNDER_LABEL;
        self.borders.visit(piece, |near, _| {
            let border = near.grown(-BESIDE_BORDER);
            cost += alongside(piece, border, BESIDE_BORDER) * 1.5;
            if crosses(piece, border) {
                cost += BORDER;
            }
        });
        self.laid.visit(piece, |_, number| {
            let Some((other, _)) = self.pieces.get(number as usize) else { return };
            let shared = alongside(piece, *other, NEAR);
            if shared > 1.0 {
                let one = alongside(piece, *other, ONE_LINE) > SEEN_AS_ONE;
                cost += 160.0 + shared * 2.0 + if one { ON_ONE_LINE } else { 0.0 };
            } else if crosses(piece, *other) {
                cost += CROSSING;
            } else {
                cost += (alongside(piece, *other, TIGHT) - 50.0).clamp(0.0, 160.0) * 0.5;
            }
        });
        cost
    }

    /// The sides of zones in and near an area.
    pub(super) fn visit_borders(&self, area: Rect, mut seen: impl FnMut(Rect)) {
        self.borders.visit(area, |near, _| seen(near.grown(-BESIDE_BORDER)));
    }
}

/// The pieces of a course as flat rectangles.
pub(super) fn flat(course: &[Point]) -> impl Iterator<Item = Rect> + '_ {
    course.windows(2).filter_map(|pair| match pair {
        &[a, b] => {
            let r = Rect::around(a, b);
            // A bend that is off by less than can be seen is straight.
            Some(if r.w < 0.01 {
                Rect { w: 0.0, ..r }
            } else if r.h < 0.01 {
                Rect { h: 0.0, ..r }
            } else {
                r
            })
        }
        _ => None,
    })
}

/// How much of a flat piece is in a zone.
fn within(piece: Rect, zone: Rect) -> f32 {
    let w = piece.right().min(zone.right()) - piece.x.max(zone.x);
    let h = piece.bottom().min(zone.bottom()) - piece.y.max(zone.y);
    if w < 0.0 || h < 0.0 { 0.0 } else { w.max(h) }
}

/// How far it is from a point, straight on, to an area ahead; none: it is not ahead, or the point is in it.
fn until(from: Point, way: Side, area: Rect) -> Option<f32> {
    let beside = if way.is_level() {
        area.y < from.y && from.y < area.bottom()
    } else {
        area.x < from.x && from.x < area.right()
    };
    let near = match way {
        Side::Right => area.x - from.x,
        Side::Left => from.x - area.right(),
        Side::Bottom => area.y - from.y,
        Side::Top => from.y - area.bottom(),
    };
    (beside && near >= 0.0).then_some(near)
}

/// How long two flat pieces run side by side nearer than that.
fn alongside(a: Rect, b: Rect, near: f32) -> f32 {
    let level = |r: Rect| r.h <= r.w;
    if level(a) != level(b) {
        0.0
    } else if level(a) {
        if (a.y - b.y).abs() < near { (a.right().min(b.right()) - a.x.max(b.x)).max(0.0) } else { 0.0 }
    } else if (a.x - b.x).abs() < near {
        (a.bottom().min(b.bottom()) - a.y.max(b.y)).max(0.0)
    } else {
        0.0
    }
}

fn crosses(a: Rect, b: Rect) -> bool {
    let (level, upright) = if a.h <= a.w { (a, b) } else { (b, a) };
    upright.h > upright.w
        && upright.x > level.x
        && upright.x < level.right()
        && level.y > upright.y
        && level.y < upright.bottom()
}
