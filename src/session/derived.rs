//! What follows from the model, worked out when first asked for and kept until the model changes.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::analysis::agents::{self, AgentCheck};
use crate::analysis::lint::{self, Finding};
use crate::analysis::paths::{self, PathOptions, PathReport};
use crate::analysis::risk::{self, Register};
use crate::analysis::suggest::{self, Suggestions};
use crate::catalog::Catalog;
use crate::model::Project;

/// Analyses of one revision of the project.
#[derive(Debug, Default)]
pub struct Derived {
    project: Arc<Project>,
    register: OnceCell<Register>,
    suggestions: OnceCell<Suggestions>,
    findings: OnceCell<Vec<Finding>>,
    paths: OnceCell<PathReport>,
    agents: OnceCell<Vec<AgentCheck>>,
}

impl Derived {
    /// Nothing worked out yet for that revision.
    pub fn of(project: Arc<Project>) -> Self {
        Self { project, ..Self::default() }
    }

    /// The risk of every threat.
    pub fn register(&self) -> &Register {
        self.register.get_or_init(|| risk::register(&self.project))
    }

    /// What the catalogue suggests and asks.
    pub fn suggestions(&self) -> &Suggestions {
        self.suggestions.get_or_init(|| suggest::suggest(&self.project, Catalog::builtin()))
    }

    /// What is wrong or missing, errors first.
    pub fn findings(&self) -> &[Finding] {
        self.findings.get_or_init(|| lint::check_on(&self.project, Catalog::builtin(), super::today()))
    }

    /// How somebody from outside reaches what is worth protecting.
    pub fn paths(&self) -> &PathReport {
        self.paths.get_or_init(|| paths::attack_paths(&self.project, &PathOptions::default()))
    }

    /// What each agent can be made to do.
    pub fn agent_checks(&self) -> &[AgentCheck] {
        self.agents.get_or_init(|| agents::agent_checks(&self.project))
    }
}
