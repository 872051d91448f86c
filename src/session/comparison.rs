//! Two policies, or one as it reads now and as it once read, run in the background on the data of the latest run.

use std::sync::Arc;

use crate::model::{Policy, PolicyId, PolicyStatus, Project, SimulationSettings};
use crate::simulation::compare::{Comparison, Difference};
use crate::simulation::run::run;
use crate::simulation::scope::chosen_policies;
use crate::simulation::{Part, Run, RunInput};

use super::run_basis::{policy_prints, settings_of};
use super::simulate::Simulation;
use super::studies::Studies;
use super::work::{Output, Work};
use super::{JobId, Session};

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// All policies in force.
    InForce,
    /// A policy as it reads now.
    Now(PolicyId),
    /// A policy as it was approved, by the number of the version.
    Version(PolicyId, u32),
}

impl Side {
    /// Everything that can be compared: what is in force, each policy, and the versions of each, the newest first.
    pub fn all(project: &Project) -> Vec<Self> {
        let mut all = vec![Self::InForce];
        for policy in project.policies.iter() {
            all.push(Self::Now(policy.id));
            all.extend(policy.versions.iter().rev().map(|version| Self::Version(policy.id, version.number)));
        }
        all
    }

    /// What people call it; none where it is no longer there.
    pub fn name(self, project: &Project) -> Option<String> {
        let name = |id: PolicyId| project.policies.get(id).map(|policy| policy.name.clone());
        match self {
            Self::InForce => Some("Policies in force".to_owned()),
            Self::Now(id) => name(id),
            Self::Version(id, number) => {
                self.project(project)?;
                Some(format!("{}, version {number}", name(id)?))
            }
        }
    }

    /// What is most worth comparing with a policy: before it what is in force, or as it was approved last where it is itself
    /// in force. Without a policy: what is in force with the first draft, or its last approved version with what it is now.
    pub fn usual(project: &Project, policy: Option<PolicyId>) -> (Self, Self) {
        let in_force: Vec<&Policy> = chosen_policies(project, &[]);
        let alone = |id: PolicyId| in_force.iter().all(|policy| policy.id == id);
        let approved = |policy: &Policy| {
            let version = policy.versions.iter().rev().find(|version| version.policy != policy.content());
            version.map(|version| Self::Version(policy.id, version.number))
        };
        let shown = policy.and_then(|id| project.policies.get(id));
        if let Some(policy) = shown {
            let before = approved(policy).filter(|_| alone(policy.id)).unwrap_or(Self::InForce);
            return (before, Self::Now(policy.id));
        }
        let mut drifted = in_force.iter().filter(|policy| !policy.is_as_approved());
        let changed = drifted.find_map(|policy| Some((approved(policy)?, Self::Now(policy.id))));
        let coming = project.policies.iter().find(|policy| {
            !in_force.iter().any(|other| other.id == policy.id) && policy.status != PolicyStatus::Retired
        });
        match (changed, coming) {
            (Some(pair), _) => pair,
            (None, Some(policy)) => (Self::InForce, Self::Now(policy.id)),
            (None, None) => (Self::InForce, Self::InForce),
        }
    }

    /// The model with that side in it; none where the policy or the version is gone.
    fn project(self, project: &Project) -> Option<Project> {
        let Self::Version(id, number) = self else { return Some(project.clone()) };
        let policy = project.policies.get(id)?;
        let version = policy.versions.iter().find(|version| version.number == number)?;
        let mut before = project.clone();
        before.policies.insert(Policy { id, status: policy.status, ..version.policy.clone() });
        Some(before)
    }

    /// The policies that run, as a run names them.
    fn named(self) -> Vec<PolicyId> {
        match self {
            Self::InForce => Vec::new(),
            Self::Now(id) | Self::Version(id, _) => vec![id],
        }
    }
}

/// A comparison with everything that it rests on. Two that are equal have the same answer.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareQuestion {
    /// Before and after.
    pub sides: (Side, Side),
    policies: (Vec<String>, Vec<String>),
    data: String,
    settings: SimulationSettings,
}

/// Two runs on the same data, and what is otherwise.
#[derive(Debug, Clone)]
pub struct ComparedRuns {
    /// What was compared.
    pub sides: (Side, Side),
    /// What each was called.
    pub names: (String, String),
    /// The first.
    pub before: Run,
    /// The second.
    pub after: Run,
    /// What is otherwise in the second.
    pub comparison: Comparison,
    /// All of that in order: alarms, then requests.
    pub differences: Vec<Difference>,
}

/// All that was compared.
pub type Comparisons = Studies<CompareQuestion, ComparedRuns>;

impl CompareQuestion {
    /// The question about the model as it is now; none where a side is gone.
    pub fn new(project: &Project, simulation: &Simulation, sides: (Side, Side)) -> Option<Self> {
        let policies = |side: Side| {
            let project = side.project(project)?;
            Some(policy_prints(&chosen_policies(&project, &side.named())))
        };
        let settings =
            SimulationSettings { evaluation: simulation.evaluation(project), ..settings_of(project) };
        Some(Self {
            sides,
            policies: (policies(sides.0)?, policies(sides.1)?),
            data: simulation.fingerprint.clone(),
            settings,
        })
    }

    /// Whether both sides say the same, so that nothing can be otherwise.
    pub fn is_idle(&self) -> bool {
        self.policies.0 == self.policies.1
    }
}

/// Starts comparing on the data of the latest run. None: there is no such run, or a side is gone.
pub fn start_comparison(
    work: &mut Work,
    session: &Session,
    sides: (Side, Side),
) -> Option<(JobId, CompareQuestion)> {
    let simulation = Arc::clone(&session.results().simulation.as_ref()?.value);
    let project = session.shared_project();
    let question = CompareQuestion::new(&project, &simulation, sides)?;
    let asked = question.clone();
    let id = work.start("Compare policies", true, move |progress| {
        let ran = |side: Side, from: f32, to: f32| {
            let project = side.project(&project)?;
            let input = RunInput { policies: side.named(), ..simulation.input(&project) };
            run(&project, &input, &Part { whole: progress, from, to }).ok()
        };
        let Some(before) = ran(asked.sides.0, 0.0, 0.5) else { return Ok(None) };
        let Some(after) = ran(asked.sides.1, 0.5, 1.0) else { return Ok(None) };
        let name = |side: Side| side.name(&project).unwrap_or_default();
        let names = (name(asked.sides.0), name(asked.sides.1));
        let comparison = Comparison::of(&before, &after);
        let differences = comparison.all();
        let compared = ComparedRuns { sides: asked.sides, names, before, after, comparison, differences };
        Ok(Some(Output::Compared(Box::new(asked), Arc::new(compared))))
    });
    Some((id, question))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Condition, PolicyVersion};

    /// The example before anything in it was approved.
    fn unapproved() -> Project {
        let mut project = crate::catalog::example();
        project.policies.get_mut(PolicyId(1)).unwrap().versions.clear();
        project
    }

    fn versioned() -> Project {
        let mut project = unapproved();
        let policy = project.policies.get_mut(PolicyId(1)).unwrap();
        let content = policy.content();
        policy.versions.push(PolicyVersion { number: 1, policy: content, ..PolicyVersion::default() });
        project
    }

    fn loosened(mut project: Project) -> Project {
        let policy = project.policies.get_mut(PolicyId(1)).unwrap();
        if let Condition::Metric(metric) = &mut policy.rules[0].conditions[0] {
            metric.value = 99.0;
        }
        project
    }

    #[test]
    fn the_usual_sides_are_what_changes_and_what_it_changes_from() {
        let one = PolicyId(1);
        let check = |what: &str, project: &Project, shown: Option<u32>, expected: (Side, Side)| {
            assert_eq!(Side::usual(project, shown.map(PolicyId)), expected, "{what}");
        };
        let plain = unapproved();
        check("a draft against what is in force", &plain, None, (Side::InForce, Side::Now(PolicyId(2))));
        check("the policy that is shown", &plain, Some(3), (Side::InForce, Side::Now(PolicyId(3))));
        check("in force itself, never approved", &plain, Some(1), (Side::InForce, Side::Now(one)));
        let changed = loosened(versioned());
        check("changed since approved", &changed, None, (Side::Version(one, 1), Side::Now(one)));
        check("changed and shown", &changed, Some(1), (Side::Version(one, 1), Side::Now(one)));
        check("as approved", &versioned(), None, (Side::InForce, Side::Now(PolicyId(2))));
        check("nothing at all", &Project::new("Empty"), None, (Side::InForce, Side::InForce));
    }

    #[test]
    fn a_version_runs_as_it_was_approved() {
        let project = loosened(versioned());
        let bound = |side: Side| {
            let project = side.project(&project).unwrap();
            match &project.policies.get(PolicyId(1)).unwrap().rules[0].conditions[0] {
                Condition::Metric(metric) => metric.value,
                _ => f64::NAN,
            }
        };
        assert_eq!(bound(Side::Now(PolicyId(1))), 99.0);
        assert_eq!(bound(Side::Version(PolicyId(1), 1)), 80.0);
        assert!(Side::Version(PolicyId(1), 7).name(&project).is_none());
        assert_eq!(Side::all(&project).len(), 1 + project.policies.len() + 1);
        let name = Side::Version(PolicyId(1), 1).name(&project).unwrap();
        assert!(name.ends_with(", version 1"), "{name}");
    }
}
