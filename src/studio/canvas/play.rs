//! An attack path played on the diagram: one step more at a time, by itself or by the arrow keys, until Escape.

use egui::{EventFilter, Id, Key, Modifiers, Ui};

use crate::analysis::paths::AttackPath;
use crate::catalog::Catalog;
use crate::model::ItemId;
use crate::session::Session;
use crate::studio::views::ViewContext;

use super::elsewhere;
use super::state::State;

/// How long a step stands before the next one follows, in seconds.
const STEP: f64 = 1.8;

/// How far the path has been played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Play {
    /// How many steps are shown; none is the start alone.
    pub step: usize,
    /// When that step came, in seconds of the window's clock; none until it is seen.
    since: Option<f64>,
    /// It goes on by itself.
    pub runs: bool,
}

impl Play {
    /// From the start, going on by itself where things may move.
    pub fn from_start() -> Self {
        Self { step: 0, since: None, runs: true }
    }

    /// At another step, and only by hand from now on.
    fn at(step: usize) -> Self {
        Self { step, since: None, runs: false }
    }
}

/// Plays the chosen path, or goes on with it, or stops where it stands.
pub fn press(state: &mut State, steps: usize) {
    state.playing = Some(match state.playing {
        Some(play) if play.runs => Play { runs: false, ..play },
        Some(play) if play.step < steps => Play { runs: true, since: None, ..play },
        _ => Play::from_start(),
    });
}

/// Takes the keys that lead through the path, and lets time go on.
pub fn advance(ui: &Ui, cx: &ViewContext<'_>, state: &mut State, canvas: Id) {
    let Some(play) = state.playing else { return };
    let Some(path) = shown(cx, state).filter(|_| cx.prefs.show_paths) else {
        state.playing = None;
        return;
    };
    let last = path.steps.len();
    if play == Play::from_start() {
        // All of the path is in view from the first step on, so that nothing moves but the steps.
        state.fit_wanted = Some(path.components().into_iter().map(ItemId::from).collect());
        state.focus_wanted = true;
    }
    let filter = EventFilter { horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(canvas, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let now = ui.input(|input| input.time);
    let since = play.since.unwrap_or(now);
    let may_run = play.runs && play.step < last && ui.style().animation_time > 0.0;
    state.playing = if pressed(Key::Escape) {
        None
    } else if pressed(Key::ArrowRight) {
        Some(Play::at((play.step + 1).min(last)))
    } else if pressed(Key::ArrowLeft) {
        Some(Play::at(play.step.saturating_sub(1)))
    } else if may_run && now - since >= STEP {
        Some(Play { step: play.step + 1, since: Some(now), ..play })
    } else {
        Some(Play { since: Some(since), runs: play.runs && may_run, ..play })
    };
    if may_run {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64((since + STEP - now).max(0.0)));
    }
}

fn shown<'a>(cx: &ViewContext<'a>, state: &State) -> Option<&'a AttackPath> {
    let paths = &cx.derived().paths().paths;
    paths.get(state.attack_path.min(paths.len().saturating_sub(1)))
}

/// What the step that came last does and why it is open, and what would cut it.
pub fn told(session: &Session, path: &AttackPath, play: Play) -> (String, String) {
    let project = session.project();
    let off = if elsewhere::is_off(session, path, play.step) { " (not in this view)" } else { "" };
    let name = |id| project.name_of(ItemId::Component(id));
    let Some((step, at)) = play.step.checked_sub(1).and_then(|at| Some((path.steps.get(at)?, at))) else {
        let start = format!("Starts at {}{off}: {}", name(path.source.component), path.source.why);
        return (start, String::new());
    };
    let cut = match (step.cut_by(), step.suggested) {
        (Some(control), _) => {
            let name = project.name_of(control.control.into());
            let chance = control.probability_if_done * 100.0;
            format!("{} {name}, once in place, would make it {chance:.0} %.", control.control)
        }
        (None, Some(suggested)) => {
            let title =
                Catalog::builtin().control(suggested).map_or(suggested, |control| control.title.as_str());
            format!("{title} would cut it.")
        }
        _ => String::new(),
    };
    let words = format!(
        "Step {} of {}: {} → {}{off}, {:.0} %, {}",
        at + 1,
        path.steps.len(),
        name(step.from),
        name(step.to),
        step.probability * 100.0,
        step.reasons.first().map_or("", String::as_str)
    );
    (words, cut)
}
