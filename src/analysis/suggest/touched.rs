//! Which elements an edit can make a difference to.
//!
//! A trigger at an element reads its interfaces and their far ends; what is derived for a far end reads its surroundings
//! in turn, a tool's ways out at the most: three interfaces away. What outsiders can reach through others is compared for
//! the whole model.

use std::collections::{BTreeSet, VecDeque};

use crate::analysis::facts::{System, place_of};
use crate::catalog::Catalog;
use crate::model::{Attributes, Component, ComponentId, Interface, InterfaceId, ItemId, Project, Target};

/// As far as anything about a component is read.
const FAR: u8 = 3;

/// What is read at the other end of an interface.
const NEAR: u8 = 1;

/// Attributes of a component that facts of other elements are derived from, or other facts of its own.
const DERIVED_FROM: [&str; 13] = [
    "approves_actions",
    "browses_web",
    "can_change_state",
    "can_communicate_externally",
    "fetches_urls",
    "has_memory",
    "hosted",
    "input_validated",
    "is_vector_store",
    "max_sensitivity",
    "side_effects",
    "third_party",
    "untrusted_content",
];

/// What is true of a model as a whole, and decides at single elements.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Surroundings {
    has_zones: bool,
    /// Components that text from outsiders can reach.
    downstream: BTreeSet<ComponentId>,
}

impl Surroundings {
    pub(super) fn of(system: &System<'_>) -> Self {
        let reached = system.components.iter().filter(|facts| facts.downstream_of_outsiders);
        Self { has_zones: system.has_zones, downstream: reached.map(|facts| facts.component.id).collect() }
    }
}

/// The elements that may be judged otherwise now; none when all may be.
pub(super) fn touched(
    before: &Project,
    after: &System<'_>,
    catalog: &Catalog,
    far_reads: &BTreeSet<u16>,
    (was, is): (&Surroundings, &Surroundings),
    edited: &[ItemId],
) -> Option<BTreeSet<Target>> {
    if was.has_zones != is.has_zones {
        return None;
    }
    let mut reach = Reach { system: after, left: vec![None; after.components.len()], own: BTreeSet::new() };
    let project = after.project;
    let mut redrawn = false;
    for item in edited {
        match *item {
            ItemId::Component(id) => {
                let (old, new) = (before.diagram.component(id), project.diagram.component(id));
                if old == new {
                    continue;
                }
                reach.own.insert(Target::Component(id));
                redrawn |= !is_alike(old, new);
                let hops = match (old, new) {
                    (Some(old), Some(new)) if is_alike(Some(old), Some(new)) => {
                        hops_of(catalog, far_reads, &old.attributes, &new.attributes)
                    }
                    _ => FAR,
                };
                reach.from(id, hops);
            }
            ItemId::Interface(id) => {
                let (old, new) = (before.diagram.interface(id), project.diagram.interface(id));
                if old == new {
                    continue;
                }
                reach.own.insert(Target::Interface(id));
                let ends = |interface: Option<&Interface>| interface.map(|i| (i.from, i.to, i.both_ways));
                let moved = ends(old) != ends(new);
                redrawn |= moved;
                for end in [old, new].into_iter().flatten().flat_map(|i| [i.from, i.to]).flatten() {
                    reach.from(end, if moved { FAR } else { NEAR });
                }
            }
            ItemId::Asset(id) => {
                for asset in [before.assets.get(id), project.assets.get(id)].into_iter().flatten() {
                    for place in asset.stored_in.iter().chain(&asset.processed_by) {
                        reach.from(*place, FAR);
                    }
                }
                let carriers =
                    project.diagram.interfaces().filter(|interface| interface.assets.contains(&id));
                for end in carriers.flat_map(|interface| [interface.from, interface.to]).flatten() {
                    reach.from(end, NEAR);
                }
            }
            ItemId::Zone(id) => {
                let known = |project: &Project| {
                    let zone = project.diagram.zones.get(id)?;
                    Some((zone.trust, zone.parent, zone.name.clone(), zone.attributes.clone()))
                };
                if known(before) != known(project) {
                    return None;
                }
            }
            _ => {}
        }
    }
    for component in was.downstream.symmetric_difference(&is.downstream) {
        reach.from(*component, FAR);
    }
    if redrawn {
        // Whether there is a way around a guard depends on all that is drawn.
        let guards = after.components.iter().filter(|facts| facts.says("enforces_policy"));
        reach.own.extend(guards.map(|facts| Target::Component(facts.component.id)));
    }
    Some(reach.spread())
}

/// Whether two states of a component differ at most in what is said of it, and in what no trigger reads.
fn is_alike(old: Option<&Component>, new: Option<&Component>) -> bool {
    let seen = |component: Option<&Component>| {
        component.map(|c| (c.kind, c.zone, c.out_of_scope, c.name.clone(), c.technology.clone()))
    };
    seen(old) == seen(new)
}

/// How far an attribute that has changed is read.
fn hops_of(catalog: &Catalog, far_reads: &BTreeSet<u16>, old: &Attributes, new: &Attributes) -> u8 {
    let names = old.0.keys().chain(new.0.keys()).filter(|name| old.get(name) != new.get(name));
    let hops = names.map(|name| match name.as_str() {
        name if DERIVED_FROM.contains(&name) => FAR,
        "also_in" => NEAR,
        name if far_reads.contains(&place_of(catalog, name)) => NEAR,
        _ => 0,
    });
    hops.max().unwrap_or(0)
}

struct Reach<'s, 'a> {
    system: &'s System<'a>,
    /// By component, how many interfaces further it matters.
    left: Vec<Option<u8>>,
    own: BTreeSet<Target>,
}

impl Reach<'_, '_> {
    fn from(&mut self, id: ComponentId, hops: u8) {
        if let Some(left) = self.system.place_of(id).and_then(|at| self.left.get_mut(at)) {
            *left = (*left).max(Some(hops));
        }
    }

    fn spread(mut self) -> BTreeSet<Target> {
        let mut waiting: VecDeque<usize> =
            self.left.iter().enumerate().filter(|(_, left)| left.is_some()).map(|(at, _)| at).collect();
        let mut interfaces: BTreeSet<InterfaceId> = BTreeSet::new();
        while let Some(at) = waiting.pop_front() {
            let (Some(facts), Some(Some(left))) = (self.system.component(at), self.left.get(at).copied())
            else {
                continue;
            };
            let Some(less) = left.checked_sub(1) else { continue };
            for end in facts.inflows.iter().chain(&facts.outflows) {
                interfaces.extend(self.system.interface(end.interface).map(|facts| facts.interface.id));
                if let Some(far) = self.left.get_mut(end.far).filter(|far| **far < Some(less)) {
                    *far = Some(less);
                    waiting.push_back(end.far);
                }
            }
        }
        let reached = self.left.iter().enumerate().filter(|(_, left)| left.is_some());
        let components = reached.filter_map(|(at, _)| self.system.component(at));
        self.own.extend(components.map(|facts| Target::Component(facts.component.id)));
        self.own.extend(interfaces.into_iter().map(Target::Interface));
        self.own
    }
}
