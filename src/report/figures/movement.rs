//! How single threats moved: ring before, disc now, over the bands of the score.

use super::{SEVEN, SMALL, say};
use crate::model::{Band, Method, ThreatId};
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};

/// How a threat moved, in the words of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moved {
    New,
    Worse,
    Better,
}

impl Moved {
    fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Worse => "Worse",
            Self::Better => "Better",
        }
    }
}

/// A threat that moved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MovedRow {
    pub(crate) threat: ThreatId,
    pub(crate) title: String,
    pub(crate) moved: Moved,
    pub(crate) before: Option<f64>,
    pub(crate) now: f64,
}

/// Rows in groups, each by falling score.
pub(crate) fn movement(method: &Method, rows: &[MovedRow], width: f32) -> Picture {
    const PITCH: f32 = 5.6;
    let mut out = PictureBuilder::new();
    let (id_x, title_x, field_x) = (12.0, 20.5, 66.0);
    let room = width - field_x - 4.0;
    let top = 5.0;
    let groups: Vec<(Moved, Vec<&MovedRow>)> = [Moved::New, Moved::Worse, Moved::Better]
        .into_iter()
        .map(|moved| {
            let mut group: Vec<&MovedRow> = rows.iter().filter(|row| row.moved == moved).collect();
            group.sort_by(|a, b| b.now.total_cmp(&a.now).then(a.threat.cmp(&b.threat)));
            (moved, group)
        })
        .filter(|(_, group)| !group.is_empty())
        .collect();
    let all = rows.iter().flat_map(|row| row.before.into_iter().chain([row.now]));
    let (low, high) =
        all.fold((3.0f64, 9.0f64), |(low, high), score| (low.min(score.floor()), high.max(score.ceil())));
    let x = |score: f64| field_x + room * ((score - low) / (high - low)) as f32;
    let height = PITCH * rows.len() as f32 + 2.0 * groups.len().saturating_sub(1) as f32 + 2.0;
    let bottom = top + height;
    let steps = [
        (Band::Low, low, method.medium_from),
        (Band::Medium, method.medium_from, method.high_from),
        (Band::High, method.high_from, method.critical_from),
        (Band::Critical, method.critical_from, high),
    ];
    for (band, from, to) in steps {
        let (from, to) = (x(from.clamp(low, high)), x(to.clamp(low, high)));
        if to - from < 0.5 {
            continue;
        }
        out.rect(Rect::new(from, top, to - from, height), 0.0, Some(Role::SeveritySoft(band).into()), None);
        if to - from > text::width(band.label(), Face::SansSemibold, SMALL) {
            let at = Point::new(f32::midpoint(from, to), top - 2.2);
            say(&mut out, at, band.label(), Face::SansSemibold, SMALL, Role::Text, Align::Center);
        }
    }
    let appetite = x(method.appetite.clamp(low, high));
    out.line(
        Point::new(appetite, top - 1.0),
        Point::new(appetite, bottom + 1.0),
        Stroke::solid(Role::Text, 0.5),
    );
    let mut y = top + 1.0 + PITCH / 2.0;
    for (index, (moved, group)) in groups.iter().enumerate() {
        if index > 0 {
            let at = y - PITCH / 2.0 + 1.0;
            out.line(Point::new(0.0, at), Point::new(field_x + room, at), Stroke::solid(Role::Edge, 0.2));
            y += 2.0;
        }
        say(&mut out, Point::new(0.0, y), moved.label(), Face::SansSemibold, SEVEN, Role::Text, Align::Left);
        for row in group {
            let id = row.threat.to_string();
            out.item(Some(row.threat.into()));
            say(&mut out, Point::new(id_x, y), &id, Face::Condensed, SEVEN, Role::Accent, Align::Left);
            let title = cut(&row.title, field_x - title_x - 3.0);
            say(&mut out, Point::new(title_x, y), &title, Face::Condensed, SEVEN, Role::Text, Align::Left);
            let now = Point::new(x(row.now), y);
            if let Some(before) = row.before {
                arrow(&mut out, Point::new(x(before), y), now);
            } else {
                let at = now.offset(2.2, 0.0);
                say(&mut out, at, "new", Face::Sans, SMALL, Role::TextSecondary, Align::Left);
            }
            out.circle(now, 1.2, Some(Role::Text.into()), None);
            out.item(None);
            y += PITCH;
        }
    }
    out.line(
        Point::new(field_x, bottom),
        Point::new(field_x + room, bottom),
        Stroke::solid(Role::Control, 0.2),
    );
    let mut score = low.ceil();
    while score <= high {
        let at = Point::new(x(score), bottom);
        out.line(at, at.offset(0.0, 0.9), Stroke::solid(Role::Control, 0.2));
        say(
            &mut out,
            at.offset(0.0, 2.8),
            &format!("{score:.0}"),
            Face::Sans,
            SMALL,
            Role::TextTertiary,
            Align::Center,
        );
        score += 1.0;
    }
    let words = format!("Score = likelihood + impact; heavy line: appetite, {:.1}", method.appetite);
    let at = Point::new(field_x + room, bottom + 6.0);
    say(&mut out, at, &words, Face::Sans, SMALL, Role::TextTertiary, Align::Right);
    out.finish_in(Rect::new(0.0, 0.0, width, bottom + 8.0))
}

fn arrow(out: &mut PictureBuilder, from: Point, to: Point) {
    let toward = if to.x > from.x { -1.0 } else { 1.0 };
    let tip = to.offset(toward * 1.2, 0.0);
    if from.distance(to) > 2.4 {
        out.line(from, tip, Stroke::solid(Role::Text, 0.35));
        out.path(signs::arrowhead(tip, from, 1.5, 1.4), Some(Role::Text.into()), None);
    }
    out.circle(from, 1.1, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.3)));
}

/// The title as far as whole words fit.
fn cut(title: &str, width: f32) -> String {
    let wide = |words: &str| text::width(words, Face::Condensed, SEVEN);
    if wide(title) <= width {
        return title.to_owned();
    }
    let mut kept = String::new();
    for word in title.split_whitespace() {
        let longer = if kept.is_empty() { word.to_owned() } else { format!("{kept} {word}") };
        if wide(&format!("{longer} …")) > width {
            break;
        }
        kept = longer;
    }
    if kept.is_empty() { text::fit(title, Face::Condensed, SEVEN, width) } else { format!("{kept} …") }
}
