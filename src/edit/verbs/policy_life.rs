//! The life of a policy: draft, staged, approved, active, retired. Each step is written into its decisions; an approval asks
//! for a simulation on record or a reason, and keeps the policy as it was approved, so that it can be brought back.

use crate::edit::{Edit, Transaction};
use crate::model::{Decision, EvidenceId, Policy, PolicyId, PolicyStatus, PolicyVersion, Project};

/// What an approval stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ground<'a> {
    /// Simulations on record of the policy as it reads now.
    pub tested: &'a [EvidenceId],
    /// Why it is approved, or why without a simulation.
    pub reason: &'a str,
}

impl Ground<'_> {
    fn words(&self) -> Option<String> {
        let tested: Vec<String> = self.tested.iter().map(ToString::to_string).collect();
        match (tested.is_empty(), self.reason.trim()) {
            (true, "") => None,
            (true, reason) => Some(format!("without a simulation: {reason}")),
            (false, "") => Some(format!("simulated in {}", tested.join(", "))),
            (false, reason) => Some(format!("simulated in {}: {reason}", tested.join(", "))),
        }
    }
}

/// Why a policy does not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such step.
    #[error("a policy does not go from {0} to {1}")]
    NotNext(PolicyStatus, PolicyStatus),
    /// Nothing speaks for it.
    #[error(
        "an approval needs a simulation on record of the policy as it reads now, or a reason why it is approved without"
    )]
    NoGround,
    /// Nobody stands for it.
    #[error("an approval needs a name: say who decides")]
    Nobody,
    /// What would come into force is not what was approved.
    #[error(
        "it reads otherwise than it was approved; approve the change, or bring the approved version back"
    )]
    NotAsApproved,
}

/// Moves a policy one step, by whoever decides that; none when there is no such policy.
pub fn move_policy(
    project: &Project,
    id: PolicyId,
    to: PolicyStatus,
    decision: &Decision,
    ground: &Ground<'_>,
) -> Result<Option<Transaction>, Refusal> {
    let Some(policy) = project.policies.get(id) else { return Ok(None) };
    if !policy.status.next().contains(&to) {
        return Err(Refusal::NotNext(policy.status, to));
    }
    match to {
        PolicyStatus::Approved => return approve_policy(project, id, decision, ground),
        PolicyStatus::Active if !policy.is_as_approved() => return Err(Refusal::NotAsApproved),
        _ => {}
    }
    let words = match (policy.status, to) {
        (_, PolicyStatus::Staged) => "Staged",
        (PolicyStatus::Staged, PolicyStatus::Draft) => "Back to draft",
        (_, PolicyStatus::Draft) => "Taken up again as a draft",
        (_, PolicyStatus::Active) => "Put into force",
        _ => "Retired",
    };
    let mut changed = policy.clone();
    changed.status = to;
    changed.decisions.push(Decision { text: with_reason(words, ground), ..decision.clone() });
    let name = format!("{words}: {}", project.name_of(id.into()));
    Ok(Some(Transaction::new(name, vec![Edit::from(changed)])))
}

/// Puts a policy into force in the place of others, which are retired in the same step.
pub fn replace_policies(
    project: &Project,
    id: PolicyId,
    replaced: &[PolicyId],
    decision: &Decision,
) -> Result<Option<Transaction>, Refusal> {
    let Some(mut change) = move_policy(project, id, PolicyStatus::Active, decision, &Ground::default())?
    else {
        return Ok(None);
    };
    let reason = format!("{id} took its place");
    let ground = Ground { reason: &reason, ..Ground::default() };
    for other in replaced {
        let retired = move_policy(project, *other, PolicyStatus::Retired, decision, &ground)?;
        change.edits.extend(retired.into_iter().flat_map(|retired| retired.edits));
    }
    Ok(Some(change))
}

fn with_reason(words: &str, ground: &Ground<'_>) -> String {
    match ground.reason.trim() {
        "" => words.to_owned(),
        reason => format!("{words}: {reason}"),
    }
}

/// Approves a policy as it reads now and keeps that as a version. One that is staged becomes approved; one that is approved
/// or in force already stays so, and what was changed since counts as approved too.
pub fn approve_policy(
    project: &Project,
    id: PolicyId,
    decision: &Decision,
    ground: &Ground<'_>,
) -> Result<Option<Transaction>, Refusal> {
    let Some(policy) = project.policies.get(id) else { return Ok(None) };
    let status = match policy.status {
        PolicyStatus::Staged => PolicyStatus::Approved,
        status @ (PolicyStatus::Approved | PolicyStatus::Active) => status,
        other => return Err(Refusal::NotNext(other, PolicyStatus::Approved)),
    };
    let Some(words) = ground.words() else { return Err(Refusal::NoGround) };
    if decision.by.trim().is_empty() {
        return Err(Refusal::Nobody);
    }
    let number = policy.last_version().map_or(1, |version| version.number.saturating_add(1));
    let decision = Decision { text: format!("Approved as version {number}, {words}"), ..decision.clone() };
    let mut changed = policy.clone();
    changed.status = status;
    changed.versions.push(PolicyVersion {
        number,
        approved: decision.clone(),
        policy: policy.content(),
        ..PolicyVersion::default()
    });
    changed.decisions.push(decision);
    let name = format!("Approve version {number} of {}", project.name_of(id.into()));
    Ok(Some(Transaction::new(name, vec![Edit::from(changed)])))
}

/// Brings a version back: the policy reads as it was approved then and keeps its status and history. Threats and controls
/// that are gone since are left out. None when it reads so already.
pub fn restore_version(
    project: &Project,
    id: PolicyId,
    number: u32,
    decision: &Decision,
) -> Option<Transaction> {
    let policy = project.policies.get(id)?;
    let version = policy.versions.iter().find(|version| version.number == number)?;
    let mut old = version.policy.clone();
    for rule in &mut old.rules {
        rule.threats.retain(|id| project.threats.contains(*id));
        rule.controls.retain(|id| project.controls.contains(*id));
    }
    if old == policy.content() {
        return None;
    }
    let mut decisions = policy.decisions.clone();
    decisions.push(Decision { text: format!("Version {number} brought back"), ..decision.clone() });
    old.review.last = policy.review.last;
    let restored = Policy { id, status: policy.status, decisions, versions: policy.versions.clone(), ..old };
    let name = format!("Bring back version {number} of {}", project.name_of(id.into()));
    Some(Transaction::new(name, vec![Edit::from(restored)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rule;

    fn with(status: PolicyStatus) -> Project {
        let mut project = Project::new("Test");
        let policy = Policy { id: PolicyId(1), name: "Limits".to_owned(), status, ..Policy::default() };
        project.policies.insert(policy);
        project
    }

    fn only(project: &Project) -> &Policy {
        project.policies.get(PolicyId(1)).unwrap()
    }

    fn step(project: &mut Project, to: PolicyStatus, ground: &Ground<'_>) -> Result<(), Refusal> {
        let decision = Decision { by: "Ana".to_owned(), ..Decision::default() };
        let transaction = move_policy(project, PolicyId(1), to, &decision, ground)?.unwrap();
        transaction.apply(project).unwrap();
        Ok(())
    }

    #[test]
    fn only_the_next_steps_are_taken() {
        for from in PolicyStatus::ALL {
            for to in PolicyStatus::ALL {
                let mut project = with(*from);
                let ground = Ground { reason: "because", ..Ground::default() };
                let expected = match (from, to) {
                    _ if !from.next().contains(to) => Err(Refusal::NotNext(*from, *to)),
                    (_, PolicyStatus::Active) => Err(Refusal::NotAsApproved),
                    _ => Ok(()),
                };
                assert_eq!(step(&mut project, *to, &ground), expected, "{from} to {to}");
                let status = if expected.is_ok() { to } else { from };
                assert_eq!(only(&project).status, *status);
                assert_eq!(only(&project).decisions.len(), usize::from(expected.is_ok()));
            }
        }
    }

    #[test]
    fn an_approval_needs_a_ground_and_keeps_a_version() {
        let mut project = with(PolicyStatus::Staged);
        let none = Ground::default();
        assert_eq!(step(&mut project, PolicyStatus::Approved, &none), Err(Refusal::NoGround));
        let tested = [EvidenceId(3)];
        step(&mut project, PolicyStatus::Approved, &Ground { tested: &tested, reason: "" }).unwrap();
        let version = only(&project).last_version().unwrap();
        assert_eq!((version.number, version.approved.by.as_str()), (1, "Ana"));
        assert_eq!(version.approved.text, "Approved as version 1, simulated in E-03");
        step(&mut project, PolicyStatus::Active, &none).unwrap();
        assert!(only(&project).is_as_approved(), "its status is no part of what was approved");
    }

    #[test]
    fn a_successor_takes_the_place_in_one_step() {
        let mut project = with(PolicyStatus::Staged);
        let reason = Ground { reason: "small", ..Ground::default() };
        step(&mut project, PolicyStatus::Approved, &reason).unwrap();
        let old = Policy { id: PolicyId(2), status: PolicyStatus::Active, ..Policy::default() };
        project.policies.insert(old);
        let before = project.policies.clone();
        let change =
            replace_policies(&project, PolicyId(1), &[PolicyId(2)], &Decision::default()).unwrap().unwrap();
        let back = change.apply(&mut project).unwrap();
        let retired = project.policies.get(PolicyId(2)).unwrap();
        assert_eq!((only(&project).status, retired.status), (PolicyStatus::Active, PolicyStatus::Retired));
        assert_eq!(retired.decisions.last().unwrap().text, "Retired: P-01 took its place");
        back.apply(&mut project).unwrap();
        assert_eq!(project.policies, before);
        let draft = replace_policies(&with(PolicyStatus::Draft), PolicyId(1), &[], &Decision::default());
        assert_eq!(draft, Err(Refusal::NotNext(PolicyStatus::Draft, PolicyStatus::Active)));
    }

    #[test]
    fn what_was_changed_is_approved_anew_or_brought_back() {
        let mut project = with(PolicyStatus::Staged);
        let reason = Ground { reason: "small", ..Ground::default() };
        step(&mut project, PolicyStatus::Approved, &reason).unwrap();
        let mut changed = only(&project).clone();
        changed.rules.push(Rule { name: "New".to_owned(), ..Rule::default() });
        project.policies.insert(changed);
        let active = step(&mut project, PolicyStatus::Active, &reason);
        assert_eq!(active, Err(Refusal::NotAsApproved));
        let nobody = approve_policy(&project, PolicyId(1), &Decision::default(), &reason);
        assert_eq!(nobody, Err(Refusal::Nobody));
        let decision = Decision { by: "Ben".to_owned(), ..Decision::default() };
        let again = approve_policy(&project, PolicyId(1), &decision, &reason).unwrap().unwrap();
        let back = again.apply(&mut project).unwrap();
        assert_eq!(only(&project).versions.len(), 2);
        assert!(restore_version(&project, PolicyId(1), 2, &decision).is_none());
        let restore = restore_version(&project, PolicyId(1), 1, &decision).unwrap();
        restore.apply(&mut project).unwrap();
        assert!(only(&project).rules.is_empty());
        assert_eq!((only(&project).status, only(&project).versions.len()), (PolicyStatus::Approved, 2));
        drop(back);
    }
}
