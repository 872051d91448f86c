//! Components.

use crate::model::{ComponentKind, ItemId};
use crate::picture::scene::build::WORDS_LEFT;
use crate::picture::scene::words::NAME_LINE;
use crate::picture::scene::{Badge, NodeBox, Tone, Wording, silhouette};
use crate::picture::signs::severity_sign;
use crate::picture::text::{baseline, width, wrap_lines, wrap_whole};
use crate::picture::{Align, Face, Point, Rect, Role, Stroke};

use super::{ALL, FULL, HOVERED, NAMES, Painter, SHAPES};

/// On paper, from a side of a box to its caption.
const CAPTION_AIR: f32 = 14.0;
const ICON: f32 = 22.0;
/// How far a component's badge stands above its place when it is drawn larger, from further away.
const FAR_RAISED: f32 = 9.0;

impl Painter<'_> {
    pub(super) fn node(&mut self, node: &NodeBox) {
        // From far away the zone around stands for it.
        if node.zone.is_some() && !self.out.shows(SHAPES, ALL) {
            return;
        }
        let item = ItemId::from(node.id);
        self.turn_to(item, node.out_of_scope);
        let (shape, inner) = silhouette(node.kind, node.rect);
        let dash: &[f32] = if node.out_of_scope { &[5.0, 4.0] } else { &[] };
        let mut stroke = self.outline(item, 1.5, dash);
        if self.options.heavy.contains(&item) {
            stroke.width = 3.0;
        }
        let fill = if self.options.drop_target == Some(item) { Role::AccentSoft } else { Role::Node };
        let tone = node.said.as_ref().map(|said| said.tone);
        let target = self.options.drop_target == Some(item);
        let outlined = target || self.is_selected(item) || self.options.lit.contains(&item);
        if let Some(edge) = tone.and_then(Tone::edge).filter(|_| !outlined) {
            let dash = if node.out_of_scope { stroke.dash.clone() } else { edge.dash.clone() };
            let more = if self.is_hovered(item) { HOVERED } else { 0.0 };
            stroke = Stroke { dash, width: edge.width + more, ..edge };
        }
        self.out.detail(SHAPES, ALL);
        // The tint may let through what lies under it; the plain fill does not.
        if let Some(tint) = tone.and_then(Tone::fill).filter(|_| !target) {
            self.out.path(shape.clone(), Some(fill.into()), None);
            self.out.path(shape, Some(tint), Some(stroke.clone()));
        } else {
            self.out.path(shape, Some(fill.into()), Some(stroke.clone()));
        }
        for line in inner {
            self.out.path(line, None, Some(Stroke { width: stroke.width.min(1.5), ..stroke.clone() }));
        }
        // From far away, and with nothing around it that would stand for it: a plain box.
        if node.zone.is_none() {
            let fill = node.badge.map_or(Role::Node, |badge| Role::SeveritySoft(badge.band));
            let edge = Stroke { width: 4.0, dash: Vec::new(), ..stroke };
            self.out.detail(0.0, SHAPES).rect(node.rect, 0.0, Some(fill.into()), Some(edge));
        }
        if self.options.without_words {
            return;
        }
        if self.out.shows(FULL, ALL) {
            self.words(node);
            let selected = self.is_selected(item);
            for chip in &node.chips {
                self.chip(chip, selected);
            }
        }
        if self.out.shows(SHAPES, FULL) {
            self.far_words(node);
        }
    }

    /// The name, and beside it the icon and the kind where there is room for them.
    fn words(&mut self, node: &NodeBox) {
        self.out.detail(FULL, ALL);
        // Without room for a caption the sign alone says it, at the corner.
        if let Some(said) = node.said.as_ref().filter(|_| node.wording != Wording::Beside) {
            said.tone.sign(&mut self.out, Point::new(node.rect.x + 4.0, node.rect.y + 4.0), 14.0);
        }
        match node.wording {
            Wording::Beside if self.scene.paper => self.paper_words(node),
            Wording::Beside => self.words_beside(node),
            Wording::Centred => {
                let first = body_middle(node) - (node.name.len() as f32 - 1.0) * NAME_LINE / 2.0;
                self.centred(node, first);
            }
            Wording::Top => self.centred(node, node.rect.y + 20.0),
            Wording::Under => {
                self.plate(node);
                self.centred(node, node.under.map_or(node.rect.bottom(), |under| under.y) + NAME_LINE / 2.0);
                let side = ICON.min(node.rect.h - 8.0).min(node.rect.w - 8.0);
                let (x, y) = (node.rect.center().x, body_middle(node));
                if side >= 10.0 {
                    let icon = Rect::new(x - side / 2.0, y - side / 2.0, side, side);
                    self.out.icon(node.icon, icon, Role::TextSecondary);
                }
            }
        }
    }

    /// Keeps lines from running through a name that stands under its box.
    fn plate(&mut self, node: &NodeBox) {
        let Some(under) = node.under else { return };
        let zone =
            node.zone.and_then(|zone| self.scene.zone(zone)).filter(|zone| zone.rect.contains_rect(under));
        let ground = match zone {
            Some(zone) if self.options.drop_target == Some(zone.id.into()) => Role::AccentSoft,
            Some(zone) => Role::TrustFill(zone.trust),
            None if self.scene.paper => Role::Paper,
            None => Role::Canvas,
        };
        let plate = Rect { x: under.x - 2.0, w: under.w + 4.0, ..under };
        self.out.fade(1.0).rect(plate, 4.0, Some(ground.at(0.86)), None).fade(self.opacity);
    }

    fn centred(&mut self, node: &NodeBox, mut y: f32) {
        let (face, size) = self.lettering.name;
        let x = node.rect.center().x;
        for line in &node.name {
            let at = Point::new(x, baseline(y, face, size));
            self.out.aligned(at, line.clone(), face, size, Role::Text, Align::Center);
            y += NAME_LINE;
        }
    }

    fn words_beside(&mut self, node: &NodeBox) {
        let middle = body_middle(node);
        let icon = Rect::new(node.rect.x + 15.0, middle - ICON / 2.0, ICON, ICON);
        self.out.icon(node.icon, icon, Role::TextSecondary);
        let (name_face, name_size) = self.lettering.name;
        let (face, size) = self.lettering.caption;
        let x = node.rect.x + WORDS_LEFT;
        let lines = node.name.len() as f32;
        let with_caption = node.rect.h >= lines * NAME_LINE + NAME_LINE + 8.0;
        let rows = if with_caption { lines + 1.0 } else { lines };
        let mut y = middle - (rows - 1.0) * NAME_LINE / 2.0;
        for line in &node.name {
            let at = Point::new(x, baseline(y, name_face, name_size));
            self.out.text(at, line.clone(), name_face, name_size, Role::Text);
            y += NAME_LINE;
        }
        if let Some(said) = node.said.as_ref().filter(|said| with_caption && !said.words.is_empty()) {
            said.tone.sign(&mut self.out, Point::new(x + 6.5, y), 13.0);
            let at = Point::new(x + 18.0, baseline(y + 1.0, face, size));
            self.out.text(at, said.words.clone(), face, size, Role::TextSecondary);
        } else if with_caption {
            let at = Point::new(x, baseline(y + 1.0, face, size));
            self.out.text(at, node.caption.clone(), face, size, Role::TextTertiary);
        }
    }

    /// On paper the words stand in the middle, with the identifier; icons are for the screen.
    fn paper_words(&mut self, node: &NodeBox) {
        let (name_face, name_size) = self.lettering.name;
        let (face, size) = self.lettering.caption;
        let x = node.rect.center().x;
        let leading = 15.5;
        let mut y = body_middle(node) - node.name.len() as f32 * leading / 2.0;
        for line in &node.name {
            let at = Point::new(x, baseline(y, name_face, name_size));
            self.out.aligned(at, line.clone(), name_face, name_size, Role::Text, Align::Center);
            y += leading;
        }
        let at = Point::new(x, baseline(y, face, size));
        let caption = match node.said.as_ref().filter(|said| !said.words.is_empty()) {
            Some(said) => {
                let whole = format!("{} · {}", node.caption, said.words);
                // The silhouette says the kind: where there is no room to the sides, it is left out.
                let id = node.caption.split(" · ").next().unwrap_or_default();
                let room = node.rect.w - 2.0 * CAPTION_AIR;
                if width(&whole, face, size) > room { format!("{id} · {}", said.words) } else { whole }
            }
            None => node.caption.clone(),
        };
        self.out.aligned(at, caption, face, size, Role::TextSecondary, Align::Center);
    }

    /// From further away the name alone, larger; further still a bar in its place and the sign of the worst risk.
    fn far_words(&mut self, node: &NodeBox) {
        let center = Point::new(node.rect.center().x, body_middle(node));
        let (face, mut size) = (Face::UiSemibold, 21.0);
        let name = node.name.join(" ");
        let most = if node.wording == Wording::Top { 1 } else { 2 };
        let whole = |size| wrap_whole(&name, face, size, node.rect.w - 26.0, most);
        let mut lines = whole(size);
        if lines.is_none() {
            size = 17.0;
            lines = whole(size);
        }
        let lines = lines.unwrap_or_else(|| wrap_lines(&name, face, size, node.rect.w.max(90.0) - 8.0, most));
        let line = size + 4.0;
        self.out.detail(NAMES, FULL);
        let mut y = match node.wording {
            Wording::Top => node.rect.y + 20.0,
            Wording::Under => node.rect.bottom() + 14.0,
            Wording::Beside | Wording::Centred => center.y - (lines.len() as f32 - 1.0) * line / 2.0,
        };
        for words in lines {
            let at = Point::new(center.x, baseline(y, face, size));
            self.out.aligned(at, words, face, size, Role::Text, Align::Center);
            y += line;
        }
        if node.wording == Wording::Top {
            return;
        }
        self.out.detail(SHAPES, NAMES);
        let side = 24f32.min(node.rect.w / 6.0);
        let bar = Rect::new(node.rect.x + side, center.y - 7.0, node.rect.w - 2.0 * side, 14.0);
        let bar = if node.badge.is_some() { Rect { w: (bar.w - 36.0).max(0.0), ..bar } } else { bar };
        self.out.rect(bar, 4.0, Some(Role::TextTertiary.at(0.55)), None);
        if let Some(badge) = node.badge {
            severity_sign(&mut self.out, badge.band, Point::new(node.rect.right() - 36.0, center.y), 34.0);
        }
    }

    pub(super) fn node_marks(&mut self, node: &NodeBox) {
        if !self.out.shows(NAMES, ALL) {
            return;
        }
        let item = ItemId::from(node.id);
        self.turn_to(item, node.out_of_scope);
        if let Some(badge) = node.badge.filter(|_| !self.options.without_words) {
            self.out.detail(FULL, ALL);
            self.badge(badge);
            self.out.detail(NAMES, FULL);
            // Above the name, which is larger from there.
            let raised = Rect { y: badge.rect.y - FAR_RAISED, ..badge.rect };
            self.far_corner_badge(Badge { rect: raised, ..badge });
        }
        if let Some(leaves) = node.leaves.as_ref().filter(|_| !self.options.without_words) {
            self.out.detail(FULL, ALL);
            self.leaves(leaves);
        }
        if self.is_hovered(item) && !self.is_selected(item) {
            self.out.detail(NAMES, ALL).fade(1.0);
            for (_, at) in self.scene.handles(item) {
                self.out.circle(at, 4.5, Some(Role::Canvas.into()), Some(Stroke::solid(Role::Accent, 1.5)));
            }
        }
    }
}

/// The height on which the words of a component are centred: below the lid of a drum.
fn body_middle(node: &NodeBox) -> f32 {
    let lid = if node.kind == ComponentKind::Store { 5.0 } else { 0.0 };
    node.rect.center().y + lid
}
