//! The risk register: four ratings for every threat, and what each control is worth.
//!
//! - *inherent*: as rated, with no listed control;
//! - *current*: with the controls as far as they are in place;
//! - *planned*: with every listed control fully in place;
//! - *target*: the score to reach, the appetite unless the threat says otherwise.
//!
//! A rating is a likelihood and an impact level; a level is a factor of five in frequency or money. Controls that lower
//! likelihood stack into `E_L`, those that lower impact into `E_I` (see [`combined`]), and `L' = L + log₅(1−E_L)`,
//! `I' = I + log₅(1−E_I)`. A control that only detects keeps nothing from happening: it lowers impact, and only where
//! something answers the alarm, by P(detect) × P(answered in time) (see [`detection`]). P(detect) is what a simulation
//! measured where one is recorded (see [`measurement`]): today of policies in force, planned of every one not retired.
//!
//! There is one expected loss: from the ranges of how often and how much, people's own or those that levels stand for (see
//! [`exposure`]).

mod detection;
mod explain;
mod exposure;
mod grid;
mod measurement;
mod plan;
mod rate;
mod register;
mod stack;
#[cfg(test)]
mod tests;

pub use detection::responds;
pub use explain::explain;
pub use exposure::{exposures, given_frequency, given_loss};
pub use grid::{Condition, GivenGrid, GridFault, grid_faults};
pub use measurement::{Measurement, Stale, stale, stale_evidence};
pub use plan::{NextBest, by_cost, next_best_controls, what_if};
pub use rate::register;
pub use register::{
    ControlEffect, Rating, RatingSummary, Reduction, Register, RiskRow, Spread, TargetRisk, Works, worst_at,
};
pub use stack::{Layer, claimed, combined, prevents};
