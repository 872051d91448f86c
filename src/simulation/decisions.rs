//! Decisions: may this agent do that? First match for communications, denial first for resources, then the layers.

use crate::model::{Effect, PolicyId, RuleId};

/// A condition, by where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRef {
    /// The policy.
    pub policy: PolicyId,
    /// Its name.
    pub policy_name: String,
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub rule_name: String,
    /// `r1c0`: rule and condition counted from 0 over the policies asked.
    pub id: String,
}

impl std::fmt::Display for ConditionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.policy_name, self.rule_name, self.id)
    }
}

/// What one policy says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerDecision {
    /// The policy.
    pub policy: PolicyId,
    /// Its name.
    pub policy_name: String,
    /// Its priority.
    pub priority: i32,
    /// Allow, deny, or none: not applicable.
    pub effect: Option<Effect>,
    /// The condition that decides within the policy.
    pub by: Option<ConditionRef>,
    /// Why, in a sentence.
    pub why: String,
    /// Conditions that match as well but have no say, because the one that decides goes before them.
    pub shadowed: Vec<ConditionRef>,
    /// A denial of this layer is only recorded, not enforced.
    pub only_recorded: bool,
    /// Something in the policy could not be evaluated, and the request was denied for that.
    pub error: bool,
}

/// What all policies together say to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Allow or deny.
    pub effect: Effect,
    /// The condition that decides; none: the default.
    pub by: Option<ConditionRef>,
    /// Why, in a sentence.
    pub why: String,
    /// A denial that is enforced; otherwise it is only recorded.
    pub prevented: bool,
    /// Something could not be evaluated, and the request was denied for that.
    pub error: bool,
    /// What each policy that binds the agent says, in order.
    pub layers: Vec<LayerDecision>,
    /// Conditions of other layers that would have decided otherwise.
    pub overruled: Vec<ConditionRef>,
}

impl Decision {
    /// `policy/rule/condition`, or `default`.
    pub fn by_text(&self) -> String {
        self.by.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string)
    }
}
