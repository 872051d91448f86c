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
