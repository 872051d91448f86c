//! What background work has brought for the open project, and whether the model has changed since.

use std::sync::Arc;

use crate::model::Protection;
use crate::simulation::ProtectionRun;

use super::JobId;
use super::comparison::Comparisons;
use super::losses::LossRun;
use super::reports::ReportPages;
use super::run_basis::RunBasis;
use super::simulate::Simulation;
use super::thresholds::ThresholdStudies;

/// What of the model a result rests on: as long as that stays as it was, so does the result.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// All of it: any change makes the result out of date.
    Model,
    /// Policies and what is set for running them.
    Policies(Arc<RunBasis>),
    /// The security checks.
    Protection(Box<Protection>),
}

/// A result with the revision of the model that it was worked out for.
#[derive(Debug)]
pub struct Dated<T> {
    /// The revision.
    pub revision: u64,
    /// What it rests on; see [`Session::is_current`](super::Session::is_current).
    pub basis: Basis,
    /// The result.
    pub value: Arc<T>,
}

impl<T> Dated<T> {
    /// A result for a revision, that rests on the whole model.
    pub fn new(revision: u64, value: T) -> Self {
        Self::resting_on(Basis::Model, revision, value)
    }

    /// A result for a revision, that rests on a part of the model.
    pub fn resting_on(basis: Basis, revision: u64, value: T) -> Self {
        Self { revision, basis, value: Arc::new(value) }
    }
}

impl<T> Clone for Dated<T> {
    fn clone(&self) -> Self {
        Self { revision: self.revision, basis: self.basis.clone(), value: Arc::clone(&self.value) }
    }
}

/// The latest of each.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// Policies run on a trace.
    pub simulation: Option<Dated<Simulation>>,
    /// The run before the latest, to compare with.
    pub simulation_before: Option<Dated<Simulation>>,
    /// Thresholds that were studied.
    pub thresholds: ThresholdStudies,
    /// Policies that were compared.
    pub comparisons: Comparisons,
    /// The security checks.
    pub protection: Option<Dated<ProtectionRun>>,
    /// Losses in a year, simulated.
    pub losses: Option<Dated<LossRun>>,
    /// The pages of the report.
    pub pages: Option<Dated<ReportPages>>,
    /// Counts the runs that people asked for, so that pages know whether they show the latest.
    pub runs: u64,
}

impl Results {
    /// Takes in a new run; the one until now becomes the one before.
    pub fn set_simulation(&mut self, new: Dated<Simulation>) {
        let gone = std::mem::replace(&mut self.simulation_before, self.simulation.replace(new));
        if gone.is_some() {
            // To give back the memory of millions of samples takes longer than a frame. Where there is no thread for it,
            // it is given back here.
            let _ = std::thread::Builder::new().spawn(move || drop(gone));
        }
        self.runs += 1;
    }

    /// Notes that a piece of work has ended, however it did.
    pub fn job_ended(&mut self, id: JobId) {
        self.thresholds.end(id);
        self.comparisons.end(id);
    }

    /// Takes in a new run of the security checks.
    pub fn set_protection(&mut self, new: Dated<ProtectionRun>) {
        self.protection = Some(new);
        self.runs += 1;
    }

    /// Takes in new pages, and the runs that were made for them.
    pub fn set_pages(&mut self, new: Dated<ReportPages>) {
        let measured = &new.value.measured;
        if let Some(run) = &measured.simulation
            && self.simulation.as_ref().is_none_or(|held| held.revision < run.revision)
        {
            self.simulation = Some(run.clone());
        }
        if let Some(run) = &measured.protection
            && self.protection.as_ref().is_none_or(|held| held.revision < run.revision)
        {
            self.protection = Some(run.clone());
        }
        self.pages = Some(new);
    }
}
