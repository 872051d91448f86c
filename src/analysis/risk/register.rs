//! What the register says: every threat with its ratings, and what follows for bands, appetite and targets.

use std::collections::BTreeMap;

use super::measurement::{Measurement, Stale};
use crate::model::{Band, ControlId, ControlStatus, EvidenceId, Score, Target, ThreatId};

/// Which of the ratings is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// With no listed control.
    Inherent,
    /// With the controls as far as they are in place.
    Current,
    /// With every listed control in place.
    Planned,
}

impl Rating {
    /// All, from the worst to the best.
    pub const ALL: [Self; 3] = [Self::Inherent, Self::Current, Self::Planned];

    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inherent => "Inherent",
            Self::Current => "Current",
            Self::Planned => "Planned",
        }
    }
}

/// One threat in the register.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRow {
    /// Which threat.
    pub threat: ThreatId,
    /// Whether it counts: not avoided, eliminated or not applicable.
    pub live: bool,
    /// With no listed control; none when it is not rated.
    pub inherent: Option<Score>,
    /// With the controls as far as they are in place.
    pub current: Option<Score>,
    /// With every listed control in place.
    pub planned: Option<Score>,
    /// The score to reach.
    pub target: f64,
    /// Whether people set that target for this threat; otherwise it is the appetite.
    pub own_target: bool,
    /// Bands of the three ratings, in their order.
    pub bands: [Option<Band>; 3],
    /// Whether each rating needs a decision.
    pub above_appetite: [bool; 3],
    /// Expected loss a year at each rating, in thousands: the mean frequency times the mean cost of one time, with what the
    /// controls leave of both; from the threat's own ranges, else from its levels. None without either, or without money.
    pub losses: [Option<f64>; 3],
    /// What the controls take away at each rating, in their order; nothing from the inherent one.
    pub removed: [Reduction; 3],
    /// What each listed control is worth here, in the order of the controls' ids.
    pub effects: Vec<ControlEffect>,
    /// The current risk and the planned one at the upper and at the lower ends of what was measured, lowest first; none where
    /// nothing measured moves them.
    pub ranges: [Option<(f64, f64)>; 2],
    /// How far the votes on likelihood lie apart.
    pub likelihood_spread: Option<Spread>,
    /// How far the votes on impact lie apart.
    pub impact_spread: Option<Spread>,
}

impl RiskRow {
    /// One of the ratings.
    pub fn score(&self, rating: Rating) -> Option<Score> {
        match rating {
            Rating::Inherent => self.inherent,
            Rating::Current => self.current,
            Rating::Planned => self.planned,
        }
    }

    /// What the controls take away at a rating.
    pub fn reduction(&self, rating: Rating) -> Reduction {
        self.removed[rating as usize]
    }

    /// The number of a rating as it is shown: likelihood + impact with one decimal.
    pub fn risk(&self, rating: Rating) -> Option<f64> {
        self.score(rating).map(Score::risk)
    }

    /// The number of a rating at both ends of the intervals of what was measured, the lowest first; none where nothing
    /// measured moves it.
    pub fn range(&self, rating: Rating) -> Option<(f64, f64)> {
        match rating {
            Rating::Inherent => None,
            Rating::Current => self.ranges[0],
            Rating::Planned => self.ranges[1],
        }
    }

    /// The band of a rating.
    pub fn band(&self, rating: Rating) -> Option<Band> {
        self.bands[rating as usize]
    }

    /// Whether a rating needs a decision.
    pub fn is_above_appetite(&self, rating: Rating) -> bool {
        self.above_appetite[rating as usize]
    }

    /// Expected loss a year at a rating, in thousands.
    pub fn loss(&self, rating: Rating) -> Option<f64> {
        self.losses[rating as usize]
    }

    /// The lowest and the highest vote on likelihood, and on impact; an axis nobody voted on counts as it is rated. None
    /// without any vote.
    pub fn vote_ends(&self) -> Option<[(f64, f64); 2]> {
        self.likelihood_spread.or(self.impact_spread)?;
        let ends = |spread: Option<Spread>, rated: fn(Score) -> f64| {
            spread.map(|spread| (spread.min, spread.max)).or_else(|| {
                let rated = self.inherent.map(rated)?;
                Some((rated, rated))
            })
        };
        Some([
            ends(self.likelihood_spread, |score| score.likelihood)?,
            ends(self.impact_spread, |score| score.impact)?,
        ])
    }

    /// The inherent risk by the lowest votes and by the highest.
    pub fn voted(&self) -> Option<(f64, f64)> {
        let [likelihood, impact] = self.vote_ends()?;
        Some((likelihood.0 + impact.0, likelihood.1 + impact.1))
    }

    /// Whether a rating still misses the target: above a target of its own, or at or above the appetite.
    pub fn misses_target(&self, rating: Rating) -> bool {
        self.risk(rating)
            .is_some_and(|risk| if self.own_target { risk > self.target } else { risk >= self.target })
    }
}

/// The shares that controls take away from a risk, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reduction {
    /// From how often it happens: E_L.
    pub likelihood: f64,
    /// From what it costs: E_I.
    pub impact: f64,
}

/// Which factor a control lowers here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    /// It happens less often.
    OnLikelihood,
    /// It hurts less.
    OnImpact,
    /// Both.
    OnBoth,
    /// It detects, but nothing answers the alarm, so it changes nothing yet.
    NotWithoutResponse,
}

impl Works {
    /// The words as a person reads them.
    pub fn label(self) -> &'static str {
        match self {
            Self::OnLikelihood => "lowers likelihood",
            Self::OnImpact => "lowers impact",
            Self::OnBoth => "lowers likelihood and impact",
            Self::NotWithoutResponse => "detects, but nothing answers the alarm",
        }
    }
}

/// What one control is worth against one threat.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlEffect {
    /// Which control.
    pub control: ControlId,
    /// Its status, as asked for.
    pub status: ControlStatus,
    /// Which factor it lowers.
    pub works: Works,
    /// What is claimed for it, 0 to 1.
    pub claimed: f64,
    /// What evidence of policies in force measured, where it replaces the claim today.
    pub measured: Option<Measurement>,
    /// What evidence of any policy that is not retired measured, where it replaces the claim in the plan.
    pub measured_planned: Option<Measurement>,
    /// What it takes away today: strength × state × coverage, and the answer to the alarm where it only detects.
    pub now: f64,
    /// What it takes away once it is fully in place.
    pub complete: f64,
    /// How much higher the current score would be without it.
    pub drop_current: f64,
    /// How much higher the planned score would be without it.
    pub drop_planned: f64,
    /// How much lower the current score would be if it were fully in place today.
    pub drop_if_done: f64,
    /// How much lower today's expected loss a year would be then, in thousands; none where there is no expected loss.
    pub loss_saved_if_done: Option<f64>,
}

/// How far votes lie apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The lowest vote.
    pub min: f64,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The highest vote.
    pub max: f64,
    /// How many votes.
    pub votes: usize,
}

impl Spread {
    /// The spread of some votes; none without any.
    pub fn of(votes: &[u8]) -> Option<Self> {
        let mut sorted = votes.to_vec();
        sorted.sort_unstable();
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let upper = f64::from(*sorted.get(sorted.len() / 2)?);
        let lower = f64::from(*sorted.get((sorted.len() - 1) / 2)?);
        Some(Self {
            min: f64::from(min),
            median: f64::midpoint(lower, upper),
            max: f64::from(max),
            votes: sorted.len(),
        })
    }

    /// Two levels or more apart: people mean different things and should talk.
    pub fn disagrees(self) -> bool {
        self.max - self.min >= 2.0
    }
}

/// What one rating says of all live threats.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RatingSummary {
    /// Threats in each band; every band has an entry.
    pub bands: BTreeMap<Band, usize>,
    /// Threats that need a decision.
    pub above_appetite: usize,
    /// The worst threat.
    pub worst: Option<ThreatId>,
    /// Sum of expected loss a year, in thousands; none without money.
    pub loss: Option<f64>,
}

/// The risk at one target, for badges.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetRisk {
    /// Live threats aimed at it, rated or not, worst current first.
    pub threats: Vec<ThreatId>,
    /// How many of them are not rated.
    pub unrated: usize,
    /// How many of them need a decision today.
    pub above_appetite: usize,
    /// The worst current score, as shown.
    pub risk: Option<f64>,
    /// The band of the worst current score.
    pub band: Option<Band>,
}

/// Every threat with its ratings, and what they amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    /// Live threats first; rated before not rated; worst current first; ties by id.
    pub rows: Vec<RiskRow>,
    /// All live threats with no control.
    pub inherent: RatingSummary,
    /// All live threats today.
    pub current: RatingSummary,
    /// All live threats after the plan.
    pub planned: RatingSummary,
    /// Live threats that nobody has rated.
    pub unrated: Vec<ThreatId>,
    /// Live threats by what they are aimed at.
    pub by_target: BTreeMap<Target, TargetRisk>,
    /// Evidence that is out of date, and why: it counts for nothing.
    pub stale: BTreeMap<EvidenceId, Stale>,
    pub(super) measured: BTreeMap<ControlId, [Option<Measurement>; 2]>,
    pub(super) places: BTreeMap<ThreatId, usize>,
}

impl Register {
    /// The row of a threat.
    pub fn row(&self, threat: ThreatId) -> Option<&RiskRow> {
        self.places.get(&threat).and_then(|place| self.rows.get(*place))
    }

    /// What evidence measured of a control that detects: by policies in force (`today`), or by every one that is not retired.
    /// None where the claim counts.
    pub fn measured(&self, control: ControlId, today: bool) -> Option<Measurement> {
        self.measured.get(&control).and_then(|measured| measured[usize::from(!today)])
    }

    /// Rows that count, worst current first.
    pub fn live(&self) -> impl Iterator<Item = &RiskRow> + '_ {
        self.rows.iter().filter(|row| row.live)
    }

    /// What a rating says of all live threats.
    pub fn summary(&self, rating: Rating) -> &RatingSummary {
        match rating {
            Rating::Inherent => &self.inherent,
            Rating::Current => &self.current,
            Rating::Planned => &self.planned,
        }
    }
}

/// The worst live, rated threat at a target.
pub fn worst_at(register: &Register, target: Target) -> Option<&RiskRow> {
    let worst = register.by_target.get(&target)?.threats.first()?;
    register.row(*worst).filter(|row| row.current.is_some())
}
