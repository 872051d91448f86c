//! The trigger language: when a catalogue threat can happen.
//!
//! `and`, `or`, `not`, comparison, `in [a, b]`, parentheses, `source.x` and `target.x` on interfaces, and
//! `exists inflow|outflow|flow where (…)`. Two phrases stand for analyses of their own. What a name is worth for one
//! component or interface is not known here; see `analysis::suggest`.

mod complete;
mod lexer;
mod parser;
mod print;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use complete::{Completion, complete, place_of_word, place_words};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Trigger {
    /// The attribute is yes.
    Is(Name),
    /// The attribute compares with something.
    Compare(Name, Comparison, Operand),
    /// The attribute is one of some words.
    In(Name, Vec<String>),
    /// It is not so.
    Not(Box<Trigger>),
    /// All are so.
    And(Vec<Trigger>),
    /// One is so.
    Or(Vec<Trigger>),
    /// An interface at the element is so.
    Exists(Way, Box<Trigger>),
    /// There is a way past the element.
    Bypassed,
    /// The element stands in zones of different trust at once.
    SpansTrust,
}

/// The name of an attribute: of the element, or of an interface's end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Which end; none is the element itself.
    pub end: Option<End>,
    /// The attribute.
    pub attribute: String,
}

/// An end of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Where it starts.
    Source,
    /// Where it leads.
    Target,
}

/// Which interfaces of an element are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Those that lead to it.
    Inflow,
    /// Those that start at it.
    Outflow,
    /// Both.
    Flow,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A number.
    Number(f64),
    /// A word: an attribute if one is called so, otherwise the word itself.
    Word(String),
    /// An attribute of an end.
    Name(Name),
}

/// A text that is no trigger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of the trigger: {message}")]
pub struct TriggerError {
    /// The character where it goes wrong, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl Trigger {
    /// Every attribute that is read by name; words that a comparison may take for attributes are left out.
    pub fn attributes(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        match self {
            Self::Is(name) | Self::In(name, _) => {
                found.insert(&name.attribute);
            }
            Self::Compare(name, _, operand) => {
                found.insert(&name.attribute);
                if let Operand::Name(name) = operand {
                    found.insert(&name.attribute);
                }
            }
            Self::Not(inner) | Self::Exists(_, inner) => inner.collect(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.collect(found)),
            Self::Bypassed | Self::SpansTrust => {}
        }
    }
}

impl std::str::FromStr for Trigger {
    type Err = TriggerError;
    fn from_str(text: &str) -> Result<Self, TriggerError> {
        parser::parse(text)
    }
}

impl<'de> serde::Deserialize<'de> for Trigger {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
