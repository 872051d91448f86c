//! Which column each item of a level stands in.

use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::DiGraph;
use petgraph::visit::{EdgeRef as _, NodeIndexable as _};

/// An item that belongs to the left is not drawn to the right of what it sends to, even where that answers it.
const LEFT: f32 = -0.5;
/// An item that only receives and belongs to the right stands in the last column.
const RIGHT: f32 = 0.4;

/// Columns by item: as many flows as possible go to a later column, each item as near as possible to what it reaches.
/// `links` are flows from an item to another; `pulls` say which items belong to the left (below 0) or right.
pub(super) fn ranks(count: usize, links: &[(usize, usize)], pulls: &[f32]) -> Vec<usize> {
    let graph = forward(count, links, pulls);
    let Ok(order) = toposort(&graph, None) else { return vec![0; count] };
    let mut rank = vec![0usize; count];
    let after = |item: usize| graph.neighbors(graph.from_index(item)).map(|node| graph.to_index(node));
    let before = |item: usize| {
        graph.neighbors_directed(graph.from_index(item), petgraph::Incoming).map(|node| graph.to_index(node))
    };
    let get = |rank: &[usize], item: usize| rank.get(item).copied().unwrap_or(0);
    for item in order.iter().map(|item| item.index()) {
        let deepest = before(item).map(|other| get(&rank, other) + 1).max().unwrap_or(0);
        if let Some(own) = rank.get_mut(item) {
            *own = deepest;
        }
    }
    let last = rank.iter().copied().max().unwrap_or(0);
    for item in order.iter().rev().map(|item| item.index()) {
        let pull = pulls.get(item).copied().unwrap_or(0.0);
        let (incoming, outgoing) = (before(item).count(), after(item).count());
        let nearest = after(item).map(|other| get(&rank, other)).min();
        let wanted = match nearest {
            // What mostly sends stands beside what it sends to; the public stays at the left.
            Some(nearest) if outgoing > incoming && pull >= 0.0 => nearest.saturating_sub(1),
            None if pull > RIGHT => last,
            _ => continue,
        };
        if let Some(own) = rank.get_mut(item) {
            *own = (*own).max(wanted);
        }
    }
    rank
}

/// The flows as edges without rings: few of them turned around.
fn forward(count: usize, links: &[(usize, usize)], pulls: &[f32]) -> DiGraph<(), ()> {
    let mut sends = vec![false; count];
    for (from, _) in links {
        if let Some(slot) = sends.get_mut(*from) {
            *slot = true;
        }
    }
    let left = |item: usize| {
        let pull = pulls.get(item).copied().filter(|pull| *pull <= LEFT)?;
        sends.get(item).copied().filter(|sends| *sends).map(|_| pull)
    };
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(count, links.len());
    for _ in 0..count {
        graph.add_node(());
    }
    for (from, to) in links.iter().filter(|(from, to)| from != to && *from < count && *to < count) {
        let backward = match (left(*from), left(*to)) {
            (None, Some(_)) => true,
            (Some(from), Some(to)) => to < from,
            _ => false,
        };
        let (from, to) = if backward { (to, from) } else { (from, to) };
        let (from, to) = (graph.from_index(*from), graph.from_index(*to));
        graph.add_edge(from, to, ());
    }
    let turned: Vec<_> = greedy_feedback_arc_set(&graph).map(|edge| edge.id()).collect();
    let mut ends = Vec::new();
    graph.retain_edges(|graph, edge| {
        let turn = turned.binary_search(&edge).is_ok();
        if turn {
            ends.extend(graph.edge_endpoints(edge));
        }
        !turn
    });
    for (from, to) in ends {
        graph.add_edge(to, from, ());
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_go_to_later_columns() {
        let check = |count: usize, links: &[(usize, usize)], expected: &[usize]| {
            assert_eq!(ranks(count, links, &vec![0.0; count]), expected);
        };
        check(3, &[(0, 1), (1, 2)], &[0, 1, 2]);
        check(3, &[(0, 1), (0, 2), (1, 2)], &[0, 1, 2]);
        check(3, &[(0, 1), (1, 0), (0, 1), (1, 2)], &[0, 1, 2]);
        check(2, &[(0, 0)], &[0, 0]);
        check(4, &[(0, 1), (1, 2), (3, 2)], &[0, 1, 2, 1]);
        check(0, &[], &[]);
    }

    #[test]
    fn a_ring_is_cut_where_the_public_stands() {
        assert_eq!(ranks(3, &[(0, 1), (1, 2), (2, 0)], &[0.0, 0.0, -1.0]), [1, 2, 0]);
    }

    #[test]
    fn who_asks_stands_left_of_who_answers() {
        assert_eq!(ranks(2, &[(1, 0), (0, 1)], &[0.0, -0.8]), [1, 0]);
    }
}
