//! What was open last, and what falls due in it.

use egui::{Align, Layout, Pos2, Rect, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use jiff::civil::Date;
use jiff::{Timestamp, Unit};

use crate::model::Band;
use crate::picture::Role;
use crate::session::Request;
use crate::storage::recent::{Deadline, Recent};
use crate::studio::theme::{self, Look};
use crate::studio::{files, icons, widgets, words};

use super::{Asked, ago, frame};

/// As wide as the column of what falls due, beside the files.
const DUE: f32 = 420.0;

/// At most so much that falls due is shown.
const MOST_DUE: usize = 6;

/// From so many days before on, what falls due is marked.
const SOON_DAYS: i32 = 14;

/// Shows the files, and beside or below them what falls due.
pub(super) fn show(ui: &mut Ui, recent: &[Recent], width: f32, asked: &mut Vec<Asked>) {
    if recent.is_empty() {
        return;
    }
    let mut due: Vec<(&Recent, &Deadline)> =
        recent.iter().flat_map(|file| file.due.iter().map(move |deadline| (file, deadline))).collect();
    due.sort_by_key(|(_, deadline)| deadline.day);
    due.truncate(MOST_DUE);
    let gap = 16.0;
    if due.is_empty() {
        files(ui, recent, asked);
    } else if width > 2.0 * DUE {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for (column, room) in [(0, width - DUE - gap), (1, DUE)] {
                ui.allocate_ui_with_layout(Vec2::new(room, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(room);
                    if column == 0 { files(ui, recent, asked) } else { deadlines(ui, &due, asked) }
                });
            }
        });
    } else {
        files(ui, recent, asked);
        ui.add_space(8.0);
        deadlines(ui, &due, asked);
    }
}

fn files(ui: &mut Ui, recent: &[Recent], asked: &mut Vec<Asked>) {
    widgets::section(ui, "Recent");
    let now = Timestamp::now();
    let height = 66.0;
    let (_, whole) = ui.allocate_space(Vec2::new(ui.available_width(), height * recent.len() as f32));
    frame(ui, whole);
    for (index, file) in recent.iter().enumerate() {
        let top = whole.top() + height * index as f32;
        let rect = Rect::from_min_size(Pos2::new(whole.left(), top), Vec2::new(whole.width(), height));
        let response = ui.interact(rect, ui.scope_id().with(("recent", index)), Sense::click());
        let name = if file.name.is_empty() { "Unnamed model" } else { &file.name };
        response.widget_info(|| WidgetInfo::labeled(Access::Button, true, format!("Open {name}")));
        if response.hovered() {
            ui.painter().rect_filled(rect.shrink(4.0), 8.0, theme::color(ui, Role::Hover));
        }
        if index > 0 {
            let line = Stroke::new(1.0, theme::color(ui, Role::Line));
            ui.painter().hline(rect.x_range(), rect.top(), line);
        }
        let middle = rect.center().y;
        let tint = theme::color(ui, Role::TextSecondary);
        icons::paint_at(ui.painter(), "file-text", Pos2::new(rect.left() + 28.0, middle), 18.0, tint);
        let quiet = theme::color(ui, Role::TextTertiary);
        let time = widgets::line(ui, ago(file.time, now), Look::BODY, quiet);
        let right =
            widgets::put_right(ui.painter(), rect.right() - 18.0, middle, time).min(rect.right() - 110.0);
        let mut words_end = right - 24.0;
        if rect.width() > 620.0 {
            let above = file.above_appetite;
            let (role, verdict) = if above > 0 {
                (Role::SeverityText(Band::High), format!("{above} above appetite"))
            } else {
                (Role::Good, "within appetite".to_owned())
            };
            let color = theme::color(ui, role);
            let verdict = widgets::line(ui, verdict, Look::SMALL_STRONG, color);
            words_end = widgets::put_right(ui.painter(), right - 18.0, middle, verdict);
            let spot = Pos2::new(words_end - 13.0, middle);
            if above > 0 {
                widgets::paint_sign(ui, Band::High, spot, 14.0);
            } else {
                icons::paint_at(ui.painter(), "check", spot, 14.0, color);
            }
            words_end -= 30.0;
        }
        let room = words_end - rect.left() - 56.0;
        let title = widgets::line_within(ui, name, Look::BODY_STRONG, theme::color(ui, Role::Text), room);
        widgets::put_left(ui.painter(), rect.left() + 52.0, middle - 10.0, title);
        let path = widgets::line_within(ui, files::typed(&file.path), Look::CODE, quiet, room);
        widgets::put_left(ui.painter(), rect.left() + 52.0, middle + 11.0, path);
        widgets::focus_ring(ui, &response, rect.shrink(2.0), 8.0);
        if response.clicked() {
            asked.push(Asked::Request(Request::OpenPath(file.path.clone())));
        }
    }
}

fn deadlines(ui: &mut Ui, due: &[(&Recent, &Deadline)], asked: &mut Vec<Asked>) {
    widgets::section(ui, "Reviews due");
    let today = crate::session::today();
    let height = 66.0;
    let (_, whole) = ui.allocate_space(Vec2::new(ui.available_width(), height * due.len() as f32));
    frame(ui, whole);
    for (index, (file, deadline)) in due.iter().enumerate() {
        let top = whole.top() + height * index as f32;
        let rect = Rect::from_min_size(Pos2::new(whole.left(), top), Vec2::new(whole.width(), height));
        if index > 0 {
            let line = Stroke::new(1.0, theme::color(ui, Role::Line));
            ui.painter().hline(rect.x_range(), rect.top(), line);
        }
        let response = ui.interact(rect, ui.scope_id().with(("due", index)), Sense::click());
        let model = if file.name.is_empty() { "Unnamed model" } else { &file.name };
        let when = when(deadline.day, today);
        let said = format!("Open {model}: {}, {when}, {}", deadline.what, deadline.detail);
        response.widget_info(|| WidgetInfo::labeled(Access::Button, true, &said));
        if response.hovered() {
            ui.painter().rect_filled(rect.shrink(4.0), 8.0, theme::color(ui, Role::Hover));
        }
        let middle = rect.center().y;
        leaf(
            ui,
            Rect::from_center_size(Pos2::new(rect.left() + 36.0, middle), Vec2::splat(42.0)),
            deadline.day,
            today,
        );
        let room = rect.width() - 66.0 - 40.0;
        let title =
            widgets::line_within(ui, &deadline.what, Look::BODY_STRONG, theme::color(ui, Role::Text), room);
        widgets::put_left(ui.painter(), rect.left() + 66.0, middle - 10.0, title);
        let detail = format!("{model}, {}", deadline.detail);
        let quiet = theme::color(ui, Role::TextSecondary);
        let detail = widgets::line_within(ui, detail, Look::SMALL, quiet, room);
        widgets::put_left(ui.painter(), rect.left() + 66.0, middle + 11.0, detail);
        let tint = theme::color(ui, Role::TextTertiary);
        icons::paint_at(ui.painter(), "chevron-right", Pos2::new(rect.right() - 22.0, middle), 14.0, tint);
        widgets::focus_ring(ui, &response, rect.shrink(2.0), 8.0);
        if response.on_hover_text(when).clicked() {
            asked.push(Asked::Request(Request::OpenPath(file.path.clone())));
        }
    }
}

/// The day as a leaf of a calendar; its edge says whether it is late or soon.
fn leaf(ui: &Ui, rect: Rect, day: Date, today: Date) {
    let edge = match days_until(day, today) {
        ..0 => Stroke::new(1.5, theme::color(ui, Role::SeverityMark(Band::Critical))),
        0..=SOON_DAYS => Stroke::new(1.5, theme::color(ui, Role::SeverityMark(Band::Medium))),
        _ => Stroke::new(1.0, theme::color(ui, Role::Edge)),
    };
    ui.painter().rect(rect, 6.0, theme::color(ui, Role::Raised), edge, StrokeKind::Inside);
    let number = widgets::line(ui, day.day().to_string(), Look::BODY_STRONG, theme::color(ui, Role::Text));
    widgets::put_center(ui.painter(), rect.center() - Vec2::new(0.0, 8.0), number);
    let short = words::short_day(day);
    let month = short.split_once(' ').map_or(short.as_str(), |(_, month)| month);
    let month = widgets::line(ui, month, Look::SMALL, theme::color(ui, Role::TextSecondary));
    widgets::put_center(ui.painter(), rect.center() + Vec2::new(0.0, 10.0), month);
}

fn days_until(day: Date, today: Date) -> i32 {
    today.until((Unit::Day, day)).map_or(0, |span| span.get_days())
}

/// "in 12 days", "3 days late".
fn when(day: Date, today: Date) -> String {
    match days_until(day, today) {
        ..-1 => format!("{} days late", -days_until(day, today)),
        -1 => "a day late".to_owned(),
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_told_from_today() {
        let today = date(2026, 5, 2);
        for (day, expected) in [
            (date(2026, 5, 2), "today"),
            (date(2026, 5, 3), "tomorrow"),
            (date(2026, 5, 1), "a day late"),
            (date(2026, 4, 29), "3 days late"),
            (date(2026, 6, 2), "in 31 days"),
        ] {
            assert_eq!(when(day, today), expected);
        }
    }
}
