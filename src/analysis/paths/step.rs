//! How likely one step of an attack is to work, and why: a model's estimate, to order paths by and not to believe in.
//!
//! `p = kind × boundary × authentication × encryption × filtering × (1−E)`, kept between a millionth and just below one.
//! The factors below are conventions like the strengths of controls. `E` is what guards the step today. The threats
//! recorded at the interface, at the component acted on and at a zone that the step enters are the ways to make it; an
//! attacker takes the way that is guarded least, so `E` is the smallest of what their stacks of controls take away from
//! likelihood (see `risk::combined`), and nothing where no threat is recorded. Threats of denial and repudiation are no
//! way to get ahead, and those of disclosure only into a store or to a secret.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::crossings::crossing;
use crate::analysis::risk::{Layer, combined, prevents};
use crate::model::{
    AssetId, Authentication, Component, ComponentId, ComponentKind, Control, ControlId, ControlStatus,
    Encryption, Interface, InterfaceId, Project, Stride, Target, Threat, ThreatId,
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
    /// The recorded threats that are ways to make it, in id order.
    pub threats: Vec<ThreatId>,
    /// The one of them that is guarded least, the first among equals.
    pub weakest: Option<ThreatId>,
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

/// The catalogue's control that fits a secret best.
const SECRET_KEPT_IN: &str = "secrets_vault";

/// What the estimates of all steps share.
pub(super) struct Estimator<'a> {
    project: &'a Project,
    /// Live threats by what they are aimed at.
    aimed: BTreeMap<Target, Vec<&'a Threat>>,
    /// Controls that lower likelihood, by the threats that they answer.
    answers: BTreeMap<ThreatId, Vec<&'a Control>>,
}

impl<'a> Estimator<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let mut aimed: BTreeMap<Target, Vec<&Threat>> = BTreeMap::new();
        for threat in project.threats.iter().filter(|threat| threat.status.is_live()) {
            for target in &threat.targets {
                aimed.entry(*target).or_default().push(threat);
            }
        }
        let mut answers: BTreeMap<ThreatId, Vec<&Control>> = BTreeMap::new();
        for control in project.controls.iter().filter(|control| prevents(control).is_some()) {
            for threat in control.threats.iter().collect::<BTreeSet<_>>() {
                answers.entry(*threat).or_default().push(control);
            }
        }
        Self { project, aimed, answers }
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
        let disclosed = to.kind == ComponentKind::Store;
        let mut ways = self.at(Target::Interface(interface.id), disclosed);
        ways.extend(self.at(Target::Component(to.id), disclosed));
        if let Some(crossing) = crossing(self.project, &along) {
            if crossing.trust_change() > 0 {
                chance *= 0.85;
                told.add(format!("goes from trust {} to trust {}", crossing.trust_from, crossing.trust_to));
            }
            for zone in &crossing.entered {
                ways.extend(self.at(Target::Zone(*zone), disclosed));
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
            &ways,
            suggestion(to, interface, kind),
        )
    }

    /// The step by a secret that one component holds and another accepts.
    pub(super) fn by_secret(&self, from: &Component, to: &Component, asset: AssetId) -> PathStep {
        let mut told = Told::default();
        told.add(format!("holds {}, which {} accepts", self.project.name_of(asset.into()), to.name));
        let mut ways = self.at(Target::Asset(asset), true);
        ways.extend(self.at(Target::Component(to.id), false));
        let kind = StepKind::UsesSecret(asset);
        self.finish(from.id, to.id, kind, None, 0.9, told, &ways, SECRET_KEPT_IN)
    }

    /// How likely somebody from nowhere in the diagram is to get hold of a component that is open to them.
    pub(super) fn chance_of_entry(&self, component: &Component) -> f64 {
        let (chance, _) = acted_on(component);
        let ways = self.at(Target::Component(component.id), component.kind == ComponentKind::Store);
        kept(chance * (1.0 - self.guarded(&ways, None).0))
    }

    /// Threats at a target that are ways to get ahead; those of disclosure only where reading is getting ahead.
    fn at(&self, target: Target, disclosed: bool) -> BTreeSet<ThreatId> {
        let ahead = |stride: &Stride| match stride {
            Stride::Spoofing | Stride::Tampering | Stride::ElevationOfPrivilege => true,
            Stride::InformationDisclosure => disclosed,
            Stride::DenialOfService | Stride::Repudiation => false,
        };
        let aimed = self.aimed.get(&target).into_iter().flatten();
        aimed
            .filter(|threat| threat.stride.is_empty() || threat.stride.iter().any(ahead))
            .map(|threat| threat.id)
            .collect()
    }

    fn finish(
        &self,
        from: ComponentId,
        to: ComponentId,
        kind: StepKind,
        interface: Option<InterfaceId>,
        chance: f64,
        mut told: Told,
        ways: &BTreeSet<ThreatId>,
        suggestion: &'static str,
    ) -> PathStep {
        let (removed, weakest) = self.guarded(ways, None);
        let probability = kept(chance * (1.0 - removed));
        let listed = ways.iter().filter_map(|threat| self.answers.get(threat)).flatten();
        let listed: BTreeMap<ControlId, &Control> = listed.map(|control| (control.id, *control)).collect();
        let controls: Vec<StepControl> = listed
            .into_values()
            .filter_map(|control| {
                let (now, complete) = prevents(control)?;
                let probability_if_done = kept(chance * (1.0 - self.guarded(ways, Some(control.id)).0));
                Some(StepControl {
                    control: control.id,
                    status: control.status,
                    now,
                    complete,
                    probability_if_done,
                })
            })
            .collect();
        told.add(match weakest {
            None => "no threat recorded there".to_owned(),
            Some(threat) if removed == 0.0 => format!("nothing in place against {threat}"),
            Some(threat) => format!("{threat} is guarded least"),
        });
        let left = controls.iter().any(|control| control.probability_if_done < probability);
        PathStep {
            from,
            to,
            kind,
            interface,
            also: Vec::new(),
            probability,
            reasons: told.0,
            threats: ways.iter().copied().collect(),
            weakest,
            controls,
            suggested: (!left).then_some(suggestion),
        }
    }

    /// What stands in the least guarded way, and which way that is; today, or with one control fully in place.
    fn guarded(&self, ways: &BTreeSet<ThreatId>, done: Option<ControlId>) -> (f64, Option<ThreatId>) {
        let layer = |control: &&'a Control| {
            let (now, complete) = prevents(control)?;
            let effect = if done == Some(control.id) { complete } else { now };
            Some(Layer { family: control.family.trim(), effect })
        };
        let stack = |threat: &ThreatId| {
            let controls = self.answers.get(threat).into_iter().flatten();
            combined(&self.project.method, controls.filter_map(layer))
        };
        let least = ways
            .iter()
            .map(|threat| (stack(threat), *threat))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        least.map_or((0.0, None), |(removed, threat)| (removed, Some(threat)))
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

fn suggestion(to: &Component, interface: &Interface, kind: StepKind) -> &'static str {
    let unproven = matches!(interface.authentication, None | Some(Authentication::None));
    match (kind, to.kind) {
        (StepKind::Answers, ComponentKind::Agent | ComponentKind::Model) => "taint_tracking",
        (_, ComponentKind::Agent | ComponentKind::Model) => "input_validation",
        (_, ComponentKind::Tool) => "tool_argument_policy",
        (_, ComponentKind::External) => "egress_allowlist",
        (_, ComponentKind::Human) => "approval_quality",
        (StepKind::Sends | StepKind::Reads, _) if unproven => "authentication",
        (StepKind::Answers, _) => "input_validation",
        (_, ComponentKind::Store) => "least_privilege",
        _ => "access_control",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn what_is_suggested_is_in_the_catalogue() {
        let kinds = [StepKind::Sends, StepKind::Answers, StepKind::Reads, StepKind::UsesSecret(AssetId(1))];
        for authentication in [None, Some(Authentication::MutualTls)] {
            let interface = Interface { authentication, ..Interface::default() };
            for (kind, of) in
                kinds.iter().flat_map(|kind| ComponentKind::ALL.iter().map(move |of| (*kind, *of)))
            {
                let id = suggestion(&Component { kind: of, ..Component::default() }, &interface, kind);
                assert!(Catalog::builtin().control(id).is_some(), "{kind:?} to {of}: {id}");
            }
        }
        assert!(Catalog::builtin().control(SECRET_KEPT_IN).is_some());
    }
}
