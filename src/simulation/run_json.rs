//! A run as JSON, with the keys of the command line's contract in their order.

use serde_json::{Value, json};

use super::grid::Interval;
use super::responses::ResponseRecord;
use super::run::{ConditionRun, DecisionRecord, Run};
use super::scores::{EventScore, Scores};
use crate::model::Effect;

impl Run {
    /// The run as one JSON document. The same run gives the same text.
    pub fn to_json(&self) -> Value {
        json!({
            "trace": self.trace,
            "engine": self.grid.engine.label(),
            "start_ms": self.grid.start_ms,
            "end_ms": self.grid.end_ms,
            "interval_ms": self.grid.interval_ms,
            "lookback_ms": self.grid.lookback_ms,
            "mode": self.mode.word(),
            "policies": self.policies.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "conditions": self.conditions.iter().map(condition).collect::<Vec<_>>(),
            "decisions": self.decisions.iter().map(decision).collect::<Vec<_>>(),
            "responses": self.responses.iter().map(response).collect::<Vec<_>>(),
            "scores": self.scores_json(),
            "coverage": {
                "samples": self.coverage.samples,
                "metrics_missing": self.coverage.metrics_missing,
                "agents_in_scope": self.coverage.agents_in_scope,
                "agents_out_of_scope": self.coverage.agents_out_of_scope,
                "requests": self.coverage.requests,
                "labels_left_out": self.coverage.labels_left_out,
                "notes": self.coverage.notes,
            },
        })
    }

    /// How good the alarms were, as in the run's own document; null without labels.
    pub fn scores_json(&self) -> Value {
        self.scores.as_ref().map_or(Value::Null, scores)
    }

    /// Whether anything was violated: a condition fired, or a request was denied.
    pub fn violated(&self) -> bool {
        self.conditions.iter().flat_map(|condition| &condition.series).any(|series| !series.firing.is_empty())
            || self.decisions.iter().any(DecisionRecord::denied)
    }
}

fn condition(run: &ConditionRun) -> Value {
    let intervals =
        |list: &[Interval]| list.iter().map(|i| json!([i.from_ms, i.to_ms, i.open])).collect::<Vec<_>>();
    let touched = run.series.iter().filter(|series| !series.pending.is_empty() || !series.firing.is_empty());
    let series: Vec<Value> = touched
        .map(|series| {
            let mut one = json!({
                "agent": series.agent,
                "pending": intervals(&series.pending),
                "firing": intervals(&series.firing),
            });
            if !series.labels.is_empty() {
                one["labels"] = json!(series.labels);
            }
            one
        })
        .collect();
    json!({
        "id": run.id,
        "policy": run.policy_name,
        "rule": run.rule_name,
        "metric": run.metric,
        "requirement": run.requirement,
        "violation": run.violation,
        "kind": run.kind.label(),
        "kind_assumed": run.kind_assumed,
        "reading": format!("{:?}", run.reading).to_lowercase(),
        "effective_hold_ms": run.effective_hold_ms,
        "evaluated_series": run.series.len(),
        "series": series,
    })
}

fn decision(record: &DecisionRecord) -> Value {
    let by = if record.by_response { "response".to_owned() } else { record.decision.by_text() };
    let mut one = json!({
        "t_ms": record.t_ms,
        "agent": record.agent,
        "kind": record.request.kind(),
        "request": record.request.to_string(),
        "decision": if record.denied() { "deny" } else { "allow" },
        "by": by,
        "prevented": record.by_response || record.decision.effect == Effect::Deny && record.decision.prevented,
    });
    if let Some(held) = &record.held {
        one["held"] = json!({"action": held.action.label(), "since_ms": held.since_ms, "cause": held.cause});
    }
    let texts = |list: &[super::ConditionRef]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let shadowed: Vec<String> =
        record.decision.layers.iter().flat_map(|layer| texts(&layer.shadowed)).collect();
    if !shadowed.is_empty() {
        one["shadowed"] = json!(shadowed);
    }
    if !record.decision.overruled.is_empty() {
        one["overruled"] = json!(texts(&record.decision.overruled));
    }
    if record.decision.error {
        one["error"] = json!(record.decision.why);
    }
    one
}

fn response(record: &ResponseRecord) -> Value {
    let approval = record.approval.as_ref().map(|approval| {
        json!({
            "asked_ms": approval.asked_ms,
            "answered_ms": approval.answered_ms,
            "outcome": approval.outcome,
            "approvers": approval.approvers,
        })
    });
    json!({
        "t_ms": record.t_ms,
        "agent": record.agent,
        "severity": record.severity.label(),
        "action": record.action.map_or("ask approval", |action| action.label()),
        "cause": record.cause,
        "approval": approval,
        "until_ms": record.until_ms,
    })
}

fn scores(scores: &Scores) -> Value {
    let point = &scores.point;
    json!({
        "event": event(&scores.event),
        "point": {
            "tp": point.tp,
            "fp": point.fp,
            "tn": point.tn,
            "fn": point.fn_,
            "detection_rate": point.detection_rate(),
            "false_positive_rate": point.false_positive_rate(),
            "precision": point.precision(),
        },
        "with_denials": scores.with_denials.as_ref().map(event),
        "requests": scores.requests.map(|requests| json!({
            "tp": requests.tp,
            "fp": requests.fp,
            "tn": requests.tn,
            "fn": requests.fn_,
            "stopped_malicious": requests.stopped_malicious,
            "stopped_benign": requests.stopped_benign,
            "detection_rate": requests.detection_rate(),
            "false_positive_rate": requests.false_positive_rate(),
        })),
    })
}

fn event(score: &EventScore) -> Value {
    let missed: Vec<Value> = score
        .windows
        .iter()
        .filter(|window| window.detected_ms.is_none())
        .map(|window| {
            let label = &window.label;
            json!({"agent": label.agent, "start_ms": label.start_ms, "end_ms": label.end_ms, "threat": label.threat})
        })
        .collect();
    json!({
        "windows": score.windows.len(),
        "detected": score.detected,
        "detection_rate": score.detection_rate,
        "detection_rate_interval": score.rate_interval.map(|(low, high)| [low, high]),
        "firing_before_window": score.firing_before_window,
        "alarms": score.alarms,
        "false_alarms": score.false_alarms,
        "agent_days": score.agent_days,
        "false_alarms_per_agent_day": score.false_alarms_per_agent_day,
        "time_to_detect_ms": score.time_to_detect.map(|time| json!({
            "p50": time.p50_ms,
            "p95": time.p95_ms,
            "max": time.max_ms,
        })),
        "missed": missed,
    })
}
