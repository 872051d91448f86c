//! A real Prometheus server as the judge: it gets the samples, evaluates the exported expressions, and hands its samples
//! back; both ways must give our intervals.
//!
//! Needs `prometheus` and `promtool` (Debian: package `prometheus`); without them the tests say so and judge nothing.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use threat_studio::model::{
    AgentInstance, Condition, Engine, MetricCondition, Operator, Policy, PolicyId, Project, Rule, RuleId,
};
use threat_studio::session::prometheus::{LiveError, LiveInput, LiveSource, fetch, now_ms, simulate_there};
use threat_studio::simulation::run::{LoopMode, RunInput, run};
use threat_studio::simulation::trace::is_stale;
use threat_studio::simulation::{Progress, Quiet, Run, Trace};
use threat_studio::storage::web::{Ask, ask};

use crate::generate::{Case, case};

/// 21 January 2025, midnight.
const BEGIN_MS: i64 = 1_737_417_600_000;

const CASES: u64 = 40;

/// A server that ends with the test.
struct Server {
    process: Child,
    base: String,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

fn is_installed() -> bool {
    let there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    let both = there("prometheus") && there("promtool");
    if !both {
        eprintln!("SKIPPED: prometheus is not installed, so no server has judged the simulator.");
    }
    both
}

/// Starts a server that holds those samples; none where Prometheus is not installed.
fn server(samples: &str) -> Option<Server> {
    if !is_installed() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("samples.txt"), samples).unwrap();
    fill(&folder.path().join("samples.txt"), &folder.path().join("data"));
    Some(started(folder, "global: {}\n"))
}

/// Starts a server with what is in that folder.
fn started(folder: tempfile::TempDir, settings: &str) -> Server {
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("prometheus.yml"), settings).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let process = Command::new("prometheus")
        .arg(format!("--config.file={}", at("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", at("data").display()))
        .args(["--storage.tsdb.retention.time=100y", "--log.level=error"])
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server { process, base: format!("http://{address}"), _folder: folder };
    let ready =
        Ask { url: format!("{}/-/ready", server.base), form: Vec::new(), timeout: Duration::from_secs(5) };
    for _ in 0..600 {
        if ask(&ready, &|| true).is_ok_and(|answer| answer.status == 200) {
            return server;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the server did not get ready");
}

fn fill(samples: &Path, data: &Path) {
    let filled = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"])
        .args([samples, data])
        .output()
        .unwrap();
    assert!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stderr));
}

/// A case of its own metrics, at a time that servers accept, without markers, which text cannot carry.
fn placed_case(number: u64) -> Case {
    let mut case = case(5_000 + number, number.is_multiple_of(3), Engine::Prom2);
    let own = |metric: &str| format!("{metric}_{number}");
    for series in &mut case.trace.series {
        series.name.metric = own(&series.name.metric);
        let kept: Vec<(i64, f64)> = series
            .times
            .iter()
            .zip(&series.values)
            .filter(|(_, value)| !is_stale(**value))
            .map(|(t, value)| (t + BEGIN_MS, *value))
            .collect();
        (series.times, series.values) = kept.into_iter().unzip();
    }
    let simulation = &mut case.project.simulation;
    simulation.metrics =
        simulation.metrics.iter().map(|(metric, info)| (own(metric), info.clone())).collect();
    simulation.agents = [("a1", "assistant"), ("a2", "processor"), ("a3", "robot")]
        .map(|(name, kind)| AgentInstance {
            name: name.to_owned(),
            agent_type: kind.to_owned(),
            ..AgentInstance::default()
        })
        .to_vec();
    let evaluation = &mut simulation.evaluation;
    evaluation.lookback_ms = 300_000;
    // Off the grid of the samples, and off whole seconds.
    let shift = BEGIN_MS + if number.is_multiple_of(2) { 137 } else { 0 };
    evaluation.start_ms = evaluation.start_ms.map(|t| t + shift);
    evaluation.end_ms = evaluation.end_ms.map(|t| t + shift);
    let policy = case.project.policies.get_mut(PolicyId(1)).unwrap();
    for condition in policy.rules.iter_mut().flat_map(|rule| &mut rule.conditions) {
        if let Condition::Metric(condition) = condition {
            condition.metric = own(&condition.metric);
        }
    }
    case
}

fn openmetrics(cases: &[Case]) -> String {
    let mut text = String::new();
    for series in cases.iter().flat_map(|case| &case.trace.series) {
        let name = &series.name;
        for (t, value) in series.times.iter().zip(&series.values) {
            let value = if value.is_infinite() {
                if *value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
            } else {
                value.to_string()
            };
            let labels = format!("agent=\"{}\",agent_type=\"{}\"", name.agent, name.labels["agent_type"]);
            let _ = writeln!(text, "{}{{{labels}}} {value} {}.{:03}", name.metric, t / 1000, t % 1000);
        }
    }
    text.push_str("# EOF\n");
    text
}

fn input(project: &Project) -> LiveInput<'_> {
    LiveInput {
        policies: Vec::new(),
        events: None,
        labels: None,
        evaluation: project.simulation.evaluation.clone(),
        mode: LoopMode::Open,
    }
}

fn here(project: &Project, trace: &Trace) -> Run {
    run(project, &RunInput::new(project, trace), &Quiet).unwrap()
}

/// Every interval of a run, one a line.
fn intervals(run: &Run) -> Vec<String> {
    let mut lines = Vec::new();
    for condition in &run.conditions {
        for series in &condition.series {
            let states = series.pending.iter().map(|i| ("pending", i));
            for (state, interval) in states.chain(series.firing.iter().map(|i| ("firing", i))) {
                lines.push(format!("{} {} {state} {interval:?}", condition.id, series.agent));
            }
        }
    }
    lines
}

/// What a server finds when it looks in on something that is measured: one agent's heat, which is now too high, now not
/// measured at all.
struct Measured {
    address: SocketAddr,
    is_hot: Arc<AtomicBool>,
    looks: Arc<AtomicUsize>,
}

impl Measured {
    fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (is_hot, looks) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
        let measured = Self { address: listener.local_addr().unwrap(), is_hot, looks };
        let (is_hot, looks) = (Arc::clone(&measured.is_hot), Arc::clone(&measured.looks));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let _request = stream.read(&mut [0; 4096]);
                let heat = if is_hot.load(Ordering::SeqCst) { "heat{agent=\"a1\"} 9\n" } else { "" };
                let text = format!("{heat}heat{{agent=\"a2\"}} 1\n");
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n";
                let _written = write!(stream, "{head}Content-Length: {}\r\n\r\n{text}", text.len());
                looks.fetch_add(1, Ordering::SeqCst);
            }
        });
        measured
    }

    /// Waits until the server has looked in so many times more.
    fn wait(&self, looks: usize) {
        let wanted = self.looks.load(Ordering::SeqCst) + looks;
        for _ in 0..3_000 {
            if self.looks.load(Ordering::SeqCst) >= wanted {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not look in");
    }
}

/// Raw samples come without the markers that a server keeps where a series ends for now; they are inferred from what it
/// evaluates.
#[test]
fn what_falls_silent_ends_here_when_it_ends_there() {
    if !is_installed() {
        return;
    }
    let measured = Measured::begin();
    let settings = format!(
        "global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\nscrape_configs:\n- job_name: agents\n  static_configs: [{{targets: ['{}']}}]\n",
        measured.address
    );
    let begin = now_ms();
    let server = started(tempfile::tempdir().unwrap(), &settings);
    for hot in [true, false, true, false] {
        measured.is_hot.store(hot, Ordering::SeqCst);
        measured.wait(8);
    }
    let end = now_ms() - 200;
    let mut project = Project::new("Heat");
    let mut policy = Policy { id: PolicyId(1), name: "Cool".to_owned(), ..Policy::default() };
    let cool = MetricCondition {
        metric: "heat".to_owned(),
        operator: Operator::Less,
        value: 5.0,
        duration_ms: 300,
        ..MetricCondition::default()
    };
    let conditions = vec![Condition::Metric(cool)];
    policy.rules.push(Rule { id: RuleId(1), name: "Cool".to_owned(), conditions, ..Rule::default() });
    project.policies.insert(policy);
    let evaluation = &mut project.simulation.evaluation;
    evaluation.interval_ms = 100;
    evaluation.lookback_ms = 300_000;
    (evaluation.start_ms, evaluation.end_ms) = (Some(begin), Some(end));
    let evaluation = evaluation.clone();
    let (_, _, there) = simulate_there(&project, &server.base, &input(&project), &Quiet).unwrap();
    let (trace, report) = fetch(&project, &server.base, &[], &evaluation, &Quiet).unwrap();
    let fired = |run: &Run| intervals(run).iter().filter(|line| line.contains("a1 firing")).count();
    assert_eq!(fired(&there), 2, "{:#?}", intervals(&there));
    project.simulation.evaluation.engine = there.grid.engine;
    assert_eq!(intervals(&here(&project, &trace)), intervals(&there), "{report:?}");
    let markers = trace.series.iter().flat_map(|series| &series.values).filter(|value| is_stale(**value));
    assert_eq!(markers.count(), 2, "{report:?}");
}

#[test]
fn a_server_evaluates_and_hands_out_samples_as_the_simulator_does() {
    let cases: Vec<Case> = (0..CASES).map(placed_case).collect();
    let Some(server) = server(&openmetrics(&cases)) else { return };
    let mut compared = 0;
    for (number, case) in cases.iter().enumerate() {
        let expected = here(&case.project, &case.trace);
        compared += intervals(&expected).len();
        let (_, _, there) =
            simulate_there(&case.project, &server.base, &input(&case.project), &Quiet).unwrap();
        assert_eq!(
            intervals(&there),
            intervals(&expected),
            "case {number}, evaluated there: {:#?}",
            case.project.policies
        );
        assert_eq!(there.grid, expected.grid, "case {number}");
        let evaluation = &case.project.simulation.evaluation;
        let (fetched, _) = fetch(&case.project, &server.base, &[], evaluation, &Quiet).unwrap();
        for series in &fetched.series {
            let own = case.trace.series.iter().find(|own| own.name == series.name).unwrap();
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(series.times, own.times, "case {number}, {:?}", series.name);
            assert_eq!(bits(&series.values), bits(&own.values), "case {number}, {:?}", series.name);
        }
        assert_eq!(intervals(&here(&case.project, &fetched)), intervals(&expected), "case {number}, fetched");
    }
    assert!(compared > 200, "too little happens to judge: {compared} intervals");
    long_ranges_come_in_pages(&server, &cases[1]);
    what_is_wrong_is_said(&server, &cases[0]);
}

/// More evaluations than Prometheus answers in one query.
fn long_ranges_come_in_pages(server: &Server, case: &Case) {
    let mut project = case.project.clone();
    project.simulation.evaluation.interval_ms = 200;
    let expected = here(&project, &case.trace);
    assert!(expected.grid.evaluations() > 11_000);
    let (_, _, there) = simulate_there(&project, &server.base, &input(&project), &Quiet).unwrap();
    assert_eq!(intervals(&there), intervals(&expected));
}

fn what_is_wrong_is_said(server: &Server, case: &Case) {
    let check = |project: &Project, base: &str, expected: &str| {
        let evaluation = &project.simulation.evaluation;
        let fetched = fetch(project, base, &[], evaluation, &Quiet).unwrap_err().to_string();
        let there = simulate_there(project, base, &input(project), &Quiet).unwrap_err().to_string();
        for said in [fetched, there] {
            assert!(said.contains(expected), "{said}");
        }
    };
    check(&case.project, "http://127.0.0.1:9", "refused the connection");
    let mut early = case.project.clone();
    (early.simulation.evaluation.start_ms, early.simulation.evaluation.end_ms) = (Some(0), Some(3_600_000));
    check(&early, &server.base, "has no sample of");
    // Prometheus says itself what it does not like.
    let mut endless = case.project.clone();
    endless.simulation.evaluation.lookback_ms = 300_000;
    check(&endless, &format!("{}/nowhere", server.base), "404");
    let stopped = fetch(&case.project, &server.base, &[], &case.project.simulation.evaluation, &Never);
    assert_eq!(stopped, Err(LiveError::Stopped));
}

struct Never;

impl Progress for Never {
    fn step(&self, _done: f32) -> bool {
        false
    }
}

#[test]
fn addresses_of_servers_are_read_and_written() {
    for (text, expected) in [
        ("http://host:9090", Ok("http://host:9090/?last=1h")),
        (
            "https://host/prometheus/?last=90m&evaluate=there",
            Ok("https://host/prometheus/?last=1h30m&evaluate=there"),
        ),
        (
            "http://h/api/v1?start=1737417600&end=2025-01-21T01:00:00Z",
            Ok("http://h/?start=2025-01-21T00:00:00Z&end=2025-01-21T01:00:00Z"),
        ),
        ("http://", Err("names no host")),
        ("host:9090", Err("no address")),
        ("http://h?start=5", Err("both")),
        ("http://h?start=5&end=4", Err("before the start")),
        ("http://h?step=5", Err("not understood")),
    ] {
        match (LiveSource::parse(text), expected) {
            (Ok(source), Ok(expected)) => {
                assert_eq!(source.to_string(), expected);
                assert_eq!(LiveSource::parse(expected), Ok(source));
            }
            (Err(said), Err(part)) => assert!(said.contains(part), "{said}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}
