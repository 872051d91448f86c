//! Where a piece of a model that is put in stands: as a whole, with its middle at a point, or beside what is there.

use crate::edit::Transaction;
use crate::edit::verbs::{self, Clip};
use crate::model::{ItemId, Place, ZoneId};
use crate::picture::layout::Parting;
use crate::picture::{DiagramScene, Point, Rect};
use crate::session::Session;

use super::actions;
use super::room::{self, NEW_NODE};
use super::seat::{Home, landing};

/// How far a clip of things that stood nowhere moves.
const STEP: (f32, f32) = (24.0, 24.0);

/// What a clip from the clipboard adds around a point, clear of what is there, and what to select then.
pub fn pasted(session: &Session, scene: &DiagramScene, clip: &Clip, at: Point) -> (Vec<ItemId>, Transaction) {
    let (by, zone) = landed(session, scene, clip, at);
    let (items, transaction) = verbs::paste_into(session.project(), session.view_id(), clip, by, zone);
    let put = actions::outermost(&items, &transaction);
    let transaction = room::parted(session, scene, transaction, &put, Parting::Clear);
    (items, transaction)
}

/// Where a clip goes, and the zone that takes it: the zone that is selected, else the one at the point.
fn landed(session: &Session, scene: &DiagramScene, clip: &Clip, at: Point) -> ((f32, f32), Option<ZoneId>) {
    let chosen = match session.selection().items() {
        // A zone is not pasted into itself.
        &[ItemId::Zone(id)] if !clip.zones.iter().any(|zone| zone.id == id) => scene.zone(id),
        _ => None,
    };
    let home = chosen.map_or(Home::Anywhere, |zone| Home::Only(zone.id));
    let at = match chosen {
        Some(zone) if !zone.rect.contains(at) => zone.rect.center(),
        _ => at,
    };
    let Some(bounds) = bounds(clip) else { return (STEP, chosen.map(|zone| zone.id)) };
    let (frame, zone) = landing(scene, (bounds.w, bounds.h), at, home);
    (offset(clip, frame.center()), zone)
}

/// The frame around what a clip holds.
pub fn bounds(clip: &Clip) -> Option<Rect> {
    let frames = clip.places.iter().filter(|(item, _)| !matches!(item, ItemId::Interface(_)));
    frames.map(|(item, place)| frame(*item, place)).reduce(Rect::union)
}

/// Where one of its things stands.
pub fn frame(item: ItemId, place: &Place) -> Rect {
    let least = if matches!(item, ItemId::Component(_)) { NEW_NODE } else { (0.0, 0.0) };
    Rect::new(place.x, place.y, place.w.max(least.0), place.h.max(least.1))
}

/// How far a clip moves so that its middle is at a point.
pub fn offset(clip: &Clip, at: Point) -> (f32, f32) {
    let middle = bounds(clip).map_or(Point::new(0.0, 0.0), Rect::center);
    ((at.x - middle.x).round(), (at.y - middle.y).round())
}
