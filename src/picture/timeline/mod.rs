//! A simulation on one time axis: metrics with what they must stay within, when conditions were pending and firing, what
//! was decided, what was done, and how that compares with the labelled attacks.

mod axis;
mod deeds;
mod head;
mod hits;
mod lanes;

use std::collections::BTreeMap;

use crate::simulation::run::{ConditionRun, Run, SeriesRun};
use crate::simulation::scores::WindowScore;

use super::{Picture, Point, Rect};

pub use axis::TimeAxis;
pub use head::head;
pub use hits::{Deed, DeedWords, Deeds, Event, events};

/// What a timeline shows.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineOptions {
    /// How wide the picture is.
    pub width: f32,
    /// The stretch of time; none is the whole run.
    pub range: Option<(i64, i64)>,
    /// The agent; none is the one with the longest alarms.
    pub agent: Option<String>,
    /// Lanes of metrics, at most; those that fired come first.
    pub most_metrics: usize,
    /// The height of a metric's plot.
    pub plot_height: f32,
    /// A moment to read the values at.
    pub playhead: Option<i64>,
    /// Paper's typefaces and ink. Draw it 850 wide and scale it to 170 millimetres.
    pub paper: bool,
}

impl Default for TimelineOptions {
    fn default() -> Self {
        Self {
            width: 1000.0,
            range: None,
            agent: None,
            most_metrics: 6,
            plot_height: 104.0,
            playhead: None,
            paper: false,
        }
    }
}

/// A timeline with what can be pointed at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// The drawing.
    pub picture: Picture,
    /// The time axis that all lanes share.
    pub axis: TimeAxis,
    /// The agent that is shown.
    pub agent: String,
    /// The lanes from top to bottom.
    pub lanes: Vec<Lane>,
    /// Labelled attacks that are shown: the number among the run's windows, and where.
    pub windows: Vec<(usize, Rect)>,
    /// What was decided and done, where it is drawn, in the order of time within each lane.
    pub deeds: Vec<Deed>,
    /// The threshold lines.
    pub bounds: Vec<Bound>,
}

/// A threshold line and the scale that it stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The condition's number in the run.
    pub condition: usize,
    /// The threshold.
    pub value: f64,
    /// The value at the bottom of the plot.
    pub low: f64,
    /// The value at its top.
    pub high: f64,
    /// The plot.
    pub plot: Rect,
}

impl Bound {
    /// Where the line runs.
    pub fn line(&self) -> Rect {
        let share = ((self.value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) as f32;
        Rect::new(self.plot.x, self.plot.bottom() - self.plot.h * share, self.plot.w, 0.0)
    }

    /// The least change that can be seen: a hundredth of the scale, rounded to a power of ten.
    pub fn step(&self) -> f64 {
        10f64.powf(((self.high - self.low).max(1e-9) / 100.0).log10().round())
    }

    /// The round threshold at a height of the picture, beyond the plot too.
    pub fn value_at(&self, y: f32) -> f64 {
        let share = f64::from((self.plot.bottom() - y) / self.plot.h.max(1.0));
        let value = self.low + share * (self.high - self.low);
        let step = self.step();
        // Dividing by a whole number gives 0.7 where multiplying by 0.1 would give 0.7000000000000001.
        if step < 1.0 {
            let parts = (1.0 / step).round();
            (value * parts).round() / parts
        } else {
            (value / step).round() * step
        }
    }
}

/// A lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// What it shows.
    pub kind: LaneKind,
    /// Where it is plotted, without its names.
    pub rect: Rect,
}

/// What a lane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneKind {
    /// A metric and its condition, by the condition's number in the run and the series' number in it.
    Condition {
        /// The condition.
        condition: usize,
        /// The series.
        series: usize,
    },
    /// What was allowed and denied.
    Decisions,
    /// What was done.
    Responses,
    /// How it compares with the labels.
    Outcome,
}

/// The values at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct MomentReading {
    /// The condition's number in the run.
    pub condition: usize,
    /// The metric.
    pub metric: String,
    /// Its value, as it was read; none where nothing was heard.
    pub value: Option<f64>,
    /// Where the condition stands.
    pub state: ConditionState,
}

/// Where a condition stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionState {
    /// Met.
    Quiet,
    /// Violated since then, not yet for long enough.
    Pending {
        /// Since when.
        since_ms: i64,
    },
    /// Fires since then.
    Firing {
        /// Since when.
        since_ms: i64,
    },
}

impl Timeline {
    /// The moment at a place; none beside the plots.
    pub fn time_at(&self, point: Point) -> Option<i64> {
        self.axis.time(point.x)
    }

    /// The lane at a place.
    pub fn lane_at(&self, point: Point) -> Option<&Lane> {
        self.lanes.iter().find(|lane| point.y >= lane.rect.y && point.y <= lane.rect.bottom())
    }

    /// The values of the conditions that are shown, at a moment.
    pub fn reading(&self, run: &Run, t_ms: i64) -> Vec<MomentReading> {
        let shown = self.lanes.iter().filter_map(|lane| match lane.kind {
            LaneKind::Condition { condition, series } => Some((condition, series)),
            _ => None,
        });
        let mut readings = Vec::new();
        for (number, series) in shown {
            let Some(condition) = run.conditions.get(number) else { continue };
            let Some(series) = condition.series.get(series) else { continue };
            readings.push(reading(run, number, condition, series, t_ms));
        }
        readings
    }
}

fn reading(
    run: &Run,
    number: usize,
    condition: &ConditionRun,
    series: &SeriesRun,
    t_ms: i64,
) -> MomentReading {
    let within =
        |interval: &&crate::simulation::grid::Interval| interval.from_ms <= t_ms && t_ms < interval.to_ms;
    let state = if let Some(firing) = series.firing.iter().find(within) {
        ConditionState::Firing { since_ms: firing.from_ms }
    } else if let Some(pending) = series.pending.iter().find(within) {
        ConditionState::Pending { since_ms: pending.from_ms }
    } else {
        ConditionState::Quiet
    };
    let at = series.chart.partition_point(|bucket| bucket.t_ms <= t_ms);
    let bucket = at.checked_sub(1).and_then(|at| series.chart.get(at));
    let step = run.grid.interval_ms.max(1);
    let width = series
        .chart
        .windows(2)
        .map(|pair| pair.first().zip(pair.get(1)).map_or(step, |(a, b)| b.t_ms - a.t_ms))
        .min();
    let fresh = |t: i64| t_ms - t <= width.unwrap_or(step).max(step) + run.grid.lookback_ms;
    let value = bucket.filter(|bucket| fresh(bucket.t_ms)).map(|bucket| bucket.last);
    MomentReading { condition: number, metric: condition.metric.clone(), value, state }
}

/// The agents of a run, the one with the longest alarms first.
pub fn agents(run: &Run) -> Vec<String> {
    let mut fired: BTreeMap<&str, i64> = BTreeMap::new();
    for series in run.conditions.iter().flat_map(|condition| &condition.series) {
        let time: i64 = series.firing.iter().map(|interval| interval.to_ms - interval.from_ms).sum();
        *fired.entry(&series.agent).or_default() += time;
    }
    for record in &run.decisions {
        fired.entry(&record.agent).or_default();
    }
    let mut agents: Vec<(&str, i64)> = fired.into_iter().collect();
    agents.sort_by_key(|(agent, time)| (std::cmp::Reverse(*time), agent.to_owned()));
    agents.into_iter().map(|(agent, _)| agent.to_owned()).collect()
}

/// The labelled attacks on an agent, with their numbers in the run.
fn windows_of<'a>(run: &'a Run, agent: &str) -> Vec<(usize, &'a WindowScore)> {
    let windows = run.scores.as_ref().map_or(&[][..], |scores| scores.event.windows.as_slice());
    windows.iter().enumerate().filter(|(_, window)| window.label.is_about(agent)).collect()
}

/// The timeline of a run.
pub fn timeline(run: &Run, options: &TimelineOptions) -> Timeline {
    let agent = options.agent.clone().or_else(|| agents(run).into_iter().next()).unwrap_or_default();
    lanes::draw(run, &agent, options)
}

/// What a timeline shows, for those who cannot see it.
fn sentence(run: &Run, agent: &str, axis: TimeAxis) -> String {
    let windows = windows_of(run, agent);
    let detected = windows.iter().filter(|(_, window)| window.detected_ms.is_some()).count();
    let denied = run.decisions.iter().filter(|record| record.agent == agent && record.denied()).count();
    let alarms: usize = run
        .conditions
        .iter()
        .flat_map(|condition| &condition.series)
        .filter(|series| series.agent == agent)
        .map(|series| series.firing.len())
        .sum();
    format!(
        "Timeline of {agent} on {}, {} to {} UTC: {alarms} alarms, {denied} requests denied, {detected} of {} labelled attacks detected.",
        axis::date(axis.from_ms),
        axis::clock(axis.from_ms, false),
        axis::clock(axis.to_ms, false),
        windows.len(),
    )
}

#[cfg(test)]
mod tests;
