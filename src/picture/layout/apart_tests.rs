use proptest::prelude::*;

use super::super::room::tests::{laid_out, meetings, model};
use super::*;
use crate::model::{ComponentId, Place};
use crate::picture::SceneOptions;

/// Moves things as told, parts what came together, and gives back the drawing with the items that it holds.
fn after(project: &Project, view: &View, put: &[(ItemId, Place)], parting: Parting) -> (View, DiagramScene) {
    let boxes = |view: &View| DiagramScene::boxes(project, view, &SceneOptions::default());
    let mut moved = view.clone();
    moved.places.extend(put.iter().cloned());
    let things = put.iter().map(|(item, _)| *item).collect();
    let aside = apart(project, &moved, (&boxes(view), &boxes(&moved)), &things, parting);
    let drawn = boxes(&moved);
    for (item, (dx, dy)) in aside {
        let rect = drawn.rect_of(item).unwrap();
        let mut place =
            moved.places.get(&item).cloned().unwrap_or(Place { x: rect.x, y: rect.y, ..Place::default() });
        (place.x, place.y) = (place.x + dx, place.y + dy);
        moved.places.insert(item, place);
    }
    let scene = boxes(&moved);
    (moved, scene)
}

/// Siblings that meet, of which one is a zone.
fn zones_met(project: &Project, scene: &DiagramScene) -> Vec<String> {
    meetings(project, scene).into_iter().filter(|pair| pair.contains("Z-")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_comes_to_lie_over_a_border(
        components in prop::collection::vec(0usize..6, 2..12),
        parents in prop::collection::vec(0usize..6, 1..6),
        which in 0usize..12,
        (dx, dy) in (-900f32..900.0, -600f32..600.0),
        ways in 0usize..4,
    ) {
        let project = model(&components, &parents);
        let mut view = View::default();
        laid_out(&project, &mut view);
        let before = DiagramScene::boxes(&project, &view, &SceneOptions::default());
        prop_assume!(meetings(&project, &before).is_empty());
        let id = ItemId::from(ComponentId(u32::try_from(which % components.len()).unwrap() + 1));
        let was = view.places[&id].clone();
        let put = (id, Place { x: was.x + dx.round(), y: was.y + dy.round(), ..was });
        let parting = [Parting::Nearest, Parting::Clear, Parting::Across, Parting::Down][ways];
        let (_, scene) = after(&project, &view, std::slice::from_ref(&put), parting);
        prop_assert_eq!(zones_met(&project, &scene), Vec::<String>::new());
        if parting != Parting::Nearest {
            prop_assert_eq!(meetings(&project, &scene), Vec::<String>::new());
        }
    }

    #[test]
    fn things_in_line_stand_side_by_side(
        components in prop::collection::vec(0usize..5, 3..12),
        parents in prop::collection::vec(0usize..5, 1..5),
    ) {
        let project = model(&components, &parents);
        let mut view = View::default();
        laid_out(&project, &mut view);
        let before = DiagramScene::boxes(&project, &view, &SceneOptions::default());
        prop_assume!(meetings(&project, &before).is_empty());
        let top = before.nodes.iter().map(|node| node.rect.y).fold(f32::MAX, f32::min);
        let put: Vec<(ItemId, Place)> = before
            .nodes
            .iter()
            .map(|node| (node.id.into(), Place { y: top, ..view.places[&ItemId::from(node.id)].clone() }))
            .collect();
        let (_, scene) = after(&project, &view, &put, Parting::Across);
        prop_assert_eq!(meetings(&project, &scene), Vec::<String>::new());
        prop_assert!(scene.nodes.iter().all(|node| node.rect.y == top), "they stay in line");
    }
}

#[test]
fn what_lay_over_each_other_before_stays() {
    let mut project = model(&[0], &[0, 0]);
    project.diagram.put_component(crate::model::Component {
        id: ComponentId(9),
        name: "far".to_owned(),
        ..crate::model::Component::default()
    });
    let mut view = View::default();
    for (zone, x) in [(1, 0.0), (2, 100.0)] {
        let place = Place { x, w: 300.0, h: 200.0, ..Place::default() };
        view.places.insert(ZoneId(zone).into(), place);
    }
    view.places.insert(ComponentId(1).into(), Place { x: 900.0, ..Place::default() });
    view.places.insert(ComponentId(9).into(), Place { x: 1500.0, ..Place::default() });
    let put = (ComponentId(9).into(), Place { x: 1520.0, ..Place::default() });
    let (moved, _) = after(&project, &view, std::slice::from_ref(&put), Parting::Nearest);
    assert_eq!(moved.places[&ZoneId(1).into()], view.places[&ZoneId(1).into()]);
    assert_eq!(moved.places[&ZoneId(2).into()], view.places[&ZoneId(2).into()]);
}

#[test]
fn what_is_let_go_on_a_border_gives_way_to_the_zone() {
    let project = model(&[0], &[0]);
    let mut view = View::default();
    view.places.insert(ZoneId(1).into(), Place { w: 300.0, h: 200.0, ..Place::default() });
    view.places.insert(ComponentId(1).into(), Place { x: 600.0, y: 60.0, ..Place::default() });
    let put = (ComponentId(1).into(), Place { x: 260.0, y: 60.0, ..Place::default() });
    let (moved, scene) = after(&project, &view, std::slice::from_ref(&put), Parting::Nearest);
    assert_eq!(scene.zone(ZoneId(1)).unwrap().rect, Rect::new(0.0, 0.0, 300.0, 200.0));
    let place = &moved.places[&ComponentId(1).into()];
    assert_eq!((place.x, place.y), (324.0, 60.0));

    // What stood in the zone and was taken out of it stands outside.
    let mut inside = model(&[1], &[0]);
    view.places.insert(ComponentId(1).into(), Place { x: 80.0, y: 80.0, ..Place::default() });
    let before = DiagramScene::boxes(&inside, &view, &SceneOptions::default());
    let component = inside.diagram.component(ComponentId(1)).unwrap().clone();
    inside.diagram.put_component(crate::model::Component { zone: None, ..component });
    view.places.insert(ComponentId(1).into(), Place { x: 200.0, y: 80.0, ..Place::default() });
    let drawn = DiagramScene::boxes(&inside, &view, &SceneOptions::default());
    let put = BTreeSet::from([ComponentId(1).into()]);
    let aside = apart(&inside, &view, (&before, &drawn), &put, Parting::Nearest);
    assert_eq!(aside.get(&ComponentId(1).into()), Some(&(128.0, 0.0)));
}
