//! Suggestions: which threats of the catalogue a model invites, and which questions would decide more of them.
//!
//! Each trigger is evaluated with three values. It *fires*, or it does not (and says why), or it *needs an answer*. What an
//! answer would decide becomes a question, once for each attribute of each element. A question is worth asking when the
//! catalogue says so and everything before it in the trigger already holds; triggers name the capability first and the guard
//! after it, so nobody is asked about the guard of something that is not there.

mod accept;
pub(crate) mod code;
mod explain;
mod names;
mod questions;
#[cfg(test)]
pub(crate) mod tests;

pub use accept::{accept, accept_all, accept_together};
pub use questions::{OpenQuestion, Outcome, Setting, answer};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::code::{Code, Truth, compile, evaluate_at};
use super::facts::{Element, Facts, Gap, System, rules};
use crate::catalog::{Catalog, CatalogThreat, ElementKind};
use crate::model::{ControlId, ControlStatus, Dismissal, ItemId, Project, Reference, Stride, Target};

/// What the catalogue has to say about a model. Each list is sorted by starting risk, highest first, then by id and target.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suggestions {
    /// They can happen.
    pub fires: Vec<Suggestion>,
    /// They can or cannot happen, depending on an answer that is worth asking for.
    pub needs_answer: Vec<Suggestion>,
    /// They would depend on attributes that are not worth a question yet; the inspector offers them.
    pub unasked: Vec<Suggestion>,
    /// They could happen, but a control in place answers them.
    pub answered_by_control: Vec<Suggestion>,
    /// Somebody set them aside, and nothing has changed since.
    pub dismissed: Vec<Suggestion>,
    /// They cannot happen here.
    pub silent: Vec<Suggestion>,
    /// What to ask, the most deciding first.
    pub questions: Vec<OpenQuestion>,
}

/// A threat of the catalogue at one component or interface.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The catalogue's threat.
    pub threat: Arc<CatalogThreat>,
    /// What it would happen to.
    pub target: Target,
    /// Why it fires, why it does not, or what is not known, in a few words.
    pub why: String,
    /// The questions that bear on it, as places in [`Suggestions::questions`].
    pub questions: Vec<usize>,
    /// The controls in place that answer it.
    pub controls: Vec<ControlId>,
    /// Why somebody set it aside. On a suggestion that is not dismissed: it was, and its facts have changed since.
    pub set_aside: Option<String>,
    /// What it rests on, as a dismissal writes it down. Empty for those that cannot happen.
    pub facts: String,
}

impl Suggestion {
    /// `AG-001`.
    pub fn id(&self) -> &str {
        &self.threat.id
    }

    /// A few words.
    pub fn title(&self) -> &str {
        &self.threat.title
    }

    /// Its STRIDE categories.
    pub fn stride(&self) -> &BTreeSet<Stride> {
        &self.threat.stride
    }

    /// The likelihood to start from.
    pub fn likelihood(&self) -> u8 {
        self.threat.likelihood
    }

    /// The impact to start from.
    pub fn impact(&self) -> u8 {
        self.threat.impact
    }

    /// Entries in public frameworks.
    pub fn references(&self) -> &[Reference] {
        &self.threat.references
    }

    /// Catalogue controls that would answer it.
    pub fn suggested_controls(&self) -> &[String] {
        &self.threat.controls
    }

    /// The record that sets it aside for that reason, to put among the project's dismissals.
    pub fn dismissal(&self, reason: &str) -> Dismissal {
        Dismissal {
            catalog: self.threat.id.clone(),
            target: Some(self.target),
            reason: reason.to_owned(),
            facts: self.facts.clone(),
            ..Dismissal::default()
        }
    }

    fn rank(&self) -> (u8, &str, Target) {
        (u8::MAX - self.threat.likelihood - self.threat.impact, &self.threat.id, self.target)
    }
}

impl Suggestions {
    /// What may concern an item: all but those that cannot happen.
    pub fn at(&self, target: Target) -> impl Iterator<Item = &Suggestion> + '_ {
        let lists =
            [&self.fires, &self.needs_answer, &self.unasked, &self.answered_by_control, &self.dismissed];
        lists.into_iter().flatten().filter(move |suggestion| suggestion.target == target)
    }
}

/// A trigger evaluated at an element.
struct Found<'c> {
    threat: &'c Arc<CatalogThreat>,
    code: &'c Code,
    element: Element,
    target: Target,
    truth: Truth,
}

/// What the catalogue has to say about a model.
pub fn suggest(project: &Project, catalog: &Catalog) -> Suggestions {
    let system = System::of(project);
    let rules = rules(catalog);
    let facts = Facts::new(&system, catalog, &rules);
    let compiled: Vec<(&Arc<CatalogThreat>, Code)> =
        catalog.threats.iter().map(|threat| (threat, compile(catalog, &threat.trigger))).collect();
    let found = evaluate_all(&facts, &compiled);

    let memory = Memory::of(project);
    let pending: Vec<&Found<'_>> =
        found.iter().filter(|found| matches!(found.truth, Truth::Unknown(_))).collect();
    let (questions, places) = questions::ask(&facts, &pending);
    let mut suggestions = Suggestions { questions, ..Suggestions::default() };
    for found in &found {
        let suggestion = Suggestion {
            threat: Arc::clone(found.threat),
            target: found.target,
            why: explain::why(&facts, found.code, found.element, found.truth),
            questions: Vec::new(),
            controls: Vec::new(),
            set_aside: None,
            facts: String::new(),
        };
        match found.truth {
            Truth::False => suggestions.silent.push(suggestion),
            Truth::True => {
                let suggestion =
                    Suggestion { facts: explain::facts(&facts, found.code, found.element), ..suggestion };
                let suggestion = memory.recall(suggestion);
                let list = match memory.place_of(&suggestion) {
                    Remembered::Dismissed => &mut suggestions.dismissed,
                    Remembered::Answered => &mut suggestions.answered_by_control,
                    Remembered::Nothing => &mut suggestions.fires,
                };
                list.push(suggestion);
            }
            Truth::Unknown(gap) => {
                let suggestion = Suggestion {
                    facts: explain::facts(&facts, found.code, found.element),
                    questions: places.of(&facts, found),
                    ..suggestion
                };
                let suggestion = memory.recall(suggestion);
                let list = match memory.place_of(&suggestion) {
                    Remembered::Dismissed => &mut suggestions.dismissed,
                    Remembered::Answered => &mut suggestions.answered_by_control,
                    Remembered::Nothing if is_worth_asking(&facts, gap) => &mut suggestions.needs_answer,
                    Remembered::Nothing => &mut suggestions.unasked,
                };
                list.push(suggestion);
            }
        }
    }
    for list in [
        &mut suggestions.fires,
        &mut suggestions.needs_answer,
        &mut suggestions.unasked,
        &mut suggestions.answered_by_control,
        &mut suggestions.dismissed,
        &mut suggestions.silent,
    ] {
        list.sort_by(|a, b| a.rank().cmp(&b.rank()));
    }
    suggestions
}

/// Every threat at every element in scope that it applies to, but for those that the model already holds.
fn evaluate_all<'c>(facts: &Facts<'_>, compiled: &'c [(&'c Arc<CatalogThreat>, Code)]) -> Vec<Found<'c>> {
    let mut by_kind: BTreeMap<ElementKind, Vec<(&'c Arc<CatalogThreat>, &'c Code)>> = BTreeMap::new();
    for (threat, code) in compiled {
        by_kind.entry(threat.applies_to).or_default().push((threat, code));
    }
    let project = facts.project();
    let accepted: BTreeSet<(&str, Target)> = project
        .threats
        .iter()
        .filter_map(|threat| Some((threat.catalog.as_deref()?, &threat.targets)))
        .flat_map(|(id, targets)| targets.iter().map(move |target| (id, *target)))
        .collect();
    let mut found = Vec::new();
    let mut look = |kind: ElementKind, element: Element, target: Target| {
        for (threat, code) in by_kind.get(&kind).into_iter().flatten() {
            if accepted.contains(&(threat.id.as_str(), target)) {
                continue;
            }
            let (truth, element) = evaluate_at(facts, code, element);
            found.push(Found { threat, code, element, target, truth });
        }
    };
    for (at, component) in facts.system.components.iter().enumerate() {
        if !component.component.out_of_scope {
            let target = Target::Component(component.component.id);
            look(component.component.kind.into(), Element::Component(at), target);
        }
    }
    for (at, interface) in facts.system.interfaces.iter().enumerate() {
        let in_scope = |end: Option<usize>| {
            end.and_then(|end| facts.system.component(end)).is_some_and(|end| !end.component.out_of_scope)
        };
        let matters = interface.interface.is_attached()
            && !interface.interface.out_of_scope
            && (in_scope(interface.from) || in_scope(interface.to));
        if matters {
            let element = Element::Interface { at, reversed: false };
            let target = Target::Interface(interface.interface.id);
            look(ElementKind::Flow, element, target);
            if interface.crosses {
                look(ElementKind::Crossing, element, target);
            }
        }
    }
    found
}

/// Whether somebody should be asked: the attribute is worth it, and belongs to that kind of component.
fn is_worth_asking(facts: &Facts<'_>, gap: Gap) -> bool {
    let Some(info) = facts.catalog.attributes.get(usize::from(gap.attribute)) else { return false };
    let kind = match gap.item {
        ItemId::Component(id) => facts.project().diagram.component(id).map(|component| component.kind.into()),
        ItemId::Interface(_) => Some(ElementKind::Flow),
        _ => None,
    };
    info.asked && kind.is_some_and(|kind| info.of.contains(&kind))
}

/// What the model remembers of suggestions: dismissals, and controls in place.
struct Memory<'p> {
    dismissals: BTreeMap<(&'p str, Target), &'p Dismissal>,
    /// Controls in place by catalogue id and what the threat they answer is aimed at.
    by_target: BTreeSet<(Target, &'p str, ControlId)>,
    /// Controls in place by catalogue id and the catalogue threat they answer.
    by_threat: BTreeSet<(&'p str, &'p str, ControlId)>,
}

enum Remembered {
    Dismissed,
    Answered,
    Nothing,
}

impl<'p> Memory<'p> {
    fn of(project: &'p Project) -> Self {
        let dismissals = project
            .dismissals
            .iter()
            .filter_map(|dismissal| Some(((dismissal.catalog.as_str(), dismissal.target?), dismissal)))
            .collect();
        let mut memory = Self { dismissals, by_target: BTreeSet::new(), by_threat: BTreeSet::new() };
        for control in &project.controls {
            let in_place = matches!(control.status, ControlStatus::Implemented | ControlStatus::Verified);
            let Some(catalog) = control.catalog.as_deref().filter(|_| in_place) else { continue };
            for threat in control.threats.iter().filter_map(|id| project.threats.get(*id)) {
                memory.by_target.extend(threat.targets.iter().map(|target| (*target, catalog, control.id)));
                memory
                    .by_threat
                    .extend(threat.catalog.as_deref().map(|threat| (threat, catalog, control.id)));
            }
        }
        memory
    }

    fn recall(&self, suggestion: Suggestion) -> Suggestion {
        let (first, last) = (ControlId(0), ControlId(u32::MAX));
        let mut controls = BTreeSet::new();
        for wanted in suggestion.suggested_controls() {
            let wanted = wanted.as_str();
            let (target, id) = (suggestion.target, suggestion.id());
            let here = self.by_target.range((target, wanted, first)..=(target, wanted, last));
            controls.extend(here.map(|(_, _, control)| *control));
            controls.extend(
                self.by_threat
                    .iter()
                    .filter(|(threat, control, _)| *threat == id && *control == wanted)
                    .map(|found| found.2),
            );
        }
        let dismissal = self.dismissals.get(&(suggestion.id(), suggestion.target));
        Suggestion {
            controls: controls.into_iter().collect(),
            set_aside: dismissal.map(|dismissal| dismissal.reason.clone()),
            ..suggestion
        }
    }

    fn place_of(&self, suggestion: &Suggestion) -> Remembered {
        let dismissal = self.dismissals.get(&(suggestion.id(), suggestion.target));
        if dismissal
            .is_some_and(|dismissal| dismissal.facts.is_empty() || dismissal.facts == suggestion.facts)
        {
            Remembered::Dismissed
        } else if suggestion.controls.is_empty() {
            Remembered::Nothing
        } else {
            Remembered::Answered
        }
    }
}
