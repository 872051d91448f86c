//! From what a gesture asks for to changes of the model, and from a gesture that still goes on to how things would stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::verbs::{self, NewComponent, NewZone};
use crate::edit::{Edit, Transaction};
use crate::model::{ComponentId, ComponentKind, InterfaceId, ItemId, Place, ZoneId};
use crate::picture::layout::Parting;
use crate::picture::{DiagramScene, Point, Rect};
use crate::session::Session;

use super::gesture::resized;
use super::room::{HEAD, INSET, NEW_NODE};
use super::seat::{self, Home};
use super::{Drop, Gesture, Ground, bends, room};

/// The places that a gesture gives to things while it goes on, and the things in the hand.
pub fn preview(
    gesture: &Gesture,
    session: &Session,
    ground: &Ground<'_>,
    carried: &mut Carried,
) -> Option<(BTreeMap<ItemId, Place>, BTreeSet<ItemId>)> {
    match gesture {
        Gesture::Moving { items, to, .. } => {
            let (dx, dy) = gesture.offset(ground);
            let places = carried.moved(session, ground.scene, items, dx, dy);
            // Only what leaves its zone is in the hand; what stays stretches its zone as it will on release.
            let into = ground.drop_of_moved(items, *to, (dx, dy));
            let floating = match into {
                Drop::Into(_) => items.iter().copied().collect(),
                Drop::Each(changes) => changes.into_iter().map(|(item, _)| item).collect(),
                Drop::Same => BTreeSet::new(),
            };
            Some((places, floating))
        }
        Gesture::Resizing { item, corner, before, to } => {
            let place = framed(session, *item, resized(*before, *corner, *to));
            Some((BTreeMap::from([(*item, place)]), BTreeSet::new()))
        }
        Gesture::Bending { item, index, to } => {
            let place = bent(session, *item, *index, *to)?;
            Some((BTreeMap::from([(*item, place)]), BTreeSet::new()))
        }
        Gesture::MovingPiece { flow, piece, from, to } => {
            let points = bends::moved(*flow, *piece, *from, *to, ground)?;
            let place = bent_flow(session, (*flow).into(), &points);
            Some((BTreeMap::from([((*flow).into(), place)]), BTreeSet::new()))
        }
        Gesture::MovingLabel { flow, from, to } => {
            let place = label_moved(session, (*flow).into(), to.x - from.x, to.y - from.y);
            Some((BTreeMap::from([((*flow).into(), place)]), BTreeSet::new()))
        }
        _ => None,
    }
}

/// What goes along with the things in the hand: worked out at the first step of a drag, and the same until its end.
#[derive(Debug, Default)]
pub struct Carried {
    of: Option<(u64, Vec<ItemId>)>,
    places: Vec<(ItemId, Place)>,
}

impl Carried {
    fn moved(
        &mut self,
        session: &Session,
        scene: &DiagramScene,
        items: &[ItemId],
        dx: f32,
        dy: f32,
    ) -> BTreeMap<ItemId, Place> {
        let known =
            self.of.as_ref().is_some_and(|(revision, of)| *revision == session.revision() && of == items);
        if !known {
            self.of = Some((session.revision(), items.to_vec()));
            self.places = moved(session, scene, items, 0.0, 0.0);
        }
        self.places.iter().map(|(item, place)| (*item, shifted(place.clone(), dx, dy))).collect()
    }
}

pub(super) fn shifted(mut place: Place, dx: f32, dy: f32) -> Place {
    place.x += dx;
    place.y += dy;
    for (x, y) in &mut place.points {
        *x += dx;
        *y += dy;
    }
    place
}

pub(super) fn place_of(session: &Session, item: ItemId) -> Option<Place> {
    session.view()?.places.get(&item).cloned()
}

/// The new places of things that are moved, and of everything that goes with them.
pub fn moved(
    session: &Session,
    scene: &DiagramScene,
    items: &[ItemId],
    dx: f32,
    dy: f32,
) -> Vec<(ItemId, Place)> {
    let mut all: BTreeSet<ItemId> = items.iter().copied().collect();
    let diagram = &session.project().diagram;
    let in_moved_zone =
        |zone: Option<ZoneId>| diagram.zone_chain(zone).into_iter().any(|zone| items.contains(&zone.into()));
    all.extend(diagram.components().filter(|c| in_moved_zone(c.zone)).map(|c| ItemId::from(c.id)));
    all.extend(diagram.zones.iter().filter(|z| in_moved_zone(z.parent)).map(|z| ItemId::from(z.id)));
    let moves = |end: Option<ComponentId>| end.is_some_and(|end| all.contains(&end.into()));
    let bent_flows: Vec<ItemId> = diagram
        .interfaces()
        .filter(|flow| moves(flow.from) && moves(flow.to))
        .map(|flow| ItemId::from(flow.id))
        .filter(|item| place_of(session, *item).is_some_and(|place| !place.points.is_empty()))
        .collect();
    all.extend(bent_flows);
    all.into_iter()
        .filter_map(|item| {
            // What a zone drawn as a box hides goes along, too: it has a place and is not drawn.
            let (rect, place) = (scene.rect_of(item), place_of(session, item));
            if rect.is_none() && place.is_none() {
                return None;
            }
            let mut place = place.unwrap_or_default();
            // A zone drawn around its contents stands where it is seen, not where it was once put.
            if let Some(rect) = rect.filter(|_| !matches!(item, ItemId::Interface(_) | ItemId::Line(_))) {
                (place.x, place.y) = (rect.x, rect.y);
            }
            Some((item, shifted(place, dx, dy)))
        })
        .collect()
}

/// A move as one step.
pub fn move_items(
    session: &Session,
    scene: &DiagramScene,
    items: &[ItemId],
    (dx, dy): (f32, f32),
    into: &Drop,
) -> Transaction {
    let places = moved(session, scene, items, dx, dy);
    let zones = into.changes(items);
    let transaction = verbs::place(session.project(), session.view_id(), &places, &zones);
    let transaction = room::parted(session, scene, transaction, items, Parting::Nearest);
    let name = match items {
        [one] => format!("Move {}", session.project().name_of(*one)),
        many => format!("Move {} things", many.len()),
    };
    Transaction { name, ..transaction }
}

/// Copies of things beside them, each in the zone of what it was made of, clear of everything; and what to select then.
pub fn duplicated_beside(
    session: &Session,
    scene: &DiagramScene,
    items: &[ItemId],
) -> (Vec<ItemId>, Transaction) {
    let diagram = &session.project().diagram;
    let (copies, mut transaction) = duplicated(session, items, (0.0, 0.0), &Drop::Same);
    // Things of one zone stay together.
    let mut by_home: BTreeMap<Option<ZoneId>, Vec<ItemId>> = BTreeMap::new();
    for item in items {
        let home = match item {
            ItemId::Component(id) => diagram.component(*id).and_then(|component| component.zone),
            ItemId::Zone(id) => diagram.zones.get(*id).and_then(|zone| zone.parent),
            _ => None,
        };
        if !diagram.zone_chain(home).into_iter().any(|zone| items.contains(&zone.into())) {
            by_home.entry(home).or_default().push(*item);
        }
    }
    let far: BTreeMap<Option<ZoneId>, (f32, f32)> =
        by_home.iter().map(|(home, items)| (*home, room::beside(scene, items))).collect();
    // A copy goes with the outermost copied zone that it stands in.
    let homes = homes(&transaction);
    let far_of = |item: ItemId| {
        let mut home = homes.get(&item).copied().flatten();
        let mut steps = 0;
        while let Some(outer) = home.and_then(|zone| homes.get(&zone.into())).filter(|_| steps < homes.len())
        {
            home = *outer;
            steps += 1;
        }
        far.get(&home).or_else(|| far.values().next()).copied().unwrap_or_default()
    };
    let ends: BTreeMap<ItemId, [Option<ComponentId>; 2]> = transaction
        .edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Interface(id, Some(flow)) => Some(((*id).into(), [flow.from, flow.to])),
            _ => None,
        })
        .collect();
    for edit in &mut transaction.edits {
        let Edit::Place { item, place: Some(place), .. } = edit else { continue };
        let by = match ends.get(item) {
            Some(ends) => {
                let [from, to] = ends.map(|end| end.map(|end| far_of(end.into())));
                if from != to {
                    place.points.clear();
                }
                from.unwrap_or_default()
            }
            None => far_of(*item),
        };
        **place = shifted((**place).clone(), by.0, by.1);
    }
    let put = outermost(&copies, &transaction);
    let transaction = room::parted(session, scene, transaction, &put, Parting::Clear);
    (copies, transaction)
}

/// Which zone each of the things that a change puts in stands in.
fn homes(transaction: &Transaction) -> BTreeMap<ItemId, Option<ZoneId>> {
    let homes = transaction.edits.iter().filter_map(|edit| match edit {
        Edit::Component(id, Some(component)) => Some(((*id).into(), component.zone)),
        Edit::Zone(id, Some(zone)) => Some(((*id).into(), zone.parent)),
        _ => None,
    });
    homes.collect()
}

/// Those of the new things that stand in none of the others.
pub fn outermost(new: &[ItemId], transaction: &Transaction) -> Vec<ItemId> {
    let homes = homes(transaction);
    let inside = |zone: ZoneId| homes.contains_key(&zone.into());
    let top = |item: &ItemId| homes.get(item).is_none_or(|home| home.is_none_or(|zone| !inside(zone)));
    new.iter().copied().filter(top).collect()
}

/// Copies of things, so far from them, and what to select then.
pub fn duplicated(
    session: &Session,
    items: &[ItemId],
    by: (f32, f32),
    into: &Drop,
) -> (Vec<ItemId>, Transaction) {
    let project = session.project();
    let clip = verbs::copy(project, session.view_id(), items);
    let (copies, mut transaction) = verbs::paste(project, session.view_id(), &clip, by.0, by.1);
    if let Drop::Into(zone) = *into {
        // Copies of what stood in a copied zone stand in its copy; the others go where they were dropped.
        let outer = |zone: Option<ZoneId>| zone.is_none_or(|zone| project.diagram.zones.contains(zone));
        for edit in &mut transaction.edits {
            match edit {
                Edit::Component(_, Some(component)) if outer(component.zone) => component.zone = zone,
                Edit::Zone(_, Some(copy)) if outer(copy.parent) => copy.parent = zone,
                _ => {}
            }
        }
    }
    transaction.name = transaction.name.replacen("Paste", "Duplicate", 1);
    (copies, transaction)
}

fn framed(session: &Session, item: ItemId, rect: Rect) -> Place {
    let old = place_of(session, item).unwrap_or_default();
    Place { x: rect.x, y: rect.y, w: rect.w, h: rect.h, ..old }
}

fn bent(session: &Session, item: ItemId, index: usize, to: Point) -> Option<Place> {
    let mut place = place_of(session, item)?;
    *place.points.get_mut(index)? = (to.x.round(), to.y.round());
    Some(place)
}

fn label_moved(session: &Session, item: ItemId, dx: f32, dy: f32) -> Place {
    let mut place = place_of(session, item).unwrap_or_default();
    let (x, y) = place.label.unwrap_or_default();
    place.label = Some(((x + dx).round(), (y + dy).round()));
    place
}

fn put(session: &Session, name: String, item: ItemId, place: Place) -> Transaction {
    Transaction::new(name, vec![Edit::Place { view: session.view_id(), item, place: Some(Box::new(place)) }])
}

/// A new frame as one step.
pub fn resize(session: &Session, item: ItemId, rect: Rect) -> Transaction {
    let name = format!("Resize {}", session.project().name_of(item));
    put(session, name, item, framed(session, item, rect))
}

/// A moved bend as one step.
pub fn move_bend(session: &Session, item: ItemId, index: usize, to: Point) -> Option<Transaction> {
    let name = format!("Bend {}", session.project().name_of(item));
    Some(put(session, name, item, bent(session, item, index, to)?))
}

fn bent_flow(session: &Session, item: ItemId, points: &[Point]) -> Place {
    let old = place_of(session, item).unwrap_or_default();
    Place { points: points.iter().map(|p| (p.x, p.y)).collect(), ..old }
}

/// A flow with bends of its own, as one step.
pub fn bend_flow(session: &Session, flow: InterfaceId, points: &[Point]) -> Transaction {
    let name = format!("Bend {}", session.project().name_of(flow.into()));
    put(session, name, flow.into(), bent_flow(session, flow.into(), points))
}

/// Flows without bends and moved labels of their own, as one step; none when they have none.
pub fn route_anew(session: &Session, items: &[ItemId]) -> Option<Transaction> {
    let mut edits = Vec::new();
    let mut last = None;
    for item in items {
        let ItemId::Interface(id) = item else { continue };
        let attached =
            session.project().diagram.interface(*id).is_some_and(crate::model::Interface::is_attached);
        let Some(place) = place_of(session, *item).filter(|_| attached) else { continue };
        if place.points.is_empty() && place.label.is_none() {
            continue;
        }
        let kept = Place { curved: place.curved, pinned: place.pinned, ..Place::default() };
        let kept = (kept != Place::default()).then(|| Box::new(kept));
        edits.push(Edit::Place { view: session.view_id(), item: *item, place: kept });
        last = Some(*item);
    }
    let name = match (edits.len(), last) {
        (1, Some(one)) => format!("Route {} anew", session.project().name_of(one)),
        (many, _) => format!("Route {many} interfaces anew"),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// Whether somebody has moved the label of that thing.
pub fn label_stands(session: &Session, item: ItemId) -> bool {
    place_of(session, item).is_some_and(|place| place.label.is_some())
}

/// Moved labels given back to the program, which finds a place for them; their lines stay as they were drawn.
pub fn labels_back(session: &Session, items: &[ItemId]) -> Option<Transaction> {
    let mut edits = Vec::new();
    let mut last = None;
    for item in items.iter().filter(|item| label_stands(session, **item)) {
        let Some(place) = place_of(session, *item) else { continue };
        let kept = Place { label: None, ..place.clone() };
        let kept = (kept != Place::default()).then(|| Box::new(kept));
        edits.push(Edit::Place { view: session.view_id(), item: *item, place: kept });
        last = Some(*item);
    }
    let name = match (edits.len(), last) {
        (1, Some(one)) => format!("Put the label of {} back", session.project().name_of(one)),
        (many, _) => format!("Put {many} labels back"),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// A moved label as one step.
pub fn move_label(session: &Session, item: ItemId, dx: f32, dy: f32) -> Transaction {
    let name = format!("Move the label of {}", session.project().name_of(item));
    put(session, name, item, label_moved(session, item, dx, dy))
}

/// A component put down around a point, in the zone that is there; beside what stands there already.
pub fn add_component(
    session: &Session,
    scene: &DiagramScene,
    kind: ComponentKind,
    at: Point,
) -> (ComponentId, Transaction) {
    let (frame, zone) = seat::landing(scene, NEW_NODE, at, Home::Anywhere);
    let grid = |value: f32| (value / 4.0).round() * 4.0;
    let place = Place { x: grid(frame.x), y: grid(frame.y), ..Place::default() };
    let new = NewComponent { kind, zone, place: Some(place), ..NewComponent::default() };
    verbs::add_component(session.project(), session.view_id(), new)
}

/// An interface to a component that is created where the pointer let go.
pub fn connect_to_new(
    session: &Session,
    scene: &DiagramScene,
    from: ComponentId,
    at: Point,
) -> (ComponentId, Transaction) {
    let (id, mut transaction) = add_component(session, scene, ComponentKind::Process, at);
    let interface = crate::model::Interface {
        id: session.project().next_interface(),
        from: Some(from),
        to: Some(id),
        ..crate::model::Interface::default()
    };
    transaction.name = format!("Draw a flow from {}", session.project().name_of(from.into()));
    transaction.edits.push(interface.into());
    (id, transaction)
}

/// A zone in a frame, around the things that lie wholly in it.
pub fn add_zone(session: &Session, scene: &DiagramScene, rect: Rect) -> (ZoneId, Transaction) {
    let parent =
        scene.zones.iter().filter(|zone| zone.rect.contains_rect(rect)).max_by_key(|zone| zone.depth);
    let parent = parent.map(|zone| zone.id);
    let project = session.project();
    let zone_of = |id: ComponentId| project.diagram.component(id).and_then(|component| component.zone);
    let components: Vec<ComponentId> = scene
        .nodes
        .iter()
        .filter(|node| rect.contains_rect(node.rect) && zone_of(node.id) == parent)
        .map(|node| node.id)
        .collect();
    let zones: Vec<ZoneId> = scene
        .zones
        .iter()
        .filter(|zone| rect.contains_rect(zone.rect))
        .filter(|zone| project.diagram.zones.get(zone.id).is_some_and(|inner| inner.parent == parent))
        .map(|zone| zone.id)
        .collect();
    let trust = parent.and_then(|id| project.diagram.zones.get(id)).map_or(2, |zone| zone.trust);
    let place = Place { x: rect.x, y: rect.y, w: rect.w, h: rect.h, ..Place::default() };
    let items = contents(&components, &zones);
    let new = NewZone { parent, trust, place: Some(place), components, zones, ..NewZone::default() };
    let (id, transaction) = verbs::add_zone(project, session.view_id(), new);
    (id, with_room_for_head(session, scene, rect, &items, transaction))
}

fn contents(components: &[ComponentId], zones: &[ZoneId]) -> Vec<ItemId> {
    let components = components.iter().map(|id| ItemId::from(*id));
    components.chain(zones.iter().map(|id| ItemId::from(*id))).collect()
}

/// A new zone grows upward for its head. Where something stands there that is not in it, its contents move down instead.
fn with_room_for_head(
    session: &Session,
    scene: &DiagramScene,
    frame: Rect,
    items: &[ItemId],
    mut transaction: Transaction,
) -> Transaction {
    let down = room::down_for_head(scene, frame, items);
    if down > 0.0 {
        let places = moved(session, scene, items, 0.0, down);
        transaction.edits.extend(verbs::place(session.project(), session.view_id(), &places, &[]).edits);
    }
    transaction
}

/// A zone around the components and zones that are chosen; none when there are none.
pub fn zone_around(
    session: &Session,
    scene: &DiagramScene,
    items: &[ItemId],
) -> Option<(ZoneId, Transaction)> {
    let diagram = &session.project().diagram;
    let home = |item: &ItemId| match item {
        ItemId::Component(id) => diagram.component(*id).map(|component| component.zone),
        ItemId::Zone(id) => diagram.zones.get(*id).map(|zone| zone.parent),
        _ => None,
    };
    let inside_another = |item: &ItemId| {
        let around = diagram.zone_chain(home(item).flatten());
        around.into_iter().any(|zone| items.contains(&zone.into()))
    };
    let chosen: Vec<ItemId> =
        items.iter().copied().filter(|item| home(item).is_some() && !inside_another(item)).collect();
    let frame = chosen.iter().filter_map(|item| scene.rect_of(*item)).reduce(Rect::union)?;
    // The innermost zone that is around all of them.
    let chains: Vec<Vec<ZoneId>> =
        chosen.iter().map(|item| diagram.zone_chain(home(item).flatten())).collect();
    let parent = chains.first()?.iter().copied().find(|zone| chains.iter().all(|chain| chain.contains(zone)));
    let trust = parent.and_then(|id| diagram.zones.get(id)).map_or(2, |zone| zone.trust);
    // As much of the room for the head as nothing else stands in; the contents move down for the rest.
    let around = Rect::new(frame.x - INSET, frame.y - HEAD, frame.w + 2.0 * INSET, frame.h + HEAD + INSET);
    let down = room::down_for_head(scene, Rect { y: frame.y, h: frame.h, ..around }, &chosen);
    let place = Place { x: around.x, y: around.y + down, w: around.w, h: around.h, ..Place::default() };
    let new = NewZone {
        parent,
        trust,
        place: Some(place),
        components: chosen
            .iter()
            .filter_map(|item| if let ItemId::Component(id) = item { Some(*id) } else { None })
            .collect(),
        zones: chosen
            .iter()
            .filter_map(|item| if let ItemId::Zone(id) = item { Some(*id) } else { None })
            .collect(),
        ..NewZone::default()
    };
    let (id, transaction) = verbs::add_zone(session.project(), session.view_id(), new);
    let head = Rect { y: frame.y, h: frame.h, ..around };
    Some((id, with_room_for_head(session, scene, head, &chosen, transaction)))
}
