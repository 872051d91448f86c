//! The grid: every rated threat at its exact place, from inherent to current to planned.

use egui::{Pos2, Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::risk::Rating;
use crate::model::ItemId;
use crate::picture::heatmap::{self, HeatHit, HeatmapOptions};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::{Shown, State};

/// Draws the grid; a disc chooses its threat, a cell filters the register.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, shown: &Shown<'_>, cell: f32) {
    let project = ctx.project();
    let register = shown.register();
    widgets::section(ui, "Likelihood × impact");
    let mut options = HeatmapOptions::screen(cell);
    options.selected = ctx
        .session
        .selection()
        .items()
        .iter()
        .filter_map(|item| if let ItemId::Threat(id) = item { Some(*id) } else { None })
        .collect();
    let hover_id = ui.scope_id().with("hovered threat");
    options.hovered = ui.data(|data| data.get_temp(hover_id)).flatten();
    let map = heatmap::heatmap(register, &project.method, &options);
    let bounds = map.picture.bounds;
    let scale = (ui.available_width() / bounds.w).min(1.0);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), bounds.h * scale), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &map.picture.description));
    let at = ScreenFromPicture::fit(bounds, rect, 1.0);
    paint::picture(ui.painter(), &map.picture, at, theme::palette(ui));
    // Each disc can be reached by keyboard and by screen readers.
    for disc in &map.discs {
        let center = at.point(disc.center);
        let Some(first) = disc.threats.first() else { continue };
        let area = egui::Rect::from_center_size(center, Vec2::splat(disc.radius * 2.0 * scale + 4.0));
        let id = ui.scope_id().with(("disc", *first));
        let one = ui.interact(area, id, Sense::click());
        let words: Vec<String> = disc
            .threats
            .iter()
            .map(|id| {
                let risk = register.row(*id).and_then(|row| row.risk(Rating::Current)).unwrap_or_default();
                format!("{id} {}, now {risk:.1}", project.name_of((*id).into()))
            })
            .collect();
        one.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, words.join("; ")));
        widgets::focus_ring(ui, &one, area, area.width() / 2.0);
        let one = one.on_hover_text(words.join("\n"));
        if one.clicked() {
            ctx.select(disc.threats.iter().map(|id| ItemId::from(*id)).collect::<Vec<_>>());
        }
    }
    let pointer: Option<Pos2> = response.hover_pos();
    let hit = pointer.and_then(|pointer| map.hit(at.to_picture(pointer), 3.0));
    let hovered = match &hit {
        Some(HeatHit::Threats(threats)) => threats.first().copied(),
        _ => None,
    };
    if hovered != options.hovered {
        ui.data_mut(|data| data.insert_temp(hover_id, hovered));
        ui.ctx().request_repaint();
    }
    if response.clicked()
        && let Some(HeatHit::Cell { likelihood, impact }) = hit
    {
        let cell = (likelihood, impact);
        state.cell = if state.cell == Some(cell) { None } else { Some(cell) };
        let threats = heatmap::threats_in_cell(register, likelihood, impact);
        ctx.select(threats.into_iter().map(ItemId::from).collect::<Vec<_>>());
    }
}
