//! What people do, as transactions: each verb reads the project and says what must change.

mod clipboard;
mod decide;
mod decision_log;
mod delete;
mod draw;
mod evidence;
mod order;
mod policy_life;
mod record;
mod scope;

pub use clipboard::{Clip, ClipError, copy, copy_for_elsewhere, insert, paste, paste_into};
pub use decide::{
    accept_risk, add_tag, change_threats, copy_to_targets, may_be_accepted, missing_of_acceptance,
    remove_tag, set_due, set_owner, set_status, treat,
};
pub use decision_log::logged;
pub use delete::{delete, remove_rule};
pub use draw::{
    NewComponent, NewZone, add_component, add_component_like, add_interface, add_line, add_note, add_zone,
    free_name, move_into_zone, place, reconnect, reverse,
};
pub use evidence::record_evidence;
pub use order::{Way, move_condition, move_rule};
pub use policy_life::{Ground, Refusal, approve_policy, move_policy, replace_policies, restore_version};
pub use record::{
    accept_threats, add_asset, add_assumption, add_control, add_policy, add_policy_with_metrics,
    add_question, add_review, add_rule, add_threat, add_view, answer_attribute, answer_authentication,
    answer_encryption, change_asset, change_assumption, change_component, change_control, change_details,
    change_evidence, change_interface, change_line, change_method, change_method_keeping_amounts,
    change_note, change_policy, change_protection, change_question, change_review, change_rule,
    change_simulation, change_threat, change_view, change_zone, confirm_assumed, dismiss, link_control,
    rename, restore_dismissed, retarget, set_control_statuses, suppress, unsuppress,
};
pub use scope::toggle_scope;
