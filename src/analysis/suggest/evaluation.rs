//! What the catalogue makes of every element, kept so that an edit costs only what it touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::engine::{Engine, List, Looked};
use super::memory::Memory;
use super::questions::{OpenQuestion, Tally};
use super::survey::Survey;
use super::touched::{Surroundings, touched};
use super::{Suggestion, Suggestions};
use crate::analysis::facts::{Element, Gap, Memo, System};
use crate::catalog::Catalog;
use crate::model::{ItemId, Project, Target};

/// More elements than this are not looked at again while somebody waits.
const MOST_TOUCHED: usize = 1_500;

/// What the catalogue makes of every element of a model.
pub struct Evaluation {
    pub(super) engine: Engine,
    pub(super) looked: BTreeMap<Target, Looked>,
    pub(super) tallies: BTreeMap<Gap, Tally>,
    pub(super) surroundings: Surroundings,
    pub(super) suggestions: Suggestions,
}

impl std::fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluation").field("elements", &self.looked.len()).finish_non_exhaustive()
    }
}

impl Evaluation {
    /// Evaluates every trigger everywhere, on this thread.
    pub fn of(project: &Project, catalog: &Catalog) -> Self {
        let survey = Survey::of(project, catalog);
        let mut left = 0..survey.stretches();
        let done = survey.work(|| left.next());
        survey.gather(done)
    }

    /// What the catalogue has to say.
    pub fn suggestions(&self) -> &Suggestions {
        &self.suggestions
    }

    pub(super) fn into_suggestions(self) -> Suggestions {
        self.suggestions
    }

    /// Evaluates again what an edit has touched. `edited` are the records that differ between `before`, which this was
    /// worked out from, and `after`; dismissals are compared here. False, and nothing is changed, when the edit may
    /// concern so much that all has to be evaluated again.
    pub fn update(
        &mut self,
        before: &Project,
        after: &Project,
        catalog: &Catalog,
        edited: &[ItemId],
    ) -> bool {
        let system = System::of(after);
        let surroundings = Surroundings::of(&system);
        let memory = Memory::of(after);
        let concerns_memory = before.dismissals != after.dismissals
            || edited.iter().any(|item| matches!(item, ItemId::Threat(_) | ItemId::Control(_)));
        let remembered =
            if concerns_memory { memory.changed(&Memory::of(before)) } else { Some(BTreeSet::new()) };
        let around = (&self.surroundings, &surroundings);
        let reached = touched(before, &system, catalog, &self.engine.far_reads, around, edited);
        let (Some(mut targets), Some(remembered)) = (reached, remembered) else { return false };
        targets.extend(remembered);
        if targets.len() > MOST_TOUCHED {
            return false;
        }
        let memo = Memo::of(&system);
        let facts = self.engine.facts(&system, catalog, Some(&memo));
        let mut change = Change::default();
        for target in targets {
            let element = match target {
                Target::Component(id) => system.place_of(id).map(Element::Component),
                Target::Interface(id) => {
                    system.place_of_interface(id).map(|at| Element::Interface { at, reversed: false })
                }
                _ => None,
            };
            let fresh = element.and_then(|element| self.engine.look(&facts, &memory, element));
            let known = match fresh {
                Some((_, fresh)) => {
                    if self.looked.get(&target) == Some(&fresh) {
                        continue;
                    }
                    change.adds(&fresh);
                    self.looked.insert(target, fresh)
                }
                None => self.looked.remove(&target),
            };
            if let Some(known) = known {
                change.takes(known);
            }
        }
        self.surroundings = surroundings;
        self.apply(change, catalog);
        true
    }

    fn apply(&mut self, change: Change, catalog: &Catalog) {
        let suggestions = &mut self.suggestions;
        suggestions.unasked = suggestions.unasked + change.unasked.0 - change.unasked.1;
        suggestions.silent = suggestions.silent + change.silent.0 - change.silent.1;
        for (list, (added, taken)) in change.lists {
            patch(suggestions.list(list), added, &taken, |suggestion: &Arc<Suggestion>| suggestion.key());
        }
        let (mut added, mut taken) = (Vec::new(), Vec::new());
        for (gap, (more, less)) in change.tallies {
            let tally = self.tallies.entry(gap).or_default();
            taken.extend(tally.question(catalog, gap));
            tally.add(&more);
            tally.take(&less);
            added.extend(tally.question(catalog, gap));
            if tally.is_empty() {
                self.tallies.remove(&gap);
            }
        }
        patch(&mut suggestions.questions, added, &taken, OpenQuestion::key);
    }
}

/// Some suggestions of one list.
pub(super) type Shown = Vec<Arc<Suggestion>>;

/// What an edit adds and takes away.
#[derive(Default)]
struct Change {
    lists: BTreeMap<List, (Shown, Shown)>,
    tallies: BTreeMap<Gap, (Tally, Tally)>,
    unasked: (usize, usize),
    silent: (usize, usize),
}

impl Change {
    fn adds(&mut self, looked: &Looked) {
        for (list, suggestion) in &looked.shown {
            self.lists.entry(*list).or_default().0.push(Arc::clone(suggestion));
        }
        for (gap, tally) in &looked.tallies {
            self.tallies.entry(*gap).or_default().0.add(tally);
        }
        self.unasked.0 += looked.unasked;
        self.silent.0 += looked.silent;
    }

    fn takes(&mut self, looked: Looked) {
        for (list, suggestion) in looked.shown {
            self.lists.entry(list).or_default().1.push(suggestion);
        }
        for (gap, tally) in &looked.tallies {
            self.tallies.entry(*gap).or_default().1.add(tally);
        }
        self.unasked.1 += looked.unasked;
        self.silent.1 += looked.silent;
    }
}

impl List {
    pub(super) const ALL: [Self; 4] = [Self::Fires, Self::NeedsAnswer, Self::Answered, Self::Dismissed];
}

impl Suggestions {
    pub(super) fn list(&mut self, list: List) -> &mut Vec<Arc<Suggestion>> {
        match list {
            List::Fires => &mut self.fires,
            List::NeedsAnswer => &mut self.needs_answer,
            List::Answered => &mut self.answered_by_control,
            List::Dismissed => &mut self.dismissed,
        }
    }
}

/// Takes some entries out of a sorted list and puts others in, looking only where they stand.
fn patch<T, K: Ord>(list: &mut Vec<T>, mut added: Vec<T>, taken: &[T], key: impl Fn(&T) -> K) {
    if added.is_empty() && taken.is_empty() {
        return;
    }
    added.sort_by_key(&key);
    let place = |entry: &T| list.partition_point(|known| key(known) < key(entry));
    // What comes in stands before what goes out at the same place.
    let mut steps: Vec<(usize, bool, Option<T>)> = Vec::with_capacity(added.len() + taken.len());
    steps.extend(taken.iter().map(|entry| (place(entry), true, None)));
    steps.extend(added.into_iter().map(|entry| (place(&entry), false, Some(entry))));
    steps.sort_by_key(|(place, goes, _)| (*place, *goes));
    let mut patched = Vec::with_capacity(list.len() + steps.len());
    let mut rest = std::mem::take(list).into_iter();
    let mut at = 0;
    for (place, _, entry) in steps {
        patched.extend(rest.by_ref().take(place - at));
        at = place;
        if let Some(entry) = entry {
            patched.push(entry);
        } else {
            rest.next();
            at += 1;
        }
    }
    patched.extend(rest);
    *list = patched;
}
