//! `sweep FILE --trace T --labels L --condition ID`: threshold against detection and false alarms.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::progress::Bar;
use super::sample::SampleOptions;
use super::{CliError, Exit, load, print_json, print_text};
use crate::simulation::sweep::{Sweep, SweepPoint, sweep};

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
        "{}: {} {} …, {}",
        swept.condition,
        swept.metric,
        swept.operator,
        if swept.exact { "every threshold that changes anything" } else { "a grid of thresholds" },
    );
    let _ = writeln!(
        text,
        "{:>14}  {:>9}  {:>12}  {:>13}",
        "Threshold", "Detected", "False alarms", "per agent-day"
    );
    // Only where the headline changes: between those the points differ in single evaluations.
    let mut last = None;
    for point in swept.points.iter().chain([&swept.operating]) {
        let now = (point.detected, point.false_alarms);
        if last == Some(now) && point != &swept.operating {
            continue;
        }
        last = Some(now);
        let _ = writeln!(text, "{}{}", row(point), if point == &swept.operating { "  in force" } else { "" });
    }
    if let Some(area) = swept.area {
        let _ =
            writeln!(text, "An attacked evaluation reads worse than a quiet one with a chance of {area:.3}.");
    }
    let _ = match suggested {
        Some(point) => {
            writeln!(text, "Suggested for at most {most} false alarms per agent-day:\n{}", row(&point))
        }
        None => writeln!(text, "No threshold gives at most {most} false alarms per agent-day."),
    };
    text
}

fn row(point: &SweepPoint) -> String {
    let rate = point.false_alarms_per_agent_day.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
    let detected = format!("{} of {}", point.detected, point.windows);
    format!("{:>14.4}  {detected:>9}  {:>12}  {rate:>13}", point.threshold, point.false_alarms)
}
