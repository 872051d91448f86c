//! What recorded simulations measure of a control, and which of them still say something about the model as it reads now.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::fingerprint;
use crate::model::{ControlId, Evidence, EvidenceId, PolicyId, PolicyStatus, Project, RuleId, wilson};

/// Why evidence no longer says anything about the model as it reads now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// The policy that ran is no longer there.
    PolicyGone,
    /// The policy decides otherwise than when it ran.
    PolicyChanged,
    /// What the model says to every run is another: kinds of metrics, agents, groups, how they are evaluated.
    SettingsChanged,
}

impl Stale {
    /// The words as a person reads them, after "out of date:".
    pub fn label(self) -> &'static str {
        match self {
            Self::PolicyGone => "the policy is gone",
            Self::PolicyChanged => "the policy has changed since",
            Self::SettingsChanged => "the simulation settings have changed since",
        }
    }
}

/// A detection rate that was measured, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    /// The share of labelled attacks that were noticed.
    pub rate: f64,
    /// Lower end of its 95 % Wilson interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

impl Measurement {
    fn of(detected: u64, windows: u64) -> Option<Self> {
        let (low, high) = wilson(detected, windows)?;
        Some(Self { rate: detected as f64 / windows as f64, low, high })
    }

    /// "claimed 80 % → measured 50 % (15–85 %)".
    pub fn beside(self, claimed: f64) -> String {
        format!("claimed {:.0} % → measured {}", claimed * 100.0, self.words())
    }

    /// "50 % (15–85 %)".
    pub fn words(self) -> String {
        let [rate, low, high] = [self.rate, self.low, self.high].map(|share| share * 100.0);
        format!("{rate:.0} % ({low:.0}–{high:.0} %)")
    }
}

/// Why a piece of evidence is out of date; none while it counts. What evidence says no fingerprint of is believed.
pub fn stale(project: &Project, evidence: &Evidence) -> Option<Stale> {
    Prints::of(project).stale(evidence)
}

/// All evidence that is out of date, and why.
pub fn stale_evidence(project: &Project) -> BTreeMap<EvidenceId, Stale> {
    let mut prints = Prints::of(project);
    project.evidence.iter().filter_map(|one| Some((one.id, prints.stale(one)?))).collect()
}

/// Fingerprints of the model as it reads now, each worked out once: it takes reading the whole of what it is of.
struct Prints<'a> {
    project: &'a Project,
    policies: BTreeMap<PolicyId, String>,
    settings: Option<String>,
}

impl<'a> Prints<'a> {
    fn of(project: &'a Project) -> Self {
        Self { project, policies: BTreeMap::new(), settings: None }
    }

    fn stale(&mut self, evidence: &Evidence) -> Option<Stale> {
        if let Some(id) = evidence.policy {
            let Some(policy) = self.project.policies.get(id) else { return Some(Stale::PolicyGone) };
            if !evidence.policy_fingerprint.is_empty() {
                let now = self.policies.entry(id).or_insert_with(|| fingerprint::of_policy(policy));
                if evidence.policy_fingerprint != *now {
                    return Some(Stale::PolicyChanged);
                }
            }
        }
        if evidence.model_fingerprint.is_empty() {
            return None;
        }
        let now = self.settings.get_or_insert_with(|| fingerprint::of_settings(&self.project.simulation));
        (evidence.model_fingerprint != *now).then_some(Stale::SettingsChanged)
    }
}

/// What fresh evidence measures of a control: of policies in force, or of every policy that is not retired (`today` or
/// not). The newest evidence of each rule counts. Several rules together notice every attack that one of them notices,
/// where the evidence says which those are and it is of the same data; otherwise the weakest counts. None without any.
pub(super) fn measured(
    project: &Project,
    stale: &BTreeMap<EvidenceId, Stale>,
    control: ControlId,
    today: bool,
) -> Option<Measurement> {
    let counts = |status: PolicyStatus| {
        if today { status == PolicyStatus::Active } else { status != PolicyStatus::Retired }
    };
    let of_control = project.evidence.iter().filter(|one| {
        let policy = one.policy.and_then(|id| project.policies.get(id));
        one.control == Some(control)
            && one.windows > 0
            && !stale.contains_key(&one.id)
            && policy.is_none_or(|policy| counts(policy.status))
    });
    let mut newest: BTreeMap<Option<RuleId>, &Evidence> = BTreeMap::new();
    for one in of_control {
        let kept = newest.entry(one.rule).or_insert(one);
        if (kept.date, kept.id) < (one.date, one.id) {
            *kept = one;
        }
    }
    let mut together: BTreeMap<&str, [BTreeSet<u32>; 2]> = BTreeMap::new();
    let mut rates: Vec<Measurement> = Vec::new();
    for one in newest.into_values() {
        if one.trace_fingerprint.is_empty() || !names_its_windows(one) {
            rates.extend(Measurement::of(u64::from(one.detected), u64::from(one.windows)));
            continue;
        }
        let [found, all] = together.entry(&one.trace_fingerprint).or_default();
        found.extend(one.found.iter());
        all.extend(one.found.iter().chain(one.missed.iter()));
    }
    rates.extend(
        together.values().filter_map(|[found, all]| Measurement::of(found.len() as u64, all.len() as u64)),
    );
    rates.into_iter().min_by(|a, b| a.rate.total_cmp(&b.rate).then(a.low.total_cmp(&b.low)))
}

/// Whether evidence says which of the labelled attacks it found and missed.
fn names_its_windows(evidence: &Evidence) -> bool {
    evidence.found.len() == evidence.detected as usize
        && evidence.found.len() + evidence.missed.len() == evidence.windows as usize
}
