//! What is already there: boxes, soft things, zone borders, and the flows laid so far.

use std::collections::BTreeMap;

use crate::picture::{Point, Rect};

use super::CLEARANCE;

/// A course through a box costs at least this.
pub(super) const BLOCKED: f32 = 100_000.0;
const CROSSING: f32 = 38.0;
const SOFT: f32 = 100.0;
const UNDER_LABEL: f32 = 170.0;
/// Two flows nearer than this look like one.
const NEAR: f32 = 10.0;
/// Two flows nearer than this leave no room for labels on both.
const TIGHT: f32 = 64.0;
/// Leaving a zone and coming back.
const BORDER: f32 = 30.0;
const CELL: f32 = 256.0;

/// A spatial index that is asked for what lies around a piece of a line.
pub(super) struct Field {
    solid: Vec<Rect>,
    soft: Vec<Rect>,
    /// Borders as thin pieces.
    borders: Vec<(Point, Point)>,
    solid_cells: Cells,
    soft_cells: Cells,
    border_cells: Cells,
    pieces: Vec<(Point, Point, usize)>,
    piece_cells: Cells,
    /// Labels with the wires that they belong to.
    labels: Vec<(Rect, usize)>,
    label_cells: Cells,
}

type Cells = BTreeMap<(i32, i32), Vec<u32>>;

impl Field {
    pub(super) fn new(boxes: &[Rect], soft: &[Rect], borders: &[Rect]) -> Self {
        let mut lines = Vec::new();
        for r in borders {
            let corner = |x, y| Point::new(x, y);
            let (tl, tr) = (corner(r.x, r.y), corner(r.right(), r.y));
            let (bl, br) = (corner(r.x, r.bottom()), corner(r.right(), r.bottom()));
            lines.extend([(tl, tr), (tr, br), (bl, br), (tl, bl)]);
        }
        let mut field = Self {
            solid: boxes.to_vec(),
            soft: soft.to_vec(),
            borders: lines,
            solid_cells: Cells::new(),
            soft_cells: Cells::new(),
            border_cells: Cells::new(),
            pieces: Vec::new(),
            piece_cells: Cells::new(),
            labels: Vec::new(),
            label_cells: Cells::new(),
        };
        for (index, rect) in boxes.iter().enumerate() {
            enter(&mut field.solid_cells, rect.grown(CLEARANCE), index as u32);
        }
        for (index, rect) in soft.iter().enumerate() {
            enter(&mut field.soft_cells, *rect, index as u32);
        }
        for (index, (a, b)) in field.borders.iter().enumerate() {
            enter(&mut field.border_cells, Rect::around(*a, *b).grown(NEAR), index as u32);
        }
        field
    }

    /// Takes a flow's pieces away.
    pub(super) fn lift(&mut self, wire: usize) {
        for (number, (a, b, owner)) in self.pieces.iter_mut().enumerate() {
            if *owner == wire {
                leave(&mut self.piece_cells, Rect::around(*a, *b).grown(TIGHT), number as u32);
                *owner = usize::MAX;
            }
        }
    }

    /// Puts a flow's pieces down.
    pub(super) fn lay(&mut self, wire: usize, course: &[Point]) {
        for pair in course.windows(2) {
            let &[a, b] = pair else { continue };
            enter(&mut self.piece_cells, Rect::around(a, b).grown(TIGHT), self.pieces.len() as u32);
            self.pieces.push((a, b, wire));
        }
    }

    /// Puts a wire's label down; the other wires had better not cross it.
    pub(super) fn lay_label(&mut self, wire: usize, rect: Rect) {
        enter(&mut self.label_cells, rect, self.labels.len() as u32);
        self.labels.push((rect, wire));
    }

    /// Whether a wire's course crosses the label of another.
    pub(super) fn crosses_labels(&self, course: &[Point], wire: usize) -> bool {
        course
            .windows(2)
            .any(|pair| matches!(pair, &[a, b] if self.labels_crossed(Rect::around(a, b), wire) > 0))
    }

    fn labels_crossed(&self, piece: Rect, wire: usize) -> usize {
        let near = around(&self.label_cells, piece).into_iter().filter_map(|number| self.labels.get(number));
        near.filter(|(rect, owner)| *owner != wire && meets(piece, *rect)).count()
    }

    /// What is wrong with a course, beyond its length and bends. Stops counting above the limit.
    pub(super) fn trouble(&self, course: &[Point], wire: usize, own: [Option<usize>; 2], limit: f32) -> f32 {
        let mut cost = 0.0;
        let last = course.len().saturating_sub(2);
        for (index, pair) in course.windows(2).enumerate() {
            let &[a, b] = pair else { continue };
            let piece = Rect::around(a, b);
            for number in around(&self.solid_cells, piece) {
                let Some(rect) = self.solid.get(number) else { continue };
                let is_own = own.contains(&Some(number));
                let leaves = index == 0 && own[0] == Some(number);
                let arrives = index == last && own[1] == Some(number);
                let kept = if is_own {
                    rect.grown(if leaves || arrives { -0.5 } else { CLEARANCE })
                } else {
                    rect.grown(CLEARANCE)
                };
                if meets(piece, kept) {
                    cost += BLOCKED;
                }
            }
            for number in around(&self.soft_cells, piece) {
                if self.soft.get(number).is_some_and(|rect| meets(piece, *rect)) {
                    cost += SOFT;
                }
            }
            cost += self.labels_crossed(piece, wire) as f32 * UNDER_LABEL;
            for number in around(&self.border_cells, piece) {
                if let Some((c, d)) = self.borders.get(number) {
                    cost += alongside((a, b), (*c, *d), 7.0) * 1.5;
                    if crosses((a, b), (*c, *d)) {
                        cost += BORDER;
                    }
                }
            }
            for number in around(&self.piece_cells, piece) {
                let Some((c, d, _)) = self.pieces.get(number) else { continue };
                let shared = alongside((a, b), (*c, *d), NEAR);
                if shared > 1.0 {
                    cost += 160.0 + shared * 2.0;
                } else if crosses((a, b), (*c, *d)) {
                    cost += CROSSING;
                } else {
                    cost += (alongside((a, b), (*c, *d), TIGHT) - 50.0).clamp(0.0, 160.0) * 0.25;
                }
            }
            if cost > limit {
                return cost;
            }
        }
        cost
    }
}

fn cells(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let cell = |v: f32| (v / CELL).floor().clamp(-1e6, 1e6) as i32;
    let (left, right, top, bottom) = (cell(rect.x), cell(rect.right()), cell(rect.y), cell(rect.bottom()));
    // A thing of absurd size is entered only where it starts and ends.
    let wide = if right.saturating_sub(left) > 4000 { left..=left } else { left..=right };
    let high = if bottom.saturating_sub(top) > 4000 { top..=top } else { top..=bottom };
    wide.flat_map(move |x| high.clone().map(move |y| (x, y)))
}

fn enter(index: &mut Cells, rect: Rect, number: u32) {
    for cell in cells(rect) {
        index.entry(cell).or_default().push(number);
    }
}

fn leave(index: &mut Cells, rect: Rect, number: u32) {
    for cell in cells(rect) {
        if let Some(members) = index.get_mut(&cell) {
            members.retain(|member| *member != number);
        }
    }
}

/// The numbers of what may lie around a rectangle, each once.
fn around(index: &Cells, rect: Rect) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for cell in cells(rect) {
        if let Some(members) = index.get(&cell) {
            found.extend(members.iter().map(|number| *number as usize));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a piece of a line, as a flat rectangle, runs through a rectangle.
pub(super) fn meets(piece: Rect, rect: Rect) -> bool {
    piece.x < rect.right() && piece.right() > rect.x && piece.y < rect.bottom() && piece.bottom() > rect.y
}

/// How long two pieces run side by side nearer than that.
fn alongside(a: (Point, Point), b: (Point, Point), near: f32) -> f32 {
    let level = |p: (Point, Point)| (p.0.y - p.1.y).abs() < 0.01;
    let shared = |a0: f32, a1: f32, b0: f32, b1: f32| a0.max(a1).min(b0.max(b1)) - a0.min(a1).max(b0.min(b1));
    if level(a) != level(b) {
        0.0
    } else if level(a) {
        if (a.0.y - b.0.y).abs() < near { shared(a.0.x, a.1.x, b.0.x, b.1.x).max(0.0) } else { 0.0 }
    } else if (a.0.x - b.0.x).abs() < near {
        shared(a.0.y, a.1.y, b.0.y, b.1.y).max(0.0)
    } else {
        0.0
    }
}

fn crosses(a: (Point, Point), b: (Point, Point)) -> bool {
    let inside = |v: f32, p: f32, q: f32| v > p.min(q) && v < p.max(q);
    let level = |p: (Point, Point)| (p.0.y - p.1.y).abs() < 0.01;
    match (level(a), level(b)) {
        (true, false) => inside(b.0.x, a.0.x, a.1.x) && inside(a.0.y, b.0.y, b.1.y),
        (false, true) => inside(a.0.x, b.0.x, b.1.x) && inside(b.0.y, a.0.y, a.1.y),
        _ => false,
    }
}
