//! The whole threat model, and what ties its records together.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::record::record;
use super::{
    Asset, AssetId, Assumption, AssumptionId, ComponentId, Control, ControlId, Diagram, Dismissal, Evidence,
    EvidenceId, InterfaceId, ItemId, LineId, Method, Note, NoteId, Origin, Policy, PolicyId, Protection,
    Question, QuestionId, Review, ReviewId, Rule, RuleId, SimulationSettings, Suppression, Table, Target,
    Threat, ThreatId, View, ViewId, ZoneId,
};

/// The version of the file format that this program writes.
pub const FORMAT: u32 = 2;

record! {
    /// A threat model.
    pub struct Project {
        /// The version of the format that the file was written in; 0 only before it is first written.
        format: u32,
        /// What people call the system.
        name: String,
        /// What the system is, in a sentence or two.
        description: String,
        /// Who answers for the system.
        owner: String,
        /// Who may read the model (`Internal`).
        classification: String,
        /// What is left out, and why.
        out_of_scope: String,
        /// The version of the model, as people count it.
        version: String,
        /// Who works on it.
        contributors: Vec<String>,
        /// When the next review is due.
        review_due: Option<Date>,
        /// Where it came from, when imported.
        origin: Option<Origin>,
        /// The next free number of each kind.
        next: NextIds,
        /// Components, interfaces, zones, boundary lines.
        diagram: Diagram,
        /// What is worth protecting.
        assets: Table<Asset>,
        /// What can go wrong.
        threats: Table<Threat>,
        /// What is done about it.
        controls: Table<Control>,
        /// What agents must and must not do.
        policies: Table<Policy>,
        /// What simulations have shown.
        evidence: Table<Evidence>,
        /// The security checks themselves.
        protection: Protection,
        /// What simulations need to know.
        simulation: SimulationSettings,
        /// How risk is rated.
        method: Method,
        /// Suggestions set aside.
        dismissals: Vec<Dismissal>,
        /// Lint findings set aside.
        suppressions: Vec<Suppression>,
        /// What is taken for true.
        assumptions: Table<Assumption>,
        /// What people have asked.
        questions: Table<Question>,
        /// Notes on the canvas and in side lists.
        notes: Table<Note>,
        /// Sessions in which the model was looked at.
        reviews: Table<Review>,
        /// Drawings.
        views: Table<View>,
    }
}

macro_rules! next_ids {
    ($($field:ident, $id:ident, $item:ident, $fresh:ident;)*) => {
        record! {
            /// The highest number given so far, by kind. Numbers are never given twice, so these never fall.
            pub struct NextIds {
                $(
                    /// Highest number given.
                    $field: u32,
                )*
            }
        }

        impl Project {
            $(
                /// The next free id. It is taken once something with it is put in.
                pub fn $fresh(&self) -> $id {
                    $id(self.next.$field + 1)
                }
            )*

            /// Notes that an id is in use, so that it is never given again.
            pub fn reserve(&mut self, id: ItemId) {
                match id {
                    $(ItemId::$item($id(number)) => self.next.$field = self.next.$field.max(number),)*
                }
            }
        }
    };
}

next_ids! {
    components, ComponentId, Component, next_component;
    interfaces, InterfaceId, Interface, next_interface;
    zones, ZoneId, Zone, next_zone;
    lines, LineId, Line, next_line;
    assets, AssetId, Asset, next_asset;
    threats, ThreatId, Threat, next_threat;
    controls, ControlId, Control, next_control;
    policies, PolicyId, Policy, next_policy;
    rules, RuleId, Rule, next_rule;
    evidence, EvidenceId, Evidence, next_evidence;
    views, ViewId, View, next_view;
    reviews, ReviewId, Review, next_review;
    assumptions, AssumptionId, Assumption, next_assumption;
    questions, QuestionId, Question, next_question;
    notes, NoteId, Note, next_note;
}

/// A record that names another which is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenReference {
    /// Who names it.
    pub from: ItemId,
    /// What is not there.
    pub to: ItemId,
    /// As what it is named.
    pub role: &'static str,
}

impl std::fmt::Display for BrokenReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} names {} as its {}, but there is none", self.from, self.to, self.role)
    }
}

impl Project {
    /// An empty model with one view.
    pub fn new(name: &str) -> Self {
        let mut project =
            Self { name: name.to_owned(), format: FORMAT, version: "1".to_owned(), ..Self::default() };
        let view = View { id: ViewId(1), name: "Whole system".to_owned(), ..View::default() };
        project.next.views = 1;
        project.views.insert(view);
        project
    }

    /// The rule with that id and its policy.
    pub fn rule(&self, id: RuleId) -> Option<(&Policy, &Rule)> {
        self.policies
            .iter()
            .find_map(|policy| policy.rules.iter().find(|rule| rule.id == id).map(|rule| (policy, rule)))
    }

    /// The controls that answer a threat, in id order.
    pub fn controls_of(&self, threat: ThreatId) -> impl Iterator<Item = &Control> + '_ {
        self.controls.iter().filter(move |control| control.threats.contains(&threat))
    }

    /// The rules that implement a control, with their policies.
    pub fn rules_of(&self, control: ControlId) -> impl Iterator<Item = (&Policy, &Rule)> + '_ {
        self.policies.iter().flat_map(move |policy| {
            policy
                .rules
                .iter()
                .filter(move |rule| rule.controls.contains(&control))
                .map(move |rule| (policy, rule))
        })
    }

    /// The threats aimed at a target, in id order.
    pub fn threats_at(&self, target: Target) -> impl Iterator<Item = &Threat> + '_ {
        self.threats.iter().filter(move |threat| threat.targets.contains(&target))
    }

    /// What people call a thing: a name, a title, "a → b" for an interface without a name; the id if it is not there.
    pub fn name_of(&self, item: ItemId) -> String {
        let name = match item {
            ItemId::Component(id) => self.diagram.component(id).map(|c| c.name.clone()),
            ItemId::Interface(id) => {
                self.diagram.interface(id).map(|interface| self.interface_name(interface))
            }
            ItemId::Zone(id) => self.diagram.zones.get(id).map(|z| z.name.clone()),
            ItemId::Line(id) => self.diagram.lines.get(id).map(|l| l.name.clone()),
            ItemId::Asset(id) => self.assets.get(id).map(|a| a.name.clone()),
            ItemId::Threat(id) => self.threats.get(id).map(|t| t.title.clone()),
            ItemId::Control(id) => self.controls.get(id).map(|c| c.name.clone()),
            ItemId::Policy(id) => self.policies.get(id).map(|p| p.name.clone()),
            ItemId::Rule(id) => self.rule(id).map(|(_, rule)| rule.name.clone()),
            ItemId::Evidence(id) => self.evidence.get(id).map(|evidence| {
                let rule = evidence.rule.and_then(|rule| self.rule(rule)).map(|(_, rule)| rule.name.as_str());
                rule.map_or(evidence.trace.clone(), |rule| format!("{rule} on {}", evidence.trace))
            }),
            ItemId::View(id) => self.views.get(id).map(|v| v.name.clone()),
            ItemId::Review(id) => self.reviews.get(id).map(|r| r.name.clone()),
            ItemId::Assumption(id) => self.assumptions.get(id).map(|a| a.text.clone()),
            ItemId::Question(id) => self.questions.get(id).map(|q| q.text.clone()),
            ItemId::Note(id) => self.notes.get(id).map(|n| n.text.clone()),
        };
        match name {
            Some(name) if !name.trim().is_empty() => name,
            _ => item.to_string(),
        }
    }

    /// "assistant → database", or the interface's own name with it.
    pub fn interface_name(&self, interface: &super::Interface) -> String {
        let end = |id: Option<ComponentId>| {
            id.and_then(|id| self.diagram.component(id))
                .map_or_else(|| "nothing".to_owned(), |c| c.name.clone())
        };
        let arrow = if interface.both_ways { "↔" } else { "→" };
        format!("{} {arrow} {}", end(interface.from), end(interface.to))
    }

    /// Whether there is such a thing.
    pub fn contains(&self, item: ItemId) -> bool {
        match item {
            ItemId::Component(id) => self.diagram.component(id).is_some(),
            ItemId::Interface(id) => self.diagram.interface(id).is_some(),
            ItemId::Zone(id) => self.diagram.zones.contains(id),
            ItemId::Line(id) => self.diagram.lines.contains(id),
            ItemId::Asset(id) => self.assets.contains(id),
            ItemId::Threat(id) => self.threats.contains(id),
            ItemId::Control(id) => self.controls.contains(id),
            ItemId::Policy(id) => self.policies.contains(id),
            ItemId::Rule(id) => self.rule(id).is_some(),
            ItemId::Evidence(id) => self.evidence.contains(id),
            ItemId::View(id) => self.views.contains(id),
            ItemId::Review(id) => self.reviews.contains(id),
            ItemId::Assumption(id) => self.assumptions.contains(id),
            ItemId::Question(id) => self.questions.contains(id),
            ItemId::Note(id) => self.notes.contains(id),
        }
    }

    /// Every id in the model, in no promised order.
    pub fn all_ids(&self) -> Vec<ItemId> {
        let mut ids: Vec<ItemId> = Vec::new();
        ids.extend(self.diagram.components().map(|c| ItemId::from(c.id)));
        ids.extend(self.diagram.interfaces().map(|i| ItemId::from(i.id)));
        ids.extend(self.diagram.zones.ids().map(ItemId::from));
        ids.extend(self.diagram.lines.ids().map(ItemId::from));
        ids.extend(self.assets.ids().map(ItemId::from));
        ids.extend(self.threats.ids().map(ItemId::from));
        ids.extend(self.controls.ids().map(ItemId::from));
        ids.extend(self.policies.ids().map(ItemId::from));
        ids.extend(self.policies.iter().flat_map(|p| p.rules.iter().map(|r| ItemId::from(r.id))));
        ids.extend(self.evidence.ids().map(ItemId::from));
        ids.extend(self.views.ids().map(ItemId::from));
        ids.extend(self.reviews.ids().map(ItemId::from));
        ids.extend(self.assumptions.ids().map(ItemId::from));
        ids.extend(self.questions.ids().map(ItemId::from));
        ids.extend(self.notes.ids().map(ItemId::from));
        ids
    }

    /// Makes sure that no id in use can be given again: for files written by hand and for importers.
    pub fn reserve_all(&mut self) {
        for id in self.all_ids() {
            self.reserve(id);
        }
    }

    /// Every reference to something that is not there, in order.
    pub fn broken_references(&self) -> Vec<BrokenReference> {
        let mut references: Vec<(ItemId, ItemId, &'static str)> = Vec::new();
        for component in self.diagram.components() {
            references.extend(component.zone.map(|zone| (component.id.into(), zone.into(), "zone")));
        }
        for interface in self.diagram.interfaces() {
            let from = ItemId::from(interface.id);
            references
                .extend(interface.from.into_iter().chain(interface.to).map(|end| (from, end.into(), "end")));
            references.extend(interface.assets.iter().map(|asset| (from, (*asset).into(), "asset")));
        }
        for zone in &self.diagram.zones {
            references.extend(zone.parent.map(|parent| (zone.id.into(), parent.into(), "parent")));
        }
        for asset in &self.assets {
            let places = asset.stored_in.iter().chain(&asset.processed_by);
            references.extend(places.map(|place| (asset.id.into(), (*place).into(), "place")));
        }
        for threat in &self.threats {
            references
                .extend(threat.targets.iter().map(|target| (threat.id.into(), (*target).into(), "target")));
            references.extend(
                threat.statement.assets.iter().map(|asset| (threat.id.into(), (*asset).into(), "asset")),
            );
        }
        for control in &self.controls {
            references
                .extend(control.threats.iter().map(|threat| (control.id.into(), (*threat).into(), "threat")));
        }
        for (policy, rule) in self.policies.iter().flat_map(|p| p.rules.iter().map(move |r| (p, r))) {
            references
                .extend(rule.threats.iter().map(|threat| (policy.id.into(), (*threat).into(), "threat")));
            references
                .extend(rule.controls.iter().map(|control| (policy.id.into(), (*control).into(), "control")));
        }
        for evidence in &self.evidence {
            let from = ItemId::from(evidence.id);
            references.extend(evidence.policy.map(|policy| (from, policy.into(), "policy")));
            references.extend(evidence.rule.map(|rule| (from, rule.into(), "rule")));
            references.extend(evidence.control.map(|control| (from, control.into(), "control")));
        }
        for assumption in &self.assumptions {
            references.extend(assumption.links.iter().map(|link| (assumption.id.into(), *link, "link")));
        }
        for question in &self.questions {
            references.extend(question.links.iter().map(|link| (question.id.into(), *link, "link")));
        }
        for note in &self.notes {
            references.extend(note.links.iter().map(|link| (note.id.into(), *link, "link")));
        }
        for view in &self.views {
            references.extend(view.places.keys().map(|item| (view.id.into(), *item, "place")));
        }
        if references.is_empty() {
            return Vec::new();
        }
        let known: BTreeSet<ItemId> = self.all_ids().into_iter().collect();
        let mut broken: Vec<BrokenReference> = references
            .into_iter()
            .filter(|(_, to, _)| !known.contains(to))
            .map(|(from, to, role)| BrokenReference { from, to, role })
            .collect();
        broken.sort();
        broken.dedup();
        broken
    }
}
