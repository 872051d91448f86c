//! Fixed things stay where they are; the rest moves with them and out of their way.

use std::collections::BTreeMap;

use crate::picture::{Point, Rect};

use super::engine::{LayoutRequest, LayoutResult};
use super::nest::Member;

/// Between things that had to give way.
const AIR: f32 = 28.0;
const STEP: f32 = 24.0;
const RINGS: i32 = 60;

/// The drawing with everything fixed in its place.
pub(super) fn settle(request: &LayoutRequest, drawn: LayoutResult) -> LayoutResult {
    let fixed = request.nodes.iter().any(|node| node.fixed.is_some())
        || request.groups.iter().any(|group| group.fixed.is_some());
    if !fixed {
        return drawn;
    }
    let mut floor = Floor::new(request, drawn);
    floor.settle_level(None);
    LayoutResult { nodes: floor.nodes, groups: floor.groups }
}

struct Floor<'a> {
    request: &'a LayoutRequest,
    members: BTreeMap<Option<usize>, Vec<Member>>,
    /// Groups that are fixed or hold something fixed, at any depth.
    held: Vec<bool>,
    nodes: Vec<Point>,
    groups: Vec<Rect>,
}

impl<'a> Floor<'a> {
    fn new(request: &'a LayoutRequest, drawn: LayoutResult) -> Self {
        let count = request.groups.len();
        let mut members: BTreeMap<Option<usize>, Vec<Member>> = BTreeMap::new();
        let known = |group: Option<usize>| group.filter(|group| *group < count);
        for (index, group) in request.groups.iter().enumerate() {
            members.entry(known(group.parent)).or_default().push(Member::Group(index));
        }
        for (index, node) in request.nodes.iter().enumerate() {
            members.entry(known(node.group)).or_default().push(Member::Node(index));
        }
        let mut held: Vec<bool> = request.groups.iter().map(|group| group.fixed.is_some()).collect();
        let inside = request.nodes.iter().filter(|node| node.fixed.is_some()).map(|node| node.group);
        let anchored = request.groups.iter().filter(|group| group.fixed.is_some()).map(|group| group.parent);
        for start in inside.chain(anchored) {
            let mut next = known(start);
            let mut steps = 0;
            while let Some(group) = next.filter(|_| steps <= count) {
                if let Some(slot) = held.get_mut(group) {
                    *slot = true;
                }
                next = request.groups.get(group).and_then(|group| known(group.parent));
                steps += 1;
            }
        }
        Self { request, members, held, nodes: drawn.nodes, groups: drawn.groups }
    }

    /// Settles what is in a group, inner groups first, and says what it covers.
    fn settle_level(&mut self, group: Option<usize>) -> Rect {
        let members = self.members.get(&group).cloned().unwrap_or_default();
        let mut settled: Vec<Rect> = Vec::new();
        let mut shift = (0.0, 0.0);
        let mut anchors = 0.0;
        let mut loose: Vec<Member> = Vec::new();
        for member in members {
            let drawn = self.rect(member);
            match member {
                Member::Node(index) => {
                    if let Some(at) = self.request.nodes.get(index).and_then(|node| node.fixed) {
                        if let Some(slot) = self.nodes.get_mut(index) {
                            *slot = at;
                        }
                    } else {
                        loose.push(member);
                        continue;
                    }
                }
                Member::Group(index) if self.held.get(index).copied().unwrap_or(false) => {
                    let rect = self.settle_level(Some(index));
                    if let Some(slot) = self.groups.get_mut(index) {
                        *slot = rect;
                    }
                }
                Member::Group(_) => {
                    loose.push(member);
                    continue;
                }
            }
            let now = self.rect(member);
            shift.0 += now.x - drawn.x;
            shift.1 += now.y - drawn.y;
            anchors += 1.0;
            settled.push(now);
        }
        let own = group.and_then(|group| self.request.groups.get(group)).and_then(|group| group.fixed);
        if anchors > 0.0 {
            shift = ((shift.0 / anchors).round(), (shift.1 / anchors).round());
        } else if let (Some(own), Some(drawn)) = (own, group.and_then(|group| self.groups.get(group))) {
            shift = (own.x - drawn.x, own.y - drawn.y);
        }
        let (left, top, right, bottom) = self.request.padding;
        let room = own
            .filter(|own| own.w > 0.0 && own.h > 0.0)
            .map(|own| Rect::new(own.x + left, own.y + top, own.w - left - right, own.h - top - bottom));
        loose.sort_by(|a, b| {
            let (a, b) = (self.rect(*a), self.rect(*b));
            a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
        });
        for member in loose {
            let drawn = self.rect(member);
            let wanted = Rect { x: drawn.x + shift.0, y: drawn.y + shift.1, ..drawn };
            let at = free_place(wanted, &settled, room);
            self.shift_member(member, at.x - drawn.x, at.y - drawn.y);
            settled.push(at);
        }
        let content = settled.into_iter().reduce(Rect::union);
        let around =
            content.map(|c| Rect::new(c.x - left, c.y - top, c.w + left + right, c.h + top + bottom));
        let Some(index) = group else { return around.unwrap_or_default() };
        let least = self.request.groups.get(index).map_or((0.0, 0.0), |group| group.least);
        let at_least = |rect: Rect| Rect { w: rect.w.max(least.0), h: rect.h.max(least.1), ..rect };
        match (own.filter(|own| own.w > 0.0 && own.h > 0.0), around) {
            (Some(own), Some(around)) => own.union(around),
            (Some(own), None) => own,
            (None, Some(around)) => at_least(around),
            (None, None) => own.map(at_least).or_else(|| self.groups.get(index).copied()).unwrap_or_default(),
        }
    }

    fn rect(&self, member: Member) -> Rect {
        match member {
            Member::Node(index) => {
                let at = self.nodes.get(index).copied().unwrap_or_default();
                let (w, h) = self.request.nodes.get(index).map_or((0.0, 0.0), |node| node.size);
                Rect::new(at.x, at.y, w, h)
            }
            Member::Group(index) => self.groups.get(index).copied().unwrap_or_default(),
        }
    }

    /// Moves a member with all that is in it.
    fn shift_member(&mut self, member: Member, dx: f32, dy: f32) {
        let mut todo = vec![member];
        while let Some(member) = todo.pop() {
            match member {
                Member::Node(index) => {
                    if let Some(at) = self.nodes.get_mut(index) {
                        *at = at.offset(dx, dy);
                    }
                }
                Member::Group(index) => {
                    if let Some(rect) = self.groups.get_mut(index) {
                        rect.x += dx;
                        rect.y += dy;
                    }
                    todo.extend(self.members.get(&Some(index)).into_iter().flatten().copied());
                }
            }
        }
    }
}

/// The nearest place where it meets nothing settled, within the room if there is any.
fn free_place(wanted: Rect, settled: &[Rect], room: Option<Rect>) -> Rect {
    let free = |rect: Rect| settled.iter().all(|other| !other.overlaps(rect.grown(AIR / 2.0)));
    let nearest = |allowed: &dyn Fn(Rect) -> bool, from: Rect| {
        if free(from) && allowed(from) {
            return Some(from);
        }
        for ring in 1..=RINGS {
            let far = ring as f32 * STEP;
            let mut best: Option<(f32, Rect)> = None;
            for step in -ring..=ring {
                let along = step as f32 * STEP;
                for (dx, dy) in [(along, far), (along, -far), (far, along), (-far, along)] {
                    let rect = Rect { x: from.x + dx, y: from.y + dy, ..from };
                    // Down before up, and straight before askew.
                    let cost = dx.abs()
                        + dy.abs()
                        + if dy < 0.0 { 6.0 } else { 0.0 }
                        + if dx < 0.0 { 3.0 } else { 0.0 };
                    if best.is_none_or(|(known, _)| cost < known) && free(rect) && allowed(rect) {
                        best = Some((cost, rect));
                    }
                }
            }
            if let Some((_, rect)) = best {
                return Some(rect);
            }
        }
        None
    };
    if let Some(room) = room.filter(|room| room.w >= wanted.w && room.h >= wanted.h) {
        let inside = Rect {
            x: wanted.x.clamp(room.x, room.right() - wanted.w),
            y: wanted.y.clamp(room.y, room.bottom() - wanted.h),
            ..wanted
        };
        if let Some(rect) = nearest(&|rect| room.contains_rect(rect), inside) {
            return rect;
        }
    }
    nearest(&|_| true, wanted).unwrap_or_else(|| {
        let below = settled.iter().map(|rect| rect.bottom()).fold(wanted.y, f32::max);
        Rect { y: below + AIR, ..wanted }
    })
}
