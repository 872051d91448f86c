//! Policies in words, and what the simulation of them showed.

use super::super::document::{Block, Callout, Cell, Chapter, Figure, FigurePlace, Row, Table, Text, Tone};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::page::FULL_WIDTH;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{dash, left, right};
use crate::analysis::fingerprint;
use crate::analysis::risk::Stale;
use crate::model::{
    CommunicationCondition, Condition, Effect, Evidence, MetricCondition, Operator, Permission, Policy,
    PolicyStatus, Project, Reading, ResponseAction, Rule,
};
use crate::picture::timeline::{TimelineOptions, timeline};
use crate::simulation::evidence::{EvidenceInput, evidence};
use crate::simulation::words::{number, reading_of};
use crate::simulation::{Labels, Run};

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Policies);
    chapter.lead = lead(draft);
    if draft.project.policies.is_empty() {
        chapter.blocks.push(Block::Paragraph(Text::new().absent("The model holds no policy.")));
        return chapter;
    }
    chapter.blocks.push(Block::Table(rules(draft)));
    chapter.blocks.push(Block::Table(responses(draft)));
    if let Some(run) = draft.input.run {
        chapter.blocks.push(timeline_figure(draft, run));
        simulation(draft, run, &mut chapter.blocks);
    } else {
        let text = if draft.project.evidence.is_empty() {
            "No simulation was run for this report, and none is on record."
        } else {
            "No simulation was run for this report; what is on record stands below."
        };
        chapter.blocks.push(Block::Paragraph(Text::new().absent(text)));
    }
    if !draft.project.evidence.is_empty() {
        chapter.blocks.push(Block::Table(recorded(draft)));
    }
    chapter
}

fn lead(draft: &Draft<'_>) -> Text {
    let policies = draft.project.policies.len();
    let rules: usize = draft.project.policies.iter().map(|policy| policy.rules.len()).sum();
    let hold = if policies == 1 { "holds" } else { "hold" };
    let base = format!(
        "{} {hold} {}.",
        words::capital(&words::counted(policies, "policy")),
        words::counted(rules, "rule")
    );
    let Some(run) = draft.input.run else { return base.into() };
    let windows = run.scores.as_ref().map_or(0, |scores| scores.event.windows.len());
    let were = if run.policies.len() == 1 { "was" } else { "were" };
    let against = if windows > 0 {
        format!(" with {}", words::counted(windows, "labelled attack"))
    } else {
        String::new()
    };
    format!(
        "{base} {} {were} run against {} of telemetry{against}, for {}.",
        words::capital(&words::count(run.policies.len())),
        words::duration(run.grid.end_ms - run.grid.start_ms),
        words::counted(run.coverage.agents_in_scope.len(), "agent"),
    )
    .into()
}

fn rules(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let mut rows = Vec::new();
    for policy in &draft.project.policies {
        for (index, rule) in policy.rules.iter().enumerate() {
            let serves = if rule.controls.is_empty() {
                dash()
            } else {
                Text::new().ids(rule.controls.iter().copied(), " ")
            };
            let mut name = Cell::from(rule.name.clone());
            if index == 0 {
                name = name.second(Text::new().id(policy.id).plain(format!(" {}", policy.name)));
            }
            let mut row = Row::of(
                rule.id,
                vec![
                    Text::new().id(rule.id).into(),
                    name,
                    Text::new().with(requirement(draft.project, rule), Tone::Code).into(),
                    words::capital(rule.action.label()).into(),
                    serves.into(),
                    policy.status.label().into(),
                ],
            );
            if index == 0 {
                row.bookmark = Some(format!("{} {}", policy.id, policy.name));
            }
            rows.push(row);
        }
    }
    Table {
        number,
        caption: "Rules of all policies, and what each requires. All conditions of a rule must hold.".into(),
        columns: vec![
            left("Rule", 12.0),
            left("Name", 40.0),
            left("Requires", 66.0),
            left("Action", 17.0),
            left("Serves", 18.0),
            left("Policy is", 17.0),
        ],
        rows,
        wide: true,
        rows_are: "rules",
        ..Table::default()
    }
}

/// "cpu_usage < 80 % for 5 min; memory_usage < 75 % for 5 min".
fn requirement(project: &Project, rule: &Rule) -> String {
    let parts: Vec<String> = rule
        .conditions
        .iter()
        .map(|condition| match condition {
            Condition::Metric(metric) => metric_words(project, metric),
            Condition::Resource(resource) => {
                let permission = match resource.permission {
                    Permission::Deny => "deny",
                    Permission::Read => "read",
                    Permission::Write => "write",
                    Permission::ReadWrite => "read, write",
                };
                format!("{}: {permission}", resource.resource)
            }
            Condition::Communication(communication) => communication_words(communication),
        })
        .collect();
    if parts.is_empty() { "nothing yet".to_owned() } else { parts.join("; ") }
}

fn metric_words(project: &Project, metric: &MetricCondition) -> String {
    let (reading, ..) = reading_of(project, metric);
    let sign = match metric.operator {
        Operator::Less => "<",
        Operator::LessOrEqual => "≤",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => "≥",
        Operator::Equal => "=",
        Operator::NotEqual => "≠",
    };
    let unit =
        project.simulation.metrics.get(&metric.metric).map(|info| info.unit.as_str()).unwrap_or_default();
    let unit = if unit.is_empty() { String::new() } else { format!("\u{a0}{unit}") };
    let value = number(metric.value);
    let time = words::duration(metric.duration_ms);
    let name = &metric.metric;
    match reading {
        Reading::For if metric.duration_ms == 0 => format!("{name} {sign} {value}{unit}"),
        Reading::For => format!("{name} {sign} {value}{unit} for {time}"),
        Reading::Increase | Reading::Sum => format!("{name} {sign} {value}{unit} in {time}"),
        Reading::Any => format!("{name} {sign} {value}{unit}, each sample in {time}"),
        Reading::Avg => format!("{name} {sign} {value}{unit} on average over {time}"),
        Reading::Rate => format!("{name} {sign} {value}{unit} a second over {time}"),
        Reading::Absent => format!("{name} reported every {time}"),
    }
}

fn communication_words(communication: &CommunicationCondition) -> String {
    let way = communication.direction.map_or("both ways", crate::model::Direction::label);
    let effect = match communication.effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
    };
    let names: Vec<&str> = communication
        .destinations
        .iter()
        .map(|name| if name == "*" { "all else" } else { name.as_str() })
        .collect();
    let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    format!("{way}: {names} {effect}")
}

/// Whom each policy binds, what follows on an alarm, and when it is looked at again.
fn responses(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = draft
        .project
        .policies
        .iter()
        .map(|policy| {
            let action = |actions: &[ResponseAction]| {
                let words: Vec<&str> = actions.iter().map(|action| action.label()).collect();
                if words.is_empty() { dash() } else { Text::from(words.join(", ")) }
            };
            let approvers = words::list(&policy.response.approvers);
            let mut review = words::capital(policy.review.frequency.label());
            if let Some(last) = policy.review.last {
                review.push_str(&format!(", last {}", words::date(last)));
            }
            Row::of(
                policy.id,
                vec![
                    Text::new().id(policy.id).into(),
                    Cell::from(policy.name.clone()).second(scope(policy)),
                    action(&policy.response.low).into(),
                    action(&policy.response.medium).into(),
                    action(&policy.response.high).into(),
                    if approvers.is_empty() { dash() } else { approvers.into() }.into(),
                    review.into(),
                ],
            )
        })
        .collect();
    Table {
        number,
        caption: "What follows at once on an alarm of each severity, who is asked, and how often the policy is reviewed.".into(),
        columns: vec![
            left("Id", 12.0),
            left("Policy", 42.0),
            left("Low", 17.0),
            left("Medium", 23.0),
            left("High", 27.0),
            left("Asked", 25.0),
            left("Review", 24.0),
        ],
        rows,
        wide: true,
        rows_are: "policies",
        ..Table::default()
    }
}

fn scope(policy: &Policy) -> String {
    let scope = &policy.scope;
    let part = |names: &[String], all: &str| if names.is_empty() { all.to_owned() } else { names.join(", ") };
    let who = if scope.agents.is_empty() {
        part(&scope.agent_types, "every type of agent")
    } else {
        scope.agents.join(", ")
    };
    format!("binds {who} in {}", part(&scope.environments, "every environment"))
}

fn simulation(draft: &mut Draft<'_>, run: &Run, blocks: &mut Vec<Block>) {
    let windows = run
        .scores
        .as_ref()
        .map(|scores| scores.event.windows.iter().map(|window| window.label.clone()).collect());
    if let Some(windows) = windows {
        let labels = Labels { windows, ..Labels::default() };
        let found = evidence(
            draft.project,
            run,
            &EvidenceInput {
                labels: &labels,
                trace_fingerprint: &draft.input.trace_fingerprint,
                policy_fingerprint: fingerprint::of_policy,
                model_fingerprint: &fingerprint::of_settings(&draft.project.simulation),
                date: Some(draft.date()),
            },
        );
        if let Some(table) = scores(draft, run, &found) {
            blocks.push(Block::Table(table));
        }
    }
    if let Some(table) = alarms(draft, run) {
        blocks.push(Block::Table(table));
    }
    if let Some(table) = requests(draft, run) {
        blocks.push(Block::Table(table));
    }
    blocks.push(beside("Reading", vec![Block::Callout(Callout { head: String::new(), text: reading(run) })]));
}

/// The agent with the longest alarms over the whole run.
fn timeline_figure(draft: &mut Draft<'_>, run: &Run) -> Block {
    let number = draft.figure();
    let options = TimelineOptions {
        width: 850.0,
        paper: true,
        most_metrics: 3,
        plot_height: 84.0,
        ..TimelineOptions::default()
    };
    let drawn = timeline(run, &options);
    let picture = drawn.picture.scaled(FULL_WIDTH / drawn.picture.bounds.w.max(1.0));
    let mut caption = format!(
        "The run as {} went through it.",
        if drawn.agent.is_empty() { "every agent" } else { drawn.agent.as_str() }
    );
    if !drawn.windows.is_empty() {
        caption.push_str(" Shaded: labelled attacks.");
    }
    caption.push_str(
        " A condition is pending from the first violation and fires once that has lasted as long as it must.",
    );
    let alternative = picture.description.clone();
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative,
        place: FigurePlace::Wide,
        ..Figure::default()
    }))
}

/// Alarms against labelled windows, by rule; the sum over all alarms of the run below.
fn scores(draft: &mut Draft<'_>, run: &Run, found: &[Evidence]) -> Option<Table> {
    let scores = run.scores.as_ref()?;
    let number = draft.table();
    let mut seen = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for one in found {
        let Some(rule) = one.rule.filter(|rule| !seen.contains(rule)) else { continue };
        seen.push(rule);
        let name = draft.project.rule(rule).map(|(_, rule)| rule.name.clone()).unwrap_or_default();
        rows.push(Row::new(vec![
            Text::new().id(rule).into(),
            name.into(),
            one.windows.to_string().into(),
            one.detected.to_string().into(),
            one.detection_rate().map_or_else(dash, |rate| Text::new().strong(words::percent(rate))).into(),
            Cell::drawn(figures::interval_bar(
                one.detection_rate().unwrap_or(0.0),
                one.rate_low,
                one.rate_high,
                32.0,
            )),
            format!("{:.2}", one.false_alarms_per_agent_day).into(),
            one.time_to_detect_ms.map_or_else(dash, |time| words::duration(time).into()).into(),
        ]));
    }
    let event = &scores.event;
    let (low, high) = event.rate_interval.unwrap_or_default();
    rows.push(Row::total(vec![
        Text::new().into(),
        "All alarms".into(),
        event.windows.len().to_string().into(),
        event.detected.to_string().into(),
        event.detection_rate.map_or_else(dash, |rate| words::percent(rate).into()).into(),
        Cell::drawn(figures::interval_bar(event.detection_rate.unwrap_or(0.0), low, high, 32.0)),
        event.false_alarms_per_agent_day.map_or_else(dash, |rate| format!("{rate:.2}").into()).into(),
        event.time_to_detect.map_or_else(dash, |time| words::duration(time.p50_ms).into()).into(),
    ]));
    Some(Table {
        number,
        caption: "Alarms and denials against labelled attacks, by rule: each is measured by the attacks of the threats that it answers. Detection with its 95\u{2009}% interval; what was missed is not in the time to detect.".into(),
        columns: vec![
            left("Rule", 12.0),
            left("Name", 46.0),
            right("Attacks", 14.0),
            right("Detected", 15.0),
            right("Rate", 14.0),
            left("0\u{2009}%  to  100\u{2009}%", 34.0),
            right("False alarms per agent-day", 19.0),
            right("Detected after, median", 16.0),
        ],
        rows,
        wide: true,
        rows_are: "rules",
        ..Table::default()
    })
}

/// How each metric condition went.
fn alarms(draft: &mut Draft<'_>, run: &Run) -> Option<Table> {
    if run.conditions.is_empty() {
        return None;
    }
    let number = draft.table();
    let rows = run
        .conditions
        .iter()
        .map(|condition| {
            let fired: usize = condition.series.iter().map(|series| series.firing.len()).sum();
            let pending: usize = condition.series.iter().map(|series| series.pending.len()).sum();
            let time: i64 = condition
                .series
                .iter()
                .flat_map(|series| &series.firing)
                .map(|one| one.to_ms - one.from_ms)
                .sum();
            let agents: Vec<&str> = condition
                .series
                .iter()
                .filter(|series| !series.firing.is_empty())
                .map(|series| series.agent.as_str())
                .collect();
            Row::new(vec![
                Text::new().id(condition.rule).into(),
                condition.requirement.clone().into(),
                words::thousands(condition.series.len() as f64).into(),
                if pending == 0 { dash() } else { pending.to_string().into() }.into(),
                if fired == 0 { dash() } else { Text::new().strong(fired.to_string()) }.into(),
                if fired == 0 { dash() } else { words::duration(time).into() }.into(),
                Text::new()
                    .plain("  ")
                    .plain(if agents.is_empty() { "–".to_owned() } else { agents.join(", ") })
                    .into(),
            ])
        })
        .collect();
    Some(Table {
        number,
        caption: "What each metric condition did. Pending: violated, but not yet for long enough.".into(),
        columns: vec![
            left("Rule", 12.0),
            left("Requirement", 66.0),
            right("Series", 13.0),
            right("Pending", 14.0),
            right("Fired", 12.0),
            right("In all", 20.0),
            left("  Agents", 33.0),
        ],
        rows,
        wide: true,
        rows_are: "conditions",
        ..Table::default()
    })
}

/// Decisions on requests, by what they asked for.
fn requests(draft: &mut Draft<'_>, run: &Run) -> Option<Table> {
    if run.decisions.is_empty() {
        return None;
    }
    let number = draft.table();
    let kinds = [("resource", "Access to resources"), ("communication", "Communication")];
    let rows = kinds
        .into_iter()
        .filter_map(|(kind, name)| {
            let of_kind: Vec<_> = run.decisions.iter().filter(|one| one.request.kind() == kind).collect();
            if of_kind.is_empty() {
                return None;
            }
            let count = |malicious: bool, denied: bool| {
                of_kind
                    .iter()
                    .filter(|one| one.malicious == Some(malicious) && (!denied || one.denied_by_policy()))
                    .count()
            };
            let (bad, stopped, good, wrong) =
                (count(true, false), count(true, true), count(false, false), count(false, true));
            let rate = |part: usize, whole: usize| {
                if whole == 0 {
                    dash()
                } else {
                    Text::new().strong(words::fine_percent(part as f64 / whole as f64))
                }
            };
            let number = |count: usize| Cell::from(words::thousands(count as f64));
            Some(Row::new(vec![
                name.into(),
                number(bad),
                number(stopped),
                rate(stopped, bad).into(),
                number(good),
                number(wrong),
                rate(wrong, good).into(),
            ]))
        })
        .collect();
    Some(Table {
        number,
        caption: "Decisions on requests. A benign request that was denied is a false positive.".into(),
        columns: vec![
            left("Decision", 56.0),
            right("Malicious", 20.0),
            right("Denied", 18.0),
            right("Rate", 20.0),
            right("Benign", 20.0),
            right("Denied", 18.0),
            right("Rate", 18.0),
        ],
        rows,
        wide: true,
        rows_are: "decisions",
        ..Table::default()
    })
}

fn reading(run: &Run) -> Text {
    let mut said: Vec<String> = Vec::new();
    if let Some(scores) = &run.scores {
        let event = &scores.event;
        let missed: Vec<String> = event
            .windows
            .iter()
            .filter(|window| window.detected_ms.is_none())
            .map(|window| {
                if window.label.threat.is_empty() {
                    window.label.agent.clone()
                } else {
                    format!("{} on {}", window.label.threat.replace('_', " "), window.label.agent)
                }
            })
            .take(3)
            .collect();
        let of = format!(
            "{} of {}",
            words::capital(&words::count(event.detected)),
            words::counted(event.windows.len(), "labelled attack")
        );
        let were = if event.detected == 1 { "was" } else { "were" };
        said.push(format!("{of} {were} noticed by an alarm."));
        if let Some(denials) =
            scores.with_denials.as_ref().filter(|denials| denials.detected > event.detected)
        {
            said.push(format!(
                "Counting denied requests as alarms it is {}.",
                words::count(denials.detected)
            ));
        }
        if !missed.is_empty() {
            said.push(format!("Not noticed by an alarm: {}.", words::list(&missed)));
        }
        if event.false_alarms > 0 {
            let lie = if event.false_alarms == 1 { "alarm lies" } else { "alarms lie" };
            said.push(format!(
                "{} {lie} outside of every labelled attack.",
                words::capital(&words::count(event.false_alarms))
            ));
        }
    } else {
        said.push("The trace carries no labels, so nothing can be said about what was missed.".to_owned());
    }
    if !run.coverage.metrics_missing.is_empty() {
        said.push(format!("Not in the trace: {}.", words::list(&run.coverage.metrics_missing)));
    }
    said.push(format!("{}.", run.mode.label()));
    said.join(" ").into()
}

/// What earlier simulations put on record.
fn recorded(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = draft
        .project
        .evidence
        .iter()
        .map(|one| {
            let control = one.control.map_or_else(dash, |id| Text::new().id(id));
            let rate =
                one.detection_rate().map_or_else(dash, |rate| Text::new().strong(words::percent(rate)));
            let policy = one.policy.and_then(|id| draft.project.policies.get(id));
            let state: Text = match draft.register.stale.get(&one.id) {
                Some(Stale::PolicyGone) => Text::new().strong("Policy gone"),
                Some(Stale::PolicyChanged) => Text::new().strong("Policy changed since"),
                Some(Stale::SettingsChanged) => Text::new().strong("Settings changed since"),
                None if policy.is_some_and(|policy| policy.status != PolicyStatus::Active) => {
                    "Not in force".into()
                }
                None => "Counts".into(),
            };
            Row::of(
                one.id,
                vec![
                    Text::new().id(one.id).into(),
                    one.trace.clone().into(),
                    one.rule.map_or_else(dash, |id| Text::new().id(id)).into(),
                    control.into(),
                    format!("{} of {}", one.detected, one.windows).into(),
                    rate.into(),
                    format!("{} to {}", words::percent(one.rate_low), words::percent(one.rate_high)).into(),
                    Text::new()
                        .plain("  ")
                        .plain(one.date.map_or_else(|| "–".to_owned(), words::date))
                        .into(),
                    state.into(),
                ],
            )
        })
        .collect();
    Table {
        number,
        caption: "Evidence on record. Where it counts, the measured rate replaces the control’s claim."
            .into(),
        columns: vec![
            left("Id", 11.0),
            left("Trace", 34.0),
            left("Rule", 12.0),
            left("Control", 14.0),
            right("Detected", 17.0),
            right("Rate", 13.0),
            right("95\u{2009}% interval", 25.0),
            left("  Date", 24.0),
            left("State", 20.0),
        ],
        rows,
        wide: true,
        rows_are: "records",
        ..Table::default()
    }
}
