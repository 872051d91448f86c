//! `protect FILE [--ops E | --rate N --agents N]`: what the security checks themselves cost.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::input::{Loaded, print_json_of};
use super::progress::Bar;
use super::sample::SampleOptions;
use super::{CliError, Exit, load, print_text};
use crate::model::Project;
use crate::simulation::protect::{ProtectionRun, ScaleRow, TierRun, Workload, protect};
use crate::simulation::run::run as simulate;
use crate::simulation::trace::TraceOptions;
use crate::simulation::{Quiet, events, words};
use crate::storage::file;

/// The arguments of `protect`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Operations of an event log: their triggers decide the tiers, their times the load
    #[arg(long, value_name = "FILE")]
    ops: Option<PathBuf>,
    /// Operations a second, of all agents together; the project's unless given
    #[arg(long, value_name = "N", value_parser = positive)]
    rate: Option<f64>,
    /// Agents at work; the project's unless given
    #[arg(long, value_name = "N")]
    agents: Option<u32>,
    /// Start of the random numbers; the project's unless given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A simulation with labels, named by these options, supplies detection rate and false-positive rate
    #[command(flatten)]
    sample: SampleOptions,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("wanted a number above 0".to_owned()),
    }
}

/// Simulates the checks and prints what they cost.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { project, losses, .. } = load(&arguments.file)?;
    if project.protection.tiers.is_empty() {
        return Err(CliError::file(&arguments.file, "there are no tiers of security checks in it"));
    }
    let mut workload = match &arguments.ops {
        Some(path) => workload_of(arguments, path)?,
        None => Workload::default(),
    };
    workload.operations_per_second = arguments.rate;
    workload.agents = arguments.agents;
    workload.seed = arguments.seed;
    workload.rates = rates(arguments, &project)?;
    let found = {
        let bar = Bar::new("Simulating the checks");
        protect(&project.protection, &workload, &bar)
            .map_err(|stopped| CliError::input(stopped.to_string()))?
    };
    if arguments.json {
        print_json_of(&as_json(&found), &losses)?;
    } else {
        print_text(&as_text(&found))?;
    }
    Ok(Exit::Done)
}

fn workload_of(arguments: &Arguments, path: &Path) -> Result<Workload, CliError> {
    let options = TraceOptions { skip_bad_lines: arguments.sample.skip_bad_lines, ..TraceOptions::default() };
    let reader = file::stream(path).map_err(|error| CliError::file(path, error))?;
    let log = events::read(reader, &path.display().to_string(), &options)
        .map_err(|error| CliError::input(error.to_string()))?;
    let workload = Workload::of_log(&log);
    if workload.operations.is_empty() {
        return Err(CliError::file(path, "there is no event of kind \"operation\" in it"));
    }
    Ok(workload)
}

/// Detection rate and false-positive rate.
type Rates = (Option<f64>, Option<f64>);

/// Detection rate by window and false-positive rate by evaluation, if a labelled trace is named.
fn rates(arguments: &Arguments, project: &Project) -> Result<Option<Rates>, CliError> {
    if !arguments.sample.names_files() {
        return Ok(None);
    }
    let Some(sample) = arguments.sample.read(project, &arguments.file)? else { return Ok(None) };
    let found = simulate(project, &sample.input(project), &Quiet)
        .map_err(|stopped| CliError::input(stopped.to_string()))?;
    Ok(found.scores.map(|scores| (scores.event.detection_rate, scores.point.false_positive_rate())))
}

fn as_json(found: &ProtectionRun) -> Value {
    json!({
        "verdict": found.verdict,
        "explanation": found.explanation,
        "meets_targets": found.meets_targets,
        "unstable": found.unstable,
        "seed": found.seed,
        "operations": found.operations,
        "warm_up": found.warm_up,
        "agents": found.agents,
        "arrivals_per_second": found.arrivals_per_second,
        "utilisation": found.utilisation,
        "mean_wait_ms": found.mean_wait_ms,
        "tiers": found.tiers.iter().map(tier_json).collect::<Vec<_>>(),
        "metrics": {
            "security_check_latency": found.metrics.security_check_latency_ms,
            "security_check_throughput": found.metrics.security_check_throughput,
            "false_positive_rate": found.metrics.false_positive_rate,
            "detection_rate": found.metrics.detection_rate,
            "resource_usage": {"cpu": found.metrics.cpu_share, "memory_mb": found.metrics.memory_mb},
        },
        "cache": {
            "hit_rate": found.cache.hit_rate, "entries": found.cache.entries, "limit": found.cache.limit,
            "evicted": found.cache.evicted, "stale_after_change": found.cache.stale_after_change,
            "longest_stale_ms": found.cache.longest_stale_ms,
        },
        "batch": {
            "size": found.batch.size, "flushes_per_second": found.batch.flushes_per_second,
            "delay_ms": found.batch.delay_ms, "at_risk": found.batch.at_risk, "at_risk_most": found.batch.at_risk_most,
        },
        "memory_mb": {
            "cache": found.memory.cache_mb, "queue": found.memory.queue_mb, "batch": found.memory.batch_mb,
            "limit": found.memory.limit_mb,
        },
        "degraded": found.degraded,
        "refused": found.refused,
        "plan": found.plan.iter().map(row_json).collect::<Vec<_>>(),
        "assumptions": found.assumptions,
    })
}

fn tier_json(tier: &TierRun) -> Value {
    json!({
        "tier": tier.number, "checks": tier.checks, "triggers": tier.triggers, "share": tier.share,
        "operations": tier.operations, "p50_ms": tier.p50_ms, "p95_ms": tier.p95_ms, "p99_ms": tier.p99_ms,
        "mean_error_ms": tier.mean_error_ms, "target_ms": tier.target_ms, "met": tier.met,
        "within_target": tier.within_target,
    })
}

fn row_json(row: &ScaleRow) -> Value {
    json!({
        "agents": row.agents, "operations_per_second": row.operations_per_second, "hit_rate": row.hit_rate,
        "workers": row.workers, "p95_ms": row.p95_ms, "cache_fill": row.cache_fill, "note": row.note,
    })
}

fn as_text(found: &ProtectionRun) -> String {
    let mut text = format!("{}.\n", found.verdict);
    // Writing to a String cannot fail.
    if !found.explanation.is_empty() {
        let _ = writeln!(text, "{}", found.explanation);
    }
    let _ = writeln!(
        text,
        "\n{} agents, {} operations a second; {} simulated, the first {} left out, seed {}",
        found.agents,
        rate(found.arrivals_per_second),
        words::number(found.operations as f64),
        words::number(found.warm_up as f64),
        found.seed
    );
    let _ = writeln!(text, "\nTier    Share     p50 ms     p95 ms     p99 ms  Target ms");
    for tier in &found.tiers {
        let _ = writeln!(
            text,
            "{:<4} {:>6.1} % {:>10} {:>10} {:>10} {:>10.1}  {}",
            tier.number,
            tier.share * 100.0,
            number(tier.p50_ms),
            number(tier.p95_ms),
            number(tier.p99_ms),
            tier.target_ms,
            match (tier.operations, tier.met) {
                (0, _) => "no operation came here",
                (_, true) => "meets it",
                (_, false) => "misses it",
            },
        );
    }
    let metrics = &found.metrics;
    let share = |rate: Option<f64>| {
        rate.map_or_else(
            || "none without a labelled trace".to_owned(),
            |rate| format!("{:.1} %", rate * 100.0),
        )
    };
    let _ = writeln!(
        text,
        "\nsecurity_check_latency     {} ms (95th percentile of all operations)",
        number(metrics.security_check_latency_ms)
    );
    let _ = writeln!(text, "security_check_throughput  {} a second", rate(metrics.security_check_throughput));
    let _ = writeln!(text, "false_positive_rate        {}", share(metrics.false_positive_rate));
    let _ = writeln!(text, "detection_rate             {}", share(metrics.detection_rate));
    let _ = writeln!(
        text,
        "resource_usage             {:.1} % of the processors, {:.1} MB",
        metrics.cpu_share * 100.0,
        metrics.memory_mb
    );
    let cache = &found.cache;
    let _ = writeln!(
        text,
        "\nCache: {:.0} % answered, {} of {} entries; {:.0} old decisions served after a change unless it is cleared",
        cache.hit_rate * 100.0,
        cache.entries,
        cache.limit,
        cache.stale_after_change
    );
    let batch = &found.batch;
    let _ = writeln!(
        text,
        "Telemetry: {:.0} events a batch, {:.1} s delay; a crash loses about {:.0} of them, {} at most",
        batch.size,
        batch.delay_ms / 1e3,
        batch.at_risk,
        batch.at_risk_most
    );
    plan_text(&mut text, &found.plan);
    text.push('\n');
    for assumed in &found.assumptions {
        let _ = writeln!(text, "{assumed}");
    }
    text
}

/// The fewest workers by number of agents. What is said of every row is said once below.
fn plan_text(text: &mut String, plan: &[ScaleRow]) {
    if plan.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "\nFewest workers that meet every target:\nAgents    Ops/s   Hits  Workers  p95 ms by tier"
    );
    let common =
        plan.first().map(|row| row.note.as_str()).filter(|note| plan.iter().all(|row| row.note == *note));
    for row in plan {
        let p95: Vec<String> = row.p95_ms.iter().map(|p95| format!("{:>8}", number(*p95))).collect();
        let workers = row.workers.map_or_else(|| "none".to_owned(), |workers| workers.to_string());
        let line = format!(
            "{:<6} {:>8.0} {:>4.0} % {workers:>8} {}  {}",
            row.agents,
            row.operations_per_second,
            row.hit_rate * 100.0,
            p95.concat(),
            if common.is_some() { "" } else { row.note.as_str() }
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if let Some(note) = common.filter(|note| !note.is_empty()) {
        let _ = writeln!(text, "{note}");
    }
}

fn rate(per_second: f64) -> String {
    if per_second < 1.0 { format!("{per_second:.3}") } else { format!("{per_second:.1}") }
}

fn number(ms: Option<f64>) -> String {
    ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}"))
}
