//! Whatever is done can be undone; nothing is left pointing at nothing.

use proptest::prelude::*;

use super::verbs::{self, NewComponent, NewZone};
use super::{EditError, Transaction};
use crate::model::{
    Answer, Asset, ComponentId, ComponentKind, Control, InterfaceId, ItemId, Place, Policy, Project, Rule,
    Target, Threat, ThreatId, ViewId, Zone, ZoneId,
};

const VIEW: ViewId = ViewId(1);

/// A small system: two agents and a store in nested zones, an asset, a threat, a control, a policy.
fn sample() -> Project {
    let mut project = Project::new("Sample");
    let mut run = |make: &dyn Fn(&Project) -> Transaction| {
        make(&project.clone()).apply(&mut project).expect("the sample is sound");
    };
    let zone = |name: &str, parent| NewZone { name: name.to_owned(), trust: 3, parent, ..NewZone::default() };
    run(&|p| verbs::add_zone(p, VIEW, zone("Cloud", None)).1);
    run(&|p| verbs::add_zone(p, VIEW, zone("Runtime", Some(ZoneId(1)))).1);
    for (kind, name) in
        [(ComponentKind::Agent, "assistant"), (ComponentKind::Agent, "worker"), (ComponentKind::Store, "db")]
    {
        let place = Some(Place { x: 10.0, y: 20.0, ..Place::default() });
        let new = NewComponent { kind, name: name.to_owned(), zone: Some(ZoneId(2)), place };
        run(&|p| verbs::add_component(p, VIEW, new.clone()).1);
    }
    run(&|p| verbs::add_interface(p, ComponentId(1), ComponentId(2)).1);
    run(&|p| verbs::add_interface(p, ComponentId(2), ComponentId(3)).1);
    run(&|p| {
        verbs::add_asset(
            p,
            Asset { name: "data".into(), stored_in: vec![ComponentId(3)], ..Asset::default() },
        )
        .1
    });
    let threat = Threat {
        title: "Leak".into(),
        targets: vec![Target::Component(ComponentId(3))],
        ..Threat::default()
    };
    run(&|p| verbs::add_threat(p, threat.clone()).1);
    run(&|p| {
        verbs::add_control(
            p,
            Control { name: "Access".into(), threats: vec![ThreatId(1)], ..Control::default() },
        )
        .1
    });
    let rule = Rule { name: "Limit".into(), threats: vec![ThreatId(1)], ..Rule::default() };
    run(&|p| {
        verbs::add_policy(p, Policy { name: "Policy".into(), rules: vec![rule.clone()], ..Policy::default() })
            .1
    });
    project
}

/// Applies, checks that nothing is broken, undoes, checks that all is as before, and redoes.
fn check(project: &mut Project, transaction: Transaction) {
    let before = project.clone();
    let undo = transaction.apply(project).expect("the verb makes a sound transaction");
    assert_eq!(project.broken_references(), [], "a verb left something broken");
    let after = project.clone();
    let redo = undo.apply(project).expect("an undo is never refused");
    let mut undone = project.clone();
    undone.next = before.next.clone();
    assert_eq!(undone, before, "undo does not restore");
    redo.apply(project).expect("a redo is never refused");
    assert_eq!(*project, after, "redo does not restore");
}

type Verb<'a> = &'a dyn Fn(&Project) -> Option<Transaction>;

#[test]
fn every_verb_can_be_undone() {
    let verbs: &[Verb<'_>] = &[
        &|p| Some(verbs::delete(p, &[ItemId::Component(ComponentId(2))])),
        &|p| Some(verbs::delete(p, &[ItemId::Component(ComponentId(3)), ItemId::Component(ComponentId(1))])),
        &|p| Some(verbs::delete(p, &[ItemId::Zone(ZoneId(1))])),
        &|p| Some(verbs::delete(p, &[ItemId::Zone(ZoneId(1)), ItemId::Zone(ZoneId(2))])),
        &|p| Some(verbs::delete(p, &[ItemId::Threat(ThreatId(1))])),
        &|p| verbs::rename(p, ItemId::Component(ComponentId(1)), "renamed"),
        &|p| verbs::reverse(p, InterfaceId(1)),
        &|p| verbs::reconnect(p, InterfaceId(1), Some(ComponentId(3)), None),
        &|p| verbs::answer_attribute(p, ItemId::Component(ComponentId(1)), "has_memory", Some(Answer::Yes)),
        &|p| verbs::change_method(p, "appetite", |method| method.appetite = 6.0),
        &|p| verbs::change_details(p, "name", |details| details.name = "Other".into()),
        &|p| verbs::remove_rule(p, crate::model::RuleId(1)),
        &|p| verbs::link_control(p, crate::model::ControlId(1), ThreatId(1), false),
        &|p| {
            let clip = verbs::copy(p, VIEW, &[ItemId::Zone(ZoneId(1))]);
            Some(verbs::paste(p, VIEW, &clip, 24.0, 24.0).1)
        },
        &|p| {
            let place = Place { x: 99.0, ..Place::default() };
            let item = ItemId::Component(ComponentId(1));
            Some(verbs::place(p, VIEW, &[(item, place)], &[(item, None)]))
        },
    ];
    for verb in verbs {
        let mut project = sample();
        let transaction = verb(&project).expect("the verb has something to do");
        check(&mut project, transaction);
    }
}

#[test]
fn deleting_clears_every_link() {
    let mut project = sample();
    let delete = verbs::delete(&project, &[ItemId::Component(ComponentId(3)), ItemId::Threat(ThreatId(1))]);
    delete.apply(&mut project).unwrap();
    assert_eq!(project.diagram.interface_count(), 1);
    assert!(project.assets.iter().all(|asset| asset.stored_in.is_empty()));
    assert!(project.controls.iter().all(|control| control.threats.is_empty()));
    assert!(project.policies.iter().flat_map(|p| &p.rules).all(|rule| rule.threats.is_empty()));
}

#[test]
fn a_zone_gives_what_it_held_to_the_zone_around_it() {
    let mut project = sample();
    verbs::delete(&project, &[ItemId::Zone(ZoneId(2))]).apply(&mut project).unwrap();
    assert!(project.diagram.components().all(|component| component.zone == Some(ZoneId(1))));
}

#[test]
fn ids_are_never_given_twice() {
    let mut project = sample();
    let (first, add) = verbs::add_component(&project, VIEW, NewComponent::default());
    let undo = add.apply(&mut project).unwrap();
    undo.apply(&mut project).unwrap();
    let (second, _) = verbs::add_component(&project, VIEW, NewComponent::default());
    assert!(second > first);
}

#[test]
fn what_would_break_the_model_is_refused_and_changes_nothing() {
    let project = sample();
    let zone = |id: u32| project.diagram.zones.get(ZoneId(id)).unwrap().clone();
    let bad: Vec<Transaction> = vec![
        Transaction::new("Ring", vec![Zone { parent: Some(ZoneId(2)), ..zone(1) }.into()]),
        Transaction::new("No such zone", vec![Zone { parent: Some(ZoneId(77)), ..zone(1) }.into()]),
        Transaction::new("Still connected", vec![super::Edit::Component(ComponentId(1), None)]),
        Transaction::new(
            "Half good",
            vec![Zone { name: "New name".into(), ..zone(1) }.into(), super::Edit::Threat(ThreatId(1), None)],
        ),
        Transaction::new("Wrong id", vec![super::Edit::Zone(ZoneId(5), Some(Box::new(zone(1))))]),
    ];
    for transaction in bad {
        let mut copy = project.clone();
        let name = transaction.name.clone();
        let refused: Result<_, EditError> = transaction.apply(&mut copy);
        assert!(refused.is_err(), "{name}");
        copy.next = project.next.clone();
        assert_eq!(copy, project, "{name}");
    }
}

#[test]
fn a_clip_survives_the_clipboard() {
    let project = sample();
    let clip = verbs::copy(&project, VIEW, &[ItemId::Zone(ZoneId(2))]);
    assert_eq!(clip.components.len(), 3);
    assert_eq!(clip.interfaces.len(), 2);
    assert_eq!(verbs::Clip::from_text(&clip.to_text().unwrap()).unwrap(), clip);
    assert!(verbs::Clip::from_text("something else").is_err());
}

#[test]
fn for_elsewhere_threats_come_with_what_they_are_aimed_at() {
    let mut project = sample();
    let components: Vec<ComponentId> = project.diagram.components().map(|c| c.id).collect();
    let aim = |project: &mut Project, targets: &[ComponentId]| {
        let targets = targets.iter().map(|id| Target::Component(*id)).collect();
        let (id, added) = verbs::add_threat(project, Threat { targets, ..Threat::default() });
        added.apply(project).unwrap();
        id
    };
    let (one, both) = (aim(&mut project, &components[..1]), aim(&mut project, &components[..2]));
    let other = aim(&mut project, &components[1..2]);
    let chosen = [components[0].into()];
    let ids = |clip: &verbs::Clip| clip.threats.iter().map(|threat| threat.id).collect::<Vec<_>>();
    let here = verbs::copy(&project, VIEW, &chosen);
    assert!(ids(&here).contains(&one) && !ids(&here).contains(&both));
    let (clip, narrowed) = verbs::copy_for_elsewhere(&project, VIEW, &chosen);
    assert!(ids(&clip).contains(&one) && ids(&clip).contains(&both) && !ids(&clip).contains(&other));
    assert_eq!(narrowed, clip.threats.len() - ids(&here).len());
    let kept = clip.threats.iter().find(|threat| threat.id == both).unwrap();
    assert_eq!(kept.targets, [Target::Component(components[0])]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Any run of random steps, undone one by one, leads back to the start.
    #[test]
    fn undo_restores_after_any_run(steps in prop::collection::vec((0u8..9, 1u32..8, 1u32..8), 1..25)) {
        let mut project = sample();
        let start = project.clone();
        let mut undos = Vec::new();
        for (verb, a, b) in steps {
            let components: Vec<ComponentId> = project.diagram.components().map(|c| c.id).collect();
            let pick = |n: u32| components.get(n as usize % components.len().max(1)).copied();
            let transaction = match verb {
                0 => Some(verbs::add_component(&project, VIEW, NewComponent::default()).1),
                1 => pick(a).zip(pick(b)).map(|(from, to)| verbs::add_interface(&project, from, to).1),
                2 => pick(a).map(|id| verbs::delete(&project, &[id.into()])),
                3 => Some(verbs::delete(&project, &[ItemId::Interface(InterfaceId(a)), ItemId::Zone(ZoneId(b))])),
                4 => pick(a).and_then(|id| verbs::rename(&project, id.into(), &format!("n{b}"))),
                5 => Some(verbs::add_zone(&project, VIEW, NewZone { components: components.clone(), ..NewZone::default() }).1),
                6 => Some(verbs::move_into_zone(&project, &[ItemId::Zone(ZoneId(a))], Some(ZoneId(b)))),
                7 => {
                    let all: Vec<ItemId> = components.iter().take(3).map(|id| (*id).into()).collect();
                    let clip = verbs::copy(&project, VIEW, &all);
                    Some(verbs::paste(&project, VIEW, &clip, 8.0, 8.0).1)
                }
                _ => pick(a).map(|id| verbs::add_threat(&project, Threat { targets: vec![Target::Component(id)], ..Threat::default() }).1),
            };
            if let Some(undo) = transaction.and_then(|transaction| transaction.apply(&mut project).ok()) {
                undos.push(undo);
            }
            prop_assert_eq!(project.broken_references(), vec![]);
        }
        for undo in undos.into_iter().rev() {
            prop_assert!(undo.apply(&mut project).is_ok());
        }
        project.next = start.next.clone();
        prop_assert_eq!(project, start);
    }
}

/// What is done, the beginning of its name, and what is still assumed after it.
type Step<'a> = (&'a dyn Fn(&Project) -> Option<Transaction>, &'a str, &'a [&'a str]);

#[test]
fn an_answer_is_assumed_until_somebody_gives_or_confirms_it() {
    let mut project = sample();
    let id = ComponentId(1);
    let mut component = project.diagram.component(id).unwrap().clone();
    component.attributes.set("has_memory", Some(Answer::Yes));
    component.attributes.set("executes_code", Some(Answer::No));
    component.attributes.set("uses_rag", Some(Answer::No));
    component.assumed = ["has_memory", "executes_code", "uses_rag"].map(str::to_owned).into();
    project.diagram.put_component(component);
    let left = |project: &Project| -> Vec<String> {
        project.diagram.component(id).unwrap().assumptions().map(str::to_owned).collect()
    };
    let before = project.clone();
    let steps: [Step<'_>; 3] = [
        (
            &|p| verbs::answer_attribute(p, id.into(), "has_memory", Some(Answer::No)),
            "Answer has memory of ",
            &["executes_code", "uses_rag"],
        ),
        (
            &|p| verbs::confirm_assumed(p, &[id.into()], Some("uses_rag")),
            "Confirm uses rag of ",
            &["executes_code"],
        ),
        (&|p| verbs::confirm_assumed(p, &[id.into()], None), "Confirm 1 assumption about ", &[]),
    ];
    let mut inverses = Vec::new();
    for (step, name, expected) in steps {
        let transaction = step(&project).unwrap();
        assert!(transaction.name.starts_with(name), "{}", transaction.name);
        inverses.push(transaction.apply(&mut project).unwrap());
        assert_eq!(left(&project), expected, "{name}");
    }
    assert_eq!(verbs::confirm_assumed(&project, &[id.into()], None), None);
    for inverse in inverses.into_iter().rev() {
        inverse.apply(&mut project).unwrap();
    }
    assert_eq!(project.diagram.component(id), before.diagram.component(id));
}

/// Everything of a project as a clip.
fn whole(project: &Project) -> verbs::Clip {
    let all: Vec<ItemId> = project.all_ids().into_iter().collect();
    verbs::copy(project, VIEW, &all)
}

#[test]
fn what_is_inserted_elsewhere_is_whole_and_decided_anew() {
    let source = crate::catalog::example();
    let clip = whole(&source);
    let mut target = Project::new("Elsewhere");
    target.diagram.zones.insert(Zone { id: ZoneId(1), name: "Ours".to_owned(), ..Zone::default() });
    target.reserve_all();
    let before = target.clone();
    let (items, transaction) = verbs::insert(&target, VIEW, &clip, (400.0, 80.0), Some(ZoneId(1)));
    let inverse = transaction.apply(&mut target).unwrap();
    assert_eq!(target.broken_references(), []);
    assert_eq!(
        (
            target.diagram.component_count(),
            target.diagram.interfaces().count(),
            target.diagram.zones.iter().count(),
            target.assets.iter().count(),
            target.threats.iter().count(),
            target.controls.iter().count(),
        ),
        (
            source.diagram.component_count(),
            source.diagram.interfaces().count(),
            source.diagram.zones.iter().count() + 1,
            source.assets.iter().count(),
            source.threats.iter().count(),
            source.controls.iter().count(),
        )
    );
    assert!(items.iter().all(|item| target.contains(*item)) && !items.contains(&ZoneId(1).into()));
    for zone in target.diagram.zones.iter().filter(|zone| zone.id != ZoneId(1)) {
        assert!(
            target.diagram.zone_chain(Some(zone.id)).contains(&ZoneId(1)),
            "{} stands outside",
            zone.name
        );
    }
    for component in target.diagram.components() {
        assert_eq!(component.assumptions().count(), component.attributes.0.len(), "{}", component.name);
    }
    for control in &target.controls {
        assert!(!control.threats.is_empty() && control.status.in_place() == 0.0, "{}", control.name);
    }
    assert!(target.threats.iter().all(|threat| threat.acceptance.is_none() && threat.likelihood.is_some()));
    inverse.apply(&mut target).unwrap();
    target.next = before.next.clone();
    assert_eq!(target, before);
}

#[test]
fn a_copy_shares_the_controls_and_assets_of_the_first() {
    let mut project = crate::catalog::example();
    let (assets, controls) = (project.assets.iter().count(), project.controls.iter().count());
    let threats = project.threats.iter().count();
    let (_, transaction) = verbs::paste(&project, VIEW, &whole(&project), 24.0, 24.0);
    transaction.apply(&mut project).unwrap();
    assert_eq!((project.assets.iter().count(), project.controls.iter().count()), (assets, controls));
    assert_eq!(project.threats.iter().count(), 2 * threats);
    assert_eq!(project.broken_references(), []);
    for asset in project.assets.iter().filter(|asset| !asset.stored_in.is_empty()) {
        assert_eq!(asset.stored_in.len() % 2, 0, "{} rests in the copies as well", asset.name);
    }
}
