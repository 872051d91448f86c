//! Traces as OpenMetrics or Prometheus text: `name{label="value"} 1.5 1737466755`, with `# TYPE` lines.

use std::io::BufRead;

use super::time::TimeReader;
use super::trace::{SeriesName, TraceError, TraceReader, known_column, parse_value};
use crate::model::MetricKind;

/// Whether a first line is of this format: a comment, or a name followed by labels or a value, and no row of CSV.
pub(crate) fn looks_like(line: &[u8], has_commas: bool) -> bool {
    let text = String::from_utf8_lossy(line);
    let text = text.trim();
    let name_end =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let rest = text.get(name_end..).unwrap_or_default().trim_start();
    text.starts_with('#')
        || name_end > 0
            && (rest.starts_with('{')
                || !has_commas && sample_tail(rest).is_ok_and(|(_, time)| time.is_some()))
}

pub(crate) fn read(
    trace: &mut TraceReader,
    mut reader: impl BufRead,
    mut times: TimeReader,
) -> Result<TimeReader, TraceError> {
    let mut text = String::new();
    let (mut number, mut is_openmetrics, mut ended) = (0, false, false);
    loop {
        text.clear();
        let read =
            reader.read_line(&mut text).map_err(|e| trace.error(Some(number + 1), "", &e.to_string()))?;
        if read == 0 {
            if is_openmetrics && !ended {
                let note =
                    "There is no # EOF at the end, which OpenMetrics demands: the file may be cut off.";
                trace.note(note.to_owned());
            }
            return Ok(times);
        }
        number += 1;
        let line = text.trim_start_matches('\u{feff}').trim();
        if let Some(comment) = line.strip_prefix('#') {
            ended |= comment.trim() == "EOF";
            is_openmetrics |= only_openmetrics(comment);
            take_type(trace, comment);
        } else if !line.is_empty()
            && let Err(what) = read_sample(trace, &mut times, line)
        {
            trace.bad_line(number, line, &what)?;
        }
    }
}

/// Whether a comment is one that OpenMetrics has and the older text of Prometheus has not: a unit, a kind of its own, or a
/// counter called by its family, without `_total`.
fn only_openmetrics(comment: &str) -> bool {
    let mut words = comment.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some("UNIT"), Some(_), _) => true,
        (Some("TYPE"), _, Some("unknown" | "info" | "stateset" | "gaugehistogram")) => true,
        (Some("TYPE"), Some(name), Some("counter")) => !name.ends_with("_total"),
        _ => false,
    }
}

fn take_type(trace: &mut TraceReader, comment: &str) {
    let mut words = comment.split_ascii_whitespace();
    if words.next() != Some("TYPE") {
        return;
    }
    let (Some(name), Some(kind)) = (words.next(), words.next()) else { return };
    match kind {
        "counter" => {
            trace.declare_kind(name, MetricKind::Counter);
            // OpenMetrics names the family and its samples apart.
            if !name.ends_with("_total") {
                trace.declare_kind(&format!("{name}_total"), MetricKind::Counter);
            }
        }
        "gauge" => trace.declare_kind(name, MetricKind::Gauge),
        "histogram" | "summary" => {
            for part in ["_bucket", "_count", "_sum"] {
                trace.declare_kind(&format!("{name}{part}"), MetricKind::Counter);
            }
        }
        _ => {}
    }
}

fn read_sample(trace: &mut TraceReader, times: &mut TimeReader, line: &str) -> Result<(), String> {
    let name_end = line.find(|c: char| c == '{' || c.is_whitespace()).ok_or("there is no value")?;
    let (metric, rest) = line.split_at(name_end);
    let mut name = SeriesName { metric: metric.to_owned(), ..SeriesName::default() };
    let rest = match rest.trim_start().strip_prefix('{') {
        Some(labels) => take_labels(&mut name, labels)?,
        None => rest,
    };
    let (value, time) = sample_tail(rest)?;
    let time = time.ok_or("there is no time: a trace needs one on each sample")?;
    let t_ms = times.read(time)?;
    let column = trace.column(name);
    trace.push(column, t_ms, value);
    Ok(())
}

/// Value and time after the labels; an exemplar after `#` is left out.
fn sample_tail(rest: &str) -> Result<(f64, Option<&str>), String> {
    let mut words = rest.split('#').next().unwrap_or_default().split_ascii_whitespace();
    let value = parse_value(words.next().ok_or("there is no value")?)?;
    let time = words.next();
    if let Some(extra) = words.next() {
        return Err(format!("\"{extra}\" stands after the time"));
    }
    Ok((value, time))
}

/// Reads `label="value",…}` into the name and gives back what follows.
fn take_labels<'a>(name: &mut SeriesName, text: &'a str) -> Result<&'a str, String> {
    let mut rest = text.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok(after);
        }
        let (label, tail) = rest.split_once('=').ok_or("a label has no value")?;
        let quoted = tail
            .trim_start()
            .strip_prefix('"')
            .ok_or_else(|| format!("the value of {label} is not in quotes"))?;
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        let end = loop {
            match letters.next() {
                None => return Err(format!("the value of {label} has no closing quote")),
                Some((at, '"')) => break at + 1,
                Some((_, '\\')) => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, other)) => value.push(other),
                    None => return Err(format!("the value of {label} has no closing quote")),
                },
                Some((_, letter)) => value.push(letter),
            }
        };
        match known_column(label.trim()) {
            "agent" => name.agent = value,
            other => {
                name.labels.insert(other.to_owned(), value);
            }
        }
        rest = quoted.get(end..).unwrap_or_default().trim_start();
        rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
    }
}
