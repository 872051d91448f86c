//! A picture as PDF drawing operations. Millimetres from the top become points from the bottom.

use std::collections::BTreeMap;

use printpdf::{
    Color, ExtendedGraphicsState, ExtendedGraphicsStateId, Line, LineCapStyle, LineDashPattern,
    LineJoinStyle, LinePoint, Op, PaintMode, PdfDocument, PdfFontHandle, Point as PdfPoint, Polygon,
    PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder,
};

use super::fonts::{Fonts, written};
use crate::picture::icon::{ICON_STROKE, icon_paths};
use crate::picture::{
    Align, Paint, Palette, Path, Picture, Point, Rect, Role, Segment, Shape, Stroke, TextMark, text,
};
use crate::report::page::POINT;

/// The handle length that makes four curves a circle.
const ROUND: f32 = 0.552_284_8;

/// Turns pictures into operations, and remembers which see-through states they need.
pub(super) struct Painter<'a> {
    palette: &'a Palette,
    fonts: &'a Fonts,
    /// Opacity in hundredths.
    states: BTreeMap<u8, ExtendedGraphicsStateId>,
}

/// Where the page's points lie.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    height: f32,
    origin: (f32, f32),
    unit: f32,
}

impl Sheet {
    fn point(self, p: Point) -> PdfPoint {
        let x = (p.x - self.origin.0) * self.unit;
        let y = self.height - (p.y - self.origin.1) * self.unit;
        PdfPoint { x: Pt(rounded(x / POINT)), y: Pt(rounded(y / POINT)) }
    }

    fn length(self, length: f32) -> f32 {
        rounded(length * self.unit / POINT)
    }
}

/// A thousandth of a point is finer than any printer, and short to write.
fn rounded(value: f32) -> f32 {
    (value * 1000.0).round() / 1000.0
}

impl<'a> Painter<'a> {
    pub(super) fn new(palette: &'a Palette, fonts: &'a Fonts) -> Self {
        Self { palette, fonts, states: BTreeMap::new() }
    }

    /// Puts the see-through states into the file.
    pub(super) fn register(&self, pdf: &mut PdfDocument) {
        for (percent, id) in &self.states {
            let alpha = f32::from(*percent) / 100.0;
            let state = ExtendedGraphicsState::default()
                .with_current_fill_alpha(alpha)
                .with_current_stroke_alpha(alpha);
            pdf.resources.extgstates.map.insert(id.clone(), state);
        }
    }

    /// The operations of a picture on paper of that height.
    pub(super) fn paint(&mut self, picture: &Picture, height: f32, origin: (f32, f32), unit: f32) -> Vec<Op> {
        let sheet = Sheet { height, origin, unit };
        let mut ops = Vec::new();
        for mark in picture.marks.iter().filter(|mark| mark.min_scale <= 1.0 && mark.max_scale > 1.0) {
            self.shape(&mark.shape, sheet, &mut ops);
        }
        ops
    }

    fn shape(&mut self, shape: &Shape, sheet: Sheet, ops: &mut Vec<Op>) {
        match shape {
            Shape::Rect { rect, radius, fill, stroke } => {
                self.path(&rectangle(*rect, *radius), *fill, stroke.as_ref(), sheet, ops);
            }
            Shape::Circle { center, radius, fill, stroke } => {
                let around = Rect::new(center.x - radius, center.y - radius, 2.0 * radius, 2.0 * radius);
                self.path(&rectangle(around, *radius), *fill, stroke.as_ref(), sheet, ops);
            }
            Shape::Path { path, fill, stroke } => self.path(path, *fill, stroke.as_ref(), sheet, ops),
            Shape::Text(words) => self.words(words, sheet, ops),
            Shape::Icon(icon) => {
                let factor = icon.rect.w / 24.0;
                let stroke = Stroke::solid(icon.paint, ICON_STROKE * factor);
                ops.push(Op::SaveGraphicsState);
                ops.push(Op::SetLineCapStyle { cap: LineCapStyle::Round });
                ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
                for line in icon_paths(icon.name) {
                    let place = |p: Point| Point::new(icon.rect.x + p.x * factor, icon.rect.y + p.y * factor);
                    let path = moved(&line.path, place);
                    self.path(&path, line.filled.then_some(icon.paint), Some(&stroke), sheet, ops);
                }
                ops.push(Op::RestoreGraphicsState);
            }
        }
    }

    fn path(
        &mut self,
        path: &Path,
        fill: Option<Paint>,
        stroke: Option<&Stroke>,
        sheet: Sheet,
        ops: &mut Vec<Op>,
    ) {
        let points = points(path, sheet);
        if let Some(fill) = fill.filter(|fill| fill.opacity > 0.0) {
            self.seen_through(fill, ops, |ops, color| {
                ops.push(Op::SetFillColor { col: color });
                ops.push(Op::DrawPolygon {
                    polygon: Polygon {
                        rings: vec![PolygonRing { points: points.clone() }],
                        mode: PaintMode::Fill,
                        winding_order: WindingOrder::NonZero,
                    },
                });
            });
        }
        if let Some(stroke) = stroke.filter(|stroke| stroke.paint.opacity > 0.0 && stroke.width > 0.0) {
            self.seen_through(stroke.paint, ops, |ops, color| {
                ops.push(Op::SetOutlineColor { col: color });
                ops.push(Op::SetOutlineThickness { pt: Pt(sheet.length(stroke.width)) });
                if !stroke.dash.is_empty() {
                    let dash: Vec<f32> = stroke.dash.iter().map(|length| sheet.length(*length)).collect();
                    ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &dash) });
                }
                ops.push(Op::DrawLine { line: Line { points: points.clone(), is_closed: path.closed } });
                if !stroke.dash.is_empty() {
                    ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[]) });
                }
            });
        }
    }

    /// Paints with a colour, see-through where the paint is.
    fn seen_through(
        &mut self,
        paint: Paint,
        ops: &mut Vec<Op>,
        paint_with: impl FnOnce(&mut Vec<Op>, Color),
    ) {
        let color = self.color(paint.role);
        let percent = (paint.opacity.clamp(0.0, 1.0) * 100.0).round() as u8;
        if percent >= 100 {
            paint_with(ops, color);
            return;
        }
        let id = self
            .states
            .entry(percent)
            .or_insert_with(|| ExtendedGraphicsStateId(format!("Opacity{percent:02}")))
            .clone();
        ops.push(Op::SaveGraphicsState);
        ops.push(Op::LoadGraphicsState { gs: id });
        paint_with(ops, color);
        ops.push(Op::RestoreGraphicsState);
    }

    fn color(&self, role: Role) -> Color {
        let rgb = self.palette.color(role);
        let part = |value: u8| rounded(f32::from(value) / 255.0);
        Color::Rgb(Rgb { r: part(rgb.0), g: part(rgb.1), b: part(rgb.2), icc_profile: None })
    }

    fn words(&mut self, words: &TextMark, sheet: Sheet, ops: &mut Vec<Op>) {
        let shown = match words.max_width {
            Some(width) => text::fit(&words.text, words.face, words.size, width),
            None => words.text.clone(),
        };
        let shown = written(&shown);
        if shown.trim().is_empty() {
            return;
        }
        let width = text::width(&shown, words.face, words.size);
        let shift = match words.align {
            Align::Left => 0.0,
            Align::Center => -width / 2.0,
            Align::Right => -width,
        };
        let (sin, cos) = words.rotate.to_radians().sin_cos();
        let size = sheet.length(words.size);
        let mut along = shift;
        let mut pieces = Vec::new();
        for (face, run) in text::runs(&shown, words.face) {
            // Turned clockwise on a page whose y grows downward.
            let start = sheet.point(words.at.offset(along * cos, along * sin));
            along += text::width(run, face, words.size);
            if !self.fonts.has(face) {
                continue;
            }
            pieces.push((face, run.to_owned(), start));
        }
        self.seen_through(words.paint, ops, |ops, color| {
            ops.push(Op::StartTextSection);
            ops.push(Op::SetFillColor { col: color });
            for (face, run, start) in pieces {
                let font = PdfFontHandle::External(Fonts::id(face));
                ops.push(Op::SetFont { font, size: Pt(size) });
                let matrix = if words.rotate == 0.0 {
                    TextMatrix::Translate(start.x, start.y)
                } else {
                    TextMatrix::Raw([cos, -sin, sin, cos, start.x.0, start.y.0])
                };
                ops.push(Op::SetTextMatrix { matrix });
                ops.push(Op::ShowText { items: vec![TextItem::Text(run)] });
            }
            ops.push(Op::EndTextSection);
        });
    }
}

fn points(path: &Path, sheet: Sheet) -> Vec<LinePoint> {
    let at = |p: Point, bezier: bool| LinePoint { p: sheet.point(p), bezier };
    let mut points = vec![at(path.start, false)];
    for segment in &path.segments {
        match *segment {
            Segment::Line(end) => points.push(at(end, false)),
            Segment::Curve(a, b, end) => points.extend([at(a, true), at(b, true), at(end, false)]),
        }
    }
    points
}

fn moved(path: &Path, place: impl Fn(Point) -> Point) -> Path {
    let segment = |segment: &Segment| match *segment {
        Segment::Line(end) => Segment::Line(place(end)),
        Segment::Curve(a, b, end) => Segment::Curve(place(a), place(b), place(end)),
    };
    Path {
        start: place(path.start),
        segments: path.segments.iter().map(segment).collect(),
        closed: path.closed,
    }
}

/// A rectangle with round corners; with the largest radius of a square it is a circle.
fn rectangle(rect: Rect, radius: f32) -> Path {
    let r = radius.min(rect.w / 2.0).min(rect.h / 2.0).max(0.0);
    let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    if r == 0.0 {
        return Path::polygon(&[
            Point::new(left, top),
            Point::new(right, top),
            Point::new(right, bottom),
            Point::new(left, bottom),
        ]);
    }
    let k = r * (1.0 - ROUND);
    let line = |x: f32, y: f32| Segment::Line(Point::new(x, y));
    let curve = |a: (f32, f32), b: (f32, f32), end: (f32, f32)| {
        Segment::Curve(Point::new(a.0, a.1), Point::new(b.0, b.1), Point::new(end.0, end.1))
    };
    Path {
        start: Point::new(left + r, top),
        segments: vec![
            line(right - r, top),
            curve((right - k, top), (right, top + k), (right, top + r)),
            line(right, bottom - r),
            curve((right, bottom - k), (right - k, bottom), (right - r, bottom)),
            line(left + r, bottom),
            curve((left + k, bottom), (left, bottom - k), (left, bottom - r)),
            line(left, top + r),
            curve((left, top + k), (left + k, top), (left + r, top)),
        ],
        closed: true,
    }
}
