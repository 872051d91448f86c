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

/// Where each field's value begins, by entry and field.
#[derive(Debug, Default)]
pub struct Spots(BTreeMap<(Option<Part>, String), Spot>);

impl Spots {
    /// Where a fault stands. A field that is not written stands where its entry does, and that of no entry at the start.
    pub fn of(&self, fault: &Fault) -> Spot {
        let field = self.0.get(&(fault.part, fault.field.clone())).copied();
        match field {
            // The first character of a text stands behind its quotation mark.
            Some(spot) if fault.column > 0 => Spot { column: spot.column + fault.column, ..spot },
            Some(spot) => spot,
            None => self.entry(fault.part),
        }
    }

    /// Where an entry begins.
    pub fn entry(&self, part: Option<Part>) -> Spot {
        self.0.get(&(part, String::new())).copied().unwrap_or(Spot { line: 1, column: 1 })
    }
}

/// How deep the fields of an entry stand: in the pack, its list, the entry.
const ENTRY: usize = 3;

/// Finds every field of a text that is a pack; of any other text, what looks like one.
pub fn spots(text: &str) -> Spots {
    let mut found = Spots::default();
    let mut reader = Reader { letters: text.chars().peekable(), spot: Spot { line: 1, column: 1 } };
    let (mut depth, mut section, mut count) = (0_usize, String::new(), 0_usize);
    let mut word = String::new();
    loop {
        let here = reader.spot;
        let Some(letter) = reader.next() else { return found };
        match letter {
            '"' => reader.skip_text(),
            '/' => reader.skip_comment(),
            '(' | '[' | '{' => {
                depth += 1;
                if letter == '(' && depth == ENTRY {
                    count += 1;
                    found.0.insert((part(&section, count), String::new()), here);
                }
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ':' if depth == 1 || depth == ENTRY => {
                let name = std::mem::take(&mut word);
                while reader.letters.peek().is_some_and(|next| next.is_whitespace()) {
                    reader.next();
                }
                let owner = if depth == 1 { None } else { part(&section, count) };
                found.0.insert((owner, name.clone()), reader.spot);
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

struct Reader<'t> {
    letters: std::iter::Peekable<std::str::Chars<'t>>,
    spot: Spot,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.letters.next()?;
        if letter == '\n' {
            self.spot = Spot { line: self.spot.line + 1, column: 1 };
        } else {
            self.spot.column += 1;
        }
        Some(letter)
    }

    fn skip_text(&mut self) {
        while let Some(letter) = self.next() {
            match letter {
                '"' => return,
                '\\' => drop(self.next()),
                _ => {}
            }
        }
    }

    fn skip_comment(&mut self) {
        match self.letters.peek() {
            Some('/') => while self.next().is_some_and(|letter| letter != '\n') {},
            Some('*') => {
                let mut before = ' ';
                while let Some(letter) = self.next() {
                    if before == '*' && letter == '/' {
                        return;
                    }
                    before = letter;
                }
            }
            _ => {}
        }
    }
}
