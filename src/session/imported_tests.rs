//! Public sample models as they are drawn: names, labels and badges cover nothing where there is room for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::work;
use crate::model::{Band, Project, Target, View};
use crate::picture::scene::Wording;
use crate::picture::{DiagramScene, Rect, SceneOptions};

/// The files under a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

fn drawn(project: &Project, view: &View) -> DiagramScene {
    let mut risk: BTreeMap<Target, (Band, usize)> = BTreeMap::new();
    for target in project.threats.iter().flat_map(|threat| threat.targets.iter()) {
        risk.entry(*target).or_insert((Band::High, 0)).1 += 1;
    }
    DiagramScene::build(project, view, &SceneOptions { risk: Some(risk), ..SceneOptions::default() })
}

/// Everything that is read, whose it is, and whether it can stand elsewhere.
fn read(scene: &DiagramScene) -> Vec<(String, &'static str, Rect)> {
    let mut all = Vec::new();
    for node in scene.nodes.iter().filter(|node| node.wording != Wording::Top) {
        let id = node.id.to_string();
        all.push((id.clone(), "box", node.rect));
        all.extend(node.under.map(|rect| (id.clone(), "name", rect)));
        all.extend(node.badge.map(|badge| (id.clone(), "badge", badge.rect)));
        all.extend(node.chips.iter().map(|chip| (id.clone(), "chip", chip.rect)));
    }
    for zone in scene.zones.iter().filter(|zone| !zone.collapsed) {
        all.push((zone.id.to_string(), "head", zone.head));
    }
    all.extend(scene.lines.iter().map(|line| (line.id.to_string(), "head", line.head)));
    all.extend(scene.notes.iter().map(|note| (note.id.to_string(), "note", note.rect)));
    for flow in scene.flows.iter().filter(|flow| !flow.label.crowded_out) {
        all.push((flow.id.to_string(), "label", flow.label.pill));
        all.extend(flow.label.badge.map(|badge| (flow.id.to_string(), "badge", badge.rect)));
        all.extend(flow.label.chips.iter().map(|chip| (flow.id.to_string(), "chip", chip.rect)));
    }
    all
}

/// What covers what. Boxes and notes stand where the file has them.
fn covered(scene: &DiagramScene) -> Vec<String> {
    let all = read(scene);
    let given = |what: &str| matches!(what, "box" | "note");
    let mut found = Vec::new();
    for (index, (owner, what, rect)) in all.iter().enumerate() {
        for (other, thing, place) in all.iter().skip(index + 1) {
            if owner != other && !(given(what) && given(thing)) && rect.overlaps(place.grown(-1.0)) {
                found.push(format!("the {what} of {owner} and the {thing} of {other}"));
            }
        }
    }
    found
}

#[test]
fn names_labels_and_badges_of_public_models_cover_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/interop");
    let mut drawings = 0;
    let mut found = Vec::new();
    for path in ["otm", "threat-dragon"].into_iter().flat_map(|format| files(&folder.join(format))) {
        let Ok(session) = work::open(&path) else { continue };
        for view in &session.project().views {
            drawings += 1;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let scene = drawn(session.project(), view);
            found.extend(covered(&scene).into_iter().map(|what| format!("{name}, {}: {what}", view.id)));
        }
    }
    if drawings == 0 {
        eprintln!("SKIPPED: {} is not here, so public sample models were not drawn", folder.display());
        return;
    }
    assert_eq!(found, Vec::<String>::new(), "in {drawings} drawings");
}
