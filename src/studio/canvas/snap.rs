//! Things that are moved line up with their neighbours, or stand as far from them as those stand from theirs.

use crate::model::ItemId;
use crate::picture::{Point, Rect};

use super::ground::Ground;

/// A step of the grid when there is no neighbour to line up with.
const GRID: f32 = 4.0;

/// Gaps wider than this are no row.
const WIDEST_GAP: f32 = 480.0;

/// How far to move, and the lines that show why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapped {
    /// How far.
    pub by: (f32, f32),
    /// Lines through edges that are in line.
    pub guides: Vec<(Point, Point)>,
    /// Gaps that are as wide as each other, from edge to edge.
    pub gaps: Vec<(Point, Point)>,
}

/// The offset nearest to `raw` at which an edge or middle of what is moved is in line with a neighbour's, or its gaps are
/// as wide as each other or as its neighbours'.
pub fn snapped(ground: &Ground<'_>, items: &[ItemId], raw: (f32, f32)) -> Snapped {
    let frames: Vec<Rect> = items.iter().filter_map(|item| ground.scene.rect_of(*item)).collect();
    let Some(frame) = frames.iter().copied().reduce(Rect::union) else {
        return Snapped { by: raw, ..Snapped::default() };
    };
    let others = neighbours(ground, items, frame.moved(raw));
    fitted(&others, frame, raw, ground.tolerance)
}

/// What things can line up with: components and zones nearby that are not moved themselves, boxes of zones that hold what
/// is moved only by their edges.
fn neighbours(ground: &Ground<'_>, items: &[ItemId], moved: Rect) -> Vec<Rect> {
    let near = moved.grown(800.0);
    let nodes = ground.scene.nodes.iter().map(|node| (ItemId::from(node.id), node.rect));
    let zones = ground.scene.zones.iter().map(|zone| (ItemId::from(zone.id), zone.rect));
    let moves_zones = items.iter().any(|item| matches!(item, ItemId::Zone(_)));
    let zones = zones.filter(|(_, rect)| moves_zones && !rect.contains(moved.center()));
    nodes
        .chain(zones)
        .filter(|(item, rect)| rect.overlaps(near) && !is_carried(ground, *item, items))
        .map(|(_, rect)| rect)
        .collect()
}

fn fitted(others: &[Rect], frame: Rect, raw: (f32, f32), reach: f32) -> Snapped {
    let moved = frame.moved(raw);
    let x = nearest(others, [moved.x, moved.center().x, moved.right()], reach, |r| {
        [r.x, r.center().x, r.right()]
    });
    let y = nearest(others, [moved.y, moved.center().y, moved.bottom()], reach, |r| {
        [r.y, r.center().y, r.bottom()]
    });
    let flipped: Vec<Rect> = others.iter().map(|rect| rect.flipped()).collect();
    // A row is sought where the thing will stand once it is in line.
    let in_line = |x: f32, y: f32| frame.moved((raw.0 + x, raw.1 + y));
    let row = spaced(others, in_line(0.0, y.map_or(0.0, |found| found.0)), reach);
    let column = spaced(&flipped, in_line(x.map_or(0.0, |found| found.0), 0.0).flipped(), reach);
    let grid = |from: f32, by: f32| ((from + by) / GRID).round() * GRID - from;
    let step = |line: Option<f32>, gap: Option<f32>, from: f32, raw: f32| match (line, gap) {
        (Some(line), Some(gap)) if gap.abs() < line.abs() => raw + gap,
        (Some(line), _) => raw + line,
        (None, Some(gap)) => raw + gap,
        (None, None) => grid(from, raw),
    };
    let by = (
        step(x.map(|found| found.0), row, frame.x, raw.0),
        step(y.map(|found| found.0), column, frame.y, raw.1),
    );
    let placed = frame.moved(by);
    let mut snapped = Snapped { by, ..Snapped::default() };
    let holds = |step: f32, raw: f32, by: f32| (raw + step - by).abs() < 0.05;
    if let Some((_, line, other)) = x.filter(|found| holds(found.0, raw.0, by.0)) {
        let both = placed.union(other);
        snapped.guides.push((Point::new(line, both.y - 12.0), Point::new(line, both.bottom() + 12.0)));
    }
    if let Some((_, line, other)) = y.filter(|found| holds(found.0, raw.1, by.1)) {
        let both = placed.union(other);
        snapped.guides.push((Point::new(both.x - 12.0, line), Point::new(both.right() + 12.0, line)));
    }
    snapped.gaps = equal_gaps(others, placed);
    let down = equal_gaps(&flipped, placed.flipped());
    snapped.gaps.extend(down.into_iter().map(|(a, b)| (Point::new(a.y, a.x), Point::new(b.y, b.x))));
    snapped
}

fn is_carried(ground: &Ground<'_>, item: ItemId, items: &[ItemId]) -> bool {
    let zone = match item {
        ItemId::Component(id) => ground.project.diagram.component(id).and_then(|component| component.zone),
        ItemId::Zone(id) => ground.project.diagram.zones.get(id).and_then(|zone| zone.parent),
        _ => None,
    };
    items.contains(&item)
        || ground.project.diagram.zone_chain(zone).into_iter().any(|zone| items.contains(&zone.into()))
}

/// The smallest step that puts one of `mine` on an edge or middle of a neighbour, with that line and neighbour.
fn nearest(
    others: &[Rect],
    mine: [f32; 3],
    reach: f32,
    edges: impl Fn(Rect) -> [f32; 3],
) -> Option<(f32, f32, Rect)> {
    let mut best: Option<(f32, f32, Rect)> = None;
    for other in others {
        for line in edges(*other) {
            for own in mine {
                let step = line - own;
                if step.abs() <= reach && best.is_none_or(|(found, ..)| step.abs() < found.abs()) {
                    best = Some((step, line, *other));
                }
            }
        }
    }
    best
}

/// The boxes at the left and at the right of one, nearest first, that share its height and do not overlap it or each
/// other.
fn row_around(others: &[Rect], one: Rect) -> (Vec<Rect>, Vec<Rect>) {
    let beside = |rect: &&Rect| rect.y < one.bottom() && one.y < rect.bottom();
    let (mut left, mut right): (Vec<Rect>, Vec<Rect>) =
        others.iter().filter(beside).copied().partition(|rect| rect.center().x < one.center().x);
    left.sort_by(|a, b| b.right().total_cmp(&a.right()));
    right.sort_by(|a, b| a.x.total_cmp(&b.x));
    (left, right)
}

/// The smallest step to the side that makes gaps as wide as each other.
fn spaced(others: &[Rect], one: Rect, reach: f32) -> Option<f32> {
    let (left, right) = row_around(others, one);
    let mut steps: Vec<f32> = Vec::new();
    if let (Some(left), Some(right)) = (left.first(), right.first()) {
        steps.push(f32::midpoint(left.right(), right.x) - one.center().x);
    }
    if let [near, next, ..] = left.as_slice() {
        steps.push(near.right() + (near.x - next.right()) - one.x);
    }
    if let [near, next, ..] = right.as_slice() {
        steps.push(near.x - (next.x - near.right()) - one.right());
    }
    let fits = |step: &f32| {
        let there = one.moved((*step, 0.0));
        step.abs() <= reach && !others.iter().any(|other| other.overlaps(there))
    };
    steps.into_iter().filter(fits).min_by(|a, b| a.abs().total_cmp(&b.abs()))
}

/// The gaps beside a box that are as wide as each other, with the neighbours' gap that they equal.
fn equal_gaps(others: &[Rect], one: Rect) -> Vec<(Point, Point)> {
    let (left, right) = row_around(others, one);
    let same = |a: f32, b: f32| a > 4.0 && a <= WIDEST_GAP && (a - b).abs() < 0.6;
    let mut pairs: Vec<(Rect, Rect)> = Vec::new();
    if let (Some(l), Some(r)) = (left.first(), right.first())
        && same(one.x - l.right(), r.x - one.right())
    {
        pairs.extend([(*l, one), (one, *r)]);
    }
    if let [near, next, ..] = left.as_slice()
        && same(one.x - near.right(), near.x - next.right())
    {
        pairs.extend([(*next, *near), (*near, one)]);
    }
    if let [near, next, ..] = right.as_slice()
        && same(near.x - one.right(), next.x - near.right())
    {
        pairs.extend([(one, *near), (*near, *next)]);
    }
    pairs
        .into_iter()
        .map(|(a, b)| {
            let y = f32::midpoint(a.y.max(b.y), a.bottom().min(b.bottom()));
            (Point::new(a.right(), y), Point::new(b.x, y))
        })
        .collect()
}

/// Boxes seen with across and down exchanged.
trait Box2 {
    fn flipped(self) -> Rect;
}

impl Box2 for Rect {
    fn flipped(self) -> Rect {
        Rect::new(self.y, self.x, self.h, self.w)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moves a box of 100 × 60 from the origin among others of that size; gives back where it stands and how many guides
    /// and gaps are shown.
    #[track_caller]
    fn check(others: &[(f32, f32)], to: (f32, f32), expected: (f32, f32), shown: (usize, usize)) {
        let boxed = |&(x, y): &(f32, f32)| Rect::new(x, y, 100.0, 60.0);
        let others: Vec<Rect> = others.iter().map(boxed).collect();
        let snapped = fitted(&others, Rect::new(0.0, 0.0, 100.0, 60.0), to, 6.0);
        assert_eq!(snapped.by, expected, "{snapped:?}");
        assert_eq!((snapped.guides.len(), snapped.gaps.len()), shown, "{snapped:?}");
    }

    #[test]
    fn edges_and_middles_line_up() {
        check(&[(300.0, 0.0)], (30.0, 4.0), (32.0, 0.0), (1, 0));
        check(&[(300.0, 200.0)], (304.0, 31.0), (300.0, 32.0), (1, 0));
        // Far from everything it stands on the grid.
        check(&[], (30.0, 41.0), (32.0, 40.0), (0, 0));
        // A right edge meets a left edge.
        check(&[(300.0, 500.0)], (197.0, 41.0), (200.0, 40.0), (1, 0));
    }

    #[test]
    fn gaps_become_equal() {
        // In the middle of two.
        check(&[(0.0, 0.0), (460.0, 0.0)], (233.0, 0.0), (230.0, 0.0), (1, 2));
        // As far as the two before.
        check(&[(0.0, 0.0), (150.0, 0.0)], (304.0, 2.0), (300.0, 0.0), (1, 2));
        // Before two that stand so.
        check(&[(300.0, 0.0), (450.0, 0.0)], (147.0, 0.0), (150.0, 0.0), (1, 2));
        // Downwards just so.
        check(&[(0.0, 0.0), (0.0, 100.0)], (2.0, 203.0), (0.0, 200.0), (1, 2));
    }

    #[test]
    fn what_stands_elsewhere_makes_no_row() {
        check(&[(0.0, 500.0), (460.0, 500.0)], (233.0, 41.0), (232.0, 40.0), (0, 0));
    }
}
