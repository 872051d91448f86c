//! From a document to pages: the grid, the type, and the rules about where a page may end.

mod blocks;
mod cover;
mod paginate;
mod plate;
mod table;
#[cfg(test)]
mod tests;

use table::TableFlow;

use super::document::{Block, Chapter, Document, Plate};
use super::fragment::Fragment;
use super::input::ChapterKey;
use super::page::{BOTTOM, MAIN, MAIN_WIDTH, Page, TOP};

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
}

impl Frame {
    /// The main column.
    const PAGE: Self = Self { x: MAIN, width: MAIN_WIDTH, is_main: true, is_column: false, is_beside: false };
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

    /// How much of a page it takes, with the room above it.
    fn height(&self) -> f32 {
        match self {
            Self::Piece(piece) => piece.before + piece.height(),
            Self::Table(table, piece) => piece.before + table.height().max(piece.height()),
            Self::Plate(_) => 0.0,
        }
    }
}

/// The executive summary is one page whatever happens: what does not fit is left out from the end of its last column,
/// head and table together. All of it stands in later chapters as well.
fn on_one_page(chapter: &Chapter, chapters: &[Chapter]) -> Vec<Flow> {
    let mut kept = chapter.blocks.clone();
    loop {
        let flows = blocks::flow_of(&kept, Frame::PAGE, chapters);
        let height: f32 = flows.iter().map(Flow::height).sum();
        if height <= BOTTOM - TOP - paginate::chapter_head(chapter).height + 0.05 || !shorten(&mut kept) {
            return flows;
        }
    }
}

/// Takes the last head with its table away; says whether there was one.
fn shorten(blocks: &mut [Block]) -> bool {
    let Some(Block::Columns(columns)) = blocks.iter_mut().find(|block| matches!(block, Block::Columns(_)))
    else {
        return false;
    };
    let Some((_, column)) = columns.last_mut() else { return false };
    let Some(at) = column.iter().rposition(|block| matches!(block, Block::Section(_))).filter(|at| *at > 0)
    else {
        return false;
    };
    column.truncate(at);
    true
}

/// Sets a document on pages.
pub fn layout(document: &Document) -> Vec<Page> {
    let mut pages = paginate::Pages::new(document);
    pages.cover(cover::fragment(document));
    for chapter in &document.chapters {
        let begins_with_plate = matches!(chapter.blocks.first(), Some(Block::Plate(_)));
        if !begins_with_plate {
            pages.begin(chapter);
        }
        let flows = match chapter.key {
            ChapterKey::Summary => on_one_page(chapter, &document.chapters),
            _ => blocks::flow_of(&chapter.blocks, Frame::PAGE, &document.chapters),
        };
        for (index, flow) in flows.into_iter().enumerate() {
            match flow {
                Flow::Plate(plate) => pages.plate(chapter, &plate, index == 0),
                other => pages.queue(other),
            }
        }
        pages.flush();
    }
    pages.finish()
}
