//! The paths themselves, and for each thing worth protecting what stands on every path and what would cut them all.

use std::collections::BTreeSet;

use petgraph::algo::dominators::Dominators;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use super::blast::BlastRadius;
use super::cut::minimum_cut;
use super::graph::{AttackGraph, Source};
use super::reach::Reach;
use super::step::PathStep;
use super::structure::{AgentLoop, SinglePoint};
use super::ways::{Lengths, length};
use super::yen::cheapest_paths;
use crate::analysis::agents::AgentCheck;
use crate::analysis::classification::ClearanceViolation;
use crate::analysis::crossings::Crossing;
use crate::analysis::integrity::IntegrityViolation;
use crate::model::{
    Asset, AssetId, AssetKind, ComponentId, ComponentKind, InterfaceId, ItemId, Project, Sensitivity, Target,
    ThreatId,
};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct PathOptions {
    /// Only paths to this asset; otherwise to every sensitive one.
    pub to: Option<AssetId>,
    /// How many paths, in all and to each asset.
    pub limit: usize,
    /// Steps that a path may have.
    pub max_hops: usize,
    /// How likely a component must be to be reached to count in a blast radius.
    pub blast_threshold: f64,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self { to: None, limit: 10, max_hops: 12, blast_threshold: 0.1 }
    }
}

/// A way from a source to a place that holds something worth protecting.
#[derive(Debug, Clone, PartialEq)]
pub struct AttackPath {
    /// Where it starts.
    pub source: Source,
    /// The steps, in order. None where the attack starts at its goal.
    pub steps: Vec<PathStep>,
    /// The assets at its end, in id order.
    pub assets: Vec<AssetId>,
    /// How likely it is to work, start and steps, by the model.
    pub probability: f64,
}

impl AttackPath {
    /// The components along it, first to last.
    pub fn components(&self) -> Vec<ComponentId> {
        std::iter::once(self.source.component).chain(self.steps.iter().map(|step| step.to)).collect()
    }

    /// The interfaces along it, in order.
    pub fn interfaces(&self) -> Vec<InterfaceId> {
        self.steps.iter().filter_map(|step| step.interface).collect()
    }

    /// Where it ends.
    pub fn target(&self) -> ComponentId {
        self.steps.last().map_or(self.source.component, |step| step.to)
    }
}

/// What would cut every path to a goal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    /// The fewest components whose hardening cuts every path, nearest to the sources.
    pub components: Vec<ComponentId>,
    /// Interfaces that lead from a source straight to the goal: these have to be cut themselves.
    pub interfaces: Vec<InterfaceId>,
}

/// A cut of more elements than this is no small one: nobody hardens so many at once.
const SMALL: usize = 10;

impl Cut {
    /// Every element of it.
    pub fn items(&self) -> Vec<ItemId> {
        let components = self.components.iter().map(|id| ItemId::from(*id));
        components.chain(self.interfaces.iter().map(|id| ItemId::from(*id))).collect()
    }

    /// Whether so few elements are in it that hardening them is something to do.
    pub fn is_small(&self) -> bool {
        (1..=SMALL).contains(&(self.components.len() + self.interfaces.len()))
    }
}

/// Something worth protecting, and how it can be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// The asset; none where all stores together stand in because no asset is named as sensitive.
    pub asset: Option<AssetId>,
    /// The components where it can be taken.
    pub places: Vec<ComponentId>,
    /// The paths to it, likeliest first.
    pub paths: Vec<AttackPath>,
    /// `1 − Π(1−p)` over the listed paths: how likely at least one works, if they were independent.
    pub exposure: f64,
    /// How likely it is reached at all, by any way.
    pub reach: Reach,
    /// Components of ours that every path goes through before it gets there, first to last.
    pub checkpoints: Vec<ComponentId>,
    /// What would cut every path; none where no path leads there, or no cut is possible.
    pub cut: Option<Cut>,
}

/// Everything about attack paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathReport {
    /// Where attacks can start, in id order.
    pub sources: Vec<Source>,
    /// The likeliest paths to any goal, each way once, likeliest first.
    pub paths: Vec<AttackPath>,
    /// Each goal by itself, in id order.
    pub goals: Vec<Goal>,
    /// How far an attacker gets from each component on a listed path that is not the attacker's to start with.
    pub blast: Vec<BlastRadius>,
    /// Agents that can keep each other going.
    pub loops: Vec<AgentLoop>,
    /// Components without which the system falls apart.
    pub single_points: Vec<SinglePoint>,
    /// Data that may get where it is not cleared for.
    pub violations: Vec<ClearanceViolation>,
    /// Data from outside that may change what must not be changed.
    pub unchecked: Vec<IntegrityViolation>,
    /// Interfaces over a border, the largest gain of trust first.
    pub crossings: Vec<Crossing>,
    /// Agents in which too much comes together, in id order; empty until [`PathReport::with_agents`] takes them in.
    pub agents: Vec<AgentCheck>,
}

impl PathReport {
    /// With the agents that have all three legs of the lethal trifecta or break the rule of two, of those that were checked.
    pub fn with_agents(mut self, checks: &[AgentCheck]) -> Self {
        self.agents =
            checks.iter().filter(|check| check.trifecta || check.breaks_rule_of_two).cloned().collect();
        self
    }
}

/// The likeliest path to what a threat is aimed at; none when nothing leads there. A source may be the end of such a path,
/// as where data leaves through an external system.
pub fn path_for_threat(project: &Project, graph: &AttackGraph, threat: ThreatId) -> Option<AttackPath> {
    let threat = project.threats.get(threat)?;
    let mut places = BTreeSet::new();
    for target in &threat.targets {
        match target {
            Target::Component(id) => drop(places.insert(*id)),
            Target::Interface(id) => places.extend(project.diagram.interface(*id).and_then(|i| i.to)),
            Target::Zone(id) => {
                places.extend(project.diagram.components().filter(|c| c.zone == Some(*id)).map(|c| c.id));
            }
            Target::Asset(id) => places
                .extend(project.assets.get(*id).map(|a| places_of(project, a).all()).unwrap_or_default()),
            Target::Line(_) => {}
        }
    }
    let options = PathOptions { limit: 1, ..PathOptions::default() };
    let places: Vec<ComponentId> =
        places.into_iter().filter(|id| project.diagram.component(*id).is_some()).collect();
    Search::new(project, graph, &places, &places, true).paths(None, &options).into_iter().next()
}

/// Where something can be taken.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where it rests.
    rests: BTreeSet<ComponentId>,
    /// Where it only passes or is worked with, which is less to have.
    passes: BTreeSet<ComponentId>,
}

impl Places {
    pub(super) fn all(&self) -> Vec<ComponentId> {
        self.rests.union(&self.passes).copied().collect()
    }
}

/// What is worth protecting, and where it can be taken.
pub(super) fn goals(project: &Project, options: &PathOptions) -> Vec<(Option<AssetId>, Places)> {
    let wanted = |asset: &&Asset| match options.to {
        Some(id) => asset.id == id,
        None => asset.sensitivity >= Sensitivity::Confidential || asset.kind == AssetKind::Credentials,
    };
    let named: Vec<_> = project
        .assets
        .iter()
        .filter(wanted)
        .map(|asset| (Some(asset.id), places_of(project, asset)))
        .collect();
    if !named.is_empty() || options.to.is_some() {
        return named;
    }
    let stores = project.diagram.components().filter(|component| component.kind == ComponentKind::Store);
    let rests: BTreeSet<ComponentId> = stores.map(|store| store.id).collect();
    if rests.is_empty() { Vec::new() } else { vec![(None, Places { rests, ..Places::default() })] }
}

/// Where an asset can be taken: where it rests or is worked with, or failing that the ends of interfaces that carry it.
fn places_of(project: &Project, asset: &Asset) -> Places {
    let there = |id: &ComponentId| project.diagram.component(*id).is_some();
    let rests: BTreeSet<ComponentId> = asset.stored_in.iter().copied().filter(there).collect();
    let mut passes: BTreeSet<ComponentId> =
        asset.processed_by.iter().copied().filter(there).filter(|id| !rests.contains(id)).collect();
    if rests.is_empty() && passes.is_empty() {
        let carriers = project.diagram.interfaces().filter(|interface| interface.assets.contains(&asset.id));
        passes.extend(
            carriers.flat_map(|interface| interface.from.into_iter().chain(interface.to)).filter(there),
        );
    }
    Places { rests, passes }
}

impl AttackGraph {
    /// A goal whose reach is not sampled yet.
    pub(super) fn goal(
        &self,
        project: &Project,
        asset: Option<AssetId>,
        places: &Places,
        tree: &Dominators<NodeIndex>,
        options: &PathOptions,
    ) -> Goal {
        let all = places.all();
        // Who has it need not go on, except from where it passes to where it rests.
        let mut paths = Vec::new();
        for (ends, stops) in
            [(&places.passes, &all), (&places.rests, &places.rests.iter().copied().collect())]
        {
            if !ends.is_empty() {
                paths.extend(Search::new(project, self, ends, stops, false).paths(asset, options));
            }
        }
        paths.sort_by(|a, b| {
            b.probability.total_cmp(&a.probability).then_with(|| a.components().cmp(&b.components()))
        });
        paths.truncate(options.limit);
        let (checkpoints, cut) = if paths.is_empty() {
            (Vec::new(), None)
        } else {
            let anywhere = Search::new(project, self, &all, &all, false);
            (anywhere.checkpoints(tree), anywhere.cut())
        };
        Goal {
            asset,
            exposure: 1.0 - paths.iter().map(|path| 1.0 - path.probability).product::<f64>(),
            reach: Reach::default(),
            checkpoints,
            cut,
            paths,
            places: all,
        }
    }
}

/// The graph with a start before all sources and an end behind all places.
struct Search<'a> {
    project: &'a Project,
    attack: &'a AttackGraph,
    graph: Lengths,
    start: NodeIndex,
    goal: NodeIndex,
    places: BTreeSet<ComponentId>,
}

impl<'a> Search<'a> {
    /// Ways to some places that do not lead on from where they stop. What is the attacker's to start with is not worth
    /// reaching, unless the places are asked for as they are.
    fn new<'b>(
        project: &'a Project,
        attack: &'a AttackGraph,
        places: impl IntoIterator<Item = &'b ComponentId>,
        stops: impl IntoIterator<Item = &'b ComponentId>,
        as_they_are: bool,
    ) -> Self {
        let keep = |id: &ComponentId| as_they_are || !attack.given.contains(id);
        let places: BTreeSet<ComponentId> = places.into_iter().copied().filter(keep).collect();
        let ways = &attack.ways;
        let (mut graph, start) = (ways.attack.clone(), ways.start);
        let goal = graph.add_node(None);
        for place in places.iter().filter(|place| as_they_are && attack.given.contains(place)) {
            let Some(node) = ways.node(*place) else { continue };
            if let Some(own) = graph.find_edge(start, node) {
                graph.remove_edge(own);
            }
            for edge in ways.every.edges_directed(node, petgraph::Direction::Incoming) {
                graph.add_edge(edge.source(), node, *edge.weight());
            }
        }
        for place in places.iter().filter(|place| as_they_are && !attack.given.contains(place)) {
            if let Some(own) = ways.node(*place).and_then(|node| graph.find_edge(start, node)) {
                graph.remove_edge(own);
            }
        }
        for node in stops.into_iter().copied().filter(keep).filter_map(|stop| ways.node(stop)) {
            while let Some(onward) = graph.first_edge(node, petgraph::Direction::Outgoing) {
                graph.remove_edge(onward);
            }
        }
        for node in places.iter().filter_map(|place| ways.node(*place)) {
            graph.add_edge(node, goal, length(1.0));
        }
        Self { project, attack, graph, start, goal, places }
    }

    fn paths(&self, asset: Option<AssetId>, options: &PathOptions) -> Vec<AttackPath> {
        // Two more edges than steps: one into the source, one out of the place.
        let most = options.max_hops.saturating_add(2);
        let routes = cheapest_paths(&self.graph, self.start, self.goal, options.limit, most);
        routes.iter().filter_map(|route| self.path(asset, &route.nodes)).collect()
    }

    fn path(&self, asset: Option<AssetId>, nodes: &[NodeIndex]) -> Option<AttackPath> {
        let ids: Vec<ComponentId> = nodes.iter().filter_map(|node| *self.graph.node_weight(*node)?).collect();
        let sources = &self.attack.sources;
        let place = sources.binary_search_by_key(ids.first()?, |source| source.component).ok()?;
        let source = sources.get(place)?.clone();
        let steps: Vec<PathStep> =
            ids.windows(2).filter_map(|pair| self.attack.steps.get(&(pair[0], pair[1])).cloned()).collect();
        let end = *ids.last()?;
        let assets = match asset {
            Some(asset) => vec![asset],
            None => self
                .project
                .assets
                .iter()
                .filter(|a| places_of(self.project, a).all().contains(&end))
                .map(|a| a.id)
                .collect(),
        };
        let probability = steps.iter().map(|step| step.probability).product::<f64>() * source.entry;
        Some(AttackPath { source, steps, assets, probability })
    }

    /// Between the ends, ours, and not the attacker's to start with.
    fn can_be_hardened(&self, id: ComponentId) -> bool {
        let outside =
            self.project.diagram.component(id).is_none_or(|component| component.kind.is_external_entity());
        !outside && !self.attack.given.contains(&id) && !self.places.contains(&id)
    }

    /// What stands before each place that can be reached. The tree is of the whole graph: whatever stands before all
    /// places stands before the first of them that a path comes to, so it matters not that paths end there.
    fn checkpoints(&self, tree: &Dominators<NodeIndex>) -> Vec<ComponentId> {
        let reached = self.places.iter().filter_map(|place| tree.dominators(self.attack.ways.node(*place)?));
        let mut shared: Option<Vec<NodeIndex>> = None;
        for above in reached {
            shared = Some(match shared {
                None => above.collect(),
                Some(known) => {
                    let above: BTreeSet<NodeIndex> = above.collect();
                    known.into_iter().filter(|node| above.contains(node)).collect()
                }
            });
        }
        let mut points: Vec<ComponentId> = shared
            .unwrap_or_default()
            .into_iter()
            .filter_map(|node| *self.graph.node_weight(node)?)
            .filter(|id| self.can_be_hardened(*id))
            .collect();
        points.reverse();
        points
    }

    fn cut(&self) -> Option<Cut> {
        let component = |node: NodeIndex| self.graph.node_weight(node).copied().flatten();
        let hard: Vec<bool> =
            self.graph.node_weights().map(|id| id.is_some_and(|id| self.can_be_hardened(id))).collect();
        let is_hard = |node: NodeIndex| hard.get(node.index()) == Some(&true);
        let found = minimum_cut(
            &self.graph,
            self.start,
            self.goal,
            |node| is_hard(node).then_some(1),
            |edge| {
                let (from, to) = self.graph.edge_endpoints(edge)?;
                let between = component(from).is_some() && component(to).is_some();
                (between && !is_hard(from) && !is_hard(to)).then_some(1)
            },
        )?;
        let interfaces = found.edges.iter().filter_map(|edge| {
            let (from, to) = self.graph.edge_endpoints(*edge)?;
            self.attack.steps.get(&(component(from)?, component(to)?))
        });
        let mut interfaces: Vec<InterfaceId> =
            interfaces.flat_map(|step| step.interface.into_iter().chain(step.also.iter().copied())).collect();
        interfaces.sort_unstable();
        interfaces.dedup();
        let mut components: Vec<ComponentId> =
            found.nodes.iter().filter_map(|node| component(*node)).collect();
        components.sort_unstable();
        Some(Cut { components, interfaces })
    }
}
