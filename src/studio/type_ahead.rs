//! People type faster than windows are drawn. What is typed for a field that is only just being opened waits for it, and a
//! key that opens or ends something is done before the next one is heard: otherwise the first letters of a name would be
//! commands, and Enter would confirm half of a line.

use egui::{Context, Event, Key};

/// A field that never comes must not keep the keyboard: after so many frames keys are heard as usual.
const PATIENCE: u32 = 40;

/// Keys that wait for the next frame.
#[derive(Debug, Default)]
pub(super) struct TypeAhead {
    waiting: Vec<Event>,
    frames: u32,
}

impl TypeAhead {
    /// Leaves of this frame's keys only those that can be understood now. `opening` is whether a field was asked for and
    /// does not have the keyboard yet.
    pub(super) fn hear(&mut self, ctx: &Context, opening: bool) {
        let typing = ctx.text_edit_focused();
        let opening = opening && !typing;
        self.frames = if opening { self.frames.saturating_add(1) } else { 0 };
        let opening = opening && self.frames <= PATIENCE;
        ctx.input_mut(|input| {
            let (keys, rest): (Vec<Event>, Vec<Event>) =
                std::mem::take(&mut input.events).into_iter().partition(is_typed);
            let mut keys: Vec<Event> = self.waiting.drain(..).chain(keys).collect();
            self.waiting =
                if opening { std::mem::take(&mut keys) } else { keys.split_off(heard(&keys, typing)) };
            input.events = rest;
            input.events.extend(keys);
        });
        if !self.waiting.is_empty() {
            ctx.request_repaint();
        }
    }
}

/// What can wait. Tab, Esc and arrows have already moved the focus when they get here, and Space is held and let go: they
/// stay where they are.
fn is_typed(event: &Event) -> bool {
    match event {
        Event::Text(_) | Event::Paste(_) => true,
        Event::Key { key, pressed, repeat, .. } => *pressed && !repeat && !is_of_the_moment(*key),
        _ => false,
    }
}

fn is_of_the_moment(key: Key) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Escape, Space, Tab};
    matches!(key, Tab | Escape | Space | ArrowDown | ArrowLeft | ArrowRight | ArrowUp)
}

/// How many of the keys are heard in this frame: while a text is typed, up to the Enter that ends it, which is heard alone;
/// otherwise one key, with the letter that it also is.
fn heard(keys: &[Event], typing: bool) -> usize {
    let is_key = |event: &Event| matches!(event, Event::Key { .. });
    let is_enter = |event: &Event| matches!(event, Event::Key { key: Key::Enter, .. });
    if typing {
        return match keys.iter().position(is_enter) {
            Some(0) => 1,
            Some(at) => at,
            None => keys.len(),
        };
    }
    let Some(first) = keys.iter().position(is_key) else { return keys.len() };
    let letter = usize::from(matches!(keys.get(first + 1), Some(Event::Text(_))));
    first + 1 + letter
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Modifiers, RawInput};

    fn key(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    fn letters(text: &str) -> Vec<Event> {
        let letter = |letter: char| {
            let name = letter.to_ascii_uppercase().to_string();
            [Key::from_name(&name).map(key), Some(Event::Text(letter.to_string()))]
        };
        text.chars().flat_map(letter).flatten().collect()
    }

    /// What is heard in each frame when all keys come with the first.
    #[track_caller]
    fn check(events: Vec<Event>, frames: &[(bool, bool)], expected: &[usize]) {
        let ctx = Context::default();
        let mut ahead = TypeAhead::default();
        let mut events = Some(events);
        let mut heard = Vec::new();
        for (opening, typing) in frames {
            let raw = RawInput { events: events.take().unwrap_or_default(), ..RawInput::default() };
            let mut number = 0;
            let mut output = ctx.run_ui(raw, |ui| {
                let id = egui::Id::unique("field");
                if *typing {
                    egui::text_edit::TextEditState::default().store(ui.ctx(), id);
                    ui.memory_mut(|memory| memory.request_focus(id));
                } else {
                    ui.memory_mut(|memory| memory.surrender_focus(id));
                }
                ahead.hear(ui.ctx(), *opening);
                number = ui.input(|input| input.events.len());
            });
            output.textures_delta.clear();
            heard.push(number);
        }
        assert_eq!(heard, expected);
    }

    #[test]
    fn a_name_waits_for_its_field() {
        check(letters("nurse"), &[(true, false), (true, false), (false, true)], &[0, 0, 10]);
    }

    #[test]
    fn enter_is_heard_after_the_text_that_it_confirms() {
        let line = [letters("web"), vec![key(Key::Enter)], letters("a")].concat();
        check(line, &[(false, true), (false, true), (false, false)], &[6, 1, 2]);
    }

    #[test]
    fn one_command_is_done_before_the_next_is_heard() {
        let line = letters("abe");
        check(line, &[(false, false), (true, false), (false, true)], &[2, 0, 4]);
    }

    #[test]
    fn arrows_and_releases_are_heard_at_once() {
        let released = Event::Key {
            key: Key::A,
            physical_key: None,
            pressed: false,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        check(vec![key(Key::ArrowDown), key(Key::ArrowDown), released], &[(true, false)], &[3]);
    }

    #[test]
    fn a_field_that_never_comes_does_not_keep_the_keyboard() {
        let mut frames = vec![(true, false); PATIENCE as usize + 1];
        let mut expected = vec![0; PATIENCE as usize];
        expected.push(1);
        check(vec![key(Key::Delete)], &frames, &expected);
        frames.truncate(1);
        check(vec![key(Key::Delete)], &frames, &[0]);
    }
}
