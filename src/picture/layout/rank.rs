//! Which column each item of a level stands in.

/// A connection between two items of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// How many flows it stands for.
    pub(super) weight: f32,
    /// What its labels need along and across the direction of the columns.
    pub(super) label: (f32, f32),
    /// The boxes that it joins, the lower number first.
    pub(super) pair: (usize, usize),
    /// Where the flows meet the items, from the items' start across the direction of the columns.
    pub(super) from_port: f32,
    pub(super) to_port: f32,
}

/// Columns by item: as many flows as possible go to a later column, each item as near as possible to what it reaches.
pub(super) fn ranks(count: usize, links: &[Link], pulls: &[f32]) -> Vec<usize> {
    let place = sequence(count, links, pulls);
    let forward: Vec<(usize, usize)> = links
        .iter()
        .filter(|link| link.from != link.to)
        .filter_map(|link| {
            let (a, b) = (*place.get(link.from)?, *place.get(link.to)?);
            Some(if a <= b { (link.from, link.to) } else { (link.to, link.from) })
        })
        .collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|item| place.get(*item).copied());
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in &forward {
        if let (Some(after), Some(before)) = (after.get_mut(*from), before.get_mut(*to)) {
            after.push(*to);
            before.push(*from);
        }
    }
    let mut rank = vec![0usize; count];
    let get = |list: &[usize], item: usize| list.get(item).copied().unwrap_or(0);
    for item in &order {
        let deepest = before.get(*item).into_iter().flatten().map(|other| get(&rank, *other) + 1).max();
        if let Some(own) = rank.get_mut(*item) {
            *own = deepest.unwrap_or(0);
        }
    }
    let last = rank.iter().copied().max().unwrap_or(0);
    for item in order.iter().rev() {
        let pull = pulls.get(*item).copied().unwrap_or(0.0);
        let nothing_before = before.get(*item).is_none_or(Vec::is_empty);
        let nearest = after.get(*item).into_iter().flatten().map(|other| get(&rank, *other)).min();
        let wanted = match nearest {
            // What only sends stands beside what it sends to; the public stays at the left.
            Some(nearest) if nothing_before && pull >= 0.0 => nearest.saturating_sub(1),
            // What only receives and is a third party's stands at the right.
            None if pull > 0.4 => last,
            _ => continue,
        };
        if let Some(own) = rank.get_mut(*item) {
            *own = (*own).max(wanted);
        }
    }
    rank
}

/// A sequence of the items in which few flows go backward (greedy, after Eades, Lin and Smyth).
fn sequence(count: usize, links: &[Link], pulls: &[f32]) -> Vec<usize> {
    let mut into = vec![0.0f32; count];
    let mut out = vec![0.0f32; count];
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (number, link) in links.iter().enumerate().filter(|(_, link)| link.from != link.to) {
        if let Some(out) = out.get_mut(link.from) {
            *out += link.weight;
        }
        if let Some(into) = into.get_mut(link.to) {
            *into += link.weight;
        }
        for end in [link.from, link.to] {
            if let Some(touching) = touching.get_mut(end) {
                touching.push(number);
            }
        }
    }
    let mut left: Vec<bool> = vec![true; count];
    let (mut head, mut tail): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let value = |list: &[f32], item: usize| list.get(item).copied().unwrap_or(0.0);
    for _ in 0..count {
        let remaining = || left.iter().enumerate().filter(|(_, there)| **there).map(|(item, _)| item);
        let source = remaining().find(|item| value(&into, *item) <= 0.0);
        let sink = remaining().find(|item| value(&out, *item) <= 0.0 && value(&into, *item) > 0.0);
        let strongest = || {
            let score = |item: usize| value(&out, item) - value(&into, item) - 3.0 * value(pulls, item);
            // The first of equals, so that the answer depends on the order of ids alone.
            remaining().fold(None, |best: Option<(f32, usize)>, item| match best {
                Some((known, _)) if known >= score(item) => best,
                _ => Some((score(item), item)),
            })
        };
        let (item, at_end) = match (sink, source) {
            (_, Some(source)) => (source, false),
            (Some(sink), None) => (sink, true),
            (None, None) => match strongest() {
                Some((_, item)) => (item, false),
                None => break,
            },
        };
        if at_end {
            tail.push(item);
        } else {
            head.push(item);
        }
        if let Some(there) = left.get_mut(item) {
            *there = false;
        }
        for link in touching.get(item).into_iter().flatten().filter_map(|number| links.get(*number)) {
            if link.from == item
                && let Some(into) = into.get_mut(link.to)
            {
                *into -= link.weight;
            }
            if link.to == item
                && let Some(out) = out.get_mut(link.from)
            {
                *out -= link.weight;
            }
        }
    }
    let mut place = vec![0; count];
    for (position, item) in head.into_iter().chain(tail.into_iter().rev()).enumerate() {
        if let Some(slot) = place.get_mut(item) {
            *slot = position;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: usize, to: usize) -> Link {
        Link { from, to, weight: 1.0, label: (0.0, 0.0), pair: (from, to), from_port: 0.0, to_port: 0.0 }
    }

    #[test]
    fn flows_go_to_later_columns() {
        let check = |count: usize, links: &[(usize, usize)], expected: &[usize]| {
            let links: Vec<Link> = links.iter().map(|(a, b)| link(*a, *b)).collect();
            assert_eq!(ranks(count, &links, &vec![0.0; count]), expected);
        };
        check(3, &[(0, 1), (1, 2)], &[0, 1, 2]);
        check(3, &[(0, 1), (0, 2), (1, 2)], &[0, 1, 2]);
        check(3, &[(0, 1), (1, 0), (1, 2)], &[0, 1, 2]);
        check(2, &[(0, 0)], &[0, 0]);
        check(4, &[(0, 1), (1, 2), (3, 2)], &[0, 1, 2, 1]);
        check(0, &[], &[]);
    }

    #[test]
    fn a_ring_is_cut_where_the_public_stands() {
        let links = [link(0, 1), link(1, 2), link(2, 0)];
        assert_eq!(ranks(3, &links, &[0.0, 0.0, -1.0]), [1, 2, 0]);
    }
}
