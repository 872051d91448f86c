//! A picture on the screen: marks become egui shapes at a place and scale, those out of sight are left out, and text is set
//! at its true size so that it stays sharp.

use std::sync::Arc;

use egui::epaint::{CircleShape, PathShape, PathStroke, RectShape, TextShape};
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Color32, CornerRadius, Galley, Mesh, Painter, Pos2, Rect, Shape as EguiShape, Stroke as EguiStroke,
    StrokeKind, Vec2,
};

use crate::picture::{self, Align, Palette, Path, Picture, Point, Segment, Shape, Stroke, TextMark};

use super::{icons, theme};

/// Where a picture stands on the screen: `screen = origin + scale × picture`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScreenFromPicture {
    /// Where the picture's zero is on the screen.
    pub origin: Pos2,
    /// Points of the screen to a unit of the picture.
    pub scale: f32,
}

impl ScreenFromPicture {
    /// The picture is drawn in the screen's own points.
    pub const SAME: Self = Self { origin: Pos2::ZERO, scale: 1.0 };

    /// So that `bounds` fills `rect` as far as it fits, centred, never larger than `max_scale`.
    pub fn fit(bounds: picture::Rect, rect: Rect, max_scale: f32) -> Self {
        let scale = (rect.width() / bounds.w.max(1.0)).min(rect.height() / bounds.h.max(1.0)).min(max_scale);
        let middle = bounds.center();
        Self { origin: rect.center() - Vec2::new(middle.x, middle.y) * scale, scale }
    }

    /// A point of the picture on the screen.
    pub fn point(self, p: Point) -> Pos2 {
        self.origin + Vec2::new(p.x, p.y) * self.scale
    }

    /// A rectangle of the picture on the screen.
    pub fn rect(self, r: picture::Rect) -> Rect {
        Rect::from_min_size(self.point(Point::new(r.x, r.y)), Vec2::new(r.w, r.h) * self.scale)
    }

    /// A point of the screen in the picture.
    pub fn to_picture(self, p: Pos2) -> Point {
        let d = (p - self.origin) / self.scale;
        Point::new(d.x, d.y)
    }

    /// A rectangle of the screen in the picture.
    pub fn rect_to_picture(self, r: Rect) -> picture::Rect {
        picture::Rect::around(self.to_picture(r.min), self.to_picture(r.max))
    }
}

/// Paints what can be seen of a picture.
pub fn picture(painter: &Painter, picture: &Picture, at: ScreenFromPicture, palette: &Palette) {
    picture_with_detail(painter, picture, at, palette, at.scale);
}

/// The same with the detail of another scale: a small picture for recognising, not for reading.
pub fn picture_with_detail(
    painter: &Painter,
    picture: &Picture,
    at: ScreenFromPicture,
    palette: &Palette,
    detail: f32,
) {
    let seen = at.rect_to_picture(painter.clip_rect());
    let mut brush = Brush { painter, at, palette, shapes: Vec::with_capacity(picture.marks.len()) };
    for mark in &picture.marks {
        if detail >= mark.min_scale && detail < mark.max_scale && touches(mark.bounds, seen) {
            brush.shape(&mark.shape);
        }
    }
    let shapes = std::mem::take(&mut brush.shapes);
    painter.extend(shapes);
}

/// Unlike `overlaps`, lines without any area count.
fn touches(bounds: picture::Rect, seen: picture::Rect) -> bool {
    bounds.x <= seen.right()
        && seen.x <= bounds.right()
        && bounds.y <= seen.bottom()
        && seen.y <= bounds.bottom()
}

struct Brush<'a> {
    painter: &'a Painter,
    at: ScreenFromPicture,
    palette: &'a Palette,
    shapes: Vec<EguiShape>,
}

impl Brush<'_> {
    fn color(&self, paint: picture::Paint) -> Color32 {
        theme::paint_color(self.palette, paint)
    }

    fn fill(&self, fill: Option<picture::Paint>) -> Color32 {
        fill.map_or(Color32::TRANSPARENT, |paint| self.color(paint))
    }

    /// Thin lines stay visible, but a picture seen from afar must not turn to ink.
    fn width(&self, width: f32) -> f32 {
        (width * self.at.scale.min(1.25)).max(0.6)
    }

    fn pen(&self, stroke: Option<&Stroke>) -> EguiStroke {
        stroke.map_or(EguiStroke::NONE, |stroke| {
            EguiStroke::new(self.width(stroke.width), self.color(stroke.paint))
        })
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect { rect, radius, fill, stroke } => self.rect(*rect, *radius, *fill, stroke.as_ref()),
            Shape::Circle { center, radius, fill, stroke } => {
                let (center, radius) = (self.at.point(*center), radius * self.at.scale);
                if is_dashed(stroke.as_ref()) {
                    self.shapes.push(CircleShape::filled(center, radius, self.fill(*fill)).into());
                    let ring: Vec<Pos2> = (0..=48)
                        .map(|step| {
                            center + Vec2::angled(step as f32 / 48.0 * std::f32::consts::TAU) * radius
                        })
                        .collect();
                    self.line(&ring, stroke.as_ref());
                } else {
                    let shape = CircleShape {
                        center,
                        radius,
                        fill: self.fill(*fill),
                        stroke: self.pen(stroke.as_ref()),
                    };
                    self.shapes.push(shape.into());
                }
            }
            Shape::Path { path, fill, stroke } => {
                let points = self.flatten(path);
                let mut outline = stroke.as_ref();
                if let (Some(fill), true) = (fill, path.closed) {
                    let inked = if is_dashed(outline) { None } else { outline.take() };
                    let pen = PathStroke::from(self.pen(inked));
                    self.shapes
                        .push(PathShape::convex_polygon(points.clone(), self.color(*fill), pen).into());
                }
                if outline.is_some() {
                    let mut points = points;
                    if path.closed && is_dashed(outline) {
                        points.extend(points.first().copied());
                    }
                    if path.closed && !is_dashed(outline) {
                        self.shapes
                            .push(PathShape::closed_line(points, PathStroke::from(self.pen(outline))).into());
                    } else {
                        self.line(&points, outline);
                    }
                }
            }
            Shape::Text(text) => self.text(text),
            Shape::Icon(icon) => {
                let rect = self.at.rect(icon.rect);
                if rect.width() >= 4.0 {
                    self.shapes.extend(icons::shape(self.painter, icon.name, rect, self.color(icon.paint)));
                }
            }
        }
    }

    fn rect(
        &mut self,
        rect: picture::Rect,
        radius: f32,
        fill: Option<picture::Paint>,
        stroke: Option<&Stroke>,
    ) {
        let rect = self.at.rect(rect);
        let radius = (radius * self.at.scale).min(rect.width().min(rect.height()) / 2.0).clamp(0.0, 255.0);
        let corner = CornerRadius::same(radius.round() as u8);
        if is_dashed(stroke) {
            if fill.is_some() {
                self.shapes.push(RectShape::filled(rect, corner, self.fill(fill)).into());
            }
            let outline = rounded_outline(rect, radius);
            self.line(&outline, stroke);
        } else {
            let shape = RectShape::new(rect, corner, self.fill(fill), self.pen(stroke), StrokeKind::Middle);
            self.shapes.push(shape.with_round_to_pixels(false).into());
        }
    }

    fn line(&mut self, points: &[Pos2], stroke: Option<&Stroke>) {
        let Some(stroke) = stroke else { return };
        let pen = self.pen(Some(stroke));
        if stroke.dash.is_empty() {
            self.shapes.push(PathShape::line(points.to_vec(), PathStroke::from(pen)).into());
            return;
        }
        // Seen from afar, thousands of dashes cost much and say nothing.
        if self.at.scale < 0.3 {
            let faint = EguiStroke::new(pen.width, pen.color.gamma_multiply(0.6));
            self.shapes.push(PathShape::line(points.to_vec(), PathStroke::from(faint)).into());
            return;
        }
        let pattern: Vec<f32> = stroke.dash.iter().map(|length| (length * self.at.scale).max(0.75)).collect();
        let seen = self.painter.clip_rect().expand(pen.width + 1.0);
        let mut ink = Ink::new(pen, 1.0 / self.painter.pixels_per_point());
        dashes(points, &pattern, seen, |a, b| ink.stroke(a, b));
        self.shapes.push(EguiShape::mesh(ink.mesh));
    }

    fn flatten(&self, path: &Path) -> Vec<Pos2> {
        let mut points = vec![self.at.point(path.start)];
        let mut from = path.start;
        for segment in &path.segments {
            match *segment {
                Segment::Line(end) => {
                    points.push(self.at.point(end));
                    from = end;
                }
                Segment::Curve(a, b, end) => {
                    let span = (from.distance(a) + a.distance(b) + b.distance(end)) * self.at.scale;
                    let steps = (span / 4.0).ceil().clamp(3.0, 32.0) as usize;
                    points.extend(
                        (1..=steps)
                            .map(|step| self.at.point(curve(from, a, b, end, step as f32 / steps as f32))),
                    );
                    from = end;
                }
            }
        }
        points.dedup();
        if path.closed && points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        points
    }

    fn text(&mut self, text: &TextMark) {
        // Sizes in steps of half a point: a smooth zoom must not fill the atlas with sizes.
        let size = (text.size * self.at.scale * 2.0).round() / 2.0;
        if size < 3.0 {
            return;
        }
        let color = self.color(text.paint);
        let galley =
            line_of_text(self.painter, text, size, text.max_width.map(|width| width * self.at.scale + 1.0));
        let ascent =
            galley.rows.first().and_then(|row| row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y));
        let share = match text.align {
            Align::Left => 0.0,
            Align::Center => 0.5,
            Align::Right => 1.0,
        };
        let offset = Vec2::new(galley.size().x * share, ascent.unwrap_or(size));
        let anchor = self.at.point(text.at);
        let shape = if text.rotate == 0.0 {
            TextShape::new(anchor - offset, galley, color)
        } else {
            let angle = text.rotate.to_radians();
            let turned = Vec2::new(
                offset.x * angle.cos() - offset.y * angle.sin(),
                offset.x * angle.sin() + offset.y * angle.cos(),
            );
            TextShape::new(anchor - turned, galley, color).with_angle(angle)
        };
        self.shapes.push(shape.with_override_text_color(color).into());
    }
}

fn line_of_text(painter: &Painter, text: &TextMark, size: f32, max_width: Option<f32>) -> Arc<Galley> {
    // One colour for all, overridden when painted, so that a galley is cached once for all themes and opacities.
    let mut job =
        LayoutJob::simple_singleline(text.text.clone(), theme::font(text.face, size), Color32::PLACEHOLDER);
    if let Some(width) = max_width {
        job.wrap =
            TextWrapping { max_rows: 1, break_anywhere: true, ..TextWrapping::truncate_at_width(width) };
    }
    painter.layout_job(job)
}

/// Straight strokes of one pen, with soft edges, as triangles at once: a shape for each dash costs more than all else.
struct Ink {
    mesh: Mesh,
    /// From the middle to where the edge is softest, with its share of the colour: from one side to the other.
    rows: [(f32, Color32); 4],
}

impl Ink {
    fn new(pen: EguiStroke, pixel: f32) -> Self {
        // A line thinner than a pixel is paler, as on any screen.
        let core = ((pen.width - pixel) / 2.0).max(0.0);
        let color = if pen.width < pixel { pen.color.gamma_multiply(pen.width / pixel) } else { pen.color };
        let (soft, none) = (core + pixel, Color32::TRANSPARENT);
        Self { mesh: Mesh::default(), rows: [(-soft, none), (-core, color), (core, color), (soft, none)] }
    }

    fn stroke(&mut self, a: Pos2, b: Pos2) {
        let along = b - a;
        let length = along.length_sq().sqrt();
        if length == 0.0 {
            return;
        }
        let across = along.rot90() / length;
        let first = self.mesh.vertices.len() as u32;
        for (offset, color) in self.rows {
            self.mesh.colored_vertex(a + across * offset, color);
            self.mesh.colored_vertex(b + across * offset, color);
        }
        for row in [0, 2, 4] {
            let corner = first + row;
            self.mesh.add_triangle(corner, corner + 1, corner + 2);
            self.mesh.add_triangle(corner + 1, corner + 2, corner + 3);
        }
    }
}

/// The dashes of a line that can be seen. The border of a zone may be a thousand times as long as what is seen of it.
fn dashes(points: &[Pos2], pattern: &[f32], seen: Rect, mut dash: impl FnMut(Pos2, Pos2)) {
    // An odd pattern repeats with dashes and gaps exchanged.
    let pattern: Vec<f32> = if pattern.len() % 2 == 1 { pattern.repeat(2) } else { pattern.to_vec() };
    let period: f32 = pattern.iter().sum();
    if period < 0.1 {
        return;
    }
    let mut walked = 0.0;
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let length = a.distance(*b);
        if length > 0.0
            && let Some((enter, leave)) = within(*a, *b, seen)
        {
            let along = |t: f32| a.lerp(*b, t / length);
            // From the last beginning of the pattern before what is seen.
            let mut at = ((walked + enter * length) / period).floor() * period - walked;
            'pattern: loop {
                for (index, part) in pattern.iter().enumerate() {
                    if at >= leave * length {
                        break 'pattern;
                    }
                    let (from, to) = (at.max(0.0), (at + part).min(length));
                    if index % 2 == 0 && to > from {
                        dash(along(from), along(to));
                    }
                    at += part;
                }
            }
        }
        walked += length;
    }
}

/// The shares of a straight line at which it enters and leaves a rectangle (Liang and Barsky's clipping).
fn within(a: Pos2, b: Pos2, rect: Rect) -> Option<(f32, f32)> {
    let d = b - a;
    let (mut enter, mut leave) = (0.0f32, 1.0f32);
    let sides = [
        (-d.x, a.x - rect.left()),
        (d.x, rect.right() - a.x),
        (-d.y, a.y - rect.top()),
        (d.y, rect.bottom() - a.y),
    ];
    for (p, q) in sides {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    (enter < leave).then_some((enter, leave))
}

fn is_dashed(stroke: Option<&Stroke>) -> bool {
    stroke.is_some_and(|stroke| !stroke.dash.is_empty())
}

fn curve(from: Point, a: Point, b: Point, end: Point, t: f32) -> Point {
    let u = 1.0 - t;
    let mix = |p: f32, q: f32, r: f32, s: f32| {
        u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s
    };
    Point::new(mix(from.x, a.x, b.x, end.x), mix(from.y, a.y, b.y, end.y))
}

/// The outline of a rounded rectangle as a closed line of points.
pub fn rounded_outline(rect: Rect, radius: f32) -> Vec<Pos2> {
    let quarter = std::f32::consts::FRAC_PI_2;
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_top(), -quarter),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), quarter),
        (inner.left_top(), 2.0 * quarter),
    ];
    let mut points = Vec::with_capacity(29);
    for (center, from) in corners {
        let steps = if radius < 0.5 { 0 } else { 6 };
        for step in 0..=steps {
            let angle = from + quarter * step as f32 / steps.max(1) as f32;
            points.push(center + Vec2::angled(angle) * radius);
        }
    }
    points.extend(points.first().copied());
    points
}

/// A dashed outline in widgets: unknown fields, ghosts.
pub fn dashed_rect(painter: &Painter, rect: Rect, radius: f32, stroke: EguiStroke, dash: f32, gap: f32) {
    painter.extend(EguiShape::dashed_line(&rounded_outline(rect, radius), stroke, dash, gap));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitting_centres_and_never_enlarges_beyond_the_limit() {
        let rect = Rect::from_min_size(Pos2::new(100.0, 50.0), Vec2::new(200.0, 100.0));
        let bounds = picture::Rect::new(10.0, 10.0, 400.0, 100.0);
        let at = ScreenFromPicture::fit(bounds, rect, 1.0);
        assert_eq!(at.scale, 0.5);
        assert_eq!(at.point(bounds.center()), rect.center());
        assert_eq!(ScreenFromPicture::fit(picture::Rect::new(0.0, 0.0, 10.0, 10.0), rect, 1.5).scale, 1.5);
    }

    #[test]
    fn screen_and_picture_are_each_others_inverse() {
        let at = ScreenFromPicture { origin: Pos2::new(13.0, -7.0), scale: 1.75 };
        for (x, y) in [(0.0, 0.0), (12.5, -40.0), (1000.0, 3.0)] {
            let back = at.to_picture(at.point(Point::new(x, y)));
            assert!((back.x - x).abs() < 1e-3 && (back.y - y).abs() < 1e-3, "{back:?}");
        }
    }

    #[test]
    fn only_dashes_in_sight_are_made_and_they_stay_in_step() {
        let line = [Pos2::new(0.0, 0.0), Pos2::new(100_000.0, 0.0)];
        let made = |seen: Rect| {
            let mut made = Vec::new();
            dashes(&line, &[6.0, 4.0], seen, |a, b| made.push((a.x.round(), b.x.round())));
            made
        };
        let all = Rect::from_min_max(Pos2::new(-1.0, -1.0), Pos2::new(200_000.0, 1.0));
        assert_eq!(made(all).len(), 10_000);
        let part = Rect::from_min_max(Pos2::new(503.0, -1.0), Pos2::new(527.0, 1.0));
        assert_eq!(made(part), [(500.0, 506.0), (510.0, 516.0), (520.0, 526.0)]);
        assert_eq!(made(Rect::from_min_max(Pos2::new(0.0, 5.0), Pos2::new(9.0, 9.0))), []);
    }

    #[test]
    fn a_line_without_area_is_seen() {
        let seen = picture::Rect::new(0.0, 0.0, 100.0, 100.0);
        for (bounds, expected) in [
            (picture::Rect::new(10.0, 10.0, 0.0, 50.0), true),
            (picture::Rect::new(10.0, 10.0, 0.0, 0.0), true),
            (picture::Rect::new(101.0, 10.0, 5.0, 5.0), false),
        ] {
            assert_eq!(touches(bounds, seen), expected, "{bounds:?}");
        }
    }
}
