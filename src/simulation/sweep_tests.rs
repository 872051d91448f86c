//! Sweeps against runs: every point is what a run with that bound gives.

use super::super::random::Random;
use super::super::tests::{metric, read as read_trace, sample_project};
use super::super::{Labels, Quiet};
use super::*;
use crate::model::{Condition, PolicyId};

fn setting(seed: u64, operator: Operator, hold_minutes: i64) -> (Project, super::super::Trace, Labels) {
    let mut random = Random::new(seed);
    let mut project = sample_project();
    let mut condition = metric("load", 60.0, hold_minutes);
    if let Condition::Metric(metric) = &mut condition {
        metric.operator = operator;
    }
    project.policies.get_mut(PolicyId(1)).unwrap().rules[0].conditions = vec![condition];
    let mut csv = "timestamp,metric,agent,value\n".to_owned();
    for agent in ["a1", "a2"] {
        for minute in 0..400 {
            if random.chance(0.9) {
                let lift = if (100..130).contains(&(minute % 200)) { 15.0 } else { 0.0 };
                let value = (50.0 + lift + 12.0 * random.normal()).round();
                csv = format!("{csv}{},load,{agent},{value}\n", minute * 60);
            }
        }
    }
    let label = |agent: &str, from: i64, to: i64| Label {
        agent: agent.to_owned(),
        start_ms: from * 1000,
        end_ms: to * 1000,
        threat: String::new(),
    };
    let windows = vec![
        label("a1", 6_000, 7_800),
        label("a2", 6_010, 7_000),
        label("*", 18_000, 19_800),
        label("a1", 22_222, 22_230),
    ];
    (project, read_trace(&csv), Labels { windows, ..Labels::default() })
}

#[test]
fn the_exact_sweep_equals_simulating_every_threshold() {
    for (seed, operator) in (0..8).zip(
        [Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual]
            .into_iter()
            .cycle(),
    ) {
        let (mut project, trace, labels) = setting(seed, operator, 0);
        let mut input = RunInput::new(&project, &trace);
        input.labels = Some(&labels);
        input.evaluation.grace_ms = if seed % 2 == 0 { 90_000 } else { 0 };
        input.ignore_before_ms = (seed > 5).then_some(6_500_000);
        let swept = sweep(&project, &input, "r0c0", &Quiet).unwrap();
        assert!(swept.exact && swept.points.len() > 40, "{}", swept.points.len());
        for point in &swept.points {
            let rules = &mut project.policies.get_mut(PolicyId(1)).unwrap().rules;
            let Condition::Metric(metric) = &mut rules[0].conditions[0] else { unreachable!() };
            metric.value = point.threshold;
            let scores = super::super::run::run(&project, &input, &Quiet).unwrap().scores.unwrap();
            let run = (scores.event.detected, scores.event.false_alarms, scores.point);
            assert_eq!(
                (point.detected, point.false_alarms, point.point),
                run,
                "{operator} {}",
                point.threshold
            );
        }
    }
}

#[test]
fn the_area_is_that_under_the_curve_of_points() {
    let (project, trace, labels) = setting(3, Operator::Less, 0);
    let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
    let swept = sweep(&project, &input, "r0c0", &Quiet).unwrap();
    let rates = |point: &SweepPoint| {
        (point.point.false_positive_rate().unwrap(), point.point.detection_rate().unwrap())
    };
    let mut curve = vec![(0.0, 0.0)];
    curve.extend(swept.points.iter().map(rates));
    curve.push((1.0, 1.0));
    let area: f64 = curve.windows(2).map(|p| (p[1].0 - p[0].0) * (p[0].1 + p[1].1) / 2.0).sum();
    assert!((swept.area.unwrap() - area).abs() < 1e-12, "{area} {:?}", swept.area);
    assert!(area > 0.7, "{area}");
    let suggested = swept.suggest(5.0).unwrap();
    assert!(suggested.false_alarms_per_agent_day.unwrap() <= 5.0);
}

#[test]
fn the_choices_are_what_budgets_suggest() {
    for (seed, hold) in [(1, 0), (2, 3), (3, 0), (4, 1)] {
        let (project, trace, labels) = setting(seed, Operator::Less, hold);
        let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
        let swept = sweep(&project, &input, "r0c0", &Quiet).unwrap();
        let choices = swept.choices();
        assert!(!choices.is_empty() && choices.iter().all(|choice| !swept.is_state(choice)));
        let rate = |point: &SweepPoint| point.false_alarms_per_agent_day.unwrap();
        for budget in (0..400).map(|step| f64::from(step) * 0.5) {
            let suggested = swept.suggest(budget).filter(|point| point.detected > 0);
            let chosen = choices.iter().rev().find(|choice| rate(choice) <= budget).copied();
            assert_eq!(chosen, suggested, "seed {seed}, budget {budget}");
        }
        let bounds: Vec<f64> = choices.iter().map(|choice| choice.threshold).collect();
        assert_eq!(outcomes(&project, &input, "r0c0", &bounds, &Quiet).unwrap(), choices);
    }
}

#[test]
fn a_grid_equals_simulating_every_threshold() {
    for (seed, reading) in (20..).zip([Reading::For, Reading::Any, Reading::Avg, Reading::Increase]) {
        for operator in [Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual] {
            let (mut project, trace, labels) = setting(seed, operator, 3);
            let mut set = |change: &dyn Fn(&mut MetricCondition)| {
                let rules = &mut project.policies.get_mut(PolicyId(1)).unwrap().rules;
                let Condition::Metric(metric) = &mut rules[0].conditions[0] else { unreachable!() };
                change(metric);
                project.clone()
            };
            let project = set(&|metric| {
                metric.reading = Some(reading);
                metric.keep_firing_for_ms = if seed % 2 == 0 { 120_000 } else { 0 };
            });
            let mut input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
            input.evaluation.interval_ms = 45_000;
            let swept = sweep(&project, &input, "r0c0", &Quiet).unwrap();
            assert!(!swept.exact && swept.points.len() > 10, "{reading} {operator}");
            for point in &swept.points {
                let moved = set(&|metric| metric.value = point.threshold);
                let scores = super::super::run::run(&moved, &input, &Quiet).unwrap().scores.unwrap();
                let run = (scores.event.detected, scores.event.false_alarms, scores.point);
                let told = (point.detected, point.false_alarms, point.point);
                assert_eq!(told, run, "{reading} {operator} {}", point.threshold);
            }
        }
    }
}

#[test]
fn conditions_that_hold_are_swept_on_a_grid() {
    let (project, trace, labels) = setting(5, Operator::Less, 3);
    let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
    let swept = sweep(&project, &input, "r0c0", &Quiet).unwrap();
    assert!(!swept.exact && swept.area.is_none() && swept.points.len() > 15);
    assert!(swept.points.iter().any(|point| point.detected > 0));
    let missing = sweep(&project, &input, "r9c9", &Quiet).unwrap_err();
    assert_eq!(missing.to_string(), "there is no metric condition r9c9; there are r0c0 load");
    let without = RunInput::new(&project, &trace);
    assert!(matches!(sweep(&project, &without, "r0c0", &Quiet), Err(SweepError::NoLabels)));
}
