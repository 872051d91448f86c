//! TM-059 to TM-066: how the model is looked after.

use std::collections::BTreeSet;

use super::context::Context;
use crate::analysis::fingerprint::fingerprint;
use crate::analysis::risk::grid_faults;
use crate::model::{AssumptionState, ItemId, plain_word};

pub(super) fn loose_assumption(context: &mut Context<'_>) {
    for assumption in &context.project.assumptions {
        let what =
            match (assumption.author.trim().is_empty(), assumption.state == AssumptionState::Unconfirmed) {
                (true, true) => "has no owner, and nobody has checked it",
                (true, false) => "has no owner",
                (false, true) => "has not been checked",
                (false, false) => continue,
            };
        context.report(assumption.id, format!("\"{}\" {what}", assumption.text));
    }
}

pub(super) fn unconfirmed_answers(context: &mut Context<'_>) {
    let diagram = &context.project.diagram;
    let components = diagram.components().map(|c| (ItemId::from(c.id), c.assumptions().collect::<Vec<_>>()));
    let interfaces = diagram.interfaces().map(|i| (ItemId::from(i.id), i.assumptions().collect()));
    for (item, names) in components.chain(interfaces) {
        let name = context.name(item);
        let what = match names.as_slice() {
            [] => continue,
            [one] => format!("{name}: {} is assumed", one.replace('_', " ")),
            many => format!("{name}: {} answers are assumed", many.len()),
        };
        context.report(item, what);
    }
}

pub(super) fn unsound_grid(context: &mut Context<'_>) {
    for fault in grid_faults(&context.project.method) {
        context.report_model(format!("{}: {}", fault.condition.label(), fault.what));
    }
}

pub(super) fn old_question(context: &mut Context<'_>) {
    let Some(today) = context.today else { return };
    for question in context.project.questions.iter().filter(|question| question.answer.trim().is_empty()) {
        let Some(date) = question.date else { continue };
        let days = date.until(today).map_or(0, |span| span.get_days());
        if days > 30 {
            context.report(question.id, format!("\"{}\" has been open for {days} days", question.text));
        }
    }
}

pub(super) fn review_overdue(context: &mut Context<'_>) {
    if let (Some(today), Some(due)) = (context.today, context.project.review_due)
        && due < today
    {
        context.report_model(format!("The review was due on {due}"));
    }
}

pub(super) fn changed_since_approval(context: &mut Context<'_>) {
    let last = context
        .project
        .reviews
        .iter()
        .filter(|review| review.snapshot.is_some())
        .max_by_key(|r| (r.date, r.id));
    let Some((review, snapshot)) = last.and_then(|review| Some((review, review.snapshot.as_ref()?))) else {
        return;
    };
    if snapshot.fingerprint != fingerprint(context.project) {
        context.report(review.id, format!("The model is not the one that was signed in {}", review.name));
    }
}

/// Roles are those of the people who sign; where nobody signs, each participant counts as a role of their own.
pub(super) fn too_few_roles(context: &mut Context<'_>) {
    for review in &context.project.reviews {
        let roles: BTreeSet<String> = review
            .sign_offs
            .iter()
            .map(|sign| plain_word(&sign.role))
            .filter(|role| !role.is_empty())
            .collect();
        let people: BTreeSet<String> = review.participants.iter().map(|name| plain_word(name)).collect();
        let count = if roles.is_empty() { people.len() } else { roles.len() };
        if count < 2 {
            let who = if count == 0 { "nobody" } else { "one role only" };
            context.report(review.id, format!("{who} took part in {}", review.name));
        }
    }
}

pub(super) fn no_scope(context: &mut Context<'_>) {
    let what =
        match (context.project.description.trim().is_empty(), context.project.out_of_scope.trim().is_empty())
        {
            (true, true) => "Nobody says what the system is, nor what is left out",
            (true, false) => "Nobody says what the system is",
            (false, true) => "Nobody says what is left out",
            (false, false) => return,
        };
    context.report_model(what);
}
