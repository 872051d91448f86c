//! Resource and communication conditions as Cedar. Cedar knows no order and lets any forbid win, so what decides is
//! worked out here: first match becomes "this and none before it".

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::promql::binds_all;
use super::{Exported, ExportedFile, Pattern, Placed, PolicySet, directions, loss, one_line, rego};
use crate::exchange::Loss;
use crate::model::{Condition, Direction, Effect, LayerMode, Permission, Policy, Scope};

const SCHEMA: &str = include_str!("policies.cedarschema");

/// The accesses that the schema knows; `other` stands for every word that no permission grants.
const ACCESSES: [&str; 4] = ["read", "write", "readwrite", "other"];

pub(super) fn export(set: &PolicySet<'_>) -> Exported {
    let mut losses = Vec::new();
    let mut text = format!(
        "// The policies of {}. Validate with policies.cedarschema: a policy that errs is skipped, a forbid too.\n// Hosts are asked for in lower case and without their port; an address goes into the attribute address.\n",
        one_line(&set.project.name)
    );
    let mut writer = Writer { text: &mut text, numbers: BTreeMap::new() };
    if set.project.simulation.default_allow {
        writer.write("default", Outcome::ALLOW, "principal, action, resource", &[]);
    }
    for policy in &set.policies {
        let guards = higher_words(set, policy);
        resources(set, policy, &guards, &mut writer);
        communications(set, policy, &guards, &mut writer, &mut losses);
    }
    set.lose_others(
        &mut losses,
        |condition| !matches!(condition, Condition::Metric(_)),
        "Cedar decides requests and keeps no time; export it as Prometheus rules",
    );
    for placed in set.conditions().iter().filter(|placed| placed.only_watches()) {
        if !matches!(placed.condition, Condition::Metric(_)) {
            let why = "Cedar cannot deny and let through; where the condition denies there is a permit that says @recorded(\"deny\")";
            losses.push(loss(placed.path(), "a rule that only watches", why));
        }
    }
    let files = vec![
        ExportedFile { name: "policies.cedar".to_owned(), text },
        ExportedFile { name: "policies.cedarschema".to_owned(), text: SCHEMA.to_owned() },
    ];
    Exported { files, losses }
}

/// What a condition decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    allows: bool,
    /// A denial that is only recorded.
    recorded: bool,
}

impl Outcome {
    const ALLOW: Self = Self { allows: true, recorded: false };

    fn deny(only_recorded: bool) -> Self {
        Self { allows: false, recorded: only_recorded }
    }
}

/// Writes policies, each under an id of its own.
struct Writer<'a> {
    text: &'a mut String,
    numbers: BTreeMap<String, usize>,
}

impl Writer<'_> {
    fn write(&mut self, by: &str, outcome: Outcome, head: &str, when: &[String]) {
        let number = self.numbers.entry(by.to_owned()).or_insert(0);
        *number += 1;
        let id = if *number == 1 { by.to_owned() } else { format!("{by}#{number}") };
        let recorded = if outcome.recorded { "@recorded(\"deny\")\n" } else { "" };
        let effect = if outcome.allows || outcome.recorded { "permit" } else { "forbid" };
        let _ = write!(self.text, "\n@id({})\n{recorded}{effect} ({head})", cedar_text(&id));
        let when: Vec<&str> = when.iter().map(String::as_str).filter(|part| *part != "true").collect();
        if !when.is_empty() {
            let _ = write!(self.text, "\nwhen {{\n  {}\n}}", when.join(" &&\n  "));
        }
        self.text.push_str(";\n");
    }
}

fn scope_text(scope: &Scope) -> String {
    let mut parts = Vec::new();
    for (attribute, list, may_lack) in [
        ("agent_type", &scope.agent_types, true),
        ("environment", &scope.environments, true),
        ("name", &scope.agents, false),
    ] {
        if !binds_all(list) {
            let names: Vec<String> = list.iter().map(|name| cedar_text(name)).collect();
            let has = if may_lack { format!("principal has {attribute} && ") } else { String::new() };
            parts.push(format!("{has}[{}].contains(principal.{attribute})", names.join(", ")));
        }
    }
    if parts.is_empty() { "true".to_owned() } else { parts.join(" && ") }
}

fn of_policy<'a>(set: &PolicySet<'a>, policy: &Policy) -> Vec<Placed<'a>> {
    set.conditions().into_iter().filter(|placed| placed.policy.id == policy.id).collect()
}

/// Where the project decides by priority: the policies that go before this one.
fn higher_words<'a>(set: &PolicySet<'a>, policy: &Policy) -> Vec<&'a Policy> {
    if set.project.simulation.layers != LayerMode::Priority {
        return Vec::new();
    }
    set.policies.iter().copied().filter(|other| other.priority > policy.priority).collect()
}

fn resources(set: &PolicySet<'_>, policy: &Policy, higher: &[&Policy], writer: &mut Writer<'_>) {
    let conditions = of_policy(set, policy);
    let listed: Vec<(&Placed<'_>, &str, Permission)> = conditions
        .iter()
        .filter_map(|placed| match placed.condition {
            Condition::Resource(condition) => {
                Some((placed, condition.resource.as_str(), condition.permission))
            }
            _ => None,
        })
        .collect();
    let names: BTreeSet<&str> = listed.iter().map(|(_, name, _)| *name).collect();
    for name in &names {
        let about: Vec<&(&Placed<'_>, &str, Permission)> =
            listed.iter().filter(|(_, other, _)| other == name || *other == "*").collect();
        let mut decided: BTreeMap<(String, Outcome), Vec<&str>> = BTreeMap::new();
        for access in ACCESSES {
            let denial = about.iter().find(|(_, _, permission)| *permission == Permission::Deny);
            let grant = about.iter().find(|(_, _, permission)| rego::grants(*permission).contains(&access));
            let Some(one) = denial.or(grant).or(about.first()) else { continue };
            let allows = denial.is_none() && grant.is_some();
            let outcome = if allows { Outcome::ALLOW } else { Outcome::deny(one.0.only_watches()) };
            decided.entry((one.0.path(), outcome)).or_default().push(access);
        }
        for ((by, outcome), accesses) in decided {
            let actions: Vec<String> =
                accesses.iter().map(|access| format!("Action::{}", cedar_text(access))).collect();
            let everything = *name == "*";
            let of = if everything {
                "resource".to_owned()
            } else {
                format!("resource == Resource::{}", cedar_text(name))
            };
            let mut when = vec![scope_text(&policy.scope)];
            if everything {
                let others = names.iter().filter(|other| **other != "*");
                when.extend(others.map(|other| format!("resource != Resource::{}", cedar_text(other))));
            }
            when.extend(
                higher.iter().filter_map(|other| resource_word(set, other)).map(|word| format!("!({word})")),
            );
            writer.write(
                &by,
                outcome,
                &format!("principal, action in [{}], {of}", actions.join(", ")),
                &when,
            );
        }
    }
}

/// Whether a policy has a word on the resource; none: it never has.
fn resource_word(set: &PolicySet<'_>, policy: &Policy) -> Option<String> {
    let conditions = of_policy(set, policy);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for placed in &conditions {
        if let Condition::Resource(condition) = placed.condition {
            names.insert(if condition.resource == "*" {
                "true".to_owned()
            } else {
                format!("resource == Resource::{}", cedar_text(&condition.resource))
            });
        }
    }
    any_of(names).map(|names| format!("{} && ({names})", scope_text(&policy.scope)))
}

fn any_of(parts: impl IntoIterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().collect();
    (!parts.is_empty()).then(|| parts.join(" || "))
}

fn communications(
    set: &PolicySet<'_>,
    policy: &Policy,
    higher: &[&Policy],
    writer: &mut Writer<'_>,
    losses: &mut Vec<Loss>,
) {
    let conditions = of_policy(set, policy);
    for way in Direction::ALL {
        let mut before: Vec<String> = Vec::new();
        for placed in &conditions {
            let Some((matching, unreadable)) = matching(set, placed, *way) else { continue };
            let Condition::Communication(condition) = placed.condition else { continue };
            if unreadable {
                let why =
                    "an address range in it cannot be read; as in the simulation, everything is denied here";
                losses.push(loss(placed.path(), "the destinations", why));
            }
            let outcome = if condition.effect == Effect::Allow && !unreadable {
                Outcome::ALLOW
            } else {
                Outcome::deny(placed.only_watches() && !unreadable)
            };
            let mut when = vec![scope_text(&policy.scope), grouped(&matching)];
            when.extend(before.iter().map(|earlier| format!("!({earlier})")));
            when.extend(
                higher
                    .iter()
                    .filter_map(|other| communication_word(set, other, *way))
                    .map(|word| format!("!({word})")),
            );
            let head = format!("principal, action == Action::{}, resource", cedar_text(way.label()));
            writer.write(&placed.path(), outcome, &head, &when);
            before.push(matching);
        }
    }
}

fn grouped(text: &str) -> String {
    if text.contains("||") { format!("({text})") } else { text.to_owned() }
}

/// When a communication condition matches in that direction, and whether nobody can say; none where it is about
/// something else.
fn matching(set: &PolicySet<'_>, placed: &Placed<'_>, way: Direction) -> Option<(String, bool)> {
    let Condition::Communication(condition) = placed.condition else { return None };
    if !directions(condition.direction).contains(&way) {
        return None;
    }
    let names = set.destinations(&condition.destinations);
    let mut parts = Vec::new();
    let mut everybody = false;
    for name in &names {
        match Pattern::of(name) {
            Pattern::Any => everybody = true,
            // Nobody can say whom it means: the safe answer, as in the simulation.
            Pattern::Unreadable => return Some(("true".to_owned(), true)),
            Pattern::Exact(_) => {}
            Pattern::Suffix(suffix) => {
                let text = cedar_text(&suffix);
                let pattern = text.replace('*', "\\*").replacen('"', "\"*", 1);
                parts.push(format!("(resource.host like {pattern} && resource.host != {text})"));
            }
            Pattern::Range(network, bits) => {
                let range = format!("ip(\"{network}/{bits}\")");
                parts.push(format!("(resource has address && resource.address.isInRange({range}))"));
            }
        }
        parts.push(format!("resource == Destination::{}", cedar_text(name)));
    }
    if everybody {
        return Some(("true".to_owned(), false));
    }
    Some((any_of(parts).unwrap_or_else(|| "false".to_owned()), false))
}

fn communication_word(set: &PolicySet<'_>, policy: &Policy, way: Direction) -> Option<String> {
    let conditions = of_policy(set, policy);
    let parts =
        conditions.iter().filter_map(|placed| matching(set, placed, way)).map(|(matching, _)| matching);
    any_of(parts).map(|parts| format!("{} && ({parts})", scope_text(&policy.scope)))
}

/// A text as Cedar reads it.
fn cedar_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
