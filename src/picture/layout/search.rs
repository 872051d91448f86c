//! Small drawings are looked at as a whole: directions, orders and neighbours are tried, and the best is kept.

use crate::picture::{Point, Rect};
use crate::simulation::Progress;

use super::draw::{Drawing, Order};
use super::level::Plan;
use super::nest::Nest;

/// How many pairs of flows are looked at while the best drawing is looked for, and how many drawings at most.
const EFFORT: usize = 200_000;
/// With more flows than this nobody looks whether they cross.
const MOST_SEEN: usize = 600;
const MOST_DRAWINGS: usize = 1500;
/// How often every change is tried.
const ROUNDS: usize = 4;
/// A change is made if it makes the drawing better by this share: one of a group's direction, one of the whole
/// drawing's (it is to be read from left to right), and any other.
const WORTH_TURNING: f32 = 0.98;
const WORTH_TURNING_ALL: f32 = 0.75;
const WORTH: f32 = 0.999;
/// What counts against a drawing, in points of a flow's length: a bend, a crossing, a box in the way, a foreign group in the way; and for
/// each point of the way from right to left, and from the side that a box belongs to.
const BEND: f32 = 60.0;
const CROSSING: f32 = 130.0;
const PIERCED: f32 = 150.0;
const FOREIGN: f32 = 70.0;
const BACKWARD: f32 = 0.3;
/// What counts against a flow between somebody who belongs to the left and the rest of the system, and against one to
/// something that belongs to the right, unless they are read from left to right.
const USER_NOT_LEFT: f32 = 400.0;
const STORE_NOT_RIGHT: f32 = 120.0;
const ASTRAY: f32 = 0.4;
/// The height of a usual window.
const WINDOW: f32 = 640.0;
/// What the length of a flow counts for against the frame's height.
const FLOW_SHARE: f32 = 0.9;

/// The best drawing found from this one; none when it was told to stop.
pub(super) fn improve(nest: &Nest<'_>, first: Drawing, progress: &dyn Progress) -> Option<Drawing> {
    let request = nest.request;
    let weight =
        request.nodes.len() + request.groups.len() + request.edges.len() * (request.edges.len() / 32 + 1);
    let mut left = (EFFORT / weight.max(1)).min(MOST_DRAWINGS);
    let mut best = (badness(nest, &first), first);
    for round in 0..ROUNDS {
        let mut better = false;
        for level in (0..nest.levels.len()).rev() {
            let members = nest.levels.get(level).map_or(0, Vec::len);
            if members < 2 {
                continue;
            }
            let done = (round as f32 + 1.0 - level as f32 / nest.levels.len() as f32) / ROUNDS as f32;
            if !progress.step(done) {
                return None;
            }
            let mut change = 0;
            while let Some(plan) = best.1.plans.get(level).and_then(|plan| Change::numbered(plan, change)) {
                change += 1;
                if left == 0 {
                    return Some(best.1);
                }
                left -= 1;
                let (order, worth) = match &plan {
                    Change::Turn(direction) => {
                        let all = level == nest.ground() && !direction;
                        (Order::Find(*direction), if all { WORTH_TURNING_ALL } else { WORTH_TURNING })
                    }
                    Change::To(plan) => (Order::Given(plan), WORTH),
                };
                let drawing = nest.change(level, order, &best.1);
                let now = badness(nest, &drawing);
                if now < best.0 * worth {
                    best = (now, drawing);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
    Some(best.1)
}

/// Something to try with a level.
enum Change {
    /// Columns instead of rows, or rows instead of columns.
    Turn(bool),
    /// Another plan.
    To(Plan),
}

impl Change {
    /// The changes of a plan by number: it is turned, blocks are exchanged or turned over, items change places, and
    /// items move to the next column.
    fn numbered(plan: &Plan, number: usize) -> Option<Self> {
        let Some(mut number) = number.checked_sub(1) else { return Some(Self::Turn(!plan.level)) };
        let blocks = plan.blocks.len();
        if number + 1 < blocks {
            let mut other = plan.clone();
            other.blocks.swap(number, number + 1);
            return Some(Self::To(other));
        }
        number -= blocks.saturating_sub(1);
        for (index, block) in plan.blocks.iter().enumerate() {
            if number == 0 {
                let mut other = plan.clone();
                for list in other.blocks.iter_mut().skip(index).take(1).flat_map(|block| &mut block.columns) {
                    list.reverse();
                }
                return Some(Self::To(other));
            }
            number -= 1;
            let places: Vec<(usize, usize)> = block
                .columns
                .iter()
                .enumerate()
                .flat_map(|(column, list)| (0..list.len()).map(move |place| (column, place)))
                .collect();
            let pairs = places.len() * places.len().saturating_sub(1) / 2;
            if number < pairs {
                let (a, b) = pair(number);
                let mut other = plan.clone();
                let (from, to) = (places.get(a).copied()?, places.get(b).copied()?);
                let block = other.blocks.get_mut(index)?;
                let first = *block.columns.get(from.0)?.get(from.1)?;
                let second = *block.columns.get(to.0)?.get(to.1)?;
                *block.columns.get_mut(from.0)?.get_mut(from.1)? = second;
                *block.columns.get_mut(to.0)?.get_mut(to.1)? = first;
                return Some(Self::To(other));
            }
            number -= pairs;
            // Each item to the end of the column before or after, which may be a new one.
            if block.connected && number < places.len() * 2 {
                let (column, place) = places.get(number / 2).copied()?;
                let mut other = plan.clone();
                let columns = &mut other.blocks.get_mut(index)?.columns;
                let item = columns.get_mut(column)?.remove(place);
                match (number % 2 == 0, column) {
                    (true, 0) => columns.insert(0, vec![item]),
                    (true, _) => columns.get_mut(column - 1)?.push(item),
                    (false, _) if column + 1 == columns.len() => columns.push(vec![item]),
                    (false, _) => columns.get_mut(column + 1)?.push(item),
                }
                columns.retain(|list| !list.is_empty());
                return Some(Self::To(other));
            }
            number = number.checked_sub(if block.connected { places.len() * 2 } else { 0 })?;
        }
        None
    }
}

/// The numbered pair of different numbers, the lower first.
fn pair(number: usize) -> (usize, usize) {
    let mut upper = 1;
    let mut before = 0;
    while before + upper <= number {
        before += upper;
        upper += 1;
    }
    (number - before, upper)
}

/// The height of a frame that holds a drawing. All that fit into a window are as good.
fn frame(nest: &Nest<'_>, drawing: &Drawing) -> f32 {
    (drawing.size.0 / nest.request.aspect.max(0.2)).max(drawing.size.1).max(WINDOW)
}

/// How badly a drawing fills the frame, how long its flows are, and what they meet on the way.
pub(super) fn badness(nest: &Nest<'_>, drawing: &Drawing) -> f32 {
    let request = nest.request;
    let flows: Vec<(usize, usize, Point, Point)> = request
        .edges
        .iter()
        .filter(|edge| edge.from != edge.to)
        .map(|edge| (edge.from, edge.to, nest.middle(edge.from, drawing), nest.middle(edge.to, drawing)))
        .collect();
    let crowd = flows.len() > MOST_SEEN;
    let boxes: Vec<Rect> = request
        .nodes
        .iter()
        .zip(&drawing.open.nodes)
        .map(|(node, at)| Rect::new(at.x, at.y, node.size.0, node.size.1))
        .collect();
    let mut total = 0.0;
    for (index, (from, to, a, b)) in flows.iter().enumerate() {
        let (across, down) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        total += across + down + (a.x - b.x).max(0.0) * BACKWARD;
        if across > 40.0 && down > 40.0 {
            total += BEND;
        }
        if crowd {
            continue;
        }
        total += misread(&nest.pulls, &boxes, *from, *to);
        let chains = [from, to].map(|node| nest.chains.get(*node).map_or(&[][..], Vec::as_slice));
        let around = |group: &usize| chains.iter().any(|chain| chain.contains(group));
        let foreign = drawing
            .open
            .groups
            .iter()
            .enumerate()
            .filter(|(group, rect)| !around(group) && pierces(**rect, *a, *b))
            .count();
        total += foreign as f32 * FOREIGN;
        let pierced = boxes
            .iter()
            .enumerate()
            .filter(|(other, rect)| other != from && other != to && pierces(**rect, *a, *b))
            .count();
        let crossed = flows
            .iter()
            .skip(index + 1)
            .filter(|(c, d, ..)| c != from && c != to && d != from && d != to)
            .filter(|(.., c, d)| cross(*a, *b, *c, *d))
            .count();
        total += pierced as f32 * PIERCED + crossed as f32 * CROSSING;
    }
    let placed = || nest.pulls.iter().zip(&boxes);
    let left = placed().filter(|(pull, _)| **pull < 0.0).map(|(pull, rect)| -pull * rect.x);
    let right = placed().filter(|(pull, _)| **pull > 0.0);
    let right = right.map(|(pull, rect)| pull * (drawing.size.0 - rect.right()));
    frame(nest, drawing)
        + FLOW_SHARE * total / flows.len().max(1) as f32
        + ASTRAY * (mean(left) + mean(right))
}

/// What counts against a flow that is not read from the left to the right although its ends belong there.
fn misread(pulls: &[f32], boxes: &[Rect], from: usize, to: usize) -> f32 {
    let pull = |node: usize| pulls.get(node).copied().unwrap_or(0.0);
    let (left, right) = if pull(from) <= pull(to) { (from, to) } else { (to, from) };
    let counts = match (pull(left) < 0.0, pull(right) > 0.0) {
        (true, _) if pull(right) >= 0.0 => USER_NOT_LEFT,
        (false, true) if pull(left) <= 0.0 => STORE_NOT_RIGHT,
        _ => return 0.0,
    };
    match (boxes.get(left), boxes.get(right)) {
        (Some(left), Some(right)) if left.right() > right.x => counts,
        _ => 0.0,
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0f32), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

/// Whether a straight line runs through a rectangle.
fn pierces(rect: Rect, a: Point, b: Point) -> bool {
    let (mut enter, mut leave) = (0.0f32, 1.0f32);
    for (start, way, low, high) in
        [(a.x, b.x - a.x, rect.x, rect.right()), (a.y, b.y - a.y, rect.y, rect.bottom())]
    {
        if way.abs() < 0.01 {
            if start <= low || start >= high {
                return false;
            }
            continue;
        }
        let (first, second) = ((low - start) / way, (high - start) / way);
        enter = enter.max(first.min(second));
        leave = leave.min(first.max(second));
    }
    enter < leave
}

/// Whether two straight lines cross.
pub(super) fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered() {
        let pairs: Vec<(usize, usize)> = (0..6).map(pair).collect();
        assert_eq!(pairs, [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]);
    }

    #[test]
    fn lines_meet_lines_and_boxes() {
        let p = Point::new;
        assert!(cross(p(0.0, 0.0), p(10.0, 10.0), p(0.0, 10.0), p(10.0, 0.0)));
        assert!(!cross(p(0.0, 0.0), p(10.0, 0.0), p(0.0, 5.0), p(10.0, 5.0)));
        let rect = Rect::new(4.0, 4.0, 2.0, 2.0);
        assert!(pierces(rect, p(0.0, 0.0), p(10.0, 10.0)));
        assert!(pierces(rect, p(0.0, 5.0), p(10.0, 5.0)));
        assert!(!pierces(rect, p(0.0, 7.0), p(10.0, 7.0)));
        assert!(!pierces(rect, p(0.0, 0.0), p(3.0, 3.0)));
    }
}
