//! The views behind the steps of the rail. Each is `show(ui, &mut ViewContext, &mut State)`: it reads the session, draws, and
//! queues requests; it never changes the model itself. What a view remembers between frames (a filter, an open tab) is its
//! own `State`.

pub mod assets;
pub(super) mod parts;
mod pick;
pub mod policies;
pub mod protection;
pub mod report;
pub mod risk;
pub mod simulate;
pub mod threats;

use std::sync::Arc;

use crate::analysis::risk::{Rating, Register, RiskRow};
use crate::catalog::Catalog;
use crate::edit::Transaction;
use crate::model::{InterfaceId, ItemId, LineId, Project, ThreatId};
use crate::picture::DiagramScene;
use crate::session::{Command, Derived, Request, Session, Step};

use super::prefs::Prefs;

/// What every view gets. Views read the session and ask; what they ask for happens before the next frame.
pub struct ViewContext<'a> {
    /// The open project.
    pub session: &'a Session,
    /// How the window is set; views may change it.
    pub prefs: &'a mut Prefs,
    /// The side columns are drawers and the strip is folded: there is little room.
    pub narrow: bool,
    /// The sentence in the middle of the status bar.
    pub status: &'a mut String,
    /// A thing that is to be brought into sight, once.
    pub reveal: Option<ItemId>,
    /// The drawing of the shown view, in the view that has it: which flow crosses which open boundary line is a matter of
    /// geometry.
    pub scene: Option<Arc<DiagramScene>>,
    /// The day, for what is written down today.
    pub today: jiff::civil::Date,
    requests: &'a mut Vec<Request>,
}

impl<'a> ViewContext<'a> {
    /// For the window's own loop.
    pub fn new(
        session: &'a Session,
        prefs: &'a mut Prefs,
        narrow: bool,
        status: &'a mut String,
        reveal: Option<ItemId>,
        requests: &'a mut Vec<Request>,
    ) -> Self {
        Self { session, prefs, narrow, status, reveal, scene: None, today: crate::session::today(), requests }
    }

    /// The model.
    pub fn project(&self) -> &'a Project {
        self.session.project()
    }

    /// The open boundary lines that an interface crosses where it is drawn.
    pub fn lines_crossed(&self, interface: InterfaceId) -> Vec<LineId> {
        self.scene.as_ref().map_or_else(Vec::new, |scene| scene.lines_crossed(interface))
    }

    /// What is known beforehand: what the program comes with, and packs.
    pub fn catalog(&self) -> &'a Catalog {
        self.session.catalog()
    }

    /// What follows from the model.
    pub fn derived(&self) -> &'a Derived {
        self.session.derived()
    }

    /// The risk of every threat.
    pub fn register(&self) -> &'a Register {
        self.derived().register()
    }

    /// Asks for something.
    pub fn ask(&mut self, request: impl Into<Request>) {
        self.requests.push(request.into());
    }

    /// Asks for a command of the list.
    pub fn command(&mut self, command: Command) {
        self.ask(command);
    }

    /// Changes the model. Verbs that found nothing to change give none.
    pub fn commit(&mut self, transaction: impl Into<Option<Transaction>>) {
        if let Some(transaction) = transaction.into() {
            self.ask(Request::Commit(transaction));
        }
    }

    /// Changes the model and selects these.
    pub fn commit_and_select(&mut self, transaction: Transaction, items: Vec<ItemId>) {
        self.ask(Request::CommitAndSelect(transaction, items));
    }

    /// Selects exactly these.
    pub fn select(&mut self, items: impl IntoIterator<Item = ItemId>) {
        let items: Vec<ItemId> = items.into_iter().collect();
        if items != self.session.selection().items() {
            self.ask(Request::Select(items));
        }
    }

    /// The threat that is shown in full: the chosen one; while neither threats nor controls are chosen, the worst of those
    /// that are listed.
    pub fn shown_threat(&self) -> Option<ThreatId> {
        let selection = self.session.selection();
        let mut threats = selection
            .items()
            .iter()
            .filter_map(|item| if let ItemId::Threat(id) = item { Some(*id) } else { None });
        if let (Some(id), None) = (threats.next(), threats.next()) {
            return Some(id);
        }
        if selection.items().iter().any(|item| matches!(item, ItemId::Threat(_) | ItemId::Control(_))) {
            return None;
        }
        if let Some(filter) = self.session.threat_filter() {
            // The gravest of what is listed.
            let rows = self.register().rows.iter().filter(|row| filter.threats.contains(&row.threat));
            let risk = |row: &&RiskRow| row.risk(Rating::Current).unwrap_or_default();
            let worst = rows.max_by(|a, b| risk(a).total_cmp(&risk(b)).then(b.threat.cmp(&a.threat)));
            return worst.map(|row| row.threat);
        }
        let worst = self.register().summary(Rating::Current).worst;
        worst.or_else(|| self.project().threats.ids().next())
    }

    /// Goes to a thing: selects it and shows it where it is best seen.
    pub fn reveal(&mut self, item: ItemId) {
        self.ask(Request::Reveal(item));
    }

    /// Ends a step: the next change is one of its own, even in the same field.
    pub fn seal_when_left(&mut self, response: &egui::Response) {
        if response.lost_focus() {
            self.ask(Request::Seal);
        }
    }

    /// Goes to another step of the work.
    pub fn go(&mut self, step: Step) {
        self.command(Command::go(step));
    }
}

/// What all views remember.
#[derive(Debug, Default)]
pub struct Views {
    /// Assets.
    pub assets: assets::State,
    /// Threats.
    pub threats: threats::State,
    /// Risk.
    pub risk: risk::State,
    /// Policies.
    pub policies: policies::State,
    /// The report.
    pub report: report::State,
    /// Simulation.
    pub simulate: simulate::State,
}

impl Views {
    /// Draws the view behind a step other than System.
    pub fn show(&mut self, ui: &mut egui::Ui, cx: &mut ViewContext<'_>, step: Step) {
        *cx.status = match step {
            Step::Threats => self.threats.status(cx),
            Step::Risk => self.risk.status(cx),
            Step::Policies => self.policies.status(cx),
            Step::Simulate => simulate::status(cx),
            Step::Report => report::status(cx),
            Step::Assets | Step::System => String::new(),
        };
        match step {
            Step::Assets => assets::show(ui, cx, &mut self.assets),
            Step::Risk => risk::show(ui, cx, &mut self.risk),
            Step::Policies => policies::show(ui, cx, &mut self.policies),
            Step::Threats => threats::show(ui, cx, &mut self.threats),
            Step::Simulate => simulate::show(ui, cx, &mut self.simulate),
            Step::Report => report::show(ui, cx, &mut self.report),
            Step::System => {}
        }
    }
}
