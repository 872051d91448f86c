//! Two models side by side.

use super::*;
use crate::analysis::snapshot::snapshot;
use crate::model::{
    Asset, AssetId, Band, Component, ComponentId, Condition, Control, ControlId, ControlStatus, Decision,
    Encryption, Estimate, Extra, Interface, InterfaceId, MetricCondition, Operator, Place, Policy, PolicyId,
    Rule, RuleAction, RuleId, Scheme, Strength, Threat, ThreatId, ThreatStatus, View, ViewId,
};

fn base() -> Project {
    let mut project = Project::new("test");
    for id in 1..=2 {
        project.diagram.put_component(Component {
            id: ComponentId(id),
            name: format!("part {id}"),
            ..Component::default()
        });
    }
    let interface = Interface {
        id: InterfaceId(1),
        from: Some(ComponentId(1)),
        to: Some(ComponentId(2)),
        encryption: Some(Encryption::Tls13),
        ..Interface::default()
    };
    project.diagram.put_interface(interface).unwrap();
    project.assets.insert(Asset { id: AssetId(1), name: "data".to_owned(), ..Asset::default() });
    for id in 1..=2 {
        project.threats.insert(Threat {
            id: ThreatId(id),
            title: format!("threat {id}"),
            likelihood: Some(4.0),
            impact: Some(3.0),
            ..Threat::default()
        });
    }
    project.controls.insert(Control {
        id: ControlId(1),
        strength: Strength::High,
        status: ControlStatus::Planned,
        threats: vec![ThreatId(1)],
        ..Control::default()
    });
    project
}

/// What the comparison lists after one change, as "C-01 changed: name".
fn check(change: impl FnOnce(&mut Project), wanted: &[&str]) {
    let old = base();
    let mut new = base();
    change(&mut new);
    let comparison = compare(&old, &new);
    let told = |fields: &[FieldChange]| fields.iter().map(|f| f.field.clone()).collect::<Vec<_>>().join(", ");
    let mut found: Vec<String> =
        comparison.items().map(|i| format!("{} {}: {}", i.item, i.kind.label(), told(&i.fields))).collect();
    found.extend(
        comparison
            .threats
            .iter()
            .filter(|t| t.differs())
            .map(|t| format!("{}: {}", t.threat, told(&t.fields))),
    );
    found.extend((!comparison.model.is_empty()).then(|| format!("model: {}", told(&comparison.model))));
    assert_eq!(found, wanted);
    assert_eq!(comparison.differs(), !wanted.is_empty());
}

#[test]
fn every_change_is_told_once() {
    check(|_| {}, &[]);
    check(|p| p.name = "other".to_owned(), &["model: name"]);
    check(|p| p.method.appetite = 6.0, &["model: appetite"]);
    check(
        |p| drop(p.diagram.put_component(Component { id: ComponentId(3), ..Component::default() })),
        &["C-03 added: "],
    );
    check(|p| drop(p.diagram.take_interface(InterfaceId(1))), &["F-01 removed: "]);
    check(
        |p| {
            let mut interface = p.diagram.interface(InterfaceId(1)).unwrap().clone();
            interface.encryption = Some(Encryption::Tls12);
            interface.attributes.set("is_callback", Some(true.into()));
            p.diagram.put_interface(interface).unwrap();
        },
        &["F-01 changed: encryption, is callback"],
    );
    check(|p| p.assets.get_mut(AssetId(1)).unwrap().owner = "me".to_owned(), &["A-1 changed: owner"]);
    check(
        |p| p.assets.get_mut(AssetId(1)).unwrap().extra = Extra([("x".into(), "1".into())].into()),
        &["A-1 changed: details"],
    );
    check(|p| p.threats.get_mut(ThreatId(2)).unwrap().owner = "me".to_owned(), &["T-002: owner"]);
    check(|p| drop(p.threats.remove(ThreatId(2))), &["T-002: "]);
    // A drawing is not the model.
    check(
        |p| {
            let mut view = View { id: ViewId(1), ..View::default() };
            view.places.insert(ComponentId(1).into(), Place::default());
            p.views.insert(view);
        },
        &[],
    );
}

#[test]
fn a_change_is_told_with_both_texts() {
    let (old, mut new) = (base(), base());
    let mut interface = new.diagram.interface(InterfaceId(1)).unwrap().clone();
    interface.encryption = Some(Encryption::Tls12);
    new.diagram.put_interface(interface).unwrap();
    let change = &compare(&old, &new).interfaces[0];
    let FieldChange { field, before, after } = &change.fields[0];
    assert_eq!((field.as_str(), before.as_str(), after.as_str()), ("encryption", "TLS 1.3", "TLS 1.2"));
    assert_eq!(change.name, "part 1 → part 2");
}

/// How threat 1 (7.0, above the appetite) moves, and whether it crosses the appetite, in a comparison and against a snapshot.
fn check_movement(change: impl FnOnce(&mut Project), movement: Movement, crossed: Option<bool>) {
    let old = base();
    let mut new = base();
    change(&mut new);
    for comparison in [compare(&old, &new), since(&snapshot(&old), &new)] {
        let found = &comparison.threats[0];
        assert_eq!((found.threat, found.movement, found.crossed_appetite), (ThreatId(1), movement, crossed));
    }
}

#[test]
fn threats_move() {
    let first = |p: &mut Project, change: fn(&mut Threat)| change(p.threats.get_mut(ThreatId(1)).unwrap());
    check_movement(|_| {}, Movement::Unmoved, None);
    check_movement(|p| first(p, |t| t.likelihood = Some(4.1)), Movement::Worse, None);
    check_movement(|p| first(p, |t| t.likelihood = Some(4.04)), Movement::Unmoved, None);
    check_movement(
        |p| p.controls.get_mut(ControlId(1)).unwrap().status = ControlStatus::Verified,
        Movement::Better,
        Some(false),
    );
    check_movement(|p| first(p, |t| t.likelihood = None), Movement::Rated, Some(false));
    check_movement(|p| first(p, |t| t.status = ThreatStatus::Eliminated), Movement::Closed, Some(false));
    check_movement(|p| drop(p.threats.remove(ThreatId(1))), Movement::Closed, Some(false));
}

#[test]
fn new_reopened_and_rerated_threats() {
    let mut old = base();
    old.threats.get_mut(ThreatId(2)).unwrap().status = ThreatStatus::NotApplicable;
    let mut new = base();
    new.threats.insert(Threat {
        id: ThreatId(3),
        likelihood: Some(2.0),
        impact: Some(2.0),
        ..Threat::default()
    });
    let rerated = new.threats.get_mut(ThreatId(1)).unwrap();
    rerated.impact = Some(4.0);
    rerated.decisions.push(Decision {
        by: "R. Lindqvist".to_owned(),
        text: "worse than thought".to_owned(),
        ..Decision::default()
    });
    let comparison = compare(&old, &new);
    let movements: Vec<Movement> = comparison.threats.iter().map(|t| t.movement).collect();
    assert_eq!(movements, [Movement::Worse, Movement::Reopened, Movement::New]);
    assert!(comparison.threats[0].rerated && !comparison.threats[1].rerated);
    assert_eq!(comparison.threats[0].decisions[0].by, "R. Lindqvist");
    assert!(comparison.threats[1].status_moved);
    assert_eq!(comparison.threats[1].crossed_appetite, Some(true));
    assert_eq!(comparison.threats[2].crossed_appetite, None, "4.0 is below it");
    assert_eq!(comparison.moved(Movement::New).count(), 1);
}

#[test]
fn a_snapshot_remembers_names_and_scores() {
    let old = base();
    let frozen = snapshot(&old);
    assert!(!since(&frozen, &old).differs());
    assert_eq!(frozen.threats[0].current, Some(7.0));
    assert_eq!((frozen.threats[0].planned, frozen.components.len()), (Some(6.0), 2));
    let mut new = base();
    new.diagram.put_component(Component {
        id: ComponentId(2),
        name: "renamed".to_owned(),
        ..Component::default()
    });
    let comparison = since(&frozen, &new);
    assert_eq!(comparison.components[0].fields[0].before, "part 2");
    assert_ne!(comparison.fingerprints.0, comparison.fingerprints.1);
    assert_eq!(comparison.threats[0].before, comparison.threats[0].after);
    // A range of its own counts then and now: 2 a year instead of what level 4 stands for.
    let mut ranged = base();
    ranged.threats.get_mut(ThreatId(1)).unwrap().frequency_range = Some(Estimate::pert(2.0, 2.0, 2.0));
    let states = since(&snapshot(&ranged), &ranged).threats;
    assert_eq!(states[0].before, states[0].after);
    assert_ne!(states[0].before.as_ref().unwrap().loss, comparison.threats[0].before.as_ref().unwrap().loss);
    // An older snapshot holds no loss: its rounded score gives it back.
    let mut older = frozen.clone();
    older.threats[0].loss = None;
    let states = &since(&older, &old).threats[0];
    let [before, after] = [&states.before, &states.after].map(|state| state.as_ref().unwrap().loss.unwrap());
    assert!((before - after).abs() < 1e-3, "{before} {after}");
}

#[test]
fn the_band_of_then_is_that_of_its_cell_where_a_grid_decided() {
    let mut old = base();
    for id in [1, 2] {
        let threat = old.threats.get_mut(ThreatId(id)).unwrap();
        (threat.likelihood, threat.impact) = (Some(4.0), Some(2.2));
    }
    let band = |old: &Project| compare(old, &base()).threats[1].band_before;
    assert_eq!(band(&old), Some(Band::Medium));
    let by_snapshot = |old: &Project| since(&snapshot(old), old).threats[1].band_before;
    assert_eq!(by_snapshot(&old), Some(Band::Medium));
    old.method.scheme = Scheme::Three;
    assert_eq!(band(&old), Some(Band::High), "likely by medium of three");
    assert_eq!(by_snapshot(&old), None, "a snapshot keeps the score alone");
}

type Change = fn(&mut Policy);

#[test]
fn parts_of_policies_and_settings_are_told_one_by_one() {
    let told = |change: &dyn Fn(&mut Project)| {
        let mut old = base();
        old.policies.insert(policy());
        let mut new = old.clone();
        change(&mut new);
        let comparison = compare(&old, &new);
        let items = comparison.items().flat_map(|item| item.fields.clone());
        let fields: Vec<FieldChange> = items.chain(comparison.model.clone()).collect();
        fields
            .into_iter()
            .map(|field| format!("{}: {} → {}", field.field, field.before, field.after))
            .collect::<Vec<_>>()
    };
    let cases: [(Change, &[&str]); 6] = [
        (
            |p| p.rules[0].conditions[0] = metric(75.0),
            &["Load: condition 1: cpu < 80 for 5m → cpu < 75 for 5m"],
        ),
        (|p| p.rules[0].conditions.clear(), &["Load: condition 1: cpu < 80 for 5m → "]),
        (|p| p.rules[0].action = RuleAction::Monitor, &["Load: action: enforce → monitor"]),
        (|p| p.rules.clear(), &["rule R-01: Load → "]),
        (|p| p.scope.agent_types = vec!["assistant".to_owned()], &["scope, agent types:  → assistant"]),
        (|p| p.response.approvers = vec!["ada".to_owned()], &["response, approvers:  → ada"]),
    ];
    for (change, expected) in cases {
        assert_eq!(told(&|project| change(project.policies.get_mut(PolicyId(1)).unwrap())), expected);
    }
    assert_eq!(
        told(&|project| project.simulation.evaluation.interval_ms = 30_000),
        ["simulation settings, evaluation, interval ms:  → 30000"]
    );
}

fn metric(value: f64) -> Condition {
    Condition::Metric(MetricCondition {
        metric: "cpu".to_owned(),
        operator: Operator::Less,
        value,
        duration_ms: 300_000,
        ..MetricCondition::default()
    })
}

fn policy() -> Policy {
    Policy {
        id: PolicyId(1),
        name: "Production".to_owned(),
        rules: vec![Rule {
            id: RuleId(1),
            name: "Load".to_owned(),
            conditions: vec![metric(80.0)],
            ..Rule::default()
        }],
        ..Policy::default()
    }
}
