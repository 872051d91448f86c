//! Controls: what is done against threats, how well it works, and what shows that it does.

use jiff::civil::Date;

use super::record::{choice, keyed, record};
use super::{ControlId, Engine, EvidenceId, Numbers, Origin, PolicyId, RuleId, ThreatId};

record! {
    /// A measure against one or more threats. The policy rules that implement it name it; see [`crate::model::Rule`].
    pub struct Control {
        /// `M-01`.
        id: ControlId,
        /// What people call it.
        name: String,
        /// The catalogue control that it came from (`input_validation`).
        catalog: Option<String>,
        /// What it does here, in a sentence.
        description: String,
        /// How well it works where it is in place.
        strength: Strength,
        /// An own figure for how well it works, 0 to 1, in place of the strength's.
        effectiveness: Option<f64>,
        /// Whether it lowers likelihood, impact or both.
        reduces: Reduces,
        /// Whether it prevents, detects or corrects.
        function: ControlFunction,
        /// Controls of one family tend to fail together.
        family: String,
        /// How far it is in place.
        status: ControlStatus,
        /// The share of what it should cover that it does cover, 0 to 1.
        coverage: f64 = 1.0,
        /// The threats that it answers.
        threats: Vec<ThreatId>,
        /// Who answers for it.
        owner: String,
        /// When it is to be in place.
        due: Option<Date>,
        /// What it costs, in thousands of the project's currency.
        cost: Option<f64>,
        /// Anything else.
        notes: String,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

choice! {
    /// How well a control works where it is in place. Conventions for ordering work, not measurements.
    pub enum Strength {
        /// About half.
        Medium = "Medium",
        /// About a quarter.
        Low = "Low",
        /// About four fifths.
        High = "High",
    }
}

impl Strength {
    /// The share of the risk's factor that it takes away: 0.25, 0.5 or 0.8.
    pub fn effectiveness(self) -> f64 {
        match self {
            Self::Low => 0.25,
            Self::Medium => 0.5,
            Self::High => 0.8,
        }
    }
}

choice! {
    /// Which factor of a risk a control lowers.
    pub enum Reduces {
        /// It happens less often.
        Likelihood = "likelihood",
        /// It hurts less.
        Impact = "impact",
        /// Both.
        Both = "both",
    }
}

choice! {
    /// What a control does.
    pub enum ControlFunction {
        /// Keeps it from happening.
        Preventive = "preventive",
        /// Notices that it happens.
        Detective = "detective",
        /// Limits or repairs what happened.
        Corrective = "corrective",
    }
}

choice! {
    /// How far a control is in place.
    pub enum ControlStatus {
        /// Somebody suggests it.
        Proposed = "Proposed",
        /// It is agreed.
        Planned = "Planned",
        /// Some of it is in place.
        Partial = "Partial",
        /// It is in place.
        Implemented = "Implemented",
        /// It is in place and somebody has looked.
        Verified = "Verified",
    }
}

impl ControlStatus {
    /// The share of its strength that counts today (domain: planned 0, partial 0.5, implemented 1).
    pub fn in_place(self) -> f64 {
        match self {
            Self::Proposed | Self::Planned => 0.0,
            Self::Partial => 0.5,
            Self::Implemented | Self::Verified => 1.0,
        }
    }
}

record! {
    /// A recorded simulation: what a rule found in a labelled trace. Measured evidence replaces a claim.
    pub struct Evidence {
        /// `E-01`.
        id: EvidenceId,
        /// The policy that ran.
        policy: Option<PolicyId>,
        /// The rule that it is evidence for.
        rule: Option<RuleId>,
        /// The control that the rule implements.
        control: Option<ControlId>,
        /// The trace's name.
        trace: String,
        /// A fingerprint of the trace, labels and events.
        trace_fingerprint: String,
        /// A fingerprint of the policy as it ran; when it differs from today's the evidence is stale.
        policy_fingerprint: String,
        /// A fingerprint of what the model said to every run: kinds, agents, groups, evaluation. Empty where it is not known.
        model_fingerprint: String,
        /// The dialect that it ran in.
        engine: Engine,
        /// Milliseconds between two evaluations.
        interval_ms: i64,
        /// Labelled attack windows in the trace.
        windows: u32,
        /// Windows in which an alarm fired.
        detected: u32,
        /// Which of the labelled attacks those were, counted from 0 in the order of the labels. Empty in older files.
        found: Numbers,
        /// Which were missed, counted likewise.
        missed: Numbers,
        /// Lower end of the 95 % Wilson interval of the detection rate, 0 to 1.
        rate_low: f64,
        /// Upper end of it.
        rate_high: f64,
        /// Alarms outside of every window, for an agent and a day.
        false_alarms_per_agent_day: f64,
        /// Median time from the start of a window to the alarm, in milliseconds.
        time_to_detect_ms: Option<i64>,
        /// When it was recorded.
        date: Option<Date>,
        /// Anything else.
        notes: String,
    }
}

impl Evidence {
    /// The share of windows in which an alarm fired; none when there was no window.
    pub fn detection_rate(&self) -> Option<f64> {
        (self.windows > 0).then(|| f64::from(self.detected) / f64::from(self.windows))
    }
}

keyed! { Control => ControlId, Evidence => EvidenceId }
