//! Policies: what agents must and must not do, how that is watched, and what happens when they do it anyway.
//!
//! A condition is a *requirement*; its violation is the negation (`cpu_usage < 80` is violated at 80).

use std::collections::BTreeSet;

use super::record::{choice, keyed, record};
use super::{ControlId, Decision, PolicyId, RuleId, ThreatId};

record! {
    /// A security policy.
    pub struct Policy {
        /// `P-01`.
        id: PolicyId,
        /// What people call it.
        name: String,
        /// What it is for, in a sentence or two.
        description: String,
        /// Who wrote it; empty: nobody has said.
        author: String,
        /// Where it stands on the way to production.
        status: PolicyStatus,
        /// Higher wins where the project decides by priority; otherwise only shown.
        priority: i32,
        /// Whom it binds.
        scope: Scope,
        /// What it demands, in order.
        rules: Vec<Rule>,
        /// What is logged and how grave events are.
        monitoring: Monitoring,
        /// What happens on a violation.
        response: Response,
        /// How often the policy itself is looked at, and by whom.
        review: ReviewSchedule,
        /// Why the policy exists.
        rationale: String,
        /// What was decided about it: every step on the way to production.
        decisions: Vec<Decision>,
        /// How it read each time it was approved, oldest first.
        versions: Vec<PolicyVersion>,
    }
}

record! {
    /// A policy as it was approved.
    pub struct PolicyVersion {
        /// Counted from 1.
        number: u32,
        /// When, by whom, and on what ground.
        approved: Decision,
        /// How it read: without its history, its status and the day of its last review.
        policy: Policy,
    }
}

impl Policy {
    /// What an approval is about: all but its status, the day of its last review, and its history.
    pub fn content(&self) -> Self {
        Self {
            status: PolicyStatus::default(),
            review: ReviewSchedule { last: None, ..self.review.clone() },
            decisions: Vec::new(),
            versions: Vec::new(),
            ..self.clone()
        }
    }

    /// The version that was approved last.
    pub fn last_version(&self) -> Option<&PolicyVersion> {
        self.versions.last()
    }

    /// Whether it reads as it was approved last; without an approval it does not.
    pub fn is_as_approved(&self) -> bool {
        self.last_version().is_some_and(|version| version.policy == self.content())
    }
}

choice! {
    /// The life of a policy. Approval asks for a recorded simulation or a reason.
    pub enum PolicyStatus {
        /// Being written.
        Draft = "Draft",
        /// Runs where nothing can break, or only watches.
        Staged = "Staged",
        /// Agreed, not yet in force.
        Approved = "Approved",
        /// In force.
        Active = "Active",
        /// No longer in force.
        Retired = "Retired",
    }
}

impl PolicyStatus {
    /// Where a policy may go from here: the way on first, then the way back.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Staged],
            Self::Staged => &[Self::Approved, Self::Draft],
            Self::Approved => &[Self::Active, Self::Staged],
            Self::Active => &[Self::Retired],
            Self::Retired => &[Self::Draft],
        }
    }
}

record! {
    /// Whom a policy binds. An empty list binds everybody; a name that an agent lacks does not match.
    pub struct Scope {
        /// Types of agents (`assistant`).
        agent_types: Vec<String>,
        /// Environments (`production`).
        environments: Vec<String>,
        /// Single agents by name.
        agents: Vec<String>,
    }
}

impl Scope {
    /// Whether it names the same types, environments and agents, in whatever order.
    pub fn is_same(&self, other: &Self) -> bool {
        let alike = |a: &[String], b: &[String]| {
            a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
        };
        alike(&self.agent_types, &other.agent_types)
            && alike(&self.environments, &other.environments)
            && alike(&self.agents, &other.agents)
    }
}

record! {
    /// One demand of a policy: all conditions are required, so one violated condition violates the rule.
    pub struct Rule {
        /// `R-01`.
        id: RuleId,
        /// What people call it.
        name: String,
        /// What it prevents, in a sentence.
        description: String,
        /// The conditions, in order. For communication the first that matches decides.
        conditions: Vec<Condition>,
        /// What a violation leads to.
        action: RuleAction,
        /// Why the rule is as it is.
        rationale: String,
        /// The security check that decides it, as the protection's tiers name it; empty: the first tier's.
        check: String,
        /// What deciding it costs, in milliseconds at the 95th percentile; none: not measured.
        check_ms: Option<f64>,
        /// The threats that it answers.
        threats: Vec<ThreatId>,
        /// The controls that it implements.
        controls: Vec<ControlId>,
    }
}

choice! {
    /// What a violated rule leads to.
    pub enum RuleAction {
        /// Denied requests are prevented.
        Enforce = "enforce",
        /// The agent is restricted while the rule is violated.
        Restrict = "restrict",
        /// Recorded, not prevented.
        Monitor = "monitor",
    }
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Condition {
    /// A metric must keep to a bound.
    Metric(MetricCondition),
    /// What may be done with a resource.
    Resource(ResourceCondition),
    /// Whom an agent may talk to.
    Communication(CommunicationCondition),
}

record! {
    /// A metric must keep to a bound: `cpu_usage < 80` held for 5 minutes.
    pub struct MetricCondition {
        /// The name of the metric, as in the trace.
        metric: String,
        /// How value and bound must compare for the condition to be met.
        operator: Operator,
        /// The bound.
        value: f64,
        /// The time over which it is read, in milliseconds.
        duration_ms: i64,
        /// How it is read; when absent the metric's kind decides.
        reading: Option<Reading>,
        /// How long a window reading must be violated before it fires, in milliseconds.
        hold_for_ms: i64,
        /// How long an alarm stays after the last violation, in milliseconds.
        keep_firing_for_ms: i64,
    }
}

impl MetricCondition {
    /// How the condition reads a metric of that kind.
    pub fn read_as(&self, kind: MetricKind) -> Reading {
        self.reading.unwrap_or_else(|| kind.default_reading())
    }

    /// How long a violation must last until it fires, in milliseconds: the time of the condition where it reads the
    /// present value, what it says apart otherwise.
    pub fn hold_ms(&self, reading: Reading) -> i64 {
        let hold = match reading {
            Reading::For if self.duration_ms > 0 => self.duration_ms,
            _ => self.hold_for_ms,
        };
        hold.max(0)
    }
}

choice! {
    /// How a value must compare with the bound.
    pub enum Operator {
        /// Below.
        Less = "<",
        /// At most.
        LessOrEqual = "<=",
        /// Above.
        Greater = ">",
        /// At least.
        GreaterOrEqual = ">=",
        /// Exactly.
        Equal = "==",
        /// Anything but.
        NotEqual = "!=",
    }
}

impl Operator {
    /// The operator that holds exactly when this one does not (for numbers).
    pub fn violation(self) -> Self {
        match self {
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }

    /// Whether `left operator right`, as IEEE compares: NaN is unequal to everything.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }

    /// The operator with that sign (`<`, `>=`, `=`…).
    pub fn from_sign(sign: &str) -> Option<Self> {
        match sign {
            "=" => Some(Self::Equal),
            "≤" => Some(Self::LessOrEqual),
            "≥" => Some(Self::GreaterOrEqual),
            "≠" => Some(Self::NotEqual),
            _ => Self::ALL.iter().copied().find(|operator| operator.label() == sign),
        }
    }
}

choice! {
    /// How a metric is read over the condition's time.
    pub enum Reading {
        /// Violated without a break for that long (Prometheus `for`).
        For = "held for the time",
        /// Growth of a counter over a sliding window, extrapolated as Prometheus does.
        Increase = "increase over the window",
        /// Sum of samples over a sliding window.
        Sum = "sum over the window",
        /// One bad sample in the window.
        Any = "any sample in the window",
        /// Mean over the window.
        Avg = "average over the window",
        /// Growth per second over the window.
        Rate = "rate per second",
        /// No sample at all in the window.
        Absent = "no sample in the window",
    }
}

choice! {
    /// What the numbers of a metric mean.
    pub enum MetricKind {
        /// A level that goes up and down.
        Gauge = "gauge",
        /// A total that only grows until it is reset.
        Counter = "counter",
        /// Events since the sample before.
        Delta = "events",
    }
}

impl MetricKind {
    /// The reading that a condition on such a metric has when it names none.
    pub fn default_reading(self) -> Reading {
        match self {
            Self::Gauge => Reading::For,
            Self::Counter => Reading::Increase,
            Self::Delta => Reading::Sum,
        }
    }
}

record! {
    /// What may be done with a resource. Within a policy any denial beats every grant.
    pub struct ResourceCondition {
        /// The resource: usually an asset's name.
        resource: String,
        /// What is granted, or that everything is denied.
        permission: Permission,
    }
}

choice! {
    /// What is granted. Writing does not include reading.
    pub enum Permission {
        /// Nothing is allowed.
        Deny = "deny",
        /// Reading only.
        Read = "read",
        /// Writing only.
        Write = "write",
        /// Reading and writing.
        ReadWrite = "read and write",
    }
}

record! {
    /// Whom an agent may talk to. Within a policy the first condition that matches decides.
    pub struct CommunicationCondition {
        /// Which way; absent means both.
        direction: Option<Direction>,
        /// Names, named groups, `*`, `*.suffix` or address ranges.
        destinations: Vec<String>,
        /// Whether a match allows or denies.
        effect: Effect,
    }
}

choice! {
    /// Which way a communication goes, seen from the agent.
    pub enum Direction {
        /// From the agent.
        Outbound = "outbound",
        /// To the agent.
        Inbound = "inbound",
    }
}

choice! {
    /// What a matching condition decides.
    pub enum Effect {
        /// No.
        Deny = "deny",
        /// Yes.
        Allow = "allow",
    }
}

record! {
    /// What is logged, and how grave the events of a policy are.
    pub struct Monitoring {
        /// How much is logged.
        log_level: LogLevel,
        /// The metrics that are collected.
        metrics: Vec<String>,
        /// How grave each kind of event is.
        alerts: Vec<AlertThreshold>,
    }
}

impl Monitoring {
    /// How grave a kind of event is; none if there is no word on it.
    pub fn severity_of(&self, event: &str) -> Option<AlertSeverity> {
        self.alerts.iter().find(|alert| alert.event == event).map(|alert| alert.severity)
    }
}

impl AlertSeverity {
    /// How grave a violation is to a policy that has no word on it.
    pub const UNNAMED: Self = Self::Medium;
}

choice! {
    /// How much is logged.
    pub enum LogLevel {
        /// Normal operation.
        Info = "info",
        /// Everything.
        Debug = "debug",
        /// What may be wrong.
        Warn = "warn",
        /// Failures only.
        Error = "error",
    }
}

record! {
    /// An event and how grave it is.
    pub struct AlertThreshold {
        /// `policy_violation`, `suspicious_activity`, or an own word.
        event: String,
        /// How grave it is.
        severity: AlertSeverity,
    }
}

choice! {
    /// How grave an alarm is.
    pub enum AlertSeverity {
        /// Look at it some day.
        Low = "low",
        /// Look at it today.
        Medium = "medium",
        /// Look at it now.
        High = "high",
    }
}

record! {
    /// What happens on a violation.
    pub struct Response {
        /// What is done at once for a low alarm.
        low: Vec<ResponseAction>,
        /// What is done at once for a medium alarm.
        medium: Vec<ResponseAction>,
        /// What is done at once for a high alarm.
        high: Vec<ResponseAction>,
        /// Who is asked, where a person decides.
        approvers: Vec<String>,
        /// How long they have, in milliseconds.
        approval_timeout_ms: i64 = 600_000,
        /// What is done when nobody answers.
        timeout_action: Option<ResponseAction>,
        /// Repeat the notice while the alarm lasts, every so many milliseconds; 0 is never.
        repeat_interval_ms: i64,
    }
}

impl Response {
    /// What is done at once for an alarm of that severity.
    pub fn automatic(&self, severity: AlertSeverity) -> &[ResponseAction] {
        match severity {
            AlertSeverity::Low => &self.low,
            AlertSeverity::Medium => &self.medium,
            AlertSeverity::High => &self.high,
        }
    }
}

choice! {
    /// A thing done about an alarm.
    pub enum ResponseAction {
        /// Write it down.
        Log = "log",
        /// Tell people.
        Notify = "notify",
        /// Cap what the agent may do until the alarm is over.
        Restrict = "restrict",
        /// Cut the agent off until somebody releases it.
        Isolate = "isolate",
        /// Let it go on.
        Allow = "allow",
    }
}

record! {
    /// How often a policy is looked at, and by whom.
    pub struct ReviewSchedule {
        /// How often.
        frequency: Frequency,
        /// Who approves it.
        approvers: Vec<String>,
        /// When it was last reviewed.
        last: Option<jiff::civil::Date>,
    }
}

impl ReviewSchedule {
    /// The day of the next review; none before the first.
    pub fn next(&self) -> Option<jiff::civil::Date> {
        self.last?.checked_add(jiff::Span::new().months(self.frequency.months())).ok()
    }
}

choice! {
    /// How often something is reviewed.
    pub enum Frequency {
        /// Every three months.
        Quarterly = "quarterly",
        /// Every month.
        Monthly = "monthly",
        /// Twice a year.
        HalfYearly = "half-yearly",
        /// Once a year.
        Yearly = "yearly",
    }
}

impl Frequency {
    /// Months between two reviews.
    pub fn months(self) -> i32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::HalfYearly => 6,
            Self::Yearly => 12,
        }
    }
}

keyed! { Policy => PolicyId, Rule => RuleId }
