//! Draws: values of a range by their quantiles, and Poisson counts.

use crate::model::{Estimate, Shape};
use crate::simulation::random::Random;

/// Quantiles of a range at even steps of probability; between two of them the value runs straight.
#[derive(Debug, Clone)]
pub(super) struct Quantiles {
    values: Vec<f64>,
    /// μ and σ of a lognormal range, whose ends are worked out anew: straight lines would cut its tail.
    tail: Option<(f64, f64)>,
}

const BITS: u32 = 12;
const CELLS: usize = 1 << BITS;
/// Cells at either end in which a lognormal value is worked out and not looked up.
const EXACT: usize = 24;

impl Quantiles {
    pub(super) fn of(estimate: &Estimate) -> Self {
        match estimate.shape {
            Shape::Pert => Self { values: pert(estimate), tail: None },
            Shape::Lognormal => {
                let (mu, sigma) = estimate.log_moments();
                let at = |cell: usize| {
                    let share = (cell as f64 / CELLS as f64).clamp(1e-12, 1.0 - 1e-12);
                    (mu + sigma * normal_quantile(share)).exp()
                };
                Self { values: (0..=CELLS).map(at).collect(), tail: Some((mu, sigma)) }
            }
        }
    }

    /// The highest value that is ever drawn.
    pub(super) fn highest(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    /// The value at the share that the upper 40 of 64 random bits say.
    pub(super) fn at(&self, bits: u64) -> f64 {
        let cell = (bits >> (64 - BITS)) as usize;
        if let Some((mu, sigma)) = self.tail
            && !(EXACT..CELLS - EXACT).contains(&cell)
        {
            let share = ((bits >> 24) as f64 + 0.5) / (1_u64 << 40) as f64;
            return (mu + sigma * normal_quantile(share)).exp();
        }
        let within = ((bits >> 24) & ((1 << (40 - BITS)) - 1)) as f64 / (1_u64 << (40 - BITS)) as f64;
        match self.values.get(cell..cell + 2) {
            Some([low, high]) => low + (high - low) * within,
            _ => self.highest(),
        }
    }
}

/// Quantiles of a PERT range: its density summed up by Simpson's rule, and turned round.
fn pert(estimate: &Estimate) -> Vec<f64> {
    let Some((alpha, beta)) = estimate.pert_exponents() else { return vec![estimate.likely; CELLS + 1] };
    let steps = 2_048_usize;
    let density = |x: f64| x.powf(alpha - 1.0) * (1.0 - x).powf(beta - 1.0);
    let step = 1.0 / steps as f64;
    let mut sums = Vec::with_capacity(steps + 1);
    sums.push(0.0);
    let (mut sum, mut before) = (0.0, density(0.0));
    for number in 0..steps {
        let left = number as f64 * step;
        let (middle, right) = (density(left + step / 2.0), density((left + step).min(1.0)));
        sum += (before + 4.0 * middle + right) / 6.0;
        sums.push(sum);
        before = right;
    }
    let width = estimate.high - estimate.low;
    let mut number = 0;
    (0..=CELLS)
        .map(|cell| {
            let wanted = sum * cell as f64 / CELLS as f64;
            while number + 1 < steps && sums[number + 1] < wanted {
                number += 1;
            }
            let (low, high) = (sums[number], sums[number + 1]);
            let within = if high > low { ((wanted - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
            estimate.low + width * (number as f64 + within) * step
        })
        .collect()
}

/// A mean that one run through the Poisson distribution is exact for; more is drawn in parts, whose counts add up.
const PART: f64 = 60.0;

/// A Poisson count with that mean: the least number whose cumulated chance exceeds the given one.
pub(super) fn count(mean: f64, chance: f64, random: &mut Random) -> u32 {
    let mut counted = one_count(mean.min(PART), chance);
    let mut left = mean - PART;
    while left > 0.0 {
        counted += one_count(left.min(PART), random.unit());
        left -= PART;
    }
    counted
}

fn one_count(mean: f64, chance: f64) -> u32 {
    let mut term = (-mean).exp();
    let mut sum = term;
    let mut number = 0_u32;
    // Far out the terms vanish before the sum reaches the last bits of one.
    while chance >= sum && number < 400 {
        number += 1;
        term *= mean / f64::from(number);
        sum += term;
    }
    number
}

/// The quantile of the standard normal distribution, to about 1e-16 (Wichura, algorithm AS 241).
pub(super) fn normal_quantile(share: f64) -> f64 {
    let centred = share - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180625 - centred * centred;
        return centred * ratio(r, &CENTRE);
    }
    let near = if centred < 0.0 { share } else { 1.0 - share };
    let r = (-near.max(f64::MIN_POSITIVE).ln()).sqrt();
    let found = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    found.copysign(centred)
}

fn ratio(r: f64, table: &[[f64; 8]; 2]) -> f64 {
    let [above, below] = table.map(|row| row.iter().rev().fold(0.0, |sum, factor| sum * r + factor));
    above / below
}

const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
];

const MIDDLE: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

const FAR: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];
