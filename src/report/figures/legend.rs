//! What the shapes, lines and signs of a diagram mean: only those that are on it.

use std::collections::BTreeSet;

use super::{SEVEN, say};
use crate::model::{Band, ComponentKind};
use crate::picture::scene::{Secrecy, silhouette};
use crate::picture::signs::{arrowhead, severity_sign};
use crate::picture::{Align, DiagramScene, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke, text};

/// The height of a row, and from row to row.
const HEIGHT: f32 = 5.2;
const PITCH: f32 = 7.4;
/// The width of a shape or line, between it and its words, and to the next.
const WIDTH: f32 = 10.0;
const BESIDE: f32 = 1.8;
const APART: f32 = 6.6;

/// The key to a diagram in rows of that width.
pub(crate) fn legend(scene: &DiagramScene, has_new: bool, width: f32) -> Picture {
    let mut key = Key { out: PictureBuilder::new(), x: 0.0, y: 0.0, widest: 0.0, width };
    let kinds: BTreeSet<ComponentKind> = scene.nodes.iter().map(|node| node.kind).collect();
    for kind in kinds {
        key.entry(WIDTH, kind.label(), |out, rect| shape(out, kind, rect));
    }
    if scene.nodes.iter().any(|node| node.out_of_scope) {
        key.entry(WIDTH, "Out of scope", |out, rect| {
            out.rect(rect.grown(-0.3), 0.8, None, Some(Stroke::dashed(Role::Control, 0.25, &[1.1, 0.8])));
        });
    }
    if !scene.zones.is_empty() {
        key.entry(WIDTH, "Trust zone", |out, rect| {
            let edge = Stroke::dashed(Role::Control, 0.3, &[1.6, 1.0]);
            out.rect(rect.grown(-0.2), 1.0, Some(Role::Hover.into()), Some(edge));
        });
    }
    if !scene.lines.is_empty() {
        key.entry(WIDTH, "Boundary", |out, rect| {
            let (from, to) = level(rect);
            out.line(from, to, Stroke::dashed(Role::Text, 0.4, &[1.6, 1.0]));
        });
    }
    flows(&mut key, scene, has_new);
    let has_chips = scene.nodes.iter().any(|node| !node.chips.is_empty())
        || scene.flows.iter().any(|flow| !flow.label.chips.is_empty());
    if has_chips {
        key.entry(7.0, "Asset, kept or carried", |out, rect| {
            let pill = Rect::new(rect.x, rect.y + 0.8, rect.w, HEIGHT - 1.6);
            out.rect(pill, pill.h / 2.0, Some(Role::Paper.into()), Some(Stroke::solid(Role::Accent, 0.22)));
            let center = pill.center();
            out.icon("gem", Rect::around(center, center).grown(1.3), Role::TextSecondary);
        });
    }
    let badged = scene.nodes.iter().any(|node| node.badge.is_some())
        || scene.flows.iter().any(|flow| flow.label.badge.is_some());
    if badged {
        key.entry(9.0, "Threats, worst band now", |out, rect| {
            let tag = Rect::new(rect.x, rect.y + 0.6, rect.w, HEIGHT - 1.2);
            out.rect(tag, 0.8, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.25)));
            severity_sign(out, Band::Critical, tag.center().offset(-1.8, 0.0), 2.5);
            let at = tag.center().offset(1.8, 0.0);
            say(out, at, "n", Face::SansSemibold, SEVEN, Role::Text, Align::Center);
        });
    }
    key.finish()
}

fn flows(key: &mut Key, scene: &DiagramScene, has_new: bool) {
    let any = |is: &dyn Fn(&crate::picture::scene::FlowShape) -> bool| scene.flows.iter().any(is);
    if any(&|flow| !flow.both_ways) {
        key.entry(WIDTH, "Flow", |out, rect| arrow(out, rect, false, 0.38));
    }
    if any(&|flow| flow.both_ways) {
        key.entry(WIDTH, "Both ways", |out, rect| arrow(out, rect, true, 0.38));
    }
    if has_new {
        key.entry(WIDTH, "New", |out, rect| arrow(out, rect, false, 0.8));
    }
    let signs = [
        (Secrecy::Encrypted, "lock", Role::TextSecondary, "Encrypted"),
        (Secrecy::Clear, "lock-open", Role::TextSecondary, "In clear, dotted"),
        (Secrecy::Unknown, "circle-help", Role::Accent, "Encryption unknown"),
    ];
    for (secrecy, icon, ink, words) in signs {
        if any(&|flow| flow.secrecy == secrecy) {
            key.entry(3.6, words, |out, rect| {
                let center = rect.center();
                out.icon(icon, Rect::around(center, center).grown(1.8), ink);
            });
        }
    }
}

fn shape(out: &mut PictureBuilder, kind: ComponentKind, rect: Rect) {
    // Silhouettes are made for the canvas; drawn there and shrunk they keep their proportions.
    let large = Rect::new(0.0, 0.0, rect.w * 8.0, rect.h * 8.0);
    let (outline, inner) = silhouette(kind, large);
    let mut shape = PictureBuilder::new();
    shape.path(outline, Some(Role::Node.into()), Some(Stroke::solid(Role::Text, 2.4)));
    for line in inner {
        shape.path(line, None, Some(Stroke::solid(Role::Text, 1.8)));
    }
    out.picture(&shape.finish_in(large).scaled(1.0 / 8.0), rect.x, rect.y);
}

fn level(rect: Rect) -> (Point, Point) {
    let y = rect.center().y;
    (Point::new(rect.x, y), Point::new(rect.right(), y))
}

fn arrow(out: &mut PictureBuilder, rect: Rect, both: bool, weight: f32) {
    let (from, to) = level(rect);
    let start = if both { from.offset(1.5, 0.0) } else { from };
    out.line(start, to.offset(-1.5, 0.0), Stroke::solid(Role::Text, weight));
    out.path(arrowhead(to, from, 2.3, 2.0), Some(Role::Text.into()), None);
    if both {
        out.path(arrowhead(from, to, 2.3, 2.0), Some(Role::Text.into()), None);
    }
}

/// Entries one after another, row by row.
struct Key {
    out: PictureBuilder,
    x: f32,
    y: f32,
    widest: f32,
    width: f32,
}

impl Key {
    fn entry(&mut self, drawn: f32, words: &str, draw: impl FnOnce(&mut PictureBuilder, Rect)) {
        let whole = drawn + BESIDE + text::width(words, Face::Sans, SEVEN);
        if self.x > 0.0 && self.x + whole > self.width {
            self.x = 0.0;
            self.y += PITCH;
        }
        draw(&mut self.out, Rect::new(self.x, self.y, drawn, HEIGHT));
        let at = Point::new(self.x + drawn + BESIDE, self.y + HEIGHT / 2.0);
        say(&mut self.out, at, words, Face::Sans, SEVEN, Role::TextSecondary, Align::Left);
        self.x += whole;
        self.widest = self.widest.max(self.x);
        self.x += APART;
    }

    fn finish(self) -> Picture {
        let height = if self.widest > 0.0 { self.y + HEIGHT } else { 0.0 };
        self.out.finish_in(Rect::new(0.0, 0.0, self.widest, height))
    }
}
