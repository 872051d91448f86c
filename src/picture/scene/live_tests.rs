//! What is seen of a scene, and scenes while something in them is moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{ComponentId, InterfaceId, ItemId, Place, Project, View, ZoneId};
use crate::picture::layout;

use super::tests::{large, options, sample};
use super::*;

fn laid_out(project: &Project) -> View {
    let view = project.views.iter().next().cloned().unwrap_or_default();
    View { places: layout::places(project, &view), ..view }
}

fn place_of(scene: &DiagramScene, item: ItemId, dx: f32, dy: f32) -> (ItemId, Place) {
    let rect = scene.rect_of(item).unwrap().moved((dx, dy));
    (item, Place { x: rect.x, y: rect.y, ..Place::default() })
}

#[test]
fn a_part_is_painted_as_it_is_in_the_whole() {
    let project = sample();
    let scene = DiagramScene::build(&project, &laid_out(&project), &options(false));
    let whole = scene.picture(&PaintOptions::default());
    for scale in [1.0, 0.5, 0.3] {
        let all = scene.picture_in(&PaintOptions::default(), scene.bounds.grown(50.0), scale);
        let there = |mark: &&crate::picture::Mark| scale >= mark.min_scale && scale < mark.max_scale;
        let expected: Vec<_> = whole.marks.iter().filter(there).collect();
        assert_eq!(all.marks.iter().collect::<Vec<_>>(), expected, "at {scale}");
        let corner = Rect::new(scene.bounds.x, scene.bounds.y, 300.0, 300.0);
        let part = scene.picture_in(&PaintOptions::default(), corner, scale);
        assert!(part.marks.len() < all.marks.len());
        let seen = |mark: &&crate::picture::Mark| mark.bounds.overlaps(corner);
        let (of_part, of_all): (Vec<_>, Vec<_>) =
            (part.marks.iter().filter(seen).collect(), all.marks.iter().filter(seen).collect());
        assert_eq!(of_part, of_all, "nothing in sight is missing at {scale}");
    }
}

#[test]
fn what_is_in_sight_has_a_name() {
    let project = sample();
    let scene = DiagramScene::build(&project, &laid_out(&project), &options(false));
    let node = scene.node(ComponentId(4)).unwrap();
    let seen: Vec<ItemId> =
        scene.in_sight(node.rect.grown(-10.0)).into_iter().map(|(item, _)| item).collect();
    assert_eq!(seen, [ItemId::from(ComponentId(4))]);
    assert_eq!(scene.in_sight(scene.bounds.grown(1.0)).len(), 8 + 8 + 5 + 1);
}

#[test]
fn moved_things_stand_where_a_rebuilt_scene_has_them() {
    let project = sample();
    let view = laid_out(&project);
    let base = Arc::new(DiagramScene::build(&project, &view, &options(false)));
    let mut live = LiveScene::new(Arc::clone(&base), &project, &view);
    let check = |live: &mut LiveScene, items: &[ItemId], dx: f32, dy: f32, floats: bool| {
        let places: BTreeMap<ItemId, Place> =
            items.iter().map(|item| place_of(&base, *item, dx, dy)).collect();
        let floating: BTreeSet<ItemId> = items.iter().copied().filter(|_| floats).collect();
        let rebuilt = DiagramScene::build(
            &project,
            &view,
            &SceneOptions { places: places.clone(), floating: floating.clone(), ..options(false) },
        );
        let shown = live.show(&places, &floating);
        assert_eq!(shown.nodes, rebuilt.nodes, "{items:?} by {dx}, {dy}");
        let frames = |scene: &DiagramScene| scene.zones.iter().map(|zone| zone.rect).collect::<Vec<_>>();
        assert_eq!(frames(shown), frames(&rebuilt), "{items:?} by {dx}, {dy}, floating {floats}");
        assert_eq!(shown.extents.nodes, rebuilt.extents.nodes);
        for flow in &shown.flows {
            let ends = [(flow.from, flow.points.first()), (flow.to, flow.points.last())];
            for (end, point) in ends {
                let rect = end.and_then(|end| shown.node(end)).unwrap().rect;
                assert!(rect.grown(0.6).contains(*point.unwrap()), "{} ends at its boxes", flow.id);
            }
        }
    };
    let node: ItemId = ComponentId(3).into();
    check(&mut live, &[node], 60.0, 40.0, false);
    check(&mut live, &[node], 300.0, -80.0, true);
    check(&mut live, &[node, ComponentId(7).into(), ComponentId(1).into()], -15.0, 25.0, false);
    let inner = [ZoneId(4).into(), ItemId::from(ComponentId(4)), ComponentId(8).into()];
    check(&mut live, &inner, 40.0, 200.0, true);
    assert_eq!(live.show(&BTreeMap::new(), &BTreeSet::new()).flows, base.flows, "and back again");
}

#[test]
fn a_flow_between_two_moved_boxes_keeps_its_shape() {
    let project = large(120, 200);
    let view = laid_out(&project);
    let base = Arc::new(DiagramScene::build(&project, &view, &options(false)));
    let mut live = LiveScene::new(Arc::clone(&base), &project, &view);
    let places: BTreeMap<ItemId, Place> =
        base.nodes.iter().map(|node| place_of(&base, node.id.into(), 30.0, 12.0)).collect();
    let floating = places.keys().copied().collect();
    let shown = live.show(&places, &floating);
    for (flow, before) in shown.flows.iter().zip(&base.flows) {
        let moved: Vec<Point> = before.points.iter().map(|point| point.offset(30.0, 12.0)).collect();
        assert_eq!(flow.points, moved);
    }
}

#[test]
fn labels_and_notes_follow_the_hand() {
    let project = sample();
    let view = laid_out(&project);
    let base = Arc::new(DiagramScene::build(&project, &view, &options(false)));
    let mut live = LiveScene::new(Arc::clone(&base), &project, &view);
    let place = Place { label: Some((12.0, -70.0)), ..Place::default() };
    let shown = live.show(&BTreeMap::from([(InterfaceId(1).into(), place)]), &BTreeSet::new());
    let (now, before) = (shown.flow(InterfaceId(1)).unwrap(), base.flow(InterfaceId(1)).unwrap());
    assert_eq!(now.label.offset, (12.0, -70.0));
    assert!((now.label.rect.y - before.label.rect.y + 70.0 + before.label.offset.1).abs() < 1.0);
    let note = base.notes.first().unwrap().id;
    let shown = live.show(&BTreeMap::from([place_of(&base, note.into(), 9.0, 9.0)]), &BTreeSet::new());
    assert_eq!(shown.notes.first().unwrap().rect, base.notes.first().unwrap().rect.moved((9.0, 9.0)));
}
