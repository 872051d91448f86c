//! The questions that a Prometheus server is asked, and what its answers mean.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;

use super::{LiveError, USUAL_LOOKBACK_MS};
use crate::exchange::engines::{self, Labels};
use crate::model::{Engine, MetricCondition, MetricKind, Policy, Project, Reading};
use crate::simulation::metric::{Requirement, States, states_of};
use crate::simulation::run::kind_of;
use crate::simulation::scope::Agents;
use crate::simulation::trace::{SeriesName, parse_value, stale_marker};
use crate::simulation::{Bucket, Grid, Progress, Quiet, Series, Trace};
use crate::storage::web::{self, Ask};

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Prometheus refuses to answer a query with more points of a series.
const MOST_POINTS: usize = 11_000;

/// So many samples of a page are comfortable: fewer make the next longer, more make it shorter.
const COMFORTABLE: usize = 200_000;

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
            let value = parse_value(text)?;
            Ok(((at * 1e3).round() as i64, value))
        })
    }
}

/// What the conditions are asked about.
pub(super) struct Asked<'a> {
    pub(super) project: &'a Project,
    pub(super) trace: &'a Trace,
    pub(super) agents: Agents,
    pub(super) grid: Grid,
}

/// A server that answers questions.
pub(super) struct Server<'a> {
    pub(super) base: &'a str,
    pub(super) progress: &'a dyn Progress,
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
    pub(super) fn version(&self) -> Result<Option<(Engine, String)>, LiveError> {
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
    pub(super) fn kind_of(&self, metric: &str) -> Result<Option<MetricKind>, LiveError> {
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

    pub(super) fn series(&self, metric: &str, start_ms: i64, end_ms: i64) -> Result<Vec<Series>, LiveError> {
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
    pub(super) fn count<'a>(
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
    pub(super) fn samples(
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
    pub(super) fn mark_silence(
        &self,
        metric: &str,
        grid: &Grid,
        series: &mut BTreeMap<SeriesName, Series>,
    ) -> Result<usize, LiveError> {
        let mut present: BTreeMap<SeriesName, BTreeSet<usize>> = BTreeMap::new();
        let query = engines::metric_name(metric);
        self.on_grid(&query, grid, &Quiet, |labels, index, _| {
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
    pub(super) fn condition(
        &self,
        asked: &Asked<'_>,
        policy: &Policy,
        condition: &MetricCondition,
        progress: &dyn Progress,
    ) -> Result<Result<Vec<(SeriesName, States)>, &'static str>, LiveError> {
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
        self.on_grid(value, &coarse, &Quiet, |labels, index, value| {
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
