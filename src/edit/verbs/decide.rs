//! Deciding about threats, one or many at once: state, treatment, acceptance, owner, date, tags. Each decision is written into
//! the threat's log; an acceptance that says not who, why and until when is refused.

use jiff::civil::Date;

use crate::edit::{Edit, Transaction};
use crate::model::{
    Acceptance, Decision, ItemId, Project, Target, Threat, ThreatId, ThreatStatus, Treatment,
};

/// What an acceptance lacks to be in force on a day, in words; empty when it is complete.
pub fn missing_of_acceptance(acceptance: Option<&Acceptance>, today: Option<Date>) -> Vec<&'static str> {
    let Some(acceptance) = acceptance else { return vec!["who accepts it", "why", "until when"] };
    let mut missing = Vec::new();
    missing.extend(acceptance.approver.trim().is_empty().then_some("who accepts it"));
    missing.extend(acceptance.reason.trim().is_empty().then_some("why"));
    missing.extend(acceptance.expiry.is_none().then_some("until when"));
    let has_passed = today.is_some_and(|today| acceptance.has_expired(today));
    missing.extend(has_passed.then_some("until a day to come"));
    missing
}

/// Whether a threat may stand as accepted on a day: somebody with a name does so, for a reason, until a day to come.
pub fn may_be_accepted(threat: &Threat, today: Option<Date>) -> bool {
    missing_of_acceptance(threat.acceptance.as_ref(), today).is_empty()
}

/// Changes several threats in one step; none when nothing differs. The step is named by what it is about: the title of one,
/// or "3 threats".
pub fn change_threats(
    project: &Project,
    ids: &[ThreatId],
    name: impl Fn(&str) -> String,
    change: impl Fn(&mut Threat),
) -> Option<Transaction> {
    let edits: Vec<Edit> = ids
        .iter()
        .filter_map(|id| {
            let old = project.threats.get(*id)?;
            let mut new = old.clone();
            change(&mut new);
            (new != *old).then(|| Edit::from(new))
        })
        .collect();
    let about = match (edits.len(), ids) {
        (0, _) => return None,
        (1, [only]) => project.name_of((*only).into()),
        (1, _) => "1 threat".to_owned(),
        (count, _) => format!("{count} threats"),
    };
    Some(Transaction::new(name(&about), edits))
}

/// Moves threats to a state and writes that down. Those that may not be accepted yet stay as they are.
pub fn set_status(
    project: &Project,
    ids: &[ThreatId],
    status: ThreatStatus,
    decision: &Decision,
) -> Option<Transaction> {
    let name = |about: &str| format!("Set {about} to {}", status.label().to_lowercase());
    change_threats(project, ids, name, |threat| {
        if threat.status == status
            || (status == ThreatStatus::Accepted && !may_be_accepted(threat, decision.date))
        {
            return;
        }
        threat.status = status;
        threat.treatment = match status {
            ThreatStatus::Mitigating | ThreatStatus::Mitigated => Treatment::Mitigate,
            ThreatStatus::Accepted => Treatment::Accept,
            ThreatStatus::Transferred => Treatment::Transfer,
            ThreatStatus::Avoided | ThreatStatus::Eliminated => Treatment::Avoid,
            ThreatStatus::Open | ThreatStatus::NotApplicable => threat.treatment,
        };
        note(threat, decision, &format!("State: {}", status.label().to_lowercase()));
    })
}

/// Says what is to be done about threats and writes that down. To accept is only to ask for it: the state follows once the
/// acceptance says who, why and until when.
pub fn treat(
    project: &Project,
    ids: &[ThreatId],
    treatment: Treatment,
    decision: &Decision,
) -> Option<Transaction> {
    let name = |about: &str| format!("Decide on {about}: {}", treatment.label().to_lowercase());
    change_threats(project, ids, name, |threat| {
        if threat.treatment == treatment {
            return;
        }
        threat.treatment = treatment;
        if treatment == Treatment::Accept {
            threat.acceptance.get_or_insert_default();
        }
        threat.status = match treatment {
            Treatment::Undecided => ThreatStatus::Open,
            Treatment::Mitigate => ThreatStatus::Mitigating,
            Treatment::Accept if may_be_accepted(threat, decision.date) => ThreatStatus::Accepted,
            Treatment::Accept => ThreatStatus::Open,
            Treatment::Transfer => ThreatStatus::Transferred,
            Treatment::Avoid => ThreatStatus::Avoided,
        };
        note(threat, decision, &format!("Treatment: {}", treatment.label().to_lowercase()));
    })
}

/// Somebody lives with threats until a day. Refused, with what is missing, when it does not say who, why and until when.
pub fn accept_risk(
    project: &Project,
    ids: &[ThreatId],
    acceptance: &Acceptance,
    decision: &Decision,
) -> Result<Option<Transaction>, Vec<&'static str>> {
    let missing = missing_of_acceptance(Some(acceptance), decision.date);
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(change_threats(
        project,
        ids,
        |about| format!("Accept the risk of {about}"),
        |threat| {
            threat.acceptance = Some(acceptance.clone());
            threat.status = ThreatStatus::Accepted;
            threat.treatment = Treatment::Accept;
            let until = acceptance.expiry.map_or_else(String::new, |day| format!(" until {day}"));
            note(
                threat,
                decision,
                &format!("Accepted by {}{until}: {}", acceptance.approver, acceptance.reason),
            );
        },
    ))
}

fn note(threat: &mut Threat, decision: &Decision, text: &str) {
    threat.decisions.push(Decision { text: text.to_owned(), ..decision.clone() });
}

/// Gives threats to somebody.
pub fn set_owner(project: &Project, ids: &[ThreatId], owner: &str) -> Option<Transaction> {
    change_threats(
        project,
        ids,
        |about| format!("Give {about} to {owner}"),
        |threat| owner.clone_into(&mut threat.owner),
    )
}

/// Sets the day by which the treatment of threats is to be done.
pub fn set_due(project: &Project, ids: &[ThreatId], due: Option<Date>) -> Option<Transaction> {
    change_threats(project, ids, |about| format!("Change the due date of {about}"), |threat| threat.due = due)
}

/// Puts a tag on threats that do not have it.
pub fn add_tag(project: &Project, ids: &[ThreatId], tag: &str) -> Option<Transaction> {
    change_threats(
        project,
        ids,
        |about| format!("Tag {about} {tag}"),
        |threat| {
            if !threat.tags.iter().any(|known| known == tag) {
                threat.tags.push(tag.to_owned());
            }
        },
    )
}

/// Takes a tag off threats.
pub fn remove_tag(project: &Project, ids: &[ThreatId], tag: &str) -> Option<Transaction> {
    change_threats(
        project,
        ids,
        |about| format!("Take the tag {tag} off {about}"),
        |threat| {
            threat.tags.retain(|known| known != tag);
        },
    )
}

/// Copies threats to other targets: for each target a threat of its own, open and undecided there, because what was decided
/// in one place does not hold in another. Targets that it has already are left out. Their ids are given here.
pub fn copy_to_targets(
    project: &Project,
    ids: &[ThreatId],
    targets: &[Target],
    decision: &Decision,
) -> Option<(Vec<ThreatId>, Transaction)> {
    let mut number = project.next_threat().0;
    let mut copies = Vec::new();
    for threat in ids.iter().filter_map(|id| project.threats.get(*id)) {
        for target in targets.iter().filter(|target| !threat.targets.contains(target)) {
            copies.push(Threat {
                id: ThreatId(number),
                targets: vec![*target],
                status: ThreatStatus::Open,
                treatment: Treatment::Undecided,
                acceptance: None,
                decisions: vec![Decision { text: format!("Copied from {}", threat.id), ..decision.clone() }],
                origin: None,
                ..threat.clone()
            });
            number += 1;
        }
    }
    let where_to = match targets {
        [one] => project.name_of(ItemId::from(*one)),
        many => format!("{} targets", many.len()),
    };
    let name = match copies.len() {
        0 => return None,
        1 => format!("Copy a threat to {where_to}"),
        count => format!("Copy threats to {where_to}, {count} new"),
    };
    let ids = copies.iter().map(|threat| threat.id).collect();
    Some((ids, Transaction::new(name, copies.into_iter().map(Edit::from).collect())))
}
