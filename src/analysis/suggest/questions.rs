//! Open questions: which answers would decide suggestions, and what each answer would do.

use std::cmp::Reverse;

use super::code::{Code, Truth, evaluate_at};
use super::names::Names;
use crate::analysis::facts::{Element, Facts, Gap};
use crate::catalog::{Catalog, CatalogThreat};
use crate::model::{Answer, Authentication, Encryption, InterfaceId, ItemId, Project};

/// A question that yes or no answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The component or interface that it is about.
    pub item: ItemId,
    /// The attribute that an answer sets.
    pub attribute: String,
    /// How many suggestions one of the two answers decides.
    pub decides: usize,
    /// What yes does.
    pub on_yes: Outcome,
    /// What no does.
    pub on_no: Outcome,
    /// The place of the attribute in the catalogue's list.
    place: u16,
    gravest: u8,
}

impl OpenQuestion {
    /// The question: "Does database check who is calling?".
    pub fn text(&self, project: &Project, catalog: &Catalog) -> String {
        let info = catalog.attribute(&self.attribute);
        info.map_or_else(String::new, |info| Names::of(project, &[self.item]).fill(&info.question))
    }

    /// What it is about: "assistant → database, authentication is not known yet".
    pub fn detail(&self, project: &Project) -> String {
        detail(project, self.item, &self.attribute)
    }

    pub(super) fn gap(&self) -> Gap {
        Gap { item: self.item, attribute: self.place }
    }

    /// The most deciding first, the gravest among equals.
    pub(super) fn key(&self) -> impl Ord + Copy + use<> {
        (Reverse(self.decides), Reverse(self.gravest), self.gap())
    }
}

/// What an answer does to the suggestions that it bears on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// So many fire.
    pub fire: usize,
    /// So many turn out not to apply.
    pub drop_out: usize,
}

/// What to set in the model to give an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// An attribute of a component, interface or zone.
    Attribute {
        /// Whose.
        item: ItemId,
        /// Which.
        name: String,
        /// To what.
        answer: Answer,
    },
    /// How callers of an interface prove who they are.
    Authentication(InterfaceId, Authentication),
    /// How an interface is protected.
    Encryption(InterfaceId, Encryption),
}

/// What to set in the model to answer a question with yes or no. A yes that could be said more exactly is set as "other".
pub fn answer(catalog: &Catalog, question: &OpenQuestion, yes: bool) -> Setting {
    match (question.item, question.attribute.as_str()) {
        (ItemId::Interface(id), "authenticated") => {
            Setting::Authentication(id, if yes { Authentication::Other } else { Authentication::None })
        }
        (ItemId::Interface(id), "encrypted") => {
            Setting::Encryption(id, if yes { Encryption::Other } else { Encryption::None })
        }
        (item, name) => Setting::Attribute {
            item,
            name: name.to_owned(),
            answer: catalog.attribute(name).map_or(Answer::from(yes), |info| info.meaning(yes).clone()),
        },
    }
}

/// The gravest that a threat of the catalogue can be: likelihood and impact together.
const GRAVEST: usize = 10;

/// What one answer would do to all suggestions that it bears on, as sums that can be added to and taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// For how many it is the first thing that is not known, and worth asking.
    asked: u32,
    decides: u32,
    on_yes: [u32; 2],
    on_no: [u32; 2],
    /// How many there are of each gravity.
    gravity: [u16; GRAVEST + 1],
}

impl Tally {
    /// What an answer would do to one suggestion.
    pub(super) fn of(
        facts: &Facts<'_>,
        gap: Gap,
        threat: &CatalogThreat,
        code: &Code,
        element: Element,
    ) -> Self {
        let mut tally = Self::default();
        // Both directions count again: an answer may settle the one that was not looked at first.
        let element = element.forward();
        for (yes, outcome) in [(true, &mut tally.on_yes), (false, &mut tally.on_no)] {
            let place = match evaluate_at(&facts.assuming(gap, yes), code, element) {
                Truth::True => 0,
                Truth::False => 1,
                Truth::Unknown(_) => continue,
            };
            outcome[place] = 1;
            tally.decides = 1;
        }
        let gravity = usize::from(threat.likelihood + threat.impact).min(GRAVEST);
        tally.gravity[gravity] = 1;
        tally
    }

    pub(super) fn first(self, asked: bool) -> Self {
        Self { asked: u32::from(asked), ..self }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.each(other, |own, other| own + other, |own, other| own + other);
    }

    pub(super) fn take(&mut self, other: &Self) {
        self.each(other, |own, other| own - other, |own, other| own - other);
    }

    fn each(&mut self, other: &Self, sum: impl Fn(u32, u32) -> u32, small: impl Fn(u16, u16) -> u16) {
        self.asked = sum(self.asked, other.asked);
        self.decides = sum(self.decides, other.decides);
        for (own, other) in [(&mut self.on_yes, other.on_yes), (&mut self.on_no, other.on_no)] {
            *own = [sum(own[0], other[0]), sum(own[1], other[1])];
        }
        for (own, other) in self.gravity.iter_mut().zip(other.gravity) {
            *own = small(*own, other);
        }
    }

    /// The question, if anybody is to be asked.
    pub(super) fn question(&self, catalog: &Catalog, gap: Gap) -> Option<OpenQuestion> {
        let info = catalog.attributes.get(usize::from(gap.attribute)).filter(|_| self.asked > 0)?;
        let outcome = |counts: [u32; 2]| Outcome { fire: counts[0] as usize, drop_out: counts[1] as usize };
        Some(OpenQuestion {
            item: gap.item,
            attribute: info.name.clone(),
            decides: self.decides as usize,
            on_yes: outcome(self.on_yes),
            on_no: outcome(self.on_no),
            place: gap.attribute,
            gravest: self.gravity.iter().rposition(|count| *count > 0).unwrap_or(0) as u8,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.gravity.iter().all(|count| *count == 0)
    }
}

fn detail(project: &Project, item: ItemId, attribute: &str) -> String {
    match item {
        ItemId::Interface(_) => {
            let name = project.name_of(item);
            match attribute {
                "authenticated" => format!("{name}, authentication is not known yet"),
                "encrypted" => format!("{name}, encryption is not known yet"),
                _ => format!("{name}, nobody has said yet"),
            }
        }
        ItemId::Component(id) => {
            let Some(component) = project.diagram.component(id) else { return String::new() };
            let zone = component.zone.and_then(|zone| project.diagram.zones.get(zone));
            match zone {
                Some(zone) => format!("{} in {}, nobody has said yet", component.kind.label(), zone.name),
                None => format!("{}, nobody has said yet", component.kind.label()),
            }
        }
        _ => String::new(),
    }
}
