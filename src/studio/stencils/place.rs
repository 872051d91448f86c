//! Where a stencil goes: under the pointer, or beside what is selected; and how it would look there.

use crate::catalog::Stencil;
use crate::edit::Transaction;
use crate::edit::verbs::{self, Clip};
use crate::model::{ComponentId, Interface, ItemId, Place, ZoneId};
use crate::picture::{self, DiagramScene, Face, Picture, PictureBuilder, Point, Rect, Role};
use crate::session::Session;
use crate::studio::canvas;
use crate::studio::canvas::clips::{bounds, frame, offset};
use crate::studio::canvas::room::{HEAD, INSET, NEW_NODE as NODE};
use crate::studio::canvas::seat::{Home, Wanted, landing, seat};
use crate::studio::quick_draw;
use crate::studio::views::ViewContext;
use crate::studio::words::counted;

use super::Pick;

/// Puts a stencil down in a zone around a point; no name is the stencil's own.
fn add(
    session: &Session,
    stencil: &Stencil,
    name: &str,
    zone: Option<ZoneId>,
    at: Point,
) -> (ComponentId, Transaction) {
    let project = session.project();
    let name =
        if name.trim().is_empty() { verbs::free_name(project, &stencil.name) } else { name.to_owned() };
    let mut like = stencil.component(&name);
    like.zone = zone;
    let grid = |value: f32| (value / 4.0).round() * 4.0;
    let place = Place { x: grid(at.x - NODE.0 / 2.0), y: grid(at.y - NODE.1 / 2.0), ..Place::default() };
    verbs::add_component_like(project, session.view_id(), like, Some(place))
}

pub(super) fn at(cx: &mut ViewContext<'_>, canvas: &mut canvas::State, pick: &Pick, at: Point) {
    let scene = canvas.scene(cx.session, cx.prefs.shown());
    let (frame, zone) = landing(&scene, size(pick), at, Home::Anywhere);
    put(cx, pick, zone, frame.center());
}

/// How much room a pick takes.
fn size(pick: &Pick) -> (f32, f32) {
    match pick {
        Pick::Known(_) => NODE,
        Pick::Own(own) => bounds(&own.1).map_or(NODE, |bounds| (bounds.w, bounds.h)),
    }
}

/// Beside what is selected, in the same zone; near the middle of what is seen when nothing is.
pub(super) fn beside_selection(cx: &mut ViewContext<'_>, canvas: &mut canvas::State, pick: &Pick) {
    let scene = canvas.scene(cx.session, cx.prefs.shown());
    let (at, zone) = spot(cx.session, &scene, canvas.camera.center, size(pick));
    if let Pick::Known(stencil) = pick {
        let (id, transaction) = joined(cx.session, add(cx.session, stencil, "", zone, at));
        return cx.commit_and_select(transaction, vec![id.into()]);
    }
    put(cx, pick, zone, at);
}

/// A flow to it from the component that is selected, as for one whose name is typed.
fn joined(
    session: &Session,
    (id, mut transaction): (ComponentId, Transaction),
) -> (ComponentId, Transaction) {
    if let Some(from) = quick_draw::start(session) {
        let interface = Interface {
            id: session.project().next_interface(),
            from: Some(from),
            to: Some(id),
            ..Interface::default()
        };
        transaction.edits.push(interface.into());
    }
    (id, transaction)
}

/// Adds a stencil beside what is selected, under a name; no name is the stencil's own. Also says what to select then.
pub fn add_beside_selection(
    session: &Session,
    canvas: &mut canvas::State,
    stencil: &Stencil,
    name: &str,
) -> (Vec<ItemId>, Transaction) {
    let scene = canvas.scene_as_shown(session);
    let (at, zone) = spot(session, &scene, canvas.camera.center, NODE);
    let (id, transaction) = joined(session, add(session, stencil, name, zone, at));
    (vec![id.into()], transaction)
}

fn put(cx: &mut ViewContext<'_>, pick: &Pick, zone: Option<ZoneId>, at: Point) {
    match pick {
        Pick::Known(stencil) => {
            let (id, transaction) = add(cx.session, stencil, "", zone, at);
            cx.commit_and_select(transaction, vec![id.into()]);
        }
        Pick::Own(own) => {
            let (name, clip) = own.as_ref();
            let by = offset(clip, at);
            let (items, transaction) = verbs::insert(cx.project(), cx.session.view_id(), clip, by, zone);
            let transaction = Transaction { name: format!("Insert {name}"), ..transaction };
            cx.commit_and_select(transaction, items);
        }
    }
}

/// A free place of that size: in the zone that is selected, else beside the component that is, else near a point.
fn spot(session: &Session, scene: &DiagramScene, near: Point, size: (f32, f32)) -> (Point, Option<ZoneId>) {
    let put = |beside: Option<(Rect, f32)>, home: Home, near: Point| {
        let (frame, zone) = seat(scene, &[], Wanted { size, beside, home }, near);
        (frame.center(), zone)
    };
    if let Some(ItemId::Zone(id)) = session.selection().items().first()
        && let Some(zone) = scene.zone(*id)
    {
        let first = Point::new(zone.rect.x + INSET + size.0 / 2.0, zone.rect.y + HEAD + size.1 / 2.0);
        return put(None, Home::Only(*id), first);
    }
    match quick_draw::start(session).and_then(|id| scene.node(id)) {
        Some(node) => put(Some((node.rect, 1.0)), Home::Rather(node.zone), near),
        None => put(None, Home::Anywhere, near),
    }
}

/// What a clip holds, in words.
pub(super) fn contents(clip: &Clip) -> String {
    let parts: Vec<String> = [
        (clip.components.len(), "component", "components"),
        (clip.interfaces.len(), "interface", "interfaces"),
        (clip.zones.len(), "zone", "zones"),
        (clip.assets.len(), "asset", "assets"),
        (clip.threats.len(), "threat", "threats"),
        (clip.controls.len(), "control", "controls"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| counted(number, one, many))
    .collect();
    if parts.is_empty() { "Nothing.".to_owned() } else { format!("{}.", parts.join(", ")) }
}

/// What would stand at a point, dashed, and the zone that would take it.
pub(super) fn ghost(session: &Session, canvas: &mut canvas::State, pick: &Pick, at: Point) -> Picture {
    let scene = canvas.scene_as_shown(session);
    let mut out = PictureBuilder::new();
    let (landed, zone) = landing(&scene, size(pick), at, Home::Anywhere);
    let at = landed.center();
    if let Some(zone) = zone.and_then(|id| scene.zone(id)) {
        out.rect(zone.rect, 12.0, None, Some(picture::Stroke::solid(Role::Accent, 2.0)));
    }
    let pen = picture::Stroke::dashed(Role::Accent, 1.5, &[7.0, 5.0]);
    let mut node = |kind, rect: Rect, name: &str| {
        out.path(picture::scene::silhouette(kind, rect).0, None, Some(pen.clone()));
        let middle = Point::new(rect.center().x, rect.center().y + 5.0);
        out.aligned(middle, name.to_owned(), Face::UiSemibold, 14.5, Role::Accent, picture::Align::Center);
    };
    match pick {
        Pick::Known(stencil) => {
            let rect = Rect::new(at.x - NODE.0 / 2.0, at.y - NODE.1 / 2.0, NODE.0, NODE.1);
            node(stencil.kind, rect, &stencil.name);
        }
        Pick::Own(own) => {
            let clip = &own.1;
            let (dx, dy) = offset(clip, at);
            let moved = |item: ItemId| {
                let rect = frame(item, clip.places.get(&item)?);
                Some(Rect::new(rect.x + dx, rect.y + dy, rect.w, rect.h))
            };
            for component in &clip.components {
                if let Some(rect) = moved(component.id.into()) {
                    node(component.kind, rect, &component.name);
                }
            }
            for rect in clip.zones.iter().filter_map(|zone| moved(zone.id.into())) {
                out.rect(rect, 12.0, None, Some(pen.clone()));
            }
        }
    }
    out.finish()
}
