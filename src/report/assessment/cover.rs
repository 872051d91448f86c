//! The first page.

use super::super::document::{Cover, Text, Tone};
use super::super::words;
use super::draft::Draft;
use super::plates::cover_drawing;

pub(super) fn cover(draft: &Draft<'_>) -> Cover {
    let project = draft.project;
    let mut issued = vec![Text::from(words::long_date(draft.date()))];
    if !project.version.trim().is_empty() {
        issued.push(format!("Version {}", project.version.trim()).into());
    }
    let fingerprint = Text::new().with(words::short_fingerprint(&draft.fingerprint), Tone::Code);
    let pages = if draft.is_summary() { "Summary report, 4 pages" } else { "Detailed report" };
    let prepared = draft.prepared_by();
    let mut facts = vec![
        ("Period".to_owned(), vec![Text::from(words::capital(&words::long_period(&draft.period())))]),
        ("Issued".to_owned(), issued),
        ("Profile".to_owned(), vec![Text::from(pages)]),
        ("Model".to_owned(), vec![fingerprint]),
    ];
    if !prepared.is_empty()
        && let Some((_, lines)) = facts.get_mut(2)
    {
        lines.push(format!("Prepared by {prepared}").into());
    }
    Cover {
        owner: project.owner.clone(),
        title: draft.system(),
        subtitle: format!("Threat assessment, {}", words::long_period(&draft.period())),
        drawing: cover_drawing(draft),
        facts,
    }
}
