//! Pixels from an SVG file, with the fonts that come with the program and no others.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::Face;

/// Why there are no pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// The text is no SVG file.
    #[error("the picture cannot be read: {0}")]
    Svg(String),
    /// More pixels than fit in memory.
    #[error("the picture would be {0} × {1} pixels, which is too large; choose a smaller scale")]
    TooLarge(u32, u32),
    /// The pixels could not be written as a file.
    #[error("the pixels cannot be packed: {0}")]
    Packing(String),
}

/// No picture has more pixels on a side.
const MOST_PIXELS: u32 = 20_000;

/// Pixels in rows from the top, each as red, green, blue and opacity, the colours multiplied by the opacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// In a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Four bytes for each.
    pub rgba: Vec<u8>,
}

/// An SVG file as a PNG file, with that many pixels for each of its own.
pub fn render(svg: &str, scale: f32) -> Result<Vec<u8>, PngError> {
    painted(svg, scale)?.encode_png().map_err(|error| PngError::Packing(error.to_string()))
}

/// The same as bare pixels, for the clipboard.
pub fn pixels(svg: &str, scale: f32) -> Result<Pixels, PngError> {
    let pixmap = painted(svg, scale)?;
    Ok(Pixels { width: pixmap.width(), height: pixmap.height(), rgba: pixmap.take() })
}

fn painted(svg: &str, scale: f32) -> Result<Pixmap, PngError> {
    let options =
        Options { fontdb: Arc::clone(fonts()), font_family: "Inter".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| PngError::Svg(error.to_string()))?;
    let pixels = |length: f32| (length * scale).ceil().clamp(1.0, 1e6) as u32;
    let (w, h) = (pixels(tree.size().width()), pixels(tree.size().height()));
    let too_large = PngError::TooLarge(w, h);
    if w.max(h) > MOST_PIXELS {
        return Err(too_large);
    }
    let mut pixmap = Pixmap::new(w, h).ok_or(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(pixmap)
}

pub(super) fn fonts() -> &'static Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for face in Face::ALL {
            fonts.load_font_source(fontdb::Source::Binary(Arc::new(face.file())));
        }
        fonts.set_sans_serif_family("Inter");
        fonts.set_serif_family("Source Serif 4");
        fonts.set_monospace_family("JetBrains Mono");
        Arc::new(fonts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_come_out_in_the_size_asked_for() {
        let svg =
            "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'><text x='1' y='9'>a</text></svg>";
        let png = render(svg, 2.0).unwrap();
        assert_eq!(&png[1..4], b"PNG");
        let size = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
        assert_eq!((size(16), size(20)), (40, 20));
        assert_eq!(render(svg, 5000.0), Err(PngError::TooLarge(100_000, 50_000)));
        assert!(matches!(render("nonsense", 1.0), Err(PngError::Svg(_))));
    }

    #[test]
    fn the_fonts_have_the_names_that_files_ask_for() {
        let families: Vec<String> =
            fonts().faces().flat_map(|face| face.families.iter().map(|(name, _)| name.clone())).collect();
        for wanted in
            ["Inter", "JetBrains Mono", "Source Serif 4", "IBM Plex Sans", "IBM Plex Mono", "DejaVu Sans"]
        {
            assert!(families.iter().any(|name| name == wanted), "{wanted} in {families:?}");
        }
    }
}
