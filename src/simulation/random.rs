//! Seeded random numbers: the same seed gives the same numbers on every machine and in every version of this program.

/// A generator after Steele, Lea and Flood (SplitMix64): small, fast, good enough for queues and sample data.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
    spare_normal: Option<f64>,
}

impl Random {
    /// A generator that starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, spare_normal: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, never reaching, 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` up to, never reaching, `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number below `count`, 0 where there is none.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Whether something of that chance happens.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Exponential with that mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let angle = std::f64::consts::TAU * self.unit();
        self.spare_normal = Some(radius * angle.sin());
        radius * angle.cos()
    }

    /// A count with that mean (Poisson); the normal approximation above 60.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_numbers_are_those_of_the_published_generator() {
        let mut random = Random::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn means_and_spreads() {
        let mut random = Random::new(7);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let sample = |random: &mut Random, draw: fn(&mut Random) -> f64| -> Vec<f64> {
            (0..200_000).map(|_| draw(random)).collect()
        };
        assert!((mean(&sample(&mut random, Random::unit)) - 0.5).abs() < 0.003);
        assert!((mean(&sample(&mut random, |r| r.exponential(2.0))) - 2.0).abs() < 0.02);
        let normal = sample(&mut random, Random::normal);
        assert!(mean(&normal).abs() < 0.01);
        assert!((mean(&normal.iter().map(|v| v * v).collect::<Vec<_>>()) - 1.0).abs() < 0.02);
        assert!((mean(&sample(&mut random, |r| r.poisson(4.0) as f64)) - 4.0).abs() < 0.02);
        assert!((mean(&sample(&mut random, |r| r.poisson(200.0) as f64)) - 200.0).abs() < 0.2);
    }
}
