//! Quick draw: a line of text that draws. `a -> b: words`, `a <-> b`, `+ name: kind or stencil @zone`, `? question`, `! threat`.
//!
//! Names match by their beginning, and a space is as good as an underscore. An end that matches nothing is created.

use crate::catalog::{Catalog, Stencil};
use crate::edit::verbs::{self, NewComponent};
use crate::edit::{Edit, Transaction};
use crate::model::{
    AssetId, Authentication, ComponentId, ComponentKind, Encryption, Interface, ItemId, Place, Project,
    Question, Target, Threat, ZoneId, plain_word,
};
use crate::picture::{DiagramScene, Point};
use crate::session::Session;

use super::canvas::actions::free_place;

/// One end of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// A component that is there.
    Known(ComponentId),
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
        zone: Option<ZoneId>,
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
    /// What is left of the words.
    pub description: String,
}

/// A piece of what was understood: an icon and a word.
pub type Understood = (&'static str, String);

/// Reads a line; none when it is no drawing but a search.
pub fn read(project: &Project, text: &str) -> Option<Plan> {
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
    let (mut from, mut to) = (end(project, left)?, end(project, right)?);
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
        description: String::new(),
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

fn end(project: &Project, name: &str) -> Option<End> {
    let name = name.trim();
    if plain_word(name).is_empty() {
        return None;
    }
    Some(component_named(project, name).map_or_else(|| End::New(name.to_owned()), End::Known))
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
    let (rest, zone) = match rest.split_once('@') {
        Some((rest, zone)) => (rest, zone_named(project, zone)),
        None => (rest, None),
    };
    let (name, kind) = rest.split_once(':').unwrap_or((rest, ""));
    let name = said(name)?;
    let word = kind.trim();
    let stencil = if plain_kind(word).is_some() { None } else { stencil_named(word) };
    let kind = stencil.map(|stencil| stencil.kind).or_else(|| kind_named(word)).unwrap_or_default();
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
        let plain = plain_word(piece);
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
            if !self.description.is_empty() {
                self.description.push_str(", ");
            }
            self.description.push_str(piece);
        }
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
            description: self.description.clone(),
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
                    End::New(name) => ("plus", format!("{name}, new")),
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
                pieces
                    .extend((!flow.description.is_empty()).then(|| ("file-text", flow.description.clone())));
                pieces
            }
            Self::Add { name, kind, stencil: Some(stencil), zone } => {
                let mut pieces =
                    vec![(crate::picture::scene::kind_icon(*kind), format!("{} {name}", kind.label()))];
                pieces.push((stencil.icon.as_str(), stencil.name.clone()));
                pieces.push(("circle-help", format!("{} assumed", stencil.assumed.0.len())));
                pieces.extend(
                    zone.map(|zone| ("square-dashed", format!("In {}", project.name_of(zone.into())))),
                );
                pieces
            }
            Self::Add { name, kind, stencil: None, zone } => {
                let mut pieces =
                    vec![(crate::picture::scene::kind_icon(*kind), format!("{} {name}", kind.label()))];
                pieces.extend(
                    zone.map(|zone| ("square-dashed", format!("In {}", project.name_of(zone.into())))),
                );
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
                    End::New(name) => name.clone(),
                };
                let arrow = if flow.both_ways { "↔" } else { "→" };
                format!("Draw the interface {} {arrow} {}", end(&flow.from), end(&flow.to))
            }
            Self::Add { name, kind, .. } => format!("Add the {} {name}", kind.label().to_lowercase()),
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
                _ => "What is new is created beside it.".to_owned(),
            },
            Self::Add { zone, .. } => zone.map_or_else(
                || "Outside of every zone.".to_owned(),
                |zone| format!("In {}.", project.name_of(zone.into())),
            ),
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
        let view = session.view_id();
        match self {
            Self::Flow(flow) => {
                let mut scratch = project.clone();
                let mut edits: Vec<Edit> = Vec::new();
                let mut taken: Vec<Point> = Vec::new();
                let known = |end: &End| if let End::Known(id) = end { scene.node(*id) } else { None };
                let beside = |other: &End, side: f32| {
                    known(other).map_or(near, |node| node.rect.center().offset(side * 260.0, 0.0))
                };
                let mut attach = |end: &End, at: Point| -> Option<ComponentId> {
                    match end {
                        End::Known(id) => Some(*id),
                        End::New(name) => {
                            let mut at = free_place(scene, at);
                            while taken.iter().any(|other| other.distance(at) < 150.0) {
                                at = at.offset(220.0, 0.0);
                            }
                            taken.push(at);
                            let new = NewComponent {
                                kind: guess(name),
                                name: name.clone(),
                                zone: scene.zone_at(at),
                                place: Some(centred(at)),
                            };
                            let (id, transaction) = verbs::add_component(&scratch, view, new);
                            edits.extend(transaction.edits.clone());
                            transaction.apply(&mut scratch).ok()?;
                            scratch.reserve(id.into());
                            Some(id)
                        }
                    }
                };
                let from = attach(&flow.from, beside(&flow.to, -1.0))?;
                let to = attach(&flow.to, beside(&flow.from, 1.0))?;
                let interface = flow.interface(project.next_interface(), from, to);
                let id = interface.id;
                edits.push(interface.into());
                let title = self.title(project).replacen("Draw the interface", "Draw", 1);
                Some((vec![id.into()], Transaction::new(title, edits)))
            }
            Self::Add { name, kind, stencil, zone } => {
                let inside = zone.and_then(|zone| scene.zone(zone)).map(|zone| {
                    let bottom = scene
                        .nodes
                        .iter()
                        .filter(|node| node.zone == Some(zone.id))
                        .map(|node| node.rect.bottom());
                    let y = bottom.fold(zone.rect.y + 46.0, f32::max) + 54.0;
                    Point::new(zone.rect.x + 94.0, y)
                });
                let at = inside.unwrap_or_else(|| free_place(scene, near));
                let zone = zone.or_else(|| scene.zone_at(at));
                let (id, transaction) = match stencil {
                    Some(stencil) => super::stencils::add(session, stencil, name, zone, at),
                    None => {
                        let new =
                            NewComponent { kind: *kind, name: name.clone(), zone, place: Some(centred(at)) };
                        verbs::add_component(project, view, new)
                    }
                };
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

fn centred(at: Point) -> Place {
    let grid = |value: f32| (value / 4.0).round() * 4.0;
    Place { x: grid(at.x - 74.0), y: grid(at.y - 34.0), ..Place::default() }
}

/// What a component most likely is, by its name.
fn guess(name: &str) -> ComponentKind {
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
