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
        /// No stack of controls takes away more than this share.
        cap: f64 = 0.95,
        /// How much controls of one family fail together, 0 to 1.
        family_correlation: f64 = 0.75,
        /// How much controls of different families fail together, 0 to 1.
        cross_correlation: f64 = 0.3,
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

    /// Times a year that a likelihood level stands for.
    pub fn frequency(&self, likelihood: f64) -> f64 {
        self.middle_frequency * 5f64.powf(likelihood - 3.0)
    }

    /// Money, in thousands, that an impact level stands for.
    pub fn loss(&self, impact: f64) -> Option<f64> {
        self.middle_loss.map(|middle| middle * 5f64.powf(impact - 3.0))
    }

    /// The name of the likelihood level nearest to a value.
    pub fn likelihood_name(&self, likelihood: f64) -> &str {
        nearest_name(&self.likelihood_names, likelihood)
    }

    /// The name of the impact level nearest to a value.
    pub fn impact_name(&self, impact: f64) -> &str {
        nearest_name(&self.impact_names, impact)
    }
}

fn nearest_name(names: &[String], level: f64) -> &str {
    let index = level.round().clamp(1.0, 5.0) as usize - 1;
    names.get(index).map_or("", String::as_str)
}
