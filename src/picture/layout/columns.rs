//! Which items of a level stand in one column, and in which order.

use super::level::{Flow, Item, Style};
use super::order::{Step, untangle};
use super::rank::ranks;
use super::space::{ARROW_ROOM, Labels, Sight, slabs};

/// A column is broken when it is longer than the frame wants by this factor, and has more items than this.
const TALLER: f32 = 1.5;
const FEW: usize = 4;
/// Columns are joined when they make the drawing longer than the frame wants by this factor.
const LONGER: f32 = 1.4;
/// A flow over several columns keeps a lane free, as long as there are not many more lanes than items.
pub(super) const LANES_PER_ITEM: usize = 2;
pub(super) const LANE: f32 = 26.0;

/// Connected items in columns, each column in order.
pub(super) fn columns(
    items: &[Item],
    flows: &[Flow],
    members: &[usize],
    level: bool,
    style: Style,
) -> Vec<Vec<usize>> {
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
pub(super) fn numbers(columns: &[Vec<usize>], count: usize) -> Vec<usize> {
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
pub(super) fn lanes_fit(links: &[(usize, usize)], column_of: &[usize], items: usize) -> bool {
    let get = |item: usize| column_of.get(item).copied().unwrap_or(0);
    let spans: usize = links.iter().map(|(from, to)| get(*from).abs_diff(get(*to)).saturating_sub(1)).sum();
    spans <= items * LANES_PER_ITEM
}

/// A flow as steps from column to column, by way of new lanes, numbered from `next`, in the columns between.
pub(super) fn thread(
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
