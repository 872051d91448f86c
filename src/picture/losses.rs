//! The loss curve: the chance of losing at least so much in a year, with no control, today and after the plan, against what
//! is tolerated. The gap where today lies above the tolerance is the message.

use crate::analysis::risk::Rating;
use crate::model::{Band, Method};
use crate::simulation::losses::Losses;

use super::heatmap::money_words;
use super::text::{baseline, width};
use super::{Align, Face, Path, Picture, PictureBuilder, Point, Rect, Role, Stroke};

/// The percentiles that are named: a usual year, one in ten, one in twenty.
pub const PERCENTILES: [f64; 3] = [0.5, 0.9, 0.95];

/// How the curve is drawn. Points on the screen, millimetres on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossOptions {
    /// The whole width.
    pub width: f32,
    /// The whole height.
    pub height: f32,
    /// Paper's typefaces, weights and measures.
    pub paper: bool,
}

/// A loss curve with its axes, to read it at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct LossChart {
    /// The drawing.
    pub picture: Picture,
    /// Where the curves are.
    pub plot: Rect,
    /// The loss at the left edge, in thousands.
    pub least: f64,
    /// The loss at the right edge, in thousands.
    pub most: f64,
}

impl LossChart {
    /// The loss that stands at that place of the axis, in thousands.
    pub fn loss_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.plot.x) / self.plot.w.max(1.0)).clamp(0.0, 1.0);
        self.least * (self.most / self.least).powf(share)
    }
}

/// Losses at which the curve is told in a table: rising 1, 2, 5, 10 … over all that is worth telling.
pub fn amounts(losses: &Losses) -> Vec<f64> {
    let (least, most) = ends(losses);
    let mut found = Vec::new();
    let mut decade = 10f64.powf(least.log10().floor());
    while decade <= most * 1.0001 {
        for step in [1.0, 2.0, 5.0] {
            let amount = decade * step;
            if amount >= least * 0.9999 && amount <= most * 1.0001 {
                found.push(amount);
            }
        }
        decade *= 10.0;
    }
    found
}

/// From where today's and the plan's curves begin to fall to where the worst has all but ended, in round figures.
fn ends(losses: &Losses) -> (f64, f64) {
    let curve = |rating: Rating| &losses.curves[rating as usize];
    let most = Rating::ALL.iter().map(|rating| curve(*rating).percentile(0.998).value).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 100.0 };
    let low = [Rating::Current, Rating::Planned]
        .into_iter()
        .flat_map(|rating| [0.05, 0.25, 0.5, 0.75].map(|share| curve(rating).percentile(share).value))
        .find(|loss| *loss > 0.0)
        .unwrap_or(most / 100.0)
        .clamp(most / 3e4, most / 20.0);
    (10f64.powf(low.log10().floor()), 10f64.powf((most.log10() * 2.0).ceil() / 2.0))
}

/// The loss curve.
pub fn loss_chart(losses: &Losses, method: &Method, options: LossOptions) -> LossChart {
    let (least, most) = ends(losses);
    let (plain, strong, size) = if options.paper {
        (Face::Sans, Face::SansSemibold, 2.6)
    } else {
        (Face::Ui, Face::UiSemibold, 12.5)
    };
    let head = size * 3.4;
    let left = width("100 %", plain, size) + size;
    let right = size * 1.2;
    let plot = Rect::new(left, head, options.width - left - right, options.height - head - size * 3.6);
    let unit = size / 12.5;
    let mut draw =
        Draw { out: PictureBuilder::new(), losses, method, plot, least, most, unit, plain, strong, size };
    draw.axes();
    draw.gap();
    draw.curves();
    draw.legend();
    let picture = Picture { description: sentence(losses, method), ..draw.out.finish() };
    let bounds = picture.bounds.union(Rect::new(0.0, 0.0, options.width, options.height));
    LossChart { picture: Picture { bounds, ..picture }, plot, least, most }
}

struct Draw<'a> {
    out: PictureBuilder,
    losses: &'a Losses,
    method: &'a Method,
    plot: Rect,
    least: f64,
    most: f64,
    unit: f32,
    plain: Face,
    strong: Face,
    size: f32,
}

/// A line of the chart with its look.
struct Series {
    name: &'static str,
    role: Role,
    stroke: Stroke,
    points: Vec<Point>,
}

impl Draw<'_> {
    fn x(&self, loss: f64) -> f32 {
        let share = (loss / self.least).ln() / (self.most / self.least).ln();
        self.plot.x + self.plot.w * share as f32
    }

    fn y(&self, chance: f64) -> f32 {
        self.plot.bottom() - self.plot.h * chance.clamp(0.0, 1.0) as f32
    }

    /// Losses at even steps along the axis.
    fn steps(&self) -> impl Iterator<Item = f64> + use<> {
        let (least, ratio) = (self.least, self.most / self.least);
        (0..=160).map(move |step| least * ratio.powf(f64::from(step) / 160.0))
    }

    fn axes(&mut self) {
        let (plot, size, plain) = (self.plot, self.size, self.plain);
        for percent in [0, 25, 50, 75, 100] {
            let y = self.y(f64::from(percent) / 100.0);
            let role = if percent == 0 { Role::Control } else { Role::Line };
            self.out.line(Point::new(plot.x, y), Point::new(plot.right(), y), Stroke::solid(role, self.unit));
            let at = Point::new(plot.x - size * 0.6, baseline(y, plain, size));
            self.out.aligned(at, format!("{percent} %"), plain, size, Role::TextTertiary, Align::Right);
        }
        let mut decade = self.least;
        let mut free = f32::NEG_INFINITY;
        while decade <= self.most * 1.001 {
            for step in [1.0, 3.0] {
                let loss = decade * step;
                if loss > self.most * 1.001 {
                    continue;
                }
                let x = self.x(loss);
                let bottom = plot.bottom();
                let tick = Stroke::solid(Role::Control, self.unit);
                self.out.line(Point::new(x, bottom), Point::new(x, bottom + size * 0.35), tick);
                let words = money_words(self.method, loss);
                let half = width(&words, plain, size) / 2.0;
                if x - half > free {
                    let at = Point::new(x, baseline(bottom + size * 1.1, plain, size));
                    self.out.aligned(at, words, plain, size, Role::TextTertiary, Align::Center);
                    free = x + half + size * 0.6;
                }
            }
            decade *= 10.0;
        }
        let at = Point::new(plot.center().x, baseline(plot.bottom() + size * 2.7, plain, size));
        self.out.aligned(at, "Loss in one year, log scale", plain, size, Role::TextTertiary, Align::Center);
        let at = Point::new(plot.x, baseline(plot.y - size * 0.9, plain, size));
        self.out.text(at, "Chance of losing at least so much in a year", plain, size, Role::TextTertiary);
    }

    /// Where today lies above what is tolerated.
    fn gap(&mut self) {
        let current = &self.losses.curves[Rating::Current as usize];
        let mut upper: Vec<Point> = Vec::new();
        let mut lower: Vec<Point> = Vec::new();
        let losses: Vec<f64> = self.steps().collect();
        for loss in losses {
            let (now, tolerated) = (current.chance_of(loss), self.method.tolerated(loss));
            match tolerated.filter(|tolerated| now > *tolerated) {
                Some(tolerated) => {
                    upper.push(Point::new(self.x(loss), self.y(now)));
                    lower.push(Point::new(self.x(loss), self.y(tolerated)));
                }
                None => self.shade(&mut upper, &mut lower),
            }
        }
        self.shade(&mut upper, &mut lower);
    }

    fn shade(&mut self, upper: &mut Vec<Point>, lower: &mut Vec<Point>) {
        // A strip between neighbours at a time: painters fill only what bulges nowhere inwards.
        for (above, below) in upper.windows(2).zip(lower.windows(2)) {
            // Neighbours overlap a little, or their soft edges would show as lines.
            let more = 0.8 * self.unit;
            let corners = [above[0], above[1].offset(more, 0.0), below[1].offset(more, 0.0), below[0]];
            let strip = Path::polygon(&corners);
            self.out.path(strip, Some(Role::SeveritySoft(Band::High).into()), None);
        }
        upper.clear();
        lower.clear();
    }

    fn series(&self) -> Vec<Series> {
        let unit = self.unit;
        let curve = |rating: Rating| {
            let curve = &self.losses.curves[rating as usize];
            self.steps().map(|loss| Point::new(self.x(loss), self.y(curve.chance_of(loss)))).collect()
        };
        let dashed = |role: Role, thick: f32, dash: &[f32]| {
            let dash: Vec<f32> = dash.iter().map(|length| length * unit).collect();
            Stroke::dashed(role, thick * unit, &dash)
        };
        let tolerance: Vec<Point> = self
            .steps()
            .filter_map(|loss| Some(Point::new(self.x(loss), self.y(self.method.tolerated(loss)?))))
            .collect();
        let critical = Role::SeverityText(Band::Critical);
        let mut series = vec![
            Series {
                name: "Inherent",
                role: Role::TextTertiary,
                stroke: dashed(Role::TextTertiary, 1.75, &[2.0, 4.0]),
                points: curve(Rating::Inherent),
            },
            Series {
                name: "Current",
                role: Role::Text,
                stroke: Stroke::solid(Role::Text, 2.5 * unit),
                points: curve(Rating::Current),
            },
            Series {
                name: "Planned",
                role: Role::Good,
                stroke: dashed(Role::Good, 2.25, &[8.0, 5.0]),
                points: curve(Rating::Planned),
            },
        ];
        if !tolerance.is_empty() {
            let stroke = dashed(critical, 1.75, &[10.0, 4.0, 2.0, 4.0]);
            series.push(Series { name: "Tolerance", role: critical, stroke, points: tolerance });
        }
        series
    }

    fn curves(&mut self) {
        for series in self.series() {
            self.out.path(Path::polyline(&series.points), None, Some(series.stroke));
        }
        for point in &self.method.tolerance_curve {
            if (self.least..=self.most).contains(&point.loss) {
                let at = Point::new(self.x(point.loss), self.y(point.chance));
                self.out.circle(at, 3.5 * self.unit, Some(Role::SeverityText(Band::Critical).into()), None);
            }
        }
    }

    /// A stroke of each line with its name, above the plot.
    fn legend(&mut self) {
        let (size, strong) = (self.size, self.strong);
        let y = size * 0.8;
        let mut x = self.plot.x;
        for series in self.series() {
            self.out.line(Point::new(x, y), Point::new(x + size * 2.2, y), series.stroke);
            let at = Point::new(x + size * 2.8, baseline(y, strong, size));
            self.out.text(at, series.name, strong, size, series.role);
            x += size * 4.4 + width(series.name, strong, size);
        }
    }
}

/// What the curve says, for those who cannot see it.
pub fn sentence(losses: &Losses, method: &Method) -> String {
    let money = |thousands: f64| money_words(method, thousands);
    let parts: Vec<String> = Rating::ALL
        .iter()
        .map(|rating| {
            let curve = &losses.curves[*rating as usize];
            format!(
                "{} expected {}, one year in ten {} or more",
                rating.label().to_lowercase(),
                money(losses.expected[*rating as usize]),
                money(curve.percentile(0.9).value)
            )
        })
        .collect();
    format!("Loss curve of {} simulated years: {}.", losses.trials, parts.join("; "))
}

/// Where today lies farthest above the tolerance, or nearest below it: "The chance of losing €1M or more …"; none without a
/// tolerance.
pub fn reading(losses: &Losses, method: &Method) -> Option<String> {
    let chance = |rating: Rating, loss: f64| losses.curves[rating as usize].chance_of(loss);
    let gap = |loss: f64| Some(chance(Rating::Current, loss) - method.tolerated(loss)?);
    let told = amounts(losses).into_iter().filter_map(|loss| Some((loss, gap(loss)?)));
    let (loss, gap) = told.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let percent = |share: f64| {
        let percent = share * 100.0;
        if percent > 0.0 && percent < 0.5 { "under 1 %".to_owned() } else { format!("{percent:.0} %") }
    };
    let now = percent(chance(Rating::Current, loss));
    let plan = percent(chance(Rating::Planned, loss));
    let allowed = percent(method.tolerated(loss)?);
    let word = if gap > 0.0 { "against" } else { "within the" };
    Some(format!(
        "The chance of losing {} or more in a year is now {now}, {word} {allowed} tolerated. The plan brings it to {plan}.",
        money_words(method, loss)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Estimate, Exposure, ThreatId, TolerancePoint};
    use crate::simulation::Quiet;
    use crate::simulation::losses::{Setup, simulate};

    fn losses() -> Losses {
        let exposure = Exposure {
            threat: ThreatId(1),
            frequency: Estimate::pert(1.0, 2.0, 4.0),
            loss: Estimate::lognormal(50.0, 400.0),
            happens: [1.0, 0.5, 0.1],
            hurts: [1.0; 3],
            own_frequency: true,
            own_loss: true,
        };
        simulate(&Setup::new(vec![exposure], 4_000, 1), &Quiet)
            .unwrap_or_else(|_| unreachable!("nobody stops it"))
    }

    #[test]
    fn the_chart_names_its_lines_and_reads_back() {
        for paper in [false, true] {
            let (width, height) = if paper { (126.0, 70.0) } else { (720.0, 420.0) };
            let options = LossOptions { width, height, paper };
            let chart = loss_chart(&losses(), &Method::default(), options);
            let words = chart.picture.words();
            for wanted in ["Inherent", "Current", "Planned", "Tolerance", "50 %"] {
                assert!(words.contains(&wanted), "{wanted} is not among {words:?}");
            }
            assert!(chart.picture.bounds.w <= width + 0.01 && chart.picture.bounds.h <= height + 0.01);
            assert!((chart.loss_at(chart.plot.x) / chart.least - 1.0).abs() < 1e-6);
            assert!((chart.loss_at(chart.plot.right()) / chart.most - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn the_reading_is_where_the_gap_is_widest() {
        let losses = losses();
        let point = |loss, chance| TolerancePoint { loss, chance, ..TolerancePoint::default() };
        let strict =
            Method { tolerance_curve: vec![point(100.0, 0.2), point(1000.0, 0.01)], ..Method::default() };
        assert!(
            (strict.tolerated(316.227_766).unwrap_or_default() - 0.105).abs() < 1e-6,
            "half way on the log scale"
        );
        assert_eq!(strict.tolerated(50.0), None);
        let words = reading(&losses, &strict).unwrap_or_default();
        assert!(words.contains("against") && words.contains("tolerated"), "{words}");
        let broke = Method { middle_loss: None, ..Method::default() };
        assert_eq!(reading(&losses, &broke), None);
    }

    #[test]
    fn without_points_the_tolerance_is_the_appetite_of_one_risk() {
        // Appetite 6.5 at the middle impact of 100 k is likelihood 3.5: 0.45·√5 = 1.006 a year, 1 − e^−1.006 = 63 %.
        let tolerated = Method::default().tolerated(100.0).unwrap_or_default();
        assert!((tolerated - 0.6344).abs() < 1e-3, "{tolerated}");
    }
}
