//! Controls that detect: how often they notice, and whether anything follows from it.

use crate::model::{
    AlertSeverity, Control, ControlId, Policy, PolicyStatus, Project, ResponseAction, Rule, RuleAction,
    plain_word,
};

/// An automatic answer acts when the alarm fires.
const ACTS_AT_ONCE: f64 = 1.0;

/// People who are told act in time about every other time. A convention for ordering work, not a measurement.
const PEOPLE_ARE_TOLD: f64 = 0.5;

/// The chance that an alarm of this control is answered in time, by the policy rules that implement it: 1 where a rule
/// enforces or restricts, or the automatic response does; 0.5 where people are told; 0 where nothing follows.
/// `today` counts active policies only, otherwise every policy that is not retired counts.
pub fn responds(project: &Project, control: ControlId, today: bool) -> f64 {
    let linked = project.rules_of(control);
    let evidenced = project
        .evidence
        .iter()
        .filter(|evidence| evidence.control == Some(control))
        .filter_map(|evidence| project.rule(evidence.rule?));
    linked
        .chain(evidenced)
        .filter(|(policy, _)| {
            if today { policy.status == PolicyStatus::Active } else { policy.status != PolicyStatus::Retired }
        })
        .map(|(policy, rule)| answer(policy, rule))
        .fold(0.0, f64::max)
}

/// Where a corrective control answers the same threat, somebody is there to act on the alarm.
pub(super) fn responds_beside(others: &[&Control], in_place: impl Fn(&Control) -> f64) -> f64 {
    let corrected = others
        .iter()
        .any(|other| other.function == crate::model::ControlFunction::Corrective && in_place(other) > 0.0);
    if corrected { PEOPLE_ARE_TOLD } else { 0.0 }
}

fn answer(policy: &Policy, rule: &Rule) -> f64 {
    if matches!(rule.action, RuleAction::Enforce | RuleAction::Restrict) {
        return ACTS_AT_ONCE;
    }
    let severity = policy
        .monitoring
        .alerts
        .iter()
        .find(|alert| plain_word(&alert.event) == "policyviolation")
        .map_or(AlertSeverity::Medium, |alert| alert.severity);
    policy
        .response
        .automatic(severity)
        .iter()
        .map(|action| match action {
            ResponseAction::Restrict | ResponseAction::Isolate => ACTS_AT_ONCE,
            ResponseAction::Notify => PEOPLE_ARE_TOLD,
            ResponseAction::Log | ResponseAction::Allow => 0.0,
        })
        .fold(0.0, f64::max)
}
