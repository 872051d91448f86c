//! How much room things and labels take in columns and between them.

use std::collections::BTreeMap;

use crate::picture::Point;

use super::level::{Flow, Item};

/// Between items of one column, and of one row.
pub(super) const GAP_BELOW: f32 = 40.0;
pub(super) const GAP_BESIDE: f32 = 44.0;
/// Between columns and between rows, at least.
pub(super) const COLUMN_GAP: f32 = 84.0;
pub(super) const ROW_GAP: f32 = 64.0;
/// No gap is wider than this, however many labels want to stand in it.
pub(super) const WIDEST_GAP: f32 = 420.0;
pub(super) const HIGHEST_GAP: f32 = 200.0;
/// From a box to the label in the gap, and between labels.
pub(super) const ARROW_ROOM: f32 = 26.0;
pub(super) const LABEL_AIR: f32 = 10.0;
/// Reads sizes and points along the direction in which columns follow each other, and across it.
#[derive(Clone, Copy)]
pub(super) struct Sight(pub(super) bool);

impl Sight {
    pub(super) fn along(self, size: (f32, f32)) -> f32 {
        if self.0 { size.0 } else { size.1 }
    }

    pub(super) fn across(self, size: (f32, f32)) -> f32 {
        if self.0 { size.1 } else { size.0 }
    }

    pub(super) fn gap(self) -> f32 {
        if self.0 { GAP_BELOW } else { GAP_BESIDE }
    }

    pub(super) fn least_room(self) -> f32 {
        if self.0 { COLUMN_GAP } else { ROW_GAP }
    }

    pub(super) fn point(self, along: f32, across: f32) -> Point {
        if self.0 { Point::new(along, across) } else { Point::new(across, along) }
    }
}

/// Items that keep together: one, or several beside each other in a column that is wide enough for them.
pub(super) struct Slab {
    /// The items and where they start, along and across.
    pub(super) items: Vec<(usize, f32, f32)>,
    pub(super) along: f32,
    pub(super) across: f32,
}

/// The largest label between two items, the lower number first.
pub(super) struct Labels(BTreeMap<(usize, usize), (f32, f32)>);

impl Labels {
    pub(super) fn new(flows: impl Iterator<Item = (usize, usize, (f32, f32))>) -> Self {
        let mut labels: BTreeMap<(usize, usize), (f32, f32)> = BTreeMap::new();
        for (from, to, (w, h)) in flows {
            let known = labels.entry((from.min(to), from.max(to))).or_default();
            *known = (known.0.max(w), known.1.max(h));
        }
        Self(labels)
    }

    /// What two items want between them if they are connected.
    pub(super) fn room(&self, a: usize, b: usize, extent: impl Fn((f32, f32)) -> f32) -> Option<f32> {
        self.0.get(&(a.min(b), a.max(b))).map(|label| extent(*label) + 2.0 * ARROW_ROOM)
    }
}

/// A column as slabs: what follows each other and is less than half as wide as the column shares rows.
pub(super) fn slabs(column: &[usize], items: &[Item], labels: &Labels, sight: Sight) -> Vec<Slab> {
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

/// What the labels of flows between neighbouring slabs of a column want between them.
pub(super) fn room_after(slab: &Slab, next: Option<&Slab>, labels: &Labels, sight: Sight) -> f32 {
    let pairs = next.into_iter().flat_map(|next| {
        slab.items.iter().flat_map(|(a, ..)| next.items.iter().map(move |(b, ..)| (*a, *b)))
    });
    pairs.filter_map(|(a, b)| labels.room(a, b, |label| sight.across(label))).fold(0.0, f32::max)
}

/// The room after each column, for the labels that stand there. `tall` says how long each column is.
pub(super) fn rooms(
    tall: &[f32],
    column_of: &[usize],
    flows: &[([(usize, f32); 2], &Flow)],
    sight: Sight,
) -> Vec<f32> {
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
