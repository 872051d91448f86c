//! Words that several formats share: STRIDE in its spellings, levels, kinds of components.

use crate::model::{ComponentKind, Stride, capital, plain_word};

/// The STRIDE category that a word names: "Elevation of Privileges", "denial-of-service", "DoS", "T".
pub(super) fn stride(word: &str) -> Option<Stride> {
    let mut letters = word.trim().chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Stride::from_letter(letter);
    }
    match plain_word(word).as_str() {
        "elevationofprivileges" | "eop" | "privilegeescalation" => Some(Stride::ElevationOfPrivilege),
        "dos" | "denialofservices" => Some(Stride::DenialOfService),
        "informationdisclosures" | "infodisclosure" => Some(Stride::InformationDisclosure),
        "spoof" | "spoofingidentity" => Some(Stride::Spoofing),
        "tamper" | "tamperingwithdata" => Some(Stride::Tampering),
        _ => Stride::from_word(word),
    }
}

/// The level 1 to 5 that a word stands for. People who have three words mean the middle three.
pub(super) fn level(word: &str) -> Option<f64> {
    match plain_word(word).as_str() {
        "verylow" | "negligible" | "minimal" | "note" | "informational" => Some(1.0),
        "low" | "minor" => Some(2.0),
        "medium" | "moderate" => Some(3.0),
        "high" | "major" => Some(4.0),
        "critical" | "veryhigh" | "severe" => Some(5.0),
        _ => None,
    }
}

/// The kind of component that a free word for a type names; a process when it names none.
pub(super) fn component_kind(word: &str) -> ComponentKind {
    const KINDS: &[(ComponentKind, &[&str])] = &[
        (ComponentKind::Agent, &["agent", "assistant", "copilot", "chatbot"]),
        (ComponentKind::Model, &["llm", "model", "gpt"]),
        (ComponentKind::Tool, &["tool", "mcp", "plugin"]),
        (
            ComponentKind::Human,
            &["user", "person", "human", "people", "administrator", "operator", "attacker"],
        ),
        (
            ComponentKind::External,
            &[
                "external",
                "browser",
                "client",
                "actor",
                "mobile",
                "android",
                "ios",
                "thirdparty",
                "saas",
                "customer",
            ],
        ),
        (
            ComponentKind::Store,
            &[
                "store",
                "storage",
                "db",
                "database",
                "datastore",
                "bucket",
                "queue",
                "s3",
                "rds",
                "dynamodb",
                "sql",
                "nosql",
                "postgresql",
                "postgres",
                "mysql",
                "mongodb",
                "mongo",
                "redis",
                "cache",
                "warehouse",
                "blob",
                "disk",
                "volume",
                "file",
                "filesystem",
                "kafka",
                "sqs",
                "elasticsearch",
                "registry",
                "vault",
                "log",
                "logs",
                "efs",
                "ebs",
                "aurora",
                "mariadb",
                "oracle",
                "cosmosdb",
                "table",
                "index",
            ],
        ),
    ];
    let spaced: Vec<String> = word
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    let whole = spaced.concat();
    KINDS
        .iter()
        .find(|(_, names)| names.iter().any(|name| *name == whole || spaced.iter().any(|part| part == name)))
        .map_or(ComponentKind::Process, |(kind, _)| *kind)
}

/// The first sentence or line of a text, cut where it is long: a name for something that only has a description.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 72;
    let line = text.trim().lines().next().unwrap_or_default().trim();
    let sentence = line.split_once(". ").map_or(line, |(first, _)| first).trim_end_matches('.');
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(LONGEST).collect();
    let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    format!("{}…", at_word.trim_end_matches([',', ';', ':', ' ']))
}

/// `prompt_injection` as a person writes it: `Prompt injection`.
pub(super) fn title(name: &str) -> String {
    capital(name.replace(['_', '-'], " ").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_words() {
        for (word, kind) in [
            ("CD-MICROSOFT-AZURE-DB-POSTGRESQL", ComponentKind::Store),
            ("other-nosql-key-value-store", ComponentKind::Store),
            ("rds", ComponentKind::Store),
            ("android-device-client", ComponentKind::External),
            ("web-client", ComponentKind::External),
            ("generic-client", ComponentKind::External),
            ("web-application-server-side", ComponentKind::Process),
            ("Third-Party", ComponentKind::External),
            ("ai_agent", ComponentKind::Agent),
            ("storage", ComponentKind::Store),
            ("ec2", ComponentKind::Process),
            ("", ComponentKind::Process),
        ] {
            assert_eq!(component_kind(word), kind, "{word}");
        }
    }

    #[test]
    fn stride_is_read_in_its_spellings() {
        for (word, category) in [
            ("Elevation of privileges", Some(Stride::ElevationOfPrivilege)),
            ("denial-of-service", Some(Stride::DenialOfService)),
            ("information disclosure", Some(Stride::InformationDisclosure)),
            ("t", Some(Stride::Tampering)),
            ("Linkability", None),
            ("", None),
        ] {
            assert_eq!(stride(word), category, "{word}");
        }
    }

    #[test]
    fn long_texts_get_short_names() {
        assert_eq!(short("Use TLS. Rotate keys."), "Use TLS");
        assert_eq!(short("  \n"), "");
        let long = short(&"encrypt everything ".repeat(20));
        assert!(long.ends_with("everything encrypt…") && long.chars().count() <= 73, "{long}");
    }
}
