//! Policies exported and Prometheus taken as a trace, through the window.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::session::{Command, Step};

#[test]
fn policies_are_looked_at_before_they_are_saved() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    studio.state_mut().ask(Command::ExportPolicies);
    studio.run();
    for (engine, word, loss) in [
        ("Engine: Rego", "package threat_studio", "a metric condition"),
        ("Engine: Cedar", "@id(", "a metric condition"),
        ("Engine: NetworkPolicy", "kind: NetworkPolicy", "external_api"),
        ("Engine: Alertmanager", "receivers:", "Receivers: addresses"),
        ("Engine: Prometheus rules", "groups:", "a resource condition"),
    ] {
        click(&mut studio, Role::RadioButton, engine);
        wait_until(&mut studio, engine, |studio| studio.query_all_by_label_contains(word).next().is_some());
        assert!(studio.query_all_by_label_contains(loss).next().is_some(), "{engine} does not say {loss}");
    }
    button(&mut studio, "Cancel");
    assert!(studio.state().dialog.is_none());
}

#[test]
fn a_server_becomes_a_trace_of_the_model() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    let before = project(&studio).simulation.traces.len();
    studio.state_mut().ask(Command::TraceFromPrometheus);
    studio.run();
    type_text(&mut studio, "127.0.0.1:9");
    click(&mut studio, Role::RadioButton, "The last: 6 hours");
    click(&mut studio, Role::RadioButton, "Evaluated: On the server");
    button(&mut studio, "Add and run");
    let traces = &project(&studio).simulation.traces;
    assert_eq!(traces.len(), before + 1);
    let address = "http://127.0.0.1:9/?last=6h&evaluate=there";
    assert_eq!(traces.last().map(|set| set.metrics.as_str()), Some(address));
    assert_eq!(studio.state().step, Step::Simulate);
    wait_until(&mut studio, "the refusal", |studio| {
        studio.query_all_by_label_contains("refused the connection").next().is_some()
    });
}

#[test]
fn the_policies_view_exports_for_each_engine_to_a_chosen_place() {
    let folder = std::env::temp_dir().join(format!("threat-studio-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let out = folder.join("rules.yml");
    let mut studio = studio_at(ROOMY, Some(example()), [out.clone()]);
    press(&mut studio, egui::Key::F5);
    wait_until(&mut studio, "the run", |studio| session(studio).results().simulation.is_some());
    ctrl(&mut studio, egui::Key::Num5);
    for (engine, word) in [
        ("Alertmanager", "receivers:"),
        ("Rego (Open Policy Agent)", "package threat_studio"),
        ("Cedar", "@id("),
        ("Kubernetes NetworkPolicy", "kind: NetworkPolicy"),
        ("Prometheus rules", "groups:"),
    ] {
        pick(&mut studio, "Export", engine);
        wait_until(&mut studio, engine, |studio| studio.query_all_by_label_contains(word).next().is_some());
        assert!(says(&studio, "What could not be carried"));
        if engine != "Prometheus rules" {
            button(&mut studio, "Cancel");
        }
    }
    button(&mut studio, "Save…");
    wait_until(&mut studio, "the end", |studio| studio.state().jobs.running().next().is_none());
    let written: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(written.len(), 2, "the rules, and the test that proves the same firing: {written:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn approvers_are_offered_from_whom_the_model_names() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, egui::Key::Num5);
    pick(&mut studio, "Add to approvers", "Sunil Arora");
    let approvers = &project(&studio).policies.iter().next().unwrap().response.approvers;
    assert!(approvers.contains(&"Sunil Arora".to_owned()), "{approvers:?}");
}

#[test]
fn the_example_shows_what_is_in_force_and_what_was_approved_before() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    ctrl(&mut studio, egui::Key::Num5);
    for said in ["Version 2", "as it reads now", "Version 1", "simulated in E-01, E-02"] {
        assert!(says(&studio, said), "{said}");
    }
    button(&mut studio, "Show version 2");
    assert!(says(&studio, "Against version 1"));
}
