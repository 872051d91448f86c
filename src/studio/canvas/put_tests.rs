//! After whatever is done with things on the drawing, nothing lies on anything, and it can be undone.

use proptest::prelude::*;

use crate::edit::Transaction;
use crate::edit::verbs;
use crate::model::{Component, ComponentId, ItemId, Project, View, ViewId, Zone, ZoneId};
use crate::picture::layout::{LayoutOptions, Parting, layout};
use crate::picture::{DiagramScene, Point, Rect, SceneOptions};
use crate::session::{Command, Session};
use crate::simulation::Quiet;
use crate::studio::canvas::{Ground, Tool, actions, arrange, clips, room};

const ARRANGEMENTS: [Command; 8] = [
    Command::AlignLeft,
    Command::AlignCenter,
    Command::AlignRight,
    Command::AlignTop,
    Command::AlignMiddle,
    Command::AlignBottom,
    Command::DistributeAcross,
    Command::DistributeDown,
];

fn example() -> Session {
    Session::unsaved(crate::session::work::placed(crate::catalog::example()))
}

fn scene(session: &Session) -> DiagramScene {
    let options = SceneOptions { assets: true, ..SceneOptions::default() };
    DiagramScene::build(session.project(), session.view().unwrap(), &options)
}

fn named(session: &Session, name: &str) -> ItemId {
    let diagram = &session.project().diagram;
    let component = diagram.components().find(|component| component.name == name);
    let zone = || diagram.zones.iter().find(|zone| zone.name == name);
    component.map(|component| component.id.into()).or_else(|| zone().map(|zone| zone.id.into())).unwrap()
}

fn home(session: &Session, item: ItemId) -> Option<ZoneId> {
    match item {
        ItemId::Component(id) => session.project().diagram.component(id)?.zone,
        ItemId::Zone(id) => session.project().diagram.zones.get(id)?.parent,
        _ => None,
    }
}

/// Two things that lie on each other, and how many of them are zones.
#[derive(Debug, PartialEq)]
struct Meeting {
    zones: usize,
    words: String,
}

/// The boxes and zones that lie on each other, or of which one lies across the border of the other.
fn meetings(session: &Session) -> Vec<Meeting> {
    let (scene, project) = (scene(session), session.project());
    let mut all: Vec<(ItemId, Rect)> = Vec::new();
    all.extend(scene.nodes.iter().map(|node| (node.id.into(), node.covers())));
    all.extend(scene.zones.iter().map(|zone| (zone.id.into(), zone.rect)));
    let inside = |item: ItemId, around: ItemId| {
        let chain = project.diagram.zone_chain(home(session, item));
        chain.into_iter().any(|zone| ItemId::from(zone) == around)
    };
    let mut met = Vec::new();
    for (index, (item, rect)) in all.iter().enumerate() {
        for (other, other_rect) in all.iter().skip(index + 1) {
            let (name, other_name) = (project.name_of(*item), project.name_of(*other));
            let (outer, inner) = match (inside(*item, *other), inside(*other, *item)) {
                (true, _) => (other_rect, rect),
                (_, true) => (rect, other_rect),
                _ if rect.grown(-0.01).overlaps(*other_rect) => {
                    let is_zone = |item: &ItemId| usize::from(matches!(item, ItemId::Zone(_)));
                    let zones = is_zone(item) + is_zone(other);
                    met.push(Meeting {
                        zones,
                        words: format!("{name} {rect:?} meets {other_name} {other_rect:?}"),
                    });
                    continue;
                }
                _ => continue,
            };
            if !outer.grown(0.01).contains_rect(*inner) {
                let words = format!("{name} {rect:?} across {other_name} {other_rect:?}");
                met.push(Meeting { zones: 1, words });
            }
        }
    }
    met
}

/// Makes a change, sees that nothing lies on anything, and takes it back.
fn check(session: &mut Session, what: &str, change: Transaction) -> Result<(), TestCaseError> {
    if change.is_empty() {
        return Ok(());
    }
    let drawn = |session: &Session| {
        let diagram = &session.project().diagram;
        let components: Vec<Component> = diagram.components().cloned().collect();
        (components, diagram.zones.clone(), session.project().views.clone())
    };
    let before = drawn(session);
    session.commit(change).unwrap();
    let met = meetings(session);
    // Somebody may put a component on another by hand.
    let by_hand = what.starts_with("Drop");
    let met: Vec<_> = met.into_iter().filter(|met| !by_hand || met.zones > 0).collect();
    prop_assert!(met.is_empty(), "{}: {:#?}", what, met);
    session.undo().unwrap().unwrap();
    prop_assert!(before == drawn(session), "{what} undone");
    Ok(())
}

/// Everything that can be done with these things, each time from the same drawing.
fn check_all(
    session: &mut Session,
    items: &[ItemId],
    by: (f32, f32),
    at: Point,
) -> Result<(), TestCaseError> {
    let drawn = scene(session);
    for command in ARRANGEMENTS {
        if let Some(change) = arrange::arranged(command, session, &drawn, items) {
            check(session, command.label(), change)?;
        }
    }
    let (_, change) = actions::duplicated_beside(session, &drawn, items);
    check(session, "Duplicate", change)?;
    let clip = verbs::copy(session.project(), session.view_id(), items);
    let (_, change) = clips::pasted(session, &drawn, &clip, at);
    check(session, "Paste", change)?;
    let project = session.project().clone();
    let ground = Ground {
        scene: &drawn,
        project: &project,
        selection: items,
        tool: Tool::Select,
        tolerance: 6.0,
        view: session.view(),
    };
    let Some(first) = items.first() else { return Ok(()) };
    let moving = ground.moving_with(*first);
    let hold = drawn.rect_of(*first).unwrap().center();
    let into = ground.drop_of_moved(&moving, hold.offset(by.0, by.1), by);
    let change = actions::move_items(session, &drawn, &moving, by, &into);
    let words = format!("Drop {moving:?} by {by:?} into {into:?}");
    let into = ground.drop_for(items, hold.offset(by.0, by.1));
    check(session, &words, change)?;
    let (copies, change) = actions::duplicated(session, items, by, &into);
    let change = room::parted(session, &drawn, change, &copies, Parting::Nearest);
    check(session, "Drop of a copy", change)
}

#[test]
fn copies_of_things_in_several_zones_stand_each_in_their_own() {
    let mut session = example();
    let names = ["user", "assistant_agent", "processor_agent", "external_api"];
    let items = names.map(|name| named(&session, name));
    let drawn = scene(&session);
    let (copies, change) = actions::duplicated_beside(&session, &drawn, &items);
    session.commit(change).unwrap();
    assert_eq!(meetings(&session), Vec::new());
    for (item, name) in items.iter().zip(names) {
        let same = |copy: &&ItemId| session.project().name_of(**copy).starts_with(name);
        let copy = copies.iter().find(same).unwrap();
        assert_eq!(home(&session, *copy), home(&session, *item), "{name}");
    }
}

#[test]
fn a_zone_that_grows_swallows_no_note() {
    let mut session = example();
    let drawn = scene(&session);
    let runtime = named(&session, "Agent runtime");
    let (_, change) = actions::duplicated_beside(&session, &drawn, &[runtime]);
    session.commit(change).unwrap();
    let after = scene(&session);
    for note in &after.notes {
        let over: Vec<&str> = after
            .zones
            .iter()
            .filter(|zone| zone.rect.overlaps(note.rect))
            .map(|zone| zone.name.as_str())
            .collect();
        assert_eq!(over, Vec::<&str>::new());
    }
}

#[test]
fn what_is_let_go_on_a_border_stands_on_the_side_of_the_pointer() {
    let mut session = example();
    let drawn = scene(&session);
    let agent = named(&session, "processor_agent");
    let cloud = drawn.rect_of(named(&session, "Company cloud")).unwrap();
    let rect = drawn.rect_of(agent).unwrap();
    for (over, inside) in [(-20.0, true), (20.0, false)] {
        // The pointer holds the middle of the box.
        let by = (cloud.right() + over - rect.center().x, 0.0);
        let project = session.project().clone();
        let ground = Ground {
            scene: &drawn,
            project: &project,
            selection: &[agent],
            tool: Tool::Select,
            tolerance: 6.0,
            view: session.view(),
        };
        let into = ground.drop_of_moved(&[agent], rect.center().offset(by.0, by.1), by);
        // What leaves two zones at once is said of the outer one.
        let left = ground.left_behind(&[agent], rect.center().offset(by.0, by.1), by);
        let told: Vec<String> =
            left.iter().map(|(zone, ..)| session.project().name_of((*zone).into())).collect();
        assert_eq!(told, [if inside { "Agent runtime" } else { "Company cloud" }]);
        let change = actions::move_items(&session, &drawn, &[agent], by, &into);
        session.commit(change).unwrap();
        assert_eq!(meetings(&session), Vec::new());
        let after = scene(&session);
        let stands = after.rect_of(agent).unwrap();
        let cloud = after.rect_of(named(&session, "Company cloud")).unwrap();
        assert_eq!(cloud.contains_rect(stands), inside, "{stands:?} {cloud:?}");
        assert_eq!(home(&session, agent).is_some(), inside);
        session.undo().unwrap().unwrap();
    }
}

fn model(components: &[usize], parents: &[usize]) -> Session {
    let mut project = Project::new("Nested");
    let zone = |number: usize| (number > 0).then(|| ZoneId(u32::try_from(number).unwrap()));
    for (index, parent) in parents.iter().enumerate() {
        let id = zone(index + 1).unwrap();
        let name = format!("Zone {}", index + 1);
        project.diagram.zones.insert(Zone {
            id,
            name,
            parent: zone(parent % (index + 1)),
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
    let mut view = View { id: ViewId(1), ..View::default() };
    let found = layout(&project, &view, &LayoutOptions::default(), &Quiet).unwrap();
    view.places.extend(found);
    project.views = std::iter::once(view).collect();
    project.reserve_all();
    Session::unsaved(project)
}

fn some_of(session: &Session, picks: &[usize]) -> Vec<ItemId> {
    let diagram = &session.project().diagram;
    let all = diagram.components().map(|component| ItemId::from(component.id));
    let all: Vec<ItemId> = all.chain(diagram.zones.ids().map(ItemId::from)).collect();
    let mut items: Vec<ItemId> = picks.iter().filter_map(|pick| all.get(pick % all.len()).copied()).collect();
    items.sort();
    items.dedup();
    items
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_is_ever_put_on_anything(
        components in proptest::collection::vec(0_usize..8, 1..12),
        parents in proptest::collection::vec(0_usize..6, 0..6),
        picks in proptest::collection::vec(0_usize..40, 1..5),
        by in (-500.0_f32..500.0, -400.0_f32..400.0),
        at in (-200.0_f32..1400.0, -200.0_f32..900.0),
    ) {
        let mut session = model(&components, &parents);
        prop_assert!(meetings(&session).is_empty());
        let items = some_of(&session, &picks);
        check_all(&mut session, &items, by, Point::new(at.0, at.1))?;
    }

    #[test]
    fn nothing_of_the_example_is_put_on_anything(
        picks in proptest::collection::vec(0_usize..40, 1..6),
        by in (-700.0_f32..700.0, -500.0_f32..500.0),
        at in (-200.0_f32..1600.0, -200.0_f32..900.0),
    ) {
        let mut session = example();
        let items = some_of(&session, &picks);
        check_all(&mut session, &items, by, Point::new(at.0, at.1))?;
    }
}
