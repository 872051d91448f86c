//! The files of a trace: added to the model, put beside it, taken off again.

use std::path::Path;

use egui::Context;

use crate::edit::verbs;
use crate::model::TraceSet;
use crate::session::Step;

use super::app::App;
use super::dialogs::Purpose;
use super::picker::{Ask, AskKind};
use super::views::simulate::Tab;

/// A file that may stand beside the metrics of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileBeside {
    /// Requests, operations and alerts.
    Events,
    /// When there were attacks.
    Labels,
}

impl FileBeside {
    /// What a change of it is called.
    pub(super) fn change(self) -> &'static str {
        match self {
            Self::Events => "events of a trace",
            Self::Labels => "labels of a trace",
        }
    }

    /// Where a trace names it.
    pub(super) fn of(self, set: &mut TraceSet) -> &mut String {
        match self {
            Self::Events => &mut set.events,
            Self::Labels => &mut set.labels,
        }
    }
}

impl App {
    pub(super) fn ask_for_trace(&mut self, ctx: &Context) {
        let endings = ["csv", "jsonl", "ndjson", "json", "prom", "txt"].map(str::to_owned).to_vec();
        let ask = Ask {
            title: "Add a trace file".to_owned(),
            kind: AskKind::Open,
            filter: ("Metric traces".to_owned(), endings),
            folder: None,
        };
        self.ask_for_file(ctx, Purpose::Trace, ask);
    }

    /// Adds a trace to the model. Files of events and labels that stand beside it under its name come along.
    pub(super) fn add_trace(&mut self, path: &Path) {
        let Some(session) = &self.session else { return };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default().to_owned();
        let beside = |endings: &[&str]| {
            let mut paths = endings.iter().map(|ending| path.with_file_name(format!("{stem}.{ending}")));
            paths.find(|path| path.exists()).map(|path| self.written(&path)).unwrap_or_default()
        };
        let set = TraceSet {
            events: beside(&["events.jsonl", "events.csv"]),
            labels: beside(&["labels.csv"]),
            metrics: self.written(path),
            name: name.clone(),
            ..TraceSet::default()
        };
        let change =
            verbs::change_simulation(session.project(), "traces", |settings| settings.traces.push(set));
        if let Some(transaction) = change {
            self.change(|session| session.commit(transaction));
            self.step = Step::Simulate;
            self.toasts.say(format!("{name} is added."));
        }
    }

    /// Asks for a file to stand beside the chosen trace.
    pub(super) fn ask_for_file_beside(&mut self, ctx: &Context, which: FileBeside) {
        let Some(session) = &self.session else { return };
        if session.project().simulation.traces.is_empty() {
            self.toasts.note("There is no trace yet. Add one first.");
            return;
        }
        let (purpose, title, kind, endings) = match which {
            FileBeside::Events => (
                Purpose::Events,
                "Choose the events of the trace",
                "Event logs",
                &["jsonl", "ndjson", "csv"][..],
            ),
            FileBeside::Labels => {
                (Purpose::Labels, "Choose the labelled attacks of the trace", "Labels", &["csv"][..])
            }
        };
        self.show_trace();
        let ask = Ask {
            title: title.to_owned(),
            kind: AskKind::Open,
            filter: (kind.to_owned(), endings.iter().map(|ending| (*ending).to_owned()).collect()),
            folder: None,
        };
        self.ask_for_file(ctx, purpose, ask);
    }

    /// Puts a file beside the chosen trace, in the place of the one before.
    pub(super) fn put_beside_trace(&mut self, which: FileBeside, path: &Path) {
        let written = self.written(path);
        let Some(session) = &self.session else { return };
        let number = self.views.simulate.chosen_trace(session.project());
        let change = verbs::change_simulation(session.project(), which.change(), |settings| {
            if let Some(set) = settings.traces.get_mut(number) {
                *which.of(set) = written;
            }
        });
        if let Some(transaction) = change {
            self.change(|session| session.commit(transaction));
        }
    }

    /// Takes the chosen trace out of the model. Its files stay where they are.
    pub(super) fn remove_trace(&mut self) {
        let Some(session) = &self.session else { return };
        let number = self.views.simulate.chosen_trace(session.project());
        let Some(set) = session.project().simulation.traces.get(number) else {
            self.toasts.note("There is no trace to remove.");
            return;
        };
        let name = set.name.clone();
        let change = verbs::change_simulation(session.project(), "traces", |settings| {
            settings.traces.remove(number);
        });
        let Some(transaction) = change else { return };
        self.change(|session| session.commit(transaction));
        self.show_trace();
        self.toasts.say_with_undo(format!("{name} is removed from the model; its files stay."));
    }

    fn show_trace(&mut self) {
        self.step = Step::Simulate;
        self.views.simulate.show_tab(Tab::Trace);
    }

    /// A path as the model names it: short where the file stands in the model's own folder.
    fn written(&self, path: &Path) -> String {
        let folder = self.session.as_ref().and_then(|session| session.path()?.parent());
        let short = folder.and_then(|folder| path.strip_prefix(folder).ok());
        short.unwrap_or(path).to_string_lossy().into_owned()
    }
}
