//! The pieces of a picture.

use crate::model::ItemId;

use super::text::width;
use super::{Face, Point, Rect, Role};

/// A colour by its role, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// The role; a palette turns it into a colour.
    pub role: Role,
    /// 0 invisible to 1 solid.
    pub opacity: f32,
}

impl From<Role> for Paint {
    fn from(role: Role) -> Self {
        Self { role, opacity: 1.0 }
    }
}

impl Role {
    /// This colour at an opacity of 0 to 1.
    pub fn at(self, opacity: f32) -> Paint {
        Paint { role: self, opacity }
    }
}

/// A line's look.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub paint: Paint,
    /// Width.
    pub width: f32,
    /// Lengths of dashes and gaps in turn; empty is solid.
    pub dash: Vec<f32>,
}

impl Stroke {
    /// A solid line.
    pub fn solid(paint: impl Into<Paint>, width: f32) -> Self {
        Self { paint: paint.into(), width, dash: Vec::new() }
    }

    /// A dashed line.
    pub fn dashed(paint: impl Into<Paint>, width: f32, dash: &[f32]) -> Self {
        Self { paint: paint.into(), width, dash: dash.to_vec() }
    }
}

/// A piece of a path, from where the last one ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// A straight line.
    Line(Point),
    /// A cubic curve: two handles and the end.
    Curve(Point, Point, Point),
}

/// A line of straight and curved pieces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    /// Where it starts.
    pub start: Point,
    /// Its pieces.
    pub segments: Vec<Segment>,
    /// Whether it returns to its start.
    pub closed: bool,
}

impl Path {
    /// A line through points.
    pub fn polyline(points: &[Point]) -> Self {
        let mut points = points.iter().copied();
        let start = points.next().unwrap_or_default();
        Self { start, segments: points.map(Segment::Line).collect(), closed: false }
    }

    /// A closed line through points.
    pub fn polygon(points: &[Point]) -> Self {
        Self { closed: true, ..Self::polyline(points) }
    }

    /// The smallest rectangle around its points and handles.
    pub fn bounds(&self) -> Rect {
        let mut bounds = Rect::around(self.start, self.start);
        for segment in &self.segments {
            let points: [Point; 3] = match *segment {
                Segment::Line(end) => [end; 3],
                Segment::Curve(a, b, end) => [a, b, end],
            };
            for p in points {
                bounds = bounds.union(Rect::around(p, p));
            }
        }
        bounds
    }
}

/// Where a text's anchor is on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// The text starts there.
    #[default]
    Left,
    /// The text is centred there.
    Center,
    /// The text ends there.
    Right,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMark {
    /// Anchor on the baseline.
    pub at: Point,
    /// The words.
    pub text: String,
    /// Typeface.
    pub face: Face,
    /// Size of the em, in the picture's unit.
    pub size: f32,
    /// Colour.
    pub paint: Paint,
    /// Which part of the text stands at the anchor.
    pub align: Align,
    /// Turned clockwise about the anchor, in degrees.
    pub rotate: f32,
    /// Wider than this it is cut with "…"; none is as wide as it is.
    pub max_width: Option<f32>,
}

/// An icon by its file name under assets/icons without the ending (`bot`).
#[derive(Debug, Clone, PartialEq)]
pub struct Icon {
    /// Which.
    pub name: &'static str,
    /// The square that it fills.
    pub rect: Rect,
    /// Colour.
    pub paint: Paint,
}

/// Something to paint.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A rectangle with rounded corners.
    Rect {
        /// Where.
        rect: Rect,
        /// Corner radius.
        radius: f32,
        /// Inside.
        fill: Option<Paint>,
        /// Outline, centred on the edge.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Middle.
        center: Point,
        /// Radius.
        radius: f32,
        /// Inside.
        fill: Option<Paint>,
        /// Outline, centred on the edge.
        stroke: Option<Stroke>,
    },
    /// A path.
    Path {
        /// The line.
        path: Path,
        /// Inside, when closed. Filled paths are convex unless the painter says otherwise.
        fill: Option<Paint>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A line of text.
    Text(TextMark),
    /// An icon.
    Icon(Icon),
}

impl Shape {
    fn fade(&mut self, opacity: f32) {
        match self {
            Self::Rect { fill, stroke, .. }
            | Self::Circle { fill, stroke, .. }
            | Self::Path { fill, stroke, .. } => {
                if let Some(paint) = fill {
                    paint.opacity *= opacity;
                }
                if let Some(stroke) = stroke {
                    stroke.paint.opacity *= opacity;
                }
            }
            Self::Text(text) => text.paint.opacity *= opacity,
            Self::Icon(icon) => icon.paint.opacity *= opacity,
        }
    }
}

/// A shape with what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What to paint.
    pub shape: Shape,
    /// The smallest rectangle around it, for leaving out what is not seen.
    pub bounds: Rect,
    /// What it stands for, if it is one thing of the model.
    pub item: Option<ItemId>,
    /// Painted only when the scale on screen is at least this.
    pub min_scale: f32,
    /// Painted only when the scale on screen is below this.
    pub max_scale: f32,
}

/// A finished drawing: marks in painting order, with a sentence for those who cannot see it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// What it covers.
    pub bounds: Rect,
    /// The marks, the first at the back.
    pub marks: Vec<Mark>,
    /// What it shows, in a sentence or two.
    pub description: String,
}

#[cfg(test)]
impl Mark {
    /// What it says, if it is a text.
    pub(crate) fn words(&self) -> Option<&str> {
        match &self.shape {
            Shape::Text(text) => Some(&text.text),
            _ => None,
        }
    }
}

impl Picture {
    /// The same drawing at another size: from points to millimetres, or to fit a page. Detail by scale is settled first:
    /// only what is shown at `1.0` is kept.
    pub fn scaled(&self, factor: f32) -> Self {
        let near = |mark: &&Mark| mark.min_scale <= 1.0 && mark.max_scale > 1.0;
        let marks = self.marks.iter().filter(near).map(|mark| mark.scaled(factor)).collect();
        Self { bounds: self.bounds.scaled(factor), marks, description: self.description.clone() }
    }

    /// The texts in it, in the order in which they are drawn.
    #[cfg(test)]
    pub(crate) fn words(&self) -> Vec<&str> {
        self.marks.iter().filter_map(Mark::words).collect()
    }

    /// The same drawing elsewhere.
    pub fn moved(&self, dx: f32, dy: f32) -> Self {
        let marks = self.marks.iter().map(|mark| mark.moved(dx, dy)).collect();
        let bounds = Rect { x: self.bounds.x + dx, y: self.bounds.y + dy, ..self.bounds };
        Self { bounds, marks, description: self.description.clone() }
    }

    /// The same drawing, as large as fits in a rectangle and in its middle; it is never enlarged beyond `most`.
    pub fn fitted(&self, into: Rect, most: f32) -> Self {
        let (w, h) = (self.bounds.w.max(1e-3), self.bounds.h.max(1e-3));
        let drawn = self.scaled((into.w / w).min(into.h / h).min(most));
        let (from, to) = (drawn.bounds.center(), into.center());
        drawn.moved(to.x - from.x, to.y - from.y)
    }
}

/// Collects marks. What is set with `item` and `detail` goes for the marks that follow.
#[derive(Debug, Default)]
pub struct PictureBuilder {
    picture: Picture,
    item: Option<ItemId>,
    scales: Option<(f32, f32)>,
    faded: Option<f32>,
    scale: Option<f32>,
}

impl PictureBuilder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps only what is painted at that scale on screen; of the rest no mark is made.
    pub fn only_at(&mut self, scale: Option<f32>) -> &mut Self {
        self.scale = scale;
        self
    }

    /// The scale on screen that marks are made for; none is for every scale.
    pub fn scale(&self) -> Option<f32> {
        self.scale
    }

    /// Whether marks between these scales are made.
    pub fn shows(&self, min: f32, max: f32) -> bool {
        self.scale.is_none_or(|scale| scale >= min && scale < max)
    }

    /// The marks that follow stand for this.
    pub fn item(&mut self, item: Option<ItemId>) -> &mut Self {
        self.item = item;
        self
    }

    /// The marks that follow are painted only at scales from `min` to below `max`.
    pub fn detail(&mut self, min: f32, max: f32) -> &mut Self {
        self.scales = Some((min, max));
        self
    }

    /// The marks that follow are painted at every scale.
    pub fn any_scale(&mut self) -> &mut Self {
        self.scales = None;
        self
    }

    /// The marks that follow keep only this share of their opacity; 1 is all of it.
    pub fn fade(&mut self, opacity: f32) -> &mut Self {
        self.faded = (opacity < 1.0).then_some(opacity);
        self
    }

    /// Adds a shape.
    pub fn add(&mut self, mut shape: Shape) -> &mut Self {
        let (min_scale, max_scale) = self.scales.unwrap_or((0.0, f32::INFINITY));
        if !self.shows(min_scale, max_scale) {
            return self;
        }
        if let Some(opacity) = self.faded {
            shape.fade(opacity);
        }
        let bounds = match &shape {
            Shape::Rect { rect, stroke, .. } => rect.grown(half_width(stroke.as_ref())),
            Shape::Circle { center, radius, stroke, .. } => {
                Rect::around(*center, *center).grown(radius + half_width(stroke.as_ref()))
            }
            Shape::Path { path, stroke, .. } => path.bounds().grown(half_width(stroke.as_ref())),
            Shape::Text(text) => text_bounds(text),
            Shape::Icon(icon) => icon.rect,
        };
        self.picture.marks.push(Mark { shape, bounds, item: self.item, min_scale, max_scale });
        self
    }

    /// Adds a rectangle.
    pub fn rect(
        &mut self,
        rect: Rect,
        radius: f32,
        fill: Option<Paint>,
        stroke: Option<Stroke>,
    ) -> &mut Self {
        self.add(Shape::Rect { rect, radius, fill, stroke })
    }

    /// Adds a circle.
    pub fn circle(
        &mut self,
        center: Point,
        radius: f32,
        fill: Option<Paint>,
        stroke: Option<Stroke>,
    ) -> &mut Self {
        self.add(Shape::Circle { center, radius, fill, stroke })
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: Stroke) -> &mut Self {
        self.path(Path::polyline(&[from, to]), None, Some(stroke))
    }

    /// Adds a path.
    pub fn path(&mut self, path: Path, fill: Option<Paint>, stroke: Option<Stroke>) -> &mut Self {
        self.add(Shape::Path { path, fill, stroke })
    }

    /// Adds a line of text whose baseline starts at `at`; shape it further with [`Self::add`].
    pub fn text(
        &mut self,
        at: Point,
        text: impl Into<String>,
        face: Face,
        size: f32,
        paint: impl Into<Paint>,
    ) -> &mut Self {
        self.aligned(at, text, face, size, paint, Align::Left)
    }

    /// Adds a line of text with that part of it at the anchor.
    pub fn aligned(
        &mut self,
        at: Point,
        text: impl Into<String>,
        face: Face,
        size: f32,
        paint: impl Into<Paint>,
        align: Align,
    ) -> &mut Self {
        self.add(Shape::Text(TextMark {
            at,
            text: text.into(),
            face,
            size,
            paint: paint.into(),
            align,
            rotate: 0.0,
            max_width: None,
        }))
    }

    /// Adds an icon.
    pub fn icon(&mut self, name: &'static str, rect: Rect, paint: impl Into<Paint>) -> &mut Self {
        self.add(Shape::Icon(Icon { name, rect, paint: paint.into() }))
    }

    /// Adds another picture, moved.
    pub fn picture(&mut self, other: &Picture, dx: f32, dy: f32) -> &mut Self {
        self.picture.marks.extend(other.marks.iter().map(|mark| mark.moved(dx, dy)));
        self
    }

    /// The drawing, covering what its marks cover.
    pub fn finish(self) -> Picture {
        let mut picture = self.picture;
        let mut bounds = picture.marks.iter().map(|mark| mark.bounds);
        let first = bounds.next().unwrap_or_default();
        picture.bounds = bounds.fold(first, Rect::union);
        picture
    }

    /// The drawing, covering exactly this.
    pub fn finish_in(self, bounds: Rect) -> Picture {
        Picture { bounds, ..self.picture }
    }
}

impl Mark {
    /// The same mark at another size, with its lines and letters, shown at every scale.
    fn scaled(&self, factor: f32) -> Self {
        let point = |p: Point| Point::new(p.x * factor, p.y * factor);
        let line = |stroke: &mut Option<Stroke>| {
            if let Some(stroke) = stroke {
                stroke.width *= factor;
                stroke.dash.iter_mut().for_each(|length| *length *= factor);
            }
        };
        let mut mark = self.clone();
        (mark.min_scale, mark.max_scale) = (0.0, f32::INFINITY);
        mark.bounds = mark.bounds.scaled(factor);
        match &mut mark.shape {
            Shape::Rect { rect, radius, stroke, .. } => {
                *rect = rect.scaled(factor);
                *radius *= factor;
                line(stroke);
            }
            Shape::Icon(icon) => icon.rect = icon.rect.scaled(factor),
            Shape::Circle { center, radius, stroke, .. } => {
                *center = point(*center);
                *radius *= factor;
                line(stroke);
            }
            Shape::Text(text) => {
                text.at = point(text.at);
                text.size *= factor;
                text.max_width = text.max_width.map(|max| max * factor);
            }
            Shape::Path { path, stroke, .. } => {
                path.start = point(path.start);
                for segment in &mut path.segments {
                    *segment = match *segment {
                        Segment::Line(end) => Segment::Line(point(end)),
                        Segment::Curve(a, b, end) => Segment::Curve(point(a), point(b), point(end)),
                    };
                }
                line(stroke);
            }
        }
        mark
    }

    /// The same mark elsewhere.
    pub fn moved(&self, dx: f32, dy: f32) -> Self {
        let mut mark = self.clone();
        mark.bounds.x += dx;
        mark.bounds.y += dy;
        match &mut mark.shape {
            Shape::Rect { rect, .. } | Shape::Icon(Icon { rect, .. }) => {
                rect.x += dx;
                rect.y += dy;
            }
            Shape::Circle { center, .. } => *center = center.offset(dx, dy),
            Shape::Text(text) => text.at = text.at.offset(dx, dy),
            Shape::Path { path, .. } => {
                path.start = path.start.offset(dx, dy);
                for segment in &mut path.segments {
                    *segment = match *segment {
                        Segment::Line(end) => Segment::Line(end.offset(dx, dy)),
                        Segment::Curve(a, b, end) => {
                            Segment::Curve(a.offset(dx, dy), b.offset(dx, dy), end.offset(dx, dy))
                        }
                    };
                }
            }
        }
        mark
    }
}

fn half_width(stroke: Option<&Stroke>) -> f32 {
    stroke.map_or(0.0, |stroke| stroke.width / 2.0)
}

fn text_bounds(text: &TextMark) -> Rect {
    let wide = width(&text.text, text.face, text.size);
    let width = text.max_width.map_or(wide, |max| wide.min(max));
    let left = match text.align {
        Align::Left => 0.0,
        Align::Center => -width / 2.0,
        Align::Right => -width,
    };
    let (top, bottom) = (-text.size, text.size * 0.3);
    if text.rotate == 0.0 {
        return Rect::new(text.at.x + left, text.at.y + top, width, bottom - top);
    }
    let (sin, cos) = text.rotate.to_radians().sin_cos();
    let turned = |x: f32, y: f32| text.at.offset(x * cos - y * sin, x * sin + y * cos);
    let (one, other) = (turned(left, top), turned(left + width, bottom));
    let (third, fourth) = (turned(left + width, top), turned(left, bottom));
    Rect::around(one, other).union(Rect::around(third, fourth))
}
