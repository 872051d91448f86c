//! Compare: two policies on one trace, before above and after below on one time axis, with every difference in a list.

use std::sync::Arc;

use egui::{Frame, Key, Margin, Panel, Sense, Ui, Vec2, WidgetInfo};

use crate::model::Band;
use crate::picture::Role;
use crate::picture::comparison::{ComparisonOptions, comparison_chart};
use crate::session::comparison::CompareQuestion;
use crate::session::{Command, ComparedRuns, Request, Side, Simulation, Step};
use crate::simulation::compare::{Comparison, Difference, Firing};
use crate::simulation::run::Run;
use crate::simulation::time::duration_words;
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Column, Table};
use crate::studio::words;

use super::Tab;

/// So many lanes are drawn; all differences are in the list.
const MOST_LANES: usize = 24;

/// What the tab remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    sides: Option<(Side, Side)>,
    chosen: Option<Difference>,
    range: Option<(i64, i64)>,
    asked: Option<CompareQuestion>,
    /// The question, until the model changes or another is asked.
    known: Option<(u64, String, CompareQuestion)>,
}

/// Draws the tab.
pub(super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut super::State,
    simulation: &Simulation,
) {
    let project = ctx.project();
    let policy = state.policy.filter(|id| project.policies.contains(*id));
    let exists = |sides: &(Side, Side)| sides.0.name(project).is_some() && sides.1.name(project).is_some();
    let sides = state.comparison.sides.filter(exists).unwrap_or_else(|| Side::usual(project, policy));
    if simulation.trace.samples() == 0 {
        return empty(
            ui,
            ctx,
            "This run was evaluated on the server, which kept its samples. Take the trace itself from Prometheus, and policies can be compared here.",
            ("From Prometheus…", Command::TraceFromPrometheus),
        );
    }
    let Some(question) = state.comparison.question(ctx, simulation, sides) else { return };
    let held = &ctx.session.results().comparisons;
    let (exact, is_running) = (held.get(&question).cloned(), held.is_running(&question));
    let stale = held.latest(|held| held.sides == sides).cloned();
    let is_fresh = exact.is_some();
    let shown = exact.or(stale);
    if shown.is_none() && !question.is_idle() && state.comparison.asked.as_ref() != Some(&question) {
        state.comparison.asked = Some(question.clone());
        ctx.ask(Request::ComparePolicies(sides.0, sides.1));
    }
    let roomy = ui.available_width() >= 1180.0;
    if let Some(compared) = shown.as_ref().filter(|_| roomy) {
        let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
        Panel::right("comparison figures").exact_size(336.0).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "comparison figures", |ui| figures(ui, compared));
        });
    }
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(14));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "comparison", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            widgets::card(ui, 12.0, |ui| {
                ui.set_width(ui.available_width());
                head(ui, ctx, &mut state.comparison, sides, (is_running, is_fresh, shown.is_some()));
                match &shown {
                    _ if question.is_idle() => idle(ui, ctx),
                    None => waiting(ui, ctx, sides, is_running),
                    Some(compared) => timeline(ui, state, compared),
                }
            });
            let Some(compared) = shown.filter(|_| !question.is_idle()) else { return };
            if !roomy {
                widgets::card(ui, 16.0, |ui| figures(ui, &compared));
            }
            if !compared.comparison.is_empty() {
                widgets::card(ui, 12.0, |ui| list(ui, state, &compared));
            }
        });
    });
}

impl State {
    /// What is asked; worked out anew when the model, the data or the sides have changed.
    fn question(
        &mut self,
        ctx: &ViewContext<'_>,
        simulation: &Simulation,
        sides: (Side, Side),
    ) -> Option<CompareQuestion> {
        let revision = ctx.session.revision();
        let holds = |known: &&(u64, String, CompareQuestion)| {
            known.0 == revision && known.1 == simulation.fingerprint && known.2.sides == sides
        };
        if let Some((.., question)) = self.known.as_ref().filter(holds) {
            return Some(question.clone());
        }
        let question = CompareQuestion::new(ctx.project(), simulation, sides)?;
        self.known = Some((revision, simulation.fingerprint.clone(), question.clone()));
        Some(question)
    }
}

fn empty(ui: &mut Ui, ctx: &mut ViewContext<'_>, sentence: &str, (button, command): (&str, Command)) {
    Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        if widgets::empty_state(ui, "git-compare", sentence, button, "") {
            ctx.ask(command);
        }
    });
}

fn idle(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let sentence = "Before and after are the same here. Choose another policy or an earlier version, or change a rule and see what it would do.";
    if widgets::empty_state(ui, "git-compare", sentence, "Go to Policies", "") {
        ctx.go(Step::Policies);
    }
}

fn waiting(ui: &mut Ui, ctx: &mut ViewContext<'_>, sides: (Side, Side), is_running: bool) {
    if is_running {
        ui.add_space(8.0);
        let sentence = "Both are run on the trace. Progress and Cancel stand in the status bar too.";
        widgets::paragraph(ui, sentence, Look::BODY, Role::TextSecondary);
        return;
    }
    let sentence = "Run both on the same trace, and see which alarms are new, lost or moved, and which requests are decided otherwise.";
    if widgets::empty_state(ui, "git-compare", sentence, "Compare", "") {
        ctx.ask(Request::ComparePolicies(sides.0, sides.1));
    }
}

/// What is compared with what, and whether what is shown still holds.
fn head(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    sides: (Side, Side),
    (is_running, is_fresh, is_shown): (bool, bool, bool),
) {
    let project = ctx.project();
    let mut picked = sides;
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.28).clamp(190.0, 300.0);
        let choose = |ui: &mut Ui, name: &str, side: &mut Side| {
            let shown = side.name(project).unwrap_or_default();
            let current = *side;
            widgets::picker(ui, name, Some("scroll-text"), &shown, false, width, |ui| {
                for one in Side::all(project) {
                    let Some(name) = one.name(project) else { continue };
                    let icon = if matches!(one, Side::Version(..)) { "history" } else { "scroll-text" };
                    if widgets::menu_item(ui, Some(icon), &name, "", one == current, true).clicked() {
                        *side = one;
                    }
                }
            });
        };
        widgets::label(ui, "Before", Look::BODY, Role::TextSecondary);
        choose(ui, "Policy before", &mut picked.0);
        if widgets::icon_button(ui, "arrow-left-right", "Swap before and after").clicked() {
            picked = (picked.1, picked.0);
        }
        widgets::label(ui, "After", Look::BODY, Role::TextSecondary);
        choose(ui, "Policy after", &mut picked.1);
        if is_running {
            Chip::new("Comparing…").icon("loader").show(ui);
            if let Some(id) = ctx.session.results().comparisons.job()
                && Button::quiet("Cancel").small().show(ui).clicked()
            {
                ctx.ask(Request::Cancel(id));
            }
        } else if is_shown && !is_fresh {
            Chip::new("Changed since").icon("refresh-cw").show(ui);
            if Button::primary("Compare again").icon("play").small().show(ui).clicked() {
                ctx.ask(Request::ComparePolicies(sides.0, sides.1));
            }
        }
    });
    if picked != sides {
        (state.sides, state.chosen, state.range) = (Some(picked), None, None);
    }
}

/// The totals, and both runs on one time axis.
fn timeline(ui: &mut Ui, state: &mut super::State, compared: &Arc<ComparedRuns>) {
    let comparison = &compared.comparison;
    ui.add_space(2.0);
    widgets::paragraph(ui, &comparison.totals(), Look::HEADING, Role::Text);
    if comparison.is_empty() {
        return;
    }
    let own = &mut state.comparison;
    own.chosen = own.chosen.filter(|one| comparison.when(*one).is_some());
    let options = ComparisonOptions {
        width: ui.available_width(),
        range: own.range,
        chosen: own.chosen,
        most_lanes: MOST_LANES,
    };
    let drawn = comparison_chart(&compared.before, &compared.after, comparison, &options);
    let size = Vec2::new(ui.available_width(), drawn.picture.bounds.h);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &drawn.picture.description));
    let at = ScreenFromPicture { origin: rect.min, scale: 1.0 };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    paint::picture(&painter, &drawn.picture, at, theme::palette(ui));
    let pointed = response.hover_pos().and_then(|pointer| drawn.at(at.to_picture(pointer)));
    if response.clicked()
        && let Some(one) = pointed
    {
        own.chosen = if own.chosen == Some(one) { None } else { Some(one) };
    }
    if let Some(one) = pointed {
        response.on_hover_text_at_pointer(told(comparison, one).sentence());
    }
    if drawn.left_out > 0 {
        let words = words::counted(drawn.left_out, "lane finds", "lanes find");
        widgets::small(
            ui,
            &format!("{words} no room here; the list below has them all."),
            Role::TextTertiary,
        );
    }
    reading(ui, state, compared);
}

/// What is chosen, in words, with what can be done about it.
fn reading(ui: &mut Ui, state: &mut super::State, compared: &ComparedRuns) {
    let Some(one) = state.comparison.chosen else {
        let hint = "Press a difference, here or in the list, to read it and see it close up";
        widgets::label(ui, hint, Look::SMALL, Role::TextTertiary);
        return;
    };
    let words = told(&compared.comparison, one);
    let mut whole = ui.input(|input| input.key_pressed(Key::Escape)) && state.comparison.range.is_some();
    ui.horizontal_wrapped(|ui| {
        widgets::label(ui, &format!("{} {}", words.sign, words.word), Look::BODY_STRONG, Role::Text);
        widgets::label(
            ui,
            &format!("{}: {}, {}", words.agent, words.what, words.when),
            Look::BODY,
            Role::TextSecondary,
        );
        if state.comparison.range.is_some() {
            whole |=
                Button::quiet("Show the whole time").icon("maximize").keys("Esc").small().show(ui).clicked();
        }
        if Button::quiet("Open in Detection").icon("activity").small().show(ui).clicked()
            && let Some((from, to)) = compared.comparison.when(one)
        {
            let room = ((to - from) / 2).max(900_000);
            state.range = super::timeline::moved((from - room, to + room), whole_of(compared), 0);
            state.agent = Some(words.agent.to_owned());
            state.tab = Tab::Detection;
        }
    });
    if whole {
        state.comparison.range = None;
    }
}

fn whole_of(compared: &ComparedRuns) -> (i64, i64) {
    (compared.before.grid.start_ms, compared.before.grid.end_ms)
}

/// A difference in words.
struct Told<'a> {
    sign: &'static str,
    word: &'static str,
    agent: &'a str,
    what: String,
    when: String,
    outcome: &'static str,
}

impl Told<'_> {
    fn sentence(&self) -> String {
        let outcome = if self.outcome.is_empty() { String::new() } else { format!(", {}", self.outcome) };
        format!("{} {}: {} of {}, {}{outcome}", self.sign, self.word, self.what, self.agent, self.when)
    }
}

fn told(comparison: &Comparison, one: Difference) -> Told<'_> {
    let lasting = |from: i64, to: i64| format!("{} for {}", words::second(from), duration_words(to - from));
    let outcome = |firing: &Firing| match firing.in_attack {
        Some(true) => "in an attack",
        Some(false) => "false alarm",
        None => "",
    };
    let agent = comparison.agent(one).unwrap_or_default();
    let (from, to) = comparison.when(one).unwrap_or_default();
    let nothing =
        || Told { sign: "", word: "", agent, what: String::new(), when: String::new(), outcome: "" };
    match one {
        Difference::New(number) => comparison.new.get(number).map_or_else(nothing, |firing| Told {
            sign: "+",
            word: "new alarm",
            agent,
            what: firing.metric.clone(),
            when: lasting(from, to),
            outcome: outcome(firing),
        }),
        Difference::Lost(number) => comparison.lost.get(number).map_or_else(nothing, |firing| Told {
            sign: "−",
            word: "lost alarm",
            agent,
            what: firing.metric.clone(),
            when: lasting(from, to),
            outcome: outcome(firing),
        }),
        Difference::Moved(number) => comparison.moved.get(number).map_or_else(nothing, |moved| {
            let (is, was) = (moved.firing.interval, moved.was);
            Told {
                sign: "↔",
                word: "moved alarm",
                agent,
                what: moved.firing.metric.clone(),
                when: format!(
                    "{}, before {}",
                    lasting(is.from_ms, is.to_ms),
                    lasting(was.from_ms, was.to_ms)
                ),
                outcome: outcome(&moved.firing),
            }
        }),
        Difference::Decision(number) => {
            comparison.decisions.get(number).map_or_else(nothing, |decision| Told {
                sign: if decision.denied_now { "✕" } else { "✓" },
                word: if decision.denied_now { "denied now" } else { "allowed now" },
                agent,
                what: decision.request.clone(),
                when: words::second(decision.t_ms),
                outcome: "",
            })
        }
    }
}

/// Every difference; a press shows it close up.
fn list(ui: &mut Ui, state: &mut super::State, compared: &ComparedRuns) {
    let comparison = &compared.comparison;
    let all = comparison.all();
    widgets::heading(ui, "Differences", Some(all.len()));
    let columns = [
        Column::exact("Difference", 130.0),
        Column::exact("Agent", 130.0),
        Column::grow("What", 1.0, 130.0),
        Column::grow("When, UTC", 1.6, 200.0),
        Column::exact("Against the labels", 130.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(34.0);
    table.head(ui, None);
    let height = (all.len() as f32 * 34.0).min(420.0);
    let mut pressed = None;
    ui.allocate_ui(Vec2::new(ui.available_width(), height), |ui| {
        table.rows(ui, "differences", all.len(), |ui, index| {
            let Some(one) = all.get(index).copied() else { return };
            let words = told(comparison, one);
            let chosen = state.comparison.chosen == Some(one);
            let row = table.row(ui, ("difference", one), &words.sentence(), chosen, |row| {
                row.text(&format!("{}  {}", words.sign, words.word), Look::BODY_STRONG, Role::Text);
                row.text(words.agent, Look::BODY, Role::TextSecondary);
                row.text(&words.what, Look::BODY, Role::Text);
                row.text(&words.when, Look::BODY, Role::TextSecondary);
                let role = match words.outcome {
                    "false alarm" => Role::SeverityText(Band::High),
                    _ => Role::TextSecondary,
                };
                row.text(words.outcome, Look::BODY, role);
            });
            if row.clicked() {
                pressed = Some(one);
            }
        });
    });
    if let Some(one) = pressed
        && let Some((from, to)) = comparison.when(one)
    {
        let room = ((to - from) / 2).max(900_000);
        state.comparison.range = super::timeline::moved((from - room, to + room), whole_of(compared), 0);
        state.comparison.chosen = Some(one);
    }
}

/// Both runs in figures.
fn figures(ui: &mut Ui, compared: &ComparedRuns) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    widgets::heading(ui, "Before and after", None);
    widgets::small(ui, "Same trace, same labels, same grid", Role::TextTertiary);
    widgets::small(ui, &format!("Before: {}", compared.names.0), Role::TextSecondary);
    widgets::small(ui, &format!("After: {}", compared.names.1), Role::TextSecondary);
    ui.add_space(4.0);
    let columns = [
        Column::grow("", 1.0, 80.0),
        Column::exact("Before", 60.0).right(),
        Column::exact("After", 62.0).right(),
        Column::exact("Change", 72.0).right(),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(34.0);
    table.head(ui, None);
    let rows = rows(&compared.before).into_iter().zip(rows(&compared.after));
    for ((name, old), (_, new)) in rows {
        let (before, after) = (old.text(), new.text());
        let change = old.change(new);
        let row = format!("{name}: {before} before, {after} after, {change}");
        table.row(ui, ("figure", name), &row, false, |row| {
            row.text(name, Look::SMALL, Role::TextSecondary);
            row.text(&before, Look::BODY, Role::TextSecondary);
            row.text(&after, Look::BODY_STRONG, Role::Text);
            let same = change == "same";
            row.text(&change, Look::BODY, if same { Role::TextTertiary } else { Role::Text });
        });
    }
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 6.0;
    let agents = &compared.comparison.agents;
    widgets::heading(ui, "Agents touched", Some(agents.len()));
    let named = if agents.is_empty() { "Nobody.".to_owned() } else { agents.join(", ") };
    widgets::small(ui, &named, Role::TextSecondary);
    if compared.before.scores.is_none() {
        ui.add_space(4.0);
        let words = "Without labelled attacks it cannot be said which alarms are false. A file .labels.csv beside the trace brings them.";
        widgets::small(ui, words, Role::TextTertiary);
    }
    ui.add_space(4.0);
    widgets::small(ui, compared.before.mode.label(), Role::TextTertiary);
}

/// A figure of a run, with how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Figure {
    Count(usize),
    Share(usize, usize),
    Interval(f64, f64),
    Rate(f64),
    Time(i64),
    None,
}

impl Figure {
    fn text(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Share(part, whole) => format!("{part} of {whole}"),
            Self::Interval(low, high) => format!("{:.0}–{:.0}", low * 100.0, high * 100.0),
            Self::Rate(rate) => format!("{rate:.2}"),
            Self::Time(ms) => duration_words(ms),
            Self::None => "–".to_owned(),
        }
    }

    fn change(self, new: Self) -> String {
        let signed =
            |by: f64, words: String| if by > 0.0 { format!("+{words}") } else { format!("−{words}") };
        match (self, new) {
            (old, new) if old == new => "same".to_owned(),
            (Self::Count(old), Self::Count(new)) => {
                signed(new as f64 - old as f64, new.abs_diff(old).to_string())
            }
            (Self::Share(old, _), Self::Share(new, _)) => Self::Count(old).change(Self::Count(new)),
            (Self::Rate(old), Self::Rate(new)) => signed(new - old, format!("{:.2}", (new - old).abs())),
            (Self::Time(old), Self::Time(new)) => {
                signed(new as f64 - old as f64, duration_words((new - old).abs()))
            }
            (Self::Interval(..), _) => String::new(),
            _ => "–".to_owned(),
        }
    }
}

fn rows(run: &Run) -> Vec<(&'static str, Figure)> {
    let event = run.scores.as_ref().map(|scores| &scores.event);
    let or_none = |figure: Option<Figure>| figure.unwrap_or(Figure::None);
    let interval = event.and_then(|event| event.rate_interval);
    let alarms: usize =
        run.conditions.iter().flat_map(|one| &one.series).map(|series| series.firing.len()).sum();
    let denied = run.decisions.iter().filter(|decision| decision.denied()).count();
    vec![
        ("Detected", or_none(event.map(|event| Figure::Share(event.detected, event.windows.len())))),
        ("Interval, %", or_none(interval.map(|(low, high)| Figure::Interval(low, high)))),
        ("Alarms", Figure::Count(alarms)),
        ("False alarms", or_none(event.map(|event| Figure::Count(event.false_alarms)))),
        (
            "per agent-day",
            or_none(event.and_then(|event| event.false_alarms_per_agent_day).map(Figure::Rate)),
        ),
        (
            "Median time",
            or_none(event.and_then(|event| event.time_to_detect).map(|time| Figure::Time(time.p50_ms))),
        ),
        ("Denied", Figure::Count(denied)),
        ("Responses", Figure::Count(run.responses.len())),
    ]
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn changes_are_told_with_their_sign() {
        for (old, new, expected) in [
            (Figure::Count(2), Figure::Count(6), "+4"),
            (Figure::Count(6), Figure::Count(2), "−4"),
            (Figure::Count(2), Figure::Count(2), "same"),
            (Figure::Share(2, 6), Figure::Share(5, 6), "+3"),
            (Figure::Interval(0.1, 0.7), Figure::Interval(0.2, 0.9), ""),
            (Figure::Rate(0.5), Figure::Rate(0.25), "−0.25"),
            (Figure::Time(60_000), Figure::Time(30_000), "−30s"),
            (Figure::None, Figure::Count(2), "–"),
            (Figure::None, Figure::None, "same"),
        ] {
            assert_eq!(old.change(new), expected, "{old:?} {new:?}");
        }
    }
}
