//! The parts that every view is built of, as look.md describes them. Each has a name for screen readers and for tests.

pub mod button;
pub mod chip;
pub mod choose;
pub mod field;
pub mod layout;
pub mod risk;
pub mod table;
pub mod tabs;
pub mod toggle;
mod walk;

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Color32, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2};

use crate::picture::Role;

use super::theme::{self, Look};

pub use button::{Button, icon_button, link, tool_button};
pub use chip::{
    Chip, ChipResponse, count, count_width, key_caps, key_caps_width, paint_count, paint_key_caps,
    paint_mark_count,
};
pub use choose::{
    choose, choose_known, context_menu, hears_keys, menu_heading, menu_item, menu_separator, open_menu,
    picker, remember_open_list, searched_picker, submenu, walked_item,
};
pub use field::{
    Field, FieldState, field_with_list, number_field, paragraph_field, search_field, settled_field, wrong,
};
pub use layout::{
    banner, caption, card, divider, empty_state, heading, label, paragraph, property, property_tall,
    question_card, scroll, section, small,
};
pub use risk::{RiskBar, badge, band_label, paint_badge, paint_sign, paint_trust_bars, sign, trust_bars};
pub use table::{Column, Row, Table};
pub use tabs::tabs;
pub use toggle::{bare_checkbox, checkbox, segmented, switch};
pub use walk::{fitting, walk};

/// One line of text, measured.
pub fn line(ui: &Ui, text: impl Into<String>, look: Look, color: Color32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.append(&text.into(), 0.0, look.format(color));
    job.wrap = TextWrapping::no_max_width();
    ui.painter().layout_job(job)
}

/// One line of text, cut with "…" where it does not fit.
pub fn line_within(ui: &Ui, text: impl Into<String>, look: Look, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.append(&text.into(), 0.0, look.format(color));
    job.wrap =
        TextWrapping { max_rows: 1, break_anywhere: true, ..TextWrapping::truncate_at_width(width.max(8.0)) };
    ui.painter().layout_job(job)
}

/// At most so many lines of text, cut with "…" where they do not do.
pub fn few_lines(
    ui: &Ui,
    text: impl Into<String>,
    look: Look,
    color: Color32,
    width: f32,
    rows: usize,
) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.append(&text.into(), 0.0, look.format(color));
    job.wrap = TextWrapping { max_rows: rows, ..TextWrapping::wrap_at_width(width.max(8.0)) };
    ui.painter().layout_job(job)
}

/// Several lines of text, wrapped.
pub fn lines(ui: &Ui, text: impl Into<String>, look: Look, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    job.append(&text.into(), 0.0, look.format(color));
    job.wrap = TextWrapping::wrap_at_width(width.max(8.0));
    ui.painter().layout_job(job)
}

/// Paints text with its left edge at `x`, in the middle of a height; gives back its right edge.
pub fn put_left(painter: &Painter, x: f32, middle: f32, galley: Arc<Galley>) -> f32 {
    let size = galley.size();
    painter.galley(Pos2::new(x, middle - size.y / 2.0), galley, Color32::PLACEHOLDER);
    x + size.x
}

/// Paints text with its right edge at `x`; gives back its left edge.
pub fn put_right(painter: &Painter, x: f32, middle: f32, galley: Arc<Galley>) -> f32 {
    let size = galley.size();
    painter.galley(Pos2::new(x - size.x, middle - size.y / 2.0), galley, Color32::PLACEHOLDER);
    x - size.x
}

/// Paints text around a middle.
pub fn put_center(painter: &Painter, center: Pos2, galley: Arc<Galley>) {
    let size = galley.size();
    painter.galley(center - size / 2.0, galley, Color32::PLACEHOLDER);
}

/// The ring around what the keyboard is on.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: f32) {
    if response.has_focus() {
        let stroke = Stroke::new(2.0, theme::color(ui, Role::Focus));
        ui.painter().rect_stroke(rect.expand(1.0), radius + 1.0, stroke, StrokeKind::Outside);
    }
}

/// The fill of a quiet thing: nothing, under the pointer, pressed.
pub fn quiet_fill(ui: &Ui, response: &Response) -> Option<Color32> {
    if response.is_pointer_button_down_on() {
        Some(theme::color(ui, Role::Active))
    } else if response.hovered() {
        Some(theme::color(ui, Role::Hover))
    } else {
        None
    }
}

/// The ground of a row of a list: chosen, under the pointer, pressed, or none.
pub fn row_ground(ui: &Ui, response: &Response, rect: Rect, chosen: bool) {
    let fill = if chosen { Some(theme::color(ui, Role::AccentSoft)) } else { quiet_fill(ui, response) };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, 8.0, fill);
    }
}

/// Name, one sentence, keys: what a tooltip says.
pub fn tooltip(response: Response, name: &str, sentence: &str, keys: &str) -> Response {
    if name.is_empty() && sentence.is_empty() {
        return response;
    }
    response.on_hover_ui(|ui| {
        ui.set_max_width(320.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 2.0);
            if !name.is_empty() {
                label(ui, name, Look::SMALL_STRONG, Role::Text);
            }
            if !keys.is_empty() {
                key_caps(ui, keys);
            }
        });
        if !sentence.is_empty() {
            paragraph(ui, sentence, Look::SMALL, Role::TextSecondary);
        }
    })
}
