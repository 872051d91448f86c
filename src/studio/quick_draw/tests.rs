use super::*;
use crate::model::{Asset, Component, Zone};
use crate::picture::{DiagramScene, Point};

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
    check("-> -> tool gateway", &["assistant_agent", "→", "tool gateway, new"]);
    check("+ -> tool gateway", &[]);
    check(
        "-> data: HTTPS, carries order, customer",
        &["assistant_agent", "→", "database", "HTTPS", "TLS", "Carries customer_data", "Carries order, new"],
    );
    check("+ Runtime: zone 3", &["Zone Runtime", "Trust 3"]);
    check("+ Vaults: zone 9 @data", &["Zone Vaults", "Trust 4", "In Data"]);
    check("+ Internet: zone", &["Zone Internet", "Trust 0, by its name"]);
    check("+ Third parties: zone 3", &["Zone Third parties", "Trust 3"]);
    check("+ Back office: zone", &["Zone Back office", "Trust 2 assumed"]);
    check("+ shop @Public web", &["Process shop", "In Public web, new, trust 0"]);
    check(
        "assistant -> ledger: MCP, statements, REST",
        &["assistant_agent", "→", "ledger, new", "MCP", "Carries statements, new", "REST"],
    );
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
    let plan = read(session.project(), Catalog::builtin(), start(session), line).unwrap();
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
fn after_a_flow_the_line_goes_on_from_its_end() {
    let mut session = Session::unsaved(Project::new("Test"));
    for line in ["web shop -> orders api: HTTPS", "-> orders db: PostgreSQL", "-> backup"] {
        draw(&mut session, line);
    }
    let project = session.project();
    let flows: Vec<String> = project.diagram.interfaces().map(|flow| project.interface_name(flow)).collect();
    assert_eq!(flows, ["web shop → orders api", "orders api → orders db", "orders db → backup"]);
}

fn scene_of(session: &Session) -> DiagramScene {
    let options = crate::picture::SceneOptions::default();
    DiagramScene::build(session.project(), session.view().unwrap(), &options)
}

/// Nothing covers anything, and every component stands in its own zones and in no others.
#[track_caller]
fn is_well_placed(session: &Session) {
    let scene = scene_of(session);
    let told = |id: ComponentId| session.project().name_of(id.into());
    for (index, one) in scene.nodes.iter().enumerate() {
        for other in scene.nodes.iter().skip(index + 1) {
            let (a, b) = (one.rect, other.rect);
            let across = (a.x.max(b.x) - a.right().min(b.right())).max(0.0);
            let down = (a.y.max(b.y) - a.bottom().min(b.bottom())).max(0.0);
            assert!(across >= 70.0 || down >= 38.0, "{} {} {across} {down}", told(one.id), told(other.id));
        }
        let home = session.project().diagram.zone_chain(one.zone);
        for zone in &scene.zones {
            let (inside, covered) = (home.contains(&zone.id), zone.rect.overlaps(one.rect));
            assert_eq!(inside, covered, "{} and {}", told(one.id), zone.name);
        }
    }
    for (index, one) in scene.zones.iter().enumerate() {
        for other in scene.zones.iter().skip(index + 1) {
            let nested = one.rect.contains_rect(other.rect) || other.rect.contains_rect(one.rect);
            assert!(nested || !one.rect.overlaps(other.rect), "{} over {}", one.name, other.name);
        }
    }
}

#[test]
fn what_a_line_draws_covers_nothing_and_stays_compact() {
    let systems: [&[&str]; 5] = [
        &["support -> crm", "-> mail", "support -> wiki", "-> search", "support -> phone", "-> log store"],
        &["a -> b", "-> c", "-> d", "-> e", "-> f", "-> g", "-> h", "-> i"],
        &[
            "web -> api",
            "api -> orders db",
            "api -> cache",
            "api -> mail",
            "user -> web",
            "api -> vendor api",
        ],
        &[
            "user -> web shop: HTTPS",
            "-> orders api",
            "+ ledger: vector store @Data",
            "+ archive: store @Data",
            "orders api -> queue @Messages",
            "+ partner api @Third parties",
            "orders api -> partner: HTTPS",
            "+ vault: store @Data",
        ],
        &[
            "+ Cloud: zone",
            "+ Runtime: zone 3 @Cloud",
            "+ web agent @Runtime",
            "-> tools",
            "-> vendor api",
            "+ memory: store @Runtime",
            "+ logs: store @Cloud",
            "web agent -> logs",
            "<- user",
        ],
    ];
    for lines in systems {
        let mut session = Session::unsaved(Project::new("Test"));
        for line in lines {
            draw(&mut session, line);
            is_well_placed(&session);
        }
        let bounds =
            scene_of(&session).nodes.iter().map(|node| node.rect).reduce(crate::picture::Rect::union);
        let bounds = bounds.unwrap();
        assert!(bounds.w <= 1500.0 && bounds.h <= 1000.0, "{lines:?} {bounds:?}");
        assert!(bounds.h >= 120.0, "more than one row: {lines:?} {bounds:?}");
    }
}

#[test]
fn a_zone_that_a_line_draws_is_beside_everything_else() {
    // A small drawing of somebody who left little room between things.
    let mut project = project();
    let mut view = crate::model::View { id: crate::model::ViewId(1), ..Default::default() };
    for (id, x, y) in [(1, -260.0, -40.0), (2, 20.0, -40.0), (3, 20.0, 80.0)] {
        view.places.insert(ComponentId(id).into(), crate::model::Place { x, y, ..Default::default() });
    }
    view.places.insert(
        ZoneId(1).into(),
        crate::model::Place { x: -200.0, y: 200.0, w: 230.0, h: 140.0, ..Default::default() },
    );
    project.views = std::iter::once(view).collect();
    let mut session = Session::unsaved(project);
    for line in
        ["+ ledger: vector store @Finance", "+ card: store @Data", "+ Edge: zone", "+ Inner: zone @Data"]
    {
        draw(&mut session, line);
        is_well_placed(&session);
    }
}

#[test]
fn nobody_has_classified_what_a_line_brings() {
    let mut session = Session::unsaved(Project::new("Test"));
    draw(&mut session, "a -> b: MCP, customer data");
    draw(&mut session, "+ shop @Public web");
    let project = session.project();
    let asset = project.assets.iter().next().unwrap();
    assert_eq!((asset.name.as_str(), asset.classified()), ("customer data", None));
    let zones: Vec<_> = project.diagram.zones.iter().map(|zone| (zone.name.as_str(), zone.trust)).collect();
    assert_eq!(zones, [("Public web", 0)]);
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
    assert_eq!(flow.new_assets, ["order number"]);
    assert_eq!(flow.description, ["looks up what was ordered last"]);
    let words = flow.read_otherwise().unwrap();
    assert_eq!((words.new_assets.len(), words.description.len()), (0, 2));
    assert_eq!(words.read_otherwise().unwrap().new_assets, flow.new_assets);
    let Some(Plan::Flow(plain)) = read(&project, Catalog::builtin(), None, "assistant -> data: HTTPS") else {
        panic!()
    };
    assert!(plain.read_otherwise().is_none());
}

#[test]
fn a_new_zone_that_both_ends_name_is_one_zone() {
    for line in ["a @X -> b @X", "a @X -> b @ x"] {
        let mut session = Session::unsaved(Project::new("Test"));
        draw(&mut session, line);
        let diagram = &session.project().diagram;
        assert_eq!(diagram.zones.iter().count(), 1, "{line}");
        let home = diagram.zones.iter().next().map(|zone| zone.id);
        assert_eq!(diagram.components().filter(|component| component.zone == home).count(), 2, "{line}");
        let before = scene_of(&session);
        assert!(!before.nodes[0].rect.overlaps(before.nodes[1].rect));
        is_well_placed(&session);
    }
}
