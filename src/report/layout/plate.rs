//! A page on its side with one figure: the diagram.

use super::table::{HEAVY, first_sentence};
use crate::picture::Role;
use crate::report::document::{Anchor, Chapter, Plate, Text};
use crate::report::fragment::Fragment;
use crate::report::page::{LEFT, POINT, TOP, WIDE_BOTTOM, WIDE_WIDTH};
use crate::report::style;

/// No drawing is blown up beyond the size at which the names of its boxes are set like running text.
const LARGEST: f32 = 9.4 * POINT / 13.0;

/// The whole page but its running head and foot.
pub(super) fn fragment(chapter: &Chapter, plate: &Plate, begins_chapter: bool) -> Fragment {
    let mut page = Fragment::new();
    page.rule(LEFT, TOP, WIDE_WIDTH, Role::Text, HEAVY);
    let mut top = TOP + 3.0;
    if begins_chapter {
        page.anchor(Anchor::Chapter(chapter.key), TOP);
        let number = chapter.number.map(|number| number.to_string()).unwrap_or_default();
        page.bookmark(0, format!("{number} {}", chapter.title).trim(), TOP);
        page.text(&number.into(), style::CHAPTER_NUMBER, LEFT, TOP + 2.0, 14.0);
        let title = Text::from(chapter.title.as_str());
        page.text(&title, style::CHAPTER, LEFT + 14.0, TOP + 2.0, 110.0);
        top = TOP + 15.0;
    }
    let figure = &plate.figure;
    page.anchor(Anchor::Figure(figure.number), TOP);
    let title = format!("Figure {}: {}", figure.number, first_sentence(&figure.caption.words()));
    page.bookmark(1, title, TOP);
    let caption =
        Text::new().strong(format!("Figure {}", figure.number)).plain("\u{2002}").and(figure.caption.clone());
    let (x, width) = if begins_chapter { (LEFT + 139.0, 118.0) } else { (LEFT, WIDE_WIDTH) };
    let bottom = TOP + 4.2 + page.text(&caption, style::CAPTION, x, TOP + 4.2, width);
    top = top.max(bottom + 3.0);
    let foot = WIDE_BOTTOM - plate.legend.bounds.h - if plate.legend.marks.is_empty() { 0.0 } else { 3.5 };
    let room = (WIDE_WIDTH, foot - top - 2.0);
    let bounds = figure.picture.bounds;
    let factor = (room.0 / bounds.w.max(1.0)).min(room.1 / bounds.h.max(1.0)).min(LARGEST);
    let picture = figure.picture.scaled(factor);
    page.picture(&picture, LEFT + (room.0 - picture.bounds.w) / 2.0, top + (room.1 - picture.bounds.h) / 2.0);
    if !plate.legend.marks.is_empty() {
        page.rule(LEFT, foot, WIDE_WIDTH, Role::Edge, 0.25);
        page.picture(&plate.legend, LEFT, foot + 2.5);
    }
    page
}
