//! The curve of a threshold: attacks detected against false alarms, for every threshold that was tried, with what is in
//! force, what is suggested, and the budget for false alarms.

use crate::simulation::scores::wilson;
use crate::simulation::sweep::{Sweep, SweepPoint};
use crate::simulation::threshold_study::{Choice, Study};
use crate::simulation::time::duration_words;
use crate::simulation::words::number;

use super::text::{baseline, width};
use super::{Align, Face, Path, Picture, PictureBuilder, Point, Rect, Role, Stroke};

/// Rates up to this take a large part of the axis; above, it is nearly logarithmic.
const BEND: f64 = 0.1;

/// Rates that may be marked on the axis, for an agent and a day.
const TICKS: [f64; 12] = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0];

const SIZE: f32 = 12.5;

/// How the curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveOptions {
    /// The whole width.
    pub width: f32,
    /// The whole height.
    pub height: f32,
    /// The duration whose curve is shown, in milliseconds.
    pub duration_ms: i64,
    /// At most so many false alarms for an agent and a day.
    pub budget: f64,
    /// The point that is read, by its number in the sweep.
    pub cursor: Option<usize>,
}

/// A curve with what can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdCurve {
    /// The drawing.
    pub picture: Picture,
    /// Where the curve is.
    pub plot: Rect,
    /// Where each point of the sweep stands, in its order.
    pub places: Vec<Point>,
}

impl ThresholdCurve {
    /// The point of the sweep nearest to a place.
    pub fn nearest(&self, place: Point) -> Option<usize> {
        let by_distance =
            |a: &(usize, &Point), b: &(usize, &Point)| a.1.distance(place).total_cmp(&b.1.distance(place));
        self.places.iter().enumerate().min_by(by_distance).map(|(index, _)| index)
    }
}

/// The share of attacks detected; none where nothing was attacked.
pub fn rate(point: &SweepPoint) -> Option<f64> {
    (point.windows > 0).then(|| point.detected as f64 / point.windows as f64)
}

/// What can be had for each number of false alarms: rising steps of rate and attacks found.
pub fn envelope(sweep: &Sweep) -> Vec<(f64, usize)> {
    let mut usable: Vec<(f64, usize)> = sweep
        .points
        .iter()
        .chain([&sweep.operating])
        .filter(|point| !sweep.is_state(point))
        .filter_map(|point| Some((point.false_alarms_per_agent_day?, point.detected)))
        .collect();
    usable.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut steps: Vec<(f64, usize)> = Vec::new();
    for (rate, detected) in usable {
        if steps.last().is_none_or(|(_, best)| detected > *best) {
            steps.push((rate, detected));
        }
    }
    steps
}

/// The curve of one duration of a study; none where that duration was not studied.
pub fn threshold_curve(
    study: &Study,
    suggested: Option<&Choice>,
    options: CurveOptions,
) -> Option<ThresholdCurve> {
    let sweep = &study.curve(options.duration_ms)?.sweep;
    let most = sweep
        .points
        .iter()
        .filter(|point| !sweep.is_state(point))
        .chain(study.in_force())
        .chain(suggested.map(|choice| &choice.whole))
        .filter_map(|point| point.false_alarms_per_agent_day)
        .fold(options.budget.min(100.0) * 1.2, f64::max);
    let most = TICKS.into_iter().find(|tick| *tick >= most.max(1.0)).unwrap_or(most);
    let left = width("100 %", Face::Ui, SIZE) + SIZE;
    let right = width("00 of 00", Face::Ui, SIZE) + SIZE;
    let plot = Rect::new(left, SIZE * 2.6, options.width - left - right, options.height - SIZE * 6.2);
    let mut draw = Draw { out: PictureBuilder::new(), study, sweep, plot, most };
    draw.axes();
    draw.budget(options.budget);
    for curve in study.curves.iter().filter(|curve| curve.duration_ms != options.duration_ms) {
        draw.steps(&curve.sweep, &Stroke::dashed(Role::Control, 1.25, &[3.0, 3.0]));
    }
    draw.band();
    draw.steps(sweep, &Stroke::solid(Role::Chart(1), 2.5));
    let places = draw.points();
    draw.marks(suggested);
    if let Some((point, at)) = options.cursor.and_then(|at| Some((sweep.points.get(at)?, places.get(at)?))) {
        draw.cursor(point, *at);
    }
    let description = sentence(study, sweep, suggested);
    let bounds = Rect::new(0.0, 0.0, options.width, options.height);
    Some(ThresholdCurve { picture: Picture { description, ..draw.out.finish_in(bounds) }, plot, places })
}

/// What the curve says, for those who cannot see it.
fn sentence(study: &Study, sweep: &Sweep, suggested: Option<&Choice>) -> String {
    let said = |point: &SweepPoint| {
        format!(
            "{} detects {} of {} with {} false alarms",
            number(point.threshold),
            point.detected,
            point.windows,
            point.false_alarms
        )
    };
    let mut parts = vec![format!(
        "Thresholds of {}: attacks detected against false alarms, {} points",
        sweep.metric,
        sweep.points.len()
    )];
    parts.extend(study.in_force().map(|point| format!("now {}", said(point))));
    parts.extend(suggested.map(|choice| format!("suggested {}", said(&choice.whole))));
    format!("{}.", parts.join("; "))
}

struct Draw<'a> {
    out: PictureBuilder,
    study: &'a Study,
    sweep: &'a Sweep,
    plot: Rect,
    most: f64,
}

impl Draw<'_> {
    fn x(&self, rate: f64) -> f32 {
        let share = (1.0 + rate / BEND).ln() / (1.0 + self.most / BEND).ln();
        self.plot.x + self.plot.w * share.clamp(0.0, 1.0) as f32
    }

    fn y(&self, share: f64) -> f32 {
        self.plot.bottom() - self.plot.h * share.clamp(0.0, 1.0) as f32
    }

    fn place(&self, point: &SweepPoint) -> Point {
        let x = point.false_alarms_per_agent_day.unwrap_or_default();
        Point::new(self.x(x), self.y(rate(point).unwrap_or_default()))
    }

    fn words(&mut self, at: Point, words: &str, face: Face, role: Role, align: Align) {
        self.out.aligned(Point::new(at.x, baseline(at.y, face, SIZE)), words, face, SIZE, role, align);
    }

    fn axes(&mut self) {
        let plot = self.plot;
        let windows = self.sweep.operating.windows;
        for percent in [0, 25, 50, 75, 100] {
            let y = self.y(f64::from(percent) / 100.0);
            let role = if percent == 0 { Role::Control } else { Role::Line };
            self.out.line(Point::new(plot.x, y), Point::new(plot.right(), y), Stroke::solid(role, 1.0));
            let at = Point::new(plot.x - SIZE * 0.6, y);
            self.words(at, &format!("{percent} %"), Face::Ui, Role::TextTertiary, Align::Right);
        }
        // Every count where they have room, otherwise every second, third …
        let step = (1..=windows.max(1))
            .find(|step| plot.h * *step as f32 / windows.max(1) as f32 >= SIZE * 1.6)
            .unwrap_or(1);
        for found in (0..=windows).step_by(step).filter(|_| windows > 0) {
            let y = self.y(found as f64 / windows as f64);
            let tick = Stroke::solid(Role::Control, 1.0);
            self.out.line(Point::new(plot.right(), y), Point::new(plot.right() + 4.0, y), tick);
            let at = Point::new(plot.right() + 8.0, y);
            self.words(at, &format!("{found} of {windows}"), Face::Ui, Role::TextTertiary, Align::Left);
        }
        let mut free = f32::NEG_INFINITY;
        let most = self.most;
        for tick in TICKS.into_iter().filter(|tick| *tick <= most) {
            let x = self.x(tick);
            let bottom = plot.bottom();
            self.out.line(
                Point::new(x, bottom),
                Point::new(x, bottom + 4.0),
                Stroke::solid(Role::Control, 1.0),
            );
            let words = number(tick);
            let half = width(&words, Face::Ui, SIZE) / 2.0;
            if x - half > free {
                let at = Point::new(x, bottom + SIZE * 1.2);
                self.words(at, &words, Face::Ui, Role::TextTertiary, Align::Center);
                free = x + half + SIZE;
            }
        }
        let at = Point::new(plot.center().x, plot.bottom() + SIZE * 2.8);
        let axis = "False alarms per agent-day, few of them spread out";
        self.words(at, axis, Face::Ui, Role::TextTertiary, Align::Center);
        let at = Point::new(plot.x, plot.y - SIZE * 1.5);
        self.words(at, "Attacks detected", Face::Ui, Role::TextTertiary, Align::Left);
        let at = Point::new(self.plot.right(), plot.y - SIZE * 1.5);
        let line = "Line: the most that can be had. Band: its 95 % interval. Dots: thresholds tried.";
        let rings = format!("{line} Rings: on too much to be an alarm");
        let room = self.plot.w - width("Attacks detected", Face::Ui, SIZE) - SIZE * 2.0;
        let short = "Line: the most to be had. Dots: tried. Rings: on too much";
        let told = [rings.as_str(), short, "Dots: tried. Rings: on too much", line]
            .into_iter()
            .find(|words| width(words, Face::Ui, SIZE) < room);
        self.words(at, told.unwrap_or_default(), Face::Ui, Role::TextTertiary, Align::Right);
    }

    fn budget(&mut self, budget: f64) {
        let plot = self.plot;
        let x = self.x(budget);
        let over = Rect::new(x, plot.y, (plot.right() - x).max(0.0), plot.h);
        self.out.rect(over, 0.0, Some(Role::Hover.at(0.55)), None);
        let dashes = Stroke::dashed(Role::TextSecondary, 1.5, &[6.0, 4.0]);
        self.out.line(Point::new(x, plot.y), Point::new(x, plot.bottom()), dashes);
        let words = format!("budget {}", number(budget));
        self.words(
            Point::new(x + 6.0, plot.bottom() - 10.0),
            &words,
            Face::UiSemibold,
            Role::TextSecondary,
            Align::Left,
        );
    }

    /// Corners of the steps of a curve, to the right edge.
    fn steps(&mut self, sweep: &Sweep, stroke: &Stroke) {
        let windows = sweep.operating.windows;
        let mut points: Vec<Point> = Vec::new();
        for (rate, found) in envelope(sweep).into_iter().filter(|_| windows > 0) {
            let (x, y) = (self.x(rate), self.y(found as f64 / windows as f64));
            if let Some(last) = points.last() {
                points.push(Point::new(x, last.y));
            }
            points.push(Point::new(x, y));
        }
        if let Some(last) = points.last().copied() {
            points.push(Point::new(self.plot.right(), last.y));
            self.out.path(Path::polyline(&points), None, Some(stroke.clone()));
        }
    }

    /// The interval of what can be had, a box for each step.
    fn band(&mut self) {
        let steps = envelope(self.sweep);
        let windows = self.sweep.operating.windows as u64;
        let ends = steps.iter().skip(1).map(|(rate, _)| self.x(*rate)).chain([self.plot.right()]);
        let ends: Vec<f32> = ends.collect();
        for ((rate, found), end) in steps.into_iter().zip(ends) {
            let Some((low, high)) = wilson(found as u64, windows) else { continue };
            let (x, top) = (self.x(rate), self.y(high));
            let area = Rect::new(x, top, (end - x).max(0.0), self.y(low) - top);
            self.out.rect(area, 0.0, Some(Role::Chart(1).at(0.13)), None);
        }
    }

    /// Every threshold: a dot; one that is no alarm but a state: a ring.
    fn points(&mut self) -> Vec<Point> {
        let sweep = self.sweep;
        let mut places = Vec::with_capacity(sweep.points.len());
        let mut painted: Vec<(i32, i32, bool)> = Vec::new();
        for point in &sweep.points {
            let at = self.place(point);
            places.push(at);
            // Hundreds in one place look like one, but cost hundreds.
            let key = (at.x.round() as i32, at.y.round() as i32, sweep.is_state(point));
            let beyond = point.false_alarms_per_agent_day.is_some_and(|rate| rate > self.most);
            if beyond || painted.last() == Some(&key) {
                continue;
            }
            painted.push(key);
            if key.2 {
                let ring = Stroke::solid(Role::TextTertiary, 1.25);
                self.out.circle(at, 3.5, None, Some(ring));
            } else {
                self.out.circle(at, 3.5, Some(Role::Chart(1).into()), None);
            }
        }
        places
    }

    /// What is in force, and what is suggested: by shape and by word.
    fn marks(&mut self, suggested: Option<&Choice>) {
        let held = |time: i64| {
            if time == 0 { String::new() } else { format!(" for {}", duration_words(time)) }
        };
        let mut taken: Option<Rect> = None;
        if let Some(point) = self.study.in_force() {
            let at = self.place(point);
            self.out.circle(at, 7.5, Some(Role::Panel.into()), Some(Stroke::solid(Role::Text, 2.25)));
            self.out.circle(at, 3.0, Some(Role::Text.into()), None);
            let words = format!("now {}{}", number(point.threshold), held(self.study.duration_ms));
            taken = Some(self.plate(at, &words, Role::Text, None));
        }
        if let Some(choice) = suggested {
            let at = self.place(&choice.whole);
            let r = 8.0;
            let corners = [at.offset(0.0, -r), at.offset(r, 0.0), at.offset(0.0, r), at.offset(-r, 0.0)];
            self.out.path(
                Path::polygon(&corners),
                Some(Role::Accent.into()),
                Some(Stroke::solid(Role::Panel, 1.5)),
            );
            let words = format!("suggested {}{}", number(choice.whole.threshold), held(choice.duration_ms));
            self.plate(at, &words, Role::Accent, taken);
        }
    }

    /// A name beside a mark, where it hides no other name.
    fn plate(&mut self, at: Point, words: &str, role: Role, taken: Option<Rect>) -> Rect {
        let w = width(words, Face::UiSemibold, SIZE) + 10.0;
        let x = if at.x + 12.0 + w <= self.plot.right() { at.x + 12.0 } else { at.x - 12.0 - w };
        let beside = |dy: f32| Rect::new(x, at.y + dy - 9.0, w, 18.0);
        let fits = |plate: &Rect| {
            plate.y >= self.plot.y - 4.0
                && plate.bottom() <= self.plot.bottom() - 2.0
                && taken.is_none_or(|taken| !taken.overlaps(*plate))
        };
        let places = [-15.0, 15.0, -34.0, 34.0].map(beside);
        let plate = places.into_iter().find(fits).unwrap_or_else(|| beside(0.0));
        self.out.rect(plate, 4.0, Some(Role::Panel.at(0.88)), None);
        let middle = Point::new(plate.x + 5.0, plate.center().y);
        self.words(middle, words, Face::UiSemibold, role, Align::Left);
        plate
    }

    fn cursor(&mut self, point: &SweepPoint, at: Point) {
        let line = Stroke::solid(Role::Accent, 1.0);
        self.out.line(Point::new(at.x, self.plot.y), Point::new(at.x, self.plot.bottom()), line.clone());
        if let Some((low, high)) = wilson(point.detected as u64, point.windows as u64) {
            let (top, bottom) = (self.y(high), self.y(low));
            let thick = Stroke::solid(Role::Accent, 2.0);
            for y in [top, bottom] {
                self.out.line(at_y(at.x - 5.0, y), at_y(at.x + 5.0, y), thick.clone());
            }
            self.out.line(at_y(at.x, top), at_y(at.x, bottom), thick);
        }
        self.out.line(at_y(self.plot.x, at.y), at_y(at.x, at.y), line);
        self.out.circle(at, 5.5, Some(Role::Accent.into()), Some(Stroke::solid(Role::Panel, 1.5)));
    }
}

fn at_y(x: f32, y: f32) -> Point {
    Point::new(x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operator;
    use crate::simulation::scores::PointScore;
    use crate::simulation::threshold_study::DurationCurve;

    fn point(threshold: f64, detected: usize, false_alarms: usize, quiet: u64) -> SweepPoint {
        SweepPoint {
            threshold,
            detected,
            windows: 6,
            false_alarms,
            false_alarms_per_agent_day: Some(false_alarms as f64 / 3.0),
            point: PointScore { tp: 10, fp: quiet, tn: 1000 - quiet, fn_: 10 },
        }
    }

    fn study() -> Study {
        let points = vec![
            point(96.0, 0, 0, 0),
            point(90.0, 1, 0, 0),
            point(85.0, 2, 0, 1),
            point(80.0, 2, 1, 3),
            point(60.0, 4, 9, 20),
            point(10.0, 6, 0, 990),
        ];
        let sweep = Sweep {
            condition: "r0c0".into(),
            metric: "cpu_usage".into(),
            operator: Operator::Less,
            current: 80.0,
            exact: false,
            operating: points[3],
            points,
            area: None,
        };
        let choice = Choice {
            duration_ms: 0,
            chosen: point(85.0, 2, 0, 1),
            tested: point(85.0, 0, 0, 0),
            whole: point(85.0, 2, 0, 1),
        };
        let curve = DurationCurve { duration_ms: 0, tried: 6, sweep, choices: vec![choice] };
        Study {
            split_ms: 0,
            duration_ms: 0,
            curves: vec![curve],
            in_force_first: point(80.0, 1, 0, 0),
            in_force_rest: point(80.0, 1, 1, 0),
            phases: Vec::new(),
        }
    }

    #[test]
    fn the_line_is_what_can_be_had_and_an_alarm_that_never_rests_is_none() {
        let study = study();
        assert_eq!(envelope(&study.curves[0].sweep), [(0.0, 2), (3.0, 4)]);
    }

    #[test]
    fn points_stand_where_their_figures_are_and_marks_are_named() {
        let study = study();
        let suggested = study.suggest(0.1);
        let options =
            CurveOptions { width: 900.0, height: 400.0, duration_ms: 0, budget: 0.1, cursor: Some(2) };
        let curve = threshold_curve(&study, suggested, options).unwrap();
        assert_eq!(curve.places.len(), 6);
        let places = &curve.places;
        assert_eq!(places[0], Point::new(curve.plot.x, curve.plot.bottom()));
        assert!((places[5].y - curve.plot.y).abs() < 0.01);
        assert!(places[4].x > places[3].x && places[3].x > places[2].x);
        for (index, place) in places.iter().enumerate() {
            assert_eq!(curve.nearest(place.offset(0.5, -0.5)), Some(index));
        }
        let words = curve.picture.words();
        for wanted in ["now 80", "suggested 85", "budget 0.1", "2 of 6", "100 %", "Attacks detected"] {
            assert!(words.contains(&wanted), "{wanted} is not among {words:?}");
        }
        for mark in &curve.picture.marks {
            assert!(mark.bounds.x >= -1.0 && mark.bounds.right() <= 901.0, "{mark:?}");
        }
        assert!(curve.picture.description.contains("now 80 detects 2 of 6"));
        let other = CurveOptions { duration_ms: 60_000, ..options };
        assert!(threshold_curve(&study, None, other).is_none());
    }
}
