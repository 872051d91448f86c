//! Each rule that can be fixed: finding, fix, finding gone, undo, finding back.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::*;
use crate::analysis::lint::check_on;
use crate::analysis::lint::tests::{component, interface, say};
use crate::analysis::paths::tests::system;
use crate::model::{
    Acceptance, AgentInstance, Answer, Asset, AssetId, AssetKind, Assumption, AssumptionId, Authentication,
    Authority, CommunicationCondition, Condition, Control, ControlFunction, ControlId, ControlStatus,
    Direction, Effect, Encryption, MetricCondition, Operator, Permission, Policy, PolicyStatus, Question,
    QuestionId, ResourceCondition, ResponseAction, Review, ReviewId, Rule, Sensitivity, Strength, Stride,
    Table, Target, Threat, ThreatStatus, Tier, Treatment, ZoneId,
};

const TODAY: Date = date(2026, 6, 1);

fn findings(project: &Project, rule: &str) -> Vec<Finding> {
    let all = check_on(project, Catalog::builtin(), TODAY);
    all.into_iter().filter(|finding| finding.rule == rule).collect()
}

fn ask(project: &Project) -> Ask<'_> {
    Ask { project, catalog: Catalog::builtin(), item: None, today: TODAY, by: "Kim" }
}

fn pair() -> Project {
    with(system("C1 Agent@3, C2 Store@4", "F1 1<>2"), |_| {})
}

fn with(mut project: Project, change: impl FnOnce(&mut Project)) -> Project {
    change(&mut project);
    project.reserve_all();
    project
}

/// A component of which things are said: "isolated" is yes, "!isolated" no, "level=3" a number or a word.
fn said(project: Project, id: u32, words: &str) -> Project {
    with(project, |project| say(project, id, words))
}

/// An agent between a person, another agent, a tool, the outside and a store with private data.
fn agents() -> Project {
    let base = system(
        "C1 Human@0, C2 Agent@3, C3 Agent@3, C4 Tool@3, C5 External@1, C6 Store@4",
        "F1 1>2, F2 2>3, F3 2>4, F4 2>5, F5 1>6",
    );
    with(base, |p| {
        p.assets.insert(Asset { stored_in: vec![ComponentId(2)], ..asset() });
    })
}

fn asset() -> Asset {
    Asset {
        id: AssetId(1),
        name: "Customer data".to_owned(),
        sensitivity: Sensitivity::Confidential,
        owner: "Kim".to_owned(),
        ..Asset::default()
    }
}

fn asset_of(change: impl FnOnce(&mut Asset)) -> Project {
    with(pair(), |p| {
        let mut asset = asset();
        change(&mut asset);
        p.assets.insert(asset);
    })
}

fn threat_of(change: impl FnOnce(&mut Threat)) -> Project {
    with(pair(), |p| {
        let mut threat = Threat {
            id: ThreatId(1),
            title: "Data leaks".to_owned(),
            likelihood: Some(4.0),
            impact: Some(4.0),
            stride: [Stride::InformationDisclosure].into(),
            targets: vec![Target::Component(ComponentId(1))],
            ..Threat::default()
        };
        change(&mut threat);
        p.threats.insert(threat);
    })
}

fn control_of(threats: &[u32], change: impl FnOnce(&mut Control)) -> Project {
    with(threat_of(|_| {}), |p| {
        let mut control = Control {
            id: ControlId(1),
            name: "Filter".to_owned(),
            family: "content".to_owned(),
            threats: threats.iter().copied().map(ThreatId).collect(),
            ..Control::default()
        };
        change(&mut control);
        p.controls.insert(control);
    })
}

fn policies(list: Vec<Policy>) -> impl FnOnce(&mut Project) {
    move |p| p.policies = list.into_iter().collect()
}

fn policy(id: u32, rules: Vec<Rule>) -> Policy {
    let status = PolicyStatus::Active;
    Policy { id: PolicyId(id), name: "Limits".to_owned(), rules, status, ..Policy::default() }
}

fn rule(id: u32, conditions: Vec<Condition>) -> Rule {
    Rule { id: RuleId(id), name: format!("rule {id}"), conditions, ..Rule::default() }
}

fn ruled(conditions: Vec<Condition>) -> Project {
    with(threat_of(|_| {}), policies(vec![policy(1, vec![rule(1, conditions)])]))
}

fn one_policy(change: impl FnOnce(&mut Policy)) -> Project {
    let mut one = policy(1, vec![rule(1, vec![metric("cpu_usage", 80.0)])]);
    change(&mut one);
    with(pair(), policies(vec![one]))
}

fn metric(name: &str, value: f64) -> Condition {
    Condition::Metric(MetricCondition {
        metric: name.to_owned(),
        operator: Operator::Less,
        value,
        duration_ms: 60_000,
        ..MetricCondition::default()
    })
}

fn resource(name: &str, permission: Permission) -> Condition {
    let resource = name.to_owned();
    Condition::Resource(ResourceCondition { resource, permission, ..ResourceCondition::default() })
}

fn talk(name: &str, effect: Effect) -> Condition {
    Condition::Communication(CommunicationCondition {
        direction: Some(Direction::Outbound),
        destinations: vec![name.to_owned()],
        effect,
        ..CommunicationCondition::default()
    })
}

fn listed(project: Project, agent_type: &str) -> Project {
    with(project, |p| {
        p.simulation.agents.push(AgentInstance {
            name: "a-1".to_owned(),
            agent_type: "assistant".to_owned(),
            environment: "production".to_owned(),
            component: Some(ComponentId(1)),
            ..AgentInstance::default()
        });
        for policy in &mut p.policies {
            policy.scope.agent_types = vec![agent_type.to_owned()];
        }
    })
}

fn protected(change: impl FnOnce(&mut Project)) -> Project {
    with(ruled(vec![metric("cpu_usage", 80.0)]), |p| {
        let tier = |check: &str, target| Tier {
            checks: vec![check.to_owned()],
            latency_target_ms: target,
            ..Tier::default()
        };
        p.protection.enabled = true;
        p.protection.caching.enabled = true;
        p.protection.tiers = vec![tier("quick", 5.0), tier("deep_look", 50.0)];
        change(p);
    })
}

fn review_of(change: impl FnOnce(&mut Review)) -> Project {
    with(pair(), |p| {
        let mut review = Review { id: ReviewId(1), name: "spring".to_owned(), ..Review::default() };
        change(&mut review);
        p.contributors = vec!["Ana".to_owned(), "Bo".to_owned()];
        p.reviews.insert(review);
    })
}

fn accepted(change: impl FnOnce(&mut Acceptance)) -> Project {
    let mut acceptance = Acceptance {
        approver: "Kim".to_owned(),
        reason: "Cheap".to_owned(),
        expiry: Some(date(2026, 12, 1)),
        ..Acceptance::default()
    };
    change(&mut acceptance);
    threat_of(|t| (t.status, t.acceptance) = (ThreatStatus::Accepted, Some(acceptance)))
}

fn diagram_cases() -> Vec<(&'static str, Project)> {
    let two = |kinds: &str| with(system(kinds, "F1 1>2"), |_| {});
    vec![
        ("TM-001", with(pair(), |p| interface(p, 1, |i| i.to = None))),
        ("TM-002", two("C1 Store, C2 Store")),
        ("TM-003", two("C1 Human, C2 External")),
        ("TM-004", two("C1 External, C2 Store")),
        ("TM-005", system("C1 Agent, C2 Agent, C3 Store", "F1 2<>3")),
        ("TM-006", two("C1 Process, C2 Store")),
        ("TM-007", two("C1 Store, C2 Process")),
        ("TM-008", two("C1 Process, C2 Store")),
        ("TM-009", two("C1 Agent, C2 Store@2")),
        ("TM-010", with(system("C1 Agent, C2 Human", "F1 1<>2"), |p| p.diagram.zones = Table::default())),
        ("TM-011", with(pair(), |p| p.diagram.zones.iter_mut().for_each(|z| z.description.clear()))),
        ("TM-012", pair()),
        ("TM-013", pair()),
        ("TM-014", pair()),
        ("TM-015", asset_of(|_| {})),
        ("TM-016", asset_of(|_| {})),
        ("TM-017", asset_of(|a| a.unclassified = true)),
        ("TM-018", asset_of(|a| a.owner.clear())),
        (
            "TM-019",
            with(asset_of(|_| {}), |p| {
                component(p, 2, |c| c.zone = Some(ZoneId(2)));
                interface(p, 1, |i| i.assets = vec![AssetId(1)]);
            }),
        ),
        (
            "TM-020",
            with(asset_of(|a| a.kind = AssetKind::Credentials), |p| {
                interface(p, 1, |i| (i.assets, i.encryption) = (vec![AssetId(1)], Some(Encryption::None)));
            }),
        ),
        ("TM-021", with(pair(), |p| component(p, 1, |c| "Part-2".clone_into(&mut c.name)))),
        (
            "TM-022",
            with(pair(), |p| {
                component(p, 1, |c| {
                    (c.name, c.technology) = ("New agent".to_owned(), "LangGraph".to_owned());
                });
            }),
        ),
        ("TM-023", pair()),
        (
            "TM-025",
            with(system("C1 Process@3, C2 Process@3, C3 Store@3", "F1 1>2, F2 2>3"), |p| {
                p.assets.insert(Asset { availability: Some(5), stored_in: vec![ComponentId(3)], ..asset() });
            }),
        ),
    ]
}

fn agent_cases() -> Vec<(&'static str, Project)> {
    vec![
        ("TM-026", said(agents(), 2, "!human_approval")),
        ("TM-027", said(agents(), 2, "!human_approval can_change_state")),
        ("TM-028", said(agents(), 2, "executes_code !isolated")),
        ("TM-029", said(agents(), 2, "!loop_limited !budget_limited")),
        ("TM-030", said(agents(), 2, "credential_scope=shared multi_user")),
        ("TM-031", said(agents(), 2, "can_change_state !logs_actions")),
        ("TM-032", said(agents(), 4, "third_party !description_pinned")),
        ("TM-033", said(agents(), 4, "side_effects=irreversible !human_approval")),
        ("TM-034", said(agents(), 6, "stores_memory")),
        ("TM-035", with(agents(), |p| interface(p, 2, |i| i.authentication = Some(Authentication::ApiKey)))),
        ("TM-036", said(agents(), 2, "autonomy_level=3")),
    ]
}

fn threat_cases() -> Vec<(&'static str, Project)> {
    let of_catalog = |t: &mut Threat| t.catalog = Some("AG-001".to_owned());
    let both = |t: &mut Threat| (t.treatment, t.status) = (Treatment::Mitigate, ThreatStatus::Mitigating);
    let late = |c: &mut Control| (c.due, c.status) = (Some(date(2026, 5, 1)), ControlStatus::Planned);
    vec![
        ("TM-037", pair()),
        ("TM-038", threat_of(|t| t.targets.clear())),
        (
            "TM-039",
            threat_of(|t| {
                of_catalog(t);
                (t.likelihood, t.impact) = (None, None);
                (t.likelihood_votes, t.impact_votes) = (vec![2, 3], vec![4]);
            }),
        ),
        ("TM-040", threat_of(|_| {})),
        ("TM-041", threat_of(of_catalog)),
        ("TM-042", with(threat_of(|_| {}), |p| p.contributors = vec!["Ana".to_owned()])),
        ("TM-043", with(threat_of(both), |p| p.review_due = Some(date(2026, 8, 1)))),
        ("TM-044", control_of(&[1], late)),
        ("TM-045", threat_of(|t| t.status = ThreatStatus::Accepted)),
        ("TM-046", accepted(|a| a.expiry = Some(date(2026, 5, 1)))),
        (
            "TM-047",
            with(accepted(|a| "Team lead".clone_into(&mut a.role)), |p| {
                let role = "Team lead".to_owned();
                p.method.authorities.push(Authority { role, up_to: 6.5, ..Authority::default() });
            }),
        ),
        ("TM-048", threat_of(|_| {})),
        ("TM-049", control_of(&[1], |c| c.function = ControlFunction::Detective)),
        (
            "TM-050",
            with(control_of(&[1], |_| {}), |p| {
                let first = p.controls.iter().next().unwrap().clone();
                p.controls.insert(Control { id: ControlId(2), name: "Other filter".to_owned(), ..first });
            }),
        ),
        (
            "TM-051",
            control_of(&[1], |c| (c.strength, c.status) = (Strength::High, ControlStatus::Implemented)),
        ),
        ("TM-052", control_of(&[], |_| {})),
        ("TM-053", threat_of(|t| t.status = ThreatStatus::NotApplicable)),
        ("TM-054", threat_of(|t| t.targets = vec![Target::Interface(InterfaceId(1))])),
        ("TM-055", threat_of(|t| t.likelihood_votes = vec![2, 4])),
        ("TM-057", threat_of(of_catalog)),
        ("TM-058", ruled(vec![metric("cpu_usage", 80.0)])),
        (
            "TM-059",
            with(pair(), |p| {
                let text = "Laptops are managed".to_owned();
                p.assumptions.insert(Assumption { id: AssumptionId(1), text, ..Assumption::default() });
            }),
        ),
        (
            "TM-060",
            with(pair(), |p| {
                let (text, date) = ("Who?".to_owned(), Some(date(2026, 1, 1)));
                p.questions.insert(Question { id: QuestionId(1), text, date, ..Question::default() });
            }),
        ),
        ("TM-061", with(pair(), |p| p.review_due = Some(date(2026, 5, 1)))),
        ("TM-063", review_of(|r| r.participants = vec!["Ana".to_owned()])),
        ("TM-064", pair()),
        (
            "TM-065",
            with(pair(), |p| {
                component(p, 1, |c| {
                    c.attributes.set("logs_actions", Some(Answer::Yes));
                    c.assumed.insert("logs_actions".to_owned());
                });
            }),
        ),
    ]
}

fn policy_cases() -> Vec<(&'static str, Project)> {
    let grant = || rule(1, vec![resource("Customer data", Permission::Read)]);
    let deny = || rule(2, vec![resource("Customer data", Permission::Deny)]);
    let graved = |p: &mut Project| {
        p.threats.iter_mut().for_each(|threat| threat.catalog = Some("AG-023".to_owned()));
    };
    let watching = |value| rule(1, vec![metric("cpu_usage", value)]);
    vec![
        (
            "PO-001",
            with(listed(one_policy(|_| {}), "x"), |p| {
                p.policies.iter_mut().for_each(|policy| policy.scope.agent_types.clear());
            }),
        ),
        ("PO-002", listed(one_policy(|_| {}), "processor")),
        ("PO-003", listed(one_policy(|_| {}), "processor")),
        ("PO-004", ruled(vec![metric("cpu_mood", 1.0)])),
        ("PO-005", ruled(vec![metric("cpu_usage", f64::NAN), resource("x", Permission::Deny)])),
        ("PO-006", ruled(vec![metric("cpu_usage", 101.0)])),
        ("PO-007", ruled(vec![metric("cpu_usage", 0.0), resource("x", Permission::Deny)])),
        (
            "PO-008",
            with(
                pair(),
                policies(vec![policy(
                    1,
                    vec![
                        rule(1, vec![talk("*", Effect::Deny)]),
                        rule(2, vec![talk("api.example.com", Effect::Allow)]),
                    ],
                )]),
            ),
        ),
        ("PO-009", with(asset_of(|_| {}), policies(vec![policy(1, vec![grant(), deny()])]))),
        ("PO-009", with(asset_of(|_| {}), policies(vec![policy(1, vec![grant()]), policy(2, vec![deny()])]))),
        ("PO-010", ruled(vec![talk("api.example.com", Effect::Allow)])),
        ("PO-011", ruled(vec![talk("*", Effect::Allow)])),
        (
            "PO-012",
            with(
                asset_of(|_| {}),
                policies(vec![policy(1, vec![rule(1, vec![resource("x", Permission::Deny)])])]),
            ),
        ),
        ("PO-013", with(asset_of(|_| {}), policies(vec![policy(1, vec![])]))),
        ("PO-014", one_policy(|_| {})),
        ("PO-015", one_policy(|p| p.response.high = vec![ResponseAction::Log])),
        ("PO-016", with(one_policy(|_| {}), |p| p.contributors = vec!["Ana".to_owned()])),
        (
            "PO-017",
            one_policy(|p| {
                p.response.high = vec![ResponseAction::Isolate];
                p.response.timeout_action = Some(ResponseAction::Log);
            }),
        ),
        (
            "PO-018",
            with(one_policy(|p| p.response.approvers = vec!["soc".to_owned()]), |p| {
                p.contributors = vec!["Ana".to_owned()];
            }),
        ),
        ("PO-019", one_policy(|_| {})),
        (
            "PO-020",
            with(
                one_policy(|p| {
                    "Ana".clone_into(&mut p.author);
                    p.review.approvers = vec!["ana".to_owned()];
                }),
                |p| p.contributors = vec!["Ana".to_owned(), "Bo".to_owned()],
            ),
        ),
        ("PO-021", one_policy(|_| {})),
        ("PO-022", one_policy(|_| {})),
        (
            "PO-023",
            with(ruled(vec![]), |p| {
                p.policies.iter_mut().for_each(|policy| policy.rules[0].threats = vec![ThreatId(1)]);
            }),
        ),
        (
            "PO-024",
            protected(|p| {
                p.policies.iter_mut().for_each(|policy| {
                    (policy.rules[0].check, policy.rules[0].check_ms) = ("quick".to_owned(), Some(12.0));
                });
            }),
        ),
        ("PO-025", protected(|_| {})),
        ("PO-026", protected(|p| p.protection.caching.revocation_target_ms = Some(60_000))),
        ("PO-027", ruled(vec![metric("cpu_usage", 80.0)])),
        ("PO-028", with(ruled(vec![metric("cpu_usage", 80.0)]), graved)),
        (
            "PO-030",
            with(
                pair(),
                policies(vec![
                    policy(1, vec![watching(80.0)]),
                    Policy {
                        status: PolicyStatus::Staged,
                        ..policy(2, vec![Rule { id: RuleId(2), ..watching(70.0) }])
                    },
                ]),
            ),
        ),
    ]
}

fn cases() -> Vec<(&'static str, Project)> {
    [diagram_cases(), agent_cases(), threat_cases(), policy_cases()].concat()
}

/// What is wrong with the fixes of one rule; nothing when each clears the finding and undo brings it back.
fn wrong(rule: &str, before: &Project) -> Vec<String> {
    let found = findings(before, rule);
    let Some(finding) = found.first() else { return vec![format!("{rule} finds nothing")] };
    let fixes = fixes(finding, &ask(before));
    let mut wrong = Vec::new();
    if fixes.is_empty() {
        wrong.push(format!("{rule} offers nothing for: {}", finding.what));
    }
    let labels: BTreeSet<&str> = fixes.iter().map(|fix| fix.label.as_str()).collect();
    if labels.len() < fixes.len() || fixes.len() > 8 {
        wrong.push(format!("{rule} offers {} things: {labels:?}", fixes.len()));
    }
    for fix in &fixes {
        let mut project = before.clone();
        let undo = match fix.transaction.clone().apply(&mut project) {
            Ok(undo) => undo,
            Err(error) => {
                wrong.push(format!("{rule}, {}: {error}", fix.label));
                continue;
            }
        };
        let left = findings(&project, rule);
        if left.contains(finding) || left.len() >= found.len() {
            wrong.push(format!("{rule}, {}: still {left:?}", fix.label));
        }
        undo.apply(&mut project).unwrap();
        if findings(&project, rule) != found || project.all_ids().len() != before.all_ids().len() {
            wrong.push(format!("{rule}, {}: not undone", fix.label));
        }
    }
    wrong
}

#[test]
fn each_fix_clears_its_finding_and_undo_brings_it_back() {
    let wrong: Vec<String> = cases().iter().flat_map(|(rule, before)| self::wrong(rule, before)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fix_or_says_what_has_to_be_done_by_hand() {
    let catalog: BTreeSet<&str> = Catalog::builtin().lint_rules.iter().map(|rule| rule.id.as_str()).collect();
    let offered: BTreeSet<&str> = OFFERS.iter().map(|(id, _)| *id).collect();
    let by_hand: BTreeSet<&str> = BY_HAND.iter().map(|(id, _)| *id).collect();
    assert_eq!(offered.len(), OFFERS.len());
    assert!(offered.is_disjoint(&by_hand));
    assert_eq!(offered.union(&by_hand).copied().collect::<BTreeSet<_>>(), catalog);
    let tested: BTreeSet<&str> = cases().iter().map(|(rule, _)| *rule).collect();
    assert_eq!(tested, offered);
    assert!(BY_HAND.iter().all(|(_, why)| !why.is_empty()));
}

#[test]
fn one_choice_fixes_every_finding_of_a_rule_in_one_step() {
    let project = system("C1 Agent@1, C2 Agent@2, C3 Store@3", "F1 1>2, F2 2>3");
    let found = findings(&project, "TM-013");
    assert_eq!(found.len(), 2);
    let all: Vec<&Finding> = found.iter().collect();
    let (count, step) = fix_all(&all, "Set Mutual TLS", &ask(&project)).unwrap();
    assert_eq!((count, step.name.as_str()), (2, "Fix TM-013 in 2 places: Set Mutual TLS"));
    let mut changed = project.clone();
    let undo = step.apply(&mut changed).unwrap();
    assert_eq!(findings(&changed, "TM-013"), []);
    undo.apply(&mut changed).unwrap();
    assert_eq!(findings(&changed, "TM-013"), found);
    assert_eq!(fix_all(&all, "Set something else", &ask(&project)), None);
}

#[test]
fn two_new_things_of_one_step_get_numbers_of_their_own() {
    let project = with(system("C1 Store, C2 Store, C3 Store", "F1 1>2, F2 2>3"), |_| {});
    let found = findings(&project, "TM-002");
    let all: Vec<&Finding> = found.iter().collect();
    let (count, step) = fix_all(&all, "Put a process between them", &ask(&project)).unwrap();
    assert_eq!(count, 2);
    let mut changed = project.clone();
    step.apply(&mut changed).unwrap();
    assert_eq!((changed.diagram.component_count(), changed.diagram.interface_count()), (5, 4));
}

#[test]
fn nobody_is_made_to_answer_who_is_not_named() {
    let project = asset_of(|asset| asset.owner.clear());
    let found = findings(&project, "TM-018");
    let nobody = Ask { by: "", ..ask(&project) };
    assert_eq!(fixes(&found[0], &nobody), []);
}
