//! Small charts: a rate with its interval, latencies against their targets, counts by band.

use crate::model::Band;
use crate::simulation::protect::ProtectionRun;

use super::signs::severity_sign;
use super::text::{baseline, fit, width};
use super::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke};

/// A share with its interval: a track from 0 to 1, a bar between two end ticks, a dot for the estimate.
///
/// The rectangle's width is the track's, its height that of the ticks.
pub fn interval_bar(
    out: &mut PictureBuilder,
    rect: Rect,
    estimate: Option<f64>,
    interval: Option<(f64, f64)>,
) {
    let unit = rect.h / 14.0;
    let y = rect.center().y;
    let x = |share: f64| rect.x + rect.w * share.clamp(0.0, 1.0) as f32;
    out.rect(
        Rect::new(rect.x, y - 1.5 * unit, rect.w, 3.0 * unit),
        1.5 * unit,
        Some(Role::Line.into()),
        None,
    );
    if let Some((low, high)) = interval {
        let line = Stroke::solid(Role::Chart(1), 2.0 * unit);
        out.line(Point::new(x(low), y), Point::new(x(high), y), Stroke::solid(Role::Chart(1), 3.0 * unit));
        for end in [low, high] {
            out.line(Point::new(x(end), rect.y), Point::new(x(end), rect.bottom()), line.clone());
        }
    }
    if let Some(estimate) = estimate {
        let edge = Stroke::solid(Role::Chart(1), 1.5 * unit);
        out.circle(Point::new(x(estimate), y), 4.5 * unit, Some(Role::Text.into()), Some(edge));
    }
}

/// A check with its latencies, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LatencyRow {
    /// What is checked.
    pub name: String,
    /// More about it, in smaller letters.
    pub detail: String,
    /// Half of the operations are faster.
    pub p50: Option<f64>,
    /// All but one in twenty are faster.
    pub p95: Option<f64>,
    /// All but one in a hundred are faster.
    pub p99: Option<f64>,
    /// What the 95th percentile must stay under.
    pub target: Option<f64>,
}

impl LatencyRow {
    /// Whether the 95th percentile stays under the target; none where either is missing.
    pub fn met(&self) -> Option<bool> {
        Some(self.p95? <= self.target?)
    }
}

/// The tiers of a protection run as rows.
pub fn latency_rows(run: &ProtectionRun) -> Vec<LatencyRow> {
    let row = |tier: &crate::simulation::protect::TierRun| LatencyRow {
        name: format!("Tier {}", tier.number),
        detail: tier.checks.join(", ").replace('_', " "),
        p50: tier.p50_ms,
        p95: tier.p95_ms,
        p99: tier.p99_ms,
        target: Some(tier.target_ms),
    };
    run.tiers.iter().map(row).collect()
}

/// Room for the names: at least so much, more in a wide chart.
const NAMES: f32 = 190.0;
const NAMES_SHARE: f32 = 0.3;
const VERDICT: f32 = 116.0;
const ROW: f32 = 54.0;
const HEAD: f32 = 26.0;
const FOOT: f32 = 44.0;

/// Latencies on a log scale: a small dot for the median, a large one for the 95th percentile, a ring for the 99th, and
/// the target as an upright line.
pub fn latency_chart(rows: &[LatencyRow], full_width: f32, paper: bool) -> Picture {
    let mut out = PictureBuilder::new();
    let (plain, strong) = if paper { (Face::Sans, Face::SansSemibold) } else { (Face::Ui, Face::UiSemibold) };
    let names = NAMES.max(full_width * NAMES_SHARE);
    let plot = Rect::new(names, HEAD, (full_width - names - VERDICT).max(80.0), rows.len() as f32 * ROW);
    let known =
        rows.iter().flat_map(|row| [row.p50, row.p95, row.p99, row.target]).flatten().filter(|ms| *ms > 0.0);
    let (low, high) = known.fold((f64::INFINITY, 0.0f64), |(low, high), ms| (low.min(ms), high.max(ms)));
    let (low, high) = if low.is_finite() { (low, high) } else { (1.0, 10.0) };
    let (first, last) = ((low * 0.8).log10().floor(), (high * 1.1).log10().ceil());
    let last = if last <= first { first + 1.0 } else { last };
    let x = |ms: f64| {
        let share = ((ms.max(1e-9).log10() - first) / (last - first)).clamp(0.0, 1.0) as f32;
        plot.x + plot.w * share
    };
    let mut decade = first;
    while decade <= last {
        for (step, is_main) in [(1.0, true), (3.0, false)] {
            let ms = 10f64.powf(decade) * step;
            if ms > 10f64.powf(last) * 1.001 {
                continue;
            }
            let role = if is_main { Role::Edge } else { Role::Line };
            out.line(Point::new(x(ms), plot.y), Point::new(x(ms), plot.bottom()), Stroke::solid(role, 1.0));
            let roomy = plot.w / (last - first) as f32 > 90.0;
            if is_main || roomy {
                let at = Point::new(x(ms), baseline(12.0, plain, 12.5));
                out.aligned(at, milliseconds(ms), plain, 12.5, Role::TextTertiary, Align::Center);
            }
        }
        decade += 1.0;
    }
    for (index, row) in rows.iter().enumerate() {
        let y = plot.y + (index as f32 + 0.5) * ROW;
        let name = fit(&row.name, strong, 14.0, names - 12.0);
        out.text(Point::new(0.0, baseline(y - 8.0, strong, 14.0)), name, strong, 14.0, Role::Text);
        let detail = fit(&row.detail, plain, 12.5, names - 12.0);
        out.text(Point::new(0.0, baseline(y + 10.0, plain, 12.5)), detail, plain, 12.5, Role::TextTertiary);
        latency_row(&mut out, row, y, &x, paper);
        latency_words(&mut out, row, y, &x, plain, strong);
        let (words, role) = match row.met() {
            Some(true) => ("within target", Role::Good),
            Some(false) => ("over target", Role::SeverityText(Band::High)),
            None => ("no result", Role::TextTertiary),
        };
        let at = Point::new(full_width, baseline(y, strong, 13.0));
        out.aligned(at, words, strong, 13.0, role, Align::Right);
    }
    legend(&mut out, Point::new(plot.x, plot.bottom() + 26.0), plain);
    let bounds = Rect::new(0.0, 0.0, full_width, plot.bottom() + FOOT);
    Picture { description: sentence(rows), ..out.finish_in(bounds) }
}

fn latency_row(out: &mut PictureBuilder, row: &LatencyRow, y: f32, x: &impl Fn(f64) -> f32, paper: bool) {
    let ink = if paper { Role::Text } else { Role::Chart(1) };
    let marks: Vec<f64> = [row.p50, row.p95, row.p99].into_iter().flatten().collect();
    if let (Some(first), Some(last)) = (marks.first(), marks.last()) {
        out.line(Point::new(x(*first), y), Point::new(x(*last), y), Stroke::solid(ink.at(0.6), 2.0));
    }
    if let Some(target) = row.target {
        let role = if paper { Role::SeverityMark(Band::Critical) } else { Role::Text };
        out.line(Point::new(x(target), y - 11.0), Point::new(x(target), y + 12.0), Stroke::solid(role, 2.0));
    }
    if let Some(ms) = row.p99 {
        let ground = if paper { Role::Paper } else { Role::Panel };
        out.circle(Point::new(x(ms), y), 4.5, Some(ground.into()), Some(Stroke::solid(ink, 1.75)));
    }
    if let Some(ms) = row.p95 {
        out.circle(Point::new(x(ms), y), 6.0, Some(ink.into()), None);
    }
    if let Some(ms) = row.p50 {
        out.circle(Point::new(x(ms), y), 3.0, Some(ink.into()), None);
    }
}

/// The 95th percentile over its disc, the target under its line.
fn latency_words(
    out: &mut PictureBuilder,
    row: &LatencyRow,
    y: f32,
    x: &impl Fn(f64) -> f32,
    plain: Face,
    strong: Face,
) {
    let size = 12.0;
    if let Some(ms) = row.p95 {
        let at = Point::new(x(ms), baseline(y - 14.5, strong, size));
        out.aligned(at, milliseconds(round(ms)), strong, size, Role::Text, Align::Center);
    }
    if let Some(ms) = row.target {
        let at = Point::new(x(ms), baseline(y + 20.5, plain, size));
        let words = format!("target {}", milliseconds(round(ms)));
        out.aligned(at, words, plain, size, Role::TextSecondary, Align::Center);
    }
}

fn legend(out: &mut PictureBuilder, at: Point, face: Face) {
    let ink = Role::TextSecondary;
    let mut x = at.x;
    for (name, radius, filled) in [("median", 3.0, true), ("95 %", 6.0, true), ("99 %", 4.5, false)] {
        let fill = filled.then(|| ink.into());
        let edge = (!filled).then(|| Stroke::solid(ink, 1.75));
        out.circle(Point::new(x + 6.0, at.y), radius, fill, edge);
        out.text(Point::new(x + 17.0, baseline(at.y, face, 12.5)), name, face, 12.5, ink);
        x += 17.0 + width(name, face, 12.5) + 20.0;
    }
    out.line(Point::new(x + 4.0, at.y - 7.0), Point::new(x + 4.0, at.y + 7.0), Stroke::solid(ink, 2.0));
    out.text(Point::new(x + 13.0, baseline(at.y, face, 12.5)), "target of the 95 %", face, 12.5, ink);
}

fn milliseconds(ms: f64) -> String {
    let (value, unit) = if ms >= 1000.0 { (ms / 1000.0, "s") } else { (ms, "ms") };
    let text = format!("{value:.3}");
    format!("{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

fn sentence(rows: &[LatencyRow]) -> String {
    let met = rows.iter().filter(|row| row.met() == Some(true)).count();
    let listed: Vec<String> = rows
        .iter()
        .take(7)
        .filter_map(|row| Some(format!("{}: 95 % within {}", row.name, milliseconds(round(row.p95?)))))
        .collect();
    let list = if listed.is_empty() { String::new() } else { format!(" {}.", listed.join("; ")) };
    format!("Latency of {} checks; {met} within their targets.{list}", rows.len())
}

fn round(ms: f64) -> f64 {
    if ms >= 10.0 { ms.round() } else { (ms * 100.0).round() / 100.0 }
}

/// Counts by band as one bar, the worst at the left, each part with its number; a part too small for it has it above.
pub fn band_bar(out: &mut PictureBuilder, rect: Rect, counts: &[(Band, usize)], face: Face, size: f32) {
    let total: usize = counts.iter().map(|(_, count)| *count).sum();
    if total == 0 {
        out.rect(rect, 0.0, Some(Role::Field.into()), Some(Stroke::solid(Role::Edge, rect.h * 0.03)));
        return;
    }
    let mut sorted: Vec<(Band, usize)> = counts.iter().copied().filter(|(_, count)| *count > 0).collect();
    sorted.sort_by_key(|(band, _)| std::cmp::Reverse(*band));
    let mut x = rect.x;
    for (band, count) in sorted {
        let w = rect.w * count as f32 / total as f32;
        let part = Rect::new(x, rect.y, w, rect.h);
        let edge = Stroke::solid(Role::SeverityEdge(band), rect.h * 0.035);
        let inner = Rect { w: (part.w - rect.h * 0.07).max(rect.h * 0.05), ..part };
        out.rect(inner, 0.0, Some(Role::SeverityFill(band).into()), Some(edge));
        let words = count.to_string();
        let fits = width(&words, face, size) + size * 0.6 <= inner.w;
        let (y, role) =
            if fits { (part.center().y, Role::SeverityOn(band)) } else { (rect.y - size * 0.7, Role::Text) };
        out.aligned(
            Point::new(part.center().x, baseline(y, face, size)),
            words,
            face,
            size,
            role,
            Align::Center,
        );
        x += w;
    }
}

/// Signs with their words in a row; says how wide it is.
pub fn band_legend(out: &mut PictureBuilder, at: Point, bands: &[Band], face: Face, size: f32) -> f32 {
    let mut x = at.x;
    for band in bands {
        severity_sign(out, *band, Point::new(x + size * 0.5, at.y), size);
        out.text(
            Point::new(x + size * 1.4, baseline(at.y, face, size)),
            band.label(),
            face,
            size,
            Role::Text,
        );
        x += size * 1.4 + width(band.label(), face, size) + size * 1.6;
    }
    x - at.x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::scene::tests::keep;
    use crate::picture::{Palette, Shape};

    fn row(name: &str, p50: f64, p95: f64, p99: f64, target: f64) -> LatencyRow {
        LatencyRow {
            name: name.to_owned(),
            detail: "schema, allowlist".to_owned(),
            p50: Some(p50),
            p95: Some(p95),
            p99: Some(p99),
            target: Some(target),
        }
    }

    #[test]
    fn latencies_stand_in_order_on_the_scale() {
        let rows =
            [row("Tier 1", 0.4, 0.9, 2.0, 1.0), row("Tier 2", 8.0, 31.0, 60.0, 25.0), LatencyRow::default()];
        let picture = latency_chart(&rows, 690.0, false);
        assert_eq!(
            picture.description,
            "Latency of 3 checks; 1 within their targets. Tier 1: 95 % within 0.9 ms; Tier 2: 95 % within 31 ms."
        );
        let words = |wanted: &str| {
            picture.marks.iter().any(|mark| matches!(&mark.shape, Shape::Text(text) if text.text == wanted))
        };
        assert!(words("within target") && words("over target") && words("no result") && words("100 ms"));
        let discs: Vec<f32> = picture
            .marks
            .iter()
            .filter_map(|mark| match mark.shape {
                Shape::Circle { center, radius: 6.0, .. } => Some(center.x),
                _ => None,
            })
            .collect();
        assert!(discs[0] < discs[1]);
        keep("latency", &picture, Palette::dark(), 1.0);
        assert!(!latency_chart(&[], 300.0, true).marks.is_empty());
    }

    #[test]
    fn a_rate_is_shown_with_its_interval() {
        let marks = |estimate, interval| {
            let mut out = PictureBuilder::new();
            interval_bar(&mut out, Rect::new(0.0, 0.0, 200.0, 14.0), estimate, interval);
            out.finish().marks.len()
        };
        assert_eq!(marks(None, None), 1, "the track alone");
        assert_eq!(marks(Some(0.83), Some((0.44, 0.97))), 5);
    }

    #[test]
    fn bars_share_their_width_by_count() {
        let mut out = PictureBuilder::new();
        let counts = [(Band::Low, 5), (Band::Critical, 1), (Band::High, 0), (Band::Medium, 94)];
        band_bar(&mut out, Rect::new(0.0, 10.0, 100.0, 6.0), &counts, Face::Sans, 3.0);
        band_legend(&mut out, Point::new(0.0, 24.0), Band::ALL, Face::Sans, 3.0);
        let picture = out.finish();
        let parts: Vec<Rect> = picture
            .marks
            .iter()
            .filter_map(|mark| if let Shape::Rect { rect, .. } = &mark.shape { Some(*rect) } else { None })
            .filter(|rect| rect.h == 6.0)
            .collect();
        assert_eq!(parts.len(), 3, "nothing is no part");
        assert!(parts[0].w < parts[2].w && parts[2].w < parts[1].w, "critical first, low last");
        keep("bands", &picture.scaled(6.0), Palette::print(), 1.0);
    }
}
