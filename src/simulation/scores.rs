//! Scores: how well alarms match labelled attacks. Windows first; evaluation instants beside them, never alone.

use super::labels::Label;

pub use crate::model::wilson;

/// All scores of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// By window: the headline.
    pub event: EventScore,
    /// By evaluation and agent.
    pub point: PointScore,
    /// By window, where a denied request counts as an alarm too; none without an event log.
    pub with_denials: Option<EventScore>,
    /// By request; none without an event log.
    pub requests: Option<RequestScore>,
}

/// Alarms against windows.
#[derive(Debug, Clone, PartialEq)]
pub struct EventScore {
    /// How each window went, in the order of the labels.
    pub windows: Vec<WindowScore>,
    /// Windows in which an alarm was on.
    pub detected: usize,
    /// Windows in which the alarm was already on when they began: luck rather than detection.
    pub firing_before_window: usize,
    /// The share of windows in which an alarm was on; none without windows.
    pub detection_rate: Option<f64>,
    /// The 95 % Wilson interval of that share.
    pub rate_interval: Option<(f64, f64)>,
    /// Alarms, those of one agent that meet counted once.
    pub alarms: usize,
    /// Alarms outside of every window.
    pub false_alarms: usize,
    /// Days that were watched, summed over the agents.
    pub agent_days: f64,
    /// False alarms for an agent and a day; none where nothing was watched.
    pub false_alarms_per_agent_day: Option<f64>,
    /// From the start of a window to the alarm, over the windows detected.
    pub time_to_detect: Option<TimeToDetect>,
}

/// How one window went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowScore {
    /// The window.
    pub label: Label,
    /// The first moment in it at which an alarm was on.
    pub detected_ms: Option<i64>,
    /// The alarm was already on when it began.
    pub firing_before: bool,
}

/// Percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeToDetect {
    /// The median.
    pub p50_ms: i64,
    /// The 95th percentile.
    pub p95_ms: i64,
    /// The longest.
    pub max_ms: i64,
}

/// Evaluations against windows: agents in scope times evaluations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PointScore {
    /// Firing in a window.
    pub tp: u64,
    /// Firing outside.
    pub fp: u64,
    /// Quiet outside.
    pub tn: u64,
    /// Quiet in a window.
    pub fn_: u64,
}

/// Decisions of policies against what the requests were; what a response stopped is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestScore {
    /// Malicious and denied.
    pub tp: u64,
    /// Benign and denied.
    pub fp: u64,
    /// Benign and allowed.
    pub tn: u64,
    /// Malicious and allowed.
    pub fn_: u64,
    /// Malicious, and stopped because the agent was restricted or isolated (closed loop): no policy had to judge it.
    pub stopped_malicious: u64,
    /// Benign, and stopped by that.
    pub stopped_benign: u64,
}

impl PointScore {
    /// The share of attacked evaluations that fire; none if nothing was attacked.
    pub fn detection_rate(&self) -> Option<f64> {
        share(self.tp, self.tp + self.fn_)
    }

    /// The share of quiet evaluations that fire; none if nothing was quiet.
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.fp, self.fp + self.tn)
    }

    /// The share of firing evaluations that are under attack; none if nothing fired.
    pub fn precision(&self) -> Option<f64> {
        share(self.tp, self.tp + self.fp)
    }
}

impl RequestScore {
    /// The share of malicious requests that are denied; none if there was none.
    pub fn detection_rate(&self) -> Option<f64> {
        share(self.tp, self.tp + self.fn_)
    }

    /// The share of benign requests that are denied; none if there was none.
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.fp, self.fp + self.tn)
    }
}

pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The smallest value that at least that share of the sorted values does not exceed.
pub fn nearest_rank<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied()
}
