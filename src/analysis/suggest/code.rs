//! Triggers made ready for many elements, and evaluated with three values.
//!
//! False beats unknown in `and`, true beats unknown in `or`: a threat that an answer cannot change is never asked about.

use std::collections::BTreeSet;

use crate::analysis::facts::{Element, Facts, Gap, Value, place_of, rank};
use crate::catalog::trigger::{Comparison, End, Name, Operand, Trigger, Way};
use crate::catalog::{AttributeKind, Catalog, ElementKind};
use crate::model::{Answer, ComponentKind};

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    False,
    True,
    /// It depends on the first of these gaps.
    Unknown(Gap),
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::True => Self::False,
            Self::Unknown(gap) => Self::Unknown(gap),
        }
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Self::True } else { Self::False }
    }
}

/// A trigger with its names looked up.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Is(Read),
    Compare(Read, Comparison, Right),
    In(Read, Vec<String>),
    Not(Box<Code>),
    And(Vec<Code>),
    Or(Vec<Code>),
    Exists(Way, Box<Code>),
    Bypassed,
    SpansTrust,
}

/// Where an attribute is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) place: Place,
    pub(crate) attribute: u16,
}

/// Whose attribute it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The element's.
    This,
    /// The interface's, inside of `exists`.
    Interface,
    /// The component's where the interface starts.
    Source,
    /// The component's where the interface leads.
    Target,
}

#[derive(Debug, Clone)]
pub(crate) enum Right {
    Number(f64),
    Word(String),
    Read(Read),
}

impl Code {
    /// The attributes that are read at the far end of an interface.
    pub(crate) fn far_reads(&self, found: &mut BTreeSet<u16>) {
        let mut note = |read: &Read| {
            if matches!(read.place, Place::Source | Place::Target) {
                found.insert(read.attribute);
            }
        };
        match self {
            Self::Is(read) | Self::In(read, _) => note(read),
            Self::Compare(read, _, right) => {
                note(read);
                if let Right::Read(right) = right {
                    note(right);
                }
            }
            Self::Not(inner) | Self::Exists(_, inner) => inner.far_reads(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.far_reads(found)),
            Self::Bypassed | Self::SpansTrust => {}
        }
    }
}

pub(crate) fn compile(catalog: &Catalog, trigger: &Trigger) -> Code {
    Compiler { catalog, inside: false }.code(trigger)
}

struct Compiler<'c> {
    catalog: &'c Catalog,
    /// Inside of `exists`, where a plain name may be the interface's.
    inside: bool,
}

impl Compiler<'_> {
    fn code(&self, trigger: &Trigger) -> Code {
        match trigger {
            Trigger::Is(name) => Code::Is(self.read(name)),
            Trigger::Compare(name, comparison, operand) => {
                let read = self.read(name);
                Code::Compare(read, *comparison, self.right(read, operand))
            }
            Trigger::In(name, words) => Code::In(self.read(name), words.clone()),
            Trigger::Not(inner) => Code::Not(Box::new(self.code(inner))),
            Trigger::And(parts) => Code::And(parts.iter().map(|part| self.code(part)).collect()),
            Trigger::Or(parts) => Code::Or(parts.iter().map(|part| self.code(part)).collect()),
            Trigger::Exists(way, inner) => {
                Code::Exists(*way, Box::new(Compiler { inside: true, ..*self }.code(inner)))
            }
            Trigger::Bypassed => Code::Bypassed,
            Trigger::SpansTrust => Code::SpansTrust,
        }
    }

    fn read(&self, name: &Name) -> Read {
        let place = match name.end {
            Some(End::Source) => Place::Source,
            Some(End::Target) => Place::Target,
            None if self.inside && self.is_of_interfaces(&name.attribute) => Place::Interface,
            None => Place::This,
        };
        Read { place, attribute: place_of(self.catalog, &name.attribute) }
    }

    fn is_of_interfaces(&self, attribute: &str) -> bool {
        self.catalog.attribute(attribute).is_some_and(|info| info.of.contains(&ElementKind::Flow))
    }

    fn right(&self, left: Read, operand: &Operand) -> Right {
        match operand {
            Operand::Number(number) => Right::Number(*number),
            Operand::Name(name) => Right::Read(self.read(name)),
            Operand::Word(word) => {
                let info = self.catalog.attributes.get(usize::from(left.attribute));
                // One of the attribute's own words is meant before an attribute that happens to be called so.
                let own = info.is_some_and(|info| info.words.contains(word));
                if !own && self.catalog.attribute(word).is_some() {
                    return Right::Read(self.read(&Name { end: None, attribute: word.clone() }));
                }
                let level =
                    info.filter(|info| info.kind == AttributeKind::Scale).and_then(|info| rank(info, word));
                level.map_or_else(|| Right::Word(word.clone()), Right::Number)
            }
        }
    }
}

/// Where a trigger is evaluated: at an element, and inside of `exists` at one of its interfaces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) element: Element,
    pub(crate) interface: Option<Element>,
}

impl From<Element> for Spot {
    fn from(element: Element) -> Self {
        Self { element, interface: None }
    }
}

pub(crate) fn evaluate(facts: &Facts<'_>, code: &Code, spot: Spot) -> Truth {
    match code {
        Code::Is(read) => is(read_value(facts, *read, spot)),
        Code::Compare(read, comparison, right) => {
            let left = read_value(facts, *read, spot);
            let right = match right {
                Right::Number(number) => Value::Number(*number),
                Right::Word(word) => Value::Word(word),
                Right::Read(read) => read_value(facts, *read, spot),
            };
            compare(left, *comparison, right)
        }
        Code::In(read, words) => match read_value(facts, *read, spot) {
            Value::Unknown(gap) => Truth::Unknown(gap),
            Value::Word(word) => words.iter().any(|listed| listed == word).into(),
            Value::Truth(_) | Value::Number(_) => Truth::False,
        },
        Code::Not(inner) => evaluate(facts, inner, spot).not(),
        Code::And(parts) => all_of(parts.iter().map(|part| evaluate(facts, part, spot))),
        Code::Or(parts) => any_of(parts.iter().map(|part| evaluate(facts, part, spot))),
        Code::Exists(way, inner) => any_of(spots(facts, *way, spot).map(|spot| evaluate(facts, inner, spot))),
        Code::Bypassed => bypassed(facts, spot.element).into(),
        Code::SpansTrust => spans_trust(facts, spot.element).into(),
    }
}

/// Evaluates, and notes every gap that keeps it open, in the order of the trigger.
pub(crate) fn survey(facts: &Facts<'_>, code: &Code, spot: Spot, gaps: &mut Vec<Gap>) -> Truth {
    let mut note = |value: Value<'_>| {
        if let Value::Unknown(gap) = value
            && !gaps.contains(&gap)
        {
            gaps.push(gap);
        }
    };
    match code {
        Code::Is(read) | Code::In(read, _) => {
            note(read_value(facts, *read, spot));
            evaluate(facts, code, spot)
        }
        Code::Compare(read, _, right) => {
            note(read_value(facts, *read, spot));
            if let Right::Read(right) = right {
                note(read_value(facts, *right, spot));
            }
            evaluate(facts, code, spot)
        }
        Code::Not(inner) => survey(facts, inner, spot, gaps).not(),
        Code::And(parts) => {
            let start = gaps.len();
            let truth = all_of(parts.iter().map(|part| survey(facts, part, spot, gaps)));
            settled(truth, start, gaps)
        }
        Code::Or(parts) => {
            let start = gaps.len();
            let truth = any_of(parts.iter().map(|part| survey(facts, part, spot, gaps)));
            settled(truth, start, gaps)
        }
        Code::Exists(way, inner) => {
            let start = gaps.len();
            let truth = any_of(spots(facts, *way, spot).map(|spot| survey(facts, inner, spot, gaps)));
            settled(truth, start, gaps)
        }
        Code::Bypassed | Code::SpansTrust => evaluate(facts, code, spot),
    }
}

/// What is settled has no gaps, whatever its parts lack.
fn settled(truth: Truth, start: usize, gaps: &mut Vec<Gap>) -> Truth {
    if !matches!(truth, Truth::Unknown(_)) {
        gaps.truncate(start);
    }
    truth
}

/// An interface that goes both ways is evaluated in both directions; either may make it so. The gaps are those of each
/// direction that is open.
pub(crate) fn survey_at(
    facts: &Facts<'_>,
    code: &Code,
    element: Element,
    gaps: &mut Vec<Gap>,
) -> (Truth, Element) {
    better(directions(facts, element).map(|way| (survey(facts, code, way.into(), gaps), way)), element)
}

/// An interface that goes both ways is evaluated in both directions; either may make it so.
pub(crate) fn evaluate_at(facts: &Facts<'_>, code: &Code, element: Element) -> Truth {
    better(directions(facts, element).map(|way| (evaluate(facts, code, way.into()), way)), element).0
}

/// What is so goes before what is open, what is open before what is not, and the arrow's own direction first.
fn better(mut ways: impl Iterator<Item = (Truth, Element)>, element: Element) -> (Truth, Element) {
    let Some(found) = ways.next() else { return (Truth::False, element) };
    match (found.0, ways.next()) {
        (Truth::True, _) | (_, None) => found,
        (_, Some(back @ (Truth::True, _))) => back,
        (Truth::Unknown(_), _) => found,
        (Truth::False, Some(back)) if back.0 != Truth::False => back,
        (Truth::False, _) => found,
    }
}

/// The element in each direction that it is looked at: along its arrow first, then back where it goes both ways.
pub(crate) fn directions<'a>(facts: &Facts<'a>, element: Element) -> impl Iterator<Item = Element> + use<'a> {
    let back = match element {
        Element::Interface { at, .. }
            if facts.system.interface(at).is_some_and(|i| i.interface.both_ways) =>
        {
            Some(Element::Interface { at, reversed: true })
        }
        _ => None,
    };
    std::iter::once(element.forward()).chain(back)
}

fn all_of(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut result = Truth::True;
    for truth in truths {
        match (truth, result) {
            (Truth::False, _) => return Truth::False,
            (Truth::Unknown(_), Truth::True) => result = truth,
            _ => {}
        }
    }
    result
}

fn any_of(truths: impl Iterator<Item = Truth>) -> Truth {
    all_of(truths.map(Truth::not)).not()
}

/// The interfaces of an element in that way, as spots to evaluate at.
pub(crate) fn spots<'a>(facts: &Facts<'a>, way: Way, spot: Spot) -> impl Iterator<Item = Spot> + use<'a> {
    let system = facts.system;
    let component = match spot.element {
        Element::Component(at) => system.component(at),
        Element::Interface { .. } => None,
    };
    let none: &'a [crate::analysis::facts::End] = &[];
    let (inflows, outflows) = component
        .map_or((none, none), |component| (component.inflows.as_slice(), component.outflows.as_slice()));
    let inflows = if way == Way::Outflow { none } else { inflows };
    let outflows = if way == Way::Inflow { none } else { outflows };
    inflows.iter().chain(outflows).map(move |end| Spot {
        interface: Some(Element::Interface { at: end.interface, reversed: end.reversed }),
        ..spot
    })
}

/// The element that an attribute is read from; none when the interface's end is loose.
pub(crate) fn place_element(facts: &Facts<'_>, place: Place, spot: Spot) -> Option<Element> {
    if place == Place::This {
        return Some(spot.element);
    }
    let interface = spot.interface.unwrap_or(spot.element);
    let Element::Interface { at, reversed } = interface else { return None };
    let (source, target) = facts.system.ends(at, reversed);
    match place {
        Place::Interface | Place::This => Some(interface),
        Place::Source => source.map(Element::Component),
        Place::Target => target.map(Element::Component),
    }
}

pub(crate) fn read_value<'a>(facts: &Facts<'a>, read: Read, spot: Spot) -> Value<'a> {
    match place_element(facts, read.place, spot) {
        Some(element) => facts.value(element, read.attribute),
        None => Value::Truth(false),
    }
}

/// Something that is not yes or no counts as yes when it is there at all: a number above zero, a word but "none".
pub(crate) fn is(value: Value<'_>) -> Truth {
    match value {
        Value::Truth(yes) => yes.into(),
        Value::Number(number) => (number > 0.0).into(),
        Value::Word(word) => (word != "none").into(),
        Value::Unknown(gap) => Truth::Unknown(gap),
    }
}

pub(crate) fn compare(left: Value<'_>, comparison: Comparison, right: Value<'_>) -> Truth {
    match (left, right) {
        (Value::Unknown(gap), _) | (_, Value::Unknown(gap)) => Truth::Unknown(gap),
        (Value::Number(left), Value::Number(right)) => match comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
        }
        .into(),
        (left, right) => {
            let same = match (left, right) {
                (Value::Word(left), Value::Word(right)) => left == right,
                (Value::Truth(left), Value::Truth(right)) => left == right,
                // "There is none" is how people say no to a quantity.
                (Value::Truth(false), Value::Word("none")) | (Value::Word("none"), Value::Truth(false)) => {
                    true
                }
                _ => false,
            };
            match comparison {
                Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual => same,
                Comparison::NotEqual => !same,
                Comparison::Less | Comparison::Greater => false,
            }
            .into()
        }
    }
}

/// Whether something gets from before a guard to behind it by another way. Only components that say they enforce a policy
/// are guards, so nothing else is searched.
fn bypassed(facts: &Facts<'_>, element: Element) -> bool {
    let Element::Component(guard) = element else { return false };
    let system = facts.system;
    let Some(subject) = system.component(guard).filter(|subject| subject.says("enforces_policy")) else {
        return false;
    };
    let behind: Vec<usize> = subject.outflows.iter().map(|end| end.far).filter(|far| *far != guard).collect();
    let mut waiting: Vec<usize> = subject
        .inflows
        .iter()
        .map(|end| end.far)
        .filter(|far| *far != guard && !behind.contains(far))
        .collect();
    let mut seen = vec![false; system.components.len()];
    while let Some(at) = waiting.pop() {
        if std::mem::replace(seen.get_mut(at).unwrap_or(&mut true), true) {
            continue;
        }
        let Some(component) = system.component(at) else { continue };
        for end in component.outflows.iter().filter(|end| end.far != guard) {
            if behind.contains(&end.far) {
                return true;
            }
            // People do not forward requests; what goes through them has been looked at.
            if system.component(end.far).is_some_and(|far| far.component.kind != ComponentKind::Human) {
                waiting.push(end.far);
            }
        }
    }
    false
}

/// Whether an end of the interface also stands in a zone of another trust: `also_in` names it, since a component has one
/// zone on the diagram.
fn spans_trust(facts: &Facts<'_>, element: Element) -> bool {
    let Element::Interface { at, reversed } = element else { return false };
    let (source, target) = facts.system.ends(at, reversed);
    [source, target].into_iter().flatten().filter_map(|end| facts.system.component(end)).any(|end| {
        let names: Vec<&str> = match end.component.attributes.get("also_in") {
            Some(Answer::Text(name)) => vec![name],
            Some(Answer::Many(names)) => names.iter().map(String::as_str).collect(),
            _ => return false,
        };
        let mut zones = facts.project().diagram.zones.iter();
        zones.any(|zone| {
            zone.trust != end.trust
                && names.iter().any(|name| *name == zone.name || *name == zone.id.to_string())
        })
    })
}
