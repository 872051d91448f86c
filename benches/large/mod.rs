//! Large made-up models, the same at every run.

use threat_studio::model::{
    Asset, AssetId, Component, ComponentId, ComponentKind, Control, ControlFunction, ControlId,
    ControlStatus, Interface, InterfaceId, Project, Sensitivity, Strength, Target, Threat, ThreatId, Zone,
    ZoneId,
};

/// A model of that many components, half as many interfaces again, a threat for each component and a control for every
/// second threat, which answers three.
pub(crate) fn model(components: u32) -> Project {
    model_of(components, components * 3 / 2)
}

/// The same with that many interfaces.
pub(crate) fn model_of(components: u32, interfaces: u32) -> Project {
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
    for id in 1..=interfaces {
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
