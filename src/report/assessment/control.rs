//! Document control, and the contents with the key to the marks.

use super::super::document::{Block, Callout, Chapter, Row, Text, Tone};
use super::super::input::ChapterKey;
use super::super::words;
use super::draft::Draft;
use super::tables::{bands, facts, left, owner, range, small};
use crate::model::{Scheme, SignOffDecision};

pub(super) fn chapter(draft: &Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::DocumentControl);
    chapter.blocks.push(beside("Identity", vec![Block::Table(identity(draft))]));
    if !draft.project.contributors.is_empty() {
        chapter.blocks.push(beside(
            "Contributors",
            vec![Block::Paragraph(words::list(&draft.project.contributors).into())],
        ));
    }
    chapter.blocks.push(beside("Reviews", vec![reviews(draft)]));
    chapter.blocks.push(sign_off(draft));
    let classification = draft.classification();
    if !classification.is_empty() {
        let text = "This report describes weaknesses that are still open. Share it only with readers who may see what \
                    the classification names. Printed copies carry the same fingerprint as the model; a copy with \
                    another fingerprint is not this version.";
        let callout = Callout { head: classification, text: text.into() };
        chapter.blocks.push(beside("Handling", vec![Block::Callout(callout)]));
    }
    chapter
}

pub(super) fn beside(head: &str, blocks: Vec<Block>) -> Block {
    Block::Beside { head: head.to_owned(), note: Text::new(), blocks }
}

fn identity(draft: &Draft<'_>) -> super::super::document::Table {
    let project = draft.project;
    let mut rows: Vec<(&str, Text)> = vec![("System", draft.system().into())];
    if !project.description.trim().is_empty() {
        rows.push(("Description", Text::new().linked(project.description.trim())));
    }
    let assessment = match &draft.baseline {
        Some(baseline) => format!("Update, compared with {}", baseline.name),
        None => "First assessment: there is no earlier baseline".to_owned(),
    };
    rows.push(("Assessment", assessment.into()));
    rows.push(("Period", words::capital(&words::long_period(&draft.period())).into()));
    rows.push(("Date of this report", words::long_date(draft.date()).into()));
    rows.push(("Owner of the system", owner(&project.owner)));
    let prepared = draft.prepared_by();
    if !prepared.is_empty() {
        rows.push(("Prepared by", prepared.into()));
    }
    if let Some(due) = project.review_due {
        rows.push(("Next review due", words::long_date(due).into()));
    }
    let mut model = Text::new();
    if !project.version.trim().is_empty() {
        model = model.plain(format!("Version {}, fingerprint ", project.version.trim()));
    }
    rows.push(("Model", model.with(words::short_fingerprint(&draft.fingerprint), Tone::Code)));
    if let Some(origin) = project.origin.as_ref().filter(|origin| !origin.format.is_empty()) {
        rows.push(("Imported from", origin.format.clone().into()));
    }
    if let Some(run) = draft.input.run {
        let text = format!(
            "{}, dialect {}, every {}",
            run.trace,
            run.grid.engine,
            words::duration(run.grid.interval_ms)
        );
        rows.push(("Simulation", text.into()));
    }
    facts(rows)
}

fn reviews(draft: &Draft<'_>) -> Block {
    let mut reviews: Vec<_> = draft.project.reviews.iter().collect();
    reviews.sort_by_key(|review| (review.date, review.id));
    if reviews.is_empty() {
        return Block::Paragraph(Text::new().absent("No review is recorded in the model."));
    }
    let rows = reviews.iter().rev().take(6).map(|review| {
        let date = review.date.map_or_else(|| Text::new().absent("no date"), |date| words::date(date).into());
        let state = if review.snapshot.is_some() { "Signed" } else { "Open" };
        Row::of(
            review.id,
            vec![
                review.name.clone().into(),
                date.into(),
                words::figures(review.participants.len(), "person").replace("persons", "people").into(),
                words::figures(review.decisions.len(), "decision").into(),
                state.into(),
            ],
        )
    });
    let columns = vec![
        left("Review", 40.0),
        left("Date", 26.0),
        left("Present", 22.0),
        left("Taken", 24.0),
        left("State", 14.0),
    ];
    Block::Table(small(columns, rows.collect()))
}

fn sign_off(draft: &Draft<'_>) -> Block {
    let note = draft.see(
        Text::new().plain("Full statement and signature fields: "),
        ChapterKey::SignOff,
        "see the end",
    );
    let note = note.plain(".");
    let open = draft.open_review().is_some();
    let signers = draft.last_review().map(|review| review.sign_offs.as_slice()).unwrap_or_default();
    let blocks = if signers.is_empty() {
        vec![Block::Paragraph(
            Text::new().absent("The model names nobody who signs; chapter “Sign-off” leaves room."),
        )]
    } else {
        let rows = signers.iter().map(|signer| {
            let state = match (open, signer.decision, signer.date) {
                (false, ..) | (true, SignOffDecision::Waiting, _) => "Awaiting signature".to_owned(),
                (true, decision, Some(date)) => format!("{decision}, {}", words::date(date)),
                (true, decision, None) => decision.to_string(),
            };
            Row::new(vec![
                owner(&signer.name).into(),
                Text::new().quiet(signer.role.as_str()).into(),
                state.into(),
            ])
        });
        vec![Block::Table(small(
            vec![left("Name", 38.0), left("Role", 52.0), left("Status", 36.0)],
            rows.collect(),
        ))]
    };
    Block::Beside { head: "Sign-off".to_owned(), note, blocks }
}

pub(super) fn contents(draft: &Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Contents);
    chapter.blocks.push(Block::Contents);
    let severity = bands(draft)
        .into_iter()
        .map(|band| {
            Row::new(vec![Text::new().band(band).into(), Text::new().quiet(range(draft, band)).into()])
        })
        .collect();
    let identifiers = [
        ("T-001", "threat"),
        ("M-01", "control (mitigation)"),
        ("C-01, F-01", "component, interface"),
        ("A-1, Z-1", "asset, zone"),
        ("P-01, R-01", "policy and its rule"),
        ("S-01, Q-01", "assumption, question"),
    ]
    .into_iter()
    .map(|(id, what)| {
        Row::new(vec![Text::new().with(id, Tone::Identifier).into(), Text::new().quiet(what).into()])
    })
    .collect();
    let narrow = |head: &str, rows: Vec<Row>| {
        let columns = vec![left(head.to_owned(), 24.0), left("", 36.0)];
        vec![Block::Table(small(columns, rows))]
    };
    let columns = vec![(1.0, narrow("Severity", severity)), (1.0, narrow("Identifiers", identifiers))];
    chapter.blocks.push(beside("How to read the marks", vec![Block::Columns(columns)]));
    let ratings = Text::new()
        .plain("Each threat carries four ratings. ")
        .strong("Inherent")
        .plain(": with no listed control, a thought experiment. ")
        .strong("Current")
        .plain(": with the controls now in place, at measured strength where there is evidence. ")
        .strong("Planned")
        .plain(": with every listed control complete. ")
        .strong("Target")
        .plain(format!(
            ": the appetite, or the threat’s own target. {}; a colour never stands without its sign and word.",
            if draft.method.scheme == Scheme::Score {
                "Bands follow the score with its decimals"
            } else {
                "Bands follow the cell of the grid, scores keep their decimals"
            }
        ));
    chapter.blocks.push(beside("Four ratings", vec![Block::Paragraph(ratings)]));
    chapter
}
