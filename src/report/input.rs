//! What a report is made from, and what of it is wanted.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::model::Project;
use crate::simulation::{ProtectionRun, Run};

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Profile {
    /// Everything.
    #[default]
    Detailed,
    /// Four pages for those who decide.
    Summary,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Detailed, Self::Summary];

    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Detailed => "Detailed",
            Self::Summary => "Summary",
        }
    }
}

/// A part of the report that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChapterKey {
    /// Who made it, who gets it, who signs it.
    DocumentControl,
    /// Contents and the key to the marks.
    Contents,
    /// One page for those who decide.
    Summary,
    /// What changed since the last review.
    Changes,
    /// Scope, method and scales.
    Scope,
    /// The diagram, components, interfaces, assets, zones.
    System,
    /// The field of risk and counts.
    Overview,
    /// The worst risks, two a page.
    TopRisks,
    /// Every threat.
    Register,
    /// What is to be done, and what is lived with.
    Plan,
    /// What agents must and must not do, and how that went.
    Policies,
    /// What the checks cost.
    Protection,
    /// Untrusted input, confidential data and a way out.
    Agents,
    /// What was asked of every element, and how well controls work.
    Coverage,
    /// Decisions and signatures.
    SignOff,
    /// Glossary, sources and record.
    BackMatter,
}

impl ChapterKey {
    /// All, in the order of the detailed report.
    pub const ALL: [Self; 16] = [
        Self::DocumentControl,
        Self::Contents,
        Self::Summary,
        Self::Changes,
        Self::Scope,
        Self::System,
        Self::Overview,
        Self::TopRisks,
        Self::Register,
        Self::Plan,
        Self::Policies,
        Self::Protection,
        Self::Agents,
        Self::Coverage,
        Self::SignOff,
        Self::BackMatter,
    ];

    /// Whether it stands after the numbered chapters.
    pub fn is_back_matter(self) -> bool {
        self == Self::BackMatter
    }

    /// The title as it is printed.
    pub fn title(self) -> &'static str {
        match self {
            Self::DocumentControl => "Document control",
            Self::Contents => "Contents",
            Self::Summary => "Executive summary",
            Self::Changes => "What changed",
            Self::Scope => "Scope, method and scales",
            Self::System => "The system",
            Self::Overview => "Risk overview",
            Self::TopRisks => "Top risks",
            Self::Register => "Threat register",
            Self::Plan => "Treatment plan and acceptances",
            Self::Policies => "Policies and simulation",
            Self::Protection => "Protection: cost of the checks",
            Self::Agents => "Agent checks",
            Self::Coverage => "Coverage and controls",
            Self::SignOff => "Sign-off",
            Self::BackMatter => "Glossary, sources and record",
        }
    }
}

/// What of the report is wanted, and how it is marked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportOptions {
    /// Chapters that are left out.
    pub left_out: BTreeSet<ChapterKey>,
    /// Who may read it, where that differs from the model's own word.
    pub classification: Option<String>,
    /// The period it stands for (`2026 Q4`); none: the last review's, else the quarter of the date.
    pub period: Option<String>,
    /// Who made it; none: the model's first contributor.
    pub prepared_by: Option<String>,
}

/// Everything that a report is made from. The same input gives the same report, to the byte.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// The model.
    pub project: &'a Project,
    /// What is known beforehand: what the program comes with, and packs.
    pub catalog: &'a Catalog,
    /// The date on the report; due dates and expiries are judged by it.
    pub date: Date,
    /// How much is printed.
    pub profile: Profile,
    /// An earlier model to compare with; without it the snapshot of the last signed review is used.
    pub since: Option<&'a Project>,
    /// A simulation of the policies.
    pub run: Option<&'a Run>,
    /// A fingerprint of what was simulated; empty when nobody made one.
    pub trace_fingerprint: String,
    /// A simulation of the checks themselves.
    pub protection: Option<&'a ProtectionRun>,
    /// What of it is wanted.
    pub options: ReportOptions,
}

impl<'a> ReportInput<'a> {
    /// A detailed report on a model alone.
    pub fn new(project: &'a Project, date: Date) -> Self {
        Self {
            project,
            catalog: Catalog::builtin(),
            date,
            profile: Profile::Detailed,
            since: None,
            run: None,
            trace_fingerprint: String::new(),
            protection: None,
            options: ReportOptions::default(),
        }
    }
}
