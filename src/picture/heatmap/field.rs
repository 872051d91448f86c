//! The ground of the risk field: bands as diagonal tints, levels with their words, the appetite.

use crate::model::{Band, Method, Scheme, Score};
use crate::picture::signs::{outline, severity_sign};
use crate::picture::text::{baseline, width};
use crate::picture::{Align, Face, Path, PictureBuilder, Point, Rect, Role, Shape, Stroke, TextMark};

use super::Look;
use super::axis::ColumnWords;
use super::money::{figure, loss_words};
use super::place::bands_of;

/// Levels run from half a level below the first to half a level above the last.
const LOW: f32 = 0.5;
const HIGH: f32 = 5.5;
/// Scores are rounded to a tenth before they are banded, so a band begins half a tenth below its threshold.
const ROUNDING: f32 = 0.05;

/// The field and how levels become places.
pub(super) struct Field<'a> {
    pub(super) rect: Rect,
    pub(super) cell: (f32, f32),
    method: &'a Method,
    paper: bool,
    terse: bool,
    look: Look,
}

impl<'a> Field<'a> {
    pub(super) fn new(method: &'a Method, cell: (f32, f32), paper: bool) -> Self {
        let look = Look::of(paper);
        let rect = Rect::new(0.0, 0.0, cell.0 * 5.0, cell.1 * 5.0);
        Self { rect, cell, method, paper, terse: false, look }
    }

    /// Levels by name alone, no bands at the edge.
    pub(super) fn terse(self, terse: bool) -> Self {
        Self { terse, ..self }
    }

    /// Where a score stands. What lies below the field stands just outside of it: no tint there contradicts its band.
    pub(super) fn point(&self, score: Score) -> Point {
        let outside = self.look.disc * 1.25;
        let x = self.x(score.impact as f32).clamp(self.rect.x - outside, self.rect.right());
        let y = self.y(score.likelihood as f32).clamp(self.rect.y, self.rect.bottom() + outside);
        let x = if (score.impact as f32) < LOW { self.rect.x - outside } else { x };
        let y = if (score.likelihood as f32) < LOW { self.rect.bottom() + outside } else { y };
        Point::new(x, y)
    }

    fn x(&self, impact: f32) -> f32 {
        self.rect.x + (impact - LOW) * self.cell.0
    }

    fn y(&self, likelihood: f32) -> f32 {
        self.rect.bottom() - (likelihood - LOW) * self.cell.1
    }

    /// How many levels each axis has.
    fn levels(&self) -> usize {
        self.method.levels()
    }

    /// A cell of the grid by its levels, from 1.
    pub(super) fn cell_rect(&self, likelihood: usize, impact: usize) -> Rect {
        let levels = self.levels() as f32;
        let (w, h) = (self.rect.w / levels, self.rect.h / levels);
        Rect::new(self.rect.x + (impact as f32 - 1.0) * w, self.rect.bottom() - likelihood as f32 * h, w, h)
    }

    /// Everything with words and legend.
    pub(super) fn area(&self, legend: bool) -> Rect {
        let look = &self.look;
        let left = self.words_left() + look.pad;
        let (top, bottom) = if legend {
            (look.level.1 * 2.4, look.level.1 * 6.0)
        } else {
            (look.level.1 * 1.4, look.level.1 * 3.4)
        };
        let bottom = bottom + self.extra_under();
        let right = if self.paper && !self.terse { 22.0 } else { 1.0 };
        Rect::new(
            self.rect.x - left,
            self.rect.y - top,
            self.rect.w + left + right,
            self.rect.h + top + bottom,
        )
    }

    /// How wide the words at the left are, with the room where marks below the first level stand.
    fn words_left(&self) -> f32 {
        let look = &self.look;
        let levels = self.method.likelihood_words().iter().enumerate().map(|(index, name)| {
            let name = width(&self.level_words(index, name), look.level.0, look.level.1);
            let anchor = if self.terse { String::new() } else { self.frequency_words(index) };
            name.max(width(&anchor, look.anchor.0, look.anchor.1))
        });
        levels.fold(0.0, f32::max) + look.disc * 2.0
    }

    fn level_words(&self, index: usize, name: &str) -> String {
        if self.terse { name.to_owned() } else { format!("{} {name}", index + 1) }
    }

    fn frequency_words(&self, index: usize) -> String {
        let yearly = self.method.frequency(self.method.middle_of_level(index + 1));
        if self.paper {
            return format!("{} a year", figure(yearly));
        }
        if yearly >= 1.0 {
            format!("{} a year", figure(yearly))
        } else {
            let years = (1.0 / yearly.max(1e-9)).round().max(2.0);
            format!("once in {years:.0} years")
        }
    }

    pub(super) fn draw(&self, out: &mut PictureBuilder, legend: bool) {
        self.tints(out);
        self.grid(out);
        self.signs(out);
        self.axes(out);
        self.appetite(out);
        if legend {
            self.legend(out);
        }
    }

    /// Tints, levels and the line of the appetite, without a word.
    pub(super) fn bare(&self, out: &mut PictureBuilder) {
        self.tints(out);
        self.grid(out);
        let score = self.method.appetite as f32 - ROUNDING;
        if score > 2.0 * LOW && score < 2.0 * HIGH {
            let (start, end) = self.diagonal(score);
            out.line(start, end, Stroke::solid(Role::Text, 0.5));
        }
    }

    /// The lowest band over all, then each higher one over the part of the field where the score reaches it.
    fn tints(&self, out: &mut PictureBuilder) {
        let method = self.method;
        if method.scheme != Scheme::Score {
            self.cells(out);
            return;
        }
        let lowest = if method.very_low_below.is_some() { Band::VeryLow } else { Band::Low };
        let radius = if self.paper { 0.0 } else { 4.0 };
        out.rect(self.rect, radius, Some(Role::SeveritySoft(lowest).into()), None);
        let mut steps: Vec<(f64, Band)> = Vec::new();
        steps.extend(method.very_low_below.map(|from| (from, Band::Low)));
        steps.extend([
            (method.medium_from, Band::Medium),
            (method.high_from, Band::High),
            (method.critical_from, Band::Critical),
        ]);
        for (from, band) in steps {
            if let Some(part) = self.above(from as f32 - ROUNDING) {
                out.path(part, Some(Role::SeveritySoft(band).into()), None);
            }
        }
    }

    /// Where a grid decides, each cell in the colour of its band.
    fn cells(&self, out: &mut PictureBuilder) {
        for likelihood in 1..=self.levels() {
            for impact in 1..=self.levels() {
                let fill = Role::SeveritySoft(self.method.cell_band(likelihood, impact));
                out.rect(self.cell_rect(likelihood, impact), 0.0, Some(fill.into()), None);
            }
        }
    }

    /// The part of the field where likelihood and impact together reach a score.
    fn above(&self, score: f32) -> Option<Path> {
        if score >= 2.0 * HIGH {
            return None;
        }
        if score <= 2.0 * LOW {
            let r = self.rect;
            let corners = [(r.x, r.y), (r.right(), r.y), (r.right(), r.bottom()), (r.x, r.bottom())];
            return Some(Path::polygon(&corners.map(|(x, y)| Point::new(x, y))));
        }
        let (start, end) = self.diagonal(score);
        let mut corners = vec![start];
        if start.x <= self.rect.x {
            corners.push(Point::new(self.rect.x, self.rect.y));
        }
        corners.push(Point::new(self.rect.right(), self.rect.y));
        if end.y >= self.rect.bottom() {
            corners.push(Point::new(self.rect.right(), self.rect.bottom()));
        }
        corners.push(end);
        Some(Path::polygon(&corners))
    }

    /// The line of a score, from its upper left end to its lower right one.
    fn diagonal(&self, score: f32) -> (Point, Point) {
        let start = if score - HIGH >= LOW { (HIGH, score - HIGH) } else { (score - LOW, LOW) };
        let end = if score - HIGH >= LOW { (score - HIGH, HIGH) } else { (LOW, score - LOW) };
        let at = |(likelihood, impact): (f32, f32)| Point::new(self.x(impact), self.y(likelihood));
        (at(start), at(end))
    }

    fn grid(&self, out: &mut PictureBuilder) {
        let stroke = Stroke::solid(Role::Panel, if self.paper { 0.25 } else { 2.0 });
        for level in 1..self.levels() {
            let corner = self.cell_rect(self.levels() - level, level + 1);
            let (x, y) = (corner.x, corner.y);
            out.line(Point::new(x, self.rect.y), Point::new(x, self.rect.bottom()), stroke.clone());
            out.line(Point::new(self.rect.x, y), Point::new(self.rect.right(), y), stroke.clone());
        }
    }

    /// On the screen a sign in each cell, of the band of the very place where it stands. On paper signs with words at the
    /// right edge.
    fn signs(&self, out: &mut PictureBuilder) {
        if self.paper {
            if !self.terse {
                self.paper_signs(out);
            }
            return;
        }
        let size = (self.cell.0 * 0.13).clamp(9.0, 12.0);
        for likelihood in 1..=self.levels() {
            for impact in 1..=self.levels() {
                let cell = self.cell_rect(likelihood, impact);
                let at = Point::new(cell.x + size * 1.2, cell.bottom() - size * 1.2);
                severity_sign(out, self.band_at(at), at, size);
            }
        }
    }

    /// The band of the tint at a place.
    pub(super) fn band_at(&self, at: Point) -> Band {
        let impact = (at.x - self.rect.x) / self.cell.0 + LOW;
        let likelihood = (self.rect.bottom() - at.y) / self.cell.1 + LOW;
        self.method.band_of(Score { likelihood: f64::from(likelihood), impact: f64::from(impact) })
    }

    fn paper_signs(&self, out: &mut PictureBuilder) {
        if self.method.scheme != Scheme::Score {
            for likelihood in 1..=self.levels() {
                for impact in 1..=self.levels() {
                    let cell = self.cell_rect(likelihood, impact);
                    let at = Point::new(cell.x + 2.4, cell.bottom() - 2.4);
                    severity_sign(out, self.method.cell_band(likelihood, impact), at, 2.2);
                }
            }
            return;
        }
        let (_, size) = self.look.level;
        let face = Face::SansSemibold;
        let mut thresholds = vec![(Band::Critical, self.method.critical_from, f64::from(2.0 * HIGH))];
        thresholds.push((Band::High, self.method.high_from, self.method.critical_from));
        thresholds.push((Band::Medium, self.method.medium_from, self.method.high_from));
        for (band, from, to) in thresholds {
            // The stretch of the right edge that lies in the band.
            let low = (from as f32 - HIGH).clamp(LOW, HIGH);
            let high = (to as f32 - HIGH).clamp(LOW, HIGH);
            if high - low < 0.2 {
                continue;
            }
            let y = self.y(f32::midpoint(low, high));
            severity_sign(out, band, Point::new(self.rect.right() + 2.6, y), 2.7);
            let at = Point::new(self.rect.right() + 4.8, baseline(y, face, size));
            out.text(at, band.label(), face, size, Role::Text);
        }
        let lowest = self.band_at(Point::new(self.rect.x + 3.0, self.rect.bottom() - 3.0));
        severity_sign(out, lowest, Point::new(self.rect.x + 3.0, self.rect.bottom() - 3.2), 2.7);
        let at = Point::new(self.rect.x + 5.2, baseline(self.rect.bottom() - 3.2, face, size));
        out.text(at, lowest.label(), face, size, Role::Text);
    }

    fn axes(&self, out: &mut PictureBuilder) {
        let look = &self.look;
        let (face, size) = look.level;
        let (small_face, small) = look.anchor;
        let right = self.rect.x - look.disc * 2.0;
        for (index, name) in self.method.likelihood_words().iter().take(self.levels()).enumerate() {
            let y = self.cell_rect(index + 1, 1).center().y;
            let words = self.level_words(index, name);
            let raised = if self.terse { 0.0 } else { size * 0.62 };
            let at = Point::new(right, baseline(y - raised, face, size));
            out.aligned(at, words, face, size, Role::Text, Align::Right);
            if self.terse {
                continue;
            }
            let at = Point::new(right, baseline(y + size * 0.72, small_face, small));
            out.aligned(at, self.frequency_words(index), small_face, small, Role::TextTertiary, Align::Right);
        }
        let (names, amounts) = self.under();
        let middles = || (1..=self.levels()).map(|level| self.cell_rect(1, level).center().x);
        let y = self.rect.bottom() + look.disc * 2.0 + size * 0.6;
        names.draw(out, middles(), y, Role::Text);
        amounts.draw(out, middles(), y + size * 1.35 + names.extra(), Role::TextTertiary);
    }

    /// The names of the impact levels, and what they cost.
    fn under(&self) -> (ColumnWords, ColumnWords) {
        let column = self.rect.w / self.levels() as f32;
        let words = self.method.impact_words().iter().take(self.levels());
        let names: Vec<String> = words.cloned().collect();
        let numbered = names.iter().enumerate().map(|(index, name)| self.level_words(index, name)).collect();
        let middles = (1..=self.levels()).map(|level| self.method.middle_of_level(level));
        let amounts: Vec<String> = if self.terse {
            Vec::new()
        } else {
            middles.filter_map(|middle| loss_words(self.method, middle)).collect()
        };
        let ((face, size), (small_face, small)) = (self.look.level, self.look.anchor);
        (
            // Where a name and its number do not fit, the name is worth more.
            ColumnWords::fitting(&[numbered, names], face, size, column),
            ColumnWords::fitting(&[amounts], small_face, small, column),
        )
    }

    /// How much deeper than one row each the words under the field reach.
    fn extra_under(&self) -> f32 {
        let (names, amounts) = self.under();
        names.extra() + amounts.extra()
    }

    fn appetite(&self, out: &mut PictureBuilder) {
        let score = self.method.appetite as f32 - ROUNDING;
        if score <= 2.0 * LOW || score >= 2.0 * HIGH {
            return;
        }
        let (start, end) = self.diagonal(score);
        if self.paper {
            out.line(start, end, Stroke::solid(Role::Text, 0.55));
            let (_, size) = self.look.level;
            let at = Point::new(start.x.max(self.rect.x), start.y - size * 0.6);
            out.aligned(
                at,
                format!("Appetite {:.1}", self.method.appetite),
                Face::SansSemibold,
                size,
                Role::Text,
                Align::Center,
            );
            return;
        }
        out.line(start, end, Stroke::dashed(Role::Text, 2.0, &[7.0, 5.0]));
        let words = format!("appetite {:.1}", self.method.appetite);
        let (face, size) = (Face::UiSemibold, 12.5);
        let (w, h) = (width(&words, face, size) + 20.0, 22.0);
        let length = start.distance(end);
        if length < w * 1.4 {
            return;
        }
        let (ux, uy) = ((end.x - start.x) / length, (end.y - start.y) / length);
        let middle = start.offset(ux * (w / 2.0 + 26.0), uy * (w / 2.0 + 26.0));
        let corner =
            |along: f32, across: f32| middle.offset(ux * along - uy * across, uy * along + ux * across);
        let corners = [(-w / 2.0, -h / 2.0), (w / 2.0, -h / 2.0), (w / 2.0, h / 2.0), (-w / 2.0, h / 2.0)];
        let plate = outline(&corners.map(|(along, across)| (corner(along, across), 5.0)));
        out.path(plate, Some(Role::Text.into()), None);
        let drop = baseline(0.0, face, size);
        out.add(Shape::Text(TextMark {
            at: corner(0.0, drop),
            text: words,
            face,
            size,
            paint: Role::Panel.into(),
            align: Align::Center,
            rotate: uy.atan2(ux).to_degrees(),
            max_width: None,
        }));
    }

    /// Signs with their words under the field; what the marks mean above it.
    fn legend(&self, out: &mut PictureBuilder) {
        let (face, size) =
            (if self.paper { Face::SansSemibold } else { Face::UiSemibold }, self.look.anchor.1);
        let bands = bands_of(self.method);
        let gap = size * 1.6;
        let widths: Vec<f32> =
            bands.iter().map(|band| width(band.label(), face, size) + size * 1.5).collect();
        let total: f32 = widths.iter().sum::<f32>() + gap * (bands.len() as f32 - 1.0);
        let mut x = self.rect.center().x - total / 2.0;
        let y = self.rect.bottom() + self.look.disc * 2.0 + self.look.level.1 * 3.6 + self.extra_under();
        for (band, w) in bands.iter().zip(widths) {
            severity_sign(out, *band, Point::new(x + size * 0.5, y), size);
            out.text(
                Point::new(x + size * 1.5, baseline(y, face, size)),
                band.label(),
                face,
                size,
                Role::SeverityText(*band),
            );
            x += w + gap;
        }
        let words = "inherent, current, planned";
        let (face, size) = self.look.anchor;
        let y = self.rect.y - size * 1.5;
        let right = self.rect.right();
        out.aligned(
            Point::new(right, baseline(y, face, size)),
            words,
            face,
            size,
            Role::TextSecondary,
            Align::Right,
        );
        let end = right - width(words, face, size) - size;
        let unit = size * 1.9;
        let at = |steps: f32| Point::new(end - unit * steps, y);
        let ink = Role::TextSecondary;
        out.line(at(2.0), at(1.0), Stroke::solid(ink, self.look.line));
        out.line(at(1.0), at(0.25), Stroke::dashed(ink, self.look.line, &self.look.dash));
        out.circle(
            at(2.0),
            self.look.ring,
            Some(Role::Panel.into()),
            Some(Stroke::solid(ink, self.look.line)),
        );
        out.circle(at(1.0), self.look.ring * 1.3, Some(ink.into()), None);
        out.path(
            crate::picture::signs::arrowhead(at(0.0), at(1.0), self.look.arrow, self.look.arrow * 0.9),
            Some(ink.into()),
            None,
        );
    }
}
