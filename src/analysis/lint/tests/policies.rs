//! What is wrong with policies and their rules.

use jiff::civil::date;

use super::diagrams::secret;
use super::threats::threat;
use super::{check, component, found, pair};
use crate::analysis::lint::*;
use crate::model::{
    AgentInstance, AlertSeverity, AlertThreshold, Asset, AssetKind, CommunicationCondition, ComponentId,
    Condition, Direction, Effect, Evidence, EvidenceId, MetricCondition, Operator, Permission, Policy,
    PolicyId, PolicyStatus, Reading, ResourceCondition, ResponseAction, Rule, RuleId, Scope, Sensitivity,
    Threat, Tier,
};

fn metric(name: &str, operator: Operator, value: f64) -> Condition {
    Condition::Metric(MetricCondition {
        metric: name.to_owned(),
        operator,
        value,
        duration_ms: 60_000,
        ..MetricCondition::default()
    })
}

fn resource(name: &str, permission: Permission) -> Condition {
    Condition::Resource(ResourceCondition {
        resource: name.to_owned(),
        permission,
        ..ResourceCondition::default()
    })
}

fn talk(names: &[&str], effect: Effect) -> Condition {
    let destinations = names.iter().map(|name| (*name).to_owned()).collect();
    Condition::Communication(CommunicationCondition {
        direction: Some(Direction::Outbound),
        destinations,
        effect,
        ..CommunicationCondition::default()
    })
}

fn rule(id: u32, conditions: Vec<Condition>) -> Rule {
    Rule { id: RuleId(id), name: format!("rule {id}"), conditions, ..Rule::default() }
}

fn policy(id: u32, rules: Vec<Rule>) -> Policy {
    Policy {
        id: PolicyId(id),
        name: format!("policy {id}"),
        rules,
        status: PolicyStatus::Active,
        ..Policy::default()
    }
}

#[test]
fn policy_rules() {
    let base = pair();
    let nothing = |_: &mut Project| {};
    let with = |policies: Vec<Policy>| Project { policies: policies.into_iter().collect(), ..base.clone() };
    let plain = || with(vec![policy(1, vec![])]);
    let change = |change: fn(&mut Policy)| move |p: &mut Project| p.policies.iter_mut().for_each(change);
    check(
        "PO-001",
        &plain(),
        nothing,
        &["P-01: policy 1 names no agents and no environments, so it binds everybody"],
    );
    check("PO-001", &plain(), change(|p| p.scope.environments.push("production".to_owned())), &[]);
    check("PO-001", &plain(), change(|p| p.status = PolicyStatus::Retired), &[]);
    let listed = |project: &mut Project, types: &str| {
        project.simulation.agents.push(AgentInstance {
            name: "a-1".to_owned(),
            agent_type: "assistant".to_owned(),
            environment: "production".to_owned(),
            component: Some(ComponentId(1)),
            ..AgentInstance::default()
        });
        let scope = Scope { agent_types: vec![types.to_owned()], ..Scope::default() };
        project.policies.iter_mut().for_each(|policy| policy.scope = scope.clone());
    };
    check(
        "PO-002",
        &plain(),
        |p| listed(p, "processor"),
        &["P-01: policy 1 binds none of the 1 agents listed"],
    );
    check("PO-002", &plain(), |p| listed(p, "assistant"), &[]);
    check("PO-003", &plain(), |p| listed(p, "processor"), &["C-01: No policy binds a-1 in production"]);
    check("PO-003", &plain(), |p| listed(p, "assistant"), &[]);
    check(
        "PO-003",
        &base,
        |p| component(p, 1, |c| c.tags.push("production".to_owned())),
        &["C-01: No policy binds part 1 in production"],
    );
    check(
        "PO-014",
        &plain(),
        nothing,
        &["P-01: policy 1 does nothing on an alarm that is low or medium or high"],
    );
    let respond = change(|p| {
        p.response.low = vec![ResponseAction::Log];
        p.response.medium = vec![ResponseAction::Restrict];
        p.response.high = vec![ResponseAction::Isolate, ResponseAction::Notify];
        p.response.approvers = vec!["security".to_owned()];
        p.response.timeout_action = Some(ResponseAction::Restrict);
    });
    check("PO-014", &plain(), respond, &[]);
    check(
        "PO-015",
        &plain(),
        change(|p| p.response.high = vec![ResponseAction::Log]),
        &["P-01: policy 1 only writes a high alarm down"],
    );
    check("PO-015", &plain(), respond, &[]);
    check(
        "PO-016",
        &plain(),
        nothing,
        &["P-01: policy 1 names nobody who decides, nor what happens when nobody answers"],
    );
    check("PO-016", &plain(), respond, &[]);
    check(
        "PO-017",
        &plain(),
        respond,
        &["P-01: policy 1: when nobody answers it would restrict, though it may isolate by itself"],
    );
    check("PO-017", &plain(), change(|p| p.response.timeout_action = Some(ResponseAction::Log)), &[]);
    check("PO-019", &plain(), nothing, &["P-01: policy 1 has never been reviewed"]);
    check(
        "PO-019",
        &plain(),
        change(|p| p.review.last = Some(date(2026, 2, 28))),
        &["P-01: policy 1 was to be reviewed by 2026-05-28"],
    );
    check("PO-019", &plain(), change(|p| p.review.last = Some(date(2026, 3, 1))), &[]);
    let watching = || with(vec![policy(1, vec![rule(1, vec![metric("cpu_usage", Operator::Less, 80.0)])])]);
    check(
        "PO-021",
        &watching(),
        nothing,
        &["P-01: policy 1 does not collect cpu_usage, which its rules need"],
    );
    check("PO-021", &watching(), change(|p| p.monitoring.metrics = vec!["cpu".to_owned()]), &[]);
    check("PO-022", &watching(), nothing, &["P-01: policy 1 does not say how grave a violation is"]);
    check(
        "PO-022",
        &watching(),
        change(|p| {
            p.monitoring.alerts.push(AlertThreshold {
                event: "policy_violation".to_owned(),
                severity: AlertSeverity::High,
                ..AlertThreshold::default()
            });
        }),
        &[],
    );
    let cached = |p: &mut Project| {
        p.protection.enabled = true;
        p.protection.caching.enabled = true;
        p.protection
            .tiers
            .push(Tier { checks: vec!["deep_behavioral_analysis".to_owned()], ..Tier::default() });
    };
    check("PO-025", &base, cached, &["Answers of deep_behavioral_analysis are kept and used again"]);
    check(
        "PO-025",
        &base,
        |p| {
            cached(p);
            p.protection.caching.excluded_checks.push("deep_behavioral_analysis".to_owned());
        },
        &[],
    );
    let versions = |value| {
        let staged = Policy {
            status: PolicyStatus::Staged,
            name: "policy 1".to_owned(),
            ..policy(2, vec![rule(1, vec![metric("cpu_usage", Operator::Less, value)])])
        };
        with(vec![policy(1, vec![rule(1, vec![metric("cpu_usage", Operator::Less, 80.0)])]), staged])
    };
    check(
        "PO-030",
        &versions(70.0),
        nothing,
        &["P-01: policy 1 is in force in another form than P-02, which is staged"],
    );
    check("PO-030", &versions(80.0), nothing, &[]);
}

/// What a rule finds in one policy with one rule of these conditions.
fn check_conditions(rule_id: &str, conditions: Vec<Condition>, wanted: &[&str]) {
    let project =
        Project { policies: [policy(1, vec![rule(1, conditions)])].into_iter().collect(), ..pair() };
    assert_eq!(found(&project, rule_id), wanted, "{rule_id}");
}

#[test]
fn condition_rules() {
    check_conditions(
        "PO-004",
        vec![metric("mood", Operator::Less, 1.0)],
        &["R-01: rule 1 watches mood, which nobody has described"],
    );
    check_conditions("PO-004", vec![metric("cpu_usage", Operator::Less, 1.0)], &[]);
    check_conditions(
        "PO-005",
        vec![metric("cpu_usage", Operator::Less, f64::NAN)],
        &["R-01: A condition of rule 1 compares with something that is no number"],
    );
    check_conditions(
        "PO-005",
        vec![talk(&["a.*"], Effect::Deny)],
        &[
            "R-01: A condition of rule 1 has a * in the middle of a destination; it may stand alone or at the start",
        ],
    );
    check_conditions(
        "PO-005",
        vec![talk(&["*.example.com", "*"], Effect::Deny), resource("x", Permission::Deny)],
        &[],
    );
    check_conditions(
        "PO-005",
        vec![resource(" ", Permission::Deny)],
        &["R-01: A condition of rule 1 names no resource"],
    );
    for (operator, value, never, always) in [
        (Operator::Less, 80.0, false, false),
        (Operator::Less, 100.0, false, false),
        (Operator::Less, 101.0, true, false),
        (Operator::LessOrEqual, 100.0, true, false),
        (Operator::Less, 0.0, false, true),
        (Operator::LessOrEqual, 0.0, false, false),
        (Operator::Greater, 100.0, false, true),
        (Operator::GreaterOrEqual, 0.0, true, false),
        (Operator::NotEqual, 500.0, true, false),
        (Operator::Equal, 500.0, false, true),
    ] {
        let project = Project {
            policies: [policy(1, vec![rule(1, vec![metric("cpu_usage", operator, value)])])]
                .into_iter()
                .collect(),
            ..pair()
        };
        let words = format!("cpu_usage {operator} {value}");
        assert_eq!(found(&project, "PO-006").is_empty(), !never, "{words}");
        assert_eq!(found(&project, "PO-007").is_empty(), !always, "{words}");
    }
    let summed = MetricCondition {
        metric: "cpu_usage".to_owned(),
        value: 500.0,
        reading: Some(Reading::Sum),
        duration_ms: 1,
        ..MetricCondition::default()
    };
    check_conditions("PO-006", vec![Condition::Metric(summed)], &[]);
    check_conditions("PO-006", vec![], &["R-01: rule 1 has no conditions"]);
    check_conditions(
        "PO-006",
        vec![resource("x", Permission::ReadWrite)],
        &["R-01: Nothing that can happen violates rule 1"],
    );
    check_conditions(
        "PO-008",
        vec![talk(&["*"], Effect::Deny), talk(&["a"], Effect::Allow)],
        &["R-01: rule 1: a is already decided the other way by rule 1"],
    );
    check_conditions("PO-008", vec![talk(&["a"], Effect::Allow), talk(&["*"], Effect::Deny)], &[]);
    check_conditions(
        "PO-008",
        vec![talk(&["*.b"], Effect::Deny), talk(&["a.b"], Effect::Allow)],
        &["R-01: rule 1: a.b is already decided the other way by rule 1"],
    );
    check_conditions(
        "PO-010",
        vec![talk(&["a"], Effect::Allow)],
        &["P-01: policy 1 allows some destinations and denies no others"],
    );
    check_conditions("PO-010", vec![talk(&["a"], Effect::Allow), talk(&["*"], Effect::Deny)], &[]);
    check_conditions("PO-010", vec![talk(&["a"], Effect::Deny)], &[]);
    check_conditions("PO-011", vec![talk(&["*"], Effect::Allow)], &["R-01: rule 1 allows every destination"]);
    check_conditions("PO-011", vec![talk(&["*"], Effect::Deny)], &[]);
    check_conditions(
        "PO-012",
        vec![resource("financial_data", Permission::Deny)],
        &["R-01: rule 1 speaks of financial_data, which is no asset of the model"],
    );
    check_conditions("PO-023", vec![], &["R-01: Nobody says why rule 1 is as it is"]);
    check_conditions("PO-027", vec![], &["R-01: rule 1 answers no threat"]);
    check_conditions(
        "PO-029",
        vec![metric("cpu_usage", Operator::Less, 80.0)],
        &["R-01: rule 1 has never been run on a trace"],
    );
    check_conditions("PO-029", vec![resource("x", Permission::Deny)], &[]);
}

#[test]
fn rules_and_the_rest_of_the_model() {
    let nothing = |_: &mut Project| {};
    let mut base = pair();
    base.assets.insert(Asset {
        name: "Customer data".to_owned(),
        ..secret(1, AssetKind::Data, Sensitivity::Confidential)
    });
    check("PO-013", &base, nothing, &[]);
    let with = |conditions| Project {
        policies: [policy(1, vec![rule(1, conditions)])].into_iter().collect(),
        ..base.clone()
    };
    check(
        "PO-013",
        &with(vec![]),
        nothing,
        &["A-1: Customer data is confidential, and no rule says who may touch it"],
    );
    check("PO-013", &with(vec![resource("customer_data", Permission::Read)]), nothing, &[]);
    check("PO-012", &with(vec![resource("customer_data", Permission::Read)]), nothing, &[]);
    let two = |same_policy: bool, priority| {
        let (grant, deny) = (
            rule(1, vec![resource("customer_data", Permission::Read)]),
            rule(2, vec![resource("customer_data", Permission::Deny)]),
        );
        let policies = if same_policy {
            vec![policy(1, vec![grant, deny])]
        } else {
            vec![policy(1, vec![grant]), Policy { priority, ..policy(2, vec![deny]) }]
        };
        Project { policies: policies.into_iter().collect(), ..base.clone() }
    };
    let conflict = ["R-02: rule 2 denies customerdata, which rule 1 grants"];
    check("PO-009", &two(true, 0), nothing, &conflict);
    check("PO-009", &two(false, 0), nothing, &conflict);
    check("PO-009", &two(false, 1), nothing, &[]);
    let apart = |p: &mut Project| {
        for (policy, place) in p.policies.iter_mut().zip(["staging", "production"]) {
            policy.scope.environments = vec![place.to_owned()];
        }
    };
    check("PO-009", &two(false, 0), apart, &[]);
    let talks = |orders: [&[(&str, Effect)]; 2], priority| {
        let says = |(name, effect): &(&str, Effect)| talk(&[name], *effect);
        let one = |number: u32, order: &[(&str, Effect)]| {
            policy(number, vec![rule(number, order.iter().map(says).collect())])
        };
        let second = Policy { priority, ..one(2, orders[1]) };
        Project { policies: [one(1, orders[0]), second].into_iter().collect(), ..base.clone() }
    };
    {
        use Effect::{Allow, Deny};
        let all = "R-01: rule 1 denies every other destination, which rule 2 grants";
        let closed: &[_] = &[("api", Allow), ("*", Deny)];
        for (orders, wanted) in [
            ([&[("*", Deny)][..], &[("*", Allow)]], &[all][..]),
            ([&[("*", Deny)], &[("api", Allow)]], &["R-01: rule 1 denies api, which rule 2 grants"]),
            ([&[("api", Deny)], &[("*", Allow)]], &["R-01: rule 1 denies api, which rule 2 grants"]),
            ([closed, closed], &[]),
            ([closed, &[("*", Allow)]], &[all]),
            ([&[("*.org", Deny)], &[("a.org", Allow)]], &["R-01: rule 1 denies a.org, which rule 2 grants"]),
            ([&[("api", Deny)], &[("other", Allow)]], &[]),
        ] {
            check("PO-009", &talks(orders, 0), nothing, wanted);
            check("PO-009", &talks(orders, 0), apart, &[]);
            check("PO-009", &talks(orders, 1), nothing, &[]);
        }
    }
    let everything = Project {
        policies: [policy(
            1,
            vec![
                rule(1, vec![resource("customer_data", Permission::Read)]),
                rule(2, vec![resource("*", Permission::Deny)]),
            ],
        )]
        .into_iter()
        .collect(),
        ..base.clone()
    };
    check("PO-009", &everything, nothing, &conflict);
    let grave = |p: &mut Project| {
        p.threats.insert(Threat { catalog: Some("AG-023".to_owned()), ..threat(1, 4.0) });
    };
    check(
        "PO-028",
        &with(vec![metric("cpu_usage", Operator::Less, 80.0)]),
        grave,
        &[
            "T-001: threat 1 would show in step_count, token_usage, cost_usd, api_calls, and no rule watches them",
        ],
    );
    check("PO-028", &with(vec![metric("token_usage", Operator::Less, 80.0)]), grave, &[]);
    check(
        "PO-029",
        &with(vec![metric("cpu_usage", Operator::Less, 80.0)]),
        |p| {
            p.evidence.insert(Evidence { id: EvidenceId(1), rule: Some(RuleId(1)), ..Evidence::default() });
        },
        &[],
    );
}
