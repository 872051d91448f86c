//! Simulate: policies run on a trace, with scores, the timeline, what was missed, and evidence to record.

mod agents;
mod attacks;
mod comparison;
mod deeds;
mod figures;
mod scores;
mod settings;
mod shown;
mod side;
mod suggestion;
mod table;
mod threshold_tables;
mod thresholds;
mod timeline;
mod timeline_keys;
mod trial;
mod understood;

use std::sync::Arc;
use std::time::Instant;

use egui::{Frame, Margin, Panel, Ui};

use crate::model::{EvidenceId, PolicyId, PolicyStatus, Project};
use crate::picture::Role;
use crate::picture::timeline::Event;
use crate::session::{Command, Dated, JobId, Request, Simulation, TraceFiles};
use crate::studio::theme::{self, Look, size};
use crate::studio::widgets::{self, Button, Chip};

use super::ViewContext;

/// The tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// What fires, what is denied, how well.
    #[default]
    Detection,
    /// What other thresholds would give.
    Thresholds,
    /// Two policies on one trace.
    Compare,
    /// What was understood of the trace, and how it is evaluated.
    Trace,
}

const TABS: [(Tab, &str); 4] = [
    (Tab::Detection, "Detection"),
    (Tab::Thresholds, "Thresholds"),
    (Tab::Compare, "Compare"),
    (Tab::Trace, "Trace and settings"),
];

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    tab: Tab,
    thresholds: thresholds::State,
    comparison: comparison::State,
    policy: Option<PolicyId>,
    trace: usize,
    as_table: bool,
    agent: Option<String>,
    range: Option<(i64, i64)>,
    playhead: Option<i64>,
    /// What is about the agent that is shown, of the run that is shown.
    shown: Option<shown::Shown>,
    /// What the side column says of the run.
    said: Option<shown::Said>,
    /// The run that was put on record, and as what.
    recorded: Option<(Arc<Simulation>, Vec<EvidenceId>)>,
    /// The moment that keys have moved to; the pointer takes it away.
    cursor: Option<i64>,
    drag: Option<(i64, i64)>,
    /// The denial or response that is read.
    event: Option<Event>,
    /// A threshold that is tried.
    trial: Option<trial::Trial>,
    /// The run that is under way.
    running: Option<Running>,
}

/// A run that is under way.
#[derive(Debug)]
struct Running {
    id: JobId,
    /// The name of the trace.
    on: String,
    since: Instant,
    /// The share that is done, 0 to 1, if it says.
    done: Option<f32>,
}

impl Running {
    /// "Running on Sample day, 40 %, 12 s"
    fn words(&self) -> String {
        let share = self.done.map_or_else(String::new, |done| format!(", {:.0} %", done * 100.0));
        let seconds = match self.since.elapsed().as_secs() {
            0 => String::new(),
            seconds => format!(", {seconds} s"),
        };
        format!("Running on {}{share}{seconds}", self.on)
    }
}

impl State {
    /// Chooses a trace, by its number in the model.
    pub fn choose_trace(&mut self, number: usize) {
        self.trace = number;
    }

    /// Chooses the policy to run; none: those in force.
    pub fn choose_policy(&mut self, policy: Option<PolicyId>) {
        self.policy = policy;
    }

    /// What is seen of the time; none: all of it.
    #[cfg(test)]
    pub(in crate::studio) fn range(&self) -> Option<(i64, i64)> {
        self.range
    }

    /// Shows the lanes of an agent.
    #[cfg(test)]
    pub(in crate::studio) fn show_agent(&mut self, agent: &str) {
        self.agent = Some(agent.to_owned());
    }

    /// A run has begun, on the trace of that name.
    pub fn started(&mut self, id: JobId, on: String) {
        self.running = Some(Running { id, on, since: Instant::now(), done: None });
    }

    /// Hears how far the run is that is under way: the share done, if it says; nothing once it is over.
    pub fn follow(&mut self, job: impl Fn(JobId) -> Option<Option<f32>>) {
        if let Some(running) = &mut self.running {
            match job(running.id) {
                Some(done) => running.done = done,
                None => self.running = None,
            }
        }
    }

    /// Shows a tab.
    pub fn show_tab(&mut self, tab: Tab) {
        self.tab = tab;
    }

    /// The number of the trace that is chosen.
    pub fn chosen_trace(&self, project: &Project) -> usize {
        if self.trace < project.simulation.traces.len() { self.trace } else { 0 }
    }

    /// What running now would run: the files of the chosen trace, and the chosen policies.
    pub fn wanted(&self, session: &crate::session::Session) -> Option<(TraceFiles, Vec<PolicyId>)> {
        let sets = &session.project().simulation.traces;
        let set = sets.get(self.trace).or_else(|| sets.first())?;
        let policy = self.policy.filter(|id| session.project().policies.contains(*id));
        Some((TraceFiles::of(session, set), policy.into_iter().collect()))
    }
}

/// How the run was made, for the status bar.
pub(super) fn status(ctx: &ViewContext<'_>) -> String {
    let simulation = ctx.session.results().simulation.as_ref();
    simulation.map_or_else(String::new, |dated| {
        let mode = dated.value.run.mode;
        if ctx.narrow { mode.name() } else { mode.label() }.to_owned()
    })
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(16, 0));
    Panel::top("simulate tools").exact_size(size::TOOLBAR).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| tools(ui, ctx, state));
    });
    if state.tab == Tab::Trace {
        return understood::show(ui, ctx, state);
    }
    let Some(dated) = ctx.session.results().simulation.clone() else {
        empty(ui, ctx, state);
        return;
    };
    match state.tab {
        Tab::Detection | Tab::Trace => {}
        Tab::Thresholds => return thresholds::show(ui, ctx, state, &dated.value),
        Tab::Compare => return comparison::show(ui, ctx, state, &dated.value),
    }
    if state.trial.as_ref().is_some_and(|trial| trial.revision != ctx.session.revision()) {
        state.trial = None;
    }
    let roomy = ui.available_width() >= 1180.0;
    if roomy {
        let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
        Panel::right("simulate side").exact_size(336.0).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "simulate side", |ui| {
                side::show(ui, ctx, state, &dated.value);
            });
        });
    }
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(14));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "simulate", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            // The tools have no room for the words in a small window.
            if let Some(old @ Outdated::ShowsAnother(_)) =
                outdated(ctx, state, &dated).filter(|_| ctx.narrow && state.running.is_none())
            {
                mark(ui, ctx, &old);
            }
            let tried = state.trial.as_ref().map(|trial| Arc::clone(trial.run()));
            scores::cards(ui, tried.as_deref().unwrap_or(&dated.value.run));
            if state.as_table {
                widgets::card(ui, 12.0, |ui| table::show(ui, &dated.value.run));
            } else {
                widgets::card(ui, 12.0, |ui| timeline::show(ui, ctx, state, &dated.value));
            }
            if !roomy {
                widgets::card(ui, 16.0, |ui| side::show(ui, ctx, state, &dated.value));
            }
        });
    });
}

/// Why the run that is shown is not what running now would give; none while it is.
fn outdated(ctx: &ViewContext<'_>, state: &State, dated: &Dated<Simulation>) -> Option<Outdated> {
    let simulation = &dated.value;
    let wanted = state.wanted(ctx.session);
    let same = |(files, policies): &(TraceFiles, Vec<PolicyId>)| {
        files.name == simulation.name && *policies == simulation.policies
    };
    if wanted.as_ref().is_some_and(|wanted| !same(wanted)) {
        let other_trace = wanted.is_some_and(|(files, _)| files.name != simulation.name);
        let policies = match simulation.policies.as_slice() {
            [] => "Policies in force".to_owned(),
            some => some.iter().map(|id| ctx.project().name_of((*id).into())).collect::<Vec<_>>().join(", "),
        };
        let trace = if other_trace { format!(" on {}", simulation.name) } else { String::new() };
        return Some(Outdated::ShowsAnother(format!("{policies}{trace}")));
    }
    (!ctx.session.is_current(dated)).then_some(Outdated::Changed)
}

/// What tells the run that is shown from the one that running now would give.
enum Outdated {
    /// Other policies or another trace are chosen; these are shown.
    ShowsAnother(String),
    /// The policies, the trace or the settings have changed.
    Changed,
}

fn tools(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    let mut tab = TABS.iter().position(|(tab, _)| *tab == state.tab).unwrap_or_default();
    if widgets::tabs(ui, size::TOOLBAR, &TABS.map(|(_, name)| (name, None)), &mut tab)
        && let Some((tab, _)) = TABS.get(tab)
    {
        state.tab = *tab;
    }
    let on_detection = state.tab == Tab::Detection;
    let mut table = usize::from(state.as_table);
    if on_detection
        && ctx.session.results().simulation.is_some()
        && widgets::segmented(ui, "Show as", &["Timeline", "Table"], &mut table)
    {
        state.as_table = table == 1;
    }
    let old = ctx.session.results().simulation.as_ref().and_then(|dated| outdated(ctx, state, dated));
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let again = if ctx.session.results().simulation.is_some() { "Run again" } else { "Run" };
        let wanted = state.wanted(ctx.session);
        if let Some(running) = &state.running {
            if Button::plain("Cancel").named("Cancel the run").icon("x").keys("Esc").show(ui).clicked() {
                ctx.ask(Request::Cancel(running.id));
            }
            ui.ctx().request_repaint_after_secs(1.0);
        } else {
            let run = Button::primary(again).icon("play").keys("F5").enabled(wanted.is_some()).show(ui);
            if run.clicked()
                && let Some((files, policies)) = wanted
            {
                ctx.ask(Request::RunSimulation(files, policies));
            }
        }
        let sets = &project.simulation.traces;
        let shown =
            sets.get(state.trace).or_else(|| sets.first()).map_or("No trace", |set| set.name.as_str());
        let (trace_width, policy_width) = if ctx.narrow { (180.0, 170.0) } else { (250.0, 230.0) };
        widgets::picker(ui, "Trace", Some("activity"), shown, false, trace_width, |ui| {
            for (index, set) in sets.iter().enumerate() {
                if widgets::menu_item(ui, Some("activity"), &set.name, "", index == state.trace, true)
                    .clicked()
                {
                    state.trace = index;
                }
            }
            widgets::menu_separator(ui);
            if widgets::menu_item(ui, Some("folder-open"), "Add a trace file…", "", false, true).clicked() {
                ctx.ask(Command::AddTrace);
            }
            if widgets::menu_item(ui, Some("globe"), "From Prometheus…", "", false, true).clicked() {
                ctx.ask(Command::TraceFromPrometheus);
            }
        });
        let shown = state
            .policy
            .and_then(|id| project.policies.get(id))
            .map_or("Policies in force", |policy| policy.name.as_str());
        widgets::picker(ui, "Policies to run", Some("scroll-text"), shown, false, policy_width, |ui| {
            if widgets::menu_item(ui, None, "Policies in force", "", state.policy.is_none(), true).clicked() {
                state.policy = None;
            }
            for policy in project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired) {
                let chosen = state.policy == Some(policy.id);
                if widgets::menu_item(ui, Some("scroll-text"), &policy.name, "", chosen, true).clicked() {
                    state.policy = Some(policy.id);
                }
            }
        });
        if let Some(running) = &state.running {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let words = running.words();
                Chip::new(&words)
                    .icon("loader")
                    .at_most(ui.available_width())
                    .show(ui)
                    .response
                    .on_hover_text(words.as_str());
            });
            return;
        }
        let beside = |old: &Outdated| !(ctx.narrow && matches!(old, Outdated::ShowsAnother(_)));
        if let Some(old) = old.filter(|old| on_detection && beside(old)) {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| mark(ui, ctx, &old));
        }
    });
}

/// Says that the run that is shown is an old one, or of something else than what is chosen.
fn mark(ui: &mut Ui, ctx: &ViewContext<'_>, old: &Outdated) {
    let (words, why) = match old {
        Outdated::Changed => (
            if ctx.narrow { "Changed since" } else { "Changed since, run again" }.to_owned(),
            "The policies that run, the trace or the settings are not what this run was made with".to_owned(),
        ),
        Outdated::ShowsAnother(shown) => (
            format!("Shows: {shown}, run again"),
            format!("What is shown is of {shown}. Run again to see what is chosen."),
        ),
    };
    Chip::new(&words).icon("refresh-cw").at_most(ui.available_width()).show(ui).response.on_hover_text(why);
}

fn empty(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &State) {
    Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let project = ctx.project();
        if let Some(running) = &state.running {
            let sentence = format!("{}. You can go on working meanwhile.", running.words());
            widgets::empty_state(ui, "loader", &sentence, "", "");
        } else if project.policies.is_empty() {
            let sentence = "There is no policy to run yet. Write one first; then try it here on a trace before it meets production.";
            if widgets::empty_state(ui, "scroll-text", sentence, "New policy…", "") {
                ctx.ask(Command::NewPolicy);
            }
        } else if project.simulation.traces.is_empty() {
            let sentence = "Choose a trace: a file of metrics (CSV, JSON lines, OpenMetrics or a Prometheus answer). Events and labelled attacks can stand beside it.";
            if widgets::empty_state(ui, "activity", sentence, "Add a trace file…", "") {
                ctx.ask(Command::AddTrace);
            }
            ui.vertical_centered(|ui| {
                if Button::plain("From Prometheus…").icon("globe").show(ui).clicked() {
                    ctx.ask(Command::TraceFromPrometheus);
                }
            });
        } else {
            let sentence = "Run the policies on the trace, and see what fires, what is denied, what was missed and how soon.";
            if widgets::empty_state(ui, "play", sentence, "Simulate", "F5") {
                ctx.ask(Command::Simulate);
            }
        }
        ui.vertical_centered(|ui| {
            widgets::label(ui, "Nothing leaves this machine.", Look::SMALL, Role::TextTertiary);
        });
    });
}
