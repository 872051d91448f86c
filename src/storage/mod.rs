//! Project files on disk: their text, atomic saving, recovery after a crash, recent files, settings.
//!
//! May use: model, edit (merge), analysis (comparison). Never contains: a change to an open project. No other room but this
//! one, session and the two shells reads or writes files.

pub mod file;
mod migration;
mod stamp;
pub mod text;

pub use stamp::Stamp;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod text_tests;
