//! Places for components and zones: untrusted at the left, what they reach further right, everything inside its zone.
//!
//! The engine knows only boxes in groups; this file asks it on behalf of a view. What is pinned stays where it is, and
//! so does everything that has a place when only what is missing is laid out.

mod draw;
mod engine;
mod layered;
mod level;
mod nest;
mod order;
mod polish;
mod rank;
mod search;
mod settle;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, ComponentId, ComponentKind, ItemId, Place, Project, View, ZoneId};
use crate::simulation::{Progress, Quiet};

use super::scene::{SceneOptions, ZoneTree, label_size, natural_size, node_chips_height, zone_least_width};
use super::{Point, Rect};

pub use engine::{LayoutEdge, LayoutEngine, LayoutGroup, LayoutNode, LayoutRequest, LayoutResult};
pub use layered::Layered;

/// What to lay out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayoutOptions {
    /// Leaves everything that has a place where it is.
    pub only_missing: bool,
    /// Width by height of the frame that the drawing should fill.
    pub aspect: f32,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        Self { only_missing: false, aspect: 1.6 }
    }
}

/// Who uses the system belongs to the left.
const LEFT: f32 = -0.8;

/// Places for the view's components and zones, and interfaces freed of their own bends; none when it was told to stop.
pub fn layout(
    project: &Project,
    view: &View,
    options: &LayoutOptions,
    progress: &dyn Progress,
) -> Option<BTreeMap<ItemId, Place>> {
    let asked = Asked::new(project, view, *options);
    let result = Layered.lay_out(&asked.request, progress)?;
    let mut places = BTreeMap::new();
    for (id, at) in asked.nodes.iter().zip(&result.nodes) {
        let old = view.places.get(&ItemId::from(*id)).cloned().unwrap_or_default();
        places.insert(ItemId::from(*id), Place { x: at.x, y: at.y, ..old });
    }
    for (id, rect) in asked.groups.iter().zip(&result.groups) {
        let old = view.places.get(&ItemId::from(*id)).cloned().unwrap_or_default();
        places.insert(ItemId::from(*id), Place { x: rect.x, y: rect.y, w: rect.w, h: rect.h, ..old });
    }
    if !options.only_missing {
        for (item, place) in &view.places {
            let attached = match item {
                ItemId::Interface(id) => {
                    project.diagram.interface(*id).is_some_and(crate::model::Interface::is_attached)
                }
                _ => false,
            };
            if attached && !place.pinned && (!place.points.is_empty() || place.label.is_some()) {
                places.insert(*item, Place { points: Vec::new(), label: None, ..place.clone() });
            }
        }
    }
    Some(places)
}

/// The view's places, with places for everything that the view shows and that has none.
pub fn places(project: &Project, view: &View) -> BTreeMap<ItemId, Place> {
    let mut places = view.places.clone();
    let missing = |item: ItemId| !view.places.contains_key(&item);
    let diagram = &project.diagram;
    let components = diagram.components().any(|component| missing(component.id.into()));
    let zones = diagram.zones.ids().any(|zone| missing(zone.into()));
    if components || zones {
        let options = LayoutOptions { only_missing: true, ..LayoutOptions::default() };
        for (item, place) in layout(project, view, &options, &Quiet).unwrap_or_default() {
            places.entry(item).or_insert(place);
        }
    }
    places
}

/// A request with the names of what it is about.
struct Asked {
    nodes: Vec<ComponentId>,
    groups: Vec<ZoneId>,
    request: LayoutRequest,
}

impl Asked {
    fn new(project: &Project, view: &View, options: LayoutOptions) -> Self {
        let diagram = &project.diagram;
        let tree = ZoneTree::of(diagram);
        let place = |item: ItemId| view.places.get(&item);
        let stays = |place: &&Place| place.pinned || options.only_missing;
        let shown = |item: ItemId| !view.only_placed || place(item).is_some();
        let mut groups: Vec<ZoneId> = Vec::new();
        for zone in tree.outer_first() {
            // A view of a part shows the zones around what it shows.
            let holds = diagram.components().any(|component| {
                shown(component.id.into()) && tree.chain(component.zone).any(|around| around == zone)
            });
            if shown(zone.into()) || holds {
                groups.push(zone);
            }
        }
        let number: BTreeMap<ZoneId, usize> =
            groups.iter().enumerate().map(|(index, zone)| (*zone, index)).collect();
        let nearest = |zone: Option<ZoneId>| tree.chain(zone).find_map(|around| number.get(&around).copied());
        let mut request = LayoutRequest {
            padding: (super::scene::INSET, super::scene::HEAD, super::scene::INSET, super::scene::INSET),
            aspect: options.aspect,
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
        for id in &groups {
            let Some(zone) = diagram.zones.get(*id) else { continue };
            let fixed = place((*id).into()).filter(stays);
            request.groups.push(LayoutGroup {
                parent: nearest(tree.parent_of(*id)),
                fixed: fixed.map(|place| Rect::new(place.x, place.y, place.w.max(0.0), place.h.max(0.0))),
                least: (zone_least_width(&zone.name, zone.trust), super::scene::EMPTY.1),
                pull: side(*id, zone.trust),
            });
        }
        let mut nodes: Vec<ComponentId> = Vec::new();
        let mut index_of: BTreeMap<ComponentId, usize> = BTreeMap::new();
        for component in diagram.components().filter(|component| shown(component.id.into())) {
            let stored =
                project.assets.iter().filter(|asset| asset.stored_in.contains(&component.id)).count();
            let own = place(component.id.into());
            let (natural_w, natural_h) = natural_size(component);
            let w = own.map(|place| place.w).filter(|w| *w > 0.0).unwrap_or(natural_w);
            let h = own.map(|place| place.h).filter(|h| *h > 0.0).unwrap_or(natural_h);
            index_of.insert(component.id, nodes.len());
            nodes.push(component.id);
            request.nodes.push(LayoutNode {
                size: (w, h + node_chips_height(stored)),
                middle: Point::new(w / 2.0, h / 2.0),
                group: nearest(component.zone),
                fixed: own.filter(stays).map(|place| Point::new(place.x, place.y)),
                pull: match component.kind {
                    _ if uses(component) => LEFT,
                    ComponentKind::External => 0.5,
                    ComponentKind::Store => 0.3,
                    _ => 0.0,
                },
            });
        }
        let words = SceneOptions { assets: true, ..SceneOptions::default() };
        for interface in diagram.interfaces() {
            let end = |id: Option<ComponentId>| id.and_then(|id| index_of.get(&id).copied());
            if let (Some(from), Some(to)) = (end(interface.from), end(interface.to)) {
                request.edges.push(LayoutEdge { from, to, label: label_size(project, interface, &words) });
            }
        }
        Self { nodes, groups, request }
    }
}

#[cfg(test)]
mod tests;
