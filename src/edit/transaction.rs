//! A named list of edits that succeeds whole or not at all.

use std::collections::BTreeSet;

use crate::model::{ItemId, Project};

use super::{Edit, EditError, Slot};

/// Steps with the same key that follow each other closely are one step: typing in a field, nudging a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MergeKey {
    /// What is changed.
    pub item: Option<ItemId>,
    /// Which of its fields, or which gesture.
    pub field: &'static str,
}

/// A change as a person sees it: it has a name ("Move 3 components"), and is undone in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// What the menu calls it: "Rename database".
    pub name: String,
    /// The changes, in order.
    pub edits: Vec<Edit>,
    /// With which steps it flows together.
    pub merge: Option<MergeKey>,
}

impl Transaction {
    /// A step of one or more edits.
    pub fn new(name: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { name: name.into(), edits, merge: None }
    }

    /// The same step, flowing together with its like.
    pub fn merging(mut self, item: Option<ItemId>, field: &'static str) -> Self {
        self.merge = Some(MergeKey { item, field });
        self
    }

    /// Makes all changes and gives back the transaction that undoes them; on an error the project is as it was.
    pub fn apply(self, project: &mut Project) -> Result<Self, EditError> {
        let Self { name, edits, merge } = self;
        let touched: BTreeSet<Slot> = edits.iter().map(Edit::slot).collect();
        let mut inverses = Vec::with_capacity(edits.len());
        let mut refused = None;
        for edit in edits {
            match edit.apply(project) {
                Ok(inverse) => inverses.push(inverse),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        inverses.reverse();
        let refused = refused.or_else(|| broken_by(&touched, project));
        match refused {
            None => Ok(Self { name, edits: inverses, merge }),
            Some(error) => {
                for inverse in inverses {
                    // What an inverse restores was there a moment ago, so nothing can stand against it.
                    let restored = inverse.apply(project);
                    debug_assert!(restored.is_ok(), "an inverse was refused: {restored:?}");
                }
                Err(error)
            }
        }
    }

    /// The records that it puts in, replaces or takes out.
    pub fn items(&self) -> Vec<ItemId> {
        let record = |edit: &Edit| match edit.slot() {
            Slot::Item(item) => Some(item),
            _ => None,
        };
        self.edits.iter().filter_map(record).collect()
    }

    /// Whether it changes anything at all.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

/// What the touched records would leave broken. What was broken before and is not touched stays as it is.
fn broken_by(touched: &BTreeSet<Slot>, project: &Project) -> Option<EditError> {
    let zones = &project.diagram.zones;
    for slot in touched {
        let Slot::Item(ItemId::Zone(id)) = slot else { continue };
        let mut next = zones.get(*id).and_then(|zone| zone.parent);
        for _ in 0..=zones.len() {
            let Some(parent) = next else { break };
            if parent == *id {
                return Some(EditError::ZoneRing(*id));
            }
            next = zones.get(parent).and_then(|zone| zone.parent);
        }
    }
    if !touched.iter().any(|slot| matches!(slot, Slot::Item(_))) {
        return None;
    }
    let is_touched = |item: ItemId| touched.contains(&Slot::Item(item));
    project
        .broken_references()
        .into_iter()
        .find(|broken| is_touched(broken.from) || is_touched(broken.to))
        .map(EditError::Broken)
}
