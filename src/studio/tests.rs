//! The studio as a person uses it, by role and label, without a screen.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{ComponentId, InterfaceId, Project, ZoneId};
use crate::session::{Command, Request, Session};

#[test]
fn a_small_system_is_drawn_by_keyboard() {
    let mut harness = studio(Project::new("Empty"));
    harness.key_press(Key::Num7);
    harness.run();
    type_name(&mut harness, "user");
    harness.key_press(Key::Num1);
    harness.run();
    type_name(&mut harness, "web agent");
    assert_eq!(names(&harness), ["user", "web agent"]);

    ctrl(&mut harness, Key::K);
    harness.event(Event::Text("user -> web: HTTPS 443".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(flows(&harness), ["user → web agent"]);
    let flow = project(&harness).diagram.interfaces().next().unwrap();
    assert_eq!((flow.protocol.as_str(), flow.port), ("HTTPS", Some(443)));

    for _ in 0..10 {
        ctrl(&mut harness, Key::Z);
    }
    assert!(names(&harness).is_empty(), "everything is undone: {:?}", names(&harness));
    for _ in 0..10 {
        ctrl(&mut harness, Key::Y);
    }
    assert_eq!(
        (names(&harness), flows(&harness)),
        (vec!["user".to_owned(), "web agent".to_owned()], vec!["user → web agent".to_owned()])
    );
}

#[test]
fn things_are_drawn_connected_and_moved_by_mouse() {
    let mut harness = studio(small());
    let canvas = harness.get_by_label("Diagram").rect();
    harness.get_by_label("Add store").click();
    harness.run();
    let spot = canvas.center() + Vec2::new(-60.0, 220.0);
    harness.hover_at(spot);
    harness.run();
    harness.drag_at(spot);
    harness.run();
    harness.drop_at(spot);
    harness.run();
    type_name(&mut harness, "ledger");
    assert_eq!(names(&harness), ["user", "assistant", "ledger"]);

    let from = thing(&harness, "assistant,").rect();
    let ledger = middle(&harness, "ledger");
    drag(&mut harness, from.center_bottom(), ledger);
    assert_eq!(flows(&harness), ["user → assistant", "assistant → ledger"]);

    let zone = project(&harness).diagram.component(ComponentId(3)).unwrap().zone;
    assert_eq!(zone, None);
    let target = from.center() + Vec2::new(0.0, 70.0);
    let ledger = middle(&harness, "ledger");
    drag(&mut harness, ledger, target);
    assert_eq!(project(&harness).diagram.component(ComponentId(3)).unwrap().zone, Some(ZoneId(1)));

    ctrl(&mut harness, Key::Z);
    assert_eq!(project(&harness).diagram.component(ComponentId(3)).unwrap().zone, None);
}

#[test]
fn a_thing_is_renamed_in_its_place() {
    let mut harness = studio(small());
    thing(&harness, "user,").click();
    harness.run();
    harness.key_press(Key::F2);
    harness.run();
    type_name(&mut harness, "customer");
    assert_eq!(names(&harness), ["customer", "assistant"]);
    assert_eq!(harness.state().session().unwrap().history().undo_name(), Some("Rename user to customer"));

    // Esc leaves the name as it was; until then a crash would not take what is typed.
    harness.key_press(Key::F2);
    harness.run();
    harness.event(Event::Text("nobody".to_owned()));
    harness.run();
    let kept = session(&harness).to_keep().0;
    assert_eq!(kept.name_of(ComponentId(1).into()), "nobody");
    assert_eq!(names(&harness), ["customer", "assistant"]);
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(names(&harness), ["customer", "assistant"]);
}

#[test]
fn the_inspector_changes_what_is_selected_and_checks_it() {
    let mut harness = studio(small());
    harness.state_mut().ask(Request::Select(vec![InterfaceId(1).into()]));
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Port").focus();
    harness.run();
    for digit in ["9", "99999"] {
        harness.event(Event::Text(digit.to_owned()));
        harness.run();
    }
    assert_eq!(
        project(&harness).diagram.interface(InterfaceId(1)).unwrap().port,
        Some(9),
        "what is wrong waits"
    );
    harness.get_by_label_contains("1 to 65535");

    harness.get_by_role_and_label(Role::ComboBox, "Encryption").click();
    harness.run();
    harness.get_by_role_and_label(Role::MenuItem, "TLS 1.3").click();
    harness.run();
    let flow = project(&harness).diagram.interface(InterfaceId(1)).unwrap();
    assert_eq!(flow.encryption, Some(crate::model::Encryption::Tls13));
}

#[test]
fn arrows_nudge_and_enter_renames() {
    let mut harness = studio(small());
    thing(&harness, "user,").click();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    let place = |harness: &Studio| {
        let view = project(harness).views.iter().next().unwrap();
        let place = &view.places[&ComponentId(1).into()];
        (place.x, place.y)
    };
    assert_eq!(place(&harness), (1.0, 144.0));
    ctrl(&mut harness, Key::Z);
    assert_eq!(place(&harness), (0.0, 120.0), "nudges in a row are one step");
    harness.key_press(Key::Enter);
    harness.run();
    type_name(&mut harness, "customer");
    assert_eq!(names(&harness), ["customer", "assistant"]);
}

#[test]
fn tab_walks_from_thing_to_thing() {
    let mut harness = studio(small());
    thing(&harness, "user,").click();
    harness.run();
    let mut walked = Vec::new();
    for _ in 0..4 {
        harness.key_press(Key::Tab);
        harness.run();
        walked.extend(harness.state().session().unwrap().selection().single());
    }
    for item in [
        ComponentId(1).into(),
        ComponentId(2).into(),
        InterfaceId(1).into(),
        crate::model::ItemId::from(ZoneId(1)),
    ] {
        assert!(walked.contains(&item), "{item} is reached: {walked:?}");
    }
}

#[test]
fn delete_and_undo_bring_everything_back() {
    let mut harness = studio(small());
    let before = project(&harness).clone();
    thing(&harness, "assistant,").click();
    harness.run();
    harness.key_press(Key::Delete);
    harness.run();
    assert_eq!((names(&harness), flows(&harness).len()), (vec!["user".to_owned()], 0));
    ctrl(&mut harness, Key::Z);
    assert_eq!(project(&harness).diagram, before.diagram);
}

#[test]
fn copy_and_paste_make_new_things() {
    let mut harness = studio(small());
    ctrl(&mut harness, Key::A);
    ctrl(&mut harness, Key::D);
    assert_eq!(names(&harness), ["user", "assistant", "user", "assistant"]);
    assert_eq!(flows(&harness).len(), 2);
}

#[test]
fn the_palette_runs_commands() {
    let mut harness = studio(small());
    ctrl(&mut harness, Key::K);
    harness.event(Event::Text("go assets".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(harness.query_by_label("Diagram").is_none(), "another view is shown");
    ctrl(&mut harness, Key::Num1);
    harness.get_by_label("Diagram");
}

#[test]
fn closing_with_unsaved_work_asks() {
    let mut harness = studio(small());
    harness.key_press(Key::Num5);
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    harness.state_mut().ask(Command::CloseModel);
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Cancel").click();
    harness.run();
    assert!(harness.state().session().is_some(), "cancelled");
    harness.state_mut().ask(Command::CloseModel);
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Do not save").click();
    harness.run();
    assert!(harness.state().session().is_none());
    harness.get_by_role_and_label(Role::Button, "New model");
}

#[test]
fn a_model_is_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.threat.ron");
    let mut harness =
        studio_at(Vec2::new(1280.0, 800.0), Some(Session::unsaved(small())), Some(path.clone()));
    ctrl(&mut harness, Key::S);
    for _ in 0..200 {
        if harness.state().session().is_some_and(|session| !session.is_dirty()) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        harness.run();
    }
    assert!(!harness.state().session().unwrap().is_dirty(), "saved");
    let read = crate::storage::file::open(&path).unwrap().project;
    assert_eq!(read.diagram, project(&harness).diagram);
}

#[test]
fn every_step_opens_at_every_size_and_comes_to_rest() {
    for size in [Vec2::new(1600.0, 1000.0), Vec2::new(1280.0, 800.0), Vec2::new(900.0, 640.0)] {
        let example = crate::session::work::placed(crate::catalog::example());
        let mut harness = studio_at(size, Some(Session::unsaved(example)), None);
        for key in [Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num1] {
            ctrl(&mut harness, key);
        }
    }
}

#[test]
fn the_welcome_screen_offers_example_and_templates() {
    let mut harness = studio_at(Vec2::new(1600.0, 1000.0), None, None);
    harness.get_by_role_and_label(Role::Button, "Open a copy").click();
    harness.run();
    assert!(names(&harness).contains(&"assistant_agent".to_owned()));
}
