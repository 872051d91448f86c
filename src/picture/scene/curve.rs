//! Flows as curves: along the same course as right-angled ones, each bend as round as the boxes beside it allow.

use std::borrow::Cow;

use crate::picture::{Path, Point, Rect, Segment};

use super::FlowShape;

/// At an end so much stays straight, so that arrowheads point where lines come from.
const STRAIGHT: f32 = 12.0;
/// How far the handles of a curve reach toward the bend.
const REACH: f32 = 0.62;
/// From a curve to a box that is not at its end, at least.
const CLEARANCE: f32 = 4.0;
/// The shares of the pieces beside a bend that are tried.
const SHARES: [f32; 4] = [1.0, 0.7, 0.4, 0.15];
/// Straight pieces that a curve is measured by.
const PIECES: u8 = 10;

/// The bend with that number as a curve: where it begins, its bend, where it ends.
fn corner(points: &[Point], bend: usize, share: f32) -> Option<[Point; 3]> {
    let &[a, b, c] = points.get(bend..bend + 3)? else { return None };
    let is_last = bend + 3 == points.len();
    let toward = |end: Point, is_end: bool| {
        let length = b.distance(end);
        let most = if is_end { (length - STRAIGHT).max(length / 2.0) } else { length / 2.0 };
        let by = if length < 0.01 { 0.0 } else { most * share / length };
        Point::new(b.x + (end.x - b.x) * by, b.y + (end.y - b.y) * by)
    };
    Some([toward(a, bend == 0), b, toward(c, is_last)])
}

fn segment([from, bend, to]: [Point; 3]) -> Segment {
    let handle = |p: Point| Point::new(p.x + (bend.x - p.x) * REACH, p.y + (bend.y - p.y) * REACH);
    Segment::Curve(handle(from), handle(to), to)
}

/// A course as a curve. `shares` says of each bend how much of the pieces beside it the curve takes, 0 to 1.
pub(super) fn curved(points: &[Point], shares: &[f32]) -> Path {
    let mut path = Path { start: points.first().copied().unwrap_or_default(), ..Path::default() };
    for bend in 0..points.len().saturating_sub(2) {
        let share = shares.get(bend).copied().unwrap_or(0.0);
        if let Some(found) = corner(points, bend, share) {
            path.segments.push(Segment::Line(found[0]));
            path.segments.push(segment(found));
        }
    }
    path.segments.extend(points.last().copied().filter(|_| points.len() > 1).map(Segment::Line));
    path
}

/// How round each bend of a course may be. `boxes_near` gives the boxes that meet an area.
pub(super) fn shares(points: &[Point], boxes_near: impl Fn(Rect) -> Vec<Rect>) -> Vec<f32> {
    let ends = [points.first().copied(), points.last().copied()];
    let at_end = |rect: &Rect| ends.iter().flatten().any(|end| rect.grown(1.0).contains(*end));
    (0..points.len().saturating_sub(2))
        .map(|bend| {
            let whole = corner(points, bend, 1.0);
            let Some(area) = whole.map(|[a, b, c]| Rect::around(a, c).union(Rect::around(b, b))) else {
                return 0.0;
            };
            let boxes: Vec<Rect> = boxes_near(area.grown(CLEARANCE))
                .into_iter()
                .map(|rect| if at_end(&rect) { rect.grown(-1.0) } else { rect.grown(CLEARANCE) })
                .collect();
            let is_free = |share: &f32| {
                let Some(found) = corner(points, bend, *share) else { return false };
                let path = Path { start: found[0], segments: vec![segment(found)], closed: false };
                !flattened(&path).iter().any(|p| boxes.iter().any(|rect| rect.contains(*p)))
            };
            SHARES.into_iter().find(is_free).unwrap_or(0.0)
        })
        .collect()
}

/// A path as straight pieces.
fn flattened(path: &Path) -> Vec<Point> {
    let mut points = vec![path.start];
    let mut at = path.start;
    for segment in &path.segments {
        match *segment {
            Segment::Line(end) => {
                points.push(end);
                at = end;
            }
            Segment::Curve(a, b, end) => {
                points.extend((1..=PIECES).map(|step| {
                    let t = f32::from(step) / f32::from(PIECES);
                    let mix = |w: [f32; 4]| {
                        Point::new(
                            w[0] * at.x + w[1] * a.x + w[2] * b.x + w[3] * end.x,
                            w[0] * at.y + w[1] * a.y + w[2] * b.y + w[3] * end.y,
                        )
                    };
                    let r = 1.0 - t;
                    mix([r * r * r, 3.0 * r * r * t, 3.0 * r * t * t, t * t * t])
                }));
                at = end;
            }
        }
    }
    points.dedup();
    points
}

impl FlowShape {
    /// The line as it is drawn, in straight pieces: its course, or what a curve along it comes to.
    pub fn line(&self) -> Cow<'_, [Point]> {
        match &self.curve {
            Some(shares) => Cow::Owned(flattened(&curved(&self.points, shares))),
            None => Cow::Borrowed(&self.points),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn course(points: &[(f32, f32)]) -> Vec<Point> {
        points.iter().map(|(x, y)| Point::new(*x, *y)).collect()
    }

    #[test]
    fn a_curve_ends_where_its_course_ends_and_comes_straight_in() {
        let points = course(&[(0.0, 0.0), (60.0, 0.0), (60.0, 90.0), (160.0, 90.0)]);
        let path = curved(&points, &shares(&points, |_| Vec::new()));
        let line = flattened(&path);
        assert_eq!((line.first(), line.last()), (points.first(), points.last()));
        let [.., from, tip] = line.as_slice() else { panic!() };
        assert!((from.y - tip.y).abs() < 0.01 && tip.x - from.x > 10.0, "{from:?} {tip:?}");
        assert!(path.segments.iter().filter(|segment| matches!(segment, Segment::Curve(..))).count() == 2);
    }

    #[test]
    fn a_straight_flow_stays_straight() {
        let points = course(&[(0.0, 0.0), (60.0, 0.0)]);
        assert_eq!(curved(&points, &shares(&points, |_| Vec::new())), Path::polyline(&points));
    }

    proptest! {
        #[test]
        fn a_curve_meets_no_box_that_its_course_goes_round(
            steps in prop::collection::vec(-300i16..300, 3..8),
            boxes in prop::collection::vec((-600i16..600, -600i16..600), 0..12),
        ) {
            let mut points = vec![Point::new(0.0, 0.0)];
            for (index, step) in steps.iter().enumerate() {
                let by = f32::from(*step) + 20.0_f32.copysign(f32::from(*step));
                let at = points[points.len() - 1];
                points.push(if index % 2 == 0 { at.offset(by, 0.0) } else { at.offset(0.0, by) });
            }
            let clear = |rect: &Rect| {
                points.windows(2).all(|pair| !Rect::around(pair[0], pair[1]).grown(9.0).overlaps(*rect))
            };
            let boxes: Vec<Rect> = boxes
                .iter()
                .map(|(x, y)| Rect::new(f32::from(*x), f32::from(*y), 150.0, 68.0))
                .filter(clear)
                .collect();
            let near = |area: Rect| boxes.iter().copied().filter(|rect| rect.overlaps(area)).collect();
            for p in flattened(&curved(&points, &shares(&points, near))) {
                prop_assert!(p.x.is_finite() && p.y.is_finite());
                prop_assert!(!boxes.iter().any(|rect| rect.contains(p)), "{p:?} in {boxes:?}");
            }
        }
    }
}
