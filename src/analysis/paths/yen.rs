//! The k cheapest simple paths, by Yen's algorithm.
//!
//! petgraph's own `k_shortest_path` gives only costs and lets a path visit a node twice, so the outer loop is ours; each
//! single search is petgraph's A*. The exact distance to the goal, from one Dijkstra run backwards, guides it: taking
//! edges away never makes a way shorter, so the guide stays a lower bound. After Lawler, a path is branched off only from
//! where it left the path before it; and the guide says what a branch costs at least, so most are never searched.

use std::collections::BTreeSet;

use petgraph::algo::{astar, dijkstra};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeFiltered, EdgeRef as _, Reversed};

/// A path and the sum of its weights.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Route {
    /// Sum of the weights along it.
    pub(super) cost: f64,
    /// From start to goal.
    pub(super) nodes: Vec<NodeIndex>,
}

/// Up to `k` cheapest simple paths with at most `max_edges` edges, cheapest first, equally cheap ones in the order of their nodes. Weights must
/// be finite and not negative; two nodes are taken to have at most one edge from one to the other.
///
/// Longer paths have to be walked through to get past them, so after eight times as many as were asked for the search ends.
pub(super) fn cheapest_paths<N>(
    graph: &DiGraph<N, f64>,
    start: NodeIndex,
    goal: NodeIndex,
    k: usize,
    max_edges: usize,
) -> Vec<Route> {
    if k == 0 {
        return Vec::new();
    }
    let distance = dijkstra(Reversed(graph), goal, None, |edge| *edge.weight());
    let guide: Vec<f64> =
        graph.node_indices().map(|node| distance.get(&node).copied().unwrap_or(f64::INFINITY)).collect();
    let search = Search { graph, goal, guide };

    let mut routes: Vec<Route> = Vec::new();
    let mut queue: BTreeSet<Candidate> = BTreeSet::new();
    if let Some(nodes) = search.from(start, &[], &[]) {
        queue.insert(Candidate::Route { cost: search.cost(&nodes).to_bits(), nodes, branch: 0 });
    }
    let most = k.saturating_mul(8).saturating_add(64);
    let mut walked: Vec<Vec<NodeIndex>> = Vec::new();
    while let Some(cheapest) = queue.pop_first() {
        let (cost, nodes, branch) = match cheapest {
            Candidate::Route { cost, nodes, branch } => (cost, nodes, branch),
            Candidate::Branch { root, taken, .. } => {
                let Some((spur, before)) = root.split_last() else { continue };
                if let Some(rest) = search.from(*spur, before, &taken) {
                    let nodes: Vec<NodeIndex> = before.iter().copied().chain(rest).collect();
                    let cost = search.cost(&nodes).to_bits();
                    queue.insert(Candidate::Route { cost, nodes, branch: before.len() });
                }
                continue;
            }
        };
        if nodes.len() <= max_edges + 1 {
            routes.push(Route { cost: f64::from_bits(cost), nodes: nodes.clone() });
        }
        walked.push(nodes);
        if routes.len() >= k || walked.len() >= most {
            break;
        }
        let Some(last) = walked.last() else { break };
        // Before it branched off, its branches are those of the path that it branched off from.
        for place in branch..last.len().saturating_sub(1) {
            let root = last.get(..=place).unwrap_or_default();
            let mut taken: Vec<NodeIndex> = walked
                .iter()
                .filter(|path| path.starts_with(root))
                .filter_map(|path| path.get(place + 1).copied())
                .collect();
            taken.sort_unstable();
            taken.dedup();
            let Some(least) = search.least(root, &taken) else { continue };
            queue.insert(Candidate::Branch { least: least.to_bits(), root: root.to_vec(), taken });
        }
    }
    routes.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.nodes.cmp(&b.nodes)));
    routes
}

/// What may come next, by its cost. The bits of floats that are not negative sort as the floats do.
#[derive(Debug, PartialEq, Eq)]
enum Candidate {
    /// Ways that leave a known path at the last node of `root`, by another step than those taken. They cost no less, and
    /// are searched only when nothing cheaper is left.
    Branch { least: u64, root: Vec<NodeIndex>, taken: Vec<NodeIndex> },
    /// A path, and the place where it left the path that it was found from.
    Route { cost: u64, nodes: Vec<NodeIndex>, branch: usize },
}

impl Candidate {
    /// Branches before paths of the same cost: one of theirs may come before in the order of nodes.
    fn key(&self) -> (u64, bool, &[NodeIndex]) {
        match self {
            Self::Branch { least, root, .. } => (*least, false, root),
            Self::Route { cost, nodes, .. } => (*cost, true, nodes),
        }
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Search<'a, N> {
    graph: &'a DiGraph<N, f64>,
    goal: NodeIndex,
    guide: Vec<f64>,
}

impl<N> Search<'_, N> {
    /// The cheapest way from a node to the goal that avoids some nodes, and some nodes as its first step.
    fn from(&self, spur: NodeIndex, avoided: &[NodeIndex], taken: &[NodeIndex]) -> Option<Vec<NodeIndex>> {
        let left = |node: NodeIndex| self.guide.get(node.index()).copied().unwrap_or(f64::INFINITY);
        if left(spur).is_infinite() {
            return None;
        }
        let open = EdgeFiltered::from_fn(self.graph, |edge| {
            left(edge.target()).is_finite()
                && !avoided.contains(&edge.target())
                && !(edge.source() == spur && taken.contains(&edge.target()))
        });
        astar(&open, spur, |node| node == self.goal, |edge| *edge.weight(), left).map(|(_, path)| path)
    }

    /// A bound on what a way costs that leaves a path at the end of `root`, by another step than those taken: what is left
    /// from there to the goal when nothing else stands in the way. None when there is no such step.
    fn least(&self, root: &[NodeIndex], taken: &[NodeIndex]) -> Option<f64> {
        let spur = root.last()?;
        let left = |node: NodeIndex| self.guide.get(node.index()).copied().unwrap_or(f64::INFINITY);
        let open = self
            .graph
            .edges(*spur)
            .filter(|edge| !taken.contains(&edge.target()) && !root.contains(&edge.target()))
            .map(|edge| edge.weight() + left(edge.target()));
        let least = open.min_by(f64::total_cmp).filter(|least| least.is_finite())?;
        // Sums taken in another order differ in their last digits.
        Some((self.cost(root) + least) * (1.0 - 1e-12))
    }

    /// Summed along the path each time, so that the same path always costs the same.
    fn cost(&self, path: &[NodeIndex]) -> f64 {
        path.windows(2)
            .filter_map(|pair| {
                self.graph.find_edge(pair[0], pair[1]).and_then(|edge| self.graph.edge_weight(edge))
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(usize, usize, f64)]) -> DiGraph<(), f64> {
        let mut graph = DiGraph::new();
        for _ in 0..nodes {
            graph.add_node(());
        }
        for (from, to, weight) in edges {
            if from != to {
                graph.update_edge(NodeIndex::new(*from), NodeIndex::new(*to), *weight);
            }
        }
        graph
    }

    /// Every simple path from 0 to the last node, cheapest first.
    fn every_path(graph: &DiGraph<(), f64>, max_edges: usize) -> Vec<Route> {
        fn walk(
            graph: &DiGraph<(), f64>,
            path: &mut Vec<NodeIndex>,
            cost: f64,
            max_edges: usize,
            found: &mut Vec<Route>,
        ) {
            let here = path[path.len() - 1];
            if here.index() == graph.node_count() - 1 {
                found.push(Route { cost, nodes: path.clone() });
                return;
            }
            if path.len() > max_edges {
                return;
            }
            for edge in graph.edges(here) {
                if !path.contains(&edge.target()) {
                    path.push(edge.target());
                    walk(graph, path, cost + edge.weight(), max_edges, found);
                    path.pop();
                }
            }
        }
        let mut found = Vec::new();
        walk(graph, &mut vec![NodeIndex::new(0)], 0.0, max_edges, &mut found);
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.nodes.cmp(&b.nodes)));
        found
    }

    fn check(nodes: usize, edges: &[(usize, usize, f64)], k: usize, wanted: &[(&[usize], f64)]) {
        let graph = graph(nodes, edges);
        let found = cheapest_paths(&graph, NodeIndex::new(0), NodeIndex::new(nodes - 1), k, 12);
        let plain: Vec<(Vec<usize>, f64)> =
            found.iter().map(|route| (route.nodes.iter().map(|n| n.index()).collect(), route.cost)).collect();
        let wanted: Vec<(Vec<usize>, f64)> =
            wanted.iter().map(|(nodes, cost)| (nodes.to_vec(), *cost)).collect();
        assert_eq!(plain, wanted);
    }

    #[test]
    fn small_graphs() {
        check(2, &[(0, 1, 2.0)], 3, &[(&[0, 1], 2.0)]);
        check(2, &[(1, 0, 2.0)], 3, &[]);
        check(3, &[(0, 1, 1.0), (1, 2, 1.0), (0, 2, 3.0)], 3, &[(&[0, 1, 2], 2.0), (&[0, 2], 3.0)]);
        check(3, &[(0, 1, 1.0), (1, 2, 1.0), (0, 2, 3.0)], 1, &[(&[0, 1, 2], 2.0)]);
        // A way back to the start is no new path.
        check(3, &[(0, 1, 1.0), (1, 0, 0.1), (1, 2, 1.0)], 5, &[(&[0, 1, 2], 2.0)]);
        check(
            4,
            &[(0, 1, 1.0), (0, 2, 1.0), (1, 3, 1.0), (2, 3, 1.0), (1, 2, 0.0)],
            9,
            &[(&[0, 1, 2, 3], 2.0), (&[0, 1, 3], 2.0), (&[0, 2, 3], 2.0)],
        );
        check(1, &[], 3, &[(&[0], 0.0)]);
    }

    #[test]
    fn the_classic_example_of_the_algorithm() {
        // Yen's example as often printed: C D E F G H as 0…5.
        let edges = [
            (0, 1, 3.0),
            (0, 2, 2.0),
            (1, 3, 4.0),
            (2, 1, 1.0),
            (2, 3, 2.0),
            (2, 4, 3.0),
            (3, 4, 2.0),
            (3, 5, 1.0),
            (4, 5, 2.0),
        ];
        check(6, &edges, 3, &[(&[0, 2, 3, 5], 5.0), (&[0, 2, 4, 5], 7.0), (&[0, 1, 3, 5], 8.0)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn as_good_as_trying_every_path(
            nodes in 2usize..8,
            edges in proptest::collection::vec((0usize..8, 0usize..8, 0u8..6), 0..26),
            k in 1usize..12,
            max_edges in 1usize..8,
        ) {
            let edges: Vec<(usize, usize, f64)> = edges
                .into_iter()
                .filter(|(from, to, _)| *from < nodes && *to < nodes)
                .map(|(from, to, weight)| (from, to, f64::from(weight) / 4.0))
                .collect();
            let graph = graph(nodes, &edges);
            let found = cheapest_paths(&graph, NodeIndex::new(0), NodeIndex::new(nodes - 1), k, max_edges);
            let all = every_path(&graph, max_edges);
            let costs = |routes: &[Route]| routes.iter().map(|route| route.cost).collect::<Vec<_>>();
            prop_assert!(found.len() <= k);
            prop_assert_eq!(costs(&found), costs(&all[..found.len()]));
            // The search gives up only after walking past very many paths that are too long.
            let many = every_path(&graph, nodes).len();
            prop_assert!(found.len() == k.min(all.len()) || many > 8 * k + 64);
            let distinct: BTreeSet<&Vec<NodeIndex>> = found.iter().map(|route| &route.nodes).collect();
            prop_assert_eq!(distinct.len(), found.len());
            prop_assert!(found.iter().all(|route| all.contains(route)));
        }
    }
}
