//! The diagram as it is drawn: boxes, routes and labels with their places, before any colour.
//!
//! A scene is a pure function of the project, a view and the options. What the canvas asks (what lies here, what is in
//! this frame) and what is painted both come from it.

mod alone;
mod build;
mod curve;
mod ends;
mod flows;
mod hit;
mod label;
mod leaves;
mod live;
mod overlay;
mod paint;
mod sight;
mod silhouette;
mod words;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::risk::{Register, TargetRisk};
use crate::model::{
    AssetId, Band, Component, ComponentId, ComponentKind, InterfaceId, ItemId, LineId, NoteId, Place, Target,
    ZoneId,
};

use super::{Face, Point, Rect};

pub(crate) use build::natural_size;
pub use hit::{Handle, Hit, Part, Reach};
pub(crate) use label::{label_size, node_chips_height};
pub use leaves::Leaves;
pub use live::LiveScene;
pub use overlay::{Overlay, Said, Tone, questions_by_item};
pub use paint::{Ghost, PaintOptions, PathStep};
pub use silhouette::silhouette;
pub use words::Wording;
pub(crate) use zone::{
    EMPTY, HEAD, INSET, ZoneTree, collapsed_size, zone_around, zone_least_width, zone_rects,
};

/// What a scene shows.
#[derive(Debug, Clone, Default)]
pub struct SceneOptions {
    /// Places that stand in for the view's, while somebody drags: the model changes on release.
    pub places: BTreeMap<ItemId, Place>,
    /// Things in the hand: the zones around them do not stretch after them.
    pub floating: BTreeSet<ItemId>,
    /// The worst current band and the number of threats by target; none shows no risk.
    pub risk: Option<BTreeMap<Target, (Band, usize)>>,
    /// Shows the assets that are stored and carried.
    pub assets: bool,
    /// What the diagram is coloured by.
    pub overlay: Overlay,
    /// How many questions each thing leaves open ([`questions_by_item`]); for the overlay that shows them.
    pub questions: BTreeMap<ItemId, usize>,
    /// For paper: identifiers beside the words, paper's typefaces.
    pub paper: bool,
    /// For a crowded page: flows carry their identifiers alone.
    pub terse: bool,
}

/// A diagram ready to be painted and pointed at. Everything is in points at 100 %, y downward.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DiagramScene {
    /// What everything together covers.
    pub bounds: Rect,
    /// Zones, outer before inner.
    pub zones: Vec<ZoneBox>,
    /// Open boundary lines.
    pub lines: Vec<LineShape>,
    /// Components in id order.
    pub nodes: Vec<NodeBox>,
    /// Interfaces in id order.
    pub flows: Vec<FlowShape>,
    /// Notes on the drawing.
    pub notes: Vec<NoteBox>,
    /// Drawn for paper.
    pub paper: bool,
    /// What it is coloured by.
    pub overlay: Overlay,
    /// What it shows, in a sentence.
    pub description: String,
    /// What everything covers.
    pub(crate) extents: sight::Extents,
    /// How the flows were routed, for the scene that comes after.
    pub(crate) wiring: flows::Wiring,
}

/// A component on the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeBox {
    /// Which.
    pub id: ComponentId,
    /// Where.
    pub rect: Rect,
    /// What it is; decides the silhouette.
    pub kind: ComponentKind,
    /// Its name, in lines that fit.
    pub name: Vec<String>,
    /// How the name stands.
    pub wording: Wording,
    /// What the name covers when it stands under the box.
    pub under: Option<Rect>,
    /// What stands under the name.
    pub caption: String,
    /// The name of its icon.
    pub icon: &'static str,
    /// Its threats.
    pub badge: Option<Badge>,
    /// The assets that rest there, under the box.
    pub chips: Vec<Chip>,
    /// The zone that it stands in.
    pub zone: Option<ZoneId>,
    /// What the overlay says of it.
    pub said: Option<Said>,
    /// Drawn dashed and pale.
    pub out_of_scope: bool,
    /// Its interfaces that are not drawn, because their other ends are not in the view.
    pub leaves: Option<Leaves>,
}

/// A sign and a number: how many threats, and the worst band among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Badge {
    /// Where.
    pub rect: Rect,
    /// The worst current band.
    pub band: Band,
    /// How many threats.
    pub count: usize,
}

/// The name of an asset in a pill.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// Where.
    pub rect: Rect,
    /// Which asset; none stands for those that did not fit.
    pub asset: Option<AssetId>,
    /// What stands in it.
    pub text: String,
}

/// A zone on the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneBox {
    /// Which.
    pub id: ZoneId,
    /// Where.
    pub rect: Rect,
    /// Its name and trust at the top left: can be taken hold of.
    pub head: Rect,
    /// Its name, as much as fits.
    pub name: String,
    /// How far it is trusted, 0 to 4.
    pub trust: u8,
    /// How many zones it stands in.
    pub depth: usize,
    /// Drawn as a box, without what is in it.
    pub collapsed: bool,
    /// Other zones are drawn in it.
    pub holds_zones: bool,
    /// How many components are in it and in the zones in it.
    pub components: usize,
    /// The threats aimed at the zone itself.
    pub badge: Option<Badge>,
    /// The worst band and the number of threats of everything in it, for a look from far away.
    pub inside: Option<(Band, usize)>,
    /// Of a collapsed zone: the interfaces of what is in it that are not drawn, because their other ends are not in the
    /// view.
    pub leaves: Option<Leaves>,
}

/// An open boundary line on the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct LineShape {
    /// Which.
    pub id: LineId,
    /// Its course.
    pub points: Vec<Point>,
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub head: Rect,
}

/// How a flow is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Encrypted: a solid line, a closed lock.
    Encrypted,
    /// Clear text: a dotted line, an open lock.
    Clear,
    /// Nobody has said: a question mark.
    Unknown,
}

/// An interface on the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowShape {
    /// Which.
    pub id: InterfaceId,
    /// Its course, upright and level pieces, from the sender to the receiver.
    pub points: Vec<Point>,
    /// Drawn as a curve along its course: how much of the pieces beside each bend it takes, 0 to 1. None is right-angled.
    pub curve: Option<Vec<f32>>,
    /// The sender.
    pub from: Option<ComponentId>,
    /// The receiver.
    pub to: Option<ComponentId>,
    /// An arrow at both ends.
    pub both_ways: bool,
    /// Decides line and icon.
    pub secrecy: Secrecy,
    /// Crosses the border of a zone.
    pub crosses: bool,
    /// Where its course meets the borders that it crosses.
    pub crossings: Vec<CrossingMark>,
    /// All the interfaces that this line stands for, itself the first, where a collapsed zone makes one line of many;
    /// else empty.
    pub bundle: Vec<InterfaceId>,
    /// What the overlay says of it.
    pub said: Option<Said>,
    /// Drawn dashed and pale.
    pub out_of_scope: bool,
    /// Its label.
    pub label: FlowLabel,
    /// From the line to its label, where the label does not stand on it.
    pub leader: Option<(Point, Point)>,
}

/// Where a flow crosses a border of a zone, or an open boundary line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrossingMark {
    /// Where.
    pub at: Point,
    /// The border runs up and down there.
    pub upright: bool,
    /// Whose border; none is an open line's.
    pub zone: Option<ZoneId>,
    /// Which open line; none is a zone's border.
    pub line: Option<LineId>,
    /// How far the zone is trusted; 2 for a line.
    pub trust: u8,
    /// Data gets into more trust here.
    pub rises: bool,
}

/// A flow's label: a pill with words, a badge at its right, the carried assets below.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowLabel {
    /// All of it.
    pub rect: Rect,
    /// The pill.
    pub pill: Rect,
    /// The identifier that stands before the words; only on paper.
    pub id: String,
    /// Its number in the order of events; 0 is none.
    pub order: u32,
    /// Protocol and port.
    pub text: String,
    /// What the overlay says, in words after the text.
    pub said: Option<Said>,
    /// The flow's threats.
    pub badge: Option<Badge>,
    /// The assets carried.
    pub chips: Vec<Chip>,
    /// There is no place for it where it would cover nothing: it is seen while its flow is selected or pointed at.
    pub crowded_out: bool,
    /// How far it stands from the middle of the flow's longest piece. When somebody drags the label, its own place
    /// ([`crate::model::Place::label`]) is this and the drag together.
    pub offset: (f32, f32),
}

/// A note on the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteBox {
    /// Which.
    pub id: NoteId,
    /// Where.
    pub rect: Rect,
    /// Its words, in lines.
    pub lines: Vec<String>,
}

impl DiagramScene {
    /// The component's box.
    pub fn node(&self, id: ComponentId) -> Option<&NodeBox> {
        // They stand in the order of their ids.
        let index = self.nodes.binary_search_by_key(&id, |node| node.id).ok()?;
        self.nodes.get(index)
    }

    /// The zone's box.
    pub fn zone(&self, id: ZoneId) -> Option<&ZoneBox> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The interface's shape.
    pub fn flow(&self, id: InterfaceId) -> Option<&FlowShape> {
        match self.flows.binary_search_by_key(&id, |flow| flow.id) {
            Ok(index) => self.flows.get(index),
            Err(_) => self.flows.iter().find(|flow| flow.bundle.contains(&id)),
        }
    }

    /// The open boundary lines that an interface crosses as it is drawn here, each once. A line that stands for many
    /// interfaces crosses for each of them.
    pub fn lines_crossed(&self, id: InterfaceId) -> Vec<LineId> {
        let mut crossed: Vec<LineId> = Vec::new();
        if self.lines.is_empty() {
            return crossed;
        }
        for line in self.flow(id).into_iter().flat_map(|flow| &flow.crossings).filter_map(|mark| mark.line) {
            if !crossed.contains(&line) {
                crossed.push(line);
            }
        }
        crossed
    }

    /// The interfaces that cross an open boundary line as it is drawn here, in the order of their ids.
    pub fn crossing(&self, line: LineId) -> Vec<InterfaceId> {
        let crosses = |flow: &&FlowShape| flow.crossings.iter().any(|mark| mark.line == Some(line));
        let mut found: Vec<InterfaceId> =
            self.flows.iter().filter(crosses).flat_map(FlowShape::interfaces).collect();
        found.sort_unstable();
        found
    }

    /// What an item covers, for going there and for guides; none if it is not drawn.
    pub fn rect_of(&self, item: ItemId) -> Option<Rect> {
        match item {
            ItemId::Component(id) => self.node(id).map(|node| node.rect),
            ItemId::Zone(id) => self.zone(id).map(|zone| zone.rect),
            ItemId::Interface(id) => self.flow(id).map(FlowShape::bounds),
            ItemId::Line(id) => self.lines.iter().find(|line| line.id == id).map(LineShape::bounds),
            ItemId::Note(id) => self.notes.iter().find(|note| note.id == id).map(|note| note.rect),
            _ => None,
        }
    }

    /// The innermost zone around a point, for dropping things into it.
    pub fn zone_at(&self, point: Point) -> Option<ZoneId> {
        self.zones
            .iter()
            .filter(|zone| zone.rect.contains(point))
            .max_by_key(|zone| zone.depth)
            .map(|zone| zone.id)
    }
}

impl NodeBox {
    /// What the box, its name and its badge and chips cover.
    pub fn bounds(&self) -> Rect {
        let chips = self.chips.iter().map(|chip| chip.rect);
        let marks = self.badge.map(|badge| badge.rect).into_iter();
        let marks = marks.chain(self.leaves.as_ref().map(|leaves| leaves.rect));
        chips.chain(self.under).chain(marks).fold(self.rect, Rect::union)
    }

    /// What the box, its name and its chips cover: what nothing else should stand on.
    pub fn covers(&self) -> Rect {
        self.chips.iter().map(|chip| chip.rect).chain(self.under).fold(self.rect, Rect::union)
    }
}

impl FlowShape {
    /// The interfaces that it stands for: one, or those of a bundle.
    pub fn interfaces(&self) -> impl Iterator<Item = InterfaceId> + '_ {
        let own = self.bundle.is_empty().then_some(self.id);
        own.into_iter().chain(self.bundle.iter().copied())
    }

    /// What the line and its label cover.
    pub fn bounds(&self) -> Rect {
        around(&self.points).map_or(self.label.rect, |line| line.union(self.label.rect))
    }
}

impl LineShape {
    /// What the line and its name cover.
    pub fn bounds(&self) -> Rect {
        around(&self.points).map_or(self.head, |line| line.union(self.head))
    }
}

/// What each target's badge says, from a register.
pub fn risk_badges(register: &Register) -> BTreeMap<Target, (Band, usize)> {
    let badge = |(target, risk): (&Target, &TargetRisk)| Some((*target, (risk.band?, risk.threats.len())));
    register.by_target.iter().filter_map(badge).collect()
}

fn around(points: &[Point]) -> Option<Rect> {
    points.iter().map(|p| Rect::around(*p, *p)).reduce(Rect::union)
}

/// The typefaces and sizes of a diagram.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lettering {
    pub(crate) name: (Face, f32),
    pub(crate) caption: (Face, f32),
    pub(crate) label: (Face, f32),
    pub(crate) id: (Face, f32),
    pub(crate) chip: (Face, f32),
    pub(crate) zone: (Face, f32),
    pub(crate) number: (Face, f32),
}

impl Lettering {
    pub(crate) fn of(paper: bool) -> Self {
        if paper {
            Self {
                name: (Face::SansSemibold, 13.0),
                caption: (Face::Sans, 11.0),
                label: (Face::Sans, 11.5),
                id: (Face::SansSemibold, 11.5),
                chip: (Face::Sans, 11.0),
                zone: (Face::SansSemibold, 12.0),
                number: (Face::SansSemibold, 11.5),
            }
        } else {
            Self {
                name: (Face::UiSemibold, 14.5),
                caption: (Face::Ui, 13.0),
                label: (Face::UiMedium, 13.0),
                id: (Face::UiSemibold, 13.0),
                chip: (Face::Ui, 13.0),
                zone: (Face::UiSemibold, 14.0),
                number: (Face::UiSemibold, 13.0),
            }
        }
    }
}

/// The icon of a component: its own if there is one of that name, else its kind's.
pub fn component_icon(component: &Component) -> &'static str {
    super::icon::known(&component.icon).unwrap_or_else(|| component.kind.icon())
}

#[cfg(test)]
mod flow_tests;
#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod svg_tests;

#[cfg(test)]
mod paint_tests;
