//! Runs the simulation of the checks for a project's protection, and says what came of it.

use super::check_station::{Outcome, simulate, warmed_cache};
use super::protect::{
    BatchRun, CacheRun, MemoryUse, ProtectionRun, ScaleRow, SecurityMetrics, TierRun, Workload,
};
use super::protect_setting::{DECISION_BYTES, EVENT_BYTES, LOOK_UP, OPERATION_BYTES, Setting};
use super::protect_verdict::verdict;
use super::scores::nearest_rank;
use super::{Part, Progress, Quiet, Stopped, tell};
use crate::model::{Protection, Tier};

/// What compressing leaves of an event.
const COMPRESSED: f64 = 0.25;
/// Operations and workers that the scale plan tries.
const PLAN_COUNT: usize = 40_000;
const PLAN_WORKERS: u32 = 64;
const PLAN_LOADS: [u32; 4] = [1, 2, 4, 8];

/// Simulates the checks under a workload.
pub fn protect(
    protection: &Protection,
    workload: &Workload,
    progress: &dyn Progress,
) -> Result<ProtectionRun, Stopped> {
    let setting = Setting::new(protection, workload);
    let main = Part { whole: progress, from: 0.0, to: 0.6 };
    let plant = setting.plant(protection.resources.workers, 1, setting.count);
    let outcome = simulate(&plant, warmed_cache(&plant), &main)?;
    let mut run = setting.report(&outcome);
    if !setting.as_logged && !workload.skip_plan {
        run.plan = setting.plan(progress)?;
    }
    (run.verdict, run.explanation) = verdict(&setting, &run, &outcome);
    tell(progress, 1.0)?;
    Ok(run)
}

impl Setting<'_> {
    /// Why the queue only grows, if more work arrives than all workers can do.
    fn growth(&self, outcome: &Outcome, workers: u32) -> Option<String> {
        // What was turned away at a full queue would have been work as well.
        let turned_away = outcome.degraded + outcome.refused;
        let each = outcome.work / outcome.queued.max(1) as f64;
        let offered = (outcome.work + turned_away as f64 * each) / outcome.span.max(1e-9);
        let capacity = f64::from(workers).min(self.cpu());
        if offered < capacity || outcome.queued == 0 {
            return None;
        }
        let per_second = (offered - capacity) / each.max(1e-12);
        Some(format!("Unstable: the queue grows by {per_second:.1} operations a second"))
    }

    fn report(&self, outcome: &Outcome) -> ProtectionRun {
        let Protection { caching, telemetry, resources, .. } = self.protection;
        let span = outcome.span.max(1e-9);
        let unstable = self.growth(outcome, resources.workers.max(1));
        let tiers: Vec<TierRun> = self
            .protection
            .tiers
            .iter()
            .enumerate()
            .map(|(at, tier)| tier_run(at, tier, outcome, unstable.is_some()))
            .collect();
        let meets_targets = unstable.is_none()
            && outcome.refused == 0
            && outcome.degraded == 0
            && tiers.iter().all(|tier| tier.met || tier.operations == 0);
        let hit_rate = outcome.answered as f64 / outcome.arrived.max(1) as f64;
        let event_bytes = if telemetry.compression { EVENT_BYTES * COMPRESSED } else { EVENT_BYTES };
        let memory = MemoryUse {
            cache_mb: outcome.most_cached as f64 * DECISION_BYTES / 1e6,
            queue_mb: outcome.most_queued as f64 * OPERATION_BYTES / 1e6,
            batch_mb: outcome.most_batched as f64 * event_bytes / 1e6,
            limit_mb: resources.memory_limit_mb,
        };
        let cpu_share = outcome.used / span / f64::from(resources.cores.max(1));
        let throughput = outcome.decided as f64 / span;
        let (detection_rate, false_positive_rate) = self.rates.unwrap_or_default();
        let batched = outcome.batched.max(1) as f64;
        ProtectionRun {
            seed: self.seed,
            operations: self.count,
            warm_up: self.count - outcome.arrived.min(self.count),
            agents: self.agents,
            arrivals_per_second: outcome.arrived as f64 / span,
            throughput_per_second: throughput,
            hit_rate,
            queued_per_second: outcome.queued as f64 / span,
            utilisation: outcome.busy / span / f64::from(resources.workers.max(1)),
            cpu_share,
            mean_wait_ms: outcome.waits / outcome.queued.max(1) as f64 * 1e3,
            degraded: outcome.degraded,
            refused: outcome.refused,
            memory,
            cache: CacheRun {
                hit_rate,
                entries: outcome.most_cached,
                limit: if caching.enabled { self.cache_limit } else { 0 },
                evicted: outcome.evicted,
                stale_after_change: outcome.stale_served as f64 / outcome.changes.max(1) as f64,
                longest_stale_ms: if caching.enabled { caching.ttl_ms } else { 0 },
            },
            batch: BatchRun {
                size: outcome.batched as f64 / outcome.batches.max(1) as f64,
                flushes_per_second: outcome.batches as f64 / span,
                delay_ms: outcome.batch_delays / batched * 1e3,
                at_risk: outcome.batch_delays / span,
                at_risk_most: telemetry.batch_size.max(1),
            },
            metrics: SecurityMetrics {
                security_check_latency_ms: overall_latency(outcome, unstable.is_some()),
                security_check_throughput: throughput,
                false_positive_rate,
                detection_rate,
                cpu_share,
                memory_mb: memory.cache_mb + memory.queue_mb + memory.batch_mb,
            },
            tiers,
            unstable,
            verdict: String::new(),
            explanation: String::new(),
            meets_targets,
            plan: Vec::new(),
            assumptions: self.assumptions.clone(),
        }
    }

    /// The fewest workers that meet every target at multiples of the load.
    fn plan(&self, progress: &dyn Progress) -> Result<Vec<ScaleRow>, Stopped> {
        let mut rows = Vec::new();
        for (done, load) in PLAN_LOADS.into_iter().enumerate() {
            tell(progress, 0.6 + 0.4 * done as f32 / PLAN_LOADS.len() as f32)?;
            rows.push(self.plan_row(load)?);
        }
        Ok(rows)
    }

    fn plan_row(&self, load: u32) -> Result<ScaleRow, Stopped> {
        let cache = warmed_cache(&self.plant(1, load, PLAN_COUNT));
        let tried = |workers: u32| -> Result<(bool, Outcome), Stopped> {
            let outcome = simulate(&self.plant(workers, load, PLAN_COUNT), cache.clone(), &Quiet)?;
            let tiers = self.protection.tiers.iter().enumerate();
            let stable = self.growth(&outcome, workers).is_none();
            let met = tiers
                .map(|(at, tier)| tier_run(at, tier, &outcome, !stable))
                .all(|t| t.met || t.operations == 0);
            Ok((stable && met && outcome.degraded + outcome.refused == 0, outcome))
        };
        let (mut low, mut high) = (0, 1);
        let mut best = tried(1)?;
        while !best.0 && high < PLAN_WORKERS {
            low = high;
            high = (high * 2).min(PLAN_WORKERS);
            best = tried(high)?;
        }
        let enough = best.0;
        while enough && high - low > 1 {
            let middle = u32::midpoint(low, high);
            let attempt = tried(middle)?;
            if attempt.0 {
                (high, best) = (middle, attempt);
            } else {
                low = middle;
            }
        }
        let outcome = best.1;
        let unstable = self.growth(&outcome, high);
        let tiers = self.protection.tiers.iter().enumerate();
        let p95_ms: Vec<Option<f64>> =
            tiers.map(|(at, tier)| tier_run(at, tier, &outcome, unstable.is_some()).p95_ms).collect();
        let cache_fill = outcome.most_cached as f64 / self.cache_limit.max(1) as f64;
        let note = match (&unstable, enough) {
            (Some(why), _) => format!(
                "{why}: it needs {:.1} processors, and {:.1} are allowed.",
                cpu_needed(&outcome),
                self.cpu()
            ),
            (None, false) => {
                "More workers do not help: the checks alone take too long, or share too little processor."
                    .to_owned()
            }
            (None, true) if outcome.evicted > 0 => "The cache is full.".to_owned(),
            (None, true) => String::new(),
        };
        Ok(ScaleRow {
            agents: self.agents.saturating_mul(load),
            operations_per_second: self.arrivals * f64::from(load),
            hit_rate: outcome.answered as f64 / outcome.arrived.max(1) as f64,
            workers: enough.then_some(high),
            p95_ms,
            cache_fill,
            note,
        })
    }
}

fn tier_run(at: usize, tier: &Tier, outcome: &Outcome, unstable: bool) -> TierRun {
    let mut sorted = outcome.latencies.get(at).cloned().unwrap_or_default();
    let mean_error_ms = batch_error(&sorted).map(|error| error * 1e3);
    sorted.sort_by(f64::total_cmp);
    let percentile = |share: f64| nearest_rank(&sorted, share).filter(|_| !unstable).map(|s| s * 1e3);
    let p95_ms = percentile(0.95);
    let within = sorted.partition_point(|latency| latency * 1e3 <= tier.latency_target_ms);
    TierRun {
        number: at + 1,
        checks: tier.checks.clone(),
        triggers: tier.triggers.clone(),
        share: outcome.by_tier.get(at).copied().unwrap_or_default() as f64 / outcome.arrived.max(1) as f64,
        operations: sorted.len(),
        p50_ms: percentile(0.5),
        p95_ms,
        p99_ms: percentile(0.99),
        mean_error_ms: mean_error_ms.filter(|_| !unstable),
        target_ms: tier.latency_target_ms,
        met: p95_ms.is_some_and(|p95| p95 <= tier.latency_target_ms),
        within_target: within as f64 / sorted.len().max(1) as f64,
    }
}

/// The 95th percentile over all operations, those that the cache answers among them.
fn overall_latency(outcome: &Outcome, unstable: bool) -> Option<f64> {
    let mut all: Vec<f64> = outcome.latencies.iter().flatten().copied().collect();
    all.resize(all.len() + outcome.answered, LOOK_UP);
    all.sort_by(f64::total_cmp);
    nearest_rank(&all, 0.95).filter(|_| !unstable).map(|seconds| seconds * 1e3)
}

pub(super) fn cpu_needed(outcome: &Outcome) -> f64 {
    let each = outcome.work / outcome.queued.max(1) as f64;
    (outcome.work + (outcome.degraded + outcome.refused) as f64 * each) / outcome.span.max(1e-9)
}

/// Half the width of the 95 % interval of the mean, from the means of twenty batches.
fn batch_error(in_order: &[f64]) -> Option<f64> {
    const BATCHES: usize = 20;
    /// Student's t for 19 degrees of freedom.
    const T: f64 = 2.093;
    let size = in_order.len() / BATCHES;
    if size < 10 {
        return None;
    }
    let means: Vec<f64> = in_order
        .chunks_exact(size)
        .take(BATCHES)
        .map(|part| part.iter().sum::<f64>() / size as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / BATCHES as f64;
    let variance = means.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (BATCHES - 1) as f64;
    Some(T * (variance / BATCHES as f64).sqrt())
}
