//! What somebody needs who draws while others speak: the line that goes on, names that stay what was typed, the map,
//! menus that are not cut, templates at hand.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{ComponentKind, ItemId, Project};
use crate::session::{Command, Request};

#[test]
fn a_press_on_the_map_looks_there() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    let map = studio.get_by_role_and_label(Role::Image, "Map of the diagram").rect();
    let center = |studio: &Studio| studio.state().system.canvas.camera.center;
    let before = center(&studio);
    let (from, to) = (map.left_top() + egui::Vec2::splat(14.0), map.right_bottom() - egui::Vec2::splat(14.0));
    studio.hover_at(from);
    studio.run();
    studio.drag_at(from);
    studio.run();
    let pressed = center(&studio);
    assert!(pressed.x < before.x - 20.0 && pressed.y < before.y, "{before:?} {pressed:?}");
    studio.hover_at(to);
    studio.run();
    let dragged = center(&studio);
    assert!(dragged.x > pressed.x + 100.0 && dragged.y > pressed.y + 50.0, "{pressed:?} {dragged:?}");
    studio.drop_at(to);
    studio.run();
    assert_eq!(session(&studio).history().undo_name(), None, "nothing was dragged behind the map");
}

#[test]
fn lines_go_on_from_the_end_of_what_was_drawn() {
    let mut studio = studio(Project::new("Empty"));
    ctrl(&mut studio, Key::K);
    type_text(&mut studio, "web shop -> orders api: HTTPS");
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut studio);
    type_name(&mut studio, "-> orders db: PostgreSQL");
    // The palette is closed; a name alone goes on as well.
    quick(&mut studio, "backup");
    assert_eq!(flows(&studio), ["web shop → orders api", "orders api → orders db", "orders db → backup"]);
    let kinds = project(&studio).diagram.components().map(|c| c.kind);
    let (process, store) = (ComponentKind::Process, ComponentKind::Store);
    assert_eq!(kinds.collect::<Vec<_>>(), [process, process, store, store]);
}

#[test]
fn nothing_is_named_after_an_arrow() {
    let mut studio = studio(small());
    ctrl(&mut studio, Key::K);
    type_name(&mut studio, "-> ledger");
    assert!(says(&studio, "Name what it goes on to"));
    assert_eq!(names(&studio), ["user", "assistant"]);
}

#[test]
fn what_is_typed_is_what_appears() {
    let mut studio = studio(small());
    for name in ["payments", "search", "cache"] {
        thing(&studio, "assistant,").click();
        studio.run();
        quick(&mut studio, name);
        assert_eq!(names(&studio).last().map(String::as_str), Some(name));
    }
    assert_eq!(project(&studio).diagram.interface_count(), 4, "each is connected");
    // A stencil that is taken all the same leaves the name as it was typed.
    select_nothing(&mut studio);
    ctrl(&mut studio, Key::K);
    type_text(&mut studio, "hot cache");
    click(&mut studio, Role::ListBoxOption, "Add the store hot cache");
    assert_eq!(names(&studio).last().map(String::as_str), Some("hot cache"));
}

fn select_nothing(studio: &mut Studio) {
    studio.state_mut().ask(Request::Select(Vec::<ItemId>::new()));
    studio.run();
}

#[test]
fn the_last_lines_of_every_menu_are_in_sight() {
    for (menu, item, then) in [
        ("Edit", "Your name…", "It stands beside the decisions"),
        ("View", "Light or dark as the system is", ""),
        ("System", "New asset", "New asset"),
        ("Arrange", "Open all zones", ""),
        ("File", "Close model", "Start from a template"),
    ] {
        let mut studio = studio_at(ROOMY, Some(example()), None);
        button(&mut studio, menu);
        // A pointer reaches only what is not cut away; nothing is scrolled.
        studio.get_by_role_and_label(Role::MenuItem, item).click();
        settle(&mut studio);
        let closed = studio.query_by_role_and_label(Role::MenuItem, item).is_none();
        assert!(closed && (then.is_empty() || says(&studio, then)), "{item} of {menu} is cut");
    }
}

#[test]
fn an_untouched_template_makes_room_for_another_without_a_word() {
    let mut studio = studio(Project::new("Empty"));
    studio.state_mut().ask(Command::New);
    studio.run();
    button(&mut studio, "Do not save");
    pick(&mut studio, "File", "New from template…");
    button(&mut studio, "Start from Fleet of devices");
    assert_eq!(project(&studio).name, "Fleet of devices");
    assert!(says(&studio, "Not saved yet"));
    quick_choice(&mut studio, "rag", "New from the template Answers from documents");
    assert_eq!(project(&studio).name, "Answers from documents", "nobody was asked");
    // What was changed is asked for.
    quick(&mut studio, "+ ledger");
    quick_choice(&mut studio, "web", "New from the template Three-tier web application");
    assert!(says(&studio, "Save your changes?"));
    button(&mut studio, "Do not save");
    assert_eq!(project(&studio).name, "Three-tier web application");
}

#[test]
fn the_canvas_moves_for_a_line_and_back_again() {
    let mut studio = studio(small());
    let camera = |studio: &Studio| {
        let camera = &studio.state().system.canvas.camera;
        (camera.center, camera.zoom)
    };
    let in_sight = |studio: &Studio, name: &str| {
        studio.get_by_label("Diagram").rect().contains_rect(thing(studio, name).rect())
    };
    let before = camera(&studio);
    // What it would make lies beyond the edge.
    ctrl(&mut studio, Key::K);
    type_text(&mut studio, "assistant -> crm @Partners");
    assert_ne!(camera(&studio), before, "the new end is brought into sight");
    press(&mut studio, Key::Escape);
    assert_eq!(camera(&studio), before, "nothing was drawn");
    quick(&mut studio, "assistant -> crm @Partners");
    assert!(in_sight(&studio, "crm,") && in_sight(&studio, "assistant,"));
    // What can be seen from where the canvas was leaves it there.
    let before = camera(&studio);
    quick(&mut studio, "user -> mail");
    assert_eq!(camera(&studio), before);
    assert!(in_sight(&studio, "mail,"));
}

#[test]
fn an_asset_that_nobody_classified_is_called_that() {
    let mut studio = studio(small());
    quick(&mut studio, "user -> assistant: MCP, customer data");
    assert_eq!(
        project(&studio).assets.iter().map(crate::model::Asset::classified).collect::<Vec<_>>(),
        [None]
    );
    quick(&mut studio, "+ Third parties: zone");
    assert_eq!(project(&studio).diagram.zones.iter().last().map(|zone| zone.trust), Some(1));
    // Drawn by hand and named.
    button(&mut studio, "Draw a zone");
    let corner = studio.get_by_label("Diagram").rect().left_bottom();
    drag(&mut studio, corner + egui::vec2(30.0, -260.0), corner + egui::vec2(260.0, -130.0));
    type_name(&mut studio, "Public web");
    assert_eq!(project(&studio).diagram.zones.iter().last().map(|zone| zone.trust), Some(0));
}

fn quick_choice(studio: &mut Studio, typed: &str, choice: &str) {
    ctrl(studio, Key::K);
    type_text(studio, typed);
    click(studio, Role::ListBoxOption, choice);
}
