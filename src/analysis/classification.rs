//! Data above clearance: assets that travel to places, or on ways, that are not cleared for them.
//!
//! An asset is wherever it rests or is worked with, and spreads along the interfaces that carry it. A component is cleared
//! for what it says of itself (`max_sensitivity`), else by the trust of its zone: 0 public, 1 internal, 2 confidential,
//! 3 and 4 restricted. A way is cleared for what it says of itself, else for anything, but in clear text across a
//! boundary for internal data only. Two things go where they must: people see what is theirs, so a person is not cleared
//! for less than what comes unless the model says so, and a secret is shown to what accepts it.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{
    Answer, AssetId, AssetKind, Attributes, Component, ComponentId, ComponentKind, Encryption, Interface,
    InterfaceId, Project, Sensitivity,
};

/// An asset where it should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearanceViolation {
    /// Which asset.
    pub asset: AssetId,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// The component that it reaches, where that is not cleared.
    pub component: Option<ComponentId>,
    /// The interface that it travels on, where that is not cleared.
    pub interface: Option<InterfaceId>,
    /// What the place or way is cleared for.
    pub clearance: Sensitivity,
    /// The interfaces that bring it there from where it rests, in order.
    pub by: Vec<InterfaceId>,
}

/// Every asset above clearance, by asset, then component, then interface.
pub fn clearance_violations(project: &Project) -> Vec<ClearanceViolation> {
    let mut found = Vec::new();
    for asset in project.assets.iter().filter(|asset| asset.sensitivity > Sensitivity::Public) {
        let carriers: Vec<&Interface> =
            project.diagram.interfaces().filter(|interface| interface.assets.contains(&asset.id)).collect();
        let homes: Vec<ComponentId> = asset.stored_in.iter().chain(&asset.processed_by).copied().collect();
        let spread = spread(&homes, &carriers);
        let violation = |component, interface, clearance, by: &[InterfaceId]| ClearanceViolation {
            asset: asset.id,
            sensitivity: asset.sensitivity,
            component,
            interface,
            clearance,
            by: by.to_vec(),
        };
        for (place, by) in &spread {
            let clearance = clearance_of(project, *place);
            if asset.sensitivity > clearance && (asset.kind != AssetKind::Credentials || by.is_empty()) {
                found.push(violation(Some(*place), None, clearance, by));
            }
        }
        for carrier in carriers {
            let clearance = way_cleared_for(project, carrier);
            if asset.sensitivity > clearance {
                let by = carrier.from.and_then(|from| spread.get(&from)).map_or(&[][..], Vec::as_slice);
                found.push(violation(None, Some(carrier.id), clearance, by));
            }
        }
    }
    found
}

/// Where an asset gets to, and by which interfaces: the fewest from where it rests. Where it rests nowhere, what
/// carries it starts it off.
fn spread(homes: &[ComponentId], carriers: &[&Interface]) -> BTreeMap<ComponentId, Vec<InterfaceId>> {
    let mut reached: BTreeMap<ComponentId, Vec<InterfaceId>> = BTreeMap::new();
    let mut waiting: VecDeque<ComponentId> = VecDeque::new();
    let starts =
        homes.iter().copied().chain(carriers.iter().filter(|_| homes.is_empty()).filter_map(|i| i.from));
    for start in starts {
        if reached.insert(start, Vec::new()).is_none() {
            waiting.push_back(start);
        }
    }
    loop {
        while let Some(here) = waiting.pop_front() {
            let way = reached.get(&here).cloned().unwrap_or_default();
            for carrier in carriers {
                let next = match (carrier.from, carrier.to) {
                    (Some(from), Some(to)) if from == here => to,
                    (Some(from), Some(to)) if to == here && carrier.both_ways => from,
                    _ => continue,
                };
                if let std::collections::btree_map::Entry::Vacant(free) = reached.entry(next) {
                    free.insert(way.iter().copied().chain([carrier.id]).collect());
                    waiting.push_back(next);
                }
            }
        }
        // What nothing leads up to is carried all the same: it starts where the interface starts.
        let stray =
            carriers.iter().filter_map(|carrier| carrier.from).find(|from| !reached.contains_key(from));
        let Some(stray) = stray else { return reached };
        reached.insert(stray, Vec::new());
        waiting.push_back(stray);
    }
}

/// How sensitive an asset may be at a component.
pub fn clearance_of(project: &Project, component: ComponentId) -> Sensitivity {
    let trust = project.diagram.trust_of(component);
    match project.diagram.component(component) {
        Some(component) => clearance_at(component, trust),
        None => by_trust(trust),
    }
}

/// How sensitive an asset may be at a component that stands where there is that trust.
pub(crate) fn clearance_at(component: &Component, trust: u8) -> Sensitivity {
    match said(&component.attributes) {
        Some(said) => said,
        None if component.kind == ComponentKind::Human => Sensitivity::Restricted,
        None => by_trust(trust),
    }
}

fn by_trust(trust: u8) -> Sensitivity {
    match trust {
        0 => Sensitivity::Public,
        1 => Sensitivity::Internal,
        2 => Sensitivity::Confidential,
        _ => Sensitivity::Restricted,
    }
}

fn way_cleared_for(project: &Project, interface: &Interface) -> Sensitivity {
    let bare = interface.encryption == Some(Encryption::None) && project.diagram.crosses_boundary(interface);
    said(&interface.attributes).unwrap_or(if bare { Sensitivity::Internal } else { Sensitivity::Restricted })
}

fn said(attributes: &Attributes) -> Option<Sensitivity> {
    match attributes.get("max_sensitivity") {
        Some(Answer::Text(word)) => Sensitivity::from_word(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::paths::tests::{asset, system};

    /// Asset 1 (confidential, at component 1) carried by these interfaces: violations as ids with the way there.
    fn check(interfaces: &str, carried: &[u32], clear_text: &[u32], wanted: &[&str]) {
        let mut project =
            system("C1 Store@3, C2 Agent@3, C3 External@1, C4 Human@0, C5 Process@2, C6 Model@0", interfaces);
        project.assets.insert(asset(1, &[1]));
        for id in carried {
            let mut interface = project.diagram.interface(InterfaceId(*id)).unwrap().clone();
            interface.assets.push(AssetId(1));
            interface.encryption =
                Some(if clear_text.contains(id) { Encryption::None } else { Encryption::Tls13 });
            project.diagram.put_interface(interface).unwrap();
        }
        let told = |violation: &ClearanceViolation| {
            let place =
                violation.component.map(|id| id.to_string()).or(violation.interface.map(|id| id.to_string()));
            let way: Vec<String> = violation.by.iter().map(ToString::to_string).collect();
            format!("{} {} by [{}]", place.unwrap_or_default(), violation.clearance, way.join(" "))
        };
        let found: Vec<String> = clearance_violations(&project).iter().map(told).collect();
        assert_eq!(found, wanted, "{interfaces}");
    }

    #[test]
    fn data_stays_where_it_is_cleared_for() {
        check("F1 1>2, F2 2>3", &[1], &[], &[]);
        check("F1 1>2, F2 2>3", &[1, 2], &[], &["C-03 internal by [F-01 F-02]"]);
        check("F1 1>2, F2 2<>4", &[1, 2], &[], &[]);
        check("F1 1>2, F2 2<>6", &[1, 2], &[], &["C-06 public by [F-01 F-02]"]);
        // Trust 2 is cleared for confidential, but not in the clear on the way there; inside a zone it may be.
        check("F1 1>5", &[1], &[], &[]);
        check("F1 1>5", &[1], &[1], &["F-01 internal by []"]);
        check("F1 1>2", &[1], &[1], &[]);
        // An interface that nothing leads up to starts by itself.
        check("F1 5>3", &[1], &[], &["C-03 internal by [F-01]"]);
        // Against the arrow nothing is carried.
        check("F1 3>2", &[1], &[], &["C-03 internal by []"]);
    }

    #[test]
    fn a_place_may_say_what_it_is_cleared_for() {
        let mut project = system("C1 Store@3, C2 External@1", "F1 1>2");
        project.assets.insert(asset(1, &[1]));
        let mut interface = project.diagram.interface(InterfaceId(1)).unwrap().clone();
        interface.assets.push(AssetId(1));
        project.diagram.put_interface(interface).unwrap();
        let mut partner = project.diagram.component(ComponentId(2)).unwrap().clone();
        partner.attributes.set("max_sensitivity", Some(Answer::Text("restricted".to_owned())));
        project.diagram.put_component(partner);
        assert!(clearance_violations(&project).is_empty());
    }
}
