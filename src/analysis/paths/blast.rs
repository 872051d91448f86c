//! How far an attacker gets from a component that has fallen.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::dijkstra;
use petgraph::graphmap::DiGraphMap;

use super::find::{AttackPath, weight};
use super::graph::AttackGraph;
use crate::model::{AssetId, ComponentId, Project};

/// What falls with a component.
#[derive(Debug, Clone, PartialEq)]
pub struct BlastRadius {
    /// The component that has fallen.
    pub from: ComponentId,
    /// What else can be reached, with the chance of the likeliest way; likeliest first.
    pub reached: Vec<(ComponentId, f64)>,
    /// Assets that rest or are worked with there or at the component itself, in id order.
    pub assets: Vec<AssetId>,
}

impl AttackGraph {
    /// What falls with a component: everything that its likeliest way reaches with at least this chance.
    pub fn blast_radius(&self, project: &Project, from: ComponentId, threshold: f64) -> BlastRadius {
        radius(project, &self.map(), from, threshold)
    }

    pub(super) fn blast_along(
        &self,
        project: &Project,
        paths: &[AttackPath],
        threshold: f64,
    ) -> Vec<BlastRadius> {
        let given =
            |id: ComponentId| self.sources.iter().any(|source| source.component == id && source.entry >= 1.0);
        let along: BTreeSet<ComponentId> =
            paths.iter().flat_map(AttackPath::components).filter(|component| !given(*component)).collect();
        let map = self.map();
        along.into_iter().map(|component| radius(project, &map, component, threshold)).collect()
    }

    fn map(&self) -> DiGraphMap<u32, f64> {
        self.steps.iter().map(|((from, to), step)| (from.0, to.0, weight(step.probability))).collect()
    }
}

fn radius(project: &Project, map: &DiGraphMap<u32, f64>, from: ComponentId, threshold: f64) -> BlastRadius {
    let ways: BTreeMap<u32, f64> = if map.contains_node(from.0) {
        dijkstra(map, from.0, None, |(_, _, weight)| *weight).into_iter().collect()
    } else {
        BTreeMap::new()
    };
    let mut reached: Vec<(ComponentId, f64)> = ways
        .into_iter()
        .map(|(id, cost)| (ComponentId(id), (-cost).exp()))
        .filter(|(id, chance)| *id != from && *chance >= threshold)
        .collect();
    reached.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let fallen: BTreeSet<ComponentId> = reached.iter().map(|(id, _)| *id).chain([from]).collect();
    let held = |asset: &&crate::model::Asset| {
        asset.stored_in.iter().chain(&asset.processed_by).any(|place| fallen.contains(place))
    };
    BlastRadius { from, reached, assets: project.assets.iter().filter(held).map(|asset| asset.id).collect() }
}
