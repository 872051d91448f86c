//! The fewest elements whose hardening cuts every way: a minimum cut through nodes and, where nothing stands between, edges.
//!
//! Each node becomes two with an edge of its cost between them, so that cutting the node is cutting that edge; the edges
//! of the graph itself cost more than any cut, unless they are given a cost. petgraph's `dinics` finds the flow, and what
//! can still be reached from the start when it is at its largest is this side of the cut.

use std::collections::BTreeSet;

use petgraph::algo::maximum_flow::dinics;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

/// Costs more than all that can be cut together.
const NEVER: u64 = 1 << 24;

/// What to cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MinimumCut {
    /// Nodes in the cut.
    pub(crate) nodes: BTreeSet<NodeIndex>,
    /// Edges in the cut.
    pub(crate) edges: BTreeSet<EdgeIndex>,
}

/// The cheapest set of nodes and edges without which no way leads from `start` to `goal`; of equally cheap ones that
/// nearest to the start. None when no set of what may be cut is enough. A cost of none means that it may not be cut.
pub(crate) fn minimum_cut<N, E>(
    graph: &DiGraph<N, E>,
    start: NodeIndex,
    goal: NodeIndex,
    node_cost: impl Fn(NodeIndex) -> Option<u64>,
    edge_cost: impl Fn(EdgeIndex) -> Option<u64>,
) -> Option<MinimumCut> {
    let mut network: DiGraph<(), u64> =
        DiGraph::with_capacity(graph.node_count() * 2, graph.node_count() + graph.edge_count());
    for _ in 0..graph.node_count() * 2 {
        network.add_node(());
    }
    let inside = |node: NodeIndex| NodeIndex::new(node.index() * 2);
    let outside = |node: NodeIndex| NodeIndex::new(node.index() * 2 + 1);
    let capacity = |cost: Option<u64>| cost.unwrap_or(NEVER).min(NEVER);
    for node in graph.node_indices() {
        network.add_edge(inside(node), outside(node), capacity(node_cost(node)));
    }
    for edge in graph.edge_references().filter(|edge| edge.source() != edge.target()) {
        network.add_edge(outside(edge.source()), inside(edge.target()), capacity(edge_cost(edge.id())));
    }
    if start == goal {
        return None;
    }
    let (flow, flows) = dinics(&network, outside(start), inside(goal));
    if flow >= NEVER {
        return None;
    }
    let near = still_reached(&network, &flows, outside(start));
    let is_near = |node: NodeIndex| near.get(node.index()) == Some(&true);
    let crosses = |from: NodeIndex, to: NodeIndex| is_near(from) && !is_near(to);
    Some(MinimumCut {
        nodes: graph.node_indices().filter(|node| crosses(inside(*node), outside(*node))).collect(),
        edges: graph
            .edge_references()
            .filter(|edge| crosses(outside(edge.source()), inside(edge.target())))
            .map(|edge| edge.id())
            .collect(),
    })
}

/// By node, whether more could flow there from the start.
fn still_reached(network: &DiGraph<(), u64>, flows: &[u64], start: NodeIndex) -> Vec<bool> {
    let flow = |edge: EdgeIndex| flows.get(edge.index()).copied().unwrap_or(0);
    let mut reached = vec![false; network.node_count()];
    let mut waiting = vec![start];
    while let Some(node) = waiting.pop() {
        if std::mem::replace(reached.get_mut(node.index()).unwrap_or(&mut true), true) {
            continue;
        }
        let onward =
            network.edges(node).filter(|edge| *edge.weight() > flow(edge.id())).map(|edge| edge.target());
        let back = network
            .edges_directed(node, petgraph::Direction::Incoming)
            .filter(|edge| flow(edge.id()) > 0)
            .map(|edge| edge.source());
        waiting.extend(onward.chain(back));
    }
    reached
}

#[cfg(test)]
mod tests {
    use petgraph::algo::has_path_connecting;
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(usize, usize)]) -> DiGraph<(), ()> {
        let mut graph = DiGraph::new();
        for _ in 0..nodes {
            graph.add_node(());
        }
        for (from, to) in edges {
            graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), ());
        }
        graph
    }

    /// Nodes but the first and last may be cut at a cost of one, and edges from the first straight to the last.
    fn cut(graph: &DiGraph<(), ()>) -> Option<MinimumCut> {
        let (start, goal) = ends(graph);
        let inner = |node| (node != start && node != goal).then_some(1);
        let direct = |edge| (graph.edge_endpoints(edge) == Some((start, goal))).then_some(1);
        minimum_cut(graph, start, goal, inner, direct)
    }

    fn ends(graph: &DiGraph<(), ()>) -> (NodeIndex, NodeIndex) {
        (NodeIndex::new(0), NodeIndex::new(graph.node_count() - 1))
    }

    fn holds(graph: &DiGraph<(), ()>, nodes: &BTreeSet<NodeIndex>) -> bool {
        let (start, goal) = ends(graph);
        let rest = graph.filter_map(
            |node, ()| Some(node),
            |edge, ()| {
                let (from, to) = graph.edge_endpoints(edge)?;
                let open = !nodes.contains(&from) && !nodes.contains(&to) && (from, to) != (start, goal);
                open.then_some(())
            },
        );
        !has_path_connecting(&rest, start, goal, None)
    }

    fn check(nodes: usize, edges: &[(usize, usize)], wanted: &[usize], wanted_edges: usize) {
        let found = cut(&graph(nodes, edges)).unwrap();
        assert_eq!(found.nodes.iter().map(|node| node.index()).collect::<Vec<_>>(), wanted, "{edges:?}");
        assert_eq!(found.edges.len(), wanted_edges, "{edges:?}");
    }

    #[test]
    fn small_graphs() {
        check(3, &[(0, 1), (1, 2)], &[1], 0);
        check(4, &[(0, 1), (1, 2), (2, 3)], &[1], 0);
        check(4, &[(0, 1), (0, 2), (1, 3), (2, 3)], &[1, 2], 0);
        check(5, &[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)], &[3], 0);
        check(3, &[(0, 1), (2, 1)], &[], 0);
        check(2, &[(0, 1)], &[], 1);
        check(3, &[(0, 2), (0, 1), (1, 2), (1, 1)], &[1], 1);
        check(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (3, 4), (1, 4)], &[1], 0);
    }

    #[test]
    fn where_nothing_may_be_cut_there_is_no_cut() {
        let graph = graph(2, &[(0, 1)]);
        let (start, goal) = ends(&graph);
        assert_eq!(minimum_cut(&graph, start, goal, |_| None, |_| None), None);
        assert_eq!(minimum_cut(&graph, start, start, |_| Some(1), |_| Some(1)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn no_smaller_set_of_nodes_cuts(
            nodes in 2usize..9,
            edges in proptest::collection::vec((0usize..9, 0usize..9), 0..30),
        ) {
            let edges: Vec<(usize, usize)> =
                edges.into_iter().filter(|(from, to)| *from < nodes && *to < nodes).collect();
            let graph = graph(nodes, &edges);
            let found = cut(&graph).unwrap();
            prop_assert!(holds(&graph, &found.nodes));
            let inner = nodes - 2;
            let least = (0u32..1 << inner)
                .filter(|set| {
                    let chosen = (0..inner).filter(|bit| set & (1 << bit) != 0).map(|bit| NodeIndex::new(bit + 1));
                    holds(&graph, &chosen.collect())
                })
                .map(u32::count_ones)
                .min()
                .unwrap();
            prop_assert_eq!(found.nodes.len(), least as usize);
        }
    }
}
