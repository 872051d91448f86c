//! Changing what is written about things: fields, threats, controls, policies, answers, decisions.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Details, Edit, Transaction};
use crate::model::{
    Answer, Asset, AssetId, Assumption, AssumptionId, Attributes, Authentication, BoundaryLine, Component,
    ComponentId, Control, ControlId, ControlStatus, Dismissal, Encryption, Evidence, EvidenceId, Interface,
    InterfaceId, ItemId, LineId, Method, MetricInfo, Note, NoteId, Policy, PolicyId, Project, Protection,
    Question, QuestionId, Review, ReviewId, Rule, RuleId, SimulationSettings, Suppression, Target, Threat,
    ThreatId, View, ViewId, Zone, ZoneId,
};

/// `change_x(project, id, field, f)`: changes a copy; none when it is not there or nothing differs. Changes of one field
/// that follow each other closely become one step.
macro_rules! changes {
    ($($function:ident, $id:ty, $record:ty, |$project:ident, $key:ident| $get:expr;)*) => {
        $(
            #[doc = concat!("Changes `field` of a ", stringify!($record), "; none when it is not there or nothing differs.")]
            pub fn $function(
                $project: &Project,
                $key: $id,
                field: &'static str,
                change: impl FnOnce(&mut $record),
            ) -> Option<Transaction> {
                let old: &$record = $get?;
                let mut new = old.clone();
                change(&mut new);
                if new == *old {
                    return None;
                }
                let name = format!("Change {field} of {}", $project.name_of($key.into()));
                Some(Transaction::new(name, vec![new.into()]).merging(Some($key.into()), field))
            }
        )*
    };
}

changes! {
    change_component, ComponentId, Component, |project, id| project.diagram.component(id);
    change_interface, InterfaceId, Interface, |project, id| project.diagram.interface(id);
    change_zone, ZoneId, Zone, |project, id| project.diagram.zones.get(id);
    change_line, LineId, BoundaryLine, |project, id| project.diagram.lines.get(id);
    change_asset, AssetId, Asset, |project, id| project.assets.get(id);
    change_threat, ThreatId, Threat, |project, id| project.threats.get(id);
    change_control, ControlId, Control, |project, id| project.controls.get(id);
    change_policy, PolicyId, Policy, |project, id| project.policies.get(id);
    change_evidence, EvidenceId, Evidence, |project, id| project.evidence.get(id);
    change_view, ViewId, View, |project, id| project.views.get(id);
    change_review, ReviewId, Review, |project, id| project.reviews.get(id);
    change_assumption, AssumptionId, Assumption, |project, id| project.assumptions.get(id);
    change_question, QuestionId, Question, |project, id| project.questions.get(id);
    change_note, NoteId, Note, |project, id| project.notes.get(id);
}

/// Changes one field of a rule, inside of its policy.
pub fn change_rule(
    project: &Project,
    id: RuleId,
    field: &'static str,
    change: impl FnOnce(&mut Rule),
) -> Option<Transaction> {
    let (policy, _) = project.rule(id)?;
    let transaction = change_policy(project, policy.id, field, |policy| {
        policy.rules.iter_mut().filter(|rule| rule.id == id).take(1).for_each(change_once(change));
    })?;
    let name = format!("Change {field} of {}", project.name_of(id.into()));
    Some(Transaction { name, ..transaction }.merging(Some(id.into()), field))
}

/// `for_each` wants to call more than once; there is at most one rule with an id.
fn change_once<T>(change: impl FnOnce(&mut T)) -> impl FnMut(&mut T) {
    let mut change = Some(change);
    move |record| {
        if let Some(change) = change.take() {
            change(record);
        }
    }
}

macro_rules! change_whole {
    ($($(#[$meta:meta])* $function:ident, $record:ty, $variant:ident, |$project:ident| $get:expr, $what:literal;)*) => {
        $(
            $(#[$meta])*
            pub fn $function($project: &Project, field: &'static str, change: impl FnOnce(&mut $record)) -> Option<Transaction> {
                let old: $record = $get;
                let mut new = old.clone();
                change(&mut new);
                if new == old {
                    return None;
                }
                let name = format!("Change {field} of the {}", $what);
                Some(Transaction::new(name, vec![Edit::$variant(Box::new(new))]).merging(None, field))
            }
        )*
    };
}

change_whole! {
    /// Changes one of the project's details.
    change_details, Details, Details, |project| Details::of(project), "model";
    /// Changes how risk is rated.
    change_method, Method, Method, |project| project.method.clone(), "risk method";
    /// Changes the security checks themselves.
    change_protection, Protection, Protection, |project| project.protection.clone(), "protection";
    /// Changes what simulations need to know.
    change_simulation, SimulationSettings, Simulation, |project| project.simulation.clone(), "simulation settings";
}

/// Changes how risk is rated so that every rating goes on to stand for the same frequency and money: where anchors move, the
/// levels of the threats move against them, within the scale.
pub fn change_method_keeping_amounts(
    project: &Project,
    field: &'static str,
    change: impl FnOnce(&mut Method),
) -> Option<Transaction> {
    let old = &project.method;
    let mut new = old.clone();
    change(&mut new);
    if new == *old {
        return None;
    }
    let level = |ratio: f64| {
        let moved = 3.0 + ratio.ln() / new.factor().ln();
        moved.is_finite().then(|| (moved.clamp(1.0, 5.0) * 1e4).round() / 1e4)
    };
    let likelihood = |rating: f64| level(old.frequency(rating) / new.middle_frequency);
    let impact = |rating: f64| level(old.loss(rating)? / new.middle_loss?);
    let moved = project.threats.iter().filter_map(|threat| {
        let mut copy = threat.clone();
        copy.likelihood = threat.likelihood.map(|rating| likelihood(rating).unwrap_or(rating));
        copy.impact = threat.impact.map(|rating| impact(rating).unwrap_or(rating));
        (copy != *threat).then(|| Edit::from(copy))
    });
    let edits: Vec<Edit> = moved.chain([Edit::Method(Box::new(new.clone()))]).collect();
    let name = format!("Change {field} of the risk method, keeping amounts");
    Some(Transaction::new(name, edits))
}

/// Gives a thing another name; none when it has that name already or cannot be named.
pub fn rename(project: &Project, item: ItemId, name: &str) -> Option<Transaction> {
    let old = project.name_of(item);
    let name = name.trim().to_owned();
    if name.is_empty() {
        return None;
    }
    let new = name.clone();
    let transaction = match item {
        ItemId::Component(id) => change_component(project, id, "name", |c| c.name = name),
        ItemId::Interface(id) => change_interface(project, id, "name", |i| i.name = name),
        ItemId::Zone(id) => change_zone(project, id, "name", |z| z.name = name),
        ItemId::Line(id) => change_line(project, id, "name", |l| l.name = name),
        ItemId::Asset(id) => change_asset(project, id, "name", |a| a.name = name),
        ItemId::Threat(id) => change_threat(project, id, "title", |t| t.title = name),
        ItemId::Control(id) => change_control(project, id, "name", |c| c.name = name),
        ItemId::Policy(id) => change_policy(project, id, "name", |p| p.name = name),
        ItemId::Rule(id) => change_rule(project, id, "name", |r| r.name = name),
        ItemId::View(id) => change_view(project, id, "name", |v| v.name = name),
        ItemId::Review(id) => change_review(project, id, "name", |r| r.name = name),
        ItemId::Assumption(id) => change_assumption(project, id, "text", |a| a.text = name),
        ItemId::Question(id) => change_question(project, id, "text", |q| q.text = name),
        ItemId::Note(id) => change_note(project, id, "text", |n| n.text = name),
        ItemId::Evidence(_) => None,
    }?;
    Some(Transaction { name: format!("Rename {old} to {new}"), ..transaction })
}

macro_rules! additions {
    ($($(#[$meta:meta])* $function:ident, $record:ty, $id:ty, $next:ident, $what:literal, |$new:ident| $name:expr;)*) => {
        $(
            $(#[$meta])*
            pub fn $function(project: &Project, record: $record) -> ($id, Transaction) {
                let id = project.$next();
                let $new = Stamped(record).with_id(id);
                let name = format!("Add {} {}", $what, $name);
                (id, Transaction::new(name.trim_end().to_owned(), vec![$new.into()]))
            }

            impl Stamped<$record> {
                fn with_id(mut self, id: $id) -> $record {
                    self.0.id = id;
                    self.0
                }
            }
        )*
    };
}

/// A record that is about to get its id.
struct Stamped<T>(T);

additions! {
    /// Adds an asset; its id is given here.
    add_asset, Asset, AssetId, next_asset, "asset", |new| new.name;
    /// Adds a threat; its id is given here.
    add_threat, Threat, ThreatId, next_threat, "threat", |new| new.title;
    /// Adds a control; its id is given here.
    add_control, Control, ControlId, next_control, "control", |new| new.name;
    /// Adds a view; its id is given here.
    add_view, View, ViewId, next_view, "view", |new| new.name;
    /// Adds a review; its id is given here.
    add_review, Review, ReviewId, next_review, "review", |new| new.name;
    /// Notes an assumption; its id is given here.
    add_assumption, Assumption, AssumptionId, next_assumption, "assumption", |new| new.text;
    /// Notes a question; its id is given here.
    add_question, Question, QuestionId, next_question, "question", |new| new.text;
}

/// Adds a policy; its id and those of its rules are given here.
pub fn add_policy(project: &Project, mut policy: Policy) -> (PolicyId, Transaction) {
    policy.id = project.next_policy();
    let first = project.next_rule().0;
    for (rule, number) in policy.rules.iter_mut().zip(first..) {
        rule.id = RuleId(number);
    }
    (policy.id, Transaction::new(format!("Add policy {}", policy.name), vec![policy.into()]))
}

/// Adds a policy together with what the numbers of its metrics mean, in one step.
pub fn add_policy_with_metrics(
    project: &Project,
    policy: Policy,
    metrics: BTreeMap<String, MetricInfo>,
) -> (PolicyId, Transaction) {
    let (id, mut adding) = add_policy(project, policy);
    if !metrics.is_empty() {
        let mut settings = project.simulation.clone();
        settings.metrics.extend(metrics);
        adding.edits.push(Edit::Simulation(Box::new(settings)));
    }
    (id, adding)
}

/// Adds a rule to a policy; its id is given here.
pub fn add_rule(project: &Project, policy: PolicyId, rule: Rule) -> Option<(RuleId, Transaction)> {
    let mut changed = project.policies.get(policy)?.clone();
    let id = project.next_rule();
    let name = format!("Add rule {}", rule.name);
    changed.rules.push(Rule { id, ..rule });
    Some((id, Transaction::new(name, vec![changed.into()])))
}

/// Adds several threats in one step; their ids are given here, in order.
pub fn accept_threats(project: &Project, threats: Vec<Threat>) -> (Vec<ThreatId>, Transaction) {
    let first = project.next_threat().0;
    let name = match threats.as_slice() {
        [one] => format!("Accept {}", one.title),
        many => format!("Accept {} suggested threats", many.len()),
    };
    let threats: Vec<Threat> = threats
        .into_iter()
        .zip(first..)
        .map(|(threat, number)| Threat { id: ThreatId(number), ..threat })
        .collect();
    (
        threats.iter().map(|t| t.id).collect(),
        Transaction::new(name, threats.into_iter().map(Edit::from).collect()),
    )
}

/// Sets a threat's targets.
pub fn retarget(project: &Project, id: ThreatId, targets: Vec<Target>) -> Option<Transaction> {
    change_threat(project, id, "targets", |threat| threat.targets = targets)
}

/// Sets suggestions aside, with the reason.
pub fn dismiss(project: &Project, dismissals: Vec<Dismissal>) -> Transaction {
    let name = match dismissals.as_slice() {
        [one] => format!("Dismiss {}", one.catalog),
        many => format!("Dismiss {} suggestions", many.len()),
    };
    let mut list = project.dismissals.clone();
    for dismissal in dismissals {
        list.retain(|old| old.catalog != dismissal.catalog || old.target != dismissal.target);
        list.push(dismissal);
    }
    Transaction::new(name, vec![Edit::Dismissals(list)])
}

/// Brings a suggestion back that was set aside.
pub fn restore_dismissed(project: &Project, catalog: &str, target: Option<Target>) -> Option<Transaction> {
    let mut list = project.dismissals.clone();
    list.retain(|old| old.catalog != catalog || old.target != target);
    (list.len() < project.dismissals.len())
        .then(|| Transaction::new(format!("Bring back {catalog}"), vec![Edit::Dismissals(list)]))
}

/// Sets a lint finding aside, with the reason.
pub fn suppress(project: &Project, suppression: Suppression) -> Transaction {
    let name = format!("Set {} aside", suppression.rule);
    let mut list = project.suppressions.clone();
    list.retain(|old| old.rule != suppression.rule || old.item != suppression.item);
    list.push(suppression);
    Transaction::new(name, vec![Edit::Suppressions(list)])
}

/// Brings a lint finding back that was set aside.
pub fn unsuppress(project: &Project, rule: &str, item: Option<ItemId>) -> Option<Transaction> {
    let mut list = project.suppressions.clone();
    list.retain(|old| old.rule != rule || old.item != item);
    (list.len() < project.suppressions.len())
        .then(|| Transaction::new(format!("Bring {rule} back"), vec![Edit::Suppressions(list)]))
}

/// Answers a question about a component, interface or zone, or makes the attribute unknown again. What was assumed of it
/// until now is then said.
pub fn answer_attribute(
    project: &Project,
    item: ItemId,
    attribute: &str,
    answer: Option<Answer>,
) -> Option<Transaction> {
    let set = |attributes: &mut Attributes| attributes.set(attribute, answer);
    let transaction = match item {
        ItemId::Component(id) => change_component(project, id, "attributes", |c| {
            set(&mut c.attributes);
            c.assumed.remove(attribute);
        }),
        ItemId::Interface(id) => change_interface(project, id, "attributes", |i| {
            set(&mut i.attributes);
            i.assumed.remove(attribute);
        }),
        ItemId::Zone(id) => change_zone(project, id, "attributes", |z| set(&mut z.attributes)),
        _ => None,
    }?;
    let words = attribute.replace('_', " ");
    Some(Transaction {
        name: format!("Answer {words} of {}", project.name_of(item)),
        merge: None,
        ..transaction
    })
}

/// Confirms what is assumed of components and interfaces: one attribute, or every one. None when nothing is.
pub fn confirm_assumed(project: &Project, items: &[ItemId], attribute: Option<&str>) -> Option<Transaction> {
    let mut number = 0;
    let mut confirm = |assumed: &mut BTreeSet<String>| {
        let before = assumed.len();
        assumed.retain(|name| attribute.is_some_and(|one| one != name));
        number += before - assumed.len();
        before > assumed.len()
    };
    let mut edits: Vec<Edit> = Vec::new();
    for item in items {
        match *item {
            ItemId::Component(id) => {
                let mut copy = project.diagram.component(id).cloned().unwrap_or_default();
                edits.extend(confirm(&mut copy.assumed).then(|| copy.into()));
            }
            ItemId::Interface(id) => {
                let mut copy = project.diagram.interface(id).cloned().unwrap_or_default();
                edits.extend(confirm(&mut copy.assumed).then(|| copy.into()));
            }
            _ => {}
        }
    }
    let of = super::draw::what(project, items.iter().copied());
    let name = match attribute {
        Some(one) => format!("Confirm {} of {of}", one.replace('_', " ")),
        None if number == 1 => format!("Confirm 1 assumption about {of}"),
        None => format!("Confirm {number} assumptions about {of}"),
    };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}

/// Says how callers of an interface prove who they are; none makes it unknown again.
pub fn answer_authentication(
    project: &Project,
    id: InterfaceId,
    authentication: Option<Authentication>,
) -> Option<Transaction> {
    change_interface(project, id, "authentication", |interface| interface.authentication = authentication)
}

/// Says how an interface is protected on the way; none makes it unknown again.
pub fn answer_encryption(
    project: &Project,
    id: InterfaceId,
    encryption: Option<Encryption>,
) -> Option<Transaction> {
    change_interface(project, id, "encryption", |interface| interface.encryption = encryption)
}

/// Says whether a control answers a threat.
pub fn link_control(
    project: &Project,
    control: ControlId,
    threat: ThreatId,
    linked: bool,
) -> Option<Transaction> {
    let transaction = change_control(project, control, "threats", |control| {
        control.threats.retain(|id| *id != threat);
        if linked {
            control.threats.push(threat);
            control.threats.sort_unstable();
        }
    })?;
    let (control, threat) = (project.name_of(control.into()), project.name_of(threat.into()));
    let name = if linked {
        format!("Answer {threat} by {control}")
    } else {
        format!("Unlink {control} from {threat}")
    };
    Some(Transaction { name, merge: None, ..transaction })
}

/// Moves several controls to other states in one step: how a what-if is kept.
pub fn set_control_statuses(
    project: &Project,
    statuses: &[(ControlId, ControlStatus)],
) -> Option<Transaction> {
    let edits: Vec<Edit> = statuses
        .iter()
        .filter_map(|(id, status)| {
            let old = project.controls.get(*id).filter(|control| control.status != *status)?;
            Some(Control { status: *status, ..old.clone() }.into())
        })
        .collect();
    let name = match edits.len() {
        0 => return None,
        1 => "Change status of 1 control".to_owned(),
        count => format!("Change status of {count} controls"),
    };
    Some(Transaction::new(name, edits))
}
