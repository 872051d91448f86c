//! TM-001 to TM-025: the diagram and its assets.

use std::collections::BTreeSet;

use super::{Ask, CHOICES, Fix, fix, one};
use crate::analysis::classification::clearance_of;
use crate::edit::Transaction;
use crate::edit::verbs::{self, NewZone};
use crate::model::{
    Answer, Asset, AssetId, Authentication, Component, ComponentId, ComponentKind, Encryption, Interface,
    ItemId, Place, Sensitivity, ViewId, ZoneId, plain_word,
};

pub(super) fn loose_end(ask: &Ask<'_>) -> Vec<Fix> {
    one(ask.delete("Delete the interface"))
}

/// The places of two things in a view that shows both.
fn places(ask: &Ask<'_>, a: ComponentId, b: ComponentId) -> Option<(ViewId, Place, Place)> {
    ask.project.views.iter().find_map(|view| {
        let place = |id: ComponentId| view.places.get(&ItemId::from(id)).cloned();
        Some((view.id, place(a)?, place(b)?))
    })
}

/// A process that moves the data, where two ends must not talk to each other by themselves.
pub(super) fn something_between(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(interface) = ask.interface().and_then(|id| project.diagram.interface(id)) else {
        return Vec::new();
    };
    let (Some(from), Some(to)) = (interface.from, interface.to) else { return Vec::new() };
    let Some(far) = project.diagram.component(to) else { return Vec::new() };
    let middle = places(ask, from, to).map(|(view, a, b)| {
        let place = Place { x: f32::midpoint(a.x, b.x), y: f32::midpoint(a.y, b.y), ..Place::default() };
        (view, place)
    });
    let view = middle.as_ref().map_or(ViewId(0), |(view, _)| *view);
    let like = Component {
        kind: ComponentKind::Process,
        name: verbs::free_name(project, &format!("{} service", far.name)),
        zone: far.zone,
        ..Component::default()
    };
    let (id, added) = verbs::add_component_like(project, view, like, middle.map(|(_, place)| place));
    let onward = Interface {
        id: project.next_interface(),
        from: Some(id),
        origin: None,
        name: String::new(),
        ..interface.clone()
    };
    let mut edits = added.edits;
    edits.push(Interface { to: Some(id), ..interface.clone() }.into());
    edits.push(onward.into());
    let name = format!("Put a process between {}", project.interface_name(interface));
    one(fix("Put a process between them", Transaction::new(name, edits)))
}

pub(super) fn out_of_scope(ask: &Ask<'_>) -> Vec<Fix> {
    let change = ask.interface().and_then(|id| {
        verbs::change_interface(ask.project, id, "scope", |interface| {
            interface.out_of_scope = true;
            "Neither end is part of the system".clone_into(&mut interface.out_of_scope_reason);
        })
    });
    fix("Mark it out of scope", change).into_iter().chain(ask.delete("Delete the interface")).collect()
}

pub(super) fn idle_component(ask: &Ask<'_>) -> Vec<Fix> {
    let change = ask.component().and_then(|id| {
        verbs::change_component(ask.project, id, "scope", |component| {
            component.out_of_scope = true;
            "Nothing of the system talks to it".clone_into(&mut component.out_of_scope_reason);
        })
    });
    ask.delete("Delete it").into_iter().chain(fix("Mark it out of scope", change)).collect()
}

/// For each interface of a component that goes one way: let it go both ways.
fn two_way(ask: &Ask<'_>, label: impl Fn(&str, &Interface) -> String) -> Vec<Fix> {
    let Some(id) = ask.component() else { return Vec::new() };
    let touching = ask.project.diagram.touching(id);
    let one_way = touching.into_iter().filter(|interface| !interface.both_ways && interface.is_attached());
    one_way
        .filter_map(|interface| {
            let far = ask.name(interface.other_end(id)?);
            let label = label(&far, interface);
            let change = verbs::change_interface(ask.project, interface.id, "direction", |interface| {
                interface.both_ways = true;
            });
            fix(label, change)
        })
        .take(CHOICES)
        .collect()
}

pub(super) fn reader(ask: &Ask<'_>) -> Vec<Fix> {
    let archive = ask
        .item
        .and_then(|item| verbs::answer_attribute(ask.project, item, "stores_logs", Some(Answer::Yes)));
    let mut fixes = two_way(ask, |far, _| format!("Say that {far} reads it too"));
    fixes.extend(fix("Say that it keeps logs", archive));
    fixes
}

pub(super) fn writer(ask: &Ask<'_>) -> Vec<Fix> {
    two_way(ask, |far, _| format!("Say that {far} writes to it too"))
}

pub(super) fn both_ways(ask: &Ask<'_>) -> Vec<Fix> {
    two_way(ask, |far, _| format!("Say that {far} is talked to both ways"))
}

/// The zones of its neighbours first, then the others.
pub(super) fn zone_for(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(id) = ask.component() else { return Vec::new() };
    let neighbours =
        project.diagram.touching(id).into_iter().filter_map(|interface| {
            project.diagram.component(interface.other_end(id)?).and_then(|far| far.zone)
        });
    let mut zones: Vec<ZoneId> = Vec::new();
    for zone in neighbours.chain(project.diagram.zones.ids()) {
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    let put = |zone: ZoneId| {
        let change = verbs::move_into_zone(project, &[id.into()], Some(zone));
        fix(format!("Put it into {}", project.name_of(zone.into())), change)
    };
    zones.into_iter().filter_map(put).take(CHOICES).collect()
}

pub(super) fn first_zone(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let inside: Vec<ComponentId> =
        project.diagram.components().filter(|c| !c.kind.is_external_entity()).map(|c| c.id).collect();
    if inside.is_empty() {
        return Vec::new();
    }
    let view = project.views.iter().next();
    let boxes: Vec<&Place> = view
        .into_iter()
        .flat_map(|view| inside.iter().filter_map(|id| view.places.get(&ItemId::from(*id))))
        .collect();
    let edge = |start: f32, of: fn(&Place) -> f32, pick: fn(f32, f32) -> f32| {
        boxes.iter().map(|place| of(place)).fold(start, pick)
    };
    let place = (!boxes.is_empty()).then(|| {
        let left = edge(f32::INFINITY, |p| p.x, f32::min) - 40.0;
        let top = edge(f32::INFINITY, |p| p.y, f32::min) - 66.0;
        let right = edge(f32::NEG_INFINITY, |p| p.x + p.w.max(184.0), f32::max) + 40.0;
        let bottom = edge(f32::NEG_INFINITY, |p| p.y + p.h.max(68.0), f32::max) + 40.0;
        Place { x: left, y: top, w: right - left, h: bottom - top, ..Place::default() }
    });
    let zone =
        NewZone { name: "System".to_owned(), trust: 3, place, components: inside, ..NewZone::default() };
    let (_, transaction) = verbs::add_zone(project, view.map_or(ViewId(0), |view| view.id), zone);
    one(fix("Put a zone around everything that is not outside", transaction))
}

pub(super) fn lonely_zone(ask: &Ask<'_>) -> Vec<Fix> {
    let meant =
        ask.item.and_then(|item| verbs::answer_attribute(ask.project, item, "confirmed", Some(Answer::Yes)));
    fix("Say that it is meant so", meant).into_iter().chain(ask.delete("Dissolve the zone")).collect()
}

/// Protocols that the model uses already, then common ones.
pub(super) fn protocol(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = ask.interface() else { return Vec::new() };
    let used = ask.project.diagram.interfaces().map(|interface| interface.protocol.trim());
    let mut names: Vec<&str> = Vec::new();
    for name in used.chain(["HTTPS", "gRPC", "SQL", "AMQP", "WebSocket"]) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let set = |name: &&str| {
        let change = verbs::change_interface(ask.project, id, "protocol", |interface| {
            (*name).clone_into(&mut interface.protocol);
        });
        fix(format!("Set {name}"), change)
    };
    names.iter().filter_map(set).take(CHOICES).collect()
}

pub(super) fn authentication(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = ask.interface() else { return Vec::new() };
    let set = |way: &Authentication| {
        let change = verbs::answer_authentication(ask.project, id, Some(*way));
        fix(format!("Set {}", way.label()), change)
    };
    Authentication::ALL.iter().filter_map(set).collect()
}

fn encrypt_by(ask: &Ask<'_>, ways: &[Encryption]) -> Vec<Fix> {
    let Some(id) = ask.interface() else { return Vec::new() };
    let set = |way: &Encryption| {
        let change = verbs::answer_encryption(ask.project, id, Some(*way));
        fix(format!("Set {}", way.label()), change)
    };
    ways.iter().filter_map(set).collect()
}

pub(super) fn encryption(ask: &Ask<'_>) -> Vec<Fix> {
    encrypt_by(ask, Encryption::ALL)
}

pub(super) fn encrypt(ask: &Ask<'_>) -> Vec<Fix> {
    encrypt_by(ask, &[Encryption::Tls13, Encryption::MutualTls, Encryption::EndToEnd])
}

/// Assets at one of its ends first, then the others.
pub(super) fn carried(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(interface) = ask.interface().and_then(|id| project.diagram.interface(id)) else {
        return Vec::new();
    };
    let ends: BTreeSet<ComponentId> = interface.from.into_iter().chain(interface.to).collect();
    let near = |asset: &&Asset| {
        asset.stored_in.iter().chain(&asset.processed_by).any(|place| ends.contains(place))
            || ends.iter().any(|end| {
                project.diagram.touching(*end).iter().any(|other| other.assets.contains(&asset.id))
            })
    };
    let (mut assets, others): (Vec<&Asset>, Vec<&Asset>) = project.assets.iter().partition(near);
    assets.extend(others);
    let carry = |asset: &&Asset| {
        let change = verbs::change_interface(project, interface.id, "assets", |interface| {
            interface.assets.push(asset.id);
        });
        fix(format!("Say that {} travels there", asset.name), change)
    };
    assets.iter().filter_map(carry).take(CHOICES).collect()
}

fn asset_id(ask: &Ask<'_>) -> Option<AssetId> {
    if let Some(ItemId::Asset(id)) = ask.item { Some(id) } else { None }
}

pub(super) fn unplaced_asset(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = asset_id(ask) else { return Vec::new() };
    let stores = ask.project.diagram.components().filter(|c| c.kind == ComponentKind::Store);
    let rests = |store: &Component| {
        let change = verbs::change_asset(ask.project, id, "places", |asset| asset.stored_in.push(store.id));
        fix(format!("Say that it rests in {}", store.name), change)
    };
    let mut fixes: Vec<Fix> = stores.filter_map(rests).take(CHOICES - 1).collect();
    fixes.extend(ask.delete("Delete the asset"));
    fixes
}

pub(super) fn sensitivity(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = asset_id(ask) else { return Vec::new() };
    let classify = |level: &Sensitivity| {
        let change = verbs::change_asset(ask.project, id, "sensitivity", |asset| asset.classify(*level));
        fix(format!("Classify it as {}", level.label()), change)
    };
    Sensitivity::ALL.iter().filter_map(classify).collect()
}

pub(super) fn asset_owner(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = asset_id(ask) else { return Vec::new() };
    let give = |name: &String| {
        let change = verbs::change_asset(ask.project, id, "owner", |asset| asset.owner.clone_from(name));
        fix(format!("Give it to {name}"), change)
    };
    ask.people().iter().filter_map(give).take(CHOICES).collect()
}

pub(super) fn beyond_clearance(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(interface) = ask.interface().and_then(|id| project.diagram.interface(id)) else {
        return Vec::new();
    };
    let receivers = if interface.both_ways { [interface.to, interface.from] } else { [interface.to, None] };
    let lowest = receivers.into_iter().flatten().map(|end| clearance_of(project, end)).min();
    let Some(lowest) = lowest else { return Vec::new() };
    let beyond = |id: &AssetId| project.assets.get(*id).is_some_and(|asset| asset.sensitivity > lowest);
    let names: Vec<String> =
        interface.assets.iter().filter(|id| beyond(id)).map(|id| project.name_of((*id).into())).collect();
    let change = verbs::change_interface(project, interface.id, "assets", |interface| {
        interface.assets.retain(|id| !beyond(id));
    });
    one(fix(format!("Do not send {} there", names.join(", ")), change))
}

/// Names that things of its kind have.
fn names_beside(ask: &Ask<'_>, item: ItemId) -> BTreeSet<String> {
    let kind = std::mem::discriminant(&item);
    ask.project
        .all_ids()
        .into_iter()
        .filter(|other| std::mem::discriminant(other) == kind && *other != item)
        .map(|other| plain_word(&ask.project.name_of(other)))
        .collect()
}

fn free_among(taken: &BTreeSet<String>, base: &str) -> String {
    let free = |name: &String| !taken.contains(&plain_word(name));
    Some(base.to_owned())
        .into_iter()
        .chain((2..=9999).map(|n| format!("{base} {n}")))
        .find(free)
        .unwrap_or_else(|| base.to_owned())
}

pub(super) fn other_name(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(item) = ask.item else { return Vec::new() };
    let name = free_among(&names_beside(ask, item), &ask.project.name_of(item));
    one(fix(format!("Call it {name}"), verbs::rename(ask.project, item, &name)))
}

/// A name made of what is known about a thing: its technology, where it stands, what it holds.
pub(super) fn telling_name(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(item) = ask.item else { return Vec::new() };
    let mut names: Vec<String> = Vec::new();
    match item {
        ItemId::Component(id) => {
            let Some(component) = project.diagram.component(id) else { return Vec::new() };
            names.push(component.technology.trim().to_owned());
            let kind = component.kind.label().to_lowercase();
            let far = project.diagram.touching(id).into_iter().find_map(|interface| interface.other_end(id));
            names.extend(far.map(|far| format!("{kind} of {}", project.name_of(far.into()))));
            names.extend(component.zone.map(|zone| format!("{kind} in {}", project.name_of(zone.into()))));
        }
        ItemId::Zone(id) => {
            let member = project.diagram.components().find(|component| component.zone == Some(id));
            names.extend(member.map(|member| format!("around {}", member.name)));
        }
        ItemId::Asset(id) => {
            let place = project
                .assets
                .get(id)
                .and_then(|asset| asset.stored_in.iter().chain(&asset.processed_by).next().copied());
            names.extend(place.map(|place| format!("data of {}", project.name_of(place.into()))));
        }
        _ => {}
    }
    let taken = names_beside(ask, item);
    names
        .iter()
        .filter(|name| !name.is_empty())
        .filter_map(|name| {
            let name = free_among(&taken, name);
            fix(format!("Call it {name}"), verbs::rename(project, item, &name))
        })
        .collect()
}

/// What a component does as its flows tell it: "Receives from user; sends to database."
pub(super) fn description(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(id) = ask.component() else { return Vec::new() };
    let far = |leads_here: bool| -> Vec<String> {
        let way = |interface: &&Interface| interface.both_ways || (interface.to == Some(id)) == leads_here;
        let touching: Vec<&Interface> = project.diagram.touching(id);
        touching
            .into_iter()
            .filter(way)
            .filter_map(|interface| interface.other_end(id).map(|end| project.name_of(end.into())))
            .collect()
    };
    let (from, to) = (far(true), far(false));
    let mut parts: Vec<String> = Vec::new();
    if !from.is_empty() {
        parts.push(format!("receives from {}", from.join(", ")));
    }
    if !to.is_empty() {
        parts.push(format!("sends to {}", to.join(", ")));
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let kind = project.diagram.component(id).map(|component| component.kind.label()).unwrap_or_default();
    let text = format!("{kind} that {}.", parts.join(" and "));
    let change =
        verbs::change_component(project, id, "description", |component| component.description = text);
    one(fix("Describe it by its flows", change))
}

pub(super) fn redundant(ask: &Ask<'_>) -> Vec<Fix> {
    let change =
        ask.item.and_then(|item| verbs::answer_attribute(ask.project, item, "redundant", Some(Answer::Yes)));
    one(fix("Run more than one of it", change))
}
