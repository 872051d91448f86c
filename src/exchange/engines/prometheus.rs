//! Metric conditions as alerting rules of Prometheus.

use std::fmt::Write as _;

use super::promql::{self, Labels, duration};
use super::promtool::{self, Proof};
use super::{Exported, ExportedFile, Placed, PolicySet, in_scope, loss, one_line, policy_name, quoted};
use crate::exchange::Loss;
use crate::model::{AlertSeverity, Condition, MetricCondition, Policy, Reading};

/// The lookback that Prometheus has unless told otherwise, in milliseconds.
const USUAL_LOOKBACK_MS: i64 = 300_000;

/// A rule of Prometheus.
pub(super) struct AlertRule {
    pub(super) name: String,
    pub(super) labels: Labels,
    expr: String,
    hold_ms: i64,
    keep_ms: i64,
    summary: String,
    description: String,
}

pub(super) fn export(set: &PolicySet<'_>, proof: Option<&Proof>) -> Exported {
    let mut losses = Vec::new();
    let mut text = header(set);
    let mut rules = 0;
    for policy in &set.policies {
        let of_policy: Vec<AlertRule> = set
            .conditions()
            .iter()
            .filter(|placed| placed.policy.id == policy.id)
            .flat_map(|placed| alert_rules(set, placed, &mut losses))
            .collect();
        if of_policy.is_empty() {
            continue;
        }
        rules += of_policy.len();
        let interval = duration(set.project.simulation.evaluation.interval_ms.max(1));
        let _ = write!(
            text,
            "  - name: {}\n    interval: {interval}\n    rules:\n",
            quoted(&format!("{} {}", policy.id, policy_name(policy)))
        );
        for rule in of_policy {
            write_rule(&mut text, &rule);
        }
    }
    if rules == 0 {
        text.push_str("  []\n");
    }
    set.lose_others(
        &mut losses,
        |condition| matches!(condition, Condition::Metric(_)),
        "Prometheus watches metrics and decides no requests; export it as Rego or Cedar",
    );
    general_losses(set, &mut losses);
    let mut files = vec![ExportedFile { name: "rules.yml".to_owned(), text }];
    if let Some(proof) = proof {
        files.push(ExportedFile { name: "rules.test.yml".to_owned(), text: promtool::test_file(set, proof) });
        losses.extend(proof.losses.iter().cloned());
    } else if rules > 0 {
        let why = "there is no trace to test the rules on: name one with --trace";
        losses.push(loss("rules.yml", "a test of the rules", why));
    }
    Exported { files, losses }
}

fn header(set: &PolicySet<'_>) -> String {
    format!(
        "# Alerting rules for the policies of {}.\n# Check: promtool check rules rules.yml; test: promtool test rules rules.test.yml\ngroups:\n",
        one_line(&set.project.name)
    )
}

fn general_losses(set: &PolicySet<'_>, losses: &mut Vec<Loss>) {
    let lookback = set.project.simulation.evaluation.lookback_ms;
    if lookback != USUAL_LOOKBACK_MS {
        let flag = format!(
            "rules cannot say it; start Prometheus with --query.lookback-delta={}",
            duration(lookback)
        );
        losses.push(loss("evaluation", "the lookback", flag));
    }
    for policy in &set.policies {
        let scope = &policy.scope;
        if !promql::binds_all(&scope.agent_types) || !promql::binds_all(&scope.environments) {
            let why = "the series must carry the labels agent_type and environment; one that lacks them does not match";
            losses.push(loss(policy_name(policy), "the scope", why));
        }
    }
}

/// The name of the alert of a condition: `LimitApiUsage_r0c0`.
fn alert_name(placed: &Placed<'_>) -> String {
    let mut name = String::new();
    for word in placed.rule.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "Rule");
    }
    format!("{name}_{}", placed.id)
}

/// How grave a violation of the policy is, and whether the policy says so.
pub(super) fn severity(policy: &Policy) -> (AlertSeverity, bool) {
    let said = policy.monitoring.severity_of("policy_violation");
    (said.unwrap_or(AlertSeverity::UNNAMED), said.is_some())
}

/// The alert of a condition: its name and the labels that the rule adds.
pub(super) fn alert_of(placed: &Placed<'_>) -> (String, Labels) {
    let labels = [
        ("severity", severity(placed.policy).0.label().to_owned()),
        ("policy", policy_name(placed.policy)),
        ("policy_id", placed.policy.id.to_string()),
        ("rule", super::named(&placed.rule.name, placed.rule.id)),
        ("action", placed.rule.action.label().to_owned()),
        ("condition", placed.id.clone()),
    ];
    let labels = labels.into_iter().map(|(label, value)| (label.to_owned(), value)).collect();
    (alert_name(placed), labels)
}

/// The rules of a condition: one, or for silence one for each series that is expected.
fn alert_rules(set: &PolicySet<'_>, placed: &Placed<'_>, losses: &mut Vec<Loss>) -> Vec<AlertRule> {
    let Condition::Metric(condition) = placed.condition else { return Vec::new() };
    let kind = set.kind_of(&condition.metric);
    let reading = condition.read_as(kind.unwrap_or_default());
    if kind.is_none() && condition.reading.is_none() {
        let what = format!("what the numbers of {} mean", condition.metric);
        losses.push(loss(
            placed.path(),
            what,
            "nobody says it; it was taken for a gauge, read as its present value",
        ));
    }
    if promql::metric_name(&condition.metric) != condition.metric {
        let why = format!(
            "Prometheus does not take this name; the rule asks for {}",
            promql::metric_name(&condition.metric)
        );
        losses.push(loss(placed.path(), format!("the metric {}", condition.metric), why));
    }
    if !severity(placed.policy).1 {
        let why = "the policy does not say how grave a policy_violation is; the alert says medium";
        losses.push(loss(policy_name(placed.policy), "the severity", why));
    }
    let selectors: Vec<String> = if reading == Reading::Absent {
        let expected = set.expected_series.get(&condition.metric).cloned().unwrap_or_default();
        let bound: Vec<&Labels> =
            expected.iter().filter(|labels| in_scope(&placed.policy.scope, labels)).collect();
        if bound.is_empty() {
            let why =
                "silence can only be told of a series that is expected, and no agent of the scope is known";
            losses.push(loss(placed.path(), "the condition", why));
        }
        bound.iter().map(|labels| promql::selector(&condition.metric, &promql::equal_to(labels))).collect()
    } else {
        vec![promql::selector(&condition.metric, &promql::matchers(&placed.policy.scope))]
    };
    let (name, labels) = alert_of(placed);
    let violation = set.violations.get(&placed.id).cloned().unwrap_or_default();
    let mut rules = Vec::new();
    for selector in selectors {
        match promql::violation(condition, reading, &selector) {
            Ok(expr) => rules.push(AlertRule {
                name: name.clone(),
                labels: labels.clone(),
                expr,
                hold_ms: condition.hold_ms(reading),
                keep_ms: condition.keep_firing_for_ms.max(0),
                summary: summary(&violation, condition),
                description: literal(&one_line(&placed.rule.rationale)),
            }),
            Err(why) => losses.push(loss(placed.path(), "the condition", why)),
        }
    }
    rules
}

fn summary(violation: &str, condition: &MetricCondition) -> String {
    let what = if violation.is_empty() { &condition.metric } else { violation };
    format!("{{{{ $labels.agent }}}}: {}", literal(what))
}

/// A text in which templates see no template.
fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

fn write_rule(text: &mut String, rule: &AlertRule) {
    let _ = write!(text, "      - alert: {}\n        expr: {}\n", quoted(&rule.name), quoted(&rule.expr));
    if rule.hold_ms > 0 {
        let _ = writeln!(text, "        for: {}", duration(rule.hold_ms));
    }
    if rule.keep_ms > 0 {
        let _ = writeln!(text, "        keep_firing_for: {}", duration(rule.keep_ms));
    }
    text.push_str("        labels:\n");
    for (label, value) in &rule.labels {
        let _ = writeln!(text, "          {label}: {}", quoted(&literal(value)));
    }
    let _ = writeln!(text, "        annotations:\n          summary: {}", quoted(&rule.summary));
    if !rule.description.is_empty() {
        let _ = writeln!(text, "          description: {}", quoted(&rule.description));
    }
}
