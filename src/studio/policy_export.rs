//! Policies exported for an engine: which, for which dialect, what it will say, and what could not be carried.

use std::path::PathBuf;

use egui::{Context, Ui};

use crate::exchange::engines::{Exported, Target};
use crate::model::Engine;
use crate::picture::Role;
use crate::session::engines::PolicyExport;
use crate::session::{Session, work};

use super::app::App;
use super::dialogs::{Dialog, Ended, Purpose, buttons};
use super::picker::{Ask, AskKind};
use super::theme::Look;
use super::widgets::{self, Button};
use super::words;

/// Longer texts are shown up to here; the file holds all of it.
const MOST_LINES: usize = 400;

/// What is being chosen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    target: usize,
    dialect: usize,
    file: usize,
    /// What was asked for last, so that it is asked for once.
    asked: Option<PolicyExport>,
    exported: Option<Exported>,
}

impl State {
    /// For that engine.
    pub(super) fn of(target: Target) -> Self {
        let target = Target::ALL.iter().position(|one| *one == target).unwrap_or_default();
        Self { target, ..Self::default() }
    }

    fn target(&self) -> Target {
        Target::ALL.get(self.target).copied().unwrap_or(Target::PrometheusRules)
    }

    fn wanted(&self) -> PolicyExport {
        let dialect = match self.dialect {
            1 => Some(Engine::Prom2),
            2 => Some(Engine::Prom3),
            _ => None,
        };
        PolicyExport {
            target: self.target(),
            policies: Vec::new(),
            dialect: dialect.filter(|_| self.target() == Target::PrometheusRules),
        }
    }

    /// Takes in what was made, if it is still wanted.
    pub(super) fn take(&mut self, wanted: &PolicyExport, exported: Exported) {
        if self.wanted() == *wanted {
            self.exported = Some(exported);
        }
    }
}

/// Shows the dialog.
pub(super) fn show(ui: &mut Ui, state: &mut State, session: Option<&Session>) -> Option<Ended> {
    if session.is_none_or(|session| session.project().policies.is_empty()) {
        return Some(Ended::Closed);
    }
    let names = ["Prometheus rules", "Alertmanager", "Rego", "Cedar", "NetworkPolicy"];
    if widgets::segmented(ui, "Engine", &names, &mut state.target) {
        state.file = 0;
    }
    widgets::small(ui, state.target().covers(), Role::TextSecondary);
    if state.target() == Target::PrometheusRules {
        ui.horizontal(|ui| {
            widgets::label(ui, "The test holds for", Look::BODY, Role::TextSecondary);
            widgets::segmented(
                ui,
                "The test holds for",
                &["Prometheus 2 and 3", "2 only", "3 only"],
                &mut state.dialect,
            );
        });
        if session.is_some_and(|session| session.results().simulation.is_none()) {
            let sentence = "Simulate first, and a test for promtool comes with the rules: the same firing on the same trace.";
            widgets::small(ui, sentence, Role::TextTertiary);
        }
    }
    let fresh = state.asked.as_ref() == Some(&state.wanted());
    if let Some(exported) = state.exported.clone().filter(|_| fresh) {
        preview(ui, state, &exported);
    } else {
        ui.set_min_height(420.0);
        widgets::small(ui, "Being written…", Role::TextTertiary);
    }
    buttons(ui, |ui| {
        let ready = state.exported.clone().filter(|_| fresh);
        if Button::primary("Save…").icon("save").enabled(ready.is_some()).show(ui).clicked()
            && let Some(exported) = ready
        {
            return Some(Ended::Policies(exported));
        }
        Button::plain("Cancel").keys("Esc").show(ui).clicked().then_some(Ended::Closed)
    })
}

fn preview(ui: &mut Ui, state: &mut State, exported: &Exported) {
    let names: Vec<&str> = exported.files.iter().map(|file| file.name.as_str()).collect();
    if names.len() > 1 {
        widgets::segmented(ui, "File", &names, &mut state.file);
    } else if let Some(name) = names.first() {
        widgets::caption(ui, name);
    }
    let text =
        exported.files.get(state.file).or(exported.files.first()).map_or("", |file| file.text.as_str());
    widgets::card(ui, 10.0, |ui| {
        let area = egui::ScrollArea::both().id_salt(("exported", state.target, state.file));
        area.max_height(250.0).min_scrolled_height(250.0).auto_shrink([false, false]).show(ui, |ui| {
            for line in text.lines().take(MOST_LINES) {
                let short: String = line.chars().take(220).collect();
                let cut = if short.len() < line.len() { "…" } else { "" };
                widgets::label(ui, &format!("{short}{cut}"), Look::CODE, Role::Text);
            }
            let more = text.lines().count().saturating_sub(MOST_LINES);
            if more > 0 {
                widgets::label(ui, &format!("and {more} lines more"), Look::SMALL, Role::TextTertiary);
            }
        });
    });
    widgets::heading(ui, "What could not be carried", Some(exported.losses.len()));
    let area = egui::ScrollArea::vertical().id_salt(("losses", state.target));
    area.max_height(150.0).auto_shrink([false, true]).show(ui, |ui| {
        if exported.losses.is_empty() {
            widgets::small(ui, "Everything was carried over.", Role::TextSecondary);
        }
        for loss in &exported.losses {
            let what = words::capital(&format!("{}: {}", loss.place, loss.what));
            widgets::paragraph(ui, &what, Look::BODY_MEDIUM, Role::Text);
            widgets::small(ui, &words::capital(&loss.why), Role::TextSecondary);
        }
    });
}

impl App {
    /// Begins to write what an open export dialog shows, where it is not yet written.
    pub(super) fn feed_policy_export(&mut self) {
        let (Some(Dialog::Policies(state)), Some(session)) = (&mut self.dialog, &self.session) else {
            return;
        };
        let wanted = state.wanted();
        if state.asked.as_ref() != Some(&wanted) {
            state.asked = Some(wanted.clone());
            state.exported = None;
            work::start_policy_export(&mut self.jobs, session, wanted);
        }
    }

    pub(super) fn ask_to_save_policies(&mut self, ctx: &Context, exported: Exported) {
        let Some(first) = exported.files.first() else { return };
        let ending = first.name.rsplit('.').next().unwrap_or_default().to_owned();
        let ask = Ask {
            title: "Export policies".to_owned(),
            kind: AskKind::Save(first.name.clone()),
            filter: (ending.to_uppercase(), vec![ending]),
            folder: None,
        };
        self.policies_to_write = Some(exported);
        self.ask_for_file(ctx, Purpose::Policies, ask);
    }

    pub(super) fn write_policies(&mut self, out: PathBuf) {
        if let Some(exported) = self.policies_to_write.take() {
            let id = work::start_write_policies(&mut self.jobs, exported, out);
            self.job_names.insert(id, "export");
        }
    }
}
