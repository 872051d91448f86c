//! Why a trigger fires, does not fire, or cannot tell: in words, with the model's own names.

use std::fmt::Write as _;

use super::code::{
    Code, Place, Read, Right, Spot, Truth, compare, evaluate, place_element, read_value, spots,
};
use crate::analysis::facts::{Element, Facts, Gap, Value, value_of};
use crate::catalog::AttributeInfo;
use crate::catalog::trigger::{Comparison, Way};
use crate::model::{ItemId, Sensitivity};

/// More reasons than this are no explanation.
const REASONS: usize = 4;

/// The reasons in a few words: "untrusted text, content is not filtered".
pub(super) fn why(facts: &Facts<'_>, code: &Code, element: Element, truth: Truth) -> String {
    if let Truth::Unknown(gap) = truth {
        return open(facts, gap, element);
    }
    let mut reasons = Vec::new();
    Explainer { facts }.explain(code, element.into(), &mut reasons);
    reasons.retain(|reason| !reason.is_empty());
    reasons.dedup();
    reasons.truncate(if truth == Truth::False { 1 } else { REASONS });
    if reasons.is_empty() { "what is drawn here".to_owned() } else { reasons.join(", ") }
}

/// What is not known: "the caller is authenticated?".
fn open(facts: &Facts<'_>, gap: Gap, element: Element) -> String {
    let Some(info) = facts.catalog.attributes.get(usize::from(gap.attribute)) else { return String::new() };
    let own = match element {
        Element::Component(at) => facts.system.component(at).map(|c| ItemId::from(c.component.id)),
        Element::Interface { at, .. } => facts.system.interface(at).map(|i| ItemId::from(i.interface.id)),
    };
    let words = match info.name.as_str() {
        "authenticated" => "authentication",
        "encrypted" => "encryption",
        _ => &info.yes,
    };
    if own == Some(gap.item) {
        format!("{words}?")
    } else {
        format!("{}: {words}?", facts.project().name_of(gap.item))
    }
}

/// What a trigger rests on, as a dismissal writes it down: a change of these reopens it.
pub(super) fn facts(facts: &Facts<'_>, code: &Code, element: Element) -> String {
    let mut text = String::new();
    Explainer { facts }.note(code, element.into(), &mut text);
    text
}

/// What differs between two notes of facts: "autonomy level: was 2, now 4".
pub(super) fn changes(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| -> Vec<(String, String)> {
        let pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let told = |value: Option<&str>| match value {
        None | Some("?") => "not known".to_owned(),
        Some(value) => value.to_owned(),
    };
    let (before, after) = (read(before), read(after));
    let find = |list: &[(String, String)], name: &str| {
        list.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in after.iter().chain(&before) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .filter_map(|name| {
            let (was, now) = (find(&before, name), find(&after, name));
            let (was, now) = (told(was.as_deref()), told(now.as_deref()));
            (was != now).then(|| format!("{}: was {was}, now {now}", name.replace(['_', '.'], " ")))
        })
        .collect()
}

struct Explainer<'f, 'a> {
    facts: &'f Facts<'a>,
}

impl Explainer<'_, '_> {
    /// Adds what makes the code true or false, whichever it is.
    fn explain(&self, code: &Code, spot: Spot, reasons: &mut Vec<String>) {
        let truth = evaluate(self.facts, code, spot);
        match code {
            Code::Is(read) => reasons.push(self.said(*read, spot, truth == Truth::True)),
            Code::Compare(read, comparison, right) => {
                reasons.push(self.compared(*read, *comparison, right, spot, truth == Truth::True));
            }
            Code::In(read, _) => {
                if let (Value::Word(word), false) = (read_value(self.facts, *read, spot), self.is_kind(*read))
                {
                    reasons.push(format!("{} {word}", self.label(*read).to_lowercase()));
                }
            }
            Code::Not(inner) => self.explain(inner, spot, reasons),
            Code::And(parts) | Code::Or(parts) => {
                // All of a true `and` and of a false `or` count; otherwise the first part that settles it.
                let all = matches!((code, truth), (Code::And(_), Truth::True) | (Code::Or(_), Truth::False));
                let mut settling = parts.iter().filter(|part| evaluate(self.facts, part, spot) == truth);
                if all {
                    settling.for_each(|part| self.explain(part, spot, reasons));
                } else if let Some(part) = settling.next() {
                    self.explain(part, spot, reasons);
                }
            }
            Code::Exists(way, inner) => self.exists(*way, inner, spot, truth, reasons),
            Code::Bypassed => reasons.push(
                if truth == Truth::True { "there is a way around it" } else { "there is no way around it" }
                    .to_owned(),
            ),
            Code::SpansTrust => reasons.push(
                if truth == Truth::True {
                    "an end stands in two zones"
                } else {
                    "each end stands in one zone"
                }
                .to_owned(),
            ),
        }
    }

    fn exists(&self, way: Way, inner: &Code, spot: Spot, truth: Truth, reasons: &mut Vec<String>) {
        let mut all = spots(self.facts, way, spot).peekable();
        if truth != Truth::True {
            let Some(first) = all.next() else {
                reasons.push(
                    match way {
                        Way::Inflow => "nothing leads to it",
                        Way::Outflow => "it leads to nothing",
                        Way::Flow => "it has no interfaces",
                    }
                    .to_owned(),
                );
                return;
            };
            if let Code::Compare(read, Comparison::Equal, Right::Word(kind)) = inner
                && self.is_kind(*read)
            {
                reasons.push(match way {
                    Way::Inflow => format!("no {kind} leads to it"),
                    Way::Outflow | Way::Flow => format!("it leads to no {kind}"),
                });
                return;
            }
            let mut inside = Vec::new();
            self.explain(inner, first, &mut inside);
            inside.retain(|reason| !reason.is_empty());
            let way = match way {
                Way::Inflow => "inflow",
                Way::Outflow => "outflow",
                Way::Flow => "interface",
            };
            reasons.push(match inside.first() {
                Some(reason) => format!("each {way}: {reason}"),
                None => format!("no such {way}"),
            });
            return;
        }
        let Some(spot) = all.find(|spot| evaluate(self.facts, inner, *spot) == Truth::True) else { return };
        let mut inside = Vec::new();
        self.explain(inner, spot, &mut inside);
        inside.retain(|reason| !reason.is_empty());
        let far = match (way, spot.interface) {
            (Way::Inflow, Some(Element::Interface { at, reversed })) => {
                self.facts.system.ends(at, reversed).0
            }
            (Way::Outflow, Some(Element::Interface { at, reversed })) => {
                self.facts.system.ends(at, reversed).1
            }
            _ => None,
        };
        let far = far.and_then(|at| self.facts.system.component(at)).map(|far| far.component.name.as_str());
        reasons.push(match (inside.is_empty(), way, far) {
            (true, Way::Inflow, Some(far)) => format!("called by {far}"),
            (true, _, Some(far)) => format!("calls {far}"),
            (true, _, None) => "has such an interface".to_owned(),
            (false, Way::Inflow, Some(far)) => format!("{} from {far}", inside.join(", ")),
            (false, _, Some(far)) => format!("{} to {far}", inside.join(", ")),
            (false, _, None) => inside.join(", "),
        });
    }

    fn info(&self, read: Read) -> Option<&AttributeInfo> {
        self.facts.catalog.attributes.get(usize::from(read.attribute))
    }

    fn label(&self, read: Read) -> String {
        self.info(read).map_or_else(String::new, AttributeInfo::label)
    }

    fn is_kind(&self, read: Read) -> bool {
        self.info(read).is_some_and(|info| info.name == "kind")
    }

    fn said(&self, read: Read, spot: Spot, yes: bool) -> String {
        let Some(info) = self.info(read) else { return String::new() };
        self.of_place(read, spot, if yes { info.yes.clone() } else { info.no.clone() })
    }

    /// An end of an interface is named; the element itself is what the sentence is about.
    fn of_place(&self, read: Read, spot: Spot, words: String) -> String {
        if !matches!(read.place, Place::Source | Place::Target) || spot.interface.is_some() {
            return words;
        }
        let end = match place_element(self.facts, read.place, spot) {
            Some(Element::Component(at)) => self.facts.system.component(at),
            _ => None,
        };
        end.map_or(words.clone(), |end| format!("{}: {words}", end.component.name))
    }

    fn compared(&self, read: Read, comparison: Comparison, right: &Right, spot: Spot, truth: bool) -> String {
        let Some(info) = self.info(read) else { return String::new() };
        let value = read_value(self.facts, read, spot);
        match (info.name.as_str(), value) {
            ("kind", _) => return String::new(),
            ("direction", _) => {
                return if truth { info.yes.clone() } else { info.no.clone() };
            }
            ("data_sensitivity", Value::Number(level)) => {
                let word = level_word(level);
                if let Right::Read(limit) = right
                    && let Value::Number(limit) = read_value(self.facts, *limit, spot)
                {
                    return format!("{word} data, cleared for {}", level_word(limit));
                }
                return format!("{word} data");
            }
            ("trust_level", _) => return self.trust(read, right, spot, truth),
            ("from_trust" | "to_trust", Value::Number(from)) => {
                if let Right::Read(other) = right
                    && let Value::Number(to) = read_value(self.facts, *other, spot)
                {
                    return format!("from trust {from} to trust {to}");
                }
            }
            ("from_region" | "to_region", Value::Word(region)) => return format!("region {region}"),
            _ => {}
        }
        let fixed = match right {
            Right::Number(number) => Value::Number(*number),
            Right::Word(word) => Value::Word(word),
            Right::Read(_) => return self.of_place(read, spot, info.yes.clone()),
        };
        // The phrase whose meaning would compare the same way as the value does.
        let as_yes = value_of(info, &info.yes_means).map(|yes| compare(yes, comparison, fixed));
        let yes = (as_yes == Some(Truth::True)) == truth;
        self.of_place(read, spot, if yes { info.yes.clone() } else { info.no.clone() })
    }

    fn trust(&self, read: Read, right: &Right, spot: Spot, truth: bool) -> String {
        if let (Right::Read(_), true) = (right, truth) {
            return "less trust".to_owned();
        }
        match read_value(self.facts, read, spot) {
            Value::Number(trust) => format!("trust {trust}"),
            _ => String::new(),
        }
    }

    fn note(&self, code: &Code, spot: Spot, text: &mut String) {
        match code {
            Code::Not(inner) => self.note(inner, spot, text),
            Code::And(parts) | Code::Or(parts) => parts.iter().for_each(|part| self.note(part, spot, text)),
            Code::Is(read) | Code::In(read, _) => self.note_value(*read, spot, text),
            Code::Compare(read, _, right) => {
                self.note_value(*read, spot, text);
                if let Right::Read(right) = right {
                    self.note_value(*right, spot, text);
                }
            }
            Code::Exists(..) | Code::Bypassed | Code::SpansTrust => {
                let name = match code {
                    Code::Exists(Way::Inflow, _) => "inflow",
                    Code::Exists(Way::Outflow, _) => "outflow",
                    Code::Exists(Way::Flow, _) => "interface",
                    Code::Bypassed => "bypass",
                    _ => "two zones",
                };
                let value = match evaluate(self.facts, code, spot) {
                    Truth::True => "yes",
                    Truth::False => "no",
                    Truth::Unknown(_) => "?",
                };
                push(text, name, value);
            }
        }
    }

    fn note_value(&self, read: Read, spot: Spot, text: &mut String) {
        let Some(info) = self.info(read) else { return };
        let place = match read.place {
            Place::Source => "source.",
            Place::Target => "target.",
            Place::This | Place::Interface => "",
        };
        let name = format!("{place}{}", info.name);
        match read_value(self.facts, read, spot) {
            Value::Truth(true) => push(text, &name, "yes"),
            Value::Truth(false) => push(text, &name, "no"),
            Value::Number(number) => push(text, &name, &number.to_string()),
            Value::Word(word) => push(text, &name, word),
            Value::Unknown(_) => push(text, &name, "?"),
        }
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    let separator = if text.is_empty() { "" } else { " " };
    // Writing to a String cannot fail.
    let _ = write!(text, "{separator}{name}={value}");
}

fn level_word(level: f64) -> &'static str {
    Sensitivity::ALL.get(level.max(0.0) as usize).map_or("unrated", |level| level.label())
}
