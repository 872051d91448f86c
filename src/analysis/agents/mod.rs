//! Agent checks: the lethal trifecta and the rule of two, over everything that an agent can reach or delegate to.
//!
//! Four legs: **untrusted input** (text from where nobody vouches for it reaches the agent), **confidential data** (the
//! agent, or something that it can call, reads an asset that is at least confidential), **a way out** (what it says can
//! reach a system outside) and **changes state**. The trifecta is the first three together. The rule of two allows no
//! agent the first two with either of the others, unless a person approves. Both are necessary, not sufficient: an
//! agent without them is "trifecta not present", never safe.

mod cuts;
mod legs;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use crate::model::{AssetId, ComponentId, ComponentKind, InterfaceId, ItemId, Project};
use legs::Reading;
use text::{Calls, TextGraph};

/// One of the four legs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegKind {
    /// Text from where nobody vouches for it reaches the agent.
    UntrustedInput,
    /// The agent, or something that it can call, reads what is confidential.
    ConfidentialData,
    /// What it says can reach a system outside.
    WayOut,
    /// It, or something that it can call, changes something.
    ChangesState,
}

impl LegKind {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] =
        [Self::UntrustedInput, Self::ConfidentialData, Self::WayOut, Self::ChangesState];

    /// The words as a person reads them.
    pub fn label(self) -> &'static str {
        match self {
            Self::UntrustedInput => "Untrusted input",
            Self::ConfidentialData => "Confidential data",
            Self::WayOut => "Way out",
            Self::ChangesState => "Changes state",
        }
    }
}

/// What makes a leg hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// Where it comes from, goes to, or lies.
    pub component: ComponentId,
    /// The interfaces between that and the agent, in the order in which text goes or calls are made; empty where the
    /// agent itself is the proof.
    pub interfaces: Vec<InterfaceId>,
    /// The asset that is read.
    pub asset: Option<AssetId>,
    /// Why it counts.
    pub why: String,
}

/// Whether a leg holds, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Which leg.
    pub kind: LegKind,
    /// What makes it hold, nearest first. None: it does not hold by what the model says.
    pub proofs: Vec<Proof>,
}

impl Leg {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        !self.proofs.is_empty()
    }
}

/// The fewest interfaces without which a leg falls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegCut {
    /// Which leg falls.
    pub leg: LegKind,
    /// The interfaces to remove or to put a gate on.
    pub interfaces: Vec<InterfaceId>,
}

/// One agent against the trifecta and the rule of two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCheck {
    /// Which agent.
    pub agent: ComponentId,
    /// The four legs, in the order of [`LegKind::ALL`].
    pub legs: [Leg; 4],
    /// Other agents that it can hand work to; their powers count as its own.
    pub delegates: Vec<ComponentId>,
    /// What has a person approve its actions: the agent by its own word, a control in place, or a person.
    pub approved_by: Option<ItemId>,
    /// Untrusted input, confidential data and a way out hold together.
    pub trifecta: bool,
    /// Untrusted input and confidential data hold with a way out or changes of state, and nobody approves.
    pub breaks_rule_of_two: bool,
    /// Ways to break the trifecta or, without one, the rule of two: fewest interfaces first. Empty when neither holds or
    /// when no interface decides it.
    pub cuts: Vec<LegCut>,
}

impl AgentCheck {
    /// One of the legs.
    pub fn leg(&self, kind: LegKind) -> &Leg {
        &self.legs[kind as usize]
    }
}

/// The check of every agent in scope, in id order.
pub fn agent_checks(project: &Project) -> Vec<AgentCheck> {
    let text = TextGraph::of(project);
    let calls = Calls::of(project);
    let readings = legs::readings(project);
    let agents = project.diagram.components().filter(|c| c.kind == ComponentKind::Agent && !c.out_of_scope);
    agents.map(|agent| check(project, &text, &calls, &readings, agent.id)).collect()
}

fn check(
    project: &Project,
    text: &TextGraph,
    calls: &Calls,
    readings: &BTreeMap<ComponentId, Vec<Reading>>,
    agent: ComponentId,
) -> AgentCheck {
    let powers = calls.reached_from(agent);
    let legs = [
        Leg { kind: LegKind::UntrustedInput, proofs: legs::untrusted_input(project, text, agent) },
        Leg { kind: LegKind::ConfidentialData, proofs: legs::confidential_data(project, readings, &powers) },
        Leg { kind: LegKind::WayOut, proofs: legs::way_out(project, text, agent) },
        Leg { kind: LegKind::ChangesState, proofs: legs::changes_state(project, &powers) },
    ];
    let [untrusted, confidential, out, changes] = [0, 1, 2, 3].map(|place: usize| legs[place].holds());
    let approved_by = legs::approval(project, agent);
    let trifecta = untrusted && confidential && out;
    let breaks_rule_of_two = untrusted && confidential && (out || changes) && approved_by.is_none();
    let is_agent = |id: &ComponentId| {
        *id != agent && project.diagram.component(*id).is_some_and(|c| c.kind == ComponentKind::Agent)
    };
    AgentCheck {
        agent,
        delegates: powers.keys().copied().filter(is_agent).collect(),
        approved_by,
        trifecta,
        breaks_rule_of_two,
        cuts: if trifecta || breaks_rule_of_two {
            cuts::cuts(project, text, calls, readings, agent, trifecta)
        } else {
            Vec::new()
        },
        legs,
    }
}
