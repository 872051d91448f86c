//! The first page.

use super::table::HEAVY;
use crate::picture::{Point, Rect, Role, Stroke, text};
use crate::report::document::{Document, Side, Text};
use crate::report::fragment::Fragment;
use crate::report::lines::break_lines;
use crate::report::page::{FULL_WIDTH, LEFT};
use crate::report::style::{self, Style};

/// The drawing stands in this part of the page.
const DRAWING: Rect = Rect::new(LEFT, 118.0, FULL_WIDTH, 112.0);

/// The whole page.
pub(super) fn fragment(document: &Document) -> Fragment {
    let cover = &document.cover;
    let mut page = Fragment::new();
    let owner = Style { size: 10.0, leading: 13.0, ..style::SIDE_HEAD };
    page.text(&cover.owner.as_str().into(), owner, LEFT, 23.8, FULL_WIDTH);
    let title = Text::from(cover.title.as_str());
    // The largest size that needs no more than two lines; the smallest may take three.
    let sizes = [38.0, 30.0, 24.0];
    let fits = |size: &f32| break_lines(&title, style::COVER_TITLE.scaled(*size), FULL_WIDTH, 0).len() <= 2;
    let size = sizes.into_iter().find(fits).unwrap_or(24.0);
    let set = style::COVER_TITLE.scaled(size);
    let lines = break_lines(&title, set, FULL_WIDTH, 3);
    // One line stands at a fixed height; more grow upward, so that the subtitle stays where it is.
    let bottom = 83.5;
    let top = bottom - lines.len() as f32 * set.line();
    page.lines(&lines, set, LEFT, top, FULL_WIDTH, Side::Left);
    page.text(&cover.subtitle.as_str().into(), style::COVER_SUBTITLE, LEFT, bottom + 3.8, FULL_WIDTH);
    let bounds = cover.drawing.bounds;
    if !cover.drawing.marks.is_empty() {
        let factor = (DRAWING.w / bounds.w.max(1.0)).min(DRAWING.h / bounds.h.max(1.0));
        let picture = cover.drawing.scaled(factor);
        let x = DRAWING.x + (DRAWING.w - picture.bounds.w) / 2.0;
        let y = DRAWING.y + (DRAWING.h - picture.bounds.h) / 2.0;
        page.picture(&picture, x, y);
    }
    if !document.classification.is_empty() {
        let style = Style { size: 8.5, ..style::SIDE_HEAD };
        let width = text::width(&document.classification, style.face, style.millimetres()).min(160.0);
        let frame = Rect::new(LEFT, 240.2, width + 6.6, 6.8);
        page.draw(|out| {
            out.rect(frame, 0.0, None, Some(Stroke::solid(Role::Text, 0.28)));
        });
        let baseline = text::baseline(frame.center().y, style.face, style.millimetres());
        page.words(&document.classification, style, Point::new(frame.center().x, baseline), Side::Center);
    }
    page.rule(LEFT, 258.0, FULL_WIDTH, Role::Text, HEAVY);
    let width = FULL_WIDTH / cover.facts.len().max(1) as f32;
    for (index, (head, lines)) in cover.facts.iter().enumerate() {
        let x = LEFT + index as f32 * width;
        let mut y = 260.8;
        y += page.text(&head.as_str().into(), style::RUNNING.scaled(7.2), x, y, width - 3.0);
        for line in lines {
            y += page.text(line, style::CELL, x, y, width - 3.0);
        }
    }
    page
}
