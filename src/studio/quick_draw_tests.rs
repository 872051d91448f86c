use super::*;
use crate::model::{Asset, Component, Zone};

fn project() -> Project {
    let mut project = Project::new("Test");
    for (id, name) in [(1, "assistant_agent"), (2, "database"), (3, "external api")] {
        project.diagram.put_component(Component {
            id: ComponentId(id),
            name: name.to_owned(),
            ..Default::default()
        });
    }
    project.diagram.zones.insert(Zone { id: ZoneId(1), name: "Data".to_owned(), ..Default::default() });
    project.assets.insert(Asset { id: AssetId(1), name: "customer_data".to_owned(), ..Default::default() });
    project.reserve_all();
    project
}

fn check(text: &str, expected: &[&str]) {
    let project = project();
    let pieces =
        read(&project, Some(ComponentId(1)), text).map(|plan| plan.understood(&project)).unwrap_or_default();
    let words: Vec<&str> = pieces.iter().map(|(_, word)| word.as_str()).collect();
    assert_eq!(words, expected, "{text}");
}

#[test]
fn lines_are_understood() {
    check(
        "assistant -> database: TLS, customer data",
        &["assistant_agent", "→", "database", "TLS", "Carries customer_data"],
    );
    check("ass<->data", &["assistant_agent", "↔", "database"]);
    check("database <- api", &["external api", "→", "database"]);
    check(
        "agent -> vector store: gRPC 50051, mTLS",
        &["assistant_agent", "→", "vector store, new", "gRPC 50051", "Mutual TLS", "Mutual TLS"],
    );
    check(
        "assistant -> database: https, looks up the order",
        &["assistant_agent", "→", "database", "https", "TLS", "looks up the order"],
    );
    check("+ cache: store @data", &["Store cache", "In Data"]);
    check("+ Orders: postgres", &["Store Orders", "PostgreSQL", "5 assumed"]);
    check("+ Orders: kafka @data", &["Store Orders", "Event stream", "3 assumed", "In Data"]);
    check("+ helper: vector", &["Store helper", "Vector store", "3 assumed"]);
    check("+ x: zebra", &["Process x"]);
    check("+ planner: ag", &["Agent planner"]);
    check("? who calls it", &["who calls it"]);
    check("! stolen token", &["stolen token"]);
    check("save", &[]);
    check("->", &[]);
    check("+", &[]);
}

#[test]
fn two_new_ends_get_two_ids() {
    let session = Session::unsaved(Project::new("Test"));
    let plan = read(session.project(), None, "user -> web agent: HTTPS 443").unwrap();
    let scene = DiagramScene::default();
    let (_, transaction) = plan.transaction(&session, &scene, Point::new(0.0, 0.0)).unwrap();
    let mut session = session;
    session.commit(transaction).unwrap();
    let names: Vec<_> = session.project().diagram.components().map(|c| (c.name.as_str(), c.kind)).collect();
    assert_eq!(names, [("user", ComponentKind::Human), ("web agent", ComponentKind::Agent)]);
    let flow = session.project().diagram.interfaces().next().unwrap();
    assert_eq!(
        (flow.protocol.as_str(), flow.port, flow.encryption),
        ("HTTPS", Some(443), Some(Encryption::Tls))
    );
}

#[test]
fn a_stencil_brings_what_is_usually_true_as_assumed() {
    let mut session = Session::unsaved(project());
    let plan = read(session.project(), "+ Orders: postgres @data").unwrap();
    assert_eq!(plan.title(session.project()), "Add the store Orders");
    let (items, transaction) =
        plan.transaction(&session, &DiagramScene::default(), Point::new(0.0, 0.0)).unwrap();
    session.commit_and_select(transaction, items).unwrap();
    let Some(ItemId::Component(id)) = session.selection().single() else { panic!("nothing is selected") };
    let component = session.project().diagram.component(id).unwrap();
    assert_eq!(
        (component.name.as_str(), component.kind, component.zone),
        ("Orders", ComponentKind::Store, Some(ZoneId(1)))
    );
    assert_eq!(component.technology, "PostgreSQL");
    assert_eq!(component.attributes.yes("encrypted_at_rest"), Some(true));
    assert_eq!(component.assumptions().count(), component.attributes.0.len());
}

#[test]
fn stencil_names_are_completed_where_they_stand() {
    let check = |text: &str, words: Option<&str>, expected: &str| {
        assert_eq!(stencil_words(text), words, "{text}");
        let stencil = Catalog::builtin().stencil("PostgreSQL").unwrap();
        assert_eq!(completed(text, stencil), expected, "{text}");
    };
    check("+ Orders: post", Some("post"), "+ Orders: PostgreSQL");
    check("+ Orders :post @Da", Some("post"), "+ Orders: PostgreSQL @Da");
    check("+ Orders: sto", None, "+ Orders: PostgreSQL");
    check("+ Orders", None, "+ Orders: PostgreSQL");
    check("a -> b: post", None, "a -> b: PostgreSQL");
}
