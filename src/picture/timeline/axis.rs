//! Time and values as places.

use crate::picture::Align;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::picture::Rect;

/// A stretch of time across a plot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TimeAxis {
    /// The first moment shown.
    pub from_ms: i64,
    /// The last moment shown.
    pub to_ms: i64,
    /// Where the first moment stands.
    pub left: f32,
    /// Where the last moment stands.
    pub right: f32,
}

/// Nearer to an end of the axis than this, words are not centred on their mark.
const EDGE: f32 = 24.0;

impl TimeAxis {
    /// A stretch of at least a millisecond, from `left` to the right edge of a drawing of that width.
    pub(in crate::picture) fn across((from_ms, to_ms): (i64, i64), left: f32, width: f32) -> Self {
        Self { from_ms, to_ms: to_ms.max(from_ms + 1), left, right: (width - 2.0).max(left + 60.0) }
    }

    /// Where a moment stands, within the plot.
    pub fn x(&self, t_ms: i64) -> f32 {
        let span = (self.to_ms - self.from_ms).max(1) as f64;
        let share = ((t_ms - self.from_ms) as f64 / span).clamp(0.0, 1.0) as f32;
        self.left + (self.right - self.left) * share
    }

    /// The moment that stands there; none outside of the plot.
    pub fn time(&self, x: f32) -> Option<i64> {
        if x < self.left || x > self.right || self.right <= self.left {
            return None;
        }
        let share = f64::from((x - self.left) / (self.right - self.left));
        Some(self.from_ms + (share * (self.to_ms - self.from_ms) as f64).round() as i64)
    }

    /// Whether any of a stretch is shown.
    pub fn shows(&self, from_ms: i64, to_ms: i64) -> bool {
        from_ms <= self.to_ms && to_ms >= self.from_ms
    }

    /// On which side of a moment's mark its words stand: they stay within the plot.
    pub(in crate::picture) fn align(&self, x: f32) -> Align {
        if x > self.right - EDGE {
            Align::Right
        } else if x < self.left + EDGE {
            Align::Left
        } else {
            Align::Center
        }
    }

    /// Moments to mark, with their words, no more than fit.
    pub fn ticks(&self) -> Vec<(i64, String)> {
        const STEPS: [i64; 17] = [
            1_000,
            5_000,
            15_000,
            30_000,
            60_000,
            300_000,
            600_000,
            1_800_000,
            3_600_000,
            7_200_000,
            10_800_000,
            21_600_000,
            43_200_000,
            86_400_000,
            172_800_000,
            604_800_000,
            2_592_000_000,
        ];
        let span = (self.to_ms - self.from_ms).max(1);
        let most = ((self.right - self.left) / 84.0).floor().max(2.0) as i64;
        let step = STEPS.into_iter().find(|step| span / step <= most).unwrap_or((span / most).max(1));
        let mut ticks = Vec::new();
        let mut t = self.from_ms.div_euclid(step) * step;
        while t <= self.to_ms {
            if t >= self.from_ms {
                ticks.push((t, if step >= 86_400_000 { day(t) } else { clock(t, step < 60_000) }));
            }
            t += step;
        }
        ticks
    }
}

fn civil(t_ms: i64) -> Option<jiff::civil::DateTime> {
    Timestamp::from_millisecond(t_ms).ok().map(|at| at.to_zoned(TimeZone::UTC).datetime())
}

/// `13:39`, or `13:39:15`.
pub(super) fn clock(t_ms: i64, seconds: bool) -> String {
    civil(t_ms).map_or_else(
        || t_ms.to_string(),
        |at| {
            if seconds {
                format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
            } else {
                format!("{:02}:{:02}", at.hour(), at.minute())
            }
        },
    )
}

/// `21 Jan`.
pub(super) fn day(t_ms: i64) -> String {
    civil(t_ms).map_or_else(String::new, |at| at.strftime("%-d %b").to_string())
}

/// `21 Jan 2025`.
pub(super) fn date(t_ms: i64) -> String {
    civil(t_ms).map_or_else(String::new, |at| at.strftime("%-d %b %Y").to_string())
}

/// Values up a plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ValueAxis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    pub(super) rect: Rect,
}

impl ValueAxis {
    /// Round bounds around the values, about three steps apart.
    pub(super) fn around(values: impl Iterator<Item = f64>, rect: Rect) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // A scale that nearly reaches zero starts there: heights then compare.
        if low > 0.0 && low < high * 0.5 {
            low = 0.0;
        }
        let span = (high - low).max(high.abs() * 1e-6).max(1e-9);
        let rough = span * 1.12 / 3.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|n| n * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let low = (low / step).floor() * step;
        let mut top = (high / step).ceil() * step;
        if top <= low {
            top = low + step;
        }
        Self { low, high: top, step, rect }
    }

    pub(super) fn y(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) as f32;
        self.rect.bottom() - self.rect.h * share
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 12.0) as i32;
        (0..=count).map(|n| self.low + self.step * f64::from(n)).collect()
    }
}

/// A number without decimals that say nothing, in thousands where it is long.
pub(super) fn figure(value: f64) -> String {
    let size = value.abs();
    let short = |value: f64, unit: &str| {
        let text = format!("{value:.1}");
        format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
    };
    if size >= 1e9 {
        short(value / 1e9, " G")
    } else if size >= 1e6 {
        short(value / 1e6, " M")
    } else if size >= 1e4 {
        short(value / 1e3, " k")
    } else {
        let text = if size >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        text.replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_places_agree() {
        let axis = TimeAxis { from_ms: 0, to_ms: 10_800_000, left: 200.0, right: 1000.0 };
        assert_eq!(axis.x(5_400_000), 600.0);
        assert_eq!(axis.time(600.0), Some(5_400_000));
        assert_eq!(axis.time(100.0), None);
        let words: Vec<String> = axis.ticks().into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00"]);
        let empty = TimeAxis { from_ms: 5, to_ms: 5, left: 0.0, right: 0.0 };
        assert!(empty.ticks().len() <= 2 && empty.x(9) == 0.0);
    }

    #[test]
    fn values_have_round_bounds() {
        let check = |values: &[f64], low: f64, high: f64| {
            let axis = ValueAxis::around(values.iter().copied(), Rect::new(0.0, 0.0, 10.0, 100.0));
            assert_eq!((axis.low, axis.high), (low, high), "{values:?}");
        };
        check(&[22.0, 95.0, 80.0], 0.0, 100.0);
        check(&[], 0.0, 1.0);
        check(&[-4.0, 7.0], -5.0, 10.0);
        let flat = ValueAxis::around([5.0, 5.0].into_iter(), Rect::new(0.0, 0.0, 10.0, 100.0));
        assert!(flat.low <= 5.0 && flat.high > 5.0);
        assert_eq!(figure(80.0), "80");
        assert_eq!(figure(0.7), "0.7");
        assert_eq!(figure(1000.0), "1000");
        assert_eq!(figure(25_000.0), "25 k");
        assert_eq!(figure(-3.0), "−3");
    }
}
