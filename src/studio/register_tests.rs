//! The register of threats in the window: keys, cells, filters, groups, several at once, columns, the file; coverage.

use std::collections::BTreeSet;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{
    Control, ControlId, ControlStatus, Project, Stride, Target, Threat, ThreatId, ThreatStatus, Treatment,
};

fn listed(count: u32) -> Studio {
    let mut project = small();
    let first = project.diagram.components().next().map(|component| Target::Component(component.id));
    for number in 1..=count {
        project.threats.insert(Threat {
            id: ThreatId(number),
            title: format!("Threat {number}"),
            likelihood: Some(f64::from(number % 5 + 1)),
            impact: Some(3.0),
            targets: first.into_iter().collect(),
            stride: [Stride::Tampering].into(),
            ..Threat::default()
        });
    }
    project.reserve_all();
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "All threats");
    studio
}

fn rows(studio: &Studio) -> Vec<String> {
    labels(studio, Role::Row).into_iter().filter(|label| label.starts_with("T-")).collect()
}

fn threat(studio: &Studio, id: u32) -> &Threat {
    project(studio).threats.get(ThreatId(id)).unwrap()
}

#[test]
fn arrows_move_and_enter_edits_the_cell() {
    let mut studio = listed(3);
    click(&mut studio, Role::ColumnHeader, "Sort by Id");
    assert_eq!(rows(&studio), ["T-001 Threat 1", "T-002 Threat 2", "T-003 Threat 3"]);
    click(&mut studio, Role::Row, "T-001 Threat 1");
    press(&mut studio, Key::ArrowDown);
    assert_eq!(session(&studio).selection().single(), Some(ThreatId(2).into()));
    press(&mut studio, Key::End);
    assert_eq!(session(&studio).selection().single(), Some(ThreatId(3).into()));
    press(&mut studio, Key::Home);
    // The press on the row has put the keyboard on a column; Esc takes it off again, and Enter begins with the title.
    press(&mut studio, Key::Escape);
    press(&mut studio, Key::Enter);
    studio.run();
    type_name(&mut studio, "Renamed here");
    assert_eq!(threat(&studio, 1).title, "Renamed here");
    // Esc leaves the text as it was.
    press(&mut studio, Key::Enter);
    studio.run();
    type_text(&mut studio, "Not this");
    press(&mut studio, Key::Escape);
    studio.run();
    assert_eq!(threat(&studio, 1).title, "Renamed here");
    assert_eq!(undo_all(&mut studio).len(), 1);
}

#[test]
fn letters_set_the_state_and_the_treatment_and_digits_rate() {
    let mut studio = listed(2);
    pick(&mut studio, "Columns", "Likely");
    press(&mut studio, Key::Escape);
    click(&mut studio, Role::ColumnHeader, "Sort by Id");
    click(&mut studio, Role::Row, "T-001 Threat 1");
    press(&mut studio, Key::Escape);
    // Id, title, state.
    for _ in 0..3 {
        press(&mut studio, Key::ArrowRight);
    }
    let letter = |studio: &mut Studio, letter: &str| {
        type_text(studio, letter);
        studio.run();
    };
    letter(&mut studio, "m");
    assert_eq!(threat(&studio, 1).status, ThreatStatus::Mitigating);
    letter(&mut studio, "m");
    assert_eq!(threat(&studio, 1).status, ThreatStatus::Mitigated);
    letter(&mut studio, "t");
    assert_eq!(threat(&studio, 1).status, ThreatStatus::Transferred);
    assert_eq!(project(&studio).threats.len(), 2, "T is a letter of the cell there, not a new threat");
    // Accepting by a letter is refused without who, why and until when.
    letter(&mut studio, "a");
    assert_eq!(threat(&studio, 1).status, ThreatStatus::Avoided);
    letter(&mut studio, "a");
    assert_eq!(threat(&studio, 1).status, ThreatStatus::Open);
    assert_eq!(threat(&studio, 1).treatment, Treatment::Accept);
    // Now, likelihood.
    press(&mut studio, Key::ArrowRight);
    press(&mut studio, Key::ArrowRight);
    press(&mut studio, Key::Num4);
    assert_eq!(threat(&studio, 1).likelihood, Some(4.0));
    ctrl(&mut studio, Key::Z);
    assert_eq!(threat(&studio, 1).likelihood, Some(2.0));
}

#[test]
fn marked_threats_are_changed_in_one_step_each() {
    let mut studio = listed(4);
    press(&mut studio, Key::Home);
    ctrl(&mut studio, Key::A);
    assert!(says(&studio, "4 marked"));
    pick(&mut studio, "Treat", "Transfer");
    let transferred = |studio: &Studio| {
        project(studio).threats.iter().filter(|threat| threat.treatment == Treatment::Transfer).count()
    };
    assert_eq!(transferred(&studio), 4);
    assert!(threat(&studio, 1).decisions[0].text.contains("transfer"));
    ctrl(&mut studio, Key::Z);
    assert_eq!(transferred(&studio), 0);
    button(&mut studio, "Owner");
    fill(&mut studio, "Owner of the marked", "Kim");
    assert!(project(&studio).threats.iter().all(|threat| threat.owner == "Kim"));
    button(&mut studio, "Due");
    fill(&mut studio, "Due day of the marked", "31 Dec 2026");
    assert!(project(&studio).threats.iter().all(|threat| threat.due.is_some()));
    button(&mut studio, "Tag");
    fill(&mut studio, "Tag of the marked", "q4");
    assert!(project(&studio).threats.iter().all(|threat| threat.tags == ["q4"]));
    let second = project(&studio).diagram.components().nth(1).unwrap().clone();
    let (target, label) = (Target::Component(second.id), format!("{}  {}", second.id, second.name));
    button(&mut studio, "Copy to");
    type_text(&mut studio, &second.id.to_string());
    click(&mut studio, Role::MenuItem, &label);
    button(&mut studio, "Copy to 1 target");
    let copied = project(&studio).threats.iter().filter(|threat| threat.targets == [target]).count();
    assert_eq!((copied, project(&studio).threats.len()), (4, 8));
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).threats.len(), 4);
    assert_eq!(undo_all(&mut studio).len(), 3, "owner, due day, tag");
}

#[test]
fn escape_closes_the_palette_over_the_list_first() {
    let mut studio = listed(4);
    click(&mut studio, Role::CheckBox, "Mark T-001");
    ctrl(&mut studio, Key::K);
    assert!(studio.state().palette.is_open());
    press(&mut studio, Key::Escape);
    assert!(!studio.state().palette.is_open());
    assert!(says(&studio, "1 marked"), "what is marked stays marked");
}

#[test]
fn filters_and_groups_narrow_the_list() {
    let mut studio = listed(4);
    pick(&mut studio, "Filter by state", "Mitigating");
    assert_eq!(rows(&studio), Vec::<String>::new());
    assert!(says(&studio, "No threat matches"));
    press(&mut studio, Key::Escape);
    click(&mut studio, Role::Link, "Show all");
    assert_eq!(rows(&studio).len(), 4);
    fill(&mut studio, "Search threats", "threat 3");
    assert_eq!(rows(&studio), ["T-003 Threat 3"]);
    fill(&mut studio, "Search threats", "");
    choose(&mut studio, "Group threats", "By STRIDE");
    button(&mut studio, "Fold Tampering, 4");
    assert_eq!(rows(&studio), Vec::<String>::new());
    button(&mut studio, "Show Tampering, 4");
    assert_eq!(rows(&studio).len(), 4);
}

#[test]
fn columns_are_chosen_and_kept_for_the_next_run() {
    let mut studio = listed(1);
    let heads =
        |studio: &Studio| -> BTreeSet<String> { labels(studio, Role::ColumnHeader).into_iter().collect() };
    assert!(!heads(&studio).contains("Sort by Tags"));
    pick(&mut studio, "Columns", "Tags");
    assert!(heads(&studio).contains("Sort by Tags"));
    assert!(studio.state().prefs.register_columns.contains(&"Tags".to_owned()));
}

#[test]
fn five_thousand_threats_draw_only_what_is_in_sight() {
    let studio = listed(5_000);
    let shown = rows(&studio).len();
    assert!((10..60).contains(&shown), "{shown}");
    let mut studio = studio;
    press(&mut studio, Key::End);
    studio.run();
    let last = session(&studio).selection().single().unwrap();
    assert!(rows(&studio).iter().any(|row| row.starts_with(&last.to_string())), "the last row is in sight");
}

#[test]
fn coverage_says_what_is_missing_and_leads_there() {
    let mut studio = listed(3);
    click(&mut studio, Role::Tab, "Coverage");
    assert!(says(&studio, "decisions are missing."));
    assert!(!labels(&studio, Role::Label).iter().any(|label| label.contains('%')), "no bare percentage");
    button(&mut studio, "3 no owner");
    assert_eq!(rows(&studio).len(), 3);
    assert!(says(&studio, "No owner"));
    click(&mut studio, Role::Tab, "Coverage");
    click(&mut studio, Role::RadioButton, "Coverage of: Elements");
    let name = project(&studio).diagram.components().next().unwrap().name.clone();
    button(&mut studio, &format!("Tampering at {name}: 3 threats"));
    assert_eq!(rows(&studio).len(), 3);
    click(&mut studio, Role::Tab, "Coverage");
    click(&mut studio, Role::RadioButton, "Coverage of: Frameworks");
    let found = labels(&studio, Role::Row);
    assert!(found.contains(&"ASI01 Agent goal hijack: to look at".to_owned()), "{found:?}");
    let to_look_at = found.iter().filter(|row| row.ends_with(": to look at")).count();
    assert!(says(&studio, &format!("{to_look_at} to look at.")), "the headline counts the rows");
}

#[test]
fn the_matrix_follows_controls_and_what_is_in_place() {
    let mut project = Project::clone(project(&listed(1)));
    project.controls.insert(Control {
        id: ControlId(1),
        name: "Filter".to_owned(),
        threats: vec![ThreatId(1)],
        status: ControlStatus::Planned,
        ..Control::default()
    });
    project.reserve_all();
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "Coverage");
    let row = |studio: &Studio| rows(studio).remove(0);
    assert!(row(&studio).contains("no control in place"), "{}", row(&studio));
    assert!(!row(&studio).contains("no control,"), "{}", row(&studio));
}

#[test]
fn a_sentence_typed_in_one_go_fills_the_parts() {
    let mut studio = listed(1);
    click(&mut studio, Role::Row, "T-001 Threat 1");
    assert!(says(&studio, "It does not say who does it"));
    let header = studio.get_by_label("Change the sentence");
    header.click();
    studio.run();
    fill(&mut studio, "Whole sentence", "Anyone with an account can read mail, which leads to gossip.");
    let statement = threat(&studio, 1).statement.clone();
    assert_eq!(
        (statement.source.as_str(), statement.prerequisites.as_str(), statement.action.as_str()),
        ("Anyone", "with an account", "read mail")
    );
    assert_eq!(statement.effect, "gossip");
    let name = project(&studio).diagram.components().next().unwrap().name.clone();
    let (start, _) = name.split_at(3);
    let field = studio.get_by_role_and_label(Role::TextInput, "Leads to");
    field.click();
    studio.run();
    type_text(&mut studio, &format!(" at {start}"));
    studio.run();
    button(&mut studio, &format!("Complete Leads to with {name}"));
    assert_eq!(threat(&studio, 1).statement.effect, format!("gossip at {name}"));
}

#[test]
fn a_reference_is_picked_from_the_catalogue_with_its_edition() {
    let mut studio = listed(1);
    click(&mut studio, Role::Row, "T-001 Threat 1");
    button(&mut studio, "Add a reference");
    fill(&mut studio, "Find a reference", "LLM01");
    let reference = threat(&studio, 1).references[0].clone();
    assert_eq!((reference.id.as_str(), reference.edition.as_str()), ("LLM01", "2025"));
}

#[test]
fn the_key_that_closes_a_menu_leaves_the_marks() {
    let mut studio = listed(3);
    ctrl(&mut studio, Key::A);
    assert!(says(&studio, "3 marked"));
    button(&mut studio, "Treat");
    press(&mut studio, Key::Escape);
    assert!(says(&studio, "3 marked"), "the menu is closed, the marks stay");
    press(&mut studio, Key::Escape);
    assert!(!says(&studio, "3 marked"));
}

#[test]
fn what_waits_for_an_acceptance_says_so() {
    let mut studio = listed(3);
    ctrl(&mut studio, Key::A);
    pick(&mut studio, "Treat", "Mitigate");
    assert_eq!(threat(&studio, 2).status, ThreatStatus::Mitigating);
    pick(&mut studio, "Treat", "Accept");
    assert_eq!(
        (threat(&studio, 2).status, threat(&studio, 2).treatment),
        (ThreatStatus::Open, Treatment::Accept)
    );
    assert!(says(&studio, "3 threats wait for an acceptance, open until it says who, why and until when"));
}
