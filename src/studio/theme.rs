//! The tokens as egui knows them: both themes, the faces, the sizes of text.

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals};
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, FontTweak, Margin,
    RichText, Stroke, TextStyle, Theme, Ui, Vec2,
};

use crate::picture::{Face, Paint, Palette, Rgb, Role};

/// Sizes of the shell's regions, in points.
pub mod size {
    /// Menu bar.
    pub const MENU_BAR: f32 = 40.0;
    /// Rail with labels.
    pub const RAIL: f32 = 88.0;
    /// Rail without labels.
    pub const RAIL_NARROW: f32 = 64.0;
    /// Toolbar or tabs over a view.
    pub const TOOLBAR: f32 = 48.0;
    /// Status bar.
    pub const STATUS_BAR: f32 = 28.0;
    /// Outline of the system.
    pub const OUTLINE: f32 = 236.0;
    /// Inspector.
    pub const INSPECTOR: f32 = 352.0;
    /// A column that has become a drawer over the view.
    pub const DRAWER: f32 = 320.0;
    /// Problems strip.
    pub const PROBLEMS: f32 = 156.0;
    /// Problems strip, folded.
    pub const PROBLEMS_FOLDED: f32 = 36.0;
    /// Button, field.
    pub const BUTTON: f32 = 32.0;
    /// Small button.
    pub const BUTTON_SMALL: f32 = 28.0;
    /// Row of a table.
    pub const ROW: f32 = 40.0;
    /// Chip, badge.
    pub const CHIP: f32 = 24.0;
    /// Narrower than this (in points) the side columns become drawers and the rail loses its labels.
    pub const ROOMY: f32 = 1400.0;
}

/// A role of text: face, size, line height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Typeface and weight.
    pub face: Face,
    /// Size in points.
    pub size: f32,
    /// Distance of two lines, in points.
    pub line: f32,
}

impl Look {
    const fn new(face: Face, size: f32, line: f32) -> Self {
        Self { face, size, line }
    }

    /// Column heads, field groups, rail labels.
    pub const CAPTION: Self = Self::new(Face::UiMedium, 12.5, 16.0);
    /// Counts, the smallest there is.
    pub const COUNT: Self = Self::new(Face::UiSemibold, 12.0, 16.0);
    /// Chips, badges, canvas captions, status bar.
    pub const SMALL: Self = Self::new(Face::Ui, 13.0, 18.0);
    /// The same in 500.
    pub const SMALL_MEDIUM: Self = Self::new(Face::UiMedium, 13.0, 18.0);
    /// The same in 600.
    pub const SMALL_STRONG: Self = Self::new(Face::UiSemibold, 13.0, 18.0);
    /// Everything else.
    pub const BODY: Self = Self::new(Face::Ui, 14.0, 20.0);
    /// The same in 500.
    pub const BODY_MEDIUM: Self = Self::new(Face::UiMedium, 14.0, 20.0);
    /// The same in 600.
    pub const BODY_STRONG: Self = Self::new(Face::UiSemibold, 14.0, 20.0);
    /// Panel section, card title.
    pub const HEADING: Self = Self::new(Face::UiSemibold, 15.0, 20.0);
    /// View section, question of a banner.
    pub const SECTION: Self = Self::new(Face::UiSemibold, 18.0, 24.0);
    /// Policy name.
    pub const TITLE: Self = Self::new(Face::UiSemibold, 22.0, 28.0);
    /// Threat name.
    pub const HERO: Self = Self::new(Face::UiSemibold, 26.0, 32.0);
    /// Score, count.
    pub const FIGURE: Self = Self::new(Face::UiSemibold, 28.0, 32.0);
    /// Ids, metrics, keys, file names.
    pub const CODE: Self = Self::new(Face::Code, 13.0, 18.0);
    /// Key caps and other small code.
    pub const KEY: Self = Self::new(Face::CodeMedium, 12.0, 16.0);
    /// Quick draw.
    pub const CODE_LARGE: Self = Self::new(Face::CodeMedium, 16.0, 24.0);

    /// What most of a window is set in.
    const USUAL: [Self; 8] = [
        Self::BODY,
        Self::BODY_MEDIUM,
        Self::BODY_STRONG,
        Self::SMALL,
        Self::CAPTION,
        Self::HEADING,
        Self::SMALL_MEDIUM,
        Self::CODE,
    ];

    /// The font that egui knows it by.
    pub fn font(self) -> FontId {
        font(self.face, self.size)
    }

    /// Extra distance between letters: big type is set tighter.
    pub fn letter_spacing(self) -> f32 {
        if self.size >= 26.0 {
            -0.02 * self.size
        } else if self.size >= 18.0 {
            -0.01 * self.size
        } else {
            0.0
        }
    }

    /// Text of this look in a colour.
    pub fn text(self, text: impl Into<String>, color: Color32) -> RichText {
        RichText::new(text)
            .font(self.font())
            .line_height(Some(self.line))
            .extra_letter_spacing(self.letter_spacing())
            .color(color)
    }

    /// The same as a piece of a paragraph that mixes looks.
    pub fn format(self, color: Color32) -> egui::TextFormat {
        egui::TextFormat {
            font_id: self.font(),
            color,
            line_height: Some(self.line),
            extra_letter_spacing: self.letter_spacing(),
            valign: egui::Align::Center,
            ..egui::TextFormat::default()
        }
    }
}

/// A face at a size, as egui knows it.
pub fn font(face: Face, size: f32) -> FontId {
    FontId::new(size, family(face))
}

fn family(face: Face) -> FontFamily {
    match face {
        Face::Ui => FontFamily::Proportional,
        Face::Code => FontFamily::Monospace,
        other => FontFamily::Name(format!("{other:?}").into()),
    }
}

/// A colour as egui knows it.
pub fn rgb(color: Rgb) -> Color32 {
    Color32::from_rgb(color.0, color.1, color.2)
}

/// The palette of the theme that is on.
pub fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode { Palette::dark() } else { Palette::light() }
}

/// Makes letters of the usual fonts and sizes while there is time: they cost the first frame most.
pub fn prepare_letters(ctx: &Context, is_time: impl Fn() -> bool) {
    const LETTERS: &str = "aeinorstldcumpghbyvfkwxzq0123456789ETASCRIPMDLNOUFGHBVWYKXQJZj.,:;-()/·…→";
    for look in Look::USUAL {
        if !is_time() {
            return;
        }
        ctx.fonts_mut(|fonts| fonts.layout_no_wrap(LETTERS.to_owned(), look.font(), Color32::PLACEHOLDER));
    }
}

/// A role's colour in the theme that is on.
pub fn color(ui: &Ui, role: Role) -> Color32 {
    rgb(palette(ui).color(role))
}

/// A role's colour in a palette, at its opacity.
pub fn paint_color(palette: &Palette, paint: Paint) -> Color32 {
    let color = rgb(palette.color(paint.role));
    if paint.opacity >= 1.0 { color } else { color.gamma_multiply(paint.opacity.max(0.0)) }
}

/// The scrim behind a modal.
pub fn scrim(dark: bool) -> Color32 {
    if dark {
        Color32::from_rgb(6, 8, 11).gamma_multiply(0.55)
    } else {
        Color32::from_rgb(20, 24, 30).gamma_multiply(0.28)
    }
}

/// The shadow under small tools that float on the canvas.
pub fn small_shadow(dark: bool) -> Shadow {
    let color = if dark {
        Color32::BLACK.gamma_multiply(0.35)
    } else {
        Color32::from_rgb(24, 32, 44).gamma_multiply(0.1)
    };
    Shadow { offset: [0, 2], blur: 6, spread: 0, color }
}

/// The shadow under popups.
pub fn popup_shadow(dark: bool) -> Shadow {
    let color = if dark {
        Color32::BLACK.gamma_multiply(0.48)
    } else {
        Color32::from_rgb(24, 32, 44).gamma_multiply(0.18)
    };
    Shadow { offset: [0, 8], blur: 28, spread: 0, color }
}

/// Puts fonts and both themes in. Once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    ctx.style_mut_of(Theme::Dark, |style| set_style(style, Palette::dark()));
    ctx.style_mut_of(Theme::Light, |style| set_style(style, Palette::light()));
    ctx.options_mut(|options| {
        options.zoom_with_keyboard = true;
        // Leaving asks about unsaved work; the command for it is ours.
        options.quit_shortcuts.clear();
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let name = |face: Face| format!("{face:?}");
    for face in Face::ALL {
        fonts.font_data.insert(name(face), Arc::new(FontData::from_static(face.file()).tweak(as_drawn())));
        fonts.families.insert(family(face), vec![name(face), name(Face::Fallback)]);
    }
    fonts
}

/// Letters keep the shapes that they have on paper. Fitting them to the pixels is hardly seen, and costs more than all
/// else that is done for a letter.
fn as_drawn() -> FontTweak {
    FontTweak { hinting: Some(false), ..FontTweak::default() }
}

fn set_style(style: &mut egui::Style, palette: &Palette) {
    let of = |role: Role| rgb(palette.color(role));
    let line = |role: Role| Stroke::new(1.0, of(role));

    style.text_styles = [
        (TextStyle::Small, Look::SMALL.font()),
        (TextStyle::Body, Look::BODY.font()),
        (TextStyle::Button, Look::BODY_MEDIUM.font()),
        (TextStyle::Heading, Look::HEADING.font()),
        (TextStyle::Monospace, Look::CODE.font()),
    ]
    .into();

    style.spacing.item_spacing = Vec2::new(8.0, 8.0);
    style.spacing.button_padding = Vec2::new(12.0, 6.0);
    style.spacing.interact_size = Vec2::new(28.0, 28.0);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.window_margin = Margin::same(20);
    style.spacing.menu_spacing = 4.0;
    style.spacing.menu_width = 260.0;
    style.spacing.tooltip_width = 320.0;
    style.spacing.combo_width = 120.0;
    style.spacing.icon_width = 18.0;
    style.spacing.icon_spacing = 7.0;
    style.spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        floating_allocated_width: 0.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        ..ScrollStyle::floating()
    };

    style.interaction.tooltip_delay = 0.5;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.12;
    style.compact_menu_style = false;

    let visuals = &mut style.visuals;
    *visuals = if palette.is_dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    visuals.dark_mode = palette.is_dark;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(of(Role::TextTertiary));
    visuals.selection = Selection { bg_fill: of(Role::AccentSoft), stroke: line(Role::Accent) };
    visuals.hyperlink_color = of(Role::Accent);
    visuals.faint_bg_color = of(Role::Raised);
    visuals.extreme_bg_color = of(Role::Field);
    visuals.text_edit_bg_color = Some(of(Role::Field));
    visuals.code_bg_color = of(Role::Raised);
    visuals.window_fill = of(Role::Panel);
    visuals.panel_fill = of(Role::Panel);
    visuals.window_stroke = line(Role::Edge);
    visuals.window_corner_radius = CornerRadius::same(12);
    visuals.menu_corner_radius = CornerRadius::same(12);
    visuals.window_shadow = popup_shadow(palette.is_dark);
    visuals.popup_shadow = popup_shadow(palette.is_dark);
    visuals.text_cursor = TextCursorStyle {
        stroke: Stroke::new(1.5, of(Role::Accent)),
        // A caret that blinks repaints an idle window twice a second.
        blink: false,
        ..TextCursorStyle::default()
    };
    visuals.text_options.color_transfer_function = if palette.is_dark {
        // The usual brightening of light text makes Inter a weight bolder than it is.
        egui::epaint::FontColorTransferFunction::Gamma(0.8)
    } else {
        egui::epaint::FontColorTransferFunction::Off
    };
    visuals.disabled_alpha = 0.5;
    visuals.button_frame = true;
    visuals.striped = false;

    let look = |fill: Role, edge: Role, text: Role| WidgetVisuals {
        bg_fill: of(fill),
        weak_bg_fill: of(fill),
        bg_stroke: line(edge),
        corner_radius: CornerRadius::same(6),
        fg_stroke: Stroke::new(1.0, of(text)),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = look(Role::Panel, Role::Line, Role::Text);
    visuals.widgets.inactive = look(Role::Raised, Role::Edge, Role::Text);
    visuals.widgets.hovered = look(Role::Hover, Role::Edge, Role::Text);
    visuals.widgets.active = look(Role::Active, Role::Edge, Role::Text);
    visuals.widgets.open = look(Role::Hover, Role::Edge, Role::Text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_is_a_family_with_the_fallback_behind_it() {
        let fonts = fonts();
        for face in Face::ALL {
            let names = &fonts.families[&family(face)];
            assert_eq!(names, &vec![format!("{face:?}"), "Fallback".to_owned()], "{face:?}");
            assert!(fonts.font_data.contains_key(&names[0]), "{face:?}");
        }
    }

    #[test]
    fn nothing_is_smaller_than_twelve() {
        let looks = [Look::CAPTION, Look::COUNT, Look::SMALL, Look::BODY, Look::KEY, Look::CODE];
        assert!(looks.iter().all(|look| look.size >= 12.0));
    }
}
