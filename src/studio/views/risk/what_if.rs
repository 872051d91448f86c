//! What if: controls switched on or off to see what moves. Nothing is saved until it is kept.

use egui::{Frame, Margin, Stroke, Ui, Vec2};

use crate::analysis::risk::{self, NextBest, Rating, Register};
use crate::edit::verbs;
use crate::model::{Band, Control, ControlStatus, Method, Project, ThreatId};
use crate::picture::Role;
use crate::picture::heatmap::money_words;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};

use super::{Shown, State};

/// One switch: a control, and what turning it round would do today.
struct Switch<'a> {
    control: &'a Control,
    /// Score taken off when it is switched on, or put back when it is switched off.
    moves: f64,
    /// What it saves a year and what it costs, where that is the order.
    bargain: Option<String>,
    threats: Vec<ThreatId>,
    hint: String,
}

/// Draws the switches, the control that helps most first.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, shown: &Shown<'_>) {
    let project = ctx.project();
    ui.horizontal(|ui| {
        widgets::heading(ui, "What if", None);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keep = Button::plain("Keep as done").small().enabled(state.is_trying()).show(ui);
            if keep
                .on_hover_text("Controls switched on become implemented, those switched off proposed, in one step that can be undone")
                .clicked()
            {
                ctx.commit(verbs::set_control_statuses(project, &state.tried_states()));
                state.restore();
            }
            if state.is_trying() {
                let restore = Button::quiet("Restore").small().show(ui);
                if widgets::tooltip(restore, "Restore", "Every switch as it was", "Esc").clicked() {
                    state.restore();
                }
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                // In the line that is there already: what is switched must not slide from under the pointer.
                let (all, look, role) = if let Some(tried) = shown.tried {
                    (totals(&project.method, shown.now, tried), Look::SMALL_STRONG, Role::Text)
                } else {
                    let words = ["nothing is saved until you keep it", "not saved until kept"];
                    (words.map(str::to_owned).to_vec(), Look::SMALL, Role::TextTertiary)
                };
                let room = ui.available_width();
                let fits =
                    |words: &&String| widgets::line(ui, words.as_str(), look, theme::color(ui, role)).size().x <= room;
                if let Some(words) = all.iter().find(fits) {
                    widgets::label(ui, words, look, role).on_hover_text(all.first().map_or("", String::as_str));
                }
            });
        });
    });
    widgets::scroll(ui, "what if", |ui| all_switches(ui, ctx.project(), state, shown));
}

/// What can be switched on, and what off.
fn all_switches(ui: &mut Ui, project: &Project, state: &mut State, shown: &Shown<'_>) {
    let mut best = risk::next_best_controls(project);
    let listed = best.len();
    best.retain(|gain| gain.removed >= 0.05 || state.tried.contains_key(&gain.control));
    ui.horizontal(|ui| {
        widgets::caption(ui, "Not fully in place: switch on");
        if best.iter().any(|gain| gain.removed_per_cost.is_some()) {
            ui.add_space((ui.available_width() - 200.0).max(0.0));
            let mut order = usize::from(state.by_cost);
            if widgets::segmented(ui, "Best first by", &["risk removed", "per cost"], &mut order) {
                state.by_cost = order == 1;
            }
        }
    });
    if state.by_cost {
        risk::by_cost(&mut best);
    }
    if listed == 0 {
        widgets::small(ui, "Every listed control is in place.", Role::TextTertiary);
    } else if best.is_empty() {
        let words = format!("None of the {listed} controls not yet in place would lower a rated risk.");
        widgets::small(ui, &words, Role::TextTertiary);
    }
    let gains: Vec<Switch<'_>> = best
        .iter()
        .filter_map(|gain| {
            Some(Switch {
                control: project.controls.get(gain.control)?,
                moves: -gain.removed,
                bargain: bargain(&project.method, gain).filter(|_| state.by_cost),
                threats: gain.threats.iter().map(|(threat, _)| *threat).collect(),
                hint: cost(project, gain),
            })
        })
        .collect();
    switches(ui, state, &gains);
    let losses = in_place(project, shown.now);
    if !losses.is_empty() {
        ui.add_space(4.0);
        widgets::caption(ui, "In place: switch off");
        switches(ui, state, &losses);
    }
}

/// What is in place and holds something back, the one that holds most first: leave-one-out.
fn in_place<'a>(project: &'a Project, register: &Register) -> Vec<Switch<'a>> {
    let mut found: Vec<Switch<'a>> = project
        .controls
        .iter()
        .filter(|control| control.status.in_place() >= 1.0)
        .filter_map(|control| {
            let effects =
                register.live().flat_map(|row| row.effects.iter().map(move |effect| (row.threat, effect)));
            let held: Vec<(ThreatId, f64)> = effects
                .filter(|(_, effect)| effect.control == control.id && effect.drop_current > 0.0)
                .map(|(threat, effect)| (threat, effect.drop_current))
                .collect();
            let sum: f64 = held.iter().map(|(_, drop)| drop).sum();
            let hint = format!(
                "{} {}: without it, today's scores would be {sum:.1} higher",
                control.id, control.name
            );
            let threats = held.into_iter().map(|(threat, _)| threat).collect();
            (sum >= 0.05).then_some(Switch { control, moves: sum, bargain: None, threats, hint })
        })
        .collect();
    found.sort_by(|a, b| b.moves.total_cmp(&a.moves).then(a.control.id.cmp(&b.control.id)));
    found
}

/// Before and after, in what can be summed: threats above the appetite, and money. The longest words first.
fn totals(method: &Method, before: &Register, after: &Register) -> Vec<String> {
    let above = |register: &Register| register.summary(Rating::Current).above_appetite;
    let above = format!("{} → {}", above(before), above(after));
    let loss = |register: &Register| register.summary(Rating::Current).loss;
    let alone = format!("above appetite {above}");
    let Some((before, after)) = loss(before).zip(loss(after)) else { return vec![alone] };
    let money = format!("{} → {}", money_words(method, before), money_words(method, after));
    vec![
        format!("above appetite {above} · expected loss a year {money}"),
        format!("above appetite {above} · {money} a year"),
        format!("{above} above · {money}"),
        alone,
    ]
}

fn switches(ui: &mut Ui, state: &mut State, list: &[Switch<'_>]) {
    let columns = if ui.available_width() >= 560.0 { 2 } else { 1 };
    let gaps = 12.0 * (columns - 1) as f32;
    let width = (ui.available_width() - gaps) / columns as f32;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(12.0, 8.0);
        for pair in list.chunks(columns) {
            ui.horizontal(|ui| {
                for switch in pair {
                    one(ui, state, switch, width);
                }
            });
        }
    });
}

fn one(ui: &mut Ui, state: &mut State, switch: &Switch<'_>, width: f32) {
    let control = switch.control;
    let is_tried = state.tried.contains_key(&control.id);
    let was_on = control.status.in_place() >= 1.0;
    let mut on = was_on != is_tried;
    let (fill, edge) = if is_tried { (Role::AccentSoft, Role::Accent) } else { (Role::Panel, Role::Line) };
    Frame::new()
        .fill(theme::color(ui, fill))
        .stroke(Stroke::new(1.0, theme::color(ui, edge)))
        .corner_radius(8.0)
        .inner_margin(Margin::symmetric(10, 5))
        .show(ui, |ui| {
            ui.set_width(width - 22.0);
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.horizontal(|ui| {
                if widgets::switch(ui, &mut on, &format!("Try {}", control.name)).changed() {
                    if on == was_on {
                        state.tried.remove(&control.id);
                    } else {
                        let tried = if on { ControlStatus::Implemented } else { ControlStatus::Proposed };
                        state.tried.insert(control.id, tried);
                    }
                }
                let which = match switch.threats.as_slice() {
                    [] => "no threat".to_owned(),
                    [one] => one.to_string(),
                    [first, rest @ ..] => format!("{first} +{}", rest.len()),
                };
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let (words, role) = match switch.moves {
                        less if less <= -0.05 => (format!("−{:.1}", -less), Role::Good),
                        more if more >= 0.05 => (format!("+{more:.1}"), Role::SeverityText(Band::High)),
                        _ => ("0.0".to_owned(), Role::TextTertiary),
                    };
                    if let Some(bargain) = &switch.bargain {
                        widgets::label(ui, bargain, Look::SMALL_STRONG, role);
                    } else {
                        widgets::label(ui, &words, Look::BODY_STRONG, role);
                        widgets::label(ui, &which, Look::SMALL, Role::TextTertiary);
                    }
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        let color = theme::color(ui, Role::Text);
                        let name =
                            widgets::line_within(ui, &control.name, Look::BODY, color, ui.available_width());
                        let (rect, response) = ui.allocate_exact_size(name.size(), egui::Sense::hover());
                        response.widget_info(|| {
                            egui::WidgetInfo::labeled(egui::Role::Label, true, &control.name)
                        });
                        ui.painter().galley(rect.min, name, color);
                        response.on_hover_text(&switch.hint);
                    });
                });
            });
        });
}

/// "−€36k a year for €20k"; without money "−1.4 for €20k"; none where no cost is known.
fn bargain(method: &Method, gain: &NextBest) -> Option<String> {
    let cost = money_words(method, gain.cost?);
    Some(match gain.loss_saved {
        Some(saved) => format!("−{} a year for {cost}", money_words(method, saved)),
        None => format!("−{:.1} for {cost}", gain.removed),
    })
}

fn cost(project: &Project, gain: &NextBest) -> String {
    let method = &project.method;
    let name = project.name_of(gain.control.into());
    let mut words = format!("{} {name}: takes {:.1} off today's scores", gain.control, gain.removed);
    if let (Some(cost), Some(per)) = (gain.cost, gain.removed_per_cost) {
        words.push_str(&format!(", costs {}", money_words(method, cost)));
        if gain.loss_saved.is_none() {
            words.push_str(&format!(", {:.2} off for {}", per * 10.0, money_words(method, 10.0)));
        }
    }
    if let Some(saved) = gain.loss_saved {
        words.push_str(&format!(", saves {} of the expected loss a year", money_words(method, saved)));
    }
    if let Some(per) = gain.saved_per_cost {
        words.push_str(&format!(
            ", {} for each {} it costs",
            money_words(method, per * 10.0),
            money_words(method, 10.0)
        ));
    }
    words
}
