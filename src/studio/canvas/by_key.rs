//! The canvas by keyboard: what keys mean while something is in the hand, and arrows that move what is selected.

use egui::{Event as Input, EventFilter, Key, Modifiers, Response, Ui};

use crate::model::ItemId;
use crate::picture::DiagramScene;
use crate::studio::views::ViewContext;

use super::state::State;
use super::{Drop, Event, Gesture, Walk, actions, names};

/// Whether keys are for the canvas: nothing has the focus, or the canvas, or one of its things.
fn is_ours(ui: &Ui, response: &Response) -> bool {
    let focused = ui.memory(egui::Memory::focused);
    focused.is_none_or(|id| id == response.id || names::is_thing(ui, id)) && !egui::Popup::is_any_open(ui)
}

/// What commands and keys ask of the gesture in this frame.
pub fn events(ui: &Ui, state: &mut State, response: &Response) -> Vec<Event> {
    let mut events = std::mem::take(&mut state.pending);
    let picks_up = events.iter().any(|event| matches!(event, Event::PickUp { .. }));
    if picks_up || state.gesture.takes_keys() {
        let focused = ui.memory(egui::Memory::focused);
        if focused.is_none_or(|id| id != response.id && names::is_thing(ui, id)) {
            response.request_focus();
        }
    }
    if !is_ours(ui, response) || state.renaming.is_some() {
        state.space_down = None;
        return events;
    }
    if state.gesture.takes_keys() {
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let carrying = matches!(state.gesture, Gesture::Carrying { .. });
        ui.input_mut(|input| {
            input.events.retain(|event| {
                let meant = meaning(event, carrying);
                events.extend(&meant);
                meant.is_empty()
            });
        });
        return events;
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::F10)) {
        state.menu_wanted = true;
        state.panned = false;
    }
    // Space held pans; only when it comes up and nothing was panned does it pick up an end.
    let (down, up, shift) = ui.input(|input| {
        (input.key_pressed(Key::Space), input.key_released(Key::Space), input.modifiers.shift)
    });
    if down && state.gesture.is_idle() {
        state.space_down.get_or_insert(shift);
    }
    // Which end is meant was said when it went down: fingers leave keys in any order.
    if up && let Some(start) = state.space_down.take().filter(|_| state.gesture.is_idle()) {
        events.push(Event::PickUp { start });
        ui.request_repaint();
    }
    events
}

fn meaning(event: &Input, carrying: bool) -> Vec<Event> {
    match event {
        Input::Key { key, pressed: true, modifiers, .. } if !modifiers.command && !modifiers.alt => {
            let meant = match key {
                Key::Enter => Some(Event::Confirm),
                Key::Escape => Some(Event::Cancel),
                _ if !carrying => None,
                Key::Space => Some(Event::Confirm),
                Key::Tab if modifiers.shift => Some(Event::Walk(Walk::Previous)),
                Key::Tab => Some(Event::Walk(Walk::Next)),
                Key::ArrowLeft => Some(Event::Walk(Walk::Left)),
                Key::ArrowRight => Some(Event::Walk(Walk::Right)),
                Key::ArrowUp => Some(Event::Walk(Walk::Up)),
                Key::ArrowDown => Some(Event::Walk(Walk::Down)),
                _ => None,
            };
            meant.into_iter().collect()
        }
        Input::Text(text) if carrying => {
            text.chars().filter(|letter| letter.is_alphanumeric()).map(Event::Letter).collect()
        }
        _ => Vec::new(),
    }
}

/// Arrows move what is selected, with Shift by a step of the grid.
pub fn nudge(ui: &Ui, cx: &mut ViewContext<'_>, state: &State, scene: &DiagramScene, response: &Response) {
    let selection = cx.session.selection().items();
    let focused = ui.memory(egui::Memory::focused);
    let ours = focused.is_none_or(|id| id == response.id || names::is_thing(ui, id));
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
        let view = cx.session.view();
        let items: Vec<ItemId> = selection
            .iter()
            .copied()
            .filter(|item| !matches!(item, ItemId::Interface(_)) && scene.rect_of(*item).is_some())
            .filter(|item| !view.and_then(|view| view.places.get(item)).is_some_and(|place| place.pinned))
            .collect();
        if let Some(first) = items.first().copied() {
            let transaction = actions::move_items(cx.session, scene, &items, (dx, dy), &Drop::Same);
            cx.commit(transaction.merging(Some(first), "nudge"));
        }
    }
}
