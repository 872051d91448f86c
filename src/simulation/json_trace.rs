//! Traces as JSON: one object a line, or what Prometheus answers to `query_range`.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::{Map, Value};

use super::time::{TimeReader, TimeUnit, moment};
use super::trace::{SeriesName, TraceError, TraceReader, declared_unit, known_column, parse_value};

/// Whether a file that begins so is an answer of Prometheus (or a list of them), and not one object a line.
pub(crate) fn opens_response(start: &[u8]) -> bool {
    let first_line = start.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    match serde_json::from_slice::<Value>(first_line) {
        Ok(Value::Object(object)) => {
            let says_error = object.contains_key("status") && object.contains_key("error");
            object.contains_key("data") || object.contains_key("values") || says_error
        }
        Ok(_) => true,
        Err(_) => {
            let text = String::from_utf8_lossy(start);
            text.contains("\"resultType\"")
                || text.contains("\"result\"")
                || first_line.first() == Some(&b'[')
        }
    }
}

pub(crate) fn lines(
    trace: &mut TraceReader,
    mut reader: impl BufRead,
    mut times: TimeReader,
) -> Result<TimeReader, TraceError> {
    let mut text = Vec::new();
    let mut number = 0;
    loop {
        text.clear();
        let read =
            reader.read_until(b'\n', &mut text).map_err(|e| trace.error(Some(number), "", &e.to_string()))?;
        if read == 0 {
            return Ok(times);
        }
        number += 1;
        let line = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii();
        if line.is_empty() {
            continue;
        }
        let row = serde_json::from_slice::<Map<String, Value>>(line).map_err(|error| wrong_json(&error));
        if let Err(what) = row.and_then(|row| read_row(trace, &mut times, &row)) {
            trace.bad_line(number, &String::from_utf8_lossy(line), &what)?;
        }
    }
}

/// One object: a single sample (`metric` and `value`) or several (each number under the name of its metric).
fn read_row(trace: &mut TraceReader, times: &mut TimeReader, row: &Map<String, Value>) -> Result<(), String> {
    let mut name = SeriesName::default();
    let mut t_ms = None;
    let mut value = None;
    let mut numbers: Vec<(String, f64)> = Vec::new();
    for (key, cell) in row {
        match (known_column(key), cell) {
            ("timestamp", cell) => {
                if times.said().is_none()
                    && let Some(unit) = declared_unit(key)
                {
                    *times = TimeReader::new(Some(unit));
                }
                t_ms = Some(times.read(&scalar_text(cell)?)?);
            }
            ("metric", Value::String(metric)) => metric.trim().clone_into(&mut name.metric),
            ("metric" | "labels", Value::Object(labels)) => take_labels(&mut name, labels)?,
            ("value", cell) => value = Some(parse_value(&scalar_text(cell)?)?),
            ("agent", cell) => name.agent = scalar_text(cell)?,
            (other, Value::Number(_)) => numbers.push((other.to_owned(), parse_value(&scalar_text(cell)?)?)),
            (_, Value::Null) => {}
            (other, Value::String(text)) => {
                name.labels.insert(other.to_owned(), text.clone());
            }
            (other, Value::Bool(answer)) => {
                name.labels.insert(other.to_owned(), answer.to_string());
            }
            (other, _) => return Err(format!("{other} is neither a number nor a text")),
        }
    }
    let t_ms = t_ms.ok_or("the time is missing")?;
    match value {
        Some(value) => {
            if name.metric.is_empty() {
                return Err("the metric is missing".to_owned());
            }
            for (label, number) in numbers {
                name.labels.insert(label, number.to_string());
            }
            let column = trace.column(name);
            trace.push(column, t_ms, value);
        }
        None if !name.metric.is_empty() => return Err("the value is missing".to_owned()),
        None => {
            // Words beside numbers may be the value of a metric at that time ("NaN", "stale"), so they are no labels.
            let (samples, labels): (BTreeMap<_, _>, BTreeMap<_, _>) =
                std::mem::take(&mut name.labels).into_iter().partition(|(_, text)| parse_value(text).is_ok());
            name.labels = labels;
            for (metric, text) in samples {
                numbers.push((metric, parse_value(&text)?));
            }
            if numbers.is_empty() {
                return Err("there is no number in it".to_owned());
            }
            for (metric, number) in numbers {
                let column = trace.column(SeriesName { metric, ..name.clone() });
                trace.push(column, t_ms, number);
            }
        }
    }
    Ok(())
}

/// One or more answers of Prometheus, one after the other or as a list.
pub(crate) fn responses(trace: &mut TraceReader, mut reader: impl BufRead) -> Result<TimeReader, TraceError> {
    let mut times = TimeReader::new(Some(TimeUnit::Seconds));
    let mut rows = TimeReader::new(None);
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| trace.error(None, "", &error.to_string()))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    for document in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        let document =
            document.map_err(|error| trace.error(Some(error.line() as u64), "", &wrong_json(&error)))?;
        let parts = match document {
            Value::Array(parts) => parts,
            part => vec![part],
        };
        for part in &parts {
            let is_row =
                part.as_object().is_some_and(|row| row.keys().any(|key| known_column(key) == "timestamp"));
            let read = match part.as_object() {
                Some(row) if is_row => read_row(trace, &mut rows, row),
                _ => response(trace, &mut times, part),
            };
            read.map_err(|what| trace.error(None, "", &what))?;
        }
    }
    Ok(if rows.said().is_some() { rows } else { times })
}

fn response(trace: &mut TraceReader, times: &mut TimeReader, answer: &Value) -> Result<(), String> {
    if answer.get("status").and_then(Value::as_str) == Some("error") {
        let why = answer.get("error").and_then(Value::as_str).unwrap_or("no reason given");
        return Err(format!("Prometheus answered with an error: {why}"));
    }
    let result = answer.pointer("/data/result").or_else(|| answer.get("result"));
    let single = [answer.clone()];
    let series: &[Value] = match result {
        Some(Value::Array(series)) => series,
        None if answer.get("values").is_some() => &single,
        _ => return Err("there is no data.result in it".to_owned()),
    };
    for one in series {
        let mut name = SeriesName::default();
        if let Some(Value::Object(labels)) = one.get("metric") {
            take_labels(&mut name, labels)?;
        }
        if name.metric.is_empty() {
            return Err(
                "a result has no __name__: query the metric itself, not an expression of it".to_owned()
            );
        }
        let said = if name.agent.is_empty() {
            name.metric.clone()
        } else {
            format!("{} of {}", name.metric, name.agent)
        };
        let column = trace.column(name);
        let several = one.get("values").and_then(Value::as_array);
        let pairs = several
            .map_or_else(|| one.get("value").into_iter().collect(), |pairs| pairs.iter().collect::<Vec<_>>());
        for pair in pairs {
            let (Some(time), Some(value)) = (pair.get(0), pair.get(1)) else {
                return Err(format!("{said}: {pair} is not a time and a value"));
            };
            let t_ms = times.read(&scalar_text(time)?).map_err(|what| format!("{said}: {what}"))?;
            let value = parse_value(&scalar_text(value)?)
                .map_err(|what| format!("{said} at {}: {what}", moment(t_ms)))?;
            trace.push(column, t_ms, value);
        }
    }
    Ok(())
}

fn take_labels(name: &mut SeriesName, labels: &Map<String, Value>) -> Result<(), String> {
    for (key, cell) in labels {
        let text = scalar_text(cell)?;
        match (key.as_str(), known_column(key)) {
            ("__name__", _) => name.metric = text,
            (_, "agent") => name.agent = text,
            (_, label) => {
                name.labels.insert(label.to_owned(), text);
            }
        }
    }
    Ok(())
}

/// What is wrong with a text, and in which column; the line is told by whoever reads lines.
fn wrong_json(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let what = words.split(" at line ").next().unwrap_or_default();
    format!("{what}, column {}", error.column())
}

fn scalar_text(cell: &Value) -> Result<String, String> {
    match cell {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(answer) => Ok(answer.to_string()),
        other => Err(format!("{other} is neither a number nor a text")),
    }
}
