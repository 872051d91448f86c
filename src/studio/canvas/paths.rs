//! Attack paths over the diagram, one at a time, with a bar that says which and leads to the others.

use egui::{Align, Layout, Pos2, Rect, Role as Access, Sense, Ui, UiBuilder, Vec2, WidgetInfo};

use crate::analysis::paths::AttackPath;
use crate::picture::Role;
use crate::picture::scene::PathStep;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::play;
use super::state::State;
use super::{elsewhere, overlay, parts};

/// The steps of the path that is shown. What is selected chooses it: a path whose things are all selected comes first.
pub fn chosen(cx: &ViewContext<'_>, state: &mut State) -> Vec<PathStep> {
    let paths = &cx.derived().paths().paths;
    let selection = cx.session.selection();
    let is_selected = |path: &AttackPath| {
        selection.len() > 2
            && path.components().iter().all(|id| selection.contains(*id))
            && path.interfaces().iter().all(|id| selection.contains(*id))
    };
    if let Some(index) = paths.iter().position(is_selected) {
        state.attack_path = index;
    }
    let Some(path) = paths.get(state.attack_path.min(paths.len().saturating_sub(1))) else {
        return Vec::new();
    };
    let start = PathStep { via: None, to: path.source.component };
    let steps = path.steps.iter().map(|step| PathStep { via: step.interface, to: step.to });
    // While it is played, only as far as it has come.
    let shown = state.playing.map_or(path.steps.len(), |play| play.step);
    std::iter::once(start).chain(steps.take(shown)).collect()
}

/// The bar at the top of the canvas: which path, how likely by the model, and the ways to the others.
pub fn bar(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, canvas: Rect) {
    let project = cx.project();
    let paths = &cx.derived().paths().paths;
    let at = state.attack_path.min(paths.len().saturating_sub(1));
    let told = match (paths.get(at), state.playing) {
        (Some(path), Some(playing)) => play::told(cx.session, path, playing),
        (Some(path), None) => {
            let target = || vec![project.name_of(path.target().into())];
            let assets: Vec<String> = path.assets.iter().map(|id| project.name_of((*id).into())).collect();
            let assets = if assets.is_empty() { target() } else { assets };
            let source = project.name_of(path.source.component.into());
            let share = path.probability * 100.0;
            let mut words = format!(
                "Path {} of {}: {source} → {}, model estimate {share:.0} %",
                at + 1,
                paths.len(),
                assets.join(", ")
            );
            if let Some(off) = elsewhere::told(cx.session, path) {
                words = format!("{words}; {off}");
            }
            (words, String::new())
        }
        (None, _) => ("No attack path reaches an asset.".to_owned(), String::new()),
    };
    let mut leads_on = false;
    let off = paths.get(at).map_or_else(Vec::new, |path| elsewhere::off_path(cx.session, path));
    let mut put_in = false;
    let number = if off.is_empty() { 3 } else { 4 };
    let closed = strip(ui, canvas, &told, "Hide attack paths", number, |buttons| {
        let number = paths.len().max(1);
        for (icon, name, step) in
            [("chevron-left", "Previous attack path", number - 1), ("chevron-right", "Next attack path", 1)]
        {
            if widgets::tool_button(buttons, icon, name, "", false, paths.len() > 1).clicked() {
                state.attack_path = (at + step) % number;
                state.playing = state.playing.map(|_| play::Play::from_start());
                leads_on = true;
            }
        }
        let runs = state.playing.is_some_and(|playing| playing.runs);
        let name = if runs { "Stop here" } else { "Play this path step by step" };
        if widgets::tool_button(buttons, "play", name, "", runs, !paths.is_empty()).clicked() {
            play::press(state, paths.get(at).map_or(0, |path| path.steps.len()));
        }
        if !off.is_empty() {
            put_in =
                widgets::tool_button(buttons, "waypoints", "Put the path into this view", "", false, true)
                    .clicked();
        }
    });
    if put_in {
        let scene = state.scene(cx.session, cx.prefs.shown());
        cx.commit(parts::put_in(cx.session, &scene, &off, state.camera.center));
    }
    if leads_on {
        // A selection would hold the path that it names.
        cx.select([]);
    }
    if closed {
        cx.prefs.show_paths = false;
        state.playing = None;
    }
}

/// The bar begins no further from the middle than this, however much it says.
const HALF: f32 = 330.0;

/// What floats at the top of the canvas: so many buttons at its left end, what is shown, below it what would cut it where
/// that is said, and at the right end what closes it; true when that was pressed. The bar is as wide as its words, so its
/// left end stays where it is: whoever presses a button again and again finds it under the pointer.
pub(super) fn strip(
    ui: &mut Ui,
    canvas: Rect,
    (words, remedy): &(String, String),
    close: &str,
    buttons: u8,
    show_buttons: impl FnOnce(&mut Ui),
) -> bool {
    let before = 36.0 * f32::from(buttons) + 14.0;
    let after = 46.0;
    let start = (canvas.center().x - HALF).max(canvas.left() + 17.0);
    let room = (canvas.right() - 17.0 - start - before - after).max(120.0);
    let line = |text: &str, look: Look, role: Role| {
        widgets::line_within(ui, text, look, theme::color(ui, role), room)
    };
    let first = line(words, Look::SMALL_MEDIUM, Role::Text);
    let second = (!remedy.is_empty()).then(|| line(remedy, Look::SMALL, Role::Good));
    let width = second.as_ref().map_or(0.0, |second| second.size().x).max(first.size().x);
    let size = Vec2::new(before + width + after, if second.is_some() { 58.0 } else { 40.0 });
    let rect = Rect::from_min_size(Pos2::new(start, canvas.top() + 12.0), size);
    overlay::floating(ui, rect, "attack paths");
    let row = Rect::from_min_size(rect.min, Vec2::new(size.x, 40.0)).shrink(4.0);
    let mut left = ui.new_child(UiBuilder::new().max_rect(row).layout(Layout::left_to_right(Align::Center)));
    left.spacing_mut().item_spacing.x = 2.0;
    show_buttons(&mut left);
    let x = rect.left() + before;
    let rows = [Some((first, words)), second.map(|second| (second, remedy))];
    let height = if remedy.is_empty() { 0.0 } else { 10.0 };
    for (index, (galley, said)) in rows.into_iter().flatten().enumerate() {
        let middle = rect.center().y + if index == 0 { -height } else { height };
        let row = Rect::from_center_size(Pos2::new(x + galley.size().x / 2.0, middle), galley.size());
        let response = ui.interact(row, ui.scope_id().with(("strip", index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Access::Label, true, said));
        response.on_hover_text(said);
        widgets::put_left(ui.painter(), x, middle, galley);
    }
    let mut right = ui.new_child(UiBuilder::new().max_rect(row).layout(Layout::right_to_left(Align::Center)));
    widgets::icon_button(&mut right, "x", close).clicked()
}
