//! Open questions: which answers would decide suggestions, and what each answer would do.

use std::collections::BTreeMap;

use super::code::{Code, Right, Spot, Truth, directions, evaluate, evaluate_at, read_value, spots};
use super::names::Names;
use super::{Found, is_worth_asking};
use crate::analysis::facts::{Facts, Gap, Value};
use crate::catalog::Catalog;
use crate::model::{Answer, Authentication, Encryption, InterfaceId, ItemId, Project};

/// A question that yes or no answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The component or interface that it is about.
    pub item: ItemId,
    /// The attribute that an answer sets.
    pub attribute: String,
    /// The question: "Does database check who is calling?".
    pub text: String,
    /// What it is about: "assistant → database, authentication is not known yet".
    pub detail: String,
    /// How many suggestions one of the two answers decides.
    pub decides: usize,
    /// What yes does.
    pub on_yes: Outcome,
    /// What no does.
    pub on_no: Outcome,
}

/// What an answer does to the suggestions that it bears on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// So many fire.
    pub fire: usize,
    /// So many turn out not to apply.
    pub drop_out: usize,
}

/// What to set in the model to give an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// An attribute of a component, interface or zone.
    Attribute {
        /// Whose.
        item: ItemId,
        /// Which.
        name: String,
        /// To what.
        answer: Answer,
    },
    /// How callers of an interface prove who they are.
    Authentication(InterfaceId, Authentication),
    /// How an interface is protected.
    Encryption(InterfaceId, Encryption),
}

/// What to set in the model to answer a question with yes or no. A yes that could be said more exactly is set as "other".
pub fn answer(catalog: &Catalog, question: &OpenQuestion, yes: bool) -> Setting {
    match (question.item, question.attribute.as_str()) {
        (ItemId::Interface(id), "authenticated") => {
            Setting::Authentication(id, if yes { Authentication::Other } else { Authentication::None })
        }
        (ItemId::Interface(id), "encrypted") => {
            Setting::Encryption(id, if yes { Encryption::Other } else { Encryption::None })
        }
        (item, name) => Setting::Attribute {
            item,
            name: name.to_owned(),
            answer: catalog.attribute(name).map_or(Answer::from(yes), |info| info.meaning(yes).clone()),
        },
    }
}

/// The places of questions by what they ask.
pub(super) struct Places(BTreeMap<Gap, usize>);

impl Places {
    /// The questions that bear on a suggestion, in the order of its trigger.
    pub(super) fn of(&self, facts: &Facts<'_>, found: &Found<'_>) -> Vec<usize> {
        let mut places: Vec<usize> = Vec::new();
        for gap in gaps(facts, found) {
            places.extend(self.0.get(&gap).filter(|place| !places.contains(place)));
        }
        places
    }
}

/// The questions worth asking, the most deciding first.
pub(super) fn ask(facts: &Facts<'_>, pending: &[&Found<'_>]) -> (Vec<OpenQuestion>, Places) {
    let mut asked: BTreeMap<Gap, Vec<&Found<'_>>> = BTreeMap::new();
    for found in pending {
        if let Truth::Unknown(gap) = found.truth
            && is_worth_asking(facts, gap)
        {
            asked.entry(gap).or_default();
        }
    }
    for found in pending {
        for gap in gaps(facts, found) {
            if let Some(concerned) = asked.get_mut(&gap) {
                concerned.push(found);
            }
        }
    }
    let mut questions: Vec<(u8, Gap, OpenQuestion)> = asked
        .into_iter()
        .filter_map(|(gap, concerned)| {
            let gravest =
                concerned.iter().map(|found| found.threat.likelihood + found.threat.impact).max()?;
            Some((gravest, gap, question(facts, gap, &concerned)?))
        })
        .collect();
    questions.sort_by(|(gravest_a, gap_a, a), (gravest_b, gap_b, b)| {
        (b.decides, gravest_b).cmp(&(a.decides, gravest_a)).then_with(|| gap_a.cmp(gap_b))
    });
    let places = questions.iter().enumerate().map(|(place, (_, gap, _))| (*gap, place)).collect();
    (questions.into_iter().map(|(_, _, question)| question).collect(), Places(places))
}

fn question(facts: &Facts<'_>, gap: Gap, concerned: &[&Found<'_>]) -> Option<OpenQuestion> {
    let info = facts.catalog.attributes.get(usize::from(gap.attribute))?;
    let (mut on_yes, mut on_no) = (Outcome::default(), Outcome::default());
    let mut decides = 0;
    for found in concerned {
        let mut decided = false;
        for (yes, outcome) in [(true, &mut on_yes), (false, &mut on_no)] {
            // Both directions count again: an answer may settle the one that was not looked at first.
            let element = found.element.forward();
            match evaluate_at(&facts.assuming(gap, yes), found.code, element).0 {
                Truth::True => outcome.fire += 1,
                Truth::False => outcome.drop_out += 1,
                Truth::Unknown(_) => continue,
            }
            decided = true;
        }
        decides += usize::from(decided);
    }
    let project = facts.project();
    Some(OpenQuestion {
        item: gap.item,
        attribute: info.name.clone(),
        text: Names::of(project, &[gap.item]).fill(&info.question),
        detail: detail(project, gap.item, &info.name),
        decides,
        on_yes,
        on_no,
    })
}

fn detail(project: &Project, item: ItemId, attribute: &str) -> String {
    match item {
        ItemId::Interface(_) => {
            let name = project.name_of(item);
            match attribute {
                "authenticated" => format!("{name}, authentication is not known yet"),
                "encrypted" => format!("{name}, encryption is not known yet"),
                _ => format!("{name}, nobody has said yet"),
            }
        }
        ItemId::Component(id) => {
            let Some(component) = project.diagram.component(id) else { return String::new() };
            let zone = component.zone.and_then(|zone| project.diagram.zones.get(zone));
            match zone {
                Some(zone) => format!("{} in {}, nobody has said yet", component.kind.label(), zone.name),
                None => format!("{}, nobody has said yet", component.kind.label()),
            }
        }
        _ => String::new(),
    }
}

/// Every gap that keeps a suggestion open, in the order of its trigger.
fn gaps(facts: &Facts<'_>, found: &Found<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for element in directions(facts, found.element) {
        collect(facts, found.code, element.into(), &mut gaps);
    }
    gaps
}

fn collect(facts: &Facts<'_>, code: &Code, spot: Spot, gaps: &mut Vec<Gap>) {
    if !matches!(evaluate(facts, code, spot), Truth::Unknown(_)) {
        return;
    }
    let mut add = |value: Value<'_>| {
        if let Value::Unknown(gap) = value
            && !gaps.contains(&gap)
        {
            gaps.push(gap);
        }
    };
    match code {
        Code::Is(read) | Code::In(read, _) => add(read_value(facts, *read, spot)),
        Code::Compare(read, _, right) => {
            add(read_value(facts, *read, spot));
            if let Right::Read(right) = right {
                add(read_value(facts, *right, spot));
            }
        }
        Code::Not(inner) => collect(facts, inner, spot, gaps),
        Code::And(parts) | Code::Or(parts) => parts.iter().for_each(|part| collect(facts, part, spot, gaps)),
        Code::Exists(way, inner) => {
            for spot in spots(facts, *way, spot) {
                collect(facts, inner, spot, gaps);
            }
        }
        Code::Bypassed | Code::SpansTrust => {}
    }
}
