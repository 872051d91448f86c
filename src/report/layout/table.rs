//! Tables: widths of columns, rows as pieces, the head that is repeated on every page.

use super::Frame;
use crate::picture::{Face, Role};
use crate::report::document::{Anchor, Cell, Density, Row, Side, Table, Text};
use crate::report::fragment::Fragment;
use crate::report::lines::{Line, break_lines};
use crate::report::page::{FULL_WIDTH, LEFT, POINT};
use crate::report::style::{self, Style};

/// Between columns.
const GAP: f32 = 2.0;
/// Between numbers and the words after them, besides.
const AWAY: f32 = 2.0;
/// Tables with so few rows are not split.
const SHORT: usize = 8;
/// A cell longer than this is cut: a row never splits, so it must fit on a page.
const MOST_LINES: usize = 24;
/// The heavy rule under a head.
pub(super) const HEAVY: f32 = 0.8 * POINT;
/// The light line between rows.
pub(super) const HAIRLINE: f32 = 0.18;

/// A table in the pieces that pages are made of.
#[derive(Debug, Clone)]
pub(super) struct TableFlow {
    /// Caption and head.
    pub(super) start: Fragment,
    /// Rows that go together, and how many they are.
    pub(super) rows: Vec<(Fragment, usize)>,
    table: Table,
    frame: Frame,
}

impl TableFlow {
    pub(super) fn new(table: &Table, frame: Frame) -> Self {
        let frame =
            if table.wide && frame.is_main { Frame { x: LEFT, width: FULL_WIDTH, ..frame } } else { frame };
        let mut rows: Vec<(Fragment, usize)> = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let before_total = table.rows.get(index + 1).is_some_and(|next| next.total);
            let fragment = row_fragment(table, row, frame, before_total);
            match rows.last_mut() {
                Some((last, count)) if row.total => {
                    last.below(fragment, 0.0);
                    *count += 1;
                }
                _ => rows.push((fragment, 1)),
            }
        }
        let mut start = caption_fragment(table, frame, None);
        if table.number > 0 {
            start.anchor(Anchor::Table(table.number), 0.0);
            start.bookmark(
                1,
                format!("Table {}: {}", table.number, first_sentence(&table.caption.words())),
                0.0,
            );
        }
        start.below(head_fragment(table, frame), 1.0);
        Self { start, rows, table: table.clone(), frame }
    }

    /// Caption and head of a page on which the table goes on, with the rows it will hold.
    pub(super) fn continued(&self, from: usize, to: usize) -> Fragment {
        let mut start = caption_fragment(&self.table, self.frame, Some((from, to, Self::count(&self.table))));
        start.below(head_fragment(&self.table, self.frame), 1.0);
        start
    }

    /// What ends a page on which the table does not end.
    pub(super) fn continues(&self) -> Fragment {
        let mut note = Fragment::space(1.0 + style::CAPTION.line());
        let line = break_lines(&"Continues on the next page".into(), style::CAPTION, self.frame.width, 0);
        note.lines(&line, style::CAPTION, self.frame.x, 1.0, self.frame.width, Side::Right);
        note
    }

    /// Rows of data: sums are not counted.
    pub(super) fn count(table: &Table) -> usize {
        table.rows.iter().filter(|row| !row.total).count()
    }

    /// Caption, head and the rows that stay with them: the first two, or all of a short table.
    pub(super) fn least(&self) -> f32 {
        let together = if self.rows.len() <= SHORT { SHORT } else { 2 };
        let height: f32 = self.rows.iter().take(together).map(|(row, _)| row.height).sum();
        let least: f32 = self.rows.iter().take(2).map(|(row, _)| row.height).sum();
        // Few rows of many lines may be higher than a page; then they are split all the same.
        self.start.height + if height > 200.0 { least } else { height }
    }

    /// All of it in one piece, for places that never split.
    pub(super) fn whole(mut self) -> Fragment {
        let mut whole = std::mem::take(&mut self.start);
        for (row, _) in self.rows {
            whole.below(row, 0.0);
        }
        whole
    }
}

/// The first sentence, without its full stop.
pub(super) fn first_sentence(text: &str) -> String {
    let end = text.find(". ").unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches('.').to_owned()
}

fn padding(density: Density) -> f32 {
    match density {
        Density::Normal | Density::Facts => 1.35,
        Density::Register => 1.15,
        Density::Tight => 1.05,
    }
}

fn cell_style(density: Density, total: bool, is_first_text: bool) -> Style {
    match (density, total) {
        (Density::Register, false) if is_first_text => style::REGISTER,
        (Density::Register, false) => style::CELL,
        (_, true) => style::CELL_TOTAL,
        (_, false) => style::CELL,
    }
}

fn caption_fragment(table: &Table, frame: Frame, part: Option<(usize, usize, usize)>) -> Fragment {
    let mut fragment = Fragment::new();
    if table.number == 0 {
        return fragment;
    }
    let text = Text::new().strong(format!("Table {}", table.number)).plain("\u{2002}");
    let text = match part {
        None => text.and(table.caption.clone()),
        Some((from, to, all)) if from == to => {
            text.plain(format!("continued: {} {from} of {all}.", singular(table.rows_are)))
        }
        Some((from, to, all)) => {
            text.plain(format!("continued: {} {from} to {to} of {all}.", table.rows_are))
        }
    };
    fragment.height = fragment.text(&text, style::CAPTION, frame.x, 0.0, frame.width);
    fragment
}

fn singular(plural: &str) -> &str {
    plural.strip_suffix('s').unwrap_or(plural)
}

/// Left edge and inner width of each column.
fn columns(table: &Table, frame: Frame) -> Vec<(f32, f32)> {
    let shares: f32 = table.columns.iter().map(|column| column.share).sum();
    let unit = if shares > 0.0 { frame.width / shares } else { 0.0 };
    let mut x = frame.x;
    let last = table.columns.len().saturating_sub(1);
    let mut out = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let width = column.share * unit;
        // Words after numbers stand a little away from them.
        let before = index.checked_sub(1).and_then(|before| table.columns.get(before));
        let away = if column.side == Side::Left && before.is_some_and(|before| before.side != Side::Left) {
            AWAY
        } else {
            0.0
        };
        let gap = if index == last { 0.0 } else { GAP };
        out.push((x + away, (width - gap - away).max(1.0)));
        x += width;
    }
    out
}

fn head_fragment(table: &Table, frame: Frame) -> Fragment {
    let mut fragment = Fragment::new();
    if table.density == Density::Facts {
        return fragment;
    }
    let style = style::CELL_HEAD;
    let heads: Vec<Vec<Line>> = columns(table, frame)
        .iter()
        .zip(&table.columns)
        .map(|((_, width), column)| break_lines(&column.head, style, *width, 3))
        .collect();
    let most = heads.iter().map(Vec::len).max().unwrap_or(0);
    let height = most as f32 * style.line();
    for (((x, width), column), lines) in columns(table, frame).iter().zip(&table.columns).zip(&heads) {
        let top = height - lines.len() as f32 * style.line();
        fragment.lines(lines, style, *x, top, *width, column.side);
    }
    fragment.height = height + 1.2;
    let y = fragment.height;
    fragment.rule(frame.x, y, frame.width, Role::Text, HEAVY);
    fragment
}

fn row_fragment(table: &Table, row: &Row, frame: Frame, before_total: bool) -> Fragment {
    let mut fragment = Fragment::new();
    let pad = padding(table.density) * frame.air;
    let mut height: f32 = 0.0;
    for (index, (((x, width), column), cell)) in
        columns(table, frame).iter().zip(&table.columns).zip(&row.cells).enumerate()
    {
        let style = cell_style(table.density, row.total, index == 1);
        height = height.max(cell_into(
            &mut fragment,
            cell,
            style,
            Frame { x: *x, width: *width, ..frame },
            pad,
            column.side,
            table.density,
        ));
    }
    fragment.height = height + 2.0 * pad;
    if let Some(anchor) = row.anchor {
        fragment.anchor(anchor, 0.0);
    }
    if let Some(bookmark) = &row.bookmark {
        fragment.bookmark(1, bookmark.clone(), 0.0);
    }
    if !row.total || table.density == Density::Facts {
        let y = fragment.height;
        let weight = if before_total { HAIRLINE * 1.4 } else { HAIRLINE };
        let role = if before_total { Role::Edge } else { Role::Line };
        fragment.rule(frame.x, y, frame.width, role, weight);
    }
    fragment
}

fn cell_into(
    fragment: &mut Fragment,
    cell: &Cell,
    style: Style,
    frame: Frame,
    pad: f32,
    side: Side,
    density: Density,
) -> f32 {
    let most = if cell.most_lines == 0 { MOST_LINES } else { cell.most_lines };
    let lines = break_lines(&cell.text, style, frame.width, most);
    let mut height = fragment.lines(&lines, style, frame.x, pad, frame.width, side);
    if !cell.second.is_empty() {
        let second = second_style(density);
        let lines = break_lines(&cell.second, second, frame.width, MOST_LINES);
        height += fragment.lines(&lines, second, frame.x, pad + height, frame.width, side);
    }
    if let Some(drawing) = &cell.drawing {
        let shrink = (frame.width / drawing.bounds.w.max(0.1)).min(1.0);
        let drawing = &if shrink < 1.0 { drawing.scaled(shrink) } else { drawing.clone() };
        let middle = pad + height + style.line() / 2.0;
        let top = middle - drawing.bounds.h / 2.0;
        let x = match side {
            Side::Left => frame.x,
            Side::Center => frame.x + (frame.width - drawing.bounds.w) / 2.0,
            Side::Right => frame.x + frame.width - drawing.bounds.w,
        };
        fragment.picture(drawing, x, top.max(0.0));
        height += style.line().max(drawing.bounds.h - pad);
    }
    height
}

fn second_style(density: Density) -> Style {
    match density {
        Density::Register => Style { face: Face::Condensed, ..style::CELL_SECOND },
        _ => style::CELL_SECOND,
    }
}
