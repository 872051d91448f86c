//! One level of the drawing: the items of one group, in columns (or rows) by the flows between them. First it is
//! decided which item stands in which column and after which other, then where exactly.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use super::order::{Anchor, Step, align, stack, untangle};
use super::rank::ranks;
use crate::picture::{Point, Rect};

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
type Placed = (Vec<(usize, Point)>, (f32, f32));

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

/// Between items of one column, and of one row.
const GAP_BELOW: f32 = 40.0;
const GAP_BESIDE: f32 = 44.0;
/// Between columns and between rows, at least.
const COLUMN_GAP: f32 = 84.0;
const ROW_GAP: f32 = 64.0;
/// No gap is wider than this, however many labels want to stand in it.
const WIDEST_GAP: f32 = 420.0;
const HIGHEST_GAP: f32 = 200.0;
/// From a box to the label in the gap, and between labels.
const ARROW_ROOM: f32 = 26.0;
const LABEL_AIR: f32 = 10.0;
/// A column is broken when it is longer than the frame wants by this factor, and has more items than this.
const TALLER: f32 = 1.5;
const FEW: usize = 4;
/// Columns are joined when they make the drawing longer than the frame wants by this factor.
const LONGER: f32 = 1.4;
/// A flow over several columns keeps a lane free, as long as there are not many more lanes than items.
const LANES_PER_ITEM: usize = 2;
const LANE: f32 = 26.0;

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

/// Reads sizes and points along the direction in which columns follow each other, and across it.
#[derive(Clone, Copy)]
struct Sight(bool);

impl Sight {
    fn along(self, size: (f32, f32)) -> f32 {
        if self.0 { size.0 } else { size.1 }
    }

    fn across(self, size: (f32, f32)) -> f32 {
        if self.0 { size.1 } else { size.0 }
    }

    fn gap(self) -> f32 {
        if self.0 { GAP_BELOW } else { GAP_BESIDE }
    }

    fn least_room(self) -> f32 {
        if self.0 { COLUMN_GAP } else { ROW_GAP }
    }

    fn point(self, along: f32, across: f32) -> Point {
        if self.0 { Point::new(along, across) } else { Point::new(across, along) }
    }
}

/// Connected items in columns, each column in order.
fn columns(items: &[Item], flows: &[Flow], members: &[usize], level: bool, style: Style) -> Vec<Vec<usize>> {
    let sight = Sight(level);
    let mut number: Vec<Option<usize>> = vec![None; items.len()];
    for (index, item) in members.iter().enumerate() {
        if let Some(slot) = number.get_mut(*item) {
            *slot = Some(index);
        }
    }
    let own: Vec<Item> = members.iter().filter_map(|item| items.get(*item).copied()).collect();
    let known = |item: usize| number.get(item).copied().flatten();
    let within: Vec<(usize, usize, &Flow)> =
        flows.iter().filter_map(|flow| Some((known(flow.from)?, known(flow.to)?, flow))).collect();
    let links: Vec<(usize, usize)> = within.iter().map(|(from, to, _)| (*from, *to)).collect();
    let pulls: Vec<f32> = own.iter().map(|item| item.pull).collect();
    let rank = ranks(own.len(), &links, &pulls);
    let mut column: Vec<Vec<usize>> = vec![Vec::new(); rank.iter().copied().max().unwrap_or(0) + 1];
    for (item, rank) in rank.iter().enumerate() {
        if let Some(list) = column.get_mut(*rank) {
            list.push(item);
        }
    }
    let label =
        within.iter().map(|(.., flow)| sight.along(flow.label)).sum::<f32>() / within.len().max(1) as f32;
    let labels = Labels::new(within.iter().map(|(from, to, flow)| (*from, *to, flow.label)));
    let mut column = fill_frame(column, &own, &labels, label, sight, style);
    let column_of = numbers(&column, own.len());
    let lanes = lanes_fit(&links, &column_of, own.len());
    let mut steps: Vec<Step> = Vec::new();
    let mut count = own.len();
    for (from, to, flow) in &within {
        let ends = [(*from, flow.from_port), (*to, flow.to_port)];
        let ports = ends.map(|(item, port)| (item, sight.across((port.x, port.y))));
        let thread = thread(ports, &column_of, lanes, count, &mut column);
        count += thread.len().saturating_sub(1);
        steps.extend(thread);
    }
    untangle(&mut column, &steps, count);
    column
        .into_iter()
        .map(|list| list.into_iter().filter_map(|item| members.get(item).copied()).collect::<Vec<_>>())
        .filter(|list| !list.is_empty())
        .collect()
}

/// The column of each item.
fn numbers(columns: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut column_of = vec![0; count];
    for (number, list) in columns.iter().enumerate() {
        for item in list {
            if let Some(slot) = column_of.get_mut(*item) {
                *slot = number;
            }
        }
    }
    column_of
}

/// Whether all flows over several columns can keep their lanes.
fn lanes_fit(links: &[(usize, usize)], column_of: &[usize], items: usize) -> bool {
    let get = |item: usize| column_of.get(item).copied().unwrap_or(0);
    let spans: usize = links.iter().map(|(from, to)| get(*from).abs_diff(get(*to)).saturating_sub(1)).sum();
    spans <= items * LANES_PER_ITEM
}

/// A flow as steps from column to column, by way of new lanes, numbered from `next`, in the columns between.
fn thread(
    ends: [(usize, f32); 2],
    column_of: &[usize],
    lanes: bool,
    next: usize,
    columns: &mut [Vec<usize>],
) -> Vec<Step> {
    let get = |item: usize| column_of.get(item).copied().unwrap_or(0);
    let [mut a, mut b] = ends;
    if get(a.0) > get(b.0) {
        std::mem::swap(&mut a, &mut b);
    }
    let (low, high) = (get(a.0), get(b.0));
    if low == high || (high - low > 1 && !lanes) {
        return Vec::new();
    }
    let mut steps = Vec::new();
    let (mut from, mut from_port) = a;
    for (to, column) in (next..).zip(columns.iter_mut().take(high).skip(low + 1)) {
        column.push(to);
        steps.push(Step { from, to, weight: 2.0, from_port, to_port: LANE / 2.0 });
        (from, from_port) = (to, LANE / 2.0);
    }
    steps.push(Step { from, to: b.0, weight: 1.0, from_port, to_port: b.1 });
    steps
}

/// Columns that are much too long for the frame become several; columns that are many and short are joined.
fn fill_frame(
    columns: Vec<Vec<usize>>,
    items: &[Item],
    labels: &Labels,
    label: f32,
    sight: Sight,
    style: Style,
) -> Vec<Vec<usize>> {
    let wanted = if sight.0 { style.aspect } else { 1.0 / style.aspect }.max(0.1);
    let size = |item: usize| items.get(item).map_or((0.0, 0.0), |item| item.size);
    let across = |item: usize| sight.across(size(item)) + sight.gap();
    let room = sight.least_room().max(label + 2.0 * ARROW_ROOM);
    let along = |item: usize| sight.along(size(item)) + room;
    let tall = |list: &[usize]| {
        slabs(list, items, labels, sight).iter().map(|slab| slab.across + sight.gap()).sum::<f32>()
    };
    let area: f32 = (0..items.len()).map(|item| across(item) * along(item)).sum();
    let tallest = (0..items.len()).map(across).fold(0.0, f32::max);
    let height = (area / wanted).sqrt().max(tallest);
    let mut even: Vec<Vec<usize>> = Vec::new();
    for list in columns {
        let pieces = (tall(&list) / height).round().max(1.0) as usize;
        if pieces == 1 || list.len() <= FEW || tall(&list) < height * TALLER {
            even.push(list);
            continue;
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); pieces];
        for (index, item) in list.into_iter().enumerate() {
            if let Some(part) = parts.get_mut(index % pieces) {
                part.push(item);
            }
        }
        even.extend(parts);
    }
    let wide: f32 = even.iter().map(|list| list.iter().map(|item| along(*item)).fold(0.0, f32::max)).sum();
    let high = even.iter().map(|list| tall(list)).fold(0.0, f32::max);
    if !style.dense || even.len() <= FEW || wide < high * wanted * LONGER {
        return even;
    }
    let mut joined: Vec<Vec<usize>> = Vec::new();
    for list in even {
        match joined.last_mut() {
            Some(last) if tall(last) + tall(&list) <= height * 1.1 => last.extend(list),
            _ => joined.push(list),
        }
    }
    joined
}

/// Items that keep together: one, or several beside each other in a column that is wide enough for them.
struct Slab {
    /// The items and where they start, along and across.
    items: Vec<(usize, f32, f32)>,
    along: f32,
    across: f32,
}

/// The largest label between two items, the lower number first.
struct Labels(BTreeMap<(usize, usize), (f32, f32)>);

impl Labels {
    fn new(flows: impl Iterator<Item = (usize, usize, (f32, f32))>) -> Self {
        let mut labels: BTreeMap<(usize, usize), (f32, f32)> = BTreeMap::new();
        for (from, to, (w, h)) in flows {
            let known = labels.entry((from.min(to), from.max(to))).or_default();
            *known = (known.0.max(w), known.1.max(h));
        }
        Self(labels)
    }

    /// What two items want between them if they are connected.
    fn room(&self, a: usize, b: usize, extent: impl Fn((f32, f32)) -> f32) -> Option<f32> {
        self.0.get(&(a.min(b), a.max(b))).map(|label| extent(*label) + 2.0 * ARROW_ROOM)
    }
}

/// A column as slabs: what follows each other and is less than half as wide as the column shares rows.
fn slabs(column: &[usize], items: &[Item], labels: &Labels, sight: Sight) -> Vec<Slab> {
    let size = |item: usize| items.get(item).map_or((0.0, 0.0), |item| item.size);
    let widest = column.iter().map(|item| sight.along(size(*item))).fold(0.0, f32::max);
    let gap = Sight(!sight.0).gap();
    let small = |item: usize| 2.0 * sight.along(size(item)) + gap <= widest;
    let mut slabs: Vec<Slab> = Vec::new();
    for run in column.chunk_by(|a, b| small(*a) && small(*b)) {
        let mut slab = Slab { items: Vec::new(), along: 0.0, across: 0.0 };
        let (mut along, mut row) = (0.0f32, 0.0f32);
        let mut last: Option<usize> = None;
        for item in run.iter().copied() {
            let (wide, high) = (sight.along(size(item)), sight.across(size(item)));
            if let Some(last) = last {
                along += labels.room(last, item, |label| sight.along(label)).unwrap_or(gap).max(gap);
            }
            if last.is_some() && along + wide > widest {
                slab.across += row + sight.gap();
                (along, row) = (0.0, 0.0);
            }
            slab.items.push((item, along, slab.across));
            along += wide;
            slab.along = slab.along.max(along);
            row = row.max(high);
            last = Some(item);
        }
        slab.across += row;
        slabs.push(slab);
    }
    slabs
}

/// Connected items where their columns and the flows between them want them.
fn place_columns(
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

/// What the labels of flows between neighbouring slabs of a column want between them.
fn room_after(slab: &Slab, next: Option<&Slab>, labels: &Labels, sight: Sight) -> f32 {
    let pairs = next.into_iter().flat_map(|next| {
        slab.items.iter().flat_map(|(a, ..)| next.items.iter().map(move |(b, ..)| (*a, *b)))
    });
    pairs.filter_map(|(a, b)| labels.room(a, b, |label| sight.across(label))).fold(0.0, f32::max)
}

/// The room after each column, for the labels that stand there. `tall` says how long each column is.
fn rooms(tall: &[f32], column_of: &[usize], flows: &[([(usize, f32); 2], &Flow)], sight: Sight) -> Vec<f32> {
    let (least, most) = if sight.0 { (COLUMN_GAP, WIDEST_GAP) } else { (ROW_GAP, HIGHEST_GAP) };
    let count = tall.len();
    // By gap: what the flows between the same two boxes need, what all labels cover, and the longest that passes.
    let mut pairs: Vec<BTreeMap<(usize, usize), f32>> = vec![BTreeMap::new(); count];
    let mut covered = vec![0.0f32; count];
    let mut longest = vec![0.0f32; count];
    for ([from, to], flow) in flows {
        let get = |item: usize| column_of.get(item).copied().unwrap_or(0);
        let (low, high) = (get(from.0).min(get(to.0)), get(from.0).max(get(to.0)));
        let (along, across) = (sight.along(flow.label), sight.across(flow.label));
        if high - low == 1 {
            if let (Some(pairs), Some(covered)) = (pairs.get_mut(low), covered.get_mut(low)) {
                *pairs.entry(flow.pair).or_default() += along + LABEL_AIR;
                *covered += (along + LABEL_AIR) * (across + LABEL_AIR);
            }
        } else {
            for gap in low..high.max(low + 1) {
                if let Some(longest) = longest.get_mut(gap) {
                    *longest = longest.max(along);
                }
            }
        }
    }
    (0..count)
        .map(|gap| {
            if gap + 1 >= count {
                return 0.0;
            }
            let height = tall.iter().skip(gap).take(2).copied().fold(1.0, f32::max);
            let pair = pairs.get(gap).into_iter().flatten().map(|(_, need)| *need).fold(0.0, f32::max);
            let area = covered.get(gap).copied().unwrap_or(0.0) / height;
            let need = pair.max(area).max(longest.get(gap).copied().unwrap_or(0.0));
            (need + 2.0 * ARROW_ROOM).clamp(least, most)
        })
        .collect()
}

/// Items without flows between them, in rows of about the wanted shape. What is connected with the outside stands
/// across the way that it is reached on.
fn place_alone(
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

/// The same places with the left top corner of everything at the origin, on whole points; and the size.
fn normalised(places: Vec<(usize, Point)>, items: &[Item]) -> Placed {
    let size = |item: usize| items.get(item).map_or((0.0, 0.0), |item| item.size);
    let rect = |(item, p): &(usize, Point)| Rect::new(p.x, p.y, size(*item).0, size(*item).1);
    let bounds = places.iter().map(rect).reduce(Rect::union).unwrap_or_default();
    let moved = |p: Point| Point::new((p.x - bounds.x).round(), (p.y - bounds.y).round());
    let places = places.into_iter().map(|(item, p)| (item, moved(p))).collect();
    (places, (bounds.w.ceil() + 1.0, bounds.h.ceil() + 1.0))
}
