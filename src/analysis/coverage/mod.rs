//! What has been looked at: elements against STRIDE, threats against what answers and reveals them, public frameworks.

mod elements;
mod frameworks;
#[cfg(test)]
mod tests;
mod threats;

pub use elements::{Cell, ElementCoverage, applies};
pub use frameworks::{FrameworkCoverage, FrameworkEntry};
pub use threats::{Gap, ThreatCoverage, gaps};

use super::risk::{Register, register};
use crate::catalog::Catalog;
use crate::model::Project;

/// What has been looked at and what has not.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Components, then interfaces, each in id order.
    pub elements: Vec<ElementCoverage>,
    /// Live threats, worst current first, with what is done about them and what would show them.
    pub threats: Vec<ThreatCoverage>,
    /// Frameworks that the catalogue knows.
    pub frameworks: Vec<FrameworkCoverage>,
}

impl Coverage {
    /// Questions "can this happen here" that apply to the system: answered with threats, answered with none, open.
    pub fn questions(&self) -> Questions {
        let mut questions = Questions::default();
        for cell in self.elements.iter().flat_map(|element| &element.cells) {
            match cell {
                Cell::Threats { .. } => questions.with_threats += 1,
                Cell::Reviewed => questions.reviewed += 1,
                Cell::Open => questions.open += 1,
                Cell::NotApplicable => {}
            }
        }
        questions
    }
}

/// How many questions "can this happen here" stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Questions {
    /// Answered by at least one threat.
    pub with_threats: usize,
    /// Looked at, none found.
    pub reviewed: usize,
    /// Not looked at.
    pub open: usize,
}

impl Questions {
    /// All that apply.
    pub fn all(self) -> usize {
        self.with_threats + self.reviewed + self.open
    }

    /// The share that is answered, 0 to 1; none when nothing applies.
    pub fn answered(self) -> Option<f64> {
        (self.all() > 0).then(|| (self.with_threats + self.reviewed) as f64 / self.all() as f64)
    }
}

/// The coverage of a project.
pub fn coverage(project: &Project, catalog: &Catalog) -> Coverage {
    coverage_with(project, catalog, &register(project))
}

/// The coverage of a project whose register is at hand.
pub fn coverage_with(project: &Project, catalog: &Catalog, register: &Register) -> Coverage {
    Coverage {
        elements: elements::elements(project, catalog, register),
        threats: threats::threats(project, catalog, register),
        frameworks: frameworks::frameworks(project, catalog),
    }
}
