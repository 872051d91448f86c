//! The verbs: every change a person can make to a project, as a value that can be undone.
//!
//! May use: model. Never contains: ids made up twice; a change with no inverse; files, clocks, egui. An [`Edit`] replaces
//! one record (or one setting) and yields the edit that brings the old one back. A [`Transaction`] is a named list of
//! edits that succeeds whole or not at all. The verbs build transactions: what else must change with a change is theirs to
//! know.

mod apply;
#[cfg(test)]
mod tests;
mod transaction;
pub mod verbs;

pub use apply::{Details, Edit, EditError, Slot};
pub use transaction::{MergeKey, Transaction};
