//! Threat Studio: draw the system, rate the risk, write policies, simulate them, sign the report.
//!
//! The map of the house. Each room's own page says what it may use and what it never contains; `tests/architecture.rs`
//! holds them to it.

/// The nouns: what a threat model is.
pub mod model;

/// The verbs: every change a person can make, as a value that can be undone.
pub mod edit;

/// What is known beforehand: threats, controls, templates, lint rules (data in `assets/catalog`).
pub mod catalog;

/// What follows from a model: suggestions, risk, paths, coverage, lint, comparison.
pub mod analysis;

/// Policies run against traces: firing, decisions, responses, check costs, scores.
pub mod simulation;

/// Foreign formats, in both directions.
pub mod exchange;

/// Project files on disk: atomic save, recovery, migration.
pub mod storage;

/// Toolkit-free drawings: diagram layout and routing, heatmap, charts; the SVG writer.
pub mod picture;

/// The assessment as a document, and its PDF, HTML and Markdown printers.
pub mod report;

/// The open project without pixels: history, selection, commands, background jobs.
pub mod session;

/// The window.
#[cfg(feature = "gui")]
pub mod studio;

/// The command line.
pub mod cli;
