//! Places for components and zones: untrusted at the left, what they reach further right, everything inside its zone.
//!
//! The engine knows only boxes in groups; this file asks it on behalf of a view. What is pinned stays where it is, and
//! so does everything that has a place when only what is missing is laid out.

mod layered;
mod level;
mod order;
mod rank;
mod settle;

use std::collections::BTreeMap;

use crate::model::{ComponentId, ComponentKind, ItemId, Place, Project, View, ZoneId};
use crate::simulation::{Progress, Quiet};

use super::scene::{SceneOptions, ZoneTree, label_size, natural_size, node_chips_height, zone_least_width};
use super::{Point, Rect};

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
        Self { only_missing: false, aspect: 1.5 }
    }
}

/// A box to be placed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutNode {
    /// Width and height, with all that hangs on it.
    pub size: (f32, f32),
    /// Where flows meet it, from its left top corner.
    pub middle: Point,
    /// The group that it stands in.
    pub group: Option<usize>,
    /// Its left top corner, if it is to stay there.
    pub fixed: Option<Point>,
    /// Below 0 it belongs to the left, above 0 to the right.
    pub pull: f32,
}

/// A group to be placed around what is in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutGroup {
    /// The group that it stands in.
    pub parent: Option<usize>,
    /// Where it stands, if it is to stay there; it may grow to hold what is in it.
    pub fixed: Option<Rect>,
    /// It is no narrower and no lower than this.
    pub least: (f32, f32),
    /// Below 0 it belongs to the left, above 0 to the right.
    pub pull: f32,
}

/// A flow between two boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayoutEdge {
    /// The box where it starts.
    pub from: usize,
    /// The box where it ends.
    pub to: usize,
    /// Width and height of its label.
    pub label: (f32, f32),
}

/// Everything that an engine is told. The same request gets the same answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutRequest {
    /// The boxes.
    pub nodes: Vec<LayoutNode>,
    /// The groups; parents make no ring.
    pub groups: Vec<LayoutGroup>,
    /// The flows.
    pub edges: Vec<LayoutEdge>,
    /// From a group's edge to what is in it: left, top, right, bottom.
    pub padding: (f32, f32, f32, f32),
    /// Width by height of the frame that the drawing should fill.
    pub aspect: f32,
}

/// Where everything stands, in the order of the request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayoutResult {
    /// Left top corners of the boxes.
    pub nodes: Vec<Point>,
    /// The groups.
    pub groups: Vec<Rect>,
}

/// Somebody who lays out boxes in groups.
pub trait LayoutEngine {
    /// Where everything stands; none when it was told to stop.
    fn lay_out(&self, request: &LayoutRequest, progress: &dyn Progress) -> Option<LayoutResult>;
}

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
        for id in &groups {
            let Some(zone) = diagram.zones.get(*id) else { continue };
            let fixed = place((*id).into()).filter(stays);
            request.groups.push(LayoutGroup {
                parent: nearest(tree.parent_of(*id)),
                fixed: fixed.map(|place| Rect::new(place.x, place.y, place.w.max(0.0), place.h.max(0.0))),
                least: (zone_least_width(&zone.name, zone.trust), super::scene::EMPTY.1),
                pull: match zone.trust {
                    0 => -1.0,
                    1 => 0.6,
                    _ => 0.0,
                },
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
                    ComponentKind::Human => -0.8,
                    ComponentKind::External => 0.5,
                    ComponentKind::Store => 0.2,
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
