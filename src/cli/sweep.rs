//! `sweep FILE --trace T --labels L --condition ID`: threshold against detection and false alarms.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::input::{Loaded, print_json_of};
use super::progress::Bar;
use super::sample::SampleOptions;
use super::{CliError, Exit, load, print_text};
use crate::simulation::RunInput;
use crate::simulation::sweep::{MOST_QUIET_FIRING, Sweep, SweepError, SweepPoint};
use crate::simulation::threshold_study::{DurationCurve, Study, Wanted, study};
use crate::simulation::time::{duration_words, moment};
use crate::simulation::tuning::Phase;
use crate::simulation::words::number;

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
    #[arg(long, value_name = "N", default_value_t = 0.1, value_parser = budget)]
    most_false_alarms: f64,
    /// Sweep these durations too, a curve each: 1m,5m,15m
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = crate::simulation::time::parse_duration)]
    durations: Vec<i64>,
    /// Choose on this share of the time, and try on the rest
    #[arg(long, value_name = "SHARE", default_value_t = 0.6, value_parser = share)]
    tune_on: f64,
    /// Evaluate at so many phases: how much does it matter when a server evaluates
    #[arg(long, value_name = "N", default_value_t = 0)]
    phases: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn number_of(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

fn budget(text: &str) -> Result<f64, String> {
    number_of(text).filter(|rate| *rate >= 0.0).ok_or_else(|| "wanted a number, 0 or more".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let within = |share: &f64| *share > 0.0 && *share < 1.0;
    number_of(text).filter(within).ok_or_else(|| "wanted a share between 0 and 1, both excluded".to_owned())
}

/// Sweeps the threshold of one condition.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { project, losses, .. } = load(&arguments.file)?;
    let sample = arguments.sample.read(&project, &arguments.file)?.ok_or_else(|| {
        CliError::usage("name a trace with --trace FILE: the project has no sample trace of its own")
    })?;
    let input = RunInput { chart_points: 0, ..sample.input(&project) };
    let (id, most) = (arguments.condition.as_str(), arguments.most_false_alarms);
    let wanted = Wanted {
        durations_ms: arguments.durations.clone(),
        share: arguments.tune_on,
        phases: arguments.phases,
        most_points: usize::MAX,
    };
    let bar = Bar::new("Sweeping");
    let study = study(&project, &input, id, &wanted, &bar)
        .map_err(|error: SweepError| CliError::usage(error.to_string()))?;
    drop(bar);
    let present =
        study.curve(study.duration_ms).ok_or_else(|| CliError::usage(format!("{id} has no curve")))?;
    if arguments.json {
        let mut document = as_json(&present.sweep);
        curve_json(&mut document, present, &study, most);
        let other = |length: &i64| {
            let mut document = json!({ "duration_ms": length });
            curve_json(&mut document, study.curve(*length)?, &study, most);
            Some(document)
        };
        document["durations"] = arguments.durations.iter().filter_map(other).collect();
        document["suggested_duration_ms"] = json!(study.suggest(most).map(|best| best.duration_ms));
        document["phases"] = study.phases.iter().map(phase_json).collect();
        print_json_of(&document, &losses)?;
    } else {
        let mut text = as_text(present, most);
        tuning_text(&mut text, &study, present, &arguments.durations, most);
        phases_text(&mut text, &study.phases);
        print_text(&text)?;
    }
    Ok(Exit::Done)
}

/// What is suggested for one duration: chosen on the first part of the time, told as it goes on the whole trace; then both
/// parts, and the curve.
fn curve_json(document: &mut Value, curve: &DurationCurve, study: &Study, most: f64) {
    let choice = curve.suggest(most);
    document["suggested"] = choice.map_or(Value::Null, |choice| point_json(&choice.whole));
    document["tuned"] = choice.map_or(Value::Null, |choice| {
        json!({
            "split_ms": study.split_ms,
            "chosen": point_json(&choice.chosen),
            "tested": point_json(&choice.tested),
            "in_force": point_json(&study.in_force_rest),
        })
    });
    document["points"] = curve.sweep.points.iter().map(point_json).collect();
}

fn phase_json(phase: &Phase) -> Value {
    json!({
        "offset_ms": phase.offset_ms, "firings": phase.firings, "detected": phase.detected,
        "false_alarms": phase.false_alarms, "time_to_detect_ms": phase.time_to_detect_ms,
    })
}

fn tuning_text(text: &mut String, study: &Study, present: &DurationCurve, durations: &[i64], most: f64) {
    let said = |point: &SweepPoint| {
        format!("{} of {} attacks, {}", point.detected, point.windows, alarms(point.false_alarms))
    };
    // Writing to a String cannot fail.
    let _ = match present.suggest(most) {
        Some(choice) => writeln!(
            text,
            "\nChosen before {}: {} ({})\n  on the rest: {}; the bound in force: {}",
            moment(study.split_ms),
            number(choice.chosen.threshold),
            said(&choice.chosen),
            said(&choice.tested),
            said(&study.in_force_rest),
        ),
        None => writeln!(
            text,
            "\nBefore {} no bound finds an attack with at most {most} false alarms per agent-day.",
            moment(study.split_ms)
        ),
    };
    if !durations.is_empty() {
        let _ =
            writeln!(text, "\nOther durations, the best bound of each on the first part, then on the rest:");
    }
    let suggested = study.suggest(most).map(|best| best.duration_ms);
    for curve in durations.iter().filter_map(|length| study.curve(*length)) {
        let best = curve.suggest(most).map_or_else(
            || "no bound finds an attack within the budget".to_owned(),
            |choice| {
                let bound = number(choice.chosen.threshold);
                format!("{bound}: {}; then {}", said(&choice.chosen), said(&choice.tested))
            },
        );
        let length = curve.duration_ms;
        let time = if length == 0 { "at once".to_owned() } else { duration_words(length) };
        let mark = if suggested == Some(length) { "  suggested" } else { "" };
        let _ = writeln!(text, "  {time:>8}  {best}{mark}");
    }
}

fn phases_text(text: &mut String, phases: &[Phase]) {
    // Writing to a String cannot fail.
    if !phases.is_empty() {
        let _ = writeln!(text, "\nPhases of the evaluation, this condition alone:");
    }
    for phase in phases {
        let scored =
            phase.detected.zip(phase.false_alarms).map_or_else(String::new, |(found, false_ones)| {
                let attacks = if found == 1 { "attack" } else { "attacks" };
                format!(", {found} {attacks} detected, {}", alarms(false_ones))
            });
        let time = phase
            .time_to_detect_ms
            .map_or_else(String::new, |time| format!(", median {}", duration_words(time)));
        let _ = writeln!(
            text,
            "  {:>8}  {} alarms{scored}{time}",
            if phase.offset_ms == 0 {
                "as given".to_owned()
            } else {
                format!("+{} s", seconds(phase.offset_ms))
            },
            phase.firings
        );
    }
}

fn alarms(count: usize) -> String {
    format!("{count} false {}", if count == 1 { "alarm" } else { "alarms" })
}

/// `3.8`: a part of an interval.
fn seconds(ms: i64) -> String {
    number((ms as f64 / 100.0).round() / 10.0)
}

fn as_json(swept: &Sweep) -> Value {
    json!({
        "condition": swept.condition,
        "metric": swept.metric,
        "operator": swept.operator.label(),
        "exact": swept.exact,
        "auc": swept.area,
        "operating": point_json(&swept.operating),
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

fn as_text(curve: &DurationCurve, most: f64) -> String {
    let swept = &curve.sweep;
    let suggested = curve.suggest(most).map(|choice| choice.whole);
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
    if suggested.is_some() {
        let _ = writeln!(
            text,
            "Suggested: on the first part of the time most attacks with at most {most} false alarms per agent-day, firing in at most {:.0} % of quiet time or what is in force. Here as it goes on the whole trace.",
            MOST_QUIET_FIRING * 100.0
        );
    }
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
