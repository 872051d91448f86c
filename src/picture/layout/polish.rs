//! Boxes of a level change places where that makes the flows of the whole drawing shorter.

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
        let boxes = nest.levels.iter().map(|members| {
            let node = |member: &Member| match member {
                Member::Node(index) => Some(*index),
                Member::Group(_) => None,
            };
            members.iter().filter_map(node).collect()
        });
        Self {
            nest,
            middles: (0..count).map(|node| nest.middle(node, drawing)).collect(),
            flows,
            boxes: boxes.collect(),
            stands_for: (0..count).collect(),
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
        let mut now_at = vec![0usize; self.stands_for.len()];
        for (node, place) in self.stands_for.iter().enumerate() {
            if let Some(slot) = now_at.get_mut(*place) {
                *slot = node;
            }
        }
        let mut plans = drawing.plans.clone();
        for (level, plan) in plans.iter_mut().enumerate() {
            let members = self.nest.levels.get(level).map_or(&[][..], Vec::as_slice);
            for item in plan.blocks.iter_mut().flat_map(|block| &mut block.columns).flatten() {
                if let Some(Member::Node(node)) = members.get(*item)
                    && let Some(now) = now_at.get(*node)
                {
                    *item = self.nest.place_in_level(*now);
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

    /// What the flows of a box cost if it stood there, without those that it has with one other box.
    fn cost(&self, node: usize, at: Point, without: usize) -> f32 {
        let flows = self.flows.get(node).into_iter().flatten().filter(|(other, _)| *other != without);
        flows
            .map(|(other, receiving)| {
                let end = self.middles.get(*other).copied().unwrap_or_default();
                let back = if *receiving { at.x - end.x } else { end.x - at.x };
                let length = at.distance(end);
                let across = (at.x - end.x).abs().min((at.y - end.y).abs());
                let hidden = if across < UPRIGHT { (length - NEXT).max(0.0) } else { 0.0 };
                length + hidden + back.max(0.0) * BACKWARD
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
