//! What lies under a point and in a frame.

use crate::model::ItemId;
use crate::picture::{Point, Rect};

use super::{DiagramScene, FlowShape, NodeBox, Wording, ZoneBox};

/// Which part of a thing was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A component's box.
    Node,
    /// The badge of a component, a flow or a zone: its threats.
    Badge,
    /// The mark that says how many interfaces leave the view at a component or a collapsed zone.
    Elsewhere,
    /// The chip of an asset under a component; the item is the asset.
    Chip,
    /// A flow's label.
    FlowLabel,
    /// A flow's line.
    Flow,
    /// A zone's name and bars.
    ZoneHead,
    /// A zone's edge.
    ZoneEdge,
    /// An open boundary line or its name.
    LineEdge,
    /// A note.
    Note,
}

/// What lies under a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The thing.
    pub item: ItemId,
    /// The part of it.
    pub part: Part,
}

/// A place to take hold of a selected thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handle {
    /// The start of a flow.
    From,
    /// The end of a flow.
    To,
    /// A corner or the course of a boundary line, by its number.
    Bend(usize),
    /// A side of a component, where a new flow starts: 0 top, then clockwise.
    Connect(u8),
    /// A corner or side of a zone, a node or a note: 0 the left top corner, then clockwise.
    Resize(u8),
}

/// Whether a frame takes what is wholly in it, or what it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Wholly in it.
    Contain,
    /// Touched by it.
    Touch,
}

/// What is drawn near by only can be met while the tolerance, six points of the screen, is no more than this.
const NEAR_BY: f32 = 10.0;

impl DiagramScene {
    /// What lies under a point. Nodes come before labels, labels before lines, lines before zones; the inside of a zone
    /// is nothing. The tolerance is in the scene's units.
    pub fn hit(&self, point: Point, tolerance: f32) -> Option<Hit> {
        let hit = |item: ItemId, part| Some(Hit { item, part });
        let near_by = tolerance <= NEAR_BY;
        // Boxes that others stand in lie behind them.
        let around = |node: &&NodeBox| node.wording == Wording::Top;
        let mut holding: Vec<&NodeBox> = self.nodes.iter().filter(around).collect();
        holding.sort_by(|a, b| (a.rect.w * a.rect.h).total_cmp(&(b.rect.w * b.rect.h)));
        for node in self.nodes.iter().rev().filter(|node| !around(node)).chain(holding) {
            if node.badge.is_some_and(|badge| badge.rect.contains(point)) {
                return hit(node.id.into(), Part::Badge);
            }
            if near_by && node.leaves.as_ref().is_some_and(|leaves| leaves.rect.contains(point)) {
                return hit(node.id.into(), Part::Elsewhere);
            }
            if node.rect.contains(point) || node.under.is_some_and(|under| under.contains(point)) {
                return hit(node.id.into(), Part::Node);
            }
            let chip = node.chips.iter().find(|chip| chip.rect.contains(point));
            if let Some(asset) = chip.and_then(|chip| chip.asset) {
                return hit(asset.into(), Part::Chip);
            }
        }
        for zone in self.zones.iter().rev().filter(|zone| zone.collapsed) {
            if near_by && zone.leaves.as_ref().is_some_and(|leaves| leaves.rect.contains(point)) {
                return hit(zone.id.into(), Part::Elsewhere);
            }
            if zone.rect.contains(point) {
                return hit(zone.id.into(), Part::ZoneHead);
            }
        }
        for note in self.notes.iter().rev() {
            if note.rect.contains(point) {
                return hit(note.id.into(), Part::Note);
            }
        }
        // Of many flows only those are looked at that cover the point.
        let covers = |index: &usize| {
            let extent = self.extents.flows.get(*index);
            extent.is_none_or(|extent| extent.grown(tolerance).contains(point))
        };
        let here: Vec<&FlowShape> =
            (0..self.flows.len()).filter(covers).filter_map(|index| self.flows.get(index)).collect();
        for flow in here.iter().rev().filter(|flow| !flow.label.crowded_out) {
            if flow.label.badge.is_some_and(|badge| badge.rect.contains(point)) {
                return hit(flow.id.into(), Part::Badge);
            }
            let chips = flow.label.chips.iter().any(|chip| chip.rect.contains(point));
            if flow.label.pill.contains(point) || chips {
                return hit(flow.id.into(), Part::FlowLabel);
            }
        }
        let near = |points: &[Point]| distance_to_line(point, points);
        let nearest =
            here.iter().map(|flow| (near(&flow.line()), flow.id)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, id)) = nearest
            && distance <= tolerance
        {
            return hit(id.into(), Part::Flow);
        }
        for line in self.lines.iter().rev() {
            if line.head.contains(point) || near(&line.points) <= tolerance {
                return hit(line.id.into(), Part::LineEdge);
            }
        }
        for zone in self.zones.iter().rev() {
            if zone.badge.is_some_and(|badge| badge.rect.contains(point)) {
                return hit(zone.id.into(), Part::Badge);
            }
            if zone.head.contains(point) {
                return hit(zone.id.into(), Part::ZoneHead);
            }
            let r = zone.rect;
            if r.grown(tolerance).contains(point) && !r.grown(-tolerance).contains(point) {
                return hit(zone.id.into(), Part::ZoneEdge);
            }
        }
        None
    }

    /// Where a thing can be taken hold of while it is selected, or, for a component, while the pointer is over it.
    pub fn handles(&self, item: ItemId) -> Vec<(Handle, Point)> {
        let sides = |r: Rect| {
            let c = r.center();
            let at = [(c.x, r.y), (r.right(), c.y), (c.x, r.bottom()), (r.x, c.y)];
            at.map(|(x, y)| Point::new(x, y))
        };
        let frame = |r: Rect| {
            let [top, right, bottom, left] = sides(r);
            let corner = |x, y| Point::new(x, y);
            let around = [
                corner(r.x, r.y),
                top,
                corner(r.right(), r.y),
                right,
                corner(r.right(), r.bottom()),
                bottom,
                corner(r.x, r.bottom()),
                left,
            ];
            around
                .into_iter()
                .enumerate()
                .map(|(index, p)| (Handle::Resize(index as u8), p))
                .collect::<Vec<_>>()
        };
        match item {
            ItemId::Component(id) => self.node(id).map_or_else(Vec::new, |node: &NodeBox| {
                sides(node.rect)
                    .into_iter()
                    .enumerate()
                    .map(|(side, p)| (Handle::Connect(side as u8), p))
                    .collect()
            }),
            ItemId::Interface(id) => self.flow(id).map_or_else(Vec::new, |flow: &FlowShape| {
                let ends = [(Handle::From, flow.points.first()), (Handle::To, flow.points.last())];
                ends.into_iter().filter_map(|(handle, p)| Some((handle, *p?))).collect()
            }),
            ItemId::Zone(id) => self
                .zone(id)
                .filter(|zone| !zone.collapsed)
                .map_or_else(Vec::new, |zone: &ZoneBox| frame(zone.rect)),
            ItemId::Line(id) => self.lines.iter().find(|line| line.id == id).map_or_else(Vec::new, |line| {
                line.points.iter().enumerate().map(|(index, p)| (Handle::Bend(index), *p)).collect()
            }),
            ItemId::Note(id) => {
                self.notes.iter().find(|note| note.id == id).map_or_else(Vec::new, |note| frame(note.rect))
            }
            _ => Vec::new(),
        }
    }

    /// The handle of a thing under a point, the nearest one first.
    pub fn hit_handle(&self, point: Point, tolerance: f32, item: ItemId) -> Option<Handle> {
        let near = self.handles(item).into_iter().map(|(handle, p)| (p.distance(point), handle));
        near.filter(|(distance, _)| *distance <= tolerance)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, handle)| handle)
    }

    /// The things in a frame: components, interfaces, zones, lines and notes, in that order.
    pub fn items_in(&self, frame: Rect, reach: Reach) -> Vec<ItemId> {
        let boxed = |rect: Rect| match reach {
            Reach::Contain => frame.contains_rect(rect),
            Reach::Touch => frame.overlaps(rect),
        };
        let lined = |points: &[Point]| match reach {
            Reach::Contain => !points.is_empty() && points.iter().all(|p| frame.contains(*p)),
            Reach::Touch => points.windows(2).any(|pair| matches!(pair, &[a, b] if line_meets(a, b, frame))),
        };
        // A zone is touched at its edge: a frame drawn inside of it means what is in it.
        let zoned = |rect: Rect| boxed(rect) && !rect.grown(-0.5).contains_rect(frame);
        let mut items: Vec<ItemId> = Vec::new();
        items.extend(self.nodes.iter().filter(|node| boxed(node.rect)).map(|node| ItemId::from(node.id)));
        items.extend(self.flows.iter().filter(|flow| lined(&flow.line())).map(|flow| ItemId::from(flow.id)));
        items.extend(self.zones.iter().filter(|zone| zoned(zone.rect)).map(|zone| ItemId::from(zone.id)));
        items.extend(self.lines.iter().filter(|line| lined(&line.points)).map(|line| ItemId::from(line.id)));
        items.extend(self.notes.iter().filter(|note| boxed(note.rect)).map(|note| ItemId::from(note.id)));
        items
    }
}

/// How far a point is from the nearest piece of a line.
pub(crate) fn distance_to_line(point: Point, line: &[Point]) -> f32 {
    let pieces = line.windows(2).filter_map(|pair| match pair {
        &[a, b] => Some(distance_to_piece(point, a, b)),
        _ => None,
    });
    pieces.fold(f32::INFINITY, f32::min)
}

/// The place on a line that is nearest to a point.
pub(crate) fn nearest_on_line(point: Point, line: &[Point]) -> Option<Point> {
    let places = line.windows(2).filter_map(|pair| match pair {
        &[a, b] => Some(nearest_on_piece(point, a, b)),
        _ => None,
    });
    places.min_by(|a, b| point.distance(*a).total_cmp(&point.distance(*b)))
}

fn distance_to_piece(p: Point, a: Point, b: Point) -> f32 {
    p.distance(nearest_on_piece(p, a, b))
}

fn nearest_on_piece(p: Point, a: Point, b: Point) -> Point {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((p.x - a.x) * dx + (p.y - a.y) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    Point::new(a.x + t * dx, a.y + t * dy)
}

/// Whether a straight line and a rectangle share a point (Liang and Barsky's clipping).
pub(crate) fn line_meets(a: Point, b: Point, rect: Rect) -> bool {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (mut enter, mut leave) = (0.0f32, 1.0f32);
    let sides =
        [(-dx, a.x - rect.x), (dx, rect.right() - a.x), (-dy, a.y - rect.y), (dy, rect.bottom() - a.y)];
    for (p, q) in sides {
        if p == 0.0 {
            if q < 0.0 {
                return false;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    enter <= leave
}
