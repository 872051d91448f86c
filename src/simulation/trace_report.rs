//! What reading a trace showed: series and their gaps, kinds and why, lines left out; in sentences and as JSON.

use serde_json::{Value, json};

use super::time::duration_words;
use super::trace::{SeriesName, Trace};
use super::words::number;
use crate::model::MetricKind;

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, counted from 1.
    pub line: u64,
    /// Its text.
    pub text: String,
    /// What is wrong with it.
    pub what: String,
}

/// What reading one series showed.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesReport {
    /// Whose and of what.
    pub name: SeriesName,
    /// How many samples are kept.
    pub samples: usize,
    /// The usual distance between two samples (the median).
    pub step_ms: i64,
    /// Distances of more than one and a half usual ones.
    pub gaps: usize,
    /// The longest distance.
    pub longest_gap_ms: i64,
    /// Samples that came again with the same value.
    pub repeats: usize,
    /// Samples that came again with another value; the first in the file is kept.
    pub conflicts: usize,
    /// Samples that came later in the file than a younger one.
    pub out_of_order: usize,
    /// How often the value fell: resets, if it is a counter.
    pub falls: usize,
    /// Values that are not numbers.
    pub nans: usize,
    /// Markers that end the series for now.
    pub stale_markers: usize,
}

/// What a metric is taken for, as far as the trace can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindReport {
    /// The metric.
    pub metric: String,
    /// The kind that the trace declares.
    pub declared: Option<MetricKind>,
    /// The kind that name and values suggest. Never used unasked.
    pub suggested: MetricKind,
    /// Why.
    pub why: String,
}

/// What reading a trace showed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceReport {
    /// The formats found, one for each file, in words.
    pub formats: Vec<String>,
    /// How times were understood, one for each file, in words.
    pub times: Vec<String>,
    /// Each series, in the order of the trace.
    pub series: Vec<SeriesReport>,
    /// Each metric, in alphabetical order.
    pub kinds: Vec<KindReport>,
    /// How many lines were left out.
    pub bad_lines: u64,
    /// The first of them.
    pub bad_examples: Vec<BadLine>,
    /// What else is worth knowing, in sentences.
    pub notes: Vec<String>,
}

impl TraceReport {
    /// All that was understood, as JSON.
    pub fn to_json(&self) -> Value {
        let series = |one: &SeriesReport| {
            json!({
                "metric": one.name.metric, "agent": one.name.agent, "labels": one.name.labels,
                "samples": one.samples, "step_ms": one.step_ms, "gaps": one.gaps,
                "longest_gap_ms": one.longest_gap_ms, "repeats": one.repeats, "conflicts": one.conflicts,
                "out_of_order": one.out_of_order, "falls": one.falls, "nans": one.nans,
                "stale_markers": one.stale_markers,
            })
        };
        let kind = |one: &KindReport| {
            json!({
                "metric": one.metric, "declared": one.declared.map(|kind| kind.label().to_lowercase()),
                "suggested": one.suggested.label().to_lowercase(), "why": one.why,
            })
        };
        let bad = |one: &BadLine| json!({"line": one.line, "text": one.text, "what": one.what});
        json!({
            "formats": self.formats,
            "times": self.times,
            "kinds": self.kinds.iter().map(kind).collect::<Vec<_>>(),
            "series": self.series.iter().map(series).collect::<Vec<_>>(),
            "bad_lines": self.bad_lines,
            "bad_examples": self.bad_examples.iter().map(bad).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }

    /// What is worth knowing about the trace, in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let mut said: Vec<String> = self
            .formats
            .iter()
            .zip(&self.times)
            .map(|(format, times)| format!("{format}; times in {times}."))
            .collect();
        let count = |of: fn(&SeriesReport) -> usize| self.series.iter().map(of).sum::<usize>();
        let (samples, gaps) = (count(|s| s.samples), count(|s| s.gaps));
        // Where a server evaluates, the samples stay there.
        if !self.series.is_empty() {
            let noun = if samples == 1 { "sample" } else { "samples" };
            said.push(format!("{} series, {} {noun}.", self.series.len(), number(samples as f64)));
        }
        if gaps > 0 {
            let longest = self.series.iter().map(|s| s.longest_gap_ms).max().unwrap_or_default();
            said.push(format!("{gaps} gaps, the longest {}.", duration_words(longest)));
        }
        for (number, what) in [
            (count(|s| s.repeats), "samples came twice with the same value"),
            (count(|s| s.conflicts), "samples came again with another value; the first in the file is kept"),
            (count(|s| s.out_of_order), "samples came out of order and were sorted"),
            (count(|s| s.stale_markers), "stale markers"),
            (count(|s| s.nans), "values are NaN"),
        ] {
            if number > 0 {
                said.push(format!("{number} {what}."));
            }
        }
        if self.bad_lines > 0 {
            let lines = if self.bad_lines == 1 { "bad line was" } else { "bad lines were" };
            said.push(format!("{} {lines} left out.", self.bad_lines));
        }
        said.extend(self.notes.iter().cloned());
        said
    }
}

/// What each metric of a trace is taken for.
pub(super) fn kinds(trace: &Trace, reports: &[SeriesReport]) -> Vec<KindReport> {
    trace
        .metrics()
        .into_iter()
        .map(|metric| {
            let declared = trace.kinds.get(metric).copied();
            let of_metric = || reports.iter().filter(|report| report.name.metric == metric);
            let samples: usize = of_metric().map(|report| report.samples).sum();
            let falls: usize = of_metric().map(|report| report.falls).sum();
            let (suggested, why) = if let Some(kind) = declared {
                (kind, "the trace says so".to_owned())
            } else if metric.ends_with("_total") {
                (MetricKind::Counter, "the name ends in _total".to_owned())
            } else if samples > 20 && falls == 0 && grows(trace, metric) {
                (MetricKind::Counter, "the value never falls".to_owned())
            } else {
                (
                    MetricKind::Gauge,
                    format!(
                        "the value falls {} times in {} samples",
                        number(falls as f64),
                        number(samples as f64)
                    ),
                )
            };
            KindReport { metric: metric.to_owned(), declared, suggested, why }
        })
        .collect()
}

fn grows(trace: &Trace, metric: &str) -> bool {
    trace.of_metric(metric).iter().any(|series| series.values.first() < series.values.last())
}
