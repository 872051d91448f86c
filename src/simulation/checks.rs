//! Checks of policies before they run: what can be told from the policies alone, exactly, on finite sets.

use std::collections::{BTreeMap, BTreeSet};

use super::destination::malformed;
use super::metric::Requirement;
use super::run::kind_of;
use super::scope::{Agents, NumberedRule, chosen_policies, named};
use super::time::duration_words;
use super::trace::Trace;
use crate::model::{
    CommunicationCondition, Condition, MetricCondition, MetricKind, Permission, PolicyId, Project, Reading,
    RuleId,
};

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The condition can never do what it says.
    Error,
    /// It probably does not mean what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something about a policy that shows before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCheck {
    /// How it is to be taken.
    pub weight: Weight,
    /// The policy.
    pub policy: PolicyId,
    /// The rule, if it is about one.
    pub rule: Option<RuleId>,
    /// `r0c0`, if it is about a condition.
    pub condition: Option<String>,
    /// What it is, in a sentence.
    pub what: String,
}

/// Checks policies (none named: those that would run), with the trace that they are to run on, if there is one.
pub fn check(project: &Project, policies: &[PolicyId], trace: Option<&Trace>) -> Vec<PolicyCheck> {
    let policies = chosen_policies(project, policies);
    let agents = Agents::of(project, trace, []);
    let mut found = Vec::new();
    for policy in &policies {
        let known = agents.listed || trace.is_some();
        if known && agents.bound_by(&policy.scope).is_empty() {
            let what = "The scope matches no agent, so the policy is idle.".to_owned();
            found.push(PolicyCheck {
                weight: Weight::Warning,
                policy: policy.id,
                rule: None,
                condition: None,
                what,
            });
        }
        if policy.monitoring.alerts.iter().all(|alert| alert.event != "policy_violation") {
            let what = "Monitoring does not say how grave a policy_violation is; it is taken to be medium."
                .to_owned();
            found.push(PolicyCheck {
                weight: Weight::Note,
                policy: policy.id,
                rule: None,
                condition: None,
                what,
            });
        }
    }
    let rules = NumberedRule::all(&policies);
    for numbered in &rules {
        for (index, condition) in numbered.conditions() {
            let mut say = |weight: Weight, what: String| {
                found.push(PolicyCheck {
                    weight,
                    policy: numbered.policy.id,
                    rule: Some(numbered.rule.id),
                    condition: Some(numbered.condition_id(index)),
                    what,
                });
            };
            match condition {
                Condition::Metric(metric) => metric_checks(project, trace, metric, &mut say),
                Condition::Communication(communication) => {
                    communication_checks(project, communication, &mut say);
                }
                Condition::Resource(_) => {}
            }
        }
    }
    for policy in &policies {
        let of_policy: Vec<&NumberedRule<'_>> =
            rules.iter().filter(|rule| rule.policy.id == policy.id).collect();
        found.extend(unreachable(project, &of_policy));
        found.extend(contradictions(&of_policy));
    }
    let order = |check: &PolicyCheck| (check.policy, check.weight);
    found.sort_by_key(order);
    found
}

fn metric_checks(
    project: &Project,
    trace: Option<&Trace>,
    condition: &MetricCondition,
    say: &mut dyn FnMut(Weight, String),
) {
    let metric = &condition.metric;
    let kind = kind_of(project, trace, metric);
    let requirement = Requirement::new(condition, kind.unwrap_or_default());
    let interval_ms = project.simulation.evaluation.interval_ms.max(1);
    if kind.is_none() && condition.reading.is_none() {
        say(
            Weight::Warning,
            format!("Nobody says what the numbers of {metric} mean; it is taken for a gauge."),
        );
    }
    let series = trace.map(|trace| trace.of_metric(metric)).unwrap_or_default();
    if trace.is_some() && series.is_empty() && requirement.reading != Reading::Absent {
        say(Weight::Error, format!("{metric} is in no trace, so the condition never fires."));
    }
    if kind == Some(MetricKind::Counter) && requirement.reading == Reading::For {
        let what = format!(
            "{metric} only grows, so a bound on its level is passed for good; read its increase instead."
        );
        say(Weight::Warning, what);
    }
    if requirement.reading == Reading::For {
        if requirement.hold_ms % interval_ms != 0 {
            let rounded = (requirement.hold_ms + interval_ms - 1) / interval_ms * interval_ms;
            let (asked, effective) = (duration_words(requirement.hold_ms), duration_words(rounded));
            let interval = duration_words(interval_ms);
            say(
                Weight::Note,
                format!("{asked} is no multiple of the {interval} interval: effective {effective}."),
            );
        }
        return;
    }
    if requirement.window_ms == 0 {
        say(Weight::Error, format!("{metric} is read over a window, but the time is 0."));
        return;
    }
    let mut steps: Vec<i64> = series.iter().filter_map(usual_step).collect();
    steps.sort_unstable();
    if let Some(step) = steps.get(steps.len() / 2).copied()
        && matches!(requirement.reading, Reading::Increase | Reading::Rate)
        && requirement.window_ms < 2 * step
    {
        let (window, step) = (duration_words(requirement.window_ms), duration_words(step));
        say(
            Weight::Error,
            format!("A window of {window} seldom holds two samples, which come every {step}."),
        );
    }
}

/// The median distance of the samples of a series.
fn usual_step(series: &super::trace::Series) -> Option<i64> {
    let mut distances: Vec<i64> = series.times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied()
}

fn communication_checks(
    project: &Project,
    condition: &CommunicationCondition,
    say: &mut dyn FnMut(Weight, String),
) {
    if condition.destinations.is_empty() {
        say(Weight::Error, "No destination is named, so the condition never matches.".to_owned());
    }
    for name in &condition.destinations {
        let groups = || project.simulation.groups.iter().filter(|group| group.name == *name);
        if groups().any(|group| group.members.is_empty()) {
            say(Weight::Warning, format!("The group {name} is empty."));
        }
        for pattern in std::iter::once(name).chain(groups().flat_map(|group| &group.members)) {
            if let Some(what) = malformed(pattern) {
                say(Weight::Error, format!("{what}, so every request that reaches it is denied."));
            }
        }
    }
}

/// Communication conditions whose every destination an earlier one takes.
fn unreachable(project: &Project, rules: &[&NumberedRule<'_>]) -> Vec<PolicyCheck> {
    let mut found = Vec::new();
    let mut earlier: Vec<(String, &CommunicationCondition)> = Vec::new();
    for numbered in rules {
        for (index, condition) in numbered.conditions() {
            let Condition::Communication(condition) = condition else { continue };
            let by = condition.destinations.iter().map(|name| {
                let takes = |(_, other): &&(String, &CommunicationCondition)| {
                    let way = other.direction.is_none() || other.direction == condition.direction;
                    way && covers(project, &other.destinations, name)
                };
                earlier.iter().find(takes).map(|(id, _)| id.clone())
            });
            let by: Option<BTreeSet<String>> = by.collect();
            if let Some(by) = by.filter(|by| !by.is_empty()) {
                let by: Vec<String> = by.into_iter().collect();
                found.push(PolicyCheck {
                    weight: Weight::Warning,
                    policy: numbered.policy.id,
                    rule: Some(numbered.rule.id),
                    condition: Some(numbered.condition_id(index)),
                    what: format!("It can never decide: {} matches first.", by.join(", ")),
                });
            }
            earlier.push((numbered.condition_id(index), condition));
        }
    }
    found
}

/// Whether a list of destinations takes everything that a name stands for.
fn covers(project: &Project, list: &[String], name: &str) -> bool {
    let groups = &project.simulation.groups;
    let members: Vec<&String> =
        groups.iter().filter(|group| group.name == name).flat_map(|group| &group.members).collect();
    let direct = |name: &str| list.iter().any(|other| other == "*" || other == name);
    let through_group = |name: &str| {
        name != "*" && !name.starts_with("*.") && super::destination::matches(list, name, groups) == Ok(true)
    };
    direct(name)
        || !members.is_empty() && members.iter().all(|member| direct(member) || through_group(member))
        || members.is_empty() && through_group(name)
}

/// Resources that one policy both grants and denies.
fn contradictions(rules: &[&NumberedRule<'_>]) -> Vec<PolicyCheck> {
    let mut by_resource: BTreeMap<&str, Vec<(&NumberedRule<'_>, usize, Permission)>> = BTreeMap::new();
    for numbered in rules {
        for (index, condition) in numbered.conditions() {
            if let Condition::Resource(condition) = condition {
                by_resource.entry(&condition.resource).or_default().push((
                    numbered,
                    index,
                    condition.permission,
                ));
            }
        }
    }
    let mut found = Vec::new();
    for (resource, list) in by_resource {
        let Some((denying, at, _)) = list.iter().find(|(_, _, permission)| *permission == Permission::Deny)
        else {
            continue;
        };
        for (numbered, index, permission) in
            list.iter().filter(|(_, _, permission)| *permission != Permission::Deny)
        {
            let rule = named(&denying.rule.name, denying.rule.id);
            found.push(PolicyCheck {
                weight: Weight::Warning,
                policy: numbered.policy.id,
                rule: Some(numbered.rule.id),
                condition: Some(numbered.condition_id(*index)),
                what: format!(
                    "Granting to {permission} {resource} has no effect: {} of {rule} denies it, and a denial always wins.",
                    denying.condition_id(*at)
                ),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{metric, minutes, sample_project};
    use super::*;
    use crate::model::{Effect, MetricInfo, NamedGroup, ResourceCondition};

    fn found(change: impl FnOnce(&mut Project), trace: Option<&Trace>) -> Vec<String> {
        let mut project = sample_project();
        change(&mut project);
        let checks = check(&project, &[], trace);
        checks
            .iter()
            .map(|one| format!("{}: {}", one.condition.clone().unwrap_or_default(), one.what))
            .collect()
    }

    fn rules(project: &mut Project) -> &mut Vec<crate::model::Rule> {
        &mut project.policies.get_mut(PolicyId(1)).unwrap().rules
    }

    fn check_one(change: impl FnOnce(&mut Project), trace: Option<&Trace>, words: &str) {
        let said = found(change, trace).join("\n");
        assert!(said.contains(words), "{words:?} is not in:\n{said}");
    }

    fn to(destination: &str, effect: Effect) -> Condition {
        Condition::Communication(CommunicationCondition {
            destinations: vec![destination.to_owned()],
            effect,
            ..CommunicationCondition::default()
        })
    }

    #[test]
    fn the_sample_policy_is_sound_but_for_the_kind_of_one_metric() {
        let gauge = |project: &mut Project| {
            project.simulation.metrics.insert("cpu_usage".to_owned(), MetricInfo::default());
        };
        assert_eq!(found(gauge, None), Vec::<String>::new());
        check_one(|_| {}, None, "r0c0: Nobody says what the numbers of cpu_usage mean");
    }

    #[test]
    fn what_can_never_happen_is_found() {
        let trace = minutes("cpu_usage", &[1.0; 30]);
        check_one(|_| {}, Some(&trace), "r0c1: api_calls is in no trace");
        check_one(|p| rules(p)[0].conditions = vec![metric("cpu_usage", 1.0, 0)], None, "taken for a gauge");
        let counter = |window: i64| {
            move |project: &mut Project| {
                let info = MetricInfo { kind: MetricKind::Counter, ..MetricInfo::default() };
                project.simulation.metrics.insert("cpu_usage".to_owned(), info);
                rules(project)[0].conditions = vec![metric("cpu_usage", 1.0, window)];
            }
        };
        check_one(counter(1), Some(&trace), "seldom holds two samples, which come every 1m");
        check_one(counter(0), None, "the time is 0");
        let level = |project: &mut Project| {
            counter(5)(project);
            if let Condition::Metric(condition) = &mut rules(project)[0].conditions[0] {
                condition.reading = Some(Reading::For);
                condition.duration_ms = 90_000;
            }
        };
        check_one(level, None, "only grows");
        check_one(level, None, "1m 30s is no multiple of the 1m interval: effective 2m");
        check_one(
            |p| p.simulation.agents = vec![crate::model::AgentInstance::default()],
            None,
            "policy is idle",
        );
    }

    #[test]
    fn shadowed_and_contradicting_conditions_are_found() {
        let first_all = |p: &mut Project| {
            rules(p)[2].conditions = vec![to("*", Effect::Deny), to("external_api", Effect::Allow)];
        };
        check_one(first_all, None, "r2c1: It can never decide: r2c0 matches first.");
        let group_then_member = |p: &mut Project| {
            rules(p)[2].conditions =
                vec![to("approved_apis", Effect::Allow), to("external_api", Effect::Deny)];
        };
        check_one(group_then_member, None, "r2c1: It can never decide");
        let member_then_all = |p: &mut Project| {
            rules(p)[2].conditions = vec![to("external_api", Effect::Allow), to("*", Effect::Deny)];
        };
        assert!(!found(member_then_all, None).iter().any(|what| what.contains("never decide")));
        let both = |p: &mut Project| {
            let grant = ResourceCondition {
                resource: "financial_data".to_owned(),
                permission: Permission::Read,
                ..ResourceCondition::default()
            };
            rules(p)[1].conditions.push(Condition::Resource(grant));
        };
        check_one(both, None, "r1c2: Granting to read financial_data has no effect: r1c1");
        let empty = |p: &mut Project| {
            p.simulation.groups =
                vec![NamedGroup { name: "approved_apis".to_owned(), ..NamedGroup::default() }];
        };
        check_one(empty, None, "The group approved_apis is empty");
        check_one(
            |p| rules(p)[2].conditions = vec![to("10.0.0.0/40", Effect::Deny)],
            None,
            "not an address range",
        );
    }
}
