//! Boundary crossings: interfaces whose ends stand in different zones, with every zone that is left and entered.
//!
//! A crossing from low to high trust counts most; the kind of crossing says which way it goes. Open boundary lines are
//! a matter of geometry and so of the picture.

use crate::model::{ComponentId, Interface, InterfaceId, Project, ZoneId};

/// Which way trust changes along a crossing, as the interface is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// Into more trust: what arrives may not be believed.
    Inward,
    /// Between equals.
    Level,
    /// Into less trust: what leaves may be seen.
    Outward,
}

impl Course {
    /// The word as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inward => "into more trust",
            Self::Level => "same trust",
            Self::Outward => "into less trust",
        }
    }
}

/// An interface that crosses at least one zone's border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// Which interface.
    pub interface: InterfaceId,
    /// Where it starts.
    pub from: ComponentId,
    /// Where it ends.
    pub to: ComponentId,
    /// Zones left, innermost first.
    pub left: Vec<ZoneId>,
    /// Zones entered, outermost first.
    pub entered: Vec<ZoneId>,
    /// Trust where it starts, 0 to 4.
    pub trust_from: u8,
    /// Trust where it ends.
    pub trust_to: u8,
    /// Data goes both ways, so trust changes both ways.
    pub both_ways: bool,
}

impl Crossing {
    /// Levels of trust gained (positive) or lost along the interface as drawn.
    pub fn trust_change(&self) -> i16 {
        i16::from(self.trust_to) - i16::from(self.trust_from)
    }

    /// Which way trust changes along the interface as drawn.
    pub fn course(&self) -> Course {
        match self.trust_change() {
            1.. => Course::Inward,
            0 => Course::Level,
            _ => Course::Outward,
        }
    }

    /// Whether something from a less trusted place arrives at a more trusted one, in either direction.
    pub fn rises(&self) -> bool {
        self.trust_change() > 0 || (self.both_ways && self.trust_change() != 0)
    }

    /// Whether something from a more trusted place arrives at a less trusted one, in either direction.
    pub fn falls(&self) -> bool {
        self.trust_change() < 0 || (self.both_ways && self.trust_change() != 0)
    }
}

/// Every crossing, in the order of the interfaces' ids. An interface with a loose end crosses nothing.
pub fn crossings(project: &Project) -> Vec<Crossing> {
    project.diagram.interfaces().filter_map(|interface| crossing(project, interface)).collect()
}

/// How one interface crosses; none when it stays where it is or has a loose end.
pub fn crossing(project: &Project, interface: &Interface) -> Option<Crossing> {
    let (from, to) = (interface.from?, interface.to?);
    let (left, entered) = project.diagram.crossed_zones(from, to);
    if left.is_empty() && entered.is_empty() {
        return None;
    }
    Some(Crossing {
        interface: interface.id,
        from,
        to,
        left,
        entered,
        trust_from: project.diagram.trust_of(from),
        trust_to: project.diagram.trust_of(to),
        both_ways: interface.both_ways,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, Zone};

    /// Zones: 1 internet (trust 0), 2 company (2), 3 runtime in company (3), 4 vault in runtime (4), 5 branch (2).
    fn project(from: Option<u32>, to: Option<u32>, both_ways: bool) -> Project {
        let mut project = Project::new("test");
        for (id, trust, parent) in
            [(1, 0, None), (2, 2, None), (3, 3, Some(2)), (4, 4, Some(3)), (5, 2, None)]
        {
            let zone = Zone { id: ZoneId(id), trust, parent: parent.map(ZoneId), ..Zone::default() };
            project.diagram.zones.insert(zone);
        }
        for (id, zone) in [(1, from), (2, to)] {
            let component = Component { id: ComponentId(id), zone: zone.map(ZoneId), ..Component::default() };
            project.diagram.put_component(component);
        }
        let interface = Interface {
            id: InterfaceId(1),
            from: Some(ComponentId(1)),
            to: Some(ComponentId(2)),
            both_ways,
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap();
        project
    }

    fn check(from: Option<u32>, to: Option<u32>, left: &[u32], entered: &[u32], course: Course) {
        let project = project(from, to, false);
        let found = crossings(&project);
        let ids = |zones: &[u32]| zones.iter().map(|id| ZoneId(*id)).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "{from:?} → {to:?}");
        assert_eq!((&found[0].left, &found[0].entered), (&ids(left), &ids(entered)), "{from:?} → {to:?}");
        assert_eq!(found[0].course(), course, "{from:?} → {to:?}");
    }

    #[test]
    fn every_zone_left_and_entered_is_named() {
        check(Some(1), Some(4), &[1], &[2, 3, 4], Course::Inward);
        check(Some(4), Some(1), &[4, 3, 2], &[1], Course::Outward);
        check(Some(2), Some(4), &[], &[3, 4], Course::Inward);
        check(Some(3), Some(2), &[3], &[], Course::Outward);
        check(Some(2), Some(5), &[2], &[5], Course::Level);
        check(None, Some(3), &[], &[2, 3], Course::Inward);
        check(Some(1), None, &[1], &[], Course::Inward);
    }

    #[test]
    fn what_stays_in_its_zone_crosses_nothing() {
        for zone in [None, Some(1), Some(4)] {
            assert!(crossings(&project(zone, zone, true)).is_empty());
        }
        let mut project = project(Some(1), Some(2), false);
        project
            .diagram
            .put_interface(Interface {
                id: InterfaceId(1),
                from: Some(ComponentId(1)),
                ..Interface::default()
            })
            .unwrap();
        assert!(crossings(&project).is_empty());
    }

    #[test]
    fn both_ways_rises_and_falls() {
        let one = &crossings(&project(Some(3), Some(1), false))[0];
        assert!((one.rises(), one.falls(), one.trust_change()) == (false, true, -3));
        let both = &crossings(&project(Some(3), Some(1), true))[0];
        assert!(both.rises() && both.falls());
        let level = &crossings(&project(Some(2), Some(5), true))[0];
        assert!(!level.rises() && !level.falls());
    }
}
