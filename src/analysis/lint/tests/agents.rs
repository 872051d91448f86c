//! What is wrong with agents and what they may do.

use super::diagrams::secret;
use super::{check, interface, say};
use crate::analysis::lint::*;
use crate::analysis::paths::tests::system;
use crate::model::{
    Asset, AssetKind, Authentication, ComponentId, Control, ControlId, ControlStatus, Sensitivity, Target,
    Threat, ThreatId,
};

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
