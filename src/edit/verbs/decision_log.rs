//! What was decided about threats, written down by itself: who rated them anew, gave them to somebody, moved their day or
//! aimed them elsewhere, with what was before.

use crate::edit::{Edit, Transaction};
use crate::model::{Decision, Project, Threat};

/// The change with a line in the log of each threat that it rates, gives away, dates or aims anew. What one person changes
/// on one day stays one line: the last word, and what was before the first.
pub fn logged(project: &Project, mut transaction: Transaction, decision: &Decision) -> Transaction {
    for edit in &mut transaction.edits {
        let Edit::Threat(id, Some(new)) = edit else { continue };
        if let Some(old) = project.threats.get(*id) {
            for (verb, before, now) in differences(project, old, new) {
                note(new, decision, verb, &before, &now);
            }
        }
    }
    transaction
}

/// What differs in words: what was done, what was before, what is now.
fn differences(project: &Project, old: &Threat, new: &Threat) -> Vec<(&'static str, String, String)> {
    let level = |level: Option<f64>| level.map_or_else(|| "–".to_owned(), |level| format!("{level}"));
    let rated = |threat: &Threat| format!("{} × {}", level(threat.likelihood), level(threat.impact));
    let owner = |threat: &Threat| match threat.owner.trim() {
        "" => "nobody".to_owned(),
        owner => owner.to_owned(),
    };
    let due = |threat: &Threat| threat.due.map_or_else(|| "no day".to_owned(), |day| day.to_string());
    let aimed = |threat: &Threat| match threat.targets.as_slice() {
        [] => "nothing".to_owned(),
        targets => {
            let names = targets.iter().map(|target| project.name_of((*target).into()));
            names.collect::<Vec<_>>().join(", ")
        }
    };
    let all = [
        ("Rated", rated(old), rated(new)),
        ("Given to", owner(old), owner(new)),
        ("Due on", due(old), due(new)),
        ("Aimed at", aimed(old), aimed(new)),
    ];
    all.into_iter().filter(|(_, before, now)| before != now).collect()
}

const BEFORE: &str = "; before ";

fn note(threat: &mut Threat, decision: &Decision, verb: &'static str, before: &str, now: &str) {
    let own = |known: &Decision| {
        known.date == decision.date
            && known.by == decision.by
            && known.text.starts_with(verb)
            && known.text.contains(BEFORE)
    };
    // Only the latest lines of the day: what else was decided since stays in its order.
    let latest = threat.decisions.iter().rposition(own);
    let first = latest.and_then(|index| {
        let known = threat.decisions.remove(index);
        known.text.rsplit_once(BEFORE).map(|(_, before)| before.to_owned())
    });
    let before = first.as_deref().unwrap_or(before);
    if before != now {
        threat.decisions.push(Decision { text: format!("{verb} {now}{BEFORE}{before}"), ..decision.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::verbs;
    use crate::model::ThreatId;

    type Step = (&'static str, fn(&mut Threat));

    /// Changes a threat step by step; what its log says in the end.
    fn check(steps: &[Step], expected: &[&str]) {
        let mut project = Project::new("Test");
        let old = Threat { id: ThreatId(1), likelihood: Some(2.0), impact: Some(5.0), ..Threat::default() };
        project.threats.insert(old);
        for (by, step) in steps {
            let decision = Decision { by: (*by).to_owned(), ..Decision::default() };
            let Some(change) = verbs::change_threat(&project, ThreatId(1), "test", step) else {
                continue;
            };
            logged(&project, change, &decision).apply(&mut project).unwrap();
        }
        let threat = project.threats.get(ThreatId(1)).unwrap();
        let log: Vec<&str> = threat.decisions.iter().map(|decision| decision.text.as_str()).collect();
        assert_eq!(log, expected);
    }

    #[test]
    fn what_is_decided_is_written_down_once() {
        check(&[("Eva", |t| t.likelihood = Some(3.5))], &["Rated 3.5 × 5; before 2 × 5"]);
        check(
            &[("Eva", |t| t.likelihood = Some(3.0)), ("Eva", |t| t.impact = None)],
            &["Rated 3 × –; before 2 × 5"],
        );
        check(&[("Eva", |t| t.likelihood = Some(3.0)), ("Eva", |t| t.likelihood = Some(2.0))], &[]);
        check(
            &[("Eva", |t| t.owner = "K".to_owned()), ("Eva", |t| t.owner = "Kim".to_owned())],
            &["Given to Kim; before nobody"],
        );
        check(
            &[("Eva", |t| t.owner = "Kim".to_owned()), ("Ada", |t| t.owner = "Eva".to_owned())],
            &["Given to Kim; before nobody", "Given to Eva; before Kim"],
        );
        check(
            &[("Eva", |t| t.due = Some(jiff::civil::date(2026, 12, 31)))],
            &["Due on 2026-12-31; before no day"],
        );
        check(&[("Eva", |t| t.title = "Other".to_owned())], &[]);
    }
}
