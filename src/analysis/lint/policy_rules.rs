//! PO rules about the rules of policies: their conditions, what they answer, and whether anybody has tried them.

use std::collections::BTreeSet;

use super::context::Context;
use super::policy::live;
use crate::catalog::Catalog;
use crate::model::{
    CommunicationCondition, Condition, Direction, Effect, MetricCondition, Operator, Permission, Policy,
    Reading, Rule, Sensitivity, plain_word,
};

/// Rules of policies that are not retired.
fn rules<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Policy, &'a Rule)> + use<'a> {
    live(context).flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)))
}

fn metrics(rule: &Rule) -> impl Iterator<Item = &MetricCondition> + '_ {
    rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Metric(metric) => Some(metric),
        _ => None,
    })
}

fn communications(rule: &Rule) -> impl Iterator<Item = &CommunicationCondition> + '_ {
    rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Communication(communication) => Some(communication),
        _ => None,
    })
}

pub(super) fn unknown_metric(context: &mut Context<'_>) {
    for (_, rule) in rules(context) {
        for condition in metrics(rule) {
            let name = &condition.metric;
            let known = context.catalog.metric(name).is_some()
                || context.project.simulation.metrics.contains_key(name);
            if !known {
                context.report(rule.id, format!("{} watches {name}, which nobody has described", rule.name));
            }
        }
    }
}

/// Conditions are typed, so what is left to go wrong are values that mean nothing.
pub(super) fn senseless_condition(context: &mut Context<'_>) {
    for (_, rule) in rules(context) {
        for condition in &rule.conditions {
            if let Some(wrong) = wrong(condition) {
                context.report(rule.id, format!("A condition of {} {wrong}", rule.name));
            }
        }
    }
}

/// What makes a condition mean nothing.
pub(super) fn wrong(condition: &Condition) -> Option<&'static str> {
    match condition {
        Condition::Metric(metric) => wrong_metric(metric),
        Condition::Resource(resource) if resource.resource.trim().is_empty() => Some("names no resource"),
        Condition::Communication(talk) if talk.destinations.iter().all(|name| name.trim().is_empty()) => {
            Some("names no destination")
        }
        Condition::Communication(talk) if talk.destinations.iter().any(|name| is_bad_pattern(name)) => {
            Some("has a * in the middle of a destination; it may stand alone or at the start")
        }
        _ => None,
    }
}

/// Whether nothing that can happen meets a condition.
pub(super) fn cannot_be_met(catalog: &Catalog, condition: &Condition) -> bool {
    matches!(condition, Condition::Metric(metric) if can_be_violated(catalog, metric).1)
}

fn wrong_metric(metric: &MetricCondition) -> Option<&'static str> {
    let window = matches!(
        metric.reading,
        Some(
            Reading::Increase | Reading::Sum | Reading::Any | Reading::Avg | Reading::Rate | Reading::Absent
        )
    );
    if metric.metric.trim().is_empty() {
        Some("names no metric")
    } else if !metric.value.is_finite() && metric.reading != Some(Reading::Absent) {
        Some("compares with something that is no number")
    } else if metric.duration_ms < 0 || metric.hold_for_ms < 0 || metric.keep_firing_for_ms < 0 {
        Some("has a time below zero")
    } else if window && metric.duration_ms == 0 {
        Some("looks at a window of no length")
    } else {
        None
    }
}

fn is_bad_pattern(name: &str) -> bool {
    name.rfind('*').is_some_and(|at| at > 0)
}

/// The lowest and highest value that a metric can have, by its unit.
fn range(catalog: &Catalog, condition: &MetricCondition) -> (f64, f64) {
    let unit = catalog.metric(&condition.metric).map_or("", |metric| metric.unit.as_str());
    let top = match unit {
        "percent" => 100.0,
        "ratio" | "score 0-1" => 1.0,
        _ => f64::INFINITY,
    };
    // Sums over a window can exceed what one sample can be.
    let of_samples = matches!(condition.reading, None | Some(Reading::For | Reading::Any | Reading::Avg));
    let bottom = if unit.is_empty() { f64::NEG_INFINITY } else { 0.0 };
    (bottom, if of_samples { top } else { f64::INFINITY })
}

/// Whether some value, and whether every value, violates a condition.
fn can_be_violated(catalog: &Catalog, condition: &MetricCondition) -> (bool, bool) {
    if condition.reading == Some(Reading::Absent) {
        return (true, false);
    }
    let (bottom, top) = range(catalog, condition);
    let value = condition.value;
    let (can_hold, can_break) = match condition.operator {
        Operator::Less => (bottom < value, top >= value),
        Operator::LessOrEqual => (bottom <= value, top > value),
        Operator::Greater => (top > value, bottom <= value),
        Operator::GreaterOrEqual => (top >= value, bottom < value),
        Operator::Equal => (bottom <= value && value <= top, true),
        Operator::NotEqual => (true, bottom <= value && value <= top),
    };
    (can_break, !can_hold)
}

pub(super) fn never_fires(context: &mut Context<'_>) {
    for (_, rule) in rules(context) {
        let idle = |condition: &Condition| match condition {
            Condition::Metric(metric) => !can_be_violated(context.catalog, metric).0,
            Condition::Resource(resource) => resource.permission == Permission::ReadWrite,
            Condition::Communication(talk) => talk.effect == Effect::Allow,
        };
        let what = if rule.conditions.is_empty() {
            format!("{} has no conditions", rule.name)
        } else if rule.conditions.iter().all(idle) {
            format!("Nothing that can happen violates {}", rule.name)
        } else {
            continue;
        };
        context.report(rule.id, what);
    }
}

pub(super) fn always_fires(context: &mut Context<'_>) {
    for (_, rule) in rules(context) {
        for condition in metrics(rule) {
            if can_be_violated(context.catalog, condition).1 {
                let (metric, sign, value) = (&condition.metric, condition.operator.label(), condition.value);
                context.report(rule.id, format!("{}: {metric} {sign} {value} cannot be met", rule.name));
            }
        }
    }
}

/// Whether everything that a later condition matches was matched before.
fn covers(earlier: &CommunicationCondition, later: &CommunicationCondition) -> bool {
    let direction = earlier.direction.is_none() || earlier.direction == later.direction;
    let matched = |name: &String| {
        earlier.destinations.iter().any(|known| {
            known == "*"
                || known == name
                || known.strip_prefix('*').is_some_and(|suffix| name.ends_with(suffix))
        })
    };
    direction && !later.destinations.is_empty() && later.destinations.iter().all(matched)
}

/// Of communication conditions the first that matches decides, across the rules of a policy.
pub(super) fn shadowed(context: &mut Context<'_>) {
    for policy in live(context) {
        let mut earlier: Vec<(&Rule, &CommunicationCondition)> = Vec::new();
        for rule in &policy.rules {
            for condition in communications(rule) {
                let hidden =
                    earlier.iter().find(|(_, e)| e.effect != condition.effect && covers(e, condition));
                if let Some((by, _)) = hidden {
                    let names = condition.destinations.join(", ");
                    context.report(
                        rule.id,
                        format!("{}: {names} is already decided the other way by {}", rule.name, by.name),
                    );
                }
                earlier.push((rule, condition));
            }
        }
    }
}

/// Within a policy a denial beats a grant in silence; between policies of equal priority nobody has said who wins.
pub(super) fn conflict(context: &mut Context<'_>) {
    let all: Vec<(&Policy, &Rule)> = rules(context).collect();
    let mut found = disputed_resources(&all);
    found.append(&mut disputed_destinations(&live(context).collect::<Vec<_>>()));
    for Dispute { denying, granting, name } in found {
        let what = format!("{} denies {name}, which {} grants", denying.name, granting.name);
        context.report(denying.id, what);
    }
}

/// Something that one rule denies and another grants.
struct Dispute<'a> {
    denying: &'a Rule,
    granting: &'a Rule,
    name: String,
}

/// Resources that rules of one policy, or of two that can meet, speak of both ways; `*` is every resource.
fn disputed_resources<'a>(all: &[(&'a Policy, &'a Rule)]) -> Vec<Dispute<'a>> {
    let said: Vec<(&Policy, &Rule, String, bool)> = all
        .iter()
        .flat_map(|(policy, rule)| rule.conditions.iter().map(move |condition| (*policy, *rule, condition)))
        .filter_map(|(policy, rule, condition)| match condition {
            Condition::Resource(resource) => {
                let name = resource.resource.as_str();
                let name = if name.trim() == EVERYTHING { EVERYTHING.to_owned() } else { plain_word(name) };
                Some((policy, rule, name, resource.permission == Permission::Deny))
            }
            _ => None,
        })
        .collect();
    let same = |a: &str, b: &str| a == b || a == EVERYTHING || b == EVERYTHING;
    let mut found = Vec::new();
    for (denier, denying, name, _) in said.iter().filter(|(.., denies)| *denies) {
        let other = said.iter().find(|(granter, granting, other, denies)| {
            !denies
                && same(name, other)
                && granter.priority == denier.priority
                && granting.id != denying.id
                && (granter.id == denier.id || overlap(granter, denier))
        });
        if let Some((_, granting, other, _)) = other {
            let name = if name == EVERYTHING { other } else { name };
            let name = if name == EVERYTHING { "every resource".to_owned() } else { name.clone() };
            found.push(Dispute { denying, granting, name });
        }
    }
    found
}

const EVERYTHING: &str = "*";

/// Destinations that two policies which can meet decide both ways. In one policy the order of conditions decides; so each
/// policy is asked for its first match, also for whoever no condition names.
fn disputed_destinations<'a>(policies: &[&'a Policy]) -> Vec<Dispute<'a>> {
    let orders: Vec<(&Policy, Vec<(&Rule, &CommunicationCondition)>)> = policies
        .iter()
        .map(|policy| {
            (
                *policy,
                policy
                    .rules
                    .iter()
                    .flat_map(|rule| communications(rule).map(move |talk| (rule, talk)))
                    .collect(),
            )
        })
        .collect();
    let mut found: Vec<Dispute<'_>> = Vec::new();
    for (denier, denials) in &orders {
        for (_, grants) in orders.iter().filter(|(other, _)| {
            other.id != denier.id && other.priority == denier.priority && overlap(other, denier)
        }) {
            for way in [Direction::Outbound, Direction::Inbound] {
                let names = denials.iter().chain(grants).flat_map(|(_, talk)| &talk.destinations);
                let names: BTreeSet<&str> = names.map(String::as_str).collect();
                for name in names {
                    let (Some((denying, Effect::Deny)), Some((granting, Effect::Allow))) =
                        (first_match(denials, way, name), first_match(grants, way, name))
                    else {
                        continue;
                    };
                    let name = if name == EVERYTHING { "every other destination" } else { name };
                    let known = found.iter().any(|one| one.denying.id == denying.id && one.name == name);
                    if !known {
                        found.push(Dispute { denying, granting, name: name.to_owned() });
                    }
                }
            }
        }
    }
    found
}

/// The condition that decides about a destination, and how.
fn first_match<'a>(
    order: &[(&'a Rule, &'a CommunicationCondition)],
    way: Direction,
    name: &str,
) -> Option<(&'a Rule, Effect)> {
    let named = |pattern: &String| {
        pattern == EVERYTHING
            || pattern == name
            || pattern.strip_prefix('*').is_some_and(|end| !name.starts_with('*') && name.ends_with(end))
    };
    let fits = |talk: &CommunicationCondition| {
        talk.direction.is_none_or(|own| own == way) && talk.destinations.iter().any(named)
    };
    order.iter().find(|(_, talk)| fits(talk)).map(|(rule, talk)| (*rule, talk.effect))
}

/// Whether two policies can bind the same agent.
fn overlap(a: &Policy, b: &Policy) -> bool {
    let meet = |a: &[String], b: &[String]| {
        let everybody = |list: &[String]| list.is_empty() || list.iter().any(|name| name == "*");
        everybody(a) || everybody(b) || a.iter().any(|name| b.contains(name))
    };
    meet(&a.scope.agent_types, &b.scope.agent_types)
        && meet(&a.scope.environments, &b.scope.environments)
        && meet(&a.scope.agents, &b.scope.agents)
}

fn is_outbound(condition: &CommunicationCondition) -> bool {
    condition.direction != Some(Direction::Inbound)
}

pub(super) fn no_default_deny(context: &mut Context<'_>) {
    for policy in live(context) {
        let conditions: Vec<&CommunicationCondition> =
            policy.rules.iter().flat_map(communications).filter(|condition| is_outbound(condition)).collect();
        let allows = conditions.iter().any(|condition| condition.effect == Effect::Allow);
        let closes = |condition: &CommunicationCondition| {
            condition.effect == Effect::Deny && condition.destinations.iter().any(|name| name == "*")
        };
        if allows && !conditions.last().is_some_and(|condition| closes(condition)) {
            context
                .report(policy.id, format!("{} allows some destinations and denies no others", policy.name));
        }
    }
}

pub(super) fn wildcard_allow(context: &mut Context<'_>) {
    for (_, rule) in rules(context) {
        let open = communications(rule).any(|condition| {
            condition.effect == Effect::Allow && condition.destinations.iter().any(|name| name == "*")
        });
        if open {
            context.report(rule.id, format!("{} allows every destination", rule.name));
        }
    }
}

fn resources(rule: &Rule) -> impl Iterator<Item = &str> + '_ {
    rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Resource(resource) => Some(resource.resource.as_str()),
        _ => None,
    })
}

pub(super) fn unknown_resource(context: &mut Context<'_>) {
    let assets: BTreeSet<String> =
        context.project.assets.iter().map(|asset| plain_word(&asset.name)).collect();
    for (_, rule) in rules(context) {
        for resource in resources(rule).filter(|name| *name != "*" && !assets.contains(&plain_word(name))) {
            context.report(
                rule.id,
                format!("{} speaks of {resource}, which is no asset of the model", rule.name),
            );
        }
    }
}

/// Where there are no policies at all, this would only repeat that.
pub(super) fn unguarded_asset(context: &mut Context<'_>) {
    if live(context).next().is_none() {
        return;
    }
    let named: BTreeSet<String> =
        rules(context).flat_map(|(_, rule)| resources(rule)).map(plain_word).collect();
    for asset in &context.project.assets {
        if asset.sensitivity >= Sensitivity::Confidential && !named.contains(&plain_word(&asset.name)) {
            let level = asset.sensitivity.label();
            context.report(asset.id, format!("{} is {level}, and no rule says who may touch it", asset.name));
        }
    }
}

pub(super) fn no_rationale(context: &mut Context<'_>) {
    for (_, rule) in rules(context).filter(|(_, rule)| rule.rationale.trim().is_empty()) {
        context.report(rule.id, format!("Nobody says why {} is as it is", rule.name));
    }
}

/// A rule whose check is in no tier is decided by the first, as every operation is.
pub(super) fn slow_check(context: &mut Context<'_>) {
    let protection = &context.project.protection;
    if !protection.enabled {
        return;
    }
    for (_, rule) in rules(context) {
        let Some(cost) = rule.check_ms else { continue };
        let named = protection.tiers.iter().position(|tier| tier.checks.contains(&rule.check));
        let at = named.unwrap_or(0);
        let Some(target) = protection.tiers.get(at).map(|tier| tier.latency_target_ms) else { continue };
        if target > 0.0 && cost > target {
            let tier = at + 1;
            context.report(
                rule.id,
                format!(
                    "{} takes {cost} ms to decide, and tier {tier} is to stay under {target} ms",
                    rule.name
                ),
            );
        }
    }
}

pub(super) fn answers_no_threat(context: &mut Context<'_>) {
    let project = context.project;
    for (_, rule) in rules(context) {
        // A rule that implements a control answers the threats of that control.
        let through =
            rule.controls.iter().filter_map(|id| project.controls.get(*id)).any(|c| !c.threats.is_empty());
        if rule.threats.is_empty() && !through {
            context.report(rule.id, format!("{} answers no threat", rule.name));
        }
    }
}

pub(super) fn unwatched_threat(context: &mut Context<'_>) {
    let watched: BTreeSet<&str> = rules(context)
        .flat_map(|(_, rule)| metrics(rule))
        .map(|condition| condition.metric.as_str())
        .collect();
    for (threat, _) in context.grave_threats() {
        let entry = threat.catalog.as_deref().and_then(|id| context.catalog.threat(id));
        let Some(entry) = entry.filter(|entry| !entry.metrics.is_empty()) else { continue };
        let linked = rules(context)
            .any(|(_, rule)| rule.threats.contains(&threat.id) && metrics(rule).next().is_some());
        if !linked && !entry.metrics.iter().any(|metric| watched.contains(metric.as_str())) {
            let metrics = entry.metrics.join(", ");
            context.report(
                threat.id,
                format!("{} would show in {metrics}, and no rule watches them", threat.title),
            );
        }
    }
}

pub(super) fn untested(context: &mut Context<'_>) {
    for (policy, rule) in rules(context) {
        let evidence = &context.project.evidence;
        let tried = evidence
            .iter()
            .any(|e| e.rule == Some(rule.id) || (e.rule.is_none() && e.policy == Some(policy.id)));
        if !tried && metrics(rule).next().is_some() {
            context.report(rule.id, format!("{} has never been run on a trace", rule.name));
        }
    }
}
