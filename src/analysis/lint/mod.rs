//! Lint: what is wrong with a model, and how to put it right.
//!
//! Each rule of the catalogue is a function from the model to findings. What a rule says about itself (severity, title, how
//! to fix it) is the catalogue's; what is wrong in this model is said here, with the model's own names. A rule never guesses:
//! what nobody has said is a question of `suggest`, not a finding.

mod agent;
mod context;
mod model;
mod policy;
mod policy_rules;
mod process;
#[cfg(test)]
pub(crate) mod tests;
mod threat;

use jiff::civil::Date;
use serde::Serialize;

use self::context::Context;
use crate::catalog::{Catalog, Severity};
use crate::model::{Condition, ItemId, Project};

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `TM-013`.
    pub rule: String,
    /// How grave it is.
    pub severity: Severity,
    /// The rule in a few words.
    pub title: String,
    /// Where; none is the whole model.
    pub item: Option<ItemId>,
    /// What is wrong there, in the model's own names.
    pub what: String,
    /// How to put it right.
    pub fix: String,
    /// Why somebody set it aside.
    pub suppressed: Option<String>,
}

/// A rule's function.
type Check = fn(&mut Context<'_>);

/// Every rule that is decided, in the order of the catalogue.
const CHECKS: &[(&str, Check)] = &[
    ("TM-001", model::loose_end),
    ("TM-002", model::store_to_store),
    ("TM-003", model::outsiders_among_themselves),
    ("TM-004", model::outsider_to_store),
    ("TM-005", model::no_interfaces),
    ("TM-006", model::never_read),
    ("TM-007", model::never_written),
    ("TM-008", model::one_sided),
    ("TM-009", model::no_zone),
    ("TM-010", model::no_zones_at_all),
    ("TM-011", model::lonely_zone),
    ("TM-012", model::no_protocol),
    ("TM-013", model::no_authentication),
    ("TM-014", model::no_encryption),
    ("TM-015", model::carries_nothing),
    ("TM-016", model::unplaced_asset),
    ("TM-017", model::unclassified_asset),
    ("TM-018", model::ownerless_asset),
    ("TM-019", model::beyond_clearance),
    ("TM-020", model::secret_in_the_clear),
    ("TM-021", model::same_name),
    ("TM-022", model::placeholder_name),
    ("TM-023", model::no_description),
    ("TM-024", model::crowded_view),
    ("TM-025", model::single_point_of_failure),
    ("TM-026", agent::trifecta),
    ("TM-027", agent::rule_of_two),
    ("TM-028", agent::code_without_sandbox),
    ("TM-029", agent::no_limit),
    ("TM-030", agent::shared_credential),
    ("TM-031", agent::no_record),
    ("TM-032", agent::unpinned_tool),
    ("TM-033", agent::irreversible_tool),
    ("TM-034", agent::untrusted_memory),
    ("TM-035", agent::no_mutual_authentication),
    ("TM-036", agent::no_kill_switch),
    ("TM-037", threat::nothing_considered),
    ("TM-038", threat::no_target),
    ("TM-039", threat::not_rated),
    ("TM-040", threat::undecided),
    ("TM-041", threat::no_control),
    ("TM-042", threat::no_owner),
    ("TM-043", threat::no_due_date),
    ("TM-044", threat::overdue),
    ("TM-045", threat::incomplete_acceptance),
    ("TM-046", threat::expired_acceptance),
    ("TM-047", threat::no_right_to_accept),
    ("TM-048", threat::misses_target),
    ("TM-049", threat::only_detective),
    ("TM-050", threat::one_family),
    ("TM-051", threat::claim_without_evidence),
    ("TM-052", threat::idle_control),
    ("TM-053", threat::not_applicable_without_reason),
    ("TM-054", threat::categories_missing),
    ("TM-055", threat::votes_apart),
    ("TM-056", threat::all_rated_alike),
    ("TM-057", threat::incomplete_statement),
    ("TM-058", threat::no_metric),
    ("TM-059", process::loose_assumption),
    ("TM-060", process::old_question),
    ("TM-061", process::review_overdue),
    ("TM-062", process::changed_since_approval),
    ("TM-063", process::too_few_roles),
    ("TM-064", process::no_scope),
    ("TM-065", process::unconfirmed_answers),
    ("TM-066", process::unsound_grid),
    ("PO-001", policy::no_scope),
    ("PO-002", policy::binds_nobody),
    ("PO-003", policy::agent_without_policy),
    ("PO-004", policy_rules::unknown_metric),
    ("PO-005", policy_rules::senseless_condition),
    ("PO-006", policy_rules::never_fires),
    ("PO-007", policy_rules::always_fires),
    ("PO-008", policy_rules::shadowed),
    ("PO-009", policy_rules::conflict),
    ("PO-010", policy_rules::no_default_deny),
    ("PO-011", policy_rules::wildcard_allow),
    ("PO-012", policy_rules::unknown_resource),
    ("PO-013", policy_rules::unguarded_asset),
    ("PO-014", policy::no_response),
    ("PO-015", policy::high_is_only_logged),
    ("PO-016", policy::nobody_to_ask),
    ("PO-017", policy::weak_timeout),
    ("PO-018", policy::unknown_approver),
    ("PO-019", policy::review_overdue),
    ("PO-020", policy::author_approves_alone),
    ("PO-021", policy::unmonitored_metric),
    ("PO-022", policy::no_alert),
    ("PO-023", policy_rules::no_rationale),
    ("PO-024", policy_rules::slow_check),
    ("PO-025", policy::cached_deep_check),
    ("PO-026", policy::kept_too_long),
    ("PO-027", policy_rules::answers_no_threat),
    ("PO-028", policy_rules::unwatched_threat),
    ("PO-029", policy_rules::untested),
    ("PO-030", policy::differs_from_staged),
];

/// Whether a condition means nothing, or cannot be met by anything that can happen.
pub fn is_senseless(catalog: &Catalog, condition: &Condition) -> bool {
    policy_rules::wrong(condition).is_some() || policy_rules::cannot_be_met(catalog, condition)
}

/// What is wrong with a model, gravest first. Rules that need to know what day it is find nothing; see [`check_on`].
pub fn check(project: &Project, catalog: &Catalog) -> Vec<Finding> {
    run(project, catalog, None)
}

/// What is wrong with a model on a day, gravest first.
pub fn check_on(project: &Project, catalog: &Catalog, today: Date) -> Vec<Finding> {
    run(project, catalog, Some(today))
}

fn run(project: &Project, catalog: &Catalog, today: Option<Date>) -> Vec<Finding> {
    let layout = context::Layout::of(project, catalog);
    let mut context = Context::new(&layout, today);
    let mut findings = Vec::new();
    for (id, check) in CHECKS {
        let Some(rule) = catalog.lint_rule(id) else { continue };
        check(&mut context);
        findings.extend(context.take().into_iter().map(|found| Finding {
            rule: rule.id.clone(),
            severity: rule.severity,
            title: rule.title.clone(),
            suppressed: suppression(project, id, found.item),
            item: found.item,
            what: found.what,
            fix: rule.fix.clone(),
        }));
    }
    findings
        .sort_by(|a, b| (a.severity, &a.rule, a.item, &a.what).cmp(&(b.severity, &b.rule, b.item, &b.what)));
    findings
}

/// Why a finding was set aside: there, or for the whole model.
fn suppression(project: &Project, rule: &str, item: Option<ItemId>) -> Option<String> {
    let mut matching =
        project.suppressions.iter().filter(|s| s.rule == rule && (s.item.is_none() || s.item == item));
    matching.next().map(|suppression| suppression.reason.clone())
}
