//! What changed since the last review, by ids that never change.

use super::super::document::{Block, Chapter, Figure, Row, Table, Text};
use super::super::figures;
use super::super::figures::{Moved, MovedRow};
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::{Baseline, Draft};
use super::tables::{left, right, small};
use crate::analysis::compare::{ChangeKind, ItemChange, Movement, ThreatChange};

/// More rows than this are summed up: the file itself tells the rest.
const MOST_MOVED: usize = 22;
const MOST_CHANGES: usize = 24;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Changes);
    if draft.baseline.is_none() {
        chapter.lead = "First assessment: there is no earlier baseline.".into();
        let text = "A signed review freezes the scores that the next report is compared with. None is signed yet, so this \
                    chapter has nothing to tell, and Figure 1 shows this period only.";
        chapter.blocks.push(Block::Paragraph(text.into()));
        return chapter;
    }
    let number = draft.figure();
    let Some(baseline) = &draft.baseline else { return chapter };
    chapter.lead = lead(baseline);
    let rows = moved_rows(baseline);
    if rows.is_empty() {
        chapter.blocks.push(Block::Paragraph(Text::new().absent("No threat moved.")));
    } else {
        chapter.blocks.push(movement_figure(draft, baseline, number, &rows));
    }
    if let Some(bridge) = loss_bridge(draft, baseline) {
        chapter.blocks.push(beside("Loss bridge", vec![Block::Table(bridge)]));
    }
    chapter.blocks.push(beside("The model", model_changes(baseline)));
    chapter.blocks.push(beside("Closed", vec![closed(draft, baseline)]));
    chapter.blocks.push(beside("Promises", vec![Block::Table(promises(draft))]));
    chapter
}

fn lead(baseline: &Baseline) -> Text {
    let count = |movement| baseline.comparison.moved(movement).count();
    let unmoved = baseline
        .comparison
        .moved(Movement::Unmoved)
        .filter(|change| change.after.as_ref().is_some_and(|state| state.status.is_live()))
        .count();
    let said = |number: usize, what: &str| {
        (number > 0)
            .then(|| format!("{} {} {what}", words::count(number), if number == 1 { "is" } else { "are" }))
    };
    let mut parts: Vec<String> = [
        said(count(Movement::New) + count(Movement::Reopened), "new"),
        said(count(Movement::Closed), "closed"),
        said(count(Movement::Better), "better"),
        said(count(Movement::Worse), "worse"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if unmoved > 0 {
        parts.push(format!(
            "{} {} not moved",
            words::count(unmoved),
            if unmoved == 1 { "has" } else { "have" }
        ));
    }
    if parts.is_empty() {
        return format!("Nothing has moved since {}.", baseline.name).into();
    }
    if let Some(first) = parts.first_mut() {
        let singular = first.contains(" is ") || first.contains(" has ");
        let noun = if singular { " threat " } else { " threats " };
        *first = first.replacen(' ', noun, 1);
    }
    format!("Since {}: {}.", baseline.name, words::list(&parts)).into()
}

fn moved_rows(baseline: &Baseline) -> Vec<MovedRow> {
    let kind = |change: &ThreatChange| match change.movement {
        Movement::New | Movement::Reopened => Some(Moved::New),
        Movement::Worse => Some(Moved::Worse),
        Movement::Better => Some(Moved::Better),
        _ => None,
    };
    let mut rows: Vec<MovedRow> = baseline
        .comparison
        .threats
        .iter()
        .filter_map(|change| {
            let after = change.after.as_ref().filter(|state| state.status.is_live())?;
            let moved = kind(change)?;
            let before =
                change.before.as_ref().filter(|_| moved != Moved::New).and_then(|state| state.current);
            Some(MovedRow {
                threat: change.threat,
                title: after.title.clone(),
                moved,
                before,
                now: after.current?,
            })
        })
        .collect();
    rows.sort_by(|a, b| b.now.total_cmp(&a.now).then(a.threat.cmp(&b.threat)));
    rows.truncate(MOST_MOVED);
    rows
}

fn movement_figure(draft: &Draft<'_>, baseline: &Baseline, number: u32, rows: &[MovedRow]) -> Block {
    let crossed = |up: bool| -> Vec<_> {
        let crossed = baseline.comparison.threats.iter().filter(|change| change.crossed_appetite == Some(up));
        crossed.map(|change| change.threat).take(8).collect()
    };
    let (up, down) = (crossed(true), crossed(false));
    let mut caption = Text::new().plain(format!(
        "Score at {} (ring) and now (disc), for the {} that moved or are new.",
        baseline.short,
        words::figures(rows.len(), "threat")
    ));
    let mut side = |ids: Vec<_>, way: &str| {
        if ids.is_empty() {
            return;
        }
        let head = format!(" {} crossed the appetite {way} (", words::capital(&words::count(ids.len())));
        caption = std::mem::take(&mut caption).plain(head).ids(ids, ", ").plain(").");
    };
    side(down, "downwards");
    side(up, "upwards");
    let picture = figures::movement(draft.method, rows, 126.0);
    let told: Vec<String> = rows
        .iter()
        .take(7)
        .map(|row| match row.before {
            Some(before) => {
                format!("{} from {} to {}", row.threat, words::decimal(before), words::decimal(row.now))
            }
            None => format!("{} new at {}", row.threat, words::decimal(row.now)),
        })
        .collect();
    let alternative = format!("Movement of threats. {}.", told.join("; "));
    Block::Figure(Box::new(Figure {
        number,
        caption,
        picture,
        alternative,
        head: "Movement of threats".to_owned(),
        ..Figure::default()
    }))
}

/// From the loss then to the loss now in whole thousands, each step the sum of printed values.
fn loss_bridge(draft: &Draft<'_>, baseline: &Baseline) -> Option<Table> {
    if !draft.has_money() {
        return None;
    }
    let (mut before, mut now) = (0.0, 0.0);
    let (mut closed, mut better, mut worse, mut new) = (0.0, 0.0, 0.0, 0.0);
    for change in &baseline.comparison.threats {
        let loss = |state: Option<&crate::analysis::compare::ThreatState>| {
            state.filter(|state| state.status.is_live()).and_then(|state| state.loss).map(f64::round)
        };
        let (then, here) = (loss(change.before.as_ref()), loss(change.after.as_ref()));
        before += then.unwrap_or(0.0);
        now += here.unwrap_or(0.0);
        match (then, here) {
            (Some(then), None) => closed -= then,
            (None, Some(here)) => new += here,
            (Some(then), Some(here)) if here < then => better += here - then,
            (Some(then), Some(here)) => worse += here - then,
            (None, None) => {}
        }
    }
    debug_assert!((before + closed + better + worse + new - now).abs() < 0.5, "the loss bridge closes");
    let step = |value: f64| {
        let sign = if value > 0.0 { "+" } else { "" };
        Text::from(format!("{sign}{}", words::thousands(value)))
    };
    let head = format!("Expected loss a year, {}k", draft.method.currency);
    let columns = vec![
        left(head, 38.0),
        right(baseline.short.clone(), 15.0),
        right("Closed", 14.0),
        right("Better", 15.0),
        right("Worse", 15.0),
        right("New", 14.0),
        right("Now", 15.0),
    ];
    let label = format!("{} now, {} then", words::figures(draft.live_count(), "threat"), baseline.live);
    let row = Row::new(vec![
        label.into(),
        words::thousands(before).into(),
        step(closed).into(),
        step(better).into(),
        step(worse).into(),
        step(new).into(),
        Text::new().strong(words::thousands(now)).into(),
    ]);
    Some(small(columns, vec![row]))
}

fn model_changes(baseline: &Baseline) -> Vec<Block> {
    let changes: Vec<&ItemChange> = baseline.comparison.items().collect();
    let total = changes.len();
    let rows: Vec<Row> = changes
        .into_iter()
        .take(MOST_CHANGES)
        .map(|change| {
            let what = match change.kind {
                ChangeKind::Changed => {
                    let fields: Vec<String> = change
                        .fields
                        .iter()
                        .take(4)
                        .map(|field| {
                            if field.before.len() + field.after.len() <= 40
                                && !(field.before.is_empty() && field.after.is_empty())
                            {
                                let none = |text: &str| {
                                    if text.is_empty() { "–".to_owned() } else { text.to_owned() }
                                };
                                format!("{}, {} → {}", field.field, none(&field.before), none(&field.after))
                            } else {
                                field.field.clone()
                            }
                        })
                        .collect();
                    let more = change.fields.len().saturating_sub(4);
                    let tail = if more > 0 { format!("; {more} more") } else { String::new() };
                    format!("Changed: {}{tail}", fields.join("; "))
                }
                kind => words::capital(kind.label()),
            };
            let cell = super::super::document::Cell::from(what).at_most(4);
            Row::new(vec![Text::new().id(change.item).into(), change.name.clone().into(), cell])
        })
        .collect();
    if rows.is_empty() {
        let told = if baseline.whole {
            "Components, interfaces, assets, controls and policies read as they did."
        } else {
            "No component or interface was added, removed or renamed. A signed review freezes names and scores only, so other changes are not known here."
        };
        return vec![Block::Paragraph(told.into())];
    }
    let mut blocks =
        vec![Block::Table(small(vec![left("Id", 16.0), left("Name", 44.0), left("Change", 66.0)], rows))];
    if total > MOST_CHANGES {
        blocks.push(Block::Paragraph(
            format!("{} more changes are in the model files.", total - MOST_CHANGES).into(),
        ));
    }
    blocks
}

fn closed(draft: &Draft<'_>, baseline: &Baseline) -> Block {
    let rows: Vec<Row> = baseline
        .comparison
        .moved(Movement::Closed)
        .take(MOST_CHANGES)
        .map(|change| {
            let last = change.before.as_ref().and_then(|state| state.current);
            let band = match last {
                Some(risk) => {
                    let band = change.band_before.map_or_else(Text::new, |band| Text::new().band(band));
                    let gap = if band.is_empty() { "" } else { "\u{a0}" };
                    band.plain(format!("{gap}{}", words::decimal(risk)))
                }
                None => Text::new().absent("not rated"),
            };
            let status = draft
                .threat(change.threat)
                .map_or_else(|| "no longer in the model".to_owned(), |threat| threat.status.to_string());
            Row::new(vec![
                Text::new().id(change.threat).into(),
                change.title().to_owned().into(),
                band.into(),
                status.into(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Block::Paragraph(format!("No threat was closed since {}.", baseline.name).into());
    }
    let columns = vec![left("Id", 16.0), left("Threat", 54.0), left("Last band", 28.0), left("Now", 28.0)];
    Block::Table(small(columns, rows))
}

/// What was promised and stands today; the model holds no state of then.
fn promises(draft: &Draft<'_>) -> Table {
    let actions = draft.actions();
    let late: Vec<_> =
        actions.iter().filter(|control| control.due.is_some_and(|due| due < draft.date())).collect();
    let late_note = if late.is_empty() {
        Text::from("–")
    } else {
        Text::new().ids(late.iter().take(6).map(|control| control.id), ", ")
    };
    let dated = actions.iter().filter_map(|control| control.due).filter(|due| *due >= draft.date()).min();
    let accepted = draft.accepted();
    let holding: Vec<_> = accepted.iter().filter(|(_, threat)| draft.acceptance_holds(threat)).collect();
    let next = holding.iter().filter_map(|(_, threat)| threat.acceptance.as_ref()?.expiry).min();
    let lapsed: Vec<_> = accepted
        .iter()
        .filter(|(_, threat)| !draft.acceptance_holds(threat))
        .map(|(_, threat)| threat.id)
        .collect();
    let row = |what: &str, count: usize, note: Text| {
        Row::new(vec![what.into(), words::thousands(count as f64).into(), note.into()])
    };
    small(
        vec![left("Actions and acceptances", 52.0), right("Now", 14.0), left("Note", 60.0)],
        vec![
            row(
                "Actions to do",
                actions.len(),
                dated.map_or_else(
                    || Text::from("no due date ahead"),
                    |due| format!("next due {}", words::date(due)).into(),
                ),
            ),
            row("Actions overdue", late.len(), late_note),
            row(
                "Acceptances in force",
                holding.len(),
                next.map_or_else(
                    || Text::from("–"),
                    |day| format!("the next expires on {}", words::date(day)).into(),
                ),
            ),
            row(
                "Acceptances lapsed or unsigned",
                lapsed.len(),
                if lapsed.is_empty() { "–".into() } else { Text::new().ids(lapsed, ", ") },
            ),
        ],
    )
}
