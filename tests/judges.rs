//! Real engines judge exported policies: Rego in regorus and Cedar decide every request as the simulator does.
//!
//! Built only with the feature `judges`, because the engines are as large as the program.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision as CedarDecision, Entities, Entity, EntityUid, PolicySet,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use serde_json::json;
use threat_studio::exchange::engines::{Exported, Target};
use threat_studio::model::{
    CommunicationCondition, Condition, Direction, Effect, LayerMode, NamedGroup, Permission, Policy,
    PolicyId, Project, ResourceCondition, Rule, RuleAction, RuleId, Scope,
};
use threat_studio::session::engines::{PolicyExport, export_policies};
use threat_studio::simulation::random::Random;
use threat_studio::simulation::scope::{Agent, Agents, chosen_policies};
use threat_studio::simulation::{Access, Decision, Judge, Request};

const AGENTS: [(&str, Option<&str>, Option<&str>); 4] = [
    ("a1", Some("assistant"), Some("production")),
    ("a2", Some("processor"), Some("staging")),
    ("a3", Some("assistant"), None),
    ("a4", None, Some("production")),
];
const RESOURCES: [&str; 4] = ["customer_data", "logs", "it's \"odd\" \\ data", "never named"];
const ACCESSES: [&str; 4] = ["read", "write", "readwrite", "delete"];
const PATTERNS: [&str; 9] = [
    "*",
    "api.example.com",
    "*.example.com",
    "10.0.0.0/8",
    "10.1.2.3/16",
    "2001:db8::/32",
    "partners",
    "db",
    "10.0.0.7",
];
const DESTINATIONS: [&str; 15] = [
    "api.example.com",
    "API.Example.com:443",
    "x.y.example.com",
    ".example.com",
    "example.com",
    "10.0.0.7",
    "10.1.9.9:8080",
    "11.0.0.1",
    "::ffff:10.1.2.3",
    "[2001:db8::1]:443",
    "2001:db9::1",
    "partner.example",
    "db",
    "partners",
    "999.1.1.1",
];

/// So many projects are judged.
const SEEDS: u64 = 24;

fn pick<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[random.below(all.len())]
}

fn some(random: &mut Random, all: &[&str]) -> Vec<String> {
    all.iter().filter(|_| random.chance(0.4)).map(|&name| name.to_owned()).collect()
}

fn project(seed: u64) -> Project {
    let random = &mut Random::new(seed);
    let mut project = Project::new("Random \"policies\"");
    project.simulation.default_allow = random.chance(0.3);
    project.simulation.layers = pick(random, LayerMode::ALL);
    project.simulation.groups = vec![NamedGroup {
        name: "partners".to_owned(),
        members: vec!["partner.example".to_owned(), "11.0.0.0/30".to_owned()],
        ..NamedGroup::default()
    }];
    for number in 1..=1 + random.below(3) as u32 {
        let rules = (0..=random.below(3) as u32).map(|rule| Rule {
            id: RuleId(number * 10 + rule),
            name: format!("Rule {rule}"),
            action: pick(random, RuleAction::ALL),
            conditions: (0..=random.below(4)).map(|_| condition(random)).collect(),
            ..Rule::default()
        });
        let rules = rules.collect();
        project.policies.insert(Policy {
            id: PolicyId(number),
            name: format!("Policy {number}"),
            priority: random.below(3) as i32,
            scope: Scope {
                agent_types: some(random, &["assistant", "processor"]),
                environments: some(random, &["production", "*"]),
                agents: if random.chance(0.2) { some(random, &["a1", "a2", "a3"]) } else { Vec::new() },
                ..Scope::default()
            },
            rules,
            ..Policy::default()
        });
    }
    project
}

fn condition(random: &mut Random) -> Condition {
    if random.chance(0.5) {
        return Condition::Resource(ResourceCondition {
            resource: pick(random, &[RESOURCES[0], RESOURCES[1], RESOURCES[2], "*"]).to_owned(),
            permission: pick(random, Permission::ALL),
            ..ResourceCondition::default()
        });
    }
    let mut destinations = some(random, &PATTERNS);
    if random.chance(0.05) {
        destinations.push("10.0.0.0/99".to_owned());
    }
    Condition::Communication(CommunicationCondition {
        direction: pick(random, &[None, Some(Direction::Outbound), Some(Direction::Inbound)]),
        destinations,
        effect: pick(random, Effect::ALL),
        ..CommunicationCondition::default()
    })
}

fn agents() -> Agents {
    let known = |word: Option<&str>| word.map(str::to_owned);
    let by_name = AGENTS.map(|(name, kind, environment)| {
        (
            name.to_owned(),
            Agent { name: name.to_owned(), agent_type: known(kind), environment: known(environment) },
        )
    });
    Agents { by_name: BTreeMap::from(by_name), listed: true }
}

fn requests() -> Vec<Request> {
    let mut all = Vec::new();
    for resource in RESOURCES {
        for access in ACCESSES {
            all.push(Request::Resource { resource: resource.to_owned(), access: Access::from_word(access) });
        }
    }
    for destination in DESTINATIONS {
        for direction in Direction::ALL {
            all.push(Request::Communication { direction: *direction, destination: destination.to_owned() });
        }
    }
    all
}

fn exported(project: &Project, target: Target) -> Exported {
    export_policies(project, &PolicyExport { target, policies: Vec::new(), dialect: None }, None)
}

/// Decides every request of every agent under many policies, and hands each to a judge.
fn judged(
    target: Target,
    mut judge_of: impl FnMut(&Exported, &mut dyn FnMut(&mut dyn FnMut(&Agent, &Request) -> Verdict)),
) {
    let agents = agents();
    let (mut denied, mut compared) = (0, 0);
    for seed in 0..SEEDS {
        let project = project(seed);
        let policies = chosen_policies(&project, &[]);
        let judge = Judge::new(&project, &policies, &agents);
        judge_of(&exported(&project, target), &mut |ask| {
            for agent in agents.by_name.values() {
                for request in requests() {
                    let expected = judge.decide(&agent.name, &request);
                    let verdict = ask(agent, &request);
                    let which = format!("seed {seed}, {}: {request}: {}", agent.name, expected.why);
                    assert!(verdict.agrees(&expected), "{which}\n{verdict:?} instead of {expected:#?}");
                    denied += usize::from(expected.prevented);
                    compared += 1;
                }
            }
        });
    }
    assert!(denied > 800 && compared - denied > 800, "too one-sided: {denied} of {compared} denied");
}

/// What an engine says.
#[derive(Debug)]
enum Verdict {
    Rego(serde_json::Value),
    Cedar { allowed: bool },
}

impl Verdict {
    fn agrees(&self, expected: &Decision) -> bool {
        match self {
            Self::Rego(said) => {
                *said
                    == json!({
                        "effect": expected.effect.label(), "by": expected.by_text(), "prevented": expected.prevented,
                    })
            }
            Self::Cedar { allowed } => *allowed != expected.prevented,
        }
    }
}

#[test]
fn rego_decides_as_the_simulator_does() {
    judged(Target::Rego, |exported, compare| {
        let mut engine = regorus::Engine::new();
        let tests = &exported.files[1].text;
        for file in &exported.files {
            engine
                .add_policy(file.name.clone(), file.text.clone())
                .unwrap_or_else(|error| panic!("{error}\n{}", file.text));
        }
        // The tests that go with the policy hold; each fifth is asked, as each takes as long as a request.
        for number in (0..tests.matches("\ntest_").count()).step_by(5) {
            let test = format!("data.threat_studio_test.test_{number:03}");
            let held = engine.eval_rule(test.clone()).unwrap_or_else(|error| panic!("{test}: {error}"));
            assert_eq!(held, regorus::Value::from(true), "{test}\n{tests}");
        }
        compare(&mut |agent, request| {
            let mut asker = json!({ "name": agent.name });
            if let Some(kind) = &agent.agent_type {
                asker["type"] = json!(kind);
            }
            if let Some(environment) = &agent.environment {
                asker["environment"] = json!(environment);
            }
            let input = match request {
                Request::Resource { resource, access } => {
                    let access = if *access == Access::ReadWrite { "readwrite" } else { access.label() };
                    json!({ "agent": asker, "kind": "resource", "resource": resource, "access": access })
                }
                Request::Communication { direction, destination } => json!({
                    "agent": asker, "kind": "communication",
                    "direction": direction.label(), "destination": destination,
                }),
            };
            engine.set_input(regorus::Value::from_json_str(&input.to_string()).unwrap());
            let said = engine.eval_rule("data.threat_studio.decision".to_owned()).unwrap();
            Verdict::Rego(serde_json::from_str(&said.to_json_str().unwrap()).unwrap())
        });
    });
}

fn entity(kind: &str, name: &str, attributes: Vec<(&str, RestrictedExpression)>) -> Entity {
    let uid = uid(kind, name);
    let attributes: HashMap<String, RestrictedExpression> =
        attributes.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Entity::new(uid, attributes, HashSet::new()).unwrap()
}

fn uid(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), cedar_policy::EntityId::new(name))
}

/// The other end as the schema wants it: host in lower case without its port, address where it is one.
fn destination(name: &str) -> Entity {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let host = match name.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => name,
    };
    let mut attributes = vec![("host", text(&host.to_ascii_lowercase()))];
    let address =
        name.parse::<IpAddr>().ok().or_else(|| name.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    if let Some(address) = address {
        attributes.push(("address", RestrictedExpression::new_ip(address.to_canonical().to_string())));
    }
    entity("Destination", name, attributes)
}

#[test]
fn cedar_decides_as_the_simulator_does() {
    judged(Target::Cedar, |exported, compare| {
        let text = &exported.files[0].text;
        let policies = PolicySet::from_str(text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        let (schema, _) = Schema::from_cedarschema_str(&exported.files[1].text).unwrap();
        let validated = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        assert!(validated.validation_passed(), "{validated}\n{text}");
        let authorizer = Authorizer::new();
        compare(&mut |agent, request| {
            let text = |text: &String| RestrictedExpression::new_string(text.clone());
            let mut attributes = vec![("name", text(&agent.name))];
            attributes.extend(agent.agent_type.as_ref().map(|kind| ("agent_type", text(kind))));
            attributes
                .extend(agent.environment.as_ref().map(|environment| ("environment", text(environment))));
            let asker = entity("Agent", &agent.name, attributes);
            let (action, asked) = match request {
                Request::Resource { resource, access } => {
                    let action = match access {
                        Access::Read => "read",
                        Access::Write => "write",
                        Access::ReadWrite => "readwrite",
                        Access::Other(_) => "other",
                    };
                    (action, entity("Resource", resource, Vec::new()))
                }
                Request::Communication { direction, destination: name } => {
                    (direction.label(), destination(name))
                }
            };
            let request = cedar_policy::Request::new(
                asker.uid(),
                uid("Action", action),
                asked.uid(),
                Context::empty(),
                Some(&schema),
            );
            let entities = Entities::from_entities([asker, asked], Some(&schema)).unwrap();
            let answer = authorizer.is_authorized(&request.unwrap(), &policies, &entities);
            let errors: Vec<String> = answer.diagnostics().errors().map(ToString::to_string).collect();
            assert_eq!(errors, Vec::<String>::new());
            Verdict::Cedar { allowed: answer.decision() == CedarDecision::Allow }
        });
    });
}
