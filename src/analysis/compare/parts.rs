//! Parts of records that have fields of their own: told field by field, so that a change of one is a line of its own.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::FieldChange;
use super::fields::told_one_by_one;
use crate::model::{Condition, Direction, Effect, Policy, Rule, RuleId};

/// What differs within a part, leaf by leaf: "scope, agent types".
pub(super) fn within<T: Serialize + PartialEq>(name: &str, before: &T, after: &T) -> Vec<FieldChange> {
    if before == after {
        return Vec::new();
    }
    let (before, after) = (leaves(name, before), leaves(name, after));
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let told = |leaves: &BTreeMap<String, String>, path: &str| leaves.get(path).cloned().unwrap_or_default();
    paths
        .into_iter()
        .map(|path| FieldChange {
            field: path.clone(),
            before: told(&before, path),
            after: told(&after, path),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

fn leaves<T: Serialize>(name: &str, value: &T) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(value) = serde_json::to_value(value) {
        walk(name.to_owned(), &value, &mut found);
    }
    found
}

fn walk(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                walk(format!("{path}, {}", key.replace('_', " ")), value, found);
            }
        }
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let words: Vec<String> = values.iter().map(plain).collect();
            found.insert(path, words.join(", "));
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                let named = ["name", "event", "id"].into_iter().find_map(|key| value.get(key)?.as_str());
                let which = named.map_or_else(|| (index + 1).to_string(), str::to_owned);
                walk(format!("{path}, {which}"), value, found);
            }
        }
        value => {
            found.insert(path, plain(value));
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
        value => value.to_string(),
    }
}

/// What differs in a policy besides its own fields: its parts, and rule by rule.
pub(super) fn of_policy(before: &Policy, after: &Policy) -> Vec<FieldChange> {
    let mut found = within("scope", &before.scope, &after.scope);
    found.extend(rules(before, after));
    found.extend(within("monitoring", &before.monitoring, &after.monitoring));
    found.extend(within("response", &before.response, &after.response));
    found.extend(within("review", &before.review, &after.review));
    found
}

fn rules(before: &Policy, after: &Policy) -> Vec<FieldChange> {
    let by_id = |policy: &Policy| -> Vec<RuleId> { policy.rules.iter().map(|rule| rule.id).collect() };
    let mut ids = by_id(before);
    ids.extend(by_id(after));
    ids.sort_unstable();
    ids.dedup();
    let rule = |policy: &Policy, id: RuleId| policy.rules.iter().find(|rule| rule.id == id).cloned();
    let mut found = Vec::new();
    for id in ids {
        match (rule(before, id), rule(after, id)) {
            (Some(old), Some(new)) => found.extend(of_rule(&old, &new)),
            (Some(old), None) => {
                found.push(FieldChange {
                    field: format!("rule {id}"),
                    before: old.name,
                    after: String::new(),
                });
            }
            (None, Some(new)) => {
                found.push(FieldChange {
                    field: format!("rule {id}"),
                    before: String::new(),
                    after: new.name,
                });
            }
            (None, None) => {}
        }
    }
    if found.is_empty() && by_id(before) != by_id(after) {
        let order = |policy: &Policy| {
            policy.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        found.push(FieldChange {
            field: "order of the rules".to_owned(),
            before: order(before),
            after: order(after),
        });
    }
    found
}

fn of_rule(before: &Rule, after: &Rule) -> Vec<FieldChange> {
    let mut found = told_one_by_one(before, after);
    for index in 0..before.conditions.len().max(after.conditions.len()) {
        let told = |rule: &Rule| rule.conditions.get(index).map(condition).unwrap_or_default();
        let (old, new) = (told(before), told(after));
        if old != new {
            found.push(FieldChange { field: format!("condition {}", index + 1), before: old, after: new });
        }
    }
    for change in &mut found {
        change.field = format!("{}: {}", after.name, change.field);
    }
    found
}

/// A condition in a few words: "cpu_usage < 80 for 5m", "read customer_data", "outbound to * denied".
fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Metric(metric) => {
            let time = match metric.duration_ms {
                0 => String::new(),
                ms => format!(" for {}", duration(ms)),
            };
            let reading =
                metric.reading.map_or_else(String::new, |reading| format!(", read as {}", reading.label()));
            format!("{} {} {}{time}{reading}", metric.metric, metric.operator.label(), metric.value)
        }
        Condition::Resource(resource) => {
            format!("{} {}", resource.permission.label(), resource.resource)
        }
        Condition::Communication(talk) => {
            let direction = match talk.direction {
                Some(Direction::Outbound) => "outbound to",
                Some(Direction::Inbound) => "inbound from",
                None => "either way with",
            };
            let effect = if talk.effect == Effect::Allow { "allowed" } else { "denied" };
            format!("{direction} {} {effect}", talk.destinations.join(", "))
        }
    }
}

fn duration(ms: i64) -> String {
    for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000)] {
        if ms % size == 0 {
            return format!("{}{unit}", ms / size);
        }
    }
    format!("{ms}ms")
}
