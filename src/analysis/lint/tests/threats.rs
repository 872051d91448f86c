//! What is wrong with threats, controls, and the work on them.

use jiff::civil::date;

use super::{check, pair};
use crate::analysis::lint::*;
use crate::model::{
    Acceptance, Answer, Assumption, AssumptionId, AssumptionState, Band, ComponentId, Control,
    ControlFunction, ControlId, ControlStatus, Decision, Evidence, EvidenceId, InterfaceId, Question,
    QuestionId, Review, ReviewId, Scheme, SignOff, Snapshot, Strength, Stride, Target, Threat, ThreatId,
    ThreatStatus, Treatment,
};

pub(super) fn threat(id: u32, level: f64) -> Threat {
    Threat {
        id: ThreatId(id),
        title: format!("threat {id}"),
        likelihood: Some(level),
        impact: Some(level),
        targets: vec![Target::Component(ComponentId(1))],
        ..Threat::default()
    }
}

pub(super) fn control(id: u32, threats: &[u32], family: &str) -> Control {
    Control {
        id: ControlId(id),
        name: format!("control {id}"),
        threats: threats.iter().copied().map(ThreatId).collect(),
        family: family.to_owned(),
        ..Control::default()
    }
}

#[test]
fn threat_rules() {
    let base = pair();
    let with = |threats: Vec<Threat>, controls: Vec<Control>| {
        let mut project = base.clone();
        project.threats = threats.into_iter().collect();
        project.controls = controls.into_iter().collect();
        project
    };
    let one = |change: fn(&mut Threat)| {
        let mut threat = threat(1, 4.0);
        change(&mut threat);
        with(vec![threat], vec![])
    };
    let nothing = |_: &mut Project| {};
    check(
        "TM-037",
        &one(|_| {}),
        nothing,
        &[
            "C-02: No threat is aimed at part 2",
            "F-01: part 1 ↔ part 2 crosses a boundary, and no threat is aimed at it",
        ],
    );
    check(
        "TM-037",
        &one(|t| {
            t.targets = vec![
                Target::Component(ComponentId(1)),
                Target::Component(ComponentId(2)),
                Target::Interface(InterfaceId(1)),
            ];
        }),
        nothing,
        &[],
    );
    check("TM-038", &one(|t| t.targets.clear()), nothing, &["T-001: threat 1 is aimed at nothing"]);
    check("TM-038", &one(|_| {}), nothing, &[]);
    check("TM-039", &one(|t| t.impact = None), nothing, &["T-001: threat 1 has no impact"]);
    check(
        "TM-039",
        &one(|t| (t.likelihood, t.impact) = (None, None)),
        nothing,
        &["T-001: threat 1 has neither likelihood nor impact"],
    );
    check("TM-039", &one(|t| (t.impact, t.status) = (None, ThreatStatus::NotApplicable)), nothing, &[]);
    check("TM-040", &one(|_| {}), nothing, &["T-001: Nobody has decided what to do about threat 1"]);
    check("TM-040", &one(|t| t.treatment = Treatment::Mitigate), nothing, &[]);
    check("TM-041", &one(|_| {}), nothing, &["T-001: threat 1 (8.0, critical) has no control"]);
    // Medium by its score; where a grid of three decides, its cell is high.
    check("TM-041", &one(|t| t.impact = Some(2.2)), nothing, &[]);
    check(
        "TM-041",
        &one(|t| t.impact = Some(2.2)),
        |p| p.method.scheme = Scheme::Three,
        &["T-001: threat 1 (6.2, high) has no control"],
    );
    check("TM-041", &one(|t| t.status = ThreatStatus::Accepted), nothing, &[]);
    check("TM-041", &with(vec![threat(1, 3.0)], vec![]), nothing, &[]);
    check("TM-042", &one(|_| {}), nothing, &["T-001: Nobody answers for threat 1 (8.0, critical)"]);
    check("TM-042", &one(|t| "Kim".clone_into(&mut t.owner)), nothing, &[]);
    check(
        "TM-043",
        &one(|t| t.treatment = Treatment::Mitigate),
        nothing,
        &["T-001: threat 1 (8.0, critical) is to be lowered, but by no date"],
    );
    check(
        "TM-043",
        &one(|t| (t.treatment, t.due) = (Treatment::Mitigate, Some(date(2026, 7, 1)))),
        nothing,
        &[],
    );
    let due = |status| {
        with(
            vec![threat(1, 4.0)],
            vec![Control { due: Some(date(2026, 5, 31)), status, ..control(1, &[1], "") }],
        )
    };
    check(
        "TM-043",
        &due(ControlStatus::Planned),
        |p| p.threats.iter_mut().for_each(|t| t.treatment = Treatment::Mitigate),
        &[],
    );
    check(
        "TM-044",
        &due(ControlStatus::Planned),
        nothing,
        &["M-01: control 1 was due on 2026-05-31 and is planned"],
    );
    check("TM-044", &due(ControlStatus::Implemented), nothing, &[]);
    check(
        "TM-045",
        &one(|t| t.status = ThreatStatus::Accepted),
        nothing,
        &["T-001: threat 1 is accepted without an approver, a reason, an end"],
    );
    let accepted = |expiry| {
        with(
            vec![Threat {
                status: ThreatStatus::Accepted,
                acceptance: Some(Acceptance {
                    approver: "Kim".to_owned(),
                    reason: "Cheap".to_owned(),
                    expiry,
                    ..Acceptance::default()
                }),
                ..threat(1, 4.0)
            }],
            vec![],
        )
    };
    check("TM-045", &accepted(None), nothing, &["T-001: threat 1 is accepted without an end"]);
    check("TM-045", &accepted(Some(date(2026, 6, 1))), nothing, &[]);
    check(
        "TM-046",
        &accepted(Some(date(2026, 5, 31))),
        nothing,
        &["T-001: threat 1 was accepted until 2026-05-31"],
    );
    check("TM-046", &accepted(Some(date(2026, 6, 1))), nothing, &[]);
    check(
        "TM-048",
        &one(|_| {}),
        nothing,
        &["T-001: threat 1 stays at 8.0 even with the whole plan; the target is 6.5"],
    );
    check("TM-048", &one(|t| t.target_score = Some(9.0)), nothing, &[]);
    let detective =
        |function| with(vec![threat(1, 4.0)], vec![Control { function, ..control(1, &[1], "a") }]);
    check(
        "TM-049",
        &detective(ControlFunction::Detective),
        nothing,
        &["T-001: Nothing keeps threat 1 from happening; its controls only notice it"],
    );
    check("TM-049", &detective(ControlFunction::Preventive), nothing, &[]);
    let families =
        |a: &str, b: &str| with(vec![threat(1, 4.0)], vec![control(1, &[1], a), control(2, &[1], b)]);
    check(
        "TM-050",
        &families("identity", "identity"),
        nothing,
        &["T-001: All 2 controls of threat 1 are of the family identity"],
    );
    check("TM-050", &families("identity", "network"), nothing, &[]);
    let strong = |status| {
        with(
            vec![threat(1, 4.0)],
            vec![Control { strength: Strength::High, status, ..control(1, &[1], "a") }],
        )
    };
    check(
        "TM-051",
        &strong(ControlStatus::Implemented),
        nothing,
        &["M-01: control 1 claims 80 %, and nothing shows it"],
    );
    check("TM-051", &strong(ControlStatus::Verified), nothing, &[]);
    check("TM-051", &strong(ControlStatus::Planned), nothing, &[]);
    check(
        "TM-051",
        &strong(ControlStatus::Implemented),
        |p| {
            p.evidence.insert(Evidence {
                id: EvidenceId(1),
                control: Some(ControlId(1)),
                ..Evidence::default()
            });
        },
        &[],
    );
    check(
        "TM-052",
        &with(vec![], vec![control(1, &[], "a")]),
        nothing,
        &["M-01: control 1 answers no threat"],
    );
    check("TM-052", &detective(ControlFunction::Detective), nothing, &[]);
    check(
        "TM-053",
        &one(|t| t.status = ThreatStatus::NotApplicable),
        nothing,
        &["T-001: Nobody says why threat 1 cannot happen"],
    );
    check(
        "TM-053",
        &one(|t| {
            t.status = ThreatStatus::NotApplicable;
            t.decisions.push(Decision::default());
        }),
        nothing,
        &[],
    );
    check(
        "TM-054",
        &one(|t| {
            t.targets = vec![Target::Interface(InterfaceId(1))];
            t.stride = [Stride::Spoofing, Stride::Tampering].into();
        }),
        nothing,
        &[
            "F-01: part 1 ↔ part 2: nobody has thought of repudiation, information disclosure, denial of service",
        ],
    );
    check("TM-054", &one(|_| {}), nothing, &[]);
    check(
        "TM-055",
        &one(|t| t.likelihood_votes = vec![2, 4]),
        nothing,
        &["T-001: Votes on the likelihood of threat 1 go from 2 to 4"],
    );
    check(
        "TM-055",
        &one(|t| {
            t.likelihood_votes = vec![2, 4];
            "Talked it over".clone_into(&mut t.rationale);
        }),
        nothing,
        &[],
    );
    check("TM-055", &one(|t| t.likelihood_votes = vec![3, 4]), nothing, &[]);
    check(
        "TM-056",
        &with((1..=10).map(|id| threat(id, 3.0)).collect(), vec![]),
        nothing,
        &["10 threats share 1 different ratings"],
    );
    check("TM-056", &with((1..=10).map(|id| threat(id, f64::from(id % 3))).collect(), vec![]), nothing, &[]);
    check("TM-056", &with((1..=9).map(|id| threat(id, 3.0)).collect(), vec![]), nothing, &[]);
    check(
        "TM-057",
        &one(|t| "Kim".clone_into(&mut t.statement.source)),
        nothing,
        &["T-001: threat 1 does not say what they do, what that leads to"],
    );
    check("TM-058", &one(|_| {}), nothing, &["T-001: No metric would reveal threat 1"]);
    check("TM-058", &one(|t| t.catalog = Some("AG-001".to_owned())), nothing, &[]);
}

#[test]
fn process_rules() {
    let base = pair();
    let nothing = |_: &mut Project| {};
    let assume = |author: &str, state| {
        let mut project = base.clone();
        project.assumptions.insert(Assumption {
            id: AssumptionId(1),
            text: "It holds".to_owned(),
            author: author.to_owned(),
            state,
            ..Assumption::default()
        });
        project
    };
    check("TM-059", &assume("", AssumptionState::Confirmed), nothing, &["S-01: \"It holds\" has no owner"]);
    check(
        "TM-059",
        &assume("Kim", AssumptionState::Unconfirmed),
        nothing,
        &["S-01: \"It holds\" has not been checked"],
    );
    check("TM-059", &assume("Kim", AssumptionState::Rejected), nothing, &[]);
    let ask = |answer: &str, day| {
        let mut project = base.clone();
        project.questions.insert(Question {
            id: QuestionId(1),
            text: "Who?".to_owned(),
            answer: answer.to_owned(),
            date: Some(day),
            ..Question::default()
        });
        project
    };
    check("TM-060", &ask("", date(2026, 5, 1)), nothing, &["Q-01: \"Who?\" has been open for 31 days"]);
    check("TM-060", &ask("", date(2026, 5, 2)), nothing, &[]);
    check("TM-060", &ask("Kim", date(2026, 1, 1)), nothing, &[]);
    check("TM-061", &base, |p| p.review_due = Some(date(2026, 5, 31)), &["The review was due on 2026-05-31"]);
    check("TM-061", &base, |p| p.review_due = Some(date(2026, 6, 1)), &[]);
    let signed = |fingerprint: String| {
        let mut project = base.clone();
        let snapshot = Some(Snapshot { fingerprint, ..Snapshot::default() });
        project.reviews.insert(Review {
            id: ReviewId(1),
            name: "spring".to_owned(),
            snapshot,
            participants: vec!["a".to_owned(), "b".to_owned()],
            ..Review::default()
        });
        project
    };
    check(
        "TM-062",
        &signed("old".to_owned()),
        nothing,
        &["W-1: The model is not the one that was signed in spring"],
    );
    check("TM-062", &signed(crate::analysis::fingerprint::fingerprint(&base)), nothing, &[]);
    check("TM-063", &signed(String::new()), nothing, &[]);
    let roles = |p: &mut Project| {
        let sign = |name: &str| SignOff {
            name: name.to_owned(),
            role: "Architect".to_owned(),
            ..SignOff::default()
        };
        p.reviews.iter_mut().for_each(|review| review.sign_offs = vec![sign("a"), sign("b")]);
    };
    check("TM-063", &signed(String::new()), roles, &["W-1: one role only took part in spring"]);
    let assume = |p: &mut Project, names: &[&str]| {
        let mut component = p.diagram.components().next().unwrap().clone();
        component.attributes.set("logs_actions", Some(Answer::Yes));
        component.attributes.set("rate_limited", Some(Answer::No));
        component.assumed = names.iter().map(|name| (*name).to_owned()).collect();
        p.diagram.put_component(component);
    };
    let both = ["logs_actions", "rate_limited"];
    check("TM-065", &base, |p| assume(p, &both), &["C-01: part 1: 2 answers are assumed"]);
    check("TM-065", &base, |p| assume(p, &both[..1]), &["C-01: part 1: logs actions is assumed"]);
    check("TM-065", &base, |p| assume(p, &["has_memory"]), &[]);
    let coloured = |band: Band| {
        move |p: &mut Project| {
            p.method.scheme = Scheme::Three;
            p.method.three_cells = vec![vec![band; 3], vec![Band::Medium; 3], vec![Band::Critical; 3]];
        }
    };
    check("TM-066", &base, nothing, &[]);
    check(
        "TM-066",
        &base,
        coloured(Band::Medium),
        &[
            "Betweenness: In cells 2 × 1, 2 × 2, 2 × 3, 3 × 1 and 2 more a small rise jumps from medium to critical with nothing between.",
            "Consistent colouring: Among cells 2 × 3, 3 × 1 a greater risk has a lower band.",
            "Consistent colouring: Cells 1 × 3, 2 × 2, 3 × 1 hold the same risks but are medium and critical.",
            "Consistent colouring: Cells 2 × 3, 3 × 2 hold the same risks but are medium and critical.",
            "Weak consistency: Cell 3 × 1 at the left or bottom edge is critical, though the lowest levels hold the smallest risks of all.",
            "Weak consistency: Cells 1 × 3, 2 × 3 at the top or right edge are medium, though the highest levels have no upper end.",
            "Weak consistency: Cells 3 × 1, 3 × 2, 3 × 3 are critical, yet some risks there are as small as some in cell 2 × 3, which is medium.",
        ],
    );
    check("TM-064", &base, nothing, &["Nobody says what the system is, nor what is left out"]);
    check(
        "TM-064",
        &base,
        |p| {
            "A shop".clone_into(&mut p.description);
            "Laptops".clone_into(&mut p.out_of_scope);
        },
        &[],
    );
}
