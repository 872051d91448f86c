//! The grid of evaluations and the intervals on it.

use super::trace::Trace;
use crate::model::{Engine, Evaluation};

/// When conditions are evaluated, and how far back they look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// The dialect.
    pub engine: Engine,
    /// The first evaluation.
    pub start_ms: i64,
    /// No evaluation after this.
    pub end_ms: i64,
    /// Milliseconds between two evaluations.
    pub interval_ms: i64,
    /// How old a sample may be and still count as the present value.
    pub lookback_ms: i64,
}

impl Grid {
    /// The grid of an evaluation on a trace.
    pub fn new(evaluation: &Evaluation, trace: &Trace) -> Self {
        let (first, last) = trace.span().unwrap_or_default();
        let start_ms = evaluation.start_ms.unwrap_or(first);
        Self {
            engine: evaluation.engine,
            start_ms,
            end_ms: evaluation.end_ms.unwrap_or(last).max(start_ms),
            interval_ms: evaluation.interval_ms.max(1),
            lookback_ms: evaluation.lookback_ms.max(0),
        }
    }

    /// How many evaluations there are: the first is at the start, the last not after the end.
    pub fn evaluations(&self) -> usize {
        usize::try_from((self.end_ms - self.start_ms) / self.interval_ms + 1).unwrap_or_default()
    }

    /// The time of an evaluation, counted from 0.
    pub fn at(&self, index: usize) -> i64 {
        self.start_ms + index as i64 * self.interval_ms
    }

    /// The number of the first evaluation that is not before a time; may lie beyond the last.
    pub fn first_at_or_after(&self, t_ms: i64) -> usize {
        let behind = (t_ms - self.start_ms).max(0);
        ((behind + self.interval_ms - 1) / self.interval_ms) as usize
    }

    /// A hold as it works out on the grid: rounded up to whole intervals.
    pub fn effective_hold(&self, hold_ms: i64) -> i64 {
        let intervals = (hold_ms.max(0) + self.interval_ms - 1) / self.interval_ms;
        intervals * self.interval_ms
    }
}

/// A stretch of evaluations in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first evaluation in the state.
    pub from_ms: i64,
    /// The first evaluation not in it; the end of the run where the state lasts.
    pub to_ms: i64,
    /// The state lasts beyond the end of the run.
    pub open: bool,
}

impl Interval {
    /// Whether the state holds at some evaluation from `from_ms` to `to_ms`, both included.
    pub fn touches(&self, from_ms: i64, to_ms: i64) -> bool {
        self.from_ms <= to_ms && (self.to_ms > from_ms || self.open && self.to_ms >= from_ms)
    }
}

/// The union of intervals, those that meet made one, in order.
pub fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut union: Vec<Interval> = Vec::new();
    for next in intervals {
        match union.last_mut() {
            Some(last) if next.from_ms <= last.to_ms => {
                last.to_ms = last.to_ms.max(next.to_ms);
                last.open |= next.open;
            }
            _ => union.push(next),
        }
    }
    union
}
