//! Where labels stand: on a piece of their flow, clear of boxes, of words and of each other.

use crate::picture::{Point, Rect};

use super::field::{Field, LABEL_AIR};
use super::index::meets;
use super::{CLEARANCE, ROUTED_TWICE, Router, Wire};

/// Labels keep this far from other words.
const SOFT_AIR: f32 = 2.0;
/// Covering the end of its own line, where the arrowhead is.
const ON_ARROW: f32 = 700.0;
const ON_BOX: f32 = 100_000.0;
const ON_LABEL: f32 = 40_000.0;
pub(super) const ON_SOFT: f32 = 20_000.0;
pub(super) const ON_OTHER_LINE: f32 = 900.0;
/// So near to another line, and so little, that it had better stand further off.
const NEAR_A_LINE: f32 = 3.0;
const BESIDE_OTHER_LINE: f32 = 60.0;
pub(super) const OFF_A_LINE: f32 = 1.0;
const ON_BORDER: f32 = 14.0;
/// Over one that its own line does not cross.
const ON_FOREIGN_BORDER: f32 = 150.0;
/// Covering the mark where its own line crosses a border, and no more than so many of them are counted: that a label stands
/// on another's line is worse than anything that it hides of its own.
const ON_MARK: f32 = 150.0;
const MOST_MARKS: usize = 4;
/// From the middle of such a mark to the label.
const MARK_AIR: f32 = 4.0;
const ON_BEND: f32 = 90.0;
/// Between spots that are tried on a line, and how many to either side of its middle.
const STEP: f32 = 8.0;
const MOST_STEPS: f32 = 40.0;
/// With very many flows: no more pieces of one, and no more spots to either side of their middles.
const PIECES_IN_A_CROWD: usize = 3;
const STEPS_IN_A_CROWD: i32 = 4;
const GOOD_ENOUGH: f32 = 300.0;
/// So many spots of a piece are looked at one by one.
const LOOKS: usize = 2;
/// With more flows than this, a label without a place in those few spots is left out.
const LOOKED_AT_TWICE: usize = 2500;

/// A label that has found its place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Anchor {
    /// Where the label's origin stands.
    pub at: Point,
    /// How far that is from the middle of the longest piece: what a person's own place is measured from.
    pub offset: (f32, f32),
    /// There is no place near the line where the label would cover nothing: it is better left out.
    pub crowded_out: bool,
}

impl Anchor {
    /// The anchor of a label whose origin stands there.
    pub(super) fn on(route: &[Point], at: Point) -> Self {
        let base = base(route);
        Self { at, offset: (at.x - base.x, at.y - base.y), crowded_out: false }
    }

    /// The anchor of a label that somebody moved.
    pub(super) fn moved(route: &[Point], (dx, dy): (f32, f32)) -> Self {
        Self { at: base(route).offset(dx, dy), offset: (dx, dy), crowded_out: false }
    }
}

/// How long a place for a label is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// All along the line, then a little off it, then around it.
    All,
    /// All along the line.
    OnTheLine,
    /// In few spots of the line.
    Little,
}

/// A place on a line for its label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seat {
    pub(super) at: Point,
    /// What is not so good about it.
    pub(super) cost: f32,
    /// Covers nothing that must be seen.
    pub(super) free: bool,
}

impl Router {
    /// Where each wire's label stands, given the courses. What is kept stays where it is.
    pub fn anchors(&self, wires: &[Wire], routes: &[Vec<Point>], kept: &[Option<Anchor>]) -> Vec<Anchor> {
        let mut field = Field::new(&self.boxes, &self.soft, &self.borders, false);
        for (index, route) in routes.iter().enumerate() {
            field.lay(index, route);
        }
        Self::seats(wires, routes, kept, &mut field)
    }

    /// The same, the courses being laid in the field already.
    pub(super) fn seats(
        wires: &[Wire],
        routes: &[Vec<Point>],
        kept: &[Option<Anchor>],
        field: &mut Field,
    ) -> Vec<Anchor> {
        let care = if wires.len() <= ROUTED_TWICE {
            Care::All
        } else if wires.len() <= LOOKED_AT_TWICE {
            Care::OnTheLine
        } else {
            Care::Little
        };
        let mut anchors = vec![Anchor::default(); wires.len()];
        let mut order: Vec<(i64, usize)> = Vec::new();
        for (index, (wire, route)) in wires.iter().zip(routes).enumerate() {
            let own = wire.label_offset.map(|offset| Anchor::moved(route, offset));
            if let Some(given) = own.or_else(|| kept.get(index).copied().flatten()) {
                field.lay_label(index, placed(wire.label, given.at));
                if let Some(anchor) = anchors.get_mut(index) {
                    *anchor = given;
                }
            } else {
                // Those with the least choice go first.
                order.push((pieces(route).map(|(a, b)| a.distance(b)).fold(0.0, f32::max) as i64, index));
            }
        }
        order.sort_unstable();
        field.heeds_marks = care != Care::All;
        for (_, index) in order.iter().copied() {
            let (Some(wire), Some(route)) = (wires.get(index), routes.get(index)) else { continue };
            let (at, is_clear) = field.place(wire, index, route, care);
            // A label that is left out takes no room from those that come after it.
            if is_clear {
                field.lay_label(index, placed(wire.label, at));
            }
            if let Some(anchor) = anchors.get_mut(index) {
                *anchor = Anchor { crowded_out: !is_clear, ..Anchor::on(route, at) };
            }
        }
        if care == Care::All {
            let order: Vec<usize> = order.into_iter().map(|(_, index)| index).collect();
            field.show_marks(&order, wires, routes, &mut anchors);
        }
        anchors
    }
}

impl Field {
    /// The best place on the line itself.
    pub(super) fn seat(&self, label: Rect, wire: usize, route: &[Point], few: bool) -> Option<Seat> {
        let mut best: Option<Seat> = None;
        let Spots { spots, slides } = spots(label, route, few);
        // One look at a spot is cheap; for many on one piece, what lies around is gathered once.
        let mut looks: Vec<(usize, Option<Around>)> = slides.iter().map(|_| (0, None)).collect();
        for Spot { at, cost, piece } in spots {
            if best.is_some_and(|best| cost >= best.cost) {
                break;
            }
            let rect = placed(label, at);
            let covered = match looks.get_mut(piece).zip(slides.get(piece)) {
                Some(((looks, around), slide)) if *looks >= LOOKS => {
                    let around = around.get_or_insert_with(|| Around::of(self, *slide, wire));
                    covered(around, rect, LABEL_AIR, route)
                }
                Some(((looks, _), _)) => {
                    *looks += 1;
                    covered(&Whole(self, wire), rect, LABEL_AIR, route)
                }
                None => covered(&Whole(self, wire), rect, LABEL_AIR, route),
            };
            let cost = cost + covered;
            if best.is_none_or(|best| cost < best.cost) {
                best = Some(Seat { at, cost, free: covered < ON_SOFT });
            }
            if !few && cost < GOOD_ENOUGH {
                break;
            }
        }
        best
    }
}

/// What a label would cover there, keeping that far from boxes and other labels.
pub(super) fn covered(there: &impl Surroundings, rect: Rect, air: f32, route: &[Point]) -> f32 {
    let airy = rect.grown(air);
    if there.has_box(airy) {
        return ON_BOX;
    }
    if there.has_label(airy) {
        return ON_LABEL;
    }
    if there.has_words(rect.grown(SOFT_AIR)) {
        return ON_SOFT;
    }
    let mut cost = there.other_lines(rect);
    if there.heeds_marks() {
        let (marks, foreign) = misleads(there, rect, route);
        cost += marks.min(MOST_MARKS) as f32 * ON_MARK + foreign as f32 * ON_FOREIGN_BORDER;
    }
    let mut on_border = false;
    there.visit_borders(rect, &mut |border| on_border |= meets(rect, border));
    if on_border {
        cost += ON_BORDER;
    }
    let tips = [route.first(), route.last()];
    cost +=
        tips.into_iter().flatten().filter(|tip| rect.grown(12.0).contains(**tip)).count() as f32 * ON_ARROW;
    let bends = route.get(1..route.len().saturating_sub(1)).unwrap_or_default();
    cost + bends.iter().filter(|bend| rect.grown(2.0).contains(**bend)).count() as f32 * ON_BEND
}

/// How many marks a label hides there, where its own line crosses the borders of zones, and over how many borders it lies
/// that its line does not cross: there it reads as if it did.
pub(super) fn misleads(there: &impl Surroundings, rect: Rect, route: &[Point]) -> (usize, usize) {
    let (mut marks, mut foreign) = (0, 0);
    let reach = rect.grown(MARK_AIR);
    there.visit_borders(reach, &mut |border| {
        marks += pieces(route).filter(|(a, b)| is_crossed(Rect::around(*a, *b), border, reach)).count();
        let crossed = || pieces(route).any(|(a, b)| meets(Rect::around(a, b), border));
        foreign += usize::from(meets(rect, border) && !crossed());
    });
    (marks, foreign)
}

/// Whether a flat piece of a line crosses the side of a zone in an area.
fn is_crossed(piece: Rect, border: Rect, area: Rect) -> bool {
    let (level, upright) = if piece.h <= piece.w { (piece, border) } else { (border, piece) };
    upright.h > upright.w
        && level.w > level.h
        && upright.x > level.x
        && upright.x < level.right()
        && level.y > upright.y
        && level.y < upright.bottom()
        && area.contains(Point::new(upright.x, level.y))
}

/// What it costs a label to stand on a piece of another wire, or close beside it.
fn on_line(rect: Rect, piece: Rect) -> f32 {
    if meets(piece, rect.grown(OFF_A_LINE)) {
        ON_OTHER_LINE
    } else if meets(piece, rect.grown(NEAR_A_LINE)) {
        BESIDE_OTHER_LINE
    } else {
        0.0
    }
}

/// What a wire's label might cover.
pub(super) trait Surroundings {
    fn has_box(&self, area: Rect) -> bool;
    /// Labels of other wires.
    fn has_label(&self, area: Rect) -> bool;
    fn has_words(&self, area: Rect) -> bool;
    /// What it costs to stand on pieces of other wires, and beside them.
    fn other_lines(&self, rect: Rect) -> f32;
    /// The sides of zones in and near an area.
    fn visit_borders(&self, area: Rect, seen: &mut dyn FnMut(Rect));
    /// Whether it matters that a label hides where its own line crosses borders.
    fn heeds_marks(&self) -> bool;
}

/// All there is, for the label of a wire.
pub(super) struct Whole<'a>(pub(super) &'a Field, pub(super) usize);

impl Whole<'_> {
    fn is_other_line(&self, number: u32) -> Option<Rect> {
        let (piece, owner) = self.0.pieces.get(number as usize)?;
        (*owner != self.1 && *owner != usize::MAX).then_some(*piece)
    }
}

impl Surroundings for Whole<'_> {
    fn has_box(&self, area: Rect) -> bool {
        self.0.solid.any(area, |grown, _| meets(area, grown.grown(-CLEARANCE)))
    }

    fn has_label(&self, area: Rect) -> bool {
        !self.0.blind && self.0.labels.any(area, |_, owner| owner as usize != self.1)
    }

    fn has_words(&self, area: Rect) -> bool {
        self.0.soft.any(area, |_, _| true)
    }

    fn other_lines(&self, rect: Rect) -> f32 {
        let mut cost = 0.0;
        self.0.laid.visit(rect.grown(NEAR_A_LINE), |_, number| {
            cost += self.is_other_line(number).map_or(0.0, |piece| on_line(rect, piece));
        });
        cost
    }

    fn visit_borders(&self, area: Rect, seen: &mut dyn FnMut(Rect)) {
        self.0.visit_borders(area, seen);
    }

    fn heeds_marks(&self) -> bool {
        self.0.heeds_marks
    }
}

/// What there is in a part of it.
struct Around {
    boxes: Vec<Rect>,
    labels: Vec<Rect>,
    words: Vec<Rect>,
    lines: Vec<Rect>,
    borders: Vec<Rect>,
    heeds_marks: bool,
}

impl Around {
    fn of(field: &Field, area: Rect, wire: usize) -> Self {
        let whole = Whole(field, wire);
        let mut around = Self {
            boxes: Vec::new(),
            labels: Vec::new(),
            words: Vec::new(),
            lines: Vec::new(),
            borders: Vec::new(),
            heeds_marks: field.heeds_marks,
        };
        field.solid.visit(area, |grown, _| around.boxes.push(grown.grown(-CLEARANCE)));
        if !field.blind {
            field.labels.visit(area, |rect, owner| {
                if owner as usize != wire {
                    around.labels.push(rect);
                }
            });
        }
        field.soft.visit(area, |rect, _| around.words.push(rect));
        field.laid.visit(area, |_, number| around.lines.extend(whole.is_other_line(number)));
        field.visit_borders(area, |border| around.borders.push(border));
        around
    }
}

impl Surroundings for Around {
    fn has_box(&self, area: Rect) -> bool {
        self.boxes.iter().any(|rect| meets(area, *rect))
    }

    fn has_label(&self, area: Rect) -> bool {
        self.labels.iter().any(|rect| meets(area, *rect))
    }

    fn has_words(&self, area: Rect) -> bool {
        self.words.iter().any(|rect| meets(area, *rect))
    }

    fn other_lines(&self, rect: Rect) -> f32 {
        self.lines.iter().map(|piece| on_line(rect, *piece)).sum()
    }

    fn visit_borders(&self, _: Rect, seen: &mut dyn FnMut(Rect)) {
        self.borders.iter().for_each(|border| seen(*border));
    }

    fn heeds_marks(&self) -> bool {
        self.heeds_marks
    }
}

/// A place that is tried: what it costs by itself, and on which piece of the course it is.
struct Spot {
    at: Point,
    cost: f32,
    piece: usize,
}

/// Places to try, the best first, and for every piece the area in which a label on it slides.
struct Spots {
    spots: Vec<Spot>,
    slides: Vec<Rect>,
}

/// Spots on a course with what each costs by itself, the best first.
fn spots(label: Rect, route: &[Point], few: bool) -> Spots {
    let mut by_length: Vec<(f32, Point, Point)> = pieces(route).map(|(a, b)| (a.distance(b), a, b)).collect();
    by_length.sort_by(|a, b| b.0.total_cmp(&a.0));
    let longest = by_length.first().map_or(0.0, |(length, ..)| *length);
    let (mut spots, mut slides) = (Vec::new(), Vec::new());
    let most = if few { usize::MAX } else { PIECES_IN_A_CROWD };
    for (piece, (length, a, b)) in by_length.into_iter().take(most).enumerate() {
        let level = (a.y - b.y).abs() < 0.5;
        let size = if level { label.w } else { label.h };
        let room = length - size - 8.0;
        let worse = (longest - length).min(400.0) * 0.25 + if room < 0.0 { 60.0 - room } else { 0.0 };
        let middle = Point::new(f32::midpoint(a.x, b.x), f32::midpoint(a.y, b.y));
        let (steps, step) = if few {
            (((length / 2.0) / STEP).floor().min(MOST_STEPS) as i32, STEP)
        } else {
            let step = (room / (2 * STEPS_IN_A_CROWD) as f32).min(60.0);
            (if step > 1.0 { STEPS_IN_A_CROWD } else { 0 }, step)
        };
        let seat = |along: f32| {
            let spot = if level { middle.offset(along, 0.0) } else { middle.offset(0.0, along) };
            seated(label, spot, level)
        };
        let reach = steps as f32 * step;
        slides.push(placed(label, seat(-reach)).union(placed(label, seat(reach))).grown(LABEL_AIR));
        spots.extend((-steps..=steps).map(|n| {
            let along = n as f32 * step;
            Spot { at: seat(along), cost: worse + along.abs() * 0.35, piece }
        }));
    }
    spots.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    Spots { spots, slides }
}

/// Where the origin stands when the label sits there: on the line, with as much of the label on either side along it.
pub(super) fn seated(label: Rect, spot: Point, level: bool) -> Point {
    let middle = label.center();
    if level {
        Point::new((spot.x - middle.x).round(), spot.y.round())
    } else {
        Point::new(spot.x.round(), (spot.y - middle.y).round())
    }
}

/// The middle of the longest piece.
pub(super) fn base(route: &[Point]) -> Point {
    let longest = pieces(route).max_by(|(a, b), (c, d)| a.distance(*b).total_cmp(&c.distance(*d)));
    let (a, b) = longest.unwrap_or_default();
    Point::new(f32::midpoint(a.x, b.x).round(), f32::midpoint(a.y, b.y).round())
}

pub(super) fn pieces(route: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    route.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
}

pub(super) fn placed(label: Rect, at: Point) -> Rect {
    Rect { x: label.x + at.x, y: label.y + at.y, ..label }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lies around is gathered only to be quicker: every spot costs what it costs by itself.
    #[test]
    fn gathered_surroundings_are_the_same_surroundings() {
        let mut state = 7_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % bound) as f32
        };
        let mut differing = 0;
        for _ in 0..40 {
            let mut some = |count: u64, w: f32, h: f32| -> Vec<Rect> {
                (0..count).map(|_| Rect::new(below(1500), below(900), w, h)).collect()
            };
            let (boxes, soft, borders) = (some(12, 160.0, 68.0), some(6, 90.0, 20.0), some(3, 500.0, 400.0));
            let mut field = Field::new(&boxes, &soft, &borders, false);
            for wire in 0..30 {
                let (from, to) = (Point::new(below(1500), below(900)), Point::new(below(1500), below(900)));
                field.lay(wire, &[from, Point::new(to.x, from.y), to]);
                if wire % 3 == 0 {
                    field.lay_label(wire, Rect::new(below(1500), below(900), 80.0, 24.0));
                }
            }
            let (label, y) = (Rect::new(-40.0, -12.0, 80.0, 24.0), below(900));
            let route = [Point::new(100.0, y), Point::new(1300.0, y)];
            let Spots { spots, slides } = spots(label, &route, true);
            let around = Around::of(&field, slides[0], 3);
            for spot in spots {
                let rect = placed(label, spot.at);
                let cost = covered(&around, rect, LABEL_AIR, &route);
                assert_eq!(cost, covered(&Whole(&field, 3), rect, LABEL_AIR, &route), "{rect:?}");
                differing += usize::from(cost > 0.0);
            }
        }
        assert!(differing > 500, "only {differing} spots covered anything");
    }
}
