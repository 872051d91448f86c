//! TM-037 to TM-065: threats, controls, and how the model is looked after.

use super::{Ask, CHOICES, Fix, fix, one};
use crate::analysis::risk::{Rating, Spread, register};
use crate::analysis::suggest;
use crate::catalog::CatalogControl;
use crate::edit::{Transaction, verbs};
use crate::model::{
    Answer, AssumptionState, Condition, Control, ControlFunction, ControlId, ControlStatus, ItemId, Review,
    Strength, Target, Threat, ThreatStatus, Treatment,
};

pub(super) fn reviewed(ask: &Ask<'_>) -> Vec<Fix> {
    let change = ask
        .item
        .and_then(|item| verbs::answer_attribute(ask.project, item, "reviewed_none", Some(Answer::Yes)));
    one(fix("Say that it was looked at and nothing found", change))
}

pub(super) fn categories_considered(ask: &Ask<'_>) -> Vec<Fix> {
    let change = ask
        .item
        .and_then(|item| verbs::answer_attribute(ask.project, item, "reviewed_none", Some(Answer::Yes)));
    one(fix("Say that the others were considered", change))
}

fn threat<'a>(ask: &Ask<'a>) -> Option<&'a Threat> {
    ask.project.threats.get(ask.threat()?)
}

fn change(ask: &Ask<'_>, field: &'static str, change: impl FnOnce(&mut Threat)) -> Option<Transaction> {
    verbs::change_threat(ask.project, ask.threat()?, field, change)
}

/// What its words name, where its assets rest, then the rest.
pub(super) fn target(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(threat) = threat(ask) else { return Vec::new() };
    let statement = &threat.statement;
    let words = [&threat.title, &statement.source, &statement.action, &statement.effect, &threat.description]
        .map(|text| text.to_lowercase())
        .join(" ");
    let rank = |target: &Target| {
        let name = project.name_of((*target).into()).to_lowercase();
        let holds = if let Target::Component(id) = target {
            statement
                .assets
                .iter()
                .filter_map(|asset| project.assets.get(*asset))
                .any(|asset| asset.stored_in.contains(id) || asset.processed_by.contains(id))
        } else {
            false
        };
        if words.contains(&name) { 0 } else { 2 - u8::from(holds) }
    };
    let components = project.diagram.components().map(|component| Target::Component(component.id));
    let mut targets: Vec<Target> =
        components.chain(project.diagram.interfaces().map(|i| Target::Interface(i.id))).collect();
    targets.sort_by_key(rank);
    let aim = |target: &Target| {
        let label = format!("Aim it at {}", project.name_of((*target).into()));
        fix(label, verbs::retarget(project, threat.id, vec![*target]))
    };
    targets.iter().filter_map(aim).take(CHOICES).collect()
}

fn middle(votes: &[u8]) -> Option<f64> {
    Spread::of(votes).map(|spread| spread.median)
}

pub(super) fn rating(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(threat) = threat(ask) else { return Vec::new() };
    let entry = threat.catalog.as_deref().and_then(|id| ask.catalog.threat(id));
    let voted = (
        threat.likelihood.or(middle(&threat.likelihood_votes)),
        threat.impact.or(middle(&threat.impact_votes)),
    );
    let given = entry.map(|entry| {
        (
            threat.likelihood.unwrap_or(f64::from(entry.likelihood)),
            threat.impact.unwrap_or(f64::from(entry.impact)),
        )
    });
    let mut fixes = Vec::new();
    if let (Some(likelihood), Some(impact)) = voted {
        let rated = change(ask, "rating", |threat| {
            (threat.likelihood, threat.impact) = (Some(likelihood), Some(impact));
        });
        fixes.extend(fix("Take the median of the votes", rated));
    }
    if let Some((likelihood, impact)) = given {
        let rated = change(ask, "rating", |threat| {
            (threat.likelihood, threat.impact) = (Some(likelihood), Some(impact));
        });
        fixes.extend(fix("Start from the catalogue's values", rated));
    }
    fixes
}

pub(super) fn treatment(ask: &Ask<'_>) -> Vec<Fix> {
    let ways = [Treatment::Mitigate, Treatment::Transfer, Treatment::Avoid];
    let decide = |way: &Treatment| {
        let ids: Vec<_> = ask.threat().into_iter().collect();
        let decision = ask.decision("");
        fix(way.label(), verbs::treat(ask.project, &ids, *way, &decision))
    };
    ways.iter().filter_map(decide).collect()
}

/// Controls that would answer a threat: those that the catalogue names for it, or for its categories.
fn controls(ask: &Ask<'_>, threat: &Threat, fits: impl Fn(&CatalogControl) -> bool) -> Vec<Fix> {
    let (project, catalog) = (ask.project, ask.catalog);
    let entry = threat.catalog.as_deref().and_then(|id| catalog.threat(id));
    let listed: Vec<&CatalogControl> =
        entry.into_iter().flat_map(|entry| &entry.controls).filter_map(|id| catalog.control(id)).collect();
    let has = |id: &str| project.controls_of(threat.id).any(|control| control.catalog.as_deref() == Some(id));
    let by_category = catalog.controls.iter().filter(|control| !control.stride.is_disjoint(&threat.stride));
    let mut offers: Vec<&CatalogControl> = Vec::new();
    for control in listed.into_iter().chain(by_category) {
        let known = offers.iter().any(|other| other.id == control.id);
        if !known && !has(&control.id) && fits(control) {
            offers.push(control);
        }
    }
    offers
        .into_iter()
        .filter_map(|entry| {
            let present =
                project.controls.iter().find(|control| control.catalog.as_deref() == Some(&*entry.id));
            if let Some(control) = present {
                let link = verbs::link_control(project, control.id, threat.id, true);
                return fix(format!("Answer it by {}", control.name), link);
            }
            let planned = Control { status: ControlStatus::Planned, ..entry.control(vec![threat.id]) };
            fix(format!("Plan {}", entry.title), verbs::add_control(project, planned).1)
        })
        .take(CHOICES)
        .collect()
}

pub(super) fn any_control(ask: &Ask<'_>) -> Vec<Fix> {
    threat(ask).map_or_else(Vec::new, |threat| controls(ask, threat, |_| true))
}

pub(super) fn not_detective(ask: &Ask<'_>) -> Vec<Fix> {
    threat(ask).map_or_else(Vec::new, |threat| {
        controls(ask, threat, |control| control.function == ControlFunction::Preventive)
    })
}

pub(super) fn other_family(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(threat) = threat(ask) else { return Vec::new() };
    let families: Vec<&str> =
        ask.project.controls_of(threat.id).map(|control| control.family.as_str()).collect();
    controls(ask, threat, |control| !families.contains(&control.family.as_str()))
}

pub(super) fn owner(ask: &Ask<'_>) -> Vec<Fix> {
    let give = |name: &String| {
        let change = change(ask, "owner", |threat| threat.owner.clone_from(name));
        fix(format!("Give it to {name}"), change)
    };
    ask.people().iter().filter_map(give).take(CHOICES).collect()
}

pub(super) fn due(ask: &Ask<'_>) -> Vec<Fix> {
    let review = ask.project.review_due.filter(|due| *due > ask.today);
    let days =
        [(Some(ask.in_days(30)), "Do it within 30 days"), (Some(ask.in_days(90)), "Do it within 90 days")];
    days.into_iter()
        .chain([(review, "Do it by the next review")])
        .filter_map(|(day, label)| {
            let day = day?;
            fix(label, change(ask, "due date", |threat| threat.due = Some(day)))
        })
        .collect()
}

fn control(ask: &Ask<'_>) -> Option<ControlId> {
    if let Some(ItemId::Control(id)) = ask.item { Some(id) } else { None }
}

pub(super) fn late_control(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = control(ask) else { return Vec::new() };
    let done = verbs::set_control_statuses(ask.project, &[(id, ControlStatus::Implemented)]);
    let later = ask.in_days(30);
    let moved = verbs::change_control(ask.project, id, "due date", |control| control.due = Some(later));
    fix("Say that it is in place", done).into_iter().chain(fix("Put it off by 30 days", moved)).collect()
}

pub(super) fn reopen(ask: &Ask<'_>) -> Vec<Fix> {
    let decision = ask.decision("Opened again: the decision did not stand.");
    let change = change(ask, "status", |threat| {
        threat.status = ThreatStatus::Open;
        threat.treatment = Treatment::Undecided;
        threat.decisions.push(decision);
    });
    one(fix("Open it again", change))
}

pub(super) fn renew(ask: &Ask<'_>) -> Vec<Fix> {
    let (today, until) = (ask.today, ask.in_days(90));
    let decision = ask.decision(format!("Acceptance renewed until {until}."));
    let renewed = change(ask, "acceptance", |threat| {
        let acceptance = threat.acceptance.get_or_insert_default();
        acceptance.date = Some(today);
        acceptance.expiry = Some(until);
        threat.decisions.push(decision);
    });
    fix("Renew it for 90 days", renewed).into_iter().chain(reopen(ask)).collect()
}

pub(super) fn new_target(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = ask.threat() else { return Vec::new() };
    let register = register(ask.project);
    let Some(risk) = register.row(id).and_then(|row| row.risk(Rating::Planned)) else { return Vec::new() };
    let decision = ask.decision(format!("Target set to {risk:.1}: the whole plan reaches no lower."));
    let change = change(ask, "target", |threat| {
        threat.target_score = Some(risk);
        threat.decisions.push(decision);
    });
    one(fix("Make what the plan reaches its target", change))
}

pub(super) fn modest_claim(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = control(ask) else { return Vec::new() };
    let lower = verbs::change_control(ask.project, id, "strength", |control| {
        control.strength = Strength::Medium;
        control.effectiveness = None;
    });
    let seen = verbs::set_control_statuses(ask.project, &[(id, ControlStatus::Verified)]);
    fix("Claim medium", lower).into_iter().chain(fix("Say that somebody has verified it", seen)).collect()
}

pub(super) fn idle_control(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let Some(control) = control(ask).and_then(|id| project.controls.get(id)) else { return Vec::new() };
    let wanted = control.catalog.as_deref();
    let named = |threat: &&Threat| {
        let entry = threat.catalog.as_deref().and_then(|id| ask.catalog.threat(id));
        wanted.is_some_and(|id| entry.is_some_and(|entry| entry.controls.iter().any(|other| other == id)))
    };
    let (mut threats, others): (Vec<&Threat>, Vec<&Threat>) =
        project.threats.iter().filter(|threat| threat.status.is_live()).partition(named);
    threats.extend(others);
    let answer = |threat: &&Threat| {
        let change = verbs::link_control(project, control.id, threat.id, true);
        fix(format!("Answer {} by it", threat.title), change)
    };
    let mut fixes: Vec<Fix> = threats.iter().filter_map(answer).take(CHOICES - 1).collect();
    fixes.extend(ask.delete("Delete the control"));
    fixes
}

pub(super) fn median(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(threat) = threat(ask) else { return Vec::new() };
    let (likelihood, impact) = (middle(&threat.likelihood_votes), middle(&threat.impact_votes));
    let decision = ask.decision("Votes lay apart and were talked over: the median is taken.");
    let change = change(ask, "rating", |threat| {
        threat.likelihood = likelihood.or(threat.likelihood);
        threat.impact = impact.or(threat.impact);
        threat.decisions.push(decision);
    });
    one(fix("Take the median and note it", change))
}

pub(super) fn statement(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(threat) = threat(ask) else { return Vec::new() };
    let Some(entry) = threat.catalog.as_deref().and_then(|id| ask.catalog.threat(id)) else {
        return Vec::new();
    };
    let written = suggest::statement(ask.project, entry, &threat.targets);
    let change = change(ask, "statement", |threat| {
        let gaps = [
            (&mut threat.statement.source, written.source),
            (&mut threat.statement.action, written.action),
            (&mut threat.statement.effect, written.effect),
        ];
        for (part, words) in gaps {
            if part.trim().is_empty() {
                *part = words;
            }
        }
    });
    one(fix("Fill the gaps from the catalogue", change))
}

/// Rules that watch a metric can be said to reveal the threat.
pub(super) fn watching_rule(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = ask.threat() else { return Vec::new() };
    let rules = ask.project.policies.iter().flat_map(|policy| &policy.rules);
    rules
        .filter(|rule| rule.conditions.iter().any(|condition| matches!(condition, Condition::Metric(_))))
        .filter_map(|rule| {
            let change = verbs::change_rule(ask.project, rule.id, "threats", |rule| rule.threats.push(id));
            fix(format!("Say that {} would show it", rule.name), change)
        })
        .take(CHOICES)
        .collect()
}

pub(super) fn assumption(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(ItemId::Assumption(id)) = ask.item else { return Vec::new() };
    let Some(assumption) = ask.project.assumptions.get(id) else { return Vec::new() };
    let author = if assumption.author.trim().is_empty() { ask.by } else { assumption.author.as_str() };
    if author.is_empty() {
        return Vec::new();
    }
    let states = [
        (AssumptionState::Confirmed, "Say that it holds"),
        (AssumptionState::Rejected, "Say that it is wrong"),
    ];
    states
        .into_iter()
        .filter_map(|(state, label)| {
            let change = verbs::change_assumption(ask.project, id, "state", |assumption| {
                assumption.state = state;
                author.clone_into(&mut assumption.author);
            });
            fix(label, change)
        })
        .collect()
}

pub(super) fn old_question(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(ItemId::Question(id)) = ask.item else { return Vec::new() };
    let day = ask.today;
    let again = verbs::change_question(ask.project, id, "date", |question| question.date = Some(day));
    fix("Ask it again today", again).into_iter().chain(ask.delete("Drop the question")).collect()
}

pub(super) fn next_review(ask: &Ask<'_>) -> Vec<Fix> {
    let due = ask.today.checked_add(jiff::Span::new().months(3)).ok();
    let details = verbs::change_details(ask.project, "next review", |details| details.review_due = due);
    let review = Review {
        name: format!("Review of {}", ask.today),
        date: Some(ask.today),
        participants: ask.people().into_iter().take(1).collect(),
        ..Review::default()
    };
    let held = details.clone().map(|details| {
        let mut edits = verbs::add_review(ask.project, review).1.edits;
        edits.extend(details.edits);
        Transaction::new("Hold the review today", edits)
    });
    fix("Hold it today, and the next in three months", held)
        .into_iter()
        .chain(fix("Put it off by three months", details))
        .collect()
}

pub(super) fn invite(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(ItemId::Review(id)) = ask.item else { return Vec::new() };
    let Some(review) = ask.project.reviews.get(id) else { return Vec::new() };
    if review.sign_offs.iter().any(|sign| !sign.role.trim().is_empty()) {
        return Vec::new();
    }
    let others: Vec<String> =
        ask.people().into_iter().filter(|name| !review.participants.contains(name)).collect();
    let missing = 2_usize.saturating_sub(review.participants.len()).max(1);
    let add = |names: &[String]| {
        let change = verbs::change_review(ask.project, id, "participants", |review| {
            review.participants.extend_from_slice(names);
        });
        fix(format!("Say that {} took part", names.join(" and ")), change)
    };
    others.windows(missing).filter_map(add).take(CHOICES).collect()
}

/// What the diagram shows, as a first description: "A system of 3 agents and 2 stores."
pub(super) fn scope(ask: &Ask<'_>) -> Vec<Fix> {
    let project = ask.project;
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let mut left_out: Vec<&str> = Vec::new();
    for component in project.diagram.components() {
        if component.out_of_scope {
            left_out.push(&component.name);
        } else {
            *counts.entry(component.kind.label()).or_default() += 1;
        }
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {}{}", kind.to_lowercase(), if *count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let described = format!("{} is a system of {}.", project.name, parts.join(", "));
    let excluded = if left_out.is_empty() {
        "Nothing that is drawn is left out.".to_owned()
    } else {
        format!("Left out: {}.", left_out.join(", "))
    };
    let change = verbs::change_details(project, "scope", |details| {
        if details.description.trim().is_empty() {
            details.description = described;
        }
        if details.out_of_scope.trim().is_empty() {
            details.out_of_scope = excluded;
        }
    });
    one(fix("Draft it from the diagram", change))
}

pub(super) fn confirm(ask: &Ask<'_>) -> Vec<Fix> {
    let items: Vec<ItemId> = ask.item.into_iter().collect();
    one(fix("Confirm what is assumed", verbs::confirm_assumed(ask.project, &items, None)))
}
