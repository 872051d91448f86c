//! Rectangles by where they lie, so that only those nearby are looked at.

use std::collections::HashMap;

use crate::picture::Rect;

const CELL: f32 = 192.0;
/// A thing of absurd size is entered along one row or column only.
const MOST_CELLS: i32 = 2000;

/// Rectangles with numbers. They are only ever looked up by place, in the order in which they were entered.
#[derive(Debug, Clone, Default)]
pub(in crate::picture) struct RectIndex {
    cells: HashMap<(i32, i32), Vec<(Rect, u32)>>,
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
        for cell in cells(rect) {
            self.cells.entry(cell).or_default().push((rect, number));
        }
    }

    pub(super) fn leave(&mut self, rect: Rect, number: u32) {
        for cell in cells(rect) {
            if let Some(members) = self.cells.get_mut(&cell) {
                members.retain(|(_, member)| *member != number);
            }
        }
    }

    /// Visits what meets an area, each once; edges that only touch do not meet.
    pub(in crate::picture) fn visit(&self, area: Rect, mut seen: impl FnMut(Rect, u32)) {
        for cell in cells(area) {
            for (rect, number) in self.cells.get(&cell).into_iter().flatten() {
                // What spans several cells counts in the first of those that it shares with the area.
                let first = (cell_of(rect.x.max(area.x)), cell_of(rect.y.max(area.y)));
                if first == cell && meets(area, *rect) {
                    seen(*rect, *number);
                }
            }
        }
    }

    pub(super) fn count(&self, area: Rect) -> usize {
        let mut count = 0;
        self.visit(area, |_, _| count += 1);
        count
    }
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
}
