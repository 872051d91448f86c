//! From ratings to quantities: how often and how much, as ranges, for a simulation of losses.
//!
//! A range that people gave counts. Where there is none, a rating stands for one: the level's anchor is the likeliest value,
//! and the range runs as far as the level does, half a step down and half a step up. What controls take away is the
//! register's: `f' = f·(1−E_L)`, `m' = m·(1−E_I)`.

use super::register::{Rating, Register};
use crate::model::{Estimate, Exposure, Method, Project, Threat, ThreatId};

/// Every live threat that has quantities, in the order of their ids, and those that have none.
pub fn exposures(project: &Project, register: &Register) -> (Vec<Exposure>, Vec<ThreatId>) {
    let (mut found, mut without) = (Vec::new(), Vec::new());
    let live = project.threats.iter().filter(|threat| threat.status.is_live());
    for (threat, row) in live.filter_map(|threat| Some((threat, register.row(threat.id)?))) {
        let rated = row.inherent;
        let frequency = sound(threat.frequency_range.as_ref())
            .or_else(|| rated.map(|score| given_frequency(&project.method, score.likelihood)));
        let loss = sound(threat.loss_range.as_ref())
            .or_else(|| rated.and_then(|score| given_loss(&project.method, score.impact)));
        let (Some(frequency), Some(loss)) = (frequency, loss) else {
            without.push(threat.id);
            continue;
        };
        found.push(Exposure {
            threat: threat.id,
            frequency,
            loss,
            happens: Rating::ALL.map(|rating| 1.0 - row.reduction(rating).likelihood),
            hurts: Rating::ALL.map(|rating| 1.0 - row.reduction(rating).impact),
            own_frequency: is_own(threat, |threat| threat.frequency_range.as_ref()),
            own_loss: is_own(threat, |threat| threat.loss_range.as_ref()),
        });
    }
    (found, without)
}

/// How often a rating of likelihood stands for in a year: PERT, from half a step below its anchor to half a step above.
pub fn given_frequency(method: &Method, likelihood: f64) -> Estimate {
    let (anchor, half) = (method.frequency(likelihood), method.factor().sqrt());
    Estimate::pert(anchor / half, anchor, anchor * half)
}

/// What a rating of impact stands for each time, in thousands: lognormal, nine times in ten from half a step below its
/// anchor to half a step above; none where the project rates without money.
pub fn given_loss(method: &Method, impact: f64) -> Option<Estimate> {
    let (anchor, half) = (method.loss(impact)?, method.factor().sqrt());
    sound(Some(&Estimate::lognormal(anchor / half, anchor * half)))
}

fn sound(estimate: Option<&Estimate>) -> Option<Estimate> {
    estimate.filter(|estimate| estimate.fault().is_none()).cloned()
}

fn is_own(threat: &Threat, range: impl Fn(&Threat) -> Option<&Estimate>) -> bool {
    range(threat).is_some_and(|estimate| estimate.fault().is_none())
}
