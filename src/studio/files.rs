//! Names for new files.

/// A name for a file, from the model's.
pub fn file_name(title: &str, ending: &str) -> String {
    let plain: String =
        title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "model".to_owned() } else { words.join("-") };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain() {
        for (title, expected) in [
            ("Agent System Threat Model", "agent-system-threat-model.threat.ron"),
            ("  ", "model.threat.ron"),
            ("Über/All: 2", "Über-all-2.threat.ron"),
        ] {
            assert_eq!(file_name(title, ".threat.ron"), expected);
        }
    }
}
