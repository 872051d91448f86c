//! Icons: SVG files turned into textures at the size of the device's pixels, and tinted when painted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use egui::{
    Color32, Context, Id, Painter, Pos2, Rect, Shape, TextureHandle, TextureId, TextureOptions, Ui, Vec2,
};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::picture::icon::icon_svg;

/// By side in pixels, then by name.
type Textures = Arc<Mutex<BTreeMap<u32, BTreeMap<String, Option<TextureHandle>>>>>;

/// Paints an icon into a square.
pub fn paint(painter: &Painter, name: &str, rect: Rect, tint: Color32) {
    painter.extend(shape(painter, name, rect, tint));
}

/// An icon in a square, for those who gather shapes before they paint them.
pub fn shape(painter: &Painter, name: &str, rect: Rect, tint: Color32) -> Option<Shape> {
    let pixels_per_point = painter.pixels_per_point();
    let texture = texture(painter.ctx(), name, rect.width(), pixels_per_point)?;
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    // On whole pixels the lines of the icon stay sharp.
    let left_top = (rect.min.to_vec2() * pixels_per_point).round() / pixels_per_point;
    let side = (rect.width() * pixels_per_point).round().max(1.0) / pixels_per_point;
    Some(Shape::image(texture, Rect::from_min_size(left_top.to_pos2(), Vec2::splat(side)), whole, tint))
}

/// Paints an icon of that size around a middle.
pub fn paint_at(painter: &Painter, name: &str, center: Pos2, size: f32, tint: Color32) {
    paint(painter, name, Rect::from_center_size(center, Vec2::splat(size)), tint);
}

/// An icon that takes up its own square in the layout and means nothing to a screen reader.
pub fn show(ui: &mut Ui, name: &str, size: f32, tint: Color32) {
    let (_, rect) = ui.allocate_space(Vec2::splat(size));
    paint(ui.painter(), name, rect, tint);
}

/// Makes icons, by name and size in points, while there is time.
pub fn prepare(ctx: &Context, wanted: impl Iterator<Item = (&'static str, f32)>, is_time: impl Fn() -> bool) {
    for (name, points) in wanted.take_while(|_| is_time()) {
        texture(ctx, name, points, ctx.pixels_per_point());
    }
}

fn texture(ctx: &Context, name: &str, points: f32, pixels_per_point: f32) -> Option<TextureId> {
    let pixels = (points * pixels_per_point).round().clamp(4.0, 256.0) as u32;
    // A smooth zoom must not mint a texture for each pixel of size.
    let pixels = if pixels > 64 { pixels.div_ceil(8) * 8 } else { pixels };
    let textures = ctx.data_mut(|data| {
        data.get_temp_mut_or_default::<Textures>(Id::unique("studio icon textures")).clone()
    });
    let mut textures = textures.lock().unwrap_or_else(PoisonError::into_inner);
    let of_size = textures.entry(pixels).or_default();
    if let Some(known) = of_size.get(name) {
        return known.as_ref().map(TextureHandle::id);
    }
    let made = rasterise(name, points, pixels)
        .map(|image| ctx.load_texture(format!("icon {name} {pixels}"), image, TextureOptions::LINEAR));
    of_size.entry(name.to_owned()).insert_entry(made).get().as_ref().map(TextureHandle::id)
}

fn rasterise(name: &str, points: f32, pixels: u32) -> Option<egui::ColorImage> {
    let svg = icon_svg(name)?.replace("#62AEFF", "#ffffff");
    let svg = if points <= 14.5 { svg.replace("stroke-width=\"1.75\"", "stroke-width=\"2\"") } else { svg };
    let tree = Tree::from_str(&svg, &Options::default()).ok()?;
    let mut pixmap = Pixmap::new(pixels, pixels)?;
    let scale = pixels as f32 / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let side = pixels as usize;
    Some(egui::ColorImage::from_rgba_premultiplied([side, side], pixmap.data()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_drawn_at_the_size_asked_for() {
        for (name, pixels, there) in [("bot", 16, true), ("database", 44, true), ("no-such-icon", 16, false)]
        {
            let image = rasterise(name, pixels as f32, pixels);
            assert_eq!(image.is_some(), there, "{name}");
            if let Some(image) = image {
                assert_eq!(image.size, [pixels as usize; 2]);
                assert!(image.pixels.iter().any(|pixel| pixel.a() > 128), "{name} is empty");
            }
        }
    }
}
