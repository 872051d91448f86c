//! The timeline: wheel zooms at the pointer, a drag pans, the pointer reads the values.

use std::sync::Arc;

use egui::{PointerButton, Sense, Ui, Vec2, WidgetInfo};

use crate::model::Band;
use crate::picture::timeline::{self, ConditionState, TimelineOptions};
use crate::picture::{Picture, Role};
use crate::session::{Command, Simulation};
use crate::simulation::time::duration_words;
use crate::simulation::{Run, words};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};

use super::{State, deeds, shown, timeline_keys, trial};

/// The least that can be zoomed to: ten evaluations of 15 seconds.
const LEAST_SPAN_MS: i64 = 150_000;

/// Draws the timeline.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, simulation: &Arc<Simulation>) {
    let shown = shown::shown(state, simulation);
    let (run, agents, agent) = (Arc::clone(&shown.run), Arc::clone(&shown.agents), shown.agent.clone());
    let run = &*run;
    let whole = (run.grid.start_ms, run.grid.end_ms);
    if agents.is_empty() {
        return nobody(ui, ctx, simulation);
    }
    tools(ui, state, simulation, run, &agents, &agent, whole);
    trial::bar(ui, ctx, state, simulation);
    let options = TimelineOptions {
        width: ui.available_width(),
        range: state.range,
        agent: Some(agent),
        playhead: state.playhead,
        ..TimelineOptions::default()
    };
    let drawn = timeline::timeline(run, &options);
    let bounds = drawn.picture.bounds;
    let scale = (ui.available_width() / bounds.w.max(1.0)).min(1.0);
    let size = Vec2::new(ui.available_width(), bounds.h * scale);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    timeline_keys::take(ui, &response, state, run.grid.interval_ms, whole);
    widgets::focus_ring(ui, &response, rect.shrink(2.0), 6.0);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &drawn.picture.description));
    let at = ScreenFromPicture::fit(bounds, rect, 1.0);
    paint::picture(
        &ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())),
        &drawn.picture,
        at,
        theme::palette(ui),
    );

    deeds::show(ui, state, run, &drawn, at);
    trial::lines(ui, ctx, state, simulation, &drawn, at);
    pinned_head(ui, rect, &timeline::head(run, &drawn, &options));
    // What lies over the lanes takes the pointer, but the moment under it is read all the same.
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|_| response.contains_pointer());
    let pointer = pointer.map(|pointer| at.to_picture(pointer));
    let mut time = pointer.and_then(|point| drawn.time_at(point));
    if state.cursor.is_some() && time.is_some() && ui.input(|input| input.pointer.is_moving()) {
        state.cursor = None;
    }
    time = state.cursor.or(time);
    if state.drag.is_none() && time != state.playhead {
        state.playhead = time;
        ui.ctx().request_repaint();
    }
    let (from, to) = state.range.unwrap_or(whole);
    let plot = f64::from((drawn.axis.right - drawn.axis.left).max(1.0) * scale);
    if let Some(center) = time {
        let (wheel, zoom) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        let with_key = ui.input(|input| input.modifiers.command || input.modifiers.shift);
        let factor = if with_key {
            f64::from((-wheel * 0.004).exp()) / f64::from(zoom)
        } else {
            1.0 / f64::from(zoom)
        };
        if (factor - 1.0).abs() > 1e-4 {
            state.range = zoomed((from, to), whole, center, factor);
            ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        }
    }
    if response.drag_started_by(PointerButton::Primary) {
        state.drag = Some((from, to));
    }
    if let Some((from, to)) = state.drag {
        let by =
            (f64::from(response.total_drag_delta().unwrap_or_default().x) / plot * (to - from) as f64) as i64;
        state.range = moved((from, to), whole, -by);
        if response.drag_stopped() {
            state.drag = None;
        }
    }
    match state.playhead {
        Some(t_ms) => reading(ui, ctx, run, &drawn, t_ms),
        // The line keeps its place, so that nothing below moves away from under the pointer.
        None => {
            widgets::label(
                ui,
                "Point at the lanes to read what was measured there, or press Shift+→",
                Look::SMALL,
                Role::TextTertiary,
            );
        }
    }
}

/// Why there is nothing to draw.
fn nobody(ui: &mut Ui, ctx: &mut ViewContext<'_>, simulation: &Simulation) {
    ui.set_width(ui.available_width());
    let coverage = &simulation.run.coverage;
    let mut sentence = "No condition of these policies watches anything in this trace.".to_owned();
    // The first note says who is left out, if anybody is; the rest is told with the trace.
    if let Some(note) = coverage.notes.first().filter(|_| !coverage.agents_out_of_scope.is_empty()) {
        sentence = format!("{sentence} {note}");
    }
    if !coverage.metrics_missing.is_empty() {
        let missing = coverage.metrics_missing.join(", ");
        sentence = format!("{sentence} Named by a policy, but not in the trace: {missing}.");
    }
    if widgets::empty_state(ui, "activity", &sentence, "Trace and settings", "") {
        ctx.ask(Command::TraceAndSettings);
    }
}

/// Once the head of the timeline has scrolled away, it stands at the top of what is seen.
fn pinned_head(ui: &Ui, lanes: egui::Rect, head: &Picture) {
    let top = ui.clip_rect().top();
    let height = head.bounds.h;
    if lanes.top() >= top || lanes.bottom() < top + 2.0 * height {
        return;
    }
    let place =
        egui::Rect::from_min_size(egui::pos2(lanes.left(), top), Vec2::new(lanes.width(), height + 4.0));
    let painter = ui.painter().with_clip_rect(ui.clip_rect());
    painter.rect_filled(place.expand2(Vec2::new(8.0, 0.0)), 0.0, theme::color(ui, Role::Panel));
    painter.hline(place.x_range(), place.bottom(), egui::Stroke::new(1.0, theme::color(ui, Role::Line)));
    let inner = place.with_min_y(place.top() + 4.0);
    paint::picture(&painter, head, ScreenFromPicture::fit(head.bounds, inner, 1.0), theme::palette(ui));
}

fn tools(
    ui: &mut Ui,
    state: &mut State,
    simulation: &Simulation,
    run: &Run,
    agents: &[String],
    shown: &str,
    whole: (i64, i64),
) {
    ui.horizontal(|ui| {
        widgets::label(ui, &simulation.name, Look::HEADING, Role::Text);
        widgets::picker(ui, "Agent shown", Some("bot"), shown, false, 170.0, |ui| {
            for agent in agents {
                if widgets::menu_item(ui, Some("bot"), agent, "", agent == shown, true).clicked() {
                    state.agent = Some(agent.clone());
                }
            }
        });
        let (from, to) = state.range.unwrap_or(whole);
        let middle = i64::midpoint(from, to);
        if widgets::icon_button(ui, "plus", "Zoom in on time").clicked() {
            state.range = zoomed((from, to), whole, middle, 0.5);
        }
        if widgets::icon_button(ui, "minus", "Zoom out in time").clicked() {
            state.range = zoomed((from, to), whole, middle, 2.0);
        }
        if widgets::icon_button(ui, "maximize", "Show the whole run").clicked() {
            state.range = None;
        }
        for (icon, name, keys, forward) in [
            ("chevron-left", "Previous denial or response", "[", false),
            ("chevron-right", "Next denial or response", "]", true),
        ] {
            if widgets::tool_button(ui, icon, name, keys, false, true).clicked() {
                deeds::step(state, run, shown, whole, forward);
            }
        }
        if widgets::hears_keys(ui) {
            for (key, forward) in [(egui::Key::OpenBracket, false), (egui::Key::CloseBracket, true)] {
                if ui.input(|input| input.modifiers.is_none() && input.key_pressed(key)) {
                    deeds::step(state, run, shown, whole, forward);
                }
            }
        }
        if let Some(scores) = &run.scores {
            let button = Button::quiet("Go to an attack").icon("flag").chevron().small().show(ui);
            widgets::open_menu(&button, "Go to an attack", 400.0, |ui| {
                for window in &scores.event.windows {
                    let label = format!(
                        "{}  {}, {}",
                        crate::studio::words::minute(window.label.start_ms),
                        window.label.threat.replace('_', " "),
                        window.label.agent
                    );
                    let keys = if window.detected_ms.is_some() { "found" } else { "missed" };
                    if widgets::menu_item(ui, Some("flag"), &label, keys, false, true).clicked() {
                        let span = (window.label.end_ms - window.label.start_ms).max(600_000);
                        let range = (window.label.start_ms - span, window.label.end_ms + span);
                        state.range = moved(range, whole, 0);
                        state.agent = Some(window.label.agent.clone()).filter(|agent| agents.contains(agent));
                    }
                }
            });
        }
    });
}

pub(super) fn zoomed(range: (i64, i64), whole: (i64, i64), center: i64, factor: f64) -> Option<(i64, i64)> {
    let span = ((range.1 - range.0) as f64 * factor) as i64;
    let span = span.clamp(LEAST_SPAN_MS.min(whole.1 - whole.0), (whole.1 - whole.0).max(1));
    if span >= whole.1 - whole.0 {
        return None;
    }
    let share = (center - range.0) as f64 / (range.1 - range.0).max(1) as f64;
    let from = center - (span as f64 * share) as i64;
    moved((from, from + span), whole, 0)
}

pub(super) fn moved(range: (i64, i64), whole: (i64, i64), by: i64) -> Option<(i64, i64)> {
    let span = (range.1 - range.0).min(whole.1 - whole.0);
    let from = (range.0 + by).clamp(whole.0, whole.1 - span);
    Some((from, from + span)).filter(|range| *range != whole)
}

/// The values where the pointer is, in words below the lanes.
fn reading(ui: &mut Ui, ctx: &ViewContext<'_>, run: &Run, drawn: &timeline::Timeline, t_ms: i64) {
    let moment = format!("{} UTC", crate::studio::words::second(t_ms));
    ui.horizontal_wrapped(|ui| {
        // What finds no room begins the next line whole.
        let whole = |ui: &mut Ui, words: &str, look: Look, role: Role| {
            let text = look.text(words, theme::color(ui, role));
            ui.add(egui::Label::new(text).wrap_mode(egui::TextWrapMode::Extend));
        };
        whole(ui, &moment, Look::SMALL_STRONG, Role::Text);
        for one in drawn.reading(run, t_ms) {
            let unit =
                ctx.project().simulation.metrics.get(&one.metric).map_or("", |info| info.unit.as_str());
            let value = one.value.map_or_else(
                || "no value".to_owned(),
                |value| format!("{} {unit}", words::number((value * 10.0).round() / 10.0)),
            );
            let (state, role) = match one.state {
                ConditionState::Quiet => (String::new(), Role::TextSecondary),
                ConditionState::Pending { since_ms } => (
                    format!(", pending for {}", duration_words(t_ms - since_ms)),
                    Role::SeverityText(Band::Medium),
                ),
                ConditionState::Firing { since_ms } => (
                    format!(", firing for {}", duration_words(t_ms - since_ms)),
                    Role::SeverityText(Band::High),
                ),
            };
            whole(ui, &format!("{} {}{state}", one.metric, value.trim()), Look::SMALL, role);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: (i64, i64) = (0, 86_400_000);

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer() {
        let center = 21_600_000;
        let (from, to) = zoomed(WHOLE, WHOLE, center, 0.5).unwrap();
        assert_eq!(to - from, 43_200_000);
        let share = (center - from) as f64 / (to - from) as f64;
        assert!((share - 0.25).abs() < 0.01, "{share}");
        assert_eq!(zoomed((from, to), WHOLE, center, 2.0), None, "all the way out is the whole run");
        let deep = zoomed((0, 200_000), WHOLE, 100_000, 0.01).unwrap();
        assert_eq!(deep.1 - deep.0, LEAST_SPAN_MS);
    }

    #[test]
    fn panning_stops_at_the_ends() {
        assert_eq!(moved((0, 1_000_000), WHOLE, -5_000_000), Some((0, 1_000_000)));
        assert_eq!(moved((0, 1_000_000), WHOLE, 90_000_000), Some((85_400_000, 86_400_000)));
    }
}
