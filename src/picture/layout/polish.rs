//! Boxes of a level, and groups of about one size, change places where that makes the flows of the whole drawing shorter.

use crate::picture::Point;

use super::draw::Drawing;
use super::level::Plan;
use super::nest::{Member, Nest};

/// What a point of a flow's way from right to left costs on top of its length.
const BACKWARD: f32 = 0.5;
/// A flow with less to one side than this and longer than that runs behind what stands between its ends.
const UPRIGHT: f32 = 60.0;
const NEXT: f32 = 130.0;
/// A level with no more boxes than this tries every pair of them, a larger one only the boxes nearest to where one
/// wants to be.
const ALL_PAIRS: usize = 64;
const NEAREST: usize = 24;
/// Groups change places if neither is longer or higher than the other by more than this factor.
const ALIKE: f32 = 2.5;
/// A change worth less is not made, so that the search ends.
const WORTH: f32 = 1.0;

/// Where everything is, for as long as boxes change places.
pub(super) struct Polish<'a> {
    nest: &'a Nest<'a>,
    /// Where flows meet each box.
    middles: Vec<Point>,
    /// The flows of each box: the other box, and whether it is the receiving one.
    flows: Vec<Vec<(usize, bool)>>,
    /// The boxes of each level in the order of the drawing.
    boxes: Vec<Vec<usize>>,
    /// The place of each box: which box stood there in the drawing.
    stands_for: Vec<usize>,
    /// The groups of each level, the middle of each group, the boxes in it, and which group stood in its place.
    groups: Vec<Vec<usize>>,
    group_middles: Vec<Point>,
    within: Vec<Vec<usize>>,
    group_stands_for: Vec<usize>,
    /// How large groups are.
    extents: Vec<(f32, f32)>,
}

impl<'a> Polish<'a> {
    pub(super) fn new(nest: &'a Nest<'a>, drawing: &Drawing) -> Self {
        let count = nest.request.nodes.len();
        let mut flows = vec![Vec::new(); count];
        for edge in nest.request.edges.iter().filter(|edge| edge.from != edge.to) {
            for (own, other, receiving) in [(edge.from, edge.to, true), (edge.to, edge.from, false)] {
                if other < count
                    && let Some(list) = flows.get_mut(own)
                {
                    list.push((other, receiving));
                }
            }
        }
        let node = |member: &Member| match member {
            Member::Node(index) => Some(*index),
            Member::Group(_) => None,
        };
        let group = |member: &Member| match member {
            Member::Node(_) => None,
            Member::Group(index) => Some(*index),
        };
        let mut within = vec![Vec::new(); nest.ground()];
        for (node, chain) in nest.chains.iter().enumerate() {
            for group in chain {
                if let Some(list) = within.get_mut(*group) {
                    list.push(node);
                }
            }
        }
        Self {
            nest,
            middles: (0..count).map(|node| nest.middle(node, drawing)).collect(),
            flows,
            boxes: nest.levels.iter().map(|members| members.iter().filter_map(node).collect()).collect(),
            stands_for: (0..count).collect(),
            groups: nest.levels.iter().map(|members| members.iter().filter_map(group).collect()).collect(),
            group_middles: drawing.open.groups.iter().map(|rect| rect.center()).collect(),
            within,
            group_stands_for: (0..nest.ground()).collect(),
            extents: drawing.groups.iter().map(|rect| (rect.w, rect.h)).collect(),
        }
    }

    /// What all flows cost together.
    pub(super) fn total(&self) -> f32 {
        let cost = |(node, at): (usize, &Point)| self.cost(node, *at, node);
        self.middles.iter().enumerate().map(cost).sum::<f32>() / 2.0
    }

    /// One pass over all levels; how much shorter the flows have become.
    pub(super) fn pass(&mut self) -> f32 {
        let mut gain = 0.0;
        for level in 0..self.boxes.len() {
            let groups = self.groups.get(level).cloned().unwrap_or_default();
            for (index, a) in groups.iter().enumerate() {
                for b in groups.iter().skip(index + 1) {
                    if self.alike(*a, *b) {
                        gain += self.exchange_groups(*a, *b);
                    }
                }
            }
            let boxes = self.boxes.get(level).cloned().unwrap_or_default();
            if boxes.len() <= ALL_PAIRS {
                for (index, a) in boxes.iter().enumerate() {
                    for b in boxes.iter().skip(index + 1) {
                        gain += self.exchange(*a, *b);
                    }
                }
            } else {
                for a in &boxes {
                    for b in self.nearest(*a, &boxes) {
                        gain += self.exchange(*a, b);
                    }
                }
            }
        }
        gain
    }

    /// The plans with the boxes where they stand now.
    pub(super) fn plans(&self, drawing: &Drawing) -> Vec<Plan> {
        let nodes = turned(&self.stands_for);
        let groups = turned(&self.group_stands_for);
        let mut plans = drawing.plans.clone();
        for (level, plan) in plans.iter_mut().enumerate() {
            let members = self.nest.levels.get(level).map_or(&[][..], Vec::as_slice);
            for item in plan.blocks.iter_mut().flat_map(|block| &mut block.columns).flatten() {
                let now = match members.get(*item) {
                    Some(Member::Node(node)) => nodes.get(*node).copied().map(Member::Node),
                    Some(Member::Group(group)) => groups.get(*group).copied().map(Member::Group),
                    None => None,
                };
                if let Some(now) = now {
                    *item = self.nest.place_in_level(now);
                }
            }
        }
        plans
    }

    fn exchange(&mut self, a: usize, b: usize) -> f32 {
        let (Some(at_a), Some(at_b)) = (self.middles.get(a).copied(), self.middles.get(b).copied()) else {
            return 0.0;
        };
        let gain =
            self.cost(a, at_a, b) + self.cost(b, at_b, a) - self.cost(a, at_b, b) - self.cost(b, at_a, a);
        if gain < WORTH {
            return 0.0;
        }
        self.middles.swap(a, b);
        self.stands_for.swap(a, b);
        gain
    }

    /// Whether two groups can change places without much else moving.
    fn alike(&self, a: usize, b: usize) -> bool {
        let extent = |group: usize| self.extents.get(group).copied().unwrap_or_default();
        let near = |a: f32, b: f32| a <= b * ALIKE && b <= a * ALIKE;
        let (a, b) = (extent(a), extent(b));
        near(a.0, b.0) && near(a.1, b.1)
    }

    fn exchange_groups(&mut self, a: usize, b: usize) -> f32 {
        let (Some(at_a), Some(at_b)) =
            (self.group_middles.get(a).copied(), self.group_middles.get(b).copied())
        else {
            return 0.0;
        };
        let way = Point::new(at_b.x - at_a.x, at_b.y - at_a.y);
        let gain = self.gain_of_moving(a, way, b) + self.gain_of_moving(b, Point::new(-way.x, -way.y), a);
        if gain < WORTH {
            return 0.0;
        }
        for (group, dx, dy) in [(a, way.x, way.y), (b, -way.x, -way.y)] {
            for node in self.within.get(group).into_iter().flatten() {
                if let Some(middle) = self.middles.get_mut(*node) {
                    *middle = middle.offset(dx, dy);
                }
            }
        }
        self.group_middles.swap(a, b);
        self.group_stands_for.swap(a, b);
        gain
    }

    /// How much shorter the flows that leave a group are when it has gone that way, without those to one other group.
    fn gain_of_moving(&self, group: usize, way: Point, without: usize) -> f32 {
        let leaving = self.nest.leaving.get(group).into_iter().flatten();
        leaving
            .filter(|leaving| {
                self.nest.chains.get(leaving.outer).is_none_or(|chain| !chain.contains(&without))
            })
            .filter_map(|leaving| {
                let (at, end) = (self.middles.get(leaving.inner)?, self.middles.get(leaving.outer)?);
                Some(cost(*at, *end, leaving.out) - cost(at.offset(way.x, way.y), *end, leaving.out))
            })
            .sum()
    }

    /// What the flows of a box cost if it stood there, without those that it has with one other box.
    fn cost(&self, node: usize, at: Point, without: usize) -> f32 {
        let flows = self.flows.get(node).into_iter().flatten().filter(|(other, _)| *other != without);
        flows
            .map(|(other, receiving)| {
                let end = self.middles.get(*other).copied().unwrap_or_default();
                cost(at, end, *receiving)
            })
            .sum()
    }

    /// The boxes nearest to the middle of what a box is connected with.
    fn nearest(&self, node: usize, boxes: &[usize]) -> Vec<usize> {
        let flows = self.flows.get(node).map_or(&[][..], Vec::as_slice);
        if flows.is_empty() {
            return Vec::new();
        }
        let sum = flows
            .iter()
            .filter_map(|(other, _)| self.middles.get(*other))
            .fold(Point::default(), |sum, at| sum.offset(at.x, at.y));
        let count = flows.len() as f32;
        let wanted = Point::new(sum.x / count, sum.y / count);
        let far = |other: usize| self.middles.get(other).map_or(f32::MAX, |at| at.distance(wanted));
        let mut others: Vec<(f32, usize)> =
            boxes.iter().filter(|other| **other != node).map(|other| (far(*other), *other)).collect();
        if others.len() > NEAREST {
            others.select_nth_unstable_by(NEAREST, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            others.truncate(NEAREST);
        }
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        others.into_iter().map(|(_, other)| other).collect()
    }
}

/// What a flow costs between two points, the second one receiving or sending.
fn cost(at: Point, end: Point, receiving: bool) -> f32 {
    let back = if receiving { at.x - end.x } else { end.x - at.x };
    let length = at.distance(end);
    let across = (at.x - end.x).abs().min((at.y - end.y).abs());
    let hidden = if across < UPRIGHT { (length - NEXT).max(0.0) } else { 0.0 };
    length + hidden + back.max(0.0) * BACKWARD
}

/// Who stands now where each one stood.
fn turned(stands_for: &[usize]) -> Vec<usize> {
    let mut now = vec![0; stands_for.len()];
    for (index, place) in stands_for.iter().enumerate() {
        if let Some(slot) = now.get_mut(*place) {
            *slot = index;
        }
    }
    now
}
