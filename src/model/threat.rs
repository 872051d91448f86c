//! Threats: what can go wrong, where, how likely and how bad, and what was decided about it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::record::{choice, keyed, record};
use super::{AssetId, Decision, Estimate, ItemId, Origin, OwaspFactors, Target, ThreatId};

record! {
    /// Something that can go wrong with one or more targets.
    pub struct Threat {
        /// `T-001`.
        id: ThreatId,
        /// A few words.
        title: String,
        /// The sentence: who, how, with what effect.
        statement: Statement,
        /// More than a sentence, where needed.
        description: String,
        /// STRIDE categories, the first the one it counts under.
        stride: BTreeSet<Stride>,
        /// Ids in public frameworks.
        references: Vec<Reference>,
        /// What it is aimed at.
        targets: Vec<Target>,
        /// Likelihood with no listed control, 1 to 5 with decimals; none is not rated.
        likelihood: Option<f64>,
        /// Impact with no listed control, 1 to 5 with decimals; none is not rated.
        impact: Option<f64>,
        /// Votes on likelihood, 1 to 5 each.
        likelihood_votes: Vec<u8>,
        /// Votes on impact, 1 to 5 each.
        impact_votes: Vec<u8>,
        /// How often in a year with no listed control; none: what its likelihood level stands for.
        frequency_range: Option<Estimate>,
        /// What it costs each time with no listed control, in thousands; none: what its impact level stands for.
        loss_range: Option<Estimate>,
        /// The factors of the OWASP Risk Rating, where somebody has answered any.
        owasp: Option<OwaspFactors>,
        /// Why it is rated so.
        rationale: String,
        /// The score to reach, where it differs from the appetite.
        target_score: Option<f64>,
        /// Where it stands.
        status: ThreatStatus,
        /// What is to be done about it.
        treatment: Treatment,
        /// Who lives with it until when, when accepted.
        acceptance: Option<Acceptance>,
        /// Who answers for it.
        owner: String,
        /// When the treatment is to be done.
        due: Option<Date>,
        /// What was decided, oldest first.
        decisions: Vec<Decision>,
        /// Free words to find it by.
        tags: Vec<String>,
        /// The catalogue threat that it came from (`AG-001`).
        catalog: Option<String>,
        /// A score that another tool gave, word for word.
        foreign_score: String,
        /// Where it came from, when imported.
        origin: Option<Origin>,
    }
}

record! {
    /// "[source] [prerequisites] can [action], which leads to [effect], and so harms [harm] of [assets]". Parts may be empty.
    pub struct Statement {
        /// Who: "Anyone who can chat with the agent".
        source: String,
        /// With what: "with a valid account".
        prerequisites: String,
        /// Does what: "hide instructions in a fetched page".
        action: String,
        /// To what effect: "tool calls outside the task".
        effect: String,
        /// What suffers: "the confidentiality and integrity".
        harm: String,
        /// Of which assets.
        assets: Vec<AssetId>,
    }
}

choice! {
    /// The six kinds of threat: spoofing, tampering, repudiation, information disclosure, denial of service, elevation.
    pub enum Stride {
        /// Posing as somebody else.
        Spoofing = "Spoofing",
        /// Changing what should not change.
        Tampering = "Tampering",
        /// Denying to have done it.
        Repudiation = "Repudiation",
        /// Letting out what should stay in.
        InformationDisclosure = "Information disclosure",
        /// Making it unusable.
        DenialOfService = "Denial of service",
        /// Gaining rights.
        ElevationOfPrivilege = "Elevation of privilege",
    }
}

impl Stride {
    /// S, T, R, I, D or E.
    pub fn letter(self) -> char {
        match self {
            Self::Spoofing => 'S',
            Self::Tampering => 'T',
            Self::Repudiation => 'R',
            Self::InformationDisclosure => 'I',
            Self::DenialOfService => 'D',
            Self::ElevationOfPrivilege => 'E',
        }
    }

    /// The category with that letter.
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().copied().find(|stride| stride.letter() == letter.to_ascii_uppercase())
    }
}

record! {
    /// An entry in a public framework, with the edition, because editions reuse numbers.
    pub struct Reference {
        /// The framework.
        framework: Framework,
        /// The edition (`2025`).
        edition: String,
        /// The id there (`LLM01`).
        id: String,
    }
}

choice! {
    /// Public frameworks.
    pub enum Framework {
        /// OWASP Top 10 for LLM applications.
        OwaspLlm = "OWASP LLM",
        /// OWASP Top 10 for agentic applications.
        OwaspAgentic = "OWASP agentic",
        /// OWASP agentic threats T1–T17.
        OwaspAgenticThreats = "OWASP agentic threats",
        /// MITRE ATLAS.
        Atlas = "MITRE ATLAS",
        /// Common weakness enumeration.
        Cwe = "CWE",
        /// Common attack pattern enumeration.
        Capec = "CAPEC",
        /// NIST SP 800-53.
        Nist = "NIST SP 800-53",
        /// ISO/IEC 27001 annex A.
        Iso27001 = "ISO/IEC 27001",
        /// CIS Controls.
        Cis = "CIS Controls",
        /// Something else.
        Other = "Other",
    }
}

choice! {
    /// Where a threat stands.
    pub enum ThreatStatus {
        /// Found, nothing decided.
        Open = "Open",
        /// Controls are on their way.
        Mitigating = "Mitigating",
        /// Controls are in place.
        Mitigated = "Mitigated",
        /// Somebody lives with it.
        Accepted = "Accepted",
        /// Somebody else bears it.
        Transferred = "Transferred",
        /// The cause was removed.
        Avoided = "Avoided",
        /// It can no longer happen.
        Eliminated = "Eliminated",
        /// It never could.
        NotApplicable = "Not applicable",
    }
}

impl ThreatStatus {
    /// Whether it still counts in the risk picture.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Avoided | Self::Eliminated | Self::NotApplicable)
    }
}

choice! {
    /// What is to be done about a threat (ISO/IEC 27005).
    pub enum Treatment {
        /// Not decided.
        Undecided = "Not decided",
        /// Lower it by controls.
        Mitigate = "Mitigate",
        /// Live with it, for a time, by somebody's word.
        Accept = "Accept",
        /// Let somebody else bear it.
        Transfer = "Transfer",
        /// Remove the cause.
        Avoid = "Avoid",
    }
}

record! {
    /// Somebody with the right to do so lives with a risk until a day.
    pub struct Acceptance {
        /// Who.
        approver: String,
        /// In which role.
        role: String,
        /// Why.
        reason: String,
        /// What eases it meanwhile.
        compensating: String,
        /// Since when.
        date: Option<Date>,
        /// Until when.
        expiry: Option<Date>,
    }
}

record! {
    /// A suggestion that somebody set aside, and why; it stays away until its facts change.
    pub struct Dismissal {
        /// The catalogue threat (`AG-006`).
        catalog: String,
        /// What it was suggested for.
        target: Option<Target>,
        /// Why not.
        reason: String,
        /// When.
        date: Option<Date>,
        /// Who.
        by: String,
        /// The facts it rested on, as the catalogue writes them down.
        facts: String,
    }
}

record! {
    /// A lint finding that somebody set aside, and why.
    pub struct Suppression {
        /// The lint rule (`TM-013`).
        rule: String,
        /// Where; none is the whole model.
        item: Option<ItemId>,
        /// Why.
        reason: String,
    }
}

keyed! { Threat => ThreatId }

impl Acceptance {
    /// Whether its last day has passed.
    pub fn has_expired(&self, today: Date) -> bool {
        self.expiry.is_some_and(|last| last < today)
    }
}

impl Threat {
    /// Where it stands on a day: an acceptance that has expired leaves its threat open.
    pub fn standing(&self, today: Date) -> ThreatStatus {
        if self.expired(today).is_some() { ThreatStatus::Open } else { self.status }
    }

    /// The acceptance that it stood by, once that has expired.
    pub fn expired(&self, today: Date) -> Option<&Acceptance> {
        let acceptance = self.acceptance.as_ref().filter(|_| self.status == ThreatStatus::Accepted)?;
        acceptance.has_expired(today).then_some(acceptance)
    }

    /// The category it counts under: the first of its STRIDE categories.
    pub fn first_stride(&self) -> Option<Stride> {
        self.stride.iter().next().copied()
    }
}
