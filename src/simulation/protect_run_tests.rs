//! The checks under load, by what theory and common sense say of them.

use super::Quiet;
use super::protect::{Operation, ProtectionRun, Workload};
use super::protect_run::protect;
use crate::model::{Load, Protection, Tier, TierFallback};

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
        assert_eq!((found.refused > 0, found.degraded > 0), (turned == "refused", turned == "tier 1 only"));
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
        &Workload { operations, operations_per_second: Some(20.0), skip_plan: true, ..Workload::default() },
    );
    assert!((faster.tiers[2].share - 0.1).abs() < 0.01 && (faster.arrivals_per_second - 20.0).abs() < 0.5);
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
    assert!(found.cache.limit == 19 && found.assumptions.iter().any(|said| said.contains("19 decisions")));
}
