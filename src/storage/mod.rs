//! Project files on disk: their text, atomic saving, recovery after a crash, recent files, settings, own
//! stencils and packs. And answers of servers.
//!
//! May use: model, edit (merge), analysis (comparison). Never contains: a change to an open project. No other room but this
//! one, session and the two shells reads or writes files.

pub mod data_folder;
pub mod file;
mod migration;
pub mod packs;
pub mod recent;
pub mod recovery;
pub mod settings;
mod stamp;
pub mod stencils;
pub mod text;
pub mod web;

pub use data_folder::DataFolder;
pub use stamp::Stamp;

#[cfg(test)]
mod data_folder_tests;
#[cfg(test)]
mod file_tests;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod text_tests;
