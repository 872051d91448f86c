//! The order of rules and conditions: among communications the first that matches decides, so a line's place is a rule's meaning.

use super::record::{change_policy, change_rule};
use crate::edit::Transaction;
use crate::model::{Project, RuleId};

/// One place up or down in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is asked before the one that stood before it.
    Sooner,
    /// It is asked after the one that stood after it.
    Later,
}

impl Way {
    /// The neighbour's index on that side, in a list of so many; none at its end.
    pub fn from(self, index: usize, count: usize) -> Option<usize> {
        match self {
            Self::Sooner => index.checked_sub(1),
            Self::Later => Some(index + 1).filter(|next| *next < count),
        }
    }
}

/// Moves a rule one place within its policy; none at the end of the list.
pub fn move_rule(project: &Project, id: RuleId, way: Way) -> Option<Transaction> {
    let (policy, _) = project.rule(id)?;
    let index = policy.rules.iter().position(|rule| rule.id == id)?;
    let other = way.from(index, policy.rules.len())?;
    change_policy(project, policy.id, "order of rules", |policy| policy.rules.swap(index, other))
}

/// Moves a condition one place within its rule; none at the end of the list.
pub fn move_condition(project: &Project, rule: RuleId, index: usize, way: Way) -> Option<Transaction> {
    let (_, found) = project.rule(rule)?;
    let count = found.conditions.len();
    let other = way.from(index, count).filter(|_| index < count)?;
    change_rule(project, rule, "order of conditions", |rule| rule.conditions.swap(index, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Condition, Policy, PolicyId, ResourceCondition, Rule};

    fn project() -> Project {
        let mut project = Project::new("Test");
        let resource = |name: &str| {
            Condition::Resource(ResourceCondition {
                resource: name.to_owned(),
                ..ResourceCondition::default()
            })
        };
        let rule = |id: u32| Rule {
            id: RuleId(id),
            conditions: ["a", "b", "c"].map(resource).to_vec(),
            ..Rule::default()
        };
        let rules = vec![rule(1), rule(2)];
        project.policies.insert(Policy { id: PolicyId(1), rules, ..Policy::default() });
        project
    }

    fn order(project: &Project) -> (Vec<u32>, String) {
        let policy = project.policies.iter().next().unwrap();
        let names = policy.rules[0].conditions.iter().map(|condition| match condition {
            Condition::Resource(resource) => resource.resource.clone(),
            _ => String::new(),
        });
        (policy.rules.iter().map(|rule| rule.id.0).collect(), names.collect())
    }

    #[test]
    fn conditions_and_rules_go_one_place_and_no_further_than_the_end() {
        let check = |change: Option<Transaction>, expected: Option<(&[u32], &str)>| {
            let mut project = project();
            let before = order(&project);
            let Some(change) = change else { return assert_eq!(expected, None) };
            let back = change.apply(&mut project).unwrap();
            let (rules, names) = order(&project);
            assert_eq!(Some((rules.as_slice(), names.as_str())), expected);
            back.apply(&mut project).unwrap();
            assert_eq!(order(&project), before);
        };
        let model = project();
        let condition = |index, way| move_condition(&model, RuleId(1), index, way);
        check(condition(0, Way::Later), Some((&[1, 2], "bac")));
        check(condition(2, Way::Sooner), Some((&[1, 2], "acb")));
        check(condition(0, Way::Sooner), None);
        check(condition(2, Way::Later), None);
        check(condition(9, Way::Sooner), None);
        check(move_rule(&model, RuleId(2), Way::Later), None);
        check(move_rule(&model, RuleId(2), Way::Sooner), Some((&[2, 1], "abc")));
        check(move_rule(&model, RuleId(7), Way::Sooner), None);
    }
}
