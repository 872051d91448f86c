//! Resource and communication conditions as Rego: the policies as data, the semantics once below them, and tests.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Exported, ExportedFile, Pattern, PolicySet, directions, one_line, policy_name};
use crate::exchange::engines::loss;
use crate::model::{Condition, Direction, Effect, LayerMode, Permission};

/// A request and what the simulator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Who asks.
    pub agent: String,
    /// `assistant`; none: nobody says.
    pub agent_type: Option<String>,
    /// `production`; none: nobody says.
    pub environment: Option<String>,
    /// For what.
    pub question: Question,
    /// What is decided.
    pub effect: Effect,
    /// `policy/rule/r0c0`, or `default`.
    pub by: String,
    /// A denial that is enforced; otherwise it is only recorded.
    pub prevented: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A resource.
    Resource {
        /// The resource.
        resource: String,
        /// `read`, `write`, `readwrite` or another word.
        access: String,
    },
    /// To talk to somebody.
    Communication {
        /// Which way.
        direction: Direction,
        /// The other end.
        destination: String,
    },
}

impl Case {
    /// The request as the input of the Rego policy.
    pub fn input(&self) -> Value {
        let mut agent = json!({ "name": self.agent });
        if let Some(kind) = &self.agent_type {
            agent["type"] = json!(kind);
        }
        if let Some(environment) = &self.environment {
            agent["environment"] = json!(environment);
        }
        match &self.question {
            Question::Resource { resource, access } => {
                json!({ "agent": agent, "kind": "resource", "resource": resource, "access": access })
            }
            Question::Communication { direction, destination } => {
                json!({
                    "agent": agent, "kind": "communication",
                    "direction": direction.label(), "destination": destination,
                })
            }
        }
    }

    /// What the Rego policy must decide.
    pub fn decision(&self) -> Value {
        json!({ "effect": self.effect.label(), "by": self.by, "prevented": self.prevented })
    }
}

/// What the policies mean; it is the same for all of them.
const SEMANTICS: &str = include_str!("semantics.rego");

pub(super) fn export(set: &PolicySet<'_>, cases: &[Case]) -> Exported {
    let simulation = &set.project.simulation;
    let default = if simulation.default_allow { "allow" } else { "deny" };
    let mut text = format!(
        "# The policies of {}: may this agent do that?\n# Ask for data.threat_studio.decision with an input like\n#   {}\n# Test: opa test .\npackage threat_studio\n\nimport rego.v1\n\n",
        one_line(&set.project.name),
        json!({
            "agent": { "name": "a1", "type": "assistant", "environment": "production" },
            "kind": "resource", "resource": "customer_data", "access": "read",
        })
    );
    let _ = write!(
        text,
        "# What is decided where no policy has a word on it.\ndefault_effect := \"{default}\"\n\n# Only the policies of the highest priority that have a word on it are heard.\nby_priority := {}\n\n",
        simulation.layers == LayerMode::Priority
    );
    let policies: Vec<Value> = set.policies.iter().map(|policy| policy_data(set, policy.id)).collect();
    let data = serde_json::to_string_pretty(&policies).unwrap_or_default();
    let _ = write!(text, "policies := {data}\n\n{SEMANTICS}");
    let mut losses = Vec::new();
    set.lose_others(
        &mut losses,
        |condition| !matches!(condition, Condition::Metric(_)),
        "Rego decides requests and keeps no time; export it as Prometheus rules",
    );
    if simulation.agents.is_empty() {
        for policy in set
            .policies
            .iter()
            .filter(|policy| !policy.scope.agent_types.is_empty() || !policy.scope.environments.is_empty())
        {
            let why = "the project lists no agents; a request must say type and environment, one that does not is out of scope";
            losses.push(loss(policy_name(policy), "the scope", why));
        }
    }
    let mut files = vec![ExportedFile { name: "policy.rego".to_owned(), text }];
    files.push(ExportedFile { name: "policy_test.rego".to_owned(), text: tests(cases) });
    Exported { files, losses }
}

fn policy_data(set: &PolicySet<'_>, id: crate::model::PolicyId) -> Value {
    let (mut resources, mut communications) = (Vec::new(), Vec::new());
    let conditions = set.conditions();
    for placed in conditions.iter().filter(|placed| placed.policy.id == id) {
        match placed.condition {
            Condition::Metric(_) => {}
            Condition::Resource(condition) => resources.push(json!({
                "by": placed.path(),
                "resource": condition.resource,
                "grants": grants(condition.permission),
                "denies": condition.permission == Permission::Deny,
                "recorded": placed.only_watches(),
            })),
            Condition::Communication(condition) => {
                let patterns: Vec<Pattern> =
                    set.destinations(&condition.destinations).iter().map(|name| Pattern::of(name)).collect();
                let unreadable = patterns.contains(&Pattern::Unreadable);
                let named = |pick: fn(&Pattern) -> Option<String>| {
                    patterns.iter().filter_map(pick).collect::<Vec<_>>()
                };
                communications.push(json!({
                    "by": placed.path(),
                    "directions": directions(condition.direction).iter().map(|way| way.label()).collect::<Vec<_>>(),
                    // Where nobody can say whom a range means, the safe answer is no, to everybody.
                    "everybody": unreadable || patterns.contains(&Pattern::Any),
                    "names": set.destinations(&condition.destinations),
                    "suffixes": named(|pattern| match pattern {
                        Pattern::Suffix(suffix) => Some(suffix.clone()),
                        _ => None,
                    }),
                    "ranges": named(|pattern| match pattern {
                        Pattern::Range(network, bits) => Some(format!("{network}/{bits}")),
                        _ => None,
                    }),
                    "effect": if unreadable { "deny" } else { condition.effect.label() },
                    "recorded": placed.only_watches() && !unreadable,
                }));
            }
        }
    }
    let policy = set.policies.iter().find(|policy| policy.id == id);
    let scope = policy.map(|policy| policy.scope.clone()).unwrap_or_default();
    json!({
        "id": id.to_string(),
        "name": policy.map(|policy| policy_name(policy)),
        "priority": policy.map(|policy| policy.priority),
        "scope": { "types": scope.agent_types, "environments": scope.environments, "names": scope.agents },
        "resources": resources,
        "communications": communications,
    })
}

/// The accesses that a permission grants; writing does not include reading.
pub(super) fn grants(permission: Permission) -> &'static [&'static str] {
    match permission {
        Permission::Deny => &[],
        Permission::Read => &["read"],
        Permission::Write => &["write"],
        Permission::ReadWrite => &["read", "write", "readwrite"],
    }
}

fn tests(cases: &[Case]) -> String {
    let mut text = "# What the simulator decides; the policy must decide the same.\npackage threat_studio_test\n\nimport rego.v1\n\nimport data.threat_studio\n".to_owned();
    for (number, case) in cases.iter().enumerate() {
        let _ = write!(
            text,
            "\ntest_{number:03} if {{\n\tdecision := threat_studio.decision with input as {}\n\tdecision == {}\n}}\n",
            case.input(),
            case.decision(),
        );
    }
    text
}
