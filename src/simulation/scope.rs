//! Scope: who the agents are, which policies bind them, and what the policies that run are called.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::ConditionRef;
use super::trace::{Series, Trace};
use crate::model::{Condition, MetricCondition, Policy, PolicyId, PolicyStatus, Project, Rule, Scope};

/// An agent and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agent {
    /// `assistant-1`.
    pub name: String,
    /// `assistant`; none: nobody says.
    pub agent_type: Option<String>,
    /// `production`; none: nobody says.
    pub environment: Option<String>,
}

/// The agents of a project and a trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agents {
    /// By name.
    pub by_name: BTreeMap<String, Agent>,
    /// The project lists its agents; otherwise they come from the trace, and one whose type nobody names is taken to
    /// be of every type.
    pub listed: bool,
}

impl Agents {
    /// The agents that the project lists, completed by what the trace knows of them; without a list, those of the trace
    /// and of the event log.
    pub fn of<'a>(
        project: &Project,
        trace: Option<&Trace>,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut agents = Self { by_name: BTreeMap::new(), listed: !project.simulation.agents.is_empty() };
        for instance in &project.simulation.agents {
            let known = |word: &str| (!word.trim().is_empty()).then(|| word.trim().to_owned());
            let agent = Agent {
                name: instance.name.clone(),
                agent_type: known(&instance.agent_type),
                environment: known(&instance.environment),
            };
            agents.by_name.insert(instance.name.clone(), agent);
        }
        for series in trace.map(|trace| trace.series.as_slice()).unwrap_or_default() {
            agents.learn(series);
        }
        if !agents.listed {
            for name in others {
                agents
                    .by_name
                    .entry(name.to_owned())
                    .or_insert_with(|| Agent { name: name.to_owned(), ..Agent::default() });
            }
        }
        agents
    }

    fn learn(&mut self, series: &Series) {
        let name = &series.name.agent;
        if self.listed && !self.by_name.contains_key(name) {
            return;
        }
        let agent = self
            .by_name
            .entry(name.clone())
            .or_insert_with(|| Agent { name: name.clone(), ..Agent::default() });
        let label = |key: &str| series.name.labels.get(key).filter(|word| !word.is_empty()).cloned();
        agent.agent_type = agent.agent_type.take().or_else(|| label("agent_type"));
        agent.environment = agent.environment.take().or_else(|| label("environment"));
    }

    /// Whether a policy binds an agent. A listed agent that lacks a label does not match a list of it; an unlisted one,
    /// of which the trace says nothing, does.
    pub fn binds(&self, scope: &Scope, agent: &str) -> bool {
        let Some(known) = self.by_name.get(agent) else { return false };
        let matches = |list: &[String], word: Option<&str>| {
            list.is_empty()
                || list.iter().any(|wanted| wanted == "*")
                || word.map_or(!self.listed, |word| list.iter().any(|wanted| wanted == word))
        };
        matches(&scope.agent_types, known.agent_type.as_deref())
            && matches(&scope.environments, known.environment.as_deref())
            && matches(&scope.agents, Some(agent))
    }

    /// Whether a policy binds the agent of a series. What the series itself says of type and environment goes first,
    /// as it does for a label matcher, unless the project lists its agents.
    pub fn binds_series(&self, scope: &Scope, series: &Series) -> bool {
        let differs = |key: &str, list: &[String]| {
            let label = series.name.labels.get(key).filter(|word| !self.listed && !word.is_empty());
            label.is_some_and(|label| {
                !list.is_empty() && !list.iter().any(|wanted| wanted == label || wanted == "*")
            })
        };
        self.binds(scope, &series.name.agent)
            && !differs("agent_type", &scope.agent_types)
            && !differs("environment", &scope.environments)
    }

    /// The agents that a policy binds, by name.
    pub fn bound_by(&self, scope: &Scope) -> BTreeSet<&str> {
        self.by_name.keys().map(String::as_str).filter(|agent| self.binds(scope, agent)).collect()
    }
}

/// The policies that run, in the order given. None named: those in force; where none is, all that are not retired; in
/// order of their ids.
pub fn chosen_policies<'a>(project: &'a Project, named: &[PolicyId]) -> Vec<&'a Policy> {
    if !named.is_empty() {
        return named.iter().filter_map(|id| project.policies.get(*id)).collect();
    }
    let active: Vec<&Policy> =
        project.policies.iter().filter(|policy| policy.status == PolicyStatus::Active).collect();
    if active.is_empty() {
        project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired).collect()
    } else {
        active
    }
}

/// A rule that runs, with its number over all policies that run.
#[derive(Debug, Clone, Copy)]
pub struct NumberedRule<'a> {
    /// Counted from 0 over the policies that run.
    pub number: usize,
    /// Its policy.
    pub policy: &'a Policy,
    /// The rule.
    pub rule: &'a Rule,
}

impl<'a> NumberedRule<'a> {
    /// Every rule of the policies that run, in order.
    pub fn all(policies: &[&'a Policy]) -> Vec<Self> {
        let rules = policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (*policy, rule)));
        rules.enumerate().map(|(number, (policy, rule))| Self { number, policy, rule }).collect()
    }

    /// The conditions with their numbers.
    pub fn conditions(&self) -> impl Iterator<Item = (usize, &'a Condition)> + use<'a> {
        self.rule.conditions.iter().enumerate()
    }

    /// `r0c0`.
    pub fn condition_id(&self, index: usize) -> String {
        format!("r{}c{index}", self.number)
    }

    /// A condition of it, by where it stands.
    pub fn reference(&self, index: usize) -> ConditionRef {
        ConditionRef {
            policy: self.policy.id,
            policy_name: named(&self.policy.name, self.policy.id),
            rule: self.rule.id,
            rule_name: named(&self.rule.name, self.rule.id),
            condition: index,
            id: self.condition_id(index),
        }
    }
}

/// A metric condition of a policy that runs, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PlacedMetric<'a> {
    /// Its rule.
    pub rule: NumberedRule<'a>,
    /// Which of the rule's conditions, counted from 0.
    pub index: usize,
    /// What it says.
    pub condition: &'a MetricCondition,
}

impl<'a> PlacedMetric<'a> {
    /// Every metric condition of the policies that run, in order.
    pub fn all(policies: &[&'a Policy]) -> Vec<Self> {
        let placed = NumberedRule::all(policies).into_iter().flat_map(|rule| {
            rule.conditions().filter_map(move |(index, condition)| match condition {
                Condition::Metric(condition) => Some(Self { rule, index, condition }),
                _ => None,
            })
        });
        placed.collect()
    }

    /// The one with that id, in a run of the same policies.
    pub fn find(policies: &[&'a Policy], id: &str) -> Option<Self> {
        Self::all(policies).into_iter().find(|placed| placed.id() == id)
    }

    /// `r0c0`.
    pub fn id(&self) -> String {
        self.rule.condition_id(self.index)
    }
}

/// A name, or the id of what has none.
pub(crate) fn named(name: &str, id: impl std::fmt::Display) -> String {
    if name.trim().is_empty() { id.to_string() } else { name.to_owned() }
}
