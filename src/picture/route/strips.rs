//! Rectangles and lines in strips across and down, for asking what a long straight line meets.
//!
//! A line lies in one strip however long it is, and in a strip things are in order.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::picture::{Point, Rect};

use super::index::{Scatter, cell_of, meets};
use super::shape::Side;

type ByNumber<T> = HashMap<u64, T, BuildHasherDefault<Scatter>>;

/// A thing of absurd size is entered in this many strips only.
const MOST_STRIPS: i32 = 4000;

/// Rectangles with numbers that do not change.
#[derive(Debug, Clone, Default)]
pub(super) struct Strips {
    /// By their height, in the order of their left edges.
    level: ByNumber<Strip>,
    /// By how far right they are, in the order of their top edges.
    upright: ByNumber<Strip>,
}

#[derive(Debug, Clone, Default)]
struct Strip {
    members: Vec<(f32, Rect, u32)>,
    longest: f32,
}

impl Strip {
    fn enter(&mut self, low: f32, length: f32, rect: Rect, number: u32) {
        self.members.push((low, rect, number));
        self.longest = self.longest.max(length);
    }

    /// From the first member that could reach that far.
    fn reaching(&self, from: f32) -> &[(f32, Rect, u32)] {
        let first = self.members.partition_point(|(low, ..)| *low < from - self.longest);
        self.members.get(first..).unwrap_or_default()
    }

    /// Up to the last member that starts before that.
    fn starting(&self, before: f32) -> &[(f32, Rect, u32)] {
        let end = self.members.partition_point(|(low, ..)| *low < before);
        self.members.get(..end).unwrap_or_default()
    }
}

impl Strips {
    pub(super) fn of(rects: impl IntoIterator<Item = Rect>) -> Self {
        let mut strips = Self::default();
        let keys = |low: f32, high: f32| {
            let (low, high) = (cell_of(low), cell_of(high));
            (low..=high.min(low.saturating_add(MOST_STRIPS))).map(|n| u64::from(n as u32))
        };
        for (number, rect) in rects.into_iter().enumerate() {
            for key in keys(rect.y, rect.bottom()) {
                strips.level.entry(key).or_default().enter(rect.x, rect.w, rect, number as u32);
            }
            for key in keys(rect.x, rect.right()) {
                strips.upright.entry(key).or_default().enter(rect.y, rect.h, rect, number as u32);
            }
        }
        for lines in [&mut strips.level, &mut strips.upright] {
            #[allow(clippy::iter_over_hash_type, reason = "each is put in order by itself")]
            for strip in lines.values_mut() {
                strip.members.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
            }
        }
        strips
    }

    fn strip(&self, level: bool, across: f32) -> Option<&Strip> {
        let lines = if level { &self.level } else { &self.upright };
        lines.get(&u64::from(cell_of(across) as u32))
    }

    /// Whether anything that meets a flat piece is what is looked for; what follows it is not looked at.
    pub(super) fn any(&self, piece: Rect, mut found: impl FnMut(Rect, u32) -> bool) -> bool {
        let level = piece.h <= piece.w;
        let (from, to, across) =
            if level { (piece.x, piece.right(), piece.y) } else { (piece.y, piece.bottom(), piece.x) };
        let Some(strip) = self.strip(level, across) else { return false };
        for (low, rect, number) in strip.reaching(from) {
            if *low >= to {
                return false;
            }
            if meets(piece, *rect) && found(*rect, *number) {
                return true;
            }
        }
        false
    }

    /// Visits what meets a flat piece.
    pub(super) fn visit(&self, piece: Rect, mut seen: impl FnMut(Rect, u32)) {
        self.any(piece, |rect, number| {
            seen(rect, number);
            false
        });
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
        let level = way.is_level();
        let (start, across) = if level { (from.x, from.y) } else { (from.y, from.x) };
        let none = (reach, None);
        let Some(strip) = self.strip(level, across) else { return none };
        let range = |rect: Rect| {
            if level {
                (rect.x, rect.right(), rect.y < across && across < rect.bottom())
            } else {
                (rect.y, rect.bottom(), rect.x < across && across < rect.right())
            }
        };
        let mut nearest: (f32, Option<Rect>) = none;
        let (dx, dy) = way.out();
        if dx + dy > 0.0 {
            for (low, rect, number) in strip.reaching(start) {
                // What counts of a member may start later than the member, not sooner.
                if *low >= start + nearest.0 {
                    break;
                }
                let Some(part) = solid(*rect, *number) else { continue };
                let (low, high, beside) = range(part);
                if beside && high > start && low - start < nearest.0 {
                    nearest = ((low - start).max(0.0), Some(part));
                }
            }
        } else {
            for (low, rect, number) in strip.starting(start).iter().rev() {
                if low + strip.longest <= start - nearest.0 {
                    break;
                }
                let Some(part) = solid(*rect, *number) else { continue };
                let (low, high, beside) = range(part);
                if beside && low < start && start - high < nearest.0 {
                    nearest = ((start - high).max(0.0), Some(part));
                }
            }
        }
        nearest
    }
}

/// Lines that are laid one after the other, by the narrow lane in which they lie.
#[derive(Debug, Clone, Default)]
pub(super) struct Lanes {
    level: ByNumber<Vec<Laid>>,
    upright: ByNumber<Vec<Laid>>,
}

#[derive(Debug, Clone, Copy)]
struct Laid {
    across: f32,
    from: f32,
    to: f32,
    weight: f32,
}

/// How wide a lane is: lines nearer than this look like one.
pub(super) const NEAR: f32 = 10.0;

fn lane(across: f32) -> i32 {
    let lanes = (across / NEAR).clamp(-1e8, 1e8);
    let whole = lanes as i32;
    whole - i32::from(lanes < whole as f32)
}

impl Lanes {
    /// Enters a flat piece; a point of it counts that much.
    pub(super) fn enter(&mut self, piece: Rect, weight: f32) {
        let level = piece.h <= piece.w;
        let (lines, across, from, to) = if level {
            (&mut self.level, piece.y, piece.x, piece.right())
        } else {
            (&mut self.upright, piece.x, piece.y, piece.bottom())
        };
        let laid = Laid { across, from, to, weight };
        lines.entry(u64::from(lane(across) as u32)).or_default().push(laid);
    }

    /// How long a flat piece runs beside others.
    pub(super) fn shared(&self, piece: Rect) -> f32 {
        let level = piece.h <= piece.w;
        let (lines, across, from, to) = if level {
            (&self.level, piece.y, piece.x, piece.right())
        } else {
            (&self.upright, piece.x, piece.y, piece.bottom())
        };
        let here = lane(across);
        (here - 1..=here + 1)
            .filter_map(|lane| lines.get(&u64::from(lane as u32)))
            .flatten()
            .filter(|laid| (laid.across - across).abs() < NEAR)
            .map(|laid| (laid.to.min(to) - laid.from.max(from)).max(0.0) * laid.weight)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rays_stop_at_what_they_meet_first() {
        let strips = Strips::of([Rect::new(1000.0, -20.0, 50.0, 40.0), Rect::new(600.0, 30.0, 50.0, 40.0)]);
        let cast =
            |x: f32, y: f32, way: Side| strips.ray(Point::new(x, y), way, 5000.0, |rect, _| Some(rect)).0;
        assert_eq!(cast(0.0, 0.0, Side::Right), 1000.0);
        assert_eq!(cast(0.0, 50.0, Side::Right), 600.0);
        assert_eq!(cast(0.0, 30.0, Side::Right), 5000.0, "along an edge");
        assert_eq!(cast(3000.0, 0.0, Side::Left), 1950.0);
        assert_eq!(cast(620.0, 500.0, Side::Top), 430.0);
        assert_eq!(cast(620.0, -500.0, Side::Bottom), 530.0);
        assert_eq!(cast(620.0, 500.0, Side::Bottom), 5000.0);
    }

    #[test]
    fn lines_meet_what_lies_across_them() {
        let strips = Strips::of([Rect::new(-500.0, 0.0, 3000.0, 10.0), Rect::new(100.0, 100.0, 50.0, 50.0)]);
        let count = |piece: Rect| {
            let mut count = 0;
            strips.visit(piece, |_, _| count += 1);
            count
        };
        assert_eq!(count(Rect::new(120.0, -900.0, 0.0, 5000.0)), 2);
        assert_eq!(count(Rect::new(2400.0, -900.0, 0.0, 5000.0)), 1);
        assert_eq!(count(Rect::new(0.0, 10.0, 5000.0, 0.0)), 0, "along an edge");
        assert_eq!(count(Rect::new(2499.0, 5.0, 5000.0, 0.0)), 1);
    }

    #[test]
    fn what_runs_side_by_side_is_measured() {
        let mut lanes = Lanes::default();
        lanes.enter(Rect::new(0.0, 99.0, 100.0, 0.0), 1.0);
        lanes.enter(Rect::new(50.0, 0.0, 0.0, 500.0), 0.5);
        assert_eq!(lanes.shared(Rect::new(60.0, 101.0, 100.0, 0.0)), 40.0);
        assert_eq!(lanes.shared(Rect::new(60.0, 110.0, 100.0, 0.0)), 0.0);
        assert_eq!(lanes.shared(Rect::new(55.0, 400.0, 0.0, 300.0)), 50.0);
    }
}
