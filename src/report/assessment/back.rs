//! Back matter: glossary, public sources, where the figures come from, what was left out, the record.

use super::super::document::{Block, Chapter, Row, Text, Tone};
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{left, small};
use crate::model::Framework;

const GLOSSARY: [(&str, &str); 16] = [
    ("Acceptance", "A decision to live with a residual risk until a date."),
    ("Appetite", "The score from which a threat must be treated or accepted."),
    ("Control", "A measure that lowers likelihood or impact; M-numbers."),
    ("Coverage", "The share of its field in which a control works."),
    ("Crossing", "An interface whose ends lie in different zones."),
    ("Evidence", "A recorded simulation; what it measured replaces a claim."),
    (
        "Expected loss",
        "Mean frequency times mean loss of one event, for one year, with what controls leave of both.",
    ),
    ("Inherent", "The rating with no listed control: a thought experiment."),
    ("Interface", "A flow of data between two components; F-numbers."),
    ("Open loop", "A simulation in which responses do not alter the trace."),
    ("Rule of two", "An agent holds at most two legs unless a person approves."),
    ("Score", "Likelihood plus impact on scales with factor five, 2 to 10."),
    (
        "STRIDE",
        "Spoofing, tampering, repudiation, information disclosure, denial of service, elevation of privilege.",
    ),
    ("Trifecta", "Untrusted input, confidential data and a way out, together."),
    ("Window", "A labelled stretch of a trace during which an attack ran."),
    ("Zone", "A set of components with equal trust; 0 none, 4 highest."),
];

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::BackMatter);
    let terms = GLOSSARY.iter().map(|(term, meaning)| ((*term).to_owned(), (*meaning).to_owned())).collect();
    chapter.blocks.push(beside("Glossary", vec![Block::Terms(terms)]));
    if let Some(sources) = sources(draft) {
        chapter.blocks.push(beside("Public sources", vec![sources]));
    }
    chapter.blocks.push(beside("Where the figures come from", vec![origins(draft)]));
    chapter.blocks.push(beside("Not in this report", vec![left_out(draft)]));
    chapter.blocks.push(record(draft));
    chapter
}

/// Frameworks that threats refer to, with their editions.
fn sources(draft: &Draft<'_>) -> Option<Block> {
    let mut found: Vec<(Framework, &str, usize)> = Vec::new();
    for reference in draft.project.threats.iter().flat_map(|threat| &threat.references) {
        let edition = reference.edition.trim();
        match found
            .iter_mut()
            .find(|(framework, known, _)| *framework == reference.framework && *known == edition)
        {
            Some((_, _, count)) => *count += 1,
            None => found.push((reference.framework, edition, 1)),
        }
    }
    if found.is_empty() {
        return None;
    }
    found.sort();
    let rows = found.into_iter().map(|(framework, edition, count)| {
        let edition = if edition.is_empty() { Text::new().absent("not named") } else { edition.into() };
        Row::new(vec![
            framework.label().into(),
            edition.into(),
            Text::new().quiet(words::figures(count, "reference")).into(),
        ])
    });
    Some(Block::Table(small(
        vec![left("Source", 62.0), left("Edition", 32.0), left("In the register", 32.0)],
        rows.collect(),
    )))
}

fn origins(draft: &Draft<'_>) -> Block {
    let model = format!("The model, fingerprint {}", words::short_fingerprint(&draft.fingerprint));
    let mut rows = vec![
        Row::new(vec![
            "Scores, bands, losses".into(),
            format!("{model}; computed, none entered by hand").into(),
        ]),
        Row::new(vec![
            "Attack paths and their chances".into(),
            "Estimates of the model from kinds, zones, authentication, encryption and controls".into(),
        ]),
    ];
    if let Some(baseline) = &draft.baseline {
        let before = words::short_fingerprint(&baseline.comparison.fingerprints.0);
        let from = if before.is_empty() { String::new() } else { format!(", fingerprint {before}") };
        rows.insert(
            1,
            Row::new(vec!["What moved".into(), format!("Comparison with {}{from}", baseline.name).into()]),
        );
    }
    if let Some(run) = draft.input.run {
        let fingerprint = match draft.input.trace_fingerprint.as_str() {
            "" => String::new(),
            known => format!(", fingerprint {}", words::short_fingerprint(known)),
        };
        let text = format!(
            "Trace {}{}, dialect {}, evaluated every {}, {} samples",
            run.trace,
            fingerprint,
            run.grid.engine,
            words::duration(run.grid.interval_ms),
            words::thousands(run.coverage.samples as f64)
        );
        rows.push(Row::new(vec!["Simulation of policies".into(), text.into()]));
    }
    if let Some(run) = draft.input.protection {
        let text =
            format!("{} simulated operations, seed {}", words::thousands(run.operations as f64), run.seed);
        rows.push(Row::new(vec!["Cost of the checks".into(), text.into()]));
    }
    Block::Table(small(vec![left("Figure or table", 44.0), left("Taken from", 82.0)], rows))
}

fn left_out(draft: &Draft<'_>) -> Block {
    let mut rows: Vec<Row> = draft
        .input
        .options
        .left_out
        .iter()
        .map(|key| {
            Row::new(vec![format!("Chapter “{}”", key.title()).into(), "Switched off for this print".into()])
        })
        .collect();
    let notes = draft.project.notes.len();
    if notes > 0 {
        rows.push(Row::new(vec![
            words::capital(&words::counted(notes, "note")).into(),
            "Notes on the drawing and in side lists stay in the model".into(),
        ]));
    }
    for (count, what) in [
        (draft.project.dismissals.len(), "dismissed suggestion"),
        (draft.project.suppressions.len(), "suppressed finding"),
    ] {
        if count > 0 {
            let what = words::capital(&words::counted(count, what));
            rows.push(Row::new(vec![what.into(), "Set aside with reasons, which stay in the model".into()]));
        }
    }
    if draft.input.run.is_none() {
        rows.push(Row::new(vec!["Simulation of policies".into(), "No trace was given".into()]));
    }
    if !draft.has_money() {
        rows.push(Row::new(vec!["Losses".into(), "Impact levels carry no money".into()]));
    }
    if rows.is_empty() {
        return Block::Paragraph("Nothing that the model holds was left out.".into());
    }
    Block::Table(small(vec![left("Item", 52.0), left("Reason", 74.0)], rows))
}

fn record(draft: &Draft<'_>) -> Block {
    let version = draft.project.version.trim();
    let mut model = Vec::new();
    if !version.is_empty() {
        model.push(format!("Model version {version}").into());
    }
    model.push(Text::new().with(words::short_fingerprint(&draft.fingerprint), Tone::Code));
    Block::Record(vec![
        ("Record".to_owned(), model),
        ("Made".to_owned(), vec![words::long_date(draft.date()).into(), "Same model, same bytes".into()]),
        (
            "Set in".to_owned(),
            vec!["Source Serif 4, IBM Plex Sans,".into(), "IBM Plex Mono (open font licence)".into()],
        ),
        ("Made with".to_owned(), vec![concat!("Threat Studio ", env!("CARGO_PKG_VERSION")).into()]),
    ])
}
