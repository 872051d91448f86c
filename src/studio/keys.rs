//! From keys to commands, in one place. The most specific key wins; single keys wait while text is being typed.

use egui::{Context, Event, Key, Modifiers};

use crate::session::{Command, Keys, Place};

/// The commands that the keys of this frame ask for, each key taken out of the input. What is held back leaves its keys to
/// whoever else wants them.
pub fn pressed(ctx: &Context, places: &[Place], held_back: &[Command]) -> Vec<Command> {
    let typing = ctx.text_edit_focused();
    let mut list: Vec<(Keys, Command)> = Vec::new();
    for command in Command::ALL {
        list.extend(command.keys().iter().map(|keys| (*keys, *command)));
    }
    list.retain(|(keys, command)| {
        let single = !keys.ctrl && !keys.alt && !keys.key.starts_with('F');
        // While somebody types, a text field has its own copy, paste, undo and so on.
        let own = matches!(
            command,
            Command::Undo
                | Command::Redo
                | Command::Cut
                | Command::Copy
                | Command::Paste
                | Command::SelectAll
                | Command::Duplicate
                | Command::Delete
        );
        let clipboard = matches!(command, Command::Cut | Command::Copy | Command::Paste);
        places.contains(&keys.place)
            && !held_back.contains(command)
            && !clipboard
            && !(typing && (single || own || keys.place == Place::Canvas))
    });
    let focus_elsewhere = ctx.memory(egui::Memory::focused).is_some_and(|id| {
        // A focused button takes Enter; a focused thing of the canvas does not.
        !ctx.data(|data| data.get_temp::<bool>(id.with("canvas thing")).unwrap_or(false))
    });
    let mut found = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, physical_key, pressed: true, modifiers, .. } = event else { return true };
            let hit = list.iter().find(|(keys, _)| {
                matches(*keys, *key, *physical_key, *modifiers)
                    && !(focus_elsewhere
                        && matches!(keys.key, "Enter" | "Space")
                        && keys.place != Place::Anywhere)
            });
            match hit {
                Some((_, command)) => {
                    found.push(*command);
                    false
                }
                None => true,
            }
        });
    });
    found
}

/// Whether a key that was pressed is one of the list. Shift+1 gives another sign on many keyboards, so the place of the key
/// counts too.
fn matches(keys: Keys, key: Key, physical: Option<Key>, held: Modifiers) -> bool {
    let Some(wanted) = Key::from_name(keys.key) else { return false };
    let shift_is_free = matches!(wanted, Key::Plus | Key::Minus);
    let plus = wanted == Key::Plus && key == Key::Equals;
    let same_key = key == wanted || plus || (keys.shift && physical == Some(wanted));
    same_key
        && held.command == keys.ctrl
        && held.alt == keys.alt
        && (held.shift == keys.shift || (shift_is_free && !keys.shift))
}

/// How a command's first key is written as caps: `Ctrl Shift Z`.
pub fn caps(command: Command) -> String {
    command.keys().first().map(|keys| caps_of(*keys)).unwrap_or_default()
}

/// How keys are written as caps.
pub fn caps_of(keys: Keys) -> String {
    let label = keys.label();
    match label.strip_suffix("++") {
        Some(held) => format!("{} +", held.replace('+', " ")),
        None if label == "+" => label,
        None => label.replace('+', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_list_is_one_that_egui_knows() {
        for command in Command::ALL {
            for keys in command.keys() {
                assert!(Key::from_name(keys.key).is_some(), "{command:?}: {}", keys.key);
            }
        }
    }

    #[test]
    fn keys_match_exactly_what_is_held() {
        let keys = |command: Command| *command.keys().first().unwrap();
        let ctrl = Modifiers::CTRL | Modifiers::COMMAND;
        for (command, key, physical, held, expected) in [
            (Command::Save, Key::S, None, ctrl, true),
            (Command::Save, Key::S, None, ctrl | Modifiers::SHIFT, false),
            (Command::SaveAs, Key::S, None, ctrl | Modifiers::SHIFT, true),
            (Command::FitAll, Key::Exclamationmark, Some(Key::Num1), Modifiers::SHIFT, true),
            (Command::AddAgent, Key::Num1, Some(Key::Num1), Modifiers::NONE, true),
            (Command::AddAgent, Key::Num1, Some(Key::Num1), Modifiers::SHIFT, false),
            (Command::ZoomIn, Key::Plus, Some(Key::Equals), Modifiers::SHIFT, true),
            (Command::ZoomIn, Key::Equals, Some(Key::Equals), Modifiers::NONE, true),
        ] {
            assert_eq!(matches(keys(command), key, physical, held), expected, "{command:?} {key:?} {held:?}");
        }
    }

    #[test]
    fn caps_are_apart() {
        for (command, expected) in [
            (Command::Redo, "Ctrl Shift Z"),
            (Command::Palette, "Ctrl K"),
            (Command::ZoomIn, "+"),
            (Command::About, ""),
        ] {
            assert_eq!(caps(command), expected);
        }
    }
}
