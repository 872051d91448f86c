//! Which box stands in which group, and on which level two boxes part.

use super::engine::LayoutRequest;

/// A member of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    Node(usize),
    Group(usize),
}

/// A flow between two members of a level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Join {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) edge: usize,
}

/// A flow between a member of a level and something outside of the level's group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    pub(super) member: usize,
    pub(super) inner: usize,
    pub(super) outer: usize,
    /// It goes out rather than in.
    pub(super) out: bool,
}

/// The levels of a request: one for each group, and the last for the open ground outside of every group.
pub(super) struct Nest<'a> {
    pub(super) request: &'a LayoutRequest,
    pub(super) levels: Vec<Vec<Member>>,
    /// Groups, inner before outer.
    pub(super) inner_first: Vec<usize>,
    /// The groups around each node, outermost first.
    pub(super) chains: Vec<Vec<usize>>,
    pub(super) joins: Vec<Vec<Join>>,
    pub(super) leaving: Vec<Vec<Leaving>>,
    /// The side that each node belongs to by itself or else by the groups around it: below 0 left, above 0 right.
    pub(super) pulls: Vec<f32>,
    /// The place of each node and of each group in the list of its level.
    node_at: Vec<usize>,
    group_at: Vec<usize>,
}

impl<'a> Nest<'a> {
    pub(super) fn new(request: &'a LayoutRequest) -> Self {
        let ground = request.groups.len();
        let parent = |group: usize| request.groups.get(group)?.parent.filter(|parent| *parent < ground);
        let chain_of = |group: Option<usize>| {
            let mut chain: Vec<usize> = Vec::new();
            let mut next = group.filter(|group| *group < ground);
            while let Some(group) = next.filter(|group| !chain.contains(group)) {
                chain.push(group);
                next = parent(group);
            }
            chain.reverse();
            chain
        };
        let group_chains: Vec<Vec<usize>> = (0..ground).map(|group| chain_of(Some(group))).collect();
        let mut inner_first: Vec<usize> = (0..ground).collect();
        inner_first.sort_by_key(|group| std::cmp::Reverse(group_chains.get(*group).map_or(0, Vec::len)));
        let mut nest = Self {
            request,
            levels: vec![Vec::new(); ground + 1],
            inner_first,
            chains: request.nodes.iter().map(|node| chain_of(node.group)).collect(),
            joins: vec![Vec::new(); ground + 1],
            leaving: vec![Vec::new(); ground + 1],
            pulls: Vec::new(),
            node_at: vec![0; request.nodes.len()],
            group_at: vec![0; ground],
        };
        for (index, chain) in group_chains.iter().enumerate() {
            let outer = chain.len().checked_sub(2).and_then(|at| chain.get(at)).copied().unwrap_or(ground);
            let at = nest.put(outer, Member::Group(index));
            if let Some(slot) = nest.group_at.get_mut(index) {
                *slot = at;
            }
        }
        for index in 0..request.nodes.len() {
            let around = nest.level_of(index);
            let at = nest.put(around, Member::Node(index));
            if let Some(slot) = nest.node_at.get_mut(index) {
                *slot = at;
            }
        }
        for number in 0..request.edges.len() {
            nest.join(number);
        }
        nest.pulls = (0..request.nodes.len()).map(|node| nest.pull(node)).collect();
        nest
    }

    /// The number of the open ground.
    pub(super) fn ground(&self) -> usize {
        self.request.groups.len()
    }

    /// The level that a node stands in.
    pub(super) fn level_of(&self, node: usize) -> usize {
        self.chains.get(node).and_then(|chain| chain.last()).copied().unwrap_or(self.ground())
    }

    /// The place of a member in the list of its level.
    pub(super) fn place_in_level(&self, member: Member) -> usize {
        let (list, index) = match member {
            Member::Node(index) => (&self.node_at, index),
            Member::Group(index) => (&self.group_at, index),
        };
        list.get(index).copied().unwrap_or(0)
    }

    fn pull(&self, node: usize) -> f32 {
        let own = self.request.nodes.get(node).map(|node| node.pull);
        let chain = self.chains.get(node).into_iter().flatten().rev();
        let around = chain.filter_map(|group| self.request.groups.get(*group)).map(|group| group.pull);
        own.into_iter().chain(around).find(|pull| *pull != 0.0).unwrap_or(0.0)
    }

    fn put(&mut self, level: usize, member: Member) -> usize {
        let Some(level) = self.levels.get_mut(level) else { return 0 };
        level.push(member);
        level.len() - 1
    }

    /// Notes a flow on the level where its ends part, and on the levels that it leaves.
    fn join(&mut self, number: usize) {
        let Some(edge) = self.request.edges.get(number).copied() else { return };
        let (Some(from), Some(to)) = (self.chains.get(edge.from), self.chains.get(edge.to)) else { return };
        if edge.from == edge.to {
            return;
        }
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let level = shared.checked_sub(1).and_then(|at| from.get(at)).copied().unwrap_or(self.ground());
        let at = |chain: &[usize], node: usize, depth: usize| match chain.get(depth) {
            Some(group) => self.group_at.get(*group).copied().unwrap_or(0),
            None => self.node_at.get(node).copied().unwrap_or(0),
        };
        let join = Join { from: at(from, edge.from, shared), to: at(to, edge.to, shared), edge: number };
        let mut left = Vec::new();
        for (chain, inner, outer, out) in [(from, edge.from, edge.to, true), (to, edge.to, edge.from, false)]
        {
            for (depth, group) in chain.iter().enumerate().skip(shared) {
                left.push((*group, Leaving { member: at(chain, inner, depth + 1), inner, outer, out }));
            }
        }
        if let Some(joins) = self.joins.get_mut(level) {
            joins.push(join);
        }
        for (group, leaving) in left {
            if let Some(list) = self.leaving.get_mut(group) {
                list.push(leaving);
            }
        }
    }
}
