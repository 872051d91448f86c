//! Reports made in the background: the pages for the preview, and files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::report::{self, ChapterKey, Page, Profile, ReportInput, ReportOptions};

use super::results::Dated;
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

/// Everything that a report is made from, held so that another thread can make it.
struct Source {
    project: std::sync::Arc<crate::model::Project>,
    simulation: Option<std::sync::Arc<super::Simulation>>,
    protection: Option<std::sync::Arc<crate::simulation::ProtectionRun>>,
    choice: ReportChoice,
    date: Date,
}

impl Source {
    fn of(session: &Session, choice: &ReportChoice) -> Self {
        let results = session.results();
        Self {
            project: session.shared_project(),
            simulation: results.simulation.as_ref().map(|run| run.value.clone()),
            protection: results.protection.as_ref().map(|run| run.value.clone()),
            choice: choice.clone(),
            date: super::today(),
        }
    }

    fn document(&self) -> report::Document {
        let options = ReportOptions { left_out: self.choice.left_out.clone(), ..ReportOptions::default() };
        report::assessment::build(&ReportInput {
            profile: self.choice.profile,
            run: self.simulation.as_ref().map(|simulation| &simulation.run),
            protection: self.protection.as_deref(),
            options,
            ..ReportInput::new(&self.project, self.date)
        })
    }
}

/// Starts making the pages of the report for the preview.
pub fn start_pages(work: &mut Work, session: &Session, choice: ReportChoice) -> JobId {
    let source = Source::of(session, &choice);
    let revision = session.revision();
    work.start("Lay out the report", false, move |_| {
        let pages = report::layout::layout(&source.document());
        Ok(Some(Output::Pages(Dated::new(revision, ReportPages { choice, pages }))))
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
        let document = source.document();
        Ok(match format {
            ReportFormat::Pdf => report::pdf::print(&document, &report::layout::layout(&document)),
            ReportFormat::Html => report::html::print(&document).into_bytes(),
            ReportFormat::Markdown => report::markdown::print(&document).into_bytes(),
        })
    })
}
