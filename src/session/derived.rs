//! What follows from the model, worked out when first asked for and kept until the model changes.
//!
//! Risk follows at once, whatever the size of the model, and so does what the catalogue suggests: an edit is evaluated
//! where it touches something. The first evaluation of a large model, what lint finds and attack paths take longer; there
//! the results of the revision before stand until the new ones come from the background.

use std::cell::{OnceCell, RefCell};
use std::sync::{Arc, LazyLock};

use crate::analysis::agents::{self, AgentCheck};
use crate::analysis::lint::{self, Finding};
use crate::analysis::paths::{PathOptions, PathReport};
use crate::analysis::risk::{self, Register};
use crate::analysis::suggest::{self, Evaluation, Rest, Suggestions};
use crate::catalog::Catalog;
use crate::model::{ItemId, PolicyId, Project};

use super::run_basis::RunBasis;
use super::{evaluation, path_search};

/// Components and interfaces together from which a model counts as large.
const LARGE: usize = 250;

/// What is worked out in the background for a large model.
#[derive(Debug, Default)]
pub struct Checked {
    /// None where what is known of the catalogue was brought up to date at each edit.
    evaluation: Option<Evaluation>,
    findings: Vec<Finding>,
    paths: PathReport,
    agents: Vec<AgentCheck>,
}

impl Checked {
    /// Works it out; what the catalogue suggests only if that is not known.
    pub fn of(project: &Project, catalog: &Catalog, with_suggestions: bool) -> Self {
        let agents = agents::agent_checks(project);
        Self {
            evaluation: with_suggestions.then(|| evaluation::on_every_core(project, catalog)),
            findings: lint::check_on(project, catalog, super::today()),
            paths: path_search::on_every_core(project, &PathOptions::default()).with_agents(&agents),
            agents,
        }
    }
}

/// Analyses of one revision of the project.
#[derive(Debug)]
pub struct Derived {
    project: Arc<Project>,
    /// With packs; none: what the program comes with, which is read when it is first asked and not before.
    catalog: Option<Arc<Catalog>>,
    register: OnceCell<Register>,
    evaluation: OnceCell<Evaluation>,
    rest: OnceCell<Rest>,
    findings: OnceCell<Vec<Finding>>,
    paths: OnceCell<PathReport>,
    agents: OnceCell<Vec<AgentCheck>>,
    run_basis: RefCell<Option<Arc<RunBasis>>>,
    /// What the background found last, for this revision or one before.
    checked: Option<Checked>,
    /// The background has answered for this very revision.
    is_settled: bool,
}

impl Default for Derived {
    fn default() -> Self {
        Self::of(Arc::default(), None)
    }
}

impl Derived {
    /// Nothing worked out yet for that revision, with the catalogue that packs make if there are any.
    pub fn of(project: Arc<Project>, catalog: Option<Arc<Catalog>>) -> Self {
        Self {
            project,
            catalog,
            register: OnceCell::new(),
            evaluation: OnceCell::new(),
            rest: OnceCell::new(),
            findings: OnceCell::new(),
            paths: OnceCell::new(),
            agents: OnceCell::new(),
            run_basis: RefCell::default(),
            checked: None,
            is_settled: false,
        }
    }

    /// The catalogue that is asked.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.catalog.as_ref().unwrap_or_else(|| Catalog::shared())
    }

    /// The next revision, in which these records are not as they were. What the catalogue suggests is brought up to date
    /// where the edit touches it. Anything else is not worked out yet; what the background found for the revision before
    /// stands in meanwhile.
    pub fn next(mut self, project: Arc<Project>, edited: &[ItemId]) -> Self {
        let mut checked = self.checked.take();
        let evaluation = OnceCell::new();
        if let Some(mut known) = self.evaluation.take() {
            if known.update(&self.project, &project, self.catalog(), edited) {
                evaluation.set(known).ok();
            } else if let Some(checked) = checked.as_mut().filter(|_| self.is_large()) {
                checked.evaluation = Some(known);
            }
        }
        Self { evaluation, checked, ..Self::of(project, self.catalog) }
    }

    /// Whether the background should be asked: the model is large, and what is known is not of this revision.
    pub fn wants_checking(&self) -> bool {
        !self.is_settled && self.is_large()
    }

    /// Whether the background should also say what the catalogue suggests.
    pub fn wants_suggestions(&self) -> bool {
        self.evaluation.get().is_none()
    }

    /// Takes what the background found for this revision.
    pub fn settle(&mut self, mut checked: Checked) {
        if let Some(evaluation) = checked.evaluation.take() {
            self.evaluation = OnceCell::from(evaluation);
        }
        self.checked = Some(checked);
        self.is_settled = true;
    }

    /// Whether nothing is known yet of what catalogue, lint and paths say, because the first check of a large model goes on.
    pub fn awaits_first_check(&self) -> bool {
        self.is_large() && self.checked.is_none()
    }

    /// What a run of these policies on that trace would rest on.
    pub fn run_basis(&self, asked: &[PolicyId], trace: &str) -> Arc<RunBasis> {
        let mut known = self.run_basis.borrow_mut();
        let fits = known.take().filter(|known| known.asked == asked && known.trace == trace);
        let basis = fits.unwrap_or_else(|| Arc::new(RunBasis::of(&self.project, asked, trace)));
        Arc::clone(known.insert(basis))
    }

    fn is_large(&self) -> bool {
        let diagram = &self.project.diagram;
        diagram.component_count() + diagram.interface_count() >= LARGE
    }

    fn stand_in(&self) -> Option<&Checked> {
        static NOTHING_YET: LazyLock<Checked> = LazyLock::new(Checked::default);
        self.is_large().then(|| self.checked.as_ref().unwrap_or(&NOTHING_YET))
    }

    /// The risk of every threat.
    pub fn register(&self) -> &Register {
        self.register.get_or_init(|| risk::register(&self.project))
    }

    /// What the catalogue suggests and asks.
    pub fn suggestions(&self) -> &Suggestions {
        static NOTHING_YET: LazyLock<Suggestions> = LazyLock::new(Suggestions::default);
        if self.is_large() && self.evaluation.get().is_none() {
            let before = self.checked.as_ref().and_then(|checked| checked.evaluation.as_ref());
            return before.map_or(&NOTHING_YET, Evaluation::suggestions);
        }
        self.evaluation.get_or_init(|| Evaluation::of(&self.project, self.catalog())).suggestions()
    }

    /// What the catalogue has nothing to say about, and why.
    pub fn rest(&self) -> &Rest {
        self.rest.get_or_init(|| suggest::rest(&self.project, self.catalog(), None))
    }

    /// The same, if anybody has asked for it already.
    pub fn rest_if_known(&self) -> Option<&Rest> {
        self.rest.get()
    }

    /// What is wrong or missing, errors first.
    pub fn findings(&self) -> &[Finding] {
        if let Some(checked) = self.stand_in() {
            return &checked.findings;
        }
        self.findings.get_or_init(|| lint::check_on(&self.project, self.catalog(), super::today()))
    }

    /// How somebody from outside reaches what is worth protecting.
    pub fn paths(&self) -> &PathReport {
        if let Some(checked) = self.stand_in() {
            return &checked.paths;
        }
        self.paths.get_or_init(|| {
            let report = path_search::on_every_core(&self.project, &PathOptions::default());
            report.with_agents(self.agent_checks())
        })
    }

    /// What each agent can be made to do.
    pub fn agent_checks(&self) -> &[AgentCheck] {
        if let Some(checked) = self.stand_in() {
            return &checked.agents;
        }
        self.agents.get_or_init(|| agents::agent_checks(&self.project))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, ComponentKind};

    fn derived(project: &Arc<Project>) -> Derived {
        Derived::of(Arc::clone(project), None)
    }

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
        let mut derived = derived(&project);
        assert!(derived.wants_checking() && derived.awaits_first_check());
        assert!(derived.findings().is_empty());
        assert!(derived.wants_suggestions());
        derived.settle(Checked::of(&project, Catalog::builtin(), true));
        assert!(!derived.wants_checking());
        let before = derived.findings().to_vec();
        let mut other = Project { name: "Other".to_owned(), ..(*project).clone() };
        let id = ComponentId(7);
        other.diagram.put_component(Component { id, kind: ComponentKind::Agent, ..Component::default() });
        let next = derived.next(Arc::new(other), &[id.into()]);
        assert!(next.wants_checking() && !next.awaits_first_check());
        assert_eq!(next.findings(), before);
    }

    #[test]
    fn an_edit_of_a_large_model_is_evaluated_at_once() {
        let project = large();
        let mut derived = derived(&project);
        derived.settle(Checked::of(&project, Catalog::builtin(), true));
        let mut other = (*project).clone();
        let id = ComponentId(7);
        other.diagram.put_component(Component { id, kind: ComponentKind::Agent, ..Component::default() });
        let next = derived.next(Arc::new(other.clone()), &[id.into()]);
        assert!(!next.wants_suggestions());
        assert_eq!(next.suggestions(), &suggest::suggest(&other, Catalog::builtin()));
        // A zone may concern everything; what was known stands until the background answers.
        let known = next.suggestions().clone();
        let zone = crate::model::Zone { id: crate::model::ZoneId(1), ..Default::default() };
        other.diagram.zones.insert(zone);
        let after = next.next(Arc::new(other), &[crate::model::ZoneId(1).into()]);
        assert!(after.wants_suggestions());
        assert_eq!(after.suggestions(), &known);
    }

    #[test]
    fn a_small_model_is_always_fresh() {
        let derived = derived(&Arc::new(Project::new("Small")));
        assert!(!derived.wants_checking());
        let before = derived.findings().to_vec();
        assert_eq!(derived.next(Arc::new(Project::new("Small")), &[]).findings(), before);
    }
}
