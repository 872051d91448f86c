//! Fingerprints: the same model, whoever wrote the file, has the same one.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::{Evaluation, Policy, Project, ReviewSchedule, SimulationSettings, Table};

/// SHA-256, in hexadecimal, of what the model says. Reviews, which hold fingerprints themselves, and views, which only
/// draw, are left out: signing a model or moving a box does not make it another.
pub fn fingerprint(project: &Project) -> String {
    let meaning = Project { reviews: Table::default(), views: Table::default(), ..project.clone() };
    of_text(&text_of(&meaning))
}

/// The fingerprint of a policy, to notice that it changed after a simulation: of what decides how it runs. To approve it,
/// to review it or to explain it better does not make it another.
pub fn of_policy(policy: &Policy) -> String {
    let mut meaning = Policy {
        description: String::new(),
        author: String::new(),
        rationale: String::new(),
        review: ReviewSchedule::default(),
        ..policy.content()
    };
    for rule in &mut meaning.rules {
        rule.description.clear();
        rule.rationale.clear();
    }
    of_text(&text_of(&meaning))
}

/// The fingerprint of what a model says to every run of its policies: what metrics mean, agents, groups, how policies
/// combine, how they are evaluated. Traces, the stretch of time that is looked at and whether responses act are chosen for
/// one run and not for all, so they are left out.
pub fn of_settings(settings: &SimulationSettings) -> String {
    let evaluation =
        Evaluation { start_ms: None, end_ms: None, closed_loop: false, ..settings.evaluation.clone() };
    let mut meaning = SimulationSettings { traces: Vec::new(), evaluation, ..settings.clone() };
    for metric in meaning.metrics.values_mut() {
        metric.unit.clear();
    }
    for agent in &mut meaning.agents {
        agent.component = None;
    }
    of_text(&text_of(&meaning))
}

/// The records of a model hold nothing that RON cannot write, except unknown keys with broken text, which then count as
/// their debug form: a fingerprint must come out whatever a file held.
fn text_of<T: serde::Serialize + std::fmt::Debug>(value: &T) -> String {
    ron::to_string(value).unwrap_or_else(|_| format!("{value:?}"))
}

fn of_text(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Component, ComponentId, Place, PolicyId, PolicyStatus, Review, ReviewId, Rule, RuleAction, View,
        ViewId,
    };

    #[test]
    fn known_text_has_the_known_digest() {
        assert_eq!(of_text("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_changes_the_meaning_changes_the_fingerprint() {
        let mut project = Project::new("one");
        let before = fingerprint(&project);
        assert_eq!(before, fingerprint(&project.clone()));
        assert_eq!(before.len(), 64);

        project.reviews.insert(Review { id: ReviewId(1), ..Review::default() });
        let mut view = View { id: ViewId(1), ..View::default() };
        view.places.insert(ComponentId(1).into(), Place::default());
        project.views.insert(view);
        assert_eq!(fingerprint(&project), before, "signing and moving leave it");

        project.diagram.put_component(Component { id: ComponentId(1), ..Component::default() });
        let with_component = fingerprint(&project);
        assert_ne!(with_component, before);
        project.name = "two".to_owned();
        assert_ne!(fingerprint(&project), with_component);
    }

    #[test]
    fn a_policy_is_another_when_it_runs_otherwise() {
        let mut policy = Policy { id: PolicyId(1), rules: vec![Rule::default()], ..Policy::default() };
        let before = of_policy(&policy);
        policy.status = PolicyStatus::Active;
        policy.rationale = "Because".to_owned();
        policy.rules[0].rationale = "Because".to_owned();
        policy.decisions.push(crate::model::Decision::default());
        policy.versions.push(crate::model::PolicyVersion::default());
        assert_eq!(of_policy(&policy), before, "approving and explaining leave it");
        policy.rules[0].action = RuleAction::Monitor;
        assert_ne!(of_policy(&policy), before);
    }

    #[test]
    fn settings_are_others_when_every_run_is_another() {
        let before = crate::catalog::example().simulation;
        let check = |same: bool, change: fn(&mut SimulationSettings)| {
            let mut changed = before.clone();
            change(&mut changed);
            assert_ne!(changed, before);
            assert_eq!(of_settings(&changed) == of_settings(&before), same, "{changed:?}");
        };
        check(true, |settings| settings.traces.clear());
        check(true, |settings| settings.evaluation.start_ms = Some(1));
        check(true, |settings| settings.evaluation.end_ms = Some(1));
        check(true, |settings| settings.evaluation.closed_loop ^= true);
        check(true, |settings| settings.metrics.values_mut().for_each(|metric| metric.unit.push('s')));
        check(false, |settings| settings.metrics.clear());
        check(false, |settings| {
            for metric in settings.metrics.values_mut() {
                metric.kind = crate::model::MetricKind::Delta;
            }
        });
        check(false, |settings| settings.agents.clear());
        check(false, |settings| settings.groups.push(crate::model::NamedGroup::default()));
        check(false, |settings| settings.default_allow ^= true);
        check(false, |settings| settings.layers = crate::model::LayerMode::Priority);
        check(false, |settings| settings.evaluation.engine = crate::model::Engine::Prom2);
        check(false, |settings| settings.evaluation.interval_ms += 1);
        check(false, |settings| settings.evaluation.lookback_ms += 1);
        check(false, |settings| settings.evaluation.grace_ms += 1);
    }

    #[test]
    fn an_unknown_key_with_broken_text_still_has_one() {
        let mut project = Project::new("one");
        let before = fingerprint(&project);
        project.extra.0.insert("later".to_owned(), "((".to_owned());
        assert_ne!(fingerprint(&project), before);
    }
}
