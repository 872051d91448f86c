//! Pages as they are painted: the grid of the paper, and what is on a page besides ink.

use super::document::Anchor;
use super::input::ChapterKey;
use crate::picture::{Picture, Rect};

/// Millimetres in a point.
pub const POINT: f32 = 25.4 / 72.0;
/// The paper, upright.
pub const PAPER: (f32, f32) = (210.0, 297.0);
/// The left edge of everything.
pub const LEFT: f32 = 20.0;
/// The right edge of everything on an upright page.
pub const RIGHT: f32 = 190.0;
/// The left edge of the main column.
pub const MAIN: f32 = 64.0;
/// The width of the margin column.
pub const MARGIN_WIDTH: f32 = 38.0;
/// The width of the main column.
pub const MAIN_WIDTH: f32 = 126.0;
/// The width of both columns.
pub const FULL_WIDTH: f32 = 170.0;
/// The top of the text.
pub const TOP: f32 = 24.0;
/// The bottom of the text on an upright page.
pub const BOTTOM: f32 = 273.0;
/// The width of a page on its side.
pub const WIDE_WIDTH: f32 = 257.0;
/// The bottom of a page on its side.
pub const WIDE_BOTTOM: f32 = 186.0;

/// A place on a page that leads elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLink {
    /// The place, in millimetres from the top left.
    pub rect: Rect,
    /// Where it leads.
    pub target: Anchor,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// 0 for a chapter, 1 for what is in it.
    pub level: u8,
    /// What it says.
    pub title: String,
    /// Millimetres from the top of the page, rounded.
    pub top: u32,
}

/// A page, ready to be painted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Counted from 1.
    pub number: usize,
    /// On its side: 297 × 210.
    pub landscape: bool,
    /// What is on it, in millimetres, paper's faces and roles; paint it with [`crate::picture::Palette::print`].
    pub picture: Picture,
    /// What leads elsewhere.
    pub links: Vec<PageLink>,
    /// What can be led to, and how far down it stands in millimetres.
    pub anchors: Vec<(Anchor, f32)>,
    /// Entries of the outline, from the top.
    pub bookmarks: Vec<Bookmark>,
    /// The chapter that it belongs to; none on the cover.
    pub chapter: Option<ChapterKey>,
}

impl Page {
    /// Width and height in millimetres.
    pub fn size(&self) -> (f32, f32) {
        if self.landscape { (PAPER.1, PAPER.0) } else { PAPER }
    }
}

/// The number of the page on which an anchor stands.
pub fn page_of(pages: &[Page], anchor: &Anchor) -> Option<usize> {
    pages.iter().find(|page| page.anchors.iter().any(|(here, _)| here == anchor)).map(|page| page.number)
}
