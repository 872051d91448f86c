//! The simple shapes between two ends: straight, one bend, two bends.

use crate::picture::{Point, Rect};

use super::{BEND, End};

/// From a box to the first bend, at least.
pub(super) const STUB: f32 = 22.0;
/// From the corner of a box to a port on its side, at least.
pub(super) const CORNER: f32 = 14.0;
/// A port away from the middle of its side costs this share of the distance.
const OFF_CENTER: f32 = 0.5;
/// A piece too short for the label costs this.
const NO_ROOM: f32 = 36.0;
/// Between neighbouring lanes.
const LANE: f32 = 14.0;

/// A way out of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

impl Side {
    pub(super) const ALL: [Self; 4] = [Self::Right, Self::Left, Self::Bottom, Self::Top];

    pub(super) fn out(self) -> (f32, f32) {
        match self {
            Self::Left => (-1.0, 0.0),
            Self::Right => (1.0, 0.0),
            Self::Top => (0.0, -1.0),
            Self::Bottom => (0.0, 1.0),
        }
    }

    pub(super) fn is_level(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// The side across from this one.
    pub(super) fn back(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Top => Self::Bottom,
            Self::Bottom => Self::Top,
        }
    }

    /// The two ways to turn.
    pub(super) fn across(self) -> [Self; 2] {
        if self.is_level() { [Self::Top, Self::Bottom] } else { [Self::Left, Self::Right] }
    }
}

/// A place on the edge of a box, or a free point, with the way out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Port {
    pub(super) at: Point,
    pub(super) side: Side,
    /// From the end to the first bend, at least.
    pub(super) stub: f32,
    pub(super) cost: f32,
}

/// A course and what it costs by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    points: [Point; 4],
    count: usize,
    pub(super) cost: f32,
}

impl Candidate {
    pub(super) fn points(&self) -> &[Point] {
        self.points.get(..self.count).unwrap_or_default()
    }
}

/// The ports of an end, given where the other end is: a port in line with one of the other's makes a straight course.
pub(super) fn ports(end: End, other: End, boxes: &[Rect], leaning: f32) -> Vec<Port> {
    let rect = match end {
        End::Free(at) => return Side::ALL.map(|side| Port { at, side, stub: 0.0, cost: 0.0 }).to_vec(),
        End::Box(index) => boxes.get(index).copied().unwrap_or_default(),
    };
    let across = match other {
        End::Box(index) => boxes.get(index).copied().unwrap_or_default(),
        End::Free(at) => Rect::new(at.x, at.y, 0.0, 0.0),
    };
    let mut ports = Vec::new();
    for side in Side::ALL {
        let (start, length, other_start, other_length) = if side.is_level() {
            (rect.y, rect.h, across.y, across.h)
        } else {
            (rect.x, rect.w, across.x, across.w)
        };
        for (along, cost) in slots((start, length), (other_start, other_length), leaning) {
            let at = match side {
                Side::Left => Point::new(rect.x, along),
                Side::Right => Point::new(rect.right(), along),
                Side::Top => Point::new(along, rect.y),
                Side::Bottom => Point::new(along, rect.bottom()),
            };
            ports.push(Port { at, side, stub: STUB, cost });
        }
    }
    ports
}

/// Places along a side with what each costs: around its middle, and in line with those of the other box.
fn slots(side: (f32, f32), other: (f32, f32), leaning: f32) -> Vec<(f32, f32)> {
    let room = (side.1 / 2.0 - CORNER).max(0.0);
    let middle = side.0 + side.1 / 2.0;
    let step =
        |length: f32| if length > 100.0 { 28.0 } else { 18.0f32.min((length / 2.0 - CORNER).max(0.0)) };
    let around = |middle: f32, length: f32| {
        let step = step(length);
        // The places between the lanes are looked at too.
        (-4..=4).map(move |n: i32| middle + step / 2.0 * n as f32)
    };
    let lane = |length: f32| leaning * step(length);
    let wanted = middle + lane(side.1).clamp(-room, room);
    let mut places = vec![wanted];
    places.extend(around(middle, side.1));
    let (low, high) = (side.0.max(other.0), (side.0 + side.1).min(other.0 + other.1));
    if high - low >= 2.0 * CORNER.min(other.1 / 2.0) {
        places.push(f32::midpoint(low, high) + lane(high - low));
        places.extend(around(other.0 + other.1 / 2.0, other.1));
        places.push(other.0 + other.1 / 2.0 + lane(other.1));
    }
    let mut slots: Vec<(f32, f32)> = Vec::new();
    for place in places {
        let place = (place * 2.0).round() / 2.0;
        let inside = (place - middle).abs() <= room + 0.01;
        if inside && slots.iter().all(|(known, _)| (known - place).abs() > 0.4) {
            slots.push((place, (place - wanted).abs() * OFF_CENTER));
        }
    }
    slots
}

/// All simple courses from any of the starts to any of the ends, the cheapest first.
/// `tracks` are places for turns that a straight rule would not find: beside the borders of zones.
pub(super) fn candidates(
    starts: &[Port],
    ends: &[Port],
    same_box: bool,
    label: Rect,
    tracks: &Tracks,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for start in starts {
        for end in ends {
            if same_box && (start.side == end.side || start.at == end.at) {
                continue;
            }
            connect(start, end, label, tracks, &mut found);
        }
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found
}

/// Places for turns: across for upright pieces, and down for level ones.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    /// Lanes beside the plain turn that are tried too.
    pub(super) lanes: usize,
    pub(super) xs: Vec<f32>,
    pub(super) ys: Vec<f32>,
}

fn connect(start: &Port, end: &Port, label: Rect, tracks: &Tracks, found: &mut Vec<Candidate>) {
    let (a, b) = (start.at, end.at);
    let (da, db) = (start.side.out(), end.side.out());
    let ports = start.cost + end.cost;
    if start.side.is_level() == end.side.is_level() {
        let level = start.side.is_level();
        // In coordinates along the way out and across it.
        let (along_a, across_a, along_b, across_b) =
            if level { (a.x, a.y, b.x, b.y) } else { (a.y, a.x, b.y, b.x) };
        let (out_a, out_b) = if level { (da.0, db.0) } else { (da.1, db.1) };
        let point = |along: f32, across: f32| {
            if level { Point::new(along, across) } else { Point::new(across, along) }
        };
        let own_tracks = if level { &tracks.xs } else { &tracks.ys };
        let facing = out_a != out_b;
        if facing {
            let gap = (along_b - along_a) * out_a;
            if (across_a - across_b).abs() < 0.3 {
                if gap > 0.0 {
                    push(&[a, point(along_b, across_a)], ports, label, found);
                }
                return;
            }
            if gap < start.stub + end.stub {
                return;
            }
            let middle = f32::midpoint(along_a, along_b);
            let (low, high) = (along_a + out_a * start.stub, along_b - out_a * end.stub);
            let (low, high) = (low.min(high), low.max(high));
            let lanes = [0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -5.0, 5.0, -9.0, 9.0]
                .map(|lane: f32| middle + lane * LANE);
            for turn in lanes.into_iter().take(tracks.lanes).chain(own_tracks.iter().copied()) {
                if turn >= low && turn <= high {
                    let cost = ports + (turn - middle).abs() * 0.3;
                    push(&[a, point(turn, across_a), point(turn, across_b), b], cost, label, found);
                }
            }
            for turn in [low, high] {
                let cost = ports + (turn - middle).abs().min(60.0) * 0.3;
                push(&[a, point(turn, across_a), point(turn, across_b), b], cost, label, found);
            }
        } else {
            let far = if out_a > 0.0 { along_a.max(along_b) } else { along_a.min(along_b) };
            let stub = start.stub.max(end.stub).max(STUB);
            let lanes = [0.0, 1.0, 2.0, 3.0, 5.0, 8.0].map(|lane: f32| far + out_a * (stub + lane * LANE));
            let beyond = own_tracks.iter().copied().filter(|turn| (turn - far) * out_a >= 15.0);
            for turn in lanes.into_iter().take(tracks.lanes).chain(beyond) {
                push(&[a, point(turn, across_a), point(turn, across_b), b], ports, label, found);
            }
        }
    } else {
        let corner = if start.side.is_level() { Point::new(b.x, a.y) } else { Point::new(a.x, b.y) };
        let ahead = |port: &Port, out: (f32, f32)| {
            (corner.x - port.at.x) * out.0 + (corner.y - port.at.y) * out.1 >= port.stub
        };
        if ahead(start, da) && ahead(end, db) {
            push(&[a, corner, b], ports, label, found);
        }
    }
}

fn push(points: &[Point], ports: f32, label: Rect, found: &mut Vec<Candidate>) {
    let mut course = [Point::default(); 4];
    for (slot, point) in course.iter_mut().zip(points) {
        *slot = *point;
    }
    let length: f32 = points
        .windows(2)
        .map(|pair| pair.first().zip(pair.get(1)).map_or(0.0, |(a, b)| a.distance(*b)))
        .sum();
    let bends = points.len().saturating_sub(2) as f32;
    let roomy = points.windows(2).any(|pair| match *pair {
        [a, b] if (a.y - b.y).abs() < 0.5 => (a.x - b.x).abs() >= label.w + 20.0,
        [a, b] => (a.y - b.y).abs() >= label.h + 20.0,
        _ => false,
    });
    let cost = length + bends * BEND + ports + if roomy { 0.0 } else { NO_ROOM };
    found.push(Candidate { points: course, count: points.len(), cost });
}
