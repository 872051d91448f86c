//! Text broken into lines: by words, by tone, by the faces that have its characters.

use super::document::{Anchor, Span, Text};
use super::page::POINT;
use super::style::Style;
use crate::model::Band;
use crate::picture::{Face, Role, text};

/// What a piece of a line is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    /// Words in one face.
    Words {
        /// The words.
        text: String,
        /// The face.
        face: Face,
        /// Size in millimetres.
        size: f32,
        /// The ink.
        role: Role,
    },
    /// The sign of a severity.
    Sign(Band),
    /// An empty box to tick.
    CheckBox,
}

/// A piece with its place on the line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    /// From the start of the line.
    pub x: f32,
    /// How wide it is.
    pub width: f32,
    /// What it is.
    pub piece: Piece,
    /// Where it leads.
    pub link: Option<Anchor>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    /// Its pieces from the left.
    pub pieces: Vec<Placed>,
    /// How wide it is.
    pub width: f32,
}

/// The side of a sign's square and of a check box, in ems of the text around it.
pub(crate) const SIGN: f32 = 2.7 / (8.0 * POINT);
pub(crate) const CHECK_BOX: f32 = 2.5 / (8.0 * POINT);
/// The room to the right of either, likewise.
const AFTER: f32 = 0.45 / (8.0 * POINT);

#[derive(Debug, Clone)]
struct Part {
    width: f32,
    piece: Piece,
    link: Option<Anchor>,
}

/// What is never broken unless a line cannot hold it.
#[derive(Debug, Clone, Default)]
struct Word {
    parts: Vec<Part>,
    space_before: f32,
    starts_line: bool,
}

impl Word {
    fn width(&self) -> f32 {
        self.parts.iter().map(|part| part.width).sum()
    }
}

/// The lines of a text no wider than that, in millimetres. With a limit, what does not fit ends in "…"; 0 is no limit.
pub(crate) fn break_lines(text: &Text, style: Style, width: f32, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    for word in words_of(text, style).into_iter().flat_map(|word| cut(word, width)) {
        let wide = word.width();
        let space = if line.pieces.is_empty() { 0.0 } else { word.space_before };
        // A hair of tolerance, so that a text set exactly to a width keeps its line.
        if word.starts_line || (!line.pieces.is_empty() && line.width + space + wide > width + 0.01) {
            lines.push(std::mem::take(&mut line));
        }
        append(&mut line, word);
    }
    if !line.pieces.is_empty() {
        lines.push(line);
    }
    if most > 0 && lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            end_in_ellipsis(last, style, width);
        }
    }
    lines
}

fn append(line: &mut Line, word: Word) {
    let mut gap = if line.pieces.is_empty() { 0.0 } else { word.space_before };
    for part in word.parts {
        let joined = match (line.pieces.last_mut(), &part.piece) {
            (
                Some(Placed { piece: Piece::Words { text, face, size, role }, link, x, width, .. }),
                Piece::Words { text: more, face: more_face, size: more_size, role: more_role },
            ) if face == more_face && size == more_size && role == more_role && *link == part.link => {
                if gap > 0.0 {
                    text.push(' ');
                }
                text.push_str(more);
                *width = line.width + gap + part.width - *x;
                true
            }
            _ => false,
        };
        line.width += gap;
        if !joined {
            let placed = Placed { x: line.width, width: part.width, piece: part.piece, link: part.link };
            line.pieces.push(placed);
        }
        line.width += part.width;
        gap = 0.0;
    }
}

fn words_of(text: &Text, style: Style) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word = Word::default();
    let mut starts_line = false;
    let finish = |word: &mut Word, words: &mut Vec<Word>, starts_line: &mut bool| {
        if !word.parts.is_empty() {
            word.starts_line = std::mem::take(starts_line);
            words.push(std::mem::take(word));
        }
    };
    let mark = |em: f32, piece: Piece| Part { width: (em + AFTER) * style.millimetres(), piece, link: None };
    for span in &text.0 {
        match span {
            Span::Sign(band) => word.parts.push(mark(SIGN, Piece::Sign(*band))),
            Span::CheckBox => word.parts.push(mark(CHECK_BOX, Piece::CheckBox)),
            Span::Break => {
                finish(&mut word, &mut words, &mut starts_line);
                starts_line = !words.is_empty();
            }
            Span::Words { text, tone, link } => {
                let style = style.toned(*tone);
                let space = text::width(" ", style.face, style.millimetres());
                for (index, piece) in text.split([' ', '\n', '\t']).enumerate() {
                    if index > 0 {
                        finish(&mut word, &mut words, &mut starts_line);
                        word.space_before = space;
                    }
                    word.parts.extend(parts_of(piece, style, *link));
                }
            }
        }
    }
    finish(&mut word, &mut words, &mut starts_line);
    words
}

/// A piece of text in parts of one face each. What a serif lacks is taken from the sans before the fallback.
fn parts_of(text: &str, style: Style, link: Option<Anchor>) -> Vec<Part> {
    let size = style.millimetres();
    let mut parts: Vec<(Face, String)> = Vec::new();
    for c in text.chars() {
        let mut face = text::face_for(c, style.face);
        if face == Face::Fallback && text::face_for(c, Face::Sans) == Face::Sans {
            face = Face::Sans;
        }
        match parts.last_mut() {
            Some((last, run)) if *last == face => run.push(c),
            _ => parts.push((face, c.to_string())),
        }
    }
    let part = |(face, text): (Face, String)| Part {
        width: text::width(&text, face, size),
        piece: Piece::Words { text, face, size, role: style.role },
        link,
    };
    parts.into_iter().map(part).collect()
}

/// A word that no line can hold in pieces that lines can: after a joining sign if there is one, else between letters.
fn cut(word: Word, width: f32) -> Vec<Word> {
    if word.width() <= width {
        return vec![word];
    }
    let mut out: Vec<Word> = vec![Word { parts: Vec::new(), ..word }];
    let mut used = 0.0;
    for part in word.parts {
        let Piece::Words { text, face, size, role } = &part.piece else {
            used += part.width;
            push(&mut out, part);
            continue;
        };
        let mut left = text.as_str();
        while !left.is_empty() {
            let fits = fitting(left, *face, *size, width - used);
            if fits == 0 && used > 0.0 {
                out.push(Word::default());
                used = 0.0;
                continue;
            }
            let end = if fits == left.len() {
                fits
            } else {
                let first = left.chars().next().map_or(1, char::len_utf8);
                let joint = left.get(..fits).and_then(|head| head.rfind(['_', '/', '-', '.', ':', '·']));
                joint.map_or(fits.max(first), |at| {
                    let sign = left.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                    at + sign
                })
            };
            let (head, rest) = left.split_at(end.min(left.len()));
            let wide = text::width(head, *face, *size);
            let piece = Piece::Words { text: head.to_owned(), face: *face, size: *size, role: *role };
            push(&mut out, Part { width: wide, piece, link: part.link });
            used += wide;
            left = rest;
            if !left.is_empty() {
                out.push(Word::default());
                used = 0.0;
            }
        }
    }
    out
}

fn push(words: &mut [Word], part: Part) {
    if let Some(last) = words.last_mut() {
        last.parts.push(part);
    }
}

/// How many bytes of the text fit in a width.
fn fitting(text: &str, face: Face, size: f32, width: f32) -> usize {
    let mut used = 0.0;
    for (at, c) in text.char_indices() {
        used += text::width(c.encode_utf8(&mut [0; 4]), face, size);
        if used > width {
            return at;
        }
    }
    text.len()
}

fn end_in_ellipsis(line: &mut Line, style: Style, width: f32) {
    let dots = "\u{2009}…";
    loop {
        let Some(last) = line.pieces.last_mut() else {
            line.pieces = break_lines(&Text::from("…"), style, width, 0)
                .pop()
                .map(|line| line.pieces)
                .unwrap_or_default();
            return;
        };
        let Piece::Words { text, face, size, .. } = &mut last.piece else {
            return;
        };
        let room = width - last.x;
        if text::width(text, *face, *size) + text::width(dots, *face, *size) <= room {
            text.push('…');
            last.width = text::width(text, *face, *size);
            line.width = last.x + last.width;
            return;
        }
        text.pop();
        text.truncate(text.trim_end().len());
        if text.is_empty() {
            line.pieces.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::style;
    use super::*;
    use crate::model::ThreatId;

    fn set(text: &Text, width: f32, most: usize) -> Vec<String> {
        let words = |line: &Line| {
            let mut out = String::new();
            for placed in &line.pieces {
                match &placed.piece {
                    Piece::Words { text, .. } => out.push_str(text),
                    Piece::Sign(_) => out.push('*'),
                    Piece::CheckBox => out.push('#'),
                }
                out.push('|');
            }
            assert!(line.width <= width + 0.02, "{} in {width}", line.width);
            out
        };
        break_lines(text, style::CELL, width, most).iter().map(words).collect()
    }

    #[test]
    fn lines_are_broken_between_words() {
        let check = |text: Text, width: f32, most: usize, expected: &[&str]| {
            assert_eq!(set(&text, width, most), expected, "{text:?} in {width}");
        };
        check("one two three".into(), 13.0, 0, &["one two|", "three|"]);
        check("one".into(), 100.0, 0, &["one|"]);
        check(Text::new(), 100.0, 0, &[]);
        check(Text::new().plain("one").line_break().plain("two"), 100.0, 0, &["one|", "two|"]);
        check(Text::new().plain("see (").id(ThreatId(1)).plain(")."), 100.0, 0, &["see (|T-001|).|"]);
        check(Text::new().plain("see ").id(ThreatId(1)), 8.0, 0, &["see|", "T-001|"]);
        check(Text::new().band(Band::High), 100.0, 0, &["*|\u{a0}High|"]);
        check("agent_one_two".into(), 12.0, 0, &["agent_|", "one_two|"]);
        check("abcdefghijkl".into(), 9.0, 0, &["abcdef|", "ghijkl|"]);
        check("one two three four".into(), 11.0, 2, &["one two|", "three…|"]);
    }

    #[test]
    fn identifiers_never_break() {
        let text = Text::new().linked("because of T-001, T-002 and M-14");
        for width in [10.0, 14.0, 20.0, 31.0, 47.0] {
            for line in set(&text, width, 0) {
                assert!(!line.contains("T-|"), "{line}");
            }
        }
    }

    #[test]
    fn what_a_face_lacks_comes_from_another() {
        let lines = break_lines(&"a ☃ b".into(), style::LEAD, 100.0, 0);
        let faces: Vec<Face> = lines[0]
            .pieces
            .iter()
            .filter_map(|placed| match placed.piece {
                Piece::Words { face, .. } => Some(face),
                _ => None,
            })
            .collect();
        assert_eq!(faces, [Face::Serif, Face::Fallback, Face::Serif]);
    }
}
