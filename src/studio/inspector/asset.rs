//! The fields of an asset.

use egui::Ui;

use crate::edit::verbs;
use crate::model::{Asset, AssetId, AssetKind, Sensitivity};
use crate::picture::Role;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, property};

use super::parts;

/// Shows the fields.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, id: AssetId) {
    let project = cx.project();
    let Some(asset) = project.assets.get(id) else { return };
    let change =
        |field: &'static str, set: &dyn Fn(&mut Asset)| verbs::change_asset(project, id, field, |a| set(a));

    parts::text(ui, cx, "Name", "What people call it", &asset.name, |text| {
        verbs::rename(project, id.into(), &text)
    });
    property(ui, "Kind", |ui| {
        let width = ui.available_width();
        let label = |kind: AssetKind| kind.label().to_owned();
        if let Some(kind) = widgets::choose(ui, "Kind", asset.kind, AssetKind::ALL, width, label) {
            cx.commit(change("kind", &|a| a.kind = kind));
        }
    });
    property(ui, "Sensitivity", |ui| {
        let width = ui.available_width();
        let label = |sensitivity: Sensitivity| sensitivity.label().to_owned();
        let known = asset.classified();
        let picked = widgets::choose_known(ui, "Sensitivity", known, Sensitivity::ALL, width, label);
        if let Some(picked) = picked {
            cx.commit(change("sensitivity", &|a| match picked {
                Some(level) => a.classify(level),
                None => a.unclassified = true,
            }));
        }
    });
    parts::paragraph(ui, cx, "Purpose", "What it is, in a sentence", &asset.description, |text| {
        change("description", &|a| a.description.clone_from(&text))
    });
    for (name, value, field, meaning) in [
        ("Known", asset.confidentiality, "confidentiality", "How much it hurts when others know it"),
        ("Changed", asset.integrity, "integrity", "How much it hurts when it is changed"),
        ("Gone", asset.availability, "availability", "How much it hurts when it is gone"),
    ] {
        property(ui, name, |ui| {
            // The first word stands for "nobody has said".
            let mut level = value.map_or(0, usize::from);
            if widgets::segmented(ui, meaning, &["?", "1", "2", "3", "4", "5"], &mut level) {
                let level = u8::try_from(level).ok().filter(|level| *level > 0);
                cx.commit(change(field, &|a| match field {
                    "confidentiality" => a.confidentiality = level,
                    "integrity" => a.integrity = level,
                    _ => a.availability = level,
                }));
            }
            widgets::small(ui, meaning, Role::TextTertiary);
        });
    }
    parts::text(ui, cx, "Owner", "Who answers for it", &asset.owner, |text| {
        change("owner", &|a| a.owner.clone_from(&text))
    });
    parts::components(ui, cx, "Stored in", &asset.stored_in, |list| {
        change("stored_in", &|a| a.stored_in.clone_from(&list))
    });
    parts::components(ui, cx, "Worked with by", &asset.processed_by, |list| {
        change("processed_by", &|a| a.processed_by.clone_from(&list))
    });
    let carried: Vec<_> = project.diagram.interfaces().filter(|flow| flow.assets.contains(&id)).collect();
    property(ui, "Carried by", |ui| {
        ui.add_space(4.0);
        if carried.is_empty() {
            widgets::small(ui, "No interface carries it.", Role::TextTertiary);
        }
        for flow in carried {
            if widgets::link(ui, &project.interface_name(flow)).clicked() {
                cx.reveal(flow.id.into());
            }
        }
    });
}
