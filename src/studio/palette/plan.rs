//! What a line of quick draw would do, shown before it is done: in words under the line, and dashed on the canvas.

use egui::{Frame, Margin, Ui, Vec2};

use crate::model::ItemId;
use crate::picture::{self, Face, Path, PictureBuilder, Role};
use crate::session::Session;
use crate::studio::canvas;
use crate::studio::quick_draw::Plan;
use crate::studio::theme::Look;
use crate::studio::widgets::{self, Chip};

/// What was understood of the line, word by word.
pub(super) fn understood(ui: &mut Ui, plan: &Plan, session: &Session) {
    Frame::new().inner_margin(Margin::symmetric(18, 11)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
            widgets::label(ui, "Understood", Look::SMALL, Role::TextTertiary);
            for (icon, word) in plan.understood(session.project()) {
                if icon.is_empty() {
                    widgets::label(ui, &word, Look::BODY, Role::TextTertiary);
                } else {
                    Chip::new(&word).icon(icon).show(ui);
                }
            }
        });
    });
    widgets::divider(ui);
}

/// What would be drawn around a point, dashed: nothing is filled, nothing is there yet. Also what it covers, with the
/// components that are there already and that it is about.
pub(super) fn ghost(
    session: &Session,
    canvas: &mut canvas::State,
    plan: &Plan,
    near: picture::Point,
) -> Option<(picture::Picture, Option<picture::Rect>)> {
    if !matches!(plan, Plan::Flow(_) | Plan::Add { .. } | Plan::AddZone { .. }) {
        return None;
    }
    let scene = canvas.scene_as_shown(session);
    let (_, transaction) = plan.transaction(session, &scene, near)?;
    let mut project = session.project().clone();
    transaction.apply(&mut project).ok()?;
    let view = project.views.get(session.view_id())?;
    let options = picture::SceneOptions { assets: true, ..Default::default() };
    let after = picture::DiagramScene::build_after(Some(&scene), &project, view, &options);
    let mut out = PictureBuilder::new();
    let pen = |width: f32| picture::Stroke::dashed(Role::Accent, width, &[7.0, 5.0]);
    let old = |id: ItemId| session.project().contains(id);
    for zone in after.zones.iter().filter(|zone| !old(zone.id.into())) {
        out.rect(zone.rect, 12.0, None, Some(pen(1.5)));
        let at = picture::Point::new(zone.head.x + 4.0, zone.head.center().y + 5.0);
        out.aligned(at, zone.name.clone(), Face::UiSemibold, 14.0, Role::Accent, picture::Align::Left);
    }
    for node in after.nodes.iter().filter(|node| !old(node.id.into())) {
        out.path(picture::scene::silhouette(node.kind, node.rect).0, None, Some(pen(1.5)));
        let center = node.rect.center();
        let name = node.name.join(" ");
        let at = picture::Point::new(center.x, center.y + 5.0);
        out.aligned(at, name, Face::UiSemibold, 14.5, Role::Accent, picture::Align::Center);
    }
    for flow in after.flows.iter().filter(|flow| !old(flow.id.into())) {
        out.path(Path::polyline(&flow.points), None, Some(pen(1.75)));
        if let Some(end) = flow.points.last() {
            out.circle(*end, 4.0, Some(Role::Accent.into()), None);
        }
        let pill = flow.label.pill;
        out.rect(
            pill,
            5.0,
            Some(Role::AccentSoft.into()),
            Some(picture::Stroke::dashed(Role::Accent, 1.0, &[4.0, 3.0])),
        );
        let at = picture::Point::new(pill.center().x, pill.center().y + 4.7);
        out.aligned(at, flow.label.text.clone(), Face::UiMedium, 13.0, Role::Text, picture::Align::Center);
    }
    let new_flows = || after.flows.iter().filter(|flow| !old(flow.id.into()));
    let ends = || new_flows().flat_map(|flow| [flow.from, flow.to]).flatten();
    let nodes = after.nodes.iter().filter(|node| !old(node.id.into()) || ends().any(|end| end == node.id));
    let zones = after.zones.iter().filter(|zone| !old(zone.id.into())).map(|zone| zone.rect);
    let covered = nodes.map(|node| node.rect).chain(zones).chain(new_flows().map(|flow| flow.label.pill));
    Some((out.finish(), covered.reduce(picture::Rect::union)))
}
