//! A picture as an SVG file: real text in the picture's fonts, a title and a description, an id for each thing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::icon::{ICON_STROKE, icon_paths};
use super::text::{fit, runs, width};
use super::{Align, Face, Icon, Mark, Paint, Palette, Path, Picture, Role, Segment, Shape, Stroke, TextMark};

/// How an SVG file is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct SvgOptions<'a> {
    /// What the file is called by screen readers and in the window's title.
    pub title: &'a str,
    /// A ground of this colour behind everything.
    pub ground: Option<Role>,
    /// Free room around the picture.
    pub margin: f32,
    /// The width and height of the file, in millimetres, for pictures drawn in them; else in pixels.
    pub millimetres: bool,
    /// The scale that decides what is shown, for pictures with more detail near than far.
    pub scale: Option<f32>,
}

/// The picture as an SVG file in the colours of a palette.
pub fn write(picture: &Picture, palette: &Palette, options: &SvgOptions<'_>) -> String {
    let bounds = picture.bounds.grown(options.margin);
    let unit = if options.millimetres { "mm" } else { "" };
    let (w, h) = (bounds.w.max(1.0), bounds.h.max(1.0));
    let mut writer = Writer { out: String::new(), palette, ids: BTreeSet::new() };
    let out = &mut writer.out;
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (x, y) = (number(bounds.x), number(bounds.y));
    let (wide, high) = (number(w), number(h));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}{unit}\" height=\"{high}{unit}\" viewBox=\"{x} {y} {wide} {high}\" role=\"img\" aria-labelledby=\"title description\">"
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escaped(options.title));
    let _ = writeln!(out, "<desc id=\"description\">{}</desc>", escaped(&picture.description));
    if let Some(ground) = options.ground {
        let fill = palette.color(ground).hex();
        let _ =
            writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\"/>");
    }
    let scale = options.scale.unwrap_or(1.0);
    let mut group: Option<String> = None;
    for mark in picture.marks.iter().filter(|mark| scale >= mark.min_scale && scale < mark.max_scale) {
        let item = mark.item.map(|item| item.to_string());
        if item != group {
            if group.is_some() {
                writer.out.push_str("</g>\n");
            }
            if let Some(item) = &item {
                writer.open_group(item);
            }
            group = item;
        }
        writer.mark(mark);
    }
    if group.is_some() {
        writer.out.push_str("</g>\n");
    }
    writer.out.push_str("</svg>\n");
    writer.out
}

struct Writer<'a> {
    out: String,
    palette: &'a Palette,
    ids: BTreeSet<String>,
}

impl Writer<'_> {
    /// A thing may be painted in several places; only the first carries its id.
    fn open_group(&mut self, item: &str) {
        if self.ids.insert(item.to_owned()) {
            let _ = writeln!(self.out, "<g id=\"{}\">", escaped(item));
        } else {
            let _ = writeln!(self.out, "<g class=\"{}\">", escaped(item));
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match &mark.shape {
            Shape::Rect { rect, radius, fill, stroke } => {
                let _ = write!(
                    self.out,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                    number(rect.x),
                    number(rect.y),
                    number(rect.w.max(0.0)),
                    number(rect.h.max(0.0))
                );
                let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0);
                if radius > 0.0 {
                    let _ = write!(self.out, " rx=\"{}\"", number(radius));
                }
                self.finish(*fill, stroke.as_ref());
            }
            Shape::Circle { center, radius, fill, stroke } => {
                let (x, y) = (number(center.x), number(center.y));
                let _ = write!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\"", number(*radius));
                self.finish(*fill, stroke.as_ref());
            }
            Shape::Path { path, fill, stroke } => {
                let _ = write!(self.out, "<path d=\"{}\"", path_data(path));
                self.finish(*fill, stroke.as_ref());
            }
            Shape::Text(text) => self.text(text),
            Shape::Icon(icon) => self.icon(icon),
        }
    }

    fn finish(&mut self, fill: Option<Paint>, stroke: Option<&Stroke>) {
        match fill {
            Some(paint) => self.paint("fill", paint),
            None => self.out.push_str(" fill=\"none\""),
        }
        if let Some(stroke) = stroke {
            self.paint("stroke", stroke.paint);
            let _ = write!(self.out, " stroke-width=\"{}\"", number(stroke.width));
            if !stroke.dash.is_empty() {
                let dash: Vec<String> = stroke.dash.iter().map(|length| number(*length)).collect();
                let _ = write!(self.out, " stroke-dasharray=\"{}\"", dash.join(" "));
            }
        }
        self.out.push_str("/>\n");
    }

    fn paint(&mut self, property: &str, paint: Paint) {
        let _ = write!(self.out, " {property}=\"{}\"", self.palette.color(paint.role).hex());
        if paint.opacity < 1.0 {
            let _ = write!(self.out, " {property}-opacity=\"{}\"", number(paint.opacity.max(0.0)));
        }
    }

    fn text(&mut self, mark: &TextMark) {
        let text = mark
            .max_width
            .map_or_else(|| mark.text.clone(), |max| fit(&mark.text, mark.face, mark.size, max));
        let anchor = match mark.align {
            Align::Left => "",
            Align::Center => " text-anchor=\"middle\"",
            Align::Right => " text-anchor=\"end\"",
        };
        let (x, y) = (number(mark.at.x), number(mark.at.y));
        let _ = write!(self.out, "<text x=\"{x}\" y=\"{y}\"{anchor}");
        let (family, weight) = family(mark.face);
        let _ = write!(self.out, " font-family=\"{family}\" font-size=\"{}\"", number(mark.size));
        if weight != 400 {
            let _ = write!(self.out, " font-weight=\"{weight}\"");
        }
        if mark.face == Face::SansItalic {
            self.out.push_str(" font-style=\"italic\"");
        }
        if matches!(mark.face, Face::Condensed | Face::CondensedSemibold) {
            self.out.push_str(" font-stretch=\"condensed\"");
        }
        // The width that the layout counted on holds where the reader has other fonts.
        let _ = write!(self.out, " textLength=\"{}\"", number(width(&text, mark.face, mark.size)));
        if mark.rotate != 0.0 {
            let _ = write!(self.out, " transform=\"rotate({} {x} {y})\"", number(mark.rotate));
        }
        self.paint("fill", mark.paint);
        self.out.push_str(" xml:space=\"preserve\">");
        let pieces = runs(&text, mark.face);
        for (face, piece) in pieces {
            if face == mark.face {
                self.out.push_str(&escaped(piece));
            } else {
                let _ = write!(
                    self.out,
                    "<tspan font-family=\"{}\">{}</tspan>",
                    self::family(face).0,
                    escaped(piece)
                );
            }
        }
        self.out.push_str("</text>\n");
    }

    fn icon(&mut self, icon: &Icon) {
        let scale = number(icon.rect.w / 24.0);
        let (x, y) = (number(icon.rect.x), number(icon.rect.y));
        let _ = write!(self.out, "<g transform=\"translate({x} {y}) scale({scale})\"");
        let wide = if icon.rect.w <= 14.0 { 2.0 } else { ICON_STROKE };
        self.paint("stroke", icon.paint);
        let _ = writeln!(
            self.out,
            " fill=\"none\" stroke-width=\"{}\" stroke-linecap=\"round\" stroke-linejoin=\"round\">",
            number(wide)
        );
        for line in icon_paths(icon.name) {
            let _ = write!(self.out, "<path d=\"{}\"", path_data(&line.path));
            if line.filled {
                self.paint("fill", icon.paint);
            }
            self.out.push_str("/>\n");
        }
        self.out.push_str("</g>\n");
    }
}

fn path_data(path: &Path) -> String {
    let mut data = format!("M{} {}", number(path.start.x), number(path.start.y));
    for segment in &path.segments {
        let _ = match segment {
            Segment::Line(end) => write!(data, "L{} {}", number(end.x), number(end.y)),
            Segment::Curve(a, b, end) => write!(
                data,
                "C{} {} {} {} {} {}",
                number(a.x),
                number(a.y),
                number(b.x),
                number(b.y),
                number(end.x),
                number(end.y)
            ),
        };
    }
    if path.closed {
        data.push('Z');
    }
    data
}

/// The family of a face with what may stand in for it, and its weight.
fn family(face: Face) -> (&'static str, u16) {
    match face {
        Face::Ui => ("Inter, system-ui, sans-serif", 400),
        Face::UiMedium => ("Inter, system-ui, sans-serif", 500),
        Face::UiSemibold => ("Inter, system-ui, sans-serif", 600),
        Face::Code => ("'JetBrains Mono', ui-monospace, monospace", 400),
        Face::CodeMedium => ("'JetBrains Mono', ui-monospace, monospace", 500),
        Face::SerifDisplay => ("'Source Serif 4 Display', 'Source Serif 4', Georgia, serif", 400),
        Face::Serif => ("'Source Serif 4', Georgia, serif", 400),
        Face::SerifSemibold => ("'Source Serif 4', Georgia, serif", 600),
        Face::Sans | Face::SansItalic => ("'IBM Plex Sans', Helvetica, Arial, sans-serif", 400),
        Face::SansSemibold => ("'IBM Plex Sans', Helvetica, Arial, sans-serif", 600),
        Face::Condensed => ("'IBM Plex Sans Condensed', 'Arial Narrow', sans-serif", 400),
        Face::CondensedSemibold => ("'IBM Plex Sans Condensed', 'Arial Narrow', sans-serif", 600),
        Face::PaperMono => ("'IBM Plex Mono', ui-monospace, monospace", 400),
        Face::Fallback => ("'DejaVu Sans', sans-serif", 400),
    }
}

/// A number with at most two decimals and no zeros at the end: stable and short.
fn number(value: f32) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text for XML. Characters that XML cannot hold become a replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ComponentId, ItemId};
    use crate::picture::{PictureBuilder, Point, Rect};

    #[test]
    fn numbers_are_short() {
        let check = |value: f32, expected: &str| assert_eq!(number(value), expected);
        check(1.0, "1");
        check(0.5, "0.5");
        check(-0.001, "0");
        check(12.345, "12.35");
        check(100.0, "100");
        check(f32::NAN, "0");
    }

    #[test]
    fn any_words_make_a_valid_file() {
        let mut out = PictureBuilder::new();
        out.item(Some(ItemId::from(ComponentId(1))));
        out.rect(
            Rect::new(0.0, 0.0, 100.0, 50.0),
            4.0,
            Some(Role::Node.into()),
            Some(Stroke::solid(Role::Control, 1.0)),
        );
        out.text(Point::new(5.0, 20.0), "a < b & \"c\" ☃ \u{1} → 漢字", Face::Ui, 14.0, Role::Text);
        out.icon("bot", Rect::new(10.0, 25.0, 22.0, 22.0), Role::TextSecondary);
        out.item(None);
        out.circle(Point::new(90.0, 40.0), 4.0, Some(Role::Accent.at(0.5)), None);
        let picture = Picture { description: "One & only".to_owned(), ..out.finish() };
        let options = SvgOptions { title: "<test>", margin: 10.0, ..SvgOptions::default() };
        let text = write(&picture, Palette::dark(), &options);
        let tree = resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).unwrap();
        assert!((tree.size().width() - picture.bounds.w - 20.0).abs() < 0.01);
        assert!(text.contains("<g id=\"C-01\">") && text.contains("a &lt; b &amp; &quot;c&quot; "));
        assert!(text.contains("DejaVu Sans"), "what Inter lacks is set in the fallback");
        assert_eq!(text, write(&picture, Palette::dark(), &options));
    }

    #[test]
    fn an_empty_picture_is_a_file_too() {
        let text = write(&Picture::default(), Palette::light(), &SvgOptions::default());
        assert!(resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).is_ok());
    }
}
