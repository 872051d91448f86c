//! The risk field: likelihood up, impact across, tinted by the score, so that no mark stands in a tint that contradicts
//! its band. A ring is the inherent risk, a disc the current one, an arrow leads to the planned one.

mod axis;
mod field;
mod money;
mod place;

use std::collections::BTreeSet;

use crate::analysis::risk::{Rating, Register, RiskRow};
use crate::model::{Band, Method, Score, ThreatId};

use super::signs::arrowhead;
use super::text::baseline;
use super::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Segment, Stroke};

use field::Field;
pub use money::{interval_words, loss_words, mean_words, money_words};

/// How a risk field is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapOptions {
    /// Width and height of one level. Points on the screen, millimetres on paper.
    pub cell: (f32, f32),
    /// Paper's typefaces, weights and measures.
    pub paper: bool,
    /// Threats that stand out.
    pub selected: BTreeSet<ThreatId>,
    /// The threat under the pointer.
    pub hovered: Option<ThreatId>,
    /// Rings for inherent and arrows for planned risks.
    pub movement: bool,
    /// Threats within the appetite are small rings, without a number.
    pub only_above_appetite: bool,
    /// Signs with their words under the field, and what the marks mean above it.
    pub legend: bool,
    /// For a small field on paper: levels by name alone, no bands at the edge.
    pub terse: bool,
}

impl HeatmapOptions {
    /// For the screen, with cells of that size.
    pub fn screen(cell: f32) -> Self {
        Self {
            cell: (cell, cell),
            paper: false,
            selected: BTreeSet::new(),
            hovered: None,
            movement: true,
            only_above_appetite: false,
            legend: true,
            terse: false,
        }
    }

    /// For paper, with a field of that many millimetres.
    pub fn paper(width: f32, height: f32) -> Self {
        Self { cell: (width / 5.0, height / 5.0), paper: true, legend: false, ..Self::screen(1.0) }
    }
}

/// A risk field with what can be pointed at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heatmap {
    /// The drawing.
    pub picture: Picture,
    /// The discs. One that stands for several threats names them all.
    pub discs: Vec<HeatDisc>,
    /// The tinted field.
    pub field: Rect,
    /// How many levels each axis has.
    pub levels: usize,
}

/// A disc on the field.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatDisc {
    /// The threats that it stands for.
    pub threats: Vec<ThreatId>,
    /// Its middle.
    pub center: Point,
    /// Its radius.
    pub radius: f32,
}

/// What lies under a point of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeatHit {
    /// A disc.
    Threats(Vec<ThreatId>),
    /// A cell, by its levels of likelihood and impact, from 1.
    Cell {
        /// Likelihood level.
        likelihood: u8,
        /// Impact level.
        impact: u8,
    },
}

impl Heatmap {
    /// The threats whose discs have their middle in a rectangle.
    pub fn within(&self, area: Rect) -> Vec<ThreatId> {
        let inside = self.discs.iter().filter(|disc| area.contains(disc.center));
        inside.flat_map(|disc| disc.threats.iter().copied()).collect()
    }

    /// The rectangle of a cell by its levels, from 1.
    pub fn cell(&self, likelihood: u8, impact: u8) -> Rect {
        let (w, h) = (self.field.w / self.levels.max(1) as f32, self.field.h / self.levels.max(1) as f32);
        let x = self.field.x + (f32::from(impact) - 1.0) * w;
        Rect::new(x, self.field.bottom() - f32::from(likelihood) * h, w, h)
    }

    /// What lies under a point.
    pub fn hit(&self, point: Point, tolerance: f32) -> Option<HeatHit> {
        let near = self.discs.iter().map(|disc| (disc.center.distance(point) - disc.radius, disc));
        let nearest = near.filter(|(distance, _)| *distance <= tolerance).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, disc)) = nearest {
            return Some(HeatHit::Threats(disc.threats.clone()));
        }
        if !self.field.contains(point) || self.field.w <= 0.0 || self.field.h <= 0.0 {
            return None;
        }
        let levels = self.levels.max(1) as f32;
        let level = |share: f32| (share * levels).floor().clamp(0.0, levels - 1.0) as u8 + 1;
        let impact = level((point.x - self.field.x) / self.field.w);
        let likelihood = level((self.field.bottom() - point.y) / self.field.h);
        Some(HeatHit::Cell { likelihood, impact })
    }
}

/// The threats whose current rating stands in the cells between two corners, levels from 1.
pub fn threats_in_cells(
    register: &Register,
    method: &Method,
    (from, to): ((u8, u8), (u8, u8)),
) -> Vec<ThreatId> {
    let between = |level: u8, a: u8, b: u8| (a.min(b)..=a.max(b)).contains(&level);
    let stands = |row: &&RiskRow| {
        row.live
            && row.current.is_some_and(|score| {
                let (likelihood, impact) = place::cell(method, score);
                between(likelihood, from.0, to.0) && between(impact, from.1, to.1)
            })
    };
    register.rows.iter().filter(stands).map(|row| row.threat).collect()
}

/// How much wider than its field a risk field is: the words at its left.
pub fn beside(method: &Method, options: &HeatmapOptions) -> f32 {
    let field = Field::new(method, options.cell, options.paper).terse(options.terse);
    field.area(options.legend).w - field.rect.w
}

/// The ground of a paper's field alone, with cells of that many millimetres: tints, levels, the line of the appetite. Half
/// a level below the first lies at its left and bottom edge.
pub fn ground(method: &Method, cell: (f32, f32)) -> Picture {
    let field = Field::new(method, cell, true);
    let mut out = PictureBuilder::new();
    field.bare(&mut out);
    out.finish_in(field.rect)
}

/// The measures of the marks.
#[derive(Debug, Clone, Copy)]
struct Look {
    disc: f32,
    ring: f32,
    dot: f32,
    line: f32,
    arrow: f32,
    dash: [f32; 2],
    number: (Face, f32),
    level: (Face, f32),
    anchor: (Face, f32),
    /// Between an axis and its words.
    pad: f32,
}

impl Look {
    fn of(paper: bool) -> Self {
        if paper {
            Self {
                disc: 2.15,
                ring: 1.1,
                dot: 0.8,
                line: 0.35,
                arrow: 1.9,
                dash: [1.0, 0.8],
                number: (Face::SansSemibold, 2.4),
                level: (Face::Sans, 2.6),
                anchor: (Face::Sans, 2.35),
                pad: 2.0,
            }
        } else {
            Self {
                disc: 12.0,
                ring: 5.0,
                dot: 5.0,
                line: 1.75,
                arrow: 9.0,
                dash: [4.0, 3.0],
                number: (Face::UiSemibold, 12.0),
                level: (Face::UiMedium, 14.0),
                anchor: (Face::Ui, 12.5),
                pad: 12.0,
            }
        }
    }
}

/// The risk field of a register.
pub fn heatmap(register: &Register, method: &Method, options: &HeatmapOptions) -> Heatmap {
    let look = Look::of(options.paper);
    let field = Field::new(method, options.cell, options.paper).terse(options.terse);
    let mut out = PictureBuilder::new();
    field.draw(&mut out, options.legend);
    let rows: Vec<&RiskRow> = register.rows.iter().filter(|row| row.live && row.current.is_some()).collect();
    let (named, small): (Vec<&RiskRow>, Vec<&RiskRow>) = rows.iter().partition(|row| {
        !options.only_above_appetite
            || row.is_above_appetite(Rating::Current)
            || options.selected.contains(&row.threat)
    });
    let mut discs: Vec<HeatDisc> = Vec::new();
    for row in small {
        let Some(score) = row.current else { continue };
        let center = field.point(score);
        out.item(Some(row.threat.into()));
        let edge = Stroke::solid(Role::Control, look.line * 0.8);
        out.circle(center, look.dot, Some(Role::Panel.into()), Some(edge));
        discs.push(HeatDisc { threats: vec![row.threat], center, radius: look.dot });
    }
    let groups = place::place(&named, method, &field, &look, options);
    let mut marks = Marks {
        out: &mut out,
        field: &field,
        look: &look,
        method,
        options,
        crowded: named.len() > place::CROWD,
        votes: None,
    };
    for group in &groups {
        marks.movement(group);
    }
    for group in &groups {
        discs.push(marks.disc(group));
    }
    if rows.is_empty() {
        marks.nothing();
    }
    let votes = marks.votes.unwrap_or_default();
    let bounds = field.area(options.legend);
    let picture = out.finish();
    let bounds = picture.bounds.union(bounds);
    let picture = Picture { description: sentence(register, method) + &votes, bounds, ..picture };
    Heatmap { picture, discs, field: field.rect, levels: method.levels() }
}

struct Marks<'a> {
    out: &'a mut PictureBuilder,
    field: &'a Field<'a>,
    look: &'a Look,
    method: &'a Method,
    options: &'a HeatmapOptions,
    /// Too many to be drawn one by one: squares with counts, no arrows.
    crowded: bool,
    /// What the ellipse of votes says, where one is drawn.
    votes: Option<String>,
}

impl Marks<'_> {
    /// From the ring of the inherent risk to the disc, and on to the planned one.
    fn movement(&mut self, group: &place::Group<'_>) {
        let [row] = group.rows.as_slice() else { return };
        let Some(current) = row.current.filter(|_| self.options.movement && !self.crowded) else { return };
        let look = self.look;
        self.out.item(Some(row.threat.into()));
        let at = |score: Score| self.field.point(score).offset(group.shift, 0.0);
        let here = at(current);
        let moved = |score: &Score| at(*score).distance(here) > look.ring;
        let ink = if self.options.paper { Role::Text } else { Role::TextSecondary };
        if let Some(inherent) = row.inherent.filter(moved) {
            let from = at(inherent);
            self.out.line(from, here, Stroke::solid(ink, look.line));
            let edge = Stroke::solid(ink, look.line);
            self.out.circle(from, look.ring, Some(Role::Panel.into()), Some(edge));
        }
        if let Some(planned) = row.planned.filter(moved) {
            let to = at(planned);
            let length = here.distance(to).max(0.01);
            let short = ((length - look.arrow * 0.7) / length).max(0.0);
            let end = Point::new(here.x + (to.x - here.x) * short, here.y + (to.y - here.y) * short);
            self.out.line(here, end, Stroke::dashed(ink, look.line, &look.dash));
            self.out.path(arrowhead(to, here, look.arrow, look.arrow * 0.9), Some(ink.into()), None);
        }
    }

    /// A crowd as a square with its count, in the colour of its worst.
    fn square(&mut self, group: &place::Group<'_>) -> HeatDisc {
        let look = self.look;
        let threats: Vec<ThreatId> = group.rows.iter().map(|row| row.threat).collect();
        self.out.item(None);
        let bands = group.rows.iter().filter_map(|row| row.current).map(|score| self.method.band_of(score));
        let band = bands.max().unwrap_or(Band::Low);
        let half = look.disc * (1.0 + (threats.len() as f32).log10() * 0.35).min(1.9);
        let c = group.center;
        let rect = Rect::new(c.x - half, c.y - half, half * 2.0, half * 2.0);
        let chosen = threats.iter().any(|threat| self.options.selected.contains(threat));
        let hovered = self.options.hovered.is_some_and(|threat| threats.contains(&threat));
        let (fill, on) = if self.options.paper {
            (Role::Text, Role::Panel)
        } else {
            (Role::SeverityMark(band), Role::SeverityOn(band))
        };
        let edge = if chosen {
            Stroke::solid(Role::Accent, look.line * 1.6)
        } else if hovered {
            Stroke::solid(Role::Text, look.line * 1.2)
        } else {
            Stroke::solid(Role::Panel, look.line)
        };
        self.out.rect(rect, half * 0.3, Some(fill.into()), Some(edge));
        let (face, size) = look.number;
        let at = Point::new(c.x, baseline(c.y, face, size));
        self.out.aligned(at, threats.len().to_string(), face, size, on, Align::Center);
        HeatDisc { threats, center: c, radius: half }
    }

    fn disc(&mut self, group: &place::Group<'_>) -> HeatDisc {
        if self.crowded && group.rows.len() > 1 {
            return self.square(group);
        }
        let look = self.look;
        let threats: Vec<ThreatId> = group.rows.iter().map(|row| row.threat).collect();
        let single = match group.rows.as_slice() {
            [row] => Some(*row),
            _ => None,
        };
        self.out.item(single.map(|row| row.threat.into()));
        let (text, fill, on) = match single {
            Some(row) => {
                let band = row.current.map_or(Band::Low, |score| self.method.band_of(score));
                let number = row.threat.0.to_string();
                if self.options.paper {
                    (format!("{:02}", row.threat.0), Role::Text, Role::Panel)
                } else {
                    (number, Role::SeverityMark(band), Role::SeverityOn(band))
                }
            }
            None => (format!("{}×", threats.len()), Role::TextSecondary, Role::Panel),
        };
        let radius = if text.chars().count() > 2 { look.disc * 1.15 } else { look.disc };
        let center = group.center;
        let selected = threats.iter().any(|threat| self.options.selected.contains(threat));
        let hovered = self.options.hovered.is_some_and(|threat| threats.contains(&threat));
        if selected || hovered {
            // Of several chosen ones nobody could tell whose votes are shown.
            let alone = hovered || self.options.selected.len() == 1;
            if let Some(row) = single.filter(|_| alone) {
                self.spread(row, group.shift);
            }
            let role = if selected { Role::Accent } else { Role::TextSecondary };
            let ring = Stroke::solid(role, look.line * 1.2);
            self.out.circle(center, radius + look.line * 2.2, Some(Role::Panel.into()), Some(ring));
        }
        let halo = Stroke::solid(Role::Panel, look.line);
        self.out.circle(center, radius, Some(fill.into()), Some(halo));
        let (face, size) = look.number;
        let size = if text.chars().count() > 2 { size * 0.88 } else { size };
        let at = Point::new(center.x, baseline(center.y, face, size));
        self.out.aligned(at, text, face, size, on, Align::Center);
        HeatDisc { threats, center, radius }
    }

    /// How far the votes lie apart, as a thin ellipse around the inherent rating; an axis nobody voted on counts as rated.
    fn spread(&mut self, row: &RiskRow, shift: f32) {
        let Some([likelihood, impact]) = row.vote_ends() else { return };
        let at = |likelihood, impact| self.field.point(Score { likelihood, impact }).offset(shift, 0.0);
        let (low, high) = (at(likelihood.0, impact.0), at(likelihood.1, impact.1));
        self.votes = Some(format!(
            " The votes on {} reach from likelihood {:.1} to {:.1} and impact {:.1} to {:.1}.",
            row.threat, likelihood.0, likelihood.1, impact.0, impact.1
        ));
        let rect = Rect::around(low, high);
        if rect.w < 0.01 && rect.h < 0.01 {
            return;
        }
        let c = rect.center();
        let (rx, ry) = (rect.w / 2.0 + self.look.ring, rect.h / 2.0 + self.look.ring);
        let (kx, ky) = (rx * 0.5523, ry * 0.5523);
        let p = |x: f32, y: f32| c.offset(x, y);
        let path = super::Path {
            start: p(rx, 0.0),
            segments: vec![
                Segment::Curve(p(rx, ky), p(kx, ry), p(0.0, ry)),
                Segment::Curve(p(-kx, ry), p(-rx, ky), p(-rx, 0.0)),
                Segment::Curve(p(-rx, -ky), p(-kx, -ry), p(0.0, -ry)),
                Segment::Curve(p(kx, -ry), p(rx, -ky), p(rx, 0.0)),
            ],
            closed: true,
        };
        let hair = Stroke::solid(Role::TextSecondary, self.look.line * 0.6);
        self.out.path(path, None, Some(hair.clone()));
        // Where the rating lies outside of what was voted, a hairline says whose votes they are.
        if let Some(inherent) = row.inherent {
            let ring = self.field.point(inherent).offset(shift, 0.0);
            let (dx, dy) = (ring.x - c.x, ring.y - c.y);
            let out = (dx / rx).hypot(dy / ry);
            if out > 1.0 {
                self.out.line(c.offset(dx / out, dy / out), ring, hair);
            }
        }
    }

    fn nothing(&mut self) {
        self.out.item(None);
        let (face, size) = self.look.level;
        let c = self.field.rect.center();
        let words = "No threat is rated yet";
        let w = super::text::width(words, face, size) + size * 2.0;
        let plate = Rect::new(c.x - w / 2.0, c.y - size * 1.2, w, size * 2.4);
        self.out.rect(
            plate,
            size * 0.4,
            Some(Role::Panel.into()),
            Some(Stroke::solid(Role::Edge, self.look.line * 0.5)),
        );
        self.out.aligned(
            Point::new(c.x, baseline(c.y, face, size)),
            words,
            face,
            size,
            Role::Text,
            Align::Center,
        );
    }
}

/// What the field shows, for those who cannot see it.
fn sentence(register: &Register, method: &Method) -> String {
    let rows: Vec<&RiskRow> = register.rows.iter().filter(|row| row.live && row.current.is_some()).collect();
    let above: Vec<&&RiskRow> = rows.iter().filter(|row| row.is_above_appetite(Rating::Current)).collect();
    let noun = if rows.len() == 1 { "threat" } else { "threats" };
    let verb = if above.len() == 1 { "lies" } else { "lie" };
    let mut text = format!(
        "Risk field of {} {noun}. {} {verb} at or above the appetite of {:.1}",
        rows.len(),
        above.len(),
        method.appetite
    );
    let listed: Vec<String> = above
        .iter()
        .take(7)
        .filter_map(|row| {
            let now = row.current?;
            let planned =
                row.planned.map_or_else(String::new, |score| format!(", planned {:.1}", score.risk()));
            Some(format!("{} {}, now {:.1}{planned}", row.threat, method.band_of(now), now.risk()))
        })
        .collect();
    if !listed.is_empty() {
        text.push_str(": ");
        text.push_str(&listed.join("; "));
    }
    text.push('.');
    text
}

#[cfg(test)]
mod tests;
