//! What follows from a model: suggestions, lint, risk, crossings, attack paths, agent checks, what an approval stands on, coverage, comparison, fingerprints.
//!
//! May use: model, catalog. Never contains: a change to the model; files, clocks, threads; a panic on odd input.
//! Everything here is a pure function of the project, so a caller may cache it by the project's revision.

pub mod agents;
pub mod approval;
pub mod classification;
pub mod compare;
pub mod coverage;
pub mod crossings;
pub mod due;
pub(crate) mod facts;
pub mod fingerprint;
pub mod integrity;
pub mod lint;
pub mod paths;
pub mod risk;
pub mod snapshot;
pub mod suggest;

#[cfg(test)]
mod tests;
