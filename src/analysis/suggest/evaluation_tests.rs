//! An edit evaluated where it touches something says the same as everything evaluated again.

use super::tests::{Dice, change, change_interface};
use super::*;
use crate::model::{
    Asset, AssetId, Authentication, Component, ComponentId, ComponentKind, Control, ControlId, ControlStatus,
    Encryption, Interface, InterfaceId, Sensitivity, ThreatId, Zone, ZoneId,
};

const COMPONENTS: usize = 24;

/// A chain of every kind in zones of every trust, with ways across, some of them in both directions.
fn drawn(dice: &mut Dice) -> Project {
    let mut project = Project::new("edited");
    for trust in 0..5u8 {
        let zone = Zone {
            id: ZoneId(u32::from(trust) + 1),
            name: format!("zone {trust}"),
            trust,
            ..Zone::default()
        };
        project.diagram.zones.insert(zone);
    }
    for id in 1..=COMPONENTS as u32 {
        project.diagram.put_component(Component {
            id: ComponentId(id),
            kind: ComponentKind::ALL[dice.roll(7)],
            name: format!("part {id}"),
            zone: (dice.roll(5) > 0).then(|| ZoneId(dice.roll(5) as u32 + 1)),
            ..Component::default()
        });
    }
    for id in 1..COMPONENTS as u32 {
        put(&mut project, id, id, id + 1, dice);
    }
    for id in COMPONENTS as u32..COMPONENTS as u32 + 8 {
        let (from, to) = (dice.roll(COMPONENTS) as u32 + 1, dice.roll(COMPONENTS) as u32 + 1);
        put(&mut project, id, from, to, dice);
    }
    for id in 1..=3 {
        project.assets.insert(Asset {
            id: AssetId(id),
            sensitivity: Sensitivity::ALL[dice.roll(4)],
            stored_in: vec![ComponentId(dice.roll(COMPONENTS) as u32 + 1)],
            ..Asset::default()
        });
    }
    project
}

fn put(project: &mut Project, id: u32, from: u32, to: u32, dice: &mut Dice) {
    let interface = Interface {
        id: InterfaceId(id),
        from: Some(ComponentId(from)),
        to: Some(ComponentId(to)),
        both_ways: dice.roll(4) == 0,
        assets: if dice.roll(3) == 0 { vec![AssetId(dice.roll(3) as u32 + 1)] } else { Vec::new() },
        ..Interface::default()
    };
    project.diagram.put_interface(interface).unwrap();
}

/// One edit at random, and the records that it changed.
fn edit(project: &mut Project, evaluated: &Suggestions, dice: &mut Dice) -> Vec<ItemId> {
    let catalog = Catalog::builtin();
    let components: Vec<ComponentId> = project.diagram.components().map(|c| c.id).collect();
    let interfaces: Vec<InterfaceId> = project.diagram.interfaces().map(|i| i.id).collect();
    let component = components[dice.roll(components.len())];
    let interface = interfaces[dice.roll(interfaces.len())];
    let info = &catalog.attributes[dice.roll(catalog.attributes.len())];
    let answer = (dice.roll(4) > 0).then(|| info.meaning(dice.roll(2) == 0).clone());
    match dice.roll(16) {
        0..=4 => {
            change(project, component.0, |component| component.attributes.set(&info.name, answer));
            vec![component.into()]
        }
        5 | 6 => {
            change_interface(project, interface.0, |interface| {
                interface.attributes.set(&info.name, answer);
            });
            vec![interface.into()]
        }
        7 => {
            let (proof, cipher) = (dice.roll(Authentication::ALL.len()), dice.roll(Encryption::ALL.len()));
            change_interface(project, interface.0, |interface| {
                interface.authentication = Some(Authentication::ALL[proof]);
                interface.encryption = Some(Encryption::ALL[cipher]);
                interface.assets = vec![AssetId(dice.roll(3) as u32 + 1)];
            });
            vec![interface.into()]
        }
        8 => {
            let (kind, zone) = (dice.roll(7), dice.roll(6) as u32);
            change(project, component.0, |component| {
                component.kind = ComponentKind::ALL[kind];
                component.zone = (zone > 0).then_some(ZoneId(zone));
            });
            vec![component.into()]
        }
        9 => {
            let name = ["memory", "audit log", "vectors", "other"][dice.roll(4)];
            change(project, component.0, |component| {
                name.clone_into(&mut component.name);
                component.technology = ["", "PostgreSQL", "Qdrant"][dice.roll(3)].to_owned();
                component.out_of_scope = dice.roll(4) == 0;
            });
            vec![component.into()]
        }
        10 => {
            let to = components[dice.roll(components.len())];
            change_interface(project, interface.0, |interface| {
                interface.to = (dice.roll(4) > 0).then_some(to);
                interface.both_ways = dice.roll(2) == 0;
                interface.protocol = ["", "HTTPS", "MCP", "http"][dice.roll(4)].to_owned();
            });
            vec![interface.into()]
        }
        11 => {
            let mut items: Vec<ItemId> = Vec::new();
            let touching: Vec<InterfaceId> =
                project.diagram.touching(component).into_iter().map(|interface| interface.id).collect();
            if components.len() > 6 && interfaces.len() > touching.len() + 3 {
                for id in touching {
                    project.diagram.take_interface(id);
                    items.push(id.into());
                }
                project.diagram.take_component(component).unwrap();
                items.push(component.into());
            }
            items
        }
        12 => {
            let id = AssetId(dice.roll(3) as u32 + 1);
            let asset = project.assets.get_mut(id).unwrap();
            asset.sensitivity = Sensitivity::ALL[dice.roll(4)];
            asset.stored_in = vec![component];
            vec![id.into()]
        }
        13 => {
            let Some(suggestion) = evaluated.fires.first().or(evaluated.needs_answer.first()) else {
                return Vec::new();
            };
            let mut threat = accept(project, suggestion);
            threat.id = ThreatId(project.threats.len() as u32 + 1);
            let id = threat.id;
            project.threats.insert(threat);
            vec![id.into()]
        }
        14 => {
            let list = if dice.roll(2) == 0 { &evaluated.fires } else { &evaluated.needs_answer };
            if !list.is_empty() {
                let chosen = &list[dice.roll(list.len())];
                project.dismissals.push(chosen.dismissal(project, catalog, "For now"));
            }
            Vec::new()
        }
        _ => {
            let Some(threat) = project.threats.ids().next() else { return Vec::new() };
            let id = ControlId(project.controls.len() as u32 + 1);
            let wanted = project.threats.get(threat).and_then(|threat| threat.catalog.clone()).unwrap();
            let catalog =
                catalog.threats.iter().find(|known| known.id == wanted).unwrap().controls.first().cloned();
            let status = ControlStatus::Implemented;
            project.controls.insert(Control {
                id,
                catalog,
                status,
                threats: vec![threat],
                ..Control::default()
            });
            vec![id.into()]
        }
    }
}

#[test]
fn an_edit_evaluated_where_it_touches_says_the_same_as_everything_again() {
    let catalog = Catalog::builtin();
    let (mut updated, mut again) = (0, 0);
    for seed in 0..8 {
        let mut dice = Dice(seed);
        let mut project = drawn(&mut dice);
        let mut kept = Evaluation::of(&project, catalog);
        for step in 0..40 {
            let before = project.clone();
            let edited = edit(&mut project, kept.suggestions(), &mut dice);
            if kept.update(&before, &project, catalog, &edited) {
                updated += 1;
            } else {
                again += 1;
                kept = Evaluation::of(&project, catalog);
            }
            let whole = suggest(&project, catalog);
            let words = format!("seed {seed}, step {step}, {edited:?}");
            for (list, wanted) in [
                (&kept.suggestions().fires, &whole.fires),
                (&kept.suggestions().needs_answer, &whole.needs_answer),
                (&kept.suggestions().answered_by_control, &whole.answered_by_control),
                (&kept.suggestions().dismissed, &whole.dismissed),
            ] {
                let odd = list.iter().zip(wanted).find(|(one, other)| one != other);
                assert!(odd.is_none() && list.len() == wanted.len(), "{words}: {odd:?}");
            }
            assert_eq!(kept.suggestions().questions, whole.questions, "{words}");
            assert_eq!(*kept.suggestions(), whole, "{words}");
        }
    }
    assert!(updated > 10 * again, "{updated} edits evaluated where they touch, {again} altogether");
}
