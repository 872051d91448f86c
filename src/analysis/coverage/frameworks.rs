//! Public frameworks: which of their entries that the catalogue knows are met by a threat or a control of the model.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, frameworks as lists};
use crate::model::{ControlId, Framework, Project, Reference, ThreatId};

/// One framework in one edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkCoverage {
    /// Which.
    pub framework: Framework,
    /// Its edition.
    pub edition: String,
    /// Its entries that the catalogue or the model knows, by id.
    pub entries: Vec<FrameworkEntry>,
}

impl FrameworkCoverage {
    /// Entries that a threat or control of the model meets.
    pub fn met(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_met()).count()
    }
}

/// One entry of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkEntry {
    /// Its id there.
    pub id: String,
    /// What it is called there; empty where the program does not know.
    pub title: String,
    /// Live threats that name it, or came from a catalogue threat that does.
    pub threats: Vec<ThreatId>,
    /// Controls that came from a catalogue control that names it.
    pub controls: Vec<ControlId>,
}

impl FrameworkEntry {
    /// Whether anything in the model meets it.
    pub fn is_met(&self) -> bool {
        !self.threats.is_empty() || !self.controls.is_empty()
    }
}

type Entries<'a> =
    BTreeMap<(Framework, &'a str), BTreeMap<&'a str, (BTreeSet<ThreatId>, BTreeSet<ControlId>)>>;

pub(super) fn frameworks(project: &Project, catalog: &Catalog) -> Vec<FrameworkCoverage> {
    let mut entries: Entries<'_> = BTreeMap::new();
    // What the framework itself lists comes first: an entry that no threat of the catalogue names is a gap too.
    for list in lists() {
        for (id, _) in &list.entries {
            entries
                .entry((list.framework, list.edition.as_str()))
                .or_default()
                .entry(id.as_str())
                .or_default();
        }
    }
    let known = catalog.threats.iter().flat_map(|threat| &threat.references);
    for reference in known.chain(catalog.controls.iter().flat_map(|control| &control.references)) {
        met(&mut entries, reference);
    }
    for threat in project.threats.iter().filter(|threat| threat.status.is_live()) {
        let origin = threat.catalog.as_deref().and_then(|id| catalog.threat(id));
        let inherited = origin.into_iter().flat_map(|origin| &origin.references);
        for reference in threat.references.iter().chain(inherited) {
            met(&mut entries, reference).0.insert(threat.id);
        }
    }
    for control in &project.controls {
        let origin = control.catalog.as_deref().and_then(|id| catalog.control(id));
        for reference in origin.into_iter().flat_map(|origin| &origin.references) {
            met(&mut entries, reference).1.insert(control.id);
        }
    }
    entries
        .into_iter()
        .map(|((framework, edition), entries)| FrameworkCoverage {
            framework,
            edition: edition.to_owned(),
            entries: entries
                .into_iter()
                .map(|(id, (threats, controls))| FrameworkEntry {
                    id: id.to_owned(),
                    title: title(framework, edition, id),
                    threats: threats.into_iter().collect(),
                    controls: controls.into_iter().collect(),
                })
                .collect(),
        })
        .collect()
}

fn title(framework: Framework, edition: &str, id: &str) -> String {
    let list = lists().iter().find(|list| list.framework == framework && list.edition == edition);
    list.and_then(|list| list.title(id)).unwrap_or_default().to_owned()
}

/// What meets an entry. A reference without an edition counts for the edition that is known, when only one is.
fn met<'a, 'b>(
    entries: &'b mut Entries<'a>,
    reference: &'a Reference,
) -> &'b mut (BTreeSet<ThreatId>, BTreeSet<ControlId>) {
    let mut editions = entries
        .keys()
        .filter(|(framework, _)| *framework == reference.framework)
        .map(|(_, edition)| *edition);
    let edition = match (reference.edition.as_str(), editions.next(), editions.next()) {
        ("", Some(only), None) => only,
        (edition, _, _) => edition,
    };
    entries.entry((reference.framework, edition)).or_default().entry(reference.id.as_str()).or_default()
}
