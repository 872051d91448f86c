//! Where the discs stand: heights are exact, and what collides moves sideways without leaving its band.

use std::collections::BTreeMap;

use crate::analysis::risk::RiskRow;
use crate::model::{Band, Method, Scheme, Score};
use crate::picture::Point;

use super::field::Field;
use super::{HeatmapOptions, Look};

/// More discs than this in a cell become one.
const MOST_IN_A_CELL: usize = 4;
/// No mark moves sideways by more than this share of a cell.
const FARTHEST: f32 = 0.35;
const STEP: f32 = 0.05;

/// Threats that one disc stands for, and where it stands.
pub(super) struct Group<'a> {
    pub(super) rows: Vec<&'a RiskRow>,
    pub(super) center: Point,
    /// How far sideways the marks moved.
    pub(super) shift: f32,
}

/// More threats than this are counted cell by cell: a crowd of discs says nothing.
pub(super) const CROWD: usize = 60;

/// The cell that a score stands in: likelihood and impact level, from 1.
pub(super) fn cell(method: &Method, score: Score) -> (u8, u8) {
    (method.level_of(score.likelihood) as u8, method.level_of(score.impact) as u8)
}

pub(super) fn place<'a>(
    rows: &[&'a RiskRow],
    method: &Method,
    field: &Field<'_>,
    look: &Look,
    options: &HeatmapOptions,
) -> Vec<Group<'a>> {
    let mut cells: BTreeMap<(u8, u8), Vec<&RiskRow>> = BTreeMap::new();
    for row in rows {
        if let Some(score) = row.current {
            cells.entry(cell(method, score)).or_default().push(row);
        }
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut single: Vec<&'a RiskRow> = Vec::new();
    for (place, members) in cells {
        // What is selected stays visible by itself.
        let crowded = rows.len() > CROWD && members.len() > 1;
        let (shown, rest): (Vec<&RiskRow>, Vec<&RiskRow>) = if members.len() > MOST_IN_A_CELL && !crowded {
            members.into_iter().partition(|row| options.selected.contains(&row.threat))
        } else {
            (members, Vec::new())
        };
        let (shown, rest) = if crowded { (Vec::new(), shown) } else { (shown, rest) };
        single.extend(shown);
        if !rest.is_empty() {
            let points: Vec<Point> =
                rest.iter().filter_map(|row| row.current).map(|score| field.point(score)).collect();
            let count = points.len().max(1) as f32;
            let center = Point::new(
                points.iter().map(|p| p.x).sum::<f32>() / count,
                points.iter().map(|p| p.y).sum::<f32>() / count,
            );
            let center = if crowded {
                field.cell_rect(usize::from(place.0), usize::from(place.1)).center()
            } else {
                center
            };
            groups.push(Group { rows: rest, center, shift: 0.0 });
        }
    }
    let risk = |row: &RiskRow| row.current.map_or(0.0, Score::risk);
    single.sort_by(|a, b| risk(a).total_cmp(&risk(b)).then(a.threat.cmp(&b.threat)));
    for row in single {
        let Some(score) = row.current else { continue };
        let exact = field.point(score);
        let best = shifts(score, method)
            .into_iter()
            .map(|shift| shift * field.cell.0)
            .map(|shift| {
                (collisions(row, exact.offset(shift, 0.0), shift, &groups, field, look, options), shift)
            })
            // The first of equals: the smallest shift, right before left.
            .fold(None, |best: Option<(f32, f32)>, (cost, shift)| match best {
                Some((known, _)) if known <= cost => best,
                _ => Some((cost, shift)),
            });
        let shift = best.map_or(0.0, |(_, shift)| shift);
        groups.push(Group { rows: vec![row], center: exact.offset(shift, 0.0), shift });
    }
    groups
}

/// Shifts in levels, small ones first, that keep the mark in the tint of its band.
fn shifts(score: Score, method: &Method) -> Vec<f32> {
    let own = method.band_of(score);
    let stays = |shift: f32| {
        let moved = Score { likelihood: score.likelihood, impact: score.impact + f64::from(shift) };
        method.band_of(moved) == own && moved.impact <= 5.45
    };
    let mut shifts = vec![0.0];
    let steps = (FARTHEST / STEP).round() as i32;
    for step in 1..=steps {
        for way in [1.0, -1.0] {
            let shift = way * step as f32 * STEP;
            if stays(shift) {
                shifts.push(shift);
            }
        }
    }
    shifts
}

/// How badly a disc there, with its line, meets those that stand already.
fn collisions(
    row: &RiskRow,
    center: Point,
    shift: f32,
    groups: &[Group<'_>],
    field: &Field<'_>,
    look: &Look,
    options: &HeatmapOptions,
) -> f32 {
    let own = lines(row, shift, field, options);
    let apart = 2.0 * look.disc + look.line;
    let beside = look.disc + look.line * 2.0;
    let mut cost = 0.0;
    for group in groups {
        cost += (apart - center.distance(group.center)).max(0.0) * 4.0;
        if let [other] = group.rows.as_slice() {
            for (a, b) in lines(other, group.shift, field, options) {
                cost += (beside - near(center, a, b)).max(0.0) * 2.0;
            }
        }
        for (a, b) in &own {
            cost += (beside - near(group.center, *a, *b)).max(0.0) * 2.0;
        }
    }
    cost
}

/// The line from the inherent to the current and on to the planned rating.
fn lines(row: &RiskRow, shift: f32, field: &Field<'_>, options: &HeatmapOptions) -> Vec<(Point, Point)> {
    let Some(current) = row.current.filter(|_| options.movement) else { return Vec::new() };
    let at = |score: Score| field.point(score).offset(shift, 0.0);
    let mut lines = Vec::new();
    lines.extend(row.inherent.map(|inherent| (at(inherent), at(current))));
    lines.extend(row.planned.map(|planned| (at(current), at(planned))));
    lines
}

fn near(p: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((p.x - a.x) * dx + (p.y - a.y) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    p.distance(Point::new(a.x + t * dx, a.y + t * dy))
}

/// The bands that a project uses, worst first.
pub(super) fn bands_of(method: &Method) -> Vec<Band> {
    if method.scheme != Scheme::Score {
        let used: std::collections::BTreeSet<Band> = method.grid().into_iter().flatten().collect();
        return used.into_iter().rev().collect();
    }
    let mut bands = vec![Band::Critical, Band::High, Band::Medium, Band::Low];
    if method.very_low_below.is_some() {
        bands.push(Band::VeryLow);
    }
    bands
}
