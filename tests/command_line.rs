//! The program as scripts see it: output, messages, exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(words: &[&str], folder: &Path) -> Output {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let words: Vec<String> =
        words.iter().map(|word| word.replace("FIXTURES", &fixtures.display().to_string())).collect();
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
