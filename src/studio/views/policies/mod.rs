//! Policies: the list and its scope at the left, the rules in the middle, layers and a request to try at the right.

mod checked;
mod condition;
mod life;
mod matrix;
mod overview;
mod rule;
mod side;
mod verdict;

pub(super) use overview::alert_band;

use std::collections::BTreeSet;

use egui::{Frame, Margin, Panel, ScrollArea, Ui};

use crate::edit::verbs;
use crate::exchange::engines::Target;
use crate::model::{PolicyId, PolicyStatus, Project, Rule, RuleId};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::simulation::static_checks::static_notes;
use crate::studio::theme::{self, Look, size};
use crate::studio::widgets::{self, Button, Field};
use crate::studio::words;

use super::ViewContext;
use super::parts::text_value;

/// The tabs.
const RULES: usize = 0;
const LAYERS: usize = 1;
const PROTECTION: usize = 2;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    chosen: Option<PolicyId>,
    tab: usize,
    folded: BTreeSet<RuleId>,
    request: side::RequestDraft,
    life: life::Life,
    matrix: matrix::Matrix,
}

impl State {
    /// The policy that is shown: the chosen one, or the first that is in force, or the first.
    pub fn shown(&self, project: &Project) -> Option<PolicyId> {
        let there = self.chosen.filter(|id| project.policies.contains(*id));
        let active = || project.policies.iter().find(|policy| policy.status == PolicyStatus::Active);
        there.or_else(|| active().or_else(|| project.policies.iter().next()).map(|policy| policy.id))
    }

    /// What the checks' simulation rests on, or what the rules read, for the status bar.
    pub(super) fn status(&self, ctx: &ViewContext<'_>) -> String {
        if self.tab == PROTECTION {
            return super::protection::status(ctx);
        }
        let policies = &ctx.project().policies;
        let active = policies.iter().filter(|policy| policy.status == PolicyStatus::Active).count();
        if policies.is_empty() {
            return String::new();
        }
        format!("{}, {active} in force", words::counted(policies.len(), "policy", "policies"))
    }

    /// Shows the cost of the checks themselves.
    pub fn show_protection(&mut self) {
        self.tab = PROTECTION;
    }

    /// Shows a policy, or the policy of a rule.
    pub fn choose(&mut self, id: PolicyId) {
        self.chosen = Some(id);
        self.tab = RULES;
    }
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(12, 0));
    Panel::top("policy tabs").exact_size(size::TOOLBAR).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            widgets::tabs(
                ui,
                size::TOOLBAR,
                &[("Rules", None), ("Layers", None), ("Protection", None)],
                &mut state.tab,
            );
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (label, keys, command) = if state.tab == PROTECTION {
                    ("Run", "", Command::RunProtection)
                } else {
                    ("Simulate", "F5", Command::Simulate)
                };
                let some = state.tab == PROTECTION || !ctx.project().policies.is_empty();
                if Button::primary(label).icon("play").keys(keys).enabled(some).show(ui).clicked() {
                    ctx.ask(command);
                }
                if state.tab != PROTECTION && !ctx.project().policies.is_empty() {
                    let export = Button::plain("Export").icon("upload").chevron().show(ui);
                    widgets::open_menu(&export, "Export policies for an engine", 300.0, |ui| {
                        export_to(ui, ctx);
                    });
                }
            });
        });
    });
    if state.tab == PROTECTION {
        super::protection::show(ui, ctx);
        return;
    }
    let project = ctx.project();
    let Some(id) = state.shown(project) else {
        Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            let sentence = "No policy yet. A policy says what agents must and must not do, and answers threats that you have found.";
            if widgets::empty_state(ui, "scroll-text", sentence, "New policy…", "") {
                ctx.ask(Command::NewPolicy);
            }
        });
        return;
    };
    if state.tab == LAYERS {
        matrix::show(ui, ctx, &mut state.matrix);
        return;
    }
    let roomy = ui.available_width() >= 1180.0;
    let side = |ui: &Ui, margin: i8| {
        Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(margin))
    };
    let frame = side(ui, 0);
    Panel::left("policies list")
        .exact_size(if roomy { 292.0 } else { 252.0 })
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ScrollArea::vertical().id_salt("policies list").auto_shrink([false, false]).show(ui, |ui| {
                overview::list(ui, ctx, state, id);
                Frame::new().inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
                    if let Some(policy) = ctx.project().policies.get(id) {
                        overview::details(ui, ctx, &mut state.life, policy);
                    }
                });
            });
        });
    if roomy {
        let frame = side(ui, 16);
        Panel::right("policies side").exact_size(344.0).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "policies side", |ui| {
                if side::show(ui, ctx, &mut state.request, &mut state.matrix, id) {
                    state.tab = LAYERS;
                }
            });
        });
    }
    let canvas = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(22, 16));
    egui::CentralPanel::default().frame(canvas).show(ui, |ui| {
        widgets::scroll(ui, "policy rules", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            rules(ui, ctx, state, id);
            if !roomy {
                widgets::card(ui, 16.0, |ui| {
                    if side::show(ui, ctx, &mut state.request, &mut state.matrix, id) {
                        state.tab = LAYERS;
                    }
                });
            }
        });
    });
}

/// The engines, each with what it can carry.
fn export_to(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    for (target, icon) in
        Target::ALL.iter().zip(["activity", "bell", "scroll-text", "scroll-text", "network"])
    {
        let item = widgets::menu_item(ui, Some(icon), target.label(), "", false, true);
        if item.on_hover_text(target.covers()).clicked() {
            ctx.ask(Request::ExportPolicies(*target));
        }
    }
}

fn rules(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, id: PolicyId) {
    let Some(policy) = ctx.project().policies.get(id) else { return };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let field = Field::new("Policy name").look(Look::SECTION).height(38.0).width(ui.available_width());
        if let Some(name) = text_value(ui, ctx, field, &policy.name) {
            ctx.commit(verbs::change_policy(ctx.project(), id, "name", |policy| policy.name = name));
        }
        let field = Field::new("Policy description")
            .hint("What it is for, in a sentence")
            .width(ui.available_width());
        if let Some(text) = text_value(ui, ctx, field, &policy.description) {
            ctx.commit(verbs::change_policy(ctx.project(), id, "description", |policy| {
                policy.description = text;
            }));
        }
    });
    let run = ctx.session.results().simulation.clone();
    let traced: Option<BTreeSet<&str>> = run
        .as_ref()
        .map(|run| run.value.trace.series.iter().map(|series| series.name.metric.as_str()).collect());
    let notes = static_notes(ctx.project(), policy, traced.as_ref());
    for (index, rule) in policy.rules.iter().enumerate() {
        ui.push_id(rule.id, |ui| rule::card(ui, ctx, &mut state.folded, rule, index, &notes));
    }
    ui.horizontal(|ui| {
        if Button::plain("Add a rule").icon("plus").show(ui).clicked() {
            let rule = Rule { name: format!("Rule {}", ctx.project().next_rule().0), ..Rule::default() };
            if let Some((rule, transaction)) = verbs::add_rule(ctx.project(), id, rule) {
                ctx.commit_and_select(transaction, vec![rule.into()]);
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::danger("Delete policy").show(ui).clicked() {
                ctx.commit(verbs::delete(ctx.project(), &[id.into()]));
            }
        });
    });
    ui.add_space(size::BUTTON);
}
