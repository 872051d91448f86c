//! What was asked of every element, and how well the controls work.

use std::collections::BTreeMap;

use super::super::document::{Block, Callout, Cell, Chapter, Density, Figure, Row, Table, Text, Tone};
use super::super::figures;
use super::super::figures::{CoverageRow, Slot};
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{dash, left, right, small};
use crate::analysis::coverage::{Cell as Slots, Coverage, ElementCoverage, Questions, coverage_with};
use crate::analysis::lint::{Finding, check_on};
use crate::analysis::risk::{ControlEffect, Measurement, Rating, claimed, responds};
use crate::catalog::Severity;
use crate::model::{Band, Control, ControlFunction, ControlId, ControlStatus, ItemId, Target};

/// So many controls are printed; the others are counted.
const MOST_CONTROLS: usize = 200;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Coverage);
    let coverage = coverage_with(draft.project, draft.input.catalog, &draft.register);
    chapter.lead = lead(draft, coverage.questions());
    chapter.blocks.extend(matrix(draft, &coverage));
    if draft.project.controls.is_empty() {
        chapter.blocks.push(Block::Paragraph(Text::new().absent("The model lists no control.")));
    } else {
        chapter.blocks.push(Block::Table(controls(draft)));
    }
    chapter.blocks.push(beside("Model quality", quality(draft)));
    chapter.blocks.push(beside("Blind spots", vec![blind_spots(draft, &coverage)]));
    chapter
}

fn lead(draft: &Draft<'_>, questions: Questions) -> Text {
    let all = draft.project.controls.len();
    let in_place =
        draft.project.controls.iter().filter(|control| control.status >= ControlStatus::Implemented).count();
    let controls = match all {
        0 => "No control is listed.".to_owned(),
        _ => format!(
            "{} are listed, {} of them in place.",
            words::capital(&words::counted(all, "control")),
            words::count(in_place)
        ),
    };
    if questions.all() == 0 {
        return controls.into();
    }
    let number = |count: usize| words::thousands(count as f64);
    format!(
        "{} apply to the system: {} answered with threats, {} with none found, {} open. {controls}",
        words::capital(&words::figures(questions.all(), "question")),
        number(questions.with_threats),
        number(questions.reviewed),
        number(questions.open),
    )
    .into()
}

/// Every element against every category, in as many figures as pages can hold.
fn matrix(draft: &mut Draft<'_>, coverage: &Coverage) -> Vec<Block> {
    const IN_A_FIGURE: usize = 28;
    // A large system sums up what has neither a threat nor an open question.
    let large = coverage.elements.len() > 2 * IN_A_FIGURE;
    let shown: Vec<_> = coverage.elements.iter().filter(|element| !large || !element.is_quiet()).collect();
    let quiet = coverage.elements.len() - shown.len();
    let mut last_was_component = true;
    let rows: Vec<CoverageRow> = shown
        .iter()
        .map(|element| {
            let item = ItemId::from(element.element);
            let is_component = matches!(element.element, Target::Component(_));
            let starts_group = last_was_component && !is_component;
            last_was_component = is_component;
            let slots = [0, 1, 2, 3, 4, 5].map(|at: usize| match element.cells.get(at) {
                Some(Slots::Threats { threats, band }) => Slot::Threats(*band, threats.len()),
                Some(Slots::Reviewed) => Slot::Reviewed,
                Some(Slots::Open) => Slot::Open,
                Some(Slots::NotApplicable) | None => Slot::Apart,
            });
            CoverageRow { item, name: draft.project.name_of(item), slots, starts_group }
        })
        .collect();
    let questions = coverage.questions();
    let parts = rows.len().div_ceil(IN_A_FIGURE);
    let mut blocks = Vec::new();
    for (part, rows) in rows.chunks(IN_A_FIGURE).enumerate() {
        let number = draft.figure();
        let mut caption =
            "Every element against every category that applies to it. A sign and a number: threats recorded, worst current band."
                .to_owned();
        if parts > 1 {
            caption = format!("{caption} Part {} of {parts}.", part + 1);
        }
        if quiet > 0 && part + 1 == parts {
            caption = format!(
                "{caption} {} more have neither a threat nor an open question.",
                words::figures(quiet, "element")
            );
        }
        let beside = if part == 0 {
            vec![Block::Table(key()), Block::Callout(open_questions(&shown, questions.open))]
        } else {
            Vec::new()
        };
        blocks.push(Block::Figure(Box::new(Figure {
            number,
            caption: caption.into(),
            picture: figures::matrix(rows, 126.0),
            alternative: format!(
                "STRIDE by element. {} questions apply; {} answered with threats, {} with none found, {} open.",
                questions.all(),
                questions.with_threats,
                questions.reviewed,
                questions.open
            ),
            head: "STRIDE by element".to_owned(),
            beside,
            ..Figure::default()
        })));
    }
    blocks
}

fn key() -> Table {
    let row = |sign: Text, what: &str| Row::new(vec![sign.into(), Text::new().quiet(what).into()]);
    Table {
        columns: vec![left("", 8.0), left("", 30.0)],
        rows: vec![
            row(Text::new().sign(Band::High), "threats, worst band"),
            row("✓".into(), "reviewed, none found"),
            row(Text::new().strong("?"), "open, not yet reviewed"),
            row(dash(), "does not apply"),
        ],
        density: Density::Facts,
        ..Table::default()
    }
}

fn open_questions(shown: &[&ElementCoverage], open: usize) -> Callout {
    if open == 0 {
        return Callout {
            head: "None open".to_owned(),
            text: "Every question that applies is answered.".into(),
        };
    }
    let count =
        |element: &ElementCoverage| element.cells.iter().filter(|cell| matches!(cell, Slots::Open)).count();
    let mut most: Vec<(usize, ItemId)> = shown
        .iter()
        .map(|element| (count(element), ItemId::from(element.element)))
        .filter(|(count, _)| *count > 0)
        .collect();
    most.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let text = Text::new()
        .plain("Most lie on ")
        .ids(most.into_iter().take(3).map(|(_, item)| item), ", ")
        .plain(".");
    Callout { head: format!("{} open", words::thousands(open as f64)), text }
}

fn controls(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let effects: BTreeMap<ControlId, &ControlEffect> =
        draft.register.rows.iter().flat_map(|row| &row.effects).rev().map(|one| (one.control, one)).collect();
    let mut rows: Vec<Row> = draft
        .project
        .controls
        .iter()
        .take(MOST_CONTROLS)
        .map(|control| control_row(draft, control, effects.get(&control.id).copied()))
        .collect();
    let rest = draft.project.controls.len().saturating_sub(MOST_CONTROLS);
    if rest > 0 {
        rows.push(Row::more(rest, "the model file"));
    }
    let count = |status: ControlStatus| {
        draft.project.controls.iter().filter(|control| control.status == status).count()
    };
    let told: Vec<String> = ControlStatus::ALL
        .iter()
        .rev()
        .filter(|status| count(**status) > 0)
        .map(|status| format!("{} {}", count(*status), status.label().to_lowercase()))
        .collect();
    let with = draft.project.controls.iter().filter(|control| draft.evidence(control).is_some()).count();
    rows.push(Row::total(vec![
        Text::new().into(),
        words::figures(draft.project.controls.len(), "control").into(),
        Text::new().into(),
        Text::new().into(),
        Text::new().into(),
        Text::new().into(),
        if with == 0 { "none".to_owned() } else { format!("{with} have some") }.into(),
        Text::new().into(),
    ]));
    Table {
        number,
        caption: format!(
            "Controls: {}. Measured: the share of attacks detected, with its 95\u{2009}% interval below. Solid bar: effect now (strength × state × coverage); dashed: when complete.",
            words::list(&told)
        )
        .into(),
        columns: vec![
            left("Id", 11.0),
            left("Control", 43.0),
            left("State", 21.0),
            right("Claimed", 14.0),
            right("Measured", 15.0),
            left("  0\u{2009}%  to  100\u{2009}%", 28.0),
            left("Evidence", 21.0),
            left("Threats", 17.0),
        ],
        rows,
        wide: true,
        rows_are: "controls",
        ..Table::default()
    }
}

/// What risk takes it for, where it answers a threat; otherwise the same product by hand.
pub(super) fn control_row(draft: &Draft<'_>, control: &Control, effect: Option<&ControlEffect>) -> Row {
    let measured = draft.register.measured(control.id, true);
    let strength =
        |measured: Option<Measurement>| measured.map_or_else(|| claimed(control), |found| found.rate);
    let planned = draft.register.measured(control.id, false);
    let answered = |today| {
        if control.function == ControlFunction::Detective {
            responds(draft.project, control.id, today)
        } else {
            1.0
        }
    };
    let (now, complete) = effect.map_or_else(
        || {
            (
                strength(measured) * control.status.in_place() * control.coverage * answered(true),
                strength(planned) * control.coverage * answered(false),
            )
        },
        |effect| (effect.now, effect.complete),
    );
    let evidence = match draft.evidence(control) {
        Some(one) => Text::new().id(one.id),
        None => Text::new().with("none yet", Tone::Faint),
    };
    let threats = if control.threats.is_empty() {
        dash()
    } else {
        Text::new().ids(control.threats.iter().copied().take(8), " ")
    };
    Row::of(
        control.id,
        vec![
            Text::new().id(control.id).into(),
            Cell::from(control.name.clone()).second(format!(
                "{}, lowers {}",
                control.function.label(),
                lowers(control)
            )),
            control.status.label().into(),
            words::percent(claimed(control)).into(),
            measured.map_or_else(
                || dash().into(),
                |found| {
                    let interval = words::percent_range(found.low, found.high);
                    Cell::from(Text::new().strong(words::percent(found.rate))).second(interval)
                },
            ),
            Cell { drawing: Some(indented(&figures::control_bar(now, complete, 22.0))), ..Cell::default() },
            Cell::from(evidence).at_most(2),
            threats.into(),
        ],
    )
}

/// A little away from the number at its left.
fn indented(picture: &crate::picture::Picture) -> crate::picture::Picture {
    let mut out = crate::picture::PictureBuilder::new();
    out.picture(picture, 1.6, 0.0);
    out.finish_in(crate::picture::Rect::new(0.0, 0.0, picture.bounds.w + 1.6, picture.bounds.h))
}

fn lowers(control: &Control) -> &'static str {
    match (control.function, control.reduces) {
        // An alarm comes too late to keep it from happening.
        (ControlFunction::Detective, _) => "impact",
        (_, reduces) => reduces.label(),
    }
}

/// Checks of the model that do not pass.
fn quality(draft: &mut Draft<'_>) -> Vec<Block> {
    const MOST: usize = 14;
    let findings = check_on(draft.project, draft.input.catalog, draft.date());
    let (open, aside): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|one| one.suppressed.is_none());
    let count = |severity: Severity| open.iter().filter(|one| one.severity == severity).count();
    let sum = format!(
        "{}, {}, {}",
        words::figures(count(Severity::Error), "error"),
        words::figures(count(Severity::Warning), "warning"),
        words::figures(count(Severity::Info), "hint"),
    );
    if open.is_empty() {
        return vec![Block::Paragraph("Every check of the model passes.".into())];
    }
    let mut shown: Vec<&&Finding> = open.iter().filter(|one| one.severity != Severity::Info).collect();
    shown.sort_by(|a, b| (a.severity, &a.rule, a.item).cmp(&(b.severity, &b.rule, b.item)));
    let rest = open.len() - shown.len().min(MOST);
    let number = draft.table();
    let mut rows: Vec<Row> = shown
        .iter()
        .take(MOST)
        .map(|one| {
            let place = one.item.map_or_else(|| Text::from("the model"), |item| Text::new().id(item));
            Row::new(vec![
                Text::new().with(one.rule.as_str(), Tone::Plain).into(),
                Cell::from(Text::new().linked(&one.what)).at_most(3),
                place.into(),
                words::capital(one.severity.label()).into(),
            ])
        })
        .collect();
    if rest > 0 {
        let tail = if aside.is_empty() {
            String::new()
        } else {
            format!("; {} set aside with reasons", aside.len())
        };
        rows.push(Row::total(vec![
            Text::new().into(),
            format!("{rest} more, hints among them{tail}").into(),
        ]));
    }
    vec![Block::Table(Table {
        number,
        caption: format!("Checks of the model that do not pass: {sum}.").into(),
        columns: vec![left("Rule", 17.0), left("Finding", 71.0), left("Where", 18.0), left("Weight", 20.0)],
        rows,
        rows_are: "findings",
        ..Table::default()
    })]
}

/// High and critical threats, and what they lack.
fn blind_spots(draft: &Draft<'_>, coverage: &Coverage) -> Block {
    let rows: Vec<Row> = coverage
        .threats
        .iter()
        .filter(|one| {
            let band = draft.register.row(one.threat).and_then(|row| row.band(Rating::Current));
            band.is_none_or(|band| band >= Band::High) && !one.gaps.is_empty()
        })
        .take(20)
        .map(|one| {
            let title = draft.threat(one.threat).map(|threat| threat.title.clone()).unwrap_or_default();
            let gaps: Vec<&str> = one.gaps.iter().map(|gap| gap.label()).collect();
            let lacks = words::capital(&gaps.join(", "));
            Row::new(vec![Text::new().id(one.threat).plain(format!(" {title}")).into(), lacks.into()])
        })
        .collect();
    if rows.is_empty() {
        return Block::Paragraph("Every threat that is High or Critical now has an owner, a decision, a control in place, a rule that would show it, and evidence for that.".into());
    }
    Block::Table(small(vec![left("High, critical or not rated", 66.0), left("Lacks", 60.0)], rows))
}
