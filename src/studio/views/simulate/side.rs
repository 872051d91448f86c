//! What was missed, what was done, evidence to record, how this run differs from the one before, what the trace holds.

use std::sync::Arc;

use egui::{Ui, Vec2};

use crate::model::{Band, ControlFunction, Evidence, EvidenceId, PolicyStatus};
use crate::picture::Role;
use crate::session::{Request, Simulation};
use crate::simulation::time::duration_words;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::views::policies::alert_band;
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::scores::mode_chip;
use super::{Outdated, State, deeds, outdated, shown};

/// Draws the column.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, simulation: &Arc<Simulation>) {
    let today = ctx.today;
    let said = shown::said(state, ctx.session, today, simulation);
    let (reasons, found) = (Arc::clone(&said.missed), Arc::clone(&said.evidence));
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    deeds::reading(ui, ctx, state, simulation);
    before_and_after(ui, ctx, simulation);
    missed(ui, state, simulation, &reasons);
    record(ui, ctx, state, simulation, &found);
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
    let (old, new) = (before.value.run.mode, simulation.run.mode);
    ui.horizontal(|ui| {
        mode_chip(ui, old);
        widgets::label(ui, "→", Look::BODY, Role::TextSecondary);
        mode_chip(ui, new);
    });
    if old != new {
        let words =
            "One run is closed loop: there, what a response blocks is denied, whatever the policy says.";
        widgets::small(ui, words, Role::SeverityText(Band::Medium));
    }
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
    let unwatched = &simulation.run.coverage.agents_out_of_scope;
    match (pending.as_slice(), denied) {
        ([], 0) if unwatched.contains(&window.label.agent) => {
            format!("No policy that ran binds {}.", window.label.agent)
        }
        ([], 0) => "No condition was violated, and no request was denied.".to_owned(),
        ([], denied) => format!("No metric condition was violated; {denied} requests were denied."),
        (metrics, _) => format!("{} was violated, but not for long enough to fire.", metrics.join(", ")),
    }
}

fn record(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    simulation: &Arc<Simulation>,
    found: &[Evidence],
) {
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
        let measured = simulation.run.scores.as_ref().is_some_and(|scores| !scores.event.windows.is_empty());
        let why = if measured {
            "No rule of this run is measured by its attacks, so there is nothing to record."
        } else {
            "No labelled attack lies in this run, so there is nothing to record."
        };
        widgets::small(ui, why, Role::TextTertiary);
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
    let old = held.and_then(|dated| outdated(ctx, state, dated));
    let recorded = state.recorded.as_ref().filter(|(run, ids)| {
        Arc::ptr_eq(run, simulation) && ids.iter().all(|id| project.evidence.contains(*id))
    });
    let label = match (recorded, &old) {
        (Some((_, ids)), None) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("Recorded as {}", ids.join(", "))
        }
        _ => "Record as evidence".to_owned(),
    };
    let enabled = recorded.is_none() && old.is_none();
    let button = Button::primary(&label).icon("shield-check").enabled(enabled).show(ui);
    if button.on_hover_text(what_recording_does(ctx, found)).clicked() {
        let ids = (project.next_evidence().0..).take(found.len()).map(EvidenceId).collect();
        state.recorded = Some((Arc::clone(simulation), ids));
        ctx.ask(Request::RecordEvidence(found.to_vec()));
    }
    let words = match old {
        Some(Outdated::Changed) => {
            "The policies or their settings have changed since this run. Run again to record.".to_owned()
        }
        Some(Outdated::ShowsAnother(shown)) => {
            format!("This is of {shown}, not of what is chosen. Run again to record.")
        }
        None => String::new(),
    };
    if !words.is_empty() {
        widgets::small(ui, &words, Role::TextTertiary);
    }
    gap(ui);
}

/// Measured detection replaces the claim of controls that detect, today if the policy is in force.
fn what_recording_does(ctx: &ViewContext<'_>, found: &[Evidence]) -> &'static str {
    let project = ctx.project();
    let detects = |one: &Evidence| {
        let control = one.control.and_then(|id| project.controls.get(id));
        control.is_some_and(|control| control.function == ControlFunction::Detective)
    };
    let in_force = |one: &Evidence| {
        let policy = one.policy.and_then(|id| project.policies.get(id));
        policy.is_some_and(|policy| policy.status == PolicyStatus::Active)
    };
    if !found.iter().any(detects) {
        "No control here detects: their claims count, and the evidence is kept for reference"
    } else if found.iter().any(|one| detects(one) && in_force(one)) {
        "Measured detection replaces the claim of controls that detect, and the current risk moves with it"
    } else {
        "Measured detection replaces the claim of controls that detect in the plan; today’s risk waits until the policy is in force"
    }
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
