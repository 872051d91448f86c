//! The lanes of a timeline.

use crate::model::Band;
use crate::picture::text::{baseline, fit, width, wrap_lines};
use crate::picture::{Align, Face, Paint, Path, Picture, PictureBuilder, Point, Rect, Role, Stroke};
use crate::simulation::grid::Interval;
use crate::simulation::run::{ConditionRun, Run, SeriesRun};
use crate::simulation::words::long_duration;

use super::axis::{TimeAxis, ValueAxis, figure};
use super::deeds::{DECISIONS, OUTCOME, RESPONSE_ROW, response_rows};
use super::{Bound, Deed, Lane, LaneKind, Timeline, TimelineOptions, sentence, windows_of};

pub(super) const NAMES: f32 = 148.0;
const NUMBERS: f32 = 46.0;
pub(super) const AXIS: f32 = 26.0;
const FLAG: f32 = 24.0;
const MOST_FLAG_ROWS: usize = 3;
const STRIP: f32 = 20.0;
const GAP: f32 = 16.0;
const ATTACK: Role = Role::Chart(2);

/// What the lanes are drawn with.
pub(super) struct Drawing<'a> {
    pub(super) out: PictureBuilder,
    pub(super) run: &'a Run,
    pub(super) agent: &'a str,
    pub(super) axis: TimeAxis,
    pub(super) paper: bool,
    pub(super) plain: Face,
    pub(super) strong: Face,
    windows: Vec<(usize, i64, i64)>,
    pub(super) deeds: Vec<Deed>,
    bounds: Vec<Bound>,
}

pub(super) fn draw(run: &Run, agent: &str, options: &TimelineOptions) -> Timeline {
    let range = options.range.unwrap_or((run.grid.start_ms, run.grid.end_ms));
    let axis = TimeAxis::across(range, NAMES + NUMBERS, options.width);
    let all = windows_of(run, agent);
    let windows: Vec<(usize, i64, i64)> = all
        .iter()
        .map(|(number, window)| (*number, window.label.start_ms, window.label.end_ms))
        .filter(|(_, start, end)| axis.shows(*start, *end))
        .collect();
    let mut drawing = Drawing::new(run, agent, axis, options.paper);
    let shown = conditions_of(run, agent, options.most_metrics);
    let rows = response_rows(run, agent, axis);
    let has_decisions = run.decisions.iter().any(|record| record.agent == agent);
    let mut lanes: Vec<Lane> = Vec::new();
    let flags = flag_rows(run, &windows, axis, drawing.strong);
    let rows_of_flags = flags.iter().map(|flag| flag.row + 1).max().unwrap_or(1);
    let mut y = AXIS + rows_of_flags as f32 * FLAG + 2.0;
    let mut put = |kind: LaneKind, h: f32| {
        lanes.push(Lane { kind, rect: Rect::new(axis.left, y, axis.right - axis.left, h) });
        y += h + GAP;
    };
    for (condition, series) in &shown {
        put(LaneKind::Condition { condition: *condition, series: *series }, options.plot_height + STRIP);
    }
    if has_decisions {
        put(LaneKind::Decisions, DECISIONS);
    }
    if !rows.is_empty() {
        put(LaneKind::Responses, (rows.len() as f32 * RESPONSE_ROW).max(OUTCOME));
    }
    if run.scores.is_some() {
        put(LaneKind::Outcome, OUTCOME);
    }
    let bottom = lanes.last().map_or(y, |lane| lane.rect.bottom());
    drawing.windows = windows;
    drawing.ground(bottom);
    let attacks = drawing.attacks(bottom, &flags);
    for lane in &lanes {
        match lane.kind {
            LaneKind::Condition { condition, series } => drawing.condition(lane.rect, condition, series),
            LaneKind::Decisions => drawing.decisions(lane.rect),
            LaneKind::Responses => drawing.responses(lane.rect, &rows),
            LaneKind::Outcome => drawing.outcome(lane.rect),
        }
    }
    if let Some(t) = options.playhead.filter(|t| axis.shows(*t, *t)) {
        drawing.playhead(t, bottom, &lanes);
    }
    let bounds = Rect::new(0.0, 0.0, options.width, bottom + 4.0);
    let deeds = std::mem::take(&mut drawing.deeds);
    let thresholds = std::mem::take(&mut drawing.bounds);
    let picture = Picture { description: sentence(run, agent, axis), ..drawing.out.finish_in(bounds) };
    Timeline { picture, axis, agent: agent.to_owned(), lanes, windows: attacks, deeds, bounds: thresholds }
}

/// The conditions of an agent, those that fired or were pending first; each with its series.
fn conditions_of(run: &Run, agent: &str, most: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(bool, usize, usize)> = Vec::new();
    for (number, condition) in run.conditions.iter().enumerate() {
        for (index, series) in condition.series.iter().enumerate().filter(|(_, series)| series.agent == agent)
        {
            let quiet = series.firing.is_empty() && series.pending.is_empty();
            found.push((quiet, number, index));
        }
    }
    found.sort_unstable();
    found.truncate(most);
    let mut shown: Vec<(usize, usize)> =
        found.into_iter().map(|(_, number, index)| (number, index)).collect();
    shown.sort_unstable();
    shown
}

/// The name of a labelled attack, at the top of its window.
struct Flag {
    x: f32,
    w: f32,
    row: usize,
    words: String,
}

/// The flags in as few rows as they need; those that find no room in the last row have none.
fn flag_rows(run: &Run, windows: &[(usize, i64, i64)], axis: TimeAxis, face: Face) -> Vec<Flag> {
    let mut ends: Vec<f32> = Vec::new();
    let mut flags = Vec::new();
    for (number, start, _) in windows {
        let window = run.scores.as_ref().and_then(|scores| scores.event.windows.get(*number));
        let threat = window.map_or("", |window| window.label.threat.as_str()).replace('_', " ");
        let words = if threat.is_empty() { "Attack".to_owned() } else { format!("Attack: {threat}") };
        let words = fit(&words, face, 12.5, (axis.right - axis.left - 16.0).max(30.0));
        let w = width(&words, face, 12.5) + 16.0;
        let x = axis.x(*start).min(axis.right - w).max(axis.left);
        let free = ends.iter().position(|end| *end + 6.0 <= x);
        let row = match free {
            Some(row) => row,
            None if ends.len() < MOST_FLAG_ROWS => {
                ends.push(0.0);
                ends.len() - 1
            }
            None => continue,
        };
        if let Some(end) = ends.get_mut(row) {
            *end = x + w;
        }
        flags.push(Flag { x, w, row, words });
    }
    flags
}

impl<'a> Drawing<'a> {
    /// Nothing yet, of an agent on an axis.
    pub(super) fn new(run: &'a Run, agent: &'a str, axis: TimeAxis, paper: bool) -> Self {
        let (plain, strong) =
            if paper { (Face::Sans, Face::SansSemibold) } else { (Face::Ui, Face::UiSemibold) };
        let out = PictureBuilder::new();
        let (windows, deeds, bounds) = (Vec::new(), Vec::new(), Vec::new());
        Self { out, run, agent, axis, paper, plain, strong, windows, deeds, bounds }
    }

    pub(super) fn text(&mut self, x: f32, middle: f32, words: &str, face: Face, size: f32, role: Role) {
        if !words.is_empty() {
            self.out.text(Point::new(x, baseline(middle, face, size)), words, face, size, role);
        }
    }

    /// The axis, its moments as upright lines.
    fn ground(&mut self, bottom: f32) {
        for (t, _) in self.axis.ticks() {
            let x = self.axis.x(t);
            self.out.line(Point::new(x, AXIS), Point::new(x, bottom), Stroke::solid(Role::Line, 1.0));
        }
        self.moments();
    }

    /// Labelled attacks run through all lanes, each with a flag.
    fn attacks(&mut self, bottom: f32, flags: &[Flag]) -> Vec<(usize, Rect)> {
        let mut shown = Vec::new();
        for (number, start, end) in self.windows.clone() {
            let (x0, x1) = (self.axis.x(start), self.axis.x(end));
            let rect = Rect::new(x0, AXIS, (x1 - x0).max(2.0), bottom - AXIS);
            if self.paper {
                self.out.rect(rect, 0.0, Some(Role::Hover.into()), None);
            } else {
                self.out.rect(rect, 0.0, Some(ATTACK.at(0.10)), None);
                self.stripes(rect, 9.0, ATTACK.at(0.28));
            }
            let edge = if self.paper {
                Stroke::dashed(Role::TextSecondary, 1.0, &[2.0, 2.0])
            } else {
                Stroke::solid(ATTACK, 1.5)
            };
            for x in [rect.x, rect.right()] {
                self.out.line(Point::new(x, rect.y), Point::new(x, rect.bottom()), edge.clone());
            }
            shown.push((number, rect));
        }
        for flag in flags {
            let y = AXIS + flag.row as f32 * FLAG;
            let (fill, edge, ink) = if self.paper {
                (Role::Paper, Some(Stroke::solid(Role::TextSecondary, 0.75)), Role::Text)
            } else {
                (ATTACK, None, Role::Canvas)
            };
            self.out.rect(Rect::new(flag.x, y, flag.w, FLAG - 2.0), 0.0, Some(fill.into()), edge);
            self.text(flag.x + 8.0, y + 11.0, &flag.words, self.strong, 12.5, ink);
        }
        shown
    }

    /// Lines that rise to the right, cut at the edges of a rectangle.
    fn stripes(&mut self, rect: Rect, pitch: f32, paint: Paint) {
        let mut at = rect.x - rect.h;
        let mut count = 0;
        while at < rect.right() && count < 400 {
            // From (at, bottom) to (at + h, top).
            let (x0, x1) = (at.max(rect.x), (at + rect.h).min(rect.right()));
            if x1 > x0 {
                let y = |x: f32| rect.bottom() - (x - at);
                self.out.line(Point::new(x0, y(x0)), Point::new(x1, y(x1)), Stroke::solid(paint, 1.5));
            }
            at += pitch;
            count += 1;
        }
    }

    /// What a lane shows, in the gutter; gives back where the next line would stand.
    pub(super) fn names(&mut self, y: f32, name: &str, lines: &[String]) -> f32 {
        let mut y = y + 8.0;
        for part in wrap_lines(name, self.strong, 14.0, NAMES - 6.0, 2) {
            self.text(0.0, y, &part, self.strong, 14.0, Role::Text);
            y += 18.0;
        }
        for line in lines {
            for part in wrap_lines(line, self.plain, 12.5, NAMES - 10.0, 2) {
                self.text(0.0, y, &part, self.plain, 12.5, Role::TextSecondary);
                y += 16.0;
            }
        }
        y
    }

    fn condition(&mut self, rect: Rect, number: usize, series: usize) {
        let run = self.run;
        let Some(condition) = run.conditions.get(number) else { return };
        let Some(series) = condition.series.get(series) else { return };
        let plot = Rect { h: rect.h - STRIP, ..rect };
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let mut lines = vec![words_of_kind(condition)];
        if run.policies.len() > 1 {
            lines.push(condition.policy_name.clone());
        }
        lines.extend((!labels.is_empty()).then(|| labels.join(", ")));
        let next_name = self.names(rect.y, &condition.metric, &lines);
        let inner = Rect::new(plot.x, plot.y + 6.0, plot.w, plot.h - 12.0);
        let in_range = |t: i64| t >= self.axis.from_ms && t <= self.axis.to_ms;
        let values = series
            .chart
            .iter()
            .filter(|bucket| in_range(bucket.t_ms))
            .flat_map(|bucket| [bucket.min, bucket.max]);
        let bound = condition.value.is_finite().then_some(condition.value);
        let values = ValueAxis::around(values.chain(bound), inner);
        for value in values.ticks() {
            let y = values.y(value);
            self.out.line(Point::new(plot.x, y), Point::new(plot.right(), y), Stroke::solid(Role::Line, 1.0));
            let at = Point::new(plot.x - 8.0, baseline(y, self.plain, 12.0));
            self.out.aligned(at, figure(value), self.plain, 12.0, Role::TextTertiary, Align::Right);
        }
        self.series(series, &values);
        self.requirement(condition, series, &values, next_name);
        if condition.reading != crate::model::Reading::Absent {
            let ValueAxis { low, high, .. } = values;
            let (value, plot) = (condition.value, inner);
            self.bounds.push(Bound { condition: number, value, low, high, plot });
        }
        self.strip(Rect::new(rect.x, plot.bottom(), rect.w, STRIP), condition, series);
    }

    /// The measured line; where many samples share a point, their whole range.
    fn series(&mut self, series: &SeriesRun, values: &ValueAxis) {
        let role = if self.paper { Role::Text } else { Role::Chart(1) };
        let stroke = Stroke::solid(role, if self.paper { 1.5 } else { 1.75 });
        let gap = gap_of(series, self.run);
        let mut piece: Vec<Point> = Vec::new();
        let mut last: Option<i64> = None;
        for bucket in &series.chart {
            let shown =
                bucket.t_ms >= self.axis.from_ms && bucket.t_ms <= self.axis.to_ms && bucket.last.is_finite();
            if !shown || last.is_some_and(|last| bucket.t_ms - last > gap) {
                self.piece(&mut piece, &stroke);
            }
            if shown {
                let x = self.axis.x(bucket.t_ms);
                if (bucket.max - bucket.min).abs() > f64::EPSILON
                    && bucket.min.is_finite()
                    && bucket.max.is_finite()
                {
                    let (low, high) =
                        (Point::new(x, values.y(bucket.min)), Point::new(x, values.y(bucket.max)));
                    let rising = piece.last().is_none_or(|at| (at.y - low.y).abs() < (at.y - high.y).abs());
                    piece.extend(if rising { [low, high] } else { [high, low] });
                } else {
                    piece.push(Point::new(x, values.y(bucket.last)));
                }
                last = Some(bucket.t_ms);
            }
        }
        self.piece(&mut piece, &stroke);
    }

    fn piece(&mut self, piece: &mut Vec<Point>, stroke: &Stroke) {
        match piece.as_slice() {
            [] => {}
            [single] => {
                self.out.circle(*single, 1.5, Some(stroke.paint), None);
            }
            _ => {
                self.out.path(Path::polyline(piece), None, Some(stroke.clone()));
            }
        }
        piece.clear();
    }

    fn requirement(
        &mut self,
        condition: &ConditionRun,
        series: &SeriesRun,
        values: &ValueAxis,
        next_name: f32,
    ) {
        let words = condition
            .requirement
            .strip_prefix(condition.metric.as_str())
            .unwrap_or(&condition.requirement)
            .trim();
        let has_line = condition.reading != crate::model::Reading::Absent;
        let y = if has_line { values.y(condition.value) } else { values.rect.y + 10.0 };
        if has_line {
            let role = if self.paper { Role::SeverityMark(Band::Critical) } else { Role::TextSecondary };
            let dashes = Stroke::dashed(role, 1.5, &[6.0, 4.0]);
            self.out.line(Point::new(self.axis.left, y), Point::new(self.axis.right, y), dashes);
        }
        let w = width(words, self.strong, 12.5) + 10.0;
        let (plate, covered) = self.free_place(series, values, Rect::new(self.axis.left + 3.0, y, w, 18.0));
        // Where the curve is everywhere along the line, the words end the sentence that the names began.
        if covered > 0 && w <= NAMES && next_name + 8.0 <= values.rect.bottom() + 6.0 {
            self.text(0.0, next_name, words, self.strong, 12.5, Role::Text);
            return;
        }
        let ground = if self.paper { Role::Paper } else { Role::Panel };
        self.out.rect(plate, 4.0, Some(ground.at(0.85)), None);
        self.text(plate.x + 5.0, plate.center().y, words, self.strong, 12.5, Role::Text);
    }

    /// A place along a line, above it or below it, where the fewest measured points would be covered: the first from the
    /// left of those, with how many it covers. The plate comes at the height of the line.
    fn free_place(&self, series: &SeriesRun, values: &ValueAxis, plate: Rect) -> (Rect, usize) {
        let (above, below) = (plate.y - 19.0, plate.y + 2.0);
        let sides = if above < values.rect.y - 6.0 { [below, above] } else { [above, below] };
        let within = |y: &f32| *y >= values.rect.y - 6.0 && y + plate.h <= values.rect.bottom() + 6.0;
        let sides: Vec<f32> = sides.into_iter().filter(within).collect();
        let spans = self.spans(series, values);
        let covers = |place: Rect| {
            let place = place.grown(3.0);
            let beside = |span: &&Rect| span.right() >= place.x && span.x <= place.right();
            spans
                .iter()
                .filter(beside)
                .filter(|span| span.bottom() >= place.y && span.y <= place.bottom())
                .count()
        };
        let last = (self.axis.right - plate.w - 3.0).max(plate.x);
        let steps = ((last - plate.x) / 24.0) as usize;
        let places = (0..=steps).flat_map(|step| {
            let x = plate.x + 24.0 * step as f32;
            sides.iter().map(move |y| Rect { x, y: *y, ..plate })
        });
        let mut best: Option<(usize, Rect)> = None;
        for place in places {
            let covered = covers(place);
            if best.is_none_or(|(least, _)| covered < least) {
                best = Some((covered, place));
            }
            if covered == 0 {
                break;
            }
        }
        best.map_or_else(
            || {
                let place = Rect { y: above, ..plate };
                (place, covers(place))
            },
            |(covered, place)| (place, covered),
        )
    }

    /// What the measured line takes up between one point and the next.
    fn spans(&self, series: &SeriesRun, values: &ValueAxis) -> Vec<Rect> {
        let gap = gap_of(series, self.run);
        let mut spans = Vec::new();
        let mut last: Option<(i64, f32, f32, f32)> = None;
        let shown = series.chart.iter().filter(|bucket| {
            (self.axis.from_ms..=self.axis.to_ms).contains(&bucket.t_ms) && bucket.last.is_finite()
        });
        for bucket in shown {
            let finite = bucket.min.is_finite() && bucket.max.is_finite();
            let (high, low) = if finite { (bucket.max, bucket.min) } else { (bucket.last, bucket.last) };
            let (x, top, bottom) = (self.axis.x(bucket.t_ms), values.y(high), values.y(low));
            let (from, above, under) = match last {
                Some((t, x, above, under)) if bucket.t_ms - t <= gap => (x, above, under),
                _ => (x, top, bottom),
            };
            let (top_of, bottom_of) = (top.min(above), bottom.max(under));
            spans.push(Rect::new(from, top_of, x - from, bottom_of - top_of));
            last = Some((bucket.t_ms, x, top, bottom));
        }
        spans
    }

    /// When the condition was pending and firing.
    fn strip(&mut self, rect: Rect, condition: &ConditionRun, series: &SeriesRun) {
        let ground = if self.paper { Role::Hover } else { Role::Raised };
        self.out.rect(rect, 0.0, Some(ground.into()), None);
        // A rule may have several conditions: the id tells whose bands these are.
        let at = Point::new(rect.x - 8.0, baseline(rect.center().y, self.strong, 12.0));
        self.out.aligned(at, condition.id.clone(), self.strong, 12.0, Role::TextSecondary, Align::Right);
        let beside = width(&condition.id, self.strong, 12.0) + 6.0;
        let name = fit(&condition.rule_name, self.plain, 12.0, NAMES + NUMBERS - 12.0 - beside);
        let at = at.offset(-beside, 0.0);
        self.out.aligned(at, name, self.plain, 12.0, Role::TextTertiary, Align::Right);
        for interval in &series.pending {
            let Some(bar) = self.bar(interval, rect) else { continue };
            self.out.rect(bar, 0.0, Some(Role::SeveritySoft(Band::Medium).into()), None);
            if self.paper {
                let dashes = Stroke::dashed(Role::SeverityEdge(Band::Medium), 1.0, &[3.0, 2.0]);
                self.out.rect(bar, 0.0, None, Some(dashes));
            } else {
                self.stripes(bar, 6.0, Role::SeverityMark(Band::Medium).into());
            }
        }
        // Words stand where neither a bar nor the words of another are; the outcomes below tell the rest.
        let mut taken = rect.x;
        let bars: Vec<(&Interval, Rect)> =
            series.firing.iter().filter_map(|interval| Some((interval, self.bar(interval, rect)?))).collect();
        let pending: Vec<Rect> =
            series.pending.iter().filter_map(|interval| self.bar(interval, rect)).collect();
        let is_free = |from: f32, to: f32| {
            let occupied = bars.iter().map(|(_, bar)| bar).chain(&pending);
            to < rect.right() && occupied.into_iter().all(|bar| bar.right() <= from || bar.x >= to)
        };
        for (interval, bar) in bars.iter().copied() {
            let grace = self.run.grace_ms;
            let labelled = self.run.scores.is_none()
                || windows_of(self.run, self.agent)
                    .iter()
                    .any(|(_, window)| interval.touches(window.label.start_ms, window.label.end_ms + grace));
            let mark = Role::SeverityMark(Band::High);
            if labelled {
                self.out.rect(bar, 1.0, Some(mark.into()), None);
                if bar.w > width("firing", self.strong, 12.5) + 12.0 {
                    let on = Role::SeverityOn(Band::High);
                    self.text(bar.x + 6.0, bar.center().y, "firing", self.strong, 12.5, on);
                }
            } else {
                let hollow = Rect { w: bar.w.max(6.0), ..bar }.grown(-1.0);
                self.out.rect(hollow, 1.0, Some(ground.into()), Some(Stroke::solid(mark, 2.0)));
                let words = "false alarm";
                let w = width(words, self.strong, 12.5);
                let x = if bar.w > w + 12.0 {
                    Some(bar.x + 6.0)
                } else {
                    let beside = [bar.right() + 6.0, bar.x - w - 6.0];
                    beside.into_iter().find(|x| *x > taken + 5.0 && is_free(*x, x + w + 2.0))
                };
                if let Some(x) = x {
                    self.text(x, bar.center().y, words, self.strong, 12.5, Role::SeverityText(Band::High));
                    taken = taken.max(x + w);
                }
            }
            taken = taken.max(bar.right());
        }
    }

    fn bar(&self, interval: &Interval, rect: Rect) -> Option<Rect> {
        if !self.axis.shows(interval.from_ms, interval.to_ms) {
            return None;
        }
        let (x0, x1) = (self.axis.x(interval.from_ms), self.axis.x(interval.to_ms));
        Some(Rect::new(x0, rect.y + 1.0, (x1 - x0).max(1.5), rect.h - 2.0))
    }
}

/// How a metric is read, in a few words: the rule stands beside its strip.
fn words_of_kind(condition: &ConditionRun) -> String {
    use crate::model::Reading;
    let time = long_duration(condition.duration_ms);
    match condition.reading {
        Reading::For if condition.duration_ms == 0 => "as measured".to_owned(),
        Reading::For => format!("held for {time}"),
        Reading::Increase => format!("growth within {time}"),
        Reading::Sum => format!("sum within {time}"),
        Reading::Any => format!("any within {time}"),
        Reading::Avg => format!("average over {time}"),
        Reading::Rate => format!("a second, over {time}"),
        Reading::Absent => format!("silent for {time}"),
    }
}

/// A silence longer than this interrupts the line.
fn gap_of(series: &SeriesRun, run: &Run) -> i64 {
    let steps = series.chart.windows(2).filter_map(|pair| Some(pair.get(1)?.t_ms - pair.first()?.t_ms));
    let usual = steps.min().unwrap_or(run.grid.interval_ms);
    usual.max(run.grid.interval_ms).saturating_mul(3)
}
