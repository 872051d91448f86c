//! Evidence in the window: recorded from a run, shown beside the claim, marked when it is out of date.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::analysis::risk::{self, Rating};
use crate::edit::{Transaction, verbs};
use crate::model::{ControlId, EvidenceId, MetricKind, PolicyId, RuleId, ThreatId};
use crate::session::Request;

/// The size of a small notebook.
const NOTEBOOK: Vec2 = Vec2::new(1280.0, 800.0);

const DRAFT: &str = "Production, draft 2";

fn opened(size: Vec2) -> Studio {
    studio_at(size, Some(example()), None)
}

fn run(studio: &mut Studio) {
    let before = session(studio).results().runs;
    press(studio, Key::F5);
    wait_until(studio, "the run", |studio| session(studio).results().runs > before);
}

fn change(studio: &mut Studio, change: Option<Transaction>) {
    studio.state_mut().ask(Request::Commit(change.unwrap()));
    studio.run_steps(4);
}

fn reveal(studio: &mut Studio, control: u32) {
    studio.state_mut().ask(Request::Reveal(ControlId(control).into()));
    settle(studio);
}

fn risk_of(studio: &Studio, threat: u32, rating: Rating) -> f64 {
    let register = risk::register(project(studio));
    register.row(ThreatId(threat)).unwrap().risk(rating).unwrap()
}

fn is_disabled(studio: &Studio, button: &str) -> bool {
    studio.get_by_role_and_label(Role::Button, button).accesskit_node().is_disabled()
}

#[test]
fn a_policy_that_is_not_in_force_is_run_from_its_page_and_moves_the_plan_alone() {
    let mut studio = opened(ROOMY);
    ctrl(&mut studio, Key::Num5);
    click(&mut studio, Role::ListItem, DRAFT);
    run(&mut studio);
    let simulation = session(&studio).results().simulation.clone().unwrap();
    assert_eq!(simulation.value.policies, [PolicyId(2)], "what is open is what runs");
    let before = [Rating::Current, Rating::Planned].map(|rating| risk_of(&studio, 1, rating));
    let was = project(&studio).evidence.clone();
    button(&mut studio, "Record as evidence");
    let after = [Rating::Current, Rating::Planned].map(|rating| risk_of(&studio, 1, rating));
    assert_eq!(after[0], before[0], "today's risk waits for the policy");
    assert!(after[1] < before[1], "{before:?} {after:?}");
    assert!(says(&studio, &format!("{DRAFT} is not in force, so today’s risk stays as it is.")));
    let ids: Vec<EvidenceId> = project(&studio).evidence.ids().filter(|id| !was.contains(*id)).collect();
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    assert!(is_disabled(&studio, &format!("Recorded as {}", ids.join(", "))));
    ctrl(&mut studio, Key::Z);
    assert_eq!(project(&studio).evidence, was);
    assert!(!is_disabled(&studio, "Record as evidence"));
    // Those in force again, from the page of one of them.
    ctrl(&mut studio, Key::Num5);
    click(&mut studio, Role::ListItem, "Production Agent Security Policy");
    run(&mut studio);
    assert!(session(&studio).results().simulation.as_ref().unwrap().value.policies.is_empty());
}

#[test]
fn what_was_recorded_says_which_risk_it_moved() {
    let mut studio = opened(ROOMY);
    let of_rule = |rule: &mut crate::model::Rule| rule.conditions.truncate(1);
    let tighter = verbs::change_rule(project(&studio), RuleId(1), "conditions", of_rule);
    change(&mut studio, tighter);
    run(&mut studio);
    let before = risk_of(&studio, 1, Rating::Current);
    button(&mut studio, "Record as evidence");
    let after = risk_of(&studio, 1, Rating::Current);
    assert!((before - after).abs() > 0.05);
    assert!(says(&studio, &format!("T-001 {before:.1} → {after:.1}")));
    assert!(says(&studio, "2 pieces of evidence recorded."));
    for old in [1, 2] {
        assert!(project(&studio).evidence.contains(EvidenceId(old)), "an approval names it");
    }
}

#[test]
fn results_of_other_policies_than_chosen_are_marked_and_not_recorded() {
    for size in [ROOMY, NOTEBOOK] {
        let mut studio = opened(size);
        ctrl(&mut studio, Key::Num6);
        run(&mut studio);
        assert!(!is_disabled(&studio, "Record as evidence"));
        let check = |studio: &mut Studio, choice: &str, shown: Option<&str>| {
            choose(studio, "Policies to run", choice);
            assert_eq!(says(studio, "Shows: "), shown.is_some(), "{choice}");
            assert!(shown.is_none_or(|shown| says(studio, shown)), "{choice}");
            assert_eq!(is_disabled(studio, "Record as evidence"), shown.is_some(), "{choice}");
        };
        check(&mut studio, DRAFT, Some("Shows: Policies in force, run again"));
        check(&mut studio, "Policies in force", None);
        check(&mut studio, DRAFT, Some("Shows: Policies in force, run again"));
        run(&mut studio);
        assert!(!says(&studio, "Shows: "));
        check(&mut studio, "Policies in force", Some("Shows: Production, draft 2, run again"));
    }
}

#[test]
fn what_was_measured_stands_beside_the_claim_until_it_is_out_of_date() {
    let mut studio = opened(NOTEBOOK);
    let measured = "laimed 80 % → measured 50 % (15–85 %)";
    reveal(&mut studio, 2);
    assert!(says(&studio, measured), "the strength");
    assert!(says(&studio, "Production Agent Security Policy / Resource Usage Limits on"), "who found it");
    assert!(says(&studio, "50 % (15–85 %) counts today instead of the claim."));
    let delete = studio.get_by_role_and_label(Role::Button, "Delete E-01").rect();
    assert!(delete.right() <= NOTEBOOK.x - 8.0, "{delete:?} can be pressed");
    for other in studio.query_all_by_label_contains("2 of 4 detected") {
        let words = other.rect();
        assert!(words.right() <= delete.left() + 1.0, "{words:?} beside {delete:?}");
    }
    ctrl(&mut studio, Key::Num4);
    let row = session(&studio).derived().register().row(ThreatId(1)).unwrap().clone();
    let (low, high) = row.range(Rating::Current).unwrap();
    assert!(labels(&studio, Role::Row).iter().any(|label| {
        label.starts_with("T-001 ") && label.ends_with(&format!(", from {low:.1} to {high:.1}"))
    }));

    let counters = verbs::change_simulation(project(&studio), "metrics", |settings| {
        for metric in settings.metrics.values_mut() {
            metric.kind = MetricKind::Counter;
        }
    });
    change(&mut studio, counters);
    reveal(&mut studio, 2);
    assert!(!says(&studio, measured));
    assert!(says(&studio, "Out of date: the simulation settings have changed since."));
    assert!(says(&studio, "None of it counts. Simulate and record again."));
    ctrl(&mut studio, Key::Num5);
    assert!(says(&studio, "2 of 4 detected, out of date"), "the rule's card");
    ctrl(&mut studio, Key::Z);
    assert!(says(&studio, "2 of 4 detected") && !says(&studio, "out of date"));
}

#[test]
fn what_prevents_keeps_its_claim() {
    let mut studio = opened(ROOMY);
    reveal(&mut studio, 7);
    assert!(says(&studio, "Preventive: the claim counts; the evidence is kept for reference."));
    assert!(!says(&studio, "instead of the claim"));
}
