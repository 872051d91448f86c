//! Places for what has none.

use std::collections::BTreeMap;

use crate::model::{ItemId, Place, Project, View};

use super::scene::natural_size;

/// The view's places, with places for everything that the view shows and that has none.
pub fn places(project: &Project, view: &View) -> BTreeMap<ItemId, Place> {
    let mut places = view.places.clone();
    let mut at = 0.0;
    for component in project.diagram.components().filter(|_| !view.only_placed) {
        let item = ItemId::from(component.id);
        if !places.contains_key(&item) {
            places.insert(item, Place { x: at, ..Place::default() });
            at += natural_size(component, false).0 + 120.0;
        }
    }
    for zone in project.diagram.zones.ids().filter(|_| !view.only_placed) {
        places.entry(zone.into()).or_default();
    }
    places
}
