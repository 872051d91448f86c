//! The register: every threat with its ratings, worst first, and what follows for bands, appetite and targets.

use std::collections::BTreeMap;

use super::detection::{measured, responds, responds_beside};
use super::stack::{Layer, claimed, combined, level_change, share};
use crate::model::{
    Band, Control, ControlFunction, ControlId, ControlStatus, Method, Project, Reduces, Score, Target,
    Threat, ThreatId,
};

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
    /// Expected loss a year at each rating, in thousands; none without a rating or without money.
    pub losses: [Option<f64>; 3],
    /// What each listed control is worth here, in the order of the controls' ids.
    pub effects: Vec<ControlEffect>,
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

    /// The number of a rating as it is shown: likelihood + impact with one decimal.
    pub fn risk(&self, rating: Rating) -> Option<f64> {
        self.score(rating).map(Score::risk)
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

    /// Whether a rating still misses the target: above a target of its own, or at or above the appetite.
    pub fn misses_target(&self, rating: Rating) -> bool {
        self.risk(rating)
            .is_some_and(|risk| if self.own_target { risk > self.target } else { risk >= self.target })
    }
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
    /// The detection rate that evidence shows, where it replaces the claim.
    pub measured: Option<f64>,
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
    places: BTreeMap<ThreatId, usize>,
}

impl Register {
    /// The row of a threat.
    pub fn row(&self, threat: ThreatId) -> Option<&RiskRow> {
        self.places.get(&threat).and_then(|place| self.rows.get(*place))
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

/// The register of a project as it stands.
pub fn register(project: &Project) -> Register {
    register_with(project, &BTreeMap::new())
}

/// The worst live, rated threat at a target.
pub fn worst_at(register: &Register, target: Target) -> Option<&RiskRow> {
    let worst = register.by_target.get(&target)?.threats.first()?;
    register.row(*worst).filter(|row| row.current.is_some())
}

/// The register as it would be with some controls in another state.
pub(super) fn register_with(project: &Project, states: &BTreeMap<ControlId, ControlStatus>) -> Register {
    let method = &project.method;
    let prepared: Vec<Prepared<'_>> =
        project.controls.iter().map(|control| Prepared::of(project, control, states)).collect();
    let mut answering: BTreeMap<ThreatId, Vec<&Prepared<'_>>> = BTreeMap::new();
    for control in &prepared {
        for (position, threat) in control.control.threats.iter().enumerate() {
            if !control.control.threats[..position].contains(threat) {
                answering.entry(*threat).or_default().push(control);
            }
        }
    }
    let mut rows: Vec<RiskRow> = project
        .threats
        .iter()
        .map(|threat| row(method, threat, answering.get(&threat.id).map_or(&[], Vec::as_slice)))
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &RiskRow| (!row.live, row.current.is_none());
        let risk = |row: &RiskRow| row.risk(Rating::Current).unwrap_or(0.0);
        key(a).cmp(&key(b)).then(risk(b).total_cmp(&risk(a))).then(a.threat.cmp(&b.threat))
    });
    let by_target = by_target(project, &rows);
    Register {
        inherent: summary(&rows, Rating::Inherent),
        current: summary(&rows, Rating::Current),
        planned: summary(&rows, Rating::Planned),
        unrated: rows.iter().filter(|row| row.live && row.inherent.is_none()).map(|row| row.threat).collect(),
        by_target,
        places: rows.iter().enumerate().map(|(place, row)| (row.threat, place)).collect(),
        rows,
    }
}

/// What is the same for a control whatever the threat.
struct Prepared<'a> {
    control: &'a Control,
    status: ControlStatus,
    claimed: f64,
    measured: Option<f64>,
    coverage: f64,
    /// Chance that its alarm is answered, today and after the plan; 1 where it does not only detect.
    answered: [f64; 2],
}

impl<'a> Prepared<'a> {
    fn of(project: &Project, control: &'a Control, states: &BTreeMap<ControlId, ControlStatus>) -> Self {
        let detects = control.function == ControlFunction::Detective;
        Self {
            control,
            status: states.get(&control.id).copied().unwrap_or(control.status),
            claimed: claimed(control),
            measured: if detects { measured(project, control.id) } else { None },
            coverage: share(control.coverage),
            answered: if detects {
                [responds(project, control.id, true), responds(project, control.id, false)]
            } else {
                [1.0; 2]
            },
        }
    }

    fn detects(&self) -> bool {
        self.control.function == ControlFunction::Detective
    }

    fn strength(&self) -> f64 {
        self.measured.unwrap_or(self.claimed)
    }
}

/// One control against one threat: its share now and when complete, on each factor.
struct Part<'a> {
    prepared: &'a Prepared<'a>,
    now: f64,
    complete: f64,
    on_likelihood: bool,
    on_impact: bool,
}

#[derive(Clone, Copy)]
enum When {
    Now,
    Complete,
}

fn row(method: &Method, threat: &Threat, controls: &[&Prepared<'_>]) -> RiskRow {
    let inherent = match (level(threat.likelihood), level(threat.impact)) {
        (Some(likelihood), Some(impact)) => Some(Score { likelihood, impact }),
        _ => None,
    };
    let parts: Vec<Part<'_>> = controls.iter().map(|prepared| part(prepared, controls)).collect();
    let at = |when: When, without: Option<usize>, done: Option<usize>| {
        inherent.map(|score| stacked(method, score, &parts, when, without, done))
    };
    let current = at(When::Now, None, None);
    let planned = at(When::Complete, None, None);
    let effects = parts
        .iter()
        .enumerate()
        .map(|(place, part)| ControlEffect {
            control: part.prepared.control.id,
            status: part.prepared.status,
            works: works(part),
            claimed: part.prepared.claimed,
            measured: part.prepared.measured,
            now: part.now,
            complete: part.complete,
            drop_current: drop(at(When::Now, Some(place), None), current),
            drop_planned: drop(at(When::Complete, Some(place), None), planned),
            drop_if_done: drop(current, at(When::Now, None, Some(place))),
        })
        .collect();
    let scores = [inherent, current, planned];
    RiskRow {
        threat: threat.id,
        live: threat.status.is_live(),
        inherent,
        current,
        planned,
        target: threat.target_score.filter(|target| target.is_finite()).unwrap_or(method.appetite),
        own_target: threat.target_score.is_some_and(f64::is_finite),
        bands: scores.map(|score| score.map(|score| method.band(score.risk()))),
        above_appetite: scores.map(|score| score.is_some_and(|score| method.above_appetite(score.risk()))),
        losses: scores.map(|score| {
            score.and_then(|score| {
                method.loss(score.impact).map(|loss| method.frequency(score.likelihood) * loss)
            })
        }),
        effects,
        likelihood_spread: Spread::of(&threat.likelihood_votes),
        impact_spread: Spread::of(&threat.impact_votes),
    }
}

/// A level that somebody gave, kept on the scale; what is no number is not rated.
fn level(given: Option<f64>) -> Option<f64> {
    given.filter(|level| level.is_finite()).map(|level| level.clamp(1.0, 5.0))
}

fn part<'a>(prepared: &'a Prepared<'a>, beside: &[&Prepared<'_>]) -> Part<'a> {
    let [mut answered_now, mut answered_complete] = prepared.answered;
    if prepared.detects() {
        let others: Vec<&Control> = beside.iter().map(|other| other.control).collect();
        let state_of = |control: &Control| {
            beside
                .iter()
                .find(|other| other.control.id == control.id)
                .map_or(0.0, |other| other.status.in_place())
        };
        answered_now = answered_now.max(responds_beside(&others, state_of));
        answered_complete = answered_complete.max(responds_beside(&others, |_| 1.0));
    }
    let full = prepared.strength() * prepared.coverage;
    Part {
        prepared,
        now: full * prepared.status.in_place() * answered_now,
        complete: full * answered_complete,
        on_likelihood: !prepared.detects() && prepared.control.reduces != Reduces::Impact,
        on_impact: prepared.detects() || prepared.control.reduces != Reduces::Likelihood,
    }
}

fn works(part: &Part<'_>) -> Works {
    match (part.on_likelihood, part.on_impact) {
        _ if part.prepared.detects() && part.complete == 0.0 && part.prepared.strength() > 0.0 => {
            Works::NotWithoutResponse
        }
        (true, true) => Works::OnBoth,
        (true, false) => Works::OnLikelihood,
        _ => Works::OnImpact,
    }
}

/// The rating with a stack of controls, perhaps without one of them or with one of them complete.
fn stacked(
    method: &Method,
    inherent: Score,
    parts: &[Part<'_>],
    when: When,
    without: Option<usize>,
    done: Option<usize>,
) -> Score {
    let layers = |applies: fn(&Part<'_>) -> bool| {
        parts.iter().enumerate().filter(move |(place, part)| Some(*place) != without && applies(part)).map(
            move |(place, part)| Layer {
                family: part.prepared.control.family.trim(),
                effect: match when {
                    When::Now if Some(place) != done => part.now,
                    _ => part.complete,
                },
            },
        )
    };
    Score {
        likelihood: inherent.likelihood + level_change(combined(method, layers(|part| part.on_likelihood))),
        impact: inherent.impact + level_change(combined(method, layers(|part| part.on_impact))),
    }
}

/// How much lower the second rating is, before rounding, on a scale that ends at 2.
fn drop(higher: Option<Score>, lower: Option<Score>) -> f64 {
    let risk = |score: Score| (score.likelihood + score.impact).max(2.0);
    match (higher, lower) {
        (Some(higher), Some(lower)) => (risk(higher) - risk(lower)).max(0.0),
        _ => 0.0,
    }
}

fn summary(rows: &[RiskRow], rating: Rating) -> RatingSummary {
    let mut summary = RatingSummary {
        bands: Band::ALL.iter().map(|band| (*band, 0)).collect(),
        ..RatingSummary::default()
    };
    let mut worst: Option<(f64, ThreatId)> = None;
    for row in rows.iter().filter(|row| row.live) {
        let Some(risk) = row.risk(rating) else { continue };
        if let Some(count) = row.band(rating).and_then(|band| summary.bands.get_mut(&band)) {
            *count += 1;
        }
        summary.above_appetite += usize::from(row.is_above_appetite(rating));
        if worst.is_none_or(|(most, id)| risk > most || (risk == most && row.threat < id)) {
            worst = Some((risk, row.threat));
        }
        if let Some(loss) = row.loss(rating) {
            summary.loss = Some(summary.loss.unwrap_or(0.0) + loss);
        }
    }
    summary.worst = worst.map(|(_, threat)| threat);
    summary
}

fn by_target(project: &Project, rows: &[RiskRow]) -> BTreeMap<Target, TargetRisk> {
    let mut found: BTreeMap<Target, TargetRisk> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.live) {
        let Some(threat) = project.threats.get(row.threat) else { continue };
        for target in &threat.targets {
            let risk = found.entry(*target).or_default();
            if risk.threats.last() == Some(&row.threat) {
                continue;
            }
            if risk.threats.is_empty() {
                risk.risk = row.risk(Rating::Current);
                risk.band = row.band(Rating::Current);
            }
            risk.threats.push(row.threat);
            risk.unrated += usize::from(row.current.is_none());
            risk.above_appetite += usize::from(row.is_above_appetite(Rating::Current));
        }
    }
    found
}
