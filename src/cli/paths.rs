//! `paths FILE [--json] [--to ASSET] [--limit N]`: attack paths, choke points, agent checks.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::input::{Loaded, print_json_of};
use super::output::rounded;
use super::paths_text::{MOST_TOLD, as_text, name};
use super::{CliError, Exit, load, print_text};
use crate::analysis::agents::{AgentCheck, LegKind, Proof, agent_checks};
use crate::analysis::crossings::Crossing;
use crate::analysis::paths::{
    AttackGraph, AttackPath, FindingKind, Goal, GraphFinding, PathOptions, PathReport, PathStep, StepKind,
};
use crate::model::{AssetId, Component, ComponentId, Project, plain_word};
use crate::session::path_search::on_every_core;

/// The arguments of `paths`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Only paths to this asset: its id or name
    #[arg(long, value_name = "ASSET")]
    to: Option<String>,
    /// How many paths to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// What falls with this component, its id or name, in place of the components on the listed paths
    #[arg(long, value_name = "COMPONENT")]
    blast: Option<String>,
    /// List every asset, agent and finding in text too; without it the first of many, and how many more there are
    #[arg(long, conflicts_with = "json")]
    all: bool,
}

/// Prints attack paths, choke points and agent checks.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    if arguments.limit == 0 {
        return Err(CliError::usage("--limit 0 lists nothing: give at least 1"));
    }
    let Loaded { project, losses, .. } = load(&arguments.file)?;
    let to = arguments.to.as_deref().map(|wanted| asset(&project, wanted)).transpose()?;
    let options = PathOptions { to, limit: arguments.limit, ..PathOptions::default() };
    let mut report = on_every_core(&project, &options);
    if let Some(wanted) = &arguments.blast {
        let from = component(&project, wanted)?;
        let graph = AttackGraph::build(&project);
        report.blast = vec![graph.blast_radius(&project, from, options.blast_threshold)];
    }
    let agents = agent_checks(&project);
    let report = report.with_agents(&agents);
    if arguments.json {
        print_json_of(&as_json(&project, &report, &agents), &losses)?;
    } else {
        let most = if arguments.all { usize::MAX } else { MOST_TOLD };
        print_text(&as_text(&project, &report, &agents, most))?;
    }
    Ok(Exit::Done)
}

fn asset(project: &Project, wanted: &str) -> Result<AssetId, CliError> {
    let by_id = wanted.parse().ok().filter(|id| project.assets.contains(*id));
    let by_name = || {
        project
            .assets
            .iter()
            .find(|asset| plain_word(&asset.name) == plain_word(wanted))
            .map(|asset| asset.id)
    };
    by_id.or_else(by_name).ok_or_else(|| {
        let known: Vec<String> =
            project.assets.iter().map(|asset| format!("{} {}", asset.id, asset.name)).collect();
        let known = if known.is_empty() {
            "it names no assets".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        CliError::usage(format!("the model has no asset {wanted:?}; {known}"))
    })
}

fn component(project: &Project, wanted: &str) -> Result<ComponentId, CliError> {
    let by_id = wanted.parse().ok().filter(|id| project.diagram.component(*id).is_some());
    let is_called = |one: &&Component| plain_word(&one.name) == plain_word(wanted);
    let by_name = || project.diagram.components().find(is_called).map(|one| one.id);
    by_id.or_else(by_name).ok_or_else(|| CliError::usage(format!("the model has no component {wanted:?}")))
}

fn as_json(project: &Project, report: &PathReport, agents: &[AgentCheck]) -> Value {
    // The findings of a kind in the report's order, each with the control that would cut it.
    let with_cut = |mut value: Value, finding: Option<GraphFinding>| {
        let remedy = finding.and_then(|finding| finding.remedy(project, report));
        value["cut_by"] = json!(remedy.map(|remedy| remedy.catalog));
        value["cut_by_control"] = json!(remedy.and_then(|remedy| remedy.listed));
        value
    };
    let findings = |kind: FindingKind, one: &dyn Fn(usize) -> Option<Value>| -> Vec<Value> {
        let told = |place: usize| Some(with_cut(one(place)?, Some(GraphFinding { kind, place })));
        (0..report.count(kind)).filter_map(told).collect()
    };
    json!({
        "name": project.name,
        "sources": report.sources.iter().map(|source| json!({
            "id": source.component, "name": name(project, source.component), "entry": rounded(source.entry), "why": source.why,
        })).collect::<Vec<_>>(),
        "paths": report.paths.iter().map(|path| path_json(project, path)).collect::<Vec<_>>(),
        "assets": report.goals.iter().map(|goal| goal_json(project, goal)).collect::<Vec<_>>(),
        "blast_radius": findings(FindingKind::BlastRadius, &|place| report.blast.get(place).map(|blast| json!({
            "from": blast.from, "name": name(project, blast.from), "assets": blast.assets,
            "reached": blast.reached.iter().map(|(id, chance)| json!({"id": id, "probability": rounded(*chance)})).collect::<Vec<_>>(),
        }))),
        "crossings": findings(FindingKind::Crossing, &|place| {
            report.crossings.get(place).map(|crossing| crossing_json(project, crossing))
        }),
        "agent_checks": agents.iter().map(|check| {
            with_cut(check_json(project, check), GraphFinding::of_agent(report, check.agent))
        }).collect::<Vec<_>>(),
        "agent_loops": findings(FindingKind::Loop, &|place| report.loops.get(place).map(|ring| json!({
            "agents": ring.agents, "through": ring.through, "interfaces": ring.interfaces,
        }))),
        "single_points": findings(FindingKind::SinglePoint, &|place| report.single_points.get(place).map(|point| json!({
            "id": point.component, "name": name(project, point.component), "cuts_off": point.cuts_off,
        }))),
        "above_clearance": findings(FindingKind::Clearance, &|place| report.violations.get(place).map(|violation| json!({
            "asset": violation.asset, "sensitivity": violation.sensitivity.label(), "component": violation.component,
            "interface": violation.interface, "clearance": violation.clearance.label(), "by": violation.by,
        }))),
        "unchecked": findings(FindingKind::Integrity, &|place| report.unchecked.get(place).map(|violation| json!({
            "asset": violation.asset, "component": violation.component, "source": violation.source, "by": violation.by,
        }))),
    })
}

fn path_json(project: &Project, path: &AttackPath) -> Value {
    json!({
        "probability": rounded(path.probability), "from": path.source.component, "to": path.target(),
        "assets": path.assets, "components": path.components(), "interfaces": path.interfaces(),
        "entry": rounded(path.source.entry), "why": path.source.why,
        "steps": path.steps.iter().map(|step| step_json(project, step)).collect::<Vec<_>>(),
    })
}

fn step_json(project: &Project, step: &PathStep) -> Value {
    let kind = match step.kind {
        StepKind::Sends => "sends",
        StepKind::Answers => "answers",
        StepKind::Reads => "reads",
        StepKind::UsesSecret(_) => "uses_secret",
    };
    let secret = match step.kind {
        StepKind::UsesSecret(asset) => Some(asset),
        _ => None,
    };
    json!({
        "from": step.from, "to": step.to, "kind": kind, "interface": step.interface, "also": step.also, "secret": secret,
        "probability": rounded(step.probability), "open_because": step.reasons,
        "threats": step.threats, "weakest": step.weakest,
        "controls": step.controls.iter().map(|control| json!({
            "id": control.control, "name": project.name_of(control.control.into()), "status": control.status.label(),
            "now": rounded(control.now), "complete": rounded(control.complete),
            "probability_if_done": rounded(control.probability_if_done),
        })).collect::<Vec<_>>(),
        "cut_by": step.cut_by().map(|control| control.control), "suggested_control": step.suggested,
    })
}

fn goal_json(project: &Project, goal: &Goal) -> Value {
    let stores: Option<Vec<Value>> = goal.asset.is_none().then(|| {
        goal.places.iter().map(|place| json!({"id": place, "name": name(project, *place)})).collect()
    });
    json!({
        "id": goal.asset, "name": goal_name(project, goal), "stores": stores,
        "places": goal.places, "paths": goal.paths.len(),
        "likeliest": goal.paths.first().map(|path| rounded(path.probability)), "exposure": rounded(goal.exposure),
        "reach": {"probability": rounded(goal.reach.probability), "error": rounded(goal.reach.error), "worlds": goal.reach.worlds},
        "checkpoints": goal.checkpoints,
        "cut": goal.cut.as_ref().map(|cut| json!({"components": cut.components, "interfaces": cut.interfaces})),
    })
}

/// The asset's name; where no asset is named as sensitive, all stores together stand in.
fn goal_name(project: &Project, goal: &Goal) -> String {
    goal.asset.map_or_else(|| "any store".to_owned(), |asset| project.name_of(asset.into()))
}

fn crossing_json(project: &Project, crossing: &Crossing) -> Value {
    json!({
        "interface": crossing.interface, "name": project.name_of(crossing.interface.into()), "from": crossing.from,
        "to": crossing.to, "left": crossing.left, "entered": crossing.entered, "trust_from": crossing.trust_from,
        "trust_to": crossing.trust_to, "course": crossing.course().label(), "both_ways": crossing.both_ways,
    })
}

fn check_json(project: &Project, check: &AgentCheck) -> Value {
    let proof = |proof: &Proof| json!({"component": proof.component, "interfaces": proof.interfaces, "asset": proof.asset, "why": proof.why});
    let leg = |kind: LegKind| {
        let leg = check.leg(kind);
        json!({"holds": leg.holds(), "proofs": leg.proofs.iter().map(proof).collect::<Vec<_>>()})
    };
    json!({
        "agent": check.agent, "name": name(project, check.agent), "trifecta": check.trifecta,
        "breaks_rule_of_two": check.breaks_rule_of_two, "approved_by": check.approved_by, "delegates": check.delegates,
        "untrusted_input": leg(LegKind::UntrustedInput), "confidential_data": leg(LegKind::ConfidentialData),
        "way_out": leg(LegKind::WayOut), "changes_state": leg(LegKind::ChangesState),
        "cuts": check.cuts.iter().map(|cut| json!({"leg": cut.leg.label(), "interfaces": cut.interfaces})).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Asset, ComponentKind, Interface, InterfaceId, Sensitivity};

    fn project() -> Project {
        let mut project = Project::new("test");
        let kinds =
            [ComponentKind::Human, ComponentKind::Agent, ComponentKind::Store, ComponentKind::External];
        for ((kind, name), id) in kinds.into_iter().zip(["user", "assistant", "database", "partner"]).zip(1..)
        {
            project.diagram.put_component(Component {
                id: ComponentId(id),
                kind,
                name: name.to_owned(),
                ..Component::default()
            });
        }
        for (id, from, to) in [(1, 1, 2), (2, 2, 3), (3, 2, 4)] {
            let interface = Interface {
                id: InterfaceId(id),
                from: Some(ComponentId(from)),
                to: Some(ComponentId(to)),
                both_ways: true,
                ..Interface::default()
            };
            project.diagram.put_interface(interface).unwrap();
        }
        project.assets.insert(Asset {
            id: AssetId(1),
            name: "Customer data".to_owned(),
            sensitivity: Sensitivity::Confidential,
            stored_in: vec![ComponentId(3)],
            ..Asset::default()
        });
        project
    }

    fn report(project: &Project) -> PathReport {
        crate::analysis::paths::attack_paths(project, &PathOptions::default())
    }

    #[test]
    fn json_names_paths_choke_points_and_agents() {
        let project = project();
        let json = as_json(&project, &report(&project), &agent_checks(&project));
        // What the partner answers proves nothing of itself, so it comes before what a caller may send.
        assert_eq!(json["paths"][0]["components"], json!(["C-04", "C-02", "C-03"]));
        assert_eq!(json["paths"][1]["components"], json!(["C-01", "C-02", "C-03"]));
        assert_eq!(json["paths"][0]["steps"][1]["interface"], "F-02");
        assert_eq!(json["assets"][0]["checkpoints"], json!(["C-02"]));
        assert_eq!(json["agent_checks"][0]["trifecta"], true);
        assert_eq!(json["agent_checks"][0]["way_out"]["proofs"][0]["interfaces"], json!(["F-03"]));
    }

    #[test]
    fn text_tells_a_person_the_same() {
        let project = project();
        let text = as_text(&project, &report(&project), &agent_checks(&project), MOST_TOLD);
        for wanted in [
            "user → assistant → database  [A-1]",
            "A-1 Customer data: hardening C-02 cuts every path; every path goes through C-02.",
            "C-02 assistant: trifecta present, rule of two broken.",
            "Smallest cut: F-03 (way out).",
        ] {
            assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
        }
        let empty = Project::new("empty");
        assert!(
            as_text(&empty, &report(&empty), &[], MOST_TOLD).contains("None: no asset is named as sensitive")
        );
    }

    #[test]
    fn stores_that_stand_in_are_called_any_store_and_listed() {
        let mut project = project();
        let own = Component {
            id: ComponentId(5),
            kind: ComponentKind::Store,
            name: "archive".to_owned(),
            ..Component::default()
        };
        project.diagram.put_component(own);
        project.assets.remove(AssetId(1));
        let report = report(&project);
        let json = as_json(&project, &report, &[]);
        let goal = &json["assets"][0];
        assert_eq!((&goal["id"], &goal["name"]), (&Value::Null, &json!("any store")));
        let stores = json!([{"id": "C-03", "name": "database"}, {"id": "C-05", "name": "archive"}]);
        assert_eq!(goal["stores"], stores);
        let text = as_text(&project, &report, &[], MOST_TOLD);
        assert!(
            text.contains("any store (C-03 database, C-05 archive): hardening C-02 cuts every path"),
            "{text}"
        );
    }

    /// An agent of which many people ask and which has many stores, each behind a tool of its own.
    fn wide() -> Project {
        let mut project = Project::new("wide");
        let mut put = |id: u32, kind, name: String| {
            project.diagram.put_component(Component {
                id: ComponentId(id),
                kind,
                name,
                ..Component::default()
            });
        };
        for number in 0..12 {
            put(100 + number, ComponentKind::Human, format!("user {number}"));
            put(200 + number, ComponentKind::Tool, format!("tool {number}"));
            put(300 + number, ComponentKind::Store, format!("store {number}"));
        }
        for number in 0..12 {
            for (id, from, to) in [(1, 100, 200), (2, 200, 300)] {
                let interface = Interface {
                    id: InterfaceId(id * 100 + number),
                    from: Some(ComponentId(from + number)),
                    to: Some(ComponentId(to + number)),
                    ..Interface::default()
                };
                project.diagram.put_interface(interface).unwrap();
            }
        }
        project
    }

    #[test]
    fn of_many_names_a_few_are_told_and_json_has_all() {
        let project = wide();
        let mut report = report(&project);
        let text = as_text(&project, &report, &[], MOST_TOLD);
        for wanted in [
            "any store (C-300 store 0, C-301 store 1, C-302 store 2, C-303 store 3, C-304 store 4 and 7 more)",
            "no small cut: 12 elements (--json lists them)",
        ] {
            assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() < 400), "{text}");
        let json = as_json(&project, &report, &[]);
        assert_eq!(json["assets"][0]["cut"]["components"].as_array().map(Vec::len), Some(12));
        report.goals[0].reach.worlds = 5_000;
        let text = as_text(&project, &report, &[], MOST_TOLD);
        assert!(
            text.contains("of 5000 sampled worlds (± one standard error; 10000 on a smaller model"),
            "{text}"
        );
    }

    #[test]
    fn long_lists_are_cut_and_counted_unless_all_are_asked_for() {
        let mut project = Project::new("chain");
        let zone =
            |id, trust| crate::model::Zone { id: crate::model::ZoneId(id), trust, ..Default::default() };
        for (id, trust) in [(1, 0), (2, 2), (3, 3)] {
            project.diagram.zones.insert(zone(id, trust));
        }
        for id in 1..=40 {
            project.diagram.put_component(Component {
                id: ComponentId(id),
                kind: ComponentKind::Agent,
                name: format!("part {id}"),
                zone: Some(crate::model::ZoneId(if id == 20 { 1 } else { 2 + id % 2 })),
                ..Component::default()
            });
        }
        for id in 1..40 {
            let interface = Interface {
                id: InterfaceId(id),
                name: format!("flow {id}"),
                from: Some(ComponentId(id)),
                to: Some(ComponentId(id + 1)),
                ..Interface::default()
            };
            project.diagram.put_interface(interface).unwrap();
        }
        let report = report(&project);
        let agents = agent_checks(&project);
        let (few, all) =
            (as_text(&project, &report, &agents, MOST_TOLD), as_text(&project, &report, &agents, usize::MAX));
        assert_eq!((report.crossings.len(), agents.len()), (39, 40));
        assert!(few.contains("… and 29 more: --all lists them, --json too"), "{few}");
        assert!(few.lines().count() < 200, "{}", few.lines().count());
        assert!(!all.contains("more: --all") && all.contains("F-39: "), "{all}");
        // Out of the outer zone into the others is the longest way up.
        let crossings = few.split(FindingKind::Crossing.label()).nth(1).unwrap();
        assert!(
            crossings
                .trim_start()
                .starts_with("F-20: part 20 → part 21 goes into more trust, from trust 0 to 3."),
            "{crossings}"
        );
        assert_eq!(as_json(&project, &report, &agents)["crossings"].as_array().map(Vec::len), Some(39));
    }

    #[test]
    fn a_list_of_no_paths_is_refused() {
        let arguments = Arguments {
            file: PathBuf::from("none"),
            json: false,
            to: None,
            limit: 0,
            blast: None,
            all: false,
        };
        let error = run(&arguments).unwrap_err();
        assert_eq!(error.exit, Exit::WrongCommandLine);
        assert!(error.message.contains("--limit 0"), "{}", error.message);
    }

    #[test]
    fn findings_name_what_would_cut_them() {
        let project = project();
        let report = report(&project);
        let json = as_json(&project, &report, &[]);
        assert_eq!(json["single_points"][0]["cut_by"], "redundancy");
        assert_eq!(json["blast_radius"][0]["cut_by"], "least_privilege");
        let text = as_text(&project, &report, &[], MOST_TOLD);
        let reach = &report.goals[0].reach;
        let (chance, error) = (reach.probability * 100.0, reach.error * 100.0);
        for wanted in [
            &format!("reached by any way in {chance:.1} ± {error:.1} in 100 of 10000 sampled worlds"),
            "C-02 cuts off C-03, C-04: Without assistant nobody reaches database, partner.",
            "Redundancy and failover would mend it.",
        ] {
            assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
        }
    }

    #[test]
    fn an_asset_is_found_by_id_or_name() {
        let project = project();
        for wanted in ["A-1", "customer_data", "Customer data"] {
            assert_eq!(asset(&project, wanted), Ok(AssetId(1)), "{wanted}");
        }
        for wanted in ["A-2", "", "data"] {
            let error = asset(&project, wanted).unwrap_err();
            assert_eq!(error.exit, Exit::WrongCommandLine);
            assert!(error.message.contains("A-1 Customer data"));
        }
    }
}
