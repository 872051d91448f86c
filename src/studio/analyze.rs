//! Commands about threats, controls, policies, simulation and reviews.

use std::path::PathBuf;

use egui::Context;

use crate::analysis::risk::{self, Rating, Register};
use crate::analysis::suggest;
use crate::catalog::preset_metrics;
use crate::edit::verbs;
use crate::model::{
    Control, Evidence, ItemId, Policy, PolicyStatus, Review, SignOffDecision, Target, Threat,
};
use crate::report::register_table;
use crate::session::{Command, ReportChoice, ReportFormat, Step, losses, reports, simulate, today, work};

use super::app::App;
use super::dialogs::Dialog;
use super::live_trace;
use super::trace_files::FileBeside;

use super::views::risk as risk_view;
use super::views::simulate as simulate_view;
use super::views::{ViewContext, protection};
use super::words;

/// What a running simulation of losses is known by.
const LOSSES: &str = "losses";

impl App {
    /// Does a command that works on threats, policies, simulations or reviews.
    pub(super) fn analyze_command(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::NewThreat => self.new_threat(),
            Command::AcceptAll => self.accept_all(),
            Command::NewControl => self.new_control(),
            Command::NewPolicy if self.session.is_some() => {
                self.step = Step::Policies;
                self.dialog = Some(super::dialogs::Dialog::NewPolicy);
            }
            Command::NewPolicy => {}
            Command::NewReview => self.new_review(),
            Command::Simulate => self.simulate_chosen(),
            Command::SweepThresholds => self.show_simulate_tab(simulate_view::Tab::Thresholds),
            Command::ComparePolicies => self.show_simulate_tab(simulate_view::Tab::Compare),
            Command::RunProtection => self.run_protection(),
            Command::SimulateLosses => self.simulate_losses(),
            Command::Packs => {
                self.step = Step::Threats;
                self.views.threats.show_packs();
                self.read_packs();
            }
            Command::RiskMethod => {
                self.step = Step::Risk;
                self.views.risk.show_page(risk_view::Page::Method);
            }
            Command::ClearThreatFilter => {
                if let Some(session) = &mut self.session {
                    session.filter_threats(None);
                }
            }
            Command::AddTrace => self.ask_for_trace(ctx),
            Command::ChooseEvents => self.ask_for_file_beside(ctx, FileBeside::Events),
            Command::ChooseLabels => self.ask_for_file_beside(ctx, FileBeside::Labels),
            Command::RemoveTrace => self.remove_trace(),
            Command::AddAttack => self.ask_for_attack(),
            Command::TraceAndSettings => {
                self.step = Step::Simulate;
                self.views.simulate.show_tab(simulate_view::Tab::Trace);
            }
            Command::SaveTrace => self.ask_to_save_trace(ctx),
            Command::TraceFromPrometheus => self.dialog = Some(Dialog::Live(live_trace::State::default())),
            _ => {}
        }
    }

    /// A threat aimed at what is selected.
    fn new_threat(&mut self) {
        self.step = Step::Threats;
        self.views.threats.show_all();
        let Some(session) = &self.session else { return };
        let targets: Vec<Target> =
            session.selection().items().iter().filter_map(|item| Target::try_from(*item).ok()).collect();
        let threat = Threat { title: "New threat".to_owned(), targets, ..Threat::default() };
        let (id, transaction) = verbs::add_threat(session.project(), threat);
        self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
    }

    /// Everything that fires becomes a threat of the model; one threat for each kind, with all its targets.
    fn accept_all(&mut self) {
        let Some(session) = &self.session else { return };
        let project = session.project();
        let threats = suggest::accept_all(project, &session.derived().suggestions().fires);
        if threats.is_empty() {
            self.toasts.note("Nothing fires that is not accepted, answered or dismissed already.");
            return;
        }
        let count = threats.len();
        let (ids, transaction) = verbs::accept_threats(project, threats);
        self.change(|session| {
            session.commit_and_select(transaction, ids.into_iter().map(ItemId::from).collect())
        });
        self.toasts.say_with_undo(format!("{count} threats accepted."));
    }

    fn new_control(&mut self) {
        self.step = Step::Threats;
        let Some(session) = &self.session else { return };
        let answered = session.selection().items().iter().filter_map(|item| match item {
            ItemId::Threat(id) => Some(*id),
            _ => None,
        });
        let control =
            Control { name: "New control".to_owned(), threats: answered.collect(), ..Control::default() };
        let (id, transaction) = verbs::add_control(session.project(), control);
        self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
    }

    pub(super) fn new_policy(&mut self, policy: crate::model::Policy) {
        self.step = Step::Policies;
        let Some(session) = &self.session else { return };
        let author = session.author().to_owned();
        let policy = crate::model::Policy { author, ..policy };
        let (id, transaction) = {
            let metrics = preset_metrics(session.project(), &policy);
            verbs::add_policy_with_metrics(session.project(), policy, metrics)
        };
        self.views.policies.choose(id);
        self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
    }

    fn new_review(&mut self) {
        self.step = Step::Report;
        let Some(session) = &self.session else { return };
        let day = today();
        let period = format!("{} Q{}", day.year(), (day.month() - 1) / 3 + 1);
        let last = session.project().reviews.iter().last();
        let sign_offs = last.map(|review| review.sign_offs.clone()).unwrap_or_default();
        let review = Review {
            name: format!("Review {period}"),
            date: Some(day),
            period,
            participants: last.map_or_else(
                || Some(session.author().to_owned()).filter(|name| !name.is_empty()).into_iter().collect(),
                |review| review.participants.clone(),
            ),
            sign_offs: sign_offs
                .into_iter()
                .map(|sign| crate::model::SignOff {
                    decision: SignOffDecision::default(),
                    date: None,
                    ..sign
                })
                .collect(),
            ..Review::default()
        };
        let (id, transaction) = verbs::add_review(session.project(), review);
        self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
    }

    /// Puts what a run showed on record, and says which risks that moved.
    pub(super) fn record_evidence(&mut self, found: &[Evidence]) {
        let Some(session) = &self.session else { return };
        let before = session.derived().register().clone();
        let transaction = verbs::record_evidence(session.project(), found.to_vec());
        self.change(|session| session.commit(transaction));
        let Some(session) = &self.session else { return };
        let after = session.derived().register();
        let moved: Vec<String> = after
            .live()
            .filter_map(|row| {
                let risk = |register: &Register| register.row(row.threat)?.risk(Rating::Current);
                let (old, new) = (risk(&before)?, risk(after)?);
                (old != new).then(|| format!("{} {old:.1} → {new:.1}", row.threat))
            })
            .collect();
        let policies = &session.project().policies;
        let idle = found
            .iter()
            .filter_map(|one| policies.get(one.policy?))
            .find(|policy| policy.status != PolicyStatus::Active);
        let follows = match (moved.as_slice(), idle) {
            ([], Some(policy)) => {
                format!("{} is not in force, so today’s risk stays as it is.", policy.name)
            }
            ([], None) => "Today’s risk stays as it is.".to_owned(),
            (few, _) if few.len() <= 4 => format!("{}.", few.join(", ")),
            (many, _) => {
                let (first, more) = many.split_at(4);
                format!("{} and {} more.", first.join(", "), more.len())
            }
        };
        let pieces = words::counted(found.len(), "piece", "pieces");
        self.toasts.say_with_undo(format!("{pieces} of evidence recorded. {follows}"));
    }

    pub(super) fn simulate_chosen(&mut self) {
        let Some(session) = &self.session else { return };
        // Whoever reads a policy means that one; those in force run together.
        if self.step == Step::Policies
            && let Some(id) = self.views.policies.shown(session.project())
        {
            let in_force = |policy: &Policy| policy.status == PolicyStatus::Active;
            let in_force = session.project().policies.get(id).is_some_and(in_force);
            self.views.simulate.choose_policy((!in_force).then_some(id));
        }
        if self.step != Step::Simulate {
            self.views.simulate.show_tab(simulate_view::Tab::Detection);
        }
        self.step = Step::Simulate;
        let Some((files, policies)) = self.views.simulate.wanted(session) else {
            self.toasts.note("There is no trace to run on yet. Add one first.");
            return;
        };
        self.simulate(files, policies);
    }

    fn run_protection(&mut self) {
        self.step = Step::Policies;
        self.views.policies.show_protection();
        let Some(session) = &self.session else { return };
        let protection = &session.project().protection;
        if !protection.can_run() {
            return;
        }
        let id = simulate::start_protection(&mut self.jobs, session, protection::workload(session));
        self.job_names.insert(id, "protect");
    }

    /// Simulates losses in a year; a run that still goes on gives way.
    fn simulate_losses(&mut self) {
        self.step = Step::Risk;
        self.views.risk.show_page(risk_view::Page::Losses);
        let Some(session) = &self.session else { return };
        if session.project().threats.is_empty() {
            return;
        }
        let going = self.job_names.iter().filter(|(_, name)| **name == LOSSES).map(|(id, _)| *id);
        for id in going {
            self.jobs.cancel(id);
        }
        self.job_names.insert(losses::start_losses(&mut self.jobs, session), LOSSES);
    }

    /// Begins to lay out the pages for the preview.
    pub(super) fn make_pages(&mut self, choice: ReportChoice) {
        let Some(session) = &self.session else { return };
        reports::start_pages(&mut self.jobs, session, choice);
    }

    /// Begins to write the threats as they are listed.
    fn save_list(&mut self, path: PathBuf) {
        let Some(session) = &self.session else { return };
        let (mut queue, mut status) = (Vec::new(), String::new());
        let cx = ViewContext::new(session, &mut self.prefs, false, &mut status, None, &mut queue);
        let table = self.views.threats.csv(&cx);
        let id =
            work::start_write(&mut self.jobs, "Save the list", path, move || table.map(String::into_bytes));
        self.job_names.insert(id, "export");
    }

    /// Begins to write a report, or the register as a table.
    pub(super) fn export_report(&mut self, command: Command, path: PathBuf) {
        if command == Command::SaveListCsv {
            self.save_list(path);
            return;
        }
        let Some(session) = &self.session else { return };
        let choice = session.report_choice().clone();
        let format = match command {
            Command::SaveRegisterCsv => {
                let project = session.shared_project();
                let id = work::start_write(&mut self.jobs, "Save the register", path, move || {
                    let table = register_table::csv(&project, &risk::register(&project), today());
                    table
                        .map(String::into_bytes)
                        .map_err(|error| format!("The register could not be written: {error}"))
                });
                self.job_names.insert(id, "export");
                return;
            }
            Command::SaveHtml => ReportFormat::Html,
            Command::SaveMarkdown => ReportFormat::Markdown,
            _ => ReportFormat::Pdf,
        };
        let id = reports::start_report(&mut self.jobs, session, &choice, format, path);
        self.job_names.insert(id, "export");
    }
}
