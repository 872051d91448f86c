//! Entries of the catalogue: threats, controls, metrics, lint rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ElementKind;
use super::reference::references;
use super::trigger::Trigger;
use crate::model::{Control, ControlFunction, Reduces, Reference, Strength, Stride, ThreatId};

/// Something that can go wrong, and when.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CatalogThreat {
    /// `AG-001`.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Its STRIDE categories.
    #[serde(deserialize_with = "stride")]
    pub stride: BTreeSet<Stride>,
    /// What it can happen to.
    pub applies_to: ElementKind,
    /// When it does.
    pub trigger: Trigger,
    /// A likelihood to start from, 1 to 5.
    pub likelihood: u8,
    /// An impact to start from, 1 to 5.
    pub impact: u8,
    /// Entries in public frameworks.
    #[serde(deserialize_with = "references")]
    pub references: Vec<Reference>,
    /// Catalogue controls that answer it, the most fitting first.
    pub controls: Vec<String>,
    /// Metrics that would reveal it.
    pub metrics: Vec<String>,
    /// Which of the common agent threats it is a case of (`prompt_injection`), or `other`.
    pub family: String,
    /// Who does it. Here and below `{name}` is the element, `{source}` and `{target}` an interface's ends.
    #[serde(default)]
    pub source: String,
    /// What they do.
    #[serde(default)]
    pub action: String,
    /// What that leads to.
    #[serde(default)]
    pub effect: String,
    /// The pack that it came from; none for those that the program comes with.
    #[serde(skip)]
    pub pack: Option<Arc<str>>,
}

/// Something that can be done about threats.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CatalogControl {
    /// `input_validation`.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What it is, in a sentence.
    pub description: String,
    /// How well it usually works.
    pub strength: Strength,
    /// The STRIDE categories that it works against.
    #[serde(deserialize_with = "stride")]
    pub stride: BTreeSet<Stride>,
    /// Entries in public frameworks.
    #[serde(deserialize_with = "references")]
    pub references: Vec<Reference>,
    /// Whether it prevents, detects or corrects.
    pub function: ControlFunction,
    /// Which factor of a risk it lowers.
    pub reduces: Reduces,
    /// Controls of one family tend to fail together.
    pub family: String,
    /// What it usually costs, in thousands of the project's currency.
    #[serde(default)]
    pub cost: Option<f64>,
    /// The pack that it came from; none for those that the program comes with.
    #[serde(skip)]
    pub pack: Option<Arc<str>>,
}

impl CatalogControl {
    /// A control of a model made of it, against these threats.
    pub fn control(&self, threats: Vec<ThreatId>) -> Control {
        Control {
            name: self.title.clone(),
            catalog: Some(self.id.clone()),
            description: self.description.clone(),
            strength: self.strength,
            reduces: self.reduces,
            function: self.function,
            family: self.family.clone(),
            cost: self.cost,
            threats,
            ..Control::default()
        }
    }
}

/// A metric that reveals threats.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MetricDescription {
    /// `cpu_usage`.
    pub name: String,
    /// `percent`, `count/h`.
    pub unit: String,
    /// Which way it moves when something is wrong.
    pub suspicious: SuspiciousDirection,
}

/// Which way a metric moves when something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SuspiciousDirection {
    /// Up.
    High,
    /// Down.
    Low,
    /// Either way.
    Either,
}

/// Something that is checked in each model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LintRule {
    /// `TM-013`.
    pub id: String,
    /// What it looks at.
    pub area: LintArea,
    /// How grave a finding is.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: String,
    /// The condition in short form.
    pub condition: String,
    /// How to put it right.
    pub fix: String,
}

/// What a lint rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all(serialize = "lowercase"))]
pub enum LintArea {
    /// The diagram and its assets.
    Model,
    /// Agents, tools and what connects them.
    Agent,
    /// Threats and what is done about them.
    Threat,
    /// How the model is looked after.
    Process,
    /// Policies and their rules.
    Policy,
}

/// How grave a finding is; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all(serialize = "lowercase"))]
pub enum Severity {
    /// It has to be put right.
    Error,
    /// It should be put right or explained.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

fn stride<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Stride>, D::Error> {
    let letters = String::deserialize(deserializer)?;
    let category = |letter| {
        Stride::from_letter(letter)
            .ok_or_else(|| serde::de::Error::custom(format!("{letter:?} is no STRIDE letter")))
    };
    letters.chars().map(category).collect()
}
