//! Packs: threats, controls and stencils of one's own, written like those of the catalogue.
//!
//! A pack is read as it stands, right or wrong, so that it can be put right: what a trigger says is only text here. What of
//! it is right is added to a catalogue; see [`Catalog::with_packs`]. Keys that nobody knows survive a round trip.

mod check;
mod comments;
mod locate;
#[cfg(test)]
mod tests;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;

pub use check::{Fault, Part};
pub use comments::text_with_comments;
pub use locate::{Spot, spots};

use super::ElementKind;
use crate::model::record::record;
use crate::model::{Attributes, ComponentKind, ControlFunction, Reduces, Strength};

record! {
    /// Threats, controls and stencils of one's own.
    pub struct Pack {
        /// What its owner calls it.
        name: String,
        /// What it is for, in a sentence.
        description: String,
        /// What can go wrong.
        threats: Vec<PackThreat>,
        /// What can be done about it.
        controls: Vec<PackControl>,
        /// Components to draw from.
        stencils: Vec<PackStencil>,
    }
}

record! {
    /// A threat as it is written in a pack; see [`super::CatalogThreat`] for what each field means.
    pub struct PackThreat {
        /// `ACME-001`.
        id: String,
        /// A few words.
        title: String,
        /// STRIDE letters: `TE`.
        stride: String,
        /// What it can happen to.
        applies_to: ElementKind,
        /// When it does, in the trigger language.
        trigger: String,
        /// A likelihood to start from, 1 to 5.
        likelihood: u8 = 3,
        /// An impact to start from, 1 to 5.
        impact: u8 = 3,
        /// Ids in public frameworks.
        references: Vec<String>,
        /// Controls that answer it, of the catalogue or of a pack, the most fitting first.
        controls: Vec<String>,
        /// Metrics that would reveal it.
        metrics: Vec<String>,
        /// Which of the common agent threats it is a case of, or `other`.
        family: String = "other".to_owned(),
        /// Who does it.
        source: String,
        /// What they do.
        action: String,
        /// What that leads to.
        effect: String,
    }
}

record! {
    /// A control as it is written in a pack; see [`super::CatalogControl`].
    pub struct PackControl {
        /// `acme_badge_check`.
        id: String,
        /// A few words.
        title: String,
        /// What it is, in a sentence.
        description: String,
        /// How well it usually works.
        strength: Strength,
        /// STRIDE letters.
        stride: String,
        /// Ids in public frameworks.
        references: Vec<String>,
        /// Whether it prevents, detects or corrects.
        function: ControlFunction,
        /// Which factor of a risk it lowers.
        reduces: Reduces,
        /// Controls of one family tend to fail together.
        family: String,
        /// What it usually costs, in thousands of the project's currency.
        cost: Option<f64>,
    }
}

record! {
    /// A stencil as it is written in a pack; see [`super::Stencil`].
    pub struct PackStencil {
        /// What people call it.
        name: String,
        /// What else people call it.
        words: Vec<String>,
        /// The group that it is listed under; the pack's name where it says nothing.
        group: String,
        /// What it is.
        kind: ComponentKind,
        /// Its icon; the kind's where it says nothing.
        icon: String,
        /// What it is made of.
        technology: String,
        /// What it does, in a sentence.
        description: String,
        /// What is usually true of its like.
        assumed: Attributes,
    }
}

/// A text that is no pack, and where it goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct PackError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Pack {
    /// Reads a pack as it stands.
    pub fn read(text: &str) -> Result<Self, PackError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        options.from_str(text).map_err(|error| PackError {
            line: error.span.start.line,
            column: error.span.start.col,
            message: error.code.to_string(),
        })
    }

    /// The pack as text. The same pack always gives the same text, and reading it gives the same pack.
    pub fn text(&self) -> String {
        let layout = PrettyConfig::new()
            .new_line("\n")
            .indentor("    ")
            .struct_names(false)
            .compact_arrays(true)
            .extensions(Extensions::IMPLICIT_SOME);
        // Records hold nothing that RON lacks, and writing to memory cannot fail.
        let mut text = ron::Options::default().to_string_pretty(self, layout).unwrap_or_default();
        text.push('\n');
        text
    }
}
