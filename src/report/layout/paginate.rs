//! Where pages end. A chapter starts a page; heads stay with what they stand over; tables go on with their head repeated.

use super::plate;
use super::table::{HAIRLINE, HEAVY, TableFlow};
use super::{Flow, Piece};
use crate::picture::{Picture, Point, Rect, Role};
use crate::report::document::{Anchor, Block, Chapter, Document, Plate, Side, Text};
use crate::report::fragment::Fragment;
use crate::report::input::ChapterKey;
use crate::report::page::{
    BOTTOM, FULL_WIDTH, LEFT, MAIN, MAIN_WIDTH, PAPER, Page, RIGHT, TOP, WIDE_WIDTH, page_of,
};
use crate::report::style;

/// Where text begins on a page on which a chapter goes on.
const CONTINUED: f32 = TOP + 3.2;
/// Between the end of a chapter and the head of one that follows on.
const BEFORE_CHAPTER: f32 = 10.0;
/// A chapter that may follow on does so with so much room left.
const ROOM_TO_FOLLOW: f32 = 120.0;

/// A page of a chapter that ends above the usual bottom.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Shortened {
    /// Which of the chapter's pages, counted from 0.
    pub(super) page: usize,
    /// By how many millimetres.
    pub(super) by: f32,
}

/// A page that is being filled.
#[derive(Debug, Clone, Default)]
struct Sheet {
    fragment: Fragment,
    landscape: bool,
    chapter: Option<ChapterKey>,
    running: String,
}

/// Pages that are being filled.
pub(super) struct Pages<'a> {
    document: &'a Document,
    done: Vec<Sheet>,
    sheet: Option<Sheet>,
    y: f32,
    /// How far down the margin is taken.
    margin: f32,
    /// Nothing stands on the page yet but its head.
    fresh: bool,
    queue: Vec<Flow>,
    /// The head of a chapter that may follow on.
    head: Option<Fragment>,
    chapter: Option<ChapterKey>,
    running: String,
    /// How many pages were done when the chapter began.
    first: usize,
    short: Shortened,
}

impl<'a> Pages<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            done: Vec::new(),
            sheet: None,
            y: 0.0,
            margin: 0.0,
            fresh: true,
            queue: Vec::new(),
            head: None,
            chapter: None,
            running: String::new(),
            first: 0,
            short: Shortened::default(),
        }
    }

    /// The page that is being filled, to try how a chapter goes on from here.
    pub(super) fn fork(&self, short: Shortened) -> Self {
        Self {
            document: self.document,
            done: Vec::new(),
            sheet: self.sheet.clone(),
            y: self.y,
            margin: self.margin,
            fresh: self.fresh,
            queue: Vec::new(),
            head: None,
            chapter: self.chapter,
            running: self.running.clone(),
            first: 0,
            short,
        }
    }

    /// Goes on from what was tried.
    pub(super) fn adopt(&mut self, tried: Self) {
        self.done.extend(tried.done);
        self.sheet = tried.sheet;
        self.y = tried.y;
        self.margin = tried.margin;
        self.fresh = tried.fresh;
        self.chapter = tried.chapter;
        self.running = tried.running;
    }

    /// How many pages the chapter has taken.
    pub(super) fn taken(&self) -> usize {
        (self.done.len() + usize::from(self.sheet.is_some())).saturating_sub(self.first)
    }

    /// How far down the last upright page is filled; none when there is none.
    pub(super) fn filled(&self) -> Option<f32> {
        self.sheet.as_ref().map(|_| self.y.max(self.margin))
    }

    /// Where text ends on this page.
    fn bottom(&self) -> f32 {
        let is_short = self.done.len() == self.first + self.short.page;
        if is_short { BOTTOM - self.short.by } else { BOTTOM }
    }

    /// The first page.
    pub(super) fn cover(&mut self, fragment: Fragment) {
        self.done.push(Sheet { fragment, ..Sheet::default() });
    }

    /// Begins a chapter on a new page, or on this one where that is allowed.
    pub(super) fn begin(&mut self, chapter: &Chapter) {
        self.flush();
        let head = chapter_head(chapter);
        let follows = chapter.follows_on && self.sheet.is_some() && BOTTOM - self.y >= ROOM_TO_FOLLOW;
        self.name(chapter);
        self.first = self.done.len();
        if follows {
            // Whether it does is known once it is known how much must stand below it.
            self.head = Some(head);
        } else {
            self.begin_page(head);
        }
        self.fresh = true;
    }

    /// Begins a chapter on a new page.
    fn begin_page(&mut self, head: Fragment) {
        self.close();
        self.first = self.done.len();
        self.open(false);
        self.put(head, TOP);
    }

    /// Puts a head that waits on this page if what must stand below it fits too, else on the next.
    fn put_head(&mut self, need: f32) {
        let Some(head) = self.head.take() else { return };
        let y = self.y.max(self.margin) + BEFORE_CHAPTER;
        if y + head.height + need <= self.bottom() + 0.05 {
            self.put(head, y);
        } else {
            self.begin_page(head);
        }
    }

    fn name(&mut self, chapter: &Chapter) {
        self.chapter = Some(chapter.key);
        self.running = match chapter.number {
            Some(number) => format!("{number} {}", chapter.title),
            None => chapter.title.clone(),
        };
    }

    fn put(&mut self, fragment: Fragment, y: f32) {
        let height = fragment.height;
        if let Some(sheet) = &mut self.sheet {
            sheet.fragment.place(fragment, 0.0, y);
        }
        self.y = y + height;
    }

    fn open(&mut self, landscape: bool) {
        self.sheet = Some(Sheet {
            landscape,
            chapter: self.chapter,
            running: self.running.clone(),
            ..Sheet::default()
        });
        self.y = TOP;
        self.margin = 0.0;
        self.fresh = true;
    }

    fn close(&mut self) {
        self.done.extend(self.sheet.take());
    }

    /// A page on which the chapter goes on. What brings its own rule begins where the page's would be.
    fn turn_for(&mut self, has_rule: bool) {
        if !has_rule {
            self.turn();
            return;
        }
        self.close();
        self.open(false);
    }

    fn turn(&mut self) {
        self.close();
        self.open(false);
        if let Some(sheet) = &mut self.sheet {
            sheet.fragment.rule(LEFT, TOP, FULL_WIDTH, Role::Text, HEAVY);
        }
        self.y = CONTINUED;
    }

    /// Pieces wait until it is known what must stay with them.
    pub(super) fn queue(&mut self, flow: Flow) {
        let waits = matches!(&flow, Flow::Piece(piece) if piece.keep_next);
        self.queue.push(flow);
        if !waits {
            self.flush();
        }
    }

    /// Puts what waits on a page.
    pub(super) fn flush(&mut self) {
        let queue = std::mem::take(&mut self.queue);
        if queue.is_empty() {
            self.put_head(0.0);
            return;
        }
        if self.sheet.is_none() {
            self.turn();
        }
        let mut need = 0.0;
        for (index, flow) in queue.iter().enumerate() {
            let (piece, height) = match flow {
                Flow::Piece(piece) => (piece, piece.height()),
                Flow::Table(table, piece) => (piece, table.least().max(piece.height())),
                Flow::Plate(_) => continue,
            };
            let before = if index == 0 && self.fresh { 0.0 } else { piece.before };
            need += before + height;
        }
        self.put_head(need);
        let clears = queue.first().is_some_and(|flow| match flow {
            Flow::Piece(piece) | Flow::Table(_, piece) => piece.clears_margin,
            Flow::Plate(_) => false,
        });
        let y = if clears { self.y.max(self.margin) } else { self.y };
        // A hair of tolerance, as sums of many heights are not exact.
        if !self.fresh && y + need > self.bottom() + 0.05 {
            self.turn_for(matches!(queue.first(), Some(Flow::Piece(piece)) if piece.has_rule));
        }
        for flow in queue {
            match flow {
                Flow::Piece(piece) => self.piece(piece),
                Flow::Table(table, piece) => self.table(&table, piece),
                Flow::Plate(_) => {}
            }
        }
    }

    /// Room above, and what stands in the margin.
    fn prepare(&mut self, piece: &mut Piece) {
        if piece.clears_margin {
            self.y = self.y.max(self.margin);
        }
        if !self.fresh {
            self.y += piece.before;
        }
        if let Some(beside) = piece.beside.take() {
            let (y, height) = (self.y, beside.height);
            if let Some(sheet) = &mut self.sheet {
                sheet.fragment.place(beside, 0.0, y);
            }
            self.margin = self.margin.max(y + height);
        }
        self.fresh = false;
    }

    fn piece(&mut self, mut piece: Piece) {
        self.prepare(&mut piece);
        let y = self.y;
        self.put(piece.fragment, y);
    }

    fn table(&mut self, table: &TableFlow, mut piece: Piece) {
        self.prepare(&mut piece);
        let y = self.y;
        self.put(table.start.clone(), y);
        let mut from = 0;
        loop {
            let rest = table.rows.get(from..).unwrap_or_default();
            let count = self.rows_that_fit(rest, table);
            for (row, _) in rest.iter().take(count) {
                let y = self.y;
                self.put(row.clone(), y);
            }
            from += count;
            if from >= table.rows.len() {
                return;
            }
            let y = self.y;
            self.put(table.continues(), y);
            self.turn();
            self.fresh = false;
            // The head tells which rows follow, so they are counted before it is set.
            let rest = table.rows.get(from..).unwrap_or_default();
            let head = table.continued(from + 1, from + 1).height;
            self.y += head;
            let next = self.rows_that_fit(rest, table);
            self.y -= head;
            let y = self.y;
            self.put(table.continued(from + 1, from + next.max(1)), y);
        }
    }

    /// How many rows fit: all, or so many that the next page gets two or more.
    fn rows_that_fit(&self, rows: &[(Fragment, usize)], table: &TableFlow) -> usize {
        let room = self.bottom() - self.y + 0.05;
        let all: f32 = rows.iter().map(|(row, _)| row.height).sum();
        if all <= room {
            return rows.len();
        }
        let room = room - table.continues().height;
        let mut used = 0.0;
        let mut count = 0;
        for (row, _) in rows {
            used += row.height;
            if used > room {
                break;
            }
            count += 1;
        }
        if count > 2 && rows.len() - count == 1 {
            count -= 1;
        }
        // A row that is higher than a page stands on it all the same.
        count.max(1)
    }

    /// A page on its side with one figure.
    pub(super) fn plate(&mut self, chapter: &Chapter, figure: &Plate, begins_chapter: bool) {
        self.flush();
        self.close();
        if begins_chapter {
            self.first = self.done.len();
        }
        self.name(chapter);
        self.open(true);
        let fragment = plate::fragment(chapter, figure, begins_chapter);
        if let Some(sheet) = &mut self.sheet {
            sheet.fragment.place(fragment, 0.0, 0.0);
        }
        self.close();
    }

    /// The finished pages, with what runs at their heads and feet.
    pub(super) fn finish(mut self) -> Vec<Page> {
        self.flush();
        self.close();
        let count = self.done.len();
        let document = self.document;
        let anchors: Vec<(Anchor, usize)> = (1..)
            .zip(&self.done)
            .flat_map(|(number, sheet)| {
                sheet.fragment.anchors.iter().map(move |(anchor, _)| (*anchor, number))
            })
            .collect();
        let mut pages: Vec<Page> = Vec::new();
        for (number, mut sheet) in (1..).zip(self.done) {
            for mark in std::mem::take(&mut sheet.fragment.page_numbers) {
                let page = anchors.iter().find(|(anchor, _)| *anchor == mark.of).map(|(_, page)| *page);
                if let Some(page) = page {
                    let at = Point::new(mark.right, mark.baseline);
                    sheet.fragment.words(&page.to_string(), mark.style, at, Side::Right);
                }
            }
            if number > 1 {
                run(document, &mut sheet, number, count);
            }
            pages.push(page(sheet, number));
        }
        // A link to something that was left out leads nowhere: it is no link.
        for index in 0..pages.len() {
            let kept: Vec<_> = pages
                .get(index)
                .map(|page| {
                    page.links
                        .iter()
                        .filter(|link| page_of(&pages, &link.target).is_some())
                        .cloned()
                        .collect()
                })
                .unwrap_or_default();
            if let Some(page) = pages.get_mut(index) {
                page.links = kept;
            }
        }
        pages
    }
}

fn page(sheet: Sheet, number: usize) -> Page {
    let (width, height) = if sheet.landscape { (PAPER.1, PAPER.0) } else { PAPER };
    let fragment = sheet.fragment;
    let mut bookmarks = fragment.bookmarks;
    bookmarks.sort_by_key(|bookmark| bookmark.top);
    Page {
        number,
        landscape: sheet.landscape,
        picture: Picture { bounds: Rect::new(0.0, 0.0, width, height), ..fragment.picture },
        links: fragment.links,
        anchors: fragment.anchors,
        bookmarks,
        chapter: sheet.chapter,
    }
}

/// What runs at the head and the foot of a page.
fn run(document: &Document, sheet: &mut Sheet, number: usize, count: usize) {
    let (right, foot) = if sheet.landscape { (LEFT + WIDE_WIDTH, 194.3) } else { (RIGHT, 281.5) };
    let style = style::RUNNING;
    let fragment = &mut sheet.fragment;
    let half = (right - LEFT) / 2.0 - 4.0;
    let cut =
        |words: &str, width: f32| crate::picture::text::fit(words, style.face, style.millimetres(), width);
    fragment.words(&cut(&document.running_head, half), style, Point::new(LEFT, 13.6), Side::Left);
    fragment.words(&cut(&sheet.running, half), style, Point::new(right, 13.6), Side::Right);
    fragment.rule(LEFT, foot, right - LEFT, Role::Edge, HAIRLINE * 1.4);
    let third = (right - LEFT) / 3.0 - 4.0;
    let y = foot + 4.4;
    fragment.words(&cut(&document.running_foot, third), style, Point::new(LEFT, y), Side::Left);
    let middle = Point::new(f32::midpoint(LEFT, right), y);
    fragment.words(&cut(&document.running_version, third), style, middle, Side::Center);
    let ink = style.ink(Role::Text);
    fragment.words(&format!("{number} / {count}"), ink, Point::new(right, y), Side::Right);
}

/// The head of a chapter, from its rule down to where its text begins.
pub(super) fn chapter_head(chapter: &Chapter) -> Fragment {
    let mut head = Fragment::new();
    head.anchor(Anchor::Chapter(chapter.key), 0.0);
    let title = match chapter.number {
        Some(number) => format!("{number} {}", chapter.title),
        None => chapter.title.clone(),
    };
    head.bookmark(0, title, 0.0);
    // The entries of the top risks bring their own rules.
    let is_bare = matches!(chapter.blocks.first(), Some(Block::Risk(_)));
    let top = if is_bare { -1.6 } else { 2.4 };
    if !is_bare {
        head.rule(LEFT, 0.0, FULL_WIDTH, Role::Text, HEAVY);
    }
    if let Some(number) = chapter.number {
        head.text(&number.to_string().into(), style::CHAPTER_NUMBER, LEFT, top, 40.0);
    }
    let words = Text::from(chapter.title.as_str());
    head.height = top + head.text(&words, style::CHAPTER, MAIN, top, MAIN_WIDTH);
    if !chapter.lead.is_empty() {
        let top = head.height + 0.6;
        let lines = crate::report::lines::break_lines(&chapter.lead, style::LEAD, MAIN_WIDTH, 3);
        head.height = top + head.lines(&lines, style::LEAD, MAIN, top, MAIN_WIDTH, Side::Left);
    }
    head.height += if is_bare { 1.6 } else { 6.0 };
    head
}
