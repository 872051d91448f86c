//! The register as a table for other programs.

use jiff::civil::Date;

use crate::analysis::risk::{Rating, Register};
use crate::model::{Project, Treatment};

/// The register as comma-separated values, a line for each threat, worst first, as it stands on a day.
pub fn csv(project: &Project, register: &Register, today: Date) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let head = [
        "id",
        "title",
        "status",
        "stride",
        "targets",
        "owner",
        "treatment",
        "accepted_by",
        "accepted_until",
        "due",
        "likelihood",
        "impact",
        "inherent",
        "inherent_band",
        "current",
        "current_band",
        "planned",
        "planned_band",
        "target",
        "above_appetite",
        "expected_loss",
        "controls",
        "money_unit",
    ];
    out.write_record(head)?;
    for row in &register.rows {
        let Some(threat) = project.threats.get(row.threat) else { continue };
        let risk = |rating| row.risk(rating).map_or_else(String::new, |risk| format!("{risk:.1}"));
        let band = |rating| row.band(rating).map_or_else(String::new, |band| band.label().to_owned());
        let level = |level: Option<f64>| level.map_or_else(String::new, |level| level.to_string());
        let acceptance = threat.acceptance.as_ref().filter(|_| threat.treatment == Treatment::Accept);
        let until = acceptance.and_then(|acceptance| acceptance.expiry);
        out.write_record([
            threat.id.to_string(),
            threat.title.clone(),
            threat.standing(today).to_string(),
            threat.stride.iter().map(|stride| stride.letter()).collect(),
            threat.targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            threat.owner.clone(),
            threat.treatment.to_string(),
            acceptance.map_or_else(String::new, |acceptance| acceptance.approver.clone()),
            until.map_or_else(String::new, |until| until.to_string()),
            threat.due.map_or_else(String::new, |due| due.to_string()),
            level(threat.likelihood),
            level(threat.impact),
            risk(Rating::Inherent),
            band(Rating::Inherent),
            risk(Rating::Current),
            band(Rating::Current),
            risk(Rating::Planned),
            band(Rating::Planned),
            format!("{:.1}", row.target),
            if row.is_above_appetite(Rating::Current) { "yes" } else { "no" }.to_owned(),
            row.loss(Rating::Current)
                .map_or_else(String::new, |loss| ((loss * 1e3).round() / 1e3).to_string()),
            row.effects.iter().map(|effect| effect.control.to_string()).collect::<Vec<_>>().join(" "),
            format!("thousand {}", project.method.currency),
        ])?;
    }
    let bytes = out.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
