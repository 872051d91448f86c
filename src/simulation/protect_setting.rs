//! What the simulations of one call share: the tiers, the keys, the log and the load, and what had to be assumed of them.

use std::collections::BTreeMap;

use super::check_station::{CachePlan, Logged, Plant, Service, Stage};
use super::protect::{Operation, Workload};
use super::protect_verdict::milliseconds;
use super::queueing::zipf;
use super::time::duration_words;
use crate::model::Protection;

/// The 95th percentile over the median where only one of them is known.
const USUAL_SPREAD: f64 = 2.5;
/// What looking into the cache takes, in seconds.
pub(super) const LOOK_UP: f64 = 0.000_2;
/// What one kept decision, one waiting operation and one unsent event take, in bytes.
pub(super) const DECISION_BYTES: f64 = 512.0;
pub(super) const OPERATION_BYTES: f64 = 4_096.0;
pub(super) const EVENT_BYTES: f64 = 1_024.0;
const USUAL_COUNT: usize = 300_000;
const USUAL_WARM_UP: usize = 2_000;

/// Everything that the simulations of one call share.
pub(super) struct Setting<'a> {
    pub(super) protection: &'a Protection,
    pub(super) rates: Option<(Option<f64>, Option<f64>)>,
    stages: Vec<Stage>,
    /// Running totals of the chances of keys.
    keys: Vec<f64>,
    log: Vec<Logged>,
    pub(super) as_logged: bool,
    pub(super) arrivals: f64,
    pub(super) agents: u32,
    pub(super) seed: u64,
    pub(super) count: usize,
    pub(super) cache_limit: usize,
    pub(super) assumptions: Vec<String>,
}

impl<'a> Setting<'a> {
    pub(super) fn new(protection: &'a Protection, workload: &Workload) -> Self {
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

    pub(super) fn plant(&self, workers: u32, load: u32, count: usize) -> Plant<'_> {
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

    pub(super) fn cpu(&self) -> f64 {
        self.plant(1, 1, 0).cpu
    }
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
