//! Where lines meet the outlines of what they connect: a box is found by its rectangle, but a line ends at its shape.

use crate::model::ComponentKind;
use crate::picture::{Path, Point, Rect, Segment};

use super::silhouette;

/// Straight pieces that a curve is measured by.
const PIECES: u16 = 10;
/// Rounding may put an end this far inside of its rectangle.
const SLACK: f32 = 0.5;

/// A course whose two ends lie on the outlines of the components there.
pub(super) fn at_outlines(course: &[Point], ends: [Option<(ComponentKind, Rect)>; 2]) -> Vec<Point> {
    let mut points = course.to_vec();
    for end in ends.into_iter().rev() {
        if let (Some((kind, rect)), [.., from, tip]) = (end, points.as_mut_slice()) {
            *tip = on_outline(kind, rect, *from, *tip);
        }
        points.reverse();
    }
    points
}

/// The tip of a line that comes from there to the rectangle of a component, moved on to the component's outline.
fn on_outline(kind: ComponentKind, rect: Rect, from: Point, tip: Point) -> Point {
    if kind == ComponentKind::External {
        return tip;
    }
    let level = (from.y - tip.y).abs() < (from.x - tip.x).abs();
    let turned = |p: Point| if level { p } else { Point::new(p.y, p.x) };
    let (from, at) = (turned(from), turned(tip));
    let way = (at.x - from.x).signum();
    let most = if level { rect.w } else { rect.h } / 2.0;
    let mut nearest: Option<f32> = None;
    let (outline, _) = silhouette(kind, rect);
    for_each_piece(&outline, |a, b| {
        let (a, b) = (turned(a), turned(b));
        if (a.y < at.y) == (b.y < at.y) {
            return;
        }
        let x = a.x + (b.x - a.x) * (at.y - a.y) / (b.y - a.y);
        let ahead = (x - at.x) * way;
        if ahead >= -SLACK && ahead <= most && nearest.is_none_or(|known| ahead < known) {
            nearest = Some(ahead);
        }
    });
    let on = Point::new(at.x + way * nearest.unwrap_or(0.0).max(0.0), at.y);
    turned(on)
}

fn for_each_piece(path: &Path, mut seen: impl FnMut(Point, Point)) {
    let mut at = path.start;
    for segment in &path.segments {
        match *segment {
            Segment::Line(end) => {
                seen(at, end);
                at = end;
            }
            Segment::Curve(a, b, end) => {
                let start = at;
                for n in 1..=PIECES {
                    let t = f32::from(n) / f32::from(PIECES);
                    let s = 1.0 - t;
                    let mix = |p: f32, a: f32, b: f32, q: f32| {
                        s * s * s * p + 3.0 * s * s * t * a + 3.0 * s * t * t * b + t * t * t * q
                    };
                    let next = Point::new(mix(start.x, a.x, b.x, end.x), mix(start.y, a.y, b.y, end.y));
                    seen(at, next);
                    at = next;
                }
            }
        }
    }
    if path.closed {
        seen(at, path.start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_outlines() {
        let wide = Rect::new(100.0, 100.0, 160.0, 68.0);
        let circle = Rect::new(100.0, 100.0, 100.0, 100.0);
        // Kind, box, where the line comes from, where it meets the box, how much further it goes.
        let cases = [
            (ComponentKind::External, wide, (0.0, 120.0), (100.0, 120.0), 0.0),
            (ComponentKind::Process, wide, (0.0, 134.0), (100.0, 134.0), 0.0),
            // A quarter circle of 34: 34 - sqrt(34² - 20²).
            (ComponentKind::Process, wide, (0.0, 114.0), (100.0, 114.0), 6.5),
            (ComponentKind::Process, wide, (400.0, 114.0), (260.0, 114.0), 6.5),
            (ComponentKind::Process, circle, (120.0, 0.0), (120.0, 100.0), 10.0),
            (ComponentKind::Process, circle, (120.0, 400.0), (120.0, 200.0), 10.0),
            (ComponentKind::Model, wide, (0.0, 117.0), (100.0, 117.0), 8.0),
            (ComponentKind::Store, wide, (180.0, 0.0), (180.0, 100.0), 0.0),
            (ComponentKind::Agent, wide, (180.0, 0.0), (180.0, 100.0), 0.0),
        ];
        for (kind, rect, from, tip, further) in cases {
            let (from, tip) = (Point::new(from.0, from.1), Point::new(tip.0, tip.1));
            let on = on_outline(kind, rect, from, tip);
            assert!((on.distance(tip) - further).abs() < 0.4, "{kind} {tip:?}: {on:?}");
            assert!(on.distance(from) >= tip.distance(from) - 0.01, "{kind} {tip:?}: {on:?}");
        }
    }
}
