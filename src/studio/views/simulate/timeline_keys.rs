//! The timeline by keyboard: arrows pan, + and − zoom, Home and End go to the ends, arrows with Shift move the moment that is
//! read, also by one evaluation with Ctrl.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::State;
use super::timeline::{moved, zoomed};

/// Arrows pan by this share of what is seen.
const PAN: i64 = 8;
/// Arrows with Shift move by this share of what is seen.
const STEP: i64 = 120;

/// Takes the keys while the timeline has the keyboard, or nothing has.
pub(super) fn take(ui: &Ui, timeline: &Response, state: &mut State, interval_ms: i64, whole: (i64, i64)) {
    let focused = ui.memory(egui::Memory::focused);
    if timeline.has_focus() {
        ui.memory_mut(|memory| {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            memory.set_focus_lock_filter(timeline.id, filter);
        });
    } else if focused.is_some() || egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    let count = |modifiers: Modifiers, key: Key| {
        ui.input_mut(|input| i64::try_from(input.count_and_consume_key(modifiers, key)).unwrap_or(0))
    };
    let across = |modifiers: Modifiers| count(modifiers, Key::ArrowRight) - count(modifiers, Key::ArrowLeft);
    let (from, to) = state.range.unwrap_or(whole);
    let span = to - from;
    // What is held most is asked for first: a key alone would take them all.
    let evaluations = across(Modifiers::COMMAND | Modifiers::SHIFT);
    let steps = across(Modifiers::SHIFT);
    let by = evaluations * interval_ms + steps * (span / STEP).max(interval_ms);
    if by != 0 {
        let now = state.cursor.or(state.playhead).unwrap_or(i64::midpoint(from, to));
        read_at(state, now + by, whole);
    }
    let pans = across(Modifiers::NONE);
    if pans != 0 {
        state.range = moved((from, to), whole, pans * (span / PAN).max(interval_ms));
    }
    let zooms = count(Modifiers::NONE, Key::Plus) + count(Modifiers::NONE, Key::Equals)
        - count(Modifiers::NONE, Key::Minus);
    if zooms != 0 {
        let seen = |t_ms: &i64| (from..=to).contains(t_ms);
        let center = state.cursor.filter(seen).unwrap_or(i64::midpoint(from, to));
        state.range = zoomed((from, to), whole, center, 0.5_f64.powi(zooms.clamp(-8, 8) as i32));
    }
    for (key, end) in [(Key::Home, whole.0), (Key::End, whole.1)] {
        if count(Modifiers::NONE, key) > 0 {
            read_at(state, end, whole);
        }
    }
}

/// Reads a moment, and brings it into sight.
fn read_at(state: &mut State, t_ms: i64, whole: (i64, i64)) {
    let t_ms = t_ms.clamp(whole.0, whole.1);
    state.cursor = Some(t_ms);
    if let Some((from, to)) = state.range {
        let by = if t_ms < from { t_ms - from } else { (t_ms - to).max(0) };
        state.range = moved((from, to), whole, by);
    }
}
