//! `import IN --out OUT [--format NAME] [--json]`: a model of another tool as a project, and what could not be carried.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::input::{load_as, print_json_of};
use super::show::Counts;
use super::{CliError, Exit, print_text};
use crate::exchange::{Format, Loss};
use crate::storage::file;

/// The arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The model of another tool
    file: PathBuf,
    /// The project file to write
    #[arg(long)]
    out: PathBuf,
    /// The format, where the contents do not tell: threat-dragon, otm, security-objects
    #[arg(long, value_parser = format_named)]
    format: Option<Format>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Imports a model, writes it as a project and prints what it holds and what could not be carried.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let loaded = load_as(&arguments.file, arguments.format)?;
    file::save(&arguments.out, &loaded.project)
        .map_err(|error| CliError::output(format!("{}: {error}", arguments.out.display())))?;
    let counts = Counts::of(&loaded.project);
    if arguments.json {
        let format = loaded.format.map_or("project", Format::name);
        print_json_of(&InFormat { counts: &counts, format, files: None }, &loaded.losses)?;
        return Ok(Exit::Done);
    }
    let source = loaded.format.map_or("Threat Studio", Format::label);
    let mut text = format!("{}, from {source}\n\n{}", counts.name, counts.lines());
    text.push_str(&losses_as_text(&loaded.losses));
    print_text(&text)?;
    Ok(Exit::Done)
}

/// What a model holds, with the format that it was read from or written in.
#[derive(Serialize)]
pub(super) struct InFormat<'a> {
    #[serde(flatten)]
    pub(super) counts: &'a Counts,
    pub(super) format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<&'a [String]>,
}

pub(super) fn losses_as_text(losses: &[Loss]) -> String {
    if losses.is_empty() {
        return "\nEverything was carried over.\n".to_owned();
    }
    let mut text = "\nNot carried over as it was:\n".to_owned();
    for Loss { place, what, why } in losses {
        // Writing to a text cannot fail.
        let _always = writeln!(text, "  {place}: {what}\n      {why}");
    }
    text
}

fn format_named(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("known formats are {}", names.join(", "))
    })
}
