//! Tidying up through the window.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{ComponentId, ItemId, Place, Project, ZoneId};
use crate::session::{Command, Request};

/// The small system with the user at the wrong side of the agent.
fn muddled() -> Project {
    let mut project = small();
    let mut view = project.views.iter().next().unwrap().clone();
    view.places.insert(ComponentId(1).into(), Place { x: 900.0, y: 500.0, ..Place::default() });
    project.views.insert(view);
    project
}

fn place(studio: &Studio, item: impl Into<ItemId>) -> Place {
    session(studio).view().unwrap().places[&item.into()].clone()
}

fn tidied(studio: &mut Studio) {
    wait_until(studio, "the layout", |studio| {
        session(studio).history().undo_name().is_some_and(|name| name.starts_with("Tidy up"))
    });
}

#[test]
fn the_whole_model_is_tidied_in_one_step() {
    let mut studio = studio(muddled());
    let before = text(&studio);
    studio.get_by_label("Diagram").focus();
    studio.run();
    studio.key_press_modifiers(Modifiers::SHIFT, Key::L);
    studio.run();
    tidied(&mut studio);
    assert!(
        place(&studio, ComponentId(1)).x < place(&studio, ComponentId(2)).x,
        "the user stands at the left"
    );
    let (shown, drawn) = (middle(&studio, "user,"), middle(&studio, "assistant,"));
    assert!(shown.x < drawn.x, "and is seen there: {shown} {drawn}");
    ctrl(&mut studio, Key::Z);
    assert_eq!(text(&studio), before);
}

#[test]
fn undone_the_drawing_is_looked_at_as_before() {
    let mut studio = studio(muddled());
    studio.state_mut().system.canvas.camera.jump((crate::picture::Point::new(700.0, 400.0), 1.25));
    studio.run();
    let looks = |studio: &Studio| {
        let camera = studio.state().system.canvas.camera.landed();
        (camera.center, camera.zoom)
    };
    let before = looks(&studio);
    studio.state_mut().ask(Request::Command(Command::TidyUp));
    studio.run();
    tidied(&mut studio);
    studio.run();
    let after = looks(&studio);
    assert_ne!(after, before, "all of it is shown");
    ctrl(&mut studio, Key::Z);
    assert_eq!(looks(&studio), before);
    ctrl(&mut studio, Key::Y);
    assert_eq!(looks(&studio), after);
}

#[test]
fn a_zone_is_tidied_and_nothing_else_moves() {
    let mut studio = studio(muddled());
    let (user, zone) = (place(&studio, ComponentId(1)), place(&studio, ZoneId(1)));
    thing(&studio, "assistant,").click();
    studio.run();
    ctrl(&mut studio, Key::L);
    tidied(&mut studio);
    assert_eq!(place(&studio, ComponentId(1)), user);
    let after = place(&studio, ZoneId(1));
    assert_eq!((after.x, after.y), (zone.x, zone.y), "it keeps its corner");
    assert!(after.w < zone.w && after.h < zone.h, "it is as large as it must be: {after:?}");
}

#[test]
fn with_nothing_selected_there_is_no_part_to_tidy() {
    let mut studio = studio(muddled());
    studio.get_by_label("Diagram").focus();
    studio.run();
    press(&mut studio, Key::L);
    ctrl(&mut studio, Key::L);
    assert_eq!(session(&studio).history().undo_name(), None);
}
