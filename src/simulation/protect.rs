//! What the security checks themselves cost: an operation on its way through cache, queue, workers and tiers.

use super::events::{Event, EventKind, Events};
pub use super::protect_run::protect;
use super::run::Run;
use crate::model::Load;

/// What the checks have to carry; what is not given comes from the project's load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workload {
    /// Operations a second, of all agents together.
    pub operations_per_second: Option<f64>,
    /// Agents at work.
    pub agents: Option<u32>,
    /// Start of the random numbers.
    pub seed: Option<u64>,
    /// Operations of an event log: their triggers decide the share of each tier, and their times the
    /// arrivals unless a rate is given.
    pub operations: Vec<Operation>,
    /// How many operations to simulate; none: 300 000, or those of the log.
    pub count: Option<usize>,
    /// Leave the scale plan out, which takes most of the time.
    pub skip_plan: bool,
    /// Detection rate and false-positive rate of a run, to show beside the costs.
    pub rates: Option<(Option<f64>, Option<f64>)>,
}

impl Workload {
    /// The operations of an event log.
    pub fn of_log(events: &Events) -> Self {
        let operation = |event: &Event| match &event.kind {
            EventKind::Operation { operation, triggers, key } => Some(Operation {
                t_ms: event.t_ms,
                key: if key.is_empty() { operation.clone() } else { key.clone() },
                triggers: triggers.clone(),
            }),
            _ => None,
        };
        Self { operations: events.list.iter().filter_map(operation).collect(), ..Self::default() }
    }

    /// What is planned for: the project's load, with the mix of operations of a log and the rates of a run where there
    /// are any. The log's own times are not the load: it is a sample of some hours.
    pub fn planned(load: &Load, events: Option<&Events>, run: Option<&Run>) -> Self {
        let scores = run.and_then(|run| run.scores.as_ref());
        Self {
            rates: scores.map(|scores| (scores.event.detection_rate, scores.point.false_positive_rate())),
            operations_per_second: Some(load.operations_per_second),
            agents: Some(load.agents),
            seed: Some(load.seed),
            ..events.map(Self::of_log).unwrap_or_default()
        }
    }
}

/// One operation of an event log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// When.
    pub t_ms: i64,
    /// What makes two operations alike to the cache.
    pub key: String,
    /// What about it calls for more checks.
    pub triggers: Vec<String>,
}

/// What a simulation of the checks showed.
#[derive(Debug, Clone, PartialEq)]
pub struct ProtectionRun {
    /// Start of the random numbers.
    pub seed: u64,
    /// Operations simulated.
    pub operations: usize,
    /// Operations left out at the start, while queue and cache fill.
    pub warm_up: usize,
    /// Agents at work.
    pub agents: u32,
    /// Operations a second that arrive.
    pub arrivals_per_second: f64,
    /// Operations a second that are decided.
    pub throughput_per_second: f64,
    /// The share answered by the cache alone.
    pub hit_rate: f64,
    /// Operations a second that go to the queue.
    pub queued_per_second: f64,
    /// The share of their time in which workers work.
    pub utilisation: f64,
    /// The share of the processors that the checks use.
    pub cpu_share: f64,
    /// The mean wait in the queue, in milliseconds.
    pub mean_wait_ms: f64,
    /// Each tier, the first for every operation.
    pub tiers: Vec<TierRun>,
    /// Operations that got the first tier only, because the queue was full.
    pub degraded: usize,
    /// Operations refused because the queue was full.
    pub refused: usize,
    /// The memory of the checks.
    pub memory: MemoryUse,
    /// The cache.
    pub cache: CacheRun,
    /// The telemetry.
    pub batch: BatchRun,
    /// Why there are no percentiles: the queue only grows.
    pub unstable: Option<String>,
    /// The outcome in one sentence.
    pub verdict: String,
    /// What lies behind it, in one or two sentences.
    pub explanation: String,
    /// Whether every tier meets its target.
    pub meets_targets: bool,
    /// The fewest workers that meet every target, for multiples of the load.
    pub plan: Vec<ScaleRow>,
    /// The five metrics.
    pub metrics: SecurityMetrics,
    /// What was assumed, in sentences.
    pub assumptions: Vec<String>,
}

/// How the operations went whose highest tier this is.
#[derive(Debug, Clone, PartialEq)]
pub struct TierRun {
    /// The tier, counted from 1.
    pub number: usize,
    /// Its checks.
    pub checks: Vec<String>,
    /// What sends operations here.
    pub triggers: Vec<String>,
    /// The share of all operations whose highest tier this is.
    pub share: f64,
    /// Operations behind the percentiles.
    pub operations: usize,
    /// The median from arrival to decision, in milliseconds; none without operations or when the queue only grows.
    pub p50_ms: Option<f64>,
    /// The 95th percentile.
    pub p95_ms: Option<f64>,
    /// The 99th percentile.
    pub p99_ms: Option<f64>,
    /// Half the width of the 95 % interval of the mean latency, by batch means.
    pub mean_error_ms: Option<f64>,
    /// The 95th percentile to stay under.
    pub target_ms: f64,
    /// Whether it does.
    pub met: bool,
    /// The share of operations within the target.
    pub within_target: f64,
}

/// Memory at its fullest, in megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MemoryUse {
    /// Kept decisions.
    pub cache_mb: f64,
    /// Waiting operations.
    pub queue_mb: f64,
    /// Security events not yet sent.
    pub batch_mb: f64,
    /// The limit.
    pub limit_mb: f64,
}

/// How the cache went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CacheRun {
    /// The share of operations that it answers alone.
    pub hit_rate: f64,
    /// The most decisions kept at once.
    pub entries: usize,
    /// At most so many are kept.
    pub limit: usize,
    /// Decisions dropped because there were too many.
    pub evicted: usize,
    /// Old decisions served after one change of policy or agent, on average, if nobody clears the cache.
    pub stale_after_change: f64,
    /// How long an old decision can outlive a change, in milliseconds.
    pub longest_stale_ms: i64,
}

/// How telemetry went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BatchRun {
    /// Events in a batch on average.
    pub size: f64,
    /// Batches a second.
    pub flushes_per_second: f64,
    /// The mean delay of an event, in milliseconds.
    pub delay_ms: f64,
    /// Events lost in a crash, on average.
    pub at_risk: f64,
    /// Events lost in a crash, at most.
    pub at_risk_most: u32,
}

/// The fewest workers that meet every target at one load.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleRow {
    /// Agents at work.
    pub agents: u32,
    /// Operations a second.
    pub operations_per_second: f64,
    /// The share answered by the cache alone.
    pub hit_rate: f64,
    /// The fewest workers; none: no number of them meets every target.
    pub workers: Option<u32>,
    /// The 95th percentile of each tier with that many workers (with the most tried, if none is enough).
    pub p95_ms: Vec<Option<f64>>,
    /// How full the cache is, 0 to 1.
    pub cache_fill: f64,
    /// What stands in the way, in a sentence.
    pub note: String,
}

/// The five metrics of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SecurityMetrics {
    /// The 95th percentile over all operations, in milliseconds.
    pub security_check_latency_ms: Option<f64>,
    /// Operations decided a second.
    pub security_check_throughput: f64,
    /// Of a simulation run with labels; none without.
    pub false_positive_rate: Option<f64>,
    /// Of a simulation run with labels; none without.
    pub detection_rate: Option<f64>,
    /// The share of the processors in use.
    pub cpu_share: f64,
    /// Megabytes in use at most.
    pub memory_mb: f64,
}
