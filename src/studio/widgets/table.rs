//! Tables: a head in captions, rows of 40 with one divider, no stripes. Only rows in sight are laid out.

use egui::{
    Align, Layout, Pos2, Rect, Response, Role as Access, Sense, Stroke, Ui, UiBuilder, Vec2, WidgetInfo,
};

use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look, size};

use super::{focus_ring, line_within, put_left, put_right};

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    name: &'a str,
    exact: f32,
    share: f32,
    right: bool,
}

impl<'a> Column<'a> {
    /// That wide.
    pub fn exact(name: &'a str, width: f32) -> Self {
        Self { name, exact: width, share: 0.0, right: false }
    }

    /// A share of what the exact ones leave, but at least that wide.
    pub fn grow(name: &'a str, share: f32, least: f32) -> Self {
        Self { name, exact: least, share, right: false }
    }

    /// Numbers: they stand right.
    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// A table.
#[derive(Debug)]
pub struct Table<'a> {
    columns: &'a [Column<'a>],
    widths: Vec<f32>,
    row_height: f32,
}

const PADDING: f32 = 12.0;

impl<'a> Table<'a> {
    /// Fits the columns into the width that there is.
    pub fn new(ui: &Ui, columns: &'a [Column<'a>]) -> Self {
        let room = ui.available_width() - 2.0 * PADDING;
        let fixed: f32 = columns.iter().map(|column| column.exact).sum();
        let shares: f32 = columns.iter().map(|column| column.share).sum();
        let spare = (room - fixed).max(0.0);
        let widths = columns
            .iter()
            .map(|column| column.exact + if shares > 0.0 { spare * column.share / shares } else { 0.0 })
            .collect();
        Self { columns, widths, row_height: size::ROW }
    }

    /// Rows that high.
    pub fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// The head. `sorted` names the column that orders the rows and whether it falls; a press gives back the column.
    pub fn head(&self, ui: &mut Ui, sorted: Option<(usize, bool)>) -> Option<usize> {
        let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 32.0));
        let mut pressed = None;
        let mut x = rect.left() + PADDING;
        for (index, (column, width)) in self.columns.iter().zip(&self.widths).enumerate() {
            let mut cell = Rect::from_min_size(Pos2::new(x, rect.top()), Vec2::new(*width, 32.0));
            cell.min.x += lead(self.columns, index);
            x += width;
            if column.name.is_empty() {
                continue;
            }
            let galley = line_within(
                ui,
                column.name,
                Look::CAPTION,
                theme::color(ui, Role::TextTertiary),
                cell.width() - 6.0,
            );
            let words = galley.size().x;
            if sorted.is_some() {
                let response = ui.interact(cell, ui.scope_id().with(("head", index)), Sense::click());
                response.widget_info(|| {
                    WidgetInfo::labeled(Access::ColumnHeader, true, format!("Sort by {}", column.name))
                });
                if response.clicked() {
                    pressed = Some(index);
                }
                focus_ring(ui, &response, cell.shrink(2.0), 4.0);
            }
            let end = if column.right {
                put_right(ui.painter(), cell.right() - 8.0, cell.center().y, galley) - 18.0
            } else {
                put_left(ui.painter(), cell.left(), cell.center().y, galley);
                cell.left() + words + 3.0
            };
            if let Some((_, falling)) = sorted.filter(|(by, _)| *by == index) {
                let icon = if falling { "arrow-down" } else { "arrow-up" };
                let tint = theme::color(ui, Role::TextSecondary);
                icons::paint_at(ui.painter(), icon, Pos2::new(end + 7.0, cell.center().y), 12.0, tint);
            }
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, theme::color(ui, Role::Line)));
        pressed
    }

    /// One row; `id` is the thing's own id, `name` is what a screen reader says.
    pub fn row(
        &self,
        ui: &mut Ui,
        id: impl std::hash::Hash + std::fmt::Debug,
        name: &str,
        selected: bool,
        cells: impl FnOnce(&mut Row<'_>),
    ) -> Response {
        let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), self.row_height));
        let row_id = ui.scope_id().with(egui::IdSalt::new(("row", id)));
        let response = ui.interact(rect, row_id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Access::Row, true, selected, name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        if selected {
            ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::AccentSoft));
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, theme::color(ui, Role::Line)));
        cells(&mut Row {
            ui,
            columns: self.columns,
            widths: &self.widths,
            rect,
            next: 0,
            x: rect.left() + PADDING,
        });
        focus_ring(ui, &response, rect.shrink(2.0), 6.0);
        response
    }

    /// The column under a place of a row.
    pub fn column_at(&self, x: f32, row: Rect) -> Option<usize> {
        let mut right = row.left() + PADDING;
        self.widths.iter().position(|width| {
            right += width;
            x < right
        })
    }

    /// Many rows of one height inside of a scroll area; only those in sight are asked for.
    pub fn rows(&self, ui: &mut Ui, salt: &str, total: usize, row: impl FnMut(&mut Ui, usize)) {
        self.rows_at(ui, salt, total, None, row);
    }

    /// Many rows of one height in contents that scroll as a whole; only those in sight are asked for. Few are all asked
    /// for, so that they can be walked through.
    pub fn rows_in_sight(&self, ui: &mut Ui, total: usize, mut row: impl FnMut(&mut Ui, usize)) {
        const FEW: usize = 60;
        let (top, clip) = (ui.cursor().top(), ui.clip_rect());
        let at = |y: f32| ((y - top) / self.row_height).max(0.0);
        let (first, end) = if total <= FEW {
            (0, total)
        } else {
            ((at(clip.top()) as usize).min(total), (at(clip.bottom()) as usize + 1).min(total))
        };
        ui.add_space(first as f32 * self.row_height);
        for index in first..end {
            row(ui, index);
        }
        ui.add_space((total - end) as f32 * self.row_height);
    }

    /// Rows as [`Self::rows`] shows them, with one brought into sight.
    pub fn rows_at(
        &self,
        ui: &mut Ui,
        salt: &str,
        total: usize,
        show: Option<usize>,
        mut row: impl FnMut(&mut Ui, usize),
    ) {
        let area = egui::ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]);
        let area = match show {
            None => area,
            Some(index) => {
                let height = ui.available_height();
                let offset_id = ui.scope_id().with(("row offset", salt));
                let offset: f32 = ui.data(|data| data.get_temp(offset_id)).unwrap_or_default();
                let top = index as f32 * self.row_height;
                let highest = (top + self.row_height - height).max(0.0);
                let wanted = offset.clamp(highest.min(top), top);
                area.vertical_scroll_offset(wanted)
            }
        };
        let offset_id = ui.scope_id().with(("row offset", salt));
        let output = area.show_rows(ui, self.row_height, total, |ui, range| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for index in range {
                row(ui, index);
            }
        });
        ui.data_mut(|data| data.insert_temp(offset_id, output.state.clamped_offset().y));
    }
}

/// Words after a column of numbers begin that much later, so that the two do not read as one.
fn lead(columns: &[Column<'_>], index: usize) -> f32 {
    let is_right = |index: usize| columns.get(index).is_some_and(|column| column.right);
    if index.checked_sub(1).is_some_and(is_right) && !is_right(index) { 8.0 } else { 0.0 }
}

/// The cells of a row, from left to right.
pub struct Row<'a> {
    ui: &'a mut Ui,
    columns: &'a [Column<'a>],
    widths: &'a [f32],
    rect: Rect,
    next: usize,
    x: f32,
}

impl Row<'_> {
    fn take(&mut self) -> (Rect, bool) {
        let width = self.widths.get(self.next).copied().unwrap_or_default();
        let right = self.columns.get(self.next).is_some_and(|column| column.right);
        let mut rect =
            Rect::from_min_size(Pos2::new(self.x, self.rect.top()), Vec2::new(width, self.rect.height()));
        rect.min.x += lead(self.columns, self.next);
        self.next += 1;
        self.x += width;
        (rect, right)
    }

    /// A ring around the next cell: the keyboard is on it.
    pub fn outline(&mut self) {
        let width = self.widths.get(self.next).copied().unwrap_or_default();
        let cell =
            Rect::from_min_size(Pos2::new(self.x, self.rect.top()), Vec2::new(width, self.rect.height()));
        let stroke = Stroke::new(1.5, theme::color(self.ui, Role::Focus));
        let ring = cell.shrink2(Vec2::new(0.0, 3.0)).translate(Vec2::new(-5.0, 0.0));
        self.ui.painter().rect_stroke(ring, 6.0, stroke, egui::StrokeKind::Inside);
    }

    /// Words.
    pub fn text(&mut self, text: &str, look: Look, role: Role) {
        let (cell, right) = self.take();
        let color = theme::color(self.ui, role);
        let galley = line_within(self.ui, text, look, color, cell.width() - 8.0);
        if right {
            put_right(self.ui.painter(), cell.right() - 8.0, cell.center().y, galley);
        } else {
            put_left(self.ui.painter(), cell.left(), cell.center().y, galley);
        }
    }

    /// Whatever a painter puts there.
    pub fn paint(&mut self, paint: impl FnOnce(&Ui, Rect)) {
        let (cell, _) = self.take();
        paint(self.ui, cell);
    }

    /// Widgets.
    pub fn ui<R>(&mut self, contents: impl FnOnce(&mut Ui) -> R) -> R {
        let (cell, right) = self.take();
        let layout =
            if right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
        let builder = UiBuilder::new().max_rect(cell.shrink2(Vec2::new(0.0, 4.0))).layout(layout);
        let mut child = self.ui.new_child(builder.id_salt(("cell", self.next)));
        contents(&mut child)
    }
}
