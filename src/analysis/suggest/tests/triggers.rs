//! Every trigger of the catalogue on models thrown at random: it fires, stays silent, and asks where it can.

use super::*;

/// A part of each kind around one element, and answers thrown at random for what the trigger reads.
fn thrown(threat: &CatalogThreat, dice: &mut Dice) -> (Project, Target) {
    let catalog = Catalog::builtin();
    let kind = match threat.applies_to {
        ElementKind::Flow | ElementKind::Crossing => ["Agent", "Process", "Store", "External"][dice.roll(4)],
        ElementKind::Store => "Store",
        ElementKind::Process => "Process",
        ElementKind::Agent => "Agent",
        ElementKind::Model => "Model",
        ElementKind::Tool => "Tool",
        ElementKind::External => "External",
        ElementKind::Human => "Human",
    };
    let zone = |dice: &mut Dice| dice.roll(5);
    let own = if dice.roll(4) == 0 { String::new() } else { format!("@{}", zone(dice)) };
    let tool = zone(dice);
    let (agent, process) = (zone(dice), zone(dice));
    let components = format!(
        "C1 {kind}{own}, C2 Agent@{agent}, C3 Human@{}, C4 Tool@{tool}, C5 Process@{process}, C6 Store@{}, C7 External@1",
        zone(dice),
        zone(dice)
    );
    let mut drawn = vec!["F1 2>1".to_owned(), "F2 1>5".to_owned()];
    for (at, far) in [2, 3, 4, 5, 6, 7].into_iter().enumerate() {
        match dice.roll(4) {
            0 => drawn.push(format!("F{} 1>{far}", at + 3)),
            1 => drawn.push(format!("F{} {far}>1", at + 3)),
            2 => drawn.push(format!("F{} {far}<>1", at + 3)),
            _ => {}
        }
    }
    if dice.roll(2) == 0 {
        drawn.push("F20 2>5".to_owned());
    }
    let mut project = system(&components, &drawn.join(", "));
    let described = dice.roll(2) == 0;
    for id in 1..=4 {
        project.assets.insert(Asset {
            id: AssetId(id),
            kind: if id == 4 { AssetKind::Credentials } else { AssetKind::Data },
            sensitivity: Sensitivity::ALL[dice.roll(4)],
            stored_in: if described && dice.roll(2) == 0 {
                vec![ComponentId(dice.roll(6) as u32 + 1)]
            } else {
                Vec::new()
            },
            ..Asset::default()
        });
    }
    let names: Vec<String> =
        threat.trigger.attributes().into_iter().chain(["also_in", "region"]).map(str::to_owned).collect();
    let throw = |attributes: &mut Attributes, dice: &mut Dice| {
        for name in &names {
            let answer = match (name.as_str(), catalog.attribute(name)) {
                ("also_in", _) => Some(Answer::Text(format!("Z-{}", dice.roll(5) + 1))),
                (_, Some(info)) => Some(info.meaning(dice.roll(2) == 0).clone()),
                _ => None,
            };
            attributes.set(name, answer.filter(|_| dice.roll(3) > 0));
        }
    };
    for id in 1..=7 {
        change(&mut project, id, |component| throw(&mut component.attributes, dice));
    }
    let ids: Vec<u32> = project.diagram.interfaces().map(|interface| interface.id.0).collect();
    for id in ids {
        let word = |dice: &mut Dice, count: usize| (dice.roll(2) == 0).then(|| dice.roll(count));
        let (authentication, encryption) =
            (word(dice, Authentication::ALL.len()), word(dice, Encryption::ALL.len()));
        let (assets, protocol) = (dice.roll(3), ["", "HTTPS", "MCP"][dice.roll(3)]);
        let carried = dice.roll(4) as u32 + 1;
        change_interface(&mut project, id, |interface| {
            interface.authentication = authentication.map(|at| Authentication::ALL[at]);
            interface.encryption = encryption.map(|at| Encryption::ALL[at]);
            interface.assets = if assets == 0 || !described { Vec::new() } else { vec![AssetId(carried)] };
            protocol.clone_into(&mut interface.protocol);
        });
        change_interface(&mut project, id, |interface| throw(&mut interface.attributes, dice));
    }
    for zone in project.diagram.zones.iter_mut() {
        let region = (dice.roll(2) == 0).then(|| Answer::Text(["eu", "us"][dice.roll(2)].to_owned()));
        zone.attributes.set("region", region);
    }
    let target = match threat.applies_to {
        ElementKind::Flow | ElementKind::Crossing => Target::Interface(InterfaceId(dice.roll(2) as u32 + 1)),
        _ => Target::Component(ComponentId(1)),
    };
    (project, target)
}

#[test]
fn every_trigger_fires_does_not_fire_and_where_it_can_asks() {
    // What the diagram decides alone is never unknown, and only what says that it is a guard is searched for a way around.
    let never_asks = ["HU-003", "TB-008", "DS-009", "PR-025"];
    let mut missing = Vec::new();
    for threat in &Catalog::builtin().threats {
        let only = Catalog { threats: vec![Arc::clone(threat)], ..Catalog::builtin().clone() };
        let mut dice = Dice(7);
        let (mut fires, mut silent, mut asks) = (false, false, never_asks.contains(&threat.id.as_str()));
        for _ in 0..600 {
            let (project, target) = thrown(threat, &mut dice);
            let all = everything(&project, &only);
            let at = |list: &[Arc<Suggestion>]| list.iter().any(|suggestion| suggestion.target == target);
            fires |= at(&all.fires);
            silent |= at(&all.silent);
            asks |= at(&all.needs_answer) || at(&all.unasked);
            for suggestion in all.fires.iter().chain(&all.silent).chain(&all.needs_answer).chain(&all.unasked)
            {
                assert!(!suggestion.why.trim().is_empty() && !suggestion.why.contains('{'), "{}", threat.id);
            }
            if fires && silent && asks {
                break;
            }
        }
        if !(fires && silent && asks) {
            missing.push(format!("{}: fires {fires}, silent {silent}, asks {asks}", threat.id));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
