//! Suggestions: which threats of the catalogue a model invites, and which questions would decide more of them.
//!
//! Each trigger is evaluated with three values. It *fires*, or it does not (and says why), or it *needs an answer*. What an
//! answer would decide becomes a question, once for each attribute of each element. A question is worth asking when the
//! catalogue says so and everything before it in the trigger already holds; triggers name the capability first and the guard
//! after it, so nobody is asked about the guard of something that is not there.
//!
//! An [`Evaluation`] keeps what was found at each element, so that an edit costs only what it touches.

mod accept;
pub(crate) mod code;
mod engine;
mod evaluation;
#[cfg(test)]
mod evaluation_tests;
mod explain;
mod memory;
mod names;
mod questions;
mod survey;
#[cfg(test)]
pub(crate) mod tests;
mod touched;
mod trial;

pub use accept::{accept, accept_all, accept_together, statement};
pub use engine::rest;
pub use evaluation::Evaluation;
pub use questions::{OpenQuestion, Outcome, Setting, answer};
pub use survey::{Stretch, Survey};
pub use trial::{Trial, Tried, trial};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::engine::Engine;
use super::facts::{Facts, Gap, System};
use crate::catalog::{Catalog, CatalogThreat, ElementKind};
use crate::model::{ControlId, Dismissal, ItemId, Project, Reference, Stride, Target};

/// What the catalogue has to say about a model. Each list is sorted by starting risk, highest first, then by id and target.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suggestions {
    /// They can happen.
    pub fires: Vec<Arc<Suggestion>>,
    /// They can or cannot happen, depending on an answer that is worth asking for.
    pub needs_answer: Vec<Arc<Suggestion>>,
    /// They could happen, but a control in place answers them.
    pub answered_by_control: Vec<Arc<Suggestion>>,
    /// Somebody set them aside, and nothing has changed since.
    pub dismissed: Vec<Arc<Suggestion>>,
    /// How many would depend on attributes that are not worth a question yet; see [`rest`].
    pub unasked: usize,
    /// How many cannot happen here; see [`rest`].
    pub silent: usize,
    /// What to ask, the most deciding first.
    pub questions: Vec<OpenQuestion>,
}

/// What the catalogue has nothing to say about, each with the reason. Sorted like [`Suggestions`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest {
    /// They would depend on attributes that are not worth a question yet; the inspector offers them.
    pub unasked: Vec<Suggestion>,
    /// They cannot happen here.
    pub silent: Vec<Suggestion>,
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
    /// What would settle it, in the order of its trigger.
    gaps: Vec<Gap>,
    /// The controls in place that answer it.
    pub controls: Vec<ControlId>,
    /// Why somebody set it aside. On a suggestion that is not dismissed: it was, and its facts have changed since.
    pub set_aside: Option<String>,
    /// What has changed since it was set aside: "logs actions: was no, now not known". Empty unless it is back for that.
    pub changed: Vec<String>,
    /// The place of its threat among those of the catalogue, by starting risk and id.
    order: u16,
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

    /// The pack that it came from; none for those that the program comes with.
    pub fn pack(&self) -> Option<&str> {
        self.threat.pack.as_deref()
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
    pub fn dismissal(&self, project: &Project, catalog: &Catalog, reason: &str) -> Dismissal {
        let engine = Engine::of(catalog);
        let system = System::of(project);
        let facts = engine.facts(&system, catalog, None);
        Dismissal {
            catalog: self.threat.id.clone(),
            target: Some(self.target),
            reason: reason.to_owned(),
            facts: engine.rests_on(&facts, self),
            ..Dismissal::default()
        }
    }

    fn key(&self) -> (u16, Target) {
        (self.order, self.target)
    }
}

impl Suggestions {
    /// What may concern an item, but for what is not worth a question yet.
    pub fn at(&self, target: Target) -> impl Iterator<Item = &Suggestion> + '_ {
        let lists = [&self.fires, &self.needs_answer, &self.answered_by_control, &self.dismissed];
        lists.into_iter().flatten().map(Arc::as_ref).filter(move |suggestion| suggestion.target == target)
    }

    /// How many threats of the catalogue fire or need an answer, each counted once however many places it has.
    pub fn open_threats(&self) -> usize {
        let open = self.fires.iter().chain(&self.needs_answer);
        open.map(|suggestion| suggestion.order).collect::<BTreeSet<u16>>().len()
    }

    /// How many threats of the catalogue fire, each counted once.
    pub fn threats_that_fire(&self) -> usize {
        self.fires.chunk_by(|one, next| one.order == next.order).count()
    }

    /// The questions that bear on each suggestion, as places in [`Self::questions`].
    pub fn places(&self) -> QuestionPlaces {
        QuestionPlaces(
            self.questions.iter().enumerate().map(|(place, question)| (question.gap(), place)).collect(),
        )
    }
}

/// Where the questions stand, by what they ask.
#[derive(Debug)]
pub struct QuestionPlaces(BTreeMap<Gap, usize>);

impl QuestionPlaces {
    /// The questions that bear on a suggestion, in the order of its trigger.
    pub fn of(&self, suggestion: &Suggestion) -> Vec<usize> {
        suggestion.gaps.iter().filter_map(|gap| self.0.get(gap).copied()).collect()
    }
}

/// What the catalogue has to say about a model.
pub fn suggest(project: &Project, catalog: &Catalog) -> Suggestions {
    Evaluation::of(project, catalog).into_suggestions()
}

/// Whether somebody should be asked: the attribute is worth it, and belongs to that kind of component.
pub(super) fn is_worth_asking(facts: &Facts<'_>, gap: Gap) -> bool {
    let Some(info) = facts.catalog.attributes.get(usize::from(gap.attribute)) else { return false };
    let kind = match gap.item {
        ItemId::Component(id) => facts.project().diagram.component(id).map(|component| component.kind.into()),
        ItemId::Interface(_) => Some(ElementKind::Flow),
        _ => None,
    };
    info.asked && kind.is_some_and(|kind| info.of.contains(&kind))
}
