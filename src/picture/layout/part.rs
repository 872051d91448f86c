//! Some things laid out anew among others that stay where they are.

use std::collections::BTreeMap;

use crate::picture::{Point, Rect};
use crate::simulation::Progress;

use super::asked::Was;
use super::engine::{LayoutEngine, LayoutRequest, LayoutResult};
use super::nest::{Member, Nest};
use super::settle;

/// From everything else to what is connected with nothing.
const BELOW: f32 = 40.0;
/// The shape of a zone that is laid out by itself is kept within these.
const NARROWEST: f32 = 0.6;
const WIDEST: f32 = 3.0;

/// The drawing with everything that is not fixed laid out anew, each part of it about where it was.
pub(super) fn lay_out(
    engine: &dyn LayoutEngine,
    request: &LayoutRequest,
    was: &Was,
    progress: &dyn Progress,
) -> Option<LayoutResult> {
    let mut drawn = LayoutResult {
        nodes: was.nodes.iter().map(|at| at.unwrap_or_default()).collect(),
        groups: was.groups.iter().map(|rect| rect.unwrap_or_default()).collect(),
    };
    let nest = Nest::new(request);
    let loose = |member: &Member| match *member {
        Member::Node(index) => request.nodes.get(index).is_some_and(|node| node.fixed.is_none()),
        Member::Group(index) => request.groups.get(index).is_some_and(|group| group.fixed.is_none()),
    };
    for (level, members) in nest.levels.iter().enumerate() {
        if level != nest.ground() && loose(&Member::Group(level)) {
            continue;
        }
        let heads: Vec<Member> = members.iter().copied().filter(loose).collect();
        // What had a place moves within the place that it all had; what is new goes to what it is connected with.
        let had_place = |member: &Member| match *member {
            Member::Node(index) => was.nodes.get(index).copied().flatten().is_some(),
            Member::Group(index) => was.groups.get(index).copied().flatten().is_some(),
        };
        let (old, new): (Vec<Member>, Vec<Member>) = heads.into_iter().partition(had_place);
        let parts = std::iter::once(old).chain(new.into_iter().map(|head| vec![head]));
        for heads in parts.filter(|heads| !heads.is_empty()) {
            let part = Part::new(&nest, &heads, &loose, was);
            let result = engine.lay_out(&part.request, progress)?;
            part.put(&result, was, level, request, &mut drawn);
        }
    }
    Some(settle::settle(request, drawn))
}

/// What is laid out together, with its numbers in the whole request.
struct Part {
    request: LayoutRequest,
    nodes: Vec<usize>,
    groups: Vec<usize>,
    heads: Vec<Member>,
}

impl Part {
    fn new(nest: &Nest<'_>, heads: &[Member], loose: &dyn Fn(&Member) -> bool, was: &Was) -> Self {
        let whole = nest.request;
        let mut part = Self {
            request: LayoutRequest {
                padding: whole.padding,
                aspect: whole.aspect,
                ..LayoutRequest::default()
            },
            nodes: Vec::new(),
            groups: Vec::new(),
            heads: heads.to_vec(),
        };
        let mut number: BTreeMap<usize, usize> = BTreeMap::new();
        let mut todo: Vec<(Member, Option<usize>)> = heads.iter().rev().map(|head| (*head, None)).collect();
        while let Some((member, around)) = todo.pop() {
            match member {
                Member::Node(index) => {
                    let Some(node) = whole.nodes.get(index) else { continue };
                    number.insert(index, part.nodes.len());
                    part.nodes.push(index);
                    part.request.nodes.push(super::LayoutNode { group: around, ..node.clone() });
                }
                Member::Group(index) => {
                    let Some(group) = whole.groups.get(index) else { continue };
                    let own = part.groups.len();
                    part.groups.push(index);
                    part.request.groups.push(super::LayoutGroup { parent: around, ..group.clone() });
                    let inside = nest.levels.get(index).into_iter().flatten().rev();
                    todo.extend(inside.filter(|member| loose(member)).map(|member| (*member, Some(own))));
                }
            }
        }
        for edge in &whole.edges {
            if let (Some(from), Some(to)) = (number.get(&edge.from), number.get(&edge.to)) {
                part.request.edges.push(super::LayoutEdge { from: *from, to: *to, ..*edge });
            }
        }
        if let [Member::Group(alone)] = heads
            && let Some(rect) = was.groups.get(*alone).copied().flatten()
            && rect.h > 0.0
        {
            part.request.aspect = (rect.w / rect.h).clamp(NARROWEST, WIDEST);
        }
        part
    }

    /// Puts what was laid out about where it was: one thing at its old corner, several around their old middle. What
    /// was nowhere goes where what it is connected with is, or else to the corner of its level.
    fn put(
        &self,
        result: &LayoutResult,
        was: &Was,
        level: usize,
        whole: &LayoutRequest,
        drawn: &mut LayoutResult,
    ) {
        let old = self.heads.iter().filter_map(|head| match *head {
            Member::Node(index) => {
                let at = was.nodes.get(index).copied().flatten()?;
                let own = self.nodes.iter().position(|other| *other == index)?;
                let (w, h) = self.request.nodes.get(own)?.size;
                Some(Rect::new(at.x, at.y, w, h))
            }
            Member::Group(index) => was.groups.get(index).copied().flatten(),
        });
        let nodes = self.request.nodes.iter().zip(&result.nodes);
        let boxes = nodes.map(|(node, at)| Rect::new(at.x, at.y, node.size.0, node.size.1));
        let new = boxes.chain(result.groups.iter().copied()).reduce(Rect::union).unwrap_or_default();
        let shift = match old.reduce(Rect::union) {
            Some(old) if self.heads.len() == 1 => Point::new(old.x - new.x, old.y - new.y),
            Some(old) => {
                let (from, to) = (new.center(), old.center());
                Point::new((to.x - from.x).round(), (to.y - from.y).round())
            }
            None => {
                let (from, to) = (new.center(), self.neighbours(was, whole));
                let to = to.unwrap_or_else(|| corner(level, was, whole).offset(new.w / 2.0, new.h / 2.0));
                Point::new((to.x - from.x).round(), (to.y - from.y).round())
            }
        };
        for (index, at) in self.nodes.iter().zip(&result.nodes) {
            if let Some(slot) = drawn.nodes.get_mut(*index) {
                *slot = at.offset(shift.x, shift.y);
            }
        }
        for (index, rect) in self.groups.iter().zip(&result.groups) {
            if let Some(slot) = drawn.groups.get_mut(*index) {
                *slot = Rect { x: rect.x + shift.x, y: rect.y + shift.y, ..*rect };
            }
        }
    }

    /// The middle of what is connected with something here and has a place.
    fn neighbours(&self, was: &Was, whole: &LayoutRequest) -> Option<Point> {
        let here = |node: usize| self.nodes.contains(&node);
        let others = whole.edges.iter().filter_map(|edge| match (here(edge.from), here(edge.to)) {
            (true, false) => Some(edge.to),
            (false, true) => Some(edge.from),
            _ => None,
        });
        let middle = |node: usize| {
            let at = was.nodes.get(node).copied().flatten()?;
            let middle = whole.nodes.get(node)?.middle;
            Some(at.offset(middle.x, middle.y))
        };
        let (sum, count) = others
            .filter_map(middle)
            .fold((Point::default(), 0.0f32), |(sum, count), at| (sum.offset(at.x, at.y), count + 1.0));
        (count > 0.0).then(|| Point::new(sum.x / count, sum.y / count))
    }
}

/// Where something stands that is connected with nothing: in the corner of its group, or below all.
fn corner(level: usize, was: &Was, whole: &LayoutRequest) -> Point {
    if let Some(rect) = was.groups.get(level).copied().flatten() {
        return Point::new(rect.x + whole.padding.0, rect.y + whole.padding.1);
    }
    let nodes = whole.nodes.iter().zip(&was.nodes);
    let boxes = nodes.filter_map(|(node, at)| at.map(|at| Rect::new(at.x, at.y, node.size.0, node.size.1)));
    let all = boxes.chain(was.groups.iter().copied().flatten()).reduce(Rect::union).unwrap_or_default();
    Point::new(all.x, all.bottom() + BELOW)
}
