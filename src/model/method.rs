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
