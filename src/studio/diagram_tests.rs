//! What the diagram shows and how it changes: zones that open, colours, kept choices.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::NodeT as _;

use super::Start;
use super::driving::*;
use crate::model::{Component, ComponentId, Interface, InterfaceId, Place, Project, ZoneId};
use crate::picture::{DiagramScene, SceneOptions};
use crate::session::{Command, Request};
use crate::storage::DataFolder;

#[test]
fn opening_a_zone_pushes_its_neighbour_aside_in_the_same_step() {
    let mut studio = studio(small());
    thing(&studio, "Runtime,").click();
    studio.run();
    press(&mut studio, Key::O);
    // The person moves in where the zone was.
    let boxed = middle(&studio, "Runtime,");
    let user = middle(&studio, "user,");
    let start = text_without_counters(&studio);
    drag(&mut studio, user, boxed + Vec2::new(240.0, 0.0));
    thing(&studio, "Runtime,").click();
    studio.run();
    let moved = text_without_counters(&studio);
    press(&mut studio, Key::O);
    assert!(!thing(&studio, "user,").rect().intersects(thing(&studio, "Runtime,").rect()));
    assert_eq!(session(&studio).history().undo_name(), Some("Open Runtime"));
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), moved);
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), start);
}

#[test]
fn the_diagram_is_coloured_by_key_and_by_choice_and_says_what_colours_mean() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    let legend = |studio: &Studio, of: &str| says(studio, &format!("Legend: {of}"));
    assert!(!says(&studio, "Legend"));
    for (key, of) in
        [(Key::Num1, "Risk"), (Key::Num2, "Sensitivity"), (Key::Num3, "Trust"), (Key::Num4, "Open questions")]
    {
        studio.key_press_modifiers(Modifiers::ALT, key);
        studio.run();
        assert!(legend(&studio, of), "{of}");
    }
    // The same key again takes the colours off.
    studio.key_press_modifiers(Modifiers::ALT, Key::Num4);
    studio.run();
    assert!(!says(&studio, "Legend"));
    pick(&mut studio, "Colour by", "Trust");
    assert!(legend(&studio, "Trust"));
    pick(&mut studio, "Colour by", "Nothing");
    assert!(!says(&studio, "Legend"));
    assert_eq!(session(&studio).history().undo_name(), None, "no part of the model");
}

#[test]
fn what_the_diagram_is_coloured_by_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Start::empty().with_data(DataFolder::at(folder.path()));
    let mut first = studio_from(start(), Some(example()));
    first.key_press_modifiers(Modifiers::ALT, Key::Num2);
    first.run();
    drop(first);
    let second = studio_from(start(), Some(example()));
    assert!(says(&second, "Legend: Sensitivity"));
}

#[test]
fn flows_become_curves_one_by_one_and_all_together() {
    let mut studio = studio(small());
    let flow = InterfaceId(1);
    let curve = |studio: &Studio| {
        let view = session(studio).view().unwrap();
        let scene = DiagramScene::build(project(studio), view, &SceneOptions::default());
        scene.flow(flow).unwrap().curve.is_some()
    };
    assert!(!curve(&studio));
    studio.state_mut().ask(Request::Select(vec![flow.into()]));
    studio.state_mut().ask(Command::FitAll);
    studio.run();
    thing(&studio, "user → assistant").focus();
    studio.run();
    press(&mut studio, Key::R);
    assert!(curve(&studio));
    assert_eq!(session(&studio).history().undo_name(), Some("Curve user → assistant"));
    press(&mut studio, Key::R);
    assert!(!curve(&studio));
    studio.key_press_modifiers(Modifiers::SHIFT, Key::R);
    studio.run();
    assert!(curve(&studio), "all of the view");
    press(&mut studio, Key::R);
    assert!(!curve(&studio), "but this one");
    assert_eq!(undo_all(&mut studio).len(), 4);
    assert!(!curve(&studio));
}

/// The small system with a second component in its zone and a second flow to it, the zone drawn as a box.
fn bundled() -> Project {
    let mut project = small();
    let id = ComponentId(3);
    let store = Component { id, name: "store".to_owned(), zone: Some(ZoneId(1)), ..Component::default() };
    project.diagram.put_component(store);
    let flow =
        Interface { id: InterfaceId(2), from: Some(ComponentId(1)), to: Some(id), ..Interface::default() };
    project.diagram.put_interface(flow).unwrap();
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.entry(ZoneId(1).into()).or_default().collapsed = true;
    view.places.insert(id.into(), Place { x: 420.0, y: 220.0, ..Place::default() });
    project.views.insert(view);
    project.reserve_all();
    project
}

#[test]
fn a_line_that_stands_for_several_interfaces_is_listed_and_not_bent() {
    let mut studio = studio(bundled());
    let label = thing(&studio, "user → assistant");
    assert!(label.accesskit_node().label().unwrap().contains("and 1 more on one line"));
    let on = label.rect().center();
    double_click_at(&mut studio, on);
    assert_eq!(session(&studio).selection().len(), 2, "the line means both");
    click(&mut studio, Role::MenuItem, "user → store");
    assert_eq!(session(&studio).selection().single(), Some(InterfaceId(2).into()));
    let before = text(&studio);
    carry(&mut studio, on, on + Vec2::new(0.0, 40.0));
    studio.run();
    studio.drop_at(on + Vec2::new(0.0, 40.0));
    studio.run();
    assert_eq!(text(&studio), before, "nothing is bent");
}

#[test]
fn a_drag_with_control_takes_a_copy_along_and_leaves_no_key_behind() {
    let mut studio = studio(small());
    let before = names(&studio);
    let from = middle(&studio, "user,");
    studio.event(egui::Event::ModifiersChanged(Modifiers::CTRL | Modifiers::COMMAND));
    drag(&mut studio, from, from + Vec2::new(0.0, 160.0));
    // A window manager may take the key's release for itself: the window only hears that it is not held any more.
    studio.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    studio.run();
    assert_eq!(names(&studio).len(), before.len() + 1);
    press(&mut studio, Key::N);
    assert_eq!(project(&studio).name, small().name, "no new model");
}
