//! Thresholds: what other bounds and durations of a condition would give, on a curve that can be read point by point.

use std::sync::Arc;

use egui::{EventFilter, Frame, Key, Margin, Modifiers, Panel, Sense, Ui, Vec2, WidgetInfo};

use crate::model::{MetricCondition, Operator, PolicyId, Reading};
use crate::picture::Role;
use crate::picture::threshold_curve::{CurveOptions, threshold_curve};
use crate::session::thresholds::{ThresholdAnswer, ThresholdQuestion, conditions};
use crate::session::{Command, ConditionPlace, Request, Simulation, Step};
use crate::simulation::scope::PlacedMetric;
use crate::simulation::scores::wilson;
use crate::simulation::sweep::{Sweep, SweepPoint};
use crate::simulation::threshold_study::{DRAWN_POINTS, DurationCurve, Study, Wanted, usual_durations};
use crate::simulation::time::{duration_words, parse_duration};
use crate::simulation::words::{number, reading_of};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip, Field};
use crate::studio::words;

use super::{Tab, suggestion, threshold_tables};

/// At so many phases the condition is evaluated.
const PHASES: usize = 8;

/// How wide the switch between curve and table is.
const SWITCH: f32 = 124.0;

/// So many durations are tried at most.
const MOST_DURATIONS: usize = 12;

/// What the tab remembers.
#[derive(Debug)]
pub(super) struct State {
    place: Option<ConditionPlace>,
    /// At most so many false alarms for an agent and a day.
    pub(super) budget: f64,
    /// The share of the time to choose on, 0 to 1.
    pub(super) share: f64,
    durations: Option<Vec<i64>>,
    /// The duration whose curve is shown.
    pub(super) shown: Option<i64>,
    /// The point of it that is read.
    pub(super) cursor: Option<usize>,
    as_table: bool,
    asked: Option<ThresholdQuestion>,
    /// A suggestion was taken over at that revision: what follows from it is asked for once the model has it.
    pub(super) taken_at: Option<u64>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            place: None,
            budget: 0.1,
            share: 0.6,
            durations: None,
            shown: None,
            cursor: None,
            as_table: false,
            asked: None,
            taken_at: None,
        }
    }
}

/// What is known of the question that the tab shows.
struct Known {
    answer: Option<Arc<ThresholdAnswer>>,
    is_fresh: bool,
    is_running: bool,
}

/// Draws the tab.
pub(super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut super::State,
    simulation: &Simulation,
) {
    let policies: Vec<PolicyId> =
        state.policy.filter(|id| ctx.project().policies.contains(*id)).into_iter().collect();
    let super::State { thresholds: state, tab, .. } = state;
    let project = ctx.project();
    let listed = conditions(project, &policies);
    let wanted = listed.iter().find(|placed| Some(ConditionPlace::from(**placed)) == state.place);
    let Some(placed) = wanted.or_else(|| listed.first()).copied() else {
        return nothing(ui, ctx, tab, Nothing::Conditions);
    };
    let (place, metric) = (ConditionPlace::from(placed), placed.condition);
    if simulation.trace.samples() == 0 {
        return nothing(ui, ctx, tab, Nothing::Samples);
    }
    if simulation.labels.as_ref().is_none_or(|labels| labels.windows.is_empty()) {
        return nothing(ui, ctx, tab, Nothing::Labels);
    }
    let durations =
        state.durations.clone().unwrap_or_else(|| usual_durations(reading_of(project, metric).0).to_vec());
    let wanted =
        Wanted { durations_ms: durations, share: state.share, phases: PHASES, most_points: DRAWN_POINTS };
    let Some(question) = ThresholdQuestion::new(project, simulation, place, wanted) else { return };
    let studies = &ctx.session.results().thresholds;
    let exact = studies.get(&question).cloned();
    let known = Known {
        is_fresh: exact.is_some(),
        is_running: studies.is_running(&question),
        answer: exact.or_else(|| studies.latest(|held| held.place == place).cloned()),
    };
    let was_taken = state.taken_at.is_some_and(|revision| revision != ctx.session.revision());
    // The first look needs no press, nor does what follows from taking a suggestion over; else people say when.
    let asks = if was_taken { !known.is_fresh } else { known.answer.is_none() };
    if asks && state.asked.as_ref() != Some(&question) {
        state.asked = Some(question.clone());
        ctx.ask(Request::StudyThreshold(place, question.wanted.clone()));
    }
    if was_taken {
        state.taken_at = None;
    }

    let study = known.answer.as_ref().and_then(|answer| answer.as_ref().as_ref().ok());
    let roomy = ui.available_width() >= 1100.0;
    let side = |ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State| {
        if let Some(study) = study {
            suggestion::show(ui, ctx, state, &question, study, known.is_fresh);
        }
    };
    if roomy && study.is_some() {
        let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
        Panel::right("threshold suggestion").exact_size(336.0).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "threshold suggestion", |ui| side(ui, ctx, state));
        });
    }
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(14));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "thresholds", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            widgets::card(ui, 12.0, |ui| {
                ui.set_width(ui.available_width());
                head(ui, ctx, state, &question, &listed, &known);
                match known.answer.as_deref() {
                    None => waiting(ui, ctx, &question, &known),
                    Some(Err(reason)) => refused(ui, ctx, reason),
                    Some(Ok(study)) => curve(ui, state, &question, study),
                }
            });
            let Some(study) = study else { return };
            if !roomy {
                widgets::card(ui, 16.0, |ui| side(ui, ctx, state));
            }
            widgets::card(ui, 12.0, |ui| threshold_tables::durations(ui, state, study, question.reading()));
            if !study.phases.is_empty() {
                widgets::card(ui, 12.0, |ui| suggestion::phases(ui, study, simulation.run.grid.interval_ms));
            }
        });
    });
}

/// What is missing.
#[derive(Clone, Copy)]
enum Nothing {
    Conditions,
    Samples,
    Labels,
}

fn nothing(ui: &mut Ui, ctx: &mut ViewContext<'_>, tab: &mut Tab, what: Nothing) {
    Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let (sentence, button, request): (&str, &str, Option<Request>) = match what {
            Nothing::Conditions => (
                "None of these policies bounds a metric, so there is no threshold to move. Add a metric condition to a rule, or choose another policy above.",
                "Go to Policies",
                Some(Command::go(Step::Policies).into()),
            ),
            Nothing::Samples => (
                "This run was evaluated on the server, which kept its samples. Take the trace itself from Prometheus, and thresholds can be swept here.",
                "From Prometheus…",
                Some(Command::TraceFromPrometheus.into()),
            ),
            Nothing::Labels => (
                "Thresholds are judged by labelled attacks, and this trace has none. Put a CSV file with the columns agent, start, end and threat beside the trace, named like it with the ending .labels.csv, and add the trace again; or put made-up attacks on it, which bring their labels.",
                "Trace and settings",
                None,
            ),
        };
        if widgets::empty_state(ui, "target", sentence, button, "") {
            match request {
                Some(request) => ctx.ask(request),
                None => *tab = Tab::Trace,
            }
        }
    });
}

/// The condition, the durations, and whether what is shown still holds.
fn head(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    question: &ThresholdQuestion,
    listed: &[PlacedMetric<'_>],
    known: &Known,
) {
    let project = ctx.project();
    let policies = || listed.iter().map(|placed| placed.rule.policy.id);
    let several = policies().zip(policies().skip(1)).any(|(a, b)| a != b);
    let reading = question.reading();
    ui.horizontal(|ui| {
        let shown = condition_words(&question.condition, reading);
        let width = (ui.available_width() * 0.3).clamp(220.0, 330.0);
        widgets::picker(ui, "Condition", Some("gauge"), &shown, false, width, |ui| {
            for placed in listed {
                let place = ConditionPlace::from(*placed);
                let mut name = condition_words(placed.condition, reading_of(project, placed.condition).0);
                if several {
                    name = format!("{name}, {}", placed.rule.policy.name);
                }
                if widgets::menu_item(ui, Some("gauge"), &name, "", place == question.place, true).clicked() {
                    state.place = Some(place);
                    (state.shown, state.cursor, state.durations) = (None, None, None);
                }
            }
        });
        widgets::label(
            ui,
            if reading == Reading::For { "tried for" } else { "tried within" },
            Look::BODY,
            Role::TextSecondary,
        );
        let list = |list: &Vec<i64>| {
            let words: Vec<String> = list.iter().map(|ms| duration_short(*ms)).collect();
            words.join(", ")
        };
        let field = Field::new("Durations to try").width(220.0);
        if let Some(new) = widgets::number_field(ui, field, &question.wanted.durations_ms, list, durations) {
            state.durations = Some(new);
        }
        if known.is_running {
            Chip::new("Sweeping…").icon("loader").show(ui);
            if let Some(id) = ctx.session.results().thresholds.job()
                && Button::quiet("Cancel").small().show(ui).clicked()
            {
                ctx.ask(Request::Cancel(id));
            }
        } else if known.answer.is_some() && !known.is_fresh {
            Chip::new("Changed since").icon("refresh-cw").show(ui);
            if Button::primary("Sweep again").icon("play").small().show(ui).clicked() {
                state.asked = Some(question.clone());
                ctx.ask(Request::StudyThreshold(question.place, question.wanted.clone()));
            }
        }
        ui.add_space((ui.available_width() - SWITCH).max(0.0));
        let mut table = usize::from(state.as_table);
        if widgets::segmented(ui, "Show thresholds as", &["Curve", "Table"], &mut table) {
            state.as_table = table == 1;
        }
    });
}

/// `1m, 5m, 1h`.
fn durations(text: &str) -> Result<Vec<i64>, String> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let mut found: Vec<i64> = Vec::new();
    for part in parts {
        found.push(
            parse_duration(part).map_err(|_| format!("\"{part}\" is no duration: type 0, 90s, 5m, 1h"))?,
        );
    }
    found.sort_unstable();
    found.dedup();
    if found.len() > MOST_DURATIONS {
        return Err(format!("At most {MOST_DURATIONS} durations"));
    }
    Ok(found)
}

/// As it can be typed again.
fn duration_short(ms: i64) -> String {
    if ms == 0 { "0".to_owned() } else { duration_words(ms) }
}

/// `cpu_usage < 80 for 5m`.
pub(super) fn condition_words(metric: &MetricCondition, reading: Reading) -> String {
    bound_words(&metric.metric, metric.operator, metric.value, metric.duration_ms, reading)
}

/// `cpu_usage < 80 for 5m`, `api_calls < 1000 within 1h`.
pub(super) fn bound_words(
    metric: &str,
    operator: Operator,
    value: f64,
    duration_ms: i64,
    reading: Reading,
) -> String {
    let bound = format!("{metric} {operator} {}", number(value));
    match (duration_ms, reading) {
        (0, _) => bound,
        (time, Reading::For) => format!("{bound} for {}", duration_words(time)),
        (time, _) => format!("{bound} within {}", duration_words(time)),
    }
}

fn waiting(ui: &mut Ui, ctx: &mut ViewContext<'_>, question: &ThresholdQuestion, known: &Known) {
    ui.add_space(8.0);
    if known.is_running {
        let sentence = "Every threshold and duration is tried on the trace. Progress and Cancel stand in the status bar too.";
        widgets::paragraph(ui, sentence, Look::BODY, Role::TextSecondary);
        return;
    }
    let sentence = "Try every threshold and duration of this condition on the trace, and see what each would detect and what it would cost in false alarms.";
    if widgets::empty_state(ui, "target", sentence, "Sweep", "") {
        ctx.ask(Request::StudyThreshold(question.place, question.wanted.clone()));
    }
}

fn refused(ui: &mut Ui, ctx: &mut ViewContext<'_>, reason: &str) {
    let sentence = format!("{}. Choose another condition above, or change this one.", words::capital(reason));
    if widgets::empty_state(ui, "target", &sentence, "Go to Policies", "") {
        ctx.go(Step::Policies);
    }
}

/// The curve that is shown: the one that was pressed, or the one of the suggestion.
pub(super) fn shown_curve<'a>(state: &State, study: &'a Study) -> Option<&'a DurationCurve> {
    let shown = state.shown.or_else(|| Some(study.suggest(state.budget)?.duration_ms));
    shown.and_then(|shown| study.curve(shown)).or_else(|| study.curve(study.duration_ms))
}

/// The curve, read point by point; or its twin, a table.
fn curve(ui: &mut Ui, state: &mut State, question: &ThresholdQuestion, study: &Study) {
    let Some(shown) = shown_curve(state, study) else { return };
    let sweep = &shown.sweep;
    state.cursor = state.cursor.filter(|cursor| *cursor < sweep.points.len());
    ui.add_space(4.0);
    if state.as_table {
        threshold_tables::points(ui, sweep);
        return;
    }
    let (width, height) = (ui.available_width(), (ui.available_height() - 270.0).clamp(300.0, 460.0));
    let options = CurveOptions {
        width,
        height,
        duration_ms: shown.duration_ms,
        budget: state.budget,
        cursor: state.cursor,
    };
    let Some(drawn) = threshold_curve(study, study.suggest(state.budget), options) else { return };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::click());
    let value = state.cursor.and_then(|cursor| sweep.points.get(cursor)).map(|point| point.threshold);
    response.widget_info(|| {
        WidgetInfo::slider(true, value.unwrap_or(sweep.operating.threshold), "Threshold on the curve")
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(drawn.picture.description.clone());
    });
    let at = ScreenFromPicture { origin: rect.min, scale: 1.0 };
    paint::picture(
        &ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())),
        &drawn.picture,
        at,
        theme::palette(ui),
    );
    widgets::focus_ring(ui, &response, rect, 6.0);
    if response.clicked() {
        response.request_focus();
    }
    let before = state.cursor;
    if let Some(pointer) = response.hover_pos()
        && at.rect(drawn.plot).expand(12.0).contains(pointer)
        && ui.input(|input| input.pointer.delta() != Vec2::ZERO || input.pointer.any_pressed())
    {
        state.cursor = drawn.nearest(at.to_picture(pointer));
    }
    if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            memory.set_focus_lock_filter(response.id, filter);
        });
        state.cursor = walked(ui, state.cursor, sweep);
    }
    if state.cursor != before {
        ui.ctx().request_repaint();
    }
    let reading = question.reading();
    // Always as high as two lines, so that nothing below moves away from under the pointer.
    let told = |ui: &mut Ui| {
        if let Some(point) = state.cursor.and_then(|cursor| sweep.points.get(cursor)) {
            let bound =
                bound_words(&sweep.metric, sweep.operator, point.threshold, shown.duration_ms, reading);
            ui.horizontal_wrapped(|ui| {
                widgets::label(ui, &bound, Look::BODY_STRONG, Role::Text);
                widgets::paragraph(ui, &point_words(sweep, point), Look::BODY, Role::TextSecondary);
            });
        } else {
            let exact = if sweep.exact { ", all that change anything" } else { "" };
            let hint = format!(
                "{} tried{exact}. Point at the curve, or focus it and press ← →, to read a threshold",
                words::counted(shown.tried, "threshold", "thresholds")
            );
            widgets::label(ui, &hint, Look::BODY, Role::TextTertiary);
        }
    };
    ui.vertical(|ui| {
        ui.set_min_height(44.0);
        told(ui);
    });
}

/// The arrow keys go from threshold to threshold; Home and End to the strictest and the loosest.
fn walked(ui: &Ui, cursor: Option<usize>, sweep: &Sweep) -> Option<usize> {
    let last = sweep.points.len().checked_sub(1)?;
    let operating = || sweep.points.iter().position(|point| point.threshold == sweep.operating.threshold);
    let steps = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
    let (back, on) = (steps(Key::ArrowLeft), steps(Key::ArrowRight));
    let (first, end) = (steps(Key::Home), steps(Key::End));
    if first > 0 {
        return Some(0);
    }
    if end > 0 {
        return Some(last);
    }
    if back + on == 0 {
        return cursor;
    }
    let from = cursor.or_else(operating).unwrap_or_default();
    Some((from + on).saturating_sub(back).min(last))
}

/// "2 of 6 attacks (33 %, 95 % interval 10 to 70 %), 1 false alarm, 0.33 per agent-day, …"
fn point_words(sweep: &Sweep, point: &SweepPoint) -> String {
    let mut said = result_words(point);
    if let Some((low, high)) = wilson(point.detected as u64, point.windows as u64) {
        said.push_str(&format!(", 95 % interval {:.0} to {:.0} %", low * 100.0, high * 100.0));
    }
    if let Some(rate) = point.false_alarms_per_agent_day {
        said.push_str(&format!(", {rate:.2} false alarms per agent-day"));
    }
    if let Some(quiet) = point.point.false_positive_rate() {
        said.push_str(&format!(", on in {:.1} % of the quiet time", quiet * 100.0));
        if sweep.is_state(point) {
            said.push_str(": that is a state, not an alarm, so it is never suggested");
        }
    }
    let same = |other: &&SweepPoint| {
        (other.detected, other.false_alarms) == (point.detected, point.false_alarms)
            && sweep.is_state(other) == sweep.is_state(point)
    };
    let alike: Vec<f64> = sweep.points.iter().filter(same).map(|point| point.threshold).collect();
    let least = alike.iter().copied().fold(f64::INFINITY, f64::min);
    let most = alike.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if least < most {
        said.push_str(&format!(". The same from {} to {}", number(least), number(most)));
    }
    said
}

/// "2 of 6 attacks, 1 false alarm".
pub(super) fn result_words(point: &SweepPoint) -> String {
    format!(
        "{} of {} attacks, {}",
        point.detected,
        point.windows,
        words::counted(point.false_alarms, "false alarm", "false alarms")
    )
}

#[cfg(test)]
mod tests {
    use super::durations;

    #[test]
    fn durations_are_typed_as_people_write_them() {
        for (typed, expected) in [
            ("0, 1m,5m", Ok(vec![0, 60_000, 300_000])),
            ("1h; 90s", Ok(vec![90_000, 3_600_000])),
            ("5m, 5m,", Ok(vec![300_000])),
            ("", Ok(vec![])),
            ("1m, soon", Err("\"soon\" is no duration: type 0, 90s, 5m, 1h".to_owned())),
            ("1m,2m,3m,4m,5m,6m,7m,8m,9m,10m,11m,12m,13m", Err("At most 12 durations".to_owned())),
        ] {
            assert_eq!(durations(typed), expected, "{typed}");
        }
    }
}
