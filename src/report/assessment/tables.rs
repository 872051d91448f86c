//! Tables in few words.

use super::super::document::{Cell, Column, Density, Row, Side, Table, Text};
use super::super::words;
use super::draft::Draft;
use crate::model::{Band, Scheme, Score};

/// A column of words.
pub(super) fn left(head: impl Into<Text>, share: f32) -> Column {
    Column { head: head.into(), share, side: Side::Left }
}

/// A column of numbers.
pub(super) fn right(head: impl Into<Text>, share: f32) -> Column {
    Column { head: head.into(), share, side: Side::Right }
}

/// A column of marks.
pub(super) fn center(head: impl Into<Text>, share: f32) -> Column {
    Column { head: head.into(), share, side: Side::Center }
}

/// A small table without number or caption.
pub(super) fn small(columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table { columns, rows, ..Table::default() }
}

/// Labels and values without a head.
pub(super) fn facts(rows: Vec<(&str, Text)>) -> Table {
    let rows = rows
        .into_iter()
        .map(|(label, value)| Row::new(vec![Text::new().quiet(label).into(), value.into()]))
        .collect();
    Table { columns: vec![left("", 38.0), left("", 88.0)], rows, density: Density::Facts, ..Table::default() }
}

/// An en dash: nothing, as opposed to not known.
pub(super) fn dash() -> Text {
    Text::new().with("–", super::super::document::Tone::Faint)
}

/// A number of things; a dash for none.
pub(super) fn tally(count: usize) -> Cell {
    if count == 0 { dash().into() } else { words::thousands(count as f64).into() }
}

/// A text, or a word for its absence.
pub(super) fn or_absent(text: &str, absent: &str) -> Text {
    let text = text.trim();
    if text.is_empty() { Text::new().absent(absent) } else { Text::new().linked(text) }
}

/// A person, or the plain fact that nobody is named.
pub(super) fn owner(name: &str) -> Text {
    let name = name.trim();
    if name.is_empty() { Text::new().strong("no owner") } else { Text::from(name) }
}

/// Sign, word and number of a rating.
pub(super) fn rated(draft: &Draft<'_>, score: Option<Score>, strong: bool) -> Text {
    let Some(score) = score else { return Text::new().absent("not rated") };
    let risk = score.risk();
    let number = format!("\u{a0}{}", words::decimal(risk));
    let text = Text::new().band(draft.method.band_of(score));
    if strong { text.strong(number) } else { text.plain(number) }
}

/// The bands of the project from the worst.
pub(super) fn bands(draft: &Draft<'_>) -> Vec<Band> {
    if draft.method.scheme != Scheme::Score {
        let used: std::collections::BTreeSet<Band> = draft.method.grid().into_iter().flatten().collect();
        return used.into_iter().rev().collect();
    }
    let lowest = if draft.method.very_low_below.is_some() { Band::VeryLow } else { Band::Low };
    Band::ALL.iter().rev().copied().filter(|band| *band >= lowest).collect()
}

/// What scores a band stands for: "7.5 and above", "6.5 to below 7.5", "below 5.0".
pub(super) fn range(draft: &Draft<'_>, band: Band) -> String {
    let method = draft.method;
    let score = words::decimal;
    if method.scheme != Scheme::Score {
        let cells = method.grid().into_iter().flatten().filter(|cell| *cell == band).count();
        return format!("{} of the grid", words::figures(cells, "cell"));
    }
    match band {
        Band::Critical => format!("score {} and above", score(method.critical_from)),
        Band::High => format!("{} to below {}", score(method.high_from), score(method.critical_from)),
        Band::Medium => format!("{} to below {}", score(method.medium_from), score(method.high_from)),
        Band::Low => match method.very_low_below {
            Some(low) => format!("{} to below {}", score(low), score(method.medium_from)),
            None => format!("below {}", score(method.medium_from)),
        },
        Band::VeryLow => format!("below {}", score(method.very_low_below.unwrap_or(method.medium_from))),
    }
}
