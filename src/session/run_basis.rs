//! What of the model a run of policies rests on, so that only a change to that makes it out of date.

use crate::analysis::fingerprint::of_policy;
use crate::model::{Policy, PolicyId, Project, SimulationSettings, TraceSet};
use crate::simulation::scope::chosen_policies;

/// Two that are equal give the same run on the same data.
#[derive(Debug, Clone, PartialEq)]
pub struct RunBasis {
    /// The policies that were asked for; none: those in force.
    pub asked: Vec<PolicyId>,
    /// The name of the trace.
    pub trace: String,
    /// The trace as the project has it; none where it is not one of the project's.
    set: Option<TraceSet>,
    policies: Vec<String>,
    /// Policies that do not run, which the coverage names.
    idle: Vec<(PolicyId, String)>,
    settings: SimulationSettings,
}

impl RunBasis {
    /// Of the model as it is now.
    pub fn of(project: &Project, asked: &[PolicyId], trace: &str) -> Self {
        let chosen = chosen_policies(project, asked);
        let runs = |policy: &&Policy| chosen.iter().any(|one| one.id == policy.id);
        let idle = project.policies.iter().filter(|policy| !runs(policy));
        Self {
            asked: asked.to_vec(),
            trace: trace.to_owned(),
            set: project.simulation.traces.iter().find(|set| set.name == trace).cloned(),
            policies: policy_prints(&chosen),
            idle: idle.map(|policy| (policy.id, policy.name.clone())).collect(),
            settings: settings_of(project),
        }
    }
}

/// Each policy that runs, and a fingerprint of what decides how.
pub(super) fn policy_prints(chosen: &[&Policy]) -> Vec<String> {
    chosen.iter().map(|policy| format!("{} {}", policy.id, of_policy(policy))).collect()
}

/// Everything that is set for all traces.
pub(super) fn settings_of(project: &Project) -> SimulationSettings {
    SimulationSettings { traces: Vec::new(), ..project.simulation.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attack, PolicyStatus};

    #[test]
    fn only_what_a_run_rests_on_makes_it_another() {
        let project = crate::catalog::example();
        let trace = project.simulation.traces[0].name.clone();
        let check = |stays: bool, change: &dyn Fn(&mut Project)| {
            let mut changed = project.clone();
            change(&mut changed);
            let same = RunBasis::of(&changed, &[], &trace) == RunBasis::of(&project, &[], &trace);
            assert_eq!(same, stays);
        };
        check(true, &|project| project.name = "Another".to_owned());
        check(true, &|project| project.threats.iter_mut().for_each(|threat| threat.likelihood = None));
        check(true, &|project| project.evidence = crate::model::record::Table::default());
        check(true, &|project| project.policies.get_mut(PolicyId(1)).unwrap().rationale = "Said".to_owned());
        check(true, &|project| project.simulation.traces[0].name.clone_from(&trace));
        check(true, &|project| {
            let other = TraceSet { name: "Another trace".to_owned(), ..TraceSet::default() };
            project.simulation.traces.push(other);
        });
        check(false, &|project| {
            project.simulation.traces[0].attacks.push(Attack::default());
        });
        check(false, &|project| drop(project.policies.get_mut(PolicyId(1)).unwrap().rules.pop()));
        check(false, &|project| {
            project.policies.get_mut(PolicyId(1)).unwrap().status = PolicyStatus::Retired;
        });
        check(false, &|project| project.simulation.evaluation.interval_ms += 1000);
        check(false, &|project| project.simulation.default_allow = !project.simulation.default_allow);
    }
}
