//! What changed between two models, or since a review was signed, by ids that never change.

mod fields;
mod parts;
#[cfg(test)]
mod tests;
mod threats;

use std::collections::{BTreeMap, BTreeSet};

use super::fingerprint::fingerprint;
use crate::model::{ItemId, Keyed, Policy, Project, Snapshot, Table};
use fields::Fields;
pub use threats::{Movement, ThreatChange, ThreatState};

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is there, and reads differently.
    Changed,
}

impl ChangeKind {
    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A field that reads differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which field, in words.
    pub field: String,
    /// How it read; empty for nothing.
    pub before: String,
    /// How it reads; empty for nothing.
    pub after: String,
}

/// A thing that was added, removed or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// Which.
    pub item: ItemId,
    /// What people call it; a removed one as it was called.
    pub name: String,
    /// What happened.
    pub kind: ChangeKind,
    /// For a changed one, every field that differs.
    pub fields: Vec<FieldChange>,
}

/// What changed from an older model to a newer one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Fingerprints of both, older first.
    pub fingerprints: (String, String),
    /// Fields of the model itself: its name, method, protection, settings.
    pub model: Vec<FieldChange>,
    /// Components.
    pub components: Vec<ItemChange>,
    /// Interfaces.
    pub interfaces: Vec<ItemChange>,
    /// Zones and boundary lines.
    pub boundaries: Vec<ItemChange>,
    /// Assets.
    pub assets: Vec<ItemChange>,
    /// Controls.
    pub controls: Vec<ItemChange>,
    /// Policies, with their rules.
    pub policies: Vec<ItemChange>,
    /// Evidence, assumptions, questions and notes.
    pub records: Vec<ItemChange>,
    /// Every threat of either, in id order, also those that have not moved.
    pub threats: Vec<ThreatChange>,
}

impl Comparison {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        !self.model.is_empty()
            || self.items().next().is_some()
            || self.threats.iter().any(ThreatChange::differs)
    }

    /// Every changed thing but the threats.
    pub fn items(&self) -> impl Iterator<Item = &ItemChange> + '_ {
        let groups = [
            &self.components,
            &self.interfaces,
            &self.boundaries,
            &self.assets,
            &self.controls,
            &self.policies,
            &self.records,
        ];
        groups.into_iter().flatten()
    }

    /// Threats that moved in that way.
    pub fn moved(&self, movement: Movement) -> impl Iterator<Item = &ThreatChange> + '_ {
        self.threats.iter().filter(move |change| change.movement == movement)
    }
}

/// What changed from one model to another.
pub fn compare(old: &Project, new: &Project) -> Comparison {
    let mut boundaries = table_changes(old, new, &old.diagram.zones, &new.diagram.zones);
    boundaries.extend(table_changes(old, new, &old.diagram.lines, &new.diagram.lines));
    let mut records = table_changes(old, new, &old.evidence, &new.evidence);
    records.extend(table_changes(old, new, &old.assumptions, &new.assumptions));
    records.extend(table_changes(old, new, &old.questions, &new.questions));
    records.extend(table_changes(old, new, &old.notes, &new.notes));
    Comparison {
        fingerprints: (fingerprint(old), fingerprint(new)),
        model: fields::of_model(old, new),
        components: changes(old, new, old.diagram.components(), new.diagram.components()),
        interfaces: changes(old, new, old.diagram.interfaces(), new.diagram.interfaces()),
        boundaries,
        assets: table_changes(old, new, &old.assets, &new.assets),
        controls: table_changes(old, new, &old.controls, &new.controls),
        policies: table_changes(old, new, &old.policies, &new.policies),
        records,
        threats: threats::between(old, new),
    }
}

/// What changed since a review was signed. A snapshot holds names and scores only, so fields and other records of then
/// are not known and not listed.
pub fn since(snapshot: &Snapshot, new: &Project) -> Comparison {
    let names =
        |ids: Vec<ItemId>| ids.into_iter().map(|id| (id, new.name_of(id))).collect::<BTreeMap<_, _>>();
    let components = snapshot.components.iter().map(|(id, name)| ((*id).into(), name.clone())).collect();
    let interfaces = snapshot.interfaces.iter().map(|(id, name)| ((*id).into(), name.clone())).collect();
    Comparison {
        fingerprints: (snapshot.fingerprint.clone(), fingerprint(new)),
        components: name_changes(
            &components,
            &names(new.diagram.components().map(|c| c.id.into()).collect()),
        ),
        interfaces: name_changes(
            &interfaces,
            &names(new.diagram.interfaces().map(|i| i.id.into()).collect()),
        ),
        threats: threats::since(snapshot, new),
        ..Comparison::default()
    }
}

/// What changed from one form of a policy to another, field by field.
pub fn between_policies(old: &Policy, new: &Policy) -> Vec<FieldChange> {
    fields::changed(old, new)
}

fn table_changes<T>(old: &Project, new: &Project, before: &Table<T>, after: &Table<T>) -> Vec<ItemChange>
where
    T: Keyed + Fields + PartialEq,
    T::Id: Into<ItemId>,
{
    changes(old, new, before.iter(), after.iter())
}

fn changes<'a, T>(
    old: &Project,
    new: &Project,
    before: impl Iterator<Item = &'a T>,
    after: impl Iterator<Item = &'a T>,
) -> Vec<ItemChange>
where
    T: Keyed + Fields + PartialEq + 'a,
    T::Id: Into<ItemId>,
{
    let before: BTreeMap<T::Id, &T> = before.map(|record| (record.id(), record)).collect();
    let after: BTreeMap<T::Id, &T> = after.map(|record| (record.id(), record)).collect();
    let ids: BTreeSet<T::Id> = before.keys().chain(after.keys()).copied().collect();
    let change = |id: T::Id| {
        let item: ItemId = id.into();
        let (kind, name, fields) = match (before.get(&id), after.get(&id)) {
            (None, Some(_)) => (ChangeKind::Added, new.name_of(item), Vec::new()),
            (Some(_), None) => (ChangeKind::Removed, old.name_of(item), Vec::new()),
            (Some(before), Some(after)) if before != after => {
                (ChangeKind::Changed, new.name_of(item), fields::changed(*before, *after))
            }
            _ => return None,
        };
        Some(ItemChange { item, name, kind, fields })
    };
    ids.into_iter().filter_map(change).collect()
}

fn name_changes(before: &BTreeMap<ItemId, String>, after: &BTreeMap<ItemId, String>) -> Vec<ItemChange> {
    let ids: BTreeSet<&ItemId> = before.keys().chain(after.keys()).collect();
    let change = |id: &ItemId| {
        let (kind, name, fields) = match (before.get(id), after.get(id)) {
            (None, Some(name)) => (ChangeKind::Added, name, Vec::new()),
            (Some(name), None) => (ChangeKind::Removed, name, Vec::new()),
            (Some(before), Some(after)) if before != after => {
                let field =
                    FieldChange { field: "name".to_owned(), before: before.clone(), after: after.clone() };
                (ChangeKind::Changed, after, vec![field])
            }
            _ => return None,
        };
        Some(ItemChange { item: *id, name: name.clone(), kind, fields })
    };
    ids.into_iter().filter_map(change).collect()
}
