//! Sliding windows over a series: which samples they hold, and what they add up to, as each dialect computes it.
//!
//! A window moves along with the evaluations, so its edges only ever move forward. Sums come from running totals with a
//! bound on their rounding; only where the bound does not settle a comparison the window is added up again exactly as
//! Prometheus does, so that the outcome is the same to the last bit and the cost does not grow with the window.

use std::borrow::Cow;

use super::trace::{Series, is_stale};
use crate::model::Engine;

/// The samples of a series that windows see: all but stale markers.
pub(crate) struct Samples<'a> {
    pub(crate) times: Cow<'a, [i64]>,
    pub(crate) values: Cow<'a, [f64]>,
}

impl<'a> Samples<'a> {
    pub(crate) fn of(series: &'a Series) -> Self {
        if series.values.iter().any(|value| is_stale(*value)) {
            let kept = || series.times.iter().zip(&series.values).filter(|(_, value)| !is_stale(**value));
            Self {
                times: kept().map(|(t, _)| *t).collect(),
                values: kept().map(|(_, value)| *value).collect(),
            }
        } else {
            Self { times: Cow::Borrowed(&series.times), values: Cow::Borrowed(&series.values) }
        }
    }
}

/// The edges of a window, as indices: from `low` up to, not including, `high`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edges {
    pub(crate) low: usize,
    pub(crate) high: usize,
}

impl Edges {
    /// Moves both edges on to the window that ends at `t`.
    pub(crate) fn advance(&mut self, times: &[i64], t: i64, duration_ms: i64, engine: Engine) {
        while times.get(self.high).is_some_and(|sample| *sample <= t) {
            self.high += 1;
        }
        let left = t - duration_ms;
        let outside = |sample: i64| match engine {
            Engine::Prom2 => sample < left,
            Engine::Prom3 => sample <= left,
        };
        while self.low < self.high && times.get(self.low).is_some_and(|sample| outside(*sample)) {
            self.low += 1;
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.low >= self.high
    }

    pub(crate) fn len(self) -> usize {
        self.high - self.low
    }
}

/// Running totals of a series.
pub(crate) struct Totals {
    sums: Vec<f64>,
    magnitudes: Vec<f64>,
    not_finite: Vec<u32>,
    whole: bool,
}

/// A number that is known up to a bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Roughly {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

impl Totals {
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut totals = Self {
            sums: Vec::with_capacity(values.len() + 1),
            magnitudes: Vec::with_capacity(values.len() + 1),
            not_finite: Vec::with_capacity(values.len() + 1),
            whole: true,
        };
        let (mut sum, mut magnitude, mut not_finite) = (0.0, 0.0, 0);
        totals.sums.push(sum);
        totals.magnitudes.push(magnitude);
        totals.not_finite.push(not_finite);
        for &value in values {
            if value.is_finite() {
                sum += value;
                magnitude += value.abs();
                totals.whole &= value.trunc() == value;
            } else {
                not_finite += 1;
            }
            totals.sums.push(sum);
            totals.magnitudes.push(magnitude);
            totals.not_finite.push(not_finite);
        }
        // Whole numbers add up without rounding as long as the total stays below 2^53.
        totals.whole &= magnitude < 9e15;
        totals
    }

    /// The sum over a window; none if it holds NaN or infinities, which have rules of their own.
    pub(crate) fn sum(&self, edges: Edges) -> Option<Roughly> {
        let (low, high) = (edges.low, edges.high);
        if self.not_finite.get(low)? != self.not_finite.get(high)? {
            return None;
        }
        let value = self.sums.get(high)? - self.sums.get(low)?;
        let error =
            if self.whole { 0.0 } else { (high as f64 + 8.0) * f64::EPSILON * self.magnitudes.get(high)? };
        Some(Roughly { value, error })
    }

    /// The mean over a window, with room for the different ways in which the dialects round it.
    pub(crate) fn mean(&self, edges: Edges) -> Option<Roughly> {
        let sum = self.sum(edges)?;
        let count = edges.len() as f64;
        let magnitude = self.magnitudes.get(edges.high)? - self.magnitudes.get(edges.low)?;
        let error = (sum.error + 64.0 * f64::EPSILON * self.magnitudes.get(edges.high)?) / count
            + 64.0 * f64::EPSILON * magnitude;
        Some(Roughly { value: sum.value / count, error })
    }
}

/// One step of a compensated sum (Kahan, improved by Neumaier), in the order of operations that each dialect uses.
fn add_compensated(next: f64, sum: f64, compensation: f64, engine: Engine) -> (f64, f64) {
    let total = sum + next;
    let compensation = if engine == Engine::Prom3 && total.is_infinite() {
        0.0
    } else if sum.abs() >= next.abs() {
        compensation + ((sum - total) + next)
    } else {
        compensation + ((next - total) + sum)
    };
    (total, compensation)
}

/// `sum_over_time`, to the last bit.
pub(crate) fn sum_over_time(values: &[f64], engine: Engine) -> f64 {
    let (sum, compensation) =
        values.iter().fold((0.0, 0.0), |(sum, rest), value| add_compensated(*value, sum, rest, engine));
    if sum.is_infinite() { sum } else { sum + compensation }
}

/// `avg_over_time`, to the last bit; NaN for no values.
pub(crate) fn avg_over_time(values: &[f64], engine: Engine) -> f64 {
    match engine {
        Engine::Prom2 => incremental_mean(values),
        Engine::Prom3 => direct_mean(values),
    }
}

fn incremental_mean(values: &[f64]) -> f64 {
    let (mut mean, mut count, mut rest) = (0.0_f64, 0.0, 0.0);
    for &value in values {
        count += 1.0;
        if mean.is_infinite() {
            let same = value.is_infinite() && (mean > 0.0) == (value > 0.0);
            if same || value.is_finite() {
                continue;
            }
        }
        (mean, rest) = add_compensated(value / count - mean / count, mean, rest, Engine::Prom2);
    }
    if values.is_empty() {
        f64::NAN
    } else if mean.is_infinite() {
        mean
    } else {
        mean + rest
    }
}

fn direct_mean(values: &[f64]) -> f64 {
    let Some((&first, others)) = values.split_first() else { return f64::NAN };
    let (mut sum, mut count, mut mean, mut rest) = (first, 1.0, 0.0, 0.0);
    let mut overflowed = false;
    for &value in others {
        count += 1.0;
        if !overflowed {
            let (next, next_rest) = add_compensated(value, sum, rest, Engine::Prom3);
            if !next.is_infinite() {
                (sum, rest) = (next, next_rest);
                continue;
            }
            overflowed = true;
            mean = sum / (count - 1.0);
            rest /= count - 1.0;
        }
        let kept = (count - 1.0) / count;
        (mean, rest) = add_compensated(value / count, kept * mean, kept * rest, Engine::Prom3);
    }
    if overflowed { mean + rest } else { sum / count + rest / count }
}

/// Where a counter starts again: the index of the lower sample, and the value before it.
pub(crate) fn resets(values: &[f64]) -> Vec<(usize, f64)> {
    values
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[1] < pair[0])
        .map(|(at, pair)| (at + 1, pair[0]))
        .collect()
}

/// What a counter reading asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) duration_ms: i64,
    pub(crate) per_second: bool,
    pub(crate) engine: Engine,
}

impl Growth {
    /// `increase` or `rate` over the window that ends at `t`: the growth with resets made good, stretched to the edges
    /// of the window. None for less than two samples.
    pub(crate) fn over(
        self,
        samples: &Samples<'_>,
        resets: &[(usize, f64)],
        edges: Edges,
        t: i64,
    ) -> Option<f64> {
        if edges.len() < 2 {
            return None;
        }
        let (first, last) = (edges.low, edges.high - 1);
        let (first_t, last_t) = (*samples.times.get(first)?, *samples.times.get(last)?);
        let first_value = *samples.values.get(first)?;
        let from = resets.partition_point(|(at, _)| *at <= first);
        let mut grown = samples.values.get(last)? - first_value;
        for (_, before) in resets.iter().skip(from).take_while(|(at, _)| *at <= last) {
            grown += before;
        }
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let mut to_start = seconds(first_t - (t - self.duration_ms));
        let mut to_end = seconds(t - last_t);
        let sampled = seconds(last_t - first_t);
        let spacing = sampled / (edges.len() - 1) as f64;
        let threshold = spacing * 1.1;
        let to_zero = (grown > 0.0 && first_value >= 0.0).then(|| sampled * (first_value / grown));
        let mut factor = match self.engine {
            Engine::Prom2 => {
                if let Some(to_zero) = to_zero
                    && to_zero < to_start
                {
                    to_start = to_zero;
                }
                let mut stretched = sampled;
                stretched += if to_start < threshold { to_start } else { spacing / 2.0 };
                stretched += if to_end < threshold { to_end } else { spacing / 2.0 };
                stretched / sampled
            }
            Engine::Prom3 => {
                if to_start >= threshold {
                    to_start = spacing / 2.0;
                }
                if let Some(to_zero) = to_zero
                    && to_zero < to_start
                {
                    to_start = to_zero;
                }
                if to_end >= threshold {
                    to_end = spacing / 2.0;
                }
                (sampled + to_start + to_end) / sampled
            }
        };
        if self.per_second {
            factor /= (self.duration_ms / 1000) as f64 + (self.duration_ms % 1000) as f64 / 1000.0;
        }
        Some(grown * factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_differ_by_dialect() {
        let times: Vec<i64> = (0..=10).map(|minute| minute * 60_000).collect();
        let count = |engine| {
            let mut edges = Edges::default();
            edges.advance(&times, 600_000, 300_000, engine);
            edges.len()
        };
        assert_eq!(count(Engine::Prom2), 6);
        assert_eq!(count(Engine::Prom3), 5);
    }

    #[test]
    fn compensated_sums_keep_small_parts() {
        for engine in [Engine::Prom2, Engine::Prom3] {
            assert_eq!(sum_over_time(&[1e100, 1.0, -1e100], engine), 1.0);
            assert_eq!(sum_over_time(&[f64::INFINITY, 1.0], engine), f64::INFINITY);
            assert!(sum_over_time(&[f64::NAN, 1.0], engine).is_nan());
            assert_eq!(avg_over_time(&[2.0, 4.0, 9.0], engine), 5.0);
            assert_eq!(avg_over_time(&[f64::INFINITY, 1.0], engine), f64::INFINITY);
            assert!(avg_over_time(&[f64::INFINITY, f64::NEG_INFINITY], engine).is_nan());
        }
        assert_eq!(avg_over_time(&[f64::MAX, f64::MAX], Engine::Prom3), f64::MAX);
    }

    #[test]
    fn totals_stay_within_their_bound() {
        let mut random = super::super::random::Random::new(3);
        let values: Vec<f64> =
            (0..5_000).map(|_| random.between(-3.0, 90.0) * 10_f64.powi(random.below(6) as i32)).collect();
        let totals = Totals::of(&values);
        for low in (0..4_900).step_by(61) {
            let edges = Edges { low, high: low + 97 };
            let window = &values[low..low + 97];
            for engine in [Engine::Prom2, Engine::Prom3] {
                let sum = totals.sum(edges).unwrap();
                assert!((sum.value - sum_over_time(window, engine)).abs() <= sum.error);
                let mean = totals.mean(edges).unwrap();
                assert!((mean.value - avg_over_time(window, engine)).abs() <= mean.error);
            }
        }
    }

    #[test]
    fn growth_of_ten_a_minute_is_stretched() {
        let series = Series {
            times: (0..=9).map(|minute| minute * 60_000).collect(),
            values: (0..=9).map(|minute| f64::from(minute) * 10.0).collect(),
            ..Series::default()
        };
        let samples = Samples::of(&series);
        let edges = Edges { low: 0, high: 10 };
        // Nine minutes in, the window reaches back a minute before the counter began: 90 · 600/540 in neither dialect,
        // because a counter that began at 0 is not stretched to the left.
        for engine in [Engine::Prom2, Engine::Prom3] {
            let growth = Growth { duration_ms: 600_000, per_second: false, engine };
            assert_eq!(growth.over(&samples, &[], edges, 540_000), Some(90.0));
            let rate = Growth { per_second: true, ..growth };
            assert_eq!(rate.over(&samples, &[], edges, 540_000), Some(90.0 * (1.0 / 600.0)));
        }
    }

    #[test]
    fn resets_are_made_good() {
        let values = [5.0, 8.0, 2.0, 4.0, 1.0];
        assert_eq!(resets(&values), [(2, 8.0), (4, 4.0)]);
        let series = Series {
            times: (0..5).map(|n| n * 60_000).collect(),
            values: values.to_vec(),
            ..Series::default()
        };
        let samples = Samples::of(&series);
        let growth = Growth { duration_ms: 240_000, per_second: false, engine: Engine::Prom2 };
        let found = growth.over(&samples, &resets(&values), Edges { low: 0, high: 5 }, 240_000);
        assert_eq!(found, Some(8.0));
    }
}
