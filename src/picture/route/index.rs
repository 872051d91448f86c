//! Rectangles by where they lie, so that only those nearby are looked at.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::picture::Rect;

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

    #[cfg(test)]
    pub(super) fn count(&self, area: Rect) -> usize {
        let mut count = 0;
        self.visit(area, |_, _| count += 1);
        count
    }
}

/// Cells are their own keys: one multiplication scatters them well enough, and it is what a look-up mostly costs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scatter(u64);

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
    (u64::from(x as u32) << 32) | u64::from(y as u32)
}

/// Whether two rectangles share a place; either may be flat.
pub(super) fn meets(a: Rect, b: Rect) -> bool {
    a.x < b.right() && a.right() > b.x && a.y < b.bottom() && a.bottom() > b.y
        || a.w == 0.0 && a.x > b.x && a.x < b.right() && a.y < b.bottom() && a.bottom() > b.y
        || a.h == 0.0 && a.y > b.y && a.y < b.bottom() && a.x < b.right() && a.right() > b.x
}

pub(super) fn cell_of(v: f32) -> i32 {
    let cells = (v / CELL).clamp(-1e6, 1e6);
    let whole = cells as i32;
    // Cheaper than rounding down a fraction.
    whole - i32::from(cells < whole as f32)
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
}
