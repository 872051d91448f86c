//! Communication conditions as NetworkPolicy of Kubernetes: lists of what is allowed, by address. What it cannot say is
//! left out on the safe side, and said.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::promql::binds_all;
use super::{
    Exported, ExportedFile, Pattern, Placed, PolicySet, directions, loss, one_line, policy_name, quoted,
};
use crate::exchange::Loss;
use crate::model::{Condition, Direction, Effect, LayerMode, Policy};

pub(super) fn export(set: &PolicySet<'_>) -> Exported {
    let mut losses = Vec::new();
    let mut documents = Vec::new();
    for policy in &set.policies {
        documents.extend(document(set, policy, &mut losses));
    }
    set.lose_others(
        &mut losses,
        |condition| matches!(condition, Condition::Communication(_)),
        "NetworkPolicy knows connections only; export it as Prometheus rules, Rego or Cedar",
    );
    if documents.len() > 1 {
        let why = "NetworkPolicies add up: what one allows, another cannot deny. Where two bind the same pods, the wider one holds";
        losses.push(loss("several policies", "denials across policies", why));
    }
    if set.project.simulation.layers == LayerMode::Priority {
        losses.push(loss("layers", "priorities", "NetworkPolicy has none"));
    }
    if !set.project.simulation.default_allow {
        let why = "what no policy has a word on is denied here; Kubernetes lets through whatever no NetworkPolicy selects, so add one that selects every pod and allows nothing";
        losses.push(loss("agents and directions", "the default", why));
    }
    if !documents.is_empty() {
        let why = "pods must carry the labels agent, agent-type and environment, and the policy goes into their namespace";
        losses.push(loss("pods", "who is who", why));
    }
    let text = if documents.is_empty() {
        "# No communication condition that a NetworkPolicy can express.\n".to_owned()
    } else {
        documents.join("---\n")
    };
    Exported { files: vec![ExportedFile { name: "network-policy.yaml".to_owned(), text }], losses }
}

fn document(set: &PolicySet<'_>, policy: &Policy, losses: &mut Vec<Loss>) -> Option<String> {
    let conditions: Vec<Placed<'_>> = set
        .conditions()
        .into_iter()
        .filter(|placed| {
            placed.policy.id == policy.id && matches!(placed.condition, Condition::Communication(_))
        })
        .collect();
    if conditions.is_empty() {
        return None;
    }
    let selector = pod_selector(policy, losses)?;
    let mut types = Vec::new();
    let mut body = String::new();
    for way in [Direction::Outbound, Direction::Inbound] {
        if let Some(rules) = rules(set, &conditions, way, losses) {
            let (name, title) = match way {
                Direction::Outbound => ("egress", "Egress"),
                Direction::Inbound => ("ingress", "Ingress"),
            };
            types.push(title);
            let _ = if rules.is_empty() {
                writeln!(body, "  {name}: []")
            } else {
                write!(body, "  {name}:\n{rules}")
            };
        }
    }
    Some(format!(
        "# {}\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {}\n  annotations:\n    policy: {}\nspec:\n  podSelector:{selector}\n  policyTypes: [{}]\n{body}",
        one_line(&policy_name(policy)),
        quoted(&policy.id.to_string().to_lowercase()),
        quoted(&policy_name(policy)),
        types.join(", "),
    ))
}

fn pod_selector(policy: &Policy, losses: &mut Vec<Loss>) -> Option<String> {
    let scope = &policy.scope;
    let mut text = String::new();
    for (key, list) in
        [("agent-type", &scope.agent_types), ("environment", &scope.environments), ("agent", &scope.agents)]
    {
        if binds_all(list) {
            continue;
        }
        let values: Vec<String> =
            list.iter().filter(|value| is_label(value)).map(|value| quoted(value)).collect();
        for value in list.iter().filter(|value| !is_label(value)) {
            losses.push(loss(
                policy_name(policy),
                format!("{key} {value}"),
                "this cannot be the value of a label",
            ));
        }
        if values.is_empty() {
            return None;
        }
        let _ = write!(text, "\n      - {{key: {key}, operator: In, values: [{}]}}", values.join(", "));
    }
    Some(if text.is_empty() { " {}".to_owned() } else { format!("\n    matchExpressions:{text}") })
}

/// Whether a text can be the value of a label of Kubernetes.
fn is_label(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Why a name is not carried.
const NO_NAMES: &str = "NetworkPolicy knows addresses and labels, no names; with Cilium write toFQDNs for it";

/// A stretch of addresses.
type Range = (IpAddr, u32);

/// What a direction allows; none where the policy has no word on it.
fn rules(
    set: &PolicySet<'_>,
    conditions: &[Placed<'_>],
    way: Direction,
    losses: &mut Vec<Loss>,
) -> Option<String> {
    let mut peers: Vec<String> = Vec::new();
    let mut denied: Vec<Range> = Vec::new();
    let mut denied_names: Vec<String> = Vec::new();
    // What no condition named so far is allowed; the policy's last word was said.
    let (mut rest, mut decided) = (false, false);
    let mut about = false;
    for placed in conditions {
        let Condition::Communication(condition) = placed.condition else { continue };
        if !directions(condition.direction).contains(&way) {
            continue;
        }
        about = true;
        let lose = |losses: &mut Vec<Loss>, what: &str, why: &str| {
            losses.push(loss(placed.path(), format!("{way}: {what}"), why));
        };
        let names = set.destinations(&condition.destinations);
        if let Some(name) = names.iter().find(|name| Pattern::of(name) == Pattern::Unreadable) {
            let why = "the address range cannot be read; neither the condition nor anything after it allows anybody";
            lose(losses, name, why);
            decided = true;
            break;
        }
        if condition.effect == Effect::Deny && placed.only_watches() {
            lose(
                losses,
                "a denial that is only recorded",
                "NetworkPolicy has no dry run; nothing is denied for it",
            );
            continue;
        }
        for name in names {
            // A group says nothing itself; its members follow.
            if set.project.simulation.groups.iter().any(|group| group.name == name) {
                continue;
            }
            let range = match Pattern::of(&name) {
                Pattern::Any => None,
                Pattern::Range(network, bits) => Some((network, bits)),
                Pattern::Exact(text) => {
                    if let Ok(address) = text.parse::<IpAddr>() {
                        Some((address, if address.is_ipv4() { 32 } else { 128 }))
                    } else {
                        let agents = &set.project.simulation.agents;
                        if condition.effect == Effect::Deny {
                            denied_names.push(name);
                        } else if agents.iter().any(|agent| agent.name == text) && is_label(&text) {
                            peers.push(format!("podSelector: {{matchLabels: {{agent: {}}}}}", quoted(&text)));
                        } else {
                            lose(losses, &name, NO_NAMES);
                        }
                        continue;
                    }
                }
                Pattern::Suffix(_) => {
                    if condition.effect == Effect::Deny {
                        denied_names.push(name);
                    } else {
                        lose(losses, &name, NO_NAMES);
                    }
                    continue;
                }
                Pattern::Unreadable => continue,
            };
            match (condition.effect, range) {
                (Effect::Deny, None) => decided = true,
                (Effect::Deny, Some(range)) => denied.push(range),
                (Effect::Allow, Some(range)) => {
                    if denied.iter().any(|before| covers(*before, range)) {
                        lose(losses, &name, "an earlier denial covers it, so it is never allowed");
                    } else {
                        peers.push(block(range, &denied));
                    }
                }
                (Effect::Allow, None) if !denied_names.is_empty() => {
                    lose(losses, "*", &denied_before(&denied_names));
                    decided = true;
                }
                (Effect::Allow, None) => {
                    rest = true;
                    decided = true;
                }
            }
        }
        if decided {
            break;
        }
    }
    if !about {
        return None;
    }
    if !decided && set.project.simulation.default_allow {
        if denied_names.is_empty() {
            rest = true;
        } else {
            let place = conditions.first().map(|placed| policy_name(placed.policy)).unwrap_or_default();
            losses.push(loss(place, format!("{way}: *"), denied_before(&denied_names)));
        }
    }
    let everybody = rest && denied.is_empty();
    if rest && !everybody {
        for whole in ["0.0.0.0/0", "::/0"] {
            if let Pattern::Range(network, bits) = Pattern::of(whole)
                && !denied.iter().any(|before| covers(*before, (network, bits)))
            {
                peers.push(block((network, bits), &denied));
            }
        }
    }
    let side = if way == Direction::Outbound { "to" } else { "from" };
    let mut text = String::new();
    if everybody {
        text.push_str("    - {}\n");
        return Some(text);
    }
    if way == Direction::Outbound {
        text.push_str("    # Names are looked up before anybody is talked to.\n    - ports:\n        - {protocol: UDP, port: 53}\n        - {protocol: TCP, port: 53}\n");
        losses.push(loss(
            conditions.first().map(|placed| policy_name(placed.policy)).unwrap_or_default(),
            "name lookup",
            "port 53 is allowed to everybody, because without it nothing can be reached by name",
        ));
    }
    if !peers.is_empty() {
        let _ = writeln!(text, "    - {side}:");
        for peer in peers {
            let _ = writeln!(text, "        - {peer}");
        }
    }
    Some(text)
}

/// Why an allowance of all others is not carried.
fn denied_before(names: &[String]) -> String {
    format!(
        "{} is denied before it, and NetworkPolicy cannot deny a name; it is left out, so that nothing denied gets through",
        names.join(", ")
    )
}

fn covers(outer: Range, inner: Range) -> bool {
    outer.0.is_ipv4() == inner.0.is_ipv4() && outer.1 <= inner.1 && super::masked(inner.0, outer.1) == outer.0
}

/// A range without what was denied within it.
fn block(range: Range, denied: &[Range]) -> String {
    let except: Vec<String> = denied
        .iter()
        .filter(|inner| covers(range, **inner))
        .map(|(network, bits)| quoted(&format!("{network}/{bits}")))
        .collect();
    let cidr = quoted(&format!("{}/{}", range.0, range.1));
    if except.is_empty() {
        format!("ipBlock: {{cidr: {cidr}}}")
    } else {
        format!("ipBlock: {{cidr: {cidr}, except: [{}]}}", except.join(", "))
    }
}
