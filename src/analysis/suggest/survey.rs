//! The evaluation of a whole model in stretches, so that whoever has threads can share the work. What comes out depends on
//! the model alone, not on who took which stretch.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Suggestions;
use super::engine::{Engine, List, Looked};
use super::evaluation::{Evaluation, Shown};
use super::memory::Memory;
use super::questions::{OpenQuestion, Tally};
use super::touched::Surroundings;
use crate::analysis::facts::{Element, Gap, Memo, System};
use crate::catalog::Catalog;
use crate::model::{Project, Target};

/// So many elements are one stretch: few enough that two threads end at nearly the same time.
const STRETCH: usize = 400;

/// A model and the catalogue, ready to be evaluated.
pub struct Survey<'a> {
    catalog: &'a Catalog,
    engine: Engine,
    system: System<'a>,
    memory: Memory<'a>,
    elements: Vec<Element>,
}

/// What the catalogue makes of some elements.
pub struct Stretch {
    number: usize,
    looked: Vec<(Target, Looked)>,
    /// What answers would do, by gap.
    tallies: Vec<(Gap, Tally)>,
    lists: BTreeMap<List, Shown>,
}

impl std::fmt::Debug for Survey<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Survey").field("elements", &self.elements.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Stretch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stretch").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<'a> Survey<'a> {
    /// Gets the work ready.
    pub fn of(project: &'a Project, catalog: &'a Catalog) -> Self {
        let system = System::of(project);
        let elements = system.elements().collect();
        Self { catalog, engine: Engine::of(catalog), memory: Memory::of(project), system, elements }
    }

    /// How many stretches there are.
    pub fn stretches(&self) -> usize {
        self.elements.len().div_ceil(STRETCH)
    }

    /// Evaluates the stretches that `take` gives the numbers of, until it gives no more. Facts that are known of one
    /// element serve for the next.
    pub fn work(&self, mut take: impl FnMut() -> Option<usize>) -> Vec<Stretch> {
        let memo = Memo::of(&self.system);
        let facts = self.engine.facts(&self.system, self.catalog, Some(&memo));
        let mut done = Vec::new();
        while let Some(number) = take() {
            let elements = self.elements.get(self.range(number)).unwrap_or_default();
            let look = |element: &Element| self.engine.look(&facts, &self.memory, *element);
            let looked: Vec<(Target, Looked)> = elements.iter().filter_map(look).collect();
            let parts = looked.iter().flat_map(|(_, looked)| looked.tallies.iter().cloned()).collect();
            let mut lists: BTreeMap<List, Shown> = BTreeMap::new();
            for (list, suggestion) in looked.iter().flat_map(|(_, looked)| &looked.shown) {
                lists.entry(*list).or_default().push(Arc::clone(suggestion));
            }
            for shown in lists.values_mut() {
                shown.sort_by_key(|suggestion| suggestion.key());
            }
            done.push(Stretch { number, tallies: summed(parts), lists, looked });
        }
        done
    }

    fn range(&self, number: usize) -> Range<usize> {
        let start = number.saturating_mul(STRETCH).min(self.elements.len());
        start..(start + STRETCH).min(self.elements.len())
    }

    /// Puts all stretches together, whatever their order.
    pub fn gather(self, mut stretches: Vec<Stretch>) -> Evaluation {
        stretches.sort_unstable_by_key(|stretch| stretch.number);
        let mut suggestions = Suggestions::default();
        let (mut looked, mut parts) = (Vec::with_capacity(self.elements.len()), Vec::new());
        for stretch in stretches {
            suggestions.unasked += stretch.looked.iter().map(|(_, looked)| looked.unasked).sum::<usize>();
            suggestions.silent += stretch.looked.iter().map(|(_, looked)| looked.silent).sum::<usize>();
            looked.extend(stretch.looked);
            parts.extend(stretch.tallies);
            for (list, shown) in stretch.lists {
                suggestions.list(list).extend(shown);
            }
        }
        // Each stretch is in order already, which the sort makes use of.
        for list in List::ALL {
            suggestions.list(list).sort_by_key(|suggestion| suggestion.key());
        }
        let tallies = summed(parts);
        suggestions.questions =
            tallies.iter().filter_map(|(gap, tally)| tally.question(self.catalog, *gap)).collect();
        suggestions.questions.sort_by_key(OpenQuestion::key);
        Evaluation {
            looked: looked.into_iter().collect(),
            tallies: tallies.into_iter().collect(),
            surroundings: Surroundings::of(&self.system),
            suggestions,
            engine: self.engine,
        }
    }
}

/// One sum for each gap, in the order of the gaps.
fn summed(mut parts: Vec<(Gap, Tally)>) -> Vec<(Gap, Tally)> {
    parts.sort_by_key(|(gap, _)| *gap);
    let mut sums: Vec<(Gap, Tally)> = Vec::with_capacity(parts.len());
    for (gap, part) in parts {
        match sums.last_mut().filter(|(last, _)| *last == gap) {
            Some((_, tally)) => tally.add(&part),
            None => sums.push((gap, part)),
        }
    }
    sums
}
