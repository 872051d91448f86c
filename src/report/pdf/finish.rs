//! What the drawing library leaves undone: nested bookmarks, links, title, language, dates, an identity without chance.

use lopdf::{Document as File, Object, ObjectId, StringFormat, dictionary};

use crate::report::document::{Anchor, Document};
use crate::report::page::{POINT, Page};

/// The outline: chapters, and below each what is in it.
pub(super) fn outline(file: &mut File, pages: &[Page]) {
    let sheets = page_ids(file);
    let mut chapters: Vec<Entry> = Vec::new();
    for (page, sheet) in pages.iter().zip(&sheets) {
        for bookmark in &page.bookmarks {
            let top = (page.size().1 - bookmark.top as f32 + 2.0) / POINT;
            let entry = Entry {
                title: bookmark.title.clone(),
                page: *sheet,
                top,
                id: file.new_object_id(),
                below: vec![],
            };
            match chapters.last_mut() {
                Some(chapter) if bookmark.level > 0 => chapter.below.push(entry),
                _ => chapters.push(entry),
            }
        }
    }
    let (Some(first), Some(last)) = (chapters.first(), chapters.last()) else { return };
    let root = file.new_object_id();
    let list = dictionary! {
        "Type" => "Outlines",
        "First" => first.id,
        "Last" => last.id,
        "Count" => chapters.len() as i64,
    };
    write_entries(file, root, &chapters);
    file.objects.insert(root, Object::Dictionary(list));
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Outlines", root);
        catalog.set("PageMode", "UseOutlines");
    }
}

struct Entry {
    title: String,
    page: ObjectId,
    top: f32,
    id: ObjectId,
    below: Vec<Entry>,
}

fn write_entries(file: &mut File, parent: ObjectId, entries: &[Entry]) {
    for (index, entry) in entries.iter().enumerate() {
        let mut dictionary = dictionary! {
            "Title" => text(&entry.title),
            "Parent" => parent,
            "Dest" => destination(entry.page, entry.top),
        };
        if let Some(before) = index.checked_sub(1).and_then(|before| entries.get(before)) {
            dictionary.set("Prev", before.id);
        }
        if let Some(after) = entries.get(index + 1) {
            dictionary.set("Next", after.id);
        }
        if let (Some(first), Some(last)) = (entry.below.first(), entry.below.last()) {
            dictionary.set("First", first.id);
            dictionary.set("Last", last.id);
            // Negative: shown closed.
            dictionary.set("Count", -(entry.below.len() as i64));
        }
        file.objects.insert(entry.id, Object::Dictionary(dictionary));
        write_entries(file, entry.id, &entry.below);
    }
}

/// Links between places of the report.
pub(super) fn links(file: &mut File, pages: &[Page]) {
    let sheets = page_ids(file);
    let place = |target: &Anchor| {
        pages.iter().zip(&sheets).find_map(|(page, sheet)| {
            let (_, y) = page.anchors.iter().find(|(anchor, _)| anchor == target)?;
            Some((*sheet, (page.size().1 - y + 2.0) / POINT))
        })
    };
    for (page, sheet) in pages.iter().zip(&sheets) {
        let height = page.size().1;
        let mut annotations: Vec<Object> = Vec::new();
        for link in &page.links {
            let Some((target, top)) = place(&link.target) else { continue };
            let (r, unit) = (link.rect, 1.0 / POINT);
            let corners = [r.x, height - r.bottom(), r.right(), height - r.y].map(|v| real(v * unit));
            annotations.push(Object::Dictionary(dictionary! {
                "Type" => "Annot",
                "Subtype" => "Link",
                "Rect" => corners.to_vec(),
                "Border" => vec![0.into(), 0.into(), 0.into()],
                "Dest" => destination(target, top),
                // Printed with the page.
                "F" => 4,
            }));
        }
        if let Ok(Object::Dictionary(page)) = file.get_object_mut(*sheet) {
            page.set("Annots", annotations);
        }
    }
}

/// Title, author, dates from the report's own date, language, and an identity made from the model's fingerprint.
pub(super) fn information(file: &mut File, document: &Document) {
    let date = document.date;
    let stamp = format!("D:{:04}{:02}{:02}000000Z", date.year(), date.month(), date.day());
    let entries = [
        ("Title", text(&document.title)),
        ("Author", text(&document.author)),
        ("Subject", text(&document.subject)),
        ("CreationDate", Object::string_literal(stamp.as_str())),
        ("ModDate", Object::string_literal(stamp.as_str())),
    ];
    set_information(file, entries.into_iter().filter(|(_, value)| *value != text("")));
    identify(file, &format!("{} {:?} {}", document.fingerprint, document.profile, document.date));
}

/// The title of a drawing.
pub(super) fn plain_information(file: &mut File, title: &str) {
    set_information(file, [("Title", text(title))].into_iter().filter(|_| !title.is_empty()));
    identify(file, title);
}

fn set_information(file: &mut File, entries: impl Iterator<Item = (&'static str, Object)>) {
    let mut information = dictionary! {
        "Creator" => text("Threat Studio"),
        "Producer" => text(concat!("Threat Studio ", env!("CARGO_PKG_VERSION"))),
    };
    for (key, value) in entries {
        information.set(key, value);
    }
    let id = file.add_object(information);
    file.trailer.set("Info", id);
    file.version = "1.7".into();
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Lang", Object::string_literal("en-GB"));
        catalog.set("PageLayout", "SinglePage");
        if !catalog.has(b"Outlines") {
            catalog.set("PageMode", "UseNone");
        }
        catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    }
}

/// The library draws the identity by lot; two prints of the same report must be the same.
fn identify(file: &mut File, from: &str) {
    use sha2::{Digest as _, Sha256};
    let sum = Sha256::digest(from.as_bytes());
    let id = Object::String(sum.iter().copied().take(16).collect(), StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![id.clone(), id]);
}

/// The finished file.
pub(super) fn bytes(mut file: File) -> Vec<u8> {
    file.prune_objects();
    file.renumber_objects();
    file.compress();
    let mut bytes = Vec::new();
    // Writing into memory cannot fail.
    let _ = file.save_to(&mut bytes);
    bytes
}

fn page_ids(file: &File) -> Vec<ObjectId> {
    file.get_pages().into_values().collect()
}

fn destination(page: ObjectId, top: f32) -> Object {
    Object::Array(vec![page.into(), "XYZ".into(), Object::Null, real(top), Object::Null])
}

fn real(value: f32) -> Object {
    Object::Real((value * 100.0).round() / 100.0)
}

/// Text in the form that every reader understands.
fn text(words: &str) -> Object {
    if words.is_ascii() {
        return Object::string_literal(words);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}
