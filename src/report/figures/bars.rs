//! Bars: what moved, counts by band, and the small ones that stand in tables.

use super::{SEVEN, say};
use crate::analysis::risk::{Rating, Register, RiskRow};
use crate::model::{Band, Method};
use crate::picture::{Align, Face, Path, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};
use crate::report::words::thousands;

/// A column of the bridge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// A total.
    Total(usize),
    /// So many more or fewer.
    Change(i64),
}

/// How one total became another: totals in ink, decreases white with an accent edge, increases in High.
pub(crate) fn bridge(steps: &[(String, Step)], width: f32, height: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let column = width / steps.len().max(1) as f32;
    let bar = column * 0.72;
    let mut levels: Vec<(i64, i64)> = Vec::new();
    let mut level = 0i64;
    for (_, step) in steps {
        let next = match step {
            Step::Total(count) => *count as i64,
            Step::Change(change) => level + change,
        };
        levels.push((if matches!(step, Step::Total(_)) { 0 } else { level }, next));
        level = next;
    }
    let most = levels.iter().map(|(a, b)| *a.max(b)).max().unwrap_or(0).max(1) as f32;
    let (top, bottom) = (5.5, height - 6.0);
    let y = |value: i64| bottom - (bottom - top) * value as f32 / most;
    for (index, ((name, step), (from, to))) in steps.iter().zip(&levels).enumerate() {
        let x = column * index as f32 + (column - bar) / 2.0;
        let rect = Rect::around(Point::new(x, y(*from)), Point::new(x + bar, y(*to)));
        let (words, fill, edge) = match step {
            Step::Total(count) => (count.to_string(), Role::Text, None),
            Step::Change(change) if *change > 0 => {
                (format!("+{change}"), Role::SeverityFill(Band::High), Some(Role::SeverityEdge(Band::High)))
            }
            Step::Change(0) => ("0".to_owned(), Role::Paper, None),
            Step::Change(change) => (format!("−{}", change.abs()), Role::Paper, Some(Role::Accent)),
        };
        let edge = edge.map(|role| Stroke::solid(role, 0.4));
        if rect.h > 0.05 {
            out.rect(rect, 0.0, Some(fill.into()), edge);
        } else {
            out.line(Point::new(x, rect.y), Point::new(x + bar, rect.y), Stroke::solid(Role::Text, 0.4));
        }
        let middle = x + bar / 2.0;
        let over = Point::new(middle, rect.y - 2.4);
        say(&mut out, over, &words, Face::SansSemibold, SEVEN * 1.12, Role::Text, Align::Center);
        let name = text::fit(name, Face::Sans, SEVEN, column - 0.6);
        say(
            &mut out,
            Point::new(middle, bottom + 3.4),
            &name,
            Face::Sans,
            SEVEN,
            Role::TextSecondary,
            Align::Center,
        );
        if index + 1 < steps.len() {
            let at = y(*to);
            out.line(Point::new(x + bar, at), Point::new(x + column, at), Stroke::solid(Role::Control, 0.18));
        }
    }
    out.line(Point::new(0.0, bottom), Point::new(width, bottom), Stroke::solid(Role::Text, 0.28));
    out.finish_in(Rect::new(0.0, 0.0, width, height))
}

/// Threats by band, a bar for each rating, the worst at the left.
pub(crate) fn bands(register: &Register, shown: &[Band], width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let left = 24.0;
    let all = register.live().filter(|row| row.current.is_some()).count().max(1) as f32;
    let room = width - left;
    for (index, rating) in Rating::ALL.into_iter().enumerate() {
        let y = 3.0 + index as f32 * 7.6;
        let face = if rating == Rating::Current { Face::SansSemibold } else { Face::Sans };
        say(&mut out, Point::new(0.0, y + 2.65), rating.label(), face, SEVEN * 1.12, Role::Text, Align::Left);
        let mut x = left;
        for band in shown {
            let count = register.summary(rating).bands.get(band).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            let wide = room * count as f32 / all;
            let part = Rect::new(x, y, (wide - 0.35).max(0.2), 5.3);
            let edge = Stroke::solid(Role::SeverityEdge(*band), 0.2);
            out.rect(part, 0.0, Some(Role::SeverityFill(*band).into()), Some(edge));
            let (role, at) = if part.w >= 4.0 {
                (Role::SeverityOn(*band), part.center())
            } else {
                (Role::Text, Point::new(part.center().x, part.y - 1.5))
            };
            say(&mut out, at, &count.to_string(), Face::SansSemibold, SEVEN, role, Align::Center);
            x += wide;
        }
    }
    let mut x = left;
    let y = 3.0 + 3.0 * 7.6 + 3.2;
    for band in shown {
        signs::severity_sign(&mut out, *band, Point::new(x + 1.35, y), 2.7);
        say(&mut out, Point::new(x + 3.6, y), band.label(), Face::Sans, SEVEN, Role::Text, Align::Left);
        x += 8.5 + text::width(band.label(), Face::Sans, SEVEN);
    }
    out.finish_in(Rect::new(0.0, 0.0, width, y + 2.5))
}

/// The four ratings on a line from 2 to 10: ring inherent, disc current, hollow diamond planned, upright mark appetite.
pub(crate) fn register_bar(method: &Method, row: &RiskRow, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let x = |score: f64| width * ((score.clamp(2.0, 10.0) - 2.0) / 8.0) as f32;
    let y = 2.0;
    let appetite = x(method.appetite);
    out.rect(Rect::new(0.0, y - 0.6, appetite, 1.2), 0.0, Some(Role::Line.into()), None);
    let beyond = Rect::new(appetite, y - 0.6, width - appetite, 1.2);
    out.rect(beyond, 0.0, Some(Role::SeveritySoft(Band::High).into()), None);
    let upright = Stroke::solid(Role::Text, 0.28);
    out.line(Point::new(appetite, y - 1.8), Point::new(appetite, y + 1.8), upright);
    if let Some((least, most)) = row.voted().filter(|(least, most)| least < most) {
        let corners = [(least, y + 1.3), (least, y + 1.85), (most, y + 1.85), (most, y + 1.3)];
        let bracket = Path::polyline(&corners.map(|(score, y)| Point::new(x(score), y)));
        out.path(bracket, None, Some(Stroke::solid(Role::TextSecondary, 0.18)));
    }
    let place = |rating| row.risk(rating).map(|score| Point::new(x(score), y));
    let (inherent, current, planned) =
        (place(Rating::Inherent), place(Rating::Current), place(Rating::Planned));
    if let (Some(inherent), Some(current)) = (inherent, current) {
        out.line(current, inherent, Stroke::dashed(Role::Text, 0.3, &[0.3, 0.5]));
    }
    if let (Some(current), Some(planned)) = (current, planned) {
        out.line(current, planned, Stroke::solid(Role::Text, 0.45));
    }
    let edge = || Some(Stroke::solid(Role::Text, 0.3));
    if let Some(at) = inherent {
        out.circle(at, 0.9, Some(Role::Paper.into()), edge());
    }
    if let Some(at) = planned {
        let r = 1.05;
        let corners = [at.offset(0.0, -r), at.offset(r, 0.0), at.offset(0.0, r), at.offset(-r, 0.0)];
        out.path(Path::polygon(&corners), Some(Role::Paper.into()), edge());
    }
    if let Some(at) = current {
        out.circle(at, 1.1, Some(Role::Text.into()), Some(Stroke::solid(Role::Paper, 0.25)));
    }
    out.finish_in(Rect::new(0.0, 0.0, width, 4.0))
}

/// What a control takes away: solid now, dashed when complete, of all there is.
pub(crate) fn control_bar(now: f64, complete: f64, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let (y, h) = (0.4, 2.2);
    let share = |value: f64| width * value.clamp(0.0, 1.0) as f32;
    out.rect(Rect::new(0.0, y, width, h), 0.0, None, Some(Stroke::solid(Role::Edge, 0.18)));
    if complete > now + 0.005 {
        let part = Rect::new(share(now), y, share(complete) - share(now), h);
        out.rect(part, 0.0, None, Some(Stroke::dashed(Role::Text, 0.25, &[0.7, 0.5])));
    }
    if now > 0.0 {
        out.rect(Rect::new(0.0, y, share(now), h), 0.0, Some(Role::Text.into()), None);
    }
    out.finish_in(Rect::new(0.0, 0.0, width, 3.0))
}

/// A share with its interval on a line from 0 to 100 %.
pub(crate) fn interval_bar(rate: f64, low: f64, high: f64, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let room = width - 2.4;
    let x = |share: f64| 1.2 + room * share.clamp(0.0, 1.0) as f32;
    let y = 1.7;
    out.line(Point::new(x(0.0), y), Point::new(x(1.0), y), Stroke::solid(Role::Line, 0.28));
    for tick in [0.0, 0.5, 1.0] {
        let mark = Stroke::solid(Role::Edge, 0.18);
        out.line(Point::new(x(tick), y - 1.0), Point::new(x(tick), y + 1.0), mark);
    }
    out.line(Point::new(x(low), y), Point::new(x(high), y), Stroke::solid(Role::Text, 0.9));
    let edge = Stroke::solid(Role::Text, 0.4);
    out.circle(Point::new(x(rate), y), 1.1, Some(Role::Paper.into()), Some(edge));
    out.finish_in(Rect::new(0.0, 0.0, width, 3.4))
}

/// An amount beside its largest.
pub(crate) fn loss_bar(amount: f64, largest: f64, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    if amount > 0.0 && largest > 0.0 {
        let wide = (width * (amount / largest) as f32).max(0.3);
        out.rect(Rect::new(0.0, 0.3, wide, 2.4), 0.0, Some(Role::Text.into()), None);
    }
    let mut picture = out.finish_in(Rect::new(0.0, 0.0, width, 3.0));
    picture.description = thousands(amount);
    picture
}
