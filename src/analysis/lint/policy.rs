//! PO rules about a policy as a whole: scope, monitoring, responses, review, and the protection beside it.

use std::collections::BTreeSet;

use super::context::Context;
use crate::model::{
    AgentInstance, AlertSeverity, ComponentId, ComponentKind, Condition, ItemId, Policy, PolicyStatus,
    ResponseAction, Scope, plain_word,
};

/// Policies that are not retired.
pub(super) fn live<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Policy> + use<'a> {
    context.project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired)
}

pub(super) fn no_scope(context: &mut Context<'_>) {
    for policy in live(context) {
        let scope = &policy.scope;
        if scope.agent_types.is_empty() && scope.environments.is_empty() && scope.agents.is_empty() {
            context.report(
                policy.id,
                format!("{} names no agents and no environments, so it binds everybody", policy.name),
            );
        }
    }
}

fn matches(list: &[String], word: &str) -> bool {
    list.is_empty() || list.iter().any(|wanted| wanted == "*" || plain_word(wanted) == plain_word(word))
}

fn binds(scope: &Scope, agent: &AgentInstance) -> bool {
    matches(&scope.agent_types, &agent.agent_type)
        && matches(&scope.environments, &agent.environment)
        && matches(&scope.agents, &agent.name)
}

/// Without a list of agents nobody can tell whom a policy binds.
pub(super) fn binds_nobody(context: &mut Context<'_>) {
    let agents = &context.project.simulation.agents;
    if agents.is_empty() {
        return;
    }
    for policy in live(context) {
        if !agents.iter().any(|agent| binds(&policy.scope, agent)) {
            context.report(
                policy.id,
                format!("{} binds none of the {} agents listed", policy.name, agents.len()),
            );
        }
    }
}

/// Agents are those that the simulation lists; an agent of the diagram tagged `production` counts where none is listed.
pub(super) fn agent_without_policy(context: &mut Context<'_>) {
    let project = context.project;
    let policies: Vec<&Policy> = live(context).collect();
    let mut listed: BTreeSet<ComponentId> = BTreeSet::new();
    for agent in &project.simulation.agents {
        listed.extend(agent.component);
        let in_production = plain_word(&agent.environment) == "production";
        let out_of_scope = agent
            .component
            .and_then(|id| project.diagram.component(id))
            .is_some_and(|component| component.out_of_scope);
        if !in_production || out_of_scope || policies.iter().any(|policy| binds(&policy.scope, agent)) {
            continue;
        }
        let what = format!("No policy binds {} in production", agent.name);
        match agent.component {
            Some(component) => context.report(component, what),
            None => context.report_model(what),
        }
    }
    for (_, component) in context.components() {
        let tagged = component.tags.iter().any(|tag| plain_word(tag) == "production");
        if component.kind == ComponentKind::Agent
            && tagged
            && !listed.contains(&component.id)
            && policies.is_empty()
        {
            context.report(component.id, format!("No policy binds {} in production", component.name));
        }
    }
}

pub(super) fn no_response(context: &mut Context<'_>) {
    for policy in live(context) {
        let missing: Vec<&str> = AlertSeverity::ALL
            .iter()
            .filter(|severity| policy.response.automatic(**severity).is_empty())
            .map(|severity| severity.label())
            .collect();
        if !missing.is_empty() {
            context.report(
                policy.id,
                format!("{} does nothing on an alarm that is {}", policy.name, missing.join(" or ")),
            );
        }
    }
}

pub(super) fn high_is_only_logged(context: &mut Context<'_>) {
    for policy in live(context) {
        let actions = &policy.response.high;
        if !actions.is_empty() && actions.iter().all(|action| *action == ResponseAction::Log) {
            context.report(policy.id, format!("{} only writes a high alarm down", policy.name));
        }
    }
}

pub(super) fn nobody_to_ask(context: &mut Context<'_>) {
    for policy in live(context) {
        let nobody = policy.response.approvers.iter().all(|name| name.trim().is_empty());
        let what = match (nobody, policy.response.timeout_action.is_none()) {
            (true, true) => "names nobody who decides, nor what happens when nobody answers",
            (true, false) => "names nobody who decides",
            (false, true) => "does not say what happens when nobody answers",
            (false, false) => continue,
        };
        context.report(policy.id, format!("{} {what}", policy.name));
    }
}

/// How hard an action bites.
fn strength(action: ResponseAction) -> u8 {
    match action {
        ResponseAction::Allow => 0,
        ResponseAction::Log => 1,
        ResponseAction::Notify => 2,
        ResponseAction::Restrict => 3,
        ResponseAction::Isolate => 4,
    }
}

pub(super) fn weak_timeout(context: &mut Context<'_>) {
    for policy in live(context) {
        let response = &policy.response;
        let automatic = [&response.low, &response.medium, &response.high].into_iter().flatten();
        let strongest = automatic.copied().max_by_key(|action| strength(*action));
        if let (Some(timeout), Some(strongest)) = (response.timeout_action, strongest)
            && strength(timeout) < strength(strongest)
        {
            context.report(
                policy.id,
                format!(
                    "{}: when nobody answers it would {timeout}, though it may {strongest} by itself",
                    policy.name
                ),
            );
        }
    }
}

pub(super) fn review_overdue(context: &mut Context<'_>) {
    for policy in live(context).filter(|policy| policy.status != PolicyStatus::Draft) {
        if policy.review.last.is_none() {
            context.report(policy.id, format!("{} has never been reviewed", policy.name));
        } else if let (Some(today), Some(due)) = (context.today, policy.review.next())
            && due < today
        {
            context.report(policy.id, format!("{} was to be reviewed by {due}", policy.name));
        }
    }
}

/// Whom the model knows: who works on it, who takes part in reviews and signs, and the roles of those who sign. A policy
/// may name a person or a role. Without anybody nobody can be looked up.
fn directory(context: &Context<'_>) -> BTreeSet<String> {
    let project = context.project;
    let signed = project.reviews.iter().flat_map(|review| &review.sign_offs);
    let names = project
        .contributors
        .iter()
        .chain(project.reviews.iter().flat_map(|review| &review.participants))
        .chain(signed.clone().map(|sign| &sign.name))
        .chain(signed.map(|sign| &sign.role));
    names.map(|name| plain_word(name)).filter(|name| !name.is_empty()).collect()
}

pub(super) fn unknown_approver(context: &mut Context<'_>) {
    let known = directory(context);
    if known.is_empty() {
        return;
    }
    for policy in live(context) {
        let named = policy.response.approvers.iter().chain(&policy.review.approvers);
        let strangers: BTreeSet<&str> = named
            .map(|name| name.trim())
            .filter(|name| !name.is_empty() && !known.contains(&plain_word(name)))
            .collect();
        if !strangers.is_empty() {
            let names = strangers.into_iter().collect::<Vec<_>>().join(", ");
            context.report(policy.id, format!("{} asks {names}, whom the model does not know", policy.name));
        }
    }
}

pub(super) fn author_approves_alone(context: &mut Context<'_>) {
    for policy in live(context).filter(|policy| !policy.author.trim().is_empty()) {
        let [only] = policy.review.approvers.as_slice() else { continue };
        if plain_word(only) == plain_word(&policy.author) {
            context.report(policy.id, format!("{} was written and is approved by {only} alone", policy.name));
        }
    }
}

/// A family of metrics may be monitored by its first word: `cpu` covers `cpu_usage`.
pub(super) fn unmonitored_metric(context: &mut Context<'_>) {
    for policy in live(context) {
        let covered = |metric: &str| {
            policy.monitoring.metrics.iter().any(|monitored| {
                metric == monitored
                    || metric.strip_prefix(monitored.as_str()).is_some_and(|rest| rest.starts_with('_'))
            })
        };
        let used =
            policy.rules.iter().flat_map(|rule| &rule.conditions).filter_map(|condition| match condition {
                Condition::Metric(metric) => Some(metric.metric.as_str()),
                _ => None,
            });
        let missing: BTreeSet<&str> = used.filter(|metric| !covered(metric)).collect();
        if !missing.is_empty() {
            let missing = missing.into_iter().collect::<Vec<_>>().join(", ");
            context.report(
                policy.id,
                format!("{} does not collect {missing}, which its rules need", policy.name),
            );
        }
    }
}

pub(super) fn no_alert(context: &mut Context<'_>) {
    for policy in live(context).filter(|policy| !policy.rules.is_empty()) {
        let graded =
            policy.monitoring.alerts.iter().any(|alert| plain_word(&alert.event) == "policyviolation");
        if !graded {
            context.report(policy.id, format!("{} does not say how grave a violation is", policy.name));
        }
    }
}

/// A deep check looks at what an agent does now; yesterday's answer says nothing about it.
pub(super) fn cached_deep_check(context: &mut Context<'_>) {
    let protection = &context.project.protection;
    if !protection.enabled || !protection.caching.enabled {
        return;
    }
    let checks: BTreeSet<&str> =
        protection.tiers.iter().flat_map(|tier| &tier.checks).map(String::as_str).collect();
    for check in checks {
        let excluded = protection.caching.excluded_checks.iter().any(|name| name == check);
        if check.starts_with("deep") && !excluded {
            context.report_model(format!("Answers of {check} are kept and used again"));
        }
    }
}

pub(super) fn kept_too_long(context: &mut Context<'_>) {
    let protection = &context.project.protection;
    let caching = &protection.caching;
    let Some(target) = caching.revocation_target_ms.filter(|_| protection.enabled && caching.enabled) else {
        return;
    };
    if caching.ttl_ms > target {
        let seconds = |ms: i64| ms as f64 / 1000.0;
        context.report_model(format!(
            "Answers of checks are kept for {} s, and a withdrawn right must take effect within {} s",
            seconds(caching.ttl_ms),
            seconds(target)
        ));
    }
}

/// Two policies of one name, one in force and one staged, are versions of each other.
pub(super) fn differs_from_staged(context: &mut Context<'_>) {
    let project = context.project;
    let with = |status| project.policies.iter().filter(move |policy| policy.status == status);
    for active in with(PolicyStatus::Active) {
        let staged =
            with(PolicyStatus::Staged).find(|staged| plain_word(&staged.name) == plain_word(&active.name));
        let Some(staged) = staged else { continue };
        let same = active.scope == staged.scope
            && active.monitoring == staged.monitoring
            && active.response == staged.response
            && active.rules.len() == staged.rules.len()
            && active
                .rules
                .iter()
                .zip(&staged.rules)
                .all(|(a, b)| a.conditions == b.conditions && a.action == b.action && a.name == b.name);
        if !same {
            let staged = ItemId::from(staged.id);
            context.report(
                active.id,
                format!("{} is in force in another form than {staged}, which is staged", active.name),
            );
        }
    }
}
