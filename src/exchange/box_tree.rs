//! Which box stands in which: for formats that draw boundaries and do not say what is inside of them.

/// A rectangle on a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) h: f32,
}

impl Rectangle {
    fn area(self) -> f32 {
        self.w * self.h
    }

    fn holds_centre_of(self, other: Self) -> bool {
        let (x, y) = (other.x + other.w / 2.0, other.y + other.h / 2.0);
        (self.x..=self.x + self.w).contains(&x) && (self.y..=self.y + self.h).contains(&y)
    }

    /// Whether the other is inside, but for the width of a line.
    fn holds(self, other: Self) -> bool {
        const LINE: f32 = 2.0;
        other.x >= self.x - LINE
            && other.y >= self.y - LINE
            && other.x + other.w <= self.x + self.w + LINE
            && other.y + other.h <= self.y + self.h + LINE
    }
}

/// The smallest box around the middle of a thing.
pub(super) fn box_around<T: Copy>(thing: Rectangle, boxes: &[(T, Rectangle)]) -> Option<T> {
    boxes
        .iter()
        .filter(|(_, around)| around.holds_centre_of(thing))
        .min_by(|(_, a), (_, b)| a.area().total_cmp(&b.area()))
        .map(|(which, _)| *which)
}

/// The smallest box around another one. Of two that cover each other, the first is the outer one.
pub(super) fn parent_of<T: Copy>(index: usize, boxes: &[(T, Rectangle)]) -> Option<T> {
    let (_, inner) = *boxes.get(index)?;
    boxes
        .iter()
        .enumerate()
        .filter(|(other, (_, around))| {
            let larger = around.area() > inner.area() || (around.area() == inner.area() && *other < index);
            larger && around.holds(inner)
        })
        .min_by(|(a_index, (_, a)), (b_index, (_, b))| {
            a.area().total_cmp(&b.area()).then(b_index.cmp(a_index))
        })
        .map(|(_, (which, _))| *which)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f32, y: f32, w: f32, h: f32) -> Rectangle {
        Rectangle { x, y, w, h }
    }

    #[test]
    fn the_smallest_box_wins_and_twins_make_no_ring() {
        let boxes = [
            ("outer", rectangle(0.0, 0.0, 400.0, 400.0)),
            ("inner", rectangle(10.0, 10.0, 100.0, 100.0)),
            ("twin", rectangle(10.0, 10.0, 100.0, 100.0)),
            ("straddling", rectangle(350.0, 350.0, 100.0, 100.0)),
        ];
        let parents: Vec<_> = (0..boxes.len()).map(|index| parent_of(index, &boxes)).collect();
        assert_eq!(parents, [None, Some("outer"), Some("inner"), None]);
        assert_eq!(box_around(rectangle(20.0, 20.0, 30.0, 30.0), &boxes[..2]), Some("inner"));
        assert_eq!(box_around(rectangle(90.0, 90.0, 100.0, 100.0), &boxes), Some("outer"));
        assert_eq!(box_around(rectangle(900.0, 90.0, 100.0, 100.0), &boxes), None);
    }
}
