//! What follows from the model, worked out when first asked for and kept until the model changes.
//!
//! Risk follows at once, whatever the size of the model. What the catalogue suggests and what lint finds take longer; for a
//! large model the results of the revision before stand until the new ones come from the background.

use std::cell::OnceCell;
use std::sync::{Arc, LazyLock};

use crate::analysis::agents::{self, AgentCheck};
use crate::analysis::lint::{self, Finding};
use crate::analysis::paths::{self, PathOptions, PathReport};
use crate::analysis::risk::{self, Register};
use crate::analysis::suggest::{self, Suggestions};
use crate::catalog::Catalog;
use crate::model::Project;

/// Components and interfaces together from which a model counts as large.
const LARGE: usize = 250;

/// What is worked out in the background for a large model.
#[derive(Debug, Default)]
pub struct Checked {
    suggestions: Suggestions,
    findings: Vec<Finding>,
    paths: PathReport,
}

impl Checked {
    /// Works it out.
    pub fn of(project: &Project) -> Self {
        Self {
            suggestions: suggest::suggest(project, Catalog::builtin()),
            findings: lint::check_on(project, Catalog::builtin(), super::today()),
            paths: paths::attack_paths(project, &PathOptions::default()),
        }
    }
}

/// Analyses of one revision of the project.
#[derive(Debug, Default)]
pub struct Derived {
    project: Arc<Project>,
    register: OnceCell<Register>,
    suggestions: OnceCell<Suggestions>,
    findings: OnceCell<Vec<Finding>>,
    paths: OnceCell<PathReport>,
    agents: OnceCell<Vec<AgentCheck>>,
    checked: Option<Arc<Checked>>,
    /// The background has answered for this very revision.
    is_settled: bool,
}

impl Derived {
    /// Nothing worked out yet for that revision.
    pub fn of(project: Arc<Project>) -> Self {
        Self { project, ..Self::default() }
    }

    /// Nothing worked out yet for the next revision; what the background found for this one stands in meanwhile.
    pub fn next(&self, project: Arc<Project>) -> Self {
        Self { project, checked: self.checked.clone(), ..Self::default() }
    }

    /// Whether the background should be asked: the model is large, and what is known is not of this revision.
    pub fn wants_checking(&self) -> bool {
        !self.is_settled && self.is_large()
    }

    /// Takes what the background found for this revision.
    pub fn settle(&mut self, checked: Arc<Checked>) {
        self.checked = Some(checked);
        self.is_settled = true;
    }

    /// Whether nothing is known yet of what catalogue, lint and paths say, because the first check of a large model goes on.
    pub fn awaits_first_check(&self) -> bool {
        self.is_large() && self.checked.is_none()
    }

    fn is_large(&self) -> bool {
        let diagram = &self.project.diagram;
        diagram.component_count() + diagram.interface_count() >= LARGE
    }

    fn stand_in(&self) -> Option<&Checked> {
        static NOTHING_YET: LazyLock<Checked> = LazyLock::new(Checked::default);
        self.is_large().then(|| self.checked.as_deref().unwrap_or(&NOTHING_YET))
    }

    /// The risk of every threat.
    pub fn register(&self) -> &Register {
        self.register.get_or_init(|| risk::register(&self.project))
    }

    /// What the catalogue suggests and asks.
    pub fn suggestions(&self) -> &Suggestions {
        if let Some(checked) = self.stand_in() {
            return &checked.suggestions;
        }
        self.suggestions.get_or_init(|| suggest::suggest(&self.project, Catalog::builtin()))
    }

    /// What is wrong or missing, errors first.
    pub fn findings(&self) -> &[Finding] {
        if let Some(checked) = self.stand_in() {
            return &checked.findings;
        }
        self.findings.get_or_init(|| lint::check_on(&self.project, Catalog::builtin(), super::today()))
    }

    /// How somebody from outside reaches what is worth protecting.
    pub fn paths(&self) -> &PathReport {
        if let Some(checked) = self.stand_in() {
            return &checked.paths;
        }
        self.paths.get_or_init(|| paths::attack_paths(&self.project, &PathOptions::default()))
    }

    /// What each agent can be made to do.
    pub fn agent_checks(&self) -> &[AgentCheck] {
        self.agents.get_or_init(|| agents::agent_checks(&self.project))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId};

    fn large() -> Arc<Project> {
        let mut project = Project::new("Large");
        for number in 1..=300 {
            project.diagram.put_component(Component { id: ComponentId(number), ..Component::default() });
        }
        Arc::new(project)
    }

    #[test]
    fn a_large_model_shows_what_was_known_until_the_background_answers() {
        let project = large();
        let mut derived = Derived::of(Arc::clone(&project));
        assert!(derived.wants_checking() && derived.awaits_first_check());
        assert!(derived.findings().is_empty());
        derived.settle(Arc::new(Checked::of(&project)));
        assert!(!derived.wants_checking());
        let before = derived.findings().to_vec();
        let next = derived.next(Arc::new(Project { name: "Other".to_owned(), ..(*project).clone() }));
        assert!(next.wants_checking() && !next.awaits_first_check());
        assert_eq!(next.findings(), before);
    }

    #[test]
    fn a_small_model_is_always_fresh() {
        let derived = Derived::of(Arc::new(Project::new("Small")));
        assert!(!derived.wants_checking());
        assert_eq!(derived.next(Arc::new(Project::new("Small"))).findings(), derived.findings());
    }
}
