//! What an approval of a policy stands on: the simulations on record, and whether they are of the policy as it reads now.

use super::risk::{Stale, stale};
use crate::model::{Evidence, EvidenceId, PolicyId, Project};

/// The simulations on record of a policy, and why they are out of date if they are.
pub fn simulations(project: &Project, policy: PolicyId) -> impl Iterator<Item = (&Evidence, Option<Stale>)> {
    let of_policy = project.evidence.iter().filter(move |evidence| evidence.policy == Some(policy));
    of_policy.map(|evidence| (evidence, stale(project, evidence)))
}

/// The simulations that still say something about the policy.
pub fn tested(project: &Project, policy: PolicyId) -> Vec<EvidenceId> {
    simulations(project, policy)
        .filter(|(_, stale)| stale.is_none())
        .map(|(evidence, _)| evidence.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_was_simulated_as_it_reads() {
        let project = crate::catalog::example();
        let policy = project.policies.iter().find(|policy| !policy.rules.is_empty()).unwrap();
        let now = (
            crate::analysis::fingerprint::of_policy(policy),
            crate::analysis::fingerprint::of_settings(&project.simulation),
        );
        let of_it: Vec<_> = simulations(&project, policy.id).collect();
        assert!(!of_it.is_empty());
        assert!(
            of_it.iter().all(|(_, stale)| stale.is_none()),
            "policy and settings now have the fingerprints {now:?}"
        );
        assert_eq!(tested(&project, policy.id).len(), of_it.len());
    }
}
