//! What `paths` tells in text: of long lists the first, and how many more there are.

use std::fmt::Write as _;

use crate::analysis::agents::AgentCheck;
use crate::analysis::paths::{AttackPath, FindingKind, Goal, GraphFinding, PathReport, few};
use crate::model::{ComponentId, ItemId, Project};

/// So many of one kind are told in text before the others are counted.
pub(super) const MOST_TOLD: usize = 10;

// Writing to a String cannot fail, so the results of `writeln!` below are let go.
pub(super) fn as_text(project: &Project, report: &PathReport, agents: &[AgentCheck], most: usize) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "Attack paths (probabilities are the model's estimate)\n");
    if report.paths.is_empty() {
        let why = if report.goals.is_empty() {
            "no asset is named as sensitive, and there is no store to stand in"
        } else if report.sources.is_empty() {
            "nothing in the model is outside, so no attack has a start"
        } else {
            "none leads from an untrusted place to what is worth protecting"
        };
        let _ = writeln!(text, "  None: {why}.");
    }
    for (place, path) in report.paths.iter().enumerate() {
        path_text(&mut text, project, place + 1, path);
    }
    if !report.goals.is_empty() {
        let _ = writeln!(text, "\nChoke points");
    }
    for goal in report.goals.iter().take(most) {
        goal_text(&mut text, project, goal);
    }
    more_text(&mut text, report.goals.len(), most);
    if !agents.is_empty() {
        let _ = writeln!(text, "\nAgents");
    }
    let mut worst_first: Vec<&AgentCheck> = agents.iter().collect();
    worst_first.sort_by_key(|check| (!check.breaks_rule_of_two, !check.trifecta));
    for check in worst_first.into_iter().take(most) {
        check_text(&mut text, project, check);
        let finding = GraphFinding::of_agent(report, check.agent);
        if let Some(remedy) = finding.and_then(|finding| finding.remedy(project, report)) {
            let _ = writeln!(text, "    {}", remedy.words(project));
        }
    }
    more_text(&mut text, agents.len(), most);
    // The agents have been told, those without findings too.
    for kind in FindingKind::ALL.into_iter().filter(|kind| *kind != FindingKind::Agent) {
        let mut of_kind: Vec<GraphFinding> =
            report.findings().filter(|finding| finding.kind == kind).collect();
        if !of_kind.is_empty() {
            let _ = writeln!(text, "\n{}", kind.label());
        }
        if kind == FindingKind::Crossing {
            // What comes from the least into the most trust is looked at first.
            of_kind.sort_by_key(|finding| {
                let one = report.crossings.get(finding.place);
                one.map(|one| i16::from(one.trust_from) - i16::from(one.trust_to))
            });
        }
        let all = of_kind.len();
        for finding in of_kind.into_iter().take(most) {
            let remedy = finding.remedy(project, report);
            let remedy = remedy.map_or_else(String::new, |remedy| format!(" {}", remedy.words(project)));
            let _ = writeln!(
                text,
                "  {}{}{remedy}",
                finding_ids(report, finding),
                finding.words(project, report)
            );
        }
        more_text(&mut text, all, most);
    }
    text
}

/// How many of a list were not told.
fn more_text(text: &mut String, all: usize, told: usize) {
    if all > told {
        let _ = writeln!(text, "  … and {} more: --all lists them, --json too", all - told);
    }
}

/// The ids that a finding's sentence names by their names, to find them in the model.
fn finding_ids(report: &PathReport, finding: GraphFinding) -> String {
    let place = finding.place;
    let ids = match finding.kind {
        FindingKind::Agent => report.agents.get(place).map(|one| one.agent.to_string()),
        FindingKind::Clearance => report.violations.get(place).map(|one| {
            let at = one.component.map(ItemId::from).or(one.interface.map(ItemId::from));
            let at: Vec<ItemId> = at.into_iter().collect();
            format!("{} at {} by {}", one.asset, few(&at), few(&one.by))
        }),
        FindingKind::Integrity => report
            .unchecked
            .get(place)
            .map(|one| format!("{} at {} from {} by {}", one.asset, one.component, one.source, few(&one.by))),
        FindingKind::Loop => {
            report.loops.get(place).map(|one| format!("{} over {}", few(&one.agents), few(&one.interfaces)))
        }
        FindingKind::SinglePoint => report
            .single_points
            .get(place)
            .map(|one| format!("{} cuts off {}", one.component, few(&one.cuts_off))),
        FindingKind::BlastRadius => report.blast.get(place).map(|one| one.from.to_string()),
        FindingKind::Crossing => report.crossings.get(place).map(|one| one.interface.to_string()),
    };
    ids.map_or_else(String::new, |ids| format!("{}: ", ids.trim_end_matches(" by ")))
}

fn path_text(text: &mut String, project: &Project, number: usize, path: &AttackPath) {
    let names: Vec<String> = path.components().iter().map(|id| name(project, *id)).collect();
    let assets = if path.assets.is_empty() { String::new() } else { format!("  [{}]", few(&path.assets)) };
    let chance = path.probability * 100.0;
    let chance = if chance < 0.5 { "<1".to_owned() } else { format!("{chance:.0}") };
    let _ = writeln!(text, "{number:>3}. {chance:>3} in 100  {}{assets}", names.join(" → "));
    let _ = writeln!(
        text,
        "       starts at {} {}: {}",
        path.source.component,
        name(project, path.source.component),
        path.source.why
    );
    for step in &path.steps {
        let over = step.interface.map_or_else(|| "a secret".to_owned(), |id| id.to_string());
        let cut = match (step.cut_by(), step.suggested) {
            (Some(control), _) => {
                format!("; {} would make it {:.2}", control.control, control.probability_if_done)
            }
            (None, Some(control)) => format!("; consider {}", control.replace('_', " ")),
            _ => String::new(),
        };
        let _ =
            writeln!(text, "       {over:<5} p {:.2}  {}{cut}", step.probability, step.reasons.join(", "));
    }
}

fn goal_text(text: &mut String, project: &Project, goal: &Goal) {
    let id = if let Some(asset) = goal.asset {
        format!("{asset} {}", project.name_of(asset.into()))
    } else {
        let stores: Vec<String> =
            goal.places.iter().map(|place| format!("{place} {}", name(project, *place))).collect();
        format!("any store ({})", few(&stores))
    };
    let on_all = if goal.checkpoints.is_empty() {
        String::new()
    } else {
        format!("; every path goes through {}", few(&goal.checkpoints))
    };
    let cut = match &goal.cut {
        None if goal.paths.is_empty() => "no path leads there".to_owned(),
        None => "no cut is possible between the sources and it".to_owned(),
        Some(cut) if cut.is_small() => {
            let all: Vec<String> = cut.items().iter().map(ToString::to_string).collect();
            format!("hardening {} cuts every path", all.join(", "))
        }
        Some(cut) => format!("no small cut: {} elements (--json lists them)", cut.items().len()),
    };
    let _ = writeln!(text, "  {id}: {cut}{on_all}.");
    let reach = &goal.reach;
    let _ = writeln!(
        text,
        "       reached by any way in {:.1} ± {:.1} in 100 of {} sampled worlds (± one standard error{})",
        reach.probability * 100.0,
        reach.error * 100.0,
        reach.worlds,
        reach.fewer()
    );
}

fn check_text(text: &mut String, project: &Project, check: &AgentCheck) {
    let verdict = match (check.trifecta, check.breaks_rule_of_two) {
        (true, true) => "trifecta present, rule of two broken",
        (true, false) => "trifecta present, a person approves",
        (false, true) => "rule of two broken",
        (false, false) => "trifecta not present",
    };
    let _ = writeln!(text, "  {} {}: {verdict}.", check.agent, name(project, check.agent));
    for leg in &check.legs {
        let Some(proof) = leg.proofs.first() else {
            let _ = writeln!(text, "       {:<17} no", leg.kind.label());
            continue;
        };
        let asset = proof.asset.map_or_else(String::new, |asset| format!(" {asset}"));
        let by = if proof.interfaces.is_empty() {
            String::new()
        } else {
            format!(" by {}", few(&proof.interfaces))
        };
        let more =
            if leg.proofs.len() > 1 { format!(", and {} more", leg.proofs.len() - 1) } else { String::new() };
        let place = name(project, proof.component);
        let _ =
            writeln!(text, "       {:<17} yes: {place}, {}{asset}{by}{more}", leg.kind.label(), proof.why);
    }
    for cut in check.cuts.iter().take(1) {
        let _ = writeln!(
            text,
            "       Smallest cut: {} ({}).",
            few(&cut.interfaces),
            cut.leg.label().to_lowercase()
        );
    }
}

pub(super) fn name(project: &Project, component: ComponentId) -> String {
    project.name_of(component.into())
}
