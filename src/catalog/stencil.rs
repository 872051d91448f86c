//! Stencils: components that people draw again and again, with what is usually true of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

use super::{AttributeInfo, AttributeKind, Catalog, ElementKind};
use crate::model::{Answer, Attributes, Component, ComponentKind, plain_word};

/// A component to be drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stencil {
    /// What people call it: `PostgreSQL`.
    pub name: String,
    /// What else people call it, in small letters.
    pub words: Vec<String>,
    /// The group that it is listed under.
    pub group: String,
    /// What it is.
    pub kind: ComponentKind,
    /// Its icon under assets/icons.
    pub icon: String,
    /// What it is made of, where the stencil says so.
    #[serde(default)]
    pub technology: String,
    /// What it does, in a sentence.
    pub description: String,
    /// What is usually true of its like. In a model it counts as assumed until somebody confirms it.
    pub assumed: Attributes,
    /// The pack that it came from; none for those that the program comes with.
    #[serde(skip)]
    pub pack: Option<Arc<str>>,
}

impl Stencil {
    /// The component, with no id and no place yet. An empty name is the stencil's own.
    pub fn component(&self, name: &str) -> Component {
        let name = if name.trim().is_empty() { self.name.as_str() } else { name.trim() };
        Component {
            kind: self.kind,
            name: name.to_owned(),
            technology: self.technology.clone(),
            icon: self.icon.clone(),
            description: self.description.clone(),
            attributes: self.assumed.clone(),
            assumed: self.assumed.0.keys().cloned().collect(),
            ..Component::default()
        }
    }

    /// How well words fit it: 0 is best, none is not at all. Each word must be in its name, in what else it is called, in
    /// its technology or in its group.
    fn rank(&self, words: &[String]) -> Option<usize> {
        let name = plain_word(&self.name);
        let mut rank = name.len() / 8;
        for word in words {
            let begins =
                |text: &str| text.split([' ', '-', '/']).any(|part| plain_word(part).starts_with(word));
            rank += if name == *word {
                0
            } else if name.starts_with(word.as_str()) {
                2
            } else if self.words.iter().any(|other| plain_word(other) == *word) {
                3
            } else if begins(&self.name) {
                5
            } else if self.words.iter().any(|other| begins(other)) {
                8
            } else if begins(&self.technology) || begins(&self.group) || begins(self.kind.label()) {
                20
            } else {
                return None;
            };
        }
        Some(rank)
    }
}

impl Catalog {
    /// The stencil that is called that, or also called that.
    pub fn stencil(&self, name: &str) -> Option<&Arc<Stencil>> {
        let wanted = plain_word(name);
        if wanted.is_empty() {
            return None;
        }
        let named = self.stencils.iter().find(|stencil| plain_word(&stencil.name) == wanted);
        named.or_else(|| {
            self.stencils.iter().find(|stencil| stencil.words.iter().any(|word| plain_word(word) == wanted))
        })
    }

    /// The stencils that words find, the best first. No words find all, in the order of the file.
    pub fn find_stencils(&self, text: &str) -> Vec<&Arc<Stencil>> {
        let words: Vec<String> =
            text.split([' ', '-', '_', '/']).map(plain_word).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return self.stencils.iter().collect();
        }
        let whole = plain_word(text);
        let mut found: Vec<(usize, &Arc<Stencil>)> = self
            .stencils
            .iter()
            .filter_map(|stencil| {
                let apart = stencil.rank(&words)?;
                // "object storage" is one name, not two words that both happen to fit.
                let together =
                    if words.len() > 1 { stencil.rank(std::slice::from_ref(&whole)) } else { None };
                Some((together.map_or(apart, |together| together.min(apart)), stencil))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, stencil)| stencil).collect()
    }

    /// What is wrong with a stencil, if anything.
    pub(super) fn wrong_with(&self, stencil: &Stencil, taken: &BTreeSet<String>) -> Option<String> {
        let name = &stencil.name;
        if taken.contains(&plain_word(name)) {
            return Some(format!("{name} stands twice"));
        }
        if stencil.description.is_empty() || stencil.group.is_empty() || stencil.words.is_empty() {
            return Some(format!("{name} lacks a description, a group or words to find it by"));
        }
        self.wrong_assumption(stencil)
    }

    /// What is wrong with what a stencil assumes, if anything.
    pub(super) fn wrong_assumption(&self, stencil: &Stencil) -> Option<String> {
        let name = &stencil.name;
        stencil.assumed.0.iter().find_map(|(attribute, answer)| {
            let Some(info) = self.attribute(attribute) else {
                return Some(format!("{name} assumes {attribute}, which no attribute is called"));
            };
            if !info.of.contains(&ElementKind::from(stencil.kind)) {
                return Some(format!("{name} assumes {attribute}, which a {} cannot have", stencil.kind));
            }
            (!info.takes(answer))
                .then(|| format!("{name} assumes {attribute} is {answer:?}, which it cannot be"))
        })
    }
}

impl AttributeInfo {
    /// Whether that is an answer to it.
    pub fn takes(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Yes | Answer::No => self.kind == AttributeKind::YesNo,
            Answer::Number(_) => self.kind == AttributeKind::Number,
            Answer::Text(word) => {
                !matches!(self.kind, AttributeKind::YesNo | AttributeKind::Number)
                    && (self.words.is_empty() || self.words.contains(word))
            }
            Answer::Many(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CatalogTexts;

    #[test]
    fn there_are_enough_of_every_kind_and_each_says_what_it_assumes() {
        let catalog = CatalogTexts::BUILTIN.read().unwrap();
        assert!(catalog.stencils.len() >= 80, "{} stencils", catalog.stencils.len());
        for kind in ComponentKind::ALL {
            let number = catalog.stencils.iter().filter(|stencil| stencil.kind == *kind).count();
            assert!(number >= 8, "only {number} of {kind}");
        }
        for stencil in &catalog.stencils {
            let name = &stencil.name;
            assert!(!stencil.assumed.0.is_empty(), "{name} assumes nothing");
            assert!(stencil.description.ends_with('.'), "{name}: {}", stencil.description);
            let component = stencil.component("");
            assert_eq!((component.kind, component.name.as_str()), (stencil.kind, name.as_str()));
            assert_eq!(component.assumed.len(), component.attributes.0.len(), "{name}");
            assert_eq!(catalog.stencil(name).map(|found| &found.name), Some(name));
        }
    }

    /// The best that words find.
    fn check(words: &str, expected: Option<&str>) {
        let found = Catalog::builtin().find_stencils(words);
        assert_eq!(found.first().map(|stencil| stencil.name.as_str()), expected, "{words}");
    }

    #[test]
    fn stencils_are_found_by_what_people_call_them() {
        for (words, expected) in [
            ("postgres", "PostgreSQL"),
            ("s3", "Object storage"),
            ("bucket", "Object storage"),
            ("object storage", "Object storage"),
            ("kafka", "Event stream"),
            ("mcp", "MCP server"),
            ("remote mcp", "Outside MCP server"),
            ("pinecone", "Vector store"),
            ("llm", "Hosted language model"),
            ("ollama", "Own language model"),
            ("redis", "Redis cache"),
            ("k8s", "Kubernetes cluster"),
            ("lambda", "Serverless function"),
            ("okta", "Identity provider"),
            ("human in the loop", "Approver"),
            ("stripe", "Payment provider"),
            ("plc", "Controller"),
            ("github actions", "CI runner"),
            ("splunk", "Log store"),
        ] {
            check(words, Some(expected));
        }
        check("zebra", None);
        let all: Vec<&Arc<Stencil>> = Catalog::builtin().stencils.iter().collect();
        assert_eq!(Catalog::builtin().find_stencils(" "), all, "group by group");
        assert!(Catalog::builtin().find_stencils("database").len() >= 8);
    }

    #[test]
    fn a_name_means_one_stencil() {
        let catalog = Catalog::builtin();
        for (name, expected) in [
            ("Postgre SQL", Some("PostgreSQL")),
            ("rabbitmq", Some("Message queue")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(catalog.stencil(name).map(|stencil| stencil.name.as_str()), expected, "{name}");
        }
    }
}
