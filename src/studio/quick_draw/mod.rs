//! Quick draw: a line of text that draws. `a -> b: words`, `a <-> b`, `-> b` from what is selected, `+ name: kind or stencil @zone`,
//! `+ name: zone 3 @around`, `+ name: asset`, `? question`, `! threat`.
//!
//! Names match by their beginning, and a space is as good as an underscore. An end that matches nothing is created; it may
//! say what it is and where it stands: `-> vault (store) @Data: TLS`. So is a zone that matches nothing.

mod by_name;
mod draw;
mod words;

pub use by_name::{guess, trust_of};
pub use draw::said_of_flow;
pub use words::icon_of;

use std::sync::Arc;

use crate::catalog::{Catalog, Stencil};
use crate::model::{
    AssetId, Authentication, ComponentId, ComponentKind, Encryption, Interface, ItemId, Project, Sensitivity,
    ZoneId, plain_word,
};
use crate::session::Session;

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
    pub stencil: Option<Arc<Stencil>>,
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
        stencil: Option<Arc<Stencil>>,
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

/// The arrows of a line; a longer one comes before those that it begins or ends with.
const ARROWS: [&str; 5] = ["<->", "->", "<-", "↔", "→"];

/// Where drawing goes on from: the component that is selected alone, or the receiver of the interface that is.
pub fn start(session: &Session) -> Option<ComponentId> {
    match session.selection().single()? {
        ItemId::Component(id) => Some(id),
        ItemId::Interface(id) => session.project().diagram.interface(id)?.to,
        _ => None,
    }
}

/// Whether a line begins with an arrow: it goes on from something, and is never a name.
pub fn begins_with_arrow(text: &str) -> bool {
    ARROWS.iter().any(|arrow| text.trim_start().starts_with(arrow))
}

/// Whether a line is drawn or said, not sought: it has a sign of the grammar at its beginning.
pub fn has_sign(text: &str) -> bool {
    text.trim_start().starts_with(['+', '?', '!']) || begins_with_arrow(text)
}

/// Reads a line, with the component that it goes on from; none when it is no drawing but a search.
pub fn read(project: &Project, catalog: &Catalog, selected: Option<ComponentId>, text: &str) -> Option<Plan> {
    let mut text = text.trim();
    // Somebody types the arrow that stands there already.
    while let Some(rest) = text.strip_prefix("->").map(str::trim_start).filter(|rest| begins_with_arrow(rest))
    {
        text = rest;
    }
    if let Some(rest) = text.strip_prefix('+') {
        return read_addition(project, catalog, rest);
    }
    if let Some(rest) = text.strip_prefix('?') {
        return said(rest).map(Plan::Question);
    }
    if let Some(rest) = text.strip_prefix('!') {
        return said(rest).map(Plan::Threat);
    }
    let (arrow, at) = ARROWS
        .into_iter()
        .filter_map(|arrow| text.find(arrow).map(|at| (arrow, at)))
        .min_by_key(|(arrow, at)| (*at, std::cmp::Reverse(arrow.len())))?;
    let (left, rest) = text.split_at(at);
    let rest = rest.strip_prefix(arrow)?;
    let (right, said_of_it) = rest.split_once(':').unwrap_or((rest, ""));
    // An end that is left out is what is selected.
    let goes_on = left.trim().is_empty() || right.trim().is_empty();
    let at = |words: &str| {
        if words.trim().is_empty() { selected.map(End::Known) } else { end(project, catalog, words) }
    };
    let (mut from, mut to) = (at(left)?, at(right)?);
    if from == to && matches!(from, End::Known(_)) && goes_on {
        return None;
    }
    if arrow == "<-" {
        std::mem::swap(&mut from, &mut to);
    }
    let mut plan = FlowPlan::between(from, to);
    plan.both_ways = matches!(arrow, "<->" | "↔");
    plan.goes_on = goes_on;
    plan.hear_all(project, said_of_it);
    Some(Plan::Flow(Box::new(plan)))
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An end: `name`, `name (kind)`, `name @zone`.
fn end(project: &Project, catalog: &Catalog, words: &str) -> Option<End> {
    let (words, zone) = split_zone(project, words);
    let said_of_it = words.trim().strip_suffix(')').and_then(|words| words.rsplit_once('('));
    let (name, kind, stencil) =
        match said_of_it.map(|(name, word)| (name.trim(), kind_or_stencil(catalog, word))) {
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
fn kind_or_stencil(catalog: &Catalog, word: &str) -> (Option<ComponentKind>, Option<Arc<Stencil>>) {
    let stencil = if plain_kind(word).is_some() { None } else { stencil_named(catalog, word) };
    (stencil.as_ref().map(|stencil| stencil.kind).or_else(|| kind_named(word)), stencil)
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

fn read_addition(project: &Project, catalog: &Catalog, rest: &str) -> Option<Plan> {
    let (rest, zone) = split_zone(project, rest);
    let (name, kind) = rest.split_once(':').unwrap_or((rest, ""));
    let name = said(name).filter(|name| !begins_with_arrow(name))?;
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
    let (kind, stencil) = kind_or_stencil(catalog, kind.trim());
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
fn stencil_named(catalog: &Catalog, word: &str) -> Option<Arc<Stencil>> {
    let wanted = plain_word(word);
    let named = catalog.stencil(word).or_else(|| {
        let begins = |name: &String| plain_word(name).starts_with(&wanted);
        let found = catalog.find_stencils(word);
        found
            .into_iter()
            .find(|stencil| wanted.len() >= 3 && (begins(&stencil.name) || stencil.words.iter().any(begins)))
    });
    named.cloned()
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
    /// A flow of which nothing has been said.
    fn between(from: End, to: End) -> Self {
        Self {
            from,
            to,
            both_ways: false,
            protocol: String::new(),
            port: None,
            encryption: None,
            authentication: None,
            assets: Vec::new(),
            new_assets: Vec::new(),
            description: Vec::new(),
            goes_on: false,
        }
    }

    /// Takes in all that is said, piece by piece.
    fn hear_all(&mut self, project: &Project, said: &str) {
        for piece in said.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
            self.hear(project, piece);
        }
    }

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
        } else if !self.protocol.is_empty() && reads_like_a_thing(piece) {
            self.new_assets.push(piece.to_owned());
        } else {
            self.description.push(piece.to_owned());
        }
    }

    /// The same, with what reads like the name of a thing as assets that it carries; where all such names are assets
    /// already, with them as words about the flow. None when no words can be understood otherwise.
    pub fn read_otherwise(&self) -> Option<Self> {
        let (names, rest): (Vec<String>, Vec<String>) =
            self.description.iter().cloned().partition(|words| reads_like_a_thing(words));
        match (names.is_empty(), self.new_assets.is_empty()) {
            (false, _) => {
                let new_assets = self.new_assets.iter().cloned().chain(names).collect();
                Some(Self { new_assets, description: rest, ..self.clone() })
            }
            (true, false) => {
                let description = rest.into_iter().chain(self.new_assets.iter().cloned()).collect();
                Some(Self { new_assets: Vec::new(), description, ..self.clone() })
            }
            (true, true) => None,
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
            description: self.description.join(", "),
            ..Interface::default()
        }
    }
}

/// Whether words are short enough for the name of a thing, and no protocol.
fn reads_like_a_thing(words: &str) -> bool {
    const PROTOCOLS: [&str; 40] = [
        "http",
        "https",
        "rest",
        "graphql",
        "grpc",
        "soap",
        "ws",
        "wss",
        "websocket",
        "mqtt",
        "amqp",
        "kafka",
        "jdbc",
        "odbc",
        "sql",
        "ldap",
        "ldaps",
        "smtp",
        "imap",
        "ftp",
        "sftp",
        "ssh",
        "tcp",
        "udp",
        "quic",
        "mcp",
        "a2a",
        "json",
        "xml",
        "rpc",
        "webhook",
        "s3",
        "nfs",
        "smb",
        "dns",
        "saml",
        "oidc",
        "modbus",
        "opcua",
        "ipsec",
    ];
    let number = words.split_whitespace().count();
    (1..=3).contains(&number) && !PROTOCOLS.contains(&plain_word(words).as_str())
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

#[cfg(test)]
mod tests;
