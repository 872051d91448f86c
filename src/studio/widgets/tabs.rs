//! Tabs: words with an underline as wide as the chosen one.

use egui::{Align, Layout, Role as Access, Sense, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::studio::theme::{self, Look};

use super::{count_width, focus_ring, line, paint_count, put_left};

/// Shows tabs with their counts; a press or an arrow key changes which is chosen.
pub fn tabs(ui: &mut Ui, height: f32, items: &[(&str, Option<usize>)], chosen: &mut usize) -> bool {
    let before = *chosen;
    let room = Vec2::new(ui.available_width(), height);
    ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let last = items.len().saturating_sub(1);
        let counts: Vec<f32> = items
            .iter()
            .map(|(_, count)| count.map_or(0.0, |number| 8.0 + count_width(ui, number)))
            .collect();
        // In a narrow column the words are set a size smaller and closer together.
        let natural: f32 = items
            .iter()
            .zip(&counts)
            .map(|((name, _), count)| {
                line(ui, *name, Look::BODY_STRONG, egui::Color32::PLACEHOLDER).size().x + 18.0 + count
            })
            .sum();
        let tight = natural - 18.0 > ui.available_width();
        let (strong, plain, gap) = if tight {
            (Look::SMALL_STRONG, Look::SMALL_MEDIUM, 6.0)
        } else {
            (Look::BODY_STRONG, Look::BODY_MEDIUM, 9.0)
        };
        for (index, ((name, count), count_room)) in items.iter().zip(counts).enumerate() {
            let is_on = index == *chosen;
            let look = if is_on { strong } else { plain };
            let role = if is_on { Role::Text } else { Role::TextSecondary };
            let galley = line(ui, *name, look, theme::color(ui, role));
            let words = galley.size().x;
            let left = if index == 0 { 0.0 } else { gap };
            let right = if index == last { 0.0 } else { gap };
            let size = Vec2::new(left + words + count_room + right, height);
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            response.widget_info(|| WidgetInfo::selected(Access::Tab, true, is_on, *name));
            if response.clicked() {
                *chosen = index;
            }
            let role_under =
                if response.hovered() && !is_on { Some(Role::Edge) } else { is_on.then_some(Role::Accent) };
            let start = rect.left() + left;
            let x = put_left(ui.painter(), start, rect.center().y, galley);
            if let Some(count) = count {
                let middle = x + 8.0 + (count_room - 8.0) / 2.0;
                paint_count(ui, *count, egui::pos2(middle, rect.center().y));
            }
            if let Some(role) = role_under {
                let bar = egui::Rect::from_min_max(
                    egui::pos2(start, rect.bottom() - 2.0),
                    egui::pos2(start + words, rect.bottom()),
                );
                ui.painter().rect_filled(bar, 1.0, theme::color(ui, role));
            }
            focus_ring(ui, &response, rect.shrink2(egui::vec2(4.0, 6.0)), 6.0);
        }
    });
    *chosen != before
}
