//! `simulate FILE --trace T …`: policies against a trace, an event log and labels.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::input::{Loaded, print_json_of};
use super::progress::Bar;
use super::sample::{Sample, SampleOptions, policy as named_policy};
use super::{CliError, Exit, load, print_text, say};
use crate::analysis::fingerprint::{of_policy, of_settings};
use crate::edit::verbs;
use crate::model::{Evidence, Project};
use crate::simulation::compare::{Comparison, Moved};
use crate::simulation::evidence::{EvidenceInput, evidence, trace_fingerprint};
use crate::simulation::run::{ConditionRun, Run, RunInput, run as simulate};
use crate::simulation::scores::EventScore;
use crate::simulation::time::{delay_words, duration_words, moment};
use crate::storage::file;

/// The arguments of `simulate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    #[command(flatten)]
    sample: SampleOptions,
    /// Let a Prometheus server evaluate the metric conditions on its own data: http://host:9090, or with a range
    /// http://host:9090/?last=6h
    #[arg(long, value_name = "URL", conflicts_with = "trace")]
    at: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the model with the run stored as evidence to this file
    #[arg(long, value_name = "OUT")]
    record: Option<PathBuf>,
    /// Compare with this policy on the same data: its id or name, may be given again for more. What it lists as new
    /// is what --policy adds
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    against: Vec<String>,
    /// Write the trace as it ran, with made-up attacks, to this CSV file, and its labels beside it
    /// (a.csv has a.labels.csv)
    #[arg(long, value_name = "OUT", conflicts_with = "at")]
    write_trace: Option<PathBuf>,
    /// End with exit code 1 if anything was violated
    #[arg(long)]
    fail_on_violation: bool,
}

/// Runs the policies and prints what happened.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { mut project, losses, .. } = load(&arguments.file)?;
    let (sample, found) = match &arguments.at {
        Some(address) => {
            has_policies(arguments, &project)?;
            arguments.sample.run_at(&project, address)?
        }
        None => run_here(arguments, &project)?,
    };
    if arguments.record.is_some() && sample.labels.is_none() {
        return Err(CliError::usage("evidence needs labelled attacks: name them with --labels FILE"));
    }
    for left_out in &found.coverage.labels_left_out {
        say(left_out);
    }
    let records = if arguments.record.is_some() { records(&project, &found, &sample) } else { Vec::new() };
    if arguments.record.is_some() && records.is_empty() {
        let why = "there is nothing to record: no labelled attack in this run measures any of its rules";
        return Err(CliError::usage(why));
    }
    let compared = compared(arguments, &project, &sample, &found)?;
    if arguments.json {
        let mut document = found.to_json();
        document["trace_report"] = json!(sample.report.sentences());
        document["trace_understood"] = sample.report.to_json();
        if let Some((before, comparison)) = &compared {
            let side = |run: &Run| json!({"policies": run.policies, "mode": run.mode.word(), "scores": run.scores_json()});
            document["comparison"] = comparison.to_json();
            document["comparison"]["before"] = side(before);
            document["comparison"]["after"] = side(&found);
        }
        print_json_of(&document, &losses)?;
    } else {
        print_text(&as_text(&found, &sample))?;
        if let Some((before, comparison)) = &compared {
            print_text(&comparison_text(before, &found, comparison))?;
        }
    }
    if let Some(out) = &arguments.write_trace {
        write_trace(out, &sample)?;
    }
    if let Some(out) = &arguments.record {
        let count = records.len();
        verbs::record_evidence(&project, records)
            .apply(&mut project)
            .map_err(|error| CliError::input(error.to_string()))?;
        file::save(out, &project).map_err(|error| CliError::output(format!("{}: {error}", out.display())))?;
        let pieces = if count == 1 { "piece" } else { "pieces" };
        say(&format!("{}: {count} {pieces} of evidence recorded", out.display()));
    }
    if !arguments.fail_on_violation || !found.violated() {
        return Ok(Exit::Done);
    }
    say(&format!("violated: {}", violations(&found)));
    Ok(Exit::AnswerIsNo)
}

fn has_policies(arguments: &Arguments, project: &Project) -> Result<(), CliError> {
    if project.policies.is_empty() {
        return Err(CliError::file(&arguments.file, "there is no policy in it to simulate"));
    }
    Ok(())
}

fn run_here(arguments: &Arguments, project: &Project) -> Result<(Sample, Run), CliError> {
    let sample = arguments.sample.read(project, &arguments.file)?.ok_or_else(|| {
        CliError::usage("name a trace with --trace FILE: the project has no sample trace of its own")
    })?;
    has_policies(arguments, project)?;
    let bar = Bar::new("Simulating");
    // Nothing is drawn here.
    let input = RunInput { chart_points: 0, ..sample.input(project) };
    let found = simulate(project, &input, &bar).map_err(|stopped| CliError::input(stopped.to_string()))?;
    Ok((sample, found))
}

/// The same data with the policies to compare with, and what is otherwise.
fn compared(
    arguments: &Arguments,
    project: &Project,
    sample: &Sample,
    found: &Run,
) -> Result<Option<(Run, Comparison)>, CliError> {
    if arguments.against.is_empty() {
        return Ok(None);
    }
    let policies: Result<_, CliError> =
        arguments.against.iter().map(|wanted| named_policy(project, wanted)).collect();
    let input = RunInput { policies: policies?, chart_points: 0, ..sample.input(project) };
    let bar = Bar::new("Comparing");
    let before = simulate(project, &input, &bar).map_err(|stopped| CliError::input(stopped.to_string()))?;
    let comparison = Comparison::of(&before, found);
    Ok(Some((before, comparison)))
}

fn comparison_text(before: &Run, after: &Run, comparison: &Comparison) -> String {
    let names = |run: &Run| {
        let mut names: Vec<&str> = run.conditions.iter().map(|one| one.policy_name.as_str()).collect();
        names.dedup();
        if names.is_empty() { "the other policies".to_owned() } else { names.join(", ") }
    };
    let mut text = format!("\nAgainst {}:\n", names(before));
    // Writing to a String cannot fail.
    for (run, what) in [(before, "before"), (after, "after")] {
        if let Some(scores) = &run.scores {
            let event = &scores.event;
            let (detected, windows) = (event.detected, event.windows.len());
            let _ = writeln!(
                text,
                "  {what}: {detected} of {windows} attacks detected, {} of {} alarms false",
                event.false_alarms, event.alarms
            );
        }
    }
    let _ = writeln!(text, "  {}", comparison.totals());
    for (list, what) in [(&comparison.new, "new"), (&comparison.lost, "lost")] {
        for one in list.iter().take(12) {
            let attack = match one.in_attack {
                Some(true) => ", in an attack",
                Some(false) => ", a false alarm",
                None => "",
            };
            let long = duration_words(one.interval.to_ms - one.interval.from_ms);
            let from = moment(one.interval.from_ms);
            let _ = writeln!(
                text,
                "  {what}: {} fires for {} from {from} ({long}{attack})",
                one.metric, one.agent
            );
        }
        if list.len() > 12 {
            let _ = writeln!(text, "  … and {} more {what}", list.len() - 12);
        }
    }
    for one in comparison.moved.iter().take(12) {
        let Moved { firing, was } = one;
        let _ = writeln!(
            text,
            "  moved: {} fires for {} from {} ({}), before from {} ({})",
            firing.metric,
            firing.agent,
            moment(firing.interval.from_ms),
            duration_words(firing.interval.to_ms - firing.interval.from_ms),
            moment(was.from_ms),
            duration_words(was.to_ms - was.from_ms),
        );
    }
    if comparison.moved.len() > 12 {
        let _ = writeln!(text, "  … and {} more at another time", comparison.moved.len() - 12);
    }
    for one in comparison.decisions.iter().take(12) {
        let what = if one.denied_now { "denied now" } else { "allowed now" };
        let _ = writeln!(text, "  {what}: {} {}: {} ({})", moment(one.t_ms), one.agent, one.request, one.by);
    }
    if comparison.decisions.len() > 12 {
        let _ = writeln!(text, "  … and {} more requests decided otherwise", comparison.decisions.len() - 12);
    }
    if !comparison.is_empty() {
        let _ = writeln!(text, "  Agents touched: {}", comparison.agents.join(", "));
    }
    text
}

fn write_trace(out: &Path, sample: &Sample) -> Result<(), CliError> {
    let failed =
        |path: &Path, error: &dyn std::fmt::Display| CliError::output(format!("{}: {error}", path.display()));
    let write = |path: &Path, text: String| {
        file::replace(path, text.as_bytes()).map_err(|error| failed(path, &error))
    };
    write(out, sample.trace.to_csv())?;
    let beside = out.with_extension("labels.csv");
    if let Some(labels) = &sample.labels {
        write(&beside, labels.to_csv())?;
    }
    say(&format!("{}: {} samples", out.display(), sample.trace.samples()));
    Ok(())
}

/// "r0c0, r0c2; 76 requests denied".
fn violations(found: &Run) -> String {
    let fired = |condition: &&ConditionRun| condition.series.iter().any(|series| !series.firing.is_empty());
    let fired: Vec<&str> = found.conditions.iter().filter(fired).map(|one| one.id.as_str()).collect();
    let denied = found.decisions.iter().filter(|decision| decision.denied()).count();
    let requests = if denied == 1 { "request" } else { "requests" };
    let denied = (denied > 0).then(|| format!("{denied} {requests} denied"));
    let fired = (!fired.is_empty()).then(|| fired.join(", "));
    fired.into_iter().chain(denied).collect::<Vec<_>>().join("; ")
}

fn records(project: &Project, found: &Run, sample: &Sample) -> Vec<Evidence> {
    let Some(labels) = sample.labels.as_ref() else { return Vec::new() };
    let fingerprint = trace_fingerprint(&sample.trace, sample.events.as_ref(), Some(labels));
    let today = crate::session::today();
    let input = EvidenceInput {
        labels,
        trace_fingerprint: &fingerprint,
        policy_fingerprint: of_policy,
        model_fingerprint: &of_settings(&project.simulation),
        date: Some(today),
    };
    evidence(project, found, &input)
}

fn as_text(found: &Run, sample: &Sample) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let grid = found.grid;
    let _ = writeln!(
        text,
        "{}: {} to {}, every {}, {}, {}",
        found.trace,
        moment(grid.start_ms),
        moment(grid.end_ms),
        duration_words(grid.interval_ms),
        grid.engine,
        found.mode.label().to_lowercase(),
    );
    for said in sample.report.sentences().iter().chain(&found.coverage.notes) {
        let _ = writeln!(text, "  {said}");
    }
    if !found.coverage.metrics_missing.is_empty() {
        let _ = writeln!(text, "  Not in the trace: {}.", found.coverage.metrics_missing.join(", "));
    }
    let _ = writeln!(text, "  Agents in scope: {}.", listed(&found.coverage.agents_in_scope));
    for condition in &found.conditions {
        condition_text(&mut text, condition);
    }
    if found.coverage.requests > 0 {
        let denied: Vec<_> = found.decisions.iter().filter(|decision| decision.denied()).collect();
        let _ = writeln!(text, "\nRequests: {} of {} denied", denied.len(), found.decisions.len());
        for decision in denied.iter().take(12) {
            let by = decision.decision.by_text();
            let _ =
                writeln!(text, "  {} {}: {} ({by})", moment(decision.t_ms), decision.agent, decision.request);
        }
        if denied.len() > 12 {
            let _ = writeln!(text, "  … and {} more; --json lists them all", denied.len() - 12);
        }
    }
    if !found.responses.is_empty() {
        let _ = writeln!(text, "\nResponses: {}", found.responses.len());
        for response in found.responses.iter().take(12) {
            let action = match &response.approval {
                Some(approval) => format!("asked {} ({})", approval.approvers.join(", "), approval.outcome),
                None => response.action.map_or_else(String::new, |action| action.to_string()),
            };
            let until = match response.until_ms {
                Some(ms) if ms > response.t_ms => format!(" until {}", moment(ms)),
                Some(_) => ", though its cause was over by then".to_owned(),
                None => String::new(),
            };
            let cause = &response.cause;
            let _ =
                writeln!(text, "  {} {}: {action}{until} – {cause}", moment(response.t_ms), response.agent);
        }
        if found.responses.len() > 12 {
            let _ = writeln!(text, "  … and {} more; --json lists them all", found.responses.len() - 12);
        }
    }
    scores_text(&mut text, found);
    text
}

fn condition_text(text: &mut String, condition: &ConditionRun) {
    let _ = writeln!(text, "\n{} {}: {}", condition.id, condition.rule_name, condition.requirement);
    let mut quiet = Vec::new();
    for series in &condition.series {
        let labels: Vec<String> = series.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let who = if labels.is_empty() {
            series.agent.clone()
        } else {
            format!("{} {{{}}}", series.agent, labels.join(", "))
        };
        if series.firing.is_empty() {
            let almost = if series.pending.is_empty() {
                String::new()
            } else {
                format!(" (pending {}×)", series.pending.len())
            };
            quiet.push(who + &almost);
            continue;
        }
        for interval in &series.firing {
            let end = if interval.open {
                "still on at the end".to_owned()
            } else {
                format!("to {}", moment(interval.to_ms))
            };
            let long = duration_words(interval.to_ms - interval.from_ms);
            let _ = writeln!(text, "  {who}: firing from {} {end} ({long})", moment(interval.from_ms));
        }
    }
    if condition.series.is_empty() {
        let _ = writeln!(text, "  no samples of {} in this range", condition.metric);
    }
    if !quiet.is_empty() {
        let _ = writeln!(text, "  quiet: {}", quiet.join(", "));
    }
}

fn scores_text(text: &mut String, found: &Run) {
    let Some(scores) = &found.scores else {
        let why = if found.coverage.labels_left_out.is_empty() { "No labels" } else { "No label fits" };
        let _ = writeln!(text, "\n{why}, so nothing is scored.");
        return;
    };
    event_text(text, "Metric conditions", &scores.event);
    let _ = writeln!(
        text,
        "  by evaluation: {} of the attacked fire, {} of the others",
        percent(scores.point.detection_rate()),
        percent(scores.point.false_positive_rate()),
    );
    if let Some(score) = &scores.with_denials {
        event_text(text, "With denied requests", score);
    }
    if let Some(requests) = &scores.requests {
        let _ = writeln!(
            text,
            "  by request: {} of {} malicious denied, {} of {} benign denied",
            requests.tp,
            requests.tp + requests.fn_,
            requests.fp,
            requests.fp + requests.tn,
        );
        if requests.stopped_malicious + requests.stopped_benign > 0 {
            let _ = writeln!(
                text,
                "  stopped by responses, counted apart: {} malicious, {} benign",
                requests.stopped_malicious, requests.stopped_benign,
            );
        }
    }
}

fn event_text(text: &mut String, what: &str, score: &EventScore) {
    let interval = score.rate_interval.map_or_else(String::new, |(low, high)| {
        format!(" (95 % interval {:.0} to {:.0} %)", low * 100.0, high * 100.0)
    });
    let _ =
        writeln!(text, "\n{what}: {} of {} attacks detected{interval}", score.detected, score.windows.len());
    if score.firing_before_window > 0 {
        let _ = writeln!(
            text,
            "  in {} of them the alarm was on before the attack began",
            score.firing_before_window
        );
    }
    let rate = score.false_alarms_per_agent_day.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"));
    let _ = writeln!(text, "  {} of {} alarms false, {rate} per agent-day", score.false_alarms, score.alarms);
    if let Some(time) = score.time_to_detect {
        let (middle, slowest) = (delay_words(time.p50_ms), delay_words(time.max_ms));
        let _ = writeln!(text, "  time to detect: median {middle}, slowest {slowest}");
    }
    for window in score.windows.iter().filter(|window| window.detected_ms.is_none()) {
        let label = &window.label;
        let threat = if label.threat.is_empty() { "attack" } else { &label.threat };
        let _ = writeln!(text, "  missed: {} {threat} of {}", moment(label.start_ms), label.agent);
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
