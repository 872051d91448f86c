//! What is known beforehand: threats with their triggers, controls, attributes and the questions that ask for them,
//! metrics, lint rules, stencils and templates. All of it is data in `assets/catalog`, read once.
//!
//! May use: model. Never contains: Rust tables of threats or controls; a judgement about one particular project.

mod attribute;
mod entry;
mod frameworks;
pub mod pack;
mod policy_preset;
mod reference;
mod stencil;
mod templates;
mod texts;
pub mod trigger;

pub use attribute::{AttributeInfo, AttributeKind, ElementKind};
pub use entry::{
    CatalogControl, CatalogThreat, LintArea, LintRule, MetricDescription, Severity, SuspiciousDirection,
};
pub use frameworks::{FrameworkList, frameworks};
pub use pack::Pack;
pub use policy_preset::{PolicyPreset, RulePreset, policy_presets, preset_metrics, started};
pub use reference::reference;
pub use stencil::Stencil;
pub use templates::{Template, example, example_file, template, templates};
pub use texts::{CatalogTexts, TextError};

use std::sync::{Arc, OnceLock};

/// Everything that is known beforehand.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What can go wrong, in the order of the file.
    pub threats: Vec<Arc<CatalogThreat>>,
    /// What can be done about it, in the order of the file.
    pub controls: Vec<CatalogControl>,
    /// What triggers ask, by name.
    pub attributes: Vec<AttributeInfo>,
    /// Metrics that reveal threats, by name.
    pub metrics: Vec<MetricDescription>,
    /// What is checked, by id.
    pub lint_rules: Vec<LintRule>,
    /// Components to draw from, group by group.
    pub stencils: Vec<Arc<Stencil>>,
}

impl Catalog {
    /// The catalogue that the program comes with.
    pub fn builtin() -> &'static Self {
        Self::shared()
    }

    /// The catalogue that the program comes with, to be kept by whoever may add packs to it.
    pub fn shared() -> &'static Arc<Self> {
        static BUILTIN: OnceLock<Arc<Catalog>> = OnceLock::new();
        // The texts are part of the program and a test reads them, so a broken one cannot be shipped.
        BUILTIN.get_or_init(|| Arc::new(CatalogTexts::BUILTIN.read().unwrap_or_default()))
    }

    /// The threat with that id.
    pub fn threat(&self, id: &str) -> Option<&Arc<CatalogThreat>> {
        self.threats.iter().find(|threat| threat.id == id)
    }

    /// The control with that id.
    pub fn control(&self, id: &str) -> Option<&CatalogControl> {
        self.controls.iter().find(|control| control.id == id)
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeInfo> {
        let at = self.attributes.binary_search_by(|info| info.name.as_str().cmp(name)).ok()?;
        self.attributes.get(at)
    }

    /// The attributes that a component or interface of that kind can have, by name.
    pub fn attributes_of(&self, kind: ElementKind) -> impl Iterator<Item = &AttributeInfo> + '_ {
        self.attributes.iter().filter(move |info| info.of.contains(&kind))
    }

    /// The metric of that name.
    pub fn metric(&self, name: &str) -> Option<&MetricDescription> {
        let at = self.metrics.binary_search_by(|metric| metric.name.as_str().cmp(name)).ok()?;
        self.metrics.get(at)
    }

    /// The lint rule with that id.
    pub fn lint_rule(&self, id: &str) -> Option<&LintRule> {
        self.lint_rules.iter().find(|rule| rule.id == id)
    }
}

#[cfg(test)]
mod tests;
