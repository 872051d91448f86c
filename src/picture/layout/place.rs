//! Where exactly the items of a level stand.

use crate::picture::{Point, Rect};

use super::columns::{LANE, lanes_fit, numbers, thread};
use super::level::{Flow, Item, Placed, Tie};
use super::order::{Anchor, Step, align, stack};
use super::space::{GAP_BELOW, GAP_BESIDE, Labels, Sight, Slab, room_after, rooms, slabs};

/// Connected items where their columns and the flows between them want them.
pub(super) fn place_columns(
    columns: &[Vec<usize>],
    items: &[Item],
    flows: &[Flow],
    tied: &[Vec<Tie>],
    level: bool,
) -> Placed {
    let sight = Sight(level);
    let labels = Labels::new(flows.iter().map(|flow| (flow.from, flow.to, flow.label)));
    let slabs: Vec<Vec<Slab>> = columns.iter().map(|list| slabs(list, items, &labels, sight)).collect();
    // By item: its slab, and where it starts in it.
    let mut slab_of: Vec<Option<(usize, f32)>> = vec![None; items.len()];
    let mut column: Vec<Vec<usize>> = Vec::new();
    let mut sizes: Vec<f32> = Vec::new();
    let mut pitches: Vec<f32> = Vec::new();
    for list in &slabs {
        column.push((sizes.len()..sizes.len() + list.len()).collect());
        for (index, slab) in list.iter().enumerate() {
            pitches
                .push(slab.across + sight.gap().max(room_after(slab, list.get(index + 1), &labels, sight)));
            for (item, _, across) in &slab.items {
                if let Some(slot) = slab_of.get_mut(*item) {
                    *slot = Some((sizes.len(), *across));
                }
            }
            sizes.push(slab.across);
        }
    }
    let real = sizes.len();
    let column_of = numbers(&column, real);
    let end = |item: usize, port: Point| {
        let (slab, start) = slab_of.get(item).copied().flatten()?;
        Some((slab, start + sight.across((port.x, port.y))))
    };
    let within: Vec<([(usize, f32); 2], &Flow)> = flows
        .iter()
        .filter_map(|flow| Some(([end(flow.from, flow.from_port)?, end(flow.to, flow.to_port)?], flow)))
        .collect();
    let tall: Vec<f32> =
        column.iter().map(|list| list.iter().filter_map(|slab| pitches.get(*slab)).sum()).collect();
    let room = rooms(&tall, &column_of, &within, sight);
    let start = stack(&column, &sizes, &pitches);
    let links: Vec<(usize, usize)> = within.iter().map(|([from, to], _)| (from.0, to.0)).collect();
    let lanes = lanes_fit(&links, &column_of, real);
    let mut middles: Vec<f32> = start.iter().zip(&sizes).map(|(start, size)| start + size / 2.0).collect();
    let mut steps: Vec<Step> = Vec::new();
    for (ends, _) in &within {
        let thread = thread(*ends, &column_of, lanes, sizes.len(), &mut column);
        if let (Some(first), Some(last)) = (thread.first(), thread.last()) {
            let get = |item: usize| middles.get(item).copied().unwrap_or(0.0);
            let (begin, end, count) = (get(first.from), get(last.to), thread.len() as f32);
            for index in 1..thread.len() {
                sizes.push(LANE);
                pitches.push(LANE + sight.gap() / 2.0);
                middles.push(begin + (end - begin) * index as f32 / count);
            }
        }
        steps.extend(thread);
    }
    if sizes.len() > real {
        let get = |item: &usize| middles.get(*item).copied().unwrap_or(0.0);
        for list in &mut column {
            list.sort_by(|a, b| get(a).total_cmp(&get(b)));
        }
    }
    let anchors: Vec<Anchor> = tied
        .iter()
        .flatten()
        .filter_map(|tie| {
            let (item, port) = end(tie.item, tie.port)?;
            Some(Anchor { item, wanted: sight.across((tie.at.x, tie.at.y)) - port })
        })
        .collect();
    let start = align(&column, &sizes, &pitches, &steps, &anchors);
    let mut at = 0.0;
    let mut places: Vec<(usize, Point)> = Vec::new();
    let mut starts = start.iter();
    for (list, room) in slabs.iter().zip(room) {
        let widest = list.iter().map(|slab| slab.along).fold(0.0, f32::max);
        for (slab, start) in list.iter().zip(&mut starts) {
            for (item, along, across) in &slab.items {
                let along = at + (widest - slab.along) / 2.0 + along;
                places.push((*item, sight.point(along, start + across)));
            }
        }
        at += widest + room;
    }
    normalised(places, items)
}

/// Items without flows between them, in rows of about the wanted shape. What is connected with the outside stands
/// across the way that it is reached on.
pub(super) fn place_alone(
    members: impl Iterator<Item = usize>,
    items: &[Item],
    tied: &[Vec<Tie>],
    level: bool,
    aspect: f32,
) -> Placed {
    let members: Vec<usize> = members.collect();
    let reached = members.iter().filter(|item| tied.get(**item).is_some_and(|ties| !ties.is_empty())).count();
    let shape = match (reached * 2 > members.len(), level) {
        (false, _) => aspect,
        (true, true) => aspect * 0.3,
        (true, false) => aspect / 0.3,
    };
    let sizes: Vec<(f32, f32)> =
        members.iter().filter_map(|item| items.get(*item)).map(|item| item.size).collect();
    let (places, size) = shelves(&sizes, shape);
    (members.into_iter().zip(places).collect(), size)
}

/// Rectangles in rows, in their order, in about the wanted shape.
pub(super) fn shelves(sizes: &[(f32, f32)], aspect: f32) -> (Vec<Point>, (f32, f32)) {
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

/// The same places with the left top corner of everything at the origin, on whole points; and the size.
fn normalised(places: Vec<(usize, Point)>, items: &[Item]) -> Placed {
    let size = |item: usize| items.get(item).map_or((0.0, 0.0), |item| item.size);
    let rect = |(item, p): &(usize, Point)| Rect::new(p.x, p.y, size(*item).0, size(*item).1);
    let bounds = places.iter().map(rect).reduce(Rect::union).unwrap_or_default();
    let moved = |p: Point| Point::new((p.x - bounds.x).round(), (p.y - bounds.y).round());
    let places = places.into_iter().map(|(item, p)| (item, moved(p))).collect();
    (places, (bounds.w.ceil() + 1.0, bounds.h.ceil() + 1.0))
}
