//! The threshold sweep: one condition with other bounds, detection against false alarms.
//!
//! For a condition that reads the present value and fires at once the sweep is exact: only the values seen can change
//! anything, and one pass over them in order, joining neighbours into alarms, gives every outcome. For all others a grid
//! of bounds is simulated.

use std::collections::BTreeMap;

use super::cores::{cores, on_every_core};
use super::events::Event;
use super::fitting_labels::FittingLabels;
use super::grid::{Grid, Interval};
use super::joined_alarms::Alarms;
use super::labels::Label;
use super::metric::{Requirement, readings};
use super::readings::Readings;
use super::run::{RunInput, kind_of};
use super::scope::{Agents, PlacedMetric, chosen_policies};
use super::scores::PointScore;
use super::scoring::{Scoring, Span, Watched, event_score, point_score};
use super::{Progress, Stopped, tell};
use crate::model::{MetricCondition, Operator, Project, Reading};

/// A bound that fires in a larger share of the quiet time is no alarm but a state.
pub const MOST_QUIET_FIRING: f64 = 0.05;

/// How many bounds of a grid are simulated.
const GRID: usize = 60;

/// What other bounds would give.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// `r0c0`.
    pub condition: String,
    /// The metric.
    pub metric: String,
    /// How value and bound must compare.
    pub operator: Operator,
    /// The bound in force.
    pub current: f64,
    /// Every bound that changes anything is among the points; otherwise they are a grid.
    pub exact: bool,
    /// From the strictest bound that catches nothing to the one that catches all.
    pub points: Vec<SweepPoint>,
    /// The bound in force.
    pub operating: SweepPoint,
    /// The chance that an attacked evaluation reads worse than a quiet one; none for conditions that hold or keep.
    pub area: Option<f64>,
}

/// What one bound gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepPoint {
    /// The bound.
    pub threshold: f64,
    /// Windows in which an alarm is on.
    pub detected: usize,
    /// Windows.
    pub windows: usize,
    /// Alarms outside of every window.
    pub false_alarms: usize,
    /// The same for an agent and a day; none where nothing was watched.
    pub false_alarms_per_agent_day: Option<f64>,
    /// By evaluation.
    pub point: PointScore,
}

/// Why there is no sweep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// No metric condition has that id.
    #[error("there is no metric condition {0}; there are {1}")]
    NoCondition(String, String),
    /// There is nothing between "equal" and "unequal".
    #[error("{0} asks for equality, so there is no threshold to move")]
    Equality(String),
    /// The trace lacks the metric, or no agent with it is in scope.
    #[error("no series of {0} is in scope")]
    NoSeries(String),
    /// Nothing is labelled.
    #[error("there are no labels to compare with")]
    NoLabels,
    /// Labels there are, but of other agents or another time.
    #[error("no label fits the trace. {0}")]
    NoneFits(String),
    /// It was stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Sweep {
    /// The bound that detects most with at most so many false alarms for an agent and a day; among equals the one with
    /// the fewest. An alarm that is hardly ever off runs into every attack and so counts as no false one: bounds that
    /// fire in more than [`MOST_QUIET_FIRING`] of the quiet time, and more than the one in force, are left out.
    pub fn suggest(&self, most_false_alarms_per_agent_day: f64) -> Option<SweepPoint> {
        let allowed = |point: &&SweepPoint| {
            point.false_alarms_per_agent_day.is_some_and(|rate| rate <= most_false_alarms_per_agent_day)
                && !self.is_state(point)
        };
        self.points.iter().filter(allowed).max_by(|a, b| better(a, b)).copied()
    }

    /// Whether a bound fires in so much of the quiet time that it is no alarm but a state.
    pub fn is_state(&self, point: &SweepPoint) -> bool {
        let in_force = self.operating.point.false_positive_rate().unwrap_or(0.0);
        let most_quiet = in_force.max(MOST_QUIET_FIRING);
        point.point.false_positive_rate().is_some_and(|rate| rate > most_quiet)
    }

    /// Everything that [`Self::suggest`] gives for one budget or another and that finds an attack: rising in false alarms
    /// and in attacks found.
    pub fn choices(&self) -> Vec<SweepPoint> {
        let rate = |point: &SweepPoint| point.false_alarms_per_agent_day.filter(|_| !self.is_state(point));
        let mut usable: Vec<(f64, &SweepPoint)> =
            self.points.iter().filter_map(|point| Some((rate(point)?, point))).collect();
        // A stable sort: among equals the later bound is suggested, as without a sort.
        usable.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut choices: Vec<SweepPoint> = Vec::new();
        let mut best: Option<&SweepPoint> = None;
        for group in usable.chunk_by(|a, b| a.0 == b.0) {
            let before = best;
            for (_, point) in group {
                best = best.filter(|best| better(point, best).is_lt()).or(Some(point));
            }
            if let Some(found) = best.filter(|found| found.detected > 0 && before != Some(*found)) {
                choices.push(*found);
            }
        }
        choices
    }
}

/// More attacks found; among equals fewer false alarms, then fewer quiet evaluations that fire.
fn better(a: &SweepPoint, b: &SweepPoint) -> std::cmp::Ordering {
    a.detected.cmp(&b.detected).then(b.false_alarms.cmp(&a.false_alarms)).then(b.point.fp.cmp(&a.point.fp))
}

/// "r0c0 cpu_usage, r0c1 memory_usage".
fn listed(all: &[PlacedMetric<'_>]) -> String {
    let all: Vec<String> =
        all.iter().map(|placed| format!("{} {}", placed.id(), placed.condition.metric)).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// Sweeps the bound of one condition (`r0c0`, numbered as in a run of the same input).
pub fn sweep(
    project: &Project,
    input: &RunInput<'_>,
    condition: &str,
    progress: &dyn Progress,
) -> Result<Sweep, SweepError> {
    let field = Field::of(project, input, condition, progress)?;
    let Requirement { reading, hold_ms, keep_firing_for_ms, .. } = field.requirement;
    let exact = reading == Reading::For && hold_ms == 0 && keep_firing_for_ms == 0;
    let (points, area) = if exact { field.exact_points() } else { (field.grid_points(progress)?, None) };
    tell(progress, 1.0)?;
    Ok(Sweep {
        condition: condition.to_owned(),
        metric: field.metric.metric.clone(),
        operator: field.metric.operator,
        current: field.metric.value,
        exact,
        operating: field.simulated(field.metric.value),
        points,
        area,
    })
}

/// What each of these bounds of one condition gives, in their order.
pub fn outcomes(
    project: &Project,
    input: &RunInput<'_>,
    condition: &str,
    bounds: &[f64],
    progress: &dyn Progress,
) -> Result<Vec<SweepPoint>, SweepError> {
    let field = Field::of(project, input, condition, progress)?;
    Ok(field.all_simulated(bounds, progress)?)
}

struct Field<'a> {
    requirement: Requirement,
    metric: &'a MetricCondition,
    /// What each series reads at each evaluation.
    read: Vec<Readings>,
    watched: Vec<String>,
    labels: Vec<Label>,
    scoring: Scoring,
}

impl<'a> Field<'a> {
    /// What a condition reads, where and when it is judged. Takes the first 0.4 of the progress.
    fn of(
        project: &'a Project,
        input: &RunInput<'a>,
        condition: &str,
        progress: &dyn Progress,
    ) -> Result<Self, SweepError> {
        let policies = chosen_policies(project, &input.policies);
        let all = PlacedMetric::all(&policies);
        let placed = all
            .iter()
            .find(|placed| placed.id() == condition)
            .ok_or_else(|| SweepError::NoCondition(condition.to_owned(), listed(&all)))?;
        let metric = placed.condition;
        if matches!(metric.operator, Operator::Equal | Operator::NotEqual) {
            return Err(SweepError::Equality(condition.to_owned()));
        }
        let agents = Agents::of(project, Some(input.trace), []);
        let scope = &placed.rule.policy.scope;
        let grid = Grid::new(&input.evaluation, input.trace);
        let events: Vec<&Event> = input.events.iter().flat_map(|events| &events.list).collect();
        let fitting =
            FittingLabels::of(input, &grid, &policies, &agents, &events).ok_or(SweepError::NoLabels)?;
        if fitting.none_fits() {
            return Err(SweepError::NoneFits(fitting.left_out.join(" ")));
        }
        let kind = kind_of(project, Some(input.trace), &metric.metric).unwrap_or_default();
        let requirement = Requirement::new(metric, kind);
        let series: Vec<_> = input
            .trace
            .of_metric(&metric.metric)
            .iter()
            .filter(|series| agents.binds_series(scope, series))
            .collect();
        if series.is_empty() || requirement.reading == Reading::Absent {
            return Err(SweepError::NoSeries(metric.metric.clone()));
        }
        let mut read: Vec<Readings> = Vec::with_capacity(series.len());
        for (done, some) in series.chunks(4 * cores()).enumerate() {
            tell(progress, 0.4 * (done * 4 * cores()) as f32 / series.len() as f32)?;
            read.extend(on_every_core(some.to_vec(), |one| {
                Readings::of(
                    one.name.agent.clone(),
                    readings(one, &grid, &requirement),
                    requirement.violation,
                )
            }));
        }
        let watched: Vec<String> = agents.bound_by(scope).into_iter().map(str::to_owned).collect();
        let scoring = Scoring {
            grid,
            grace_ms: input.evaluation.grace_ms.max(0),
            from_ms: input.ignore_before_ms.unwrap_or(i64::MIN).max(grid.start_ms),
            join_ms: grid.interval_ms,
        };
        Ok(Self { requirement, metric, read, watched, labels: fitting.windows, scoring })
    }

    /// Whether high values are the bad ones.
    fn high_is_bad(&self) -> bool {
        matches!(self.metric.operator, Operator::Less | Operator::LessOrEqual)
    }

    /// One bound, simulated in full.
    fn simulated(&self, threshold: f64) -> SweepPoint {
        let requirement = Requirement { bound: threshold, ..self.requirement };
        let mut watched = Watched::default();
        for agent in &self.watched {
            watched.on.insert(agent.clone(), Vec::new());
        }
        for read in &self.read {
            let firing = read.firing(&self.scoring.grid, &requirement);
            watched.add_firing(&read.agent, &firing, &self.scoring.grid);
        }
        let event = event_score(&watched, &self.labels, &self.scoring);
        SweepPoint {
            threshold,
            detected: event.detected,
            windows: event.windows.len(),
            false_alarms: event.false_alarms,
            false_alarms_per_agent_day: event.false_alarms_per_agent_day,
            point: point_score(&watched, &self.labels, &self.scoring),
        }
    }

    /// Each of the bounds, simulated in full. Takes the rest of the progress.
    fn all_simulated(&self, bounds: &[f64], progress: &dyn Progress) -> Result<Vec<SweepPoint>, Stopped> {
        let mut points = Vec::with_capacity(bounds.len());
        for some in bounds.chunks(2 * cores()) {
            tell(progress, 0.4 + 0.6 * points.len() as f32 / bounds.len() as f32)?;
            points.extend(on_every_core(some.to_vec(), |bound| self.simulated(bound)));
        }
        Ok(points)
    }

    /// Bounds at even shares of the values seen.
    fn grid_points(&self, progress: &dyn Progress) -> Result<Vec<SweepPoint>, Stopped> {
        let mut values: Vec<f64> =
            self.read.iter().flat_map(|read| read.values.iter().copied()).filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        if self.high_is_bad() {
            values.reverse();
        }
        // The rare values are the interesting ones, so the shares grow from the bad end.
        let mut thresholds: Vec<f64> = (0..GRID)
            .filter_map(|step| {
                let share = (step as f64 / (GRID - 1) as f64).powi(4);
                values.get((share * values.len().saturating_sub(1) as f64) as usize).copied()
            })
            .collect();
        thresholds.dedup();
        self.all_simulated(&thresholds, progress)
    }

    /// The worst value of each agent at each evaluation, turned so that high is bad.
    fn worst(&self) -> BTreeMap<&str, Vec<Option<f64>>> {
        let sign = if self.high_is_bad() { 1.0 } else { -1.0 };
        let count = self.scoring.grid.evaluations();
        let mut worst: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
        for agent in &self.watched {
            worst.insert(agent, vec![None; count]);
        }
        for read in &self.read {
            let of_agent = worst.entry(&read.agent).or_insert_with(|| vec![None; count]);
            for (slot, value) in of_agent.iter_mut().zip(&read.values) {
                if !value.is_nan() {
                    *slot = Some(slot.map_or(value * sign, |before: f64| before.max(value * sign)));
                }
            }
        }
        worst
    }

    /// Every bound that changes which evaluations fire, worst values first, and the area under the curve of points.
    fn exact_points(&self) -> (Vec<SweepPoint>, Option<f64>) {
        let Scoring { grid, grace_ms, from_ms, .. } = self.scoring;
        let low = grid.first_at_or_after(from_ms);
        let count = grid.evaluations();
        let worst = self.worst();
        let windows: Vec<&Label> =
            self.labels.iter().filter(|l| l.end_ms >= from_ms && l.start_ms <= grid.end_ms).collect();
        let range = |label: &Label, grace: i64| {
            let to = grid.first_at_or_after(label.end_ms.saturating_add(grace).saturating_add(1)).min(count);
            (grid.first_at_or_after(label.start_ms).max(low), to)
        };
        let mut window_worst: Vec<Option<f64>> = vec![None; windows.len()];
        let mut cells: Vec<Cell> = Vec::new();
        let (mut attacked, mut quiet, mut silent_attacked, mut silent_quiet) = (0_u64, 0_u64, 0_u64, 0_u64);
        let mut alarms = Alarms::default();
        for (agent, values) in &worst {
            let base = alarms.add(count);
            let mut truth = vec![false; count];
            for (label, seen) in
                windows.iter().zip(&mut window_worst).filter(|(label, _)| label.is_about(agent))
            {
                let (from, to) = range(label, 0);
                truth.get_mut(from..to).into_iter().flatten().for_each(|cell| *cell = true);
                let (from, to) = range(label, grace_ms);
                for value in values.get(from..to).into_iter().flatten().flatten() {
                    *seen = Some(seen.map_or(*value, |before: f64| before.max(*value)));
                }
            }
            let met = |label: &&Label| {
                label.is_about(agent) && label.end_ms.saturating_add(grace_ms) >= grid.at(low)
            };
            for label in self.labels.iter().filter(met) {
                alarms.excuse(base, range(label, grace_ms));
            }
            for (index, (value, truth)) in values.iter().zip(truth).enumerate().skip(low) {
                *(if truth { &mut attacked } else { &mut quiet }) += 1;
                match value {
                    Some(value) => cells.push(Cell { value: *value, at: base + index, truth }),
                    None if truth => silent_attacked += 1,
                    None => silent_quiet += 1,
                }
            }
        }
        cells.sort_by(|a, b| b.value.total_cmp(&a.value));
        let agent_days = worst.len() as f64 * (grid.end_ms - from_ms).max(0) as f64 / 86.4e6;
        let sign = if self.high_is_bad() { 1.0 } else { -1.0 };
        let inclusive = matches!(self.metric.operator, Operator::Less | Operator::Greater);
        let mut points: Vec<SweepPoint> = Vec::new();
        let (mut tp, mut fp, mut ranked) = (0_u64, 0_u64, 0.0);
        let mut groups = cells.chunk_by(|a, b| a.value == b.value).peekable();
        while let Some(group) = groups.next() {
            let (before_tp, before_fp) = (tp, fp);
            for cell in group {
                *(if cell.truth { &mut tp } else { &mut fp }) += 1;
                alarms.fire(cell.at);
            }
            let (new_tp, new_fp) = ((tp - before_tp) as f64, (fp - before_fp) as f64);
            ranked += new_fp * before_tp as f64 + 0.5 * new_fp * new_tp;
            let Some(value) = group.first().map(|cell| cell.value) else { continue };
            // "At most" fires above its bound, so the bound that fires from this value on is the next lower value.
            let threshold = if inclusive {
                Some(value)
            } else {
                groups.peek().and_then(|next| Some(next.first()?.value))
            };
            let Some(threshold) = threshold else { continue };
            let false_alarms = alarms.not_excused;
            points.push(SweepPoint {
                threshold: threshold * sign,
                detected: window_worst.iter().flatten().filter(|worst| **worst >= value).count(),
                windows: windows.len(),
                false_alarms,
                false_alarms_per_agent_day: (agent_days > 0.0).then(|| false_alarms as f64 / agent_days),
                point: PointScore { tp, fp, fn_: attacked - tp, tn: quiet - fp },
            });
        }
        // What reads nothing never fires: it comes after everything else, tied.
        ranked += silent_quiet as f64 * tp as f64 + 0.5 * silent_quiet as f64 * silent_attacked as f64;
        let pairs = attacked as f64 * quiet as f64;
        (points, (pairs > 0.0).then(|| ranked / pairs))
    }
}

/// What one evaluation of one agent reads.
struct Cell {
    value: f64,
    at: usize,
    truth: bool,
}

/// Where an alarm is on, for callers that have intervals only.
impl Watched {
    fn add_firing(&mut self, agent: &str, firing: &[Interval], grid: &Grid) {
        let spans = self.on.entry(agent.to_owned()).or_default();
        spans.extend(firing.iter().map(|interval| Span::of(interval, grid)));
    }
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
