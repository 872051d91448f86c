//! Everything that can be seen has a name: for screen readers, for the keyboard, and in a field when it is changed.

use egui::{EventFilter, Key, Rect, Role as Access, Sense, Ui, Vec2, WidgetInfo};

use crate::edit::verbs;
use crate::model::{ItemId, Target};
use crate::picture::DiagramScene;
use crate::session::Session;
use crate::studio::paint::ScreenFromPicture;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};

use super::Ground;
use super::state::State;

/// Notes that a widget is a thing of the canvas: single keys keep their meaning while it has the focus.
pub fn mark_as_thing(ui: &Ui, id: egui::Id) {
    ui.data_mut(|data| data.insert_temp(id.with("canvas thing"), true));
}

/// Whether that widget is a thing of the canvas.
pub fn is_thing(ui: &Ui, id: egui::Id) -> bool {
    ui.data(|data| data.get_temp::<bool>(id.with("canvas thing")).unwrap_or(false))
}

/// Gives everything that can be seen a name, a place in the order of Tab, and a tooltip for what is out of scope.
pub fn things(
    ui: &Ui,
    cx: &mut ViewContext<'_>,
    scene: &DiagramScene,
    at: ScreenFromPicture,
    canvas: Rect,
    ground: &Ground<'_>,
) {
    if at.scale < 0.2 {
        return;
    }
    let mut seen: Vec<(ItemId, Rect)> = Vec::new();
    seen.extend(scene.zones.iter().map(|zone| (zone.id.into(), at.rect(zone.head))));
    seen.extend(scene.nodes.iter().map(|node| (node.id.into(), at.rect(node.rect))));
    seen.extend(scene.flows.iter().map(|flow| (flow.id.into(), at.rect(flow.label.pill))));
    seen.extend(scene.lines.iter().map(|line| (line.id.into(), at.rect(line.head))));
    seen.extend(scene.notes.iter().map(|note| (note.id.into(), at.rect(note.rect))));
    seen.retain(|(_, rect)| rect.intersects(canvas));
    // Reading order: in columns from left to right, as the data flows.
    seen.sort_by_key(|(_, rect)| {
        ((rect.center().x / 160.0).floor() as i64, rect.top() as i64, rect.left() as i64)
    });
    for (item, rect) in seen {
        let id = ui.scope_id().with(egui::IdSalt::new(item));
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        mark_as_thing(ui, id);
        let selected = ground.selection.contains(&item);
        response.widget_info(|| {
            WidgetInfo::selected(Access::GraphicsObject, true, selected, spoken(cx.session, item))
        });
        if response.gained_focus() && !selected {
            cx.select([item]);
        }
        if response.has_focus() {
            let filter =
                EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            widgets::focus_ring(ui, &response, rect, 6.0);
        }
    }
}

/// A thing in words: name, kind, zone, risk.
pub fn spoken(session: &Session, item: ItemId) -> String {
    let project = session.project();
    let mut words = vec![project.name_of(item)];
    match item {
        ItemId::Component(id) => {
            if let Some(component) = project.diagram.component(id) {
                words.push(component.kind.label().to_owned());
                let zone = component.zone.map(|zone| project.name_of(zone.into()));
                words.push(
                    zone.map_or_else(|| "outside of every zone".to_owned(), |zone| format!("in {zone}")),
                );
            }
        }
        ItemId::Interface(id) => {
            words.push("interface".to_owned());
            if let Some(interface) = project.diagram.interface(id) {
                words.extend((!interface.protocol.is_empty()).then(|| interface.protocol.clone()));
                let secrecy = match interface.is_encrypted() {
                    Some(true) => "encrypted",
                    Some(false) => "clear text",
                    None => "encryption not known",
                };
                words.push(secrecy.to_owned());
            }
        }
        ItemId::Zone(id) => {
            words.extend(project.diagram.zones.get(id).map(|zone| format!("zone, trust {}", zone.trust)));
        }
        ItemId::Line(_) => words.push("boundary line".to_owned()),
        ItemId::Note(_) => words.push("note".to_owned()),
        _ => {}
    }
    if let Ok(target) = Target::try_from(item)
        && let Some(risk) = session.derived().register().by_target.get(&target)
        && !risk.threats.is_empty()
    {
        let worst = risk
            .band
            .map_or_else(|| "not rated".to_owned(), |band| format!("worst {}", band.label().to_lowercase()));
        words.push(format!(
            "{}, {worst}",
            crate::studio::words::counted(risk.threats.len(), "threat", "threats")
        ));
    }
    words.join(", ")
}

/// The field over the thing that is renamed.
pub fn rename_field(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    scene: &DiagramScene,
    at: ScreenFromPicture,
    canvas: Rect,
) {
    let Some(renaming) = &mut state.renaming else { return };
    let item = renaming.item;
    // A thing that was only just asked for is drawn in the next frame.
    let Some(frame) = name_rect(scene, item) else {
        if !cx.session.project().contains(item) && renaming.focused {
            state.renaming = None;
        }
        return;
    };
    let spot = at.rect(frame);
    let width = spot.width().max(150.0);
    let rect = Rect::from_center_size(spot.center(), Vec2::new(width, 32.0));
    let rect = rect.translate(Vec2::new(
        (canvas.left() + 4.0 - rect.left()).max(0.0) + (canvas.right() - 4.0 - rect.right()).min(0.0),
        (canvas.top() + 4.0 - rect.top()).max(0.0) + (canvas.bottom() - 4.0 - rect.bottom()).min(0.0),
    ));
    let id = ui.scope_id().with("rename in place");
    let hint = if matches!(item, ItemId::Interface(_)) { "Protocol" } else { "Name" };
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let response = Field::new("New name")
        .id(id)
        .hint(hint)
        .width(width)
        .select_all()
        .show(&mut child, &mut renaming.text);
    if !renaming.focused {
        response.request_focus();
        renaming.focused = true;
        return;
    }
    let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
    if response.lost_focus() || !response.has_focus() {
        let text = renaming.text.trim().to_owned();
        if !cancelled {
            let project = cx.session.project();
            let transaction = match item {
                ItemId::Interface(id) => {
                    verbs::change_interface(project, id, "protocol", |interface| interface.protocol = text)
                }
                item => verbs::rename(project, item, &text),
            };
            cx.commit(transaction);
        }
        state.renaming = None;
    }
}

fn name_rect(scene: &DiagramScene, item: ItemId) -> Option<crate::picture::Rect> {
    match item {
        ItemId::Interface(id) => scene.flow(id).map(|flow| flow.label.pill),
        ItemId::Zone(id) => scene.zone(id).map(|zone| zone.head),
        ItemId::Line(id) => scene.lines.iter().find(|line| line.id == id).map(|line| line.head),
        item => scene.rect_of(item),
    }
}
