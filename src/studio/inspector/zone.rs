//! The fields of a zone, a boundary line and a note.

use egui::Ui;

use crate::edit::verbs;
use crate::model::{LineId, NoteId, NoteKind, Zone, ZoneId, ZoneKind};
use crate::picture::Role;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Chip, property};

use super::parts;

/// How many interfaces a boundary line names.
const LISTED: usize = 40;

/// What the levels of trust stand for.
const TRUST: [&str; 5] = [
    "The Internet, the public",
    "Third parties, guests",
    "Company network",
    "Controlled runtime",
    "Sensitive data, secrets",
];

/// Shows the fields of a zone.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, id: ZoneId) {
    let project = cx.project();
    let Some(zone) = project.diagram.zones.get(id) else { return };
    let change =
        |field: &'static str, set: &dyn Fn(&mut Zone)| verbs::change_zone(project, id, field, |z| set(z));

    parts::text(ui, cx, "Name", "What people call it", &zone.name, |text| {
        verbs::rename(project, id.into(), &text)
    });
    property(ui, "Kind", |ui| {
        let width = ui.available_width();
        let label = |kind: ZoneKind| kind.label().to_owned();
        if let Some(kind) = widgets::choose(ui, "Kind", zone.kind, ZoneKind::ALL, width, label) {
            cx.commit(change("kind", &|z| z.kind = kind));
        }
    });
    property(ui, "Trust", |ui| {
        let mut level = usize::from(zone.trust.min(4));
        if widgets::segmented(ui, "Trust", &["0", "1", "2", "3", "4"], &mut level) {
            cx.commit(change("trust", &|z| z.trust = level as u8));
        }
        let meaning = TRUST.get(usize::from(zone.trust.min(4))).copied().unwrap_or_default();
        widgets::small(ui, meaning, Role::TextTertiary);
    });
    parts::zone(ui, cx, "Stands in", zone.parent, Some(id), |parent| {
        change("parent", &|z| z.parent = parent)
    });
    parts::paragraph(ui, cx, "Purpose", "What it is, in a sentence", &zone.description, |text| {
        change("description", &|z| z.description.clone_from(&text))
    });
    let inside = project.diagram.components().filter(|component| component.zone == Some(id)).count();
    property(ui, "Holds", |ui| {
        ui.add_space(7.0);
        let words = crate::studio::words::counted(inside, "component", "components");
        widgets::label(ui, &words, crate::studio::theme::Look::BODY, Role::Text);
    });
}

/// Shows the fields of a boundary line.
pub(super) fn line(ui: &mut Ui, cx: &mut ViewContext<'_>, id: LineId) {
    let project = cx.project();
    let Some(line) = project.diagram.lines.get(id) else { return };
    parts::text(ui, cx, "Name", "What people call it", &line.name, |text| {
        verbs::rename(project, id.into(), &text)
    });
    parts::paragraph(ui, cx, "Purpose", "What it is, in a sentence", &line.description, |text| {
        verbs::change_line(project, id, "description", |line| line.description = text)
    });
    let Some(scene) = cx.scene.clone() else { return };
    let crossing = scene.crossing(id);
    widgets::property_tall(ui, "Crossed by", |ui| {
        ui.add_space(3.0);
        ui.vertical(|ui| {
            if crossing.is_empty() {
                let drawn = scene.lines.iter().any(|line| line.id == id);
                let words = if drawn {
                    "No interface. What its course runs across is listed here."
                } else {
                    "It is not drawn in this view."
                };
                widgets::small(ui, words, Role::TextTertiary);
            }
            for flow in crossing.iter().take(LISTED) {
                let name = project.name_of((*flow).into());
                if Chip::new(&name).icon("arrow-right").clickable().show(ui).response.clicked() {
                    cx.reveal((*flow).into());
                }
            }
            if let Some(more) = crossing.len().checked_sub(LISTED).filter(|more| *more > 0) {
                widgets::small(ui, &format!("and {more} more"), Role::TextTertiary);
            }
        });
    });
}

/// Shows the fields of a note.
pub(super) fn note(ui: &mut Ui, cx: &mut ViewContext<'_>, id: NoteId) {
    let project = cx.project();
    let Some(note) = project.notes.get(id) else { return };
    parts::paragraph(ui, cx, "Text", "What to remember", &note.text, |text| {
        verbs::change_note(project, id, "text", |note| note.text = text)
    });
    property(ui, "Belongs to", |ui| {
        let width = ui.available_width();
        let label = |kind: NoteKind| kind.label().to_owned();
        if let Some(kind) = widgets::choose(ui, "Belongs to", note.kind, NoteKind::ALL, width, label) {
            cx.commit(verbs::change_note(project, id, "kind", |note| note.kind = kind));
        }
    });
    parts::text(ui, cx, "Author", "Who wrote it", &note.author, |text| {
        verbs::change_note(project, id, "author", |note| note.author = text)
    });
}
