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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_was_simulated_as_it_reads() {
        let project = crate::catalog::example();
        let policy = project.policies.iter().find(|policy| !policy.rules.is_empty()).unwrap();
        let now = crate::analysis::fingerprint::of_policy(policy);
        let of_it: Vec<_> = simulations(&project, policy.id).collect();
        assert!(!of_it.is_empty());
        assert!(of_it.iter().all(|(_, stale)| !stale), "the policy now has the fingerprint {now}");
        assert_eq!(tested(&project, policy.id).len(), of_it.len());
    }
}
