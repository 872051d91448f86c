//! Threats in the window: questions, suggestions, ratings, controls, decisions.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::catalog::Catalog;
use crate::model::{
    ComponentKind, Control, ControlFunction, ControlStatus, ItemId, Project, Strength, Threat, ThreatId,
    ThreatStatus, Treatment,
};
use crate::session::{Command, Request, Session};

/// Two agents that answer to nobody.
fn two_agents() -> Studio {
    let mut studio = studio(Project::new("Agents"));
    quick(&mut studio, "+ helper: agent");
    quick(&mut studio, "+ planner: agent");
    assert!(project(&studio).diagram.components().all(|component| component.kind == ComponentKind::Agent));
    ctrl(&mut studio, Key::Num3);
    studio
}

/// One rated threat with its view open.
fn rated() -> Studio {
    let mut project = small();
    project.threats.insert(Threat {
        id: ThreatId(1),
        title: "Prompt injection".to_owned(),
        likelihood: Some(4.0),
        impact: Some(4.0),
        ..Threat::default()
    });
    project.reserve_all();
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "All threats");
    click(&mut studio, Role::Row, "T-001 Prompt injection");
    studio
}

fn threat(studio: &Studio) -> &Threat {
    project(studio).threats.iter().next().unwrap()
}

fn control(studio: &Studio) -> &Control {
    project(studio).controls.iter().next().unwrap()
}

fn open_questions(studio: &Studio) -> usize {
    session(studio).derived().suggestions().questions.len()
}

#[test]
fn questions_are_answered_by_key_and_by_button() {
    let mut studio = two_agents();
    let begin = open_questions(&studio);
    press(&mut studio, Key::Y);
    assert!(session(&studio).history().undo_name().is_some_and(|name| !name.starts_with("Add")));
    let answered = open_questions(&studio);
    assert_ne!(answered, begin);
    let no = labels(&studio, Role::Button).into_iter().find(|label| label.starts_with("No,")).unwrap();
    button(&mut studio, &no);
    assert_ne!(open_questions(&studio), answered);
    // Later asks the next one, and changes nothing.
    let before = text(&studio);
    let asked = |studio: &Studio| {
        let all = &session(studio).derived().suggestions().questions;
        let mut texts = all.iter().map(|question| question.text(project(studio), Catalog::builtin()));
        texts.find(|text| says(studio, text))
    };
    let first = asked(&studio).unwrap();
    press(&mut studio, Key::S);
    assert_ne!(asked(&studio), Some(first));
    assert_eq!(text(&studio), before);
    ctrl(&mut studio, Key::Z);
    ctrl(&mut studio, Key::Z);
    assert_eq!(open_questions(&studio), begin);
}

#[test]
fn suggestions_are_accepted_and_dismissed_by_key_and_stay_away() {
    let mut studio = two_agents();
    press(&mut studio, Key::ArrowDown);
    press(&mut studio, Key::A);
    assert_eq!(project(&studio).threats.len(), 1);
    press(&mut studio, Key::D);
    type_name(&mut studio, "Agents have no memory here");
    assert_eq!(project(&studio).dismissals.len(), 1);
    let dismissed = project(&studio).dismissals[0].clone();

    // Written to a file and read again, it is still away, and can be brought back.
    let read = crate::storage::text::from_text(&text(&studio)).unwrap();
    let mut studio = super::driving::studio(read);
    ctrl(&mut studio, Key::Num3);
    let (title, away) = {
        let all = session(&studio).derived().suggestions();
        let is_it = |id: &str| id == dismissed.catalog;
        let fires = all.fires.iter().chain(&all.needs_answer);
        let away = fires.filter(|one| is_it(one.id()) && Some(one.target) == dismissed.target).count() == 0;
        let found = all.dismissed.iter().find(|one| is_it(one.id())).unwrap();
        let target = project(&studio).name_of(found.target.into());
        (format!("{} at {target}", found.title()), away)
    };
    assert!(away);
    button(&mut studio, "Show Dismissed, 1");
    click(&mut studio, Role::ListItem, &title);
    button(&mut studio, "Bring it back");
    assert!(project(&studio).dismissals.is_empty());
}

#[test]
fn everything_that_fires_is_accepted_at_once() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num3);
    let fires = session(&studio).derived().suggestions().threats_that_fire();
    assert!(fires > 1, "the example has something left: {fires}");
    let before = project(&studio).threats.len();
    button(&mut studio, &format!("Accept all that fire, {fires}"));
    assert!(project(&studio).threats.len() > before);
    assert!(session(&studio).derived().suggestions().fires.is_empty());
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).threats.len(), before, "it is one step");
}

#[test]
fn ratings_are_pressed_and_pressed_again_to_be_unknown() {
    let mut studio = rated();
    button(&mut studio, "Likelihood 2");
    assert_eq!(threat(&studio).likelihood, Some(2.0));
    button(&mut studio, "Likelihood 2");
    assert_eq!(threat(&studio).likelihood, None);
    assert!(says(&studio, "not rated yet"));
    button(&mut studio, "Impact 5");
    assert_eq!(threat(&studio).impact, Some(5.0));
    fill(&mut studio, "Why it is rated so", "Two incidents in a year");
    assert_eq!(threat(&studio).rationale, "Two incidents in a year");
    press(&mut studio, Key::Escape);
    assert_eq!(undo_all(&mut studio).len(), 4);
}

#[test]
fn a_control_of_our_own_is_described_in_full() {
    let mut studio = rated();
    pick(&mut studio, "Add a control", "A new control of our own");
    fill(&mut studio, "Control name", "Input classifier");
    fill(&mut studio, "What it does", "Scores what comes in");
    choose(&mut studio, "Function", "Detective");
    choose(&mut studio, "Lowers", "Impact");
    choose(&mut studio, "Strength", "High, 80 %");
    choose(&mut studio, "Status of Input classifier", "Partial");
    fill(&mut studio, "Coverage", "60");
    fill(&mut studio, "Own figure", "150");
    assert_eq!(control(&studio).effectiveness, None, "what is wrong waits");
    fill(&mut studio, "Own figure", "70");
    fill(&mut studio, "Owner", "Platform team");
    fill(&mut studio, "Due", "2026-11-30");
    fill(&mut studio, "Cost", "12");
    let described = control(&studio);
    assert_eq!(
        (described.name.as_str(), described.description.as_str(), described.owner.as_str()),
        ("Input classifier", "Scores what comes in", "Platform team")
    );
    assert_eq!(
        (described.function, described.strength, described.status),
        (ControlFunction::Detective, Strength::High, ControlStatus::Partial)
    );
    assert_eq!((described.coverage, described.effectiveness, described.cost), (0.6, Some(0.7), Some(12.0)));
    assert_eq!(described.due, Some(jiff::civil::date(2026, 11, 30)));
    assert!(says(&studio, "nothing answers the alarm"), "what it is worth is said");

    // Back to its threat, and from there to it again.
    button(&mut studio, "T-001 Prompt injection");
    assert!(studio.query_by_role_and_label(Role::TextInput, "Title").is_some());
    click(&mut studio, Role::Row, "Input classifier");
    button(&mut studio, "Delete Input classifier");
    assert!(project(&studio).controls.is_empty());
}

#[test]
fn a_catalogue_control_is_linked_tried_and_unlinked() {
    let mut studio = rated();
    pick(&mut studio, "Add a control", "Tool-argument policy check");
    assert_eq!(control(&studio).catalog.as_deref(), Some("tool_argument_policy"));
    ctrl(&mut studio, Key::Num4);
    click(&mut studio, Role::Switch, "Try Tool-argument policy check");
    button(&mut studio, "Keep as done");
    assert_eq!(control(&studio).status, ControlStatus::Implemented);
    ctrl(&mut studio, Key::Z);
    assert_eq!(control(&studio).status, ControlStatus::Proposed);
    ctrl(&mut studio, Key::Num3);
    button(&mut studio, "Unlink Tool-argument policy check");
    assert!(control(&studio).threats.is_empty());
}

#[test]
fn several_threats_are_changed_in_one_step() {
    let mut project = small();
    for number in 1..=3 {
        let title = format!("Threat {number}");
        project.threats.insert(Threat { id: ThreatId(number), title, ..Threat::default() });
    }
    project.reserve_all();
    let mut studio = studio(project);
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "All threats");
    for id in ["T-001", "T-003"] {
        click(&mut studio, Role::CheckBox, &format!("Mark {id}"));
    }
    pick(&mut studio, "Set state", ThreatStatus::Mitigated.label());
    let statuses: Vec<ThreatStatus> =
        super::driving::project(&studio).threats.iter().map(|threat| threat.status).collect();
    let new = ThreatStatus::default();
    assert_eq!(statuses, [ThreatStatus::Mitigated, new, ThreatStatus::Mitigated]);
    assert_eq!(undo_all(&mut studio).len(), 1);
}

#[test]
fn an_accepted_risk_asks_for_who_and_until_when() {
    let mut studio = rated();
    choose(&mut studio, "Treatment", Treatment::Accept.label());
    assert_eq!(threat(&studio).status, ThreatStatus::Open, "asking for it is not accepting it");
    assert!(says(&studio, "Still to say: who accepts it, why, until when."));
    choose(&mut studio, "Status", ThreatStatus::Accepted.label());
    assert_eq!(threat(&studio).status, ThreatStatus::Open, "refused");
    fill(&mut studio, "Accepted by", "R. Vega");
    fill(&mut studio, "Reason", "Cheaper than the cure");
    fill(&mut studio, "Accepted until", "2026-12-31");
    let acceptance = threat(&studio).acceptance.clone().unwrap();
    assert_eq!(acceptance.approver, "R. Vega");
    assert_eq!(acceptance.expiry, Some(jiff::civil::date(2026, 12, 31)));
    button(&mut studio, "Accept the risk");
    assert_eq!(threat(&studio).status, ThreatStatus::Accepted);
    assert!(
        threat(&studio).decisions.last().unwrap().text.starts_with("Accepted by R. Vega until 2026-12-31")
    );
    ctrl(&mut studio, Key::Z);
    assert_eq!(threat(&studio).status, ThreatStatus::Open);
}

#[test]
fn decisions_dismissals_and_notes_carry_the_name_of_who_made_them() {
    let mut studio = rated();
    button(&mut studio, "Note a decision");
    fill(&mut studio, "Note a decision", "Wait for the pilot");
    assert_eq!(threat(&studio).decisions[0].by, "");
    click(&mut studio, Role::Link, "Say who decides");
    fill(&mut studio, "Your name", "Ada Lovelace");
    assert_eq!(session(&studio).author(), "Ada Lovelace");
    button(&mut studio, "Note a decision");
    fill(&mut studio, "Note a decision", "Build the filter");
    let decision = threat(&studio).decisions[1].clone();
    assert_eq!((decision.by.as_str(), decision.text.as_str()), ("Ada Lovelace", "Build the filter"));
    assert_eq!(decision.date, Some(crate::session::today()));
    assert!(says(&studio, "Build the filter (Ada Lovelace)"));

    click(&mut studio, Role::Tab, "Find threats");
    press(&mut studio, Key::ArrowDown);
    button(&mut studio, "Dismiss…");
    type_name(&mut studio, "Not here");
    assert_eq!(project(&studio).dismissals[0].by, "Ada Lovelace");

    studio.state_mut().ask(Command::NewReview);
    studio.run();
    assert_eq!(project(&studio).reviews.iter().next().unwrap().participants, ["Ada Lovelace"]);
}

#[test]
fn a_model_without_anything_says_what_to_do() {
    let mut studio = studio_at(ROOMY, Some(Session::unsaved(Project::new("Empty"))), None);
    for (key, words) in [
        (Key::Num2, "Nothing is named yet"),
        (Key::Num3, "Draw the system first"),
        (Key::Num4, "No threat yet, so there is no risk to show"),
        (Key::Num5, "No policy yet"),
        (Key::Num6, "There is no policy to run yet"),
    ] {
        ctrl(&mut studio, key);
        assert!(says(&studio, words), "{words}");
    }
}

#[test]
fn f2_renames_on_the_diagram_and_nothing_out_of_sight() {
    let mut project_with = small();
    let id = ThreatId(1);
    project_with.threats.insert(Threat { id, ..Threat::default() });
    let component = project_with.diagram.components().next().unwrap().id;
    let mut studio = studio(project_with);
    ctrl(&mut studio, Key::Num3);
    for (item, expected) in [(ItemId::Threat(id), false), (ItemId::Component(component), true)] {
        studio.state_mut().ask(Request::Select(vec![item]));
        studio.run();
        assert_eq!(studio.state().can(Command::Rename), expected, "{item}");
    }
    press(&mut studio, Key::F2);
    type_name(&mut studio, "Renamed");
    assert_eq!(project(&studio).name_of(component.into()), "Renamed");
}
