//! What an engine is asked on behalf of a view.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, ComponentId, ComponentKind, ItemId, Project, View, ZoneId};
use crate::picture::scene::{
    self, SceneOptions, ZoneTree, label_size, natural_size, node_chips_height, zone_least_width,
};
use crate::picture::{Point, Rect};

use super::engine::{LayoutEdge, LayoutGroup, LayoutNode, LayoutRequest};
use super::{LayoutOptions, Scope};

/// Who uses the system belongs to the left.
const LEFT: f32 = -0.8;
/// Nothing that people draw is larger.
const LARGEST: f32 = 100_000.0;

/// A width or height as a file has it, or else another.
fn extent(stored: f32, otherwise: f32) -> f32 {
    if stored > 0.0 { stored.min(LARGEST) } else { otherwise }
}

/// A request with the names of what it is about.
pub(super) struct Asked {
    /// Components, and zones that are drawn as boxes.
    pub(super) nodes: Vec<ItemId>,
    pub(super) groups: Vec<ZoneId>,
    pub(super) request: LayoutRequest,
    /// Where everything stands now, in the order of the request.
    pub(super) was: Was,
    /// What stands in a zone that is drawn as a box, with the number of the box.
    pub(super) hidden: Vec<(ItemId, usize)>,
}

/// Where boxes and groups stand, as far as they have a place.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Was {
    pub(super) nodes: Vec<Option<Point>>,
    pub(super) groups: Vec<Option<Rect>>,
}

impl Asked {
    /// Whether more than half of the boxes stay where they are.
    pub(super) fn mostly_stays(&self) -> bool {
        let stay = self.request.nodes.iter().filter(|node| node.fixed.is_some()).count();
        stay * 2 > self.request.nodes.len()
    }

    pub(super) fn new(project: &Project, view: &View, options: &LayoutOptions) -> Self {
        let diagram = &project.diagram;
        let tree = ZoneTree::of(diagram);
        // A file may hold places that are none.
        let place =
            |item: ItemId| view.places.get(&item).filter(|place| place.x.is_finite() && place.y.is_finite());
        let chosen = |item: ItemId, zone: Option<ZoneId>| match &options.scope {
            Scope::All => true,
            Scope::Missing => false,
            Scope::Items(items) => {
                items.contains(&item) || tree.chain(zone).any(|around| items.contains(&around.into()))
            }
        };
        let shown = |item: ItemId| !view.only_placed || place(item).is_some();
        // What stands in a collapsed zone goes where the zone goes; what has no place yet gets one as if it were open.
        let collapsed = |zone: &ZoneId| {
            options.scope != Scope::Missing && place((*zone).into()).is_some_and(|place| place.collapsed)
        };
        let hides = |zone: Option<ZoneId>| tree.chain(zone).filter(collapsed).last();
        let mut groups: Vec<ZoneId> = Vec::new();
        let mut closed: Vec<ZoneId> = Vec::new();
        for zone in tree.outer_first() {
            // A view of a part shows the zones around what it shows.
            let holds = diagram.components().any(|component| {
                shown(component.id.into()) && tree.chain(component.zone).any(|around| around == zone)
            });
            match hides(Some(zone)) {
                None if shown(zone.into()) || holds => groups.push(zone),
                Some(outermost) if outermost == zone && shown(zone.into()) => closed.push(zone),
                _ => {}
            }
        }
        let number: BTreeMap<ZoneId, usize> =
            groups.iter().enumerate().map(|(index, zone)| (*zone, index)).collect();
        let nearest = |zone: Option<ZoneId>| tree.chain(zone).find_map(|around| number.get(&around).copied());
        let mut request = LayoutRequest {
            padding: (scene::INSET, scene::HEAD, scene::INSET, scene::INSET),
            aspect: options.aspect,
            at_once: options.terse,
            ..LayoutRequest::default()
        };
        let asks: BTreeSet<ComponentId> =
            diagram.interfaces().filter_map(|interface| interface.from).collect();
        let uses = |component: &Component| match component.kind {
            ComponentKind::Human => true,
            ComponentKind::External => asks.contains(&component.id),
            _ => false,
        };
        let side = |zone: ZoneId, trust: u8| {
            let within = || diagram.components().filter(|c| tree.chain(c.zone).any(|around| around == zone));
            match trust {
                0 | 1 if within().any(uses) => LEFT,
                0 | 1 if within().all(|component| !asks.contains(&component.id)) => 0.6,
                4 => 0.3,
                _ => 0.0,
            }
        };
        let mut was = Was::default();
        for id in &groups {
            let Some(zone) = diagram.zones.get(*id) else { continue };
            let own = place((*id).into());
            let rect =
                own.map(|place| Rect::new(place.x, place.y, extent(place.w, 0.0), extent(place.h, 0.0)));
            let stays = own.is_some_and(|place| place.pinned) || !chosen((*id).into(), Some(*id));
            was.groups.push(rect);
            request.groups.push(LayoutGroup {
                parent: nearest(tree.parent_of(*id)),
                fixed: rect.filter(|_| stays),
                least: (zone_least_width(&zone.name, zone.trust), scene::EMPTY.1),
                pull: side(*id, zone.trust),
            });
        }
        let mut nodes: Vec<ItemId> = Vec::new();
        let mut index_of: BTreeMap<ItemId, usize> = BTreeMap::new();
        let open = |component: &&Component| shown(component.id.into()) && hides(component.zone).is_none();
        for component in diagram.components().filter(open) {
            let stored =
                project.assets.iter().filter(|asset| asset.stored_in.contains(&component.id)).count();
            let own = place(component.id.into());
            let (natural_w, natural_h) = natural_size(component);
            let w = extent(own.map_or(0.0, |place| place.w), natural_w);
            let h = extent(own.map_or(0.0, |place| place.h), natural_h);
            let at = own.map(|place| Point::new(place.x, place.y));
            let stays = own.is_some_and(|place| place.pinned) || !chosen(component.id.into(), component.zone);
            was.nodes.push(at);
            index_of.insert(component.id.into(), nodes.len());
            nodes.push(component.id.into());
            request.nodes.push(LayoutNode {
                size: (w, h + node_chips_height(stored)),
                middle: Point::new(w / 2.0, h / 2.0),
                group: nearest(component.zone),
                fixed: at.filter(|_| stays),
                pull: match component.kind {
                    _ if uses(component) => LEFT,
                    ComponentKind::External => 0.5,
                    ComponentKind::Store => 0.3,
                    _ => 0.0,
                },
            });
        }
        for id in closed {
            let own = place(id.into());
            let at = own.map(|place| Point::new(place.x, place.y));
            let stays = own.is_some_and(|place| place.pinned) || !chosen(id.into(), Some(id));
            was.nodes.push(at);
            index_of.insert(id.into(), nodes.len());
            nodes.push(id.into());
            let (w, h) = scene::collapsed_size(diagram, id);
            request.nodes.push(LayoutNode {
                size: (w, h),
                middle: Point::new(w / 2.0, h / 2.0),
                group: nearest(tree.parent_of(id)),
                fixed: at.filter(|_| stays),
                pull: diagram.zones.get(id).map_or(0.0, |zone| side(id, zone.trust)),
            });
        }
        let inside = |item: ItemId, zone: Option<ZoneId>| {
            let around = hides(zone).map(ItemId::from).filter(|around| *around != item)?;
            index_of.get(&around).map(|number| (item, *number))
        };
        let mut hidden: Vec<(ItemId, usize)> = Vec::new();
        hidden.extend(diagram.components().filter_map(|c| inside(c.id.into(), c.zone)));
        hidden.extend(diagram.zones.ids().filter_map(|zone| inside(zone.into(), Some(zone))));
        let seen: BTreeMap<ItemId, usize> = hidden.iter().copied().collect();
        let terse = options.terse;
        let words = SceneOptions { assets: !terse, paper: terse, terse, ..SceneOptions::default() };
        for interface in diagram.interfaces() {
            let end = |id: Option<ComponentId>| {
                let item = ItemId::from(id?);
                index_of.get(&item).or_else(|| seen.get(&item)).copied()
            };
            let ends = end(interface.from).zip(end(interface.to));
            // What runs inside of one collapsed zone is not drawn.
            if let Some((from, to)) = ends.filter(|(from, to)| from != to || interface.from == interface.to) {
                request.edges.push(LayoutEdge { from, to, label: label_size(project, interface, &words) });
            }
        }
        Self { nodes, groups, request, was, hidden }
    }
}
