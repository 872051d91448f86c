//! Risk: the grid with what-if at the left, figures, register and the chosen risk at the right; the loss curve; the method.

mod anchors;
mod grid;
mod losses;
mod method;
mod register;
mod what_if;

use std::collections::BTreeMap;

use egui::{Frame, Margin, Panel, Ui};

use crate::analysis::risk::{self, Rating, Register};
use crate::model::{ControlId, ControlStatus, Project};
use crate::picture::Role;
use crate::session::Command;
use crate::studio::theme::{self, size};
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::ViewContext;

/// The pages of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// The grid with the register.
    #[default]
    Grid,
    /// Losses in a year.
    Losses,
    /// How risk is rated.
    Method,
}

impl Page {
    const ALL: [Self; 3] = [Self::Grid, Self::Losses, Self::Method];
}

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    page: Page,
    losses: losses::State,
    method: method::State,
    /// Controls tried in another state; nothing is saved until it is kept.
    tried: BTreeMap<ControlId, ControlStatus>,
    filter: String,
    only_above: bool,
    only_unowned: bool,
    /// The rubber band on the grid and the cell under the keys.
    marking: grid::Marking,
    /// How the next best controls are ordered.
    by_cost: bool,
    sorted: Option<(usize, bool)>,
}

impl State {
    /// Shows that page.
    pub fn show_page(&mut self, page: Page) {
        self.page = page;
        // Whoever comes by the command has asked for a run already.
        self.losses.is_asked |= page == Page::Losses;
    }

    /// Whether controls are tried in another state just now.
    pub fn is_trying(&self) -> bool {
        !self.tried.is_empty()
    }

    /// The threats by band, or what is tried, for the status bar.
    pub(super) fn status(&self, ctx: &ViewContext<'_>) -> String {
        if self.is_trying() {
            let controls = words::counted(self.tried.len(), "control", "controls");
            return format!("What-if: {controls} tried. Esc restores");
        }
        let register = ctx.register();
        let mut bands: BTreeMap<_, usize> = BTreeMap::new();
        for band in register.live().filter_map(|row| row.band(Rating::Current)) {
            *bands.entry(std::cmp::Reverse(band)).or_default() += 1;
        }
        let mut parts: Vec<String> =
            bands.iter().map(|(band, count)| format!("{count} {}", band.0.label().to_lowercase())).collect();
        if !register.unrated.is_empty() {
            parts.push(format!("{} not rated", register.unrated.len()));
        }
        let all = words::counted(ctx.project().threats.len(), "threat", "threats");
        if parts.is_empty() { String::new() } else { format!("{all}: {}", parts.join(", ")) }
    }

    /// Back to the model as it is.
    pub fn restore(&mut self) {
        self.tried.clear();
    }

    fn tried_states(&self) -> Vec<(ControlId, ControlStatus)> {
        self.tried.iter().map(|(id, status)| (*id, *status)).collect()
    }

    fn forget_missing(&mut self, project: &Project) {
        self.tried
            .retain(|id, status| project.controls.get(*id).is_some_and(|control| control.status != *status));
    }
}

/// The register that is shown: with what is tried, and without.
struct Shown<'a> {
    now: &'a Register,
    tried: Option<&'a Register>,
}

impl Shown<'_> {
    fn register(&self) -> &Register {
        self.tried.unwrap_or(self.now)
    }
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    if project.threats.is_empty() {
        Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            let sentence = "No threat yet, so there is no risk to show. Find threats first; then rate how likely and how bad each one is.";
            if widgets::empty_state(ui, "grid-3x3", sentence, "Find threats", "") {
                ctx.ask(Command::GoThreats);
            }
        });
        return;
    }
    state.forget_missing(project);
    pages(ui, ctx, state);
    match state.page {
        Page::Grid => grid_and_register(ui, ctx, state),
        Page::Losses => losses::show(ui, ctx, &mut state.losses),
        Page::Method => method::show(ui, ctx, &mut state.method),
    }
}

/// The tabs, and what the page that is shown is about to do.
fn pages(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(20, 0));
    Panel::top("risk tabs").exact_size(size::TOOLBAR).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            let mut chosen = Page::ALL.iter().position(|page| *page == state.page).unwrap_or_default();
            let names = [("Grid and register", None), ("Loss curve", None), ("Method", None)];
            let room = ui.available_width();
            if ui.scope(|ui| {
                ui.set_max_width(room - 190.0);
                widgets::tabs(ui, size::TOOLBAR, &names, &mut chosen)
            }).inner {
                state.page = Page::ALL.get(chosen).copied().unwrap_or_default();
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| match state.page {
                Page::Grid => {
                    let button = Button::quiet("Risk method…").icon("sliders-horizontal").show(ui);
                    let words = "Levels, anchors, the grid, the appetite and how controls add up";
                    if widgets::tooltip(button, "Risk method", words, "Ctrl+Shift+M").clicked() {
                        ctx.ask(Command::RiskMethod);
                    }
                }
                Page::Losses => {
                    let button = Button::primary("Simulate").icon("play").keys("Ctrl+M").show(ui);
                    let words = "Runs many made-up years on every core, in the background; the same seed gives the same years";
                    if widgets::tooltip(button, "Simulate losses", words, "Ctrl+M").clicked() {
                        ctx.ask(Command::SimulateLosses);
                    }
                }
                Page::Method => {}
            });
        });
    });
}

/// The least room under the grid, in points: the head of "What if" and four switches under each other.
const WHAT_IF: f32 = 320.0;

/// The same where two switches stand side by side.
const WHAT_IF_IN_PAIRS: f32 = 224.0;

/// What stands around the cells of the grid, in points: its head, its axes and their names.
const AROUND_GRID: f32 = 118.0;

fn grid_and_register(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    if state.is_trying() && ui.input(|input| input.key_pressed(egui::Key::Escape)) && widgets::hears_keys(ui)
    {
        state.restore();
    } else if ctx.session.threat_filter().is_some()
        && ui.input(|input| input.key_pressed(egui::Key::Escape))
        && widgets::hears_keys(ui)
    {
        ctx.ask(Command::ClearThreatFilter);
    }
    let tried = state.is_trying().then(|| risk::what_if(project, &state.tried_states()));
    let shown = Shown { now: ctx.derived().register(), tried: tried.as_ref() };
    let roomy = ui.available_width() >= 1240.0;
    let width = if roomy { 648.0 } else { 520.0 };
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(20, 16));
    Panel::left("risk grid").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        let under = if roomy { WHAT_IF_IN_PAIRS } else { WHAT_IF };
        // A cell is a fifth of the field, also where the field is cut in three.
        let by_height = (ui.available_height() - under - AROUND_GRID) / 5.0;
        let cell = by_height.clamp(42.0, if roomy { 96.0 } else { 80.0 });
        // The grid stays in sight while the switches scroll under it: what a switch moves is seen at once.
        grid::show(ui, ctx, &mut state.marking, &shown, cell);
        ui.add_space(8.0);
        widgets::divider(ui);
        ui.add_space(8.0);
        what_if::show(ui, ctx, state, &shown);
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(20, 16));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "risk register", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            register::tiles(ui, ctx, &shown);
            register::table(ui, ctx, state, &shown);
            if let Some(id) = ctx.shown_threat() {
                register::chosen(ui, ctx, &shown, id);
            }
        });
    });
}
