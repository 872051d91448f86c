//! The catalogue made ready for one model: triggers with their names looked up, and what each element makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::{Code, Truth, compile, survey_at};
use super::memory::Memory;
use super::questions::Tally;
use super::{Rest, Suggestion, explain, is_worth_asking};
use crate::analysis::facts::{Element, Facts, Gap, Memo, Rule, System, rules};
use crate::catalog::{Catalog, CatalogThreat, ElementKind};
use crate::model::{Project, Target};

/// Every trigger of a catalogue, by starting risk, highest first, then by id.
pub(super) struct Engine {
    rules: Vec<Option<Rule>>,
    entries: Vec<(Arc<CatalogThreat>, Code)>,
    by_kind: BTreeMap<ElementKind, Vec<usize>>,
    /// Attributes that some trigger reads at the far end of an interface.
    pub(super) far_reads: BTreeSet<u16>,
}

/// Which list a suggestion stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    Fires,
    NeedsAnswer,
    Answered,
    Dismissed,
}

/// What the catalogue makes of one element.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Looked {
    /// What is worth showing, in the order of the threats.
    pub(super) shown: Vec<(List, Arc<Suggestion>)>,
    /// What answers would do here.
    pub(super) tallies: Vec<(Gap, Tally)>,
    pub(super) unasked: usize,
    pub(super) silent: usize,
}

impl Engine {
    pub(super) fn of(catalog: &Catalog) -> Self {
        Self::of_threats(catalog, &catalog.threats)
    }

    /// The same for some threats only.
    pub(super) fn of_threats(catalog: &Catalog, threats: &[Arc<CatalogThreat>]) -> Self {
        let mut entries: Vec<(Arc<CatalogThreat>, Code)> =
            threats.iter().map(|threat| (Arc::clone(threat), compile(catalog, &threat.trigger))).collect();
        entries.sort_by(|(a, _), (b, _)| {
            (b.likelihood + b.impact, &a.id).cmp(&(a.likelihood + a.impact, &b.id))
        });
        let mut by_kind: BTreeMap<ElementKind, Vec<usize>> = BTreeMap::new();
        let mut far_reads = BTreeSet::new();
        for (place, (threat, code)) in entries.iter().enumerate() {
            by_kind.entry(threat.applies_to).or_default().push(place);
            code.far_reads(&mut far_reads);
        }
        Self { rules: rules(catalog), entries, by_kind, far_reads }
    }

    pub(super) fn facts<'a>(
        &'a self,
        system: &'a System<'a>,
        catalog: &'a Catalog,
        memo: Option<&'a Memo<'a>>,
    ) -> Facts<'a> {
        Facts::new(system, catalog, &self.rules).remembering(memo)
    }

    /// The triggers for an element, and what they are aimed at; none when it is out of scope.
    fn concerns(
        &self,
        facts: &Facts<'_>,
        element: Element,
    ) -> Option<(Target, impl Iterator<Item = usize> + '_)> {
        let (target, kind, crosses) = match element {
            Element::Component(at) => {
                let component = facts.system.component(at).filter(|facts| !facts.component.out_of_scope)?;
                (Target::Component(component.component.id), component.component.kind.into(), false)
            }
            Element::Interface { at, .. } => {
                let interface = facts.system.interface(at)?;
                let in_scope = |end: Option<usize>| {
                    end.and_then(|end| facts.system.component(end))
                        .is_some_and(|end| !end.component.out_of_scope)
                };
                let matters = interface.interface.is_attached()
                    && !interface.interface.out_of_scope
                    && (in_scope(interface.from) || in_scope(interface.to));
                if !matters {
                    return None;
                }
                (Target::Interface(interface.interface.id), ElementKind::Flow, interface.crosses)
            }
        };
        let of = |kind: ElementKind| self.by_kind.get(&kind).into_iter().flatten().copied();
        let crossing = crosses.then_some(ElementKind::Crossing);
        Some((target, of(kind).chain(crossing.into_iter().flat_map(of))))
    }

    /// The triggers for an element, and what they are aimed at; none when it is out of scope.
    pub(super) fn codes_at(
        &self,
        facts: &Facts<'_>,
        element: Element,
    ) -> Option<(Target, impl Iterator<Item = &Code> + '_)> {
        let (target, concerns) = self.concerns(facts, element)?;
        Some((target, concerns.filter_map(|order| self.entries.get(order).map(|(_, code)| code))))
    }

    /// Every threat at an element, but for those that the model already holds; none when it is out of scope.
    pub(super) fn look(
        &self,
        facts: &Facts<'_>,
        memory: &Memory<'_>,
        element: Element,
    ) -> Option<(Target, Looked)> {
        let (target, concerns) = self.concerns(facts, element)?;
        let mut looked = Looked::default();
        let mut gaps = Vec::new();
        for order in concerns {
            let Some((threat, code)) = self.entries.get(order) else { continue };
            if memory.holds(threat, target) {
                continue;
            }
            gaps.clear();
            let (truth, element) = survey_at(facts, code, element, &mut gaps);
            if truth == Truth::False {
                looked.silent += 1;
                continue;
            }
            if let Truth::Unknown(first) = truth {
                for gap in gaps.iter().filter(|gap| is_worth_asking(facts, **gap)) {
                    let tally = Tally::of(facts, *gap, threat, code, element).first(*gap == first);
                    match looked.tallies.iter_mut().find(|(known, _)| known == gap) {
                        Some((_, known)) => known.add(&tally),
                        None => looked.tallies.push((*gap, tally)),
                    }
                }
            }
            let recalled = memory.recall(threat, target);
            let rests_on = || explain::facts(facts, code, element);
            let list = match (recalled.dismissal, truth) {
                (Some(known), _) if known.facts.is_empty() || known.facts == rests_on() => List::Dismissed,
                _ if !recalled.controls.is_empty() => List::Answered,
                (_, Truth::Unknown(gap)) if is_worth_asking(facts, gap) => List::NeedsAnswer,
                (_, Truth::Unknown(_)) => {
                    looked.unasked += 1;
                    continue;
                }
                _ => List::Fires,
            };
            let suggestion = Suggestion {
                threat: Arc::clone(threat),
                target,
                why: explain::why(facts, code, element, truth),
                gaps: if truth == Truth::True { Vec::new() } else { gaps.clone() },
                controls: recalled.controls,
                set_aside: recalled.dismissal.map(|dismissal| dismissal.reason.clone()),
                changed: match (list, recalled.dismissal) {
                    (List::Fires | List::NeedsAnswer | List::Answered, Some(known)) => {
                        explain::changes(&known.facts, &rests_on())
                    }
                    _ => Vec::new(),
                },
                order: order as u16,
            };
            looked.shown.push((list, Arc::new(suggestion)));
        }
        looked.shown.sort_by_key(|(list, suggestion)| (*list, suggestion.order));
        Some((target, looked))
    }

    /// What a suggestion rests on, as a dismissal writes it down.
    pub(super) fn rests_on(&self, facts: &Facts<'_>, suggestion: &Suggestion) -> String {
        let system = facts.system;
        let element = match suggestion.target {
            Target::Component(id) => system.place_of(id).map(Element::Component),
            Target::Interface(id) => {
                system.place_of_interface(id).map(|at| Element::Interface { at, reversed: false })
            }
            _ => None,
        };
        let entry = self.entries.get(usize::from(suggestion.order));
        let (Some(element), Some((_, code))) = (element, entry) else { return String::new() };
        let (_, element) = survey_at(facts, code, element, &mut Vec::new());
        explain::facts(facts, code, element)
    }
}

/// What the catalogue has nothing to say about, and why: everywhere, or at one target.
pub fn rest(project: &Project, catalog: &Catalog, only: Option<Target>) -> Rest {
    let engine = Engine::of(catalog);
    let system = System::of(project);
    let memo = Memo::of(&system);
    let facts = engine.facts(&system, catalog, Some(&memo));
    let memory = Memory::of(project);
    let mut rest = Rest::default();
    for element in system.elements() {
        let Some((target, concerns)) = engine.concerns(&facts, element) else { continue };
        if only.is_some_and(|only| only != target) {
            continue;
        }
        for order in concerns {
            let Some((threat, code)) = engine.entries.get(order) else { continue };
            let recalled = memory.recall(threat, target);
            let (truth, element) = survey_at(&facts, code, element, &mut Vec::new());
            let is_shown = match truth {
                Truth::True => true,
                Truth::False => false,
                Truth::Unknown(gap) => {
                    let dismissed = recalled.dismissal.is_some_and(|known| {
                        known.facts.is_empty() || known.facts == explain::facts(&facts, code, element)
                    });
                    dismissed || !recalled.controls.is_empty() || is_worth_asking(&facts, gap)
                }
            };
            if is_shown || memory.holds(threat, target) {
                continue;
            }
            let suggestion = Suggestion {
                threat: Arc::clone(threat),
                target,
                why: explain::why(&facts, code, element, truth),
                gaps: Vec::new(),
                controls: Vec::new(),
                set_aside: recalled.dismissal.map(|dismissal| dismissal.reason.clone()),
                changed: Vec::new(),
                order: order as u16,
            };
            if truth == Truth::False { rest.silent.push(suggestion) } else { rest.unasked.push(suggestion) }
        }
    }
    for list in [&mut rest.unasked, &mut rest.silent] {
        list.sort_by_key(Suggestion::key);
    }
    rest
}
