//! Exported NetworkPolicies, read back as the API of Kubernetes defines them (networking.k8s.io/v1) and evaluated as it
//! says: whatever they let through the simulator allows, and whatever they stop beyond that was told.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use threat_studio::exchange::engines::{Exported, Target};
use threat_studio::model::{
    AgentInstance, CommunicationCondition, Condition, Direction, Effect, Policy, PolicyId, Project, Rule,
    RuleAction, RuleId, Scope,
};
use threat_studio::session::engines::{PolicyExport, export_policies};
use threat_studio::simulation::random::Random;
use threat_studio::simulation::scope::{Agent, Agents, chosen_policies};
use threat_studio::simulation::{Decision, Judge, Request};
use threat_studio::storage::file;

type Labels = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NetworkPolicy {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    name: String,
    annotations: Labels,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    pod_selector: Selector,
    policy_types: Vec<PolicyType>,
    #[serde(default)]
    egress: Option<Vec<EgressRule>>,
    #[serde(default)]
    ingress: Option<Vec<IngressRule>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
enum PolicyType {
    Ingress,
    Egress,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selector {
    #[serde(default)]
    match_labels: Labels,
    #[serde(default)]
    match_expressions: Vec<Requirement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
enum Operator {
    In,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EgressRule {
    #[serde(default)]
    to: Vec<Peer>,
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IngressRule {
    #[serde(default)]
    from: Vec<Peer>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Peer {
    #[serde(default)]
    pod_selector: Option<Selector>,
    #[serde(default)]
    ip_block: Option<IpBlock>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IpBlock {
    cidr: String,
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Port {
    protocol: Protocol,
    port: u16,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Protocol {
    Tcp,
    Udp,
}

/// The other end of a connection: a pod with its labels, or an address.
enum End {
    Pod(Labels),
    Address(IpAddr),
}

fn range(text: &str) -> (u128, u32, bool) {
    let (network, bits) = text.split_once('/').unwrap_or_else(|| panic!("{text} is no range"));
    let network: IpAddr = network.parse().unwrap_or_else(|_| panic!("{text} is no range"));
    let bits: u32 = bits.parse().unwrap();
    let (number, most) = as_number(network);
    assert!(bits <= most, "{text}");
    let rest = most - bits;
    assert_eq!(
        number.checked_shr(rest).unwrap_or(0).checked_shl(rest).unwrap_or(0),
        number,
        "{text} has bits that do not count"
    );
    (number, rest, most == 32)
}

fn as_number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    }
}

fn within(address: IpAddr, text: &str) -> bool {
    let (network, rest, four) = range(text);
    let (number, _) = as_number(address);
    address.is_ipv4() == four && number.checked_shr(rest) == network.checked_shr(rest)
}

impl IpBlock {
    /// As the API server checks it: an exception lies within its block, and is smaller.
    fn check(&self) {
        let (_, rest, four) = range(&self.cidr);
        for except in &self.except {
            let (_, smaller, same) = range(except);
            let network: IpAddr = except.split_once('/').unwrap().0.parse().unwrap();
            assert!(same == four && smaller < rest && within(network, &self.cidr), "{self:?}");
        }
    }

    fn holds(&self, address: IpAddr) -> bool {
        within(address, &self.cidr) && !self.except.iter().any(|except| within(address, except))
    }
}

impl Selector {
    fn selects(&self, labels: &Labels) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|Requirement { key, operator: Operator::In, values }| {
                labels.get(key).is_some_and(|value| values.contains(value))
            })
    }
}

impl Peer {
    fn means(&self, end: &End) -> bool {
        match end {
            End::Pod(labels) => self.pod_selector.as_ref().is_some_and(|selector| selector.selects(labels)),
            End::Address(address) => self.ip_block.as_ref().is_some_and(|block| block.holds(*address)),
        }
    }
}

impl NetworkPolicy {
    /// What the API server refuses, beyond the types.
    fn check(&self) {
        assert_eq!(
            (self.api_version.as_str(), self.kind.as_str()),
            ("networking.k8s.io/v1", "NetworkPolicy")
        );
        let name = &self.metadata.name;
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        assert!(
            name.len() <= 253
                && name.chars().all(|c| letter(c) || c == '-')
                && name.starts_with(letter)
                && name.ends_with(letter),
            "{name}"
        );
        assert!(!self.metadata.annotations.is_empty() && !self.spec.policy_types.is_empty());
        for requirement in &self.spec.pod_selector.match_expressions {
            assert!(!requirement.values.is_empty(), "In wants values");
        }
        let egress = self.spec.egress.iter().flatten().flat_map(|rule| &rule.to);
        let ingress = self.spec.ingress.iter().flatten().flat_map(|rule| &rule.from);
        for peer in egress.chain(ingress) {
            assert!(
                peer.pod_selector.is_some() != peer.ip_block.is_some(),
                "a peer is one of them: {peer:?}"
            );
            if let Some(block) = &peer.ip_block {
                block.check();
            }
        }
        for port in self.spec.egress.iter().flatten().flat_map(|rule| &rule.ports) {
            assert!(matches!(port.protocol, Protocol::Tcp | Protocol::Udp) && port.port == 53, "{port:?}");
        }
    }

    /// Whether it lets a connection (not a look-up of a name) through; none where it has no word on it.
    fn allows(&self, pod: &Labels, way: Direction, end: &End) -> Option<bool> {
        let kind = if way == Direction::Outbound { PolicyType::Egress } else { PolicyType::Ingress };
        if !self.spec.policy_types.contains(&kind) || !self.spec.pod_selector.selects(pod) {
            return None;
        }
        let means = |peers: &[Peer]| peers.is_empty() || peers.iter().any(|peer| peer.means(end));
        Some(match way {
            Direction::Outbound => {
                self.spec.egress.iter().flatten().any(|rule| rule.ports.is_empty() && means(&rule.to))
            }
            Direction::Inbound => self.spec.ingress.iter().flatten().any(|rule| means(&rule.from)),
        })
    }
}

/// The exported policies, checked one by one, and the export.
fn read_back(project: &Project, policies: &[PolicyId]) -> (Vec<NetworkPolicy>, Exported) {
    let wanted =
        PolicyExport { target: Target::KubernetesNetworkPolicy, policies: policies.to_vec(), dialect: None };
    let exported = export_policies(project, &wanted, None);
    let text = &exported.files[0].text;
    let policies: Vec<NetworkPolicy> = if text.contains("apiVersion") {
        serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    } else {
        Vec::new()
    };
    for policy in &policies {
        policy.check();
    }
    (policies, exported)
}

/// Policies add up: a pod that none of them selects is free, and what one allows is allowed.
fn together(policies: &[NetworkPolicy], pod: &Labels, way: Direction, end: &End) -> Option<bool> {
    let words: Vec<bool> = policies.iter().filter_map(|policy| policy.allows(pod, way, end)).collect();
    (!words.is_empty()).then(|| words.contains(&true))
}

fn pod(agent: &Agent) -> Labels {
    let mut labels = Labels::from([("agent".to_owned(), agent.name.clone())]);
    labels.extend(agent.agent_type.clone().map(|kind| ("agent-type".to_owned(), kind)));
    labels.extend(agent.environment.clone().map(|environment| ("environment".to_owned(), environment)));
    labels
}

/// What the two say to one connection. Kubernetes may be stricter where the export told so, never more open; where it
/// has no word, neither has a policy, and the default that then holds was told.
fn compare(exported: &Exported, said: Option<bool>, ours: &Decision, named: &str, which: &str) {
    let told = |word: &str| exported.losses.iter().any(|loss| loss.what.contains(word));
    match said {
        Some(true) => assert!(!ours.prevented, "{which}: let through, but {}\n{exported:#?}", ours.why),
        Some(false) => {
            let why = named.is_empty() || told(named) || told("a denial that is only recorded");
            assert!(
                ours.prevented || why,
                "{which}: stopped without a word, but {}\n{exported:#?}",
                ours.why
            );
        }
        None => assert!(
            ours.by.is_none() && (!ours.prevented || told("the default")),
            "{which}: not carried without a word, but {}\n{exported:#?}",
            ours.why
        ),
    }
}

#[test]
fn every_pair_of_the_example_is_decided_alike_or_told() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/agent-platform.threat.ron");
    let project = file::open(example.as_ref()).unwrap().project;
    let (mut pairs, mut stopped) = (0, 0);
    for policy in project.policies.iter().map(|policy| policy.id) {
        let policies = chosen_policies(&project, &[policy]);
        let agents = Agents::of(&project, None, []);
        let judge = Judge::new(&project, &policies, &agents);
        let (network, exported) = read_back(&project, &[policy]);
        for agent in agents.by_name.values() {
            for (number, component) in project.diagram.components().enumerate() {
                // A component that agents run as is each of their pods; any other has an address of its own.
                let mut ends: Vec<(String, End)> = project
                    .simulation
                    .agents
                    .iter()
                    .filter(|agent| agent.component == Some(component.id))
                    .map(|agent| (agent.name.clone(), End::Pod(pod(&agents.by_name[&agent.name]))))
                    .collect();
                if ends.is_empty() {
                    let address = IpAddr::from([198, 51, 100, number as u8]);
                    ends.push((component.name.clone(), End::Address(address)));
                }
                for (name, end) in ends {
                    for way in Direction::ALL {
                        let said = together(&network, &pod(agent), *way, &end);
                        let request = Request::Communication { direction: *way, destination: name.clone() };
                        let ours = judge.decide(&agent.name, &request);
                        let which = format!("{policy}: {}: {request}", agent.name);
                        compare(&exported, said, &ours, &name, &which);
                        pairs += 1;
                        stopped += usize::from(said == Some(false));
                    }
                }
            }
        }
    }
    assert!(pairs > 100 && stopped > 20, "{stopped} of {pairs} stopped");
}

const AGENTS: [(&str, Option<&str>, Option<&str>); 3] =
    [("a1", Some("assistant"), Some("production")), ("a2", Some("processor"), None), ("a3", None, None)];
const PATTERNS: [&str; 10] = [
    "*",
    "10.0.0.0/8",
    "10.1.2.3/16",
    "10.1.0.0/24",
    "0.0.0.0/0",
    "192.0.2.7",
    "2001:db8::/32",
    "api.example.com",
    "10.0.0.0/99",
    "partners",
];
const ADDRESSES: [&str; 7] =
    ["10.1.0.9", "10.1.7.9", "10.9.9.9", "192.0.2.7", "203.0.113.1", "2001:db8::1", "2001:db9::1"];

fn random_project(seed: u64) -> Project {
    let random = &mut Random::new(seed);
    let mut project = Project::new("Random");
    project.simulation.default_allow = random.chance(0.3);
    project.simulation.agents = AGENTS
        .iter()
        .map(|(name, kind, environment)| AgentInstance {
            name: (*name).to_owned(),
            agent_type: kind.unwrap_or_default().to_owned(),
            environment: environment.unwrap_or_default().to_owned(),
            ..AgentInstance::default()
        })
        .collect();
    let condition = |random: &mut Random| {
        let names = (0..=random.below(2)).map(|_| PATTERNS[random.below(PATTERNS.len())].to_owned());
        Condition::Communication(CommunicationCondition {
            destinations: names.collect(),
            direction: [None, Some(Direction::Outbound), Some(Direction::Inbound)][random.below(3)],
            effect: Effect::ALL[random.below(2)],
            ..CommunicationCondition::default()
        })
    };
    let rules = (0..=random.below(3) as u32).map(|number| Rule {
        id: RuleId(number + 1),
        action: if random.chance(0.2) { RuleAction::Monitor } else { RuleAction::Enforce },
        conditions: (0..=random.below(3)).map(|_| condition(random)).collect(),
        ..Rule::default()
    });
    let rules = rules.collect();
    let agent_types = if random.chance(0.5) { vec!["assistant".to_owned()] } else { Vec::new() };
    let scope = Scope { agent_types, ..Scope::default() };
    project.policies.insert(Policy { id: PolicyId(1), rules, scope, ..Policy::default() });
    project
}

#[test]
fn random_policies_decide_addresses_alike_or_say_so() {
    let (mut through, mut stopped) = (0, 0);
    for seed in 0..400 {
        let project = random_project(seed);
        let policies = chosen_policies(&project, &[]);
        let agents = Agents::of(&project, None, []);
        let judge = Judge::new(&project, &policies, &agents);
        let (network, exported) = read_back(&project, &[]);
        for agent in agents.by_name.values() {
            for address in ADDRESSES {
                for way in Direction::ALL {
                    let end = End::Address(address.parse().unwrap());
                    let said = together(&network, &pod(agent), *way, &end);
                    let request = Request::Communication { direction: *way, destination: address.to_owned() };
                    let ours = judge.decide(&agent.name, &request);
                    let which = format!("seed {seed}: {}: {request}", agent.name);
                    let lost = if exported.losses.iter().any(|loss| loss.what == format!("{way}: *")) {
                        "*"
                    } else {
                        "never told"
                    };
                    compare(&exported, said, &ours, lost, &which);
                    through += usize::from(said == Some(true));
                    stopped += usize::from(said == Some(false));
                }
            }
        }
    }
    assert!(through > 1_000 && stopped > 1_000, "{through} let through, {stopped} stopped");
}
