//! What if: controls that are not fully in place, switched on to see what moves. Nothing is saved until it is kept.

use egui::{Frame, Margin, Stroke, Ui, Vec2};

use crate::analysis::risk;
use crate::edit::verbs;
use crate::model::ControlStatus;
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};

use super::State;

/// Draws the switches, the control that helps most first.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    ui.horizontal(|ui| {
        widgets::heading(ui, "What if", None);
        widgets::label(ui, "nothing is saved until you keep it", Look::SMALL, Role::TextTertiary);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keep = Button::plain("Keep as done").small().enabled(state.is_trying()).show(ui);
            if keep
                .on_hover_text("The controls switched on become implemented, in one step that can be undone")
                .clicked()
            {
                ctx.commit(verbs::set_control_statuses(project, &state.tried_states()));
                state.restore();
            }
            if state.is_trying() && Button::quiet("Restore").keys("Esc").small().show(ui).clicked() {
                state.restore();
            }
        });
    });
    let mut best = risk::next_best_controls(project);
    if best.is_empty() {
        widgets::small(ui, "Every listed control is in place.", Role::TextTertiary);
        return;
    }
    let listed = best.len();
    best.retain(|gain| gain.removed >= 0.05 || state.tried.contains_key(&gain.control));
    if best.is_empty() {
        let words = format!("None of the {listed} controls not yet in place would lower a rated risk.");
        widgets::small(ui, &words, Role::TextTertiary);
        return;
    }
    let columns = if ui.available_width() >= 560.0 { 2 } else { 1 };
    let gaps = 12.0 * (columns - 1) as f32;
    let width = (ui.available_width() - gaps) / columns as f32;
    ui.spacing_mut().item_spacing = Vec2::new(12.0, 8.0);
    for pair in best.chunks(columns) {
        ui.horizontal(|ui| {
            for gain in pair {
                let Some(control) = project.controls.get(gain.control) else { continue };
                let mut on = state.tried.contains_key(&control.id);
                let (fill, edge) =
                    if on { (Role::AccentSoft, Role::Accent) } else { (Role::Panel, Role::Line) };
                Frame::new()
                    .fill(theme::color(ui, fill))
                    .stroke(Stroke::new(1.0, theme::color(ui, edge)))
                    .corner_radius(8.0)
                    .inner_margin(Margin::symmetric(10, 5))
                    .show(ui, |ui| {
                        ui.set_width(width - 22.0);
                        ui.spacing_mut().item_spacing.x = 8.0;
                        ui.horizontal(|ui| {
                            let response = widgets::switch(ui, &mut on, &format!("Try {}", control.name));
                            if response.changed() {
                                if on {
                                    state.tried.insert(control.id, ControlStatus::Implemented);
                                } else {
                                    state.tried.remove(&control.id);
                                }
                            }
                            let which = match gain.threats.as_slice() {
                                [] => "no threat".to_owned(),
                                [(one, _)] => one.to_string(),
                                [(first, _), rest @ ..] => format!("{first} +{}", rest.len()),
                            };
                            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                                let words = if gain.removed >= 0.05 {
                                    format!("−{:.1}", gain.removed)
                                } else {
                                    "0.0".to_owned()
                                };
                                let role = if gain.removed >= 0.05 { Role::Good } else { Role::TextTertiary };
                                widgets::label(ui, &words, Look::BODY_STRONG, role);
                                widgets::label(ui, &which, Look::SMALL, Role::TextTertiary);
                                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                                    widgets::label(ui, &control.name, Look::BODY, Role::Text)
                                        .on_hover_text(cost(project, gain));
                                });
                            });
                        });
                    });
            }
        });
    }
}

fn cost(project: &crate::model::Project, gain: &risk::NextBest) -> String {
    let name = project.name_of(gain.control.into());
    let mut words = format!("{} {name}: takes {:.1} off today's scores", gain.control, gain.removed);
    if let Some(cost) = gain.cost {
        words.push_str(&format!(", costs {}{cost:.0}k", project.method.currency));
    }
    if let Some(saved) = gain.loss_saved {
        words.push_str(&format!(", saves about {}{saved:.0}k a year", project.method.currency));
    }
    words
}
