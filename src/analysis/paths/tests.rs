//! Paths over small systems, told as ids.

use super::*;
use crate::model::{
    Asset, AssetId, AssetKind, Authentication, Component, ComponentId, ComponentKind, Control, ControlId,
    ControlStatus, Interface, InterfaceId, Project, Sensitivity, Strength, Stride, Target, Threat, ThreatId,
    Zone, ZoneId,
};

/// A system from words: "C1 Human@0, C2 Agent" and "F1 1>2" or "F2 2<>3"; zones are numbered by their trust plus one.
pub(crate) fn system(components: &str, interfaces: &str) -> Project {
    let mut project = Project::new("test");
    for trust in 0..=4u8 {
        project.diagram.zones.insert(Zone { id: ZoneId(u32::from(trust) + 1), trust, ..Zone::default() });
    }
    for word in components.split(", ") {
        let (id, rest) = word.trim().trim_start_matches('C').split_once(' ').unwrap();
        let (kind, trust) = rest.split_once('@').map_or((rest, None), |(kind, trust)| (kind, Some(trust)));
        project.diagram.put_component(Component {
            id: ComponentId(id.parse().unwrap()),
            kind: ComponentKind::from_word(kind).unwrap(),
            name: format!("part {id}"),
            zone: trust.map(|trust| ZoneId(trust.parse::<u32>().unwrap() + 1)),
            ..Component::default()
        });
    }
    for word in interfaces.split(", ").filter(|word| !word.is_empty()) {
        let (id, ends) = word.trim().trim_start_matches('F').split_once(' ').unwrap();
        let both_ways = ends.contains("<>");
        let (from, to) = ends.split_once(if both_ways { "<>" } else { ">" }).unwrap();
        project
            .diagram
            .put_interface(Interface {
                id: InterfaceId(id.parse().unwrap()),
                from: Some(ComponentId(from.parse().unwrap())),
                to: Some(ComponentId(to.parse().unwrap())),
                both_ways,
                ..Interface::default()
            })
            .unwrap();
    }
    project
}

pub(crate) fn asset(id: u32, stored_in: &[u32]) -> Asset {
    Asset {
        id: AssetId(id),
        name: format!("asset {id}"),
        sensitivity: Sensitivity::Confidential,
        stored_in: stored_in.iter().map(|id| ComponentId(*id)).collect(),
        ..Asset::default()
    }
}

fn told(paths: &[AttackPath]) -> Vec<String> {
    let way =
        |path: &AttackPath| path.components().iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(" ");
    paths.iter().map(way).collect()
}

/// The paths to asset 1 at these components, likeliest first, as the numbers of their components.
fn check(components: &str, interfaces: &str, at: &[u32], wanted: &[&str]) {
    let mut project = system(components, interfaces);
    project.assets.insert(asset(1, at));
    let report = attack_paths(&project, &PathOptions::default());
    assert_eq!(told(&report.paths), wanted, "{components}; {interfaces}");
    for path in &report.paths {
        let product: f64 = path.steps.iter().map(|step| step.probability).product();
        assert!((path.probability - product * path.source.entry).abs() < 1e-12);
        assert!(path.probability > 0.0 && path.probability < 1.0 || path.steps.is_empty());
        assert!(path.steps.iter().all(|step| !step.reasons.is_empty()), "each step says why it is open");
    }
}

#[test]
fn paths_follow_influence() {
    check("C1 Human, C2 Agent@3, C3 Store@3", "F1 1>2, F2 2>3", &[3], &["1 2 3"]);
    check("C1 Human, C2 Agent@3, C3 Store@3", "F1 2>1, F2 2>3", &[3], &[]);
    // A reader can ask the store that feeds it.
    check("C1 Human, C2 Process@3, C3 Store@3", "F1 1>2, F2 3>2", &[3], &["1 2 3"]);
    // What a tool returns acts on its caller; what an external system is sent does not come back unless drawn so.
    check("C1 External, C2 Tool@3, C3 Agent@3", "F1 1>2, F2 3>2", &[3], &["1 2 3"]);
    check("C1 External, C2 Agent@3", "F1 2>1", &[2], &[]);
    check("C1 External, C2 Agent@3", "F1 2<>1", &[2], &["1 2"]);
    // Nothing outside, nothing to fear.
    check("C1 Process@3, C2 Store@3", "F1 1>2", &[2], &[]);
    // An asset that the attacker holds anyway is no goal.
    check("C1 Human, C2 Agent@3", "F1 1>2", &[1, 2], &["1 2"]);
    // A path through another source is that source's own.
    check("C1 Human, C2 External, C3 Agent@3", "F1 1>2, F2 2>3", &[3], &["2 3"]);
    // Shorter is likelier.
    check(
        "C1 Human, C2 Process@3, C3 Process@3, C4 Store@3",
        "F1 1>2, F2 2>3, F3 3>4, F4 2>4, F5 1>1",
        &[4],
        &["1 2 4", "1 2 3 4"],
    );
    check("C1 Human, C2 Store@3", "", &[2], &[]);
}

#[test]
fn where_attacks_start() {
    let mut project =
        system("C1 Human@4, C2 Human@2, C3 Process@1, C4 Process@3, C5 External@4, C6 Store@3", "");
    for (id, name) in [(4, "internet_facing"), (6, "untrusted_content")] {
        let mut component = project.diagram.component(ComponentId(id)).unwrap().clone();
        component.attributes.set(name, Some(true.into()));
        project.diagram.put_component(component);
    }
    let graph = AttackGraph::build(&project);
    let found: Vec<(u32, f64)> =
        graph.sources().iter().map(|source| (source.component.0, source.entry)).collect();
    assert_eq!(found, [(1, 0.3), (2, 0.6), (3, 1.0), (4, 0.6), (5, 1.0), (6, 0.8)]);
    // An interface from nobody knows where may come from anywhere; one to nowhere leads nowhere.
    let mut project = system("C1 Process@3, C2 Process@3", "");
    for (id, from, to) in [(1, None, Some(ComponentId(1))), (2, Some(ComponentId(2)), None)] {
        project
            .diagram
            .put_interface(Interface { id: InterfaceId(id), from, to, ..Interface::default() })
            .unwrap();
    }
    let graph = AttackGraph::build(&project);
    let found: Vec<(u32, &str)> =
        graph.sources().iter().map(|source| (source.component.0, source.why.as_str())).collect();
    assert_eq!(found, [(1, "nobody has said where F-01 comes from")]);
}

#[test]
fn a_secret_opens_what_accepts_it() {
    let mut project = system("C1 Human, C2 Agent@3, C3 Process@3, C4 Process@3", "F1 1>2, F2 4>3");
    project.assets.insert(Asset { kind: AssetKind::Credentials, ..asset(1, &[2]) });
    project.assets.insert(asset(2, &[3]));
    let mut login = project.diagram.interface(InterfaceId(2)).unwrap().clone();
    login.assets.push(AssetId(1));
    project.diagram.put_interface(login).unwrap();
    let report = attack_paths(&project, &PathOptions { to: Some(AssetId(2)), ..PathOptions::default() });
    assert_eq!(told(&report.paths), ["1 2 3"]);
    assert_eq!(report.paths[0].steps[1].kind, StepKind::UsesSecret(AssetId(1)));
    assert_eq!(report.paths[0].interfaces(), [InterfaceId(1)]);
}

#[test]
fn controls_in_place_make_a_step_less_likely_and_others_would() {
    let mut project = system("C1 Human@0, C2 Agent@3, C3 Store@3", "F1 1>2, F2 2>3");
    project.assets.insert(asset(1, &[3]));
    let threat = |id, target, stride: Stride| Threat {
        id: ThreatId(id),
        targets: vec![target],
        stride: [stride].into(),
        ..Threat::default()
    };
    project.threats.insert(threat(1, Target::Interface(InterfaceId(1)), Stride::Tampering));
    project.threats.insert(threat(2, Target::Component(ComponentId(2)), Stride::DenialOfService));
    let control = |id, threat, status| Control {
        id: ControlId(id),
        strength: Strength::High,
        status,
        threats: vec![ThreatId(threat)],
        ..Control::default()
    };
    let bare = attack_paths(&project, &PathOptions::default()).paths.remove(0);
    // An agent 0.9, a rise in trust 0.85, authentication and encryption not known.
    assert!((bare.steps[0].probability - 0.9 * 0.85 * 0.95 * 0.98).abs() < 1e-12);
    assert_eq!(bare.steps[0].suggested, Some("input_validation"));
    assert!(bare.steps[0].cut_by().is_none());

    project.controls.insert(control(1, 1, ControlStatus::Implemented));
    project.controls.insert(control(2, 2, ControlStatus::Implemented));
    project.controls.insert(control(3, 1, ControlStatus::Planned));
    let guarded = attack_paths(&project, &PathOptions::default()).paths.remove(0);
    assert!(
        (guarded.steps[0].probability - bare.steps[0].probability * 0.2).abs() < 1e-12,
        "a throttle stops no theft"
    );
    let left = guarded.steps[0].cut_by().unwrap();
    assert_eq!((left.control, guarded.steps[0].suggested), (ControlId(3), None));
    let both = 1.0 - (0.7 * 0.96 + 0.3 * 0.8);
    assert!((left.probability_if_done - bare.steps[0].probability * both).abs() < 1e-9);
}

#[test]
fn of_parallel_interfaces_the_likelier_counts() {
    let mut project = system("C1 Human, C2 Agent@3", "F1 1>2, F2 1>2, F3 1<>2");
    project.assets.insert(asset(1, &[2]));
    for (id, how) in [(1, Authentication::MutualTls), (2, Authentication::None)] {
        let mut interface = project.diagram.interface(InterfaceId(id)).unwrap().clone();
        interface.authentication = Some(how);
        project.diagram.put_interface(interface).unwrap();
    }
    let report = attack_paths(&project, &PathOptions::default());
    let step = &report.paths[0].steps[0];
    assert_eq!((step.interface, &step.also), (Some(InterfaceId(2)), &vec![InterfaceId(1), InterfaceId(3)]));
    assert_eq!(report.paths.len(), 1);
}

/// Checkpoints and the cut for asset 1 at these components.
fn check_cut(interfaces: &str, at: &[u32], checkpoints: &[u32], cut: Option<(&[u32], &[u32])>) {
    let mut project = system(
        "C1 Human, C2 External, C3 Agent@3, C4 Process@3, C5 Tool@3, C6 Store@3, C7 Store@3",
        interfaces,
    );
    project.assets.insert(asset(1, at));
    let report = attack_paths(&project, &PathOptions::default());
    let goal = &report.goals[0];
    let ids = |list: &[ComponentId]| list.iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(ids(&goal.checkpoints), checkpoints, "{interfaces}");
    let found =
        goal.cut.as_ref().map(|cut| (ids(&cut.components), cut.interfaces.iter().map(|id| id.0).collect()));
    assert_eq!(
        found,
        cut.map(|(components, interfaces)| (components.to_vec(), interfaces.to_vec())),
        "{interfaces}"
    );
}

#[test]
fn checkpoints_and_cuts() {
    check_cut("F1 1>3, F2 3>4, F3 4>6", &[6], &[3, 4], Some((&[3], &[])));
    check_cut("F1 1>3, F2 2>4, F3 3>6, F4 4>6", &[6], &[], Some((&[3, 4], &[])));
    check_cut("F1 1>3, F2 2>3, F3 3>6, F4 3>7", &[6, 7], &[3], Some((&[3], &[])));
    check_cut("F1 1>6", &[6], &[], Some((&[], &[1])));
    check_cut("F1 1>6, F2 1>3, F3 3>6", &[6], &[], Some((&[3], &[1])));
    check_cut("F1 3>6", &[6], &[], None);
}

#[test]
fn a_component_that_faces_the_internet_can_be_the_choke_point() {
    let faces = |interfaces: &str| {
        let mut project = system("C1 Human, C2 Process@3, C3 Store@3, C4 Process@3", interfaces);
        let mut gateway = project.diagram.component(ComponentId(2)).unwrap().clone();
        gateway.attributes.set("internet_facing", Some(true.into()));
        project.diagram.put_component(gateway);
        project.assets.insert(asset(1, &[3]));
        attack_paths(&project, &PathOptions::default())
    };
    let report = faces("F1 1>4, F2 4>2, F3 2>3");
    assert_eq!(told(&report.paths), ["2 3", "1 4 2 3"]);
    assert_eq!(report.goals[0].checkpoints, [ComponentId(2)]);
    assert_eq!(report.goals[0].cut.as_ref().unwrap().components, [ComponentId(2)]);
    // Where the diagram shows who comes, that is where the path starts.
    assert_eq!(told(&faces("F1 1>2, F2 2>3").paths), ["1 2 3"]);
}

#[test]
fn who_has_an_asset_need_not_go_on_except_to_where_it_rests() {
    let mut project =
        system("C1 Human, C2 Agent@3, C3 Store@3, C4 Agent@3, C5 Store@3", "F1 1>2, F2 2>3, F3 2>4, F4 3>5");
    let check = |project: &Project, wanted: &[&str]| {
        let report = attack_paths(project, &PathOptions::default());
        assert_eq!(told(&report.paths), wanted);
    };
    project.assets.insert(Asset { processed_by: vec![ComponentId(2), ComponentId(4)], ..asset(1, &[3, 5]) });
    check(&project, &["1 2", "1 2 3"]);
    project.assets.insert(asset(1, &[5]));
    check(&project, &["1 2 3 5"]);
    project.assets.insert(asset(1, &[2]));
    check(&project, &["1 2"]);
}

#[test]
fn the_way_that_is_guarded_least_counts() {
    let mut project = system("C1 Human@3, C2 Agent@3, C3 Store@3", "F1 1>2, F2 2>3");
    project.assets.insert(asset(1, &[3]));
    let threat = |id, letters: &str, target| Threat {
        id: ThreatId(id),
        targets: vec![target],
        stride: letters.chars().filter_map(Stride::from_letter).collect(),
        ..Threat::default()
    };
    let (agent, store) = (Target::Component(ComponentId(2)), Target::Component(ComponentId(3)));
    for threat in [threat(1, "T", agent), threat(2, "E", agent), threat(3, "I", agent), threat(4, "I", store)]
    {
        project.threats.insert(threat);
    }
    let control = |id, threats: &[u32]| Control {
        id: ControlId(id),
        strength: Strength::High,
        status: ControlStatus::Implemented,
        threats: threats.iter().map(|id| ThreatId(*id)).collect(),
        ..Control::default()
    };
    // The agent may disclose what it likes: that is no way to take it over. A store is reached by reading it.
    let check = |project: &Project, weakest: [Option<u32>; 2], factors: [f64; 2]| {
        let path = attack_paths(project, &PathOptions::default()).paths.remove(0);
        let bare = [0.9 * 0.95 * 0.98, 0.7 * 0.95 * 0.98];
        for ((step, weakest), wanted) in
            path.steps.iter().zip(weakest).zip([0, 1].map(|place: usize| bare[place] * factors[place]))
        {
            assert_eq!(step.weakest, weakest.map(ThreatId));
            assert!((step.probability - wanted).abs() < 1e-9, "{} is not {wanted}", step.probability);
        }
    };
    check(&project, [Some(1), Some(4)], [1.0, 1.0]);
    project.controls.insert(control(1, &[1]));
    check(&project, [Some(2), Some(4)], [1.0, 1.0]);
    project.controls.insert(control(2, &[2, 4]));
    check(&project, [Some(1), Some(4)], [0.2, 0.2]);
    project.threats.remove(ThreatId(4));
    check(&project, [Some(1), None], [0.2, 1.0]);
}

#[test]
fn one_way_to_several_assets_stands_once() {
    let mut project = system("C1 Human, C2 Agent@3, C3 Store@3", "F1 1>2, F2 2>3");
    project.assets.insert(asset(1, &[3]));
    project.assets.insert(Asset { processed_by: vec![ComponentId(2)], ..asset(2, &[3]) });
    project.assets.insert(Asset { sensitivity: Sensitivity::Internal, ..asset(3, &[3]) });
    let report = attack_paths(&project, &PathOptions::default());
    assert_eq!(told(&report.paths), ["1 2", "1 2 3"]);
    assert_eq!(report.paths[1].assets, [AssetId(1), AssetId(2)]);
    assert_eq!(report.goals.len(), 2);
    let exposure = 1.0 - (1.0 - report.paths[0].probability) * (1.0 - report.paths[1].probability);
    assert!((report.goals[1].exposure - exposure).abs() < 1e-12);
    let only =
        attack_paths(&project, &PathOptions { to: Some(AssetId(3)), limit: 1, ..PathOptions::default() });
    assert_eq!((told(&only.paths), only.goals.len()), (vec!["1 2 3".to_owned()], 1));
    let short = attack_paths(&project, &PathOptions { max_hops: 1, ..PathOptions::default() });
    assert_eq!(told(&short.paths), ["1 2"]);
    let none = attack_paths(&project, &PathOptions { to: Some(AssetId(9)), ..PathOptions::default() });
    assert!(none.paths.is_empty() && none.goals.is_empty());
    assert!(attack_paths(&project, &PathOptions { limit: 0, ..PathOptions::default() }).paths.is_empty());
}

#[test]
fn without_sensitive_assets_stores_stand_in() {
    let project = system("C1 Human, C2 Process@3, C3 Store@3", "F1 1>2, F2 2>3");
    let report = attack_paths(&project, &PathOptions::default());
    assert_eq!((told(&report.paths), report.goals[0].asset), (vec!["1 2 3".to_owned()], None));
}

#[test]
fn the_path_to_a_threat_may_end_outside() {
    let mut project = system("C1 Human, C2 Agent@3, C3 External", "F1 1>2, F2 2>3");
    for (id, target) in [
        (1, Target::Component(ComponentId(3))),
        (2, Target::Interface(InterfaceId(1))),
        (3, Target::Zone(ZoneId(4))),
        (4, Target::Zone(ZoneId(5))),
    ] {
        project.threats.insert(Threat { id: ThreatId(id), targets: vec![target], ..Threat::default() });
    }
    let graph = AttackGraph::build(&project);
    let way = |id| path_for_threat(&project, &graph, ThreatId(id)).map(|path| told(&[path]).remove(0));
    assert_eq!(way(1).as_deref(), Some("1 2 3"));
    assert_eq!(way(2).as_deref(), Some("1 2"));
    assert_eq!(way(3).as_deref(), Some("1 2"));
    assert_eq!((way(4), way(9)), (None, None));
}

#[test]
fn a_blast_radius_ends_at_its_threshold() {
    let mut project = system(
        "C1 Human, C2 Agent@3, C3 Store@3, C4 Process@3, C5 Store@3",
        "F1 1>2, F2 2>3, F3 2>4, F4 4>5",
    );
    project.assets.insert(asset(1, &[3]));
    project.assets.insert(asset(2, &[5]));
    let graph = AttackGraph::build(&project);
    let far = graph.blast_radius(&project, ComponentId(2), 0.1);
    assert_eq!(far.reached.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(far.assets, [AssetId(1), AssetId(2)]);
    let near = graph.blast_radius(&project, ComponentId(2), 0.5);
    assert_eq!((near.reached.len(), near.assets), (2, vec![AssetId(1)]));
    assert!(graph.blast_radius(&project, ComponentId(5), 0.1).reached.is_empty());
    assert!(graph.blast_radius(&project, ComponentId(99), 0.1).assets.is_empty());
    let report = attack_paths(&project, &PathOptions::default());
    assert_eq!(report.blast.iter().map(|blast| blast.from.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

fn check_loops(interfaces: &str, wanted: &[&[u32]]) {
    let project = system("C1 Agent, C2 Agent, C3 Tool, C4 Process, C5 Store, C6 Human", interfaces);
    let found: Vec<Vec<u32>> =
        agent_loops(&project).iter().map(|ring| ring.agents.iter().map(|id| id.0).collect()).collect();
    assert_eq!(found, wanted, "{interfaces}");
}

#[test]
fn agents_in_a_ring() {
    check_loops("F1 1>2", &[]);
    check_loops("F1 1>2, F2 2>1", &[&[1, 2]]);
    check_loops("F1 1<>2", &[&[1, 2]]);
    check_loops("F1 1>1", &[&[1]]);
    check_loops("F1 1>4, F2 4>2, F3 2>1", &[&[1, 2]]);
    check_loops("F1 1>4, F2 4>1", &[&[1]]);
    // A shared tool answers its caller, and a shared store waits to be asked.
    check_loops("F1 1<>3, F2 2<>3", &[]);
    check_loops("F1 1<>5, F2 2<>5", &[]);
    check_loops("F1 1<>6, F2 6<>2", &[]);
}

fn check_single(interfaces: &str, wanted: &[(u32, &[u32])]) {
    let project = system("C1 Human, C2 Process, C3 Store, C4 Store, C5 Process, C6 External", interfaces);
    let found: Vec<(u32, Vec<u32>)> = single_points(&project)
        .iter()
        .map(|point| (point.component.0, point.cuts_off.iter().map(|id| id.0).collect()))
        .collect();
    let wanted: Vec<(u32, Vec<u32>)> = wanted.iter().map(|(id, off)| (*id, off.to_vec())).collect();
    assert_eq!(found, wanted, "{interfaces}");
}

#[test]
fn what_everything_hangs_on() {
    check_single("F1 1>2, F2 2>3", &[(2, &[3])]);
    check_single("F1 1>2, F2 2>3, F3 3>1", &[]);
    check_single("F1 1>2, F2 2>3, F3 2>4, F4 3>4, F5 4>5", &[(2, &[1]), (4, &[5])]);
    check_single("F1 1>2, F2 2>1, F3 1>1", &[]);
    check_single("F1 2>6, F2 6>3", &[]);
    check_single("", &[]);
}
