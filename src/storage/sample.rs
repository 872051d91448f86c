//! Projects made up from a number, for tests: every record, awkward texts, floats at the edges.

use std::collections::BTreeMap;

use crate::model::*;

const TEXTS: &[&str] = &[
    "",
    "database",
    "Prüfung \"quoted\" \\ back",
    "two\nlines\r\nand a tab\t",
    "(format: 2, // not a comment",
    "Some(1)",
    "\u{1F916} \u{0} \u{7f} \u{202e}",
    "]),\"#\"##",
    "/* neither */ is this",
    "'single' `tick` ${x}",
];

/// A small stream of numbers; the same start always gives the same numbers.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 0
    }

    fn text(&mut self) -> String {
        TEXTS[self.below(TEXTS.len())].to_owned()
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.below(3)).map(|_| self.text()).collect()
    }

    fn float(&mut self) -> f64 {
        const EDGES: &[f64] =
            &[0.0, 1.0, 0.1, 4.35, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, 80.0];
        EDGES[self.below(EDGES.len())]
    }

    fn short(&mut self) -> f32 {
        (self.below(4000) as f32 - 2000.0) / 7.0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        self.yes().then_some(value)
    }

    fn date(&mut self) -> Option<jiff::civil::Date> {
        let day = jiff::civil::date(2026, 1 + self.below(12) as i8, 1 + self.below(28) as i8);
        self.maybe(day)
    }

    fn attributes(&mut self) -> Attributes {
        let mut attributes = Attributes::default();
        for index in 0..self.below(4) {
            let answer = match self.below(5) {
                0 => Answer::Yes,
                1 => Answer::No,
                2 => Answer::Number(self.float()),
                3 => Answer::Text(self.text()),
                _ => Answer::Many(self.texts()),
            };
            attributes.set(&format!("attribute_{index}"), Some(answer));
        }
        attributes
    }

    fn origin(&mut self) -> Option<Origin> {
        let keys = BTreeMap::from([("attrs".to_owned(), r#"{"a":"\"b\"\n"}"#.to_owned())]);
        let origin = Origin { format: "otm".to_owned(), id: self.text(), keys, ..Origin::default() };
        self.maybe(origin)
    }
}

/// A project with everything in it; `size` components and as much of the rest.
pub(crate) fn project(start: u64, size: usize) -> Project {
    let draw = &mut Draw(start.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut project = Project { name: draw.text(), format: FORMAT, owner: draw.text(), ..Project::default() };
    project.contributors = draw.texts();
    project.review_due = draw.date();
    project.origin = draw.origin();
    let some = |draw: &mut Draw| 1 + draw.below(size) as u32;

    for number in 1..=size as u32 {
        project.diagram.zones.insert(Zone {
            id: ZoneId(number),
            name: draw.text(),
            kind: draw.of(ZoneKind::ALL),
            trust: draw.below(5) as u8,
            parent: (number > 1).then(|| ZoneId(number - 1)),
            attributes: draw.attributes(),
            origin: draw.origin(),
            ..Zone::default()
        });
        project.diagram.lines.insert(BoundaryLine {
            id: LineId(number),
            name: draw.text(),
            ..BoundaryLine::default()
        });
        project.diagram.put_component(Component {
            id: ComponentId(number),
            kind: draw.of(ComponentKind::ALL),
            name: draw.text(),
            zone: Some(ZoneId(some(draw))),
            technology: draw.text(),
            attributes: draw.attributes(),
            out_of_scope: draw.yes(),
            tags: draw.texts(),
            origin: draw.origin(),
            ..Component::default()
        });
    }
    for number in 1..=size as u32 {
        let (from, to) = (ComponentId(some(draw)), ComponentId(some(draw)));
        let interface = Interface {
            id: InterfaceId(number),
            from: draw.maybe(from),
            to: draw.maybe(to),
            both_ways: draw.yes(),
            protocol: draw.text(),
            port: draw.maybe(443),
            authentication: Some(draw.of(Authentication::ALL)),
            encryption: Some(draw.of(Encryption::ALL)),
            assets: vec![AssetId(some(draw))],
            attributes: draw.attributes(),
            origin: draw.origin(),
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap();
        project.assets.insert(Asset {
            id: AssetId(number),
            name: draw.text(),
            kind: draw.of(AssetKind::ALL),
            sensitivity: draw.of(Sensitivity::ALL),
            confidentiality: draw.maybe(5),
            stored_in: vec![ComponentId(some(draw))],
            ..Asset::default()
        });
        risk(draw, &mut project, number, size);
        policy(draw, &mut project, number, size);
        talk(draw, &mut project, number, size);
    }
    settings(draw, &mut project);
    project.reserve_all();
    project
}

fn risk(draw: &mut Draw, project: &mut Project, number: u32, size: usize) {
    let some = 1 + draw.below(size) as u32;
    project.threats.insert(Threat {
        id: ThreatId(number),
        title: draw.text(),
        statement: Statement {
            source: draw.text(),
            action: draw.text(),
            assets: vec![AssetId(some)],
            ..Statement::default()
        },
        stride: Stride::ALL.iter().copied().filter(|_| draw.yes()).collect(),
        references: vec![Reference {
            framework: draw.of(Framework::ALL),
            edition: "2025".to_owned(),
            id: draw.text(),
            ..Reference::default()
        }],
        targets: vec![
            Target::Component(ComponentId(some)),
            Target::Interface(InterfaceId(some)),
            Target::Zone(ZoneId(some)),
            Target::Line(LineId(some)),
            Target::Asset(AssetId(some)),
        ],
        likelihood: draw.yes().then(|| draw.float()),
        impact: draw.yes().then(|| draw.float()),
        likelihood_votes: vec![1, 5, 3],
        owasp: draw.yes().then(|| OwaspFactors { motive: Some(4), ..OwaspFactors::default() }),
        frequency_range: draw.yes().then(|| Estimate::pert(draw.float(), 1.0, 2.0)),
        loss_range: draw.yes().then(|| Estimate::lognormal(1.0, draw.float())),
        status: draw.of(ThreatStatus::ALL),
        treatment: draw.of(Treatment::ALL),
        acceptance: draw.yes().then(|| Acceptance {
            approver: draw.text(),
            expiry: draw.date(),
            ..Acceptance::default()
        }),
        decisions: vec![Decision {
            date: draw.date(),
            by: draw.text(),
            text: draw.text(),
            ..Decision::default()
        }],
        ..Threat::default()
    });
    project.controls.insert(Control {
        id: ControlId(number),
        name: draw.text(),
        strength: draw.of(Strength::ALL),
        effectiveness: draw.yes().then(|| draw.float()),
        status: draw.of(ControlStatus::ALL),
        coverage: draw.float(),
        threats: vec![ThreatId(some)],
        due: draw.date(),
        ..Control::default()
    });
    project.evidence.insert(Evidence {
        id: EvidenceId(number),
        trace: draw.text(),
        found: (0..some).collect(),
        missed: (some..2 * some).collect(),
        rate_low: draw.float(),
        ..Evidence::default()
    });
}

fn policy(draw: &mut Draw, project: &mut Project, number: u32, size: usize) {
    let some = 1 + draw.below(size) as u32;
    let conditions = vec![
        Condition::Metric(MetricCondition {
            metric: draw.text(),
            operator: draw.of(Operator::ALL),
            value: draw.float(),
            duration_ms: draw.next() as i64,
            reading: Some(draw.of(Reading::ALL)),
            ..MetricCondition::default()
        }),
        Condition::Resource(ResourceCondition {
            resource: draw.text(),
            permission: draw.of(Permission::ALL),
            ..ResourceCondition::default()
        }),
        Condition::Communication(CommunicationCondition {
            direction: Some(draw.of(Direction::ALL)),
            destinations: draw.texts(),
            effect: draw.of(Effect::ALL),
            ..CommunicationCondition::default()
        }),
    ];
    project.policies.insert(Policy {
        id: PolicyId(number),
        name: draw.text(),
        status: draw.of(PolicyStatus::ALL),
        decisions: vec![Decision { by: draw.text(), text: draw.text(), ..Decision::default() }],
        versions: vec![PolicyVersion {
            number: 1,
            policy: Policy { name: draw.text(), ..Policy::default() },
            ..PolicyVersion::default()
        }],
        priority: draw.next() as i32,
        scope: Scope { agent_types: draw.texts(), environments: draw.texts(), ..Scope::default() },
        rules: vec![Rule {
            id: RuleId(number),
            name: draw.text(),
            conditions,
            action: draw.of(RuleAction::ALL),
            threats: vec![ThreatId(some)],
            controls: vec![ControlId(some)],
            ..Rule::default()
        }],
        monitoring: Monitoring {
            alerts: vec![AlertThreshold {
                event: draw.text(),
                severity: draw.of(AlertSeverity::ALL),
                ..AlertThreshold::default()
            }],
            ..Monitoring::default()
        },
        response: Response { medium: ResponseAction::ALL.to_vec(), ..Response::default() },
        review: ReviewSchedule {
            frequency: draw.of(Frequency::ALL),
            last: draw.date(),
            ..ReviewSchedule::default()
        },
        ..Policy::default()
    });
}

fn talk(draw: &mut Draw, project: &mut Project, number: u32, size: usize) {
    let some = 1 + draw.below(size) as u32;
    let place = Place {
        x: draw.short(),
        y: draw.short(),
        w: draw.short(),
        points: (0..draw.below(4)).map(|_| (draw.short(), draw.short())).collect(),
        label: Some((draw.short(), draw.short())),
        pinned: draw.yes(),
        ..Place::default()
    };
    project.views.insert(View {
        id: ViewId(number),
        name: draw.text(),
        only_placed: draw.yes(),
        places: BTreeMap::from([(ComponentId(some).into(), place.clone()), (NoteId(some).into(), place)]),
        ..View::default()
    });
    project.notes.insert(Note {
        id: NoteId(number),
        kind: draw.of(NoteKind::ALL),
        text: draw.text(),
        links: vec![ThreatId(some).into(), RuleId(some).into()],
        ..Note::default()
    });
    project.assumptions.insert(Assumption {
        id: AssumptionId(number),
        text: draw.text(),
        ..Assumption::default()
    });
    project.questions.insert(Question { id: QuestionId(number), answer: draw.text(), ..Question::default() });
    project.reviews.insert(Review {
        id: ReviewId(number),
        date: draw.date(),
        sign_offs: vec![SignOff { name: draw.text(), ..SignOff::default() }],
        snapshot: draw.yes().then(|| Snapshot {
            fingerprint: draw.text(),
            components: BTreeMap::from([(ComponentId(some), draw.text())]),
            threats: vec![SnapshotThreat {
                id: ThreatId(some),
                current: Some(7.1),
                ..SnapshotThreat::default()
            }],
            ..Snapshot::default()
        }),
        ..Review::default()
    });
}

fn settings(draw: &mut Draw, project: &mut Project) {
    project.protection = Protection {
        enabled: draw.yes(),
        tiers: vec![Tier { checks: draw.texts(), latency_target_ms: draw.float(), ..Tier::default() }],
        caching: Caching { ttl_ms: 5, ..Caching::default() },
        ..Protection::default()
    };
    project.simulation.metrics =
        BTreeMap::from([(draw.text(), MetricInfo { unit: draw.text(), ..MetricInfo::default() })]);
    project.simulation.agents = vec![AgentInstance { name: draw.text(), ..AgentInstance::default() }];
    project.simulation.traces = vec![TraceSet { name: draw.text(), ..TraceSet::default() }];
    project.method.middle_loss = draw.maybe(2.5);
    project.method.appetite = draw.float();
    project.method.cells = vec![vec![Band::Low, Band::High], Vec::new()];
    project.method.tolerance_curve =
        vec![TolerancePoint { loss: draw.float(), chance: 0.5, ..TolerancePoint::default() }];
    project.dismissals = vec![Dismissal {
        catalog: "AG-006".to_owned(),
        target: Some(Target::Zone(ZoneId(1))),
        date: draw.date(),
        ..Dismissal::default()
    }];
    project.suppressions =
        vec![Suppression { item: Some(RuleId(1).into()), reason: draw.text(), ..Suppression::default() }];
}
