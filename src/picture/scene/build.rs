//! From the project and a view to boxes, routes and labels.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    AssetId, Band, Component, ComponentId, ItemId, Note, NoteKind, Place, Project, Target, Threat, View,
    ZoneId,
};
use crate::picture::layout;
use crate::picture::route::RectIndex;
use crate::picture::text::{width, wrap};
use crate::picture::{Point, Rect};

use super::label::{BADGE_HEIGHT, badge_rect, node_chips, node_chips_height, together};
use super::leaves::{Leaves, Leaving};
use super::overlay::Says;
use super::words::{Words, words};
use super::zone::{ZoneTree, collapsed_name, head_seat, zone_head, zone_rects};
use super::{
    Badge, DiagramScene, FlowShape, Lettering, LineShape, NodeBox, NoteBox, SceneOptions, ZoneBox,
    component_icon,
};

/// The height of a component.
pub(crate) const NODE_HEIGHT: f32 = 68.0;
const NARROWEST: f32 = 148.0;
const WIDEST: f32 = 184.0;
/// From a node's left edge to its words, past the icon.
pub(crate) const WORDS_LEFT: f32 = 48.0;
pub(crate) const WORDS_RIGHT: f32 = 14.0;
const NOTE_WIDTH: f32 = 200.0;
const NOTE_LINE: f32 = 18.0;

impl DiagramScene {
    /// The drawing of a project in a view. What has no place yet stands where the layout would put it.
    pub fn build(project: &Project, view: &View, options: &SceneOptions) -> Self {
        Self::build_after(None, project, view, options)
    }

    /// The same, with what the scene before it already knows: flows around which nothing has changed are not routed
    /// anew. Small drawings come out as from [`Self::build`], except while something is in the hand.
    pub fn build_after(
        before: Option<&Self>,
        project: &Project,
        view: &View,
        options: &SceneOptions,
    ) -> Self {
        let stage = Stage::new(project, view, options);
        let leaving = stage.leaving();
        let nodes = stage.nodes(&leaving);
        let zones = stage.zones(&leaving);
        let lines = stage.lines();
        let mut scene =
            Self { paper: options.paper, overlay: options.overlay, nodes, zones, lines, ..Self::default() };
        (scene.flows, scene.wiring) = stage.flows(&scene, before.map(|before| &before.wiring));
        scene.bounds = scene.covered();
        scene.notes = stage.notes(scene.bounds);
        scene.bounds = scene.covered();
        scene.measure();
        scene.description = scene.sentence(project, view);
        scene
    }

    /// Components, zones and notes alone: where they stand, for whoever asks nothing of the flows.
    pub fn boxes(project: &Project, view: &View, options: &SceneOptions) -> Self {
        let stage = Stage::new(project, view, options);
        let nothing = stage.leaving();
        let mut scene =
            Self { nodes: stage.nodes(&nothing), zones: stage.zones(&nothing), ..Self::default() };
        scene.bounds = scene.covered();
        scene.notes = stage.notes(scene.bounds);
        scene.bounds = scene.covered();
        scene
    }

    fn covered(&self) -> Rect {
        let all = (self.nodes.iter().map(NodeBox::bounds))
            .chain(self.zones.iter().map(|zone| zone.rect))
            .chain(self.flows.iter().map(FlowShape::bounds))
            .chain(self.lines.iter().map(LineShape::bounds))
            .chain(self.notes.iter().map(|note| note.rect));
        all.reduce(Rect::union).unwrap_or_default()
    }

    fn sentence(&self, project: &Project, view: &View) -> String {
        let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let crossing = self.flows.iter().filter(|flow| flow.crosses).count();
        let crossed = |line: &LineShape| {
            format!("; {} {}", count(self.crossing(line.id).len(), "crosses", "cross"), line.name)
        };
        let mut rest: Vec<String> = self.lines.iter().map(crossed).collect();
        let leaving = self.leaving();
        if leaving > 0 {
            rest.push(format!("; {} this view", count(leaving, "interface leaves", "interfaces leave")));
        }
        format!(
            "Diagram of {}, view {}: {}, {}, {}; {} a zone's border{}.",
            project.name,
            view.name,
            count(self.nodes.len(), "component", "components"),
            count(self.flows.len(), "interface", "interfaces"),
            count(self.zones.len(), "zone", "zones"),
            count(crossing, "interface crosses", "interfaces cross"),
            rest.concat(),
        )
    }
}

/// The size of a component's box when nobody has given it one.
pub(crate) fn natural_size(component: &Component) -> (f32, f32) {
    // Paper keeps the screen's boxes, so that both show the same drawing.
    let (face, size) = Lettering::of(false).name;
    let wide = width(&component.name, face, size) + WORDS_LEFT + WORDS_RIGHT;
    // Whole steps of 4 keep neighbours' edges in line.
    let wide = (wide / 4.0).ceil() * 4.0;
    (wide.clamp(NARROWEST, WIDEST), NODE_HEIGHT)
}

/// What is drawn and where it stands, before it has a shape.
pub(super) struct Stage<'a> {
    pub(super) project: &'a Project,
    pub(super) options: &'a SceneOptions,
    /// Flows are curves, unless they say otherwise.
    pub(super) curved: bool,
    /// The view is of a part: what has no place there is not in it.
    pub(super) only_placed: bool,
    pub(super) places: BTreeMap<ItemId, Place>,
    pub(super) tree: ZoneTree,
    pub(super) boxes: BTreeMap<ComponentId, (Rect, Words)>,
    pub(super) zone_rects: BTreeMap<ZoneId, Rect>,
    /// Zones drawn as a box, by the zones in them, and the collapsed zone that hides each component.
    pub(super) hidden_by: BTreeMap<ComponentId, ZoneId>,
    pub(super) says: Says<'a>,
    stored: BTreeMap<ComponentId, Vec<AssetId>>,
}

impl<'a> Stage<'a> {
    fn new(project: &'a Project, view: &'a View, options: &'a SceneOptions) -> Self {
        let diagram = &project.diagram;
        let tree = ZoneTree::of(diagram);
        let mut places = layout::places(project, view);
        places.extend(options.places.iter().map(|(item, place)| (*item, place.clone())));
        let mut stored: BTreeMap<ComponentId, Vec<AssetId>> = BTreeMap::new();
        if options.assets {
            for asset in &project.assets {
                for component in &asset.stored_in {
                    stored.entry(*component).or_default().push(asset.id);
                }
            }
        }
        let collapsed = |zone: ZoneId| places.get(&zone.into()).is_some_and(|place| place.collapsed);
        let mut rects: Vec<(&Component, Rect)> = Vec::new();
        let mut hidden_by = BTreeMap::new();
        for component in diagram.components() {
            let outermost = tree.chain(component.zone).filter(|zone| collapsed(*zone)).last();
            if let Some(zone) = outermost {
                hidden_by.insert(component.id, zone);
                continue;
            }
            let Some(place) = places.get(&component.id.into()) else { continue };
            rects.push((component, node_rect(component, place)));
        }
        let (mut boxes, mut content) = (BTreeMap::new(), BTreeMap::new());
        let holding = holding(&rects);
        let index = RectIndex::of(rects.iter().map(|(_, rect)| *rect));
        for ((component, rect), holds) in rects.into_iter().zip(holding) {
            let name = project.name_of(component.id.into());
            let words = words(&name, component.kind, rect, holds, options.paper).clear_of(
                rect,
                &index,
                options.paper,
            );
            let chips = node_chips_height(stored.get(&component.id).map_or(0, Vec::len));
            let all = words.under.map_or(rect, |under| rect.union(under));
            content.insert(component.id, Rect { h: all.h + chips, ..all });
            boxes.insert(component.id, (rect, words));
        }
        let shown: BTreeSet<ZoneId> = diagram
            .zones
            .ids()
            .filter(|zone| places.contains_key(&ItemId::from(*zone)))
            .filter(|zone| !tree.chain(tree.parent_of(*zone)).any(collapsed))
            .collect();
        let place_of = |item: ItemId| places.get(&item).cloned();
        let zone_rects = zone_rects(diagram, &tree, &shown, &place_of, &content, &options.floating);
        let says = Says::new(project, options);
        Self {
            project,
            options,
            curved: view.curved,
            only_placed: view.only_placed,
            places,
            tree,
            boxes,
            zone_rects,
            hidden_by,
            says,
            stored,
        }
    }

    fn nodes(&self, leaving: &Leaving) -> Vec<NodeBox> {
        let mut nodes = Vec::new();
        let words = self.boxes.values().flat_map(|(rect, words)| [Some(*rect), words.under]);
        let covered = RectIndex::of(words.flatten());
        for component in self.project.diagram.components() {
            let Some((rect, words)) = self.boxes.get(&component.id) else { continue };
            let rect = *rect;
            let caption = if self.options.paper {
                format!("{} · {}", component.id, component.kind.label().to_lowercase())
            } else {
                component.kind.label().to_owned()
            };
            let assets = self.stored.get(&component.id).map_or(&[][..], Vec::as_slice);
            let above = words.under.map_or(rect, |under| Rect { h: under.bottom() - rect.y, ..rect });
            let chips = node_chips(self.project, assets, above, self.options.paper);
            let badge =
                self.badge(Target::Component(component.id), |w| badge_corner(rect, words.under, w, &covered));
            let item = component.id.into();
            let leaves = Leaves::at(leaving, item, rect, words.under, badge, self.options.paper);
            nodes.push(NodeBox {
                id: component.id,
                rect,
                kind: component.kind,
                name: words.lines.clone(),
                wording: words.wording,
                under: words.under,
                caption,
                icon: component_icon(component),
                badge,
                chips,
                zone: component.zone,
                said: self.says.of_component(component),
                out_of_scope: component.out_of_scope,
                leaves,
            });
        }
        nodes
    }

    /// The worst band and the number of threats of a zone: aimed at it, or, of one that is drawn as a box, at anything that
    /// it stands for. A threat that is aimed at two of those counts once.
    fn zone_badge(&self, zone: ZoneId, hidden: Option<&BTreeSet<Target>>) -> Option<(Band, usize)> {
        let risk = self.options.risk.as_ref()?;
        let Some(hidden) = hidden else { return risk.get(&Target::Zone(zone)).copied() };
        let (band, most) = together(risk, hidden.iter())?;
        let aimed = |threat: &&Threat| threat.targets.iter().any(|target| hidden.contains(target));
        let live = self.project.threats.iter().filter(|threat| threat.status.is_live());
        Some((band, live.filter(aimed).count().clamp(1, most)))
    }

    fn badge(&self, target: Target, corner: impl Fn(f32) -> Point) -> Option<Badge> {
        let (band, count) = self.options.risk.as_ref()?.get(&target).copied()?;
        let lettering = Lettering::of(self.options.paper);
        let size = badge_rect(Point::default(), count, lettering);
        Some(Badge { rect: badge_rect(corner(size.w), count, lettering), band, count })
    }

    /// What each zone that is drawn as a box stands for: itself, the zones and components in it, and the interfaces that
    /// run inside of it.
    fn hidden(&self) -> BTreeMap<ZoneId, BTreeSet<Target>> {
        let diagram = &self.project.diagram;
        let mut hidden: BTreeMap<ZoneId, BTreeSet<Target>> = BTreeMap::new();
        if self.options.risk.is_none() {
            return hidden;
        }
        for zone in diagram.zones.ids() {
            if let Some(around) = self.tree.chain(Some(zone)).filter(|zone| self.is_collapsed(*zone)).last() {
                hidden.entry(around).or_default().insert(Target::Zone(zone));
            }
        }
        for (component, zone) in &self.hidden_by {
            hidden.entry(*zone).or_default().insert(Target::Component(*component));
        }
        let any = !hidden.is_empty();
        for interface in diagram.interfaces().filter(|_| any) {
            let around = |end: Option<ComponentId>| end.and_then(|end| self.hidden_by.get(&end));
            if let Some(zone) = around(interface.from).filter(|zone| around(interface.to) == Some(*zone)) {
                hidden.entry(*zone).or_default().insert(Target::Interface(interface.id));
            }
        }
        hidden
    }

    fn zones(&self, leaving: &Leaving) -> Vec<ZoneBox> {
        let mut components: BTreeMap<ZoneId, Vec<ComponentId>> = BTreeMap::new();
        for component in self.project.diagram.components() {
            for zone in self.tree.chain(component.zone) {
                components.entry(zone).or_default().push(component.id);
            }
        }
        let sheets: Vec<Rect> = self.placed_notes().map(|note| note.rect).collect();
        let on_sheet = |seat: Rect| sheets.iter().any(|sheet| sheet.overlaps(seat));
        // A zone may lie around another's head, but no other zone's border runs through it.
        let on_box = |own: ZoneId, seat: Rect| {
            let words = self.boxes.values().flat_map(|(rect, words)| [Some(*rect), words.under]);
            let other_zones = self.zone_rects.iter().filter(|(id, _)| **id != own);
            words.flatten().any(|rect| rect.overlaps(seat))
                || other_zones.into_iter().any(|(_, rect)| rect.overlaps(seat) && !rect.contains_rect(seat))
        };
        let holding: BTreeSet<ZoneId> =
            self.zone_rects.keys().filter_map(|zone| self.tree.parent_of(*zone)).collect();
        let mut zones = Vec::new();
        let closed: BTreeMap<ZoneId, BTreeSet<Target>> = self.hidden();
        for id in self.tree.outer_first() {
            let (Some(rect), Some(zone)) =
                (self.zone_rects.get(&id).copied(), self.project.diagram.zones.get(id))
            else {
                continue;
            };
            let members = components.get(&id).map_or(&[][..], Vec::as_slice);
            let mut name = self.project.name_of(id.into());
            if self.options.paper {
                name = format!("{id} {name}");
            }
            let collapsed = self.is_collapsed(id);
            let (in_head, head) = zone_head(&name, zone.trust, rect, self.options.paper);
            let name = if collapsed { collapsed_name(&name, rect, self.options.paper) } else { in_head };
            let head =
                if collapsed { head } else { head_seat(head, rect, on_sheet, |seat| on_box(id, seat)) };
            let targets: Vec<Target> =
                members.iter().map(|id| Target::Component(*id)).chain([Target::Zone(id)]).collect();
            zones.push(ZoneBox {
                id,
                rect,
                head,
                name,
                trust: zone.trust,
                depth: self.tree.depth_of(id),
                collapsed,
                holds_zones: holding.contains(&id),
                components: members.len(),
                badge: self.zone_badge(id, closed.get(&id)).map(|(band, count)| {
                    let lettering = Lettering::of(self.options.paper);
                    let w = badge_rect(Point::default(), count, lettering).w;
                    let corner = Point::new(rect.right() - w - 10.0, rect.y - BADGE_HEIGHT / 2.0);
                    Badge { rect: badge_rect(corner, count, lettering), band, count }
                }),
                inside: self.options.risk.as_ref().and_then(|risk| together(risk, targets.iter())),
                leaves: Leaves::at(leaving, id.into(), rect, None, None, self.options.paper),
            });
        }
        zones
    }

    fn lines(&self) -> Vec<LineShape> {
        let (face, size) = Lettering::of(self.options.paper).zone;
        let mut lines = Vec::new();
        for line in &self.project.diagram.lines {
            let Some(place) = self.places.get(&line.id.into()) else { continue };
            let points: Vec<Point> = place.points.iter().map(|(x, y)| Point::new(*x, *y)).collect();
            let Some(first) = points.first().copied() else { continue };
            let name = self.project.name_of(line.id.into());
            let (dx, dy) = place.label.unwrap_or_default();
            let head =
                Rect::new(first.x + 8.0 + dx, first.y - 22.0 + dy, width(&name, face, size) + 8.0, 22.0);
            lines.push(LineShape { id: line.id, points, name, head });
        }
        lines
    }

    /// The notes that somebody has put somewhere; the others come to stand below everything.
    pub(super) fn placed_notes(&self) -> impl Iterator<Item = NoteBox> + '_ {
        let placed = |note: &NoteBox| self.places.contains_key(&note.id.into());
        self.notes(Rect::default()).into_iter().filter(placed)
    }

    pub(super) fn is_collapsed(&self, zone: ZoneId) -> bool {
        self.places.get(&zone.into()).is_some_and(|place| place.collapsed)
    }

    pub(super) fn notes(&self, below: Rect) -> Vec<NoteBox> {
        let (face, size) = Lettering::of(self.options.paper).caption;
        let mut notes = Vec::new();
        let mut next = Point::new(below.x, below.bottom() + 28.0);
        let on_canvas = |note: &&Note| note.kind == NoteKind::Canvas;
        for note in self.project.notes.iter().filter(on_canvas) {
            let place = self.places.get(&note.id.into());
            let w = place.map(|place| place.w).filter(|w| *w > 40.0).unwrap_or(NOTE_WIDTH);
            let lines = wrap(&note.text, face, size, w - 24.0);
            let h = (lines.len().max(1) as f32 * NOTE_LINE + 20.0).max(place.map_or(0.0, |place| place.h));
            let at = if let Some(place) = place {
                Point::new(place.x, place.y)
            } else if self.only_placed {
                continue;
            } else {
                let at = next;
                next.x += w + 16.0;
                at
            };
            notes.push(NoteBox { id: note.id, rect: Rect::new(at.x, at.y, w, h), lines });
        }
        notes
    }
}

/// Where the badge of a box stands: at its right top, or at another corner where that would cover a neighbour or its name.
fn badge_corner(rect: Rect, under: Option<Rect>, w: f32, covered: &RectIndex) -> Point {
    let (left, right) = (rect.x - 8.0, rect.right() - w + 8.0);
    let (top, bottom) = (rect.y - 13.0, rect.bottom() - BADGE_HEIGHT + 13.0);
    let corners = [(right, top), (left, top), (right, bottom), (left, bottom)].map(|(x, y)| Point::new(x, y));
    let is_free = |corner: &Point| {
        let badge = Rect::new(corner.x, corner.y, w, BADGE_HEIGHT);
        let mut free = !under.is_some_and(|under| under.overlaps(badge));
        covered.visit(badge, |other, _| {
            free &= other == rect || other.contains_rect(rect) || !other.overlaps(badge);
        });
        free
    };
    corners.into_iter().find(is_free).unwrap_or(Point::new(right, top))
}

/// Which of these boxes have the middle of a smaller one in them.
fn holding(rects: &[(&Component, Rect)]) -> Vec<bool> {
    let index = RectIndex::of(rects.iter().map(|(_, rect)| *rect));
    let smaller = |other: Rect, rect: Rect| other.w * other.h < rect.w * rect.h;
    let holds = |rect: Rect| {
        let mut found = false;
        index.visit(rect, |other, _| found |= smaller(other, rect) && rect.contains(other.center()));
        found
    };
    rects.iter().map(|(_, rect)| holds(*rect)).collect()
}

/// The rectangle of a component's box at a place.
pub(crate) fn node_rect(component: &Component, place: &Place) -> Rect {
    let (w, h) = natural_size(component);
    let w = if place.w > 0.0 { place.w } else { w };
    let h = if place.h > 0.0 { place.h } else { h };
    Rect::new(place.x, place.y, w, h)
}
