//! From ratings to quantities: how often and how much, as ranges, and what they cost in a year.
//!
//! A range that people gave counts. Where there is none, a rating stands for one that is as wide as its level, a step from
//! end to end, and lies so that its mean is the level's anchor. What controls take away is the register's: `f' = f·(1−E_L)`,
//! `m' = m·(1−E_I)`. So there is one expected loss, in the register as under the loss curve: `E[f']·E[m']`. For a threat rated
//! by levels alone it is the frequency of the one times the money of the other.

use super::register::{Rating, Reduction, Register};
use crate::model::{
    Estimate, Exposure, MOST_OFTEN, Method, NINETY_PERCENT, Project, Score, Threat, ThreatId,
};

/// Every live threat that has quantities, in the order of their ids, and those that have none.
pub fn exposures(project: &Project, register: &Register) -> (Vec<Exposure>, Vec<ThreatId>) {
    let (mut found, mut without) = (Vec::new(), Vec::new());
    let live = project.threats.iter().filter(|threat| threat.status.is_live());
    for (threat, row) in live.filter_map(|threat| Some((threat, register.row(threat.id)?))) {
        match exposure(&project.method, threat, row.inherent, row.removed) {
            Some(exposure) => found.push(exposure),
            None => without.push(threat.id),
        }
    }
    (found, without)
}

/// How often and how much for one threat as it is rated, with what controls take away at each rating; none where it has
/// neither a range nor a rating of one of them, or the rating carries no money.
pub(super) fn exposure(
    method: &Method,
    threat: &Threat,
    rated: Option<Score>,
    removed: [Reduction; 3],
) -> Option<Exposure> {
    let (own_frequency, own_loss) =
        (sound(threat.frequency_range.as_ref()), sound(threat.loss_range.as_ref()));
    let (has_frequency, has_loss) = (own_frequency.is_some(), own_loss.is_some());
    let frequency = own_frequency.or_else(|| rated.map(|score| given_frequency(method, score.likelihood)))?;
    Some(Exposure {
        threat: threat.id,
        frequency: frequency.at_most(MOST_OFTEN),
        loss: own_loss.or_else(|| given_loss(method, rated?.impact))?,
        happens: Rating::ALL.map(|rating| 1.0 - removed[rating as usize].likelihood),
        hurts: Rating::ALL.map(|rating| 1.0 - removed[rating as usize].impact),
        own_frequency: has_frequency,
        own_loss: has_loss,
    })
}

/// How often a rating of likelihood stands for in a year: PERT with the level's frequency for its mean, as wide as the level.
pub fn given_frequency(method: &Method, likelihood: f64) -> Estimate {
    let half = method.factor().sqrt();
    // The mean of a PERT range from 1/half over 1 to half is (1/half + 4 + half)/6.
    let likely = method.frequency(likelihood) * 6.0 / (1.0 / half + 4.0 + half);
    Estimate::pert(likely / half, likely, likely * half)
}

/// What a rating of impact stands for each time, in thousands: lognormal with the level's money for its mean, nine times in
/// ten within the width of the level; none where the project rates without money.
pub fn given_loss(method: &Method, impact: f64) -> Option<Estimate> {
    let half = method.factor().sqrt();
    let sigma = method.factor().ln() / NINETY_PERCENT;
    // The mean of a lognormal range lies e^(σ²/2) above its median.
    let median = method.loss(impact)? / (sigma * sigma / 2.0).exp();
    sound(Some(&Estimate::lognormal(median / half, median * half)))
}

fn sound(estimate: Option<&Estimate>) -> Option<Estimate> {
    estimate.filter(|estimate| estimate.fault().is_none()).cloned()
}
