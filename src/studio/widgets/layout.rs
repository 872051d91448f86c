//! Words, cards, banners, and rows of a name and its value.

use egui::{Frame, InnerResponse, Label, Margin, Pos2, Response, ScrollArea, Stroke, Ui, Vec2};

use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};

use super::{Button, count};

/// One line of words, cut where it does not fit.
pub fn label(ui: &mut Ui, text: &str, look: Look, role: Role) -> Response {
    let color = theme::color(ui, role);
    ui.add(Label::new(look.text(text, color)).truncate())
}

/// Words that wrap.
pub fn paragraph(ui: &mut Ui, text: &str, look: Look, role: Role) -> Response {
    let color = theme::color(ui, role);
    ui.add(Label::new(look.text(text, color)).wrap())
}

/// Small words that wrap.
pub fn small(ui: &mut Ui, text: &str, role: Role) -> Response {
    paragraph(ui, text, Look::SMALL, role)
}

/// A caption over a group of fields or a column.
pub fn caption(ui: &mut Ui, text: &str) -> Response {
    label(ui, text, Look::CAPTION, Role::TextTertiary)
}

/// The heading of a panel's section, with a count beside it.
pub fn heading(ui: &mut Ui, text: &str, number: Option<usize>) -> Response {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let response = label(ui, text, Look::HEADING, Role::Text);
        if let Some(number) = number {
            count(ui, number);
        }
        response
    })
    .inner
}

/// The heading of a view's section.
pub fn section(ui: &mut Ui, text: &str) -> Response {
    label(ui, text, Look::SECTION, Role::Text)
}

/// A line from edge to edge of what holds it.
pub fn divider(ui: &mut Ui) {
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 1.0));
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, theme::color(ui, Role::Line)));
}

/// A card: panel fill, thin outline.
pub fn card<R>(ui: &mut Ui, padding: f32, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    Frame::new()
        .fill(theme::color(ui, Role::Panel))
        .stroke(Stroke::new(1.0, theme::color(ui, Role::Line)))
        .corner_radius(10.0)
        .inner_margin(Margin::same(padding as i8))
        .show(ui, contents)
}

/// Contents that scroll up and down, within a panel that has a margin of at least 12 at the right: the bar stands in that
/// margin, so it covers nothing.
pub fn scroll<R>(
    ui: &mut Ui,
    salt: impl std::hash::Hash + std::fmt::Debug,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let usual = ui.spacing().scroll.bar_outer_margin;
    ui.scope(|ui| {
        ui.spacing_mut().scroll.bar_outer_margin = -10.0;
        ScrollArea::vertical()
            .id_salt(egui::IdSalt::new(salt))
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().scroll.bar_outer_margin = usual;
                contents(ui)
            })
            .inner
    })
    .inner
}

/// A row of a name and what stands for it. The name labels every unnamed field in the row.
pub fn property<R>(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    property_row(ui, name, 32.0, contents)
}

/// The same for contents that are higher than a field.
pub fn property_tall<R>(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    property_row(ui, name, 24.0, contents)
}

fn property_row<R>(ui: &mut Ui, name: &str, height: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let names = 108.0;
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.set_width(width);
        let (_, rect) = ui.allocate_space(Vec2::new(names, height));
        let galley =
            super::line_within(ui, name, Look::BODY, theme::color(ui, Role::TextSecondary), names - 6.0);
        super::put_left(ui.painter(), rect.left(), rect.center().y, galley);
        ui.vertical(|ui| {
            ui.set_width(width - names);
            ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
            ui.push_id(name, |ui| ui.name_inputs(name, contents)).inner
        })
        .inner
    })
    .inner
}

/// Nothing is here yet: what belongs here, and the one thing to press. True when it was pressed.
pub fn empty_state(ui: &mut Ui, icon: &str, sentence: &str, button: &str, keys: &str) -> bool {
    let mut pressed = false;
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 12.0;
        ui.add_space(28.0);
        icons::show(ui, icon, 22.0, theme::color(ui, Role::TextTertiary));
        ui.scope(|ui| {
            ui.set_max_width(360.0);
            paragraph(ui, sentence, Look::BODY, Role::TextSecondary);
        });
        if !button.is_empty() {
            pressed = Button::primary(button).keys(keys).show(ui).clicked();
        }
        ui.add_space(28.0);
    });
    pressed
}

/// One thing to know, in a sentence and a longer one, with at most three answers. Gives back which was pressed.
pub fn banner(
    ui: &mut Ui,
    ground: Role,
    edge: Role,
    icon: &str,
    title: &str,
    sentence: &str,
    answers: &[(&str, &str)],
) -> Option<usize> {
    let tint = theme::color(ui, edge);
    let mut pressed = None;
    Frame::new()
        .fill(theme::color(ui, ground))
        .stroke(Stroke::new(1.0, tint))
        .corner_radius(8.0)
        .inner_margin(Margin { left: 12, right: 12, top: 11, bottom: 12 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
            ui.horizontal(|ui| {
                let (_, rect) = ui.allocate_space(Vec2::new(18.0, 20.0));
                icons::paint_at(ui.painter(), icon, Pos2::new(rect.center().x, rect.center().y), 16.0, tint);
                paragraph(ui, title, Look::HEADING, Role::Text);
            });
            if !sentence.is_empty() {
                paragraph(ui, sentence, Look::SMALL, Role::TextSecondary);
            }
            if !answers.is_empty() {
                ui.add_space(4.0);
                ui.horizontal_wrapped(|ui| {
                    for (index, (answer, keys)) in answers.iter().enumerate() {
                        let button = if index + 1 == answers.len() && answers.len() > 1 {
                            Button::quiet(answer)
                        } else {
                            Button::plain(answer)
                        };
                        if button.small().keys(keys).show(ui).clicked() {
                            pressed = Some(index);
                        }
                    }
                });
            }
        });
    pressed
}

/// A question to the person, with its answers.
pub fn question_card(ui: &mut Ui, title: &str, sentence: &str, answers: &[(&str, &str)]) -> Option<usize> {
    banner(ui, Role::AccentSoft, Role::Accent, "circle-help", title, sentence, answers)
}
