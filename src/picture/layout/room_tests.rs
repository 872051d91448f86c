use proptest::prelude::*;

use super::super::{LayoutOptions, layout, places};
use super::*;
use crate::model::{Component, View, Zone};
use crate::picture::SceneOptions;
use crate::simulation::Quiet;

pub(in crate::picture::layout) fn model(components: &[usize], parents: &[usize]) -> Project {
    let mut project = Project::new("Nested");
    let zone = |number: usize| (number > 0).then(|| ZoneId(u32::try_from(number).unwrap()));
    for (index, parent) in parents.iter().enumerate() {
        // A zone stands in one of those before it, or in none.
        let parent = zone(parent % (index + 1));
        let id = zone(index + 1).unwrap();
        project.diagram.zones.insert(Zone {
            id,
            name: format!("Zone {}", index + 1),
            parent,
            ..Zone::default()
        });
    }
    for (index, inside) in components.iter().enumerate() {
        let id = ComponentId(u32::try_from(index).unwrap() + 1);
        let zone = zone(inside % (parents.len() + 1));
        project.diagram.put_component(Component {
            id,
            name: format!("c{index}"),
            zone,
            ..Component::default()
        });
    }
    project
}

pub(in crate::picture::layout) fn laid_out(project: &Project, view: &mut View) {
    let found = layout(project, view, &LayoutOptions::default(), &Quiet).unwrap();
    view.places.extend(found);
}

/// The pairs of siblings that meet.
pub(in crate::picture::layout) fn meetings(project: &Project, scene: &DiagramScene) -> Vec<String> {
    let mut siblings: Vec<(Option<ZoneId>, Rect, String)> = Vec::new();
    siblings.extend(scene.nodes.iter().map(|node| (node.zone, node.covers(), node.id.to_string())));
    let parent = |zone: ZoneId| project.diagram.zones.get(zone).and_then(|zone| zone.parent);
    siblings.extend(scene.zones.iter().map(|zone| (parent(zone.id), zone.rect, zone.id.to_string())));
    let mut met = Vec::new();
    for (index, (level, rect, name)) in siblings.iter().enumerate() {
        for (other_level, other, other_name) in siblings.iter().skip(index + 1) {
            if level == other_level && rect.grown(-0.01).overlaps(*other) {
                met.push(format!("{name} {rect:?} meets {other_name} {other:?}"));
            }
        }
    }
    met
}

fn check(project: &Project, closed: &BTreeSet<ZoneId>, opened: &BTreeSet<ZoneId>) {
    let mut view = View::default();
    laid_out(project, &mut view);
    for zone in closed {
        view.places.entry((*zone).into()).or_default().collapsed = true;
    }
    // Everything moves together while the zones are boxes: opened, they need room.
    laid_out(project, &mut view);
    let boxed = DiagramScene::build(project, &view, &SceneOptions::default());
    assert!(meetings(project, &boxed).is_empty(), "{:?}", meetings(project, &boxed));
    let before = places(project, &view);
    for zone in opened {
        view.places.entry((*zone).into()).or_default().collapsed = false;
    }
    let open = DiagramScene::build(project, &view, &SceneOptions::default());
    let aside = room_for(project, &before, &open, opened);
    for (item, (dx, dy)) in &aside {
        let place = view.places.get_mut(item).unwrap();
        place.x += dx;
        place.y += dy;
    }
    let after = DiagramScene::build(project, &view, &SceneOptions::default());
    let met = meetings(project, &after);
    assert!(met.is_empty(), "{met:#?}\nbefore {:#?}\naside {aside:#?}", meetings(project, &open));
    if meetings(project, &open).is_empty() && opened.is_empty() {
        assert!(aside.is_empty(), "{aside:?}");
    }
}

#[test]
fn a_neighbour_goes_aside_and_what_is_far_stays() {
    let project = model(&[1, 1, 1, 0, 0], &[0]);
    let (zone, mut view) = (ZoneId(1), View::default());
    let at = |x: f32, y: f32| Place { x, y, ..Place::default() };
    let places_of = [(1, at(20.0, 46.0)), (2, at(20.0, 160.0)), (3, at(240.0, 46.0))];
    view.places.extend(places_of.map(|(id, place)| (ComponentId(id).into(), place)));
    view.places.insert(zone.into(), Place { collapsed: true, ..at(0.0, 0.0) });
    // One right of the box, one far above.
    view.places.insert(ComponentId(4).into(), at(220.0, 10.0));
    view.places.insert(ComponentId(5).into(), at(220.0, -400.0));
    let before = places(&project, &view);
    view.places.get_mut(&zone.into()).unwrap().collapsed = false;
    let open = DiagramScene::build(&project, &view, &SceneOptions::default());
    let aside = room_for(&project, &before, &open, &BTreeSet::from([zone]));
    let right = open.zone(zone).unwrap().rect.right();
    assert_eq!(aside.get(&ComponentId(4).into()), Some(&((right + AIR - 220.0).ceil(), 0.0)));
    assert_eq!(aside.get(&ComponentId(1).into()), None, "what is in the zone stays");
    assert_eq!(aside.get(&zone.into()), None, "its corner stays");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_meets_its_sibling_after_zones_opened(
        components in prop::collection::vec(0usize..9, 1..14),
        parents in prop::collection::vec(0usize..6, 1..6),
        closed in prop::collection::vec(any::<bool>(), 6),
        opened in prop::collection::vec(any::<bool>(), 6),
    ) {
        let project = model(&components, &parents);
        let zones: Vec<ZoneId> = project.diagram.zones.ids().collect();
        let chosen = |flags: &[bool]| -> BTreeSet<ZoneId> {
            zones.iter().zip(flags).filter(|(_, on)| **on).map(|(zone, _)| *zone).collect()
        };
        let closed = chosen(&closed);
        let opened = chosen(&opened).intersection(&closed).copied().collect();
        check(&project, &closed, &opened);
    }
}
