//! Untrusted data where integrity counts: what nobody vouches for reaches assets that must not be changed, and nothing on
//! the way checks it.
//!
//! The dual of data above clearance. Data from external systems, people whom nobody vouches for and places of trust 0 or 1
//! goes along interfaces (back too where they go both ways) until something that checks its input stops it; a person
//! decides for himself, so it ends there too. An asset counts when its integrity is rated 4 or 5.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::analysis::facts::System;
use crate::model::{AssetId, ComponentId, ComponentKind, InterfaceId, Project};

/// From this rating on, a change of an asset hurts enough to be told.
const COUNTS: u8 = 4;

/// An asset that unchecked data from outside can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityViolation {
    /// Which asset.
    pub asset: AssetId,
    /// Where it rests or is worked with, and is reached.
    pub component: ComponentId,
    /// Where the data comes from.
    pub source: ComponentId,
    /// The interfaces that bring it there, in order.
    pub by: Vec<InterfaceId>,
}

impl IntegrityViolation {
    /// The catalogue's control that would cut it.
    pub const CUT_BY: &'static str = "input_validation";
}

/// Every such asset where it is reached, by asset and then component.
pub fn integrity_violations(project: &Project) -> Vec<IntegrityViolation> {
    let assets: Vec<_> =
        project.assets.iter().filter(|asset| asset.integrity.is_some_and(|rated| rated >= COUNTS)).collect();
    if assets.is_empty() {
        return Vec::new();
    }
    let system = System::of(project);
    let mut before: BTreeMap<usize, Option<(usize, InterfaceId)>> = BTreeMap::new();
    let mut waiting: VecDeque<usize> = VecDeque::new();
    for (at, facts) in system.components.iter().enumerate().filter(|(_, facts)| facts.is_outsider()) {
        if !facts.says("input_validated") {
            before.insert(at, None);
            waiting.push_back(at);
        }
    }
    let checks = |at: usize| {
        system
            .component(at)
            .is_none_or(|facts| facts.says("input_validated") || facts.says("content_filtered"))
    };
    while let Some(at) = waiting.pop_front() {
        let Some(facts) = system.component(at) else { continue };
        if facts.component.kind == ComponentKind::Human && before.get(&at).is_some_and(Option::is_some) {
            continue;
        }
        for end in &facts.outflows {
            let Some(interface) = system.interface(end.interface).map(|facts| facts.interface) else {
                continue;
            };
            let checked = interface.attributes.yes("input_validated") == Some(true) || checks(end.far);
            if !checked && !before.contains_key(&end.far) {
                before.insert(end.far, Some((at, interface.id)));
                waiting.push_back(end.far);
            }
        }
    }
    let mut found = Vec::new();
    for asset in assets {
        let places: BTreeSet<ComponentId> =
            asset.stored_in.iter().chain(&asset.processed_by).copied().collect();
        for component in places {
            let Some(mut at) = system.place_of(component) else { continue };
            let mut by = Vec::new();
            while let Some(Some((from, interface))) = before.get(&at) {
                by.push(*interface);
                at = *from;
            }
            by.reverse();
            if let (false, Some(source)) = (by.is_empty(), system.component(at)) {
                let source = source.component.id;
                found.push(IntegrityViolation { asset: asset.id, component, source, by });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::paths::tests::{asset, system};
    use crate::model::{Answer, Asset};

    fn check(interfaces: &str, validates: &[u32], wanted: &[&str]) {
        let mut project =
            system("C1 Human@0, C2 Process@3, C3 Store@3, C4 External@1, C5 Human@3", interfaces);
        project.assets.insert(Asset { integrity: Some(5), ..asset(1, &[3]) });
        project.assets.insert(Asset { integrity: Some(3), ..asset(2, &[3]) });
        for id in validates {
            let mut component = project.diagram.component(ComponentId(*id)).unwrap().clone();
            component.attributes.set("input_validated", Some(Answer::Yes));
            project.diagram.put_component(component);
        }
        let told = |violation: &IntegrityViolation| {
            let way: Vec<String> = violation.by.iter().map(ToString::to_string).collect();
            format!(
                "{} at {} from {} by {}",
                violation.asset,
                violation.component,
                violation.source,
                way.join(" ")
            )
        };
        assert_eq!(
            integrity_violations(&project).iter().map(told).collect::<Vec<_>>(),
            wanted,
            "{interfaces}"
        );
    }

    #[test]
    fn what_is_not_checked_gets_where_integrity_counts() {
        let asset = AssetId(1);
        check("F1 1>2, F2 2>3", &[], &[&format!("{asset} at C-03 from C-01 by F-01 F-02")]);
        check("F1 1>2, F2 2>3", &[2], &[]);
        check("F1 1>2, F2 2>3, F3 4>3", &[2], &[&format!("{asset} at C-03 from C-04 by F-03")]);
        check("F1 3>4", &[], &[]);
        check("F1 3<>4", &[], &[&format!("{asset} at C-03 from C-04 by F-01")]);
        // A person inside decides what goes on.
        check("F1 4>5, F2 5>3", &[], &[]);
    }
}
