//! What can be said of a policy before it runs: conditions that never have a say, groups without members, times that the
//! grid cannot keep, metrics that no trace holds. Exact, because the sets are finite.

use std::collections::BTreeSet;

use super::destination;
use super::time::duration_words;
use super::words::reading_of;
use crate::model::{
    CommunicationCondition, Condition, MetricCondition, NamedGroup, Permission, Policy, Project, Reading,
    RuleId,
};

/// Something worth knowing about one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticNote {
    /// The rule.
    pub rule: RuleId,
    /// The condition, counted from 0 within the rule.
    pub condition: usize,
    /// What, in a sentence.
    pub text: String,
}

/// All that can be said of a policy without a run. `traced` are the metrics of a trace, where one is open.
pub fn static_notes(project: &Project, policy: &Policy, traced: Option<&BTreeSet<&str>>) -> Vec<StaticNote> {
    let conditions = || {
        policy
            .rules
            .iter()
            .flat_map(|rule| rule.conditions.iter().enumerate().map(move |(at, one)| (rule.id, at, one)))
    };
    let mut found = Vec::new();
    let mut earlier: Vec<(String, &CommunicationCondition)> = Vec::new();
    for (number, rule) in policy.rules.iter().enumerate() {
        for (at, condition) in rule.conditions.iter().enumerate() {
            let mut note = |text: String| found.push(StaticNote { rule: rule.id, condition: at, text });
            match condition {
                Condition::Metric(metric) => metric_notes(project, metric, traced, &mut note),
                Condition::Resource(resource) => {
                    let denied = conditions().any(|(_, _, other)| {
                        matches!(other, Condition::Resource(other) if other.resource == resource.resource
                            && other.permission == Permission::Deny)
                    });
                    if denied && resource.permission != Permission::Deny {
                        note(format!(
                            "This policy also denies {}, and a denial always wins: the grant has no say.",
                            resource.resource
                        ));
                    }
                }
                Condition::Communication(talk) => {
                    for group in empty_groups(&project.simulation.groups, &talk.destinations) {
                        note(format!("The group {group} has no members, so it matches nobody."));
                    }
                    for name in &talk.destinations {
                        if let Some(wrong) = destination::malformed(name) {
                            note(format!("{wrong}, so every request that reaches this line is denied."));
                        }
                    }
                    let groups = &project.simulation.groups;
                    if let Some((id, _)) = earlier.iter().find(|(_, first)| covers(first, talk, groups)) {
                        note(format!(
                            "Never reached: {id} matches all of it first, and the first that matches decides."
                        ));
                    }
                    earlier.push((format!("r{number}c{at}"), talk));
                }
            }
        }
    }
    found
}

fn metric_notes(
    project: &Project,
    condition: &MetricCondition,
    traced: Option<&BTreeSet<&str>>,
    note: &mut impl FnMut(String),
) {
    let interval = project.simulation.evaluation.interval_ms.max(1);
    let (reading, ..) = reading_of(project, condition);
    let duration = condition.duration_ms;
    let every = duration_words(interval);
    if matches!(reading, Reading::Increase | Reading::Rate) && duration < interval.saturating_mul(2) {
        note(format!(
            "Growth takes two samples, and a window of {} at an interval of {every} may hold one: it can never fire.",
            duration_words(duration)
        ));
    }
    if !matches!(reading, Reading::For | Reading::Absent) && duration <= 0 {
        note("A window needs a length: type a time.".to_owned());
    }
    let hold = condition.hold_ms(reading);
    if hold % interval != 0 {
        let effective = (hold / interval + 1).saturating_mul(interval);
        note(format!(
            "{} is no multiple of the interval of {every}: it holds for {}.",
            duration_words(hold),
            duration_words(effective)
        ));
    }
    if traced.is_some_and(|traced| !traced.contains(condition.metric.as_str())) {
        note(format!("The trace that was run last holds no {}.", condition.metric));
    }
}

fn empty_groups<'a>(groups: &'a [NamedGroup], names: &'a [String]) -> impl Iterator<Item = &'a str> {
    names.iter().filter_map(|name| {
        let group = groups.iter().find(|group| group.name == *name)?;
        group.members.iter().all(|member| member.trim().is_empty()).then_some(group.name.as_str())
    })
}

/// Whether all that a later condition matches is matched by the first already.
fn covers(first: &CommunicationCondition, later: &CommunicationCondition, groups: &[NamedGroup]) -> bool {
    let direction = first.direction.is_none() || first.direction == later.direction;
    let every = |name: &String| {
        if first.destinations.contains(name) {
            return true;
        }
        let group = groups.iter().find(|group| group.name == *name);
        let members = group.map_or(std::slice::from_ref(name), |group| group.members.as_slice());
        members.iter().all(|member| {
            // A name under the suffix stands for all of them: suffixes cannot tell them apart.
            let probe = member.strip_prefix('*').filter(|suffix| suffix.starts_with('.'));
            let probe = probe.map_or_else(|| member.clone(), |suffix| format!("any{suffix}"));
            destination::matches(&first.destinations, &probe, groups).unwrap_or(false)
        })
    };
    direction && !later.destinations.is_empty() && later.destinations.iter().all(every)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Direction, Effect, MetricInfo, MetricKind, ResourceCondition, Rule};

    fn metric(reading: Reading, duration_ms: i64) -> Condition {
        let metric = "cpu".to_owned();
        Condition::Metric(MetricCondition {
            metric,
            duration_ms,
            reading: Some(reading),
            ..MetricCondition::default()
        })
    }

    fn resource(permission: Permission) -> Condition {
        Condition::Resource(ResourceCondition {
            resource: "ledger".to_owned(),
            permission,
            ..ResourceCondition::default()
        })
    }

    fn talk(direction: Option<Direction>, names: &[&str]) -> Condition {
        Condition::Communication(CommunicationCondition {
            direction,
            destinations: names.iter().map(|name| (*name).to_owned()).collect(),
            effect: Effect::Allow,
            ..CommunicationCondition::default()
        })
    }

    #[track_caller]
    fn check(conditions: Vec<Condition>, expected: &[(usize, &str)]) {
        let mut project = Project::new("Test");
        let info = MetricInfo { kind: MetricKind::Counter, ..MetricInfo::default() };
        project.simulation.metrics.insert("cpu".to_owned(), info);
        let group = |name: &str, members: &[&str]| NamedGroup {
            name: name.to_owned(),
            members: members.iter().map(|name| (*name).to_owned()).collect(),
            ..NamedGroup::default()
        };
        project.simulation.groups = vec![group("apis", &["a", "b.example"]), group("nobody", &[])];
        let rule = Rule { id: RuleId(1), conditions, ..Rule::default() };
        let policy = Policy { rules: vec![rule], ..Policy::default() };
        let notes = static_notes(&project, &policy, Some(&BTreeSet::from(["cpu"])));
        let said: Vec<(usize, &str)> =
            notes.iter().map(|note| (note.condition, note.text.as_str())).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for ((at, text), (wanted, words)) in said.iter().zip(expected) {
            assert!(at == wanted && text.contains(words), "{said:?}");
        }
    }

    #[test]
    fn what_can_be_said_before_a_run() {
        let out = Some(Direction::Outbound);
        check(vec![metric(Reading::Increase, 60_000), metric(Reading::For, 60_000)], &[]);
        check(vec![metric(Reading::Increase, 15_000)], &[(0, "never fire")]);
        check(vec![metric(Reading::For, 50_000)], &[(0, "it holds for 1m")]);
        check(vec![metric(Reading::Avg, 0)], &[(0, "needs a length")]);
        check(vec![resource(Permission::Read), resource(Permission::Deny)], &[(0, "no say")]);
        check(vec![talk(out, &["nobody"])], &[(0, "no members")]);
        check(vec![talk(out, &["10.0.0.0/99"])], &[(0, "not an address range")]);
        check(vec![talk(out, &["apis"]), talk(out, &["*"])], &[]);
        check(vec![talk(out, &["*"]), talk(out, &["apis"])], &[(1, "r0c0")]);
        check(vec![talk(out, &["a", "*.example"]), talk(out, &["apis"])], &[(1, "r0c0")]);
        check(vec![talk(out, &["a"]), talk(out, &["apis"])], &[]);
        check(vec![talk(out, &["*.x.example"]), talk(out, &["*.example"])], &[]);
        check(vec![talk(out, &["*.example"]), talk(None, &["*.x.example"])], &[]);
        check(vec![talk(None, &["*.example"]), talk(out, &["*.x.example"])], &[(1, "Never reached")]);
    }

    #[test]
    fn a_metric_that_no_trace_holds() {
        let project = Project::new("Test");
        let rule = Rule { conditions: vec![metric(Reading::For, 0)], ..Rule::default() };
        let policy = Policy { rules: vec![rule], ..Policy::default() };
        let notes = static_notes(&project, &policy, Some(&BTreeSet::from(["memory"])));
        assert_eq!(notes.len(), 1);
        assert_eq!(static_notes(&project, &policy, None), []);
    }
}
