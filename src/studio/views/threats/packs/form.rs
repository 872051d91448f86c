//! What the forms of a pack's entries share: fields bound to the editor, what is wrong at a field, the row of buttons above.

use egui::{Align, Layout, Ui};

use super::State;
use crate::catalog::Pack;
use crate::catalog::pack::{Fault, Part};
use crate::model::{Band, Stride, capital};
use crate::picture::Role;
use crate::session::PackEntry;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::parts;
use crate::studio::widgets::{self, Button, Chip, Field};

/// A form of one entry.
pub(super) struct Form<'a> {
    pub(super) state: &'a mut State,
    pub(super) entry: &'a PackEntry,
    pub(super) part: Option<Part>,
}

impl Form<'_> {
    /// Changes the pack, as a step named after the field.
    pub(super) fn change(&mut self, field: &str, with: impl FnOnce(&mut Pack)) {
        if let Some(editor) = &mut self.state.editor {
            editor.change(&format!("Change the {}", field.to_lowercase()), with);
        }
    }

    /// A row with a text of one line; gives back what was typed.
    pub(super) fn text(
        &mut self,
        ui: &mut Ui,
        name: &str,
        key: &str,
        hint: &str,
        value: &str,
    ) -> Option<String> {
        let mut text = value.to_owned();
        let wrong = self.fault(key).is_some_and(|fault| fault.leaves_out);
        let changed = widgets::property(ui, name, |ui| {
            let state = if wrong { widgets::FieldState::Wrong } else { widgets::FieldState::Plain };
            let response = Field::new(name).hint(hint).state(state).show(ui, &mut text);
            if response.lost_focus() {
                self.state.seal();
            }
            self.say(ui, key);
            response.changed()
        });
        (changed && text != value).then_some(text)
    }

    /// A row with a text of several lines.
    pub(super) fn paragraph(&mut self, ui: &mut Ui, name: &str, hint: &str, value: &str) -> Option<String> {
        let mut text = value.to_owned();
        let changed = widgets::property(ui, name, |ui| {
            let response = widgets::paragraph_field(ui, name, hint, 2, &mut text);
            if response.lost_focus() {
                self.state.seal();
            }
            response.changed()
        });
        (changed && text != value).then_some(text)
    }

    /// A row with a list of names.
    pub(super) fn names(
        &mut self,
        ui: &mut Ui,
        name: &str,
        key: &str,
        icon: &str,
        (values, offers): (&[String], &[String]),
    ) -> Option<Vec<String>> {
        widgets::property_tall(ui, name, |ui| {
            let changed = parts::name_list(ui, name, icon, values, offers);
            self.say(ui, key);
            changed
        })
    }

    /// A row with one of several values.
    pub(super) fn choose<T: Copy + PartialEq>(
        ui: &mut Ui,
        name: &str,
        current: T,
        options: &[T],
        label: impl Fn(T) -> String,
    ) -> Option<T> {
        widgets::property(ui, name, |ui| {
            let width = ui.available_width().min(320.0);
            widgets::choose(ui, name, current, options, width, label)
        })
    }

    /// A row of STRIDE categories that are switched on and off; gives the letters back.
    pub(super) fn stride(&mut self, ui: &mut Ui, letters: &str) -> Option<String> {
        widgets::property_tall(ui, "STRIDE", |ui| {
            let mut changed = None;
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = egui::Vec2::splat(6.0);
                for stride in Stride::ALL {
                    let on = letters.contains(stride.letter());
                    let label = format!("{} {}", stride.letter(), stride.label());
                    if Chip::toggle(&label, on).show(ui).response.clicked() {
                        let wanted = |one: &&Stride| letters.contains(one.letter()) != (*one == stride);
                        changed = Some(Stride::ALL.iter().filter(wanted).map(|one| one.letter()).collect());
                    }
                }
            });
            self.say(ui, "stride");
            changed
        })
    }

    /// What is wrong with a field, in the file as it was last read.
    pub(super) fn fault(&self, key: &str) -> Option<&Fault> {
        self.entry.faults.iter().find(|fault| fault.part == self.part && fault.field == key)
    }

    /// Says what is wrong with a field.
    pub(super) fn say(&self, ui: &mut Ui, key: &str) {
        let faults = self.entry.faults.iter().filter(|fault| fault.part == self.part && fault.field == key);
        for fault in faults {
            if fault.leaves_out {
                wrong(ui, &fault.message);
            } else {
                widgets::small(
                    ui,
                    &format!("{}.", capital(&fault.message)),
                    Role::SeverityText(Band::Medium),
                );
            }
        }
    }

    /// The title of an entry, with buttons to copy it and to take it out.
    pub(super) fn head(&mut self, ui: &mut Ui, what: &str, name: &str) -> Option<Deed> {
        let mut deed = None;
        ui.horizontal(|ui| {
            if widgets::link(ui, &self.entry.name()).clicked() {
                self.state.part = None;
            }
            widgets::label(ui, &format!("› {what}"), Look::SMALL, Role::TextTertiary);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if Button::quiet("Remove").icon("trash-2").small().show(ui).clicked() {
                    deed = Some(Deed::Remove);
                }
                if Button::quiet("Duplicate").icon("copy").small().show(ui).clicked() {
                    deed = Some(Deed::Duplicate);
                }
            });
        });
        let shown = if name.trim().is_empty() { format!("New {what}") } else { name.to_owned() };
        widgets::paragraph(ui, &shown, Look::SECTION, Role::Text);
        ui.add_space(4.0);
        deed
    }
}

/// What is to become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Remove,
    Duplicate,
}

impl Deed {
    /// Does it to a list; gives back the place that is looked at next.
    pub(super) fn on<T: Clone>(
        self,
        list: &mut Vec<T>,
        at: usize,
        rename: impl FnOnce(&mut T),
    ) -> Option<usize> {
        match self {
            Self::Remove if at < list.len() => {
                list.remove(at);
                None
            }
            Self::Duplicate => {
                let mut copy = list.get(at)?.clone();
                rename(&mut copy);
                list.insert(at + 1, copy);
                Some(at + 1)
            }
            Self::Remove => None,
        }
    }
}

/// A sentence that says what is wrong.
pub(super) fn wrong(ui: &mut Ui, sentence: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icons::show(ui, "octagon-alert", 14.0, theme::color(ui, Role::SeverityMark(Band::Critical)));
        let end = if sentence.ends_with(['.', '?', '!']) { "" } else { "." };
        widgets::small(ui, &format!("{}{end}", capital(sentence)), Role::SeverityText(Band::Critical));
    });
}

/// An id or a name that no entry of the pack has yet: `ACME-002` after `ACME-001`.
pub(super) fn next_name(known: &[&str], like: &str) -> String {
    let stem = like.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let width = like.len() - stem.len();
    let stem = if width == 0 { format!("{like}-") } else { stem.to_owned() };
    let begin: usize = like.get(like.len() - width..).and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let names =
        (begin.saturating_add(1)..).map(|number| format!("{stem}{number:0width$}", width = width.max(1)));
    let mut free = names.filter(|name| !known.contains(&name.as_str()));
    free.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::next_name;

    #[test]
    fn the_next_name_is_free() {
        for (known, like, expected) in [
            (vec!["ACME-001"], "ACME-001", "ACME-002"),
            (vec!["ACME-001", "ACME-002"], "ACME-001", "ACME-003"),
            (vec![], "door", "door-2"),
            (vec!["ACME-9"], "ACME-9", "ACME-10"),
        ] {
            assert_eq!(next_name(&known, like), expected);
        }
    }
}
