//! What is already there: boxes, soft things, zone borders, and the flows laid so far.

use crate::picture::{Point, Rect};

use super::CLEARANCE;
use super::index::{RectIndex, meets};

/// A course through a box costs at least this.
pub(super) const BLOCKED: f32 = 100_000.0;
const CROSSING: f32 = 38.0;
const SOFT: f32 = 130.0;
const UNDER_LABEL: f32 = 170.0;
/// Two flows nearer than this look like one.
const NEAR: f32 = 10.0;
/// Two flows nearer than this leave no room for labels on both.
const TIGHT: f32 = 64.0;
/// Leaving a zone and coming back.
const BORDER: f32 = 30.0;
const BESIDE_BORDER: f32 = 7.0;

/// Where everything is, for asking what a piece of a line would meet.
pub(super) struct Field {
    boxes: Vec<Rect>,
    solid: RectIndex,
    soft: RectIndex,
    borders: RectIndex,
    /// Pieces of flows as flat rectangles, by number; the owner of a lifted one is nobody.
    pieces: Vec<(Rect, usize)>,
    laid: RectIndex,
    labels: RectIndex,
}

impl Field {
    pub(super) fn new(boxes: &[Rect], soft: &[Rect], borders: &[Rect]) -> Self {
        let sides = |r: &Rect| {
            [
                Rect::new(r.x, r.y, r.w, 0.0),
                Rect::new(r.x, r.bottom(), r.w, 0.0),
                Rect::new(r.x, r.y, 0.0, r.h),
                Rect::new(r.right(), r.y, 0.0, r.h),
            ]
        };
        Self {
            boxes: boxes.to_vec(),
            solid: RectIndex::of(boxes.iter().map(|rect| rect.grown(CLEARANCE))),
            soft: RectIndex::of(soft.iter().copied()),
            borders: RectIndex::of(borders.iter().flat_map(sides).map(|side| side.grown(BESIDE_BORDER))),
            pieces: Vec::new(),
            laid: RectIndex::default(),
            labels: RectIndex::default(),
        }
    }

    /// Takes a flow's pieces away.
    pub(super) fn lift(&mut self, wire: usize, course: &[Point]) {
        for piece in flat(course) {
            let own = |(number, (rect, owner)): (usize, &mut (Rect, usize))| {
                (*owner == wire && *rect == piece).then(|| {
                    *owner = usize::MAX;
                    number
                })
            };
            if let Some(number) = self.pieces.iter_mut().enumerate().find_map(own) {
                self.laid.leave(piece.grown(TIGHT), number as u32);
            }
        }
    }

    /// Puts a flow's pieces down.
    pub(super) fn lay(&mut self, wire: usize, course: &[Point]) {
        for piece in flat(course) {
            self.laid.enter(piece.grown(TIGHT), self.pieces.len() as u32);
            self.pieces.push((piece, wire));
        }
    }

    /// Puts a wire's label down; the other wires had better not cross it.
    pub(super) fn lay_label(&mut self, wire: usize, rect: Rect) {
        self.labels.enter(rect, wire as u32);
    }

    /// Whether a wire's course crosses the label of another.
    pub(super) fn crosses_labels(&self, course: &[Point], wire: usize) -> bool {
        flat(course).any(|piece| self.labels_crossed(piece, wire) > 0)
    }

    fn labels_crossed(&self, piece: Rect, wire: usize) -> usize {
        let mut count = 0;
        self.labels.visit(piece, |_, owner| count += usize::from(owner as usize != wire));
        count
    }

    /// Whether a piece runs through a box, its own ones included.
    pub(super) fn is_blocked(&self, piece: Rect) -> bool {
        let mut blocked = false;
        self.solid.visit(piece, |rect, _| blocked |= meets(piece, rect.grown(-1.0)));
        blocked
    }

    /// Whether a piece runs through a box other than these.
    pub(super) fn is_blocked_by_others(&self, piece: Rect, own: [Option<usize>; 2]) -> bool {
        let mut blocked = false;
        self.solid.visit(piece, |rect, number| {
            blocked |= !own.contains(&Some(number as usize)) && meets(piece, rect.grown(-1.0));
        });
        blocked
    }

    /// What is wrong with a course, beyond its length and bends. Stops counting above the limit.
    pub(super) fn trouble(&self, course: &[Point], wire: usize, own: [Option<usize>; 2], limit: f32) -> f32 {
        let mut cost = 0.0;
        let last = course.len().saturating_sub(2);
        for (index, piece) in flat(course).enumerate() {
            self.solid.visit(piece, |_, number| {
                let number = number as usize;
                let leaves = index == 0 && own[0] == Some(number);
                let arrives = index == last && own[1] == Some(number);
                let touches = self.boxes.get(number).is_none_or(|rect| meets(piece, rect.grown(-0.5)));
                if !(leaves || arrives) || touches {
                    cost += BLOCKED;
                }
            });
            if cost > limit {
                return cost;
            }
            cost += self.soft.count(piece) as f32 * SOFT;
            cost += self.labels_crossed(piece, wire) as f32 * UNDER_LABEL;
            self.borders.visit(piece, |near, _| {
                let border = near.grown(-BESIDE_BORDER);
                cost += alongside(piece, border, BESIDE_BORDER) * 1.5;
                if crosses(piece, border) {
                    cost += BORDER;
                }
            });
            self.laid.visit(piece, |_, number| {
                let Some((other, _)) = self.pieces.get(number as usize) else { return };
                let shared = alongside(piece, *other, NEAR);
                if shared > 1.0 {
                    cost += 160.0 + shared * 2.0;
                } else if crosses(piece, *other) {
                    cost += CROSSING;
                } else {
                    cost += (alongside(piece, *other, TIGHT) - 50.0).clamp(0.0, 160.0) * 0.25;
                }
            });
            if cost > limit {
                return cost;
            }
        }
        cost
    }
}

/// The pieces of a course as flat rectangles.
pub(super) fn flat(course: &[Point]) -> impl Iterator<Item = Rect> + '_ {
    course.windows(2).filter_map(|pair| match pair {
        &[a, b] => {
            let r = Rect::around(a, b);
            // A bend that is off by less than can be seen is straight.
            Some(if r.w < 0.01 {
                Rect { w: 0.0, ..r }
            } else if r.h < 0.01 {
                Rect { h: 0.0, ..r }
            } else {
                r
            })
        }
        _ => None,
    })
}

/// How long two flat pieces run side by side nearer than that.
fn alongside(a: Rect, b: Rect, near: f32) -> f32 {
    let level = |r: Rect| r.h <= r.w;
    if level(a) != level(b) {
        0.0
    } else if level(a) {
        if (a.y - b.y).abs() < near { (a.right().min(b.right()) - a.x.max(b.x)).max(0.0) } else { 0.0 }
    } else if (a.x - b.x).abs() < near {
        (a.bottom().min(b.bottom()) - a.y.max(b.y)).max(0.0)
    } else {
        0.0
    }
}

fn crosses(a: Rect, b: Rect) -> bool {
    let (level, upright) = if a.h <= a.w { (a, b) } else { (b, a) };
    upright.h > upright.w
        && upright.x > level.x
        && upright.x < level.right()
        && level.y > upright.y
        && level.y < upright.bottom()
}
