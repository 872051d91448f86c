//! Room for zones that open: what stands right of them and below goes aside as far as it must, and the zones around grow.
//!
//! Everything right of the box moves by one distance and everything below it by another, so things that were apart stay
//! apart, and rows and columns stay rows and columns.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ComponentId, ItemId, Place, Project, ZoneId};
use crate::picture::scene::{HEAD, INSET, ZoneTree, zone_rects};
use crate::picture::{DiagramScene, Rect};

/// Between an opened zone and what had to go aside.
const AIR: f32 = 28.0;

/// How far each thing goes aside when zones open, a zone with all that is in it; what stays is left out.
///
/// `before` are the places with the zones still drawn as boxes, `open` the scene in which they are open and nothing has
/// gone aside yet.
pub fn room_for(
    project: &Project,
    before: &BTreeMap<ItemId, Place>,
    open: &DiagramScene,
    zones: &BTreeSet<ZoneId>,
) -> BTreeMap<ItemId, (f32, f32)> {
    let floor = Floor::new(project, before, open, zones);
    let mut aside = floor.aside();
    // What is in a zone goes along with it.
    let tree = &floor.tree;
    let of_zones = |zone: Option<ZoneId>, aside: &BTreeMap<ItemId, (f32, f32)>| {
        tree.chain(zone).filter_map(|zone| aside.get(&zone.into()).copied()).fold((0.0, 0.0), add)
    };
    let mut all = BTreeMap::new();
    for component in project.diagram.components() {
        let own = aside.get(&component.id.into()).copied().unwrap_or_default();
        all.insert(ItemId::from(component.id), add(own, of_zones(component.zone, &aside)));
    }
    for zone in project.diagram.zones.ids() {
        all.insert(ItemId::from(zone), of_zones(Some(zone), &aside));
    }
    for note in &open.notes {
        if let Some(own) = aside.remove(&note.id.into()) {
            let around = floor.zone_of_note(note.rect.center());
            all.insert(note.id.into(), add(own, of_zones(around, &aside)));
        }
    }
    all.retain(|_, by| *by != (0.0, 0.0));
    all
}

fn add(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    (a.0 + b.0, a.1 + b.1)
}

struct Floor<'a> {
    tree: ZoneTree,
    /// What stands directly in each zone, and how it covered before anything opened.
    members: BTreeMap<Option<ZoneId>, Vec<(ItemId, Rect)>>,
    /// The zones while those that open are still boxes.
    boxed: BTreeMap<ZoneId, Rect>,
    open: &'a DiagramScene,
    zones: &'a BTreeSet<ZoneId>,
}

impl<'a> Floor<'a> {
    fn new(
        project: &Project,
        before: &BTreeMap<ItemId, Place>,
        open: &'a DiagramScene,
        zones: &'a BTreeSet<ZoneId>,
    ) -> Self {
        let diagram = &project.diagram;
        let tree = ZoneTree::of(diagram);
        let covers: BTreeMap<ComponentId, Rect> =
            open.nodes.iter().map(|node| (node.id, node.covers())).collect();
        let shown: BTreeSet<ZoneId> = open.zones.iter().map(|zone| zone.id).collect();
        let boxed_place = |item: ItemId| {
            let place = before.get(&item).cloned()?;
            let opens = matches!(item, ItemId::Zone(zone) if zones.contains(&zone));
            Some(Place { collapsed: place.collapsed || opens, ..place })
        };
        let boxed = zone_rects(diagram, &tree, &shown, &boxed_place, &covers, &BTreeSet::new());
        let mut floor = Self { tree, members: BTreeMap::new(), boxed, open, zones };
        for node in &open.nodes {
            let zone = node.zone.filter(|zone| floor.boxed.contains_key(zone));
            floor.members.entry(zone).or_default().push((node.id.into(), node.covers()));
        }
        for (zone, rect) in &floor.boxed {
            floor.members.entry(floor.tree.parent_of(*zone)).or_default().push(((*zone).into(), *rect));
        }
        for note in &open.notes {
            let zone = floor.zone_of_note(note.rect.center());
            floor.members.entry(zone).or_default().push((note.id.into(), note.rect));
        }
        floor
    }

    /// The innermost zone, drawn open before, that a note lies in.
    fn zone_of_note(&self, at: crate::picture::Point) -> Option<ZoneId> {
        let lies_in = |zone: &&ZoneId| self.boxed.get(zone).is_some_and(|rect| rect.contains(at));
        let open = self.boxed.keys().filter(|zone| !self.zones.contains(zone)).filter(lies_in);
        open.max_by_key(|zone| self.tree.depth_of(**zone)).copied()
    }

    /// How far each member goes aside within the zone that it stands in.
    fn aside(&self) -> BTreeMap<ItemId, (f32, f32)> {
        let mut aside: BTreeMap<ItemId, (f32, f32)> = BTreeMap::new();
        // What each zone covers once everything in it has its room.
        let mut grown: BTreeMap<ZoneId, Rect> = BTreeMap::new();
        let levels = self.tree.outer_first().into_iter().rev().map(Some).chain([None]);
        for level in levels {
            let members = self.members.get(&level).map_or(&[][..], Vec::as_slice);
            let mut now: Vec<(ItemId, Rect)> = members.to_vec();
            for (item, boxed) in members {
                let ItemId::Zone(zone) = item else { continue };
                let Some(grown) = grown.get(zone).filter(|grown| *grown != boxed) else { continue };
                let Some(index) = now.iter().position(|(other, _)| other == item) else { continue };
                // Its corner stays where the box had it.
                let (dx, dy) = (boxed.x - grown.x, boxed.y - grown.y);
                let at = now.get(index).map_or(*boxed, |(_, rect)| *rect);
                let after = Rect { x: at.x, y: at.y, ..*grown };
                let (right, down) = pushes(at, after, now.iter().filter(|(other, _)| other != item));
                for (other, rect) in &mut now {
                    let by = if other == item {
                        *rect = after;
                        (dx, dy)
                    } else {
                        let x = if rect.x >= at.right() { right } else { 0.0 };
                        let y = if rect.y >= at.bottom() { down } else { 0.0 };
                        *rect = rect.moved((x, y));
                        (x, y)
                    };
                    let all = aside.entry(*other).or_default();
                    *all = add(*all, by);
                }
            }
            let Some(zone) = level else { continue };
            let Some(boxed) = self.boxed.get(&zone) else { continue };
            // An opened zone is as large as it was; any other as its box, and more where its members moved or grew.
            let own =
                if self.zones.contains(&zone) { self.open.zone(zone).map(|z| z.rect) } else { Some(*boxed) };
            let content = now.iter().filter(|(item, _)| !matches!(item, ItemId::Note(_))).map(|(_, rect)| {
                Rect::new(rect.x - INSET, rect.y - HEAD, rect.w + 2.0 * INSET, rect.h + HEAD + INSET)
            });
            let whole = own.into_iter().chain(content).reduce(Rect::union);
            grown.insert(zone, whole.unwrap_or(*boxed));
        }
        aside
    }
}

/// How far what is right of a box and what is below it must go so that nothing meets the box at its new size.
fn pushes<'r>(was: Rect, after: Rect, others: impl Iterator<Item = &'r (ItemId, Rect)>) -> (f32, f32) {
    let (mut right, mut down) = (0.0f32, 0.0f32);
    for (_, rect) in others {
        if !after.grown(AIR - 0.5).overlaps(*rect) {
            continue;
        }
        let across = (rect.x >= was.right()).then(|| after.right() + AIR - rect.x).filter(|by| *by > 0.0);
        let along = (rect.y >= was.bottom()).then(|| after.bottom() + AIR - rect.y).filter(|by| *by > 0.0);
        match (across, along) {
            (Some(x), Some(y)) if x <= y => right = right.max(x),
            (Some(_) | None, Some(y)) => down = down.max(y),
            (Some(x), None) => right = right.max(x),
            (None, None) => {}
        }
    }
    (right.ceil(), down.ceil())
}

#[cfg(test)]
#[path = "room_tests.rs"]
pub(in crate::picture::layout) mod tests;
