//! The fonts of a file: only the characters that it shows, each face only when it is used.

use std::collections::{BTreeMap, BTreeSet};

use printpdf::{FontId, FontMetrics, ParsedFont, PdfDocument, PdfFont};
use subsetter::GlyphRemapper;

use crate::picture::{Face, Picture, Shape, text};

/// The characters that a file shows, by face.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    used: BTreeMap<Face, BTreeSet<char>>,
}

/// A text as it is written: spaces that do not break look like others, so that readers find the words again.
pub(super) fn written(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

impl Fonts {
    /// Notes what a picture shows.
    pub(super) fn collect(&mut self, picture: &Picture) {
        for mark in &picture.marks {
            if let Shape::Text(words) = &mark.shape {
                for (face, run) in text::runs(&written(&words.text), words.face) {
                    self.used.entry(face).or_default().extend(run.chars());
                }
                if words.max_width.is_some() {
                    // A text that is cut ends in an ellipsis.
                    self.used.entry(text::face_for('…', words.face)).or_default().insert('…');
                }
            }
        }
    }

    /// The name of a face's font within the file.
    pub(super) fn id(face: Face) -> FontId {
        FontId(format!("Face{:02}", face as usize))
    }

    /// Whether the file has that face.
    pub(super) fn has(&self, face: Face) -> bool {
        self.used.contains_key(&face)
    }

    /// Puts the fonts into the file. A face that cannot be read is left out, and with it its words.
    pub(super) fn embed(&self, pdf: &mut PdfDocument) {
        for (face, characters) in &self.used {
            if let Some(font) = subset(*face, characters) {
                pdf.resources.fonts.map.insert(Self::id(*face), PdfFont::new(font));
            }
        }
    }
}

fn subset(face: Face, characters: &BTreeSet<char>) -> Option<ParsedFont> {
    let font = ttf_parser::Face::parse(face.file(), 0).ok()?;
    let mut glyphs = GlyphRemapper::new();
    let mut mapping = BTreeMap::new();
    let mut widths = BTreeMap::new();
    for c in characters {
        let glyph = font.glyph_index(*c).unwrap_or(ttf_parser::GlyphId(0));
        let new = glyphs.remap(glyph.0);
        mapping.insert(u32::from(*c), new);
        widths.insert(new, font.glyph_hor_advance(glyph).unwrap_or(0));
    }
    let bytes = subsetter::subset(face.file(), 0, &glyphs).ok()?;
    let bounds = font.global_bounding_box();
    let name = format!("{}+{}", tag(characters), postscript_name(&font));
    let metrics = FontMetrics { ascent: font.ascender(), descent: font.descender() };
    let units = font.units_per_em();
    let mut parsed = ParsedFont::with_glyph_data(bytes, 0, Some(name), mapping, widths, units, metrics);
    parsed.pdf_font_metrics.x_min = bounds.x_min;
    parsed.pdf_font_metrics.y_min = bounds.y_min;
    parsed.pdf_font_metrics.x_max = bounds.x_max;
    parsed.pdf_font_metrics.y_max = bounds.y_max;
    parsed.pdf_font_metrics.us_weight_class = font.weight().to_number();
    if font.is_italic() {
        parsed.pdf_font_metrics.caret_slope_run = 1;
        parsed.pdf_font_metrics.caret_slope_rise = 5;
    }
    Some(parsed)
}

fn postscript_name(font: &ttf_parser::Face<'_>) -> String {
    let name = font
        .names()
        .into_iter()
        .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
        .find_map(|name| name.to_string())
        .unwrap_or_default();
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// Six letters that stand for a choice of characters, as PDF names its subsets.
fn tag(characters: &BTreeSet<char>) -> String {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for c in characters {
        sum = (sum ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3);
    }
    (0..6)
        .map(|_| {
            let letter = char::from(b'A' + (sum % 26) as u8);
            sum /= 26;
            letter
        })
        .collect()
}
