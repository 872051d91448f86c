//! The test of exported rules: the samples of a trace, and which alerts Prometheus must show when.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::promql::{self, Labels, duration};
use super::{PolicySet, prometheus, quoted};
use crate::exchange::Loss;
use crate::model::Engine;

/// What a simulation saw of the metric conditions, as promtool can check it. Times count from the start of the test.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proof {
    /// The dialect that was simulated; none: only what both dialects see alike is checked.
    pub engine: Option<Engine>,
    /// Where the test begins in the trace, for people.
    pub begins: String,
    /// Milliseconds between two evaluations.
    pub interval_ms: i64,
    /// Every sample lies on a multiple of this, in milliseconds.
    pub step_ms: i64,
    /// The samples.
    pub series: Vec<ProofSeries>,
    /// The moments at which something changes, or is about to.
    pub checks: Vec<Check>,
    /// What the proof leaves out.
    pub losses: Vec<Loss>,
}

/// The samples of one series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProofSeries {
    /// The metric.
    pub metric: String,
    /// All its labels.
    pub labels: Labels,
    /// Times from the start of the test in milliseconds, and values; none is a marker that ends the series for now.
    pub samples: Vec<(i64, Option<f64>)>,
}

/// All alerts there must be at a moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Check {
    /// The moment, from the start of the test in milliseconds.
    pub at_ms: i64,
    /// The alerts, in order.
    pub alerts: Vec<Alert>,
}

/// A condition that is pending or firing for a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// The condition.
    pub condition: String,
    /// Firing, otherwise pending.
    pub firing: bool,
    /// The labels of the series.
    pub labels: Labels,
}

pub(super) fn test_file(set: &PolicySet<'_>, proof: &Proof) -> String {
    let alerts: BTreeMap<String, (String, Labels)> =
        set.conditions().iter().map(|placed| (placed.id.clone(), prometheus::alert_of(placed))).collect();
    let dialect = match proof.engine {
        Some(engine) => format!("as {engine} sees it"),
        None => "as Prometheus 2 and 3 both see it".to_owned(),
    };
    let mut text = format!(
        "# What the simulation saw from {} on, {dialect}: every alert at every change.\n# Run: promtool test rules rules.test.yml\nrule_files: [rules.yml]\nevaluation_interval: {}\ntests:\n  - interval: {}\n    input_series:\n",
        proof.begins,
        duration(proof.interval_ms),
        duration(proof.step_ms),
    );
    if proof.series.is_empty() {
        text.push_str("      []\n");
    }
    for series in &proof.series {
        let name = promql::selector(&series.metric, &promql::equal_to(&series.labels));
        let _ = write!(text, "      - series: {}\n        values: ", quoted(&name));
        write_values(&mut text, &series.samples, proof.step_ms);
    }
    text.push_str("    promql_expr_test:\n");
    if proof.checks.is_empty() {
        text.push_str("      []\n");
    }
    for check in &proof.checks {
        let _ = write!(text, "      - expr: ALERTS\n        eval_time: {}\n", duration(check.at_ms));
        if check.alerts.is_empty() {
            continue;
        }
        text.push_str("        exp_samples:\n");
        for alert in &check.alerts {
            let Some((name, of_rule)) = alerts.get(&alert.condition) else { continue };
            let mut labels: Labels = alert
                .labels
                .iter()
                .map(|(label, value)| (promql::label_name(label), value.clone()))
                .collect();
            labels.extend(of_rule.clone());
            labels.insert("alertname".to_owned(), name.clone());
            let state = if alert.firing { "firing" } else { "pending" };
            labels.insert("alertstate".to_owned(), state.to_owned());
            let sample = format!("ALERTS{{{}}}", promql::equal_to(&labels));
            let _ = write!(text, "          - labels: {}\n            value: 1\n", quoted(&sample));
        }
    }
    text
}

/// The samples in promtool's notation: one value a step, `_` where there is none.
fn write_values(text: &mut String, samples: &[(i64, Option<f64>)], step_ms: i64) {
    let step = step_ms.max(1);
    text.push('"');
    let mut next = 0;
    let mut first = true;
    for (at, value) in samples {
        let place = at / step;
        if !first {
            text.push(' ');
        }
        first = false;
        match place - next {
            0 => {}
            1 => text.push_str("_ "),
            empty => text.push_str(&format!("_x{empty} ")),
        }
        next = place + 1;
        match value {
            None => text.push_str("stale"),
            // promtool reads a sign only before Inf with a minus.
            Some(value) if *value == f64::INFINITY => text.push_str("Inf"),
            Some(value) => text.push_str(&promql::number(*value)),
        }
    }
    text.push_str("\"\n");
}
