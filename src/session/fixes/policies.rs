//! PO rules: policies, their rules, and the protection beside them.

use std::collections::BTreeSet;

use super::{Ask, CHOICES, Fix, fix, one};
use crate::analysis::approval;
use crate::catalog::Catalog;
use crate::edit::verbs::Ground;
use crate::edit::{Edit, Transaction, verbs};
use crate::model::{
    AlertSeverity, AlertThreshold, Asset, CommunicationCondition, Condition, Direction, Effect, ItemId,
    MetricInfo, Permission, Policy, PolicyStatus, ResourceCondition, ResponseAction, Rule, Threat,
    plain_word,
};

fn policy<'a>(ask: &Ask<'a>) -> Option<&'a Policy> {
    ask.project.policies.get(ask.policy()?)
}

fn rule<'a>(ask: &Ask<'a>) -> Option<(&'a Policy, &'a Rule)> {
    ask.project.rule(ask.rule()?)
}

fn change(ask: &Ask<'_>, field: &'static str, change: impl FnOnce(&mut Policy)) -> Option<Transaction> {
    verbs::change_policy(ask.project, ask.policy()?, field, change)
}

fn change_rule(ask: &Ask<'_>, field: &'static str, change: impl FnOnce(&mut Rule)) -> Option<Transaction> {
    verbs::change_rule(ask.project, ask.rule()?, field, change)
}

fn agent_types(ask: &Ask<'_>) -> BTreeSet<String> {
    let agents = ask.project.simulation.agents.iter();
    agents.map(|agent| agent.agent_type.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

pub(super) fn scope(ask: &Ask<'_>) -> Vec<Fix> {
    let bind = |label: String, types: Vec<String>| {
        fix(label, change(ask, "scope", |policy| policy.scope.agent_types = types))
    };
    let all = bind("Say that it binds every agent".to_owned(), vec!["*".to_owned()]);
    let each = agent_types(ask)
        .into_iter()
        .filter_map(|name| bind(format!("Bind agents of type {name}"), vec![name.clone()]));
    each.take(CHOICES - 1).chain(all).collect()
}

pub(super) fn listed_scope(ask: &Ask<'_>) -> Vec<Fix> {
    let types: Vec<String> = agent_types(ask).into_iter().collect();
    let change = change(ask, "scope", |policy| {
        policy.scope.agent_types = types;
        policy.scope.environments.clear();
        policy.scope.agents.clear();
    });
    one(fix("Bind the agents that are listed", change))
}

/// Widens a policy just so far that it binds the agent.
pub(super) fn bind(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let wanted = |component| ask.item.is_none_or(|item| component == Some(item));
    let agent = project.simulation.agents.iter().find(|agent| {
        let in_production = plain_word(&agent.environment) == "production";
        in_production && wanted(agent.component.map(ItemId::from))
    });
    let Some(agent) = agent else { return Vec::new() };
    let widen = |list: &mut Vec<String>, name: &str| {
        if !list.is_empty() && !list.iter().any(|known| known == "*" || known == name) {
            list.push(name.to_owned());
        }
    };
    let policies = project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired);
    policies
        .filter_map(|policy| {
            let change = verbs::change_policy(project, policy.id, "scope", |policy| {
                widen(&mut policy.scope.agent_types, &agent.agent_type);
                widen(&mut policy.scope.environments, &agent.environment);
                widen(&mut policy.scope.agents, &agent.name);
            });
            fix(format!("Bind {} by {}", agent.name, policy.name), change)
        })
        .take(CHOICES)
        .collect()
}

/// Known metrics that share a word with a name, the nearest first.
fn alike(catalog: &Catalog, name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').collect();
    let shared = |other: &str| other.split('_').filter(|word| words.contains(word)).count();
    let mut known: Vec<&str> = catalog.metrics.iter().map(|metric| metric.name.as_str()).collect();
    known.retain(|other| shared(other) > 0);
    known.sort_by_key(|other| std::cmp::Reverse(shared(other)));
    known.into_iter().take(CHOICES - 1).map(str::to_owned).collect()
}

pub(super) fn metric(ask: &Ask<'_>) -> Vec<Fix> {
    let Some((_, rule)) = rule(ask) else { return Vec::new() };
    let known =
        |name: &str| ask.catalog.metric(name).is_some() || ask.project.simulation.metrics.contains_key(name);
    let unknown = rule.conditions.iter().find_map(|condition| match condition {
        Condition::Metric(metric) if !known(&metric.metric) => Some(metric.metric.clone()),
        _ => None,
    });
    let Some(unknown) = unknown else { return Vec::new() };
    let watch = |name: String| {
        let change = change_rule(ask, "metric", |rule| {
            for condition in &mut rule.conditions {
                if let Condition::Metric(metric) = condition
                    && metric.metric == unknown
                {
                    metric.metric.clone_from(&name);
                }
            }
        });
        fix(format!("Watch {name} instead"), change)
    };
    let mut fixes: Vec<Fix> = alike(ask.catalog, &unknown).into_iter().filter_map(watch).collect();
    let described = verbs::change_simulation(ask.project, "metrics", |settings| {
        settings.metrics.insert(unknown.clone(), MetricInfo::default());
    });
    fixes.extend(fix(format!("Describe {unknown} as a level"), described));
    fixes
}

/// Takes out the conditions that make no sense, one at a time until the finding is gone.
pub(super) fn drop_conditions(ask: &Ask<'_>) -> Vec<Fix> {
    let Some((_, rule)) = rule(ask) else { return Vec::new() };
    let take = |index: usize| {
        let change = change_rule(ask, "conditions", |rule| {
            rule.conditions.remove(index);
        });
        fix(format!("Take out condition {}", index + 1), change)
    };
    let senseless = |condition: &Condition| crate::analysis::lint::is_senseless(ask.catalog, condition);
    let places = rule.conditions.iter().enumerate().filter(|(_, condition)| senseless(condition));
    places.filter_map(|(index, _)| take(index)).take(CHOICES).collect()
}

pub(super) fn drop_rule(ask: &Ask<'_>) -> Vec<Fix> {
    one(ask.rule().and_then(|id| fix("Delete the rule", verbs::remove_rule(ask.project, id))))
}

pub(super) fn first(ask: &Ask<'_>) -> Vec<Fix> {
    let Some((policy, _)) = rule(ask) else { return Vec::new() };
    let id = ask.rule();
    let change = verbs::change_policy(ask.project, policy.id, "order of rules", |policy| {
        policy.rules.sort_by_key(|rule| Some(rule.id) != id);
    });
    one(fix("Let it come first", change))
}

/// In one policy the grant goes; between two the one that denies gets the higher priority.
pub(super) fn settle(ask: &Ask<'_>) -> Vec<Fix> {
    let Some((policy, denying)) = rule(ask) else { return Vec::new() };
    let denied: BTreeSet<String> = denying
        .conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::Resource(resource) if resource.permission == Permission::Deny => {
                Some(plain_word(&resource.resource))
            }
            _ => None,
        })
        .collect();
    let grants = |condition: &Condition| {
        matches!(condition, Condition::Resource(resource)
            if resource.permission != Permission::Deny && denied.contains(&plain_word(&resource.resource)))
    };
    let inside = verbs::change_policy(ask.project, policy.id, "rules", |policy| {
        for rule in policy.rules.iter_mut().filter(|rule| rule.id != denying.id) {
            rule.conditions.retain(|condition| !grants(condition));
        }
    });
    let above = verbs::change_policy(ask.project, policy.id, "priority", |policy| {
        policy.priority = policy.priority.saturating_add(1);
    });
    let within = policy.rules.iter().any(|rule| rule.id != denying.id && rule.conditions.iter().any(grants));
    if within { one(fix("Take the grant out", inside)) } else { one(fix("Let the denial decide", above)) }
}

fn outbound(destination: &str, effect: Effect) -> Condition {
    Condition::Communication(CommunicationCondition {
        direction: Some(Direction::Outbound),
        destinations: vec![destination.to_owned()],
        effect,
        ..CommunicationCondition::default()
    })
}

pub(super) fn default_deny(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(policy) = policy(ask) else { return Vec::new() };
    let rule = Rule {
        name: "Everything else is denied".to_owned(),
        conditions: vec![outbound("*", Effect::Deny)],
        rationale: "What nobody has allowed is not needed.".to_owned(),
        ..Rule::default()
    };
    let added = verbs::add_rule(ask.project, policy.id, rule).map(|(_, transaction)| transaction);
    one(fix("Deny every other destination, last", added))
}

pub(super) fn no_wildcard(ask: &Ask<'_>) -> Vec<Fix> {
    let set = |label: String, name: Option<&str>| {
        let change = change_rule(ask, "destinations", |rule| {
            for condition in &mut rule.conditions {
                if let Condition::Communication(talk) = condition
                    && talk.effect == Effect::Allow
                    && talk.destinations.iter().any(|destination| destination == "*")
                {
                    match name {
                        Some(name) => talk.destinations = vec![name.to_owned()],
                        None => talk.effect = Effect::Deny,
                    }
                }
            }
        });
        fix(label, change)
    };
    let groups = ask.project.simulation.groups.iter();
    let narrowed =
        groups.filter_map(|group| set(format!("Allow only {}", group.name), Some(group.name.as_str())));
    narrowed.take(CHOICES - 1).chain(set("Deny instead".to_owned(), None)).collect()
}

pub(super) fn resource(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some((_, rule)) = rule(ask) else { return Vec::new() };
    let known = |name: &str| {
        name == "*" || project.assets.iter().any(|asset| plain_word(&asset.name) == plain_word(name))
    };
    let unknown = rule.conditions.iter().find_map(|condition| match condition {
        Condition::Resource(resource) if !known(&resource.resource) => Some(resource.resource.clone()),
        _ => None,
    });
    let Some(unknown) = unknown else { return Vec::new() };
    let asset = Asset { name: unknown.clone(), unclassified: true, ..Asset::default() };
    let mut fixes: Vec<Fix> =
        one(fix(format!("Add {unknown} to the assets"), verbs::add_asset(project, asset).1));
    fixes.extend(project.assets.iter().take(CHOICES - 1).filter_map(|asset| {
        let change = change_rule(ask, "resource", |rule| {
            for condition in &mut rule.conditions {
                if let Condition::Resource(resource) = condition
                    && resource.resource == unknown
                {
                    resource.resource.clone_from(&asset.name);
                }
            }
        });
        fix(format!("Speak of {} instead", asset.name), change)
    }));
    fixes
}

/// A rule that lets agents read the asset and not change it; what else is needed is then added to it.
pub(super) fn guard(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(ItemId::Asset(id)) = ask.item else { return Vec::new() };
    let Some(asset) = project.assets.get(id) else { return Vec::new() };
    let policies: Vec<&Policy> =
        project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired).collect();
    let write = |policy: &Policy, permission: Permission, words: &str| {
        let rule = Rule {
            name: format!("Access to {}", asset.name),
            conditions: vec![Condition::Resource(ResourceCondition {
                resource: asset.name.clone(),
                permission,
                ..ResourceCondition::default()
            })],
            rationale: format!("{} is {}.", asset.name, asset.sensitivity.label()),
            ..Rule::default()
        };
        let added = verbs::add_rule(project, policy.id, rule).map(|(_, transaction)| transaction);
        fix(format!("{words} in {}", policy.name), added)
    };
    policies
        .iter()
        .flat_map(|policy| {
            [(Permission::Deny, "Deny it"), (Permission::Read, "Allow to read it")]
                .into_iter()
                .filter_map(|(permission, words)| write(policy, permission, words))
        })
        .take(CHOICES)
        .collect()
}

pub(super) fn responses(ask: &Ask<'_>) -> Vec<Fix> {
    let change = change(ask, "response", |policy| {
        let response = &mut policy.response;
        let usual = [
            (&mut response.low, vec![ResponseAction::Log]),
            (&mut response.medium, vec![ResponseAction::Log, ResponseAction::Notify]),
            (&mut response.high, vec![ResponseAction::Notify, ResponseAction::Isolate]),
        ];
        for (actions, wanted) in usual {
            if actions.is_empty() {
                *actions = wanted;
            }
        }
    });
    one(fix("Log low, notify on medium, isolate on high", change))
}

pub(super) fn more_than_log(ask: &Ask<'_>) -> Vec<Fix> {
    [(ResponseAction::Isolate, "Isolate on high"), (ResponseAction::Notify, "Notify on high")]
        .into_iter()
        .filter_map(|(action, label)| {
            fix(label, change(ask, "response", |policy| policy.response.high.push(action)))
        })
        .collect()
}

pub(super) fn deciders(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(policy) = policy(ask) else { return Vec::new() };
    let named = policy.response.approvers.iter().any(|name| !name.trim().is_empty());
    let mut people: Vec<String> = policy.review.approvers.clone();
    people.extend(ask.people());
    let set = |name: Option<&String>| {
        let label = match name {
            Some(name) => format!("Ask {name}, isolate when nobody answers"),
            None => "Isolate when nobody answers".to_owned(),
        };
        let change = change(ask, "response", |policy| {
            policy.response.approvers.extend(name.cloned());
            policy.response.timeout_action.get_or_insert(ResponseAction::Isolate);
        });
        fix(label, change)
    };
    if named {
        one(set(None))
    } else {
        people.iter().take(CHOICES).filter_map(|name| set(Some(name))).collect()
    }
}

/// How hard an action bites: the same order that the rule compares by.
const BY_STRENGTH: [ResponseAction; 4] =
    [ResponseAction::Isolate, ResponseAction::Restrict, ResponseAction::Notify, ResponseAction::Log];

pub(super) fn timeout(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(policy) = policy(ask) else { return Vec::new() };
    let response = &policy.response;
    let automatic: Vec<ResponseAction> =
        [&response.low, &response.medium, &response.high].into_iter().flatten().copied().collect();
    let Some(strongest) = BY_STRENGTH.into_iter().find(|action| automatic.contains(action)) else {
        return Vec::new();
    };
    let change = change(ask, "response", |policy| policy.response.timeout_action = Some(strongest));
    let word = strongest.label();
    one(fix(format!("When nobody answers, {word} as it would by itself"), change))
}

pub(super) fn know_approver(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(policy) = policy(ask) else { return Vec::new() };
    let named = policy.response.approvers.iter().chain(&policy.review.approvers);
    let names: Vec<String> = named.map(|name| name.trim().to_owned()).collect();
    let change = verbs::change_details(ask.project, "people", |details| {
        for name in names {
            let known = details.contributors.iter().any(|other| plain_word(other) == plain_word(&name));
            if !name.is_empty() && !known {
                details.contributors.push(name);
            }
        }
    });
    one(fix("Add them to the people of the model", change))
}

pub(super) fn reviewed(ask: &Ask<'_>) -> Vec<Fix> {
    let day = ask.today;
    let change = change(ask, "review", |policy| policy.review.last = Some(day));
    one(fix("Say that it was reviewed today", change))
}

pub(super) fn second_approver(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(policy) = policy(ask) else { return Vec::new() };
    ask.people()
        .into_iter()
        .filter(|name| plain_word(name) != plain_word(&policy.author))
        .filter_map(|name| {
            let label = format!("Let {name} approve it too");
            fix(label, change(ask, "approvers", |policy| policy.review.approvers.push(name)))
        })
        .take(CHOICES)
        .collect()
}

pub(super) fn monitor(ask: &Ask<'_>) -> Vec<Fix> {
    let change = change(ask, "monitoring", |policy| {
        let used: Vec<String> = policy
            .rules
            .iter()
            .flat_map(|rule| &rule.conditions)
            .filter_map(|condition| match condition {
                Condition::Metric(metric) => Some(metric.metric.clone()),
                _ => None,
            })
            .collect();
        for metric in used {
            let covered = policy.monitoring.metrics.iter().any(|known| {
                metric == *known
                    || metric.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('_'))
            });
            if !covered {
                policy.monitoring.metrics.push(metric);
            }
        }
    });
    one(fix("Collect what its rules need", change))
}

pub(super) fn alert(ask: &Ask<'_>) -> Vec<Fix> {
    [AlertSeverity::High, AlertSeverity::Medium, AlertSeverity::Low]
        .into_iter()
        .filter_map(|severity| {
            let alert = AlertThreshold {
                event: "policy_violation".to_owned(),
                severity,
                ..AlertThreshold::default()
            };
            let change = change(ask, "alerts", |policy| policy.monitoring.alerts.push(alert));
            fix(format!("Call a violation {}", severity.label()), change)
        })
        .collect()
}

pub(super) fn rationale(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some((_, rule)) = rule(ask) else { return Vec::new() };
    let through = rule.controls.iter().filter_map(|id| project.controls.get(*id));
    let mut served: Vec<String> =
        rule.threats.iter().map(|id| format!("{id} {}", project.name_of((*id).into()))).collect();
    served.extend(through.map(|control| format!("{} {}", control.id, control.name)));
    if served.is_empty() {
        return Vec::new();
    }
    let text = format!("Serves {}.", served.join(", "));
    one(fix("Name what it serves", change_rule(ask, "rationale", |rule| rule.rationale = text)))
}

/// Moves the rule's check to the first tier that leaves it the time.
pub(super) fn other_tier(ask: &Ask<'_>) -> Vec<Fix> {
    let Some((_, rule)) = rule(ask) else { return Vec::new() };
    let Some(cost) = rule.check_ms.filter(|_| !rule.check.trim().is_empty()) else { return Vec::new() };
    let fits = |tier: &crate::model::Tier| tier.latency_target_ms >= cost;
    let Some(at) = ask.project.protection.tiers.iter().position(fits) else { return Vec::new() };
    let change = verbs::change_protection(ask.project, "tiers", |protection| {
        for (index, tier) in protection.tiers.iter_mut().enumerate() {
            tier.checks.retain(|check| *check != rule.check);
            if index == at {
                tier.checks.push(rule.check.clone());
            }
        }
    });
    one(fix(format!("Move {} to tier {}", rule.check, at + 1), change))
}

pub(super) fn exclude_check(ask: &Ask<'_>) -> Vec<Fix> {
    let change = verbs::change_protection(ask.project, "caching", |protection| {
        let checks = protection.tiers.iter().flat_map(|tier| &tier.checks);
        let deep: BTreeSet<String> = checks.filter(|check| check.starts_with("deep")).cloned().collect();
        for check in deep {
            if !protection.caching.excluded_checks.contains(&check) {
                protection.caching.excluded_checks.push(check);
            }
        }
    });
    one(fix("Never reuse answers of deep checks", change))
}

pub(super) fn shorten_cache(ask: &Ask<'_>) -> Vec<Fix> {
    let change = verbs::change_protection(ask.project, "caching", |protection| {
        let caching = &mut protection.caching;
        caching.ttl_ms = caching.revocation_target_ms.unwrap_or(caching.ttl_ms);
    });
    one(fix("Keep answers only as long as a withdrawn right may live", change))
}

/// The threats that no rule answers yet come first.
pub(super) fn link_threat(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let answered: BTreeSet<_> =
        project.policies.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.threats).collect();
    let mut threats: Vec<&Threat> = project.threats.iter().filter(|threat| threat.status.is_live()).collect();
    threats.sort_by_key(|threat| answered.contains(&threat.id));
    let link = |threat: &&Threat| {
        let change = change_rule(ask, "threats", |rule| rule.threats.push(threat.id));
        fix(format!("Say that it answers {}", threat.title), change)
    };
    let mut fixes: Vec<Fix> = threats.iter().filter_map(link).take(CHOICES - 1).collect();
    fixes.extend(drop_rule(ask));
    fixes
}

pub(super) fn promote(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(active) = policy(ask) else { return Vec::new() };
    let staged = ask.project.policies.iter().find(|policy| {
        policy.status == PolicyStatus::Staged && plain_word(&policy.name) == plain_word(&active.name)
    });
    let Some(staged) = staged else { return Vec::new() };
    let retired = |policy: &Policy, why: &str| {
        let mut policy = policy.clone();
        policy.status = PolicyStatus::Retired;
        policy.decisions.push(ask.decision(format!("Retired: {why}")));
        Edit::from(policy)
    };
    let mut fixes = Vec::new();
    // What nobody has simulated is not approved in passing: that asks for a reason, and is done at the policy.
    let tested = approval::tested(ask.project, staged.id);
    let ground = Ground { tested: &tested, ..Ground::default() };
    let approved = verbs::approve_policy(ask.project, staged.id, &ask.decision(""), &ground).ok().flatten();
    if let Some(Edit::Policy(_, Some(mut next))) = approved.and_then(|change| change.edits.into_iter().next())
    {
        next.status = PolicyStatus::Active;
        next.decisions.push(ask.decision("Put into force"));
        let why = format!("{} took its place", staged.id);
        let edits = vec![retired(active, &why), Edit::from(*next)];
        let name = format!("Put the staged form of {} into force", active.name);
        fixes.extend(fix("Approve the staged form and put it into force", Transaction::new(name, edits)));
    }
    let why = format!("{} stays in force", active.id);
    let name = format!("Give up the staged form of {}", active.name);
    fixes.extend(fix("Retire the staged form", Transaction::new(name, vec![retired(staged, &why)])));
    fixes
}
