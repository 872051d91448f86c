//! TM-026 to TM-036: agents, tools and what connects them.

use super::context::Context;
use crate::analysis::facts::Value;
use crate::model::{Answer, Authentication, Component, ComponentKind, ControlStatus, Target};

fn of_kind<'a>(context: &Context<'a>, kind: ComponentKind) -> Vec<(usize, &'a Component)> {
    context.components().filter(|(_, component)| component.kind == kind).collect()
}

/// Reports each component of a kind that is wrong, in words that start with its name.
fn each(
    context: &mut Context<'_>,
    kind: ComponentKind,
    words: &str,
    wrong: impl Fn(&Context<'_>, usize) -> bool,
) {
    for (at, component) in of_kind(context, kind) {
        if wrong(context, at) {
            context.report(component.id, format!("{} {words}", component.name));
        }
    }
}

pub(super) fn trifecta(context: &mut Context<'_>) {
    each(
        context,
        ComponentKind::Agent,
        "reads text of outsiders, reads private data and reaches the outside, and nobody approves what it does",
        |context, at| {
            context.is(at, "processes_untrusted_input")
                && context.is(at, "accesses_private_data")
                && context.is(at, "can_communicate_externally")
                && context.is_not(at, "human_approval")
        },
    );
}

pub(super) fn rule_of_two(context: &mut Context<'_>) {
    each(
        context,
        ComponentKind::Agent,
        "reads text of outsiders, reads private data and changes things, and nobody approves what it does",
        |context, at| {
            context.is(at, "processes_untrusted_input")
                && context.is(at, "accesses_private_data")
                && context.is(at, "can_change_state")
                && context.is_not(at, "human_approval")
        },
    );
}

pub(super) fn code_without_sandbox(context: &mut Context<'_>) {
    each(context, ComponentKind::Agent, "runs code outside of a sandbox", |context, at| {
        context.is(at, "executes_code") && context.is_not(at, "isolated")
    });
}

pub(super) fn no_limit(context: &mut Context<'_>) {
    for (at, component) in of_kind(context, ComponentKind::Agent) {
        let missing = match (context.is_not(at, "loop_limited"), context.is_not(at, "budget_limited")) {
            (true, true) => "neither a step limit nor a budget",
            (true, false) => "no step limit",
            (false, true) => "no budget limit",
            (false, false) => continue,
        };
        context.report(component.id, format!("{} has {missing}", component.name));
    }
}

pub(super) fn shared_credential(context: &mut Context<'_>) {
    each(context, ComponentKind::Agent, "uses one credential for everybody it works for", |context, at| {
        context.component(at, "credential_scope") == Value::Word("shared") && context.is(at, "multi_user")
    });
}

pub(super) fn no_record(context: &mut Context<'_>) {
    each(context, ComponentKind::Agent, "changes things and keeps no record of it", |context, at| {
        context.is(at, "can_change_state") && context.is_not(at, "logs_actions")
    });
}

pub(super) fn unpinned_tool(context: &mut Context<'_>) {
    each(
        context,
        ComponentKind::Tool,
        "is somebody else's, and a change of its description would go unnoticed",
        |context, at| context.is(at, "third_party") && context.is_not(at, "description_pinned"),
    );
}

/// Approval may stand at the tool or at each agent that calls it.
pub(super) fn irreversible_tool(context: &mut Context<'_>) {
    for (at, component) in of_kind(context, ComponentKind::Tool) {
        let irreversible = matches!(component.attributes.get("side_effects"), Some(Answer::Text(word)) if word == "irreversible");
        let saved = component.attributes.yes("human_approval") == Some(true)
            || component.attributes.yes("reversible") == Some(true);
        if !irreversible || saved {
            continue;
        }
        let Some(facts) = context.system.component(at) else { continue };
        let ungated = facts.inflows.iter().map(|end| end.far).find(|caller| {
            let is_agent = context
                .system
                .component(*caller)
                .is_some_and(|far| far.component.kind == ComponentKind::Agent);
            is_agent && context.is_not(*caller, "human_approval")
        });
        let said_so = component.attributes.yes("human_approval") == Some(false);
        let caller = ungated.and_then(|caller| context.system.component(caller));
        let what = match caller {
            Some(caller) => format!(
                "{} cannot be undone, and {} calls it without anybody's approval",
                component.name, caller.component.name
            ),
            None if said_so => format!("{} cannot be undone, and nobody approves its calls", component.name),
            None => continue,
        };
        context.report(component.id, what);
    }
}

pub(super) fn untrusted_memory(context: &mut Context<'_>) {
    each(
        context,
        ComponentKind::Store,
        "holds what agents remember, and outsiders decide what is written there",
        |context, at| context.is(at, "stores_memory") && context.is(at, "write_access_untrusted"),
    );
}

/// A proof of the caller alone leaves the receiver open; signed messages prove each sender.
pub(super) fn no_mutual_authentication(context: &mut Context<'_>) {
    let agent = |context: &Context<'_>, end: Option<usize>| {
        end.and_then(|at| context.system.component(at))
            .is_some_and(|c| c.component.kind == ComponentKind::Agent)
    };
    for (at, interface) in context.interfaces() {
        let Some(facts) = context.system.interface(at) else { continue };
        if !agent(context, facts.from) || !agent(context, facts.to) {
            continue;
        }
        let one_sided = matches!(
            interface.authentication,
            Some(
                Authentication::Password
                    | Authentication::ApiKey
                    | Authentication::Token
                    | Authentication::SingleSignOn
            )
        );
        let known = context.interface(at, "mutual_auth");
        if known == Value::Truth(false) || (matches!(known, Value::Unknown(_)) && one_sided) {
            let (name, how) =
                (context.name(interface.id), interface.authentication.map_or("nothing", |a| a.label()));
            context.report(
                interface.id,
                format!(
                    "{name}: the agents do not prove to each other who they are ({})",
                    how.to_lowercase()
                ),
            );
        }
    }
}

/// A kill switch is a control; only an agent that works on its own needs one.
pub(super) fn no_kill_switch(context: &mut Context<'_>) {
    for (at, component) in of_kind(context, ComponentKind::Agent) {
        let alone = matches!(context.component(at, "autonomy_level"), Value::Number(level) if level >= 3.0);
        if !alone || component.attributes.yes("has_kill_switch") == Some(true) {
            continue;
        }
        let target = Target::Component(component.id);
        let has_control = context.project.controls.iter().any(|control| {
            control.catalog.as_deref() == Some("kill_switch")
                && control.status != ControlStatus::Proposed
                && control
                    .threats
                    .iter()
                    .filter_map(|id| context.project.threats.get(*id))
                    .any(|t| t.targets.contains(&target))
        });
        if !has_control {
            context.report(
                component.id,
                format!("{} works on its own, and nothing can stop it at once", component.name),
            );
        }
    }
}
