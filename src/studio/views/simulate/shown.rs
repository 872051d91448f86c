//! What the view works out once for a run and not in every frame: the part of it that is about one agent, why attacks were
//! missed, what would be recorded. A long trace has hundreds of thousands of responses, and a frame has few milliseconds.

use std::sync::Arc;

use crate::analysis::fingerprint;
use crate::model::Evidence;
use crate::picture::timeline;
use crate::session::{Session, Simulation};
use crate::simulation::evidence::{EvidenceInput, evidence};
use crate::simulation::run::{ConditionRun, Run};

use super::State;

/// The part of a run that is about one agent: everything else of it is as it was.
#[derive(Debug)]
pub(super) struct Shown {
    of: (Arc<Simulation>, Option<Arc<Run>>),
    wanted: Option<String>,
    /// All agents of the run, the one with most alarms first.
    pub(super) agents: Arc<Vec<String>>,
    /// The agent that is shown.
    pub(super) agent: String,
    /// The run with what is about the agent. Denials and responses are counted in it, not in the whole run.
    pub(super) run: Arc<Run>,
}

/// What the side column says of a run.
#[derive(Debug)]
pub(super) struct Said {
    of: Arc<Simulation>,
    revision: u64,
    /// Why each missed attack was missed, in the order of the labels.
    pub(super) missed: Arc<Vec<String>>,
    /// What would be recorded.
    pub(super) evidence: Arc<Vec<Evidence>>,
}

fn about(run: &Run, agent: &str) -> Run {
    let conditions = run.conditions.iter().map(|condition| {
        let own = condition.series.iter().filter(|series| series.agent == agent).cloned().collect();
        ConditionRun { series: own, ..without_series(condition) }
    });
    Run {
        trace: run.trace.clone(),
        policies: run.policies.clone(),
        grid: run.grid,
        grace_ms: run.grace_ms,
        mode: run.mode,
        conditions: conditions.collect(),
        decisions: run.decisions.iter().filter(|record| record.agent == agent).cloned().collect(),
        responses: run.responses.iter().filter(|record| record.agent == agent).cloned().collect(),
        scores: run.scores.clone(),
        coverage: run.coverage.clone(),
    }
}

/// A condition as it was run, without what came out: the series of all agents are many.
fn without_series(condition: &ConditionRun) -> ConditionRun {
    ConditionRun {
        id: condition.id.clone(),
        policy_name: condition.policy_name.clone(),
        rule_name: condition.rule_name.clone(),
        metric: condition.metric.clone(),
        requirement: condition.requirement.clone(),
        violation: condition.violation.clone(),
        series: Vec::new(),
        ..*condition
    }
}

/// The part of the latest run, or of the one with the threshold that is tried, that is about the chosen agent.
pub(super) fn shown<'a>(state: &'a mut State, simulation: &Arc<Simulation>) -> &'a Shown {
    let tried = state.trial.as_ref().map(|trial| Arc::clone(trial.run()));
    let fits = |shown: &Shown| {
        let same_trial = match (&shown.of.1, &tried) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        Arc::ptr_eq(&shown.of.0, simulation) && same_trial && shown.wanted == state.agent
    };
    let old = state.shown.take();
    let kept = old.filter(fits);
    if kept.is_none() {
        state.event = state.event.filter(|_| tried.is_some());
    }
    let made = || {
        let run = tried.as_deref().unwrap_or(&simulation.run);
        // In the order of the run itself: the agent that is looked at stays while a threshold is tried.
        let agents = timeline::agents(&simulation.run);
        let agent = state.agent.clone().or_else(|| agents.first().cloned()).unwrap_or_default();
        Shown {
            of: (Arc::clone(simulation), tried.clone()),
            wanted: state.agent.clone(),
            run: Arc::new(about(run, &agent)),
            agents: Arc::new(agents),
            agent,
        }
    };
    let shown = kept.unwrap_or_else(made);
    state.shown.insert(shown)
}

/// What the side column says, worked out once for a run and a revision of the model.
pub(super) fn said<'a>(
    state: &'a mut State,
    session: &Session,
    today: jiff::civil::Date,
    simulation: &Arc<Simulation>,
) -> &'a Said {
    let revision = session.revision();
    let fits = |said: &Said| Arc::ptr_eq(&said.of, simulation) && said.revision == revision;
    let made = || {
        let windows = simulation.run.scores.iter().flat_map(|scores| &scores.event.windows);
        let missed = windows.filter(|window| window.detected_ms.is_none());
        let found = simulation.labels.as_ref().map_or_else(Vec::new, |labels| {
            let input = EvidenceInput {
                labels,
                trace_fingerprint: &simulation.fingerprint,
                policy_fingerprint: fingerprint::of_policy,
                model_fingerprint: &fingerprint::of_settings(&session.project().simulation),
                date: Some(today),
            };
            evidence(session.project(), &simulation.run, &input)
        });
        Said {
            of: Arc::clone(simulation),
            revision,
            missed: Arc::new(missed.map(|window| super::side::why_missed(simulation, window)).collect()),
            evidence: Arc::new(found),
        }
    };
    let said = state.said.take().filter(fits).unwrap_or_else(made);
    state.said.insert(said)
}
