//! Two runs in figures, side by side, with what has changed.

use egui::{Ui, Vec2};

use crate::picture::Role;
use crate::session::ComparedRuns;
use crate::simulation::compare::{alarms_of, firing_of};
use crate::simulation::run::Run;
use crate::simulation::time::duration_words;
use crate::studio::theme::Look;
use crate::studio::widgets::{self, Column, Table};

use super::scores::mode_chip;

/// Both runs in figures.
pub(super) fn show(ui: &mut Ui, compared: &ComparedRuns) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    widgets::heading(ui, "Before and after", None);
    widgets::small(ui, "Same trace, same labels, same grid", Role::TextTertiary);
    let sides =
        [("Before", &compared.names.0, &compared.before), ("After", &compared.names.1, &compared.after)];
    for (side, name, run) in sides {
        widgets::small(ui, &format!("{side}: {name}"), Role::TextSecondary);
        mode_chip(ui, run.mode);
    }
    ui.add_space(4.0);
    let columns = [
        Column::grow("", 1.0, 80.0),
        Column::exact("Before", 62.0).right(),
        Column::exact("After", 60.0).right(),
        Column::exact("Change", 70.0).right(),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(34.0);
    table.head(ui, None);
    let rows = rows(&compared.before).into_iter().zip(rows(&compared.after));
    for ((name, old), (_, new)) in rows {
        let (before, after) = (old.text(), new.text());
        let change = old.change(new);
        let row = format!("{name}: {before} before, {after} after, {change}");
        table.row(ui, ("figure", name), &row, false, |row| {
            row.text(name, Look::SMALL, Role::TextSecondary);
            row.text(&before, Look::BODY, Role::TextSecondary);
            row.text(&after, Look::BODY_STRONG, Role::Text);
            let same = change == "same";
            row.text(&change, Look::BODY, if same { Role::TextTertiary } else { Role::Text });
        });
    }
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 6.0;
    let agents = &compared.comparison.agents;
    widgets::heading(ui, "Agents touched", Some(agents.len()));
    let named = if agents.is_empty() { "Nobody.".to_owned() } else { agents.join(", ") };
    widgets::small(ui, &named, Role::TextSecondary);
    if compared.before.scores.is_none() {
        ui.add_space(4.0);
        let words = "Without labelled attacks it cannot be said which alarms are false. A file .labels.csv beside the trace brings them.";
        widgets::small(ui, words, Role::TextTertiary);
    }
}

/// A figure of a run, with how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Figure {
    Count(usize),
    Share(usize, usize),
    Interval(f64, f64),
    Rate(f64),
    Time(i64),
    None,
}

impl Figure {
    fn text(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Share(part, whole) => format!("{part} of {whole}"),
            Self::Interval(low, high) => format!("{:.0}–{:.0}", low * 100.0, high * 100.0),
            Self::Rate(rate) => format!("{rate:.2}"),
            Self::Time(ms) => duration_words(ms),
            Self::None => "–".to_owned(),
        }
    }

    fn change(self, new: Self) -> String {
        let signed =
            |by: f64, words: String| if by > 0.0 { format!("+{words}") } else { format!("−{words}") };
        match (self, new) {
            (old, new) if old == new => "same".to_owned(),
            (Self::Count(old), Self::Count(new)) => {
                signed(new as f64 - old as f64, new.abs_diff(old).to_string())
            }
            (Self::Share(old, _), Self::Share(new, _)) => Self::Count(old).change(Self::Count(new)),
            (Self::Rate(old), Self::Rate(new)) => signed(new - old, format!("{:.2}", (new - old).abs())),
            (Self::Time(old), Self::Time(new)) => {
                signed(new as f64 - old as f64, duration_words((new - old).abs()))
            }
            (Self::Interval(..), _) => String::new(),
            _ => "–".to_owned(),
        }
    }
}

fn rows(run: &Run) -> Vec<(&'static str, Figure)> {
    let event = run.scores.as_ref().map(|scores| &scores.event);
    let or_none = |figure: Option<Figure>| figure.unwrap_or(Figure::None);
    let interval = event.and_then(|event| event.rate_interval);
    let by_metric = firing_of(run).values().map(Vec::len).sum();
    let denied = run.decisions.iter().filter(|decision| decision.denied()).count();
    vec![
        ("Detected", or_none(event.map(|event| Figure::Share(event.detected, event.windows.len())))),
        ("Interval, %", or_none(interval.map(|(low, high)| Figure::Interval(low, high)))),
        ("Metric alarms", Figure::Count(by_metric)),
        ("Alarms, joined", Figure::Count(alarms_of(run))),
        ("False alarms", or_none(event.map(|event| Figure::Count(event.false_alarms)))),
        (
            "per agent-day",
            or_none(event.and_then(|event| event.false_alarms_per_agent_day).map(Figure::Rate)),
        ),
        (
            "Median time",
            or_none(event.and_then(|event| event.time_to_detect).map(|time| Figure::Time(time.p50_ms))),
        ),
        ("Denied", Figure::Count(denied)),
        ("Responses", Figure::Count(run.responses.len())),
    ]
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn changes_are_told_with_their_sign() {
        for (old, new, expected) in [
            (Figure::Count(2), Figure::Count(6), "+4"),
            (Figure::Count(6), Figure::Count(2), "−4"),
            (Figure::Count(2), Figure::Count(2), "same"),
            (Figure::Share(2, 6), Figure::Share(5, 6), "+3"),
            (Figure::Interval(0.1, 0.7), Figure::Interval(0.2, 0.9), ""),
            (Figure::Rate(0.5), Figure::Rate(0.25), "−0.25"),
            (Figure::Time(60_000), Figure::Time(30_000), "−30s"),
            (Figure::None, Figure::Count(2), "–"),
            (Figure::None, Figure::None, "same"),
        ] {
            assert_eq!(old.change(new), expected, "{old:?} {new:?}");
        }
    }
}
