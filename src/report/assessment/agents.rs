//! Agent checks: untrusted input, confidential data and a way out, and how to break their combination.

use super::super::document::{Block, Callout, Cell, Chapter, Figure, FigurePlace, Row, Table, Text};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::left;
use crate::analysis::classification::clearance_violations;
use crate::analysis::paths::{agent_loops, single_points};
use crate::model::Project;

/// So many agents stand in one figure; the rest go on in the next.
const IN_A_FIGURE: usize = 9;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Agents);
    if draft.agents.is_empty() {
        chapter.lead = "The system holds no agent, so the trifecta and the rule of two do not apply.".into();
    } else {
        chapter.lead = lead(draft);
        let parts = draft.agents.len().div_ceil(IN_A_FIGURE);
        for part in 0..parts {
            let number = draft.figure();
            let some =
                draft.agents.iter().skip(part * IN_A_FIGURE).take(IN_A_FIGURE).cloned().collect::<Vec<_>>();
            let told: Vec<String> = some
                .iter()
                .take(7)
                .map(|check| {
                    format!(
                        "{} {}",
                        draft.project.name_of(check.agent.into()),
                        if check.trifecta { "trifecta present" } else { "trifecta not present" }
                    )
                })
                .collect();
            let tail = if parts > 1 { format!(" Part {} of {parts}.", part + 1) } else { String::new() };
            chapter.blocks.push(Block::Figure(Box::new(Figure {
                number,
                caption: format!("Legs of the trifecta and of the rule of two, over everything the agent can reach or delegate to. Solid: yes, with the nearest interface that makes it so.{tail}").into(),
                picture: figures::legs(draft.project, &some),
                alternative: format!("Agent checks. {}.", told.join("; ")),
                place: FigurePlace::Wide,
                ..Figure::default()
            })));
        }
        let caution = Callout {
            head: String::new(),
            text: "Breaking the trifecta is necessary, not sufficient. An agent without it is reported as “trifecta not present”, \
                   never as safe."
                .into(),
        };
        chapter.blocks.push(beside("Caution", vec![Block::Callout(caution)]));
        if let Some(table) = proofs(draft) {
            chapter.blocks.push(Block::Table(table));
        }
        if let Some(table) = cuts(draft) {
            chapter.blocks.push(Block::Table(table));
        }
    }
    chapter.blocks.push(Block::Table(others(draft)));
    chapter
}

fn lead(draft: &Draft<'_>) -> Text {
    let agents = draft.agents.len();
    let trifecta = draft.agents.iter().filter(|check| check.trifecta).count();
    let broken = draft.agents.iter().filter(|check| check.breaks_rule_of_two).count();
    let of = |count: usize| match (count, agents) {
        (n, all) if n == all && all == 1 => "The agent holds".to_owned(),
        (2, 2) => "Both agents hold".to_owned(),
        (n, all) if n == all => format!("All {} agents hold", words::count(all)),
        (1, all) => format!("One of {} agents holds", words::count(all)),
        (n, all) => format!("{} of {} agents hold", words::capital(&words::count(n)), words::count(all)),
    };
    if trifecta == 0 {
        let rule = if broken == 0 { "the rule of two is kept" } else { "the rule of two is broken" };
        return format!(
            "No agent holds untrusted input, confidential data and a way out at the same time; {rule}."
        )
        .into();
    }
    let tail = match broken {
        0 => " In each case somebody approves.".to_owned(),
        1 if trifecta == 1 => " Nobody approves what it does.".to_owned(),
        n => format!(" For {} of them nobody approves what they do.", words::count(n)),
    };
    format!("{} untrusted input, confidential data and a way out at the same time.{tail}", of(trifecta))
        .into()
}

/// Everything that makes a leg hold, where there is more than the figure can say.
fn proofs(draft: &mut Draft<'_>) -> Option<Table> {
    let mut rows = Vec::new();
    for check in &draft.agents {
        for leg in check.legs.iter().filter(|leg| leg.holds()) {
            let mut text = Text::new();
            for (index, proof) in leg.proofs.iter().take(3).enumerate() {
                if index > 0 {
                    text = text.plain("; ");
                }
                text = text.ids(proof.interfaces.iter().copied(), " → ");
                if !proof.interfaces.is_empty() {
                    text = text.plain(" ");
                }
                if let Some(asset) = proof.asset {
                    text = text.plain(format!("{} at ", draft.project.name_of(asset.into())));
                }
                text = text
                    .plain(format!("{}, ", draft.project.name_of(proof.component.into())))
                    .linked(&proof.why);
            }
            let rest = leg.proofs.len().saturating_sub(3);
            if rest > 0 {
                text = text.plain(format!("; {rest} more"));
            }
            rows.push(Row::new(vec![
                Text::new().id(check.agent).into(),
                leg.kind.label().into(),
                Cell::from(text).at_most(5),
            ]));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let number = draft.table();
    Some(Table {
        number,
        caption: "What makes each leg hold, nearest first.".into(),
        columns: vec![left("Agent", 14.0), left("Leg", 32.0), left("By", 124.0)],
        rows,
        wide: true,
        rows_are: "legs",
        ..Table::default()
    })
}

fn cuts(draft: &mut Draft<'_>) -> Option<Table> {
    let mut rows = Vec::new();
    for check in &draft.agents {
        for cut in check.cuts.iter().take(4) {
            let gate = if cut.interfaces.len() == 1 { "Remove or gate " } else { "Remove or gate together " };
            rows.push(Row::new(vec![
                Text::new().id(check.agent).into(),
                Text::new().plain(gate).ids(cut.interfaces.iter().copied(), ", ").into(),
                cut.leg.label().into(),
                words::figures(cut.interfaces.len(), "interface").into(),
            ]));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let number = draft.table();
    Some(Table {
        number,
        caption: "Ways to break the combination; for each agent, fewest interfaces first.".into(),
        columns: vec![left("Agent", 14.0), left("Cut", 76.0), left("Leg removed", 44.0), left("Takes", 36.0)],
        rows,
        wide: true,
        rows_are: "ways",
        ..Table::default()
    })
}

fn others(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let project = draft.project;
    let result = |count: usize| {
        if count == 0 { Text::from("None") } else { Text::new().strong(format!("{count} found")) }
    };
    let loops = agent_loops(project);
    let points = single_points(project);
    let violations = clearance_violations(project);
    let looped = loops.iter().take(4).fold(Text::new(), |text, one| {
        let gap = if text.is_empty() { "" } else { "; " };
        text.plain(gap)
            .ids(one.agents.iter().copied(), " ↔ ")
            .plain(" by ")
            .ids(one.interfaces.iter().copied(), ", ")
    });
    let single = points.iter().take(4).fold(Text::new(), |text, one| {
        let gap = if text.is_empty() { "" } else { "; " };
        text.plain(gap).id(one.component).plain(" cuts off ").ids(one.cuts_off.iter().copied().take(6), ", ")
    });
    let above = violations.iter().take(5).fold(Text::new(), |text, one| {
        let gap = if text.is_empty() { "" } else { "; " };
        let text = text.plain(gap).id(one.asset).plain(format!(" ({}) at ", one.sensitivity.label()));
        let text = match (one.component, one.interface) {
            (Some(component), _) => text.id(component),
            (None, Some(interface)) => text.id(interface),
            (None, None) => text.plain("an unknown place"),
        };
        text.plain(format!(", cleared for {}", one.clearance.label()))
    });
    let or_dash = |text: Text| if text.is_empty() { super::tables::dash() } else { text };
    Table {
        number,
        caption: "Other checks on agents, availability and data.".into(),
        columns: vec![left("Check", 42.0), left("Result", 26.0), left("Detail", 102.0)],
        rows: vec![
            Row::new(vec!["Loop between agents".into(), result(loops.len()).into(), or_dash(looped).into()]),
            Row::new(vec![
                "Single point of failure".into(),
                result(points.len()).into(),
                or_dash(single).into(),
            ]),
            Row::new(vec![
                "Data above clearance".into(),
                result(violations.len()).into(),
                or_dash(above).into(),
            ]),
            Row::new(vec![
                "Ways into the system".into(),
                ways_in(project, draft).into(),
                sources(draft).into(),
            ]),
        ],
        wide: true,
        rows_are: "checks",
        ..Table::default()
    }
}

fn ways_in(_: &Project, draft: &Draft<'_>) -> Text {
    let count = draft.graph.sources().len();
    if count == 0 { "None".into() } else { format!("{count} found").into() }
}

/// Where attacks can start.
fn sources(draft: &Draft<'_>) -> Text {
    let ids = draft.graph.sources().iter().map(|source| source.component).take(10);
    let text = Text::new().ids(ids, ", ");
    if text.is_empty() { super::tables::dash() } else { text.plain(": where attacks can start") }
}
