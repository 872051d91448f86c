//! Drawings that only the report has. Millimetres, paper's faces; line weights and measures as the report's rules set them.

mod agents;
mod bars;
mod coverage;
mod due;
mod field;
mod legend;
mod movement;
mod path;

pub(crate) use agents::legs;
pub(crate) use bars::{Step, bands, bridge, control_bar, interval_bar, loss_bar, register_bar};
pub(crate) use coverage::{CoverageRow, Slot, matrix};
pub(crate) use due::{DueDate, due_dates};
pub(crate) use field::{key, scale, small_field};
pub(crate) use legend::legend;
pub(crate) use movement::{Moved, MovedRow, movement};
pub(crate) use path::attack_path;

use crate::picture::{Align, Face, PictureBuilder, Point, Role, text};

/// Millimetres of seven points: what words in figures are set in.
pub(super) const SEVEN: f32 = 7.0 * super::page::POINT;
/// The smallest words in a figure.
pub(super) const SMALL: f32 = 6.4 * super::page::POINT;

/// One line of words, centred on a height.
pub(crate) fn say(
    out: &mut PictureBuilder,
    at: Point,
    words: &str,
    face: Face,
    size: f32,
    role: Role,
    align: Align,
) {
    let at = Point::new(at.x, text::baseline(at.y, face, size));
    out.aligned(at, words, face, size, role, align);
}
