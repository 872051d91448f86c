//! The open project: one model in memory, one way to change it, one way to save it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::edit::verbs::{self, Clip};
use crate::edit::{EditError, Transaction};
use crate::exchange::Loss;
use crate::model::{Decision, ItemId, Project, View, ViewId};
use crate::storage::Stamp;

use super::{
    Basis, Checked, Dated, Derived, History, PackEntry, PackShelf, ReportChoice, Results, Selection,
    ThreatFilter,
};

/// A change waits this long for its next before the recovery file is written; it never waits longer than [`RECOVER_AT_LATEST`].
const RECOVER_AFTER_REST: Duration = Duration::from_millis(300);

/// The recovery file is never older than this while there is something to lose.
const RECOVER_AT_LATEST: Duration = Duration::from_millis(900);

/// An open project with its history, selection and what follows from it.
#[derive(Debug)]
pub struct Session {
    project: Arc<Project>,
    revision: u64,
    history: History,
    selection: Selection,
    threat_filter: Option<ThreatFilter>,
    view: ViewId,
    path: Option<PathBuf>,
    stamp: Option<Stamp>,
    source: Option<String>,
    losses: Vec<Loss>,
    derived: Derived,
    started: Instant,
    first_unrecovered: Option<Instant>,
    last_change: Option<Instant>,
    recovered_state: Option<u64>,
    draft: Option<Transaction>,
    results: Results,
    report: ReportChoice,
    author: String,
    saved_at: Option<Timestamp>,
    kept_at: Option<Timestamp>,
    packs: Arc<PackShelf>,
}

impl Session {
    /// A model that no file holds yet, with work in it: imported or recovered.
    pub fn unsaved(project: Project) -> Self {
        Self::new(project, History::unsaved())
    }

    /// A model to start from, empty or from a template: no file holds it, and nothing is lost with it before it is changed.
    pub fn started(project: Project) -> Self {
        Self::new(project, History::saved())
    }

    /// A model as it stands in a file.
    pub fn saved(project: Project, path: PathBuf, stamp: Option<Stamp>) -> Self {
        let saved_at = stamp.as_ref().and_then(Stamp::modified);
        Self { path: Some(path), stamp, saved_at, ..Self::new(project, History::saved()) }
    }

    fn new(mut project: Project, history: History) -> Self {
        project.reserve_all();
        if project.views.is_empty() {
            let id = project.next_view();
            project.views.insert(View { id, name: "Whole system".to_owned(), ..View::default() });
            project.reserve(id.into());
        }
        let view = project.views.ids().next().unwrap_or_default();
        let project = Arc::new(project);
        Self {
            derived: Derived::of(Arc::clone(&project), None),
            project,
            revision: 1,
            history,
            selection: Selection::default(),
            threat_filter: None,
            view,
            path: None,
            stamp: None,
            source: None,
            losses: Vec::new(),
            started: Instant::now(),
            first_unrecovered: None,
            last_change: None,
            recovered_state: None,
            draft: None,
            results: Results::default(),
            report: ReportChoice::default(),
            author: String::new(),
            saved_at: None,
            kept_at: None,
            packs: Arc::default(),
        }
    }

    /// Packs were read anew. What follows from the catalogue is worked out again where they say something else than before.
    pub fn set_packs(&mut self, packs: Arc<PackShelf>) {
        let same = |one: &PackEntry, other: &PackEntry| one.path == other.path && one.pack == other.pack;
        let (before, now) = (&self.packs.packs, &packs.packs);
        let changed =
            before.len() != now.len() || before.iter().zip(now).any(|(one, other)| !same(one, other));
        if changed {
            self.derived = Derived::of(Arc::clone(&self.project), packs.merged.clone());
            self.revision += 1;
        }
        self.packs = packs;
    }

    /// Packs of one's own, those that are wrong too.
    pub fn packs(&self) -> &Arc<PackShelf> {
        &self.packs
    }

    /// What is known beforehand: what the program comes with, and packs.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.derived.catalog()
    }

    /// Notes where the model came from, and what could not be carried.
    pub fn with_source(mut self, source: impl Into<String>, losses: Vec<Loss>) -> Self {
        self.source = Some(source.into());
        self.losses = losses;
        self
    }

    /// Notes the file that the model belongs to, though it differs from it: after a crash.
    pub fn with_path(mut self, path: Option<PathBuf>) -> Self {
        self.path = path;
        self
    }

    /// Notes that no file holds it: a crash must not take it, even before anything is changed.
    pub fn with_nothing_kept(mut self) -> Self {
        let now = Instant::now();
        (self.first_unrecovered, self.last_change) = (Some(now), Some(now));
        self
    }

    /// The model.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The model, for work in the background.
    pub fn shared_project(&self) -> Arc<Project> {
        Arc::clone(&self.project)
    }

    /// Rises with every change, undo and redo: caches are kept by it.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What follows from the model.
    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    /// What background work has brought.
    pub fn results(&self) -> &Results {
        &self.results
    }

    /// What of the report is wanted.
    pub fn report_choice(&self) -> &ReportChoice {
        &self.report
    }

    /// Says what of the report is wanted.
    pub fn choose_report(&mut self, choice: ReportChoice) {
        self.report = choice;
    }

    /// The name of who works here, for what is decided and written down; empty when nobody has said.
    pub fn author(&self) -> &str {
        &self.author
    }

    /// Says who works here.
    pub fn set_author(&mut self, name: &str) {
        name.trim().clone_into(&mut self.author);
    }

    /// Takes in what background work has brought.
    pub fn results_mut(&mut self) -> &mut Results {
        &mut self.results
    }

    /// Whether a result is what would come out again: nothing that it rests on has changed since.
    pub fn is_current<T>(&self, dated: &Dated<T>) -> bool {
        dated.revision == self.revision
            || match &dated.basis {
                Basis::Model => false,
                Basis::Policies(basis) => *basis == self.derived.run_basis(&basis.asked, &basis.trace),
                Basis::Protection(protection) => **protection == self.project.protection,
            }
    }

    /// Takes what the background found, unless the model has changed meanwhile.
    pub fn settle(&mut self, revision: u64, checked: Checked) {
        if revision == self.revision {
            self.derived.settle(checked);
        }
    }

    /// What is selected.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The threats that were picked out: registers show these alone.
    pub fn threat_filter(&self) -> Option<&ThreatFilter> {
        self.threat_filter.as_ref()
    }

    /// Picks threats out for the registers; none shows all again.
    pub fn filter_threats(&mut self, filter: Option<ThreatFilter>) {
        self.threat_filter = filter.and_then(|filter| filter.kept(&self.project));
    }

    /// The view of the diagram that is shown.
    pub fn view_id(&self) -> ViewId {
        self.view
    }

    /// The view of the diagram that is shown.
    pub fn view(&self) -> Option<&View> {
        self.project.views.get(self.view)
    }

    /// The file that the model belongs to.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What the file looked like when it was last read or written.
    pub fn stamp(&self) -> Option<&Stamp> {
        self.stamp.as_ref()
    }

    /// Where the model came from, when not from a project file: "Imported from OWASP Threat Dragon".
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// What the import could not carry.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Undo and redo.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whether there is something to save.
    pub fn is_dirty(&self) -> bool {
        self.history.is_dirty()
    }

    /// Changes the model, as one step that can be undone. A refused change leaves everything as it was.
    pub fn commit(&mut self, transaction: Transaction) -> Result<(), EditError> {
        let selection = self.selection.items().to_vec();
        self.commit_and_select(transaction, selection)
    }

    /// Changes the model and selects these; undo brings the selection back too.
    pub fn commit_and_select(
        &mut self,
        transaction: Transaction,
        items: Vec<ItemId>,
    ) -> Result<(), EditError> {
        if transaction.is_empty() {
            self.select(items);
            return Ok(());
        }
        let by = Decision { date: Some(super::today()), by: self.author.clone(), ..Decision::default() };
        let transaction = verbs::logged(&self.project, transaction, &by);
        let before = self.selection.items().to_vec();
        let edited = transaction.items();
        let now = self.started.elapsed();
        self.history.commit(Arc::make_mut(&mut self.project), transaction, (&before, &items), now)?;
        self.selection.set(items);
        self.changed(&edited);
        Ok(())
    }

    /// Changes the model as part of the last step, if that step led to `revision`; otherwise as a step of its own.
    pub fn amend(&mut self, transaction: Transaction, revision: u64) -> Result<(), EditError> {
        if self.revision == revision {
            self.history.join();
        }
        self.commit(transaction)
    }

    fn changed(&mut self, edited: &[ItemId]) {
        self.revision += 1;
        self.derived = std::mem::take(&mut self.derived).next(Arc::clone(&self.project), edited);
        self.selection.keep_existing(&self.project);
        self.threat_filter = self.threat_filter.take().and_then(|filter| filter.kept(&self.project));
        if !self.project.views.contains(self.view) {
            self.view = self.project.views.ids().next().unwrap_or_default();
        }
        let now = Instant::now();
        self.last_change = Some(now);
        self.first_unrecovered.get_or_insert(now);
    }

    /// Takes the last step back; says its name.
    pub fn undo(&mut self) -> Option<Result<String, EditError>> {
        let edited = self.history.undo_items();
        let step = self.history.undo(Arc::make_mut(&mut self.project))?;
        Some(self.after_step(step, &edited))
    }

    /// Does the step again that was last taken back; says its name.
    pub fn redo(&mut self) -> Option<Result<String, EditError>> {
        let edited = self.history.redo_items();
        let step = self.history.redo(Arc::make_mut(&mut self.project))?;
        Some(self.after_step(step, &edited))
    }

    fn after_step(
        &mut self,
        step: Result<(String, Vec<ItemId>), EditError>,
        edited: &[ItemId],
    ) -> Result<String, EditError> {
        let (name, selection) = step?;
        self.selection.set(selection);
        self.changed(edited);
        Ok(name)
    }

    /// What follows is a step of its own: a field was left, a gesture ended.
    pub fn seal(&mut self) {
        self.history.seal();
    }

    /// Selects exactly these.
    pub fn select(&mut self, items: impl IntoIterator<Item = ItemId>) {
        self.selection.set(items);
        self.selection.keep_existing(&self.project);
        self.history.seal();
    }

    /// Adds one to the selection, or takes it out.
    pub fn toggle_selected(&mut self, item: ItemId) {
        self.selection.toggle(item);
        self.selection.keep_existing(&self.project);
        self.history.seal();
    }

    /// Shows another view of the diagram.
    pub fn show_view(&mut self, view: ViewId) {
        if self.project.views.contains(view) {
            self.view = view;
        }
    }

    /// Deletes what is selected.
    pub fn delete_selected(&mut self) -> Result<(), EditError> {
        let mut rules = Vec::new();
        let mut items = Vec::new();
        for item in self.selection.items() {
            match item {
                ItemId::Rule(id) => rules.push(*id),
                other => items.push(*other),
            }
        }
        for rule in rules {
            if let Some(transaction) = verbs::remove_rule(&self.project, rule) {
                self.commit_and_select(transaction, Vec::new())?;
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        let transaction = verbs::delete(&self.project, &items);
        self.commit_and_select(transaction, Vec::new())
    }

    /// What is selected, for the clipboard.
    pub fn copy_selected(&self) -> Clip {
        verbs::copy(&self.project, self.view, self.selection.items())
    }

    /// What is selected, for use in other models, and how many of its threats lose a target that is not.
    pub fn copy_for_elsewhere(&self) -> (Clip, usize) {
        verbs::copy_for_elsewhere(&self.project, self.view, self.selection.items())
    }

    /// What a save needs: the text's source, and the state to hand back to [`Self::mark_saved`].
    pub fn to_save(&self) -> (Arc<Project>, u64) {
        (Arc::clone(&self.project), self.history.state())
    }

    /// Notes that a state was saved to a path.
    pub fn mark_saved(&mut self, state: u64, path: PathBuf, stamp: Option<Stamp>) {
        self.path = Some(path);
        self.stamp = stamp;
        self.history.mark_saved(state);
        self.saved_at = Some(Timestamp::now());
        if !self.is_dirty() {
            self.first_unrecovered = None;
        }
    }

    /// Notes the change that what is being typed would make: it is not part of the model yet, and a crash must not take it.
    pub fn note_draft(&mut self, draft: Option<Transaction>) {
        if self.draft != draft {
            self.draft = draft;
            self.recovered_state = None;
            let now = Instant::now();
            self.first_unrecovered.get_or_insert(now);
            self.last_change = Some(now);
        }
    }

    /// Whether there is something that a crash would take.
    pub fn has_something_to_lose(&self) -> bool {
        self.is_dirty() || self.draft.is_some()
    }

    /// What the recovery file holds: the model with what is being typed; and the state for [`Self::mark_recovered`].
    pub fn to_keep(&self) -> (Arc<Project>, u64) {
        let mut project = Arc::clone(&self.project);
        if let Some(draft) = self.draft.clone() {
            let mut typed = Project::clone(&project);
            if draft.apply(&mut typed).is_ok() {
                project = Arc::new(typed);
            }
        }
        (project, self.history.state())
    }

    /// Whether the recovery file should be written now; if not now, after how long to ask again.
    pub fn recovery_due(&self, now: Instant) -> Result<(), Option<Duration>> {
        if !self.has_something_to_lose() || self.recovered_state == Some(self.history.state()) {
            return Err(None);
        }
        let (Some(first), Some(last)) = (self.first_unrecovered, self.last_change) else { return Err(None) };
        let due = (last + RECOVER_AFTER_REST).min(first + RECOVER_AT_LATEST);
        if now >= due { Ok(()) } else { Err(Some(due - now)) }
    }

    /// Notes that the recovery file for a state is being written.
    pub fn mark_recovered(&mut self, state: u64) {
        self.recovered_state = Some(state);
        self.first_unrecovered = None;
    }

    /// Notes that the recovery file is written.
    pub fn mark_kept(&mut self) {
        self.kept_at = Some(Timestamp::now());
    }

    /// When the file was last written, as far as is known.
    pub fn saved_at(&self) -> Option<Timestamp> {
        self.saved_at
    }

    /// When the recovery file was last written, if that is newer than the file.
    pub fn kept_at(&self) -> Option<Timestamp> {
        self.kept_at.filter(|kept| self.is_dirty() && self.saved_at.is_none_or(|saved| saved < *kept))
    }

    /// The file was changed by somebody else, and that is well: the next save replaces it without another word.
    pub fn forget_stamp(&mut self) {
        self.stamp = None;
    }

    /// The name for the window's title: the model's, or the file's.
    pub fn title(&self) -> String {
        if self.project.name.trim().is_empty() {
            let file = self.path.as_ref().and_then(|path| path.file_stem());
            return file
                .map_or_else(|| "Unnamed model".to_owned(), |name| name.to_string_lossy().into_owned());
        }
        self.project.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::verbs::NewComponent;
    use crate::model::ComponentId;

    fn session() -> Session {
        Session::unsaved(Project::new("Test"))
    }

    fn add(session: &mut Session) -> ComponentId {
        let (id, transaction) =
            verbs::add_component(session.project(), session.view_id(), NewComponent::default());
        session.commit_and_select(transaction, vec![id.into()]).unwrap();
        id
    }

    #[test]
    fn undo_brings_the_selection_back() {
        let mut session = session();
        let first = add(&mut session);
        let second = add(&mut session);
        assert_eq!(session.selection().single(), Some(second.into()));
        session.undo().unwrap().unwrap();
        assert_eq!(session.selection().single(), Some(first.into()));
        session.redo().unwrap().unwrap();
        assert_eq!(session.selection().single(), Some(second.into()));
    }

    #[test]
    fn what_is_deleted_is_no_longer_selected() {
        let mut session = session();
        add(&mut session);
        session.delete_selected().unwrap();
        assert!(session.selection().is_empty());
        assert_eq!(session.project().diagram.component_count(), 0);
    }

    #[test]
    fn a_refused_change_changes_nothing() {
        let mut session = session();
        let id = add(&mut session);
        let revision = session.revision();
        let ring = crate::model::Component { id, zone: Some(crate::model::ZoneId(9)), ..Default::default() };
        assert!(session.commit(Transaction::new("Bad", vec![ring.into()])).is_err());
        assert_eq!(session.revision(), revision);
    }

    #[test]
    fn recovery_is_due_within_a_second_of_the_first_change() {
        let mut session = Session::saved(Project::new("Test"), PathBuf::from("x.threat.ron"), None);
        assert_eq!(session.recovery_due(Instant::now()), Err(None));
        add(&mut session);
        assert!(matches!(session.recovery_due(Instant::now()), Err(Some(_))));
        assert_eq!(session.recovery_due(Instant::now() + Duration::from_secs(1)), Ok(()));
        session.mark_recovered(session.history().state());
        assert_eq!(session.recovery_due(Instant::now() + Duration::from_secs(1)), Err(None));
        session.undo().unwrap().unwrap();
        assert_eq!(session.recovery_due(Instant::now() + Duration::from_secs(1)), Err(None), "as saved");
    }

    #[test]
    fn what_no_file_holds_is_kept_before_anything_is_changed() {
        let later = || Instant::now() + Duration::from_secs(1);
        assert_eq!(session().recovery_due(later()), Err(None), "an empty model is no loss");
        let recovered = session().with_nothing_kept();
        assert_eq!(recovered.recovery_due(later()), Ok(()));
    }

    #[test]
    fn what_is_being_typed_is_kept_for_recovery_without_changing_the_model() {
        let mut session = session();
        let id = add(&mut session);
        let named = |session: &Session, name: &str| verbs::rename(session.project(), id.into(), name);
        session.mark_saved(session.history().state(), PathBuf::from("x.threat.ron"), None);
        let later = Instant::now() + Duration::from_secs(2);
        assert_eq!(session.recovery_due(later), Err(None));
        session.note_draft(named(&session, "half a na"));
        assert_eq!(session.recovery_due(later), Ok(()));
        let (kept, state) = session.to_keep();
        assert_eq!(kept.name_of(id.into()), "half a na");
        assert_ne!(session.project().name_of(id.into()), "half a na");
        session.mark_recovered(state);
        session.note_draft(named(&session, "half a na"));
        assert_eq!(session.recovery_due(later), Err(None), "nothing more was typed");
        session.note_draft(None);
        assert!(!session.has_something_to_lose());
        assert_eq!(session.recovery_due(later), Err(None));
    }

    #[test]
    fn background_work_keeps_the_model_it_began_with() {
        let mut session = session();
        let shared = session.shared_project();
        add(&mut session);
        assert_eq!(shared.diagram.component_count(), 0);
    }
}
