//! How likely one step of an attack is to work, and why: a model's estimate, to order paths by and not to believe in.
//!
//! `p = kind × boundary × authentication × encryption × filtering × (1−E)`, kept between a millionth and just below one.
//! The factors below are conventions like the strengths of controls. `E` is what the controls in place take away (see
//! `risk::combined`): those that lower likelihood and answer a live threat at the interface, at the component acted on,
//! or at a zone that the step enters, unless that threat is only about denial or repudiation.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::crossings::crossing;
use crate::analysis::risk::{Layer, combined, prevents};
use crate::model::{
    AssetId, Authentication, Component, ComponentId, ComponentKind, Control, ControlId, ControlStatus,
    Encryption, Interface, InterfaceId, Project, Stride, Target,
};

/// How one component acts on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// It sends something, as the interface is drawn.
    Sends,
    /// It answers who asked: what a tool, a model or a store returns acts on the reader.
    Answers,
    /// It asks a store that feeds it for what it may read.
    Reads,
    /// It holds a secret that the other accepts.
    UsesSecret(AssetId),
}

/// One step of an attack: whoever holds `from` may act on `to`.
#[derive(Debug, Clone, PartialEq)]
pub struct PathStep {
    /// Who acts.
    pub from: ComponentId,
    /// What is acted on.
    pub to: ComponentId,
    /// How.
    pub kind: StepKind,
    /// The interface; none where a secret is used without one between the two.
    pub interface: Option<InterfaceId>,
    /// Other interfaces that allow the same step, less likely to work or later in the order of ids.
    pub also: Vec<InterfaceId>,
    /// How likely it is to work, by the model.
    pub probability: f64,
    /// Why it is open, in words.
    pub reasons: Vec<String>,
    /// The controls that stand in its way, in place or not.
    pub controls: Vec<StepControl>,
    /// Where no listed control is left to complete, the catalogue's control that fits best.
    pub suggested: Option<&'static str>,
}

impl PathStep {
    /// The listed control that, completed, would make the step least likely; none when all are in place.
    pub fn cut_by(&self) -> Option<&StepControl> {
        self.controls.iter().filter(|control| control.probability_if_done < self.probability).min_by(
            |a, b| a.probability_if_done.total_cmp(&b.probability_if_done).then(a.control.cmp(&b.control)),
        )
    }
}

/// A control in the way of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepControl {
    /// Which.
    pub control: ControlId,
    /// How far it is in place.
    pub status: ControlStatus,
    /// What it takes away today.
    pub now: f64,
    /// What it would take away fully in place.
    pub complete: f64,
    /// How likely the step would be with it fully in place.
    pub probability_if_done: f64,
}

/// What the estimates of all steps share.
pub(super) struct Estimator<'a> {
    project: &'a Project,
    /// Controls that lower likelihood, by what the threats that they answer are aimed at.
    guards: BTreeMap<Target, BTreeSet<ControlId>>,
}

impl<'a> Estimator<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let mut guards: BTreeMap<Target, BTreeSet<ControlId>> = BTreeMap::new();
        for control in project.controls.iter().filter(|control| prevents(control).is_some()) {
            for threat in control.threats.iter().filter_map(|id| project.threats.get(*id)) {
                let passing =
                    |stride: &Stride| !matches!(stride, Stride::DenialOfService | Stride::Repudiation);
                let on_the_way = threat.stride.is_empty() || threat.stride.iter().any(passing);
                if threat.status.is_live() && on_the_way {
                    for target in &threat.targets {
                        guards.entry(*target).or_default().insert(control.id);
                    }
                }
            }
        }
        Self { project, guards }
    }

    /// The step from one component to another over an interface.
    pub(super) fn over(
        &self,
        from: &Component,
        to: &Component,
        interface: &Interface,
        kind: StepKind,
    ) -> PathStep {
        let mut told = Told::default();
        let mut chance = told.with(acted_on(to));
        let along = Interface {
            from: Some(from.id),
            to: Some(to.id),
            both_ways: false,
            ..Interface { id: interface.id, ..Interface::default() }
        };
        let mut guards = self.at(Target::Interface(interface.id));
        guards.extend(self.at(Target::Component(to.id)));
        if let Some(crossing) = crossing(self.project, &along) {
            if crossing.trust_change() > 0 {
                chance *= 0.85;
                told.add(format!("goes from trust {} to trust {}", crossing.trust_from, crossing.trust_to));
            }
            for zone in &crossing.entered {
                guards.extend(self.at(Target::Zone(*zone)));
            }
        }
        match kind {
            StepKind::Answers => told.add(answer_words(from, to).to_owned()),
            _ => chance *= told.with(authenticated(interface.authentication)),
        }
        chance *= told.with(encrypted(interface.encryption));
        chance *= told.with(filtered(to, interface));
        self.finish(
            from.id,
            to.id,
            kind,
            Some(interface.id),
            chance,
            told,
            &guards,
            suggestion(to, interface, kind),
        )
    }

    /// The step by a secret that one component holds and another accepts.
    pub(super) fn by_secret(&self, from: &Component, to: &Component, asset: AssetId) -> PathStep {
        let mut told = Told::default();
        told.add(format!("holds {}, which {} accepts", self.project.name_of(asset.into()), to.name));
        let mut guards = self.at(Target::Asset(asset));
        guards.extend(self.at(Target::Component(to.id)));
        let kind = StepKind::UsesSecret(asset);
        self.finish(from.id, to.id, kind, None, 0.9, told, &guards, Some("secrets_vault"))
    }

    /// How likely somebody on the internet is to get hold of a component that faces it.
    pub(super) fn from_the_internet(&self, component: &Component) -> f64 {
        let (chance, _) = acted_on(component);
        kept(chance * (1.0 - self.removed(&self.at(Target::Component(component.id)), None)))
    }

    fn at(&self, target: Target) -> BTreeSet<ControlId> {
        self.guards.get(&target).cloned().unwrap_or_default()
    }

    #[expect(clippy::too_many_arguments, reason = "one place where all parts of a step meet")]
    fn finish(
        &self,
        from: ComponentId,
        to: ComponentId,
        kind: StepKind,
        interface: Option<InterfaceId>,
        chance: f64,
        mut told: Told,
        guards: &BTreeSet<ControlId>,
        suggestion: Option<&'static str>,
    ) -> PathStep {
        let probability = kept(chance * (1.0 - self.removed(guards, None)));
        let controls: Vec<StepControl> = guards
            .iter()
            .filter_map(|id| self.project.controls.get(*id))
            .filter_map(|control| {
                let (now, complete) = prevents(control)?;
                let probability_if_done = kept(chance * (1.0 - self.removed(guards, Some(control.id))));
                Some(StepControl {
                    control: control.id,
                    status: control.status,
                    now,
                    complete,
                    probability_if_done,
                })
            })
            .collect();
        if controls.iter().all(|control| control.now == 0.0) {
            told.add("no control in place against it".to_owned());
        }
        let left = controls.iter().any(|control| control.probability_if_done < probability);
        PathStep {
            from,
            to,
            kind,
            interface,
            also: Vec::new(),
            probability,
            reasons: told.0,
            controls,
            suggested: suggestion.filter(|_| !left),
        }
    }

    /// What these controls take away today, or with one of them fully in place.
    fn removed(&self, guards: &BTreeSet<ControlId>, done: Option<ControlId>) -> f64 {
        let layer = |control: &'a Control| {
            let (now, complete) = prevents(control)?;
            let effect = if done == Some(control.id) { complete } else { now };
            Some(Layer { family: control.family.trim(), effect })
        };
        let controls = guards.iter().filter_map(|id| self.project.controls.get(*id));
        combined(&self.project.method, controls.filter_map(layer))
    }
}

/// Reasons, as they come up.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn add(&mut self, reason: String) {
        self.0.push(reason);
    }

    fn with(&mut self, (factor, reason): (f64, Option<&str>)) -> f64 {
        self.0.extend(reason.map(str::to_owned));
        factor
    }
}

fn kept(probability: f64) -> f64 {
    probability.clamp(1e-6, 1.0 - 1e-9)
}

fn acted_on(to: &Component) -> (f64, Option<&'static str>) {
    match to.kind {
        ComponentKind::Agent => (0.9, Some("an agent may take text for instructions")),
        ComponentKind::Model => (0.8, Some("a model does what its prompt says")),
        ComponentKind::Tool => (0.7, Some("a tool acts for whoever calls it")),
        ComponentKind::Store => (0.7, None),
        ComponentKind::Process => (0.6, None),
        ComponentKind::External => (0.5, None),
        ComponentKind::Human => (0.4, Some("a person can be deceived")),
    }
}

fn answer_words(from: &Component, to: &Component) -> &'static str {
    match (from.kind, to.kind) {
        (ComponentKind::Tool, ComponentKind::Agent | ComponentKind::Model) => {
            "what a tool returns is read as text"
        }
        (ComponentKind::Store, _) => "what lies in the store acts on its reader",
        _ => "the answer acts on who asked",
    }
}

fn authenticated(how: Option<Authentication>) -> (f64, Option<&'static str>) {
    match how {
        None => (0.95, Some("nobody has said how callers prove who they are")),
        Some(Authentication::None) => (1.0, Some("callers prove nothing")),
        Some(Authentication::Password | Authentication::ApiKey | Authentication::Other) => (0.85, None),
        Some(Authentication::Token) => (0.8, None),
        Some(Authentication::SingleSignOn) => (0.75, None),
        Some(Authentication::MutualTls | Authentication::Signature) => (0.7, None),
    }
}

fn encrypted(how: Option<Encryption>) -> (f64, Option<&'static str>) {
    match how {
        None => (0.98, None),
        Some(Encryption::None) => (1.0, Some("clear text on the way")),
        Some(_) => (0.95, None),
    }
}

fn filtered(to: &Component, interface: &Interface) -> (f64, Option<&'static str>) {
    let says = |name: &str| [to.attributes.yes(name), interface.attributes.yes(name)];
    if says("input_validated").contains(&Some(true)) {
        (0.8, None)
    } else if says("content_filtered").contains(&Some(true)) {
        (0.85, None)
    } else if says("input_validated").contains(&Some(false)) {
        (1.0, Some("input is not validated"))
    } else {
        (1.0, None)
    }
}

fn suggestion(to: &Component, interface: &Interface, kind: StepKind) -> Option<&'static str> {
    let unproven = matches!(interface.authentication, None | Some(Authentication::None));
    Some(match (kind, to.kind) {
        (StepKind::Answers, ComponentKind::Agent | ComponentKind::Model) => "taint_tracking",
        (_, ComponentKind::Agent | ComponentKind::Model) => "input_validation",
        (_, ComponentKind::Tool) => "tool_argument_policy",
        (_, ComponentKind::External) => "egress_allowlist",
        (_, ComponentKind::Human) => "approval_quality",
        (StepKind::Sends | StepKind::Reads, _) if unproven => "authentication",
        (StepKind::Answers, _) => "input_validation",
        (_, ComponentKind::Store) => "least_privilege",
        _ => "access_control",
    })
}
