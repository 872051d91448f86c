//! What a thing most likely is, by its name: the kind of a component, the trust of a zone.
//!
//! Words count whole, never as parts of others: a *login service* holds no *log*, a *feedback form* no *db*. Of several
//! words the last one says what a thing is, the others say whose or what for: *user service* is a service.

use crate::model::ComponentKind;

/// Says that a thing is not ours, wherever it stands in the name.
const OUTSIDE: [&str; 5] = ["external", "vendor", "3rd", "third", "saas"];

/// Say nothing of what a thing is but that something stands before them: the word before decides.
const STAGES: [&str; 8] = ["server", "gateway", "cluster", "instance", "node", "host", "machine", "system"];

const BY_LAST_WORD: [(ComponentKind, &[&str]); 6] = [
    (ComponentKind::Agent, &["agent", "assistant", "planner", "copilot", "chatbot"]),
    (
        ComponentKind::Human,
        &[
            "user",
            "customer",
            "person",
            "people",
            "human",
            "operator",
            "admin",
            "administrator",
            "employee",
            "developer",
            "analyst",
            "visitor",
            "client",
            "auditor",
            "approver",
            "staff",
        ],
    ),
    (
        ComponentKind::Store,
        &[
            "store",
            "storage",
            "datastore",
            "database",
            "db",
            "bucket",
            "queue",
            "index",
            "cache",
            "log",
            "warehouse",
            "lake",
            "vault",
            "base",
            "archive",
            "backup",
            "table",
        ],
    ),
    (ComponentKind::Model, &["model", "llm", "gpt"]),
    (ComponentKind::Tool, &["tool", "mcp", "plugin"]),
    (ComponentKind::External, &["bank", "supplier", "provider", "partner", "vendor", "saas"]),
];

/// What a component most likely is. A name that says nothing is a process.
pub fn guess(name: &str) -> ComponentKind {
    let words = words_of(name);
    let kind = match words.split_last() {
        Some((last, before)) if STAGES.contains(&last.as_str()) => {
            let of = before.last().and_then(|word| by_last_word(word));
            // A server of models or tools is one of them; one of people is a program that serves them.
            of.filter(|kind| *kind != ComponentKind::Human)
        }
        Some((last, _)) => by_last_word(last),
        None => None,
    };
    let outside = || words.iter().any(|word| OUTSIDE.contains(&word.as_str()));
    kind.unwrap_or_else(|| if outside() { ComponentKind::External } else { ComponentKind::Process })
}

fn by_last_word(word: &str) -> Option<ComponentKind> {
    let singular = word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(word);
    let is = |words: &[&str]| words.contains(&word) || words.contains(&singular);
    BY_LAST_WORD.iter().find(|(_, words)| is(words)).map(|(kind, _)| *kind)
}

/// The words of the thing itself in small letters: without what follows "of" or "for", and without numbers at the end.
fn words_of(name: &str) -> Vec<String> {
    let mut words = all_words(name);
    let joint = words
        .iter()
        .skip(1)
        .position(|word| matches!(word.as_str(), "of" | "for" | "in" | "at" | "on" | "with" | "from"));
    words.truncate(joint.map_or(words.len(), |joint| joint + 1));
    while words.len() > 1 && words.last().is_some_and(|word| word.len() < 2 || is_number(word)) {
        words.pop();
    }
    words
}

fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) && word.len() < 4
}

/// Words end at anything that is no letter or digit, and where small letters turn to large ones: `orderQueue`.
fn all_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (was_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How far a zone of that name is trusted, where the name says so: the world outside 0, third parties and what the world
/// reaches 1.
pub fn trust_of(name: &str) -> Option<u8> {
    let words = all_words(name);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if has(&["internet", "public", "untrusted", "world", "anonymous", "visitors"]) {
        Some(0)
    } else if has(&[
        "third",
        "3rd",
        "external",
        "partner",
        "partners",
        "vendor",
        "vendors",
        "supplier",
        "suppliers",
        "guest",
        "guests",
        "dmz",
        "outside",
        "saas",
    ]) {
        Some(1)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_word_says_what_a_thing_is() {
        for (name, kind) in [
            ("login service", ComponentKind::Process),
            ("feedback form", ComponentKind::Process),
            ("blog", ComponentKind::Process),
            ("catalog", ComponentKind::Process),
            ("user service", ComponentKind::Process),
            ("customer portal", ComponentKind::Process),
            ("orders api", ComponentKind::Process),
            ("orders-api", ComponentKind::Process),
            ("user gateway", ComponentKind::Process),
            ("log collector", ComponentKind::Process),
            ("web shop", ComponentKind::Process),
            ("", ComponentKind::Process),
            ("user", ComponentKind::Human),
            ("Customers", ComponentKind::Human),
            ("support agent", ComponentKind::Agent),
            ("assistant_agent", ComponentKind::Agent),
            ("billingAgent", ComponentKind::Agent),
            ("agent 2", ComponentKind::Agent),
            ("assistant for claims", ComponentKind::Agent),
            ("orders db", ComponentKind::Store),
            ("orderQueue", ComponentKind::Store),
            ("database server", ComponentKind::Store),
            ("access logs", ComponentKind::Store),
            ("knowledge base", ComponentKind::Store),
            ("language model", ComponentKind::Model),
            ("gpt-4o", ComponentKind::Model),
            ("tool gateway", ComponentKind::Tool),
            ("mcp server", ComponentKind::Tool),
            ("vendor api", ComponentKind::External),
            ("external service", ComponentKind::External),
            ("third-party login", ComponentKind::External),
            ("payment provider", ComponentKind::External),
        ] {
            assert_eq!(guess(name), kind, "{name}");
        }
    }

    #[test]
    fn the_name_of_a_zone_says_how_far_it_is_trusted() {
        for (name, trust) in [
            ("Internet", Some(0)),
            ("Public web", Some(0)),
            ("Third parties", Some(1)),
            ("Partner network", Some(1)),
            ("DMZ", Some(1)),
            ("Company cloud", None),
            ("Republic", None),
            ("", None),
        ] {
            assert_eq!(trust_of(name), trust, "{name}");
        }
    }
}
