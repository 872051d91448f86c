//! Severities and responses as routes and receivers of Alertmanager.

use std::fmt::Write as _;

use super::{Exported, ExportedFile, PolicySet, duration, loss, one_line, policy_name, quoted};
use crate::model::{AlertSeverity, ResponseAction};

/// How often Alertmanager repeats a notice unless told otherwise.
const NEVER: &str = "8760h";

pub(super) fn export(set: &PolicySet<'_>) -> Exported {
    let mut losses = Vec::new();
    let mut text = format!(
        "# Routes for the alerts of {}, by policy and severity.\n# Check: amtool check-config alertmanager.yml\nroute:\n  receiver: nobody\n  group_by: [alertname, agent]\n",
        one_line(&set.project.name)
    );
    let mut receivers =
        "receivers:\n  # Alerts that no policy answers end here.\n  - name: nobody\n".to_owned();
    let mut routes = String::new();
    for policy in &set.policies {
        let mut of_policy = String::new();
        for severity in AlertSeverity::ALL.iter().rev() {
            let actions = policy.response.automatic(*severity);
            if actions.is_empty() {
                continue;
            }
            let receiver = format!("{} {severity}", policy.id);
            let words: Vec<&str> = actions.iter().map(|action| action.label()).collect();
            let _ = write!(
                of_policy,
                "        # {}\n        - matchers: [{}]\n          receiver: {}\n",
                words.join(", "),
                matcher("severity", severity.label()),
                quoted(&receiver)
            );
            let _ = write!(
                receivers,
                "  # {}, {severity}: {}\n  - name: {}\n",
                one_line(&policy_name(policy)),
                words.join(", "),
                quoted(&receiver)
            );
            for action in actions {
                if let Some(why) = beyond(*action) {
                    losses.push(loss(format!("{} for {severity}", policy_name(policy)), action.label(), why));
                }
            }
        }
        if of_policy.is_empty() {
            losses.push(loss(
                policy_name(policy),
                "the response",
                "no severity has an action; its alerts reach nobody",
            ));
            continue;
        }
        let _ = write!(
            routes,
            "    # {}\n    - matchers: [{}]\n      receiver: nobody\n",
            one_line(&policy_name(policy)),
            // Two policies may be called alike; an id is one policy's own.
            matcher("policy_id", &policy.id.to_string())
        );
        let repeat = policy.response.repeat_interval_ms;
        let repeat = if repeat > 0 { duration(repeat) } else { NEVER.to_owned() };
        let _ = write!(
            routes,
            "      group_wait: 0s\n      repeat_interval: {repeat}\n      routes:\n{of_policy}"
        );
        if !policy.response.approvers.is_empty() {
            let what = format!("the approval by {}", policy.response.approvers.join(", "));
            let why = "Alertmanager asks nobody for an answer and does nothing when none comes; the receiver has to";
            losses.push(loss(policy_name(policy), what, why));
        }
    }
    if !routes.is_empty() {
        text.push_str("  routes:\n");
        text.push_str(&routes);
    }
    text.push_str(&receivers);
    let why =
        "the model does not say by which mail, chat or webhook people are reached; add it to each receiver";
    losses.push(loss("receivers", "addresses", why));
    for placed in set
        .conditions()
        .iter()
        .filter(|placed| !matches!(placed.condition, crate::model::Condition::Metric(_)))
    {
        let why = "denied requests reach Alertmanager only if the deciding engine raises an alert for them";
        losses.push(loss(placed.path(), placed.kind(), why));
    }
    Exported { files: vec![ExportedFile { name: "alertmanager.yml".to_owned(), text }], losses }
}

fn matcher(label: &str, value: &str) -> String {
    quoted(&format!("{label}={}", quoted(value)))
}

/// What Alertmanager cannot do about an action.
fn beyond(action: ResponseAction) -> Option<&'static str> {
    match action {
        ResponseAction::Restrict | ResponseAction::Isolate => {
            Some("Alertmanager only tells; give the receiver a webhook of what holds agents back")
        }
        ResponseAction::Allow => Some("nothing has to be done, so nothing is"),
        ResponseAction::Log => Some("Alertmanager writes no log; give the receiver a webhook of one"),
        ResponseAction::Notify => None,
    }
}
