//! An attack made up on top of a trace: which kind, whose metric, when, how long, how strong. Then the policies run on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use egui::{Context, Ui};

use crate::edit::verbs;
use crate::model::{Attack, AttackShape, Condition, Project};
use crate::picture::Role;
use crate::session::{Command, Session, Step, work};
use crate::simulation::time::{moment, parse_time};
use crate::simulation::words::number;

use super::app::App;
use super::dialogs::{Dialog, Ended, Purpose, buttons, enter};
use super::picker::{Ask, AskKind};
use super::theme::Look;
use super::widgets::{self, Button, Field, FieldState};
use super::words;

/// An attack, the trace that it is put on, and its place there when it is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    set: usize,
    place: Option<usize>,
    attack: Attack,
}

/// What is being filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    wanted: Wanted,
    /// The agents of each metric that can be lifted.
    agents: BTreeMap<String, Vec<String>>,
    units: BTreeMap<String, String>,
    /// From the first to the last sample, where the trace was read.
    span: Option<(i64, i64)>,
    start: String,
    length: String,
    height: String,
    seed: String,
}

impl State {
    /// A new attack on a trace of the model, or one that is there already.
    pub(super) fn new(session: &Session, set: usize, place: Option<usize>) -> Self {
        let project = session.project();
        let run = session.results().simulation.as_ref().map(|dated| &dated.value);
        let trace = run.filter(|run| run.trace.samples() > 0).map(|run| &run.trace);
        let mut agents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for series in trace.iter().flat_map(|trace| &trace.series) {
            let known = agents.entry(series.name.metric.clone()).or_default();
            if !known.contains(&series.name.agent) {
                known.push(series.name.agent.clone());
            }
        }
        let watched = watched(project);
        if trace.is_none() {
            let all: Vec<String> = project.simulation.agents.iter().map(|agent| agent.name.clone()).collect();
            agents = watched.iter().map(|metric| (metric.clone(), all.clone())).collect();
        }
        let there = place.and_then(|place| project.simulation.traces.get(set)?.attacks.get(place)).cloned();
        let attack = there.unwrap_or_else(|| {
            let first = watched.iter().find(|metric| agents.contains_key(*metric)).or(agents.keys().next());
            let metric = first.cloned().unwrap_or_default();
            let agent = agents.get(&metric).and_then(|agents| agents.first()).cloned().unwrap_or_default();
            Attack { metric, agent, ..Attack::default() }
        });
        Self {
            start: attack.start_ms.map_or_else(String::new, moment),
            length: words::duration(attack.length_ms),
            height: attack.height.map_or_else(String::new, |height| height.to_string()),
            seed: attack.seed.to_string(),
            span: trace.and_then(|trace| trace.span()),
            units: project
                .simulation
                .metrics
                .iter()
                .map(|(name, info)| (name.clone(), info.unit.clone()))
                .collect(),
            agents,
            wanted: Wanted { set, place, attack },
        }
    }

    pub(super) fn title(&self) -> &'static str {
        if self.wanted.place.is_some() { "Change the attack" } else { "Add an attack" }
    }

    fn start(&self) -> Result<Option<i64>, String> {
        let text = self.start.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let start = parse_time(text).map_err(|_| "Type a time, like 2025-01-21T10:00:00Z".to_owned())?;
        match self.span {
            Some((first, last)) if !(first..=last).contains(&start) => {
                Err(format!("The trace runs from {} to {}", moment(first), moment(last)))
            }
            _ => Ok(Some(start)),
        }
    }

    fn length(&self) -> Result<i64, String> {
        match words::parse_length(&self.length)? {
            0 => Err("An attack lasts longer than nothing".to_owned()),
            ms => Ok(ms),
        }
    }

    fn height(&self) -> Result<Option<f64>, String> {
        let text = self.height.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let height = text.parse::<f64>().ok().filter(|height| height.is_finite() && *height != 0.0);
        height.map(Some).ok_or_else(|| "Type a number other than 0, or nothing".to_owned())
    }

    fn seed(&self) -> Result<u64, String> {
        self.seed.trim().parse().map_err(|_| "Type a whole number".to_owned())
    }

    fn finished(&self) -> Result<Wanted, String> {
        let mut wanted = self.wanted.clone();
        if wanted.attack.metric.is_empty() {
            return Err("Choose a metric".to_owned());
        }
        wanted.attack.start_ms = self.start()?;
        wanted.attack.length_ms = self.length()?;
        wanted.attack.height = self.height()?;
        wanted.attack.seed = self.seed()?;
        Ok(wanted)
    }
}

/// The metrics that conditions read.
fn watched(project: &Project) -> BTreeSet<String> {
    let conditions =
        project.policies.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.conditions);
    let metrics = conditions.filter_map(|condition| match condition {
        Condition::Metric(condition) => Some(condition.metric.clone()),
        _ => None,
    });
    metrics.collect()
}

/// Half of the dialog.
const HALF: f32 = 272.0;

/// Shows the dialog.
pub(super) fn show(ui: &mut Ui, state: &mut State) -> Option<Ended> {
    widgets::paragraph(
        ui,
        "It lifts what was measured, and its label is exact: from the first to the last sample that it lifts. The file is not changed.",
        Look::BODY,
        Role::TextSecondary,
    );
    widgets::caption(ui, "Kind");
    let attack = &mut state.wanted.attack;
    let names: Vec<&str> = AttackShape::ALL.iter().map(|shape| shape.label()).collect();
    let mut kind = AttackShape::ALL.iter().position(|shape| *shape == attack.shape).unwrap_or_default();
    if widgets::segmented(ui, "Kind of attack", &names, &mut kind)
        && let Some(shape) = AttackShape::ALL.get(kind)
    {
        attack.shape = *shape;
    }
    widgets::small(ui, attack.shape.sentence(), Role::TextTertiary);
    let metrics: Vec<String> = state.agents.keys().cloned().collect();
    let agents = state.agents.get(&attack.metric).cloned().unwrap_or_default();
    two(
        ui,
        |ui| {
            widgets::caption(ui, "Metric");
            let chosen = one_of(ui, "Metric to lift", "activity", &attack.metric, &metrics);
            if let Some(metric) = chosen {
                attack.metric = metric;
            }
        },
        |ui| {
            widgets::caption(ui, "Agent");
            if let Some(agent) = one_of(ui, "Agent that is attacked", "bot", &attack.agent, &agents) {
                attack.agent = agent;
            }
        },
    );
    let agents = state.agents.get(&attack.metric);
    if let Some(first) =
        agents.filter(|agents| !agents.contains(&attack.agent)).and_then(|agents| agents.first())
    {
        attack.agent.clone_from(first);
    }
    let unit = state.units.get(&attack.metric).cloned().unwrap_or_default();
    let (start, length) = (state.start().err(), state.length().err());
    let (height, seed) = (state.height().err(), state.seed().err());
    let begins = state.span.map_or_else(
        || "A third into the trace".to_owned(),
        |(first, last)| format!("A third in, {}", words::minute(first + (last - first) / 3)),
    );
    two(
        ui,
        |ui| typed(ui, "Begins", Field::new("Attack begins").hint(&begins), &mut state.start, start),
        |ui| typed(ui, "Lasts", Field::new("Attack lasts").hint("30m"), &mut state.length, length),
    );
    two(
        ui,
        |ui| {
            let field = Field::new("Strength of the attack").hint("As far as the metric ranges").unit(&unit);
            typed(ui, "Strength", field, &mut state.height, height);
        },
        |ui| typed(ui, "Seed of its noise", Field::new("Seed of the attack"), &mut state.seed, seed),
    );
    let finished = state.finished();
    let confirmed = finished.is_ok() && enter(ui);
    buttons(ui, |ui| {
        let label = if state.wanted.place.is_some() { "Change and run" } else { "Add and run" };
        let button = Button::primary(label).icon("zap").keys("Enter").enabled(finished.is_ok()).show(ui);
        if let Ok(wanted) = finished
            && (confirmed || button.clicked())
        {
            return Some(Ended::Attack(wanted));
        }
        Button::plain("Cancel").keys("Esc").show(ui).clicked().then_some(Ended::Closed)
    })
}

/// Two things beside each other.
fn two(ui: &mut Ui, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for (number, side) in
            [Box::new(left) as Box<dyn FnOnce(&mut Ui)>, Box::new(right)].into_iter().enumerate()
        {
            ui.push_id(number, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(HALF);
                    ui.spacing_mut().item_spacing.y = 4.0;
                    side(ui);
                });
            });
        }
    });
}

fn typed(ui: &mut Ui, caption: &str, field: Field<'_>, text: &mut String, wrong: Option<String>) {
    widgets::caption(ui, caption);
    let state = if wrong.is_some() { FieldState::Wrong } else { FieldState::Plain };
    field.state(state).show(ui, text);
    if let Some(sentence) = wrong {
        widgets::wrong(ui, &sentence);
    }
}

fn one_of(ui: &mut Ui, name: &str, icon: &str, current: &str, all: &[String]) -> Option<String> {
    let mut chosen = None;
    let shown = if current.is_empty() { "None" } else { current };
    widgets::picker(ui, name, Some(icon), shown, false, HALF, |ui| {
        for one in all {
            if widgets::menu_item(ui, Some(icon), one, "", one == current, true).clicked() {
                chosen = Some(one.clone());
            }
        }
    });
    chosen
}

/// "Burst on cpu_usage of assistant-1, from 21 Jan 10:00, 30m, 25 % high, seed 1".
pub(super) fn described(attack: &Attack, unit: &str) -> String {
    let start = attack.start_ms.map_or_else(|| "a third into the trace".to_owned(), words::minute);
    let height = attack.height.map_or_else(
        || "as far as it ranges".to_owned(),
        |height| format!("{} {unit}", number(height)).trim().to_owned() + " high",
    );
    let whose = if attack.agent.is_empty() { "the first agent" } else { &attack.agent };
    let length = words::duration(attack.length_ms);
    format!("{} of {whose}, {start}, {length}, {height}, seed {}", attack.metric, attack.seed)
}

impl App {
    /// Asks for an attack on the trace that is chosen.
    pub(super) fn ask_for_attack(&mut self) {
        self.change_attack(None);
    }

    /// Asks for an attack, or for what is to be otherwise about one.
    pub(super) fn change_attack(&mut self, place: Option<usize>) {
        let Some(session) = &self.session else { return };
        if session.project().simulation.traces.is_empty() {
            self.toasts.note("Add a trace file first: an attack is put on top of what was measured.");
            return;
        }
        self.step = Step::Simulate;
        let set = self.views.simulate.chosen_trace(session.project());
        self.dialog = Some(Dialog::Attack(Box::new(State::new(session, set, place))));
    }

    pub(super) fn put_on(&mut self, wanted: Wanted) {
        let Some(session) = &self.session else { return };
        let name = if wanted.place.is_some() { "attack" } else { "attacks" };
        let transaction = verbs::change_simulation(session.project(), name, |settings| {
            let Some(set) = settings.traces.get_mut(wanted.set) else { return };
            match wanted.place.and_then(|place| set.attacks.get_mut(place)) {
                Some(there) => *there = wanted.attack,
                None => set.attacks.push(wanted.attack),
            }
        });
        if let Some(transaction) = transaction {
            self.change(|session| {
                session.commit(transaction)?;
                session.seal();
                Ok(())
            });
        }
        self.simulate_chosen();
    }

    /// Asks where the trace of the latest run goes.
    pub(super) fn ask_to_save_trace(&mut self, ctx: &Context) {
        let Some(run) = self.session.as_ref().and_then(|session| session.results().simulation.as_ref())
        else {
            self.toasts.note("Run the policies first; then the trace can be saved as it was run.");
            return;
        };
        let stem = run.value.name.split('.').next().unwrap_or("trace").replace('/', " ");
        let ask = Ask {
            title: Command::SaveTrace.label().trim_end_matches('…').to_owned(),
            kind: AskKind::Save(format!("{stem} with attacks.csv")),
            filter: ("CSV".to_owned(), vec!["csv".to_owned()]),
            folder: None,
        };
        self.ask_for_file(ctx, Purpose::SaveTrace, ask);
    }

    /// Begins to write the trace of the latest run, and its labels beside it.
    pub(super) fn write_trace(&mut self, path: PathBuf) {
        let Some(run) = self.session.as_ref().and_then(|session| session.results().simulation.clone()) else {
            return;
        };
        let (trace, labels) = (run.value.trace.clone(), run.value.labels.clone());
        if let Some(labels) = labels {
            let beside = path.with_extension("labels.csv");
            let id = work::start_write(&mut self.jobs, "Save the labels", beside, move || {
                Ok(labels.to_csv().into_bytes())
            });
            self.job_names.insert(id, "export");
        }
        let id = work::start_write(&mut self.jobs, "Save the trace", path, move || {
            Ok(trace.to_csv().into_bytes())
        });
        self.job_names.insert(id, "export");
    }
}
