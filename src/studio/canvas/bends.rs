//! A flow's course bent by hand: which piece is held, and the bends that it has after the piece was moved.

use crate::model::InterfaceId;
use crate::picture::{Point, Rect};

use super::Ground;

/// The piece of a flow's course that lies under a point.
pub fn piece_at(flow: InterfaceId, at: Point, ground: &Ground<'_>) -> Option<usize> {
    let flow = ground.scene.flow(flow)?;
    let near = |pair: &[Point]| match pair {
        &[a, b] => Rect::around(a, b).grown(ground.tolerance).contains(at),
        _ => false,
    };
    flow.points.windows(2).position(near)
}

/// The bends of a flow after one of its pieces was moved sideways.
pub fn moved(
    flow: InterfaceId,
    piece: usize,
    from: Point,
    to: Point,
    ground: &Ground<'_>,
) -> Option<Vec<Point>> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    bent(&ground.scene.flow(flow)?.points, piece, dx, dy)
}

fn bent(course: &[Point], piece: usize, dx: f32, dy: f32) -> Option<Vec<Point>> {
    let (a, b) = (*course.get(piece)?, *course.get(piece + 1)?);
    let level = (a.y - b.y).abs() <= (a.x - b.x).abs();
    let shift = |p: Point| if level { p.offset(0.0, dy) } else { p.offset(dx, 0.0) };
    let last = course.len() - 2;
    let between = |share: f32| Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
    let mut points: Vec<Point> = course.get(1..piece.max(1))?.to_vec();
    // At a box the line keeps its place and steps aside on the way.
    points.push(shift(if piece == 0 { between(0.3) } else { a }));
    points.push(shift(if piece == last { between(0.7) } else { b }));
    points.extend(course.get(piece + 2..course.len() - 1).unwrap_or_default());
    Some(points.into_iter().map(|p| Point::new(p.x.round(), p.y.round())).collect())
}

/// The point, or the one beside it that lies straight above, below or beside the last.
pub fn straight_from(last: Point, at: Point, tolerance: f32) -> Point {
    if (at.x - last.x).abs() <= tolerance * 1.5 {
        Point::new(last.x, at.y)
    } else if (at.y - last.y).abs() <= tolerance * 1.5 {
        Point::new(at.x, last.y)
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(course: &[(f32, f32)], piece: usize, by: (f32, f32), expected: &[(f32, f32)]) {
        let course: Vec<Point> = course.iter().map(|(x, y)| Point::new(*x, *y)).collect();
        let bends: Vec<(f32, f32)> =
            bent(&course, piece, by.0, by.1).unwrap().iter().map(|p| (p.x, p.y)).collect();
        assert_eq!(bends, expected);
    }

    #[test]
    fn a_piece_moves_sideways_and_the_ends_stay() {
        let steps = [(0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (200.0, 80.0)];
        check(&steps, 1, (20.0, 999.0), &[(120.0, 0.0), (120.0, 80.0)]);
        check(&steps, 0, (999.0, -10.0), &[(30.0, -10.0), (100.0, -10.0), (100.0, 80.0)]);
        check(&steps, 2, (0.0, 30.0), &[(100.0, 0.0), (100.0, 110.0), (170.0, 110.0)]);
        check(&[(0.0, 0.0), (100.0, 0.0)], 0, (5.0, 40.0), &[(30.0, 40.0), (70.0, 40.0)]);
    }
}
