//! Runs the simulation of the checks for a project's protection, and says what came of it.

use std::collections::BTreeMap;

use super::check_station::{CachePlan, Logged, Outcome, Plant, Service, Stage, simulate, warmed_cache};
use super::protect::{
    BatchRun, CacheRun, MemoryUse, Operation, ProtectionRun, ScaleRow, SecurityMetrics, TierRun, Workload,
};
use super::queueing::zipf;
use super::scores::nearest_rank;
use super::time::duration_words;
use super::{Progress, Quiet, Stopped, tell};
use crate::model::{Protection, Tier, TierFallback};

/// The 95th percentile over the median where only one of them is known.
const USUAL_SPREAD: f64 = 2.5;
/// What looking into the cache takes, in seconds.
const LOOK_UP: f64 = 0.000_2;
/// What one kept decision, one waiting operation and one unsent event take, in bytes.
const DECISION_BYTES: f64 = 512.0;
const OPERATION_BYTES: f64 = 4_096.0;
const EVENT_BYTES: f64 = 1_024.0;
/// What compressing leaves of an event.
const COMPRESSED: f64 = 0.25;
const USUAL_COUNT: usize = 300_000;
const USUAL_WARM_UP: usize = 2_000;
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
    (run.verdict, run.explanation) = setting.verdict(&run, &outcome);
    tell(progress, 1.0)?;
    Ok(run)
}

/// A part of long work, told as a part.
struct Part<'a> {
    whole: &'a dyn Progress,
    from: f32,
    to: f32,
}

impl Progress for Part<'_> {
    fn step(&self, done: f32) -> bool {
        self.whole.step(self.from + (self.to - self.from) * done)
    }
}

/// Everything that the simulations of one call share.
struct Setting<'a> {
    protection: &'a Protection,
    rates: Option<(Option<f64>, Option<f64>)>,
    stages: Vec<Stage>,
    /// Running totals of the chances of keys.
    keys: Vec<f64>,
    log: Vec<Logged>,
    as_logged: bool,
    arrivals: f64,
    agents: u32,
    seed: u64,
    count: usize,
    cache_limit: usize,
    assumptions: Vec<String>,
}

impl<'a> Setting<'a> {
    fn new(protection: &'a Protection, workload: &Workload) -> Self {
        let mut assumptions = Vec::new();
        let log = logged(protection, &workload.operations, &mut assumptions);
        let as_logged = !log.is_empty() && workload.operations_per_second.is_none();
        let span = log.last().map_or(0.0, |last| last.at);
        let arrivals = match workload.operations_per_second {
            Some(rate) => rate,
            None if as_logged => log.len() as f64 / span.max(1.0),
            None => protection.load.operations_per_second,
        };
        let caching = &protection.caching;
        let mut stages = stages(protection, &mut assumptions);
        if !log.is_empty() {
            for (tier, stage) in stages.iter_mut().enumerate() {
                let here = log.iter().filter(|operation| operation.tiers & (1 << tier) != 0).count();
                stage.share = here as f64 / log.len() as f64;
            }
        }
        let names = log.iter().map(|operation| operation.key).max().map_or(0, |key| key as usize + 1);
        let keys: Vec<f64> = if !caching.enabled {
            Vec::new()
        } else if names > 0 {
            vec![1.0; names]
        } else {
            let mut total = 0.0;
            zipf(caching.keys.max(1) as usize, caching.skew)
                .into_iter()
                .map(|chance| {
                    total += chance;
                    total
                })
                .collect()
        };
        let by_memory = (protection.resources.memory_limit_mb.max(0.0) * 1e6 / DECISION_BYTES) as usize;
        let cache_limit = (caching.max_entries as usize).min(by_memory);
        if caching.enabled && by_memory < caching.max_entries as usize {
            assumptions.push(format!(
                "The memory limit holds {by_memory} decisions, fewer than the cache may keep."
            ));
        }
        if !as_logged && workload.operations.is_empty() {
            assumptions.push("Operations arrive at random moments (Poisson).".to_owned());
        }
        assumptions.push(
            "Checks are taken to be bound by the processor, and share what they may use of it.".to_owned(),
        );
        assumptions.push(format!(
            "A decision takes {DECISION_BYTES:.0} bytes, a waiting operation {OPERATION_BYTES:.0}, an unsent event {EVENT_BYTES:.0}."
        ));
        let count = if as_logged { log.len() } else { workload.count.unwrap_or(USUAL_COUNT) };
        Self {
            protection,
            rates: workload.rates,
            stages,
            keys,
            as_logged,
            arrivals: if arrivals.is_finite() { arrivals.max(1e-6) } else { 1e-6 },
            agents: workload.agents.unwrap_or(protection.load.agents),
            seed: workload.seed.unwrap_or(protection.load.seed),
            count,
            log,
            cache_limit,
            assumptions,
        }
    }

    fn plant(&self, workers: u32, load: u32, count: usize) -> Plant<'_> {
        let Protection { caching, telemetry, resources, degradation, .. } = self.protection;
        let cpu = resources.cpu_limit.clamp(0.0, 1.0) * f64::from(resources.cores.max(1));
        Plant {
            stages: &self.stages,
            workers: workers.max(1),
            cpu: cpu.max(1e-3),
            queue_limit: resources.queue_limit as usize,
            fallback: degradation.fallback,
            cache: caching.enabled.then_some(CachePlan {
                ttl: caching.ttl_ms.max(0) as f64 / 1e3,
                limit: self.cache_limit,
                look_up: LOOK_UP,
                keys: &self.keys,
            }),
            arrivals: self.arrivals * f64::from(load),
            log: &self.log,
            as_logged: self.as_logged,
            batch_full: telemetry.batch_size.max(1),
            batch_wait: telemetry.flush_interval_ms.max(0) as f64 / 1e3,
            count,
            warm_up: if self.as_logged { 0 } else { USUAL_WARM_UP.min(count / 5) },
            seed: self.seed,
        }
    }

    fn cpu(&self) -> f64 {
        self.plant(1, 1, 0).cpu
    }

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

    /// The outcome in a sentence, and what lies behind it.
    fn verdict(&self, run: &ProtectionRun, outcome: &Outcome) -> (String, String) {
        let workers = self.protection.resources.workers.max(1);
        let who = if workers == 1 { "the worker is".to_owned() } else { format!("{workers} workers are") };
        let busy = format!("{:.0} % busy", run.utilisation * 100.0);
        if self.protection.tiers.is_empty() {
            return (
                "No tier of checks is defined".to_owned(),
                "Add a tier, and name its checks and its target.".to_owned(),
            );
        }
        if let Some(unstable) = &run.unstable {
            let needed = cpu_needed(outcome);
            let why = format!(
                "The checks need {needed:.2} processors; {who} there, with {:.2} processors allowed.{}",
                self.cpu(),
                turned_away(self.protection.degradation.fallback, run),
            );
            return (unstable.clone(), why.replace("worker is there", "one worker is there"));
        }
        let missed: Vec<&TierRun> =
            run.tiers.iter().filter(|tier| !tier.met && tier.operations > 0).collect();
        if missed.is_empty() {
            let verdict = format!("Every tier meets its target while {who} {busy}");
            return (
                verdict,
                format!(
                    "{}{}",
                    dominating(run, outcome),
                    turned_away(self.protection.degradation.fallback, run)
                )
                .trim()
                .to_owned(),
            );
        }
        let names = match missed.as_slice() {
            [one] => format!("Tier {} misses its target", one.number),
            many => {
                let numbers: Vec<String> = many.iter().map(|tier| tier.number.to_string()).collect();
                let (last, first) =
                    numbers.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
                format!("Tiers {} and {last} miss their targets", first.join(", "))
            }
        };
        let verdict = format!("{names} while {who} only {busy}").replace("only 100", "100");
        let mut why = dominating(run, outcome);
        match run.plan.first() {
            Some(ScaleRow { workers: Some(more), p95_ms, .. }) if *more > workers => {
                let changes: Vec<String> = missed
                    .iter()
                    .filter_map(|tier| {
                        let now = p95_ms.get(tier.number - 1).copied().flatten()?;
                        Some(format!(
                            "tier {} from {} to {}",
                            tier.number,
                            milliseconds(tier.p95_ms?),
                            milliseconds(now)
                        ))
                    })
                    .collect();
                why = format!("{why} {more} workers bring {}.", changes.join(", "));
            }
            Some(ScaleRow { workers: None, .. }) => {
                why += " No number of workers meets every target: the checks alone take too long, or may use too little of the processors.";
            }
            _ => {}
        }
        (verdict, format!("{}{}", why.trim(), turned_away(self.protection.degradation.fallback, run)))
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

fn cpu_needed(outcome: &Outcome) -> f64 {
    let each = outcome.work / outcome.queued.max(1) as f64;
    (outcome.work + (outcome.degraded + outcome.refused) as f64 * each) / outcome.span.max(1e-9)
}

/// Which tier holds the workers longer than its share of operations would say.
fn dominating(run: &ProtectionRun, outcome: &Outcome) -> String {
    let total: f64 = outcome.work_by_tier.iter().sum();
    let weight = |at: usize| outcome.work_by_tier.get(at).copied().unwrap_or_default() / total.max(1e-12);
    let heaviest =
        run.tiers.iter().skip(1).enumerate().max_by(|a, b| weight(a.0 + 1).total_cmp(&weight(b.0 + 1)));
    match heaviest {
        Some((at, tier)) if total > 0.0 && weight(at + 1) > 2.0 * tier.share && weight(at + 1) > 0.15 => {
            format!(
                "Tier {}, {:.1} % of the operations, takes {:.0} % of the workers' time.",
                tier.number,
                tier.share * 100.0,
                weight(at + 1) * 100.0
            )
        }
        _ => String::new(),
    }
}

fn turned_away(fallback: TierFallback, run: &ProtectionRun) -> String {
    match fallback {
        TierFallback::FirstTierOnly if run.degraded > 0 => {
            format!(" The queue was full for {} operations, which got tier 1 only.", run.degraded)
        }
        TierFallback::Deny if run.refused > 0 => {
            format!(" The queue was full for {} operations, which were refused.", run.refused)
        }
        _ => String::new(),
    }
}

fn milliseconds(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
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

fn stages(protection: &Protection, assumptions: &mut Vec<String>) -> Vec<Stage> {
    let excluded = &protection.caching.excluded_checks;
    let stages = protection.tiers.iter().enumerate().map(|(at, tier)| {
        let (p50, p95) = match (tier.p50_ms, tier.p95_ms) {
            (Some(p50), Some(p95)) => (p50, p95),
            (Some(p50), None) => (p50, tier.latency_target_ms.max(p50)),
            (None, p95) => {
                let p95 = p95.unwrap_or(tier.latency_target_ms);
                (p95 / USUAL_SPREAD, p95)
            }
        };
        if tier.p50_ms.is_none() || tier.p95_ms.is_none() {
            assumptions.push(format!(
                "Nobody has measured the checks of tier {}: taken to need {} in the middle and {} at the 95th percentile.",
                at + 1,
                milliseconds(p50),
                milliseconds(p95)
            ));
        }
        let kept_out = tier.checks.iter().filter(|check| excluded.contains(check)).count();
        let uncached = match (kept_out, tier.parallel) {
            (0, _) => 0.0,
            // Side by side the tier takes as long as its longest check, cached or not.
            (_, true) => 1.0,
            (some, false) => some as f64 / tier.checks.len().max(1) as f64,
        };
        let caching = protection.caching.enabled;
        Stage {
            service: Service::with_percentiles(p50 / 1e3, p95 / 1e3),
            share: if at == 0 { 1.0 } else { tier.share.clamp(0.0, 1.0) },
            uncached: if caching { uncached } else { 1.0 },
        }
    });
    // The simulation keeps the tiers of an operation as bits of a number.
    stages.take(32).collect()
}

/// The operations of a log with their keys numbered and their tiers found.
fn logged(protection: &Protection, operations: &[Operation], assumptions: &mut Vec<String>) -> Vec<Logged> {
    let first = operations.iter().map(|operation| operation.t_ms).min().unwrap_or_default();
    let mut keys: BTreeMap<&str, u32> = BTreeMap::new();
    let mut log: Vec<Logged> = operations
        .iter()
        .map(|operation| {
            let next = keys.len() as u32;
            let key = *keys.entry(&operation.key).or_insert(next);
            let mut tiers = 1;
            for (at, tier) in protection.tiers.iter().enumerate().skip(1).take(31) {
                if tier.triggers.iter().any(|trigger| operation.triggers.contains(trigger)) {
                    tiers |= 1 << at;
                }
            }
            Logged { at: (operation.t_ms - first) as f64 / 1e3, key, tiers }
        })
        .collect();
    log.sort_by(|a, b| a.at.total_cmp(&b.at));
    if let Some(last) = log.last() {
        let long = duration_words((last.at * 1e3) as i64);
        assumptions.push(format!(
            "Tiers and keys come from {} operations of the event log, over {long}.",
            log.len()
        ));
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Load;

    /// The tiers of the sample configuration, measured.
    fn sample() -> Protection {
        let tier = |checks: [&str; 2], trigger: &str, target: f64, share: f64, p50: f64, p95: f64| Tier {
            checks: checks.map(str::to_owned).to_vec(),
            triggers: if trigger.is_empty() { Vec::new() } else { vec![trigger.to_owned()] },
            latency_target_ms: target,
            share,
            p50_ms: Some(p50),
            p95_ms: Some(p95),
            ..Tier::default()
        };
        let mut protection = Protection {
            enabled: true,
            tiers: vec![
                tier(["basic_validation", "rate_limiting"], "", 5.0, 1.0, 1.5, 3.0),
                tier(
                    ["behavioral_analysis", "content_scanning"],
                    "sensitive_data_access",
                    50.0,
                    0.05,
                    16.0,
                    34.0,
                ),
                tier(
                    ["deep_behavioral_analysis", "threat_intelligence"],
                    "security_alert",
                    200.0,
                    0.01,
                    90.0,
                    170.0,
                ),
            ],
            load: Load::default(),
            ..Protection::default()
        };
        protection.caching.enabled = true;
        protection.caching.excluded_checks = vec!["deep_behavioral_analysis".to_owned()];
        protection.resources.cpu_limit = 0.5;
        protection
    }

    fn run(protection: &Protection, workload: &Workload) -> ProtectionRun {
        protect(protection, &Workload { count: Some(40_000), ..workload.clone() }, &Quiet).unwrap()
    }

    #[test]
    fn a_rare_slow_tier_spoils_the_first_and_a_second_worker_mends_it() {
        let found = run(&sample(), &Workload::default());
        assert!((0.6..0.75).contains(&found.hit_rate), "{}", found.hit_rate);
        assert!(found.utilisation < 0.25 && found.unstable.is_none());
        assert!(!found.tiers[0].met && found.tiers[2].met, "{:?}", found.tiers);
        assert!(found.verdict.contains("miss") && found.verdict.contains("% busy"), "{}", found.verdict);
        assert!(found.explanation.contains("Tier 3, 1.0 % of the operations"), "{}", found.explanation);
        assert!(found.explanation.contains("2 workers bring tier 1 from"), "{}", found.explanation);
        assert_eq!(found.plan[0].workers, Some(2));
        let workers: Vec<u32> = found.plan.iter().filter_map(|row| row.workers).collect();
        assert!(workers.len() == 4 && workers.is_sorted(), "{workers:?}");
        let mut two = sample();
        two.resources.workers = 2;
        let mended = run(&two, &Workload { skip_plan: true, ..Workload::default() });
        assert!(
            mended.meets_targets && mended.verdict.starts_with("Every tier meets its target"),
            "{}",
            mended.verdict
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let workload = Workload { seed: Some(5), skip_plan: true, ..Workload::default() };
        assert_eq!(run(&sample(), &workload), run(&sample(), &workload));
        let other = Workload { seed: Some(6), ..workload.clone() };
        assert_ne!(run(&sample(), &workload).tiers, run(&sample(), &other).tiers);
    }

    #[test]
    fn a_queue_that_only_grows_has_no_percentiles() {
        let mut protection = sample();
        protection.caching.enabled = false;
        let quick = Workload { skip_plan: true, ..Workload::default() };
        for (fallback, turned) in [
            (TierFallback::Deny, "refused"),
            (TierFallback::FirstTierOnly, "tier 1 only"),
            (TierFallback::Wait, ""),
        ] {
            protection.degradation.fallback = fallback;
            let found = run(&protection, &Workload { operations_per_second: Some(500.0), ..quick.clone() });
            assert!(found.unstable.is_some() && !found.meets_targets, "{fallback}");
            assert!(found.tiers.iter().all(|tier| tier.p95_ms.is_none()));
            assert!(
                found.verdict.contains("grows by") && found.explanation.contains(turned),
                "{}",
                found.explanation
            );
            assert_eq!(
                (found.refused > 0, found.degraded > 0),
                (turned == "refused", turned == "tier 1 only")
            );
        }
    }

    #[test]
    fn a_log_decides_tiers_and_times() {
        let operation = |at: i64, trigger: &str| Operation {
            t_ms: at * 1000,
            key: format!("k{}", at % 7),
            triggers: if trigger.is_empty() { Vec::new() } else { vec![trigger.to_owned()] },
        };
        let operations: Vec<Operation> = (0..1000)
            .map(|at| {
                operation(
                    at,
                    if at % 10 == 0 {
                        "security_alert"
                    } else if at % 5 == 0 {
                        "sensitive_data_access"
                    } else {
                        ""
                    },
                )
            })
            .collect();
        let mut protection = sample();
        protection.caching.enabled = false;
        let found = run(&protection, &Workload { operations: operations.clone(), ..Workload::default() });
        assert_eq!(found.tiers.iter().map(|tier| tier.operations).sum::<usize>(), 1000);
        assert_eq!((found.tiers[1].share, found.tiers[2].share), (0.1, 0.1));
        assert!((found.arrivals_per_second - 1.0).abs() < 0.01 && found.plan.is_empty());
        let faster = run(
            &protection,
            &Workload {
                operations,
                operations_per_second: Some(20.0),
                skip_plan: true,
                ..Workload::default()
            },
        );
        assert!(
            (faster.tiers[2].share - 0.1).abs() < 0.01 && (faster.arrivals_per_second - 20.0).abs() < 0.5
        );
    }

    #[test]
    fn odd_settings_do_no_harm() {
        for protection in
            [Protection::default(), Protection { tiers: vec![Tier::default()], ..Protection::default() }]
        {
            let found =
                run(&protection, &Workload { operations_per_second: Some(f64::NAN), ..Workload::default() });
            assert!(!found.verdict.is_empty());
        }
        let mut tight = sample();
        tight.resources.memory_limit_mb = 0.01;
        tight.resources.queue_limit = 0;
        tight.caching.ttl_ms = 0;
        let found = run(&tight, &Workload { skip_plan: true, ..Workload::default() });
        assert!(
            found.cache.limit == 19 && found.assumptions.iter().any(|said| said.contains("19 decisions"))
        );
    }
}
