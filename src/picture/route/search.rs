//! A way around boxes when no simple shape has one: the shortest with few bends on a sparse grid.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::picture::{Point, Rect};

use super::BEND;
use super::field::Field;
use super::index::meets;
use super::shape::Port;

/// Boxes further than this from both ends are not gone around.
const REACH: f32 = 700.0;
/// No more grid lines than this in each direction: a search takes a bounded time.
const MOST_LINES: usize = 120;
/// No more places than this are looked at; with very many flows fewer.
const PATIENCE: usize = 30_000;
const PATIENCE_IN_A_CROWD: usize = 1_500;
/// From a box to the grid line beside it.
const BESIDE: f32 = 18.0;

/// A course from one of the starts to one of the ends that runs through no box; none if the grid holds none, or if it
/// takes too long to find.
pub(super) fn way_around(
    starts: &[Port],
    ends: &[Port],
    boxes: &[Rect],
    field: &Field,
    own: [Option<usize>; 2],
    few: bool,
) -> Option<Vec<Point>> {
    let area = starts.iter().chain(ends).map(|port| Rect::around(port.at, port.at)).reduce(Rect::union)?;
    let area = area.grown(if few { REACH / 4.0 } else { REACH });
    let near: Vec<Rect> = boxes.iter().copied().filter(|rect| meets(*rect, area)).collect();
    let leaves = |port: &Port| {
        let (dx, dy) = port.side.out();
        let stub = port.stub.clamp(0.0, BESIDE);
        let out = port.at.offset(dx * stub, dy * stub);
        (!field.is_blocked_by_others(Rect::around(port.at, out), own)).then_some(out)
    };
    let starts: Vec<(Port, Point)> = starts.iter().filter_map(|port| Some((*port, leaves(port)?))).collect();
    let ends: Vec<(Port, Point)> = ends.iter().filter_map(|port| Some((*port, leaves(port)?))).collect();
    let mut xs: Vec<f32> = Vec::new();
    let mut ys: Vec<f32> = Vec::new();
    for (_, out) in starts.iter().chain(&ends) {
        xs.push(out.x);
        ys.push(out.y);
    }
    let mut by_distance = near;
    let middle = area.center();
    by_distance.sort_by(|a, b| a.center().distance(middle).total_cmp(&b.center().distance(middle)));
    for rect in by_distance {
        if xs.len() >= MOST_LINES || ys.len() >= MOST_LINES {
            break;
        }
        xs.extend([rect.x - BESIDE, rect.right() + BESIDE]);
        ys.extend([rect.y - BESIDE, rect.bottom() + BESIDE]);
    }
    sort_lines(&mut xs);
    sort_lines(&mut ys);
    let grid = Grid { xs, ys };
    let goals: BTreeMap<(usize, usize), Vec<&(Port, Point)>> =
        ends.iter().fold(BTreeMap::new(), |mut goals, end| {
            goals.entry(grid.nearest(end.1)).or_default().push(end);
            goals
        });
    let target = ends.iter().map(|(port, _)| Rect::around(port.at, port.at)).reduce(Rect::union)?;
    let mut heap: BinaryHeap<Reverse<(u64, State)>> = BinaryHeap::new();
    let mut best: BTreeMap<State, (f32, Option<State>)> = BTreeMap::new();
    let mut origin: BTreeMap<State, Port> = BTreeMap::new();
    for (port, out) in &starts {
        let (x, y) = grid.nearest(*out);
        let state = State { x, y, heading: heading(port.side.out()) };
        let cost = port.cost;
        if best.get(&state).is_none_or(|(known, _)| cost < *known) {
            best.insert(state, (cost, None));
            origin.insert(state, *port);
            heap.push(Reverse((key(cost + rest(grid.point(x, y), target)), state)));
        }
    }
    let mut arrived: Option<(f32, State, Port)> = None;
    let mut patience = if few { PATIENCE_IN_A_CROWD } else { PATIENCE };
    while let Some(Reverse((estimate, state))) = heap.pop() {
        patience -= 1;
        if patience == 0 {
            break;
        }
        if arrived.is_some_and(|(cost, ..)| estimate >= key(cost)) {
            break;
        }
        let Some((cost, _)) = best.get(&state).copied() else { continue };
        if estimate > key(cost + rest(grid.point(state.x, state.y), target)) {
            continue;
        }
        for (port, _) in goals.get(&(state.x, state.y)).into_iter().flatten() {
            let (dx, dy) = port.side.out();
            let inward = heading((-dx, -dy));
            let turn = if inward == state.heading { 0.0 } else { BEND };
            let back = (inward + 2) % 4 == state.heading;
            let total = cost + turn + port.cost;
            if !back && arrived.is_none_or(|(known, ..)| total < known) {
                arrived = Some((total, state, *port));
            }
        }
        for (next, from, to) in grid.steps(state) {
            if field.is_blocked(Rect::around(from, to)) {
                continue;
            }
            let turn = if next.heading == state.heading { 0.0 } else { BEND };
            let total = cost + from.distance(to) + turn;
            if best.get(&next).is_none_or(|(known, _)| total < *known - 0.01) {
                best.insert(next, (total, Some(state)));
                heap.push(Reverse((key(total + rest(to, target)), next)));
            }
        }
    }
    let (_, mut state, goal) = arrived?;
    let mut course = vec![goal.at];
    let first = loop {
        course.push(grid.point(state.x, state.y));
        match best.get(&state).and_then(|(_, before)| *before) {
            Some(before) => state = before,
            None => break state,
        }
    };
    course.push(origin.get(&first)?.at);
    course.reverse();
    Some(course)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    x: usize,
    y: usize,
    /// 0 right, 1 down, 2 left, 3 up.
    heading: u8,
}

struct Grid {
    xs: Vec<f32>,
    ys: Vec<f32>,
}

impl Grid {
    fn point(&self, x: usize, y: usize) -> Point {
        Point::new(self.xs.get(x).copied().unwrap_or_default(), self.ys.get(y).copied().unwrap_or_default())
    }

    fn nearest(&self, p: Point) -> (usize, usize) {
        let index = |lines: &[f32], v: f32| {
            let at = lines.partition_point(|line| *line < v - 0.005);
            at.min(lines.len().saturating_sub(1))
        };
        (index(&self.xs, p.x), index(&self.ys, p.y))
    }

    /// The neighbours of a state, without turning back.
    fn steps(&self, state: State) -> Vec<(State, Point, Point)> {
        let from = self.point(state.x, state.y);
        let mut steps = Vec::with_capacity(3);
        for heading in 0u8..4 {
            if (heading + 2) % 4 == state.heading {
                continue;
            }
            let (x, y) = match heading {
                0 if state.x + 1 < self.xs.len() => (state.x + 1, state.y),
                1 if state.y + 1 < self.ys.len() => (state.x, state.y + 1),
                2 if state.x > 0 => (state.x - 1, state.y),
                3 if state.y > 0 => (state.x, state.y - 1),
                _ => continue,
            };
            steps.push((State { x, y, heading }, from, self.point(x, y)));
        }
        steps
    }
}

fn sort_lines(lines: &mut Vec<f32>) {
    lines.retain(|line| line.is_finite());
    lines.sort_by(f32::total_cmp);
    lines.dedup_by(|a, b| (*a - *b).abs() < 0.01);
}

fn heading(out: (f32, f32)) -> u8 {
    match out {
        (x, _) if x > 0.5 => 0,
        (_, y) if y > 0.5 => 1,
        (x, _) if x < -0.5 => 2,
        _ => 3,
    }
}

/// What is left to go, at least.
fn rest(p: Point, target: Rect) -> f32 {
    let dx = (target.x - p.x).max(p.x - target.right()).max(0.0);
    let dy = (target.y - p.y).max(p.y - target.bottom()).max(0.0);
    dx + dy
}

/// Costs as whole numbers, so that they can be ordered.
fn key(cost: f32) -> u64 {
    (cost.max(0.0) * 16.0) as u64
}
