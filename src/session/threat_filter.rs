//! Threats that were picked out together, on the risk grid or elsewhere: the registers show these alone until it is cleared.

use std::collections::BTreeSet;

use crate::model::{Project, ThreatId};

/// Some threats, and what people call the pick.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThreatFilter {
    /// What its chip says: "Cell 3 × 4", "5 threats marked on the grid".
    pub label: String,
    /// Which threats.
    pub threats: BTreeSet<ThreatId>,
}

impl ThreatFilter {
    /// These threats under a name; none without any.
    pub fn of(label: impl Into<String>, threats: impl IntoIterator<Item = ThreatId>) -> Option<Self> {
        let threats: BTreeSet<ThreatId> = threats.into_iter().collect();
        (!threats.is_empty()).then(|| Self { label: label.into(), threats })
    }

    /// Forgets threats that are no longer there; none when nothing is left.
    pub fn kept(mut self, project: &Project) -> Option<Self> {
        self.threats.retain(|threat| project.threats.contains(*threat));
        (!self.threats.is_empty()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Threat;

    #[test]
    fn a_pick_of_nothing_is_no_filter() {
        let mut project = Project::new("Test");
        project.threats.insert(Threat { id: ThreatId(1), ..Threat::default() });
        let both =
            ThreatFilter::of("Two", [ThreatId(1), ThreatId(2)]).and_then(|filter| filter.kept(&project));
        assert_eq!(both.map(|filter| filter.threats), Some(BTreeSet::from([ThreatId(1)])));
        let gone = ThreatFilter::of("Two", [ThreatId(2)]).and_then(|filter| filter.kept(&project));
        assert_eq!(gone.or(ThreatFilter::of("None", [])), None);
    }
}
