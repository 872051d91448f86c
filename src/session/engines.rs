//! Policies exported for the engines that enforce them, with what the simulator saw as their test.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::exchange::Loss;
use crate::exchange::engines::{
    self, Alert, Case, Check, Exported, Labels, PolicySet, Proof, ProofSeries, Question, Target, in_scope,
};
use crate::model::{
    Condition, Direction, Engine, Evaluation, MetricCondition, Policy, PolicyId, Project, Reading, Scope,
};
use crate::simulation::metric::{Requirement, States, evaluate};
use crate::simulation::run::kind_of;
use crate::simulation::scope::{Agent, Agents, PlacedMetric, chosen_policies, named};
use crate::simulation::time::moment;
use crate::simulation::trace::is_stale;
use crate::simulation::{Access, Grid, Interval, Judge, Request, Series, Trace, words};
use crate::storage::file::{self, SaveError};

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyExport {
    /// For which engine.
    pub target: Target,
    /// Which policies; none: those in force, or all that are not retired where none is.
    pub policies: Vec<PolicyId>,
    /// The dialect that a test of rules is for; none: it checks what both dialects see alike.
    pub dialect: Option<Engine>,
}

/// Exports policies. With a trace the rules come with a test of what the simulator sees on it.
pub fn export_policies(
    project: &Project,
    wanted: &PolicyExport,
    sample: Option<(&Trace, &Evaluation)>,
) -> Exported {
    let trace = sample.map(|(trace, _)| trace);
    let policies = chosen_policies(project, &wanted.policies);
    let mut set = PolicySet {
        project,
        kinds: trace.map(|trace| trace.kinds.clone()).unwrap_or_default(),
        violations: violations(project, trace, &policies),
        expected_series: BTreeMap::new(),
        policies,
    };
    let labelled = Labelled::of(project, trace, &set.policies);
    set.expected_series = labelled.expected(&set);
    let proof = match (wanted.target, sample) {
        (Target::PrometheusRules, Some((_, evaluation))) => labelled.proof(&set, evaluation, wanted.dialect),
        _ => None,
    };
    let cases = if wanted.target == Target::Rego { cases(&set) } else { Vec::new() };
    let mut exported = engines::export(wanted.target, &set, proof.as_ref(), &cases);
    if wanted.policies.is_empty() {
        exported.losses.extend(left_out(project, &set.policies));
    }
    if wanted.target == Target::PrometheusRules {
        exported.losses.extend(labelled.losses);
    }
    exported
}

/// The policies that were not asked for and are not in force: which of them stay behind is easily overlooked.
fn left_out<'a>(project: &'a Project, exported: &'a [&Policy]) -> impl Iterator<Item = Loss> + 'a {
    let stays = |policy: &&Policy| !exported.iter().any(|one| one.id == policy.id);
    project.policies.iter().filter(stays).map(|policy| Loss {
        place: policy.id.to_string(),
        what: format!("the policy “{}”", named(&policy.name, policy.id)),
        why: format!("it is not in force ({}); name it to export it", policy.status.label().to_lowercase()),
    })
}

/// The files of an export at the place that was asked for: a name with an ending is that of the first file, and others
/// stand beside it; any other name is that of a folder.
pub fn files_at(exported: &Exported, out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Some(first) = exported.files.first() else { return Vec::new() };
    let as_folder = out.is_dir() || out.extension().is_none();
    let stem_of = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let (folder, own_name) = if as_folder {
        (out.to_owned(), first.name.clone())
    } else {
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (out.parent().map(Path::to_owned).unwrap_or_default(), name)
    };
    let stem = Path::new(&own_name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    let old_stem = stem_of(&first.name);
    let renamed = |name: &str| {
        if name == first.name {
            return own_name.clone();
        }
        let rest = name.strip_prefix(&old_stem).unwrap_or(name);
        format!("{stem}{rest}")
    };
    let files = exported.files.iter().map(|file| {
        // Files name each other; where they are called otherwise, so are they in the text.
        let text = exported.files.iter().fold(file.text.clone(), |text, other| {
            if renamed(&other.name) == other.name {
                text
            } else {
                text.replace(&other.name, &renamed(&other.name))
            }
        });
        (folder.join(renamed(&file.name)), text.into_bytes())
    });
    files.collect()
}

/// Writes the files of an export, each whole or not at all; gives their paths.
pub fn write_export(exported: &Exported, out: &Path) -> Result<Vec<PathBuf>, (PathBuf, SaveError)> {
    let files = files_at(exported, out);
    for (path, bytes) in &files {
        file::replace_in_folder(path, bytes).map_err(|error| (path.clone(), error))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn violations(project: &Project, trace: Option<&Trace>, policies: &[&Policy]) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    for placed in PlacedMetric::all(policies) {
        let condition = placed.condition;
        let kind = kind_of(project, trace, &condition.metric).unwrap_or_default();
        let read = MetricCondition { reading: Some(condition.read_as(kind)), ..condition.clone() };
        said.insert(placed.id(), words::violation(project, &read));
    }
    said
}

/// A trace whose series carry the labels that scopes ask for.
struct Labelled<'a> {
    series: Vec<(Labels, &'a Series)>,
    /// Every agent that is known, with the labels that its series would carry.
    agents: Vec<Labels>,
    losses: Vec<Loss>,
}

impl<'a> Labelled<'a> {
    fn of(project: &Project, trace: Option<&'a Trace>, policies: &[&Policy]) -> Self {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for condition in policies.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.conditions) {
            if let Condition::Metric(condition) = condition {
                used.insert(&condition.metric);
            }
        }
        let agents = Agents::of(project, trace, []);
        let first = |list: fn(&Scope) -> &[String]| {
            let mut names =
                policies.iter().flat_map(|policy| list(&policy.scope)).filter(|name| *name != "*");
            names.next().cloned()
        };
        let supposed = [
            ("agent_type", first(|scope| &scope.agent_types)),
            ("environment", first(|scope| &scope.environments)),
        ];
        let mut completed: BTreeSet<String> = BTreeSet::new();
        let mut assumed: BTreeSet<String> = BTreeSet::new();
        let known_agents = agents.by_name.values().filter(|agent| !agent.name.is_empty()).map(|agent| {
            let said = [("agent_type", &agent.agent_type), ("environment", &agent.environment)];
            let mut labels = Labels::from([("agent".to_owned(), agent.name.clone())]);
            for ((label, said), (_, supposed)) in said.into_iter().zip(&supposed) {
                let word = said.as_ref().or(supposed.as_ref().filter(|_| !agents.listed));
                labels.extend(word.map(|word| (label.to_owned(), word.clone())));
            }
            labels
        });
        let known_agents = known_agents.collect();
        let mut series = Vec::new();
        for one in
            used.iter().flat_map(|metric| trace.map(|trace| trace.of_metric(metric)).unwrap_or_default())
        {
            let agent = agents.by_name.get(&one.name.agent);
            let known = [
                ("agent_type", agent.and_then(|agent| agent.agent_type.clone())),
                ("environment", agent.and_then(|agent| agent.environment.clone())),
            ];
            let mut labels: Labels = one
                .name
                .labels
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            if !one.name.agent.is_empty() {
                labels.insert("agent".to_owned(), one.name.agent.clone());
            }
            for ((label, said), (_, supposed)) in known.into_iter().zip(&supposed) {
                let here = labels.get(label).cloned();
                // The list of the project goes first, as it does in the simulation.
                let wanted = if agents.listed { said.or(here.clone()) } else { here.clone().or(said) };
                match (wanted, supposed) {
                    (Some(value), _) => {
                        if here.as_ref() != Some(&value) {
                            completed.insert(format!("{}: {label}={value}", one.name.agent));
                        }
                        labels.insert(label.to_owned(), value);
                    }
                    (None, Some(supposed)) if !agents.listed => {
                        assumed.insert(format!("{}: {label}={supposed}", one.name.agent));
                        labels.insert(label.to_owned(), supposed.clone());
                    }
                    _ => {}
                }
            }
            series.push((labels, one));
        }
        let mut losses = Vec::new();
        let mut lose = |found: BTreeSet<String>, why: &str| {
            if !found.is_empty() {
                let what = found.into_iter().collect::<Vec<_>>().join(", ");
                losses.push(Loss { place: "the trace".to_owned(), what, why: why.to_owned() });
            }
        };
        lose(
            completed,
            "the trace lacks these labels; the test of the rules has them from the project, and the live series must carry them",
        );
        lose(
            assumed,
            "nobody says this, and the simulation takes such agents to be in scope; so does the test, and the live series must carry the labels",
        );
        Self { series, agents: known_agents, losses }
    }

    /// The series that are expected of each metric that must be heard of: those of the trace, and one of every agent
    /// that is known and silent.
    fn expected(&self, set: &PolicySet<'_>) -> BTreeMap<String, Vec<Labels>> {
        let mut expected: BTreeMap<String, Vec<Labels>> = BTreeMap::new();
        for placed in set.conditions() {
            let Condition::Metric(condition) = placed.condition else { continue };
            if condition.read_as(set.kind_of(&condition.metric).unwrap_or_default()) != Reading::Absent
                || expected.contains_key(&condition.metric)
            {
                continue;
            }
            let of_metric = self.series.iter().filter(|(_, series)| series.name.metric == condition.metric);
            let mut all: Vec<Labels> = of_metric.map(|(labels, _)| labels.clone()).collect();
            for agent in &self.agents {
                if !all.iter().any(|labels| labels.get("agent") == agent.get("agent")) {
                    all.push(agent.clone());
                }
            }
            expected.insert(condition.metric.clone(), all);
        }
        expected
    }

    /// What the simulator sees, at every change of it.
    fn proof(&self, set: &PolicySet<'_>, evaluation: &Evaluation, dialect: Option<Engine>) -> Option<Proof> {
        let first = self.series.iter().filter_map(|(_, series)| series.times.first()).min().copied()?;
        let last = self.series.iter().filter_map(|(_, series)| series.times.last()).max().copied()?;
        let interval_ms = evaluation.interval_ms.max(1);
        let wanted_start = evaluation.start_ms.unwrap_or(first);
        // A test begins with its first sample, so evaluation does too.
        let earlier = (wanted_start - first).max(0);
        let start_ms = wanted_start - (earlier + interval_ms - 1) / interval_ms * interval_ms;
        let end_ms = evaluation.end_ms.unwrap_or(last).max(start_ms);
        let mut losses = Vec::new();
        let (step_ms, samples) = self.on_a_grid(start_ms, end_ms, &mut losses);
        let engines = dialect.map_or_else(|| Engine::ALL.to_vec(), |engine| vec![engine]);
        let mut moments: BTreeSet<i64> = BTreeSet::from([0, (end_ms - start_ms) / interval_ms * interval_ms]);
        let mut seen: Vec<Vec<(Alert, Interval)>> = Vec::new();
        for engine in engines {
            // promtool knows no other lookback.
            let grid =
                Grid { engine, start_ms: 0, end_ms: end_ms - start_ms, interval_ms, lookback_ms: 300_000 };
            let alerts = alerts(set, &samples, &grid);
            for (_, state) in &alerts {
                for edge in [state.from_ms, state.to_ms] {
                    let at = edge / interval_ms * interval_ms;
                    moments.extend(
                        [at - interval_ms, at].into_iter().filter(|at| (0..=grid.end_ms).contains(at)),
                    );
                }
            }
            seen.push(alerts);
        }
        let changes = moments.len();
        let moments: Vec<i64> = moments.into_iter().take(MOST_CHECKS).collect();
        let mut checked: Vec<Vec<Check>> = seen.iter().map(|alerts| checks(alerts, &moments)).collect();
        let reference = checked.pop().unwrap_or_default();
        let agreed = |at: usize, check: &Check| checked.iter().all(|other| other.get(at) == Some(check));
        let all = reference.len();
        let kept: Vec<Check> = reference
            .into_iter()
            .enumerate()
            .filter(|(at, check)| agreed(*at, check))
            .map(|(_, check)| check)
            .collect();
        let mut lose = |what: String, why: &str| {
            losses.push(Loss { place: "rules.test.yml".to_owned(), what, why: why.to_owned() });
        };
        if kept.len() < all {
            lose(
                format!("{} of {all} moments", all - kept.len()),
                "Prometheus 2 and 3 differ there, so the test leaves them out; choose a dialect to check them all",
            );
        }
        if changes > MOST_CHECKS {
            lose(
                format!("{} of {changes} moments", changes - MOST_CHECKS),
                "the test checks the first ones only",
            );
        }
        Some(Proof {
            engine: dialect,
            begins: moment(start_ms),
            interval_ms,
            step_ms,
            series: samples.into_iter().map(proof_series).collect(),
            checks: kept,
            losses,
        })
    }

    /// The samples from a moment on, on the widest grid that holds them all; on a rounder one where that were too fine.
    fn on_a_grid(&self, start_ms: i64, end_ms: i64, losses: &mut Vec<Loss>) -> (i64, Vec<(Labels, Series)>) {
        let span = end_ms - start_ms;
        let times = self.series.iter().flat_map(|(_, series)| &series.times);
        let inside = times.map(|t| t - start_ms).filter(|t| (0..=span).contains(t));
        let exact = inside.fold(0, greatest_common_divisor).max(1);
        let fits = |step: i64| span / step * self.series.len() as i64 <= MOST_POINTS;
        let step_ms = if fits(exact) {
            exact
        } else {
            let rounder = [10, 50, 100, 250, 500, 1_000, 5_000, 15_000, 60_000, 300_000];
            let step = rounder.into_iter().find(|step| *step > exact && fits(*step)).unwrap_or(900_000);
            losses.push(Loss {
                place: "rules.test.yml".to_owned(),
                what: "the exact times of samples".to_owned(),
                why: format!("promtool holds samples at one distance only; here they are rounded to {step} ms, and so is what is expected"),
            });
            step
        };
        let on_grid = self.series.iter().map(|(labels, series)| {
            let mut placed = Series { name: series.name.clone(), ..Series::default() };
            for (t, value) in series.times.iter().zip(&series.values) {
                let at = (t - start_ms + step_ms / 2).div_euclid(step_ms) * step_ms;
                if !(0..=span).contains(&at) {
                    continue;
                }
                if placed.times.last() == Some(&at) {
                    placed.values.pop();
                    placed.times.pop();
                }
                placed.times.push(at);
                placed.values.push(*value);
            }
            (labels.clone(), placed)
        });
        (step_ms, on_grid.collect())
    }
}

/// More moments than this are not checked.
const MOST_CHECKS: usize = 3_000;

/// More points than this are not put into a test.
const MOST_POINTS: i64 = 3_000_000;

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn proof_series((labels, series): (Labels, Series)) -> ProofSeries {
    let samples = series.times.iter().zip(&series.values);
    ProofSeries {
        metric: series.name.metric.clone(),
        labels,
        samples: samples.map(|(t, value)| (*t, (!is_stale(*value)).then_some(*value))).collect(),
    }
}

/// When each condition is pending or firing, for each series that its rule is about.
fn alerts(set: &PolicySet<'_>, samples: &[(Labels, Series)], grid: &Grid) -> Vec<(Alert, Interval)> {
    let mut alerts = Vec::new();
    for placed in set.conditions() {
        let Condition::Metric(condition) = placed.condition else { continue };
        let kind = set.kind_of(&condition.metric).unwrap_or_default();
        let requirement = Requirement::new(condition, kind);
        if engines::violation(condition, requirement.reading, "x").is_err() {
            continue;
        }
        let mut note = |labels: &Labels, states: States| {
            for (firing, list) in [(false, states.pending), (true, states.firing)] {
                let alert = Alert { condition: placed.id.clone(), firing, labels: labels.clone() };
                alerts.extend(list.into_iter().map(|interval| (alert.clone(), interval)));
            }
        };
        let of_metric = samples.iter().filter(|(_, series)| series.name.metric == condition.metric);
        let mut bound: Vec<(&Labels, &Series)> = of_metric
            .filter(|(labels, _)| in_scope(&placed.policy.scope, labels))
            .map(|(labels, series)| (labels, series))
            .collect();
        let silent = Series::default();
        if requirement.reading == Reading::Absent {
            for labels in set.expected_series.get(&condition.metric).into_iter().flatten() {
                if in_scope(&placed.policy.scope, labels) && !bound.iter().any(|(known, _)| *known == labels)
                {
                    bound.push((labels, &silent));
                }
            }
        }
        for (labels, series) in bound {
            note(labels, evaluate(series, grid, &requirement, 0));
        }
    }
    alerts
}

/// The alerts at each moment; moments rise.
fn checks(alerts: &[(Alert, Interval)], moments: &[i64]) -> Vec<Check> {
    let mut checks: Vec<Check> =
        moments.iter().map(|at_ms| Check { at_ms: *at_ms, alerts: Vec::new() }).collect();
    for (alert, interval) in alerts {
        let from = moments.partition_point(|at| *at < interval.from_ms);
        for check in checks.iter_mut().skip(from) {
            if !interval.touches(check.at_ms, check.at_ms) {
                break;
            }
            check.alerts.push(alert.clone());
        }
    }
    for check in &mut checks {
        check.alerts.sort();
    }
    checks
}

/// More requests than this are not put into tests.
const MOST_CASES: usize = 300;

/// Requests that between them meet every resource and communication condition, and what is decided on each.
fn cases(set: &PolicySet<'_>) -> Vec<Case> {
    let agents = askers(set);
    let judge = Judge::new(set.project, &set.policies, &agents);
    let mut cases = Vec::new();
    for agent in agents.by_name.values() {
        for question in questions(set) {
            let request = match &question {
                Question::Resource { resource, access } => {
                    Request::Resource { resource: resource.clone(), access: Access::from_word(access) }
                }
                Question::Communication { direction, destination } => {
                    Request::Communication { direction: *direction, destination: destination.clone() }
                }
            };
            let decision = judge.decide(&agent.name, &request);
            cases.push(Case {
                agent: agent.name.clone(),
                agent_type: agent.agent_type.clone(),
                environment: agent.environment.clone(),
                question,
                effect: decision.effect,
                by: decision.by_text(),
                prevented: decision.prevented,
            });
        }
    }
    let every = cases.len().div_ceil(MOST_CASES).max(1);
    cases.into_iter().step_by(every).collect()
}

/// One agent of each kind that a scope tells apart, and one of which nothing is known.
fn askers(set: &PolicySet<'_>) -> Agents {
    let mut agents = Agents { by_name: BTreeMap::new(), listed: true };
    let mut add = |name: &str, agent_type: Option<&String>, environment: Option<&String>| {
        let agent = Agent {
            name: name.to_owned(),
            agent_type: agent_type.filter(|word| !word.is_empty() && *word != "*").cloned(),
            environment: environment.filter(|word| !word.is_empty() && *word != "*").cloned(),
        };
        agents.by_name.entry(name.to_owned()).or_insert(agent);
    };
    let mut kinds = BTreeSet::new();
    for agent in &set.project.simulation.agents {
        if kinds.insert((&agent.agent_type, &agent.environment)) {
            add(&agent.name, Some(&agent.agent_type), Some(&agent.environment));
        }
    }
    for (number, policy) in set.policies.iter().enumerate() {
        let scope = &policy.scope;
        let made_up = format!("agent-{}", number + 1);
        let name = scope.agents.iter().find(|name| *name != "*").unwrap_or(&made_up);
        if kinds.is_empty() || !scope.agents.is_empty() {
            add(name, scope.agent_types.first(), scope.environments.first());
        }
    }
    add("stranger", None, None);
    agents
}

fn questions(set: &PolicySet<'_>) -> Vec<Question> {
    let mut resources = BTreeSet::from(["unnamed_resource".to_owned()]);
    let mut destinations = BTreeSet::from(["somebody-else.example".to_owned()]);
    for placed in set.conditions() {
        match placed.condition {
            Condition::Metric(_) => {}
            Condition::Resource(condition) => {
                resources.insert(condition.resource.clone());
            }
            Condition::Communication(condition) => {
                let groups = set.project.simulation.groups.iter();
                let members = groups.filter(|group| condition.destinations.contains(&group.name));
                let members = members.flat_map(|group| &group.members);
                destinations
                    .extend(condition.destinations.iter().chain(members).map(|name| example_of(name)));
            }
        }
    }
    resources.remove("*");
    let of_resources = resources.iter().flat_map(|resource| {
        ["read", "write", "readwrite", "delete"]
            .map(|access| Question::Resource { resource: resource.clone(), access: access.to_owned() })
    });
    let of_destinations = destinations.iter().flat_map(|destination| {
        Direction::ALL
            .iter()
            .map(|way| Question::Communication { direction: *way, destination: destination.clone() })
    });
    of_resources.chain(of_destinations).collect()
}

/// Somebody whom a destination means.
fn example_of(name: &str) -> String {
    let name = name.trim();
    if let Some(suffix) = name.strip_prefix('*') {
        return if suffix.is_empty() { "anybody.example".to_owned() } else { format!("api{suffix}") };
    }
    let network = name.split_once('/').and_then(|(network, _)| network.parse::<IpAddr>().ok());
    network.map_or_else(|| name.to_owned(), |network| network.to_string())
}
