//! Which labels are about what ran: those of agents that were heard, at a time that the data reaches. Others are a mistake
//! in the file, not attacks that were missed. An attack on an agent that no policy binds was missed, and is told as such.

use std::collections::BTreeSet;

use super::events::Event;
use super::grid::Grid;
use super::labels::Label;
use super::run::RunInput;
use super::scope::{Agents, PlacedMetric};
use super::time::moment;
use crate::model::{Policy, Reading};

/// The labels of a run, sorted by whether they count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FittingLabels {
    /// Those that count, in their order.
    pub(crate) windows: Vec<Label>,
    /// Why others do not, in sentences.
    pub(crate) left_out: Vec<String>,
    /// Which of those that count nobody could have found, in a sentence.
    pub(crate) unwatched: Option<String>,
}

impl FittingLabels {
    /// The labels of an input; none where it has none.
    pub(crate) fn of(
        input: &RunInput<'_>,
        grid: &Grid,
        policies: &[&Policy],
        agents: &Agents,
        events: &[&Event],
    ) -> Option<Self> {
        let all = &input.labels?.windows;
        let heard: BTreeSet<&str> =
            input.trace.agents().into_iter().chain(events.iter().map(|event| event.agent.as_str())).collect();
        // Whoever is watched for silence need not be heard of.
        let silence: BTreeSet<&str> = PlacedMetric::all(policies)
            .iter()
            .filter(|placed| placed.condition.reading == Some(Reading::Absent))
            .flat_map(|placed| agents.bound_by(&placed.rule.policy.scope))
            .collect();
        let watched: BTreeSet<&str> =
            policies.iter().flat_map(|policy| agents.bound_by(&policy.scope)).collect();
        let (first, last) = input.trace.span().unwrap_or((grid.start_ms, grid.end_ms));
        let moments =
            || events.iter().map(|event| event.t_ms).chain([first, last, grid.start_ms, grid.end_ms]);
        let (mut first, mut last) = (moments().min().unwrap_or(first), moments().max().unwrap_or(last));

        let (mut unheard, mut unwatched) = (Nobody::default(), Nobody::default());
        let mut elsewhere: Vec<&Label> = Vec::new();
        let mut fitting: Vec<&Label> = Vec::new();
        for label in all {
            let agent = label.agent.as_str();
            if agent != "*" && !heard.contains(agent) && !silence.contains(agent) {
                unheard.add(agent);
            } else if label.end_ms < first || label.start_ms > last {
                elsewhere.push(label);
            } else {
                if agent != "*" && !watched.contains(agent) {
                    unwatched.add(agent);
                }
                fitting.push(label);
            }
        }
        // A log of another time than the metrics reaches them, but what ran does not.
        let ran = |label: &&Label| label.end_ms >= grid.start_ms && label.start_ms <= grid.end_ms;
        if !fitting.is_empty() && !fitting.iter().any(ran) {
            elsewhere.append(&mut fitting);
            unwatched = Nobody::default();
            (first, last) = (grid.start_ms, grid.end_ms);
        }
        let mut left_out = Vec::new();
        left_out.extend(unheard.told("Left out of the scores", "not in the trace"));
        let unwatched = unwatched.told("Counted as missed", "no policy that runs binds them");
        let starts = elsewhere.iter().map(|label| label.start_ms);
        if let (Some(from), Some(to)) = (starts.min(), elsewhere.iter().map(|label| label.end_ms).max()) {
            let labels = labels(elsewhere.len());
            let [from, to, first, last] = [from, to, first, last].map(moment);
            left_out.push(format!(
                "Left out of the scores: {labels} from {from} to {to}; the trace holds {first} to {last}."
            ));
        }
        Some(Self { windows: fitting.into_iter().cloned().collect(), left_out, unwatched })
    }

    /// There are labels, and none of them is about what ran: nothing can be said of any alarm.
    pub(crate) fn none_fits(&self) -> bool {
        self.windows.is_empty() && !self.left_out.is_empty()
    }
}

/// Labels of agents that do not count.
#[derive(Default)]
struct Nobody<'a> {
    labels: usize,
    agents: BTreeSet<&'a str>,
}

impl<'a> Nobody<'a> {
    fn add(&mut self, agent: &'a str) {
        self.labels += 1;
        self.agents.insert(agent);
    }

    fn told(&self, head: &str, why: &str) -> Option<String> {
        const MOST: usize = 5;
        let mut names: Vec<String> = self.agents.iter().take(MOST).map(|agent| (*agent).to_owned()).collect();
        if self.agents.len() > MOST {
            names.push(format!("{} more", self.agents.len() - MOST));
        }
        let labels = labels(self.labels);
        (self.labels > 0).then(|| format!("{head}: {labels} of {} ({why}).", names.join(", ")))
    }
}

fn labels(count: usize) -> String {
    format!("{count} {}", if count == 1 { "label" } else { "labels" })
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{EvidenceInput, evidence};
    use super::super::run::run;
    use super::super::tests::{metric, read, sample_project};
    use super::super::{Labels, Quiet};
    use super::*;
    use crate::model::{AgentInstance, Condition, PolicyId};

    #[test]
    fn labels_that_fit_nothing_are_told_and_neither_scored_nor_recorded() {
        let check = |windows: &[(&str, i64, i64)], silence: bool, scored: Option<usize>, told: &[&str]| {
            let mut project = sample_project();
            let policy = project.policies.get_mut(PolicyId(1)).unwrap();
            let mut condition = metric("load", 80.0, 1);
            if let Condition::Metric(metric) = &mut condition
                && silence
            {
                metric.reading = Some(Reading::Absent);
            }
            policy.rules[0].conditions = vec![condition];
            if silence {
                // Known, though nothing is heard of it.
                project.simulation.agents = ["a1", "a2"]
                    .map(|name| AgentInstance {
                        name: name.to_owned(),
                        agent_type: "assistant".to_owned(),
                        environment: "production".to_owned(),
                        ..AgentInstance::default()
                    })
                    .to_vec();
            }
            let mut csv = "timestamp,metric,agent,value\n".to_owned();
            for minute in 0..60 {
                csv += &format!(
                    "{},load,a1,{}\n",
                    minute * 60,
                    if (20..30).contains(&minute) { 90 } else { 10 }
                );
            }
            let trace = read(&csv);
            let windows = windows.iter().map(|(agent, from, to)| Label {
                agent: (*agent).to_owned(),
                start_ms: from * 60_000,
                end_ms: to * 60_000,
                threat: String::new(),
            });
            let labels = Labels { windows: windows.collect(), ..Labels::default() };
            let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
            let found = run(&project, &input, &Quiet).unwrap();
            assert_eq!(found.scores.as_ref().map(|scores| scores.event.windows.len()), scored, "{told:?}");
            assert_eq!(found.coverage.labels_left_out.len(), told.len(), "{:?}", found.coverage);
            for (said, part) in found.coverage.labels_left_out.iter().zip(told) {
                assert!(said.contains(part) && found.coverage.notes.contains(said), "{said}");
            }
            let records = evidence(
                &project,
                &found,
                &EvidenceInput {
                    labels: &labels,
                    trace_fingerprint: "",
                    policy_fingerprint: |_| String::new(),
                    model_fingerprint: "",
                    date: None,
                },
            );
            let wanted = scored.filter(|count| *count > 0);
            assert_eq!(records.first().map(|one| one.windows as usize), wanted, "{records:?}");
        };
        check(&[("a1", 20, 30)], false, Some(1), &[]);
        check(
            &[("*", 20, 30), ("nobody", 20, 30)],
            false,
            Some(1),
            &["1 label of nobody (not in the trace)"],
        );
        check(&[("nobody", 20, 30)], false, None, &["1 label of nobody"]);
        check(&[("a1", 9_000, 9_010)], false, None, &["1 label from 1970-01-07T06:00:00Z"]);
        check(&[("a1", 50, 70), ("a1", 60, 61)], false, Some(1), &["1 label from 1970-01-01T01:00:00Z"]);
        // No attack at all is something that labels can say: then every alarm is false.
        check(&[], false, Some(0), &[]);
        check(&[("a2", 20, 30)], true, Some(1), &[]);
    }
}
