//! How far an attacker gets from a component that has fallen.

use std::collections::BTreeSet;

use petgraph::algo::dijkstra;

use super::find::AttackPath;
use super::graph::AttackGraph;
use super::ways::Ways;
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
        radius(project, &self.ways, from, threshold)
    }

    pub(super) fn blast_along(
        &self,
        project: &Project,
        paths: &[AttackPath],
        threshold: f64,
    ) -> Vec<BlastRadius> {
        let along: BTreeSet<ComponentId> = paths
            .iter()
            .flat_map(AttackPath::components)
            .filter(|component| !self.given.contains(component))
            .collect();
        along.into_iter().map(|component| radius(project, &self.ways, component, threshold)).collect()
    }
}

fn radius(project: &Project, ways: &Ways, from: ComponentId, threshold: f64) -> BlastRadius {
    let costs = ways.node(from).map(|node| dijkstra(&ways.every, node, None, |edge| *edge.weight()));
    let costs = costs.unwrap_or_default();
    let mut reached: Vec<(ComponentId, f64)> = ways
        .components()
        .filter_map(|(node, id)| Some((id, (-costs.get(&node)?).exp())))
        .filter(|(id, chance)| *id != from && *chance >= threshold)
        .collect();
    reached.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let fallen: BTreeSet<ComponentId> = reached.iter().map(|(id, _)| *id).chain([from]).collect();
    let held = |asset: &&crate::model::Asset| {
        asset.stored_in.iter().chain(&asset.processed_by).any(|place| fallen.contains(place))
    };
    BlastRadius { from, reached, assets: project.assets.iter().filter(held).map(|asset| asset.id).collect() }
}
