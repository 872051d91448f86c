//! The outcome of the checks in words: what misses its target, why, and what would mend it.

use super::check_station::Outcome;
use super::protect::{ProtectionRun, ScaleRow, TierRun};
use super::protect_run::cpu_needed;
use super::protect_setting::Setting;
use crate::model::TierFallback;

/// The outcome in a sentence, and what lies behind it.
pub(super) fn verdict(setting: &Setting<'_>, run: &ProtectionRun, outcome: &Outcome) -> (String, String) {
    let workers = setting.protection.resources.workers.max(1);
    let who = if workers == 1 { "the worker is".to_owned() } else { format!("{workers} workers are") };
    let busy = format!("{:.0} % busy", run.utilisation * 100.0);
    if setting.protection.tiers.is_empty() {
        return (
            "No tier of checks is defined".to_owned(),
            "Add a tier, and name its checks and its target.".to_owned(),
        );
    }
    if let Some(unstable) = &run.unstable {
        let needed = cpu_needed(outcome);
        let why = format!(
            "The checks need {needed:.2} processors; {who} there, with {:.2} processors allowed.{}",
            setting.cpu(),
            turned_away(setting.protection.degradation.fallback, run),
        );
        return (unstable.clone(), why.replace("worker is there", "one worker is there"));
    }
    let missed: Vec<&TierRun> = run.tiers.iter().filter(|tier| !tier.met && tier.operations > 0).collect();
    if missed.is_empty() {
        let verdict = format!("Every tier meets its target while {who} {busy}");
        return (
            verdict,
            format!(
                "{}{}",
                dominating(run, outcome),
                turned_away(setting.protection.degradation.fallback, run)
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
    (verdict, format!("{}{}", why.trim(), turned_away(setting.protection.degradation.fallback, run)))
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

pub(super) fn milliseconds(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}
