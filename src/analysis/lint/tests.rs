//! Each rule on small models: what it finds, and what it lets pass.

use jiff::civil::date;

use super::*;
use crate::analysis::paths::tests::system;
use crate::model::{
    Acceptance, AgentInstance, AlertSeverity, AlertThreshold, Answer, Asset, AssetId, AssetKind, Assumption,
    AssumptionId, AssumptionState, Authentication, CommunicationCondition, Component, ComponentId, Condition,
    Control, ControlFunction, ControlId, ControlStatus, Decision, Direction, Effect, Encryption, Evidence,
    EvidenceId, Interface, InterfaceId, MetricCondition, Operator, Permission, Policy, PolicyId,
    PolicyStatus, Question, QuestionId, Reading, ResourceCondition, ResponseAction, Review, ReviewId, Rule,
    RuleId, Scope, Sensitivity, SignOff, Snapshot, Strength, Stride, Suppression, Target, Threat, ThreatId,
    ThreatStatus, Tier, Treatment, View, ViewId, Zone, ZoneId,
};

#[test]
fn every_rule_is_decided_or_says_why_not() {
    let mut known: Vec<&str> =
        CHECKS.iter().map(|(id, _)| *id).chain(UNDECIDED.iter().map(|(id, _)| *id)).collect();
    known.sort_unstable();
    let mut wanted: Vec<&str> = Catalog::builtin().lint_rules.iter().map(|rule| rule.id.as_str()).collect();
    wanted.sort_unstable();
    assert_eq!(known, wanted);
    assert!(UNDECIDED.iter().all(|(_, why)| !why.is_empty()));
}

/// What a rule finds in a model, as "C-01: words"; the whole model has no id.
fn found(project: &Project, rule: &str) -> Vec<String> {
    let findings = check_on(project, Catalog::builtin(), date(2026, 6, 1));
    let told = |finding: &Finding| match finding.item {
        Some(item) => format!("{item}: {}", finding.what),
        None => finding.what.clone(),
    };
    findings.iter().filter(|finding| finding.rule == rule).map(told).collect()
}

/// A model made of a base and a change: what the rule finds after it.
fn check(rule: &str, base: &Project, change: impl FnOnce(&mut Project), wanted: &[&str]) {
    let mut project = base.clone();
    change(&mut project);
    assert_eq!(found(&project, rule), wanted, "{rule}");
}

/// The same system after a change of one component.
fn component(project: &mut Project, id: u32, change: impl FnOnce(&mut Component)) {
    let mut component = project.diagram.component(ComponentId(id)).unwrap().clone();
    change(&mut component);
    project.diagram.put_component(component);
}

fn interface(project: &mut Project, id: u32, change: impl FnOnce(&mut Interface)) {
    let mut interface = project.diagram.interface(InterfaceId(id)).unwrap().clone();
    change(&mut interface);
    project.diagram.put_interface(interface).unwrap();
}

/// Says things of a component: "uses_rag !isolated autonomy_level=3".
fn say(project: &mut Project, id: u32, words: &str) {
    component(project, id, |component| {
        for word in words.split(' ') {
            let (name, answer) = match (word.split_once('='), word.strip_prefix('!')) {
                (Some((name, value)), _) => {
                    (name, value.parse().map_or_else(|_| Answer::Text(value.to_owned()), Answer::Number))
                }
                (None, Some(name)) => (name, Answer::No),
                (None, None) => (word, Answer::Yes),
            };
            component.attributes.set(name, Some(answer));
        }
    });
}

fn pair() -> Project {
    system("C1 Agent@3, C2 Store@4", "F1 1<>2")
}

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

fn secret(id: u32, kind: AssetKind, sensitivity: Sensitivity) -> Asset {
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

#[test]
fn agent_rules() {
    let mut base = system(
        "C1 Human@0, C2 Agent@3, C3 Agent@3, C4 Tool@3, C5 External@1, C6 Store@4",
        "F1 1>2, F2 2>3, F3 2>4, F4 2>5, F5 1>6",
    );
    base.assets.insert(Asset {
        stored_in: vec![ComponentId(2)],
        ..secret(1, AssetKind::Data, Sensitivity::Confidential)
    });
    let nothing = |_: &mut Project| {};
    let said = |id: u32, words: &'static str| move |p: &mut Project| say(p, id, words);
    check("TM-026", &base, nothing, &[]);
    check(
        "TM-026",
        &base,
        said(2, "!human_approval"),
        &[
            "C-02: part 2 reads text of outsiders, reads private data and reaches the outside, and nobody approves what it does",
        ],
    );
    check("TM-026", &base, said(2, "human_approval"), &[]);
    check(
        "TM-027",
        &base,
        said(2, "!human_approval can_change_state"),
        &[
            "C-02: part 2 reads text of outsiders, reads private data and changes things, and nobody approves what it does",
        ],
    );
    check("TM-027", &base, said(2, "!human_approval !can_change_state"), &[]);
    check(
        "TM-028",
        &base,
        said(2, "executes_code !isolated"),
        &["C-02: part 2 runs code outside of a sandbox"],
    );
    check("TM-028", &base, said(2, "executes_code"), &[]);
    check("TM-029", &base, said(2, "!loop_limited budget_limited"), &["C-02: part 2 has no step limit"]);
    check(
        "TM-029",
        &base,
        said(2, "!loop_limited !budget_limited"),
        &["C-02: part 2 has neither a step limit nor a budget"],
    );
    check("TM-029", &base, said(2, "loop_limited budget_limited"), &[]);
    check(
        "TM-030",
        &base,
        said(2, "credential_scope=shared multi_user"),
        &["C-02: part 2 uses one credential for everybody it works for"],
    );
    check("TM-030", &base, said(2, "credential_scope=user multi_user"), &[]);
    check(
        "TM-031",
        &base,
        said(2, "can_change_state !logs_actions"),
        &["C-02: part 2 changes things and keeps no record of it"],
    );
    check("TM-031", &base, said(2, "can_change_state logs_actions"), &[]);
    check(
        "TM-032",
        &base,
        said(4, "third_party !description_pinned"),
        &["C-04: part 4 is somebody else's, and a change of its description would go unnoticed"],
    );
    check("TM-032", &base, said(4, "third_party description_pinned"), &[]);
    let ungated = |p: &mut Project| {
        say(p, 4, "side_effects=irreversible");
        say(p, 2, "!human_approval");
    };
    check(
        "TM-033",
        &base,
        ungated,
        &["C-04: part 4 cannot be undone, and part 2 calls it without anybody's approval"],
    );
    check(
        "TM-033",
        &base,
        said(4, "side_effects=irreversible !human_approval"),
        &["C-04: part 4 cannot be undone, and nobody approves its calls"],
    );
    check("TM-033", &base, said(4, "side_effects=irreversible reversible !human_approval"), &[]);
    check("TM-033", &base, said(4, "side_effects=reversible !human_approval"), &[]);
    check(
        "TM-034",
        &base,
        said(6, "stores_memory"),
        &["C-06: part 6 holds what agents remember, and outsiders decide what is written there"],
    );
    check("TM-034", &base, said(6, "stores_memory !write_access_untrusted"), &[]);
    let proven = |how| move |p: &mut Project| interface(p, 2, |i| i.authentication = Some(how));
    check("TM-035", &base, nothing, &[]);
    check(
        "TM-035",
        &base,
        proven(Authentication::ApiKey),
        &["F-02: part 2 → part 3: the agents do not prove to each other who they are (api key)"],
    );
    check(
        "TM-035",
        &base,
        proven(Authentication::None),
        &["F-02: part 2 → part 3: the agents do not prove to each other who they are (nothing)"],
    );
    check("TM-035", &base, proven(Authentication::MutualTls), &[]);
    check("TM-035", &base, proven(Authentication::Signature), &[]);
    check(
        "TM-036",
        &base,
        said(2, "autonomy_level=3"),
        &["C-02: part 2 works on its own, and nothing can stop it at once"],
    );
    check("TM-036", &base, said(2, "autonomy_level=2"), &[]);
    let switched = |p: &mut Project| {
        say(p, 2, "autonomy_level=3");
        p.threats.insert(Threat {
            id: ThreatId(1),
            targets: vec![Target::Component(ComponentId(2))],
            ..Threat::default()
        });
        p.controls.insert(Control {
            id: ControlId(1),
            catalog: Some("kill_switch".to_owned()),
            status: ControlStatus::Planned,
            threats: vec![ThreatId(1)],
            ..Control::default()
        });
    };
    check("TM-036", &base, switched, &[]);
}

fn threat(id: u32, level: f64) -> Threat {
    Threat {
        id: ThreatId(id),
        title: format!("threat {id}"),
        likelihood: Some(level),
        impact: Some(level),
        targets: vec![Target::Component(ComponentId(1))],
        ..Threat::default()
    }
}

fn control(id: u32, threats: &[u32], family: &str) -> Control {
    Control {
        id: ControlId(id),
        name: format!("control {id}"),
        threats: threats.iter().copied().map(ThreatId).collect(),
        family: family.to_owned(),
        ..Control::default()
    }
}

#[test]
fn threat_rules() {
    let base = pair();
    let with = |threats: Vec<Threat>, controls: Vec<Control>| {
        let mut project = base.clone();
        project.threats = threats.into_iter().collect();
        project.controls = controls.into_iter().collect();
        project
    };
    let one = |change: fn(&mut Threat)| {
        let mut threat = threat(1, 4.0);
        change(&mut threat);
        with(vec![threat], vec![])
    };
    let nothing = |_: &mut Project| {};
    check(
        "TM-037",
        &one(|_| {}),
        nothing,
        &[
            "C-02: No threat is aimed at part 2",
            "F-01: part 1 ↔ part 2 crosses a boundary, and no threat is aimed at it",
        ],
    );
    check(
        "TM-037",
        &one(|t| {
            t.targets = vec![
                Target::Component(ComponentId(1)),
                Target::Component(ComponentId(2)),
                Target::Interface(InterfaceId(1)),
            ];
        }),
        nothing,
        &[],
    );
    check("TM-038", &one(|t| t.targets.clear()), nothing, &["T-001: threat 1 is aimed at nothing"]);
    check("TM-038", &one(|_| {}), nothing, &[]);
    check("TM-039", &one(|t| t.impact = None), nothing, &["T-001: threat 1 has no impact"]);
    check(
        "TM-039",
        &one(|t| (t.likelihood, t.impact) = (None, None)),
        nothing,
        &["T-001: threat 1 has neither likelihood nor impact"],
    );
    check("TM-039", &one(|t| (t.impact, t.status) = (None, ThreatStatus::NotApplicable)), nothing, &[]);
    check("TM-040", &one(|_| {}), nothing, &["T-001: Nobody has decided what to do about threat 1"]);
    check("TM-040", &one(|t| t.treatment = Treatment::Mitigate), nothing, &[]);
    check("TM-041", &one(|_| {}), nothing, &["T-001: threat 1 (8.0, critical) has no control"]);
    check("TM-041", &one(|t| t.status = ThreatStatus::Accepted), nothing, &[]);
    check("TM-041", &with(vec![threat(1, 3.0)], vec![]), nothing, &[]);
    check("TM-042", &one(|_| {}), nothing, &["T-001: Nobody answers for threat 1 (8.0, critical)"]);
    check("TM-042", &one(|t| "Kim".clone_into(&mut t.owner)), nothing, &[]);
    check(
        "TM-043",
        &one(|t| t.treatment = Treatment::Mitigate),
        nothing,
        &["T-001: threat 1 (8.0, critical) is to be lowered, but by no date"],
    );
    check(
        "TM-043",
        &one(|t| (t.treatment, t.due) = (Treatment::Mitigate, Some(date(2026, 7, 1)))),
        nothing,
        &[],
    );
    let due = |status| {
        with(
            vec![threat(1, 4.0)],
            vec![Control { due: Some(date(2026, 5, 31)), status, ..control(1, &[1], "") }],
        )
    };
    check(
        "TM-043",
        &due(ControlStatus::Planned),
        |p| p.threats.iter_mut().for_each(|t| t.treatment = Treatment::Mitigate),
        &[],
    );
    check(
        "TM-044",
        &due(ControlStatus::Planned),
        nothing,
        &["M-01: control 1 was due on 2026-05-31 and is planned"],
    );
    check("TM-044", &due(ControlStatus::Implemented), nothing, &[]);
    check(
        "TM-045",
        &one(|t| t.status = ThreatStatus::Accepted),
        nothing,
        &["T-001: threat 1 is accepted without an approver, a reason, an end"],
    );
    let accepted = |expiry| {
        with(
            vec![Threat {
                status: ThreatStatus::Accepted,
                acceptance: Some(Acceptance {
                    approver: "Kim".to_owned(),
                    reason: "Cheap".to_owned(),
                    expiry,
                    ..Acceptance::default()
                }),
                ..threat(1, 4.0)
            }],
            vec![],
        )
    };
    check("TM-045", &accepted(None), nothing, &["T-001: threat 1 is accepted without an end"]);
    check("TM-045", &accepted(Some(date(2026, 6, 1))), nothing, &[]);
    check(
        "TM-046",
        &accepted(Some(date(2026, 5, 31))),
        nothing,
        &["T-001: threat 1 was accepted until 2026-05-31"],
    );
    check("TM-046", &accepted(Some(date(2026, 6, 1))), nothing, &[]);
    check(
        "TM-048",
        &one(|_| {}),
        nothing,
        &["T-001: threat 1 stays at 8.0 even with the whole plan; the target is 6.5"],
    );
    check("TM-048", &one(|t| t.target_score = Some(9.0)), nothing, &[]);
    let detective =
        |function| with(vec![threat(1, 4.0)], vec![Control { function, ..control(1, &[1], "a") }]);
    check(
        "TM-049",
        &detective(ControlFunction::Detective),
        nothing,
        &["T-001: Nothing keeps threat 1 from happening; its controls only notice it"],
    );
    check("TM-049", &detective(ControlFunction::Preventive), nothing, &[]);
    let families =
        |a: &str, b: &str| with(vec![threat(1, 4.0)], vec![control(1, &[1], a), control(2, &[1], b)]);
    check(
        "TM-050",
        &families("identity", "identity"),
        nothing,
        &["T-001: All 2 controls of threat 1 are of the family identity"],
    );
    check("TM-050", &families("identity", "network"), nothing, &[]);
    let strong = |status| {
        with(
            vec![threat(1, 4.0)],
            vec![Control { strength: Strength::High, status, ..control(1, &[1], "a") }],
        )
    };
    check(
        "TM-051",
        &strong(ControlStatus::Implemented),
        nothing,
        &["M-01: control 1 claims 80 %, and nothing shows it"],
    );
    check("TM-051", &strong(ControlStatus::Verified), nothing, &[]);
    check("TM-051", &strong(ControlStatus::Planned), nothing, &[]);
    check(
        "TM-051",
        &strong(ControlStatus::Implemented),
        |p| {
            p.evidence.insert(Evidence {
                id: EvidenceId(1),
                control: Some(ControlId(1)),
                ..Evidence::default()
            });
        },
        &[],
    );
    check(
        "TM-052",
        &with(vec![], vec![control(1, &[], "a")]),
        nothing,
        &["M-01: control 1 answers no threat"],
    );
    check("TM-052", &detective(ControlFunction::Detective), nothing, &[]);
    check(
        "TM-053",
        &one(|t| t.status = ThreatStatus::NotApplicable),
        nothing,
        &["T-001: Nobody says why threat 1 cannot happen"],
    );
    check(
        "TM-053",
        &one(|t| {
            t.status = ThreatStatus::NotApplicable;
            t.decisions.push(Decision::default());
        }),
        nothing,
        &[],
    );
    check(
        "TM-054",
        &one(|t| {
            t.targets = vec![Target::Interface(InterfaceId(1))];
            t.stride = [Stride::Spoofing, Stride::Tampering].into();
        }),
        nothing,
        &[
            "F-01: part 1 ↔ part 2: nobody has thought of repudiation, information disclosure, denial of service",
        ],
    );
    check("TM-054", &one(|_| {}), nothing, &[]);
    check(
        "TM-055",
        &one(|t| t.likelihood_votes = vec![2, 4]),
        nothing,
        &["T-001: Votes on the likelihood of threat 1 go from 2 to 4"],
    );
    check(
        "TM-055",
        &one(|t| {
            t.likelihood_votes = vec![2, 4];
            "Talked it over".clone_into(&mut t.rationale);
        }),
        nothing,
        &[],
    );
    check("TM-055", &one(|t| t.likelihood_votes = vec![3, 4]), nothing, &[]);
    check(
        "TM-056",
        &with((1..=10).map(|id| threat(id, 3.0)).collect(), vec![]),
        nothing,
        &["10 threats share 1 different ratings"],
    );
    check("TM-056", &with((1..=10).map(|id| threat(id, f64::from(id % 3))).collect(), vec![]), nothing, &[]);
    check("TM-056", &with((1..=9).map(|id| threat(id, 3.0)).collect(), vec![]), nothing, &[]);
    check(
        "TM-057",
        &one(|t| "Kim".clone_into(&mut t.statement.source)),
        nothing,
        &["T-001: threat 1 does not say what they do, what that leads to"],
    );
    check("TM-058", &one(|_| {}), nothing, &["T-001: No metric would reveal threat 1"]);
    check("TM-058", &one(|t| t.catalog = Some("AG-001".to_owned())), nothing, &[]);
}

#[test]
fn process_rules() {
    let base = pair();
    let nothing = |_: &mut Project| {};
    let assume = |author: &str, state| {
        let mut project = base.clone();
        project.assumptions.insert(Assumption {
            id: AssumptionId(1),
            text: "It holds".to_owned(),
            author: author.to_owned(),
            state,
            ..Assumption::default()
        });
        project
    };
    check("TM-059", &assume("", AssumptionState::Confirmed), nothing, &["S-01: \"It holds\" has no owner"]);
    check(
        "TM-059",
        &assume("Kim", AssumptionState::Unconfirmed),
        nothing,
        &["S-01: \"It holds\" has not been checked"],
    );
    check("TM-059", &assume("Kim", AssumptionState::Rejected), nothing, &[]);
    let ask = |answer: &str, day| {
        let mut project = base.clone();
        project.questions.insert(Question {
            id: QuestionId(1),
            text: "Who?".to_owned(),
            answer: answer.to_owned(),
            date: Some(day),
            ..Question::default()
        });
        project
    };
    check("TM-060", &ask("", date(2026, 5, 1)), nothing, &["Q-01: \"Who?\" has been open for 31 days"]);
    check("TM-060", &ask("", date(2026, 5, 2)), nothing, &[]);
    check("TM-060", &ask("Kim", date(2026, 1, 1)), nothing, &[]);
    check("TM-061", &base, |p| p.review_due = Some(date(2026, 5, 31)), &["The review was due on 2026-05-31"]);
    check("TM-061", &base, |p| p.review_due = Some(date(2026, 6, 1)), &[]);
    let signed = |fingerprint: String| {
        let mut project = base.clone();
        let snapshot = Some(Snapshot { fingerprint, ..Snapshot::default() });
        project.reviews.insert(Review {
            id: ReviewId(1),
            name: "spring".to_owned(),
            snapshot,
            participants: vec!["a".to_owned(), "b".to_owned()],
            ..Review::default()
        });
        project
    };
    check(
        "TM-062",
        &signed("old".to_owned()),
        nothing,
        &["W-1: The model is not the one that was signed in spring"],
    );
    check("TM-062", &signed(crate::analysis::fingerprint::fingerprint(&base)), nothing, &[]);
    check("TM-063", &signed(String::new()), nothing, &[]);
    let roles = |p: &mut Project| {
        let sign = |name: &str| SignOff {
            name: name.to_owned(),
            role: "Architect".to_owned(),
            ..SignOff::default()
        };
        p.reviews.iter_mut().for_each(|review| review.sign_offs = vec![sign("a"), sign("b")]);
    };
    check("TM-063", &signed(String::new()), roles, &["W-1: one role only took part in spring"]);
    check("TM-064", &base, nothing, &["Nobody says what the system is, nor what is left out"]);
    check(
        "TM-064",
        &base,
        |p| {
            "A shop".clone_into(&mut p.description);
            "Laptops".clone_into(&mut p.out_of_scope);
        },
        &[],
    );
}

fn metric(name: &str, operator: Operator, value: f64) -> Condition {
    Condition::Metric(MetricCondition {
        metric: name.to_owned(),
        operator,
        value,
        duration_ms: 60_000,
        ..MetricCondition::default()
    })
}

fn resource(name: &str, permission: Permission) -> Condition {
    Condition::Resource(ResourceCondition {
        resource: name.to_owned(),
        permission,
        ..ResourceCondition::default()
    })
}

fn talk(names: &[&str], effect: Effect) -> Condition {
    let destinations = names.iter().map(|name| (*name).to_owned()).collect();
    Condition::Communication(CommunicationCondition {
        direction: Some(Direction::Outbound),
        destinations,
        effect,
        ..CommunicationCondition::default()
    })
}

fn rule(id: u32, conditions: Vec<Condition>) -> Rule {
    Rule { id: RuleId(id), name: format!("rule {id}"), conditions, ..Rule::default() }
}

fn policy(id: u32, rules: Vec<Rule>) -> Policy {
    Policy {
        id: PolicyId(id),
        name: format!("policy {id}"),
        rules,
        status: PolicyStatus::Active,
        ..Policy::default()
    }
}

#[test]
fn policy_rules() {
    let base = pair();
    let nothing = |_: &mut Project| {};
    let with = |policies: Vec<Policy>| Project { policies: policies.into_iter().collect(), ..base.clone() };
    let plain = || with(vec![policy(1, vec![])]);
    let change = |change: fn(&mut Policy)| move |p: &mut Project| p.policies.iter_mut().for_each(change);
    check(
        "PO-001",
        &plain(),
        nothing,
        &["P-01: policy 1 names no agents and no environments, so it binds everybody"],
    );
    check("PO-001", &plain(), change(|p| p.scope.environments.push("production".to_owned())), &[]);
    check("PO-001", &plain(), change(|p| p.status = PolicyStatus::Retired), &[]);
    let listed = |project: &mut Project, types: &str| {
        project.simulation.agents.push(AgentInstance {
            name: "a-1".to_owned(),
            agent_type: "assistant".to_owned(),
            environment: "production".to_owned(),
            component: Some(ComponentId(1)),
            ..AgentInstance::default()
        });
        let scope = Scope { agent_types: vec![types.to_owned()], ..Scope::default() };
        project.policies.iter_mut().for_each(|policy| policy.scope = scope.clone());
    };
    check(
        "PO-002",
        &plain(),
        |p| listed(p, "processor"),
        &["P-01: policy 1 binds none of the 1 agents listed"],
    );
    check("PO-002", &plain(), |p| listed(p, "assistant"), &[]);
    check("PO-003", &plain(), |p| listed(p, "processor"), &["C-01: No policy binds a-1 in production"]);
    check("PO-003", &plain(), |p| listed(p, "assistant"), &[]);
    check(
        "PO-003",
        &base,
        |p| component(p, 1, |c| c.tags.push("production".to_owned())),
        &["C-01: No policy binds part 1 in production"],
    );
    check(
        "PO-014",
        &plain(),
        nothing,
        &["P-01: policy 1 does nothing on an alarm that is low or medium or high"],
    );
    let respond = change(|p| {
        p.response.low = vec![ResponseAction::Log];
        p.response.medium = vec![ResponseAction::Restrict];
        p.response.high = vec![ResponseAction::Isolate, ResponseAction::Notify];
        p.response.approvers = vec!["security".to_owned()];
        p.response.timeout_action = Some(ResponseAction::Restrict);
    });
    check("PO-014", &plain(), respond, &[]);
    check(
        "PO-015",
        &plain(),
        change(|p| p.response.high = vec![ResponseAction::Log]),
        &["P-01: policy 1 only writes a high alarm down"],
    );
    check("PO-015", &plain(), respond, &[]);
    check(
        "PO-016",
        &plain(),
        nothing,
        &["P-01: policy 1 names nobody who decides, nor what happens when nobody answers"],
    );
    check("PO-016", &plain(), respond, &[]);
    check(
        "PO-017",
        &plain(),
        respond,
        &["P-01: policy 1: when nobody answers it would restrict, though it may isolate by itself"],
    );
    check("PO-017", &plain(), change(|p| p.response.timeout_action = Some(ResponseAction::Log)), &[]);
    check("PO-019", &plain(), nothing, &["P-01: policy 1 has never been reviewed"]);
    check(
        "PO-019",
        &plain(),
        change(|p| p.review.last = Some(date(2026, 2, 28))),
        &["P-01: policy 1 was to be reviewed by 2026-05-28"],
    );
    check("PO-019", &plain(), change(|p| p.review.last = Some(date(2026, 3, 1))), &[]);
    let watching = || with(vec![policy(1, vec![rule(1, vec![metric("cpu_usage", Operator::Less, 80.0)])])]);
    check(
        "PO-021",
        &watching(),
        nothing,
        &["P-01: policy 1 does not collect cpu_usage, which its rules need"],
    );
    check("PO-021", &watching(), change(|p| p.monitoring.metrics = vec!["cpu".to_owned()]), &[]);
    check("PO-022", &watching(), nothing, &["P-01: policy 1 does not say how grave a violation is"]);
    check(
        "PO-022",
        &watching(),
        change(|p| {
            p.monitoring.alerts.push(AlertThreshold {
                event: "policy_violation".to_owned(),
                severity: AlertSeverity::High,
                ..AlertThreshold::default()
            });
        }),
        &[],
    );
    let cached = |p: &mut Project| {
        p.protection.enabled = true;
        p.protection.caching.enabled = true;
        p.protection
            .tiers
            .push(Tier { checks: vec!["deep_behavioral_analysis".to_owned()], ..Tier::default() });
    };
    check("PO-025", &base, cached, &["Answers of deep_behavioral_analysis are kept and used again"]);
    check(
        "PO-025",
        &base,
        |p| {
            cached(p);
            p.protection.caching.excluded_checks.push("deep_behavioral_analysis".to_owned());
        },
        &[],
    );
    let versions = |value| {
        let staged = Policy {
            status: PolicyStatus::Staged,
            name: "policy 1".to_owned(),
            ..policy(2, vec![rule(1, vec![metric("cpu_usage", Operator::Less, value)])])
        };
        with(vec![policy(1, vec![rule(1, vec![metric("cpu_usage", Operator::Less, 80.0)])]), staged])
    };
    check(
        "PO-030",
        &versions(70.0),
        nothing,
        &["P-01: policy 1 is in force in another form than P-02, which is staged"],
    );
    check("PO-030", &versions(80.0), nothing, &[]);
}

/// What a rule finds in one policy with one rule of these conditions.
fn check_conditions(rule_id: &str, conditions: Vec<Condition>, wanted: &[&str]) {
    let project =
        Project { policies: [policy(1, vec![rule(1, conditions)])].into_iter().collect(), ..pair() };
    assert_eq!(found(&project, rule_id), wanted, "{rule_id}");
}

#[test]
fn condition_rules() {
    check_conditions(
        "PO-004",
        vec![metric("mood", Operator::Less, 1.0)],
        &["R-01: rule 1 watches mood, which nobody has described"],
    );
    check_conditions("PO-004", vec![metric("cpu_usage", Operator::Less, 1.0)], &[]);
    check_conditions(
        "PO-005",
        vec![metric("cpu_usage", Operator::Less, f64::NAN)],
        &["R-01: A condition of rule 1 compares with something that is no number"],
    );
    check_conditions(
        "PO-005",
        vec![talk(&["a.*"], Effect::Deny)],
        &[
            "R-01: A condition of rule 1 has a * in the middle of a destination; it may stand alone or at the start",
        ],
    );
    check_conditions(
        "PO-005",
        vec![talk(&["*.example.com", "*"], Effect::Deny), resource("x", Permission::Deny)],
        &[],
    );
    check_conditions(
        "PO-005",
        vec![resource(" ", Permission::Deny)],
        &["R-01: A condition of rule 1 names no resource"],
    );
    for (operator, value, never, always) in [
        (Operator::Less, 80.0, false, false),
        (Operator::Less, 100.0, false, false),
        (Operator::Less, 101.0, true, false),
        (Operator::LessOrEqual, 100.0, true, false),
        (Operator::Less, 0.0, false, true),
        (Operator::LessOrEqual, 0.0, false, false),
        (Operator::Greater, 100.0, false, true),
        (Operator::GreaterOrEqual, 0.0, true, false),
        (Operator::NotEqual, 500.0, true, false),
        (Operator::Equal, 500.0, false, true),
    ] {
        let project = Project {
            policies: [policy(1, vec![rule(1, vec![metric("cpu_usage", operator, value)])])]
                .into_iter()
                .collect(),
            ..pair()
        };
        let words = format!("cpu_usage {operator} {value}");
        assert_eq!(found(&project, "PO-006").is_empty(), !never, "{words}");
        assert_eq!(found(&project, "PO-007").is_empty(), !always, "{words}");
    }
    let summed = MetricCondition {
        metric: "cpu_usage".to_owned(),
        value: 500.0,
        reading: Some(Reading::Sum),
        duration_ms: 1,
        ..MetricCondition::default()
    };
    check_conditions("PO-006", vec![Condition::Metric(summed)], &[]);
    check_conditions("PO-006", vec![], &["R-01: rule 1 has no conditions"]);
    check_conditions(
        "PO-006",
        vec![resource("x", Permission::ReadWrite)],
        &["R-01: Nothing that can happen violates rule 1"],
    );
    check_conditions(
        "PO-008",
        vec![talk(&["*"], Effect::Deny), talk(&["a"], Effect::Allow)],
        &["R-01: rule 1: a is already decided the other way by rule 1"],
    );
    check_conditions("PO-008", vec![talk(&["a"], Effect::Allow), talk(&["*"], Effect::Deny)], &[]);
    check_conditions(
        "PO-008",
        vec![talk(&["*.b"], Effect::Deny), talk(&["a.b"], Effect::Allow)],
        &["R-01: rule 1: a.b is already decided the other way by rule 1"],
    );
    check_conditions(
        "PO-010",
        vec![talk(&["a"], Effect::Allow)],
        &["P-01: policy 1 allows some destinations and denies no others"],
    );
    check_conditions("PO-010", vec![talk(&["a"], Effect::Allow), talk(&["*"], Effect::Deny)], &[]);
    check_conditions("PO-010", vec![talk(&["a"], Effect::Deny)], &[]);
    check_conditions("PO-011", vec![talk(&["*"], Effect::Allow)], &["R-01: rule 1 allows every destination"]);
    check_conditions("PO-011", vec![talk(&["*"], Effect::Deny)], &[]);
    check_conditions(
        "PO-012",
        vec![resource("financial_data", Permission::Deny)],
        &["R-01: rule 1 speaks of financial_data, which is no asset of the model"],
    );
    check_conditions("PO-023", vec![], &["R-01: Nobody says why rule 1 is as it is"]);
    check_conditions("PO-027", vec![], &["R-01: rule 1 answers no threat"]);
    check_conditions(
        "PO-029",
        vec![metric("cpu_usage", Operator::Less, 80.0)],
        &["R-01: rule 1 has never been run on a trace"],
    );
    check_conditions("PO-029", vec![resource("x", Permission::Deny)], &[]);
}

#[test]
fn rules_and_the_rest_of_the_model() {
    let nothing = |_: &mut Project| {};
    let mut base = pair();
    base.assets.insert(Asset {
        name: "Customer data".to_owned(),
        ..secret(1, AssetKind::Data, Sensitivity::Confidential)
    });
    check("PO-013", &base, nothing, &[]);
    let with = |conditions| Project {
        policies: [policy(1, vec![rule(1, conditions)])].into_iter().collect(),
        ..base.clone()
    };
    check(
        "PO-013",
        &with(vec![]),
        nothing,
        &["A-1: Customer data is confidential, and no rule says who may touch it"],
    );
    check("PO-013", &with(vec![resource("customer_data", Permission::Read)]), nothing, &[]);
    check("PO-012", &with(vec![resource("customer_data", Permission::Read)]), nothing, &[]);
    let two = |same_policy: bool, priority| {
        let (grant, deny) = (
            rule(1, vec![resource("customer_data", Permission::Read)]),
            rule(2, vec![resource("customer_data", Permission::Deny)]),
        );
        let policies = if same_policy {
            vec![policy(1, vec![grant, deny])]
        } else {
            vec![policy(1, vec![grant]), Policy { priority, ..policy(2, vec![deny]) }]
        };
        Project { policies: policies.into_iter().collect(), ..base.clone() }
    };
    let conflict = ["R-02: rule 2 denies customerdata, which rule 1 grants"];
    check("PO-009", &two(true, 0), nothing, &conflict);
    check("PO-009", &two(false, 0), nothing, &conflict);
    check("PO-009", &two(false, 1), nothing, &[]);
    let apart = |p: &mut Project| {
        for (policy, place) in p.policies.iter_mut().zip(["staging", "production"]) {
            policy.scope.environments = vec![place.to_owned()];
        }
    };
    check("PO-009", &two(false, 0), apart, &[]);
    let grave = |p: &mut Project| {
        p.threats.insert(Threat { catalog: Some("AG-023".to_owned()), ..threat(1, 4.0) });
    };
    check(
        "PO-028",
        &with(vec![metric("cpu_usage", Operator::Less, 80.0)]),
        grave,
        &[
            "T-001: threat 1 would show in step_count, token_usage, cost_usd, api_calls, and no rule watches them",
        ],
    );
    check("PO-028", &with(vec![metric("token_usage", Operator::Less, 80.0)]), grave, &[]);
    check(
        "PO-029",
        &with(vec![metric("cpu_usage", Operator::Less, 80.0)]),
        |p| {
            p.evidence.insert(Evidence { id: EvidenceId(1), rule: Some(RuleId(1)), ..Evidence::default() });
        },
        &[],
    );
}

#[test]
fn findings_are_sorted_and_can_be_set_aside() {
    let mut project = pair();
    let all = check_on(&project, Catalog::builtin(), date(2026, 6, 1));
    assert!(all.is_sorted_by_key(|finding| (finding.severity, finding.rule.clone())));
    assert!(
        all.iter().all(|finding| finding.suppressed.is_none()
            && !finding.what.is_empty()
            && !finding.fix.is_empty())
    );
    project.suppressions.push(Suppression {
        rule: "TM-013".to_owned(),
        item: Some(InterfaceId(1).into()),
        reason: "A sketch".to_owned(),
        ..Suppression::default()
    });
    project.suppressions.push(Suppression {
        rule: "TM-023".to_owned(),
        reason: "Names say it".to_owned(),
        ..Suppression::default()
    });
    for finding in super::check(&project, Catalog::builtin()) {
        let reason = match finding.rule.as_str() {
            "TM-013" => Some("A sketch"),
            "TM-023" => Some("Names say it"),
            _ => None,
        };
        assert_eq!(finding.suppressed.as_deref(), reason, "{}", finding.rule);
    }
    assert!(
        super::check(&Project::default(), Catalog::builtin()).iter().all(|finding| finding.rule == "TM-064")
    );
}
