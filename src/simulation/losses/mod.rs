//! Losses in a year, simulated: how often each threat happens, what it costs each time, and what that adds up to.
//!
//! In each trial, a year, a threat's frequency is drawn from its range, the number of its occurrences from the Poisson
//! distribution with that mean, and each occurrence costs a draw from the range of its loss. Controls work on the very same
//! occurrences: one that happens with no control is kept from happening with the chance E_L (a thinned Poisson count is a
//! Poisson count), and what still happens costs 1−E_I of itself. So the three curves share their random numbers, and their
//! differences are the controls' doing. A threat's numbers depend on the seed, its id and the stretch of trials alone:
//! not on the number of threads, nor on other threats.

mod outcome;
mod sample;
#[cfg(test)]
mod tests;

use crate::model::{Exposure, MOST_OFTEN};

use super::random::Random;
use super::{Progress, Stopped, tell};

pub use outcome::{Difference, LossCurve, Losses, Percentile, ThreatLoss};
use sample::{Quantiles, count};

/// Trials in a stretch; a whole number of them is worked on at a time.
pub const STRETCH: u32 = 2_048;

/// The fewest and the most trials that are run.
pub const TRIALS: std::ops::RangeInclusive<u32> = 100..=1_000_000;

/// What is to be simulated, ready to draw from.
#[derive(Debug)]
pub struct Setup {
    threats: Vec<Prepared>,
    /// How many years.
    pub trials: u32,
    /// Where the random numbers begin.
    pub seed: u64,
}

#[derive(Debug)]
struct Prepared {
    exposure: Exposure,
    often: Quantiles,
    costs: Quantiles,
    /// The chance that nothing happens in a year of the highest frequency.
    quiet: f64,
}

/// The trials of one stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The loss of each year with no control, today, and after the plan, in thousands.
    years: Vec<[f64; 3]>,
    /// What each threat costs in all these years.
    sums: Vec<[f64; 3]>,
    /// How often each threat happens in all these years with no control.
    occurrences: Vec<u64>,
}

impl Setup {
    /// Prepares exposures; trials are kept within [`TRIALS`].
    pub fn new(exposures: Vec<Exposure>, trials: u32, seed: u64) -> Self {
        let threats = exposures
            .into_iter()
            .map(|mut exposure| {
                exposure.frequency = exposure.frequency.at_most(MOST_OFTEN);
                let often = Quantiles::of(&exposure.frequency);
                Prepared {
                    quiet: (-often.highest().min(MOST_OFTEN)).exp(),
                    often,
                    costs: Quantiles::of(&exposure.loss),
                    exposure,
                }
            })
            .collect();
        Self { threats, trials: trials.clamp(*TRIALS.start(), *TRIALS.end()), seed }
    }

    /// How many stretches there are.
    pub fn stretches(&self) -> u32 {
        self.trials.div_ceil(STRETCH)
    }

    /// Simulates one stretch, numbered from 0. Stretches can be worked on in any order and at the same time.
    pub fn stretch(&self, number: u32) -> Stretch {
        let years = self.trials.saturating_sub(number.saturating_mul(STRETCH)).min(STRETCH) as usize;
        let mut stretch = Stretch {
            years: vec![[0.0; 3]; years],
            sums: Vec::with_capacity(self.threats.len()),
            occurrences: Vec::with_capacity(self.threats.len()),
        };
        for prepared in &self.threats {
            let (sums, occurrences) = prepared.add(self.seed, number, &mut stretch.years);
            stretch.sums.push(sums);
            stretch.occurrences.push(occurrences);
        }
        stretch
    }

    /// What all stretches, in their order, amount to.
    pub fn gather(&self, stretches: &[Stretch]) -> Losses {
        let exposures: Vec<&Exposure> = self.threats.iter().map(|prepared| &prepared.exposure).collect();
        outcome::gather(&exposures, stretches, self.seed)
    }
}

impl Prepared {
    /// Adds this threat's losses to a stretch of years; gives their sums and how often it happened.
    fn add(&self, seed: u64, number: u32, years: &mut [[f64; 3]]) -> ([f64; 3], u64) {
        let mut random = Random::new(stream(seed, u64::from(self.exposure.threat.0), u64::from(number)));
        let Exposure { happens, hurts, .. } = &self.exposure;
        // The shares that happen as whole numbers, to compare with spare bits of the draw for the cost.
        let kept = happens.map(|share| (share.clamp(0.0, 1.0) * SPARE as f64).round() as u64);
        let (mut sums, mut occurrences) = ([0.0; 3], 0);
        for year in years {
            let chance = random.unit();
            if chance < self.quiet {
                continue;
            }
            let frequency = self.often.at(random.bits()).min(MOST_OFTEN);
            let times = count(frequency, chance, &mut random);
            occurrences += u64::from(times);
            for _ in 0..times {
                let bits = random.bits();
                let cost = self.costs.at(bits);
                let spare = bits & (SPARE - 1);
                for rating in 0..3 {
                    if spare < kept[rating] {
                        let part = cost * hurts[rating];
                        year[rating] += part;
                        sums[rating] += part;
                    }
                }
            }
        }
        (sums, occurrences)
    }
}

/// The low bits of a draw that a quantile leaves unused, as a count.
const SPARE: u64 = 1 << 24;

/// Where the numbers of one threat begin in one stretch.
fn stream(seed: u64, threat: u64, stretch: u64) -> u64 {
    let mut mixed = Random::new(seed).bits();
    for part in [threat, stretch] {
        mixed = Random::new(mixed ^ part.wrapping_mul(0xd134_2543_de82_ef95)).bits();
    }
    mixed
}

/// Simulates on this thread.
pub fn simulate(setup: &Setup, progress: &dyn Progress) -> Result<Losses, Stopped> {
    let mut stretches = Vec::with_capacity(setup.stretches() as usize);
    for number in 0..setup.stretches() {
        stretches.push(setup.stretch(number));
        tell(progress, (number + 1) as f32 / setup.stretches() as f32)?;
    }
    Ok(setup.gather(&stretches))
}
