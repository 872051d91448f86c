//! Prometheus as the judge: `promtool test rules` runs the same policies on the same samples and must see our intervals.
//!
//! Needs promtool 2.x (Debian: package `prometheus`); without it the test says so and judges nothing.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use threat_studio::model::{Condition, Engine, MetricCondition, Operator, Reading};
use threat_studio::simulation::run::{RunInput, run};
use threat_studio::simulation::trace::is_stale;
use threat_studio::simulation::{Quiet, Run, Series};

use crate::generate::{Case, case, unaligned_case};

const CASES: u64 = 320;

/// promtool runs so many at the same time.
const AT_ONCE: usize = 2;

fn expression(condition: &MetricCondition, agent_types: &[String]) -> String {
    let metric = &condition.metric;
    let matcher = if agent_types.is_empty() {
        String::new()
    } else {
        format!("{{agent_type=~\"{}\"}}", agent_types.join("|"))
    };
    let window = format!("{metric}{matcher}[{}s]", condition.duration_ms / 1000);
    let sign = condition.operator.violation().label();
    let bound = condition.value;
    match condition.reading.expect("generated with one") {
        Reading::For => format!("{metric}{matcher} {sign} {bound}"),
        Reading::Increase => format!("increase({window}) {sign} {bound}"),
        Reading::Rate => format!("rate({window}) {sign} {bound}"),
        Reading::Sum => format!("sum_over_time({window}) {sign} {bound}"),
        Reading::Avg => format!("avg_over_time({window}) {sign} {bound}"),
        Reading::Any => {
            let most = matches!(condition.operator, Operator::Less | Operator::LessOrEqual);
            format!("{}_over_time({window}) {sign} {bound}", if most { "max" } else { "min" })
        }
        Reading::Absent => unreachable!("judged apart"),
    }
}

fn seconds(ms: i64) -> String {
    if ms % 1000 == 0 { format!("{}s", ms / 1000) } else { format!("{ms}ms") }
}

/// The values of a series on the grid of its step, in promtool's notation.
fn values(series: &Series, step_ms: i64) -> String {
    let mut text = String::new();
    let mut next = 0;
    for (t, value) in series.times.iter().zip(&series.values) {
        if next < *t {
            let _ = write!(text, "_x{} ", (*t - next) / step_ms);
        }
        next = *t + step_ms;
        let _ = match *value {
            value if is_stale(value) => write!(text, "stale "),
            value if value.is_infinite() => write!(text, "{}Inf ", if value < 0.0 { "-" } else { "" }),
            value => write!(text, "{value} "),
        };
    }
    text
}

fn rules(case: &Case) -> String {
    let policy = case.project.policies.iter().next().unwrap();
    let interval = seconds(case.project.simulation.evaluation.interval_ms);
    let mut text = format!("groups:\n- name: policy\n  interval: {interval}\n  rules:\n");
    for (index, condition) in policy.rules[0].conditions.iter().enumerate() {
        let Condition::Metric(condition) = condition else { continue };
        let hold = if condition.reading == Some(Reading::For) {
            condition.duration_ms
        } else {
            condition.hold_for_ms
        };
        if condition.reading == Some(Reading::Absent) {
            // The full set of labels must be named, so there is one rule an agent.
            for series in case.trace.of_metric(&condition.metric) {
                let (agent, kind) = (&series.name.agent, &series.name.labels["agent_type"]);
                let names = format!("{}{{agent=\"{agent}\",agent_type=\"{kind}\"}}", condition.metric);
                let expr = format!("absent_over_time({names}[{}])", seconds(condition.duration_ms));
                let types = &policy.scope.agent_types;
                if types.is_empty() || types.contains(kind) {
                    write_rule(&mut text, index, &expr, hold, condition.keep_firing_for_ms);
                }
            }
        } else {
            let expr = expression(condition, &policy.scope.agent_types);
            write_rule(&mut text, index, &expr, hold, condition.keep_firing_for_ms);
        }
    }
    text
}

fn write_rule(text: &mut String, index: usize, expr: &str, hold: i64, keep: i64) {
    let _ = write!(text, "  - alert: r0c{index}\n    expr: '{expr}'\n    for: {}\n", seconds(hold));
    if keep > 0 {
        let _ = writeln!(text, "    keep_firing_for: {}", seconds(keep));
    }
}

fn test_file(number: u64, case: &Case, run: &Run) -> String {
    let mut text = format!(
        "rule_files: [rules-{number}.yml]\nevaluation_interval: {}\ntests:\n- interval: {}\n  input_series:\n",
        seconds(run.grid.interval_ms),
        seconds(case.step_ms)
    );
    for series in &case.trace.series {
        let name = &series.name;
        let labels = format!("agent=\"{}\",agent_type=\"{}\"", name.agent, name.labels["agent_type"]);
        let values = values(series, case.step_ms);
        let _ = write!(text, "  - series: '{}{{{labels}}}'\n    values: '{values}'\n", name.metric);
    }
    text.push_str("  promql_expr_test:\n");
    for index in 0..run.grid.evaluations() {
        let t = run.grid.at(index);
        let _ = write!(text, "  - expr: ALERTS\n    eval_time: {}\n    exp_samples:\n", seconds(t));
        for condition in &run.conditions {
            for series in &condition.series {
                for (state, list) in [("pending", &series.pending), ("firing", &series.firing)] {
                    if list.iter().any(|interval| interval.touches(t, t)) {
                        let of_agent = case.trace.of_metric(&condition.metric).iter();
                        let kind = &of_agent
                            .clone()
                            .find(|s| s.name.agent == series.agent)
                            .unwrap()
                            .name
                            .labels["agent_type"];
                        let _ = write!(
                            text,
                            "    - labels: 'ALERTS{{alertname=\"{}\",alertstate=\"{state}\",agent=\"{}\",agent_type=\"{kind}\"}}'\n      value: 1\n",
                            condition.id, series.agent
                        );
                    }
                }
            }
        }
    }
    text
}

/// promtool of the 2.x line, which our dialect prom2 stands for.
fn promtool_is_there() -> bool {
    let answer = Command::new("promtool").arg("--version").output();
    answer.is_ok_and(|out| {
        let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        said.contains("version 2.4")
    })
}

#[test]
fn prometheus_sees_the_same_intervals() {
    if !promtool_is_there() {
        eprintln!("SKIPPED: promtool 2.4x is not installed, so Prometheus has not judged the simulator.");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let (mut firing, mut pending) = (0, 0);
    for number in 0..CASES {
        let case = if number % 2 == 0 {
            case(1_000 + number, true, Engine::Prom2)
        } else {
            unaligned_case(1_000 + number, Engine::Prom2)
        };
        let input = RunInput::new(&case.project, &case.trace);
        let mut found = run(&case.project, &input, &Quiet).unwrap();
        // An agent without any series of a metric is nobody to Prometheus; there is no rule to judge.
        for condition in &mut found.conditions {
            let of_metric = case.trace.of_metric(&condition.metric);
            condition.series.retain(|series| of_metric.iter().any(|s| s.name.agent == series.agent));
        }
        for series in found.conditions.iter().flat_map(|condition| &condition.series) {
            firing += series.firing.len();
            pending += series.pending.len();
        }
        let tests = folder.path().join(format!("test-{number}.yml"));
        std::fs::write(folder.path().join(format!("rules-{number}.yml")), rules(&case)).unwrap();
        std::fs::write(&tests, test_file(number, &case, &found)).unwrap();
        files.push(tests);
    }
    assert!(firing > 300 && pending > 300, "too little happens to judge: {firing} firing, {pending} pending");
    let judging = files.chunks(files.len().div_ceil(AT_ONCE)).map(|files| {
        let mut promtool = Command::new("promtool");
        promtool.args(["test", "rules"]).args(files).stdout(Stdio::piped()).stderr(Stdio::piped());
        promtool.spawn().unwrap()
    });
    let judging: Vec<_> = judging.collect();
    let (mut said, mut all_well) = (String::new(), true);
    for promtool in judging {
        let judged = promtool.wait_with_output().unwrap();
        all_well &= judged.status.success();
        said.push_str(&String::from_utf8_lossy(&judged.stdout));
        said.push_str(&String::from_utf8_lossy(&judged.stderr));
    }
    let successes = said.matches("SUCCESS").count() as u64;
    if !all_well || successes != CASES {
        let kept = folder.keep();
        let first: String = said.split("FAILED").nth(1).unwrap_or(&said).chars().take(1_500).collect();
        panic!("promtool agrees on {successes} of {CASES} (files in {}):\n{first}", kept.display());
    }
}
