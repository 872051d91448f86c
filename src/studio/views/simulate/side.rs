//! What was missed, what was done, evidence to record, how this run differs from the one before, what the trace holds.

use std::sync::Arc;

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::model::{Band, Evidence};
use crate::picture::Role;
use crate::session::Simulation;
use crate::simulation::time::duration_words;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::views::policies::alert_band;
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::{State, deeds, shown};

/// Draws the column.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, simulation: &Arc<Simulation>) {
    let today = ctx.today;
    let said = shown::said(state, ctx.session, today, simulation);
    let (reasons, found) = (Arc::clone(&said.missed), Arc::clone(&said.evidence));
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    deeds::reading(ui, ctx, state, simulation);
    before_and_after(ui, ctx, simulation);
    missed(ui, state, simulation, &reasons);
    record(ui, ctx, simulation, &found);
    responses(ui, simulation);
    understood(ui, simulation);
}

fn gap(ui: &mut Ui) {
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
}

fn before_and_after(ui: &mut Ui, ctx: &ViewContext<'_>, simulation: &Simulation) {
    let Some(before) = &ctx.session.results().simulation_before else { return };
    if before.value.run.trace != simulation.run.trace {
        return;
    }
    widgets::heading(ui, "Before and after", None);
    widgets::small(ui, "The last two runs on this trace", Role::TextTertiary);
    let numbers = |run: &crate::simulation::Run| {
        let denied = run.decisions.iter().filter(|decision| decision.denied()).count();
        let (found, alarms) =
            run.scores.as_ref().map_or((0, 0), |s| (s.event.detected, s.event.false_alarms));
        [
            ("Detected", found),
            ("False alarms", alarms),
            ("Denied requests", denied),
            ("Responses", run.responses.len()),
        ]
    };
    for ((name, old), (_, new)) in numbers(&before.value.run).into_iter().zip(numbers(&simulation.run)) {
        ui.horizontal(|ui| {
            widgets::label(ui, name, Look::BODY, Role::TextSecondary);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let change = new as i64 - old as i64;
                let words = match change {
                    0 => "same".to_owned(),
                    more if more > 0 => format!("+{more}"),
                    less => format!("−{}", less.unsigned_abs()),
                };
                widgets::label(
                    ui,
                    &words,
                    Look::BODY_STRONG,
                    if change == 0 { Role::TextTertiary } else { Role::Text },
                );
                widgets::label(ui, &format!("{old} → {new}"), Look::BODY, Role::TextSecondary);
            });
        });
    }
    gap(ui);
}

/// No more missed attacks than that are told one by one.
const MOST_MISSED: usize = 20;

fn missed(ui: &mut Ui, state: &mut State, simulation: &Simulation, reasons: &[String]) {
    let Some(scores) = &simulation.run.scores else { return };
    let missed: Vec<_> = scores.event.windows.iter().filter(|window| window.detected_ms.is_none()).collect();
    widgets::heading(ui, "Missed", Some(missed.len()));
    if missed.is_empty() {
        let words = if scores.event.windows.is_empty() {
            "No labelled attack lies in what was run."
        } else {
            "Every labelled attack set off an alarm."
        };
        widgets::small(ui, words, Role::TextSecondary);
    }
    for (window, reason) in missed.iter().zip(reasons).take(MOST_MISSED) {
        widgets::card(ui, 10.0, |ui| {
            ui.set_width(ui.available_width());
            ui.vertical(|ui| {
                ui.horizontal(|ui| {
                    icons::show(ui, "circle-alert", 16.0, theme::color(ui, Role::SeverityText(Band::High)));
                    let time = words::minute(window.label.start_ms);
                    widgets::label(
                        ui,
                        &format!("{time}, {}", window.label.agent),
                        Look::BODY_STRONG,
                        Role::Text,
                    );
                });
                let words = format!(
                    "{}, {} long. {}",
                    words::capital(&window.label.threat.replace('_', " ")),
                    duration_words(window.label.end_ms - window.label.start_ms),
                    reason
                );
                widgets::small(ui, &words, Role::TextSecondary);
                if Button::quiet("Show it").icon("search").small().show(ui).clicked() {
                    let span = (window.label.end_ms - window.label.start_ms).max(600_000);
                    state.range = Some((window.label.start_ms - span, window.label.end_ms + span));
                    state.agent = Some(window.label.agent.clone());
                }
            });
        });
    }
    let more = missed.len().saturating_sub(MOST_MISSED);
    if more > 0 {
        widgets::small(ui, &format!("{more} more: “Go to an attack” lists them all."), Role::TextTertiary);
    }
    gap(ui);
}

/// What the conditions saw in a window that no alarm fell into.
pub(super) fn why_missed(simulation: &Simulation, window: &crate::simulation::scores::WindowScore) -> String {
    let (from, to) = (window.label.start_ms, window.label.end_ms);
    let mut pending: Vec<&str> = Vec::new();
    for condition in &simulation.run.conditions {
        let about = condition.series.iter().filter(|series| window.label.is_about(&series.agent));
        if about.into_iter().any(|series| series.pending.iter().any(|interval| interval.touches(from, to))) {
            pending.push(&condition.metric);
        }
    }
    pending.dedup();
    let denied = simulation.run.decisions.iter().filter(|decision| {
        decision.denied()
            && window.label.is_about(&decision.agent)
            && decision.t_ms >= from
            && decision.t_ms <= to
    });
    let denied = denied.count();
    match (pending.as_slice(), denied) {
        ([], 0) => "No condition was violated, and no request was denied.".to_owned(),
        ([], denied) => format!("No metric condition was violated; {denied} requests were denied."),
        (metrics, _) => format!("{} was violated, but not for long enough to fire.", metrics.join(", ")),
    }
}

fn record(ui: &mut Ui, ctx: &mut ViewContext<'_>, simulation: &Simulation, found: &[Evidence]) {
    widgets::heading(ui, "Evidence for the risk", None);
    let project = ctx.project();
    if simulation.labels.is_none() {
        widgets::small(
            ui,
            "Without labelled attacks a run shows what fires, not how well.",
            Role::TextTertiary,
        );
        gap(ui);
        return;
    }
    if found.is_empty() {
        widgets::small(
            ui,
            "No rule of this run implements a control, so there is nothing to record.",
            Role::TextTertiary,
        );
        gap(ui);
        return;
    }
    for one in found {
        ui.horizontal(|ui| {
            let rule = one.rule.map(|id| project.name_of(id.into())).unwrap_or_default();
            let name = one.control.map_or(rule.clone(), |id| format!("{id} by {rule}"));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                widgets::label(
                    ui,
                    &format!("{} of {}", one.detected, one.windows),
                    Look::BODY_STRONG,
                    Role::Text,
                );
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    widgets::label(ui, &name, Look::BODY, Role::TextSecondary);
                });
            });
        });
    }
    let held = ctx.session.results().simulation.as_ref();
    let stale = held.is_some_and(|dated| !ctx.session.is_current(dated));
    let button = Button::primary("Record as evidence").icon("shield-check").enabled(!stale).show(ui);
    let button =
        button.on_hover_text("Measured detection replaces the claim, and the current risk moves with it");
    if button.clicked() {
        ctx.commit(verbs::record_evidence(project, found.to_vec()));
    }
    if stale {
        widgets::small(
            ui,
            "The policies or their settings have changed since this run. Run again to record.",
            Role::TextTertiary,
        );
    }
    gap(ui);
}

fn responses(ui: &mut Ui, simulation: &Simulation) {
    let list = &simulation.run.responses;
    widgets::heading(ui, "Responses", Some(list.len()));
    if list.is_empty() {
        widgets::small(ui, "No alarm, so nothing was done.", Role::TextTertiary);
    }
    for response in list.iter().take(40) {
        ui.horizontal_top(|ui| {
            widgets::sign(ui, alert_band(response.severity), 12.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let action = response.action.map_or("approval asked", |action| action.label());
                let time = words::second(response.t_ms);
                let head = format!("{}, {}", words::capital(action), response.agent);
                widgets::label(ui, &head, Look::BODY_MEDIUM, Role::Text);
                widgets::small(ui, &format!("{time}. {}", response.cause), Role::TextTertiary);
                if let Some(approval) = &response.approval {
                    widgets::small(
                        ui,
                        &format!("{} asked: {}", approval.approvers.join(", "), approval.outcome),
                        Role::TextTertiary,
                    );
                }
            });
        });
    }
    if list.len() > 40 {
        widgets::small(ui, &format!("{} more in the table.", list.len() - 40), Role::TextTertiary);
    }
    gap(ui);
}

fn understood(ui: &mut Ui, simulation: &Simulation) {
    widgets::heading(ui, "What the trace holds", None);
    for sentence in simulation.report.sentences() {
        widgets::small(ui, &sentence, Role::TextSecondary);
    }
    let coverage = &simulation.run.coverage;
    if !coverage.metrics_missing.is_empty() {
        let words =
            format!("Named by a policy, but not in the trace: {}.", coverage.metrics_missing.join(", "));
        widgets::small(ui, &words, Role::SeverityText(Band::Medium));
    }
    for note in &coverage.notes {
        widgets::small(ui, note, Role::TextTertiary);
    }
}
