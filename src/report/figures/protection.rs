//! What the checks add to an operation: percentiles of each tier against its target, on a log scale.

use super::{SEVEN, SMALL, say};
use crate::model::Band;
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke};

/// A tier with its rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LatencyTier {
    pub(crate) title: String,
    pub(crate) target_ms: f64,
    pub(crate) rows: Vec<LatencyRow>,
    pub(crate) verdict: String,
    pub(crate) met: bool,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LatencyRow {
    pub(crate) name: String,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    /// The tier's own sum.
    pub(crate) total: bool,
}

/// The figure over that width.
pub(crate) fn latency(tiers: &[LatencyTier], width: f32) -> Picture {
    const LEFT: f32 = 44.0;
    const PITCH: f32 = 5.6;
    let right = width - 34.0;
    let mut values: Vec<f64> = tiers.iter().map(|tier| tier.target_ms).collect();
    values.extend(tiers.iter().flat_map(|tier| tier.rows.iter().flat_map(|row| [row.p50, row.p99])));
    let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite() && *value > 0.0).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min).clamp(0.001, 1e6) * 0.7;
    let high = values.iter().copied().fold(0.0, f64::max).clamp(low * 10.0, 1e9) * 1.3;
    let x = |ms: f64| {
        let share = (ms.max(low) / low).ln() / (high / low).ln();
        LEFT + 6.0 + (right - LEFT - 6.0) * share.clamp(0.0, 1.0) as f32
    };
    let mut out = PictureBuilder::new();
    key(&mut out, LEFT);
    let top = 6.0;
    let rows: usize = tiers.iter().map(|tier| tier.rows.len() + 1).sum();
    let bottom = top + rows as f32 * PITCH + tiers.len() as f32 * 2.0;
    for tick in ticks(low, high) {
        out.line(Point::new(x(tick), top), Point::new(x(tick), bottom), Stroke::solid(Role::Line, 0.18));
        let words = if tick < 1.0 { format!("{tick}") } else { format!("{tick:.0}") };
        say(
            &mut out,
            Point::new(x(tick), bottom + 2.6),
            &words,
            Face::Sans,
            SMALL,
            Role::TextTertiary,
            Align::Center,
        );
    }
    let mut y = top + PITCH / 2.0;
    for (index, tier) in tiers.iter().enumerate() {
        if index > 0 {
            let at = y - PITCH / 2.0;
            out.line(Point::new(0.0, at), Point::new(width, at), Stroke::solid(Role::Edge, 0.2));
            y += 1.0;
        }
        say(&mut out, Point::new(0.0, y), &tier.title, Face::SansSemibold, SEVEN, Role::Text, Align::Left);
        let target = x(tier.target_ms);
        let foot = y + (tier.rows.len() as f32 + 0.4) * PITCH;
        let red = Role::SeverityFill(Band::Critical);
        out.line(Point::new(target, y - 1.8), Point::new(target, foot), Stroke::solid(red, 0.4));
        let words = format!("target {} ms", plain(tier.target_ms));
        say(
            &mut out,
            Point::new(target - 0.8, y - 0.6),
            &words,
            Face::SansSemibold,
            SMALL,
            red,
            Align::Right,
        );
        for row in &tier.rows {
            y += PITCH;
            let face = if row.total { Face::SansSemibold } else { Face::Sans };
            say(&mut out, Point::new(3.0, y), &row.name, face, SEVEN, Role::Text, Align::Left);
            let weight = if row.total { 0.9 } else { 0.3 };
            let (p50, p95, p99) = (x(row.p50), x(row.p95), x(row.p99));
            out.line(Point::new(p50, y), Point::new(p99, y), Stroke::solid(Role::Text, weight));
            out.line(Point::new(p99, y - 1.2), Point::new(p99, y + 1.2), Stroke::solid(Role::Text, 0.45));
            out.circle(Point::new(p95, y), 1.15, Some(Role::Text.into()), None);
            let edge = Stroke::solid(Role::Text, 0.35);
            out.circle(Point::new(p50, y), 1.1, Some(Role::Paper.into()), Some(edge));
        }
        let role = if tier.met { Role::Text } else { red };
        say(&mut out, Point::new(width, y), &tier.verdict, Face::SansSemibold, SEVEN, role, Align::Right);
        y += PITCH + 1.0;
    }
    let at = Point::new(f32::midpoint(LEFT, right), bottom + 6.4);
    let words = "Milliseconds added to the operation, log scale";
    say(&mut out, at, words, Face::Sans, SMALL, Role::TextTertiary, Align::Center);
    out.finish_in(Rect::new(0.0, 0.0, width, bottom + 8.5))
}

fn key(out: &mut PictureBuilder, x: f32) {
    let y = 1.8;
    let edge = Stroke::solid(Role::Text, 0.35);
    out.circle(Point::new(x + 2.0, y), 1.1, Some(Role::Paper.into()), Some(edge));
    out.circle(Point::new(x + 15.0, y), 1.15, Some(Role::Text.into()), None);
    out.line(Point::new(x + 28.0, y - 1.2), Point::new(x + 28.0, y + 1.2), Stroke::solid(Role::Text, 0.45));
    for (at, word) in [(4.4, "p50"), (17.4, "p95"), (30.0, "p99")] {
        say(out, Point::new(x + at, y), word, Face::Sans, SMALL, Role::TextSecondary, Align::Left);
    }
}

/// 1, 2 and 5 times the powers of ten in the range.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let mut ticks = Vec::new();
    let mut power = 10f64.powf(low.log10().floor());
    while power <= high && ticks.len() < 40 {
        ticks.extend(
            [1.0, 2.0, 5.0].map(|step| step * power).into_iter().filter(|tick| *tick >= low && *tick <= high),
        );
        power *= 10.0;
    }
    ticks
}

fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
}
