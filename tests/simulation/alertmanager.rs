//! Alertmanager as the judge: `amtool` accepts the exported routes, and each exported alert reaches whom its policy names.
//!
//! Needs amtool (Debian: package `prometheus-alertmanager`); without it the test says so and judges nothing.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde::Deserialize;
use threat_studio::exchange::engines::Target;
use threat_studio::model::{
    AlertSeverity, AlertThreshold, Condition, MetricCondition, Policy, PolicyId, Project, ResponseAction,
    Rule, RuleId,
};
use threat_studio::session::engines::{PolicyExport, export_policies};
use threat_studio::storage::file;

#[derive(Deserialize)]
struct RuleFile {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Alert>,
}

#[derive(Deserialize)]
struct Alert {
    alert: String,
    labels: BTreeMap<String, String>,
}

fn exported(project: &Project, target: Target) -> String {
    let policies = project.policies.iter().map(|policy| policy.id).collect();
    export_policies(project, &PolicyExport { target, policies, dialect: None }, None).files[0].text.clone()
}

/// One policy for each severity that a violation can have, all called alike, and one that does nothing.
fn alike() -> Project {
    let mut project = Project::new("Policies with one name");
    for number in 0..4_u32 {
        let severity = AlertSeverity::ALL.get(number as usize).copied();
        let mut policy = Policy {
            id: PolicyId(number + 1),
            name: "The \"same\", \\ 100 % {{name}} – größer".to_owned(),
            rules: vec![Rule {
                id: RuleId(number + 1),
                name: "Enough".to_owned(),
                conditions: vec![Condition::Metric(MetricCondition {
                    metric: "cpu".to_owned(),
                    value: 80.0,
                    ..MetricCondition::default()
                })],
                ..Rule::default()
            }],
            ..Policy::default()
        };
        if let Some(severity) = severity {
            policy.monitoring.alerts = vec![AlertThreshold {
                event: "policy_violation".to_owned(),
                severity,
                ..AlertThreshold::default()
            }];
            policy.response.low = vec![ResponseAction::Log];
            policy.response.medium = vec![ResponseAction::Notify];
            policy.response.high = if number % 2 == 0 { vec![ResponseAction::Isolate] } else { Vec::new() };
        } else {
            policy.response.medium = Vec::new();
        }
        project.policies.insert(policy);
    }
    project
}

#[test]
fn alertmanager_sends_every_alert_to_whom_its_policy_names() {
    if Command::new("amtool").arg("--version").output().is_err() {
        eprintln!("SKIPPED: amtool is not installed, so Alertmanager has not judged the exported routes.");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/agent-platform.threat.ron");
    let example = file::open(example.as_ref()).unwrap().project;
    let (mut answered, mut nobody) = (0, 0);
    for project in [example, alike()] {
        let routes = folder.path().join("alertmanager.yml");
        fs::write(&routes, exported(&project, Target::Alertmanager)).unwrap();
        let judged = Command::new("amtool").arg("check-config").arg(&routes).output().unwrap();
        let said =
            String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr);
        assert!(judged.status.success() && said.contains("SUCCESS"), "{said}");

        let rules = exported(&project, Target::PrometheusRules);
        let rules: RuleFile =
            serde_saphyr::from_str(&rules).unwrap_or_else(|error| panic!("{error}\n{rules}"));
        for alert in rules.groups.iter().flat_map(|group| &group.rules) {
            let policy = project
                .policies
                .iter()
                .find(|policy| {
                    let mut conditions = policy.rules.iter().map(|rule| rule.name.as_str());
                    policy.id.to_string() == alert.labels["policy_id"]
                        && conditions.any(|rule| rule == alert.labels["rule"])
                })
                .unwrap_or_else(|| panic!("{} is of no policy", alert.alert));
            let severity =
                policy.monitoring.severity_of("policy_violation").unwrap_or(AlertSeverity::UNNAMED);
            assert_eq!(alert.labels["severity"], severity.label());
            let expected = if policy.response.automatic(severity).is_empty() {
                nobody += 1;
                "nobody".to_owned()
            } else {
                answered += 1;
                format!("{} {severity}", policy.id)
            };
            // As Alertmanager gets them: with the name of the alert and the labels of the series.
            let labels = alert
                .labels
                .iter()
                .map(|(label, value)| format!("{label}={}", serde_json::Value::from(value.as_str())));
            let judged = Command::new("amtool")
                .args(["config", "routes", "test", "--config.file"])
                .arg(&routes)
                .arg(format!("--verify.receivers={expected}"))
                .args([format!("alertname={}", alert.alert), "agent=a1".to_owned()])
                .args(labels)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&judged.stdout).into_owned()
                + &String::from_utf8_lossy(&judged.stderr);
            assert!(judged.status.success(), "{:?} instead of {expected}: {said}", alert.labels);
        }
    }
    assert!(answered > 5 && nobody > 0, "{answered} answered, {nobody} not");
}
