//! The fields of a component.

use egui::Ui;

use crate::catalog::ElementKind;
use crate::edit::verbs;
use crate::model::{AssetId, Component, ComponentId, ComponentKind};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, property};

use super::{attributes, parts};

/// What components are often made of, to choose from.
const TECHNOLOGIES: [&str; 12] = [
    "Browser",
    "Kubernetes",
    "Container",
    "Python service",
    "Node service",
    "PostgreSQL",
    "Redis",
    "S3 bucket",
    "Vector index",
    "Message queue",
    "Hosted model",
    "MCP server",
];

/// Shows the fields.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut super::State, id: ComponentId) {
    let project = cx.project();
    let Some(component) = project.diagram.component(id) else { return };
    let change = |field: &'static str, set: &dyn Fn(&mut Component)| {
        verbs::change_component(project, id, field, |c| set(c))
    };

    parts::text(ui, cx, "Name", "What people call it", &component.name, |text| {
        verbs::rename(project, id.into(), &text)
    });
    property(ui, "Kind", |ui| {
        let width = ui.available_width();
        let kinds = ComponentKind::ALL;
        let label = |kind: ComponentKind| kind.label().to_owned();
        if let Some(kind) = widgets::choose(ui, "Kind", component.kind, kinds, width, label) {
            // An icon of its own fitted the kind that it was.
            let icon = String::new;
            cx.commit(change("kind", &|c| (c.kind, c.icon) = (kind, icon())));
        }
    });
    parts::zone(ui, cx, "Zone", component.zone, None, |zone| change("zone", &|c| c.zone = zone));
    property(ui, "Technology", |ui| {
        let mut text = component.technology.clone();
        let width = ui.available_width();
        let field = widgets::Field::new("Technology").hint("PostgreSQL 16").width(width);
        let response = widgets::field_with_list(ui, field, "Choose technology", &TECHNOLOGIES, &mut text);
        if response.changed() {
            cx.commit(change("technology", &|c| c.technology.clone_from(&text)));
        }
        cx.seal_when_left(&response);
    });
    parts::paragraph(ui, cx, "Purpose", "What it does, in a sentence", &component.description, |text| {
        change("description", &|c| c.description.clone_from(&text))
    });
    parts::text(ui, cx, "Owner", "Who answers for it", &component.owner, |text| {
        change("owner", &|c| c.owner.clone_from(&text))
    });
    assets_of(ui, cx, id, "Stores", true);
    assets_of(ui, cx, id, "Works with", false);
    parts::tags(ui, cx, &component.tags, |tags| change("tags", &|c| c.tags.clone_from(&tags)));
    parts::scope(
        ui,
        cx,
        component.out_of_scope,
        &component.out_of_scope_reason,
        |out| change("out_of_scope", &|c| c.out_of_scope = out),
        |text| change("out_of_scope_reason", &|c| c.out_of_scope_reason.clone_from(&text)),
        &mut state.reason_wanted,
    );
    let known = attributes::Known { attributes: &component.attributes, assumed: &component.assumed };
    attributes::show(
        ui,
        cx,
        &mut state.attribute_search,
        id.into(),
        ElementKind::from(component.kind),
        known,
    );
}

/// The assets that rest in the component or that it works with; the asset holds the link.
fn assets_of(ui: &mut Ui, cx: &mut ViewContext<'_>, id: ComponentId, name: &str, stored: bool) {
    let project = cx.project();
    let holds = |asset: &crate::model::Asset| {
        if stored { asset.stored_in.contains(&id) } else { asset.processed_by.contains(&id) }
    };
    let current: Vec<AssetId> =
        project.assets.iter().filter(|asset| holds(asset)).map(|asset| asset.id).collect();
    let before = current.clone();
    parts::assets(ui, cx, name, &current, |next| {
        let changed = before
            .iter()
            .find(|asset| !next.contains(asset))
            .or_else(|| next.iter().find(|asset| !before.contains(asset)))?;
        let field = if stored { "stored_in" } else { "processed_by" };
        verbs::change_asset(project, *changed, field, |asset| {
            let list = if stored { &mut asset.stored_in } else { &mut asset.processed_by };
            if list.contains(&id) {
                list.retain(|other| *other != id);
            } else {
                list.push(id);
            }
        })
    });
}
