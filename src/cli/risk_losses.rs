//! Losses in a year, as `risk --monte-carlo` prints them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::output::rounded;
use crate::analysis::risk::Rating;
use crate::model::{Estimate, Project};
use crate::picture::heatmap::{mean_words, money_words};
use crate::picture::losses::PERCENTILES;
use crate::session::LossRun;

/// Money in thousands of the project's currency.
pub(super) fn as_json(project: &Project, run: &LossRun) -> Value {
    let losses = &run.losses;
    let curves: serde_json::Map<String, Value> = Rating::ALL
        .iter()
        .map(|rating| {
            let curve = &losses.curves[*rating as usize];
            let mut json = json!({
                "expected": rounded(losses.expected[*rating as usize]),
                "mean": rounded(curve.mean), "standard_error": rounded(curve.mean_error),
                "standard_deviation": rounded(curve.deviation), "any_loss": rounded(curve.any_loss),
                "mean_of_worst_twentieth": rounded(curve.worst_twentieth), "greatest": rounded(curve.greatest()),
            });
            for share in PERCENTILES {
                let percentile = curve.percentile(share);
                json[format!("p{:.0}", share * 100.0)] = json!({
                    "value": rounded(percentile.value), "interval": [rounded(percentile.low), rounded(percentile.high)],
                });
            }
            (rating.label().to_lowercase(), json)
        })
        .collect();
    let saved = losses
        .saved
        .map(|saved| json!({"mean": rounded(saved.mean), "standard_error": rounded(saved.error)}));
    let range = |range: &Estimate, own: bool| {
        json!({
            "low": rounded(range.low), "likely": rounded(range.likely), "high": rounded(range.high),
            "shape": range.shape.label(), "given": own,
        })
    };
    let threats: Vec<Value> = losses
        .threats
        .iter()
        .map(|threat| {
            json!({
                "id": threat.threat, "frequency": range(&threat.frequency, threat.own[0]),
                "loss": range(&threat.loss, threat.own[1]), "occurrences": rounded(threat.occurrences),
                "expected": {
                    "inherent": rounded(threat.expected[0]), "current": rounded(threat.expected[1]),
                    "planned": rounded(threat.expected[2]),
                },
                "mean": {
                    "inherent": rounded(threat.means[0]), "current": rounded(threat.means[1]),
                    "planned": rounded(threat.means[2]),
                },
            })
        })
        .collect();
    let exceedance: Vec<Value> = crate::picture::losses::amounts(losses)
        .iter()
        .map(|loss| {
            let chance = |rating: Rating| rounded(losses.curves[rating as usize].chance_of(*loss));
            json!({
                "loss": rounded(*loss), "inherent": chance(Rating::Inherent), "current": chance(Rating::Current),
                "planned": chance(Rating::Planned), "tolerated": project.method.tolerated(*loss).map(rounded),
            })
        })
        .collect();
    json!({
        "trials": losses.trials, "seed": losses.seed, "unit": format!("thousand {}", project.method.currency),
        "curves": curves, "saved_by_controls": saved[0], "saved_by_plan": saved[1],
        "exceedance": exceedance, "threats": threats, "without_quantities": run.without,
    })
}

pub(super) fn as_text(project: &Project, run: &LossRun) -> String {
    let losses = &run.losses;
    let money = |thousands: f64| money_words(&project.method, thousands);
    let mut text = format!("Losses in a year, {} simulated years, seed {}.\n", losses.trials, losses.seed);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{:<9} {:>9} {:>18} {:>9} {:>9} {:>9} {:>13}",
        "Rating", "Expected", "Simulated ± s.e.", "P50", "P90", "P95", "Worst 1 in 20"
    );
    for rating in Rating::ALL {
        let curve = &losses.curves[rating as usize];
        let [p50, p90, p95] = PERCENTILES.map(|share| money(curve.percentile(share).value));
        let _ = writeln!(
            text,
            "{:<9} {:>9} {:>18} {p50:>9} {p90:>9} {p95:>9} {:>13}",
            rating.label(),
            money(losses.expected[rating as usize]),
            mean_words(&project.method, curve.mean, curve.mean_error),
            money(curve.worst_twentieth),
        );
    }
    let [controls, plan] = losses.saved;
    let _ = writeln!(
        text,
        "Saved a year: {} by what is in place, {} more by the plan.",
        mean_words(&project.method, controls.mean, controls.error),
        mean_words(&project.method, plan.mean, plan.error)
    );
    let most: Vec<String> = losses
        .threats
        .iter()
        .take(5)
        .filter(|threat| threat.expected[1] > 0.0)
        .map(|threat| format!("{} {}", threat.threat, money(threat.expected[1])))
        .collect();
    if !most.is_empty() {
        let _ = writeln!(text, "Most of it today: {}.", most.join(", "));
    }
    if !run.without.is_empty() {
        let ids: Vec<String> = run.without.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "Without a rating, a range or money: {}.", ids.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::risk::register;
    use crate::model::{Threat, ThreatId};
    use crate::session::losses::simulate;
    use crate::simulation::Quiet;

    #[test]
    fn text_and_json_say_the_same() {
        let mut project = Project::new("Test");
        project.threats.insert(Threat {
            id: ThreatId(1),
            frequency_range: Some(Estimate::pert(1.0, 2.0, 3.0)),
            loss_range: Some(Estimate::pert(5.0, 5.0, 5.0)),
            ..Threat::default()
        });
        project.threats.insert(Threat { id: ThreatId(2), ..Threat::default() });
        let run = simulate(&project, &register(&project), 5_000, 3, &Quiet).unwrap();
        let (json, text) = (as_json(&project, &run), as_text(&project, &run));
        assert_eq!(json["trials"], 5_000);
        // Two events of five thousand a year.
        let mean = json["curves"]["current"]["mean"].as_f64().unwrap();
        assert!((mean - 10.0).abs() < 0.5, "{mean}");
        assert_eq!(json["curves"]["current"]["expected"], 10.0);
        assert_eq!(json["threats"][0]["expected"]["current"], 10.0);
        assert_eq!(json["curves"]["current"]["p50"]["value"], 10.0);
        assert_eq!(json["threats"][0]["loss"]["given"], true);
        assert_eq!(json["without_quantities"][0], "T-002");
        for wanted in ["5000 simulated years, seed 3", "€10k", "Most of it today: T-001", "money: T-002"] {
            assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
        }
        assert_eq!(
            as_json(&project, &simulate(&project, &register(&project), 5_000, 3, &Quiet).unwrap()),
            json
        );
    }
}
