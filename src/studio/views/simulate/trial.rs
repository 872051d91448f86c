//! A threshold tried on the timeline: its line is dragged, everything that follows is worked out at once, and it is kept
//! as one change or dropped.

use std::sync::Arc;

use egui::{Align, CursorIcon, Key, Layout, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::edit::{Transaction, verbs};
use crate::model::Condition;
use crate::picture::Role;
use crate::picture::timeline::{Bound, Timeline};
use crate::session::{Command, Simulation};
use crate::simulation::compare::Comparison;
use crate::simulation::run::{Run, RunInput, run_changed};
use crate::simulation::tuning::with_condition;
use crate::simulation::{Quiet, words};
use crate::studio::paint::ScreenFromPicture;
use crate::studio::theme::{self, Look, size};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};

use super::State;

const TRY: &str = "Drag a threshold line to try another. ";

const MOVE: &str = "Wheel with Ctrl, or + and −, zooms; arrows pan, with Shift they read.";

/// Half the height of what takes hold of the line.
const GRIP: f32 = 6.0;

/// A threshold that is tried.
#[derive(Debug)]
pub(super) struct Trial {
    /// The revision of the run that it is tried on.
    pub(super) revision: u64,
    /// The line as it stood when it was taken hold of: the scale does not move under the hand.
    held: Bound,
    value: f64,
    run: Arc<Run>,
    difference: Comparison,
}

impl Trial {
    /// The run with that threshold.
    pub(super) fn run(&self) -> &Arc<Run> {
        &self.run
    }
}

/// Makes the threshold lines things to take hold of, by hand and by arrow keys.
pub(super) fn lines(
    ui: &mut Ui,
    ctx: &ViewContext<'_>,
    state: &mut State,
    simulation: &Simulation,
    drawn: &Timeline,
    at: ScreenFromPicture,
) {
    if !can_be_tried(ctx, simulation) {
        return;
    }
    let revision = ctx.session.revision();
    for bound in &drawn.bounds {
        let Some(condition) = simulation.run.conditions.get(bound.condition) else { continue };
        let area = at.rect(bound.line()).expand2(egui::vec2(0.0, GRIP));
        if !ui.is_rect_visible(area) {
            continue;
        }
        let response =
            ui.interact(area, ui.scope_id().with(("threshold", &condition.id)), Sense::click_and_drag());
        let name = format!("Threshold of {}, {}", condition.metric, words::number(bound.value));
        response.widget_info(|| WidgetInfo::slider(true, bound.value, &name));
        widgets::focus_ring(ui, &response, area, 4.0);
        if response.hovered() || response.dragged() {
            ui.set_cursor_icon(CursorIcon::ResizeVertical);
            let stroke = Stroke::new(2.0, theme::color(ui, Role::Accent));
            ui.painter().hline(area.x_range(), area.center().y, stroke);
        }
        let held = match &state.trial {
            Some(trial) if trial.held.condition == bound.condition => trial.held,
            _ => *bound,
        };
        let mut wanted = None;
        if response.dragged()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            wanted = Some(held.value_at(at.to_picture(pointer).y));
        }
        if response.has_focus() {
            let step = held.step();
            let by = ui.input_mut(|input| {
                let up = input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowUp);
                let down = input.count_and_consume_key(egui::Modifiers::NONE, Key::ArrowDown);
                up as f64 - down as f64
            });
            if by != 0.0 {
                wanted = Some(bound.value + by * step);
            }
            ui.memory_mut(|memory| {
                let filter = egui::EventFilter { vertical_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(response.id, filter);
            });
        }
        let Some(value) = wanted else { continue };
        if (value - bound.value).abs() >= held.step() / 2.0 {
            state.trial = tried(ctx, simulation, revision, held, value);
        }
        if !response.dragged() {
            response.on_hover_text("Drag the line to try another threshold");
        }
        return;
    }
}

/// Whether a change of a threshold can be worked out at once: without samples here another engine has evaluated.
fn can_be_tried(ctx: &ViewContext<'_>, simulation: &Simulation) -> bool {
    let results = ctx.session.results().simulation.as_ref();
    results.is_some_and(|dated| ctx.session.is_current(dated)) && simulation.trace.samples() > 0
}

fn tried(
    ctx: &ViewContext<'_>,
    simulation: &Simulation,
    revision: u64,
    held: Bound,
    value: f64,
) -> Option<Trial> {
    let project = ctx.project();
    let id = &simulation.run.conditions.get(held.condition)?.id;
    let mut evaluation = project.simulation.evaluation.clone();
    let grid = simulation.run.grid;
    (evaluation.start_ms, evaluation.end_ms) = (Some(grid.start_ms), Some(grid.end_ms));
    let input = RunInput {
        evaluation,
        policies: simulation.policies.clone(),
        events: simulation.events.as_ref(),
        labels: simulation.labels.as_ref(),
        ..RunInput::new(project, &simulation.trace)
    };
    let changed = with_condition(project, &input, id, |metric| metric.value = value)?;
    let run = run_changed(&changed, &input, &simulation.run, id, &Quiet).ok()?;
    let difference = Comparison::of(&simulation.run, &run);
    Some(Trial { revision, held, value, run: Arc::new(run), difference })
}

/// What the threshold that is tried would change, with what to do about it; before that, how to try one and to move in
/// time. It keeps its height, so that the line stays under the hand.
pub(super) fn bar(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, simulation: &Simulation) {
    let size = Vec2::new(ui.available_width(), size::BUTTON_SMALL);
    let row = |ui: &mut Ui| {
        ui.set_min_size(size);
        if let Some(trial) = &state.trial {
            return ending(ui, ctx, trial);
        }
        let hint = if can_be_tried(ctx, simulation) { TRY } else { "" };
        widgets::label(ui, &format!("{hint}{MOVE}"), Look::SMALL, Role::TextTertiary);
        None
    };
    let end = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), row).inner;
    if let Some(change) = end {
        state.trial = None;
        ui.ctx().request_repaint();
        if let Some(change) = change {
            ctx.commit(change);
            ctx.ask(Command::Simulate);
        }
    }
}

/// The end of the trial, if it has come: with the change where it is kept.
fn ending(ui: &mut Ui, ctx: &ViewContext<'_>, trial: &Trial) -> Option<Option<Transaction>> {
    let condition = trial.run.conditions.get(trial.held.condition)?;
    widgets::label(ui, &condition.requirement, Look::BODY_STRONG, Role::Text);
    let kept = Button::primary("Keep this threshold").icon("check").small().show(ui).clicked();
    let dropped = Button::quiet("Revert").keys("Esc").small().show(ui).clicked()
        || ui.input(|input| input.key_pressed(Key::Escape));
    widgets::label(ui, &said(&trial.difference), Look::BODY, Role::TextSecondary);
    if !kept {
        return dropped.then_some(None);
    }
    let (rule, index, value) = (condition.rule, condition.index, trial.value);
    Some(verbs::change_rule(ctx.project(), rule, "threshold", |rule| {
        if let Some(Condition::Metric(metric)) = rule.conditions.get_mut(index) {
            metric.value = value;
        }
    }))
}

/// "3 new alarms, 1 lost, 2 moved, 4 requests decided otherwise."
fn said(difference: &Comparison) -> String {
    let counts =
        [(difference.new.len(), "new"), (difference.lost.len(), "lost"), (difference.moved.len(), "moved")];
    let mut parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if let Some(first) = parts.first_mut() {
        let one = first.starts_with("1 ");
        *first = format!("{first} {}", if one { "alarm" } else { "alarms" });
    }
    if !difference.decisions.is_empty() {
        parts.push(format!("{} requests decided otherwise", difference.decisions.len()));
    }
    if parts.is_empty() { "No alarm changes.".to_owned() } else { format!("{}.", parts.join(", ")) }
}
