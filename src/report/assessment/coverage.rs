//! What was asked of every element, and how well the controls work.

use super::super::document::{Block, Cell, Chapter, Row, Table, Text, Tone};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{dash, left, right, small};
use crate::analysis::risk::{Rating, claimed, measured, responds};
use crate::model::{Band, Control, ControlFunction, ControlStatus};

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Coverage);
    chapter.lead = lead(draft);
    if draft.project.controls.is_empty() {
        chapter.blocks.push(Block::Paragraph(Text::new().absent("The model lists no control.")));
    } else {
        chapter.blocks.push(Block::Table(controls(draft)));
    }
    chapter.blocks.push(beside("Blind spots", vec![blind_spots(draft)]));
    chapter
}

fn lead(draft: &Draft<'_>) -> Text {
    let all = draft.project.controls.len();
    let in_place =
        draft.project.controls.iter().filter(|control| control.status >= ControlStatus::Implemented).count();
    let unanswered = draft.live().iter().filter(|(row, _)| row.effects.is_empty()).count();
    let tail = match unanswered {
        0 => "Every threat has at least one.".to_owned(),
        1 => "One threat has none.".to_owned(),
        n => format!("{} threats have none.", words::capital(&words::count(n))),
    };
    match all {
        0 => "No control is listed.".into(),
        _ => format!(
            "{} are listed, {} of them in place. {tail}",
            words::capital(&words::counted(all, "control")),
            words::count(in_place)
        )
        .into(),
    }
}

fn controls(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let mut rows: Vec<Row> =
        draft.project.controls.iter().map(|control| control_row(draft, control)).collect();
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
        format!("{with} with evidence").into(),
        Text::new().into(),
    ]));
    Table {
        number,
        caption: format!(
            "Controls: {}. Solid bar: effect now (strength × state × coverage); dashed: when complete.",
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

fn control_row(draft: &Draft<'_>, control: &Control) -> Row {
    // What risk takes it for, where it answers a threat; otherwise the same product by hand.
    let effect =
        draft.register.rows.iter().flat_map(|row| &row.effects).find(|effect| effect.control == control.id);
    let measured = measured(draft.project, control.id);
    let strength = measured.unwrap_or_else(|| claimed(control));
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
                strength * control.status.in_place() * control.coverage * answered(true),
                strength * control.coverage * answered(false),
            )
        },
        |effect| (effect.now, effect.complete),
    );
    let evidence = match draft.evidence(control) {
        Some(one) => Text::new().plain(one.trace.as_str()),
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
            measured.map_or_else(dash, |rate| Text::new().strong(words::percent(rate))).into(),
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

/// High and critical threats that no rule would show at work.
fn blind_spots(draft: &Draft<'_>) -> Block {
    let rows: Vec<Row> = draft
        .live()
        .into_iter()
        .filter(|(row, threat)| {
            let high = row.band(Rating::Current).is_some_and(|band| band >= Band::High);
            let seen = draft.project.policies.iter().flat_map(|policy| &policy.rules).any(|rule| {
                rule.threats.contains(&threat.id)
                    || rule.controls.iter().any(|id| {
                        draft
                            .project
                            .controls
                            .get(*id)
                            .is_some_and(|control| control.threats.contains(&threat.id))
                    })
            });
            high && !seen
        })
        .take(20)
        .map(|(row, threat)| {
            let band = row.band(Rating::Current).map_or_else(dash, |band| Text::new().band(band));
            Row::new(vec![Text::new().id(threat.id).plain(format!(" {}", threat.title)).into(), band.into()])
        })
        .collect();
    if rows.is_empty() {
        return Block::Paragraph(
            "Every threat that is High or Critical now has a policy rule that answers it.".into(),
        );
    }
    Block::Table(small(
        vec![left("High or critical threats that no policy rule answers", 94.0), left("Now", 32.0)],
        rows,
    ))
}
