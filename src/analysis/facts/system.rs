//! The diagram laid out for many questions: ends by place, interfaces by direction, what lies upstream.

use super::Element;
use crate::analysis::classification::clearance_at;
use crate::model::{
    Answer, Asset, AssetKind, Component, ComponentId, ComponentKind, Interface, InterfaceId, Project,
    Sensitivity, ZoneId,
};

/// A project laid out for many questions.
pub(crate) struct System<'a> {
    pub(crate) project: &'a Project,
    /// In the order of their ids.
    pub(crate) components: Vec<ComponentFacts<'a>>,
    /// In the order of their ids.
    pub(crate) interfaces: Vec<InterfaceFacts<'a>>,
    /// Whether anybody has drawn a zone.
    pub(crate) has_zones: bool,
}

pub(crate) struct ComponentFacts<'a> {
    pub(crate) component: &'a Component,
    pub(crate) trust: u8,
    /// The zone that it stands in, where there is such a zone.
    zone: Option<ZoneId>,
    pub(crate) clearance: Sensitivity,
    /// Interfaces that lead here, with the far end; one that goes both ways stands in both lists.
    pub(crate) inflows: Vec<End>,
    /// Interfaces that start here, with the far end.
    pub(crate) outflows: Vec<End>,
    /// What rests or is worked on here.
    pub(crate) assets: Vec<&'a Asset>,
    /// Text from outside can arrive here, through others.
    pub(crate) downstream_of_outsiders: bool,
}

/// One end of an interface, seen from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// The place of the interface.
    pub(crate) interface: usize,
    /// Whether it is followed against its arrow.
    pub(crate) reversed: bool,
    /// The place of the component at the far end.
    pub(crate) far: usize,
}

pub(crate) struct InterfaceFacts<'a> {
    pub(crate) interface: &'a Interface,
    pub(crate) from: Option<usize>,
    pub(crate) to: Option<usize>,
    pub(crate) crosses: bool,
    /// The assets that it carries.
    pub(crate) assets: Vec<&'a Asset>,
}

impl<'a> System<'a> {
    pub(crate) fn of(project: &'a Project) -> Self {
        let diagram = &project.diagram;
        let zone_of = |component: &Component| component.zone.and_then(|zone| diagram.zones.get(zone));
        let mut components: Vec<ComponentFacts<'a>> = diagram
            .components()
            .map(|component| {
                let zone = zone_of(component);
                let trust = zone.map_or(2, |zone| zone.trust);
                ComponentFacts {
                    component,
                    trust,
                    zone: zone.map(|zone| zone.id),
                    clearance: clearance_at(component, trust),
                    inflows: Vec::new(),
                    outflows: Vec::new(),
                    assets: Vec::new(),
                    downstream_of_outsiders: false,
                }
            })
            .collect();
        let ids: Vec<ComponentId> = components.iter().map(|facts| facts.component.id).collect();
        let place = |id: ComponentId| ids.binary_search(&id).ok();
        for asset in &project.assets {
            for id in asset.stored_in.iter().chain(&asset.processed_by) {
                if let Some(facts) = place(*id).and_then(|at| components.get_mut(at))
                    && !facts.assets.iter().any(|known| known.id == asset.id)
                {
                    facts.assets.push(asset);
                }
            }
        }
        let mut interfaces = Vec::with_capacity(diagram.interface_count());
        for (at, interface) in diagram.interfaces().enumerate() {
            let (from, to) = (interface.from.and_then(place), interface.to.and_then(place));
            let zone = |end: usize| components.get(end).and_then(|facts| facts.zone);
            let crosses = from.zip(to).is_some_and(|(from, to)| zone(from) != zone(to));
            if let (Some(from), Some(to)) = (from, to) {
                let mut join = |start: usize, end: usize, reversed: bool| {
                    if let Some(facts) = components.get_mut(start) {
                        facts.outflows.push(End { interface: at, reversed, far: end });
                    }
                    if let Some(facts) = components.get_mut(end) {
                        facts.inflows.push(End { interface: at, reversed, far: start });
                    }
                };
                join(from, to, false);
                if interface.both_ways {
                    join(to, from, true);
                }
            }
            interfaces.push(InterfaceFacts {
                interface,
                from,
                to,
                crosses,
                assets: interface.assets.iter().filter_map(|id| project.assets.get(*id)).collect(),
            });
        }
        let mut system = Self { project, components, interfaces, has_zones: !diagram.zones.is_empty() };
        system.follow_outsiders();
        system
    }

    /// Marks what text from outsiders can reach through others. People decide for themselves, so it ends there.
    fn follow_outsiders(&mut self) {
        let mut waiting: Vec<usize> = (0..self.components.len())
            .filter(|at| self.component(*at).is_some_and(ComponentFacts::is_outsider))
            .collect();
        let mut reached = vec![false; self.components.len()];
        while let Some(at) = waiting.pop() {
            let Some(facts) = self.components.get(at) else { continue };
            let passes_on = facts.is_outsider() || facts.component.kind != ComponentKind::Human;
            for end in facts.outflows.iter().filter(|_| passes_on) {
                if let Some(mark) = reached.get_mut(end.far).filter(|mark| !**mark) {
                    *mark = true;
                    waiting.push(end.far);
                }
            }
        }
        for (facts, reached) in self.components.iter_mut().zip(reached) {
            facts.downstream_of_outsiders = reached;
        }
    }

    /// Every component, then every interface in the direction of its arrow.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Element> + use<> {
        let interfaces = (0..self.interfaces.len()).map(|at| Element::Interface { at, reversed: false });
        (0..self.components.len()).map(Element::Component).chain(interfaces)
    }

    /// The place of a component.
    pub(crate) fn place_of(&self, id: ComponentId) -> Option<usize> {
        self.components.binary_search_by_key(&id, |facts| facts.component.id).ok()
    }

    /// The place of an interface.
    pub(crate) fn place_of_interface(&self, id: InterfaceId) -> Option<usize> {
        self.interfaces.binary_search_by_key(&id, |facts| facts.interface.id).ok()
    }

    pub(crate) fn component(&self, at: usize) -> Option<&ComponentFacts<'a>> {
        self.components.get(at)
    }

    pub(crate) fn interface(&self, at: usize) -> Option<&InterfaceFacts<'a>> {
        self.interfaces.get(at)
    }

    /// The ends of an interface in the direction that it is looked at.
    pub(crate) fn ends(&self, at: usize, reversed: bool) -> (Option<usize>, Option<usize>) {
        match self.interfaces.get(at) {
            Some(facts) if reversed => (facts.to, facts.from),
            Some(facts) => (facts.from, facts.to),
            None => (None, None),
        }
    }
}

impl ComponentFacts<'_> {
    pub(crate) fn says(&self, name: &str) -> bool {
        self.component.attributes.yes(name) == Some(true)
    }

    /// Nobody vouches for what it says: outside systems, people in no zone, places of little trust, the open web.
    pub(crate) fn is_outsider(&self) -> bool {
        match self.component.kind {
            ComponentKind::External => true,
            ComponentKind::Human => self.component.zone.is_none() || self.trust <= 1,
            _ => {
                self.trust <= 1
                    || self.says("untrusted_content")
                    || self.says("browses_web")
                    || self.says("fetches_urls")
            }
        }
    }

    /// What is sent there has left the house. People are no way out: answering them is what agents are for.
    pub(crate) fn is_outside(&self) -> bool {
        match self.component.kind {
            ComponentKind::Human => false,
            ComponentKind::External => true,
            ComponentKind::Model if self.is_hosted_elsewhere() => true,
            _ => {
                self.trust <= 1
                    || self.says("browses_web")
                    || self.says("fetches_urls")
                    || (self.component.kind != ComponentKind::Agent
                        && self.says("can_communicate_externally"))
            }
        }
    }

    fn is_hosted_elsewhere(&self) -> bool {
        self.says("third_party")
            || matches!(self.component.attributes.get("hosted"), Some(Answer::Text(host)) if host == "third_party")
    }
}

/// The highest sensitivity of some assets; none when there are none.
pub(crate) fn highest<'a>(assets: impl IntoIterator<Item = &'a Asset>) -> Option<Sensitivity> {
    assets.into_iter().map(|asset| asset.sensitivity).max()
}

pub(crate) fn has_credentials(assets: &[&Asset]) -> bool {
    assets.iter().any(|asset| asset.kind == AssetKind::Credentials)
}
