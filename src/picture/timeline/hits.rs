//! What of the deeds can be pointed at, and what it says: requests that were decided, things that were done.

use crate::model::{Effect, ResponseAction};
use crate::picture::{Point, Rect};
use crate::simulation::ConditionRef;
use crate::simulation::responses::ResponseRecord;
use crate::simulation::run::{DecisionRecord, Run};
use crate::simulation::time::duration_words;

use super::Timeline;
use super::axis::clock;

/// At most so many records are read out of one deed; the rest are counted.
const MOST_READ: usize = 8;

/// Something that was decided or done, and where it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// Where.
    pub rect: Rect,
    /// From when.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
    /// What.
    pub what: Deeds,
}

/// The records behind a deed, by their numbers in the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deeds {
    /// Requests that were allowed.
    Allowed(Vec<usize>),
    /// Requests that were denied.
    Denied(Vec<usize>),
    /// Responses of one kind.
    Responses(Vec<usize>),
}

/// One thing to stop at: a request that was denied, or something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// By its number among the run's decisions.
    Denied(usize),
    /// By its number among the run's responses.
    Response(usize),
}

/// What there is to stop at for an agent, in the order of time. What is only logged is left out.
pub fn events(run: &Run, agent: &str) -> Vec<(i64, Event)> {
    let denied = run.decisions.iter().enumerate();
    let denied = denied.filter(|(_, record)| record.agent == agent && record.denied());
    let done = run.responses.iter().enumerate();
    let done = done.filter(|(_, record)| record.agent == agent && record.action != Some(ResponseAction::Log));
    let mut events: Vec<(i64, Event)> = denied
        .map(|(number, record)| (record.t_ms, Event::Denied(number)))
        .chain(done.map(|(number, record)| (record.t_ms, Event::Response(number))))
        .collect();
    events.sort_unstable();
    events
}

impl Event {
    /// What it says, in full; none when the run does not hold it.
    pub fn words(self, run: &Run) -> Option<DeedWords> {
        match self {
            Self::Denied(number) => run.decisions.get(number).map(denial_words),
            Self::Response(number) => run.responses.get(number).map(response_words),
        }
    }
}

fn denial_words(record: &DecisionRecord) -> DeedWords {
    let title = format!("{} {} denied", clock(record.t_ms, true), record.request);
    let decision = &record.decision;
    let mut lines = Vec::new();
    if record.by_response {
        lines.push(format!("Decided by: {}.", held_words(record)));
        let otherwise = if decision.effect == Effect::Deny { "denied all the same" } else { "allowed" };
        lines.push(format!("Closed loop. Without that it would be {otherwise}: {}", decision.why));
    } else {
        lines.push(decision.why.clone());
        lines.extend(decision.by.as_ref().map(|by| format!("Decided by {by}.")));
        let listed =
            |list: &[ConditionRef]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let deciding = decision.by.as_ref().map(|by| by.policy);
        for layer in decision.layers.iter().filter(|layer| !layer.shadowed.is_empty()) {
            let place = if Some(layer.policy) == deciding {
                String::new()
            } else {
                format!(" in {}", layer.policy_name)
            };
            lines.push(format!(
                "Shadowed{place}, they match too and have no say: {}.",
                listed(&layer.shadowed)
            ));
        }
        if !decision.overruled.is_empty() {
            lines.push(format!("Overrules {}.", listed(&decision.overruled)));
        }
    }
    if !record.decision.prevented && !record.by_response {
        lines.push("Only recorded: the rule does not prevent it.".to_owned());
    }
    lines.push(match record.malicious {
        Some(true) => "Part of an attack.".to_owned(),
        Some(false) => "Harmless: a false denial.".to_owned(),
        None => "Nobody says whether it was part of an attack.".to_owned(),
    });
    DeedWords { title, lines }
}

/// "isolated since 03:29:00 (alarm: Processor load)".
fn held_words(record: &DecisionRecord) -> String {
    let Some(held) = &record.held else { return "restricted or isolated at that moment".to_owned() };
    let state = match held.action {
        ResponseAction::Isolate => "isolated",
        _ => "restricted",
    };
    let cause = held.cause.trim_end_matches('.');
    format!("{state} since {} (alarm: {cause})", clock(held.since_ms, true))
}

fn response_words(record: &ResponseRecord) -> DeedWords {
    let action = record.action.map_or("approval asked", |action| action.label());
    let mut lines = vec![format!("{}.", record.cause.trim_end_matches('.'))];
    if let Some(until) = record.until_ms {
        lines.push(if until > record.t_ms {
            format!("For {}, until {}.", duration_words(until - record.t_ms), clock(until, true))
        } else {
            "Its cause was over by then.".to_owned()
        });
    }
    if let Some(approval) = &record.approval {
        lines.push(format!("{} asked: {}.", approval.approvers.join(", "), approval.outcome));
    }
    lines.push(format!("The cause is of {} severity.", record.severity.label().to_lowercase()));
    DeedWords { title: format!("{} {action}", clock(record.t_ms, true)), lines }
}

/// A deed in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeedWords {
    /// "3 requests denied, 22:10 to 22:13".
    pub title: String,
    /// One line for each record: when, what, and why.
    pub lines: Vec<String>,
}

impl Deed {
    /// The first thing in it to stop at; none in what was allowed.
    pub fn event(&self) -> Option<Event> {
        match &self.what {
            Deeds::Allowed(_) => None,
            Deeds::Denied(records) => records.first().copied().map(Event::Denied),
            Deeds::Responses(records) => records.first().copied().map(Event::Response),
        }
    }

    /// Whether that is in it.
    pub fn holds(&self, event: Event) -> bool {
        match (&self.what, event) {
            (Deeds::Denied(records), Event::Denied(number))
            | (Deeds::Responses(records), Event::Response(number)) => records.contains(&number),
            _ => false,
        }
    }

    /// What it says.
    pub fn words(&self, run: &Run) -> DeedWords {
        let (mut lines, count): (Vec<String>, usize) = match &self.what {
            Deeds::Allowed(records) | Deeds::Denied(records) => {
                let records = records.iter().filter_map(|number| run.decisions.get(*number));
                (records.clone().take(MOST_READ).map(decided).collect(), records.count())
            }
            Deeds::Responses(records) => {
                let records = records.iter().filter_map(|number| run.responses.get(*number));
                (records.clone().take(MOST_READ).map(done).collect(), records.count())
            }
        };
        if count > MOST_READ {
            lines.push(format!("and {} more", count - MOST_READ));
        }
        let requests = if count == 1 { "request" } else { "requests" };
        let what = match &self.what {
            Deeds::Allowed(_) => format!("{count} {requests} allowed"),
            Deeds::Denied(_) => format!("{count} {requests} denied"),
            Deeds::Responses(records) => {
                let first = records.first().and_then(|number| run.responses.get(*number));
                let kind = first.map_or("response", |response| {
                    response.action.map_or("approval asked", |action| action.label())
                });
                if count == 1 { kind.to_owned() } else { format!("{kind}, {count} times") }
            }
        };
        let (from, to) = (clock(self.from_ms, false), clock(self.to_ms, false));
        let when = if from == to { from } else { format!("{from} to {to}") };
        DeedWords { title: format!("{what}, {when}"), lines }
    }
}

fn decided(record: &DecisionRecord) -> String {
    let attack = if record.malicious == Some(true) { ", part of an attack" } else { "" };
    let why = if record.by_response { held_words(record) } else { record.decision.why.clone() };
    let why = why.trim().trim_end_matches('.');
    let by = record.decision.by.as_ref().filter(|_| !record.by_response);
    let by = by.map_or_else(String::new, |by| format!(" ({by})"));
    format!("{} {}{attack}: {why}{by}", clock(record.t_ms, true), record.request)
}

fn done(record: &ResponseRecord) -> String {
    let action = record.action.map_or("approval asked", |action| action.label());
    let long = record
        .until_ms
        .filter(|until| *until > record.t_ms)
        .map_or_else(String::new, |until| format!(" for {}", duration_words(until - record.t_ms)));
    let asked = record.approval.as_ref().map_or_else(String::new, |approval| {
        format!(" of {}: {}", approval.approvers.join(", "), approval.outcome)
    });
    let severity = record.severity.label().to_lowercase();
    format!("{} {action}{long}{asked}; {severity} severity: {}", clock(record.t_ms, true), record.cause)
}

impl Timeline {
    /// What was decided or done at a place; what lies on top goes first.
    pub fn deed_at(&self, point: Point) -> Option<&Deed> {
        self.deeds.iter().rev().find(|deed| deed.rect.contains(point))
    }
}
