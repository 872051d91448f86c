//! Attack paths over the diagram, one at a time, with a bar that says which and leads to the others.

use egui::{Align, Layout, Pos2, Rect, Ui, UiBuilder, Vec2};

use crate::analysis::paths::AttackPath;
use crate::picture::Role;
use crate::picture::scene::PathStep;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::overlay;
use super::state::State;

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
    std::iter::once(start).chain(steps).collect()
}

/// The bar at the top of the canvas: which path, how likely by the model, and the ways to the others.
pub fn bar(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, canvas: Rect) {
    let project = cx.project();
    let paths = &cx.derived().paths().paths;
    let at = state.attack_path.min(paths.len().saturating_sub(1));
    let words = match paths.get(at) {
        Some(path) => {
            let assets: Vec<String> = path.assets.iter().map(|id| project.name_of((*id).into())).collect();
            let source = project.name_of(path.source.component.into());
            let share = path.probability * 100.0;
            format!(
                "Path {} of {}: {source} → {}, model estimate {share:.0} %",
                at + 1,
                paths.len(),
                assets.join(", ")
            )
        }
        None => "No attack path reaches an asset.".to_owned(),
    };
    let galley = widgets::line_within(
        ui,
        words,
        Look::SMALL_MEDIUM,
        theme::color(ui, Role::Text),
        (canvas.width() - 170.0).max(120.0),
    );
    let size = Vec2::new(galley.size().x + 136.0, 40.0);
    let rect = Rect::from_min_size(Pos2::new(canvas.center().x - size.x / 2.0, canvas.top() + 12.0), size);
    overlay::floating(ui, rect, "attack paths");
    widgets::put_left(ui.painter(), rect.left() + 14.0, rect.center().y, galley);
    let mut buttons = ui
        .new_child(UiBuilder::new().max_rect(rect.shrink(4.0)).layout(Layout::right_to_left(Align::Center)));
    buttons.spacing_mut().item_spacing.x = 2.0;
    if widgets::icon_button(&mut buttons, "x", "Hide attack paths").clicked() {
        cx.prefs.show_paths = false;
    }
    let number = paths.len().max(1);
    for (icon, name, step) in
        [("chevron-right", "Next attack path", 1), ("chevron-left", "Previous attack path", number - 1)]
    {
        if widgets::tool_button(&mut buttons, icon, name, "", false, paths.len() > 1).clicked() {
            state.attack_path = (at + step) % number;
            // A selection would hold the path that it names.
            cx.select([]);
        }
    }
}
