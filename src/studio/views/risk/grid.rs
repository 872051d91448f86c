//! The grid: every rated threat at its exact place, from inherent to current to planned; marked by a press, a rubber band or
//! keys.

use egui::{Key, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::analysis::risk::{Rating, Register, RiskRow};
use crate::model::{ItemId, Method, Score, ThreatId};
use crate::picture::Role;
use crate::picture::heatmap::{self, HeatHit, Heatmap, HeatmapOptions};
use crate::session::{Command, Request, ThreatFilter};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::{widgets, words};

use super::Shown;

/// What is being marked on the grid.
#[derive(Debug, Default)]
pub(super) struct Marking {
    /// Where a rubber band began.
    from: Option<Pos2>,
    /// The cells between which the keys mark: the one that stays and the one that moves.
    cells: Option<((u8, u8), (u8, u8))>,
}

/// How long marks glide after a control is tried.
const GLIDE: f32 = 0.18;

/// So many times as wide as high a cell may be.
const WIDEST: f32 = 1.6;

/// More marks than this stand at once where they belong.
const MOST_GLIDING: usize = 60;

/// Draws the grid; what is marked on it filters the registers and lights up on the canvas. It is not selected: what is done
/// to a selection is not meant for all that somebody looks at.
pub(super) fn show(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    marking: &mut Marking,
    shown: &Shown<'_>,
    cell: f32,
) {
    let project = ctx.project();
    let method = &project.method;
    widgets::section(ui, "Likelihood × impact");
    let gliding = glide(ui, method, shown.register());
    let register = gliding.as_ref().unwrap_or(shown.register());
    let mut options = HeatmapOptions::screen(cell);
    options.selected = ctx
        .session
        .selection()
        .items()
        .iter()
        .filter_map(|item| if let ItemId::Threat(id) = item { Some(*id) } else { None })
        .chain(ctx.session.threat_filter().into_iter().flat_map(|filter| filter.threats.iter().copied()))
        .collect();
    let hover_id = ui.scope_id().with("hovered threat");
    options.hovered = ui.data(|data| data.get_temp(hover_id)).flatten();
    // Where the height is short, the width that is there keeps marks and words apart.
    let wide = (ui.available_width() - heatmap::beside(method, &options)) / 5.0;
    options.cell.0 = wide.clamp(cell, cell * WIDEST);
    let map = heatmap::heatmap(register, method, &options);
    let bounds = map.picture.bounds;
    let scale = (ui.available_width() / bounds.w).min(1.0);
    let size = Vec2::new(ui.available_width(), bounds.h * scale);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let keys = "Arrow keys move over the cells, Shift widens, Enter marks what stands there, Esc shows all.";
    let description = format!("{} {keys}", map.picture.description);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &description));
    let at = ScreenFromPicture::fit(bounds, rect, 1.0);
    paint::picture(ui.painter(), &map.picture, at, theme::palette(ui));
    discs(ui, ctx, shown.register(), &map, at, scale);
    let hit = response.hover_pos().and_then(|pointer| map.hit(at.to_picture(pointer), 3.0));
    let hovered = match &hit {
        Some(HeatHit::Threats(threats)) => threats.first().copied(),
        _ => None,
    };
    if hovered != options.hovered {
        ui.data_mut(|data| data.insert_temp(hover_id, hovered));
        ui.ctx().request_repaint();
    }
    if response.clicked() {
        response.request_focus();
        if let Some(HeatHit::Cell { likelihood, impact }) = hit {
            let one = ((likelihood, impact), (likelihood, impact));
            let again = marking.cells == Some(one) && ctx.session.threat_filter().is_some();
            marking.cells = Some(one);
            if again {
                ctx.ask(Command::ClearThreatFilter);
            } else {
                mark_cells(ctx, shown.register(), one);
            }
        }
    }
    rubber_band(ui, ctx, marking, &map, at, &response);
    by_keys(ui, ctx, marking, shown.register(), &map, at, &response);
}

/// Each disc can be reached by keyboard and by screen readers.
fn discs(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    register: &Register,
    map: &Heatmap,
    at: ScreenFromPicture,
    scale: f32,
) {
    let project = ctx.project();
    for disc in &map.discs {
        let center = at.point(disc.center);
        let Some(first) = disc.threats.first() else { continue };
        let area = Rect::from_center_size(center, Vec2::splat(disc.radius * 2.0 * scale + 4.0));
        let id = ui.scope_id().with(("disc", *first));
        let one = ui.interact(area, id, Sense::click());
        let mut said: Vec<String> = disc
            .threats
            .iter()
            .take(12)
            .map(|id| {
                let risk = register.row(*id).and_then(|row| row.risk(Rating::Current)).unwrap_or_default();
                format!("{id} {}, now {risk:.1}", project.name_of((*id).into()))
            })
            .collect();
        if disc.threats.len() > said.len() {
            said.push(format!("and {} more", disc.threats.len() - said.len()));
        }
        one.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, said.join("; ")));
        widgets::focus_ring(ui, &one, area, area.width() / 2.0);
        let one = one.on_hover_text(said.join("\n"));
        if one.clicked() {
            match disc.threats.as_slice() {
                [threat] => ctx.select([(*threat).into()]),
                many => mark(ctx, &format!("{} threats of one mark", many.len()), many),
            }
        }
    }
}

/// Dragging over the grid marks what lies inside.
fn rubber_band(
    ui: &Ui,
    ctx: &mut ViewContext<'_>,
    marking: &mut Marking,
    map: &Heatmap,
    at: ScreenFromPicture,
    response: &Response,
) {
    if response.drag_started() {
        marking.from = ui.input(|input| input.pointer.press_origin());
    }
    let Some(from) = marking.from else { return };
    let to = response.interact_pointer_pos().or_else(|| ui.input(|input| input.pointer.latest_pos()));
    let Some(to) = to else {
        marking.from = None;
        return;
    };
    let band = Rect::from_two_pos(from, to);
    if response.drag_stopped() || !ui.input(|input| input.pointer.any_down()) {
        marking.from = None;
        let inside = map.within(at.rect_to_picture(band));
        if inside.is_empty() {
            ctx.ask(Command::ClearThreatFilter);
        } else {
            mark(
                ctx,
                &format!("{} marked on the grid", words::counted(inside.len(), "threat", "threats")),
                &inside,
            );
        }
        return;
    }
    let accent = theme::color(ui, Role::Accent);
    ui.painter().rect(band, 2.0, accent.gamma_multiply(0.12), Stroke::new(1.5, accent), StrokeKind::Inside);
}

/// Arrow keys over the cells while the grid has the focus.
fn by_keys(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    marking: &mut Marking,
    register: &Register,
    map: &Heatmap,
    at: ScreenFromPicture,
    response: &Response,
) {
    if !response.has_focus() {
        return;
    }
    let arrows =
        egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, tab: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let levels = map.levels as u8;
    let middle = levels.div_ceil(2);
    let mut cells = marking.cells.unwrap_or(((middle, middle), (middle, middle)));
    let step = ui.input(|input| {
        let pressed = |key| i16::from(input.key_pressed(key));
        (
            pressed(Key::ArrowUp) - pressed(Key::ArrowDown),
            pressed(Key::ArrowRight) - pressed(Key::ArrowLeft),
            input.modifiers.shift,
        )
    });
    let moved = |level: u8, by: i16| (i16::from(level) + by).clamp(1, i16::from(levels)) as u8;
    if (step.0, step.1) != (0, 0) {
        cells.1 = (moved(cells.1.0, step.0), moved(cells.1.1, step.1));
        if !step.2 {
            cells.0 = cells.1;
        }
        marking.cells = Some(cells);
    }
    let corner = |(likelihood, impact): (u8, u8)| at.rect(map.cell(likelihood, impact));
    let area = corner(cells.0).union(corner(cells.1)).shrink(2.0);
    let ring = Stroke::new(2.0, theme::color(ui, Role::Focus));
    ui.painter().rect_stroke(area, 3.0, ring, StrokeKind::Inside);
    if ui.input(|input| input.key_pressed(Key::Enter) || input.key_pressed(Key::Space)) {
        mark_cells(ctx, register, cells);
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) && ctx.session.threat_filter().is_some() {
        ctx.ask(Command::ClearThreatFilter);
    }
}

fn mark_cells(ctx: &mut ViewContext<'_>, register: &Register, cells: ((u8, u8), (u8, u8))) {
    let threats = heatmap::threats_in_cells(register, &ctx.project().method, cells);
    let ((a, b), (c, d)) = cells;
    let label = if cells.0 == cells.1 {
        format!("Cell {a} × {b}")
    } else {
        format!("Cells {} × {} to {} × {}", a.min(c), b.min(d), a.max(c), b.max(d))
    };
    mark(ctx, &label, &threats);
}

/// Shows these threats alone in the registers; the canvas lights up what they threaten.
fn mark(ctx: &mut ViewContext<'_>, label: &str, threats: &[ThreatId]) {
    ctx.ask(Request::FilterThreats(ThreatFilter::of(label, threats.iter().copied())));
    ctx.select([]);
}

/// The register as it stands between before and after, while marks glide; none when nothing moves, or motion is off.
fn glide(ui: &Ui, method: &Method, register: &Register) -> Option<Register> {
    let live = register.live().filter(|row| row.current.is_some()).count();
    let time = if ui.style().animation_time > 0.0 && live <= MOST_GLIDING { GLIDE } else { 0.0 };
    let mut moving: Option<Register> = None;
    for (place, row) in register.rows.iter().enumerate() {
        let slide = |score: Option<Score>, name: &str| {
            let score = score?;
            let step = |axis: &str, level: f64| {
                let id = ui.scope_id().with(("glide", row.threat, name, axis));
                f64::from(ui.ctx().animate_value_with_time(id, level as f32, time))
            };
            let at = Score { likelihood: step("l", score.likelihood), impact: step("i", score.impact) };
            let far = (at.likelihood - score.likelihood).abs() + (at.impact - score.impact).abs() > 1e-3;
            far.then_some(at)
        };
        let (current, planned) = (slide(row.current, "current"), slide(row.planned, "planned"));
        if current.is_none() && planned.is_none() {
            continue;
        }
        let rows = &mut moving.get_or_insert_with(|| register.clone()).rows;
        if let Some(row) = rows.get_mut(place) {
            set(row, method, current, planned);
        }
    }
    moving
}

fn set(row: &mut RiskRow, method: &Method, current: Option<Score>, planned: Option<Score>) {
    if let Some(score) = current {
        row.current = Some(score);
        row.bands[Rating::Current as usize] = Some(method.band_of(score));
    }
    if let Some(score) = planned {
        row.planned = Some(score);
        row.bands[Rating::Planned as usize] = Some(method.band_of(score));
    }
}
