//! Attack paths: from where nobody vouches for what comes, step by step, to what is worth protecting.
//!
//! Probabilities are the model's estimate (see [`step`](PathStep)) and assume that steps succeed independently. They are
//! good for an order of paths and for what-ifs, not as frequencies.

mod blast;
mod cut;
mod find;
mod finding;
mod graph;
mod reach;
mod step;
mod structure;
mod survey;
#[cfg(test)]
pub(crate) mod tests;
mod ways;
mod yen;

pub use blast::BlastRadius;
pub use find::{AttackPath, Cut, Goal, PathOptions, PathReport, path_for_threat};
pub use finding::{FindingKind, GraphFinding, Remedy, few};
pub use graph::{AttackGraph, Source};
pub use reach::Reach;
pub use step::{PathStep, StepControl, StepKind};
pub use structure::{AgentLoop, SinglePoint, agent_loops, single_points};
pub use survey::{Found, PathSurvey, attack_paths};

pub(crate) use cut::minimum_cut;
