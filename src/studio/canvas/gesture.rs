//! What the pointer does on the canvas, as a machine of states: events go in, a preview is shown meanwhile, intents come
//! out. It knows no egui, changes nothing, and emits one intent for a whole drag.

use crate::model::{ComponentId, InterfaceId, ItemId};
use crate::picture::scene::Handle;
use crate::picture::{Hit, Part, Point, Reach, Rect};

use super::carry::{self, Carried};
use super::{Button, Drop, Event, Grip, Ground, Intent, Tool, bends};

/// The state of the machine.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Gesture {
    /// Nothing is going on.
    #[default]
    Idle,
    /// A button is down and the pointer has not moved far enough to be a drag.
    Pressed {
        /// Where.
        from: Point,
        /// What is under it.
        grip: Grip,
        /// Shift or control is held.
        add: bool,
        /// Alt or control is held: a drag takes copies along.
        copy: bool,
    },
    /// The canvas is being moved.
    Panning {
        /// The point of the world that is held.
        held: Point,
    },
    /// A frame is being drawn around things.
    Marquee {
        /// Where it began.
        from: Point,
        /// Where it is.
        to: Point,
        /// It adds to the selection.
        add: bool,
    },
    /// Things are being moved.
    Moving {
        /// Which.
        items: Vec<ItemId>,
        /// Where the pointer took hold.
        from: Point,
        /// Where it is.
        to: Point,
        /// Nothing snaps.
        free: bool,
    },
    /// A frame is being resized.
    Resizing {
        /// Of which thing.
        item: ItemId,
        /// Which corner or side.
        corner: u8,
        /// The frame before.
        before: Rect,
        /// Where the pointer is.
        to: Point,
    },
    /// Copies of things are on their way.
    Copying {
        /// Of which.
        items: Vec<ItemId>,
        /// Where the pointer took hold.
        from: Point,
        /// Where it is.
        to: Point,
    },
    /// A flow is being drawn.
    Connecting {
        /// From where.
        from: ComponentId,
        /// Where the pointer is.
        to: Point,
        /// Begun by a click: it ends with a click, not with a release.
        clicked: bool,
    },
    /// The end of a flow is being moved.
    Reattaching {
        /// Which flow.
        flow: InterfaceId,
        /// The sender's end.
        start: bool,
        /// Where the pointer is.
        to: Point,
    },
    /// A bend of a boundary line is being moved.
    Bending {
        /// Of which line.
        item: ItemId,
        /// Which bend.
        index: usize,
        /// Where the pointer is.
        to: Point,
    },
    /// A label is being moved.
    MovingLabel {
        /// Of which flow.
        flow: InterfaceId,
        /// Where the pointer took hold.
        from: Point,
        /// Where it is.
        to: Point,
    },
    /// A zone is being drawn.
    DrawingZone {
        /// Where it began.
        from: Point,
        /// Where it is.
        to: Point,
    },
    /// A piece of a flow is being moved.
    MovingPiece {
        /// Of which flow.
        flow: InterfaceId,
        /// Which piece of its course, from the sender.
        piece: usize,
        /// Where the pointer took hold.
        from: Point,
        /// Where it is.
        to: Point,
    },
    /// A boundary line is being drawn, point by point.
    DrawingLine {
        /// The points that stand.
        points: Vec<Point>,
        /// Where the pointer is.
        to: Point,
    },
    /// An end is carried by keys.
    Carrying {
        /// What.
        what: Carried,
        /// Where it would be put down.
        target: Option<ComponentId>,
        /// What was typed of the target's name.
        typed: String,
    },
    /// Somebody pulls at a thing that does not move: it is pinned, or it stands for several.
    Stuck(ItemId),
}

/// The smallest frame that something can be given.
const SMALLEST: (f32, f32) = (96.0, 48.0);

impl Gesture {
    /// Whether something is going on that a key should not interrupt.
    pub fn is_idle(&self) -> bool {
        matches!(self, Self::Idle)
    }

    /// Whether keys mean something else while it goes on.
    pub fn takes_keys(&self) -> bool {
        matches!(self, Self::Carrying { .. } | Self::DrawingLine { .. })
    }

    /// Takes an event; gives back the next state and what is asked for.
    pub fn step(self, event: Event, ground: &Ground<'_>) -> (Self, Vec<Intent>) {
        match event {
            Event::Cancel => (Self::Idle, Vec::new()),
            Event::Press { at, button, add, copy } => self.press((at, button), add, copy, ground),
            Event::Move { at, free } => self.moved(at, free, ground),
            Event::Release { at } => self.release(at, ground),
            Event::DoubleClick { at } => (Self::Idle, double_click(at, ground)),
            Event::PickUp { start } => match carry::picked_up(start, ground) {
                Some((what, target)) => (Self::Carrying { what, target, typed: String::new() }, Vec::new()),
                None => (self, Vec::new()),
            },
            Event::Walk(_) | Event::Letter(_) | Event::Confirm => self.by_key(event, ground),
        }
    }

    fn by_key(self, event: Event, ground: &Ground<'_>) -> (Self, Vec<Intent>) {
        match (self, event) {
            (Self::Carrying { what, target, .. }, Event::Walk(walk)) => {
                let target = carry::walked(what, target, walk, ground);
                (Self::Carrying { what, target, typed: String::new() }, Vec::new())
            }
            (Self::Carrying { what, target, typed }, Event::Letter(letter)) => {
                let (typed, found) = carry::named(what, &typed, letter, ground);
                (Self::Carrying { what, target: found.or(target), typed }, Vec::new())
            }
            (Self::Carrying { what, target, .. }, Event::Confirm) => {
                let put_down = target.map(|to| match what {
                    Carried::New(from) => Intent::Connect(from, to),
                    Carried::End { flow, start } => Intent::Reattach { flow, start, to },
                });
                (Self::Idle, put_down.into_iter().collect())
            }
            (Self::DrawingLine { points, .. }, Event::Confirm) => (Self::Idle, line_of(points)),
            (other, _) => (other, Vec::new()),
        }
    }

    fn press(
        self,
        (at, button): (Point, Button),
        add: bool,
        copy: bool,
        ground: &Ground<'_>,
    ) -> (Self, Vec<Intent>) {
        if let Self::DrawingLine { mut points, .. } = self {
            let last = points.last().copied().unwrap_or(at);
            let at = bends::straight_from(last, at, ground.tolerance);
            // A second press on the same place, or one of another button, ends the line.
            if button == Button::Pan || last.distance(at) <= ground.tolerance {
                return (Self::Idle, line_of(points));
            }
            points.push(at);
            return (Self::DrawingLine { points, to: at }, Vec::new());
        }
        if button == Button::Pan || ground.tool == Tool::Pan {
            return (Self::Panning { held: at }, Vec::new());
        }
        if let Self::Connecting { from, clicked: true, .. } = self {
            return match ground.component_at(at) {
                Some(to) if to != from => (Self::Idle, vec![Intent::Connect(from, to)]),
                Some(_) => (Self::Idle, Vec::new()),
                None => (Self::Idle, vec![Intent::ConnectToNew(from, at)]),
            };
        }
        match ground.tool {
            Tool::Add(kind) => (Self::Idle, vec![Intent::AddComponent(kind, at)]),
            Tool::Note => (Self::Idle, vec![Intent::AddNote(at)]),
            Tool::Zone => (Self::DrawingZone { from: at, to: at }, Vec::new()),
            Tool::Line => (Self::DrawingLine { points: vec![at], to: at }, Vec::new()),
            Tool::Flow => match ground.component_at(at) {
                Some(from) => (Self::Connecting { from, to: at, clicked: false }, Vec::new()),
                None => (Self::Idle, Vec::new()),
            },
            Tool::Select | Tool::Pan => {
                (Self::Pressed { from: at, grip: ground.grip(at), add, copy }, Vec::new())
            }
        }
    }

    fn moved(self, at: Point, free: bool, ground: &Ground<'_>) -> (Self, Vec<Intent>) {
        let next = match self {
            Self::Idle => Self::Idle,
            Self::Pressed { from, grip, add, copy } if at.distance(from) < ground.tolerance * 0.7 => {
                Self::Pressed { from, grip, add, copy }
            }
            Self::Pressed { from, grip: Grip::Item(hit), copy: true, .. } if can_be_copied(hit) => {
                let items = ground.chosen_with(hit.item);
                return (Self::Copying { items, from, to: at }, Vec::new());
            }
            Self::Pressed { from, grip, add, .. } => {
                let (state, intents) = begin_drag(from, at, grip, add, ground);
                return (state, intents);
            }
            Self::Panning { held } => {
                return (Self::Panning { held }, vec![Intent::Pan(at.x - held.x, at.y - held.y)]);
            }
            Self::Marquee { from, add, .. } => Self::Marquee { from, to: at, add },
            Self::Moving { items, from, .. } => Self::Moving { items, from, to: at, free },
            Self::Copying { items, from, .. } => Self::Copying { items, from, to: at },
            Self::Resizing { item, corner, before, .. } => Self::Resizing { item, corner, before, to: at },
            Self::Connecting { from, clicked, .. } => Self::Connecting { from, to: at, clicked },
            Self::Reattaching { flow, start, .. } => Self::Reattaching { flow, start, to: at },
            Self::Bending { item, index, .. } => Self::Bending { item, index, to: at },
            Self::MovingLabel { flow, from, .. } => Self::MovingLabel { flow, from, to: at },
            Self::DrawingZone { from, .. } => Self::DrawingZone { from, to: at },
            Self::MovingPiece { flow, piece, from, .. } => Self::MovingPiece { flow, piece, from, to: at },
            Self::DrawingLine { points, .. } => {
                let last = points.last().copied().unwrap_or(at);
                let to = if free { at } else { bends::straight_from(last, at, ground.tolerance) };
                Self::DrawingLine { points, to }
            }
            Self::Carrying { .. } | Self::Stuck(_) => self,
        };
        (next, Vec::new())
    }

    fn release(self, at: Point, ground: &Ground<'_>) -> (Self, Vec<Intent>) {
        let intents = match self {
            Self::Idle | Self::Panning { .. } | Self::Stuck(_) => Vec::new(),
            Self::Carrying { .. } => return (self, Vec::new()),
            Self::DrawingLine { mut points, .. } => {
                let last = points.last().copied().unwrap_or(at);
                let to = bends::straight_from(last, at, ground.tolerance);
                // Drawn in one pull; otherwise the points come one by one.
                if points.len() == 1 && last.distance(at) > ground.tolerance * 3.0 {
                    points.push(to);
                    return (Self::Idle, line_of(points));
                }
                return (Self::DrawingLine { points, to }, Vec::new());
            }
            Self::MovingPiece { flow, piece, from, .. } => bends::moved(flow, piece, from, at, ground)
                .map(|points| Intent::Bend(flow, points))
                .into_iter()
                .collect(),
            Self::Connecting { from, clicked: true, .. } => {
                return (Self::Connecting { from, to: at, clicked: true }, Vec::new());
            }
            Self::Pressed { grip, add, .. } => click(grip, add, ground),
            Self::Marquee { from, add, .. } => marquee(from, at, add, ground),
            Self::Moving { ref items, from, free, .. } => {
                let to = at;
                let by = Self::Moving { items: items.clone(), from, to, free }.offset(ground);
                let into = ground.drop_of_moved(items, at, by);
                if by == (0.0, 0.0) && into == Drop::Same {
                    Vec::new()
                } else {
                    vec![Intent::Move { items: items.clone(), by, into }]
                }
            }
            Self::Copying { items, from, .. } => {
                let into = ground.drop_for(&items, at);
                let by = ((at.x - from.x).round(), (at.y - from.y).round());
                vec![Intent::Copy { items, by, into }]
            }
            Self::Resizing { item, corner, before, .. } => {
                vec![Intent::Resize(item, resized(before, corner, at))]
            }
            Self::Connecting { from, to, .. } => match ground.component_at(at) {
                Some(target) if target != from => vec![Intent::Connect(from, target)],
                // A click on the component: the next click says where the flow goes.
                Some(_) if ground.tool == Tool::Flow => {
                    return (Self::Connecting { from, to, clicked: true }, Vec::new());
                }
                Some(_) => Vec::new(),
                None => vec![Intent::ConnectToNew(from, at)],
            },
            Self::Reattaching { flow, start, .. } => match ground.component_at(at) {
                Some(to) => vec![Intent::Reattach { flow, start, to }],
                None => Vec::new(),
            },
            Self::Bending { item, index, .. } => vec![Intent::MoveBend(item, index, at)],
            Self::MovingLabel { flow, from, .. } => {
                vec![Intent::MoveLabel(flow, at.x - from.x, at.y - from.y)]
            }
            Self::DrawingZone { from, .. } => {
                let drawn = Rect::around(from, at);
                let rect = if drawn.w < SMALLEST.0 || drawn.h < SMALLEST.1 {
                    Rect::new(from.x, from.y, drawn.w.max(240.0), drawn.h.max(160.0))
                } else {
                    drawn
                };
                vec![Intent::AddZone(rect)]
            }
        };
        (Self::Idle, intents)
    }

    /// How far things have been moved, snapped to their neighbours or to a grid of 4 unless that is switched off.
    pub fn offset(&self, ground: &Ground<'_>) -> (f32, f32) {
        let Self::Moving { items, from, to, free } = self else { return (0.0, 0.0) };
        let raw = (to.x - from.x, to.y - from.y);
        if *free { raw } else { super::snap::snapped(ground, items, raw).by }
    }
}

fn begin_drag(from: Point, at: Point, grip: Grip, add: bool, ground: &Ground<'_>) -> (Gesture, Vec<Intent>) {
    let none = Vec::new();
    if let Grip::Item(Hit { item: item @ ItemId::Interface(flow), .. })
    | Grip::Handle(item @ ItemId::Interface(flow), _) = grip
        && !ground.bundle_of(flow).is_empty()
    {
        // A line that stands for several has no bends, label or ends of its own.
        return (Gesture::Stuck(item), vec![Intent::Select(meant(item, ground))]);
    }
    match grip {
        Grip::Ground => (Gesture::Marquee { from, to: at, add }, none),
        Grip::Handle(item, handle) => match (item, handle) {
            (ItemId::Component(id), Handle::Connect(_)) => {
                (Gesture::Connecting { from: id, to: at, clicked: false }, none)
            }
            (ItemId::Interface(flow), Handle::From) => {
                (Gesture::Reattaching { flow, start: true, to: at }, none)
            }
            (ItemId::Interface(flow), Handle::To) => {
                (Gesture::Reattaching { flow, start: false, to: at }, none)
            }
            (_, Handle::Bend(index)) => (Gesture::Bending { item, index, to: at }, none),
            (_, Handle::Resize(corner)) => match ground.scene.rect_of(item) {
                Some(before) => (Gesture::Resizing { item, corner, before, to: at }, none),
                None => (Gesture::Idle, none),
            },
            _ => (Gesture::Idle, none),
        },
        Grip::Item(Hit { item: ItemId::Interface(flow), part: Part::FlowLabel }) => {
            (Gesture::MovingLabel { flow, from, to: at }, vec![Intent::Select(vec![flow.into()])])
        }
        Grip::Item(Hit { item: ItemId::Interface(flow), part: Part::Flow }) if !add => {
            match bends::piece_at(flow, from, ground) {
                Some(piece) => (
                    Gesture::MovingPiece { flow, piece, from, to: at },
                    vec![Intent::Select(vec![flow.into()])],
                ),
                None => (Gesture::Marquee { from, to: at, add }, none),
            }
        }
        // A drag that begins on a chip draws a frame.
        Grip::Item(Hit { item: ItemId::Interface(_) | ItemId::Asset(_), .. }) => {
            (Gesture::Marquee { from, to: at, add }, none)
        }
        Grip::Item(Hit { item, .. }) => {
            let items = ground.moving_with(item);
            let select =
                if ground.selection.contains(&item) { none } else { vec![Intent::Select(vec![item])] };
            if items.is_empty() {
                return (Gesture::Stuck(item), select);
            }
            (Gesture::Moving { items, from, to: at, free: false }, select)
        }
    }
}

/// What a drag with Alt or control copies: boxes, and zones by their names and edges.
fn can_be_copied(hit: Hit) -> bool {
    matches!(hit.item, ItemId::Component(_) | ItemId::Zone(_) | ItemId::Note(_))
}

fn line_of(points: Vec<Point>) -> Vec<Intent> {
    if points.len() < 2 { Vec::new() } else { vec![Intent::AddLine(points)] }
}

/// What a click on a thing means: one line that stands for several interfaces means them all.
fn meant(item: ItemId, ground: &Ground<'_>) -> Vec<ItemId> {
    match item {
        ItemId::Interface(flow) if !ground.bundle_of(flow).is_empty() => {
            ground.bundle_of(flow).iter().copied().map(ItemId::from).collect()
        }
        item => vec![item],
    }
}

fn click(grip: Grip, add: bool, ground: &Ground<'_>) -> Vec<Intent> {
    match grip {
        Grip::Ground if add => Vec::new(),
        Grip::Ground => vec![Intent::Select(Vec::new())],
        Grip::Item(Hit { item, part: Part::Badge }) if !add => {
            vec![Intent::Select(vec![item]), Intent::ShowThreats(item)]
        }
        Grip::Item(Hit { item, part: Part::Elsewhere }) if !add => vec![Intent::PutEndsIn(item)],
        Grip::Item(Hit { item, .. }) | Grip::Handle(item, _) if add => {
            meant(item, ground).into_iter().map(Intent::Toggle).collect()
        }
        Grip::Item(Hit { item, .. }) | Grip::Handle(item, _) => vec![Intent::Select(meant(item, ground))],
    }
}

fn double_click(at: Point, ground: &Ground<'_>) -> Vec<Intent> {
    match ground.scene.hit(at, ground.tolerance) {
        Some(Hit { item: ItemId::Asset(_), .. }) | None => Vec::new(),
        Some(Hit { item: ItemId::Zone(id), .. })
            if ground.scene.zone(id).is_some_and(|zone| zone.collapsed) =>
        {
            vec![Intent::Open(id)]
        }
        Some(Hit { item: item @ ItemId::Interface(flow), .. }) if !ground.bundle_of(flow).is_empty() => {
            vec![Intent::Select(meant(item, ground)), Intent::ListInterfaces(flow, at)]
        }
        Some(Hit { item, .. }) => vec![Intent::Rename(item)],
    }
}

/// From left to right a frame takes what is wholly in it; from right to left what it touches.
fn marquee(from: Point, to: Point, add: bool, ground: &Ground<'_>) -> Vec<Intent> {
    let reach = if to.x >= from.x { Reach::Contain } else { Reach::Touch };
    let found = ground.scene.items_in(Rect::around(from, to), reach);
    let mut items = if add { ground.selection.to_vec() } else { Vec::new() };
    items.extend(found.into_iter().filter(|item| !ground.selection.contains(item) || !add));
    vec![Intent::Select(items)]
}

/// The frame with one corner or side at the pointer: 0 the left top corner, then clockwise.
pub fn resized(before: Rect, corner: u8, to: Point) -> Rect {
    let (mut left, mut top, mut right, mut bottom) = (before.x, before.y, before.right(), before.bottom());
    if matches!(corner, 0 | 6 | 7) {
        left = to.x.min(right - SMALLEST.0);
    }
    if matches!(corner, 2..=4) {
        right = to.x.max(left + SMALLEST.0);
    }
    if matches!(corner, 0..=2) {
        top = to.y.min(bottom - SMALLEST.1);
    }
    if matches!(corner, 4..=6) {
        bottom = to.y.max(top + SMALLEST.1);
    }
    Rect::new(left.round(), top.round(), (right - left).round(), (bottom - top).round())
}

#[cfg(test)]
#[path = "gesture_tests.rs"]
mod tests;
