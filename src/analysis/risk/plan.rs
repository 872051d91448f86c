//! What could be done: other states of controls tried out, and the controls that would lower risk most.

use std::collections::BTreeMap;

use super::rate::{register, register_with};
use super::register::{Rating, Register};
use crate::model::{ControlId, ControlStatus, Project, ThreatId};

/// The register as it would be with these controls in these states. The project stays as it is.
pub fn what_if(project: &Project, states: &[(ControlId, ControlStatus)]) -> Register {
    register_with(project, &states.iter().copied().collect())
}

/// A control that is not fully in place, and what completing it would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct NextBest {
    /// Which control.
    pub control: ControlId,
    /// How much lower current scores would be with it in place today, summed over the live threats that it answers.
    pub removed: f64,
    /// How much higher planned scores would be without it, summed likewise: its share that no other control makes up for.
    pub removed_from_plan: f64,
    /// Expected loss a year that it would save today, in thousands; none without money.
    pub loss_saved: Option<f64>,
    /// Threats that it would bring below the appetite today.
    pub within_appetite: Vec<ThreatId>,
    /// The threats it lowers and by how much, most first.
    pub threats: Vec<(ThreatId, f64)>,
    /// What it costs, in thousands.
    pub cost: Option<f64>,
    /// Score removed for a thousand of cost; none when no cost is known.
    pub removed_per_cost: Option<f64>,
    /// Expected loss a year saved for as much of cost; none when no cost is known, or no money is lost.
    pub saved_per_cost: Option<f64>,
}

/// Orders by what comes of each cost: the expected loss saved where any loss is known, else the score removed. What has no
/// cost comes last.
pub fn by_cost(next: &mut [NextBest]) {
    let worth = |next: &NextBest| {
        [next.saved_per_cost, next.removed_per_cost].map(|worth| worth.unwrap_or(f64::NEG_INFINITY))
    };
    next.sort_by(|a, b| {
        let ([saved, removed], [other_saved, other_removed]) = (worth(a), worth(b));
        other_saved.total_cmp(&saved).then(other_removed.total_cmp(&removed))
    });
}

/// Controls that are not fully in place, by the risk that completing each of them alone would remove today, most first.
/// For an order by what it costs, see [`by_cost`].
pub fn next_best_controls(project: &Project) -> Vec<NextBest> {
    let today = register(project);
    let mut gains: BTreeMap<ControlId, NextBest> = BTreeMap::new();
    for control in &project.controls {
        if control.status.in_place() < 1.0 {
            let cost = control.cost.filter(|cost| cost.is_finite() && *cost > 0.0);
            gains.insert(
                control.id,
                NextBest {
                    control: control.id,
                    removed: 0.0,
                    removed_from_plan: 0.0,
                    loss_saved: None,
                    within_appetite: Vec::new(),
                    threats: Vec::new(),
                    cost,
                    removed_per_cost: None,
                    saved_per_cost: None,
                },
            );
        }
    }
    for row in today.live() {
        for effect in &row.effects {
            let Some(gain) = gains.get_mut(&effect.control) else { continue };
            gain.removed += effect.drop_if_done;
            gain.removed_from_plan += effect.drop_planned;
            if effect.drop_if_done > 0.0 {
                gain.threats.push((row.threat, effect.drop_if_done));
            }
            if let Some(saved) = effect.loss_saved_if_done {
                gain.loss_saved = Some(gain.loss_saved.unwrap_or(0.0) + saved);
            }
            if let Some(score) = row.current.filter(|_| row.is_above_appetite(Rating::Current)) {
                let after = crate::model::Score { impact: score.impact - effect.drop_if_done, ..score };
                if !project.method.above_appetite(after.risk()) {
                    gain.within_appetite.push(row.threat);
                }
            }
        }
    }
    let mut ranked: Vec<NextBest> = gains.into_values().collect();
    for gain in &mut ranked {
        gain.removed_per_cost = gain.cost.map(|cost| gain.removed / cost);
        gain.saved_per_cost = gain.cost.zip(gain.loss_saved).map(|(cost, saved)| saved / cost);
        gain.threats.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    }
    ranked.sort_by(|a, b| b.removed.total_cmp(&a.removed).then(a.control.cmp(&b.control)));
    ranked
}
