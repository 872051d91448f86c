//! Two runs on one trace: what fires anew, what fires no more, which requests are decided otherwise, who is touched.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::grid::{Interval, merged};
use super::run::Run;

/// How one run differs from another on the same data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Alarms of the second run that meet none of the first.
    pub new: Vec<Firing>,
    /// Alarms of the first run that meet none of the second.
    pub lost: Vec<Firing>,
    /// Alarms that are in both and begin or end at another time.
    pub moved: usize,
    /// Requests that are decided otherwise.
    pub decisions: Vec<ChangedDecision>,
    /// Everybody for whom anything changes, in alphabetical order.
    pub agents: Vec<String>,
}

/// A metric that fires for an agent, whatever the rule: rules of two policies have nothing else in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// The agent.
    pub agent: String,
    /// The metric.
    pub metric: String,
    /// When.
    pub interval: Interval,
    /// Whether a labelled attack is on meanwhile; none without labels.
    pub in_attack: Option<bool>,
}

/// A request that one run denies and the other allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedDecision {
    /// When.
    pub t_ms: i64,
    /// Who asked.
    pub agent: String,
    /// For what.
    pub request: String,
    /// The second run denies it; otherwise the first does.
    pub denied_now: bool,
    /// What decides in the run that denies it: `policy/rule/condition`, or why.
    pub by: String,
}

impl Comparison {
    /// Compares two runs.
    pub fn of(before: &Run, after: &Run) -> Self {
        let (old, new) = (firing_of(before), firing_of(after));
        let mut found = Self { decisions: changed(before, after), ..Self::default() };
        let empty = Vec::new();
        let keys: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (was, is) = (old.get(key).unwrap_or(&empty), new.get(key).unwrap_or(&empty));
            let alone = |one: &&Interval, others: &[Interval]| {
                !others.iter().any(|other| one.from_ms < other.to_ms && other.from_ms < one.to_ms)
            };
            let firing = |run: &Run, interval: &Interval| Firing {
                agent: key.0.clone(),
                metric: key.1.clone(),
                interval: *interval,
                in_attack: in_attack(run, &key.0, interval),
            };
            found.new.extend(is.iter().filter(|one| alone(one, was)).map(|one| firing(after, one)));
            found.lost.extend(was.iter().filter(|one| alone(one, is)).map(|one| firing(before, one)));
            found.moved += is.iter().filter(|one| !alone(one, was) && !was.contains(one)).count();
            if was != is {
                found.agents.push(key.0.clone());
            }
        }
        found.agents.extend(found.decisions.iter().map(|decision| decision.agent.clone()));
        found.agents.sort();
        found.agents.dedup();
        found
    }

    /// Nothing changes.
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let firing = |list: &[Firing]| -> Vec<Value> {
            let one = |firing: &Firing| {
                let Interval { from_ms, to_ms, open } = firing.interval;
                json!({"agent": firing.agent, "metric": firing.metric, "from_ms": from_ms, "to_ms": to_ms,
                       "open": open, "in_attack": firing.in_attack})
            };
            list.iter().map(one).collect()
        };
        let decision = |one: &ChangedDecision| {
            json!({"t_ms": one.t_ms, "agent": one.agent, "request": one.request,
                   "decision": if one.denied_now { "deny" } else { "allow" }, "by": one.by})
        };
        json!({
            "new_firings": firing(&self.new),
            "lost_firings": firing(&self.lost),
            "moved_firings": self.moved,
            "changed_decisions": self.decisions.iter().map(decision).collect::<Vec<_>>(),
            "agents": self.agents,
        })
    }
}

fn firing_of(run: &Run) -> BTreeMap<(String, String), Vec<Interval>> {
    let mut firing: BTreeMap<(String, String), Vec<Interval>> = BTreeMap::new();
    for condition in &run.conditions {
        for series in condition.series.iter().filter(|series| !series.firing.is_empty()) {
            firing
                .entry((series.agent.clone(), condition.metric.clone()))
                .or_default()
                .extend(&series.firing);
        }
    }
    firing.into_iter().map(|(key, intervals)| (key, merged(intervals))).collect()
}

fn in_attack(run: &Run, agent: &str, interval: &Interval) -> Option<bool> {
    let windows = &run.scores.as_ref()?.event.windows;
    let mut own = windows.iter().filter(|window| window.label.is_about(agent));
    Some(own.any(|window| interval.touches(window.label.start_ms, window.label.end_ms + run.grace_ms)))
}

/// Both runs hear the same events in the same order.
fn changed(before: &Run, after: &Run) -> Vec<ChangedDecision> {
    let pairs = before.decisions.iter().zip(&after.decisions);
    let otherwise = pairs.filter(|(old, new)| old.denied() != new.denied());
    otherwise
        .map(|(old, new)| {
            let denied_now = new.denied();
            let denial = if denied_now { new } else { old };
            ChangedDecision {
                t_ms: new.t_ms,
                agent: new.agent.clone(),
                request: new.request.to_string(),
                denied_now,
                by: denial.decision.by_text(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{metric, read, sample_project};
    use super::super::{Quiet, RunInput, run::run};
    use super::*;
    use crate::model::PolicyId;

    #[test]
    fn a_lower_bound_fires_anew_and_a_higher_one_no_more() {
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        for minute in 0..60 {
            let value = if (10..20).contains(&minute) {
                90
            } else if (30..40).contains(&minute) {
                70
            } else {
                20
            };
            csv += &format!("{},cpu_usage,a1,{value}\n{},cpu_usage,a2,20\n", minute * 60, minute * 60);
        }
        let trace = read(&csv);
        let with = |bound: f64| {
            let mut project = sample_project();
            let policy = project.policies.get_mut(PolicyId(1)).unwrap();
            policy.rules[0].conditions = vec![metric("cpu_usage", bound, 0)];
            run(&project, &RunInput::new(&project, &trace), &Quiet).unwrap()
        };
        let (strict, loose) = (with(60.0), with(80.0));
        let found = Comparison::of(&loose, &strict);
        assert_eq!((found.new.len(), found.lost.len(), found.moved), (1, 0, 0));
        assert_eq!((found.new[0].agent.as_str(), found.new[0].interval.from_ms), ("a1", 1_800_000));
        assert_eq!(found.agents, ["a1"]);
        let back = Comparison::of(&strict, &loose);
        assert_eq!(back.lost, found.new);
        assert!(Comparison::of(&strict, &strict).is_empty());
        assert_eq!(found.to_json()["new_firings"].as_array().unwrap().len(), 1);
    }
}
