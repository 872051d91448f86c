//! The influence graph with its chances as lengths: built once, and asked for every goal and every fallen component.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};

use super::graph::Source;
use super::step::PathStep;
use crate::model::ComponentId;

/// Components that can act or be acted on, with the length of each step. None is the start, before all sources.
pub(super) type Lengths = DiGraph<Option<ComponentId>, f64>;

/// The same components twice: with every step, and for the way of an attack from its start.
#[derive(Debug, Clone)]
pub(super) struct Ways {
    /// Every step that can be made. Nothing leads from the start.
    pub(super) every: Lengths,
    /// From the start to every source and on, but to nothing that is the attacker's to start with: a path through another
    /// source is that source's own path.
    pub(super) attack: Lengths,
    /// Where attacks start, in both.
    pub(super) start: NodeIndex,
    nodes: BTreeMap<ComponentId, NodeIndex>,
}

impl Ways {
    pub(super) fn of(
        steps: &BTreeMap<(ComponentId, ComponentId), PathStep>,
        sources: &[Source],
        given: &BTreeSet<ComponentId>,
    ) -> Self {
        let ends = steps.keys().flat_map(|(from, to)| [*from, *to]);
        let mut ids: Vec<ComponentId> = sources.iter().map(|source| source.component).chain(ends).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut every = Lengths::with_capacity(ids.len() + 2, steps.len() + sources.len());
        let start = every.add_node(None);
        let nodes: BTreeMap<ComponentId, NodeIndex> =
            ids.into_iter().map(|id| (id, every.add_node(Some(id)))).collect();
        let mut attack = every.clone();
        for source in sources {
            if let Some(node) = nodes.get(&source.component) {
                attack.add_edge(start, *node, length(source.entry));
            }
        }
        for ((from, to), step) in steps {
            if let (Some(from), Some(end)) = (nodes.get(from), nodes.get(to)) {
                every.add_edge(*from, *end, length(step.probability));
                if !given.contains(to) {
                    attack.add_edge(*from, *end, length(step.probability));
                }
            }
        }
        Self { every, attack, start, nodes }
    }

    /// Where a component stands in both graphs.
    pub(super) fn node(&self, id: ComponentId) -> Option<NodeIndex> {
        self.nodes.get(&id).copied()
    }

    /// Every component with its node, in id order.
    pub(super) fn components(&self) -> impl Iterator<Item = (NodeIndex, ComponentId)> + '_ {
        self.nodes.iter().map(|(id, node)| (*node, *id))
    }
}

/// Likelier is nearer: paths multiply chances, their logarithms add.
pub(super) fn length(probability: f64) -> f64 {
    -probability.clamp(1e-6, 1.0).ln()
}
