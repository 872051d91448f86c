//! A piece of a page while it is being laid out: ink, links and anchors, measured from its own top.

use super::document::{Anchor, Side, Text};
use super::lines::{CHECK_BOX, Line, Piece, SIGN, break_lines};
use super::page::{Bookmark, PageLink};
use super::style::Style;
use crate::picture::{Align, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};

/// A number that is known only once all pages are laid out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PageNumber {
    pub(crate) of: Anchor,
    pub(crate) right: f32,
    pub(crate) baseline: f32,
    pub(crate) style: Style,
}

/// A piece of a page. Across, places are those of the page; down, from the piece's own top.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fragment {
    pub(crate) height: f32,
    pub(crate) picture: Picture,
    pub(crate) links: Vec<PageLink>,
    pub(crate) anchors: Vec<(Anchor, f32)>,
    pub(crate) bookmarks: Vec<Bookmark>,
    pub(crate) page_numbers: Vec<PageNumber>,
}

impl Fragment {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Room without ink.
    pub(crate) fn space(height: f32) -> Self {
        Self { height, ..Self::default() }
    }

    /// Adds what is drawn.
    pub(crate) fn draw(&mut self, draw: impl FnOnce(&mut PictureBuilder)) {
        let mut builder = PictureBuilder::new();
        draw(&mut builder);
        self.picture.marks.extend(builder.finish().marks);
    }

    pub(crate) fn anchor(&mut self, anchor: Anchor, at: f32) {
        self.anchors.push((anchor, at));
    }

    pub(crate) fn bookmark(&mut self, level: u8, title: impl Into<String>, at: f32) {
        self.bookmarks.push(Bookmark { level, title: title.into(), top: at.max(0.0).round() as u32 });
    }

    /// A level line.
    pub(crate) fn rule(&mut self, x: f32, y: f32, width: f32, role: Role, weight: f32) {
        self.draw(|out| {
            out.line(Point::new(x, y), Point::new(x + width, y), Stroke::solid(role, weight));
        });
    }

    /// A paragraph from its top; says how high it is.
    pub(crate) fn text(&mut self, text: &Text, style: Style, x: f32, top: f32, width: f32) -> f32 {
        self.lines(&break_lines(text, style, width, 0), style, x, top, width, Side::Left)
    }

    /// Lines from their top; says how high they are.
    pub(crate) fn lines(
        &mut self,
        lines: &[Line],
        style: Style,
        x: f32,
        top: f32,
        width: f32,
        side: Side,
    ) -> f32 {
        for (index, line) in lines.iter().enumerate() {
            let middle = top + (index as f32 + 0.5) * style.line();
            let baseline = text::baseline(middle, style.face, style.millimetres());
            let shift = match side {
                Side::Left => 0.0,
                Side::Center => (width - line.width) / 2.0,
                Side::Right => width - line.width,
            };
            self.line(line, style, x + shift, baseline);
        }
        lines.len() as f32 * style.line()
    }

    /// One line with its baseline there.
    pub(crate) fn line(&mut self, line: &Line, style: Style, x: f32, baseline: f32) {
        let size = style.millimetres();
        for placed in &line.pieces {
            let x = x + placed.x;
            let middle = baseline - text::cap_height(style.face, size) / 2.0;
            match &placed.piece {
                Piece::Words { text, face, size, role } => self.draw(|out| {
                    out.text(Point::new(x, baseline), text.clone(), *face, *size, *role);
                }),
                Piece::Sign(band) => self.draw(|out| {
                    let side = SIGN * size;
                    signs::severity_sign(out, *band, Point::new(x + side / 2.0, middle), side);
                }),
                Piece::CheckBox => self.draw(|out| {
                    let side = CHECK_BOX * size;
                    let rect = Rect::new(x + 0.1, middle - side / 2.0, side, side);
                    out.rect(rect, 0.0, None, Some(Stroke::solid(Role::Text, 0.2)));
                }),
            }
            if let Some(target) = placed.link {
                let rect = Rect::new(x, baseline - size, placed.width, size * 1.3);
                self.links.push(PageLink { rect, target });
            }
        }
    }

    /// One line of plain words with its baseline there.
    pub(crate) fn words(&mut self, words: &str, style: Style, at: Point, side: Side) {
        let align = match side {
            Side::Left => Align::Left,
            Side::Center => Align::Center,
            Side::Right => Align::Right,
        };
        self.draw(|out| {
            out.aligned(at, words, style.face, style.millimetres(), style.role, align);
        });
    }

    /// Another piece, moved.
    pub(crate) fn place(&mut self, other: Self, dx: f32, dy: f32) {
        self.picture.marks.extend(if dx == 0.0 && dy == 0.0 {
            other.picture.marks
        } else {
            other.picture.marks.iter().map(|mark| mark.moved(dx, dy)).collect()
        });
        self.links.extend(other.links.into_iter().map(|link| {
            let rect = Rect { x: link.rect.x + dx, y: link.rect.y + dy, ..link.rect };
            PageLink { rect, target: link.target }
        }));
        self.anchors.extend(other.anchors.into_iter().map(|(anchor, y)| (anchor, y + dy)));
        self.bookmarks.extend(other.bookmarks.into_iter().map(|bookmark| {
            let top = (bookmark.top as f32 + dy).max(0.0).round() as u32;
            Bookmark { top, ..bookmark }
        }));
        self.page_numbers.extend(other.page_numbers.into_iter().map(|number| PageNumber {
            right: number.right + dx,
            baseline: number.baseline + dy,
            ..number
        }));
    }

    /// Another piece below what is there, with some room between.
    pub(crate) fn below(&mut self, other: Self, before: f32) {
        let top = if self.height > 0.0 { self.height + before } else { 0.0 };
        let height = other.height;
        self.place(other, 0.0, top);
        self.height = top + height;
    }

    /// A picture with its left top corner there.
    pub(crate) fn picture(&mut self, picture: &Picture, x: f32, y: f32) {
        let (dx, dy) = (x - picture.bounds.x, y - picture.bounds.y);
        self.picture.marks.extend(picture.marks.iter().map(|mark| mark.moved(dx, dy)));
    }
}
