//! What a simulation of losses says: means with their errors, percentiles with their intervals, and the curve.

use crate::model::{Estimate, Exposure, ThreatId};

use super::Stretch;

/// A simulated distribution of losses in a year, with no control, today, and after the plan. Money is in thousands.
#[derive(Debug, Clone, PartialEq)]
pub struct Losses {
    /// How many years were simulated.
    pub trials: u32,
    /// Where the random numbers began.
    pub seed: u64,
    /// The expected loss a year in closed form with no control, today, and after the plan: what the means come to.
    pub expected: [f64; 3],
    /// With no control, today, and after the plan.
    pub curves: [LossCurve; 3],
    /// What the controls in place save, and what the plan saves beyond them.
    pub saved: [Difference; 2],
    /// What each threat adds, the dearest today first.
    pub threats: Vec<ThreatLoss>,
}

/// The losses of all years at one rating.
#[derive(Debug, Clone, PartialEq)]
pub struct LossCurve {
    /// The mean loss a year.
    pub mean: f64,
    /// The standard error of that mean: s/√n.
    pub mean_error: f64,
    /// The standard deviation of the loss of one year.
    pub deviation: f64,
    /// The mean of the worst one in twenty years.
    pub worst_twentieth: f64,
    /// The share of years with any loss.
    pub any_loss: f64,
    /// The loss of every year, least first.
    sorted: Vec<f64>,
}

/// A percentile with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentile {
    /// Which, 0 to 1.
    pub share: f64,
    /// The loss that this share of years does not exceed: the value at rank ⌈n·p⌉.
    pub value: f64,
    /// The lower end of its 95 % interval: the value at rank n·p − 1.96·√(n·p(1−p)).
    pub low: f64,
    /// The upper end: at rank n·p + 1.96·√(n·p(1−p)).
    pub high: f64,
}

/// The mean difference of the same years at two ratings, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Difference {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// What one threat adds.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreatLoss {
    /// Which threat.
    pub threat: ThreatId,
    /// Its expected loss a year in closed form with no control, today, and after the plan.
    pub expected: [f64; 3],
    /// Its mean loss in the simulated years with no control, today, and after the plan.
    pub means: [f64; 3],
    /// How often it happens in a year with no control, as simulated.
    pub occurrences: f64,
    /// The range of how often that was drawn from.
    pub frequency: Estimate,
    /// The range of how much that was drawn from.
    pub loss: Estimate,
    /// Whether people gave the two ranges themselves.
    pub own: [bool; 2],
}

impl LossCurve {
    /// Of the losses of some years.
    pub fn of(mut years: Vec<f64>) -> Self {
        let number = years.len().max(1) as f64;
        let mean = years.iter().sum::<f64>() / number;
        let squares = years.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>();
        let deviation = (squares / (number - 1.0).max(1.0)).sqrt();
        years.sort_unstable_by(f64::total_cmp);
        let worst = years.len().div_ceil(20).max(1);
        let tail = &years[years.len().saturating_sub(worst)..];
        let quiet = years.partition_point(|loss| *loss <= 0.0);
        Self {
            mean,
            mean_error: deviation / number.sqrt(),
            deviation,
            worst_twentieth: tail.iter().sum::<f64>() / worst as f64,
            any_loss: (years.len() - quiet) as f64 / number,
            sorted: years,
        }
    }

    /// A percentile by its share, 0 to 1.
    pub fn percentile(&self, share: f64) -> Percentile {
        let number = self.sorted.len() as f64;
        let middle = number * share;
        let spread = 1.96 * (number * share * (1.0 - share)).max(0.0).sqrt();
        let at = |rank: f64| {
            let place = (rank.ceil().max(1.0) as usize).min(self.sorted.len()).saturating_sub(1);
            self.sorted.get(place).copied().unwrap_or(0.0)
        };
        Percentile { share, value: at(middle), low: at(middle - spread), high: at(middle + spread) }
    }

    /// The chance of losing so much or more in a year.
    pub fn chance_of(&self, loss: f64) -> f64 {
        let below = self.sorted.partition_point(|year| *year < loss);
        (self.sorted.len() - below) as f64 / self.sorted.len().max(1) as f64
    }

    /// The greatest loss of any year.
    pub fn greatest(&self) -> f64 {
        self.sorted.last().copied().unwrap_or(0.0)
    }
}

pub(super) fn gather(exposures: &[&Exposure], stretches: &[Stretch], seed: u64) -> Losses {
    let years = || stretches.iter().flat_map(|stretch| &stretch.years);
    let trials = years().count() as u32;
    let curves = [0, 1, 2].map(|rating| LossCurve::of(years().map(|year| year[rating]).collect()));
    let saved = [0, 1].map(|rating| {
        let saved = LossCurve::of(years().map(|year| year[rating] - year[rating + 1]).collect());
        Difference { mean: saved.mean, error: saved.mean_error }
    });
    let number = f64::from(trials.max(1));
    let mut threats: Vec<ThreatLoss> = exposures
        .iter()
        .enumerate()
        .map(|(place, exposure)| ThreatLoss {
            threat: exposure.threat,
            expected: exposure.expected(),
            means: [0, 1, 2].map(|rating| {
                stretches.iter().map(|stretch| stretch.sums[place][rating]).sum::<f64>() / number
            }),
            occurrences: stretches.iter().map(|stretch| stretch.occurrences[place]).sum::<u64>() as f64
                / number,
            frequency: exposure.frequency.clone(),
            loss: exposure.loss.clone(),
            own: [exposure.own_frequency, exposure.own_loss],
        })
        .collect();
    threats.sort_by(|a, b| b.expected[1].total_cmp(&a.expected[1]).then(a.threat.cmp(&b.threat)));
    let expected = [0, 1, 2].map(|rating| threats.iter().map(|threat| threat.expected[rating]).sum());
    Losses { trials, seed, expected, curves, saved, threats }
}
