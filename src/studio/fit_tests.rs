//! Every view keeps within its window, in every size that is designed for, and never shows an empty half.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::model::Project;
use crate::session::Session;

const SIZES: [Vec2; 3] = [ROOMY, Vec2::new(1280.0, 800.0), Vec2::new(1100.0, 720.0)];

const CONTROLS: [Role; 9] = [
    Role::Button,
    Role::CheckBox,
    Role::ColumnHeader,
    Role::ComboBox,
    Role::ListItem,
    Role::MultilineTextInput,
    Role::Row,
    Role::Tab,
    Role::TextInput,
];

/// What stands wholly or partly beside the window.
fn beyond(studio: &Studio, width: f32) -> Vec<String> {
    let mut found = Vec::new();
    for role in CONTROLS {
        for node in studio.query_all_by_role(role) {
            let rect = node.rect();
            if rect.width() > 0.0 && (rect.left() < -1.0 || rect.right() > width + 1.0) {
                found.push(format!("{:?} {:?} {:?}", role, node.accesskit_node().label(), rect.x_range()));
            }
        }
    }
    found
}

#[track_caller]
fn fits(studio: &Studio, place: &str, size: Vec2) {
    let beyond = beyond(studio, size.x);
    assert!(beyond.is_empty(), "{place} at {size:?}: {beyond:#?}");
}

const STEPS: [(Key, &str, &[&str]); 7] = [
    (Key::Num1, "System", &[]),
    (Key::Num2, "Assets", &[]),
    (Key::Num3, "Threats", &["Find threats", "All threats", "Attack paths"]),
    (Key::Num4, "Risk", &[]),
    (Key::Num5, "Policies", &["Rules", "Protection"]),
    (Key::Num6, "Simulate", &[]),
    (Key::Num7, "Report", &[]),
];

fn tour(session: impl Fn() -> Session) {
    for size in SIZES {
        let mut studio = studio_at(size, Some(session()), None);
        for (key, step, tabs) in STEPS {
            ctrl(&mut studio, key);
            fits(&studio, step, size);
            for tab in tabs {
                click(&mut studio, Role::Tab, tab);
                fits(&studio, tab, size);
            }
        }
    }
}

#[test]
fn every_view_of_the_example_fits_its_window() {
    tour(example);
}

#[test]
fn every_view_of_an_empty_model_fits_its_window() {
    tour(|| Session::unsaved(Project::new("Empty")));
}

#[test]
fn results_fit_their_window_and_say_what_they_rest_on() {
    for size in SIZES {
        let mut studio = studio_at(size, Some(example()), None);
        ctrl(&mut studio, Key::Num6);
        press(&mut studio, Key::F5);
        wait_until(&mut studio, "the run", |studio| session(studio).results().simulation.is_some());
        fits(&studio, "a run", size);
        click(&mut studio, Role::RadioButton, "Show as: Table");
        fits(&studio, "a run as tables", size);
        assert!(
            studio.query_all_by_role(Role::Row).count() > 20,
            "fired conditions and responses are listed"
        );
        ctrl(&mut studio, Key::Num5);
        click(&mut studio, Role::Tab, "Protection");
        button(&mut studio, "Simulate the security checks");
        wait_until(&mut studio, "the checks", |studio| session(studio).results().protection.is_some());
        fits(&studio, "protection", size);
    }
}

#[test]
fn the_words_of_tabs_stand_in_the_middle_of_their_bar() {
    let mut studio = studio(small());
    ctrl(&mut studio, Key::Num3);
    let tab = studio.get_by_role_and_label(Role::Tab, "Find threats").rect();
    let beside = studio.get_by_role_and_label(Role::Button, "New threat").rect();
    assert!((tab.center().y - beside.center().y).abs() <= 1.0, "{tab:?} {beside:?}");
}

#[test]
fn a_view_shows_what_matters_most_before_anything_is_chosen() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num3);
    button(&mut studio, "Accept");
    ctrl(&mut studio, Key::Z);
    click(&mut studio, Role::Tab, "All threats");
    studio.state_mut().ask(crate::session::Request::Select(Vec::new()));
    studio.run();
    let worst = session(&studio).derived().register().rows.first().map(|row| row.threat).unwrap();
    let title = project(&studio).threats.get(worst).unwrap().title.clone();
    let shown = studio.get_by_role_and_label(Role::TextInput, "Title").accesskit_node().value();
    assert_eq!(shown.as_deref(), Some(title.as_str()));
    ctrl(&mut studio, Key::Num4);
    studio.get_by_role_and_label(Role::Button, "Edit threat and controls");
}
