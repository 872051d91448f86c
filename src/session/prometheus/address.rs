//! The address of a Prometheus server, with the range that is asked of it.

use std::fmt;

use crate::exchange::engines;
use crate::model::Evaluation;
use crate::simulation::time::{moment, parse_duration, parse_time};

/// How far back a range reaches unless somebody says otherwise, in milliseconds.
const USUAL_RANGE_MS: i64 = 3_600_000;

/// A server and the range that is asked of it: `http://host:9090`, with `?last=6h` or `?start=…&end=…`, and with
/// `evaluate=there` where the server is to evaluate the conditions too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSource {
    /// `http://host:9090`, without a slash at the end.
    pub base: String,
    /// Which part of its data.
    pub range: LiveRange,
    /// The server evaluates; otherwise its samples are fetched and evaluated here.
    pub there: bool,
}

/// A stretch of time on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveRange {
    /// Up to now, so many milliseconds.
    Last(i64),
    /// From a moment to another, in milliseconds since 1970.
    Between(i64, i64),
}

impl LiveSource {
    /// Whether a trace of that name is a server and no file.
    pub fn is_address(text: &str) -> bool {
        let text = text.trim_start().to_ascii_lowercase();
        text.starts_with("http://") || text.starts_with("https://")
    }

    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !Self::is_address(text) {
            return Err(format!("\"{text}\" is no address of a server (wanted http://host:9090)"));
        }
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let base = base.trim_end_matches('/');
        let base = base.strip_suffix("/api/v1").unwrap_or(base);
        if base.split_once("://").is_none_or(|(_, host)| host.is_empty()) {
            return Err(format!("\"{text}\" names no host (wanted http://host:9090)"));
        }
        let mut source = Self { base: base.to_owned(), range: LiveRange::Last(USUAL_RANGE_MS), there: false };
        let (mut start, mut end) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("last", long)) => source.range = LiveRange::Last(parse_duration(long)?.max(1)),
                Some(("start", at)) => start = Some(parse_time(at)?),
                Some(("end", at)) => end = Some(parse_time(at)?),
                Some(("evaluate", "there")) => source.there = true,
                Some(("evaluate", "here")) => source.there = false,
                _ => {
                    return Err(format!(
                        "\"{pair}\" is not understood (known are last, start, end, evaluate=there)"
                    ));
                }
            }
        }
        match (start, end) {
            (None, None) => {}
            (Some(start), Some(end)) if start < end => source.range = LiveRange::Between(start, end),
            (Some(_), Some(_)) => return Err("the end is before the start".to_owned()),
            _ => return Err("a range needs both start and end".to_owned()),
        }
        Ok(source)
    }

    /// Gives an evaluation a start and an end: its own where it has them, otherwise those of the range.
    pub fn bound(&self, evaluation: &mut Evaluation, now_ms: i64) {
        let (start, end) = self.span(now_ms);
        evaluation.start_ms.get_or_insert(start);
        evaluation.end_ms.get_or_insert(end);
    }

    /// The first and the last moment, in milliseconds since 1970.
    pub fn span(&self, now_ms: i64) -> (i64, i64) {
        match self.range {
            LiveRange::Last(long) => (now_ms - long, now_ms),
            LiveRange::Between(start, end) => (start, end),
        }
    }
}

impl fmt::Display for LiveSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range {
            LiveRange::Last(long) => write!(f, "{}/?last={}", self.base, engines::duration(long))?,
            LiveRange::Between(start, end) => {
                write!(f, "{}/?start={}&end={}", self.base, moment(start), moment(end))?;
            }
        }
        if self.there { f.write_str("&evaluate=there") } else { Ok(()) }
    }
}
