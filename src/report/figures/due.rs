//! When things are due, on one axis.

use jiff::civil::Date;
use jiff::{ToSpan as _, Unit};

use super::{SEVEN, SMALL, say};
use crate::model::Band;
use crate::picture::{Align, Face, Path, Picture, PictureBuilder, Point, Rect, Role, Stroke, text};
use crate::report::words;

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueDate {
    pub(crate) id: String,
    pub(crate) date: Date,
}

/// Rings for what is to come, diamonds for what is late; the report's day in accent. None without any date.
pub(crate) fn due_dates(due: &[DueDate], today: Date, width: f32) -> Option<Picture> {
    const LEFT: f32 = 2.0;
    let first = due.iter().map(|due| due.date).min()?.min(today);
    let last = due.iter().map(|due| due.date).max()?.max(today);
    let start = first.first_of_month();
    let end = last.first_of_month().checked_add(1.month()).ok()?;
    let days = |date: Date| start.until((Unit::Day, date)).map_or(0.0, |span| span.get_days() as f32);
    let whole = days(end).max(1.0);
    let x = |date: Date| LEFT + (width - 2.0 * LEFT) * days(date) / whole;
    let mut dates: Vec<(Date, Vec<&str>)> = Vec::new();
    let mut sorted: Vec<&DueDate> = due.iter().collect();
    sorted.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    for item in sorted {
        // Days that would stand on each other share a mark's place in the stack, each with its own ring.
        match dates.last_mut() {
            Some((date, ids)) if *date == item.date => ids.push(&item.id),
            _ => dates.push((item.date, vec![&item.id])),
        }
    }
    let tallest = dates.iter().map(|(_, ids)| ids.len().min(6)).max().unwrap_or(1);
    let axis = 5.0 + tallest as f32 * 3.1 + 3.0;
    let mut out = PictureBuilder::new();
    out.line(Point::new(LEFT, axis), Point::new(width - LEFT, axis), Stroke::solid(Role::Text, 0.4));
    months(&mut out, start, end, axis, &x);
    let at = x(today);
    out.line(Point::new(at, 1.0), Point::new(at, axis), Stroke::solid(Role::Accent, 0.3));
    let label = format!("Report, {} {}", today.day(), words::month(today));
    let wide = text::width(&label, Face::SansSemibold, SEVEN);
    let (shift, align) = if at + wide + 2.0 > width { (-1.0, Align::Right) } else { (1.0, Align::Left) };
    say(&mut out, Point::new(at + shift, 2.0), &label, Face::SansSemibold, SEVEN, Role::Accent, align);
    let mut taken = f32::NEG_INFINITY;
    let mut lift = 0.0;
    for (date, ids) in &dates {
        let center = Point::new(x(*date), axis);
        let late = *date < today;
        let role = if late { Role::SeverityFill(Band::Critical) } else { Role::Text };
        if late {
            let r = 1.5;
            let corners = [
                center.offset(0.0, -r),
                center.offset(r, 0.0),
                center.offset(0.0, r),
                center.offset(-r, 0.0),
            ];
            out.path(Path::polygon(&corners), Some(role.into()), None);
            let number = date.until((Unit::Day, today)).map_or(0, |span| span.get_days());
            let words = format!("overdue {}", words::figures(number.unsigned_abs() as usize, "day"));
            say(&mut out, center.offset(0.0, 7.6), &words, Face::SansSemibold, SMALL, role, Align::Center);
        } else {
            out.circle(center, 1.45, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.5)));
        }
        // Stacks that would touch are raised in turn.
        lift = if center.x - taken < 9.0 && lift == 0.0 { 2.0 } else { 0.0 };
        taken = center.x;
        for (index, id) in ids.iter().take(6).enumerate() {
            let name =
                if index == 5 && ids.len() > 6 { format!("+{}", ids.len() - 5) } else { (*id).to_owned() };
            let at = center.offset(0.0, -3.6 - lift - 3.1 * index as f32);
            say(&mut out, at, &name, Face::SansSemibold, SMALL, role, Align::Center);
        }
    }
    Some(out.finish_in(Rect::new(0.0, 0.0, width, axis + 9.0)))
}

fn months(out: &mut PictureBuilder, start: Date, end: Date, axis: f32, x: &impl Fn(Date) -> f32) {
    let mut month = start;
    let mut last_label = f32::NEG_INFINITY;
    while month < end {
        let at = x(month);
        out.line(Point::new(at, axis - 0.9), Point::new(at, axis + 0.9), Stroke::solid(Role::Text, 0.28));
        let label = format!("{} {}", words::month(month).get(..3).unwrap_or_default(), month.year());
        if at - last_label > 14.0 {
            say(
                out,
                Point::new(at + 0.8, axis + 3.6),
                &label,
                Face::Sans,
                SMALL,
                Role::TextTertiary,
                Align::Left,
            );
            last_label = at;
        }
        let Ok(next) = month.checked_add(1.month()) else { return };
        month = next;
    }
}
