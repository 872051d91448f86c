//! Layers: what the policies together come to for every type of agent in every environment, worked out by the same judge that
//! decides requests, on every resource and destination that the model or a policy names.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::{ConditionRef, Decision, Judge};
use super::events::Access;
use super::run::Request;
use super::scope::{Agent, Agents, NumberedRule, chosen_policies};
use crate::model::{
    CommunicationCondition, Condition, Direction, Effect, MetricCondition, Operator, Policy, PolicyId,
    PolicyStatus, Project, RuleAction, Sensitivity, plain_word,
};

/// Whoever is not named: only `*` means it.
const ANYBODY_ELSE: &str = "*";

/// A request that was asked of a cell, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// "read customer_data", "send to anybody else".
    pub what: String,
    /// What the layers together say.
    pub decision: Decision,
    /// Layers, or conditions of one layer, say different things about it.
    pub disputed: bool,
}

/// What becomes of a condition in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It decides something.
    Decides,
    /// A metric is watched by it.
    Watches,
    /// It would decide, and another layer says otherwise.
    Overruled,
    /// Another condition goes before it wherever it matches.
    Shadowed,
    /// Nothing that is named anywhere concerns it.
    Idle,
}

impl Fate {
    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Watches => "watches",
            Self::Overruled => "overruled",
            Self::Shadowed => "shadowed",
            Self::Idle => "concerns nothing named",
        }
    }
}

/// A condition that binds in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Which.
    pub condition: ConditionRef,
    /// What becomes of it.
    pub fate: Fate,
    /// What it decides, or which condition goes before it.
    pub about: Vec<String>,
    /// A violation is only recorded: the rule monitors, or its policy is only staged.
    pub only_recorded: bool,
}

/// One type of agent in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The type of agent.
    pub agent_type: String,
    /// The environment.
    pub environment: String,
    /// The policies that bind it, in the order in which they are asked.
    pub policies: Vec<PolicyId>,
    /// Their conditions, in order.
    pub standing: Vec<Standing>,
    /// What was asked, and the answers.
    pub asked: Vec<Asked>,
    /// What no policy speaks of, in words.
    pub gaps: Vec<String>,
}

impl Cell {
    /// How many conditions have that fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.standing.iter().filter(|one| one.fate == fate).count()
    }

    /// How many rules have a say or watch.
    pub fn effective_rules(&self) -> usize {
        let effective = self.standing.iter().filter(|one| matches!(one.fate, Fate::Decides | Fate::Watches));
        effective.map(|one| one.condition.rule).collect::<BTreeSet<_>>().len()
    }

    /// How many requests are answered both ways.
    pub fn conflicts(&self) -> usize {
        self.asked.iter().filter(|asked| asked.disputed).count()
    }
}

/// The matrix.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layers {
    /// Types of agents, the rows.
    pub agent_types: Vec<String>,
    /// Environments, the columns.
    pub environments: Vec<String>,
    /// Row by row.
    pub cells: Vec<Cell>,
}

impl Layers {
    /// The cell of a row and a column.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        (column < self.environments.len()).then(|| self.cells.get(row * self.environments.len() + column))?
    }

    /// What the policies in force come to; `planned` adds those that are staged or approved.
    pub fn of(project: &Project, planned: bool) -> Self {
        let (agent_types, environments) = sides(project);
        let asked: Vec<&Policy> = if planned {
            let out =
                |policy: &&Policy| !matches!(policy.status, PolicyStatus::Draft | PolicyStatus::Retired);
            project.policies.iter().filter(out).collect()
        } else {
            chosen_policies(project, &[])
        };
        let cells = agent_types
            .iter()
            .flat_map(|kind| environments.iter().map(move |place| (kind, place)))
            .map(|(kind, place)| cell(project, &asked, kind, place))
            .collect();
        Self { agent_types, environments, cells }
    }
}

/// Every type and environment that an agent has or a policy names.
fn sides(project: &Project) -> (Vec<String>, Vec<String>) {
    let agents = &project.simulation.agents;
    let scopes = || project.policies.iter().map(|policy| &policy.scope);
    let named = |name: &&str| !name.is_empty() && *name != "*";
    let types = agents.iter().map(|agent| agent.agent_type.as_str());
    let types = types.chain(scopes().flat_map(|scope| scope.agent_types.iter().map(String::as_str)));
    let places = agents.iter().map(|agent| agent.environment.as_str());
    let places = places.chain(scopes().flat_map(|scope| scope.environments.iter().map(String::as_str)));
    let sorted = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
    (sorted(types.filter(named).collect()), sorted(places.filter(named).collect()))
}

fn cell(project: &Project, asked: &[&Policy], agent_type: &str, environment: &str) -> Cell {
    let someone = Agent {
        name: String::new(),
        agent_type: Some(agent_type.to_owned()),
        environment: Some(environment.to_owned()),
    };
    let agents = Agents { by_name: BTreeMap::from([(String::new(), someone)]), listed: true };
    let binding: Vec<&Policy> =
        asked.iter().copied().filter(|policy| agents.binds(&policy.scope, "")).collect();
    let judge = Judge::new(project, &binding, &agents);
    let answers: Vec<Asked> = requests(project, &binding)
        .into_iter()
        .map(|(what, request)| {
            let decision = judge.decide("", &request);
            let disputed = !decision.overruled.is_empty() || is_disputed_within(&binding, &decision);
            Asked { what, decision, disputed }
        })
        .collect();
    let rules = NumberedRule::all(&binding);
    let standing: Vec<Standing> = rules
        .iter()
        .flat_map(|rule| rule.conditions().map(move |(at, condition)| (rule, at, condition)))
        .map(|(rule, at, condition)| {
            let reference = rule.reference(at);
            let (fate, about) = match condition {
                Condition::Metric(metric) => watched(&rules, &reference, metric),
                _ => fate(&reference, &answers),
            };
            let only_recorded =
                rule.rule.action == RuleAction::Monitor || rule.policy.status == PolicyStatus::Staged;
            Standing { condition: reference, fate, about, only_recorded }
        })
        .collect();
    let gaps = gaps(project, &binding, &answers);
    Cell {
        agent_type: agent_type.to_owned(),
        environment: environment.to_owned(),
        policies: binding.iter().map(|policy| policy.id).collect(),
        standing,
        asked: answers,
        gaps,
    }
}

/// Everything that is worth asking: each resource and destination that a policy or the model names.
fn requests(project: &Project, binding: &[&Policy]) -> Vec<(String, Request)> {
    let conditions = || binding.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.conditions);
    let mut resources: BTreeSet<&str> = conditions()
        .filter_map(|condition| match condition {
            Condition::Resource(resource) => Some(resource.resource.as_str()),
            _ => None,
        })
        .filter(|name| *name != ANYBODY_ELSE)
        .collect();
    resources.extend(sensitive(project));
    let mut found = Vec::new();
    for resource in resources.into_iter().filter(|name| !name.is_empty()) {
        for (verb, access) in [("read", Access::Read), ("write", Access::Write)] {
            let request = Request::Resource { resource: resource.to_owned(), access };
            found.push((format!("{verb} {resource}"), request));
        }
    }
    let talks: Vec<&CommunicationCondition> = conditions()
        .filter_map(|condition| match condition {
            Condition::Communication(talk) => Some(talk),
            _ => None,
        })
        .collect();
    let mut others: BTreeSet<&str> =
        talks.iter().flat_map(|talk| &talk.destinations).map(String::as_str).collect();
    for name in others.clone() {
        let members = project.simulation.groups.iter().filter(|group| group.name == name);
        others.extend(members.flat_map(|group| group.members.iter().map(String::as_str)));
    }
    others.remove(ANYBODY_ELSE);
    let ways = [(Direction::Outbound, "send to"), (Direction::Inbound, "receive from")];
    for (direction, verb) in ways {
        if !talks.iter().any(|talk| talk.direction.is_none_or(|way| way == direction)) {
            continue;
        }
        for other in others.iter().copied().filter(|name| !name.is_empty()).chain([ANYBODY_ELSE]) {
            let name = if other == ANYBODY_ELSE { "anybody else" } else { other };
            let request = Request::Communication { direction, destination: other.to_owned() };
            found.push((format!("{verb} {name}"), request));
        }
    }
    found
}

fn sensitive(project: &Project) -> impl Iterator<Item = &str> {
    let assets = project.assets.iter().filter(|asset| asset.sensitivity >= Sensitivity::Confidential);
    assets.map(|asset| asset.name.as_str())
}

/// Whether a resource is granted and denied by one policy. Lines of communication are an order, not a dispute.
fn is_disputed_within(binding: &[&Policy], decision: &Decision) -> bool {
    let effect = |one: &ConditionRef| {
        let rule = binding.iter().flat_map(|policy| &policy.rules).find(|rule| rule.id == one.rule)?;
        match rule.conditions.get(one.condition)? {
            Condition::Resource(resource) => Some(resource.permission == crate::model::Permission::Deny),
            _ => None,
        }
    };
    decision.layers.iter().any(|layer| {
        let said: BTreeSet<bool> = layer.by.iter().chain(&layer.shadowed).filter_map(effect).collect();
        said.len() > 1
    })
}

fn fate(one: &ConditionRef, answers: &[Asked]) -> (Fate, Vec<String>) {
    let of = |pick: &dyn Fn(&Asked) -> Option<String>| -> Vec<String> {
        let found: BTreeSet<String> = answers.iter().filter_map(pick).collect();
        found.into_iter().collect()
    };
    // A condition decides where no other layer had to be heard as well: where its own layer agrees with the outcome.
    let decides = of(&|asked| {
        let heard = asked
            .decision
            .layers
            .iter()
            .any(|layer| layer.by.as_ref() == Some(one) && layer.effect == Some(asked.decision.effect));
        heard.then(|| asked.what.clone())
    });
    if !decides.is_empty() {
        return (Fate::Decides, decides);
    }
    let overruled = of(&|asked| {
        let by = asked.decision.by.as_ref().map(|by| by.id.clone())?;
        asked.decision.overruled.contains(one).then_some(by)
    });
    if !overruled.is_empty() {
        return (Fate::Overruled, overruled);
    }
    let shadowed = of(&|asked| {
        let layer = asked.decision.layers.iter().find(|layer| layer.shadowed.contains(one))?;
        layer.by.as_ref().map(|by| by.id.clone())
    });
    if shadowed.is_empty() { (Fate::Idle, Vec::new()) } else { (Fate::Shadowed, shadowed) }
}

/// A bound is shadowed by one that is violated whenever it is, read the same way over the same time.
fn watched(rules: &[NumberedRule<'_>], one: &ConditionRef, metric: &MetricCondition) -> (Fate, Vec<String>) {
    let stricter = |other: &MetricCondition| {
        let same = other.metric == metric.metric
            && other.reading == metric.reading
            && other.duration_ms == metric.duration_ms
            && other.hold_for_ms == metric.hold_for_ms
            && other.operator == metric.operator;
        same && match metric.operator {
            Operator::Less | Operator::LessOrEqual => other.value < metric.value,
            Operator::Greater | Operator::GreaterOrEqual => other.value > metric.value,
            Operator::Equal | Operator::NotEqual => false,
        }
    };
    // What is not in force yet only watches, whatever its rule will do.
    let acts = |rule: &NumberedRule<'_>| {
        if rule.policy.status == PolicyStatus::Active { rule.rule.action } else { RuleAction::Monitor }
    };
    let own = rules.iter().find(|rule| rule.rule.id == one.rule).map(acts);
    let by: Vec<String> = rules
        .iter()
        .filter(|rule| Some(acts(rule)) <= own)
        .flat_map(|rule| rule.conditions().map(move |(at, condition)| (rule, at, condition)))
        .filter(|(_, _, condition)| matches!(condition, Condition::Metric(other) if stricter(other)))
        .map(|(rule, at, _)| rule.condition_id(at))
        .collect();
    if by.is_empty() { (Fate::Watches, vec![metric.metric.clone()]) } else { (Fate::Shadowed, by) }
}

/// What nobody speaks of where somebody should.
fn gaps(project: &Project, binding: &[&Policy], answers: &[Asked]) -> Vec<String> {
    if binding.is_empty() {
        return vec!["No policy binds these agents.".to_owned()];
    }
    let mut found = Vec::new();
    let unnamed: BTreeSet<&str> = sensitive(project)
        .filter(|name| {
            answers.iter().any(|asked| {
                asked.decision.by.is_none() && plain_word(&asked.what) == plain_word(&format!("read {name}"))
            })
        })
        .collect();
    if !unnamed.is_empty() {
        let names = unnamed.into_iter().collect::<Vec<_>>().join(", ");
        let default = if project.simulation.default_allow { "allowed" } else { "denied" };
        found.push(format!("No rule speaks of {names}: {default} by default."));
    }
    let open = answers.iter().find(|asked| asked.what == "send to anybody else");
    match open {
        None => found.push("No rule says whom these agents may send to.".to_owned()),
        Some(asked) if asked.decision.effect == Effect::Allow => {
            found.push("These agents may send to anybody.".to_owned());
        }
        Some(_) => {}
    }
    let watched = binding
        .iter()
        .flat_map(|policy| &policy.rules)
        .any(|rule| rule.conditions.iter().any(|one| matches!(one, Condition::Metric(_))));
    if !watched {
        found.push("No metric is watched.".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        AgentInstance, Asset, AssetId, CommunicationCondition, Permission, ResourceCondition, Rule, RuleId,
        Scope,
    };

    fn talk(name: &str, effect: Effect) -> Condition {
        Condition::Communication(CommunicationCondition {
            direction: Some(Direction::Outbound),
            destinations: vec![name.to_owned()],
            effect,
            ..CommunicationCondition::default()
        })
    }

    fn may(resource: &str, permission: Permission) -> Condition {
        Condition::Resource(ResourceCondition {
            resource: resource.to_owned(),
            permission,
            ..ResourceCondition::default()
        })
    }

    fn cpu(value: f64) -> Condition {
        let metric = "cpu".to_owned();
        Condition::Metric(MetricCondition { metric, value, ..MetricCondition::default() })
    }

    /// The layers of policies for "bot" in production, each a list of conditions in one rule.
    fn layers(policies: Vec<(PolicyStatus, Vec<Condition>)>) -> Layers {
        Layers::of(&project(policies), false)
    }

    fn project(policies: Vec<(PolicyStatus, Vec<Condition>)>) -> Project {
        let mut project = Project::new("Test");
        project.simulation.agents = vec![AgentInstance {
            name: "bot-1".to_owned(),
            agent_type: "bot".to_owned(),
            environment: "staging".to_owned(),
            ..AgentInstance::default()
        }];
        project.assets.insert(Asset {
            id: AssetId(1),
            name: "ledger".to_owned(),
            sensitivity: Sensitivity::Confidential,
            ..Asset::default()
        });
        for ((status, conditions), number) in policies.into_iter().zip(1..) {
            let scope = Scope { environments: vec!["production".to_owned()], ..Scope::default() };
            let rules = vec![Rule { id: RuleId(number), conditions, ..Rule::default() }];
            let id = PolicyId(number);
            project.policies.insert(Policy { id, status, scope, rules, ..Policy::default() });
        }
        project
    }

    #[track_caller]
    fn check(policies: Vec<Vec<Condition>>, fates: &[Fate], conflicts: usize, gaps: &[&str]) {
        let policies = policies.into_iter().map(|one| (PolicyStatus::Active, one)).collect();
        let layers = layers(policies);
        assert_eq!((layers.agent_types.as_slice(), layers.environments.len()), (&["bot".to_owned()][..], 2));
        let cell = layers.cell(0, 0).unwrap();
        assert_eq!(cell.environment, "production");
        assert_eq!(cell.standing.iter().map(|one| one.fate).collect::<Vec<_>>(), fates, "{cell:#?}");
        assert_eq!(cell.conflicts(), conflicts, "{:#?}", cell.asked);
        assert_eq!(cell.gaps.len(), gaps.len(), "{:?}", cell.gaps);
        assert!(cell.gaps.iter().zip(gaps).all(|(gap, wanted)| gap.contains(wanted)), "{:?}", cell.gaps);
        let elsewhere = layers.cell(0, 1).unwrap();
        assert!(elsewhere.policies.is_empty() && elsewhere.gaps[0].contains("No policy"));
    }

    #[test]
    fn fates_conflicts_and_gaps() {
        use Effect::{Allow, Deny};
        use Fate::{Decides, Overruled, Shadowed, Watches};
        let closed = || vec![talk("api", Allow), talk("*", Deny), cpu(80.0)];
        check(vec![closed()], &[Decides, Decides, Watches], 0, &["No rule speaks of ledger: denied"]);
        check(
            vec![vec![talk("*", Deny), talk("api", Allow), may("ledger", Permission::Read)]],
            &[Decides, Shadowed, Decides],
            0,
            &["No metric"],
        );
        check(
            vec![vec![may("ledger", Permission::Read), may("ledger", Permission::Deny)]],
            &[Shadowed, Decides],
            2,
            &["whom these agents may send to", "No metric"],
        );
        check(
            vec![vec![cpu(80.0), talk("*", Deny), may("ledger", Permission::Deny)], vec![talk("api", Allow)]],
            &[Watches, Decides, Decides, Overruled],
            1,
            &[],
        );
        check(
            vec![vec![cpu(80.0)], vec![cpu(60.0), talk("*", Allow)]],
            &[Shadowed, Watches, Decides],
            0,
            &["No rule speaks of ledger", "may send to anybody"],
        );
    }

    #[test]
    fn what_is_not_in_force_shadows_nothing_that_is() {
        use Fate::{Shadowed, Watches};
        use PolicyStatus::{Active, Approved, Staged};
        for (first, second, fates) in [
            (Active, Active, [Shadowed, Watches]),
            (Active, Staged, [Watches, Watches]),
            (Active, Approved, [Watches, Watches]),
            (Staged, Active, [Shadowed, Watches]),
            (Staged, Approved, [Shadowed, Watches]),
        ] {
            let project = project(vec![(first, vec![cpu(80.0)]), (second, vec![cpu(60.0)])]);
            let layers = Layers::of(&project, true);
            let found: Vec<Fate> =
                layers.cell(0, 0).unwrap().standing.iter().map(|standing| standing.fate).collect();
            assert_eq!(found, fates, "{first:?} {second:?}");
        }
    }

    #[test]
    fn only_what_is_in_force_counts() {
        let staged = vec![may("ledger", Permission::Deny)];
        let of = |status| layers(vec![(PolicyStatus::Active, vec![cpu(1.0)]), (status, staged.clone())]);
        for status in [PolicyStatus::Staged, PolicyStatus::Retired] {
            assert_eq!(of(status).cell(0, 0).unwrap().policies.len(), 1);
        }
        assert_eq!(of(PolicyStatus::Active).cell(0, 0).unwrap().policies.len(), 2);
    }
}
