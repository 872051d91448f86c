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
    pub moved: Vec<Moved>,
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

/// An alarm that both runs have, at another time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// As the second run has it.
    pub firing: Firing,
    /// From the begin of the first to the end of the last alarm of the first run that it meets.
    pub was: Interval,
}

/// One of the differences, by its number in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// Fires anew.
    New(usize),
    /// Fires no more.
    Lost(usize),
    /// Fires at another time.
    Moved(usize),
    /// A request is decided otherwise.
    Decision(usize),
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
            for one in is.iter().filter(|one| !alone(one, was) && !was.contains(one)) {
                let mut met =
                    was.iter().filter(|other| one.from_ms < other.to_ms && other.from_ms < one.to_ms);
                let Some(first) = met.next().copied() else { continue };
                let last = met.next_back().copied().unwrap_or(first);
                let was = Interval { from_ms: first.from_ms, to_ms: last.to_ms, open: last.open };
                found.moved.push(Moved { firing: firing(after, one), was });
            }
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

    /// Every difference: alarms in the order of time, then requests in theirs.
    pub fn all(&self) -> Vec<Difference> {
        let mut all: Vec<Difference> = (0..self.new.len())
            .map(Difference::New)
            .chain((0..self.lost.len()).map(Difference::Lost))
            .chain((0..self.moved.len()).map(Difference::Moved))
            .chain((0..self.decisions.len()).map(Difference::Decision))
            .collect();
        let is_request = |one: Difference| matches!(one, Difference::Decision(_));
        all.sort_by_key(|one| (is_request(*one), self.when(*one).map(|when| when.0), *one));
        all
    }

    /// From when to when a difference is, in milliseconds since 1970.
    pub fn when(&self, one: Difference) -> Option<(i64, i64)> {
        let span = |interval: &Interval| (interval.from_ms, interval.to_ms);
        Some(match one {
            Difference::New(number) => span(&self.new.get(number)?.interval),
            Difference::Lost(number) => span(&self.lost.get(number)?.interval),
            Difference::Moved(number) => {
                let moved = self.moved.get(number)?;
                let (is, was) = (span(&moved.firing.interval), span(&moved.was));
                (is.0.min(was.0), is.1.max(was.1))
            }
            Difference::Decision(number) => self.decisions.get(number).map(|one| (one.t_ms, one.t_ms))?,
        })
    }

    /// Whom a difference touches.
    pub fn agent(&self, one: Difference) -> Option<&str> {
        Some(match one {
            Difference::New(number) => &self.new.get(number)?.agent,
            Difference::Lost(number) => &self.lost.get(number)?.agent,
            Difference::Moved(number) => &self.moved.get(number)?.firing.agent,
            Difference::Decision(number) => &self.decisions.get(number)?.agent,
        })
    }

    /// All of it in one sentence: "3 alarms fire anew, 2 of them in an attack; 1 is lost, …; 2 agents are touched."
    pub fn totals(&self) -> String {
        if self.is_empty() {
            return "Nothing changes on this trace.".to_owned();
        }
        let are = |count: usize| if count == 1 { "is" } else { "are" };
        let counted =
            |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let judged = |list: &[Firing]| {
            let within = list.iter().filter(|one| one.in_attack == Some(true)).count();
            let known = list.iter().any(|one| one.in_attack.is_some());
            if known { format!(" ({within} in an attack)") } else { String::new() }
        };
        let mut parts = Vec::new();
        if !self.new.is_empty() {
            let count = counted(self.new.len(), "alarm");
            parts.push(format!("{count} {} new{}", are(self.new.len()), judged(&self.new)));
        }
        if !self.lost.is_empty() {
            let count = counted(self.lost.len(), "alarm");
            parts.push(format!("{count} {} lost{}", are(self.lost.len()), judged(&self.lost)));
        }
        if !self.moved.is_empty() {
            let count = counted(self.moved.len(), "alarm");
            parts.push(format!("{count} {} at another time", are(self.moved.len())));
        }
        if !self.decisions.is_empty() {
            let denied = self.decisions.iter().filter(|one| one.denied_now).count();
            let count = counted(self.decisions.len(), "request");
            let allowed = self.decisions.len() - denied;
            let are = are(self.decisions.len());
            let how = [(denied, "denied now"), (allowed, "allowed now")];
            let how: Vec<String> = how
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
            parts.push(format!("{count} {are} decided otherwise ({})", how.join(", ")));
        }
        parts.push(format!("{} {} touched", counted(self.agents.len(), "agent"), are(self.agents.len())));
        format!("{}.", parts.join(", "))
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let one = |firing: &Firing| {
            let Interval { from_ms, to_ms, open } = firing.interval;
            json!({"agent": firing.agent, "metric": firing.metric, "from_ms": from_ms, "to_ms": to_ms,
                   "open": open, "in_attack": firing.in_attack})
        };
        let firing = |list: &[Firing]| -> Vec<Value> { list.iter().map(one).collect() };
        let moved = |Moved { firing, was }: &Moved| {
            let mut moved = one(firing);
            moved["was"] = json!({"from_ms": was.from_ms, "to_ms": was.to_ms, "open": was.open});
            moved
        };
        let decision = |one: &ChangedDecision| {
            json!({"t_ms": one.t_ms, "agent": one.agent, "request": one.request,
                   "decision": if one.denied_now { "deny" } else { "allow" }, "by": one.by})
        };
        json!({
            "new_firings": firing(&self.new),
            "lost_firings": firing(&self.lost),
            "moved_firings": self.moved.iter().map(moved).collect::<Vec<_>>(),
            "changed_decisions": self.decisions.iter().map(decision).collect::<Vec<_>>(),
            "agents": self.agents,
        })
    }
}

/// Alarms as they are scored: of everything that fires for an agent, stretches that meet are one.
pub fn alarms_of(run: &Run) -> usize {
    if let Some(scores) = &run.scores {
        return scores.event.alarms;
    }
    let mut by_agent: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
    for series in run.conditions.iter().flat_map(|condition| &condition.series) {
        by_agent.entry(&series.agent).or_default().extend(&series.firing);
    }
    by_agent.into_values().map(|firing| merged(firing).len()).sum()
}

/// When each metric fires for each agent, whatever the rule; alarms that meet are one.
pub fn firing_of(run: &Run) -> BTreeMap<(String, String), Vec<Interval>> {
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
        assert_eq!((found.new.len(), found.lost.len(), found.moved.len()), (1, 0, 0));
        assert_eq!((found.new[0].agent.as_str(), found.new[0].interval.from_ms), ("a1", 1_800_000));
        assert_eq!(found.agents, ["a1"]);
        let back = Comparison::of(&strict, &loose);
        assert_eq!(back.lost, found.new);
        assert!(Comparison::of(&strict, &strict).is_empty());
        assert_eq!(found.to_json()["new_firings"].as_array().unwrap().len(), 1);
        assert_eq!(found.totals(), "1 alarm is new, 1 agent is touched.");
        assert_eq!(Comparison::default().totals(), "Nothing changes on this trace.");
        assert_eq!(found.all(), [Difference::New(0)]);
        assert_eq!(found.when(Difference::New(0)), Some((1_800_000, 2_400_000)));
        assert_eq!(found.agent(Difference::New(0)), Some("a1"));
        assert_eq!((found.when(Difference::Lost(0)), found.agent(Difference::Moved(7))), (None, None));
    }

    #[test]
    fn an_alarm_at_another_time_is_said_with_when_it_was() {
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        for minute in 0..60 {
            // From 10 to 20 it climbs to 90, and it falls at once.
            let value = if (10..20).contains(&minute) { 45 + (minute - 10) * 5 } else { 20 };
            csv += &format!("{},cpu_usage,a1,{value}\n", minute * 60);
        }
        let trace = read(&csv);
        let with = |bound: f64| {
            let mut project = sample_project();
            project.policies.get_mut(PolicyId(1)).unwrap().rules[0].conditions =
                vec![metric("cpu_usage", bound, 0)];
            run(&project, &RunInput::new(&project, &trace), &Quiet).unwrap()
        };
        let found = Comparison::of(&with(80.0), &with(60.0));
        assert_eq!((found.new.len(), found.lost.len(), found.moved.len()), (0, 0, 1));
        let moved = &found.moved[0];
        assert!(moved.firing.interval.from_ms < moved.was.from_ms, "{moved:?}");
        assert_eq!(moved.firing.interval.to_ms, moved.was.to_ms);
        assert_eq!(found.when(Difference::Moved(0)), Some((moved.firing.interval.from_ms, moved.was.to_ms)));
        assert_eq!(found.totals(), "1 alarm is at another time, 1 agent is touched.");
    }
}
