//! Scoring: alarms against labelled windows, evaluations against them, decisions against what the requests were.

use std::collections::BTreeMap;

use super::grid::{Grid, Interval};
use super::labels::Label;
use super::run::{DecisionRecord, Run, SeriesRun};
use super::scores::{
    EventScore, PointScore, RequestScore, Scores, TimeToDetect, WindowScore, nearest_rank, share, wilson,
};

/// A stretch in which an alarm is on, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) from_ms: i64,
    pub(crate) last_ms: i64,
}

impl Span {
    /// The evaluations of an interval.
    pub(crate) fn of(interval: &Interval, grid: &Grid) -> Self {
        // An interval ends with the first evaluation that is not in it.
        let beyond = grid.first_at_or_after(interval.to_ms + i64::from(interval.open));
        Self { from_ms: interval.from_ms, last_ms: grid.at(beyond.saturating_sub(1)).max(interval.from_ms) }
    }
}

/// What is scored: the alarms of each watched agent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    /// Moments at which an alarm is on; several alarms may overlap.
    pub(crate) on: BTreeMap<String, Vec<Span>>,
}

/// How alarms are compared with windows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scoring {
    pub(crate) grid: Grid,
    pub(crate) grace_ms: i64,
    /// Nothing before this counts.
    pub(crate) from_ms: i64,
    /// Two alarms less than this apart are one.
    pub(crate) join_ms: i64,
}

impl Scoring {
    pub(crate) fn of(run: &Run, ignore_before_ms: Option<i64>) -> Self {
        let from_ms = ignore_before_ms.unwrap_or(i64::MIN).max(run.grid.start_ms);
        Self { grid: run.grid, grace_ms: run.grace_ms, from_ms, join_ms: run.grid.interval_ms }
    }
}

/// Scores a run against labels.
pub(crate) fn score(run: &Run, labels: &[Label], ignore_before_ms: Option<i64>, has_events: bool) -> Scores {
    let scoring = Scoring::of(run, ignore_before_ms);
    let firing = Watched::firing(run, run.conditions.iter().flat_map(|condition| &condition.series));
    let event = event_score(&firing, labels, &scoring);
    let point = point_score(&firing, labels, &scoring);
    let (with_denials, requests) = if has_events {
        let mut both = firing;
        both.add_denials(run.decisions.iter());
        // Denied requests are moments, so those of one attempt are joined over the lookback.
        let joined = Scoring { join_ms: run.grid.lookback_ms.max(run.grid.interval_ms), ..scoring };
        (Some(event_score(&both, labels, &joined)), Some(request_score(&run.decisions)))
    } else {
        (None, None)
    };
    Scores { event, point, with_denials, requests }
}

impl Watched {
    /// The firing evaluations of some series; every agent in scope is watched, whether it has such a series or not.
    pub(crate) fn firing<'a>(run: &Run, series: impl Iterator<Item = &'a SeriesRun>) -> Self {
        let mut watched = Self::default();
        for agent in &run.coverage.agents_in_scope {
            watched.on.insert(agent.clone(), Vec::new());
        }
        for one in series {
            let spans = watched.on.entry(one.agent.clone()).or_default();
            spans.extend(one.firing.iter().map(|interval| Span::of(interval, &run.grid)));
        }
        watched
    }

    pub(crate) fn add_denials<'a>(&mut self, decisions: impl Iterator<Item = &'a DecisionRecord>) {
        for decision in decisions.filter(|record| record.denied_by_policy() && record.decision.by.is_some()) {
            let moment = Span { from_ms: decision.t_ms, last_ms: decision.t_ms };
            self.on.entry(decision.agent.clone()).or_default().push(moment);
        }
    }

    /// The union of the alarms of an agent; those less than `join_ms` apart are one.
    fn alarms(&self, agent: &str, from_ms: i64, join_ms: i64) -> Vec<Span> {
        let mut spans: Vec<Span> = self
            .on
            .get(agent)
            .into_iter()
            .flatten()
            .filter(|span| span.last_ms >= from_ms)
            .map(|span| Span { from_ms: span.from_ms.max(from_ms), ..*span })
            .collect();
        spans.sort_unstable();
        let mut union: Vec<Span> = Vec::new();
        for span in spans {
            match union.last_mut() {
                Some(last) if span.from_ms <= last.last_ms.saturating_add(join_ms) => {
                    last.last_ms = last.last_ms.max(span.last_ms);
                }
                _ => union.push(span),
            }
        }
        union
    }
}

pub(crate) fn event_score(watched: &Watched, labels: &[Label], scoring: &Scoring) -> EventScore {
    let Scoring { grid, grace_ms, from_ms, join_ms } = *scoring;
    let counted = labels.iter().filter(|label| label.end_ms >= from_ms && label.start_ms <= grid.end_ms);
    let mut windows = Vec::new();
    let mut times: Vec<i64> = Vec::new();
    for label in counted {
        let end_ms = label.end_ms.saturating_add(grace_ms);
        let about =
            || watched.on.iter().filter(|(agent, _)| label.is_about(agent)).flat_map(|(_, spans)| spans);
        let begin_ms = label.start_ms.max(from_ms);
        let first_on = |span: &Span| {
            let on_ms = if span.from_ms >= begin_ms {
                span.from_ms
            } else {
                grid.at(grid.first_at_or_after(begin_ms))
            };
            (on_ms <= span.last_ms.min(end_ms)).then_some(on_ms)
        };
        let detected_ms = about().filter_map(first_on).min();
        let firing_before = about().any(|span| span.from_ms < label.start_ms && first_on(span).is_some());
        times.extend(detected_ms.map(|t| t - label.start_ms));
        windows.push(WindowScore { label: label.clone(), detected_ms, firing_before });
    }
    times.sort_unstable();
    let (mut alarms, mut false_alarms) = (0, 0);
    for agent in watched.on.keys() {
        let own: Vec<&Label> = labels.iter().filter(|label| label.is_about(agent)).collect();
        for alarm in watched.alarms(agent, from_ms, join_ms) {
            alarms += 1;
            let meets = |label: &&Label| {
                alarm.from_ms <= label.end_ms.saturating_add(grace_ms) && alarm.last_ms >= label.start_ms
            };
            false_alarms += usize::from(!own.iter().any(meets));
        }
    }
    let detected = times.len();
    let agent_days = watched.on.len() as f64 * (grid.end_ms - from_ms).max(0) as f64 / 86.4e6;
    let time_to_detect = (|| {
        Some(TimeToDetect {
            p50_ms: nearest_rank(&times, 0.5)?,
            p95_ms: nearest_rank(&times, 0.95)?,
            max_ms: *times.last()?,
        })
    })();
    EventScore {
        detected,
        firing_before_window: windows.iter().filter(|window| window.firing_before).count(),
        detection_rate: share(detected as u64, windows.len() as u64),
        rate_interval: wilson(detected as u64, windows.len() as u64),
        windows,
        alarms,
        false_alarms,
        agent_days,
        false_alarms_per_agent_day: (agent_days > 0.0).then(|| false_alarms as f64 / agent_days),
        time_to_detect,
    }
}

/// Every evaluation of every watched agent, counted by stretches and not one by one.
pub(crate) fn point_score(watched: &Watched, labels: &[Label], scoring: &Scoring) -> PointScore {
    let Scoring { grid, from_ms, .. } = *scoring;
    let (low, high) = (grid.first_at_or_after(from_ms), grid.evaluations());
    let clipped = |from: usize, to: usize| (from.max(low), to.min(high));
    let mut score = PointScore::default();
    for agent in watched.on.keys() {
        let firing = union(watched.alarms(agent, from_ms, 0).iter().map(|span| {
            clipped(grid.first_at_or_after(span.from_ms), grid.first_at_or_after(span.last_ms + 1))
        }));
        let attacked = union(labels.iter().filter(|label| label.is_about(agent)).map(|label| {
            clipped(
                grid.first_at_or_after(label.start_ms),
                grid.first_at_or_after(label.end_ms.saturating_add(1)),
            )
        }));
        let length =
            |ranges: &[(usize, usize)]| ranges.iter().map(|(from, to)| (to - from) as u64).sum::<u64>();
        let tp = overlap(&firing, &attacked);
        let (fp, fn_) = (length(&firing) - tp, length(&attacked) - tp);
        score.tp += tp;
        score.fp += fp;
        score.fn_ += fn_;
        score.tn += high.saturating_sub(low) as u64 - tp - fp - fn_;
    }
    score
}

fn union(ranges: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = ranges.filter(|(from, to)| from < to).collect();
    ranges.sort_unstable();
    let mut union: Vec<(usize, usize)> = Vec::new();
    for (from, to) in ranges {
        match union.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => union.push((from, to)),
        }
    }
    union
}

fn overlap(one: &[(usize, usize)], other: &[(usize, usize)]) -> u64 {
    let (mut at, mut total) = (0, 0);
    for &(from, to) in one {
        while other.get(at).is_some_and(|range| range.1 <= from) {
            at += 1;
        }
        for &(start, end) in other.iter().skip(at).take_while(|range| range.0 < to) {
            total += (to.min(end) - from.max(start)) as u64;
        }
    }
    total
}

fn request_score(decisions: &[DecisionRecord]) -> RequestScore {
    let mut score = RequestScore::default();
    for decision in decisions {
        match (decision.malicious, decision.denied()) {
            (Some(true), _) if decision.by_response => score.stopped_malicious += 1,
            (Some(false), _) if decision.by_response => score.stopped_benign += 1,
            (Some(true), true) => score.tp += 1,
            (Some(true), false) => score.fn_ += 1,
            (Some(false), true) => score.fp += 1,
            (Some(false), false) => score.tn += 1,
            (None, _) => {}
        }
    }
    score
}
