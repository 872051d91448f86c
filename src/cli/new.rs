//! `new OUT`: a model to start from, empty or from a template.

use std::path::{Path, PathBuf};

use super::{CliError, Exit, print_text, say};
use crate::catalog::{template, templates};
use crate::model::{Project, capital};
use crate::storage::file;

/// The arguments of `new`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The project file to write
    #[arg(required_unless_present = "list")]
    out: Option<PathBuf>,
    /// Start from this template instead of an empty drawing
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// List the templates
    #[arg(long, conflicts_with_all = ["out", "template"])]
    list: bool,
}

/// Writes a new project. A file that is there already stays as it is.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Some(out) = &arguments.out else { return print_text(&list()).map(|()| Exit::Done) };
    let project = start(&system_name(out), arguments.template.as_deref())?;
    if out.exists() {
        return Err(CliError::output(format!(
            "{}: the file is there already; choose another name",
            out.display()
        )));
    }
    file::save(out, &project).map_err(|error| CliError::output(format!("{}: {error}", out.display())))?;
    say(&format!("{} is ready: `threat-studio {0}` opens it.", out.display()));
    Ok(Exit::Done)
}

fn start(name: &str, from: Option<&str>) -> Result<Project, CliError> {
    let Some(from) = from else { return Ok(Project::new(name)) };
    let Some(template) = template(from) else {
        return Err(CliError::usage(format!("there is no template “{from}”. There are:\n{}", list())));
    };
    Ok(Project { name: name.to_owned(), ..template.project() })
}

fn list() -> String {
    let width = templates().iter().map(|template| template.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for template in templates() {
        text.push_str(&format!("{:width$}  {}. {}\n", template.name, template.title, template.description));
    }
    text
}

/// The system's name, from that of the file: `agent-platform.threat.ron` holds `Agent platform`.
fn system_name(path: &Path) -> String {
    let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let words = stem.split('.').next().unwrap_or_default().replace(['-', '_'], " ");
    if words.trim().is_empty() { "New model".to_owned() } else { capital(words.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_named_after_its_file() {
        for (path, name) in [
            ("agent-platform.threat.ron", "Agent platform"),
            ("/a/b/till_2.threat.ron", "Till 2"),
            (".threat.ron", "New model"),
            ("éclair.ron", "Éclair"),
        ] {
            assert_eq!(system_name(Path::new(path)), name);
        }
    }

    #[test]
    fn a_template_fills_the_model_and_the_file_names_it() {
        let started = start("Till", Some("three-tier-web")).unwrap();
        assert_eq!(started.name, "Till");
        assert!(started.diagram.component_count() > 5);
        assert_eq!(start("Till", None).unwrap().diagram.component_count(), 0);
        let refused = start("Till", Some("four-tier-web")).unwrap_err();
        assert!(refused.to_string().contains("three-tier-web"), "{refused}");
        assert_eq!(list().lines().count(), templates().len());
    }
}
