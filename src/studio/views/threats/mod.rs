//! Threats: what the catalogue suggests and asks, every threat as a table, attack paths; the chosen one in full beside it.

mod bulk;
mod control;
mod controls;
mod coverage;
mod detail;
mod filters;
mod findings;
mod frameworks;
mod listing;
mod owasp;
pub mod packs;
mod paths;
mod quantities;
mod ratings;
mod references;
mod register;
mod statement;
mod suggestions;
mod treatment;

use std::collections::BTreeSet;

use egui::{Frame, Margin, Panel, Ui};

use crate::analysis::paths::GraphFinding;
use crate::analysis::suggest::Suggestion;
use crate::edit::verbs;
use crate::model::{ItemId, Target, Threat};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::theme::{self, size};
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::ViewContext;

/// The place of the tab with packs of one's own.
const PACKS: usize = 4;

/// The place of the tab with what has been looked at.
const COVERAGE: usize = 3;

/// The place of the tab with what the graph says.
const PATHS: usize = 2;

/// The place of the tab with every threat.
const REGISTER: usize = 1;

/// What is chosen of the suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    /// One, by its threat of the catalogue and its place.
    One(String, Target),
    /// All that a threat of the catalogue has in one group of the list.
    Whole(&'static str, String),
}

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    tab: usize,
    /// The suggestion that is looked at.
    chosen: Option<Choice>,
    /// Only suggestions at this element, or at what is in this zone.
    only: Option<Target>,
    /// Only suggestions with these words.
    words: String,
    /// Threats of the catalogue whose places are listed, by the group of the list.
    opened: BTreeSet<(&'static str, String)>,
    /// Questions put off in this sitting, by item and attribute.
    later: BTreeSet<(ItemId, String)>,
    /// Every question is listed, and not only the one that decides most.
    all_questions: bool,
    /// The question that was picked from the list.
    asked: Option<(ItemId, String)>,
    /// The question after the one that is asked is wanted.
    next_question: bool,
    unfolded: BTreeSet<&'static str>,
    /// The reason being typed for setting the chosen suggestion aside.
    reason: Option<String>,
    register: register::Memory,
    coverage: coverage::Memory,
    graph: GraphChoice,
    /// Packs of one's own.
    pub packs: packs::State,
}

/// What is chosen of all that the graph says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphChoice {
    /// An attack path, by its place among those of the model.
    Path(usize),
    /// Something else.
    Finding(GraphFinding),
}

impl Default for GraphChoice {
    fn default() -> Self {
        Self::Path(0)
    }
}

impl State {
    /// Shows every threat of the model.
    pub fn show_all(&mut self) {
        self.tab = 1;
    }

    /// The threats as they are listed, for other programs.
    pub fn csv(&mut self, ctx: &ViewContext<'_>) -> Result<String, String> {
        register::csv(ctx, &mut self.register)
    }

    /// Commands whose keys mean something else here: Ctrl+A marks all that is listed, and a letter may be for a cell.
    pub fn own_keys(&self) -> &'static [Command] {
        match (self.tab == REGISTER, self.register.takes_letters()) {
            (true, true) => {
                &[Command::SelectAll, Command::NewThreat, Command::NextQuestion, Command::PlayAttackPath]
            }
            (true, false) => &[Command::SelectAll, Command::PlayAttackPath],
            (false, _) if self.tab == PATHS => &[],
            (false, _) => &[Command::PlayAttackPath],
        }
    }

    /// What can be pressed here, for the status bar.
    pub(super) fn status(&self, ctx: &ViewContext<'_>) -> String {
        let all = ctx.derived().suggestions();
        let mut words = Vec::new();
        if self.tab == 0 && !all.questions.is_empty() {
            words.push("Y, N, S answer the question");
        }
        if self.tab == 0 && !(all.fires.is_empty() && all.needs_answer.is_empty()) {
            words.extend(["↑ ↓ choose", "A accepts", "D dismisses"]);
        }
        if self.tab == 1 {
            words.extend(["Arrows move", "Enter edits the cell", "Space marks", "Ctrl A marks all"]);
        }
        if self.tab == PATHS {
            words.push("Shift P plays or shows it on the diagram");
        }
        words.join(" · ")
    }

    /// Shows the questions that are open, one after the other: the next one each time.
    pub fn show_questions(&mut self) {
        self.tab = 0;
        self.all_questions = true;
        self.next_question = true;
    }

    /// Shows the packs.
    pub fn show_packs(&mut self) {
        self.tab = PACKS;
    }

    /// Whether packs are shown.
    pub fn shows_packs(&self) -> bool {
        self.tab == PACKS
    }

    /// What is chosen of all that the graph says.
    pub fn graph_choice(&self) -> GraphChoice {
        self.graph
    }

    /// Shows what concerns one element.
    pub fn look_at(&mut self, target: Target) {
        self.only = Some(target);
        self.words.clear();
        self.tab = 0;
    }
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    if let Some(ItemId::Threat(_) | ItemId::Control(_)) = ctx.reveal {
        state.chosen = None;
        state.tab = state.tab.min(1);
    }
    let suggestions = ctx.derived().suggestions();
    let open = suggestions.open_threats();
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(12, 0));
    Panel::top("threat tabs").exact_size(size::TOOLBAR).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            let tabs = [
                ("Find threats", Some(open)),
                ("All threats", Some(ctx.project().threats.len())),
                ("Attack paths", None),
                ("Coverage", None),
                ("Packs", None),
            ];
            widgets::tabs(ui, size::TOOLBAR, &tabs, &mut state.tab);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if Button::primary("New threat").icon("plus").keys("T").show(ui).clicked() {
                    ctx.ask(Command::NewThreat);
                }
                let fires = suggestions.threats_that_fire();
                if state.tab == 0 && fires > 0 {
                    let words = format!("Accept all that fire, {fires}");
                    let places = words::counted(suggestions.fires.len(), "place", "places");
                    let hint =
                        format!("{}, at {places} together", words::counted(fires, "threat", "threats"));
                    if Button::quiet(&words).icon("check").hint(&hint).show(ui).clicked() {
                        ctx.ask(Command::AcceptAll);
                    }
                }
            });
        });
    });
    let none_chosen =
        !matches!(ctx.session.selection().single(), Some(ItemId::Threat(_) | ItemId::Control(_)));
    if state.tab == 0 && none_chosen && suggestions::chosen(ctx, state).is_empty() {
        // The column beside is never empty while there is something to decide.
        state.chosen = suggestions::first(ctx, state);
    }
    if state.tab == PACKS {
        packs::show(ui, ctx, &mut state.packs);
        return;
    }
    if state.tab == COVERAGE {
        let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(24, 14));
        egui::CentralPanel::default().frame(frame).show(ui, |ui| coverage::show(ui, ctx, state));
        return;
    }
    let whole = ui.available_width();
    let left = match state.tab {
        0 => 512.0,
        1 => (whole * 0.6).max(640.0),
        _ => 460.0,
    };
    let left = if whole < 1180.0 { left * 0.8 } else { left };
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(12, 12));
    Panel::left("threat lists").exact_size(left).resizable(false).frame(frame).show(ui, |ui| {
        match state.tab {
            0 => suggestions::show(ui, ctx, state),
            1 => register::show(ui, ctx, state),
            _ => paths::show(ui, ctx, state),
        }
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(24, 18));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "threat detail", |ui| right(ui, ctx, state));
    });
}

fn right(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    if state.tab == PATHS {
        paths::detail(ui, ctx, state);
        return;
    }
    let suggested = if state.tab == 0 { suggestions::chosen(ctx, state) } else { Vec::new() };
    if !suggested.is_empty() {
        suggestions::detail(ui, ctx, state, &suggested);
        return;
    }
    if let Some(threat) = chosen_threat(ctx) {
        ui.push_id(threat.id, |ui| detail::show(ui, ctx, threat));
        return;
    }
    if let Some(ItemId::Control(id)) = ctx.session.selection().single()
        && let Some(control) = ctx.project().controls.get(id)
    {
        ui.push_id(id, |ui| control::show(ui, ctx, control));
        return;
    }
    let project = ctx.project();
    let sentence = if project.diagram.component_count() == 0 {
        "Draw the system first: suggestions come from what is on the diagram."
    } else if project.threats.is_empty() {
        "No threat yet. Accept what fires, answer what is asked, or write one yourself."
    } else {
        "Choose a threat or a suggestion at the left to see it in full."
    };
    if widgets::empty_state(ui, "triangle-alert", sentence, "New threat", "T") {
        ctx.ask(Command::NewThreat);
    }
}

fn chosen_threat<'a>(ctx: &ViewContext<'a>) -> Option<&'a Threat> {
    ctx.shown_threat().and_then(|id| ctx.project().threats.get(id))
}

/// Accepts suggestions of one kind as one threat of the model, aimed at all their targets.
pub(super) fn accept(ctx: &mut ViewContext<'_>, suggestions: &[&Suggestion]) {
    let Some(threat) = crate::analysis::suggest::accept_together(ctx.project(), suggestions) else { return };
    let (ids, transaction) = verbs::accept_threats(ctx.project(), vec![threat]);
    ctx.commit_and_select(transaction, ids.into_iter().map(ItemId::from).collect());
}
