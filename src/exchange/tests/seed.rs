//! The objects of an agent platform's code.

use std::path::Path;

use super::{check_sound, counts, fixture, read};
use crate::exchange::Format;
use crate::model::*;

#[test]
fn policy_threat_model_and_performance_come_from_one_file() {
    let imported = read(&fixture("bakery-agents.js"), "bakery-agents.js");
    check_sound(&imported);
    let project = &imported.project;
    assert_eq!((imported.format, counts(project)), (Format::SecurityObjects, [3, 3, 0, 2, 1, 2, 2, 0, 0]));
    assert_eq!(project.name, "Bakery");

    let policy = project.policies.get(PolicyId(1)).unwrap();
    assert_eq!((policy.name.as_str(), policy.priority, policy.rules.len()), ("Bakery agents", 10, 2));
    assert_eq!(
        policy.rules[0].conditions,
        [
            Condition::Metric(MetricCondition {
                metric: "oven_heat".to_owned(),
                value: 260.0,
                duration_ms: 300_000,
                hold_for_ms: 30_000,
                ..MetricCondition::default()
            }),
            Condition::Metric(MetricCondition {
                metric: "loaves".to_owned(),
                operator: Operator::LessOrEqual,
                value: 1000.0,
                duration_ms: 3_600_000,
                reading: Some(Reading::Increase),
                ..MetricCondition::default()
            }),
        ]
    );
    let communication = |direction, destination: &str, effect| {
        Condition::Communication(CommunicationCondition {
            direction,
            destinations: vec![destination.to_owned()],
            effect,
            ..CommunicationCondition::default()
        })
    };
    assert_eq!(
        policy.rules[1].conditions[2..],
        [
            communication(Some(Direction::Outbound), "mills", Effect::Allow),
            communication(None, "*", Effect::Deny),
        ]
    );
    assert_eq!((policy.rules[0].action, policy.rules[1].action), (RuleAction::Restrict, RuleAction::Enforce));
    assert_eq!(policy.response.medium, [ResponseAction::Restrict, ResponseAction::Notify]);
    assert_eq!(policy.response.timeout_action, Some(ResponseAction::Restrict));
    assert_eq!(
        (policy.response.approval_timeout_ms, policy.review.frequency),
        (120_000, Frequency::Quarterly)
    );
    assert_eq!(project.simulation.metrics["loaves"].kind, MetricKind::Counter);
    assert_eq!(project.simulation.agents[0].agent_type, "baker");
    let evaluation = &project.simulation.evaluation;
    assert_eq!(
        (evaluation.interval_ms, evaluation.start_ms, evaluation.end_ms),
        (30_000, Some(1_767_225_600_000), None)
    );

    let shelf = project.diagram.component(ComponentId(2)).unwrap();
    assert_eq!((shelf.name.as_str(), shelf.kind), ("shelf", ComponentKind::Store));
    let ends: Vec<_> = project.diagram.interfaces().map(|i| (i.from, i.to, i.both_ways)).collect();
    let component = |id| Some(ComponentId(id));
    assert_eq!(
        ends,
        [
            (component(1), component(2), true),
            (component(1), component(3), false),
            (component(1), None, false),
        ]
    );
    let theft = project.threats.get(ThreatId(1)).unwrap();
    assert_eq!(
        (theft.title.as_str(), theft.likelihood, theft.impact),
        ("Recipe theft", Some(3.0), Some(4.0))
    );
    assert_eq!(theft.first_stride(), Some(Stride::Tampering));
    let dog = project.controls.get(ControlId(2)).unwrap();
    assert_eq!(
        (dog.catalog.as_deref(), dog.strength, dog.threats.len()),
        (Some("watch_dog"), Strength::Low, 2)
    );
    let recipes = project.assets.get(AssetId(1)).unwrap();
    assert_eq!(
        (recipes.sensitivity, recipes.stored_in.as_slice()),
        (Sensitivity::Restricted, &[shelf.id][..])
    );

    let protection = &project.protection;
    assert_eq!(
        (protection.enabled, protection.subject.as_str(), protection.tiers.len()),
        (true, "baker-1", 2)
    );
    assert_eq!((protection.tiers[1].latency_target_ms, protection.caching.ttl_ms), (1000.0, 600_000));
    assert_eq!((protection.resources.cpu_limit, protection.resources.memory_limit_mb), (0.25, 1000.0));

    let lost: Vec<String> =
        imported.losses.iter().map(|loss| format!("{}: {}", loss.place, loss.what)).collect();
    assert_eq!(
        lost,
        [
            "policy Bakery agents: the condition {\"metric\":\"dust\",\"operator\":\"~\",\"value\":3}",
            "policy Bakery agents: the alert threshold smell: \"odd\"",
            "policy Bakery agents: the response sing",
            "component baker_agent: its interface mill",
            "component baker_agent: its interface guest",
            "asset door_key: its location pocket",
            "threat Fire: its likelihood sometimes",
            "threat Fire: its target roof",
            "threat Fire: the effectiveness medium of watch_dog",
            "resources of the checks: the key disk",
        ]
    );
}

#[test]
fn a_policy_alone_is_a_model_of_its_own() {
    let imported = read("{\"name\": \"Quiet nights\", \"rules\": []}", "quiet.json");
    check_sound(&imported);
    assert_eq!((imported.project.name.as_str(), imported.project.policies.len()), ("Quiet nights", 1));
    assert!(imported.losses.is_empty());
}

#[test]
fn the_published_example_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed/agent-security.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not here, so the published example was not read", path.display());
        return;
    };
    let imported = read(&text, "agent-security.txt");
    check_sound(&imported);
    let project = &imported.project;
    // assistant–user (loose), assistant–database, assistant–api, processor–assistant, processor–database
    assert_eq!(counts(project), [4, 5, 0, 2, 2, 5, 3, 0, 0]);
    let policy = project.policies.iter().next().unwrap();
    let conditions: Vec<usize> = policy.rules.iter().map(|rule| rule.conditions.len()).collect();
    assert_eq!(conditions, [3, 2, 2]);
    assert_eq!(
        (policy.response.high.len(), policy.monitoring.alerts.len(), policy.review.approvers.len()),
        (2, 2, 2)
    );
    assert_eq!(
        project.protection.tiers.iter().map(|tier| tier.latency_target_ms).collect::<Vec<_>>(),
        [5.0, 50.0, 200.0]
    );
    assert_eq!(project.protection.resources.cpu_limit, 0.1);
    let lost: Vec<String> =
        imported.losses.iter().map(|loss| format!("{}: {}", loss.place, loss.what)).collect();
    assert_eq!(
        lost,
        [
            "component assistant_agent: its interface user",
            "component assistant_agent: its interface api",
            "asset agent_model: its location agent",
            "asset api_credentials: its location agent_config",
        ]
    );
}
