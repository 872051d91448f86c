//! The person's own stencils in the data folder: what the list asks for, done between two frames.

use std::path::Path;

use crate::edit::verbs::Clip;
use crate::session::Step;
use crate::storage::file::SaveError;
use crate::storage::stencils;
use crate::studio::app::App;
use crate::studio::words::counted;

impl App {
    /// Reads the list anew.
    pub(in crate::studio) fn read_stencils(&mut self) {
        self.system.stencils.kept = self.data.as_ref().map(stencils::list).unwrap_or_default();
    }

    /// Brings the list into the left column, or the outline back.
    pub(in crate::studio) fn toggle_stencils(&mut self) {
        if self.prefs.stencils_shown(self.narrow) {
            self.prefs.stencils = false;
            return;
        }
        self.step = Step::System;
        self.prefs.show_stencils(self.narrow);
        self.system.stencils.focus_wanted = true;
        self.read_stencils();
    }

    /// Opens the list and asks what the selection is to be called.
    pub(in crate::studio) fn name_stencil(&mut self) {
        let Some(session) = &self.session else { return };
        let suggestion = session.selection().single().map(|item| session.project().name_of(item));
        if !self.prefs.stencils_shown(self.narrow) {
            self.toggle_stencils();
            self.system.stencils.focus_wanted = false;
        }
        self.system.stencils.ask_name(suggestion.unwrap_or_default());
    }

    /// Keeps what is selected.
    pub(in crate::studio) fn keep_stencil(&mut self, name: &str) {
        let Some(session) = &self.session else { return };
        let Some(data) = &self.data else {
            return self.toasts.error("There is no folder to keep stencils in.");
        };
        let (clip, narrowed) = session.copy_for_elsewhere();
        if clip.is_empty() {
            return self.toasts.note("Select what the stencil is to hold first.");
        }
        let holds = holds(&clip, narrowed);
        match stencils::keep(data, name, clip) {
            Ok(_) => self.toasts.say(format!("{name} is among your stencils: {holds}.")),
            Err(error) => self.toasts.error(error.to_string()),
        }
        self.read_stencils();
    }

    /// Gives a stencil another name.
    pub(in crate::studio) fn rename_stencil(&mut self, path: &Path, name: &str) {
        self.after_stencil(stencils::rename(path, name));
    }

    /// Throws a stencil away.
    pub(in crate::studio) fn delete_stencil(&mut self, path: &Path) {
        self.after_stencil(stencils::delete(path));
    }

    fn after_stencil(&mut self, done: Result<(), SaveError>) {
        if let Err(error) = done {
            self.toasts.error(error.to_string());
        }
        self.read_stencils();
    }
}

/// What a stencil holds: "2 components, 6 threats and 9 controls; 2 threats lost a target outside".
fn holds(clip: &Clip, narrowed: usize) -> String {
    let parts = [
        (clip.components.len(), "component", "components"),
        (clip.zones.len(), "zone", "zones"),
        (clip.interfaces.len(), "interface", "interfaces"),
        (clip.threats.len(), "threat", "threats"),
        (clip.controls.len(), "control", "controls"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(n, one, many)| counted(n, one, many))
        .collect();
    let lost = match narrowed {
        0 => String::new(),
        number => format!("; {} lost a target outside", counted(number, "threat", "threats")),
    };
    format!("{}{lost}", parts.join(", "))
}
