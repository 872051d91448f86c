//! An end of a flow in the hand of somebody without a mouse: which components it can go to, and in which order.

use crate::model::{ComponentId, InterfaceId, ItemId, plain_word};
use crate::picture::{Point, Rect};

use super::Ground;

/// What is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// The receiver's end of a flow that is not there yet, from this component.
    New(ComponentId),
    /// An end of a flow.
    End {
        /// Which flow.
        flow: InterfaceId,
        /// The sender's end.
        start: bool,
    },
}

/// A step to another target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// The next in reading order.
    Next,
    /// The one before.
    Previous,
    /// The nearest to the left.
    Left,
    /// The nearest to the right.
    Right,
    /// The nearest above.
    Up,
    /// The nearest below.
    Down,
}

/// In columns from left to right, as the data flows; in each from top to bottom.
pub fn reading_order(rect: Rect) -> (i64, i64, i64) {
    ((rect.center().x / 160.0).floor() as i64, rect.y as i64, rect.x as i64)
}

/// What a key picks up, and where it goes at first: from the selected component, or of the selected flow.
pub fn picked_up(start: bool, ground: &Ground<'_>) -> Option<(Carried, Option<ComponentId>)> {
    let [one] = ground.selection else { return None };
    let (what, now) = match *one {
        ItemId::Component(id) => (Carried::New(id), None),
        ItemId::Interface(flow) => {
            let interface = ground.project.diagram.interface(flow)?;
            (Carried::End { flow, start }, if start { interface.from } else { interface.to })
        }
        _ => return None,
    };
    let nearest = || {
        let from = origin(what, ground)?;
        let away = |id: &ComponentId| {
            ground.scene.node(*id).map_or(f32::INFINITY, |node| node.rect.center().distance(from))
        };
        targets(what, ground).into_iter().min_by(|a, b| away(a).total_cmp(&away(b)))
    };
    // Most flows are drawn from left to right.
    let ahead = || walked(what, None, Walk::Right, ground);
    Some((what, now.or_else(ahead).or_else(nearest)))
}

/// The components that it can go to, in reading order.
fn targets(what: Carried, ground: &Ground<'_>) -> Vec<ComponentId> {
    let other = match what {
        Carried::New(from) => Some(from),
        Carried::End { flow, start } => {
            let interface = ground.project.diagram.interface(flow);
            interface.and_then(|interface| if start { interface.to } else { interface.from })
        }
    };
    let mut nodes: Vec<_> = ground.scene.nodes.iter().filter(|node| Some(node.id) != other).collect();
    nodes.sort_by_key(|node| (reading_order(node.rect), node.id));
    nodes.into_iter().map(|node| node.id).collect()
}

fn origin(what: Carried, ground: &Ground<'_>) -> Option<Point> {
    let middle = |id: ComponentId| ground.scene.node(id).map(|node| node.rect.center());
    match what {
        Carried::New(from) => middle(from),
        Carried::End { flow, start } => {
            let flow = ground.scene.flow(flow)?;
            if start { flow.points.last().copied() } else { flow.points.first().copied() }
        }
    }
}

/// The target after a step. A way that leads nowhere leaves it where it is.
pub fn walked(
    what: Carried,
    target: Option<ComponentId>,
    walk: Walk,
    ground: &Ground<'_>,
) -> Option<ComponentId> {
    let targets = targets(what, ground);
    let place = target.and_then(|target| targets.iter().position(|id| *id == target));
    let count = targets.len();
    if count == 0 {
        return None;
    }
    match walk {
        Walk::Next => targets.get(place.map_or(0, |place| (place + 1) % count)).copied(),
        Walk::Previous => targets.get(place.map_or(count - 1, |place| (place + count - 1) % count)).copied(),
        Walk::Left | Walk::Right | Walk::Up | Walk::Down => {
            let middle = |id: ComponentId| ground.scene.node(id).map(|node| node.rect.center());
            let from = target.and_then(middle).or_else(|| origin(what, ground))?;
            let cost = |id: ComponentId| {
                let to = middle(id)?;
                let (dx, dy) = (to.x - from.x, to.y - from.y);
                let (along, aside) = match walk {
                    Walk::Left => (-dx, dy),
                    Walk::Right => (dx, dy),
                    Walk::Up => (-dy, dx),
                    _ => (dy, dx),
                };
                // Straight ahead counts for more than near: what lies aside by more than it lies ahead is another way.
                (along > 1.0 && aside.abs() <= along * 2.5).then_some(along + aside.abs() * 2.0)
            };
            let costs = targets.iter().filter_map(|id| Some((cost(*id)?, *id)));
            costs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id).or(target)
        }
    }
}

/// What was typed so far, and the first target whose name begins with it. A letter that fits no further begins anew.
pub fn named(what: Carried, typed: &str, letter: char, ground: &Ground<'_>) -> (String, Option<ComponentId>) {
    let longer = format!("{typed}{letter}");
    for typed in [longer, letter.to_string()] {
        let wanted = plain_word(&typed);
        let fits = |id: &ComponentId| plain_word(&ground.project.name_of((*id).into())).starts_with(&wanted);
        if let Some(found) = targets(what, ground).into_iter().find(fits) {
            return (typed, Some(found));
        }
    }
    (String::new(), None)
}
