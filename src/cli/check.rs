//! `check FILE [--json]`: what is wrong with the model and its policies. Exit code 1 when there is an error.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Serialize;

use super::input::{Loaded, print_json_of};
use super::packs::PackArguments;
use super::{CliError, Exit, load, print_text};
use crate::analysis::lint::{Finding, check_on};
use crate::catalog::{Catalog, Severity};
use crate::model::{ItemId, Project};
use crate::session::fixes::{Ask, fixes};

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Check as on this day (2026-01-31) instead of today: what is overdue, what has expired
    #[arg(long, value_name = "DAY")]
    on: Option<Date>,
    /// Show what was set aside too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    packs: PackArguments,
}

/// Prints the problems of a model.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { project, losses, .. } = load(&arguments.file)?;
    let today = arguments.on.unwrap_or_else(today);
    let catalog = arguments.packs.catalog(&arguments.file, &project)?;
    let findings = check_on(&project, &catalog, today);
    let counts = Counts::of(&findings);
    let shown: Vec<&Finding> =
        findings.iter().filter(|finding| arguments.all || finding.suppressed.is_none()).collect();
    if arguments.json {
        let problems = shown.iter().map(|finding| Problem::of(&project, &catalog, finding, today)).collect();
        print_json_of(&Told { name: &project.name, on: today, counts: &counts, problems }, &losses)?;
    } else {
        print_text(&as_text(&project, &shown, &counts))?;
    }
    Ok(if counts.errors > 0 { Exit::AnswerIsNo } else { Exit::Done })
}

/// The day by the clock of the world, so that a check says the same everywhere.
fn today() -> Date {
    crate::session::today()
}

#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    on: Date,
    counts: &'a Counts,
    problems: Vec<Problem<'a>>,
}

/// What counts: what was set aside is counted apart.
#[derive(Serialize, Debug, PartialEq, Eq)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
    set_aside: usize,
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let open =
            |severity| findings.iter().filter(|f| f.suppressed.is_none() && f.severity == severity).count();
        Self {
            errors: open(Severity::Error),
            warnings: open(Severity::Warning),
            infos: open(Severity::Info),
            set_aside: findings.iter().filter(|finding| finding.suppressed.is_some()).count(),
        }
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    rule: &'a str,
    severity: Severity,
    title: &'a str,
    item: Option<ItemId>,
    #[serde(rename = "where")]
    place: String,
    what: &'a str,
    fix: &'a str,
    set_aside: Option<&'a str>,
    /// The changes that the studio offers to put it right; none where a person has to write something.
    fixes: Vec<String>,
}

impl<'a> Problem<'a> {
    fn of(project: &Project, catalog: &Catalog, finding: &'a Finding, today: Date) -> Self {
        let ask = Ask { project, catalog, item: None, today, by: "" };
        Self {
            fixes: fixes(finding, &ask).into_iter().map(|fix| fix.label).collect(),
            rule: &finding.rule,
            severity: finding.severity,
            title: &finding.title,
            item: finding.item,
            place: place(project, finding),
            what: &finding.what,
            fix: &finding.fix,
            set_aside: finding.suppressed.as_deref(),
        }
    }
}

fn place(project: &Project, finding: &Finding) -> String {
    finding.item.map_or_else(|| "the model".to_owned(), |item| project.name_of(item))
}

fn as_text(project: &Project, findings: &[&Finding], counts: &Counts) -> String {
    let mut text = String::new();
    for finding in findings {
        let severity = finding.severity.label();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{severity:<8} {}  {}", finding.rule, finding.title);
        let id = finding.item.map_or_else(String::new, |item| format!("{item} "));
        let _ = writeln!(text, "         {id}{}. {}.", finding.what, finding.fix);
        if let Some(reason) = &finding.suppressed {
            let _ = writeln!(text, "         Set aside: {reason}");
        }
    }
    let Counts { errors, warnings, infos, set_aside } = counts;
    let _ = writeln!(
        text,
        "{}{}: {errors} errors, {warnings} warnings, {infos} notes, {set_aside} set aside",
        if findings.is_empty() { "" } else { "\n" },
        project.name
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Suppression;

    fn run_on(project: &Project) -> Exit {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.threat.ron");
        std::fs::write(&file, crate::storage::text::to_text(project)).unwrap();
        run(&Arguments { file, json: true, on: None, all: false, packs: PackArguments::default() }).unwrap()
    }

    #[test]
    fn errors_end_with_code_1() {
        let mut project = Project::new("blank");
        assert_eq!(run_on(&project), Exit::AnswerIsNo);
        "A system.".clone_into(&mut project.description);
        "Nothing.".clone_into(&mut project.out_of_scope);
        assert_eq!(run_on(&project), Exit::Done);
    }

    #[test]
    fn what_was_set_aside_is_no_error() {
        let mut project = Project::new("blank");
        project.suppressions.push(Suppression {
            rule: "TM-064".to_owned(),
            reason: "A sketch".to_owned(),
            ..Suppression::default()
        });
        assert_eq!(run_on(&project), Exit::Done);
        let findings = check_on(&project, Catalog::builtin(), jiff::civil::date(2026, 1, 1));
        let counts = Counts::of(&findings);
        assert_eq!(counts, Counts { errors: 0, warnings: 0, infos: 0, set_aside: 1 });
        let all: Vec<&Finding> = findings.iter().collect();
        let text = as_text(&project, &all, &counts);
        assert!(text.contains("Set aside: A sketch") && text.contains("1 set aside"), "{text}");
    }
}
