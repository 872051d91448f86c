//! The small marks that mean the same everywhere: severity signs, trust bars, the risk bar, arrowheads.

use crate::analysis::risk::RiskRow;
use crate::model::{Band, Method, Score};

use super::{Path, PictureBuilder, Point, Rect, Role, Segment, Stroke};

/// The handle length that makes four curves a circle.
const ROUND: f32 = 0.552_284_8;

/// The sign of a severity in a square of that size: octagon, triangle, diamond, disc or ring.
pub fn severity_sign(out: &mut PictureBuilder, band: Band, center: Point, size: f32) {
    let r = size * 1.2 / 2.7;
    let at = |x: f32, y: f32| center.offset(x * r, y * r);
    let edge = Some(Stroke::solid(Role::SeverityEdge(band), size * 0.22 / 2.7));
    let fill = Some(Role::SeverityFill(band).into());
    match band {
        Band::Critical => {
            let c = 0.414;
            let corners =
                [(-c, -1.0), (c, -1.0), (1.0, -c), (1.0, c), (c, 1.0), (-c, 1.0), (-1.0, c), (-1.0, -c)];
            out.path(Path::polygon(&corners.map(|(x, y)| at(x, y))), fill, edge);
            let on = Role::SeverityOn(band);
            let bar = Rect::new(center.x - 0.13 * r, center.y - 0.6 * r, 0.26 * r, 0.72 * r);
            out.rect(bar, 0.1 * r, Some(on.into()), None);
            out.circle(at(0.0, 0.45), 0.17 * r, Some(on.into()), None);
        }
        Band::High => {
            out.path(Path::polygon(&[at(0.0, -0.95), at(1.0, 0.8), at(-1.0, 0.8)]), fill, edge);
        }
        Band::Medium => {
            let corners = [at(0.0, -1.0), at(1.0, 0.0), at(0.0, 1.0), at(-1.0, 0.0)];
            out.path(Path::polygon(&corners), fill, edge);
        }
        Band::Low => {
            out.circle(center, 0.8 * r, Some(Role::SeverityMark(band).into()), None);
        }
        Band::VeryLow => {
            let ring = Stroke::solid(Role::SeverityMark(band), 0.3 * r);
            out.circle(center, 0.7 * r, None, Some(ring));
        }
    }
}

/// Trust 0 to 4 as that many filled bars of four, rising to the right, standing in a rectangle.
pub fn trust_bars(out: &mut PictureBuilder, trust: u8, rect: Rect) {
    let role = Role::TrustLine(trust.min(4));
    let step = rect.w / 4.0;
    let line = (step * 0.25).clamp(0.2, 1.0);
    for bar in 0u8..4 {
        let h = rect.h * (0.4 + 0.2 * f32::from(bar));
        let area = Rect::new(rect.x + step * f32::from(bar), rect.bottom() - h, step * 0.75, h);
        if bar < trust {
            out.rect(area, 0.0, Some(role.into()), None);
        } else {
            out.rect(area.grown(-line / 2.0), 0.0, None, Some(Stroke::solid(role.at(0.7), line)));
        }
    }
}

/// What stands on the scale of a risk.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RiskMarks {
    /// With no control.
    pub inherent: Option<Score>,
    /// With the controls that are in place.
    pub current: Option<Score>,
    /// With every listed control.
    pub planned: Option<Score>,
    /// The inherent risk by the lowest votes, and by the highest.
    pub voted: Option<(f64, f64)>,
}

impl RiskMarks {
    /// Those of a threat in the register.
    pub fn of(row: &RiskRow) -> Self {
        let RiskRow { inherent, current, planned, .. } = *row;
        Self { inherent, current, planned, voted: row.voted() }
    }
}

/// The four ratings of a risk on a track from 2 to 10: ring inherent, disc current, hollow diamond planned, line appetite.
/// Where votes lie apart, a bracket below spans what they make of the inherent risk.
///
/// The rectangle's width is the track's; its height is that of the appetite line.
pub fn risk_bar(
    out: &mut PictureBuilder,
    rect: Rect,
    method: &Method,
    RiskMarks { inherent, current, planned, voted }: RiskMarks,
) {
    let unit = rect.h / 16.0;
    let y = rect.center().y;
    let x = |risk: f64| rect.x + rect.w * ((risk.clamp(2.0, 10.0) - 2.0) / 8.0) as f32;
    let track = Rect::new(rect.x, y - 2.0 * unit, rect.w, 4.0 * unit);
    out.rect(track, 2.0 * unit, Some(Role::Line.into()), None);
    let risk = |score: Option<Score>| score.map(Score::risk);
    let band = current.map_or(Band::Low, |score| method.band_of(score));
    let (inherent, current, planned) = (risk(inherent), risk(current), risk(planned));
    if let (Some(current), Some(planned)) = (current, planned) {
        let (from, to) = (x(planned.min(current)), x(planned.max(current)));
        let tint = Rect::new(from, track.y, to - from, track.h);
        out.rect(tint, 0.0, Some(Role::SeverityMark(band).at(0.55)), None);
    }
    if let (Some(current), Some(inherent)) = (current, inherent) {
        let dots = Stroke::dashed(Role::Control, 1.5 * unit, &[2.0 * unit, 2.0 * unit]);
        out.line(Point::new(x(current), y), Point::new(x(inherent), y), dots);
    }
    let appetite = x(method.appetite);
    let line = Stroke::solid(Role::Text, 2.0 * unit);
    out.line(Point::new(appetite, rect.y), Point::new(appetite, rect.bottom()), line);
    if let Some((least, most)) = voted.filter(|(least, most)| least < most) {
        let (low, end) = (rect.bottom() - 0.5 * unit, 3.0 * unit);
        let corners = [
            Point::new(x(least), low - end),
            Point::new(x(least), low),
            Point::new(x(most), low),
            Point::new(x(most), low - end),
        ];
        let stroke = Stroke::solid(Role::TextTertiary, unit);
        out.path(Path::polyline(&corners), None, Some(stroke));
    }
    let outline = |width: f32| Some(Stroke::solid(Role::TextSecondary, width * unit));
    if let Some(inherent) = inherent {
        out.circle(Point::new(x(inherent), y), 4.0 * unit, Some(Role::Panel.into()), outline(1.5));
    }
    if let Some(planned) = planned {
        let c = Point::new(x(planned), y);
        let r = 5.0 * unit;
        let corners = [c.offset(0.0, -r), c.offset(r, 0.0), c.offset(0.0, r), c.offset(-r, 0.0)];
        out.path(Path::polygon(&corners), Some(Role::Panel.into()), outline(1.5));
    }
    if let Some(current) = current {
        let halo = Stroke::solid(Role::Panel, 1.5 * unit);
        out.circle(Point::new(x(current), y), 5.5 * unit, Some(Role::SeverityMark(band).into()), Some(halo));
    }
}

/// A filled arrowhead with its point at `tip`, coming from `from`.
pub fn arrowhead(tip: Point, from: Point, length: f32, width: f32) -> Path {
    let distance = tip.distance(from).max(1e-3);
    let (ux, uy) = ((tip.x - from.x) / distance, (tip.y - from.y) / distance);
    let base = tip.offset(-ux * length, -uy * length);
    let half = width / 2.0;
    Path::polygon(&[tip, base.offset(-uy * half, ux * half), base.offset(uy * half, -ux * half)])
}

/// A line through points with rounded corners, each no rounder than half its shorter side.
pub fn rounded(points: &[Point], radius: f32) -> Path {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Path::default() };
    let mut path = Path { start: *first, ..Path::default() };
    for corner in points.windows(3) {
        let &[a, b, c] = corner else { continue };
        let (before, after) = (a.distance(b), b.distance(c));
        let r = radius.min(before / 2.0).min(after / 2.0);
        if r < 0.01 {
            path.segments.push(Segment::Line(b));
            continue;
        }
        let on = |to: Point, length: f32| {
            Point::new(b.x + (to.x - b.x) * r / length, b.y + (to.y - b.y) * r / length)
        };
        let (enter, leave) = (on(a, before), on(c, after));
        let toward =
            |from: Point| Point::new(from.x + (b.x - from.x) * ROUND, from.y + (b.y - from.y) * ROUND);
        path.segments.push(Segment::Line(enter));
        path.segments.push(Segment::Curve(toward(enter), toward(leave), leave));
    }
    if points.len() > 1 {
        path.segments.push(Segment::Line(*last));
    }
    path
}

/// A closed outline of straight lines and circular corners: each point with the radius of its corner.
pub fn outline(corners: &[(Point, f32)]) -> Path {
    let count = corners.len();
    let mut path = Path { closed: true, ..Path::default() };
    for (index, (corner, radius)) in corners.iter().enumerate() {
        let before = corners.get((index + count - 1) % count).map_or(*corner, |(p, _)| *p);
        let after = corners.get((index + 1) % count).map_or(*corner, |(p, _)| *p);
        let r = radius.min(corner.distance(before) / 2.0).min(corner.distance(after) / 2.0);
        let on = |to: Point| {
            let length = corner.distance(to).max(1e-3);
            Point::new(corner.x + (to.x - corner.x) * r / length, corner.y + (to.y - corner.y) * r / length)
        };
        let (enter, leave) = (on(before), on(after));
        if index == 0 {
            path.start = enter;
        } else {
            path.segments.push(Segment::Line(enter));
        }
        if r > 0.0 {
            let toward = |from: Point| {
                Point::new(from.x + (corner.x - from.x) * ROUND, from.y + (corner.y - from.y) * ROUND)
            };
            path.segments.push(Segment::Curve(toward(enter), toward(leave), leave));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scheme;

    #[test]
    fn signs_stay_in_their_square_and_differ() {
        let mut seen = Vec::new();
        for band in Band::ALL {
            let mut out = PictureBuilder::new();
            severity_sign(&mut out, *band, Point::new(10.0, 10.0), 14.0);
            let picture = out.finish();
            assert!(
                Rect::new(3.0, 3.0, 14.0, 14.0).contains_rect(picture.bounds),
                "{band} {:?}",
                picture.bounds
            );
            let shapes = format!("{:?}", picture.marks);
            assert!(!seen.contains(&shapes));
            seen.push(shapes);
        }
    }

    #[test]
    fn corners_are_rounded_and_ends_kept() {
        let points = [Point::new(0.0, 0.0), Point::new(20.0, 0.0), Point::new(20.0, 30.0)];
        let path = rounded(&points, 6.0);
        assert_eq!(path.start, points[0]);
        assert_eq!(path.segments.len(), 3);
        assert_eq!(path.segments[0], Segment::Line(Point::new(14.0, 0.0)));
        assert_eq!(path.segments[2], Segment::Line(points[2]));
    }

    #[test]
    fn the_risk_bar_shows_only_what_is_rated() {
        let count_voted = |inherent, current, planned, voted| {
            let mut out = PictureBuilder::new();
            let area = Rect::new(0.0, 0.0, 100.0, 16.0);
            risk_bar(&mut out, area, &Method::default(), RiskMarks { inherent, current, planned, voted });
            out.finish().marks.len()
        };
        let count = |inherent, current, planned| count_voted(inherent, current, planned, None);
        let score = Some(Score { likelihood: 4.0, impact: 4.0 });
        assert_eq!(count(None, None, None), 2, "track and appetite");
        assert_eq!(count(score, None, None), 3);
        assert_eq!(count(score, score, score), 7);
        let disc = |scheme| {
            let mut out = PictureBuilder::new();
            let current = Some(Score { likelihood: 4.0, impact: 2.2 });
            let method = Method { scheme, ..Method::default() };
            risk_bar(
                &mut out,
                Rect::new(0.0, 0.0, 100.0, 16.0),
                &method,
                RiskMarks { current, ..RiskMarks::default() },
            );
            format!("{:?}", out.finish().marks.last())
        };
        assert!(disc(Scheme::Score).contains("SeverityMark(Medium)"), "{}", disc(Scheme::Score));
        assert!(disc(Scheme::Three).contains("SeverityMark(High)"), "as its cell is");
        assert_eq!(count_voted(score, score, score, Some((7.0, 10.0))), 8, "a bracket");
        assert_eq!(count_voted(score, score, score, Some((8.0, 8.0))), 7, "all said the same");
    }
}
