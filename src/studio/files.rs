//! Names for new files.

use std::path::{Path, PathBuf};

/// A name for a file, from the model's.
pub fn file_name(title: &str, ending: &str) -> String {
    let plain: String =
        title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "model".to_owned() } else { words.join("-") };
    format!("{stem}{ending}")
}

/// A path as it is typed: the own folder is `~`.
pub fn typed(path: &Path) -> String {
    let inside = dirs::home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    match inside {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// A path from how it was typed.
pub fn full(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), dirs::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_path_leads_back_to_where_it_came_from() {
        let home = dirs::home_dir().unwrap_or_default();
        for path in [home.join("models/a.threat.ron"), PathBuf::from("/somewhere/else.threat.ron")] {
            assert_eq!(full(&typed(&path)), path);
        }
    }

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
