//! Walking a list of words by arrow keys from within the field above it: Down goes into the list, Enter takes, Esc leaves.

use egui::{Id, Key, Modifiers, Ui};

/// Where a walk stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walk {
    /// The word that Enter would take; none: what is typed.
    pub at: Option<usize>,
    /// Enter was pressed on it.
    pub taken: bool,
}

/// Reads the keys before the field does. `id` is the field's; nothing happens while it has no focus.
pub fn walk(ui: &Ui, id: Id, count: usize) -> Walk {
    let key = id.with("walk");
    if !ui.memory(|memory| memory.has_focus(id)) || count == 0 {
        ui.data_mut(|data| data.remove::<usize>(key));
        return Walk::default();
    }
    let mut at: Option<usize> = ui.data(|data| data.get_temp(key)).map(|at: usize| at.min(count - 1));
    let pressed = |wanted| ui.input_mut(|input| input.consume_key(Modifiers::NONE, wanted));
    if pressed(Key::ArrowDown) {
        at = Some(at.map_or(0, |at| (at + 1) % count));
    }
    if pressed(Key::ArrowUp) {
        at = at.and_then(|at| at.checked_sub(1));
    }
    let taken = at.is_some() && pressed(Key::Enter);
    ui.data_mut(|data| match at.filter(|_| !taken) {
        Some(at) => {
            data.insert_temp(key, at);
        }
        None => data.remove::<usize>(key),
    });
    Walk { at, taken }
}

/// The words that fit what is typed: those that begin with it first. What is typed in full needs no list.
pub fn fitting<'a>(words: &[&'a str], typed: &str, most: usize) -> Vec<&'a str> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(bool, &str)> = words
        .iter()
        .filter(|word| word.to_lowercase().contains(&typed))
        .map(|word| (!word.to_lowercase().starts_with(&typed), *word))
        .collect();
    found.sort_by_key(|(inside, _)| *inside);
    found.into_iter().map(|(_, word)| word).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn words_that_begin_so_come_first() {
        let words = ["memory_usage", "cpu_usage", "usage_total", "api_calls"];
        for (typed, most, expected) in [
            ("usage", 9, vec!["usage_total", "memory_usage", "cpu_usage"]),
            ("USAGE", 2, vec!["usage_total", "memory_usage"]),
            ("", 2, vec!["memory_usage", "cpu_usage"]),
            ("nothing", 9, vec![]),
        ] {
            assert_eq!(fitting(&words, typed, most), expected, "{typed}");
        }
    }
}
