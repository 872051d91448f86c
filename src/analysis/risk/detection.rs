//! Controls that detect: how often they notice, and whether anything follows from it.

use crate::analysis::fingerprint;
use crate::model::{
    AlertSeverity, Control, ControlId, Evidence, Policy, PolicyStatus, Project, ResponseAction, Rule,
    RuleAction, plain_word,
};

/// An automatic answer acts when the alarm fires.
const ACTS_AT_ONCE: f64 = 1.0;

/// People who are told act in time about every other time. A convention for ordering work, not a measurement.
const PEOPLE_ARE_TOLD: f64 = 0.5;

/// The detection rate that recorded simulations show for a control: the newest evidence whose policy still reads as it
/// did when it ran. None when there is no such evidence, or it saw no attack.
pub fn measured(project: &Project, control: ControlId) -> Option<f64> {
    let mut recorded: Vec<(&Evidence, f64)> = project
        .evidence
        .iter()
        .filter(|evidence| evidence.control == Some(control))
        .filter_map(|evidence| Some((evidence, evidence.detection_rate()?)))
        .collect();
    // Newest first: telling whether evidence is stale reads the whole policy, so one look should do.
    recorded.sort_by_key(|(evidence, _)| std::cmp::Reverse((evidence.date, evidence.id)));
    recorded.into_iter().find(|(evidence, _)| !is_stale(project, evidence)).map(|(_, rate)| rate)
}

/// Whether the policy has changed since the evidence was recorded, or is gone. Evidence without a fingerprint is believed.
pub fn is_stale(project: &Project, evidence: &Evidence) -> bool {
    let Some(policy) = evidence.policy else { return false };
    let Some(policy) = project.policies.get(policy) else { return true };
    !evidence.policy_fingerprint.is_empty() && evidence.policy_fingerprint != fingerprint::of_policy(policy)
}

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
