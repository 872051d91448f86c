//! Thresholds as tables: every one that was tried, and the best of each duration.

use egui::Ui;

use crate::model::Reading;
use crate::picture::Role;
use crate::simulation::scores::wilson;
use crate::simulation::sweep::Sweep;
use crate::simulation::threshold_study::Study;
use crate::simulation::time::duration_words;
use crate::simulation::words::number;
use crate::studio::theme::Look;
use crate::studio::widgets::{self, Column, Table};

use super::thresholds::{State, result_words, shown_curve};

/// Every threshold that was tried: the twin of the curve.
pub(super) fn points(ui: &mut Ui, sweep: &Sweep) {
    let columns = [
        Column::grow("Threshold", 1.0, 100.0).right(),
        Column::exact("Detected", 100.0).right(),
        Column::exact("95 % interval", 130.0).right(),
        Column::exact("False alarms", 120.0).right(),
        Column::exact("Per agent-day", 130.0).right(),
        Column::exact("Quiet time on", 130.0).right(),
        Column::grow("", 1.0, 120.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(32.0);
    table.head(ui, None);
    table.rows_in_sight(ui, sweep.points.len(), |ui, index| {
        let Some(point) = sweep.points.get(index) else { return };
        let name = format!("{}: {}", number(point.threshold), result_words(point));
        table.row(ui, ("point", index), &name, false, |row| {
            row.text(&number(point.threshold), Look::BODY_STRONG, Role::Text);
            row.text(&format!("{} of {}", point.detected, point.windows), Look::BODY, Role::Text);
            let interval = wilson(point.detected as u64, point.windows as u64);
            let interval = interval.map_or_else(
                || "–".to_owned(),
                |(low, high)| format!("{:.0}–{:.0} %", low * 100.0, high * 100.0),
            );
            row.text(&interval, Look::BODY, Role::TextSecondary);
            row.text(&point.false_alarms.to_string(), Look::BODY, Role::Text);
            let rate = point.false_alarms_per_agent_day;
            let rate = rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
            row.text(&rate, Look::BODY, Role::TextSecondary);
            let quiet = point.point.false_positive_rate();
            let quiet = quiet.map_or_else(|| "–".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
            row.text(&quiet, Look::BODY, Role::TextSecondary);
            let note = if point.threshold == sweep.operating.threshold {
                "as it reads now"
            } else if sweep.is_state(point) {
                "a state, no alarm"
            } else {
                ""
            };
            row.text(note, Look::SMALL, Role::TextTertiary);
        });
    });
}

/// The best threshold of each duration: as chosen on the first part, and as it went on the rest.
pub(super) fn durations(ui: &mut Ui, state: &mut State, study: &Study, reading: Reading) {
    widgets::heading(ui, "Durations", Some(study.curves.len()));
    let words = format!(
        "The best threshold of each within the budget, chosen on the first {:.0} % of the time, tested on the rest. A press shows its curve.",
        state.share * 100.0
    );
    widgets::small(ui, &words, Role::TextTertiary);
    let columns = [
        Column::exact(if reading == Reading::For { "Held for" } else { "Within" }, 90.0),
        Column::exact("Threshold", 100.0).right(),
        Column::grow("Chosen on the first part", 1.0, 150.0),
        Column::grow("Tested on the rest", 1.0, 150.0),
        Column::exact("", 150.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(34.0);
    table.head(ui, None);
    let suggested = study.suggest(state.budget).map(|choice| choice.duration_ms);
    let shown = shown_curve(state, study).map(|curve| curve.duration_ms);
    let mut pressed = None;
    for curve in &study.curves {
        let choice = curve.suggest(state.budget);
        let time =
            if curve.duration_ms == 0 { "at once".to_owned() } else { duration_words(curve.duration_ms) };
        let (bound, chosen, tested) = choice.map_or_else(
            || ("–".to_owned(), "nothing keeps to the budget".to_owned(), String::new()),
            |choice| {
                let bound = number(choice.chosen.threshold);
                (bound, result_words(&choice.chosen), result_words(&choice.tested))
            },
        );
        let notes = [
            (Some(curve.duration_ms) == suggested).then_some("suggested"),
            (curve.duration_ms == study.duration_ms).then_some("as now"),
        ];
        let notes: Vec<&str> = notes.into_iter().flatten().collect();
        let name = format!("{time}: {bound}, {chosen}; {tested}");
        let is_shown = Some(curve.duration_ms) == shown;
        let row = table.row(ui, ("duration", curve.duration_ms), &name, is_shown, |row| {
            row.text(&time, Look::BODY_STRONG, Role::Text);
            row.text(&bound, Look::BODY_STRONG, Role::Text);
            row.text(&chosen, Look::BODY, Role::TextSecondary);
            row.text(&tested, Look::BODY, Role::Text);
            row.text(&notes.join(", "), Look::SMALL, Role::TextTertiary);
        });
        if row.clicked() {
            pressed = Some(curve.duration_ms);
        }
    }
    if let Some(duration) = pressed {
        (state.shown, state.cursor) = (Some(duration), None);
    }
}
