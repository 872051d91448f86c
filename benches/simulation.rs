//! How long a trace of five million rows takes: `cargo bench --bench simulation`.
//!
//! The trace is the file that `BENCH_TRACE` names, otherwise one that is generated: 100 agents, 4 metrics, a sample
//! every 15 s. The baseline in the same run is what one would write first: the csv library, a map from names to columns,
//! one question. `BENCH_PEER` may name a command to run as a further one (`python trace_query.py polars trace.csv`).
//!
//! `twenty_rules_on_columns` and `baseline_promtool_twenty_rules` count samples: the same rules on samples that are loaded,
//! by us and by `promtool test rules`, where that is installed. With `taskset -c 0` both are samples per CPU second.

#![expect(clippy::expect_used, reason = "a bench without its data has nothing to measure")]

use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use divan::counter::ItemsCount;
use threat_studio::exchange::engines::Target;
use threat_studio::model::{
    Condition, Engine, Evaluation, MetricCondition, Operator, Policy, PolicyId, Project, Reading, Rule,
    RuleId,
};
use threat_studio::session::engines::{PolicyExport, export_policies, write_export};
use threat_studio::simulation::run::{Run, RunInput, run};
use threat_studio::simulation::threshold_study::{DRAWN_POINTS, Study, Wanted, study, usual_durations};
use threat_studio::simulation::{Label, Labels, Quiet, Trace, TraceOptions, trace};
use threat_studio::storage::file;

const METRICS: [(&str, f64, f64); 4] = [
    ("tool_calls_per_min", 20.0, 60.0),
    ("tokens_per_min", 4e3, 9e3),
    ("error_rate", 0.02, 0.1),
    ("egress_kb_per_s", 50.0, 200.0),
];

fn main() {
    divan::main();
}

fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("BENCH_TRACE") {
        Some(path) => path.into(),
        None => generated(),
    })
}

fn generated() -> PathBuf {
    let path = std::env::temp_dir().join("threat-studio-bench-trace.csv");
    let mut out = BufWriter::new(File::create(&path).expect("a file"));
    writeln!(out, "timestamp,agent,metric,value").expect("room");
    let mut state = 1_u64;
    for step in 0..12_500_i64 {
        for agent in 0..100 {
            for (metric, base, limit) in METRICS {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let noise = (state >> 40) as f64 / f64::from(1 << 24);
                let attacked = (step / 40 + i64::from(agent)) % 257 == 0;
                let value = base * (0.8 + 0.4 * noise) + if attacked { limit } else { 0.0 };
                let t = 1_767_225_600 + step * 15;
                writeln!(out, "{t},agent-{agent:03},{metric},{value:.4}").expect("room");
            }
        }
    }
    path
}

fn read() -> Trace {
    let reader = file::stream(path()).expect("the trace");
    trace::read(reader, "trace.csv", &TraceOptions::default()).expect("a trace").0
}

/// Twenty rules: five durations for each metric.
fn policies() -> Project {
    let mut project = Project::new("Bench");
    let mut policy = Policy { id: PolicyId(1), name: "Twenty".to_owned(), ..Policy::default() };
    for (number, (metric, _, limit)) in METRICS.into_iter().cycle().take(20).enumerate() {
        let condition = MetricCondition {
            metric: metric.to_owned(),
            operator: Operator::Less,
            value: limit,
            duration_ms: 60_000 * (1 + number as i64 / 4 * 2),
            ..MetricCondition::default()
        };
        let id = RuleId(number as u32 + 1);
        let conditions = vec![Condition::Metric(condition)];
        policy.rules.push(Rule { id, name: format!("Rule {id}"), conditions, ..Rule::default() });
    }
    project.policies.insert(policy);
    project
}

fn intervals(project: &Project, trace: &Trace) -> Run {
    run(project, &RunInput { chart_points: 0, ..RunInput::new(project, trace) }, &Quiet)
        .expect("nobody stops it")
}

/// From the file to the intervals of twenty rules.
#[divan::bench(sample_count = 5)]
fn file_to_twenty_rules() -> Run {
    let trace = read();
    intervals(&policies(), &trace)
}

/// The file alone.
#[divan::bench(sample_count = 5)]
fn file_to_columns() -> Trace {
    read()
}

/// The twenty rules alone, on a trace that is loaded.
#[divan::bench(sample_count = 20)]
fn twenty_rules_on_columns(bencher: divan::Bencher<'_, '_>) {
    let (trace, project) = (read(), policies());
    bencher.counter(ItemsCount::new(trace.samples())).bench_local(|| intervals(&project, &trace));
}

/// Baseline: the twenty rules as they are exported, tested by promtool on the first samples of the trace.
#[divan::bench(sample_count = 3)]
fn baseline_promtool_twenty_rules(bencher: divan::Bencher<'_, '_>) {
    let lines = BufReader::new(File::open(path()).expect("the trace")).lines().take(40_001);
    let text: String = lines.map(|line| line.expect("a line") + "\n").collect();
    let (trace, _) = trace::read(text.as_bytes(), "trace.csv", &TraceOptions::default()).expect("a trace");
    let wanted =
        PolicyExport { target: Target::PrometheusRules, policies: Vec::new(), dialect: Some(Engine::Prom3) };
    let exported = export_policies(&policies(), &wanted, Some((&trace, &Evaluation::default())));
    let folder = std::env::temp_dir().join("threat-studio-bench-rules");
    std::fs::create_dir_all(&folder).expect("a folder");
    let files = write_export(&exported, &folder).expect("the rules and their test");
    let test = files.iter().find(|file| file.to_string_lossy().contains("test")).expect("a test");
    bencher.counter(ItemsCount::new(trace.samples())).bench_local(|| {
        match Command::new("promtool").args(["test", "rules"]).arg(test).output() {
            Ok(judged) => assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr)),
            Err(_) => eprintln!("SKIPPED: promtool is not installed, so there is no baseline."),
        }
    });
}

/// Baseline: the csv library and one question, "above the bound for five minutes".
#[divan::bench(sample_count = 3)]
fn baseline_csv_library_one_rule() -> usize {
    let mut rows = csv::Reader::from_path(path()).expect("the trace");
    let mut columns: BTreeMap<(String, String), Vec<(String, f64)>> = BTreeMap::new();
    for row in rows.records() {
        let row = row.expect("a row");
        let value = row[3].parse().expect("a number");
        columns.entry((row[1].to_owned(), row[2].to_owned())).or_default().push((row[0].to_owned(), value));
    }
    let mut held = 0;
    for ((_, metric), samples) in &columns {
        let Some((_, _, limit)) = METRICS.into_iter().find(|known| known.0 == metric) else { continue };
        let long = samples.chunk_by(|a, b| (a.1 >= limit) == (b.1 >= limit));
        held += long.filter(|run| run[0].1 >= limit && run.len() > 20).count();
    }
    black_box(held)
}

/// The command that `BENCH_PEER` names, whole.
#[divan::bench(sample_count = 3)]
fn baseline_peer() {
    if let Ok(peer) = std::env::var("BENCH_PEER") {
        let status = Command::new("sh").args(["-c", &peer]).status().expect("the peer starts");
        assert!(status.success());
    }
}

/// One threshold moved on a loaded trace.
#[divan::bench(sample_count = 20)]
fn threshold_moved(bencher: divan::Bencher<'_, '_>) {
    let trace = read();
    let mut project = policies();
    if let Some(policy) = project.policies.get_mut(PolicyId(1)) {
        policy.rules.truncate(1);
    }
    bencher.bench_local(|| {
        if let Some(policy) = project.policies.get_mut(PolicyId(1))
            && let Some(Condition::Metric(metric)) = policy.rules[0].conditions.first_mut()
        {
            metric.value += 0.5;
        }
        intervals(&project, &trace)
    });
}

/// The attacks of the generated trace; of another, as many stretches of time.
fn labels(trace: &Trace) -> Labels {
    let (first, last) = trace.span().expect("samples");
    let count = (last - first) / 600_000;
    let windows = (0..count).flat_map(|step| {
        (0..100).filter(move |agent| (step + agent) % 257 == 0).map(move |agent| Label {
            agent: format!("agent-{agent:03}"),
            start_ms: first + step * 600_000,
            end_ms: first + step * 600_000 + 585_000,
            threat: String::new(),
        })
    });
    Labels { windows: windows.collect(), ..Labels::default() }
}

/// What Simulate, Thresholds asks: every usual duration, thresholds of each on the whole trace, chosen on a part of it and
/// tried on the rest, and ten phases.
#[divan::bench(sample_count = 3)]
fn thresholds_and_durations_studied(bencher: divan::Bencher<'_, '_>) {
    let (trace, project) = (read(), policies());
    let labels = labels(&trace);
    let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
    let wanted = Wanted {
        durations_ms: usual_durations(Reading::For).to_vec(),
        share: 0.6,
        phases: 10,
        most_points: DRAWN_POINTS,
    };
    bencher.bench_local(|| -> Study {
        study(&project, &input, "r0c0", &wanted, &Quiet).expect("nobody stops it")
    });
}
