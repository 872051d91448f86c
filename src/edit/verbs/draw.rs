//! Drawing: components, interfaces, zones, lines and notes, and where they stand.

use crate::edit::{Edit, Transaction};
use crate::model::{
    BoundaryLine, Component, ComponentId, ComponentKind, Interface, InterfaceId, ItemId, LineId, Note,
    NoteId, NoteKind, Place, Project, ViewId, Zone, ZoneId, ZoneKind,
};

/// What a new component is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewComponent {
    /// Its kind.
    pub kind: ComponentKind,
    /// Its name; empty is the kind's name with a number.
    pub name: String,
    /// Its zone.
    pub zone: Option<ZoneId>,
    /// Where it stands; none is laid out later.
    pub place: Option<Place>,
}

/// Adds a component to the model and to a view.
pub fn add_component(project: &Project, view: ViewId, new: NewComponent) -> (ComponentId, Transaction) {
    let like = Component { kind: new.kind, name: new.name, zone: new.zone, ..Component::default() };
    add_component_like(project, view, like, new.place)
}

/// Adds a component of which more is known than its name; its id is given here. No name is the kind's with a number.
pub fn add_component_like(
    project: &Project,
    view: ViewId,
    like: Component,
    place: Option<Place>,
) -> (ComponentId, Transaction) {
    let id = project.next_component();
    let name = match like.name.trim() {
        "" => free_name(project, like.kind.label()),
        name => name.to_owned(),
    };
    let title = format!("Add {name}");
    let mut edits = vec![Edit::from(Component { id, name, ..like })];
    edits.extend(place.map(|place| Edit::Place { view, item: id.into(), place: Some(Box::new(place)) }));
    (id, Transaction::new(title, edits))
}

/// "Agent 2": the first name of that beginning that no component is called yet.
pub fn free_name(project: &Project, base: &str) -> String {
    let taken = |name: &str| project.diagram.components().any(|component| component.name == name);
    if !taken(base) {
        return base.to_owned();
    }
    (2..=u32::MAX).map(|n| format!("{base} {n}")).find(|name| !taken(name)).unwrap_or_else(|| base.to_owned())
}

/// Draws an interface between two components.
pub fn add_interface(project: &Project, from: ComponentId, to: ComponentId) -> (InterfaceId, Transaction) {
    let id = project.next_interface();
    let interface = Interface { id, from: Some(from), to: Some(to), ..Interface::default() };
    let name = format!("Draw {}", project.interface_name(&interface));
    (id, Transaction::new(name, vec![interface.into()]))
}

/// What a new zone is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewZone {
    /// Its name; empty is "Zone" with its number.
    pub name: String,
    /// Its kind.
    pub kind: ZoneKind,
    /// How far it is trusted, 0 to 4.
    pub trust: u8,
    /// The zone that it stands in.
    pub parent: Option<ZoneId>,
    /// Where it stands.
    pub place: Option<Place>,
    /// Components that move into it.
    pub components: Vec<ComponentId>,
    /// Zones that move into it.
    pub zones: Vec<ZoneId>,
}

/// Adds a zone, around what is to be inside of it.
pub fn add_zone(project: &Project, view: ViewId, new: NewZone) -> (ZoneId, Transaction) {
    let id = project.next_zone();
    let name = if new.name.trim().is_empty() { format!("Zone {}", id.0) } else { new.name.trim().to_owned() };
    let title = format!("Add zone {name}");
    let zone =
        Zone { id, name, kind: new.kind, trust: new.trust.min(4), parent: new.parent, ..Zone::default() };
    let mut edits = vec![Edit::from(zone)];
    edits.extend(new.place.map(|place| Edit::Place { view, item: id.into(), place: Some(Box::new(place)) }));
    for component in new.components.iter().filter_map(|id| project.diagram.component(*id)) {
        edits.push(Component { zone: Some(id), ..component.clone() }.into());
    }
    for inner in new.zones.iter().filter_map(|id| project.diagram.zones.get(*id)) {
        edits.push(Zone { parent: Some(id), ..inner.clone() }.into());
    }
    (id, Transaction::new(title, edits))
}

/// Adds an open boundary line along points.
pub fn add_line(
    project: &Project,
    view: ViewId,
    name: &str,
    points: Vec<(f32, f32)>,
) -> (LineId, Transaction) {
    let id = project.next_line();
    let name = if name.trim().is_empty() { format!("Boundary {}", id.0) } else { name.trim().to_owned() };
    let title = format!("Add boundary {name}");
    let (x, y) = points.first().copied().unwrap_or_default();
    let line = BoundaryLine { id, name, ..BoundaryLine::default() };
    let place = Place { x, y, points, ..Place::default() };
    let edits = vec![line.into(), Edit::Place { view, item: id.into(), place: Some(Box::new(place)) }];
    (id, Transaction::new(title, edits))
}

/// Writes a note on the canvas.
pub fn add_note(
    project: &Project,
    view: ViewId,
    text: &str,
    author: &str,
    place: Place,
) -> (NoteId, Transaction) {
    let id = project.next_note();
    let note = Note {
        id,
        kind: NoteKind::Canvas,
        text: text.to_owned(),
        author: author.to_owned(),
        ..Note::default()
    };
    let edits = vec![note.into(), Edit::Place { view, item: id.into(), place: Some(Box::new(place)) }];
    (id, Transaction::new("Add note", edits))
}

/// Puts things where they now stand in a view; those in `zones` also change the zone that they belong to.
pub fn place(
    project: &Project,
    view: ViewId,
    places: &[(ItemId, Place)],
    zones: &[(ItemId, Option<ZoneId>)],
) -> Transaction {
    let mut edits: Vec<Edit> = Vec::new();
    for (item, zone) in zones {
        match *item {
            ItemId::Component(id) => {
                let moved = project.diagram.component(id).filter(|component| component.zone != *zone);
                edits.extend(moved.map(|component| Component { zone: *zone, ..component.clone() }.into()));
            }
            ItemId::Zone(id) => {
                let moved =
                    project.diagram.zones.get(id).filter(|inner| inner.parent != *zone && Some(id) != *zone);
                edits.extend(moved.map(|inner| Zone { parent: *zone, ..inner.clone() }.into()));
            }
            _ => {}
        }
    }
    let known = project.views.get(view).map(|view| &view.places);
    for (item, place) in places {
        if known.and_then(|known| known.get(item)) != Some(place) {
            edits.push(Edit::Place { view, item: *item, place: Some(Box::new(place.clone())) });
        }
    }
    Transaction::new(format!("Move {}", what(project, places.iter().map(|(item, _)| *item))), edits)
}

/// Moves components and zones into a zone, or out of every zone, without moving them on any drawing.
pub fn move_into_zone(project: &Project, items: &[ItemId], zone: Option<ZoneId>) -> Transaction {
    let zones: Vec<(ItemId, Option<ZoneId>)> = items.iter().map(|item| (*item, zone)).collect();
    let mut transaction = place(project, ViewId(0), &[], &zones);
    let target = zone.map_or_else(|| "outside of every zone".to_owned(), |zone| project.name_of(zone.into()));
    transaction.name = format!("Move {} to {target}", what(project, items.iter().copied()));
    transaction
}

/// Attaches an interface to other ends.
pub fn reconnect(
    project: &Project,
    id: InterfaceId,
    from: Option<ComponentId>,
    to: Option<ComponentId>,
) -> Option<Transaction> {
    let old = project.diagram.interface(id)?;
    if old.from == from && old.to == to {
        return None;
    }
    let new = Interface { from, to, ..old.clone() };
    Some(Transaction::new(format!("Reconnect {}", project.name_of(id.into())), vec![new.into()]))
}

/// Turns an interface round.
pub fn reverse(project: &Project, id: InterfaceId) -> Option<Transaction> {
    let old = project.diagram.interface(id)?;
    let new = Interface { from: old.to, to: old.from, ..old.clone() };
    Some(Transaction::new(format!("Turn {} round", project.name_of(id.into())), vec![new.into()]))
}

/// "database", or "3 things": how a step names what it is about.
pub(super) fn what(project: &Project, items: impl Iterator<Item = ItemId>) -> String {
    let items: Vec<ItemId> = items.collect();
    match items.as_slice() {
        [] => "nothing".to_owned(),
        [one] => project.name_of(*one),
        many if many.iter().all(|item| matches!(item, ItemId::Component(_))) => {
            format!("{} components", many.len())
        }
        many if many.iter().all(|item| matches!(item, ItemId::Interface(_))) => {
            format!("{} interfaces", many.len())
        }
        many if many.iter().all(|item| matches!(item, ItemId::Threat(_))) => {
            format!("{} threats", many.len())
        }
        many => format!("{} things", many.len()),
    }
}
