//! Coverage of small systems.

use super::*;
use crate::analysis::paths::tests::system;
use crate::model::{ComponentId, Condition, InterfaceId, MetricCondition};
use crate::model::{
    Control, ControlFunction, ControlId, ControlStatus, Dismissal, Evidence, EvidenceId, Framework, Policy,
    PolicyId, PolicyStatus, Reference, Rule, RuleId, Stride, Target, Threat, ThreatId, ThreatStatus,
    Treatment,
};

fn base() -> Project {
    system("C1 Human, C2 Agent, C3 Store", "F1 1>2, F2 2>3")
}

fn threat(id: u32, target: Target, letters: &str) -> Threat {
    Threat {
        id: ThreatId(id),
        targets: vec![target],
        stride: letters.chars().filter_map(Stride::from_letter).collect(),
        likelihood: Some(4.0),
        impact: Some(4.0),
        ..Threat::default()
    }
}

const AGENT: Target = Target::Component(ComponentId(2));

/// Rows as six signs: a number of threats, `v` reviewed, `?` open, `-` does not apply.
fn check(change: impl FnOnce(&mut Project), wanted: &[&str]) {
    let mut project = base();
    change(&mut project);
    let found: Vec<String> = coverage(&project, Catalog::builtin())
        .elements
        .iter()
        .map(|element| {
            let sign = |cell: &Cell| match cell {
                Cell::Threats { threats, .. } => threats.len().to_string(),
                Cell::Reviewed => "v".to_owned(),
                Cell::Open => "?".to_owned(),
                Cell::NotApplicable => "-".to_owned(),
            };
            element.cells.iter().map(sign).collect()
        })
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn categories_by_kind() {
    check(|_| {}, &["?-?---", "??????", "-?-??-", "-?-??-", "-?-??-"]);
    check(
        |p| {
            let mut store = p.diagram.component(ComponentId(3)).unwrap().clone();
            store.attributes.set("stores_logs", Some(true.into()));
            p.diagram.put_component(store);
            let mut human = p.diagram.component(ComponentId(1)).unwrap().clone();
            human.out_of_scope = true;
            p.diagram.put_component(human);
        },
        &["------", "??????", "-????-", "-?-??-", "-?-??-"],
    );
}

#[test]
fn threats_fill_cells_and_closed_ones_count_as_reviewed() {
    check(
        |p| {
            p.threats.insert(threat(1, AGENT, "TE"));
            p.threats.insert(threat(2, AGENT, "T"));
            p.threats.insert(Threat { status: ThreatStatus::NotApplicable, ..threat(3, AGENT, "TD") });
            // A category that does not apply by kind still shows what people recorded.
            p.threats.insert(threat(4, Target::Interface(InterfaceId(1)), "S"));
        },
        &["?-?---", "?2??v1", "-?-??-", "1?-??-", "-?-??-"],
    );
}

#[test]
fn a_suggestion_set_aside_counts_as_reviewed() {
    let dismissal = |catalog: &str| Dismissal {
        catalog: catalog.to_owned(),
        target: Some(AGENT),
        ..Dismissal::default()
    };
    let first = &Catalog::builtin().threats[0];
    assert_eq!((first.id.as_str(), first.stride.len()), ("AG-001", 2));
    check(|p| p.dismissals.push(dismissal("AG-001")), &["?-?---", "?v???v", "-?-??-", "-?-??-", "-?-??-"]);
    check(|p| p.dismissals.push(dismissal("XX-999")), &["?-?---", "??????", "-?-??-", "-?-??-", "-?-??-"]);
}

#[test]
fn questions_are_counted() {
    let mut project = base();
    project.threats.insert(threat(1, AGENT, "TE"));
    project.threats.insert(Threat { status: ThreatStatus::Avoided, ..threat(2, AGENT, "S") });
    let questions = coverage(&project, Catalog::builtin()).questions();
    assert_eq!((questions.with_threats, questions.reviewed, questions.open, questions.all()), (2, 1, 14, 17));
    assert_eq!(questions.answered(), Some(3.0 / 17.0));
    assert_eq!(coverage(&Project::new("empty"), Catalog::builtin()).questions().answered(), None);
}

/// The gaps of one threat after these changes.
fn check_gaps(change: impl FnOnce(&mut Project), wanted: &[Gap]) {
    let mut project = base();
    project.threats.insert(Threat {
        owner: "me".to_owned(),
        treatment: Treatment::Mitigate,
        ..threat(1, AGENT, "T")
    });
    change(&mut project);
    assert_eq!(coverage(&project, Catalog::builtin()).threats[0].gaps, wanted);
}

#[test]
fn a_threat_says_what_it_lacks() {
    let control =
        |status| Control { id: ControlId(1), status, threats: vec![ThreatId(1)], ..Control::default() };
    let policy = |status| {
        let rule = Rule { id: RuleId(1), controls: vec![ControlId(1)], ..Rule::default() };
        Policy { id: PolicyId(1), status, rules: vec![rule], ..Policy::default() }
    };
    check_gaps(|_| {}, &[Gap::NoControl, Gap::NoRule, Gap::NoTelemetry]);
    check_gaps(
        |p| p.threats.get_mut(ThreatId(1)).unwrap().treatment = Treatment::Accept,
        &[Gap::NoRule, Gap::NoTelemetry],
    );
    check_gaps(
        |p| *p.threats.get_mut(ThreatId(1)).unwrap() = Threat { id: ThreatId(1), ..Threat::default() },
        &[Gap::NotRated, Gap::NoOwner, Gap::Undecided, Gap::NoControl, Gap::NoRule, Gap::NoTelemetry],
    );
    check_gaps(
        |p| drop(p.controls.insert(control(ControlStatus::Planned))),
        &[Gap::NothingInPlace, Gap::NoRule, Gap::NoTelemetry],
    );
    check_gaps(
        |p| {
            p.controls.insert(control(ControlStatus::Partial));
            p.policies.insert(policy(PolicyStatus::Draft));
        },
        &[Gap::NoRule, Gap::NoTelemetry],
    );
    check_gaps(
        |p| {
            p.controls.insert(control(ControlStatus::Partial));
            p.policies.insert(policy(PolicyStatus::Active));
        },
        &[Gap::NoTelemetry, Gap::NoEvidence],
    );
    check_gaps(
        |p| {
            p.controls.insert(control(ControlStatus::Partial));
            p.policies.insert(policy(PolicyStatus::Active));
            p.evidence.insert(Evidence { id: EvidenceId(1), rule: Some(RuleId(1)), ..Evidence::default() });
        },
        &[Gap::NoTelemetry],
    );
    let watched =
        Condition::Metric(MetricCondition { metric: "auth_failures".to_owned(), ..Default::default() });
    check_gaps(
        |p| {
            p.controls.insert(control(ControlStatus::Partial));
            let mut policy = policy(PolicyStatus::Active);
            policy.rules[0].conditions = vec![watched];
            p.policies.insert(policy);
        },
        &[Gap::NoEvidence],
    );
}

#[test]
fn evidence_of_what_prevents_is_fresh_though_it_measures_nothing() {
    let check = |function: ControlFunction, evidence: fn(&mut Evidence), expected: (usize, usize, bool)| {
        let mut project = base();
        project.threats.insert(threat(1, AGENT, "T"));
        project.controls.insert(Control {
            id: ControlId(1),
            status: ControlStatus::Implemented,
            function,
            threats: vec![ThreatId(1)],
            ..Control::default()
        });
        let rule = Rule { id: RuleId(1), controls: vec![ControlId(1)], ..Rule::default() };
        let status = PolicyStatus::Active;
        let policy = Policy { id: PolicyId(1), status, rules: vec![rule], ..Policy::default() };
        project.policies.insert(policy);
        let mut one = Evidence {
            id: EvidenceId(1),
            policy: Some(PolicyId(1)),
            rule: Some(RuleId(1)),
            control: Some(ControlId(1)),
            windows: 4,
            detected: 2,
            ..Evidence::default()
        };
        evidence(&mut one);
        project.evidence.insert(one);
        let coverage = coverage(&project, Catalog::builtin());
        let row = &coverage.threats[0];
        assert_eq!((row.evidence.len(), row.fresh, row.measured), expected);
    };
    let (detects, prevents) = (ControlFunction::Detective, ControlFunction::Preventive);
    check(detects, |_| {}, (1, 1, true));
    check(prevents, |_| {}, (1, 1, false));
    check(detects, |one| one.policy_fingerprint = "another".to_owned(), (1, 0, false));
    check(prevents, |one| one.policy = Some(PolicyId(9)), (1, 0, false));
}

#[test]
fn frameworks_know_what_meets_them() {
    let mut project = base();
    let named = Reference { framework: Framework::OwaspLlm, id: "LLM03".to_owned(), ..Reference::default() };
    project.threats.insert(Threat { references: vec![named], ..threat(1, AGENT, "T") });
    project.threats.insert(Threat { catalog: Some("AG-001".to_owned()), ..threat(2, AGENT, "T") });
    project.controls.insert(Control {
        id: ControlId(1),
        catalog: Some("input_validation".to_owned()),
        ..Control::default()
    });
    let coverage = coverage(&project, Catalog::builtin());
    let framework = |wanted| coverage.frameworks.iter().find(|f| f.framework == wanted).unwrap();
    let llm = framework(Framework::OwaspLlm);
    assert_eq!((llm.edition.as_str(), llm.entries.len(), llm.met()), ("2025", 10, 2));
    let entry = |id: &str| llm.entries.iter().find(|entry| entry.id == id).unwrap().threats.clone();
    assert_eq!(
        (entry("LLM01"), entry("LLM03"), entry("LLM10")),
        (vec![ThreatId(2)], vec![ThreatId(1)], vec![])
    );
    let nist = framework(Framework::Nist);
    assert_eq!(nist.entries.iter().find(|entry| entry.id == "SI-10").unwrap().controls, [ControlId(1)]);
}
