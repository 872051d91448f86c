//! Zones, boundary lines and notes.

use crate::model::{Band, ItemId};
use crate::picture::scene::zone::{COLLAPSED_LEFT, COLLAPSED_RIGHT, trust_words};
use crate::picture::scene::{FlowShape, LineShape, NoteBox, ZoneBox};
use crate::picture::signs::{rounded, severity_sign, trust_bars};
use crate::picture::text::{baseline, fit, width};
use crate::picture::{Align, Face, Paint, Path, Point, Rect, Role, Stroke};

use super::{ALL, FULL, NAMES, Painter, SHAPES};

const CORNER: f32 = 12.0;

/// The two levels of detail that zones are filled at.
const NEAR: usize = 0;
const FAR: usize = 1;

/// The levels of detail at which zones have larger names: somewhat away, further, and from far away.
const MIDDLE: usize = 0;
const SMALL: usize = 1;
const MERGED: usize = 2;

/// Whether a piece of a flow runs through an area.
fn runs_under(flow: &FlowShape, area: Rect) -> bool {
    flow.points.windows(2).any(|pair| matches!(pair, &[a, b] if Rect::around(a, b).grown(0.1).overlaps(area)))
}

impl Painter<'_> {
    pub(super) fn zone(&mut self, zone: &ZoneBox) {
        if zone.collapsed {
            return;
        }
        let item = ItemId::from(zone.id);
        self.turn_to(item, false);
        let target = self.options.drop_target == Some(item);
        let fill = if target { Role::AccentSoft } else { Role::TrustFill(zone.trust) };
        let edge = if target || self.is_selected(item) {
            Stroke::dashed(Role::Accent, 2.0, &[6.0, 4.0])
        } else if self.is_hovered(item) {
            Stroke::dashed(Role::TextSecondary, 1.5, &[6.0, 4.0])
        } else {
            Stroke::dashed(Role::TrustLine(zone.trust), 1.5, &[6.0, 4.0])
        };
        let ground = self.ground(zone, fill, NEAR);
        self.out.detail(SHAPES, ALL).rect(zone.rect, CORNER, ground, Some(edge.clone()));
        if self.out.shows(0.0, SHAPES) {
            self.far_zone(zone, edge);
        }
    }

    /// What stands in a zone's head, over the lines that could not keep away from it.
    pub(super) fn zone_words(&mut self, zone: &ZoneBox, flows: &[&FlowShape]) {
        if zone.collapsed || self.options.without_words || !self.out.shows(SHAPES, ALL) {
            return;
        }
        let item = ItemId::from(zone.id);
        self.turn_to(item, false);
        let head = zone.head;
        let y = head.center().y;
        self.out.detail(FULL, ALL);
        if self.out.shows(FULL, ALL) && flows.iter().any(|flow| runs_under(flow, head)) {
            let inside = zone.rect.contains_rect(head);
            let ground = match (inside, self.scene.paper) {
                (true, _) if self.options.drop_target == Some(item) => Role::AccentSoft,
                (true, _) => Role::TrustFill(zone.trust),
                (false, true) => Role::Paper,
                (false, false) => Role::Canvas,
            };
            self.out.fade(1.0).rect(head, 4.0, Some(ground.at(0.86)), None).fade(self.opacity);
        }
        trust_bars(&mut self.out, zone.trust, Rect::new(head.x + 4.0, y - 6.0, 16.0, 12.0));
        let (face, size) = self.lettering.zone;
        let x = head.x + 26.0;
        self.out.text(
            Point::new(x, baseline(y, face, size)),
            zone.name.clone(),
            face,
            size,
            Role::TextSecondary,
        );
        let after = x + width(&zone.name, face, size) + 8.0;
        let (face, size) = self.lettering.caption;
        let words = trust_words(zone.trust);
        self.out.text(Point::new(after, baseline(y, face, size)), words, face, size, Role::TextTertiary);
        // From further away the name alone, larger; the bars say the trust.
        for (level, from, to, size) in [(MIDDLE, NAMES, FULL, 20.0), (SMALL, SHAPES, NAMES, 30.0)] {
            if !self.out.shows(from, to) {
                continue;
            }
            let bars = Rect::new(head.x + 4.0, head.y + 4.0, size * 1.1, size * 0.85);
            let face = Face::UiSemibold;
            let name = fit(&zone.name, face, size, zone.rect.w - bars.w - 40.0);
            if !self.heads(level, Rect { w: bars.w + 8.0 + width(&name, face, size), ..bars }) {
                continue;
            }
            self.out.detail(from, to);
            trust_bars(&mut self.out, zone.trust, bars);
            let at = Point::new(bars.right() + 8.0, baseline(bars.center().y, face, size));
            self.out.text(at, name, face, size, Role::TextSecondary);
        }
    }

    /// What a zone is filled with: nothing where it stands on a zone of the same colour. Nested zones would otherwise cover
    /// the drawing many times over, which is most of what a frame costs where a processor paints it.
    fn ground(&mut self, zone: &ZoneBox, fill: Role, level: usize) -> Option<Paint> {
        let grounds = self.grounds.get_mut(level).filter(|_| self.opacity >= 1.0);
        let Some(grounds) = grounds else { return Some(fill.into()) };
        let mut beneath = grounds.iter().rev().filter(|(rect, _)| rect.overlaps(zone.rect));
        let decides = |(rect, role): &&(Rect, Role)| *role != fill || rect.contains_rect(zone.rect);
        if beneath.find(decides).is_some_and(|(_, role)| *role == fill) {
            return None;
        }
        grounds.push((zone.rect, fill));
        Some(fill.into())
    }

    /// Takes the room of a name at a level of detail; false where another name stands there already. Zones come outer
    /// before inner, so that of heads that coincide the outer one is read.
    fn heads(&mut self, level: usize, room: Rect) -> bool {
        let Some(taken) = self.headings.get_mut(level) else { return true };
        let is_free = !taken.iter().any(|other| other.overlaps(room));
        if is_free {
            taken.push(room);
        }
        is_free
    }

    /// A zone from far away: the colour of its worst risk and how many threats.
    fn far_zone(&mut self, zone: &ZoneBox, edge: Stroke) {
        self.out.detail(0.0, SHAPES);
        let fill = zone.inside.map_or(Role::TrustFill(zone.trust), |(band, _)| Role::SeveritySoft(band));
        let ground = self.ground(zone, fill, FAR);
        self.out.rect(zone.rect, CORNER, ground, Some(Stroke { width: 4.0, ..edge }));
        // Large enough to be read at the scale that it is painted for.
        let least = self.out.scale().map_or(40.0, |scale| (15.0 / scale).max(40.0));
        if zone.holds_zones {
            self.far_head(zone, least);
            return;
        }
        self.far_name(zone, least * 0.85);
        let Some((band, count)) = zone.inside else { return };
        let room = (zone.rect.h * 0.4).clamp(least, 96f32.max(least));
        let wide = width(&count.to_string(), Face::UiSemibold, room) + room * 1.1;
        let (x, y) = (zone.rect.center().x - wide / 2.0, zone.rect.center().y);
        let fits = wide < zone.rect.w - 8.0 && room < zone.rect.h - 8.0;
        if fits && self.heads(MERGED, Rect::new(x, y - room / 2.0, wide, room)) {
            self.far_count(band, count, Point::new(x, y), room);
        }
    }

    /// The sign of a band and a number beside it, around a height.
    fn far_count(&mut self, band: Band, count: usize, at: Point, size: f32) {
        severity_sign(&mut self.out, band, Point::new(at.x + size * 0.45, at.y), size * 0.9);
        let words = Point::new(at.x + size * 1.1, baseline(at.y, Face::UiSemibold, size));
        self.out.text(words, count.to_string(), Face::UiSemibold, size, Role::Text);
    }

    /// A zone's name from far away, at its top, as far as there is room.
    fn far_name(&mut self, zone: &ZoneBox, size: f32) {
        let name = fit(&zone.name, Face::UiSemibold, size, zone.rect.w - size * 0.6);
        if size * 2.6 > zone.rect.h
            || name.chars().count() < zone.name.chars().count().min(4)
            || self.options.without_words
        {
            return;
        }
        let at =
            Point::new(zone.rect.x + size * 0.3, baseline(zone.rect.y + size * 0.75, Face::UiSemibold, size));
        let wide = size * 0.3 + width(&name, Face::UiSemibold, size);
        if self.heads(MERGED, Rect::new(at.x, zone.rect.y + size * 0.25, wide, size)) {
            self.out.text(at, name, Face::UiSemibold, size, Role::TextSecondary);
        }
    }

    /// Name and count of a zone that other zones stand in, from far away: along its upper or lower edge, where none of
    /// them is in the way. A name that cannot be read in full is left out, and so is a count without room.
    fn far_head(&mut self, zone: &ZoneBox, least: f32) {
        if self.options.without_words {
            return;
        }
        let size = least * 0.85;
        let named = width(&zone.name, Face::UiSemibold, size);
        let counted = zone.inside.map(|(band, count)| {
            (band, count, size * 1.6 + width(&count.to_string(), Face::UiSemibold, size))
        });
        let all = counted.map_or(named, |(.., more)| named + more);
        let (place, counted) = match self.edge_room(zone, (all, size)) {
            Some(place) => (Some(place), counted),
            None => (self.edge_room(zone, (named, size)), None),
        };
        let Some(place) = place else { return };
        if !self.heads(MERGED, place) {
            return;
        }
        let y = place.center().y;
        let at = Point::new(place.x, baseline(y, Face::UiSemibold, size));
        self.out.text(at, zone.name.clone(), Face::UiSemibold, size, Role::TextSecondary);
        if let Some((band, count, _)) = counted {
            self.far_count(band, count, Point::new(place.x + named + size * 0.5, y), size);
        }
    }

    /// The first free place of a size along a zone's upper edge, or its lower one.
    fn edge_room(&self, zone: &ZoneBox, (wide, high): (f32, f32)) -> Option<Rect> {
        let frame = zone.rect;
        let air = high * 0.3;
        if frame.w < wide + 2.0 * air || frame.h < high * 1.5 {
            return None;
        }
        let zones = self.scene.zones.iter().map(|other| other.rect);
        let inner = zones.filter(|other| *other != frame && frame.contains_rect(*other));
        let taken = self.headings.get(MERGED).into_iter().flatten().copied();
        let edges = [frame.y + high * 0.25, frame.bottom() - high * 1.25];
        let strips = edges.map(|y| Rect::new(frame.x, y, frame.w, high));
        let in_the_way: Vec<Rect> =
            inner.chain(taken).filter(|other| strips.iter().any(|strip| strip.overlaps(*other))).collect();
        edges.into_iter().find_map(|y| {
            let mut place = Rect::new(frame.x + air, y, wide, high);
            while place.right() <= frame.right() - air {
                let met = in_the_way.iter().filter(|other| other.overlaps(place)).map(|other| other.right());
                match met.reduce(f32::max) {
                    Some(right) => place.x = right + air,
                    None => return Some(place),
                }
            }
            None
        })
    }

    /// A zone drawn as a box: its name and how many components are in it.
    pub(super) fn collapsed_zone(&mut self, zone: &ZoneBox) {
        let item = ItemId::from(zone.id);
        self.turn_to(item, false);
        let edge = Stroke { dash: vec![6.0, 4.0], ..self.outline(item, 1.5, &[]) };
        self.out.detail(SHAPES, ALL);
        // A second edge behind says that there is more inside.
        let behind = Rect { x: zone.rect.x + 5.0, y: zone.rect.y - 5.0, ..zone.rect };
        let line = Stroke::dashed(Role::TrustLine(zone.trust), 1.0, &[6.0, 4.0]);
        self.out.rect(behind, CORNER, Some(Role::TrustFill(zone.trust).into()), Some(line));
        self.out.rect(zone.rect, CORNER, Some(Role::TrustFill(zone.trust).into()), Some(edge.clone()));
        self.far_zone(zone, edge);
        if self.options.without_words {
            return;
        }
        self.out.detail(NAMES, ALL);
        let (x, y) = (zone.rect.x + COLLAPSED_RIGHT, zone.rect.center().y);
        trust_bars(&mut self.out, zone.trust, Rect::new(x, y - 17.0, 16.0, 12.0));
        let (face, size) = self.lettering.zone;
        let at = Point::new(zone.rect.x + COLLAPSED_LEFT, baseline(y - 11.0, face, size));
        self.out.text(at, zone.name.clone(), face, size, Role::Text);
        let noun = if zone.components == 1 { "component" } else { "components" };
        let (face, size) = self.lettering.caption;
        let words = format!("{} {noun}, {}", zone.components, trust_words(zone.trust));
        self.out.text(Point::new(x, baseline(y + 13.0, face, size)), words, face, size, Role::TextTertiary);
    }

    pub(super) fn zone_marks(&mut self, zone: &ZoneBox) {
        let item = ItemId::from(zone.id);
        self.turn_to(item, false);
        if let Some(badge) = zone.badge.filter(|_| !self.options.without_words) {
            self.out.detail(FULL, ALL);
            self.badge(badge);
            self.out.detail(NAMES, FULL);
            self.far_corner_badge(badge);
        }
        if let Some(leaves) = zone.leaves.as_ref().filter(|_| zone.collapsed && !self.options.without_words) {
            self.out.detail(FULL, ALL);
            self.leaves(leaves);
        }
        if self.is_selected(item) && !zone.collapsed {
            self.out.detail(SHAPES, ALL).fade(1.0);
            for (_, at) in self.scene.handles(item) {
                let square = Rect::new(at.x - 4.0, at.y - 4.0, 8.0, 8.0);
                self.out.rect(square, 1.0, Some(Role::Canvas.into()), Some(Stroke::solid(Role::Accent, 1.5)));
            }
        }
    }

    pub(super) fn boundary_line(&mut self, line: &LineShape) {
        let item = ItemId::from(line.id);
        self.turn_to(item, false);
        let stroke = self.outline(item, 1.5, &[6.0, 4.0]);
        self.out.detail(SHAPES, ALL);
        self.out.path(rounded(&line.points, 6.0), None, Some(stroke));
        if self.options.without_words {
            return;
        }
        let (face, size) = self.lettering.zone;
        let at = Point::new(line.head.x, baseline(line.head.center().y, face, size));
        self.out.detail(NAMES, ALL).text(at, line.name.clone(), face, size, Role::TextSecondary);
        if self.is_selected(item) {
            for point in &line.points {
                let square = Rect::new(point.x - 5.0, point.y - 5.0, 10.0, 10.0);
                self.out.rect(square, 1.0, Some(Role::Canvas.into()), Some(Stroke::solid(Role::Accent, 2.0)));
            }
        }
    }

    /// A note: a sheet with a turned corner.
    pub(super) fn note(&mut self, note: &NoteBox) {
        let item = ItemId::from(note.id);
        self.turn_to(item, false);
        let r = note.rect;
        let fold = 12.0;
        let sheet = Path::polygon(&[
            Point::new(r.x, r.y),
            Point::new(r.right() - fold, r.y),
            Point::new(r.right(), r.y + fold),
            Point::new(r.right(), r.bottom()),
            Point::new(r.x, r.bottom()),
        ]);
        let ear = Path::polyline(&[
            Point::new(r.right() - fold, r.y),
            Point::new(r.right() - fold, r.y + fold),
            Point::new(r.right(), r.y + fold),
        ]);
        let stroke = self.outline(item, 1.0, &[]);
        self.out.detail(SHAPES, ALL);
        self.out.path(sheet, Some(Role::Raised.into()), Some(stroke.clone()));
        self.out.path(ear, None, Some(stroke));
        if self.options.without_words {
            return;
        }
        let (face, size) = self.lettering.caption;
        self.out.detail(NAMES, ALL);
        for (index, line) in note.lines.iter().enumerate() {
            let y = r.y + 19.0 + index as f32 * 18.0;
            let at = Point::new(r.x + 12.0, baseline(y, face, size));
            self.out.aligned(at, line.clone(), face, size, Role::TextSecondary, Align::Left);
        }
    }
}
