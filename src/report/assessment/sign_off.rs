//! The sign-off: what is signed, the decisions, the lines for signatures.

use super::super::document::{Block, Cell, Chapter, Row, SignatureLine, Table, Text, Tone};
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::plan;
use super::summary::decisions;
use super::tables::{facts, left};
use crate::analysis::risk::Rating;
use crate::model::SignOffDecision;

const STATEMENT: &str = "By signing, the risk owner accepts the residual risk stated here until the next review, under the decisions recorded below.";

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::SignOff);
    chapter.lead = STATEMENT.into();
    chapter.blocks.push(beside("What is signed", vec![Block::Table(what(draft))]));
    if let Some(table) = decision_table(draft, true) {
        chapter.blocks.push(Block::Table(table));
    }
    chapter.blocks.push(Block::Section("Signatures".to_owned()));
    chapter.blocks.push(Block::Signatures(lines(draft)));
    if let Some(review) = review(draft) {
        chapter.blocks.push(review);
    }
    chapter
}

/// The last page of the short report.
pub(super) fn plan_and_sign_off(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::SignOff);
    chapter.title = "Plan and sign-off".into();
    chapter.blocks.extend(plan::due_figure(draft));
    chapter.blocks.extend(plan::actions(draft, true).map(Block::Table));
    if let Some(table) = decision_table(draft, false) {
        chapter.blocks.push(Block::Table(table));
    }
    chapter.blocks.push(Block::Section("Signatures".to_owned()));
    chapter.blocks.push(Block::Remark(STATEMENT.replace("recorded below", "above").into()));
    chapter.blocks.push(Block::Signatures(lines(draft)));
    chapter
}

fn what(draft: &Draft<'_>) -> Table {
    let stands = |rating: Rating| {
        let above: Vec<_> = draft.above(rating).iter().map(|(row, _)| row.threat).collect();
        let mut text = Text::new().plain(format!(
            "{} of {} above appetite",
            above.len(),
            words::figures(draft.live_count(), "threat")
        ));
        if !above.is_empty() && above.len() <= 6 {
            text = text.plain(" (").ids(above, ", ").plain(")");
        }
        match draft.total_loss(rating) {
            Some(loss) => text.plain(format!("; {} expected loss a year", draft.money(loss))),
            None => text,
        }
    };
    let actions = draft.actions();
    let costs: Vec<f64> = actions.iter().filter_map(|control| control.cost).collect();
    let mut rows =
        vec![("Current risk", stands(Rating::Current)), ("Risk after the plan", stands(Rating::Planned))];
    if !costs.is_empty() {
        let text = Text::new().plain(format!(
            "{} for {} (",
            draft.money(costs.iter().sum()),
            words::counted(actions.len(), "action")
        ));
        rows.push(("Money in the plan", draft.see(text, ChapterKey::Plan, "not in this report").plain(")")));
    }
    let accepted = draft.accepted();
    let holding: Vec<_> = accepted
        .iter()
        .filter(|(_, threat)| draft.acceptance_holds(threat))
        .map(|(row, _)| row.threat)
        .collect();
    let text =
        if holding.is_empty() { "none".into() } else { Text::new().ids(holding.into_iter().take(10), ", ") };
    rows.push(("Acceptances in force", text));
    if !draft.register.unrated.is_empty() {
        rows.push(("Not rated", Text::new().ids(draft.register.unrated.iter().copied().take(10), ", ")));
    }
    rows.push(("Model", Text::new().with(words::short_fingerprint(&draft.fingerprint), Tone::Code)));
    facts(rows)
}

fn decision_table(draft: &mut Draft<'_>, reasons: bool) -> Option<Table> {
    let asked = decisions(draft);
    if asked.is_empty() {
        return None;
    }
    let number = draft.table();
    let rows = asked
        .into_iter()
        .map(|decision| {
            let outcome = Text::new()
                .check_box("yes")
                .plain("   ")
                .check_box("no")
                .plain("   ")
                .check_box("with conditions");
            let second = if reasons { decision.reason } else { Text::new() };
            let decides = if decision.decides.is_empty() {
                Text::new().absent("nobody is named")
            } else {
                decision.decides.into()
            };
            Row::new(vec![
                Text::new().with(decision.number.to_string(), Tone::Reference).into(),
                Cell::from(Text::new().strong(decision.what.words())).second(second),
                decides.into(),
                outcome.into(),
            ])
        })
        .collect();
    Some(Table {
        number,
        caption: "Decisions asked.".into(),
        columns: vec![left("No.", 9.0), left("Decision", 92.0), left("Decides", 24.0), left("Outcome", 45.0)],
        rows,
        wide: true,
        rows_are: "decisions",
        ..Table::default()
    })
}

/// Who signs: the lines of the open review; else the people of the last one, who have not signed this report; else the
/// owner and the author, or room for two names.
fn lines(draft: &Draft<'_>) -> Vec<SignatureLine> {
    let open = draft.open_review().is_some();
    let signers = draft.last_review().map(|review| review.sign_offs.as_slice()).unwrap_or_default();
    if !signers.is_empty() {
        return signers
            .iter()
            .map(|signer| {
                let decided = match (open, signer.decision, signer.date) {
                    (false, ..) | (true, SignOffDecision::Waiting, _) => String::new(),
                    (true, decision, Some(date)) => format!("{decision}, {}", words::date(date)),
                    (true, decision, None) => decision.to_string(),
                };
                // What was said at a signed review is that review's; the new one is asked for the report as a whole.
                let statement = if open && !signer.statement.trim().is_empty() {
                    signer.statement.clone()
                } else {
                    "This report and its decisions".to_owned()
                };
                SignatureLine { name: signer.name.clone(), role: signer.role.clone(), statement, decided }
            })
            .collect();
    }
    let mut lines = Vec::new();
    let owner = draft.project.owner.trim();
    let line = |name: &str, role: &str, statement: &str| SignatureLine {
        name: name.to_owned(),
        role: role.to_owned(),
        statement: statement.to_owned(),
        decided: String::new(),
    };
    lines.push(line(owner, "Owner of the system", "Accepts the residual risk"));
    let author = draft.prepared_by();
    if author.trim() == owner {
        lines.push(line("", "Security", "The register is complete to the best of my knowledge"));
    } else {
        lines.push(line(&author, "Prepared this report", "The model shows the system as it is"));
    }
    lines
}

fn review(draft: &Draft<'_>) -> Option<Block> {
    let review = draft.last_review()?;
    if review.participants.is_empty() && review.decisions.is_empty() {
        return None;
    }
    let head = match review.date {
        Some(date) => format!("{} of {}", review.name, words::long_date(date)),
        None => review.name.clone(),
    };
    let mut blocks = Vec::new();
    if !review.participants.is_empty() {
        blocks.push(Block::Paragraph(
            Text::new().strong("Present: ").plain(words::sentence(&review.participants.join("; "))),
        ));
    }
    for decision in review.decisions.iter().take(8) {
        let by = if decision.by.trim().is_empty() { String::new() } else { format!(" ({})", decision.by) };
        let text = Text::new()
            .strong("Decided: ")
            .linked(decision.text.trim().trim_end_matches('.'))
            .plain(format!("{by}."));
        blocks.push(Block::Paragraph(text));
    }
    Some(beside(&head, blocks))
}
