//! How risk is rated: scales with anchors, bands, appetite, and how controls combine.

use super::record::{choice, record};

record! {
    /// The project's way to rate risk. Risk is likelihood + impact on a log scale, 2 to 10, rounded to one decimal.
    pub struct Method {
        /// Names of the five likelihood levels, from rare to frequent.
        likelihood_names: Vec<String> = ["Rare", "Unlikely", "Possible", "Likely", "Frequent"].map(str::to_owned).to_vec(),
        /// Times a year that the middle level stands for; each level up is five times as often.
        middle_frequency: f64 = 0.45,
        /// Names of the five impact levels, from slight to severe.
        impact_names: Vec<String> = ["Slight", "Minor", "Moderate", "Major", "Severe"].map(str::to_owned).to_vec(),
        /// Money that the middle impact level stands for, in thousands; each level up is five times as much. None: no money.
        middle_loss: Option<f64> = Some(100.0),
        /// How many times as often, and as costly, each level is as the one below it; above 1.
        step: f64 = 5.0,
        /// What decides the band of a risk.
        scheme: Scheme,
        /// Names of the three likelihood levels, where the grid has three.
        three_likelihoods: Vec<String> = ["Low", "Medium", "High"].map(str::to_owned).to_vec(),
        /// Names of the three impact levels, where the grid has three.
        three_impacts: Vec<String> = ["Low", "Medium", "High"].map(str::to_owned).to_vec(),
        /// The band of each cell of the grid of five, rows by likelihood from the lowest, in each by impact from the lowest;
        /// empty: that of the score in its middle.
        cells: Vec<Vec<Band>>,
        /// The same for the grid of three; empty: by the product of the levels, 1 low, 2 to 4 medium, 6 high, 9 critical.
        three_cells: Vec<Vec<Band>>,
        /// The greatest chance in a year that is lived with, for some losses; empty: what the appetite allows one risk.
        tolerance_curve: Vec<TolerancePoint>,
        /// How many years a simulation of losses runs.
        trials: u32 = 100_000,
        /// Where its random numbers begin.
        seed: u64 = 1,
        /// The currency's sign.
        currency: String = "€".to_owned(),
        /// The score from which a risk is medium.
        medium_from: f64 = 5.0,
        /// The score from which a risk is high.
        high_from: f64 = 6.5,
        /// The score from which a risk is critical.
        critical_from: f64 = 7.5,
        /// The score below which a risk is very low, for projects with five bands.
        very_low_below: Option<f64>,
        /// Risk at or above this score needs a decision.
        appetite: f64 = 6.5,
        /// Which roles may accept risk above the appetite, and up to which score. None: the project does not say.
        authorities: Vec<Authority>,
        /// No stack of controls takes away more than this share.
        cap: f64 = 0.95,
        /// How much controls of one family fail together, 0 to 1.
        family_correlation: f64 = 0.75,
        /// How much controls of different families fail together, 0 to 1.
        cross_correlation: f64 = 0.3,
    }
}

record! {
    /// What a role may accept.
    pub struct Authority {
        /// The role, as acceptances name it (`CISO`).
        role: String,
        /// The highest score that it may accept.
        up_to: f64 = 10.0,
    }
}

record! {
    /// A point of the tolerance: losing so much or more in a year may be so likely.
    pub struct TolerancePoint {
        /// The loss in a year, in thousands.
        loss: f64,
        /// The chance of it, 0 to 1.
        chance: f64,
    }
}

choice! {
    /// What decides the band of a risk. The ratings stay what they are whichever it is: levels stand for frequencies and
    /// money, and a grid of three or five only cuts the same scale into other cells.
    pub enum Scheme {
        /// The score, with its decimals: likelihood + impact against the thresholds of the bands.
        Score = "By the score",
        /// A cell of a grid of five by five.
        Five = "Grid of 5 × 5",
        /// A cell of a grid of three by three.
        Three = "Grid of 3 × 3",
        /// The table of the OWASP Risk Rating, by the means of its factors.
        Owasp = "OWASP Risk Rating",
    }
}

choice! {
    /// The bands of risk, in rising order. Shown as a sign, then a word, then a colour.
    pub enum Band {
        /// Ring.
        VeryLow = "Very low",
        /// Disc.
        Low = "Low",
        /// Diamond.
        Medium = "Medium",
        /// Triangle.
        High = "High",
        /// Octagon.
        Critical = "Critical",
    }
}

/// A rating: likelihood and impact, each 1 to 5 with decimals (a control can push either below 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Likelihood level.
    pub likelihood: f64,
    /// Impact level.
    pub impact: f64,
}

impl Score {
    /// Likelihood + impact, at least 2, rounded to one decimal: what is shown and banded.
    pub fn risk(self) -> f64 {
        (((self.likelihood + self.impact).max(2.0)) * 10.0).round() / 10.0
    }
}

impl Method {
    /// The band of a score.
    pub fn band(&self, risk: f64) -> Band {
        if risk >= self.critical_from {
            Band::Critical
        } else if risk >= self.high_from {
            Band::High
        } else if risk >= self.medium_from {
            Band::Medium
        } else if self.very_low_below.is_some_and(|limit| risk < limit) {
            Band::VeryLow
        } else {
            Band::Low
        }
    }

    /// Whether a score needs a decision.
    pub fn above_appetite(&self, risk: f64) -> bool {
        risk >= self.appetite
    }

    /// Whether a role may accept a score; none when the project does not say who may accept what.
    pub fn may_accept(&self, role: &str, risk: f64) -> Option<bool> {
        let known = self.authorities.iter().filter(|a| super::plain_word(&a.role) == super::plain_word(role));
        (!self.authorities.is_empty())
            .then(|| known.map(|authority| authority.up_to).fold(f64::NEG_INFINITY, f64::max) >= risk)
    }

    /// How many levels each axis of the grid has: three or five.
    pub fn levels(&self) -> usize {
        match self.scheme {
            Scheme::Score | Scheme::Five => 5,
            Scheme::Three | Scheme::Owasp => 3,
        }
    }

    /// Where the middle of a level lies on the scale from 1 to 5: with five levels the level itself, with three 1.33, 3, 4.67.
    pub fn middle_of_level(&self, level: usize) -> f64 {
        LOWEST + (HIGHEST - LOWEST) * (level as f64 - 0.5) / self.levels() as f64
    }

    /// The level that a rating on the scale from 1 to 5 belongs to, from 1.
    pub fn level_of(&self, rating: f64) -> usize {
        let levels = self.levels() as f64;
        let share = (rating - LOWEST) / (HIGHEST - LOWEST);
        // A rating on the line between two levels belongs to the upper one, whatever the last bit says.
        ((share * levels + 1e-9).floor().clamp(0.0, levels - 1.0)) as usize + 1
    }

    /// The band of a rating: that of its cell where a grid decides, else that of its score.
    pub fn band_of(&self, score: Score) -> Band {
        if self.scheme == Scheme::Score {
            return self.band(score.risk());
        }
        self.cell_band(self.level_of(score.likelihood), self.level_of(score.impact))
    }

    /// The band of a cell of the grid, by its levels from 1.
    pub fn cell_band(&self, likelihood: usize, impact: usize) -> Band {
        let written = match self.scheme {
            Scheme::Score => &[][..],
            Scheme::Five => &self.cells,
            Scheme::Three => &self.three_cells,
            Scheme::Owasp => return owasp_band(likelihood, impact),
        };
        let cell =
            |rows: &[Vec<Band>]| rows.get(likelihood.checked_sub(1)?)?.get(impact.checked_sub(1)?).copied();
        if self.scheme == Scheme::Three && written.is_empty() {
            return three_band(likelihood * impact);
        }
        cell(written).unwrap_or_else(|| {
            let middle = |level| self.middle_of_level(level);
            self.band(Score { likelihood: middle(likelihood), impact: middle(impact) }.risk())
        })
    }

    /// The bands of all cells, rows by likelihood from the lowest.
    pub fn grid(&self) -> Vec<Vec<Band>> {
        let levels = 1..=self.levels();
        levels.clone().map(|row| levels.clone().map(|column| self.cell_band(row, column)).collect()).collect()
    }

    /// How many times as often each level is as the one below; what makes no scale counts as five.
    pub fn factor(&self) -> f64 {
        if self.step.is_finite() && self.step > 1.0 { self.step } else { 5.0 }
    }

    /// Times a year that a rating of likelihood on the scale from 1 to 5 stands for.
    pub fn frequency(&self, likelihood: f64) -> f64 {
        self.middle_frequency * self.factor().powf(likelihood - 3.0)
    }

    /// Money, in thousands, that a rating of impact on the scale from 1 to 5 stands for.
    pub fn loss(&self, impact: f64) -> Option<f64> {
        self.middle_loss.map(|middle| middle * self.factor().powf(impact - 3.0))
    }

    /// Lets a level of likelihood stand for a frequency, in times a year: at the middle of the scale by moving the whole scale,
    /// elsewhere by another step, the middle staying where it is. The step is the one of impact too. False, and nothing is
    /// changed, where no step from 1.1 to 100 would do.
    pub fn anchor_frequency(&mut self, likelihood: f64, often: f64) -> bool {
        let step = step_to(self.middle_frequency, often, likelihood);
        if step.is_none() && is_middle(likelihood) && often.is_finite() && often > 0.0 {
            self.middle_frequency = often;
            return true;
        }
        step.map(|step| self.step = step).is_some()
    }

    /// The same for a level of impact and what it costs each time, in thousands of the currency.
    pub fn anchor_loss(&mut self, impact: f64, loss: f64) -> bool {
        let middle = self.middle_loss.filter(|_| !is_middle(impact));
        if middle.is_none() && is_middle(impact) && loss.is_finite() && loss > 0.0 {
            self.middle_loss = Some(loss);
            return true;
        }
        middle.and_then(|middle| step_to(middle, loss, impact)).map(|step| self.step = step).is_some()
    }

    /// What a share taken away from frequency or money does to a level: log(1−E) to the base of the step, never above zero.
    pub fn level_change(&self, share_removed: f64) -> f64 {
        let removed = if share_removed.is_nan() { 0.0 } else { share_removed.clamp(0.0, 1.0) };
        (1.0 - removed).ln() / self.factor().ln()
    }

    /// The greatest chance in a year of losing so much or more, in thousands, that is lived with: between the points of the
    /// tolerance along the logarithm of the loss, none outside of them. Without points it is what the appetite allows a
    /// single risk: the chance of at least one event as frequent as the appetite has it for that loss, 1−e^(−f).
    pub fn tolerated(&self, loss: f64) -> Option<f64> {
        if self.tolerance_curve.is_empty() {
            let impact = 3.0 + (loss / self.middle_loss?).ln() / self.factor().ln();
            return Some(-(-self.frequency(self.appetite - impact)).exp_m1())
                .filter(|chance| chance.is_finite());
        }
        let mut points: Vec<&TolerancePoint> =
            self.tolerance_curve.iter().filter(|point| point.loss > 0.0).collect();
        points.sort_by(|a, b| a.loss.total_cmp(&b.loss));
        points.windows(2).find_map(|pair| {
            let [low, high] = pair else { return None };
            let width = (high.loss / low.loss).ln();
            let within = (loss / low.loss).ln() / width;
            (width > 0.0 && (0.0..=1.0).contains(&within))
                .then_some(low.chance + (high.chance - low.chance) * within)
        })
    }

    /// The names of the likelihood levels of the grid, lowest first.
    pub fn likelihood_words(&self) -> &[String] {
        if self.levels() == 3 { &self.three_likelihoods } else { &self.likelihood_names }
    }

    /// The names of the impact levels of the grid, lowest first.
    pub fn impact_words(&self) -> &[String] {
        if self.levels() == 3 { &self.three_impacts } else { &self.impact_names }
    }

    /// The name of the likelihood level that a rating belongs to.
    pub fn likelihood_name(&self, likelihood: f64) -> &str {
        self.likelihood_words().get(self.level_of(likelihood) - 1).map_or("", String::as_str)
    }

    /// The name of the impact level that a rating belongs to.
    pub fn impact_name(&self, impact: f64) -> &str {
        self.impact_words().get(self.level_of(impact) - 1).map_or("", String::as_str)
    }
}

/// The scale runs from half a level below the first of five to half a level above the last.
const LOWEST: f64 = 0.5;
const HIGHEST: f64 = 5.5;

/// The band of a cell of three by three by the product of its levels.
fn three_band(product: usize) -> Band {
    match product {
        ..=1 => Band::Low,
        2..=4 => Band::Medium,
        5..=6 => Band::High,
        _ => Band::Critical,
    }
}

/// The table of the OWASP Risk Rating: rows impact, columns likelihood; its "Note" is very low.
fn owasp_band(likelihood: usize, impact: usize) -> Band {
    match likelihood + impact {
        ..=2 => Band::VeryLow,
        3 => Band::Low,
        4 => Band::Medium,
        5 => Band::High,
        _ => Band::Critical,
    }
}

fn is_middle(level: f64) -> bool {
    (level - 3.0).abs() < 1e-9
}

/// The step at which a level stands for an amount, when the middle stands for another; a reasonable one, or none.
fn step_to(middle: f64, amount: f64, level: f64) -> Option<f64> {
    let step = (amount / middle).powf(1.0 / (level - 3.0));
    (!is_middle(level) && step.is_finite() && (1.1..=100.0).contains(&step)).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_level_can_be_anchored() {
        // level, what it is to stand for, and whether that can be; the frequencies of levels 1, 3 and 5 afterwards
        for (level, often, done, after) in [
            (3.0, 0.9, true, [0.036, 0.9, 22.5]),
            (5.0, 45.0, true, [0.0045, 0.45, 45.0]),
            (1.0, 0.05, true, [0.05, 0.45, 4.05]),
            (5.0, 0.4, false, [0.018, 0.45, 11.25]),
            (1.0, 1e-9, false, [0.018, 0.45, 11.25]),
            (3.0, f64::NAN, false, [0.018, 0.45, 11.25]),
            (3.0, -1.0, false, [0.018, 0.45, 11.25]),
        ] {
            let mut method = Method::default();
            assert_eq!(method.anchor_frequency(level, often), done, "{level} {often}");
            for (level, wanted) in [1.0, 3.0, 5.0].into_iter().zip(after) {
                assert!((method.frequency(level) / wanted - 1.0).abs() < 1e-9, "{level}: {wanted}");
            }
        }
        let mut method = Method::default();
        assert!(method.anchor_loss(5.0, 10_000.0) && (method.step - 10.0).abs() < 1e-9);
        assert!(method.anchor_loss(3.0, 50.0));
        assert_eq!(method.loss(4.0).map(f64::round), Some(500.0));
        method.middle_loss = None;
        assert!(!method.anchor_loss(4.0, 7.0) && method.anchor_loss(3.0, 7.0));
    }
}
