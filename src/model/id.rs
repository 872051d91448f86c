//! Names that never change: one small number for each kind of thing, written with a letter (`C-01`, `T-001`).
//!
//! Numbers are given once and never reused; the project keeps the next free one of each kind.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

/// A text that is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {wanted}")]
pub struct IdError {
    /// What was found.
    pub text: String,
    /// What was wanted, with an example.
    pub wanted: &'static str,
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident, $variant:ident, $letter:literal, $width:literal, $example:literal;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
            pub struct $name(pub u32);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(&format!(concat!($letter, "-{:0width$}"), self.0, width = $width))
                }
            }

            impl FromStr for $name {
                type Err = IdError;
                fn from_str(text: &str) -> Result<Self, IdError> {
                    text.strip_prefix(concat!($letter, "-"))
                        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
                        .and_then(|digits| digits.parse().ok())
                        .map(Self)
                        .ok_or_else(|| IdError { text: text.to_owned(), wanted: concat!("an id like ", $example) })
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
                }
            }

            impl From<$name> for ItemId {
                fn from(id: $name) -> Self {
                    Self::$variant(id)
                }
            }
        )*

        /// Any thing of the model that can be named, selected, linked or complained about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ItemId {
            $($(#[$meta])* $variant($name),)*
        }

        impl fmt::Display for ItemId {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(id) => fmt::Display::fmt(id, f),)*
                }
            }
        }

        impl FromStr for ItemId {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                $(if let Ok(id) = text.parse::<$name>() {
                    return Ok(Self::$variant(id));
                })*
                Err(IdError { text: text.to_owned(), wanted: "an id like C-01, F-01, Z-1 or T-001" })
            }
        }
    };
}

ids! {
    /// A component: `C-01`.
    ComponentId, Component, "C", 2, "C-01";
    /// An interface (data flow): `F-01`.
    InterfaceId, Interface, "F", 2, "F-01";
    /// A zone (closed trust boundary): `Z-1`.
    ZoneId, Zone, "Z", 1, "Z-1";
    /// An open boundary line: `L-1`.
    LineId, Line, "L", 1, "L-1";
    /// An asset: `A-1`.
    AssetId, Asset, "A", 1, "A-1";
    /// A threat: `T-001`.
    ThreatId, Threat, "T", 3, "T-001";
    /// A control (mitigation in use): `M-01`.
    ControlId, Control, "M", 2, "M-01";
    /// A policy: `P-01`.
    PolicyId, Policy, "P", 2, "P-01";
    /// A policy rule: `R-01`.
    RuleId, Rule, "R", 2, "R-01";
    /// A recorded simulation: `E-01`.
    EvidenceId, Evidence, "E", 2, "E-01";
    /// A view of the diagram: `V-1`.
    ViewId, View, "V", 1, "V-1";
    /// A review: `W-1`.
    ReviewId, Review, "W", 1, "W-1";
    /// An assumption: `S-01`.
    AssumptionId, Assumption, "S", 2, "S-01";
    /// A question that people ask: `Q-01`.
    QuestionId, Question, "Q", 2, "Q-01";
    /// A note: `N-01`.
    NoteId, Note, "N", 2, "N-01";
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What a threat can be aimed at: a component, an interface, a zone, a boundary line or an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A component.
    Component(ComponentId),
    /// An interface.
    Interface(InterfaceId),
    /// A zone.
    Zone(ZoneId),
    /// An open boundary line.
    Line(LineId),
    /// An asset.
    Asset(AssetId),
}

impl From<Target> for ItemId {
    fn from(target: Target) -> Self {
        match target {
            Target::Component(id) => Self::Component(id),
            Target::Interface(id) => Self::Interface(id),
            Target::Zone(id) => Self::Zone(id),
            Target::Line(id) => Self::Line(id),
            Target::Asset(id) => Self::Asset(id),
        }
    }
}

impl TryFrom<ItemId> for Target {
    type Error = IdError;
    fn try_from(item: ItemId) -> Result<Self, IdError> {
        match item {
            ItemId::Component(id) => Ok(Self::Component(id)),
            ItemId::Interface(id) => Ok(Self::Interface(id)),
            ItemId::Zone(id) => Ok(Self::Zone(id)),
            ItemId::Line(id) => Ok(Self::Line(id)),
            ItemId::Asset(id) => Ok(Self::Asset(id)),
            other => Err(IdError {
                text: other.to_string(),
                wanted: "a target: a component, interface, zone, boundary line or asset",
            }),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ItemId::from(*self).fmt(f)
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ItemId::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}
