use super::*;
use crate::model::{Note, NoteId};
use crate::picture::SceneOptions;

fn example() -> Session {
    Session::unsaved(crate::session::work::placed(crate::catalog::example()))
}

fn scene(session: &Session) -> DiagramScene {
    DiagramScene::build(session.project(), session.view().unwrap(), &SceneOptions::default())
}

fn zone(session: &Session, name: &str) -> ZoneId {
    session.project().diagram.zones.iter().find(|zone| zone.name == name).unwrap().id
}

fn component(session: &Session, name: &str) -> ItemId {
    session.project().diagram.components().find(|component| component.name == name).unwrap().id.into()
}

#[test]
fn a_zone_collapses_and_opens_as_it_was() {
    let mut session = example();
    let (runtime, before) = (zone(&session, "Agent runtime"), scene(&session));
    let change = collapsed(&session, &before, [runtime], true).unwrap();
    assert_eq!(change.name, "Collapse Agent runtime");
    session.commit(change).unwrap();
    let after = scene(&session);
    assert!(after.zone(runtime).unwrap().collapsed);
    assert!(after.rect_of(component(&session, "assistant_agent")).is_none(), "it is hidden");
    assert!(collapsed(&session, &after, [runtime], true).is_none(), "it is collapsed already");
    let open = collapsed(&session, &after, [runtime], false).unwrap();
    session.commit(open).unwrap();
    let open = scene(&session);
    assert_eq!(
        open.rect_of(component(&session, "assistant_agent")),
        before.rect_of(component(&session, "assistant_agent"))
    );
}

#[test]
fn what_a_box_hides_moves_with_it() {
    let mut session = example();
    let runtime = zone(&session, "Agent runtime");
    let agent = component(&session, "assistant_agent");
    let before = scene(&session);
    session.commit(collapsed(&session, &before, [runtime], true).unwrap()).unwrap();
    let boxed = scene(&session);
    let by = (40.0, 60.0);
    let moved = crate::studio::canvas::actions::move_items(
        &session,
        &boxed,
        &[runtime.into()],
        by,
        &crate::studio::canvas::Drop::Same,
    );
    session.commit(moved).unwrap();
    let moved = scene(&session);
    session.commit(collapsed(&session, &moved, [runtime], false).unwrap()).unwrap();
    let (old, new) = (before.rect_of(agent).unwrap(), scene(&session).rect_of(agent).unwrap());
    assert_eq!((new.x - old.x, new.y - old.y), by);
}

#[test]
fn a_view_of_a_zone_shows_what_is_in_it_and_around_it() {
    let mut session = example();
    let data = zone(&session, "Data");
    let before = scene(&session);
    let (id, change) = new_view(&session, &before, &[data.into()]);
    session.commit(change).unwrap();
    session.show_view(id);
    let part = scene(&session);
    let names: Vec<String> =
        part.nodes.iter().map(|node| session.project().name_of(node.id.into())).collect();
    assert_eq!(names, ["database"]);
    assert!(part.zone(data).is_some() && part.zone(zone(&session, "Company cloud")).is_some());
    assert_eq!(session.view().unwrap().name, "Data");
    // Taken out of the view, it stays in the model.
    let database = component(&session, "database");
    session.commit(taken_out(&session, &[database]).unwrap()).unwrap();
    assert!(scene(&session).nodes.is_empty());
    assert!(session.project().contains(database));
}

#[test]
fn a_view_of_a_selection_keeps_the_flows_between() {
    let mut session = example();
    let before = scene(&session);
    let items = [component(&session, "assistant_agent"), component(&session, "database")];
    let (id, change) = new_view(&session, &before, &items);
    session.commit(change).unwrap();
    session.show_view(id);
    let part = scene(&session);
    assert_eq!((part.nodes.len(), part.flows.len()), (2, 1));
    session.undo().unwrap().unwrap();
    assert!(session.view().is_some(), "another view is shown when the shown one is gone");
    assert!(taken_out(&session, &items).is_none(), "a view of everything shows everything");
}

#[test]
fn the_selection_grows_along_flows() {
    let mut session = example();
    session.select([component(&session, "database")]);
    let items = connected(&session);
    session.select(items);
    assert!(session.selection().contains(component(&session, "assistant_agent")));
    assert!(!session.selection().contains(component(&session, "user")));
}

#[test]
fn a_zone_is_put_around_what_is_selected() {
    let mut session = example();
    let before = scene(&session);
    let items = [component(&session, "assistant_agent"), component(&session, "processor_agent")];
    let (id, change) = crate::studio::canvas::actions::zone_around(&session, &before, &items).unwrap();
    session.commit(change).unwrap();
    let diagram = &session.project().diagram;
    assert_eq!(diagram.zones.get(id).unwrap().parent, Some(zone(&session, "Agent runtime")));
    for item in items {
        let ItemId::Component(component) = item else { panic!() };
        assert_eq!(diagram.component(component).unwrap().zone, Some(id));
    }
    // Of things in different zones, the zone around both takes the new one.
    let far = [component(&session, "database"), items[0]];
    let (id, change) = crate::studio::canvas::actions::zone_around(&session, &scene(&session), &far).unwrap();
    session.commit(change).unwrap();
    let cloud = zone(&session, "Company cloud");
    assert_eq!(session.project().diagram.zones.get(id).unwrap().parent, Some(cloud));
}

#[test]
fn what_is_put_into_a_view_stands_beside_what_it_is_connected_to() {
    let mut session = example();
    let before = scene(&session);
    let agent = component(&session, "assistant_agent");
    let (id, change) = new_view(&session, &before, &[agent]);
    session.commit(change).unwrap();
    session.show_view(id);
    assert!(!can_put_in(&session));
    let database = component(&session, "database");
    session.select([database]);
    assert!(can_put_in(&session));
    let part = scene(&session);
    let change = put_in(&session, &part, &[database], Point::new(0.0, 0.0)).unwrap();
    session.commit(change).unwrap();
    let part = scene(&session);
    assert_eq!((part.nodes.len(), part.flows.len()), (2, 1));
    assert!(part.zone(zone(&session, "Data")).is_some(), "with the zone around it");
    assert!(!part.rect_of(agent).unwrap().overlaps(part.rect_of(database).unwrap()));
    assert!(!can_put_in(&session));
}

#[test]
fn copies_go_where_they_are_dropped() {
    use crate::studio::canvas::{Drop, actions::duplicated};
    let mut session = example();
    let (data, agent) = (zone(&session, "Data"), component(&session, "assistant_agent"));
    let (copies, change) = duplicated(&session, &[agent], (40.0, 300.0), &Drop::Into(Some(data)));
    let number = session.project().diagram.component_count();
    session.commit(change).unwrap();
    assert_eq!(session.project().diagram.component_count(), number + 1);
    let Some(ItemId::Component(copy)) = copies.first() else { panic!("{copies:?}") };
    assert_eq!(session.project().diagram.component(*copy).unwrap().zone, Some(data));
    // A copied zone holds the copies of what was in it.
    let runtime = zone(&session, "Agent runtime");
    let (copies, change) = duplicated(&session, &[runtime.into()], (900.0, 0.0), &Drop::Into(None));
    session.commit(change).unwrap();
    let copy = copies.iter().find_map(|item| if let ItemId::Zone(zone) = item { Some(*zone) } else { None });
    let diagram = &session.project().diagram;
    assert_eq!(diagram.zones.get(copy.unwrap()).unwrap().parent, None);
    assert_eq!(diagram.components().filter(|component| component.zone == copy).count(), 2);
}

#[test]
fn what_is_put_down_near_a_zones_edge_makes_no_zone_grow() {
    use crate::studio::canvas::actions::add_component;
    let mut session = example();
    let before = scene(&session);
    let data = before.zone(zone(&session, "Data")).unwrap().rect;
    let at = Point::new(data.x + 120.0, data.y + 40.0);
    let (_, change) = add_component(&session, &before, crate::model::ComponentKind::Process, at);
    session.commit(change).unwrap();
    let after = scene(&session);
    for zone in &before.zones {
        assert_eq!(after.zone(zone.id).unwrap().rect, zone.rect, "{}", zone.name);
    }
}

#[test]
fn a_view_of_a_selection_takes_only_the_notes_about_it() {
    let mut project = example().project().clone();
    let agent = project.diagram.components().find(|c| c.name == "assistant_agent").unwrap().id;
    let ids = [7001, 7002, 7003].map(NoteId);
    for (id, links) in [(ids[0], vec![]), (ids[1], vec![agent.into()]), (ids[2], vec![])] {
        project.notes.insert(Note { id, text: format!("Note {id}"), links, ..Note::default() });
    }
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.insert(ids[0].into(), Place { x: 40.0, y: 900.0, ..Place::default() });
    project.views.insert(view);
    project.reserve_all();
    let check = |items: &[ItemId], expected: &[NoteId]| {
        let mut session = Session::unsaved(project.clone());
        let before = scene(&session);
        let (id, change) = new_view(&session, &before, items);
        session.commit(change).unwrap();
        session.show_view(id);
        let notes: Vec<NoteId> =
            scene(&session).notes.iter().map(|note| note.id).filter(|id| ids.contains(id)).collect();
        assert_eq!(notes, expected, "{items:?}");
    };
    check(&[], &ids);
    check(&[agent.into()], &[ids[1]]);
    check(&[agent.into(), ids[2].into()], &[ids[1], ids[2]]);
    let user = component(&Session::unsaved(project.clone()), "user");
    check(&[user], &[]);
}
