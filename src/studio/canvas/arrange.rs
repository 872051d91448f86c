//! Where chosen things stand to each other: in line, at equal distances, pinned.

use crate::edit::verbs;
use crate::edit::{Edit, Transaction};
use crate::model::{ItemId, Place};
use crate::picture::layout::Parting;
use crate::picture::{DiagramScene, Rect};
use crate::session::{Command, Session};

use super::actions::{moved, place_of};
use super::room;

/// A box that is chosen, and whether it stays where it is.
struct Chosen {
    item: ItemId,
    rect: Rect,
    pinned: bool,
}

/// The boxes among the chosen things, without those that go along with a zone that is chosen too.
fn chosen(session: &Session, scene: &DiagramScene, items: &[ItemId]) -> Vec<Chosen> {
    let diagram = &session.project().diagram;
    let goes_along = |item: ItemId| {
        let zone = match item {
            ItemId::Component(id) => diagram.component(id).and_then(|component| component.zone),
            ItemId::Zone(id) => diagram.zones.get(id).and_then(|zone| zone.parent),
            _ => None,
        };
        diagram.zone_chain(zone).into_iter().any(|zone| items.contains(&zone.into()))
    };
    let boxed = |item: &ItemId| matches!(item, ItemId::Component(_) | ItemId::Zone(_) | ItemId::Note(_));
    items
        .iter()
        .copied()
        .filter(|item| boxed(item) && !goes_along(*item))
        .filter_map(|item| {
            let pinned = place_of(session, item).is_some_and(|place| place.pinned);
            Some(Chosen { item, rect: scene.rect_of(item)?, pinned })
        })
        .collect()
}

/// How many boxes an arrangement could move.
pub fn count(session: &Session, scene: &DiagramScene, items: &[ItemId]) -> usize {
    chosen(session, scene, items).len()
}

/// The arrangement that a command asks for, as one step; none when nothing would move.
pub fn arranged(
    command: Command,
    session: &Session,
    scene: &DiagramScene,
    items: &[ItemId],
) -> Option<Transaction> {
    let boxes = chosen(session, scene, items);
    let steps = match command {
        Command::DistributeAcross => distributed(&boxes, true),
        Command::DistributeDown => distributed(&boxes, false),
        _ => aligned(&boxes, command),
    };
    let mut places: Vec<(ItemId, Place)> = Vec::new();
    let mut put: Vec<ItemId> = Vec::new();
    for (item, dx, dy) in steps {
        places.extend(moved(session, scene, &[item], dx.round(), dy.round()));
        put.push(item);
    }
    let transaction = verbs::place(session.project(), session.view_id(), &places, &[]);
    // What is in line and would lie on each other stands side by side, in the order in which it stood.
    let parting = match command {
        Command::AlignTop | Command::AlignMiddle | Command::AlignBottom | Command::DistributeAcross => {
            Parting::Across
        }
        _ => Parting::Down,
    };
    let transaction = room::parted(session, scene, transaction, &put, parting);
    let name = format!("{} of {} things", command.label(), boxes.len());
    (!transaction.is_empty()).then_some(Transaction { name, ..transaction })
}

/// How many boxes such a command needs at the least; none for other commands.
pub(in crate::studio) fn least(command: Command) -> Option<usize> {
    match command {
        Command::AlignLeft
        | Command::AlignCenter
        | Command::AlignRight
        | Command::AlignTop
        | Command::AlignMiddle
        | Command::AlignBottom => Some(2),
        Command::DistributeAcross | Command::DistributeDown => Some(3),
        _ => None,
    }
}

/// How far each box goes so that all are in line. What is pinned says where.
fn aligned(boxes: &[Chosen], command: Command) -> Vec<(ItemId, f32, f32)> {
    let frame = |pinned: bool| {
        boxes.iter().filter(|one| one.pinned || !pinned).map(|one| one.rect).reduce(Rect::union)
    };
    let Some(frame) = frame(true).or_else(|| frame(false)) else { return Vec::new() };
    let step = |rect: Rect| match command {
        Command::AlignLeft => (frame.x - rect.x, 0.0),
        Command::AlignCenter => (frame.center().x - rect.center().x, 0.0),
        Command::AlignRight => (frame.right() - rect.right(), 0.0),
        Command::AlignTop => (0.0, frame.y - rect.y),
        Command::AlignMiddle => (0.0, frame.center().y - rect.center().y),
        Command::AlignBottom => (0.0, frame.bottom() - rect.bottom()),
        _ => (0.0, 0.0),
    };
    let free = boxes.iter().filter(|one| !one.pinned);
    free.map(|one| {
        let (dx, dy) = step(one.rect);
        (one.item, dx, dy)
    })
    .collect()
}

/// How far each box goes so that the gaps between them are the same; the first and the last stay.
fn distributed(boxes: &[Chosen], across: bool) -> Vec<(ItemId, f32, f32)> {
    let near = |rect: Rect| if across { rect.x } else { rect.y };
    let size = |rect: Rect| if across { rect.w } else { rect.h };
    let mut row: Vec<&Chosen> = boxes.iter().collect();
    row.sort_by(|a, b| near(a.rect).total_cmp(&near(b.rect)).then(a.item.cmp(&b.item)));
    let (Some(first), Some(last)) = (row.first(), row.last()) else { return Vec::new() };
    if row.len() < 3 {
        return Vec::new();
    }
    let filled: f32 = row.iter().map(|one| size(one.rect)).sum();
    let whole = near(last.rect) + size(last.rect) - near(first.rect);
    let gap = (whole - filled) / (row.len() - 1) as f32;
    let mut at = near(first.rect);
    let mut steps = Vec::new();
    for one in &row {
        let by = at - near(one.rect);
        at += size(one.rect) + gap;
        if !one.pinned {
            steps.push(if across { (one.item, by, 0.0) } else { (one.item, 0.0, by) });
        }
    }
    steps
}

/// Pins things where they are, or frees them when all of them are pinned; none when there is nothing to pin.
pub fn pinned(session: &Session, scene: &DiagramScene, items: &[ItemId]) -> Option<Transaction> {
    let boxes: Vec<(ItemId, Rect)> = items
        .iter()
        .filter(|item| !matches!(item, ItemId::Interface(_)))
        .filter_map(|item| Some((*item, scene.rect_of(*item)?)))
        .collect();
    let is_pinned = |item: ItemId| place_of(session, item).is_some_and(|place| place.pinned);
    let pin = !boxes.iter().all(|(item, _)| is_pinned(*item));
    let edits: Vec<Edit> = boxes
        .iter()
        .map(|(item, rect)| {
            let old = place_of(session, *item).unwrap_or(Place { x: rect.x, y: rect.y, ..Place::default() });
            let place = Some(Box::new(Place { pinned: pin, ..old }));
            Edit::Place { view: session.view_id(), item: *item, place }
        })
        .collect();
    let verb = if pin { "Pin" } else { "Free" };
    let name = match boxes.as_slice() {
        [(one, _)] => format!("{verb} {}", session.project().name_of(*one)),
        many => format!("{verb} {} things", many.len()),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// Whether everything chosen is pinned, and there is something chosen.
pub fn all_pinned(session: &Session) -> bool {
    let items = session.selection().items();
    !items.is_empty() && items.iter().all(|item| place_of(session, *item).is_some_and(|place| place.pinned))
}

#[cfg(test)]
#[path = "arrange_tests.rs"]
mod tests;
