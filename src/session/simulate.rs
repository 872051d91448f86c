//! Policies and security checks run in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{Attack, Evaluation, PolicyId, Project, Protection, TraceSet};
use crate::simulation::evidence::trace_fingerprint;
use crate::simulation::run::{kind_of, nothing_to_see};
use crate::simulation::time::moment;
use crate::simulation::{
    self, Events, Labels, LoopMode, Part, Progress, Run, RunInput, Trace, TraceOptions, TraceReport, Workload,
};
use crate::storage::file;

use super::prometheus::{self, LiveError, LiveInput, LiveSource};
use super::results::{Basis, Dated};
use super::run_basis::RunBasis;
use super::watched::Watched;
use super::work::{Output, Work};
use super::{JobId, Session};

/// A run with what it ran on.
#[derive(Debug)]
pub struct Simulation {
    /// The name of the trace.
    pub name: String,
    /// What was measured; runs on the same data share it.
    pub trace: Arc<Trace>,
    /// A fingerprint of all the data.
    pub fingerprint: String,
    /// What was understood of the trace.
    pub report: TraceReport,
    /// What happened.
    pub events: Option<Events>,
    /// When there were attacks.
    pub labels: Option<Labels>,
    /// Attacks that were made up on top; the trace and the labels hold them.
    pub attacks: Vec<Attack>,
    /// The policies that were asked for; none: those in force.
    pub policies: Vec<PolicyId>,
    /// The server that it was taken from, if it was.
    pub live: Option<LiveSource>,
    /// What came out.
    pub run: Run,
}

impl Simulation {
    /// Dialect, interval, start and end as the project says now; live data keeps its own start and end.
    pub fn evaluation(&self, project: &Project) -> Evaluation {
        let mut evaluation = project.simulation.evaluation.clone();
        if self.live.is_some() {
            (evaluation.start_ms, evaluation.end_ms) =
                (Some(self.run.grid.start_ms), Some(self.run.grid.end_ms));
        }
        evaluation
    }

    /// The run with what it rests on, when it was made of the project as it is at that revision.
    pub fn dated(self, project: &Project, revision: u64) -> Dated<Self> {
        let basis = RunBasis::of(project, &self.policies, &self.name);
        Dated::resting_on(Basis::Policies(Arc::new(basis)), revision, self)
    }

    /// The same data once more, for the policies as a project has them.
    pub fn input(&self, project: &Project) -> RunInput<'_> {
        RunInput {
            policies: self.policies.clone(),
            events: self.events.as_ref(),
            labels: self.labels.as_ref(),
            evaluation: self.evaluation(project),
            ..RunInput::new(project, &self.trace)
        }
    }
}

/// The files of a trace, with relative paths taken from the project's own folder.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceFiles {
    /// What people call it.
    pub name: String,
    /// Metrics.
    pub metrics: PathBuf,
    /// Events, if there are any.
    pub events: Option<PathBuf>,
    /// Labelled attacks, if there are any.
    pub labels: Option<PathBuf>,
    /// Lines that cannot be read are left out; otherwise the first ends the reading.
    pub skip_bad_lines: bool,
    /// Attacks to make up on top of what was measured.
    pub attacks: Vec<Attack>,
}

impl TraceFiles {
    /// The files of a trace set of the project.
    pub fn of(session: &Session, set: &TraceSet) -> Self {
        let folder = session.path().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        let file = |name: &str| (!name.trim().is_empty()).then(|| folder.join(name));
        Self {
            name: set.name.clone(),
            metrics: if LiveSource::is_address(&set.metrics) {
                PathBuf::from(&set.metrics)
            } else {
                folder.join(&set.metrics)
            },
            events: file(&set.events),
            labels: file(&set.labels),
            skip_bad_lines: set.skip_bad_lines,
            attacks: set.attacks.clone(),
        }
    }

    /// A file of metrics alone.
    pub fn metrics_only(path: PathBuf) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, metrics: path, events: None, labels: None, skip_bad_lines: false, attacks: Vec::new() }
    }
}

/// Starts running policies on a trace; without policies, all that are not retired.
pub fn start_simulation(
    work: &mut Work,
    session: &Session,
    files: TraceFiles,
    policies: Vec<PolicyId>,
) -> JobId {
    let project = session.shared_project();
    let revision = session.revision();
    let asks = LiveSource::is_address(&files.metrics.to_string_lossy());
    let name = if asks { "Ask the server and simulate" } else { "Simulate" };
    work.start(name, true, move |reporter| {
        let simulated = simulate(&project, &files, policies, reporter)?;
        Ok(simulated.map(|simulation| Output::Simulated(simulation.dated(&project, revision))))
    })
}

/// Reads a trace and runs policies on it. None: it was stopped.
pub fn simulate(
    project: &Project,
    files: &TraceFiles,
    policies: Vec<PolicyId>,
    progress: &dyn Progress,
) -> Result<Option<Simulation>, String> {
    let options = TraceOptions { skip_bad_lines: files.skip_bad_lines, ..TraceOptions::default() };
    let bytes = |path: &Path| {
        file::stream(path).map_err(|error| format!("{} could not be read: {error}", path.display()))
    };
    let name =
        |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let live = match files.metrics.to_string_lossy() {
        address if LiveSource::is_address(&address) => Some(LiveSource::parse(&address)?),
        _ => None,
    };
    let mut evaluation = project.simulation.evaluation.clone();
    if let Some(source) = &live {
        source.bound(&mut evaluation, prometheus::now_ms());
    }
    let events = match &files.events {
        Some(path) => {
            let read = simulation::events::read(bytes(path)?, &name(path), &options);
            Some(read.map_err(|error| error.to_string())?)
        }
        None => None,
    };
    let mut labels = match &files.labels {
        Some(path) => {
            let read = simulation::labels::read(bytes(path)?, &name(path), &options);
            Some(read.map_err(|error| error.to_string())?)
        }
        None => None,
    };
    if let Some(source) = live.clone().filter(|source| source.there) {
        let there = There { name: files.name.clone(), events, labels, policies, source };
        return there.ask(project, evaluation, progress);
    }
    let fetched = if let Some(source) = &live {
        let part = Part { whole: progress, from: 0.0, to: 0.3 };
        stoppable(prometheus::fetch(project, &source.base, &policies, &evaluation, &part))?
    } else {
        let length = file::length(&files.metrics);
        let part = Part { whole: progress, from: 0.0, to: 0.35 };
        let watched = Watched::new(bytes(&files.metrics)?, length, &part);
        match simulation::trace::read(watched, &name(&files.metrics), &options) {
            Ok(read) => Some(read),
            Err(_) if !progress.step(0.0) => None,
            Err(error) => return Err(error.to_string()),
        }
    };
    let Some((mut trace, mut report)) = fetched.filter(|_| progress.step(0.38)) else { return Ok(None) };
    make_up(project, &files.attacks, &mut trace, &mut labels, &mut report)?;
    if !progress.step(0.4) {
        return Ok(None);
    }
    let input = RunInput {
        policies: policies.clone(),
        events: events.as_ref(),
        labels: labels.as_ref(),
        evaluation,
        ..RunInput::new(project, &trace)
    };
    if let Some(why) = nothing_to_see(project, &input) {
        return Err(format!("{}: {why}", trace.name));
    }
    let Ok(run) = simulation::run::run(project, &input, &Part { whole: progress, from: 0.4, to: 1.0 }) else {
        return Ok(None);
    };
    let fingerprint = trace_fingerprint(&trace, events.as_ref(), labels.as_ref());
    let (name, trace) = (files.name.clone(), Arc::new(trace));
    let attacks = files.attacks.clone();
    Ok(Some(Simulation { name, trace, fingerprint, report, events, labels, attacks, policies, live, run }))
}

/// Puts the made-up attacks on a trace, and says so in the report.
fn make_up(
    project: &Project,
    attacks: &[Attack],
    trace: &mut Trace,
    labels: &mut Option<Labels>,
    report: &mut TraceReport,
) -> Result<(), String> {
    for attack in attacks {
        let kind = kind_of(project, Some(trace), &attack.metric);
        let shape = attack.shape.label().to_lowercase();
        let put = attack.put_on(trace, labels.get_or_insert_default(), kind);
        let label = put.map_err(|what| format!("The made-up attack ({shape}) cannot be put on: {what}."))?;
        report.notes.push(format!(
            "Made up on top: {shape} on {} of {}, {} to {}, seed {}.",
            attack.metric,
            label.agent,
            moment(label.start_ms),
            moment(label.end_ms),
            attack.seed
        ));
    }
    Ok(())
}

/// What a server is asked to evaluate.
struct There {
    name: String,
    events: Option<Events>,
    labels: Option<Labels>,
    policies: Vec<PolicyId>,
    source: LiveSource,
}

impl There {
    fn ask(
        self,
        project: &Project,
        evaluation: Evaluation,
        progress: &dyn Progress,
    ) -> Result<Option<Simulation>, String> {
        let Self { name, events, labels, policies, source } = self;
        let input = LiveInput {
            policies: policies.clone(),
            events: events.as_ref(),
            labels: labels.as_ref(),
            evaluation,
            mode: LoopMode::of(&project.simulation.evaluation),
        };
        let asked = stoppable(prometheus::simulate_there(project, &source.base, &input, progress))?;
        let live = Some(source);
        Ok(asked.map(|(trace, report, run)| Simulation {
            name,
            fingerprint: trace_fingerprint(&trace, events.as_ref(), labels.as_ref()),
            trace: Arc::new(trace),
            report,
            events,
            labels,
            attacks: Vec::new(),
            policies,
            live,
            run,
        }))
    }
}

/// What came of asking a server; none: it was stopped.
fn stoppable<T>(asked: Result<T, LiveError>) -> Result<Option<T>, String> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(LiveError::Stopped) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The same once more on the same data, with the policies as they are now. None: it was stopped.
pub fn simulate_again(project: &Project, old: &Simulation, progress: &dyn Progress) -> Option<Simulation> {
    let policies: Vec<PolicyId> =
        old.policies.iter().copied().filter(|id| project.policies.contains(*id)).collect();
    if let Some(source) = old.live.as_ref().filter(|source| source.there) {
        let (events, labels) = (old.events.clone(), old.labels.clone());
        let there = There { name: old.name.clone(), events, labels, policies, source: source.clone() };
        return there.ask(project, old.evaluation(project), progress).ok().flatten();
    }
    let input = RunInput { policies: policies.clone(), ..old.input(project) };
    let run = simulation::run::run(project, &input, progress).ok()?;
    Some(Simulation {
        name: old.name.clone(),
        trace: Arc::clone(&old.trace),
        fingerprint: old.fingerprint.clone(),
        report: old.report.clone(),
        events: old.events.clone(),
        labels: old.labels.clone(),
        attacks: old.attacks.clone(),
        policies,
        live: old.live.clone(),
        run,
    })
}

/// Starts simulating the security checks themselves.
pub fn start_protection(work: &mut Work, session: &Session, workload: Workload) -> JobId {
    let protection: Protection = session.project().protection.clone();
    let revision = session.revision();
    work.start("Simulate the security checks", true, move |reporter| {
        let run = simulation::protect::protect(&protection, &workload, reporter);
        let basis = Basis::Protection(Box::new(protection));
        Ok(run.ok().map(|run| Output::Protected(Dated::resting_on(basis, revision, run))))
    })
}
