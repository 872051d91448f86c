//! Stencils as a person uses them: found, put down, dragged, kept, and confirmed.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::kittest::Queryable as _;

use crate::model::{Component, ComponentId, ComponentKind, ItemId, Place, Project, Zone, ZoneId};
use crate::session::Session;
use crate::storage::DataFolder;
use crate::studio::Start;
use crate::studio::driving::{Studio, carry, press, project, studio_from, type_text};

/// An agent in a zone, and room around.
fn small() -> Project {
    let mut project = Project::new("Small");
    let zone = Zone { id: ZoneId(1), name: "Runtime".to_owned(), trust: 3, ..Zone::default() };
    project.diagram.zones.insert(zone);
    project.diagram.put_component(Component {
        id: ComponentId(1),
        name: "assistant".to_owned(),
        kind: ComponentKind::Agent,
        zone: Some(ZoneId(1)),
        ..Component::default()
    });
    let place = |x: f32, y: f32, w: f32, h: f32| Place { x, y, w, h, ..Place::default() };
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.insert(ComponentId(1).into(), place(40.0, 80.0, 0.0, 0.0));
    view.places.insert(ZoneId(1).into(), place(0.0, 0.0, 560.0, 300.0));
    project.views.insert(view);
    project.reserve_all();
    project
}

fn studio(project: Project, data: Option<DataFolder>) -> Studio {
    let start = data.map_or_else(Start::empty, |data| Start::empty().with_data(data));
    studio_from(start, Some(Session::unsaved(project)))
}

fn last(harness: &Studio) -> &Component {
    project(harness).diagram.components().last().unwrap()
}

fn open(harness: &mut Studio) {
    harness.get_by_role_and_label(Role::Button, "Show the stencils").click();
    harness.run();
}

fn line_of(harness: &Studio, name: &str) -> Pos2 {
    harness.get_by_role_and_label(Role::ListItem, name).rect().center()
}

#[test]
fn enter_puts_what_was_found_beside_the_selection() {
    let mut harness = studio(small(), None);
    harness.state_mut().queue.push(crate::session::Request::Select(vec![ComponentId(1).into()]));
    harness.run();
    open(&mut harness);
    type_text(&mut harness, "queue");
    press(&mut harness, Key::Enter);
    let new = last(&harness);
    assert_eq!(
        (new.name.as_str(), new.kind, new.zone),
        ("Message queue", ComponentKind::Store, Some(ZoneId(1)))
    );
    let places = &harness.state().session().unwrap().view().unwrap().places;
    let (old, new) = (&places[&ComponentId(1).into()], &places[&new.id.into()]);
    assert!(new.x >= old.x + 148.0 && (new.y - old.y).abs() < 8.0, "{new:?}");
    // The field keeps the keyboard: the next is the second that the words find, and its name is its own.
    press(&mut harness, Key::Enter);
    assert_eq!(last(&harness).name, "Message queue 2");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    assert_ne!(last(&harness).name, "Message queue 3");
    assert_eq!(project(&harness).diagram.component_count(), 4);
}

#[test]
fn what_is_put_beside_one_component_is_connected_to_it_in_the_same_step() {
    for (selected, flows) in [(vec![ItemId::from(ComponentId(1))], 1), (Vec::new(), 0)] {
        let mut harness = studio(small(), None);
        harness.state_mut().queue.push(crate::session::Request::Select(selected));
        harness.run();
        open(&mut harness);
        type_text(&mut harness, "queue");
        press(&mut harness, Key::Enter);
        let ends = |harness: &Studio| -> Vec<_> {
            project(harness).diagram.interfaces().map(|flow| (flow.from, flow.to)).collect()
        };
        let new = last(&harness).id;
        assert_eq!(ends(&harness), vec![(Some(ComponentId(1)), Some(new)); flows]);
        harness.state_mut().queue.push(crate::session::Command::Undo.into());
        harness.run();
        assert_eq!((project(&harness).diagram.component_count(), ends(&harness).len()), (1, 0));
    }
}

#[test]
fn a_stencil_is_dragged_into_a_zone() {
    let mut harness = studio(small(), None);
    open(&mut harness);
    type_text(&mut harness, "vector");
    let from = line_of(&harness, "Vector store");
    let agent = harness.get_by(|node| {
        node.role() == Role::GraphicsObject
            && node.label().is_some_and(|label| label.starts_with("assistant"))
    });
    let to = agent.rect().center() + Vec2::new(260.0, 90.0);
    carry(&mut harness, from, to);
    assert!(harness.state().system.stencils.hand.is_some(), "what is in the hand is drawn");
    harness.drop_at(to);
    harness.run();
    let new = last(&harness);
    assert_eq!((new.name.as_str(), new.zone), ("Vector store", Some(ZoneId(1))));
    assert!(harness.state().system.stencils.hand.is_none());
    // Let go over the list it came from, nothing is put down.
    let count = project(&harness).diagram.component_count();
    harness.drag_at(from);
    harness.run();
    harness.hover_at(from + Vec2::new(0.0, 40.0));
    harness.run();
    harness.drop_at(from + Vec2::new(0.0, 40.0));
    harness.run();
    assert_eq!(project(&harness).diagram.component_count(), count);
}

#[test]
fn quick_draw_completes_a_stencil_and_one_key_confirms_what_it_assumes() {
    let mut harness = studio(small(), None);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run();
    type_text(&mut harness, "+ Orders: postg");
    press(&mut harness, Key::Tab);
    press(&mut harness, Key::Enter);
    let new = last(&harness).clone();
    assert_eq!((new.name.as_str(), new.technology.as_str()), ("Orders", "PostgreSQL"));
    let assumed = new.assumptions().count();
    assert!(assumed > 2);
    harness.get_by_label(&format!("Assumed until confirmed: {assumed}"));
    harness.get_by_role_and_label(Role::Button, "Confirm backed up").click();
    harness.run();
    assert_eq!(last(&harness).assumptions().count(), assumed - 1);
    press(&mut harness, Key::C);
    assert_eq!(last(&harness).assumptions().count(), 0);
    assert_eq!(last(&harness).attributes, new.attributes);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(last(&harness).assumptions().count(), assumed - 1);
}

#[test]
fn what_is_kept_is_inserted_renamed_and_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path());
    let mut harness = studio(crate::catalog::example(), Some(data.clone()));
    let all: Vec<ItemId> = project(&harness).diagram.zones.ids().map(ItemId::from).collect();
    harness.state_mut().queue.push(crate::session::Request::Select(all));
    harness.run();
    open(&mut harness);
    harness.get_by_role_and_label(Role::Button, "Save the selection as a stencil").click();
    harness.run();
    type_text(&mut harness, "Our platform");
    press(&mut harness, Key::Enter);
    let kept = crate::storage::stencils::list(&data);
    let clip = kept.first().unwrap().clip.clone().unwrap();
    let (components, threats) = (clip.components.len(), clip.threats.len());
    assert!(components >= 4 && threats >= 4 && !clip.controls.is_empty(), "{components}, {threats}");

    // Elsewhere, another day.
    let mut harness = studio(small(), Some(data.clone()));
    open(&mut harness);
    harness.get_by_role_and_label(Role::ListItem, "Our platform").click();
    harness.run();
    assert_eq!(project(&harness).diagram.component_count(), 1 + components);
    assert_eq!(project(&harness).threats.iter().count(), threats);
    assert_eq!(project(&harness).broken_references(), []);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(project(&harness).diagram.component_count(), 1, "it is one step");

    let menu = |harness: &mut Studio, name: &str, item: &str| {
        harness.get_by_role_and_label(Role::Button, &format!("Rename or delete {name}")).click();
        harness.run();
        harness.get_by_role_and_label(Role::MenuItem, item).click();
        harness.run();
    };
    menu(&mut harness, "Our platform", "Rename");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    type_text(&mut harness, "Theirs");
    press(&mut harness, Key::Enter);
    menu(&mut harness, "Theirs", "Delete");
    harness.get_by_role_and_label(Role::Button, "Delete").click();
    harness.run();
    assert_eq!(crate::storage::stencils::list(&data), []);
    assert!(harness.query_by_role_and_label(Role::ListItem, "Theirs").is_none());
}
