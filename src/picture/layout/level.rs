//! One level of the drawing: the items of one group, in columns (or rows) by the flows between them. First it is
//! decided which item stands in which column and after which other, then where exactly.

use petgraph::unionfind::UnionFind;

use crate::picture::Point;

use super::columns::columns;
use super::place::{place_alone, place_columns, shelves};

/// A thing of a level: a box or a whole group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Item {
    pub(super) size: (f32, f32),
    pub(super) pull: f32,
}

/// A flow between two items of a level.
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

/// A flow from an item to something outside of the level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tie {
    pub(super) item: usize,
    /// Where it meets the item, from its left top corner.
    pub(super) port: Point,
    /// Its other end, from the left top corner of the level as it was drawn last.
    pub(super) at: Point,
}

/// Items with their left top corners from that of them all, and the size that they take together.
pub(super) type Placed = (Vec<(usize, Point)>, (f32, f32));

/// What a level is to look like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Width by height.
    pub(super) aspect: f32,
    /// Short columns are joined until the shape is right, at the price of flows within a column.
    pub(super) dense: bool,
}

/// Which items stand together, and in which order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Plan {
    pub(super) blocks: Vec<Block>,
    /// Columns follow each other from left to right; otherwise they are rows from top to bottom.
    pub(super) level: bool,
}

/// Items that are connected, or those that are connected with none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Items without flows between them fill one list, which is broken as the frame wants it.
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) connected: bool,
}

impl Plan {
    /// In which columns and in which order the items stand.
    pub(super) fn new(items: &[Item], flows: &[Flow], level: bool, style: Style) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        let mut alone: Vec<usize> = Vec::new();
        for members in parts(items.len(), flows) {
            if let [single] = members.as_slice() {
                alone.push(*single);
            } else {
                blocks
                    .push(Block { columns: columns(items, flows, &members, level, style), connected: true });
            }
        }
        if !alone.is_empty() {
            blocks.push(Block { columns: vec![alone], connected: false });
        }
        Self { blocks, level }
    }

    /// The left top corners of the items, from the left top corner of the level; and the level's size.
    pub(super) fn place(
        &self,
        items: &[Item],
        flows: &[Flow],
        ties: &[Tie],
        aspect: f32,
    ) -> (Vec<Point>, (f32, f32)) {
        let mut tied: Vec<Vec<Tie>> = vec![Vec::new(); items.len()];
        for tie in ties {
            if let Some(list) = tied.get_mut(tie.item) {
                list.push(*tie);
            }
        }
        let mut drawn: Vec<Placed> = Vec::new();
        for block in &self.blocks {
            drawn.push(if block.connected {
                place_columns(&block.columns, items, flows, &tied, self.level)
            } else {
                place_alone(block.columns.iter().flatten().copied(), items, &tied, self.level, aspect)
            });
        }
        let sizes: Vec<(f32, f32)> = drawn.iter().map(|(_, size)| *size).collect();
        let (corners, size) = shelves(&sizes, aspect);
        let mut places = vec![Point::default(); items.len()];
        for ((block, _), corner) in drawn.iter().zip(corners) {
            for (item, at) in block {
                if let Some(place) = places.get_mut(*item) {
                    *place = at.offset(corner.x, corner.y);
                }
            }
        }
        (places, size)
    }
}

/// Items that are connected, each list in order, the lists by their first item.
fn parts(count: usize, flows: &[Flow]) -> Vec<Vec<usize>> {
    let mut sets = UnionFind::new(count);
    for flow in flows {
        sets.union(flow.from, flow.to);
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut part_of: Vec<Option<usize>> = vec![None; count];
    for (item, root) in sets.into_labeling().into_iter().enumerate() {
        let known = part_of.get(root).copied().flatten();
        let part = known.unwrap_or(parts.len());
        if known.is_none() {
            parts.push(Vec::new());
        }
        if let (Some(slot), Some(list)) = (part_of.get_mut(root), parts.get_mut(part)) {
            *slot = Some(part);
            list.push(item);
        }
    }
    parts
}
