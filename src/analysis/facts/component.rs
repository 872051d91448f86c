//! What a component's surroundings decide about it.

use super::system::{ComponentFacts, End, has_credentials, highest};
use super::{Element, Facts, Gap, Value};
use crate::catalog::ElementKind;
use crate::model::{Authentication, ComponentKind, Sensitivity, plain_word};

/// How an attribute of a component is derived.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Derivation {
    AccessesPrivateData,
    AuthenticatesCallers,
    CanChangeState,
    CanCommunicateExternally,
    DataSensitivity,
    EndsAtAgent,
    HumanApproval,
    Hosted,
    InternetFacing,
    IsCache,
    IsVectorStore,
    Kind,
    LogsActions,
    MaxSensitivity,
    MultiUser,
    ProcessesUntrustedInput,
    Protocol,
    QueryLanguage,
    ReceivesAgentOutput,
    ReceivesSensitiveData,
    SharedMemory,
    StoresCredentials,
    StoresLogs,
    StoresMemory,
    ThirdParty,
    ToolCount,
    TrustLevel,
    UsesPasswords,
    UsesRag,
    WebFacing,
    WriteAccessUntrusted,
}

/// How many there are.
pub(super) const DERIVATIONS: usize = Derivation::WriteAccessUntrusted as usize + 1;

pub(super) fn derivation(name: &str) -> Option<Derivation> {
    Some(match name {
        "accesses_private_data" => Derivation::AccessesPrivateData,
        "authenticates_callers" => Derivation::AuthenticatesCallers,
        "can_change_state" => Derivation::CanChangeState,
        "can_communicate_externally" => Derivation::CanCommunicateExternally,
        "can_delegate" | "can_instruct_agents" | "can_submit_free_text" | "instructs_agent" => {
            Derivation::EndsAtAgent
        }
        "data_sensitivity" => Derivation::DataSensitivity,
        "hosted" => Derivation::Hosted,
        "human_approval" => Derivation::HumanApproval,
        "internet_facing" => Derivation::InternetFacing,
        "is_cache" => Derivation::IsCache,
        "is_vector_store" => Derivation::IsVectorStore,
        "kind" => Derivation::Kind,
        "logs_actions" => Derivation::LogsActions,
        "max_sensitivity" => Derivation::MaxSensitivity,
        "memory_shared" => Derivation::SharedMemory,
        "multi_user" => Derivation::MultiUser,
        "processes_untrusted_input" => Derivation::ProcessesUntrustedInput,
        "protocol" => Derivation::Protocol,
        "query_language" => Derivation::QueryLanguage,
        "receives_agent_output" => Derivation::ReceivesAgentOutput,
        "receives_sensitive_data" => Derivation::ReceivesSensitiveData,
        "stores_credentials" => Derivation::StoresCredentials,
        "stores_logs" => Derivation::StoresLogs,
        "stores_memory" => Derivation::StoresMemory,
        "third_party" => Derivation::ThirdParty,
        "tool_count" => Derivation::ToolCount,
        "trust_level" => Derivation::TrustLevel,
        "uses_passwords" => Derivation::UsesPasswords,
        "uses_rag" => Derivation::UsesRag,
        "web_facing" => Derivation::WebFacing,
        "write_access_untrusted" => Derivation::WriteAccessUntrusted,
        _ => return None,
    })
}

pub(super) fn derive<'a>(
    facts: &Facts<'a>,
    subject: &ComponentFacts<'a>,
    derivation: Derivation,
    attribute: u16,
) -> Value<'a> {
    let component = subject.component;
    match derivation {
        Derivation::Kind => return Value::Word(ElementKind::from(component.kind).word()),
        Derivation::TrustLevel => return Value::Number(f64::from(subject.trust)),
        Derivation::MaxSensitivity => return Value::Number(rank_of(subject.clearance)),
        _ => {}
    }
    let said = facts.said(&component.attributes, component.id.into(), attribute);
    let Value::Unknown(gap) = said else { return said };
    let around = Around { facts, subject };
    let truth = match derivation {
        Derivation::Kind | Derivation::TrustLevel | Derivation::MaxSensitivity => None,
        Derivation::AccessesPrivateData => around.accesses_private_data(),
        Derivation::AuthenticatesCallers => return around.authenticates_callers(gap),
        Derivation::CanChangeState => around.can_change_state(),
        Derivation::CanCommunicateExternally => around.can_communicate_externally(),
        Derivation::DataSensitivity => {
            return around.data_sensitivity().map_or(said, |level| Value::Number(rank_of(level)));
        }
        Derivation::EndsAtAgent => Some(around.leads_to(ComponentKind::Agent)),
        // A provider's zone says who runs it; a zone of ours does too.
        Derivation::Hosted if component.zone.is_some() => {
            return Value::Word(if subject.trust <= 1 { "third_party" } else { "self" });
        }
        Derivation::Hosted => None,
        Derivation::HumanApproval => {
            around.far_ends().any(|far| far.says("approves_actions")).then_some(true)
        }
        Derivation::InternetFacing => around.internet_facing(),
        Derivation::IsCache => {
            technology_has(subject, &["redis", "memcached", "varnish", "cache"]).then_some(true)
        }
        Derivation::IsVectorStore => around.is_vector_store(),
        // People and outside systems may keep records, but none that we could rely on.
        Derivation::LogsActions => component.kind.is_external_entity().then_some(false),
        Derivation::MultiUser => {
            let people = around.far_ends().filter(|far| far.component.kind == ComponentKind::Human);
            (people.map(|far| far.component.id).collect::<std::collections::BTreeSet<_>>().len() > 1)
                .then_some(true)
        }
        Derivation::ProcessesUntrustedInput => around.processes_untrusted_input(),
        Derivation::Protocol => return around.protocol().map_or(said, Value::Word),
        Derivation::QueryLanguage => return around.query_language().map_or(said, Value::Word),
        Derivation::ReceivesAgentOutput => {
            Some(around.ends(&subject.inflows).any(|(_, far)| far.component.kind == ComponentKind::Agent))
        }
        Derivation::ReceivesSensitiveData => around.receives_sensitive_data(),
        Derivation::SharedMemory => (component.attributes.yes("has_memory") == Some(false)).then_some(false),
        Derivation::StoresCredentials => around.stores_credentials(),
        Derivation::StoresLogs => name_has(subject, &["log", "logs", "audit", "journal"]).then_some(true),
        Derivation::StoresMemory => around.stores_memory(),
        Derivation::ThirdParty => match component.kind {
            ComponentKind::External => Some(true),
            _ => (component.zone.is_some() && subject.trust <= 1).then_some(true),
        },
        Derivation::ToolCount => return Value::Number(around.tool_count()),
        Derivation::UsesPasswords => around.uses_passwords(),
        Derivation::UsesRag => around.uses_rag(),
        Derivation::WebFacing => around.web_facing(),
        Derivation::WriteAccessUntrusted => around.untrusted_inflow(),
    };
    truth.map_or(said, Value::Truth)
}

/// The rank on the scale public, internal, confidential, restricted.
pub(super) fn rank_of(level: Sensitivity) -> f64 {
    f64::from(level as u8)
}

struct Around<'f, 'a> {
    facts: &'f Facts<'a>,
    subject: &'f ComponentFacts<'a>,
}

impl<'f, 'a> Around<'f, 'a> {
    fn ends(&self, ends: &'f [End]) -> impl Iterator<Item = (End, &'f ComponentFacts<'a>)> {
        let system = self.facts.system;
        ends.iter().filter_map(move |end| Some((*end, system.component(end.far)?)))
    }

    fn far_ends(&self) -> impl Iterator<Item = &'f ComponentFacts<'a>> {
        self.ends(&self.subject.inflows).chain(self.ends(&self.subject.outflows)).map(|(_, far)| far)
    }

    fn leads_to(&self, kind: ComponentKind) -> bool {
        self.ends(&self.subject.outflows).any(|(_, far)| far.component.kind == kind)
    }

    fn carried(&self, ends: &'f [End]) -> impl Iterator<Item = &'f super::InterfaceFacts<'a>> {
        let system = self.facts.system;
        ends.iter().filter_map(move |end| system.interface(end.interface))
    }

    /// The most sensitive asset that rests here or passes by.
    fn data_sensitivity(&self) -> Option<Sensitivity> {
        let resting = self.subject.assets.iter().copied();
        let passing = self.carried(&self.subject.inflows).chain(self.carried(&self.subject.outflows));
        highest(resting.chain(passing.flat_map(|interface| interface.assets.iter().copied())))
    }

    fn accesses_private_data(&self) -> Option<bool> {
        let private =
            |level: Option<Sensitivity>| level.is_some_and(|level| level >= Sensitivity::Confidential);
        let own = self.data_sensitivity();
        let read = self.ends(&self.subject.outflows).any(|(_, far)| {
            matches!(far.component.kind, ComponentKind::Store | ComponentKind::Tool)
                && private(highest(far.assets.iter().copied()))
        });
        if private(own) || read {
            return Some(true);
        }
        // Where each interface names what it carries, and none of it is private, the picture is complete.
        let mut touching =
            self.carried(&self.subject.inflows).chain(self.carried(&self.subject.outflows)).peekable();
        (touching.peek().is_some() && touching.all(|interface| !interface.assets.is_empty())).then_some(false)
    }

    /// Decided by the interfaces from beyond a boundary, where there are any: the question is asked there, once.
    fn authenticates_callers(&self, gap: Gap) -> Value<'a> {
        let attribute = self.facts.place_of("authenticated");
        let mut value = Value::Unknown(gap);
        for end in &self.subject.inflows {
            if !self.facts.system.interface(end.interface).is_some_and(|interface| interface.crosses) {
                continue;
            }
            let element = Element::Interface { at: end.interface, reversed: end.reversed };
            match (self.facts.value(element, attribute), value) {
                (Value::Truth(false), _) => return Value::Truth(false),
                (Value::Unknown(other), Value::Truth(true)) => value = Value::Unknown(other),
                (Value::Unknown(other), Value::Unknown(own)) if own == gap => value = Value::Unknown(other),
                (Value::Truth(true), Value::Unknown(own)) if own == gap => value = Value::Truth(true),
                _ => {}
            }
        }
        value
    }

    fn can_change_state(&self) -> Option<bool> {
        let changes = |far: &ComponentFacts<'_>| match far.component.kind {
            ComponentKind::Tool => {
                far.says("can_change_state")
                    || matches!(far.component.attributes.get("side_effects"),
                        Some(crate::model::Answer::Text(word)) if word != "none")
            }
            // An arrow to a store is a write where a service draws it; an agent may only be asking.
            ComponentKind::Store => self.subject.component.kind == ComponentKind::Process,
            _ => false,
        };
        self.ends(&self.subject.outflows).any(|(_, far)| changes(far)).then_some(true)
    }

    fn can_communicate_externally(&self) -> Option<bool> {
        if self.subject.says("browses_web") || self.subject.says("fetches_urls") {
            return Some(true);
        }
        let system = self.facts.system;
        let tool_leads_out = |tool: &ComponentFacts<'_>| {
            tool.component.kind == ComponentKind::Tool
                && tool
                    .outflows
                    .iter()
                    .any(|end| system.component(end.far).is_some_and(ComponentFacts::is_outside))
        };
        let mut beyond = self.ends(&self.subject.outflows).map(|(_, far)| far).peekable();
        let drawn = beyond.peek().is_some();
        if beyond.any(|far| far.is_outside() || tool_leads_out(far)) {
            return Some(true);
        }
        drawn.then_some(false)
    }

    fn internet_facing(&self) -> Option<bool> {
        if self.ends(&self.subject.inflows).any(|(_, far)| far.trust == 0) {
            return Some(true);
        }
        let placed = |far: &ComponentFacts<'_>| {
            far.component.zone.is_some() || !far.component.kind.is_external_entity()
        };
        (self.facts.system.has_zones && self.ends(&self.subject.inflows).all(|(_, far)| placed(far)))
            .then_some(false)
    }

    fn is_vector_store(&self) -> Option<bool> {
        let products = [
            "pgvector",
            "pinecone",
            "qdrant",
            "weaviate",
            "milvus",
            "chroma",
            "faiss",
            "vector",
            "embedding",
        ];
        if technology_has(self.subject, &products)
            || name_has(self.subject, &["vector", "vectors", "embeddings"])
        {
            return Some(true);
        }
        (!self.subject.component.technology.is_empty()).then_some(false)
    }

    fn processes_untrusted_input(&self) -> Option<bool> {
        let comes_in = self.untrusted_inflow();
        // What outsiders answer when they are called may be read or not; the arrow does not tell.
        let calls_outsiders = self
            .ends(&self.subject.outflows)
            .any(|(_, far)| far.is_outsider() && far.component.kind != ComponentKind::Human);
        comes_in.filter(|comes| *comes || !calls_outsiders && !self.subject.inflows.is_empty())
    }

    fn protocol(&self) -> Option<&'static str> {
        let mut all_named = !self.subject.inflows.is_empty() || !self.subject.outflows.is_empty();
        for interface in self.carried(&self.subject.inflows).chain(self.carried(&self.subject.outflows)) {
            let words = plain_word(&interface.interface.protocol);
            if words.contains("mcp") {
                return Some("mcp");
            }
            if words.contains("a2a") {
                return Some("a2a");
            }
            all_named &= !words.is_empty();
        }
        all_named.then_some("other")
    }

    fn query_language(&self) -> Option<&'static str> {
        let is = |products: &[&str]| technology_has(self.subject, products);
        if is(&["pgvector", "pinecone", "qdrant", "weaviate", "milvus", "chroma", "faiss"]) {
            Some("vector")
        } else if is(&["neo4j", "neptune", "arango", "graph"]) {
            Some("graph")
        } else if is(&[
            "mongo",
            "dynamo",
            "couch",
            "cassandra",
            "elastic",
            "opensearch",
            "firestore",
            "nosql",
        ]) {
            Some("nosql")
        } else if is(&["ldap", "activedirectory"]) {
            Some("ldap")
        } else if is(&["sql", "postgres", "oracle", "maria", "aurora", "snowflake", "bigquery", "redshift"]) {
            Some("sql")
        } else if is(&["s3", "bucket", "blob", "file", "redis", "memcached", "kafka", "queue"]) {
            Some("none")
        } else {
            None
        }
    }

    fn receives_sensitive_data(&self) -> Option<bool> {
        let mut named = true;
        for interface in self.carried(&self.subject.inflows) {
            match highest(interface.assets.iter().copied()) {
                Some(level) if level >= Sensitivity::Confidential => return Some(true),
                Some(_) => {}
                None => named = false,
            }
        }
        named.then_some(false)
    }

    fn stores_credentials(&self) -> Option<bool> {
        if has_credentials(&self.subject.assets) {
            return Some(true);
        }
        (!self.subject.assets.is_empty()).then_some(false)
    }

    fn stores_memory(&self) -> Option<bool> {
        if name_has(self.subject, &["memory", "memories"]) {
            return Some(true);
        }
        let agents = self.far_ends().any(|far| far.component.kind == ComponentKind::Agent);
        (!agents).then_some(false)
    }

    fn tool_count(&self) -> f64 {
        let tools: std::collections::BTreeSet<_> = self
            .ends(&self.subject.outflows)
            .filter(|(_, far)| far.component.kind == ComponentKind::Tool)
            .map(|(_, far)| far.component.id)
            .collect();
        tools.len() as f64
    }

    fn uses_passwords(&self) -> Option<bool> {
        let mut known = true;
        for interface in self.carried(&self.subject.inflows) {
            match interface.interface.authentication {
                Some(Authentication::Password) => return Some(true),
                Some(_) => {}
                None => known = false,
            }
        }
        known.then_some(false)
    }

    fn uses_rag(&self) -> Option<bool> {
        let mut stores = self.far_ends().filter(|far| far.component.kind == ComponentKind::Store).peekable();
        if stores.peek().is_none() {
            return Some(false);
        }
        let searched =
            |far: &ComponentFacts<'a>| Around { facts: self.facts, subject: far }.is_vector_store_said();
        stores.any(searched).then_some(true)
    }

    fn is_vector_store_said(&self) -> bool {
        let said = self.subject.component.attributes.yes("is_vector_store");
        said.or_else(|| self.is_vector_store()) == Some(true)
    }

    fn web_facing(&self) -> Option<bool> {
        let mut known = true;
        for (end, far) in self.ends(&self.subject.inflows) {
            if far.component.kind != ComponentKind::Human {
                continue;
            }
            let Some(interface) = self.facts.system.interface(end.interface) else { continue };
            let protocol = plain_word(&interface.interface.protocol);
            if protocol.starts_with("http") || protocol.starts_with("ws") {
                return Some(true);
            }
            known &= !protocol.is_empty();
        }
        known.then_some(false)
    }

    /// Whether what comes in holds content that strangers wrote.
    fn untrusted_inflow(&self) -> Option<bool> {
        let attribute = self.facts.place_of("untrusted_content");
        let mut certain = true;
        for end in &self.subject.inflows {
            let element = Element::Interface { at: end.interface, reversed: end.reversed };
            match self.facts.value(element, attribute) {
                Value::Truth(true) => return Some(true),
                Value::Unknown(_) => certain = false,
                _ => {}
            }
        }
        certain.then_some(false)
    }
}

/// Whether the technology names one of these products.
fn technology_has(subject: &ComponentFacts<'_>, products: &[&str]) -> bool {
    if subject.component.technology.is_empty() {
        return false;
    }
    let technology = plain_word(&subject.component.technology);
    products.iter().any(|product| technology.contains(product))
}

/// Whether one word of the name is one of these.
fn name_has(subject: &ComponentFacts<'_>, words: &[&str]) -> bool {
    let name = &subject.component.name;
    let mut parts = name.split(|letter: char| !letter.is_alphanumeric());
    parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}
