//! The OWASP Risk Rating: sixteen factors from 0 to 9, their means, and the levels that follow.

use super::Score;
use super::record::record;

macro_rules! factors {
    ($($(#[$meta:meta])* $field:ident, $group:ident, $label:literal, [$(($value:literal, $word:literal)),* $(,)?];)*) => {
        record! {
            /// How a threat is rated by the OWASP Risk Rating; none: not answered.
            pub struct OwaspFactors {
                $($(#[$meta])* $field: Option<u8>,)*
            }
        }

        impl OwaspFactors {
            /// All factors in their order.
            pub const ALL: &'static [OwaspFactor] = &[$(OwaspFactor {
                label: $label,
                group: OwaspGroup::$group,
                options: &[$(($value, $word)),*],
                get: |factors| factors.$field,
                set: |factors, value| factors.$field = value,
            }),*];
        }
    };
}

/// One of the factors: what it is called and what can be chosen.
#[derive(Debug, Clone, Copy)]
pub struct OwaspFactor {
    /// What people call it.
    pub label: &'static str,
    /// What it belongs to.
    pub group: OwaspGroup,
    /// The values with their words.
    pub options: &'static [(u8, &'static str)],
    get: fn(&OwaspFactors) -> Option<u8>,
    set: fn(&mut OwaspFactors, Option<u8>),
}

impl OwaspFactor {
    /// What was answered, 0 to 9.
    pub fn get(&self, factors: &OwaspFactors) -> Option<u8> {
        (self.get)(factors).map(|value| value.min(9))
    }

    /// Answers it, or takes the answer back.
    pub fn set(&self, factors: &mut OwaspFactors, value: Option<u8>) {
        (self.set)(factors, value);
    }
}

/// What a factor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwaspGroup {
    /// Who does it.
    ThreatAgent,
    /// What lets them.
    Vulnerability,
    /// What it does to the system.
    TechnicalImpact,
    /// What it does to the business.
    BusinessImpact,
}

impl OwaspGroup {
    /// All, likelihood first.
    pub const ALL: [Self; 4] =
        [Self::ThreatAgent, Self::Vulnerability, Self::TechnicalImpact, Self::BusinessImpact];

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ThreatAgent => "Threat agent",
            Self::Vulnerability => "Vulnerability",
            Self::TechnicalImpact => "Technical impact",
            Self::BusinessImpact => "Business impact",
        }
    }
}

factors! {
    /// How skilled the agents are.
    skill, ThreatAgent, "Skill", [(1, "no technical skills"), (3, "some technical skills"), (5, "advanced user"), (6, "network and programming skills"), (9, "penetration skills")];
    /// How much they want it.
    motive, ThreatAgent, "Motive", [(1, "low or no reward"), (4, "possible reward"), (9, "high reward")];
    /// What they need for it.
    opportunity, ThreatAgent, "Opportunity", [(0, "full access or dear resources"), (4, "special access or resources"), (7, "some access or resources"), (9, "none needed")];
    /// How many they are.
    size, ThreatAgent, "Size", [(2, "developers or administrators"), (4, "intranet users"), (5, "partners"), (6, "authenticated users"), (9, "anonymous users")];
    /// How easily the weakness is found.
    discovery, Vulnerability, "Ease of discovery", [(1, "practically impossible"), (3, "difficult"), (7, "easy"), (9, "by tools")];
    /// How easily it is used.
    exploit, Vulnerability, "Ease of exploit", [(1, "theoretical"), (3, "difficult"), (5, "easy"), (9, "by tools")];
    /// How well it is known.
    awareness, Vulnerability, "Awareness", [(1, "unknown"), (4, "hidden"), (6, "obvious"), (9, "public knowledge")];
    /// How likely it is noticed.
    detection, Vulnerability, "Intrusion detection", [(1, "detected as it happens"), (3, "logged and reviewed"), (8, "logged, not reviewed"), (9, "not logged")];
    /// What is disclosed.
    confidentiality, TechnicalImpact, "Loss of confidentiality", [(2, "little, not sensitive"), (6, "little critical or much not sensitive"), (7, "much critical"), (9, "all data")];
    /// What is corrupted.
    integrity, TechnicalImpact, "Loss of integrity", [(1, "little, slightly"), (3, "little, seriously"), (5, "much, slightly"), (7, "much, seriously"), (9, "all data")];
    /// What fails.
    availability, TechnicalImpact, "Loss of availability", [(1, "little, secondary"), (5, "little primary or much secondary"), (7, "much, primary"), (9, "all services")];
    /// Whether it can be traced.
    accountability, TechnicalImpact, "Loss of accountability", [(1, "fully traceable"), (7, "possibly traceable"), (9, "anonymous")];
    /// What it costs.
    financial, BusinessImpact, "Financial damage", [(1, "less than the fix"), (3, "minor effect on profit"), (7, "significant effect"), (9, "bankruptcy")];
    /// What it does to the name.
    reputation, BusinessImpact, "Reputation damage", [(1, "minimal"), (4, "loss of major accounts"), (5, "loss of goodwill"), (9, "brand damage")];
    /// Which rules it breaks.
    compliance, BusinessImpact, "Non-compliance", [(2, "minor violation"), (5, "clear violation"), (7, "high-profile violation")];
    /// Whose data it shows.
    privacy, BusinessImpact, "Privacy violation", [(3, "one person"), (5, "hundreds"), (7, "thousands"), (9, "millions")];
}

impl OwaspFactors {
    /// The mean of the answered factors of some groups; none when none is answered.
    fn mean(&self, groups: &[OwaspGroup]) -> Option<f64> {
        let of = Self::ALL.iter().filter(|factor| groups.contains(&factor.group));
        let answered: Vec<f64> = of.filter_map(|factor| factor.get(self)).map(f64::from).collect();
        (!answered.is_empty()).then(|| answered.iter().sum::<f64>() / answered.len() as f64)
    }

    /// Likelihood, 0 to 9: the mean of the answered factors of threat agent and vulnerability.
    pub fn likelihood(&self) -> Option<f64> {
        self.mean(&[OwaspGroup::ThreatAgent, OwaspGroup::Vulnerability])
    }

    /// Impact, 0 to 9: the mean of the business factors where any is known, otherwise of the technical ones.
    pub fn impact(&self) -> Option<f64> {
        self.mean(&[OwaspGroup::BusinessImpact]).or_else(|| self.mean(&[OwaspGroup::TechnicalImpact]))
    }

    /// Where the means stand on the scale from 1 to 5, half a level beyond at either end: 0.5 + 5/9 of them. So below 3 is
    /// the lowest of three levels, and from 6 the highest.
    pub fn score(&self) -> Option<Score> {
        let place = |mean: f64| 0.5 + mean * 5.0 / 9.0;
        Some(Score { likelihood: place(self.likelihood()?), impact: place(self.impact()?) })
    }

    /// How many factors are answered.
    pub fn answered(&self) -> usize {
        Self::ALL.iter().filter(|factor| factor.get(self).is_some()).count()
    }

    /// "low", "medium" or "high", as the method names a mean: below 3, below 6, up to 9.
    pub fn level(mean: f64) -> &'static str {
        if mean < 3.0 {
            "low"
        } else if mean < 6.0 {
            "medium"
        } else {
            "high"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Band, Method, Scheme};

    fn factors(values: [Option<u8>; 16]) -> OwaspFactors {
        let mut factors = OwaspFactors::default();
        for (factor, value) in OwaspFactors::ALL.iter().zip(values) {
            factor.set(&mut factors, value);
        }
        factors
    }

    #[track_caller]
    fn check(values: [u8; 16], business: bool, likelihood: f64, impact: f64, band: Band) {
        let mut values = values.map(Some);
        if !business {
            values[12..].fill(None);
        }
        let factors = factors(values);
        assert_eq!((factors.likelihood(), factors.impact()), (Some(likelihood), Some(impact)));
        let method = Method { scheme: Scheme::Owasp, ..Method::default() };
        assert_eq!(factors.score().map(|score| method.band_of(score)), Some(band));
    }

    #[test]
    fn means_and_severities_are_those_of_the_method() {
        // The example of the method's own page: likelihood 4.375, technical impact 7.25, business impact 2.25.
        let published = [5, 2, 7, 1, 3, 6, 9, 2, 9, 7, 5, 8, 1, 2, 1, 5];
        check(published, true, 4.375, 2.25, Band::Low);
        check(published, false, 4.375, 7.25, Band::High);
        // The edges: 3 is medium, 6 is high.
        check([3; 16], true, 3.0, 3.0, Band::Medium);
        check([6; 16], true, 6.0, 6.0, Band::Critical);
        check([2; 16], true, 2.0, 2.0, Band::VeryLow);
        check([9; 16], true, 9.0, 9.0, Band::Critical);
        check([0; 16], false, 0.0, 0.0, Band::VeryLow);
        assert_eq!(OwaspFactors::default().score(), None);
    }

    #[test]
    fn what_is_not_answered_does_not_count() {
        let mut values = [None; 16];
        (values[0], values[1], values[8]) = (Some(9), Some(4), Some(7));
        let some = factors(values);
        assert_eq!((some.likelihood(), some.impact(), some.answered()), (Some(6.5), Some(7.0), 3));
    }
}
