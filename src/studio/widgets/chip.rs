//! Small things with round corners: chips, counts, key caps.

use std::sync::Arc;

use egui::{Galley, Pos2, Rect, Response, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::studio::theme::{self, Look, size};
use crate::studio::{icons, paint};

use super::{focus_ring, line, line_within, put_center, put_left};

/// A chip.
#[derive(Debug, Clone)]
#[must_use = "a chip is there when shown"]
pub struct Chip<'a> {
    label: &'a str,
    name: &'a str,
    icon: Option<&'a str>,
    closes: Option<&'a str>,
    chevron: bool,
    on: bool,
    suggested: bool,
    clickable: bool,
    toggles: bool,
    at_most: f32,
}

/// What was done with a chip.
#[derive(Debug)]
pub struct ChipResponse {
    /// The chip as a whole.
    pub response: Response,
    /// Its × was pressed.
    pub closed: bool,
}

impl<'a> Chip<'a> {
    /// A chip that only says something.
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            name: label,
            icon: None,
            closes: None,
            chevron: false,
            on: false,
            suggested: false,
            clickable: false,
            toggles: false,
            at_most: f32::INFINITY,
        }
    }

    /// A chip that is switched on and off.
    pub fn toggle(label: &'a str, on: bool) -> Self {
        Self { on, clickable: true, toggles: true, ..Self::new(label) }
    }

    /// Known to screen readers by this name, where its few letters do not say enough.
    pub fn named(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// With an icon.
    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With an × that a screen reader knows by this name.
    pub fn closes(mut self, name: &'a str) -> Self {
        self.closes = Some(name);
        self
    }

    /// With a chevron: it opens a menu.
    pub fn chevron(mut self) -> Self {
        self.chevron = true;
        self.clickable = true;
        self
    }

    /// It is chosen.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// It can be pressed.
    pub fn clickable(mut self) -> Self {
        self.clickable = true;
        self
    }

    /// Dashed: it is suggested, not there.
    pub fn suggested(mut self) -> Self {
        self.suggested = true;
        self
    }

    /// No wider than that: longer words end in an ellipsis.
    pub fn at_most(mut self, width: f32) -> Self {
        self.at_most = width;
        self
    }

    /// Puts it into the layout.
    pub fn show(self, ui: &mut Ui) -> ChipResponse {
        let role = if self.on { Role::Text } else { Role::TextSecondary };
        let icon_room = if self.icon.is_some() { 18.0 } else { 0.0 };
        let end_room = if self.closes.is_some() || self.chevron { 18.0 } else { 0.0 };
        let color = theme::color(ui, role);
        let room = (self.at_most - 20.0 - icon_room - end_room).max(0.0);
        let galley = line_within(ui, self.label, Look::SMALL_MEDIUM, color, room);
        let width = 20.0 + icon_room + galley.size().x + end_room;
        let sense = if self.clickable { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, size::CHIP), sense);
        let access = if self.clickable { Access::Button } else { Access::Label };
        response.widget_info(|| {
            if self.toggles {
                WidgetInfo::selected(Access::Button, true, self.on, self.name)
            } else {
                WidgetInfo::labeled(access, true, self.name)
            }
        });
        let mut closed = false;
        if ui.is_rect_visible(rect) {
            let fill = if self.on {
                theme::color(ui, Role::AccentSoft)
            } else if self.clickable && response.hovered() {
                theme::color(ui, Role::Hover)
            } else {
                theme::color(ui, Role::Panel)
            };
            let edge = theme::color(ui, if self.on { Role::Accent } else { Role::Edge });
            if self.suggested {
                let edge = Stroke::new(1.0, theme::color(ui, Role::Control));
                paint::dashed_rect(ui.painter(), rect.shrink(0.5), 11.5, edge, 4.0, 3.0);
            } else {
                ui.painter().rect(rect, 12.0, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
            }
            let mut x = rect.left() + 10.0;
            if let Some(icon) = self.icon {
                let tint = theme::color(ui, if self.on { Role::Accent } else { Role::TextSecondary });
                icons::paint_at(ui.painter(), icon, Pos2::new(x + 6.5, rect.center().y), 13.0, tint);
                x += icon_room;
            }
            put_left(ui.painter(), x, rect.center().y, galley);
            if self.chevron {
                let tint = theme::color(ui, Role::TextTertiary);
                icons::paint_at(
                    ui.painter(),
                    "chevron-down",
                    Pos2::new(rect.right() - 15.0, rect.center().y),
                    13.0,
                    tint,
                );
            }
            if self.clickable {
                focus_ring(ui, &response, rect, 12.0);
            }
        }
        if let Some(name) = self.closes {
            let cross =
                Rect::from_center_size(Pos2::new(rect.right() - 13.0, rect.center().y), Vec2::splat(20.0));
            let close = ui.interact(cross, response.id.with("close"), Sense::click());
            close.widget_info(|| WidgetInfo::labeled(Access::Button, true, name));
            let role = if close.hovered() { Role::Text } else { Role::TextTertiary };
            icons::paint_at(ui.painter(), "x", cross.center(), 13.0, theme::color(ui, role));
            focus_ring(ui, &close, cross, 10.0);
            closed = close.clicked();
        }
        ChipResponse { response, closed }
    }
}

/// A count in a pill.
pub fn count(ui: &mut Ui, number: usize) {
    let (_, rect) = ui.allocate_space(Vec2::new(count_width(ui, number), COUNT_HEIGHT));
    paint_count(ui, number, rect.center());
}

const COUNT_HEIGHT: f32 = 17.0;

/// How wide the pill of a count is.
pub fn count_width(ui: &Ui, number: usize) -> f32 {
    pill_width(&count_words(ui, short_count(number)))
}

fn count_words(ui: &Ui, words: String) -> Arc<Galley> {
    line(ui, words, Look::COUNT, theme::color(ui, Role::Text))
}

/// A count in at most four letters: 999, 2.5k, 12k.
pub fn short_count(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        1000..10_000 => format!("{}.{}k", number / 1000, number % 1000 / 100),
        _ => format!("{}k", number / 1000),
    }
}

/// A count in a pill, in the upper right corner of a place and right of the icon's middle: what it stands at stays in sight,
/// so that beyond 99 it says no more than that.
pub fn paint_mark_count(ui: &Ui, number: usize, icon: Pos2, place: Rect) {
    let words = if number > 99 { "99+".to_owned() } else { number.to_string() };
    let words = count_words(ui, words);
    let half = pill_width(&words) / 2.0;
    let x = (icon.x + 5.0 + half).max(icon.x + 13.0).min(place.right() - half + 4.0);
    paint_pill(ui, words, Pos2::new(x, (icon.y - 11.0).max(place.top() + 8.0)));
}

fn pill_width(words: &Galley) -> f32 {
    (words.size().x + 11.0).max(COUNT_HEIGHT)
}

/// A count in a pill, painted around a middle.
pub fn paint_count(ui: &Ui, number: usize, center: Pos2) {
    paint_pill(ui, count_words(ui, short_count(number)), center);
}

fn paint_pill(ui: &Ui, words: Arc<Galley>, center: Pos2) {
    let rect = Rect::from_center_size(center, Vec2::new(pill_width(&words), COUNT_HEIGHT));
    ui.painter().rect_filled(rect, COUNT_HEIGHT / 2.0, theme::color(ui, Role::Active));
    put_center(ui.painter(), rect.center(), words);
}

const KEY_GAP: f32 = 4.0;

fn key_width(ui: &Ui, key: &str) -> f32 {
    (line(ui, key, Look::KEY, egui::Color32::PLACEHOLDER).size().x + 11.0).max(19.0)
}

/// How wide key caps are (`Ctrl K` is two).
pub fn key_caps_width(ui: &Ui, keys: &str) -> f32 {
    let mut width = 0.0;
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        width += key_width(ui, key) + KEY_GAP;
    }
    (width - KEY_GAP).max(0.0)
}

/// Paints key caps from a left middle on.
pub fn paint_key_caps(ui: &Ui, keys: &str, left_middle: Pos2, on_accent: bool) {
    let mut x = left_middle.x;
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        let width = key_width(ui, key);
        let rect = Rect::from_min_size(Pos2::new(x, left_middle.y - 9.5), Vec2::new(width, 19.0));
        let (text, fill, edge) = if on_accent {
            let on = theme::color(ui, Role::AccentOn);
            (on, on.gamma_multiply(0.12), on.gamma_multiply(0.5))
        } else {
            let fill = theme::color(ui, Role::Raised);
            (theme::color(ui, Role::TextSecondary), fill, theme::color(ui, Role::Edge))
        };
        ui.painter().rect(rect, 4.0, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        put_center(ui.painter(), rect.center(), line(ui, key, Look::KEY, text));
        x += width + KEY_GAP;
    }
}

/// Key caps in the layout.
pub fn key_caps(ui: &mut Ui, keys: &str) {
    let (_, rect) = ui.allocate_space(Vec2::new(key_caps_width(ui, keys), 20.0));
    paint_key_caps(ui, keys, rect.left_center(), false);
}

#[cfg(test)]
mod tests {
    use super::short_count;

    #[test]
    fn counts_stay_short() {
        for (number, words) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1000, "1.0k"),
            (2507, "2.5k"),
            (9999, "9.9k"),
            (12_345, "12k"),
        ] {
            assert_eq!(short_count(number), words);
        }
    }
}
