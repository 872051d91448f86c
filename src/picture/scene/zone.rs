//! Zones: which are drawn, how deep they lie, and the rectangles around what is in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ComponentId, Diagram, ItemId, Place, ZoneId};
use crate::picture::Rect;
use crate::picture::text::{fit, width};

use super::Lettering;

/// From the edge of a zone to what is in it.
pub(crate) const INSET: f32 = 20.0;
/// The row at the top with bars, name and trust.
pub(crate) const HEAD: f32 = 46.0;
/// A zone with nothing in it.
pub(crate) const EMPTY: (f32, f32) = (224.0, 134.0);
/// A zone drawn as a box: no smaller than this.
const COLLAPSED: (f32, f32) = (184.0, 68.0);
/// No wider than this; a longer name is cut.
const WIDEST_COLLAPSED: f32 = 300.0;
/// From the left edge of a zone drawn as a box to its name, past the bars.
pub(crate) const COLLAPSED_LEFT: f32 = 36.0;
/// From the end of that name to the right edge.
pub(crate) const COLLAPSED_RIGHT: f32 = 14.0;

/// The rectangle of a zone that holds exactly this.
pub(crate) fn zone_around(content: Rect) -> Rect {
    Rect::new(content.x - INSET, content.y - HEAD, content.w + 2.0 * INSET, content.h + HEAD + INSET)
}

/// The size of a zone drawn as a box: as wide as its name, on screen and on paper alike.
pub(crate) fn collapsed_size(diagram: &Diagram, zone: ZoneId) -> (f32, f32) {
    let name = diagram.zones.get(zone).map_or_else(|| zone.to_string(), |zone| zone.name.clone());
    let wide = |paper: bool, words: &str| {
        let (face, size) = Lettering::of(paper).zone;
        width(words, face, size)
    };
    let words = wide(false, &name).max(wide(true, &format!("{zone} {name}")));
    let wide = (words + COLLAPSED_LEFT + COLLAPSED_RIGHT).ceil();
    (wide.clamp(COLLAPSED.0, WIDEST_COLLAPSED), COLLAPSED.1)
}

/// The name as it fits in a zone drawn as a box.
pub(crate) fn collapsed_name(name: &str, rect: Rect, paper: bool) -> String {
    let (face, size) = Lettering::of(paper).zone;
    fit(name, face, size, rect.w - COLLAPSED_LEFT - COLLAPSED_RIGHT + 1.0)
}

/// The tree of zones, each with its parent where that makes no ring.
#[derive(Debug, Default)]
pub(crate) struct ZoneTree {
    /// The parent of each zone.
    pub(crate) parent: BTreeMap<ZoneId, Option<ZoneId>>,
    /// How many zones each stands in.
    pub(crate) depth: BTreeMap<ZoneId, usize>,
}

impl ZoneTree {
    pub(crate) fn of(diagram: &Diagram) -> Self {
        let mut tree = Self::default();
        for zone in &diagram.zones {
            let chain = diagram.zone_chain(Some(zone.id));
            // In a ring of parents the lowest id stands outermost, so that every zone still has one place.
            let outermost = chain.last().and_then(|last| diagram.zones.get(*last));
            let ring = outermost.and_then(|last| last.parent).is_some_and(|parent| chain.contains(&parent));
            let parent = zone.parent.filter(|parent| diagram.zones.contains(*parent) && *parent != zone.id);
            tree.parent
                .insert(zone.id, if ring { parent.filter(|parent| *parent < zone.id) } else { parent });
        }
        for zone in &diagram.zones {
            let mut depth = 0;
            let mut next = tree.parent_of(zone.id);
            while let Some(parent) = next {
                depth += 1;
                next = tree.parent_of(parent);
            }
            tree.depth.insert(zone.id, depth);
        }
        tree
    }

    pub(crate) fn parent_of(&self, zone: ZoneId) -> Option<ZoneId> {
        self.parent.get(&zone).copied().flatten()
    }

    pub(crate) fn depth_of(&self, zone: ZoneId) -> usize {
        self.depth.get(&zone).copied().unwrap_or(0)
    }

    /// The zone and those around it, innermost first.
    pub(crate) fn chain(&self, zone: Option<ZoneId>) -> impl Iterator<Item = ZoneId> + '_ {
        let first = zone.filter(|zone| self.parent.contains_key(zone));
        std::iter::successors(first, |zone| self.parent_of(*zone))
    }

    /// The zones, outer before inner, then by id.
    pub(crate) fn outer_first(&self) -> Vec<ZoneId> {
        let mut zones: Vec<ZoneId> = self.parent.keys().copied().collect();
        zones.sort_by_key(|zone| (self.depth_of(*zone), *zone));
        zones
    }
}

/// The rectangles of the zones: where they were put, stretched to hold what is in them.
///
/// `content` is what each component covers. Things in the hand stretch nothing.
pub(crate) fn zone_rects(
    diagram: &Diagram,
    tree: &ZoneTree,
    shown: &BTreeSet<ZoneId>,
    places: &impl Fn(ItemId) -> Option<Place>,
    content: &BTreeMap<ComponentId, Rect>,
    floating: &BTreeSet<ItemId>,
) -> BTreeMap<ZoneId, Rect> {
    let mut inside: BTreeMap<ZoneId, Rect> = BTreeMap::new();
    let put = |zone: ZoneId, rect: Rect, inside: &mut BTreeMap<ZoneId, Rect>| {
        inside.entry(zone).and_modify(|all| *all = all.union(rect)).or_insert(rect);
    };
    for component in diagram.components() {
        let Some(rect) = content.get(&component.id) else { continue };
        if floating.contains(&component.id.into()) {
            continue;
        }
        if let Some(zone) = component.zone {
            put(zone, *rect, &mut inside);
        }
    }
    let mut rects = BTreeMap::new();
    for zone in tree.outer_first().into_iter().rev().filter(|zone| shown.contains(zone)) {
        let place = places(zone.into());
        let rect = match place {
            Some(place) if place.collapsed => {
                let (w, h) = collapsed_size(diagram, zone);
                Rect::new(place.x, place.y, w, h)
            }
            Some(place) if place.w > 0.0 && place.h > 0.0 => {
                let own = Rect::new(place.x, place.y, place.w, place.h);
                inside.get(&zone).map_or(own, |content| own.union(zone_around(*content)))
            }
            place => {
                let at = place.map(|place| Rect::new(place.x, place.y, EMPTY.0, EMPTY.1));
                inside
                    .get(&zone)
                    .map(|content| zone_around(*content))
                    .or(at)
                    .unwrap_or(Rect::new(0.0, 0.0, EMPTY.0, EMPTY.1))
            }
        };
        rects.insert(zone, rect);
        if let Some(parent) = tree.parent_of(zone)
            && !floating.contains(&zone.into())
        {
            put(parent, rect, &mut inside);
        }
    }
    rects
}

/// The name as it fits in a zone's head, and the rectangle of the head.
pub(crate) fn zone_head(name: &str, trust: u8, rect: Rect, paper: bool) -> (String, Rect) {
    let lettering = Lettering::of(paper);
    let (face, size) = lettering.zone;
    let trust_width = width(&trust_words(trust), lettering.caption.0, lettering.caption.1);
    let room = (rect.w - 28.0 - 22.0 - 8.0 - trust_width).max(24.0);
    let name = fit(name, face, size, room);
    let used = 22.0 + width(&name, face, size) + 8.0 + trust_width;
    (name, Rect::new(rect.x + 10.0, rect.y + 8.0, (used + 8.0).min(rect.w - 20.0), 26.0))
}

/// Where a zone's head stands: at its left top, or where no sheet covers it. `covered` says whether a seat inside is taken,
/// `taken` whether one outside is.
pub(crate) fn head_seat(
    head: Rect,
    zone: Rect,
    covered: impl Fn(Rect) -> bool,
    taken: impl Fn(Rect) -> bool,
) -> Rect {
    if !covered(head) {
        return head;
    }
    let (left, right) = (head.x, zone.right() - 10.0 - head.w);
    let (above, top, bottom, below) =
        (zone.y - head.h - 2.0, head.y, zone.bottom() - 8.0 - head.h, zone.bottom() + 2.0);
    let inside = [(right, top), (left, bottom), (right, bottom)].map(|(x, y)| Rect { x, y, ..head });
    let outside =
        [(left, above), (right, above), (left, below), (right, below)].map(|(x, y)| Rect { x, y, ..head });
    let mut inside =
        inside.into_iter().filter(|seat| seat.x >= head.x - 1.0 && !covered(*seat) && !taken(*seat));
    let mut outside = outside.into_iter().filter(|seat| !covered(*seat) && !taken(*seat));
    inside.next().or_else(|| outside.next()).unwrap_or(head)
}

/// No zone is drawn narrower than its head needs.
pub(crate) fn zone_least_width(name: &str, trust: u8) -> f32 {
    let lettering = Lettering::of(false);
    let (face, size) = lettering.zone;
    let words = width(name, face, size).min(220.0)
        + width(&trust_words(trust), lettering.caption.0, lettering.caption.1);
    (words + 28.0 + 22.0 + 8.0 + 8.0).ceil()
}

/// `trust 3`.
pub(crate) fn trust_words(trust: u8) -> String {
    format!("trust {trust}")
}
