//! What is wrong with a drawing and the assets in it.

use super::{check, component, found, interface, pair, say};
use crate::analysis::lint::*;
use crate::analysis::paths::tests::system;
use crate::model::{
    Asset, AssetId, AssetKind, Authentication, ComponentId, Encryption, Sensitivity, View, ViewId, Zone,
    ZoneId,
};

#[test]
fn diagram_rules() {
    let base = pair();
    let nothing = |_: &mut Project| {};
    let loose = |from: Option<u32>, to: Option<u32>| {
        move |p: &mut Project| {
            interface(p, 1, |i| (i.from, i.to) = (from.map(ComponentId), to.map(ComponentId)));
        }
    };
    check("TM-001", &base, nothing, &[]);
    check("TM-001", &base, loose(Some(1), None), &["F-01: It starts at part 1 and leads nowhere"]);
    check("TM-001", &base, loose(None, Some(2)), &["F-01: It leads to part 2 from nowhere"]);
    check("TM-001", &base, loose(None, None), &["F-01: Neither end is attached"]);
    let kinds = |components: &str| system(components, "F1 1>2");
    check(
        "TM-002",
        &kinds("C1 Store, C2 Store"),
        nothing,
        &["F-01: part 1 → part 2: stores do not move data by themselves"],
    );
    check("TM-002", &base, nothing, &[]);
    check(
        "TM-003",
        &kinds("C1 Human, C2 External"),
        nothing,
        &["F-01: part 1 → part 2: neither end is part of the system"],
    );
    check("TM-003", &kinds("C1 Human, C2 Agent"), nothing, &[]);
    check(
        "TM-004",
        &kinds("C1 External, C2 Store"),
        nothing,
        &["F-01: part 1 → part 2: nothing stands between them"],
    );
    check("TM-004", &kinds("C1 External, C2 Store"), |p| interface(p, 1, |i| i.out_of_scope = true), &[]);
    check("TM-005", &system("C1 Agent", ""), nothing, &["C-01: part 1 is connected to nothing"]);
    check("TM-005", &base, nothing, &[]);
    check(
        "TM-006",
        &kinds("C1 Process, C2 Store"),
        nothing,
        &["C-02: part 2 is written to, and nobody reads it"],
    );
    check(
        "TM-006",
        &kinds("C1 Process, C2 Store"),
        |p| component(p, 2, |c| "audit log".clone_into(&mut c.name)),
        &[],
    );
    check("TM-006", &base, nothing, &[]);
    check(
        "TM-007",
        &kinds("C1 Store, C2 Process"),
        nothing,
        &["C-01: part 1 is read, and nobody writes to it"],
    );
    check("TM-007", &base, nothing, &[]);
    check("TM-008", &kinds("C1 Process, C2 Store"), nothing, &["C-01: Nothing leads to part 1"]);
    check("TM-008", &kinds("C1 Store, C2 Agent"), nothing, &["C-02: part 2 leads to nothing"]);
    check("TM-008", &base, nothing, &[]);
    check("TM-009", &kinds("C1 Agent, C2 Store@2"), nothing, &["C-01: part 1 stands outside of every zone"]);
    check("TM-009", &kinds("C1 Agent, C2 Store@2"), |p| component(p, 1, |c| c.out_of_scope = true), &[]);
    check(
        "TM-010",
        &base,
        |p| p.diagram.zones = crate::model::Table::default(),
        &["Nothing says where trust changes"],
    );
    check("TM-010", &base, nothing, &[]);
    let zone = |id: u32, name: &str, description: &str| Zone {
        id: ZoneId(id),
        name: name.to_owned(),
        description: description.to_owned(),
        ..Zone::default()
    };
    let zones = |p: &mut Project| {
        p.diagram.zones =
            [zone(4, "runtime", ""), zone(5, "data", "Only the database"), zone(9, "attic", "")]
                .into_iter()
                .collect();
    };
    check(
        "TM-011",
        &base,
        zones,
        &["Z-4: runtime holds one component, and nobody says what the zone is for", "Z-9: attic is empty"],
    );
    check(
        "TM-012",
        &base,
        nothing,
        &["F-01: part 1 ↔ part 2 crosses a boundary, by a protocol nobody names"],
    );
    check("TM-012", &base, |p| interface(p, 1, |i| "SQL".clone_into(&mut i.protocol)), &[]);
    check("TM-012", &system("C1 Agent@3, C2 Store@3", "F1 1>2"), nothing, &[]);
    check(
        "TM-013",
        &base,
        nothing,
        &["F-01: part 1 ↔ part 2 crosses a boundary, and nobody says how callers prove who they are"],
    );
    check("TM-013", &base, |p| interface(p, 1, |i| i.authentication = Some(Authentication::None)), &[]);
    check(
        "TM-014",
        &base,
        nothing,
        &["F-01: part 1 ↔ part 2 crosses a boundary, and nobody says whether it is encrypted"],
    );
    check("TM-014", &base, |p| interface(p, 1, |i| i.encryption = Some(Encryption::None)), &[]);
    check("TM-014", &base, |p| interface(p, 1, |i| "https".clone_into(&mut i.protocol)), &[]);
    check(
        "TM-021",
        &base,
        |p| component(p, 1, |c| "Part-2".clone_into(&mut c.name)),
        &["C-02: C-02 is called part 2, as C-01 is"],
    );
    check("TM-021", &base, nothing, &[]);
    for (name, is_placeholder) in [
        ("New agent", true),
        ("new", true),
        ("Untitled 3", true),
        ("TODO name it", true),
        ("Component 12", true),
        ("process_4", true),
        ("New York office", false),
        ("agent_model", false),
        ("Agent platform", false),
    ] {
        let mut project = base.clone();
        component(&mut project, 1, |c| name.clone_into(&mut c.name));
        let named = found(&project, "TM-022").iter().any(|words| words.starts_with("C-01"));
        assert_eq!(named, is_placeholder, "{name}");
    }
    check(
        "TM-023",
        &base,
        |p| component(p, 1, |c| "Answers".clone_into(&mut c.description)),
        &["C-02: Nobody says what part 2 does"],
    );
    let many: Vec<String> = (1..=101).map(|id| format!("C{id} Process@3")).collect();
    check("TM-024", &system(&many.join(", "), ""), nothing, &["V-1: Whole system shows 101 components"]);
    let only = |p: &mut Project| {
        p.views = [View { id: ViewId(1), only_placed: true, ..View::default() }].into_iter().collect();
    };
    check("TM-024", &system(&many.join(", "), ""), only, &[]);
}

pub(super) fn secret(id: u32, kind: AssetKind, sensitivity: Sensitivity) -> Asset {
    Asset {
        id: AssetId(id),
        name: format!("asset {id}"),
        kind,
        sensitivity,
        owner: "Kim".to_owned(),
        ..Asset::default()
    }
}

#[test]
fn asset_rules() {
    let base = pair();
    let with = |assets: Vec<Asset>, carried: &[u32]| {
        let mut project = base.clone();
        project.assets = assets.into_iter().collect();
        interface(&mut project, 1, |i| i.assets = carried.iter().copied().map(AssetId).collect());
        project
    };
    let nothing = |_: &mut Project| {};
    let data = secret(1, AssetKind::Data, Sensitivity::Confidential);
    let keys = secret(1, AssetKind::Credentials, Sensitivity::Restricted);
    check("TM-015", &base, nothing, &["F-01: part 1 ↔ part 2: nobody says which assets travel there"]);
    check("TM-015", &with(vec![data.clone()], &[1]), nothing, &[]);
    check(
        "TM-016",
        &with(vec![data.clone()], &[]),
        nothing,
        &["A-1: asset 1 rests nowhere and travels nowhere"],
    );
    check("TM-016", &with(vec![data.clone()], &[1]), nothing, &[]);
    check(
        "TM-016",
        &with(vec![Asset { processed_by: vec![ComponentId(1)], ..data.clone() }], &[]),
        nothing,
        &[],
    );
    check(
        "TM-018",
        &with(vec![Asset { owner: String::new(), ..data.clone() }], &[]),
        nothing,
        &["A-1: Nobody answers for asset 1"],
    );
    check("TM-018", &with(vec![data.clone()], &[]), nothing, &[]);
    let low = |p: &mut Project| component(p, 2, |c| c.zone = Some(ZoneId(2)));
    check(
        "TM-019",
        &with(vec![data.clone()], &[1]),
        low,
        &["F-01: asset 1 reaches part 2, which is cleared for internal data at most"],
    );
    check("TM-019", &with(vec![data.clone()], &[1]), nothing, &[]);
    let back = |p: &mut Project| component(p, 1, |c| c.zone = Some(ZoneId(1)));
    check(
        "TM-019",
        &with(vec![data.clone()], &[1]),
        back,
        &["F-01: asset 1 reaches part 1, which is cleared for public data only"],
    );
    let clear = |p: &mut Project| interface(p, 1, |i| i.encryption = Some(Encryption::None));
    check(
        "TM-020",
        &with(vec![keys.clone()], &[1]),
        clear,
        &["F-01: Credentials travel in clear text over part 1 ↔ part 2"],
    );
    check("TM-020", &with(vec![keys], &[1]), nothing, &[]);
    check("TM-020", &with(vec![data.clone()], &[1]), clear, &[]);
    let chain = || {
        let mut project = system("C1 Process@3, C2 Process@3, C3 Store@3", "F1 1>2, F2 2>3");
        project.assets.insert(Asset {
            availability: Some(5),
            stored_in: vec![ComponentId(3)],
            ..data.clone()
        });
        project
    };
    let spot = found(&chain(), "TM-025");
    assert!(spot.len() == 1 && spot[0].starts_with("C-02: Without part 2 nothing reaches"), "{spot:?}");
    check("TM-025", &chain(), |p| say(p, 2, "redundant"), &[]);
    check("TM-025", &chain(), |p| p.assets.iter_mut().for_each(|a| a.availability = Some(3)), &[]);
}
