//! The trace tab of the simulation: what was understood, settings, attacks that are made up.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::driving::*;
use crate::model::{AttackShape, Engine, MetricKind, TraceSet};
use crate::session::Session;
use crate::storage::file;

fn with_settings(mut studio: Studio) -> Studio {
    pick_command(&mut studio, "Trace and simulation settings");
    studio
}

fn pick_command(studio: &mut Studio, label: &str) {
    quick(studio, label);
}

/// Replaces what stands in a field, and stays in it.
fn type_over(studio: &mut Studio, field: &str, text: &str) {
    studio.get_by_role_and_label(Role::TextInput, field).scroll_to_me();
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, field).focus();
    studio.run();
    ctrl(studio, Key::A);
    type_text(studio, text);
    studio.run();
}

fn run(studio: &mut Studio) {
    press(studio, Key::F5);
    wait_for_fresh(studio);
}

fn wait_for_fresh(studio: &mut Studio) {
    wait_until(studio, "a fresh run", |studio| {
        let session = session(studio);
        session.results().simulation.as_ref().is_some_and(|run| run.revision == session.revision())
    });
}

#[test]
fn settings_are_undoable_edits_with_errors_at_the_field() {
    let mut studio = with_settings(studio_at(ROOMY, Some(example()), None));
    let before = text_without_counters(&studio);
    click(&mut studio, Role::RadioButton, "Rule engine: Prometheus 2.42");
    click(&mut studio, Role::RadioButton, "Responses: Closed loop");
    assert!(says(&studio, "Closed loop: requests of a restricted agent are denied"));
    for (field, text) in [
        ("Evaluation interval", "1m"),
        ("Lookback", "2m"),
        ("Grace after an attack", "90s"),
        ("Start of the simulation", "2025-01-21T06:00:00Z"),
        ("End of the simulation", "2025-01-21T18:00:00Z"),
    ] {
        fill(&mut studio, field, text);
    }
    let evaluation = &project(&studio).simulation.evaluation;
    assert_eq!((evaluation.engine, evaluation.closed_loop), (Engine::Prom2, true));
    assert_eq!(
        (evaluation.interval_ms, evaluation.lookback_ms, evaluation.grace_ms),
        (60_000, 120_000, 90_000)
    );
    assert_eq!(evaluation.end_ms.unwrap() - evaluation.start_ms.unwrap(), 12 * 3_600_000);
    for (field, text, said) in [
        ("Evaluation interval", "0", "It must be more than nothing"),
        ("Lookback", "soon", "Type a time, like 30s, 5m or 1h30m"),
        ("Start of the simulation", "noon", "Type a time, like 2025-01-21T10:00:00Z, or nothing"),
        ("Start of the simulation", "2025-01-21T19:00:00Z", "It ends before that, at 2025-01-21T18:00:00Z"),
        ("End of the simulation", "2025-01-21T05:00:00Z", "It starts after that, at 2025-01-21T06:00:00Z"),
    ] {
        let kept = text_without_counters(&studio);
        type_over(&mut studio, field, text);
        assert!(says(&studio, said), "{field}: {said}");
        press(&mut studio, Key::Tab);
        assert_eq!(text_without_counters(&studio), kept, "what is wrong is not kept");
    }
    run(&mut studio);
    let grid = session(&studio).results().simulation.as_ref().unwrap().value.run.grid;
    assert_eq!((grid.engine, grid.interval_ms, grid.lookback_ms), (Engine::Prom2, 60_000, 120_000));
    undo_all(&mut studio);
    assert_eq!(text_without_counters(&studio), before);
    click(&mut studio, Role::Tab, "Detection");
    assert!(says(&studio, "Changed since, run again"), "a run with other settings is out of date");
}

#[test]
fn an_attack_is_made_up_changed_saved_and_taken_off() {
    let folder = std::env::temp_dir().join(format!("threat-studio-attack-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let out = folder.join("made up.csv");
    let mut studio = studio_at(ROOMY, Some(example()), [out.clone()]);
    run(&mut studio);
    let windows = |studio: &Studio| {
        let run = session(studio).results().simulation.clone().unwrap();
        run.value.labels.as_ref().unwrap().windows.clone()
    };
    let before = windows(&studio);
    pick_command(&mut studio, "Add an attack…");
    click(&mut studio, Role::RadioButton, "Kind of attack: Burst");
    choose(&mut studio, "Metric to lift", "cpu_usage");
    choose(&mut studio, "Agent that is attacked", "processor-1");
    for (field, text, said) in [
        ("Attack begins", "2031-01-01T00:00:00Z", "The trace runs from"),
        ("Attack lasts", "0", "An attack lasts longer than nothing"),
        ("Strength of the attack", "tall", "Type a number other than 0, or nothing"),
        ("Seed of the attack", "-1", "Type a whole number"),
    ] {
        type_over(&mut studio, field, text);
        assert!(says(&studio, said), "{field}: {said}");
        assert!(studio.get_by_role_and_label(Role::Button, "Add and run").accesskit_node().is_disabled());
        let right = match field {
            "Attack begins" => "2025-01-21T03:00:00Z",
            "Attack lasts" => "20m",
            "Strength of the attack" => "60",
            _ => "7",
        };
        type_over(&mut studio, field, right);
    }
    button(&mut studio, "Add and run");
    wait_for_fresh(&mut studio);
    let attacks = &project(&studio).simulation.traces[0].attacks;
    assert_eq!(attacks.len(), 1);
    assert_eq!((attacks[0].shape, attacks[0].height, attacks[0].seed), (AttackShape::Burst, Some(60.0), 7));
    let after = windows(&studio);
    assert_eq!(after.len(), before.len() + 1);
    let label = after.iter().find(|window| !before.contains(window)).unwrap();
    assert_eq!((label.agent.as_str(), label.threat.as_str()), ("processor-1", "synthetic_burst"));

    pick_command(&mut studio, "Trace and simulation settings");
    assert!(
        says(&studio, "Burst, synthetic")
            && says(&studio, "Made up on top: burst on cpu_usage of processor-1")
    );
    pick_command(&mut studio, "Save the trace and its labels…");
    wait_until(&mut studio, "the files", |_| out.exists() && out.with_extension("labels.csv").exists());
    wait_until(&mut studio, "the end", |studio| studio.state().jobs.running().next().is_none());
    let labels = std::fs::read_to_string(out.with_extension("labels.csv")).unwrap();
    assert!(labels.contains("synthetic_burst"), "{labels}");
    assert!(std::fs::read_to_string(&out).unwrap().lines().count() > 50_000);
    std::fs::remove_dir_all(&folder).unwrap();

    button(&mut studio, "Change the burst 1…");
    type_over(&mut studio, "Attack lasts", "40m");
    press(&mut studio, Key::Enter);
    wait_for_fresh(&mut studio);
    assert_eq!(project(&studio).simulation.traces[0].attacks[0].length_ms, 2_400_000);
    button(&mut studio, "Take off the burst 1");
    wait_for_fresh(&mut studio);
    assert_eq!(windows(&studio), before);
    undo_all(&mut studio);
    assert_eq!(text_without_counters(&studio), to_text_without_counters(&example()));
}

#[test]
fn a_trace_gets_its_files_and_its_name_and_is_removed() {
    let folder = std::env::temp_dir().join(format!("threat-studio-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut csv = "timestamp,metric,agent,value\n".to_owned();
    for step in 0..60 {
        csv += &format!("{},cpu_usage,a1,{}\n", 1_737_435_600 + step * 60, 20 + step);
    }
    file::replace(&folder.join("t.csv"), csv.as_bytes()).unwrap();
    file::replace(&folder.join("found.csv"), b"agent,start,end,threat\na1,1737437400,1737438000,x\n")
        .unwrap();
    file::replace(&folder.join("said.csv"), b"t,agent,kind,resource,access\n1737437400,a1,resource,r,read\n")
        .unwrap();
    let mut model = example().project().clone();
    model.simulation.traces =
        vec![TraceSet { name: "Odd".into(), metrics: "t.csv".into(), ..TraceSet::default() }];
    let session = Session::saved(model, folder.join("m.threat.ron"), example().stamp().cloned());
    let before = to_text_without_counters(&session);
    let elsewhere = folder.join("found.csv");
    let picked = [elsewhere.clone(), folder.join("said.csv"), elsewhere];
    let mut studio = with_settings(studio_at(ROOMY, Some(session), picked));
    let set = |studio: &Studio| project(studio).simulation.traces.first().cloned().unwrap_or_default();
    button(&mut studio, "Choose the labelled attacks…");
    assert_eq!((set(&studio).labels.as_str(), set(&studio).events.as_str()), ("found.csv", ""));
    button(&mut studio, "Choose the events…");
    assert_eq!(set(&studio).events, "said.csv");
    run(&mut studio);
    let found = session_run(&studio);
    assert_eq!(found, (1, 1), "one attack, one request");
    button(&mut studio, "Take off the labelled attacks");
    assert_eq!(set(&studio).labels, "");
    pick_command(&mut studio, "Choose the labelled attacks of the trace…");
    assert_eq!(set(&studio).labels, "found.csv");
    type_over(&mut studio, "Name of the trace", "Night shift");
    assert_eq!(set(&studio).name, "Night shift");
    button(&mut studio, "Remove the trace");
    assert!(project(&studio).simulation.traces.is_empty() && says(&studio, "There is no trace yet."));
    assert!(says(&studio, "Night shift is removed from the model; its files stay."));
    ctrl(&mut studio, Key::Z);
    assert_eq!(set(&studio).name, "Night shift");
    pick_command(&mut studio, "Remove the trace");
    assert!(project(&studio).simulation.traces.is_empty());
    undo_all(&mut studio);
    assert_eq!(text_without_counters(&studio), before);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Labelled attacks and requests of the run.
fn session_run(studio: &Studio) -> (usize, usize) {
    let run = session(studio).results().simulation.clone().unwrap();
    (run.value.labels.as_ref().map_or(0, |labels| labels.windows.len()), run.value.run.decisions.len())
}

fn to_text_without_counters(session: &Session) -> String {
    let mut project = session.project().clone();
    project.next = crate::model::NextIds::default();
    crate::storage::text::to_text(&project)
}

#[test]
fn what_was_understood_is_said_and_a_kind_is_put_right() {
    let folder = std::env::temp_dir().join(format!("threat-studio-understood-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut csv = "timestamp,metric,agent,value\n".to_owned();
    for step in 0..60 {
        if !(20..30).contains(&step) {
            csv += &format!("{0},calls_total,a1,{1}\n{0},heat,a1,{2}\n", step * 15, step * 3, step % 7);
        }
    }
    csv += "900,heat,a1,many\n30,heat,a1,2\n915,heat,a1,stale\n930,heat,a1,NaN\n";
    file::replace(&folder.join("t.csv"), csv.as_bytes()).unwrap();
    let mut session = example();
    let mut project_now = session.project().clone();
    project_now.simulation.traces =
        vec![TraceSet { name: "Odd".into(), metrics: "t.csv".into(), ..TraceSet::default() }];
    session = Session::saved(project_now, folder.join("m.threat.ron"), session.stamp().cloned());
    let mut studio = with_settings(studio_at(ROOMY, Some(session), None));
    press(&mut studio, Key::F5);
    wait_until(&mut studio, "the bad line", |studio| says(studio, "line 102"));
    click(&mut studio, Role::CheckBox, "Leave out lines that cannot be read, and count them");
    run(&mut studio);
    for said in [
        "2 series, 102 samples.",
        "3 gaps, the longest 2m 45s.",
        "1 samples came twice with the same value.",
        "1 samples came out of order and were sorted.",
        "1 stale markers.",
        "1 bad line was left out.",
    ] {
        assert!(says(&studio, said), "{said}");
    }
    let rows = labels(&studio, Role::Row);
    for row in ["Metric calls_total, counter suggested: the name ends in _total", "Series heat of a1"] {
        assert!(rows.iter().any(|name| name == row), "{row}: {rows:?}");
    }
    assert!(rows.iter().any(|name| name.starts_with("Line 102: ")), "{rows:?}");
    choose(&mut studio, "Kind of calls_total", "Total (counter)");
    assert_eq!(project(&studio).simulation.metrics["calls_total"].kind, MetricKind::Counter);
    fill(&mut studio, "Unit of heat", "degrees");
    assert_eq!(project(&studio).simulation.metrics["heat"].unit, "degrees");
    ctrl(&mut studio, Key::Z);
    ctrl(&mut studio, Key::Z);
    assert!(!project(&studio).simulation.metrics.contains_key("calls_total"));
    std::fs::remove_dir_all(&folder).unwrap();
}
