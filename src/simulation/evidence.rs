//! Evidence: what a run showed about single rules and the controls that they implement, ready to be put on record.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::events::Events;
use super::labels::{Label, Labels, same_threat};
use super::run::Run;
use super::scores::{EventScore, wilson};
use super::scoring::{Scoring, Watched, event_score};
use super::trace::Trace;
use crate::model::{ControlId, Evidence, EvidenceId, Numbers, Policy, Project, Rule};

/// What evidence is drawn from, beside the run itself.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceInput<'a> {
    /// The labels that the run was scored with.
    pub labels: &'a Labels,
    /// A fingerprint of the data; see [`trace_fingerprint`].
    pub trace_fingerprint: &'a str,
    /// How the rest of the program recognises a policy that has changed since.
    pub policy_fingerprint: fn(&Policy) -> String,
    /// A fingerprint of what the model says to every run.
    pub model_fingerprint: &'a str,
    /// Today, as whoever asks knows it.
    pub date: Option<Date>,
}

/// One piece of evidence for each rule that ran and each control that it implements, without bookkeeping of ids: they
/// are counted on from the next free one. A rule is measured by the windows of the threats that it answers, where both
/// rule and labels name threats, and by all windows otherwise. Rules without any window to be measured by give none.
pub fn evidence(project: &Project, run: &Run, input: &EvidenceInput<'_>) -> Vec<Evidence> {
    let Some(scored) = &run.scores else { return Vec::new() };
    // Labels of nobody, of agents that nobody watched, and those beyond what ran measure nothing.
    let watched = |label: &&Label| label.agent == "*" || run.coverage.agents_in_scope.contains(&label.agent);
    let counted: BTreeSet<&Label> =
        scored.event.windows.iter().map(|window| &window.label).filter(watched).collect();
    let scoring = Scoring::of(run, None);
    let joined = Scoring { join_ms: run.grid.lookback_ms.max(run.grid.interval_ms), ..scoring };
    let mut found: Vec<Evidence> = Vec::new();
    for policy in run.policies.iter().filter_map(|id| project.policies.get(*id)) {
        let policy_fingerprint = (input.policy_fingerprint)(policy);
        for rule in &policy.rules {
            let of_rule = run.conditions.iter().filter(|one| one.policy == policy.id && one.rule == rule.id);
            let mut watched = Watched::firing(run, of_rule.flat_map(|condition| &condition.series));
            let decided = run.decisions.iter().filter(|record| {
                record.decision.by.as_ref().is_some_and(|by| by.policy == policy.id && by.rule == rule.id)
            });
            watched.add_denials(decided);
            let mut own = windows_of(project, rule, &input.labels.windows);
            own.retain(|(_, label)| counted.contains(label));
            if own.is_empty() {
                continue;
            }
            let windows: Vec<Label> = own.iter().map(|(_, label)| (*label).clone()).collect();
            let score = event_score(&watched, &windows, &joined);
            let (found_windows, missed) = numbers(&own, &score);
            // An alarm during an attack of another kind is not false, so false alarms are counted against all windows.
            let against_all = event_score(&watched, &input.labels.windows, &joined);
            let (windows, detected) = (score.windows.len() as u32, score.detected as u32);
            let (rate_low, rate_high) = wilson(u64::from(detected), u64::from(windows)).unwrap_or_default();
            let controls: Vec<Option<ControlId>> = match rule.controls.as_slice() {
                [] => vec![None],
                controls => controls.iter().copied().map(Some).collect(),
            };
            for control in controls {
                found.push(Evidence {
                    id: EvidenceId(project.next_evidence().0 + found.len() as u32),
                    policy: Some(policy.id),
                    rule: Some(rule.id),
                    control,
                    trace: run.trace.clone(),
                    trace_fingerprint: input.trace_fingerprint.to_owned(),
                    policy_fingerprint: policy_fingerprint.clone(),
                    model_fingerprint: input.model_fingerprint.to_owned(),
                    engine: run.grid.engine,
                    interval_ms: run.grid.interval_ms,
                    windows,
                    detected,
                    found: Numbers(found_windows.clone()),
                    missed: Numbers(missed.clone()),
                    rate_low,
                    rate_high,
                    false_alarms_per_agent_day: against_all.false_alarms_per_agent_day.unwrap_or_default(),
                    time_to_detect_ms: score.time_to_detect.map(|time| time.p50_ms),
                    date: input.date,
                    notes: format!("{}.", run.mode.label()),
                    ..Evidence::default()
                });
            }
        }
    }
    found
}

/// The windows that a rule is measured by, each with its place among all of them.
fn windows_of<'a>(project: &Project, rule: &Rule, labels: &'a [Label]) -> Vec<(u32, &'a Label)> {
    let threats: Vec<&crate::model::Threat> =
        rule.threats.iter().filter_map(|id| project.threats.get(*id)).collect();
    let named = labels.iter().any(|label| !label.threat.is_empty());
    let answers = |label: &Label| {
        threats
            .iter()
            .any(|threat| label.threat == threat.id.to_string() || same_threat(&label.threat, &threat.title))
    };
    let all = threats.is_empty() || !named;
    (0..).zip(labels).filter(|(_, label)| all || answers(label)).collect()
}

/// The places of the windows that were found, and of those that were missed. Windows that lie outside of what was run are
/// neither.
fn numbers(own: &[(u32, &Label)], score: &EventScore) -> (Vec<u32>, Vec<u32>) {
    let mut scored = score.windows.iter().peekable();
    let (mut found, mut missed) = (Vec::new(), Vec::new());
    for (place, label) in own {
        if let Some(window) = scored.next_if(|window| window.label == **label) {
            if window.detected_ms.is_some() { &mut found } else { &mut missed }.push(*place);
        }
    }
    (found, missed)
}

/// A fingerprint of a trace with its events and labels: of what they say, whatever the format they came in.
pub fn trace_fingerprint(trace: &Trace, events: Option<&Events>, labels: Option<&Labels>) -> String {
    let mut hash = Sha256::new();
    for series in &trace.series {
        hash.update(format!("{:?} {}\n", series.name, series.times.len()));
        let mut bytes = Vec::with_capacity(series.times.len() * 16);
        for (t_ms, value) in series.times.iter().zip(&series.values) {
            bytes.extend_from_slice(&t_ms.to_le_bytes());
            bytes.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        hash.update(&bytes);
    }
    for event in events.map(|events| events.list.as_slice()).unwrap_or_default() {
        hash.update(format!("{event:?}\n"));
    }
    for label in labels.map(|labels| labels.windows.as_slice()).unwrap_or_default() {
        hash.update(format!("{label:?}\n"));
    }
    hex(hash)
}

fn hex(hash: Sha256) -> String {
    use std::fmt::Write as _;
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
