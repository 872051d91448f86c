//! A suggestion taken up: a whole threat, in the model's own names.

use std::collections::BTreeSet;

use super::Suggestion;
use super::questions::filled;
use crate::model::{AssetId, ItemId, Project, Statement, Stride, Target, Threat, ThreatStatus, Treatment};

/// The threat that a suggestion stands for, under the next free id, open and undecided. Likelihood and impact are the
/// catalogue's starting values.
pub fn accept(project: &Project, suggestion: &Suggestion) -> Threat {
    let entry = &suggestion.threat;
    let item = ItemId::from(suggestion.target);
    let name = project.name_of(item);
    Threat {
        id: project.next_threat(),
        title: entry.title.clone(),
        statement: Statement {
            source: filled(project, item, &entry.source),
            action: filled(project, item, &entry.action),
            effect: filled(project, item, &entry.effect),
            harm: harm(&entry.stride),
            assets: assets_at(project, suggestion.target),
            ..Statement::default()
        },
        stride: entry.stride.clone(),
        references: entry.references.clone(),
        targets: vec![suggestion.target],
        likelihood: Some(f64::from(entry.likelihood)),
        impact: Some(f64::from(entry.impact)),
        rationale: format!(
            "Starting values of the catalogue for {}. Suggested at {name}: {}.",
            entry.id, suggestion.why
        ),
        status: ThreatStatus::Open,
        treatment: Treatment::Undecided,
        catalog: Some(entry.id.clone()),
        ..Threat::default()
    }
}

/// What suffers, as the sentence says it: "the confidentiality and integrity".
fn harm(stride: &BTreeSet<Stride>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for category in stride {
        let suffering: &[&str] = match category {
            Stride::Spoofing => &["authenticity"],
            Stride::Tampering => &["integrity"],
            Stride::Repudiation => &["accountability"],
            Stride::InformationDisclosure => &["confidentiality"],
            Stride::DenialOfService => &["availability"],
            Stride::ElevationOfPrivilege => &["confidentiality", "integrity"],
        };
        for word in suffering {
            if !words.contains(word) {
                words.push(word);
            }
        }
    }
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => format!("the {only}"),
        Some((last, first)) => format!("the {} and {last}", first.join(", ")),
    }
}

/// The assets that are there: carried by an interface, resting at or passing by a component.
fn assets_at(project: &Project, target: Target) -> Vec<AssetId> {
    let mut found: BTreeSet<AssetId> = BTreeSet::new();
    match target {
        Target::Interface(id) => {
            found.extend(project.diagram.interface(id).into_iter().flat_map(|interface| &interface.assets));
        }
        Target::Component(id) => {
            let here = |asset: &&crate::model::Asset| asset.stored_in.contains(&id) || asset.processed_by.contains(&id);
            found.extend(project.assets.iter().filter(here).map(|asset| asset.id));
            if found.is_empty() {
                found.extend(project.diagram.touching(id).into_iter().flat_map(|interface| &interface.assets));
            }
        }
        Target::Asset(id) => {
            found.insert(id);
        }
        Target::Zone(_) | Target::Line(_) => {}
    }
    found.into_iter().filter(|id| project.assets.contains(*id)).collect()
}
