//! The factors of the OWASP Risk Rating, for the threats that have any: a column for each threat, a row for each factor.

use super::super::document::{Block, Row, Table, Text};
use super::super::words;
use super::draft::Draft;
use super::tables::{dash, left};
use crate::model::{Method, OwaspFactor, OwaspFactors, OwaspGroup, Scheme, ThreatId};

/// A table has room for so many threats.
const MOST_COLUMNS: usize = 7;
/// So many tables are printed.
const MOST_TABLES: usize = 4;
/// With so few threats there is room for the words of each answer.
const MOST_WITH_WORDS: usize = 2;
/// The width of the words that name the factors, in millimetres.
const NAMES: f32 = 40.0;
/// What is left for the threats.
const REST: f32 = 130.0;

/// The tables; none where no live threat has a factor.
pub(super) fn tables(draft: &mut Draft<'_>) -> Vec<Block> {
    let rated: Vec<(ThreatId, OwaspFactors)> = draft
        .live()
        .into_iter()
        .filter_map(|(_, threat)| {
            Some((threat.id, threat.owasp.clone().filter(|factors| factors.answered() > 0)?))
        })
        .collect();
    let printed = rated.chunks(MOST_COLUMNS).take(MOST_TABLES);
    let mut blocks: Vec<Block> = printed.map(|threats| Block::Table(table(draft, threats))).collect();
    let rest = rated.len().saturating_sub(MOST_COLUMNS * MOST_TABLES);
    if rest > 0 {
        let words =
            format!("The factors of {} stand in the model file.", words::figures(rest, "further threat"));
        blocks.push(Block::Paragraph(words.into()));
    }
    blocks
}

fn table(draft: &mut Draft<'_>, threats: &[(ThreatId, OwaspFactors)]) -> Table {
    let number = draft.table();
    let in_words = threats.len() <= MOST_WITH_WORDS;
    let mut columns = vec![left("Factor, 0 to 9", NAMES)];
    let share = REST / threats.len().max(4) as f32 * if in_words { 2.0 } else { 1.0 };
    columns.extend(threats.iter().map(|(id, _)| left(Text::new().id(*id), share)));
    let line = |name: Text, told: &dyn Fn(&OwaspFactors) -> Text| {
        let mut cells = vec![name.into()];
        cells.extend(threats.iter().map(|(_, factors)| told(factors).into()));
        cells
    };
    let mut rows = Vec::new();
    for group in OwaspGroup::ALL {
        rows.push(Row::new(line(Text::new().strong(group.label()), &|_| Text::new())));
        for factor in OwaspFactors::ALL.iter().filter(|factor| factor.group == group) {
            rows.push(Row::new(line(factor.label.into(), &|factors| answer(factor, factors, in_words))));
        }
    }
    let mean = |mean: Option<f64>| match mean {
        Some(mean) => {
            Text::new().strong(words::decimal(mean)).quiet(format!("\u{a0}{}", OwaspFactors::level(mean)))
        }
        None => dash(),
    };
    rows.push(Row::new(line(Text::new().strong("Likelihood, mean"), &|factors| mean(factors.likelihood()))));
    rows.push(Row::new(line(Text::new().strong("Impact, mean"), &|factors| mean(factors.impact()))));
    let scheme = Method { scheme: Scheme::Owasp, ..draft.method.clone() };
    let severity = |factors: &OwaspFactors| {
        factors.score().map_or_else(dash, |score| Text::new().band(scheme.band_of(score)))
    };
    rows.push(Row::new(line(Text::new().strong("Severity"), &severity)));
    let counts = if draft.method.scheme == Scheme::Owasp {
        "With no listed control; the bands of this report rest on them."
    } else {
        "With no listed control; the bands of this report rest on likelihood and impact as rated, not on these."
    };
    Table {
        number,
        caption: format!(
            "OWASP Risk Rating: the factors, their means, and the severity that follows. {counts}"
        )
        .into(),
        columns,
        rows,
        wide: true,
        rows_are: "factors",
        ..Table::default()
    }
}

/// "6", or "6, network and programming skills" where there is room.
fn answer(factor: &OwaspFactor, factors: &OwaspFactors, in_words: bool) -> Text {
    let Some(value) = factor.get(factors) else { return dash() };
    let word = factor.options.iter().find(|(option, _)| *option == value).filter(|_| in_words);
    let text = Text::from(value.to_string());
    match word {
        Some((_, word)) => text.quiet(format!(", {word}")),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::input::ReportInput;
    use super::*;
    use crate::model::{Band, Project, Threat};
    use crate::report::document::Cell;

    fn drawn(threats: u32, scheme: Scheme) -> Vec<Table> {
        let mut project = Project::new("Test");
        project.method.scheme = scheme;
        for number in 1..=threats {
            let mut factors = OwaspFactors::default();
            for (place, factor) in OwaspFactors::ALL.iter().enumerate() {
                // The business factors of the first are not answered, so the technical ones count.
                factor.set(&mut factors, (number > 1 || place < 12).then_some(6));
            }
            project.threats.insert(Threat {
                id: ThreatId(number),
                title: format!("threat {number}"),
                owasp: Some(factors),
                ..Threat::default()
            });
        }
        project.threats.insert(Threat { id: ThreatId(900), title: "plain".to_owned(), ..Threat::default() });
        let today = jiff::civil::date(2026, 1, 1);
        let input = ReportInput::new(&project, today);
        let mut draft = Draft::new(&input, &[]);
        tables(&mut draft)
            .into_iter()
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
            .collect()
    }

    fn words(cell: &Cell) -> String {
        cell.text.words()
    }

    #[test]
    fn factors_stand_in_a_table_with_their_means_and_severity() {
        assert!(drawn(0, Scheme::Owasp).is_empty());
        let one = &drawn(1, Scheme::Score)[0];
        let row = |name: &str| {
            let row = one.rows.iter().find(|row| words(&row.cells[0]) == name);
            words(&row.unwrap_or_else(|| panic!("no row {name}")).cells[1])
        };
        assert_eq!(row("Skill"), "6, network and programming skills");
        assert_eq!(row("Privacy violation"), "–");
        assert_eq!(row("Impact, mean"), "6.0 high");
        assert_eq!(row("Severity"), Band::Critical.label());
        assert!(one.caption.words().contains("not on these"), "{:?}", one.caption.words());
        for (threats, tables) in [(7, vec![7]), (9, vec![7, 2]), (40, vec![7, 7, 7, 7])] {
            let drawn = drawn(threats, Scheme::Owasp);
            let columns: Vec<usize> = drawn.iter().map(|table| table.columns.len() - 1).collect();
            assert_eq!(columns, tables, "{threats} threats");
            assert!(drawn.iter().all(|table| table.rows.len() == 4 + 16 + 3));
        }
    }
}
