//! Interfaces: lines, arrowheads and labels.

use crate::model::{Band, ItemId};
use crate::picture::scene::curve::curved;
use crate::picture::scene::hit::nearest_on_line;
use crate::picture::scene::label::{ORDER_WIDTH, SIGN_WIDTH, pill_padding};
use crate::picture::scene::{FlowShape, Secrecy};
use crate::picture::signs::{arrowhead, rounded};
use crate::picture::text::{baseline, width};
use crate::picture::{Align, Paint, Path, Point, Rect, Role, Stroke};

use super::{ALL, FULL, HOVERED, NAMES, Painter, SHAPES};

const CORNER: f32 = 6.0;
const ARROW: f32 = 9.0;
/// Where lines cross on paper, the upright one is interrupted by this much.
const INTERRUPTION: f32 = 9.0;

impl Painter<'_> {
    pub(super) fn flow(&mut self, flow: &FlowShape) {
        let item = ItemId::from(flow.id);
        self.turn_to(item, flow.out_of_scope);
        let (mut paint, mut line) = self.flow_ink(flow);
        if let Some(edge) = flow.said.as_ref().and_then(|said| said.tone.edge())
            && !self.is_flow_selected(flow)
            && !self.on_path.contains(&item)
        {
            let more = if self.is_hovered(item) { HOVERED } else { 0.0 };
            (paint, line) = (edge.paint, edge.width.max(line) + more);
        }
        if !flow.bundle.is_empty() {
            line += 1.25;
        }
        let heavy = self.options.heavy.contains(&item);
        let stroke_width = if heavy && !self.is_flow_selected(flow) { 3.0 } else { line };
        let dash: &[f32] = match flow.secrecy {
            Secrecy::Clear => &[2.0, 4.0],
            _ if flow.out_of_scope => &[6.0, 4.0],
            Secrecy::Encrypted | Secrecy::Unknown => &[],
        };
        // From the line to a label beside it; it runs under boxes and words as the line does.
        let is_named = !self.options.without_words && (!flow.label.crowded_out || self.stands_out(item));
        if let Some((on, at)) = flow.leader.filter(|_| is_named) {
            self.out.detail(FULL, ALL).path(Path::polyline(&[on, at]), None, Some(Stroke::solid(paint, 1.0)));
        }
        let stroke = Stroke::dashed(paint, stroke_width, dash);
        self.out.detail(SHAPES, ALL);
        let selected = self.is_flow_selected(flow);
        // A handle covers the very end of a selected line.
        let pull = if selected { 5.0 } else { 0.0 };
        let mut points = flow.points.clone();
        let ends = [(flow.both_ways, true), (true, false)];
        let mut heads = Vec::new();
        for (has_head, at_start) in ends {
            if at_start {
                points.reverse();
            }
            if let (true, [.., from, tip]) = (has_head, points.as_slice()) {
                let tip = toward(*tip, *from, pull);
                let size = ARROW + (stroke_width - 1.75).max(0.0);
                heads.push(arrowhead(tip, *from, size, size * 0.9));
                let end = toward(tip, *from, size - 2.0);
                if let Some(last) = points.last_mut() {
                    *last = end;
                }
            }
            if at_start {
                points.reverse();
            }
        }
        let paths: Vec<Path> = match &flow.curve {
            Some(shares) => vec![curved(&points, shares)],
            None if self.scene.paper => {
                self.interrupted(flow, &points).iter().map(|piece| rounded(piece, CORNER)).collect()
            }
            None => vec![rounded(&points, CORNER)],
        };
        for path in paths {
            self.out.path(path, None, Some(stroke.clone()));
        }
        for head in heads {
            self.out.path(head, Some(paint), None);
        }
    }

    /// The colour and width of a flow's line.
    fn flow_ink(&self, flow: &FlowShape) -> (Paint, f32) {
        let item = ItemId::from(flow.id);
        let (role, width) = if self.on_path.contains(&item) {
            (Role::SeverityMark(Band::High), 2.5)
        } else if self.is_flow_selected(flow) {
            (Role::Accent, 2.5)
        } else if self.is_hovered(item) {
            (Role::TextSecondary, 1.75)
        } else if self.scene.paper {
            (Role::Text, 1.5)
        } else {
            (Role::Control, 1.75)
        };
        (role.into(), width)
    }

    /// Marks where a flow crosses borders: full where data gets into more trust, hollow elsewhere.
    pub(super) fn border_marks(&mut self, flow: &FlowShape) {
        if flow.crossings.is_empty() {
            return;
        }
        self.turn_to(flow.id.into(), flow.out_of_scope);
        self.out.detail(FULL, ALL);
        for mark in &flow.crossings {
            let role = if self.scene.paper {
                Role::Text
            } else if mark.zone.is_some() {
                Role::TrustLine(mark.trust)
            } else {
                Role::Control
            };
            let ground = if self.scene.paper { Role::Paper } else { Role::Canvas };
            let fill = if mark.rises { role } else { ground };
            let (long, short) = (5.5, 2.5);
            let (w, h) = if mark.upright { (short, long) } else { (long, short) };
            let gate = Rect::new(mark.at.x - w, mark.at.y - h, 2.0 * w, 2.0 * h);
            self.out.rect(gate, 1.5, Some(fill.into()), Some(Stroke::solid(role, 1.5)));
        }
    }

    /// The course in pieces, with its upright parts interrupted where another flow's level part crosses.
    fn interrupted(&self, flow: &FlowShape, points: &[Point]) -> Vec<Vec<Point>> {
        let mut pieces = Vec::new();
        let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let &[a, b] = pair else { continue };
            if (a.x - b.x).abs() < 0.01 {
                let way = (b.y - a.y).signum();
                let mut crossings: Vec<f32> = self.crossings(flow, a, b);
                crossings.sort_by(|p, q| ((p - a.y) * way).total_cmp(&((q - a.y) * way)));
                for y in crossings {
                    piece.push(Point::new(a.x, y - way * INTERRUPTION / 2.0));
                    pieces.push(std::mem::take(&mut piece));
                    piece.push(Point::new(a.x, y + way * INTERRUPTION / 2.0));
                }
            }
            piece.push(b);
        }
        pieces.push(piece);
        pieces
    }

    /// The heights at which other flows cross an upright piece, away from its ends.
    fn crossings(&self, flow: &FlowShape, a: Point, b: Point) -> Vec<f32> {
        let (top, bottom) = (a.y.min(b.y) + INTERRUPTION, a.y.max(b.y) - INTERRUPTION);
        let others = self.scene.flows.iter().filter(|other| other.id != flow.id && other.curve.is_none());
        let mut heights: Vec<f32> = Vec::new();
        for pair in others.flat_map(|other| other.points.windows(2)) {
            let &[c, d] = pair else { continue };
            let level = (c.y - d.y).abs() < 0.01;
            let inside =
                a.x > c.x.min(d.x) + CORNER && a.x < c.x.max(d.x) - CORNER && c.y > top && c.y < bottom;
            let apart = heights.iter().all(|known| (known - c.y).abs() > INTERRUPTION);
            if level && inside && apart {
                heights.push(c.y);
            }
        }
        heights
    }

    pub(super) fn flow_label(&mut self, flow: &FlowShape) {
        let item = ItemId::from(flow.id);
        let selected = self.is_flow_selected(flow);
        if flow.label.crowded_out && !selected && !self.stands_out(item) {
            return;
        }
        self.turn_to(item, flow.out_of_scope);
        let paper = self.scene.paper;
        let label = &flow.label;
        self.out.detail(FULL, ALL);
        let tint = label.said.as_ref().and_then(|said| said.tone.fill());
        let (fill, edge) = if selected {
            // What it is tinted with is seen on the plain pill only.
            let fill = if tint.is_some() { Role::Panel } else { Role::AccentSoft };
            (fill, Some(Stroke::solid(Role::Accent, 1.5)))
        } else if paper {
            (Role::Paper, None)
        } else if self.is_hovered(item) {
            (Role::Panel, Some(Stroke::solid(Role::TextSecondary, 1.0)))
        } else {
            (Role::Panel, Some(Stroke::solid(Role::Control, 1.0)))
        };
        self.backing(label.pill, 5.0);
        self.out.rect(label.pill, 5.0, Some(fill.into()), edge);
        if let Some(tint) = tint {
            self.out.rect(label.pill.grown(-1.0), 4.0, Some(tint), None);
        }
        let y = label.origin().y;
        let mut x = label.pill.x + pill_padding(paper);
        if label.order > 0 {
            let center = Point::new(x + 9.0, y);
            self.out.circle(center, 9.0, Some(Role::Active.into()), None);
            let (face, size) = (self.lettering.number.0, 12.0);
            let at = Point::new(center.x, baseline(y, face, size));
            self.out.aligned(at, label.order.to_string(), face, size, Role::Text, Align::Center);
            x += ORDER_WIDTH;
        }
        let (icon, ink) = match flow.secrecy {
            Secrecy::Encrypted => ("lock", Role::TextSecondary),
            Secrecy::Clear => ("lock-open", Role::TextSecondary),
            Secrecy::Unknown => ("circle-help", Role::Accent),
        };
        self.out.icon(icon, Rect::new(x, y - 7.0, 14.0, 14.0), ink);
        x += 19.0;
        if !label.id.is_empty() {
            let (face, size) = self.lettering.id;
            self.out.text(Point::new(x, baseline(y, face, size)), label.id.clone(), face, size, Role::Accent);
            x += width(&label.id, face, size) + 5.0;
        }
        let (face, size) = self.lettering.label;
        self.out.text(Point::new(x, baseline(y, face, size)), label.text.clone(), face, size, Role::Text);
        if let Some(said) = &label.said {
            let (x, y) = (label.pill.x + pill_padding(paper), label.pill.bottom() - 11.0);
            said.tone.sign(&mut self.out, Point::new(x + 9.0, y), 13.0);
            let at = Point::new(x + SIGN_WIDTH, baseline(y, face, size));
            self.out.text(at, said.words.clone(), face, size, Role::Text);
        }
        for chip in &label.chips {
            self.chip(chip, selected);
        }
        if let Some(badge) = label.badge {
            self.badge(badge);
            self.out.detail(NAMES, FULL);
            // Without its label it would belong to nothing: it stands on the line.
            let center = label.pill.center();
            self.far_badge(badge, nearest_on_line(center, &flow.line()).unwrap_or(center));
        }
    }

    /// Squares at both ends of a selected flow.
    pub(super) fn flow_handles(&mut self, flow: &FlowShape) {
        if !self.is_flow_selected(flow) || !flow.bundle.is_empty() {
            return;
        }
        self.out.item(Some(flow.id.into())).fade(1.0).detail(SHAPES, ALL);
        for (_, at) in self.scene.handles(flow.id.into()) {
            let square = Rect::new(at.x - 5.0, at.y - 5.0, 10.0, 10.0);
            self.out.rect(square, 1.0, Some(Role::Canvas.into()), Some(Stroke::solid(Role::Accent, 2.0)));
        }
    }

    pub(super) fn flow_ghost(&mut self, points: &[Point], stroke: Option<Stroke>) {
        self.out.path(rounded(points, CORNER), None, stroke);
        if let [.., from, tip] = points {
            self.out.path(arrowhead(*tip, *from, ARROW, ARROW * 0.9), Some(Role::Accent.into()), None);
        }
    }
}

/// A point moved some way toward another, no further than it is.
fn toward(from: Point, to: Point, by: f32) -> Point {
    let distance = from.distance(to);
    if distance < 0.01 {
        return from;
    }
    let share = (by / distance).min(1.0);
    Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
}
