//! Suggestions in the window when there are many: found by words and by place, one row for a threat at many places.

use egui::Key;
use egui::accesskit::Role;

use super::driving::*;
use crate::analysis::paths::tests::system;
use crate::session::Session;

/// Six agents in two zones, each speaking to the next.
fn six_agents() -> Studio {
    let mut project = system(
        "C1 Agent@1, C2 Agent@1, C3 Agent@1, C4 Agent@2, C5 Agent@2, C6 Agent@2",
        "F1 1>2, F2 2>3, F3 3>4, F4 4>5, F5 5>6",
    );
    project.reserve_all();
    let mut studio = studio_at(ROOMY, Some(Session::unsaved(project)), None);
    ctrl(&mut studio, Key::Num3);
    studio
}

fn rows(studio: &Studio) -> Vec<String> {
    labels(studio, Role::ListItem)
}

#[test]
fn what_is_typed_to_find_a_place_answers_and_accepts_nothing() {
    let mut studio = six_agents();
    let before = text(&studio);
    click(&mut studio, Role::ComboBox, "Suggestions for");
    type_text(&mut studio, "n");
    for key in [Key::Y, Key::N, Key::A, Key::D] {
        press(&mut studio, key);
    }
    assert_eq!(text(&studio), before, "no question is answered, nothing is accepted");
    press(&mut studio, Key::Escape);
    assert_eq!(text(&studio), before);
}

#[test]
fn a_place_is_found_by_a_part_of_its_name() {
    let mut studio = six_agents();
    click(&mut studio, Role::ComboBox, "Suggestions for");
    type_text(&mut studio, "part 6");
    let offered = labels(&studio, Role::MenuItem);
    assert_eq!(offered, ["part 6", "part 5 → part 6"]);
    press(&mut studio, Key::Enter);
    let found = rows(&studio);
    assert!(!found.is_empty() && found.iter().all(|row| row.ends_with(" at part 6")), "{found:?}");
}

#[test]
fn a_zone_has_what_is_inside() {
    let mut studio = six_agents();
    let zone = {
        let project = project(&studio);
        let last = project.diagram.components().last().and_then(|one| one.zone).unwrap();
        project.name_of(last.into())
    };
    click(&mut studio, Role::ComboBox, "Suggestions for");
    type_text(&mut studio, &zone);
    click(&mut studio, Role::MenuItem, &zone);
    let found = rows(&studio);
    assert!(found.iter().any(|row| row.ends_with(" at part 4")), "{found:?}");
    assert!(!found.iter().any(|row| row.ends_with(" at part 1")), "{found:?}");
}

#[test]
fn words_leave_what_holds_them() {
    let mut studio = six_agents();
    let all = rows(&studio).len();
    fill(&mut studio, "Search suggestions", "MEMORY poison");
    let found = rows(&studio);
    assert!(!found.is_empty() && found.len() < all);
    assert!(found.iter().all(|row| row.starts_with("Memory poison")), "{found:?}");
    fill(&mut studio, "Search suggestions", "no such thing");
    assert!(says(&studio, "No suggestion holds these words."));
}

#[test]
fn a_threat_at_many_places_is_one_row_that_opens_and_is_accepted_as_one() {
    let mut studio = six_agents();
    let found = rows(&studio);
    let row =
        found.iter().find(|row| row.ends_with(" at 6 components")).unwrap_or_else(|| panic!("{found:?}"));
    let title = row.trim_end_matches(" at 6 components").to_owned();
    assert!(!found.contains(&format!("{title} at part 3")), "its places wait in the row");
    let id = {
        let all = session(&studio).derived().suggestions();
        let mut open = all.fires.iter().chain(&all.needs_answer);
        open.find(|one| one.title() == title).unwrap().id().to_owned()
    };
    button(&mut studio, &format!("Show the 6 components of {id}"));
    assert!(rows(&studio).contains(&format!("{title} at part 3")));
    click(&mut studio, Role::ListItem, &format!("{title} at 6 components"));
    assert!(says(&studio, "One decision for 6 components."));
    press(&mut studio, Key::A);
    let threat = project(&studio).threats.iter().next().unwrap();
    assert_eq!((threat.targets.len(), project(&studio).threats.len()), (6, 1));
    assert!(threat.rationale.ends_with("and at 4 other places."), "{}", threat.rationale);
    assert_eq!(undo_all(&mut studio).len(), 1);
}

#[test]
fn a_threat_at_many_places_is_set_aside_with_one_reason() {
    let mut studio = six_agents();
    let row = rows(&studio).into_iter().find(|row| row.ends_with(" at 6 components")).unwrap();
    click(&mut studio, Role::ListItem, &row);
    press(&mut studio, Key::D);
    type_name(&mut studio, "A sketch");
    assert_eq!(project(&studio).dismissals.len(), 6);
    assert_eq!(undo_all(&mut studio).len(), 1);
}

#[test]
fn the_badge_counts_threats_and_not_places() {
    let studio = six_agents();
    let all = session(&studio).derived().suggestions();
    let pairs = all.fires.len() + all.needs_answer.len();
    let mut ids: Vec<&str> = all.fires.iter().chain(&all.needs_answer).map(|one| one.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(all.open_threats(), ids.len());
    assert!(ids.len() < pairs);
    assert_eq!(super::problems::counts(session(&studio)).suggestions, ids.len());
}

#[test]
fn a_path_to_no_named_asset_is_called_by_where_it_ends() {
    let mut project = system("C1 External@0, C2 Agent@2, C3 Store@3", "F1 1>2, F2 2>3");
    project.assets = crate::model::Project::new("none").assets;
    project.reserve_all();
    let mut studio = studio_at(ROOMY, Some(Session::unsaved(project)), None);
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "Attack paths");
    let found = rows(&studio);
    assert!(found.iter().any(|row| row.starts_with("Path to part 3: ")), "{found:?}");
    assert!(says(&studio, "To part 3"));
    assert!(says(&studio, "What would stop every path there"));
}
