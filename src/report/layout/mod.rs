//! From a document to pages: the grid, the type, and the rules about where a page may end.

mod blocks;
mod cover;
mod fit;
mod paginate;
mod plate;
mod table;
#[cfg(test)]
mod tests;

use table::TableFlow;

use super::document::{Document, Plate};
use super::fragment::Fragment;
use super::page::{MAIN, MAIN_WIDTH, Page};

/// Where blocks are set.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    x: f32,
    width: f32,
    /// The main column of a page: what is wide may leave it.
    is_main: bool,
    /// One of several columns: text is set smaller, captions stand below.
    is_column: bool,
    /// The margin beside it is taken by a head.
    is_beside: bool,
    /// What is left of the room between blocks and rows, 1 for all of it.
    air: f32,
}

impl Frame {
    /// The main column.
    fn page(air: f32) -> Self {
        Self { x: MAIN, width: MAIN_WIDTH, is_main: true, is_column: false, is_beside: false, air }
    }
}

/// Something that stays on one page.
#[derive(Debug, Clone)]
struct Piece {
    fragment: Fragment,
    /// Room above it, unless it begins a page.
    before: f32,
    /// Stays on the page of what follows.
    keep_next: bool,
    /// What stands in the margin beside it.
    beside: Option<Fragment>,
    /// Begins below what stands in the margin.
    clears_margin: bool,
    /// Begins with a rule of its own, so that the page needs none.
    has_rule: bool,
}

impl Piece {
    fn new(fragment: Fragment, before: f32) -> Self {
        Self { fragment, before, keep_next: false, beside: None, clears_margin: true, has_rule: false }
    }

    fn height(&self) -> f32 {
        self.fragment.height.max(self.beside.as_ref().map_or(0.0, |beside| beside.height))
    }
}

/// What is poured onto pages.
#[derive(Debug, Clone)]
enum Flow {
    /// A piece.
    Piece(Piece),
    /// A table; the piece with it says how it stands.
    Table(Box<TableFlow>, Piece),
    /// A page of its own, on its side.
    Plate(Box<Plate>),
}

impl Flow {
    fn piece_mut(&mut self) -> Option<&mut Piece> {
        match self {
            Self::Piece(piece) | Self::Table(_, piece) => Some(piece),
            Self::Plate(_) => None,
        }
    }
}

/// Sets a document on pages.
pub fn layout(document: &Document) -> Vec<Page> {
    let mut pages = paginate::Pages::new(document);
    pages.cover(cover::fragment(document));
    for (index, chapter) in document.chapters.iter().enumerate() {
        let next = document.chapters.get(index + 1);
        let is_followed = next.is_some_and(|next| next.follows_on);
        let set = if chapter.one_page {
            fit::on_one_page(&pages, chapter, document)
        } else {
            fit::balanced(&pages, chapter, document, is_followed)
        };
        pages.adopt(set);
    }
    pages.finish()
}
