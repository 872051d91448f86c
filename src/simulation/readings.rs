//! What a condition reads, kept so that many bounds can be asked of it: what a bound leaves quiet is passed over.

use super::grid::{Grid, Interval};
use super::metric::{Requirement, states_between};
use crate::model::Operator;

/// What a condition reads of one series at each evaluation; NaN where it reads nothing.
pub(super) struct Readings {
    pub(super) agent: String,
    pub(super) values: Vec<f64>,
    /// The worst of each [`BLOCK`] of them: where that is within a bound, all are.
    worst: Vec<f64>,
    violation: Operator,
}

/// So many readings are passed over at once.
const BLOCK: usize = 64;

impl Readings {
    pub(super) fn of(agent: String, values: Vec<f64>, violation: Operator) -> Self {
        let high = matches!(violation, Operator::Greater | Operator::GreaterOrEqual);
        let worst_of =
            |block: &[f64]| block.iter().copied().fold(f64::NAN, if high { f64::max } else { f64::min });
        let worst = values.chunks(BLOCK).map(worst_of).collect();
        Self { agent, values, worst, violation }
    }

    /// The first reading from a number on that violates the bound.
    fn next_violation(&self, from: usize, bound: f64) -> Option<usize> {
        let within = |block: usize, from: usize| {
            let values = self.values.get(from..(block + 1).saturating_mul(BLOCK).min(self.values.len()))?;
            Some(from + values.iter().position(|value| self.violation.holds(*value, bound))?)
        };
        let block = from / BLOCK;
        within(block, from).or_else(|| {
            let rest = self.worst.iter().enumerate().skip(block + 1);
            rest.filter(|(_, worst)| self.violation.holds(**worst, bound))
                .find_map(|(block, _)| within(block, block * BLOCK))
        })
    }

    /// When it fires with the bound of a requirement.
    pub(super) fn firing(&self, grid: &Grid, requirement: &Requirement) -> Vec<Interval> {
        let bound = requirement.bound;
        let violated =
            |at: usize| self.values.get(at).is_some_and(|value| self.violation.holds(*value, bound));
        states_between(violated, |from| self.next_violation(from, bound), grid, requirement).firing
    }
}
