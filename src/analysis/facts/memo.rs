//! What has been derived already: the same facts are asked for by many triggers.

use std::cell::{Cell, OnceCell};

use super::{Element, System, Value, component, interface};

/// Derived facts of one system by element and derivation. A row comes into being when its element is first asked about.
pub(crate) struct Memo<'a> {
    components: Vec<Row<'a>>,
    /// Each in the direction of its arrow, then against it.
    interfaces: Vec<Row<'a>>,
}

type Row<'a> = OnceCell<Box<[Cell<Option<Value<'a>>>]>>;

impl<'a> Memo<'a> {
    pub(crate) fn of(system: &System<'_>) -> Self {
        let rows = |count: usize| std::iter::repeat_with(Row::new).take(count).collect();
        Self { components: rows(system.components.len()), interfaces: rows(system.interfaces.len() * 2) }
    }

    pub(super) fn cell(&self, element: Element, derivation: usize) -> Option<&Cell<Option<Value<'a>>>> {
        let (row, width) = match element {
            Element::Component(at) => (self.components.get(at)?, component::DERIVATIONS),
            Element::Interface { at, reversed } => {
                (self.interfaces.get(at * 2 + usize::from(reversed))?, interface::DERIVATIONS)
            }
        };
        row.get_or_init(|| vec![Cell::new(None); width].into_boxed_slice()).get(derivation)
    }
}
