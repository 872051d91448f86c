//! Policies to start from: strict ones, each linked to the threats that it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{
    AlertSeverity, AlertThreshold, CommunicationCondition, ComponentKind, Condition, Direction, Effect,
    MetricInfo, Permission, Policy, Project, ResourceCondition, ResponseAction, Rule, RuleAction,
    Sensitivity,
};

const FILE: &str = include_str!("../../assets/catalog/policies.ron");

/// A policy to start from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PolicyPreset {
    /// `deny-by-default`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it does, in a sentence.
    pub description: String,
    /// A person is asked, and the agent isolated when nobody answers.
    #[serde(default)]
    pub ask_first: bool,
    /// Its rules, in order.
    pub rules: Vec<RulePreset>,
    /// What the numbers of the metrics in its rules mean.
    #[serde(default)]
    pub metrics: BTreeMap<String, MetricInfo>,
}

/// A rule to start from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RulePreset {
    /// What people call it.
    pub name: String,
    /// What it prevents.
    pub description: String,
    /// Why it is as it is.
    pub rationale: String,
    /// Its conditions, after those that come from the model.
    pub conditions: Vec<Condition>,
    /// One condition with this permission for each asset that is confidential or more.
    #[serde(default)]
    pub each_sensitive: Option<Permission>,
    /// Allows first what the diagram connects with an agent.
    #[serde(default)]
    pub allow_known: bool,
    /// What a violation leads to.
    pub action: RuleAction,
    /// Catalogue threats that it answers.
    pub answers: Vec<String>,
}

/// Every policy to start from.
pub fn policy_presets() -> &'static [PolicyPreset] {
    static PRESETS: OnceLock<Vec<PolicyPreset>> = OnceLock::new();
    // The file is part of the program and a test reads it, so a broken one cannot be shipped.
    PRESETS.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Vec<PolicyPreset>, ron::error::SpannedError> {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(FILE)
}

impl PolicyPreset {
    /// The policy for a model: for its agents, with its assets and destinations, linked to its threats. Its ids are given
    /// when it is added.
    pub fn policy(&self, project: &Project) -> Policy {
        let mut policy = started(project);
        policy.name.clone_from(&self.title);
        policy.description.clone_from(&self.description);
        policy.rules = self.rules.iter().map(|rule| rule.rule(project)).collect();
        let metrics: BTreeSet<&str> = policy
            .rules
            .iter()
            .flat_map(|rule| &rule.conditions)
            .filter_map(|condition| match condition {
                Condition::Metric(metric) => Some(metric.metric.as_str()),
                _ => None,
            })
            .collect();
        policy.monitoring.metrics = metrics.into_iter().map(str::to_owned).collect();
        if self.ask_first {
            let signed = project.reviews.iter().flat_map(|review| &review.sign_offs);
            policy.response.approvers = signed.map(|sign| sign.name.clone()).take(1).collect();
        }
        policy
    }

    /// The threats of a model that it answers.
    pub fn answered(&self, project: &Project) -> usize {
        let answers: BTreeSet<&str> =
            self.rules.iter().flat_map(|rule| &rule.answers).map(String::as_str).collect();
        let catalog = project.threats.iter().filter_map(|threat| threat.catalog.as_deref());
        catalog.filter(|id| answers.contains(id)).count()
    }
}

/// What the presets say of the metrics that a policy names and the model does not know yet.
pub fn preset_metrics(project: &Project, policy: &Policy) -> BTreeMap<String, MetricInfo> {
    let known = &project.simulation.metrics;
    let said = policy_presets().iter().flat_map(|preset| &preset.metrics);
    said.filter(|(name, _)| !known.contains_key(*name) && policy.monitoring.metrics.contains(name))
        .map(|(name, info)| (name.clone(), info.clone()))
        .collect()
}

/// What every new policy starts with: all types of agents, every violation graded and answered, nobody let go on.
pub fn started(project: &Project) -> Policy {
    let types: BTreeSet<&str> =
        project.simulation.agents.iter().map(|agent| agent.agent_type.as_str()).collect();
    let mut policy = Policy::default();
    policy.scope.agent_types = types.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect();
    policy.monitoring.alerts = vec![AlertThreshold {
        event: "policy_violation".to_owned(),
        severity: AlertSeverity::Medium,
        ..AlertThreshold::default()
    }];
    policy.response.low = vec![ResponseAction::Log];
    policy.response.medium = vec![ResponseAction::Restrict, ResponseAction::Notify];
    policy.response.high = vec![ResponseAction::Isolate, ResponseAction::Notify];
    // Silence must not be milder than what is done by itself.
    policy.response.timeout_action = Some(ResponseAction::Isolate);
    policy
}

impl RulePreset {
    fn rule(&self, project: &Project) -> Rule {
        let mut conditions: Vec<Condition> = Vec::new();
        if let Some(permission) = self.each_sensitive {
            let assets = project.assets.iter().filter(|asset| asset.sensitivity >= Sensitivity::Confidential);
            conditions.extend(assets.map(|asset| {
                let resource = asset.name.clone();
                Condition::Resource(ResourceCondition {
                    resource,
                    permission,
                    ..ResourceCondition::default()
                })
            }));
        }
        if self.allow_known {
            for direction in [Direction::Outbound, Direction::Inbound] {
                let destinations = known(project, direction);
                if !destinations.is_empty() {
                    conditions.push(Condition::Communication(CommunicationCondition {
                        direction: Some(direction),
                        destinations,
                        effect: Effect::Allow,
                        ..CommunicationCondition::default()
                    }));
                }
            }
        }
        conditions.extend(self.conditions.iter().cloned());
        let threats = project
            .threats
            .iter()
            .filter(|threat| threat.catalog.as_ref().is_some_and(|catalog| self.answers.contains(catalog)));
        Rule {
            name: self.name.clone(),
            description: self.description.clone(),
            rationale: self.rationale.clone(),
            action: self.action,
            threats: threats.map(|threat| threat.id).collect(),
            conditions,
            ..Rule::default()
        }
    }
}

/// Whom the diagram connects with an agent, seen from the agent.
fn known(project: &Project, direction: Direction) -> Vec<String> {
    let diagram = &project.diagram;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for flow in diagram.interfaces() {
        let mut ends = vec![(flow.from, flow.to)];
        if flow.both_ways {
            ends.push((flow.to, flow.from));
        }
        for (from, to) in ends {
            let (agent, other) = match direction {
                Direction::Outbound => (from, to),
                Direction::Inbound => (to, from),
            };
            let is_agent = agent
                .and_then(|id| diagram.component(id))
                .is_some_and(|component| component.kind == ComponentKind::Agent);
            let other = other.filter(|_| is_agent).and_then(|id| diagram.component(id));
            names.extend(other.map(|other| other.name.as_str()));
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, example};
    use crate::model::{MetricKind, Reading};

    #[test]
    fn the_file_is_read_and_names_what_is_known() {
        let catalog = Catalog::builtin();
        let presets = read().unwrap();
        assert!(presets.len() >= 5);
        for rule in presets.iter().flat_map(|preset| &preset.rules) {
            assert!(rule.answers.iter().all(|id| catalog.threat(id).is_some()), "{:?}", rule.answers);
            assert!(!rule.rationale.is_empty() && !rule.answers.is_empty(), "{}", rule.name);
            for condition in &rule.conditions {
                if let Condition::Metric(metric) = condition {
                    assert!(catalog.metric(&metric.metric).is_some(), "{}", metric.metric);
                    assert!(metric.reading.is_some(), "{} is read in a way that is said", metric.metric);
                    let preset = presets.iter().find(|preset| preset.rules.contains(rule)).unwrap();
                    let kind = preset.metrics.get(&metric.metric).map(|info| info.kind);
                    let wanted = match metric.reading {
                        Some(Reading::Increase) => MetricKind::Counter,
                        Some(Reading::Sum) => MetricKind::Delta,
                        _ => MetricKind::Gauge,
                    };
                    assert_eq!(kind, Some(wanted), "{}", metric.metric);
                }
            }
        }
    }

    #[test]
    fn a_preset_speaks_of_the_model() {
        let project = example();
        let of = |id: &str| policy_presets().iter().find(|preset| preset.id == id).unwrap().policy(&project);
        let closed = of("deny-by-default");
        let conditions = &closed.rules[0].conditions;
        let Condition::Communication(first) = &conditions[0] else { panic!("{conditions:?}") };
        assert!(first.effect == Effect::Allow && !first.destinations.is_empty());
        let Some(Condition::Communication(last)) = conditions.last() else { panic!("{conditions:?}") };
        assert_eq!((last.effect, last.destinations.as_slice()), (Effect::Deny, &["*".to_owned()][..]));
        let resources = of("resource-allow-list");
        assert!(!resources.rules[0].conditions.is_empty());
        assert!(resources.rules[0].conditions.iter().all(|condition| matches!(condition,
            Condition::Resource(resource) if resource.permission == Permission::Read)));
        let asked = of("human-approval");
        assert_eq!(asked.response.timeout_action, Some(ResponseAction::Isolate));
        let linked = policy_presets().iter().any(|preset| preset.answered(&project) > 0);
        assert!(linked, "some preset answers a threat of the example");
    }
}
