//! Runs the policies: conditions over the trace, requests and alerts of the event log, responses to both.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::cores::on_every_core;
use super::decisions::Judge;
use super::events::{Event, EventKind};
use super::fitting_labels::FittingLabels;
use super::grid::{Grid, Interval, merged};
use super::labels::Labels;
use super::metric::{Requirement, States, evaluate};
use super::responses::{Alarm, ResponseRecord};
use super::run::{ConditionRun, Coverage, DecisionRecord, LoopMode, Request, Run, RunInput, SeriesRun};
use super::scope::{Agents, NumberedRule, PlacedMetric, chosen_policies, named};
use super::scoring::score;
use super::time::moment;
use super::trace::{Series, SeriesName, Trace};
use super::{Progress, Stopped, tell, words};
use crate::model::{
    AlertSeverity, Effect, MetricCondition, MetricKind, Policy, PolicyId, Project, Reading, RuleId,
};

/// Runs the policies of a project.
pub fn run(project: &Project, input: &RunInput<'_>, progress: &dyn Progress) -> Result<Run, Stopped> {
    run_with(project, input, &Source::Trace, progress)
}

/// Runs the policies of a project that differs from that of an earlier run on the same data in one condition (`r0c0`):
/// only that one is evaluated again.
pub fn run_changed(
    project: &Project,
    input: &RunInput<'_>,
    old: &Run,
    id: &str,
    progress: &dyn Progress,
) -> Result<Run, Stopped> {
    run_with(project, input, &Source::Earlier(old, id), progress)
}

/// Where the conditions of a run come from.
enum Source<'a> {
    Trace,
    Elsewhere(&'a [Measured]),
    Earlier(&'a Run, &'a str),
}

/// Runs the policies of a project on conditions that another engine has evaluated. The trace of the input names the
/// series and holds no samples.
pub fn run_measured(
    project: &Project,
    input: &RunInput<'_>,
    measured: &[Measured],
    progress: &dyn Progress,
) -> Result<Run, Stopped> {
    run_with(project, input, &Source::Elsewhere(measured), progress)
}

/// How a metric condition went on another engine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// `r0c0`.
    pub id: String,
    /// Every series that was evaluated.
    pub series: Vec<(SeriesName, States)>,
}

fn run_with(
    project: &Project,
    input: &RunInput<'_>,
    source: &Source<'_>,
    progress: &dyn Progress,
) -> Result<Run, Stopped> {
    let grid = Grid::new(&input.evaluation, input.trace);
    let policies = chosen_policies(project, &input.policies);
    let events: Vec<&Event> = events_in(input, &grid).collect();
    let agents = Agents::of(project, Some(input.trace), events.iter().map(|event| event.agent.as_str()));
    let mut coverage = cover(project, input, &grid, &policies, &agents);
    let all = PlacedMetric::all(&policies);
    let conditions = match source {
        Source::Trace => run_conditions(project, input, &grid, &all, &agents, progress, &mut coverage)?,
        Source::Elsewhere(measured) => {
            measured_conditions(project, input, &grid, &policies, measured, &mut coverage)
        }
        Source::Earlier(old, id) => {
            let of_id: Vec<_> = all.into_iter().filter(|placed| placed.id() == *id).collect();
            let mut fresh =
                run_conditions(project, input, &grid, &of_id, &agents, progress, &mut Coverage::default())?;
            coverage.metrics_missing.clone_from(&old.coverage.metrics_missing);
            let kept = |one: &ConditionRun| if one.id == *id { fresh.pop() } else { Some(one.clone()) };
            old.conditions.iter().filter_map(kept).collect()
        }
    };
    let held = input.trace.metrics();
    if !conditions.is_empty() && conditions.iter().all(|one| !held.contains(&one.metric.as_str())) {
        let held: Vec<String> = held.into_iter().map(str::to_owned).collect();
        let holds = if held.is_empty() { "nothing".to_owned() } else { some_of(&held) };
        coverage.notes.push(format!("No metric of the policies is in the trace; it holds {holds}."));
    }
    tell(progress, 0.9)?;
    let end_ms = events.last().map_or(grid.end_ms, |event| event.t_ms.max(grid.end_ms));
    let mut alarms = metric_alarms(&policies, &conditions, &mut coverage);
    let judge = Judge::new(project, &policies, &agents);
    let (decisions, event_alarms) = hear_events(input, &policies, &agents, &judge, &events, &alarms, end_ms);
    alarms.extend(event_alarms);
    let mut responses: Vec<ResponseRecord> =
        alarms.iter().flat_map(|alarm| alarm.responses(end_ms)).collect();
    responses.sort_by(|a, b| (a.t_ms, &a.agent, a.policy, a.rule).cmp(&(b.t_ms, &b.agent, b.policy, b.rule)));
    tell(progress, 0.95)?;
    coverage.requests = decisions.len();
    let mut run = Run {
        trace: input.trace.name.clone(),
        policies: policies.iter().map(|policy| policy.id).collect(),
        grid,
        grace_ms: input.evaluation.grace_ms.max(0),
        mode: input.mode,
        conditions,
        decisions,
        responses,
        scores: None,
        coverage,
    };
    if let Some(fitting) = FittingLabels::of(input, &grid, &policies, &agents, &events) {
        if !fitting.none_fits() {
            run.scores = Some(score(&run, &fitting.windows, input.ignore_before_ms, input.events.is_some()));
        }
        run.coverage.notes.extend_from_slice(&fitting.left_out);
        run.coverage.notes.extend(fitting.unwatched);
        run.coverage.labels_left_out = fitting.left_out;
    }
    tell(progress, 1.0)?;
    Ok(run)
}

/// The events that count: all, unless the run was given a start or an end of its own.
fn events_in<'a>(input: &RunInput<'a>, grid: &Grid) -> impl Iterator<Item = &'a Event> {
    let from = input.evaluation.start_ms.map_or(i64::MIN, |_| grid.start_ms);
    let to = input.evaluation.end_ms.map_or(i64::MAX, |_| grid.end_ms);
    let list = input.events.map(|events| events.list.as_slice()).unwrap_or_default();
    list.iter().filter(move |event| (from..=to).contains(&event.t_ms))
}

/// Names one after the other; of many the first, and how many more.
fn some_of(names: &[String]) -> String {
    const MOST: usize = 8;
    match names.get(..MOST) {
        Some(first) if names.len() > MOST => format!("{} and {} more", first.join(", "), names.len() - MOST),
        _ => names.join(", "),
    }
}

/// Why there is nothing to simulate: no sample that an evaluation could see, and no event. None where there is something.
pub fn nothing_to_see(project: &Project, input: &RunInput<'_>) -> Option<String> {
    let grid = Grid::new(&input.evaluation, input.trace);
    let policies = chosen_policies(project, &input.policies);
    let windows = PlacedMetric::all(&policies).into_iter().map(|placed| placed.condition.duration_ms);
    let reach = windows.max().unwrap_or_default().max(grid.lookback_ms);
    let samples = input.trace.samples_between(grid.start_ms.saturating_sub(reach), grid.end_ms);
    if samples > 0 || events_in(input, &grid).next().is_some() {
        return None;
    }
    let (first, last) = input.trace.span()?;
    let [start, end, first, last] = [grid.start_ms, grid.end_ms, first, last].map(moment);
    Some(format!(
        "there are no samples from {start} to {end}; the trace holds {first} to {last}. Choose another start or end."
    ))
}

fn cover(
    project: &Project,
    input: &RunInput<'_>,
    grid: &Grid,
    policies: &[&Policy],
    agents: &Agents,
) -> Coverage {
    let in_scope: BTreeSet<&str> =
        policies.iter().flat_map(|policy| agents.bound_by(&policy.scope)).collect();
    let mut seen: BTreeSet<&str> = agents.by_name.keys().map(String::as_str).collect();
    seen.extend(input.trace.agents());
    let out_of_scope =
        seen.iter().filter(|agent| !in_scope.contains(*agent)).map(|agent| (*agent).to_owned());
    let mut coverage = Coverage {
        samples: input.trace.samples_between(grid.start_ms, grid.end_ms),
        agents_in_scope: in_scope.iter().map(|agent| (*agent).to_owned()).collect(),
        agents_out_of_scope: out_of_scope.collect(),
        ..Coverage::default()
    };
    if !coverage.agents_out_of_scope.is_empty() {
        let named = |agent: &String| if agent.is_empty() { "(no agent)".to_owned() } else { agent.clone() };
        let names: Vec<String> = coverage.agents_out_of_scope.iter().map(named).collect();
        let names = some_of(&names);
        let why = if agents.listed {
            "no policy binds them, or the project does not list them"
        } else {
            "no policy binds them"
        };
        coverage.notes.push(format!("Not watched: {names} ({why})."));
    }
    let scoped = policies.iter().any(|p| !p.scope.agent_types.is_empty() || !p.scope.environments.is_empty());
    let unknown =
        agents.by_name.values().any(|agent| agent.agent_type.is_none() || agent.environment.is_none());
    if scoped && unknown && !agents.listed {
        let note = "Some agents have no type or environment; as the project lists no agents, they are taken to be in scope.";
        coverage.notes.push(note.to_owned());
    }
    let idle = project.policies.iter().filter(|policy| !policies.iter().any(|chosen| chosen.id == policy.id));
    let idle: Vec<String> = idle.map(|policy| format!("“{}”", named(&policy.name, policy.id))).collect();
    if !idle.is_empty() {
        coverage.notes.push(format!("Did not run: {}.", idle.join(", ")));
    }
    coverage
}

/// What the numbers of a metric mean: the project says, or the trace, or nobody.
pub fn kind_of(project: &Project, trace: Option<&Trace>, metric: &str) -> Option<MetricKind> {
    let said = project.simulation.metrics.get(metric).map(|info| info.kind);
    said.or_else(|| trace.and_then(|trace| trace.kinds.get(metric).copied()))
}

fn measured_conditions(
    project: &Project,
    input: &RunInput<'_>,
    grid: &Grid,
    policies: &[&Policy],
    measured: &[Measured],
    coverage: &mut Coverage,
) -> Vec<ConditionRun> {
    let mut runs = Vec::new();
    for placed in PlacedMetric::all(policies) {
        let mut run = condition_run(project, input, grid, &placed);
        let of_metric = input.trace.of_metric(&placed.condition.metric);
        note_metric(&run, of_metric, coverage);
        let found = measured.iter().filter(|one| one.id == run.id).flat_map(|one| &one.series);
        run.series = found.map(|(name, states)| named_run(name, of_metric, states.clone())).collect();
        run.series.sort_by(|a, b| (&a.agent, &a.labels).cmp(&(&b.agent, &b.labels)));
        runs.push(run);
    }
    coverage.metrics_missing.sort();
    runs
}

/// Notes a metric that the trace lacks, and one whose kind had to be assumed.
fn note_metric(run: &ConditionRun, of_metric: &[Series], coverage: &mut Coverage) {
    if of_metric.is_empty() && !coverage.metrics_missing.contains(&run.metric) {
        coverage.metrics_missing.push(run.metric.clone());
    }
    if run.kind_assumed && !of_metric.is_empty() {
        let note = format!("Nobody says what the numbers of {} mean; it was taken for a gauge.", run.metric);
        if !coverage.notes.contains(&note) {
            coverage.notes.push(note);
        }
    }
}

fn run_conditions(
    project: &Project,
    input: &RunInput<'_>,
    grid: &Grid,
    all: &[PlacedMetric<'_>],
    agents: &Agents,
    progress: &dyn Progress,
    coverage: &mut Coverage,
) -> Result<Vec<ConditionRun>, Stopped> {
    let mut runs = Vec::new();
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (number, placed) in all.iter().enumerate() {
        let condition = placed.condition;
        let of_metric = input.trace.of_metric(&condition.metric);
        let run = condition_run(project, input, grid, placed);
        note_metric(&run, of_metric, coverage);
        let requirement = Requirement::new(condition, run.kind);
        let scope = &placed.rule.policy.scope;
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for series in of_metric.iter().filter(|series| agents.binds_series(scope, series)) {
            reported.insert(&series.name.agent);
            asked.push(Asked { number, series: Cow::Borrowed(series), of_metric, requirement });
        }
        if run.reading == Reading::Absent {
            for agent in agents.bound_by(scope).into_iter().filter(|agent| !reported.contains(agent)) {
                let name = SeriesName {
                    metric: condition.metric.clone(),
                    agent: agent.to_owned(),
                    ..SeriesName::default()
                };
                let silent = Cow::Owned(Series { name, ..Series::default() });
                asked.push(Asked { number, series: silent, of_metric: &[], requirement });
            }
        }
        runs.push(run);
    }
    let count = asked.len();
    let mut asked = asked.into_iter().peekable();
    let mut done = 0_usize;
    while asked.peek().is_some() {
        tell(progress, 0.9 * done as f32 / count as f32)?;
        let batch: Vec<Asked<'_>> = asked.by_ref().take(EVALUATED_AT_ONCE).collect();
        done += batch.len();
        let small = batch.iter().map(|one| one.series.times.len()).sum::<usize>() < WORTH_A_THREAD;
        let answer = |one: Asked<'_>| {
            let states = evaluate(&one.series, grid, &one.requirement, input.chart_points);
            (one.number, named_run(&one.series.name, one.of_metric, states))
        };
        let found =
            if small { batch.into_iter().map(answer).collect() } else { on_every_core(batch, answer) };
        for (number, series) in found {
            if let Some(run) = runs.get_mut(number) {
                run.series.push(series);
            }
        }
    }
    for run in runs.iter_mut().filter(|run| run.reading == Reading::Absent) {
        run.series.sort_by(|a, b| (&a.agent, &a.labels).cmp(&(&b.agent, &b.labels)));
    }
    coverage.metrics_missing.sort();
    Ok(runs)
}

/// Between two looks at whether anybody wants it stopped.
const EVALUATED_AT_ONCE: usize = 128;
/// Fewer samples than these are done before a thread has begun.
const WORTH_A_THREAD: usize = 50_000;

/// One condition on one series.
struct Asked<'a> {
    /// The condition's number among the runs.
    number: usize,
    series: Cow<'a, Series>,
    of_metric: &'a [Series],
    requirement: Requirement,
}

fn condition_run(
    project: &Project,
    input: &RunInput<'_>,
    grid: &Grid,
    placed: &PlacedMetric<'_>,
) -> ConditionRun {
    let PlacedMetric { rule: numbered, index, condition } = *placed;
    let known = kind_of(project, Some(input.trace), &condition.metric);
    let kind = known.unwrap_or_default();
    let requirement = Requirement::new(condition, kind);
    let read = MetricCondition { reading: Some(requirement.reading), ..condition.clone() };
    ConditionRun {
        id: placed.id(),
        policy: numbered.policy.id,
        policy_name: named(&numbered.policy.name, numbered.policy.id),
        rule: numbered.rule.id,
        rule_name: named(&numbered.rule.name, numbered.rule.id),
        index,
        metric: condition.metric.clone(),
        operator: condition.operator,
        value: condition.value,
        duration_ms: condition.duration_ms,
        reading: requirement.reading,
        kind,
        kind_assumed: known.is_none(),
        effective_hold_ms: grid.effective_hold(requirement.hold_ms),
        keep_firing_for_ms: requirement.keep_firing_for_ms,
        requirement: words::requirement(project, &read),
        violation: words::violation(project, &read),
        series: Vec::new(),
    }
}

fn named_run(name: &SeriesName, of_metric: &[Series], states: States) -> SeriesRun {
    let alone = of_metric.iter().filter(|other| other.name.agent == name.agent).count() <= 1;
    let mut labels = name.labels.clone();
    if alone {
        labels.retain(|key, _| key != "agent_type" && key != "environment");
    }
    SeriesRun {
        agent: name.agent.clone(),
        labels,
        pending: states.pending,
        firing: states.firing,
        chart: states.chart,
    }
}

/// One alarm for each stretch in which any condition of a rule fires for an agent.
fn metric_alarms<'a>(
    policies: &[&'a Policy],
    conditions: &[ConditionRun],
    coverage: &mut Coverage,
) -> Vec<Alarm<'a>> {
    let mut alarms = Vec::new();
    for numbered in NumberedRule::all(policies) {
        let mut by_agent: BTreeMap<&str, Vec<Interval>> = BTreeMap::new();
        let of_rule = || {
            conditions.iter().filter(|run| run.policy == numbered.policy.id && run.rule == numbered.rule.id)
        };
        for series in of_rule().flat_map(|run| &run.series) {
            by_agent.entry(&series.agent).or_default().extend(&series.firing);
        }
        let severity = numbered.policy.monitoring.severity_of("policy_violation");
        if severity.is_none() && by_agent.values().any(|firing| !firing.is_empty()) {
            let policy = named(&numbered.policy.name, numbered.policy.id);
            let note =
                format!("{policy} does not say how grave a policy_violation is; it was taken to be medium.");
            if !coverage.notes.contains(&note) {
                coverage.notes.push(note);
            }
        }
        for (agent, firing) in by_agent {
            for interval in merged(firing) {
                let causes: Vec<&str> = of_rule()
                    .filter(|run| {
                        let starts =
                            |series: &SeriesRun| series.firing.iter().any(|f| f.from_ms == interval.from_ms);
                        run.series.iter().any(|series| series.agent == agent && starts(series))
                    })
                    .map(|run| run.violation.as_str())
                    .collect();
                alarms.push(Alarm {
                    policy: numbered.policy,
                    rule: Some(numbered.rule),
                    agent: agent.to_owned(),
                    severity: severity.unwrap_or(AlertSeverity::UNNAMED),
                    from_ms: interval.from_ms,
                    to_ms: interval.to_ms,
                    cause: format!("{}: {}", named(&numbered.rule.name, numbered.rule.id), causes.join("; ")),
                });
            }
        }
    }
    alarms
}

/// What an alarm of the event log is about: a policy, and a rule or the kind of event.
type Cause = (PolicyId, Option<RuleId>, String, String);

/// Decides requests and collects alarms in the order of the log. Denied requests of one agent against one rule that
/// are less than the lookback apart are one alarm, which ends that long after the last of them.
fn hear_events<'a>(
    input: &RunInput<'_>,
    policies: &[&'a Policy],
    agents: &Agents,
    judge: &Judge<'_>,
    events: &[&Event],
    metric_alarms: &[Alarm<'a>],
    end_ms: i64,
) -> (Vec<DecisionRecord>, Vec<Alarm<'a>>) {
    let quiet_ms = input.evaluation.lookback_ms.max(0);
    let mut decisions = Vec::new();
    let mut alarms: Vec<Alarm<'a>> = Vec::new();
    let mut open: BTreeMap<Cause, usize> = BTreeMap::new();
    let mut raise = |alarms: &mut Vec<Alarm<'a>>, cause: Cause, alarm: Alarm<'a>| {
        let going =
            open.get(&cause).copied().filter(|at| alarms.get(*at).is_some_and(|on| on.to_ms > alarm.from_ms));
        if let Some(on) = going.and_then(|at| alarms.get_mut(at)) {
            on.to_ms = alarm.to_ms;
        } else {
            open.insert(cause, alarms.len());
            alarms.push(alarm);
        }
    };
    for event in events {
        let to_ms = event.t_ms.saturating_add(quiet_ms.max(1)).min(end_ms.max(event.t_ms));
        let request = match &event.kind {
            EventKind::Resource { resource, access } => {
                Request::Resource { resource: resource.clone(), access: access.clone() }
            }
            EventKind::Communication { direction, destination } => {
                Request::Communication { direction: *direction, destination: destination.clone() }
            }
            EventKind::Operation { .. } => continue,
            EventKind::Alert { event: kind, severity } => {
                for policy in policies.iter().filter(|policy| agents.binds(&policy.scope, &event.agent)) {
                    let severity =
                        policy.monitoring.severity_of(kind).or(*severity).unwrap_or(AlertSeverity::UNNAMED);
                    let alarm = Alarm {
                        policy,
                        rule: None,
                        agent: event.agent.clone(),
                        severity,
                        from_ms: event.t_ms,
                        to_ms,
                        cause: format!("alert: {kind}"),
                    };
                    raise(&mut alarms, (policy.id, None, kind.clone(), event.agent.clone()), alarm);
                }
                continue;
            }
        };
        let decision = judge.decide(&event.agent, &request);
        let of_agent = || metric_alarms.iter().chain(&alarms).filter(|alarm| alarm.agent == event.agent);
        let held = match input.mode {
            LoopMode::Open => None,
            LoopMode::Closed => of_agent().find_map(|alarm| alarm.holding(event.t_ms, end_ms)),
        };
        let by_response = held.is_some();
        if decision.effect == Effect::Deny
            && !by_response
            && let Some(by) = &decision.by
            && let Some(policy) = policies.iter().find(|policy| policy.id == by.policy)
        {
            let rule = policy.rules.iter().find(|rule| rule.id == by.rule);
            let alarm = Alarm {
                policy,
                rule,
                agent: event.agent.clone(),
                severity: policy.monitoring.severity_of("policy_violation").unwrap_or(AlertSeverity::UNNAMED),
                from_ms: event.t_ms,
                to_ms,
                cause: format!("{}: {request} denied", by.rule_name),
            };
            raise(&mut alarms, (policy.id, Some(by.rule), String::new(), event.agent.clone()), alarm);
        }
        let malicious = event.malicious.or_else(|| input.labels.map(|labels| under_attack(labels, event)));
        decisions.push(DecisionRecord {
            t_ms: event.t_ms,
            agent: event.agent.clone(),
            request,
            decision,
            by_response,
            held,
            malicious,
        });
    }
    (decisions, alarms)
}

fn under_attack(labels: &Labels, event: &Event) -> bool {
    let within = |t: i64, from: i64, to: i64| (from..=to).contains(&t);
    labels
        .windows
        .iter()
        .any(|label| label.is_about(&event.agent) && within(event.t_ms, label.start_ms, label.end_ms))
}
