//! `export FILE --format NAME --out OUT [--json]`: policies for the engine that enforces them, and what could not be
//! carried.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::import::{InFormat, losses_as_text};
use super::input::{Loaded, print_json_of};
use super::sample::{Sample, SampleOptions};
use super::show::Counts;
use super::{CliError, Exit, load, print_text};
use crate::exchange::Loss;
use crate::exchange::engines::Target;
use crate::model::{Engine, Project};
use crate::session::engines::{PolicyExport, export_policies, write_export};

/// The arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// The engine: prometheus-rules, alertmanager, rego, cedar, kubernetes-network-policy
    #[arg(long, value_name = "NAME", value_parser = target)]
    format: Target,
    /// Where to: a name with an ending is that of the first file, others stand beside it; any other name is that of a
    /// folder
    #[arg(long)]
    out: PathBuf,
    /// A trace that the rules of Prometheus are tested on, a file or the address of a Prometheus server; the project's
    /// sample unless given
    #[arg(long, value_name = "FILE")]
    trace: Vec<PathBuf>,
    /// Only this policy: its id or name; may be given again for more
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// The dialect that the test of the rules is for: prom2 or prom3; without it the test holds for both
    #[arg(long, value_name = "NAME", value_parser = super::sample::engine)]
    engine: Option<Engine>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Exports policies, and prints what was written and what could not be carried.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { project, losses, .. } = load(&arguments.file)?;
    if project.policies.is_empty() {
        return Err(CliError::file(&arguments.file, "there is no policy in it to export"));
    }
    let options = SampleOptions {
        trace: arguments.trace.clone(),
        policy: arguments.policy.clone(),
        engine: arguments.engine,
        ..SampleOptions::default()
    };
    let (sample, unread) = sample(arguments, &options, &project)?;
    let wanted = PolicyExport {
        target: arguments.format,
        policies: options.policies(&project)?,
        dialect: arguments.engine,
    };
    let on = sample.as_ref().map(|sample| (&sample.trace, sample.evaluation()));
    let mut exported = export_policies(&project, &wanted, on);
    exported.losses.extend(unread);
    // What the import lost cannot be in the export either.
    exported.losses.splice(0..0, losses);
    let written = write_export(&exported, &arguments.out)
        .map_err(|(path, error)| CliError::output(format!("{}: {error}", path.display())))?;
    let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    let counts = Counts::of(&project);
    if arguments.json {
        let format = arguments.format.name();
        print_json_of(&InFormat { counts: &counts, format, files: Some(&files) }, &exported.losses)?;
        return Ok(Exit::Done);
    }
    let mut text = format!("{}, for {}\n\n", counts.name, arguments.format.label());
    for file in &files {
        // Writing to a text cannot fail.
        let _always = writeln!(text, "  {file}");
    }
    text.push_str(&losses_as_text(&exported.losses));
    print_text(&text)?;
    Ok(Exit::Done)
}

/// The trace to test rules on. One that is named must be there; the project's own may be missing, which is said.
fn sample(
    arguments: &Arguments,
    options: &SampleOptions,
    project: &Project,
) -> Result<(Option<Sample>, Option<Loss>), CliError> {
    if arguments.format != Target::PrometheusRules {
        return Ok((None, None));
    }
    match options.read(project, &arguments.file) {
        Ok(sample) => Ok((sample, None)),
        Err(error) if arguments.trace.is_empty() => {
            let what = "the project's sample trace".to_owned();
            Ok((None, Some(Loss { place: "rules.yml".to_owned(), what, why: error.message })))
        }
        Err(error) => Err(error),
    }
}

fn target(name: &str) -> Result<Target, String> {
    Target::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
        format!("known formats are {}", names.join(", "))
    })
}
