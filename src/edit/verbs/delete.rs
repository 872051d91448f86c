//! Deleting, with everything that must go or change along.

use std::collections::BTreeSet;

use crate::edit::{Edit, Transaction};
use crate::model::{Evidence, ItemId, Project, Rule, RuleId, Target, Zone, ZoneId};

use super::draw::what;

/// Deletes things. Interfaces go with their components; what stood in a zone moves to the zone around it; a threat that
/// loses its last target stays, without one; links to what is gone are cleared everywhere.
pub fn delete(project: &Project, items: &[ItemId]) -> Transaction {
    let name = format!("Delete {}", what(project, items.iter().copied()));
    let mut gone: BTreeSet<ItemId> = items.iter().copied().filter(|item| project.contains(*item)).collect();
    for item in items {
        if let ItemId::Component(id) = item {
            gone.extend(
                project.diagram.touching(*id).into_iter().map(|interface| ItemId::from(interface.id)),
            );
        }
        if let ItemId::Policy(id) = item {
            gone.extend(
                project
                    .policies
                    .get(*id)
                    .into_iter()
                    .flat_map(|p| p.rules.iter().map(|r| ItemId::from(r.id))),
            );
        }
    }
    let mut edits = unlink(project, &gone);
    // Interfaces before components: a component with interfaces cannot go.
    let (interfaces, others): (Vec<ItemId>, Vec<ItemId>) =
        gone.iter().copied().partition(|item| matches!(item, ItemId::Interface(_)));
    edits.extend(interfaces.into_iter().chain(others).filter_map(removal));
    Transaction::new(name, edits)
}

/// Takes a rule out of its policy.
pub fn remove_rule(project: &Project, id: RuleId) -> Option<Transaction> {
    let (policy, rule) = project.rule(id)?;
    let name = format!("Delete rule {}", rule.name);
    let mut changed = policy.clone();
    changed.rules.retain(|rule| rule.id != id);
    let mut edits = unlink(project, &BTreeSet::from([ItemId::from(id)]));
    edits.retain(|edit| edit.slot() != crate::edit::Slot::Item(policy.id.into()));
    edits.push(changed.into());
    Some(Transaction::new(name, edits))
}

fn removal(item: ItemId) -> Option<Edit> {
    Some(match item {
        ItemId::Component(id) => Edit::Component(id, None),
        ItemId::Interface(id) => Edit::Interface(id, None),
        ItemId::Zone(id) => Edit::Zone(id, None),
        ItemId::Line(id) => Edit::Line(id, None),
        ItemId::Asset(id) => Edit::Asset(id, None),
        ItemId::Threat(id) => Edit::Threat(id, None),
        ItemId::Control(id) => Edit::Control(id, None),
        ItemId::Policy(id) => Edit::Policy(id, None),
        ItemId::Evidence(id) => Edit::Evidence(id, None),
        ItemId::View(id) => Edit::View(id, None),
        ItemId::Review(id) => Edit::Review(id, None),
        ItemId::Assumption(id) => Edit::Assumption(id, None),
        ItemId::Question(id) => Edit::Question(id, None),
        ItemId::Note(id) => Edit::Note(id, None),
        ItemId::Rule(_) => return None,
    })
}

/// Clears every reference from what stays to what goes.
fn unlink(project: &Project, gone: &BTreeSet<ItemId>) -> Vec<Edit> {
    let goes = |item: ItemId| gone.contains(&item);
    let mut edits: Vec<Edit> = Vec::new();
    /// Changes a copy of each record that names something that goes; few do, and copies of all the others would cost more
    /// than all the rest.
    macro_rules! without {
        ($records:expr, |$record:ident| $names:expr, |$copy:ident| $change:expr) => {
            for $record in $records {
                if goes($record.id.into()) || !$names {
                    continue;
                }
                let mut $copy = $record.clone();
                $change;
                edits.push($copy.into());
            }
        };
    }
    /// Whether one of these goes.
    macro_rules! any {
        ($ids:expr) => {
            $ids.iter().any(|id| goes((*id).into()))
        };
    }
    let outer_zone = |mut zone| {
        while let Some(id) = zone {
            if !goes(ItemId::Zone(id)) {
                break;
            }
            zone = project.diagram.zones.get(id).and_then(|zone: &Zone| zone.parent);
        }
        zone
    };
    let in_gone_zone = |zone: Option<ZoneId>| zone.is_some_and(|id| goes(id.into()));
    without!(project.diagram.components(), |one| in_gone_zone(one.zone), |copy| copy.zone =
        outer_zone(copy.zone));
    without!(&project.diagram.zones, |one| in_gone_zone(one.parent), |copy| copy.parent =
        outer_zone(copy.parent));
    without!(project.diagram.interfaces(), |one| any!(one.assets), |copy| copy
        .assets
        .retain(|asset| !goes((*asset).into())));
    without!(&project.assets, |one| any!(one.stored_in) || any!(one.processed_by), |copy| {
        copy.stored_in.retain(|id| !goes((*id).into()));
        copy.processed_by.retain(|id| !goes((*id).into()));
    });
    without!(&project.threats, |one| any!(one.targets) || any!(one.statement.assets), |copy| {
        copy.targets.retain(|target| !goes((*target).into()));
        copy.statement.assets.retain(|asset| !goes((*asset).into()));
    });
    without!(&project.controls, |one| any!(one.threats), |copy| copy
        .threats
        .retain(|id| !goes((*id).into())));
    let any_rule = |rules: &[Rule]| rules.iter().any(|rule| any!(rule.threats) || any!(rule.controls));
    without!(&project.policies, |one| any_rule(&one.rules), |copy| for rule in &mut copy.rules {
        rule.threats.retain(|id| !goes((*id).into()));
        rule.controls.retain(|id| !goes((*id).into()));
    });
    let any_of = |one: &Evidence| {
        one.policy.is_some_and(|id| goes(id.into()))
            || one.rule.is_some_and(|id| goes(id.into()))
            || one.control.is_some_and(|id| goes(id.into()))
    };
    without!(&project.evidence, |one| any_of(one), |copy| {
        copy.policy = copy.policy.filter(|id| !goes((*id).into()));
        copy.rule = copy.rule.filter(|id| !goes((*id).into()));
        copy.control = copy.control.filter(|id| !goes((*id).into()));
    });
    without!(&project.assumptions, |one| any!(one.links), |copy| copy.links.retain(|id| !goes(*id)));
    without!(&project.questions, |one| any!(one.links), |copy| copy.links.retain(|id| !goes(*id)));
    without!(&project.notes, |one| any!(one.links), |copy| copy.links.retain(|id| !goes(*id)));
    for view in project.views.iter().filter(|view| !goes(view.id.into())) {
        let placed = gone.iter().filter(|item| view.places.contains_key(*item));
        edits.extend(placed.map(|item| Edit::Place { view: view.id, item: *item, place: None }));
    }
    let mut simulation = project.simulation.clone();
    for agent in &mut simulation.agents {
        agent.component = agent.component.filter(|id| !goes((*id).into()));
    }
    if simulation != project.simulation {
        edits.push(Edit::Simulation(Box::new(simulation)));
    }
    let target_goes = |target: Option<Target>| target.is_some_and(|target| goes(target.into()));
    if project.dismissals.iter().any(|dismissal| target_goes(dismissal.target)) {
        let kept = project.dismissals.iter().filter(|dismissal| !target_goes(dismissal.target)).cloned();
        edits.push(Edit::Dismissals(kept.collect()));
    }
    if project.suppressions.iter().any(|suppression| suppression.item.is_some_and(goes)) {
        let kept =
            project.suppressions.iter().filter(|suppression| !suppression.item.is_some_and(goes)).cloned();
        edits.push(Edit::Suppressions(kept.collect()));
    }
    edits
}
