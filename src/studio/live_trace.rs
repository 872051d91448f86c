//! A Prometheus server as a trace: its address, how far back, and who evaluates.

use egui::{Key, Ui};

use crate::edit::verbs;
use crate::model::{Band, TraceSet};
use crate::picture::Role;
use crate::session::prometheus::LiveSource;
use crate::session::{Step, TraceFiles};
use crate::simulation::time::{moment, parse_time};

use super::app::App;
use super::dialogs::{Ended, buttons};
use super::theme::Look;
use super::widgets::{self, Button, Field};

/// How far back, in words and as the address says it.
const RANGES: [(&str, &str); 5] =
    [("1 hour", "1h"), ("6 hours", "6h"), ("1 day", "24h"), ("1 week", "168h"), ("4 weeks", "672h")];

/// After those, a stretch of time that somebody names.
const BETWEEN: usize = RANGES.len();

/// What is being filled in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    address: String,
    range: usize,
    start: String,
    end: String,
    evaluate: usize,
    problem: String,
}

impl State {
    /// The server as it is described so far.
    fn source(&self) -> Result<LiveSource, String> {
        let address = self.address.trim();
        let address = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        if address.contains('?') {
            return LiveSource::parse(&address);
        }
        let range = match RANGES.get(self.range) {
            Some((_, last)) => format!("last={last}"),
            None => {
                format!("start={}&end={}", moment_of(&self.start, "start")?, moment_of(&self.end, "end")?)
            }
        };
        let there = if self.evaluate == 1 { "&evaluate=there" } else { "" };
        LiveSource::parse(&format!("{address}?{range}{there}"))
    }
}

/// A moment as addresses say it.
fn moment_of(text: &str, which: &str) -> Result<String, String> {
    let wrong = |_| format!("The {which} is not understood: type a time, like 2026-11-20T08:00:00Z");
    parse_time(text.trim()).map(moment).map_err(wrong)
}

/// Shows the dialog.
pub(super) fn show(ui: &mut Ui, state: &mut State) -> Option<Ended> {
    widgets::paragraph(
        ui,
        "A Prometheus server, or one that answers as it does (Thanos, Mimir, VictoriaMetrics). Only the metrics that the policies name are asked for.",
        Look::BODY,
        Role::TextSecondary,
    );
    let id = ui.make_persistent_id("server address");
    let response = Field::new("Address")
        .id(id)
        .icon("globe")
        .look(Look::CODE)
        .hint("http://localhost:9090")
        .show(ui, &mut state.address);
    if response.changed() {
        state.problem.clear();
    }
    let confirmed = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !ui.ctx().text_edit_focused() && state.problem.is_empty() && !confirmed {
        response.request_focus();
    }
    if !state.problem.is_empty() {
        widgets::small(ui, &state.problem, Role::SeverityText(Band::Critical));
    }
    widgets::caption(ui, "The last");
    let words: Vec<&str> = RANGES.iter().map(|(words, _)| *words).chain(["From … to …"]).collect();
    widgets::segmented(ui, "The last", &words, &mut state.range);
    if state.range == BETWEEN {
        for (what, hint, text) in [
            ("From", "2026-11-20T08:00:00Z", &mut state.start),
            ("To", "2026-11-20T20:00:00Z", &mut state.end),
        ] {
            widgets::property(ui, what, |ui| {
                let field = Field::new(what).icon("clock").look(Look::CODE).hint(hint);
                if field.show(ui, text).changed() {
                    state.problem.clear();
                }
            });
        }
    }
    widgets::caption(ui, "Evaluated");
    widgets::segmented(ui, "Evaluated", &["Here", "On the server"], &mut state.evaluate);
    let sentence = if state.evaluate == 0 {
        "The samples are fetched, page by page, and thresholds can be moved on the timeline."
    } else {
        "The samples stay where they are; the server evaluates the conditions as exported."
    };
    widgets::small(ui, sentence, Role::TextTertiary);
    buttons(ui, |ui| {
        if Button::primary("Add and run").keys("Enter").show(ui).clicked() || confirmed {
            match state.source() {
                Ok(source) => return Some(Ended::Live(source)),
                Err(problem) => state.problem = problem,
            }
            response.request_focus();
        }
        Button::plain("Cancel").keys("Esc").show(ui).clicked().then_some(Ended::Closed)
    })
}

impl App {
    /// Adds a server to the model as a trace, and runs the policies on it.
    pub(super) fn add_server(&mut self, source: &LiveSource) {
        let Some(session) = &self.session else { return };
        let host = source.base.split_once("://").map_or(source.base.as_str(), |(_, host)| host).to_owned();
        let set = TraceSet {
            name: format!("Prometheus at {host}"),
            metrics: source.to_string(),
            ..TraceSet::default()
        };
        let files = TraceFiles::of(session, &set);
        let known = session.project().simulation.traces.iter().position(|known| known.metrics == set.metrics);
        let number = known.unwrap_or(session.project().simulation.traces.len());
        if known.is_none()
            && let Some(transaction) =
                verbs::change_simulation(session.project(), "traces", |settings| settings.traces.push(set))
        {
            self.change(|session| session.commit(transaction));
        }
        self.step = Step::Simulate;
        self.views.simulate.choose_trace(number);
        self.simulate(files, Vec::new());
    }
}
