//! Problems in the window: put right by menu, by key and for a whole rule; set aside and brought back.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::analysis::lint::Finding;
use crate::analysis::paths::tests::system;
use crate::model::{Authentication, Project};
use crate::session::Request;

fn crossing() -> Project {
    let mut project = system("C1 Agent@1, C2 Agent@2, C3 Store@3", "F1 1>2, F2 2>3");
    project.reserve_all();
    project
}

fn open<'a>(studio: &'a Studio, rule: &str) -> Vec<&'a Finding> {
    super::problems::open(session(studio)).into_iter().filter(|finding| finding.rule == rule).collect()
}

/// A window so high that the problem is in sight of its strip.
fn window() -> Studio {
    let mut project = crossing();
    // Only the rule that is looked at is left.
    let rules: Vec<String> =
        crate::catalog::Catalog::builtin().lint_rules.iter().map(|rule| rule.id.clone()).collect();
    for rule in rules.into_iter().filter(|rule| rule != "TM-013" && rule != "TM-062") {
        project.suppressions.push(crate::model::Suppression {
            rule,
            reason: "Not looked at here".to_owned(),
            ..Default::default()
        });
    }
    studio(project)
}

fn proofs(studio: &Studio) -> Vec<Option<Authentication>> {
    project(studio).diagram.interfaces().map(|interface| interface.authentication).collect()
}

#[test]
fn a_problem_is_fixed_by_a_choice_and_undone() {
    let mut studio = window();
    assert_eq!(open(&studio, "TM-013").len(), 2);
    pick(&mut studio, "Fix TM-013 at part 1 → part 2", "Set Token");
    assert_eq!(proofs(&studio), [Some(Authentication::Token), None]);
    assert_eq!(open(&studio, "TM-013").len(), 1);
    ctrl(&mut studio, Key::Z);
    assert_eq!(proofs(&studio), [None, None]);
    assert_eq!(open(&studio, "TM-013").len(), 2);
}

#[test]
fn every_problem_of_a_rule_is_fixed_in_one_step() {
    let mut studio = window();
    pick(&mut studio, "Fix TM-013 at part 1 → part 2", "Set Mutual TLS, wherever it fits");
    assert_eq!(proofs(&studio), [Some(Authentication::MutualTls); 2]);
    assert_eq!(open(&studio, "TM-013"), Vec::<&Finding>::new());
    ctrl(&mut studio, Key::Z);
    assert_eq!(proofs(&studio), [None, None]);
}

#[test]
fn a_key_opens_the_choices_and_a_digit_takes_one() {
    let mut studio = window();
    press(&mut studio, Key::F8);
    ctrl(&mut studio, Key::Period);
    assert!(says(&studio, "Fix this problem"));
    press(&mut studio, Key::Num2);
    studio.run();
    assert_eq!(proofs(&studio).iter().flatten().count(), 1);
    assert!(!says(&studio, "Fix this problem"));
}

#[test]
fn what_no_change_can_fix_says_what_to_do() {
    let mut studio = window();
    let finding = Finding { rule: "PO-029".to_owned(), ..open(&studio, "TM-013")[0].clone() };
    studio.state_mut().dialog = Some(super::dialogs::Dialog::Fix(Box::new(finding)));
    studio.run();
    assert!(studio.query_by_label_contains("the rule has to be run on a trace").is_some());
    press(&mut studio, Key::Escape);
    assert!(!says(&studio, "Fix this problem"));
}

#[test]
fn a_problem_is_set_aside_with_a_reason_and_brought_back() {
    let mut project = crossing();
    project.suppressions.clear();
    let mut studio =
        studio_at(Vec2::new(1600.0, 1400.0), Some(crate::session::Session::unsaved(project)), None);
    let rule = open(&studio, "TM-001").first().map_or_else(
        || super::problems::open(session(&studio))[0].rule.clone(),
        |finding| finding.rule.clone(),
    );
    let before = super::problems::open(session(&studio)).len();
    let label = format!("Set {rule} aside");
    studio.get_all_by_role_and_label(Role::Button, &label).next().unwrap().click();
    studio.run();
    type_text(&mut studio, "A sketch");
    press(&mut studio, Key::Enter);
    assert_eq!(super::problems::open(session(&studio)).len(), before - 1);
    assert_eq!(project_reason(&studio), "A sketch");
    click(&mut studio, Role::Link, "1 set aside");
    assert!(labels(&studio, Role::ListItem).contains(&format!("{rule} set aside: A sketch")));
    button(&mut studio, &format!("Bring {rule} back"));
    assert_eq!(super::problems::open(session(&studio)).len(), before);
    ctrl(&mut studio, Key::Z);
    assert_eq!(super::problems::open(session(&studio)).len(), before - 1);
}

fn project_reason(studio: &Studio) -> String {
    project(studio).suppressions.iter().map(|one| one.reason.clone()).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_key_leads_to_the_next_question_on_the_canvas_and_another_answers_it() {
    let mut studio = window();
    let before = session(&studio).derived().suggestions().questions.len();
    assert!(before > 1);
    studio.state_mut().queue.push(Request::Select(Vec::new()));
    studio.run();
    press(&mut studio, Key::Q);
    let first = session(&studio).selection().single().unwrap();
    let asked = &session(&studio).derived().suggestions().questions[0];
    assert_eq!(first, asked.item);
    press(&mut studio, Key::Q);
    assert_ne!(session(&studio).selection().single(), Some(first));
    let text = text(&studio);
    press(&mut studio, Key::Y);
    assert_ne!(super::driving::text(&studio), text);
}

/// Twelve agents that speak without saying who they are: two rules, one of them at many places.
fn many() -> Studio {
    let flows: Vec<String> = (1..12).map(|at| format!("F{at} {at}>{}", at + 1)).collect();
    let agents: Vec<String> = (1..=12).map(|at| format!("C{at} Agent@{}", 1 + at % 2)).collect();
    let mut project = system(&agents.join(", "), &flows.join(", "));
    project.reserve_all();
    studio_at(Vec2::new(1600.0, 1000.0), Some(crate::session::Session::unsaved(project)), None)
}

#[test]
fn a_rule_with_many_problems_is_one_row_that_opens_and_is_fixed_as_a_whole() {
    let mut studio = many();
    let count = open(&studio, "TM-013").len();
    assert!(count > 3, "{count}");
    let title = open(&studio, "TM-013")[0].title.clone();
    let alone =
        |studio: &Studio| labels(studio, Role::ListItem).iter().filter(|row| row.contains("TM-013:")).count();
    // Grave ones first: the row of the rule may have to be found.
    only(&mut studio, "TM-013");
    assert_eq!(alone(&studio), 0);
    let name = format!("{count} problems of TM-013");
    button(&mut studio, &format!("Show the {name}: {title}"));
    assert!(alone(&studio) > 0);
    button(&mut studio, &format!("Fold the {name}: {title}"));
    assert_eq!(alone(&studio), 0);
    pick(&mut studio, &format!("Fix all {name}"), "Set Token, wherever it fits");
    assert_eq!(open(&studio, "TM-013"), Vec::<&Finding>::new());
    assert_eq!(undo_all(&mut studio).len(), 1);
    assert_eq!(open(&studio, "TM-013").len(), count);
}

/// Sets every other rule aside.
fn only(studio: &mut Studio, rule: &str) {
    let mut project = Project::clone(project(studio));
    for other in crate::catalog::Catalog::builtin().lint_rules.iter().filter(|other| other.id != rule) {
        project.suppressions.push(crate::model::Suppression {
            rule: other.id.clone(),
            reason: "Not looked at here".to_owned(),
            ..Default::default()
        });
    }
    *studio = super::driving::studio_at(
        Vec2::new(1600.0, 1000.0),
        Some(crate::session::Session::unsaved(project)),
        None,
    );
}

#[test]
fn only_problems_of_one_severity_are_listed_on_demand() {
    let mut studio = many();
    let counts = super::problems::counts(session(&studio));
    assert!(counts.warnings > 0 && counts.notes > 0, "{counts:?}");
    let listed = |studio: &Studio| {
        let rows = labels(studio, Role::ListItem);
        rows.into_iter().filter(|row| row.contains("TM-")).collect::<Vec<_>>()
    };
    let words = if counts.notes == 1 { "1 note".to_owned() } else { format!("{} notes", counts.notes) };
    button(&mut studio, &words);
    assert!(listed(&studio).iter().all(|row| row.starts_with("info ")), "{:?}", listed(&studio));
    button(&mut studio, &words);
    // The count in the status bar leads there from any view.
    ctrl(&mut studio, Key::Num3);
    let word = if counts.warnings == 1 { "warning" } else { "warnings" };
    button(&mut studio, &format!("{} {word}", counts.warnings));
    assert!(says(&studio, "Problems"));
    assert!(listed(&studio).iter().all(|row| row.starts_with("warning ")), "{:?}", listed(&studio));
}

/// A way to unfold the strip.
type Unfold = fn(&mut Studio);

/// In a window with little room.
fn low(project: Project) -> Studio {
    let mut studio = studio(project);
    studio.set_size(Vec2::new(1280.0, 800.0));
    studio.run();
    studio
}

#[test]
fn where_there_is_little_room_the_strip_unfolds_by_its_name_its_counts_its_button_and_the_menu() {
    let rows = |studio: &Studio| studio.query_all_by_role(Role::ListItem).count();
    let open_by: [(&str, Unfold); 3] = [
        ("the button", |studio| studio.get_by_label("Show problems").click()),
        ("a count", |studio| {
            // The status bar has one too.
            let mut counts = studio.get_all_by_role_and_label(Role::Button, "12 warnings");
            counts.find(|count| count.accesskit_node().toggled().is_some()).unwrap().click();
        }),
        ("the command", |studio| studio.state_mut().ask(crate::session::Command::ToggleProblems)),
    ];
    for (by, open) in open_by {
        let mut studio = low(crossing());
        let folded = rows(&studio);
        open(&mut studio);
        studio.run();
        studio.run();
        assert!(rows(&studio) > folded, "{by}");
        studio.get_by_label("Fold problems").click();
        studio.run();
        studio.run();
        assert_eq!(rows(&studio), folded, "{by}, folded again");
    }
}

#[test]
fn the_folded_strip_says_what_f8_came_to() {
    let mut studio = low(crossing());
    let what = |studio: &Studio, place: usize| super::problems::open(session(studio))[place].what.clone();
    for place in [0, 1] {
        press(&mut studio, Key::F8);
        let what = what(&studio, place);
        assert!(studio.query_by_label(&what).is_some(), "the one of place {place}: {what}");
    }
}
