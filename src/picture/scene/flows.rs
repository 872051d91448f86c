//! The flows of a scene: routed around the boxes, with their labels placed.

use std::collections::BTreeMap;

use crate::model::{ComponentId, Interface, InterfaceId, ItemId, ZoneId};
use crate::picture::route::{Anchor, End, ROUTED_TWICE, RectIndex, Router, Wire};
use crate::picture::{Point, Rect};

use super::build::Stage;
use super::ends::at_outlines;
use super::label::{bundle_label, flow_label, secrecy};
use super::overlay::worst;
use super::{CrossingMark, DiagramScene, FlowLabel, FlowShape, Said, Secrecy, around, curve};

/// What flows were routed among, and the courses that they took, for the scene that comes after.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Wiring {
    router: Router,
    ids: Vec<InterfaceId>,
    wires: Vec<Wire>,
    courses: Vec<(Vec<Point>, Anchor)>,
}

impl Wiring {
    /// What an interface's flow was routed from.
    pub(super) fn wire(&self, id: InterfaceId) -> Option<&Wire> {
        // They stand in the order of their ids.
        self.wires.get(self.ids.binary_search(&id).ok()?)
    }

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
        let strands = self.strands();
        let (router, number) = self.router(scene, Vec::new());
        // What an overlay says makes labels longer; the lines stay where they are, whatever they are coloured by.
        let quiet: Vec<FlowLabel> = strands.iter().map(|strand| self.label(strand, None)).collect();
        let wires_of = |labels: &[FlowLabel]| -> Vec<Wire> {
            let each = strands.iter().zip(labels);
            each.map(|(strand, label)| self.wire(strand.first, label, &router, &number)).collect()
        };
        let wires = wires_of(&quiet);
        let ids: Vec<InterfaceId> = strands.iter().map(|strand| strand.first.id).collect();
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
        let said: Vec<Option<Said>> = strands.iter().map(|strand| self.said(strand)).collect();
        let is_quiet = said.iter().all(Option::is_none);
        let gates = gates(scene, &courses);
        let (labels, anchors): (Vec<FlowLabel>, Vec<Anchor>) = if is_quiet && gates.is_empty() {
            (quiet, courses.iter().map(|(_, anchor)| *anchor).collect())
        } else {
            let labels: Vec<FlowLabel> = if is_quiet {
                quiet
            } else {
                strands.iter().zip(said).map(|(strand, said)| self.label(strand, said)).collect()
            };
            let routes: Vec<Vec<Point>> = courses.iter().map(|(course, _)| course.clone()).collect();
            // Where lines are crossed is known once they are routed: it turns labels away, and no line.
            let among = if gates.is_empty() { None } else { Some(self.router(scene, gates).0) };
            let anchors = among.as_ref().unwrap_or(&router).anchors(&wires_of(&labels), &routes, &[]);
            (labels, anchors)
        };
        let boxes = std::cell::LazyCell::new(|| RectIndex::of(router.boxes()));
        let mut flows = Vec::new();
        for ((strand, label), ((points, _), anchor)) in
            strands.iter().zip(&labels).zip(courses.iter().zip(&anchors))
        {
            if around(points).is_none() {
                continue;
            }
            let label = FlowLabel {
                offset: anchor.offset,
                crowded_out: anchor.crowded_out,
                ..label.moved(anchor.at)
            };
            let points = self.at_outlines(strand.first, points);
            let near = |area: Rect| {
                let mut near = Vec::new();
                boxes.visit(area, |rect, _| near.push(rect));
                near
            };
            let curve = self.is_curved(strand.first.id).then(|| curve::shares(&points, near));
            flows.push(self.shape(scene, strand, (points, curve), label));
        }
        (flows, Wiring { router, ids, wires, courses })
    }

    /// The interfaces that are drawn: each by itself, those between two boxes of which one is a collapsed zone as one.
    fn strands(&self) -> Vec<Strand<'_>> {
        let mut strands: Vec<Strand<'_>> = Vec::new();
        let mut known: BTreeMap<(ItemId, ItemId), usize> = BTreeMap::new();
        for interface in self.project.diagram.interfaces().filter(|interface| self.shows(interface)) {
            if let Some(pair) = self.bundled_between(interface) {
                if let Some(strand) = known.get(&pair).and_then(|index| strands.get_mut(*index)) {
                    strand.others.push(interface);
                    continue;
                }
                known.insert(pair, strands.len());
            }
            strands.push(Strand { first: interface, others: Vec::new() });
        }
        strands
    }

    /// The two boxes that an interface runs between, when one of them is a collapsed zone.
    fn bundled_between(&self, interface: &Interface) -> Option<(ItemId, ItemId)> {
        let (from, to) = (interface.from?, interface.to?);
        let drawn = |id: ComponentId| self.hidden_by.get(&id).map_or(ItemId::from(id), |zone| (*zone).into());
        let collapsed = self.hidden_by.contains_key(&from) || self.hidden_by.contains_key(&to);
        let (a, b) = (drawn(from), drawn(to));
        collapsed.then(|| (a.min(b), a.max(b)))
    }

    /// What the overlay says of a strand.
    fn said(&self, strand: &Strand<'_>) -> Option<Said> {
        worst(strand.members().map(|member| self.says.of_interface(member)))
    }

    fn label(&self, strand: &Strand<'_>, said: Option<Said>) -> FlowLabel {
        if strand.others.is_empty() {
            flow_label(self.project, strand.first, said, self.options)
        } else {
            bundle_label(self.project, &strand.members().collect::<Vec<_>>(), said, self.options)
        }
    }

    fn shape(
        &self,
        scene: &DiagramScene,
        strand: &Strand<'_>,
        (points, curve): (Vec<Point>, Option<Vec<f32>>),
        label: FlowLabel,
    ) -> FlowShape {
        let first = strand.first;
        let diagram = &self.project.diagram;
        let both = |a: Secrecy, b: Secrecy| match (a, b) {
            (Secrecy::Clear, _) | (_, Secrecy::Clear) => Secrecy::Clear,
            (Secrecy::Unknown, _) | (_, Secrecy::Unknown) => Secrecy::Unknown,
            _ => Secrecy::Encrypted,
        };
        let side = |interface: &Interface| {
            interface
                .from
                .map(|end| self.hidden_by.get(&end).map_or(ItemId::from(end), |zone| (*zone).into()))
        };
        let turned = strand.others.iter().any(|other| side(other) != side(first));
        let bundle =
            if strand.others.is_empty() { Vec::new() } else { strand.members().map(|m| m.id).collect() };
        let mut shape = FlowShape {
            id: first.id,
            from: first.from,
            to: first.to,
            both_ways: turned || strand.members().any(|member| member.both_ways),
            secrecy: strand.members().map(secrecy).fold(secrecy(first), both),
            crosses: strand.members().any(|member| diagram.crosses_boundary(member)),
            crossings: Vec::new(),
            bundle,
            said: self.said(strand),
            out_of_scope: strand.members().all(|member| member.out_of_scope),
            leader: None,
            points,
            curve,
            label,
        };
        shape.leader = leader(&shape.line(), shape.label.pill);
        shape.crossings = self.crossings(scene, first, &shape.line());
        shape
    }

    /// Whether an interface is drawn as a curve: as somebody said of it, else as the view has it.
    fn is_curved(&self, id: InterfaceId) -> bool {
        self.places.get(&id.into()).and_then(|place| place.curved).unwrap_or(self.curved)
    }

    /// A course whose ends lie on the outlines of its components.
    fn at_outlines(&self, interface: &Interface, course: &[Point]) -> Vec<Point> {
        let outlined = |end: Option<ComponentId>| {
            let component = self.project.diagram.component(end?)?;
            Some((component.kind, self.boxes.get(&component.id)?.0))
        };
        at_outlines(course, [outlined(interface.from), outlined(interface.to)])
    }

    /// Where a course meets the borders of the zones that the interface leaves and enters, and open lines.
    fn crossings(&self, scene: &DiagramScene, interface: &Interface, points: &[Point]) -> Vec<CrossingMark> {
        let zones = &self.project.diagram.zones;
        let zone_of = |end: Option<ComponentId>| self.project.diagram.component(end?)?.zone;
        let ends = (zone_of(interface.from), zone_of(interface.to));
        let trust = |zone: Option<ZoneId>| zone.and_then(|zone| zones.get(zone)).map_or(0, |zone| zone.trust);
        let (a, b) = (trust(ends.0), trust(ends.1));
        let rises = b > a || interface.both_ways && a != b;
        let mut marks = Vec::new();
        if ends.0 != ends.1 && interface.is_attached() {
            let (left, entered): (Vec<ZoneId>, Vec<ZoneId>) =
                (self.tree.chain(ends.0).collect(), self.tree.chain(ends.1).collect());
            let crossed = left.iter().filter(|zone| !entered.contains(zone)).map(|zone| (*zone, true));
            let crossed = crossed.chain(entered.iter().filter(|z| !left.contains(z)).map(|z| (*z, false)));
            for (zone, leaves) in crossed {
                let Some(rect) = self.zone_rects.get(&zone) else { continue };
                if self.is_collapsed(zone) {
                    continue;
                }
                let met = meets_border(points, *rect);
                let met = if leaves { met.first() } else { met.last() };
                marks.extend(met.map(|(at, upright)| CrossingMark {
                    at: *at,
                    upright: *upright,
                    zone: Some(zone),
                    line: None,
                    trust: trust(Some(zone)),
                    rises,
                }));
            }
        }
        for line in &scene.lines {
            for (a, b) in pairs(&line.points) {
                let upright = (a.x - b.x).abs() < (a.y - b.y).abs();
                let at = pairs(points).filter_map(|(c, d)| meeting_point(a, b, c, d));
                let line = Some(line.id);
                marks.extend(at.map(|at| CrossingMark { at, upright, zone: None, line, trust: 2, rises }));
            }
        }
        marks
    }

    /// The boxes that flows go around, and the number of each component's or collapsed zone's box. `gates` is what else
    /// labels keep off.
    fn router(&self, scene: &DiagramScene, gates: Vec<Rect>) -> (Router, BTreeMap<ItemId, usize>) {
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
            // A name under its box has no ground of its own: what runs through it makes it hard to read.
            .chain(scene.nodes.iter().filter_map(|node| node.under).flat_map(|under| [under, under]))
            .chain(scene.zones.iter().filter_map(|zone| zone.badge.map(|badge| badge.rect)))
            .chain(scene.nodes.iter().filter_map(|node| node.leaves.as_ref().map(|leaves| leaves.rect)))
            .chain(scene.zones.iter().filter_map(|zone| zone.leaves.as_ref().map(|leaves| leaves.rect)))
            .chain(scene.lines.iter().map(|line| line.head))
            .chain(self.placed_notes().map(|note| note.rect))
            .chain(gates)
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
        let label_offset = place.and_then(|place| place.label);
        Wire { from, to, bends, label: label.rect, pill: label.pill, label_offset }
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

/// The interfaces that one line stands for.
struct Strand<'a> {
    first: &'a Interface,
    others: Vec<&'a Interface>,
}

impl<'a> Strand<'a> {
    fn members(&self) -> impl Iterator<Item = &'a Interface> + '_ {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// From the nearest place on a course to a pill that does not stand on it.
pub(super) fn leader(course: &[Point], pill: Rect) -> Option<(Point, Point)> {
    let within = |p: Point, r: Rect| Point::new(p.x.clamp(r.x, r.right()), p.y.clamp(r.y, r.bottom()));
    let joined = |(a, b): (Point, Point)| {
        let line = Rect::around(a, b);
        let on = within(pill.center(), line);
        let at = within(on, pill);
        (within(at, line), at)
    };
    let nearest =
        pairs(course).map(joined).min_by(|(a, b), (c, d)| a.distance(*b).total_cmp(&c.distance(*d)));
    nearest.filter(|(on, at)| on.distance(*at) > 1.0)
}

fn pairs(points: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    points.iter().copied().zip(points.iter().copied().skip(1))
}

/// Around where courses cross open boundary lines: what the marks there cover, with some air.
fn gates(scene: &DiagramScene, courses: &[(Vec<Point>, Anchor)]) -> Vec<Rect> {
    let drawn = || scene.lines.iter().flat_map(|line| pairs(&line.points));
    let mut gates = Vec::new();
    for (course, _) in courses.iter().filter(|_| !scene.lines.is_empty()) {
        for (a, b) in drawn() {
            let met = pairs(course).filter_map(|(c, d)| meeting_point(a, b, c, d));
            gates.extend(met.map(|at| Rect::around(at, at).grown(10.0)));
        }
    }
    gates
}

/// Where an upright and level course meets the edges of a rectangle, in its own order, and whether that edge is upright.
fn meets_border(course: &[Point], rect: Rect) -> Vec<(Point, bool)> {
    let mut met = Vec::new();
    for (a, b) in pairs(course) {
        let level = (a.y - b.y).abs() < (a.x - b.x).abs();
        let (from, to, across, edges, span) = if level {
            (a.x, b.x, a.y, [rect.x, rect.right()], (rect.y, rect.bottom()))
        } else {
            (a.y, b.y, a.x, [rect.y, rect.bottom()], (rect.x, rect.right()))
        };
        let inside = across > span.0 && across < span.1;
        let mut on: Vec<f32> =
            edges.into_iter().filter(|edge| inside && (edge - from) * (edge - to) < 0.0).collect();
        on.sort_by(|p, q| (p - from).abs().total_cmp(&(q - from).abs()));
        met.extend(
            on.into_iter()
                .map(|edge| (if level { Point::new(edge, across) } else { Point::new(across, edge) }, level)),
        );
    }
    met
}

/// Where two straight pieces cross, if they do.
fn meeting_point(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (rx, ry, sx, sy) = (b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y);
    let cross = rx * sy - ry * sx;
    if cross.abs() < 1e-6 {
        return None;
    }
    let (qx, qy) = (c.x - a.x, c.y - a.y);
    let (t, u) = ((qx * sy - qy * sx) / cross, (qx * ry - qy * rx) / cross);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then(|| Point::new(a.x + t * rx, a.y + t * ry))
}
