//! From a scene to a picture: zones at the back, then flows, boxes, labels; what is selected on top.

mod flow;
mod node;
mod zone;

use std::collections::BTreeSet;

use crate::model::{Band, ComponentId, ComponentKind, InterfaceId, ItemId};
use crate::picture::signs::{outline, severity_sign};
use crate::picture::text::baseline;
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke};

use super::sight::InSight;
use super::{
    Badge, Chip, DiagramScene, FlowShape, Leaves, Lettering, NodeBox, Wording, ZoneBox, leaves, silhouette,
};

/// What the painting shows besides the diagram itself.
#[derive(Debug, Clone, Default)]
pub struct PaintOptions {
    /// Selected things.
    pub selected: BTreeSet<ItemId>,
    /// The thing under the pointer.
    pub hovered: Option<ItemId>,
    /// Shown at 40 %.
    pub dimmed: BTreeSet<ItemId>,
    /// A zone or node that would take what is being dragged.
    pub drop_target: Option<ItemId>,
    /// An attack path; everything else is dimmed.
    pub path: Vec<PathStep>,
    /// What a finding is about; everything else is dimmed.
    pub lit: BTreeSet<ItemId>,
    /// What is to come once somebody agrees: a quick drawing, a paste, a suggestion.
    pub ghosts: Vec<Ghost>,
    /// Drawn heavier: what is new since the last sign-off.
    pub heavy: BTreeSet<ItemId>,
    /// Shapes only, for a cover.
    pub without_words: bool,
}

/// A step of an attack path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStep {
    /// The interface that leads there; none at the start.
    pub via: Option<InterfaceId>,
    /// The component that is reached.
    pub to: ComponentId,
}

/// Something that is not there yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Ghost {
    /// A component.
    Node {
        /// Where.
        rect: Rect,
        /// What.
        kind: ComponentKind,
        /// Its name.
        name: String,
    },
    /// A zone.
    Zone {
        /// Where.
        rect: Rect,
        /// Its name.
        name: String,
    },
    /// A flow.
    Flow {
        /// Its course.
        points: Vec<Point>,
    },
}

/// Everything is shown from this scale on.
const FULL: f32 = 0.6;
/// Names and badges are shown from this scale on.
const NAMES: f32 = 0.35;
/// Silhouettes are shown from this scale on; below, zones by their risk.
const SHAPES: f32 = 0.2;
const ALL: f32 = f32::INFINITY;
/// What is out of scope keeps this much of its colour.
const PALE: f32 = 0.6;
const DIMMED: f32 = 0.4;
/// An overlay's edge is this much wider under the pointer; its colour stays.
const HOVERED: f32 = 1.0;

impl DiagramScene {
    /// The picture of the scene.
    pub fn picture(&self, options: &PaintOptions) -> Picture {
        let everything = self.all_numbers();
        self.painted(options, &everything, None).finish_in(self)
    }

    /// The same of what can be seen in a frame, with the marks of one scale on screen only: cheap enough for every frame.
    pub fn picture_in(&self, options: &PaintOptions, seen: Rect, scale: f32) -> Picture {
        let numbers = self.numbers_in(seen);
        self.painted(options, &numbers, Some(scale)).finish_in(self)
    }

    fn painted<'a>(&'a self, options: &'a PaintOptions, seen: &InSight, scale: Option<f32>) -> Painter<'a> {
        let mut painter = Painter::new(self, options, scale);
        let zones: Vec<&ZoneBox> = seen.zones.iter().filter_map(|index| self.zones.get(*index)).collect();
        let nodes: Vec<&NodeBox> = seen.nodes.iter().filter_map(|index| self.nodes.get(*index)).collect();
        let flows: Vec<&FlowShape> = seen.flows.iter().filter_map(|index| self.flows.get(*index)).collect();
        for zone in &zones {
            painter.zone(zone);
        }
        for line in &self.lines {
            painter.boundary_line(line);
        }
        // Boxes that others stand in lie behind them, the largest first.
        let (mut around, inner): (Vec<&NodeBox>, Vec<&NodeBox>) =
            nodes.iter().copied().partition(|node| node.wording == Wording::Top);
        around.sort_by(|a, b| (b.rect.w * b.rect.h).total_cmp(&(a.rect.w * a.rect.h)));
        for node in around {
            painter.node(node);
        }
        let (marked, plain): (Vec<&FlowShape>, Vec<&FlowShape>) =
            flows.iter().copied().partition(|flow| painter.stands_out(flow.id.into()));
        if painter.out.shows(SHAPES, ALL) {
            for flow in plain.iter().chain(&marked) {
                painter.flow(flow);
            }
        }
        if painter.out.shows(FULL, ALL) {
            for flow in plain.iter().chain(&marked) {
                painter.border_marks(flow);
            }
        }
        for zone in &zones {
            painter.zone_words(zone, &flows);
        }
        for node in inner {
            painter.node(node);
        }
        for zone in zones.iter().filter(|zone| zone.collapsed) {
            painter.collapsed_zone(zone);
        }
        for note in &self.notes {
            painter.note(note);
        }
        if !options.without_words && painter.out.shows(NAMES, ALL) {
            for flow in plain.iter().chain(&marked) {
                painter.flow_label(flow);
            }
        }
        for zone in &zones {
            painter.zone_marks(zone);
        }
        for node in &nodes {
            painter.node_marks(node);
        }
        for flow in &marked {
            painter.flow_handles(flow);
        }
        painter.path_numbers();
        for ghost in &options.ghosts {
            painter.ghost(ghost);
        }
        painter
    }
}

struct Painter<'a> {
    out: PictureBuilder,
    scene: &'a DiagramScene,
    options: &'a PaintOptions,
    lettering: Lettering,
    on_path: BTreeSet<ItemId>,
    opacity: f32,
    /// The zones filled so far, near and from far away.
    grounds: [Vec<(Rect, Role)>; 2],
    /// What names of zones cover, by the levels of detail at which they are larger than their heads.
    headings: [Vec<Rect>; 3],
}

impl<'a> Painter<'a> {
    fn new(scene: &'a DiagramScene, options: &'a PaintOptions, scale: Option<f32>) -> Self {
        let mut on_path = options.lit.clone();
        for step in &options.path {
            on_path.insert(step.to.into());
            on_path.extend(step.via.map(ItemId::from));
        }
        // One line may stand for several interfaces.
        let stands_for_one = |flow: &&FlowShape| flow.bundle.iter().any(|id| on_path.contains(&(*id).into()));
        let lines: Vec<ItemId> =
            scene.flows.iter().filter(stands_for_one).map(|flow| flow.id.into()).collect();
        on_path.extend(lines);
        let mut out = PictureBuilder::new();
        out.only_at(scale);
        Self {
            out,
            scene,
            options,
            lettering: Lettering::of(scene.paper),
            on_path,
            opacity: 1.0,
            grounds: [Vec::new(), Vec::new()],
            headings: [Vec::new(), Vec::new(), Vec::new()],
        }
    }

    fn finish_in(self, scene: &DiagramScene) -> Picture {
        let picture = self.out.finish_in(scene.bounds.grown(4.0));
        Picture { description: scene.description.clone(), ..picture }
    }

    fn is_selected(&self, item: ItemId) -> bool {
        self.options.selected.contains(&item)
    }

    /// Of several interfaces that are drawn as one line, any may be selected.
    fn is_flow_selected(&self, flow: &FlowShape) -> bool {
        self.is_selected(flow.id.into()) || flow.bundle.iter().any(|id| self.is_selected((*id).into()))
    }

    fn is_hovered(&self, item: ItemId) -> bool {
        self.options.hovered == Some(item)
    }

    fn stands_out(&self, item: ItemId) -> bool {
        self.is_selected(item) || self.is_hovered(item) || self.on_path.contains(&item)
    }

    /// Turns to a thing: the marks that follow are its own, and as pale as it is.
    fn turn_to(&mut self, item: ItemId, out_of_scope: bool) {
        let mut opacity = if out_of_scope { PALE } else { 1.0 };
        let off_path = !self.on_path.is_empty() && !self.on_path.contains(&item);
        if off_path || self.options.dimmed.contains(&item) {
            opacity *= DIMMED;
        }
        self.opacity = opacity;
        self.out.item(Some(item)).fade(opacity);
    }

    /// Keeps lines from showing through a pale pill.
    fn backing(&mut self, rect: Rect, radius: f32) {
        if self.opacity < 1.0 {
            let ground = if self.scene.paper { Role::Paper } else { Role::Canvas };
            self.out.fade(1.0).rect(rect, radius, Some(ground.into()), None).fade(self.opacity);
        }
    }

    /// The outline of a thing: ink or control, accent when selected.
    fn outline(&self, item: ItemId, width: f32, dash: &[f32]) -> Stroke {
        let (role, width) = if self.options.drop_target == Some(item) || self.is_selected(item) {
            (Role::Accent, 2.0)
        } else if self.options.lit.contains(&item) {
            (Role::SeverityMark(Band::High), 2.0)
        } else if self.is_hovered(item) {
            (Role::TextSecondary, width)
        } else if self.scene.paper {
            (Role::Text, width)
        } else {
            (Role::Control, width)
        };
        Stroke::dashed(role, width, dash)
    }

    fn chip(&mut self, chip: &Chip, selected: bool) {
        let paper = self.scene.paper;
        let edge = if selected || paper { Role::Accent } else { Role::Edge };
        let fill = if paper { Role::Paper } else { Role::Panel };
        self.backing(chip.rect, 11.0);
        self.out.rect(chip.rect, 11.0, Some(fill.into()), Some(Stroke::solid(edge, 1.0)));
        let y = chip.rect.center().y;
        let gem = Rect::new(chip.rect.x + 8.0, y - 6.5, 13.0, 13.0);
        self.out.icon("gem", gem, Role::TextSecondary);
        let (face, size) = self.lettering.chip;
        let at = Point::new(chip.rect.x + 25.0, baseline(y, face, size));
        let text = crate::picture::text::fit(&chip.text, face, size, chip.rect.w - 33.0);
        let ink = if selected { Role::Text } else { Role::TextSecondary };
        self.out.text(at, text, face, size, ink);
    }

    fn badge(&mut self, badge: Badge) {
        let rect = badge.rect;
        let (fill, radius) =
            if self.scene.paper { (Role::Paper, 4.0) } else { (Role::SeveritySoft(badge.band), 12.0) };
        let edge = if self.scene.paper {
            Stroke::solid(Role::Text, 1.0)
        } else {
            Stroke::solid(Role::SeverityMark(badge.band), 1.5)
        };
        self.backing(rect, radius);
        self.out.rect(rect, radius, Some(fill.into()), Some(edge));
        let y = rect.center().y;
        severity_sign(&mut self.out, badge.band, Point::new(rect.x + 14.0, y), 14.0);
        let (face, size) = self.lettering.number;
        let at = Point::new(rect.x + 25.0, baseline(y, face, size));
        self.out.text(at, badge.count.to_string(), face, size, Role::Text);
    }

    /// How many interfaces of a thing leave the view.
    fn leaves(&mut self, leaves: &Leaves) {
        let paper = self.scene.paper;
        let (fill, edge) = if paper { (Role::Paper, Role::Text) } else { (Role::Panel, Role::Control) };
        let rect = leaves.rect;
        self.backing(rect, rect.h / 2.0);
        self.out.rect(rect, rect.h / 2.0, Some(fill.into()), Some(Stroke::dashed(edge, 1.0, &[3.0, 2.0])));
        let (face, size) = leaves::lettering(paper);
        let at = Point::new(rect.center().x, baseline(rect.center().y, face, size));
        self.out.aligned(at, leaves.words(), face, size, Role::TextSecondary, Align::Center);
    }

    /// The same where the badge ends at the right as it does from near.
    fn far_corner_badge(&mut self, badge: Badge) {
        let center = Point::new(badge.rect.right() - far_width(badge) / 2.0, badge.rect.center().y);
        self.far_badge(badge, center);
    }

    /// The badge of a thing seen from further away: larger, so that it can still be read.
    fn far_badge(&mut self, badge: Badge, center: Point) {
        let w = far_width(badge);
        let rect = Rect::new(center.x - w / 2.0, center.y - 18.0, w, 36.0);
        let edge = Stroke::solid(Role::SeverityMark(badge.band), 2.0);
        self.out.rect(rect, 18.0, Some(Role::SeveritySoft(badge.band).into()), Some(edge));
        let y = rect.center().y;
        severity_sign(&mut self.out, badge.band, Point::new(rect.x + 20.0, y), 22.0);
        let at = Point::new(rect.x + 35.0, baseline(y, Face::UiSemibold, 21.0));
        self.out.text(at, badge.count.to_string(), Face::UiSemibold, 21.0, Role::Text);
    }

    /// A disc with its number at each component that an attack path reaches.
    fn path_numbers(&mut self) {
        let Painter { out, scene, options, .. } = self;
        let scene: &DiagramScene = scene;
        out.any_scale().fade(1.0);
        for (index, step) in options.path.iter().enumerate() {
            let Some(node) = scene.node(step.to) else { continue };
            out.item(Some(step.to.into()));
            // Between the corner and the middle, where the handles of a selected box are.
            let center = Point::new(node.rect.x + (node.rect.w / 4.0).min(24.0), node.rect.y);
            let band = crate::model::Band::High;
            let halo = Stroke::solid(Role::Canvas, 2.0);
            out.circle(center, 10.0, Some(Role::SeverityMark(band).into()), Some(halo));
            let at = Point::new(center.x, baseline(center.y, Face::UiSemibold, 12.0));
            let number = (index + 1).to_string();
            out.aligned(at, number, Face::UiSemibold, 12.0, Role::SeverityOn(band), Align::Center);
        }
    }

    fn ghost(&mut self, ghost: &Ghost) {
        self.out.item(None).fade(1.0).any_scale();
        let dashes = || Some(Stroke::dashed(Role::Accent, 1.5, &[7.0, 5.0]));
        let (face, size) = self.lettering.name;
        match ghost {
            Ghost::Node { rect, kind, name } => {
                let (shape, inner) = silhouette(*kind, *rect);
                self.out.path(shape, None, dashes());
                for line in inner {
                    self.out.path(line, None, dashes());
                }
                let at = Point::new(rect.center().x, baseline(rect.center().y, face, size));
                let name = crate::picture::text::fit(name, face, size, rect.w - 28.0);
                self.out.aligned(at, name, face, size, Role::Accent, Align::Center);
            }
            Ghost::Zone { rect, name } => {
                let corners = [
                    (rect.x, rect.y),
                    (rect.right(), rect.y),
                    (rect.right(), rect.bottom()),
                    (rect.x, rect.bottom()),
                ];
                self.out.path(outline(&corners.map(|(x, y)| (Point::new(x, y), 12.0))), None, dashes());
                let at = Point::new(rect.x + 14.0, baseline(rect.y + 21.0, face, size));
                self.out.text(at, name.clone(), face, size, Role::Accent);
            }
            Ghost::Flow { points } => {
                self.flow_ghost(points, dashes());
            }
        }
    }
}

/// How wide a badge is that is seen from further away.
fn far_width(badge: Badge) -> f32 {
    44.0 + 13.0 * badge.count.to_string().len() as f32
}
