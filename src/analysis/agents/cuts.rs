//! The smallest cut: which interfaces to take away, or to put a gate on, so that a leg falls.
//!
//! In the network for a cut each interface is a node that costs one, with edges from the ends that use it and to the ends
//! that it leads to; so an interface that serves two directions, or a call and a reading, is paid for once.

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};

use super::legs::{self, Reading};
use super::text::{Arc, Calls, TextGraph};
use super::{LegCut, LegKind};
use crate::analysis::paths::minimum_cut;
use crate::model::{ComponentId, InterfaceId, Project};

/// For each leg that interfaces decide the fewest that make it fall, fewest first; among equals a way out goes first,
/// because closing it costs an agent least of what it is for.
pub(super) fn cuts(
    project: &Project,
    text: &TextGraph,
    calls: &Calls,
    readings: &BTreeMap<ComponentId, Vec<Reading>>,
    agent: ComponentId,
    trifecta: bool,
) -> Vec<LegCut> {
    let mut found: Vec<LegCut> = Vec::new();
    let mut add = |leg, interfaces: Option<Vec<InterfaceId>>| {
        found.extend(interfaces.filter(|set| !set.is_empty()).map(|interfaces| LegCut { leg, interfaces }));
    };
    // Where only changes of state break the rule of two, closing the way out does not mend it.
    if trifecta {
        add(LegKind::WayOut, way_out(project, text, agent));
    }
    add(LegKind::UntrustedInput, untrusted_input(project, text, agent));
    add(LegKind::ConfidentialData, confidential_data(project, calls, readings, agent));
    found.sort_by_key(|cut| cut.interfaces.len());
    found
}

fn untrusted_input(project: &Project, text: &TextGraph, agent: ComponentId) -> Option<Vec<InterfaceId>> {
    if !legs::untrusted_of_itself(project, agent).is_empty() {
        return None;
    }
    let is_source = |id: ComponentId| id != agent && legs::untrusted(project, id).is_some();
    let mut net = Network::default();
    for component in project.diagram.components().filter(|component| is_source(component.id)) {
        net.join(Node::Start, Node::Component(component.id));
    }
    for Arc { from, to, interface } in &text.arcs {
        if is_source(*from) || !legs::text_ends(project, *from) {
            net.join(Node::Component(*from), Node::Interface(*interface));
            net.join(Node::Interface(*interface), Node::Component(*to));
        }
    }
    for interface in legs::said_untrusted(project, agent) {
        net.join(Node::Start, Node::Interface(interface.id));
        net.join(Node::Interface(interface.id), Node::Component(agent));
    }
    net.join(Node::Component(agent), Node::End);
    net.cut()
}

fn way_out(project: &Project, text: &TextGraph, agent: ComponentId) -> Option<Vec<InterfaceId>> {
    if !legs::outside_of_itself(project, agent).is_empty() {
        return None;
    }
    let is_outside = |id: ComponentId| id != agent && legs::outside(project, id).is_some();
    let mut net = Network::default();
    net.join(Node::Start, Node::Component(agent));
    for Arc { from, to, interface } in &text.arcs {
        if *from == agent || !legs::text_ends(project, *from) {
            net.join(Node::Component(*from), Node::Interface(*interface));
            net.join(Node::Interface(*interface), Node::Component(*to));
        }
    }
    for component in project.diagram.components().filter(|component| is_outside(component.id)) {
        net.join(Node::Component(component.id), Node::End);
    }
    net.cut()
}

fn confidential_data(
    project: &Project,
    calls: &Calls,
    readings: &BTreeMap<ComponentId, Vec<Reading>>,
    agent: ComponentId,
) -> Option<Vec<InterfaceId>> {
    let mut net = Network::default();
    net.join(Node::Start, Node::Component(agent));
    for Arc { from, to, interface } in calls.arcs.values().flatten() {
        net.join(Node::Component(*from), Node::Interface(*interface));
        net.join(Node::Interface(*interface), Node::Component(*to));
    }
    for component in calls.reached_from(agent).into_keys() {
        if legs::holds_confidential(project, component) {
            net.join(Node::Component(component), Node::End);
        }
        for reading in readings.get(&component).into_iter().flatten() {
            net.join(Node::Component(component), Node::Interface(reading.interface));
            net.join(Node::Interface(reading.interface), Node::End);
        }
    }
    net.cut()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Start,
    Component(ComponentId),
    Interface(InterfaceId),
    End,
}

#[derive(Default)]
struct Network {
    graph: DiGraph<Node, ()>,
    places: BTreeMap<Node, NodeIndex>,
}

impl Network {
    fn place(&mut self, node: Node) -> NodeIndex {
        *self.places.entry(node).or_insert_with(|| self.graph.add_node(node))
    }

    fn join(&mut self, from: Node, to: Node) {
        let (from, to) = (self.place(from), self.place(to));
        self.graph.update_edge(from, to, ());
    }

    /// The fewest interfaces between start and end; none when nothing leads there or no interface is in the way.
    fn cut(mut self) -> Option<Vec<InterfaceId>> {
        let (start, end) = (self.place(Node::Start), self.place(Node::End));
        let interface = |node: NodeIndex| match self.graph.node_weight(node) {
            Some(Node::Interface(id)) => Some(*id),
            _ => None,
        };
        let cut = minimum_cut(&self.graph, start, end, |node| interface(node).map(|_| 1), |_| None)?;
        let mut interfaces: Vec<InterfaceId> = cut.nodes.iter().filter_map(|node| interface(*node)).collect();
        interfaces.sort_unstable();
        Some(interfaces)
    }
}
