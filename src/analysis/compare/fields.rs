//! Fields of records in words, so that a change can be told: "Encryption, TLS 1.3 → TLS 1.2".

use std::fmt::Display;

use super::FieldChange;
use super::parts::{of_policy, within};
use crate::model::{
    Answer, Asset, Assumption, Attributes, BoundaryLine, Component, Control, Estimate, Evidence, Interface,
    Note, OwaspFactors, Policy, Project, Question, Rule, Threat, Zone,
};

/// A field's name, and how to tell it.
pub(super) type Told<T> = (&'static str, fn(&T) -> String);

/// A record whose fields can be told one by one.
pub(super) trait Fields: Sized + 'static {
    /// Name and text of each field that is told on its own.
    const FIELDS: &'static [Told<Self>];

    /// What differs in parts that have fields of their own.
    fn parts(_before: &Self, _after: &Self) -> Vec<FieldChange> {
        Vec::new()
    }

    /// What is known of it, told attribute by attribute.
    fn attributes(&self) -> Option<&Attributes> {
        None
    }
}

/// The fields of the model itself that differ; its records are told on their own.
pub(super) fn of_model(before: &Project, after: &Project) -> Vec<FieldChange> {
    told_one_by_one(before, after)
}

/// Every field that differs between two records that do. What is not told on its own counts as "details".
pub(super) fn changed<T: Fields>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut found = told_one_by_one(before, after);
    if let (Some(before), Some(after)) = (before.attributes(), after.attributes()) {
        let mut names: Vec<&String> = before.0.keys().chain(after.0.keys()).collect();
        names.sort();
        names.dedup();
        for name in names.into_iter().filter(|name| before.get(name) != after.get(name)) {
            found.push(FieldChange {
                field: name.replace('_', " "),
                before: before.get(name).map(answer).unwrap_or_default(),
                after: after.get(name).map(answer).unwrap_or_default(),
            });
        }
    }
    if found.is_empty() {
        found.push(FieldChange { field: "details".to_owned(), before: String::new(), after: String::new() });
    }
    found
}

/// Fields and parts that differ, each told on its own.
pub(super) fn told_one_by_one<T: Fields>(before: &T, after: &T) -> Vec<FieldChange> {
    let mut found: Vec<FieldChange> = T::FIELDS
        .iter()
        .map(|(field, tell)| FieldChange {
            field: (*field).to_owned(),
            before: tell(before),
            after: tell(after),
        })
        .filter(|change| change.before != change.after)
        .collect();
    found.extend(T::parts(before, after));
    found
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Yes => "yes".to_owned(),
        Answer::No => "no".to_owned(),
        Answer::Number(number) => number.to_string(),
        Answer::Text(text) => text.clone(),
        Answer::Many(words) => words.join(", "),
    }
}

fn option<T: Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn list<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

fn owasp(factors: Option<&OwaspFactors>) -> String {
    let answered =
        |factors: &OwaspFactors| {
            let all = OwaspFactors::ALL.iter();
            list(all.filter_map(|factor| {
                Some(format!("{} {}", factor.label.to_lowercase(), factor.get(factors)?))
            }))
        };
    factors.map(answered).unwrap_or_default()
}

fn estimate(value: Option<&Estimate>) -> String {
    let words = |e: &Estimate| format!("{} to {}, likeliest {}, {}", e.low, e.high, e.likely, e.shape);
    value.map(words).unwrap_or_default()
}

fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

macro_rules! fields {
    ($record:ty, $this:ident { $($name:literal => $tell:expr),* $(,)? }
        $(, attributes $attributes:ident)? $(, parts $parts:expr)?) => {
        impl Fields for $record {
            const FIELDS: &'static [Told<Self>] = &[$(($name, |$this| $tell)),*];
            $(fn attributes(&self) -> Option<&Attributes> {
                Some(&self.$attributes)
            })?
            $(fn parts(before: &Self, after: &Self) -> Vec<FieldChange> {
                $parts(before, after)
            })?
        }
    };
}

fields!(Project, this {
    "name" => this.name.clone(),
    "description" => this.description.clone(),
    "owner" => this.owner.clone(),
    "classification" => this.classification.clone(),
    "out of scope" => this.out_of_scope.clone(),
    "version" => this.version.clone(),
    "contributors" => list(&this.contributors),
    "next review" => option(this.review_due),
    "likelihood names" => list(&this.method.likelihood_names),
    "impact names" => list(&this.method.impact_names),
    "middle frequency" => this.method.middle_frequency.to_string(),
    "middle loss" => option(this.method.middle_loss),
    "step between levels" => this.method.step.to_string(),
    "scheme" => this.method.scheme.label().to_owned(),
    "names of three levels" => list(this.method.three_likelihoods.iter().chain(&this.method.three_impacts)),
    "cells of the grid" => list(this.method.cells.iter().flatten()),
    "cells of the grid of three" => list(this.method.three_cells.iter().flatten()),
    "tolerance" => list(this.method.tolerance_curve.iter().map(|point| format!("{} at {}", point.chance, point.loss))),
    "simulated years" => this.method.trials.to_string(),
    "seed" => this.method.seed.to_string(),
    "currency" => this.method.currency.clone(),
    "bands" => list([this.method.medium_from, this.method.high_from, this.method.critical_from]),
    "very low below" => option(this.method.very_low_below),
    "appetite" => this.method.appetite.to_string(),
    "cap on controls" => this.method.cap.to_string(),
    "correlation in a family" => this.method.family_correlation.to_string(),
    "correlation across families" => this.method.cross_correlation.to_string(),
    "dismissed suggestions" => list(this.dismissals.iter().map(|d| format!("{} at {}", d.catalog, option(d.target)))),
    "suppressed findings" => list(this.suppressions.iter().map(|s| format!("{} at {}", s.rule, option(s.item)))),
}, parts |before: &Self, after: &Self| {
    let mut found = within("protection", &before.protection, &after.protection);
    found.extend(within("simulation settings", &before.simulation, &after.simulation));
    found
});

fields!(Component, this {
    "kind" => this.kind.to_string(),
    "name" => this.name.clone(),
    "zone" => option(this.zone),
    "technology" => this.technology.clone(),
    "icon" => this.icon.clone(),
    "description" => this.description.clone(),
    "owner" => this.owner.clone(),
    "notes" => this.notes.clone(),
    "assumed" => list(&this.assumed),
    "out of scope" => yes_no(this.out_of_scope),
    "reason out of scope" => this.out_of_scope_reason.clone(),
    "tags" => list(&this.tags),
}, attributes attributes);

fields!(Interface, this {
    "name" => this.name.clone(),
    "from" => option(this.from),
    "to" => option(this.to),
    "both ways" => yes_no(this.both_ways),
    "protocol" => this.protocol.clone(),
    "port" => option(this.port),
    "authentication" => option(this.authentication),
    "encryption" => option(this.encryption),
    "assets" => list(&this.assets),
    "description" => this.description.clone(),
    "order" => this.order.to_string(),
    "notes" => this.notes.clone(),
    "assumed" => list(&this.assumed),
    "out of scope" => yes_no(this.out_of_scope),
    "reason out of scope" => this.out_of_scope_reason.clone(),
    "tags" => list(&this.tags),
}, attributes attributes);

fields!(Zone, this {
    "name" => this.name.clone(),
    "kind" => this.kind.to_string(),
    "trust" => this.trust.to_string(),
    "parent" => option(this.parent),
    "description" => this.description.clone(),
    "notes" => this.notes.clone(),
}, attributes attributes);

fields!(BoundaryLine, this {
    "name" => this.name.clone(),
    "description" => this.description.clone(),
});

fields!(Asset, this {
    "name" => this.name.clone(),
    "kind" => this.kind.to_string(),
    "description" => this.description.clone(),
    "sensitivity" => this.sensitivity.to_string(),
    "confidentiality" => option(this.confidentiality),
    "integrity" => option(this.integrity),
    "availability" => option(this.availability),
    "owner" => this.owner.clone(),
    "stored in" => list(&this.stored_in),
    "processed by" => list(&this.processed_by),
    "notes" => this.notes.clone(),
});

fields!(Threat, this {
    "title" => this.title.clone(),
    "description" => this.description.clone(),
    "STRIDE" => list(&this.stride),
    "references" => list(this.references.iter().map(|r| r.id.clone())),
    "targets" => list(&this.targets),
    "likelihood" => option(this.likelihood),
    "impact" => option(this.impact),
    "votes on likelihood" => list(&this.likelihood_votes),
    "votes on impact" => list(&this.impact_votes),
    "OWASP factors" => owasp(this.owasp.as_ref()),
    "times a year" => estimate(this.frequency_range.as_ref()),
    "cost each time" => estimate(this.loss_range.as_ref()),
    "rationale" => this.rationale.clone(),
    "target score" => option(this.target_score),
    "status" => this.status.to_string(),
    "treatment" => this.treatment.to_string(),
    "acceptance" => this.acceptance.as_ref().map_or_else(String::new, |a| format!("{} until {}", a.approver, option(a.expiry))),
    "owner" => this.owner.clone(),
    "due" => option(this.due),
    "decisions" => list(this.decisions.iter().map(|decision| decision.text.clone())),
    "tags" => list(&this.tags),
}, parts |before: &Self, after: &Self| within("statement", &before.statement, &after.statement));

fields!(Control, this {
    "name" => this.name.clone(),
    "description" => this.description.clone(),
    "strength" => this.strength.to_string(),
    "effectiveness" => option(this.effectiveness),
    "reduces" => this.reduces.to_string(),
    "function" => this.function.to_string(),
    "family" => this.family.clone(),
    "status" => this.status.to_string(),
    "coverage" => this.coverage.to_string(),
    "threats" => list(&this.threats),
    "owner" => this.owner.clone(),
    "due" => option(this.due),
    "cost" => option(this.cost),
    "notes" => this.notes.clone(),
});

fields!(Policy, this {
    "name" => this.name.clone(),
    "description" => this.description.clone(),
    "status" => this.status.to_string(),
    "priority" => this.priority.to_string(),
    "rationale" => this.rationale.clone(),
    "decisions" => list(this.decisions.iter().map(|decision| decision.text.clone())),
}, parts of_policy);

fields!(Rule, this {
    "name" => this.name.clone(),
    "description" => this.description.clone(),
    "action" => this.action.to_string(),
    "rationale" => this.rationale.clone(),
    "threats" => list(&this.threats),
    "controls" => list(&this.controls),
});

fields!(Evidence, this {
    "rule" => option(this.rule),
    "control" => option(this.control),
    "trace" => this.trace.clone(),
    "windows" => this.windows.to_string(),
    "detected" => this.detected.to_string(),
    "date" => option(this.date),
    "notes" => this.notes.clone(),
});

fields!(Assumption, this {
    "text" => this.text.clone(),
    "state" => this.state.to_string(),
    "links" => list(&this.links),
});

fields!(Question, this {
    "text" => this.text.clone(),
    "answer" => this.answer.clone(),
    "links" => list(&this.links),
});

fields!(Note, this {
    "text" => this.text.clone(),
    "kind" => this.kind.to_string(),
    "links" => list(&this.links),
});
