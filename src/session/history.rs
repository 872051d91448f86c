//! Undo and redo of everything, by name, and whether there is something to save.

use std::time::Duration;

use crate::edit::{EditError, MergeKey, Transaction};
use crate::model::{ItemId, Project};

/// Steps of one merge key that follow within this time become one step.
const MERGE_WITHIN: Duration = Duration::from_millis(1_200);

/// Edits kept at most; the oldest steps go first.
const MOST_EDITS: usize = 200_000;

/// What was done, newest last, and what was undone.
#[derive(Debug, Default)]
pub struct History {
    done: Vec<Entry>,
    undone: Vec<Entry>,
    /// The state that the project is in; each change leads to a fresh one.
    state: u64,
    last_state: u64,
    saved_state: Option<u64>,
    sealed: bool,
    joining: bool,
}

/// A step and how to take it back. `state` is the state it led to.
#[derive(Debug)]
struct Entry {
    inverse: Transaction,
    selection_before: Vec<ItemId>,
    selection_after: Vec<ItemId>,
    state_before: u64,
    state_after: u64,
    merge: Option<MergeKey>,
    at: Duration,
}

impl History {
    /// A history that begins with a saved project.
    pub fn saved() -> Self {
        Self { saved_state: Some(0), ..Self::default() }
    }

    /// A history that begins with something that was never saved.
    pub fn unsaved() -> Self {
        Self::default()
    }

    /// Does a step. `now` is the time since some fixed moment.
    pub fn commit(
        &mut self,
        project: &mut Project,
        transaction: Transaction,
        selection: (&[ItemId], &[ItemId]),
        now: Duration,
    ) -> Result<(), EditError> {
        let merge = transaction.merge;
        let inverse = transaction.apply(project)?;
        self.undone.clear();
        let state_before = self.state;
        self.last_state += 1;
        self.state = self.last_state;
        let may_join = self.saved_state != Some(state_before);
        let flows_on = merge.is_some() && !self.sealed && may_join;
        let joins = std::mem::take(&mut self.joining) && may_join;
        self.sealed = joins;
        let follows = |last: &&mut Entry| {
            flows_on && last.merge == merge && now.saturating_sub(last.at) <= MERGE_WITHIN
        };
        if let Some(last) = self.done.last_mut().filter(|last| joins || follows(last)) {
            // A slot that the step changed before already knows its way back.
            let known: Vec<_> = last.inverse.edits.iter().map(crate::edit::Edit::slot).collect();
            let fresh = inverse.edits.into_iter().filter(|edit| !known.contains(&edit.slot()));
            let mut edits: Vec<_> = fresh.collect();
            edits.append(&mut last.inverse.edits);
            last.inverse.edits = edits;
            last.inverse.name = inverse.name;
            last.at = now;
            last.state_after = self.state;
            last.selection_after = selection.1.to_vec();
            return Ok(());
        }
        self.done.push(Entry {
            inverse,
            selection_before: selection.0.to_vec(),
            selection_after: selection.1.to_vec(),
            state_before,
            state_after: self.state,
            merge,
            at: now,
        });
        self.forget_oldest();
        Ok(())
    }

    fn forget_oldest(&mut self) {
        let mut edits: usize = self.done.iter().map(|entry| entry.inverse.edits.len()).sum();
        let mut forget = 0;
        for entry in &self.done {
            if edits <= MOST_EDITS || forget + 1 == self.done.len() {
                break;
            }
            edits -= entry.inverse.edits.len();
            forget += 1;
        }
        self.done.drain(..forget);
    }

    /// Takes the last step back; gives the name of it and what was selected before it.
    pub fn undo(&mut self, project: &mut Project) -> Option<Result<(String, Vec<ItemId>), EditError>> {
        let entry = self.done.pop()?;
        Some(self.step_back(project, entry))
    }

    fn step_back(&mut self, project: &mut Project, entry: Entry) -> Result<(String, Vec<ItemId>), EditError> {
        let name = entry.inverse.name.clone();
        let redo = entry.inverse.apply(project)?;
        self.state = entry.state_before;
        let selection = entry.selection_before.clone();
        self.undone.push(Entry { inverse: redo, ..entry });
        self.sealed = true;
        Ok((name, selection))
    }

    /// Does the step again that was last taken back; gives the name of it and what was selected after it.
    pub fn redo(&mut self, project: &mut Project) -> Option<Result<(String, Vec<ItemId>), EditError>> {
        let entry = self.undone.pop()?;
        let name = entry.inverse.name.clone();
        let inverse = match entry.inverse.apply(project) {
            Ok(inverse) => inverse,
            Err(error) => return Some(Err(error)),
        };
        self.state = entry.state_after;
        let selection = entry.selection_after.clone();
        self.done.push(Entry { inverse, ..entry });
        self.sealed = true;
        Some(Ok((name, selection)))
    }

    /// The name of the step that would be undone.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.last().map(|entry| entry.inverse.name.as_str())
    }

    /// The name of the step that would be redone.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|entry| entry.inverse.name.as_str())
    }

    /// The records that an undo would change.
    pub fn undo_items(&self) -> Vec<ItemId> {
        self.done.last().map(|entry| entry.inverse.items()).unwrap_or_default()
    }

    /// The records that a redo would change.
    pub fn redo_items(&self) -> Vec<ItemId> {
        self.undone.last().map(|entry| entry.inverse.items()).unwrap_or_default()
    }

    /// The names of all steps that can be undone, oldest first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.done.iter().map(|entry| entry.inverse.name.as_str())
    }

    /// The state that the project is in: equal numbers, equal projects.
    pub fn state(&self) -> u64 {
        self.state
    }

    /// Notes that a state was saved.
    pub fn mark_saved(&mut self, state: u64) {
        self.saved_state = Some(state);
        self.sealed = true;
    }

    /// Whether there is something to save.
    pub fn is_dirty(&self) -> bool {
        self.saved_state != Some(self.state)
    }

    /// What follows is a step of its own, whatever its key: a field was left, a gesture ended.
    pub fn seal(&mut self) {
        self.sealed = true;
    }

    /// What follows belongs to the last step, however long ago that was: a thing that was just put down gets its name.
    /// A step that was saved stays as it is.
    pub fn join(&mut self) {
        self.joining = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::verbs;

    fn rename(history: &mut History, project: &mut Project, name: &str, at_ms: u64) {
        let name = name.to_owned();
        let change = verbs::change_details(project, "name", |details| details.name = name).unwrap();
        history.commit(project, change, (&[], &[]), Duration::from_millis(at_ms)).unwrap();
    }

    #[test]
    fn typing_is_one_step_until_the_field_is_left_or_time_passes() {
        let mut project = Project::new("a");
        let mut history = History::saved();
        rename(&mut history, &mut project, "ab", 0);
        rename(&mut history, &mut project, "abc", 300);
        assert_eq!(history.names().count(), 1);
        rename(&mut history, &mut project, "abcd", 5_000);
        assert_eq!(history.names().count(), 2);
        history.seal();
        rename(&mut history, &mut project, "abcde", 5_100);
        assert_eq!(history.names().count(), 3);
        for expected in ["abcd", "abc", "a"] {
            history.undo(&mut project).unwrap().unwrap();
            assert_eq!(project.name, expected);
        }
        assert!(history.undo(&mut project).is_none());
        for expected in ["abc", "abcd", "abcde"] {
            history.redo(&mut project).unwrap().unwrap();
            assert_eq!(project.name, expected);
        }
    }

    #[test]
    fn dirty_follows_undo_and_save() {
        let mut project = Project::new("a");
        let mut history = History::saved();
        assert!(!history.is_dirty());
        rename(&mut history, &mut project, "b", 0);
        assert!(history.is_dirty());
        history.undo(&mut project).unwrap().unwrap();
        assert!(!history.is_dirty(), "back at what was saved");
        history.redo(&mut project).unwrap().unwrap();
        history.mark_saved(history.state());
        assert!(!history.is_dirty());
        history.undo(&mut project).unwrap().unwrap();
        assert!(history.is_dirty(), "before what was saved");
        rename(&mut history, &mut project, "c", 10_000);
        assert!(history.is_dirty());
        assert!(history.redo_name().is_none());
        history.undo(&mut project).unwrap().unwrap();
        assert!(history.is_dirty(), "the saved state can no longer be reached");
    }

    #[test]
    fn typing_after_a_save_is_a_step_of_its_own() {
        let mut project = Project::new("a");
        let mut history = History::saved();
        rename(&mut history, &mut project, "ab", 0);
        history.mark_saved(history.state());
        rename(&mut history, &mut project, "abc", 100);
        history.undo(&mut project).unwrap().unwrap();
        assert_eq!(project.name, "ab");
        assert!(!history.is_dirty());
    }

    #[test]
    fn a_name_joins_the_step_that_put_the_thing_down() {
        let mut project = Project::new("Test");
        let mut history = History::saved();
        let new = verbs::NewComponent::default();
        let (id, add) = verbs::add_component(&project, crate::model::ViewId(1), new);
        history.commit(&mut project, add, (&[], &[]), Duration::ZERO).unwrap();
        history.seal();
        let named = verbs::rename(&project, id.into(), "ledger").unwrap();
        history.join();
        let named = Transaction { name: "Add ledger".to_owned(), ..named };
        history.commit(&mut project, named, (&[], &[]), Duration::from_mins(1)).unwrap();
        assert_eq!(history.names().collect::<Vec<_>>(), ["Add ledger"]);
        history.undo(&mut project).unwrap().unwrap();
        assert_eq!(project.diagram.component_count(), 0);
        history.redo(&mut project).unwrap().unwrap();
        assert_eq!(project.name_of(id.into()), "ledger");
        history.mark_saved(history.state());
        let again = verbs::rename(&project, id.into(), "book").unwrap();
        history.join();
        history.commit(&mut project, again, (&[], &[]), Duration::from_secs(90)).unwrap();
        history.undo(&mut project).unwrap().unwrap();
        assert_eq!(project.name_of(id.into()), "ledger", "what was saved is a step that stays");
    }

    #[test]
    fn steps_are_named_in_both_directions() {
        let mut project = Project::new("a");
        let mut history = History::unsaved();
        assert!(history.is_dirty());
        rename(&mut history, &mut project, "b", 0);
        assert_eq!(history.undo_name(), Some("Change name of the model"));
        history.undo(&mut project).unwrap().unwrap();
        assert_eq!(history.undo_name(), None);
        assert_eq!(history.redo_name(), Some("Change name of the model"));
    }
}
