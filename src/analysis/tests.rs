//! Every analysis on models that make no sense: nothing panics, and the same model gives the same answer.

use proptest::prelude::*;

use super::agents::agent_checks;
use super::classification::clearance_violations;
use super::compare::{compare, since};
use super::coverage::coverage;
use super::crossings::crossings;
use super::fingerprint::fingerprint;
use super::paths::{PathOptions, attack_paths};
use super::risk::{next_best_controls, register, what_if};
use super::snapshot::snapshot;
use crate::catalog::Catalog;
use crate::model::{
    Answer, Asset, AssetId, AssetKind, Component, ComponentId, ComponentKind, Control, ControlFunction,
    ControlId, ControlStatus, Dismissal, Evidence, EvidenceId, Interface, InterfaceId, Policy, PolicyId,
    PolicyStatus, Project, Rule, RuleAction, RuleId, Sensitivity, Stride, Target, Threat, ThreatId,
    ThreatStatus, Zone, ZoneId,
};

/// Numbers to make a model from; what they point at may or may not exist.
type Seeds = Vec<(u8, u8, u8, u8)>;

fn seeds(most: usize) -> impl Strategy<Value = Seeds> {
    proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()), 0..most)
}

fn odd(number: u8) -> Option<f64> {
    match number % 8 {
        0 => None,
        1 => Some(f64::NAN),
        2 => Some(f64::INFINITY),
        3 => Some(-4.0),
        _ => Some(f64::from(number) / 40.0),
    }
}

fn pick<T: Copy>(all: &[T], number: u8) -> T {
    all[usize::from(number) % all.len()]
}

fn target(kind: u8, id: u8) -> Target {
    let id = u32::from(id % 9);
    match kind % 4 {
        0 => Target::Component(ComponentId(id)),
        1 => Target::Interface(InterfaceId(id)),
        2 => Target::Zone(ZoneId(id)),
        _ => Target::Asset(AssetId(id)),
    }
}

fn model(
    zones: &Seeds,
    components: &Seeds,
    interfaces: &Seeds,
    threats: &Seeds,
    controls: &Seeds,
) -> Project {
    let mut project = Project::new("odd");
    for ((trust, parent, ..), id) in zones.iter().zip(1..) {
        let parent = (parent % 3 > 0).then(|| ZoneId(u32::from(parent % 6)));
        project.diagram.zones.insert(Zone { id: ZoneId(id), trust: trust % 7, parent, ..Zone::default() });
    }
    let words = [
        "internet_facing",
        "untrusted_content",
        "can_change_state",
        "browses_web",
        "max_sensitivity",
        "human_approval",
    ];
    for ((kind, zone, word, flag), id) in components.iter().zip(1..) {
        let mut component = Component {
            id: ComponentId(id),
            kind: pick(ComponentKind::ALL, *kind),
            zone: (zone % 4 > 0).then(|| ZoneId(u32::from(zone % 7))),
            out_of_scope: flag % 9 == 0,
            ..Component::default()
        };
        component.attributes.set(
            pick(&words, *word),
            Some(if flag % 2 == 0 { Answer::Yes } else { Answer::Number(f64::NAN) }),
        );
        project.diagram.put_component(component);
    }
    for ((from, to, both, assets), id) in interfaces.iter().zip(1..) {
        let end = |number: &u8| {
            Some(ComponentId(u32::from(number % 9))).filter(|id| project.diagram.component(*id).is_some())
        };
        let interface = Interface {
            id: InterfaceId(id),
            from: end(from),
            to: end(to),
            both_ways: both % 2 == 0,
            assets: vec![AssetId(u32::from(assets % 4)); usize::from(assets % 3)],
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap();
    }
    for ((kind, place, sensitivity, other), id) in interfaces.iter().take(4).zip(1..) {
        project.assets.insert(Asset {
            id: AssetId(id),
            kind: pick(AssetKind::ALL, *kind),
            sensitivity: pick(Sensitivity::ALL, *sensitivity),
            stored_in: vec![ComponentId(u32::from(place % 9))],
            processed_by: vec![ComponentId(u32::from(other % 9)); 2],
            ..Asset::default()
        });
    }
    for ((kind, id_of, likelihood, impact), id) in threats.iter().zip(1..) {
        project.threats.insert(Threat {
            id: ThreatId(id),
            targets: vec![target(*kind, *id_of), target(*impact, *kind)],
            stride: [pick(Stride::ALL, *kind)].into(),
            likelihood: odd(*likelihood),
            impact: odd(*impact),
            target_score: odd(*id_of),
            status: pick(ThreatStatus::ALL, *impact),
            likelihood_votes: vec![*likelihood, *impact],
            ..Threat::default()
        });
        project.dismissals.push(Dismissal {
            catalog: "AG-001".to_owned(),
            target: Some(target(*id_of, *kind)),
            ..Dismissal::default()
        });
    }
    for ((function, status, threat, odd_number), id) in controls.iter().zip(1..) {
        project.controls.insert(Control {
            id: ControlId(id),
            function: pick(ControlFunction::ALL, *function),
            status: pick(ControlStatus::ALL, *status),
            threats: vec![ThreatId(u32::from(threat % 7)); 2],
            coverage: odd(*odd_number).unwrap_or(1.0),
            effectiveness: odd(*threat),
            cost: odd(*status),
            ..Control::default()
        });
        let rule = Rule {
            id: RuleId(id),
            action: pick(RuleAction::ALL, *threat),
            controls: vec![ControlId(u32::from(function % 7))],
            ..Rule::default()
        };
        let status = pick(PolicyStatus::ALL, *function);
        project.policies.insert(Policy { id: PolicyId(id), status, rules: vec![rule], ..Policy::default() });
        project.evidence.insert(Evidence {
            id: EvidenceId(id),
            control: Some(ControlId(u32::from(status as u8 % 7))),
            rule: Some(RuleId(u32::from(threat % 7))),
            policy: (threat % 2 == 0).then(|| PolicyId(u32::from(threat % 7))),
            windows: u32::from(threat % 3),
            detected: u32::from(odd_number % 9),
            ..Evidence::default()
        });
    }
    project.method.cap = odd(zones.len() as u8 * 7).unwrap_or(0.95);
    project
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn odd_models_do_no_harm(
        zones in seeds(5),
        components in seeds(9),
        interfaces in seeds(14),
        threats in seeds(7),
        controls in seeds(7),
    ) {
        let project = model(&zones, &components, &interfaces, &threats, &controls);
        let before = format!("{project:?}");
        let all = |project: &Project| {
            format!(
                "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                register(project),
                next_best_controls(project),
                what_if(project, &[(ControlId(1), ControlStatus::Verified)]),
                attack_paths(project, &PathOptions::default()),
                agent_checks(project),
                crossings(project),
                clearance_violations(project),
                coverage(project, Catalog::builtin()),
            )
        };
        prop_assert_eq!(all(&project), all(&project.clone()));
        prop_assert_eq!(format!("{project:?}"), before);
        let register = register(&project);
        prop_assert_eq!(register.rows.len(), project.threats.len());
        for row in register.rows.iter().filter_map(|row| row.current) {
            prop_assert!(row.risk().is_finite());
        }
        for path in attack_paths(&project, &PathOptions::default()).paths {
            prop_assert!(path.probability > 0.0 && path.probability <= 1.0);
            let mut along = path.components();
            along.sort_unstable();
            along.dedup();
            prop_assert_eq!(along.len(), path.steps.len() + 1);
        }
        prop_assert!(since(&snapshot(&project), &project).threats.iter().all(|change| !change.rerated));
        prop_assert_eq!(fingerprint(&project), fingerprint(&project.clone()));
        drop(compare(&project, &Project::new("other")));
    }
}
