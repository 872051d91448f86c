//! Everything about the threshold of one condition: its curve for several durations, what any budget for false alarms would
//! choose on the first part of the time, how that goes on the rest, and what the phase of the evaluation does to it.

use super::grid::Grid;
use super::run::RunInput;
use super::scope::{PlacedMetric, chosen_policies};
use super::sweep::{Sweep, SweepError, SweepPoint, outcomes, sweep};
use super::tuning::{self, Phase, with_condition};
use super::{Part, Progress};
use crate::model::{MetricCondition, Project, Reading};

/// Enough points of a curve for a drawing.
pub const DRAWN_POINTS: usize = 1_500;

/// What is to be studied.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The durations to try besides the present one, in milliseconds.
    pub durations_ms: Vec<i64>,
    /// The share of the time on which thresholds are chosen, 0 to 1; they are tried on the rest.
    pub share: f64,
    /// At how many phases to evaluate.
    pub phases: usize,
    /// Of a curve with more points so many are kept, besides those that a budget could choose.
    pub most_points: usize,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Where the first part of the time ends.
    pub split_ms: i64,
    /// The present duration, in milliseconds.
    pub duration_ms: i64,
    /// One curve for each duration, the shortest first; the present one is among them.
    pub curves: Vec<DurationCurve>,
    /// What is in force, on the first part.
    pub in_force_first: SweepPoint,
    /// What is in force, on the rest.
    pub in_force_rest: SweepPoint,
    /// What is in force, evaluated a little later each time. Only this condition runs.
    pub phases: Vec<Phase>,
}

/// The thresholds of one duration.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationCurve {
    /// The time over which the condition is read, in milliseconds.
    pub duration_ms: i64,
    /// On the whole trace, in the order of thresholds, thinned out where there are very many.
    pub sweep: Sweep,
    /// How many thresholds were tried.
    pub tried: usize,
    /// What one budget or another would choose on the first part, rising in false alarms.
    pub choices: Vec<Choice>,
}

/// A threshold chosen on the first part of the time and tried on the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The time over which the condition is read, in milliseconds.
    pub duration_ms: i64,
    /// How it goes on the first part.
    pub chosen: SweepPoint,
    /// How it goes on the rest.
    pub tested: SweepPoint,
    /// How it goes on the whole trace, the part that it was chosen on included.
    pub whole: SweepPoint,
}

impl Study {
    /// The curve of a duration.
    pub fn curve(&self, duration_ms: i64) -> Option<&DurationCurve> {
        self.curves.iter().find(|curve| curve.duration_ms == duration_ms)
    }

    /// What is in force, on the whole trace.
    pub fn in_force(&self) -> Option<&SweepPoint> {
        self.curve(self.duration_ms).map(|curve| &curve.sweep.operating)
    }

    /// The threshold and duration that find most attacks on the first part with at most so many false alarms for an agent
    /// and a day. Among equals the one with fewer false alarms, then the present duration.
    pub fn suggest(&self, most_false_alarms: f64) -> Option<&Choice> {
        let best = self.curves.iter().filter_map(|curve| curve.suggest(most_false_alarms));
        best.max_by(|a, b| {
            let (one, other) = (&a.chosen, &b.chosen);
            let present = |choice: &Choice| choice.duration_ms == self.duration_ms;
            let rate = |point: &SweepPoint| point.false_alarms_per_agent_day.unwrap_or(f64::INFINITY);
            one.detected
                .cmp(&other.detected)
                .then(rate(other).total_cmp(&rate(one)))
                .then(present(a).cmp(&present(b)))
                .then(other.point.fp.cmp(&one.point.fp))
        })
    }
}

impl DurationCurve {
    /// What the budget would choose on the first part with this duration.
    pub fn suggest(&self, most_false_alarms: f64) -> Option<&Choice> {
        let keeps = |choice: &&Choice| {
            choice.chosen.false_alarms_per_agent_day.is_some_and(|rate| rate <= most_false_alarms)
        };
        self.choices.iter().rev().find(keeps)
    }
}

/// Durations worth trying: around what people use, for a condition that reads the metric like this.
pub fn usual_durations(reading: Reading) -> &'static [i64] {
    const MINUTE: i64 = 60_000;
    match reading {
        Reading::For => &[0, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE],
        _ => &[5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE, 360 * MINUTE],
    }
}

/// Studies the threshold of one condition (`r0c0`, numbered as in a run of the same input).
pub fn study(
    project: &Project,
    input: &RunInput<'_>,
    id: &str,
    wanted: &Wanted,
    progress: &dyn Progress,
) -> Result<Study, SweepError> {
    let input = RunInput { chart_points: 0, ..input.clone() };
    let present = PlacedMetric::find(&chosen_policies(project, &input.policies), id);
    let duration_ms = present.map_or(0, |found| found.condition.duration_ms);
    let mut lengths = wanted.durations_ms.clone();
    lengths.push(duration_ms);
    lengths.sort_unstable();
    lengths.dedup();

    let grid = Grid::new(&input.evaluation, input.trace);
    let split_ms =
        grid.start_ms + ((grid.end_ms - grid.start_ms) as f64 * wanted.share.clamp(0.0, 1.0)) as i64;
    let mut first = input.clone();
    first.evaluation.end_ms = Some(split_ms);
    // Evaluated from the start, so that windows are full and the grid is the same; judged after the split only.
    let rest = RunInput { ignore_before_ms: Some(split_ms + 1), ..input.clone() };

    let count = lengths.len() as f32;
    let mut curves = Vec::with_capacity(lengths.len());
    let mut in_force = None;
    for (number, length) in lengths.iter().enumerate() {
        let whole = Part { whole: progress, from: 0.0, to: 0.85 };
        let part = |from: f32, to: f32| Part {
            whole: &whole,
            from: (number as f32 + from) / count,
            to: (number as f32 + to) / count,
        };
        let changed = with_condition(project, &input, id, |metric| metric.duration_ms = *length);
        let changed = changed.as_ref().unwrap_or(project);
        let mut swept = sweep(changed, &input, id, &part(0.0, 0.4))?;
        let on_first = sweep(changed, &first, id, &part(0.4, 0.8))?;
        let chosen = on_first.choices();
        let mut bounds: Vec<f64> = chosen.iter().map(|point| point.threshold).collect();
        bounds.push(swept.current);
        let mut tested = outcomes(changed, &rest, id, &bounds, &part(0.8, 0.9))?;
        if let Some(in_force_rest) = tested.pop()
            && *length == duration_ms
        {
            in_force = Some((on_first.operating, in_force_rest));
        }
        bounds.pop();
        let whole = outcomes(changed, &input, id, &bounds, &part(0.9, 1.0))?;
        let choices = chosen
            .into_iter()
            .zip(tested)
            .zip(whole)
            .map(|((chosen, tested), whole)| Choice { duration_ms: *length, chosen, tested, whole })
            .collect();
        let tried = swept.points.len();
        swept.points = thinned(&swept, wanted.most_points);
        curves.push(DurationCurve { duration_ms: *length, sweep: swept, tried, choices });
    }
    let (in_force_first, in_force_rest) =
        in_force.ok_or_else(|| SweepError::NoCondition(id.to_owned(), "others".to_owned()))?;
    let phases = match wanted.phases {
        0 => Vec::new(),
        count => alone(project, &input, id, count, &Part { whole: progress, from: 0.85, to: 1.0 })?,
    };
    Ok(Study { split_ms, duration_ms, curves, in_force_first, in_force_rest, phases })
}

/// The phases of one condition, with no other in the way.
fn alone(
    project: &Project,
    input: &RunInput<'_>,
    id: &str,
    count: usize,
    progress: &dyn Progress,
) -> Result<Vec<Phase>, SweepError> {
    let found = PlacedMetric::find(&chosen_policies(project, &input.policies), id);
    let Some(PlacedMetric { rule, index, .. }) = found else { return Ok(Vec::new()) };
    let mut only = project.clone();
    let policy = rule.policy.id;
    if let Some(policy) = only.policies.get_mut(policy) {
        policy.rules.retain(|one| one.id == rule.rule.id);
        for rule in &mut policy.rules {
            rule.conditions = rule.conditions.get(index).cloned().into_iter().collect();
        }
    }
    let input = RunInput { policies: vec![policy], events: None, ..input.clone() };
    Ok(tuning::phases(&only, &input, count, progress)?)
}

/// Evenly spread points of a sweep, those at which an attack is found or lost, and what budgets suggest.
fn thinned(sweep: &Sweep, most: usize) -> Vec<SweepPoint> {
    let points = &sweep.points;
    if points.len() <= most {
        return points.clone();
    }
    let step = points.len().div_ceil(most.max(1));
    let choices = sweep.choices();
    let turns = |index: usize| {
        let neighbour = |at: Option<usize>| at.and_then(|at| points.get(at)).map(|point| point.detected);
        let own = neighbour(Some(index));
        neighbour(index.checked_sub(1)) != own || neighbour(Some(index + 1)) != own
    };
    let keep = |(index, point): &(usize, &SweepPoint)| {
        index.is_multiple_of(step) || turns(*index) || choices.contains(point)
    };
    points.iter().enumerate().filter(keep).map(|(_, point)| *point).collect()
}

/// What a choice would change of a condition.
pub fn taken_over(metric: &MetricCondition, choice: &Choice) -> MetricCondition {
    MetricCondition { value: choice.chosen.threshold, duration_ms: choice.duration_ms, ..metric.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::super::tests::{metric, read, sample_project};
    use super::super::{Label, Labels, Never, Quiet, Trace};
    use super::*;
    use crate::model::PolicyId;

    /// Attacks lift the load by 40 for 19 minutes; a quiet machine is busy for two minutes now and then.
    fn setting(hold_minutes: i64) -> (Project, Trace, Labels) {
        let mut project = sample_project();
        let policy = project.policies.get_mut(PolicyId(1)).unwrap();
        policy.rules[0].conditions = vec![metric("load", 90.0, hold_minutes)];
        let mut random = Random::new(9);
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        let mut windows = Vec::new();
        for minute in 0..1000_i64 {
            if minute % 100 == 80 {
                let (start_ms, end_ms) = (minute * 60_000, (minute + 19) * 60_000);
                windows.push(Label { start_ms, end_ms, agent: "a1".into(), threat: String::new() });
            }
            let lift = if minute % 100 >= 80 || minute % 50 < 2 { 40.0 } else { 0.0 };
            csv += &format!("{},load,a1,{:.2}\n", minute * 60, 40.0 + 3.0 * random.normal() + lift);
        }
        (project, read(&csv), Labels { windows, ..Labels::default() })
    }

    fn studied(hold_minutes: i64, wanted: &Wanted) -> (Study, Project) {
        let (project, trace, labels) = setting(hold_minutes);
        let mut input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
        input.evaluation.interval_ms = 60_000;
        (study(&project, &input, "r0c0", wanted, &Quiet).unwrap(), project)
    }

    #[test]
    fn a_longer_duration_is_suggested_where_it_keeps_false_alarms_away() {
        let wanted =
            Wanted { durations_ms: vec![0, 300_000], share: 0.6, phases: 3, most_points: DRAWN_POINTS };
        let (study, project) = studied(0, &wanted);
        assert_eq!(study.curves.iter().map(|curve| curve.duration_ms).collect::<Vec<_>>(), [0, 300_000]);
        let choice = study.suggest(0.0).unwrap();
        assert_eq!(choice.duration_ms, 300_000, "short peaks are no attacks: {choice:?}");
        assert_eq!((choice.chosen.detected, choice.chosen.windows), (6, 6));
        assert_eq!((choice.tested.detected, choice.tested.windows, choice.tested.false_alarms), (4, 4, 0));
        let found = PlacedMetric::find(&chosen_policies(&project, &[]), "r0c0").unwrap().condition;
        let new = taken_over(found, choice);
        assert_eq!((new.value, new.duration_ms), (choice.chosen.threshold, 300_000));
        assert_eq!(study.in_force().unwrap().threshold, 90.0);
        assert_eq!(study.phases.len(), 3);
    }

    #[test]
    fn what_was_chosen_and_tested_are_sweeps_of_each_part() {
        for hold_minutes in [0, 3] {
            let (project, trace, labels) = setting(hold_minutes);
            let mut input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
            input.evaluation.interval_ms = 60_000;
            let wanted =
                Wanted { durations_ms: Vec::new(), share: 0.5, phases: 0, most_points: DRAWN_POINTS };
            let study = study(&project, &input, "r0c0", &wanted, &Quiet).unwrap();
            let mut first = input.clone();
            first.evaluation.end_ms = Some(study.split_ms);
            let on_first = sweep(&project, &first, "r0c0", &Quiet).unwrap();
            let rest = RunInput { ignore_before_ms: Some(study.split_ms + 1), ..input.clone() };
            for budget in [0.0, 1.0, 20.0, 60.0] {
                let wanted = on_first.suggest(budget).filter(|point| point.detected > 0);
                let found = study.suggest(budget);
                assert_eq!(found.map(|choice| choice.chosen), wanted, "budget {budget}");
                let Some(found) = found else { continue };
                let on_rest = [found.tested, study.in_force_rest];
                let bounds = on_rest.map(|point| point.threshold);
                assert_eq!(outcomes(&project, &rest, "r0c0", &bounds, &Quiet).unwrap(), on_rest);
            }
        }
    }

    #[test]
    fn a_long_curve_keeps_its_turns_and_its_choices() {
        let (study, _) = studied(
            0,
            &Wanted { durations_ms: Vec::new(), share: 0.6, phases: 0, most_points: DRAWN_POINTS },
        );
        let mut sweep = study.curves[0].sweep.clone();
        let choices = sweep.choices();
        let spread = sweep.points.clone();
        sweep.points = spread.iter().flat_map(|point| [*point; 9]).collect();
        assert!(sweep.points.len() > DRAWN_POINTS);
        let kept = thinned(&sweep, DRAWN_POINTS);
        assert!(kept.len() < sweep.points.len() / 2, "{} of {}", kept.len(), sweep.points.len());
        assert!(choices.iter().all(|choice| kept.contains(choice)));
        let levels = |points: &[SweepPoint]| {
            let mut found: Vec<usize> = points.iter().map(|point| point.detected).collect();
            found.dedup();
            found
        };
        assert_eq!(levels(&kept), levels(&sweep.points));
    }

    #[test]
    fn it_stops_when_told() {
        let (project, trace, labels) = setting(0);
        let input = RunInput { labels: Some(&labels), ..RunInput::new(&project, &trace) };
        let wanted = Wanted { durations_ms: Vec::new(), share: 0.6, phases: 2, most_points: DRAWN_POINTS };
        let stopped = study(&project, &input, "r0c0", &wanted, &Never).unwrap_err();
        assert!(matches!(stopped, SweepError::Stopped(_)));
    }
}
