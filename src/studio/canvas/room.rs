//! Where there is room: for copies, for the heads of zones, and beside what was put somewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Edit, Transaction};
use crate::model::{ComponentId, ItemId, Place, Project, View};
use crate::picture::layout::{self, Parting};
use crate::picture::{DiagramScene, Rect, SceneOptions};
use crate::session::Session;

use super::actions;

/// From the edge of a new zone to what it is put around.
pub const INSET: f32 = 20.0;
/// And above, where the name of the zone stands.
pub const HEAD: f32 = 46.0;

/// The size of a component that was just put down, for placing it around the pointer.
pub const NEW_NODE: (f32, f32) = (148.0, 68.0);

/// The gap that is kept to neighbours.
const GAP: f32 = 32.0;

/// How far copies stand from what they were made of when there is no room beside it.
const STEP: (f32, f32) = (24.0, 24.0);

/// How far from what they are made of copies stand: beside it where that is free, else overlapping by a step.
pub fn beside(scene: &DiagramScene, items: &[ItemId]) -> (f32, f32) {
    let boxes = items.iter().filter(|item| !matches!(item, ItemId::Interface(_)));
    let frames: Vec<Rect> = boxes.filter_map(|item| scene.rect_of(*item)).collect();
    let Some(whole) = frames.iter().copied().reduce(Rect::union) else { return STEP };
    let is_free = |frame: Rect| {
        let taken = |rect: Rect| rect.overlaps(frame.grown(8.0));
        let in_zones =
            scene.zones.iter().all(|zone| !taken(zone.rect) || inner(zone.rect).contains_rect(frame));
        in_zones
            && !scene.nodes.iter().any(|node| taken(node.rect))
            && !scene.notes.iter().any(|note| taken(note.rect))
    };
    // A copy stands in the zone of what it was made of: where that need not grow for it comes first.
    let stays = |frame: &Rect, by: (f32, f32)| {
        let around = scene.zones.iter().filter(|zone| zone.rect != *frame && zone.rect.contains_rect(*frame));
        let home = around.max_by_key(|zone| zone.depth);
        home.is_none_or(|zone| inner(zone.rect).contains_rect(frame.moved(by)))
    };
    let (dx, dy) = (whole.w + GAP, whole.h + GAP);
    let free: Vec<(f32, f32)> = (1u8..=3)
        .map(f32::from)
        .flat_map(|n| [(n * dx, 0.0), (0.0, n * dy), (-n * dx, 0.0), (0.0, -n * dy)])
        .filter(|by| frames.iter().all(|frame| is_free(frame.moved(*by))))
        .collect();
    let at_home = free.iter().find(|by| frames.iter().all(|frame| stays(frame, **by)));
    at_home.or_else(|| free.first()).copied().unwrap_or(STEP)
}

/// A change in which nothing comes to lie over a border, and no zone over another: what stands in the way goes aside in the
/// same step. `put` are the things that the change puts somewhere.
pub fn parted(
    session: &Session,
    scene: &DiagramScene,
    mut transaction: Transaction,
    put: &[ItemId],
    parting: Parting,
) -> Transaction {
    if transaction.is_empty() || parting == Parting::Nearest && stays_at_home(scene, &transaction, put) {
        return transaction;
    }
    let mut project = session.project().clone();
    let applied = transaction.clone().apply(&mut project).is_ok();
    let (Some(was), Some(view)) = (session.view(), project.views.get(session.view_id()).filter(|_| applied))
    else {
        return transaction;
    };
    let options = SceneOptions { assets: true, ..SceneOptions::default() };
    let before = DiagramScene::boxes(session.project(), was, &options);
    let after = DiagramScene::boxes(&project, view, &options);
    let put: BTreeSet<ItemId> = put.iter().copied().collect();
    let aside = layout::apart(&project, view, (&before, &after), &put, parting);
    let places = places_aside(&project, view, &after, &aside);
    let edit = |(item, place)| Edit::Place { view: session.view_id(), item, place: Some(Box::new(place)) };
    transaction.edits.extend(places.into_iter().map(edit));
    transaction
}

/// Whether things that are moved stand well inside of their zones afterwards, and on no other.
fn stays_at_home(scene: &DiagramScene, transaction: &Transaction, put: &[ItemId]) -> bool {
    let places = transaction.edits.iter().map(|edit| match edit {
        Edit::Place { item, place: Some(place), .. } => Some((*item, (place.x, place.y))),
        _ => None,
    });
    let Some(places) = places.collect::<Option<BTreeMap<_, _>>>() else { return false };
    let stays = |item: &ItemId| {
        let (ItemId::Component(_), Some(rect), Some((x, y))) = (item, scene.rect_of(*item), places.get(item))
        else {
            return !matches!(item, ItemId::Component(_) | ItemId::Zone(_));
        };
        let covers = match item {
            ItemId::Component(id) => scene.node(*id).map_or(rect, crate::picture::scene::NodeBox::covers),
            _ => rect,
        };
        let covers = covers.moved((x - rect.x, y - rect.y));
        let near = scene.zones.iter().filter(|zone| zone.rect.overlaps(covers.grown(8.0)));
        near.into_iter().all(|zone| !zone.collapsed && inner(zone.rect).contains_rect(covers))
    };
    put.iter().all(stays)
}

/// The places of things that go aside, and of the bends of flows whose both ends go as far. What has no place of its own
/// stands where it is drawn.
pub(super) fn places_aside(
    project: &Project,
    view: &View,
    drawn: &DiagramScene,
    aside: &BTreeMap<ItemId, (f32, f32)>,
) -> Vec<(ItemId, Place)> {
    let by_of = |end: Option<ComponentId>| end.and_then(|end| aside.get(&end.into())).copied();
    let bent = view.places.iter().filter(|(_, place)| !place.points.is_empty()).filter_map(|(item, _)| {
        let ItemId::Interface(id) = item else { return None };
        let flow = project.diagram.interface(*id)?;
        by_of(flow.from).filter(|by| by_of(flow.to) == Some(*by)).map(|by| (*item, by))
    });
    let all = aside.iter().map(|(item, by)| (*item, *by)).chain(bent);
    all.filter_map(|(item, by)| {
        let rect = || drawn.rect_of(item).map(|rect| Place { x: rect.x, y: rect.y, ..Place::default() });
        let place = view.places.get(&item).cloned().or_else(rect)?;
        Some((item, actions::shifted(place, by.0, by.1)))
    })
    .collect()
}

/// How far the contents of a new zone move down so that its head covers nothing: 0 where the frame may grow upward for it.
pub(super) fn down_for_head(scene: &DiagramScene, frame: Rect, contents: &[ItemId]) -> f32 {
    let Some(top) =
        contents.iter().filter_map(|item| scene.rect_of(*item)).map(|rect| rect.y).reduce(f32::min)
    else {
        return 0.0;
    };
    let missing = frame.y + HEAD - top;
    if missing <= 0.0 {
        return 0.0;
    }
    let strip = Rect::new(frame.x, frame.y - missing, frame.w, missing);
    let is_taken = |item: ItemId, rect: Rect| rect.overlaps(strip) && !contents.contains(&item);
    let nodes = scene.nodes.iter().any(|node| is_taken(node.id.into(), node.bounds()));
    let notes = scene.notes.iter().any(|note| is_taken(note.id.into(), note.rect));
    let zones = scene.zones.iter().any(|zone| {
        // A zone around keeps its own head free; another's border is not crossed.
        is_taken(zone.id.into(), if zone.rect.contains_rect(frame) { zone.head } else { zone.rect })
            && !contents
                .iter()
                .any(|item| scene.rect_of(*item).is_some_and(|rect| rect.contains_rect(zone.rect)))
    });
    if nodes || notes || zones { (missing / 4.0).ceil() * 4.0 } else { 0.0 }
}

/// The part of a zone in which things stand.
fn inner(zone: Rect) -> Rect {
    Rect::new(zone.x + INSET, zone.y + HEAD, zone.w - 2.0 * INSET, zone.h - HEAD - INSET)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, Place, Project, View, ViewId, Zone, ZoneId};
    use crate::picture::SceneOptions;

    /// Boxes at these places, the first in a zone of 600 × 300 at the origin.
    fn scene(places: &[(f32, f32)]) -> DiagramScene {
        scene_with(300.0, places, |id, _| id == 1)
    }

    /// Boxes at these places, some of them, by number and left edge, in a zone of that height, 600 wide at the origin.
    pub(crate) fn scene_with(
        height: f32,
        places: &[(f32, f32)],
        is_in_zone: impl Fn(u32, f32) -> bool,
    ) -> DiagramScene {
        let mut project = Project::new("Test");
        project.diagram.zones.insert(Zone { id: ZoneId(1), ..Zone::default() });
        let mut view = View { id: ViewId(1), ..View::default() };
        view.places.insert(ZoneId(1).into(), Place { w: 600.0, h: height, ..Place::default() });
        for (id, (x, y)) in (1..).zip(places) {
            let zone = is_in_zone(id, *x).then_some(ZoneId(1));
            project.diagram.put_component(Component { id: ComponentId(id), zone, ..Component::default() });
            view.places.insert(ComponentId(id).into(), Place { x: *x, y: *y, ..Place::default() });
        }
        DiagramScene::build(&project, &view, &SceneOptions::default())
    }

    #[test]
    fn copies_stand_beside_what_they_were_made_of() {
        let item = |id| ItemId::Component(ComponentId(id));
        let roomy = scene(&[(40.0, 80.0), (900.0, 80.0)]);
        let (dx, dy) = beside(&roomy, &[item(1)]);
        assert!(dx > 148.0 && dy == 0.0, "in its zone, to the right");
        let (dx, dy) = beside(&roomy, &[ZoneId(1).into()]);
        assert!(dx == 0.0 && dy > 300.0, "a component stands at the right of the zone");
        let (dx, dy) = beside(&roomy, &[item(1), item(2)]);
        assert!((dx, dy) != STEP, "both find room");
        assert_eq!(beside(&roomy, &[]), STEP);
        // At the right of its zone there is more room below.
        let (dx, dy) = beside(&scene(&[(440.0, 80.0), (900.0, 80.0)]), &[item(1)]);
        assert!(dx == 0.0 && dy > 68.0, "it stays in its zone");
    }
    /// Two boxes one above the other with little between them, and a zone around the lower one.
    #[test]
    fn the_head_of_a_new_zone_covers_nothing() {
        use crate::session::Session;
        use crate::studio::canvas::actions;

        for (gap, moves) in [(32.0, true), (20.0, true), (90.0, false)] {
            for by_frame in [true, false] {
                let mut project = Project::new("Test");
                let mut view = View { id: ViewId(1), ..View::default() };
                for (id, y) in [(1, 0.0), (2, 68.0 + gap)] {
                    let component = Component { id: ComponentId(id), ..Component::default() };
                    project.diagram.put_component(component);
                    view.places.insert(ComponentId(id).into(), Place { y, ..Place::default() });
                }
                project.views = std::iter::once(view).collect();
                project.reserve_all();
                let mut session = Session::unsaved(project);
                let of = |session: &Session| {
                    DiagramScene::build(session.project(), session.view().unwrap(), &SceneOptions::default())
                };
                let scene = of(&session);
                let lower = scene.node(ComponentId(2)).unwrap().rect;
                let (_, transaction) = if by_frame {
                    actions::add_zone(&session, &scene, lower.grown(10.0))
                } else {
                    actions::zone_around(&session, &scene, &[ComponentId(2).into()]).unwrap()
                };
                session.commit(transaction).unwrap();
                let after = of(&session);
                let (zone, upper) = (after.zones[0].rect, after.node(ComponentId(1)).unwrap().rect);
                assert!(!zone.overlaps(upper), "{zone:?} over {upper:?}");
                let moved = after.node(ComponentId(2)).unwrap().rect;
                assert!(zone.contains_rect(moved));
                assert_eq!(moved != lower, moves, "gap {gap}");
                assert_eq!(session.history().names().count(), 1, "one step");
            }
        }
    }
}
