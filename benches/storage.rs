//! Opening and saving a project of 2,000 components: each is to take less than 100 ms.
//!
//! `cargo bench --bench storage`

use std::collections::BTreeMap;

use divan::{Bencher, black_box};
use threat_studio::model::{
    Answer, Attributes, Component, ComponentId, ComponentKind, Control, ControlId, Interface, InterfaceId,
    Place, Project, Stride, Target, Threat, ThreatId, ViewId, Zone, ZoneId,
};
use threat_studio::storage::{file, text};

fn main() {
    divan::main();
}

/// 2,000 components in 100 zones, 6,000 interfaces, 4,000 threats, 2,000 controls, and a drawing of it all.
fn project() -> Project {
    let mut project = Project::new("A large platform");
    let mut places = BTreeMap::new();
    for number in 1..=100 {
        project.diagram.zones.insert(Zone {
            id: ZoneId(number),
            name: format!("segment {number}"),
            ..Zone::default()
        });
    }
    for number in 1..=2000_u32 {
        let mut attributes = Attributes::default();
        for name in ["internet_facing", "logs_actions", "rate_limited"] {
            attributes.set(name, Some(Answer::from(number % 3 == 0)));
        }
        let id = ComponentId(number);
        project.diagram.put_component(Component {
            id,
            kind: ComponentKind::ALL
                .get(number as usize % ComponentKind::ALL.len())
                .copied()
                .unwrap_or_default(),
            name: format!("service {number}"),
            zone: Some(ZoneId(1 + number % 100)),
            technology: "Rust on Linux".to_owned(),
            description: "Answers requests of its neighbours and keeps what they send".to_owned(),
            attributes,
            ..Component::default()
        });
        let (x, y) = ((number % 50) as f32 * 180.0, (number / 50) as f32 * 120.0);
        places.insert(id.into(), Place { x, y, w: 148.0, h: 72.0, ..Place::default() });
        project.controls.insert(Control {
            id: ControlId(number),
            name: format!("control {number}"),
            threats: vec![ThreatId(2 * number)],
            ..Control::default()
        });
    }
    for number in 1..=6000_u32 {
        let interface = Interface {
            id: InterfaceId(number),
            from: Some(ComponentId(1 + number % 2000)),
            to: Some(ComponentId(1 + (number * 7) % 2000)),
            protocol: "HTTPS".to_owned(),
            ..Interface::default()
        };
        // Both ends were put in above.
        let _put = project.diagram.put_interface(interface);
    }
    for number in 1..=4000_u32 {
        project.threats.insert(Threat {
            id: ThreatId(number),
            title: format!("threat {number}"),
            stride: [Stride::Tampering].into(),
            targets: vec![Target::Component(ComponentId(1 + number % 2000))],
            likelihood: Some(3.5),
            impact: Some(4.0),
            ..Threat::default()
        });
    }
    if let Some(view) = project.views.get_mut(ViewId(1)) {
        view.places = places;
    }
    project.reserve_all();
    project
}

#[divan::bench]
fn to_text(bencher: Bencher<'_, '_>) {
    let project = project();
    bencher.bench(|| text::to_text(black_box(&project)));
}

#[divan::bench]
fn from_text(bencher: Bencher<'_, '_>) {
    let written = text::to_text(&project());
    bencher.bench(|| text::from_text(black_box(&written)));
}

#[divan::bench]
fn save(bencher: Bencher<'_, '_>) {
    let folder = std::env::temp_dir().join(format!("threat-studio-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap_or_default();
    let path = folder.join("large.threat.ron");
    let mut project = project();
    bencher.bench_local(|| {
        // Saving what already stands there would be left out.
        project.version.push('1');
        file::save(&path, &project).map(|_stamp| ())
    });
    std::fs::remove_dir_all(&folder).unwrap_or_default();
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let path = std::env::temp_dir().join(format!("threat-studio-bench-{}.threat.ron", std::process::id()));
    let saved = file::save(&path, &project());
    bencher.bench(|| file::open(black_box(&path)));
    drop(saved);
    std::fs::remove_file(&path).unwrap_or_default();
}
