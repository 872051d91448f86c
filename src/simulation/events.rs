//! Events: what agents asked for, whom they talked to, what they did, what others reported about them.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::{Map, Value};

use super::time::TimeReader;
use super::trace::{TraceError, TraceOptions, declared_unit};
use super::trace_report::BadLine;
use crate::model::{AlertSeverity, Direction, plain_word};

/// What somebody wants to do with a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Read it.
    Read,
    /// Write it.
    Write,
    /// Read and write it.
    ReadWrite,
    /// Something else, which no permission grants.
    Other(String),
}

impl Access {
    /// The access with that word.
    pub fn from_word(word: &str) -> Self {
        match plain_word(word).as_str() {
            "read" | "get" | "list" | "select" => Self::Read,
            "write" | "put" | "update" | "insert" => Self::Write,
            "readwrite" | "full" | "readandwrite" => Self::ReadWrite,
            _ => Self::Other(word.trim().to_owned()),
        }
    }

    /// The word.
    pub fn label(&self) -> &str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ReadWrite => "read and write",
            Self::Other(word) => word,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// An agent asked for a resource.
    Resource {
        /// The resource.
        resource: String,
        /// What it wanted with it.
        access: Access,
    },
    /// An agent talked or was talked to.
    Communication {
        /// Which way; a log without one means outbound.
        direction: Direction,
        /// The other end.
        destination: String,
    },
    /// An agent did something that the security checks look at.
    Operation {
        /// What it did.
        operation: String,
        /// What about it calls for more checks.
        triggers: Vec<String>,
        /// What makes two operations alike to the cache; empty: its name.
        key: String,
    },
    /// Another watcher raised an alarm.
    Alert {
        /// The kind of event (`suspicious_activity`).
        event: String,
        /// How grave the watcher finds it; a policy's own word on the kind goes first.
        severity: Option<AlertSeverity>,
    },
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub t_ms: i64,
    /// Whose.
    pub agent: String,
    /// What.
    pub kind: EventKind,
    /// Whether it was part of an attack, where the log itself says so.
    pub malicious: Option<bool>,
}

/// An event log, in time order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events {
    /// By time; those of the same time as they stood in the file.
    pub list: Vec<Event>,
    /// How times were understood, in words.
    pub times: String,
    /// Lines that were left out.
    pub bad_lines: Vec<BadLine>,
}

/// Reads an event log: JSON lines or CSV.
pub fn read(reader: impl BufRead, name: &str, options: &TraceOptions) -> Result<Events, TraceError> {
    let mut events = Events::default();
    let mut times = TimeReader::new(options.time_unit);
    let mut table = Table::open(reader, name)?;
    while let Some(row) = table.next_row()? {
        match read_event(&row, &mut times) {
            Ok(event) => events.list.push(event),
            Err(what) if options.skip_bad_lines => {
                events.bad_lines.push(BadLine { line: row.line, text: row.text.clone(), what });
            }
            Err(what) => return Err(table.error(&row, what)),
        }
    }
    events.list.sort_by_key(|event| event.t_ms);
    events.times = times.said().unwrap_or_default();
    Ok(events)
}

/// What the column of times may be called.
const TIMES: [&str; 6] = ["t", "t_ms", "t_s", "timestamp", "time", "ts"];

fn read_event(row: &Row, times: &mut TimeReader) -> Result<Event, String> {
    if let Some(what) = &row.broken {
        return Err(what.clone());
    }
    let (column, time) =
        TIMES.iter().find_map(|key| Some((*key, row.cell(&[key])?))).ok_or("the time is missing")?;
    if times.said().is_none()
        && let Some(unit) = declared_unit(column)
    {
        *times = TimeReader::new(Some(unit));
    }
    let t_ms = times.read(&time)?;
    let agent = row.cell(&["agent", "agent_id"]).ok_or("the agent is missing")?;
    let wanted = |names: &[&str]| row.cell(names).ok_or_else(|| format!("{} is missing", names[0]));
    let kind = match plain_word(&wanted(&["kind", "type"])?).as_str() {
        "resource" => EventKind::Resource {
            resource: wanted(&["resource"])?,
            access: Access::from_word(&wanted(&["access", "permission"])?),
        },
        "communication" => EventKind::Communication {
            direction: match row.cell(&["direction"]) {
                None => Direction::Outbound,
                Some(word) => {
                    Direction::from_word(&word).ok_or_else(|| format!("\"{word}\" is not a direction"))?
                }
            },
            destination: wanted(&["destination", "peer"])?,
        },
        "operation" => EventKind::Operation {
            operation: row.cell(&["operation", "name"]).unwrap_or_default(),
            triggers: row.list("triggers"),
            key: row.cell(&["key"]).unwrap_or_default(),
        },
        "alert" => EventKind::Alert {
            event: wanted(&["event", "alert", "name"])?,
            severity: row.cell(&["severity"]).and_then(|word| AlertSeverity::from_word(&word)),
        },
        other => {
            return Err(format!(
                "\"{other}\" is no kind of event (resource, communication, operation, alert)"
            ));
        }
    };
    let malicious = row.cell(&["malicious", "attack"]);
    let malicious =
        malicious.map(|word| !matches!(plain_word(&word).as_str(), "false" | "no" | "0" | "benign"));
    Ok(Event { t_ms, agent, kind, malicious })
}

/// Rows of named cells, from CSV or JSON lines.
pub(crate) struct Table<R> {
    name: String,
    rows: Rows<R>,
}

enum Rows<R> {
    Csv(csv::Reader<R>, Vec<String>),
    Json(R, u64),
}

/// One row, its cells by plain name.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) text: String,
    /// Why the row has no cells, if it cannot be taken apart.
    pub(crate) broken: Option<String>,
    cells: BTreeMap<String, Value>,
}

impl Row {
    /// The first of these cells that is there and not empty.
    pub(crate) fn cell(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.cells.get(*name)? {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Null => None,
            other => Some(other.to_string()),
        })
    }

    /// A cell of several words: a JSON list, or words between `|`, `;` or spaces.
    fn list(&self, name: &str) -> Vec<String> {
        match self.cells.get(name) {
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(text)) => {
                text.split(['|', ';', ' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl<R: BufRead> Table<R> {
    pub(crate) fn open(mut reader: R, name: &str) -> Result<Self, TraceError> {
        let failed =
            |what: String| TraceError { file: name.to_owned(), line: None, text: String::new(), what };
        let start = reader.fill_buf().map_err(|error| failed(error.to_string()))?;
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        let rows = if start.first() == Some(&b'{') {
            Rows::Json(reader, 0)
        } else {
            let mut csv = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(reader);
            let header = csv.headers().map_err(|error| failed(error.to_string()))?;
            let names =
                header.iter().map(|cell| cell.trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
            Rows::Csv(csv, names)
        };
        Ok(Self { name: name.to_owned(), rows })
    }

    pub(crate) fn error(&self, row: &Row, what: String) -> TraceError {
        TraceError { file: self.name.clone(), line: Some(row.line), text: row.text.clone(), what }
    }

    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, TraceError> {
        let failed = |line: Option<u64>, text: &str, what: String| TraceError {
            file: self.name.clone(),
            line,
            text: text.to_owned(),
            what,
        };
        match &mut self.rows {
            Rows::Csv(csv, names) => {
                let mut record = csv::StringRecord::new();
                let more = csv.read_record(&mut record).map_err(|error| {
                    failed(error.position().map(csv::Position::line), "", error.to_string())
                })?;
                if !more {
                    return Ok(None);
                }
                let cells = names
                    .iter()
                    .zip(record.iter())
                    .map(|(name, cell)| (name.clone(), Value::String(cell.to_owned())))
                    .collect();
                let line = record.position().map_or(0, csv::Position::line);
                let broken = (record.len() != names.len())
                    .then(|| format!("{} fields where the first line has {}", record.len(), names.len()));
                Ok(Some(Row { line, text: record.iter().collect::<Vec<_>>().join(","), broken, cells }))
            }
            Rows::Json(reader, line) => loop {
                let mut text = String::new();
                *line += 1;
                let read = reader
                    .read_line(&mut text)
                    .map_err(|error| failed(Some(*line), "", error.to_string()))?;
                if read == 0 {
                    return Ok(None);
                }
                let text = text.trim_start_matches('\u{feff}').trim();
                if text.is_empty() {
                    continue;
                }
                let (cells, broken) = match serde_json::from_str::<Map<String, Value>>(text) {
                    Ok(cells) => (
                        cells.into_iter().map(|(key, cell)| (key.to_ascii_lowercase(), cell)).collect(),
                        None,
                    ),
                    Err(error) => (BTreeMap::new(), Some(error.to_string())),
                };
                return Ok(Some(Row { line: *line, text: text.to_owned(), broken, cells }));
            },
        }
    }
}
