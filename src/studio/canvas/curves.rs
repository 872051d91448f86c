//! Flows as curves or with right angles, each by itself or all of a view.

use crate::edit::{Edit, Transaction};
use crate::model::{InterfaceId, ItemId, Place, View};
use crate::session::Session;

use super::actions::place_of;

fn chosen(session: &Session) -> impl Iterator<Item = InterfaceId> + '_ {
    let items = session.selection().items().iter();
    items.filter_map(|item| if let ItemId::Interface(id) = item { Some(*id) } else { None })
}

fn is_curved(session: &Session, id: InterfaceId) -> bool {
    let own = place_of(session, id.into()).and_then(|place| place.curved);
    own.unwrap_or_else(|| session.view().is_some_and(|view| view.curved))
}

/// Whether all that is selected is drawn as curves.
pub fn all_curved(session: &Session) -> bool {
    chosen(session).next().is_some() && chosen(session).all(|id| is_curved(session, id))
}

/// Draws the chosen flows as curves, or right-angled when all of them are curves already.
pub fn flows(session: &Session, items: &[ItemId]) -> Option<Transaction> {
    let view = session.view()?;
    let curved = !all_curved(session);
    let flows: Vec<ItemId> =
        items.iter().copied().filter(|item| matches!(item, ItemId::Interface(_))).collect();
    let edits: Vec<Edit> = flows
        .iter()
        .map(|item| {
            // What is as the view has it says nothing of its own, and follows the view.
            let own = (view.curved != curved).then_some(curved);
            let place = Place { curved: own, ..place_of(session, *item).unwrap_or_default() };
            let place = (place != Place::default()).then(|| Box::new(place));
            Edit::Place { view: view.id, item: *item, place }
        })
        .collect();
    let verb = if curved { "Curve" } else { "Straighten" };
    let name = match flows.as_slice() {
        [one] => format!("{verb} {}", session.project().name_of(*one)),
        many => format!("{verb} {} interfaces", many.len()),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// Draws all flows of the view as curves, or all right-angled. None keeps a shape of its own.
pub fn view(session: &Session) -> Option<Transaction> {
    let view = session.view()?;
    let mut changed = View { curved: !view.curved, ..view.clone() };
    for place in changed.places.values_mut() {
        place.curved = None;
    }
    changed.places.retain(|item, place| !matches!(item, ItemId::Interface(_)) || *place != Place::default());
    let name = if changed.curved { "Draw all flows as curves" } else { "Draw all flows right-angled" };
    Some(Transaction::new(name, vec![Edit::View(view.id, Some(Box::new(changed)))]))
}
