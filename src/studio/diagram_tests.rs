//! What the diagram shows and how it changes: zones that open, colours, kept choices.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

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

/// The example with a view of one component.
fn part_of(name: &str) -> Studio {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    let id = component(&studio, name);
    studio.state_mut().ask(Request::Select(vec![id.into()]));
    studio.state_mut().ask(Command::NewView);
    studio.run();
    press(&mut studio, Key::Enter);
    studio
}

fn component(studio: &Studio, name: &str) -> ComponentId {
    project(studio).diagram.components().find(|component| component.name == name).unwrap().id
}

fn shown(studio: &Studio) -> DiagramScene {
    DiagramScene::build(project(studio), session(studio).view().unwrap(), &SceneOptions::default())
}

#[test]
fn what_leaves_a_view_is_marked_named_and_put_in_by_a_click() {
    let mut studio = part_of("assistant_agent");
    let leaving = |studio: &Studio| {
        let label = thing(studio, "assistant_agent,").accesskit_node().label().unwrap();
        label.split(", ").find(|words| words.ends_with("this view")).map(str::to_owned)
    };
    let agent = component(&studio, "assistant_agent");
    let number = project(&studio).diagram.touching(agent).len();
    assert_eq!(leaving(&studio), Some(format!("{number} interfaces leave this view")));
    let before = text_without_counters(&studio);
    // At the right lower corner.
    let mark = thing(&studio, "assistant_agent,").rect().right_bottom() + Vec2::new(-20.0, -2.0);
    studio.hover_at(mark);
    for _ in 0..6 {
        studio.step();
    }
    assert!(says(&studio, "A click puts them into this view"), "the other ends are named");
    assert!(says(&studio, "database"));
    studio.drag_at(mark);
    studio.drop_at(mark);
    studio.run();
    assert_eq!(leaving(&studio), None);
    let scene = shown(&studio);
    assert!(scene.nodes.len() > 3 && scene.flows.len() >= number, "{:?}", scene.description);
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), before, "one step");
}

#[test]
fn what_something_connects_to_is_put_into_a_view_by_command() {
    let mut studio = part_of("database");
    let database = component(&studio, "database");
    studio.state_mut().ask(Request::Select(vec![database.into()]));
    studio.run();
    assert!(shown(&studio).leaves_at(database.into()).is_some());
    quick(&mut studio, "Put what it connects to into this view");
    assert!(shown(&studio).node(component(&studio, "assistant_agent")).is_some());
    assert!(shown(&studio).leaves_at(database.into()).is_none());
}

#[test]
fn the_bar_of_a_path_says_which_steps_are_not_in_the_view() {
    let mut studio = part_of("assistant_agent");
    studio.state_mut().ask(Command::ShowAttackPaths);
    studio.run();
    assert!(says(&studio, "not in this view") || says(&studio, "no step is in this view"));
    let before = text_without_counters(&studio);
    button(&mut studio, "Put the path into this view");
    let bar = |studio: &Studio| {
        let node = studio.get_by_label_contains("model estimate");
        node.accesskit_node().label().or_else(|| node.accesskit_node().value()).unwrap()
    };
    assert!(!bar(&studio).contains("in this view"), "{}", bar(&studio));
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), before, "one step");
    assert!(bar(&studio).contains("in this view"), "{}", bar(&studio));
}
