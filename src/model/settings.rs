//! What a simulation needs to know besides policies: agents, metrics, groups, dialect, sample traces.

use std::collections::BTreeMap;

use super::record::{choice, record};
use super::{ComponentId, MetricKind};

record! {
    /// How policies are simulated.
    pub struct SimulationSettings {
        /// The dialect, the interval, the lookback.
        evaluation: Evaluation,
        /// What the numbers of each metric mean; one not listed is taken for a gauge, and that is said.
        metrics: BTreeMap<String, MetricInfo>,
        /// The agents. Without any, every agent of the trace is in scope.
        agents: Vec<AgentInstance>,
        /// Named groups of destinations.
        groups: Vec<NamedGroup>,
        /// How policies that apply to the same agent combine.
        layers: LayerMode,
        /// What is decided when no policy has a word on a request.
        default_allow: bool,
        /// Traces to run policies on.
        traces: Vec<TraceSet>,
    }
}

record! {
    /// The grid on which conditions are evaluated.
    pub struct Evaluation {
        /// The dialect.
        engine: Engine,
        /// Milliseconds between two evaluations.
        interval_ms: i64 = 15_000,
        /// How old a sample may be and still count as the present value, in milliseconds.
        lookback_ms: i64 = 300_000,
        /// Milliseconds after the end of an attack in which an alarm still counts.
        grace_ms: i64,
        /// The first evaluation, in milliseconds since 1970; none: the first sample of the trace.
        start_ms: Option<i64>,
        /// No evaluation after this, in milliseconds since 1970; none: the last sample of the trace.
        end_ms: Option<i64>,
        /// Responses change what happens later: requests of a restricted agent are denied.
        closed_loop: bool,
    }
}

choice! {
    /// Whose semantics: they differ in the edges of windows, in staleness, and in extrapolation.
    pub enum Engine {
        /// Prometheus 3.
        Prom3 = "prom3",
        /// Prometheus 2.42.
        Prom2 = "prom2",
    }
}

choice! {
    /// How policies that apply to the same agent combine.
    pub enum LayerMode {
        /// Any denial denies.
        DenyOverrides = "Any denial denies",
        /// The policy of highest priority with a decision decides; among equals any denial denies.
        Priority = "Highest priority decides",
    }
}

record! {
    /// What the numbers of a metric mean.
    pub struct MetricInfo {
        /// Level, total or events.
        kind: MetricKind,
        /// `%`, `bytes`, `calls`.
        unit: String,
    }
}

record! {
    /// One running agent, as traces name it.
    pub struct AgentInstance {
        /// `assistant-1`.
        name: String,
        /// `assistant`.
        agent_type: String,
        /// `production`.
        environment: String,
        /// The component that it is an instance of.
        component: Option<ComponentId>,
    }
}

record! {
    /// A name for several destinations.
    pub struct NamedGroup {
        /// `approved_apis`.
        name: String,
        /// What is in it.
        members: Vec<String>,
    }
}

record! {
    /// A trace to run policies on. Paths are relative to the project file.
    pub struct TraceSet {
        /// What people call it.
        name: String,
        /// The file of metrics.
        metrics: String,
        /// The file of events; empty is none.
        events: String,
        /// The file of labelled attacks; empty is none.
        labels: String,
        /// Lines that cannot be read are counted and left out; otherwise the first ends the reading.
        skip_bad_lines: bool,
        /// Attacks made up on top of what was measured, in the order in which they are put on.
        attacks: Vec<Attack>,
    }
}

record! {
    /// An attack made up on top of a trace: it lifts what one metric of one agent was measured at.
    pub struct Attack {
        /// How it rises and falls.
        shape: AttackShape,
        /// Which metric it lifts.
        metric: String,
        /// Whose; empty: the first agent that has the metric.
        agent: String,
        /// When it begins, in milliseconds since 1970; none: a third into the trace.
        start_ms: Option<i64>,
        /// How long it lasts, in milliseconds.
        length_ms: i64 = 1_800_000,
        /// How far it lifts, in the metric's unit (for a counter: per sample); none: as far as the metric ranges.
        height: Option<f64>,
        /// What makes its noise.
        seed: u64 = 1,
    }
}

choice! {
    /// How a made-up attack rises and falls.
    pub enum AttackShape {
        /// From nothing to its height in a straight line.
        Ramp = "Ramp",
        /// Full height at once.
        Burst = "Burst",
        /// One sample in ten: never two in a row.
        SlowDrip = "Slow drip",
        /// Waves of four minutes with a minute of rest, each sample at 70 to 100 % of the height.
        CredentialStuffing = "Credential stuffing",
        /// Up within a tenth of the time, steady at 90 to 100 % of the height, down within a tenth.
        Exfiltration = "Exfiltration",
    }
}
