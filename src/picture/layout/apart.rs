//! Things that were put somewhere, kept apart: nothing is laid over a border or under another zone's frame.
//!
//! A zone grows for what is put in it; what then stands in its way goes aside. What is put down itself gives way to zones
//! that are not its own. Only what came to overlap by the change is parted: drawings in which zones lie over each other
//! stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ItemId, Project, View, ZoneId};
use crate::picture::scene::{NoteBox, ZoneTree, zone_around};
use crate::picture::{DiagramScene, Rect};

/// Between things of which one went aside.
const AIR: f32 = 28.0;
/// Nearer things are taken to be on each other.
const TOUCH: f32 = 6.0;
/// A component that cannot stay looks for a place this far around, in such steps, with so much air.
const STEPS: i32 = 24;
const STEP: f32 = 16.0;
const SEAT_AIR: f32 = 14.0;
/// More things than this do not go aside one after the other.
const MOST: usize = 4000;

/// How things are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// Only across, in the order in which they stood: heights are what was asked for.
    Across,
    /// Only down, in the order in which they stood.
    Down,
    /// The shortest way. Components may stand on components where somebody puts them there.
    Nearest,
    /// The shortest way, components off components too.
    Clear,
}

/// How far each thing goes aside after a change, a zone with all that is in it; what stays is left out.
///
/// `before` is the drawing before it, `after` the one after it with nothing gone aside, of that project and view. `put` are
/// the things that somebody put where they are.
pub fn apart(
    project: &Project,
    view: &View,
    (before, after): (&DiagramScene, &DiagramScene),
    put: &BTreeSet<ItemId>,
    parting: Parting,
) -> BTreeMap<ItemId, (f32, f32)> {
    let tree = ZoneTree::of(&project.diagram);
    let floor = Floor::new(&tree, view, (before, after), put);
    let own = floor.part(parting);
    let of_zones = |zone: Option<ZoneId>| {
        let chain = tree.chain(zone).filter_map(|zone| own.get(&zone.into()).copied());
        chain.fold((0.0, 0.0), |(x, y): (f32, f32), by| (x + by.0, y + by.1))
    };
    let mut all = BTreeMap::new();
    let mut add = |item: ItemId, around: Option<ZoneId>| {
        let (own, outer) = (own.get(&item).copied().unwrap_or_default(), of_zones(around));
        let by = (own.0 + outer.0, own.1 + outer.1);
        if by != (0.0, 0.0) {
            all.insert(item, by);
        }
    };
    for component in project.diagram.components() {
        add(component.id.into(), component.zone);
    }
    for zone in project.diagram.zones.ids() {
        add(zone.into(), tree.parent_of(zone));
    }
    for note in &after.notes {
        add(note.id.into(), floor.zone_of(note));
    }
    all
}

/// A thing in the zone that it stands in.
#[derive(Debug, Clone, Copy)]
struct Member {
    item: ItemId,
    now: Rect,
    /// Where it was before the change.
    was: Option<Rect>,
    put: bool,
    pinned: bool,
}

impl Member {
    fn is_zone(&self) -> bool {
        matches!(self.item, ItemId::Zone(_))
    }

    fn has_changed(&self) -> bool {
        self.put || self.was != Some(self.now)
    }

    /// Whether the change has brought it onto another, or close to it.
    fn meets(&self, other: &Self, parting: Parting) -> bool {
        let boxes = !self.is_zone() && !other.is_zone();
        let note = |member: &Self| matches!(member.item, ItemId::Note(_));
        if boxes && (parting == Parting::Nearest || note(self) != note(other)) {
            return false;
        }
        if !self.has_changed() && !other.has_changed() {
            return false;
        }
        // What stood in a zone did not lie on it.
        let both = self.was.zip(other.was).filter(|(a, b)| !a.contains_rect(*b) && !b.contains_rect(*a));
        let before = |by: f32| both.is_some_and(|(a, b)| a.grown(by).overlaps(b));
        let now = |by: f32| self.now.grown(by).overlaps(other.now);
        now(-0.5) && !before(-0.5) || now(TOUCH) && !before(TOUCH)
    }
}

struct Floor<'a> {
    tree: &'a ZoneTree,
    view: &'a View,
    before: &'a DiagramScene,
    after: &'a DiagramScene,
    members: BTreeMap<Option<ZoneId>, Vec<Member>>,
}

impl<'a> Floor<'a> {
    fn new(
        tree: &'a ZoneTree,
        view: &'a View,
        (before, after): (&'a DiagramScene, &'a DiagramScene),
        put: &BTreeSet<ItemId>,
    ) -> Self {
        let mut floor = Self { tree, view, before, after, members: BTreeMap::new() };
        let member = |item: ItemId, now: Rect, was: Option<Rect>| Member {
            item,
            now,
            was,
            put: put.contains(&item),
            pinned: view.places.get(&item).is_some_and(|place| place.pinned),
        };
        for node in &after.nodes {
            let was = before.node(node.id).map(crate::picture::scene::NodeBox::covers);
            let home = node.zone.filter(|zone| after.zone(*zone).is_some());
            let node = member(node.id.into(), node.covers(), was);
            floor.members.entry(home).or_default().push(node);
        }
        for zone in &after.zones {
            let was = before.zone(zone.id).map(|zone| zone.rect);
            let zone_member = member(zone.id.into(), zone.rect, was);
            floor.members.entry(tree.parent_of(zone.id)).or_default().push(zone_member);
        }
        for note in &after.notes {
            let was = before.rect_of(note.id.into());
            let home = floor.zone_of(note);
            floor.members.entry(home).or_default().push(member(note.id.into(), note.rect, was));
        }
        floor
    }

    /// The innermost zone that a note lies in; one that was not moved stays out of a zone that grows over it.
    fn zone_of(&self, note: &NoteBox) -> Option<ZoneId> {
        let stays = self.before.rect_of(note.id.into()) == Some(note.rect);
        let scene = if stays { self.before } else { self.after };
        scene.zone_at(note.rect.center()).filter(|zone| self.after.zone(*zone).is_some())
    }

    /// How far each member goes aside within the zone that it stands in, inner zones first.
    fn part(&self, parting: Parting) -> BTreeMap<ItemId, (f32, f32)> {
        let mut aside: BTreeMap<ItemId, (f32, f32)> = BTreeMap::new();
        let mut grown: BTreeMap<ZoneId, Rect> = BTreeMap::new();
        let levels = self.tree.outer_first().into_iter().rev().map(Some).chain([None]);
        for level in levels {
            let mut members = self.members.get(&level).cloned().unwrap_or_default();
            for member in &mut members {
                if let ItemId::Zone(zone) = member.item
                    && let Some(grown) = grown.get(&zone)
                {
                    member.now = *grown;
                }
            }
            if members.len() <= MOST && members.iter().any(Member::has_changed) {
                for (index, by) in parted(&mut members, parting) {
                    if let Some(member) = members.get(index) {
                        aside.insert(member.item, by);
                    }
                }
            }
            let Some(zone) = level.and_then(|zone| self.after.zone(zone)) else { continue };
            if zone.collapsed {
                continue;
            }
            let own = self.view.places.get(&zone.id.into()).filter(|place| place.w > 0.0 && place.h > 0.0);
            let own = own.map(|place| Rect::new(place.x, place.y, place.w, place.h));
            let held = members.iter().filter(|member| !matches!(member.item, ItemId::Note(_)));
            let held = held.map(|member| member.now).reduce(Rect::union).map(zone_around);
            grown.insert(zone.id, own.into_iter().chain(held).reduce(Rect::union).unwrap_or(zone.rect));
        }
        aside
    }
}

/// Parts the members of one zone and says how far each of them went.
fn parted(members: &mut [Member], parting: Parting) -> Vec<(usize, (f32, f32))> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    let along = |member: &Member| {
        let middle = member.was.unwrap_or(member.now).center();
        if parting == Parting::Down { (middle.y, middle.x) } else { (middle.x, middle.y) }
    };
    order.sort_by(|a, b| match (members.get(*a), members.get(*b)) {
        (Some(a), Some(b)) => {
            let ((a0, a1), (b0, b1)) = (along(a), along(b));
            a0.total_cmp(&b0).then(a1.total_cmp(&b1)).then(a.item.cmp(&b.item))
        }
        _ => std::cmp::Ordering::Equal,
    });
    let stays = |member: &Member| member.pinned && !member.put;
    let mut placed: Vec<Member> = members.iter().filter(|member| stays(member)).copied().collect();
    let mut gone = Vec::new();
    if matches!(parting, Parting::Across | Parting::Down) {
        for index in order {
            let Some(member) = members.get_mut(index).filter(|member| !stays(member)) else { continue };
            let by = clear(member, &placed, parting, &[]);
            placed.push(*member);
            gone.extend((by != (0.0, 0.0)).then_some((index, by)));
        }
        return gone;
    }
    // What was put down gives way to zones that stay as they are, and clear of everything where that is asked for.
    let is_still = |member: &Member| !member.has_changed();
    let still: Vec<Member> = members.iter().filter(|member| is_still(member)).copied().collect();
    for index in order.iter().copied() {
        let Some(member) = members.get_mut(index).filter(|member| member.put) else { continue };
        let by = seated(member, &placed, parting, &still)
            .unwrap_or_else(|| clear(member, &placed, parting, &still));
        placed.push(*member);
        gone.extend((by != (0.0, 0.0)).then_some((index, by)));
    }
    // Zones that grew stay; the others go out of their way, and out of the way of those that did.
    let grew: Vec<usize> = order
        .iter()
        .copied()
        .filter(|index| {
            members.get(*index).is_some_and(|member| !member.put && !stays(member) && member.has_changed())
        })
        .collect();
    let mut waiting: Vec<usize> = order
        .into_iter()
        .filter(|index| members.get(*index).is_some_and(|member| is_still(member) && !stays(member)))
        .collect();
    for index in grew {
        let Some(member) = members.get_mut(index) else { continue };
        let by = clear(member, &placed, parting, &[]);
        placed.push(*member);
        gone.extend((by != (0.0, 0.0)).then_some((index, by)));
    }
    while let Some(next) = waiting.iter().position(|index| {
        members.get(*index).is_some_and(|member| placed.iter().any(|other| member.meets(other, parting)))
    }) {
        let index = waiting.remove(next);
        let Some(member) = members.get_mut(index) else { continue };
        let by = clear(member, &placed, parting, &[]);
        placed.push(*member);
        gone.push((index, by));
    }
    gone
}

/// Moves a component off what it must not stand on, to the nearest place around that is free of everything; how far it
/// went. None where it may stay, for zones, and where nothing around is free.
fn seated(member: &mut Member, placed: &[Member], parting: Parting, still: &[Member]) -> Option<(f32, f32)> {
    let others = || placed.iter().chain(still);
    if member.is_zone() || !others().any(|other| member.meets(other, parting)) {
        return None;
    }
    let reach = member.now.grown(STEPS as f32 * STEP + SEAT_AIR);
    let near: Vec<Rect> = others().map(|other| other.now).filter(|rect| rect.overlaps(reach)).collect();
    let offsets = (-STEPS..=STEPS).flat_map(|down| (-STEPS..=STEPS).map(move |across| (across, down)));
    let mut offsets: Vec<(i32, i32)> = offsets.collect();
    offsets.sort_by_key(|(across, down)| (across * across + down * down, *down, *across));
    let by =
        offsets.into_iter().map(|(across, down)| (across as f32 * STEP, down as f32 * STEP)).find(|by| {
            let place = member.now.moved(*by).grown(SEAT_AIR);
            !near.iter().any(|rect| rect.overlaps(place))
        })?;
    member.now = member.now.moved(by);
    Some(by)
}

/// Moves a member off what is placed, and off `also`, in one direction; how far it went.
fn clear(member: &mut Member, placed: &[Member], parting: Parting, also: &[Member]) -> (f32, f32) {
    let start = *member;
    let others = || placed.iter().chain(also);
    let Some(first) = others().find(|other| start.meets(other, parting)).copied() else { return (0.0, 0.0) };
    // Who stood before something pinned goes on before it.
    let earlier =
        |axis: fn(Rect) -> f32| first.pinned && axis(start.was.unwrap_or(start.now)) < axis(first.now);
    let ways: &[Way] = match parting {
        Parting::Across if earlier(|rect| rect.center().x) => &[Way::Left],
        Parting::Across => &[Way::Right],
        Parting::Down if earlier(|rect| rect.center().y) => &[Way::Up],
        Parting::Down => &[Way::Down],
        Parting::Nearest | Parting::Clear => &Way::ALL,
    };
    // Things stay on the side on which they stood.
    let side = |way: &Way| start.was.zip(first.was).is_some_and(|(own, other)| way.leads_from(other, own));
    let kept: Vec<Way> = ways.iter().copied().filter(side).collect();
    let ways = if kept.is_empty() { ways } else { &kept };
    let ends = ways.iter().map(|way| {
        let mut at = start;
        // Each step clears one of them for good: they do not move.
        for _ in 0..=placed.len() + also.len() {
            let Some(other) = others().find(|other| at.meets(other, parting)) else { break };
            at.now = way.off(at.now, other.now);
        }
        at.now
    });
    let far = |rect: &Rect| (rect.x - start.now.x).abs() + (rect.y - start.now.y).abs();
    let Some(end) = ends.min_by(|a, b| far(a).total_cmp(&far(b))) else { return (0.0, 0.0) };
    member.now = end;
    (end.x - start.now.x, end.y - start.now.y)
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Right,
    Down,
    Left,
    Up,
}

impl Way {
    const ALL: [Self; 4] = [Self::Right, Self::Down, Self::Left, Self::Up];

    /// Whether a rectangle lies that way from another.
    fn leads_from(self, from: Rect, to: Rect) -> bool {
        match self {
            Self::Right => to.x >= from.right(),
            Self::Down => to.y >= from.bottom(),
            Self::Left => to.right() <= from.x,
            Self::Up => to.bottom() <= from.y,
        }
    }

    /// A rectangle that far away that another lies behind it.
    fn off(self, rect: Rect, other: Rect) -> Rect {
        match self {
            Self::Right => Rect { x: (other.right() + AIR).ceil(), ..rect },
            Self::Down => Rect { y: (other.bottom() + AIR).ceil(), ..rect },
            Self::Left => Rect { x: (other.x - AIR - rect.w).floor(), ..rect },
            Self::Up => Rect { y: (other.y - AIR - rect.h).floor(), ..rect },
        }
    }
}

#[cfg(test)]
#[path = "apart_tests.rs"]
mod tests;
