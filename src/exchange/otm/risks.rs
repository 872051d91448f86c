//! The catalogues of threats and mitigations, and where components and dataflows apply them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::document::{Fields, text_of};
use super::super::words;
use super::{FORMAT_NAME, Import, QUIET, percent_level};
use crate::model::{
    Control, ControlId, ControlStatus, Framework, ItemId, Reference, Target, Threat, ThreatId, ThreatStatus,
    Treatment, plain_word,
};

/// The catalogues by foreign id, and what applications say of them.
#[derive(Default)]
pub(super) struct Risks {
    threats: BTreeMap<String, ThreatId>,
    controls: BTreeMap<String, ControlId>,
    threat_states: BTreeMap<ThreatId, Vec<String>>,
    control_states: BTreeMap<ControlId, Vec<String>>,
    /// The applications word for word, for the way back.
    applications: BTreeMap<ThreatId, Vec<Value>>,
}

impl Risks {
    /// Reads the catalogues.
    pub(super) fn read(import: &mut Import, threats: Vec<Value>, mitigations: Vec<Value>) -> Self {
        let mut risks = Self::default();
        for fields in import.objects("threat", threats) {
            risks.read_threat(import, fields);
        }
        for fields in import.objects("mitigation", mitigations) {
            risks.read_mitigation(import, fields);
        }
        risks
    }

    fn read_threat(&mut self, import: &mut Import, mut fields: Fields) {
        let id = import.project.next_threat();
        import.project.reserve(id.into());
        let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
        self.threats.insert(foreign.clone(), id);
        let title = fields.word("name").unwrap_or_else(|| foreign.clone());
        let mut threat = Threat {
            id,
            title: title.clone(),
            description: fields.text("description").unwrap_or_default(),
            tags: fields.texts("tags"),
            ..Threat::default()
        };
        for category in fields.texts("categories") {
            match words::stride(&category) {
                Some(stride) => {
                    threat.stride.insert(stride);
                }
                None => threat.tags.push(category),
            }
        }
        threat.references = fields
            .texts("cwes")
            .into_iter()
            .map(|id| Reference { framework: Framework::Cwe, id, ..Reference::default() })
            .collect();
        if let Some(mut risk) = fields.object("risk") {
            threat.likelihood = risk.number("likelihood").map(percent_level);
            threat.impact = risk.number("impact").map(percent_level);
            let comments = [risk.word("likelihoodComment"), risk.word("impactComment")];
            threat.rationale = comments.into_iter().flatten().collect::<Vec<_>>().join("\n");
            import.losses.unused("threat", &title, &risk, QUIET);
            if !risk.0.is_empty() {
                fields.keep("risk", risk.0);
            }
        }
        import.losses.unused("threat", &title, &fields, QUIET);
        threat.origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
        import.project.threats.insert(threat);
    }

    fn read_mitigation(&mut self, import: &mut Import, mut fields: Fields) {
        let id = import.project.next_control();
        import.project.reserve(id.into());
        let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
        self.controls.insert(foreign.clone(), id);
        let description = fields.text("description").unwrap_or_default();
        let control = Control {
            id,
            name: fields.word("name").unwrap_or_else(|| words::short(&description)),
            effectiveness: fields.number("riskReduction").map(|percent| percent.clamp(0.0, 100.0) / 100.0),
            description,
            ..Control::default()
        };
        import.losses.unused("mitigation", &control.name, &fields, QUIET);
        let origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
        import.project.controls.insert(Control { origin, ..control });
    }

    /// Reads the threats that a component or dataflow names.
    pub(super) fn apply(
        &mut self,
        import: &mut Import,
        target: Target,
        place: &str,
        applications: Vec<Value>,
    ) {
        for application in applications {
            let named = |key: &str, value: &Value| value.get(key).and_then(text_of);
            let Some(foreign) = named("threat", &application) else {
                import.losses.add(place, "an application of a threat", "it does not name the threat");
                continue;
            };
            let Some(id) = self.threats.get(&foreign).copied() else {
                import.losses.add(place, format!("the threat {foreign}"), "there is no such threat");
                continue;
            };
            if let Some(threat) = import.project.threats.get_mut(id) {
                threat.targets.push(target);
            }
            self.threat_states.entry(id).or_default().push(named("state", &application).unwrap_or_default());
            for mitigation in application.get("mitigations").and_then(Value::as_array).into_iter().flatten() {
                let control = named("mitigation", mitigation).unwrap_or_default();
                let Some(control) = self.controls.get(&control).copied() else {
                    import.losses.add(
                        place,
                        format!("the mitigation {control}"),
                        "there is no such mitigation",
                    );
                    continue;
                };
                self.control_states
                    .entry(control)
                    .or_default()
                    .push(named("state", mitigation).unwrap_or_default());
                if let Some(control) = import.project.controls.get_mut(control)
                    && !control.threats.contains(&id)
                {
                    control.threats.push(id);
                }
            }
            self.applications
                .entry(id)
                .or_default()
                .push(json!({"target": ItemId::from(target), "as": application}));
        }
    }

    /// Gives threats and controls the state that their applications agree on.
    pub(super) fn finish(self, import: &mut Import) {
        for (id, states) in &self.threat_states {
            let Some(threat) = import.project.threats.get_mut(*id) else { continue };
            let read: Vec<ThreatStatus> = states.iter().map(|state| threat_status(state)).collect();
            threat.status = agreed_status(&read);
            threat.treatment = match threat.status {
                ThreatStatus::Mitigated | ThreatStatus::Mitigating => Treatment::Mitigate,
                ThreatStatus::Accepted => Treatment::Accept,
                ThreatStatus::Transferred => Treatment::Transfer,
                _ => Treatment::Undecided,
            };
            if read.iter().any(|status| *status != threat.status) {
                let why =
                    "a threat has one status here; the most open one counts, each is kept for the way back";
                import.losses.add(format!("threat {}", threat.title), "different states at its targets", why);
            }
        }
        for (id, states) in &self.control_states {
            let Some(control) = import.project.controls.get_mut(*id) else { continue };
            let read: Vec<ControlStatus> = states.iter().map(|state| control_status(state)).collect();
            control.status = joint_status(&read);
            if read.iter().any(|status| *status != control.status) {
                let why = "a control has one status here; each is kept with the threat for the way back";
                import.losses.add(
                    format!("mitigation {}", control.name),
                    "different states at its targets",
                    why,
                );
            }
        }
        for (id, applications) in self.applications {
            if let Some(origin) = import.project.threats.get_mut(id).and_then(|threat| threat.origin.as_mut())
            {
                origin.keys.insert("applications".to_owned(), Value::Array(applications).to_string());
            }
        }
    }
}

fn threat_status(state: &str) -> ThreatStatus {
    match plain_word(state).as_str() {
        "mitigated" | "implemented" | "resolved" | "closed" => ThreatStatus::Mitigated,
        "partlymitigated" | "partiallymitigated" | "inprogress" | "required" => ThreatStatus::Mitigating,
        "accepted" | "accept" => ThreatStatus::Accepted,
        "transferred" => ThreatStatus::Transferred,
        "notapplicable" | "na" | "hidden" | "falsepositive" => ThreatStatus::NotApplicable,
        _ => ThreatStatus::Open,
    }
}

/// What all say, or otherwise the most open of what is said.
fn agreed_status(states: &[ThreatStatus]) -> ThreatStatus {
    states.iter().copied().min().unwrap_or_default()
}

fn control_status(state: &str) -> ControlStatus {
    match plain_word(state).as_str() {
        "implemented" | "mitigated" | "done" => ControlStatus::Implemented,
        "verified" | "tested" => ControlStatus::Verified,
        "partial" | "partiallyimplemented" | "inprogress" => ControlStatus::Partial,
        "required" | "planned" | "accepted" => ControlStatus::Planned,
        _ => ControlStatus::Proposed,
    }
}

/// In place where all say so; in part where some say so; otherwise the furthest of what is said.
fn joint_status(states: &[ControlStatus]) -> ControlStatus {
    let (least, most) = (states.iter().min().copied(), states.iter().max().copied());
    match (least, most) {
        (Some(least), Some(most)) if most.in_place() > 0.0 && least.in_place() < most.in_place() => {
            ControlStatus::Partial
        }
        (Some(least), Some(most)) if most.in_place() > 0.0 => least.min(most),
        (_, Some(most)) => most,
        _ => ControlStatus::default(),
    }
}
