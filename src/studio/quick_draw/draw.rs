//! From a line that was understood to a change of the model: new things find a free place and a zone.

use crate::edit::verbs::{self, NewZone};
use crate::edit::{Edit, Transaction};
use crate::model::{
    Asset, Component, ComponentId, InterfaceId, ItemId, Place, Project, Question, Target, Threat, ZoneId,
};
use crate::picture::scene::{NodeBox, ZoneBox};
use crate::picture::{DiagramScene, Point, Rect};
use crate::session::Session;
use crate::studio::canvas::room::free_place;

use super::{End, FlowPlan, InZone, NewEnd, Plan, guess};

impl Plan {
    /// The change, and what is selected after it.
    pub fn transaction(
        &self,
        session: &Session,
        scene: &DiagramScene,
        near: Point,
    ) -> Option<(Vec<ItemId>, Transaction)> {
        let project = session.project();
        match self {
            Self::Flow(flow) => {
                let mut drawing = Drawing::new(session, scene);
                let (from, to) = drawing.ends(flow, near)?;
                let mut carried = flow.assets.clone();
                for name in &flow.new_assets {
                    let asset = Asset { name: name.clone(), ..Asset::default() };
                    let (id, transaction) = verbs::add_asset(&drawing.scratch, asset);
                    drawing.add(transaction)?;
                    drawing.scratch.reserve(id.into());
                    carried.push(id);
                }
                let mut interface = flow.interface(project.next_interface(), from, to);
                interface.assets = carried;
                let id = interface.id;
                drawing.edits.push(interface.into());
                let title = self.title(project).replacen("Draw the interface", "Draw", 1);
                // Whoever draws on from what is selected goes on from the other end.
                let next = match (&flow.from, &flow.to) {
                    (_, End::New(_)) if flow.goes_on => to.into(),
                    (End::New(_), _) if flow.goes_on => from.into(),
                    _ => id.into(),
                };
                Some((vec![next], Transaction::new(title, drawing.edits)))
            }
            Self::Add { name, kind, stencil, zone } => {
                let mut drawing = Drawing::new(session, scene);
                let new = NewEnd {
                    name: name.clone(),
                    kind: Some(*kind),
                    stencil: stencil.clone(),
                    zone: zone.clone(),
                };
                let id = drawing.component(&new, near, None)?;
                Some((vec![id.into()], Transaction::new(format!("Add {name}"), drawing.edits)))
            }
            Self::AddZone { name, trust, parent } => {
                let around = parent.and_then(|id| project.diagram.zones.get(id));
                let trust = trust.or(around.map(|zone| zone.trust)).unwrap_or(2);
                let frame = free_frame(scene, *parent, near);
                let place = Place { x: frame.x, y: frame.y, w: frame.w, h: frame.h, ..Place::default() };
                let new = NewZone {
                    name: name.clone(),
                    trust,
                    parent: *parent,
                    place: Some(place),
                    ..NewZone::default()
                };
                let (id, transaction) = verbs::add_zone(project, session.view_id(), new);
                Some((vec![id.into()], transaction))
            }
            Self::AddAsset { name, sensitivity } => {
                let mut asset = Asset { name: name.clone(), unclassified: true, ..Asset::default() };
                if let Some(level) = sensitivity {
                    asset.classify(*level);
                }
                let (id, transaction) = verbs::add_asset(project, asset);
                Some((vec![id.into()], transaction))
            }
            Self::Question(text) => {
                let links = session.selection().items().to_vec();
                let question = Question { text: text.clone(), links: links.clone(), ..Question::default() };
                let (_, transaction) = verbs::add_question(project, question);
                Some((links, transaction))
            }
            Self::Threat(text) => {
                let targets =
                    session.selection().items().iter().filter_map(|item| Target::try_from(*item).ok());
                let threat = Threat { title: text.clone(), targets: targets.collect(), ..Threat::default() };
                let (_, transaction) = verbs::add_threat(project, threat);
                Some((session.selection().items().to_vec(), transaction))
            }
        }
    }
}

/// What is said of a flow that is there, in the words that quick draw has for a new one; none when it changes nothing. Words
/// that are neither a known asset nor a kind of protection are its protocol, whatever they are.
pub fn said_of_flow(project: &Project, id: InterfaceId, said: &str) -> Option<Transaction> {
    let known = project.diagram.interface(id)?;
    let end = |end: Option<ComponentId>| End::Known(end.unwrap_or_default());
    let mut plan = FlowPlan::between(end(known.from), end(known.to));
    plan.hear_all(project, said);
    if plan.protocol.is_empty() && !plan.description.is_empty() {
        plan.protocol = plan.description.remove(0);
    }
    let mut scratch = project.clone();
    let mut edits = Vec::new();
    for name in std::mem::take(&mut plan.new_assets) {
        let (asset, transaction) = verbs::add_asset(&scratch, Asset { name, ..Asset::default() });
        edits.extend(transaction.edits.clone());
        transaction.apply(&mut scratch).ok()?;
        scratch.reserve(asset.into());
        plan.assets.push(asset);
    }
    let change = verbs::change_interface(project, id, "protocol", |flow| {
        flow.protocol.clone_from(&plan.protocol);
        flow.port = plan.port.or(flow.port);
        flow.encryption = plan.encryption.or(flow.encryption);
        flow.authentication = plan.authentication.or(flow.authentication);
        for asset in &plan.assets {
            if !flow.assets.contains(asset) {
                flow.assets.push(*asset);
            }
        }
        if flow.description.is_empty() {
            flow.description = plan.description.join(", ");
        }
    })?;
    edits.extend(change.edits.clone());
    Some(Transaction { edits, ..change })
}

/// Things that are put down one after the other, each knowing those before it.
struct Drawing<'a> {
    session: &'a Session,
    scene: &'a DiagramScene,
    scratch: Project,
    edits: Vec<Edit>,
    taken: Vec<Point>,
}

impl<'a> Drawing<'a> {
    fn new(session: &'a Session, scene: &'a DiagramScene) -> Self {
        let scratch = session.project().clone();
        Self { session, scene, scratch, edits: Vec::new(), taken: Vec::new() }
    }

    fn add(&mut self, transaction: Transaction) -> Option<()> {
        self.edits.extend(transaction.edits.clone());
        transaction.apply(&mut self.scratch).ok().map(|_| ())
    }

    fn ends(&mut self, flow: &FlowPlan, near: Point) -> Option<(ComponentId, ComponentId)> {
        let known = |end: &End| if let End::Known(id) = end { Some(*id) } else { None };
        let beside = |other: &End, side: f32| {
            let node = known(other).and_then(|id| self.scene.node(id));
            node.map_or(near, |node| node.rect.center().offset(side * BESIDE, 0.0))
        };
        let (left, right) = (beside(&flow.to, -1.0), beside(&flow.from, 1.0));
        let mut attach = |end: &End, other: &End, at: Point| match end {
            End::Known(id) => Some(*id),
            End::New(new) => self.component(new, at, known(other)),
        };
        let from = attach(&flow.from, &flow.to, left)?;
        let to = attach(&flow.to, &flow.from, right)?;
        Some((from, to))
    }

    /// Puts a component down around a point, or in its zone; `beside` is the component that it is connected to.
    fn component(&mut self, new: &NewEnd, at: Point, beside: Option<ComponentId>) -> Option<ComponentId> {
        let kind = new.kind.unwrap_or_else(|| guess(&new.name));
        let mut at = match &new.zone {
            InZone::Known(zone) => self.scene.zone(*zone).map_or(at, |zone| self.inside(zone)),
            _ => free_place(self.scene, at),
        };
        while self.taken.iter().any(|other| other.distance(at) < 150.0) {
            at = at.offset(BESIDE, 0.0);
        }
        self.taken.push(at);
        let zone = match &new.zone {
            InZone::Known(zone) => Some(*zone),
            InZone::New(name) => Some(self.zone(name, at)?),
            // What is ours stays with its neighbour; people and outsiders stand where they stand.
            InZone::AtItsPlace => self.scene.zone_at(at).or_else(|| {
                let neighbour = self.scratch.diagram.component(beside?)?;
                let ours = !kind.is_external_entity() && !neighbour.kind.is_external_entity();
                neighbour.zone.filter(|_| ours)
            }),
        };
        let like = match &new.stencil {
            Some(stencil) => Component { zone, ..stencil.component(&new.name) },
            None => Component { kind, name: new.name.clone(), zone, ..Component::default() },
        };
        let view = self.session.view_id();
        let (id, transaction) = verbs::add_component_like(&self.scratch, view, like, Some(centred(at)));
        self.add(transaction)?;
        self.scratch.reserve(id.into());
        Some(id)
    }

    /// Below what stands in a zone.
    fn inside(&self, zone: &ZoneBox) -> Point {
        let nodes = self.scene.nodes.iter().filter(|node| node.zone == Some(zone.id));
        let inner = self.scratch.diagram.zones.iter().filter(|inner| inner.parent == Some(zone.id));
        let inner = inner.filter_map(|inner| self.scene.zone(inner.id)).map(|inner| inner.rect.bottom());
        let bottom = |node: &NodeBox| {
            node.chips.iter().map(|chip| chip.rect.bottom()).fold(node.rect.bottom(), f32::max)
        };
        let y = nodes.map(bottom).chain(inner).fold(zone.rect.y + 26.0, f32::max) + 54.0;
        Point::new(zone.rect.x + 94.0, y)
    }

    fn zone(&mut self, name: &str, around: Point) -> Option<ZoneId> {
        let parent = self.scene.zone_at(around);
        let trust = parent.and_then(|id| self.scratch.diagram.zones.get(id)).map_or(2, |zone| zone.trust);
        let place = Place { x: around.x - 112.0, y: around.y - 80.0, w: 224.0, h: 134.0, ..Place::default() };
        let new =
            NewZone { name: name.trim().to_owned(), trust, parent, place: Some(place), ..NewZone::default() };
        let (id, transaction) = verbs::add_zone(&self.scratch, self.session.view_id(), new);
        self.add(transaction)?;
        self.scratch.reserve(id.into());
        Some(id)
    }
}

/// From the middle of a component to the middle of one that is put down beside it: a label has room between them.
const BESIDE: f32 = 320.0;

/// A free frame for a new zone: inside of a zone below what is there, or beside everything that is near.
fn free_frame(scene: &DiagramScene, parent: Option<ZoneId>, near: Point) -> Rect {
    let (w, h) = (264.0, 174.0);
    if let Some(zone) = parent.and_then(|id| scene.zone(id)) {
        let bottoms = scene.nodes.iter().filter(|node| node.zone == Some(zone.id)).map(|n| n.rect.bottom());
        let zones = scene.zones.iter().filter(|inner| inner.depth == zone.depth + 1);
        let zones =
            zones.filter(|inner| zone.rect.contains_rect(inner.rect)).map(|inner| inner.rect.bottom());
        let y = bottoms.chain(zones).fold(zone.rect.y + 26.0, f32::max) + 20.0;
        return Rect::new(zone.rect.x + 20.0, y, w, h);
    }
    let taken = |frame: Rect| {
        let wide = frame.grown(16.0);
        scene.nodes.iter().any(|node| node.rect.overlaps(wide))
            || scene.zones.iter().any(|zone| zone.rect.overlaps(wide))
    };
    let start = Rect::new((near.x - w / 2.0).round(), (near.y - h / 2.0).round(), w, h);
    let steps = (0..40).flat_map(|ring| {
        let far = ring as f32 * 96.0;
        [(far, 0.0), (0.0, far), (-far, 0.0), (0.0, -far), (far, far), (-far, far)]
    });
    steps
        .map(|(dx, dy)| Rect { x: start.x + dx, y: start.y + dy, ..start })
        .find(|frame| !taken(*frame))
        .unwrap_or(start)
}

fn centred(at: Point) -> Place {
    let grid = |value: f32| (value / 4.0).round() * 4.0;
    Place { x: grid(at.x - 74.0), y: grid(at.y - 34.0), ..Place::default() }
}
