//! A foreign document while it is read: what has been understood is taken out, what remains goes back as it came.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ImportError, Loss};
use crate::model::Origin;

/// Coordinates beyond this are mistakes, not places.
const FARTHEST: f64 = 1e6;

/// An object of the document. Reading a key takes it out; a key of an unexpected type stays in.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// The fields of an object; none of anything else.
    pub(super) fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    fn take_if<T>(&mut self, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let found = read(self.0.get(key)?)?;
        self.0.shift_remove(key);
        Some(found)
    }

    /// A text. Ids and versions may look like numbers to YAML.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.take_if(key, text_of)
    }

    /// A text that is not blank.
    pub(super) fn word(&mut self, key: &str) -> Option<String> {
        self.take_if(key, |value| text_of(value).filter(|text| !text.trim().is_empty()))
    }

    /// A number, also one that is written as text.
    pub(super) fn number(&mut self, key: &str) -> Option<f64> {
        self.take_if(key, number_of)
    }

    /// Yes or no, also when written as text.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        self.take_if(key, |value| match value {
            Value::Bool(yes) => Some(*yes),
            Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
            Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    /// A list; null and a missing key are an empty one.
    pub(super) fn list(&mut self, key: &str) -> Vec<Value> {
        match self.0.get_mut(key) {
            Some(Value::Array(items)) => {
                let items = std::mem::take(items);
                self.0.shift_remove(key);
                items
            }
            Some(Value::Null) => {
                self.0.shift_remove(key);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A list of texts; what is no text is left out.
    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        match self.0.get(key) {
            Some(Value::Array(_) | Value::Null) => self.list(key).iter().filter_map(text_of).collect(),
            Some(_) => self.word(key).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// An object.
    pub(super) fn object(&mut self, key: &str) -> Option<Self> {
        match self.0.get(key) {
            Some(Value::Object(_)) => self.0.shift_remove(key).and_then(Self::of),
            _ => None,
        }
    }

    /// A place given as `{x, y}`, left in.
    pub(super) fn point(value: &Value) -> Option<(f32, f32)> {
        Some((coordinate(value.get("x")?)?, coordinate(value.get("y")?)?))
    }

    /// Puts a key back, for the way back only.
    pub(super) fn keep(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// What was not understood, to go back as it came.
    pub(super) fn into_origin(self, format: &str, id: &str) -> Origin {
        let keys = self.0.into_iter().map(|(key, value)| (key, value.to_string())).collect();
        Origin { format: format.to_owned(), id: id.to_owned(), keys, ..Origin::default() }
    }
}

/// A text as it is, a number or a truth value as text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// A finite number, also one that is written as text.
pub(super) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// A number that can be a place on a drawing.
pub(super) fn coordinate(value: &Value) -> Option<f32> {
    number_of(value).filter(|number| number.abs() <= FARTHEST).map(|number| number as f32)
}

/// Whether a value says nothing: tools write such defaults everywhere.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(says_nothing),
        _ => false,
    }
}

/// What an import could not carry, collected on the way.
#[derive(Debug, Default)]
pub(super) struct Losses {
    list: Vec<Loss>,
    unused: BTreeMap<(&'static str, String), Vec<String>>,
}

impl Losses {
    /// Notes a loss.
    pub(super) fn add(&mut self, place: impl Into<String>, what: impl Into<String>, why: impl Into<String>) {
        self.list.push(Loss { place: place.into(), what: what.into(), why: why.into() });
    }

    /// Notes the keys of a thing that were not understood; `quiet` are those that only draw or repeat.
    pub(super) fn unused(&mut self, kind: &'static str, name: &str, fields: &Fields, quiet: &[&str]) {
        for (key, value) in &fields.0 {
            if !quiet.contains(&key.as_str()) && !says_nothing(value) {
                self.unused.entry((kind, key.clone())).or_default().push(name.to_owned());
            }
        }
    }

    /// The list: what was noted, in the order of the file, then keys that were not used. What was lost in several
    /// places in the same way is one entry.
    pub(super) fn into_list(self) -> Vec<Loss> {
        let mut list: Vec<Loss> = Vec::new();
        let mut places: Vec<Vec<String>> = Vec::new();
        let mut seen: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for loss in self.list {
            let kind = loss.place.split(' ').next().unwrap_or_default().to_owned();
            let at = *seen.entry((kind, loss.what.clone(), loss.why.clone())).or_insert(list.len());
            if let Some(others) = places.get_mut(at) {
                others.push(loss.place);
            } else {
                places.push(vec![loss.place.clone()]);
                list.push(loss);
            }
        }
        for ((kind, key), names) in self.unused {
            let why = "there is no place for it here; it is kept for the way back";
            list.push(Loss { place: String::new(), what: format!("the key {key}"), why: why.to_owned() });
            places.push(names.into_iter().map(|name| format!("{kind} {name}")).collect());
        }
        for (loss, places) in list.iter_mut().zip(&places) {
            const NAMED: usize = 3;
            let named: Vec<&str> = places.iter().take(NAMED).map(String::as_str).collect();
            loss.place = match places.len().saturating_sub(NAMED) {
                0 => named.join(", "),
                more => format!("{} and {more} more", named.join(", ")),
            };
        }
        list
    }
}

/// Reads JSON.
pub(super) fn json(text: &str) -> Result<Value, ImportError> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message);
        ImportError::Syntax {
            line: error.line().max(1),
            column: error.column().max(1),
            message: message.to_owned(),
        }
    })
}

/// Reads YAML.
pub(super) fn yaml(text: &str) -> Result<Value, ImportError> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line() as usize, at.column() as usize));
        let whole = error.without_snippet().render();
        let message = whole.lines().next().unwrap_or_default().to_owned();
        ImportError::Syntax { line: line.max(1), column: column.max(1), message }
    })
}
