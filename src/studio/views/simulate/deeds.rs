//! Denials and responses on the timeline: each can be pointed at, reached by keyboard, stepped through, and read in full.

use std::sync::Arc;

use egui::{Sense, Stroke, StrokeKind, Ui, WidgetInfo};

use crate::model::ItemId;
use crate::picture::Role;
use crate::picture::timeline::{Deeds, Event, Timeline, events};
use crate::session::Simulation;
use crate::simulation::Run;
use crate::studio::paint::ScreenFromPicture;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::timeline::moved;
use super::{State, shown};

/// Makes what was denied and done on the drawn timeline a thing of its own.
pub(super) fn show(ui: &mut Ui, state: &mut State, run: &Run, drawn: &Timeline, at: ScreenFromPicture) {
    for deed in &drawn.deeds {
        let Some(event) = deed.event() else { continue };
        let area = at.rect(deed.rect).expand(1.0);
        if !ui.is_rect_visible(area) {
            continue;
        }
        let chosen = state.event.is_some_and(|event| deed.holds(event));
        let response = ui.interact(area, ui.scope_id().with(("deed", event)), Sense::click());
        let words = deed.words(run);
        response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, chosen, &words.title));
        if chosen {
            let stroke = Stroke::new(2.0, theme::color(ui, Role::Accent));
            ui.painter().rect_stroke(area.expand(1.0), 4.0, stroke, StrokeKind::Outside);
        }
        widgets::focus_ring(ui, &response, area, 4.0);
        if response.clicked() {
            state.event = if chosen { None } else { Some(event) };
        }
        response.on_hover_ui(|ui| {
            ui.set_max_width(440.0);
            widgets::label(ui, &words.title, Look::SMALL_STRONG, Role::Text);
            for line in &words.lines {
                widgets::paragraph(ui, line, Look::SMALL, Role::TextSecondary);
            }
        });
    }
    hover_allowed(ui, run, drawn, at);
}

/// What was allowed is read under the pointer; it is nothing to stop at.
fn hover_allowed(ui: &mut Ui, run: &Run, drawn: &Timeline, at: ScreenFromPicture) {
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
    let Some(deed) = drawn.deed_at(at.to_picture(pointer)) else { return };
    if matches!(deed.what, Deeds::Allowed(_)) && ui.clip_rect().contains(pointer) {
        let response = ui.interact(at.rect(deed.rect), ui.scope_id().with("allowed"), Sense::hover());
        let words = deed.words(run);
        response.on_hover_text(format!("{}\n{}", words.title, words.lines.join("\n")));
    }
}

/// Goes to the event before or after the one that is read, and brings it into sight.
pub(super) fn step(state: &mut State, run: &Run, agent: &str, whole: (i64, i64), forward: bool) {
    let all = events(run, agent);
    let place = state.event.and_then(|event| all.iter().position(|(_, other)| *other == event));
    let next = match (place, forward) {
        (Some(place), true) => (place + 1).min(all.len().saturating_sub(1)),
        (Some(place), false) => place.saturating_sub(1),
        (None, true) => 0,
        (None, false) => all.len().saturating_sub(1),
    };
    let Some((t_ms, event)) = all.get(next).copied() else { return };
    state.event = Some(event);
    if let Some((from, to)) = state.range
        && !(from..=to).contains(&t_ms)
    {
        state.range = moved((from, to), whole, t_ms - i64::midpoint(from, to));
    }
}

/// What is chosen, in full, with what comes before and after it.
pub(super) fn reading(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    state: &mut State,
    simulation: &Arc<Simulation>,
) {
    let run = Arc::clone(&shown::shown(state, simulation).run);
    let run = &*run;
    let Some(event) = state.event else { return };
    let (Some(words), Some(agent)) = (event.words(run), agent_of(run, event)) else { return };
    let all = events(run, agent);
    let place = all.iter().position(|(_, other)| *other == event).unwrap_or(0);
    ui.horizontal(|ui| {
        widgets::heading(ui, if matches!(event, Event::Denied(_)) { "Denied" } else { "Response" }, None);
        let of = format!("{} of {}", place + 1, all.len());
        widgets::label(ui, &of, Look::SMALL, Role::TextTertiary);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if widgets::icon_button(ui, "x", "Close what is read").clicked() {
                state.event = None;
            }
            let whole = (run.grid.start_ms, run.grid.end_ms);
            if widgets::icon_button(ui, "chevron-right", "The one after").clicked() {
                step(state, run, agent, whole, true);
            }
            if widgets::icon_button(ui, "chevron-left", "The one before").clicked() {
                step(state, run, agent, whole, false);
            }
        });
    });
    widgets::paragraph(ui, &words.title, Look::BODY_STRONG, Role::Text);
    for line in &words.lines {
        widgets::paragraph(ui, line, Look::SMALL, Role::TextSecondary);
    }
    if let Some(rule) = rule_of(run, event).filter(|rule| exists(ctx, *rule))
        && widgets::link(ui, "Go to the rule").clicked()
    {
        ctx.reveal(rule);
    }
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
}

fn agent_of(run: &Run, event: Event) -> Option<&str> {
    match event {
        Event::Denied(number) => run.decisions.get(number).map(|record| record.agent.as_str()),
        Event::Response(number) => run.responses.get(number).map(|record| record.agent.as_str()),
    }
}

fn exists(ctx: &ViewContext<'_>, item: ItemId) -> bool {
    matches!(item, ItemId::Rule(rule) if ctx.project().rule(rule).is_some())
}

fn rule_of(run: &Run, event: Event) -> Option<ItemId> {
    match event {
        Event::Denied(number) => {
            let record = run.decisions.get(number)?;
            let held = record.held.as_ref().map(|held| held.rule);
            held.unwrap_or_else(|| record.decision.by.as_ref().map(|by| by.rule)).map(ItemId::from)
        }
        Event::Response(number) => run.responses.get(number)?.rule.map(ItemId::from),
    }
}
