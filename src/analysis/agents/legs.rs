//! The legs, each with what proves it.

use std::collections::BTreeMap;

use super::Proof;
use super::text::{TextGraph, Ways};
use crate::model::{
    Answer, Asset, AssetId, Component, ComponentId, ComponentKind, Interface, InterfaceId, ItemId, Project,
    Sensitivity, Target,
};

/// Why a component's text is not to be trusted; none if somebody vouches for it.
pub(super) fn untrusted(project: &Project, id: ComponentId) -> Option<&'static str> {
    let component = project.diagram.component(id)?;
    let says = |name| component.attributes.yes(name) == Some(true);
    if component.kind == ComponentKind::External {
        Some("a system outside")
    } else if component.kind == ComponentKind::Human && component.zone.is_none() {
        Some("a person whom nobody vouches for")
    } else if project.diagram.trust_of(id) <= 1 {
        Some("stands where trust is low")
    } else if says("untrusted_content") {
        Some("holds content that nobody vouches for")
    } else if says("browses_web") || says("fetches_urls") {
        Some("brings in content from the web")
    } else {
        None
    }
}

/// Why a component is outside; none if it is ours. People are no way out: answering them is what agents are for.
pub(super) fn outside(project: &Project, id: ComponentId) -> Option<&'static str> {
    let component = project.diagram.component(id)?;
    let says = |name| component.attributes.yes(name) == Some(true);
    match component.kind {
        ComponentKind::Human => None,
        ComponentKind::External => Some("a system outside"),
        ComponentKind::Model if hosted_elsewhere(component) => Some("a model that somebody else runs"),
        _ if project.diagram.trust_of(id) <= 1 => Some("stands where trust is low"),
        _ if says("browses_web") || says("fetches_urls") => Some("fetches addresses that it is given"),
        _ if says("can_communicate_externally") => Some("said to communicate with the outside"),
        _ => None,
    }
}

fn hosted_elsewhere(component: &Component) -> bool {
    component.attributes.yes("third_party") == Some(true)
        || matches!(component.attributes.get("hosted"), Some(Answer::Text(host)) if host == "third_party")
}

/// Text passes through everything but people, who decide for themselves.
pub(super) fn text_ends(project: &Project, id: ComponentId) -> bool {
    project.diagram.component(id).is_none_or(|component| component.kind == ComponentKind::Human)
}

pub(super) fn untrusted_input(project: &Project, text: &TextGraph, agent: ComponentId) -> Vec<Proof> {
    let mut proofs = untrusted_of_itself(project, agent);
    let ways = text.reaching(agent, |id| text_ends(project, id) || untrusted(project, id).is_some());
    for (component, interfaces) in ways {
        let why = if component == agent { None } else { untrusted(project, component) };
        proofs.extend(why.map(|why| Proof { component, interfaces, asset: None, why: why.to_owned() }));
    }
    for interface in said_untrusted(project, agent) {
        if let Some(component) = interface.other_end(agent) {
            let why = "said to carry untrusted content".to_owned();
            proofs.push(Proof { component, interfaces: vec![interface.id], asset: None, why });
        }
    }
    nearest_first(proofs)
}

/// Interfaces to a component that are said to carry what nobody vouches for.
pub(super) fn said_untrusted(project: &Project, agent: ComponentId) -> impl Iterator<Item = &Interface> + '_ {
    let touching = project.diagram.touching(agent).into_iter();
    let inward = move |interface: &&Interface| {
        interface.is_attached() && (interface.to == Some(agent) || interface.both_ways)
    };
    touching.filter(inward).filter(|interface| interface.attributes.yes("untrusted_content") == Some(true))
}

/// Untrusted input whatever the diagram says.
pub(super) fn untrusted_of_itself(project: &Project, agent: ComponentId) -> Vec<Proof> {
    said(project, agent, &[("processes_untrusted_input", "said to process untrusted input")])
}

const ACCESSES: [(&str, &str); 1] = [("accesses_private_data", "said to access private data")];

pub(super) fn confidential_data(
    project: &Project,
    readings: &BTreeMap<ComponentId, Vec<Reading>>,
    powers: &Ways,
) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for (component, way) in powers {
        let own = said(project, *component, &ACCESSES);
        proofs.extend(own.into_iter().map(|proof| Proof { interfaces: way.clone(), ..proof }));
        for asset in held(project, *component) {
            let why = "holds it or works with it".to_owned();
            proofs.push(Proof { component: *component, interfaces: way.clone(), asset: Some(asset.id), why });
        }
        for reading in readings.get(component).into_iter().flatten() {
            let interfaces = way.iter().copied().chain([reading.interface]).collect();
            let why = "reads it".to_owned();
            proofs.push(Proof { component: reading.from, interfaces, asset: Some(reading.asset), why });
        }
    }
    nearest_first(proofs)
}

/// Confidential assets that rest at a component or are worked with there.
fn held(project: &Project, component: ComponentId) -> impl Iterator<Item = &Asset> + '_ {
    project.assets.iter().filter(move |asset| {
        asset.sensitivity >= Sensitivity::Confidential
            && (asset.stored_in.contains(&component) || asset.processed_by.contains(&component))
    })
}

/// Whether a component has confidential data without any interface bringing it.
pub(super) fn holds_confidential(project: &Project, component: ComponentId) -> bool {
    !said(project, component, &ACCESSES).is_empty() || held(project, component).next().is_some()
}

/// A confidential asset that an interface brings to a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) asset: AssetId,
    pub(super) interface: InterfaceId,
    pub(super) from: ComponentId,
}

/// Who reads confidential assets over which interfaces: those that name the asset, and those from a store that holds it
/// where nobody has said what they carry.
pub(super) fn readings(project: &Project) -> BTreeMap<ComponentId, Vec<Reading>> {
    let confidential: Vec<&Asset> =
        project.assets.iter().filter(|asset| asset.sensitivity >= Sensitivity::Confidential).collect();
    let mut found: BTreeMap<ComponentId, Vec<Reading>> = BTreeMap::new();
    for interface in project.diagram.interfaces() {
        let (Some(start), Some(end)) = (interface.from, interface.to) else { continue };
        if start == end {
            continue;
        }
        for (reader, other) in [(start, end), (end, start)] {
            let Some(kind) = project.diagram.component(other).map(|component| component.kind) else {
                continue;
            };
            let answers = matches!(kind, ComponentKind::Tool | ComponentKind::Model);
            if reader != end && !interface.both_ways && !answers {
                continue;
            }
            for asset in &confidential {
                let named = interface.assets.contains(&asset.id);
                let may = interface.assets.is_empty()
                    && kind == ComponentKind::Store
                    && asset.stored_in.contains(&other);
                if named || may {
                    let reading = Reading { asset: asset.id, interface: interface.id, from: other };
                    found.entry(reader).or_default().push(reading);
                }
            }
        }
    }
    found
}

pub(super) fn way_out(project: &Project, text: &TextGraph, agent: ComponentId) -> Vec<Proof> {
    let mut proofs = outside_of_itself(project, agent);
    let ways = text.reached_from(agent, |id| text_ends(project, id) || outside(project, id).is_some());
    for (component, interfaces) in ways {
        let why = if component == agent { None } else { outside(project, component) };
        proofs.extend(why.map(|why| Proof { component, interfaces, asset: None, why: why.to_owned() }));
    }
    nearest_first(proofs)
}

/// A way out whatever the diagram says.
pub(super) fn outside_of_itself(project: &Project, agent: ComponentId) -> Vec<Proof> {
    let words = [
        ("can_communicate_externally", "said to communicate with the outside"),
        ("renders_rich_content", "renders content that can fetch addresses"),
    ];
    said(project, agent, &words)
}

pub(super) fn changes_state(project: &Project, powers: &Ways) -> Vec<Proof> {
    let words = [
        ("can_change_state", "said to change state"),
        ("executes_code", "executes code"),
        ("executes_commands", "executes commands"),
        ("self_modifies_config", "changes its own configuration"),
    ];
    let mut proofs = Vec::new();
    for (id, way) in powers {
        let Some(component) = project.diagram.component(*id) else { continue };
        let own = said(project, *id, &words);
        proofs.extend(own.into_iter().map(|proof| Proof { interfaces: way.clone(), ..proof }));
        if let Some(Answer::Text(effects)) = component.attributes.get("side_effects")
            && effects != "none"
        {
            let why = format!("has {effects} side effects");
            proofs.push(Proof { component: *id, interfaces: way.clone(), asset: None, why });
        }
        if component.attributes.yes("can_change_state") == Some(false) {
            continue;
        }
        for interface in project.diagram.outgoing(*id) {
            let store = interface.to.and_then(|to| project.diagram.component(to));
            if let Some(store) = store.filter(|store| store.kind == ComponentKind::Store) {
                let interfaces = way.iter().copied().chain([interface.id]).collect();
                let why = "can write there".to_owned();
                proofs.push(Proof { component: store.id, interfaces, asset: None, why });
            }
        }
    }
    nearest_first(proofs)
}

/// What has a person approve what an agent does.
pub(super) fn approval(project: &Project, agent: ComponentId) -> Option<ItemId> {
    if project.diagram.component(agent)?.attributes.yes("human_approval") == Some(true) {
        return Some(agent.into());
    }
    let gate = project.controls.iter().find(|control| {
        let answers = |threat: &crate::model::ThreatId| {
            project
                .threats
                .get(*threat)
                .is_some_and(|threat| threat.targets.contains(&Target::Component(agent)))
        };
        control.catalog.as_deref() == Some("human_approval")
            && control.status.in_place() >= 1.0
            && control.threats.iter().any(answers)
    });
    if let Some(gate) = gate {
        return Some(gate.id.into());
    }
    let near = project.diagram.touching(agent);
    let people = near.iter().filter_map(|interface| project.diagram.component(interface.other_end(agent)?));
    people
        .filter(|person| {
            person.kind == ComponentKind::Human && person.attributes.yes("approves_actions") == Some(true)
        })
        .map(|person| person.id.into())
        .min()
}

/// Legs that a component has by its own word.
fn said(project: &Project, id: ComponentId, words: &[(&str, &str)]) -> Vec<Proof> {
    let Some(component) = project.diagram.component(id) else { return Vec::new() };
    let yes = words.iter().filter(|(name, _)| component.attributes.yes(name) == Some(true));
    yes.map(|(_, why)| Proof { component: id, interfaces: Vec::new(), asset: None, why: (*why).to_owned() })
        .collect()
}

fn nearest_first(mut proofs: Vec<Proof>) -> Vec<Proof> {
    proofs.sort_by(|a, b| a.interfaces.len().cmp(&b.interfaces.len()).then_with(|| a.cmp(b)));
    proofs.dedup();
    proofs
}
