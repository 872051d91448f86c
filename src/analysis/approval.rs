//! What an approval of a policy stands on: the simulations on record, and whether they are of the policy as it reads now.

use super::risk::is_stale;
use crate::model::{Evidence, EvidenceId, PolicyId, Project};

/// The simulations on record of a policy, and whether the policy has changed since.
pub fn simulations(project: &Project, policy: PolicyId) -> impl Iterator<Item = (&Evidence, bool)> {
    let of_policy = project.evidence.iter().filter(move |evidence| evidence.policy == Some(policy));
    of_policy.map(|evidence| (evidence, is_stale(project, evidence)))
}

/// The simulations that still say something about the policy.
pub fn tested(project: &Project, policy: PolicyId) -> Vec<EvidenceId> {
    simulations(project, policy).filter(|(_, stale)| !stale).map(|(evidence, _)| evidence.id).collect()
}
