//! A finding of the graph lit up on the diagram: what it is about in full colour, what would cut it said above; arrow keys
//! lead to the others, Escape ends it.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{EventFilter, Id, Key, Modifiers, Rect, Ui};

use crate::analysis::paths::{AttackGraph, FindingKind, GraphFinding, PathOptions, PathReport};
use crate::model::{ComponentId, ItemId};
use crate::session::Session;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::paths::strip;
use super::state::State;

/// The finding that is lit up.
#[derive(Debug, Clone, PartialEq)]
pub struct Lit {
    /// Which.
    pub finding: GraphFinding,
    /// The findings among which the arrow keys lead.
    among: Vec<GraphFinding>,
    /// It has been brought into view.
    is_in_view: bool,
    /// What falls with a component that somebody chose, whether a path leads over it or not.
    fallen: Option<Fallen>,
}

/// What falls with a component, for one revision of the model.
#[derive(Debug, Clone, PartialEq)]
struct Fallen {
    component: ComponentId,
    revision: u64,
    report: Arc<PathReport>,
}

impl Fallen {
    fn of(session: &Session, component: ComponentId) -> Self {
        let project = session.project();
        let threshold = PathOptions::default().blast_threshold;
        let radius = AttackGraph::build(project).blast_radius(project, component, threshold);
        let report = Arc::new(PathReport { blast: vec![radius], ..PathReport::default() });
        Self { component, revision: session.revision(), report }
    }
}

impl Lit {
    /// One of all findings.
    pub fn of(session: &Session, finding: GraphFinding) -> Self {
        Self {
            finding,
            among: session.derived().paths().findings().collect(),
            is_in_view: false,
            fallen: None,
        }
    }

    /// What falls with a component.
    pub fn blast(session: &Session, component: ComponentId) -> Self {
        let finding = GraphFinding { kind: FindingKind::BlastRadius, place: 0 };
        let fallen = Some(Fallen::of(session, component));
        Self { finding, among: vec![finding], is_in_view: false, fallen }
    }

    /// What it is a finding of.
    fn report<'a>(&'a self, cx: &ViewContext<'a>) -> &'a PathReport {
        self.fallen.as_ref().map_or_else(|| cx.derived().paths(), |fallen| fallen.report.as_ref())
    }

    /// Works out anew what falls with a component when the model has changed.
    fn refresh(&mut self, session: &Session) {
        let stale = self.fallen.as_ref().filter(|fallen| fallen.revision != session.revision());
        if let Some(component) = stale.map(|fallen| fallen.component) {
            self.fallen =
                session.project().diagram.component(component).map(|_| Fallen::of(session, component));
        }
    }

    /// The finding after the one that is lit: of those that what is selected has part in, or of all where it has part in
    /// none. None where there are no findings.
    pub fn next(session: &Session, before: Option<&Self>) -> Option<Self> {
        let (project, report) = (session.project(), session.derived().paths());
        let selected = session.selection().items();
        let touches = |finding: &GraphFinding| {
            let items = finding.items(project, report);
            selected.iter().any(|item| items.contains(item))
        };
        let mut among: Vec<GraphFinding> =
            report.findings().filter(|finding| !selected.is_empty() && touches(finding)).collect();
        if among.is_empty() {
            among = report.findings().collect();
        }
        let lit = Self { finding: *among.first()?, among, is_in_view: false, fallen: None };
        Some(match before.and_then(|before| lit.among.iter().position(|one| *one == before.finding)) {
            Some(at) => Self { finding: lit.near(at, 1), ..lit },
            None => lit,
        })
    }

    fn near(&self, at: usize, step: usize) -> GraphFinding {
        let number = self.among.len().max(1);
        self.among.get((at + step) % number).copied().unwrap_or(self.finding)
    }

    fn place(&self) -> usize {
        self.among.iter().position(|one| *one == self.finding).unwrap_or(0)
    }

    fn step(&mut self, step: usize) {
        self.finding = self.near(self.place(), step);
        self.is_in_view = false;
    }

    fn back(&self) -> usize {
        self.among.len().max(1) - 1
    }
}

/// Takes the keys that lead through the findings.
pub fn advance(ui: &Ui, cx: &ViewContext<'_>, state: &mut State, canvas: Id) {
    let Some(mut lit) = state.lit.take() else { return };
    let was_chosen = lit.fallen.is_some();
    lit.refresh(cx.session);
    if was_chosen != lit.fallen.is_some() || !lit.finding.is_in(lit.report(cx)) {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(canvas, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Escape) {
        return;
    }
    if pressed(Key::ArrowRight) {
        lit.step(1);
    } else if pressed(Key::ArrowLeft) {
        lit.step(lit.back());
    }
    if !lit.is_in_view {
        lit.is_in_view = true;
        let items = lit.finding.items(cx.project(), lit.report(cx));
        state.fit_wanted = Some(items.into_iter().collect());
        state.focus_wanted = true;
    }
    state.lit = Some(lit);
}

/// What is lit up.
pub fn items(cx: &ViewContext<'_>, state: &State) -> BTreeSet<ItemId> {
    let lit = state.lit.as_ref();
    lit.map(|lit| lit.finding.items(cx.project(), lit.report(cx))).unwrap_or_default()
}

/// The bar at the top of the canvas: what the finding says, what would cut it, and the ways to the others.
pub fn bar(ui: &mut Ui, cx: &ViewContext<'_>, state: &mut State, canvas: Rect) {
    let Some(lit) = &mut state.lit else { return };
    let (project, report) = (cx.project(), lit.report(cx));
    let finding = lit.finding;
    let words = finding.words(project, report);
    let remedy = finding.remedy(project, report).map(|remedy| remedy.words(project)).unwrap_or_default();
    let number = format!("{} of {}", lit.place() + 1, lit.among.len());
    let many = lit.among.len() > 1;
    let number = if many { format!("{number} · ") } else { String::new() };
    let told = (format!("{number}{} · {words}", finding.kind.label()), remedy);
    let ends = strip(ui, canvas, &told, "End showing findings", 2, |buttons| {
        let back = lit.back();
        for (icon, name, step) in
            [("chevron-left", "Previous finding", back), ("chevron-right", "Next finding", 1)]
        {
            if widgets::tool_button(buttons, icon, name, "", false, many).clicked() {
                lit.step(step);
            }
        }
    });
    if ends {
        state.lit = None;
    }
}
