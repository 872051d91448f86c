//! The simulation of the checks, held to what queueing theory knows.

use super::Quiet;
use super::check_station::*;
use super::queueing::{ManyServers, batch, erlang_b, hits_fixed_life, mixed_service, one_server_wait, zipf};
use super::random::Random;
use super::scores::nearest_rank;
use crate::model::TierFallback;

fn plant(stages: &[Stage]) -> Plant<'_> {
    Plant {
        stages,
        workers: 1,
        cpu: 64.0,
        queue_limit: 1_000,
        fallback: TierFallback::Wait,
        cache: None,
        arrivals: 60.0,
        log: &[],
        as_logged: false,
        batch_full: 100,
        batch_wait: 30.0,
        count: 200_000,
        warm_up: 5_000,
        seed: 11,
    }
}

fn run(plant: &Plant<'_>) -> Outcome {
    simulate(plant, warmed_cache(plant), &Quiet).unwrap()
}

fn stage(median: f64, spread: f64, share: f64) -> Stage {
    Stage { service: Service::Lognormal { median, spread }, share, uncached: 1.0 }
}

fn near(found: f64, wanted: f64, share: f64) {
    assert!((found - wanted).abs() <= share * wanted.abs(), "{found} is not near {wanted}");
}

#[test]
fn mixed_tiers_wait_as_pollaczek_and_khinchine_say() {
    let stages = [stage(0.005, 0.0, 1.0), stage(0.05, 0.0, 0.05), stage(0.2, 0.0, 0.01)];
    let found = run(&plant(&stages));
    let (mean, square) = mixed_service(&[(1.0, 0.005, 0.0), (0.05, 0.05, 0.0), (0.01, 0.2, 0.0)]);
    near(found.waits / found.queued as f64, one_server_wait(60.0, mean, square).unwrap(), 0.04);
    near(found.busy / found.span, 60.0 * mean, 0.02);
    // Little: what is inside on average is arrivals times the time spent inside.
    let inside: f64 = found.latencies.iter().flatten().sum();
    near(found.in_system / found.span, inside / found.span, 2e-3);
    assert_eq!(found.arrived, found.decided + found.left_inside.min(found.arrived - found.decided));
    near(found.work_by_tier[2] / found.work, (0.01 * (0.205 + 0.0025)) / mean, 0.05);
}

#[test]
fn exponential_service_gives_the_percentiles_of_many_servers() {
    for servers in [1, 3] {
        let mean = 0.7 * f64::from(servers) / 60.0;
        let stages = [Stage { service: Service::Exponential { mean }, share: 1.0, uncached: 1.0 }];
        let found = run(&Plant { workers: servers, ..plant(&stages) });
        let exact = ManyServers { arrivals: 60.0, service: 1.0 / mean, servers };
        near(found.waits / found.queued as f64, exact.mean_wait().unwrap(), 0.04);
        let mut sorted = found.latencies[0].clone();
        sorted.sort_by(f64::total_cmp);
        for share in [0.5, 0.95, 0.99] {
            near(nearest_rank(&sorted, share).unwrap(), exact.response_percentile(share).unwrap(), 0.03);
        }
    }
}

#[test]
fn losses_without_a_queue_are_those_of_erlang() {
    let stages =
        [Stage { service: Service::Lognormal { median: 0.05, spread: 0.8 }, share: 1.0, uncached: 1.0 }];
    let mean = stages[0].service.mean();
    let plant = Plant { workers: 4, queue_limit: 0, fallback: TierFallback::Deny, ..plant(&stages) };
    let found = run(&plant);
    near(found.refused as f64 / found.arrived as f64, erlang_b(60.0 * mean, 4), 0.02);
}

#[test]
fn many_workers_wait_less_than_one_fast_one_would() {
    let stages = [stage(0.03, 0.0, 1.0)];
    let found = run(&Plant { workers: 3, ..plant(&stages) });
    let exponential = ManyServers { arrivals: 60.0, service: 1.0 / 0.03, servers: 3 };
    let wait = found.waits / found.queued as f64;
    // Constant service waits a little more than half as long as exponential service (Cosmetatos).
    let correction = 1.0 + 0.4 * 2.0 * (19_f64.sqrt() - 2.0) / (16.0 * 0.6 * 3.0);
    near(wait, exponential.mean_wait().unwrap() / 2.0 * correction, 0.03);
}

#[test]
fn workers_share_the_processors_they_may_use() {
    let stages = [stage(0.01, 0.0, 1.0)];
    let found = run(&Plant { workers: 4, cpu: 0.8, ..plant(&stages) });
    near(found.used / found.span, 0.6, 0.02);
    assert!(found.busy / found.span > 0.75, "{}", found.busy / found.span);
    // One worker at 0.8 of a processor: M/D/1 with longer service.
    let one = run(&Plant { workers: 1, cpu: 0.8, ..plant(&stages) });
    near(one.waits / one.queued as f64, one_server_wait(60.0, 0.0125, 0.0125 * 0.0125).unwrap(), 0.03);
}

#[test]
fn cached_decisions_and_batches() {
    let stages = [Stage { uncached: 0.0, ..stage(0.001, 0.0, 1.0) }];
    let chances = zipf(20_000, 1.0);
    let sums: Vec<f64> = chances
        .iter()
        .scan(0.0, |sum, chance| {
            *sum += chance;
            Some(*sum)
        })
        .collect();
    let cache = CachePlan { ttl: 300.0, limit: 20_000, look_up: 0.0002, keys: &sums };
    let found = run(&Plant { cache: Some(cache), ..plant(&stages) });
    near(found.answered as f64 / found.arrived as f64, hits_fixed_life(&chances, 60.0, 300.0), 0.01);
    assert!(found.stale_served > 0 && found.changes >= 7);
    let (size, delay) = batch(60.0, 100, 30.0);
    near(found.batched as f64 / found.batches as f64, size, 0.01);
    near(found.batch_delays / found.batched as f64, delay, 0.02);
}

#[test]
fn a_lognormal_has_the_percentiles_asked_for() {
    let service = Service::with_percentiles(2.0, 5.0);
    let mut random = Random::new(1);
    let mut drawn: Vec<f64> = (0..200_000).map(|_| service.draw(&mut random)).collect();
    drawn.sort_by(f64::total_cmp);
    near(nearest_rank(&drawn, 0.5).unwrap(), 2.0, 0.01);
    near(nearest_rank(&drawn, 0.95).unwrap(), 5.0, 0.02);
    near(drawn.iter().sum::<f64>() / 200_000.0, service.mean(), 0.01);
    assert_eq!(Service::with_percentiles(3.0, 1.0).draw(&mut random), 3.0);
}
