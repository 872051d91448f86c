//! The search of a whole model in pieces that know nothing of each other, so that several cores can share them.

use std::collections::BTreeMap;

use petgraph::algo::dominators::{self, Dominators};
use petgraph::graph::NodeIndex;

use super::find::{AttackPath, Goal, PathOptions, PathReport, Places, goals};
use super::graph::AttackGraph;
use super::reach::{Reach, reaches};
use super::structure::{agent_loops, single_points};
use crate::analysis::classification::clearance_violations;
use crate::analysis::crossings::{Crossing, crossings};
use crate::analysis::integrity::integrity_violations;
use crate::model::{AssetId, ComponentId, Project};

/// Attack paths of a project.
pub fn attack_paths(project: &Project, options: &PathOptions) -> PathReport {
    let survey = PathSurvey::of(project, options);
    let mut numbers = 0..survey.pieces();
    let done = survey.work(|| numbers.next());
    survey.gather(done)
}

/// A search, ready to be shared out.
#[derive(Debug)]
pub struct PathSurvey<'a> {
    project: &'a Project,
    options: &'a PathOptions,
    graph: AttackGraph,
    tree: Dominators<NodeIndex>,
    wanted: Vec<(Option<AssetId>, Places)>,
}

/// What a piece of the search has found.
#[derive(Debug)]
pub struct Found(Kind);

#[derive(Debug)]
enum Kind {
    /// How likely each goal is reached at all.
    Reaches(Vec<Reach>),
    /// What does not go by goals.
    Structure(Box<PathReport>),
    /// A goal, by its number.
    Goal(usize, Box<Goal>),
}

impl<'a> PathSurvey<'a> {
    /// Reads the graph off the project.
    pub fn of(project: &'a Project, options: &'a PathOptions) -> Self {
        let graph = AttackGraph::build(project);
        let tree = dominators::simple_fast(&graph.ways.attack, graph.ways.start);
        Self { project, options, graph, tree, wanted: goals(project, options) }
    }

    /// How many pieces there are: the samples, the structure, and each goal.
    pub fn pieces(&self) -> usize {
        self.wanted.len() + 2
    }

    /// Works on the pieces that `take` gives the numbers of, until it gives no more.
    pub fn work(&self, take: impl FnMut() -> Option<usize>) -> Vec<Found> {
        let found = |number| match number {
            0 => Some(Kind::Reaches(self.reaches())),
            1 => Some(Kind::Structure(Box::new(self.structure()))),
            _ => {
                let (asset, places) = self.wanted.get(number - 2)?;
                let goal = self.graph.goal(self.project, *asset, places, &self.tree, self.options);
                Some(Kind::Goal(number, Box::new(goal)))
            }
        };
        std::iter::from_fn(take).filter_map(found).map(Found).collect()
    }

    /// Puts together what all pieces have found, in whatever order they come.
    pub fn gather(self, found: Vec<Found>) -> PathReport {
        let mut report = PathReport::default();
        let mut reaches = Vec::new();
        let mut goals = BTreeMap::new();
        for Found(kind) in found {
            match kind {
                Kind::Reaches(sampled) => reaches = sampled,
                Kind::Structure(structure) => report = *structure,
                Kind::Goal(number, goal) => drop(goals.insert(number, *goal)),
            }
        }
        report.goals = goals.into_values().collect();
        for (goal, reach) in report.goals.iter_mut().zip(reaches) {
            goal.reach = reach;
        }
        report.paths = merged(&report.goals, self.options.limit);
        report.blast = self.graph.blast_along(self.project, &report.paths, self.options.blast_threshold);
        report.sources = self.graph.sources;
        report
    }

    fn reaches(&self) -> Vec<Reach> {
        let nodes = |places: &Places| -> Vec<usize> {
            let ours = places.all().into_iter().filter(|place| !self.graph.given.contains(place));
            ours.filter_map(|place| self.graph.ways.node(place)).map(NodeIndex::index).collect()
        };
        let sets: Vec<Vec<usize>> = self.wanted.iter().map(|(_, places)| nodes(places)).collect();
        reaches(&self.graph.ways, &sets)
    }

    fn structure(&self) -> PathReport {
        PathReport {
            loops: agent_loops(self.project),
            single_points: single_points(self.project),
            violations: clearance_violations(self.project),
            unchecked: integrity_violations(self.project),
            crossings: gravest_crossings(self.project),
            ..PathReport::default()
        }
    }
}

/// The likeliest paths to any goal; a path to several assets stands once and names them all.
fn merged(goals: &[Goal], limit: usize) -> Vec<AttackPath> {
    let mut ways: BTreeMap<Vec<ComponentId>, AttackPath> = BTreeMap::new();
    for path in goals.iter().flat_map(|goal| &goal.paths) {
        let way = ways.entry(path.components()).or_insert_with(|| path.clone());
        way.assets.extend(&path.assets);
        way.assets.sort_unstable();
        way.assets.dedup();
    }
    let mut paths: Vec<AttackPath> = ways.into_values().collect();
    // The map gave them in the order of their components, which a stable sort keeps among equals.
    paths.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    paths.truncate(limit);
    paths
}

/// Crossings, the largest gain of trust first, as what comes from far below may be believed least.
fn gravest_crossings(project: &Project) -> Vec<Crossing> {
    let mut all = crossings(project);
    let gain = |crossing: &Crossing| {
        let change = crossing.trust_change();
        if crossing.both_ways { change.abs() } else { change }
    };
    all.sort_by_key(|crossing| std::cmp::Reverse(gain(crossing)));
    all
}
