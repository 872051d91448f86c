//! What follows from the model, worked out when first asked for and kept until the model changes.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::analysis::risk::{self, Register};
use crate::model::Project;

/// Analyses of one revision of the project.
#[derive(Debug, Default)]
pub struct Derived {
    project: Arc<Project>,
    register: OnceCell<Register>,
}

impl Derived {
    /// Nothing worked out yet for that revision.
    pub fn of(project: Arc<Project>) -> Self {
        Self { project, ..Self::default() }
    }

    /// The risk of every threat.
    pub fn register(&self) -> &Register {
        self.register.get_or_init(|| risk::register(&self.project))
    }
}
