//! Quick draw: a line of text that draws. `a -> b: words`, `a <-> b`, `-> b` from what is selected, `+ name: kind or stencil @zone`,
//! `+ name: zone 3 @around`, `+ name: asset`, `? question`, `! threat`.
//!
//! Names match by their beginning, and a space is as good as an underscore. An end that matches nothing is created; it may
//! say what it is and where it stands: `-> vault (store) @Data: TLS`. So is a zone that matches nothing.

use crate::catalog::{Catalog, Stencil};
use crate::edit::verbs::{self, NewZone};
use crate::edit::{Edit, Transaction};
use crate::model::{
    Asset, AssetId, Authentication, Component, ComponentId, ComponentKind, Encryption, Interface, ItemId,
    Place, Project, Question, Sensitivity, Target, Threat, ZoneId, plain_word,
};
use crate::picture::scene::ZoneBox;
use crate::picture::{DiagramScene, Point, Rect};
use crate::session::Session;

use super::canvas::actions::free_place;

/// One end of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// A component that is there.
    Known(ComponentId),
    /// One that will be.
    New(NewEnd),
}

/// A component that will be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEnd {
    /// Its name.
    pub name: String,
    /// What it is; by its name if nobody has said.
    pub kind: Option<ComponentKind>,
    /// The stencil that it is made from.
    pub stencil: Option<&'static Stencil>,
    /// Where it stands.
    pub zone: InZone,
}

/// The zone that something new stands in.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum InZone {
    /// Nobody has said: the one at its place.
    #[default]
    AtItsPlace,
    /// One that is there.
    Known(ZoneId),
    /// One that will be, by its name.
    New(String),
}

/// What a line of text asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// An interface.
    Flow(Box<FlowPlan>),
    /// A component.
    Add {
        /// Its name.
        name: String,
        /// Its kind.
        kind: ComponentKind,
        /// The stencil that it is made from.
        stencil: Option<&'static Stencil>,
        /// Its zone.
        zone: InZone,
    },
    /// A zone.
    AddZone {
        /// Its name.
        name: String,
        /// How far it is trusted, 0 to 4; like the zone around it if nobody has said.
        trust: Option<u8>,
        /// The zone around it.
        parent: Option<ZoneId>,
    },
    /// An asset.
    AddAsset {
        /// Its name.
        name: String,
        /// How sensitive it is.
        sensitivity: Option<Sensitivity>,
    },
    /// A question about what is selected.
    Question(String),
    /// A threat to what is selected.
    Threat(String),
}

/// An interface with what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowPlan {
    /// Who sends.
    pub from: End,
    /// Who receives.
    pub to: End,
    /// Data goes both ways.
    pub both_ways: bool,
    /// The protocol.
    pub protocol: String,
    /// The port.
    pub port: Option<u16>,
    /// How it is protected.
    pub encryption: Option<Encryption>,
    /// How the caller proves who it is.
    pub authentication: Option<Authentication>,
    /// What it carries.
    pub assets: Vec<AssetId>,
    /// What it carries that is not an asset yet.
    pub new_assets: Vec<String>,
    /// What is left of the words.
    pub description: Vec<String>,
    /// It begins or ends at what is selected: the other end is selected next.
    pub goes_on: bool,
}

/// A piece of what was understood: an icon and a word.
pub type Understood = (&'static str, String);

/// Reads a line, with the component that is selected alone; none when it is no drawing but a search.
pub fn read(project: &Project, selected: Option<ComponentId>, text: &str) -> Option<Plan> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('+') {
        return read_addition(project, rest);
    }
    if let Some(rest) = text.strip_prefix('?') {
        return said(rest).map(Plan::Question);
    }
    if let Some(rest) = text.strip_prefix('!') {
        return said(rest).map(Plan::Threat);
    }
    let (arrow, at) = ["<->", "->", "<-", "↔", "→"]
        .into_iter()
        .filter_map(|arrow| text.find(arrow).map(|at| (arrow, at)))
        .min_by_key(|(arrow, at)| (*at, std::cmp::Reverse(arrow.len())))?;
    let (left, rest) = text.split_at(at);
    let rest = rest.strip_prefix(arrow)?;
    let (right, said_of_it) = rest.split_once(':').unwrap_or((rest, ""));
    // An end that is left out is what is selected.
    let goes_on = left.trim().is_empty() || right.trim().is_empty();
    let at = |words: &str| {
        if words.trim().is_empty() { selected.map(End::Known) } else { end(project, words) }
    };
    let (mut from, mut to) = (at(left)?, at(right)?);
    if from == to && matches!(from, End::Known(_)) && goes_on {
        return None;
    }
    if arrow == "<-" {
        std::mem::swap(&mut from, &mut to);
    }
    let mut plan = FlowPlan {
        from,
        to,
        both_ways: matches!(arrow, "<->" | "↔"),
        protocol: String::new(),
        port: None,
        encryption: None,
        authentication: None,
        assets: Vec::new(),
        new_assets: Vec::new(),
        description: Vec::new(),
        goes_on,
    };
    for piece in said_of_it.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
        plan.hear(project, piece);
    }
    Some(Plan::Flow(Box::new(plan)))
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An end: `name`, `name (kind)`, `name @zone`.
fn end(project: &Project, words: &str) -> Option<End> {
    let (words, zone) = split_zone(project, words);
    let said_of_it = words.trim().strip_suffix(')').and_then(|words| words.rsplit_once('('));
    let (name, kind, stencil) = match said_of_it.map(|(name, word)| (name.trim(), kind_or_stencil(word))) {
        Some((name, (Some(kind), stencil))) => (name, Some(kind), stencil),
        _ => (words.trim(), None, None),
    };
    if plain_word(name).is_empty() {
        return None;
    }
    let known = component_named(project, name).filter(|_| kind.is_none() && zone == InZone::AtItsPlace);
    let new = || NewEnd { name: name.to_owned(), kind, stencil, zone };
    Some(known.map_or_else(|| End::New(new()), End::Known))
}

/// What a word says of a component: its kind, and the stencil that it names.
fn kind_or_stencil(word: &str) -> (Option<ComponentKind>, Option<&'static Stencil>) {
    let stencil = if plain_kind(word).is_some() { None } else { stencil_named(word) };
    (stencil.map(|stencil| stencil.kind).or_else(|| kind_named(word)), stencil)
}

/// What stands before `@`, and the zone after it.
fn split_zone<'a>(project: &Project, words: &'a str) -> (&'a str, InZone) {
    match words.split_once('@') {
        Some((words, zone)) => {
            let new = || said(zone).map_or(InZone::AtItsPlace, InZone::New);
            (words, zone_named(project, zone).map_or_else(new, InZone::Known))
        }
        None => (words, InZone::AtItsPlace),
    }
}

/// The component whose name is that, or begins with it, or has a word that does.
fn component_named(project: &Project, name: &str) -> Option<ComponentId> {
    let wanted = plain_word(name);
    let by = |fits: &dyn Fn(&str) -> bool| project.diagram.components().find(|c| fits(&c.name)).map(|c| c.id);
    by(&|name| plain_word(name) == wanted)
        .or_else(|| by(&|name| plain_word(name).starts_with(&wanted)))
        .or_else(|| by(&|name| name.split([' ', '_', '-']).any(|part| plain_word(part).starts_with(&wanted))))
}

fn read_addition(project: &Project, rest: &str) -> Option<Plan> {
    let (rest, zone) = split_zone(project, rest);
    let (name, kind) = rest.split_once(':').unwrap_or((rest, ""));
    let name = said(name)?;
    let mut words = kind.split_whitespace();
    match words.next().map(plain_word).as_deref() {
        Some("zone" | "boundary") => {
            let trust = words.next_back().and_then(|word| word.parse::<u8>().ok()).map(|trust| trust.min(4));
            let parent = if let InZone::Known(zone) = zone { Some(zone) } else { None };
            return Some(Plan::AddZone { name, trust, parent });
        }
        Some("asset") => {
            let wanted = words.next().map(plain_word).filter(|word| !word.is_empty());
            let named = |level: &Sensitivity| {
                wanted.as_ref().is_some_and(|wanted| plain_word(level.label()).starts_with(wanted))
            };
            return Some(Plan::AddAsset { name, sensitivity: Sensitivity::ALL.iter().copied().find(named) });
        }
        _ => {}
    }
    let (kind, stencil) = kind_or_stencil(kind.trim());
    let kind = kind.unwrap_or_else(|| guess(&name));
    Some(Plan::Add { name, kind, stencil, zone })
}

fn zone_named(project: &Project, name: &str) -> Option<ZoneId> {
    let wanted = plain_word(name);
    if wanted.is_empty() {
        return None;
    }
    let by = |fits: &dyn Fn(&str) -> bool| {
        project.diagram.zones.iter().find(|zone| fits(&zone.name)).map(|zone| zone.id)
    };
    by(&|name| plain_word(name) == wanted).or_else(|| by(&|name| plain_word(name).starts_with(&wanted)))
}

/// What follows the name in `+ name: post`, where it is an addition that may name a stencil.
pub fn stencil_words(text: &str) -> Option<&str> {
    let (_, words) = text.trim_start().strip_prefix('+')?.split_once(':')?;
    let words = words.split_once('@').map_or(words, |(words, _)| words).trim();
    (!words.is_empty() && plain_kind(words).is_none()).then_some(words)
}

/// The line with its stencil's name in full.
pub fn completed(text: &str, stencil: &Stencil) -> String {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let zone = rest.split_once('@').map(|(_, zone)| format!(" @{}", zone.trim())).unwrap_or_default();
    format!("{}: {}{zone}", name.trim_end(), stencil.name)
}

/// The stencil that is called that, or whose name or other name begins so.
fn stencil_named(word: &str) -> Option<&'static Stencil> {
    let wanted = plain_word(word);
    let catalog = Catalog::builtin();
    catalog.stencil(word).or_else(|| {
        let begins = |name: &String| plain_word(name).starts_with(&wanted);
        let found = catalog.find_stencils(word);
        found
            .into_iter()
            .find(|stencil| wanted.len() >= 3 && (begins(&stencil.name) || stencil.words.iter().any(begins)))
    })
}

/// A kind by the beginning of its own name.
fn plain_kind(word: &str) -> Option<ComponentKind> {
    let wanted = plain_word(word);
    let mut kinds = ComponentKind::ALL.iter().copied();
    kinds.find(|kind| !wanted.is_empty() && plain_word(kind.label()).starts_with(&wanted))
}

fn kind_named(word: &str) -> Option<ComponentKind> {
    plain_kind(word).or(match plain_word(word).as_str() {
        "datastore" => Some(ComponentKind::Store),
        "people" => Some(ComponentKind::Human),
        "service" | "job" | "function" => Some(ComponentKind::Process),
        "vendor" | "saas" | "api" => Some(ComponentKind::External),
        _ => None,
    })
}

impl FlowPlan {
    /// Takes in one piece of what is said: a protocol with a port, a kind of encryption or proof, an asset, other words.
    fn hear(&mut self, project: &Project, piece: &str) {
        // "carries" says that what follows is an asset, there or not.
        let carried = piece.strip_prefix("carries ").or_else(|| piece.strip_prefix("Carries "));
        let plain = plain_word(carried.unwrap_or(piece));
        let asset = project.assets.iter().find(|asset| plain_word(&asset.name) == plain);
        let asset = asset.or_else(|| {
            let begins = |asset: &&crate::model::Asset| {
                plain.len() >= 3 && plain_word(&asset.name).starts_with(&plain)
            };
            project.assets.iter().find(begins)
        });
        if let Some(asset) = asset {
            if !self.assets.contains(&asset.id) {
                self.assets.push(asset.id);
            }
            return;
        }
        if let Some(name) = carried.and_then(said) {
            self.new_assets.push(name);
            return;
        }
        if plain == "mtls" || plain == "mutualtls" {
            self.encryption = Some(Encryption::MutualTls);
            self.authentication = Some(Authentication::MutualTls);
            return;
        }
        if let Some(encryption) = encryption_named(&plain) {
            self.encryption = Some(encryption);
            return;
        }
        if let Some(authentication) = authentication_named(&plain) {
            self.authentication = Some(authentication);
            return;
        }
        if let Ok(port) = piece.parse::<u16>() {
            self.port = Some(port);
            return;
        }
        let (word, port) = match piece.rsplit_once([' ', ':']) {
            Some((word, digits)) => match digits.parse::<u16>() {
                Ok(port) => (word.trim(), Some(port)),
                Err(_) => (piece, None),
            },
            None => (piece, None),
        };
        let one_word = !word.contains(' ');
        if self.protocol.is_empty() && one_word {
            word.clone_into(&mut self.protocol);
            self.port = port.or(self.port);
            if self.encryption.is_none() {
                self.encryption = match plain_word(word).as_str() {
                    "https" | "wss" | "grpcs" | "ssh" | "sftp" => Some(Encryption::Tls),
                    "http" | "telnet" | "ftp" => Some(Encryption::None),
                    _ => None,
                };
            }
        } else {
            self.description.push(piece.to_owned());
        }
    }

    /// The same, with what reads like the name of a thing as assets that it carries; none when nothing does.
    pub fn with_new_assets(&self) -> Option<Self> {
        let is_name = |words: &String| words.split_whitespace().count() <= 3;
        let (names, rest): (Vec<String>, Vec<String>) = self.description.iter().cloned().partition(is_name);
        if names.is_empty() {
            return None;
        }
        let new_assets = self.new_assets.iter().cloned().chain(names).collect();
        Some(Self { new_assets, description: rest, ..self.clone() })
    }

    fn interface(&self, id: crate::model::InterfaceId, from: ComponentId, to: ComponentId) -> Interface {
        Interface {
            id,
            from: Some(from),
            to: Some(to),
            both_ways: self.both_ways,
            protocol: self.protocol.clone(),
            port: self.port,
            encryption: self.encryption,
            authentication: self.authentication,
            assets: self.assets.clone(),
            description: self.description.join(", "),
            ..Interface::default()
        }
    }
}

fn encryption_named(plain: &str) -> Option<Encryption> {
    match plain {
        "clear" | "cleartext" | "plain" | "unencrypted" => Some(Encryption::None),
        "encrypted" => Some(Encryption::Other),
        "vpn" | "tunnel" => Some(Encryption::Tunnel),
        _ => Encryption::ALL.iter().copied().find(|encryption| plain_word(encryption.label()) == plain),
    }
}

fn authentication_named(plain: &str) -> Option<Authentication> {
    match plain {
        "noauth" | "unauthenticated" | "anonymous" => Some(Authentication::None),
        "oauth" | "jwt" | "token" | "bearer" => Some(Authentication::Token),
        "apikey" | "key" => Some(Authentication::ApiKey),
        "sso" => Some(Authentication::SingleSignOn),
        "password" | "basic" => Some(Authentication::Password),
        "signed" => Some(Authentication::Signature),
        _ => None,
    }
}

impl Plan {
    /// What was understood, piece by piece. An empty icon is an arrow between two pieces.
    pub fn understood(&self, project: &Project) -> Vec<Understood> {
        match self {
            Self::Flow(flow) => {
                let end = |end: &End| match end {
                    End::Known(id) => {
                        let icon = project
                            .diagram
                            .component(*id)
                            .map_or("cog", |c| crate::picture::scene::kind_icon(c.kind));
                        (icon, project.name_of((*id).into()))
                    }
                    End::New(new) => {
                        let kind = new.kind.unwrap_or_else(|| guess(&new.name));
                        let place = match &new.zone {
                            InZone::AtItsPlace => String::new(),
                            InZone::Known(zone) => format!(" in {}", project.name_of((*zone).into())),
                            InZone::New(zone) => format!(" in {zone}, new"),
                        };
                        (crate::picture::scene::kind_icon(kind), format!("{}, new{place}", new.name))
                    }
                };
                let mut pieces = vec![
                    end(&flow.from),
                    ("", if flow.both_ways { "↔" } else { "→" }.to_owned()),
                    end(&flow.to),
                ];
                if !flow.protocol.is_empty() || flow.port.is_some() {
                    let port = flow.port.map(|port| format!(" {port}")).unwrap_or_default();
                    pieces.push(("spline", format!("{}{port}", flow.protocol).trim().to_owned()));
                }
                if let Some(encryption) = flow.encryption {
                    let icon = if encryption == Encryption::None { "lock-open" } else { "lock" };
                    pieces.push((icon, encryption.label().to_owned()));
                }
                pieces.extend(flow.authentication.map(|proof| ("shield", proof.label().to_owned())));
                pieces.extend(
                    flow.assets
                        .iter()
                        .map(|id| ("gem", format!("Carries {}", project.name_of((*id).into())))),
                );
                pieces.extend(flow.new_assets.iter().map(|name| ("gem", format!("Carries {name}, new"))));
                pieces.extend(flow.description.iter().map(|words| ("file-text", words.clone())));
                pieces
            }
            Self::Add { name, kind, stencil, zone } => {
                let mut pieces =
                    vec![(crate::picture::scene::kind_icon(*kind), format!("{} {name}", kind.label()))];
                if let Some(stencil) = stencil {
                    pieces.push((stencil.icon.as_str(), stencil.name.clone()));
                    pieces.push(("circle-help", format!("{} assumed", stencil.assumed.0.len())));
                }
                pieces.extend(match zone {
                    InZone::AtItsPlace => None,
                    InZone::Known(zone) => {
                        Some(("square-dashed", format!("In {}", project.name_of((*zone).into()))))
                    }
                    InZone::New(zone) => Some(("square-dashed", format!("In {zone}, new"))),
                });
                pieces
            }
            Self::AddZone { name, trust, parent } => {
                let mut pieces = vec![("square-dashed", format!("Zone {name}"))];
                pieces.extend(trust.map(|trust| ("shield", format!("Trust {trust}"))));
                pieces.extend(
                    parent.map(|zone| ("square-dashed", format!("In {}", project.name_of(zone.into())))),
                );
                pieces
            }
            Self::AddAsset { name, sensitivity } => {
                let mut pieces = vec![("gem", format!("Asset {name}"))];
                pieces.extend(sensitivity.map(|level| ("eye-off", level.label().to_owned())));
                pieces
            }
            Self::Question(text) => vec![("circle-help", text.clone())],
            Self::Threat(text) => vec![("triangle-alert", text.clone())],
        }
    }

    /// What Enter does, in words.
    pub fn title(&self, project: &Project) -> String {
        match self {
            Self::Flow(flow) => {
                let end = |end: &End| match end {
                    End::Known(id) => project.name_of((*id).into()),
                    End::New(new) => new.name.clone(),
                };
                let arrow = if flow.both_ways { "↔" } else { "→" };
                format!("Draw the interface {} {arrow} {}", end(&flow.from), end(&flow.to))
            }
            Self::Add { name, kind, .. } => format!("Add the {} {name}", kind.label().to_lowercase()),
            Self::AddZone { name, .. } => format!("Add the zone {name}"),
            Self::AddAsset { name, .. } => format!("Add the asset {name}"),
            Self::Question(_) => "Ask the question".to_owned(),
            Self::Threat(_) => "Add the threat".to_owned(),
        }
    }

    /// What it would mean, in a sentence.
    pub fn consequence(&self, session: &Session) -> String {
        let project = session.project();
        let about = || {
            let items = session.selection().items();
            let names: Vec<String> = items.iter().take(3).map(|item| project.name_of(*item)).collect();
            if names.is_empty() {
                "About the whole model.".to_owned()
            } else {
                format!("About {}.", names.join(", "))
            }
        };
        match self {
            Self::Flow(flow) => match (&flow.from, &flow.to) {
                (End::Known(from), End::Known(to)) => {
                    let zone = |id: ComponentId| {
                        let zone = project.diagram.component(id).and_then(|component| component.zone);
                        zone.map_or_else(|| "outside".to_owned(), |zone| project.name_of(zone.into()))
                    };
                    let (left, entered) = project.diagram.crossed_zones(*from, *to);
                    if left.is_empty() && entered.is_empty() {
                        format!("Stays in {}.", zone(*from))
                    } else {
                        format!("Crosses {} → {}.", zone(*from), zone(*to))
                    }
                }
                (End::New(_), End::New(_)) => "Both ends are created.".to_owned(),
                (End::Known(id), End::New(new)) | (End::New(new), End::Known(id)) => {
                    format!("{} is created beside {}.", new.name, project.name_of((*id).into()))
                }
            },
            Self::Add { zone, .. } => match zone {
                InZone::AtItsPlace => "In the zone that is at its place.".to_owned(),
                InZone::Known(zone) => format!("In {}.", project.name_of((*zone).into())),
                InZone::New(zone) => format!("In the new zone {zone}."),
            },
            Self::AddZone { parent, .. } => parent.map_or_else(
                || "Outside of every zone.".to_owned(),
                |zone| format!("In {}.", project.name_of(zone.into())),
            ),
            Self::AddAsset { .. } => "Interfaces can carry it, components can store it.".to_owned(),
            Self::Question(_) | Self::Threat(_) => about(),
        }
    }

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
                let new =
                    NewEnd { name: name.clone(), kind: Some(*kind), stencil: *stencil, zone: zone.clone() };
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
                let asset = Asset { name: name.clone(), ..Asset::default() };
                let sensitivity = sensitivity.unwrap_or(asset.sensitivity);
                let (id, transaction) = verbs::add_asset(project, Asset { sensitivity, ..asset });
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
        let like = match new.stencil {
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
        let y = nodes.map(|node| node.rect.bottom()).chain(inner).fold(zone.rect.y + 26.0, f32::max) + 54.0;
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

/// What a component most likely is, by its name.
pub fn guess(name: &str) -> ComponentKind {
    let plain = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    if has(&["agent", "assistant", "planner"]) {
        ComponentKind::Agent
    } else if has(&["user", "customer", "person", "operator", "admin"]) {
        ComponentKind::Human
    } else if has(&["store", "database", "db", "bucket", "queue", "index", "cache", "log"]) {
        ComponentKind::Store
    } else if has(&["model", "llm", "gpt"]) {
        ComponentKind::Model
    } else if has(&["tool", "mcp", "plugin"]) {
        ComponentKind::Tool
    } else if has(&["vendor", "external", "third", "api", "saas"]) {
        ComponentKind::External
    } else {
        ComponentKind::Process
    }
}

#[cfg(test)]
#[path = "quick_draw_tests.rs"]
mod tests;
