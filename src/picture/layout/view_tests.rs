//! Layout on behalf of a view.

use super::*;
use crate::model::{Component, ComponentId, InterfaceId, NoteId};
use crate::picture::scene::tests::sample;
use crate::picture::{DiagramScene, SceneOptions};

fn all(project: &Project, view: &View) -> BTreeMap<ItemId, Place> {
    layout(project, view, &LayoutOptions::default(), &Quiet).unwrap()
}

fn some(project: &Project, view: &View, items: &[ItemId]) -> BTreeMap<ItemId, Place> {
    let scope = Scope::Items(items.iter().copied().collect());
    layout(project, view, &LayoutOptions { scope, ..LayoutOptions::default() }, &Quiet).unwrap()
}

/// The sample with a view in which everything has a place.
fn placed() -> (Project, View) {
    let project = sample();
    let mut view = View::default();
    view.places = places(&project, &view);
    (project, view)
}

fn component(number: u32) -> ItemId {
    ComponentId(number).into()
}

fn zone(number: u32) -> ItemId {
    ZoneId(number).into()
}

fn scene(project: &Project, view: &View) -> DiagramScene {
    DiagramScene::build(project, view, &SceneOptions { assets: true, ..SceneOptions::default() })
}

#[test]
fn users_stand_left_and_stores_right() {
    let (_, view) = placed();
    let x = |number: u32| view.places[&component(number)].x;
    assert!(x(1) < x(2) && x(2) < x(4), "user {}, agent {}, database {}", x(1), x(2), x(4));
}

#[test]
fn what_is_pinned_stays() {
    let (project, mut view) = placed();
    let place = view.places.get_mut(&component(3)).unwrap();
    (place.x, place.y, place.pinned) = (777.0, 333.0, true);
    let places = all(&project, &view);
    assert_eq!((places[&component(3)].x, places[&component(3)].y), (777.0, 333.0));
}

#[test]
fn a_zone_is_laid_out_by_itself() {
    let (project, mut view) = placed();
    for number in [2, 3] {
        let place = view.places.get_mut(&component(number)).unwrap();
        (place.x, place.y) = (place.x + 900.0, place.y - 500.0 * number as f32);
    }
    let places = some(&project, &view, &[zone(3)]);
    let moved: Vec<ItemId> = places.keys().copied().collect();
    assert!(moved.contains(&component(2)) && moved.contains(&component(3)), "{moved:?}");
    for outside in [component(1), component(4), component(5), zone(1), zone(4), zone(5)] {
        assert!(!moved.contains(&outside), "{outside} stays");
    }
    let mut after = view.clone();
    after.places.extend(places);
    let zone_rect = scene(&project, &after).rect_of(zone(3)).unwrap();
    assert!(zone_rect.w < 700.0 && zone_rect.h < 700.0, "it is small again: {zone_rect:?}");
}

#[test]
fn a_selection_is_laid_out_and_nothing_else_moves() {
    let (project, view) = placed();
    let places = some(&project, &view, &[component(2), component(3)]);
    assert!(
        places.keys().all(|item| [component(2), component(3), zone(2), zone(3)].contains(item)),
        "{places:?}"
    );
    assert_eq!(some(&project, &view, &[]), BTreeMap::new());
}

#[test]
fn bends_go_with_what_they_were_made_for() {
    let (project, mut view) = placed();
    let interface = project.diagram.interfaces().find(|interface| interface.is_attached()).unwrap();
    let (id, end) = (interface.id, interface.from.unwrap());
    view.places.insert(id.into(), Place { points: vec![(5.0, 5.0)], ..Place::default() });
    let bends =
        |places: &BTreeMap<ItemId, Place>, id: InterfaceId| places.get(&id.into()).map(|p| p.points.len());
    assert_eq!(bends(&all(&project, &view), id), Some(0));
    let place = view.places.get_mut(&end.into()).unwrap();
    place.x += 2000.0;
    assert_eq!(bends(&some(&project, &view, &[end.into()]), id), Some(0));
    let other = project.diagram.components().find(|c| Some(c.id) != interface.to && c.id != end).unwrap();
    assert_eq!(bends(&some(&project, &view, &[other.id.into()]), id), None);
}

#[test]
fn a_new_thing_goes_to_what_it_is_connected_with() {
    let (mut project, view) = placed();
    let zone_of_agent = project.diagram.component(ComponentId(2)).unwrap().zone;
    let new = ComponentId(99);
    project.diagram.put_component(Component { id: new, zone: zone_of_agent, ..Component::default() });
    project
        .diagram
        .put_interface(crate::model::Interface {
            id: InterfaceId(99),
            from: Some(ComponentId(2)),
            to: Some(new),
            ..crate::model::Interface::default()
        })
        .unwrap();
    let after = places(&project, &view);
    for (item, place) in view.places.iter().filter(|(item, _)| matches!(item, ItemId::Component(_))) {
        assert_eq!(&after[item], place, "{item} stays");
    }
    let (agent, added) = (&after[&component(2)], &after[&component(99)]);
    let far = (agent.x - added.x).hypot(agent.y - added.y);
    assert!(far > 60.0 && far < 500.0, "beside it: {far}");
}

#[test]
fn a_collapsed_zone_is_a_box_and_takes_what_is_in_it_along() {
    let (project, mut view) = placed();
    let cloud = view.places.get_mut(&zone(2)).unwrap();
    cloud.collapsed = true;
    let inside = |places: &BTreeMap<ItemId, Place>| {
        let (zone, agent) = (&places[&zone(2)], &places[&component(2)]);
        (agent.x - zone.x, agent.y - zone.y)
    };
    let before = inside(&view.places);
    let places = all(&project, &view);
    assert_eq!(inside(&places), before);
    let mut after = view.clone();
    after.places.extend(places);
    let scene = scene(&project, &after);
    assert!(
        scene.bounds.w < 1000.0 && scene.bounds.h < 700.0,
        "no room for what is hidden: {:?}",
        scene.bounds
    );
}

#[test]
fn notes_give_way() {
    let (project, mut view) = placed();
    let note = project.notes.iter().next().map_or(NoteId(1), |note| note.id);
    let agent = view.places[&component(2)].clone();
    view.places.insert(note.into(), Place { x: agent.x, y: agent.y, w: 200.0, h: 90.0, ..Place::default() });
    let after = all(&project, &view);
    let bottom =
        after.values().filter(|place| place.h > 0.0 && place.w > 200.0).map(|place| place.y + place.h);
    assert!(after[&note.into()].y >= bottom.fold(0.0, f32::max), "{:?}", after[&note.into()]);
}

#[test]
fn places_that_are_none_do_no_harm() {
    let (project, mut view) = placed();
    for (item, x) in [(component(1), f32::NAN), (component(2), f32::INFINITY), (zone(3), f32::NEG_INFINITY)] {
        let place = view.places.get_mut(&item).unwrap();
        (place.x, place.w) = (x, x);
    }
    for places in
        [all(&project, &view), some(&project, &view, &[zone(3)]), some(&project, &view, &[component(4)])]
    {
        assert!(places.values().all(|place| place.x.is_finite() && place.y.is_finite()), "{places:?}");
    }
}
