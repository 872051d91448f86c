//! The best free place for something new: near what it is connected to and with room for a label between, in the zone that
//! takes it, over nobody's lines, and so that the drawing stays compact instead of growing into one long row. What somebody
//! puts down with the pointer lands there, or as near as there is room.

use crate::model::ZoneId;
use crate::picture::scene::{NodeBox, Wording, ZoneBox};
use crate::picture::{DiagramScene, Point, Rect};

use super::room::{HEAD, INSET};

/// From the middle of a component to the middle of one that is put down beside it: a label has room between them.
pub const BESIDE: f32 = 320.0;
/// Places are tried at these distances, across and down.
const STEP: (f32, f32) = (BESIDE / 2.0, 66.0);
/// So many of them to either side.
const REACH: (i8, i8) = (8, 10);
/// The room that is kept to what it is not connected to, across and down; and where there is no such place.
const ROOM: [(f32, f32); 2] = [(72.0, 40.0), (12.0, 12.0)];
/// The drawing that is read at full size; beyond it, everything becomes smaller.
const STAGE: (f32, f32) = (1150.0, 720.0);

/// How far around a point a place is looked for to land on, the steps between, and the air that is kept to boxes.
const LANDING: (i8, f32) = (20, 24.0);
const AIR: (f32, f32) = (16.0, 16.0);
/// That a zone grows is worse than a place in it that is this much further away.
const GROWN: f32 = 300.0;

/// Which zone takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// The one at its place.
    Anywhere,
    /// None.
    Outside,
    /// This one, or one around it, if that is not far away; never another's.
    Rather(Option<ZoneId>),
    /// This one, which grows for it.
    Only(ZoneId),
}

/// What is to be put down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// How large it is.
    pub size: (f32, f32),
    /// What it is connected to, and 1 when the flow goes from there to it, else -1.
    pub beside: Option<(Rect, f32)>,
    /// Which zone takes it.
    pub home: Home,
}

/// The frame of the best free place around a point, and the zone that takes it. `taken` is what is put down in the same step.
pub fn seat(scene: &DiagramScene, taken: &[Rect], wanted: Wanted, near: Point) -> (Rect, Option<ZoneId>) {
    let start = wanted.beside.map_or(near, |(rect, _)| rect.center());
    let frame = |across: i8, down: i8| {
        let middle = start.offset(f32::from(across) * STEP.0, f32::from(down) * STEP.1);
        framed(middle, wanted.size)
    };
    let search = Search::new(scene, taken, wanted, frame(-REACH.0, -REACH.1).union(frame(REACH.0, REACH.1)));
    let places: Vec<Rect> = (-REACH.1..=REACH.1)
        .flat_map(|down| (-REACH.0..=REACH.0).map(move |across| frame(across, down)))
        .collect();
    let best = |room: (f32, f32)| {
        let costs = places.iter().filter_map(|place| {
            let (cost, zone) = search.cost(*place, start, room)?;
            Some((cost, *place, zone))
        });
        costs.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let found = ROOM.into_iter().find_map(best);
    if let (None, Home::Rather(Some(_))) = (&found, wanted.home) {
        return seat(scene, taken, Wanted { home: Home::Outside, ..wanted }, near);
    }
    let nowhere = || {
        let frame = framed(near, wanted.size);
        let zone = match wanted.home {
            Home::Only(zone) => Some(zone),
            _ => scene.zone_at(near),
        };
        (frame, zone)
    };
    found.map_or_else(nowhere, |(_, place, zone)| (place, zone))
}

/// The frame of what is put down at a point, and the zone that takes it: around the point if nothing stands there, else the
/// nearest free place in the same zone, on no border.
pub fn landing(scene: &DiagramScene, size: (f32, f32), at: Point, home: Home) -> (Rect, Option<ZoneId>) {
    let home = match home {
        Home::Anywhere => scene.zone_at(at).map_or(Home::Outside, Home::Only),
        home => home,
    };
    let zone = if let Home::Only(zone) = home { Some(zone) } else { None };
    let wanted = Wanted { size, beside: None, home };
    let (reach, step) = LANDING;
    let around = framed(at, size).grown(f32::from(reach) * step);
    let mut search = Search::new(scene, &[], wanted, around);
    // A box that others stand in takes this one as well.
    let stands_in = |node: &&NodeBox| node.wording == Wording::Top && node.rect.contains(at);
    let holders: Vec<Rect> = scene.nodes.iter().filter(stands_in).map(NodeBox::bounds).collect();
    search.boxes.retain(|node| !holders.contains(node));
    let frame =
        |across: i8, down: i8| framed(at.offset(f32::from(across) * step, f32::from(down) * step), size);
    let is_in = |zone: &ZoneBox, place: &Rect| zone.rect.contains(place.center());
    let cost = |place: Rect| {
        // Where somebody points, it stands close to what is there.
        let air = if place.center() == at { (4.0, 4.0) } else { AIR };
        let stays = zone.and_then(|id| scene.zone(id)).is_none_or(|zone| is_in(zone, &place));
        (stays && search.is_free(place, air))
            .then(|| search.growth(place, zone))
            .flatten()
            .map(|growth| at.distance(place.center()) + growth + if growth > 0.0 { GROWN } else { 0.0 })
    };
    let places = (-reach..=reach).flat_map(|down| (-reach..=reach).map(move |across| frame(across, down)));
    let costs = places.filter_map(|place| Some((cost(place)?, place)));
    let found = costs.min_by(|a, b| a.0.total_cmp(&b.0));
    found.map_or_else(|| seat(scene, &[], wanted, at), |(_, place)| (place, zone))
}

fn framed(middle: Point, (w, h): (f32, f32)) -> Rect {
    Rect::new(middle.x - w / 2.0, middle.y - h / 2.0, w, h)
}

fn wider(rect: Rect, (across, down): (f32, f32)) -> Rect {
    Rect::new(rect.x - across, rect.y - down, rect.w + 2.0 * across, rect.h + 2.0 * down)
}

/// What matters around the places that are tried.
struct Search<'a> {
    scene: &'a DiagramScene,
    wanted: Wanted,
    boxes: Vec<Rect>,
    notes: Vec<Rect>,
    zones: Vec<&'a ZoneBox>,
    lines: Vec<Rect>,
    labels: Vec<Rect>,
}

impl<'a> Search<'a> {
    fn new(scene: &'a DiagramScene, taken: &[Rect], wanted: Wanted, area: Rect) -> Self {
        let area = area.grown(400.0);
        let near = |rect: &Rect| rect.overlaps(area);
        let flows = || scene.flows.iter();
        let pieces = flows().flat_map(|flow| flow.points.windows(2)).filter_map(|piece| match piece {
            [a, b] => Some(Rect::around(*a, *b).grown(6.0)),
            _ => None,
        });
        Self {
            scene,
            wanted,
            boxes: scene
                .nodes
                .iter()
                .map(crate::picture::scene::NodeBox::bounds)
                .chain(taken.iter().copied())
                .filter(near)
                .collect(),
            notes: scene.notes.iter().map(|note| note.rect).filter(near).collect(),
            zones: scene.zones.iter().filter(|zone| zone.rect.overlaps(area)).collect(),
            lines: pieces.filter(near).collect(),
            labels: flows().map(|flow| flow.label.pill).filter(near).collect(),
        }
    }

    /// How bad a place is, and the zone that takes what stands there; none when it cannot stand there.
    fn cost(&self, frame: Rect, start: Point, room: (f32, f32)) -> Option<(f32, Option<ZoneId>)> {
        if !self.is_free(frame, room) {
            return None;
        }
        let here = self.scene.zone_at(frame.center());
        let (zone, aside) = match self.wanted.home {
            Home::Anywhere => (here, 0.0),
            Home::Outside => (None, 0.0),
            Home::Only(zone) => (Some(zone), 0.0),
            // Beside the zone, it grows for what belongs in it.
            Home::Rather(wish) => {
                let zone = here.or(wish);
                if zone != wish && !self.is_around(zone, wish) {
                    return None;
                }
                (zone, if zone == wish { 0.0 } else { 240.0 })
            }
        };
        let grown = self.growth(frame, zone)?;
        let crossed = self.lines.iter().filter(|line| line.overlaps(frame.grown(6.0))).count().min(3);
        let covered = self.labels.iter().filter(|label| label.overlaps(frame.grown(6.0))).count();
        let cost = aside
            + grown
            + self.way(frame.center(), start)
            + 160.0 * crossed as f32
            + 80.0 * covered as f32
            + self.spread(frame);
        Some((cost, zone))
    }

    /// Whether a place is free, with that much room to boxes.
    fn is_free(&self, frame: Rect, room: (f32, f32)) -> bool {
        let covers = |rects: &[Rect], frame: Rect| rects.iter().any(|rect| rect.overlaps(frame));
        !covers(&self.boxes, wider(frame, room)) && !covers(&self.notes, frame.grown(12.0))
    }

    /// Whether a zone is drawn around another.
    fn is_around(&self, outer: Option<ZoneId>, inner: Option<ZoneId>) -> bool {
        let zones = outer.zip(inner).and_then(|(a, b)| self.scene.zone(a).zip(self.scene.zone(b)));
        zones.is_some_and(|(a, b)| a.depth < b.depth && a.rect.contains_rect(b.rect))
    }

    /// What it costs that the zones around a place grow for it; none where they would grow over something else, or where
    /// the place lies on the border of another zone.
    fn growth(&self, frame: Rect, zone: Option<ZoneId>) -> Option<f32> {
        let around: Vec<&ZoneBox> = match zone.and_then(|id| self.scene.zone(id)) {
            // The zones around a zone are those that hold its frame.
            Some(home) => {
                let mut around: Vec<&ZoneBox> = self
                    .zones
                    .iter()
                    .copied()
                    .filter(|zone| {
                        zone.id == home.id || (zone.depth < home.depth && zone.rect.contains_rect(home.rect))
                    })
                    .collect();
                around.sort_by_key(|zone| std::cmp::Reverse(zone.depth));
                around
            }
            None => Vec::new(),
        };
        let is_around = |zone: &ZoneBox| around.iter().any(|other| other.id == zone.id);
        if self.zones.iter().any(|zone| !is_around(zone) && zone.rect.overlaps(frame.grown(16.0))) {
            return None;
        }
        let mut cost = 0.0;
        let mut inner = frame;
        for zone in &around {
            let before = zone.rect;
            let needed =
                Rect::new(inner.x - INSET, inner.y - HEAD, inner.w + 2.0 * INSET, inner.h + HEAD + INSET);
            if zone.collapsed || before.contains_rect(needed) {
                break;
            }
            let after = before.union(needed);
            let is_new = |rect: &Rect| !before.contains(rect.center()) && rect.overlaps(after.grown(8.0));
            let zones = || self.zones.iter().filter(|other| !is_around(other)).map(|other| &other.rect);
            if self.boxes.iter().chain(&self.notes).chain(zones()).any(is_new) {
                return None;
            }
            cost += 30.0 + 0.4 * (after.w - before.w + after.h - before.h);
            inner = after;
        }
        Some(cost)
    }

    /// What the way from where it is connected costs: ahead is best, back is better than up or down, and other boxes should
    /// not stand between.
    fn way(&self, to: Point, start: Point) -> f32 {
        let (dx, dy) = (to.x - start.x, to.y - start.y);
        let far = 0.5 * (dx.abs() + dy.abs()) + if dy < 0.0 { 20.0 } else { 0.0 };
        let Some((from, side)) = self.wanted.beside else { return far };
        let ahead = dx * side;
        let turned = if ahead > 1.0 {
            0.0
        } else if ahead < -1.0 {
            120.0
        } else {
            230.0
        };
        // Close beside it there is no room for a label; in another row it is at least out of the columns.
        let tight = match (dx.abs() < BESIDE - 1.0, dy.abs() < 50.0) {
            (true, true) => 200.0,
            (true, false) if dx.abs() > 1.0 => 100.0,
            _ => 0.0,
        };
        let between = |a: Point, b: Point| {
            let way = Rect::around(a, b).grown(8.0);
            self.boxes.iter().filter(|node| !node.contains(from.center()) && node.overlaps(way)).count()
        };
        let bend = |corner: Point| between(start, corner) + between(corner, to);
        let blocked = bend(Point::new(to.x, start.y)).min(bend(Point::new(start.x, to.y)));
        far + turned + tight + 180.0 * blocked as f32
    }

    /// How much smaller everything would be drawn when all of it is to be seen.
    fn spread(&self, frame: Rect) -> f32 {
        let scale = |bounds: Rect| (bounds.w / STAGE.0).max(bounds.h / STAGE.1).max(1.0);
        let before = self.boxes.iter().copied().reduce(Rect::union);
        before.map_or(0.0, |before| 2400.0 * (scale(before.union(frame)) - scale(before)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::studio::canvas::room::{NEW_NODE as NODE, tests::scene_with};

    /// Boxes at these places, those left of 600 in a zone of 600 × 700 at the origin.
    fn scene(places: &[(f32, f32)]) -> DiagramScene {
        scene_with(700.0, places, |_, x| x < 400.0)
    }

    #[test]
    fn what_is_connected_stands_ahead_and_then_in_another_row() {
        let scene = scene(&[(900.0, 100.0), (1220.0, 100.0)]);
        let first = scene.nodes[0].rect;
        let beside = |side: f32| Wanted { size: NODE, beside: Some((first, side)), home: Home::Outside };
        let (next, zone) = seat(&scene, &[], beside(1.0), first.center());
        assert_eq!(
            (next.center().x, zone),
            (first.center().x + BESIDE, None),
            "in the column of what is ahead"
        );
        assert!(next.y > first.bottom() + 40.0, "in another row: {next:?}");
        let (back, _) = seat(&scene, &[], beside(-1.0), first.center());
        assert!(back.right() < first.x, "what sends stands before it: {back:?}");
    }

    #[test]
    fn what_is_let_go_lands_there_or_beside_what_stands_there_in_the_same_zone() {
        // A zone of 600 × 300 at the origin with a box in it, and a box outside.
        let scene = scene_with(300.0, &[(40.0, 80.0), (900.0, 80.0)], |id, _| id == 1);
        for (at, stays) in [
            ((500.0, 200.0), true),
            ((800.0, 500.0), true),
            // On a box, in the zone and outside.
            ((100.0, 110.0), false),
            ((960.0, 100.0), false),
            // Over the zone's border, its head, and close below it.
            ((590.0, 200.0), false),
            ((300.0, 20.0), false),
            ((300.0, 310.0), false),
        ] {
            let at = Point::new(at.0, at.1);
            let (frame, zone) = landing(&scene, NODE, at, Home::Anywhere);
            assert_eq!(frame.center() == at, stays, "{at:?} {frame:?}");
            assert!(!scene.nodes.iter().any(|node| node.bounds().overlaps(frame)), "{frame:?}");
            assert_eq!(zone, scene.zone_at(at), "in the zone that was meant");
            assert_eq!(scene.zone_at(frame.center()), zone);
            let border = scene.zones[0].rect;
            assert_eq!(border.overlaps(frame), zone.is_some(), "{frame:?} on a border");
            assert!(zone.is_none() || border.contains_rect(frame), "{frame:?} on a border");
        }
    }

    #[test]
    fn what_belongs_elsewhere_never_stands_in_a_strangers_zone() {
        let scene = scene(&[(900.0, 100.0)]);
        let beside = Some((scene.nodes[0].rect, -1.0));
        let wanted = Wanted { size: NODE, beside, home: Home::Rather(None) };
        for x in [100.0, 300.0, 640.0, 900.0] {
            let (frame, zone) = seat(&scene, &[], wanted, Point::new(x, 300.0));
            assert_eq!(zone, None, "{frame:?}");
            assert!(!scene.zones[0].rect.overlaps(frame), "{frame:?}");
        }
    }

    proptest! {
        #[test]
        fn a_seat_covers_nothing_and_belongs_where_it_stands(
            places in proptest::collection::vec((20.0_f32..1400.0, 60.0_f32..560.0), 0..10),
            near in (-200.0_f32..1600.0, -200.0_f32..900.0),
            rather in 0_usize..3,
        ) {
            let scene = scene(&places);
            let home = [Home::Anywhere, Home::Outside, Home::Rather(Some(ZoneId(1)))][rather];
            let wanted = Wanted { size: NODE, beside: None, home };
            let (frame, zone) = seat(&scene, &[], wanted, Point::new(near.0, near.1));
            prop_assert!(scene.nodes.iter().all(|node| !node.bounds().overlaps(frame)), "{frame:?}");
            let border = scene.zones[0].rect;
            match zone {
                None => prop_assert!(!border.overlaps(frame), "{frame:?} on {border:?}"),
                Some(_) => prop_assert!(home != Home::Outside),
            }
        }
    }
}
