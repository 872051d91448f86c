//! One trigger tried on a model while it is being written: where it fires, where not, and where nobody can tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{Truth, survey_at};
use super::engine::Engine;
use super::explain;
use super::names::Names;
use crate::analysis::facts::{Gap, Memo, System};
use crate::catalog::trigger::Trigger;
use crate::catalog::{Catalog, CatalogThreat, ElementKind};
use crate::model::{ItemId, Project, Target};

/// What a trigger makes of a model, element by element in the order of the model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    /// Where it fires.
    pub fires: Vec<Tried>,
    /// Where it cannot tell.
    pub unknown: Vec<Tried>,
    /// Where it does not fire.
    pub silent: Vec<Tried>,
}

/// What a trigger makes of one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The element.
    pub target: Target,
    /// Why, in a few words.
    pub why: String,
    /// The questions that would decide it, in the order of the trigger: whom each is about, and the question.
    pub questions: Vec<(ItemId, String)>,
}

/// Tries a trigger on every element of a kind. What the model has accepted or set aside plays no part.
pub fn trial(project: &Project, catalog: &Catalog, applies_to: ElementKind, trigger: &Trigger) -> Trial {
    let threat = CatalogThreat {
        id: String::new(),
        title: String::new(),
        stride: BTreeSet::new(),
        applies_to,
        trigger: trigger.clone(),
        likelihood: 1,
        impact: 1,
        references: Vec::new(),
        controls: Vec::new(),
        metrics: Vec::new(),
        family: String::new(),
        source: String::new(),
        action: String::new(),
        effect: String::new(),
        pack: None,
    };
    let engine = Engine::of_threats(catalog, &[Arc::new(threat)]);
    let system = System::of(project);
    let memo = Memo::of(&system);
    let facts = engine.facts(&system, catalog, Some(&memo));
    let mut trial = Trial::default();
    for element in system.elements() {
        let Some((target, codes)) = engine.codes_at(&facts, element) else { continue };
        for code in codes {
            let mut gaps = Vec::new();
            let (truth, element) = survey_at(&facts, code, element, &mut gaps);
            let question = |gap: &Gap| {
                let info = catalog.attributes.get(usize::from(gap.attribute))?;
                Some((gap.item, Names::of(project, &[gap.item]).fill(&info.question)))
            };
            let tried =
                |questions| Tried { target, why: explain::why(&facts, code, element, truth), questions };
            match truth {
                Truth::True => trial.fires.push(tried(Vec::new())),
                Truth::False => trial.silent.push(tried(Vec::new())),
                Truth::Unknown(_) => {
                    let questions = gaps.iter().filter_map(question).collect();
                    trial.unknown.push(tried(questions));
                }
            }
        }
    }
    trial
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::suggest::{rest, suggest};
    use crate::catalog::example;

    /// Where a trigger fires on the example, where it cannot tell, and where not.
    #[track_caller]
    fn check(kind: ElementKind, trigger: &str, expected: [&[&str]; 3]) {
        let mut project = example();
        for mut component in project.diagram.components().cloned().collect::<Vec<_>>() {
            component.attributes.0.remove("fails_closed");
            project.diagram.put_component(component);
        }
        let trial = trial(&project, Catalog::builtin(), kind, &trigger.parse().unwrap());
        let names = |list: &[Tried]| -> Vec<String> {
            list.iter().map(|tried| project.name_of(tried.target.into())).collect()
        };
        assert_eq!([names(&trial.fires), names(&trial.unknown), names(&trial.silent)], expected, "{trigger}");
        assert!(trial.unknown.iter().all(|tried| !tried.questions.is_empty()), "{trigger}");
    }

    #[test]
    fn the_example_is_told_apart() {
        let agents = &["assistant_agent", "processor_agent"];
        check(ElementKind::Agent, "kind == agent", [agents, &[], &[]]);
        check(ElementKind::Agent, "fails_closed", [&[], agents, &[]]);
        check(ElementKind::Agent, "kind == datastore", [&[], &[], agents]);
    }

    #[test]
    fn a_trial_says_the_same_as_the_catalogue() {
        let project = example();
        let catalog = Catalog::builtin();
        let all = suggest(&project, catalog);
        let others = rest(&project, catalog, None);
        for threat in &catalog.threats {
            let trial = trial(&project, catalog, threat.applies_to, &threat.trigger);
            for one in others.silent.iter().filter(|one| one.id() == threat.id) {
                assert!(trial.silent.iter().any(|tried| tried.target == one.target), "{}", threat.id);
            }
            for one in all.fires.iter().filter(|one| one.id() == threat.id) {
                let found = trial.fires.iter().find(|tried| tried.target == one.target);
                assert_eq!(found.map(|tried| &tried.why), Some(&one.why), "{}", threat.id);
            }
            for one in all.needs_answer.iter().filter(|one| one.id() == threat.id) {
                let found = trial.unknown.iter().find(|tried| tried.target == one.target).unwrap();
                assert!(!found.questions.is_empty() && found.why == one.why, "{}", threat.id);
            }
        }
    }
}
