//! The treatment plan: what is to be done, by whom, until when; and what is lived with.

use std::collections::BTreeMap;

use super::super::document::{Block, Cell, Chapter, Figure, FigurePlace, Row, Table, Text};
use super::super::figures;
use super::super::figures::DueDate;
use super::super::input::ChapterKey;
use super::super::page::FULL_WIDTH;
use super::super::words;
use super::draft::Draft;
use super::tables::{dash, left, or_absent, owner, rated, right};
use crate::analysis::risk::{NextBest, Rating, next_best_controls};
use crate::model::{Control, ControlId, ThreatId};

/// So many actions are printed, the soonest first; the others are counted.
const MOST_ACTIONS: usize = 120;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Plan);
    chapter.follows_on = true;
    chapter.lead = lead(draft);
    chapter.blocks.extend(due_figure(draft));
    chapter.blocks.extend(actions(draft, false).map(Block::Table));
    chapter.blocks.extend(acceptances(draft).map(Block::Table));
    if chapter.blocks.is_empty() {
        chapter
            .blocks
            .push(Block::Paragraph("No control waits to be put in place, and no risk is accepted.".into()));
    }
    chapter
}

fn lead(draft: &Draft<'_>) -> Text {
    let actions = draft.actions();
    if actions.is_empty() {
        return "Every listed control is in place; nothing waits to be done.".into();
    }
    let costs: Vec<f64> = actions.iter().filter_map(|control| control.cost).collect();
    let cost = if costs.is_empty() {
        String::new()
    } else {
        format!(", {} in all,", draft.money(costs.iter().sum()))
    };
    let bring = if actions.len() == 1 { "brings" } else { "bring" };
    let count = words::capital(&words::counted(actions.len(), "action"));
    if draft.is_unrated() {
        return format!(
            "{count}{cost} {} listed; nothing is rated, so what they bring is not known.",
            if actions.len() == 1 { "is" } else { "are" }
        )
        .into();
    }
    match (draft.total_loss(Rating::Current), draft.total_loss(Rating::Planned)) {
        (Some(now), Some(after)) => format!(
            "{count}{cost} {bring} the expected loss from {} to {} a year.",
            draft.money(now),
            draft.money(after)
        ),
        _ => format!(
            "{count}{cost} {bring} the threats above appetite from {} to {}.",
            words::count(draft.above(Rating::Current).len()),
            words::count(draft.above(Rating::Planned).len())
        ),
    }
    .into()
}

/// When everything is due; a sentence in its place without any date.
pub(super) fn due_figure(draft: &mut Draft<'_>) -> Option<Block> {
    let actions = draft.actions();
    if actions.is_empty() {
        return None;
    }
    let due: Vec<DueDate> = actions
        .iter()
        .filter_map(|control| Some(DueDate { id: control.id.to_string(), date: control.due? }))
        .collect();
    let without = actions.len() - due.len();
    let Some(picture) = figures::due_dates(&due, draft.date(), FULL_WIDTH) else {
        return Some(Block::Paragraph(
            Text::new().absent("No action has a due date, so there is nothing to draw on a time axis."),
        ));
    };
    let number = draft.figure();
    let tail = match without {
        0 => String::new(),
        1 => " One has no date.".to_owned(),
        n => format!(" {} have no date.", words::capital(&words::count(n))),
    };
    let told: Vec<String> =
        due.iter().take(7).map(|due| format!("{} {}", due.id, words::date(due.date))).collect();
    Some(Block::Figure(Box::new(Figure {
        number,
        caption: format!(
            "Due dates of the {}.{tail}",
            words::counted(due.len(), "action").replacen("one action", "action", 1)
        )
        .into(),
        picture,
        alternative: format!("Due dates. {}.", told.join("; ")),
        place: FigurePlace::Wide,
        ..Figure::default()
    })))
}

/// Controls that are not fully in place; none without any. The short form leaves out what each answers.
pub(super) fn actions(draft: &mut Draft<'_>, short: bool) -> Option<Table> {
    let actions = draft.actions();
    if actions.is_empty() {
        return None;
    }
    let number = draft.table();
    let best = next_best_controls(draft.project);
    let money = draft.has_money();
    let best: BTreeMap<ControlId, &NextBest> = best.iter().map(|next| (next.control, next)).collect();
    let effect = |control: &Control| best.get(&control.id).copied();
    let amount = |next: &NextBest| if money { next.loss_saved.map(f64::round) } else { Some(next.removed) };
    let largest = actions.iter().filter_map(|control| amount(effect(control)?)).fold(0.0, f64::max);
    let mut rows: Vec<Row> = actions
        .iter()
        .take(MOST_ACTIONS)
        .map(|control| {
            let late = control.due.is_some_and(|due| due < draft.date());
            let state = if late { Text::new().strong("Overdue") } else { control.status.label().into() };
            let due =
                control.due.map_or_else(|| Text::new().absent("no date"), |due| words::date(due).into());
            let amount = effect(control).and_then(amount);
            let told = match amount {
                Some(value) if money => words::thousands(value).into(),
                Some(value) => words::decimal(value).into(),
                None => dash(),
            };
            let second = if short {
                Text::new()
            } else {
                Text::new().plain("for ").ids(control.threats.iter().copied().take(8), " ")
            };
            let mut cells: Vec<Cell> = vec![
                Text::new().id(control.id).into(),
                Cell::from(control.name.clone()).second(second),
                Cell::from(owner(&control.owner)).at_most(1),
                due.into(),
                state.into(),
                told.into(),
            ];
            if !short {
                cells.push(Cell::drawn(figures::loss_bar(amount.unwrap_or(0.0), largest, 15.0)));
            }
            cells.push(control.cost.map_or_else(dash, |cost| draft.money(cost).into()).into());
            Row::of(control.id, cells)
        })
        .collect();
    if actions.len() > MOST_ACTIONS {
        rows.push(Row::more(actions.len() - MOST_ACTIONS, "the model file"));
    }
    let costs: Vec<f64> = actions.iter().filter_map(|control| control.cost).collect();
    let together = match (draft.total_loss(Rating::Current), draft.total_loss(Rating::Planned)) {
        (Some(now), Some(after)) if money => Text::from(words::thousands(now - after)),
        _ => Text::new(),
    };
    let mut cells: Vec<Cell> = vec![
        Text::new().into(),
        format!("All {} together", words::count(actions.len())).into(),
        Text::new().into(),
        Text::new().into(),
        Text::new().into(),
        together.into(),
    ];
    if !short {
        cells.push(Text::new().into());
    }
    cells.push(if costs.is_empty() { dash() } else { draft.money(costs.iter().sum()).into() }.into());
    rows.push(Row::total(cells));
    let caption = if money {
        format!(
            "Actions: controls that are not fully in place. Effect: expected loss removed if this action alone were finished, {}k a year; effects overlap and do not add up.",
            draft.method.currency
        )
    } else {
        "Actions: controls that are not fully in place. Effect: score removed if this action alone were finished, summed over its threats; effects overlap and do not add up.".to_owned()
    };
    let mut columns = vec![
        left("Id", 12.0),
        left("Action", 60.0),
        left("Owner", 24.0),
        left("Due", 22.0),
        left("State", 19.0),
        right("Effect", 13.0),
    ];
    if !short {
        columns.push(left("", 16.0));
    }
    columns.push(right("Cost", 14.0));
    Some(Table {
        number,
        caption: caption.into(),
        columns,
        rows,
        wide: true,
        rows_are: "actions",
        ..Table::default()
    })
}

/// What somebody lives with, by whose word and until when.
fn acceptances(draft: &mut Draft<'_>) -> Option<Table> {
    let accepted: Vec<ThreatId> = draft.accepted().iter().map(|(row, _)| row.threat).collect();
    if accepted.is_empty() {
        return None;
    }
    let number = draft.table();
    let rows = accepted
        .into_iter()
        .filter_map(|id| {
            let threat = draft.threat(id)?;
            let row = draft.register.row(id)?;
            let acceptance = threat.acceptance.clone().unwrap_or_default();
            let approver = if acceptance.approver.trim().is_empty() {
                Cell::from(Text::new().strong("nobody signed"))
            } else {
                let mut second = acceptance.role.clone();
                if let Some(date) = acceptance.date {
                    second = if second.is_empty() {
                        words::date(date)
                    } else {
                        format!("{second}, {}", words::date(date))
                    };
                }
                Cell::from(acceptance.approver.clone()).second(second)
            };
            let expiry = match acceptance.expiry {
                Some(day) if acceptance.has_expired(draft.date()) => {
                    Text::new().strong(format!("{}, expired", words::date(day)))
                }
                Some(day) => words::date(day).into(),
                None => Text::new().absent("no end date"),
            };
            let compensating = acceptance.compensating.trim();
            let second = if compensating.is_empty() {
                Text::new()
            } else {
                Text::new().plain("Meanwhile: ").linked(compensating)
            };
            Some(Row::new(vec![
                Text::new().id(id).into(),
                threat.title.clone().into(),
                rated(draft, row.current, false).into(),
                Cell::from(or_absent(&acceptance.reason, "no reason recorded")).second(second),
                approver,
                expiry.into(),
            ]))
        })
        .collect();
    Some(Table {
        number,
        caption: "Acceptances. One that expires returns its threat to open.".into(),
        columns: vec![
            left("Id", 12.0),
            left("Threat", 36.0),
            left("Residual", 24.0),
            left("Reason", 50.0),
            left("Approver", 26.0),
            left("Expires", 22.0),
        ],
        rows,
        wide: true,
        rows_are: "acceptances",
        ..Table::default()
    })
}
