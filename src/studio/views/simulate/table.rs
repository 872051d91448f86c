//! The timeline's twin: every condition with its series and intervals, in words and numbers.

use egui::Ui;

use crate::picture::Role;
use crate::simulation::Run;
use crate::simulation::time::{duration_words, moment};
use crate::studio::theme::Look;
use crate::studio::widgets::{self, Column, Table};

/// Draws the table.
pub(super) fn show(ui: &mut Ui, run: &Run) {
    let columns = [
        Column::exact("Condition", 76.0),
        Column::grow("Requirement", 2.0, 180.0),
        Column::grow("Rule", 1.0, 120.0),
        Column::exact("Agent", 110.0),
        Column::exact("Firing from", 190.0),
        Column::exact("For", 90.0).right(),
    ];
    let mut rows: Vec<(String, [String; 6])> = Vec::new();
    for condition in &run.conditions {
        for series in &condition.series {
            for interval in &series.firing {
                let from = moment(interval.from_ms).replace('T', " ").replace('Z', "");
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
            row.text(&cells[4], Look::CODE, Role::TextSecondary);
            row.text(&cells[5], Look::BODY, Role::Text);
        });
    }
}
