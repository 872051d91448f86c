//! Ranges that people give instead of one number: how often in a year, and how much each time.

use super::ThreatId;
use super::record::{choice, record};

record! {
    /// A range with its likeliest value. Its unit is that of the field that holds it.
    pub struct Estimate {
        /// The least; for a lognormal shape, what one time in twenty is below.
        low: f64,
        /// The likeliest; a lognormal shape goes without.
        likely: f64,
        /// The most; for a lognormal shape, what one time in twenty is above.
        high: f64,
        /// How values lie in the range.
        shape: Shape,
    }
}

choice! {
    /// How values lie in a range.
    pub enum Shape {
        /// Between the ends, most around the likeliest: PERT, with a weight of 4.
        Pert = "PERT",
        /// A long tail to the right; the ends are those of a 90 % interval.
        Lognormal = "Lognormal",
    }
}

/// The distance between the 5th and the 95th percentile of the normal distribution, in standard deviations.
pub const NINETY_PERCENT: f64 = 2.0 * 1.644_853_626_951_472_7;

/// More often than this in a year nothing happens: such a thing is a cost of doing business, and no risk.
pub const MOST_OFTEN: f64 = 1_000.0;

impl Estimate {
    /// A PERT range.
    pub fn pert(low: f64, likely: f64, high: f64) -> Self {
        Self { low, likely, high, shape: Shape::Pert, ..Self::default() }
    }

    /// A lognormal range, given as a 90 % interval.
    pub fn lognormal(low: f64, high: f64) -> Self {
        let likely = (low * high).max(0.0).sqrt();
        Self { low, likely, high, shape: Shape::Lognormal, ..Self::default() }
    }

    /// The same range with what lies above a limit cut off.
    #[must_use]
    pub fn at_most(mut self, limit: f64) -> Self {
        for end in [&mut self.low, &mut self.likely, &mut self.high] {
            *end = end.min(limit);
        }
        self
    }

    /// What is wrong with it, as a sentence; none when it can be used.
    pub fn fault(&self) -> Option<&'static str> {
        let all = [self.low, self.likely, self.high];
        if all.iter().any(|value| !value.is_finite() || *value < 0.0) {
            return Some("Every figure must be a number, zero or more.");
        }
        match self.shape {
            Shape::Lognormal if self.low <= 0.0 => Some("A lognormal range begins above zero."),
            Shape::Lognormal if self.low > self.high => Some("The least must not be more than the most."),
            Shape::Pert if self.low > self.likely || self.likely > self.high => {
                Some("The likeliest must lie between the least and the most.")
            }
            _ => None,
        }
    }

    /// Mean and standard deviation of the logarithm, for a lognormal shape: μ = (ln l + ln u)/2, σ = (ln u − ln l)/3.2897.
    pub fn log_moments(&self) -> (f64, f64) {
        let (low, high) = (self.low.ln(), self.high.ln());
        (f64::midpoint(low, high), (high - low) / NINETY_PERCENT)
    }

    /// The exponents of the PERT shape: α = 1+4(m−a)/(b−a), β = 1+4(b−m)/(b−a); none for a range without width.
    pub fn pert_exponents(&self) -> Option<(f64, f64)> {
        let width = self.high - self.low;
        let share = (self.likely - self.low) / width;
        (width > 0.0).then_some((1.0 + 4.0 * share, 5.0 - 4.0 * share))
    }

    /// The expected value: (a+4m+b)/6, or e^(μ+σ²/2).
    pub fn mean(&self) -> f64 {
        match self.shape {
            Shape::Pert => (self.low + 4.0 * self.likely + self.high) / 6.0,
            Shape::Lognormal => {
                let (mu, sigma) = self.log_moments();
                (mu + sigma * sigma / 2.0).exp()
            }
        }
    }

    /// The variance: (b−a)²·αβ/((α+β)²(α+β+1)), or (e^σ²−1)·e^(2μ+σ²).
    pub fn variance(&self) -> f64 {
        match self.shape {
            Shape::Pert => self
                .pert_exponents()
                .map_or(0.0, |(alpha, beta)| (self.high - self.low).powi(2) * alpha * beta / (36.0 * 7.0)),
            Shape::Lognormal => {
                let (mu, sigma) = self.log_moments();
                let squared = sigma * sigma;
                squared.exp_m1() * (2.0 * mu + squared).exp()
            }
        }
    }
}

/// What a threat may cost in a year: the ranges of how often and how much, and what controls leave of both.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// Which threat.
    pub threat: ThreatId,
    /// Times a year with no listed control.
    pub frequency: Estimate,
    /// Thousands each time with no listed control.
    pub loss: Estimate,
    /// The share of its occurrences that happens with no control, today, and after the plan: 1−E_L.
    pub happens: [f64; 3],
    /// The share of each loss that stays with no control, today, and after the plan: 1−E_I.
    pub hurts: [f64; 3],
    /// Whether people gave the range of how often themselves.
    pub own_frequency: bool,
    /// Whether people gave the range of how much themselves.
    pub own_loss: bool,
}

impl Exposure {
    /// The expected loss in a year, in thousands, with no control, today, and after the plan: the mean of a compound Poisson
    /// sum, `E[f]·(1−E_L) · E[m]·(1−E_I)`. The mean of a simulation comes to this.
    pub fn expected(&self) -> [f64; 3] {
        [0, 1, 2].map(|rating| self.expected_with(self.happens[rating], self.hurts[rating]))
    }

    /// The same where other shares of its occurrences and of each loss stay.
    pub fn expected_with(&self, happens: f64, hurts: f64) -> f64 {
        self.frequency.mean() * happens * self.loss.mean() * hurts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_variances_are_those_of_the_books() {
        // Lognormal from 50 k to 2 M: μ 12.664, σ 1.121, median 316 k, mean 593 k.
        let wide = Estimate::lognormal(50_000.0, 2_000_000.0);
        let (mu, sigma) = wide.log_moments();
        assert!((mu - 12.664).abs() < 1e-3 && (sigma - 1.121).abs() < 1e-3, "{mu} {sigma}");
        assert!((mu.exp() - 316_228.0).abs() < 1.0 && (wide.mean() - 593_000.0).abs() < 1000.0);
        // PERT(1, 3, 8): mean 21/6, α = 1+8/7, β = 1+20/7.
        let skewed = Estimate::pert(1.0, 3.0, 8.0);
        assert!((skewed.mean() - 3.5).abs() < 1e-12);
        let (alpha, beta) = (15.0 / 7.0, 27.0 / 7.0);
        assert!((skewed.variance() - 49.0 * alpha * beta / 252.0).abs() < 1e-12);
        assert_eq!(Estimate::pert(2.0, 2.0, 2.0).variance(), 0.0);
    }

    #[test]
    fn ranges_that_cannot_be_are_refused_with_a_sentence() {
        let cases = [
            (Estimate::pert(1.0, 2.0, 3.0), true),
            (Estimate::pert(0.0, 0.0, 0.0), true),
            (Estimate::pert(2.0, 1.0, 3.0), false),
            (Estimate::pert(1.0, 4.0, 3.0), false),
            (Estimate::pert(f64::NAN, 1.0, 3.0), false),
            (Estimate::pert(-1.0, 1.0, 3.0), false),
            (Estimate::lognormal(1.0, 3.0), true),
            (Estimate::lognormal(0.0, 3.0), false),
            (Estimate::lognormal(4.0, 3.0), false),
            (Estimate::lognormal(1.0, f64::INFINITY), false),
        ];
        for (estimate, sound) in cases {
            assert_eq!(estimate.fault().is_none(), sound, "{estimate:?}");
        }
    }
}
