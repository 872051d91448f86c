//! What the shape of the diagram alone says: agents in a ring, and components that everything hangs on.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{articulation_points::articulation_points, tarjan_scc};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::graphmap::DiGraphMap;
use petgraph::visit::{Dfs, NodeFiltered};

use crate::model::{ComponentId, ComponentKind, InterfaceId, Project};

/// Agents that can keep each other going without anybody asking: loops run away, and prompts can copy themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLoop {
    /// The agents in it, in id order.
    pub agents: Vec<ComponentId>,
    /// Processes and tools that pass it on.
    pub through: Vec<ComponentId>,
    /// The interfaces between them.
    pub interfaces: Vec<InterfaceId>,
}

/// A component without which others cannot reach each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinglePoint {
    /// Which.
    pub component: ComponentId,
    /// Components that fall off: all but the largest part of what is left.
    pub cuts_off: Vec<ComponentId>,
}

/// Rings of agents: two or more that can call each other, directly or through processes and tools, or one that calls
/// itself. A tool's answer goes to its caller only, so it closes no ring; talk between two agents both ways does.
pub fn agent_loops(project: &Project) -> Vec<AgentLoop> {
    let kind = |id: ComponentId| project.diagram.component(id).map(|component| component.kind);
    let mut calls: DiGraphMap<ComponentId, ()> = DiGraphMap::new();
    let mut used: Vec<(ComponentId, ComponentId, InterfaceId)> = Vec::new();
    for interface in project.diagram.interfaces() {
        let (Some(from), Some(to)) = (interface.from, interface.to) else { continue };
        let (Some(caller), Some(called)) = (kind(from), kind(to)) else { continue };
        if !passes_on(caller) || !passes_on(called) {
            continue;
        }
        calls.add_edge(from, to, ());
        used.push((from, to, interface.id));
        if interface.both_ways && caller == ComponentKind::Agent && called == ComponentKind::Agent {
            calls.add_edge(to, from, ());
        }
    }
    let mut loops: Vec<AgentLoop> = tarjan_scc(&calls)
        .into_iter()
        .filter_map(|ring| {
            let ring: BTreeSet<ComponentId> = ring.into_iter().collect();
            let (agents, through): (Vec<_>, Vec<_>) =
                ring.iter().copied().partition(|id| kind(*id) == Some(ComponentKind::Agent));
            let calls_itself = agents.iter().any(|agent| calls.contains_edge(*agent, *agent));
            let goes_round = ring.len() > 1
                && (agents.len() > 1 || through.iter().any(|id| kind(*id) == Some(ComponentKind::Process)));
            (!agents.is_empty() && (goes_round || calls_itself)).then(|| AgentLoop {
                agents,
                through,
                interfaces: used
                    .iter()
                    .filter(|(from, to, _)| ring.contains(from) && ring.contains(to))
                    .map(|(_, _, id)| *id)
                    .collect(),
            })
        })
        .collect();
    loops.sort_by(|a, b| a.agents.cmp(&b.agents));
    loops
}

fn passes_on(kind: ComponentKind) -> bool {
    matches!(kind, ComponentKind::Agent | ComponentKind::Process | ComponentKind::Tool)
}

/// Components that others need to reach each other, most cut off first. People and external systems are not ours to double.
pub fn single_points(project: &Project) -> Vec<SinglePoint> {
    let mut net: UnGraph<ComponentId, ()> = UnGraph::default();
    let nodes: BTreeMap<ComponentId, NodeIndex> =
        project.diagram.components().map(|component| (component.id, net.add_node(component.id))).collect();
    for interface in project.diagram.interfaces() {
        let node = |end: Option<ComponentId>| end.and_then(|id| nodes.get(&id).copied());
        if let (Some(from), Some(to)) = (node(interface.from), node(interface.to))
            && from != to
        {
            net.update_edge(from, to, ());
        }
    }
    let points = articulation_points(&net);
    let ours = |id: &ComponentId| {
        project.diagram.component(*id).is_some_and(|component| !component.kind.is_external_entity())
    };
    let mut found: Vec<SinglePoint> = nodes
        .into_iter()
        .filter(|(id, node)| points.contains(node) && ours(id))
        .map(|(component, node)| SinglePoint { component, cuts_off: cut_off(&net, node) })
        .collect();
    found.sort_by(|a, b| b.cuts_off.len().cmp(&a.cuts_off.len()).then(a.component.cmp(&b.component)));
    found
}

fn cut_off(net: &UnGraph<ComponentId, ()>, without: NodeIndex) -> Vec<ComponentId> {
    let rest = NodeFiltered::from_fn(net, |node| node != without);
    let mut parts: Vec<Vec<ComponentId>> = Vec::new();
    let mut starts: Vec<NodeIndex> = net.neighbors(without).collect();
    starts.sort_unstable();
    let mut walk = Dfs::empty(&rest);
    for start in starts {
        // What an earlier walk has seen is part of its part.
        walk.move_to(start);
        let mut part = Vec::new();
        while let Some(node) = walk.next(&rest) {
            part.extend(net.node_weight(node));
        }
        if !part.is_empty() {
            parts.push(part);
        }
    }
    // The largest part stays; among equals the one with the lowest id.
    let largest = (0..parts.len()).max_by_key(|index| {
        parts
            .get(*index)
            .map_or((0, None), |part| (part.len(), part.iter().min().map(|id| std::cmp::Reverse(*id))))
    });
    let mut off: Vec<ComponentId> = parts
        .into_iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != largest)
        .flat_map(|(_, part)| part)
        .collect();
    off.sort_unstable();
    off
}
