//! How the register is worked out: controls stacked against each threat, now and when all are in place.

use std::collections::BTreeMap;

use super::detection::{responds, responds_beside};
use super::exposure::exposure;
use super::measurement::{Measurement, Stale, measured, stale_evidence};
use super::register::{
    ControlEffect, Rating, RatingSummary, Reduction, Register, RiskRow, Spread, TargetRisk, Works,
};
use super::stack::{Layer, claimed, combined, share};
use crate::model::{
    Band, Control, ControlFunction, ControlId, ControlStatus, EvidenceId, Method, OwaspFactors, Project,
    Reduces, Scheme, Score, Target, Threat, ThreatId,
};

/// The register of a project as it stands.
pub fn register(project: &Project) -> Register {
    register_with(project, &BTreeMap::new())
}

/// The register as it would be with some controls in another state.
pub(super) fn register_with(project: &Project, states: &BTreeMap<ControlId, ControlStatus>) -> Register {
    let method = &project.method;
    let stale = stale_evidence(project);
    let prepared: Vec<Prepared<'_>> =
        project.controls.iter().map(|control| Prepared::of(project, control, states, &stale)).collect();
    let mut answering: BTreeMap<ThreatId, Vec<&Prepared<'_>>> = BTreeMap::new();
    for control in &prepared {
        for (position, threat) in control.control.threats.iter().enumerate() {
            if !control.control.threats[..position].contains(threat) {
                answering.entry(*threat).or_default().push(control);
            }
        }
    }
    let mut rows: Vec<RiskRow> = project
        .threats
        .iter()
        .map(|threat| row(method, threat, answering.get(&threat.id).map_or(&[], Vec::as_slice)))
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &RiskRow| (!row.live, row.current.is_none());
        let risk = |row: &RiskRow| row.risk(Rating::Current).unwrap_or(0.0);
        key(a).cmp(&key(b)).then(risk(b).total_cmp(&risk(a))).then(a.threat.cmp(&b.threat))
    });
    let by_target = by_target(project, &rows);
    Register {
        inherent: summary(&rows, Rating::Inherent),
        current: summary(&rows, Rating::Current),
        planned: summary(&rows, Rating::Planned),
        unrated: rows.iter().filter(|row| row.live && row.inherent.is_none()).map(|row| row.threat).collect(),
        by_target,
        measured: prepared.iter().map(|prepared| (prepared.control.id, prepared.measured)).collect(),
        stale,
        places: rows.iter().enumerate().map(|(place, row)| (row.threat, place)).collect(),
        rows,
    }
}

/// What is the same for a control whatever the threat.
struct Prepared<'a> {
    control: &'a Control,
    status: ControlStatus,
    claimed: f64,
    /// By what is in force, and by everything that is not retired.
    measured: [Option<Measurement>; 2],
    coverage: f64,
    /// Chance that its alarm is answered, today and after the plan; 1 where it does not only detect.
    answered: [f64; 2],
}

impl<'a> Prepared<'a> {
    fn of(
        project: &Project,
        control: &'a Control,
        states: &BTreeMap<ControlId, ControlStatus>,
        stale: &BTreeMap<EvidenceId, Stale>,
    ) -> Self {
        let detects = control.function == ControlFunction::Detective;
        let shown = |today| if detects { measured(project, stale, control.id, today) } else { None };
        Self {
            control,
            status: states.get(&control.id).copied().unwrap_or(control.status),
            claimed: claimed(control),
            measured: [shown(true), shown(false)],
            coverage: share(control.coverage),
            answered: if detects {
                [responds(project, control.id, true), responds(project, control.id, false)]
            } else {
                [1.0; 2]
            },
        }
    }

    fn detects(&self) -> bool {
        self.control.function == ControlFunction::Detective
    }

    /// How well it works now and when complete: as measured, else as claimed.
    fn strengths(&self, end: End) -> [f64; 2] {
        self.measured.map(|measured| {
            measured.map_or(self.claimed, |measured| match end {
                End::Found => measured.rate,
                End::Low => measured.low,
                End::High => measured.high,
            })
        })
    }
}

/// Which end of the interval of what was measured is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Found,
    Low,
    High,
}

/// One control against one threat: its share now and when complete, on each factor.
struct Part<'a> {
    prepared: &'a Prepared<'a>,
    now: f64,
    complete: f64,
    on_likelihood: bool,
    on_impact: bool,
}

#[derive(Clone, Copy)]
enum When {
    Now,
    Complete,
}

fn row(method: &Method, threat: &Threat, controls: &[&Prepared<'_>]) -> RiskRow {
    let inherent = inherent(method, threat);
    let parts = parts_at(controls, End::Found);
    let at = |when: When, without: Option<usize>, done: Option<usize>| {
        inherent.map(|score| lowered(method, score, removed(method, &parts, when, without, done)))
    };
    let taken = [When::Now, When::Complete].map(|when| removed(method, &parts, when, None, None));
    let [current, planned] = taken.map(|taken| inherent.map(|score| lowered(method, score, taken)));
    let taken_at_each = [Reduction::default(), taken[0], taken[1]];
    let exposure = exposure(method, threat, inherent, taken_at_each);
    let losses = exposure.as_ref().map_or([None; 3], |exposure| exposure.expected().map(Some));
    let saved_if_done = |place: usize| {
        let done = removed(method, &parts, When::Now, None, Some(place));
        let left = exposure.as_ref()?.expected_with(1.0 - done.likelihood, 1.0 - done.impact);
        Some((losses[Rating::Current as usize]? - left).max(0.0))
    };
    let effects = parts
        .iter()
        .enumerate()
        .map(|(place, part)| ControlEffect {
            control: part.prepared.control.id,
            status: part.prepared.status,
            works: works(part),
            claimed: part.prepared.claimed,
            measured: part.prepared.measured[0],
            measured_planned: part.prepared.measured[1],
            now: part.now,
            complete: part.complete,
            drop_current: drop(at(When::Now, Some(place), None), current),
            drop_planned: drop(at(When::Complete, Some(place), None), planned),
            drop_if_done: drop(current, at(When::Now, None, Some(place))),
            loss_saved_if_done: saved_if_done(place),
        })
        .collect();
    let scores = [inherent, current, planned];
    RiskRow {
        threat: threat.id,
        live: threat.status.is_live(),
        inherent,
        current,
        planned,
        target: threat.target_score.filter(|target| target.is_finite()).unwrap_or(method.appetite),
        own_target: threat.target_score.is_some_and(f64::is_finite),
        bands: scores.map(|score| score.map(|score| method.band_of(score))),
        above_appetite: scores.map(|score| score.is_some_and(|score| method.above_appetite(score.risk()))),
        losses,
        removed: taken_at_each,
        effects,
        ranges: inherent.map_or([None; 2], |score| ranges(method, score, controls)),
        likelihood_spread: Spread::of(&threat.likelihood_votes),
        impact_spread: Spread::of(&threat.impact_votes),
    }
}

/// Current and planned risk at both ends of what was measured.
fn ranges(method: &Method, inherent: Score, controls: &[&Prepared<'_>]) -> [Option<(f64, f64)>; 2] {
    if controls.iter().all(|prepared| prepared.measured == [None; 2]) {
        return [None; 2];
    }
    let [weak, strong] = [End::Low, End::High].map(|end| parts_at(controls, end));
    [When::Now, When::Complete].map(|when| {
        let risk =
            |parts: &[Part<'_>]| lowered(method, inherent, removed(method, parts, when, None, None)).risk();
        let (low, high) = (risk(&strong), risk(&weak));
        (low < high).then_some((low, high))
    })
}

/// The rating with no control: by the OWASP factors where the scheme is OWASP's and they say enough, else by the levels.
fn inherent(method: &Method, threat: &Threat) -> Option<Score> {
    let factors = threat.owasp.as_ref().filter(|_| method.scheme == Scheme::Owasp);
    factors
        .and_then(OwaspFactors::score)
        .or_else(|| Some(Score { likelihood: level(threat.likelihood)?, impact: level(threat.impact)? }))
}

/// A level that somebody gave, kept on the scale; what is no number is not rated.
fn level(given: Option<f64>) -> Option<f64> {
    given.filter(|level| level.is_finite()).map(|level| level.clamp(1.0, 5.0))
}

fn parts_at<'a>(controls: &[&'a Prepared<'a>], end: End) -> Vec<Part<'a>> {
    controls.iter().map(|prepared| part(prepared, controls, end)).collect()
}

fn part<'a>(prepared: &'a Prepared<'a>, beside: &[&Prepared<'_>], end: End) -> Part<'a> {
    let [mut answered_now, mut answered_complete] = prepared.answered;
    if prepared.detects() {
        let others: Vec<&Control> = beside.iter().map(|other| other.control).collect();
        let state_of = |control: &Control| {
            beside
                .iter()
                .find(|other| other.control.id == control.id)
                .map_or(0.0, |other| other.status.in_place())
        };
        answered_now = answered_now.max(responds_beside(&others, state_of));
        answered_complete = answered_complete.max(responds_beside(&others, |_| 1.0));
    }
    let [now, complete] = prepared.strengths(end).map(|strength| strength * prepared.coverage);
    Part {
        prepared,
        now: now * prepared.status.in_place() * answered_now,
        complete: complete * answered_complete,
        on_likelihood: !prepared.detects() && prepared.control.reduces != Reduces::Impact,
        on_impact: prepared.detects() || prepared.control.reduces != Reduces::Likelihood,
    }
}

fn works(part: &Part<'_>) -> Works {
    match (part.on_likelihood, part.on_impact) {
        _ if part.prepared.detects()
            && part.complete == 0.0
            && part.prepared.strengths(End::Found)[1] > 0.0 =>
        {
            Works::NotWithoutResponse
        }
        (true, true) => Works::OnBoth,
        (true, false) => Works::OnLikelihood,
        _ => Works::OnImpact,
    }
}

/// A rating with shares of its frequency and its loss taken away.
fn lowered(method: &Method, inherent: Score, taken: Reduction) -> Score {
    Score {
        likelihood: inherent.likelihood + method.level_change(taken.likelihood),
        impact: inherent.impact + method.level_change(taken.impact),
    }
}

/// What a stack of controls takes away, perhaps without one of them or with one of them complete.
fn removed(
    method: &Method,
    parts: &[Part<'_>],
    when: When,
    without: Option<usize>,
    done: Option<usize>,
) -> Reduction {
    let layers = |applies: fn(&Part<'_>) -> bool| {
        parts.iter().enumerate().filter(move |(place, part)| Some(*place) != without && applies(part)).map(
            move |(place, part)| Layer {
                family: part.prepared.control.family.trim(),
                effect: match when {
                    When::Now if Some(place) != done => part.now,
                    _ => part.complete,
                },
            },
        )
    };
    Reduction {
        likelihood: combined(method, layers(|part| part.on_likelihood)),
        impact: combined(method, layers(|part| part.on_impact)),
    }
}

/// How much lower the second rating is, before rounding, on a scale that ends at 2.
fn drop(higher: Option<Score>, lower: Option<Score>) -> f64 {
    let risk = |score: Score| (score.likelihood + score.impact).max(2.0);
    match (higher, lower) {
        (Some(higher), Some(lower)) => (risk(higher) - risk(lower)).max(0.0),
        _ => 0.0,
    }
}

fn summary(rows: &[RiskRow], rating: Rating) -> RatingSummary {
    let mut summary = RatingSummary {
        bands: Band::ALL.iter().map(|band| (*band, 0)).collect(),
        ..RatingSummary::default()
    };
    let mut worst: Option<(f64, ThreatId)> = None;
    for row in rows.iter().filter(|row| row.live) {
        if let Some(loss) = row.loss(rating) {
            summary.loss = Some(summary.loss.unwrap_or(0.0) + loss);
        }
        let Some(risk) = row.risk(rating) else { continue };
        if let Some(count) = row.band(rating).and_then(|band| summary.bands.get_mut(&band)) {
            *count += 1;
        }
        summary.above_appetite += usize::from(row.is_above_appetite(rating));
        if worst.is_none_or(|(most, id)| risk > most || (risk == most && row.threat < id)) {
            worst = Some((risk, row.threat));
        }
    }
    summary.worst = worst.map(|(_, threat)| threat);
    summary
}

fn by_target(project: &Project, rows: &[RiskRow]) -> BTreeMap<Target, TargetRisk> {
    let mut found: BTreeMap<Target, TargetRisk> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.live) {
        let Some(threat) = project.threats.get(row.threat) else { continue };
        for target in &threat.targets {
            let risk = found.entry(*target).or_default();
            if risk.threats.last() == Some(&row.threat) {
                continue;
            }
            if risk.threats.is_empty() {
                risk.risk = row.risk(Rating::Current);
                risk.band = row.band(Rating::Current);
            }
            risk.threats.push(row.threat);
            risk.unrated += usize::from(row.current.is_none());
            risk.above_appetite += usize::from(row.is_above_appetite(Rating::Current));
        }
    }
    found
}
