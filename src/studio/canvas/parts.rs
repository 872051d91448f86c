//! Parts of a model: zones drawn as a box, and views that show only some of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::edit::verbs;
use crate::edit::{Edit, Transaction};
use crate::model::{ComponentId, ItemId, Place, View, ViewId, ZoneId};
use crate::picture::scene::natural_size;
use crate::picture::{DiagramScene, Point, SceneOptions, layout};
use crate::session::Session;

use super::actions::place_of;
use super::room::{self, NEW_NODE};
use super::seat::{self, Home};

/// The zone that a command about zones means: the selected one, or the one around what is selected.
pub fn zone_meant(session: &Session) -> Option<ZoneId> {
    match session.selection().single()? {
        ItemId::Zone(id) => Some(id),
        ItemId::Component(id) => session.project().diagram.component(id)?.zone,
        _ => None,
    }
}

/// Draws zones as boxes or opens them; none when all are so already.
pub fn collapsed(
    session: &Session,
    scene: &DiagramScene,
    zones: impl IntoIterator<Item = ZoneId>,
    collapse: bool,
) -> Option<Transaction> {
    let view = session.view_id();
    let mut last = None;
    let mut changed: BTreeMap<ItemId, Place> = zones
        .into_iter()
        .filter_map(|zone| {
            let item = ItemId::from(zone);
            let seen = scene.rect_of(item).map(|rect| Place { x: rect.x, y: rect.y, ..Place::default() });
            let mut place = place_of(session, item).or(seen.clone())?;
            if place.collapsed == collapse {
                return None;
            }
            // The box stands where the zone was seen, not where it was once put.
            if let Some(seen) = seen.filter(|_| collapse) {
                (place.x, place.y) = (seen.x, seen.y);
            }
            place.collapsed = collapse;
            last = Some(item);
            Some((item, place))
        })
        .collect();
    let number = changed.len();
    if !collapse {
        go_aside(session, scene, &mut changed);
    }
    let verb = if collapse { "Collapse" } else { "Open" };
    let name = match (number, last) {
        (1, Some(zone)) => format!("{verb} {}", session.project().name_of(zone)),
        (many, _) => format!("{verb} {many} zones"),
    };
    let edit = |(item, place)| Edit::Place { view, item, place: Some(Box::new(place)) };
    (number > 0).then(|| Transaction::new(name, changed.into_iter().map(edit).collect()))
}

/// Adds to the places of zones that open those of everything that makes room for them. Pinned things make room, too: under
/// an opened zone nobody would see them.
fn go_aside(session: &Session, scene: &DiagramScene, changed: &mut BTreeMap<ItemId, Place>) {
    let Some(view) = session.view() else { return };
    let project = session.project();
    let zones: BTreeSet<ZoneId> = changed
        .keys()
        .filter_map(|item| if let ItemId::Zone(zone) = item { Some(*zone) } else { None })
        .collect();
    let options = SceneOptions { places: changed.clone(), assets: true, ..SceneOptions::default() };
    let open = DiagramScene::build_after(Some(scene), project, view, &options);
    let aside = layout::room_for(project, &layout::places(project, view), &open, &zones);
    let mut shown = view.clone();
    shown.places.extend(changed.clone());
    changed.extend(room::places_aside(project, &shown, &open, &aside));
}

/// Whether a zone is drawn as a box.
pub fn is_collapsed(session: &Session, zone: ZoneId) -> bool {
    place_of(session, zone.into()).is_some_and(|place| place.collapsed)
}

/// A view of the chosen things, the zones around them and the flows between them, as they stand now; of everything when
/// nothing is chosen.
pub fn new_view(session: &Session, scene: &DiagramScene, items: &[ItemId]) -> (ViewId, Transaction) {
    let project = session.project();
    let now = session.view();
    let shown = with_contents(session, items);
    let components: BTreeSet<ComponentId> = components_of(&shown).collect();
    let only_placed = !items.is_empty();
    let mut places: BTreeMap<ItemId, Place> = now.map(|view| view.places.clone()).unwrap_or_default();
    let seen = scene.nodes.iter().map(|node| (ItemId::from(node.id), node.rect));
    let seen = seen.chain(scene.notes.iter().map(|note| (ItemId::from(note.id), note.rect)));
    for (item, rect) in seen {
        places.entry(item).or_insert(Place { x: rect.x, y: rect.y, ..Place::default() });
    }
    if only_placed {
        let has = |end: Option<ComponentId>| end.is_some_and(|end| components.contains(&end));
        places.retain(|item, _| match item {
            ItemId::Interface(id) => {
                project.diagram.interface(*id).is_some_and(|flow| has(flow.from) && has(flow.to))
            }
            other => shown.contains(other),
        });
    }
    let taken = |name: &str| project.views.iter().any(|view| view.name == name);
    let first = match items {
        [ItemId::Zone(zone)] => project.name_of((*zone).into()),
        _ => "View".to_owned(),
    };
    let numbered = (2..10_000).map(|number| format!("{first} {number}"));
    let name = std::iter::once(first.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(first);
    verbs::add_view(project, View { name, only_placed, places, ..View::default() })
}

/// The chosen things, what their zones hold and the zones around them, the ends of chosen flows, and notes about any of
/// these.
fn with_contents(session: &Session, items: &[ItemId]) -> BTreeSet<ItemId> {
    let diagram = &session.project().diagram;
    let mut all: BTreeSet<ItemId> = items.iter().copied().collect();
    for item in items {
        if let ItemId::Interface(id) = item {
            let ends = diagram.interface(*id).map(|flow| [flow.from, flow.to]);
            all.extend(ends.into_iter().flatten().flatten().map(ItemId::from));
        }
    }
    let inside =
        |zone: Option<ZoneId>| diagram.zone_chain(zone).into_iter().any(|zone| items.contains(&zone.into()));
    all.extend(diagram.components().filter(|c| inside(c.zone)).map(|c| ItemId::from(c.id)));
    all.extend(diagram.zones.iter().filter(|z| inside(z.parent)).map(|z| ItemId::from(z.id)));
    let around: Vec<ItemId> = components_of(&all)
        .filter_map(|id| diagram.component(id))
        .flat_map(|component| diagram.zone_chain(component.zone))
        .map(ItemId::from)
        .collect();
    all.extend(around);
    let notes =
        session.project().notes.iter().filter(|note| note.links.iter().any(|link| all.contains(link)));
    let notes: Vec<ItemId> = notes.map(|note| note.id.into()).collect();
    all.extend(notes);
    all
}

fn components_of(items: &BTreeSet<ItemId>) -> impl Iterator<Item = ComponentId> + '_ {
    items.iter().filter_map(|item| if let ItemId::Component(id) = item { Some(*id) } else { None })
}

/// Takes things out of a view that shows a part, and leaves them in the model; none when it shows everything.
pub fn taken_out(session: &Session, items: &[ItemId]) -> Option<Transaction> {
    let view = session.view().filter(|view| view.only_placed)?;
    let diagram = &session.project().diagram;
    let inside =
        |zone: Option<ZoneId>| diagram.zone_chain(zone).into_iter().any(|zone| items.contains(&zone.into()));
    let goes = |item: &ItemId| {
        items.contains(item)
            || match item {
                ItemId::Component(id) => diagram.component(*id).is_some_and(|c| inside(c.zone)),
                ItemId::Zone(id) => diagram.zones.get(*id).is_some_and(|z| inside(z.parent)),
                _ => false,
            }
    };
    let gone: Vec<ItemId> = view.places.keys().copied().filter(goes).collect();
    let name = match items {
        [one] => format!("Take {} out of {}", session.project().name_of(*one), view.name),
        many => format!("Take {} things out of {}", many.len(), view.name),
    };
    let edits: Vec<Edit> =
        gone.into_iter().map(|item| Edit::Place { view: view.id, item, place: None }).collect();
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// Whether the shown view has a thing of the drawing: a view of a part leaves things out, and a flow when one of its ends is.
pub fn is_in_view(session: &Session, item: ItemId) -> bool {
    let Some(view) = session.view().filter(|view| view.only_placed) else { return true };
    let has = |item: ItemId| view.places.contains_key(&item);
    match item {
        ItemId::Component(_) | ItemId::Zone(_) | ItemId::Line(_) | ItemId::Note(_) => has(item),
        ItemId::Interface(id) => session.project().diagram.interface(id).is_none_or(|flow| {
            [flow.from, flow.to].into_iter().flatten().all(|end| has(end.into()))
                && (flow.is_attached() || has(item))
        }),
        _ => true,
    }
}

/// Whether something that is selected is not in the view, which shows a part.
pub fn can_put_in(session: &Session) -> bool {
    session.selection().items().iter().any(|item| !is_in_view(session, *item))
}

/// Whether interfaces of something that is selected leave the view, which shows a part.
pub fn leads_out(session: &Session) -> bool {
    if !session.view().is_some_and(|view| view.only_placed) {
        return false;
    }
    let diagram = &session.project().diagram;
    let leaves = |id: ComponentId| {
        let mut ends = diagram.touching(id).into_iter().filter_map(|flow| flow.other_end(id));
        ends.any(|end| !is_in_view(session, end.into()))
    };
    session.selection().items().iter().filter(|item| is_in_view(session, **item)).any(|item| match *item {
        ItemId::Component(id) => leaves(id),
        ItemId::Zone(id) if is_collapsed(session, id) => diagram
            .components()
            .any(|component| diagram.zone_chain(component.zone).contains(&id) && leaves(component.id)),
        _ => false,
    })
}

/// The components at the other ends of the interfaces that leave the view at these things.
pub fn ends_elsewhere(scene: &DiagramScene, items: &[ItemId]) -> Vec<ItemId> {
    let ends = items.iter().filter_map(|item| scene.leaves_at(*item)).flat_map(|leaves| &leaves.to);
    let ends: BTreeSet<ItemId> = ends.map(|id| ItemId::from(*id)).collect();
    ends.into_iter().collect()
}

/// Puts things of the model into a view that shows a part, with what their zones hold and the zones around: each beside
/// what it is connected to, else near a point.
pub fn put_in(session: &Session, scene: &DiagramScene, items: &[ItemId], near: Point) -> Option<Transaction> {
    let view = session.view().filter(|view| view.only_placed)?;
    let project = session.project();
    let mut shown = Cow::Borrowed(scene);
    let mut filled = view.clone();
    let mut edits = Vec::new();
    let missing = with_contents(session, items).into_iter().filter(|item| !view.places.contains_key(item));
    for item in missing {
        let place = match item {
            ItemId::Component(id) => {
                let mut neighbours = project.diagram.touching(id).into_iter();
                let beside = neighbours.find_map(|flow| shown.node(flow.other_end(id)?));
                let start = beside.map_or(near, |node| node.rect.center().offset(node.rect.w + 60.0, 0.0));
                let component = project.diagram.component(id);
                let home =
                    component.and_then(|component| component.zone).filter(|id| shown.zone(*id).is_some());
                let home = home.map_or(Home::Anywhere, Home::Only);
                let at = seat::landing(&shown, component.map_or(NEW_NODE, natural_size), start, home).0;
                let place = Place { x: at.x, y: at.y, ..Place::default() };
                // What was put in takes room from what follows.
                filled.places.insert(item, place.clone());
                shown = Cow::Owned(DiagramScene::build(project, &filled, &SceneOptions::default()));
                place
            }
            // A zone without a size is drawn around what is in it.
            ItemId::Zone(_) => Place { x: near.x, y: near.y, ..Place::default() },
            ItemId::Note(_) => {
                let at = seat::landing(&shown, NEW_NODE, near, Home::Anywhere).0;
                Place { x: at.x, y: at.y, ..Place::default() }
            }
            // Its course is what another view has of it.
            ItemId::Line(_) => {
                let known = project.views.iter().find_map(|view| view.places.get(&item));
                let Some(place) = known else { continue };
                place.clone()
            }
            _ => continue,
        };
        edits.push(Edit::Place { view: view.id, item, place: Some(Box::new(place)) });
    }
    let name = match items {
        [one] => format!("Put {} into {}", project.name_of(*one), view.name),
        many => format!("Put {} things into {}", many.len(), view.name),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// The things that touch what is selected: flows of components, ends of flows, and the components at the other ends.
pub fn connected(session: &Session) -> Vec<ItemId> {
    let diagram = &session.project().diagram;
    let mut items = session.selection().items().to_vec();
    for item in session.selection().items() {
        match item {
            ItemId::Component(id) => {
                for flow in diagram.touching(*id) {
                    items.push(flow.id.into());
                    items.extend(flow.other_end(*id).map(ItemId::from));
                }
            }
            ItemId::Interface(id) => {
                let ends = diagram.interface(*id).map(|flow| [flow.from, flow.to]);
                items.extend(ends.into_iter().flatten().flatten().map(ItemId::from));
            }
            _ => {}
        }
    }
    items
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
