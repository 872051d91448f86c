//! Things that are on or off, and a choice of a few words side by side.

use egui::{Pos2, Rect, Response, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};

use super::{focus_ring, line, put_center, put_left};

/// A switch; `name` is for screen readers, what it means stands beside it.
pub fn switch(ui: &mut Ui, on: &mut bool, name: &str) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(Vec2::new(34.0, 28.0), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Access::Switch, ui.is_enabled(), *on, name));
    let track = Rect::from_center_size(rect.center(), Vec2::new(34.0, 20.0));
    let (fill, edge, knob) = if *on {
        (Role::AccentFill, Role::AccentFill, Role::AccentOn)
    } else {
        (Role::Field, Role::Control, Role::Control)
    };
    let edge = Stroke::new(1.5, theme::color(ui, edge));
    ui.painter().rect(track, 10.0, theme::color(ui, fill), edge, StrokeKind::Inside);
    let x = if *on { track.right() - 10.0 } else { track.left() + 10.0 };
    ui.painter().circle_filled(Pos2::new(x, track.center().y), 6.0, theme::color(ui, knob));
    focus_ring(ui, &response, track, 10.0);
    response
}

/// A box to tick, with its words.
pub fn checkbox(ui: &mut Ui, on: &mut bool, label: &str) -> Response {
    ticked(ui, on, label, label)
}

/// A box to tick without words beside it; `name` is for screen readers and the tooltip.
pub fn bare_checkbox(ui: &mut Ui, on: &mut bool, name: &str) -> Response {
    ticked(ui, on, "", name).on_hover_text(name)
}

fn ticked(ui: &mut Ui, on: &mut bool, label: &str, name: &str) -> Response {
    let galley = line(ui, label, Look::BODY, theme::color(ui, Role::Text));
    let words = if label.is_empty() { 0.0 } else { galley.size().x + 8.0 };
    let (rect, mut response) = ui.allocate_exact_size(Vec2::new(18.0 + words, 28.0), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Access::CheckBox, ui.is_enabled(), *on, name));
    let square = Rect::from_min_size(Pos2::new(rect.left(), rect.center().y - 9.0), Vec2::splat(18.0));
    let (fill, edge) = if *on { (Role::AccentFill, Role::AccentFill) } else { (Role::Field, Role::Control) };
    let edge = Stroke::new(1.5, theme::color(ui, edge));
    ui.painter().rect(square, 4.0, theme::color(ui, fill), edge, StrokeKind::Inside);
    if *on {
        icons::paint_at(ui.painter(), "check", square.center(), 14.0, theme::color(ui, Role::AccentOn));
    }
    put_left(ui.painter(), square.right() + 8.0, rect.center().y, galley);
    focus_ring(ui, &response, square, 4.0);
    response
}

/// A few words of which one is chosen; `name` says what they are.
pub fn segmented(ui: &mut Ui, name: &str, words: &[&str], chosen: &mut usize) -> bool {
    let before = *chosen;
    ui.push_id(name, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (index, word) in words.iter().enumerate() {
                let is_on = index == *chosen;
                let role = if is_on { Role::Text } else { Role::TextSecondary };
                let galley = line(ui, *word, Look::SMALL_MEDIUM, theme::color(ui, role));
                let (rect, response) = ui
                    .allocate_exact_size(Vec2::new((galley.size().x + 20.0).max(32.0), 28.0), Sense::click());
                response.widget_info(|| {
                    WidgetInfo::selected(Access::RadioButton, true, is_on, format!("{name}: {word}"))
                });
                if response.clicked() {
                    *chosen = index;
                }
                let fill = if is_on {
                    Role::AccentSoft
                } else if response.hovered() {
                    Role::Hover
                } else {
                    Role::Raised
                };
                let edge = theme::color(ui, if is_on { Role::Accent } else { Role::Edge });
                ui.painter().rect(
                    rect,
                    6.0,
                    theme::color(ui, fill),
                    Stroke::new(1.0, edge),
                    StrokeKind::Inside,
                );
                put_center(ui.painter(), rect.center(), galley);
                focus_ring(ui, &response, rect, 6.0);
            }
        });
    });
    *chosen != before
}
