//! Each rule on small models: what it finds, and what it lets pass.

mod agents;
mod diagrams;
mod policies;
mod threats;

use jiff::civil::date;

use super::*;
use crate::analysis::paths::tests::system;
pub(crate) use crate::analysis::suggest::tests::{change as component, change_interface as interface};
use crate::model::{Answer, InterfaceId, Suppression};

#[test]
fn every_rule_is_decided() {
    let mut known: Vec<&str> = CHECKS.iter().map(|(id, _)| *id).collect();
    known.sort_unstable();
    let mut wanted: Vec<&str> = Catalog::builtin().lint_rules.iter().map(|rule| rule.id.as_str()).collect();
    wanted.sort_unstable();
    assert_eq!(known, wanted);
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

/// Says things of a component: "uses_rag !isolated autonomy_level=3".
pub(crate) fn say(project: &mut Project, id: u32, words: &str) {
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

#[test]
fn templates_have_no_error_that_nobody_has_set_aside_with_a_reason() {
    for template in crate::catalog::templates() {
        let project = template.project();
        let errors: Vec<Finding> = check_on(&project, Catalog::builtin(), date(2026, 6, 1))
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error && finding.suppressed.is_none())
            .collect();
        assert_eq!(errors, [], "{}", template.name);
        for suppression in &project.suppressions {
            assert!(suppression.reason.len() > 30, "{}: {}", template.name, suppression.rule);
        }
    }
}
