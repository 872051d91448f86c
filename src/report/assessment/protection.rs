//! What the security checks themselves cost.

use super::super::document::{Block, Callout, Chapter, Density, Figure, FigurePlace, Row, Table, Text, Tone};
use super::super::input::ChapterKey;
use super::super::page::FULL_WIDTH;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{dash, left, right};
use crate::picture::charts::{LatencyRow, latency_chart, latency_rows};
use crate::simulation::ProtectionRun;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Protection);
    if let Some(run) = draft.input.protection {
        chapter.lead = words::sentence(&run.verdict).into();
        measured(draft, run, &mut chapter.blocks);
    } else {
        chapter.lead = "Tiered checks are configured; they were not simulated for this report.".into();
        chapter.blocks.push(Block::Table(configured(draft)));
    }
    chapter
}

/// The tiers as they are written down.
fn configured(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = (1..)
        .zip(&draft.project.protection.tiers)
        .map(|(index, tier)| {
            Row::new(vec![
                index.to_string().into(),
                tier.checks.join(", ").replace('_', " ").into(),
                runs_when(&tier.triggers).into(),
                words::fine_percent(tier.share).into(),
                format!("{} ms", words::figure(tier.latency_target_ms)).into(),
            ])
        })
        .collect();
    Table {
        number,
        caption: "Tiers of checks as configured.".into(),
        columns: vec![
            left("Tier", 11.0),
            left("Checks", 62.0),
            left("Runs when", 57.0),
            right("Share of operations", 20.0),
            right("Target, p95", 20.0),
        ],
        rows,
        wide: true,
        rows_are: "tiers",
        ..Table::default()
    }
}

fn runs_when(triggers: &[String]) -> Text {
    if triggers.is_empty() { "every operation".into() } else { triggers.join(", ").replace('_', " ").into() }
}

fn milliseconds(value: Option<f64>) -> Text {
    value.map_or_else(dash, |value| words::figure(value).into())
}

fn measured(draft: &mut Draft<'_>, run: &ProtectionRun, blocks: &mut Vec<Block>) {
    let drawn: Vec<LatencyRow> = latency_rows(run).into_iter().filter(|row| row.p95.is_some()).collect();
    if drawn.is_empty() {
        let why = run
            .unstable
            .clone()
            .unwrap_or_else(|| "No operation reached any tier, so there is nothing to draw.".to_owned());
        blocks.push(Block::Paragraph(Text::new().absent(words::sentence(&why))));
    } else {
        let number = draft.figure();
        let chart = latency_chart(&drawn, 850.0, true);
        let told: Vec<String> = run
            .tiers
            .iter()
            .filter_map(|tier| {
                let verdict = if tier.met { "met" } else { "over target" };
                Some(format!(
                    "tier {} {} ms at the 95th percentile, {verdict}",
                    tier.number,
                    words::figure(tier.p95_ms?)
                ))
            })
            .collect();
        let cache = if draft.project.protection.caching.enabled { " with the cache on" } else { "" };
        blocks.push(Block::Figure(Box::new(Figure {
            number,
            caption: format!(
                "Time that the checks add to one operation, simulated at {} operations a second{cache}.",
                words::figure(run.arrivals_per_second)
            )
            .into(),
            picture: chart.scaled(FULL_WIDTH / chart.bounds.w.max(1.0)),
            alternative: format!("Latency of the checks: {}.", told.join("; ")),
            place: FigurePlace::Wide,
            ..Figure::default()
        })));
    }
    blocks.push(Block::Table(attainment(draft, run)));
    blocks.push(Block::Table(metrics(draft, run)));
    blocks.push(Block::Columns(vec![(1.0, cache(draft, run)), (1.0, resources(draft, run))]));
    if !run.plan.is_empty() {
        blocks.push(Block::Table(growth(draft, run)));
    }
    if !run.explanation.trim().is_empty() {
        let text = words::sentence(&run.explanation).into();
        blocks.push(beside("Reading", vec![Block::Callout(Callout { head: String::new(), text })]));
    }
    if !run.assumptions.is_empty() {
        let assumed: Vec<String> = run.assumptions.iter().map(|one| words::sentence(one)).collect();
        blocks.push(beside("Assumed", vec![Block::Paragraph(Text::new().quiet(assumed.join(" ")))]));
    }
}

fn attainment(draft: &mut Draft<'_>, run: &ProtectionRun) -> Table {
    let number = draft.table();
    let rows = run
        .tiers
        .iter()
        .map(|tier| {
            let over = tier.p95_ms.map(|p95| p95 - tier.target_ms);
            let verdict = match (tier.met, over) {
                (true, _) => Text::from("✓ met"),
                (false, Some(over)) => Text::new().strong(format!("missed by {} ms", words::figure(over))),
                (false, None) => Text::new().absent("not known"),
            };
            Row::new(vec![
                tier.number.to_string().into(),
                runs_when(&tier.triggers).into(),
                words::fine_percent(tier.share).into(),
                words::figure(tier.target_ms).into(),
                milliseconds(tier.p50_ms).into(),
                milliseconds(tier.p95_ms).into(),
                milliseconds(tier.p99_ms).into(),
                words::fine_percent(tier.within_target).into(),
                Text::new().plain("  ").and(verdict).into(),
            ])
        })
        .collect();
    Table {
        number,
        caption: format!(
            "Tiers: targets and attainment over {} operations, seed {}. An operation counts under the highest tier that it reaches.",
            words::thousands(run.operations as f64),
            run.seed
        )
        .into(),
        columns: vec![
            left("Tier", 11.0),
            left("Runs when", 50.0),
            right("Share of operations", 18.0),
            right("Target, p95 ms", 16.0),
            right("p50", 12.0),
            right("p95", 12.0),
            right("p99", 12.0),
            right("Within target", 15.0),
            left("  Verdict", 24.0),
        ],
        rows,
        wide: true,
        rows_are: "tiers",
        ..Table::default()
    }
}

/// The five metrics by which the checks are run, under the names that dashboards use.
fn metrics(draft: &mut Draft<'_>, run: &ProtectionRun) -> Table {
    let number = draft.table();
    let metrics = &run.metrics;
    let absent = |why: &str| Text::new().absent(why);
    let rate = |rate: Option<f64>| {
        rate.map_or_else(|| absent("no labelled run"), |rate| words::fine_percent(rate).into())
    };
    let latency = metrics
        .security_check_latency_ms
        .map_or_else(|| absent("not known"), |ms| format!("{} ms", words::figure(ms)).into());
    let usage =
        format!("{} and {} MB", words::fine_percent(metrics.cpu_share), words::figure(metrics.memory_mb));
    let rows = [
        ("security_check_latency", latency, "95th percentile from arrival to decision, all operations"),
        (
            "security_check_throughput",
            format!("{} a second", words::figure(metrics.security_check_throughput)).into(),
            "Operations decided",
        ),
        (
            "false_positive_rate",
            rate(metrics.false_positive_rate),
            "Evaluations outside attacks with an alarm",
        ),
        ("detection_rate", rate(metrics.detection_rate), "Labelled attacks in which an alarm was on"),
        ("resource_usage", usage.into(), "Processors and memory of the checks, at their fullest"),
    ]
    .into_iter()
    .map(|(name, value, means)| {
        Row::new(vec![
            Text::new().with(name, Tone::Code).into(),
            value.into(),
            Text::new().quiet(means).into(),
        ])
    })
    .collect();
    Table {
        number,
        caption: "The five metrics of the checks, under the names that telemetry gives them.".into(),
        columns: vec![left("Metric", 56.0), right("Measured", 32.0), left("What it says", 82.0)],
        rows,
        wide: true,
        rows_are: "metrics",
        ..Table::default()
    }
}

fn pairs(head: &str, rows: Vec<(&str, String)>) -> Vec<Block> {
    let rows = rows.into_iter().map(|(name, value)| Row::new(vec![name.into(), value.into()])).collect();
    let table = Table {
        columns: vec![left("", 48.0), right("", 34.0)],
        rows,
        density: Density::Facts,
        ..Table::default()
    };
    vec![Block::Section(head.to_owned()), Block::Table(table)]
}

fn cache(draft: &Draft<'_>, run: &ProtectionRun) -> Vec<Block> {
    let caching = &draft.project.protection.caching;
    if !caching.enabled {
        return pairs("Cache", vec![("Decisions reused", "no".to_owned())]);
    }
    let never = if caching.excluded_checks.is_empty() {
        "–".to_owned()
    } else {
        caching.excluded_checks.join(", ").replace('_', " ")
    };
    pairs(
        "Cache",
        vec![
            ("Operations answered by the cache alone", words::fine_percent(run.cache.hit_rate)),
            (
                "Time to live; entries",
                format!(
                    "{}; {}",
                    words::duration(caching.ttl_ms),
                    words::thousands(f64::from(caching.max_entries))
                ),
            ),
            ("Never reused", never),
            ("Old decisions served after a change, mean", words::figure(run.cache.stale_after_change)),
        ],
    )
}

fn resources(draft: &Draft<'_>, run: &ProtectionRun) -> Vec<Block> {
    let limits = &draft.project.protection.resources;
    let memory = run.memory.cache_mb + run.memory.queue_mb + run.memory.batch_mb;
    let cpu = format!("{} of {}", words::fine_percent(run.cpu_share), words::percent(limits.cpu_limit));
    let memory = format!("{} of {} MB", words::figure(memory), words::figure(run.memory.limit_mb));
    pairs(
        "Resources",
        vec![
            ("Processors, of the limit", cpu),
            ("Memory, of the limit", memory),
            ("Utilisation of the check workers", words::percent(run.utilisation)),
            (
                "Operations refused; given the first tier only",
                format!(
                    "{}; {}",
                    words::thousands(run.refused as f64),
                    words::thousands(run.degraded as f64)
                ),
            ),
            ("Events that a crash loses, mean", words::figure(run.batch.at_risk)),
        ],
    )
}

fn growth(draft: &mut Draft<'_>, run: &ProtectionRun) -> Table {
    let number = draft.table();
    let mut before = "";
    let rows = run
        .plan
        .iter()
        .map(|row| {
            let note = match row.note.as_str() {
                "" => "–",
                note if note == before => "the same",
                note => note,
            };
            before = &row.note;
            let p95: Vec<String> =
                row.p95_ms.iter().map(|value| value.map_or_else(|| "–".to_owned(), words::figure)).collect();
            Row::new(vec![
                words::thousands(f64::from(row.agents)).into(),
                words::figure(row.operations_per_second).into(),
                words::fine_percent(row.hit_rate).into(),
                row.workers
                    .map_or_else(
                        || Text::new().strong("none is enough"),
                        |workers| workers.to_string().into(),
                    )
                    .into(),
                p95.join(" · ").into(),
                words::percent(row.cache_fill).into(),
                note.into(),
            ])
        })
        .collect();
    Table {
        number,
        caption: "The fewest workers that meet every target, as the load grows.".into(),
        columns: vec![
            right("Agents", 14.0),
            right("Operations a second", 20.0),
            right("From cache", 16.0),
            right("Workers", 25.0),
            right("p95 by tier, ms", 30.0),
            right("Cache full", 13.0),
            left("In the way", 52.0),
        ],
        rows,
        wide: true,
        rows_are: "loads",
        ..Table::default()
    }
}
