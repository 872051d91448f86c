//! The example is the first thing that people see of the program: it is complete, and every file that it names is there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};
use std::process::Command;

use threat_studio::analysis::risk::{Rating, register};
use threat_studio::model::{Condition, Evidence, ItemId, Project};
use threat_studio::storage::text;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn example_text() -> String {
    std::fs::read_to_string(folder().join("agent-platform.threat.ron")).unwrap()
}

fn example() -> Project {
    text::from_text(&example_text()).unwrap()
}

#[test]
fn it_is_written_as_the_program_writes_it() {
    let written = text::to_text(&example());
    for (number, (file, program)) in example_text().lines().zip(written.lines()).enumerate() {
        assert_eq!(file, program, "line {}", number + 1);
    }
    assert_eq!(example_text().len(), written.len());
}

#[test]
fn it_holds_what_the_readme_says() {
    let project = example();
    let counts = [
        ("components", project.diagram.component_count(), 5),
        ("interfaces", project.diagram.interface_count(), 5),
        ("zones", project.diagram.zones.len(), 5),
        ("assets", project.assets.len(), 4),
        ("threats", project.threats.len(), 9),
        ("controls", project.controls.len(), 18),
        ("policies", project.policies.len(), 3),
        ("tiers", project.protection.tiers.len(), 3),
    ];
    for (what, found, expected) in counts {
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_no_id_is_free_again() {
    let project = example();
    assert_eq!(project.broken_references(), []);
    let stored = example_text();
    assert!(stored.contains("next: ("), "the numbers given are written down");
    let mut reserved = project.clone();
    reserved.reserve_all();
    assert_eq!(project.next, reserved.next);
    for id in project.all_ids() {
        let fresh: [ItemId; 3] =
            [project.next_component().into(), project.next_threat().into(), project.next_control().into()];
        assert!(!fresh.contains(&id), "{id} would be given again");
    }
    // A policy names resources and destinations by name, which no id protects.
    for rule in project.policies.iter().flat_map(|policy| &policy.rules) {
        for condition in &rule.conditions {
            match condition {
                Condition::Metric(metric) => {
                    assert!(project.simulation.metrics.contains_key(&metric.metric), "{}", metric.metric);
                }
                Condition::Resource(resource) => {
                    assert!(
                        project.assets.iter().any(|asset| asset.name == resource.resource),
                        "{}",
                        resource.resource
                    );
                }
                Condition::Communication(communication) => {
                    for destination in communication.destinations.iter().filter(|name| *name != "*") {
                        let group = project.simulation.groups.iter().find(|group| group.name == *destination);
                        let known = |name: &String| project.diagram.components().any(|c| c.name == *name);
                        assert!(group.is_some_and(|group| group.members.iter().all(known)), "{destination}");
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_in_it_is_left_empty() {
    let project = example();
    let mut missing: Vec<String> = Vec::new();
    let mut need = |item: ItemId, what: &str, there: bool| {
        if !there {
            missing.push(format!("{item}: {what}"));
        }
    };
    for component in project.diagram.components() {
        need(component.id.into(), "description", !component.description.is_empty());
        need(component.id.into(), "owner", !component.owner.is_empty());
        need(component.id.into(), "zone", component.zone.is_some());
        need(component.id.into(), "attributes", !component.attributes.0.is_empty());
    }
    for interface in project.diagram.interfaces() {
        need(interface.id.into(), "description", !interface.description.is_empty());
        need(interface.id.into(), "assets", !interface.assets.is_empty());
        need(interface.id.into(), "protocol", !interface.protocol.is_empty() && interface.port.is_some());
    }
    for asset in &project.assets {
        need(asset.id.into(), "owner", !asset.owner.is_empty());
        need(asset.id.into(), "place", !asset.stored_in.is_empty());
        need(
            asset.id.into(),
            "worth",
            asset.confidentiality.and(asset.integrity).and(asset.availability).is_some(),
        );
    }
    for threat in &project.threats {
        let said = &threat.statement;
        let sentence = [&said.source, &said.action, &said.effect, &said.harm];
        need(
            threat.id.into(),
            "statement",
            sentence.iter().all(|part| !part.is_empty()) && !said.assets.is_empty(),
        );
        need(threat.id.into(), "rationale", !threat.rationale.is_empty());
        need(threat.id.into(), "votes", threat.likelihood_votes.len() == 5 && threat.impact_votes.len() == 5);
        need(threat.id.into(), "owner and due", !threat.owner.is_empty() && threat.due.is_some());
        need(threat.id.into(), "decisions", !threat.decisions.is_empty());
        need(threat.id.into(), "references", threat.references.len() >= 2 && !threat.stride.is_empty());
        need(threat.id.into(), "controls", project.controls_of(threat.id).next().is_some());
    }
    for control in &project.controls {
        need(control.id.into(), "description", !control.description.is_empty());
        need(control.id.into(), "owner", !control.owner.is_empty());
        need(control.id.into(), "cost", control.cost.is_some());
        need(control.id.into(), "due", control.due.is_some() || control.status.in_place() == 1.0);
    }
    for policy in &project.policies {
        need(policy.id.into(), "rationale", !policy.rationale.is_empty());
        for rule in &policy.rules {
            let linked = !rule.threats.is_empty() && !rule.controls.is_empty();
            need(rule.id.into(), "rationale and links", !rule.rationale.is_empty() && linked);
        }
    }
    for review in &project.reviews {
        need(
            review.id.into(),
            "snapshot",
            review.snapshot.as_ref().is_some_and(|s| s.fingerprint.len() == 64),
        );
        need(
            review.id.into(),
            "decisions and sign-offs",
            !review.decisions.is_empty() && !review.sign_offs.is_empty(),
        );
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn files_that_it_names_lie_beside_it() {
    for traces in &example().simulation.traces {
        for file in [&traces.metrics, &traces.events, &traces.labels] {
            assert!(folder().join(file).is_file(), "{file}");
        }
    }
}

#[test]
fn its_evidence_is_what_a_simulation_finds() {
    let out = tempfile::tempdir().unwrap();
    let again = out.path().join("again.threat.ron");
    let run = Command::new(env!("CARGO_BIN_EXE_threat-studio"))
        .arg("simulate")
        .arg(folder().join("agent-platform.threat.ron"))
        .arg("--record")
        .arg(&again)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = example();
    let found = text::from_text(&std::fs::read_to_string(again).unwrap()).unwrap();
    let fresh: Vec<Evidence> =
        found.evidence.iter().filter(|e| !said.evidence.contains(e.id)).cloned().collect();
    assert!(!said.evidence.is_empty() && fresh.len() == said.evidence.len());
    for (old, new) in said.evidence.iter().zip(&fresh) {
        assert_eq!(*old, Evidence { id: old.id, date: old.date, ..new.clone() });
    }
}

#[test]
fn its_risks_make_a_picture_worth_looking_at() {
    let register = register(&example());
    let above = |rating| register.live().filter(|row| row.is_above_appetite(rating)).count();
    assert_eq!([above(Rating::Inherent), above(Rating::Current), above(Rating::Planned)], [6, 3, 1]);
}
