//! The canvas on the screen: events in, the picture out, and a name for everything that can be seen.

use std::collections::BTreeSet;

use egui::{
    Event as Input, Key, MouseWheelUnit, PointerButton, Rect, Response, Role as Access, Sense, Ui, Vec2,
    WidgetInfo,
};

use crate::model::{ItemId, Project};
use crate::picture::{DiagramScene, Point, Role};
use crate::session::{Command, Session, ThreatFilter};
use crate::studio::inspector::aimed_at;
use crate::studio::keys;
use crate::studio::paint;
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::state::{Highlights, State};
use super::{
    Button, Camera, Carried, Event, Gesture, Ground, Intent, Tool, by_key, drop, elsewhere, find, intents,
    legend, lit, names, overlay, parts, paths, play,
};

/// How far from a thing the pointer still means it, in points of the screen.
const TOLERANCE: f32 = 6.0;

/// How much a point of the wheel's way zooms: a notch is about a fifth.
const WHEEL: f32 = 0.0026;

/// Shows the canvas in all the room that there is.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    let rect = ui.available_rect_before_wrap();
    state.rect = rect;
    let response = ui.interact(rect, ui.scope_id().with("canvas"), Sense::click_and_drag());
    let session = cx.session;
    let scene = state.scene(session, cx.prefs.shown());
    response.widget_info(|| WidgetInfo::labeled(Access::Canvas, true, "Diagram"));
    names::mark_as_thing(ui, response.id);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(scene.description.clone()));

    play::advance(ui, cx, state, response.id);
    lit::advance(ui, cx, state, response.id);
    if std::mem::take(&mut state.focus_wanted) {
        response.request_focus();
    }
    // The click that asked for the list must not close it.
    let listed = state.list_wanted.take();
    look(ui, cx, state, &scene, rect);
    point(ui, cx, state, &scene, rect, &response);
    let at = state.camera.screen_from_world(rect);

    let painter = ui.painter_at(rect);
    overlay::grid(ui, &painter, rect, at);
    let selection = session.selection();
    let ground = Ground {
        scene: &scene,
        project: session.project(),
        selection: selection.items(),
        tool: state.tool,
        tolerance: TOLERANCE / at.scale,
        view: session.view(),
    };
    drop::take(ui, cx, state, &ground);
    let dragged = drop::hovering(ui, state, &ground);
    let (now, motion) = (ui.input(|input| input.time), ui.style().animation_time > 0.0);
    let gliding = state.gliding(session, now, motion);
    if gliding.is_some() {
        ui.ctx().request_repaint();
    }
    let highlights = Highlights {
        selected: lit_with(cx.project(), selection.items(), session.threat_filter()),
        hovered: state.hovered.filter(|_| state.gesture.is_idle()),
        drop_target: dragged.as_ref().map_or_else(|| drop_target(state, &ground), |(_, _, target)| *target),
        path: if cx.prefs.show_paths && state.lit.is_none() { paths::chosen(cx, state) } else { Vec::new() },
        lit: lit::items(cx, state),
    };
    let picture = state.picture(
        session,
        &ground,
        gliding,
        cx.prefs.shown(),
        highlights,
        (at.rect_to_picture(rect), at.scale),
    );
    paint::picture(&painter, &picture, at, theme::palette(ui));
    if let Some(ghost) = &state.ghost {
        paint::picture(&painter, ghost, at, theme::palette(ui));
    }
    overlay::gesture(ui, &painter, at, &state.gesture, &ground);
    if let (Tool::Add(kind), Some(pointer)) = (state.tool, state.pointer) {
        overlay::ghost_node(ui, &painter, at, overlay::ghost_frame(&scene, pointer), kind.label());
    }
    if let Some((dragged, at_point, _)) = &dragged {
        if let Some(kind) = dragged.kind() {
            overlay::ghost_node(ui, &painter, at, overlay::ghost_frame(&scene, *at_point), kind.label());
        }
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    }
    overlay::pins(ui, &painter, at, &scene, &ground);
    if state.gesture.is_idle() && state.tool == Tool::Select && state.renaming.is_none() {
        overlay::handles(ui, &painter, at, &scene, state.hovered, selection.single());
        if let Some(pointer) = state.pointer.filter(|_| dragged.is_none())
            && overlay::edge_dot(ui, &painter, at, &ground, pointer)
        {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
        }
    }
    if scene.nodes.is_empty() && scene.zones.is_empty() {
        empty(ui, rect);
    }

    names::things(ui, cx, &scene, at, rect, &ground, &mut state.choosing);
    elsewhere::tip(ui, state, &scene, session.project(), at);
    names::rename_field(ui, cx, state, &scene, at, rect);
    let near_tools = !state.gesture.is_idle() || state.renaming.is_some();
    if state.lit.is_some() {
        lit::bar(ui, cx, state, rect);
    } else if cx.prefs.show_paths {
        paths::bar(ui, cx, state, rect);
    }
    find::show(ui, cx, state, &scene, rect);
    if !near_tools {
        if let Some(zone) = overlay::zone_toggle(ui, rect, at, &scene) {
            let collapse = !parts::is_collapsed(session, zone);
            cx.commit(parts::collapsed(session, &scene, [zone], collapse));
        }
        legend::show(ui, rect, scene.overlay);
        if let Some(zooming) = overlay::zoom_control(ui, rect, state.camera.zoom) {
            let now = ui.input(|input| input.time);
            zoom(state, &scene, rect, zooming, now, ui);
        }
        if let Some(point) = overlay::minimap(ui, rect, &scene, &state.camera) {
            state.camera.jump((point, state.camera.zoom));
            ui.request_repaint();
        }
    }
    if state.menu_wanted {
        state.listed.clear();
        let single = selection.single().filter(|item| scene.rect_of(*item).is_some());
        let place = single
            .and_then(|item| scene.rect_of(item))
            .map_or(state.camera.center, crate::picture::Rect::center);
        state.menu_at = (place, single);
    }
    if let Some((place, interfaces)) = listed {
        state.menu_at = (place, None);
        state.listed = interfaces;
        state.menu_wanted = true;
    }
    intents::context_menu(cx, state, &response);
    if let Some(text) = hint(state, session, &ground) {
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
            state.camera.jump(legend::fitting(scene, rect, scene.overlay, 28.0));
        }
    }
    if let Some(items) = state.fit_wanted.take() {
        let chosen = items.iter().filter_map(|item| scene.rect_of(*item)).reduce(crate::picture::Rect::union);
        let to = match chosen {
            Some(bounds) => Camera::fitting(bounds, rect, 40.0, 1.5),
            None => legend::fitting(scene, rect, scene.overlay, 28.0),
        };
        state.camera.fly(to, now, motion);
    }
    if let Some(to) = state.look_wanted.take() {
        state.camera.fly(to, now, motion);
    }
    if let Some(factor) = state.zoom_wanted.take() {
        zoom(state, scene, rect, overlay::Zooming::By(factor), now, ui);
    }
    if let Some(target) = cx.reveal.and_then(|item| scene.rect_of(item)) {
        let landed = state.camera.landed();
        let seen = landed.screen_from_world(rect).rect_to_picture(rect.shrink(24.0));
        if !seen.contains_rect(target) || landed.zoom < 0.35 {
            state.camera.fly((target.center(), landed.zoom.max(0.75)), now, motion);
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
            let zoom = super::camera::by_hand(state.camera.zoom, factor);
            state.camera.fly((center, zoom), now, motion);
        }
        overlay::Zooming::Whole => state.camera.fly((center, 1.0), now, motion),
        overlay::Zooming::Fit => {
            state.camera.fly(legend::fitting(scene, rect, scene.overlay, 28.0), now, motion);
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
    let (space, add, alt, copy) = ui.input(|input| {
        let held = input.modifiers;
        // Some window managers keep Alt and a drag for themselves.
        (input.key_down(Key::Space), held.shift || held.command, held.alt, held.alt || held.command)
    });
    let space = space && !ui.text_edit_focused();
    let view = cx.session.view();
    let mut intents = Vec::new();
    let mut feed = |state: &mut State, event: Event| {
        let ground = Ground {
            scene,
            project,
            selection: &selection,
            tool: if space { Tool::Pan } else { state.tool },
            tolerance: TOLERANCE / at.scale,
            view,
        };
        let (next, asked) = std::mem::take(&mut state.gesture).step(event, &ground);
        state.gesture = next;
        intents.extend(asked);
    };

    for event in by_key::events(ui, state, response) {
        feed(state, event);
    }
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
            state.space_down = None;
            ui.memory_mut(|memory| memory.request_focus(response.id));
            // Where it went down: in a slow frame the pointer has gone on since.
            let went_down = ui.input(|input| input.pointer.press_origin());
            let at = went_down.map_or(place, |origin| at.to_picture(origin));
            feed(state, Event::Press { at, button, add, copy });
        }
        if moving && !state.gesture.is_idle() {
            state.panned |= matches!(state.gesture, Gesture::Panning { .. });
            feed(state, Event::Move { at: place, free: alt });
        }
        if released && !state.gesture.is_idle() {
            let held = state.gesture.clone();
            if !matches!(held, Gesture::Pressed { .. }) {
                state.dragged_at = ui.input(|input| input.time);
            }
            feed(state, Event::Release { at: place });
            // The change is made before the next frame: until then things stay where they were let go.
            state.let_go = state.gesture.is_idle().then_some(held);
            ui.request_repaint();
        }
        if response.double_clicked() && state.tool == Tool::Select && state.renaming.is_none() {
            feed(state, Event::DoubleClick { at: place });
        }
        if response.secondary_clicked() {
            let item = scene.hit(place, TOLERANCE / at.scale).map(|hit| hit.item);
            state.menu_at = (place, item);
            state.listed.clear();
            if let Some(item) = item.filter(|item| !selection.contains(item)) {
                intents.push(Intent::Select(vec![item]));
            }
        }
        state.hovered = if over && state.gesture.is_idle() && rect.contains(at.point(place)) {
            let ground = Ground {
                scene,
                project,
                selection: &selection,
                tool: state.tool,
                tolerance: TOLERANCE / at.scale,
                view,
            };
            ground.under(place)
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
    by_key::nudge(ui, cx, state, scene, response);
    for intent in intents {
        intents::act(cx, state, scene, intent, ui);
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
        state.camera.zoom_at(pointer, rect, (smooth.y * WHEEL).exp());
    } else if smooth != Vec2::ZERO {
        state.camera.pan(smooth);
    }
}

/// What is selected; where that is one thing which stands on no diagram, what it is about too.
fn lit_with(project: &Project, selected: &[ItemId], marked: Option<&ThreatFilter>) -> BTreeSet<ItemId> {
    let mut lit: BTreeSet<ItemId> = selected.iter().copied().collect();
    let marked = marked.into_iter().flat_map(|filter| &filter.threats);
    let aimed = marked.filter_map(|id| project.threats.get(*id)).flat_map(|threat| &threat.targets);
    lit.extend(aimed.map(|target| ItemId::from(*target)));
    if let [one] = selected {
        lit.extend(aimed_at(project, *one));
    }
    lit
}

fn drop_target(state: &State, ground: &Ground<'_>) -> Option<ItemId> {
    match &state.gesture {
        Gesture::Moving { items, to, .. } => {
            ground.drop_of_moved(items, *to, state.gesture.offset(ground)).target().map(ItemId::from)
        }
        Gesture::Copying { items, to, .. } => ground.drop_for(items, *to).target().map(ItemId::from),
        Gesture::Connecting { from, to, .. } => match ground.component_at(*to) {
            Some(target) => (target != *from).then_some(target.into()),
            // Let go on the ground, a component is created there.
            None => ground.scene.zone_at(*to).map(ItemId::from),
        },
        Gesture::Reattaching { to, .. } => ground.component_at(*to).map(ItemId::from),
        Gesture::Carrying { target, .. } => target.map(ItemId::from),
        _ => None,
    }
}

/// What the status bar says of the canvas.
fn hint(state: &State, session: &Session, ground: &Ground<'_>) -> Option<String> {
    let tool = match state.tool {
        Tool::Select | Tool::Pan => None,
        Tool::Add(kind) => Some(format!(
            "Click where the {} stands. Shift keeps the tool, Esc puts it away",
            kind.label().to_lowercase()
        )),
        Tool::Flow => Some("Press on the component that sends, then on the one that receives".to_owned()),
        Tool::Zone => Some("Draw a frame around what belongs together".to_owned()),
        Tool::Line => {
            Some("Click point after point, or pull; Enter or a second click ends the line".to_owned())
        }
        Tool::Note => Some("Click where the note stands".to_owned()),
    };
    if tool.is_some() {
        return tool;
    }
    if matches!(state.gesture, Gesture::Connecting { .. }) {
        return Some("Let go on a component to connect, on the ground to create one".to_owned());
    }
    if state.lit.is_some() {
        return Some("← → lead to the other findings, Esc ends it".to_owned());
    }
    if state.playing.is_some() {
        return Some("← → lead through the steps, Esc ends it".to_owned());
    }
    if state.choosing.is_under_way() {
        let caps = keys::caps(Command::ChooseMore);
        return Some(format!("Tab goes on, {caps} keeps what it comes to, Esc ends it"));
    }
    let project = session.project();
    if let (Some(filter), true) = (session.threat_filter(), session.selection().is_empty()) {
        return Some(format!("What these aim at is lit up: {}. Esc ends it", filter.label));
    }
    match &state.gesture {
        Gesture::Carrying { what, target, .. } => {
            let to = target.map_or_else(|| "nothing yet".to_owned(), |id| project.name_of(id.into()));
            let words = match what {
                Carried::New(from) => format!("{} → {to}", project.name_of((*from).into())),
                Carried::End { flow, start } => {
                    let end = if *start { "starts at" } else { "ends at" };
                    format!("{} {end} {to}", project.name_of((*flow).into()))
                }
            };
            return Some(format!("{words}: arrows, Tab or letters choose, Enter puts it down, Esc lets go"));
        }
        Gesture::Stuck(item) => {
            return Some(stuck(state, session, *item));
        }
        Gesture::Copying { .. } => return Some("A copy is put down, Esc leaves it".to_owned()),
        Gesture::Moving { items, to, .. } => {
            let left = ground.left_behind(items, *to, state.gesture.offset(ground));
            let told = left.iter().map(|(zone, number, first)| {
                let zone = project.name_of((*zone).into());
                match number {
                    1 => format!("{} leaves {zone}", project.name_of(*first)),
                    many => format!("{many} things leave {zone}"),
                }
            });
            let told: Vec<String> = told.collect();
            let keys = "Alt moves freely, Esc puts it back";
            return Some(if told.is_empty() {
                keys.to_owned()
            } else {
                format!("{}. {keys}", told.join(", "))
            });
        }
        _ => {}
    }
    let items = session.selection().items();
    let count = |wanted: fn(&ItemId) -> bool| items.iter().filter(|item| wanted(item)).count();
    if let [ItemId::Line(id)] = items {
        let crossed = names::line_words(ground.scene.crossing(*id).len());
        let crossed = crossed.unwrap_or_else(|| "no interface crosses it".to_owned());
        return Some(format!("{} selected: {crossed}", project.name_of((*id).into())));
    }
    let (components, interfaces, zones) = (
        count(|item| matches!(item, ItemId::Component(_))),
        count(|item| matches!(item, ItemId::Interface(_))),
        count(|item| matches!(item, ItemId::Zone(_))),
    );
    let (lines, notes) =
        (count(|item| matches!(item, ItemId::Line(_))), count(|item| matches!(item, ItemId::Note(_))));
    let others = items.len() - components - interfaces - zones - lines - notes;
    let parts: Vec<String> = [
        (components, "component", "components"),
        (interfaces, "interface", "interfaces"),
        (zones, "zone", "zones"),
        (lines, "boundary line", "boundary lines"),
        (notes, "note", "notes"),
        (others, "other thing", "other things"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| crate::studio::words::counted(number, one, many))
    .collect();
    (!parts.is_empty()).then(|| format!("{} selected", parts.join(", ")))
}

/// Why a thing does not move.
fn stuck(state: &State, session: &Session, item: ItemId) -> String {
    let bundle = match item {
        ItemId::Interface(id) => state.bundle_of(id),
        _ => 0,
    };
    if bundle > 0 {
        return format!("This line stands for {bundle} interfaces. Open the zone to bend one of them");
    }
    format!("{} is pinned. P frees it", session.project().name_of(item))
}

/// The middle of what is seen, for pasting.
pub fn middle(state: &State) -> Point {
    state.pointer.unwrap_or(state.camera.center)
}
