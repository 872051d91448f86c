//! A trace: what the metrics of agents were over time, in compact columns, and what reading it showed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::BufRead;

use super::cores::on_every_core;
use super::time::{TimeReader, TimeUnit};
use super::trace_report::{BadLine, SeriesReport, TraceReport, kinds};
use super::{csv_trace, json_trace, openmetrics};
use crate::model::{MetricKind, plain_word};

/// The bits of the value that ends a series for now, as Prometheus writes it.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// The value that ends a series for now: the last value is not carried on.
pub fn stale_marker() -> f64 {
    f64::from_bits(STALE_BITS)
}

/// Whether a value is the marker that ends a series for now; any other NaN is a value.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}

/// What tells one series from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SeriesName {
    /// The metric.
    pub metric: String,
    /// The agent; empty where the trace names none.
    pub agent: String,
    /// All other labels.
    pub labels: BTreeMap<String, String>,
}

/// One metric of one agent, in time order, each time once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Whose and of what.
    pub name: SeriesName,
    /// Milliseconds since 1970, rising.
    pub times: Vec<i64>,
    /// One value for each time.
    pub values: Vec<f64>,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// What people call it: the file's name.
    pub name: String,
    /// All series, ordered by metric, agent, labels.
    pub series: Vec<Series>,
    /// What the trace itself says about the kinds of its metrics.
    pub kinds: BTreeMap<String, MetricKind>,
}

/// The range of values in a stretch of time, for drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where the stretch begins.
    pub t_ms: i64,
    /// The lowest value.
    pub min: f64,
    /// The highest value.
    pub max: f64,
    /// The last value.
    pub last: f64,
}

impl Trace {
    /// How many samples there are, stale markers among them.
    pub fn samples(&self) -> usize {
        self.series.iter().map(|series| series.times.len()).sum()
    }

    /// How many samples lie between two times, both included.
    pub fn samples_between(&self, from_ms: i64, to_ms: i64) -> usize {
        let within = |times: &[i64]| {
            let end = times.partition_point(|t| *t <= to_ms);
            end.saturating_sub(times.partition_point(|t| *t < from_ms))
        };
        self.series.iter().map(|series| within(&series.times)).sum()
    }

    /// The times of the first and the last sample.
    pub fn span(&self) -> Option<(i64, i64)> {
        let first = self.series.iter().filter_map(|series| series.times.first()).min()?;
        let last = self.series.iter().filter_map(|series| series.times.last()).max()?;
        Some((*first, *last))
    }

    /// The metrics in alphabetical order.
    pub fn metrics(&self) -> Vec<&str> {
        let mut metrics: Vec<&str> = self.series.iter().map(|series| series.name.metric.as_str()).collect();
        metrics.dedup();
        metrics
    }

    /// The agents in alphabetical order.
    pub fn agents(&self) -> Vec<&str> {
        let mut agents: Vec<&str> = self.series.iter().map(|series| series.name.agent.as_str()).collect();
        agents.sort_unstable();
        agents.dedup();
        agents
    }

    /// All samples as CSV in the order of time, one row a sample, with a column for every label.
    pub fn to_csv(&self) -> String {
        let labels: BTreeSet<&String> = self.series.iter().flat_map(|one| one.name.labels.keys()).collect();
        let mut rows: Vec<(i64, usize, f64)> = Vec::with_capacity(self.samples());
        for (number, series) in self.series.iter().enumerate() {
            rows.extend(series.times.iter().zip(&series.values).map(|(t, value)| (*t, number, *value)));
        }
        rows.sort_by_key(|(t, number, _)| (*t, *number));
        let names: Vec<String> = self
            .series
            .iter()
            .map(|series| {
                let of_label =
                    |key: &&String| quoted(series.name.labels.get(*key).map_or("", String::as_str));
                let mut name = format!(",{},{}", quoted(&series.name.agent), quoted(&series.name.metric));
                for key in &labels {
                    name += &format!(",{}", of_label(key));
                }
                name
            })
            .collect();
        let mut text = String::from("timestamp_ms,agent,metric");
        for key in &labels {
            text += &format!(",{}", quoted(key));
        }
        text += ",value\n";
        for (t_ms, number, value) in rows {
            let name = names.get(number).map_or("", String::as_str);
            let value = if is_stale(value) { "stale".to_owned() } else { value.to_string() };
            text += &format!("{t_ms}{name},{value}\n");
        }
        text
    }

    /// The series of a metric, ordered by agent and labels.
    pub fn of_metric<'a>(&'a self, metric: &str) -> &'a [Series] {
        let from = self.series.partition_point(|series| series.name.metric.as_str() < metric);
        let to = self.series.partition_point(|series| series.name.metric.as_str() <= metric);
        self.series.get(from..to).unwrap_or_default()
    }
}

impl Series {
    /// At most `count` buckets of equal length over a stretch of time; empty ones are left out, as are NaN and infinities.
    pub fn buckets(&self, start_ms: i64, end_ms: i64, count: usize) -> Vec<Bucket> {
        let span = end_ms.saturating_sub(start_ms).max(1);
        let width = (span / count.max(1) as i64 + 1).max(1);
        let from = self.times.partition_point(|t| *t < start_ms);
        let mut buckets: Vec<Bucket> = Vec::new();
        for (&t, &value) in self.times.iter().zip(&self.values).skip(from).take_while(|(t, _)| **t <= end_ms)
        {
            if !value.is_finite() {
                continue;
            }
            let t_ms = start_ms + (t - start_ms) / width * width;
            match buckets.last_mut() {
                Some(bucket) if bucket.t_ms == t_ms => {
                    bucket.min = bucket.min.min(value);
                    bucket.max = bucket.max.max(value);
                    bucket.last = value;
                }
                _ => buckets.push(Bucket { t_ms, min: value, max: value, last: value }),
            }
        }
        buckets
    }
}

/// How a trace is read.
#[derive(Debug, Clone, Default)]
pub struct TraceOptions {
    /// What the time column counts; none: the column's name or the first time says.
    pub time_unit: Option<TimeUnit>,
    /// Count bad lines and go on, where otherwise the first ends the reading.
    pub skip_bad_lines: bool,
}

/// Why a trace, event log or label file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {what}{}", line.map(|line| format!(", line {line}")).unwrap_or_default(),
    if text.is_empty() { String::new() } else { format!("\n  {text}") })]
pub struct TraceError {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<u64>,
    /// The text of the line.
    pub text: String,
    /// What is wrong with it.
    pub what: String,
}

/// Reads one trace file.
pub fn read(
    reader: impl BufRead + Send,
    name: &str,
    options: &TraceOptions,
) -> Result<(Trace, TraceReport), TraceError> {
    let mut whole = TraceReader::new(options.clone());
    whole.add(reader, name)?;
    whole.finish()
}

/// Reads one trace from one or more files.
#[derive(Debug, Default)]
pub struct TraceReader {
    options: TraceOptions,
    names: Vec<String>,
    columns: Vec<Column>,
    by_name: BTreeMap<SeriesName, usize>,
    by_key: HashMap<Vec<u8>, usize>,
    keys: Vec<Vec<u8>>,
    last: usize,
    kinds: BTreeMap<String, MetricKind>,
    report: TraceReport,
}

#[derive(Debug, Default)]
struct Column {
    series: Series,
    out_of_order: usize,
}

impl TraceReader {
    /// A reader that has read nothing.
    pub fn new(options: TraceOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Reads one more file into the trace. Its format is told from its first bytes.
    pub fn add(&mut self, mut reader: impl BufRead + Send, name: &str) -> Result<(), TraceError> {
        self.names.push(name.to_owned());
        self.by_key.clear();
        self.keys.clear();
        self.keys.resize(self.columns.len(), Vec::new());
        let start = reader.fill_buf().map_err(|error| self.error(None, "", &error.to_string()))?;
        let bytes = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let looks = bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        let line =
            bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let line = &line.to_vec();
        let is_csv = line.contains(&b',') || line.contains(&b';') || line.contains(&b'\t');
        let is_response = json_trace::opens_response(bytes);
        let times = TimeReader::new(self.options.time_unit);
        let (format, times) = match looks {
            None => return Err(self.error(None, "", "the file is empty")),
            Some(b'{' | b'[') if is_response => {
                ("Prometheus query result", json_trace::responses(self, reader)?)
            }
            Some(b'{' | b'[') => ("JSON lines", json_trace::lines(self, reader, times)?),
            Some(_) if openmetrics::looks_like(line, is_csv) => {
                ("OpenMetrics text", openmetrics::read(self, reader, times)?)
            }
            Some(_) if is_csv => csv_trace::read(self, reader, times, line)?,
            Some(_) => {
                let text = String::from_utf8_lossy(line).into_owned();
                let what =
                    "this is no trace: wanted CSV, JSON lines, OpenMetrics text or a Prometheus query result";
                return Err(self.error(Some(1), &text, what));
            }
        };
        self.report.formats.push(format!("{name}: {format}"));
        self.report.times.push(times.said().unwrap_or_else(|| "no unit, as there was none".to_owned()));
        Ok(())
    }

    /// Begins a part of the trace that comes from no file: who has it, and as what.
    pub fn begin(&mut self, name: &str, format: &str) {
        self.names.push(name.to_owned());
        self.report.formats.push(format!("{name}: {format}"));
        self.report.times.push("milliseconds".to_owned());
    }

    /// Adds the samples of a series.
    pub fn add_series(&mut self, series: Series) {
        let column = self.column(series.name);
        for (t_ms, value) in series.times.into_iter().zip(series.values) {
            self.push(column, t_ms, value);
        }
    }

    pub(crate) fn error(&self, line: Option<u64>, text: &str, what: &str) -> TraceError {
        let file = self.names.last().cloned().unwrap_or_default();
        TraceError { file, line, text: shortened(text), what: what.to_owned() }
    }

    /// A bad line: an error, or one more that is left out.
    pub(crate) fn bad_line(&mut self, line: u64, text: &str, what: &str) -> Result<(), TraceError> {
        if !self.options.skip_bad_lines {
            return Err(self.error(Some(line), text, what));
        }
        self.report.bad_lines += 1;
        if self.report.bad_examples.len() < 20 {
            self.report.bad_examples.push(BadLine { line, text: shortened(text), what: what.to_owned() });
        }
        Ok(())
    }

    pub(crate) fn skips_bad_lines(&self) -> bool {
        self.options.skip_bad_lines
    }

    /// Counts bad lines that are not kept as examples.
    pub(crate) fn more_bad_lines(&mut self, count: u64) {
        self.report.bad_lines += count;
    }

    /// Notes what is worth knowing, once.
    pub fn note(&mut self, note: String) {
        if !self.report.notes.contains(&note) {
            self.report.notes.push(note);
        }
    }

    /// Notes what the trace itself says about a metric.
    pub fn declare_kind(&mut self, metric: &str, kind: MetricKind) {
        self.kinds.insert(metric.to_owned(), kind);
    }

    /// The column of a series, found by the raw bytes that name it. Rows mostly take turns, so the one after the last
    /// is tried first.
    pub(crate) fn column_by_key(&mut self, key: &[u8], name: impl FnOnce() -> SeriesName) -> usize {
        let next = if self.last + 1 < self.keys.len() { self.last + 1 } else { 0 };
        for guess in [next, self.last] {
            if self.keys.get(guess).is_some_and(|known| !known.is_empty() && known == key) {
                self.last = guess;
                return guess;
            }
        }
        let index = if let Some(index) = self.by_key.get(key) {
            *index
        } else {
            let index = self.column(name());
            self.by_key.insert(key.to_vec(), index);
            if let Some(slot) = self.keys.get_mut(index) {
                *slot = key.to_vec();
            }
            index
        };
        self.last = index;
        index
    }

    pub(crate) fn column(&mut self, name: SeriesName) -> usize {
        if let Some(index) = self.by_name.get(&name) {
            return *index;
        }
        let index = self.columns.len();
        self.columns
            .push(Column { series: Series { name: name.clone(), ..Series::default() }, out_of_order: 0 });
        self.keys.push(Vec::new());
        self.by_name.insert(name, index);
        index
    }

    pub(crate) fn push(&mut self, column: usize, t_ms: i64, value: f64) {
        let Some(column) = self.columns.get_mut(column) else { return };
        if column.series.times.last().is_some_and(|last| *last > t_ms) {
            column.out_of_order += 1;
        }
        column.series.times.push(t_ms);
        column.series.values.push(value);
    }

    /// Many samples of one series at once.
    pub(crate) fn append(&mut self, column: usize, times: &[i64], values: &[f64]) {
        let Some(column) = self.columns.get_mut(column) else { return };
        let last = column.series.times.last();
        column.out_of_order += usize::from(last.zip(times.first()).is_some_and(|(last, first)| last > first));
        column.out_of_order += times.windows(2).filter(|pair| pair[0] > pair[1]).count();
        column.series.times.extend_from_slice(times);
        column.series.values.extend_from_slice(values);
    }

    /// The trace and what reading it showed.
    pub fn finish(mut self) -> Result<(Trace, TraceReport), TraceError> {
        let mut columns = std::mem::take(&mut self.columns);
        columns.retain(|column| !column.series.times.is_empty());
        let mut finished: Vec<(Series, SeriesReport)> = on_every_core(columns, Column::finish);
        if finished.is_empty() {
            return Err(self.error(None, "", "the trace holds no samples"));
        }
        finished.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        let (series, reports): (Vec<Series>, Vec<SeriesReport>) = finished.into_iter().unzip();
        let trace = Trace { name: self.names.join(" + "), series, kinds: self.kinds };
        let mut report = self.report;
        report.series = reports;
        report.kinds = kinds(&trace, &report.series);
        Ok((trace, report))
    }
}

impl Column {
    fn finish(self) -> (Series, SeriesReport) {
        let Self { mut series, out_of_order } = self;
        if out_of_order > 0 {
            let mut rows: Vec<(i64, f64)> =
                series.times.iter().copied().zip(series.values.iter().copied()).collect();
            rows.sort_by_key(|(t, _)| *t);
            (series.times, series.values) = rows.into_iter().unzip();
        }
        let (repeats, conflicts) = drop_repeated_times(&mut series);
        let mut distances: Vec<i64> = series.times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let longest_gap_ms = distances.iter().copied().max().unwrap_or_default();
        let middle = distances.len() / 2;
        // Most traces are even, and then there is nothing to look for.
        let step_ms = match distances.first() {
            None => 0,
            Some(first) if *first == longest_gap_ms && distances.iter().all(|other| other == first) => *first,
            Some(_) => *distances.select_nth_unstable(middle).1,
        };
        let gaps = distances.iter().filter(|distance| **distance * 2 > step_ms * 3).count();
        let falls = series.values.windows(2).filter(|pair| pair[1] < pair[0]).count();
        let stale_markers = series.values.iter().filter(|value| is_stale(**value)).count();
        let nans = series.values.iter().filter(|value| value.is_nan()).count() - stale_markers;
        let report = SeriesReport {
            name: series.name.clone(),
            samples: series.times.len(),
            step_ms,
            gaps,
            longest_gap_ms,
            repeats,
            conflicts,
            out_of_order,
            falls,
            nans,
            stale_markers,
        };
        (series, report)
    }
}

/// Keeps the first sample of each time; counts those dropped with the same value and with another.
fn drop_repeated_times(series: &mut Series) -> (usize, usize) {
    if series.times.windows(2).all(|pair| pair[0] < pair[1]) {
        return (0, 0);
    }
    let (mut repeats, mut conflicts) = (0, 0);
    let mut kept: Vec<(i64, f64)> = Vec::with_capacity(series.times.len());
    for (&t, &value) in series.times.iter().zip(&series.values) {
        match kept.last() {
            Some((last, before)) if *last == t && before.to_bits() == value.to_bits() => repeats += 1,
            Some((last, _)) if *last == t => conflicts += 1,
            _ => kept.push((t, value)),
        }
    }
    (series.times, series.values) = kept.into_iter().unzip();
    (repeats, conflicts)
}

/// A cell of a CSV file.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(160).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A value as traces write it.
pub fn parse_value(text: &str) -> Result<f64, String> {
    let text = text.trim();
    match text.parse::<f64>() {
        // Rust reads "nan" with its own bits; there must be one NaN only, so that equal files give equal traces.
        Ok(value) if value.is_nan() => Ok(f64::NAN),
        Ok(value) => Ok(value),
        Err(_) if text.eq_ignore_ascii_case("stale") => Ok(stale_marker()),
        Err(_) => Err(format!("\"{text}\" is not a number")),
    }
}

/// What a column or key of a trace is called, in the words of the contract.
pub(crate) fn known_column(name: &str) -> &str {
    match plain_word(name).as_str() {
        "timestamp" | "time" | "ts" | "t" | "timestampms" | "timems" | "tms" | "timestamps" | "date"
        | "datetime" => "timestamp",
        "metric" | "metricname" => "metric",
        "agent" | "agentid" | "agentname" => "agent",
        "value" => "value",
        "agenttype" => "agent_type",
        "environment" | "env" => "environment",
        _ => name.trim(),
    }
}

/// The unit that the name of a time column declares.
pub(crate) fn declared_unit(name: &str) -> Option<TimeUnit> {
    let name = name.trim().to_ascii_lowercase();
    if name.ends_with("_ms") || name.ends_with("_millis") {
        Some(TimeUnit::Milliseconds)
    } else if name.ends_with("_s") || name.ends_with("_seconds") {
        Some(TimeUnit::Seconds)
    } else {
        None
    }
}
