//! Traces as comma-separated values: one row a sample (long), or one column a metric (wide).

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Read};

use super::csv_rows;
use super::time::TimeReader;
use super::trace::{SeriesName, TraceError, TraceReader, declared_unit, known_column, parse_value};

/// What a column holds.
enum Role {
    Time,
    Metric,
    Agent,
    Value,
    Label(String),
    /// A column of samples: metric, and the agent where the header names it (`cpu_usage/assistant-1`).
    Samples(String, Option<String>),
}

pub(crate) fn read(
    trace: &mut TraceReader,
    mut reader: impl BufRead + Send,
    times: TimeReader,
    first_line: &[u8],
) -> Result<(&'static str, TimeReader), TraceError> {
    let count = |byte: u8| first_line.split(|other| *other == byte).count();
    let delimiter =
        [b',', b';', b'\t'].into_iter().max_by_key(|byte| (count(*byte), *byte == b',')).unwrap_or(b',');
    let mut head = Vec::new();
    let mut head_lines = 0;
    while head.trim_ascii().is_empty() {
        let came =
            reader.read_until(b'\n', &mut head).map_err(|error| trace.error(None, "", &error.to_string()))?;
        if came == 0 {
            break;
        }
        head_lines += 1;
    }
    // Quoted names may hold line ends, and old files end their lines with a return alone: both are for the csv library.
    let simple = head.trim_ascii().iter().all(|byte| !matches!(byte, b'"' | b'\r'));
    let mut row = csv::ByteRecord::new();
    if !next_row(trace, &mut rows_of(delimiter, head.as_slice()), &mut row)? {
        return Err(trace.error(None, "", "the file is empty"));
    }
    let header: Vec<String> =
        row.iter().map(|cell| field_text(cell).trim_start_matches('\u{feff}').to_owned()).collect();
    let names: Vec<&str> = header.iter().map(|name| known_column(name)).collect();
    let long = names.contains(&"metric") && names.contains(&"value");
    let Some(time_at) = names.iter().position(|name| *name == "timestamp") else {
        let what = "no column is called timestamp; the first line must name the columns";
        return Err(trace.error(Some(1), &row_text(&row), what));
    };
    let times = match header.get(time_at).and_then(|name| declared_unit(name)) {
        Some(unit) if times.said().is_none() && !times.is_declared() => TimeReader::new(Some(unit)),
        _ => times,
    };
    if long {
        let roles: Vec<Role> = names
            .iter()
            .enumerate()
            .map(|(at, name)| match *name {
                "timestamp" if at == time_at => Role::Time,
                "metric" => Role::Metric,
                "agent" => Role::Agent,
                "value" => Role::Value,
                other => Role::Label(other.to_owned()),
            })
            .collect();
        let format = "CSV, one row a sample";
        if simple {
            return Ok((format, read_simple(trace, reader, times, &roles, delimiter, head_lines)?));
        }
        let mut rows = rows_of(delimiter, Cursor::new(head).chain(reader));
        next_row(trace, &mut rows, &mut row)?;
        Ok((format, read_long(trace, rows, times, &roles, 0)?))
    } else {
        let mut rows = rows_of(delimiter, Cursor::new(head).chain(reader));
        next_row(trace, &mut rows, &mut row)?;
        Ok(("CSV, one column a metric", read_wide(trace, rows, times, &names, time_at)?))
    }
}

fn rows_of<R: Read>(delimiter: u8, reader: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(reader)
}

/// Rows without quotation marks, on every core; from the first quotation mark on, by the csv library.
fn read_simple(
    trace: &mut TraceReader,
    mut reader: impl BufRead + Send,
    mut times: TimeReader,
    roles: &[Role],
    delimiter: u8,
    head_lines: u64,
) -> Result<TimeReader, TraceError> {
    let at = |wanted: fn(&Role) -> bool| roles.iter().position(wanted).unwrap_or(usize::MAX);
    let layout = csv_rows::Layout {
        delimiter,
        fields: roles.len(),
        time_at: at(|role| matches!(role, Role::Time)),
        metric_at: at(|role| matches!(role, Role::Metric)),
        value_at: at(|role| matches!(role, Role::Value)),
    };
    let name_of = |fields: &[&[u8]]| series_name(fields.iter().copied(), roles);
    let left = csv_rows::read(trace, &mut reader, &mut times, layout, &name_of, head_lines)?;
    let Some(left) = left else { return Ok(times) };
    let rows = rows_of(delimiter, Cursor::new(left.bytes).chain(reader));
    read_long(trace, rows, times, roles, left.lines)
}

fn read_long<R: Read>(
    trace: &mut TraceReader,
    mut rows: csv::Reader<R>,
    mut times: TimeReader,
    roles: &[Role],
    lines_before: u64,
) -> Result<TimeReader, TraceError> {
    let at = |wanted: fn(&Role) -> bool| roles.iter().position(wanted).unwrap_or(usize::MAX);
    let time_at = at(|role| matches!(role, Role::Time));
    let metric_at = at(|role| matches!(role, Role::Metric));
    let value_at = at(|role| matches!(role, Role::Value));
    let mut row = csv::ByteRecord::new();
    let mut key: Vec<u8> = Vec::new();
    while next_row(trace, &mut rows, &mut row)? {
        let sample = (|| {
            if row.len() != roles.len() {
                return Err(format!("{} fields where the first line has {}", row.len(), roles.len()));
            }
            let cell =
                |at: usize| std::str::from_utf8(row.get(at).unwrap_or_default()).map_err(|e| e.to_string());
            if cell(metric_at)?.trim().is_empty() {
                return Err("the metric is missing".to_owned());
            }
            Ok((times.read(cell(time_at)?)?, parse_value(cell(value_at)?)?))
        })();
        match sample {
            Ok((t_ms, value)) => {
                key.clear();
                for (cell, role) in row.iter().zip(roles) {
                    if !matches!(role, Role::Time | Role::Value) {
                        key.extend_from_slice(cell);
                        key.push(0x1f);
                    }
                }
                let column = trace.column_by_key(&key, || series_name(row.iter(), roles));
                trace.push(column, t_ms, value);
            }
            Err(what) => trace.bad_line(lines_before + line_of(&row), &row_text(&row), &what)?,
        }
    }
    Ok(times)
}

fn series_name<'a>(cells: impl Iterator<Item = &'a [u8]>, roles: &[Role]) -> SeriesName {
    let mut name = SeriesName::default();
    for (cell, role) in cells.zip(roles) {
        let text = field_text(cell);
        match role {
            Role::Metric => name.metric = text,
            Role::Agent => name.agent = text,
            Role::Label(label) if !text.is_empty() => {
                name.labels.insert(label.clone(), text);
            }
            _ => {}
        }
    }
    name
}

fn read_wide<R: Read>(
    trace: &mut TraceReader,
    mut rows: csv::Reader<R>,
    mut times: TimeReader,
    names: &[&str],
    time_at: usize,
) -> Result<TimeReader, TraceError> {
    let mut row = csv::ByteRecord::new();
    let mut roles: Vec<Role> = Vec::new();
    while next_row(trace, &mut rows, &mut row)? {
        if roles.is_empty() {
            roles = wide_roles(trace, &row, names, time_at);
            if !roles.iter().any(|role| matches!(role, Role::Samples(..))) {
                return Err(trace.error(Some(line_of(&row)), &row_text(&row), "no column holds numbers"));
            }
        }
        if let Err(what) = wide_row(trace, &mut times, &row, &roles) {
            trace.bad_line(line_of(&row), &row_text(&row), &what)?;
        }
    }
    Ok(times)
}

/// A column that is no label by name is a metric if its first value is a number or nothing; otherwise a label, and that is said.
fn wide_roles(trace: &mut TraceReader, row: &csv::ByteRecord, names: &[&str], time_at: usize) -> Vec<Role> {
    let mut roles = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let first = field_text(row.get(at).unwrap_or_default());
        roles.push(match *name {
            _ if at == time_at => Role::Time,
            "agent" => Role::Agent,
            "agent_type" | "environment" => Role::Label((*name).to_owned()),
            _ if first.is_empty() || parse_value(&first).is_ok() => match name.split_once('/') {
                Some((metric, agent)) => {
                    Role::Samples(metric.trim().to_owned(), Some(agent.trim().to_owned()))
                }
                None => Role::Samples((*name).to_owned(), None),
            },
            _ => {
                trace.note(format!("The column {name} holds words and is kept as a label."));
                Role::Label((*name).to_owned())
            }
        });
    }
    roles
}

fn wide_row(
    trace: &mut TraceReader,
    times: &mut TimeReader,
    row: &csv::ByteRecord,
    roles: &[Role],
) -> Result<(), String> {
    if row.len() != roles.len() {
        return Err(format!("{} fields where the first line has {}", row.len(), roles.len()));
    }
    let mut agent = String::new();
    let mut labels = BTreeMap::new();
    let mut t_ms = None;
    let mut samples: Vec<(&str, Option<&str>, f64)> = Vec::new();
    for (cell, role) in row.iter().zip(roles) {
        let text = std::str::from_utf8(cell).map_err(|error| error.to_string())?.trim();
        match role {
            Role::Time => t_ms = Some(times.read(text)?),
            Role::Agent => text.clone_into(&mut agent),
            Role::Label(label) if !text.is_empty() => {
                labels.insert(label.clone(), text.to_owned());
            }
            // An empty cell is no sample: at that time nothing was measured.
            Role::Samples(metric, of_agent) if !text.is_empty() => {
                samples.push((
                    metric,
                    of_agent.as_deref(),
                    parse_value(text).map_err(|what| format!("{metric}: {what}"))?,
                ));
            }
            _ => {}
        }
    }
    let t_ms = t_ms.ok_or("the time is missing")?;
    for (metric, of_agent, value) in samples {
        let name = SeriesName {
            metric: metric.to_owned(),
            agent: of_agent.unwrap_or(&agent).to_owned(),
            labels: labels.clone(),
        };
        let column = trace.column(name);
        trace.push(column, t_ms, value);
    }
    Ok(())
}

fn next_row<R: Read>(
    trace: &mut TraceReader,
    rows: &mut csv::Reader<R>,
    row: &mut csv::ByteRecord,
) -> Result<bool, TraceError> {
    rows.read_byte_record(row).map_err(|error| {
        let line = error.position().map(csv::Position::line);
        trace.error(line, "", &error.to_string())
    })
}

fn line_of(row: &csv::ByteRecord) -> u64 {
    row.position().map_or(0, csv::Position::line)
}

fn row_text(row: &csv::ByteRecord) -> String {
    row.iter().map(field_text).collect::<Vec<_>>().join(",")
}

fn field_text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}
