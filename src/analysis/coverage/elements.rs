//! Each component and interface against each STRIDE category that applies to its kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::risk::{Rating, Register};
use crate::catalog::Catalog;
use crate::model::{Band, Component, ComponentKind, Project, Stride, Target, ThreatId};

/// One element and one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Threats are recorded.
    Threats {
        /// Which, worst current first.
        threats: Vec<ThreatId>,
        /// The worst current band; none when none of them is rated.
        band: Option<Band>,
    },
    /// Somebody looked and found none: a suggestion was set aside, or a threat turned out not to apply.
    Reviewed,
    /// Nobody has looked.
    Open,
    /// It cannot happen to this kind of element.
    NotApplicable,
}

/// One element against the six categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementCoverage {
    /// A component or an interface.
    pub element: Target,
    /// In the order of [`Stride::ALL`].
    pub cells: [Cell; 6],
}

impl ElementCoverage {
    /// The cell of a category.
    pub fn cell(&self, stride: Stride) -> &Cell {
        &self.cells[stride as usize]
    }

    /// Whether nothing is recorded here and nothing is open.
    pub fn is_quiet(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell, Cell::NotApplicable | Cell::Reviewed))
    }
}

/// Whether a category applies to a component, or to an interface where there is none: STRIDE per element. A store can be
/// denied only where it holds logs.
pub fn applies(component: Option<&Component>, stride: Stride) -> bool {
    use Stride::{DenialOfService, InformationDisclosure, Repudiation, Spoofing, Tampering};
    match component.map(|component| component.kind) {
        Some(ComponentKind::External | ComponentKind::Human) => matches!(stride, Spoofing | Repudiation),
        Some(ComponentKind::Store) => match stride {
            Tampering | InformationDisclosure | DenialOfService => true,
            Repudiation => component.is_some_and(|store| store.attributes.yes("stores_logs") == Some(true)),
            _ => false,
        },
        Some(_) => true,
        None => matches!(stride, Tampering | InformationDisclosure | DenialOfService),
    }
}

pub(super) fn elements(project: &Project, catalog: &Catalog, register: &Register) -> Vec<ElementCoverage> {
    let reviewed = reviewed(project, catalog);
    let element = |element: Target, component: Option<&Component>, in_scope: bool| {
        let mut cells = Stride::ALL.iter().map(|stride| {
            if let Some(threats) = recorded(project, register, element, *stride) {
                threats
            } else if !in_scope || !applies(component, *stride) {
                Cell::NotApplicable
            } else if reviewed.contains(&(element, *stride)) {
                Cell::Reviewed
            } else {
                Cell::Open
            }
        });
        let mut next = || cells.next().unwrap_or(Cell::NotApplicable);
        ElementCoverage { element, cells: [next(), next(), next(), next(), next(), next()] }
    };
    let components =
        project.diagram.components().map(|c| element(Target::Component(c.id), Some(c), !c.out_of_scope));
    let interfaces =
        project.diagram.interfaces().map(|i| element(Target::Interface(i.id), None, !i.out_of_scope));
    components.chain(interfaces).collect()
}

fn recorded(project: &Project, register: &Register, element: Target, stride: Stride) -> Option<Cell> {
    let at = register.by_target.get(&element)?;
    let of_category =
        |id: &ThreatId| project.threats.get(*id).is_some_and(|threat| threat.stride.contains(&stride));
    let threats: Vec<ThreatId> = at.threats.iter().copied().filter(of_category).collect();
    // The register gives them worst first, so the first is the worst.
    let band = threats.first().and_then(|id| register.row(*id)).and_then(|row| row.band(Rating::Current));
    (!threats.is_empty()).then_some(Cell::Threats { threats, band })
}

/// Where somebody looked and found nothing.
fn reviewed(project: &Project, catalog: &Catalog) -> BTreeSet<(Target, Stride)> {
    let categories: BTreeMap<&str, &BTreeSet<Stride>> =
        catalog.threats.iter().map(|threat| (threat.id.as_str(), &threat.stride)).collect();
    let dismissed = project.dismissals.iter().flat_map(|dismissal| {
        let categories = categories.get(dismissal.catalog.as_str()).copied().into_iter().flatten();
        dismissal
            .target
            .into_iter()
            .flat_map(move |target| categories.clone().map(move |stride| (target, *stride)))
    });
    let closed = project.threats.iter().filter(|threat| !threat.status.is_live()).flat_map(|threat| {
        threat.targets.iter().flat_map(|target| threat.stride.iter().map(|stride| (*target, *stride)))
    });
    dismissed.chain(closed).collect()
}
