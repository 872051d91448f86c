//! Places for components and zones: untrusted at the left, what they reach further right, everything inside its zone.
//!
//! The engine knows only boxes in groups; this file asks it on behalf of a view. What is pinned stays where it is, and
//! so does everything that is not asked for.

mod apart;
mod asked;
mod columns;
mod draw;
mod engine;
mod layered;
mod level;
mod nest;
mod order;
mod part;
mod place;
mod polish;
mod rank;
mod room;
mod search;
mod settle;
mod space;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, Interface, ItemId, Place, Project, View, ZoneId};
use crate::simulation::{Progress, Quiet};

use super::Rect;
use asked::Asked;

pub use apart::{Parting, apart};
pub use engine::{LayoutEdge, LayoutEngine, LayoutGroup, LayoutNode, LayoutRequest, LayoutResult};
pub use layered::Layered;
pub use room::room_for;

/// What to lay out.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// What has no place yet.
    Missing,
    /// These, zones with all that is in them.
    Items(BTreeSet<ItemId>),
}

/// What to lay out, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutOptions {
    /// What is not in it stays where it is.
    pub scope: Scope,
    /// Width by height of the frame that the drawing should fill.
    pub aspect: f32,
    /// For one of many crowded pages: flows carry their identifiers alone, and the best drawing is not looked for.
    pub terse: bool,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        Self { scope: Scope::All, aspect: 1.6, terse: false }
    }
}

/// From the drawing to a note that had to give way, and between such notes.
const NOTE_GAP: f32 = 40.0;

/// Places for the view's components and zones, and interfaces freed of their own bends; none when it was told to stop.
/// What stays where it is may be left out.
pub fn layout(
    project: &Project,
    view: &View,
    options: &LayoutOptions,
    progress: &dyn Progress,
) -> Option<BTreeMap<ItemId, Place>> {
    let asked = Asked::new(project, view, options);
    let result = match options.scope {
        Scope::Items(_) => part::lay_out(&Layered, &asked.request, &asked.was, progress)?,
        Scope::Missing if asked.mostly_stays() => {
            part::lay_out(&Layered, &asked.request, &asked.was, progress)?
        }
        Scope::All | Scope::Missing => Layered.lay_out(&asked.request, progress)?,
    };
    let mut places = BTreeMap::new();
    let mut put = |item: ItemId, new: &dyn Fn(Place) -> Place| {
        let old = view.places.get(&item).cloned();
        let place = new(old.clone().unwrap_or_default());
        if options.scope == Scope::All || old.as_ref() != Some(&place) {
            places.insert(item, place);
        }
    };
    for (item, at) in asked.nodes.iter().zip(&result.nodes) {
        put(*item, &|old| Place { x: at.x, y: at.y, ..old });
    }
    for (id, rect) in asked.groups.iter().zip(&result.groups) {
        put((*id).into(), &|old| Place { x: rect.x, y: rect.y, w: rect.w, h: rect.h, ..old });
    }
    for (item, number) in &asked.hidden {
        let was = asked.was.nodes.get(*number).copied().flatten();
        if let (Some(was), Some(now)) = (was, result.nodes.get(*number))
            && view.places.contains_key(item)
        {
            put(*item, &|old| Place { x: old.x + now.x - was.x, y: old.y + now.y - was.y, ..old });
        }
    }
    let moved = |interface: &Interface| match options.scope {
        Scope::All => true,
        Scope::Missing => false,
        Scope::Items(_) => {
            let ends = [interface.from, interface.to].into_iter().flatten();
            ends.into_iter().any(|end| places.contains_key(&end.into()))
        }
    };
    let mut freed = BTreeMap::new();
    for (item, place) in &view.places {
        let ItemId::Interface(id) = item else { continue };
        let interface = project.diagram.interface(*id).filter(|interface| interface.is_attached());
        let bent = !place.pinned && (!place.points.is_empty() || place.label.is_some());
        if bent && interface.is_some_and(moved) {
            freed.insert(*item, Place { points: Vec::new(), label: None, ..place.clone() });
        }
    }
    places.extend(freed);
    if options.scope == Scope::All {
        places.extend(notes_aside(view, &asked, &result));
    }
    Some(places)
}

/// Notes on which something came to stand, moved below the drawing.
fn notes_aside(view: &View, asked: &Asked, result: &LayoutResult) -> BTreeMap<ItemId, Place> {
    let nodes = asked.request.nodes.iter().zip(&result.nodes);
    let boxes = nodes.map(|(node, at)| Rect::new(at.x, at.y, node.size.0, node.size.1));
    let covered: Vec<Rect> = boxes.chain(result.groups.iter().copied()).collect();
    let Some(bounds) = covered.iter().copied().reduce(Rect::union) else { return BTreeMap::new() };
    let mut x = bounds.x;
    let mut aside = BTreeMap::new();
    for (item, place) in &view.places {
        let rect = Rect::new(place.x, place.y, place.w.max(1.0), place.h.max(1.0));
        let hit = covered.iter().any(|other| other.overlaps(rect));
        if matches!(item, ItemId::Note(_)) && !place.pinned && hit {
            aside.insert(*item, Place { x, y: bounds.bottom() + NOTE_GAP, ..place.clone() });
            x += rect.w + NOTE_GAP;
        }
    }
    aside
}

/// The view's places, with places for everything that the view shows and that has none.
pub fn places(project: &Project, view: &View) -> BTreeMap<ItemId, Place> {
    let mut places = view.places.clone();
    let missing = |item: ItemId| !view.places.contains_key(&item);
    let diagram = &project.diagram;
    let components = !view.only_placed && diagram.components().any(|component| missing(component.id.into()));
    let zones = if view.only_placed {
        let shown = |component: &&Component| !missing(component.id.into());
        let mut around =
            diagram.components().filter(shown).flat_map(|component| diagram.zone_chain(component.zone));
        around.any(|zone| missing(zone.into()))
    } else {
        diagram.zones.ids().any(|zone| missing(zone.into()))
    };
    if components || zones {
        let options = LayoutOptions { scope: Scope::Missing, ..LayoutOptions::default() };
        for (item, place) in layout(project, view, &options, &Quiet).unwrap_or_default() {
            places.entry(item).or_insert(place);
        }
    }
    places
}

/// The zones around what is chosen, or those that are chosen themselves: what people mean by "the zone".
pub fn zones_of(project: &Project, chosen: &[ItemId]) -> BTreeSet<ZoneId> {
    let diagram = &project.diagram;
    chosen
        .iter()
        .filter_map(|item| match item {
            ItemId::Zone(zone) => Some(*zone),
            ItemId::Component(id) => diagram.component(*id)?.zone,
            _ => None,
        })
        .filter(|zone| diagram.zones.contains(*zone))
        .collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;
