//! What the report says: one file for each chapter, each a function from the model and the run to blocks.

mod agents;
mod back;
mod changes;
mod control;
mod cover;
mod coverage;
mod draft;
mod losses;
mod overview;
mod owasp;
mod plan;
mod plates;
mod policies;
mod protection;
mod register;
mod risks;
mod scope;
mod sign_off;
mod summary;
mod system;
mod tables;

use draft::Draft;

use super::document::{Block, Chapter, Document};
use super::input::{ChapterKey, Profile, ReportInput};

/// The chapters of the short report.
const SUMMARY: [ChapterKey; 3] = [ChapterKey::Summary, ChapterKey::TopRisks, ChapterKey::SignOff];

/// The report on a model.
pub fn build(input: &ReportInput<'_>) -> Document {
    let keys: Vec<ChapterKey> = match input.profile {
        Profile::Detailed => ChapterKey::ALL.to_vec(),
        Profile::Summary => SUMMARY.to_vec(),
    };
    let wanted = |key: &ChapterKey| {
        !input.options.left_out.contains(key)
            && (*key != ChapterKey::Protection || input.project.protection.enabled)
    };
    let keys: Vec<ChapterKey> = keys.into_iter().filter(wanted).collect();
    let mut draft = Draft::new(input, &keys);
    let mut chapters: Vec<Chapter> = keys.iter().map(|key| chapter(&mut draft, *key)).collect();
    share_pages(&mut chapters);
    let project = input.project;
    let period = draft.period();
    Document {
        title: format!("{}: threat assessment {period}", draft.system()),
        running_head: format!("{} · Threat assessment {period}", draft.system()),
        running_foot: [draft.classification(), format!("{} report", input.profile.label().to_lowercase())]
            .iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" · "),
        running_version: draft.version_line(),
        author: draft.prepared_by(),
        subject: project.description.clone(),
        classification: draft.classification(),
        date: input.date,
        profile: input.profile,
        fingerprint: draft.fingerprint.clone(),
        cover: cover::cover(&draft),
        chapters,
    }
}

/// A chapter that only says what is missing needs no page of its own, and neither does the one after it.
fn share_pages(chapters: &mut [Chapter]) {
    let is_brief = |chapter: &Chapter| {
        chapter.number.is_some() && chapter.blocks.iter().all(|block| matches!(block, Block::Paragraph(_)))
    };
    let mut shares = false;
    for chapter in chapters {
        let has_page = chapter.one_page || chapter.number.is_none() || chapter.key == ChapterKey::SignOff;
        let brief = is_brief(chapter);
        chapter.follows_on |= !has_page && (brief || shares);
        shares = brief;
    }
}

fn chapter(draft: &mut Draft<'_>, key: ChapterKey) -> Chapter {
    let summary = draft.input.profile == Profile::Summary;
    let mut chapter = match key {
        ChapterKey::DocumentControl => control::chapter(draft),
        ChapterKey::Contents => control::contents(draft),
        ChapterKey::Summary => summary::chapter(draft),
        ChapterKey::Changes => changes::chapter(draft),
        ChapterKey::Scope => scope::chapter(draft),
        ChapterKey::System => system::chapter(draft),
        ChapterKey::Overview => overview::chapter(draft),
        ChapterKey::TopRisks if summary => overview::above_appetite(draft),
        ChapterKey::TopRisks => risks::chapter(draft),
        ChapterKey::Register => register::chapter(draft),
        ChapterKey::Plan => plan::chapter(draft),
        ChapterKey::Policies => policies::chapter(draft),
        ChapterKey::Protection => protection::chapter(draft),
        ChapterKey::Agents => agents::chapter(draft),
        ChapterKey::Coverage => coverage::chapter(draft),
        ChapterKey::SignOff if summary => sign_off::plan_and_sign_off(draft),
        ChapterKey::SignOff => sign_off::chapter(draft),
        ChapterKey::BackMatter => back::chapter(draft),
    };
    chapter.number = draft.number(key);
    chapter.one_page = summary || key == ChapterKey::Summary;
    chapter
}
