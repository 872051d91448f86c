//! The field of a trigger: checked at each keystroke, with the words that can stand where the caret is.

use egui::text::{CCursor, CCursorRange};
use egui::{Frame, Margin, Popup, PopupCloseBehavior, Stroke, TextEdit, Ui, Vec2};

use super::form::{Form, wrong};
use crate::catalog::Catalog;
use crate::catalog::pack::PackThreat;
use crate::catalog::trigger::{Completion, complete, place_words};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::widgets;

/// So many words are offered at once.
const OFFERED: usize = 8;

/// Draws the row; gives back what was typed.
pub(super) fn row(
    ui: &mut Ui,
    catalog: &Catalog,
    form: &mut Form<'_>,
    threat: &PackThreat,
) -> Option<String> {
    let (text, left) = widgets::property(ui, "Fires when", |ui| field(ui, catalog, threat));
    if left {
        form.state.seal();
    }
    (text != threat.trigger).then_some(text)
}

/// The text after this frame, and whether the keyboard left the field.
fn field(ui: &mut Ui, catalog: &Catalog, threat: &PackThreat) -> (String, bool) {
    let id = ui.make_persistent_id("trigger");
    let mut text = threat.trigger.clone();
    let caret: Option<usize> = ui.data(|data| data.get_temp(id.with("caret")));
    let offer = offer(catalog, threat, caret);
    let walk = widgets::walk(ui, id, offer.words.len());
    let tabbed = walk.at.is_none()
        && !offer.words.is_empty()
        && ui.memory(|memory| memory.has_focus(id))
        && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Tab));
    let faulty = catalog.trigger(&text);
    let frame = Frame::new()
        .fill(theme::color(ui, Role::Field))
        .corner_radius(6.0)
        .inner_margin(Margin::symmetric(9, 7));
    let width = ui.available_width();
    let hint = "processes_untrusted_input and not content_filtered";
    let output = TextEdit::multiline(&mut text)
        .id(id)
        // Tab takes the first word that is offered; where none is, it leaves the field.
        .lock_focus(!offer.words.is_empty())
        .frame(frame)
        .font(Look::CODE.font())
        .text_color(theme::color(ui, Role::Text))
        .hint_text(
            egui::RichText::new(hint).font(Look::CODE.font()).color(theme::color(ui, Role::TextTertiary)),
        )
        .desired_rows(2)
        .desired_width(width)
        .min_size(Vec2::new(width, 32.0))
        .show(ui);
    let response = output.response.response.clone().accessible_name("Trigger");
    let role = match (&faulty, response.has_focus()) {
        (Err(_), _) if !threat.trigger.is_empty() => Role::SeverityMark(crate::model::Band::Critical),
        (_, true) => Role::Focus,
        _ => Role::Control,
    };
    let edge = Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, theme::color(ui, role));
    ui.painter().rect_stroke(response.rect, 6.0, edge, egui::StrokeKind::Inside);
    let now = output.cursor_range.map(|range| range.primary.index);
    if let Some(at) = now.map(usize::from) {
        ui.data_mut(|data| data.insert_temp(id.with("caret"), at));
    }
    let clicked = list(ui, &response, &offer, walk.at, faulty.is_err());
    let taken = clicked.or(walk.at.filter(|_| walk.taken)).or(tabbed.then_some(0));
    if let (Some(word), Some(caret)) = (taken.and_then(|at| offer.words.get(at)), caret) {
        let end = byte_of(&text, caret);
        let (from, gap) = (offer.from.min(end), if word.ends_with(['(', '.']) { "" } else { " " });
        let rest = text.get(end..).unwrap_or_default().to_owned();
        let gap = if rest.starts_with([' ', ')', ',', ']']) { "" } else { gap };
        text.truncate(from);
        text.push_str(word);
        text.push_str(gap);
        let place = text.chars().count();
        text.push_str(&rest);
        let mut state = output.state;
        state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(place))));
        state.store(ui.ctx(), id);
        ui.data_mut(|data| data.insert_temp(id.with("caret"), place));
        response.request_focus();
    }
    if let Err((column, message)) = catalog.trigger(&text) {
        if text.trim().is_empty() {
            wrong(ui, &message);
        } else {
            underline(ui, &text, column, &output.galley, output.galley_pos);
            wrong(ui, &format!("{}: {message}", place_words(&text, column)));
        }
    }
    (text, response.lost_focus())
}

/// A line under the word where the text goes wrong.
fn underline(ui: &Ui, text: &str, column: usize, galley: &egui::Galley, at: egui::Pos2) {
    let first = column.saturating_sub(1);
    let word = text.chars().skip(first).take_while(|letter| letter.is_alphanumeric() || *letter == '_');
    let last = first + word.count().max(1);
    let place = |index: usize| galley.pos_from_cursor(CCursor::new(index)).translate(at.to_vec2());
    let (from, to) = (place(first), place(last));
    // At the end of a line there is no letter to underline.
    let right = if to.left() > from.left() { to.left() } else { from.left() + 8.0 };
    let ink = theme::color(ui, Role::SeverityMark(crate::model::Band::Critical));
    ui.painter().hline(from.left()..=right, from.bottom(), Stroke::new(2.0, ink));
}

/// What can stand at the caret.
fn offer(catalog: &Catalog, threat: &PackThreat, caret: Option<usize>) -> Completion {
    let Some(caret) = caret else { return Completion::default() };
    let end = byte_of(&threat.trigger, caret);
    let mut offer = complete(catalog, threat.applies_to, &threat.trigger, end);
    offer.words.truncate(OFFERED);
    offer
}

/// The byte at which a character begins; the end after the last one.
fn byte_of(text: &str, place: usize) -> usize {
    text.char_indices().nth(place).map_or(text.len(), |(at, _)| at)
}

/// The words under the field; the place of the one that was pressed.
/// The words that are offered, under what is said of a mistake.
fn list(
    ui: &Ui,
    field: &egui::Response,
    offer: &Completion,
    at: Option<usize>,
    is_faulty: bool,
) -> Option<usize> {
    let mut chosen = None;
    let rect_id = field.id.with("words rect");
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let rect: Option<egui::Rect> = ui.data(|data| data.get_temp(rect_id));
    // A press on a word takes the keyboard from the field before it is a click.
    let pressing = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
    let over = pressing && rect.zip(pointer).is_some_and(|(rect, at)| rect.expand(4.0).contains(at));
    let popup = Popup::from_response(field)
        .id(field.id.with("completions"))
        .open(!offer.words.is_empty() && (field.has_focus() || over))
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .accessible_name("Words that fit".to_owned())
        .width(320.0)
        .gap(if is_faulty { 28.0 } else { 4.0 })
        .show(|ui| {
            ui.set_width(320.0);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
            for (index, word) in offer.words.iter().enumerate() {
                let keys = if index == 0 && at.is_none() { "Tab" } else { "" };
                if widgets::menu_item(ui, None, word, keys, at == Some(index), true).clicked() {
                    chosen = Some(index);
                }
            }
        });
    match popup {
        Some(popup) => ui.data_mut(|data| {
            data.insert_temp(rect_id, popup.response.rect);
        }),
        None => ui.data_mut(|data| data.remove::<egui::Rect>(rect_id)),
    }
    chosen
}
