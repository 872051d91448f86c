//! A list of things of the model under a button: type to find, arrows and Enter or a press choose.

use egui::{Popup, PopupCloseBehavior, Response, Ui, Vec2};

use crate::model::{ItemId, Project};
use crate::picture::Role;
use crate::picture::scene::component_icon;
use crate::studio::widgets::{self, Button, Field};

use super::ViewContext;

/// So many are listed at once; the rest is found by typing.
const MOST: usize = 12;
const WIDTH: f32 = 320.0;

/// Asks for one thing after the other; the list stays open. Gives back what was chosen in this frame.
pub(super) fn one_by_one(
    ctx: &ViewContext<'_>,
    button: &Response,
    name: &str,
    offers: &[ItemId],
) -> Option<ItemId> {
    let mut chosen = None;
    listed(button, name, |ui, draft| chosen = choices(ui, ctx, name, offers, &[], draft));
    chosen
}

/// Asks for several things at once. Gives them back when the button with those words is pressed, or Ctrl+Enter.
pub(super) fn several(
    ctx: &ViewContext<'_>,
    button: &Response,
    name: &str,
    offers: &[ItemId],
    words: impl Fn(usize) -> String,
) -> Option<Vec<ItemId>> {
    let mut given = None;
    let key = button.id.with("ticked");
    listed(button, name, |ui, draft| {
        let mut ticked: Vec<ItemId> = ui.data(|data| data.get_temp(key)).unwrap_or_default();
        ticked.retain(|item| offers.contains(item));
        if let Some(item) = choices(ui, ctx, name, offers, &ticked, draft) {
            match ticked.iter().position(|other| *other == item) {
                Some(index) => drop(ticked.remove(index)),
                None => ticked.push(item),
            }
        }
        ui.add_space(4.0);
        let done =
            Button::primary(&words(ticked.len())).keys("Ctrl Enter").enabled(!ticked.is_empty()).show(ui);
        let by_key = !ticked.is_empty()
            && ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::Enter));
        if done.clicked() || by_key {
            given = Some(std::mem::take(&mut ticked));
            ui.close();
        }
        ui.data_mut(|data| data.insert_temp(key, ticked));
    });
    given
}

fn listed(button: &Response, name: &str, contents: impl FnOnce(&mut Ui, &mut String)) {
    let key = button.id.with("sought");
    Popup::menu(button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(name.to_owned())
        .width(WIDTH)
        .show(|ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 2.0);
            let mut draft: String = ui.data(|data| data.get_temp(key)).unwrap_or_default();
            contents(ui, &mut draft);
            ui.data_mut(|data| data.insert_temp(key, draft));
        });
}

/// The field and the list; what was pressed.
fn choices(
    ui: &mut Ui,
    ctx: &ViewContext<'_>,
    name: &str,
    offers: &[ItemId],
    ticked: &[ItemId],
    draft: &mut String,
) -> Option<ItemId> {
    if offers.is_empty() {
        widgets::small(ui, "Nothing left to choose.", Role::TextTertiary);
        return None;
    }
    let project = ctx.project();
    let labels: Vec<String> =
        offers.iter().map(|item| format!("{item}  {}", project.name_of(*item))).collect();
    let found = found(&labels, draft);
    let field = ui.scope_id().with((name, "find"));
    let walk = widgets::walk(ui, field, found.len().min(MOST));
    let response = Field::new(name).id(field).icon("search").hint("Type to find").show(ui, draft);
    // Enter is for the list, and the field keeps the keyboard for the next name.
    if !response.has_focus() {
        response.request_focus();
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let first = entered && !draft.trim().is_empty();
    let mut chosen = None;
    for (index, number) in found.iter().take(MOST).enumerate() {
        let (Some(label), Some(item)) = (labels.get(*number), offers.get(*number)) else { continue };
        let on = ticked.contains(item);
        let icon = if on { "check" } else { icon_of(project, *item) };
        let at = walk.at == Some(index);
        let pressed = widgets::walked_item(ui, Some(icon), label, on, at).clicked();
        if pressed || (at && walk.taken) || (first && index == 0 && walk.at.is_none()) {
            chosen = Some(*item);
        }
    }
    let more = found.len().saturating_sub(MOST);
    if found.is_empty() {
        widgets::small(ui, "Nothing has this name.", Role::TextTertiary);
    } else if more > 0 {
        widgets::small(ui, &format!("{more} more: type to find them"), Role::TextTertiary);
    }
    if chosen.is_some() {
        draft.clear();
    }
    chosen
}

fn icon_of(project: &Project, item: ItemId) -> &'static str {
    match item {
        ItemId::Component(id) => project.diagram.component(id).map_or("shapes", component_icon),
        ItemId::Interface(_) => "spline",
        ItemId::Zone(_) => "square-dashed",
        ItemId::Asset(_) => "gem",
        ItemId::Threat(_) => "triangle-alert",
        ItemId::Control(_) => "shield-check",
        _ => "file",
    }
}

/// The numbers of the labels in which every typed word is, those that begin so first.
fn found(labels: &[String], typed: &str) -> Vec<usize> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(bool, usize)> = labels
        .iter()
        .enumerate()
        .filter_map(|(number, label)| {
            let label = label.to_lowercase();
            let begins = |word: &String| label.split_whitespace().any(|part| part.starts_with(word.as_str()));
            words
                .iter()
                .all(|word| label.contains(word.as_str()))
                .then(|| (!words.iter().all(begins), number))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, number)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn every_typed_word_is_in_what_is_found() {
        let labels = ["C-01  user", "C-02  assistant_agent", "F-01  user → assistant", "Z-01  Agent runtime"];
        let labels = labels.map(str::to_owned);
        for (typed, expected) in [
            ("", vec![0, 1, 2, 3]),
            ("user", vec![0, 2]),
            ("agent", vec![3, 1]),
            ("assistant user", vec![2]),
            ("c-02", vec![1]),
            ("nobody", vec![]),
        ] {
            assert_eq!(found(&labels, typed), expected, "{typed}");
        }
    }
}
