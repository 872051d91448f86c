use super::*;
use crate::model::{Asset, Component, ItemId, Zone};
use crate::picture::{DiagramScene, Point};
use crate::session::Session;

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
    let pieces = read(&project, Catalog::builtin(), Some(ComponentId(1)), text)
        .map(|plan| plan.understood(&project))
        .unwrap_or_default();
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
    check("-> tool gateway: gRPC", &["assistant_agent", "→", "tool gateway, new", "gRPC"]);
    check("<- user: HTTPS", &["user, new", "→", "assistant_agent", "HTTPS", "TLS"]);
    check("-> vault (store) @Data: TLS", &["assistant_agent", "→", "vault, new in Data", "TLS"]);
    check("-> ledger @Finance", &["assistant_agent", "→", "ledger, new in Finance, new"]);
    check("-> assistant", &[]);
    check(
        "-> data: HTTPS, carries order, customer",
        &["assistant_agent", "→", "database", "HTTPS", "TLS", "Carries customer_data", "Carries order, new"],
    );
    check("+ Runtime: zone 3", &["Zone Runtime", "Trust 3"]);
    check("+ Vaults: zone 9 @data", &["Zone Vaults", "Trust 4", "In Data"]);
    check("+ cache: store @Edge", &["Store cache", "In Edge, new"]);
    check("+ card number: asset restr", &["Asset card number", "restricted"]);
    check("+ billing db", &["Store billing db"]);
    check("? who calls it", &["who calls it"]);
    check("! stolen token", &["stolen token"]);
    check("save", &[]);
    check("->", &[]);
    check("+", &[]);
}

#[test]
fn two_new_ends_get_two_ids() {
    let session = Session::unsaved(Project::new("Test"));
    let plan = read(session.project(), Catalog::builtin(), None, "user -> web agent: HTTPS 443").unwrap();
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
    let plan = read(session.project(), Catalog::builtin(), None, "+ Orders: postgres @data").unwrap();
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

fn draw(session: &mut Session, line: &str) {
    let selected =
        if let Some(ItemId::Component(id)) = session.selection().single() { Some(id) } else { None };
    let plan = read(session.project(), Catalog::builtin(), selected, line).unwrap();
    let options = crate::picture::SceneOptions::default();
    let scene = DiagramScene::build(session.project(), session.view().unwrap(), &options);
    let (items, transaction) = plan.transaction(session, &scene, Point::new(0.0, 0.0)).unwrap();
    session.commit_and_select(transaction, items).unwrap();
}

#[test]
fn a_chain_is_drawn_by_going_on() {
    let mut session = Session::unsaved(Project::new("Test"));
    for line in [
        "+ user",
        "-> web agent: HTTPS 443, carries order",
        "-> tool gateway @Runtime: gRPC",
        "-> vault (store)",
    ] {
        draw(&mut session, line);
    }
    let project = session.project();
    let flows: Vec<String> = project.diagram.interfaces().map(|flow| project.interface_name(flow)).collect();
    assert_eq!(flows, ["user → web agent", "web agent → tool gateway", "tool gateway → vault"]);
    let asset = project.assets.iter().next().unwrap();
    assert_eq!(
        (asset.name.as_str(), project.diagram.interfaces().next().unwrap().assets.as_slice()),
        ("order", &[asset.id][..])
    );
    let zone = project.diagram.zones.iter().next().unwrap();
    let stands = |name: &str| project.diagram.components().find(|c| c.name == name).unwrap().zone;
    assert_eq!(
        (stands("tool gateway"), stands("vault")),
        (Some(zone.id), Some(zone.id)),
        "beside its neighbour"
    );
    assert_eq!(session.history().names().count(), 4, "one step each");
    let scene =
        DiagramScene::build(project, session.view().unwrap(), &crate::picture::SceneOptions::default());
    for (index, one) in scene.nodes.iter().enumerate() {
        assert!(scene.nodes.iter().skip(index + 1).all(|other| !one.rect.overlaps(other.rect)), "{}", one.id);
    }
}

#[test]
fn zones_and_assets_are_added_by_a_line() {
    let mut session = Session::unsaved(Project::new("Test"));
    for line in
        ["+ Cloud: zone", "+ Runtime: zone 3 @Cloud", "+ agent @Runtime", "+ order: asset confidential"]
    {
        draw(&mut session, line);
    }
    let diagram = &session.project().diagram;
    let [cloud, runtime] = diagram.zones.iter().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((cloud.trust, runtime.trust, runtime.parent), (2, 3, Some(cloud.id)));
    assert_eq!(diagram.components().next().unwrap().zone, Some(runtime.id));
    let asset = session.project().assets.iter().next().unwrap();
    assert_eq!(asset.sensitivity.label().to_lowercase(), "confidential");
}

#[test]
fn what_reads_like_a_thing_can_become_an_asset() {
    let project = project();
    let Some(Plan::Flow(flow)) = read(
        &project,
        Catalog::builtin(),
        None,
        "assistant -> data: HTTPS, order number, looks up what was ordered last",
    ) else {
        panic!()
    };
    let with = flow.with_new_assets().unwrap();
    assert_eq!(with.new_assets, ["order number"]);
    assert_eq!(with.description, ["looks up what was ordered last"]);
    let Some(Plan::Flow(plain)) = read(&project, Catalog::builtin(), None, "assistant -> data: HTTPS") else {
        panic!()
    };
    assert!(plain.with_new_assets().is_none());
}
