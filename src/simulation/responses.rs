//! Responses: what is done when a rule starts to fire, by severity, and what happens when nobody answers.

use super::run::Held;
use crate::model::{AlertSeverity, Policy, PolicyId, ResponseAction, Rule, RuleAction, RuleId};

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

/// A rule that is violated by an agent for a while, or another alarm.
#[derive(Debug, Clone)]
pub(crate) struct Alarm<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) rule: Option<&'a Rule>,
    pub(crate) agent: String,
    pub(crate) severity: AlertSeverity,
    pub(crate) from_ms: i64,
    /// When it is over; the end of the run if it never is.
    pub(crate) to_ms: i64,
    pub(crate) cause: String,
}

impl Alarm<'_> {
    /// What is done at once: the policy's list for the severity, and what the rule itself asks for. A rule that only
    /// watches never restricts anybody.
    pub(crate) fn actions(&self) -> Vec<ResponseAction> {
        let mut actions: Vec<ResponseAction> = Vec::new();
        for action in self.policy.response.automatic(self.severity) {
            if !actions.contains(action) {
                actions.push(*action);
            }
        }
        match self.rule.map(|rule| rule.action) {
            Some(RuleAction::Restrict) if !actions.contains(&ResponseAction::Restrict) => {
                actions.insert(0, ResponseAction::Restrict);
            }
            Some(RuleAction::Monitor) => {
                actions.retain(|action| matches!(action, ResponseAction::Log | ResponseAction::Notify));
            }
            _ => {}
        }
        actions
    }

    /// Everything that is done about the alarm in a run that ends then.
    pub(crate) fn responses(&self, end_ms: i64) -> Vec<ResponseRecord> {
        let response = &self.policy.response;
        let record = |t_ms: i64, action: Option<ResponseAction>, cause: String| ResponseRecord {
            t_ms,
            until_ms: match action {
                Some(ResponseAction::Restrict) => Some(self.to_ms.max(t_ms)),
                Some(ResponseAction::Isolate) => Some(end_ms.max(t_ms)),
                _ => None,
            },
            agent: self.agent.clone(),
            severity: self.severity,
            action,
            policy: self.policy.id,
            rule: self.rule.map(|rule| rule.id),
            cause,
            approval: None,
        };
        let actions = self.actions();
        let mut records: Vec<ResponseRecord> =
            actions.iter().map(|action| record(self.from_ms, Some(*action), self.cause.clone())).collect();
        if response.repeat_interval_ms > 0 && actions.contains(&ResponseAction::Notify) {
            let mut t_ms = self.from_ms + response.repeat_interval_ms;
            while t_ms < self.to_ms {
                records.push(record(t_ms, Some(ResponseAction::Notify), format!("{}, still on", self.cause)));
                t_ms += response.repeat_interval_ms;
            }
        }
        let only_watches = self.rule.is_some_and(|rule| rule.action == RuleAction::Monitor);
        if !response.approvers.is_empty() && !only_watches {
            let runs_out = self.from_ms + response.approval_timeout_ms.max(0);
            let timed_out = runs_out <= end_ms;
            let outcome = match response.timeout_action {
                _ if !timed_out => "open at the end of the run".to_owned(),
                Some(action) => format!("no answer: {action}"),
                None => "no answer".to_owned(),
            };
            let approval = Approval {
                asked_ms: self.from_ms,
                answered_ms: timed_out.then_some(runs_out),
                outcome,
                approvers: response.approvers.clone(),
            };
            records.push(ResponseRecord {
                approval: Some(approval),
                ..record(self.from_ms, None, self.cause.clone())
            });
            if let Some(action) = response.timeout_action.filter(|_| timed_out) {
                records.push(record(runs_out, Some(action), format!("{}; nobody answered", self.cause)));
            }
        }
        records
    }

    /// The response to the alarm that holds the agent back at that time, in a run that ends then.
    pub(crate) fn holding(&self, t_ms: i64, end_ms: i64) -> Option<Held> {
        let holds =
            |record: &ResponseRecord| record.t_ms < t_ms && record.until_ms.is_some_and(|until| t_ms < until);
        let held = self.responses(end_ms).into_iter().find(holds)?;
        Some(Held {
            action: held.action?,
            since_ms: held.t_ms,
            policy: held.policy,
            rule: held.rule,
            cause: held.cause,
        })
    }
}
