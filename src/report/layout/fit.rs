//! Chapters that must fit a page, and chapters whose last page would be all but empty.

use super::Frame;
use super::blocks;
use super::paginate::{Pages, Shortened};
use super::{Flow, TableFlow};
use crate::report::document::{Block, Chapter, Document, Row, Table};
use crate::report::page::{BOTTOM, TOP};

/// What is left of the room between blocks and rows when a chapter has to be set closer, in the order tried.
const CLOSER: [f32; 3] = [0.85, 0.7, 0.55];
/// A last page with less on it than this share looks forgotten.
const FORGOTTEN: f32 = 0.24;
/// By how much the page before the last may be cut short so that the last one gets more, in millimetres.
const CUTS: [f32; 6] = [20.0, 40.0, 60.0, 80.0, 100.0, 120.0];

/// A chapter after the pages until now, with so much air, one page of it cut short.
fn set<'a>(
    pages: &Pages<'a>,
    chapter: &Chapter,
    blocks: &[Block],
    document: &Document,
    air: f32,
    short: Shortened,
) -> Pages<'a> {
    let mut pages = pages.fork(short);
    if !matches!(blocks.first(), Some(Block::Plate(_))) {
        pages.begin(chapter);
    }
    for (index, flow) in blocks::flow_of(blocks, Frame::page(air), &document.chapters).into_iter().enumerate()
    {
        match flow {
            Flow::Plate(plate) => pages.plate(chapter, &plate, index == 0),
            other => pages.queue(other),
        }
    }
    pages.flush();
    pages
}

/// A chapter on as many pages as it takes. Where the last would be all but empty the chapter is set closer, or the page
/// before gives some of its own.
pub(super) fn balanced<'a>(
    pages: &Pages<'a>,
    chapter: &Chapter,
    document: &Document,
    is_followed: bool,
) -> Pages<'a> {
    let usual = set(pages, chapter, &chapter.blocks, document, 1.0, Shortened::default());
    let count = usual.taken();
    let is_forgotten =
        |set: &Pages<'_>| set.filled().is_some_and(|bottom| bottom - TOP < FORGOTTEN * (BOTTOM - TOP));
    // What follows on fills the page.
    if count < 2 || is_followed || !is_forgotten(&usual) {
        return usual;
    }
    for air in CLOSER {
        let closer = set(pages, chapter, &chapter.blocks, document, air, Shortened::default());
        if closer.taken() < count {
            return closer;
        }
    }
    for by in CUTS {
        let short = Shortened { page: count - 2, by };
        let cut = set(pages, chapter, &chapter.blocks, document, 1.0, short);
        if cut.taken() == count && !is_forgotten(&cut) {
            return cut;
        }
    }
    usual
}

/// A chapter on one page: set closer, then without the end of its last column, then with fewer rows in its tables. All
/// that is left out stands in the detailed report, and a row says how much it is.
pub(super) fn on_one_page<'a>(pages: &Pages<'a>, chapter: &Chapter, document: &Document) -> Pages<'a> {
    let fits = |blocks: &[Block], air: f32| {
        let set = set(pages, chapter, blocks, document, air, Shortened::default());
        (set.taken() <= 1).then_some(set)
    };
    if let Some(found) = fits(&chapter.blocks, 1.0) {
        return found;
    }
    if let Some(found) = CLOSER.iter().find_map(|air| fits(&chapter.blocks, *air)) {
        return found;
    }
    let mut kept = chapter.blocks.clone();
    while shorten(&mut kept) {
        if let Some(found) = fits(&kept, CLOSER[1]) {
            return found;
        }
    }
    let most = kept.iter().filter_map(rows_of).max().unwrap_or(0);
    let (mut low, mut high) = (1, most);
    let mut best = None;
    while low < high {
        let middle = low.midpoint(high);
        match fits(&with_rows(&kept, middle), CLOSER[1]) {
            Some(found) => {
                best = Some(found);
                low = middle + 1;
            }
            None => high = middle,
        }
    }
    best.unwrap_or_else(|| set(pages, chapter, &kept, document, CLOSER[2], Shortened::default()))
}

/// Takes the last head of the last column away with what stands below it; says whether there was one.
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

fn rows_of(block: &Block) -> Option<usize> {
    match block {
        Block::Table(table) => Some(TableFlow::count(table)),
        _ => None,
    }
}

/// The blocks with no more than so many rows in any table.
fn with_rows(blocks: &[Block], most: usize) -> Vec<Block> {
    blocks
        .iter()
        .map(|block| match block {
            Block::Table(table) if TableFlow::count(table) > most => Block::Table(cut(table, most)),
            other => other.clone(),
        })
        .collect()
}

/// The first rows, a row that counts the others, and the sums, which are still those of all.
fn cut(table: &Table, most: usize) -> Table {
    let (sums, rows): (Vec<Row>, Vec<Row>) = table.rows.iter().cloned().partition(|row| row.total);
    let left_out: usize = rows.iter().skip(most).map(|row| row.stands_for.max(1)).sum();
    let kept = rows.into_iter().take(most);
    let rows = kept.chain([Row::more(left_out, "the detailed report")]).chain(sums).collect();
    Table { rows, ..table.clone() }
}
