//! TM-001 to TM-025: the diagram and its assets.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use crate::analysis::facts::Value;
use crate::analysis::paths::single_points;
use crate::model::{Asset, ComponentId, ComponentKind, Interface, ItemId, Sensitivity, ZoneId, plain_word};

pub(super) fn loose_end(context: &mut Context<'_>) {
    for (_, interface) in context.interfaces().filter(|(_, interface)| !interface.is_attached()) {
        let what = match (interface.from, interface.to) {
            (None, None) => "Neither end is attached".to_owned(),
            (Some(from), _) => format!("It starts at {} and leads nowhere", context.name(from)),
            (None, Some(to)) => format!("It leads to {} from nowhere", context.name(to)),
        };
        context.report(interface.id, what);
    }
}

/// The kinds at both ends, where both are attached.
fn kinds(context: &Context<'_>, interface: &Interface) -> Option<(ComponentKind, ComponentKind)> {
    let kind = |id: Option<ComponentId>| Some(context.project.diagram.component(id?)?.kind);
    Some((kind(interface.from)?, kind(interface.to)?))
}

fn between(
    context: &mut Context<'_>,
    wrong: impl Fn(ComponentKind, ComponentKind) -> bool,
    what: impl Fn(&str) -> String,
) {
    for (_, interface) in context.interfaces() {
        if kinds(context, interface).is_some_and(|(from, to)| wrong(from, to)) {
            let name = context.project.interface_name(interface);
            context.report(interface.id, what(&name));
        }
    }
}

pub(super) fn store_to_store(context: &mut Context<'_>) {
    between(
        context,
        |from, to| from == ComponentKind::Store && to == ComponentKind::Store,
        |name| format!("{name}: stores do not move data by themselves"),
    );
}

pub(super) fn outsiders_among_themselves(context: &mut Context<'_>) {
    between(
        context,
        |from, to| from.is_external_entity() && to.is_external_entity(),
        |name| format!("{name}: neither end is part of the system"),
    );
}

pub(super) fn outsider_to_store(context: &mut Context<'_>) {
    between(
        context,
        |from, to| from.is_external_entity() && to == ComponentKind::Store,
        |name| format!("{name}: nothing stands between them"),
    );
}

pub(super) fn no_interfaces(context: &mut Context<'_>) {
    for (_, component) in context.components() {
        if context.project.diagram.touching(component.id).is_empty() {
            context.report(component.id, format!("{} is connected to nothing", component.name));
        }
    }
}

/// How many interfaces lead to a component and away from it; those both ways count as both.
fn degrees(context: &Context<'_>, at: usize) -> (usize, usize) {
    context.system.component(at).map_or((0, 0), |facts| (facts.inflows.len(), facts.outflows.len()))
}

pub(super) fn never_read(context: &mut Context<'_>) {
    for (at, component) in context.components().filter(|(_, c)| c.kind == ComponentKind::Store) {
        let (inflows, outflows) = degrees(context, at);
        if inflows > 0 && outflows == 0 && !context.is(at, "stores_logs") {
            context.report(component.id, format!("{} is written to, and nobody reads it", component.name));
        }
    }
}

pub(super) fn never_written(context: &mut Context<'_>) {
    for (at, component) in context.components().filter(|(_, c)| c.kind == ComponentKind::Store) {
        if matches!(degrees(context, at), (0, 1..)) {
            context.report(component.id, format!("{} is read, and nobody writes to it", component.name));
        }
    }
}

pub(super) fn one_sided(context: &mut Context<'_>) {
    let works = |kind| matches!(kind, ComponentKind::Process | ComponentKind::Agent);
    for (at, component) in context.components().filter(|(_, component)| works(component.kind)) {
        let what = match degrees(context, at) {
            (0, 1..) => format!("Nothing leads to {}", component.name),
            (1.., 0) => format!("{} leads to nothing", component.name),
            _ => continue,
        };
        context.report(component.id, what);
    }
}

pub(super) fn no_zone(context: &mut Context<'_>) {
    for (_, component) in context.components().filter(|(_, component)| component.zone.is_none()) {
        context.report(component.id, format!("{} stands outside of every zone", component.name));
    }
}

pub(super) fn no_zones_at_all(context: &mut Context<'_>) {
    let diagram = &context.project.diagram;
    if diagram.component_count() > 0 && diagram.zones.is_empty() && diagram.lines.is_empty() {
        context.report_model("Nothing says where trust changes");
    }
}

/// A zone that somebody has described is meant to be as it is.
pub(super) fn lonely_zone(context: &mut Context<'_>) {
    let diagram = &context.project.diagram;
    let mut members: BTreeMap<ZoneId, usize> = BTreeMap::new();
    for component in diagram.components() {
        for zone in diagram.zone_chain(component.zone) {
            *members.entry(zone).or_default() += 1;
        }
    }
    for zone in &diagram.zones {
        if !zone.description.is_empty() || zone.attributes.yes("confirmed") == Some(true) {
            continue;
        }
        let what = match members.get(&zone.id) {
            None => format!("{} is empty", zone.name),
            Some(1) => format!("{} holds one component, and nobody says what the zone is for", zone.name),
            Some(_) => continue,
        };
        context.report(zone.id, what);
    }
}

pub(super) fn no_protocol(context: &mut Context<'_>) {
    for (_, interface) in context.crossings().filter(|(_, i)| i.protocol.trim().is_empty()) {
        let name = context.name(interface.id);
        context.report(interface.id, format!("{name} crosses a boundary, by a protocol nobody names"));
    }
}

pub(super) fn no_authentication(context: &mut Context<'_>) {
    for (at, interface) in context.crossings() {
        if matches!(context.interface(at, "authenticated"), Value::Unknown(_)) {
            let name = context.name(interface.id);
            context.report(
                interface.id,
                format!("{name} crosses a boundary, and nobody says how callers prove who they are"),
            );
        }
    }
}

pub(super) fn no_encryption(context: &mut Context<'_>) {
    for (at, interface) in context.crossings() {
        if matches!(context.interface(at, "encrypted"), Value::Unknown(_)) {
            let name = context.name(interface.id);
            context.report(
                interface.id,
                format!("{name} crosses a boundary, and nobody says whether it is encrypted"),
            );
        }
    }
}

pub(super) fn carries_nothing(context: &mut Context<'_>) {
    for (_, interface) in context.interfaces().filter(|(_, i)| i.is_attached() && i.assets.is_empty()) {
        let name = context.name(interface.id);
        context.report(interface.id, format!("{name}: nobody says which assets travel there"));
    }
}

pub(super) fn unplaced_asset(context: &mut Context<'_>) {
    let carried: BTreeSet<_> =
        context.project.diagram.interfaces().flat_map(|interface| interface.assets.iter().copied()).collect();
    let nowhere = |asset: &&Asset| {
        asset.stored_in.is_empty() && asset.processed_by.is_empty() && !carried.contains(&asset.id)
    };
    for asset in context.project.assets.iter().filter(nowhere) {
        context.report(asset.id, format!("{} rests nowhere and travels nowhere", asset.name));
    }
}

pub(super) fn unclassified_asset(context: &mut Context<'_>) {
    for asset in context.project.assets.iter().filter(|asset| asset.unclassified) {
        let assumed = asset.sensitivity.label();
        context.report(asset.id, format!("Nobody says who may know {}; {assumed} is assumed", asset.name));
    }
}

pub(super) fn ownerless_asset(context: &mut Context<'_>) {
    for asset in context.project.assets.iter().filter(|asset| asset.owner.trim().is_empty()) {
        context.report(asset.id, format!("Nobody answers for {}", asset.name));
    }
}

pub(super) fn beyond_clearance(context: &mut Context<'_>) {
    for (at, interface) in context.interfaces() {
        let Some(facts) = context.system.interface(at) else { continue };
        let ends = if interface.both_ways { [facts.to, facts.from] } else { [facts.to, None] };
        for end in ends.into_iter().flatten().filter_map(|end| context.system.component(end)) {
            let beyond: Vec<&str> = facts
                .assets
                .iter()
                .filter(|asset| asset.sensitivity > end.clearance)
                .map(|asset| asset.name.as_str())
                .collect();
            if !beyond.is_empty() {
                let (names, place) = (beyond.join(", "), &end.component.name);
                let clearance = clearance_words(end.clearance);
                context.report(
                    interface.id,
                    format!("{names} reaches {place}, which is cleared for {clearance}"),
                );
            }
        }
    }
}

fn clearance_words(level: Sensitivity) -> String {
    match level {
        Sensitivity::Public => "public data only".to_owned(),
        other => format!("{} data at most", other.label()),
    }
}

pub(super) fn secret_in_the_clear(context: &mut Context<'_>) {
    for (at, interface) in context.interfaces() {
        let secret = context.interface(at, "carries_credentials") == Value::Truth(true);
        if secret && context.interface(at, "encrypted") == Value::Truth(false) {
            let name = context.name(interface.id);
            context.report(interface.id, format!("Credentials travel in clear text over {name}"));
        }
    }
}

/// Components, zones and assets with their names.
fn named(context: &Context<'_>) -> Vec<(ItemId, String)> {
    let project = context.project;
    let components = project.diagram.components().map(|c| (ItemId::from(c.id), c.name.clone()));
    let zones = project.diagram.zones.iter().map(|z| (ItemId::from(z.id), z.name.clone()));
    let assets = project.assets.iter().map(|a| (ItemId::from(a.id), a.name.clone()));
    components.chain(zones).chain(assets).collect()
}

pub(super) fn same_name(context: &mut Context<'_>) {
    // An asset may be called like the component that holds it; two of one kind may not.
    let mut doubles = Vec::new();
    let kinds =
        [ItemId::Component(ComponentId(0)), ItemId::Zone(ZoneId(0)), ItemId::Asset(crate::model::AssetId(0))];
    for kind in kinds.map(|kind| std::mem::discriminant(&kind)) {
        let mut seen: BTreeMap<String, ItemId> = BTreeMap::new();
        for (item, name) in
            named(context).into_iter().filter(|(item, _)| std::mem::discriminant(item) == kind)
        {
            let word = plain_word(&name);
            if word.is_empty() {
                continue;
            }
            match seen.get(&word) {
                Some(other) => doubles.push((item, name, *other)),
                None => {
                    seen.insert(word, item);
                }
            }
        }
    }
    for (item, name, other) in doubles {
        context.report(item, format!("{item} is called {name}, as {other} is"));
    }
}

pub(super) fn placeholder_name(context: &mut Context<'_>) {
    for (item, name) in named(context) {
        let what = if name.trim().is_empty() {
            format!("{item} has no name")
        } else if is_placeholder(&name) {
            format!("{name} says nothing about what it is")
        } else {
            continue;
        };
        context.report(item, what);
    }
}

/// "New agent", "Untitled", "TODO", "Component 3": a word that tools put there, alone or with a kind or a number.
fn is_placeholder(name: &str) -> bool {
    let words: Vec<String> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let is_kind = |word: &str| {
        ComponentKind::from_word(word).is_some()
            || ["component", "element", "datastore", "database", "actor", "zone", "boundary", "asset"]
                .contains(&word)
    };
    let is_number = |word: &str| word.chars().all(|letter| letter.is_ascii_digit());
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["todo" | "tbd" | "xxx" | "unnamed" | "untitled", ..] => true,
        ["new"] => true,
        ["new", kind] => is_kind(kind),
        [kind, number] => is_kind(kind) && is_number(number),
        _ => false,
    }
}

pub(super) fn no_description(context: &mut Context<'_>) {
    for (_, component) in context.components().filter(|(_, c)| c.description.trim().is_empty()) {
        context.report(component.id, format!("Nobody says what {} does", component.name));
    }
}

pub(super) fn crowded_view(context: &mut Context<'_>) {
    for view in &context.project.views {
        let shown = if view.only_placed {
            view.places.keys().filter(|item| matches!(item, ItemId::Component(_))).count()
        } else {
            context.project.diagram.component_count()
        };
        if shown > 100 {
            context.report(view.id, format!("{} shows {shown} components", view.name));
        }
    }
}

/// An asset whose loss is major is critical; the component matters when it, or what it cuts off, holds or carries one.
pub(super) fn single_point_of_failure(context: &mut Context<'_>) {
    let critical: Vec<&Asset> = context
        .project
        .assets
        .iter()
        .filter(|asset| asset.availability.is_some_and(|level| level >= 4))
        .collect();
    if critical.is_empty() {
        return;
    }
    for point in single_points(context.project) {
        let component = context.project.diagram.component(point.component);
        let Some(component) = component.filter(|component| !component.out_of_scope) else { continue };
        let near: BTreeSet<ComponentId> = point.cuts_off.iter().copied().chain([point.component]).collect();
        let needed = critical.iter().find(|asset| {
            asset.stored_in.iter().chain(&asset.processed_by).any(|place| near.contains(place))
        });
        let redundant = component.attributes.yes("redundant") == Some(true);
        if let (Some(asset), false) = (needed, redundant) {
            let cut_off: Vec<String> = point.cuts_off.iter().map(|id| context.name(*id)).collect();
            context.report(
                point.component,
                format!(
                    "Without {} nothing reaches {}, and {} must stay available",
                    component.name,
                    cut_off.join(", "),
                    asset.name
                ),
            );
        }
    }
}
