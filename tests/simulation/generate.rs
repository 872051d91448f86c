//! Random policies and traces, the same for the same seed.

use std::collections::BTreeMap;

use threat_studio::model::{
    Condition, Engine, MetricCondition, MetricInfo, MetricKind, Operator, Policy, PolicyId, Project, Reading,
    Rule, RuleId, Scope,
};
use threat_studio::simulation::random::Random;
use threat_studio::simulation::trace::{SeriesName, stale_marker};
use threat_studio::simulation::{Series, Trace};

/// How samples lie in time.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Spacing {
    /// On a grid of so many milliseconds, as promtool wants them.
    Even(i64),
    /// Anywhere, but on a grid of half seconds, as promtool can still hold them.
    HalfSeconds,
    /// Anywhere.
    Uneven,
}

pub(crate) struct Case {
    pub(crate) project: Project,
    pub(crate) trace: Trace,
    pub(crate) step_ms: i64,
}

const AGENTS: [(&str, &str); 3] = [("a1", "assistant"), ("a2", "processor"), ("a3", "robot")];

pub(crate) fn case(seed: u64, even: bool, engine: Engine) -> Case {
    spaced_case(seed, engine, |step_ms| if even { Spacing::Even(step_ms) } else { Spacing::Uneven })
}

/// A case whose samples lie at no fixed distance, and on no multiple of the evaluation's interval.
pub(crate) fn unaligned_case(seed: u64, engine: Engine) -> Case {
    let case = spaced_case(seed, engine, |_| Spacing::HalfSeconds);
    Case { step_ms: 500, ..case }
}

fn spaced_case(seed: u64, engine: Engine, spacing: impl Fn(i64) -> Spacing) -> Case {
    let mut random = Random::new(seed);
    let steps = [5_000, 10_000, 15_000, 30_000, 60_000];
    let step_ms = steps[random.below(steps.len())];
    let spacing = spacing(step_ms);
    let intervals = [15_000, 30_000, 45_000, 60_000];
    let interval_ms = intervals[random.below(intervals.len())];
    let length_ms = 35 * 60_000;
    let mut trace = Trace { name: format!("seed {seed}"), ..Trace::default() };
    for (metric, kind) in
        [("calls", MetricKind::Delta), ("grown_total", MetricKind::Counter), ("level", MetricKind::Gauge)]
    {
        for (agent, agent_type) in AGENTS {
            if random.chance(0.9) {
                let name = SeriesName {
                    metric: metric.to_owned(),
                    agent: agent.to_owned(),
                    labels: BTreeMap::from([("agent_type".to_owned(), agent_type.to_owned())]),
                };
                trace.series.push(series(&mut random, name, kind, spacing, step_ms, length_ms));
            }
        }
    }
    let mut project = Project::new("Random");
    let evaluation = &mut project.simulation.evaluation;
    evaluation.engine = engine;
    evaluation.interval_ms = interval_ms;
    evaluation.start_ms = Some(0);
    evaluation.end_ms = Some(length_ms + 7 * 60_000);
    if spacing == Spacing::Uneven {
        evaluation.lookback_ms = [60_000, 300_000][random.below(2)];
    }
    for (metric, kind) in
        [("calls", MetricKind::Delta), ("grown_total", MetricKind::Counter), ("level", MetricKind::Gauge)]
    {
        project.simulation.metrics.insert(metric.to_owned(), MetricInfo { kind, ..MetricInfo::default() });
    }
    let agent_types = match random.below(3) {
        0 => Vec::new(),
        1 => vec!["assistant".to_owned(), "processor".to_owned()],
        _ => vec!["assistant".to_owned()],
    };
    project.policies.insert(Policy {
        id: PolicyId(1),
        name: "Random".to_owned(),
        scope: Scope { agent_types, ..Scope::default() },
        rules: vec![Rule {
            id: RuleId(1),
            name: "Rule".to_owned(),
            conditions: (0..4).map(|_| condition(&mut random, step_ms)).collect(),
            ..Rule::default()
        }],
        ..Policy::default()
    });
    Case { project, trace, step_ms }
}

fn series(
    random: &mut Random,
    name: SeriesName,
    kind: MetricKind,
    spacing: Spacing,
    step_ms: i64,
    length_ms: i64,
) -> Series {
    let mut series = Series { name, ..Series::default() };
    let mut t = 0;
    let mut level: f64 = random.between(30.0, 70.0).round();
    let mut total = if random.chance(0.5) { 0.0 } else { random.between(0.0, 500.0).round() };
    let mut gap_until = -1;
    while t <= length_ms {
        let at = t;
        t += match spacing {
            Spacing::Even(step) => step,
            Spacing::HalfSeconds => 500 * (1 + random.below(2 * step_ms as usize / 500) as i64),
            Spacing::Uneven => 1 + random.below(2 * step_ms as usize) as i64,
        };
        if random.chance(0.01) {
            gap_until = at + random.below(600_000) as i64;
        }
        if at < gap_until || random.chance(0.03) {
            continue;
        }
        level = (level + 6.0 * random.normal() + (50.0 - level) * 0.05).clamp(0.0, 100.0);
        total += if random.chance(0.7) { random.below(12) as f64 } else { random.unit() };
        if random.chance(0.02) {
            total = random.below(4) as f64;
        }
        let value = match kind {
            MetricKind::Gauge => {
                (level * 4.0).round() / 4.0 + if random.chance(0.3) { random.unit() } else { 0.0 }
            }
            MetricKind::Counter => total,
            MetricKind::Delta => random.poisson(3.0) as f64 * if random.chance(0.2) { 0.1 } else { 1.0 },
        };
        let value = match random.below(250) {
            0 => stale_marker(),
            1 => f64::NAN,
            2 if kind == MetricKind::Gauge => f64::INFINITY,
            3 if kind == MetricKind::Gauge => f64::NEG_INFINITY,
            _ => value,
        };
        series.times.push(at);
        series.values.push(value);
    }
    series
}

fn condition(random: &mut Random, step_ms: i64) -> Condition {
    let durations = [0, 60_000, 90_000, 120_000, 300_000, 600_000];
    let duration_ms = durations[random.below(durations.len())];
    let window_ms = duration_ms.max(60_000);
    let samples = window_ms as f64 / step_ms as f64;
    let (metric, reading, duration_ms, value) = match random.below(8) {
        0 | 1 => ("level", Reading::For, duration_ms, random.between(30.0, 70.0)),
        2 => ("level", Reading::Any, window_ms, random.between(35.0, 65.0)),
        3 => ("level", Reading::Avg, window_ms, random.between(40.0, 60.0)),
        4 => ("calls", Reading::Sum, window_ms, 2.5 * samples * random.between(0.6, 1.3)),
        5 => ("grown_total", Reading::Increase, window_ms, 4.0 * samples * random.between(0.6, 1.3)),
        6 => ("grown_total", Reading::Rate, window_ms, 4e3 / step_ms as f64 * random.between(0.6, 1.3)),
        _ => ("calls", Reading::Absent, window_ms, 0.0),
    };
    let operators = match reading {
        Reading::For | Reading::Sum => Operator::ALL,
        _ => &[Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual],
    };
    // Round bounds are met exactly now and then; that is where dialects and rounding show.
    let value = if random.chance(0.6) { value.round() } else { (value * 8.0).round() / 8.0 };
    let holds = [0, 0, 60_000, 150_000];
    Condition::Metric(MetricCondition {
        metric: metric.to_owned(),
        operator: operators[random.below(operators.len())],
        value,
        duration_ms,
        reading: Some(reading),
        hold_for_ms: if reading == Reading::For { 0 } else { holds[random.below(holds.len())] },
        keep_firing_for_ms: holds[random.below(holds.len())],
        ..MetricCondition::default()
    })
}
