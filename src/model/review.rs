//! What people said and decided: reviews and sign-offs, assumptions, questions, notes.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::record::{choice, keyed, record};
use super::{AssumptionId, ComponentId, InterfaceId, ItemId, NoteId, Origin, QuestionId, ReviewId, ThreatId};

record! {
    /// A session in which the model was looked at, and what came of it.
    pub struct Review {
        /// `W-1`.
        id: ReviewId,
        /// `Review 2026 Q4`.
        name: String,
        /// When.
        date: Option<Date>,
        /// The period it stands for (`2026 Q4`).
        period: String,
        /// Who was there.
        participants: Vec<String>,
        /// What was decided.
        decisions: Vec<Decision>,
        /// Who signs.
        sign_offs: Vec<SignOff>,
        /// The model as it was signed.
        snapshot: Option<Snapshot>,
    }
}

record! {
    /// Something decided.
    pub struct Decision {
        /// When.
        date: Option<Date>,
        /// By whom.
        by: String,
        /// What.
        text: String,
    }
}

record! {
    /// One person's name under a review.
    pub struct SignOff {
        /// Who.
        name: String,
        /// In which role.
        role: String,
        /// What is signed for.
        statement: String,
        /// Yes, no, or not yet.
        decision: SignOffDecision,
        /// When.
        date: Option<Date>,
    }
}

choice! {
    /// What somebody said when asked to sign.
    pub enum SignOffDecision {
        /// Nothing yet.
        Waiting = "Waiting",
        /// Yes.
        Approved = "Approved",
        /// Yes, if.
        Conditional = "Approved with conditions",
        /// No.
        Rejected = "Rejected",
    }
}

record! {
    /// What a later review is compared with: frozen when the review was signed.
    pub struct Snapshot {
        /// Fingerprint of the whole model.
        fingerprint: String,
        /// The threats with their scores.
        threats: Vec<SnapshotThreat>,
        /// The components that there were, by name.
        components: BTreeMap<ComponentId, String>,
        /// The interfaces that there were, by name.
        interfaces: BTreeMap<InterfaceId, String>,
    }
}

record! {
    /// A threat as it stood at a review.
    pub struct SnapshotThreat {
        /// Which.
        id: ThreatId,
        /// Its title then.
        title: String,
        /// Its scores then.
        inherent: Option<f64>,
        /// With the controls of then.
        current: Option<f64>,
        /// With the plan of then.
        planned: Option<f64>,
        /// Its expected loss a year with the controls of then, in thousands.
        loss: Option<f64>,
        /// Its status then.
        status: super::ThreatStatus,
    }
}

record! {
    /// Something taken for true. When it turns out wrong, what rests on it is open again.
    pub struct Assumption {
        /// `S-01`.
        id: AssumptionId,
        /// What.
        text: String,
        /// Whether it still holds.
        state: AssumptionState,
        /// Who said so.
        author: String,
        /// When.
        date: Option<Date>,
        /// What rests on it.
        links: Vec<ItemId>,
    }
}

choice! {
    /// Whether an assumption holds.
    pub enum AssumptionState {
        /// Nobody has looked.
        Unconfirmed = "Unconfirmed",
        /// It does.
        Confirmed = "Confirmed",
        /// It does not.
        Rejected = "Rejected",
    }
}

record! {
    /// A question that people have asked each other.
    pub struct Question {
        /// `Q-01`.
        id: QuestionId,
        /// What.
        text: String,
        /// The answer, when there is one.
        answer: String,
        /// Who asked.
        author: String,
        /// When.
        date: Option<Date>,
        /// What it is about.
        links: Vec<ItemId>,
    }
}

record! {
    /// A note: on the canvas, or in a side list.
    pub struct Note {
        /// `N-01`.
        id: NoteId,
        /// Where it belongs.
        kind: NoteKind,
        /// What.
        text: String,
        /// Who wrote it.
        author: String,
        /// When.
        date: Option<Date>,
        /// What it is about.
        links: Vec<ItemId>,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

choice! {
    /// Where a note belongs.
    pub enum NoteKind {
        /// On the drawing.
        Canvas = "Canvas",
        /// To talk about later.
        Parking = "Parking lot",
        /// To be done.
        Action = "Action",
    }
}

keyed! {
    Review => ReviewId,
    Assumption => AssumptionId,
    Question => QuestionId,
    Note => NoteId,
}
