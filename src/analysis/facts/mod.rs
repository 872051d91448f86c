//! Facts: what triggers and lint rules may know about a component or an interface.
//!
//! What the diagram, the zones, the assets or an interface's own fields already decide is derived and never asked. What
//! people have said in an attribute is taken. Anything else is unknown, and comes with the attribute that would settle it.
//!
//! - *From the diagram alone*: kind, trust, crossing, direction. What people say cannot change it.
//! - *Said first, then derived*: reading untrusted text, holding private data, reaching the outside, and the like.
//! - *Only said*: everything without an arm in `component.rs` or `interface.rs`.

mod component;
mod interface;
mod memo;
mod system;
#[cfg(test)]
mod tests;

pub(crate) use memo::Memo;
pub(crate) use system::{End, InterfaceFacts, System};

use crate::catalog::{AttributeInfo, AttributeKind, Catalog};
use crate::model::{Answer, Attributes, ItemId, Project};

/// What is known of an attribute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    Truth(bool),
    /// A number; for a scale the rank of the word.
    Number(f64),
    Word(&'a str),
    /// Nobody has said. This attribute of this item would settle it.
    Unknown(Gap),
}

/// An attribute of an item that nobody has said anything about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Gap {
    pub(crate) item: ItemId,
    /// Its place in the catalogue's list.
    pub(crate) attribute: u16,
}

/// A component or an interface, by its place in [`System`]. An interface is looked at in the direction of its arrow, or
/// against it where it goes both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Component(usize),
    Interface { at: usize, reversed: bool },
}

/// Reads facts. `assumed` stands for an answer that nobody has given yet: what if they did?
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) system: &'a System<'a>,
    pub(crate) catalog: &'a Catalog,
    rules: &'a [Option<Rule>],
    assumed: Option<(Gap, bool)>,
    memo: Option<&'a Memo<'a>>,
}

/// How an attribute is derived: for components and for interfaces.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    component: Option<component::Derivation>,
    interface: Option<interface::Derivation>,
}

/// The derivation of each attribute of a catalogue, in its order.
pub(crate) fn rules(catalog: &Catalog) -> Vec<Option<Rule>> {
    let rule = |info: &AttributeInfo| {
        let (component, interface) = (component::derivation(&info.name), interface::derivation(&info.name));
        (component.is_some() || interface.is_some()).then_some(Rule { component, interface })
    };
    catalog.attributes.iter().map(rule).collect()
}

impl<'a> Facts<'a> {
    pub(crate) fn new(system: &'a System<'a>, catalog: &'a Catalog, rules: &'a [Option<Rule>]) -> Self {
        Self { system, catalog, rules, assumed: None, memo: None }
    }

    /// The same facts, each derived once.
    pub(crate) fn remembering(self, memo: Option<&'a Memo<'a>>) -> Self {
        Self { memo, ..self }
    }

    pub(crate) fn project(&self) -> &'a Project {
        self.system.project
    }

    /// The same facts, and somebody had answered that.
    pub(crate) fn assuming(self, gap: Gap, yes: bool) -> Self {
        Self { assumed: Some((gap, yes)), ..self }
    }

    /// What is known of an attribute of an element.
    pub(crate) fn value(&self, element: Element, attribute: u16) -> Value<'a> {
        let rule = self.rules.get(usize::from(attribute)).copied().flatten();
        match element {
            Element::Component(at) => match self.system.components.get(at) {
                Some(component) => match rule.and_then(|rule| rule.component) {
                    Some(derivation) => self.remembered(element, derivation as usize, || {
                        component::derive(self, component, derivation, attribute)
                    }),
                    None => {
                        self.said(&component.component.attributes, component.component.id.into(), attribute)
                    }
                },
                None => Value::Truth(false),
            },
            Element::Interface { at, reversed } => match self.system.interfaces.get(at) {
                Some(interface) => match rule.and_then(|rule| rule.interface) {
                    Some(derivation) => self.remembered(element, derivation as usize, || {
                        interface::derive(self, interface, reversed, derivation, attribute)
                    }),
                    None => {
                        self.said(&interface.interface.attributes, interface.interface.id.into(), attribute)
                    }
                },
                None => Value::Truth(false),
            },
        }
    }

    /// What was derived before. What is known stays known whatever somebody might answer; what is open does not.
    fn remembered(
        &self,
        element: Element,
        derivation: usize,
        derive: impl FnOnce() -> Value<'a>,
    ) -> Value<'a> {
        let Some(cell) = self.memo.and_then(|memo| memo.cell(element, derivation)) else { return derive() };
        match (cell.get(), self.assumed) {
            (Some(known), None) => known,
            (Some(known), Some(_)) if !matches!(known, Value::Unknown(_)) => known,
            (_, Some(_)) => derive(),
            (None, None) => {
                let value = derive();
                cell.set(Some(value));
                value
            }
        }
    }

    /// What people have said, or would have said.
    fn said(&self, attributes: &'a Attributes, item: ItemId, attribute: u16) -> Value<'a> {
        let gap = Gap { item, attribute };
        let Some(info) = self.catalog.attributes.get(usize::from(attribute)) else {
            return Value::Unknown(gap);
        };
        match attributes.get(&info.name).and_then(|answer| value_of(info, answer)) {
            Some(value) => value,
            None => match self.assumed {
                Some((assumed, yes)) if assumed == gap => {
                    value_of(info, info.meaning(yes)).unwrap_or(Value::Unknown(gap))
                }
                _ => Value::Unknown(gap),
            },
        }
    }

    /// The place of an attribute in the catalogue's list. An attribute that the catalogue lacks has a place past its end,
    /// where nothing is ever said.
    pub(crate) fn place_of(&self, name: &str) -> u16 {
        place_of(self.catalog, name)
    }
}

/// The place of an attribute in the catalogue's list, or one past every place.
pub(crate) fn place_of(catalog: &Catalog, name: &str) -> u16 {
    let found = catalog.attributes.binary_search_by(|info| info.name.as_str().cmp(name));
    found.ok().and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX)
}

/// An answer as a value; none for an answer that does not fit the attribute, which then counts as not given.
pub(crate) fn value_of<'a>(info: &'a AttributeInfo, answer: &'a Answer) -> Option<Value<'a>> {
    Some(match answer {
        Answer::Yes => Value::Truth(true),
        Answer::No => Value::Truth(false),
        Answer::Number(number) => Value::Number(*number),
        Answer::Text(word) if info.kind == AttributeKind::Scale => Value::Number(rank(info, word)?),
        Answer::Text(word) => Value::Word(word),
        Answer::Many(_) => return None,
    })
}

/// The place of a word on an attribute's scale.
pub(crate) fn rank(info: &AttributeInfo, word: &str) -> Option<f64> {
    let place = info.words.iter().position(|listed| listed == word)?;
    Some(place as f64)
}

impl Element {
    /// The element in the direction of its arrow.
    pub(crate) fn forward(self) -> Self {
        match self {
            Self::Interface { at, .. } => Self::Interface { at, reversed: false },
            component @ Self::Component(_) => component,
        }
    }
}
