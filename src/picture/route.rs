//! The courses of flows.

use super::{Point, Rect};

/// Where a flow ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// At a box, by its number.
    Box(usize),
    /// In the open.
    Free(Point),
}

/// A flow to be routed.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// Where it starts.
    pub from: Option<End>,
    /// Where it ends.
    pub to: Option<End>,
    /// Points that somebody wants it to pass.
    pub bends: Vec<Point>,
    /// The size of its label.
    pub label: (f32, f32),
    /// How far somebody moved its label.
    pub label_offset: Option<(f32, f32)>,
    /// The middle of the label's pill, from the label's anchor.
    pub pill_middle: Point,
}

/// The boxes that flows go around.
#[derive(Debug, Clone)]
pub struct Router {
    boxes: Vec<Rect>,
}

impl Router {
    /// A router among boxes; `soft` is what lines had better not cross either.
    pub fn new(boxes: Vec<Rect>, _soft: Vec<Rect>) -> Self {
        Self { boxes }
    }

    /// The courses, in the order of the wires.
    pub fn route(&self, wires: &[Wire]) -> Vec<Vec<Point>> {
        wires.iter().map(|wire| self.course(wire)).collect()
    }

    fn course(&self, wire: &Wire) -> Vec<Point> {
        let middle = |end: End| match end {
            End::Box(index) => self.boxes.get(index).map(|rect| rect.center()),
            End::Free(point) => Some(point),
        };
        match (wire.from.and_then(middle), wire.to.and_then(middle)) {
            (Some(a), Some(b)) => vec![a, Point::new(b.x, a.y), b],
            _ => Vec::new(),
        }
    }

    /// Where each label's anchor stands.
    pub fn label_anchors(&self, _wires: &[Wire], routes: &[Vec<Point>], _labels: &[Rect]) -> Vec<Point> {
        routes.iter().map(|route| route.get(1).copied().unwrap_or_default()).collect()
    }
}
