//! The model as it is signed: frozen, small, and enough to say later what has moved.

use super::fingerprint::fingerprint;
use super::risk::{Rating, RiskRow, register};
use crate::model::{Project, Snapshot, SnapshotThreat};

/// Freezes what a later review is compared with. Scores are frozen as they are shown.
pub fn snapshot(project: &Project) -> Snapshot {
    let register = register(project);
    let threats = project.threats.iter().map(|threat| {
        let risk = |rating| register.row(threat.id).and_then(|row| row.risk(rating));
        SnapshotThreat {
            id: threat.id,
            title: threat.title.clone(),
            inherent: risk(Rating::Inherent),
            current: risk(Rating::Current),
            planned: risk(Rating::Planned),
            loss: register.row(threat.id).and_then(loss),
            status: threat.status,
            ..SnapshotThreat::default()
        }
    });
    Snapshot {
        fingerprint: fingerprint(project),
        threats: threats.collect(),
        components: project.diagram.components().map(|c| (c.id, project.name_of(c.id.into()))).collect(),
        interfaces: project.diagram.interfaces().map(|i| (i.id, project.name_of(i.id.into()))).collect(),
        ..Snapshot::default()
    }
}

/// The expected loss a year with the controls in place, in thousands, to the last thousandth: what is frozen and compared.
pub(super) fn loss(row: &RiskRow) -> Option<f64> {
    row.loss(Rating::Current).map(|loss| (loss * 1e3).round() / 1e3)
}
