//! Two graphs for agents: where text goes, and who can call whom.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{ComponentId, ComponentKind, InterfaceId, Project};

/// An edge that an interface makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arc {
    pub(super) from: ComponentId,
    pub(super) to: ComponentId,
    pub(super) interface: InterfaceId,
}

/// Where text goes: along each interface, back where it goes both ways, and back from a tool or a model to its caller.
pub(super) struct TextGraph {
    pub(super) arcs: Vec<Arc>,
    onward: BTreeMap<ComponentId, Vec<Arc>>,
    back: BTreeMap<ComponentId, Vec<Arc>>,
}

impl TextGraph {
    pub(super) fn of(project: &Project) -> Self {
        let mut arcs = Vec::new();
        for interface in project.diagram.interfaces() {
            let (Some(from), Some(to)) = (interface.from, interface.to) else { continue };
            if from == to {
                continue;
            }
            arcs.push(Arc { from, to, interface: interface.id });
            let kind = project.diagram.component(to).map(|component| component.kind);
            if interface.both_ways || matches!(kind, Some(ComponentKind::Tool | ComponentKind::Model)) {
                arcs.push(Arc { from: to, to: from, interface: interface.id });
            }
        }
        let mut onward: BTreeMap<ComponentId, Vec<Arc>> = BTreeMap::new();
        let mut back: BTreeMap<ComponentId, Vec<Arc>> = BTreeMap::new();
        for arc in &arcs {
            onward.entry(arc.from).or_default().push(*arc);
            back.entry(arc.to).or_default().push(*arc);
        }
        Self { arcs, onward, back }
    }

    /// Everything that text from a component reaches, with the interfaces there; text ends where `ends` says.
    pub(super) fn reached_from(&self, start: ComponentId, ends: impl Fn(ComponentId) -> bool) -> Ways {
        walk(start, ends, |node| {
            self.onward.get(&node).into_iter().flatten().map(|arc| (arc.to, arc.interface)).collect()
        })
    }

    /// Everything whose text reaches a component, with the interfaces from there, in the order in which text goes.
    pub(super) fn reaching(&self, goal: ComponentId, ends: impl Fn(ComponentId) -> bool) -> Ways {
        let mut ways = walk(goal, ends, |node| {
            self.back.get(&node).into_iter().flatten().map(|arc| (arc.from, arc.interface)).collect()
        });
        for way in ways.values_mut() {
            way.reverse();
        }
        ways
    }
}

/// Who can call whom: along each interface to what acts; two agents that talk both ways can call each other.
pub(super) struct Calls {
    pub(super) arcs: BTreeMap<ComponentId, Vec<Arc>>,
}

impl Calls {
    pub(super) fn of(project: &Project) -> Self {
        let kind = |id: ComponentId| project.diagram.component(id).map(|component| component.kind);
        let mut arcs: BTreeMap<ComponentId, Vec<Arc>> = BTreeMap::new();
        for interface in project.diagram.interfaces() {
            let (Some(from), Some(to)) = (interface.from, interface.to) else { continue };
            if from == to {
                continue;
            }
            if kind(to).is_some_and(ComponentKind::is_process) {
                arcs.entry(from).or_default().push(Arc { from, to, interface: interface.id });
            }
            let talk = kind(from) == Some(ComponentKind::Agent) && kind(to) == Some(ComponentKind::Agent);
            if interface.both_ways && talk {
                arcs.entry(to).or_default().push(Arc { from: to, to: from, interface: interface.id });
            }
        }
        Self { arcs }
    }

    /// The component itself and everything that it can call, directly or through others, with the interfaces there.
    pub(super) fn reached_from(&self, start: ComponentId) -> Ways {
        walk(
            start,
            |_| false,
            |node| self.arcs.get(&node).into_iter().flatten().map(|arc| (arc.to, arc.interface)).collect(),
        )
    }
}

/// Components with the interfaces on the shortest way to them.
pub(super) type Ways = BTreeMap<ComponentId, Vec<InterfaceId>>;

fn walk(
    start: ComponentId,
    ends: impl Fn(ComponentId) -> bool,
    next: impl Fn(ComponentId) -> Vec<(ComponentId, InterfaceId)>,
) -> Ways {
    let mut ways = Ways::from([(start, Vec::new())]);
    let mut waiting = VecDeque::from([start]);
    while let Some(here) = waiting.pop_front() {
        if here != start && ends(here) {
            continue;
        }
        let way = ways.get(&here).cloned().unwrap_or_default();
        for (there, interface) in next(here) {
            if let std::collections::btree_map::Entry::Vacant(free) = ways.entry(there) {
                free.insert(way.iter().copied().chain([interface]).collect());
                waiting.push_back(there);
            }
        }
    }
    ways
}
