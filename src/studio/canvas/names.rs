//! Everything that can be seen has a name: for screen readers, for the keyboard, and in a field when it is changed.

use std::fmt::Write as _;

use egui::{EventFilter, Key, Modifiers, Rect, Role as Access, Sense, Ui, Vec2, WidgetInfo};

use crate::edit::{Transaction, verbs};
use crate::model::{ComponentId, ComponentKind, ItemId, Project, Target};
use crate::picture::DiagramScene;
use crate::session::{Request, Session};
use crate::studio::paint::ScreenFromPicture;
use crate::studio::quick_draw;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};

use super::carry::reading_order;
use super::choosing::Choosing;
use super::intents;
use super::state::{Renaming, State};
use super::{Ground, overlay, parts};

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
    choosing: &mut Choosing,
) {
    choosing.check(ground.selection);
    // From far away zones are what is seen, and what stands in none.
    let far = at.scale < 0.2;
    let in_zone = |item: ItemId| match item {
        ItemId::Component(id) => scene.node(id).is_some_and(|node| node.zone.is_some()),
        ItemId::Interface(_) | ItemId::Note(_) => true,
        _ => false,
    };
    let seen =
        scene.in_sight(at.rect_to_picture(canvas)).into_iter().filter(|(item, _)| !(far && in_zone(*item)));
    let mut seen: Vec<(ItemId, Rect)> = seen.map(|(item, rect)| (item, at.rect(rect))).collect();
    // Reading order: in columns from left to right, as the data flows.
    seen.sort_by_key(|(_, rect)| reading_order(at.rect_to_picture(*rect)));
    for (item, rect) in seen {
        let id = ui.scope_id().with(egui::IdSalt::new(item));
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        mark_as_thing(ui, id);
        let selected = ground.selection.contains(&item);
        response.widget_info(|| {
            let mut words = spoken(cx.session, Some(scene), item);
            if let ItemId::Interface(flow) = item
                && let Some(more) = ground.bundle_of(flow).len().checked_sub(1)
            {
                let _written = write!(words, ", and {more} more on one line");
            }
            WidgetInfo::selected(Access::GraphicsObject, true, selected, words)
        });
        if response.gained_focus()
            && let Some(chosen) = choosing.come_to(item, ground.selection)
        {
            cx.select(chosen);
        }
        if response.has_focus() {
            let filter =
                EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            widgets::focus_ring(ui, &response, rect, 6.0);
        }
    }
}

/// How many interfaces cross a boundary line; none where none does.
pub fn line_words(crossing: usize) -> Option<String> {
    match crossing {
        0 => None,
        1 => Some("1 interface crosses it".to_owned()),
        many => Some(format!("{many} interfaces cross it")),
    }
}

/// How many interfaces of a thing leave the view.
pub fn leaving_words(number: usize) -> String {
    let verb = if number == 1 { "leaves" } else { "leave" };
    format!("{} {verb} this view", crate::studio::words::counted(number, "interface", "interfaces"))
}

/// A thing in words: name, kind, zone, risk.
pub fn spoken(session: &Session, scene: Option<&DiagramScene>, item: ItemId) -> String {
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
                words.extend(component.out_of_scope.then(|| "out of scope".to_owned()));
                let stored: Vec<&str> = project
                    .assets
                    .iter()
                    .filter(|asset| asset.stored_in.contains(&id))
                    .map(|asset| asset.name.as_str())
                    .collect();
                words.extend((!stored.is_empty()).then(|| format!("stores {}", stored.join(" and "))));
            }
        }
        ItemId::Interface(id) => {
            words.push("interface".to_owned());
            if let Some(interface) = project.diagram.interface(id) {
                words.extend((!interface.name.is_empty()).then(|| interface.name.clone()));
                words.extend((!interface.protocol.is_empty()).then(|| interface.protocol.clone()));
                let secrecy = match interface.is_encrypted() {
                    Some(true) => "encrypted",
                    Some(false) => "clear text",
                    None => "encryption not known",
                };
                words.push(secrecy.to_owned());
                words.extend((!interface.assets.is_empty()).then(|| {
                    let assets = interface.assets.iter().map(|id| project.name_of((*id).into()));
                    format!("carries {}", assets.collect::<Vec<_>>().join(" and "))
                }));
                words.extend(interface.from.zip(interface.to).map(|(from, to)| way(project, from, to)));
                let lines = scene.map_or_else(Vec::new, |scene| scene.lines_crossed(id));
                words.extend(
                    lines.into_iter().map(|line| format!("crosses {}", project.name_of(line.into()))),
                );
            }
        }
        ItemId::Zone(id) => {
            if let Some(zone) = project.diagram.zones.get(id) {
                words.push(format!("zone, trust {}", zone.trust));
                words.push(zone.kind.label().to_lowercase());
                words.extend(zone.parent.map(|parent| format!("in {}", project.name_of(parent.into()))));
                words.extend(parts::is_collapsed(session, id).then(|| "collapsed".to_owned()));
            }
        }
        ItemId::Line(id) => {
            words.push("boundary line".to_owned());
            words.extend(scene.and_then(|scene| line_words(scene.crossing(id).len())));
        }
        ItemId::Note(_) => words.push("note".to_owned()),
        _ => {}
    }
    let pinned = session.view().and_then(|view| view.places.get(&item)).is_some_and(|place| place.pinned);
    words.extend(pinned.then(|| "pinned".to_owned()));
    words.extend((!parts::is_in_view(session, item)).then(|| "not in this view".to_owned()));
    let leaves = scene.and_then(|scene| scene.leaves_at(item));
    words.extend(leaves.map(|leaves| leaving_words(leaves.count)));
    let zone = match item {
        ItemId::Zone(id) => scene.and_then(|scene| scene.zone(id)),
        _ => None,
    };
    if let Some(badge) = zone.filter(|zone| zone.collapsed).and_then(|zone| zone.badge) {
        // It stands for all that it hides.
        words.push(format!(
            "{} in it, worst {}",
            crate::studio::words::counted(badge.count, "threat", "threats"),
            badge.band.label().to_lowercase()
        ));
    } else if let Ok(target) = Target::try_from(item)
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

/// The zones that a flow goes through: "stays in Runtime", "crosses from Runtime to Data".
fn way(project: &Project, from: ComponentId, to: ComponentId) -> String {
    let zone = |id: ComponentId| {
        let zone = project.diagram.component(id).and_then(|component| component.zone);
        zone.map_or_else(|| "outside".to_owned(), |zone| project.name_of(zone.into()))
    };
    let (left, entered) = project.diagram.crossed_zones(from, to);
    if left.is_empty() && entered.is_empty() {
        format!("stays in {}", zone(from))
    } else {
        format!("crosses from {} to {}", zone(from), zone(to))
    }
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
    let says_more = renaming.fresh && matches!(item, ItemId::Interface(_));
    let width = spot.width().max(if says_more { 210.0 } else { 150.0 });
    let rect = Rect::from_center_size(spot.center(), Vec2::new(width, 32.0));
    let rect = rect.translate(Vec2::new(
        (canvas.left() + 4.0 - rect.left()).max(0.0) + (canvas.right() - 4.0 - rect.right()).min(0.0),
        (canvas.top() + 4.0 - rect.top()).max(0.0) + (canvas.bottom() - 4.0 - rect.bottom()).min(0.0),
    ));
    let id = ui.scope_id().with("rename in place");
    let hint = match (item, renaming.guesses) {
        (ItemId::Interface(_), _) if renaming.fresh => "Protocol, what it carries",
        (ItemId::Interface(_), _) => "Protocol",
        (_, true) => "Name: its kind follows",
        _ => "Name",
    };
    let names_component = renaming.fresh && matches!(item, ItemId::Component(_));
    if names_component {
        kind_by_key(ui, renaming);
    }
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let response = Field::new("New name")
        .id(id)
        .hint(hint)
        .width(width)
        .select_all()
        .show(&mut child, &mut renaming.text);
    let mut on_kinds = false;
    if names_component {
        let project = cx.session.project();
        let now = if let ItemId::Component(id) = item {
            project.diagram.component(id).map(|component| component.kind)
        } else {
            None
        };
        on_kinds = kinds(ui, rect, canvas, renaming, now);
    }
    if !renaming.focused {
        response.request_focus();
        renaming.focused = true;
        renaming.revision = Some(cx.session.revision());
        return;
    }
    if on_kinds {
        response.request_focus();
        return;
    }
    let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
    if response.lost_focus() || !response.has_focus() {
        if !cancelled || (renaming.fresh && renaming.kind.is_some()) {
            let typed = if cancelled { "" } else { renaming.text.trim() };
            let transaction = named(cx.session.project(), renaming, typed);
            match (transaction, renaming.fresh, renaming.revision) {
                (Some(transaction), true, Some(revision)) => {
                    cx.ask(Request::Amend(transaction, revision));
                }
                (transaction, ..) => cx.commit(transaction),
            }
        }
        state.renaming = None;
        state.focus_wanted = true;
    }
}

/// The change that the name makes as far as it is typed: what a crash must not take.
pub fn draft(project: &Project, renaming: &Renaming) -> Option<Transaction> {
    let typed = renaming.text.trim();
    if typed.is_empty() || !project.contains(renaming.item) {
        return None;
    }
    named(project, renaming, typed)
}

/// The change that a typed name makes. A fresh component is also given its kind.
pub fn named(project: &Project, renaming: &Renaming, typed: &str) -> Option<Transaction> {
    let item = renaming.item;
    let change = match item {
        ItemId::Interface(_) if renaming.fresh && typed.is_empty() => None,
        ItemId::Interface(id) if renaming.fresh || typed.contains(',') => {
            quick_draw::said_of_flow(project, id, typed)
        }
        ItemId::Interface(id) => {
            let typed = typed.to_owned();
            verbs::change_interface(project, id, "protocol", |interface| interface.protocol = typed)
        }
        ItemId::Component(id) if renaming.fresh => {
            let guessed = || (renaming.guesses && !typed.is_empty()).then(|| quick_draw::guess(typed));
            let kind = renaming.kind.or_else(guessed);
            verbs::change_component(project, id, "name", |component| {
                if !typed.is_empty() {
                    typed.clone_into(&mut component.name);
                }
                component.kind = kind.unwrap_or(component.kind);
            })
        }
        ItemId::Zone(id) if renaming.fresh && !typed.is_empty() => {
            verbs::change_zone(project, id, "name", |zone| {
                typed.clone_into(&mut zone.name);
                // Nobody has said yet how far it is trusted; its name may.
                zone.trust = quick_draw::trust_of(typed).unwrap_or(zone.trust);
            })
        }
        item => verbs::rename(project, item, typed),
    }?;
    if !renaming.fresh {
        return Some(change);
    }
    let what = match item {
        ItemId::Interface(_) => {
            return Some(Transaction {
                name: format!("Draw {}", project.name_of(item)),
                merge: None,
                ..change
            });
        }
        ItemId::Zone(_) => "zone ",
        ItemId::Line(_) => "boundary ",
        ItemId::Note(_) => "note ",
        ItemId::View(_) => "view ",
        _ => "",
    };
    let name = if typed.is_empty() { project.name_of(item) } else { typed.to_owned() };
    Some(Transaction { name: format!("Add {what}{name}"), merge: None, ..change })
}

/// Alt with a number says what is being named.
fn kind_by_key(ui: &Ui, renaming: &mut Renaming) {
    const NUMBERS: [Key; 7] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7];
    for ((kind, _), key) in intents::kinds().zip(NUMBERS) {
        if ui.input_mut(|input| input.consume_key(Modifiers::ALT, key)) {
            renaming.kind = Some(kind);
        }
    }
}

/// The kinds under the name of a fresh component; true while the pointer is busy there, so that the name stays open.
fn kinds(
    ui: &mut Ui,
    field: Rect,
    canvas: Rect,
    renaming: &mut Renaming,
    now: Option<ComponentKind>,
) -> bool {
    let size = Vec2::new(intents::kinds().count() as f32 * 34.0 + 8.0, 40.0);
    let below = Rect::from_center_size(field.center_bottom() + Vec2::new(0.0, 26.0), size);
    let bar = if below.bottom() < canvas.bottom() { below } else { below.translate(Vec2::new(0.0, -84.0)) };
    let shown = renaming.kind.or_else(|| {
        let typed = renaming.text.trim();
        (renaming.guesses && !typed.is_empty()).then(|| quick_draw::guess(typed))
    });
    let shown = shown.or(now);
    overlay::floating(ui, bar, "kinds");
    let mut row = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(bar.shrink(4.0))
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    row.spacing_mut().item_spacing.x = 0.0;
    for (number, (kind, _)) in (1..).zip(intents::kinds()) {
        let name = format!("It is: {}", kind.label().to_lowercase());
        let keys = format!("Alt {number}");
        if widgets::tool_button(&mut row, kind.icon(), &name, &keys, shown == Some(kind), true).clicked() {
            renaming.kind = Some(kind);
        }
    }
    ui.input(|input| {
        let busy = input.pointer.any_down() || input.pointer.any_released();
        busy && input.pointer.interact_pos().is_some_and(|pos| bar.contains(pos))
    })
}

fn name_rect(scene: &DiagramScene, item: ItemId) -> Option<crate::picture::Rect> {
    match item {
        ItemId::Interface(id) => scene.flow(id).map(|flow| flow.label.pill),
        ItemId::Zone(id) => scene.zone(id).map(|zone| zone.head),
        ItemId::Line(id) => scene.lines.iter().find(|line| line.id == id).map(|line| line.head),
        item => scene.rect_of(item),
    }
}
