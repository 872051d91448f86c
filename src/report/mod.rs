//! The assessment as a document, and its printers.
//!
//! [`assessment::build`] turns a model, and what ran on it, into a [`document::Document`]: chapters of blocks that know
//! nothing of pages. [`layout::layout`] sets it on pages, each a picture in millimetres, which the studio paints as its
//! preview and [`pdf`] prints. [`html`] and [`markdown`] print the document itself.
//!
//! May use: everything but storage, exchange, session, studio and cli. Never contains: egui; files, clocks; a number
//! that the model or the run does not hold.

pub mod assessment;
pub mod document;
mod figures;
mod fragment;
pub mod html;
pub mod input;
pub mod layout;
mod lines;
pub mod markdown;
pub mod page;
pub mod pdf;
pub mod register_table;
mod style;
mod words;

pub use document::Document;
pub use input::{ChapterKey, Profile, ReportInput, ReportOptions};
pub use page::{Page, PageLink};
