//! `report FILE --out R.pdf`: the assessment as PDF, HTML or Markdown.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::packs::PackArguments;
use super::progress::Bar;
use super::sample::{Sample, SampleOptions};
use super::{CliError, Exit, load, say, write_output};
use crate::model::Project;
use crate::report::{Profile, ReportInput, assessment, layout, pdf};
use crate::simulation::evidence::trace_fingerprint;
use crate::simulation::protect::protect;
use crate::simulation::run::run as simulate;
use crate::simulation::{ProtectionRun, Run, Workload};

/// The arguments of `report`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// The file to write
    #[arg(long, value_name = "OUT")]
    out: PathBuf,
    /// What to write; the name of the file decides unless given
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// How much is printed
    #[arg(long, value_enum, default_value_t = ProfileChoice::Detailed)]
    profile: ProfileChoice,
    /// An earlier model to compare with; the last signed review unless given
    #[arg(long, value_name = "OLD")]
    since: Option<PathBuf>,
    /// The date on the report, by which due dates are judged: 2026-11-30; today unless given
    #[arg(long, value_name = "DAY")]
    date: Option<Date>,
    #[command(flatten)]
    packs: PackArguments,
    #[command(flatten)]
    sample: SampleOptions,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// Pages
    Pdf,
    /// One page for a browser, with everything in it
    Html,
    /// Text
    #[value(alias = "markdown")]
    Md,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProfileChoice {
    /// Everything
    Detailed,
    /// Four pages for those who decide
    Summary,
}

/// Writes the report.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let format = format_of(arguments)?;
    let project = load(&arguments.file)?.project;
    let since = arguments.since.as_deref().map(load).transpose()?.map(|loaded| loaded.project);
    let sample = sample(arguments, &project)?;
    let run = sample.as_ref().map(|sample| simulated(&project, sample)).transpose()?;
    let protection = protected(arguments, &project, sample.as_ref(), run.as_ref())?;
    let date = arguments.date.unwrap_or_else(crate::session::today);
    let catalog = arguments.packs.catalog(&arguments.file, &project)?;
    let mut input = ReportInput::new(&project, date);
    input.catalog = &catalog;
    input.since = since.as_ref();
    input.run = run.as_ref();
    input.protection = protection.as_ref();
    input.profile = match arguments.profile {
        ProfileChoice::Detailed => Profile::Detailed,
        ProfileChoice::Summary => Profile::Summary,
    };
    if let Some(sample) = sample.as_ref().filter(|_| run.is_some()) {
        input.trace_fingerprint =
            trace_fingerprint(&sample.trace, sample.events.as_ref(), sample.labels.as_ref());
    }
    let document = assessment::build(&input);
    let (bytes, size) = match format {
        ReportFormat::Pdf => {
            let pages = layout::layout(&document);
            (pdf::print(&document, &pages), format!("{} pages", pages.len()))
        }
        ReportFormat::Html => (crate::report::html::print(&document).into_bytes(), "HTML".to_owned()),
        ReportFormat::Md => (crate::report::markdown::print(&document).into_bytes(), "Markdown".to_owned()),
    };
    write_output(Some(&arguments.out), &bytes)?;
    if arguments.out != Path::new("-") {
        say(&format!("{}: {size}", arguments.out.display()));
    }
    Ok(Exit::Done)
}

fn format_of(arguments: &Arguments) -> Result<ReportFormat, CliError> {
    if let Some(format) = arguments.format {
        return Ok(format);
    }
    let ending = arguments.out.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("pdf") => Ok(ReportFormat::Pdf),
        Some("html" | "htm") => Ok(ReportFormat::Html),
        Some("md" | "markdown") => Ok(ReportFormat::Md),
        _ => Err(CliError::usage(format!(
            "{}: say with --format whether this is to be pdf, html or md",
            arguments.out.display()
        ))),
    }
}

/// The trace that was named, which must be readable; else the project's own, which may be missing.
fn sample(arguments: &Arguments, project: &Project) -> Result<Option<Sample>, CliError> {
    if project.policies.is_empty() {
        return Ok(None);
    }
    match arguments.sample.read(project, &arguments.file) {
        Err(error) if !arguments.sample.names_files() => {
            say(&format!("the project's sample trace is left out: {error}"));
            Ok(None)
        }
        other => other,
    }
}

fn simulated(project: &Project, sample: &Sample) -> Result<Run, CliError> {
    let bar = Bar::new("Simulating");
    simulate(project, &sample.input(project), &bar).map_err(|stopped| CliError::input(stopped.to_string()))
}

/// What the checks cost, where there are any and the report has a chapter on it.
fn protected(
    arguments: &Arguments,
    project: &Project,
    sample: Option<&Sample>,
    run: Option<&Run>,
) -> Result<Option<ProtectionRun>, CliError> {
    let is_wanted = matches!(arguments.profile, ProfileChoice::Detailed) && project.protection.can_run();
    if !is_wanted {
        return Ok(None);
    }
    let events = sample.and_then(|sample| sample.events.as_ref());
    let workload = Workload::planned(&project.protection.load, events, run);
    let bar = Bar::new("Simulating the checks");
    protect(&project.protection, &workload, &bar)
        .map(Some)
        .map_err(|stopped| CliError::input(stopped.to_string()))
}
