//! Reports made in the background: the pages for the preview, and files.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::model::Project;
use crate::report::{self, ChapterKey, Page, Profile, ReportInput, ReportOptions};
use crate::simulation::protect::protect;
use crate::simulation::{ProtectionRun, Quiet, Workload};

use super::results::{Basis, Dated};
use super::simulate::{self, Simulation, TraceFiles};
use super::work::{Output, Work};
use super::{JobId, Session};

/// What of the report is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportChoice {
    /// How much.
    pub profile: Profile,
    /// Chapters that are left out.
    pub left_out: BTreeSet<ChapterKey>,
}

/// The pages of a report, and what was asked for.
#[derive(Debug)]
pub struct ReportPages {
    /// What was asked for.
    pub choice: ReportChoice,
    /// The pages.
    pub pages: Vec<Page>,
    /// The runs that they show.
    pub measured: Measured,
    /// How many runs people had asked for; see [`super::Results::runs`].
    pub runs: u64,
}

/// What a report is printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Pages to print and sign.
    Pdf,
    /// One file for a browser.
    Html,
    /// Text for a repository.
    Markdown,
}

/// The runs that a report shows.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Policies run on a trace.
    pub simulation: Option<Dated<Simulation>>,
    /// The security checks.
    pub protection: Option<Dated<ProtectionRun>>,
}

/// Everything that a report is made from, held so that another thread can make it.
struct Source {
    project: Arc<Project>,
    catalog: Arc<Catalog>,
    revision: u64,
    held: Measured,
    /// Whether the runs held of the policies and of the checks are of the model as it is now.
    current: (bool, bool),
    runs: u64,
    traces: Option<TraceFiles>,
    choice: ReportChoice,
    date: Date,
}

impl Source {
    fn of(session: &Session, choice: &ReportChoice) -> Self {
        let results = session.results();
        let project = session.shared_project();
        Self {
            revision: session.revision(),
            current: (
                results.simulation.as_ref().is_some_and(|held| session.is_current(held)),
                results.protection.as_ref().is_some_and(|held| session.is_current(held)),
            ),
            held: Measured { simulation: results.simulation.clone(), protection: results.protection.clone() },
            runs: results.runs,
            traces: project.simulation.traces.first().map(|set| TraceFiles::of(session, set)),
            project,
            catalog: Arc::clone(session.catalog()),
            choice: choice.clone(),
            date: super::today(),
        }
    }

    /// The runs as the model is now: those at hand, else made for this report. What cannot be run is left out, and the
    /// report says that it was not.
    fn measured(&self) -> Measured {
        let project = &*self.project;
        let simulation = match &self.held.simulation {
            Some(held) if self.current.0 => Some(held.clone()),
            _ if project.policies.is_empty() => None,
            Some(old) => self.ran(simulate::simulate_again(project, &old.value, &Quiet)),
            None => self.traces.as_ref().and_then(|files| {
                self.ran(simulate::simulate(project, files, Vec::new(), &Quiet).ok().flatten())
            }),
        };
        let protection = match &self.held.protection {
            Some(held) if self.current.1 => Some(held.clone()),
            _ if !project.protection.can_run() || self.choice.profile == Profile::Summary => None,
            _ => {
                let shown = simulation.as_ref().map(|dated| &*dated.value);
                let workload = Workload::planned(
                    &project.protection.load,
                    shown.and_then(|simulation| simulation.events.as_ref()),
                    shown.map(|simulation| &simulation.run),
                );
                let basis = Basis::Protection(Box::new(project.protection.clone()));
                let run = protect(&project.protection, &workload, &Quiet).ok();
                run.map(|run| Dated::resting_on(basis, self.revision, run))
            }
        };
        Measured { simulation, protection }
    }

    fn ran(&self, simulation: Option<Simulation>) -> Option<Dated<Simulation>> {
        Some(simulation?.dated(&self.project, self.revision))
    }

    fn document(&self, measured: &Measured) -> report::Document {
        let options = ReportOptions { left_out: self.choice.left_out.clone(), ..ReportOptions::default() };
        let simulation = measured.simulation.as_ref().map(|dated| &*dated.value);
        let fingerprint = simulation.map(|run| run.fingerprint.clone());
        report::assessment::build(&ReportInput {
            profile: self.choice.profile,
            run: simulation.map(|simulation| &simulation.run),
            trace_fingerprint: fingerprint.unwrap_or_default(),
            protection: measured.protection.as_ref().map(|dated| &*dated.value),
            options,
            catalog: &self.catalog,
            ..ReportInput::new(&self.project, self.date)
        })
    }
}

/// Starts making the pages of the report for the preview.
pub fn start_pages(work: &mut Work, session: &Session, choice: ReportChoice) -> JobId {
    let source = Source::of(session, &choice);
    work.start("Lay out the report", false, move |_| {
        let measured = source.measured();
        let pages = report::layout::layout(&source.document(&measured));
        let (revision, runs) = (source.revision, source.runs);
        Ok(Some(Output::Pages(Dated::new(revision, ReportPages { choice, pages, measured, runs }))))
    })
}

/// Starts writing the report to a file.
pub fn start_report(
    work: &mut Work,
    session: &Session,
    choice: &ReportChoice,
    format: ReportFormat,
    path: PathBuf,
) -> JobId {
    let source = Source::of(session, choice);
    super::work::start_write(work, "Save the report", path, move || {
        let document = source.document(&source.measured());
        Ok(match format {
            ReportFormat::Pdf => report::pdf::print(&document, &report::layout::layout(&document)),
            ReportFormat::Html => report::html::print(&document).into_bytes(),
            ReportFormat::Markdown => report::markdown::print(&document).into_bytes(),
        })
    })
}
