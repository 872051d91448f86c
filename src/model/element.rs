//! What stands on the diagram: components, interfaces between them, zones around them, open boundary lines.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{choice, keyed, record};
use super::{AssetId, Attributes, ComponentId, InterfaceId, LineId, ZoneId};

choice! {
    /// What a component is; the picture shows it by its silhouette.
    pub enum ComponentKind {
        /// Code that runs: a service, a job, a function.
        Process = "Process",
        /// An AI agent: plans and acts.
        Agent = "Agent",
        /// An AI model that is asked.
        Model = "Model",
        /// A tool that agents call.
        Tool = "Tool",
        /// A data store: database, bucket, queue, index, log.
        Store = "Store",
        /// A system outside of our control.
        External = "External",
        /// A person.
        Human = "Human",
    }
}

impl ComponentKind {
    /// Whether the field's older tools call it an external entity.
    pub fn is_external_entity(self) -> bool {
        matches!(self, Self::External | Self::Human)
    }

    /// The name of the icon that stands for the kind.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Agent => "bot",
            Self::Process => "cog",
            Self::Model => "brain-circuit",
            Self::Tool => "wrench",
            Self::Store => "database",
            Self::External => "globe",
            Self::Human => "user",
        }
    }

    /// Whether the field's older tools call it a process.
    pub fn is_process(self) -> bool {
        matches!(self, Self::Process | Self::Agent | Self::Model | Self::Tool)
    }
}

record! {
    /// A part of the system: a node of the diagram.
    pub struct Component {
        /// `C-01`.
        id: ComponentId,
        /// What it is.
        kind: ComponentKind,
        /// What people call it.
        name: String,
        /// The zone that it stands in; none is outside of every zone.
        zone: Option<ZoneId>,
        /// What it is made of (`PostgreSQL 16`).
        technology: String,
        /// The name of its icon, where that is not its kind's.
        icon: String,
        /// What it does, in a sentence.
        description: String,
        /// Who answers for it.
        owner: String,
        /// What is known of it.
        attributes: Attributes,
        /// Names of attributes whose answer nobody has confirmed yet: it came from a stencil.
        assumed: BTreeSet<String>,
        /// Anything else.
        notes: String,
        /// Not looked at in this model.
        out_of_scope: bool,
        /// Why it is not looked at.
        out_of_scope_reason: String,
        /// Free words to find it by.
        tags: Vec<String>,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

record! {
    /// A data flow between two components: an edge of the diagram. An end that is not attached is none.
    pub struct Interface {
        /// `F-01`.
        id: InterfaceId,
        /// An own name; usually empty, and the ends name it.
        name: String,
        /// The component that sends, or that calls when it goes both ways.
        from: Option<ComponentId>,
        /// The component that receives.
        to: Option<ComponentId>,
        /// Data goes both ways.
        both_ways: bool,
        /// `HTTPS`, `gRPC`, `PostgreSQL`.
        protocol: String,
        /// The port of the receiver.
        port: Option<u16>,
        /// How the caller proves who it is; none is not known.
        authentication: Option<Authentication>,
        /// How the data is protected on the way; none is not known.
        encryption: Option<Encryption>,
        /// The assets that travel on it.
        assets: Vec<AssetId>,
        /// What it is for, in a sentence.
        description: String,
        /// Its number in the order of events; 0 is none.
        order: u32,
        /// What is known of it.
        attributes: Attributes,
        /// Names of attributes whose answer nobody has confirmed yet: it came from a stencil.
        assumed: BTreeSet<String>,
        /// Anything else.
        notes: String,
        /// Not looked at in this model.
        out_of_scope: bool,
        /// Why it is not looked at.
        out_of_scope_reason: String,
        /// Free words to find it by.
        tags: Vec<String>,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

choice! {
    /// How a caller proves who it is.
    pub enum Authentication {
        /// Not at all. In files it is not called None, which would read as not known.
        #[serde(rename = "Nothing")]
        None = "Nothing",
        /// A name and a password.
        Password = "Password",
        /// A fixed key.
        ApiKey = "API key",
        /// A token that expires (OAuth, JWT, session).
        Token = "Token",
        /// Single sign-on of a person, with a second factor.
        SingleSignOn = "Single sign-on",
        /// A client certificate (mutual TLS).
        MutualTls = "Mutual TLS",
        /// A signature on each message.
        Signature = "Signed messages",
        /// Some other proof.
        Other = "Other proof",
    }
}

choice! {
    /// How data is protected on the way.
    pub enum Encryption {
        /// Clear text. In files it is not called None, which would read as not known.
        #[serde(rename = "ClearText")]
        None = "Clear text",
        /// TLS of a version not named.
        Tls = "TLS",
        /// TLS 1.2.
        Tls12 = "TLS 1.2",
        /// TLS 1.3.
        Tls13 = "TLS 1.3",
        /// Mutual TLS.
        MutualTls = "Mutual TLS",
        /// A tunnel (VPN, SSH, WireGuard).
        Tunnel = "Tunnel",
        /// End to end, by the application.
        EndToEnd = "End to end",
        /// Encrypted, no more is known.
        Other = "Encrypted",
    }
}

record! {
    /// A zone of trust: a closed boundary with components and zones inside.
    pub struct Zone {
        /// `Z-1`.
        id: ZoneId,
        /// What people call it.
        name: String,
        /// What kind of boundary it is.
        kind: ZoneKind,
        /// How far it is trusted: 0 the public, 1 third parties, 2 company network, 3 controlled runtime, 4 crown jewels.
        trust: u8 = 2,
        /// The zone that it stands in.
        parent: Option<ZoneId>,
        /// What it is, in a sentence.
        description: String,
        /// What is known of it.
        attributes: Attributes,
        /// Anything else.
        notes: String,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

choice! {
    /// What kind of boundary a zone is.
    pub enum ZoneKind {
        /// A network or segment.
        Network = "Network",
        /// A process, container or virtual machine.
        Execution = "Execution environment",
        /// A cloud account or provider.
        Cloud = "Cloud account",
        /// An organisation.
        Organisation = "Organisation",
        /// A place that can be walked into.
        Physical = "Physical place",
        /// A data zone with its own access rules.
        Data = "Data zone",
        /// Something else.
        Other = "Other",
    }
}

record! {
    /// An open boundary line, as other tools draw them: flows cross it, nothing is inside of it.
    pub struct BoundaryLine {
        /// `L-1`.
        id: LineId,
        /// What people call it.
        name: String,
        /// What it is, in a sentence.
        description: String,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

record! {
    /// Where an imported thing came from, so that it can go back unchanged.
    pub struct Origin {
        /// The format (`threat-dragon`, `otm`).
        format: String,
        /// Its id there.
        id: String,
        /// Keys that this model has no place for, each as JSON text.
        keys: BTreeMap<String, String>,
    }
}

keyed! { Component => ComponentId, Interface => InterfaceId, Zone => ZoneId, BoundaryLine => LineId }

impl Component {
    /// The attributes whose answers stand until somebody confirms them, by name.
    pub fn assumptions(&self) -> impl Iterator<Item = &str> {
        standing(&self.assumed, &self.attributes)
    }
}

fn standing<'a>(assumed: &'a BTreeSet<String>, attributes: &'a Attributes) -> impl Iterator<Item = &'a str> {
    assumed.iter().map(String::as_str).filter(|name| attributes.get(name).is_some())
}

impl Interface {
    /// The attributes whose answers stand until somebody confirms them, by name.
    pub fn assumptions(&self) -> impl Iterator<Item = &str> {
        standing(&self.assumed, &self.attributes)
    }

    /// Whether somebody has said how it is protected, and that is not clear text.
    pub fn is_encrypted(&self) -> Option<bool> {
        self.encryption.map(|encryption| encryption != Encryption::None)
    }

    /// Whether somebody has said how callers prove who they are, and that is not nothing.
    pub fn is_authenticated(&self) -> Option<bool> {
        self.authentication.map(|authentication| authentication != Authentication::None)
    }

    /// Whether both ends are attached.
    pub fn is_attached(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }

    /// The end that is not `component`; none if it is not an end or the other is not attached.
    pub fn other_end(&self, component: ComponentId) -> Option<ComponentId> {
        if self.from == Some(component) {
            self.to
        } else if self.to == Some(component) {
            self.from
        } else {
            None
        }
    }
}
