//! What an engine is asked and what it answers: boxes in groups, and flows between boxes. It knows no models.

use crate::picture::{Point, Rect};
use crate::simulation::Progress;

/// A box to be placed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutNode {
    /// Width and height, with all that hangs on it.
    pub size: (f32, f32),
    /// Where flows meet it, from its left top corner.
    pub middle: Point,
    /// The group that it stands in.
    pub group: Option<usize>,
    /// Its left top corner, if it is to stay there.
    pub fixed: Option<Point>,
    /// Below 0 it belongs to the left, above 0 to the right.
    pub pull: f32,
}

/// A group to be placed around what is in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutGroup {
    /// The group that it stands in.
    pub parent: Option<usize>,
    /// Where it stands, if it is to stay there; it may grow to hold what is in it.
    pub fixed: Option<Rect>,
    /// It is no narrower and no lower than this.
    pub least: (f32, f32),
    /// Below 0 it belongs to the left, above 0 to the right.
    pub pull: f32,
}

/// A flow between two boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayoutEdge {
    /// The box where it starts.
    pub from: usize,
    /// The box where it ends.
    pub to: usize,
    /// Width and height of its label.
    pub label: (f32, f32),
}

/// Everything that an engine is told. The same request gets the same answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutRequest {
    /// The boxes.
    pub nodes: Vec<LayoutNode>,
    /// The groups; parents make no ring.
    pub groups: Vec<LayoutGroup>,
    /// The flows.
    pub edges: Vec<LayoutEdge>,
    /// From a group's edge to what is in it: left, top, right, bottom.
    pub padding: (f32, f32, f32, f32),
    /// Width by height of the frame that the drawing should fill.
    pub aspect: f32,
    /// Takes a good drawing at once; the best is not looked for.
    pub at_once: bool,
}

/// Where everything stands, in the order of the request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutResult {
    /// Left top corners of the boxes.
    pub nodes: Vec<Point>,
    /// The groups.
    pub groups: Vec<Rect>,
}

/// Somebody who lays out boxes in groups.
pub trait LayoutEngine {
    /// Where everything stands; none when it was told to stop.
    fn lay_out(&self, request: &LayoutRequest, progress: &dyn Progress) -> Option<LayoutResult>;
}
