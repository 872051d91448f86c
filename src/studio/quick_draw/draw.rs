//! From a line that was understood to a change of the model: new things find a free place and a zone.

use crate::edit::verbs::{self, NewZone};
use crate::edit::{Edit, Transaction};
use crate::model::{
    Asset, Component, ComponentId, InterfaceId, ItemId, Place, Project, Question, Target, Threat, ZoneId,
};
use crate::picture::{DiagramScene, Point, Rect};
use crate::session::Session;
use crate::studio::canvas::room::{HEAD, INSET, NEW_NODE as NODE};
use crate::studio::canvas::seat::{BESIDE, Home, Wanted, seat};

use super::{End, FlowPlan, InZone, NewEnd, Plan, guess, trust_of};

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
                    let asset = Asset { name: name.clone(), unclassified: true, ..Asset::default() };
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
                let trust = trust.unwrap_or_else(|| trust_in(project, name, *parent));
                let home = parent.map_or(Home::Outside, Home::Only);
                let frame = seat(scene, &[], Wanted { size: ZONE, beside: None, home }, near).0;
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

/// How far a new zone is trusted when nobody has said: as its name says, else like the zone around it, else as a company's
/// own network.
pub(super) fn trust_in(project: &Project, name: &str, parent: Option<ZoneId>) -> u8 {
    let around = || parent.and_then(|id| project.diagram.zones.get(id)).map(|zone| zone.trust);
    trust_of(name).or_else(around).unwrap_or(2)
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
        let new = Asset { name, unclassified: true, ..Asset::default() };
        let (asset, transaction) = verbs::add_asset(&scratch, new);
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
    taken: Vec<(ComponentId, Rect)>,
    /// The zones made in this step.
    zones: Vec<(String, ZoneId, Rect)>,
    /// Both ends of the flow stand in one zone that will be made.
    share_zone: bool,
}

impl<'a> Drawing<'a> {
    fn new(session: &'a Session, scene: &'a DiagramScene) -> Self {
        let scratch = session.project().clone();
        Self {
            session,
            scene,
            scratch,
            edits: Vec::new(),
            taken: Vec::new(),
            zones: Vec::new(),
            share_zone: false,
        }
    }

    fn add(&mut self, transaction: Transaction) -> Option<()> {
        self.edits.extend(transaction.edits.clone());
        transaction.apply(&mut self.scratch).ok().map(|_| ())
    }

    fn ends(&mut self, flow: &FlowPlan, near: Point) -> Option<(ComponentId, ComponentId)> {
        let new_zone = |end: &End| match end {
            End::New(NewEnd { zone: InZone::New(name), .. }) => Some(name.trim().to_lowercase()),
            _ => None,
        };
        self.share_zone = new_zone(&flow.from).is_some_and(|name| new_zone(&flow.to) == Some(name));
        let known = |end: &End| if let End::Known(id) = end { Some(*id) } else { None };
        let mut attach = |end: &End, other: Option<ComponentId>, side: f32| match end {
            End::Known(id) => Some(*id),
            End::New(new) => self.component(new, near, other.map(|id| (id, side))),
        };
        let from = attach(&flow.from, known(&flow.to), -1.0)?;
        let to = attach(&flow.to, Some(from), 1.0)?;
        Some((from, to))
    }

    /// Where a component is drawn, or will be.
    fn frame_of(&self, id: ComponentId) -> Option<Rect> {
        let new = || self.taken.iter().find(|(taken, _)| *taken == id).map(|(_, frame)| *frame);
        self.scene.node(id).map(|node| node.rect).or_else(new)
    }

    /// Puts a component down around a point, or in its zone; `beside` is the component that it is connected to, and 1 when
    /// the flow leads from there to it, else -1.
    fn component(
        &mut self,
        new: &NewEnd,
        near: Point,
        beside: Option<(ComponentId, f32)>,
    ) -> Option<ComponentId> {
        let kind = new.kind.unwrap_or_else(|| guess(&new.name));
        let beside_frame = beside.and_then(|(id, side)| Some((self.frame_of(id)?, side)));
        let seat = |size: (f32, f32), home: Home, beside: Option<(Rect, f32)>, near: Point| {
            let taken: Vec<Rect> = self.taken.iter().map(|(_, frame)| *frame).collect();
            seat(self.scene, &taken, Wanted { size, beside, home }, near)
        };
        let (frame, zone) = match &new.zone {
            InZone::Known(id) => {
                let zone = self.scene.zone(*id);
                let in_it = zone
                    .filter(|zone| zone.rect.contains_rect(beside_frame.map_or(zone.rect, |(rect, _)| rect)));
                let first = zone.map_or(near, |zone| {
                    Point::new(zone.rect.x + INSET + NODE.0 / 2.0, zone.rect.y + HEAD + NODE.1 / 2.0)
                });
                let (frame, _) = seat(NODE, Home::Only(*id), beside_frame.filter(|_| in_it.is_some()), first);
                (frame, Some(*id))
            }
            InZone::New(name) => {
                let same =
                    |(made, ..): &&(String, ZoneId, Rect)| made.to_lowercase() == name.trim().to_lowercase();
                if let Some((_, id, around)) = self.zones.iter().find(same) {
                    let last = Rect::new(around.right() - MARGIN - NODE.0, around.y + HEAD, NODE.0, NODE.1);
                    (last, Some(*id))
                } else {
                    let wide = if self.share_zone { BESIDE } else { 0.0 };
                    let size = (NEW_ZONE.0 + wide, NEW_ZONE.1);
                    let (around, parent) = seat(size, Home::Anywhere, beside_frame, near);
                    let frame = Rect::new(around.x + MARGIN, around.y + HEAD, NODE.0, NODE.1);
                    (frame, Some(self.zone(name, around, parent)?))
                }
            }
            // What is ours stays with its neighbour; people and outsiders stand outside.
            InZone::AtItsPlace => {
                let neighbour = beside.and_then(|(id, _)| self.scratch.diagram.component(id));
                let home = match neighbour {
                    Some(neighbour) if kind.is_external_entity() || neighbour.kind.is_external_entity() => {
                        Home::Rather(None)
                    }
                    Some(neighbour) => Home::Rather(neighbour.zone),
                    None => Home::Anywhere,
                };
                seat(NODE, home, beside_frame, near)
            }
        };
        let like = match &new.stencil {
            Some(stencil) => Component { zone, ..stencil.component(&new.name) },
            None => Component { kind, name: new.name.clone(), zone, ..Component::default() },
        };
        let view = self.session.view_id();
        let place = centred(frame.center());
        let (id, transaction) = verbs::add_component_like(&self.scratch, view, like, Some(place));
        self.add(transaction)?;
        self.scratch.reserve(id.into());
        self.taken.push((id, frame));
        Some(id)
    }

    fn zone(&mut self, name: &str, frame: Rect, parent: Option<ZoneId>) -> Option<ZoneId> {
        let trust = trust_in(&self.scratch, name, parent);
        let place = Place { x: frame.x, y: frame.y, w: frame.w, h: frame.h, ..Place::default() };
        let new =
            NewZone { name: name.trim().to_owned(), trust, parent, place: Some(place), ..NewZone::default() };
        let (id, transaction) = verbs::add_zone(&self.scratch, self.session.view_id(), new);
        self.add(transaction)?;
        self.scratch.reserve(id.into());
        self.zones.push((name.trim().to_owned(), id, frame));
        Some(id)
    }
}

/// From the side of a new zone to the component in it.
const MARGIN: f32 = 38.0;
/// The size of a zone around one component, and of a zone for several.
const NEW_ZONE: (f32, f32) = (NODE.0 + 2.0 * MARGIN, NODE.1 + HEAD + INSET);
const ZONE: (f32, f32) = (264.0, 174.0);

fn centred(at: Point) -> Place {
    let grid = |value: f32| (value / 4.0).round() * 4.0;
    Place { x: grid(at.x - 74.0), y: grid(at.y - 34.0), ..Place::default() }
}
