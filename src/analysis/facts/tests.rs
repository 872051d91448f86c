//! Facts of small systems, told as words.

use super::*;
use crate::analysis::paths::tests::{asset, system};
use crate::model::{Authentication, ComponentId, Encryption, Interface, InterfaceId};

/// What is known of an attribute of "C1" or "F1": "yes", "no", "2", a word, or "?" with who would know.
fn told(project: &Project, place: &str, attribute: &str) -> String {
    let system = System::of(project);
    let catalog = Catalog::builtin();
    let rules = rules(catalog);
    let facts = Facts::new(&system, catalog, &rules);
    let id: u32 = place[1..].parse().unwrap();
    let element = if place.starts_with('C') {
        Element::Component(system.components.iter().position(|c| c.component.id == ComponentId(id)).unwrap())
    } else {
        let at = system.interfaces.iter().position(|i| i.interface.id == InterfaceId(id)).unwrap();
        Element::Interface { at, reversed: false }
    };
    match facts.value(element, place_of(catalog, attribute)) {
        Value::Truth(true) => "yes".to_owned(),
        Value::Truth(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Word(word) => word.to_owned(),
        Value::Unknown(gap) => {
            format!("? {} {}", gap.item, catalog.attributes[usize::from(gap.attribute)].name)
        }
    }
}

/// A system, what is changed in its interfaces, and what is then known: "C1 attribute = value".
fn check(components: &str, interfaces: &str, change: impl Fn(&mut Interface), wanted: &[&str]) {
    let mut project = system(components, interfaces);
    project.assets.insert(asset(1, &[]));
    let all: Vec<Interface> = project.diagram.interfaces().cloned().collect();
    for mut interface in all {
        change(&mut interface);
        project.diagram.put_interface(interface).unwrap();
    }
    for line in wanted {
        let (subject, value) = line.split_once(" = ").unwrap();
        let (place, attribute) = subject.split_once(' ').unwrap();
        assert_eq!(told(&project, place, attribute), value, "{subject} in {components}; {interfaces}");
    }
}

#[test]
fn the_diagram_decides() {
    check(
        "C1 Human@0, C2 Agent@3, C3 Store@3, C4 External@1, C5 Agent@3, C6 Tool@3",
        "F1 1>2, F2 2>3, F3 2>4, F4 2>5, F5 2>6",
        |_| {},
        &[
            "C2 kind = agent",
            "C3 kind = datastore",
            "C1 trust_level = 0",
            "F1 crosses_boundary = yes",
            "F2 crosses_boundary = no",
            "F1 from_trust = 0",
            "F1 to_trust = 3",
            "F1 untrusted_content = yes",
            "F2 untrusted_content = ? F-02 untrusted_content",
            "F1 direction = inbound",
            "F2 direction = inside",
            "F3 direction = outbound",
            "C2 processes_untrusted_input = yes",
            "C5 processes_untrusted_input = ? C-05 processes_untrusted_input",
            "C2 can_communicate_externally = yes",
            "C5 can_communicate_externally = ? C-05 can_communicate_externally",
            "C2 internet_facing = yes",
            "C5 internet_facing = no",
            "C2 can_delegate = yes",
            "C5 can_delegate = no",
            "C1 can_submit_free_text = yes",
            "C1 receives_agent_output = no",
            "C2 tool_count = 1",
            "C5 uses_rag = no",
            "C4 third_party = yes",
            "C2 executes_code = ? C-02 executes_code",
        ],
    );
}

#[test]
fn an_interface_speaks_for_itself() {
    let ends = "C1 Human@0, C2 Process@3";
    check(
        ends,
        "F1 1>2",
        |_| {},
        &[
            "F1 encrypted = ? F-01 encrypted",
            "F1 authenticated = ? F-01 authenticated",
            // What encryption would settle is asked as encryption.
            "F1 integrity_protected = ? F-01 encrypted",
            "F1 server_authenticated = ? F-01 encrypted",
            "F1 input_validated = ? C-02 input_validated",
            "C2 authenticates_callers = ? F-01 authenticated",
            "F1 data_sensitivity = ? F-01 data_sensitivity",
        ],
    );
    check(
        ends,
        "F1 1>2",
        |interface| {
            interface.encryption = Some(Encryption::Tls13);
            interface.authentication = Some(Authentication::Token);
            interface.assets = vec![crate::model::AssetId(1)];
        },
        &[
            "F1 encrypted = yes",
            "F1 authenticated = yes",
            "F1 integrity_protected = yes",
            "F1 server_authenticated = yes",
            "F1 replay_protected = yes",
            "F1 weak_protocol_version = no",
            "F1 carries_session_token = yes",
            "F1 carries_credentials = no",
            "F1 data_sensitivity = 2",
            "F1 mutual_auth = ? F-01 mutual_auth",
            "C2 authenticates_callers = yes",
            "C2 receives_sensitive_data = yes",
        ],
    );
    check(
        ends,
        "F1 1>2",
        |interface| interface.encryption = Some(Encryption::MutualTls),
        &["F1 authenticated = yes", "F1 mutual_auth = yes"],
    );
    check(
        ends,
        "F1 1>2",
        |interface| "HTTPS".clone_into(&mut interface.protocol),
        &["F1 encrypted = yes", "C2 web_facing = yes"],
    );
    check(ends, "F1 1>2", |interface| "http".clone_into(&mut interface.protocol), &["F1 encrypted = no"]);
    check(
        ends,
        "F1 1>2",
        |interface| interface.authentication = Some(Authentication::None),
        &["F1 authenticated = no", "F1 mutual_auth = no", "C2 authenticates_callers = no"],
    );
}

#[test]
fn both_ways_counts_in_both_directions() {
    check(
        "C1 Agent@3, C2 External@1",
        "F1 1<>2",
        |_| {},
        &["C1 processes_untrusted_input = yes", "C1 can_communicate_externally = yes"],
    );
    check(
        "C1 Agent@3, C2 External@1",
        "F1 2>1",
        |_| {},
        &["C1 can_communicate_externally = ? C-01 can_communicate_externally"],
    );
    // What an outsider answers may be read or not.
    check(
        "C1 Agent@3, C2 External@1",
        "F1 1>2",
        |_| {},
        &["C1 processes_untrusted_input = ? C-01 processes_untrusted_input"],
    );
}

#[test]
fn what_people_say_goes_before_what_is_guessed() {
    let mut project = system("C1 Human@0, C2 Agent@3, C3 Store@3", "F1 1>2, F2 2>3");
    let said = |project: &mut Project, id: u32, name: &str, answer: Answer| {
        let mut component = project.diagram.component(ComponentId(id)).unwrap().clone();
        component.attributes.set(name, Some(answer));
        project.diagram.put_component(component);
    };
    said(&mut project, 2, "processes_untrusted_input", Answer::No);
    assert_eq!(told(&project, "C2", "processes_untrusted_input"), "no");
    // But not before what is drawn.
    said(&mut project, 2, "trust_level", Answer::Number(0.0));
    assert_eq!(told(&project, "C2", "trust_level"), "3");
    // An answer that does not fit is none.
    said(&mut project, 2, "data_sensitivity", Answer::Text("purple".to_owned()));
    assert_eq!(told(&project, "C2", "data_sensitivity"), "? C-02 data_sensitivity");
    said(&mut project, 2, "data_sensitivity", Answer::Text("restricted".to_owned()));
    assert_eq!(told(&project, "C2", "data_sensitivity"), "3");
    let mut store = project.diagram.component(ComponentId(3)).unwrap().clone();
    "PostgreSQL 16".clone_into(&mut store.technology);
    project.diagram.put_component(store);
    assert_eq!(told(&project, "C3", "query_language"), "sql");
    assert_eq!(told(&project, "C3", "is_vector_store"), "no");
}
