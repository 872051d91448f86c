//! Policies in the window: rules and conditions of every kind, scope, response, review, a request to try.

use egui::Key;
use egui::accesskit::Role;

use super::driving::*;
use crate::model::{
    AlertSeverity, Condition, Direction, Effect, Operator, Permission, Policy, PolicyStatus, ResponseAction,
};

/// A model with one policy of one rule.
fn with_policy() -> Studio {
    let mut studio = studio(small());
    ctrl(&mut studio, Key::Num5);
    button(&mut studio, "New policy");
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
    choose(&mut studio, "Status", PolicyStatus::Staged.label());
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
