//! `show FILE [--json]`: what the model holds.

use std::path::PathBuf;

use serde::Serialize;

use super::input::load_as;
use super::{CliError, Exit, print_json, print_text};
use crate::model::Project;

/// The arguments of `show`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How many things of each kind a model holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What people call the system.
    pub name: String,
    /// Components.
    pub components: usize,
    /// Interfaces, those with loose ends too.
    pub interfaces: usize,
    /// Zones and open boundary lines.
    pub boundaries: usize,
    /// Assets.
    pub assets: usize,
    /// Threats.
    pub threats: usize,
    /// Applications of a threat to a target.
    pub targets: usize,
    /// Controls.
    pub controls: usize,
    /// Policies.
    pub policies: usize,
    /// Notes.
    pub notes: usize,
    /// Views.
    pub views: usize,
}

impl Counts {
    /// Counts a model.
    pub fn of(project: &Project) -> Self {
        let diagram = &project.diagram;
        Self {
            name: project.name.clone(),
            components: diagram.component_count(),
            interfaces: diagram.interface_count(),
            boundaries: diagram.zones.len() + diagram.lines.len(),
            assets: project.assets.len(),
            threats: project.threats.len(),
            targets: project.threats.iter().map(|threat| threat.targets.len()).sum(),
            controls: project.controls.len(),
            policies: project.policies.len(),
            notes: project.notes.len(),
            views: project.views.len(),
        }
    }

    /// The counts as lines for a person, without the name.
    pub fn lines(&self) -> String {
        let rows = [
            ("components", self.components),
            ("interfaces", self.interfaces),
            ("boundaries", self.boundaries),
            ("assets", self.assets),
            ("threats", self.threats),
            ("targets of threats", self.targets),
            ("controls", self.controls),
            ("policies", self.policies),
            ("notes", self.notes),
            ("views", self.views),
        ];
        rows.map(|(what, count)| format!("{count:>7}  {what}\n")).concat()
    }
}

/// Prints what the model holds.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let loaded = load_as(&arguments.file, None)?;
    let counts = Counts::of(&loaded.project);
    if arguments.json {
        print_json(&counts)?;
    } else {
        print_text(&format!("{}\n\n{}", counts.name, counts.lines()))?;
    }
    Ok(Exit::Done)
}
