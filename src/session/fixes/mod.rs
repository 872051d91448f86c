//! What puts a finding of lint right: for each rule the changes that a person can choose from, each one undoable step.
//!
//! A fix never guesses. Where the model does not hold the answer, the choices are offered (which zone, which protocol, who
//! answers for it); where only a person can write it (a sentence, a meeting), there is no fix and the finding leads to the place.

mod agents;
mod diagram;
mod policies;
#[cfg(test)]
mod tests;
mod threats;

use jiff::civil::Date;

use crate::analysis::lint::Finding;
use crate::catalog::Catalog;
use crate::edit::Transaction;
use crate::model::{ComponentId, Decision, InterfaceId, ItemId, PolicyId, Project, RuleId, ThreatId};

/// No list of choices is longer.
const CHOICES: usize = 6;

/// One way to put a finding right.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What is done, beginning with a verb: "Put it into Internal network".
    pub label: String,
    /// The change.
    pub transaction: Transaction,
}

/// Who asks for a fix, where, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The model.
    pub project: &'a Project,
    /// What is known beforehand.
    pub catalog: &'a Catalog,
    /// Where the finding is; none is the whole model.
    pub item: Option<ItemId>,
    /// The day, for what is written down today.
    pub today: Date,
    /// Who works here; empty is nobody who said so.
    pub by: &'a str,
}

type Offer = fn(&Ask<'_>) -> Vec<Fix>;

/// Rules whose findings a change of the model can put right.
const OFFERS: &[(&str, Offer)] = &[
    ("TM-001", diagram::loose_end),
    ("TM-002", diagram::something_between),
    ("TM-003", diagram::out_of_scope),
    ("TM-004", diagram::something_between),
    ("TM-005", diagram::idle_component),
    ("TM-006", diagram::reader),
    ("TM-007", diagram::writer),
    ("TM-008", diagram::both_ways),
    ("TM-009", diagram::zone_for),
    ("TM-010", diagram::first_zone),
    ("TM-011", diagram::lonely_zone),
    ("TM-012", diagram::protocol),
    ("TM-013", diagram::authentication),
    ("TM-014", diagram::encryption),
    ("TM-015", diagram::carried),
    ("TM-016", diagram::unplaced_asset),
    ("TM-017", diagram::sensitivity),
    ("TM-018", diagram::asset_owner),
    ("TM-019", diagram::beyond_clearance),
    ("TM-020", diagram::encrypt),
    ("TM-021", diagram::other_name),
    ("TM-022", diagram::telling_name),
    ("TM-023", diagram::description),
    ("TM-025", diagram::redundant),
    ("TM-026", agents::approval),
    ("TM-027", agents::approval),
    ("TM-028", agents::sandbox),
    ("TM-029", agents::limits),
    ("TM-030", agents::own_rights),
    ("TM-031", agents::record),
    ("TM-032", agents::pin),
    ("TM-033", agents::tame),
    ("TM-034", agents::guard_memory),
    ("TM-035", agents::mutual),
    ("TM-036", agents::kill_switch),
    ("TM-037", threats::reviewed),
    ("TM-038", threats::target),
    ("TM-039", threats::rating),
    ("TM-040", threats::treatment),
    ("TM-041", threats::any_control),
    ("TM-042", threats::owner),
    ("TM-043", threats::due),
    ("TM-044", threats::late_control),
    ("TM-045", threats::reopen),
    ("TM-046", threats::renew),
    ("TM-047", threats::reopen),
    ("TM-048", threats::new_target),
    ("TM-049", threats::not_detective),
    ("TM-050", threats::other_family),
    ("TM-051", threats::modest_claim),
    ("TM-052", threats::idle_control),
    ("TM-053", threats::reopen),
    ("TM-054", threats::categories_considered),
    ("TM-055", threats::median),
    ("TM-057", threats::statement),
    ("TM-058", threats::watching_rule),
    ("TM-059", threats::assumption),
    ("TM-060", threats::old_question),
    ("TM-061", threats::next_review),
    ("TM-063", threats::invite),
    ("TM-064", threats::scope),
    ("TM-065", threats::confirm),
    ("PO-001", policies::scope),
    ("PO-002", policies::listed_scope),
    ("PO-003", policies::bind),
    ("PO-004", policies::metric),
    ("PO-005", policies::drop_conditions),
    ("PO-006", policies::drop_rule),
    ("PO-007", policies::drop_conditions),
    ("PO-008", policies::first),
    ("PO-009", policies::settle),
    ("PO-010", policies::default_deny),
    ("PO-011", policies::no_wildcard),
    ("PO-012", policies::resource),
    ("PO-013", policies::guard),
    ("PO-014", policies::responses),
    ("PO-015", policies::more_than_log),
    ("PO-016", policies::deciders),
    ("PO-017", policies::timeout),
    ("PO-018", policies::know_approver),
    ("PO-019", policies::reviewed),
    ("PO-020", policies::second_approver),
    ("PO-021", policies::monitor),
    ("PO-022", policies::alert),
    ("PO-023", policies::rationale),
    ("PO-024", policies::other_tier),
    ("PO-025", policies::exclude_check),
    ("PO-026", policies::shorten_cache),
    ("PO-027", policies::link_threat),
    ("PO-028", threats::watching_rule),
    ("PO-030", policies::promote),
];

/// Rules whose findings no change of the model puts right by itself, and what does.
pub const BY_HAND: &[(&str, &str)] = &[
    ("TM-024", "which components belong together on a view is for a person to say"),
    ("TM-056", "threats have to be rated again, one by one"),
    ("TM-062", "somebody has to sign again"),
    ("TM-066", "which cell is how grave is for the organisation to say"),
    ("PO-029", "the rule has to be run on a trace"),
];

/// Whether findings of a rule can be put right by a change that is offered.
pub fn may_fix(rule: &str) -> bool {
    OFFERS.iter().any(|(id, _)| *id == rule)
}

/// The ways to put a finding right, the likeliest first. Each is one step that can be undone.
pub fn fixes(finding: &Finding, ask: &Ask<'_>) -> Vec<Fix> {
    let Some((_, offer)) = OFFERS.iter().find(|(id, _)| *id == finding.rule) else { return Vec::new() };
    let mut found = offer(&Ask { item: finding.item, ..*ask });
    found.retain(|fix| !fix.transaction.is_empty());
    for fix in &mut found {
        // A fix is a step of its own, even right after typing in the same field.
        fix.transaction.merge = None;
    }
    found
}

/// The same fix for every finding of a rule that it fits, as one step; with how many it puts right.
pub fn fix_all(findings: &[&Finding], label: &str, ask: &Ask<'_>) -> Option<(usize, Transaction)> {
    let mut project = ask.project.clone();
    let mut edits = Vec::new();
    let mut count = 0;
    for finding in findings {
        let here = Ask { project: &project, ..*ask };
        let Some(fix) = fixes(finding, &here).into_iter().find(|fix| fix.label == label) else { continue };
        let transaction = fix.transaction;
        if transaction.clone().apply(&mut project).is_ok() {
            edits.extend(transaction.edits);
            count += 1;
        }
    }
    let rule = findings.first().map(|finding| finding.rule.as_str())?;
    let places = if count == 1 { "place" } else { "places" };
    (count > 0).then(|| (count, Transaction::new(format!("Fix {rule} in {count} {places}: {label}"), edits)))
}

fn fix(label: impl Into<String>, transaction: impl Into<Option<Transaction>>) -> Option<Fix> {
    let transaction = transaction.into()?;
    (!transaction.is_empty()).then(|| Fix { label: label.into(), transaction })
}

fn one(fix: Option<Fix>) -> Vec<Fix> {
    fix.into_iter().collect()
}

impl<'a> Ask<'a> {
    fn component(&self) -> Option<ComponentId> {
        if let Some(ItemId::Component(id)) = self.item { Some(id) } else { None }
    }

    fn interface(&self) -> Option<InterfaceId> {
        if let Some(ItemId::Interface(id)) = self.item { Some(id) } else { None }
    }

    fn threat(&self) -> Option<ThreatId> {
        if let Some(ItemId::Threat(id)) = self.item { Some(id) } else { None }
    }

    fn policy(&self) -> Option<PolicyId> {
        if let Some(ItemId::Policy(id)) = self.item { Some(id) } else { None }
    }

    fn rule(&self) -> Option<RuleId> {
        if let Some(ItemId::Rule(id)) = self.item { Some(id) } else { None }
    }

    fn name(&self, item: impl Into<ItemId>) -> String {
        self.project.name_of(item.into())
    }

    fn delete(&self, label: &str) -> Option<Fix> {
        fix(label, crate::edit::verbs::delete(self.project, &[self.item?]))
    }

    /// Something decided today.
    fn decision(&self, text: impl Into<String>) -> Decision {
        Decision { date: Some(self.today), by: self.by.to_owned(), text: text.into(), ..Decision::default() }
    }

    fn in_days(&self, days: i64) -> Date {
        self.today.checked_add(jiff::Span::new().days(days)).unwrap_or(self.today)
    }

    /// Who the model names: whoever works here first, then contributors, owners and those at reviews.
    pub fn people(&self) -> Vec<String> {
        let project: &'a Project = self.project;
        let mut people: Vec<&str> = vec![self.by];
        people.extend(project.contributors.iter().map(String::as_str));
        people.push(&project.owner);
        people.extend(project.assets.iter().map(|asset| asset.owner.as_str()));
        people.extend(project.threats.iter().map(|threat| threat.owner.as_str()));
        people.extend(project.controls.iter().map(|control| control.owner.as_str()));
        people.extend(project.reviews.iter().flat_map(|review| &review.participants).map(String::as_str));
        let mut seen: Vec<String> = Vec::new();
        for name in people.into_iter().map(str::trim).filter(|name| !name.is_empty()) {
            if !seen.iter().any(|known| known == name) {
                seen.push(name.to_owned());
            }
        }
        seen
    }
}
