//! What rules look at, and where they put what they find.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::analysis::facts::{Element, Facts, Rule, System, Value, place_of, rules};
use crate::analysis::risk::{Rating, Register, RiskRow, register};
use crate::catalog::Catalog;
use crate::model::{Band, Component, Control, Interface, ItemId, Project, Threat, ThreatId};

/// A model laid out for the rules.
pub(super) struct Layout<'a> {
    project: &'a Project,
    catalog: &'a Catalog,
    system: System<'a>,
    rules: Vec<Option<Rule>>,
    register: Register,
    /// Controls by the threats that they answer.
    controls: BTreeMap<ThreatId, Vec<&'a Control>>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(project: &'a Project, catalog: &'a Catalog) -> Self {
        let mut controls: BTreeMap<ThreatId, Vec<&'a Control>> = BTreeMap::new();
        for control in &project.controls {
            for threat in control.threats.iter().collect::<BTreeSet<_>>() {
                controls.entry(*threat).or_default().push(control);
            }
        }
        Self {
            project,
            catalog,
            system: System::of(project),
            rules: rules(catalog),
            register: register(project),
            controls,
        }
    }
}

/// Something found, before the catalogue's words are put to it.
pub(super) struct Found {
    pub(super) item: Option<ItemId>,
    pub(super) what: String,
}

pub(super) struct Context<'a> {
    pub(super) project: &'a Project,
    pub(super) catalog: &'a Catalog,
    pub(super) system: &'a System<'a>,
    pub(super) facts: Facts<'a>,
    pub(super) register: &'a Register,
    pub(super) today: Option<Date>,
    controls: &'a BTreeMap<ThreatId, Vec<&'a Control>>,
    found: Vec<Found>,
}

impl<'a> Context<'a> {
    pub(super) fn new(layout: &'a Layout<'a>, today: Option<Date>) -> Self {
        Self {
            project: layout.project,
            catalog: layout.catalog,
            system: &layout.system,
            facts: Facts::new(&layout.system, layout.catalog, &layout.rules),
            register: &layout.register,
            today,
            controls: &layout.controls,
            found: Vec::new(),
        }
    }

    /// Puts a finding down.
    pub(super) fn report(&mut self, item: impl Into<ItemId>, what: impl Into<String>) {
        self.found.push(Found { item: Some(item.into()), what: what.into() });
    }

    /// Puts a finding about the whole model down.
    pub(super) fn report_model(&mut self, what: impl Into<String>) {
        self.found.push(Found { item: None, what: what.into() });
    }

    pub(super) fn take(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.found)
    }

    pub(super) fn name(&self, item: impl Into<ItemId>) -> String {
        self.project.name_of(item.into())
    }

    /// The controls that answer a threat, in id order.
    pub(super) fn controls_of(&self, threat: ThreatId) -> &'a [&'a Control] {
        self.controls.get(&threat).map_or(&[], Vec::as_slice)
    }

    /// Components in scope, with their places.
    pub(super) fn components(&self) -> impl Iterator<Item = (usize, &'a Component)> + use<'a> {
        let system = self.system;
        let all = system.components.iter().enumerate().map(|(at, facts)| (at, facts.component));
        all.filter(|(_, component)| !component.out_of_scope)
    }

    /// Interfaces in scope, with their places.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = (usize, &'a Interface)> + use<'a> {
        let system = self.system;
        let all = system.interfaces.iter().enumerate().map(|(at, facts)| (at, facts.interface));
        all.filter(|(_, interface)| !interface.out_of_scope)
    }

    /// Interfaces in scope that cross the border of a zone.
    pub(super) fn crossings(&self) -> impl Iterator<Item = (usize, &'a Interface)> + use<'a> {
        let system = self.system;
        self.interfaces().filter(move |(at, _)| system.interface(*at).is_some_and(|facts| facts.crosses))
    }

    pub(super) fn component(&self, at: usize, attribute: &str) -> Value<'a> {
        self.facts.value(Element::Component(at), place_of(self.catalog, attribute))
    }

    pub(super) fn interface(&self, at: usize, attribute: &str) -> Value<'a> {
        self.facts.value(Element::Interface { at, reversed: false }, place_of(self.catalog, attribute))
    }

    /// Whether a component is known to be so.
    pub(super) fn is(&self, at: usize, attribute: &str) -> bool {
        self.component(at, attribute) == Value::Truth(true)
    }

    /// Whether a component is known not to be so.
    pub(super) fn is_not(&self, at: usize, attribute: &str) -> bool {
        self.component(at, attribute) == Value::Truth(false)
    }

    /// Threats that count, with their rows.
    pub(super) fn live_threats(&self) -> impl Iterator<Item = (&'a Threat, &'a RiskRow)> + use<'a> {
        let project = self.project;
        let rows = self.register.live();
        rows.filter_map(move |row| Some((project.threats.get(row.threat)?, row)))
    }

    /// Threats whose current risk is high or critical, with their rows.
    pub(super) fn grave_threats(&self) -> impl Iterator<Item = (&'a Threat, &'a RiskRow)> + use<'a> {
        self.live_threats()
            .filter(|(_, row)| row.band(Rating::Current).is_some_and(|band| band >= Band::High))
    }
}
