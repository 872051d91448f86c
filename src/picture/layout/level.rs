//! One level of the drawing: the items of one group, laid out in columns (or rows) by the flows between them.

use super::order::{Step, align, untangle};
use super::rank::{Link, ranks};
use crate::picture::{Point, Rect};

/// A thing of a level: a box or a whole group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Item {
    pub(super) size: (f32, f32),
    pub(super) pull: f32,
}

/// Flows between two items of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Flow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: (f32, f32),
    /// The boxes that it joins, the lower number first.
    pub(super) pair: (usize, usize),
    /// Where it meets the items, from their left top corners.
    pub(super) from_port: Point,
    pub(super) to_port: Point,
}

/// Between items of one column, and of one row.
const GAP_BELOW: f32 = 40.0;
const GAP_BESIDE: f32 = 44.0;
/// Between columns and between rows, at least.
const COLUMN_GAP: f32 = 84.0;
const ROW_GAP: f32 = 64.0;
/// No gap is wider than this, however many labels want to stand in it.
const WIDEST_GAP: f32 = 420.0;
const HIGHEST_GAP: f32 = 200.0;
/// From a box to the label in the gap.
const ARROW_ROOM: f32 = 26.0;
/// More items than this do not stand in one column.
const TALLEST: usize = 9;
/// Flows over several columns keep a lane free, as long as there are no more lanes than this.
const MOST_LANES: usize = 2500;
const LANE: f32 = 26.0;

/// Items laid out together, where each starts from the corner of them all, and the size that they take.
type Block = (Vec<usize>, Vec<Point>, (f32, f32));

/// The left top corners of the items, from the left top corner of the level; and the level's size.
pub(super) fn lay_out(items: &[Item], flows: &[Flow], level: bool, aspect: f32) -> (Vec<Point>, (f32, f32)) {
    let mut places = vec![Point::default(); items.len()];
    let mut blocks: Vec<Block> = Vec::new();
    let mut alone: Vec<usize> = Vec::new();
    for members in parts(items.len(), flows) {
        if let [single] = members.as_slice() {
            alone.push(*single);
        } else {
            let (starts, size) = columns(items, flows, &members, level);
            blocks.push((members, starts, size));
        }
    }
    if !alone.is_empty() {
        let (starts, size) = grid(items, &alone, aspect);
        blocks.push((alone, starts, size));
    }
    let (corners, size) = shelves(&blocks.iter().map(|(.., size)| *size).collect::<Vec<_>>(), aspect);
    for ((members, starts, _), corner) in blocks.iter().zip(corners) {
        for (item, start) in members.iter().zip(starts) {
            if let Some(place) = places.get_mut(*item) {
                *place = start.offset(corner.x, corner.y);
            }
        }
    }
    (places, size)
}

fn find(root: &mut [usize], item: usize) -> usize {
    let mut at = item;
    while let Some(up) = root.get(at).copied().filter(|up| *up != at) {
        let above = root.get(up).copied().unwrap_or(up);
        if let Some(slot) = root.get_mut(at) {
            *slot = above;
        }
        at = up;
    }
    at
}

/// Items that are connected, each list in order, the lists by their first item.
fn parts(count: usize, flows: &[Flow]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    for flow in flows {
        let (a, b) = (find(&mut root, flow.from), find(&mut root, flow.to));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(slot) = root.get_mut(high) {
            *slot = low;
        }
    }
    let mut parts: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for item in 0..count {
        parts.entry(find(&mut root, item)).or_default().push(item);
    }
    parts.into_values().collect()
}

/// Connected items in columns from left to right, or in rows from top to bottom.
fn columns(items: &[Item], flows: &[Flow], members: &[usize], level: bool) -> (Vec<Point>, (f32, f32)) {
    let along = |size: (f32, f32)| if level { size.0 } else { size.1 };
    let across = |size: (f32, f32)| if level { size.1 } else { size.0 };
    let port = |p: Point| if level { p.y } else { p.x };
    let number: std::collections::BTreeMap<usize, usize> =
        members.iter().enumerate().map(|(index, item)| (*item, index)).collect();
    let own: Vec<Item> = members.iter().filter_map(|item| items.get(*item).copied()).collect();
    let mut links: Vec<Link> = Vec::new();
    for flow in flows {
        let (Some(from), Some(to)) = (number.get(&flow.from).copied(), number.get(&flow.to).copied()) else {
            continue;
        };
        let label = (along(flow.label), across(flow.label));
        let (from_port, to_port) = (port(flow.from_port), port(flow.to_port));
        links.push(Link { from, to, weight: 1.0, label, pair: flow.pair, from_port, to_port });
    }
    let pulls: Vec<f32> = own.iter().map(|item| item.pull).collect();
    let rank = ranks(own.len(), &links, &pulls);
    let rank_of = |item: usize| rank.get(item).copied().unwrap_or(0);
    let mut sizes: Vec<f32> = own.iter().map(|item| across(item.size)).collect();
    let last = rank.iter().copied().max().unwrap_or(0);
    let mut column: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for item in 0..own.len() {
        if let Some(list) = column.get_mut(rank_of(item)) {
            list.push(item);
        }
    }
    let spans: usize =
        links.iter().map(|link| rank_of(link.from).abs_diff(rank_of(link.to)).saturating_sub(1)).sum();
    let mut steps: Vec<Step> = Vec::new();
    for link in &links {
        let (mut a, mut b) = ((link.from, link.from_port), (link.to, link.to_port));
        if rank_of(a.0) > rank_of(b.0) {
            std::mem::swap(&mut a, &mut b);
        }
        let (low, high) = (rank_of(a.0), rank_of(b.0));
        if low == high || (high - low > 1 && spans > MOST_LANES) {
            continue;
        }
        let mut before = a;
        for between in low + 1..high {
            let lane = sizes.len();
            sizes.push(LANE);
            if let Some(list) = column.get_mut(between) {
                list.push(lane);
            }
            let weight = link.weight * 2.0;
            steps.push(Step { from: before.0, to: lane, weight, from_port: before.1, to_port: LANE / 2.0 });
            before = (lane, LANE / 2.0);
        }
        steps.push(Step { from: before.0, to: b.0, weight: link.weight, from_port: before.1, to_port: b.1 });
    }
    untangle(&mut column, &steps, sizes.len());
    let gap = if level { GAP_BELOW } else { GAP_BESIDE };
    let (column, steps) = split_tall(column, steps, own.len());
    let start = align(&column, &sizes, gap, &steps);
    let mut at = 0.0;
    let mut offset = vec![0.0f32; own.len()];
    for (number, list) in column.iter().enumerate() {
        let real = || list.iter().copied().filter(|item| *item < own.len());
        let size = |item: usize| own.get(item).map_or(0.0, |item| along(item.size));
        let widest = real().map(size).fold(0.0, f32::max);
        for item in real() {
            if let Some(slot) = offset.get_mut(item) {
                *slot = at + (widest - size(item)) / 2.0;
            }
        }
        let next = column.get(number + 1).map_or(&[][..], Vec::as_slice);
        at += widest + room_between(list, next, &links, level);
    }
    let places: Vec<Point> = offset
        .iter()
        .zip(&start)
        .map(|(along, across)| if level { Point::new(*along, *across) } else { Point::new(*across, *along) })
        .collect();
    normalised(&places, &own)
}

/// Columns with very many items become several side by side. Lanes stay in the first.
fn split_tall(columns: Vec<Vec<usize>>, steps: Vec<Step>, real: usize) -> (Vec<Vec<usize>>, Vec<Step>) {
    if columns.iter().all(|list| list.len() <= TALLEST + 3) {
        return (columns, steps);
    }
    let mut split = Vec::new();
    for list in columns {
        let count = list.iter().filter(|item| **item < real).count();
        if count <= TALLEST + 3 {
            split.push(list);
            continue;
        }
        let pieces = count.div_ceil(TALLEST);
        let each = count.div_ceil(pieces);
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); pieces];
        let mut placed = 0;
        for item in list {
            let part = if item < real { placed / each } else { 0 };
            if item < real {
                placed += 1;
            }
            if let Some(part) = parts.get_mut(part) {
                part.push(item);
            }
        }
        split.extend(parts);
    }
    (split, steps)
}

/// What the labels between two neighbouring columns need. Flows between the same two boxes stagger their labels; those
/// between different ones find room beside each other.
fn room_between(list: &[usize], next: &[usize], links: &[Link], level: bool) -> f32 {
    if next.is_empty() {
        return 0.0;
    }
    let (least, most) = if level { (COLUMN_GAP, WIDEST_GAP) } else { (ROW_GAP, HIGHEST_GAP) };
    let mut needs: std::collections::BTreeMap<(usize, usize), f32> = std::collections::BTreeMap::new();
    let mut passing = 0.0f32;
    for link in links {
        let (from, to) = (list.contains(&link.from), list.contains(&link.to));
        if (from && next.contains(&link.to)) || (to && next.contains(&link.from)) {
            *needs.entry(link.pair).or_default() += link.label.0 + 10.0;
        } else if from || to {
            passing = passing.max(link.label.0);
        }
    }
    let widest = needs.values().copied().fold(0.0, f32::max);
    let rest = needs.values().sum::<f32>() - widest;
    ((widest + rest * 0.2).max(passing) + 2.0 * ARROW_ROOM).clamp(least, most)
}

/// Items without flows, in rows of about the wanted shape.
fn grid(items: &[Item], members: &[usize], aspect: f32) -> (Vec<Point>, (f32, f32)) {
    let sizes: Vec<(f32, f32)> =
        members.iter().filter_map(|item| items.get(*item)).map(|item| item.size).collect();
    shelves(&sizes, aspect)
}

/// Rectangles in rows, in their order, in about the wanted shape.
fn shelves(sizes: &[(f32, f32)], aspect: f32) -> (Vec<Point>, (f32, f32)) {
    let area: f32 = sizes.iter().map(|(w, h)| (w + GAP_BESIDE) * (h + GAP_BELOW)).sum();
    let widest = sizes.iter().map(|(w, _)| *w).fold(0.0, f32::max);
    let limit = widest.max((area * aspect.max(0.2)).sqrt());
    let (mut x, mut y, mut high) = (0.0f32, 0.0f32, 0.0f32);
    let mut places = Vec::new();
    let mut size = (0.0f32, 0.0f32);
    for (w, h) in sizes {
        if x > 0.0 && x + w > limit + 0.5 {
            x = 0.0;
            y += high + GAP_BELOW;
            high = 0.0;
        }
        places.push(Point::new(x, y));
        size = (size.0.max(x + w), size.1.max(y + h));
        x += w + GAP_BESIDE;
        high = high.max(*h);
    }
    (places, size)
}

/// The same places with the left top corner of everything at the origin, on whole points.
fn normalised(places: &[Point], items: &[Item]) -> (Vec<Point>, (f32, f32)) {
    let rects = || places.iter().zip(items).map(|(p, item)| Rect::new(p.x, p.y, item.size.0, item.size.1));
    let bounds = rects().reduce(Rect::union).unwrap_or_default();
    let moved =
        places.iter().map(|p| Point::new((p.x - bounds.x).round(), (p.y - bounds.y).round())).collect();
    (moved, (bounds.w.ceil() + 1.0, bounds.h.ceil() + 1.0))
}
