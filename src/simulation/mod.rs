//! Policies run against traces: what fires when, what is decided, what is done about it, what it costs, how good it is.
//!
//! May use: model. Never contains: files, wall-clock time, unseeded randomness, hash-order output. Bytes come in through
//! readers; times are integer milliseconds; the same input gives the same output. Long work reports to a [`Progress`]
//! and stops when that says so. The work of one call may be spread over the cores; no thread outlives it.

mod check_station;
pub mod cores;
mod csv_rows;
mod csv_trace;
mod decision_cache;
mod destination;
mod joined_alarms;
mod json_trace;
mod openmetrics;
mod run_json;
mod scoring;
mod simulate;
mod window;

pub mod attacks;
pub mod checks;
pub mod compare;
pub mod decisions;
pub mod events;
pub mod evidence;
mod fitting_labels;
pub mod grid;
pub mod labels;
pub mod layers;
pub mod losses;
pub mod metric;
pub mod protect;
mod protect_run;
mod protect_setting;
mod protect_verdict;
pub mod queueing;
pub mod random;
mod readings;
pub mod responses;
pub mod run;
pub mod scope;
pub mod scores;
pub mod static_checks;
pub mod sweep;
pub mod threshold_study;
pub mod time;
pub mod trace;
pub mod trace_report;
pub mod tuning;
pub mod words;

pub use decisions::{ConditionRef, Decision, Judge, LayerDecision, decide};
pub use events::{Access, Event, EventKind, Events};
pub use grid::{Grid, Interval};
pub use labels::{Label, Labels};
pub use protect::{ProtectionRun, Workload};
pub use responses::{Approval, ResponseRecord};
pub use run::{ConditionRun, Coverage, DecisionRecord, LoopMode, Request, Run, RunInput, SeriesRun};
pub use scores::Scores;
pub use trace::{Bucket, Series, Trace, TraceError, TraceOptions};
pub use trace_report::TraceReport;

/// Hears how far long work has come, and may stop it. It may be told from any thread.
pub trait Progress: Sync {
    /// Called now and then with the share done, 0 to 1; the answer `false` stops the work.
    fn step(&self, done: f32) -> bool;
}

/// Tells a stretch of longer work as that part of the whole.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// Who hears of the whole.
    pub whole: &'a dyn Progress,
    /// Where the stretch begins, as a share of the whole, 0 to 1.
    pub from: f32,
    /// Where it ends, as a share of the whole, 0 to 1.
    pub to: f32,
}

impl Progress for Part<'_> {
    fn step(&self, done: f32) -> bool {
        self.whole.step(self.from + (self.to - self.from) * done)
    }
}

/// Stops everything at the first word, for tests.
#[cfg(test)]
pub(crate) struct Never;

#[cfg(test)]
impl Progress for Never {
    fn step(&self, _done: f32) -> bool {
        false
    }
}

/// Hears nothing and never stops anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _done: f32) -> bool {
        true
    }
}

/// Work that was stopped by its [`Progress`]; there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before the end")]
pub struct Stopped;

/// Tells the progress and turns its "no" into an error.
pub(crate) fn tell(progress: &dyn Progress, done: f32) -> Result<(), Stopped> {
    if progress.step(done.clamp(0.0, 1.0)) { Ok(()) } else { Err(Stopped) }
}

#[cfg(test)]
mod check_station_tests;
#[cfg(test)]
mod protect_run_tests;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod tests;
