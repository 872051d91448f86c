//! `policies.create`: a policy with scope, rules, monitoring, response and review, and what a simulation needs beside it.

use serde_json::Value;

use super::super::document::{Fields, Losses, text_of};
use super::quantities::{milliseconds, moment};
use crate::model::{
    AgentInstance, AlertSeverity, AlertThreshold, CommunicationCondition, Condition, Direction, Effect,
    Frequency, LogLevel, MetricCondition, MetricInfo, MetricKind, Monitoring, NamedGroup, Operator,
    Permission, Policy, PolicyStatus, Project, Reading, ResourceCondition, Response, ResponseAction,
    ReviewSchedule, Rule, RuleAction, Scope, plain_word,
};

/// Reads a policy into the project; gives back its id and what was not read.
pub(super) fn read(project: &mut Project, mut fields: Fields, losses: &mut Losses) -> (String, Fields) {
    let id = project.next_policy();
    project.reserve(id.into());
    let name = fields.text("name").unwrap_or_else(|| id.to_string());
    let mut reader = Reader { place: format!("policy {name}"), losses };
    let policy = Policy {
        id,
        description: fields.text("description").unwrap_or_default(),
        status: reader.choose(&mut fields, "status", PolicyStatus::from_word),
        priority: fields.number("priority").unwrap_or_default() as i32,
        scope: reader.scope(fields.object("scope")),
        rules: reader.rules(project, fields.list("rules")),
        monitoring: reader.monitoring(fields.object("monitoring")),
        response: reader.response(fields.object("response")),
        review: reader.review(fields.object("review")),
        rationale: fields.text("rationale").unwrap_or_default(),
        ..Policy::default()
    };
    reader.simulation(project, &mut fields);
    losses.unused("policy", &name, &fields, &[]);
    project.policies.insert(Policy { name, ..policy });
    (format!("policy {id}"), fields)
}

struct Reader<'a> {
    place: String,
    losses: &'a mut Losses,
}

impl Reader<'_> {
    fn lose(&mut self, what: impl Into<String>, why: &str) {
        self.losses.add(self.place.clone(), what, why);
    }

    /// What is left of an object that was read: nothing of it is used.
    fn leave(&mut self, part: &str, rest: &Fields) {
        for key in rest.0.keys() {
            self.lose(format!("the key {key} of its {part}"), "it is not known, or its value cannot be read");
        }
    }

    fn choose<T: Default>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        from_word: impl Fn(&str) -> Option<T>,
    ) -> T {
        self.maybe_choose(fields, key, from_word).unwrap_or_default()
    }

    fn maybe_choose<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        from_word: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let word = fields.word(key)?;
        let chosen = from_word(&word);
        if chosen.is_none() {
            self.lose(format!("the {key} {word}"), "the word is not known");
        }
        chosen
    }

    fn scope(&mut self, fields: Option<Fields>) -> Scope {
        let Some(mut fields) = fields else { return Scope::default() };
        let scope = Scope {
            agent_types: fields.texts("agentTypes"),
            environments: fields.texts("environments"),
            agents: fields.texts("agents"),
            ..Scope::default()
        };
        self.leave("scope", &fields);
        scope
    }

    fn rules(&mut self, project: &mut Project, all: Vec<Value>) -> Vec<Rule> {
        let mut rules = Vec::new();
        for value in all {
            let Some(mut fields) = Fields::of(value) else {
                self.lose("a rule", "it is not an object");
                continue;
            };
            let id = project.next_rule();
            project.reserve(id.into());
            let conditions = fields.list("conditions");
            let rule = Rule {
                id,
                name: fields.text("name").unwrap_or_else(|| id.to_string()),
                description: fields.text("description").unwrap_or_default(),
                conditions: conditions.into_iter().filter_map(|value| self.condition(value)).collect(),
                action: self.choose(&mut fields, "action", rule_action),
                rationale: fields.text("rationale").unwrap_or_default(),
                ..Rule::default()
            };
            self.leave("rule", &fields);
            rules.push(rule);
        }
        rules
    }

    fn condition(&mut self, value: Value) -> Option<Condition> {
        let shown = value.to_string();
        let Some(mut fields) = Fields::of(value) else {
            self.lose(format!("the condition {shown}"), "it is not an object");
            return None;
        };
        let condition = if let Some(metric) = fields.word("metric") {
            self.metric(metric, &mut fields)
        } else if let Some(resource) = fields.word("resource") {
            let permission = fields.word("permission").or_else(|| fields.word("action"));
            permission.as_deref().and_then(permission_of).map(|permission| {
                Condition::Resource(ResourceCondition {
                    resource,
                    permission,
                    ..ResourceCondition::default()
                })
            })
        } else if fields.0.contains_key("destinations") || fields.0.contains_key("direction") {
            if fields.0.get("direction").and_then(Value::as_str).is_some_and(is_both) {
                fields.0.shift_remove("direction");
            }
            let direction = self.maybe_choose(&mut fields, "direction", Direction::from_word);
            let destinations = fields.texts("destinations");
            fields.word("action").as_deref().and_then(Effect::from_word).map(|effect| {
                let communication =
                    CommunicationCondition { destinations, effect, ..CommunicationCondition::default() };
                Condition::Communication(CommunicationCondition { direction, ..communication })
            })
        } else {
            None
        };
        match &condition {
            Some(_) => self.leave("condition", &fields),
            None => self.lose(
                format!("the condition {shown}"),
                "it is no metric with operator and value, no resource with permission, and no destinations with action",
            ),
        }
        condition
    }

    fn metric(&mut self, metric: String, fields: &mut Fields) -> Option<Condition> {
        // Silence is compared with nothing.
        let silence = fields.0.get("reading").and_then(Value::as_str).and_then(Reading::from_word)
            == Some(Reading::Absent);
        let sign = |fields: &mut Fields| Operator::from_sign(fields.word("operator")?.trim());
        let (operator, value) = match (sign(fields), fields.number("value")) {
            (Some(operator), Some(value)) => (operator, value),
            (operator, value) if silence => (operator.unwrap_or_default(), value.unwrap_or_default()),
            _ => return None,
        };
        let mut time = |key: &str| {
            let read = fields.0.get(key).and_then(milliseconds);
            if read.is_some() {
                fields.0.shift_remove(key);
            }
            read.unwrap_or_default() as i64
        };
        let (duration_ms, hold_for_ms, keep_firing_for_ms) =
            (time("duration"), time("holdFor"), time("keepFiringFor"));
        let reading = self.maybe_choose(fields, "reading", Reading::from_word);
        Some(Condition::Metric(MetricCondition {
            metric,
            operator,
            value,
            duration_ms,
            reading,
            hold_for_ms,
            keep_firing_for_ms,
            ..MetricCondition::default()
        }))
    }

    fn monitoring(&mut self, fields: Option<Fields>) -> Monitoring {
        let Some(mut fields) = fields else { return Monitoring::default() };
        let mut monitoring = Monitoring {
            log_level: self.choose(&mut fields, "logLevel", LogLevel::from_word),
            metrics: fields.texts("metrics"),
            ..Monitoring::default()
        };
        for (event, value) in fields.object("alertThresholds").unwrap_or_default().0 {
            match value.as_str().and_then(AlertSeverity::from_word) {
                Some(severity) => {
                    monitoring.alerts.push(AlertThreshold { event, severity, ..AlertThreshold::default() });
                }
                None => self
                    .lose(format!("the alert threshold {event}: {value}"), "it is none of low, medium, high"),
            }
        }
        self.leave("monitoring", &fields);
        monitoring
    }

    fn response(&mut self, fields: Option<Fields>) -> Response {
        let Some(mut fields) = fields else { return Response::default() };
        let mut response = Response::default();
        if let Some(mut automatic) = fields.object("automatic") {
            response.low = self.actions(automatic.texts("low"));
            response.medium = self.actions(automatic.texts("medium"));
            response.high = self.actions(automatic.texts("high"));
            self.leave("automatic response", &automatic);
        }
        if let Some(mut manual) = fields.object("manual") {
            response.approvers = manual.texts("approvers");
            response.timeout_action =
                self.maybe_choose(&mut manual, "timeoutAction", ResponseAction::from_word);
            if let Some(timeout) = manual.0.get("timeout").and_then(milliseconds) {
                manual.0.shift_remove("timeout");
                response.approval_timeout_ms = timeout as i64;
            }
            self.leave("manual response", &manual);
        }
        if let Some(repeat) = fields.0.get("repeatInterval").and_then(milliseconds) {
            fields.0.shift_remove("repeatInterval");
            response.repeat_interval_ms = repeat as i64;
        }
        self.leave("response", &fields);
        response
    }

    fn actions(&mut self, words: Vec<String>) -> Vec<ResponseAction> {
        let mut actions = Vec::new();
        for word in words {
            match ResponseAction::from_word(&word) {
                Some(action) => actions.push(action),
                None => self.lose(
                    format!("the response {word}"),
                    "it is none of log, notify, restrict, isolate, allow",
                ),
            }
        }
        actions
    }

    fn review(&mut self, fields: Option<Fields>) -> ReviewSchedule {
        let Some(mut fields) = fields else { return ReviewSchedule::default() };
        let review = ReviewSchedule {
            frequency: self.choose(&mut fields, "frequency", frequency_of),
            approvers: fields.texts("approvers"),
            ..ReviewSchedule::default()
        };
        self.leave("review", &fields);
        review
    }

    /// The optional blocks: what metrics mean, which agents there are, on which grid conditions are evaluated.
    fn simulation(&mut self, project: &mut Project, fields: &mut Fields) {
        let settings = &mut project.simulation;
        for (name, value) in fields.object("metrics").unwrap_or_default().0 {
            let mut info = Fields::of(value).unwrap_or_default();
            let kind = self.choose(&mut info, "kind", metric_kind);
            let unit = info.text("unit").unwrap_or_default();
            self.leave("metrics", &info);
            settings.metrics.insert(name, MetricInfo { kind, unit, ..MetricInfo::default() });
        }
        for value in fields.list("agents") {
            let mut agent = Fields::of(value).unwrap_or_default();
            let Some(name) = agent.word("id").or_else(|| agent.word("name")) else {
                self.lose("an agent", "it has no id");
                continue;
            };
            let agent_type = agent.text("type").unwrap_or_default();
            let environment = agent.text("environment").unwrap_or_default();
            self.leave("agents", &agent);
            if settings.agents.iter().all(|known| known.name != name) {
                settings.agents.push(AgentInstance {
                    name,
                    agent_type,
                    environment,
                    ..AgentInstance::default()
                });
            }
        }
        for (name, members) in fields.object("groups").unwrap_or_default().0 {
            let members =
                members.as_array().map(|all| all.iter().filter_map(text_of).collect()).unwrap_or_default();
            settings.groups.push(NamedGroup { name, members, ..NamedGroup::default() });
        }
        if let Some(mut evaluation) = fields.object("evaluation") {
            let mut take = |key: &str, read: &dyn Fn(&Value) -> Option<i64>| {
                let found = evaluation.0.get(key).and_then(read);
                if found.is_some() {
                    evaluation.0.shift_remove(key);
                }
                found
            };
            let time = |value: &Value| milliseconds(value).map(|ms| ms as i64);
            let grid = &mut settings.evaluation;
            grid.interval_ms = take("interval", &time).filter(|ms| *ms > 0).unwrap_or(grid.interval_ms);
            grid.lookback_ms = take("lookback", &time).unwrap_or(grid.lookback_ms);
            grid.grace_ms = take("grace", &time).unwrap_or(grid.grace_ms);
            grid.start_ms = take("start", &moment).or(grid.start_ms);
            grid.end_ms = take("end", &moment).or(grid.end_ms);
            grid.engine = self
                .maybe_choose(&mut evaluation, "engine", crate::model::Engine::from_word)
                .unwrap_or(grid.engine);
            self.leave("evaluation", &evaluation);
        }
    }
}

fn rule_action(word: &str) -> Option<RuleAction> {
    match plain_word(word).as_str() {
        "log" | "alert" | "notify" => Some(RuleAction::Monitor),
        _ => RuleAction::from_word(word),
    }
}

fn permission_of(word: &str) -> Option<Permission> {
    match plain_word(word).as_str() {
        "full" | "allow" | "all" => Some(Permission::ReadWrite),
        "none" => Some(Permission::Deny),
        _ => Permission::from_word(word),
    }
}

/// Whether a word means both directions, for which a condition names none.
fn is_both(word: &str) -> bool {
    matches!(plain_word(word).as_str(), "both" | "any")
}

fn frequency_of(word: &str) -> Option<Frequency> {
    match plain_word(word).as_str() {
        "annually" | "annual" => Some(Frequency::Yearly),
        "semiannually" | "biannually" => Some(Frequency::HalfYearly),
        _ => Frequency::from_word(word),
    }
}

fn metric_kind(word: &str) -> Option<MetricKind> {
    MetricKind::from_word(word)
}
