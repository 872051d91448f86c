//! A suggestion taken up: a whole threat, in the model's own names.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Suggestion;
use super::names::{Names, READ, listed};
use crate::catalog::CatalogThreat;
use crate::model::{
    AssetId, ItemId, Project, Statement, Stride, Target, Threat, ThreatId, ThreatStatus, Treatment,
};

/// The threat that a suggestion stands for, under the next free id, open and undecided. Likelihood and impact are the
/// catalogue's starting values.
pub fn accept(project: &Project, suggestion: &Suggestion) -> Threat {
    accept_together(project, &[suggestion]).unwrap_or_default()
}

/// One threat for several suggestions of the same catalogue threat: it is aimed at all of their targets. None when there
/// is no suggestion; one of another catalogue threat than the first is left out.
pub fn accept_together(project: &Project, suggestions: &[&Suggestion]) -> Option<Threat> {
    let entry = &suggestions.first()?.threat;
    let alike: Vec<&&Suggestion> =
        suggestions.iter().filter(|suggestion| suggestion.threat.id == entry.id).collect();
    let targets: Vec<Target> = alike.iter().map(|suggestion| suggestion.target).collect();
    let reason = |suggestion: &&&Suggestion| {
        format!("at {} because of {}", project.name_of(suggestion.target.into()), suggestion.why)
    };
    let (told, untold) = alike.split_at(if alike.len() > READ { READ - 1 } else { alike.len() });
    let mut reasons: Vec<String> = told.iter().map(reason).collect();
    if !untold.is_empty() {
        reasons.push(format!("and at {} other places", untold.len()));
    }
    Some(Threat {
        id: project.next_threat(),
        title: entry.title.clone(),
        statement: statement(project, entry, &targets),
        stride: entry.stride.clone(),
        references: entry.references.clone(),
        targets,
        likelihood: Some(f64::from(entry.likelihood)),
        impact: Some(f64::from(entry.impact)),
        rationale: format!(
            "Starting values of the catalogue for {}, suggested {}.",
            entry.id,
            reasons.join("; ")
        ),
        status: ThreatStatus::Open,
        treatment: Treatment::Undecided,
        catalog: Some(entry.id.clone()),
        ..Threat::default()
    })
}

/// What the catalogue says of a threat, with the names of what it is aimed at and the assets that are there.
pub fn statement(project: &Project, entry: &CatalogThreat, targets: &[Target]) -> Statement {
    let items: Vec<ItemId> = targets.iter().map(|target| ItemId::from(*target)).collect();
    let names = Names::of(project, &items);
    let assets: BTreeSet<AssetId> = targets.iter().flat_map(|target| assets_at(project, *target)).collect();
    Statement {
        source: names.fill(&entry.source),
        action: names.fill(&entry.action),
        effect: names.fill(&entry.effect),
        harm: harm(&entry.stride),
        assets: assets.into_iter().collect(),
        ..Statement::default()
    }
}

/// One threat for each catalogue threat among the suggestions, in their order, each aimed at all of its targets.
pub fn accept_all(project: &Project, suggestions: &[Arc<Suggestion>]) -> Vec<Threat> {
    let mut ids: Vec<&str> = Vec::new();
    for suggestion in suggestions {
        if !ids.contains(&suggestion.id()) {
            ids.push(suggestion.id());
        }
    }
    let together = |id: &str| {
        let alike: Vec<&Suggestion> =
            suggestions.iter().map(Arc::as_ref).filter(|suggestion| suggestion.id() == id).collect();
        accept_together(project, &alike)
    };
    let first = project.next_threat().0;
    let threats = ids.into_iter().filter_map(together);
    threats.zip(first..).map(|(threat, number)| Threat { id: ThreatId(number), ..threat }).collect()
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
    if words.is_empty() { String::new() } else { format!("the {}", listed(&words)) }
}

/// The assets that are there: carried by an interface, resting at or passing by a component.
fn assets_at(project: &Project, target: Target) -> Vec<AssetId> {
    let mut found: BTreeSet<AssetId> = BTreeSet::new();
    match target {
        Target::Interface(id) => {
            found.extend(project.diagram.interface(id).into_iter().flat_map(|interface| &interface.assets));
        }
        Target::Component(id) => {
            let here = |asset: &&crate::model::Asset| {
                asset.stored_in.contains(&id) || asset.processed_by.contains(&id)
            };
            found.extend(project.assets.iter().filter(here).map(|asset| asset.id));
            if found.is_empty() {
                found
                    .extend(project.diagram.touching(id).into_iter().flat_map(|interface| &interface.assets));
            }
        }
        Target::Asset(id) => {
            found.insert(id);
        }
        Target::Zone(_) | Target::Line(_) => {}
    }
    found.into_iter().filter(|id| project.assets.contains(*id)).collect()
}
