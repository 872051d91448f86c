//! What can stand at a place of a trigger that is being written.

use super::super::{AttributeKind, Catalog, ElementKind};

/// Words that can be put in place of what is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The bytes that they replace: the part of a word before the caret.
    pub from: usize,
    /// The words, the attributes of the element first.
    pub words: Vec<String>,
}

/// Words of the language that can stand where a condition begins.
const BEGIN: &[&str] = &["not", "exists inflow where (", "exists outflow where (", "source.", "target."];

/// What can stand at a caret, counted in bytes. Nothing is offered before a letter is written, but where only a few words fit.
pub fn complete(catalog: &Catalog, kind: ElementKind, text: &str, caret: usize) -> Completion {
    let before = text.get(..caret).unwrap_or(text);
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let from = before.rfind(|letter| !is_letter(letter)).map_or(0, |at| at + 1);
    let (rest, typed) = before.split_at_checked(from).unwrap_or((before, ""));
    let rest = rest.trim_end();
    let fitting = |words: Vec<String>| {
        let begins = |word: &String| word.starts_with(typed) && word != typed;
        let words = words.into_iter().filter(begins).collect();
        Completion { from, words }
    };
    if let Some(values) = values(catalog, rest) {
        return fitting(values);
    }
    if typed.is_empty() {
        return Completion::default();
    }
    let at_end = rest.ends_with('.');
    let inside_flow = inside_exists(rest);
    let fits = |of: &[ElementKind]| match kind {
        _ if at_end => true,
        ElementKind::Flow | ElementKind::Crossing => {
            of.contains(&ElementKind::Flow) || of.contains(&ElementKind::Crossing)
        }
        _ if inside_flow => of.contains(&ElementKind::Flow),
        kind => of.contains(&kind),
    };
    let (own, others): (Vec<_>, Vec<_>) = catalog.attributes.iter().partition(|info| fits(&info.of));
    let mut words: Vec<String> = own.iter().map(|info| info.name.clone()).collect();
    if !at_end {
        words.extend(BEGIN.iter().map(|word| (*word).to_owned()));
    }
    words.extend(["and", "or"].map(str::to_owned).into_iter().filter(|_| is_after_condition(rest)));
    words.extend(others.iter().map(|info| info.name.clone()));
    fitting(words)
}

/// The words that an attribute can be, after `attribute ==` or in `attribute in [`.
fn values(catalog: &Catalog, rest: &str) -> Option<Vec<String>> {
    let name = match rest.rsplit_once('[') {
        Some((before, inside)) if !inside.contains(']') => before.trim_end().strip_suffix("in")?,
        _ => rest.strip_suffix("==").or_else(|| rest.strip_suffix("!="))?,
    };
    let name =
        name.trim_end().rsplit(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).next()?;
    let info = catalog.attribute(name)?;
    matches!(info.kind, AttributeKind::Word | AttributeKind::Scale).then(|| info.words.clone())
}

/// Whether the caret stands in what is said of an interface at the element.
fn inside_exists(rest: &str) -> bool {
    let Some((_, inside)) = rest.rsplit_once("where") else { return false };
    let opened = inside.matches('(').count();
    opened > 0 && opened > inside.matches(')').count()
}

fn is_after_condition(rest: &str) -> bool {
    let word = rest.rsplit(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or_default();
    !word.is_empty() && !["and", "or", "not", "where", "exists"].contains(&word)
}

/// The character of a text at which a word stands as a word, from 1; 1 where it does not.
pub fn place_of_word(text: &str, word: &str) -> usize {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let whole = |at: &usize| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    };
    let found = text.match_indices(word).map(|(at, _)| at).find(whole);
    found.and_then(|at| text.get(..at)).map_or(1, |before| before.chars().count() + 1)
}

/// A place in a text in words, for a message about it: its column; with the line where there are several.
///
/// `column` counts the characters of the whole text from 1, as a mistake in a trigger names them.
pub fn place_words(text: &str, column: usize) -> String {
    let before: Vec<char> = text.chars().take(column.saturating_sub(1)).collect();
    if !text.trim_end().contains('\n') {
        return format!("Column {column}");
    }
    let line = before.iter().filter(|letter| **letter == '\n').count() + 1;
    let column = before.iter().rev().take_while(|letter| **letter != '\n').count() + 1;
    format!("Line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the caret. The first words that are offered, and what the first makes of the text.
    #[track_caller]
    fn check(kind: ElementKind, text: &str, expected: &[&str]) {
        let caret = text.find('|').unwrap();
        let text = text.replace('|', "");
        let found = complete(Catalog::builtin(), kind, &text, caret);
        let first: Vec<&str> = found.words.iter().take(expected.len().max(1)).map(String::as_str).collect();
        assert_eq!(first, expected, "{text}");
        assert!(found.from <= caret);
    }

    #[test]
    fn a_place_is_named_by_line_and_column() {
        for (text, column, expected) in [
            ("a and b", 7, "Column 7"),
            ("a and b\n", 7, "Column 7"),
            ("a and\n\nnot b", 12, "Line 3, column 5"),
            ("a and\nb", 1, "Line 1, column 1"),
            ("ä and\nb", 7, "Line 2, column 1"),
        ] {
            assert_eq!(place_words(text, column), expected, "{text}");
        }
    }

    #[test]
    fn what_fits_the_element_comes_first() {
        check(ElementKind::Agent, "content_f|", &["content_filtered"]);
        check(ElementKind::Agent, "has_memory and not content_fil|", &["content_filtered"]);
        check(ElementKind::Agent, "content_filtered|", &[]);
        check(ElementKind::Agent, "|", &[]);
        check(ElementKind::Agent, "exi|", &["exists inflow where (", "exists outflow where ("]);
        check(ElementKind::Agent, "exists inflow where (encry|", &["encrypted"]);
        check(ElementKind::Flow, "source.has_mem|", &["has_memory"]);
        check(ElementKind::Agent, "has_memory an|", &["and"]);
        check(ElementKind::Agent, "é|", &[]);
    }

    #[test]
    fn the_words_of_an_attribute_are_offered_after_a_comparison() {
        let info = Catalog::builtin().attributes.iter().find(|info| info.words.len() > 2).unwrap();
        let words: Vec<&str> = info.words.iter().map(String::as_str).take(2).collect();
        check(info.of[0], &format!("{} == |", info.name), &words);
        check(info.of[0], &format!("{} in [|", info.name), &words);
        check(info.of[0], &format!("{} in [{}, |", info.name, words[0]), &words);
    }

    #[test]
    fn words_are_found_whole() {
        for (text, word, place) in [("a_b and b", "b", 9), ("b", "b", 1), ("ab", "b", 1), ("é b", "b", 3)] {
            assert_eq!(place_of_word(text, word), place, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_completed(text in "[a-z_.=(\\[ é]{0,30}", caret in 0_usize..40) {
            for kind in ElementKind::ALL {
                complete(Catalog::builtin(), kind, &text, caret);
            }
        }
    }
}
