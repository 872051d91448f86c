//! Toolkit-free drawings: what is to be seen, as boxes, paths and words with roles, before anybody paints it.
//!
//! May use: model, analysis, simulation results. Never contains: egui, printpdf. A [`Picture`] is painted by egui on the
//! screen, by the PDF printer in the report and by the SVG writer in exports, so that all three show the same thing.

pub mod charts;
pub mod comparison;
mod face;
mod geometry;
pub mod heatmap;
pub mod icon;
pub mod layout;
pub mod losses;
mod mark;
mod palette;
pub mod png;
pub mod route;
pub mod scene;
pub mod signs;
pub mod svg;
pub mod text;
pub mod threshold_curve;
pub mod timeline;

pub use face::Face;
pub use geometry::{Point, Rect};
pub use mark::{Align, Icon, Mark, Paint, Path, Picture, PictureBuilder, Segment, Shape, Stroke, TextMark};
pub use palette::{Palette, Rgb, Role};
pub use scene::{DiagramScene, Hit, LiveScene, Overlay, PaintOptions, Part, Reach, SceneOptions};
