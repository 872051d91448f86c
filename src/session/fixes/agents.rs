//! TM-026 to TM-036: what agents and tools are to be from now on.

use super::{Ask, Fix, fix, one};
use crate::edit::verbs;
use crate::model::{Answer, Authentication};

fn answer(ask: &Ask<'_>, label: &str, attribute: &str, answer: Answer) -> Option<Fix> {
    fix(label, verbs::answer_attribute(ask.project, ask.item?, attribute, Some(answer)))
}

pub(super) fn approval(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Let somebody approve what it does", "human_approval", Answer::Yes))
}

pub(super) fn sandbox(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Run its code in a sandbox", "isolated", Answer::Yes))
}

pub(super) fn limits(ask: &Ask<'_>) -> Vec<Fix> {
    let change = ask.component().and_then(|id| {
        verbs::change_component(ask.project, id, "limits", |component| {
            for name in ["loop_limited", "budget_limited"] {
                component.attributes.set(name, Some(Answer::Yes));
                component.assumed.remove(name);
            }
        })
    });
    one(fix("Limit its steps and its budget", change))
}

pub(super) fn own_rights(ask: &Ask<'_>) -> Vec<Fix> {
    let user = Answer::Text("user".to_owned());
    one(answer(ask, "Work with the rights of each user", "credential_scope", user))
}

pub(super) fn record(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Keep a record of what it does", "logs_actions", Answer::Yes))
}

pub(super) fn pin(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Pin its description", "description_pinned", Answer::Yes))
}

pub(super) fn tame(ask: &Ask<'_>) -> Vec<Fix> {
    let approved = answer(ask, "Let somebody approve its calls", "human_approval", Answer::Yes);
    let undone = answer(ask, "Make its calls reversible", "reversible", Answer::Yes);
    approved.into_iter().chain(undone).collect()
}

pub(super) fn guard_memory(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Keep outsiders from writing there", "write_access_untrusted", Answer::No))
}

pub(super) fn mutual(ask: &Ask<'_>) -> Vec<Fix> {
    let Some(id) = ask.interface() else { return Vec::new() };
    let proofs = [Authentication::MutualTls, Authentication::Signature];
    let prove = |proof: Authentication| {
        // An older answer about it would speak against the proof.
        let change = verbs::change_interface(ask.project, id, "authentication", |interface| {
            interface.authentication = Some(proof);
            interface.attributes.set("mutual_auth", None);
        });
        fix(format!("Use {}", proof.label().to_lowercase().replace("tls", "TLS")), change)
    };
    proofs.into_iter().filter_map(prove).collect()
}

pub(super) fn kill_switch(ask: &Ask<'_>) -> Vec<Fix> {
    one(answer(ask, "Make it possible to stop it at once", "has_kill_switch", Answer::Yes))
}
