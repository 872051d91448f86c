//! `sweep FILE --trace T --labels L --condition ID`: threshold against detection and false alarms.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::progress::Bar;
use super::sample::SampleOptions;
use super::{CliError, Exit, load, print_json, print_text};
use crate::simulation::sweep::{MOST_QUIET_FIRING, Sweep, SweepPoint, sweep};

/// The arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    #[command(flatten)]
    sample: SampleOptions,
    /// The condition: r0c0 is the first condition of the first rule that is simulated
    #[arg(long, value_name = "ID")]
    condition: String,
    /// Suggest a threshold with at most so many false alarms for an agent and a day
    #[arg(long, value_name = "N", default_value_t = 0.1)]
    most_false_alarms: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Sweeps the threshold of one condition.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let project = load(&arguments.file)?.project;
    let sample = arguments.sample.read(&project, &arguments.file)?.ok_or_else(|| {
        CliError::usage("name a trace with --trace FILE: the project has no sample trace of its own")
    })?;
    let swept = {
        let bar = Bar::new("Sweeping");
        sweep(&project, &sample.input(&project), &arguments.condition, &bar)
            .map_err(|error| CliError::usage(error.to_string()))?
    };
    let suggested = swept.suggest(arguments.most_false_alarms);
    if arguments.json {
        print_json(&as_json(&swept, suggested))?;
    } else {
        print_text(&as_text(&swept, suggested, arguments.most_false_alarms))?;
    }
    Ok(Exit::Done)
}

fn as_json(swept: &Sweep, suggested: Option<SweepPoint>) -> Value {
    json!({
        "condition": swept.condition,
        "metric": swept.metric,
        "operator": swept.operator.label(),
        "exact": swept.exact,
        "auc": swept.area,
        "operating": point_json(&swept.operating),
        "suggested": suggested.as_ref().map(point_json),
        "points": swept.points.iter().map(point_json).collect::<Vec<_>>(),
    })
}

fn point_json(point: &SweepPoint) -> Value {
    json!({
        "threshold": point.threshold,
        "windows": point.windows,
        "detected": point.detected,
        "false_alarms": point.false_alarms,
        "false_alarms_per_agent_day": point.false_alarms_per_agent_day,
        "point": {
            "tp": point.point.tp, "fp": point.point.fp, "tn": point.point.tn, "fn": point.point.fn_,
            "detection_rate": point.point.detection_rate(),
            "false_positive_rate": point.point.false_positive_rate(),
        },
    })
}

fn as_text(swept: &Sweep, suggested: Option<SweepPoint>, most: f64) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}: {} {} threshold; {} tried{}, here the best for each number of attacks found",
        swept.condition,
        swept.metric,
        swept.operator,
        swept.points.len(),
        if swept.exact { ", all that change anything" } else { "" },
    );
    let _ = writeln!(
        text,
        "{:>12}  {:>9}  {:>12}  {:>13}  {:>12}",
        "Threshold", "Detected", "False alarms", "per agent-day", "quiet firing"
    );
    let shown = best(swept, suggested);
    for point in &shown {
        let notes = [
            (*point == swept.operating).then_some("in force"),
            (Some(*point) == suggested).then_some("suggested"),
        ];
        let notes: Vec<&str> = notes.into_iter().flatten().collect();
        let _ = writeln!(text, "{}", format!("{}  {}", row(point), notes.join(", ")).trim_end());
    }
    if let Some(area) = swept.area {
        let _ =
            writeln!(text, "An attacked evaluation reads worse than a quiet one with a chance of {area:.3}.");
    }
    let _ = match suggested {
        Some(_) => writeln!(
            text,
            "Suggested: most attacks with at most {most} false alarms per agent-day, firing in at most {:.0} % of quiet time or what is in force.",
            MOST_QUIET_FIRING * 100.0
        ),
        None => writeln!(text, "No threshold gives at most {most} false alarms per agent-day."),
    };
    text
}

/// For each number of attacks found the point with the fewest false alarms; the one in force and the one suggested.
fn best(swept: &Sweep, suggested: Option<SweepPoint>) -> Vec<SweepPoint> {
    let mut best: BTreeMap<usize, SweepPoint> = BTreeMap::new();
    for point in &swept.points {
        let cost = |point: &SweepPoint| (point.false_alarms, point.point.fp);
        let slot = best.entry(point.detected).or_insert(*point);
        // An alarm that is always on makes few alarms; the share of quiet time tells it from a good one.
        let state = |point: &SweepPoint| {
            point.point.false_positive_rate().is_some_and(|rate| rate > MOST_QUIET_FIRING)
        };
        if (state(point), cost(point)) < (state(slot), cost(slot)) {
            *slot = *point;
        }
    }
    let mut shown: Vec<SweepPoint> = best.into_values().collect();
    for point in suggested.into_iter().chain([swept.operating]) {
        if !shown.contains(&point) {
            shown.push(point);
        }
    }
    shown.sort_by(|a, b| a.detected.cmp(&b.detected).then(a.threshold.total_cmp(&b.threshold)));
    shown
}

fn row(point: &SweepPoint) -> String {
    let rate = point.false_alarms_per_agent_day.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
    let detected = format!("{} of {}", point.detected, point.windows);
    let quiet = point.point.false_positive_rate();
    let quiet = quiet.map_or_else(|| "–".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    let threshold = (point.threshold * 10_000.0).round() / 10_000.0;
    format!("{threshold:>12}  {detected:>9}  {:>12}  {rate:>13}  {quiet:>12}", point.false_alarms)
}
