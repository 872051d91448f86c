//! What the model remembers of suggestions: those taken up, those set aside, and what controls in place answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::CatalogThreat;
use crate::model::{ControlId, ControlStatus, Dismissal, Project, Target};

/// What the model remembers of suggestions.
pub(super) struct Memory<'p> {
    /// Threats of the model by the catalogue's and what they are aimed at.
    accepted: BTreeSet<(Target, &'p str)>,
    dismissals: BTreeMap<(Target, &'p str), &'p Dismissal>,
    /// Controls in place by catalogue id and what the threat they answer is aimed at.
    by_target: BTreeSet<(Target, &'p str, ControlId)>,
    /// Controls in place by the catalogue threat they answer and catalogue id.
    by_threat: BTreeSet<(&'p str, &'p str, ControlId)>,
}

/// What is remembered of one suggestion.
#[derive(Default)]
pub(super) struct Recalled<'p> {
    /// The controls in place that answer it.
    pub(super) controls: Vec<ControlId>,
    /// That somebody set it aside.
    pub(super) dismissal: Option<&'p Dismissal>,
}

impl<'p> Memory<'p> {
    pub(super) fn of(project: &'p Project) -> Self {
        let accepted = project
            .threats
            .iter()
            .filter_map(|threat| Some((threat.catalog.as_deref()?, &threat.targets)))
            .flat_map(|(id, targets)| targets.iter().map(move |target| (*target, id)))
            .collect();
        let dismissals = project
            .dismissals
            .iter()
            .filter_map(|dismissal| Some(((dismissal.target?, dismissal.catalog.as_str()), dismissal)))
            .collect();
        let mut memory =
            Self { accepted, dismissals, by_target: BTreeSet::new(), by_threat: BTreeSet::new() };
        for control in &project.controls {
            let in_place = matches!(control.status, ControlStatus::Implemented | ControlStatus::Verified);
            let Some(catalog) = control.catalog.as_deref().filter(|_| in_place) else { continue };
            for threat in control.threats.iter().filter_map(|id| project.threats.get(*id)) {
                memory.by_target.extend(threat.targets.iter().map(|target| (*target, catalog, control.id)));
                memory
                    .by_threat
                    .extend(threat.catalog.as_deref().map(|threat| (threat, catalog, control.id)));
            }
        }
        memory
    }

    /// Whether the model holds that threat there already.
    pub(super) fn holds(&self, threat: &CatalogThreat, target: Target) -> bool {
        !self.accepted.is_empty() && self.accepted.contains(&(target, threat.id.as_str()))
    }

    pub(super) fn recall(&self, threat: &CatalogThreat, target: Target) -> Recalled<'p> {
        let (first, last) = (ControlId(0), ControlId(u32::MAX));
        let id = threat.id.as_str();
        let mut controls = BTreeSet::new();
        if !self.by_target.is_empty() || !self.by_threat.is_empty() {
            for wanted in threat.controls.iter().map(String::as_str) {
                let here = self.by_target.range((target, wanted, first)..=(target, wanted, last));
                controls.extend(here.map(|found| found.2));
                let anywhere = self.by_threat.range((id, wanted, first)..=(id, wanted, last));
                controls.extend(anywhere.map(|found| found.2));
            }
        }
        let dismissal = self.dismissals.get(&(target, id)).copied();
        Recalled { controls: controls.into_iter().collect(), dismissal }
    }

    /// Targets of which something else is remembered than before; none when that may be any target.
    pub(super) fn changed(&self, before: &Memory<'_>) -> Option<BTreeSet<Target>> {
        if self.by_threat != before.by_threat {
            return None;
        }
        let accepted = self.accepted.symmetric_difference(&before.accepted).map(|found| found.0);
        let controls = self.by_target.symmetric_difference(&before.by_target).map(|found| found.0);
        let mut changed: BTreeSet<Target> = accepted.chain(controls).collect();
        let differs = |one: &Self, other: &Memory<'_>| -> Vec<Target> {
            let apart = |(key, dismissal): &(&(Target, &str), &&Dismissal)| {
                other.dismissals.get(*key) != Some(*dismissal)
            };
            one.dismissals.iter().filter(apart).map(|(key, _)| key.0).collect()
        };
        changed.extend(differs(self, before));
        changed.extend(
            before.dismissals.keys().filter(|key| !self.dismissals.contains_key(*key)).map(|key| key.0),
        );
        Some(changed)
    }
}
