//! What an interface's fields, ends and assets decide about it.

use super::component::rank_of;
use super::system::{ComponentFacts, InterfaceFacts, has_credentials, highest};
use super::{Element, Facts, Gap, Value};
use crate::model::{Answer, Authentication, ComponentKind, Encryption, ZoneId, plain_word};

/// How an attribute of an interface is derived.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Derivation {
    Authenticated,
    CarriesCredentials,
    CarriesSessionToken,
    CrossesBoundary,
    DataSensitivity,
    Direction,
    Encrypted,
    FromRegion,
    FromTrust,
    InputValidated,
    IntegrityProtected,
    MutualAuth,
    ReplayProtected,
    ServerAuthenticated,
    ToRegion,
    ToTrust,
    UntrustedContent,
    WeakProtocolVersion,
}

/// How many there are.
pub(super) const DERIVATIONS: usize = Derivation::WeakProtocolVersion as usize + 1;

pub(super) fn derivation(name: &str) -> Option<Derivation> {
    Some(match name {
        "authenticated" => Derivation::Authenticated,
        "carries_credentials" => Derivation::CarriesCredentials,
        "carries_session_token" => Derivation::CarriesSessionToken,
        "crosses_boundary" => Derivation::CrossesBoundary,
        "data_sensitivity" => Derivation::DataSensitivity,
        "direction" => Derivation::Direction,
        "encrypted" => Derivation::Encrypted,
        "from_region" => Derivation::FromRegion,
        "from_trust" => Derivation::FromTrust,
        "input_validated" => Derivation::InputValidated,
        "integrity_protected" => Derivation::IntegrityProtected,
        "mutual_auth" => Derivation::MutualAuth,
        "replay_protected" => Derivation::ReplayProtected,
        "server_authenticated" => Derivation::ServerAuthenticated,
        "to_region" => Derivation::ToRegion,
        "to_trust" => Derivation::ToTrust,
        "untrusted_content" => Derivation::UntrustedContent,
        "weak_protocol_version" => Derivation::WeakProtocolVersion,
        _ => return None,
    })
}

pub(super) fn derive<'a>(
    facts: &Facts<'a>,
    subject: &InterfaceFacts<'a>,
    reversed: bool,
    derivation: Derivation,
    attribute: u16,
) -> Value<'a> {
    let (from, to) = if reversed { (subject.to, subject.from) } else { (subject.from, subject.to) };
    let way = Course { facts, subject, from: from.and_then(|at| facts.system.component(at)), to };
    let interface = subject.interface;
    let said = || facts.said(&interface.attributes, interface.id.into(), attribute);
    let known = |truth: Option<bool>| truth.map_or_else(said, Value::Truth);
    match derivation {
        Derivation::CrossesBoundary => Value::Truth(subject.crosses),
        Derivation::FromTrust => trust_of(way.from),
        Derivation::ToTrust => trust_of(way.target()),
        Derivation::Direction => Value::Word(way.direction()),
        // The fields of the interface speak first: that is where people say it.
        Derivation::Authenticated => known(
            interface
                .is_authenticated()
                .or_else(|| (interface.encryption == Some(Encryption::MutualTls)).then_some(true)),
        ),
        Derivation::Encrypted => known(way.encrypted()),
        _ => match said() {
            Value::Unknown(gap) => way.beyond_words(derivation, gap),
            value => value,
        },
    }
}

fn trust_of<'a>(end: Option<&ComponentFacts<'a>>) -> Value<'a> {
    // A loose end stands nowhere; 2 is what everything outside of zones has.
    Value::Number(f64::from(end.map_or(2, |end| end.trust)))
}

struct Course<'f, 'a> {
    facts: &'f Facts<'a>,
    subject: &'f InterfaceFacts<'a>,
    from: Option<&'f ComponentFacts<'a>>,
    to: Option<usize>,
}

impl<'f, 'a> Course<'f, 'a> {
    fn target(&self) -> Option<&'f ComponentFacts<'a>> {
        self.to.and_then(|at| self.facts.system.component(at))
    }

    /// Outbound leads to where nobody of ours stands. An answer to a person is not outbound.
    fn direction(&self) -> &'static str {
        match self.target() {
            Some(target) if target.is_outside() => "outbound",
            Some(_) if self.from.is_some_and(ComponentFacts::is_outsider) => "inbound",
            _ => "inside",
        }
    }

    fn encrypted(&self) -> Option<bool> {
        let interface = self.subject.interface;
        interface.is_encrypted().or_else(|| match plain_word(&interface.protocol).as_str() {
            "https" | "tls" | "wss" | "grpcs" | "ftps" | "sftp" | "ssh" | "amqps" | "mqtts" | "ldaps"
            | "smtps" | "imaps" | "quic" | "http3" => Some(true),
            "http" | "ftp" | "telnet" | "ws" | "ldap" | "tftp" => Some(false),
            _ => None,
        })
    }

    /// The encryption where somebody named one; a protocol that is always encrypted counts as TLS.
    fn transport(&self) -> Option<Encryption> {
        self.subject
            .interface
            .encryption
            .or_else(|| self.encrypted().map(|yes| if yes { Encryption::Tls } else { Encryption::None }))
    }

    /// What is derived where nobody has said anything.
    fn beyond_words(&self, derivation: Derivation, gap: Gap) -> Value<'a> {
        let interface = self.subject.interface;
        let known = |truth: Option<bool>| truth.map_or(Value::Unknown(gap), Value::Truth);
        match derivation {
            Derivation::CarriesCredentials => known(
                has_credentials(&self.subject.assets)
                    .then_some(true)
                    .or((!self.subject.assets.is_empty()).then_some(false)),
            ),
            Derivation::CarriesSessionToken => known(interface.authentication.map(|authentication| {
                matches!(authentication, Authentication::Token | Authentication::SingleSignOn)
            })),
            Derivation::DataSensitivity => match highest(self.subject.assets.iter().copied()) {
                Some(level) => Value::Number(rank_of(level)),
                None => Value::Unknown(gap),
            },
            Derivation::FromRegion => self.region(self.from, gap),
            Derivation::ToRegion => self.region(self.target(), gap),
            Derivation::InputValidated => self.input_validated(gap),
            Derivation::IntegrityProtected => match (self.transport(), interface.authentication) {
                (_, Some(Authentication::Signature)) => Value::Truth(true),
                (Some(encryption), _) => Value::Truth(encryption != Encryption::None),
                // Encryption would settle it, and is asked for anyway.
                (None, _) => self.as_encrypted(),
            },
            Derivation::MutualAuth => {
                if interface.encryption == Some(Encryption::MutualTls) {
                    return Value::Truth(true);
                }
                known(match interface.authentication {
                    Some(Authentication::MutualTls) => Some(true),
                    Some(Authentication::None) => Some(false),
                    _ => None,
                })
            }
            Derivation::ReplayProtected => known(match self.transport() {
                Some(
                    Encryption::Tls
                    | Encryption::Tls12
                    | Encryption::Tls13
                    | Encryption::MutualTls
                    | Encryption::Tunnel,
                ) => Some(true),
                _ => None,
            }),
            Derivation::ServerAuthenticated => match self.transport() {
                Some(Encryption::None) => Value::Truth(false),
                Some(Encryption::Tls | Encryption::Tls12 | Encryption::Tls13 | Encryption::MutualTls) => {
                    Value::Truth(true)
                }
                Some(_) => Value::Unknown(gap),
                None => match self.as_encrypted() {
                    Value::Truth(true) => Value::Unknown(gap),
                    other => other,
                },
            },
            Derivation::UntrustedContent => known(self.untrusted_content()),
            Derivation::WeakProtocolVersion => known(match interface.encryption {
                Some(Encryption::Tls12 | Encryption::Tls13 | Encryption::MutualTls) => Some(false),
                _ => None,
            }),
            Derivation::Authenticated
            | Derivation::CrossesBoundary
            | Derivation::Direction
            | Derivation::Encrypted
            | Derivation::FromTrust
            | Derivation::ToTrust => Value::Unknown(gap),
        }
    }

    fn as_encrypted(&self) -> Value<'a> {
        let interface = self.subject.interface;
        self.facts.said(&interface.attributes, interface.id.into(), self.facts.place_of("encrypted"))
    }

    /// The receiver's word counts for all that it receives; it is asked there, once.
    fn input_validated(&self, gap: Gap) -> Value<'a> {
        match (self.to, self.target()) {
            (Some(at), Some(target)) if target.component.kind.is_process() => {
                self.facts.value(Element::Component(at), gap.attribute)
            }
            _ => Value::Unknown(gap),
        }
    }

    fn untrusted_content(&self) -> Option<bool> {
        let from = self.from?;
        if from.is_outsider() {
            return Some(true);
        }
        let may_pass_on = from.downstream_of_outsiders && from.component.kind != ComponentKind::Human;
        (!may_pass_on).then_some(false)
    }

    fn region(&self, end: Option<&ComponentFacts<'a>>, gap: Gap) -> Value<'a> {
        let diagram = &self.facts.project().diagram;
        let chain: Vec<ZoneId> = diagram.zone_chain(end.and_then(|end| end.component.zone));
        let region = chain.iter().filter_map(|zone| diagram.zones.get(*zone)).find_map(|zone| {
            match zone.attributes.get("region") {
                Some(Answer::Text(region)) => Some(region.as_str()),
                _ => None,
            }
        });
        region.map_or(Value::Unknown(gap), Value::Word)
    }
}
