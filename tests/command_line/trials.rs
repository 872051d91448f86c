//! What is tried on a trace: other policies, other thresholds and durations, other phases, made-up attacks.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{EXAMPLE, LABELS, TRACE, check, check_in, document};

type Alarms = BTreeMap<(String, String), Vec<(i64, i64)>>;

fn numbers(value: &Value, keys: &[&str]) -> Vec<u64> {
    keys.iter()
        .map(|key| value[*key].as_u64().unwrap_or_else(|| panic!("no number {key} in {value}")))
        .collect()
}

/// When each metric fires for each agent, joined where rules overlap.
fn alarms(run: &Value) -> Alarms {
    let mut found = Alarms::new();
    for condition in run["conditions"].as_array().unwrap() {
        for series in condition["series"].as_array().unwrap() {
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            let key = (word(&series["agent"]), word(&condition["metric"]));
            for interval in series["firing"].as_array().unwrap() {
                let end = |number: usize| interval[number].as_i64().unwrap();
                found.entry(key.clone()).or_default().push((end(0), end(1)));
            }
        }
    }
    for intervals in found.values_mut() {
        intervals.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for next in intervals.drain(..) {
            match joined.last_mut() {
                Some(last) if next.0 <= last.1 => last.1 = last.1.max(next.1),
                _ => joined.push(next),
            }
        }
        *intervals = joined;
    }
    found
}

/// Alarms of one run that meet none of the other, as `agent metric from to`.
fn alone(these: &Alarms, others: &Alarms) -> Vec<String> {
    let mut found = Vec::new();
    for (key, intervals) in these {
        let others = others.get(key).cloned().unwrap_or_default();
        for (from, to) in intervals {
            if !others.iter().any(|(other_from, other_to)| other_from < to && from < other_to) {
                found.push(format!("{} {} {from} {to}", key.0, key.1));
            }
        }
    }
    found.sort();
    found
}

fn listed(firings: &Value) -> Vec<String> {
    let mut found: Vec<String> = firings
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let ends = numbers(one, &["from_ms", "to_ms"]);
            let word = |key: &str| one[key].as_str().unwrap();
            format!("{} {} {} {}", word("agent"), word("metric"), ends[0], ends[1])
        })
        .collect();
    found.sort();
    found
}

#[test]
fn against_lists_what_two_runs_have_apart() {
    for (after, before, said) in [
        ("P-02", "P-01", "7 alarms are new (7 in an attack)"),
        ("P-01", "P-02", "7 alarms are lost (7 in an attack)"),
        ("P-03", "P-01", "agents are touched"),
        ("P-01", "P-01", "Nothing changes on this trace."),
    ] {
        let words = ["simulate", EXAMPLE, "--policy", after, "--against", before];
        check(&words, 0, said);
        let compared = document(&[&words[..], &["--json"]].concat());
        let other = document(&["simulate", EXAMPLE, "--policy", before, "--json"]);
        let (is, was) = (alarms(&compared), alarms(&other));
        let comparison = &compared["comparison"];
        assert_eq!(listed(&comparison["new_firings"]), alone(&is, &was), "{after} against {before}");
        assert_eq!(listed(&comparison["lost_firings"]), alone(&was, &is), "{after} against {before}");
        let decided = |run: &Value| -> Vec<bool> {
            let decisions = run["decisions"].as_array().unwrap().iter();
            decisions.map(|one| one["decision"] == "deny").collect()
        };
        let otherwise =
            decided(&compared).iter().zip(decided(&other)).filter(|(is, was)| **is != *was).count();
        assert_eq!(comparison["changed_decisions"].as_array().unwrap().len(), otherwise);
        let (before, after) = (&comparison["before"], &comparison["after"]);
        assert_eq!((&before["scores"], &after["scores"]), (&other["scores"], &compared["scores"]));
        for moved in comparison["moved_firings"].as_array().unwrap() {
            let ends = (numbers(moved, &["from_ms", "to_ms"]), numbers(&moved["was"], &["from_ms", "to_ms"]));
            assert_ne!(ends.0, ends.1, "{after} against {before}");
        }
        let same = is == was && otherwise == 0;
        assert_eq!(comparison["agents"].as_array().unwrap().is_empty(), same, "{after} against {before}");
    }
}

#[test]
fn phases_begin_later_each_time_and_the_first_is_the_run_itself() {
    let run = document(&["simulate", EXAMPLE, "--json"]);
    let words = ["sweep", EXAMPLE, "--condition", "r0c0", "--json", "--phases"];
    for count in [0_u64, 1, 4, 5] {
        let text = count.to_string();
        let swept = document(&[&words[..], &[text.as_str()]].concat());
        let phases = swept["phases"].as_array().unwrap();
        assert_eq!(phases.len() as u64, count);
        for (number, phase) in phases.iter().enumerate() {
            assert_eq!(phase["offset_ms"].as_u64(), Some(number as u64 * 15_000 / count));
        }
        if let Some(first) = phases.first() {
            // The condition alone: others of its policy add no alarms.
            assert_eq!(first["detected"], swept["operating"]["detected"]);
            assert_eq!(first["false_alarms"], swept["operating"]["false_alarms"]);
            let series = run["conditions"][0]["series"].as_array().unwrap().iter();
            let firings = series.map(|one| one["firing"].as_array().unwrap().len() as u64);
            assert_eq!(first["firings"].as_u64(), Some(firings.sum()));
        }
    }
    check(&words[..4], 0, "suggested");
    check(&[&words[..4], &["--phases", "2"]].concat(), 0, "+7.5 s");
}

#[test]
fn each_duration_has_a_curve_and_the_present_one_is_the_sweep_itself() {
    let swept = document(&["sweep", EXAMPLE, "--condition", "r0c0", "--durations", "1m,5m,20m", "--json"]);
    let curves = swept["durations"].as_array().unwrap();
    let lengths: Vec<u64> = curves.iter().map(|curve| curve["duration_ms"].as_u64().unwrap()).collect();
    assert_eq!(lengths, [60_000, 300_000, 1_200_000]);
    assert_eq!(curves[1]["points"], swept["points"]);
    assert_eq!(curves[1]["suggested"], swept["suggested"]);
    assert_eq!(curves[1]["tuned"], swept["tuned"]);
    let words = ["sweep", EXAMPLE, "--condition", "r0c0", "--durations", "0,20m"];
    check(&words, 0, "at once  88.2: 2 of 3 attacks, 0 false alarms; then 0 of 3 attacks, 1 false alarm");
    assert_ne!(curves[2]["points"], swept["points"]);
}

#[test]
fn tuning_chooses_on_the_first_part_only() {
    // The attacks of the example begin at 3:10, 10:10, 13:31, 16:21, 18:40 and 22:10.
    for (share, before, after) in [("0.3", 1, 5), ("0.5", 2, 4), ("0.6", 3, 3), ("0.9", 5, 1)] {
        let swept = document(&["sweep", EXAMPLE, "--condition", "r0c0", "--tune-on", share, "--json"]);
        let tuned = &swept["tuned"];
        assert_eq!(tuned["chosen"]["windows"], before, "{share}");
        assert_eq!(tuned["tested"]["windows"], after, "{share}");
        assert_eq!(tuned["in_force"]["windows"], after, "{share}");
        assert_eq!(tuned["in_force"]["threshold"], swept["operating"]["threshold"]);
        assert_eq!(tuned["tested"]["threshold"], tuned["chosen"]["threshold"]);
        // On nothing but the first part it is a point of the curve, and within the budget none detects more.
        let end = format!("{}", tuned["split_ms"].as_i64().unwrap() as f64 / 1000.0);
        let first = document(&["sweep", EXAMPLE, "--condition", "r0c0", "--end", &end, "--json"]);
        let points = first["points"].as_array().unwrap();
        assert!(points.contains(&tuned["chosen"]), "{share}");
        let within = points.iter().filter(|point| {
            point["false_alarms_per_agent_day"].as_f64().unwrap() <= 0.1
                && point["point"]["false_positive_rate"].as_f64().unwrap() <= 0.05
        });
        let most = within.map(|point| point["detected"].as_u64().unwrap()).max();
        assert_eq!(tuned["chosen"]["detected"].as_u64(), most, "{share}");
        // What is suggested is what was chosen there, told as it goes on the whole trace.
        assert_eq!(swept["suggested"]["threshold"], tuned["chosen"]["threshold"], "{share}");
        assert!(swept["points"].as_array().unwrap().iter().any(|point| {
            (&point["detected"], &point["false_alarms"])
                == (&swept["suggested"]["detected"], &swept["suggested"]["false_alarms"])
        }));
    }
}

#[test]
fn what_cannot_be_tried_is_refused() {
    let sweep = ["sweep", EXAMPLE, "--condition", "r0c0"];
    let simulate = ["simulate", EXAMPLE];
    for (words, more, code, said) in [
        (&sweep[..], &["--tune-on", "1.5"][..], 2, "wanted a share between 0 and 1"),
        (&sweep, &["--tune-on", "0"], 2, "wanted a share between 0 and 1"),
        (&sweep, &["--tune-on", "half"], 2, "wanted a share between 0 and 1"),
        (&sweep, &["--most-false-alarms=-1"], 2, "wanted a number, 0 or more"),
        (&sweep, &["--durations", "1m,soon"], 2, "\"soon\" is not a length of time"),
        (&sweep, &["--phases", "many"], 2, "--phases"),
        (&simulate, &["--against", "nobody"], 2, "there are P-01"),
        (&simulate, &["--against", "production"], 2, "fits several policies"),
        (&simulate, &["--against", "P-01", "--at", "http://127.0.0.1:1"], 2, "cannot be used with"),
        (&simulate, &["--write-trace", "a.csv", "--at", "http://127.0.0.1:1"], 2, "cannot be used with"),
        (&simulate, &["--attack", "flood,metric=cpu_usage"], 2, "ramp, burst, slow_drip"),
        (&simulate, &["--attack", "burst"], 2, "an attack needs a metric"),
        (&simulate, &["--attack", "burst,metric=nothing"], 2, "the trace holds no nothing"),
        (&simulate, &["--attack", "burst,metric=cpu_usage,agent=nobody"], 2, "nobody"),
        (&simulate, &["--attack", "burst,metric=cpu_usage,for=long"], 2, "long"),
        (&simulate, &["--attack", "burst,cpu_usage"], 2, "not of the form name=value"),
        (&simulate, &["--write-trace", "no/such/folder/a.csv"], 4, "no/such/folder/a.csv"),
    ] {
        check(&[words, more].concat(), code, said);
    }
}

/// The lines of a trace of one agent and metric: time and value.
fn column(path: &Path, agent: &str, metric: &str) -> Vec<(i64, f64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|one| *one == name).unwrap();
    let (time, value, who, what) = (at("timestamp_ms"), at("value"), at("agent"), at("metric"));
    lines
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|cells| cells[who] == agent && cells[what] == metric)
        .map(|cells| (cells[time].parse().unwrap(), cells[value].parse().unwrap()))
        .collect()
}

const START_MS: i64 = 1_737_435_600_000;

#[test]
fn an_attack_lifts_its_own_samples_and_the_written_trace_runs_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    check_in(at, &["simulate", EXAMPLE, "--write-trace", "plain.csv"], 0, "samples");
    let plain = column(&at.join("plain.csv"), "assistant-2", "cpu_usage");
    let end_ms = START_MS + 1_200_000;
    for shape in ["ramp", "burst", "slow_drip", "credential_stuffing", "exfiltration"] {
        let attack = format!(
            "{shape},metric=cpu_usage,agent=assistant-2,start=2025-01-21T05:00:00Z,for=20m,height=60,seed=3"
        );
        let words = ["simulate", EXAMPLE, "--attack", &attack, "--json"];
        let made =
            check_in(at, &[&words[..], &["--write-trace", "made.csv"]].concat(), 0, "put on cpu_usage");
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let lifted = column(&at.join("made.csv"), "assistant-2", "cpu_usage");
        assert_eq!(lifted.len(), plain.len(), "{shape}: none is added");
        let mut raised = Vec::new();
        for ((t, before), (u, after)) in plain.iter().zip(&lifted) {
            assert_eq!(t, u);
            let within = (START_MS..=end_ms).contains(t);
            assert!(
                within || before == after,
                "{shape}: {before} became {after} at {t}, outside of the attack"
            );
            assert!(
                *after >= *before - 1e-9 && *after <= before + 60.0 + 1e-9,
                "{shape}: {before} to {after}"
            );
            raised.extend((after > before).then_some(*t));
        }
        assert!(raised.len() > 3, "{shape} lifts {raised:?}");
        assert_eq!(
            column(&at.join("made.csv"), "processor-1", "cpu_usage"),
            column(&at.join("plain.csv"), "processor-1", "cpu_usage"),
            "{shape}: nobody else is touched"
        );
        let labels = std::fs::read_to_string(at.join("made.labels.csv")).unwrap();
        let own = format!("assistant-2,{},{},synthetic_{shape}", raised[0], raised[raised.len() - 1]);
        assert!(labels.lines().any(|line| line == own), "{own} is not in\n{labels}");
        let given = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/agent-platform.labels.csv"),
        );
        assert_eq!(labels.lines().count(), given.unwrap().lines().count() + 1, "the other labels are kept");

        // What was written is what ran; the same words make the same attack.
        let words = ["simulate", EXAMPLE, "--trace", "made.csv", "--labels", "made.labels.csv", "--json"];
        let events = ["--events", "EXAMPLES/agent-platform.events.jsonl"];
        let again = check_in(at, &[&words[..], &events].concat(), 0, "conditions");
        let again: Value = serde_json::from_slice(&again.stdout).unwrap();
        for key in ["conditions", "decisions", "responses", "scores"] {
            assert_eq!(again[key], made[key], "{shape}: {key}");
        }
        let words = ["simulate", EXAMPLE, "--attack", &attack, "--write-trace", "twin.csv"];
        check_in(at, &words, 0, "samples");
        let read = |name: &str| std::fs::read(at.join(name)).unwrap();
        assert_eq!(read("twin.csv"), read("made.csv"), "{shape}");
    }
}

#[test]
fn attacks_without_labels_or_beside_each_other_are_labelled_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let words = ["simulate", EXAMPLE, "--trace", TRACE, "--write-trace", "two.csv"];
    let attacks = [
        "--attack",
        "burst,metric=cpu_usage,agent=assistant-1,for=30m",
        "--attack",
        "ramp,metric=token_usage",
    ];
    check_in(at, &[&words[..], &attacks].concat(), 0, "of 2 attacks detected");
    let labels = std::fs::read_to_string(at.join("two.labels.csv")).unwrap();
    assert_eq!(labels.lines().count(), 3, "{labels}");
    check_in(
        at,
        &["sweep", EXAMPLE, "--trace", "two.csv", "--labels", "two.labels.csv", "--condition", "r0c0"],
        0,
        "of 2",
    );
    check_in(at, &["simulate", EXAMPLE, "--trace", TRACE, "--labels", LABELS], 0, "of 6 attacks");
}
