//! The open project without pixels: its history, what is selected, what can be done, what runs in the background.
//!
//! May use: every room but studio and cli. Never contains: egui; a rule of the domain. Views read a [`Session`] and queue
//! [`Request`]s; only the session acts on them.

mod command;
pub mod comparison;
mod derived;
pub mod engines;
pub mod evaluation;
pub mod fixes;
mod history;
#[cfg(test)]
mod imported_tests;
mod jobs;
pub mod losses;
mod open_project;
mod pack_editor;
pub mod packs;
pub mod path_search;
pub mod prometheus;
pub mod reports;
mod results;
mod run_basis;
mod selection;
pub mod simulate;
mod studies;
mod threat_filter;
pub mod thresholds;
mod watched;
pub mod work;

pub use command::{Command, Group, Keys, Place, Request, Step};
pub use comparison::{ComparedRuns, Side};
pub use derived::{Checked, Derived};
pub use history::History;
pub use jobs::{CancelFlag, JobEvent, JobId, JobStatus, Jobs, Reporter, Wake};
pub use losses::LossRun;
pub use open_project::Session;
pub use pack_editor::PackEditor;
pub use packs::{PackEntry, PackShelf};
pub use reports::{ReportChoice, ReportFormat, ReportPages};
pub use results::{Basis, Dated, Results};
pub use selection::Selection;
pub use simulate::{Simulation, TraceFiles};
pub use studies::Studies;
pub use threat_filter::ThreatFilter;
pub use thresholds::ConditionPlace;
pub use work::{Output, Work};

/// The day, where this machine is.
pub fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}
