//! Decisions: may this agent do that? First match for communications, denial first for resources, then the layers.

use super::destination;
use super::events::Access;
use super::run::Request;
use super::scope::{Agents, NumberedRule, chosen_policies, named};
use crate::model::{
    Condition, Direction, Effect, LayerMode, NamedGroup, Permission, Policy, PolicyId, Project, RuleAction,
    RuleId,
};

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
    /// The condition, counted from 0 within its rule.
    pub condition: usize,
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

/// What the policies of a project say to a request of an agent: those in force, or all that are not retired where none
/// is in force.
pub fn decide(project: &Project, agent: &str, request: &Request) -> Decision {
    decide_among(project, &[], agent, request)
}

/// What some policies of a project say to a request of an agent, in the order given; see [`decide`] for none.
pub fn decide_among(project: &Project, policies: &[PolicyId], agent: &str, request: &Request) -> Decision {
    let policies = chosen_policies(project, policies);
    let agents = Agents::of(project, None, [agent]);
    Judge::new(project, &policies, &agents).decide(agent, request)
}

/// The policies that are asked, ready to answer many requests.
pub struct Judge<'a> {
    rules: Vec<NumberedRule<'a>>,
    policies: Vec<&'a Policy>,
    agents: &'a Agents,
    groups: &'a [NamedGroup],
    mode: LayerMode,
    default: Effect,
}

impl<'a> Judge<'a> {
    /// The policies asked, in order.
    pub fn new(project: &'a Project, policies: &[&'a Policy], agents: &'a Agents) -> Self {
        Self {
            rules: NumberedRule::all(policies),
            policies: policies.to_vec(),
            agents,
            groups: &project.simulation.groups,
            mode: project.simulation.layers,
            default: if project.simulation.default_allow { Effect::Allow } else { Effect::Deny },
        }
    }

    /// What the policies together say: any denial denies, otherwise any grant grants, otherwise the default. Where the
    /// project decides by priority, only the policies of the highest priority that say anything are heard.
    pub fn decide(&self, agent: &str, request: &Request) -> Decision {
        let bound = self.policies.iter().filter(|policy| self.agents.binds(&policy.scope, agent));
        let layers: Vec<LayerDecision> = bound.map(|policy| self.layer(policy, request)).collect();
        let with_word = || layers.iter().filter(|layer| layer.effect.is_some());
        let highest = with_word().map(|layer| layer.priority).max();
        let heard =
            |layer: &&LayerDecision| self.mode == LayerMode::DenyOverrides || Some(layer.priority) == highest;
        let denials: Vec<&LayerDecision> =
            with_word().filter(heard).filter(|layer| layer.effect == Some(Effect::Deny)).collect();
        let enforced = denials.iter().find(|layer| !layer.only_recorded).copied();
        let deciding = enforced
            .or_else(|| denials.first().copied())
            .or_else(|| with_word().filter(heard).find(|layer| layer.effect == Some(Effect::Allow)));
        let Some(deciding) = deciding else {
            let why = match (layers.is_empty(), self.default) {
                (true, Effect::Deny) => "No policy binds this agent; what no policy allows is denied.",
                (true, Effect::Allow) => "No policy binds this agent; what no policy denies is allowed.",
                (false, Effect::Deny) => "No policy has a word on it; what no policy allows is denied.",
                (false, Effect::Allow) => "No policy has a word on it; what no policy denies is allowed.",
            };
            return Decision {
                effect: self.default,
                by: None,
                why: why.to_owned(),
                prevented: self.default == Effect::Deny,
                error: false,
                layers,
                overruled: Vec::new(),
            };
        };
        let effect = deciding.effect.unwrap_or(self.default);
        let overruled = with_word()
            .filter(|layer| layer.effect != Some(effect))
            .filter_map(|layer| layer.by.clone())
            .collect();
        Decision {
            effect,
            by: deciding.by.clone(),
            why: deciding.why.clone(),
            prevented: enforced.is_some(),
            error: deciding.error,
            overruled,
            layers: layers.clone(),
        }
    }

    fn layer(&self, policy: &Policy, request: &Request) -> LayerDecision {
        let rules = self.rules.iter().filter(|numbered| numbered.policy.id == policy.id);
        let mut layer = LayerDecision {
            policy: policy.id,
            policy_name: named(&policy.name, policy.id),
            priority: policy.priority,
            effect: None,
            by: None,
            why: "Not applicable: no condition of this policy matches.".to_owned(),
            shadowed: Vec::new(),
            only_recorded: false,
            error: false,
        };
        match request {
            Request::Resource { resource, access } => resource_layer(rules, resource, access, &mut layer),
            Request::Communication { direction, destination } => {
                communication_layer(rules, *direction, destination, self.groups, &mut layer);
            }
        }
        layer
    }
}

/// Any denial beats every grant, in whatever order they stand; a resource listed for another access only is denied.
fn resource_layer<'a>(
    rules: impl Iterator<Item = &'a NumberedRule<'a>>,
    resource: &str,
    access: &Access,
    layer: &mut LayerDecision,
) {
    let mut listed: Vec<(&NumberedRule<'_>, usize, Permission)> = Vec::new();
    for numbered in rules {
        for (index, condition) in numbered.conditions() {
            if let Condition::Resource(condition) = condition
                && (condition.resource == resource || condition.resource == "*")
            {
                listed.push((numbered, index, condition.permission));
            }
        }
    }
    let denial = listed.iter().position(|(_, _, permission)| *permission == Permission::Deny);
    let grant = listed.iter().position(|(_, _, permission)| grants(*permission, access));
    let Some(decides) = denial.or(grant).or((!listed.is_empty()).then_some(0)) else { return };
    for (at, (numbered, index, permission)) in listed.iter().enumerate() {
        if at != decides {
            layer.shadowed.push(numbered.reference(*index));
            continue;
        }
        let rule = named(&numbered.rule.name, numbered.rule.id);
        layer.by = Some(numbered.reference(*index));
        layer.only_recorded = numbered.rule.action == RuleAction::Monitor;
        (layer.effect, layer.why) = if denial.is_some() {
            (Some(Effect::Deny), format!("{rule} denies {resource}; a denial always wins."))
        } else if grant.is_some() {
            (Some(Effect::Allow), format!("{rule} allows to {permission} {resource}."))
        } else {
            (Some(Effect::Deny), format!("{rule} lists {resource} for {permission} only."))
        };
    }
}

/// What a permission grants; writing does not include reading.
fn grants(permission: Permission, access: &Access) -> bool {
    match permission {
        Permission::Deny => false,
        Permission::Read => *access == Access::Read,
        Permission::Write => *access == Access::Write,
        Permission::ReadWrite => matches!(access, Access::Read | Access::Write | Access::ReadWrite),
    }
}

/// The first condition that matches decides.
fn communication_layer<'a>(
    rules: impl Iterator<Item = &'a NumberedRule<'a>>,
    direction: Direction,
    to: &str,
    groups: &[NamedGroup],
    layer: &mut LayerDecision,
) {
    for numbered in rules {
        for (index, condition) in numbered.conditions() {
            let Condition::Communication(condition) = condition else { continue };
            if condition.direction.is_some_and(|wanted| wanted != direction) {
                continue;
            }
            let rule = named(&numbered.rule.name, numbered.rule.id);
            let (effect, why, error) = match destination::matches(&condition.destinations, to, groups) {
                Ok(false) => continue,
                Ok(true) => {
                    let verb = if condition.effect == Effect::Allow { "allows" } else { "denies" };
                    let what = condition.destinations.join(", ");
                    (condition.effect, format!("{rule} {verb} {direction} communication with {what}."), false)
                }
                // Nobody can say whether it would match: the safe answer, and one that can be seen.
                Err(what) => {
                    (Effect::Deny, format!("{rule} cannot be evaluated: {what}. Denied for safety."), true)
                }
            };
            if layer.effect.is_some() {
                layer.shadowed.push(numbered.reference(index));
            } else {
                layer.effect = Some(effect);
                layer.by = Some(numbered.reference(index));
                layer.why = why;
                layer.error = error;
                layer.only_recorded = numbered.rule.action == RuleAction::Monitor && !error;
            }
        }
    }
}
