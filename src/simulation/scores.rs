//! Scores: how well alarms match labelled attacks. Windows first; evaluation instants beside them, never alone.

use super::labels::Label;

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
    /// Windows in which an alarm began.
    pub detected: usize,
    /// Windows in which the alarm was already on: luck, not detection.
    pub firing_before_window: usize,
    /// The share of windows in which an alarm began; none without windows.
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
    /// The first alarm that began in it.
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

/// Decisions against what the requests were.
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
}
