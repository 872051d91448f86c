//! A Prometheus server (or one that speaks its language) as the source of a trace, and as the engine that evaluates.

mod address;
mod server;

use std::collections::BTreeMap;

pub use address::{LiveRange, LiveSource};
use server::{Asked, Server};

use crate::model::{Evaluation, Policy, PolicyId, Project, Reading};
use crate::simulation::run::{Measured, kind_of, run_measured};
use crate::simulation::scope::{Agents, PlacedMetric, chosen_policies};
use crate::simulation::time::{duration_words, moment};
use crate::simulation::trace::TraceReader;
use crate::simulation::words::number;
use crate::simulation::{
    Events, Grid, Labels as AttackLabels, LoopMode, Part, Progress, Run, RunInput, Trace, TraceOptions,
    TraceReport,
};
use crate::storage::web::WebError;

/// The lookback that servers have unless told otherwise, in milliseconds.
const USUAL_LOOKBACK_MS: i64 = 300_000;

/// Why a server was of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// Somebody stopped it.
    #[error("stopped before the end")]
    Stopped,
    /// What went wrong, and what to do about it.
    #[error("{0}")]
    Failed(String),
}

impl From<WebError> for LiveError {
    fn from(error: WebError) -> Self {
        match error {
            WebError::Stopped => Self::Stopped,
            WebError::Failed(what) => Self::Failed(what),
        }
    }
}

/// Now, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// What is run on a server's data.
#[derive(Debug, Clone)]
pub struct LiveInput<'a> {
    /// The policies; none: those in force.
    pub policies: Vec<PolicyId>,
    /// What happened.
    pub events: Option<&'a Events>,
    /// When there were attacks.
    pub labels: Option<&'a AttackLabels>,
    /// Dialect, interval, lookback; start and end in full.
    pub evaluation: Evaluation,
    /// Whether responses change what happens later.
    pub mode: LoopMode,
}

/// Fetches the samples that the policies need, as a trace.
pub fn fetch(
    project: &Project,
    base: &str,
    policies: &[PolicyId],
    evaluation: &Evaluation,
    progress: &dyn Progress,
) -> Result<(Trace, TraceReport), LiveError> {
    let server = Server { base, progress };
    let chosen = chosen_policies(project, policies);
    let needs = needs(project, &chosen);
    let (start_ms, end_ms) = bounds(evaluation)?;
    let grid = Grid { start_ms, end_ms, ..Grid::new(evaluation, &Trace::default()) };
    let mut reader = TraceReader::new(TraceOptions::default());
    reader.begin(base, "Prometheus server");
    let mut inferred = 0;
    let mut found = 0;
    for (number, (metric, need)) in needs.iter().enumerate() {
        let share = |at: usize| at as f32 / needs.len() as f32;
        let part = Part { whole: progress, from: share(number), to: share(number + 1) };
        if let Some(kind) = server.kind_of(metric)? {
            reader.declare_kind(metric, kind);
        }
        let mut series = server.samples(metric, grid.start_ms - need.back_ms, grid.end_ms, &part)?;
        found += series.len();
        if need.present {
            inferred += server.mark_silence(metric, &grid, &mut series)?;
        }
        for one in series.into_values() {
            reader.add_series(one);
        }
    }
    if found == 0 {
        return Err(none_found(base, needs.keys(), start_ms, end_ms));
    }
    if inferred > 0 {
        let marks = if inferred == 1 { "marker" } else { "markers" };
        reader.note(format!(
            "{inferred} stale {marks}: the server has no value where its last sample is still fresh. Each stands at the evaluation that showed it."
        ));
    }
    reader.finish().map_err(|error| LiveError::Failed(error.what))
}

/// Runs the policies with the server as the engine of the metric conditions.
pub fn simulate_there(
    project: &Project,
    base: &str,
    input: &LiveInput<'_>,
    progress: &dyn Progress,
) -> Result<(Trace, TraceReport, Run), LiveError> {
    let server = Server { base, progress };
    let chosen = chosen_policies(project, &input.policies);
    let needs = needs(project, &chosen);
    let (start_ms, end_ms) = bounds(&input.evaluation)?;
    let mut evaluation = input.evaluation.clone();
    let mut notes = Vec::new();
    if let Some((engine, version)) = server.version()? {
        evaluation.engine = engine;
        notes.push(format!("Evaluated by Prometheus {version} at {base}, which is {engine}."));
    } else {
        notes.push(format!("Evaluated by {base}, which does not say which version it is."));
    }
    let mut trace = Trace { name: base.to_owned(), ..Trace::default() };
    for metric in needs.keys() {
        if let Some(kind) = server.kind_of(metric)? {
            trace.kinds.insert(metric.clone(), kind);
        }
        trace.series.extend(server.series(
            metric,
            start_ms - needs.get(metric).map_or(0, |need| need.back_ms),
            end_ms,
        )?);
    }
    trace.series.sort_by(|a, b| a.name.cmp(&b.name));
    if trace.series.is_empty() && !needs.is_empty() {
        return Err(none_found(base, needs.keys(), start_ms, end_ms));
    }
    let grid = Grid::new(&evaluation, &trace);
    let asked = Asked { project, trace: &trace, agents: Agents::of(project, Some(&trace), []), grid };
    let conditions = PlacedMetric::all(&chosen);
    let mut measured = Vec::new();
    for (at, placed) in conditions.iter().enumerate() {
        let share = |at: usize| 0.95 * at as f32 / conditions.len().max(1) as f32;
        let part = Part { whole: progress, from: share(at), to: share(at + 1) };
        let id = placed.id();
        match server.condition(&asked, placed.rule.policy, placed.condition, &part)? {
            Ok(series) => measured.push(Measured { id, series }),
            Err(why) => notes.push(format!("{id} was not evaluated: {why}.")),
        }
    }
    let run_input = RunInput {
        policies: input.policies.clone(),
        events: input.events,
        labels: input.labels,
        evaluation,
        mode: input.mode,
        ..RunInput::new(project, &trace)
    };
    let mut run = run_measured(project, &run_input, &measured, progress).map_err(|_| LiveError::Stopped)?;
    run.coverage.notes.splice(0..0, notes.iter().cloned());
    run.coverage.samples = server.count(needs.keys(), start_ms, end_ms)?;
    let report = TraceReport {
        formats: vec![format!("{base}: Prometheus server, which evaluates")],
        times: vec!["milliseconds".to_owned()],
        notes: vec![format!(
            "{} series, {} samples, which stay at the server.",
            trace.series.len(),
            number(run.coverage.samples as f64)
        )],
        ..TraceReport::default()
    };
    Ok((trace, report, run))
}

fn bounds(evaluation: &Evaluation) -> Result<(i64, i64), LiveError> {
    match (evaluation.start_ms, evaluation.end_ms) {
        (Some(start), Some(end)) if start <= end => Ok((start, end)),
        _ => Err(LiveError::Failed("a range needs a start, and an end after it".to_owned())),
    }
}

fn none_found<'a>(
    base: &str,
    metrics: impl Iterator<Item = &'a String>,
    start_ms: i64,
    end_ms: i64,
) -> LiveError {
    let metrics: Vec<&str> = metrics.map(String::as_str).collect();
    if metrics.is_empty() {
        return LiveError::Failed(
            "no policy has a metric condition, so there is nothing to ask for".to_owned(),
        );
    }
    LiveError::Failed(format!(
        "{base} has no sample of {} from {} to {} ({}): check the names and the range",
        metrics.join(", "),
        moment(start_ms),
        moment(end_ms),
        duration_words(end_ms - start_ms),
    ))
}

/// What the policies need of a metric.
#[derive(Debug, Default)]
struct Need {
    /// How far back from the first evaluation, in milliseconds.
    back_ms: i64,
    /// A condition reads the present value, so silence matters.
    present: bool,
}

fn needs(project: &Project, policies: &[&Policy]) -> BTreeMap<String, Need> {
    let mut needs: BTreeMap<String, Need> = BTreeMap::new();
    for PlacedMetric { condition, .. } in PlacedMetric::all(policies) {
        let need = needs.entry(condition.metric.clone()).or_default();
        let kind = kind_of(project, None, &condition.metric);
        // Without a word on the kind the server may still say that the present value is read.
        need.present |= kind.is_none() || condition.read_as(kind.unwrap_or_default()) == Reading::For;
        let lookback = project.simulation.evaluation.lookback_ms.max(USUAL_LOOKBACK_MS);
        need.back_ms = need.back_ms.max(condition.duration_ms).max(lookback);
    }
    needs
}
