//! How risk and trust look: the signs, the badge, the bar, the bars of trust.

use egui::{Galley, Pos2, Rect, Response, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::analysis::risk::RiskRow;
use crate::model::{Band, Method, Score};
use crate::picture::signs::RiskMarks;
use crate::picture::{self, PictureBuilder, Role};
use crate::studio::paint;
use crate::studio::paint::ScreenFromPicture;
use crate::studio::theme::{self, Look};

use super::{line, put_center, put_left};

/// Paints a severity's sign around a middle.
pub fn paint_sign(ui: &Ui, band: Band, center: Pos2, size: f32) {
    let mut builder = PictureBuilder::new();
    picture::signs::severity_sign(&mut builder, band, picture::Point::new(center.x, center.y), size);
    paint_built(ui, builder);
}

/// A severity's sign in the layout.
pub fn sign(ui: &mut Ui, band: Band, size: f32) {
    let (_, rect) = ui.allocate_space(Vec2::splat(size));
    paint_sign(ui, band, rect.center(), size);
}

/// Sign and word of a severity.
pub fn band_label(ui: &mut Ui, band: Band) -> Response {
    let galley = line(ui, band.label(), Look::BODY_STRONG, theme::color(ui, Role::SeverityText(band)));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(20.0 + galley.size().x, 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Access::Label, true, band.label()));
    paint_sign(ui, band, Pos2::new(rect.left() + 7.0, rect.center().y), 14.0);
    put_left(ui.painter(), rect.left() + 20.0, rect.center().y, galley);
    response
}

/// A badge: sign and number on the soft colour.
pub fn badge(ui: &mut Ui, band: Band, text: &str) -> Response {
    let words = line(ui, text, Look::SMALL_STRONG, theme::color(ui, Role::Text));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(badge_width(&words), 24.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Access::Label, true, format!("{} {text}", band.label())));
    paint_badge(ui, band, text, rect.center());
    response
}

fn badge_width(words: &Galley) -> f32 {
    (words.size().x + 32.0).max(42.0)
}

/// A badge painted around a middle.
pub fn paint_badge(ui: &Ui, band: Band, text: &str, center: Pos2) {
    let galley = line(ui, text, Look::SMALL_STRONG, theme::color(ui, Role::Text));
    let width = badge_width(&galley);
    let rect = Rect::from_center_size(center, Vec2::new(width, 24.0));
    let edge = Stroke::new(1.5, theme::color(ui, Role::SeverityMark(band)));
    ui.painter().rect(rect, 12.0, theme::color(ui, Role::SeveritySoft(band)), edge, StrokeKind::Inside);
    paint_sign(ui, band, Pos2::new(rect.left() + 14.0, center.y), 12.0);
    put_center(ui.painter(), Pos2::new(rect.left() + 22.0 + (width - 32.0) / 2.0, center.y), galley);
}

fn paint_built(ui: &Ui, builder: PictureBuilder) {
    paint::picture(ui.painter(), &builder.finish(), ScreenFromPicture::SAME, theme::palette(ui));
}

/// Paints the bars of a trust level, 14 wide and 12 high.
pub fn paint_trust_bars(ui: &Ui, trust: u8, left_middle: Pos2) {
    let mut builder = PictureBuilder::new();
    let rect = picture::Rect::new(left_middle.x, left_middle.y - 6.0, 14.0, 12.0);
    picture::signs::trust_bars(&mut builder, trust, rect);
    paint_built(ui, builder);
}

/// The bars of a trust level in the layout.
pub fn trust_bars(ui: &mut Ui, trust: u8) {
    let (_, rect) = ui.allocate_space(Vec2::new(16.0, 16.0));
    paint_trust_bars(ui, trust, rect.left_center());
}

/// A risk on its scale from 2 to 10, with the same four marks as everywhere.
#[derive(Debug, Clone, Copy)]
pub struct RiskBar<'a> {
    /// What stands on it.
    pub marks: RiskMarks,
    /// How risk is rated.
    pub method: &'a Method,
}

impl<'a> RiskBar<'a> {
    /// That of a threat in the register.
    pub fn of(row: &RiskRow, method: &'a Method) -> Self {
        Self { marks: RiskMarks::of(row), method }
    }

    /// Puts it into the layout, that wide.
    pub fn show(&self, ui: &mut Ui, width: f32) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 20.0), Sense::hover());
        let sentence = self.sentence();
        response.widget_info(|| WidgetInfo::labeled(Access::Label, true, &sentence));
        self.paint(ui, rect);
        response
    }

    fn sentence(&self) -> String {
        let part = |name: &str, score: Option<Score>| {
            score.map_or_else(|| format!("{name} not rated"), |score| format!("{name} {:.1}", score.risk()))
        };
        let RiskMarks { inherent, current, planned, voted } = self.marks;
        let voted = voted
            .filter(|(least, most)| least < most)
            .map_or_else(String::new, |(least, most)| format!(", inherent by votes {least:.1} to {most:.1}"));
        format!(
            "Risk: {}, {}, {}{voted}; appetite {:.1}",
            part("inherent", inherent),
            part("current", current),
            part("planned", planned),
            self.method.appetite
        )
    }

    /// Paints it across a rectangle, 16 high in its middle.
    pub fn paint(&self, ui: &Ui, rect: Rect) {
        let mut builder = PictureBuilder::new();
        let across = picture::Rect::new(rect.left() + 6.0, rect.center().y - 8.0, rect.width() - 12.0, 16.0);
        picture::signs::risk_bar(&mut builder, across, self.method, self.marks);
        paint_built(ui, builder);
    }
}
