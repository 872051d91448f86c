//! How a simulation is evaluated: the dialect, the grid, the loop. Each change is an undoable edit of the model.

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::model::{Engine, Evaluation};
use crate::picture::Role;
use crate::simulation::run::LoopMode;
use crate::simulation::time::{moment, parse_time};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field};
use crate::studio::words;

/// Draws the settings.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let now = &ctx.project().simulation.evaluation;
    widgets::heading(ui, "Settings of the simulation", None);
    widgets::small(ui, "They belong to the model; every run uses them.", Role::TextTertiary);
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 5.0);
    engine(ui, ctx, now);
    lengths(ui, ctx, now);
    bounds(ui, ctx, now);
    widgets::caption(ui, "Responses");
    let mut closed = usize::from(now.closed_loop);
    if widgets::segmented(ui, "Responses", &["Open loop", "Closed loop"], &mut closed) {
        set(ctx, "loop", |new| new.closed_loop = closed == 1);
    }
    widgets::small(ui, LoopMode::of(now).label(), Role::TextTertiary);
}

fn set(ctx: &mut ViewContext<'_>, what: &'static str, change: impl FnOnce(&mut Evaluation)) {
    ctx.commit(verbs::change_simulation(ctx.project(), what, |settings| change(&mut settings.evaluation)));
}

fn engine(ui: &mut Ui, ctx: &mut ViewContext<'_>, now: &Evaluation) {
    widgets::caption(ui, "Rule engine");
    let mut chosen = usize::from(now.engine == Engine::Prom2);
    if widgets::segmented(ui, "Rule engine", &["Prometheus 3", "Prometheus 2.42"], &mut chosen) {
        set(ctx, "engine", |new| new.engine = if chosen == 1 { Engine::Prom2 } else { Engine::Prom3 });
    }
    let sentence = match now.engine {
        Engine::Prom3 => "Windows are open at the left: a sample exactly as old as the window is outside.",
        Engine::Prom2 => "Windows are closed at both ends: a sample exactly as old as the window is inside.",
    };
    widgets::small(ui, sentence, Role::TextTertiary);
}

fn more_than_nothing(text: &str) -> Result<i64, String> {
    match words::parse_length(text)? {
        0 => Err("It must be more than nothing".to_owned()),
        ms => Ok(ms),
    }
}

fn lengths(ui: &mut Ui, ctx: &mut ViewContext<'_>, now: &Evaluation) {
    widgets::caption(ui, "Evaluated every");
    let shown = |ms: &i64| words::duration(*ms);
    let field = Field::new("Evaluation interval").icon("timer");
    if let Some(ms) = widgets::number_field(ui, field, &now.interval_ms, shown, more_than_nothing) {
        set(ctx, "interval", |new| new.interval_ms = ms);
    }
    widgets::caption(ui, "A sample counts as present for");
    let field = Field::new("Lookback").icon("history");
    if let Some(ms) = widgets::number_field(ui, field, &now.lookback_ms, shown, more_than_nothing) {
        set(ctx, "lookback", |new| new.lookback_ms = ms);
    }
    widgets::caption(ui, "An alarm still counts after an attack for");
    let field = Field::new("Grace after an attack").icon("flag");
    if let Some(ms) = widgets::number_field(ui, field, &now.grace_ms, shown, words::parse_length) {
        set(ctx, "grace", |new| new.grace_ms = ms);
    }
}

fn bounds(ui: &mut Ui, ctx: &mut ViewContext<'_>, now: &Evaluation) {
    let span = ctx.session.results().simulation.as_ref().and_then(|run| run.value.trace.span());
    let hint = |which: &str, at: Option<i64>| {
        at.map_or_else(
            || format!("The {which} sample"),
            |at| format!("The {which} sample, {}", words::minute(at)),
        )
    };
    let shown = |at: &Option<i64>| at.map_or_else(String::new, moment);
    let read = |text: &str| -> Result<Option<i64>, String> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let wrong = |_| "Type a time, like 2025-01-21T10:00:00Z, or nothing".to_owned();
        parse_time(text.trim()).map(Some).map_err(wrong)
    };
    widgets::caption(ui, "Start");
    let first = hint("first", span.map(|(first, _)| first));
    let field = Field::new("Start of the simulation").hint(&first).icon("clock");
    let start =
        widgets::number_field(ui, field, &now.start_ms, shown, |text| match (read(text)?, now.end_ms) {
            (Some(start), Some(end)) if start > end => {
                Err(format!("It ends before that, at {}", moment(end)))
            }
            (start, _) => Ok(start),
        });
    if let Some(start) = start {
        set(ctx, "start", |new| new.start_ms = start);
    }
    widgets::caption(ui, "End");
    let last = hint("last", span.map(|(_, last)| last));
    let field = Field::new("End of the simulation").hint(&last).icon("clock");
    let end =
        widgets::number_field(ui, field, &now.end_ms, shown, |text| match (read(text)?, now.start_ms) {
            (Some(end), Some(start)) if end < start => {
                Err(format!("It starts after that, at {}", moment(start)))
            }
            (end, _) => Ok(end),
        });
    if let Some(end) = end {
        set(ctx, "end", |new| new.end_ms = end);
    }
}
