//! Two runs on one time axis: for every agent and metric with a difference, when it fires before and after. What is new,
//! lost or moved is told by its sign and its word; what is the same stands pale.

use std::collections::BTreeMap;

use crate::model::Band;
use crate::simulation::Label;
use crate::simulation::compare::{Comparison, Difference, firing_of};
use crate::simulation::grid::Interval;
use crate::simulation::run::Run;

use super::text::{baseline, fit, width};
use super::timeline::TimeAxis;
use super::{Align, Face, Paint, Picture, PictureBuilder, Point, Rect, Role, Stroke};

const NAMES: f32 = 186.0;
const SIDE: f32 = 58.0;
const AXIS: f32 = 24.0;
const HEAD: f32 = 28.0;
/// A further row of flags, and no more rows than this.
const ROW: f32 = 22.0;
const MOST_ROWS: usize = 4;
const STRIP: f32 = 20.0;
const GAP: f32 = 10.0;
const SIZE: f32 = 12.5;
/// Requests within a stretch of this width are one mark.
const BIN: f32 = 14.0;

/// How the picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComparisonOptions {
    /// How wide it is.
    pub width: f32,
    /// The stretch of time; none is all of it.
    pub range: Option<(i64, i64)>,
    /// The difference that is read.
    pub chosen: Option<Difference>,
    /// Lanes, at most.
    pub most_lanes: usize,
}

/// A picture with what can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonChart {
    /// The drawing.
    pub picture: Picture,
    /// The time axis that all lanes share.
    pub axis: TimeAxis,
    /// Every difference that is in sight, where it stands.
    pub places: Vec<(Difference, Rect)>,
    /// Lanes that found no room.
    pub left_out: usize,
}

impl ComparisonChart {
    /// The difference at a place.
    pub fn at(&self, point: Point) -> Option<Difference> {
        self.places.iter().rev().find(|(_, rect)| rect.grown(2.0).contains(point)).map(|(one, _)| *one)
    }
}

/// What a lane is about. Metrics come first, requests last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Metric(String),
    Requests,
}

/// Lanes with a difference, by agent.
fn lanes(comparison: &Comparison) -> Vec<(String, Subject, Vec<Difference>)> {
    let mut lanes: BTreeMap<(String, Subject), Vec<Difference>> = BTreeMap::new();
    for one in comparison.all() {
        let firing = match one {
            Difference::New(number) => comparison.new.get(number),
            Difference::Lost(number) => comparison.lost.get(number),
            Difference::Moved(number) => comparison.moved.get(number).map(|moved| &moved.firing),
            Difference::Decision(_) => None,
        };
        let subject = firing.map_or(Subject::Requests, |firing| Subject::Metric(firing.metric.clone()));
        let agent = comparison.agent(one).unwrap_or_default().to_owned();
        lanes.entry((agent, subject)).or_default().push(one);
    }
    lanes.into_iter().map(|((agent, subject), found)| (agent, subject, found)).collect()
}

/// Draws what is otherwise in the second run.
pub fn comparison_chart(
    before: &Run,
    after: &Run,
    comparison: &Comparison,
    options: &ComparisonOptions,
) -> ComparisonChart {
    let range = options.range.unwrap_or((
        before.grid.start_ms.min(after.grid.start_ms),
        before.grid.end_ms.max(after.grid.end_ms),
    ));
    let axis = TimeAxis::across(range, NAMES + SIDE, options.width);
    let mut all = lanes(comparison);
    let left_out = all.len().saturating_sub(options.most_lanes);
    all.truncate(options.most_lanes);
    let mut draw = Draw {
        out: PictureBuilder::new(),
        runs: [before, after],
        firing: [firing_of(before), firing_of(after)],
        comparison,
        axis,
        chosen: options.chosen,
        places: Vec::new(),
        edges: Vec::new(),
    };
    let lane_height = 2.0 * STRIP + 2.0;
    let heads = all.chunk_by(|a, b| a.0 == b.0).filter_map(|of_agent| of_agent.first());
    let heads: f32 = heads.map(|(agent, ..)| head_height(&draw.flags(agent))).sum();
    let bottom = AXIS + heads + all.len() as f32 * (lane_height + GAP);
    draw.ground(bottom);
    let mut y = AXIS;
    for of_agent in all.chunk_by(|a, b| a.0 == b.0) {
        let Some((agent, ..)) = of_agent.first() else { continue };
        let flags = draw.flags(agent);
        let head = head_height(&flags);
        let height = head + of_agent.len() as f32 * (lane_height + GAP);
        for number in 0..of_agent.len() {
            let top = y + head + number as f32 * (lane_height + GAP);
            draw.strips(Rect::new(axis.left, top, axis.right - axis.left, lane_height));
        }
        draw.agent(agent, &flags, Rect::new(axis.left, y, axis.right - axis.left, height - GAP));
        y += head;
        for (_, subject, found) in of_agent {
            let lane = Rect::new(axis.left, y, axis.right - axis.left, lane_height);
            draw.lane(agent, subject, found, lane);
            y += lane_height + GAP;
        }
    }
    let places = std::mem::take(&mut draw.places);
    let bounds = Rect::new(0.0, 0.0, options.width, bottom);
    let description = format!("Before and after on one time axis. {}", comparison.totals());
    ComparisonChart { picture: Picture { description, ..draw.out.finish_in(bounds) }, axis, places, left_out }
}

struct Draw<'a> {
    out: PictureBuilder,
    runs: [&'a Run; 2],
    firing: [BTreeMap<(String, String), Vec<Interval>>; 2],
    comparison: &'a Comparison,
    axis: TimeAxis,
    chosen: Option<Difference>,
    places: Vec<(Difference, Rect)>,
    /// Where the attacks on the agent that is drawn begin and end.
    edges: Vec<f32>,
}

/// A labelled attack's name over the lanes.
struct Flag {
    x: f32,
    wide: f32,
    row: usize,
    said: String,
}

/// How much room the name of an agent and the flags of its attacks take.
fn head_height(flags: &[Flag]) -> f32 {
    HEAD + flags.iter().map(|flag| flag.row).max().unwrap_or(0) as f32 * ROW
}

impl Draw<'_> {
    fn words(&mut self, x: f32, middle: f32, words: &str, face: Face, role: Role, align: Align) {
        if words.is_empty() {
            return;
        }
        let at = Point::new(x, baseline(middle, face, SIZE));
        self.out.aligned(at, words, face, SIZE, role, align);
    }

    fn ground(&mut self, bottom: f32) {
        for (t, words) in self.axis.ticks() {
            let x = self.axis.x(t);
            self.out.line(Point::new(x, AXIS - 4.0), Point::new(x, bottom), Stroke::solid(Role::Line, 1.0));
            let align = self.axis.align(x);
            self.words(x, 9.0, &words, Face::Ui, Role::TextTertiary, align);
        }
        self.words(0.0, 9.0, "Times in UTC", Face::Ui, Role::TextTertiary, Align::Left);
    }

    /// The labelled attacks on an agent, in the order in which they begin.
    fn attacks(&self, agent: &str) -> Vec<&Label> {
        let scores = self.runs.iter().find_map(|run| run.scores.as_ref());
        let windows = scores.into_iter().flat_map(|scores| &scores.event.windows);
        let shown = windows
            .map(|window| &window.label)
            .filter(|label| label.is_about(agent) && self.axis.shows(label.start_ms, label.end_ms));
        let mut shown: Vec<&Label> = shown.collect();
        shown.sort_by_key(|label| label.start_ms);
        shown
    }

    /// What the flags of an agent's attacks say and where, each in the first row that has room for it. A flag begins before
    /// its attack where it would be cut otherwise.
    fn flags(&self, agent: &str) -> Vec<Flag> {
        let mut free: Vec<f32> = Vec::new();
        let mut flags = Vec::new();
        for label in self.attacks(agent) {
            let threat = label.threat.replace('_', " ");
            let said = if threat.is_empty() { "Attack".to_owned() } else { format!("Attack: {threat}") };
            let said = fit(&said, Face::UiSemibold, SIZE, self.axis.right - self.axis.left - 12.0);
            let wide = width(&said, Face::UiSemibold, SIZE) + 12.0;
            let x = self.axis.x(label.start_ms).min(self.axis.right - wide).max(self.axis.left);
            let row = free.iter().position(|free| x >= *free).unwrap_or(free.len());
            match free.get_mut(row) {
                Some(free) => *free = x + wide + 3.0,
                None => free.push(x + wide + 3.0),
            }
            if row < MOST_ROWS {
                flags.push(Flag { x, wide, row, said });
            }
        }
        flags
    }

    /// The name of an agent, and the labelled attacks on it, which run through its lanes.
    fn agent(&mut self, agent: &str, flags: &[Flag], area: Rect) {
        let name = fit(agent, Face::UiSemibold, SIZE, NAMES + SIDE - 8.0);
        self.words(0.0, area.y + HEAD / 2.0, &name, Face::UiSemibold, Role::Text, Align::Left);
        let spans = self.attacks(agent).into_iter();
        let spans: Vec<(f32, f32)> =
            spans.map(|label| (self.axis.x(label.start_ms), self.axis.x(label.end_ms))).collect();
        self.edges.clear();
        for (x0, x1) in spans {
            let band = Rect::new(x0, area.y + 2.0, (x1 - x0).max(2.0), area.h - 2.0);
            self.out.rect(band, 0.0, Some(Role::Chart(2).at(0.16)), None);
            for x in [band.x, band.right()] {
                let edge = Stroke::solid(Role::Chart(2), 1.25);
                self.out.line(Point::new(x, band.y), Point::new(x, band.bottom()), edge);
                self.edges.push(x);
            }
        }
        // After all bands, so that no edge runs through a flag.
        for flag in flags {
            let rect = Rect::new(flag.x, area.y + 2.0 + flag.row as f32 * ROW, flag.wide, 20.0);
            self.out.rect(rect, 0.0, Some(Role::Chart(2).into()), None);
            self.words(
                flag.x + 6.0,
                rect.center().y,
                &flag.said,
                Face::UiSemibold,
                Role::Canvas,
                Align::Left,
            );
        }
    }

    /// The ground of both strips of a lane.
    fn strips(&mut self, lane: Rect) {
        for y in [lane.y, lane.y + STRIP + 2.0] {
            self.out.rect(Rect { y, h: STRIP, ..lane }, 2.0, Some(Role::Raised.at(0.75)), None);
        }
    }

    fn lane(&mut self, agent: &str, subject: &Subject, found: &[Difference], lane: Rect) {
        let (name, under) = match subject {
            Subject::Metric(metric) => (metric.as_str(), String::new()),
            Subject::Requests => ("Requests", self.counted(found)),
        };
        let name = fit(name, Face::Ui, SIZE, NAMES - 14.0);
        self.words(10.0, lane.y + STRIP / 2.0, &name, Face::Ui, Role::TextSecondary, Align::Left);
        let under = fit(&under, Face::Ui, SIZE, NAMES - 14.0);
        self.words(10.0, lane.y + STRIP * 1.5, &under, Face::Ui, Role::TextTertiary, Align::Left);
        let strips = [Rect { h: STRIP, ..lane }, Rect { y: lane.y + STRIP + 2.0, h: STRIP, ..lane }];
        for (strip, side) in strips.iter().zip(["Before", "After"]) {
            self.words(lane.x - 8.0, strip.center().y, side, Face::Ui, Role::TextTertiary, Align::Right);
        }
        match subject {
            Subject::Metric(metric) => {
                let key = (agent.to_owned(), metric.clone());
                for (side, strip) in strips.iter().enumerate() {
                    let intervals = self.firing.get(side).and_then(|all| all.get(&key)).cloned();
                    self.strip(side, &intervals.unwrap_or_default(), found, *strip);
                }
            }
            Subject::Requests => {
                for (side, strip) in strips.iter().enumerate() {
                    self.requests(side == 1, found, *strip);
                }
            }
        }
    }

    /// "8 denied, 2 allowed now".
    fn counted(&self, found: &[Difference]) -> String {
        let denied = found.iter().filter(|one| match one {
            Difference::Decision(number) => {
                self.comparison.decisions.get(*number).is_some_and(|decision| decision.denied_now)
            }
            _ => false,
        });
        let denied = denied.count();
        let parts = [(denied, "denied"), (found.len() - denied, "allowed")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        format!("{} now", parts.join(", "))
    }

    /// Which difference an alarm of a side is part of.
    fn difference(&self, side: usize, interval: &Interval, found: &[Difference]) -> Option<Difference> {
        let found = found.iter().copied();
        found.into_iter().find(|one| match *one {
            Difference::New(number) => {
                side == 1 && self.comparison.new.get(number).is_some_and(|new| new.interval == *interval)
            }
            Difference::Lost(number) => {
                side == 0 && self.comparison.lost.get(number).is_some_and(|lost| lost.interval == *interval)
            }
            Difference::Moved(number) => self.comparison.moved.get(number).is_some_and(|moved| {
                if side == 1 {
                    moved.firing.interval == *interval
                } else {
                    interval.from_ms >= moved.was.from_ms && interval.to_ms <= moved.was.to_ms
                }
            }),
            Difference::Decision(_) => false,
        })
    }

    /// When one side fires: new filled, lost hollow, moved with a thick edge, the same pale.
    fn strip(&mut self, side: usize, intervals: &[Interval], found: &[Difference], strip: Rect) {
        let mark = Role::SeverityMark(Band::High);
        let shown: Vec<&Interval> =
            intervals.iter().filter(|one| self.axis.shows(one.from_ms, one.to_ms)).collect();
        // Where the bar before, or its word, ends.
        let mut free = strip.x;
        for (index, interval) in shown.iter().enumerate() {
            let (x0, x1) = (self.axis.x(interval.from_ms), self.axis.x(interval.to_ms));
            let bar = Rect::new(x0, strip.y + 2.0, (x1 - x0).max(5.0), strip.h - 4.0);
            let difference = self.difference(side, interval, found);
            let soft: Paint = Role::SeveritySoft(Band::High).into();
            let (fill, edge, said, ink, on): (Paint, Option<Stroke>, &str, Role, Role) = match difference {
                Some(Difference::New(_)) => {
                    (mark.into(), None, "+ new", Role::SeverityText(Band::High), Role::SeverityOn(Band::High))
                }
                Some(Difference::Lost(_)) => {
                    let text = Role::Text;
                    let dashes = Stroke::dashed(mark, 1.75, &[4.0, 3.0]);
                    (Role::Panel.into(), Some(dashes), "− lost", text, text)
                }
                Some(_) => {
                    let text = Role::SeverityText(Band::High);
                    (
                        soft,
                        Some(Stroke::solid(mark, 1.75)),
                        if side == 1 { "↔ moved" } else { "" },
                        text,
                        text,
                    )
                }
                None => (soft, None, "", Role::TextTertiary, Role::TextTertiary),
            };
            self.out.rect(bar.grown(-0.5), 2.0, Some(fill), edge);
            let next = shown.get(index + 1).map_or(strip.right(), |next| self.axis.x(next.from_ms));
            free = self.label(bar, (free, next), said, ink, on).max(bar.right());
            if let Some(one) = difference {
                self.place(one, bar);
            }
        }
    }

    /// A word in a bar, or beside it where there is room; gives back where it ends.
    fn label(&mut self, bar: Rect, (last, next): (f32, f32), said: &str, ink: Role, on: Role) -> f32 {
        if said.is_empty() {
            return bar.right();
        }
        let w = width(said, Face::UiSemibold, SIZE);
        let middle = bar.center().y;
        if bar.w > w + 10.0 {
            self.words(bar.x + 5.0, middle, said, Face::UiSemibold, on, Align::Left);
            return bar.right();
        }
        let crossed = |from: f32| self.edges.iter().any(|x| *x > from && *x < from + w);
        let (right, left) = (bar.right() + 5.0, bar.x - 5.0 - w);
        let fits = (right + w + 3.0 < next, left - 3.0 > last);
        let goes_right = match fits {
            (true, true) => !crossed(right) || crossed(left),
            (true, false) => true,
            (false, true) => false,
            (false, false) => return bar.right(),
        };
        let x = if goes_right { right } else { left };
        if crossed(x) {
            // The edge of an attack runs behind the word, not through it.
            let back = Rect::new(x - 2.0, bar.y, w + 4.0, bar.h);
            self.out.rect(back, 2.0, Some(Role::Raised.into()), None);
        }
        self.words(x, middle, said, Face::UiSemibold, ink, Align::Left);
        if goes_right { x + w } else { bar.right() }
    }

    /// Requests that are denied now and were not, or the other way round: a crossed disc for each stretch with any.
    fn requests(&mut self, now: bool, found: &[Difference], strip: Rect) {
        let mut bins: BTreeMap<i32, Vec<Difference>> = BTreeMap::new();
        for one in found {
            let Difference::Decision(number) = *one else { continue };
            let Some(decision) = self.comparison.decisions.get(number) else { continue };
            if decision.denied_now == now && self.axis.shows(decision.t_ms, decision.t_ms) {
                let bin = ((self.axis.x(decision.t_ms) - strip.x) / BIN).floor() as i32;
                bins.entry(bin).or_default().push(*one);
            }
        }
        for (bin, inside) in bins {
            let x = (strip.x + (bin as f32 + 0.5) * BIN).min(strip.right() - BIN / 2.0);
            let center = Point::new(x, strip.center().y);
            self.crossed(center, now);
            let area = Rect::new(center.x - BIN / 2.0, strip.y + 1.0, BIN, strip.h - 2.0);
            let chosen = inside.iter().copied().find(|one| Some(*one) == self.chosen);
            if let Some(one) = chosen.or_else(|| inside.first().copied()) {
                self.place(one, area);
            }
        }
    }

    /// The sign of a denial: filled where it is denied now, hollow where it no longer is.
    fn crossed(&mut self, center: Point, now: bool) {
        let stroke = Stroke::solid(Role::SeverityMark(Band::Critical), 1.5);
        let fill = if now { Role::SeveritySoft(Band::Critical) } else { Role::Panel };
        self.out.circle(center, 6.0, Some(fill.into()), Some(stroke.clone()));
        let d = 2.6;
        self.out.line(center.offset(-d, -d), center.offset(d, d), stroke.clone());
        self.out.line(center.offset(-d, d), center.offset(d, -d), stroke);
    }

    fn place(&mut self, one: Difference, rect: Rect) {
        if self.chosen == Some(one) {
            self.out.rect(rect.grown(2.5), 4.0, None, Some(Stroke::solid(Role::Accent, 2.0)));
        }
        self.places.push((one, rect));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::compare::{ChangedDecision, Firing, Moved};
    use crate::simulation::run::{ConditionRun, SeriesRun};
    use crate::simulation::{Grid, Quiet, RunInput, Trace};

    fn interval(from_ms: i64, to_ms: i64) -> Interval {
        Interval { from_ms, to_ms, open: false }
    }

    /// A run of nothing, in which a metric then fires for an agent.
    fn run(firing: &[(&str, Vec<Interval>)]) -> Run {
        let project = crate::model::Project::new("Empty");
        let trace = Trace::default();
        let mut run =
            crate::simulation::run::run(&project, &RunInput::new(&project, &trace), &Quiet).unwrap();
        run.grid = Grid { start_ms: 0, end_ms: 1_000_000, ..run.grid };
        let series = |(agent, firing): &(&str, Vec<Interval>)| SeriesRun {
            agent: (*agent).to_owned(),
            labels: BTreeMap::new(),
            pending: Vec::new(),
            firing: firing.clone(),
            chart: Vec::new(),
        };
        run.conditions = vec![ConditionRun {
            id: "r0c0".into(),
            policy: crate::model::PolicyId(1),
            policy_name: String::new(),
            rule: crate::model::RuleId(1),
            rule_name: String::new(),
            index: 0,
            metric: "cpu_usage".into(),
            operator: crate::model::Operator::Less,
            value: 80.0,
            duration_ms: 0,
            reading: crate::model::Reading::For,
            kind: crate::model::MetricKind::Gauge,
            kind_assumed: false,
            effective_hold_ms: 0,
            keep_firing_for_ms: 0,
            requirement: String::new(),
            violation: String::new(),
            series: firing.iter().map(series).collect(),
        }];
        run
    }

    #[test]
    fn every_difference_has_a_place_a_sign_and_a_word() {
        let before = run(&[("a1", vec![interval(0, 100_000), interval(300_000, 400_000)])]);
        let after = run(&[
            ("a1", vec![interval(320_000, 500_000), interval(700_000, 800_000)]),
            ("a2", vec![interval(100_000, 300_000)]),
        ]);
        let mut comparison = Comparison::of(&before, &after);
        assert_eq!((comparison.new.len(), comparison.lost.len(), comparison.moved.len()), (2, 1, 1));
        let decision = |t_ms: i64, denied_now: bool| ChangedDecision {
            t_ms,
            agent: "a1".into(),
            request: "read customer_data".into(),
            denied_now,
            by: String::new(),
        };
        comparison.decisions =
            vec![decision(500_000, true), decision(500_100, true), decision(900_000, false)];
        let options = ComparisonOptions {
            width: 1200.0,
            range: None,
            chosen: Some(Difference::New(0)),
            most_lanes: 24,
        };
        let chart = comparison_chart(&before, &after, &comparison, &options);
        let mut placed: Vec<Difference> = chart.places.iter().map(|(one, _)| *one).collect();
        placed.sort_unstable();
        placed.dedup();
        // Two denials in one place are one mark.
        assert_eq!(placed.len(), comparison.all().len() - 1, "{placed:?}");
        for (one, rect) in &chart.places {
            assert_eq!(chart.at(rect.center()), Some(*one));
        }
        let words = chart.picture.words();
        for wanted in [
            "+ new",
            "− lost",
            "↔ moved",
            "2 denied, 1 allowed now",
            "a1",
            "a2",
            "Before",
            "After",
            "Requests",
        ] {
            assert!(words.contains(&wanted), "{wanted} is not among {words:?}");
        }
        let few = ComparisonOptions { most_lanes: 1, ..options };
        assert_eq!(comparison_chart(&before, &after, &comparison, &few).left_out, 2);
        let later = ComparisonOptions { range: Some((600_000, 1_000_000)), ..options };
        let chart = comparison_chart(&before, &after, &comparison, &later);
        assert!(chart.places.len() < 4, "{:?}", chart.places);
    }

    #[test]
    fn moved_and_its_former_time_are_one_difference() {
        let before = run(&[("a1", vec![interval(0, 100_000)])]);
        let after = run(&[("a1", vec![interval(50_000, 150_000)])]);
        let comparison = Comparison::of(&before, &after);
        let firing = Firing {
            agent: "a1".into(),
            metric: "cpu_usage".into(),
            interval: interval(50_000, 150_000),
            in_attack: None,
        };
        assert_eq!(comparison.moved, [Moved { firing, was: interval(0, 100_000) }]);
        let options = ComparisonOptions { width: 900.0, range: None, chosen: None, most_lanes: 9 };
        let chart = comparison_chart(&before, &after, &comparison, &options);
        let places: Vec<Difference> = chart.places.iter().map(|(one, _)| *one).collect();
        assert_eq!(places, [Difference::Moved(0), Difference::Moved(0)], "one above, one below");
    }
}
