//! Menus and bars stay where hands expect them, and show all that they hold.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::edit::verbs;
use crate::model::ComponentId;
use crate::session::{Command, Group, Request, Step};

#[test]
fn menus_are_as_long_as_the_window_has_room() {
    // The window's size, whether the whole menu is to be seen at once.
    for (size, whole) in [(ROOMY, true), (Vec2::new(1100.0, 460.0), false)] {
        let mut studio = studio_at(size, Some(example()), None);
        for menu in ["File", "Edit", "View", "System"] {
            button(&mut studio, menu);
            let mut items = studio.query_all_by_role(Role::MenuItem).map(|item| item.rect());
            let last = items.next_back().unwrap();
            drop(items);
            // What floats there is as long as what is in it.
            let floating = studio.ctx.memory(|memory| {
                let layers = memory.areas().visible_layer_ids().into_iter();
                let foreground = layers.filter(|layer| layer.order == egui::Order::Foreground);
                foreground.filter_map(|layer| memory.area_rect(layer.id)).collect::<Vec<_>>()
            });
            assert!(floating.iter().all(|area| area.bottom() <= size.y + 0.5), "{menu}: {floating:?}");
            let seen = floating.iter().any(|area| area.contains(last.center_bottom()));
            assert!(seen || !whole, "{menu}: {last} is not in {floating:?}");
            press(&mut studio, Key::Escape);
        }
    }
}

#[test]
fn the_view_menu_fits_low_windows_and_holds_every_command() {
    let size = Vec2::new(1280.0, 800.0);
    let mut studio = studio_at(size, Some(example()), None);
    button(&mut studio, "View");
    let items = labels(&studio, Role::MenuItem);
    let low = studio.query_all_by_role(Role::MenuItem).map(|item| item.rect().bottom()).fold(0.0, f32::max);
    assert!(low < size.y - 20.0, "{low}: {items:?}");
    press(&mut studio, Key::Escape);
    let beside = ["Go to", "Zoom", "Views of the model", "Colour the diagram by", "Panels"];
    let mut held: Vec<String> = items.into_iter().filter(|item| !beside.contains(&item.as_str())).collect();
    for menu in beside {
        button(&mut studio, "View");
        let before = labels(&studio, Role::MenuItem);
        click(&mut studio, Role::MenuItem, menu);
        let after = labels(&studio, Role::MenuItem);
        held.extend(after.into_iter().filter(|item| !before.contains(item)));
        press(&mut studio, Key::Escape);
    }
    held.sort();
    let commands = Command::ALL.iter().filter(|command| command.group() == Group::View);
    let mut expected: Vec<&str> = commands.map(|command| command.label()).collect();
    expected.sort_unstable();
    assert_eq!(held, expected);
}

#[test]
fn a_command_beside_a_menu_is_done_and_closes_both() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    button(&mut studio, "View");
    click(&mut studio, Role::MenuItem, "Go to");
    click(&mut studio, Role::MenuItem, "Go to Assets");
    assert_eq!(labels(&studio, Role::MenuItem), Vec::<String>::new());
    assert_eq!(studio.state().step, Step::Assets);
}

#[test]
fn a_menu_is_wide_enough_for_its_words() {
    let mut studio = studio(small());
    let name = "the orders of all customers of the last seven years";
    let project = project(&studio).clone();
    let step = verbs::rename(&project, ComponentId(2).into(), name).unwrap();
    studio.state_mut().ask(Request::Commit(step));
    studio.run();
    button(&mut studio, "Edit");
    let undo = studio.get_by(|node| {
        node.role() == Role::MenuItem && node.label().is_some_and(|label| label.starts_with("Undo"))
    });
    let said = undo.accesskit_node().label().unwrap();
    assert!(said.ends_with(name), "{said}");
    assert!(undo.rect().width() > 420.0, "{}", undo.rect());
}

#[test]
fn the_button_for_the_next_path_stays_under_the_pointer() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    studio.state_mut().ask(Command::ShowAttackPaths);
    studio.run();
    let path = |studio: &Studio| {
        let words = studio.get_by_label_contains("model estimate");
        let node = words.accesskit_node();
        node.label().or_else(|| node.value()).unwrap()
    };
    let next = studio.get_by_role_and_label(Role::Button, "Next attack path").rect();
    let mut widths = Vec::new();
    for _ in 0..6 {
        let before = path(&studio);
        studio.get_by_role_and_label(Role::Button, "Next attack path").click();
        studio.run();
        let after = path(&studio);
        assert_ne!(before, after, "it leads on");
        widths.push(after.len());
        assert_eq!(studio.get_by_role_and_label(Role::Button, "Next attack path").rect(), next, "{after}");
    }
    widths.dedup();
    assert!(widths.len() > 1, "paths of several lengths were shown: {widths:?}");
    studio.key_press_modifiers(Modifiers::NONE, Key::Escape);
    studio.run();
}

#[test]
fn the_diagram_is_saved_in_every_format_from_the_file_menu() {
    let folder = tempfile::tempdir().unwrap();
    for (ending, start) in [("svg", &b"<?xml"[..]), ("png", b"\x89PNG"), ("pdf", b"%PDF")] {
        let path = folder.path().join(format!("diagram.{ending}"));
        let mut studio = studio_at(ROOMY, Some(example()), [path.clone()]);
        pick(&mut studio, "File", &format!("Save diagram as {}…", ending.to_uppercase()));
        wait_until(&mut studio, ending, |_| path.exists());
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(start) && bytes.len() > 4000, "{ending}: {} bytes", bytes.len());
    }
}
