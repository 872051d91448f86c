//! One simulation: the policies of a project against a trace, an event log and labels.

use std::collections::BTreeMap;

use super::decisions::Decision;
use super::events::{Access, Events};
use super::grid::{Grid, Interval};
use super::labels::Labels;
use super::responses::ResponseRecord;
use super::scores::Scores;
pub use super::simulate::{Measured, kind_of, nothing_to_see, run, run_changed, run_measured};
use super::trace::{Bucket, Trace};
use crate::model::{
    Direction, Effect, Evaluation, MetricKind, Operator, PolicyId, Project, Reading, ResponseAction, RuleId,
};

/// Whether responses change what happens later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoopMode {
    /// The trace stays as it was recorded. The only mode that can be compared with a live Prometheus.
    #[default]
    Open,
    /// Requests of a restricted or isolated agent are denied. Metrics stay as they were recorded.
    Closed,
}

impl LoopMode {
    /// The mode that an evaluation asks for.
    pub fn of(evaluation: &Evaluation) -> Self {
        if evaluation.closed_loop { Self::Closed } else { Self::Open }
    }

    /// `open` or `closed`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// "Closed loop".
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "Open loop",
            Self::Closed => "Closed loop",
        }
    }

    /// What the mode means, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open loop: responses do not change the trace",
            Self::Closed => {
                "Closed loop: requests of a restricted agent are denied, metrics stay as recorded"
            }
        }
    }
}

/// What a run works on.
#[derive(Debug, Clone)]
pub struct RunInput<'a> {
    /// The policies, in the order given; empty: those in force, or all that are not retired where none is in force.
    pub policies: Vec<PolicyId>,
    /// What was measured.
    pub trace: &'a Trace,
    /// What happened.
    pub events: Option<&'a Events>,
    /// When there were attacks.
    pub labels: Option<&'a Labels>,
    /// Dialect, interval, lookback, grace, start and end.
    pub evaluation: Evaluation,
    /// Whether responses change what happens later.
    pub mode: LoopMode,
    /// Evaluations before this do not count in scores (the warm-up of windows).
    pub ignore_before_ms: Option<i64>,
    /// How many points of each series to keep for charts; 0 keeps none.
    pub chart_points: usize,
}

impl<'a> RunInput<'a> {
    /// The policies in force against a trace, evaluated as the project says.
    pub fn new(project: &Project, trace: &'a Trace) -> Self {
        Self {
            policies: Vec::new(),
            trace,
            events: None,
            labels: None,
            evaluation: project.simulation.evaluation.clone(),
            mode: LoopMode::of(&project.simulation.evaluation),
            ignore_before_ms: None,
            chart_points: 600,
        }
    }
}

/// What a simulation showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The trace's name.
    pub trace: String,
    /// The policies that ran.
    pub policies: Vec<PolicyId>,
    /// When conditions were evaluated.
    pub grid: Grid,
    /// Milliseconds after the end of an attack in which an alarm still counts.
    pub grace_ms: i64,
    /// Whether responses changed what happened later.
    pub mode: LoopMode,
    /// Every metric condition, in order.
    pub conditions: Vec<ConditionRun>,
    /// Every request, in time order.
    pub decisions: Vec<DecisionRecord>,
    /// Every response, in time order.
    pub responses: Vec<ResponseRecord>,
    /// How good the alarms were; none without labels.
    pub scores: Option<Scores>,
    /// What was looked at.
    pub coverage: Coverage,
}

/// How one metric condition went.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionRun {
    /// `r0c0`: rule and condition counted from 0 over the policies that ran.
    pub id: String,
    /// The policy.
    pub policy: PolicyId,
    /// Its name.
    pub policy_name: String,
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub rule_name: String,
    /// Which condition of the rule, counted from 0.
    pub index: usize,
    /// The metric.
    pub metric: String,
    /// How value and bound must compare.
    pub operator: Operator,
    /// The bound.
    pub value: f64,
    /// The time over which it is read.
    pub duration_ms: i64,
    /// How the metric is read.
    pub reading: Reading,
    /// What the numbers of the metric mean.
    pub kind: MetricKind,
    /// Nobody says what the numbers mean; they were taken for a level.
    pub kind_assumed: bool,
    /// How long the violation must last until it fires, rounded up to whole intervals.
    pub effective_hold_ms: i64,
    /// How long an alarm stays after the last violation.
    pub keep_firing_for_ms: i64,
    /// The requirement in words.
    pub requirement: String,
    /// The violation in words.
    pub violation: String,
    /// Every series that was evaluated, in order.
    pub series: Vec<SeriesRun>,
}

/// How one metric condition went for one series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRun {
    /// The agent.
    pub agent: String,
    /// Other labels that tell series of this agent apart.
    pub labels: BTreeMap<String, String>,
    /// When it was violated but not yet for long enough.
    pub pending: Vec<Interval>,
    /// When it fired.
    pub firing: Vec<Interval>,
    /// The value as it was read, for drawing.
    pub chart: Vec<Bucket>,
}

/// What an agent asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A resource.
    Resource {
        /// The resource.
        resource: String,
        /// What it wanted with it.
        access: Access,
    },
    /// To talk to somebody.
    Communication {
        /// Which way.
        direction: Direction,
        /// The other end.
        destination: String,
    },
}

impl Request {
    /// `resource` or `communication`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Resource { .. } => "resource",
            Self::Communication { .. } => "communication",
        }
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resource { resource, access } => write!(f, "{} {resource}", access.label()),
            Self::Communication { direction, destination } => write!(f, "{direction} {destination}"),
        }
    }
}

/// One request of the event log and what was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRecord {
    /// When.
    pub t_ms: i64,
    /// Who asked.
    pub agent: String,
    /// For what.
    pub request: Request,
    /// What was decided, and by what.
    pub decision: Decision,
    /// Denied only because the agent was restricted or isolated at the time (closed loop).
    pub by_response: bool,
    /// What held the agent back then; none where no response did.
    pub held: Option<Held>,
    /// Whether it was part of an attack: the log's own word, otherwise the labels'; none without either.
    pub malicious: Option<bool>,
}

/// A response that holds an agent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Restricted or isolated.
    pub action: ResponseAction,
    /// Since when.
    pub since_ms: i64,
    /// The policy that asked for it.
    pub policy: PolicyId,
    /// The rule whose alarm it was; none for an alert of the event log.
    pub rule: Option<RuleId>,
    /// Why, in words.
    pub cause: String,
}

impl DecisionRecord {
    /// Whether the request was denied, by a policy or because of a response.
    pub fn denied(&self) -> bool {
        self.by_response || self.decision.effect == Effect::Deny
    }

    /// Whether a policy denied it. What a response stopped is prevented, but no policy noticed anything in it: an agent that
    /// is isolated can do nothing right either.
    pub fn denied_by_policy(&self) -> bool {
        !self.by_response && self.decision.effect == Effect::Deny
    }
}

/// What a run looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Samples of the trace between the first and the last evaluation.
    pub samples: usize,
    /// Metrics that a policy names and the trace lacks.
    pub metrics_missing: Vec<String>,
    /// Agents that at least one policy binds.
    pub agents_in_scope: Vec<String>,
    /// Agents that no policy binds.
    pub agents_out_of_scope: Vec<String>,
    /// Requests in the event log.
    pub requests: usize,
    /// Labels that are about nobody and nothing of this run, in sentences; with no other left there are no scores.
    pub labels_left_out: Vec<String>,
    /// What was assumed, in sentences.
    pub notes: Vec<String>,
}
