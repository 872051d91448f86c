//! The canvas on the screen: events in, the picture out, and a name for everything that can be seen.

use std::sync::Arc;

use egui::{
    Event as Input, EventFilter, Key, MouseWheelUnit, PointerButton, Rect, Response, Role as Access, Sense,
    Ui, Vec2, WidgetInfo,
};

use crate::edit::verbs;
use crate::model::{ComponentKind, ItemId, Target};
use crate::picture::{DiagramScene, Point, Role};
use crate::session::{Command, Request, Session, Step};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field, menu_item, menu_separator};
use crate::studio::{keys, theme};

use super::state::{Highlights, Renaming, State};
use super::{Button, Camera, Event, Gesture, Ground, Intent, Tool, actions, overlay};

/// How far from a thing the pointer still means it, in points of the screen.
const TOLERANCE: f32 = 6.0;

/// Shows the canvas in all the room that there is.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    let rect = ui.available_rect_before_wrap();
    state.rect = rect;
    let response = ui.interact(rect, ui.scope_id().with("canvas"), Sense::click_and_drag());
    let session = cx.session;
    let scene = state.scene(session, cx.prefs.show_risk, cx.prefs.show_assets);
    response.widget_info(|| WidgetInfo::labeled(Access::Canvas, true, "Diagram"));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(scene.description.clone()));

    if std::mem::take(&mut state.focus_wanted) {
        response.request_focus();
    }
    look(ui, cx, state, &scene, rect);
    point(ui, cx, state, &scene, rect, &response);
    let at = state.camera.screen_from_world(rect);

    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme::color(ui, Role::Canvas));
    overlay::grid(ui, &painter, rect, at);
    let selection = session.selection();
    let ground = Ground {
        scene: &scene,
        project: session.project(),
        selection: selection.items(),
        tool: state.tool,
        tolerance: TOLERANCE / at.scale,
    };
    let preview = state.preview(session, &ground, cx.prefs.show_risk, cx.prefs.show_assets);
    let highlights = Highlights {
        selected: selection.items().iter().copied().collect(),
        hovered: state.hovered.filter(|_| state.gesture.is_idle()),
        drop_target: drop_target(state, &ground),
    };
    let picture = match &preview {
        Some(scene) => Arc::new(super::state::paint(scene, &highlights)),
        None => state.picture(&scene, highlights),
    };
    paint::picture(&painter, &picture, at, theme::palette(ui));
    if let Some(ghost) = &state.ghost {
        paint::picture(&painter, ghost, at, theme::palette(ui));
    }
    overlay::gesture(ui, &painter, at, &state.gesture, &ground);
    if let (Tool::Add(kind), Some(pointer)) = (state.tool, state.pointer) {
        overlay::ghost_node(ui, &painter, at, pointer, kind.label());
    }
    if state.gesture.is_idle() && state.tool == Tool::Select {
        overlay::handles(ui, &painter, at, &scene, state.hovered, selection.single());
    }
    if scene.nodes.is_empty() && scene.zones.is_empty() {
        empty(ui, rect);
    }

    things(ui, cx, &scene, at, rect, &ground);
    rename_field(ui, cx, state, &scene, at, rect);
    let near_tools = !state.gesture.is_idle();
    if !near_tools {
        if let Some(zooming) = overlay::zoom_control(ui, rect, state.camera.zoom) {
            let now = ui.input(|input| input.time);
            zoom(state, &scene, rect, zooming, now, ui);
        }
        if let Some(point) = overlay::minimap(ui, rect, &scene, &state.camera) {
            state.camera.jump((point, state.camera.zoom));
            ui.request_repaint();
        }
    }
    context_menu(cx, state, &response);
    if let Some(text) = hint(state, session) {
        text.clone_into(cx.status);
    }
}

fn empty(ui: &Ui, rect: Rect) {
    let tint = theme::color(ui, Role::TextTertiary);
    let first =
        widgets::line(ui, "Nothing is drawn yet.", theme::Look::BODY, theme::color(ui, Role::TextSecondary));
    let second = widgets::line(
        ui,
        "Press 1 for an agent, 5 for a store, 7 for a person; drag from one to the other. Or Ctrl K and: user -> agent",
        theme::Look::SMALL,
        tint,
    );
    widgets::put_center(ui.painter(), rect.center() - Vec2::new(0.0, 14.0), first);
    widgets::put_center(ui.painter(), rect.center() + Vec2::new(0.0, 12.0), second);
}

/// Moves the camera: the first fit, flights, what is to be revealed, wheel and pinch.
fn look(ui: &Ui, cx: &mut ViewContext<'_>, state: &mut State, scene: &DiagramScene, rect: Rect) {
    let now = ui.input(|input| input.time);
    let motion = ui.style().animation_time > 0.0;
    if state.fitted != Some(cx.session.view_id()) {
        state.fitted = Some(cx.session.view_id());
        state.camera = Camera::default();
        if !scene.nodes.is_empty() || !scene.zones.is_empty() {
            state.camera.jump(Camera::fitting(scene.bounds, rect, 28.0, 1.0));
        }
    }
    if let Some(items) = state.fit_wanted.take() {
        let chosen = items.iter().filter_map(|item| scene.rect_of(*item)).reduce(crate::picture::Rect::union);
        let bounds = chosen.unwrap_or(scene.bounds);
        let most = if items.is_empty() { 1.0 } else { 1.5 };
        state.camera.fly(Camera::fitting(bounds, rect, 40.0, most), now, motion);
    }
    if let Some(factor) = state.zoom_wanted.take() {
        zoom(state, scene, rect, overlay::Zooming::By(factor), now, ui);
    }
    if let Some(target) = cx.reveal.and_then(|item| scene.rect_of(item)) {
        let seen = state.camera.screen_from_world(rect).rect_to_picture(rect.shrink(24.0));
        if !seen.contains_rect(target) || state.camera.zoom < 0.35 {
            state.camera.fly((target.center(), state.camera.zoom.max(0.75)), now, motion);
        }
    }
    if state.camera.advance(now) {
        ui.request_repaint();
    }
}

fn zoom(state: &mut State, scene: &DiagramScene, rect: Rect, zooming: overlay::Zooming, now: f64, ui: &Ui) {
    let motion = ui.style().animation_time > 0.0;
    let center = state.camera.center;
    match zooming {
        overlay::Zooming::By(factor) => {
            let zoom = (state.camera.zoom * factor).clamp(super::camera::FARTHEST, super::camera::NEAREST);
            state.camera.fly((center, zoom), now, motion);
        }
        overlay::Zooming::Whole => state.camera.fly((center, 1.0), now, motion),
        overlay::Zooming::Fit => {
            state.camera.fly(Camera::fitting(scene.bounds, rect, 28.0, 1.0), now, motion)
        }
    }
    ui.request_repaint();
}

/// Feeds the pointer and the wheel into the machine.
fn point(
    ui: &Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    scene: &DiagramScene,
    rect: Rect,
    response: &Response,
) {
    let at = state.camera.screen_from_world(rect);
    wheel(ui, state, rect, response);
    let pointer = ui.input(|input| input.pointer.interact_pos().or_else(|| input.pointer.hover_pos()));
    let over = response.hovered() || response.is_pointer_button_down_on();
    state.pointer = pointer.filter(|_| over).map(|pointer| at.to_picture(pointer));
    let project = cx.session.project();
    let selection: Vec<ItemId> = cx.session.selection().items().to_vec();
    let (space, add, alt) = ui.input(|input| {
        let held = input.modifiers;
        (input.key_down(Key::Space), held.shift || held.command, held.alt)
    });
    let space = space && !ui.text_edit_focused();
    let mut intents = Vec::new();
    let mut feed = |state: &mut State, event: Event| {
        let ground = Ground {
            scene,
            project,
            selection: &selection,
            tool: if space { Tool::Pan } else { state.tool },
            tolerance: TOLERANCE / at.scale,
        };
        let (next, asked) = std::mem::take(&mut state.gesture).step(event, &ground);
        state.gesture = next;
        intents.extend(asked);
    };

    if let Some(place) = pointer.map(|pointer| at.to_picture(pointer)) {
        let (pressed, released, moving) = ui.input(|input| {
            let pointer = &input.pointer;
            let pressed = [PointerButton::Primary, PointerButton::Secondary, PointerButton::Middle]
                .into_iter()
                .find(|button| pointer.button_pressed(*button));
            (pressed, pointer.any_released(), pointer.delta() != Vec2::ZERO || pointer.is_moving())
        });
        let press = pressed.filter(|_| response.is_pointer_button_down_on() || response.clicked());
        // A click that begins and ends within one frame has its press where it ends.
        if let Some(button) = press {
            let button = if button == PointerButton::Primary { Button::Primary } else { Button::Pan };
            state.panned = false;
            ui.memory_mut(|memory| memory.request_focus(response.id));
            feed(state, Event::Press { at: place, button, add });
        }
        if moving && !state.gesture.is_idle() {
            state.panned |= matches!(state.gesture, Gesture::Panning { .. });
            feed(state, Event::Move { at: place, free: alt });
        }
        if released && !state.gesture.is_idle() {
            feed(state, Event::Release { at: place });
        }
        if response.double_clicked() && state.tool == Tool::Select {
            feed(state, Event::DoubleClick { at: place });
        }
        if response.secondary_clicked() {
            let item = scene.hit(place, TOLERANCE / at.scale).map(|hit| hit.item);
            state.menu_at = (place, item);
            if let Some(item) = item.filter(|item| !selection.contains(item)) {
                intents.push(Intent::Select(vec![item]));
            }
        }
        state.hovered = if over && state.gesture.is_idle() && rect.contains(at.point(place)) {
            scene.hit(place, TOLERANCE / at.scale).map(|hit| hit.item)
        } else {
            None
        };
        if over || !state.gesture.is_idle() {
            let tool = if space { Tool::Pan } else { state.tool };
            ui.ctx().set_cursor_icon(overlay::cursor(&state.gesture, tool, state.hovered.is_some()));
        }
    } else {
        state.hovered = None;
    }
    nudge(ui, cx, state, scene, response);
    for intent in intents {
        act(cx, state, scene, intent, ui);
    }
}

/// A mouse's wheel zooms at the pointer; two fingers pan; with control, and for a pinch, both zoom.
fn wheel(ui: &Ui, state: &mut State, rect: Rect, response: &Response) {
    if !response.hovered() {
        return;
    }
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
    let (by_lines, smooth, pinch, shift) = ui.input(|input| {
        let by_lines = input.events.iter().any(|event| {
            matches!(event, Input::MouseWheel { unit: MouseWheelUnit::Line | MouseWheelUnit::Page, .. })
        });
        (by_lines, input.smooth_scroll_delta(), input.zoom_delta(), input.modifiers.shift)
    });
    if by_lines {
        ui.data_mut(|data| data.insert_temp(response.id.with("wheel is a mouse's"), true));
    } else if smooth == Vec2::ZERO {
        ui.data_mut(|data| data.insert_temp(response.id.with("wheel is a mouse's"), false));
    }
    let mouse = ui.data(|data| data.get_temp(response.id.with("wheel is a mouse's")).unwrap_or(false));
    if pinch != 1.0 {
        state.camera.zoom_at(pointer, rect, pinch);
    } else if mouse && !shift && smooth.y != 0.0 {
        state.camera.zoom_at(pointer, rect, (smooth.y * 0.004).exp());
    } else if smooth != Vec2::ZERO {
        state.camera.pan(smooth);
    }
}

fn nudge(ui: &Ui, cx: &mut ViewContext<'_>, state: &State, scene: &DiagramScene, response: &Response) {
    let selection = cx.session.selection().items();
    let focused = ui.memory(|memory| memory.focused());
    let ours = focused.is_none_or(|id| id == response.id || is_thing(ui, id));
    if !ours || !state.gesture.is_idle() || state.renaming.is_some() || selection.is_empty() {
        return;
    }
    if focused == Some(response.id) {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    let (mut dx, mut dy) = (0.0, 0.0);
    let shift = ui.input(|input| input.modifiers.shift);
    let step = if shift { 24.0 } else { 1.0 };
    for (key, x, y) in [
        (Key::ArrowLeft, -1.0, 0.0),
        (Key::ArrowRight, 1.0, 0.0),
        (Key::ArrowUp, 0.0, -1.0),
        (Key::ArrowDown, 0.0, 1.0),
    ] {
        let held = ui.input(|input| input.modifiers);
        if !held.command && !held.alt {
            let times = ui.input_mut(|input| input.count_and_consume_key(held, key)) as f32;
            dx += x * step * times;
            dy += y * step * times;
        }
    }
    if (dx, dy) != (0.0, 0.0) {
        let items: Vec<ItemId> = selection
            .iter()
            .copied()
            .filter(|item| !matches!(item, ItemId::Interface(_)) && scene.rect_of(*item).is_some())
            .collect();
        if let Some(first) = items.first().copied() {
            let transaction = actions::move_items(cx.session, scene, &items, (dx, dy), super::Drop::Same);
            cx.commit(transaction.merging(Some(first), "nudge"));
        }
    }
}

/// Does what a gesture asks for.
fn act(cx: &mut ViewContext<'_>, state: &mut State, scene: &DiagramScene, intent: Intent, ui: &Ui) {
    let session = cx.session;
    let project = session.project();
    let keep_tool = ui.input(|input| input.modifiers.shift);
    match intent {
        Intent::Select(items) => cx.select(items),
        Intent::Toggle(item) => cx.ask(Request::ToggleSelected(item)),
        Intent::Pan(dx, dy) => state.camera.pan(Vec2::new(dx, dy) * state.camera.zoom),
        Intent::Move { items, by, into } => cx.commit(actions::move_items(session, scene, &items, by, into)),
        Intent::Resize(item, frame) => cx.commit(actions::resize(session, item, frame)),
        Intent::Connect(from, to) => {
            let (id, transaction) = verbs::add_interface(project, from, to);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
        }
        Intent::ConnectToNew(from, at) => {
            let (id, transaction) = actions::connect_to_new(session, scene, from, at);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = Tool::Select;
            state.begin_rename(id.into(), String::new());
        }
        Intent::Reattach { flow, start, to } => {
            if let Some(old) = project.diagram.interface(flow) {
                let (from, to) = if start { (Some(to), old.to) } else { (old.from, Some(to)) };
                cx.commit(verbs::reconnect(project, flow, from, to));
            }
        }
        Intent::MoveBend(item, index, to) => cx.commit(actions::move_bend(session, item, index, to)),
        Intent::MoveLabel(flow, dx, dy) => cx.commit(actions::move_label(session, flow.into(), dx, dy)),
        Intent::AddComponent(kind, at) => {
            let (id, transaction) = actions::add_component(session, scene, kind, at);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            if !keep_tool {
                state.begin_rename(id.into(), String::new());
            }
        }
        Intent::AddZone(frame) => {
            let (id, transaction) = actions::add_zone(session, scene, frame);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = if keep_tool { state.tool } else { Tool::Select };
            state.begin_rename(id.into(), String::new());
        }
        Intent::AddNote(at) => {
            let place = crate::model::Place { x: at.x.round(), y: at.y.round(), ..Default::default() };
            let (id, transaction) = verbs::add_note(project, session.view_id(), "Note", place);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.tool = Tool::Select;
            state.begin_rename(id.into(), "Note".to_owned());
        }
        Intent::Rename(item) => state.begin_rename(item, current_name(session, item)),
        Intent::ShowThreats(item) => {
            cx.select([item]);
            cx.go(Step::Threats);
        }
    }
}

/// What stands in the field when a thing is renamed.
pub fn current_name(session: &Session, item: ItemId) -> String {
    match item {
        ItemId::Interface(id) => session
            .project()
            .diagram
            .interface(id)
            .map(|interface| interface.protocol.clone())
            .unwrap_or_default(),
        item => session.project().name_of(item),
    }
}

impl State {
    /// Opens the field for a name.
    pub fn begin_rename(&mut self, item: ItemId, text: String) {
        self.renaming = Some(Renaming { item, text, focused: false });
    }

    /// Puts a component down near what is seen, for the keyboard, the menu and the palette.
    pub fn add_here(
        &mut self,
        session: &Session,
        kind: ComponentKind,
    ) -> Option<(ItemId, crate::edit::Transaction)> {
        let scene = self.scene(session, true, true);
        let near = self.pointer.unwrap_or(self.camera.center);
        let at = if self.pointer.is_some() && scene.hit(near, 1.0).is_none() {
            near
        } else {
            actions::free_place(&scene, near)
        };
        let (id, transaction) = actions::add_component(session, &scene, kind, at);
        Some((id.into(), transaction))
    }

    /// Esc: ends what is going on; false when there was nothing to end.
    pub fn cancel(&mut self) -> bool {
        let was_busy = !self.gesture.is_idle() || self.tool != Tool::Select || self.renaming.is_some();
        self.gesture = Gesture::Idle;
        self.tool = Tool::Select;
        self.renaming = None;
        was_busy
    }
}

fn drop_target(state: &State, ground: &Ground<'_>) -> Option<ItemId> {
    match &state.gesture {
        Gesture::Moving { items, to, .. } => match ground.drop_for(items, *to) {
            super::Drop::Into(Some(zone)) => Some(zone.into()),
            _ => None,
        },
        Gesture::Connecting { from, to, .. } => {
            ground.component_at(*to).filter(|target| target != from).map(ItemId::from)
        }
        Gesture::Reattaching { to, .. } => ground.component_at(*to).map(ItemId::from),
        _ => None,
    }
}

fn is_thing(ui: &Ui, id: egui::Id) -> bool {
    ui.data(|data| data.get_temp::<bool>(id.with("canvas thing")).unwrap_or(false))
}

/// Gives everything that can be seen a name, a place in the order of Tab, and a tooltip for what is out of scope.
fn things(
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
        ui.data_mut(|data| data.insert_temp(id.with("canvas thing"), true));
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

fn rename_field(
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

fn context_menu(cx: &mut ViewContext<'_>, state: &mut State, response: &Response) {
    if state.panned {
        return;
    }
    let (place, item) = state.menu_at;
    response.context_menu(|ui| {
        ui.set_width(236.0);
        ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
        let commands: &[Command] = match item {
            Some(ItemId::Interface(_)) => &[Command::Rename, Command::TurnRound, Command::Delete],
            Some(_) => &[
                Command::Rename,
                Command::Cut,
                Command::Copy,
                Command::Duplicate,
                Command::FitSelection,
                Command::Delete,
            ],
            None => &[Command::Paste, Command::SelectAll, Command::FitAll, Command::TidyUp],
        };
        if item.is_none() {
            for kind in [
                ComponentKind::Agent,
                ComponentKind::Process,
                ComponentKind::Model,
                ComponentKind::Tool,
                ComponentKind::Store,
                ComponentKind::External,
                ComponentKind::Human,
            ] {
                let label = format!("Add {} here", kind.label().to_lowercase());
                let icon = crate::picture::scene::kind_icon(kind);
                if menu_item(ui, Some(icon), &label, "", false, true).clicked() {
                    let scene = state.scene(cx.session, cx.prefs.show_risk, cx.prefs.show_assets);
                    let (id, transaction) = actions::add_component(cx.session, &scene, kind, place);
                    cx.commit_and_select(transaction, vec![id.into()]);
                    state.begin_rename(id.into(), String::new());
                }
            }
            menu_separator(ui);
        }
        for command in commands {
            if *command == Command::Delete {
                menu_separator(ui);
            }
            if menu_item(ui, Some(command.icon()), command.label(), &keys::caps(*command), false, true)
                .clicked()
            {
                cx.command(*command);
            }
        }
    });
}

/// What the status bar says of the canvas.
fn hint(state: &State, session: &Session) -> Option<String> {
    let tool = match state.tool {
        Tool::Select | Tool::Pan => None,
        Tool::Add(kind) => Some(format!(
            "Click where the {} stands. Shift keeps the tool, Esc puts it away",
            kind.label().to_lowercase()
        )),
        Tool::Flow => Some("Press on the component that sends, then on the one that receives".to_owned()),
        Tool::Zone => Some("Draw a frame around what belongs together".to_owned()),
        Tool::Note => Some("Click where the note stands".to_owned()),
    };
    if tool.is_some() {
        return tool;
    }
    if matches!(state.gesture, Gesture::Connecting { .. }) {
        return Some("Let go on a component to connect, on the ground to create one".to_owned());
    }
    let items = session.selection().items();
    let count = |wanted: fn(&ItemId) -> bool| items.iter().filter(|item| wanted(item)).count();
    let (components, interfaces, zones) = (
        count(|item| matches!(item, ItemId::Component(_))),
        count(|item| matches!(item, ItemId::Interface(_))),
        count(|item| matches!(item, ItemId::Zone(_))),
    );
    let parts: Vec<String> = [
        (components, "component", "components"),
        (interfaces, "interface", "interfaces"),
        (zones, "zone", "zones"),
        (items.len() - components - interfaces - zones, "other thing", "other things"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| crate::studio::words::counted(number, one, many))
    .collect();
    (!parts.is_empty()).then(|| format!("{} selected", parts.join(", ")))
}

/// The middle of what is seen, for pasting.
pub fn middle(state: &State) -> Point {
    state.pointer.unwrap_or(state.camera.center)
}
