//! Responses: what is done when a rule starts to fire, by severity, and what happens when nobody answers.

use crate::model::{AlertSeverity, PolicyId, ResponseAction, RuleId};

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseRecord {
    /// When.
    pub t_ms: i64,
    /// Until when it lasts, for what lasts (restrict, isolate); the end of the run where nobody releases the agent.
    pub until_ms: Option<i64>,
    /// The agent.
    pub agent: String,
    /// How grave the cause is.
    pub severity: AlertSeverity,
    /// What was done; none: approval was asked for.
    pub action: Option<ResponseAction>,
    /// The policy.
    pub policy: PolicyId,
    /// The rule; none for an alert of the event log.
    pub rule: Option<RuleId>,
    /// Why, in words.
    pub cause: String,
    /// The question put to the approvers, on the record that asks it.
    pub approval: Option<Approval>,
}

/// A question to the approvers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// When it was asked.
    pub asked_ms: i64,
    /// When it was answered or ran out; none: it was open at the end of the run.
    pub answered_ms: Option<i64>,
    /// How it ended, in words.
    pub outcome: String,
    /// Who was asked.
    pub approvers: Vec<String>,
}
