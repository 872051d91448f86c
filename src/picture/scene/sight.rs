//! What can be seen of a scene: what everything covers, side by side in memory, so that very large drawings are culled by
//! looking at each rectangle once.

use crate::model::ItemId;
use crate::picture::{Point, Rect};

use super::DiagramScene;

/// What each thing covers with its badges, chips and handles, in the order of the scene's lists.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Extents {
    pub(crate) zones: Vec<Rect>,
    pub(crate) nodes: Vec<Rect>,
    pub(crate) flows: Vec<Rect>,
}

/// Lines, handles and the badges of the far view reach this far beyond their thing.
const REACH: f32 = 20.0;

/// The numbers of what can be seen, in the scene's lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InSight {
    pub(crate) zones: Vec<usize>,
    pub(crate) nodes: Vec<usize>,
    pub(crate) flows: Vec<usize>,
}

impl DiagramScene {
    /// Works out what everything covers. To be called when the lists are full.
    pub(super) fn measure(&mut self) {
        self.extents = Extents {
            zones: (0..self.zones.len()).map(|index| self.zone_extent(index)).collect(),
            nodes: (0..self.nodes.len()).map(|index| self.node_extent(index)).collect(),
            flows: (0..self.flows.len()).map(|index| self.flow_extent(index)).collect(),
        };
    }

    pub(super) fn zone_extent(&self, index: usize) -> Rect {
        self.zones.get(index).map(|zone| zone.rect.grown(REACH)).unwrap_or_default()
    }

    pub(super) fn node_extent(&self, index: usize) -> Rect {
        self.nodes.get(index).map(|node| node.bounds().grown(REACH)).unwrap_or_default()
    }

    pub(super) fn flow_extent(&self, index: usize) -> Rect {
        self.flows.get(index).map(|flow| flow.bounds().grown(REACH)).unwrap_or_default()
    }

    pub(crate) fn numbers_in(&self, seen: Rect) -> InSight {
        let within = |extents: &[Rect]| {
            extents
                .iter()
                .enumerate()
                .filter(|(_, rect)| rect.overlaps(seen))
                .map(|(index, _)| index)
                .collect()
        };
        InSight {
            zones: within(&self.extents.zones),
            nodes: within(&self.extents.nodes),
            flows: within(&self.extents.flows),
        }
    }

    pub(crate) fn all_numbers(&self) -> InSight {
        InSight {
            zones: (0..self.zones.len()).collect(),
            nodes: (0..self.nodes.len()).collect(),
            flows: (0..self.flows.len()).collect(),
        }
    }

    /// The things of which something lies in a frame, each with what people point at: a component's box, an interface's
    /// label, a zone's head, a boundary line's name, a note. Of what has that outside of the frame, a piece that is in it.
    pub fn in_sight(&self, frame: Rect) -> Vec<(ItemId, Rect)> {
        let numbers = self.numbers_in(frame);
        let mut seen: Vec<(ItemId, Rect)> = Vec::new();
        let zones = numbers.zones.iter().filter_map(|index| self.zones.get(*index));
        let part = |whole: Rect, named: Rect| if named.overlaps(frame) { named } else { cut(whole, frame) };
        // Of a zone that is all around the frame nothing is seen: what stands in it says so.
        let zones = zones.filter(|zone| zone.head.overlaps(frame) || !zone.rect.contains_rect(frame));
        seen.extend(zones.map(|zone| (zone.id.into(), part(zone.rect, zone.head))));
        let nodes = numbers.nodes.iter().filter_map(|index| self.nodes.get(*index));
        seen.extend(nodes.map(|node| (node.id.into(), node.rect)));
        let flows = numbers.flows.iter().filter_map(|index| self.flows.get(*index));
        seen.extend(flows.map(|flow| (flow.id.into(), piece_in(&flow.points, flow.label.pill, frame))));
        seen.extend(self.lines.iter().map(|line| (line.id.into(), piece_in(&line.points, line.head, frame))));
        seen.extend(self.notes.iter().map(|note| (note.id.into(), note.rect)));
        seen.retain(|(_, rect)| rect.overlaps(frame));
        seen
    }
}

/// What people point at, or a piece of the line that lies in the frame when that does not.
fn piece_in(points: &[Point], named: Rect, frame: Rect) -> Rect {
    if named.overlaps(frame) {
        return named;
    }
    let pieces = points.windows(2).filter_map(|pair| match pair {
        &[a, b] => Some(Rect::around(a, b).grown(2.0)),
        _ => None,
    });
    pieces.into_iter().find(|piece| piece.overlaps(frame)).map_or(named, |piece| cut(piece, frame))
}

/// The part of an area that lies in a frame.
fn cut(area: Rect, frame: Rect) -> Rect {
    Rect::around(
        Point::new(area.x.max(frame.x), area.y.max(frame.y)),
        Point::new(area.right().min(frame.right()), area.bottom().min(frame.bottom())),
    )
}
