//! Blocks in the pieces that pages are made of.

use super::table::{HAIRLINE, HEAVY, TableFlow, first_sentence};
use super::{Flow, Frame, Piece};
use crate::picture::{Point, Rect, Role, Stroke, text};
use crate::report::document::{
    Anchor, Block, Callout, Chapter, DecisionAsked, Figure, FigurePlace, Numeral, RiskEntry, Side,
    SignatureLine, Table, Text,
};
use crate::report::fragment::{Fragment, PageNumber};
use crate::report::lines::break_lines;
use crate::report::page::{FULL_WIDTH, LEFT, MAIN, MARGIN_WIDTH, POINT};
use crate::report::style::{self, Style};

/// Between blocks.
const BETWEEN: f32 = 5.0;
/// Between a head in a column and what stands below it.
const AFTER_HEAD: f32 = 1.5;
/// Between the columns of a page.
const GUTTER: f32 = 6.0;
/// A figure never splits, so a higher one is shrunk: it must fit below the head of a chapter, with its caption.
const HIGHEST: f32 = 208.0;
/// A piece never splits, so a paragraph beyond this many lines is given in pieces.
const LONG: usize = 40;

/// The pieces of some blocks, one below the other.
pub(super) fn flow_of(blocks: &[Block], frame: Frame, chapters: &[Chapter]) -> Vec<Flow> {
    let mut flows: Vec<Flow> = Vec::new();
    let mut after_head = false;
    for block in blocks {
        let mut more = block_flow(block, frame, chapters);
        if let Some(piece) = more.first_mut().and_then(Flow::piece_mut).filter(|_| after_head) {
            piece.before = piece.before.min(AFTER_HEAD);
        }
        // What stands beside a head has been through here already.
        if !matches!(block, Block::Beside { .. }) {
            for piece in more.iter_mut().filter_map(Flow::piece_mut) {
                piece.before *= frame.air;
            }
        }
        after_head = matches!(block, Block::Section(_)) && frame.is_column;
        flows.extend(more);
    }
    flows
}

fn block_flow(block: &Block, frame: Frame, chapters: &[Chapter]) -> Vec<Flow> {
    let full = if frame.is_main { Frame { x: LEFT, width: FULL_WIDTH, ..frame } } else { frame };
    let one = |fragment: Fragment, before: f32| vec![Flow::Piece(Piece::new(fragment, before))];
    match block {
        Block::Verdict(text) => one(paragraph(text, style::VERDICT, full), 1.0),
        Block::Numerals(numerals) => one(numerals_fragment(numerals, full), 4.0),
        Block::Section(head) => {
            let fragment = paragraph(&head.as_str().into(), style::SECTION, full);
            let before = if frame.is_column { 3.6 } else { 7.0 };
            vec![Flow::Piece(Piece { keep_next: true, ..Piece::new(fragment, before) })]
        }
        Block::Paragraph(text) => paragraphs(text, frame),
        Block::Remark(text) => one(paragraph(text, style::CAPTION, full), 3.5),
        Block::Table(table) => {
            let before = if table.number > 0 { 7.0 } else { BETWEEN };
            vec![Flow::Table(Box::new(TableFlow::new(table, frame)), Piece::new(Fragment::new(), before))]
        }
        Block::Figure(figure) => vec![figure_flow(figure, frame, chapters)],
        Block::Plate(plate) => vec![Flow::Plate(plate.clone())],
        Block::Callout(callout) => one(callout_fragment(callout, frame), BETWEEN),
        Block::Decisions(decisions) => decisions_flow(decisions, frame),
        Block::Beside { head, note, blocks } => beside(head, note, blocks, frame, chapters),
        Block::Columns(columns) => one(columns_fragment(columns, frame, chapters), BETWEEN),
        Block::Risk(entry) => {
            vec![Flow::Piece(Piece { has_rule: true, ..Piece::new(risk_fragment(entry), BETWEEN) })]
        }
        Block::Contents => one(contents_fragment(chapters, frame), BETWEEN),
        Block::Terms(terms) => one(terms_fragment(terms, frame), BETWEEN),
        Block::Signatures(lines) => signatures_flow(lines, full),
        Block::Record(columns) => {
            vec![Flow::Piece(Piece { has_rule: true, ..Piece::new(record_fragment(columns, full), 8.0) })]
        }
    }
}

fn paragraph(text: &Text, style: Style, frame: Frame) -> Fragment {
    let mut fragment = Fragment::new();
    fragment.height = fragment.text(text, style, frame.x, 0.0, frame.width);
    fragment
}

fn paragraphs(text: &Text, frame: Frame) -> Vec<Flow> {
    let style = if frame.is_column { style::CELL } else { style::BODY };
    let lines = break_lines(text, style, frame.width, 0);
    let piece = |(index, lines): (usize, &[crate::report::lines::Line])| {
        let mut fragment = Fragment::new();
        fragment.height = fragment.lines(lines, style, frame.x, 0.0, frame.width, Side::Left);
        Flow::Piece(Piece::new(fragment, if index == 0 { 2.5 } else { 0.0 }))
    };
    lines.chunks(LONG).enumerate().map(piece).collect()
}

/// Several blocks as one piece that never splits.
fn stacked(blocks: &[Block], frame: Frame, chapters: &[Chapter]) -> Fragment {
    let mut whole = Fragment::new();
    for flow in flow_of(blocks, frame, chapters) {
        match flow {
            Flow::Piece(piece) => whole.below(piece.fragment, piece.before),
            Flow::Table(table, piece) => whole.below(table.whole(), piece.before),
            Flow::Plate(_) => {}
        }
    }
    whole
}

fn columns_fragment(columns: &[(f32, Vec<Block>)], frame: Frame, chapters: &[Chapter]) -> Fragment {
    let frame = if frame.is_main && columns.len() > 1 && !frame.is_beside {
        Frame { x: LEFT, width: FULL_WIDTH, ..frame }
    } else {
        frame
    };
    let shares: f32 = columns.iter().map(|(share, _)| share).sum();
    let room = frame.width - GUTTER * columns.len().saturating_sub(1) as f32;
    let mut whole = Fragment::new();
    let mut x = frame.x;
    for (share, blocks) in columns {
        let width = room * share / shares.max(f32::EPSILON);
        let column = stacked(
            blocks,
            Frame { x, width, is_main: false, is_column: true, is_beside: false, air: frame.air },
            chapters,
        );
        whole.height = whole.height.max(column.height);
        whole.place(column, 0.0, 0.0);
        x += width + GUTTER;
    }
    whole
}

fn beside(head: &str, note: &Text, blocks: &[Block], frame: Frame, chapters: &[Chapter]) -> Vec<Flow> {
    let mut margin = Fragment::new();
    margin.height = margin.text(&head.into(), style::SIDE_HEAD, LEFT, 0.0, MARGIN_WIDTH);
    if !note.is_empty() {
        let top = margin.height + 0.6;
        margin.height = top + margin.text(note, style::CAPTION, LEFT, top, MARGIN_WIDTH);
    }
    let mut flows = flow_of(blocks, Frame { is_beside: true, ..frame }, chapters);
    for (index, flow) in flows.iter_mut().enumerate() {
        if let Some(piece) = flow.piece_mut() {
            if index == 0 {
                piece.beside = Some(std::mem::take(&mut margin));
                piece.before = piece.before.max(5.5 * frame.air);
            } else {
                piece.clears_margin = false;
            }
        }
    }
    flows
}

fn caption(figure: &Figure) -> Text {
    if figure.number == 0 {
        return figure.caption.clone();
    }
    Text::new().strong(format!("Figure {}", figure.number)).plain("\u{2002}").and(figure.caption.clone())
}

fn mark_figure(fragment: &mut Fragment, figure: &Figure) {
    if figure.number > 0 {
        fragment.anchor(Anchor::Figure(figure.number), 0.0);
        let title = format!("Figure {}: {}", figure.number, first_sentence(&figure.caption.words()));
        fragment.bookmark(1, title, 0.0);
    }
}

fn figure_flow(figure: &Figure, frame: Frame, chapters: &[Chapter]) -> Flow {
    let mut fragment = Fragment::new();
    mark_figure(&mut fragment, figure);
    let in_main = figure.place == FigurePlace::Main && frame.is_main && !frame.is_beside;
    let frame = match figure.place {
        FigurePlace::Wide if frame.is_main => Frame { x: LEFT, width: FULL_WIDTH, ..frame },
        _ => frame,
    };
    let shrink = (frame.width / figure.picture.bounds.w.max(1.0))
        .min(HIGHEST / figure.picture.bounds.h.max(1.0))
        .min(1.0);
    let picture = if shrink < 0.999 { figure.picture.scaled(shrink) } else { figure.picture.clone() };
    fragment.picture(&picture, frame.x, 0.0);
    fragment.height = picture.bounds.h;
    if !in_main {
        let top = fragment.height + 1.8;
        fragment.height = top + fragment.text(&caption(figure), style::CAPTION, frame.x, top, frame.width);
        return Flow::Piece(Piece::new(fragment, BETWEEN));
    }
    let mut margin = Fragment::new();
    if !figure.head.is_empty() {
        margin.height =
            margin.text(&figure.head.as_str().into(), style::SIDE_HEAD, LEFT, 0.0, MARGIN_WIDTH) + 0.6;
    }
    let top = margin.height;
    margin.height += margin.text(&caption(figure), style::CAPTION, LEFT, top, MARGIN_WIDTH);
    if !figure.beside.is_empty() {
        let column = Frame {
            x: LEFT,
            width: MARGIN_WIDTH,
            is_main: false,
            is_column: true,
            is_beside: false,
            air: frame.air,
        };
        margin.below(stacked(&figure.beside, column, chapters), 4.0);
    }
    Flow::Piece(Piece { beside: Some(margin), ..Piece::new(fragment, 6.0) })
}

fn callout_fragment(callout: &Callout, frame: Frame) -> Fragment {
    let style = if frame.width < 60.0 { style::CELL } else { style::BODY };
    let mut fragment = Fragment::new();
    let (x, width) = (frame.x + 4.5, frame.width - 4.5);
    if !callout.head.is_empty() {
        let head = Style { leading: style.leading, size: style.size, ..style::SIDE_HEAD };
        fragment.height = fragment.text(&callout.head.as_str().into(), head, x, 0.0, width);
    }
    let lines = break_lines(&callout.text, style, width, LONG);
    let top = fragment.height;
    fragment.height += fragment.lines(&lines, style, x, top, width, Side::Left);
    let (x, bottom) = (frame.x + 0.3, fragment.height);
    fragment.draw(|out| {
        out.line(Point::new(x, 0.0), Point::new(x, bottom), Stroke::solid(Role::Accent, 1.6 * POINT));
    });
    fragment
}

fn numerals_fragment(numerals: &[Numeral], frame: Frame) -> Fragment {
    let mut fragment = Fragment::new();
    let count = numerals.len().max(1) as f32;
    let gap = 5.3;
    let width = (frame.width - gap * (count - 1.0)) / count;
    for (index, numeral) in numerals.iter().enumerate() {
        let x = frame.x + index as f32 * (width + gap);
        fragment.rule(x, 0.0, width, Role::Edge, 0.25);
        let baseline = 10.2;
        fragment.words(&numeral.value, style::NUMERAL, Point::new(x, baseline), Side::Left);
        let used = text::width(&numeral.value, style::NUMERAL.face, style::NUMERAL.millimetres());
        if !numeral.of.is_empty() {
            fragment.words(&numeral.of, style::NUMERAL_OF, Point::new(x + used + 1.2, baseline), Side::Left);
        }
        let small = style::CAPTION;
        let words = Text::new().plain(numeral.label.as_str());
        let mut bottom = 12.3 + fragment.text(&words, small, x, 12.3, width);
        if !numeral.note.is_empty() {
            bottom +=
                fragment.text(&numeral.note.as_str().into(), small.ink(Role::TextTertiary), x, bottom, width);
        }
        fragment.height = fragment.height.max(bottom);
    }
    fragment
}

fn decisions_flow(decisions: &[DecisionAsked], frame: Frame) -> Vec<Flow> {
    let mut flows = Vec::new();
    for (index, decision) in decisions.iter().enumerate() {
        let mut fragment = Fragment::new();
        if index == 0 {
            fragment.rule(frame.x, 0.0, frame.width, Role::Edge, 0.25);
        }
        fragment.words(&decision.number.to_string(), style::DECISION, Point::new(frame.x, 8.0), Side::Left);
        let (x, width) = (frame.x + 8.0, frame.width - 8.0);
        let head = Style { size: 8.5, leading: 11.0, ..style::SIDE_HEAD };
        let mut y = 2.2;
        y += fragment.text(&decision.what, head, x, y, width);
        y += 0.4;
        y += fragment.text(&decision.reason, style::CELL.ink(Role::TextSecondary), x, y, width);
        let fact = |name: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("{name} {value}") }
        };
        let facts = [
            (fact("Cost", &decision.cost), Side::Left),
            (fact("Decides", &decision.decides), Side::Center),
            (fact("By", &decision.by), Side::Right),
        ];
        if facts.iter().any(|(fact, _)| !fact.is_empty()) {
            y += 0.8;
            let small = Style { size: 7.5, leading: 10.5, ..style::CELL };
            let wide = |fact: &str| text::width(fact, small.face, small.millimetres());
            let [(cost, _), (decides, _), (by, _)] = &facts;
            let (cost_wide, by_wide) = (wide(cost), wide(by));
            let outer = cost_wide.max(by_wide) + 2.0;
            let centred = !cost.is_empty() && wide(decides) <= width - 2.0 * outer;
            let room = if centred { width - 2.0 * outer } else { width - cost_wide - by_wide - 4.0 };
            let start = if centred {
                outer
            } else if cost.is_empty() {
                0.0
            } else {
                cost_wide + 2.0
            };
            let middle_side = if centred { Side::Center } else { Side::Left };
            let places = [
                (cost, 0.0, width, Side::Left),
                (decides, start, room, middle_side),
                (by, 0.0, width, Side::Right),
            ];
            for (fact, shift, room, side) in places {
                let lines = break_lines(&fact.as_str().into(), small, room.max(1.0), 1);
                fragment.lines(&lines, small, x + shift, y, room, side);
            }
            y += small.line();
        }
        fragment.height = y + 2.2;
        let bottom = fragment.height;
        fragment.rule(frame.x, bottom, frame.width, Role::Edge, 0.25);
        flows.push(Flow::Piece(Piece::new(fragment, if index == 0 { 1.5 } else { 0.0 })));
    }
    flows
}

fn contents_fragment(chapters: &[Chapter], frame: Frame) -> Fragment {
    let mut fragment = Fragment::new();
    let pitch = 8.7;
    for chapter in chapters.iter().filter(|chapter| chapter.number.is_some() || chapter.key.is_back_matter())
    {
        let top = fragment.height;
        let anchor = Anchor::Chapter(chapter.key);
        let baseline = text::baseline(top + pitch / 2.0, style::CONTENTS.face, style::CONTENTS.millimetres());
        let mut row = Text::new();
        if let Some(number) = chapter.number {
            row = row.plain(number.to_string());
        }
        for line in break_lines(&row, style::CONTENTS.ink(Role::Accent), 11.0, 1) {
            fragment.line(&line, style::CONTENTS, frame.x, baseline);
        }
        let title = Text::new().plain(chapter.title.as_str());
        for line in break_lines(&title, style::CONTENTS, frame.width - 25.0, 1) {
            fragment.line(&line, style::CONTENTS, frame.x + 11.0, baseline);
        }
        let rect = Rect::new(frame.x, top, frame.width, pitch);
        fragment.links.push(crate::report::page::PageLink { rect, target: anchor });
        fragment.page_numbers.push(PageNumber {
            of: anchor,
            right: frame.x + frame.width,
            baseline,
            style: Style { size: 9.0, ..style::BODY },
        });
        fragment.height = top + pitch;
        fragment.rule(frame.x, top + pitch, frame.width, Role::Line, HAIRLINE);
    }
    fragment
}

fn terms_fragment(terms: &[(String, String)], frame: Frame) -> Fragment {
    let width = (frame.width - GUTTER) / 2.0;
    let entry = |(term, meaning): &(String, String), x: f32| {
        let mut fragment = Fragment::new();
        let text = Text::new().strong(term.as_str()).plain("\u{2002}").quiet(meaning.as_str());
        fragment.height = fragment.text(&text, style::CELL, x, 0.0, width);
        fragment
    };
    let heights: Vec<f32> = terms.iter().map(|term| entry(term, 0.0).height + 1.5).collect();
    let half = heights.iter().sum::<f32>() / 2.0;
    let mut whole = Fragment::new();
    let (mut left, mut right) = (Fragment::new(), Fragment::new());
    let mut used = 0.0;
    for (term, height) in terms.iter().zip(heights) {
        if used + height / 2.0 <= half {
            left.below(entry(term, frame.x), 1.5);
        } else {
            right.below(entry(term, frame.x + width + GUTTER), 1.5);
        }
        used += height;
    }
    whole.height = left.height.max(right.height);
    whole.place(left, 0.0, 0.0);
    whole.place(right, 0.0, 0.0);
    whole
}

fn signatures_flow(lines: &[SignatureLine], frame: Frame) -> Vec<Flow> {
    let shares = [43.0, 44.0, 27.0, 22.0, 34.0].map(|share| share / 170.0 * frame.width);
    let mut x = frame.x;
    let starts = shares.map(|share| {
        let start = x;
        x += share;
        start
    });
    let mut head = Fragment::new();
    for (start, name) in starts.iter().zip(["Name and role", "Signs for", "Decision", "Date", "Signature"]) {
        head.text(&name.into(), style::CELL_HEAD, *start, 0.0, 40.0);
    }
    head.height = style::CELL_HEAD.line() + 1.2;
    head.rule(frame.x, head.height, frame.width, Role::Text, HEAVY);
    let mut pieces = vec![head];
    for line in lines {
        let mut row = Fragment::new();
        let mut left = 1.5;
        let name = if line.name.is_empty() {
            Text::new().absent("name")
        } else {
            Text::new().strong(line.name.as_str())
        };
        left += row.text(&name, style::CELL, starts[0], left, shares[0] - 2.0);
        left += row.text(&line.role.as_str().into(), style::CELL_SECOND, starts[0], left, shares[0] - 2.0);
        let middle = row.text(
            &line.statement.as_str().into(),
            style::CELL_SECOND.ink(Role::Text),
            starts[1],
            1.6,
            shares[1] - 2.0,
        );
        let right = if line.decided.is_empty() {
            let boxes = Text::new()
                .check_box("approve")
                .line_break()
                .check_box("with conditions")
                .line_break()
                .check_box("reject");
            row.text(
                &boxes,
                Style { leading: 9.9, ..style::CELL_SECOND }.ink(Role::Text),
                starts[2],
                1.4,
                shares[2],
            )
        } else {
            row.text(
                &line.decided.as_str().into(),
                style::CELL_SECOND.ink(Role::Text),
                starts[2],
                1.6,
                shares[2] + shares[3] - 2.0,
            )
        };
        row.height = left.max(middle + 1.6).max(right + 1.4).max(11.6) + 1.4;
        let bottom = row.height;
        row.rule(frame.x, bottom, frame.width, Role::Control, 0.5 * POINT);
        pieces.push(row);
    }
    // All lines stand on one page as long as a page can hold them.
    let together = pieces.len() <= 13;
    let last = pieces.len().saturating_sub(1);
    pieces
        .into_iter()
        .enumerate()
        .map(|(index, fragment)| {
            let keep_next = index == 0 || (together && index < last);
            Flow::Piece(Piece { keep_next, ..Piece::new(fragment, if index == 0 { 2.0 } else { 0.0 }) })
        })
        .collect()
}

fn record_fragment(columns: &[(String, Vec<Text>)], frame: Frame) -> Fragment {
    let mut fragment = Fragment::new();
    fragment.rule(frame.x, 0.0, frame.width, Role::Text, 0.5 * POINT);
    let width = frame.width / columns.len().max(1) as f32;
    for (index, (head, lines)) in columns.iter().enumerate() {
        let x = frame.x + index as f32 * width;
        let small = Style { size: 7.5, leading: 10.8, ..style::CELL };
        let mut y = 3.0;
        y += fragment.text(&Text::new().strong(head.as_str()), small, x, y, width - 3.0);
        for line in lines {
            y += fragment.text(line, small.ink(Role::TextSecondary), x, y, width - 3.0);
        }
        fragment.height = fragment.height.max(y);
    }
    fragment
}

/// A top risk: what it is at the left, what happens and how it is rated at the right, its path and controls below.
fn risk_fragment(entry: &RiskEntry) -> Fragment {
    let mut whole = Fragment::new();
    whole.anchor(Anchor::TopRisk(entry.threat), 0.0);
    whole.bookmark(1, format!("{} {}", entry.threat, entry.title), 0.0);
    whole.rule(LEFT, 0.0, FULL_WIDTH, Role::Text, HEAVY);
    let mut left = 2.2;
    left += whole.text(
        &Text::new().link(entry.threat.to_string(), Anchor::Item(entry.threat.into())),
        style::ENTRY,
        LEFT,
        left,
        MARGIN_WIDTH,
    );
    let rating = match &entry.rating {
        Some((band, score)) => Text::new().sign(*band).strong(format!("\u{a0}{}\u{a0}{score}", band.label())),
        None => Text::new().absent("not rated"),
    };
    left += whole.text(&rating, Style { size: 8.5, ..style::BODY }, LEFT, left, MARGIN_WIDTH);
    whole.picture(&entry.field, LEFT, left + 0.8);
    left += entry.field.bounds.h + 0.8;
    let frame = Frame {
        x: MAIN,
        width: FULL_WIDTH - MAIN + LEFT,
        is_main: false,
        is_column: false,
        is_beside: false,
        air: 1.0,
    };
    let mut right = 2.2;
    let title = break_lines(&entry.title.as_str().into(), style::ENTRY, frame.width, 2);
    right += whole.lines(&title, style::ENTRY, frame.x, right, frame.width, Side::Left);
    right += 0.6;
    let scenario = Style { size: 8.5, leading: 12.0, ..style::BODY };
    let lines = break_lines(&entry.scenario, scenario, frame.width, 6);
    right += whole.lines(&lines, scenario, frame.x, right, frame.width, Side::Left) + 1.6;
    let ratings = TableFlow::new(&entry.ratings, frame).whole();
    let height = ratings.height;
    whole.place(ratings, 0.0, right);
    right += height;
    let mut y = left.max(right) + 2.0;
    let full = Frame { x: LEFT, width: FULL_WIDTH, ..frame };
    if let Some(path) = &entry.path {
        mark_figure(&mut whole, path);
        let shrink = (FULL_WIDTH / path.picture.bounds.w.max(1.0)).min(1.0);
        let picture = if shrink < 0.999 { path.picture.scaled(shrink) } else { path.picture.clone() };
        whole.picture(&picture, LEFT, y);
        y += picture.bounds.h + 1.2;
        y += whole.text(&caption(path), style::CAPTION, LEFT, y, FULL_WIDTH) + 1.6;
    }
    y += controls(&mut whole, &entry.controls, full, y) + 2.0;
    y += facts_row(&mut whole, &entry.facts, y);
    whole.height = y;
    whole
}

fn controls(whole: &mut Fragment, table: &Table, frame: Frame, y: f32) -> f32 {
    if table.rows.is_empty() {
        return whole.text(
            &Text::new().absent("No control is listed for this threat."),
            style::CELL,
            LEFT,
            y,
            FULL_WIDTH,
        );
    }
    let fragment = TableFlow::new(table, frame).whole();
    let height = fragment.height;
    whole.place(fragment, 0.0, y);
    height
}

fn facts_row(whole: &mut Fragment, facts: &[(String, Text)], y: f32) -> f32 {
    let shares = [28.0, 26.0, 50.0, 66.0];
    let mut x = LEFT;
    let mut height: f32 = 0.0;
    for ((label, value), share) in facts.iter().zip(shares) {
        let small = Style { size: 7.5, leading: 10.0, ..style::CELL };
        let mut bottom = whole.text(&label.as_str().into(), small.ink(Role::TextTertiary), x, y, share - 2.0);
        let lines = break_lines(value, small, share - 2.0, 2);
        bottom += whole.lines(&lines, small, x, y + bottom, share - 2.0, Side::Left);
        height = height.max(bottom);
        x += share;
    }
    height
}
