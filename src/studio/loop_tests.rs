//! The whole loop in one story: draw, find threats, rate, control, write a policy, simulate it, record, report, undo, redo.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::analysis::risk::Rating;
use crate::model::{Condition, PolicyStatus, Project, Threat, ThreatId};
use crate::session::Session;

const INJECTION: &str = "Direct prompt injection steers the agent";
const CLASSIFIER: &str = "Prompt-injection classifier";

fn only_threat<'a>(studio: &'a Studio, title: &str) -> &'a Threat {
    let mut found = project(studio).threats.iter().filter(|threat| threat.title == title);
    let threat = found.next().unwrap();
    assert_eq!(found.next(), None, "{title} is there once");
    threat
}

fn risk(studio: &Studio, threat: ThreatId, rating: Rating) -> f64 {
    session(studio).derived().register().row(threat).and_then(|row| row.risk(rating)).unwrap()
}

fn draw(studio: &mut Studio) {
    for line in [
        "+ user: human",
        "+ web agent: agent",
        "+ planner: agent",
        "+ vendor: external",
        "+ records: store",
        "user -> web: HTTPS 443",
        "web -> vendor: HTTPS 443",
        "web -> records: SQL",
        "planner -> records: SQL",
    ] {
        quick(studio, line);
    }
    assert_eq!(names(studio), ["user", "web agent", "planner", "vendor", "records"]);
    assert_eq!(
        flows(studio),
        ["user → web agent", "web agent → vendor", "web agent → records", "planner → records"]
    );
}

fn find_threats(studio: &mut Studio) -> ThreatId {
    ctrl(studio, Key::Num3);
    // One threat for both agents, one for a store, and one that does not concern this system.
    click(studio, Role::ListItem, &format!("{INJECTION} at web agent"));
    button(studio, "Accept for 2 targets as one threat");
    assert_eq!(only_threat(studio, INJECTION).targets.len(), 2);

    click(studio, Role::ListItem, "Query injection against a store at records");
    button(studio, "Accept");
    assert_eq!(project(studio).threats.len(), 2);

    let dismissed = "Phishing takes over an operator account at user";
    click(studio, Role::ListItem, dismissed);
    button(studio, "Dismiss…");
    type_name(studio, "Users have no operator rights");
    assert_eq!(project(studio).dismissals[0].reason, "Users have no operator rights");
    assert!(!labels(studio, Role::ListItem).contains(&dismissed.to_owned()), "it stays away");
    only_threat(studio, INJECTION).id
}

fn rate_and_control(studio: &mut Studio, threat: ThreatId) {
    click(studio, Role::Tab, "All threats");
    click(studio, Role::Row, &format!("{threat} {INJECTION}"));
    for (name, level) in [("Likelihood", 4.0), ("Impact", 5.0)] {
        let threat = only_threat(studio, INJECTION);
        let known = if name == "Impact" { threat.impact } else { threat.likelihood };
        if known != Some(level) {
            button(studio, &format!("{name} {level}"));
        }
    }
    let rated = only_threat(studio, INJECTION);
    assert_eq!((rated.likelihood, rated.impact), (Some(4.0), Some(5.0)));
    fill(studio, "Risk to reach", "4.5");
    assert_eq!(only_threat(studio, INJECTION).target_score, Some(4.5));
    fill(studio, "Risk to reach", "");
    assert_eq!(only_threat(studio, INJECTION).target_score, None);
    assert_eq!(risk(studio, threat, Rating::Current), 9.0);

    pick(studio, "Add a control", CLASSIFIER);
    let control = project(studio).controls.iter().next().unwrap();
    assert_eq!((control.name.as_str(), control.threats.as_slice()), (CLASSIFIER, &[threat][..]));
    choose(studio, &format!("Status of {CLASSIFIER}"), "Implemented");
    assert_eq!(risk(studio, threat, Rating::Current), 9.0, "nothing answers its alarm yet");
}

fn write_policy(studio: &mut Studio, threat: ThreatId) {
    ctrl(studio, Key::Num5);
    pick(studio, "New policy…", "Empty policy");
    fill(studio, "Policy name", "Agents in production");
    fill(studio, "Name of rule 0", "Load stays bounded");
    pick(studio, "Add a condition to Load stays bounded", "A metric must keep to a bound");
    fill(studio, "Bound of r0c0", "85");
    fill(studio, "Duration of r0c0", "2m");
    button(studio, "Add a rule");
    fill(studio, "Name of rule 1", "Data is read only");
    pick(studio, "Add a condition to Data is read only", "What may be done with a resource");
    fill(studio, "Resource of r1c0", "customer_data");
    button(studio, "Add a rule");
    fill(studio, "Name of rule 2", "Few may be talked to");
    pick(studio, "Add a condition to Few may be talked to", "Whom agents may talk to");
    for rule in ["Load stays bounded", "Data is read only", "Few may be talked to"] {
        pick(studio, &format!("Link a threat to {rule}"), &format!("{threat}  {INJECTION}"));
    }
    pick(studio, "Link a control to Load stays bounded", &format!("M-01  {CLASSIFIER}"));
    choose(studio, "Action of Load stays bounded", "restrict");
    button(studio, "Stage");
    button(studio, "Approve…");
    fill(studio, "Reason for the approval", "It is simulated next");
    if session(studio).author().is_empty() {
        click(studio, Role::Link, "Say who decides");
        type_text(studio, "Kim");
        press(studio, Key::Enter);
    }
    button(studio, "Approve");
    button(studio, "Put into force");
    let now = risk(studio, threat, Rating::Current);
    assert!(now < 9.0, "an alarm that is answered lowers the risk: {now}");
    ctrl(studio, Key::Num4);
    click(studio, Role::Row, &format!("{threat} {INJECTION}, {now:.1}"));
    assert!(says(studio, &format!("9.0 → {now:.1}")), "and the window says so");

    let policy = project(studio).policies.iter().next().unwrap();
    assert_eq!((policy.name.as_str(), policy.status), ("Agents in production", PolicyStatus::Active));
    assert!(policy.rules.iter().all(|rule| rule.threats == [threat]), "{:?}", policy.rules);
    let [Condition::Metric(metric)] = policy.rules[0].conditions.as_slice() else {
        panic!("{:?}", policy.rules[0].conditions)
    };
    assert_eq!((metric.metric.as_str(), metric.value, metric.duration_ms), ("cpu_usage", 85.0, 120_000));
    assert!(matches!(policy.rules[1].conditions[..], [Condition::Resource(_)]));
    assert!(matches!(policy.rules[2].conditions[..], [Condition::Communication(_)]));
}

fn simulate(studio: &mut Studio) {
    ctrl(studio, Key::Num6);
    button(studio, "Add a trace file…");
    let set = &project(studio).simulation.traces[0];
    assert!(set.events.ends_with(".events.jsonl") && set.labels.ends_with(".labels.csv"), "{set:?}");
    press(studio, Key::F5);
    wait_until(studio, "the run", |studio| session(studio).results().simulation.is_some());
    let run = session(studio).results().simulation.clone().unwrap();
    let scores = run.value.run.scores.as_ref().unwrap();
    let (found, all) = (scores.event.detected, scores.event.windows.len());
    assert!((1..all).contains(&found), "some attacks are found and some missed: {found} of {all}");
    assert!(says(studio, &format!("{found} of {all} attacks")));
    assert!(run.value.run.decisions.iter().any(crate::simulation::DecisionRecord::denied));
}

#[test]
fn from_an_empty_sheet_to_a_signed_report_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("assessment.pdf");
    let answers = [example_file("agent-platform.metrics.csv"), pdf.clone()];
    let mut studio = studio_at(ROOMY, Some(Session::unsaved(Project::new("Web assistant"))), answers);
    let empty = text_without_counters(&studio);

    draw(&mut studio);
    let threat = find_threats(&mut studio);
    rate_and_control(&mut studio, threat);
    write_policy(&mut studio, threat);
    simulate(&mut studio);

    let claimed = risk(&studio, threat, Rating::Current);
    button(&mut studio, "Record as evidence");
    assert!(!project(&studio).evidence.is_empty());
    let measured = risk(&studio, threat, Rating::Current);
    assert!((measured - claimed).abs() > 0.05, "what was measured moves the risk: {claimed} → {measured}");

    ctrl(&mut studio, Key::Num7);
    wait_until(&mut studio, "the preview", |studio| session(studio).results().pages.is_some());
    ctrl(&mut studio, Key::P);
    wait_until(&mut studio, "the file", |studio| says(studio, "assessment.pdf is written."));
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF"));

    let finished = text(&studio);
    ctrl(&mut studio, Key::Num1);
    let undone = undo_all(&mut studio);
    assert_eq!(text_without_counters(&studio), empty, "undone: {undone:#?}");
    assert!(undone.iter().all(|name| !name.trim().is_empty()), "{undone:#?}");
    assert_eq!(redo_all(&mut studio), undone.len());
    assert_eq!(text(&studio), finished);
    assert!(studio.query_by_label("Diagram").is_some());
}
