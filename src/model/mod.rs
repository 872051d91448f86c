//! The nouns: what a threat model is, and what must always be true of it.
//!
//! May use: nothing of this crate. Never contains: files, clocks, threads, egui, foreign formats. A record's fields are
//! public; what ties records together is kept by [`Project`] and checked by [`Project::broken_references`].

pub(crate) mod record;

mod asset;
mod attribute;
mod control;
mod diagram;
mod element;
mod estimate;
mod id;
mod method;
mod numbers;
mod owasp;
mod policy;
mod project;
mod protection;
mod rate;
mod review;
mod settings;
mod statement;
mod threat;
mod view;

pub use asset::{Asset, AssetKind, Sensitivity};
pub use attribute::{Answer, Attributes};
pub use control::{Control, ControlFunction, ControlStatus, Evidence, Reduces, Strength};
pub use diagram::{Diagram, DiagramError};
pub use element::{
    Authentication, BoundaryLine, Component, ComponentKind, Encryption, Interface, Origin, Zone, ZoneKind,
};
pub use estimate::{Estimate, Exposure, MOST_OFTEN, NINETY_PERCENT, Shape};
pub use id::{
    AssetId, AssumptionId, ComponentId, ControlId, EvidenceId, IdError, InterfaceId, ItemId, LineId, NoteId,
    PolicyId, QuestionId, ReviewId, RuleId, Target, ThreatId, ViewId, ZoneId,
};
pub use method::{Authority, Band, Method, Scheme, Score, TolerancePoint};
pub use numbers::Numbers;
pub use owasp::{OwaspFactor, OwaspFactors, OwaspGroup};
pub use policy::{
    AlertSeverity, AlertThreshold, CommunicationCondition, Condition, Direction, Effect, Frequency, LogLevel,
    MetricCondition, MetricKind, Monitoring, Operator, Permission, Policy, PolicyStatus, PolicyVersion,
    Reading, ResourceCondition, Response, ResponseAction, ReviewSchedule, Rule, RuleAction, Scope,
};
pub use project::{BrokenReference, FORMAT, NextIds, Project};
pub use protection::{Caching, Degradation, Load, Protection, Resources, Telemetry, Tier, TierFallback};
pub use rate::wilson;
pub use record::{Extra, Keyed, Table, capital, plain_word};
pub use review::{
    Assumption, AssumptionState, Decision, Note, NoteKind, Question, Review, SignOff, SignOffDecision,
    Snapshot, SnapshotThreat,
};
pub use settings::{
    AgentInstance, Attack, AttackShape, Engine, Evaluation, LayerMode, MetricInfo, NamedGroup,
    SimulationSettings, TraceSet,
};
pub use statement::Part as StatementPart;
pub use threat::{
    Acceptance, Dismissal, Framework, Reference, Statement, Stride, Suppression, Threat, ThreatStatus,
    Treatment,
};
pub use view::{Place, View};
