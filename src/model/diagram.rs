//! The diagram is a petgraph: components are nodes, interfaces are edges, each with an id of its own.
//!
//! Node and edge indices never leave this file and are never written. Zones are a tree beside the graph; a component's
//! zone is stored, never guessed from a picture. An interface with an end not attached waits beside the graph.

use std::collections::BTreeMap;

use petgraph::stable_graph::{EdgeIndex, NodeIndex, StableDiGraph};

use super::record::record;
use super::{BoundaryLine, Component, ComponentId, Interface, InterfaceId, Keyed as _, Table, Zone, ZoneId};

/// Components, interfaces, zones and boundary lines.
#[derive(Debug, Clone, Default)]
pub struct Diagram {
    graph: StableDiGraph<Component, Interface>,
    nodes: BTreeMap<ComponentId, NodeIndex>,
    edges: BTreeMap<InterfaceId, EdgeIndex>,
    loose: Table<Interface>,
    /// The zones.
    pub zones: Table<Zone>,
    /// The open boundary lines.
    pub lines: Table<BoundaryLine>,
    /// Keys of other versions, kept as they came.
    pub extra: super::Extra,
}

/// Why a change to the diagram was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiagramError {
    /// The component still has interfaces.
    #[error("{0} still has interfaces")]
    Connected(ComponentId),
    /// The interface ends at a component that is not there.
    #[error("{0} ends at {1}, which does not exist")]
    NoSuchEnd(InterfaceId, ComponentId),
}

impl Diagram {
    /// The component with that id.
    pub fn component(&self, id: ComponentId) -> Option<&Component> {
        self.graph.node_weight(*self.nodes.get(&id)?)
    }

    /// All components in id order.
    pub fn components(&self) -> impl Iterator<Item = &Component> + '_ {
        self.nodes.values().filter_map(|index| self.graph.node_weight(*index))
    }

    /// How many components there are.
    pub fn component_count(&self) -> usize {
        self.nodes.len()
    }

    /// The interface with that id, attached or not.
    pub fn interface(&self, id: InterfaceId) -> Option<&Interface> {
        match self.edges.get(&id) {
            Some(index) => self.graph.edge_weight(*index),
            None => self.loose.get(id),
        }
    }

    /// All interfaces in id order, those with loose ends too.
    pub fn interfaces(&self) -> impl Iterator<Item = &Interface> + '_ {
        let mut attached = self.edges.values().filter_map(|index| self.graph.edge_weight(*index)).peekable();
        let mut loose = self.loose.iter().peekable();
        std::iter::from_fn(move || match (attached.peek(), loose.peek()) {
            (Some(left), Some(right)) if right.id < left.id => loose.next(),
            (Some(_), _) => attached.next(),
            (None, _) => loose.next(),
        })
    }

    /// How many interfaces there are.
    pub fn interface_count(&self) -> usize {
        self.edges.len() + self.loose.len()
    }

    /// Interfaces drawn from that component, in id order. One that goes both ways stands only where it starts.
    pub fn outgoing(&self, id: ComponentId) -> Vec<&Interface> {
        self.around(id, petgraph::Direction::Outgoing)
    }

    /// Interfaces drawn to that component, in id order.
    pub fn incoming(&self, id: ComponentId) -> Vec<&Interface> {
        self.around(id, petgraph::Direction::Incoming)
    }

    /// Interfaces that touch that component, in id order, each once.
    pub fn touching(&self, id: ComponentId) -> Vec<&Interface> {
        let mut all = self.outgoing(id);
        all.extend(self.incoming(id).into_iter().filter(|interface| interface.from != interface.to));
        all.extend(
            self.loose.iter().filter(|interface| interface.from == Some(id) || interface.to == Some(id)),
        );
        all.sort_by_key(|interface| interface.id);
        all
    }

    fn around(&self, id: ComponentId, direction: petgraph::Direction) -> Vec<&Interface> {
        let Some(index) = self.nodes.get(&id) else { return Vec::new() };
        let mut found: Vec<&Interface> =
            self.graph.edges_directed(*index, direction).map(|edge| edge.weight()).collect();
        found.sort_by_key(|interface| interface.id);
        found
    }

    /// The chain of zones around a zone, itself first, outermost last. A ring of parents ends where it closes.
    pub fn zone_chain(&self, zone: Option<ZoneId>) -> Vec<ZoneId> {
        let mut chain = Vec::new();
        let mut next = zone;
        while let Some(id) = next {
            if chain.contains(&id) {
                break;
            }
            let Some(zone) = self.zones.get(id) else { break };
            chain.push(id);
            next = zone.parent;
        }
        chain
    }

    /// The trust level where a component stands: its zone's, or 2 outside of every zone.
    pub fn trust_of(&self, component: ComponentId) -> u8 {
        self.component(component)
            .and_then(|c| c.zone)
            .and_then(|zone| self.zones.get(zone))
            .map_or(2, |zone| zone.trust)
    }

    /// The zones that a flow leaves and enters, innermost first and outermost first. Both empty: no boundary crossed.
    pub fn crossed_zones(&self, from: ComponentId, to: ComponentId) -> (Vec<ZoneId>, Vec<ZoneId>) {
        let zone_of = |id| self.component(id).and_then(|component| component.zone);
        let mut left = self.zone_chain(zone_of(from));
        let mut entered = self.zone_chain(zone_of(to));
        while left.last().is_some() && left.last() == entered.last() {
            left.pop();
            entered.pop();
        }
        entered.reverse();
        (left, entered)
    }

    /// Whether an interface crosses the border of a zone.
    pub fn crosses_boundary(&self, interface: &Interface) -> bool {
        match (interface.from, interface.to) {
            (Some(from), Some(to)) => {
                let zone_of = |id| {
                    let zone = self.component(id).and_then(|component| component.zone);
                    zone.filter(|zone| self.zones.contains(*zone))
                };
                zone_of(from) != zone_of(to)
            }
            _ => false,
        }
    }

    /// Puts a component in, or replaces the one with its id, which it gives back. For importers and edits.
    pub fn put_component(&mut self, component: Component) -> Option<Component> {
        let id = component.id;
        if let Some(old) = self.nodes.get(&id).and_then(|index| self.graph.node_weight_mut(*index)) {
            return Some(std::mem::replace(old, component));
        }
        let index = self.graph.add_node(component);
        self.nodes.insert(id, index);
        None
    }

    /// Takes a component out. For edits.
    pub fn take_component(&mut self, id: ComponentId) -> Result<Option<Component>, DiagramError> {
        if !self.touching(id).is_empty() {
            return Err(DiagramError::Connected(id));
        }
        Ok(self.nodes.remove(&id).and_then(|index| self.graph.remove_node(index)))
    }

    /// Puts an interface in, or replaces the one with its id, which it gives back. For importers and edits.
    pub fn put_interface(&mut self, interface: Interface) -> Result<Option<Interface>, DiagramError> {
        for end in [interface.from, interface.to].into_iter().flatten() {
            if !self.nodes.contains_key(&end) {
                return Err(DiagramError::NoSuchEnd(interface.id, end));
            }
        }
        let id = interface.id();
        let old = self.take_interface(id);
        let ends = (
            interface.from.and_then(|from| self.nodes.get(&from).copied()),
            interface.to.and_then(|to| self.nodes.get(&to).copied()),
        );
        if let (Some(from), Some(to)) = ends {
            let index = self.graph.add_edge(from, to, interface);
            self.edges.insert(id, index);
        } else {
            self.loose.insert(interface);
        }
        Ok(old)
    }

    /// Takes an interface out. For edits.
    pub fn take_interface(&mut self, id: InterfaceId) -> Option<Interface> {
        match self.edges.remove(&id) {
            Some(index) => self.graph.remove_edge(index),
            None => self.loose.remove(id),
        }
    }
}

impl PartialEq for Diagram {
    fn eq(&self, other: &Self) -> bool {
        self.zones == other.zones
            && self.lines == other.lines
            && self.extra == other.extra
            && self.components().eq(other.components())
            && self.interfaces().eq(other.interfaces())
    }
}

record! {
    /// The diagram as it stands in the file.
    #[allow(unreachable_pub, reason = "the macro writes pub; the type stays in this file")]
    pub struct WrittenDiagram {
        components: Table<Component>,
        interfaces: Table<Interface>,
        zones: Table<Zone>,
        lines: Table<BoundaryLine>,
    }
}

impl serde::Serialize for Diagram {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WrittenDiagram {
            components: self.components().cloned().collect(),
            interfaces: self.interfaces().cloned().collect(),
            zones: self.zones.clone(),
            lines: self.lines.clone(),
            extra: self.extra.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Diagram {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenDiagram::deserialize(deserializer)?;
        let mut diagram =
            Self { zones: written.zones, lines: written.lines, extra: written.extra, ..Self::default() };
        for component in &written.components {
            diagram.put_component(component.clone());
        }
        for interface in &written.interfaces {
            diagram.put_interface(interface.clone()).map_err(serde::de::Error::custom)?;
        }
        Ok(diagram)
    }
}
