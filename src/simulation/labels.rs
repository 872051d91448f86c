//! Labels: when an agent was under attack, as somebody who knows says.

use std::io::BufRead;

use super::events::Table;
use super::time::TimeReader;
use super::trace::{TraceError, TraceOptions, declared_unit, quoted};
use super::trace_report::BadLine;
use crate::model::plain_word;

/// A stretch of time in which an agent was under attack, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The first moment of the attack.
    pub start_ms: i64,
    /// The last moment of the attack.
    pub end_ms: i64,
    /// The agent; `*` is every agent.
    pub agent: String,
    /// The threat, where it is named.
    pub threat: String,
}

impl Labels {
    /// As CSV, times in milliseconds.
    pub fn to_csv(&self) -> String {
        let mut text = "agent,start_ms,end_ms,threat\n".to_owned();
        for Label { start_ms, end_ms, agent, threat } in &self.windows {
            text += &format!("{},{start_ms},{end_ms},{}\n", quoted(agent), quoted(threat));
        }
        text
    }
}

impl Label {
    /// Whether the label is about that agent.
    pub fn is_about(&self, agent: &str) -> bool {
        self.agent == "*" || self.agent == agent
    }
}

/// All labels of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    /// By start, end, agent.
    pub windows: Vec<Label>,
    /// How times were understood, in words.
    pub times: String,
    /// Lines that were left out.
    pub bad_lines: Vec<BadLine>,
}

/// Reads labels: CSV `agent,start,end[,threat]`, or the same as JSON lines.
pub fn read(reader: impl BufRead, name: &str, options: &TraceOptions) -> Result<Labels, TraceError> {
    let mut labels = Labels::default();
    let mut times = TimeReader::new(options.time_unit);
    let mut table = Table::open(reader, name)?;
    while let Some(row) = table.next_row()? {
        let label = (|| {
            if let Some(what) = &row.broken {
                return Err(what.clone());
            }
            let cell = |names: &[&str]| row.cell(names);
            if times.said().is_none()
                && let Some(unit) =
                    ["start_ms", "start_s"].iter().find_map(|key| row.cell(&[key]).and(declared_unit(key)))
            {
                times = TimeReader::new(Some(unit));
            }
            let start_ms =
                times.read(&cell(&["start", "start_ms", "start_s", "from"]).ok_or("start is missing")?)?;
            let end_ms = times.read(&cell(&["end", "end_ms", "end_s", "to"]).ok_or("end is missing")?)?;
            if end_ms < start_ms {
                return Err("it ends before it starts".to_owned());
            }
            let agent = cell(&["agent", "agent_id"]).ok_or("agent is missing")?;
            let threat = cell(&["threat", "attack"]).unwrap_or_default();
            Ok(Label { start_ms, end_ms, agent, threat })
        })();
        match label {
            Ok(label) => labels.windows.push(label),
            Err(what) if options.skip_bad_lines => {
                labels.bad_lines.push(BadLine { line: row.line, text: row.text.clone(), what });
            }
            Err(what) => return Err(table.error(&row, what)),
        }
    }
    labels.windows.sort();
    labels.times = times.said().unwrap_or_default();
    Ok(labels)
}

/// Whether two names of a threat mean the same: equal but for case, spaces and signs, or one within the other.
pub fn same_threat(one: &str, other: &str) -> bool {
    let (one, other) = (plain_word(one), plain_word(other));
    !one.is_empty() && !other.is_empty() && (one.contains(&other) || other.contains(&one))
}
