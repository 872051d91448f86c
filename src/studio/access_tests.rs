//! What can be seen can be heard, and what can be heard can be reached by keys.

use std::path::Path;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::model::{ItemId, NoteKind, Project};
use crate::session::{Command, Session, work};

/// The example, and a public model where it is at hand.
fn models() -> Vec<(&'static str, Session)> {
    let mut models = vec![("the example", example())];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/interop/otm/mtmt_example.yaml");
    match work::open(&path) {
        Ok(session) => models.push(("mtmt_example.yaml", session)),
        Err(_) => eprintln!("SKIPPED: {} is not here, so no import was listened to", path.display()),
    }
    models
}

/// Everything that is drawn, with the words that must be heard of it.
fn drawn(project: &Project) -> Vec<(ItemId, Vec<String>)> {
    let diagram = &project.diagram;
    let mut all: Vec<(ItemId, Vec<String>)> = Vec::new();
    for component in diagram.components() {
        let zone = component.zone.map_or_else(
            || "outside of every zone".to_owned(),
            |zone| format!("in {}", project.name_of(zone.into())),
        );
        all.push((component.id.into(), vec![component.kind.label().to_owned(), zone]));
    }
    for interface in diagram.interfaces() {
        all.push((interface.id.into(), vec!["interface".to_owned(), interface.name.clone()]));
    }
    for zone in &diagram.zones {
        all.push((zone.id.into(), vec![format!("zone, trust {}", zone.trust)]));
    }
    all.extend(diagram.lines.iter().map(|line| (line.id.into(), vec!["boundary line".to_owned()])));
    let notes = project.notes.iter().filter(|note| note.kind == NoteKind::Canvas);
    all.extend(notes.map(|note| (note.id.into(), vec!["note".to_owned()])));
    for (item, words) in &mut all {
        let targeted = |threat: &&crate::model::Threat| {
            threat.targets.iter().any(|target| ItemId::from(*target) == *item)
        };
        words.extend(project.threats.iter().find(targeted).map(|_| "threat".to_owned()));
        words.push(project.name_of(*item));
    }
    all
}

#[test]
fn everything_that_is_seen_is_heard() {
    for (name, session) in models() {
        let mut studio = studio_at(ROOMY, Some(session), None);
        // Fitted as it opens, near, and so far that only zones are left.
        for (zoom, all) in [("fit", true), ("near", false), ("far", false)] {
            match zoom {
                "near" => (0..4).for_each(|_| studio.state_mut().ask(Command::ZoomIn)),
                "far" => (0..12).for_each(|_| {
                    studio.state_mut().ask(Command::ZoomOut);
                    studio.run();
                }),
                _ => {}
            }
            studio.run();
            let heard = labels(&studio, Role::GraphicsObject);
            assert!(!heard.is_empty(), "{name}, {zoom}");
            for (item, words) in drawn(project(&studio)).iter().filter(|_| all) {
                let fits = |label: &&String| words.iter().all(|word| label.contains(word.as_str()));
                assert!(heard.iter().any(|label| fits(&label)), "{name}: {item}: {words:?} in {heard:#?}");
            }
        }
        let zones = labels(&studio, Role::GraphicsObject)
            .iter()
            .filter(|label| label.contains("zone, trust"))
            .count();
        assert!(zones > 0, "{name}: zones are heard from far away");
    }
}

#[test]
fn the_outline_leads_to_everything() {
    for (name, session) in models() {
        let mut studio = studio_at(ROOMY, Some(session), None);
        // What could not be carried is told first.
        press(&mut studio, Key::Escape);
        studio.query_all_by_role(Role::TreeItem).next().unwrap().focus();
        studio.run();
        press(&mut studio, Key::End);
        press(&mut studio, Key::Home);
        let mut reached: Vec<ItemId> = Vec::new();
        while let Some(item) = session_selection(&studio).filter(|item| !reached.contains(item)) {
            reached.push(item);
            press(&mut studio, Key::ArrowDown);
        }
        let mut expected: Vec<ItemId> = drawn(project(&studio)).into_iter().map(|(item, _)| item).collect();
        expected.extend(project(&studio).assets.iter().map(|asset| ItemId::from(asset.id)));
        expected.sort();
        reached.sort();
        assert_eq!(reached, expected, "{name}");
        assert!(
            studio.query_all_by_role(Role::TreeItem).any(|row| row.accesskit_node().is_focused()),
            "{name}"
        );
    }
}

fn session_selection(studio: &Studio) -> Option<ItemId> {
    session(studio).selection().single()
}
