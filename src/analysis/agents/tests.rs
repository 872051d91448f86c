//! Legs, verdicts and cuts over small systems.

use proptest::prelude::*;

use super::*;
use crate::analysis::paths::tests::{asset, system};
use crate::model::{Answer, Control, ControlId, ControlStatus, Sensitivity, Target, Threat, ThreatId};

fn with(mut project: Project, component: u32, attribute: &str) -> Project {
    let mut changed = project.diagram.component(ComponentId(component)).unwrap().clone();
    changed.attributes.set(attribute, Some(Answer::Yes));
    project.diagram.put_component(changed);
    project
}

/// Agents are C3 and C4; the confidential asset 1 lies in store C5.
fn base(interfaces: &str) -> Project {
    let mut project = system(
        "C1 Human, C2 External, C3 Agent@3, C4 Agent@3, C5 Store@3, C6 Tool@3, C7 Process@3, C8 Human@4, C9 Store@3",
        interfaces,
    );
    project.assets.insert(asset(1, &[5]));
    project
}

/// The legs of agent C3 as letters: U, P, X, C.
fn legs(check: &AgentCheck) -> String {
    check.legs.iter().zip("UPXC".chars()).filter(|(leg, _)| leg.holds()).map(|(_, letter)| letter).collect()
}

fn check_legs(interfaces: &str, wanted: &str) {
    let checks = agent_checks(&base(interfaces));
    assert_eq!(legs(&checks[0]), wanted, "{interfaces}");
    assert_eq!(checks[0].trifecta, wanted.starts_with("UPX"), "{interfaces}");
    assert_eq!(checks[0].breaks_rule_of_two, wanted.starts_with("UP") && wanted.len() > 2, "{interfaces}");
}

#[test]
fn untrusted_input() {
    check_legs("", "");
    check_legs("F1 1>3", "U");
    check_legs("F1 3>1", "");
    check_legs("F1 1>7, F2 7>3", "U");
    check_legs("F1 1>4, F2 4>3", "U");
    // A trusted person decides for himself what to pass on.
    check_legs("F1 8>3", "");
    check_legs("F1 1>8, F2 8>3", "");
    // What a tool returns is text.
    check_legs("F1 2>6, F2 3>6", "UX");
    check_legs("F1 2>9, F2 9>3", "U");
}

#[test]
fn confidential_data() {
    check_legs("F1 5>3", "P");
    check_legs("F1 3<>5", "PC");
    check_legs("F1 3>5", "C");
    check_legs("F1 3>6, F2 5>6", "P");
    check_legs("F1 3>4, F2 5>4", "P");
    // What calls the agent lends it no powers, unless it hands data over.
    check_legs("F1 4>3, F2 5>4", "");
    check_legs("F1 9>3", "");
}

#[test]
fn a_way_out() {
    check_legs("F1 3>2", "X");
    check_legs("F1 3>6, F2 6>2", "X");
    check_legs("F1 3>4, F2 4>2", "X");
    check_legs("F1 3<>2", "UX");
    check_legs("F1 3>9, F2 9>2", "XC");
    check_legs("F1 3>8, F2 8>2", "");
}

#[test]
fn the_whole_of_it() {
    check_legs("F1 1<>3, F2 5>3, F3 3>2", "UPX");
    check_legs("F1 1<>3, F2 3<>5", "UPC");
    // Two agents that talk freely hold together what each holds a part of.
    let project = base("F1 1>3, F2 3<>4, F3 5>4, F4 4>2");
    let checks = agent_checks(&project);
    assert_eq!(checks.iter().map(legs).collect::<Vec<_>>(), ["UPX", "UPX"]);
    assert_eq!(checks[0].delegates, [ComponentId(4)]);
    let way = &checks[0].leg(LegKind::ConfidentialData).proofs[0];
    assert_eq!((way.asset, &way.interfaces), (Some(AssetId(1)), &vec![InterfaceId(2), InterfaceId(3)]));
}

#[test]
fn what_people_have_said_counts() {
    for (attribute, wanted) in [
        ("processes_untrusted_input", "U"),
        ("accesses_private_data", "P"),
        ("can_communicate_externally", "X"),
        ("renders_rich_content", "X"),
        ("can_change_state", "C"),
    ] {
        let check = agent_checks(&with(base(""), 3, attribute)).remove(0);
        assert_eq!(legs(&check), wanted, "{attribute}");
    }
    for (attribute, wanted) in
        [("browses_web", "UX"), ("can_communicate_externally", "X"), ("executes_code", "C")]
    {
        let check = agent_checks(&with(base("F1 3>6"), 6, attribute)).remove(0);
        assert_eq!(legs(&check), wanted, "a tool that {attribute}");
    }
    let mut project = base("F1 7>3");
    let mut interface = project.diagram.interface(InterfaceId(1)).unwrap().clone();
    interface.attributes.set("untrusted_content", Some(Answer::Yes));
    project.diagram.put_interface(interface).unwrap();
    assert_eq!(legs(&agent_checks(&project)[0]), "U");
}

#[test]
fn an_interface_that_names_its_assets_carries_no_others() {
    let mut project = base("F1 5>3");
    project.assets.insert(crate::model::Asset { sensitivity: Sensitivity::Internal, ..asset(2, &[5]) });
    let mut interface = project.diagram.interface(InterfaceId(1)).unwrap().clone();
    interface.assets = vec![AssetId(2)];
    project.diagram.put_interface(interface.clone()).unwrap();
    assert_eq!(legs(&agent_checks(&project)[0]), "");
    interface.assets.push(AssetId(1));
    project.diagram.put_interface(interface).unwrap();
    assert_eq!(legs(&agent_checks(&project)[0]), "P");
}

#[test]
fn approval_keeps_the_rule_of_two_and_not_the_trifecta() {
    let trifecta = || base("F1 1<>3, F2 5>3, F3 3>2, F4 3>8");
    let check = |project: &Project, by: Option<ItemId>| {
        let found = agent_checks(project).remove(0);
        assert_eq!((found.trifecta, found.breaks_rule_of_two, found.approved_by), (true, by.is_none(), by));
    };
    check(&trifecta(), None);
    check(&with(trifecta(), 3, "human_approval"), Some(ComponentId(3).into()));
    check(&with(trifecta(), 8, "approves_actions"), Some(ComponentId(8).into()));
    check(&with(trifecta(), 1, "trained"), None);
    for (status, by) in
        [(ControlStatus::Planned, None), (ControlStatus::Verified, Some(ItemId::from(ControlId(1))))]
    {
        let mut project = trifecta();
        project.threats.insert(Threat {
            id: ThreatId(1),
            targets: vec![Target::Component(ComponentId(3))],
            ..Threat::default()
        });
        project.controls.insert(Control {
            id: ControlId(1),
            catalog: Some("human_approval".to_owned()),
            status,
            threats: vec![ThreatId(1)],
            ..Control::default()
        });
        check(&project, by);
    }
}

/// The cuts for agent C3, smallest first.
fn check_cuts(interfaces: &str, wanted: &[(LegKind, &[u32])]) {
    let found = agent_checks(&base(interfaces)).remove(0).cuts;
    let found: Vec<(LegKind, Vec<u32>)> =
        found.iter().map(|cut| (cut.leg, cut.interfaces.iter().map(|id| id.0).collect())).collect();
    let wanted: Vec<(LegKind, Vec<u32>)> = wanted.iter().map(|(leg, ids)| (*leg, ids.to_vec())).collect();
    assert_eq!(found, wanted, "{interfaces}");
}

#[test]
fn the_smallest_cut_comes_first() {
    use LegKind::{ConfidentialData, UntrustedInput, WayOut};
    check_cuts("F1 1>3", &[]);
    check_cuts("F1 1>3, F2 5>3, F3 3>2", &[(WayOut, &[3]), (UntrustedInput, &[1]), (ConfidentialData, &[2])]);
    check_cuts(
        "F1 1>3, F2 5>3, F3 3>2, F4 3>6, F5 6>2",
        &[(UntrustedInput, &[1]), (ConfidentialData, &[2]), (WayOut, &[3, 4])],
    );
    // An interface that is way in and way out is one interface.
    check_cuts("F1 3<>2, F2 5>3", &[(WayOut, &[1]), (UntrustedInput, &[1]), (ConfidentialData, &[2])]);
    // Broken by changes of state alone, the rule of two is not mended by closing a way out.
    check_cuts("F1 1>3, F2 3<>5", &[(UntrustedInput, &[1]), (ConfidentialData, &[2])]);
}

#[test]
fn what_the_agent_has_of_itself_no_interface_cuts() {
    let project = with(base("F1 1>3, F2 5>3, F3 3>2"), 3, "can_communicate_externally");
    let legs: Vec<LegKind> = agent_checks(&project)[0].cuts.iter().map(|cut| cut.leg).collect();
    assert_eq!(legs, [LegKind::UntrustedInput, LegKind::ConfidentialData]);
}

#[test]
fn agents_out_of_scope_are_not_checked() {
    let mut project = base("");
    let mut agent = project.diagram.component(ComponentId(3)).unwrap().clone();
    agent.out_of_scope = true;
    project.diagram.put_component(agent);
    assert_eq!(agent_checks(&project).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_cut_cuts_and_no_smaller_one_does(
        ends in proptest::collection::vec((1u32..10, 1u32..10, any::<bool>(), any::<bool>()), 0..9),
    ) {
        let words: Vec<String> = ends
            .iter()
            .zip(1..)
            .map(|((from, to, both, _), id)| format!("F{id} {from}{}{to}", if *both { "<>" } else { ">" }))
            .collect();
        let mut project = base(&words.join(", "));
        for ((_, _, _, named), id) in ends.iter().zip(1..) {
            if *named {
                let mut interface = project.diagram.interface(InterfaceId(id)).unwrap().clone();
                interface.assets.push(AssetId(1));
                project.diagram.put_interface(interface).unwrap();
            }
        }
        let holds_without = |cut: &[u32], agent: usize, leg: LegKind| {
            let mut rest = project.clone();
            for id in cut {
                rest.diagram.take_interface(InterfaceId(*id));
            }
            agent_checks(&rest)[agent].leg(leg).holds()
        };
        for (place, check) in agent_checks(&project).iter().enumerate() {
            for cut in &check.cuts {
                let ids: Vec<u32> = cut.interfaces.iter().map(|id| id.0).collect();
                prop_assert!(!holds_without(&ids, place, cut.leg), "{} {:?}", words.join(", "), cut);
                for set in 0u32..1 << ends.len() {
                    if (set.count_ones() as usize) < ids.len() {
                        let smaller: Vec<u32> = (0..ends.len() as u32).filter(|bit| set & (1 << bit) != 0).map(|bit| bit + 1).collect();
                        prop_assert!(holds_without(&smaller, place, cut.leg), "{} {:?} {:?}", words.join(", "), cut, smaller);
                    }
                }
            }
            if check.trifecta {
                prop_assert_eq!(check.cuts.len(), 3);
            }
        }
    }
}
