//! `risk FILE [--json|--csv] [--monte-carlo]`: the register, worst first, and losses in a year.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::input::{Loaded, print_json_with};
use super::output::rounded;
use super::{CliError, Exit, load, print_text, risk_losses};
use crate::analysis::risk::{
    ControlEffect, NextBest, Rating, Register, RiskRow, Spread, explain, grid_faults, next_best_controls,
    register,
};
use crate::model::{Method, OwaspFactors, Project, Threat, Treatment};
use crate::picture::heatmap::money_words;
use crate::report::register_table;
use crate::session::{losses, today};
use crate::simulation::Quiet;
use crate::simulation::losses::TRIALS;

/// The arguments of `risk`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print comma-separated values, a line for each threat
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Simulate losses in a year: how often, how much, with no control, today and after the plan
    #[arg(long, conflicts_with = "csv")]
    monte_carlo: bool,
    /// How many years to simulate, 100 to 1000000; without it, as the model says
    #[arg(long, value_name = "N", requires = "monte_carlo",
        value_parser = clap::value_parser!(u32).range(i64::from(*TRIALS.start())..=i64::from(*TRIALS.end())))]
    trials: Option<u32>,
    /// Where the random numbers begin; without it, as the model says
    #[arg(long, value_name = "S", requires = "monte_carlo")]
    seed: Option<u64>,
}

/// Prints the register.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { project, losses: not_read, .. } = load(&arguments.file)?;
    let register = register(&project);
    let losses = arguments.monte_carlo.then(|| {
        let trials = arguments.trials.unwrap_or(project.method.trials);
        let seed = arguments.seed.unwrap_or(project.method.seed);
        losses::simulate(&project, &register, trials, seed, &Quiet)
    });
    let losses = losses.flatten();
    if arguments.json {
        let mut json = as_json(&project, &register, today());
        if let Some(run) = &losses {
            json["losses"] = risk_losses::as_json(&project, run);
        }
        // The losses of this command are those of a year.
        print_json_with(&json, "import_losses", &not_read)?;
    } else if arguments.csv {
        let table = register_table::csv(&project, &register, today());
        print_text(
            &table.map_err(|error| CliError::output(format!("the register cannot be written: {error}")))?,
        )?;
    } else {
        let mut text = as_text(&project, &register);
        if let Some(run) = &losses {
            text.push('\n');
            text.push_str(&risk_losses::as_text(&project, run));
        }
        print_text(&text)?;
    }
    Ok(Exit::Done)
}

/// The unit of every amount of money in JSON.
fn money_unit(method: &Method) -> String {
    format!("thousand {}", method.currency)
}

/// Rows with the threats they stand for.
fn entries<'a>(
    project: &'a Project,
    register: &'a Register,
) -> impl Iterator<Item = (&'a RiskRow, &'a Threat)> {
    register.rows.iter().filter_map(|row| project.threats.get(row.threat).map(|threat| (row, threat)))
}

fn as_json(project: &Project, register: &Register, today: Date) -> Value {
    let method = &project.method;
    let summary = |rating| {
        let summary = register.summary(rating);
        let bands: serde_json::Map<String, Value> =
            summary.bands.iter().rev().map(|(band, count)| (word(band.label()), json!(count))).collect();
        json!({
            "bands": bands, "above_appetite": summary.above_appetite, "worst": summary.worst,
            "expected_loss": summary.loss.map(rounded),
        })
    };
    json!({
        "name": project.name,
        "method": {
            "scheme": word(method.scheme.label()), "step": method.factor(),
            "grid_faults": grid_faults(method).into_iter().map(|fault| json!({
                "condition": word(fault.condition.label()), "cells": fault.cells, "what": fault.what,
            })).collect::<Vec<_>>(),
            "appetite": method.appetite, "medium_from": method.medium_from, "high_from": method.high_from,
            "critical_from": method.critical_from, "cap": method.cap, "family_correlation": method.family_correlation,
            "cross_correlation": method.cross_correlation, "currency": method.currency,
        },
        "money_unit": money_unit(method),
        "counts": {
            "threats": register.rows.len(), "live": register.live().count(), "unrated": register.unrated.len(),
            "inherent": summary(Rating::Inherent), "current": summary(Rating::Current),
            "planned": summary(Rating::Planned),
        },
        "threats": entries(project, register).map(|(row, threat)| threat_json(project, row, threat, today)).collect::<Vec<_>>(),
        "next_controls": next_best_controls(project).iter().map(|next| next_json(project, next)).collect::<Vec<_>>(),
    })
}

fn threat_json(project: &Project, row: &RiskRow, threat: &Threat, today: Date) -> Value {
    let rating = |rating| {
        row.score(rating).map(|score| {
            json!({
                "likelihood": rounded(score.likelihood), "impact": rounded(score.impact), "risk": score.risk(),
                "band": row.band(rating).map(|band| word(band.label())),
                "above_appetite": row.is_above_appetite(rating), "expected_loss": row.loss(rating).map(rounded),
                "measured_range": row.range(rating).map(|(low, high)| [low, high]),
            })
        })
    };
    let votes = |spread: Option<Spread>| {
        spread.map(|s| json!({"votes": s.votes, "min": s.min, "median": s.median, "max": s.max, "disagree": s.disagrees()}))
    };
    json!({
        "id": threat.id, "title": threat.title, "status": threat.standing(today).label(), "counts": row.live,
        "stride": threat.stride.iter().map(|stride| stride.letter()).collect::<String>(),
        "targets": threat.targets, "owner": threat.owner,
        "expected_loss": {
            "inherent": row.losses[0].map(rounded), "current": row.losses[1].map(rounded),
            "planned": row.losses[2].map(rounded),
        },
        "inherent": rating(Rating::Inherent), "current": rating(Rating::Current), "planned": rating(Rating::Planned),
        "target": row.target, "misses_target": row.misses_target(Rating::Current),
        "planned_misses_target": row.misses_target(Rating::Planned),
        "controls": row.effects.iter().map(|effect| effect_json(project, effect)).collect::<Vec<_>>(),
        "formula": explain(project, row, Rating::Current),
        "treatment": threat.treatment.label(),
        "acceptance": threat.acceptance.as_ref().filter(|_| threat.treatment == Treatment::Accept).map(|acceptance| json!({
            "approver": acceptance.approver, "reason": acceptance.reason, "until": acceptance.expiry,
            "expired": acceptance.has_expired(today),
        })),
        "owasp": threat.owasp.as_ref().map(owasp_json),
        "likelihood_votes": votes(row.likelihood_spread), "impact_votes": votes(row.impact_spread),
    })
}

/// The factors with their means and what the means are called.
fn owasp_json(factors: &OwaspFactors) -> Value {
    let answered: serde_json::Map<String, Value> = OwaspFactors::ALL
        .iter()
        .filter_map(|factor| Some((word(factor.label).replace('-', "_"), json!(factor.get(factors)?))))
        .collect();
    let mean = |mean: Option<f64>| {
        mean.map(|mean| json!({"mean": rounded(mean), "level": OwaspFactors::level(mean)}))
    };
    json!({"factors": answered, "likelihood": mean(factors.likelihood()), "impact": mean(factors.impact())})
}

fn effect_json(project: &Project, effect: &ControlEffect) -> Value {
    json!({
        "id": effect.control, "name": project.name_of(effect.control.into()), "status": effect.status.label(),
        "works": effect.works.label(), "claimed": effect.claimed, "measured": effect.measured.map(|found| rounded(found.rate)),
        "measured_interval": effect.measured.map(|found| [rounded(found.low), rounded(found.high)]),
        "now": rounded(effect.now), "complete": rounded(effect.complete),
        "drop_current": rounded(effect.drop_current), "drop_planned": rounded(effect.drop_planned),
        "drop_if_done": rounded(effect.drop_if_done),
    })
}

fn next_json(project: &Project, next: &NextBest) -> Value {
    json!({
        "id": next.control, "name": project.name_of(next.control.into()), "risk_removed": rounded(next.removed),
        "removed_from_plan": rounded(next.removed_from_plan), "expected_loss_saved": next.loss_saved.map(rounded),
        "brings_within_appetite": next.within_appetite, "cost": next.cost,
        "risk_removed_per_cost": next.removed_per_cost.map(rounded),
        "expected_loss_saved_per_cost": next.saved_per_cost.map(rounded),
        "threats": next.threats.iter().map(|(id, drop)| json!({"id": id, "drop": rounded(*drop)})).collect::<Vec<_>>(),
    })
}

fn as_text(project: &Project, register: &Register) -> String {
    let mut text = String::new();
    if register.rows.is_empty() {
        return format!("{}: no threats recorded, so nothing has been rated.\n", project.name);
    }
    let number = |risk: Option<f64>| risk.map_or_else(|| "–".to_owned(), |risk| format!("{risk:.1}"));
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{:<6} {:<9} {:>8} {:>8} {:>8} {:>8}  Threat",
        "Id", "Band", "Inherent", "Current", "Planned", "Target"
    );
    for (row, threat) in entries(project, register) {
        let band = match row.band(Rating::Current) {
            _ if !row.live => "closed".to_owned(),
            Some(band) => band.label().to_owned(),
            None => "not rated".to_owned(),
        };
        let above = if row.live && row.misses_target(Rating::Current) { "!" } else { " " };
        let _ = writeln!(
            text,
            "{:<6} {band:<9} {:>8} {:>8}{above}{:>8} {:>8.1}  {}",
            threat.id.to_string(),
            number(row.risk(Rating::Inherent)),
            number(row.risk(Rating::Current)),
            number(row.risk(Rating::Planned)),
            row.target,
            threat.title,
        );
    }
    let live = register.live().count();
    let _ = writeln!(
        text,
        "\n{live} threats count; at or above the appetite of {:.1}: {} with no control, {} now (!), {} after the plan.",
        project.method.appetite,
        register.inherent.above_appetite,
        register.current.above_appetite,
        register.planned.above_appetite,
    );
    for row in register.live() {
        if let (Some(risk), Some((low, high))) = (row.risk(Rating::Current), row.range(Rating::Current)) {
            let measured = row.effects.iter().filter_map(|effect| {
                Some(format!("{} {}", effect.control, effect.measured?.beside(effect.claimed)))
            });
            let measured: Vec<String> = measured.collect();
            let _ = writeln!(
                text,
                "{}: {risk:.1} now, from {low:.1} to {high:.1} by what was measured ({})",
                row.threat,
                measured.join("; ")
            );
        }
    }
    if !register.unrated.is_empty() {
        let _ = writeln!(text, "Not rated: {}.", words(&register.unrated));
    }
    if let (Some(now), Some(plan)) = (register.current.loss, register.planned.loss) {
        let money = |thousands: f64| money_words(&project.method, thousands);
        let (now, plan) = (money(now), money(plan));
        let _ = writeln!(text, "Expected loss a year: {now} now, {plan} after the plan.");
    }
    let next: Vec<NextBest> =
        next_best_controls(project).into_iter().filter(|next| next.removed > 0.05).take(5).collect();
    if !next.is_empty() {
        let _ = writeln!(text, "\nControls that would lower risk most:");
    }
    for next in next {
        let threats: Vec<_> = next.threats.iter().map(|(threat, _)| *threat).collect();
        let name = project.name_of(next.control.into());
        let money = |word: &str, thousands: Option<f64>| {
            thousands.map_or_else(String::new, |thousands| {
                format!(", {word} {}", money_words(&project.method, thousands))
            })
        };
        let saved = next.loss_saved.filter(|saved| *saved > 0.0);
        let (saves, costs) = (money("saves a year", saved), money("costs", next.cost));
        let _ = writeln!(
            text,
            "  −{:.1}  {} {name} ({}{saves}{costs})",
            next.removed,
            next.control,
            words(&threats)
        );
    }
    text
}

fn words<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// A label as a key: "Very low" is `very_low`.
fn word(label: &str) -> String {
    label.to_lowercase().replace(' ', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Control, ControlId, ControlStatus, Strength, ThreatId};

    fn project() -> Project {
        let mut project = Project::new("test");
        for (id, title, rating) in
            [(1, "plain", Some(3.0)), (2, "with \"quotes\", and commas", Some(4.0)), (3, "open", None)]
        {
            let threat = Threat {
                id: ThreatId(id),
                title: title.to_owned(),
                likelihood: rating,
                impact: rating,
                ..Threat::default()
            };
            project.threats.insert(threat);
        }
        project.controls.insert(Control {
            id: ControlId(1),
            name: "gate".to_owned(),
            strength: Strength::High,
            status: ControlStatus::Planned,
            threats: vec![ThreatId(2)],
            ..Control::default()
        });
        project
    }

    #[test]
    fn json_has_every_threat_worst_first() {
        let project = project();
        let json = as_json(&project, &register(&project), today());
        let ids: Vec<&str> =
            json["threats"].as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["T-002", "T-001", "T-003"]);
        let worst = &json["threats"][0];
        assert_eq!((&worst["current"]["risk"], &worst["planned"]["risk"]), (&json!(8.0), &json!(7.0)));
        assert_eq!(worst["current"]["band"], "critical");
        assert_eq!(json["threats"][2]["current"], Value::Null);
        assert_eq!(json["counts"]["current"]["bands"]["critical"], 1);
        assert_eq!(json["next_controls"][0]["id"], "M-01");
        assert_eq!(json["money_unit"], "thousand €");
    }

    #[test]
    fn csv_survives_quotes_and_has_one_line_a_threat() {
        let project = project();
        let text = register_table::csv(&project, &register(&project), today()).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(&rows[0][1], "with \"quotes\", and commas");
        assert_eq!((&rows[0][12], &rows[2][12]), ("8.0", ""));
    }

    #[test]
    fn text_says_what_is_above_and_what_to_do_next() {
        let project = project();
        let text = as_text(&project, &register(&project));
        for wanted in [
            "T-002  Critical       8.0      8.0!     7.0      6.5  with",
            "1 now (!)",
            "Not rated: T-003",
            "−1.0  M-01 gate (T-002, saves a year €900k)",
        ] {
            assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
        }
        let empty = Project::new("empty");
        assert!(as_text(&empty, &register(&empty)).contains("nothing has been rated"));
    }
}
