//! The options that name traces, events and labels, and the reading of them: shared by every subcommand that simulates.

use std::path::{Path, PathBuf};

use super::{Bar, CliError, say};
use crate::model::{Engine, Evaluation, Policy, PolicyId, Project, TraceSet, plain_word};
use crate::session::prometheus::{self, LiveInput, LiveSource};
use crate::simulation::TraceReport;
use crate::simulation::attacks::Attack;
use crate::simulation::run::{LoopMode, Run, RunInput, kind_of, nothing_to_see};
use crate::simulation::time::{moment as moment_text, parse_duration, parse_time};
use crate::simulation::trace::{TraceOptions, TraceReader};
use crate::simulation::{Events, Labels, Trace, events, labels};
use crate::storage::file;

/// What to simulate, and how.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SampleOptions {
    /// A trace of metrics: CSV, JSON lines, OpenMetrics text or a Prometheus query result, may be given again for more;
    /// or a Prometheus server: http://host:9090, http://host:9090/?last=6h
    #[arg(long, value_name = "FILE")]
    pub trace: Vec<PathBuf>,
    /// A log of events: JSON lines or CSV
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Labelled attacks: CSV agent,start,end,threat
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
    /// Only this policy: its id or name; may be given again for more
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// The dialect: prom2 (Prometheus 2.42) or prom3; the project's unless given
    #[arg(long, value_name = "NAME", value_parser = engine)]
    pub engine: Option<Engine>,
    /// Time between two evaluations: 15s, 1m; the project's unless given
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub interval: Option<i64>,
    /// The first evaluation: Unix seconds or 2025-01-21T00:00:00Z; the first sample unless given
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub start: Option<i64>,
    /// No evaluation after this; the last sample unless given
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub end: Option<i64>,
    /// Deny requests of restricted agents, as the responses would (otherwise responses change nothing)
    #[arg(long)]
    pub closed_loop: bool,
    /// Put a made-up attack on top of the trace, with its label, may be given again for more: ramp, burst, slow_drip,
    /// credential_stuffing or exfiltration, then metric=NAME and as wanted agent=, start=, for=30m, height=, seed=
    #[arg(long, value_name = "ATTACK", value_parser = Attack::parse)]
    pub attack: Vec<Attack>,
    /// Count lines that cannot be read and go on
    #[arg(long)]
    pub skip_bad_lines: bool,
}

pub(super) fn engine(word: &str) -> Result<Engine, String> {
    Engine::from_word(word).ok_or_else(|| format!("\"{word}\" is no dialect: prom2 or prom3"))
}

fn duration(text: &str) -> Result<i64, String> {
    parse_duration(text)
        .and_then(|ms| if ms > 0 { Ok(ms) } else { Err("must be more than nothing".to_owned()) })
}

fn moment(text: &str) -> Result<i64, String> {
    parse_time(text)
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The trace.
    pub trace: Trace,
    /// What reading it showed.
    pub report: TraceReport,
    /// The event log.
    pub events: Option<Events>,
    /// The labels.
    pub labels: Option<Labels>,
    policies: Vec<PolicyId>,
    evaluation: Evaluation,
    mode: LoopMode,
}

impl Sample {
    /// Dialect, interval, start and end.
    pub fn evaluation(&self) -> &Evaluation {
        &self.evaluation
    }

    /// What a run works on.
    pub fn input(&self, project: &Project) -> RunInput<'_> {
        RunInput {
            policies: self.policies.clone(),
            events: self.events.as_ref(),
            labels: self.labels.as_ref(),
            evaluation: self.evaluation.clone(),
            mode: self.mode,
            ..RunInput::new(project, &self.trace)
        }
    }
}

impl SampleOptions {
    /// Whether any file is named.
    pub fn names_files(&self) -> bool {
        !self.trace.is_empty()
    }

    /// Reads the files named, or the server; without any, the files of the project's first sample trace, which lie
    /// beside the project. None if there is neither.
    pub fn read(&self, project: &Project, project_file: &Path) -> Result<Option<Sample>, CliError> {
        let own = if self.trace.is_empty() { project.simulation.traces.first() } else { None };
        let (traces, events, labels) = match own {
            _ if !self.trace.is_empty() => (self.trace.clone(), self.events.clone(), self.labels.clone()),
            Some(set) => beside(set, project_file, self),
            None => return Ok(None),
        };
        let policies = self.policies(project)?;
        let mut evaluation = self.evaluation(project)?;
        let mode = LoopMode::of(&evaluation);
        let own_attacks = own.map(|set| set.attacks.as_slice()).unwrap_or_default();
        let address =
            traces.iter().map(|path| path.to_string_lossy()).find(|text| LiveSource::is_address(text));
        let (mut trace, report) = if let Some(address) = address {
            if traces.len() > 1 {
                return Err(CliError::usage("a server is a trace of its own: name it alone"));
            }
            let source = LiveSource::parse(&address).map_err(CliError::usage)?;
            bound(&mut evaluation, &source);
            let bar = Bar::new("Fetching");
            let fetched = prometheus::fetch(project, &source.base, &policies, &evaluation, &bar);
            fetched.map_err(|error| CliError::input(error.to_string()))?
        } else {
            let mut reader = TraceReader::new(self.reading(own));
            for path in &traces {
                reader.add(open(path)?, &file_name(path)).map_err(|error| refused(&error))?;
            }
            reader.finish().map_err(|error| refused(&error))?
        };
        let (events, mut labels) =
            self.beside_the_trace(own, events.as_deref(), labels.as_deref(), &report)?;
        for attack in own_attacks.iter().chain(&self.attack) {
            let kind = kind_of(project, Some(&trace), &attack.metric);
            let label = attack
                .put_on(&mut trace, labels.get_or_insert_default(), kind)
                .map_err(|what| CliError::usage(format!("--attack {}: {what}", attack.shape.word())))?;
            let (from, to) = (moment_text(label.start_ms), moment_text(label.end_ms));
            say(&format!("{} put on {} of {}: {from} to {to}", label.threat, attack.metric, label.agent));
        }
        let sample = Sample { trace, report, events, labels, policies, evaluation, mode };
        match nothing_to_see(project, &sample.input(project)) {
            Some(why) => Err(CliError::input(format!("{}: {why}", sample.trace.name))),
            None => Ok(Some(sample)),
        }
    }

    /// Runs the policies with a server as the engine of the metric conditions.
    pub fn run_at(&self, project: &Project, address: &str) -> Result<(Sample, Run), CliError> {
        let source = LiveSource::parse(address).map_err(CliError::usage)?;
        let policies = self.policies(project)?;
        let mut evaluation = self.evaluation(project)?;
        bound(&mut evaluation, &source);
        let (events, labels) = self.beside_the_trace(
            None,
            self.events.as_deref(),
            self.labels.as_deref(),
            &TraceReport::default(),
        )?;
        let mode = LoopMode::of(&evaluation);
        let input = LiveInput {
            policies: policies.clone(),
            events: events.as_ref(),
            labels: labels.as_ref(),
            evaluation: evaluation.clone(),
            mode,
        };
        let bar = Bar::new("Evaluating");
        let (trace, report, run) = prometheus::simulate_there(project, &source.base, &input, &bar)
            .map_err(|error| CliError::input(error.to_string()))?;
        drop(bar);
        Ok((Sample { trace, report, events, labels, policies, evaluation, mode }, run))
    }

    fn reading(&self, own: Option<&TraceSet>) -> TraceOptions {
        let skip_bad_lines = self.skip_bad_lines || own.is_some_and(|set| set.skip_bad_lines);
        TraceOptions { skip_bad_lines, ..TraceOptions::default() }
    }

    /// Dialect, interval, start and end: those of the project, where the command line names no others.
    fn evaluation(&self, project: &Project) -> Result<Evaluation, CliError> {
        let mut evaluation = project.simulation.evaluation.clone();
        evaluation.engine = self.engine.unwrap_or(evaluation.engine);
        evaluation.interval_ms = self.interval.unwrap_or(evaluation.interval_ms);
        evaluation.start_ms = self.start.or(evaluation.start_ms);
        evaluation.end_ms = self.end.or(evaluation.end_ms);
        evaluation.closed_loop |= self.closed_loop;
        if let (Some(start), Some(end)) = (evaluation.start_ms, evaluation.end_ms)
            && end < start
        {
            return Err(CliError::usage("the end is before the start"));
        }
        Ok(evaluation)
    }

    /// Reads events and labels, and says which lines were left out.
    fn beside_the_trace(
        &self,
        own: Option<&TraceSet>,
        events: Option<&Path>,
        labels: Option<&Path>,
        report: &TraceReport,
    ) -> Result<(Option<Events>, Option<Labels>), CliError> {
        let options = self.reading(own);
        let events = events.map(|path| {
            events::read(open(path)?, &file_name(path), &options).map_err(|error| refused(&error))
        });
        let labels = labels.map(|path| {
            labels::read(open(path)?, &file_name(path), &options).map_err(|error| refused(&error))
        });
        let (events, labels) = (events.transpose()?, labels.transpose()?);
        let of_events = events.iter().flat_map(|log| &log.bad_lines);
        let of_labels = labels.iter().flat_map(|labels| &labels.bad_lines);
        for bad in report.bad_examples.iter().chain(of_events).chain(of_labels) {
            say(&format!("left out line {}: {}\n  {}", bad.line, bad.what, bad.text));
        }
        Ok((events, labels))
    }
}

/// Gives an evaluation of live data a start and an end: those asked for, otherwise the range of the address.
fn bound(evaluation: &mut Evaluation, source: &LiveSource) {
    let now_ms = prometheus::now_ms();
    if evaluation.start_ms.is_none() && evaluation.end_ms.is_none() {
        let (start, end) = source.span(now_ms);
        say(&format!("{}: from {} to {}", source.base, moment_text(start), moment_text(end)));
    }
    source.bound(evaluation, now_ms);
}

impl SampleOptions {
    /// The policies that are named.
    pub fn policies(&self, project: &Project) -> Result<Vec<PolicyId>, CliError> {
        self.policy.iter().map(|wanted| policy(project, wanted)).collect()
    }
}

type Files = (Vec<PathBuf>, Option<PathBuf>, Option<PathBuf>);

/// The files of a sample trace of the project, where the command line names no others.
fn beside(set: &TraceSet, project_file: &Path, options: &SampleOptions) -> Files {
    let folder = project_file.parent().unwrap_or(Path::new("."));
    let at = |name: &str| {
        (!name.is_empty()).then(|| if LiveSource::is_address(name) { name.into() } else { folder.join(name) })
    };
    let events = options.events.clone().or_else(|| at(&set.events));
    let labels = options.labels.clone().or_else(|| at(&set.labels));
    (at(&set.metrics).into_iter().collect(), events, labels)
}

fn open(path: &Path) -> Result<impl std::io::BufRead + use<>, CliError> {
    file::stream(path).map_err(|error| CliError::file(path, error))
}

fn refused(error: &crate::simulation::TraceError) -> CliError {
    CliError::input(error.to_string())
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

pub(super) fn policy(project: &Project, wanted: &str) -> Result<PolicyId, CliError> {
    let by_id = wanted.parse::<PolicyId>().ok().filter(|id| project.policies.contains(*id));
    let word = plain_word(wanted);
    let named = project.policies.iter().find(|policy| plain_word(&policy.name) == word);
    if let Some(id) = by_id.or(named.map(|policy| policy.id)) {
        return Ok(id);
    }
    // A part of the name will do where it fits one policy only.
    let fits = |policy: &&Policy| !word.is_empty() && plain_word(&policy.name).contains(&word);
    let parts: Vec<&Policy> = project.policies.iter().filter(fits).collect();
    let listed = |policies: &mut dyn Iterator<Item = &Policy>| {
        policies.map(|policy| format!("{} \"{}\"", policy.id, policy.name)).collect::<Vec<_>>().join(", ")
    };
    match parts.as_slice() {
        [one] => Ok(one.id),
        [] => Err(CliError::usage(format!(
            "there is no policy \"{wanted}\"; there are {}",
            listed(&mut project.policies.iter())
        ))),
        several => Err(CliError::usage(format!(
            "\"{wanted}\" fits several policies: {}",
            listed(&mut several.iter().copied())
        ))),
    }
}
