//! Rectangles by where they lie, so that only those nearby are looked at.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::picture::{Point, Rect};

use super::shape::Side;

const CELL: f32 = 192.0;
/// A thing of absurd size is entered along one row or column only.
const MOST_CELLS: i32 = 2000;

/// Rectangles with numbers. They are only ever looked up by place, in the order in which they were entered.
#[derive(Debug, Clone, Default)]
pub(in crate::picture) struct RectIndex {
    cells: HashMap<u64, Vec<(Rect, u32)>, BuildHasherDefault<Scatter>>,
}

impl RectIndex {
    pub(in crate::picture) fn of(rects: impl IntoIterator<Item = Rect>) -> Self {
        let mut index = Self::default();
        for (number, rect) in rects.into_iter().enumerate() {
            index.enter(rect, number as u32);
        }
        index
    }

    pub(super) fn enter(&mut self, rect: Rect, number: u32) {
        for (x, y) in cells(rect) {
            self.cells.entry(key(x, y)).or_default().push((rect, number));
        }
    }

    pub(super) fn leave(&mut self, rect: Rect, number: u32) {
        for (x, y) in cells(rect) {
            if let Some(members) = self.cells.get_mut(&key(x, y)) {
                members.retain(|(known, member)| *member != number || *known != rect);
            }
        }
    }

    /// Visits what meets an area, each once; edges that only touch do not meet.
    pub(in crate::picture) fn visit(&self, area: Rect, mut seen: impl FnMut(Rect, u32)) {
        self.any(area, |rect, number| {
            seen(rect, number);
            false
        });
    }

    /// Whether anything that meets an area is what is looked for; what follows it is not looked at.
    pub(super) fn any(&self, area: Rect, mut found: impl FnMut(Rect, u32) -> bool) -> bool {
        for (x, y) in cells(area) {
            let Some(members) = self.cells.get(&key(x, y)) else { continue };
            for (rect, number) in members {
                // What spans several cells counts in the first of those that it shares with the area.
                if meets(area, *rect)
                    && (cell_of(rect.x.max(area.x)), cell_of(rect.y.max(area.y))) == (x, y)
                    && found(*rect, *number)
                {
                    return true;
                }
            }
        }
        false
    }

    /// How far one can go from a point before meeting anything, at most `reach`, and what is met there. `solid` says how
    /// much of a member counts.
    pub(super) fn ray(
        &self,
        from: Point,
        way: Side,
        reach: f32,
        solid: impl Fn(Rect, u32) -> Option<Rect>,
    ) -> (f32, Option<Rect>) {
        let (dx, dy) = way.out();
        let to = from.offset(dx * reach, dy * reach);
        let (last_x, last_y) = (cell_of(to.x), cell_of(to.y));
        let (mut x, mut y) = (cell_of(from.x), cell_of(from.y));
        let mut nearest: (f32, Option<Rect>) = (reach, None);
        loop {
            for (rect, number) in self.cells.get(&key(x, y)).into_iter().flatten() {
                let Some(rect) = solid(*rect, *number) else { continue };
                let (near, far, beside) = match way {
                    Side::Right => (rect.x - from.x, rect.right() - from.x, (from.y - rect.y, rect.bottom() - from.y)),
                    Side::Left => (from.x - rect.right(), from.x - rect.x, (from.y - rect.y, rect.bottom() - from.y)),
                    Side::Bottom => (rect.y - from.y, rect.bottom() - from.y, (from.x - rect.x, rect.right() - from.x)),
                    Side::Top => (from.y - rect.bottom(), from.y - rect.y, (from.x - rect.x, rect.right() - from.x)),
                };
                if far > 0.0 && beside.0 > 0.0 && beside.1 > 0.0 && near < nearest.0 {
                    nearest = (near.max(0.0), Some(rect));
                }
            }
            let done = nearest.1.is_some() && {
                let at = from.offset(dx * nearest.0, dy * nearest.0);
                (cell_of(at.x) - x) as f32 * dx <= 0.0 && (cell_of(at.y) - y) as f32 * dy <= 0.0
            };
            if done || (x, y) == (last_x, last_y) {
                return nearest;
            }
            x += dx as i32;
            y += dy as i32;
        }
    }

    #[cfg(test)]
    pub(super) fn count(&self, area: Rect) -> usize {
        let mut count = 0;
        self.visit(area, |_, _| count += 1);
        count
    }
}

/// Cells are their own keys: one multiplication scatters them well enough, and it is what a look-up mostly costs.
#[derive(Debug, Clone, Copy, Default)]
struct Scatter(u64);

impl Hasher for Scatter {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let product = value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = product ^ (product >> 32);
    }
}

fn key(x: i32, y: i32) -> u64 {
    u64::from(x as u32) << 32 | u64::from(y as u32)
}

/// Whether two rectangles share a place; either may be flat.
pub(super) fn meets(a: Rect, b: Rect) -> bool {
    a.x < b.right() && a.right() > b.x && a.y < b.bottom() && a.bottom() > b.y
        || a.w == 0.0 && a.x > b.x && a.x < b.right() && a.y < b.bottom() && a.bottom() > b.y
        || a.h == 0.0 && a.y > b.y && a.y < b.bottom() && a.x < b.right() && a.right() > b.x
}

fn cell_of(v: f32) -> i32 {
    (v / CELL).floor().clamp(-1e6, 1e6) as i32
}

fn cells(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let (left, right, top, bottom) =
        (cell_of(rect.x), cell_of(rect.right()), cell_of(rect.y), cell_of(rect.bottom()));
    let wide = if right - left > MOST_CELLS { left..=left } else { left..=right };
    let high = if bottom - top > MOST_CELLS { top..=top } else { top..=bottom };
    wide.flat_map(move |x| high.clone().map(move |y| (x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_around_is_found_once() {
        let mut index =
            RectIndex::of([Rect::new(0.0, 0.0, 900.0, 900.0), Rect::new(500.0, 500.0, 10.0, 10.0)]);
        let count = |index: &RectIndex, rect: Rect| index.count(rect);
        assert_eq!(count(&index, Rect::new(-50.0, 10.0, 2000.0, 0.0)), 1, "a line through the large one");
        assert_eq!(count(&index, Rect::new(505.0, 0.0, 0.0, 900.0)), 2);
        assert_eq!(count(&index, Rect::new(490.0, 490.0, 100.0, 100.0)), 2);
        assert_eq!(count(&index, Rect::new(-50.0, 0.0, 50.0, 900.0)), 0, "only touching");
        index.leave(Rect::new(500.0, 500.0, 10.0, 10.0), 1);
        assert_eq!(count(&index, Rect::new(490.0, 490.0, 100.0, 100.0)), 1);
    }

    #[test]
    fn rays_stop_at_what_they_meet_first() {
        let index = RectIndex::of([Rect::new(1000.0, -20.0, 50.0, 40.0), Rect::new(600.0, 30.0, 50.0, 40.0)]);
        let cast = |x: f32, y: f32, way: Side| index.ray(Point::new(x, y), way, 5000.0, |rect, _| Some(rect)).0;
        assert_eq!(cast(0.0, 0.0, Side::Right), 1000.0);
        assert_eq!(cast(0.0, 50.0, Side::Right), 600.0);
        assert_eq!(cast(0.0, 30.0, Side::Right), 5000.0, "along an edge");
        assert_eq!(cast(3000.0, 0.0, Side::Left), 1950.0);
        assert_eq!(cast(620.0, 500.0, Side::Top), 430.0);
        assert_eq!(cast(620.0, -500.0, Side::Bottom), 530.0);
        assert_eq!(cast(620.0, 500.0, Side::Bottom), 5000.0);
    }
}
