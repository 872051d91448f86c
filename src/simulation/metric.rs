//! Metric conditions: what a condition reads at each evaluation, and when that makes it pending and firing.

use std::collections::VecDeque;

use super::grid::{Grid, Interval};
use super::trace::{Bucket, Series, is_stale};
use super::window::{Edges, Growth, Roughly, Samples, Totals, avg_over_time, resets, sum_over_time};
use crate::model::{Engine, MetricCondition, MetricKind, Operator, Reading};

/// A metric condition, made ready for evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requirement {
    /// How the metric is read.
    pub reading: Reading,
    /// How value and bound compare when the condition is violated.
    pub violation: Operator,
    /// The bound.
    pub bound: f64,
    /// The window; unused where the reading is the present value.
    pub window_ms: i64,
    /// How long the violation must last until it fires.
    pub hold_ms: i64,
    /// How long an alarm stays after the last violation.
    pub keep_firing_for_ms: i64,
}

impl Requirement {
    /// A condition on a metric of that kind. The time of a condition is its hold where it reads the present value, and
    /// its window otherwise.
    pub fn new(condition: &MetricCondition, kind: MetricKind) -> Self {
        let reading = condition.read_as(kind);
        Self {
            reading,
            violation: condition.operator.violation(),
            bound: condition.value,
            window_ms: condition.duration_ms.max(0),
            hold_ms: condition.hold_ms(reading),
            keep_firing_for_ms: condition.keep_firing_for_ms.max(0),
        }
    }
}

/// How a condition went on one series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct States {
    /// When it was violated but not yet for long enough.
    pub pending: Vec<Interval>,
    /// When it fired.
    pub firing: Vec<Interval>,
    /// The value as it was read, for drawing.
    pub chart: Vec<Bucket>,
}

/// What one evaluation finds: nothing, or a value and whether it violates the requirement.
type Found = Option<(f64, bool)>;

/// Runs a condition over a series on a grid, keeping at most `chart_points` points of what it read.
pub fn evaluate(series: &Series, grid: &Grid, requirement: &Requirement, chart_points: usize) -> States {
    let mut alarm = Alarm::new(grid, requirement, chart_points);
    if requirement.reading == Reading::For && chart_points == 0 {
        visit_what_matters(series, grid, requirement, &mut alarm);
        return alarm.finish(grid.end_ms);
    }
    visit(series, grid, requirement, |t, found| alarm.step(t, found));
    alarm.finish(grid.end_ms)
}

/// What a condition reads at each evaluation of the grid: the number that is compared with the bound, whatever the bound.
/// NaN where it reads nothing. Not for conditions that ask for equality.
pub fn readings(series: &Series, grid: &Grid, requirement: &Requirement) -> Vec<f64> {
    if requirement.reading == Reading::Any {
        return worst_in_windows(series, grid, requirement);
    }
    let mut read = Vec::with_capacity(grid.evaluations());
    visit(series, grid, requirement, |_, found| read.push(found.map_or(f64::NAN, |(value, _)| value)));
    read
}

/// The worst sample of each window: if any sample violates a bound, this one does.
fn worst_in_windows(series: &Series, grid: &Grid, requirement: &Requirement) -> Vec<f64> {
    let samples = Samples::of(series);
    let value = |at: usize| samples.values.get(at).copied().unwrap_or(f64::NAN);
    let mut edges = Edges::default();
    // Samples that no later one outdoes, the worst first.
    let mut worst: VecDeque<usize> = VecDeque::new();
    let times = (0..grid.evaluations()).map(|index| grid.at(index));
    let read = times.map(|t| {
        let from = edges.high;
        edges.advance(&samples.times, t, requirement.window_ms, grid.engine);
        for at in (from..edges.high).filter(|at| !value(*at).is_nan()) {
            while worst.back().is_some_and(|last| requirement.violation.holds(value(at), value(*last))) {
                worst.pop_back();
            }
            worst.push_back(at);
        }
        while worst.front().is_some_and(|first| *first < edges.low) {
            worst.pop_front();
        }
        worst.front().map_or(f64::NAN, |first| value(*first))
    });
    read.collect()
}

/// When values that are violations or not make a condition pending and firing. For values computed elsewhere.
pub fn states_of(violations: &[bool], grid: &Grid, requirement: &Requirement) -> States {
    let next = |from: usize| Some(from + violations.get(from..)?.iter().position(|violated| *violated)?);
    states_between(|index| violations.get(index) == Some(&true), next, grid, requirement)
}

/// The same where evaluations are told by whether they violate, and by the next that does from a number on: those that
/// leave a quiet alarm quiet are not looked at.
pub(super) fn states_between(
    violated: impl Fn(usize) -> bool,
    next_violation: impl Fn(usize) -> Option<usize>,
    grid: &Grid,
    requirement: &Requirement,
) -> States {
    let mut alarm = Alarm::new(grid, requirement, 0);
    let mut at = next_violation(0);
    while let Some(index) = at.filter(|index| *index < grid.evaluations()) {
        alarm.step(grid.at(index), Some((0.0, violated(index))));
        let quiet = matches!(alarm.state, State::Quiet);
        at = if quiet { next_violation(index + 1) } else { Some(index + 1) };
    }
    alarm.finish(grid.end_ms)
}

fn visit(series: &Series, grid: &Grid, requirement: &Requirement, mut hear: impl FnMut(i64, Found)) {
    let times = (0..grid.evaluations()).map(|index| grid.at(index));
    let violated = |value: f64| requirement.violation.holds(value, requirement.bound);
    if requirement.reading == Reading::For {
        let mut next = 0;
        for t in times {
            while series.times.get(next).is_some_and(|sample| *sample <= t) {
                next += 1;
            }
            hear(t, present_value(series, next, t, grid).map(|value| (value, violated(value))));
        }
        return;
    }
    let samples = Samples::of(series);
    let (engine, window_ms) = (grid.engine, requirement.window_ms);
    let mut edges = Edges::default();
    let mut move_to = |t: i64| {
        let before = edges;
        edges.advance(&samples.times, t, window_ms, engine);
        (before, edges)
    };
    match requirement.reading {
        Reading::For => {}
        Reading::Increase | Reading::Rate => {
            let growth =
                Growth { duration_ms: window_ms, per_second: requirement.reading == Reading::Rate, engine };
            let resets = resets(&samples.values);
            for t in times {
                let (_, edges) = move_to(t);
                hear(t, growth.over(&samples, &resets, edges, t).map(|value| (value, violated(value))));
            }
        }
        Reading::Sum | Reading::Avg => {
            let totals = Totals::of(&samples.values);
            let is_sum = requirement.reading == Reading::Sum;
            for t in times {
                let (_, edges) = move_to(t);
                let exactly = || {
                    let window = samples.values.get(edges.low..edges.high).unwrap_or_default();
                    if is_sum { sum_over_time(window, engine) } else { avg_over_time(window, engine) }
                };
                let rough = if is_sum { totals.sum(edges) } else { totals.mean(edges) };
                hear(t, (!edges.is_empty()).then(|| settle(rough, requirement, exactly)));
            }
        }
        Reading::Any => {
            let mut bad = 0_usize;
            let bad_in = |from: usize, to: usize| {
                samples
                    .values
                    .get(from..to)
                    .unwrap_or_default()
                    .iter()
                    .filter(|value| violated(**value))
                    .count()
            };
            for t in times {
                let (before, edges) = move_to(t);
                // Both edges only move forward, so what came in and what went out is all that has to be counted.
                bad = bad + bad_in(before.high, edges.high) - bad_in(before.low, edges.low);
                let last = edges.high.checked_sub(1).and_then(|at| samples.values.get(at)).copied();
                hear(t, last.filter(|_| !edges.is_empty()).map(|value| (value, bad > 0)));
            }
        }
        Reading::Absent => {
            for t in times {
                let (_, edges) = move_to(t);
                hear(t, Some((edges.len() as f64, edges.is_empty())));
            }
        }
    }
}

/// Leaves out the evaluations that find the alarm quiet and leave it so: it stays quiet until the next violating sample.
fn visit_what_matters(series: &Series, grid: &Grid, requirement: &Requirement, alarm: &mut Alarm) {
    let violated = |value: f64| requirement.violation.holds(value, requirement.bound);
    let (mut index, mut next) = (0, 0);
    while index < grid.evaluations() {
        let t = grid.at(index);
        while series.times.get(next).is_some_and(|sample| *sample <= t) {
            next += 1;
        }
        alarm.step(t, present_value(series, next, t, grid).map(|value| (value, violated(value))));
        index += 1;
        if matches!(alarm.state, State::Quiet) {
            let rest = series.values.get(next..).unwrap_or_default();
            let Some(ahead) = rest.iter().position(|value| violated(*value)) else { break };
            next += ahead;
            let Some(sample) = series.times.get(next) else { break };
            index = index.max(grid.first_at_or_after(*sample));
        }
    }
}

/// The newest sample not after `t` and not too old; `next` is the index after it.
fn present_value(series: &Series, next: usize, t: i64, grid: &Grid) -> Option<f64> {
    let at = next.checked_sub(1)?;
    let age = t - *series.times.get(at)?;
    let fresh = match grid.engine {
        Engine::Prom2 => age <= grid.lookback_ms,
        Engine::Prom3 => age < grid.lookback_ms,
    };
    series.values.get(at).copied().filter(|value| fresh && !is_stale(*value))
}

/// Compares a number known up to a bound; where that does not settle it, the exact number decides.
fn settle(rough: Option<Roughly>, requirement: &Requirement, exactly: impl Fn() -> f64) -> (f64, bool) {
    let value = match rough {
        Some(rough) if rough.error == 0.0 || (rough.value - requirement.bound).abs() > rough.error => {
            rough.value
        }
        _ => exactly(),
    };
    (value, requirement.violation.holds(value, requirement.bound))
}

/// The state of one condition on one series, as Prometheus moves it from evaluation to evaluation.
struct Alarm {
    hold_ms: i64,
    keep_ms: i64,
    state: State,
    states: States,
    chart_start_ms: i64,
    bucket_ms: i64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Quiet,
    Pending { since: i64 },
    Firing { since: i64, quiet_since: Option<i64> },
}

impl Alarm {
    fn new(grid: &Grid, requirement: &Requirement, chart_points: usize) -> Self {
        let span = grid.end_ms - grid.start_ms + grid.interval_ms;
        let bucket_ms = match chart_points {
            0 => 0,
            points => (span / points as i64 + 1).max(grid.interval_ms),
        };
        Self {
            hold_ms: requirement.hold_ms,
            keep_ms: requirement.keep_firing_for_ms,
            state: State::Quiet,
            states: States::default(),
            chart_start_ms: grid.start_ms,
            bucket_ms,
        }
    }

    fn step(&mut self, t: i64, found: Found) {
        let violated = found.is_some_and(|(_, violated)| violated);
        if let Some((value, _)) = found {
            self.draw(t, value);
        }
        self.state = match (self.state, violated) {
            (State::Quiet, false) => State::Quiet,
            (State::Quiet, true) => self.hold(t, t),
            (State::Pending { since }, true) => self.hold(since, t),
            (State::Pending { since }, false) => {
                self.states.pending.push(Interval { from_ms: since, to_ms: t, open: false });
                State::Quiet
            }
            (State::Firing { since, .. }, true) => State::Firing { since, quiet_since: None },
            (State::Firing { since, quiet_since }, false) => {
                let quiet = quiet_since.unwrap_or(t);
                if t - quiet >= self.keep_ms {
                    self.states.firing.push(Interval { from_ms: since, to_ms: t, open: false });
                    State::Quiet
                } else {
                    State::Firing { since, quiet_since: Some(quiet) }
                }
            }
        };
    }

    /// Pending since then, or firing from now on when it has been long enough.
    fn hold(&mut self, since: i64, t: i64) -> State {
        if t - since < self.hold_ms {
            return State::Pending { since };
        }
        if since < t {
            self.states.pending.push(Interval { from_ms: since, to_ms: t, open: false });
        }
        State::Firing { since: t, quiet_since: None }
    }

    fn draw(&mut self, t: i64, value: f64) {
        if self.bucket_ms == 0 || !value.is_finite() {
            return;
        }
        // Evaluations only move forward.
        if let Some(bucket) = self.states.chart.last_mut()
            && t - bucket.t_ms < self.bucket_ms
        {
            bucket.min = bucket.min.min(value);
            bucket.max = bucket.max.max(value);
            bucket.last = value;
        } else {
            let t_ms = self.chart_start_ms + (t - self.chart_start_ms) / self.bucket_ms * self.bucket_ms;
            self.states.chart.push(Bucket { t_ms, min: value, max: value, last: value });
        }
    }

    fn finish(mut self, end_ms: i64) -> States {
        match self.state {
            State::Quiet => {}
            State::Pending { since } => {
                self.states.pending.push(Interval { from_ms: since, to_ms: end_ms, open: true });
            }
            State::Firing { since, .. } => {
                self.states.firing.push(Interval { from_ms: since, to_ms: end_ms, open: true });
            }
        }
        self.states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn grid(engine: Engine, minutes: i64) -> Grid {
        Grid { engine, start_ms: 0, end_ms: minutes * MINUTE, interval_ms: MINUTE, lookback_ms: 5 * MINUTE }
    }

    fn below(bound: f64) -> Requirement {
        Requirement {
            reading: Reading::For,
            violation: Operator::GreaterOrEqual,
            bound,
            window_ms: 0,
            hold_ms: 0,
            keep_firing_for_ms: 0,
        }
    }

    /// One letter a minute: a digit is a value, `.` no sample, `s` a stale marker, `n` NaN.
    fn series(letters: &str) -> Series {
        let mut series = Series::default();
        for (minute, letter) in letters.chars().enumerate() {
            let value = match letter {
                '.' => continue,
                's' => super::super::trace::stale_marker(),
                'n' => f64::NAN,
                digit => f64::from(digit.to_digit(10).unwrap()),
            };
            series.times.push(minute as i64 * MINUTE);
            series.values.push(value);
        }
        series
    }

    /// One letter an evaluation: `-` quiet, `P` pending, `F` firing.
    fn drawn(states: &States, grid: &Grid) -> String {
        let within = |list: &[Interval], t: i64| list.iter().any(|interval| interval.touches(t, t));
        (0..grid.evaluations())
            .map(|index| grid.at(index))
            .map(|t| match (within(&states.pending, t), within(&states.firing, t)) {
                (false, false) => '-',
                (true, false) => 'P',
                (false, true) => 'F',
                (true, true) => '?',
            })
            .collect()
    }

    fn check(requirement: &Requirement, engine: Engine, letters: &str, expected: &str) {
        let grid = grid(engine, expected.len() as i64 - 1);
        let states = evaluate(&series(letters), &grid, requirement, 0);
        let with_chart = evaluate(&series(letters), &grid, requirement, 50);
        assert_eq!((&with_chart.pending, &with_chart.firing), (&states.pending, &states.firing), "{letters}");
        assert_eq!(drawn(&states, &grid), expected, "{letters} {engine}");
    }

    #[test]
    fn leaving_out_what_stays_quiet_changes_nothing() {
        let mut random = super::super::random::Random::new(6);
        for round in 0..400 {
            let mut series = Series::default();
            let mut t = i64::from(random.below(400) as u32) - 200;
            while t < 60 * MINUTE {
                let value = match random.below(12) {
                    0 => super::super::trace::stale_marker(),
                    1 => f64::NAN,
                    n => (n % 4) as f64 * 3.0,
                };
                series.times.push(t);
                series.values.push(value);
                t +=
                    if random.chance(0.03) { 9 * MINUTE } else { 1 + i64::from(random.below(90_000) as u32) };
            }
            for engine in [Engine::Prom2, Engine::Prom3] {
                for violation in [Operator::GreaterOrEqual, Operator::NotEqual, Operator::Less] {
                    let requirement = Requirement {
                        violation,
                        hold_ms: i64::from(round % 4) * 45_000,
                        keep_firing_for_ms: i64::from(round % 3) * 50_000,
                        ..below(6.0)
                    };
                    let grid = grid(engine, 60);
                    let all = evaluate(&series, &grid, &requirement, 10);
                    let some = evaluate(&series, &grid, &requirement, 0);
                    assert_eq!((all.pending, all.firing), (some.pending, some.firing), "round {round}");
                }
            }
        }
    }

    #[test]
    fn holds_as_long_as_it_must() {
        let five = Requirement { hold_ms: 5 * MINUTE, ..below(8.0) };
        for engine in [Engine::Prom2, Engine::Prom3] {
            check(&five, engine, "008888888800", "--PPPPPFFF--");
            check(&five, engine, "008888788888880", "--PPPP-PPPPPFF-");
            check(&five, engine, "00888888", "--PPPPPF");
            check(&below(8.0), engine, "0780900", "--F-F--");
            check(&below(8.0), engine, "8", "F");
            // 90 s on a grid of a minute work out as 2 minutes.
            check(&Requirement { hold_ms: 90_000, ..below(8.0) }, engine, "08888", "-PPFF");
        }
    }

    #[test]
    fn keeps_firing() {
        let keep = Requirement { keep_firing_for_ms: 2 * MINUTE, ..below(8.0) };
        for engine in [Engine::Prom2, Engine::Prom3] {
            check(&keep, engine, "0800000", "-FFF---");
            check(&keep, engine, "0808000000", "-FFFFF----");
            check(&Requirement { hold_ms: MINUTE, ..keep }, engine, "088000880000", "-PFFF-PFFF--");
        }
    }

    #[test]
    fn gaps_carry_the_last_value_for_the_lookback() {
        check(&below(8.0), Engine::Prom2, "8........", "FFFFFF---");
        check(&below(8.0), Engine::Prom3, "8........", "FFFFF----");
        for engine in [Engine::Prom2, Engine::Prom3] {
            check(&below(8.0), engine, "8s.......", "F--------");
            check(&below(8.0), engine, "8n8", "F-F");
            check(&Requirement { hold_ms: 2 * MINUTE, ..below(8.0) }, engine, "88s888", "PP-PPF");
        }
    }

    #[test]
    fn nan_is_unequal_to_everything() {
        let must_be = |violation| Requirement { violation, ..below(8.0) };
        for engine in [Engine::Prom2, Engine::Prom3] {
            check(&must_be(Operator::NotEqual), engine, "8n7", "-FF");
            check(&must_be(Operator::Equal), engine, "8n7", "F--");
            check(&must_be(Operator::LessOrEqual), engine, "8n7", "F-F");
        }
    }

    #[test]
    fn windows_count_one_sample_more_in_the_older_dialect() {
        let sum = Requirement { reading: Reading::Sum, window_ms: 3 * MINUTE, ..below(6.0) };
        check(&sum, Engine::Prom2, "2222000000", "--FFF-----");
        check(&sum, Engine::Prom3, "2222000000", "--FF------");
        let any = Requirement { reading: Reading::Any, window_ms: 2 * MINUTE, ..below(8.0) };
        check(&any, Engine::Prom2, "0800000", "-FFF---");
        check(&any, Engine::Prom3, "0800000", "-FF----");
        let avg = Requirement { reading: Reading::Avg, window_ms: 2 * MINUTE, ..below(4.0) };
        check(&avg, Engine::Prom2, "0660000", "--FF---");
        check(&avg, Engine::Prom3, "0660000", "--F----");
        let absent = Requirement { reading: Reading::Absent, window_ms: 2 * MINUTE, ..below(0.0) };
        check(&absent, Engine::Prom2, ".1.....1", "F---FFF-");
        check(&absent, Engine::Prom3, ".1.....1", "F--FFFF-");
    }

    #[test]
    fn an_empty_window_is_no_violation() {
        let at_least =
            |reading| Requirement { reading, violation: Operator::Less, window_ms: MINUTE, ..below(1.0) };
        for reading in [Reading::Sum, Reading::Avg, Reading::Any, Reading::Increase, Reading::Rate] {
            check(&at_least(reading), Engine::Prom3, ".....", "-----");
        }
    }

    #[test]
    fn growth_of_a_counter() {
        // 10 a minute, at most 100 in 10 minutes.
        let mut counter = Series::default();
        for minute in 0..=20 {
            counter.times.push(minute * MINUTE);
            counter.values.push(1000.0 + minute as f64 * 10.0);
        }
        let hundred = Requirement { reading: Reading::Increase, window_ms: 10 * MINUTE, ..below(100.0) };
        for engine in [Engine::Prom2, Engine::Prom3] {
            let states = evaluate(&counter, &grid(engine, 20), &hundred, 0);
            // 9 minutes grow by 90, stretched to the window's edges: 90 · 600/540 = 100.
            assert_eq!(
                states.firing,
                [Interval { from_ms: 9 * MINUTE, to_ms: 20 * MINUTE, open: true }],
                "{engine}"
            );
        }
    }
}
