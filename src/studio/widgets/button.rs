//! Buttons: primary (one per view), plain, quiet; with an icon on the left and key caps at the right inside.

use egui::{Color32, Response, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look, size};

use super::{focus_ring, key_caps_width, line, line_within, paint_key_caps, put_left, quiet_fill, tooltip};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Plain,
    Quiet,
    Danger,
}

/// A button.
#[derive(Debug, Clone)]
#[must_use = "a button is there when shown"]
pub struct Button<'a> {
    kind: Kind,
    label: &'a str,
    name: &'a str,
    icon: Option<&'a str>,
    keys: &'a str,
    hint: &'a str,
    height: f32,
    width: Option<f32>,
    enabled: bool,
    chevron: bool,
}

impl<'a> Button<'a> {
    fn new(kind: Kind, label: &'a str) -> Self {
        Self {
            kind,
            label,
            name: label,
            icon: None,
            keys: "",
            hint: "",
            height: size::BUTTON,
            width: None,
            enabled: true,
            chevron: false,
        }
    }

    /// The one thing to press in a view.
    pub fn primary(label: &'a str) -> Self {
        Self::new(Kind::Primary, label)
    }

    /// Any other.
    pub fn plain(label: &'a str) -> Self {
        Self::new(Kind::Plain, label)
    }

    /// Without an outline.
    pub fn quiet(label: &'a str) -> Self {
        Self::new(Kind::Quiet, label)
    }

    /// What cannot be undone.
    pub fn danger(label: &'a str) -> Self {
        Self::new(Kind::Danger, label)
    }

    /// Known to screen readers by this name, where the words on it stand more than once in a view.
    pub fn named(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// With an icon at the left.
    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With key caps at the right (`Ctrl K`).
    pub fn keys(mut self, keys: &'a str) -> Self {
        self.keys = keys;
        self
    }

    /// What the tooltip says; for a disabled button what is missing.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// 28 high.
    pub fn small(mut self) -> Self {
        self.height = size::BUTTON_SMALL;
        self
    }

    /// 40 high or so.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// As wide as this; the label stands at the left.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// With a chevron: it opens a menu.
    pub fn chevron(mut self) -> Self {
        self.chevron = true;
        self
    }

    /// Whether it can be pressed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Puts it into the layout.
    pub fn show(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled && ui.is_enabled();
        let text_color = match (enabled, self.kind) {
            (false, _) => theme::color(ui, Role::TextDisabled),
            (true, Kind::Primary) => theme::color(ui, Role::AccentOn),
            (true, Kind::Danger) => theme::color(ui, Role::SeverityText(crate::model::Band::Critical)),
            (true, _) => theme::color(ui, Role::Text),
        };
        let padding = 12.0;
        let icon_room = if self.icon.is_some() { 16.0 + 7.0 } else { 0.0 };
        let keys_room = if self.keys.is_empty() { 0.0 } else { key_caps_width(ui, self.keys) + 10.0 };
        let chevron_room = if self.chevron { 20.0 } else { 0.0 };
        let extra = padding * 2.0 + icon_room + keys_room + chevron_room;
        let galley = match self.width {
            Some(width) => line_within(ui, self.label, Look::BODY_MEDIUM, text_color, width - extra),
            None => line(ui, self.label, Look::BODY_MEDIUM, text_color),
        };
        let width = self.width.unwrap_or(galley.size().x + extra);
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, self.height), sense);
        response.widget_info(|| WidgetInfo::labeled(Access::Button, enabled, self.name));
        if ui.is_rect_visible(rect) {
            let fill = match self.kind {
                Kind::Primary if !enabled => theme::color(ui, Role::Raised),
                Kind::Primary => {
                    let fill = theme::color(ui, Role::AccentFill);
                    if response.is_pointer_button_down_on() {
                        fill.gamma_multiply(0.85)
                    } else if response.hovered() {
                        fill.gamma_multiply(0.92)
                    } else {
                        fill
                    }
                }
                Kind::Plain | Kind::Danger if enabled => {
                    quiet_fill(ui, &response).unwrap_or_else(|| theme::color(ui, Role::Raised))
                }
                _ if enabled => quiet_fill(ui, &response).unwrap_or(Color32::TRANSPARENT),
                _ => Color32::TRANSPARENT,
            };
            let edge = match self.kind {
                Kind::Plain | Kind::Danger => Stroke::new(1.0, theme::color(ui, Role::Edge)),
                Kind::Quiet if response.hovered() && enabled => {
                    Stroke::new(1.0, theme::color(ui, Role::Edge))
                }
                _ => Stroke::NONE,
            };
            ui.painter().rect(rect, 6.0, fill, edge, StrokeKind::Inside);
            let mut x = rect.left() + padding;
            if let Some(icon) = self.icon {
                icons::paint_at(ui.painter(), icon, egui::pos2(x + 8.0, rect.center().y), 16.0, text_color);
                x += icon_room;
            }
            put_left(ui.painter(), x, rect.center().y, galley);
            let mut right = rect.right() - padding;
            if self.chevron {
                icons::paint_at(
                    ui.painter(),
                    "chevron-down",
                    egui::pos2(right - 6.0, rect.center().y),
                    14.0,
                    theme::color(ui, Role::TextTertiary),
                );
                right -= chevron_room;
            }
            if !self.keys.is_empty() {
                let on_accent = self.kind == Kind::Primary && enabled;
                let left = right - key_caps_width(ui, self.keys);
                paint_key_caps(ui, self.keys, egui::pos2(left, rect.center().y), on_accent);
            }
            focus_ring(ui, &response, rect, 6.0);
        }
        if self.hint.is_empty() { response } else { tooltip(response, "", self.hint, "") }
    }
}

/// A quiet button of an icon alone; its name is in the tooltip.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    tool_button(ui, icon, name, "", false, true)
}

/// A button of a toolbar: an icon, with its name, a sentence's worth of keys in the tooltip, and whether it is on.
pub fn tool_button(ui: &mut Ui, icon: &str, name: &str, keys: &str, on: bool, enabled: bool) -> Response {
    let enabled = enabled && ui.is_enabled();
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(34.0, size::BUTTON), sense);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Access::Button, enabled, name);
        if on {
            info.selected = Some(true);
        }
        info
    });
    if ui.is_rect_visible(rect) {
        if on {
            ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::AccentSoft));
        } else if let Some(fill) = quiet_fill(ui, &response).filter(|_| enabled) {
            ui.painter().rect(
                rect,
                6.0,
                fill,
                Stroke::new(1.0, theme::color(ui, Role::Edge)),
                StrokeKind::Inside,
            );
        }
        let role = match (enabled, on) {
            (false, _) => Role::TextDisabled,
            (true, true) => Role::Accent,
            (true, false) => Role::TextSecondary,
        };
        icons::paint_at(ui.painter(), icon, rect.center(), 18.0, theme::color(ui, role));
        focus_ring(ui, &response, rect, 6.0);
    }
    tooltip(response, name, "", keys)
}

/// Words that can be pressed.
pub fn link(ui: &mut Ui, text: &str) -> Response {
    let galley = line(ui, text, Look::BODY_MEDIUM, theme::color(ui, Role::Accent));
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(galley.size().x, size::BUTTON_SMALL), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Access::Link, true, text));
    let right = put_left(ui.painter(), rect.left(), rect.center().y, galley);
    if response.hovered() {
        let stroke = Stroke::new(1.0, theme::color(ui, Role::Accent));
        ui.painter().hline(rect.left()..=right, rect.center().y + 9.0, stroke);
    }
    focus_ring(ui, &response, rect, 4.0);
    response
}
