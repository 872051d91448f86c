//! Policies in the window: rules and conditions of every kind, scope, response, review, a request to try.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::model::{
    AlertSeverity, Condition, Direction, Effect, LayerMode, Operator, Permission, Policy, PolicyId,
    PolicyStatus, ResponseAction,
};

/// A model with one policy of one rule.
fn with_policy() -> Studio {
    let mut studio = studio(small());
    ctrl(&mut studio, Key::Num5);
    pick(&mut studio, "New policy…", "Empty policy");
    studio
}

fn policy(studio: &Studio) -> &Policy {
    project(studio).policies.iter().next().unwrap()
}

const RULE: &str = "Resource usage limits";

#[test]
fn a_metric_condition_is_set_field_by_field() {
    let mut studio = with_policy();
    pick(&mut studio, &format!("Add a condition to {RULE}"), "A metric must keep to a bound");
    choose(&mut studio, "Comparison of r0c0", Operator::LessOrEqual.label());
    fill(&mut studio, "Bound of r0c0", "many");
    assert!(says(&studio, "Type a number, like 80") || bound(&studio) == 80.0);
    fill(&mut studio, "Bound of r0c0", "72.5");
    fill(&mut studio, "Duration of r0c0", "1m30s");
    let Condition::Metric(metric) = &policy(&studio).rules[0].conditions[0] else { panic!() };
    assert_eq!((metric.operator, metric.value, metric.duration_ms), (Operator::LessOrEqual, 72.5, 90_000));
    button(&mut studio, "Remove the condition on cpu_usage");
    assert!(policy(&studio).rules[0].conditions.is_empty());
    ctrl(&mut studio, Key::Z);
    assert_eq!(bound(&studio), 72.5);
}

fn bound(studio: &Studio) -> f64 {
    match &policy(studio).rules[0].conditions[0] {
        Condition::Metric(metric) => metric.value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn resources_and_destinations_are_named() {
    let mut studio = with_policy();
    let add = format!("Add a condition to {RULE}");
    pick(&mut studio, &add, "What may be done with a resource");
    choose(&mut studio, "Permission of r0c0", "not touch");
    fill(&mut studio, "Resource of r0c0", "customer_data");
    pick(&mut studio, &add, "Whom agents may talk to");
    choose(&mut studio, "Direction of r0c1", "Inbound from");
    button(&mut studio, "Add to Destinations of r0c1");
    fill(&mut studio, "Add to Destinations of r0c1", "assistant");
    press(&mut studio, Key::Escape);
    button(&mut studio, "Remove * from Destinations of r0c1");
    choose(&mut studio, "Effect of r0c1", "allowed");
    let [Condition::Resource(resource), Condition::Communication(talk)] =
        policy(&studio).rules[0].conditions.as_slice()
    else {
        panic!("{:?}", policy(&studio).rules[0].conditions)
    };
    assert_eq!((resource.permission, resource.resource.as_str()), (Permission::Deny, "customer_data"));
    assert_eq!((talk.direction, talk.effect), (Some(Direction::Inbound), Effect::Allow));
    assert_eq!(talk.destinations, ["assistant"]);
}

#[test]
fn scope_response_and_review_are_set() {
    let mut studio = with_policy();
    button(&mut studio, "Stage");
    fill(&mut studio, "Priority", "40");
    button(&mut studio, "Add to environments");
    fill(&mut studio, "Add to environments", "production");
    press(&mut studio, Key::Escape);
    button(&mut studio, "high: notify");
    fill(&mut studio, "Time to answer", "10m");
    choose(&mut studio, "How often", "monthly");
    fill(&mut studio, "Last review", "2026-05-01");
    assert!(says(&studio, "Next on 1 Jun 2026."));
    let policy = policy(&studio);
    assert_eq!((policy.status, policy.priority), (PolicyStatus::Staged, 40));
    assert_eq!(policy.scope.environments, ["production"]);
    assert_eq!(policy.response.automatic(AlertSeverity::High), [ResponseAction::Isolate]);
    assert_eq!(policy.response.approval_timeout_ms, 600_000);
}

#[test]
fn rules_are_added_named_and_deleted() {
    let mut studio = with_policy();
    button(&mut studio, "Add a rule");
    fill(&mut studio, "Name of rule 1", "Nobody else");
    fill(&mut studio, "Why rule 1", "Least privilege");
    assert_eq!(policy(&studio).rules[1].rationale, "Least privilege");
    button(&mut studio, &format!("Delete rule {RULE}"));
    assert_eq!(
        policy(&studio).rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
        ["Nobody else"]
    );
    button(&mut studio, "Delete policy");
    assert!(project(&studio).policies.is_empty());
    assert!(says(&studio, "No policy yet"));
    let undone = undo_all(&mut studio);
    assert_eq!(undone.first().map(String::as_str), Some("Delete Policy 1"), "{undone:?}");
}

#[test]
fn a_policy_is_chosen_from_the_list() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    let names: Vec<String> = project(&studio).policies.iter().map(|policy| policy.name.clone()).collect();
    for name in &names {
        click(&mut studio, Role::ListItem, name);
        let id = project(&studio).policies.iter().find(|policy| policy.name == *name).unwrap().id;
        assert_eq!(session(&studio).selection().single(), Some(id.into()));
    }
}

/// Names who works here, where the approval asks for it.
fn say_who_decides(studio: &mut Studio) {
    click(studio, Role::Link, "Say who decides");
    type_text(studio, "Kim");
    press(studio, Key::Enter);
    assert_eq!(session(studio).author(), "Kim");
}

#[test]
fn a_policy_goes_into_force_step_by_step() {
    let mut studio = with_policy();
    button(&mut studio, "Stage");
    button(&mut studio, "Approve…");
    button(&mut studio, "Approve");
    assert!(says(&studio, "Refused: an approval needs a simulation on record"));
    assert_eq!(policy(&studio).status, PolicyStatus::Staged);
    button(&mut studio, "Cancel the approval");
    button(&mut studio, "Approve…");
    assert!(!says(&studio, "Refused:"), "a new try is refused for nothing yet");
    fill(&mut studio, "Reason for the approval", "Nothing to simulate yet");
    button(&mut studio, "Approve");
    assert!(says(&studio, "Refused: an approval needs a name: say who decides"));
    say_who_decides(&mut studio);
    button(&mut studio, "Approve");
    assert_eq!(policy(&studio).status, PolicyStatus::Approved);
    assert_eq!(policy(&studio).versions.len(), 1);
    fill(&mut studio, "Priority", "7");
    button(&mut studio, "Put into force");
    assert!(says(&studio, "Refused: it reads otherwise than it was approved"));
    assert!(says(&studio, "1 change since version 1 was approved."));
    button(&mut studio, "Approve the change…");
    fill(&mut studio, "Reason for the approval", "Goes before the others");
    button(&mut studio, "Approve");
    button(&mut studio, "Put into force");
    assert_eq!((policy(&studio).status, policy(&studio).versions.len()), (PolicyStatus::Active, 2));
    button(&mut studio, "Show version 2");
    assert!(says(&studio, "priority: 0 → 7"));
    button(&mut studio, "Bring back version 1");
    assert_eq!((policy(&studio).priority, policy(&studio).status), (0, PolicyStatus::Active));
    ctrl(&mut studio, Key::Z);
    assert_eq!(policy(&studio).priority, 7);
    button(&mut studio, "Show what was decided");
    assert!(says(&studio, "Put into force"));
    button(&mut studio, "Retire");
    assert_eq!(policy(&studio).status, PolicyStatus::Retired);
}

#[test]
fn a_successor_asks_what_becomes_of_the_policy_before_it() {
    let mut model = small();
    model.policies.insert(Policy {
        id: PolicyId(1),
        name: "Old limits".into(),
        status: PolicyStatus::Active,
        ..Policy::default()
    });
    let mut studio = studio(model);
    ctrl(&mut studio, Key::Num5);
    pick(&mut studio, "New policy…", "Empty policy");
    button(&mut studio, "Stage");
    button(&mut studio, "Approve…");
    fill(&mut studio, "Reason for the approval", "Nothing to simulate yet");
    say_who_decides(&mut studio);
    button(&mut studio, "Approve");
    let statuses = |studio: &Studio| -> Vec<PolicyStatus> {
        project(studio).policies.iter().map(|policy| policy.status).collect()
    };
    let before = [PolicyStatus::Active, PolicyStatus::Approved];
    button(&mut studio, "Put into force");
    assert!(says(&studio, "Old limits is in force for the same agents."));
    assert_eq!(statuses(&studio), before);
    button(&mut studio, "Cancel putting it into force");
    assert!(!says(&studio, "for the same agents"));
    button(&mut studio, "Put into force");
    button(&mut studio, "Retire it");
    assert_eq!(statuses(&studio), [PolicyStatus::Retired, PolicyStatus::Active]);
    ctrl(&mut studio, Key::Z);
    assert_eq!(statuses(&studio), before);
    button(&mut studio, "Put into force");
    button(&mut studio, "Keep both in force");
    assert_eq!(statuses(&studio), [PolicyStatus::Active, PolicyStatus::Active]);
}

#[test]
fn what_was_simulated_is_approved_without_a_reason() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    // What explains a policy changes nothing about how it runs: the simulation on record still stands.
    fill(&mut studio, "Policy description", "Tried on the sample day");
    button(&mut studio, "Approve the change…");
    assert!(says(&studio, "detected"));
    say_who_decides(&mut studio);
    button(&mut studio, "Approve");
    let version = policy(&studio).last_version().unwrap();
    assert!(version.approved.text.contains("simulated in E-"), "{}", version.approved.text);
}

#[test]
fn the_layers_are_walked_by_keys() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    click(&mut studio, Role::Tab, "Layers");
    let cells = labels(&studio, Role::GridCell);
    assert!(cells.iter().any(|cell| cell.starts_with("assistant in production")), "{cells:#?}");
    let first = cells.iter().find(|cell| cell.starts_with("analyzer in production")).unwrap().clone();
    click(&mut studio, Role::GridCell, &first);
    assert!(says(&studio, "Rules, in the order in which they are asked"));
    press(&mut studio, Key::ArrowRight);
    assert!(says(&studio, "analyzer in staging"));
    let before = undo_all(&mut studio);
    assert!(before.is_empty(), "walking changes nothing: {before:?}");
}

#[test]
fn rules_and_lines_are_put_in_order() {
    let mut studio = studio_at(egui::vec2(1600.0, 1800.0), Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    let order = |studio: &Studio| {
        let rules = &policy(studio).rules;
        let effects =
            rules.iter().flat_map(|rule| &rule.conditions).filter_map(|condition| match condition {
                Condition::Communication(talk) => Some(talk.effect),
                _ => None,
            });
        (rules.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>(), effects.collect::<Vec<_>>())
    };
    let before = order(&studio);
    assert_eq!(before.1, [Effect::Allow, Effect::Deny]);
    button(&mut studio, "Ask line 2 sooner in Communication Restrictions");
    assert_eq!(order(&studio).1, [Effect::Deny, Effect::Allow]);
    button(&mut studio, "Move rule Data Access Control up");
    assert_eq!(order(&studio).0[0], "Data Access Control");
    assert_eq!(undo_all(&mut studio).len(), 2);
    assert_eq!(order(&studio), before);
}

#[test]
fn how_layers_combine_is_chosen_at_the_matrix() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    click(&mut studio, Role::Tab, "Layers");
    assert!(says(&studio, "Any denial denies. What none has a word on is denied."));
    click(&mut studio, Role::RadioButton, "Where policies differ: Highest priority decides");
    click(&mut studio, Role::RadioButton, "Where no policy has a word: Else allowed");
    let settings = &project(&studio).simulation;
    assert_eq!((settings.layers, settings.default_allow), (LayerMode::Priority, true));
    assert!(says(&studio, "What none has a word on is allowed."));
    assert_eq!(undo_all(&mut studio).len(), 2);
}

#[test]
fn a_request_names_what_decided_and_what_was_shadowed() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    choose(&mut studio, "What it does", "send to");
    fill(&mut studio, "Other end", "external_api");
    assert!(says(&studio, "Decided by"));
    assert!(says(&studio, "Shadowed: they match too, and have no say"));
    assert!(says(&studio, "Outbound to anything else is denied."));
}

#[test]
fn what_is_wrong_with_a_rule_stands_at_it_with_its_fix() {
    let mut studio = with_policy();
    let add = format!("Add a condition to {RULE}");
    pick(&mut studio, &add, "A metric must keep to a bound");
    fill(&mut studio, "Duration of r0c0", "50s");
    assert!(says(&studio, "50s is no multiple of the interval of 15s: it holds for 1m."));
    button(&mut studio, "Timing of r0c0");
    fill(&mut studio, "Keep firing of r0c0", "2m");
    let Condition::Metric(metric) = &policy(&studio).rules[0].conditions[0] else { panic!() };
    assert_eq!(metric.keep_firing_for_ms, 120_000);
    assert!(says(&studio, "PO-027"));
    assert!(labels(&studio, Role::Button).iter().any(|label| label == &format!("Fix PO-027 at {RULE}")));
    fill(&mut studio, "Repeat the notice every", "4h");
    assert_eq!(policy(&studio).response.repeat_interval_ms, 14_400_000);
}

#[test]
fn a_preset_is_made_for_the_model_and_linked_to_its_threats() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, Key::Num5);
    pick(&mut studio, "New policy…", "Deny by default");
    let made = project(&studio).policies.iter().last().unwrap();
    assert_eq!((made.name.as_str(), made.status), ("Deny by default", PolicyStatus::Draft));
    let linked: usize = made.rules.iter().map(|rule| rule.threats.len()).sum();
    let Condition::Communication(last) = made.rules[0].conditions.last().unwrap() else { panic!() };
    assert_eq!((last.effect, last.destinations.as_slice()), (Effect::Deny, &["*".to_owned()][..]));
    assert!(says(&studio, "Only known destinations") || labels(&studio, Role::TextInput).len() > 3);
    let undone = undo_all(&mut studio);
    assert_eq!(undone, ["Add policy Deny by default"], "{linked} links come with it");
}

#[test]
fn names_are_completed_from_the_model() {
    let mut studio = with_policy();
    let add = format!("Add a condition to {RULE}");
    pick(&mut studio, &add, "A metric must keep to a bound");
    let field = studio.get_by_role_and_label(Role::TextInput, "Metric of r0c0");
    field.focus();
    studio.run();
    studio.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    studio.run();
    type_text(&mut studio, "memory_us");
    press(&mut studio, Key::ArrowDown);
    press(&mut studio, Key::Enter);
    let Condition::Metric(metric) = &policy(&studio).rules[0].conditions[0] else { panic!() };
    assert_eq!(metric.metric, "memory_usage");
    pick(&mut studio, &add, "Whom agents may talk to");
    button(&mut studio, "Add to Destinations of r0c1");
    let field = studio.get_by_role_and_label(Role::TextInput, "Add to Destinations of r0c1");
    field.focus();
    studio.run();
    type_text(&mut studio, "assis");
    press(&mut studio, Key::ArrowDown);
    press(&mut studio, Key::Enter);
    let Condition::Communication(talk) = &policy(&studio).rules[0].conditions[1] else { panic!() };
    assert_eq!(talk.destinations, ["*", "assistant"]);
}

#[test]
fn a_preset_brings_what_its_metrics_mean_in_one_step() {
    let mut studio = studio(small());
    ctrl(&mut studio, Key::Num5);
    pick(&mut studio, "New policy…", "Deny by default");
    let metrics = &project(&studio).simulation.metrics;
    assert_eq!(metrics["egress_bytes"].unit, "bytes");
    assert!(says(&studio, "Outbound to anybody is denied."), "nobody is named before");
    ctrl(&mut studio, Key::Z);
    assert!(project(&studio).policies.is_empty() && project(&studio).simulation.metrics.is_empty());
}
