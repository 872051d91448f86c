//! The outline of a component tells its kind.

use crate::model::ComponentKind;
use crate::picture::signs::outline;
use crate::picture::{Path, Point, Rect, Segment};

/// The outline of a kind in a rectangle, and the lines drawn inside of it.
pub fn silhouette(kind: ComponentKind, rect: Rect) -> (Path, Vec<Path>) {
    let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    let corners = |radii: [f32; 4]| {
        let at = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let corners: Vec<(Point, f32)> =
            at.iter().zip(radii).map(|((x, y), r)| (Point::new(*x, *y), r)).collect();
        outline(&corners)
    };
    let polygon = |points: &[(f32, f32)]| {
        Path::polygon(&points.iter().map(|(x, y)| Point::new(*x, *y)).collect::<Vec<_>>())
    };
    match kind {
        ComponentKind::Agent => {
            let c = 11f32.min(rect.h / 3.0);
            let path = polygon(&[
                (left + c, top),
                (right - c, top),
                (right, top + c),
                (right, bottom - c),
                (right - c, bottom),
                (left + c, bottom),
                (left, bottom - c),
                (left, top + c),
            ]);
            (path, Vec::new())
        }
        ComponentKind::Process => (corners([rect.h / 2.0; 4]), Vec::new()),
        ComponentKind::Model => {
            let (d, y) = (16f32.min(rect.w / 4.0), rect.center().y);
            let path = polygon(&[
                (left + d, top),
                (right - d, top),
                (right, y),
                (right - d, bottom),
                (left + d, bottom),
                (left, y),
            ]);
            (path, Vec::new())
        }
        ComponentKind::Tool => {
            let c = 14f32.min(rect.h / 3.0);
            let path =
                polygon(&[(left, top), (right - c, top), (right, top + c), (right, bottom), (left, bottom)]);
            (path, Vec::new())
        }
        ComponentKind::Store => drum(rect),
        ComponentKind::External => {
            let second = Path::polyline(&[Point::new(left + 5.5, top), Point::new(left + 5.5, bottom)]);
            (corners([0.0; 4]), vec![second])
        }
        ComponentKind::Human => (corners([26.0, 26.0, 4.0, 4.0]), Vec::new()),
    }
}

/// Top and bottom curved by 8, the rim of the lid drawn inside.
fn drum(rect: Rect) -> (Path, Vec<Path>) {
    let depth = 8f32.min(rect.h / 4.0);
    let (left, right) = (rect.x, rect.right());
    let (top, bottom) = (rect.y + depth, rect.bottom() - depth);
    // Handles at 4/3 of the depth make a curve whose middle is exactly that deep.
    let reach = depth * 4.0 / 3.0;
    let inner = rect.w * 0.12;
    let arc = |from: f32, to: f32, y: f32, by: f32| {
        let lean = if to > from { inner } else { -inner };
        Segment::Curve(Point::new(from + lean, y + by), Point::new(to - lean, y + by), Point::new(to, y))
    };
    let outline = Path {
        start: Point::new(left, top),
        segments: vec![
            arc(left, right, top, -reach),
            Segment::Line(Point::new(right, bottom)),
            arc(right, left, bottom, reach),
            Segment::Line(Point::new(left, top)),
        ],
        closed: true,
    };
    let rim =
        Path { start: Point::new(left, top), segments: vec![arc(left, right, top, reach)], closed: false };
    (outline, vec![rim])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silhouettes_fill_their_rectangle_and_differ() {
        let rect = Rect::new(10.0, 20.0, 160.0, 68.0);
        let mut seen = Vec::new();
        for kind in ComponentKind::ALL {
            let (outline, inner) = silhouette(*kind, rect);
            let bounds = outline.bounds();
            assert!(rect.grown(3.0).contains_rect(bounds), "{kind} {bounds:?}");
            assert!(bounds.grown(0.1).contains_rect(rect), "{kind} {bounds:?}");
            assert!(outline.closed);
            let shape = format!("{outline:?}{inner:?}");
            assert!(!seen.contains(&shape), "{kind}");
            seen.push(shape);
        }
    }
}
