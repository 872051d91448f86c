//! A drawing made of the plans of its levels, inner ones first.

use crate::picture::{Point, Rect};

use super::engine::LayoutResult;
use super::level::{Flow, Item, Plan, Style, Tie};
use super::nest::{Member, Nest};

/// Where each member stands within its level, how large each group is, and how its level is arranged.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    pub(super) plans: Vec<Plan>,
    pub(super) nodes: Vec<Point>,
    pub(super) groups: Vec<Rect>,
    pub(super) size: (f32, f32),
    pub(super) style: Style,
    /// Everything from the left top corner of the whole drawing.
    pub(super) open: LayoutResult,
}

/// How a level is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Order<'a> {
    /// In columns if true, else in rows; which and in which order is to be found out.
    Find(bool),
    /// Like this.
    Given(&'a Plan),
}

impl Nest<'_> {
    /// The first drawing, all levels in columns.
    pub(super) fn draw(&self, style: Style) -> Drawing {
        let mut drawing = Drawing {
            plans: vec![Plan::default(); self.levels.len()],
            nodes: vec![Point::default(); self.request.nodes.len()],
            groups: vec![Rect::default(); self.request.groups.len()],
            style,
            size: (0.0, 0.0),
            open: LayoutResult::default(),
        };
        for level in self.inner_first.iter().copied().chain([self.ground()]) {
            self.draw_level(level, Order::Find(true), &mut drawing, None);
        }
        drawing.open = self.in_the_open(&drawing);
        drawing
    }

    /// The drawing by other plans, with each level drawn towards where its flows ended before.
    pub(super) fn redraw(&self, plans: &[Plan], before: &Drawing) -> Drawing {
        let mut drawing = before.clone();
        for level in self.inner_first.iter().copied().chain([self.ground()]) {
            if let Some(plan) = plans.get(level) {
                self.draw_level(level, Order::Given(plan), &mut drawing, Some(before));
            }
        }
        drawing.open = self.in_the_open(&drawing);
        drawing
    }

    /// The drawing with one level changed, and with room made for it in those around it.
    pub(super) fn change(&self, level: usize, order: Order<'_>, before: &Drawing) -> Drawing {
        let mut drawing = before.clone();
        self.draw_level(level, order, &mut drawing, Some(before));
        let mut inner = level;
        for _ in 0..self.levels.len() {
            let Some(asked) = self.request.groups.get(inner) else { break };
            inner = asked.parent.filter(|parent| *parent < self.ground()).unwrap_or(self.ground());
            if let Some(plan) = before.plans.get(inner) {
                self.draw_level(inner, Order::Given(plan), &mut drawing, Some(before));
            }
        }
        drawing.open = self.in_the_open(&drawing);
        drawing
    }

    fn draw_level(&self, level: usize, order: Order<'_>, drawing: &mut Drawing, before: Option<&Drawing>) {
        let (left, top, right, bottom) = self.request.padding;
        let members = self.levels.get(level).map_or(&[][..], Vec::as_slice);
        let items: Vec<Item> = members.iter().map(|member| self.item(*member, drawing)).collect();
        let flows = self.flows(level, members, drawing);
        let ties = before.map(|before| self.ties(level, members, drawing, before)).unwrap_or_default();
        let plan = match order {
            Order::Find(level) => Plan::new(&items, &flows, level, drawing.style),
            Order::Given(plan) => plan.clone(),
        };
        let (places, size) = plan.place(&items, &flows, &ties, drawing.style.aspect);
        let inset = if level == self.ground() { (0.0, 0.0) } else { (left, top) };
        for (member, place) in members.iter().zip(places) {
            let place = place.offset(inset.0, inset.1);
            match member {
                Member::Node(index) => {
                    if let Some(slot) = drawing.nodes.get_mut(*index) {
                        *slot = place;
                    }
                }
                Member::Group(index) => {
                    if let Some(slot) = drawing.groups.get_mut(*index) {
                        *slot = Rect { x: place.x, y: place.y, ..*slot };
                    }
                }
            }
        }
        if let (Some(slot), Some(asked)) = (drawing.groups.get_mut(level), self.request.groups.get(level)) {
            slot.w = (size.0 + left + right).max(asked.least.0);
            slot.h = (size.1 + top + bottom).max(asked.least.1);
        } else {
            drawing.size = size;
        }
        if let Some(slot) = drawing.plans.get_mut(level) {
            *slot = plan;
        }
    }

    fn item(&self, member: Member, drawing: &Drawing) -> Item {
        match member {
            Member::Node(index) => self
                .request
                .nodes
                .get(index)
                .map_or_else(Item::default, |node| Item { size: node.size, pull: node.pull }),
            Member::Group(index) => {
                let size = drawing.groups.get(index).map_or((0.0, 0.0), |rect| (rect.w, rect.h));
                Item { size, pull: self.request.groups.get(index).map_or(0.0, |group| group.pull) }
            }
        }
    }

    fn flows(&self, level: usize, members: &[Member], drawing: &Drawing) -> Vec<Flow> {
        let joins = self.joins.get(level).into_iter().flatten();
        joins
            .filter_map(|join| {
                let edge = self.request.edges.get(join.edge)?;
                Some(Flow {
                    from: join.from,
                    to: join.to,
                    label: edge.label,
                    pair: (edge.from.min(edge.to), edge.from.max(edge.to)),
                    from_port: self.port(edge.from, *members.get(join.from)?, drawing),
                    to_port: self.port(edge.to, *members.get(join.to)?, drawing),
                })
            })
            .collect()
    }

    fn ties(&self, level: usize, members: &[Member], drawing: &Drawing, before: &Drawing) -> Vec<Tie> {
        let (left, top, ..) = self.request.padding;
        let Some(own) = before.open.groups.get(level) else { return Vec::new() };
        let leaving = self.leaving.get(level).into_iter().flatten();
        leaving
            .filter_map(|leaving| {
                let port = self.port(leaving.inner, *members.get(leaving.member)?, drawing);
                let at = self.middle(leaving.outer, before).offset(-own.x - left, -own.y - top);
                Some(Tie { item: leaving.member, port, at })
            })
            .collect()
    }

    /// Where flows meet a node, in the whole drawing.
    pub(super) fn middle(&self, node: usize, drawing: &Drawing) -> Point {
        let place = drawing.open.nodes.get(node).copied().unwrap_or_default();
        let middle = self.request.nodes.get(node).map(|node| node.middle).unwrap_or_default();
        place.offset(middle.x, middle.y)
    }

    /// Where flows meet a node, from the left top corner of the member of a level that it is in.
    fn port(&self, node: usize, member: Member, drawing: &Drawing) -> Point {
        let middle = self.request.nodes.get(node).map(|node| node.middle).unwrap_or_default();
        let Member::Group(outer) = member else { return middle };
        let mut at = drawing.nodes.get(node).map_or(middle, |place| place.offset(middle.x, middle.y));
        let chain = self.chains.get(node).map_or(&[][..], Vec::as_slice);
        for group in chain.iter().rev().take_while(|group| **group != outer) {
            if let Some(rect) = drawing.groups.get(*group) {
                at = at.offset(rect.x, rect.y);
            }
        }
        at
    }

    fn in_the_open(&self, drawing: &Drawing) -> LayoutResult {
        let mut groups = drawing.groups.clone();
        for group in self.inner_first.iter().rev() {
            let parent = self.request.groups.get(*group).and_then(|asked| asked.parent);
            let outer = parent.and_then(|parent| groups.get(parent)).copied().unwrap_or_default();
            if let Some(rect) = groups.get_mut(*group) {
                rect.x += outer.x;
                rect.y += outer.y;
            }
        }
        let nodes = drawing
            .nodes
            .iter()
            .enumerate()
            .map(|(node, place)| {
                let around = groups.get(self.level_of(node)).copied().unwrap_or_default();
                place.offset(around.x, around.y)
            })
            .collect();
        LayoutResult { nodes, groups }
    }
}
