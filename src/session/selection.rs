//! What is selected: things of the model, in the order in which they were chosen.

use crate::model::{ItemId, Project};

/// The selected things. The last one is what the inspector shows when several are of different kinds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection(Vec<ItemId>);

impl Selection {
    /// All of them, first chosen first.
    pub fn items(&self) -> &[ItemId] {
        &self.0
    }

    /// The only one, if there is exactly one.
    pub fn single(&self) -> Option<ItemId> {
        match self.0.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are selected.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether that thing is selected.
    pub fn contains(&self, item: impl Into<ItemId>) -> bool {
        self.0.contains(&item.into())
    }

    /// Selects exactly these.
    pub fn set(&mut self, items: impl IntoIterator<Item = ItemId>) {
        self.0.clear();
        for item in items {
            if !self.0.contains(&item) {
                self.0.push(item);
            }
        }
    }

    /// Adds one, or takes it out if it is in.
    pub fn toggle(&mut self, item: ItemId) {
        if self.0.contains(&item) {
            self.0.retain(|other| *other != item);
        } else {
            self.0.push(item);
        }
    }

    /// Forgets what is no longer there.
    pub fn keep_existing(&mut self, project: &Project) {
        self.0.retain(|item| project.contains(*item));
    }
}
