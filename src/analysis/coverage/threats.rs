//! Each live threat against its controls, the rules that implement them, and the evidence for those.

use std::collections::BTreeMap;

use crate::analysis::risk::{self, Register, Stale};
use crate::catalog::Catalog;
use crate::model::{
    Condition, ControlId, EvidenceId, PolicyStatus, Project, RuleId, Threat, ThreatId, Treatment,
};

/// What a threat lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nobody has rated it.
    NotRated,
    /// Nobody answers for it.
    NoOwner,
    /// Nobody has decided what to do about it.
    Undecided,
    /// No control is listed, and it is to be mitigated.
    NoControl,
    /// Controls are listed, but none is in place.
    NothingInPlace,
    /// No rule of a policy in force would show it.
    NoRule,
    /// No metric that would show it is collected, or known.
    NoTelemetry,
    /// Rules would show it, but no simulation has shown that they do.
    NoEvidence,
}

impl Gap {
    /// Every gap, in the order in which threats are worked through.
    pub const ALL: &'static [Self] = &[
        Self::NotRated,
        Self::Undecided,
        Self::NoOwner,
        Self::NoControl,
        Self::NothingInPlace,
        Self::NoRule,
        Self::NoTelemetry,
        Self::NoEvidence,
    ];

    /// The words as a person reads them.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotRated => "not rated",
            Self::NoOwner => "no owner",
            Self::Undecided => "nothing decided",
            Self::NoControl => "no control",
            Self::NothingInPlace => "no control in place",
            Self::NoRule => "no rule would show it",
            Self::NoTelemetry => "no metric collected",
            Self::NoEvidence => "no evidence yet",
        }
    }
}

/// A threat, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreatCoverage {
    /// Which threat.
    pub threat: ThreatId,
    /// The controls that answer it, in id order.
    pub controls: Vec<ControlId>,
    /// Those of them that are at least partly in place.
    pub in_place: Vec<ControlId>,
    /// Rules that serve it or implement one of its controls, of policies that are not retired.
    pub rules: Vec<RuleId>,
    /// Metrics that would show it: the catalogue's, and those that its rules watch.
    pub metrics: Vec<String>,
    /// Those of them that a policy collects, or a rule watches.
    pub collected: Vec<String>,
    /// Recorded simulations of those rules and controls.
    pub evidence: Vec<EvidenceId>,
    /// How many of these are not out of date.
    pub fresh: usize,
    /// Whether fresh evidence measures one of its controls, so that its risk rests on that.
    pub measured: bool,
    /// What it lacks, in the order of [`Gap`].
    pub gaps: Vec<Gap>,
}

/// What one threat lacks.
pub fn gaps(project: &Project, register: &Register, threat: &Threat) -> Vec<Gap> {
    // None of them is that evidence is out of date.
    one((project, &BTreeMap::new()), Catalog::builtin(), register, threat).gaps
}

pub(super) fn threats(project: &Project, catalog: &Catalog, register: &Register) -> Vec<ThreatCoverage> {
    let stale = risk::stale_evidence(project);
    register
        .live()
        .filter_map(|row| project.threats.get(row.threat))
        .map(|threat| one((project, &stale), catalog, register, threat))
        .collect()
}

fn one(
    (project, stale): (&Project, &BTreeMap<EvidenceId, Stale>),
    catalog: &Catalog,
    register: &Register,
    threat: &Threat,
) -> ThreatCoverage {
    let effects = register.row(threat.id).map_or(&[][..], |row| &row.effects);
    let controls: Vec<ControlId> = effects.iter().map(|effect| effect.control).collect();
    let in_place: Vec<ControlId> =
        effects.iter().filter(|effect| effect.status.in_place() > 0.0).map(|effect| effect.control).collect();
    let serving: Vec<(PolicyStatus, RuleId)> = project
        .policies
        .iter()
        .filter(|policy| policy.status != PolicyStatus::Retired)
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy.status, rule)))
        .filter(|(_, rule)| {
            rule.threats.contains(&threat.id)
                || rule.controls.iter().any(|control| controls.contains(control))
        })
        .map(|(status, rule)| (status, rule.id))
        .collect();
    let rules: Vec<RuleId> = serving.iter().map(|(_, rule)| *rule).collect();
    let evidence: Vec<EvidenceId> = project
        .evidence
        .iter()
        .filter(|evidence| {
            evidence.rule.is_some_and(|rule| rules.contains(&rule))
                || evidence.control.is_some_and(|control| controls.contains(&control))
        })
        .map(|evidence| evidence.id)
        .collect();
    let (metrics, collected) = telemetry(project, catalog, threat, &rules);
    let in_force = serving.iter().any(|(status, _)| *status == PolicyStatus::Active);
    let checks = [
        (Gap::NotRated, threat.likelihood.is_none() || threat.impact.is_none()),
        (Gap::NoOwner, threat.owner.trim().is_empty()),
        (Gap::Undecided, threat.treatment == Treatment::Undecided),
        (
            Gap::NoControl,
            controls.is_empty() && matches!(threat.treatment, Treatment::Mitigate | Treatment::Undecided),
        ),
        (Gap::NothingInPlace, !controls.is_empty() && in_place.is_empty()),
        (Gap::NoRule, !in_force),
        (Gap::NoTelemetry, collected.is_empty()),
        (Gap::NoEvidence, in_force && evidence.is_empty()),
    ];
    ThreatCoverage {
        threat: threat.id,
        fresh: evidence.iter().filter(|id| !stale.contains_key(id)).count(),
        measured: effects.iter().any(|effect| effect.measured.is_some()),
        gaps: checks.into_iter().filter(|(_, lacks)| *lacks).map(|(gap, _)| gap).collect(),
        controls,
        in_place,
        rules,
        metrics,
        collected,
        evidence,
    }
}

/// The metrics that would show a threat, and those of them that are looked at: collected by a policy that is not retired, or
/// watched by a rule that serves the threat.
fn telemetry(
    project: &Project,
    catalog: &Catalog,
    threat: &Threat,
    rules: &[RuleId],
) -> (Vec<String>, Vec<String>) {
    let entry = threat.catalog.as_deref().and_then(|id| catalog.threat(id));
    let mut metrics: Vec<String> = entry.map(|entry| entry.metrics.clone()).unwrap_or_default();
    let mut collected: Vec<String> = Vec::new();
    for policy in project.policies.iter().filter(|policy| policy.status != PolicyStatus::Retired) {
        let is_collected = |metric: &str| {
            policy.monitoring.metrics.iter().any(|known| {
                metric == known
                    || metric.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('_'))
            })
        };
        collected.extend(metrics.iter().filter(|metric| is_collected(metric)).cloned());
        for rule in policy.rules.iter().filter(|rule| rules.contains(&rule.id)) {
            for condition in &rule.conditions {
                if let Condition::Metric(watched) = condition {
                    metrics.push(watched.metric.clone());
                    collected.push(watched.metric.clone());
                }
            }
        }
    }
    for list in [&mut metrics, &mut collected] {
        let mut seen: Vec<String> = Vec::new();
        list.retain(|metric| {
            !seen.contains(metric) && {
                seen.push(metric.clone());
                true
            }
        });
    }
    (metrics, collected)
}
