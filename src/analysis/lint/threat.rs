//! TM-037 to TM-058: threats and what is done about them.

use std::collections::BTreeSet;

use super::context::Context;
use crate::analysis::risk::{Rating, RiskRow, Spread};
use crate::model::{
    Band, ComponentKind, Condition, Control, ControlFunction, ControlStatus, Strength, Stride, Target,
    ThreatStatus, Treatment,
};

/// Everything that a threat is aimed at, or that a suggestion was set aside for.
fn considered(context: &Context<'_>) -> BTreeSet<Target> {
    let threats = context.project.threats.iter().flat_map(|threat| threat.targets.iter().copied());
    threats.chain(context.project.dismissals.iter().filter_map(|dismissal| dismissal.target)).collect()
}

pub(super) fn nothing_considered(context: &mut Context<'_>) {
    let considered = considered(context);
    for (_, component) in context.components() {
        let reviewed = component.attributes.yes("reviewed_none") == Some(true);
        if !reviewed && !considered.contains(&Target::Component(component.id)) {
            context.report(component.id, format!("No threat is aimed at {}", component.name));
        }
    }
    for (_, interface) in context.crossings() {
        let reviewed = interface.attributes.yes("reviewed_none") == Some(true);
        if !reviewed && !considered.contains(&Target::Interface(interface.id)) {
            let name = context.name(interface.id);
            context.report(interface.id, format!("{name} crosses a boundary, and no threat is aimed at it"));
        }
    }
}

pub(super) fn no_target(context: &mut Context<'_>) {
    for threat in context.project.threats.iter().filter(|threat| threat.targets.is_empty()) {
        context.report(threat.id, format!("{} is aimed at nothing", threat.title));
    }
}

pub(super) fn not_rated(context: &mut Context<'_>) {
    for (threat, _) in context.live_threats() {
        let missing = match (threat.likelihood.is_none(), threat.impact.is_none()) {
            (true, true) => "neither likelihood nor impact",
            (true, false) => "no likelihood",
            (false, true) => "no impact",
            (false, false) => continue,
        };
        context.report(threat.id, format!("{} has {missing}", threat.title));
    }
}

pub(super) fn undecided(context: &mut Context<'_>) {
    for (threat, _) in context.live_threats() {
        if threat.status == ThreatStatus::Open && threat.treatment == Treatment::Undecided {
            context.report(threat.id, format!("Nobody has decided what to do about {}", threat.title));
        }
    }
}

/// "6.8, high".
fn risk_words(row: &RiskRow) -> String {
    let (risk, band) = (row.risk(Rating::Current), row.band(Rating::Current));
    risk.zip(band).map_or_else(
        || "not rated".to_owned(),
        |(risk, band)| format!("{risk:.1}, {}", band.label().to_lowercase()),
    )
}

pub(super) fn no_control(context: &mut Context<'_>) {
    for (threat, row) in context.grave_threats() {
        let carried = matches!(threat.status, ThreatStatus::Accepted | ThreatStatus::Transferred);
        if row.effects.is_empty() && !carried {
            let risk = risk_words(row);
            context.report(threat.id, format!("{} ({risk}) has no control", threat.title));
        }
    }
}

pub(super) fn no_owner(context: &mut Context<'_>) {
    for (threat, row) in context.grave_threats().filter(|(threat, _)| threat.owner.trim().is_empty()) {
        let risk = risk_words(row);
        context.report(threat.id, format!("Nobody answers for {} ({risk})", threat.title));
    }
}

pub(super) fn no_due_date(context: &mut Context<'_>) {
    for (threat, row) in context.grave_threats() {
        if threat.treatment != Treatment::Mitigate || threat.due.is_some() {
            continue;
        }
        // A date on a control that is still to come is a date for the threat.
        if context.controls_of(threat.id).iter().any(|control| control.due.is_some() && !is_done(control)) {
            continue;
        }
        let risk = risk_words(row);
        context.report(threat.id, format!("{} ({risk}) is to be lowered, but by no date", threat.title));
    }
}

fn is_done(control: &Control) -> bool {
    matches!(control.status, ControlStatus::Implemented | ControlStatus::Verified)
}

pub(super) fn overdue(context: &mut Context<'_>) {
    let Some(today) = context.today else { return };
    for control in context.project.controls.iter().filter(|control| !is_done(control)) {
        if let Some(due) = control.due.filter(|due| *due < today) {
            let status = control.status.label().to_lowercase();
            context.report(control.id, format!("{} was due on {due} and is {status}", control.name));
        }
    }
}

pub(super) fn incomplete_acceptance(context: &mut Context<'_>) {
    for threat in context.project.threats.iter().filter(|threat| threat.status == ThreatStatus::Accepted) {
        let mut missing: Vec<&str> = Vec::new();
        match &threat.acceptance {
            None => missing.extend(["an approver", "a reason", "an end"]),
            Some(acceptance) => {
                missing.extend(acceptance.approver.trim().is_empty().then_some("an approver"));
                missing.extend(acceptance.reason.trim().is_empty().then_some("a reason"));
                missing.extend(acceptance.expiry.is_none().then_some("an end"));
            }
        }
        if !missing.is_empty() {
            context.report(threat.id, format!("{} is accepted without {}", threat.title, missing.join(", ")));
        }
    }
}

pub(super) fn expired_acceptance(context: &mut Context<'_>) {
    let Some(today) = context.today else { return };
    for threat in &context.project.threats {
        if let Some(expiry) = threat.expired(today).and_then(|acceptance| acceptance.expiry) {
            context.report(threat.id, format!("{} was accepted until {expiry}", threat.title));
        }
    }
}

/// Only where the project says which role may accept what.
pub(super) fn no_right_to_accept(context: &mut Context<'_>) {
    let method = &context.project.method;
    for (threat, row) in context.live_threats().filter(|(t, _)| t.status == ThreatStatus::Accepted) {
        let Some(risk) = row.risk(Rating::Current).filter(|risk| method.above_appetite(*risk)) else {
            continue;
        };
        let role = threat.acceptance.as_ref().map_or("", |acceptance| acceptance.role.trim());
        if method.may_accept(role, risk) != Some(false) {
            continue;
        }
        let who = if role.is_empty() { "somebody in no role".to_owned() } else { format!("the {role}") };
        context.report(
            threat.id,
            format!("{} was accepted at {risk:.1} by {who}, who may not accept that much", threat.title),
        );
    }
}

pub(super) fn misses_target(context: &mut Context<'_>) {
    for (threat, row) in context.live_threats() {
        let carried = matches!(threat.status, ThreatStatus::Accepted | ThreatStatus::Transferred);
        if let (false, true, Some(risk)) =
            (carried, row.misses_target(Rating::Planned), row.risk(Rating::Planned))
        {
            let target = row.target;
            context.report(
                threat.id,
                format!(
                    "{} stays at {risk:.1} even with the whole plan; the target is {target:.1}",
                    threat.title
                ),
            );
        }
    }
}

pub(super) fn only_detective(context: &mut Context<'_>) {
    for (threat, row) in context.live_threats() {
        let mut controls = context.controls_of(threat.id).iter().peekable();
        let critical = row.band(Rating::Current) == Some(Band::Critical);
        if critical && controls.peek().is_some() && controls.all(|c| c.function == ControlFunction::Detective)
        {
            context.report(
                threat.id,
                format!("Nothing keeps {} from happening; its controls only notice it", threat.title),
            );
        }
    }
}

pub(super) fn one_family(context: &mut Context<'_>) {
    for (threat, _) in context.live_threats() {
        let controls = context.controls_of(threat.id);
        let families: BTreeSet<&str> = controls.iter().map(|control| control.family.as_str()).collect();
        if let (2.., 1, Some(family)) =
            (controls.len(), families.len(), families.first().filter(|f| !f.is_empty()))
        {
            let count = controls.len();
            context.report(
                threat.id,
                format!("All {count} controls of {} are of the family {family}", threat.title),
            );
        }
    }
}

/// Evidence is a recorded simulation, or that somebody has looked.
pub(super) fn claim_without_evidence(context: &mut Context<'_>) {
    for control in &context.project.controls {
        let claimed = control.effectiveness.unwrap_or_else(|| control.strength.effectiveness());
        let tested = context.project.evidence.iter().any(|evidence| evidence.control == Some(control.id));
        let planned = matches!(control.status, ControlStatus::Proposed | ControlStatus::Planned);
        if claimed >= Strength::High.effectiveness()
            && !tested
            && !planned
            && control.status != ControlStatus::Verified
        {
            context.report(
                control.id,
                format!("{} claims {:.0} %, and nothing shows it", control.name, claimed * 100.0),
            );
        }
    }
}

pub(super) fn idle_control(context: &mut Context<'_>) {
    for control in context.project.controls.iter().filter(|control| control.threats.is_empty()) {
        context.report(control.id, format!("{} answers no threat", control.name));
    }
}

pub(super) fn not_applicable_without_reason(context: &mut Context<'_>) {
    for threat in context.project.threats.iter().filter(|t| t.status == ThreatStatus::NotApplicable) {
        let said = !threat.decisions.is_empty()
            || !threat.rationale.trim().is_empty()
            || !threat.description.trim().is_empty();
        if !said {
            context.report(threat.id, format!("Nobody says why {} cannot happen", threat.title));
        }
    }
}

/// Categories that fit an interaction, after the generic template; what nobody has thought of at all is TM-037.
pub(super) fn categories_missing(context: &mut Context<'_>) {
    for (at, interface) in context.crossings() {
        let target = Target::Interface(interface.id);
        let here = context.project.threats.iter().filter(|threat| threat.targets.contains(&target));
        let mut seen: BTreeSet<Stride> = here.flat_map(|threat| threat.stride.iter().copied()).collect();
        let set_aside =
            context.project.dismissals.iter().filter(|dismissal| dismissal.target == Some(target));
        for dismissal in set_aside {
            seen.extend(
                context.catalog.threat(&dismissal.catalog).iter().flat_map(|threat| threat.stride.iter()),
            );
        }
        if seen.is_empty() || interface.attributes.yes("reviewed_none") == Some(true) {
            continue;
        }
        let Some(facts) = context.system.interface(at) else { continue };
        let kind =
            |end: Option<usize>| end.and_then(|end| context.system.component(end)).map(|c| c.component.kind);
        let (Some(from), Some(to)) = (kind(facts.from), kind(facts.to)) else { continue };
        let missing: Vec<&str> = fitting(from, to)
            .into_iter()
            .filter(|category| !seen.contains(category))
            .map(Stride::label)
            .collect();
        if !missing.is_empty() {
            let name = context.name(interface.id);
            context.report(
                interface.id,
                format!("{name}: nobody has thought of {}", missing.join(", ").to_lowercase()),
            );
        }
    }
}

fn fitting(from: ComponentKind, to: ComponentKind) -> Vec<Stride> {
    let left_out: &[Stride] = if to.is_process() {
        &[]
    } else if to == ComponentKind::Store {
        &[Stride::ElevationOfPrivilege]
    } else if from.is_process() {
        &[Stride::Tampering, Stride::ElevationOfPrivilege]
    } else {
        return Vec::new();
    };
    Stride::ALL.iter().copied().filter(|category| !left_out.contains(category)).collect()
}

pub(super) fn votes_apart(context: &mut Context<'_>) {
    for (threat, row) in context.live_threats() {
        let discussed = !threat.rationale.trim().is_empty() || !threat.decisions.is_empty();
        let apart = |spread: Option<Spread>| spread.filter(|spread| spread.max - spread.min >= 2.0);
        let words = [("likelihood", apart(row.likelihood_spread)), ("impact", apart(row.impact_spread))];
        for (what, spread) in words {
            if let (Some(spread), false) = (spread, discussed) {
                let Spread { min, max, .. } = spread;
                context.report(
                    threat.id,
                    format!("Votes on the {what} of {} go from {min} to {max}", threat.title),
                );
            }
        }
    }
}

pub(super) fn all_rated_alike(context: &mut Context<'_>) {
    let mut ratings: BTreeSet<(u64, u64)> = BTreeSet::new();
    let mut count = 0;
    for (threat, _) in context.live_threats() {
        if let (Some(likelihood), Some(impact)) = (threat.likelihood, threat.impact) {
            ratings.insert((likelihood.to_bits(), impact.to_bits()));
            count += 1;
        }
    }
    if count >= 10 && ratings.len() <= 2 {
        let ratings = ratings.len();
        context.report_model(format!("{count} threats share {ratings} different ratings"));
    }
}

pub(super) fn incomplete_statement(context: &mut Context<'_>) {
    for (threat, _) in context.live_threats() {
        let statement = &threat.statement;
        let mut missing: Vec<&str> = Vec::new();
        missing.extend(statement.source.trim().is_empty().then_some("who does it"));
        missing.extend(statement.action.trim().is_empty().then_some("what they do"));
        missing.extend(statement.effect.trim().is_empty().then_some("what that leads to"));
        if !missing.is_empty() {
            context.report(threat.id, format!("{} does not say {}", threat.title, missing.join(", ")));
        }
    }
}

pub(super) fn no_metric(context: &mut Context<'_>) {
    for (threat, _) in context.grave_threats() {
        let entry = threat.catalog.as_deref().and_then(|id| context.catalog.threat(id));
        let has_metrics = entry.is_some_and(|entry| !entry.metrics.is_empty());
        let watched = context.project.policies.iter().flat_map(|policy| &policy.rules).any(|rule| {
            rule.threats.contains(&threat.id)
                && rule.conditions.iter().any(|c| matches!(c, Condition::Metric(_)))
        });
        if !has_metrics && !watched {
            context.report(threat.id, format!("No metric would reveal {}", threat.title));
        }
    }
}
