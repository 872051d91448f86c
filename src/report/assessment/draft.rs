//! What all chapters share: the register, the comparison, the running numbers of figures and tables.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::document::{Chapter, Text};
use super::super::input::{ChapterKey, Profile, ReportInput};
use super::super::words;
use crate::analysis::agents::{AgentCheck, agent_checks};
use crate::analysis::compare::{self, Comparison};
use crate::analysis::crossings::{Crossing, crossings};
use crate::analysis::fingerprint::fingerprint;
use crate::analysis::paths::AttackGraph;
use crate::analysis::risk::{Rating, Register, RiskRow, register};
use crate::model::{
    Control, ControlStatus, Evidence, InterfaceId, Method, PolicyStatus, Project, Review, Threat, ThreatId,
    ThreatStatus,
};
use crate::picture::DiagramScene;

/// What the model is compared with.
#[derive(Debug)]
pub(super) struct Baseline {
    /// What people call it: "Review 2026 Q3", "the earlier model".
    pub(super) name: String,
    /// What stands above a column: "2026 Q3", "Before".
    pub(super) short: String,
    pub(super) comparison: Comparison,
    /// How many threats counted then.
    pub(super) live: usize,
    /// How many of them lay above the appetite.
    pub(super) above: usize,
    /// A whole model, not a signed snapshot: fields and controls of then are known.
    pub(super) whole: bool,
}

/// The report while it is being written.
pub(super) struct Draft<'a> {
    pub(super) input: &'a ReportInput<'a>,
    pub(super) project: &'a Project,
    pub(super) method: &'a Method,
    pub(super) register: Register,
    pub(super) baseline: Option<Baseline>,
    pub(super) crossings: BTreeMap<InterfaceId, Crossing>,
    pub(super) agents: Vec<AgentCheck>,
    pub(super) graph: AttackGraph,
    pub(super) fingerprint: String,
    /// The parts of a large system as boxes, which cover and diagram both draw.
    pub(super) overview: OnceCell<DiagramScene>,
    numbers: BTreeMap<ChapterKey, u32>,
    figures: u32,
    tables: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(input: &'a ReportInput<'a>, keys: &[ChapterKey]) -> Self {
        let project = input.project;
        let front = [ChapterKey::DocumentControl, ChapterKey::Contents, ChapterKey::BackMatter];
        let numbered = keys.iter().filter(|key| !front.contains(key));
        Self {
            input,
            project,
            method: &project.method,
            register: register(project),
            baseline: baseline(input),
            crossings: crossings(project)
                .into_iter()
                .map(|crossing| (crossing.interface, crossing))
                .collect(),
            agents: agent_checks(project),
            graph: AttackGraph::build(project),
            fingerprint: fingerprint(project),
            overview: OnceCell::new(),
            numbers: numbered.zip(1..).map(|(key, number)| (*key, number)).collect(),
            figures: 0,
            tables: 0,
        }
    }

    /// The number of the next figure.
    pub(super) fn figure(&mut self) -> u32 {
        self.figures += 1;
        self.figures
    }

    /// The number of the next table.
    pub(super) fn table(&mut self) -> u32 {
        self.tables += 1;
        self.tables
    }

    /// The number of a chapter; none when it has none or is left out.
    pub(super) fn number(&self, key: ChapterKey) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// "chapter 8", leading there; words in its place when the chapter is left out.
    pub(super) fn see(&self, text: Text, key: ChapterKey, otherwise: &str) -> Text {
        match self.number(key) {
            Some(number) => {
                text.link(format!("chapter\u{a0}{number}"), super::super::document::Anchor::Chapter(key))
            }
            None => text.plain(otherwise),
        }
    }

    /// An empty chapter.
    pub(super) fn begin(key: ChapterKey) -> Chapter {
        Chapter {
            key,
            number: None,
            title: key.title().to_owned(),
            lead: Text::new(),
            follows_on: false,
            one_page: false,
            blocks: Vec::new(),
        }
    }

    pub(super) fn is_summary(&self) -> bool {
        self.input.profile == Profile::Summary
    }

    pub(super) fn date(&self) -> Date {
        self.input.date
    }

    /// The system's name.
    pub(super) fn system(&self) -> String {
        let name = self.project.name.trim();
        if name.is_empty() { "Unnamed system".to_owned() } else { name.to_owned() }
    }

    pub(super) fn classification(&self) -> String {
        self.input.options.classification.clone().unwrap_or_else(|| self.project.classification.clone())
    }

    pub(super) fn prepared_by(&self) -> String {
        let own = self.input.options.prepared_by.clone();
        own.or_else(|| self.project.contributors.first().cloned()).unwrap_or_default()
    }

    /// The last review, by date, then by number.
    pub(super) fn last_review(&self) -> Option<&'a Review> {
        self.project.reviews.iter().max_by_key(|review| (review.date, review.id))
    }

    /// The review that this report is for: the last one, unless it was signed already.
    pub(super) fn open_review(&self) -> Option<&'a Review> {
        self.last_review().filter(|review| review.snapshot.is_none())
    }

    pub(super) fn period(&self) -> String {
        let own = self.input.options.period.clone();
        let review =
            self.open_review().map(|review| review.period.clone()).filter(|period| !period.is_empty());
        own.or(review).unwrap_or_else(|| words::quarter(self.date()))
    }

    /// "Version 4 · model 34dd 0150".
    pub(super) fn version_line(&self) -> String {
        let short: String = words::short_fingerprint(&self.fingerprint).chars().take(9).collect();
        let version = self.project.version.trim();
        if version.is_empty() {
            format!("Model {short}")
        } else {
            format!("Version {version} · model {short}")
        }
    }

    pub(super) fn threat(&self, id: ThreatId) -> Option<&'a Threat> {
        self.project.threats.get(id)
    }

    /// Rows that count, with their threats, worst first.
    pub(super) fn live(&self) -> Vec<(&RiskRow, &'a Threat)> {
        self.register.live().filter_map(|row| Some((row, self.threat(row.threat)?))).collect()
    }

    /// Rows that need a decision at a rating, worst current first.
    pub(super) fn above(&self, rating: Rating) -> Vec<(&RiskRow, &'a Threat)> {
        self.live().into_iter().filter(|(row, _)| row.is_above_appetite(rating)).collect()
    }

    /// How many threats count.
    pub(super) fn live_count(&self) -> usize {
        self.register.live().count()
    }

    /// Whether no threat that counts carries a rating, so that nothing can be said about risk.
    pub(super) fn is_unrated(&self) -> bool {
        self.live_count() == self.register.unrated.len()
    }

    /// What stands where a drawing of ratings would: none are there.
    pub(super) fn nothing_rated(&self) -> &'static str {
        if self.live_count() == 0 { "No threat is recorded." } else { "No threat has been rated yet." }
    }

    /// Whether the impact levels carry money.
    pub(super) fn has_money(&self) -> bool {
        self.method.middle_loss.is_some()
    }

    /// Expected loss a year at a rating in whole thousands: what is printed, and what sums are made of.
    pub(super) fn loss(row: &RiskRow, rating: Rating) -> Option<f64> {
        row.loss(rating).map(f64::round)
    }

    /// The sum of the printed losses; none without money or ratings.
    pub(super) fn total_loss(&self, rating: Rating) -> Option<f64> {
        let losses: Vec<f64> = self.register.live().filter_map(|row| Self::loss(row, rating)).collect();
        (!losses.is_empty()).then(|| losses.iter().sum())
    }

    pub(super) fn money(&self, thousands: f64) -> String {
        words::money(&self.method.currency, thousands)
    }

    /// The newest evidence for a control, rather a piece that counts today.
    pub(super) fn evidence(&self, control: &Control) -> Option<&'a Evidence> {
        self.project.evidence.iter().filter(|evidence| evidence.control == Some(control.id)).max_by_key(
            |evidence| {
                let policy = evidence.policy.and_then(|id| self.project.policies.get(id));
                let in_force = policy.is_none_or(|policy| policy.status == PolicyStatus::Active);
                let counts = in_force && !self.register.stale.contains_key(&evidence.id);
                (counts, evidence.date, evidence.id)
            },
        )
    }

    /// Controls that are not fully in place and answer a threat that counts: what the plan is made of. By due date.
    pub(super) fn actions(&self) -> Vec<&'a Control> {
        let counts = |id: &ThreatId| self.register.row(*id).is_some_and(|row| row.live);
        let mut actions: Vec<&Control> = self
            .project
            .controls
            .iter()
            .filter(|control| {
                control.status < ControlStatus::Implemented && control.threats.iter().any(counts)
            })
            .collect();
        actions.sort_by_key(|control| (control.due.is_none(), control.due, control.id));
        actions
    }

    /// Accepted threats that still count.
    pub(super) fn accepted(&self) -> Vec<(&RiskRow, &'a Threat)> {
        let accepted =
            |threat: &Threat| threat.status == ThreatStatus::Accepted || threat.acceptance.is_some();
        self.live().into_iter().filter(|(_, threat)| accepted(threat)).collect()
    }

    /// Whether somebody's word for living with a threat is in force on the day of the report.
    pub(super) fn acceptance_holds(&self, threat: &Threat) -> bool {
        threat.acceptance.as_ref().is_some_and(|acceptance| {
            !acceptance.approver.trim().is_empty() && !acceptance.has_expired(self.date())
        })
    }
}

fn baseline(input: &ReportInput<'_>) -> Option<Baseline> {
    let project = input.project;
    let (comparison, name, short, whole) = if let Some(old) = input.since {
        let version = old.version.trim();
        let name =
            if version.is_empty() { "the earlier model".to_owned() } else { format!("version {version}") };
        (compare::compare(old, project), name, "Before".to_owned(), true)
    } else {
        let signed = project.reviews.iter().filter(|review| review.snapshot.is_some());
        let review = signed.max_by_key(|review| (review.date, review.id))?;
        let name = if review.name.trim().is_empty() { review.id.to_string() } else { review.name.clone() };
        let short = if review.period.trim().is_empty() { "Before".to_owned() } else { review.period.clone() };
        (compare::since(review.snapshot.as_ref()?, project), name, short, false)
    };
    let before: Vec<_> = comparison
        .threats
        .iter()
        .filter_map(|change| change.before.as_ref())
        .filter(|state| state.status.is_live())
        .collect();
    let method = input.since.map_or(&project.method, |old| &old.method);
    let above =
        before.iter().filter(|state| state.current.is_some_and(|risk| method.above_appetite(risk))).count();
    Some(Baseline { name, short, live: before.len(), above, comparison, whole })
}
