//! Pages as a PDF file: vector drawings, subset fonts, links, bookmarks. The same pages give the same bytes.

mod finish;
mod fonts;
mod paint;

use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};

use self::fonts::Fonts;
use self::paint::Painter;
use super::document::Document;
use super::page::Page;
use crate::picture::{Palette, Picture, PictureBuilder, Role};

/// The report as a PDF file.
pub fn print(document: &Document, pages: &[Page]) -> Vec<u8> {
    let sheets: Vec<Sheet<'_>> = pages
        .iter()
        .map(|page| Sheet { picture: &page.picture, size: page.size(), origin: (0.0, 0.0), unit: 1.0 })
        .collect();
    let mut file = sheets_to_file(&sheets, Palette::print(), &document.title);
    finish::outline(&mut file, pages);
    finish::links(&mut file, pages);
    finish::information(&mut file, document);
    finish::bytes(file)
}

/// A drawing alone as a PDF file of one page. A drawing in points of the screen (96 to the inch) keeps its size.
pub fn picture_pdf(picture: &Picture, palette: &Palette) -> Vec<u8> {
    let unit = 25.4 / 96.0;
    let bounds = picture.bounds;
    let size = ((bounds.w * unit).max(1.0), (bounds.h * unit).max(1.0));
    let sheet = Sheet { picture, size, origin: (bounds.x, bounds.y), unit };
    let mut file = sheets_to_file(&[sheet], palette, &picture.description);
    finish::plain_information(&mut file, &picture.description);
    finish::bytes(file)
}

/// A drawing in a file of its own: on its ground, with so much free room around it.
pub fn drawing_pdf(picture: &Picture, palette: &Palette, margin: f32) -> Vec<u8> {
    let area = picture.bounds.grown(margin);
    let mut out = PictureBuilder::new();
    out.rect(area, 0.0, Some(Role::Canvas.into()), None);
    out.picture(&picture.scaled(1.0), 0.0, 0.0);
    let grounded = Picture { description: picture.description.clone(), ..out.finish_in(area) };
    picture_pdf(&grounded, palette)
}

/// A picture and the paper that it goes on.
struct Sheet<'a> {
    picture: &'a Picture,
    /// Millimetres.
    size: (f32, f32),
    /// What of the picture lies at the paper's left top corner.
    origin: (f32, f32),
    /// Millimetres for one unit of the picture.
    unit: f32,
}

fn sheets_to_file(sheets: &[Sheet<'_>], palette: &Palette, title: &str) -> lopdf::Document {
    let mut fonts = Fonts::default();
    for sheet in sheets {
        fonts.collect(sheet.picture);
    }
    let mut pdf = PdfDocument::new(title);
    fonts.embed(&mut pdf);
    let mut painter = Painter::new(palette, &fonts);
    let mut pages: Vec<PdfPage> = Vec::new();
    for sheet in sheets {
        let ops: Vec<Op> = painter.paint(sheet.picture, sheet.size.1, sheet.origin, sheet.unit);
        pages.push(PdfPage::new(Mm(sheet.size.0), Mm(sheet.size.1), ops));
    }
    painter.register(&mut pdf);
    pdf.with_pages(pages);
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, ..PdfSaveOptions::default() };
    pdf.to_lopdf_document(&options, &mut Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::{Align, Face, Point, Rect, Shape, Stroke, TextMark};

    fn picture() -> Picture {
        let mut out = PictureBuilder::new();
        out.rect(Rect::new(0.0, 0.0, 100.0, 50.0), 8.0, Some(Role::TrustFill(3).into()), None);
        out.circle(
            Point::new(20.0, 20.0),
            5.0,
            Some(Role::Accent.at(0.5)),
            Some(Stroke::solid(Role::Text, 1.0)),
        );
        out.text(Point::new(10.0, 30.0), "Größe ≤ 5 → ☃ \u{a0}x", Face::Serif, 12.0, Role::Text);
        out.icon("bot", Rect::new(60.0, 10.0, 22.0, 22.0), Role::Text);
        out.add(Shape::Text(TextMark {
            at: Point::new(90.0, 40.0),
            text: "turned".to_owned(),
            face: Face::Sans,
            size: 9.0,
            paint: Role::TextSecondary.into(),
            align: Align::Center,
            rotate: -90.0,
            max_width: Some(30.0),
        }));
        out.finish()
    }

    #[test]
    fn a_drawing_prints_to_the_same_bytes_twice() {
        let first = picture_pdf(&picture(), Palette::print());
        assert!(first.starts_with(b"%PDF-1.7"));
        assert!(first.len() < 60_000, "fonts are subsets: {} bytes", first.len());
        assert_eq!(first, picture_pdf(&picture(), Palette::print()));
    }

    #[test]
    fn the_words_of_a_drawing_can_be_read_back() {
        let file = lopdf::Document::load_mem(&picture_pdf(&picture(), Palette::print())).unwrap();
        let text = file.extract_text(&[1]).unwrap();
        for word in ["Größe", "turned"] {
            assert!(text.contains(word), "{word} in {text}");
        }
    }

    #[test]
    fn an_empty_drawing_prints_too() {
        let bytes = picture_pdf(&Picture::default(), Palette::light());
        assert_eq!(lopdf::Document::load_mem(&bytes).unwrap().get_pages().len(), 1);
    }
}
