//! Facts about an element that threat rules ask for. What nobody has said is unknown, which is not the same as no.

use std::collections::BTreeMap;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// A quantity, in the unit that the catalogue names.
    Number(f64),
    /// A word.
    Text(String),
    /// Several words.
    Many(Vec<String>),
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Attributes by name, in the order of their names. A missing one is unknown.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Attributes(pub BTreeMap<String, Answer>);

impl Attributes {
    /// The answer, if there is one.
    pub fn get(&self, name: &str) -> Option<&Answer> {
        self.0.get(name)
    }

    /// Yes, no, or not known (also for answers that are neither).
    pub fn yes(&self, name: &str) -> Option<bool> {
        match self.0.get(name) {
            Some(Answer::Yes) => Some(true),
            Some(Answer::No) => Some(false),
            _ => None,
        }
    }

    /// Sets an answer, or makes it unknown again.
    pub fn set(&mut self, name: &str, answer: Option<Answer>) {
        match answer {
            Some(answer) => {
                self.0.insert(name.to_owned(), answer);
            }
            None => {
                self.0.remove(name);
            }
        }
    }
}
