//! Ids in public frameworks. The catalogue writes only the id; its form tells the framework, and the catalogue was
//! checked against one edition of each.

use serde::Deserialize as _;

use crate::model::{Framework, Reference};

/// The reference that an id stands for (`LLM01`, `AML.T0051`, `AC-6`, `A.8.28`).
pub fn reference(id: &str) -> Reference {
    let number_after = |prefix: &str| {
        id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    let (framework, edition) = if number_after("LLM") {
        (Framework::OwaspLlm, "2025")
    } else if number_after("ASI") {
        // Drafts used the same numbers for other things, so the edition is not optional here.
        (Framework::OwaspAgentic, "2025-12")
    } else if id.starts_with("AML.") {
        (Framework::Atlas, "5.6.0")
    } else if number_after("CWE-") {
        (Framework::Cwe, "")
    } else if number_after("CAPEC-") {
        (Framework::Capec, "3.9")
    } else if number_after("CIS-") {
        (Framework::Cis, "8")
    } else if number_after("A.") {
        (Framework::Iso27001, "2022")
    } else if number_after("T") {
        (Framework::OwaspAgenticThreats, "1.1")
    } else if id.get(..3).is_some_and(|start| start.ends_with('-')) {
        (Framework::Nist, "r5")
    } else {
        (Framework::Other, "")
    };
    Reference { framework, edition: edition.to_owned(), id: id.to_owned(), ..Reference::default() }
}

pub(super) fn references<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Reference>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.iter().map(|id| reference(id)).collect())
}
