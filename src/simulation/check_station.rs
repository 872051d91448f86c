//! The simulation of the checks: operations arrive, are answered from the cache or wait for a worker, are decided, and
//! leave a security event in the telemetry. Times are seconds.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::decision_cache::DecisionCache;
use super::random::Random;
use super::{Progress, Stopped, tell};
use crate::model::TierFallback;

/// How long the checks of a tier take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Service {
    /// The logarithm is normal with this deviation; always the median where that is 0.
    Lognormal { median: f64, spread: f64 },
    /// The shape that the formulas of queues with several workers know.
    #[cfg(test)]
    Exponential { mean: f64 },
}

impl Service {
    /// The one with that median and 95th percentile.
    pub(crate) fn with_percentiles(p50: f64, p95: f64) -> Self {
        let spread = if p95 > p50 && p50 > 0.0 { (p95 / p50).ln() / 1.644_853_626_951_472_7 } else { 0.0 };
        Self::Lognormal { median: p50.max(0.0), spread }
    }

    #[cfg(test)]
    pub(crate) fn mean(self) -> f64 {
        match self {
            Self::Lognormal { median, spread } => median * (spread * spread / 2.0).exp(),
            Self::Exponential { mean } => mean,
        }
    }

    pub(crate) fn draw(self, random: &mut Random) -> f64 {
        match self {
            Self::Lognormal { median, spread: 0.0 } => median,
            Self::Lognormal { median, spread } => median * (spread * random.normal()).exp(),
            #[cfg(test)]
            Self::Exponential { mean } => random.exponential(mean),
        }
    }
}

/// One tier, as the simulation needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stage {
    pub(crate) service: Service,
    /// The share of operations that come here.
    pub(crate) share: f64,
    /// The share of its time that a cached decision does not save.
    pub(crate) uncached: f64,
}

/// An operation that an event log holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Logged {
    pub(crate) at: f64,
    pub(crate) key: u32,
    /// The tiers that it goes to, one bit each.
    pub(crate) tiers: u32,
}

/// Everything that one simulation depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plant<'a> {
    pub(crate) stages: &'a [Stage],
    pub(crate) workers: u32,
    /// Processors that the checks may use.
    pub(crate) cpu: f64,
    pub(crate) queue_limit: usize,
    pub(crate) fallback: TierFallback,
    pub(crate) cache: Option<CachePlan<'a>>,
    pub(crate) arrivals: f64,
    /// Operations of a log: their keys and tiers are drawn from, or taken as they come where `as_logged`.
    pub(crate) log: &'a [Logged],
    pub(crate) as_logged: bool,
    pub(crate) batch_full: u32,
    pub(crate) batch_wait: f64,
    pub(crate) count: usize,
    pub(crate) warm_up: usize,
    pub(crate) seed: u64,
}

/// The cache of a plant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CachePlan<'a> {
    pub(crate) ttl: f64,
    pub(crate) limit: usize,
    pub(crate) look_up: f64,
    /// The running totals of the chances of keys.
    pub(crate) keys: &'a [f64],
}

/// What a simulation found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Outcome {
    /// From arrival to decision, of operations that a worker checked, by highest tier, in order of completion.
    pub(crate) latencies: Vec<Vec<f64>>,
    /// Operations by highest tier, those answered by the cache and refused ones among them.
    pub(crate) by_tier: Vec<usize>,
    pub(crate) answered: usize,
    pub(crate) degraded: usize,
    pub(crate) refused: usize,
    pub(crate) decided: usize,
    /// Seconds after the warm-up.
    pub(crate) span: f64,
    pub(crate) arrived: usize,
    pub(crate) waits: f64,
    pub(crate) queued: usize,
    /// Seconds of work that arrived for the workers.
    pub(crate) work: f64,
    /// The same by highest tier.
    pub(crate) work_by_tier: Vec<f64>,
    /// Worker-seconds busy.
    pub(crate) busy: f64,
    /// Processor-seconds used.
    pub(crate) used: f64,
    pub(crate) in_system: f64,
    pub(crate) most_queued: usize,
    pub(crate) most_cached: usize,
    pub(crate) evicted: usize,
    pub(crate) stale_served: usize,
    pub(crate) changes: usize,
    pub(crate) batches: usize,
    pub(crate) batched: usize,
    pub(crate) batch_delays: f64,
    pub(crate) most_batched: usize,
    pub(crate) left_inside: usize,
}

#[derive(Debug, Clone, Copy)]
struct Operation {
    arrived: f64,
    key: u32,
    tiers: u32,
    work: f64,
    counts: bool,
    /// Tiers whose decision is new and worth keeping.
    fresh: u32,
}

/// The order of completions by the work done so far.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Due(f64, usize);

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

struct Station<'a> {
    plant: &'a Plant<'a>,
    random: Random,
    cache: Option<DecisionCache>,
    now: f64,
    /// Work that each busy worker has done since the start: all work at the same speed.
    worked: f64,
    busy: BinaryHeap<Reverse<Due>>,
    operations: Vec<Operation>,
    free: Vec<usize>,
    queue: VecDeque<usize>,
    changed: f64,
    next_change: f64,
    change_gap: f64,
    batch: Vec<f64>,
    counting_since: f64,
    counting: bool,
    out: Outcome,
}

/// A cache as it is when operations have come for one time to live; none where nothing is cached. It does not depend on
/// workers, so that plants that differ in those only can begin with the same.
pub(crate) fn warmed_cache(plant: &Plant<'_>) -> Option<DecisionCache> {
    let mut station = Station::new(plant, None);
    station.warm_cache();
    station.cache
}

/// Simulates the plant, beginning with a cache that was warmed for it.
pub(crate) fn simulate(
    plant: &Plant<'_>,
    cache: Option<DecisionCache>,
    progress: &dyn Progress,
) -> Result<Outcome, Stopped> {
    let mut station = Station::new(plant, cache);
    let mut next_arrival = station.first_arrival();
    let mut arrived = 0;
    while arrived < plant.count {
        if arrived % 4096 == 0 {
            tell(progress, arrived as f32 / plant.count as f32)?;
        }
        while let Some(done) = station.next_completion().filter(|done| *done <= next_arrival) {
            station.advance(done);
            station.complete();
        }
        station.advance(next_arrival);
        if arrived == plant.warm_up {
            station.start_counting();
        }
        station.arrive(arrived);
        arrived += 1;
        next_arrival = station.arrival_after(arrived);
    }
    station.finish();
    if plant.as_logged {
        station.drain();
    }
    Ok(station.out)
}

impl<'a> Station<'a> {
    fn new(plant: &'a Plant<'a>, cache: Option<DecisionCache>) -> Self {
        let tiers = plant.stages.len();
        let entries =
            |plan: &CachePlan<'_>| DecisionCache::new(plan.keys.len() * tiers, plan.ttl, plan.limit);
        let expected = plant.count.saturating_sub(plant.warm_up) as f64 / plant.arrivals.max(1e-9);
        let ttl = plant.cache.as_ref().map_or(0.0, |plan| plan.ttl);
        // Changes far enough apart that the old decisions of one are gone before the next.
        let change_gap = (expected / 8.0).max(ttl * 1.01).max(1e-9);
        Self {
            plant,
            random: Random::new(plant.seed),
            cache: cache.or_else(|| plant.cache.as_ref().map(entries)),
            now: 0.0,
            worked: 0.0,
            busy: BinaryHeap::new(),
            operations: Vec::new(),
            free: Vec::new(),
            queue: VecDeque::new(),
            changed: f64::NEG_INFINITY,
            next_change: f64::INFINITY,
            change_gap,
            batch: Vec::new(),
            counting_since: 0.0,
            counting: false,
            out: Outcome {
                latencies: vec![Vec::new(); tiers],
                by_tier: vec![0; tiers],
                work_by_tier: vec![0.0; tiers],
                ..Outcome::default()
            },
        }
    }

    /// Fills the cache as if operations had come for one time to live before the first.
    fn warm_cache(&mut self) {
        let Some(plan) = &self.plant.cache else { return };
        if self.plant.as_logged {
            return;
        }
        let count = (self.plant.arrivals * plan.ttl).min(2e6) as usize;
        for before in (0..count).rev() {
            let at = -(before as f64) / self.plant.arrivals.max(1e-9);
            let (key, tiers) = self.draw_operation();
            for tier in 0..self.plant.stages.len() {
                let entry = self.entry(key, tier);
                if let Some(cache) = self.cache.as_mut().filter(|_| tiers & (1 << tier) != 0)
                    && cache.look_up(entry, at).is_none()
                {
                    cache.keep(entry, at);
                }
            }
        }
        if let Some(cache) = &mut self.cache {
            cache.evicted = 0;
            cache.most_held = cache.held;
        }
    }

    fn entry(&self, key: u32, tier: usize) -> u32 {
        key * self.plant.stages.len() as u32 + tier as u32
    }

    fn draw_operation(&mut self) -> (u32, u32) {
        if !self.plant.log.is_empty() {
            let at = self.random.below(self.plant.log.len());
            return self.plant.log.get(at).map_or((0, 1), |logged| (logged.key, logged.tiers));
        }
        let key = self.plant.cache.as_ref().map_or(0, |plan| {
            let draw = self.random.unit();
            plan.keys.partition_point(|sum| *sum < draw).min(plan.keys.len().saturating_sub(1)) as u32
        });
        let mut tiers = 1;
        for (tier, stage) in self.plant.stages.iter().enumerate().skip(1) {
            if self.random.chance(stage.share) {
                tiers |= 1 << tier;
            }
        }
        (key, tiers)
    }

    fn first_arrival(&mut self) -> f64 {
        self.arrival_after(0)
    }

    fn arrival_after(&mut self, index: usize) -> f64 {
        if self.plant.as_logged {
            return self.plant.log.get(index).map_or(f64::INFINITY, |logged| logged.at);
        }
        self.now + self.random.exponential(1.0 / self.plant.arrivals.max(1e-9))
    }

    /// How fast each busy worker works: they share the processors that they may use.
    fn speed(&self) -> f64 {
        let busy = self.busy.len() as f64;
        if busy <= self.plant.cpu { 1.0 } else { self.plant.cpu / busy }
    }

    fn next_completion(&self) -> Option<f64> {
        let Reverse(due) = self.busy.peek()?;
        Some(self.now + (due.0 - self.worked).max(0.0) / self.speed())
    }

    fn advance(&mut self, to: f64) {
        if !to.is_finite() {
            return;
        }
        let passed = (to - self.now).max(0.0);
        let (busy, speed) = (self.busy.len() as f64, self.speed());
        if self.counting {
            self.out.busy += busy * passed;
            self.out.used += busy * speed * passed;
            self.out.in_system += (busy + self.queue.len() as f64) * passed;
        }
        self.worked += speed * passed;
        self.now = to;
        while self.next_change <= self.now {
            self.changed = self.next_change;
            self.next_change += self.change_gap;
            self.out.changes += 1;
        }
    }

    fn start_counting(&mut self) {
        self.counting = true;
        self.counting_since = self.now;
        self.next_change = self.now + self.change_gap / 2.0;
    }

    fn arrive(&mut self, index: usize) {
        let (key, tiers) = match self.plant.log.get(index).filter(|_| self.plant.as_logged) {
            Some(logged) => (logged.key, logged.tiers),
            None => self.draw_operation(),
        };
        let highest = highest_tier(tiers);
        let (mut work, mut fresh, mut stale) = (0.0, 0, false);
        for (tier, stage) in self.plant.stages.iter().enumerate() {
            if tiers & (1 << tier) == 0 {
                continue;
            }
            let entry = self.entry(key, tier);
            let made = self
                .cache
                .as_mut()
                .filter(|_| stage.uncached < 1.0)
                .and_then(|cache| cache.look_up(entry, self.now));
            let time = stage.service.draw(&mut self.random);
            if let Some(made) = made {
                work += time * stage.uncached;
                stale |= made < self.changed;
            } else {
                work += time;
                fresh |= if stage.uncached < 1.0 { 1 << tier } else { 0 };
            }
        }
        if self.counting {
            self.out.arrived += 1;
            self.out.stale_served += usize::from(stale);
            bump(&mut self.out.by_tier, highest);
        }
        if work == 0.0 && fresh == 0 {
            if self.counting {
                self.out.answered += 1;
                self.out.decided += 1;
            }
            self.report();
            return;
        }
        let operation = Operation { arrived: self.now, key, tiers, work, counts: self.counting, fresh };
        if self.busy.len() < self.plant.workers as usize {
            self.count_work(work, highest);
            let slot = self.store(operation);
            self.begin(slot);
        } else if self.plant.fallback == TierFallback::Wait || self.queue.len() < self.plant.queue_limit {
            self.count_work(work, highest);
            let slot = self.store(operation);
            self.queue.push_back(slot);
            self.out.most_queued = self.out.most_queued.max(self.queue.len());
        } else {
            self.overflow();
        }
    }

    fn count_work(&mut self, work: f64, highest: usize) {
        if self.counting {
            self.out.work += work;
            self.out.queued += 1;
            if let Some(slot) = self.out.work_by_tier.get_mut(highest) {
                *slot += work;
            }
        }
    }

    /// The queue is full: the operation is refused, or gets the first tier on the spot and nothing more.
    fn overflow(&mut self) {
        if self.plant.fallback == TierFallback::Deny {
            self.out.refused += usize::from(self.counting);
        } else if self.counting {
            self.out.degraded += 1;
            self.out.decided += 1;
        }
        self.report();
    }

    fn store(&mut self, operation: Operation) -> usize {
        let Some(slot) = self.free.pop() else {
            self.operations.push(operation);
            return self.operations.len() - 1;
        };
        if let Some(place) = self.operations.get_mut(slot) {
            *place = operation;
        }
        slot
    }

    fn begin(&mut self, slot: usize) {
        let Some(operation) = self.operations.get(slot) else { return };
        if operation.counts {
            self.out.waits += self.now - operation.arrived;
        }
        self.busy.push(Reverse(Due(self.worked + operation.work, slot)));
    }

    fn complete(&mut self) {
        let Some(Reverse(Due(_, slot))) = self.busy.pop() else { return };
        self.free.push(slot);
        let Some(operation) = self.operations.get(slot).copied() else { return };
        for tier in (0..self.plant.stages.len()).filter(|tier| operation.fresh & (1 << tier) != 0) {
            let entry = self.entry(operation.key, tier);
            if let Some(cache) = &mut self.cache {
                cache.keep(entry, self.now);
            }
        }
        if operation.counts {
            let look_up = self.plant.cache.as_ref().map_or(0.0, |plan| plan.look_up);
            self.out.decided += 1;
            if let Some(list) = self.out.latencies.get_mut(highest_tier(operation.tiers)) {
                list.push(self.now - operation.arrived + look_up);
            }
        }
        self.report();
        if let Some(next) = self.queue.pop_front() {
            self.begin(next);
        }
    }

    /// One security event for the telemetry.
    fn report(&mut self) {
        if let Some(first) = self.batch.first().copied()
            && self.now >= first + self.plant.batch_wait
        {
            self.flush(first + self.plant.batch_wait);
        }
        self.batch.push(self.now);
        if self.batch.len() >= self.plant.batch_full as usize {
            self.flush(self.now);
        }
    }

    fn flush(&mut self, at: f64) {
        if self.counting {
            self.out.batches += 1;
            self.out.batched += self.batch.len();
            self.out.batch_delays += self.batch.iter().map(|event| at - event).sum::<f64>();
            self.out.most_batched = self.out.most_batched.max(self.batch.len());
        }
        self.batch.clear();
    }

    /// Lets the operations inside go through once no more come.
    fn drain(&mut self) {
        self.counting = false;
        while let Some(done) = self.next_completion() {
            self.advance(done);
            self.complete();
        }
    }

    fn finish(&mut self) {
        self.out.span = self.now - self.counting_since;
        self.out.left_inside = self.busy.len() + self.queue.len();
        if let Some(cache) = &self.cache {
            self.out.most_cached = cache.most_held;
            self.out.evicted = cache.evicted;
        }
    }
}

fn highest_tier(tiers: u32) -> usize {
    tiers.max(1).ilog2() as usize
}

fn bump(counts: &mut [usize], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}
