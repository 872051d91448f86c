//! The texts: the files that the catalogue is read from.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Catalog, Stencil};
use crate::model::plain_word;

/// The texts of a catalogue's files.
#[derive(Debug, Clone, Copy)]
pub struct CatalogTexts<'a> {
    /// `threats.ron`.
    pub threats: &'a str,
    /// `controls.ron`.
    pub controls: &'a str,
    /// `attributes.ron`.
    pub attributes: &'a str,
    /// `metrics.ron`.
    pub metrics: &'a str,
    /// `lint_rules.ron`.
    pub lint_rules: &'a str,
    /// `stencils.ron`.
    pub stencils: &'a str,
}

/// A text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct TextError {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl CatalogTexts<'static> {
    /// The texts of the catalogue that the program comes with.
    pub const BUILTIN: Self = Self {
        threats: include_str!("../../assets/catalog/threats.ron"),
        controls: include_str!("../../assets/catalog/controls.ron"),
        attributes: include_str!("../../assets/catalog/attributes.ron"),
        metrics: include_str!("../../assets/catalog/metrics.ron"),
        lint_rules: include_str!("../../assets/catalog/lint_rules.ron"),
        stencils: include_str!("../../assets/catalog/stencils.ron"),
    };
}

impl CatalogTexts<'_> {
    /// Reads the texts and checks that what they name exists.
    pub fn read(&self) -> Result<Catalog, TextError> {
        let mut catalog = Catalog {
            threats: Vec::new(),
            controls: list("controls.ron", self.controls)?,
            attributes: list("attributes.ron", self.attributes)?,
            metrics: list("metrics.ron", self.metrics)?,
            lint_rules: list("lint_rules.ron", self.lint_rules)?,
            stencils: Vec::new(),
        };
        catalog.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        catalog.metrics.sort_by(|a, b| a.name.cmp(&b.name));
        let threats: Vec<super::CatalogThreat> = list("threats.ron", self.threats)?;
        for threat in &threats {
            let wrong = |message: String| TextError {
                message,
                ..place("threats.ron", self.threats, &format!("id: \"{}\"", threat.id))
            };
            let unknown =
                threat.trigger.attributes().into_iter().find(|name| catalog.attribute(name).is_none());
            if let Some(name) = unknown {
                return Err(wrong(format!("{} asks for {name}, which no attribute is called", threat.id)));
            }
            if let Some(control) = threat.controls.iter().find(|id| catalog.control(id).is_none()) {
                return Err(wrong(format!("{} suggests {control}, which is no control", threat.id)));
            }
            if let Some(metric) = threat.metrics.iter().find(|name| catalog.metric(name).is_none()) {
                return Err(wrong(format!("{} names {metric}, which is no metric", threat.id)));
            }
        }
        catalog.threats = threats.into_iter().map(Arc::new).collect();
        let stencils: Vec<Stencil> = list("stencils.ron", self.stencils)?;
        let mut taken = BTreeSet::new();
        for stencil in &stencils {
            if let Some(message) = catalog.wrong_with(stencil, &taken) {
                let wanted = format!("name: \"{}\"", stencil.name);
                return Err(TextError { message, ..place("stencils.ron", self.stencils, &wanted) });
            }
            taken.insert(plain_word(&stencil.name));
        }
        catalog.stencils = stencils.into_iter().map(Arc::new).collect();
        Ok(catalog)
    }
}

fn list<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, TextError> {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(text).map_err(|error| TextError {
        file,
        line: error.span.start.line,
        column: error.span.start.col,
        message: error.code.to_string(),
    })
}

/// Where words stand in a text; the last place, where it stands more than once.
fn place(file: &'static str, text: &str, wanted: &str) -> TextError {
    let found = text
        .lines()
        .enumerate()
        .filter_map(|(line, words)| words.find(wanted).map(|column| (line, column)))
        .last();
    let (line, column) = found.map_or((1, 1), |(line, column)| (line + 1, column + 1));
    TextError { file, line, column, message: String::new() }
}
