//! The influence graph: who can act on whom, and from where an attack can start.
//!
//! An edge stands for each interface in the direction drawn; back again where it goes both ways; from a tool or a model to
//! whoever calls it, for what it returns; from a reader to a store that feeds it; and from a holder of a secret to what
//! accepts it, which is where an interface carries that secret to. What runs on what is not in the model, so no edge
//! stands for it. A component out of scope still counts: out of scope means not looked at, not harmless.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Estimator, PathStep, StepKind};
use super::ways::Ways;
use crate::model::{AssetKind, Component, ComponentId, ComponentKind, InterfaceId, Project};

const FACES_THE_INTERNET: &str = "faces the internet";

/// Where an attack can start.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Which component.
    pub component: ComponentId,
    /// How likely it is the attacker's: 1 where nobody vouches for it.
    pub entry: f64,
    /// Why it can start there.
    pub why: String,
}

/// Steps by where they start and end, each pair once, and the places to start from.
#[derive(Debug, Clone)]
pub struct AttackGraph {
    pub(super) steps: BTreeMap<(ComponentId, ComponentId), PathStep>,
    pub(super) sources: Vec<Source>,
    /// Sources that are the attacker's to start with.
    pub(super) given: BTreeSet<ComponentId>,
    /// The same with lengths.
    pub(super) ways: Ways,
}

impl AttackGraph {
    /// Reads the graph off a project.
    pub fn build(project: &Project) -> Self {
        let estimator = Estimator::new(project);
        let mut steps = Steps::default();
        for interface in project.diagram.interfaces() {
            let end = |id: Option<ComponentId>| id.and_then(|id| project.diagram.component(id));
            let (Some(from), Some(to)) = (end(interface.from), end(interface.to)) else { continue };
            if from.id == to.id {
                continue;
            }
            steps.add(estimator.over(from, to, interface, StepKind::Sends));
            let returns = matches!(to.kind, ComponentKind::Tool | ComponentKind::Model);
            if interface.both_ways || returns {
                steps.add(estimator.over(to, from, interface, StepKind::Answers));
            } else if from.kind == ComponentKind::Store {
                steps.add(estimator.over(to, from, interface, StepKind::Reads));
            }
        }
        for (holder, acceptor, asset) in secrets(project) {
            steps.add(estimator.by_secret(holder, acceptor, asset));
        }
        let mut sources: Vec<Source> = project
            .diagram
            .components()
            .filter_map(|component| source(project, &estimator, component))
            .collect();
        // Where the diagram shows who comes from the internet, facing it adds no other start.
        let given: BTreeSet<ComponentId> =
            sources.iter().filter(|source| source.entry >= 1.0).map(|source| source.component).collect();
        let shown: BTreeSet<ComponentId> =
            steps.0.keys().filter(|(from, _)| given.contains(from)).map(|(_, to)| *to).collect();
        sources.retain(|source| source.why != FACES_THE_INTERNET || !shown.contains(&source.component));
        let ways = Ways::of(&steps.0, &sources, &given);
        Self { steps: steps.0, sources, given, ways }
    }

    /// Where attacks can start, in id order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Every step that can be made, by where it starts and ends.
    pub fn steps(&self) -> impl Iterator<Item = &PathStep> + '_ {
        self.steps.values()
    }
}

#[derive(Default)]
struct Steps(BTreeMap<(ComponentId, ComponentId), PathStep>);

impl Steps {
    /// Keeps the likelier of two steps between the same two components, and names the interface of the other.
    fn add(&mut self, mut step: PathStep) {
        let Some(known) = self.0.get_mut(&(step.from, step.to)) else {
            self.0.insert((step.from, step.to), step);
            return;
        };
        if step.probability > known.probability {
            std::mem::swap(known, &mut step);
        }
        let others = step.interface.into_iter().chain(step.also);
        known.also.extend(others.filter(|id| known.interface != Some(*id)));
        known.also.sort_unstable();
        known.also.dedup();
    }
}

/// Who holds a secret, and who accepts it without an interface of theirs between them carrying it.
fn secrets(project: &Project) -> Vec<(&Component, &Component, crate::model::AssetId)> {
    let mut found = Vec::new();
    for asset in project.assets.iter().filter(|asset| asset.kind == AssetKind::Credentials) {
        let mut acceptors: Vec<ComponentId> = project
            .diagram
            .interfaces()
            .filter(|i| i.assets.contains(&asset.id))
            .filter_map(|i| i.to)
            .collect();
        acceptors.sort_unstable();
        acceptors.dedup();
        let mut holders: Vec<ComponentId> =
            asset.stored_in.iter().chain(&asset.processed_by).copied().collect();
        holders.sort_unstable();
        holders.dedup();
        for holder in &holders {
            for acceptor in
                acceptors.iter().filter(|acceptor| *acceptor != holder && !holders.contains(acceptor))
            {
                let ends = (project.diagram.component(*holder), project.diagram.component(*acceptor));
                if let (Some(holder), Some(acceptor)) = ends {
                    found.push((holder, acceptor, asset.id));
                }
            }
        }
    }
    found
}

fn source(project: &Project, estimator: &Estimator<'_>, component: &Component) -> Option<Source> {
    let trust = project.diagram.trust_of(component.id);
    let (entry, why) = match component.kind {
        ComponentKind::External => (1.0, "outside of our control".to_owned()),
        ComponentKind::Human if component.zone.is_none() || trust <= 1 => {
            (1.0, "a person whom nobody vouches for".to_owned())
        }
        ComponentKind::Human if trust == 2 => (0.6, "a person inside, deceived or of ill will".to_owned()),
        ComponentKind::Human => (0.3, "a trusted person, deceived or of ill will".to_owned()),
        _ if trust <= 1 => (1.0, format!("stands in a zone of trust {trust}")),
        _ if component.attributes.yes("untrusted_content") == Some(true) => {
            (0.8, "holds content that nobody vouches for".to_owned())
        }
        _ if component.attributes.yes("internet_facing") == Some(true) => {
            (estimator.chance_of_entry(component), FACES_THE_INTERNET.to_owned())
        }
        _ => {
            let interface = loose_end_to(project, component.id)?;
            (estimator.chance_of_entry(component), format!("nobody has said where {interface} comes from"))
        }
    };
    Some(Source { component: component.id, entry, why })
}

/// The first interface to a component whose start is not attached to anything.
fn loose_end_to(project: &Project, component: ComponentId) -> Option<InterfaceId> {
    let touching = project.diagram.touching(component);
    touching.into_iter().find(|interface| interface.from.is_none()).map(|interface| interface.id)
}
