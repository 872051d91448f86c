//! Three cards: attacks found, false alarms, time to detect.

use egui::{Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::simulation::time::delay_words;
use crate::simulation::{LoopMode, Run};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::widgets::{self, Chip};

/// Draws the cards; without labels they say what is missing.
pub(super) fn cards(ui: &mut Ui, run: &Run) {
    let width = (ui.available_width() - 24.0) / 3.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        card(ui, width, "target", ("Detection rate", run.mode), |ui| detection(ui, run));
        card(ui, width, "bell", ("False alarms", run.mode), |ui| false_alarms(ui, run));
        card(ui, width, "timer", ("Time to detect", run.mode), |ui| time_to_detect(ui, run));
    });
}

/// Whether responses changed what happened, wherever figures stand.
pub(super) fn mode_chip(ui: &mut Ui, mode: LoopMode) {
    Chip::new(mode.name()).show(ui).response.on_hover_text(mode.label());
}

fn card(ui: &mut Ui, width: f32, icon: &str, (name, mode): (&str, LoopMode), contents: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.set_width(width);
        widgets::card(ui, 14.0, |ui| {
            ui.vertical(|ui| {
                ui.set_width(width - 30.0);
                ui.set_min_height(130.0);
                ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
                ui.horizontal(|ui| {
                    icons::show(ui, icon, 16.0, theme::color(ui, Role::TextSecondary));
                    widgets::label(ui, name, Look::BODY, Role::TextSecondary);
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        mode_chip(ui, mode);
                    });
                });
                contents(ui);
            });
        });
    });
}

fn figure(ui: &mut Ui, figure: &str, words: &str) {
    ui.horizontal(|ui| {
        widgets::label(ui, figure, Look::FIGURE, Role::Text);
        widgets::label(ui, words, Look::BODY, Role::TextSecondary);
    });
}

/// Why there is no figure; in full on the first card only.
fn unlabelled(ui: &mut Ui, run: &Run, in_full: bool) {
    let left_out = &run.coverage.labels_left_out;
    figure(ui, "–", if left_out.is_empty() { "no labels" } else { "no label fits" });
    if !in_full {
        return;
    }
    if !left_out.is_empty() {
        widgets::small(ui, &left_out.join(" "), Role::TextTertiary);
        return;
    }
    widgets::small(
        ui,
        "A file of labelled attacks (agent, start, end) lets alarms be judged.",
        Role::TextTertiary,
    );
}

fn detection(ui: &mut Ui, run: &Run) {
    let Some(scores) = &run.scores else { return unlabelled(ui, run, true) };
    let event = &scores.event;
    let count = format!("{} of {} attacks", event.detected, event.windows.len());
    let Some(rate) = event.detection_rate else { return figure(ui, "–", "no attack in the labels") };
    figure(ui, &format!("{:.0} %", rate * 100.0), &count);
    let Some(interval) = event.rate_interval else { return };
    let words = interval_bar(ui, rate, interval);
    widgets::small(ui, &words, Role::TextTertiary);
    if let Some(with) = &scores.with_denials {
        let words = format!("{} of {} counting denied requests", with.detected, with.windows.len());
        widgets::small(ui, &words, Role::TextTertiary);
    }
}

/// A share with its interval on a track from 0 to 1; gives back the interval in words.
pub(super) fn interval_bar(ui: &mut Ui, rate: f64, (low, high): (f64, f64)) -> String {
    let words = format!("95 % interval {:.0} to {:.0} %", low * 100.0, high * 100.0);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width().min(280.0), 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &words));
    let middle = rect.center().y;
    let x = |share: f64| rect.left() + rect.width() * share as f32;
    let track =
        Rect::from_min_max(Pos2::new(rect.left(), middle - 2.0), Pos2::new(rect.right(), middle + 2.0));
    ui.painter().rect_filled(track, 2.0, theme::color(ui, Role::Active));
    let stroke = Stroke::new(2.0, theme::color(ui, Role::Chart(1)));
    ui.painter().hline(x(low)..=x(high), middle, stroke);
    for end in [low, high] {
        ui.painter().vline(x(end), middle - 5.0..=middle + 5.0, stroke);
    }
    ui.painter().circle_filled(Pos2::new(x(rate), middle), 5.0, theme::color(ui, Role::Text));
    words
}

fn false_alarms(ui: &mut Ui, run: &Run) {
    let Some(scores) = &run.scores else { return unlabelled(ui, run, false) };
    let event = &scores.event;
    let rate = event.false_alarms_per_agent_day.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
    figure(ui, &rate, "per agent-day");
    widgets::small(
        ui,
        &format!("{} in {:.1} agent-days, of {} alarms", event.false_alarms, event.agent_days, event.alarms),
        Role::TextTertiary,
    );
    if let Some(rate) = scores.point.false_positive_rate() {
        widgets::small(ui, &format!("{:.2} % of quiet evaluations", rate * 100.0), Role::TextTertiary);
    }
}

fn time_to_detect(ui: &mut Ui, run: &Run) {
    let Some(scores) = &run.scores else { return unlabelled(ui, run, false) };
    let event = &scores.event;
    let missed = event.windows.len() - event.detected;
    if let Some(time) = event.time_to_detect {
        figure(ui, &delay_words(time.p50_ms), "median");
        widgets::small(
            ui,
            &format!("slowest {}, {missed} missed", delay_words(time.max_ms)),
            Role::TextTertiary,
        );
    } else {
        figure(ui, "–", "nothing detected");
        widgets::small(ui, &format!("{missed} missed"), Role::TextTertiary);
    }
}
