//! Protection: the security checks themselves, in tiers, and what they may cost.

use super::record::{choice, record};

record! {
    /// Tiered security checks and their limits.
    pub struct Protection {
        /// Whether the project uses tiered checks at all.
        enabled: bool,
        /// The agent or fleet that it protects.
        subject: String,
        /// The tiers, the first for every operation.
        tiers: Vec<Tier>,
        /// Reuse of decisions.
        caching: Caching,
        /// How security events are sent on.
        telemetry: Telemetry,
        /// What the checks may use.
        resources: Resources,
        /// What happens when they cannot keep up.
        degradation: Degradation,
        /// What they are expected to carry.
        load: Load,
    }
}

impl Protection {
    /// Whether there is anything to simulate.
    pub fn can_run(&self) -> bool {
        self.enabled && !self.tiers.is_empty()
    }
}

record! {
    /// A set of checks and when they run.
    pub struct Tier {
        /// The checks, in order.
        checks: Vec<String>,
        /// What sends an operation here; empty means every operation.
        triggers: Vec<String>,
        /// The 95th percentile to stay under, in milliseconds.
        latency_target_ms: f64,
        /// The share of operations that come here, 0 to 1, where no event log says.
        share: f64 = 1.0,
        /// Measured median of the checks together, in milliseconds; none: guessed from the target.
        p50_ms: Option<f64>,
        /// Measured 95th percentile of the checks together, in milliseconds; none: the target is taken.
        p95_ms: Option<f64>,
        /// The checks run side by side and not one after the other.
        parallel: bool,
    }
}

record! {
    /// Reuse of decisions.
    pub struct Caching {
        /// Decisions are reused.
        enabled: bool,
        /// How long a decision is kept, in milliseconds, from when it was made.
        ttl_ms: i64 = 300_000,
        /// How soon a withdrawn right must take effect everywhere, in milliseconds; none: nobody has said.
        revocation_target_ms: Option<i64>,
        /// At most so many are kept.
        max_entries: u32 = 10_000,
        /// Checks whose decisions are never reused.
        excluded_checks: Vec<String>,
        /// Different requests that there are.
        keys: u32 = 20_000,
        /// How uneven they are: the exponent of Zipf's law.
        skew: f64 = 1.0,
    }
}

record! {
    /// How security events are sent on.
    pub struct Telemetry {
        /// Sent when so many are waiting.
        batch_size: u32 = 100,
        /// Sent after this time at the latest, in milliseconds.
        flush_interval_ms: i64 = 30_000,
        /// Sent compressed.
        compression: bool,
    }
}

record! {
    /// What the checks may use.
    pub struct Resources {
        /// Share of the processors, 0 to 1.
        cpu_limit: f64 = 0.1,
        /// Memory in megabytes.
        memory_limit_mb: f64 = 256.0,
        /// The scheduler's class.
        priority_class: String,
        /// Processors of the machine.
        cores: u32 = 8,
        /// Checks that can run at once.
        workers: u32 = 1,
        /// Operations that can wait.
        queue_limit: u32 = 1_000,
    }
}

record! {
    /// What happens when the checks cannot keep up.
    pub struct Degradation {
        /// What is done.
        fallback: TierFallback,
    }
}

choice! {
    /// What is done when the checks cannot keep up.
    pub enum TierFallback {
        /// Only the first tier runs.
        FirstTierOnly = "Tier 1 only",
        /// The operation is refused.
        Deny = "Deny",
        /// The operation waits.
        Wait = "Wait",
    }
}

record! {
    /// What the checks are expected to carry.
    pub struct Load {
        /// Agents at work.
        agents: u32 = 100,
        /// Operations a second, of all agents together.
        operations_per_second: f64 = 60.0,
        /// Start of the random numbers.
        seed: u64 = 11,
    }
}
