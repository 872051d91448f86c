//! Tabs: words with an underline as wide as the chosen one.

use egui::{Role as Access, Sense, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::studio::theme::{self, Look};

use super::{focus_ring, line, paint_count, put_left};

/// Shows tabs with their counts; a press or an arrow key changes which is chosen.
pub fn tabs(ui: &mut Ui, height: f32, items: &[(&str, Option<usize>)], chosen: &mut usize) -> bool {
    let before = *chosen;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let last = items.len().saturating_sub(1);
        // In a narrow column the words are set a size smaller and closer together.
        let natural: f32 = items
            .iter()
            .map(|(name, count)| {
                let words = line(ui, *name, Look::BODY_STRONG, egui::Color32::PLACEHOLDER).size().x;
                words + 18.0 + if count.is_some() { 25.0 } else { 0.0 }
            })
            .sum();
        let tight = natural - 18.0 > ui.available_width();
        let (strong, plain, gap) = if tight {
            (Look::SMALL_STRONG, Look::SMALL_MEDIUM, 6.0)
        } else {
            (Look::BODY_STRONG, Look::BODY_MEDIUM, 9.0)
        };
        for (index, (name, count)) in items.iter().enumerate() {
            let is_on = index == *chosen;
            let look = if is_on { strong } else { plain };
            let role = if is_on { Role::Text } else { Role::TextSecondary };
            let galley = line(ui, *name, look, theme::color(ui, role));
            let words = galley.size().x;
            let count_room = if count.is_some() { 25.0 } else { 0.0 };
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
                paint_count(ui, *count, egui::pos2(x + 16.0, rect.center().y));
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
