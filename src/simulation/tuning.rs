//! A condition changed on trial, and the phase of the evaluation.

use super::compare::alarms_of;
use super::run::{RunInput, run};
use super::scope::{PlacedMetric, chosen_policies};
use super::{Part, Progress, Stopped};
use crate::model::{Condition, MetricCondition, Project};

/// One phase of the evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// How much later than given the evaluations are.
    pub offset_ms: i64,
    /// Alarms, those of an agent that meet joined.
    pub firings: usize,
    /// Attacks found; none without labels.
    pub detected: Option<usize>,
    /// False alarms; none without labels.
    pub false_alarms: Option<usize>,
    /// The median time to detect; none without labels or detections.
    pub time_to_detect_ms: Option<i64>,
}

/// Changes one metric condition in a copy of a project, found by its id in a run of the same input (`r0c0`).
pub fn with_condition(
    project: &Project,
    input: &RunInput<'_>,
    id: &str,
    change: impl FnOnce(&mut MetricCondition),
) -> Option<Project> {
    let PlacedMetric { rule, index, .. } =
        PlacedMetric::find(&chosen_policies(project, &input.policies), id)?;
    let mut changed = project.clone();
    let rules = &mut changed.policies.get_mut(rule.policy.id)?.rules;
    match rules.iter_mut().find(|one| one.id == rule.rule.id)?.conditions.get_mut(index)? {
        Condition::Metric(metric) => change(metric),
        _ => return None,
    }
    Some(changed)
}

/// The same policies with evaluations that begin a little later each time: a live server evaluates at a phase that
/// nobody knows beforehand.
pub fn phases(
    project: &Project,
    input: &RunInput<'_>,
    count: usize,
    progress: &dyn Progress,
) -> Result<Vec<Phase>, Stopped> {
    let grid = super::Grid::new(&input.evaluation, input.trace);
    let count = count.max(1);
    let mut phases = Vec::with_capacity(count);
    for number in 0..count {
        let offset_ms = grid.interval_ms * number as i64 / count as i64;
        let mut shifted = RunInput { chart_points: 0, ..input.clone() };
        shifted.evaluation.start_ms = Some(grid.start_ms + offset_ms);
        shifted.evaluation.end_ms = Some(grid.end_ms);
        let part = Part {
            whole: progress,
            from: number as f32 / count as f32,
            to: (number + 1) as f32 / count as f32,
        };
        let run = run(project, &shifted, &part)?;
        let event = run.scores.as_ref().map(|scores| &scores.event);
        phases.push(Phase {
            offset_ms,
            firings: alarms_of(&run),
            detected: event.map(|event| event.detected),
            false_alarms: event.map(|event| event.false_alarms),
            time_to_detect_ms: event.and_then(|event| event.time_to_detect).map(|time| time.p50_ms),
        });
    }
    Ok(phases)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{metric, read, sample_project};
    use super::super::{Label, Labels, Quiet};
    use super::*;
    use crate::model::PolicyId;

    fn attacked() -> (Project, super::super::Trace, Labels) {
        let mut project = sample_project();
        let policy = project.policies.get_mut(PolicyId(1)).unwrap();
        policy.rules[0].conditions = vec![metric("load", 90.0, 3)];
        let mut random = super::super::random::Random::new(4);
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        let mut windows = Vec::new();
        for minute in 0..1000_i64 {
            let attacked = minute % 100 >= 80;
            if minute % 100 == 80 {
                let (start_ms, end_ms) = (minute * 60_000, (minute + 19) * 60_000);
                windows.push(Label { start_ms, end_ms, agent: "a1".into(), threat: String::new() });
            }
            let value = 40.0 + 5.0 * random.normal() + if attacked { 40.0 } else { 0.0 };
            csv += &format!("{},load,a1,{value:.2}\n", minute * 60);
        }
        (project, read(&csv), Labels { windows, ..Labels::default() })
    }

    #[test]
    fn other_phases_are_runs_of_their_own() {
        let (project, trace, labels) = attacked();
        let mut input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
        input.evaluation.interval_ms = 60_000;
        let phases = phases(&project, &input, 4, &Quiet).unwrap();
        assert_eq!(
            phases.iter().map(|phase| phase.offset_ms).collect::<Vec<_>>(),
            [0, 15_000, 30_000, 45_000]
        );
        assert!(phases.iter().all(|phase| phase.detected.is_some()));
        assert!(with_condition(&project, &input, "r9c9", |_| {}).is_none());
    }
}
