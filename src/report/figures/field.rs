//! The risk field where it is small, the scale of scores, and the key to the marks of the large one.

use super::{SEVEN, SMALL, say};
use crate::analysis::risk::{Rating, Register, RiskRow};
use crate::model::{Method, Score, Threat};
use crate::picture::{
    Align, Face, Picture, PictureBuilder, Point, Rect, Role, Shape, Stroke, TextMark, heatmap, signs, text,
};
use crate::report::words::figures;

/// A small field with one threat: ring before, disc now, arrow to the plan.
pub(crate) fn small_field(method: &Method, row: &RiskRow) -> Picture {
    let cell = (6.6, 5.4);
    let ground = heatmap::ground(method, cell);
    let (left, bottom) = (3.2, ground.bounds.h);
    let mut out = PictureBuilder::new();
    out.picture(&ground, left, 0.0);
    let at = |score: Score| {
        let x = left + (score.impact as f32 - 0.5).clamp(0.0, 5.0) * cell.0;
        let y = bottom - (score.likelihood as f32 - 0.5).clamp(0.0, 5.0) * cell.1;
        Point::new(x, y)
    };
    let ink = |width| Stroke::solid(Role::Text, width);
    if let (Some(inherent), Some(current)) = (row.inherent, row.current) {
        out.line(at(inherent), at(current), ink(0.5));
        out.circle(at(inherent), 0.9, Some(Role::Paper.into()), Some(ink(0.35)));
    }
    if let (Some(current), Some(planned)) = (row.current, row.planned) {
        let (from, to) = (at(current), at(planned));
        if from.distance(to) > 1.6 {
            out.line(from, to, Stroke::dashed(Role::Text, 0.4, &[0.8, 0.6]));
            out.path(signs::arrowhead(to, from, 1.6, 1.5), Some(Role::Text.into()), None);
        }
    }
    if let Some(current) = row.current {
        out.circle(at(current), 1.5, Some(Role::Text.into()), Some(Stroke::solid(Role::Paper, 0.25)));
    }
    let words = |out: &mut PictureBuilder, at: Point, words: &str, rotate: f32| {
        out.add(Shape::Text(TextMark {
            at,
            text: words.to_owned(),
            face: Face::Sans,
            size: SMALL,
            paint: Role::TextSecondary.into(),
            align: Align::Center,
            rotate,
            max_width: None,
        }));
    };
    words(&mut out, Point::new(2.0, bottom / 2.0), "Likelihood →", -90.0);
    words(&mut out, Point::new(left + 2.5 * cell.0, bottom + 3.2), "Impact →", 0.0);
    out.finish_in(Rect::new(0.0, 0.0, left + 5.0 * cell.0, bottom + 4.0))
}

/// The field with the score of every pair of levels.
pub(crate) fn scale(method: &Method, width: f32) -> Picture {
    let left = 24.0;
    let right = 17.0;
    let cell = ((width - left - right) / 5.0, 13.6);
    let ground = heatmap::ground(method, cell);
    let top = 5.0;
    let bottom = top + ground.bounds.h;
    let mut out = PictureBuilder::new();
    out.picture(&ground, left, top);
    let x = |impact: f32| left + (impact - 0.5) * cell.0;
    let y = |likelihood: f32| bottom - (likelihood - 0.5) * cell.1;
    for likelihood in 1..=5u8 {
        for impact in 1..=5u8 {
            let at = Point::new(x(f32::from(impact)), y(f32::from(likelihood)));
            let score = (likelihood + impact).to_string();
            say(&mut out, at, &score, Face::Sans, SEVEN * 1.1, Role::Text, Align::Center);
        }
    }
    for (level, name) in (1u8..=5).zip(&method.likelihood_names) {
        let at = Point::new(left - 2.0, y(f32::from(level)));
        let words = text::fit(&format!("{name} {level}"), Face::Sans, SEVEN, left - 3.0);
        say(&mut out, at, &words, Face::Sans, SEVEN, Role::Text, Align::Right);
    }
    for (level, name) in (1u8..=5).zip(&method.impact_names) {
        let at = Point::new(x(f32::from(level)), bottom + 3.2);
        let words = text::fit(&format!("{level} {name}"), Face::Sans, SEVEN, cell.0 - 1.0);
        say(&mut out, at, &words, Face::Sans, SEVEN, Role::Text, Align::Center);
    }
    let at = Point::new(x(3.0), bottom + 7.2);
    say(&mut out, at, "Impact", Face::SansSemibold, SEVEN, Role::TextSecondary, Align::Center);
    let appetite = (method.appetite as f32 - 0.05).clamp(1.0, 10.9);
    let start = if appetite > 6.0 { appetite - 5.5 } else { 0.5 };
    let at = Point::new(x(start), top - 2.4);
    say(&mut out, at, "Appetite", Face::SansSemibold, SEVEN, Role::Text, Align::Center);
    band_names(&mut out, method, left + 5.0 * cell.0, y);
    out.finish_in(Rect::new(0.0, 0.0, width, bottom + 9.5))
}

/// Sign and name of each band where it meets the right edge.
fn band_names(out: &mut PictureBuilder, method: &Method, right: f32, y: impl Fn(f32) -> f32) {
    use crate::model::Band;
    let steps = [
        (Band::Critical, method.critical_from, 11.0),
        (Band::High, method.high_from, method.critical_from),
        (Band::Medium, method.medium_from, method.high_from),
    ];
    for (band, from, to) in steps {
        let low = (from as f32 - 5.5).clamp(0.5, 5.5);
        let high = (to as f32 - 5.5).clamp(0.5, 5.5);
        if high - low < 0.15 {
            continue;
        }
        let middle = y(f32::midpoint(low, high));
        signs::severity_sign(out, band, Point::new(right + 2.4, middle), 2.7);
        let at = Point::new(right + 4.6, middle);
        say(out, at, band.label(), Face::SansSemibold, SEVEN, Role::Text, Align::Left);
    }
}

/// What the marks of the field mean, and where each threat above the appetite is headed.
pub(crate) fn key(register: &Register, above: &[(&RiskRow, &Threat)]) -> Picture {
    let mut out = PictureBuilder::new();
    let mut y = 2.0;
    let head = |out: &mut PictureBuilder, y: f32, words: &str| {
        say(out, Point::new(0.0, y), words, Face::SansSemibold, SEVEN, Role::Text, Align::Left);
    };
    head(&mut out, y, "Reading the marks");
    let within = register.live().filter(|row| row.current.is_some()).count().saturating_sub(above.len());
    let entries = [
        ("Inherent:", "no listed control".to_owned()),
        ("Current:", "controls in place".to_owned()),
        ("Planned:", "all listed controls".to_owned()),
        ("Within appetite", format!("({})", figures(within, "threat"))),
    ];
    for (index, (name, what)) in entries.iter().enumerate() {
        y += if index == 0 { 7.0 } else { 9.0 };
        let center = Point::new(2.0, y);
        match index {
            0 => {
                out.circle(center, 1.1, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.35)));
            }
            1 => {
                out.circle(center, 2.15, Some(Role::Text.into()), None);
                let number = above
                    .first()
                    .map_or_else(|| "01".to_owned(), |(_, threat)| format!("{:02}", threat.id.0 % 100));
                say(&mut out, center, &number, Face::SansSemibold, 2.3, Role::Paper, Align::Center);
            }
            2 => {
                let (from, to) = (center.offset(0.0, -2.4), center.offset(0.0, 2.4));
                out.line(from, to, Stroke::dashed(Role::Text, 0.35, &[1.0, 0.8]));
                out.path(signs::arrowhead(to, from, 1.9, 1.8), Some(Role::Text.into()), None);
            }
            _ => {
                out.circle(center, 0.8, Some(Role::Paper.into()), Some(Stroke::solid(Role::Control, 0.28)));
            }
        }
        say(&mut out, Point::new(6.0, y - 1.4), name, Face::Sans, SEVEN, Role::Text, Align::Left);
        say(&mut out, Point::new(6.0, y + 1.7), what, Face::Sans, SMALL, Role::TextTertiary, Align::Left);
    }
    if !above.is_empty() {
        y += 11.0;
        head(&mut out, y, "Above appetite now");
        for (row, threat) in above.iter().take(12) {
            y += 4.6;
            if let Some(band) = row.band(Rating::Current) {
                signs::severity_sign(&mut out, band, Point::new(1.3, y), 2.5);
            }
            let id = threat.id.to_string();
            say(&mut out, Point::new(3.8, y), &id, Face::Condensed, SEVEN, Role::Accent, Align::Left);
            say(&mut out, Point::new(14.0, y), "→", Face::Sans, SEVEN, Role::TextSecondary, Align::Center);
            if let Some(band) = row.band(Rating::Planned) {
                signs::severity_sign(&mut out, band, Point::new(18.4, y), 2.5);
                say(&mut out, Point::new(20.8, y), band.label(), Face::Sans, SEVEN, Role::Text, Align::Left);
            }
        }
        if above.len() > 12 {
            y += 4.6;
            let words = format!("and {} more", above.len() - 12);
            say(&mut out, Point::new(3.8, y), &words, Face::Sans, SEVEN, Role::TextSecondary, Align::Left);
        }
    }
    out.finish_in(Rect::new(0.0, 0.0, 32.0, y + 2.5))
}
