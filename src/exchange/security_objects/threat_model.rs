//! `createThreatModel`: assets, components with the names of those they talk to, threats with mitigations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::document::{Fields, Losses, text_of};
use super::super::words;
use super::FORMAT_NAME;
use crate::model::{
    Asset, AssetKind, Component, ComponentId, Control, ControlId, ControlStatus, Interface, Origin, Project,
    Sensitivity, Strength, Target, Threat, ThreatStatus, plain_word,
};

/// Reads a threat model into the project; gives back what was not read.
pub(super) fn read(project: &mut Project, mut fields: Fields, losses: &mut Losses) -> Fields {
    if let Some(name) = fields.word("name") {
        project.name = name;
    }
    if let Some(description) = fields.word("description") {
        project.description = description;
    }
    let mut names = Names::default();
    read_components(project, fields.list("systemComponents"), &mut names, losses);
    read_assets(project, fields.list("assets"), &names, losses);
    read_threats(project, fields.list("threats"), &names, losses);
    losses.unused("threat model", "as a whole", &fields, &[]);
    fields
}

/// Components by their plain names.
#[derive(Default)]
struct Names(BTreeMap<String, ComponentId>);

impl Names {
    /// The component with that name, or the only one whose name begins or ends with it (`api` for `external_api`).
    fn find(&self, name: &str) -> Option<ComponentId> {
        let wanted = plain_word(name);
        if let Some(id) = self.0.get(&wanted) {
            return Some(*id);
        }
        let mut like =
            self.0.iter().filter(|(known, _)| known.ends_with(&wanted) || known.starts_with(&wanted));
        match (like.next(), like.next()) {
            (Some((_, id)), None) if !wanted.is_empty() => Some(*id),
            _ => None,
        }
    }

    fn is_exact(&self, name: &str) -> bool {
        self.0.contains_key(&plain_word(name))
    }
}

fn read_components(project: &mut Project, all: Vec<Value>, names: &mut Names, losses: &mut Losses) {
    let mut talks: Vec<(ComponentId, String, Vec<String>)> = Vec::new();
    for value in all {
        let Some(mut fields) = Fields::of(value) else {
            losses.add("system components", "a component", "it is not an object");
            continue;
        };
        let id = project.next_component();
        project.reserve(id.into());
        let name = fields.text("name").unwrap_or_else(|| id.to_string());
        let word = fields.text("type").unwrap_or_default();
        talks.push((id, name.clone(), fields.texts("interfaces")));
        names.0.insert(plain_word(&name), id);
        let component = Component {
            id,
            kind: words::component_kind(&word),
            description: fields.text("description").unwrap_or_default(),
            technology: fields.text("technology").unwrap_or_default(),
            ..Component::default()
        };
        losses.unused("component", &name, &fields, &[]);
        if !word.is_empty() {
            fields.keep("type", word);
        }
        let origin = Some(fields.into_origin(FORMAT_NAME, &name));
        project.diagram.put_component(Component { name, origin, ..component });
    }
    connect(project, talks, names, losses);
}

/// One interface for each pair that talks; both ways where each names the other.
fn connect(
    project: &mut Project,
    talks: Vec<(ComponentId, String, Vec<String>)>,
    names: &Names,
    losses: &mut Losses,
) {
    let mut named: BTreeSet<(ComponentId, ComponentId)> = BTreeSet::new();
    let mut order: Vec<(ComponentId, Option<ComponentId>, String)> = Vec::new();
    for (id, name, others) in talks {
        for other in others {
            let found = names.find(&other);
            match found {
                Some(_) if names.is_exact(&other) => {}
                Some(found) => losses.add(
                    format!("component {name}"),
                    format!("its interface {other}"),
                    format!("no component has that name; it was read as {}", project.name_of(found.into())),
                ),
                None => losses.add(
                    format!("component {name}"),
                    format!("its interface {other}"),
                    "no component has that name; the interface has a loose end here",
                ),
            }
            if let Some(found) = found {
                named.insert((id, found));
            }
            order.push((id, found, other));
        }
    }
    let mut drawn: BTreeSet<(ComponentId, ComponentId)> = BTreeSet::new();
    for (from, to, other) in order {
        if let Some(to) = to
            && (drawn.contains(&(to, from)) || !drawn.insert((from, to)))
        {
            continue;
        }
        let id = project.next_interface();
        project.reserve(id.into());
        let interface = Interface {
            id,
            name: if to.is_none() { other } else { String::new() },
            from: Some(from),
            to,
            both_ways: to.is_some_and(|to| to != from && named.contains(&(to, from))),
            ..Interface::default()
        };
        if let Err(error) = project.diagram.put_interface(interface) {
            losses.add("system components", "an interface", error.to_string());
        }
    }
}

fn read_assets(project: &mut Project, all: Vec<Value>, names: &Names, losses: &mut Losses) {
    for value in all {
        let Some(mut fields) = Fields::of(value) else {
            losses.add("assets", "an asset", "it is not an object");
            continue;
        };
        let id = project.next_asset();
        project.reserve(id.into());
        let name = fields.text("name").unwrap_or_else(|| id.to_string());
        let word = fields.text("sensitivity").unwrap_or_default();
        let sensitivity = sensitivity_of(&word).unwrap_or_else(|| {
            if !word.is_empty() {
                losses.add(
                    format!("asset {name}"),
                    format!("its sensitivity {word}"),
                    "the word is not known",
                );
            }
            Sensitivity::default()
        });
        let mut stored_in = Vec::new();
        if let Some(location) = fields.text("location") {
            match names.find(&location) {
                Some(place) => stored_in.push(place),
                None => losses.add(
                    format!("asset {name}"),
                    format!("its location {location}"),
                    "no single component has that name; it is kept for the way back",
                ),
            }
            fields.keep("location", location);
        }
        let asset = Asset {
            id,
            kind: asset_kind(&name),
            description: fields.text("description").unwrap_or_default(),
            sensitivity,
            owner: fields.text("owner").unwrap_or_default(),
            stored_in,
            ..Asset::default()
        };
        losses.unused("asset", &name, &fields, &["location"]);
        if !word.is_empty() {
            fields.keep("sensitivity", word);
        }
        let origin = Some(fields.into_origin(FORMAT_NAME, &name));
        project.assets.insert(Asset { name, origin, ..asset });
    }
}

fn read_threats(project: &mut Project, all: Vec<Value>, names: &Names, losses: &mut Losses) {
    let mut controls: BTreeMap<String, ControlId> = BTreeMap::new();
    for value in all {
        let Some(mut fields) = Fields::of(value) else {
            losses.add("threats", "a threat", "it is not an object");
            continue;
        };
        let id = project.next_threat();
        project.reserve(id.into());
        let name = fields.text("name").unwrap_or_else(|| id.to_string());
        let title = words::title(&name);
        let category = fields.word("category");
        let stride = category.as_deref().and_then(words::stride);
        let mut level = |key: &str| {
            let word = fields.word(key)?;
            let level = words::level(&word);
            if level.is_none() {
                losses.add(
                    format!("threat {title}"),
                    format!("its {key} {word}"),
                    "the word is not known; it is not rated",
                );
            }
            level
        };
        let (likelihood, impact) = (level("likelihood"), level("impact"));
        let mut targets = Vec::new();
        for target in [fields.texts("target"), fields.texts("targets")].concat() {
            let asset = || {
                let wanted = plain_word(&target);
                project.assets.iter().find(|asset| plain_word(&asset.name) == wanted).map(|asset| asset.id)
            };
            match names.find(&target).map(Target::Component).or_else(|| asset().map(Target::Asset)) {
                Some(target) => targets.push(target),
                None => losses.add(
                    format!("threat {title}"),
                    format!("its target {target}"),
                    "neither a component nor an asset has that name",
                ),
            }
        }
        for mitigation in fields.list("mitigations") {
            read_mitigation(project, &mitigation, &title, id, &mut controls, losses);
        }
        let threat = Threat {
            id,
            title: title.clone(),
            description: fields.text("description").unwrap_or_default(),
            stride: stride.into_iter().collect(),
            targets,
            likelihood,
            impact,
            status: fields.word("status").and_then(|word| ThreatStatus::from_word(&word)).unwrap_or_default(),
            tags: category.filter(|_| stride.is_none()).into_iter().collect(),
            ..Threat::default()
        };
        losses.unused("threat", &title, &fields, &[]);
        let origin = Some(fields.into_origin(FORMAT_NAME, &name));
        project.threats.insert(Threat { origin, ..threat });
    }
}

/// A mitigation that several threats name is one control; where they rate it differently the lower rating counts.
fn read_mitigation(
    project: &mut Project,
    value: &Value,
    threat_title: &str,
    threat: crate::model::ThreatId,
    controls: &mut BTreeMap<String, ControlId>,
    losses: &mut Losses,
) {
    let place = format!("threat {threat_title}");
    let named = |key: &str| value.get(key).and_then(text_of);
    let Some(name) = named("control").or_else(|| named("name")).or_else(|| text_of(value)) else {
        losses.add(place, "a mitigation", "it does not name a control");
        return;
    };
    let word = named("effectiveness").unwrap_or_default();
    let strength = Strength::from_word(&word);
    if strength.is_none() && !word.is_empty() {
        losses.add(
            &place,
            format!("the effectiveness {word} of {name}"),
            "it is none of low, medium, high; medium is taken",
        );
    }
    let status = named("status").and_then(|word| ControlStatus::from_word(&word));
    let known = controls.get(&plain_word(&name)).copied().and_then(|id| project.controls.get_mut(id));
    if let Some(control) = known {
        if !control.threats.contains(&threat) {
            control.threats.push(threat);
        }
        if let Some(strength) = strength.filter(|strength| *strength != control.strength) {
            let lower = if strength.effectiveness() < control.strength.effectiveness() {
                strength
            } else {
                control.strength
            };
            let why = format!("it is rated differently elsewhere; {} counts", lower.label().to_lowercase());
            losses.add(place, format!("the effectiveness {word} of {name}"), why);
            control.strength = lower;
        }
        return;
    }
    let id = project.next_control();
    project.reserve(id.into());
    controls.insert(plain_word(&name), id);
    project.controls.insert(Control {
        id,
        name: words::title(&name),
        catalog: Some(name.clone()),
        strength: strength.unwrap_or_default(),
        // The object only says what answers the threat, not how far that is in place.
        status: status.unwrap_or(ControlStatus::Planned),
        threats: vec![threat],
        origin: Some(Origin { format: FORMAT_NAME.to_owned(), id: name, ..Origin::default() }),
        ..Control::default()
    });
}

fn sensitivity_of(word: &str) -> Option<Sensitivity> {
    match plain_word(word).as_str() {
        "low" => Some(Sensitivity::Internal),
        "medium" => Some(Sensitivity::Confidential),
        "high" | "critical" | "veryhigh" | "secret" => Some(Sensitivity::Restricted),
        _ => Sensitivity::from_word(word),
    }
}

fn asset_kind(name: &str) -> AssetKind {
    let plain = plain_word(name);
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    if has(&["credential", "secret", "password", "token", "key"]) {
        AssetKind::Credentials
    } else if has(&["model", "prompt", "weights"]) {
        AssetKind::Model
    } else {
        AssetKind::Data
    }
}
