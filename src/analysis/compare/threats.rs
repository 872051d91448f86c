//! Threats then and now: new, closed, worse, better; re-rated; across the appetite.

use std::collections::{BTreeMap, BTreeSet};

use super::FieldChange;
use super::fields::changed;
use crate::analysis::risk::{Rating, Register, register};
use crate::model::{Band, Decision, Method, Project, Scheme, Snapshot, Threat, ThreatId, ThreatStatus};

/// A threat at one of the two times.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreatState {
    /// Its title.
    pub title: String,
    /// Where it stood.
    pub status: ThreatStatus,
    /// Its scores as shown; none when it was not rated.
    pub inherent: Option<f64>,
    /// With the controls in place at the time.
    pub current: Option<f64>,
    /// With the plan of the time.
    pub planned: Option<f64>,
    /// Expected loss a year with the controls in place, in thousands; of a snapshot that does not hold it by its score.
    pub loss: Option<f64>,
}

/// How a threat moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// It was not there and counts now.
    New,
    /// It counted and does no longer, or is gone.
    Closed,
    /// It did not count and does again.
    Reopened,
    /// Its current score rose.
    Worse,
    /// Its current score fell.
    Better,
    /// It got its first rating, or lost it.
    Rated,
    /// Its current score is what it was, or it counts at neither time.
    Unmoved,
}

impl Movement {
    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Closed => "Closed",
            Self::Reopened => "Reopened",
            Self::Worse => "Worse",
            Self::Better => "Better",
            Self::Rated => "Rated",
            Self::Unmoved => "Unmoved",
        }
    }
}

/// One threat, then and now.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreatChange {
    /// Which.
    pub threat: ThreatId,
    /// How it stood; none when it was not there.
    pub before: Option<ThreatState>,
    /// How it stands; none when it is gone.
    pub after: Option<ThreatState>,
    /// The band of its current score then; none where it was not rated, or where a grid decided and only the score is kept.
    pub band_before: Option<Band>,
    /// How it moved.
    pub movement: Movement,
    /// Somebody rated it anew: its inherent score differs.
    pub rerated: bool,
    /// Its status differs.
    pub status_moved: bool,
    /// Its current score crossed the appetite: true upwards, false downwards. A new threat above it crosses upwards.
    pub crossed_appetite: Option<bool>,
    /// What was decided since, with who and why; empty against a snapshot, which holds no decisions.
    pub decisions: Vec<Decision>,
    /// Every field that differs; empty against a snapshot.
    pub fields: Vec<FieldChange>,
}

impl ThreatChange {
    /// Whether anything about it differs.
    pub fn differs(&self) -> bool {
        self.before != self.after || !self.fields.is_empty()
    }

    /// Its title, as it reads now if it is still there.
    pub fn title(&self) -> &str {
        self.after.as_ref().or(self.before.as_ref()).map_or("", |state| &state.title)
    }
}

pub(super) fn between(old: &Project, new: &Project) -> Vec<ThreatChange> {
    let rated = register(old);
    let mut changes = moved(&states(old, &rated), &states(new, &register(new)), &old.method, &new.method);
    for change in &mut changes {
        change.band_before = rated.row(change.threat).and_then(|row| row.band(Rating::Current));
        let (before, after) = (old.threats.get(change.threat), new.threats.get(change.threat));
        if let (Some(before), Some(after)) = (before, after) {
            if before != after {
                change.fields = changed(before, after);
            }
            change.decisions = after
                .decisions
                .iter()
                .filter(|decision| !before.decisions.contains(decision))
                .cloned()
                .collect();
        }
    }
    changes
}

pub(super) fn since(snapshot: &Snapshot, new: &Project) -> Vec<ThreatChange> {
    let state = |threat: &crate::model::SnapshotThreat| ThreatState {
        title: threat.title.clone(),
        status: threat.status,
        inherent: threat.inherent,
        current: threat.current,
        planned: threat.planned,
        loss: threat.loss.or_else(|| loss_at(&new.method, threat.current?)),
    };
    let before = snapshot.threats.iter().map(|threat| (threat.id, state(threat))).collect();
    let mut changes = moved(&before, &states(new, &register(new)), &new.method, &new.method);
    if new.method.scheme == Scheme::Score {
        for change in &mut changes {
            let risk = change.before.as_ref().and_then(|state| state.current);
            change.band_before = risk.map(|risk| new.method.band(risk));
        }
    }
    changes
}

/// Frequency times loss depends on the sum of the levels only, so a score is enough.
fn loss_at(method: &Method, risk: f64) -> Option<f64> {
    method.loss(3.0).map(|loss| loss * method.frequency(risk - 3.0))
}

fn states(project: &Project, register: &Register) -> BTreeMap<ThreatId, ThreatState> {
    let state = |threat: &Threat| {
        let risk = |rating| register.row(threat.id).and_then(|row| row.risk(rating));
        ThreatState {
            title: threat.title.clone(),
            status: threat.status,
            inherent: risk(Rating::Inherent),
            current: risk(Rating::Current),
            planned: risk(Rating::Planned),
            loss: register.row(threat.id).and_then(crate::analysis::snapshot::loss),
        }
    };
    project.threats.iter().map(|threat| (threat.id, state(threat))).collect()
}

fn moved(
    before: &BTreeMap<ThreatId, ThreatState>,
    after: &BTreeMap<ThreatId, ThreatState>,
    method_before: &Method,
    method_after: &Method,
) -> Vec<ThreatChange> {
    let ids: BTreeSet<ThreatId> = before.keys().chain(after.keys()).copied().collect();
    let above = |state: Option<&ThreatState>, method: &Method| {
        let counts = state.filter(|state| state.status.is_live());
        counts.and_then(|state| state.current).is_some_and(|risk| method.above_appetite(risk))
    };
    let change = |id: ThreatId| {
        let (then, now) = (before.get(&id), after.get(&id));
        let (was_above, is_above) = (above(then, method_before), above(now, method_after));
        ThreatChange {
            threat: id,
            band_before: None,
            movement: movement(then, now),
            rerated: then.zip(now).is_some_and(|(then, now)| then.inherent != now.inherent),
            status_moved: then.zip(now).is_some_and(|(then, now)| then.status != now.status),
            crossed_appetite: (was_above != is_above).then_some(is_above),
            before: then.cloned(),
            after: now.cloned(),
            decisions: Vec::new(),
            fields: Vec::new(),
        }
    };
    ids.into_iter().map(change).collect()
}

fn movement(before: Option<&ThreatState>, after: Option<&ThreatState>) -> Movement {
    let live = |state: Option<&ThreatState>| state.is_some_and(|state| state.status.is_live());
    let current = |state: Option<&ThreatState>| state.and_then(|state| state.current);
    match (live(before), live(after)) {
        (false, true) if before.is_none() => Movement::New,
        (false, true) => Movement::Reopened,
        (true, false) => Movement::Closed,
        (false, false) => Movement::Unmoved,
        (true, true) => match (current(before), current(after)) {
            (Some(then), Some(now)) if now > then => Movement::Worse,
            (Some(then), Some(now)) if now < then => Movement::Better,
            (Some(_), None) | (None, Some(_)) => Movement::Rated,
            _ => Movement::Unmoved,
        },
    }
}
