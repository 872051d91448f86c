//! A Prometheus server (or one that speaks its language) as the source of a trace, and as the engine that evaluates.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::exchange::engines::{self, Labels};
use crate::model::{
    Condition, Engine, Evaluation, MetricCondition, MetricKind, Policy, PolicyId, Project, Reading,
};
use crate::simulation::metric::{Requirement, states_of};
use crate::simulation::run::{Measured, kind_of, run_measured};
use crate::simulation::scope::{Agents, NumberedRule, chosen_policies};
use crate::simulation::time::{duration_words, moment, parse_duration, parse_time};
use crate::simulation::trace::{SeriesName, TraceReader, stale_marker};
use crate::simulation::{
    Bucket, Events, Grid, Labels as AttackLabels, LoopMode, Part, Progress, Run, RunInput, Series, Trace,
    TraceOptions, TraceReport,
};
use crate::storage::web::{self, Ask, WebError};

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Prometheus refuses to answer a query with more points of a series.
const MOST_POINTS: usize = 11_000;

/// How far back a range reaches unless somebody says otherwise, in milliseconds.
const USUAL_RANGE_MS: i64 = 3_600_000;

/// The lookback that servers have unless told otherwise, in milliseconds.
const USUAL_LOOKBACK_MS: i64 = 300_000;

/// So many samples of a page are comfortable: fewer make the next longer, more make it shorter.
const COMFORTABLE: usize = 200_000;

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

/// A server and the range that is asked of it: `http://host:9090`, with `?last=6h` or `?start=…&end=…`, and with
/// `evaluate=there` where the server is to evaluate the conditions too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSource {
    /// `http://host:9090`, without a slash at the end.
    pub base: String,
    /// Which part of its data.
    pub range: LiveRange,
    /// The server evaluates; otherwise its samples are fetched and evaluated here.
    pub there: bool,
}

/// A stretch of time on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveRange {
    /// Up to now, so many milliseconds.
    Last(i64),
    /// From a moment to another, in milliseconds since 1970.
    Between(i64, i64),
}

impl LiveSource {
    /// Whether a trace of that name is a server and no file.
    pub fn is_address(text: &str) -> bool {
        let text = text.trim_start().to_ascii_lowercase();
        text.starts_with("http://") || text.starts_with("https://")
    }

    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !Self::is_address(text) {
            return Err(format!("\"{text}\" is no address of a server (wanted http://host:9090)"));
        }
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let base = base.trim_end_matches('/');
        let base = base.strip_suffix("/api/v1").unwrap_or(base);
        if base.split_once("://").is_none_or(|(_, host)| host.is_empty()) {
            return Err(format!("\"{text}\" names no host (wanted http://host:9090)"));
        }
        let mut source = Self { base: base.to_owned(), range: LiveRange::Last(USUAL_RANGE_MS), there: false };
        let (mut start, mut end) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("last", long)) => source.range = LiveRange::Last(parse_duration(long)?.max(1)),
                Some(("start", at)) => start = Some(parse_time(at)?),
                Some(("end", at)) => end = Some(parse_time(at)?),
                Some(("evaluate", "there")) => source.there = true,
                Some(("evaluate", "here")) => source.there = false,
                _ => {
                    return Err(format!(
                        "\"{pair}\" is not understood (known are last, start, end, evaluate=there)"
                    ));
                }
            }
        }
        match (start, end) {
            (None, None) => {}
            (Some(start), Some(end)) if start < end => source.range = LiveRange::Between(start, end),
            (Some(_), Some(_)) => return Err("the end is before the start".to_owned()),
            _ => return Err("a range needs both start and end".to_owned()),
        }
        Ok(source)
    }

    /// The first and the last moment, in milliseconds since 1970.
    pub fn span(&self, now_ms: i64) -> (i64, i64) {
        match self.range {
            LiveRange::Last(long) => (now_ms - long, now_ms),
            LiveRange::Between(start, end) => (start, end),
        }
    }
}

impl fmt::Display for LiveSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range {
            LiveRange::Last(long) => write!(f, "{}/?last={}", self.base, engines::duration(long))?,
            LiveRange::Between(start, end) => {
                write!(f, "{}/?start={}&end={}", self.base, moment(start), moment(end))?;
            }
        }
        if self.there { f.write_str("&evaluate=there") } else { Ok(()) }
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
    let conditions: Vec<(NumberedRule<'_>, usize, &MetricCondition)> = NumberedRule::all(&chosen)
        .into_iter()
        .flat_map(|numbered| {
            numbered.conditions().filter_map(move |(index, condition)| match condition {
                Condition::Metric(condition) => Some((numbered, index, condition)),
                _ => None,
            })
        })
        .collect();
    let mut measured = Vec::new();
    for (at, (numbered, index, condition)) in conditions.iter().enumerate() {
        let share = |at: usize| 0.95 * at as f32 / conditions.len().max(1) as f32;
        let part = Part { whole: progress, from: share(at), to: share(at + 1) };
        let id = numbered.condition_id(*index);
        match server.condition(&asked, numbered.policy, condition, &part)? {
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
        notes: vec![format!("{} series, {} samples stay there.", trace.series.len(), run.coverage.samples)],
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
    for condition in policies.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.conditions) {
        if let Condition::Metric(condition) = condition {
            let need = needs.entry(condition.metric.clone()).or_default();
            let kind = kind_of(project, None, &condition.metric);
            // Without a word on the kind the server may still say that the present value is read.
            need.present |= kind.is_none() || condition.read_as(kind.unwrap_or_default()) == Reading::For;
            let lookback = project.simulation.evaluation.lookback_ms.max(USUAL_LOOKBACK_MS);
            need.back_ms = need.back_ms.max(condition.duration_ms).max(lookback);
        }
    }
    needs
}

/// An answer of the query interface.
#[derive(Debug, Deserialize)]
struct Reply<T> {
    status: String,
    data: Option<T>,
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Found {
    result: Vec<FoundSeries>,
}

#[derive(Debug, Deserialize)]
struct FoundSeries {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<(f64, String)>,
    value: Option<(f64, String)>,
}

impl FoundSeries {
    /// Times in milliseconds and values, in order.
    fn samples(&self) -> impl Iterator<Item = Result<(i64, f64), String>> + '_ {
        self.values.iter().chain(&self.value).map(|(at, text)| {
            let value = crate::simulation::trace::parse_value(text)?;
            Ok(((at * 1e3).round() as i64, value))
        })
    }
}

/// What the conditions are asked about.
struct Asked<'a> {
    project: &'a Project,
    trace: &'a Trace,
    agents: Agents,
    grid: Grid,
}

/// A server that answers questions.
struct Server<'a> {
    base: &'a str,
    progress: &'a dyn Progress,
}

impl Server<'_> {
    fn ask<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        form: &[(&str, String)],
    ) -> Result<T, LiveError> {
        match self.reply(path, form)? {
            Ok(data) => Ok(data),
            Err(why) => Err(LiveError::Failed(format!("{} refused: {why}", self.base))),
        }
    }

    /// What the server answers, or its own words why not.
    fn reply<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        form: &[(&str, String)],
    ) -> Result<Result<T, String>, LiveError> {
        let asked = Ask {
            url: format!("{}/api/v1/{path}", self.base),
            form: form.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            timeout: TIMEOUT,
        };
        // Steps of progress are told elsewhere; a step that is no step asks only whether to go on.
        let answer = web::ask(&asked, &|| self.progress.step(0.0))?;
        match serde_json::from_slice::<Reply<T>>(&answer.body) {
            Ok(Reply { status, data: Some(data), .. }) if status == "success" => Ok(Ok(data)),
            Ok(Reply { error: Some(error), .. }) => Ok(Err(error)),
            Ok(_) | Err(_) if answer.status >= 400 => {
                let body = String::from_utf8_lossy(&answer.body);
                let text: String =
                    body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
                let text = if text.is_empty() { "no reason given".to_owned() } else { text };
                Ok(Err(format!("{} {text}", answer.status)))
            }
            Ok(_) => Ok(Err("the answer holds nothing".to_owned())),
            Err(error) => Err(LiveError::Failed(format!(
                "{} does not speak as Prometheus does ({error}): is it one?",
                self.base
            ))),
        }
    }

    /// The dialect and version of the server; none if it does not say.
    fn version(&self) -> Result<Option<(Engine, String)>, LiveError> {
        #[derive(Deserialize)]
        struct Build {
            version: String,
        }
        let build: Result<Build, String> = self.reply("status/buildinfo", &[])?;
        Ok(build.ok().and_then(|build| {
            let major: u32 = build.version.split('.').next()?.parse().ok()?;
            // Others that speak the language count their versions from 0 or 1.
            let engine = match major {
                2 => Engine::Prom2,
                3 => Engine::Prom3,
                _ => return None,
            };
            Some((engine, build.version))
        }))
    }

    /// What the server knows of the kind of a metric.
    fn kind_of(&self, metric: &str) -> Result<Option<MetricKind>, LiveError> {
        #[derive(Deserialize)]
        struct Entry {
            #[serde(rename = "type")]
            kind: String,
        }
        let path = format!("metadata?metric={}", engines::metric_name(metric));
        let known: Result<BTreeMap<String, Vec<Entry>>, String> = self.reply(&path, &[])?;
        let entries = known.unwrap_or_default().into_values().flatten().next();
        Ok(entries.and_then(|entry| match entry.kind.as_str() {
            "counter" => Some(MetricKind::Counter),
            "gauge" => Some(MetricKind::Gauge),
            _ => None,
        }))
    }

    fn series(&self, metric: &str, start_ms: i64, end_ms: i64) -> Result<Vec<Series>, LiveError> {
        let form = [
            ("match[]", engines::metric_name(metric)),
            ("start", seconds(start_ms)),
            ("end", seconds(end_ms)),
        ];
        let found: Vec<BTreeMap<String, String>> = self.ask("series", &form)?;
        Ok(found
            .into_iter()
            .map(|labels| Series { name: name_of(metric, labels), ..Series::default() })
            .collect())
    }

    /// How many samples there are; 0 where the server finds it too much to count.
    fn count<'a>(
        &self,
        metrics: impl Iterator<Item = &'a String>,
        start_ms: i64,
        end_ms: i64,
    ) -> Result<usize, LiveError> {
        let mut total = 0.0;
        for metric in metrics {
            let range = engines::duration((end_ms - start_ms).max(1));
            let query = format!("sum(count_over_time({}[{range}]))", engines::metric_name(metric));
            let found: Result<Found, String> =
                self.reply("query", &[("query", query), ("time", seconds(end_ms))])?;
            let first = found.ok().and_then(|found| found.result.into_iter().next());
            let sample = first.and_then(|one| one.samples().next().and_then(Result::ok));
            total += sample.map_or(0.0, |(_, value)| value);
        }
        Ok(total as usize)
    }

    /// The raw samples of a metric, page by page.
    fn samples(
        &self,
        metric: &str,
        from_ms: i64,
        to_ms: i64,
        progress: &dyn Progress,
    ) -> Result<BTreeMap<SeriesName, Series>, LiveError> {
        let mut series: BTreeMap<SeriesName, Series> = BTreeMap::new();
        let mut page_ms = 3_600_000;
        // Windows are open on the left in Prometheus 3 and closed in 2: one more is asked for, and doubles are left out.
        let mut at = from_ms - 1;
        while at < to_ms {
            let end = (at + page_ms).min(to_ms);
            let query = format!("{}[{}]", engines::metric_name(metric), engines::duration(end - at));
            let found: Found = self.ask("query", &[("query", query), ("time", seconds(end))])?;
            let mut count = 0;
            for one in found.result {
                let name = name_of(metric, one.metric.clone());
                let column =
                    series.entry(name.clone()).or_insert_with(|| Series { name, ..Series::default() });
                for sample in one.samples() {
                    let (t, value) = sample.map_err(LiveError::Failed)?;
                    if t >= from_ms && column.times.last().is_none_or(|last| *last < t) {
                        column.times.push(t);
                        column.values.push(value);
                        count += 1;
                    }
                }
            }
            at = end;
            page_ms = match count {
                many if many > COMFORTABLE => (page_ms / 2).max(60_000),
                few if few < COMFORTABLE / 4 => (page_ms * 2).min(86_400_000),
                _ => page_ms,
            };
            let done = (at - from_ms) as f32 / (to_ms - from_ms).max(1) as f32;
            if !progress.step(done) {
                return Err(LiveError::Stopped);
            }
        }
        Ok(series)
    }

    /// Puts a marker where the server has no value though the last sample is fresh: raw samples come without the
    /// markers that end a series for now.
    fn mark_silence(
        &self,
        metric: &str,
        grid: &Grid,
        series: &mut BTreeMap<SeriesName, Series>,
    ) -> Result<usize, LiveError> {
        let mut present: BTreeMap<SeriesName, BTreeSet<usize>> = BTreeMap::new();
        let query = engines::metric_name(metric);
        self.on_grid(&query, grid, &crate::simulation::Quiet, |labels, index, _| {
            present.entry(name_of(metric, labels.clone())).or_default().insert(index);
        })?;
        let fresh_ms = grid.lookback_ms.min(USUAL_LOOKBACK_MS);
        let mut marks = 0;
        for (name, one) in series.iter_mut() {
            let seen = present.remove(name).unwrap_or_default();
            let mut marked: Vec<i64> = Vec::new();
            for index in (0..grid.evaluations()).filter(|index| !seen.contains(index)) {
                let t = grid.at(index);
                let before = one.times.partition_point(|at| *at <= t);
                let Some(last) = before.checked_sub(1).and_then(|at| one.times.get(at)) else { continue };
                let already = marked.last().is_some_and(|mark| mark > last);
                if t > *last && t - last < fresh_ms && !already {
                    marked.push(t);
                }
            }
            marks += marked.len();
            for t in marked {
                let at = one.times.partition_point(|time| *time <= t);
                one.times.insert(at, t);
                one.values.insert(at, stale_marker());
            }
        }
        Ok(marks)
    }

    /// Evaluates an expression at every evaluation of a grid; `hear` gets labels, the number of the evaluation, and the
    /// value.
    fn on_grid(
        &self,
        query: &str,
        grid: &Grid,
        progress: &dyn Progress,
        mut hear: impl FnMut(&Labels, usize, f64),
    ) -> Result<(), LiveError> {
        let evaluations = grid.evaluations();
        for first in (0..evaluations).step_by(MOST_POINTS) {
            let last = (first + MOST_POINTS).min(evaluations) - 1;
            let mut form = vec![
                ("query", query.to_owned()),
                ("start", seconds(grid.at(first))),
                ("end", seconds(grid.at(last))),
                ("step", seconds(grid.interval_ms)),
            ];
            if grid.lookback_ms != USUAL_LOOKBACK_MS {
                form.push(("lookback_delta", engines::duration(grid.lookback_ms)));
            }
            let found: Found = self.ask("query_range", &form)?;
            for one in found.result {
                for sample in one.samples() {
                    let (t, value) = sample.map_err(LiveError::Failed)?;
                    let index = (t - grid.start_ms + grid.interval_ms / 2) / grid.interval_ms;
                    hear(&one.metric, usize::try_from(index).unwrap_or_default(), value);
                }
            }
            if !progress.step((last + 1) as f32 / evaluations as f32) {
                return Err(LiveError::Stopped);
            }
        }
        Ok(())
    }

    /// When a condition was pending and firing for each series that its policy binds, or why nobody can ask.
    #[allow(clippy::type_complexity, reason = "two ways to fail: of the server, and of the language")]
    fn condition(
        &self,
        asked: &Asked<'_>,
        policy: &Policy,
        condition: &MetricCondition,
        progress: &dyn Progress,
    ) -> Result<Result<Vec<(SeriesName, crate::simulation::metric::States)>, &'static str>, LiveError> {
        let Asked { project, trace, agents, grid } = asked;
        let kind = kind_of(project, Some(trace), &condition.metric).unwrap_or_default();
        let requirement = Requirement::new(condition, kind);
        let reading = requirement.reading;
        let of_metric = trace.of_metric(&condition.metric).iter();
        let mut bound: Vec<SeriesName> = of_metric
            .filter(|series| agents.binds_series(&policy.scope, series))
            .map(|series| series.name.clone())
            .collect();
        let mut violated: BTreeMap<SeriesName, Vec<bool>> = BTreeMap::new();
        let mut charts: BTreeMap<SeriesName, Vec<Bucket>> = BTreeMap::new();
        if reading == Reading::Absent {
            for agent in agents.bound_by(&policy.scope) {
                if !bound.iter().any(|name| name.agent == agent) {
                    let metric = condition.metric.clone();
                    bound.push(SeriesName { metric, agent: agent.to_owned(), ..SeriesName::default() });
                }
            }
            for name in &bound {
                let selector = engines::selector(&condition.metric, &engines::equal_to(&labels_of(name)));
                let query = match engines::violation(condition, reading, &selector) {
                    Ok(query) => query,
                    Err(why) => return Ok(Err(why)),
                };
                let silent = violated.entry(name.clone()).or_insert_with(|| vec![false; grid.evaluations()]);
                self.on_grid(&query, grid, progress, |_, index, _| {
                    if let Some(slot) = silent.get_mut(index) {
                        *slot = true;
                    }
                })?;
            }
        } else if !bound.is_empty() {
            let selector = engines::selector(&condition.metric, &matchers_of(policy, &bound));
            let (query, value) = match (
                engines::violation(condition, reading, &selector),
                engines::value(condition, reading, &selector),
            ) {
                (Ok(query), Ok(value)) => (query, value),
                (Err(why), _) | (_, Err(why)) => return Ok(Err(why)),
            };
            self.on_grid(&query, grid, progress, |labels, index, _| {
                let name = name_of(&condition.metric, labels.clone());
                let found = violated.entry(name).or_insert_with(|| vec![false; grid.evaluations()]);
                if let Some(slot) = found.get_mut(index) {
                    *slot = true;
                }
            })?;
            charts = self.charts(&value, condition, grid)?;
        }
        let none = vec![false; grid.evaluations()];
        let states = bound.into_iter().map(|name| {
            let mut states = states_of(violated.get(&name).unwrap_or(&none), grid, &requirement);
            states.chart = charts.remove(&name).unwrap_or_default();
            (name, states)
        });
        Ok(Ok(states.collect()))
    }

    /// What a condition reads, at a few hundred moments, for drawing.
    fn charts(
        &self,
        value: &str,
        condition: &MetricCondition,
        grid: &Grid,
    ) -> Result<BTreeMap<SeriesName, Vec<Bucket>>, LiveError> {
        let every = (grid.evaluations() as i64 / 600 + 1) * grid.interval_ms;
        let coarse = Grid { interval_ms: every, ..*grid };
        let mut charts: BTreeMap<SeriesName, Vec<Bucket>> = BTreeMap::new();
        self.on_grid(value, &coarse, &crate::simulation::Quiet, |labels, index, value| {
            if value.is_finite() {
                let bucket = Bucket { t_ms: coarse.at(index), min: value, max: value, last: value };
                charts.entry(name_of(&condition.metric, labels.clone())).or_default().push(bucket);
            }
        })?;
        Ok(charts)
    }
}

/// Matchers that let the bound series through: those of the scope where all carry its labels, otherwise their agents.
fn matchers_of(policy: &Policy, bound: &[SeriesName]) -> String {
    if bound.iter().all(|name| engines::in_scope(&policy.scope, &labels_of(name))) {
        return engines::matchers(&policy.scope);
    }
    let agents: BTreeSet<&String> = bound.iter().map(|name| &name.agent).collect();
    let agents: Vec<String> = agents.into_iter().cloned().collect();
    engines::binds("agent", &agents)
}

fn labels_of(name: &SeriesName) -> Labels {
    let mut labels = name.labels.clone();
    if !name.agent.is_empty() {
        labels.insert("agent".to_owned(), name.agent.clone());
    }
    labels
}

fn name_of(metric: &str, mut labels: Labels) -> SeriesName {
    labels.remove("__name__");
    let agent = labels.remove("agent").unwrap_or_default();
    SeriesName { metric: metric.to_owned(), agent, labels }
}

/// A time or a length of it in seconds, to the millisecond.
fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1000), ms.rem_euclid(1000))
}
