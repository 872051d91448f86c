//! Assets: what is worth protecting.

use super::record::{choice, keyed, record};
use super::{AssetId, ComponentId, Origin};

record! {
    /// Something worth protecting. The interfaces that carry it name it; where it rests is listed here.
    pub struct Asset {
        /// `A-1`.
        id: AssetId,
        /// What people call it.
        name: String,
        /// What kind of thing it is.
        kind: AssetKind,
        /// What it is, in a sentence.
        description: String,
        /// Who may know it.
        sensitivity: Sensitivity,
        /// Nobody has said who may know it; the sensitivity is only what is assumed until somebody does.
        unclassified: bool,
        /// How much it hurts when it is known by others, 1 to 5.
        confidentiality: Option<u8>,
        /// How much it hurts when it is changed, 1 to 5.
        integrity: Option<u8>,
        /// How much it hurts when it is gone, 1 to 5.
        availability: Option<u8>,
        /// Who answers for it.
        owner: String,
        /// Components where it rests.
        stored_in: Vec<ComponentId>,
        /// Components that work with it.
        processed_by: Vec<ComponentId>,
        /// Anything else.
        notes: String,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

choice! {
    /// What kind of thing an asset is.
    pub enum AssetKind {
        /// Data of people or the business.
        Data = "Data",
        /// Keys, tokens, passwords.
        Credentials = "Credentials",
        /// An AI model, its weights, its prompts.
        Model = "Model",
        /// Something the system does.
        Function = "Function",
        /// Money, computing time, quota.
        Resource = "Resource",
        /// What others think of us.
        Reputation = "Reputation",
    }
}

choice! {
    /// Who may know an asset, in rising order.
    pub enum Sensitivity {
        /// Everybody.
        Public = "public",
        /// The organisation.
        Internal = "internal",
        /// Those who need it.
        Confidential = "confidential",
        /// Named people only.
        Restricted = "restricted",
    }
}

keyed! { Asset => AssetId }

impl Asset {
    /// Says who may know it.
    pub fn classify(&mut self, sensitivity: Sensitivity) {
        self.sensitivity = sensitivity;
        self.unclassified = false;
    }

    /// Who may know it, when somebody has said so.
    pub fn classified(&self) -> Option<Sensitivity> {
        (!self.unclassified).then_some(self.sensitivity)
    }
}
