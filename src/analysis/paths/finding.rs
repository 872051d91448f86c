//! What the graph says besides paths: each finding with all that it is about, so that a drawing can light it up, and the
//! control that would cut it.

use std::collections::BTreeSet;

use super::find::PathReport;
use crate::analysis::agents::LegKind;
use crate::analysis::crossings::Course;
use crate::model::{
    Authentication, ComponentId, ComponentKind, ControlId, ControlStatus, Encryption, InterfaceId, ItemId,
    Project,
};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// An agent in which too much comes together.
    Agent,
    /// Data where it is not cleared for.
    Clearance,
    /// Unchecked data where integrity counts.
    Integrity,
    /// Agents that can keep each other going.
    Loop,
    /// A component that others hang on.
    SinglePoint,
    /// What falls with a component.
    BlastRadius,
    /// An interface over a border.
    Crossing,
}

impl FindingKind {
    /// All, as they are listed.
    pub const ALL: [Self; 7] = [
        Self::Agent,
        Self::Clearance,
        Self::Integrity,
        Self::Loop,
        Self::SinglePoint,
        Self::BlastRadius,
        Self::Crossing,
    ];

    /// The words as a person reads them over a list.
    pub fn label(self) -> &'static str {
        match self {
            Self::Agent => "Agents with too much at once",
            Self::Clearance => "Data above clearance",
            Self::Integrity => "Unchecked where integrity counts",
            Self::Loop => "Loops among agents",
            Self::SinglePoint => "Single points of failure",
            Self::BlastRadius => "Blast radius",
            Self::Crossing => "Crossings",
        }
    }
}

/// One finding of a [`PathReport`], by its kind and its place in the list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphFinding {
    /// What it is about.
    pub kind: FindingKind,
    /// Its place among those of its kind.
    pub place: usize,
}

/// The control that would cut a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// The catalogue's control.
    pub catalog: &'static str,
    /// The control of the model that was made of it and is not in place yet, the first by id.
    pub listed: Option<ControlId>,
    /// What it does to the finding: "cut it".
    does: &'static str,
}

impl PathReport {
    /// How many findings there are of a kind.
    pub fn count(&self, kind: FindingKind) -> usize {
        match kind {
            FindingKind::Agent => self.agents.len(),
            FindingKind::Clearance => self.violations.len(),
            FindingKind::Integrity => self.unchecked.len(),
            FindingKind::Loop => self.loops.len(),
            FindingKind::SinglePoint => self.single_points.len(),
            FindingKind::BlastRadius => self.blast.len(),
            FindingKind::Crossing => self.crossings.len(),
        }
    }

    /// Every finding, kind by kind.
    pub fn findings(&self) -> impl Iterator<Item = GraphFinding> + '_ {
        FindingKind::ALL
            .into_iter()
            .flat_map(|kind| (0..self.count(kind)).map(move |place| GraphFinding { kind, place }))
    }
}

impl GraphFinding {
    /// The finding about an agent, if too much comes together there.
    pub fn of_agent(report: &PathReport, agent: ComponentId) -> Option<Self> {
        let place = report.agents.iter().position(|check| check.agent == agent)?;
        Some(Self { kind: FindingKind::Agent, place })
    }

    /// Whether the report holds it.
    pub fn is_in(self, report: &PathReport) -> bool {
        self.place < report.count(self.kind)
    }

    /// The one thing that it is about in the first place; none for what several have part in alike.
    pub fn about(self, report: &PathReport) -> Option<ItemId> {
        match self.kind {
            FindingKind::Agent => report.agents.get(self.place).map(|one| one.agent.into()),
            FindingKind::Clearance => {
                let one = report.violations.get(self.place)?;
                one.component.map(ItemId::from).or_else(|| one.interface.map(ItemId::from))
            }
            FindingKind::Integrity => report.unchecked.get(self.place).map(|one| one.component.into()),
            FindingKind::SinglePoint => report.single_points.get(self.place).map(|one| one.component.into()),
            FindingKind::BlastRadius => report.blast.get(self.place).map(|one| one.from.into()),
            FindingKind::Crossing => report.crossings.get(self.place).map(|one| one.interface.into()),
            FindingKind::Loop => None,
        }
    }

    /// Components, interfaces and zones that it is about; nothing when the report does not hold it.
    pub fn items(self, project: &Project, report: &PathReport) -> BTreeSet<ItemId> {
        self.parts(project, report).unwrap_or_default()
    }

    fn parts(self, project: &Project, report: &PathReport) -> Option<BTreeSet<ItemId>> {
        let mut items = BTreeSet::new();
        match self.kind {
            FindingKind::Agent => {
                let one = report.agents.get(self.place)?;
                items.extend(one.delegates.iter().chain([&one.agent]).map(|id| ItemId::from(*id)));
                for proof in one.legs.iter().filter_map(|leg| leg.proofs.first()) {
                    items.insert(proof.component.into());
                    add_ways(project, &mut items, proof.interfaces.iter().copied());
                }
            }
            FindingKind::Clearance => {
                let one = report.violations.get(self.place)?;
                items.extend(one.component.map(ItemId::from));
                add_ways(project, &mut items, one.by.iter().copied().chain(one.interface));
            }
            FindingKind::Integrity => {
                let one = report.unchecked.get(self.place)?;
                items.extend([ItemId::from(one.source), one.component.into()]);
                add_ways(project, &mut items, one.by.iter().copied());
            }
            FindingKind::Loop => {
                let one = report.loops.get(self.place)?;
                items.extend(one.agents.iter().chain(&one.through).map(|id| ItemId::from(*id)));
                items.extend(one.interfaces.iter().map(|id| ItemId::from(*id)));
            }
            FindingKind::SinglePoint => {
                let one = report.single_points.get(self.place)?;
                let parts = one.cuts_off.iter().copied().chain([one.component]).collect();
                add_group(project, &mut items, &parts);
            }
            FindingKind::BlastRadius => {
                let one = report.blast.get(self.place)?;
                let fallen = one.reached.iter().map(|(id, _)| *id).chain([one.from]).collect();
                add_group(project, &mut items, &fallen);
            }
            FindingKind::Crossing => {
                let one = report.crossings.get(self.place)?;
                items.extend([ItemId::from(one.interface), one.from.into(), one.to.into()]);
                items.extend(one.left.iter().chain(&one.entered).map(|id| ItemId::from(*id)));
            }
        }
        Some(items)
    }

    /// What it says, in a sentence with the model's own names; empty when the report does not hold it.
    pub fn words(self, project: &Project, report: &PathReport) -> String {
        self.said(project, report).unwrap_or_default()
    }

    fn said(self, project: &Project, report: &PathReport) -> Option<String> {
        let name = |id: ItemId| project.name_of(id);
        let names = |ids: &[ComponentId]| few(&ids.iter().map(|id| name((*id).into())).collect::<Vec<_>>());
        Some(match self.kind {
            FindingKind::Agent => {
                let one = report.agents.get(self.place)?;
                let together = if one.trifecta {
                    "untrusted text, private data and a way out come together"
                } else {
                    "untrusted text and private data meet the power to change things"
                };
                let approved = match one.approved_by {
                    Some(by) => format!(", approved by {}", name(by)),
                    None => ", and nobody approves".to_owned(),
                };
                format!("In {} {together}{approved}.", name(one.agent.into()))
            }
            FindingKind::Clearance => {
                let one = report.violations.get(self.place)?;
                let place = one.component.map(ItemId::from).or(one.interface.map(ItemId::from));
                format!(
                    "{}, {}, gets to {}, cleared for {}.",
                    name(one.asset.into()),
                    one.sensitivity.label(),
                    place.map(name).unwrap_or_default(),
                    one.clearance.label()
                )
            }
            FindingKind::Integrity => {
                let one = report.unchecked.get(self.place)?;
                format!(
                    "What {} sends may change {} at {}, and nothing on the way checks it.",
                    name(one.source.into()),
                    name(one.asset.into()),
                    name(one.component.into())
                )
            }
            FindingKind::Loop => {
                format!("{} can call each other without end.", names(&report.loops.get(self.place)?.agents))
            }
            FindingKind::SinglePoint => {
                let one = report.single_points.get(self.place)?;
                format!("Without {} nobody reaches {}.", name(one.component.into()), names(&one.cuts_off))
            }
            FindingKind::BlastRadius => {
                let one = report.blast.get(self.place)?;
                let reached: Vec<ComponentId> = one.reached.iter().map(|(id, _)| *id).collect();
                let assets: Vec<String> = one.assets.iter().map(|id| name((*id).into())).collect();
                let with = if assets.is_empty() { String::new() } else { format!(", with {}", few(&assets)) };
                let reached = if reached.is_empty() { "nothing else".to_owned() } else { names(&reached) };
                format!("Once {} has fallen, {reached} can be reached{with}.", name(one.from.into()))
            }
            FindingKind::Crossing => {
                let one = report.crossings.get(self.place)?;
                let ways = if one.both_ways { ", both ways" } else { "" };
                let course = match one.course() {
                    Course::Level => format!("crosses between zones of the same trust, {}", one.trust_to),
                    other => {
                        format!("goes {}, from trust {} to {}", other.label(), one.trust_from, one.trust_to)
                    }
                };
                format!("{} {course}{ways}.", name(one.interface.into()))
            }
        })
    }

    /// The control that would cut it, where one can.
    pub fn remedy(self, project: &Project, report: &PathReport) -> Option<Remedy> {
        let catalog = self.cut_by(project, report)?;
        let mut listed = project.controls.iter().filter(|control| {
            let in_place = matches!(control.status, ControlStatus::Implemented | ControlStatus::Verified);
            control.catalog.as_deref() == Some(catalog) && !in_place
        });
        let does = match self.kind {
            FindingKind::Agent | FindingKind::Clearance | FindingKind::Integrity | FindingKind::Loop => {
                "cut it"
            }
            FindingKind::SinglePoint => "mend it",
            FindingKind::BlastRadius => "narrow it",
            FindingKind::Crossing => "guard it",
        };
        Some(Remedy { catalog, listed: listed.next().map(|control| control.id), does })
    }

    fn cut_by(self, project: &Project, report: &PathReport) -> Option<&'static str> {
        let kind = |id: ComponentId| project.diagram.component(id).map(|component| component.kind);
        match self.kind {
            // The leg that falls with the fewest interfaces; where none decides it, somebody has to approve.
            FindingKind::Agent => {
                Some(match report.agents.get(self.place)?.cuts.first().map(|cut| cut.leg) {
                    Some(LegKind::UntrustedInput) => "prompt_injection_filter",
                    Some(LegKind::ConfidentialData) => "data_minimization",
                    Some(LegKind::WayOut) => "egress_allowlist",
                    Some(LegKind::ChangesState) | None => "human_approval",
                })
            }
            FindingKind::Clearance => {
                let one = report.violations.get(self.place)?;
                let way = one.interface.and_then(|id| project.diagram.interface(id));
                let clear = way.is_some_and(|way| matches!(way.encryption, None | Some(Encryption::None)));
                let outside = one.component.and_then(kind).is_some_and(ComponentKind::is_external_entity);
                Some(if clear {
                    "tls_in_transit"
                } else if outside {
                    "output_filtering"
                } else {
                    "data_minimization"
                })
            }
            FindingKind::Integrity => Some(crate::analysis::integrity::IntegrityViolation::CUT_BY),
            FindingKind::Loop => Some("loop_guard"),
            FindingKind::SinglePoint => Some("redundancy"),
            FindingKind::BlastRadius => {
                let one = report.blast.get(self.place)?;
                // Where nothing else falls, nothing is left to cut.
                (!one.reached.is_empty()).then(|| match kind(one.from) {
                    Some(ComponentKind::Agent | ComponentKind::Tool) => "least_privilege",
                    _ => "network_segmentation",
                })
            }
            FindingKind::Crossing => {
                let one = report.crossings.get(self.place)?;
                let way = project.diagram.interface(one.interface)?;
                let unproven = matches!(way.authentication, None | Some(Authentication::None));
                if one.rises() && unproven {
                    Some("authentication")
                } else if matches!(way.encryption, None | Some(Encryption::None)) {
                    Some("tls_in_transit")
                } else if one.rises() && way.attributes.yes("input_validated") != Some(true) {
                    Some("input_validation")
                } else {
                    None
                }
            }
        }
    }
}

impl Remedy {
    /// Its name: that of the model's control, otherwise the catalogue's title.
    pub fn name(self, project: &Project) -> String {
        let title = || {
            let control = crate::catalog::Catalog::builtin().control(self.catalog);
            control.map_or(self.catalog, |control| control.title.as_str()).to_owned()
        };
        self.listed.map_or_else(title, |id| project.name_of(id.into()))
    }

    /// What it would do: "Sandboxing would cut it."
    pub fn words(self, project: &Project) -> String {
        match self.listed {
            Some(id) => format!("{id} {}, once in place, would {}.", self.name(project), self.does),
            None => format!("{} would {}.", self.name(project), self.does),
        }
    }
}

/// A sentence lists no more than this.
const LISTED: usize = 5;

/// "a, b, c": of more than a sentence can hold the first, and how many more there are.
pub fn few<T: std::fmt::Display>(words: &[T]) -> String {
    let shown: Vec<String> = words.iter().take(LISTED).map(ToString::to_string).collect();
    match words.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Interfaces with both their ends.
fn add_ways(project: &Project, items: &mut BTreeSet<ItemId>, ways: impl Iterator<Item = InterfaceId>) {
    for interface in ways.filter_map(|id| project.diagram.interface(id)) {
        items.insert(interface.id.into());
        items.extend(interface.from.into_iter().chain(interface.to).map(ItemId::from));
    }
}

/// Components with the interfaces between them.
fn add_group(project: &Project, items: &mut BTreeSet<ItemId>, group: &BTreeSet<ComponentId>) {
    let among = |end: Option<ComponentId>| end.is_some_and(|id| group.contains(&id));
    let between = project.diagram.interfaces().filter(|way| among(way.from) && among(way.to));
    items.extend(between.map(|way| ItemId::from(way.id)));
    items.extend(group.iter().map(|id| ItemId::from(*id)));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{asset, system};
    use super::super::{PathOptions, attack_paths};
    use super::*;
    use crate::analysis::agents::agent_checks;
    use crate::catalog::Catalog;
    use crate::model::{Asset, Control};

    /// Findings of a kind as words: what is lit, and what would cut it.
    fn told(project: &Project, kind: FindingKind) -> Vec<String> {
        let report = attack_paths(project, &PathOptions::default());
        let of_kind = report.findings().filter(|finding| finding.kind == kind);
        of_kind
            .map(|finding| {
                assert!(finding.is_in(&report) && !finding.words(project, &report).is_empty());
                let items = finding.items(project, &report);
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                let remedy = finding.remedy(project, &report);
                assert!(remedy.is_none_or(|remedy| Catalog::builtin().control(remedy.catalog).is_some()));
                format!("{}: {}", items.join(" "), remedy.map_or("nothing", |remedy| remedy.catalog))
            })
            .collect()
    }

    #[test]
    fn each_finding_names_what_it_is_about_and_what_would_cut_it() {
        let mut project = system(
            "C1 Human@0, C2 Agent@3, C3 Agent@3, C4 Store@3, C5 External@1",
            "F1 1>2, F2 2<>3, F3 3>4, F4 4>5",
        );
        project.assets.insert(Asset { integrity: Some(5), ..asset(1, &[4]) });
        let mut leak = project.diagram.interface(InterfaceId(4)).unwrap().clone();
        leak.assets = vec![crate::model::AssetId(1)];
        leak.encryption = Some(Encryption::Tls);
        leak.authentication = Some(Authentication::MutualTls);
        project.diagram.put_interface(leak).unwrap();
        for (kind, wanted) in [
            (FindingKind::Loop, vec!["C-02 C-03 F-02: loop_guard"]),
            (FindingKind::Integrity, vec!["C-01 C-02 C-03 C-04 F-01 F-02 F-03: input_validation"]),
            (FindingKind::Clearance, vec!["C-04 C-05 F-04: output_filtering"]),
            (
                FindingKind::Crossing,
                vec!["C-01 C-02 F-01 Z-1 Z-4: authentication", "C-04 C-05 F-04 Z-2 Z-4: nothing"],
            ),
        ] {
            assert_eq!(told(&project, kind), wanted, "{kind:?}");
        }
        let points = told(&project, FindingKind::SinglePoint);
        assert!(
            points.iter().all(|point| point.ends_with(": redundancy")) && points.len() == 3,
            "{points:?}"
        );
        let blast = told(&project, FindingKind::BlastRadius);
        assert!(blast.iter().any(|blast| blast.ends_with(": least_privilege")), "{blast:?}");
        let nothing = GraphFinding { kind: FindingKind::Loop, place: 7 };
        let report = attack_paths(&project, &PathOptions::default());
        assert!(!nothing.is_in(&report) && nothing.items(&project, &report).is_empty());
        assert_eq!(nothing.words(&project, &report), "");
    }

    #[test]
    fn an_agent_with_too_much_at_once_is_shown_with_what_would_cut_it() {
        let mut project =
            system("C1 External@0, C2 Agent@3, C3 Store@3, C4 External@1", "F1 1>2, F2 2<>3, F3 2>4");
        project.assets.insert(asset(1, &[3]));
        let report = attack_paths(&project, &PathOptions::default()).with_agents(&agent_checks(&project));
        let finding = GraphFinding { kind: FindingKind::Agent, place: 0 };
        assert_eq!(report.count(FindingKind::Agent), 1);
        let items = finding.items(&project, &report);
        for id in ["C-01", "C-02", "C-03", "C-04", "F-01", "F-02", "F-03"] {
            assert!(items.iter().any(|item| item.to_string() == id), "{id} of {items:?}");
        }
        let words = finding.words(&project, &report);
        assert!(
            words.ends_with("untrusted text, private data and a way out come together, and nobody approves.")
        );
        let remedy = finding.remedy(&project, &report).unwrap();
        assert!(Catalog::builtin().control(remedy.catalog).is_some(), "{}", remedy.catalog);
        assert!(!report.agents[0].cuts.is_empty());
        let fewer = report.clone().with_agents(&[]);
        assert!(!finding.is_in(&fewer) && finding.items(&project, &fewer).is_empty());
    }

    #[test]
    fn a_control_that_the_model_lists_is_named_until_it_is_in_place() {
        let mut project = system("C1 Agent@3, C2 Agent@3", "F1 1<>2");
        for (status, wanted) in [
            (ControlStatus::Planned, "M-01 Two turns, once in place, would cut it."),
            (ControlStatus::Implemented, "Loop and recursion guard would cut it."),
        ] {
            project.controls.insert(Control {
                id: ControlId(1),
                name: "Two turns".to_owned(),
                catalog: Some("loop_guard".to_owned()),
                status,
                ..Control::default()
            });
            let report = attack_paths(&project, &PathOptions::default());
            let ring = GraphFinding { kind: FindingKind::Loop, place: 0 };
            let remedy = ring.remedy(&project, &report).unwrap();
            assert_eq!(remedy.words(&project), wanted, "{status:?}");
        }
    }
}
