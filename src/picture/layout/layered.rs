//! The layered engine: each group is laid out by itself from the inside out, in columns or in rows, whichever fills the
//! frame better.

use crate::picture::{Point, Rect};
use crate::simulation::Progress;

use super::level::{self, Flow, Item};
use super::settle;
use super::{LayoutEngine, LayoutRequest, LayoutResult};

/// Lays out nested groups in columns and rows by the flows between them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layered;

/// With more boxes than this the directions of the groups are not searched for.
const SEARCHED: usize = 160;
/// What a point of flow is worth against a point of the frame's height.
const FLOW_SHARE: f32 = 0.9;

impl LayoutEngine for Layered {
    fn lay_out(&self, request: &LayoutRequest, progress: &dyn Progress) -> Option<LayoutResult> {
        let house = House::new(request);
        let mut level = vec![false; house.levels.len()];
        if let Some(root) = level.last_mut() {
            *root = true;
        }
        let mut best = house.arrange(&level);
        let mut least = house.badness(&best);
        if request.nodes.len() <= SEARCHED {
            let count = level.len().max(1) as f32 * 2.0;
            let mut done = 0.0;
            for _ in 0..2 {
                let mut better = false;
                for number in (0..level.len()).rev() {
                    done += 1.0;
                    if !progress.step(done / count) {
                        return None;
                    }
                    if house.levels.get(number).is_none_or(|members| members.len() < 2) {
                        continue;
                    }
                    flip(&mut level, number);
                    let other = house.arrange(&level);
                    let badness = house.badness(&other);
                    // The drawing as a whole reads from left to right; a little better is not worth turning it around.
                    let worth = if number == request.groups.len() { 0.75 } else { 0.98 };
                    if badness < least * worth {
                        least = badness;
                        best = other;
                        better = true;
                    } else {
                        flip(&mut level, number);
                    }
                }
                if !better {
                    break;
                }
            }
        }
        if !progress.step(1.0) {
            return None;
        }
        Some(settle::settle(request, house.in_the_open(&best)))
    }
}

fn flip(level: &mut [bool], number: usize) {
    if let Some(slot) = level.get_mut(number) {
        *slot = !*slot;
    }
}

/// A member of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    Node(usize),
    Group(usize),
}

/// Where each member stands within its level, and how large each group is.
struct Arrangement {
    nodes: Vec<Point>,
    groups: Vec<Rect>,
    size: (f32, f32),
}

/// The levels of a request. The last one is the open ground outside of every group.
struct House<'a> {
    request: &'a LayoutRequest,
    levels: Vec<Vec<Member>>,
    /// Groups, inner before outer.
    inner_first: Vec<usize>,
    /// The groups around each node, outermost first.
    chains: Vec<Vec<usize>>,
    /// Flows by level: the members that they join, and the edge.
    joins: Vec<Vec<(usize, usize, usize)>>,
}

impl<'a> House<'a> {
    fn new(request: &'a LayoutRequest) -> Self {
        let ground = request.groups.len();
        let mut levels: Vec<Vec<Member>> = vec![Vec::new(); ground + 1];
        let chain_of = |group: Option<usize>| {
            let mut chain: Vec<usize> = Vec::new();
            let mut next = group.filter(|group| *group < ground);
            while let Some(group) = next {
                if chain.contains(&group) {
                    break;
                }
                chain.push(group);
                next = request
                    .groups
                    .get(group)
                    .and_then(|group| group.parent)
                    .filter(|parent| *parent < ground);
            }
            chain.reverse();
            chain
        };
        let group_chains: Vec<Vec<usize>> = (0..ground).map(|group| chain_of(Some(group))).collect();
        for (index, chain) in group_chains.iter().enumerate() {
            let parent = chain.len().checked_sub(2).and_then(|at| chain.get(at)).copied().unwrap_or(ground);
            if let Some(level) = levels.get_mut(parent) {
                level.push(Member::Group(index));
            }
        }
        let mut chains = Vec::new();
        for (index, node) in request.nodes.iter().enumerate() {
            let chain = chain_of(node.group);
            if let Some(level) = levels.get_mut(chain.last().copied().unwrap_or(ground)) {
                level.push(Member::Node(index));
            }
            chains.push(chain);
        }
        let mut inner_first: Vec<usize> = (0..ground).collect();
        inner_first.sort_by_key(|group| std::cmp::Reverse(group_chains.get(*group).map_or(0, Vec::len)));
        let mut house = Self { request, levels, inner_first, chains, joins: vec![Vec::new(); ground + 1] };
        for (number, edge) in request.edges.iter().enumerate() {
            if let Some((level, from, to)) = house.meeting(edge.from, edge.to)
                && let Some(joins) = house.joins.get_mut(level)
            {
                joins.push((from, to, number));
            }
        }
        house
    }

    /// The level on which two nodes are in different members, and the members' numbers there.
    fn meeting(&self, a: usize, b: usize) -> Option<(usize, usize, usize)> {
        let (chain_a, chain_b) = (self.chains.get(a)?, self.chains.get(b)?);
        let shared = chain_a.iter().zip(chain_b).take_while(|(a, b)| a == b).count();
        let level = shared
            .checked_sub(1)
            .and_then(|at| chain_a.get(at))
            .copied()
            .unwrap_or(self.request.groups.len());
        let member = |chain: &[usize], node: usize| {
            chain.get(shared).map_or(Member::Node(node), |group| Member::Group(*group))
        };
        let (a, b) = (member(chain_a, a), member(chain_b, b));
        let members = self.levels.get(level)?;
        let number = |member: Member| members.iter().position(|other| *other == member);
        if a == b { None } else { Some((level, number(a)?, number(b)?)) }
    }

    fn arrange(&self, direction: &[bool]) -> Arrangement {
        let (left, top, right, bottom) = self.request.padding;
        let mut arrangement = Arrangement {
            nodes: vec![Point::default(); self.request.nodes.len()],
            groups: vec![Rect::default(); self.request.groups.len()],
            size: (0.0, 0.0),
        };
        let ground = self.request.groups.len();
        for group in self.inner_first.iter().copied().chain([ground]) {
            let members = self.levels.get(group).map_or(&[][..], Vec::as_slice);
            let items: Vec<Item> = members.iter().map(|member| self.item(*member, &arrangement)).collect();
            let flows: Vec<Flow> = self
                .joins
                .get(group)
                .into_iter()
                .flatten()
                .filter_map(|(from, to, number)| {
                    let edge = self.request.edges.get(*number)?;
                    let from_port = self.port(edge.from, *members.get(*from)?, &arrangement);
                    let to_port = self.port(edge.to, *members.get(*to)?, &arrangement);
                    let pair = (edge.from.min(edge.to), edge.from.max(edge.to));
                    Some(Flow { from: *from, to: *to, label: edge.label, pair, from_port, to_port })
                })
                .collect();
            let level = direction.get(group).copied().unwrap_or(true);
            let (places, size) = level::lay_out(&items, &flows, level, self.request.aspect);
            let inset = if group == ground { (0.0, 0.0) } else { (left, top) };
            for (member, place) in members.iter().zip(places) {
                let place = place.offset(inset.0, inset.1);
                match member {
                    Member::Node(index) => {
                        if let Some(slot) = arrangement.nodes.get_mut(*index) {
                            *slot = place;
                        }
                    }
                    Member::Group(index) => {
                        if let Some(slot) = arrangement.groups.get_mut(*index) {
                            *slot = Rect { x: place.x, y: place.y, ..*slot };
                        }
                    }
                }
            }
            if group == ground {
                arrangement.size = size;
            } else if let (Some(slot), Some(asked)) =
                (arrangement.groups.get_mut(group), self.request.groups.get(group))
            {
                slot.w = (size.0 + left + right).max(asked.least.0);
                slot.h = (size.1 + top + bottom).max(asked.least.1);
            }
        }
        arrangement
    }

    fn item(&self, member: Member, arrangement: &Arrangement) -> Item {
        match member {
            Member::Node(index) => self
                .request
                .nodes
                .get(index)
                .map_or_else(Item::default, |node| Item { size: node.size, pull: node.pull }),
            Member::Group(index) => {
                let size = arrangement.groups.get(index).map_or((0.0, 0.0), |rect| (rect.w, rect.h));
                Item { size, pull: self.request.groups.get(index).map_or(0.0, |group| group.pull) }
            }
        }
    }

    /// Where flows meet a node, from the left top corner of the member of a level that it is in.
    fn port(&self, node: usize, member: Member, arrangement: &Arrangement) -> Point {
        let middle = self.request.nodes.get(node).map(|node| node.middle).unwrap_or_default();
        let Member::Group(outer) = member else { return middle };
        let mut at = arrangement.nodes.get(node).map_or(middle, |place| place.offset(middle.x, middle.y));
        let chain = self.chains.get(node).map_or(&[][..], Vec::as_slice);
        for group in chain.iter().rev().take_while(|group| **group != outer) {
            if let Some(rect) = arrangement.groups.get(*group) {
                at = at.offset(rect.x, rect.y);
            }
        }
        at
    }

    /// Everything from the left top corner of the drawing.
    fn in_the_open(&self, arrangement: &Arrangement) -> LayoutResult {
        let corner = |chain: &[usize]| {
            chain
                .iter()
                .filter_map(|group| arrangement.groups.get(*group))
                .fold(Point::default(), |at, rect| at.offset(rect.x, rect.y))
        };
        let nodes = arrangement
            .nodes
            .iter()
            .zip(&self.chains)
            .map(|(place, chain)| {
                let at = corner(chain);
                place.offset(at.x, at.y)
            })
            .collect();
        let mut groups = arrangement.groups.clone();
        for group in self.inner_first.iter().rev() {
            let parent = self.request.groups.get(*group).and_then(|asked| asked.parent);
            let at = parent
                .and_then(|parent| groups.get(parent))
                .map(|rect| Point::new(rect.x, rect.y))
                .unwrap_or_default();
            if let Some(rect) = groups.get_mut(*group) {
                rect.x += at.x;
                rect.y += at.y;
            }
        }
        LayoutResult { nodes, groups }
    }

    /// How badly a drawing fills the frame and how long its flows are.
    fn badness(&self, arrangement: &Arrangement) -> f32 {
        let open = self.in_the_open(arrangement);
        let (w, h) = arrangement.size;
        let frame = (w / self.request.aspect.max(0.2)).max(h);
        let middle = |node: usize| {
            let place = open.nodes.get(node).copied().unwrap_or_default();
            let middle = self.request.nodes.get(node).map(|node| node.middle).unwrap_or_default();
            place.offset(middle.x, middle.y)
        };
        let length = |edge: &super::LayoutEdge| {
            let (a, b) = (middle(edge.from), middle(edge.to));
            let bend = if (a.x - b.x).abs() > 40.0 && (a.y - b.y).abs() > 40.0 { 60.0 } else { 0.0 };
            (a.x - b.x).abs() + (a.y - b.y).abs() + bend
        };
        let total: f32 = self.request.edges.iter().map(length).sum();
        frame + FLOW_SHARE * total / self.request.edges.len().max(1) as f32
    }
}
