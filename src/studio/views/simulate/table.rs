//! The timeline's twin: every condition with its series and intervals, in words and numbers.

use egui::Ui;

use crate::picture::Role;
use crate::simulation::Run;
use crate::simulation::time::duration_words;
use crate::studio::theme::Look;
use crate::studio::views::policies::alert_band;
use crate::studio::widgets::{self, Column, Table};
use crate::studio::words;

/// Draws the tables.
pub(super) fn show(ui: &mut Ui, run: &Run) {
    widgets::heading(ui, "What fired", None);
    fired(ui, run);
    ui.add_space(18.0);
    widgets::heading(ui, "Responses", Some(run.responses.len()));
    responses(ui, run);
}

fn fired(ui: &mut Ui, run: &Run) {
    let columns = [
        Column::exact("Condition", 76.0),
        Column::grow("Requirement", 2.0, 180.0),
        Column::grow("Rule", 1.0, 120.0),
        Column::exact("Agent", 110.0),
        Column::exact("Firing from", 140.0),
        Column::exact("For", 90.0).right(),
    ];
    let mut rows: Vec<(String, [String; 6])> = Vec::new();
    for condition in &run.conditions {
        for series in &condition.series {
            for interval in &series.firing {
                let from = words::second(interval.from_ms);
                let open = if interval.open { " on" } else { "" };
                let cells = [
                    condition.id.clone(),
                    condition.requirement.clone(),
                    condition.rule_name.clone(),
                    series.agent.clone(),
                    from,
                    format!("{}{open}", duration_words(interval.to_ms - interval.from_ms)),
                ];
                rows.push((format!("{} {} {}", condition.id, series.agent, interval.from_ms), cells));
            }
        }
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    if rows.is_empty() {
        widgets::label(ui, "Nothing fired", Look::BODY, Role::TextTertiary);
    }
    for (name, cells) in &rows {
        table.row(ui, name, name, false, |row| {
            row.text(&cells[0], Look::CODE, Role::TextTertiary);
            row.text(&cells[1], Look::BODY, Role::Text);
            row.text(&cells[2], Look::BODY, Role::TextSecondary);
            row.text(&cells[3], Look::BODY, Role::TextSecondary);
            row.text(&cells[4], Look::BODY, Role::TextSecondary);
            row.text(&cells[5], Look::BODY, Role::Text);
        });
    }
}

fn responses(ui: &mut Ui, run: &Run) {
    let columns = [
        Column::exact("At", 140.0),
        Column::exact("Severity", 100.0),
        Column::exact("Response", 130.0),
        Column::exact("Agent", 130.0),
        Column::grow("Because of", 1.0, 160.0),
    ];
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    if run.responses.is_empty() {
        widgets::label(ui, "No alarm, so nothing was done", Look::BODY, Role::TextTertiary);
    }
    for (index, response) in run.responses.iter().enumerate() {
        let at = words::second(response.t_ms);
        let action = words::capital(response.action.map_or("approval asked", |action| action.label()));
        let name = format!("{at} {action} {}", response.agent);
        let row = table.row(ui, ("response", index), &name, false, |row| {
            row.text(&at, Look::BODY, Role::TextSecondary);
            row.ui(|ui| {
                widgets::band_label(ui, alert_band(response.severity));
            });
            row.text(&action, Look::BODY, Role::Text);
            row.text(&response.agent, Look::BODY, Role::TextSecondary);
            row.text(&response.cause, Look::BODY, Role::TextSecondary);
        });
        row.on_hover_text(&response.cause);
    }
}
