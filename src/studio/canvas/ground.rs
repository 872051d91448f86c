//! What a gesture may look at, and what lies under the pointer.

use crate::model::{ComponentId, InterfaceId, ItemId, Project, View, ZoneId};
use crate::picture::scene::{Handle, NodeBox};
use crate::picture::{DiagramScene, Hit, Part, Point};

use super::Tool;

/// What the machine may look at.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The diagram as it is drawn.
    pub scene: &'a DiagramScene,
    /// The model.
    pub project: &'a Project,
    /// What is selected.
    pub selection: &'a [ItemId],
    /// What the pointer is for.
    pub tool: Tool,
    /// Six points of the screen in the world's units.
    pub tolerance: f32,
    /// The view that is shown: what is pinned in it does not move.
    pub view: Option<&'a View>,
}

/// What a press took hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    /// Nothing.
    Ground,
    /// A thing.
    Item(Hit),
    /// A handle of a thing.
    Handle(ItemId, Handle),
}

/// Where what is dragged goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drop {
    /// It stays in its zone.
    Same,
    /// It moves into that zone, or out of every zone.
    Into(Option<ZoneId>),
    /// These move into those zones, or out of every zone; the others stay in theirs.
    Each(Vec<(ItemId, Option<ZoneId>)>),
}

impl Drop {
    /// Which of the things in the hand come into another zone, and into which.
    pub fn changes(&self, items: &[ItemId]) -> Vec<(ItemId, Option<ZoneId>)> {
        match self {
            Self::Same => Vec::new(),
            Self::Into(zone) => items
                .iter()
                .filter(|item| matches!(item, ItemId::Component(_) | ItemId::Zone(_)))
                .map(|item| (*item, *zone))
                .collect(),
            Self::Each(changes) => changes.clone(),
        }
    }

    /// The zone that takes something.
    pub fn target(&self) -> Option<ZoneId> {
        match self {
            Self::Same => None,
            Self::Into(zone) => *zone,
            Self::Each(changes) => changes.iter().find_map(|(_, zone)| *zone),
        }
    }
}

impl Ground<'_> {
    /// What lies under a point: handles of what is selected first, then things.
    pub fn grip(&self, at: Point) -> Grip {
        let hit = self.scene.hit(at, self.tolerance);
        for item in self.selection {
            if let Some(handle) = self.handle(*item, at) {
                return Grip::Handle(*item, handle);
            }
        }
        if let Some(Hit { item: item @ ItemId::Component(_), part: Part::Node }) = hit
            && let Some(handle) = self.handle(item, at)
        {
            return Grip::Handle(item, handle);
        }
        if let Some((component, side)) = self.edge_at(at, hit) {
            return Grip::Handle(component.into(), Handle::Connect(side));
        }
        hit.map_or(Grip::Ground, Grip::Item)
    }

    /// The component on whose edge a point lies, and the side: a drag from there draws a flow.
    pub fn edge_at(&self, at: Point, hit: Option<Hit>) -> Option<(ComponentId, u8)> {
        let outside = self.tolerance;
        let on = |node: &&NodeBox| {
            let inside = (self.tolerance * 0.6).min(node.rect.h * 0.12);
            node.rect.grown(outside).contains(at) && !node.rect.grown(-inside).contains(at)
        };
        let node = match hit {
            Some(Hit { item: ItemId::Component(id), part: Part::Node }) => self.scene.node(id).filter(on),
            // A line that ends here, a label and a badge are meant before the edge beside them.
            Some(Hit { part: Part::ZoneEdge, .. }) | None => self.scene.nodes.iter().rev().find(on),
            Some(_) => None,
        }?;
        let r = node.rect;
        let away =
            [(at.y - r.y).abs(), (at.x - r.right()).abs(), (at.y - r.bottom()).abs(), (at.x - r.x).abs()];
        let nearest = (0u8..).zip(away).min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.map(|(side, _)| (node.id, side))
    }

    /// What the pointer is over: what a press would take hold of.
    pub fn under(&self, at: Point) -> Option<ItemId> {
        let hit = self.scene.hit(at, self.tolerance);
        self.edge_at(at, hit).map(|(id, _)| id.into()).or_else(|| hit.map(|hit| hit.item))
    }

    /// The interfaces that an interface's line stands for, where a collapsed zone makes one of many; else none.
    pub fn bundle_of(&self, flow: InterfaceId) -> &[InterfaceId] {
        self.scene.flow(flow).map_or(&[][..], |flow| &flow.bundle)
    }

    /// Whether a thing is to stay where it is.
    pub fn is_pinned(&self, item: ItemId) -> bool {
        self.view.and_then(|view| view.places.get(&item)).is_some_and(|place| place.pinned)
    }

    fn handle(&self, item: ItemId, at: Point) -> Option<Handle> {
        if let ItemId::Component(id) = item
            && let Some(node) = self.scene.node(id)
            && self.selection == [item]
        {
            let r = node.rect;
            let corners = [(r.x, r.y), (r.right(), r.y), (r.right(), r.bottom()), (r.x, r.bottom())];
            for (index, (x, y)) in corners.into_iter().enumerate() {
                if at.distance(Point::new(x, y)) <= self.tolerance {
                    return Some(Handle::Resize(index as u8 * 2));
                }
            }
        }
        self.scene.hit_handle(at, self.tolerance, item)
    }

    /// The component under a point.
    pub fn component_at(&self, at: Point) -> Option<ComponentId> {
        match self.scene.hit(at, self.tolerance) {
            Some(Hit { item: ItemId::Component(id), .. }) => Some(id),
            _ => None,
        }
    }

    /// The zone that would take things dropped there.
    fn zone_under(&self, at: Point, moving: &[ItemId]) -> Option<ZoneId> {
        let is_moving = |zone: ZoneId| {
            self.project.diagram.zone_chain(Some(zone)).into_iter().any(|zone| moving.contains(&zone.into()))
        };
        self.scene
            .zones
            .iter()
            .filter(|zone| zone.rect.contains(at) && !is_moving(zone.id))
            .max_by_key(|zone| zone.depth)
            .map(|zone| zone.id)
    }

    /// The zone in which a thing stands; none for what stands in no zone by its kind.
    fn home(&self, item: ItemId) -> Option<Option<ZoneId>> {
        match item {
            ItemId::Component(id) => self.project.diagram.component(id).map(|component| component.zone),
            ItemId::Zone(id) => self.project.diagram.zones.get(id).map(|zone| zone.parent),
            _ => None,
        }
    }

    /// Where things that are let go at a point would go, all of them: only components and zones stand in zones.
    pub fn drop_for(&self, items: &[ItemId], at: Point) -> Drop {
        let under = self.zone_under(at, items);
        let leaves = items.iter().filter_map(|item| self.home(*item)).any(|home| home != under);
        if leaves { Drop::Into(under) } else { Drop::Same }
    }

    /// Where things that have been moved that far would go. Components of one zone go where the pointer is; things from
    /// several zones each go where their own middle lies, or a short pull would tear them all into one. So do zones: they
    /// are held by their head, which lies close to the edge of the zone around.
    pub fn drop_of_moved(&self, items: &[ItemId], at: Point, by: (f32, f32)) -> Drop {
        let mut homes = items.iter().filter_map(|item| self.home(*item));
        let first = homes.next();
        let holds_zones = items.iter().any(|item| matches!(item, ItemId::Zone(_)));
        if !holds_zones && homes.all(|home| Some(home) == first) {
            return self.drop_for(items, at);
        }
        let changes = items.iter().filter_map(|item| {
            let middle = self.scene.rect_of(*item)?.moved(by).center();
            let under = self.zone_under(middle, items);
            (self.home(*item)? != under).then_some((*item, under))
        });
        let changes: Vec<_> = changes.collect();
        if changes.is_empty() { Drop::Same } else { Drop::Each(changes) }
    }

    /// The zones that things which have been moved that far would leave, with how many leave each and the first of them.
    pub fn left_behind(&self, items: &[ItemId], at: Point, by: (f32, f32)) -> Vec<(ZoneId, usize, ItemId)> {
        let mut left: Vec<(ZoneId, usize, ItemId)> = Vec::new();
        for (item, into) in self.drop_of_moved(items, at, by).changes(items) {
            let Some(home) = self.home(item).flatten() else { continue };
            // What moves further in stays in the zones around; what moves out is said of the outermost that it leaves.
            let diagram = &self.project.diagram;
            let stays = diagram.zone_chain(into);
            let chain = diagram.zone_chain(Some(home));
            let Some(outermost) = chain.into_iter().take_while(|zone| !stays.contains(zone)).last() else {
                continue;
            };
            match left.iter_mut().find(|(zone, ..)| *zone == outermost) {
                Some((_, number, _)) => *number += 1,
                None => left.push((outermost, 1, item)),
            }
        }
        left
    }

    /// A thing, or all that is selected if it is.
    pub fn chosen_with(&self, item: ItemId) -> Vec<ItemId> {
        if self.selection.contains(&item) { self.selection.to_vec() } else { vec![item] }
    }

    /// What a drag of a thing moves: all that is selected if it is, but nothing twice with its zone.
    pub fn moving_with(&self, item: ItemId) -> Vec<ItemId> {
        let chosen = self.chosen_with(item);
        let carried = |item: &ItemId| {
            self.project
                .diagram
                .zone_chain(self.home(*item).flatten())
                .into_iter()
                .any(|zone| chosen.contains(&zone.into()))
        };
        let stands = |item: &ItemId| {
            matches!(item, ItemId::Component(_) | ItemId::Zone(_) | ItemId::Line(_) | ItemId::Note(_))
        };
        chosen
            .iter()
            .copied()
            .filter(|item| stands(item) && !carried(item) && !self.is_pinned(*item))
            .collect()
    }
}
