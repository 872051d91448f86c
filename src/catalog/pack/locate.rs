//! Where in a pack's text an entry's fields stand, so that a fault can be shown at its line and column.

use std::collections::BTreeMap;

use super::{Fault, Part};

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, counted in characters.
    pub column: usize,
}

/// Where each field's value begins, by entry and field, and where each entry ends.
#[derive(Debug, Default)]
pub struct Spots {
    begins: BTreeMap<(Option<Part>, String), Spot>,
    ends: BTreeMap<Part, Spot>,
}

impl Spots {
    /// Where a fault stands. A field that is not written stands where its entry does, and that of no entry at the start.
    pub fn of(&self, fault: &Fault) -> Spot {
        let field = self.begins.get(&(fault.part, fault.field.clone())).copied();
        match field {
            // The first character of a text stands behind its quotation mark.
            Some(spot) if fault.column > 0 => Spot { column: spot.column + fault.column, ..spot },
            Some(spot) => spot,
            None => self.entry(fault.part),
        }
    }

    /// Where an entry begins; the pack as a whole begins at its first bracket.
    pub fn entry(&self, part: Option<Part>) -> Spot {
        self.begins.get(&(part, String::new())).copied().unwrap_or(Spot { line: 1, column: 1 })
    }

    /// Where the list of an entry begins.
    pub(super) fn list(&self, part: Part) -> Spot {
        let name = match part {
            Part::Threat(_) => "threats",
            Part::Control(_) => "controls",
            Part::Stencil(_) => "stencils",
        };
        self.begins.get(&(None, name.to_owned())).copied().unwrap_or_else(|| self.entry(Some(part)))
    }

    /// Where an entry ends.
    pub(super) fn end(&self, part: Part) -> Spot {
        self.ends.get(&part).copied().unwrap_or_else(|| self.entry(Some(part)))
    }
}

/// How deep the fields of an entry stand: in the pack, its list, the entry.
const ENTRY: usize = 3;

/// Finds every field of a text that is a pack; of any other text, what looks like one.
pub fn spots(text: &str) -> Spots {
    let mut found = Spots::default();
    let mut reader = Reader::of(text);
    let (mut depth, mut section, mut count) = (0_usize, String::new(), 0_usize);
    let mut word = String::new();
    loop {
        let here = reader.spot;
        let Some(letter) = reader.next() else { return found };
        match letter {
            '"' => reader.skip_text(),
            '/' => drop(reader.comment()),
            '(' | '[' | '{' => {
                if depth == 0 {
                    found.begins.insert((None, String::new()), here);
                }
                depth += 1;
                if letter == '(' && depth == ENTRY {
                    count += 1;
                    found.begins.insert((part(&section, count), String::new()), here);
                }
            }
            ')' | ']' | '}' => {
                if depth == ENTRY
                    && let Some(part) = part(&section, count)
                {
                    found.ends.insert(part, here);
                }
                depth = depth.saturating_sub(1);
            }
            ':' if depth == 1 || depth == ENTRY => {
                let name = std::mem::take(&mut word);
                while reader.letters.peek().is_some_and(|next| next.is_whitespace()) {
                    reader.next();
                }
                let owner = if depth == 1 { None } else { part(&section, count) };
                found.begins.insert((owner, name.clone()), reader.spot);
                if depth == 1 {
                    (section, count) = (name, 0);
                }
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                word.push(letter);
                continue;
            }
            letter if letter.is_whitespace() => continue,
            _ => {}
        }
        word.clear();
    }
}

fn part(section: &str, count: usize) -> Option<Part> {
    let at = count.checked_sub(1)?;
    match section {
        "threats" => Some(Part::Threat(at)),
        "controls" => Some(Part::Control(at)),
        "stencils" => Some(Part::Stencil(at)),
        _ => None,
    }
}

/// Letters one after the other, with the place of the next.
pub(super) struct Reader<'t> {
    letters: std::iter::Peekable<std::str::Chars<'t>>,
    spot: Spot,
}

impl<'t> Reader<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { letters: text.chars().peekable(), spot: Spot { line: 1, column: 1 } }
    }

    /// The line of the next letter, from 1.
    pub(super) fn line(&self) -> usize {
        self.spot.line
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.letters.next()?;
        if letter == '\n' {
            self.spot = Spot { line: self.spot.line + 1, column: 1 };
        } else {
            self.spot.column += 1;
        }
        Some(letter)
    }

    /// Behind an opening quotation mark: on to behind the closing one.
    pub(super) fn skip_text(&mut self) {
        while let Some(letter) = self.next() {
            match letter {
                '"' => return,
                '\\' => drop(self.next()),
                _ => {}
            }
        }
    }

    /// Behind a slash: the comment that it begins, with its signs, or none where it begins none.
    pub(super) fn comment(&mut self) -> Option<String> {
        let mut comment = "/".to_owned();
        match self.letters.peek() {
            Some('/') => {
                while let Some(letter) = self.letters.peek().copied().filter(|letter| *letter != '\n') {
                    comment.push(letter);
                    self.next();
                }
            }
            Some('*') => {
                while let Some(letter) = self.next() {
                    comment.push(letter);
                    if comment.len() > 3 && comment.ends_with("*/") {
                        break;
                    }
                }
            }
            _ => return None,
        }
        Some(comment.trim_end().to_owned())
    }
}
