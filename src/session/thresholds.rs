//! Thresholds studied in the background: the sweep of one metric condition on the data of the latest run.

use std::sync::Arc;

use crate::edit::{Transaction, verbs};
use crate::model::{
    AgentInstance, Condition, Evaluation, MetricCondition, MetricInfo, PolicyId, Project, Reading, RuleId,
    Scope,
};
use crate::simulation::RunInput;
use crate::simulation::scope::{PlacedMetric, chosen_policies};
use crate::simulation::sweep::SweepError;
use crate::simulation::threshold_study::{Choice, Study, Wanted, study, taken_over};
use crate::simulation::time::duration_words;
use crate::simulation::words::number;

use super::simulate::Simulation;
use super::studies::Studies;
use super::work::{Output, Work};
use super::{JobId, Session};

/// A condition of a rule that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConditionPlace {
    /// The rule.
    pub rule: RuleId,
    /// Which of its conditions, counted from 0.
    pub index: usize,
}

impl From<PlacedMetric<'_>> for ConditionPlace {
    fn from(placed: PlacedMetric<'_>) -> Self {
        Self { rule: placed.rule.rule.id, index: placed.index }
    }
}

/// A study with everything that it rests on. Two that are equal have the same answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdQuestion {
    /// The condition.
    pub place: ConditionPlace,
    /// What is studied of it.
    pub wanted: Wanted,
    /// The condition as it reads.
    pub condition: MetricCondition,
    data: String,
    evaluation: Evaluation,
    scope: Scope,
    agents: Vec<AgentInstance>,
    metric: Option<MetricInfo>,
}

/// The answer: the study, or why there is none.
pub type ThresholdAnswer = Result<Study, String>;

/// All that was studied.
pub type ThresholdStudies = Studies<ThresholdQuestion, ThresholdAnswer>;

/// The metric conditions of the policies that run.
pub fn conditions<'a>(project: &'a Project, policies: &[PolicyId]) -> Vec<PlacedMetric<'a>> {
    PlacedMetric::all(&chosen_policies(project, policies))
}

impl ThresholdQuestion {
    /// The question about a condition of the model as it is now; none where there is no such metric condition.
    pub fn new(
        project: &Project,
        simulation: &Simulation,
        place: ConditionPlace,
        wanted: Wanted,
    ) -> Option<Self> {
        let (policy, rule) = project.rule(place.rule)?;
        let Condition::Metric(condition) = rule.conditions.get(place.index)? else { return None };
        Some(Self {
            place,
            wanted,
            condition: condition.clone(),
            data: simulation.fingerprint.clone(),
            evaluation: simulation.evaluation(project),
            scope: policy.scope.clone(),
            agents: project.simulation.agents.clone(),
            metric: project.simulation.metrics.get(&condition.metric).cloned(),
        })
    }

    /// How the condition reads its metric.
    pub fn reading(&self) -> Reading {
        let kind = self.metric.as_ref().map(|metric| metric.kind).unwrap_or_default();
        self.condition.read_as(kind)
    }
}

/// Starts studying the threshold of a condition on the data of the latest run. None: there is no such run or condition.
pub fn start_thresholds(
    work: &mut Work,
    session: &Session,
    place: ConditionPlace,
    wanted: Wanted,
) -> Option<(JobId, ThresholdQuestion)> {
    let simulation = Arc::clone(&session.results().simulation.as_ref()?.value);
    let project = session.shared_project();
    let question = ThresholdQuestion::new(&project, &simulation, place, wanted)?;
    let asked = question.clone();
    let id = work.start("Sweep thresholds", true, move |progress| {
        let policy = project.rule(asked.place.rule).map(|(policy, _)| policy.id);
        // Numbered within its own policy: which others run makes no difference to one condition.
        let named: Vec<PolicyId> = policy.into_iter().collect();
        let placed = conditions(&project, &named);
        let found = placed.into_iter().find(|placed| ConditionPlace::from(*placed) == asked.place);
        let Some(id) = found.map(|placed| placed.id()) else { return Ok(None) };
        let input = RunInput { policies: named, ..simulation.input(&project) };
        let answer = match study(&project, &input, &id, &asked.wanted, progress) {
            Ok(study) => Ok(study),
            Err(SweepError::Stopped(_)) => return Ok(None),
            Err(reason) => Err(reason.to_string()),
        };
        Ok(Some(Output::Studied(Box::new(asked), Arc::new(answer))))
    });
    Some((id, question))
}

/// Takes a choice over into the policy, as one step with a name of its own.
pub fn take_over(project: &Project, place: ConditionPlace, choice: &Choice) -> Option<Transaction> {
    let change = verbs::change_rule(project, place.rule, "threshold", |rule| {
        if let Some(Condition::Metric(metric)) = rule.conditions.get_mut(place.index) {
            *metric = taken_over(metric, choice);
        }
    })?;
    let (_, rule) = project.rule(place.rule)?;
    let Condition::Metric(metric) = rule.conditions.get(place.index)? else { return None };
    let (metric, operator, bound) = (&metric.metric, metric.operator, number(choice.chosen.threshold));
    let time = match choice.duration_ms {
        0 => String::new(),
        time => format!(" for {}", duration_words(time)),
    };
    // Never part of another step: what was suggested is taken over, or it is not.
    Some(Transaction { name: format!("Take over {metric} {operator} {bound}{time}"), merge: None, ..change })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Quiet;
    use crate::simulation::scores::PointScore;
    use crate::simulation::sweep::SweepPoint;
    use crate::simulation::threshold_study::DRAWN_POINTS;

    fn example() -> (Project, Simulation) {
        let project = crate::catalog::example();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let labels = Some(folder.join("agent-platform.labels.csv"));
        let files = super::super::TraceFiles::metrics_only(folder.join("agent-platform.metrics.csv"));
        let files = super::super::TraceFiles { labels, ..files };
        let run = super::super::simulate::simulate(&project, &files, Vec::new(), &Quiet);
        (project, run.unwrap().unwrap())
    }

    fn wanted() -> Wanted {
        Wanted { durations_ms: vec![0], share: 0.6, phases: 2, most_points: DRAWN_POINTS }
    }

    #[test]
    fn a_question_is_the_same_until_something_it_rests_on_changes() {
        let (project, simulation) = example();
        let place = conditions(&project, &[])[0].into();
        let ask = |project: &Project| ThresholdQuestion::new(project, &simulation, place, wanted()).unwrap();
        let before = ask(&project);
        let check = |what: &str, same: bool, change: &dyn Fn(&mut Project)| {
            let mut changed = project.clone();
            change(&mut changed);
            assert_eq!(ask(&changed) == before, same, "{what}");
        };
        let policy = project.rule(place.rule).unwrap().0.id;
        check("nothing", true, &|_| {});
        check("a name", true, &|project| project.name.push('x'));
        check("another condition", true, &|project| {
            project.policies.get_mut(policy).unwrap().rules[0].conditions.pop();
        });
        check("the bound", false, &|project| {
            let rule = &mut project.policies.get_mut(policy).unwrap().rules[0];
            if let Condition::Metric(metric) = &mut rule.conditions[0] {
                metric.value += 1.0;
            }
        });
        check("the scope", false, &|project| {
            project.policies.get_mut(policy).unwrap().scope.environments.clear();
        });
        check("the interval", false, &|project| project.simulation.evaluation.interval_ms = 60_000);
        let none = ConditionPlace { rule: RuleId(999), index: 0 };
        assert!(ThresholdQuestion::new(&project, &simulation, none, wanted()).is_none());
    }

    #[test]
    fn a_choice_is_taken_over_as_one_named_step() {
        let mut project = crate::catalog::example();
        let placed = conditions(&project, &[])[0];
        let (place, metric) = (placed.into(), placed.condition);
        let point = |threshold: f64| SweepPoint {
            threshold,
            detected: 1,
            windows: 1,
            false_alarms: 0,
            false_alarms_per_agent_day: Some(0.0),
            point: PointScore::default(),
        };
        let choice =
            Choice { duration_ms: 120_000, chosen: point(84.8), tested: point(84.8), whole: point(84.8) };
        let step = take_over(&project, place, &choice).unwrap();
        assert_eq!(step.name, format!("Take over {} < 84.8 for 2m", metric.metric));
        assert_eq!(step.merge, None);
        step.apply(&mut project).unwrap();
        let metric = conditions(&project, &[])[0].condition;
        assert_eq!((metric.value, metric.duration_ms), (84.8, 120_000));
        assert!(take_over(&project, place, &choice).is_none(), "nothing is left to change");
    }
}
