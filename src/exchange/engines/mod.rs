//! Policies for the engines that enforce them: Prometheus, Alertmanager, Open Policy Agent, Cedar, Kubernetes.
//!
//! Each export is one or more texts and a list of what the engine cannot do. Nothing is left out without a word.

mod alertmanager;
mod cedar;
mod network_policy;
mod prometheus;
mod promql;
mod promtool;
mod rego;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::Loss;
use crate::model::{Condition, Direction, MetricKind, Policy, Project, Rule, RuleAction, Scope, plain_word};

pub use promql::{Labels, binds, duration, equal_to, matchers, metric_name, selector, value, violation};
pub use promtool::{Alert, Check, Proof, ProofSeries};
pub use rego::{Case, Question};

/// An engine that policies can be exported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Alerting rules of Prometheus, and a test of them.
    PrometheusRules,
    /// Routes and receivers of Alertmanager.
    Alertmanager,
    /// Rego for Open Policy Agent, and tests of it.
    Rego,
    /// Cedar policies and their schema.
    Cedar,
    /// NetworkPolicy of Kubernetes.
    KubernetesNetworkPolicy,
}

impl Target {
    /// Every engine.
    pub const ALL: &'static [Self] =
        &[Self::PrometheusRules, Self::Alertmanager, Self::Rego, Self::Cedar, Self::KubernetesNetworkPolicy];

    /// The name that the command line uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrometheusRules => "prometheus-rules",
            Self::Alertmanager => "alertmanager",
            Self::Rego => "rego",
            Self::Cedar => "cedar",
            Self::KubernetesNetworkPolicy => "kubernetes-network-policy",
        }
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::PrometheusRules => "Prometheus rules",
            Self::Alertmanager => "Alertmanager",
            Self::Rego => "Rego (Open Policy Agent)",
            Self::Cedar => "Cedar",
            Self::KubernetesNetworkPolicy => "Kubernetes NetworkPolicy",
        }
    }

    /// What of a policy the engine enforces, in a sentence.
    pub fn covers(self) -> &'static str {
        match self {
            Self::PrometheusRules => {
                "Metric conditions as alerting rules, with a test that shows the same firing."
            }
            Self::Alertmanager => "Who hears of which severity, and how often again.",
            Self::Rego => "Resource and communication conditions as decisions, with tests of them.",
            Self::Cedar => "Resource and communication conditions as permits and forbids, with a schema.",
            Self::KubernetesNetworkPolicy => "Communication conditions, as far as addresses say them.",
        }
    }

    /// The engine with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let wanted = plain_word(name);
        Self::ALL.iter().copied().find(|target| plain_word(target.name()) == wanted)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name, without a folder.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Policies as an engine reads them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    /// The files; the first is the one that the engine is given.
    pub files: Vec<ExportedFile>,
    /// What could not be carried, and what has to be seen to.
    pub losses: Vec<Loss>,
}

/// The policies to export, in order, and what is known around them.
#[derive(Debug, Clone)]
pub struct PolicySet<'a> {
    /// The project.
    pub project: &'a Project,
    /// The policies; rules are numbered over them.
    pub policies: Vec<&'a Policy>,
    /// What the numbers of metrics mean, where somebody says so.
    pub kinds: BTreeMap<String, MetricKind>,
    /// The violation of each metric condition in words, by its id.
    pub violations: BTreeMap<String, String>,
    /// For each metric that must be heard of, the labels of every series that is expected.
    pub expected_series: BTreeMap<String, Vec<Labels>>,
}

/// A condition with where it stands.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    /// `r0c0`: rule and condition counted from 0 over the policies.
    pub id: String,
    /// Its policy.
    pub policy: &'a Policy,
    /// Its rule.
    pub rule: &'a Rule,
    /// The condition.
    pub condition: &'a Condition,
}

impl Placed<'_> {
    /// `policy/rule/r0c0`, as decisions name it.
    pub fn path(&self) -> String {
        format!("{}/{}", self.place(), self.id)
    }

    /// `policy/rule`, by their names.
    pub fn place(&self) -> String {
        format!("{}/{}", policy_name(self.policy), named(&self.rule.name, self.rule.id))
    }

    /// The rule only watches: its denials are recorded, not enforced.
    pub fn only_watches(&self) -> bool {
        self.rule.action == RuleAction::Monitor
    }

    /// What kind of condition it is, in words.
    fn kind(&self) -> &'static str {
        match self.condition {
            Condition::Metric(_) => "a metric condition",
            Condition::Resource(_) => "a resource condition",
            Condition::Communication(_) => "a communication condition",
        }
    }
}

impl<'a> PolicySet<'a> {
    /// Every condition in order.
    pub fn conditions(&self) -> Vec<Placed<'a>> {
        let rules =
            self.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (*policy, rule)));
        let placed = rules.enumerate().flat_map(|(number, (policy, rule))| {
            rule.conditions.iter().enumerate().map(move |(index, condition)| Placed {
                id: format!("r{number}c{index}"),
                policy,
                rule,
                condition,
            })
        });
        placed.collect()
    }

    /// What the numbers of a metric mean, if anybody says so.
    pub fn kind_of(&self, metric: &str) -> Option<MetricKind> {
        let said = self.project.simulation.metrics.get(metric).map(|info| info.kind);
        said.or_else(|| self.kinds.get(metric).copied())
    }

    /// The names that a communication condition means: its own, with the members of the groups among them.
    fn destinations(&self, names: &[String]) -> Vec<String> {
        let groups = &self.project.simulation.groups;
        let mut all: Vec<String> = Vec::new();
        for name in names {
            let members = groups.iter().filter(|group| group.name == *name).flat_map(|group| &group.members);
            for pattern in std::iter::once(name).chain(members) {
                let pattern = pattern.trim().to_owned();
                if !all.contains(&pattern) {
                    all.push(pattern);
                }
            }
        }
        all
    }

    /// Notes each condition that is of no kind that the engine knows.
    fn lose_others(&self, losses: &mut Vec<Loss>, carried: impl Fn(&Condition) -> bool, why: &str) {
        for placed in self.conditions().iter().filter(|placed| !carried(placed.condition)) {
            losses.push(loss(placed.path(), placed.kind(), why));
        }
    }
}

/// Writes policies for an engine. The proof goes into the test of Prometheus rules, the cases into those of Rego.
pub fn export(target: Target, set: &PolicySet<'_>, proof: Option<&Proof>, cases: &[Case]) -> Exported {
    let mut exported = match target {
        Target::PrometheusRules => prometheus::export(set, proof),
        Target::Alertmanager => alertmanager::export(set),
        Target::Rego => rego::export(set, cases),
        Target::Cedar => cedar::export(set),
        Target::KubernetesNetworkPolicy => network_policy::export(set),
    };
    exported.losses.dedup();
    exported
}

/// Whether a policy of that scope binds somebody with those labels, as an engine sees it: a label that is missing does
/// not match a list.
pub fn in_scope(scope: &Scope, labels: &Labels) -> bool {
    let matches = |list: &[String], key: &str| {
        promql::binds_all(list) || labels.get(key).is_some_and(|word| list.contains(word))
    };
    matches(&scope.agent_types, "agent_type")
        && matches(&scope.environments, "environment")
        && matches(&scope.agents, "agent")
}

/// A destination pattern as it will be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// Everybody.
    Any,
    /// That name.
    Exact(String),
    /// A host name that ends so; in lower case.
    Suffix(String),
    /// An address range, without the bits that do not count.
    Range(std::net::IpAddr, u32),
    /// Nobody can say whom it means.
    Unreadable,
}

impl Pattern {
    fn of(pattern: &str) -> Self {
        if pattern == "*" {
            return Self::Any;
        }
        if let Some(suffix) = pattern.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) {
            return Self::Suffix(suffix.to_ascii_lowercase());
        }
        let range = pattern
            .split_once('/')
            .and_then(|(network, bits)| Some((network.parse::<std::net::IpAddr>().ok()?, bits)));
        let Some((network, bits)) = range else { return Self::Exact(pattern.to_owned()) };
        let most = if network.is_ipv4() { 32 } else { 128 };
        match bits.parse::<u32>() {
            Ok(bits) if bits <= most => Self::Range(masked(network, bits), bits),
            _ => Self::Unreadable,
        }
    }
}

fn masked(address: std::net::IpAddr, bits: u32) -> std::net::IpAddr {
    match address {
        std::net::IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or_default();
            std::net::Ipv4Addr::from(u32::from(v4) & mask).into()
        }
        std::net::IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
            std::net::Ipv6Addr::from(u128::from(v6) & mask).into()
        }
    }
}

/// The directions that a condition is about.
fn directions(direction: Option<Direction>) -> Vec<Direction> {
    direction.map_or_else(|| Direction::ALL.to_vec(), |one| vec![one])
}

fn policy_name(policy: &Policy) -> String {
    named(&policy.name, policy.id)
}

/// A name, or the id of what has none.
fn named(name: &str, id: impl fmt::Display) -> String {
    if name.trim().is_empty() { id.to_string() } else { name.to_owned() }
}

fn loss(place: impl Into<String>, what: impl Into<String>, why: impl Into<String>) -> Loss {
    Loss { place: place.into(), what: what.into(), why: why.into() }
}

/// A text in double quotes, as YAML, Rego and PromQL read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text on one line, for a comment.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
