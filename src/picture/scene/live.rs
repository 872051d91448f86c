//! A scene while something in it is moved. Rebuilding a large drawing for every step of the pointer would take too long:
//! here the things in the hand and what hangs on them are changed in place, and everything else stays as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{ItemId, Place, Project, View, ZoneId};
use crate::picture::route::{End, Router, Wire};
use crate::picture::{Point, Rect};

use super::ends::at_outlines;
use super::flows::leader;
use super::zone::{EMPTY, zone_around};
use super::{DiagramScene, FlowLabel, FlowShape, NodeBox, ZoneBox};

/// Up to this many flows are routed around what is near; more of them follow in the simplest shape until release.
const ROUTED_MOST: usize = 24;
/// How round the bends of curves are while somebody drags.
const ROUND_IN_HAND: f32 = 0.6;
/// Up to this many flows and components a scene is rebuilt for every step.
const REBUILT_MOST: usize = 100;
/// Boxes this far around a flow are gone around.
const NEAR: f32 = 160.0;

/// A scene and what is moved in it.
#[derive(Debug)]
pub struct LiveScene {
    base: Arc<DiagramScene>,
    scene: DiagramScene,
    /// Where people put the zones themselves; the others are as large as what is in them.
    frames: BTreeMap<ZoneId, Rect>,
    /// Where zones without a size of their own begin while they are empty.
    corners: BTreeMap<ZoneId, (f32, f32)>,
    parents: BTreeMap<ZoneId, ZoneId>,
    nodes_in: BTreeMap<ZoneId, Vec<usize>>,
    zones_in: BTreeMap<ZoneId, Vec<usize>>,
    /// The boxes at the ends of each flow, and the flows at each box: components first, then collapsed zones.
    ends: Vec<[Option<End>; 2]>,
    flows_at: Vec<Vec<u32>>,
    collapsed: Vec<usize>,
    changed: Changed,
}

/// The numbers of what differs from the base.
#[derive(Debug, Clone, Default)]
struct Changed {
    nodes: BTreeSet<usize>,
    zones: BTreeSet<usize>,
    flows: BTreeSet<usize>,
    rest: bool,
}

impl LiveScene {
    /// Whether a scene is so large that it should not be rebuilt for every step of the pointer.
    pub fn is_worth_it(scene: &DiagramScene) -> bool {
        scene.flows.len() + scene.nodes.len() > REBUILT_MOST
    }

    /// Nothing moved yet.
    pub fn new(base: Arc<DiagramScene>, project: &Project, view: &View) -> Self {
        let frame = |zone: &ZoneBox| {
            let place = view.places.get(&zone.id.into())?;
            (place.w > 0.0 && place.h > 0.0).then(|| (zone.id, Rect::new(place.x, place.y, place.w, place.h)))
        };
        let frames = base.zones.iter().filter_map(frame).collect();
        let corner = |zone: &ZoneBox| {
            let place = view.places.get(&zone.id.into())?;
            Some((zone.id, (place.x, place.y)))
        };
        let corners = base.zones.iter().filter_map(corner).collect();
        let parents = project.diagram.zones.iter().filter_map(|zone| Some((zone.id, zone.parent?))).collect();
        let mut nodes_in: BTreeMap<ZoneId, Vec<usize>> = BTreeMap::new();
        for (index, node) in base.nodes.iter().enumerate() {
            if let Some(zone) = node.zone {
                nodes_in.entry(zone).or_default().push(index);
            }
        }
        let mut live = Self {
            scene: DiagramScene::clone(&base),
            frames,
            corners,
            parents,
            nodes_in,
            zones_in: BTreeMap::new(),
            ends: Vec::new(),
            flows_at: Vec::new(),
            collapsed: Vec::new(),
            changed: Changed::default(),
            base,
        };
        live.scene.wiring = super::flows::Wiring::default();
        for (index, zone) in live.base.zones.iter().enumerate() {
            if let Some(parent) = live.parents.get(&zone.id) {
                live.zones_in.entry(*parent).or_default().push(index);
            }
            if zone.collapsed {
                live.collapsed.push(index);
            }
        }
        live.flows_at = vec![Vec::new(); live.base.nodes.len() + live.collapsed.len()];
        for (index, flow) in live.base.flows.iter().enumerate() {
            let ends = live.base.wiring.wire(flow.id).map_or([None; 2], |wire| [wire.from, wire.to]);
            for end in ends.into_iter().flatten() {
                if let End::Box(at) = end
                    && let Some(flows) = live.flows_at.get_mut(at)
                {
                    flows.push(index as u32);
                }
            }
            live.ends.push(ends);
        }
        live
    }

    /// Whether this was made of that scene.
    pub fn is_of(&self, base: &Arc<DiagramScene>) -> bool {
        Arc::ptr_eq(&self.base, base)
    }

    /// The scene as shown last.
    pub fn scene(&self) -> &DiagramScene {
        &self.scene
    }

    /// The scene with these things in these places. Zones do not stretch after what is floating.
    pub fn show(&mut self, places: &BTreeMap<ItemId, Place>, floating: &BTreeSet<ItemId>) -> &DiagramScene {
        self.restore();
        let mut boxes: BTreeSet<usize> = BTreeSet::new();
        let mut stretched: BTreeSet<ZoneId> = BTreeSet::new();
        for (item, place) in places {
            match *item {
                ItemId::Component(id) => {
                    let Ok(index) = self.base.nodes.binary_search_by_key(&id, |node| node.id) else {
                        continue;
                    };
                    self.move_node(index, place);
                    boxes.insert(index);
                    if !floating.contains(item) {
                        stretched.extend(self.base.nodes.get(index).and_then(|node| node.zone));
                    }
                }
                ItemId::Zone(id) => {
                    let Some(index) = self.base.zones.iter().position(|zone| zone.id == id) else { continue };
                    self.move_zone(index, place);
                    boxes.extend(self.box_of_zone(index));
                    stretched.insert(id);
                    if !floating.contains(item) {
                        stretched.extend(self.parents.get(&id));
                    }
                }
                _ => self.move_rest(*item, place),
            }
        }
        self.stretch(stretched, places, floating);
        self.move_flows(&boxes, places);
        self.measure_changed();
        &self.scene
    }

    fn restore(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        back(&changed.nodes, &self.base.nodes, &mut self.scene.nodes);
        back(&changed.zones, &self.base.zones, &mut self.scene.zones);
        back(&changed.flows, &self.base.flows, &mut self.scene.flows);
        back(&changed.nodes, &self.base.extents.nodes, &mut self.scene.extents.nodes);
        back(&changed.zones, &self.base.extents.zones, &mut self.scene.extents.zones);
        back(&changed.flows, &self.base.extents.flows, &mut self.scene.extents.flows);
        if changed.rest {
            self.scene.lines.clone_from(&self.base.lines);
            self.scene.notes.clone_from(&self.base.notes);
        }
        self.scene.bounds = self.base.bounds;
    }

    fn move_node(&mut self, index: usize, place: &Place) {
        let Some(node) = self.scene.nodes.get_mut(index) else { return };
        node.shift(place.x - node.rect.x, place.y - node.rect.y);
        self.changed.nodes.insert(index);
    }

    fn move_zone(&mut self, index: usize, place: &Place) {
        let Some(zone) = self.scene.zones.get_mut(index) else { return };
        let sized = place.w > 0.0 && place.h > 0.0 && !zone.collapsed;
        let (w, h) = if sized { (place.w, place.h) } else { (zone.rect.w, zone.rect.h) };
        zone.frame(Rect::new(place.x, place.y, w, h));
        self.changed.zones.insert(index);
    }

    /// A collapsed zone's number among the boxes that flows end at.
    fn box_of_zone(&self, index: usize) -> Option<usize> {
        let at = self.collapsed.binary_search(&index).ok()?;
        Some(self.base.nodes.len() + at)
    }

    fn box_rect(&self, number: usize) -> Option<Rect> {
        match number.checked_sub(self.base.nodes.len()) {
            None => self.scene.nodes.get(number).map(|node| node.rect),
            Some(at) => self.scene.zones.get(*self.collapsed.get(at)?).map(|zone| zone.rect),
        }
    }

    /// Interfaces' own labels and bends, boundary lines, notes.
    fn move_rest(&mut self, item: ItemId, place: &Place) {
        match item {
            ItemId::Interface(id) => {
                let Ok(index) = self.base.flows.binary_search_by_key(&id, |flow| flow.id) else { return };
                if let (Some(flow), Some((dx, dy))) = (self.scene.flows.get_mut(index), place.label) {
                    let by = Point::new(dx - flow.label.offset.0, dy - flow.label.offset.1);
                    flow.label = FlowLabel { offset: (dx, dy), ..flow.label.moved(by) };
                    flow.leader = leader(&flow.line(), flow.label.pill);
                }
                self.changed.flows.insert(index);
            }
            ItemId::Line(id) => {
                self.changed.rest = true;
                let Some(line) = self.scene.lines.iter_mut().find(|line| line.id == id) else { return };
                let from = line.points.first().copied();
                line.points = place.points.iter().map(|(x, y)| Point::new(*x, *y)).collect();
                if let (Some(from), Some(to)) = (from, line.points.first()) {
                    line.head = line.head.moved((to.x - from.x, to.y - from.y));
                }
            }
            ItemId::Note(id) => {
                self.changed.rest = true;
                let Some(note) = self.scene.notes.iter_mut().find(|note| note.id == id) else { return };
                let (w, h) = (place.w.max(note.rect.w), place.h.max(note.rect.h));
                note.rect = Rect::new(place.x, place.y, w, h);
            }
            _ => {}
        }
    }

    /// Zones around what has moved grow or shrink to hold it, the inner ones first.
    fn stretch(
        &mut self,
        mut zones: BTreeSet<ZoneId>,
        places: &BTreeMap<ItemId, Place>,
        floating: &BTreeSet<ItemId>,
    ) {
        for zone in zones.clone() {
            let around = std::iter::successors(Some(zone), |zone| {
                self.parents.get(zone).copied().filter(|_| !floating.contains(&(*zone).into()))
            });
            // A ring of parents has no end.
            zones.extend(around.take(64));
        }
        let mut order: Vec<(usize, usize)> = self
            .base
            .zones
            .iter()
            .enumerate()
            .filter(|(_, zone)| zones.contains(&zone.id) && !zone.collapsed)
            .map(|(index, zone)| (zone.depth, index))
            .collect();
        order.sort_by(|a, b| b.cmp(a));
        for (_, index) in order {
            let Some(id) = self.base.zones.get(index).map(|zone| zone.id) else { continue };
            let nodes =
                self.nodes_in.get(&id).into_iter().flatten().filter_map(|at| self.scene.nodes.get(*at));
            let nodes = nodes.filter(|node| !floating.contains(&node.id.into())).map(NodeBox::content);
            let inner =
                self.zones_in.get(&id).into_iter().flatten().filter_map(|at| self.scene.zones.get(*at));
            let inner = inner.filter(|zone| !floating.contains(&zone.id.into())).map(|zone| zone.rect);
            let content = nodes.chain(inner).reduce(Rect::union).map(zone_around);
            let frame = match places.get(&id.into()) {
                Some(place) if place.w > 0.0 && place.h > 0.0 => {
                    Some(Rect::new(place.x, place.y, place.w, place.h))
                }
                Some(_) => None,
                None => self.frames.get(&id).copied(),
            };
            let rect = match (frame, content) {
                (Some(frame), Some(content)) => frame.union(content),
                (Some(rect), None) | (None, Some(rect)) => rect,
                (None, None) => {
                    let put = places.get(&id.into()).map(|place| (place.x, place.y));
                    let at = put.or_else(|| self.corners.get(&id).copied());
                    let Some((x, y)) = at else { continue };
                    Rect::new(x, y, EMPTY.0, EMPTY.1)
                }
            };
            if let Some(zone) = self.scene.zones.get_mut(index) {
                zone.frame(rect);
                self.changed.zones.insert(index);
            }
        }
    }

    /// Flows follow the boxes at their ends: as they are when both ends move alike, else by a new way.
    fn move_flows(&mut self, boxes: &BTreeSet<usize>, places: &BTreeMap<ItemId, Place>) {
        let touched: BTreeSet<usize> = boxes
            .iter()
            .filter_map(|number| self.flows_at.get(*number))
            .flatten()
            .map(|index| *index as usize)
            .chain(self.changed.flows.iter().copied())
            .collect();
        let mut anew: Vec<usize> = Vec::new();
        for index in touched {
            let Some([from, to]) = self.ends.get(index).copied() else { continue };
            let (a, b) = (self.moved_by(from), self.moved_by(to));
            let id = self.base.flows.get(index).map(|flow| ItemId::from(flow.id));
            let bent = id.and_then(|id| places.get(&id)).is_some_and(|place| !place.points.is_empty());
            match (a, b) {
                (Some(a), Some(b)) if a == b && !bent => {
                    if let Some(flow) = self.scene.flows.get_mut(index)
                        && a != (0.0, 0.0)
                    {
                        flow.shift(a.0, a.1);
                    }
                }
                _ => anew.push(index),
            }
            self.changed.flows.insert(index);
        }
        if anew.len() <= ROUTED_MOST {
            self.route(&anew, places);
        } else {
            for index in anew {
                self.follow(index);
            }
        }
    }

    /// How far a box at the end of a flow has moved; none for a loose end.
    fn moved_by(&self, end: Option<End>) -> Option<(f32, f32)> {
        let Some(End::Box(number)) = end else { return None };
        let now = self.box_rect(number)?;
        let before = match number.checked_sub(self.base.nodes.len()) {
            None => self.base.nodes.get(number).map(|node| node.rect),
            Some(at) => self.base.zones.get(*self.collapsed.get(at)?).map(|zone| zone.rect),
        }?;
        Some((now.x - before.x, now.y - before.y))
    }

    /// Flows around the boxes that stand near.
    fn route(&mut self, flows: &[usize], places: &BTreeMap<ItemId, Place>) {
        for index in flows {
            let Some((ends, flow)) = self.ends.get(*index).zip(self.scene.flows.get(*index)) else {
                continue;
            };
            let rects = ends.map(|end| match end {
                Some(End::Box(number)) => self.box_rect(number),
                Some(End::Free(at)) => Some(Rect::around(at, at)),
                None => None,
            });
            let [Some(a), Some(b)] = rects else { continue };
            let area = a.union(b).grown(NEAR);
            let mut near: Vec<Rect> = vec![a, b];
            near.extend(
                self.scene.nodes.iter().map(|n| n.rect).filter(|r| r.overlaps(area) && *r != a && *r != b),
            );
            let number = |end: Option<End>, at: usize| match end {
                Some(End::Free(point)) => End::Free(point),
                _ => End::Box(at),
            };
            let place = places.get(&flow.id.into());
            let bends = place.map(|place| place.points.iter().map(|(x, y)| Point::new(*x, *y)).collect());
            let Some(before) = self.base.wiring.wire(flow.id) else { continue };
            let wire = Wire {
                from: Some(number(ends[0], 0)),
                to: Some(number(ends[1], 1)),
                bends: bends.unwrap_or_else(|| before.bends.clone()),
                label: before.label,
                pill: before.pill,
                label_offset: place.map_or(before.label_offset, |place| place.label),
            };
            let courses = Router::new(near, Vec::new(), Vec::new()).courses(std::slice::from_ref(&wire), &[]);
            let Some((points, anchor)) = courses.into_iter().next().filter(|(points, _)| points.len() > 1)
            else {
                continue;
            };
            if let Some(flow) = self.scene.flows.get_mut(*index) {
                // With what an overlay says the label is larger than what the flow was routed with.
                let here = flow.label.origin();
                let by = Point::new(anchor.at.x - here.x, anchor.at.y - here.y);
                flow.label = FlowLabel {
                    offset: anchor.offset,
                    crowded_out: anchor.crowded_out,
                    ..flow.label.moved(by)
                };
                flow.points = points;
                flow.crossings.clear();
            }
            self.meet_outlines(*index);
        }
    }

    /// A flow in the simplest shape: across the wider gap between its ends, with the label in the middle.
    fn follow(&mut self, index: usize) {
        let Some(ends) = self.ends.get(index).copied() else { return };
        let rect = |end: Option<End>| match end? {
            End::Box(number) => self.box_rect(number),
            End::Free(at) => Some(Rect::around(at, at)),
        };
        let (Some(a), Some(b)) = (rect(ends[0]), rect(ends[1])) else { return };
        let points = across(a, b);
        let Some(flow) = self.scene.flows.get_mut(index) else { return };
        let middle = match points.as_slice() {
            [.., p, q, _] | [p, q] => Point::new(f32::midpoint(p.x, q.x), f32::midpoint(p.y, q.y)),
            _ => b.center(),
        };
        let at = flow.label.origin();
        flow.label = flow.label.moved(Point::new(middle.x - at.x, middle.y - at.y));
        flow.points = points;
        flow.crossings.clear();
        self.meet_outlines(index);
    }

    /// The ends of a new course, and what joins it to its label.
    fn meet_outlines(&mut self, index: usize) {
        let Some(ends) = self.ends.get(index).copied() else { return };
        let outlines = ends.map(|end| match end? {
            End::Box(number) => self.scene.nodes.get(number).map(|node| (node.kind, node.rect)),
            End::Free(_) => None,
        });
        if let Some(flow) = self.scene.flows.get_mut(index) {
            flow.points = at_outlines(&flow.points, outlines);
            if let Some(curve) = &mut flow.curve {
                // How round each bend may be is found out on release.
                *curve = vec![ROUND_IN_HAND; flow.points.len().saturating_sub(2)];
            }
            flow.leader = leader(&flow.line(), flow.label.pill);
        }
    }

    fn measure_changed(&mut self) {
        let mut bounds = self.scene.bounds;
        for index in &self.changed.nodes {
            let extent = self.scene.node_extent(*index);
            bounds = bounds.union(self.scene.nodes.get(*index).map_or(extent, NodeBox::bounds));
            if let Some(slot) = self.scene.extents.nodes.get_mut(*index) {
                *slot = extent;
            }
        }
        for index in &self.changed.zones {
            let extent = self.scene.zone_extent(*index);
            if let Some(slot) = self.scene.extents.zones.get_mut(*index) {
                *slot = extent;
            }
        }
        for index in &self.changed.flows {
            let extent = self.scene.flow_extent(*index);
            if let Some(slot) = self.scene.extents.flows.get_mut(*index) {
                *slot = extent;
            }
        }
        self.scene.bounds = bounds;
    }
}

/// A course between two boxes across the wider gap between them.
fn across(a: Rect, b: Rect) -> Vec<Point> {
    let (ca, cb) = (a.center(), b.center());
    let gap = |low: (f32, f32), high: (f32, f32)| (high.0 - low.1).max(low.0 - high.1);
    let (gx, gy) = (gap((a.x, a.right()), (b.x, b.right())), gap((a.y, a.bottom()), (b.y, b.bottom())));
    let course = if gx >= gy {
        let (from, to) = if cb.x >= ca.x { (a.right(), b.x) } else { (a.x, b.right()) };
        let middle = f32::midpoint(from, to);
        vec![Point::new(from, ca.y), Point::new(middle, ca.y), Point::new(middle, cb.y), Point::new(to, cb.y)]
    } else {
        let (from, to) = if cb.y >= ca.y { (a.bottom(), b.y) } else { (a.y, b.bottom()) };
        let middle = f32::midpoint(from, to);
        vec![Point::new(ca.x, from), Point::new(ca.x, middle), Point::new(cb.x, middle), Point::new(cb.x, to)]
    };
    let straight = course.iter().all(|p| p.y == ca.y) || course.iter().all(|p| p.x == ca.x);
    match course.as_slice() {
        [first, .., last] if straight => vec![*first, *last],
        _ => course,
    }
}

impl NodeBox {
    /// The same elsewhere.
    fn shift(&mut self, dx: f32, dy: f32) {
        let by = (dx, dy);
        self.rect = self.rect.moved(by);
        self.under = self.under.map(|under| under.moved(by));
        if let Some(badge) = &mut self.badge {
            badge.rect = badge.rect.moved(by);
        }
        if let Some(leaves) = &mut self.leaves {
            leaves.shift(by);
        }
        for chip in &mut self.chips {
            chip.rect = chip.rect.moved(by);
        }
    }

    /// What the zone around has to hold: the box, its name under it, its chips' height.
    fn content(&self) -> Rect {
        let all = self.under.map_or(self.rect, |under| self.rect.union(under));
        let bottom = self.chips.iter().map(|chip| chip.rect.bottom()).fold(all.bottom(), f32::max);
        Rect { h: bottom - all.y, ..all }
    }
}

impl ZoneBox {
    /// Another rectangle, with the head at its top left and the badge at its top right.
    fn frame(&mut self, rect: Rect) {
        let (dx, dy) = (rect.x - self.rect.x, rect.y - self.rect.y);
        self.head = self.head.moved((dx, dy));
        if let Some(badge) = &mut self.badge {
            badge.rect = badge.rect.moved((rect.right() - self.rect.right(), dy));
        }
        if let Some(leaves) = &mut self.leaves {
            leaves.shift((rect.right() - self.rect.right(), rect.bottom() - self.rect.bottom()));
        }
        self.rect = rect;
    }
}

impl FlowShape {
    fn shift(&mut self, dx: f32, dy: f32) {
        for point in &mut self.points {
            *point = point.offset(dx, dy);
        }
        for mark in &mut self.crossings {
            mark.at = mark.at.offset(dx, dy);
        }
        self.label = self.label.moved(Point::new(dx, dy));
        self.leader = self.leader.map(|(on, at)| (on.offset(dx, dy), at.offset(dx, dy)));
    }
}

/// Puts back what stands at those numbers.
fn back<T: Clone>(numbers: &BTreeSet<usize>, from: &[T], to: &mut [T]) {
    for index in numbers {
        if let (Some(old), Some(slot)) = (from.get(*index), to.get_mut(*index)) {
            slot.clone_from(old);
        }
    }
}
