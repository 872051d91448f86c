//! In which order items stand in a column, and how high.

/// A connection between an item of a column and one of the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) weight: f32,
    pub(super) from_port: f32,
    pub(super) to_port: f32,
}

/// Where a connection with something outside wants an item to start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    pub(super) item: usize,
    pub(super) wanted: f32,
}

const SWEEPS: usize = 12;
const EXCHANGES: usize = 8;
const ALIGNMENTS: usize = 16;
/// Columns reach no further from the middle than the longest of them, but for this factor.
const SPREAD: f32 = 1.1;
/// What a connection with the outside counts for, against one between neighbours.
const OUTSIDE: f32 = 0.25;

/// Sorts the columns so that few connections cross: each item near the mean of what it is connected to, then
/// neighbours the other way round where that is better.
pub(super) fn untangle(columns: &mut [Vec<usize>], steps: &[Step], count: usize) {
    let mut best = columns.to_vec();
    let mut fewest = tangles(columns, steps, count);
    let around = Around::new(steps, count);
    let mut place = vec![0.0f32; count];
    note_places(columns, &mut place);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let downward = sweep % 2 == 0;
        let each = |index: usize| if downward { index + 1 } else { columns.len().saturating_sub(index + 2) };
        let numbers: Vec<usize> = (0..columns.len().saturating_sub(1)).map(each).collect();
        for number in numbers {
            let Some(column) = columns.get_mut(number) else { continue };
            let mut wanted: Vec<(f32, usize)> = Vec::new();
            for (index, item) in column.iter().enumerate() {
                let others = if downward { around.before(*item) } else { around.after(*item) };
                let (mut sum, mut weight) = (0.0, 0.0);
                for step in others.iter().filter_map(|number| steps.get(*number)) {
                    let other = if downward { step.from } else { step.to };
                    sum += place.get(other).copied().unwrap_or(0.0) * step.weight;
                    weight += step.weight;
                }
                wanted.push((if weight > 0.0 { sum / weight } else { index as f32 }, *item));
            }
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
            *column = wanted.into_iter().map(|(_, item)| item).collect();
            for (index, item) in column.iter().enumerate() {
                if let Some(slot) = place.get_mut(*item) {
                    *slot = index as f32;
                }
            }
        }
        let now = tangles(columns, steps, count);
        if now < fewest {
            fewest = now;
            best = columns.to_vec();
        }
    }
    columns.clone_from_slice(&best);
    for _ in 0..EXCHANGES {
        if fewest == 0 || !exchange(columns, steps, &around, &mut place) {
            break;
        }
    }
}

/// Exchanges neighbours of a column where that saves crossings; whether it saved any.
fn exchange(columns: &mut [Vec<usize>], steps: &[Step], around: &Around, place: &mut [f32]) -> bool {
    note_places(columns, place);
    let mut better = false;
    for column in columns {
        for index in 1..column.len() {
            let (Some(upper), Some(lower)) = (column.get(index - 1).copied(), column.get(index).copied())
            else {
                continue;
            };
            let mut gain = 0i64;
            for (of_upper, of_lower, backward) in [
                (around.before(upper), around.before(lower), true),
                (around.after(upper), around.after(lower), false),
            ] {
                let end = |number: &usize| {
                    let step = steps.get(*number)?;
                    place.get(if backward { step.from } else { step.to }).copied()
                };
                for a in of_upper.iter().filter_map(end) {
                    for b in of_lower.iter().filter_map(end) {
                        gain += i64::from(a > b) - i64::from(a < b);
                    }
                }
            }
            if gain > 0 {
                column.swap(index - 1, index);
                place.swap(upper, lower);
                better = true;
            }
        }
    }
    better
}

fn note_places(columns: &[Vec<usize>], place: &mut [f32]) {
    for column in columns {
        for (index, item) in column.iter().enumerate() {
            if let Some(slot) = place.get_mut(*item) {
                *slot = index as f32;
            }
        }
    }
}

/// How many connections cross.
fn tangles(columns: &[Vec<usize>], steps: &[Step], count: usize) -> usize {
    let mut place = vec![(0usize, 0usize); count];
    for (number, column) in columns.iter().enumerate() {
        for (index, item) in column.iter().enumerate() {
            if let Some(slot) = place.get_mut(*item) {
                *slot = (number, index);
            }
        }
    }
    let mut by_column: Vec<Vec<(usize, usize)>> = vec![Vec::new(); columns.len()];
    for step in steps {
        let (Some((column, from)), Some((_, to))) = (place.get(step.from), place.get(step.to)) else {
            continue;
        };
        if let Some(list) = by_column.get_mut(*column) {
            list.push((*from, *to));
        }
    }
    by_column.iter_mut().map(|pairs| inversions(pairs)).sum()
}

/// Pairs in which the first rises and the second falls, counted by a tree of sums.
fn inversions(pairs: &mut [(usize, usize)]) -> usize {
    pairs.sort_unstable();
    let size = pairs.iter().map(|(_, to)| to + 2).max().unwrap_or(1);
    let mut tree = vec![0usize; size + 1];
    let mut total = 0;
    for (seen, (_, to)) in pairs.iter().enumerate() {
        let mut below = 0;
        let mut at = to + 1;
        while at > 0 {
            below += tree.get(at).copied().unwrap_or(0);
            at &= at - 1;
        }
        total += seen - below;
        let mut at = to + 1;
        while at <= size {
            if let Some(cell) = tree.get_mut(at) {
                *cell += 1;
            }
            at += at & at.wrapping_neg();
        }
    }
    total
}

/// The steps at each item.
struct Around {
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
}

impl Around {
    fn new(steps: &[Step], count: usize) -> Self {
        let mut around = Self { before: vec![Vec::new(); count], after: vec![Vec::new(); count] };
        for (number, step) in steps.iter().enumerate() {
            if let Some(list) = around.after.get_mut(step.from) {
                list.push(number);
            }
            if let Some(list) = around.before.get_mut(step.to) {
                list.push(number);
            }
        }
        around
    }

    fn before(&self, item: usize) -> &[usize] {
        self.before.get(item).map_or(&[], Vec::as_slice)
    }

    fn after(&self, item: usize) -> &[usize] {
        self.after.get(item).map_or(&[], Vec::as_slice)
    }
}

/// The columns' items one after the other, the middles of the columns at 0. A pitch is an item's size and the gap after.
pub(super) fn stack(columns: &[Vec<usize>], sizes: &[f32], pitches: &[f32]) -> Vec<f32> {
    let mut start = vec![0.0f32; sizes.len()];
    let get = |list: &[f32], item: usize| list.get(item).copied().unwrap_or(0.0);
    for column in columns {
        let gap = column.last().map_or(0.0, |last| get(pitches, *last) - get(sizes, *last));
        let total: f32 = column.iter().map(|item| get(pitches, *item)).sum();
        let mut at = (gap - total) / 2.0;
        for item in column {
            if let Some(slot) = start.get_mut(*item) {
                *slot = at;
            }
            at += get(pitches, *item);
        }
    }
    start
}

/// Where each item starts across the direction of the columns: in the order of its column, with gaps, and so that its
/// connections are as straight as the others allow.
pub(super) fn align(
    columns: &[Vec<usize>],
    sizes: &[f32],
    pitches: &[f32],
    steps: &[Step],
    anchors: &[Anchor],
) -> Vec<f32> {
    let mut start = stack(columns, sizes, pitches);
    let around = Around::new(steps, sizes.len());
    let mut pulled: Vec<(f32, f32)> = vec![(0.0, 0.0); sizes.len()];
    for anchor in anchors {
        if let Some((sum, weight)) = pulled.get_mut(anchor.item) {
            *sum += anchor.wanted * OUTSIDE;
            *weight += OUTSIDE;
        }
    }
    let tallest = start.iter().copied().fold(0.0f32, |most, at| most.max(-at));
    let reach = tallest * SPREAD;
    let mut wanted: Vec<(f32, f32)> = Vec::new();
    let mut pitched: Vec<f32> = Vec::new();
    for round in 0..ALIGNMENTS {
        let forth = round % 2 == 0;
        // The last rounds look to both sides; the first follow one side, which straightens long chains.
        let both = round >= ALIGNMENTS / 2;
        for index in 0..columns.len() {
            let number = if forth { index } else { columns.len() - 1 - index };
            let Some(column) = columns.get(number) else { continue };
            wanted.clear();
            pitched.clear();
            for item in column {
                let own = start.get(*item).copied().unwrap_or(0.0);
                let (drawn, weight) = pulled.get(*item).copied().unwrap_or_default();
                let (mut sum, mut weight) = (own * 0.05 + drawn, weight + 0.05);
                let earlier = around.before(*item).iter().filter(|_| both || forth);
                let later = around.after(*item).iter().filter(|_| both || !forth);
                let ends = earlier.chain(later).filter_map(|number| steps.get(*number)).map(|step| {
                    let (other, shift) = if step.to == *item {
                        (step.from, step.from_port - step.to_port)
                    } else {
                        (step.to, step.to_port - step.from_port)
                    };
                    (start.get(other).copied().unwrap_or(0.0) + shift, step.weight)
                });
                for (end, share) in ends.clone() {
                    sum += end * share;
                    weight += share;
                }
                let mean = sum / weight;
                // One straight connection looks better than several that nearly are.
                let nearest = ends
                    .filter(|_| both)
                    .map(|(end, _)| end)
                    .min_by(|a, b| (a - mean).abs().total_cmp(&(b - mean).abs()));
                let size = sizes.get(*item).copied().unwrap_or(0.0);
                let most = (reach - size).max(-size / 2.0);
                wanted.push((nearest.unwrap_or(mean).clamp(-reach.max(size / 2.0), most), weight));
                pitched.push(pitches.get(*item).copied().unwrap_or(size));
            }
            let placed = keep_apart(&wanted, &pitched);
            for (item, at) in column.iter().zip(placed) {
                if let Some(slot) = start.get_mut(*item) {
                    *slot = at;
                }
            }
        }
    }
    start
}

/// Starts in order, each at least one pitch after the one before, as near as can be to what is wanted (least squares,
/// by merging neighbours that collide).
fn keep_apart(wanted: &[(f32, f32)], pitches: &[f32]) -> Vec<f32> {
    struct Block {
        first: usize,
        sum: f32,
        weight: f32,
    }
    let mut before = vec![0.0f32; wanted.len()];
    let mut total = 0.0;
    for (slot, pitch) in before.iter_mut().zip(pitches) {
        *slot = total;
        total += pitch;
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (index, ((want, weight), offset)) in wanted.iter().zip(&before).enumerate() {
        let mut block = Block { first: index, sum: (want - offset) * weight, weight: *weight };
        while let Some(last) = blocks.last() {
            if last.sum / last.weight <= block.sum / block.weight {
                break;
            }
            block =
                Block { first: last.first, sum: last.sum + block.sum, weight: last.weight + block.weight };
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut starts = vec![0.0; wanted.len()];
    for (number, block) in blocks.iter().enumerate() {
        let end = blocks.get(number + 1).map_or(wanted.len(), |next| next.first);
        for index in block.first..end {
            if let (Some(slot), Some(offset)) = (starts.get_mut(index), before.get(index)) {
                *slot = block.sum / block.weight + offset;
            }
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: usize, to: usize) -> Step {
        Step { from, to, weight: 1.0, from_port: 5.0, to_port: 5.0 }
    }

    #[test]
    fn crossings_are_counted_and_removed() {
        let steps = [step(0, 3), step(1, 2)];
        let mut columns = vec![vec![0, 1], vec![2, 3]];
        assert_eq!(tangles(&columns, &steps, 4), 1);
        untangle(&mut columns, &steps, 4);
        assert_eq!(tangles(&columns, &steps, 4), 0);
    }

    #[test]
    fn neighbours_stay_apart_and_chains_are_straight() {
        let starts =
            align(&[vec![0], vec![1], vec![2, 3]], &[10.0; 4], &[15.0; 4], &[step(0, 1), step(1, 2)], &[]);
        assert!((starts[0] - starts[1]).abs() < 0.5 && (starts[1] - starts[2]).abs() < 0.5, "{starts:?}");
        assert!(starts[3] - starts[2] >= 15.0 - 0.01, "{starts:?}");
    }

    #[test]
    fn what_collides_shares_the_way() {
        assert_eq!(keep_apart(&[(0.0, 1.0), (0.0, 1.0)], &[10.0, 10.0]), [-5.0, 5.0]);
        assert_eq!(keep_apart(&[(0.0, 1.0), (30.0, 1.0)], &[10.0, 10.0]), [0.0, 30.0]);
    }
}
