//! Copy and paste: a piece of a model as text, put in again with fresh ids.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Edit, Transaction};
use crate::model::record::record;
use crate::model::{
    Asset, AssetId, Attributes, BoundaryLine, Component, ComponentId, Control, ControlStatus, Interface,
    ItemId, LineId, Note, Place, Project, Target, Threat, ThreatId, ThreatStatus, ViewId, Zone, ZoneId,
};

record! {
    /// A piece of a model, with where its things stood and what they refer to.
    pub struct Clip {
        /// Components.
        components: Vec<Component>,
        /// Interfaces between them.
        interfaces: Vec<Interface>,
        /// Zones.
        zones: Vec<Zone>,
        /// Open boundary lines.
        lines: Vec<BoundaryLine>,
        /// Notes.
        notes: Vec<Note>,
        /// Assets that were copied, that the interfaces carry, or that rest in the components.
        assets: Vec<Asset>,
        /// Threats aimed at what was copied, and at nothing else ([`copy`], [`copy_for_elsewhere`]).
        threats: Vec<Threat>,
        /// Controls that answer those threats.
        controls: Vec<Control>,
        /// Where things stood.
        places: BTreeMap<ItemId, Place>,
    }
}

/// Text on the clipboard that is no piece of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the clipboard holds no part of a model: {0}")]
pub struct ClipError(String);

const HEAD: &str = "// Threat Studio clip";

impl Clip {
    /// As text for the clipboard.
    pub fn to_text(&self) -> Result<String, ClipError> {
        let body = ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default());
        body.map(|body| format!("{HEAD}\n{body}")).map_err(|error| ClipError(error.to_string()))
    }

    /// From the clipboard.
    pub fn from_text(text: &str) -> Result<Self, ClipError> {
        if !text.starts_with(HEAD) {
            return Err(ClipError("it is other text".to_owned()));
        }
        ron::from_str(text).map_err(|error| ClipError(error.to_string()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.components.is_empty()
            && self.interfaces.is_empty()
            && self.zones.is_empty()
            && self.lines.is_empty()
            && self.notes.is_empty()
            && self.assets.is_empty()
            && self.threats.is_empty()
            && self.controls.is_empty()
    }
}

/// Copies things: interfaces come along when both ends do, and a zone brings what is inside of it. Threats come along that
/// are aimed at nothing else.
pub fn copy(project: &Project, view: ViewId, items: &[ItemId]) -> Clip {
    copied(project, view, items, Aim::AtNothingElse)
}

/// The same for use in other models: threats that are aimed at something else as well come along and lose those targets.
/// Also says how many do.
pub fn copy_for_elsewhere(project: &Project, view: ViewId, items: &[ItemId]) -> (Clip, usize) {
    let mut clip = copied(project, view, items, Aim::AtAnything);
    let components = clip.components.iter().map(|component| Target::Component(component.id));
    let interfaces = clip.interfaces.iter().map(|interface| Target::Interface(interface.id));
    let zones = clip.zones.iter().map(|zone| Target::Zone(zone.id));
    let assets = clip.assets.iter().map(|asset| Target::Asset(asset.id));
    let inside: BTreeSet<Target> = components.chain(interfaces).chain(zones).chain(assets).collect();
    let mut narrowed = 0;
    for threat in &mut clip.threats {
        let before = threat.targets.len();
        threat.targets.retain(|target| inside.contains(target));
        narrowed += usize::from(threat.targets.len() < before);
    }
    (clip, narrowed)
}

/// What threats that come along are aimed at, beside what is copied.
#[derive(Clone, Copy)]
enum Aim {
    AtNothingElse,
    AtAnything,
}

fn copied(project: &Project, view: ViewId, items: &[ItemId], aim: Aim) -> Clip {
    let mut chosen: BTreeSet<ItemId> = items.iter().copied().collect();
    let zone_is_chosen = |chosen: &BTreeSet<ItemId>, zone: Option<ZoneId>| {
        project.diagram.zone_chain(zone).into_iter().any(|zone| chosen.contains(&zone.into()))
    };
    for zone in &project.diagram.zones {
        if zone_is_chosen(&chosen, zone.parent) {
            chosen.insert(zone.id.into());
        }
    }
    for component in project.diagram.components() {
        if zone_is_chosen(&chosen, component.zone) {
            chosen.insert(component.id.into());
        }
    }
    let has = |id: ItemId| chosen.contains(&id);
    let attached_inside = |interface: &&Interface| {
        interface.from.into_iter().chain(interface.to).all(|end| has(end.into()))
            && (interface.is_attached() || has(interface.id.into()))
    };
    let interfaces: Vec<Interface> = project.diagram.interfaces().filter(attached_inside).cloned().collect();
    let with_interfaces =
        |id: ItemId| has(id) || interfaces.iter().any(|interface| ItemId::from(interface.id) == id);
    let threats: Vec<Threat> = project
        .threats
        .iter()
        .filter(|threat| {
            let mut inside = threat.targets.iter().map(|target| with_interfaces((*target).into()));
            has(threat.id.into())
                || match aim {
                    Aim::AtNothingElse => !threat.targets.is_empty() && inside.all(|inside| inside),
                    Aim::AtAnything => inside.any(|inside| inside),
                }
        })
        .cloned()
        .collect();
    let carried: BTreeSet<AssetId> = interfaces
        .iter()
        .flat_map(|interface| interface.assets.iter().copied())
        .chain(threats.iter().flat_map(|threat| threat.statement.assets.iter().copied()))
        .collect();
    let rests = |asset: &Asset| asset.stored_in.iter().chain(&asset.processed_by).any(|id| has((*id).into()));
    let taken: BTreeSet<ThreatId> = threats.iter().map(|threat| threat.id).collect();
    let answers = |control: &&Control| control.threats.iter().any(|id| taken.contains(id));
    let places = project.views.get(view).map(|view| &view.places);
    Clip {
        components: project.diagram.components().filter(|c| has(c.id.into())).cloned().collect(),
        zones: project.diagram.zones.iter().filter(|z| has(z.id.into())).cloned().collect(),
        lines: project.diagram.lines.iter().filter(|l| has(l.id.into())).cloned().collect(),
        notes: project.notes.iter().filter(|n| has(n.id.into())).cloned().collect(),
        assets: project
            .assets
            .iter()
            .filter(|a| has(a.id.into()) || carried.contains(&a.id) || rests(a))
            .cloned()
            .collect(),
        places: places
            .into_iter()
            .flatten()
            .filter(|(item, _)| with_interfaces(**item))
            .map(|(item, place)| (*item, place.clone()))
            .collect(),
        controls: project.controls.iter().filter(answers).cloned().collect(),
        interfaces,
        threats,
        ..Clip::default()
    }
}

/// Puts a clip of this project in with fresh ids, moved by that much; also says what the new things are called.
pub fn paste(project: &Project, view: ViewId, clip: &Clip, dx: f32, dy: f32) -> (Vec<ItemId>, Transaction) {
    put_in(project, view, clip, (dx, dy), Source::Here)
}

/// The same, into a zone, or outside of every zone; zones of the clip keep what is in them.
pub fn paste_into(
    project: &Project,
    view: ViewId,
    clip: &Clip,
    by: (f32, f32),
    zone: Option<ZoneId>,
) -> (Vec<ItemId>, Transaction) {
    put_in(project, view, clip, by, Source::Into(zone))
}

/// Puts a clip of another project in with fresh ids, into a zone. What was answered and decided there is not decided here:
/// answers are assumed, controls are proposed, threats are open, and nobody has accepted them.
pub fn insert(
    project: &Project,
    view: ViewId,
    clip: &Clip,
    by: (f32, f32),
    zone: Option<ZoneId>,
) -> (Vec<ItemId>, Transaction) {
    let mut clip = clip.clone();
    let all = |attributes: &Attributes| attributes.0.keys().cloned().collect();
    for component in &mut clip.components {
        component.assumed = all(&component.attributes);
    }
    for interface in &mut clip.interfaces {
        interface.assumed = all(&interface.attributes);
    }
    for control in &mut clip.controls {
        control.status = ControlStatus::Proposed;
        control.due = None;
    }
    for threat in &mut clip.threats {
        threat.status = ThreatStatus::Open;
        threat.acceptance = None;
        threat.decisions.clear();
        threat.due = None;
    }
    put_in(project, view, &clip, by, Source::Elsewhere(zone))
}

/// Whose ids a clip holds.
#[derive(Clone, Copy)]
enum Source {
    /// This project's: what is not in the clip may still be here.
    Here,
    /// This project's, and what stood in no zone of the clip stands in this one.
    Into(Option<ZoneId>),
    /// Another's: what is not in the clip means nothing here, and what stood in no zone of the clip stands in this one.
    Elsewhere(Option<ZoneId>),
}

fn put_in(
    project: &Project,
    view: ViewId,
    clip: &Clip,
    (dx, dy): (f32, f32),
    source: Source,
) -> (Vec<ItemId>, Transaction) {
    // Ids are taken from a copy of the counters, so that each is given once.
    let mut counters = Project { next: project.next.clone(), ..Project::default() };
    let mut edits: Vec<Edit> = Vec::new();
    let mut new_items: Vec<ItemId> = Vec::new();
    let mut new_id: BTreeMap<ItemId, ItemId> = BTreeMap::new();
    macro_rules! fresh {
        ($record:expr, $next:ident) => {{
            let id = counters.$next();
            counters.reserve(id.into());
            new_id.insert($record.id.into(), id.into());
            new_items.push(id.into());
            id
        }};
    }
    let mut zones: BTreeMap<ZoneId, ZoneId> = BTreeMap::new();
    for zone in &clip.zones {
        zones.insert(zone.id, fresh!(zone, next_zone));
    }
    let kept_zone = |zone: Option<ZoneId>| {
        let inside = zone.and_then(|zone| zones.get(&zone).copied());
        inside.or_else(|| match source {
            Source::Here => zone.filter(|zone| project.diagram.zones.contains(*zone)),
            Source::Into(around) | Source::Elsewhere(around) => around,
        })
    };
    edits.extend(clip.zones.iter().map(|zone| {
        let id = zones.get(&zone.id).copied().unwrap_or(zone.id);
        Edit::from(Zone { id, parent: kept_zone(zone.parent), ..zone.clone() })
    }));
    let mut components: BTreeMap<ComponentId, ComponentId> = BTreeMap::new();
    for component in &clip.components {
        let id = fresh!(component, next_component);
        components.insert(component.id, id);
        edits.push(Component { id, zone: kept_zone(component.zone), ..component.clone() }.into());
    }
    let mut assets: BTreeMap<AssetId, AssetId> = BTreeMap::new();
    for asset in &clip.assets {
        let inside = |list: &[ComponentId]| -> Vec<ComponentId> {
            list.iter().filter_map(|id| components.get(id).copied()).collect()
        };
        if let Some(known) = project.assets.iter().find(|known| known.name == asset.name) {
            assets.insert(asset.id, known.id);
            let mut copy = known.clone();
            copy.stored_in.extend(inside(&asset.stored_in));
            copy.processed_by.extend(inside(&asset.processed_by));
            edits.extend((copy != *known).then(|| copy.into()));
            continue;
        }
        let id = fresh!(asset, next_asset);
        assets.insert(asset.id, id);
        let (stored_in, processed_by) = (inside(&asset.stored_in), inside(&asset.processed_by));
        edits.push(Asset { id, stored_in, processed_by, ..asset.clone() }.into());
    }
    let end = |id: Option<ComponentId>| id.and_then(|id| components.get(&id).copied());
    for interface in &clip.interfaces {
        let id = fresh!(interface, next_interface);
        let carried = interface.assets.iter().filter_map(|asset| assets.get(asset).copied()).collect();
        let (from, to) = (end(interface.from), end(interface.to));
        edits.push(Interface { id, from, to, assets: carried, ..interface.clone() }.into());
    }
    for line in &clip.lines {
        let id: LineId = fresh!(line, next_line);
        edits.push(BoundaryLine { id, ..line.clone() }.into());
    }
    for note in &clip.notes {
        let id = fresh!(note, next_note);
        let links = note.links.iter().filter_map(|link| new_id.get(link).copied()).collect();
        edits.push(Note { id, links, ..note.clone() }.into());
    }
    let mut threats: BTreeMap<ThreatId, ThreatId> = BTreeMap::new();
    for threat in &clip.threats {
        let id = fresh!(threat, next_threat);
        threats.insert(threat.id, id);
        let targets = threat
            .targets
            .iter()
            .filter_map(|target| {
                let target = ItemId::from(*target);
                let same = || {
                    (!matches!(source, Source::Elsewhere(_)) && project.contains(target)).then_some(target)
                };
                new_id.get(&target).copied().or_else(same).and_then(|item| Target::try_from(item).ok())
            })
            .collect();
        let mut copy = Threat { id, targets, ..threat.clone() };
        copy.statement.assets =
            threat.statement.assets.iter().filter_map(|asset| assets.get(asset).copied()).collect();
        edits.push(copy.into());
    }
    for control in &clip.controls {
        let answered = control.threats.iter().filter_map(|id| threats.get(id).copied());
        if let Some(known) = project.controls.iter().find(|known| known.name == control.name) {
            let mut copy = known.clone();
            copy.threats.extend(answered);
            edits.push(copy.into());
            continue;
        }
        let answered = answered.collect();
        let id = fresh!(control, next_control);
        edits.push(Control { id, threats: answered, ..control.clone() }.into());
    }
    for (item, place) in &clip.places {
        let Some(item) = new_id.get(item).copied() else { continue };
        let mut place = place.clone();
        place.x += dx;
        place.y += dy;
        for point in &mut place.points {
            *point = (point.0 + dx, point.1 + dy);
        }
        edits.push(Edit::Place { view, item, place: Some(Box::new(place)) });
    }
    let count = new_items.len();
    let name = if count == 1 { "Paste 1 thing".to_owned() } else { format!("Paste {count} things") };
    (new_items, Transaction::new(name, edits))
}
