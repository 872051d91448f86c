//! Things that are moved line up with their neighbours.

use crate::model::ItemId;
use crate::picture::{Point, Rect};

use super::gesture::Ground;

/// A step of the grid when there is no neighbour to line up with.
const GRID: f32 = 4.0;

/// How far to move, and the lines that show why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapped {
    /// How far.
    pub by: (f32, f32),
    /// Lines through edges that are in line.
    pub guides: Vec<(Point, Point)>,
}

/// The offset nearest to `raw` at which an edge or middle of what is moved is in line with a neighbour's.
pub fn snapped(ground: &Ground<'_>, items: &[ItemId], raw: (f32, f32)) -> Snapped {
    let frames: Vec<Rect> = items.iter().filter_map(|item| ground.scene.rect_of(*item)).collect();
    let Some(frame) = frames.iter().copied().reduce(Rect::union) else {
        return Snapped { by: raw, guides: Vec::new() };
    };
    let moved = Rect { x: frame.x + raw.0, y: frame.y + raw.1, ..frame };
    let near = moved.grown(800.0);
    let others: Vec<Rect> = ground
        .scene
        .nodes
        .iter()
        .filter(|node| !is_carried(ground, node.id.into(), items))
        .map(|node| node.rect)
        .filter(|rect| rect.overlaps(near))
        .collect();
    let reach = ground.tolerance;
    let x = nearest(&others, [moved.x, moved.center().x, moved.right()], reach, |r| {
        [r.x, r.center().x, r.right()]
    });
    let y = nearest(&others, [moved.y, moved.center().y, moved.bottom()], reach, |r| {
        [r.y, r.center().y, r.bottom()]
    });
    let grid = |from: f32, by: f32| ((from + by) / GRID).round() * GRID - from;
    let by = (
        x.as_ref().map_or_else(|| grid(frame.x, raw.0), |found| raw.0 + found.0),
        y.as_ref().map_or_else(|| grid(frame.y, raw.1), |found| raw.1 + found.0),
    );
    let placed = Rect { x: frame.x + by.0, y: frame.y + by.1, ..frame };
    let mut guides = Vec::new();
    if let Some((_, line, other)) = x {
        let both = placed.union(other);
        guides.push((Point::new(line, both.y - 12.0), Point::new(line, both.bottom() + 12.0)));
    }
    if let Some((_, line, other)) = y {
        let both = placed.union(other);
        guides.push((Point::new(both.x - 12.0, line), Point::new(both.right() + 12.0, line)));
    }
    Snapped { by, guides }
}

fn is_carried(ground: &Ground<'_>, item: ItemId, items: &[ItemId]) -> bool {
    let zone = match item {
        ItemId::Component(id) => ground.project.diagram.component(id).and_then(|component| component.zone),
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
