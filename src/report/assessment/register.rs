//! The register: every threat, worst current band first.

use super::super::document::{Block, Callout, Cell, Chapter, Density, Row, Table, Text, Tone};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::overview::in_band;
use super::tables::{bands, dash, left, owner, right, tally};
use crate::analysis::risk::{Rating, RiskRow, Spread};
use crate::model::{Framework, Threat};

/// Besides all above the appetite, at most so many are printed.
const MOST_WITHIN: usize = 200;
/// A threat names so many of its targets.
const MOST_TARGETS: usize = 3;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Register);
    chapter.follows_on = true;
    if draft.live_count() == 0 {
        chapter.blocks.push(Block::Paragraph("No threats are recorded.".into()));
    } else {
        chapter.blocks.push(Block::Table(register(draft)));
    }
    if let Some(closed) = closed(draft) {
        chapter.blocks.push(Block::Table(closed));
    }
    if draft.live_count() > 0 {
        chapter.blocks.push(Block::Table(by_owner(draft)));
    }
    chapter.blocks.extend(super::owasp::tables(draft));
    if let Some(callout) = spread(draft) {
        chapter.blocks.push(beside("Where ratings differ most", vec![Block::Callout(callout)]));
    }
    chapter
}

fn register(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let live = draft.live();
    let above = live.iter().filter(|(row, _)| row.is_above_appetite(Rating::Current)).count();
    let printed = live.len().min(above + MOST_WITHIN);
    let mut rows: Vec<Row> =
        live.iter().take(printed).map(|(row, threat)| register_row(draft, row, threat)).collect();
    let sum = if printed < live.len() {
        format!(
            "{} more threats within appetite are in the model file",
            words::thousands((live.len() - printed) as f64)
        )
    } else {
        let stand = if draft.is_unrated() {
            "none rated".to_owned()
        } else {
            format!("{} above appetite", words::count(above))
        };
        format!("{}, {stand}", words::figures(live.len(), "threat"))
    };
    rows.push(Row::total(vec![Text::new().into(), sum.into()]));
    let caption = format!(
        "{} by current band, then score. Ring inherent, disc current, diamond planned; the upright mark is the appetite, {}{}.",
        if printed < live.len() {
            format!(
                "The first {} of {}",
                words::thousands(printed as f64),
                words::figures(live.len(), "threat")
            )
        } else {
            format!("All {}", words::figures(live.len(), "threat"))
        },
        words::decimal(draft.method.appetite),
        if live.iter().any(|(row, _)| row.voted().is_some_and(|(least, most)| least < most)) {
            "; the bracket spans the votes"
        } else {
            ""
        }
    );
    Table {
        number,
        caption: caption.into(),
        columns: vec![
            left("Id", 11.0),
            left("Threat, targets, references", 47.0),
            left("STRIDE", 11.5),
            left("Inherent", 13.0),
            left("Current", 18.5),
            right("", 8.0),
            left("Planned", 15.0),
            left("Score, 2 to 10", 26.0),
            left("Owner, state", 20.0),
        ],
        rows,
        wide: true,
        density: Density::Register,
        rows_are: "threats",
    }
}

fn register_row(draft: &Draft<'_>, row: &RiskRow, threat: &Threat) -> Row {
    let rating = |rating: Rating, indent: &str| match (row.band(rating), row.risk(rating)) {
        (Some(band), Some(risk)) => {
            Text::new().plain(indent).sign(band).quiet(format!("\u{a0}{}", words::decimal(risk)))
        }
        _ => Text::new().plain(indent).and(dash()),
    };
    let (current, score) = match (row.band(Rating::Current), row.risk(Rating::Current)) {
        (Some(band), Some(risk)) => (Text::new().band(band), Text::new().strong(words::decimal(risk))),
        _ => (Text::new().absent("not rated"), dash()),
    };
    let bar: Cell = if row.current.is_some() {
        Cell::drawn(figures::register_bar(draft.method, row, 24.0))
    } else {
        Text::new().with("no rating yet", Tone::Faint).into()
    };
    let letters: String = threat.stride.iter().map(|stride| stride.letter()).collect();
    let late = threat.due.is_some_and(|due| due < draft.date());
    let mut state = threat.standing(draft.date()).label().to_owned();
    if let Some(ended) = threat.expired(draft.date()).and_then(|acceptance| acceptance.expiry) {
        state = format!("{state}, acceptance ended {}", words::short_date(ended));
    }
    if let Some(due) = threat.due {
        state.push_str(&format!(", {}{}", if late { "late, " } else { "" }, words::short_date(due)));
    }
    let cells = vec![
        Text::new().id(threat.id).into(),
        Cell::from(threat.title.clone()).second(targets(threat)).at_most(4),
        if letters.is_empty() { dash() } else { letters.into() }.into(),
        rating(Rating::Inherent, "").into(),
        current.into(),
        score.into(),
        rating(Rating::Planned, "  ").into(),
        bar,
        Cell::from(owner(&threat.owner)).second(state).at_most(1),
    ];
    Row { bookmark: Some(format!("{} {}", threat.id, threat.title)), ..Row::of(threat.id, cells) }
}

/// "F-09 C-03 · LLM06 · ASI02".
fn targets(threat: &Threat) -> Text {
    let mut text = Text::new().ids(threat.targets.iter().take(MOST_TARGETS).copied(), " ");
    let rest = threat.targets.len().saturating_sub(MOST_TARGETS);
    if rest > 0 {
        text = text.plain(format!(" + {rest} more"));
    }
    if threat.targets.is_empty() {
        text = Text::new().absent("no target");
    }
    let public = [
        Framework::OwaspLlm,
        Framework::OwaspAgentic,
        Framework::OwaspAgenticThreats,
        Framework::Atlas,
        Framework::Cwe,
        Framework::Capec,
    ];
    let mut references: Vec<&str> = public
        .iter()
        .flat_map(|framework| {
            threat.references.iter().filter(move |reference| reference.framework == *framework)
        })
        .map(|reference| reference.id.as_str())
        .collect();
    references.truncate(3);
    if references.is_empty() {
        return text.plain(" · no reference");
    }
    text.plain(format!(" · {}", references.join(" · ")))
}

/// Threats that no longer count.
fn closed(draft: &mut Draft<'_>) -> Option<Table> {
    let closed: Vec<&Threat> =
        draft.project.threats.iter().filter(|threat| !threat.status.is_live()).collect();
    if closed.is_empty() {
        return None;
    }
    let number = draft.table();
    let rows = closed.iter().take(MOST_WITHIN).map(|threat| {
        let reason = threat.decisions.last().map_or_else(
            || Text::new().absent("no reason recorded"),
            |decision| Text::new().linked(&decision.text),
        );
        Row::of(
            threat.id,
            vec![
                Text::new().id(threat.id).into(),
                threat.title.clone().into(),
                threat.status.label().into(),
                Cell::from(reason).at_most(4),
            ],
        )
    });
    Some(Table {
        number,
        caption: "Threats that no longer count, and why.".into(),
        columns: vec![
            left("Id", 14.0),
            left("Threat", 62.0),
            left("State", 26.0),
            left("Last decision", 68.0),
        ],
        rows: rows.collect(),
        wide: true,
        rows_are: "threats",
        ..Table::default()
    })
}

fn by_owner(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let shown = bands(draft);
    let live = draft.live();
    let money = draft.has_money();
    let mut owners: Vec<&str> = live.iter().map(|(_, threat)| threat.owner.trim()).collect();
    owners.sort_unstable();
    owners.dedup();
    // Nobody knows the loss of what is not rated.
    let loss = |rows: &[&(&RiskRow, &Threat)]| -> Option<f64> {
        let known: Vec<f64> = rows.iter().filter_map(|(row, _)| Draft::loss(row, Rating::Current)).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    let mut groups: Vec<(&str, Vec<&(&RiskRow, &Threat)>)> = owners
        .into_iter()
        .map(|name| (name, live.iter().filter(|(_, threat)| threat.owner.trim() == name).collect()))
        .collect();
    groups.sort_by(|a, b| {
        let worst = |rows: &Vec<&(&RiskRow, &Threat)>| {
            rows.iter().filter_map(|(row, _)| row.risk(Rating::Current)).fold(0.0, f64::max)
        };
        worst(&b.1).total_cmp(&worst(&a.1)).then(a.0.cmp(b.0))
    });
    let cells = |name: Text, rows: &[&(&RiskRow, &Threat)]| {
        let mut cells: Vec<Cell> = vec![name.into()];
        cells.extend(shown.iter().map(|band| tally(in_band(rows, *band))));
        cells.push(Text::new().strong(rows.len().to_string()).into());
        if money {
            cells.push(loss(rows).map_or_else(dash, |loss| words::thousands(loss).into()).into());
        }
        cells
    };
    let mut rows: Vec<Row> = groups.iter().map(|(name, rows)| Row::new(cells(owner(name), rows))).collect();
    let all: Vec<&(&RiskRow, &Threat)> = live.iter().collect();
    rows.push(Row::total(cells("All".into(), &all)));
    let mut columns = vec![left("Owner", 48.0)];
    columns.extend(shown.iter().map(|band| right(Text::new().band(*band), 20.0)));
    columns.push(right("All", 14.0));
    if money {
        columns.push(right(format!("Expected loss, {}k a year", draft.method.currency), 28.0));
    }
    Table {
        number,
        caption: "Open work by owner.".into(),
        columns,
        rows,
        wide: true,
        rows_are: "owners",
        ..Table::default()
    }
}

fn spread(draft: &Draft<'_>) -> Option<Callout> {
    let disagree = |spread: Option<Spread>| spread.is_some_and(Spread::disagrees);
    let apart: Vec<_> = draft
        .live()
        .into_iter()
        .filter(|(row, _)| disagree(row.likelihood_spread) || disagree(row.impact_spread))
        .map(|(row, _)| row.threat)
        .collect();
    if apart.is_empty() {
        return None;
    }
    let shown = apart.len().min(12);
    let more = if apart.len() > shown { format!(" and {} more", apart.len() - shown) } else { String::new() };
    Some(Callout {
        head: format!(
            "{} with a spread of two levels or more",
            words::capital(&words::counted(apart.len(), "threat"))
        ),
        text: Text::new().plain("The votes on ").ids(apart.into_iter().take(shown), ", ").plain(format!(
            "{more} did not meet. People mean different things there; talk, then vote again."
        )),
    })
}
