//! The flows of a scene: routed around the boxes, with their labels placed.

use std::collections::BTreeMap;

use crate::model::{ComponentId, Interface, InterfaceId, ItemId};
use crate::picture::route::{Anchor, End, ROUTED_TWICE, Router, Wire};
use crate::picture::{Point, Rect};

use super::build::Stage;
use super::label::{flow_label, secrecy};
use super::{DiagramScene, FlowLabel, FlowShape, around};

/// What flows were routed among, and the courses that they took, for the scene that comes after.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Wiring {
    router: Router,
    ids: Vec<InterfaceId>,
    wires: Vec<Wire>,
    courses: Vec<(Vec<Point>, Anchor)>,
}

impl Wiring {
    /// What stays of the courses when the boxes are now where `router` has them: of each wire that is the same, whose
    /// own boxes are where they were, and whose course and label no box has come to stand in the way of.
    fn kept(
        &self,
        router: &Router,
        ids: &[InterfaceId],
        wires: &[Wire],
    ) -> Vec<Option<(Vec<Point>, Anchor)>> {
        let known: BTreeMap<InterfaceId, usize> =
            self.ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        let news = router.boxes_not_in(&self.router);
        let same_end = |now: Option<End>, old: Option<End>| match (now, old) {
            (Some(End::Box(now)), Some(End::Box(old))) => router.box_at(now) == self.router.box_at(old),
            (now, old) => now == old,
        };
        let keep = |id: &InterfaceId, wire: &Wire| {
            let index = *known.get(id)?;
            let (old, (course, anchor)) = (self.wires.get(index)?, self.courses.get(index)?);
            let same = same_end(wire.from, old.from)
                && same_end(wire.to, old.to)
                && (&wire.bends, wire.label, wire.label_offset) == (&old.bends, old.label, old.label_offset);
            let label = Rect { x: wire.label.x + anchor.at.x, y: wire.label.y + anchor.at.y, ..wire.label };
            let own = |rect: &Rect| {
                [wire.from, wire.to]
                    .iter()
                    .any(|end| matches!(end, Some(End::Box(b)) if router.box_at(*b) == Some(*rect)))
            };
            let clear = news.iter().filter(|rect| !own(rect)).all(|rect| {
                let near = rect.grown(8.0);
                !near.overlaps(label)
                    && course
                        .windows(2)
                        .all(|pair| !matches!(pair, &[a, b] if Rect::around(a, b).grown(0.1).overlaps(near)))
            });
            (same && clear).then(|| (course.clone(), *anchor))
        };
        ids.iter().zip(wires).map(|(id, wire)| keep(id, wire)).collect()
    }
}

impl Stage<'_> {
    pub(super) fn flows(&self, scene: &DiagramScene, before: Option<&Wiring>) -> (Vec<FlowShape>, Wiring) {
        let diagram = &self.project.diagram;
        let shown: Vec<&Interface> = diagram.interfaces().filter(|interface| self.shows(interface)).collect();
        let labels: Vec<FlowLabel> =
            shown.iter().map(|interface| flow_label(self.project, interface, self.options)).collect();
        let (router, number) = Self::router(scene);
        let wires: Vec<Wire> = shown
            .iter()
            .zip(&labels)
            .map(|(interface, label)| self.wire(interface, label, &router, &number))
            .collect();
        let ids: Vec<InterfaceId> = shown.iter().map(|interface| interface.id).collect();
        let courses = match before {
            Some(before) if before.router == router && before.wires == wires && before.ids == ids => {
                before.courses.clone()
            }
            // What is in the hand moves at every frame, and very many flows take long: both keep what they can.
            Some(before) if !self.options.floating.is_empty() || wires.len() > ROUTED_TWICE => {
                router.courses(&wires, &before.kept(&router, &ids, &wires))
            }
            _ => router.courses(&wires, &[]),
        };
        let mut flows = Vec::new();
        for ((interface, label), (points, anchor)) in shown.iter().zip(&labels).zip(&courses) {
            if around(points).is_none() {
                continue;
            }
            flows.push(FlowShape {
                id: interface.id,
                points: points.clone(),
                from: interface.from,
                to: interface.to,
                both_ways: interface.both_ways,
                secrecy: secrecy(interface),
                crosses: diagram.crosses_boundary(interface),
                out_of_scope: interface.out_of_scope,
                label: FlowLabel { offset: anchor.offset, ..label.moved(anchor.at) },
            });
        }
        (flows, Wiring { router, ids, wires, courses })
    }

    /// The boxes that flows go around, and the number of each component's or collapsed zone's box.
    fn router(scene: &DiagramScene) -> (Router, BTreeMap<ItemId, usize>) {
        let mut boxes: Vec<Rect> = scene.nodes.iter().map(|node| node.rect).collect();
        let mut number: BTreeMap<ItemId, usize> =
            scene.nodes.iter().enumerate().map(|(index, node)| (node.id.into(), index)).collect();
        for zone in scene.zones.iter().filter(|zone| zone.collapsed) {
            number.insert(zone.id.into(), boxes.len());
            boxes.push(zone.rect);
        }
        let open = || scene.zones.iter().filter(|zone| !zone.collapsed);
        let soft: Vec<Rect> = open()
            .map(|zone| zone.head)
            .chain(scene.nodes.iter().flat_map(|node| node.chips.iter().map(|chip| chip.rect)))
            .chain(scene.nodes.iter().filter_map(|node| node.badge.map(|badge| badge.rect)))
            .chain(scene.lines.iter().map(|line| line.head))
            .collect();
        let borders = open().map(|zone| zone.rect).collect();
        (Router::new(boxes, soft, borders), number)
    }

    fn wire(
        &self,
        interface: &Interface,
        label: &FlowLabel,
        router: &Router,
        number: &BTreeMap<ItemId, usize>,
    ) -> Wire {
        let place = self.places.get(&interface.id.into());
        let mut bends: Vec<Point> = place
            .map_or_else(Vec::new, |place| place.points.iter().map(|(x, y)| Point::new(*x, *y)).collect());
        let attached = |end: Option<ComponentId>| {
            let id = end?;
            let item = self.hidden_by.get(&id).map_or(ItemId::from(id), |zone| ItemId::from(*zone));
            number.get(&item).copied().map(End::Box)
        };
        // A loose end stands at the first or last of the interface's own points, else beside the other end.
        let mut from = attached(interface.from);
        let mut to = attached(interface.to);
        if from.is_none() && !bends.is_empty() {
            from = Some(End::Free(bends.remove(0)));
        }
        if to.is_none() {
            to = bends.pop().map(End::Free);
        }
        let beside = |end: Option<End>, dx: f32| match end {
            Some(End::Box(index)) => {
                router.box_at(index).map(|rect| rect.center().offset(dx + rect.w.copysign(dx), 0.0))
            }
            Some(End::Free(point)) => Some(point.offset(dx, 0.0)),
            None => None,
        };
        let from = from.or_else(|| beside(to, -120.0).map(End::Free));
        let to = to.or_else(|| beside(from, 120.0).map(End::Free));
        Wire { from, to, bends, label: label.rect, label_offset: place.and_then(|place| place.label) }
    }

    /// An interface is drawn when its ends are, and when it does not run inside of one collapsed zone.
    fn shows(&self, interface: &Interface) -> bool {
        let drawn = |end: Option<ComponentId>| {
            end.is_none_or(|id| {
                let hidden = self.hidden_by.get(&id).is_some_and(|zone| self.zone_rects.contains_key(zone));
                self.boxes.contains_key(&id) || hidden
            })
        };
        let zone_of = |end: Option<ComponentId>| end.and_then(|id| self.hidden_by.get(&id));
        let inside = matches!((zone_of(interface.from), zone_of(interface.to)), (Some(a), Some(b)) if a == b);
        let placed = self.places.contains_key(&interface.id.into());
        let loose = interface.from.is_none() && interface.to.is_none();
        drawn(interface.from) && drawn(interface.to) && !inside && (!loose || placed)
    }
}
