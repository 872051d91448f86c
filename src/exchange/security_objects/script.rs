//! Finding objects in a script: the calls that matter, cut out of whatever stands around them.

use serde_json::Value;

use super::super::ImportError;
use super::Kind;

/// Deeper nesting is no configuration, and the reader of JSON5 knows no limit of its own.
const DEEPEST: usize = 64;

const CALLS: &[(&str, Kind)] = &[
    ("policies.create", Kind::Policy),
    ("createPolicy", Kind::Policy),
    ("createThreatModel", Kind::ThreatModel),
    ("configurePerformance", Kind::Performance),
];

/// An object of a script.
pub(super) struct Object {
    /// What the call around it says that it is.
    pub(super) kind: Option<Kind>,
    /// The line that it begins on.
    pub(super) line: usize,
    pub(super) value: Value,
}

/// Where the objects of known calls begin, in the order of the text.
pub(super) fn calls(text: &str) -> Vec<(usize, Kind)> {
    let mut found: Vec<(usize, Kind)> = CALLS
        .iter()
        .flat_map(|(name, kind)| {
            text.match_indices(name).filter_map(move |(at, _)| {
                let after = text.get(at + name.len()..)?;
                let inside = after.trim_start().strip_prefix('(')?.trim_start();
                inside.starts_with('{').then_some((text.len() - inside.len(), *kind))
            })
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Every object of a text: those of the calls in it, or the text as a whole.
pub(super) fn objects(text: &str) -> Result<Vec<Object>, ImportError> {
    let calls = calls(text);
    if !calls.is_empty() {
        return calls
            .into_iter()
            .map(|(at, kind)| Ok(Object { kind: Some(kind), ..object_at(text, at)? }))
            .collect();
    }
    let start = Scan { text, at: 0 }.after_blanks();
    if !text.get(start..).is_some_and(|rest| rest.starts_with(['{', '['])) {
        return Ok(Vec::new());
    }
    let whole = object_at(text, start)?;
    Ok(match whole.value {
        Value::Array(items) => items.into_iter().map(|value| Object { value, ..whole }).collect(),
        value => vec![Object { value, ..whole }],
    })
}

fn object_at(text: &str, start: usize) -> Result<Object, ImportError> {
    let end = end_of(text, start)?;
    let slice = text.get(start..end).unwrap_or_default();
    let (line, column) = place(text, start);
    let value = match serde_json::from_str(slice) {
        Ok(value) => value,
        Err(_) => json5::from_str(slice).map_err(|error| {
            let at = error.position();
            let (below, across) = at.map_or((0, 0), |at| (at.line, at.column));
            let whole = error.to_string();
            ImportError::Syntax {
                line: line + below,
                column: if below == 0 { column + across } else { across + 1 },
                message: whole.split(" at line ").next().unwrap_or(&whole).to_owned(),
            }
        })?,
    };
    Ok(Object { kind: None, line, value })
}

/// The line and column of an offset, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).map_or(0, |line| line.chars().count()) + 1)
}

/// Where the bracket that opens at `start` closes.
fn end_of(text: &str, start: usize) -> Result<usize, ImportError> {
    let refused = |at: usize, message: &str| {
        let (line, column) = place(text, at);
        ImportError::Syntax { line, column, message: message.to_owned() }
    };
    let mut scan = Scan { text, at: start };
    let mut depth = 0_usize;
    while let Some(letter) = scan.next_letter() {
        match letter {
            '{' | '[' | '(' => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(refused(scan.at, "brackets are nested too deeply"));
                }
            }
            '}' | ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(scan.at);
                }
            }
            '`' => return Err(refused(scan.at, "texts in backticks are code, not data; put them in quotes")),
            _ => {}
        }
    }
    Err(refused(start, "the bracket that opens here is never closed"))
}

/// Walks over a script letter by letter and leaves out texts and comments.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next letter that is in no text and no comment.
    fn next_letter(&mut self) -> Option<char> {
        loop {
            if self.skip_comment() {
                continue;
            }
            let letter = self.rest().chars().next()?;
            self.at += letter.len_utf8();
            if letter == '"' || letter == '\'' {
                self.skip_text(letter);
                continue;
            }
            return Some(letter);
        }
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return false;
        };
        self.at += length;
        true
    }

    fn skip_text(&mut self, quote: char) {
        let mut escaped = false;
        while let Some(letter) = self.rest().chars().next() {
            self.at += letter.len_utf8();
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                // A text does not run over the end of its line unless that is escaped.
                '\n' => return,
                _ if letter == quote => return,
                _ => {}
            }
        }
    }

    /// Where blanks and comments at the start end.
    fn after_blanks(mut self) -> usize {
        loop {
            let blank = self.rest().len() - self.rest().trim_start().len();
            self.at += blank;
            if !self.skip_comment() {
                return self.at;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_in_prose_and_code() {
        let text = "It's a policy:\n const p = await client.policies.create( {\n // don't stop: }\n name: 'a } b',\n rules: [],\n});\nconsole.log('x')\nx.security.createThreatModel({systemComponents: []})";
        let objects = objects(text).unwrap();
        assert_eq!(
            objects.iter().map(|object| (object.kind, object.line)).collect::<Vec<_>>(),
            [(Some(Kind::Policy), 2), (Some(Kind::ThreatModel), 8),]
        );
        assert_eq!(objects[0].value["name"], "a } b");
    }

    #[test]
    fn mistakes_have_the_place_in_the_whole_text() {
        for (text, line, words) in [
            ("a\nb\npolicies.create({\n  name: 'x',\n  rules: [,]\n})", 5, ""),
            ("a\npolicies.create({\n  name: 'x'", 2, "never closed"),
            ("a\npolicies.create({ name: `x` })", 2, "backticks"),
        ] {
            match objects(text) {
                Err(ImportError::Syntax { line: found, message, .. }) => {
                    assert!(found == line && message.contains(words), "line {found}: {message}");
                }
                _ => panic!("{text} was not refused"),
            }
        }
        assert!(objects(&format!("policies.create({{a: {}", "[".repeat(1_000_000))).is_err());
    }

    #[test]
    fn an_object_alone_or_a_list_is_read() {
        assert_eq!(objects("// mine\n/* two */ {rules: []}").unwrap().len(), 1);
        assert_eq!(objects("[{rules: []}, {settings: {}}]").unwrap().len(), 2);
        assert!(objects("hello {").unwrap().is_empty());
        assert!(objects("").unwrap().is_empty());
    }
}
