//! The exact numbers that made a rating, line by line, for whoever asks where it comes from.

use super::exposure::exposure;
use super::register::{Rating, RiskRow, Works};
use crate::model::{Method, Project};

/// How a rating of a threat comes about: its inherent levels, the share of each control, E and what it does to the level,
/// the sum, and the expected loss. Empty where the threat has neither a rating nor ranges of its own.
pub fn explain(project: &Project, row: &RiskRow, rating: Rating) -> Vec<String> {
    let mut lines = rated(project, row, rating);
    lines.extend(loss(project, row, rating));
    lines
}

/// "Expected loss = 0.292 a year × €100k = €29k a year": means of what controls leave.
fn loss(project: &Project, row: &RiskRow, rating: Rating) -> Option<String> {
    let threat = project.threats.get(row.threat)?;
    let exposure = exposure(&project.method, threat, row.inherent, row.removed)?;
    let often = exposure.frequency.mean() * exposure.happens[rating as usize];
    let cost = exposure.loss.mean() * exposure.hurts[rating as usize];
    let source = match (exposure.own_frequency, exposure.own_loss) {
        (true, true) => ", by the means of its own ranges",
        (true, false) => ", by the mean of its own times a year",
        (false, true) => ", by the mean of its own cost",
        (false, false) => "",
    };
    let sign = &project.method.currency;
    Some(format!(
        "Expected loss = {often:.3} a year × {sign}{cost:.0}k = {sign}{:.0}k a year{source}",
        often * cost
    ))
}

fn rated(project: &Project, row: &RiskRow, rating: Rating) -> Vec<String> {
    let (Some(inherent), Some(score)) = (row.inherent, row.score(rating)) else { return Vec::new() };
    let method = &project.method;
    let mut lines = Vec::new();
    let [likelihood, impact] = match rating {
        Rating::Inherent => [0.0, 0.0],
        Rating::Current | Rating::Planned => {
            let taken = row.reduction(rating);
            [taken.likelihood, taken.impact]
        }
    };
    lines.push(level("Likelihood", "L", inherent.likelihood, likelihood, score.likelihood, method));
    lines.extend(shares(project, row, rating, |works| matches!(works, Works::OnLikelihood | Works::OnBoth)));
    lines.push(level("Impact", "I", inherent.impact, impact, score.impact, method));
    lines.extend(shares(project, row, rating, |works| matches!(works, Works::OnImpact | Works::OnBoth)));
    lines.push(format!(
        "Risk = {:.2} + {:.2} = {:.1}, {}",
        score.likelihood,
        score.impact,
        score.risk(),
        method.band_of(score).label().to_lowercase()
    ));
    if let Some((low, high)) = row.range(rating) {
        lines.push(format!("At the ends of what was measured: {low:.1} to {high:.1}"));
    }
    lines
}

/// "Likelihood 4.00 + log₅(1 − 0.87) = 4.00 − 1.27 = 2.73".
fn level(name: &str, letter: &str, from: f64, taken: f64, to: f64, method: &Method) -> String {
    if taken == 0.0 {
        return format!("{name} {from:.2}, as rated");
    }
    let base = method.factor();
    format!(
        "{name} {from:.2} + log{base}(1 − E_{letter} {taken:.3}) = {from:.2} − {:.2} = {to:.2}",
        -method.level_change(taken)
    )
}

/// Each control's ê, and how they blend.
fn shares(project: &Project, row: &RiskRow, rating: Rating, on: impl Fn(Works) -> bool) -> Vec<String> {
    if rating == Rating::Inherent {
        return Vec::new();
    }
    let mut lines: Vec<String> = Vec::new();
    for effect in row.effects.iter().filter(|effect| on(effect.works)) {
        let share = if rating == Rating::Current { effect.now } else { effect.complete };
        let (Some(control), true) = (project.controls.get(effect.control), share > 0.0) else { continue };
        let measured = if rating == Rating::Current { effect.measured } else { effect.measured_planned };
        let strength = measured.map_or(effect.claimed, |measured| measured.rate);
        let word = if measured.is_some() { "measured" } else { "claimed" };
        let state = if rating == Rating::Current { effect.status.in_place() } else { 1.0 };
        let answered =
            if strength * state * control.coverage > share * 1.0001 { " × answered in time" } else { "" };
        let family = if control.family.trim().is_empty() {
            String::new()
        } else {
            format!(", family {}", control.family.trim())
        };
        lines.push(format!(
            "  {} {}: ê = {strength:.2} {word} × {state:.2} in place × {:.2} covered{answered} = {share:.3}{family}",
            control.id, control.name, control.coverage
        ));
    }
    if lines.len() > 1 {
        let method = &project.method;
        lines.push(format!(
            "  E = (1−ρ)·(1 − Π(1−ê)) + ρ·max ê, ρ {} in a family, {} across, at most {}",
            method.family_correlation, method.cross_correlation, method.cap
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::register;
    use super::*;
    use crate::model::{Control, ControlId, ControlStatus, Strength, Threat, ThreatId};

    #[test]
    fn the_worked_example_is_told_in_its_own_numbers() {
        let mut project = Project::new("Test");
        project.threats.insert(Threat {
            id: ThreatId(1),
            likelihood: Some(4.0),
            impact: Some(3.0),
            ..Threat::default()
        });
        for (id, strength) in [(1, Strength::Medium), (2, Strength::High)] {
            project.controls.insert(Control {
                id: ControlId(id),
                name: format!("control {id}"),
                strength,
                status: ControlStatus::Implemented,
                threats: vec![ThreatId(1)],
                ..Control::default()
            });
        }
        let register = register(&project);
        let row = register.row(ThreatId(1)).unwrap();
        assert_eq!(
            explain(&project, row, Rating::Current),
            [
                "Likelihood 4.00 + log5(1 − E_L 0.870) = 4.00 − 1.27 = 2.73",
                "  M-01 control 1: ê = 0.50 claimed × 1.00 in place × 1.00 covered = 0.500",
                "  M-02 control 2: ê = 0.80 claimed × 1.00 in place × 1.00 covered = 0.800",
                "  E = (1−ρ)·(1 − Π(1−ê)) + ρ·max ê, ρ 0.75 in a family, 0.3 across, at most 0.95",
                "Impact 3.00, as rated",
                "Risk = 2.73 + 3.00 = 5.7, medium",
                "Expected loss = 0.292 a year × €100k = €29k a year",
            ]
        );
        assert_eq!(explain(&project, row, Rating::Inherent)[0], "Likelihood 4.00, as rated");
        project.threats.insert(Threat { id: ThreatId(2), ..Threat::default() });
        let register = super::super::register(&project);
        assert!(explain(&project, register.row(ThreatId(2)).unwrap(), Rating::Current).is_empty());
    }
}
