//! What the program does in the background: open, save, keep for recovery, simulate, write a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::exchange;
use crate::exchange::engines::Exported;
use crate::model::{ItemId, Place, Project, ViewId};
use crate::picture::layout::{self, LayoutOptions, Scope};
use crate::simulation::ProtectionRun;
use crate::storage::recovery::{self, Leftover, Slot};
use crate::storage::{Stamp, file, text};

use super::comparison::{CompareQuestion, ComparedRuns};
use super::engines::{self, PolicyExport};
use super::thresholds::{ThresholdAnswer, ThresholdQuestion};
use super::{Checked, Dated, JobId, Jobs, LossRun, ReportPages, Session, Simulation};

/// What jobs bring.
#[derive(Debug)]
pub enum Output {
    /// A model that was opened.
    Opened(Box<Session>),
    /// The model was saved.
    Saved {
        /// Where.
        path: PathBuf,
        /// Which state of it.
        state: u64,
        /// What the file now looks like.
        stamp: Stamp,
    },
    /// Unsaved work was kept in case of a crash.
    Kept,
    /// Policies were run.
    Simulated(Dated<Simulation>),
    /// A threshold was studied.
    Studied(Box<ThresholdQuestion>, Arc<ThresholdAnswer>),
    /// Policies were compared.
    Compared(Box<CompareQuestion>, Arc<ComparedRuns>),
    /// The security checks were simulated.
    Protected(Dated<ProtectionRun>),
    /// Losses were simulated.
    Lost(Dated<LossRun>),
    /// The pages of the report.
    Pages(Dated<ReportPages>),
    /// Policies as an engine reads them, and what was asked for.
    PoliciesExported(PolicyExport, Exported),
    /// A file was written.
    Written(PathBuf),
    /// What takes longer was worked out for a large model.
    Checked {
        /// For which revision.
        revision: u64,
        /// What was found.
        checked: Box<Checked>,
    },
    /// A view was laid out anew.
    LaidOut {
        /// The revision that it was laid out from.
        revision: u64,
        /// Which view.
        view: ViewId,
        /// Where things stand now.
        places: BTreeMap<ItemId, Place>,
        /// All of it, not only a part.
        whole: bool,
    },
}

/// All work in the background.
pub type Work = Jobs<Output>;

/// Opens a file, whatever its format.
pub fn open(path: &Path) -> Result<Session, String> {
    let failed = |reason: String| format!("{} could not be opened: {reason}", path.display());
    let bytes = file::read(path).map_err(|error| failed(error.to_string()))?;
    if file::is_project_name(path) || file::looks_like_a_project(&bytes) {
        let project = file::project_from(&bytes).map_err(|error| failed(error.to_string()))?;
        return Ok(Session::saved(placed(project), path.to_owned(), Some(Stamp::of(path, &bytes))));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let imported = exchange::import(&bytes, &name, None).map_err(|error| failed(error.to_string()))?;
    let source = format!("Imported from {}", imported.format.label());
    Ok(Session::unsaved(placed(imported.project)).with_source(source, imported.losses))
}

/// Opens what a crash has left; the file that it belongs to is not touched.
pub fn open_leftover(leftover: &Leftover) -> Result<Session, String> {
    let failed = |reason: &str| format!("The unsaved work on {} could not be read{reason}.", leftover.name);
    let kept = recovery::read(leftover).ok_or_else(|| failed(""))?;
    let project = text::from_text(&kept).map_err(|error| failed(&format!(": {error}")))?;
    Ok(Session::unsaved(placed(project)).with_path(leftover.original.clone()).with_nothing_kept())
}

/// A model in which everything that its views show has a place.
pub fn placed(mut project: Project) -> Project {
    let laid_out: Vec<_> =
        project.views.iter().map(|view| (view.id, layout::places(&project, view))).collect();
    for (id, places) in laid_out {
        if let Some(view) = project.views.get_mut(id) {
            view.places = places;
        }
    }
    project
}

/// Starts to work out what takes longer in a large model.
pub fn start_check(work: &mut Work, session: &Session) -> JobId {
    let (project, revision) = (session.shared_project(), session.revision());
    let with_suggestions = session.derived().wants_suggestions();
    let catalog = Arc::clone(session.catalog());
    work.start("Check", false, move |_| {
        Ok(Some(Output::Checked {
            revision,
            checked: Box::new(Checked::of(&project, &catalog, with_suggestions)),
        }))
    })
}

/// Starts laying out the view that is shown, or a part of it. What is pinned stays.
pub fn start_layout(work: &mut Work, session: &Session, scope: Scope) -> Option<JobId> {
    let (project, view, revision) = (session.shared_project(), session.view()?.clone(), session.revision());
    Some(work.start("Tidy up", true, move |progress| {
        let whole = scope == Scope::All;
        let options = LayoutOptions { scope, ..LayoutOptions::default() };
        let places = layout::layout(&project, &view, &options, progress);
        Ok(places.map(|places| Output::LaidOut { revision, view: view.id, places, whole }))
    }))
}

/// Works out what the first picture of a model needs, while nobody waits for the window yet.
pub fn warm(session: &Session) {
    session.derived().register();
}

/// Starts opening a file.
pub fn start_open(work: &mut Work, path: PathBuf) -> JobId {
    work.start("Open", false, move |_| {
        let session = open(&path)?;
        warm(&session);
        Ok(Some(Output::Opened(Box::new(session))))
    })
}

/// Starts saving the model as it is now.
pub fn start_save(work: &mut Work, session: &Session, path: PathBuf) -> JobId {
    let (project, state) = session.to_save();
    work.start("Save", false, move |_| match file::save(&path, &project) {
        Ok(stamp) => Ok(Some(Output::Saved { path, state, stamp })),
        Err(error) => Err(format!("{} was not saved: {error}", path.display())),
    })
}

/// Starts keeping the model as it is now in case of a crash.
pub fn start_keep(work: &mut Work, session: &mut Session, slot: Arc<Slot>) -> JobId {
    let (project, state) = session.to_keep();
    session.mark_recovered(state);
    let original = session.path().map(whole);
    work.start("Keep for recovery", false, move |_| {
        let text = text::to_text(&project);
        match slot.keep(original.as_deref(), &project.name, &text) {
            Ok(()) => Ok(Some(Output::Kept)),
            Err(error) => {
                Err(format!("Unsaved work could not be kept for recovery: {error}. Save the model now."))
            }
        }
    })
}

/// A path that means the same wherever the program is started from.
pub fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Starts exporting policies, to be looked at. Rules are tested on the trace of the latest run.
pub fn start_policy_export(work: &mut Work, session: &Session, wanted: PolicyExport) -> JobId {
    let project = session.shared_project();
    let run = session.results().simulation.as_ref().map(|run| Arc::clone(&run.value));
    work.start("Export policies", true, move |_| {
        let mut evaluation = project.simulation.evaluation.clone();
        if let Some(grid) = run.as_ref().filter(|run| run.live.is_some()).map(|run| run.run.grid) {
            (evaluation.start_ms, evaluation.end_ms) = (Some(grid.start_ms), Some(grid.end_ms));
        }
        let sample = run.as_ref().filter(|run| run.trace.samples() > 0).map(|run| (&*run.trace, &evaluation));
        let exported = engines::export_policies(&project, &wanted, sample);
        Ok(Some(Output::PoliciesExported(wanted, exported)))
    })
}

/// Starts writing the files of an export.
pub fn start_write_policies(work: &mut Work, exported: Exported, out: PathBuf) -> JobId {
    work.start("Export policies", false, move |_| match engines::write_export(&exported, &out) {
        Ok(written) => Ok(Some(Output::Written(written.into_iter().next().unwrap_or(out)))),
        Err((path, error)) => Err(format!("{} was not written: {error}", path.display())),
    })
}

/// Starts writing a file of another kind: a report, a picture, a table. `make` gives its bytes.
pub fn start_write(
    work: &mut Work,
    name: &str,
    path: PathBuf,
    make: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
) -> JobId {
    work.start(name, false, move |_| {
        let bytes = make()?;
        match file::replace(&path, &bytes) {
            Ok(()) => Ok(Some(Output::Written(path))),
            Err(error) => Err(format!("{} was not written: {error}", path.display())),
        }
    })
}
