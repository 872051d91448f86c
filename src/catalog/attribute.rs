//! What can be asked about a component or an interface, and in which words.

use serde::{Deserialize, Serialize};

use crate::model::{Answer, ComponentKind};

/// What an attribute or a threat belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, Serialize)]
pub enum ElementKind {
    /// Code that runs.
    Process,
    /// An AI agent.
    #[default]
    Agent,
    /// An AI model.
    Model,
    /// A tool that agents call.
    Tool,
    /// A data store.
    Store,
    /// A system outside.
    External,
    /// A person.
    Human,
    /// An interface.
    Flow,
    /// An interface that crosses the border of a zone.
    Crossing,
}

impl ElementKind {
    /// The word of the trigger language.
    pub fn word(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Agent => "agent",
            Self::Model => "model",
            Self::Tool => "tool",
            Self::Store => "datastore",
            Self::External => "external",
            Self::Human => "human",
            Self::Flow => "flow",
            Self::Crossing => "boundary_crossing",
        }
    }
}

impl From<ComponentKind> for ElementKind {
    fn from(kind: ComponentKind) -> Self {
        match kind {
            ComponentKind::Process => Self::Process,
            ComponentKind::Agent => Self::Agent,
            ComponentKind::Model => Self::Model,
            ComponentKind::Tool => Self::Tool,
            ComponentKind::Store => Self::Store,
            ComponentKind::External => Self::External,
            ComponentKind::Human => Self::Human,
        }
    }
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum AttributeKind {
    /// Yes or no.
    YesNo,
    /// One of some words, or any word where none are listed.
    Word,
    /// One of some words in rising order.
    Scale,
    /// A number.
    Number,
    /// Free text.
    Text,
}

/// An attribute: what is asked, and how an answer reads in an explanation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AttributeInfo {
    /// The name in triggers and project files.
    pub name: String,
    /// What an answer looks like.
    pub kind: AttributeKind,
    /// The words to choose from, in rising order for a scale.
    #[serde(default)]
    pub words: Vec<String>,
    /// What can have it.
    #[serde(default)]
    pub of: Vec<ElementKind>,
    /// A question that yes or no answers. `{name}` stands for the element, `{source}` and `{target}` for an interface's ends.
    pub question: String,
    /// Yes in a few words, for explanations.
    pub yes: String,
    /// No in a few words, for explanations.
    pub no: String,
    /// Whether it is worth a question as soon as it decides something.
    #[serde(default)]
    pub asked: bool,
    /// The answer that yes stands for.
    #[serde(default = "plain_yes")]
    pub yes_means: Answer,
    /// The answer that no stands for.
    #[serde(default = "plain_no")]
    pub no_means: Answer,
}

fn plain_yes() -> Answer {
    Answer::Yes
}

fn plain_no() -> Answer {
    Answer::No
}

impl AttributeInfo {
    /// The name as a person reads it: "Content filtered".
    pub fn label(&self) -> String {
        let mut letters = self.name.replace('_', " ");
        if let Some(first) = letters.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        letters
    }

    /// The answer that yes or no stands for.
    pub fn meaning(&self, yes: bool) -> &Answer {
        if yes { &self.yes_means } else { &self.no_means }
    }
}
