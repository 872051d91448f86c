//! How the nouns are written down: two macros and the table that holds records in id order.
//!
//! `record!` makes a plain struct whose default fields are left out of the file and whose unknown keys survive a round
//! trip; `choice!` makes an enum of words with a label for the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

/// Keys that this version does not know, as raw RON text. They are written back as they came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra(pub BTreeMap<String, String>);

impl Extra {
    /// Takes a key out, for a migration that knows what it meant.
    pub fn take(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    pub(crate) fn write_into<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
        for (key, raw) in &self.0 {
            // What was read is RON; anything else can only be text, and is kept as such rather than lost.
            match ron::value::RawValue::from_ron(raw) {
                Ok(value) => out.serialize_field(interned(key), value)?,
                Err(_) => out.serialize_field(interned(key), raw)?,
            }
        }
        Ok(())
    }
}

/// Serde wants field names that live for ever; unknown keys are few, so each is kept once.
fn interned(key: &str) -> &'static str {
    static KEYS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut keys = KEYS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = keys.get(key) {
        return known;
    }
    let leaked: &'static str = Box::leak(key.to_owned().into_boxed_str());
    keys.insert(leaked);
    leaked
}

/// A field name as it stands in the file.
pub(crate) struct FieldName(pub(crate) String);

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl Visitor<'_> for NameVisitor {
            type Value = FieldName;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<FieldName, E> {
                Ok(FieldName(name.to_owned()))
            }
        }
        deserializer.deserialize_identifier(NameVisitor)
    }
}

macro_rules! record_default {
    () => {
        Default::default()
    };
    ($value:expr) => {
        $value
    };
}
pub(crate) use record_default;

/// A struct of public fields. A field equal to its default is not written; a missing one is read as its default.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $ty:ty $(= $default:expr)?),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $ty,)*
            /// Keys of other versions, kept as they came.
            pub extra: $crate::model::Extra,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: $crate::model::record::record_default!($($default)?),)*
                    extra: $crate::model::Extra::default(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                let default = Self::default();
                let written = self.extra.0.len() $(+ usize::from(self.$field != default.$field))*;
                let mut out = serializer.serialize_struct(stringify!($name), written)?;
                $(if self.$field != default.$field {
                    out.serialize_field(stringify!($field), &self.$field)?;
                })*
                self.extra.write_into(&mut out)?;
                out.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct RecordVisitor;
                impl<'de> serde::de::Visitor<'de> for RecordVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("the fields of ", stringify!($name)))
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut out = $name::default();
                        $(let mut $field = false;)*
                        while let Some(key) = map.next_key::<$crate::model::record::FieldName>()? {
                            match key.0.as_str() {
                                $(stringify!($field) => {
                                    if std::mem::replace(&mut $field, true) {
                                        return Err(serde::de::Error::duplicate_field(stringify!($field)));
                                    }
                                    out.$field = map.next_value()?;
                                })*
                                _ => {
                                    // RON trims it itself, but for the line end that closes a comment.
                                    let raw = map.next_value::<Box<ron::value::RawValue>>()?;
                                    out.extra.0.insert(key.0, raw.get_ron().to_owned());
                                }
                            }
                        }
                        Ok(out)
                    }
                }
                const FIELDS: &[&str] = &[$(stringify!($field)),*];
                deserializer.deserialize_struct(stringify!($name), FIELDS, RecordVisitor)
            }
        }
    };
}
pub(crate) use record;

/// An enum of words. The first word is the default; `ALL` lists them in order; `label` is what a person reads.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident {
        $(#[$first_meta:meta])* $first:ident = $first_label:literal
        $(, $(#[$variant_meta:meta])* $variant:ident = $label:literal)* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[$first_meta])* #[default] $first,
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// Every word, in the order of the scale or list.
            pub const ALL: &'static [Self] = &[Self::$first $(, Self::$variant)*];

            /// The word as a person reads it.
            pub fn label(self) -> &'static str {
                match self {
                    Self::$first => $first_label,
                    $(Self::$variant => $label,)*
                }
            }

            /// The word with that label or name, whatever its case, spaces, hyphens and underscores.
            pub fn from_word(word: &str) -> Option<Self> {
                let wanted = $crate::model::record::plain_word(word);
                Self::ALL.iter().copied().find(|choice| {
                    $crate::model::record::plain_word(choice.label()) == wanted
                        || $crate::model::record::plain_word(&format!("{choice:?}")) == wanted
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.label())
            }
        }
    };
}
pub(crate) use choice;

/// A word in lower case, letters and digits only: how words of files and people are compared.
pub fn plain_word(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words with a capital letter, as a sentence begins.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A record that carries its own id.
pub trait Keyed {
    /// The kind of id.
    type Id: Copy + Ord + fmt::Display;
    /// The id of this record.
    fn id(&self) -> Self::Id;
}

macro_rules! keyed {
    ($($record:ty => $id:ty),* $(,)?) => {
        $(impl $crate::model::Keyed for $record {
            type Id = $id;
            fn id(&self) -> $id {
                self.id
            }
        })*
    };
}
pub(crate) use keyed;

/// Records in the order of their ids; in the file a plain list.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<T: Keyed>(BTreeMap<T::Id, T>);

impl<T: Keyed> Default for Table<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Keyed> Table<T> {
    /// The record with that id.
    pub fn get(&self, id: T::Id) -> Option<&T> {
        self.0.get(&id)
    }

    /// The record with that id, to change in place. For importers and edits.
    pub fn get_mut(&mut self, id: T::Id) -> Option<&mut T> {
        self.0.get_mut(&id)
    }

    /// Whether there is such a record.
    pub fn contains(&self, id: T::Id) -> bool {
        self.0.contains_key(&id)
    }

    /// All records in id order.
    pub fn iter(&self) -> std::collections::btree_map::Values<'_, T::Id, T> {
        self.0.values()
    }

    /// All records in id order, to change in place. For importers and edits; ids must stay as they are.
    pub fn iter_mut(&mut self) -> std::collections::btree_map::ValuesMut<'_, T::Id, T> {
        self.0.values_mut()
    }

    /// All ids in order.
    pub fn ids(&self) -> impl Iterator<Item = T::Id> + '_ {
        self.0.keys().copied()
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a record in, under its own id; gives back the one it replaces. For importers and edits.
    pub fn insert(&mut self, record: T) -> Option<T> {
        self.0.insert(record.id(), record)
    }

    /// Takes a record out. For edits.
    pub fn remove(&mut self, id: T::Id) -> Option<T> {
        self.0.remove(&id)
    }
}

impl<'a, T: Keyed> IntoIterator for &'a Table<T> {
    type Item = &'a T;
    type IntoIter = std::collections::btree_map::Values<'a, T::Id, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Keyed> IntoIterator for &'a mut Table<T> {
    type Item = &'a mut T;
    type IntoIter = std::collections::btree_map::ValuesMut<'a, T::Id, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Keyed> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(records: I) -> Self {
        Self(records.into_iter().map(|record| (record.id(), record)).collect())
    }
}

impl<T: Keyed + Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.len()))?;
        for record in self {
            out.serialize_element(record)?;
        }
        out.end()
    }
}

impl<'de, T: Keyed + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TableVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Keyed + Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
            type Value = Table<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of records with ids")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Table<T>, A::Error> {
                let mut table = Table::default();
                while let Some(record) = list.next_element::<T>()? {
                    let id = record.id();
                    if table.insert(record).is_some() {
                        return Err(serde::de::Error::custom(format!("the id {id} stands twice")));
                    }
                }
                Ok(table)
            }
        }
        deserializer.deserialize_seq(TableVisitor(std::marker::PhantomData))
    }
}
