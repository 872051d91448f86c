//! Compare: two policies on one trace, before above and after below on one time axis, with every difference in a list.

use std::sync::Arc;

use egui::{Frame, Key, Margin, Panel, Sense, Ui, Vec2, WidgetInfo};

use crate::model::Band;
use crate::picture::Role;
use crate::picture::comparison::{ComparisonChart, ComparisonOptions, comparison_chart};
use crate::session::comparison::CompareQuestion;
use crate::session::{Command, ComparedRuns, Request, Side, Simulation, Step};
use crate::simulation::compare::{Comparison, Difference, Firing};
use crate::simulation::time::duration_words;
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Column, Table};
use crate::studio::words;

use super::{Tab, figures};

/// So many lanes are drawn; all differences are in the list.
const MOST_LANES: usize = 24;

/// The height of a row of the list.
const ROW: f32 = 34.0;

/// Which differences are listed.
const LISTED: [&str; 3] = ["All", "Alarms", "Requests"];

/// A drawing with what it rests on: two runs, a width, and what is shown of them.
#[derive(Debug)]
struct Drawn {
    of: Arc<ComparedRuns>,
    options: ComparisonOptions,
    chart: Arc<ComparisonChart>,
}

/// What the tab remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    sides: Option<(Side, Side)>,
    chosen: Option<Difference>,
    range: Option<(i64, i64)>,
    asked: Option<CompareQuestion>,
    /// Which differences are listed, by place among [`LISTED`].
    listed: usize,
    /// The drawing, until what it shows changes.
    drawn: Option<Drawn>,
    /// What was chosen is to be brought into sight.
    show_chosen: bool,
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
        Panel::right("comparison figures").exact_size(352.0).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "comparison figures", |ui| figures::show(ui, compared));
        });
    }
    // The list keeps its place under the picture, so that what is pressed in it is seen at once.
    let listed = shown.clone().filter(|shown| !question.is_idle() && !shown.comparison.is_empty());
    if let Some(compared) = listed {
        let height = (ui.available_height() * 0.4).clamp(170.0, 420.0);
        let wanted = 96.0 + compared.differences.len() as f32 * ROW;
        let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::symmetric(16, 10));
        let panel = Panel::bottom("differences").exact_size(height.min(wanted)).resizable(false);
        panel.frame(frame).show(ui, |ui| list(ui, state, &compared));
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
            if let Some(compared) = shown.as_ref().filter(|_| !roomy && !question.is_idle()) {
                widgets::card(ui, 16.0, |ui| figures::show(ui, compared));
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

    /// The drawing; requests by the thousand are not sorted into it again for every frame.
    fn drawn(&mut self, compared: &Arc<ComparedRuns>, options: ComparisonOptions) -> Arc<ComparisonChart> {
        let same = |drawn: &&Drawn| Arc::ptr_eq(&drawn.of, compared) && drawn.options == options;
        if let Some(drawn) = self.drawn.as_ref().filter(same) {
            return Arc::clone(&drawn.chart);
        }
        let ComparedRuns { before, after, comparison, .. } = compared.as_ref();
        let chart = Arc::new(comparison_chart(before, after, comparison, &options));
        self.drawn = Some(Drawn { of: Arc::clone(compared), options, chart: Arc::clone(&chart) });
        chart
    }

    /// Chooses a difference and shows it close up.
    fn see(&mut self, compared: &ComparedRuns, one: Difference) {
        let Some((from, to)) = compared.comparison.when(one) else { return };
        let room = ((to - from) / 2).max(900_000);
        self.range = super::timeline::moved((from - room, to + room), whole_of(compared), 0);
        (self.chosen, self.show_chosen) = (Some(one), true);
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
    ui.horizontal_wrapped(|ui| {
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
    reading(ui, state, compared);
    let own = &mut state.comparison;
    own.chosen = own.chosen.filter(|one| comparison.when(*one).is_some());
    let options = ComparisonOptions {
        width: ui.available_width(),
        range: own.range,
        chosen: own.chosen,
        most_lanes: MOST_LANES,
    };
    let drawn = own.drawn(compared, options);
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
    if std::mem::take(&mut state.comparison.show_chosen)
        && let Some((_, place)) = drawn.places.iter().find(|(one, _)| Some(*one) == options.chosen)
    {
        ui.scroll_to_rect(at.rect(*place).expand(60.0), None);
    }
}

/// What is chosen, in words, with what can be done about it.
fn reading(ui: &mut Ui, state: &mut super::State, compared: &ComparedRuns) {
    let own = &mut state.comparison;
    let place = own.chosen.and_then(|one| compared.differences.iter().position(|other| *other == one));
    let mut whole = ui.input(|input| input.key_pressed(Key::Escape)) && own.range.is_some();
    let mut opened = false;
    ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        let last = compared.differences.len().saturating_sub(1);
        let before = place.map_or(Some(last), |place| place.checked_sub(1));
        let after = place.map_or(Some(0), |place| (place < last).then_some(place + 1));
        for (icon, name, next) in
            [("chevron-left", "Difference before", before), ("chevron-right", "Difference after", after)]
        {
            if widgets::tool_button(ui, icon, name, "", false, next.is_some()).clicked()
                && let Some(one) = next.and_then(|next| compared.differences.get(next))
            {
                own.see(compared, *one);
            }
        }
        let Some(one) = own.chosen else {
            let hint = "Press a difference, here or in the list, to read it and see it close up";
            widgets::label(ui, hint, Look::SMALL, Role::TextTertiary);
            return;
        };
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            opened = Button::quiet("Open in Detection").icon("activity").small().show(ui).clicked();
            if own.range.is_some() {
                let button = Button::quiet("Show the whole time").icon("maximize").keys("Esc").small();
                whole |= button.show(ui).clicked();
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                widgets::label(ui, &told(&compared.comparison, one).sentence(), Look::BODY, Role::Text);
            });
        });
    });
    if whole {
        own.range = None;
    }
    if opened && let Some(one) = own.chosen {
        (state.range, state.agent) = (own.range, compared.comparison.agent(one).map(str::to_owned));
        if state.range.is_none() {
            own.see(compared, one);
            state.range = own.range;
        }
        state.tab = Tab::Detection;
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
                    "{} (was {}, {})",
                    lasting(is.from_ms, is.to_ms),
                    words::time_after(is.from_ms, was.from_ms),
                    duration_words(was.to_ms - was.from_ms)
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

/// When a moved alarm is on, and how it was moved, for a narrow column.
fn moved_by(comparison: &Comparison, one: Difference) -> Option<String> {
    let Difference::Moved(number) = one else { return None };
    let moved = comparison.moved.get(number)?;
    let (is, was) = (moved.firing.interval, moved.was);
    let (edge, by) = match is.from_ms - was.from_ms {
        0 => ("ends", is.to_ms - was.to_ms),
        by => ("begins", by),
    };
    let way = if by < 0 { "earlier" } else { "later" };
    Some(format!("{}, {edge} {} {way}", words::second(is.from_ms), duration_words(by.abs())))
}

/// Every difference; a press shows it close up.
fn list(ui: &mut Ui, state: &mut super::State, compared: &ComparedRuns) {
    let comparison = &compared.comparison;
    let is_request = |one: &Difference| matches!(one, Difference::Decision(_));
    let alarms = compared.differences.partition_point(|one| !is_request(one));
    let (alarms, requests) = compared.differences.split_at(alarms);
    ui.horizontal(|ui| {
        widgets::heading(ui, "Differences", Some(compared.differences.len()));
        if !alarms.is_empty() && !requests.is_empty() {
            ui.add_space(8.0);
            widgets::segmented(ui, "Differences listed", &LISTED, &mut state.comparison.listed);
        }
    });
    let all = match state.comparison.listed {
        1 if !alarms.is_empty() => alarms,
        2 if !requests.is_empty() => requests,
        _ => compared.differences.as_slice(),
    };
    let columns = [
        Column::exact("Difference", 122.0),
        Column::exact("Agent", 112.0),
        Column::grow("What", 1.0, 130.0),
        Column::grow("When, UTC", 2.4, 240.0),
        Column::exact("By the labels", 100.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(ROW);
    table.head(ui, None);
    let mut pressed = None;
    table.rows(ui, "differences", all.len(), |ui, index| {
        let Some(one) = all.get(index).copied() else { return };
        let words = told(comparison, one);
        let chosen = state.comparison.chosen == Some(one);
        let row = table.row(ui, ("difference", one), &words.sentence(), chosen, |row| {
            row.text(&format!("{}  {}", words.sign, words.word), Look::BODY_STRONG, Role::Text);
            row.text(words.agent, Look::BODY, Role::TextSecondary);
            row.text(&words.what, Look::BODY, Role::Text);
            let when = moved_by(comparison, one).unwrap_or_else(|| words.when.clone());
            row.text(&when, Look::BODY, Role::TextSecondary);
            let role = match words.outcome {
                "false alarm" => Role::SeverityText(Band::High),
                _ => Role::TextSecondary,
            };
            row.text(words.outcome, Look::BODY, role);
        });
        if row.on_hover_text(words.sentence()).clicked() {
            pressed = Some(one);
        }
    });
    if let Some(one) = pressed {
        state.comparison.see(compared, one);
    }
}
