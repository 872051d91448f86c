//! What of a pack is right, put among what the catalogue holds; and what is wrong, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::trigger::{Trigger, place_of_word};
use super::super::{Catalog, CatalogControl, CatalogThreat, ElementKind, Stencil, reference};
use super::{Pack, PackControl, PackStencil, PackThreat};
use crate::model::record::Extra;
use crate::model::{Stride, plain_word};

/// An entry of a pack, by its place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A threat.
    Threat(usize),
    /// A control.
    Control(usize),
    /// A stencil.
    Stencil(usize),
}

/// Something that is wrong in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where; none is the pack itself.
    pub part: Option<Part>,
    /// In which field, as it is called in the file.
    pub field: String,
    /// At which character of the field, from 1; 0 is the field as a whole.
    pub column: usize,
    /// What is wrong, in words.
    pub message: String,
    /// The entry is left out until this is put right.
    pub leaves_out: bool,
}

impl Catalog {
    /// This catalogue with packs added to it, and what is wrong in each of them. An entry with a grave fault is left out;
    /// the others are taken.
    pub fn with_packs(&self, packs: &[&Pack]) -> (Self, Vec<Vec<Fault>>) {
        let mut catalog = self.clone();
        let mut faults: Vec<Vec<Fault>> = packs.iter().map(|pack| unknown_keys(None, &pack.extra)).collect();
        let mut taken = Taken::of(self);
        // Threats may name controls of any pack, so all controls come first.
        for (pack, faults) in packs.iter().zip(&mut faults) {
            for (at, control) in pack.controls.iter().enumerate() {
                let found = control_faults(control, at, &taken);
                if !found.iter().any(|fault| fault.leaves_out) {
                    catalog.controls.push(control.entry(&pack.name));
                }
                taken.note(&control.id, &pack.name);
                taken.controls.insert(control.id.clone());
                faults.extend(found);
            }
        }
        let mut words: BTreeSet<String> =
            self.stencils.iter().map(|stencil| plain_word(&stencil.name)).collect();
        for (pack, faults) in packs.iter().zip(&mut faults) {
            for (at, threat) in pack.threats.iter().enumerate() {
                let (entry, found) = catalog.threat_of(threat, at, pack, &taken);
                catalog.threats.extend(entry.map(Arc::new));
                taken.note(&threat.id, &pack.name);
                faults.extend(found);
            }
            for (at, stencil) in pack.stencils.iter().enumerate() {
                let entry = stencil.entry(&pack.name);
                let found = catalog.stencil_faults(stencil, &entry, at, &words);
                words.insert(plain_word(&entry.name));
                if !found.iter().any(|fault| fault.leaves_out) {
                    catalog.stencils.push(Arc::new(entry));
                }
                faults.extend(found);
            }
            faults.sort_by_key(|fault| fault.part);
        }
        (catalog, faults)
    }

    /// The threat that a pack's text stands for, and what is wrong with it.
    fn threat_of(
        &self,
        threat: &PackThreat,
        at: usize,
        pack: &Pack,
        taken: &Taken,
    ) -> (Option<CatalogThreat>, Vec<Fault>) {
        let part = Part::Threat(at);
        let wrong = |field: &str, message: String| Fault::grave(part, field, message);
        let mut faults: Vec<Fault> =
            taken.wrong_id(&threat.id, "threat").map(|say| wrong("id", say)).into_iter().collect();
        if threat.title.trim().is_empty() {
            faults.push(wrong("title", "the threat has no title".to_owned()));
        }
        faults.extend(wrong_stride(&threat.stride).map(|say| wrong("stride", say)));
        // It can be used without, but what it says of the model is poor.
        let poor =
            |field: &str, message: &str| Fault { leaves_out: false, ..wrong(field, message.to_owned()) };
        if threat.stride.trim().is_empty() {
            faults.push(poor("stride", "no STRIDE letter says what kind of threat it is"));
        }
        if [&threat.source, &threat.action, &threat.effect].iter().all(|words| words.trim().is_empty()) {
            faults.push(poor("action", "no sentence says who does what, and what that leads to"));
        }
        for (field, level) in [("likelihood", threat.likelihood), ("impact", threat.impact)] {
            if !(1..=5).contains(&level) {
                faults.push(wrong(field, format!("the {field} is {level}; levels go from 1 to 5")));
            }
        }
        for id in &threat.controls {
            if self.control(id).is_none() && !taken.has_control(id) {
                let known = self.controls.iter().map(|control| control.id.as_str());
                faults.push(wrong("controls", format!("no control is called {id}{}", meant(id, known))));
            }
        }
        for name in &threat.metrics {
            if self.metric(name).is_none() {
                let known = self.metrics.iter().map(|metric| metric.name.as_str());
                faults.push(wrong("metrics", format!("no metric is called {name}{}", meant(name, known))));
            }
        }
        let trigger = self.trigger(&threat.trigger).map_err(|(column, message)| {
            faults.push(Fault { column, ..wrong("trigger", message) });
        });
        faults.extend(unknown_keys(Some(part), &threat.extra));
        let entry = trigger.ok().filter(|_| !faults.iter().any(|fault| fault.leaves_out));
        let entry = entry.map(|trigger| {
            let mut entry = threat.entry(trigger, &pack.name);
            entry.controls.retain(|id| self.control(id).is_some());
            entry
        });
        (entry, faults)
    }

    /// The trigger that a text stands for, or the character where it goes wrong (from 1) and why.
    pub fn trigger(&self, text: &str) -> Result<Trigger, (usize, String)> {
        if text.trim().is_empty() {
            return Err((1, "the trigger is empty: say when the threat can happen".to_owned()));
        }
        let trigger: Trigger = text
            .parse()
            .map_err(|error: super::super::trigger::TriggerError| (error.column, error.message))?;
        let unknown = trigger.attributes().into_iter().find(|name| self.attribute(name).is_none());
        match unknown.map(str::to_owned) {
            Some(name) => {
                let known = self.attributes.iter().map(|info| info.name.as_str());
                let message = format!("no attribute is called {name}{}", meant(&name, known));
                Err((place_of_word(text, &name), message))
            }
            None => Ok(trigger),
        }
    }

    fn stencil_faults(
        &self,
        written: &PackStencil,
        stencil: &Stencil,
        at: usize,
        taken: &BTreeSet<String>,
    ) -> Vec<Fault> {
        let part = Part::Stencil(at);
        let wrong = |field: &str, message: String| Fault::grave(part, field, message);
        let mut faults = Vec::new();
        if stencil.name.trim().is_empty() {
            faults.push(wrong("name", "the stencil has no name".to_owned()));
        } else if taken.contains(&plain_word(&stencil.name)) {
            faults.push(wrong("name", format!("there is a stencil called {} already", stencil.name)));
        }
        faults.extend(self.wrong_assumption(stencil).map(|say| wrong("assumed", say)));
        faults.extend(unknown_keys(Some(part), &written.extra));
        faults
    }
}

impl Fault {
    fn grave(part: Part, field: &str, message: String) -> Self {
        Self { part: Some(part), field: field.to_owned(), column: 0, message, leaves_out: true }
    }
}

/// Ids that are taken, with the pack that has them; the catalogue's own have none.
struct Taken {
    ids: BTreeMap<String, Option<String>>,
    /// Controls of packs, whether they are right or wrong.
    controls: BTreeSet<String>,
}

impl Taken {
    fn of(catalog: &Catalog) -> Self {
        let threats = catalog.threats.iter().map(|threat| &threat.id);
        let ids = threats.chain(catalog.controls.iter().map(|control| &control.id));
        Self { ids: ids.map(|id| (id.clone(), None)).collect(), controls: BTreeSet::new() }
    }

    fn note(&mut self, id: &str, pack: &str) {
        self.ids.entry(id.to_owned()).or_insert_with(|| Some(pack.to_owned()));
    }

    /// Whether a pack holds that control, though it may be left out: it is told of there, not at each threat that names it.
    fn has_control(&self, id: &str) -> bool {
        self.controls.contains(id)
    }

    /// What is wrong with an id, if anything.
    fn wrong_id(&self, id: &str, what: &str) -> Option<String> {
        let letters = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if id.is_empty() {
            return Some(format!("the {what} has no id"));
        }
        if !id.chars().all(letters) {
            return Some(format!("the id {id} may hold letters, digits, - and _ only"));
        }
        match self.ids.get(id)? {
            None => Some(format!("{id} is in the catalogue already: choose another id")),
            Some(pack) if pack.is_empty() => Some(format!("{id} stands twice: choose another id")),
            Some(pack) => Some(format!("{id} is in {pack} already: choose another id")),
        }
    }
}

fn control_faults(control: &PackControl, at: usize, taken: &Taken) -> Vec<Fault> {
    let part = Part::Control(at);
    let wrong = |field: &str, message: String| Fault::grave(part, field, message);
    let mut faults: Vec<Fault> =
        taken.wrong_id(&control.id, "control").map(|say| wrong("id", say)).into_iter().collect();
    if control.title.trim().is_empty() {
        faults.push(wrong("title", "the control has no title".to_owned()));
    }
    faults.extend(wrong_stride(&control.stride).map(|say| wrong("stride", say)));
    if control.cost.is_some_and(|cost| !cost.is_finite() || cost < 0.0) {
        faults.push(wrong("cost", "a cost is a number from 0 on".to_owned()));
    }
    faults.extend(unknown_keys(Some(part), &control.extra));
    faults
}

/// STRIDE letters may be missing in a pack: they can be said later.
fn wrong_stride(letters: &str) -> Option<String> {
    let wrong = letters.chars().find(|letter| Stride::from_letter(*letter).is_none())?;
    Some(format!("{wrong} is no STRIDE letter: S, T, R, I, D and E are"))
}

fn unknown_keys(part: Option<Part>, extra: &Extra) -> Vec<Fault> {
    let say = |key: &String| Fault {
        part,
        field: key.clone(),
        column: 0,
        message: format!("{key} means nothing here; it is kept as it is"),
        leaves_out: false,
    };
    extra.0.keys().map(say).collect()
}

/// ": did you mean …?", where something that is known is nearly the same.
fn meant<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let parts = |text: &str| -> BTreeSet<String> { text.split('_').map(str::to_owned).collect() };
    let wanted = parts(word);
    let near = |name: &&str| {
        let apart = distance(word, name);
        (apart <= 2 || parts(name).intersection(&wanted).count() * 2 > wanted.len()).then_some(apart)
    };
    let best = known.filter_map(|name| Some((near(&name)?, name))).min();
    best.map(|(_, name)| format!(": is {name} meant?")).unwrap_or_default()
}

/// How many letters have to be put in, taken out or changed to make one word of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.chars().enumerate() {
        let mut now = vec![row + 1];
        let mut left = row + 1;
        for ((column, wanted), above) in
            other.iter().zip(before.iter().skip(1)).enumerate().map(|(at, (w, a))| ((at, w), a))
        {
            let corner = before.get(column).copied().unwrap_or_default();
            left = (left + 1).min(above + 1).min(corner + usize::from(letter != *wanted));
            now.push(left);
        }
        before = now;
    }
    before.last().copied().unwrap_or_default()
}

impl PackThreat {
    fn entry(&self, trigger: Trigger, pack: &str) -> CatalogThreat {
        CatalogThreat {
            id: self.id.clone(),
            title: self.title.trim().to_owned(),
            stride: stride(&self.stride),
            applies_to: self.applies_to,
            trigger,
            likelihood: self.likelihood,
            impact: self.impact,
            references: self.references.iter().map(|id| reference(id)).collect(),
            controls: self.controls.clone(),
            metrics: self.metrics.clone(),
            family: if self.family.is_empty() { "other".to_owned() } else { self.family.clone() },
            source: self.source.clone(),
            action: self.action.clone(),
            effect: self.effect.clone(),
            pack: Some(pack.into()),
        }
    }
}

impl PackControl {
    fn entry(&self, pack: &str) -> CatalogControl {
        CatalogControl {
            id: self.id.clone(),
            title: self.title.trim().to_owned(),
            description: self.description.clone(),
            strength: self.strength,
            stride: stride(&self.stride),
            references: self.references.iter().map(|id| reference(id)).collect(),
            function: self.function,
            reduces: self.reduces,
            family: self.family.clone(),
            cost: self.cost,
            pack: Some(pack.into()),
        }
    }
}

impl PackStencil {
    fn entry(&self, pack: &str) -> Stencil {
        let or =
            |text: &str, other: &str| if text.trim().is_empty() { other.to_owned() } else { text.to_owned() };
        Stencil {
            name: self.name.trim().to_owned(),
            words: self.words.clone(),
            group: or(&self.group, pack),
            kind: self.kind,
            icon: or(&self.icon, self.kind.icon()),
            technology: self.technology.clone(),
            description: self.description.clone(),
            assumed: self.assumed.clone(),
            pack: Some(pack.into()),
        }
    }
}

fn stride(letters: &str) -> BTreeSet<Stride> {
    letters.chars().filter_map(Stride::from_letter).collect()
}

impl ElementKind {
    /// Every kind, as a person is offered them.
    pub const ALL: [Self; 9] = [
        Self::Agent,
        Self::Process,
        Self::Model,
        Self::Tool,
        Self::Store,
        Self::External,
        Self::Human,
        Self::Flow,
        Self::Crossing,
    ];

    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Process => "Process",
            Self::Agent => "Agent",
            Self::Model => "Model",
            Self::Tool => "Tool",
            Self::Store => "Store",
            Self::External => "External",
            Self::Human => "Human",
            Self::Flow => "Interface",
            Self::Crossing => "Interface that crosses a boundary",
        }
    }
}
