//! Hand cases of whole runs, in the shape of the sample policy.

use super::events::Access;
use super::run::{LoopMode, Request, Run, RunInput, run};
use super::trace::{self, Trace, TraceOptions};
use super::{Event, EventKind, Events, Label, Labels, Never, Quiet, decide, evidence};
use crate::model::{
    AgentInstance, AlertSeverity, AlertThreshold, CommunicationCondition, Condition, Direction, Effect,
    Engine, LayerMode, MetricCondition, MetricInfo, MetricKind, NamedGroup, Operator, Permission, Policy,
    PolicyId, Project, ResourceCondition, Response, ResponseAction, Rule, RuleAction, RuleId, Scope,
};

const MINUTE: i64 = 60_000;

pub(super) fn metric(name: &str, value: f64, minutes: i64) -> Condition {
    Condition::Metric(MetricCondition {
        metric: name.to_owned(),
        operator: Operator::Less,
        value,
        duration_ms: minutes * MINUTE,
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

fn communication(direction: Option<Direction>, destination: &str, effect: Effect) -> Condition {
    Condition::Communication(CommunicationCondition {
        direction,
        destinations: vec![destination.to_owned()],
        effect,
        ..CommunicationCondition::default()
    })
}

fn rule(id: u32, name: &str, action: RuleAction, conditions: Vec<Condition>) -> Rule {
    Rule { id: RuleId(id), name: name.to_owned(), action, conditions, ..Rule::default() }
}

/// The sample policy: resource limits, data access, communication.
pub(super) fn sample_project() -> Project {
    let mut project = Project::new("Sample");
    let mut policy = Policy {
        id: PolicyId(1),
        name: "Production".to_owned(),
        scope: Scope {
            agent_types: vec!["assistant".to_owned(), "processor".to_owned()],
            environments: vec!["production".to_owned()],
            ..Scope::default()
        },
        rules: vec![
            rule(
                1,
                "Limits",
                RuleAction::Restrict,
                vec![metric("cpu_usage", 80.0, 5), metric("api_calls", 1000.0, 60)],
            ),
            rule(
                2,
                "Data",
                RuleAction::Enforce,
                vec![
                    resource("customer_data", Permission::Read),
                    resource("financial_data", Permission::Deny),
                ],
            ),
            rule(
                3,
                "Talk",
                RuleAction::Enforce,
                vec![
                    communication(Some(Direction::Outbound), "approved_apis", Effect::Allow),
                    communication(Some(Direction::Outbound), "*", Effect::Deny),
                ],
            ),
        ],
        response: Response {
            low: vec![ResponseAction::Log],
            medium: vec![ResponseAction::Restrict, ResponseAction::Notify],
            high: vec![ResponseAction::Isolate, ResponseAction::Notify],
            approvers: vec!["security_team".to_owned()],
            timeout_action: Some(ResponseAction::Restrict),
            ..Response::default()
        },
        ..Policy::default()
    };
    let alert = |event: &str, severity| AlertThreshold {
        event: event.to_owned(),
        severity,
        ..AlertThreshold::default()
    };
    policy.monitoring.alerts = vec![
        alert("policy_violation", AlertSeverity::Medium),
        alert("suspicious_activity", AlertSeverity::High),
    ];
    project.policies.insert(policy);
    let delta = MetricInfo { kind: MetricKind::Delta, ..MetricInfo::default() };
    project.simulation.metrics.insert("api_calls".to_owned(), delta);
    project.simulation.groups = vec![NamedGroup {
        name: "approved_apis".to_owned(),
        members: vec!["external_api".to_owned()],
        ..NamedGroup::default()
    }];
    project.simulation.evaluation.interval_ms = MINUTE;
    project
}

pub(super) fn read(csv: &str) -> Trace {
    trace::read(csv.as_bytes(), "t.csv", &TraceOptions::default()).unwrap().0
}

/// One row a minute for agent a1, from 0 on.
pub(super) fn minutes(metric: &str, values: &[f64]) -> Trace {
    let rows: Vec<String> =
        values.iter().enumerate().map(|(at, value)| format!("{},{metric},a1,{value}\n", at * 60)).collect();
    read(&format!("timestamp,metric,agent,value\n{}", rows.concat()))
}

fn run_of<'a>(project: &Project, trace: &'a Trace, change: impl FnOnce(&mut RunInput<'a>)) -> Run {
    let mut input = RunInput::new(project, trace);
    change(&mut input);
    run(project, &input, &Quiet).unwrap()
}

fn resource_request(access: &str, resource: &str) -> Request {
    Request::Resource { resource: resource.to_owned(), access: Access::from_word(access) }
}

fn outbound(destination: &str) -> Request {
    Request::Communication { direction: Direction::Outbound, destination: destination.to_owned() }
}

fn inbound(destination: &str) -> Request {
    Request::Communication { direction: Direction::Inbound, destination: destination.to_owned() }
}

fn check_decision(project: &Project, request: &Request, effect: Effect, by: &str) {
    let decision = decide(project, "a1", request);
    assert_eq!((decision.effect, decision.by_text().as_str()), (effect, by), "{request}");
}

#[test]
fn the_sample_policy_decides_as_designed() {
    let project = sample_project();
    let check = |request: Request, effect, by: &str| check_decision(&project, &request, effect, by);
    check(resource_request("read", "customer_data"), Effect::Allow, "Production/Data/r1c0");
    check(resource_request("write", "customer_data"), Effect::Deny, "Production/Data/r1c0");
    check(resource_request("delete", "customer_data"), Effect::Deny, "Production/Data/r1c0");
    check(resource_request("read", "financial_data"), Effect::Deny, "Production/Data/r1c1");
    check(resource_request("read", "other_data"), Effect::Deny, "default");
    check(outbound("external_api"), Effect::Allow, "Production/Talk/r2c0");
    check(outbound("elsewhere"), Effect::Deny, "Production/Talk/r2c1");
    check(inbound("elsewhere"), Effect::Deny, "default");
    let allowed = decide(&project, "a1", &outbound("external_api"));
    let shadowed: Vec<String> = allowed.layers[0].shadowed.iter().map(ToString::to_string).collect();
    assert_eq!(shadowed, ["Production/Talk/r2c1"]);
}

#[test]
fn denial_beats_every_grant_in_any_order() {
    for conditions in [[Permission::Deny, Permission::ReadWrite], [Permission::ReadWrite, Permission::Deny]] {
        let mut project = sample_project();
        let conditions = conditions.map(|permission| resource("x", permission)).to_vec();
        project.policies.get_mut(PolicyId(1)).unwrap().rules =
            vec![rule(1, "X", RuleAction::Enforce, conditions)];
        assert_eq!(decide(&project, "a1", &resource_request("read", "x")).effect, Effect::Deny);
    }
    let mut project = sample_project();
    let grants = vec![resource("x", Permission::Read), resource("x", Permission::Write)];
    project.policies.get_mut(PolicyId(1)).unwrap().rules = vec![rule(1, "X", RuleAction::Enforce, grants)];
    check_decision(&project, &resource_request("read", "x"), Effect::Allow, "Production/X/r0c0");
    check_decision(&project, &resource_request("write", "x"), Effect::Allow, "Production/X/r0c1");
    check_decision(&project, &resource_request("readwrite", "x"), Effect::Deny, "Production/X/r0c0");
}

#[test]
fn layers_combine() {
    let mut project = sample_project();
    project.policies.insert(Policy {
        id: PolicyId(2),
        name: "Wide".to_owned(),
        priority: 5,
        rules: vec![rule(
            9,
            "Open",
            RuleAction::Enforce,
            vec![resource("financial_data", Permission::Read), resource("other_data", Permission::Read)],
        )],
        ..Policy::default()
    });
    let request = resource_request("read", "financial_data");
    check_decision(&project, &request, Effect::Deny, "Production/Data/r1c1");
    check_decision(&project, &resource_request("read", "other_data"), Effect::Allow, "Wide/Open/r3c1");
    let overruled = decide(&project, "a1", &request).overruled;
    assert_eq!(overruled.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Wide/Open/r3c0"]);
    project.simulation.layers = LayerMode::Priority;
    check_decision(&project, &request, Effect::Allow, "Wide/Open/r3c0");
    project.policies.get_mut(PolicyId(1)).unwrap().priority = 5;
    check_decision(&project, &request, Effect::Deny, "Production/Data/r1c1");
}

#[test]
fn a_rule_that_only_watches_prevents_nothing() {
    let mut project = sample_project();
    project.policies.get_mut(PolicyId(1)).unwrap().rules[1].action = RuleAction::Monitor;
    let decision = decide(&project, "a1", &resource_request("read", "financial_data"));
    assert_eq!((decision.effect, decision.prevented), (Effect::Deny, false));
}

#[test]
fn what_cannot_be_evaluated_is_denied_and_said() {
    let mut project = sample_project();
    let broken = communication(None, "10.0.0.0/99", Effect::Allow);
    project.policies.get_mut(PolicyId(1)).unwrap().rules =
        vec![rule(1, "Net", RuleAction::Monitor, vec![broken])];
    let decision = decide(&project, "a1", &outbound("10.0.0.1"));
    assert_eq!((decision.effect, decision.prevented, decision.error), (Effect::Deny, true, true));
    assert!(decision.why.contains("10.0.0.0/99"), "{}", decision.why);
}

#[test]
fn scope_binds_by_type_and_environment() {
    let mut project = sample_project();
    let agent = |name: &str, agent_type: &str, environment: &str| AgentInstance {
        name: name.to_owned(),
        agent_type: agent_type.to_owned(),
        environment: environment.to_owned(),
        ..AgentInstance::default()
    };
    project.simulation.agents = vec![
        agent("a1", "assistant", "production"),
        agent("a2", "assistant", "staging"),
        agent("a3", "", "production"),
    ];
    let csv = "timestamp,metric,agent,value\n0,cpu_usage,a1,90\n0,cpu_usage,a2,90\n0,cpu_usage,a3,90\n0,cpu_usage,a4,90\n";
    let trace = read(csv);
    let found = run_of(&project, &trace, |_| {});
    assert_eq!(found.coverage.agents_in_scope, ["a1"]);
    assert_eq!(found.coverage.agents_out_of_scope, ["a2", "a3", "a4"]);
    assert_eq!(found.conditions[0].series.len(), 1);
    // Without a list every agent of the trace is in scope, unless the trace itself says that it is of another type.
    project.simulation.agents.clear();
    assert_eq!(run_of(&project, &trace, |_| {}).coverage.agents_in_scope, ["a1", "a2", "a3", "a4"]);
    let labelled =
        read("timestamp,metric,agent,agent_type,value\n0,cpu_usage,a1,assistant,9\n0,cpu_usage,b1,robot,9\n");
    assert_eq!(run_of(&project, &labelled, |_| {}).coverage.agents_in_scope, ["a1"]);
}

#[test]
fn firing_edges_lead_to_responses() {
    let project = sample_project();
    // 80 violates "below 80": pending at 1m, firing at 6m, over at 20m.
    let values: Vec<f64> =
        (0..40).map(|minute| if (1..20).contains(&minute) { 80.0 } else { 79.9 }).collect();
    let trace = minutes("cpu_usage", &values);
    let found = run_of(&project, &trace, |_| {});
    let json = found.to_json();
    let cpu = &json["conditions"][0];
    assert_eq!(cpu["id"], "r0c0");
    assert_eq!(cpu["series"][0]["pending"], serde_json::json!([[60_000, 360_000, false]]));
    assert_eq!(cpu["series"][0]["firing"], serde_json::json!([[360_000, 1_200_000, false]]));
    assert_eq!(json["coverage"]["metrics_missing"], serde_json::json!(["api_calls"]));
    let seen: Vec<(i64, Option<i64>, &str)> = found
        .responses
        .iter()
        .map(|one| {
            (one.t_ms / MINUTE, one.until_ms.map(|t| t / MINUTE), one.action.map_or("ask", |a| a.label()))
        })
        .collect();
    assert_eq!(
        seen,
        [(6, Some(20), "restrict"), (6, None, "notify"), (6, None, "ask"), (16, Some(20), "restrict")]
    );
    let approval = found.responses[2].approval.as_ref().unwrap();
    assert_eq!((approval.asked_ms, approval.answered_ms), (6 * MINUTE, Some(16 * MINUTE)));
    assert_eq!(approval.outcome, "no answer: restrict");
    assert!(found.violated());
}

#[test]
fn repeated_notices_and_one_alarm_for_all_conditions_of_a_rule() {
    let mut project = sample_project();
    let policy = project.policies.get_mut(PolicyId(1)).unwrap();
    policy.rules[0].conditions = vec![metric("cpu_usage", 80.0, 0), metric("cpu_usage", 70.0, 0)];
    policy.response = Response {
        medium: vec![ResponseAction::Notify],
        repeat_interval_ms: 2 * MINUTE,
        ..Response::default()
    };
    policy.rules[0].action = RuleAction::Enforce;
    let found = run_of(&project, &minutes("cpu_usage", &[0., 75., 90., 90., 75., 75., 0., 0.]), |_| {});
    let times: Vec<i64> = found.responses.iter().map(|one| one.t_ms / MINUTE).collect();
    assert_eq!(times, [1, 3, 5]);
}

#[test]
fn dialects_differ_in_what_a_window_holds() {
    let mut project = sample_project();
    project.policies.get_mut(PolicyId(1)).unwrap().rules[0].conditions = vec![metric("api_calls", 60.0, 5)];
    let trace = minutes("api_calls", &[10.0; 12]);
    for (engine, firing) in [(Engine::Prom2, 1), (Engine::Prom3, 0)] {
        let found = run_of(&project, &trace, |input| input.evaluation.engine = engine);
        assert_eq!(found.conditions[0].series[0].firing.len(), firing, "{engine}");
    }
}

fn event(minute: i64, kind: EventKind) -> Event {
    Event { t_ms: minute * MINUTE, agent: "a1".to_owned(), kind, malicious: None }
}

fn talk(minute: i64, destination: &str) -> Event {
    let destination = destination.to_owned();
    event(minute, EventKind::Communication { direction: Direction::Outbound, destination })
}

#[test]
fn requests_are_decided_and_denials_answered() {
    let project = sample_project();
    let trace = minutes("cpu_usage", &[10.0; 40]);
    let alert = EventKind::Alert { event: "suspicious_activity".to_owned(), severity: None };
    let events = Events {
        list: vec![
            talk(1, "external_api"),
            talk(2, "evil"),
            talk(3, "evil"),
            talk(12, "external_api"),
            event(20, alert),
            talk(22, "external_api"),
        ],
        ..Events::default()
    };
    let decided = |mode: LoopMode| {
        let found = run_of(&project, &trace, |input| {
            input.events = Some(&events);
            input.mode = mode;
        });
        let denied: Vec<i64> =
            found.decisions.iter().filter(|d| d.denied()).map(|d| d.t_ms / MINUTE).collect();
        (found, denied)
    };
    let (open, denied) = decided(LoopMode::Open);
    assert_eq!(denied, [2, 3]);
    let acts: Vec<(i64, &str, Option<i64>)> = open
        .responses
        .iter()
        .filter_map(|one| Some((one.t_ms / MINUTE, one.action?.label(), one.until_ms.map(|t| t / MINUTE))))
        .collect();
    // Two denials a minute apart are one alarm, over five minutes after the last; the approval runs out at 12.
    assert_eq!(
        acts,
        [
            (2, "restrict", Some(8)),
            (2, "notify", None),
            (12, "restrict", Some(12)),
            (20, "isolate", Some(39)),
            (20, "notify", None),
            (30, "restrict", Some(30)),
        ]
    );
    let (closed, denied) = decided(LoopMode::Closed);
    // Restricted from 2 on, so the request at 3 is denied by the response; isolated from 20 on.
    assert_eq!(denied, [2, 3, 22]);
    assert!(closed.decisions[2].by_response && !closed.decisions[1].by_response);
    assert_eq!(closed.to_json()["decisions"][4]["by"], "response");
}

#[test]
fn what_a_response_stops_is_prevented_but_not_detected() {
    let project = sample_project();
    let trace = minutes("cpu_usage", &[10.0; 40]);
    let alert = EventKind::Alert { event: "suspicious_activity".to_owned(), severity: None };
    // Denied by the rule at 2, and at 3 again unless the agent is restricted; isolated from 20 on.
    let list = vec![talk(2, "evil"), talk(3, "evil"), event(20, alert), talk(22, "external_api")];
    let events = Events { list, ..Events::default() };
    let label = |from: i64, to: i64| Label {
        start_ms: from * MINUTE,
        end_ms: to * MINUTE,
        agent: "a1".to_owned(),
        threat: String::new(),
    };
    let labels = Labels { windows: vec![label(1, 4), label(21, 23)], ..Labels::default() };
    let check = |mode: LoopMode, denied: usize, requests: [u64; 3]| {
        let found = run_of(&project, &trace, |input| {
            input.events = Some(&events);
            input.labels = Some(&labels);
            input.mode = mode;
        });
        assert_eq!(found.decisions.iter().filter(|decision| decision.denied()).count(), denied);
        let scores = found.scores.as_ref().unwrap();
        let with_denials = scores.with_denials.as_ref().unwrap();
        assert_eq!((with_denials.detected, with_denials.windows.len()), (1, 2), "{mode:?}");
        assert_eq!(with_denials.false_alarms, 0);
        let score = scores.requests.unwrap();
        assert_eq!([score.tp, score.fn_, score.stopped_malicious], requests, "{mode:?}");
        let input = evidence::EvidenceInput {
            labels: &labels,
            trace_fingerprint: "",
            policy_fingerprint: |_| String::new(),
            model_fingerprint: "settings",
            date: None,
        };
        let recorded = evidence::evidence(&project, &found, &input);
        let talk = recorded.iter().find(|one| one.rule == Some(RuleId(3))).unwrap();
        assert_eq!((talk.detected, talk.windows), (1, 2), "{mode:?}");
        assert_eq!((&*talk.found, &*talk.missed), (&[0][..], &[1][..]));
        assert_eq!(talk.model_fingerprint, "settings");
    };
    check(LoopMode::Open, 2, [2, 1, 0]);
    check(LoopMode::Closed, 3, [1, 0, 2]);
}

#[test]
fn scores_against_labels() {
    let mut project = sample_project();
    project.policies.get_mut(PolicyId(1)).unwrap().rules[0].conditions = vec![metric("cpu_usage", 80.0, 0)];
    let mut values = vec![10.0; 100];
    for minute in [10, 11, 12, 40, 41, 70] {
        values[minute] = 90.0;
    }
    let trace = minutes("cpu_usage", &values);
    let label = |from: i64, to: i64| Label {
        start_ms: from * MINUTE,
        end_ms: to * MINUTE,
        agent: "a1".to_owned(),
        threat: String::new(),
    };
    // Found after 2 minutes; already firing when it began; missed. The alarm at 70 is false.
    let labels = Labels { windows: vec![label(8, 20), label(41, 45), label(80, 85)], ..Labels::default() };
    let found = run_of(&project, &trace, |input| input.labels = Some(&labels));
    let scores = found.scores.unwrap();
    let event = &scores.event;
    assert_eq!((event.windows.len(), event.detected, event.firing_before_window), (3, 2, 1));
    assert_eq!((event.alarms, event.false_alarms), (3, 1));
    let time = event.time_to_detect.unwrap();
    assert_eq!((time.p50_ms, time.max_ms), (0, 2 * MINUTE));
    assert_eq!(event.agent_days, 99.0 / 1440.0);
    let point = scores.point;
    assert_eq!((point.tp, point.fp, point.fn_, point.tn), (4, 2, 20, 74));
}

#[test]
fn same_input_same_bytes_and_stopping() {
    let project = sample_project();
    let trace = minutes("cpu_usage", &[90.0; 30]);
    let text = || run_of(&project, &trace, |_| {}).to_json().to_string();
    assert_eq!(text(), text());
    assert!(run(&project, &RunInput::new(&project, &trace), &Never).is_err());
}
