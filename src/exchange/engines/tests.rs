//! What each engine is told, by case. Whether the engines agree is judged in tests/.

use std::collections::BTreeMap;

use super::promql::{duration, metric_name, number};
use super::*;
use crate::model::{
    CommunicationCondition, Effect, MetricCondition, Operator, PolicyId, Reading, RuleId, Scope,
};

fn metric(operator: Operator, value: f64, duration_ms: i64, reading: Reading) -> MetricCondition {
    MetricCondition {
        metric: "cpu".to_owned(),
        operator,
        value,
        duration_ms,
        reading: Some(reading),
        ..MetricCondition::default()
    }
}

#[test]
fn conditions_become_expressions() {
    let minute = 60_000;
    for (condition, expected) in [
        (metric(Operator::Less, 80.0, minute, Reading::For), Ok("cpu >= 80")),
        (metric(Operator::Less, 1000.0, 60 * minute, Reading::Increase), Ok("increase(cpu[1h]) >= 1000")),
        (metric(Operator::LessOrEqual, 0.5, 90_500, Reading::Rate), Ok("rate(cpu[1m30s500ms]) > 0.5")),
        (metric(Operator::Greater, 1e-9, minute, Reading::Any), Ok("min_over_time(cpu[1m]) <= 1e-9")),
        (metric(Operator::Equal, f64::INFINITY, minute, Reading::Sum), Ok("sum_over_time(cpu[1m]) != +Inf")),
        (metric(Operator::Less, 1.0, minute, Reading::Absent), Ok("absent_over_time(cpu[1m])")),
        (metric(Operator::Equal, 1.0, minute, Reading::Any), Err("no function")),
        (metric(Operator::Less, 1.0, 0, Reading::Avg), Err("needs a length")),
    ] {
        match (violation(&condition, condition.reading.unwrap_or_default(), "cpu"), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(part)) => assert!(found.contains(part), "{found}"),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
    assert_eq!([duration(0), duration(5_400_000)], ["0s", "1h30m"]);
    assert_eq!([metric_name("cpu.usage %"), metric_name("5xx")], ["cpu_usage__", "_5xx"]);
    assert_eq!([number(1e300), number(-0.25), number(f64::NAN)], ["1e300", "-0.25", "NaN"]);
    let scope = Scope { agent_types: vec!["a.b".to_owned(), "c\"d".to_owned()], ..Scope::default() };
    assert_eq!(selector("cpu", &matchers(&scope)), r#"cpu{agent_type=~"a\\.b|c\"d"}"#);
}

fn network_policy(conditions: &[(Effect, &[&str])]) -> Exported {
    let mut project = Project::new("Test");
    let conditions = conditions.iter().map(|(effect, names)| {
        Condition::Communication(CommunicationCondition {
            direction: Some(Direction::Outbound),
            destinations: names.iter().map(|&name| name.to_owned()).collect(),
            effect: *effect,
            ..CommunicationCondition::default()
        })
    });
    let conditions = conditions.collect();
    let rule = Rule { id: RuleId(1), name: "Talk".to_owned(), conditions, ..Rule::default() };
    project.policies.insert(Policy {
        id: PolicyId(1),
        name: "Net".to_owned(),
        rules: vec![rule],
        ..Policy::default()
    });
    let set = PolicySet {
        project: &project,
        policies: project.policies.iter().collect(),
        kinds: BTreeMap::new(),
        violations: BTreeMap::new(),
        expected_series: BTreeMap::new(),
    };
    export(Target::KubernetesNetworkPolicy, &set, None, &[])
}

#[test]
fn addresses_are_allowed_and_names_are_reported() {
    let (allow, deny) = (Effect::Allow, Effect::Deny);
    let check = |conditions: &[(Effect, &[&str])], wanted: &[&str], unwanted: &str, lost: &str| {
        let exported = network_policy(conditions);
        let text = &exported.files[0].text;
        for part in wanted {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
        assert!(unwanted.is_empty() || !text.contains(unwanted), "{unwanted} in\n{text}");
        let losses: Vec<String> =
            exported.losses.iter().map(|loss| format!("{}: {}", loss.what, loss.why)).collect();
        assert!(lost.is_empty() || losses.iter().any(|loss| loss.contains(lost)), "no {lost} in {losses:#?}");
    };
    check(&[(allow, &["10.1.2.3/8"]), (deny, &["*"])], &["cidr: \"10.0.0.0/8\"", "port: 53"], "except", "");
    check(
        &[(deny, &["10.1.0.0/16"]), (allow, &["10.0.0.0/8"])],
        &["cidr: \"10.0.0.0/8\", except: [\"10.1.0.0/16\"]"],
        "",
        "",
    );
    check(&[(deny, &["10.0.0.0/8"]), (allow, &["10.0.0.7"])], &[], "10.0.0.7", "an earlier denial covers it");
    check(&[(deny, &["*"]), (allow, &["10.0.0.7"])], &["policyTypes: [Egress]"], "10.0.0.7", "");
    check(&[(allow, &["*"])], &["- {}"], "port: 53", "");
    check(&[(allow, &["*.example.com", "db"])], &[], "example.com", "toFQDNs");
    check(&[(deny, &["evil.example"]), (allow, &["*"])], &[], "- {}", "cannot deny a name");
    check(
        &[(deny, &["10.0.0.0/8"]), (allow, &["*"])],
        &["\"0.0.0.0/0\", except: [\"10.0.0.0/8\"]", "\"::/0\""],
        "",
        "",
    );
}
