//! How long the analyses take on large models: `cargo bench --bench analysis`.

use std::hint::black_box;

use threat_studio::analysis::agents::agent_checks;
use threat_studio::analysis::compare::compare;
use threat_studio::analysis::fingerprint::fingerprint;
use threat_studio::analysis::paths::{PathOptions, attack_paths};
use threat_studio::analysis::risk::{next_best_controls, register};
use threat_studio::model::{
    Asset, AssetId, Component, ComponentId, ComponentKind, Control, ControlFunction, ControlId,
    ControlStatus, Interface, InterfaceId, Project, Sensitivity, Strength, Target, Threat, ThreatId, Zone,
    ZoneId,
};

fn main() {
    divan::main();
}

/// A model of that many components, half as many interfaces again, a threat for each component and a control for every
/// second threat, which answers three.
fn model(components: u32) -> Project {
    let mut state = 7u32;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below.max(1)
    };
    let mut project = Project::new("large");
    for trust in 0..5u8 {
        project.diagram.zones.insert(Zone { id: ZoneId(u32::from(trust) + 1), trust, ..Zone::default() });
    }
    for id in 1..=components {
        let kind = if id % 40 == 1 { ComponentKind::External } else { ComponentKind::ALL[(id % 5) as usize] };
        project.diagram.put_component(Component {
            id: ComponentId(id),
            kind,
            name: format!("component {id}"),
            zone: Some(ZoneId(2 + id % 4)),
            ..Component::default()
        });
    }
    for id in 1..=components * 3 / 2 {
        let from = draw(components) + 1;
        let near = (from + draw(20)) % components + 1;
        let interface = Interface {
            id: InterfaceId(id),
            from: Some(ComponentId(from)),
            to: Some(ComponentId(near)),
            both_ways: id % 3 == 0,
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap_or_default();
    }
    for id in 1..=10 {
        project.assets.insert(Asset {
            id: AssetId(id),
            sensitivity: Sensitivity::Confidential,
            stored_in: vec![ComponentId(draw(components) + 1)],
            ..Asset::default()
        });
    }
    for id in 1..=components {
        project.threats.insert(Threat {
            id: ThreatId(id),
            title: format!("threat {id}"),
            targets: vec![Target::Component(ComponentId(id))],
            likelihood: Some(f64::from(draw(40)) / 10.0 + 1.0),
            impact: Some(f64::from(draw(40)) / 10.0 + 1.0),
            ..Threat::default()
        });
    }
    for id in 1..=components / 2 {
        project.controls.insert(Control {
            id: ControlId(id),
            strength: Strength::ALL[(id % 3) as usize],
            status: ControlStatus::ALL[(id % 5) as usize],
            function: ControlFunction::ALL[(id % 3) as usize],
            family: format!("family {}", id % 7),
            threats: (0..3).map(|step| ThreatId((id * 2 + step) % components + 1)).collect(),
            ..Control::default()
        });
    }
    project
}

#[divan::bench(args = [100, 1_000, 5_000])]
fn risk_register(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| register(black_box(&project)));
}

#[divan::bench(args = [1_000])]
fn next_best(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| next_best_controls(black_box(&project)));
}

/// Twenty paths to each of ten assets, with cuts, checkpoints and blast radii; elements are components and interfaces.
#[divan::bench(args = [200, 800])]
fn twenty_paths(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    let options = PathOptions { limit: 20, ..PathOptions::default() };
    bencher.bench(|| attack_paths(black_box(&project), black_box(&options)));
}

#[divan::bench(args = [200, 800])]
fn agents(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| agent_checks(black_box(&project)));
}

#[divan::bench(args = [800])]
fn fingerprints(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| fingerprint(black_box(&project)));
}

#[divan::bench(args = [800])]
fn comparison(bencher: divan::Bencher<'_, '_>, components: u32) {
    let (old, mut new) = (model(components), model(components));
    new.threats.remove(ThreatId(1));
    bencher.bench(|| compare(black_box(&old), black_box(&new)));
}
