//! The plainest possible reading of the semantics: every evaluation looks at every sample, nothing slides, nothing is
//! kept. Slow, and written without a look at the simulator.

use threat_studio::model::{Condition, Engine, Evaluation, MetricCondition, Operator, Reading};
use threat_studio::simulation::run::{RunInput, run};
use threat_studio::simulation::{Interval, Quiet, Series};

use crate::generate::{Case, case};

const STALE: u64 = 0x7ff0_0000_0000_0002;

/// What the condition reads at `t`, if anything, and whether that is a violation.
fn violated(series: &Series, condition: &MetricCondition, evaluation: &Evaluation, t: i64) -> bool {
    let old = evaluation.engine == Engine::Prom2;
    let samples: Vec<(i64, f64)> = series.times.iter().copied().zip(series.values.iter().copied()).collect();
    let bad = |value: f64| match condition.operator {
        Operator::Less => value >= condition.value,
        Operator::LessOrEqual => value > condition.value,
        Operator::Greater => value <= condition.value,
        Operator::GreaterOrEqual => value < condition.value,
        Operator::Equal => value != condition.value,
        Operator::NotEqual => value == condition.value,
    };
    let reading = condition.reading.expect("generated with one");
    if reading == Reading::For {
        return match samples.iter().rev().find(|(at, _)| *at <= t) {
            Some((at, value)) => {
                let age = t - at;
                let fresh = if old { age <= evaluation.lookback_ms } else { age < evaluation.lookback_ms };
                fresh && value.to_bits() != STALE && bad(*value)
            }
            None => false,
        };
    }
    let left = t - condition.duration_ms;
    let window: Vec<(i64, f64)> = samples
        .into_iter()
        .filter(|(at, value)| *at <= t && (*at > left || old && *at == left) && value.to_bits() != STALE)
        .collect();
    if reading == Reading::Absent {
        return window.is_empty();
    }
    if window.is_empty() {
        return false;
    }
    match reading {
        Reading::Any => window.iter().any(|(_, value)| bad(*value)),
        Reading::Sum => bad(window.iter().fold(Exact::default(), |sum, (_, value)| sum.add(*value)).total()),
        Reading::Avg => {
            let total = window.iter().fold(Exact::default(), |sum, (_, value)| sum.add(*value)).total();
            let mean = total / window.len() as f64;
            // Bounds are multiples of 1/8 and the dialects differ in the last bit only, so a tie is told by nearness.
            let tie = (mean - condition.value).abs() < 1e-9;
            bad(if tie { condition.value } else { mean })
        }
        Reading::Increase | Reading::Rate => growth(&window, condition, old, left, t).is_some_and(bad),
        Reading::For | Reading::Absent => unreachable!("handled above"),
    }
}

/// A sum without rounding worth speaking of: whole part and rest apart.
#[derive(Default)]
struct Exact {
    sum: f64,
    rest: f64,
}

impl Exact {
    fn add(self, value: f64) -> Self {
        let sum = self.sum + value;
        let lost = if self.sum.abs() > value.abs() { self.sum - sum + value } else { value - sum + self.sum };
        Self { sum, rest: self.rest + lost }
    }

    fn total(&self) -> f64 {
        if self.sum.is_finite() { self.sum + self.rest } else { self.sum }
    }
}

fn growth(window: &[(i64, f64)], condition: &MetricCondition, old: bool, left: i64, t: i64) -> Option<f64> {
    if window.len() < 2 {
        return None;
    }
    let (first, last) = (window[0], window[window.len() - 1]);
    let mut grown = last.1 - first.1;
    for pair in window.windows(2) {
        if pair[1].1 < pair[0].1 {
            grown += pair[0].1;
        }
    }
    let covered = (last.0 - first.0) as f64 / 1e3;
    let spacing = covered / (window.len() - 1) as f64;
    let mut before = (first.0 - left) as f64 / 1e3;
    let mut after = (t - last.0) as f64 / 1e3;
    let zero = if grown > 0.0 && first.1 >= 0.0 { covered * (first.1 / grown) } else { f64::INFINITY };
    let near = |gap: f64| gap < spacing * 1.1;
    if old {
        before = before.min(zero);
        before = if near(before) { before } else { spacing / 2.0 };
    } else {
        before = if near(before) { before } else { spacing / 2.0 };
        before = before.min(zero);
    }
    after = if near(after) { after } else { spacing / 2.0 };
    let mut factor = (covered + before + after) / covered;
    if condition.reading == Some(Reading::Rate) {
        factor /= condition.duration_ms as f64 / 1e3;
    }
    Some(grown * factor)
}

/// Pending and firing, evaluation by evaluation, as the rule manager keeps an active alert.
fn intervals(series: &Series, condition: &MetricCondition, evaluation: &Evaluation) -> [Vec<Interval>; 2] {
    let (start, end) = (evaluation.start_ms.unwrap(), evaluation.end_ms.unwrap());
    let hold =
        if condition.reading == Some(Reading::For) { condition.duration_ms } else { condition.hold_for_ms };
    let mut found: [Vec<Interval>; 2] = [Vec::new(), Vec::new()];
    let mut active_at: Option<i64> = None;
    let mut firing = false;
    let mut keep_since: Option<i64> = None;
    let mut last_state: Option<usize> = None;
    let mut t = start;
    while t <= end {
        if violated(series, condition, evaluation, t) {
            keep_since = None;
            let since = *active_at.get_or_insert(t);
            firing |= t - since >= hold;
        } else if active_at.is_some() {
            let since = *keep_since.get_or_insert(t);
            if !firing || t - since >= condition.keep_firing_for_ms {
                active_at = None;
                firing = false;
                keep_since = None;
            }
        }
        let state = active_at.map(|_| usize::from(firing));
        if state != last_state {
            if let Some(before) = last_state {
                let interval = found[before].last_mut().unwrap();
                (interval.to_ms, interval.open) = (t, false);
            }
            if let Some(state) = state {
                found[state].push(Interval { from_ms: t, to_ms: end, open: true });
            }
            last_state = state;
        }
        t += evaluation.interval_ms;
    }
    found
}

#[test]
fn the_simulator_agrees_with_the_naive_reference() {
    let (mut compared, mut fired, mut dialects_differ) = (0, 0, 0);
    for seed in 0..150 {
        let mut both: Vec<Vec<Vec<Interval>>> = Vec::new();
        for engine in [Engine::Prom2, Engine::Prom3] {
            let Case { project, trace, .. } = case(seed, seed % 3 == 0, engine);
            let found = run(&project, &RunInput::new(&project, &trace), &Quiet).unwrap();
            let evaluation = &project.simulation.evaluation;
            let mut firing = Vec::new();
            for condition_run in &found.conditions {
                let rule = &project.policies.iter().next().unwrap().rules[0];
                let Condition::Metric(condition) = &rule.conditions[condition_run.index] else {
                    unreachable!()
                };
                for series_run in &condition_run.series {
                    let empty = Series::default();
                    let series =
                        trace.of_metric(&condition.metric).iter().find(|s| s.name.agent == series_run.agent);
                    let [pending, fires] = intervals(series.unwrap_or(&empty), condition, evaluation);
                    let which = format!(
                        "seed {seed}, {engine}, {}, {}: {condition:?}",
                        condition_run.id, series_run.agent
                    );
                    assert_eq!(series_run.pending, pending, "pending: {which}");
                    assert_eq!(series_run.firing, fires, "firing: {which}");
                    compared += 1;
                    fired += usize::from(!fires.is_empty());
                    firing.push(fires);
                }
            }
            both.push(firing);
        }
        dialects_differ += usize::from(both[0] != both[1]);
    }
    // The comparison is worth something only if much fires, much does not, and the dialects matter.
    assert!(compared > 1_500 && fired * 4 > compared && fired * 20 < compared * 19, "{fired} of {compared}");
    assert!(dialects_differ > 60, "{dialects_differ}");
}
