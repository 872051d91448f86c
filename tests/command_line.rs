//! The program as scripts see it: output, messages, exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

#[path = "command_line/trials.rs"]
mod trials;

fn run(words: &[&str], folder: &Path) -> Output {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (fixtures, examples) = (package.join("tests/fixtures"), package.join("examples"));
    let words: Vec<String> = words
        .iter()
        .map(|word| word.replace("FIXTURES", &fixtures.display().to_string()))
        .map(|word| word.replace("EXAMPLES", &examples.display().to_string()))
        .collect();
    Command::new(env!("CARGO_BIN_EXE_threat-studio"))
        .args(&words)
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs the program; it must end with that code, and say those words on standard output or standard error.
#[track_caller]
fn check(words: &[&str], code: i32, said: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    check_in(folder.path(), words, code, said)
}

#[track_caller]
fn check_in(folder: &Path, words: &[&str], code: i32, said: &str) -> Output {
    let output = run(words, folder);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{out}\n{err}");
    assert!(out.contains(said) || err.contains(said), "{words:?} says nothing of {said:?}:\n{out}\n{err}");
    output
}

#[test]
fn exit_codes_are_as_documented() {
    check(&["--version"], 0, "threat-studio");
    check(&["--help"], 0, "show");
    check(&["show", "FIXTURES/bakery.v2.json"], 0, "components");
    check(&["show"], 2, "Usage");
    check(&["shwo", "a.threat.ron"], 2, "`shwo` is no subcommand; there are");
    check(&["show", "a", "--loud"], 2, "--loud");
    check(
        &["import", "FIXTURES/bakery.v2.json", "--out", "a.threat.ron", "--format", "tm8"],
        2,
        "threat-dragon",
    );
    check(&["show", "missing.threat.ron"], 3, "there is no such file");
    check(&["show", "."], 3, "folder");
    check(&["missing.threat.ron"], 3, "there is no such file");
    check(
        &["import", "FIXTURES/bakery.v2.json", "--out", "no/such/folder/a.threat.ron"],
        4,
        "somewhere else",
    );
}

#[test]
fn without_a_display_the_studio_says_what_to_do_instead() {
    if cfg!(target_os = "linux") {
        let output = check(&["FIXTURES/format-1.threat.ron"], 2, "show");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn json_is_one_document_with_the_keys_of_the_contract() {
    let output = check(&["show", "FIXTURES/bakery.otm.yaml", "--json"], 0, "Bakery");
    let expected = "{\"name\":\"Bakery\",\"components\":3,\"interfaces\":3,\"boundaries\":3,\"assets\":1,\"threats\":2,\"targets\":2,\"controls\":2,\"policies\":0,\"notes\":0,\"views\":1}";
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document.to_string(), expected);
    assert!(output.stderr.is_empty());
}

#[test]
fn what_was_imported_is_a_project() {
    let folder = tempfile::tempdir().unwrap();
    for (number, file) in
        ["bakery.v1.json", "bakery.v2.json", "bakery.otm.yaml", "bakery-agents.js"].iter().enumerate()
    {
        let (source, out) = (format!("FIXTURES/{file}"), format!("{number}.threat.ron"));
        let imported = check_in(folder.path(), &["import", &source, "--out", &out, "--json"], 0, "losses");
        let imported: serde_json::Value = serde_json::from_slice(&imported.stdout).unwrap();
        let loss = &imported["losses"][0];
        assert!(
            ["where", "what", "why"]
                .iter()
                .all(|key| loss[key].as_str().is_some_and(|text| !text.is_empty()))
        );
        let counts = |words: &[&str]| -> serde_json::Value {
            serde_json::from_slice(&check_in(folder.path(), words, 0, "").stdout).unwrap()
        };
        let shown = counts(&["show", &out, "--json"]);
        assert_eq!(shown, counts(&["show", &source, "--json"]), "{file}");
        for (key, count) in shown.as_object().unwrap() {
            assert_eq!(count, &imported[key], "{file}: {key}");
        }
    }
    check_in(
        folder.path(),
        &["import", "FIXTURES/bakery.v2.json", "--out", "0.threat.ron"],
        0,
        "Not carried over",
    );
    assert!(folder.path().join("0.threat.ron.bak").exists());
}

#[test]
fn a_refused_file_writes_nothing_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.json"), "{\n  \"summary\": {\"title\" 3}}").unwrap();
    check_in(
        folder.path(),
        &["import", "bad.json", "--out", "a.threat.ron"],
        3,
        "bad.json: line 2, column 23",
    );
    std::fs::write(folder.path().join("bad.threat.ron"), "(\n  format: 2,\n  name: 7,\n)").unwrap();
    check_in(folder.path(), &["show", "bad.threat.ron"], 3, "bad.threat.ron: line 3");
    assert!(!folder.path().join("a.threat.ron").exists());
}

#[test]
fn a_new_model_can_be_shown_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    check_in(folder.path(), &["new", "corner-shop.threat.ron"], 0, "ready");
    check_in(folder.path(), &["show", "corner-shop.threat.ron"], 0, "Corner shop");
    let before = std::fs::read(folder.path().join("corner-shop.threat.ron")).unwrap();
    check_in(folder.path(), &["new", "corner-shop.threat.ron"], 4, "already");
    assert_eq!(std::fs::read(folder.path().join("corner-shop.threat.ron")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bakery.v2.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_threat-studio"))
        .arg("show")
        .arg(fixture)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The one JSON document on standard output; nothing else is said.
#[track_caller]
fn document(words: &[&str]) -> serde_json::Value {
    let output = check(words, 0, "{");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn has_keys(value: &serde_json::Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "no {key} in {value}");
    }
}

const EXAMPLE: &str = "EXAMPLES/agent-platform.threat.ron";
const TRACE: &str = "EXAMPLES/agent-platform.metrics.csv";
const LABELS: &str = "EXAMPLES/agent-platform.labels.csv";

#[test]
fn simulate_says_what_happened_and_how_well() {
    let output = check(&["simulate", EXAMPLE], 0, "attacks detected");
    let said = String::from_utf8(output.stdout).unwrap();
    for words in ["cpu_usage must stay below 80 %", "firing from", "Requests:", "Responses:", "missed:"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    check(&["simulate", EXAMPLE, "--fail-on-violation"], 1, "violated: r0c0");
    check(&["simulate", EXAMPLE, "--trace", TRACE], 0, "No labels, so nothing is scored.");
    check(&["simulate", EXAMPLE, "--engine", "prom2", "--interval", "1m"], 0, "every 1m, prom2");

    let run = document(&["simulate", EXAMPLE, "--json"]);
    has_keys(
        &run,
        &[
            "engine",
            "start_ms",
            "end_ms",
            "interval_ms",
            "conditions",
            "decisions",
            "responses",
            "scores",
            "coverage",
        ],
    );
    has_keys(&run["conditions"][0], &["id", "policy", "rule", "metric", "series"]);
    has_keys(&run["conditions"][0]["series"][0], &["agent", "pending", "firing"]);
    has_keys(&run["decisions"][0], &["t_ms", "agent", "kind", "request", "decision", "by"]);
    has_keys(&run["responses"][0], &["t_ms", "agent", "severity", "action", "cause", "approval"]);
    let event = &run["scores"]["event"];
    has_keys(
        event,
        &[
            "windows",
            "detected",
            "detection_rate",
            "false_alarms",
            "false_alarms_per_agent_day",
            "time_to_detect_ms",
        ],
    );
    has_keys(&run["scores"]["point"], &["tp", "fp", "tn", "fn", "detection_rate", "false_positive_rate"]);
    has_keys(&run["coverage"], &["samples", "metrics_missing", "agents_in_scope"]);
}

#[test]
fn simulate_runs_the_policies_that_are_named() {
    let of = |name: &str| document(&["simulate", EXAMPLE, "--policy", name, "--json"])["policies"].clone();
    assert_eq!(of("P-03"), serde_json::json!(["P-03"]));
    assert_eq!(of("Staging baseline"), of("P-03"));
    assert_eq!(of("staging"), of("P-03"), "a part of the name that fits one policy will do");
    check(&["simulate", EXAMPLE, "--policy", "production"], 2, "fits several policies: P-01");
    check(&["simulate", EXAMPLE, "--policy", "nobody"], 2, "there are P-01");
}

#[test]
fn what_cannot_be_simulated_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let bad = "timestamp,agent,cpu_usage\n2025-01-21T00:00:00Z,a,20\n2025-01-21T00:00:30Z,a,many\n";
    std::fs::write(folder.path().join("bad.csv"), bad).unwrap();
    check_in(folder.path(), &["simulate", EXAMPLE, "--trace", "bad.csv"], 3, "bad.csv, line 3");
    check_in(
        folder.path(),
        &["simulate", EXAMPLE, "--trace", "bad.csv", "--skip-bad-lines"],
        0,
        "left out line 3",
    );
    for (words, code, said) in [
        (&["--trace", "missing.csv"][..], 3, "missing.csv: there is no such file"),
        (&["--trace", LABELS], 3, "no column is called timestamp"),
        (&["--engine", "prom9"], 2, "prom2 or prom3"),
        (&["--interval", "0s"], 2, "more than nothing"),
        (
            &["--start", "2025-01-22T00:00:00Z", "--end", "2025-01-21T00:00:00Z"],
            2,
            "the end is before the start",
        ),
    ] {
        let words = [&["simulate", EXAMPLE], words].concat();
        check_in(folder.path(), &words, code, said);
    }
    check(&["simulate", "FIXTURES/bakery.v2.json"], 2, "name a trace with --trace");
}

#[test]
fn evidence_is_recorded_once_however_often_it_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = |file: &str| {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        text.lines().filter(|line| line.trim_start().starts_with("id: \"E-")).count()
    };
    check_in(folder.path(), &["simulate", EXAMPLE, "--record", "one.threat.ron"], 0, "evidence recorded");
    let again = ["simulate", "one.threat.ron", "--trace", TRACE, "--labels", LABELS];
    let again =
        [&again[..], &["--events", "EXAMPLES/agent-platform.events.jsonl", "--record", "two.threat.ron"]];
    check_in(folder.path(), &again.concat(), 0, "evidence recorded");
    assert!(evidence("one.threat.ron") > 0);
    assert_eq!(evidence("two.threat.ron"), evidence("one.threat.ron"));
    check_in(folder.path(), &["show", "two.threat.ron"], 0, "Agent platform");

    let unlabelled = ["simulate", EXAMPLE, "--trace", TRACE, "--record", "three.threat.ron"];
    check_in(folder.path(), &unlabelled, 2, "evidence needs labelled attacks");
    assert!(!folder.path().join("three.threat.ron").exists());
    check_in(
        folder.path(),
        &["simulate", EXAMPLE, "--record", "no/a.threat.ron"],
        4,
        "the folder is not there",
    );
}

#[test]
fn what_a_policy_loses_on_the_way_in_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let rows: Vec<String> = (0..30).map(|minute| format!("{},cpu,a1,1\n", minute * 60)).collect();
    let trace = rows.concat();
    std::fs::write(at.join("t.csv"), "timestamp,metric,agent,value\n".to_owned() + &trace).unwrap();
    let silence = "{metric: 'heartbeat', duration: '5m', reading: 'absent'}";
    for (more, conditions, lost) in [
        (silence, 2, None),
        ("{metric: 'heartbeat', duration: '5m', reading: 'absent', operator: '<', value: 3}", 2, None),
        ("{metric: 'heartbeat', duration: '5m'}", 1, Some("heartbeat")),
        ("{metric: 'heartbeat', operator: '~', value: 3}", 1, Some("heartbeat")),
        ("{resource: 'ledger', permission: 'perhaps'}", 1, Some("ledger")),
    ] {
        let rule = format!("{{name: 'R', conditions: [{{metric: 'cpu', operator: '<', value: 9}}, {more}]}}");
        std::fs::write(at.join("p.json5"), format!("{{name: 'P', rules: [{rule}]}}")).unwrap();
        let simulate = ["simulate", "p.json5", "--trace", "t.csv", "--json"];
        for words in [&simulate[..], &["check", "p.json5", "--json"]] {
            let output = run(words, at);
            let told = String::from_utf8_lossy(&output.stderr);
            let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let losses = found["losses"].as_array().unwrap();
            match lost {
                None => assert!(losses.is_empty() && !told.contains("Not read"), "{losses:?} {told}"),
                Some(word) => {
                    assert!(losses.iter().any(|loss| loss["what"].as_str().unwrap().contains(word)));
                    assert!(told.contains("Not read as it was") && told.contains(word), "{told}");
                }
            }
            if words[0] == "simulate" {
                assert_eq!(found["conditions"].as_array().unwrap().len(), conditions, "{more}");
            }
        }
    }
    // Nothing was heard for the whole half hour.
    std::fs::write(at.join("p.json5"), format!("{{name: 'P', rules: [{{conditions: [{silence}]}}]}}"))
        .unwrap();
    check_in(at, &["simulate", "p.json5", "--trace", "t.csv"], 0, "a1: firing from");
}

#[test]
fn every_command_tells_what_an_import_lost() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let rows: Vec<String> = (0..30).map(|minute| format!("{},cpu,a1,1\n", minute * 60)).collect();
    std::fs::write(at.join("t.csv"), "timestamp,metric,agent,value\n".to_owned() + &rows.concat()).unwrap();
    std::fs::write(at.join("l.csv"), "agent,start,end\na1,0,60\n").unwrap();
    let rule = "{name: 'R', conditions: [{metric: 'cpu', operator: '<', value: 9}, {metric: 'pulse', operator: '~', value: 3}]}";
    std::fs::write(at.join("p.json5"), format!("{{name: 'P', rules: [{rule}]}}")).unwrap();
    let tiers = "configurePerformance({settings: {securityTiers: {tier1: {checks: ['x'], latencyTarget: '5ms'}}}, nonsense: 1})";
    std::fs::write(at.join("s.js"), tiers).unwrap();
    for (words, key) in [
        (&["check", "p.json5"][..], "losses"),
        (&["suggest", "p.json5"], "losses"),
        (&["risk", "p.json5"], "import_losses"),
        (&["risk", "p.json5", "--monte-carlo", "--trials", "100"], "import_losses"),
        (&["paths", "p.json5"], "losses"),
        (&["simulate", "p.json5", "--trace", "t.csv"], "losses"),
        (&["sweep", "p.json5", "--trace", "t.csv", "--labels", "l.csv", "--condition", "r0c0"], "losses"),
        (&["protect", "s.js"], "losses"),
        (&["import", "p.json5", "--out", "new.threat.ron"], "losses"),
        (&["export", "p.json5", "--format", "prometheus-rules", "--out", "rules"], "losses"),
        (&["diff", "p.json5", "p.json5"], "losses"),
    ] {
        let output = run(&[words, &["--json"]].concat(), at);
        let told = String::from_utf8_lossy(&output.stderr);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{words:?} prints no JSON: {told}"));
        let lost = found[key].as_array().unwrap_or_else(|| panic!("{words:?} has no {key}"));
        let word = if words.contains(&"s.js") { "nonsense" } else { "pulse" };
        let tells = |loss: &serde_json::Value| {
            ["where", "what", "why"].iter().all(|key| loss[key].is_string())
                && loss.to_string().contains(word)
        };
        assert!(lost.iter().any(tells), "{words:?}: {lost:?}");
    }
    // A project file is read whole.
    let whole = run(&["check", "EXAMPLES/agent-platform.threat.ron", "--json"], at);
    let whole: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(whole["losses"], serde_json::json!([]));
}

#[test]
fn a_range_without_samples_is_refused_and_the_others_are_counted() {
    for (range, said) in [
        (&["--start", "2030-01-01T00:00:00Z"][..], "there are no samples from 2030-01-01"),
        (&["--end", "2019-01-01T00:00:00Z", "--start", "2018-01-01T00:00:00Z"], "no samples from 2018-01-01"),
    ] {
        for words in [&["simulate", EXAMPLE][..], &["sweep", EXAMPLE, "--condition", "r0c0"]] {
            check(&[words, range].concat(), 3, said);
        }
    }
    let samples = |range: &[&str]| {
        let run = document(&[&["simulate", EXAMPLE, "--json"], range].concat());
        run["coverage"]["samples"].as_u64().unwrap()
    };
    let (all, half) = (samples(&[]), samples(&["--end", "2025-01-21T12:00:00Z"]));
    assert!(half > 0 && half < all, "{half} of {all}");
    assert_eq!(samples(&["--start", "2025-01-21T12:00:00.001Z"]) + half, all);
}

#[test]
fn an_export_names_the_policies_that_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["export", EXAMPLE, "--format", "cedar", "--out", "all.cedar"];
    let output = check_in(folder.path(), &words, 0, "not in force");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("P-02") && said.contains("P-03") && !said.contains("P-01"), "{said}");
    check_in(folder.path(), &[&words[..], &["--policy", "P-02"]].concat(), 0, "");
}

#[test]
fn a_measured_risk_is_told_with_its_interval() {
    check(&["risk", EXAMPLE], 0, "T-001: 7.4 now, from 7.2 to 7.5 by what was measured (M-02 claimed 80 %");
    let rated = document(&["risk", EXAMPLE, "--json"]);
    let find = |list: &serde_json::Value, id: &str| {
        list.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
    };
    let threat = find(&rated["threats"], "T-001");
    let [low, high] = [0, 1].map(|end| threat["current"]["measured_range"][end].as_f64().unwrap());
    let now = threat["current"]["risk"].as_f64().unwrap();
    assert!(low < now && now < high, "{low} {now} {high}");
    let control = find(&threat["controls"], "M-02");
    assert_eq!(control["measured"], 0.5);
    assert_eq!(control["measured_interval"], serde_json::json!([0.15, 0.85]));
    assert_eq!(
        find(&find(&rated["threats"], "T-003")["controls"], "M-07")["measured"],
        serde_json::Value::Null
    );
}

#[test]
fn what_responses_stop_is_no_detection() {
    let scores = |words: &[&str]| {
        let words = [&["simulate", EXAMPLE, "--json"], words].concat();
        document(&words)["scores"].clone()
    };
    let (open, closed) = (scores(&[]), scores(&["--closed-loop"]));
    for count in ["detected", "windows"] {
        assert!(closed["with_denials"][count].as_u64() <= open["with_denials"][count].as_u64(), "{count}");
    }
    let benign = |scores: &serde_json::Value, key: &str| scores["requests"][key].as_u64().unwrap();
    assert_eq!(benign(&open, "stopped_benign"), 0);
    assert!(benign(&closed, "stopped_benign") > 0);
    assert!(benign(&closed, "fp") <= benign(&open, "fp"));
    check(&["simulate", EXAMPLE, "--closed-loop"], 0, "stopped by responses, counted apart:");
}

#[test]
fn sweep_suggests_a_threshold() {
    let output = check(&["sweep", EXAMPLE, "--condition", "r0c0"], 0, "in force");
    assert!(String::from_utf8_lossy(&output.stdout).contains("suggested"));
    check(&["sweep", EXAMPLE, "--condition", "r9c0"], 2, "there are r0c0 cpu_usage");
    check(&["sweep", EXAMPLE, "--trace", TRACE, "--condition", "r0c0"], 2, "no labels to compare with");
    check(&["sweep", EXAMPLE], 2, "--condition");

    let swept = document(&["sweep", EXAMPLE, "--condition", "r0c0", "--json"]);
    has_keys(&swept, &["condition", "metric", "operator", "exact", "operating", "suggested", "points"]);
    let points = swept["points"].as_array().unwrap();
    assert!(points.len() > 10);
    for point in points {
        has_keys(point, &["threshold", "windows", "detected", "false_alarms", "point"]);
    }
    // An alarm that is always on meets every attack; it is not what anybody wants suggested.
    let quiet = swept["suggested"]["point"]["false_positive_rate"].as_f64().unwrap();
    assert!(quiet <= 0.05, "{quiet}");
}

#[test]
fn protect_says_what_the_checks_cost() {
    let output = check(&["protect", EXAMPLE], 0, "Fewest workers that meet every target");
    let said = String::from_utf8(output.stdout).unwrap();
    for metric in [
        "security_check_latency",
        "security_check_throughput",
        "false_positive_rate",
        "detection_rate",
        "resource_usage",
    ] {
        assert!(said.contains(metric), "{metric} in {said}");
    }
    let with_trace = ["protect", EXAMPLE, "--ops", "EXAMPLES/agent-platform.events.jsonl", "--trace", TRACE];
    check(&[&with_trace[..], &["--labels", LABELS]].concat(), 0, "operations of the event log");
    check(&["protect", EXAMPLE, "--rate", "0"], 2, "a number above 0");
    check(&["protect", EXAMPLE, "--ops", LABELS], 3, "agent-platform.labels.csv");
    check(&["protect", "FIXTURES/bakery.v2.json"], 3, "no tiers of security checks");

    let words = ["protect", EXAMPLE, "--rate", "40", "--agents", "20", "--seed", "3", "--json"];
    let run = document(&words);
    has_keys(&run, &["verdict", "seed", "tiers", "metrics", "plan", "utilisation"]);
    has_keys(&run["metrics"], &["security_check_latency", "detection_rate", "resource_usage"]);
    assert_eq!(run, document(&words), "the same seed gives the same numbers");
}

#[test]
fn report_prints_every_format_and_profile() {
    let folder = tempfile::tempdir().unwrap();
    let written = |words: &[&str], out: &str| -> Vec<u8> {
        check_in(
            folder.path(),
            &[&["report", EXAMPLE, "--date", "2026-11-30", "--out", out], words].concat(),
            0,
            out,
        );
        std::fs::read(folder.path().join(out)).unwrap()
    };
    let whole = written(&[], "a.pdf");
    assert!(whole.starts_with(b"%PDF"));
    assert_eq!(whole, written(&[], "b.pdf"), "the same model and day give the same bytes");
    assert!(written(&["--profile", "summary"], "c.pdf").len() < whole.len() / 2);
    let text = String::from_utf8(written(&["--since", EXAMPLE], "a.md")).unwrap();
    assert!(text.starts_with("# Agent platform") && text.contains("Threat register"), "{}", &text[..200]);
    let page = String::from_utf8(written(&[], "a.html")).unwrap().to_lowercase();
    assert!(page.starts_with("<!doctype html>") && page.contains("</html>"));
    assert_eq!(written(&["--format", "md"], "a.txt")[0], b'#');

    check_in(folder.path(), &["report", EXAMPLE, "--out", "b.txt"], 2, "pdf, html or md");
    check_in(folder.path(), &["report", EXAMPLE, "--out", "d.pdf", "--profile", "short"], 2, "summary");
    check_in(folder.path(), &["report", EXAMPLE, "--out", "no/d.pdf"], 4, "the folder is not there");
    check_in(
        folder.path(),
        &["report", EXAMPLE, "--out", "a.pdf", "--since", "no.threat.ron"],
        3,
        "no such file",
    );
    assert_eq!(std::fs::read(folder.path().join("a.pdf")).unwrap(), whole, "what stood there still stands");
}

#[test]
fn diff_tells_each_change_in_a_line_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let example = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/agent-platform.threat.ron"),
    )
    .unwrap();
    let changed = example.replacen("value: 80.0", "value: 75.0", 1);
    assert_ne!(changed, example);
    std::fs::write(folder.path().join("new.threat.ron"), changed).unwrap();
    let words = ["diff", EXAMPLE, "new.threat.ron"];
    let output = check_in(folder.path(), &words, 0, "P-01 Production Agent Security Policy");
    let said = String::from_utf8(output.stdout).unwrap();
    let line = "Resource Usage Limits: condition 1: cpu_usage < 80 for 5m → cpu_usage < 75 for 5m";
    assert!(said.contains(line), "{said}");
    assert!(said.lines().all(|line| line.chars().count() < 200), "{said}");
    check_in(folder.path(), &[&words[..], &["--exit-code"]].concat(), 1, "");
    check(&["diff", EXAMPLE, EXAMPLE, "--exit-code"], 0, "No difference.");
    check(&["diff", EXAMPLE], 2, "<NEW>");
    check(&["diff", EXAMPLE, "missing.threat.ron"], 3, "no such file");
    let told = document(&["diff", EXAMPLE, EXAMPLE, "--json"]);
    assert_eq!(told["differs"], false);
}

#[test]
fn policies_are_exported_for_every_engine() {
    let folder = tempfile::tempdir().unwrap();
    for (format, files) in [
        ("prometheus-rules", &["rules.yml", "rules.test.yml"][..]),
        ("alertmanager", &["alertmanager.yml"]),
        ("rego", &["policy.rego", "policy_test.rego"]),
        ("cedar", &["policies.cedar", "policies.cedarschema"]),
        ("kubernetes-network-policy", &["network-policy.yaml"]),
    ] {
        let words =
            ["export", "EXAMPLES/agent-platform.threat.ron", "--format", format, "--out", format, "--json"];
        let output = check_in(folder.path(), &words, 0, "\"losses\"");
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        has_keys(&said, &["name", "components", "policies", "format", "files", "losses"]);
        for loss in said["losses"].as_array().unwrap() {
            has_keys(loss, &["where", "what", "why"]);
        }
        for file in files {
            assert!(folder.path().join(format).join(file).is_file(), "{format}: {file}");
        }
    }
    // A name with an ending is that of the first file, and the others stand beside it.
    let words = [
        "export",
        "EXAMPLES/agent-platform.threat.ron",
        "--format",
        "prometheus-rules",
        "--out",
        "agents.yml",
    ];
    check_in(folder.path(), &words, 0, "agents.test.yml");
    let test = std::fs::read_to_string(folder.path().join("agents.test.yml")).unwrap();
    assert!(test.contains("rule_files: [agents.yml]"), "{test}");
    for dialect in ["prom2", "prom3"] {
        let out = format!("{dialect}.yml");
        let words = [&words[..5], &[out.as_str(), "--engine", dialect]].concat();
        check_in(folder.path(), &words, 0, "prom");
    }
    check_in(
        folder.path(),
        &["export", "FIXTURES/bakery.v2.json", "--format", "rego", "--out", "x"],
        3,
        "no policy",
    );
    check_in(folder.path(), &["export", "x", "--format", "rega", "--out", "x"], 2, "known formats are");
    let nowhere =
        ["export", "EXAMPLES/agent-platform.threat.ron", "--format", "cedar", "--out", "agents.yml/x"];
    check_in(folder.path(), &nowhere, 4, "agents.yml");
    for (words, said) in [
        (&["check", "rules", "prometheus-rules/rules.yml", "agents.yml"][..], "SUCCESS"),
        (
            &["test", "rules", "prometheus-rules/rules.test.yml", "agents.test.yml", "prom2.test.yml"],
            "SUCCESS",
        ),
    ] {
        let judged = Command::new("promtool").args(words).current_dir(folder.path()).output();
        let Ok(judged) = judged else {
            eprintln!("SKIPPED: promtool is not installed, so nobody has judged the exported rules.");
            return;
        };
        let out =
            String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr);
        assert!(judged.status.success() && out.contains(said), "{words:?}: {out}");
    }
}

#[test]
fn servers_that_cannot_be_asked_are_named() {
    let example = "EXAMPLES/agent-platform.threat.ron";
    check(
        &["simulate", example, "--at", "http://127.0.0.1:9"],
        3,
        "http://127.0.0.1:9 refused the connection",
    );
    check(&["simulate", example, "--trace", "http://127.0.0.1:9/?last=5m"], 3, "refused the connection");
    check(&["simulate", example, "--at", "127.0.0.1:9"], 2, "no address of a server");
    check(&["simulate", example, "--trace", "http://127.0.0.1:9/?step=5m"], 2, "not understood");
    check(&["simulate", example, "--at", "http://127.0.0.1:9", "--trace", "a.csv"], 2, "cannot be used with");
}

/// Runs a program that judges; none, and loudly, where it is not installed.
fn judge(name: &str, words: &[&str]) -> Option<Output> {
    match Command::new(name).args(words).stdin(Stdio::null()).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("SKIPPED: {name} cannot be run ({error}), so nobody else has judged the report");
            None
        }
    }
}

#[test]
fn a_report_is_sound_and_reads_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let report = |name: &str, profile: &str| {
        let out = folder.path().join(name);
        let words = ["report", EXAMPLE, "--date", "2026-11-30", "--profile", profile, "--out"];
        check_in(folder.path(), &[&words[..], &[out.to_str().unwrap()]].concat(), 0, "pages");
        out
    };
    let (detailed, again) = (report("a.pdf", "detailed"), report("b.pdf", "detailed"));
    let short = report("short.pdf", "summary");
    assert!(std::fs::read(&detailed).unwrap() == std::fs::read(&again).unwrap(), "the same bytes twice");
    for pdf in [&detailed, &short] {
        if let Some(judged) = judge("qpdf", &["--check", pdf.to_str().unwrap()]) {
            assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
        }
    }
    let pages = |pdf: &Path| -> Option<Vec<String>> {
        let read = judge("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"])?;
        let text = String::from_utf8_lossy(&read.stdout).into_owned();
        Some(text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect())
    };
    if let Some(short) = pages(&short) {
        assert_eq!(short.len(), 4);
    }
    let Some(pages) = pages(&detailed) else { return };
    let wanted = [
        "Executive summary",
        "What changed",
        "Scope, method and scales",
        "The system",
        "Risk overview",
        "Top risks",
        "Threat register",
        "Treatment plan and acceptances",
        "Policies and simulation",
        "Protection: cost of the checks",
        "detection_rate",
        "Agent checks",
        "Coverage and controls",
        "Sign-off",
        "Signatures",
        "Glossary, sources and record",
    ];
    let text = pages.iter().skip(3).map(String::as_str).collect::<Vec<_>>().join("\n");
    let mut from = 0;
    for words in wanted {
        let at = text.get(from..).unwrap().find(words);
        from += at.unwrap_or_else(|| panic!("{words:?} does not follow")) + words.len();
    }
    for (number, page) in (1..).zip(&pages).skip(1) {
        assert!(page.contains(&format!("{number} / {}", pages.len())), "page {number}");
    }
}

#[test]
fn what_falls_with_any_component_is_told() {
    let model = "EXAMPLES/agent-platform.threat.ron";
    let output = check(&["paths", model, "--json", "--blast", "database"], 0, "blast_radius");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let radius = json["blast_radius"].as_array().unwrap();
    assert_eq!(radius.len(), 1);
    assert_eq!(radius[0]["name"], "database");
    check(&["paths", model, "--blast", "nobody"], 2, "no component \"nobody\"");
}

#[test]
fn a_pack_of_ones_own_is_read_beside_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"(name: "Acme", threats: [
        (id: "ACME-001", title: "Badge copied", applies_to: Agent, trigger: "kind == agent"),
        (id: "ACME-002", title: "Door left open", applies_to: Agent, trigger: "kind = agent"),
    ])"#;
    std::fs::write(folder.path().join("acme.pack.ron"), text).unwrap();
    let model = "EXAMPLES/agent-platform.threat.ron";
    let told = |words: &[&str], code: i32, said: &str| check_in(folder.path(), words, code, said);
    let suggested = told(&["suggest", model, "--json", "--pack", "acme.pack.ron"], 0, "acme.pack.ron:3:");
    let json: serde_json::Value = serde_json::from_slice(&suggested.stdout).unwrap();
    let fires = json["fires"].as_array().unwrap();
    let own: Vec<_> = fires.iter().filter(|one| one["pack"] == "Acme").collect();
    assert_eq!(own.len(), 2, "both agents: {own:?}");
    assert!(own.iter().all(|one| one["id"] == "ACME-001"));
    assert!(json["questions"].is_array());
    // A model that took the threat up is whole on a machine without the pack, and that is said.
    let taken = ["suggest", model, "--pack", "acme.pack.ron", "--accept", "all", "--out", "b.threat.ron"];
    told(&taken, 0, "accepted");
    let missing = "ACME-001 comes from a pack that is not on this machine";
    told(&["suggest", "b.threat.ron"], 0, missing);
    std::fs::write(folder.path().join("torn.pack.ron"), "(name: ").unwrap();
    told(&["suggest", model, "--pack", "torn.pack.ron"], 3, "torn.pack.ron");
    told(&["suggest", model, "--pack", "nowhere.pack.ron"], 3, "nowhere.pack.ron");
    // A folder of packs beside the model is read without being named.
    std::fs::create_dir(folder.path().join("packs")).unwrap();
    std::fs::rename(folder.path().join("acme.pack.ron"), folder.path().join("packs/acme.pack.ron")).unwrap();
    let output = told(&["suggest", "b.threat.ron"], 0, "do not fire");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(missing));
}
